//! Workshop minutes. Workshops are no part of a frozen version, so these are those of the workspace as it is.

use super::*;
use mainstay_analysis::people::{EstimateKind, EstimateResult, RoundResult, consensus};

pub(super) fn sections(m: &Maker<'_>) -> Vec<Section> {
    let live = Maker {
        i: m.i,
        ws: m.i.live,
    };
    let m = &live;
    if m.ws.workshops.is_empty() {
        return nothing("No workshop is recorded.");
    }
    let results = consensus(m.ws);
    let mut out = Vec::new();
    for (n, w) in m.ws.workshops.iter().enumerate() {
        let kind = w.kind.as_deref().map(workshop_name).unwrap_or("Workshop");
        let title = format!("{} {}", w.code, kind);
        let time = match (&w.start, &w.end) {
            (Some(a), Some(b)) => Some(format!("{} to {}", a.0, b.0)),
            (a, b) => a.as_ref().or(b.as_ref()).map(|t| t.0.clone()),
        };
        let roles = |list: Vec<RoleId>| names(m, list.into_iter());
        let blocks = fields(vec![
            ("Date", w.date.map(long_date)),
            ("Time", time),
            ("Led by", w.facilitator_role_id.map(|r| m.role(Some(r)))),
            ("Written by", w.scribe_role_id.map(|r| m.role(Some(r)))),
            (
                "Took part",
                roles(
                    m.ws.workshop_participants
                        .iter()
                        .filter(|x| x.workshop_id == w.id)
                        .map(|x| x.role_id)
                        .collect(),
                ),
            ),
            (
                "Missing",
                roles(
                    m.ws.workshop_absent
                        .iter()
                        .filter(|x| x.workshop_id == w.id)
                        .map(|x| x.role_id)
                        .collect(),
                ),
            ),
        ]);
        out.push(Section {
            start: if n == 0 { Start::Here } else { Start::Page },
            ..section(
                &format!("workshop-{}", w.code),
                &(n + 1).to_string(),
                &title,
                1,
                blocks.into_iter().collect(),
            )
        });
        let asked = estimates(m, w, &results);
        if !asked.is_empty() {
            out.push(section(
                &format!("workshop-{}-asked", w.code),
                "",
                "What was asked and agreed",
                2,
                asked,
            ));
        }
        let actions = upkeep::actions_from(m, Some(&w.code.0));
        if !actions.is_empty() {
            out.push(section(
                &format!("workshop-{}-actions", w.code),
                "",
                "Actions",
                2,
                actions,
            ));
        }
    }
    out
}

fn workshop_name(kind: &str) -> &'static str {
    match kind {
        "bia" => "Business impact analysis",
        "risk" => "Risk workshop",
        "walkthrough" => "Walkthrough",
        "tabletop" => "Tabletop",
        _ => "Workshop",
    }
}

fn estimates(m: &Maker<'_>, w: &Workshop, results: &[EstimateResult]) -> Vec<Block> {
    let rows =
        m.ws.estimates
            .iter()
            .zip(results)
            .filter(|(e, _)| e.workshop_id == w.id)
            .map(|(e, r)| {
                let value = |v: i64| match r.kind {
                    Some(EstimateKind::Minutes) => Minutes(v).to_string(),
                    _ => v.to_string(),
                };
                let round = |x: &Option<RoundResult>| match x {
                    Some(x) => {
                        let all: Vec<String> = x.values.iter().map(|v| value(*v)).collect();
                        Cell::text(all.join(", "))
                    }
                    None => Cell::quiet("\u{2013}"),
                };
                let mut question = Cell::text(e.question.clone().unwrap_or_default());
                if let Some(a) = e.activity_id {
                    question = question.and(vec![Run::quiet(m.node(NodeId(a.0)))]);
                }
                vec![
                    question,
                    round(&r.round1),
                    round(&r.round2),
                    e.agreed
                        .map_or_else(|| Cell::quiet("open"), |v| Cell::strong(value(v.0))),
                    match r.consensus {
                        Some(true) => Cell::chip("agreed", Tone::Met),
                        Some(false) => Cell::chip("contested", Tone::Warn),
                        None => Cell::chip("unknown", Tone::Unknown),
                    },
                    text(&e.reason),
                ]
            })
            .collect();
    table(
        &[
            ("Question", share(1.0), Align::Start),
            ("First round", mm(27.0), Align::Start),
            ("Second round", mm(27.0), Align::Start),
            ("Value", mm(18.0), Align::End),
            ("", mm(24.0), Align::Start),
            ("Why, and dissent", share(0.8), Align::Start),
        ],
        rows,
    )
    .into_iter()
    .collect()
}
