//! Procedures as step tables, resources, alternate site, records and backups, suppliers, contacts, return to normal.

use super::*;
use crate::model::Pen;

pub(super) fn sections(m: &Maker<'_>, p: &Plan) -> Vec<Section> {
    let mut out = procedures(m, p);
    out.extend(or_missing(
        m,
        "resources",
        resources(m, p),
        "No resource requirements are stated.",
    ));
    out.extend(or_missing(
        m,
        "site",
        alternate_site(m, p).unwrap_or_default(),
        "No alternate site is named. Where there is none, say in the strategies how work goes on without it.",
    ));
    out.extend(or_missing(
        m,
        "records",
        records(m, p),
        "No vital records and backups are listed.",
    ));
    out.extend(or_missing(
        m,
        "vendors",
        suppliers(m),
        "No suppliers are listed.",
    ));
    out.extend(or_missing(
        m,
        "contacts",
        contacts(m),
        "No contacts are listed. A plan on paper needs the phone numbers.",
    ));
    out.extend(or_missing(
        m,
        "return",
        return_to_normal(m, p),
        "Nothing is said about when and by whom the end is declared.",
    ));
    out
}

/// The procedures that a plan lists; all of them where it lists none.
pub(super) fn listed<'a>(m: &Maker<'a>, p: &Plan) -> Vec<&'a Procedure> {
    let listed: Vec<ProcedureId> =
        m.ws.plan_procedures
            .iter()
            .filter(|x| x.plan_id == p.id)
            .map(|x| x.procedure_id)
            .collect();
    if listed.is_empty() {
        return m.ws.procedures.iter().collect();
    }
    listed
        .iter()
        .filter_map(|id| m.ws.get::<Procedure>(*id))
        .collect()
}

pub(super) fn procedures(m: &Maker<'_>, p: &Plan) -> Vec<Section> {
    let list = listed(m, p);
    if list.is_empty() {
        return or_missing(
            m,
            "procedures",
            Vec::new(),
            "There are no recovery procedures. Write one for each service of tier 1 and 2.",
        )
        .into_iter()
        .collect();
    }
    let mut out = vec![numbered(
        "procedures",
        vec![quiet(
            "Tick each step, write the time and your initials. When a step fails, do what stands below its check before going on.",
        )],
    )];
    for x in list {
        let mut blocks = Vec::new();
        let needs: Vec<&str> =
            m.ws.preconditions
                .iter()
                .filter(|c| c.procedure_id == x.id)
                .map(|c| c.text.as_str())
                .collect();
        let total: i64 =
            m.ws.procedure_steps
                .iter()
                .filter(|s| s.procedure_id == x.id)
                .filter_map(|s| s.duration_min)
                .map(|d| d.0)
                .sum();
        let mut head = Vec::new();
        if let Some(s) = x.service_id {
            head.push(format!("Restores {}.", m.service(s)));
        }
        if !needs.is_empty() {
            head.push(format!("Needs: {}.", needs.join("; ")));
        }
        if let Some(a) = x.access.as_deref().filter(|a| !a.is_empty()) {
            head.push(format!("Access: {a}."));
        }
        head.push(format!("Sum of its steps: {}.", Minutes(total)));
        blocks.push(quiet(head.join(" ")));
        let rows =
            m.ws.procedure_steps
                .iter()
                .filter(|s| s.procedure_id == x.id)
                .map(|s| step(m, s))
                .collect();
        blocks.extend(table(
            &[
                ("", mm(9.0), Align::End),
                ("Step", share(1.0), Align::Start),
                ("Role", mm(24.0), Align::Start),
                ("min", mm(10.0), Align::End),
                ("Checked by \u{b7} if it fails", mm(40.0), Align::Start),
                ("Done", mm(11.0), Align::Middle),
                ("Time", mm(14.0), Align::Middle),
                ("Initials", mm(15.0), Align::Middle),
            ],
            rows,
        ));
        out.push(section(
            &format!("procedure-{}", x.code),
            "",
            &x.title,
            2,
            blocks,
        ));
    }
    out
}

/// The title of a step in weight, and what to do.
pub(super) fn what_to_do(s: &ProcedureStep) -> Vec<Run> {
    let title = s.title.as_deref().filter(|t| !t.is_empty());
    let title = title.map(|t| Run::strong(format!("{}. ", t.trim_end_matches('.'))));
    let action = Run::plain(s.action.clone().unwrap_or_default());
    title.into_iter().chain([action]).collect()
}

