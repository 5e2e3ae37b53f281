//! What is printed.

use crate::run::broken_output;
use comfy_table::{CellAlignment, Table, TableComponent, presets};
use mainstay_app::Outcome;
use mainstay_app::headless::{AnalysisReport, CheckReport, FindingReport};
use serde::Serialize;
use serde_json::Value;
use std::io::Write;

/// Prints text and a line end; somebody who stops reading early is not a mistake.
pub fn text(s: &str) -> Outcome<()> {
    match writeln!(std::io::stdout().lock(), "{s}") {
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|e| broken_output(&e)),
    }
}

/// Prints JSON.
pub fn json(v: &impl Serialize) -> Outcome<()> {
    let s = serde_json::to_string_pretty(v).map_err(|e| {
        mainstay_app::Problem::new("internal", format!("The answer could not be written: {e}."))
    })?;
    text(&s)
}

/// Prints impact, gaps and findings.
pub fn analysis(r: &AnalysisReport) -> Outcome<()> {
    let mut t = table(&[
        "Activity", "", "MTPD", "RTO", "WRT", "Ready", "Resumed", "Gap", "",
    ]);
    for a in &r.activities {
        t.add_row([
            a.code.clone(),
            a.name.clone(),
            mtpd(a.mtpd_min.or(a.accepted_mtpd_min), &word(&a.mtpd_state)),
            min(a.rto_min),
            min(a.wrt_min),
            min(a.ready_min),
            min(a.resumed_min),
            min(a.gap_min),
            state(a.gap_state),
        ]);
    }
    align(&mut t, 2..8);
    text(&t.to_string())?;
    let mut t = table(&[
        "Service",
        "",
        "Tier",
        "Required",
        "Set by",
        "Own",
        "Achievable",
        "Gap",
        "",
        "Stops",
    ]);
    for s in &r.services {
        t.add_row([
            s.code.clone(),
            s.name.clone(),
            s.tier.map_or_else(|| "-".into(), |n| n.to_string()),
            if s.required_rto_min.is_none() {
                "-".into()
            } else {
                min(s.required_rto_min)
            },
            s.required_set_by.clone().unwrap_or_default(),
            min(s.own_restore_min),
            min(s.achievable_min),
            if s.required_rto_min.is_none() {
                "-".into()
            } else {
                min(s.gap_min)
            },
            state(s.gap_state),
            s.spof_for.len().to_string(),
        ]);
    }
    align(&mut t, 5..8);
    text(&format!("\n{t}"))?;
    findings(&r.findings)
}

/// Prints what a check found.
pub fn check(r: &CheckReport) -> Outcome<()> {
    if r.sound {
        text(&format!(
            "The file is sound: {} records, {} history rows, data hash {}.",
            r.records, r.history_rows, r.data_hash
        ))?;
    } else {
        text("The file is damaged:")?;
        for d in &r.damage {
            text(&format!("  {}: {}", d.code, d.detail))?;
        }
    }
    findings(&r.findings)
}

fn findings(list: &[FindingReport]) -> Outcome<()> {
    if list.is_empty() {
        return text("\nNo findings.");
    }
    text(&format!("\n{} findings:", list.len()))?;
    for f in list {
        text(&format!("  {:7} {}  {}", word(&f.severity), f.id, f.text))?;
    }
    Ok(())
}

/// Prints the plans and their versions.
pub fn plans(plans: &[Value]) -> Outcome<()> {
    for p in plans {
        text(&format!(
            "{}  {}  (owner: {})",
            field(p, "code"),
            field(p, "title"),
            field(p, "owner")
        ))?;
        let mut t = table(&["Version", "State", "Approved", "Change", "Sign-offs"]);
        for v in p["versions"].as_array().into_iter().flatten() {
            let signs: Vec<String> = v["sign_offs"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|s| {
                    let mark = if s["at"].is_null() {
                        "missing"
                    } else {
                        "given"
                    };
                    format!("{} {}: {mark}", field(s, "kind"), field(&s["role"], "code"))
                })
                .collect();
            t.add_row([
                field(v, "version"),
                field(v, "state").replace('_', " "),
                field(v, "approved_on"),
                field(v, "change_note"),
                signs.join("\n"),
            ]);
        }
        text(&t.to_string())?;
    }
    Ok(())
}

pub(crate) fn table(head: &[&str]) -> Table {
    let mut t = Table::new();
    t.load_preset(presets::NOTHING)
        .set_style(TableComponent::HeaderLines, '─')
        .set_style(TableComponent::MiddleHeaderIntersections, '─')
        .set_header(head);
    t
}

pub(crate) fn align(t: &mut Table, columns: std::ops::Range<usize>) {
    for i in columns {
        if let Some(c) = t.column_mut(i) {
            c.set_cell_alignment(CellAlignment::Right);
        }
    }
}

fn field(v: &Value, key: &str) -> String {
    v[key].as_str().unwrap_or_default().to_string()
}

pub(crate) fn word(v: &impl Serialize) -> String {
    serde_json::to_value(v)
        .ok()
        .and_then(|v| v.as_str().map(Into::into))
        .unwrap_or_default()
}

fn state(s: Option<&str>) -> String {
    s.unwrap_or_default().replace('_', " ")
}

pub(crate) fn min(m: Option<i64>) -> String {
    m.map_or_else(|| "unknown".into(), mainstay_app::duration)
}

fn mtpd(m: Option<i64>, state: &str) -> String {
    match (state, m) {
        ("known", Some(_)) => min(m),
        ("provisional", Some(_)) => format!("≤ {}", min(m)),
        ("beyond", _) => "beyond".into(),
        _ => "unknown".into(),
    }
}
