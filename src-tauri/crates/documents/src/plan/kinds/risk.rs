//! The risk report.

use super::*;
use mainstay_analysis::risk::expected_losses;

pub(super) fn sections(m: &Maker<'_>) -> Vec<Section> {
    if m.ws.risks.is_empty() {
        return nothing("No risks are recorded.");
    }
    let mut out = vec![section("risks", "1", "Risks", 1, priorities::risks(m))];
    if let Some(t) = expected(m) {
        out.push(section("expected", "2", "What they cost in a year", 1, t));
    }
    if let Some(t) = controls(m) {
        out.push(section("controls", "3", "Controls in place", 1, t));
    }
    if let Some(t) = accepted(m) {
        out.push(section("accepted", "4", "Accepted risks", 1, t));
    }
    let weak = priorities::spof(m);
    if !weak.is_empty() {
        out.push(section("spof", "5", "Single points of failure", 1, weak));
    }
    out
}

fn expected(m: &Maker<'_>) -> Option<Vec<Block>> {
    let losses = expected_losses(m.ws);
    let rows: Vec<Vec<Cell>> =
        m.ws.risks
            .iter()
            .zip(&losses.risks)
            .map(|(r, e)| {
                let number = |x: Option<f64>| {
                    x.map_or_else(
                        || Cell::quiet("unknown"),
                        |x| Cell::text(figures::grouped(x)),
                    )
                };
                vec![
                    Cell::quiet(r.code.0.clone()),
                    Cell::text(r.title.clone()),
                    number(r.frequency_per_year.map(|f| f.0)),
                    number(e.ale.map(f64::round)),
                    e.unknown
                        .as_ref()
                        .map_or_else(|| Cell::quiet(""), |u| Cell::quiet(u.clone())),
                ]
            })
            .collect();
    let currency = m.currency();
    let t = table(
        &[
            ("", mm(11.0), Align::Start),
            ("Risk", share(1.2), Align::Start),
            ("Events a year", mm(24.0), Align::End),
            (
                &format!("Expected loss a year, {currency}"),
                mm(38.0),
                Align::End,
            ),
            ("What is not known", share(0.8), Align::Start),
        ],
        rows,
    )?;
    Some(vec![
        quiet(
            "Events in a year times the expected loss of one; a mean over many years, not what a bad year costs.",
        ),
        t,
    ])
}

fn controls(m: &Maker<'_>) -> Option<Vec<Block>> {
    let rows =
        m.ws.risks
            .iter()
            .filter_map(|r| {
                let list: Vec<&str> =
                    m.ws.risk_controls
                        .iter()
                        .filter(|c| c.risk_id == r.id)
                        .map(|c| c.text.as_str())
                        .collect();
                (!list.is_empty()).then(|| {
                    vec![
                        Cell::quiet(r.code.0.clone()),
                        Cell::text(r.title.clone()),
                        Cell::text(list.join("; ")),
                    ]
                })
            })
            .collect();
    let t = table(
        &[
            ("", mm(11.0), Align::Start),
            ("Risk", share(1.0), Align::Start),
            ("Controls", share(1.2), Align::Start),
        ],
        rows,
    )?;
    Some(vec![t])
}

fn accepted(m: &Maker<'_>) -> Option<Vec<Block>> {
    let rows =
        m.ws.risks
            .iter()
            .filter(|r| r.accepted_on.is_some() || r.acceptance_role_id.is_some())
            .map(|r| {
                vec![
                    Cell::quiet(r.code.0.clone()),
                    Cell::text(r.title.clone()),
                    Cell::text(m.role(r.acceptance_role_id)),
                    date(r.accepted_on),
                    date(r.accepted_until),
                ]
            })
            .collect();
    let t = table(
        &[
            ("", mm(11.0), Align::Start),
            ("Risk", share(1.0), Align::Start),
            ("Accepted by", mm(42.0), Align::Start),
            ("On", mm(32.0), Align::Start),
            ("Until", mm(32.0), Align::Start),
        ],
        rows,
    )?;
    Some(vec![t])
}