fn step(m: &Maker<'_>, s: &ProcedureStep) -> Vec<Cell> {
    let after: Vec<String> =
        m.ws.step_after
            .iter()
            .filter(|a| a.step_id == s.id)
            .map(|a| a.no.0.to_string())
            .collect();
    let mut runs = what_to_do(s);
    // The step before goes without saying.
    let plain = after.is_empty() || after == [(s.no.0 - 1).to_string()];
    if !plain {
        runs.push(Run::quiet(format!(" After {}.", after.join(" and "))));
    }
    let mut check = text(&s.verification);
    if let Some(f) = s.if_fails.as_deref().filter(|f| !f.is_empty()) {
        check = check.and(vec![Run::quiet(f)]);
    }
    vec![
        Cell::text(s.no.0.to_string()),
        Cell::runs(runs),
        s.role_id
            .map_or_else(|| Cell::quiet("anybody"), |r| Cell::text(m.role(Some(r)))),
        s.duration_min
            .map_or_else(|| Cell::quiet("?"), |d| Cell::text(d.0.to_string())),
        check,
        Cell::pen(Pen::Tick),
        Cell::default(),
        Cell::default(),
    ]
}

fn resources(m: &Maker<'_>, p: &Plan) -> Vec<Block> {
    let list: Vec<&ResourceRequirement> =
        m.ws.resource_requirements
            .iter()
            .filter(|r| r.plan_id == p.id)
            .collect();
    let mut horizons: Vec<Minutes> =
        m.ws.resource_amounts
            .iter()
            .filter(|a| list.iter().any(|r| r.id == a.requirement_id))
            .map(|a| a.horizon_min)
            .collect();
    horizons.sort();
    horizons.dedup();
    horizons.truncate(7);
    let names: Vec<String> = horizons.iter().map(ToString::to_string).collect();
    let mut columns = vec![
        ("Resource", share(1.0), Align::Start),
        ("Normally", mm(20.0), Align::End),
    ];
    columns.extend(names.iter().map(|n| (n.as_str(), mm(15.0), Align::End)));
    columns.push(("Elsewhere", mm(20.0), Align::End));
    columns.push(("", mm(26.0), Align::Start));
    let rows = list
        .iter()
        .map(|r| {
            let amount = |h: &Minutes| {
                m.ws.resource_amounts
                    .iter()
                    .find(|a| a.requirement_id == r.id && a.horizon_min == *h)
                    .map(|a| a.amount.0)
            };
            let number =
                |n: Option<i64>| n.map_or_else(|| Cell::quiet("?"), |n| Cell::text(n.to_string()));
            let mut row = vec![
                Cell::text(format!(
                    "{}{}",
                    r.resource,
                    r.unit
                        .as_deref()
                        .map(|u| format!(", {u}"))
                        .unwrap_or_default()
                )),
                number(r.normal.map(|n| n.0)),
            ];
            row.extend(horizons.iter().map(|h| number(amount(h))));
            row.push(number(r.available_alternate.map(|n| n.0)));
            // C15: deficit = max(0, need - available).
            let deficit = r
                .available_alternate
                .and_then(|a| horizons.iter().filter_map(amount).map(|n| n - a.0).max());
            row.push(match deficit {
                Some(d) if d > 0 => Cell::chip(format!("short by {d}"), Tone::Gap),
                Some(_) => Cell::chip("enough", Tone::Met),
                None => Cell::chip("unknown", Tone::Unknown),
            });
            row
        })
        .collect();
    table(&columns, rows).into_iter().collect()
}

fn alternate_site(m: &Maker<'_>, p: &Plan) -> Option<Vec<Block>> {
    let site = m.ws.get::<Site>(p.alternate_site_id?)?;
    let mut facts = vec![format!(
        "{} is ready within {}.",
        site.name,
        p.alternate_ready_within_min
            .map_or_else(|| "an unknown time".into(), |d| d.to_string())
    )];
    if let Some(a) = p.alternate_access.as_deref().filter(|a| !a.is_empty()) {
        facts.push(format!("Access: {a}."));
    }
    if let Some(t) = p.alternate_transport.as_deref().filter(|t| !t.is_empty()) {
        facts.push(format!("Transport: {t}."));
    }
    let mut blocks = vec![paragraph(facts.join(" "))];
    blocks.extend(bullets(
        m.ws.alternate_rooms
            .iter()
            .filter(|r| r.plan_id == p.id)
            .map(|r| capital(&r.text)),
    ));
    Some(blocks)
}

fn records(m: &Maker<'_>, p: &Plan) -> Vec<Block> {
    let rows =
        m.ws.vital_records
            .iter()
            .filter(|r| r.plan_id == p.id)
            .map(|r| {
                vec![
                    Cell::text(r.name.clone()),
                    text(&r.form),
                    text(&r.place),
                    Cell::text(m.role(r.custodian_role_id)),
                ]
            })
            .collect();
    let mut out: Vec<Block> = table(
        &[
            ("Vital record", share(1.0), Align::Start),
            ("Form", mm(30.0), Align::Start),
            ("Place", mm(36.0), Align::Start),
            ("Kept by", mm(42.0), Align::Start),
        ],
        rows,
    )
    .into_iter()
    .collect();
    let yes = |b: Option<bool>| match b {
        Some(true) => Cell::text("yes"),
        Some(false) => Cell::quiet("no"),
        None => Cell::quiet("unknown"),
    };
    let rows =
        m.ws.backup_sets
            .iter()
            .filter(|b| b.plan_id == p.id)
            .map(|b| {
                vec![
                    Cell::text(
                        b.service_id
                            .map_or_else(|| "not named".into(), |s| m.service(s)),
                    ),
                    text(&b.kind),
                    duration(b.interval_min),
                    duration(b.until_safe_min),
                    b.retention_days.map_or_else(
                        || Cell::quiet("unknown"),
                        |d| Cell::text(format!("{} d", d.0)),
                    ),
                    yes(b.offline),
                    yes(b.immutable),
                    date(b.last_restore_test),
                ]
            })
            .collect();
    out.extend(table(
        &[
            ("Backup of", share(1.0), Align::Start),
            ("Kind", share(0.8), Align::Start),
            ("Every", mm(16.0), Align::End),
            ("Safe after", mm(17.0), Align::End),
            ("Kept", mm(14.0), Align::End),
            ("Offline", mm(15.0), Align::Start),
            ("Immutable", mm(19.0), Align::Start),
            ("Restore tried", mm(27.0), Align::Start),
        ],
        rows,
    ));
    out
}

fn suppliers(m: &Maker<'_>) -> Vec<Block> {
    let rows =
        m.ws.suppliers
            .iter()
            .map(|s| {
                vec![
                    Cell::text(s.name.clone()),
                    s.service_id
                        .map_or_else(|| Cell::quiet("\u{2013}"), |x| Cell::text(m.service(x))),
                    text(&s.contract_id),
                    match &s.hotline {
                        Some(h) if !m.i.redact => Cell::strong(h.clone()),
                        Some(_) => m.personal(&s.hotline),
                        None => Cell::quiet("no number"),
                    },
                    text(&s.hours),
                    duration(s.promised_restore_min),
                ]
            })
            .collect();
    table(
        &[
            ("Supplier", share(1.0), Align::Start),
            ("Supplies", share(0.9), Align::Start),
            ("Contract", mm(20.0), Align::Start),
            ("Hotline", mm(33.0), Align::Start),
            ("Answers", mm(24.0), Align::Start),
            ("Promises", mm(18.0), Align::End),
        ],
        rows,
    )
    .into_iter()
    .collect()
}

pub(super) fn contacts(m: &Maker<'_>) -> Vec<Block> {
    let rows =
        m.ws.contacts
            .iter()
            .map(|c| {
                let who = c.role_id.map(|r| m.role(Some(r))).or_else(|| {
                    c.supplier_id
                        .and_then(|s| m.ws.get::<Supplier>(s))
                        .map(|s| s.name.clone())
                });
                let mut name = Cell::strong(
                    who.clone()
                        .or(c.display.clone())
                        .unwrap_or_else(|| c.code.0.clone()),
                );
                if let Some(d) = c
                    .display
                    .as_deref()
                    .filter(|d| !d.is_empty() && Some(*d) != who.as_deref())
                {
                    name = name.and(vec![Run::quiet(d)]);
                }
                vec![
                    name,
                    m.personal(&c.phone),
                    m.personal(&c.mobile),
                    m.personal(&c.email),
                    date(c.verified_on),
                ]
            })
            .collect();
    table(
        &[
            ("Role", share(1.0), Align::Start),
            ("Phone", mm(34.0), Align::Start),
            ("Mobile", mm(34.0), Align::Start),
            ("Mail", mm(40.0), Align::Start),
            ("Checked", mm(28.0), Align::Start),
        ],
        rows,
    )
    .into_iter()
    .collect()
}

fn return_to_normal(m: &Maker<'_>, p: &Plan) -> Vec<Block> {
    let criteria: Vec<String> =
        m.ws.return_criteria
            .iter()
            .filter(|c| c.plan_id == p.id)
            .map(|c| capital(&c.text))
            .collect();
    if criteria.is_empty() && p.return_declared_by_id.is_none() {
        return Vec::new();
    }
    let mut out = Vec::new();
    if p.return_declared_by_id.is_some() {
        out.push(paragraph(format!(
            "The end is declared by: {}.",
            m.role(p.return_declared_by_id)
        )));
    }
    if !criteria.is_empty() {
        out.push(paragraph("It is declared when all of this holds:"));
        out.extend(bullets(criteria));
    }
    if let Some(d) = p.return_review_within_days {
        out.push(paragraph(format!(
            "What happened is reviewed within {} days.",
            d.0
        )));
    }
    out
}
