//! Appendices: one impact sheet per activity, and the glossary.

use super::*;
use crate::model::{Curve, Field, Grid, GridRow, Marker, MarkerRole};
use mainstay_analysis::{ActivityResult, MtpdState, loss::LossCurve};

pub(super) fn sections(m: &Maker<'_>, _: &Plan) -> Vec<Section> {
    let mut out = sheets(m, "A");
    if out.is_empty() {
        out.extend(or_missing(
            m,
            "bia",
            Vec::new(),
            "There is no activity in the scope, so that there is nothing to rate.",
        ));
    }
    out.push(numbered("glossary", glossary()));
    out
}

/// An impact sheet for each activity, under a heading of a number.
pub(super) fn sheets(m: &Maker<'_>, number: &str) -> Vec<Section> {
    let mut out = Vec::new();
    if !m.ws.activities.is_empty() {
        out.push(section("bia", number, "Impact sheets", 1, vec![quiet(
            "Each column reads: out from the start until then. Outlined: the first level that is unacceptable in its category.",
        )]));
        for (x, r) in m.ws.activities.iter().zip(&m.i.analysis.activities) {
            out.push(section(
                &format!("bia-{}", x.code),
                "",
                &format!("{} {}", x.code, x.name),
                2,
                sheet(m, x, r),
            ));
        }
    }
    out
}

fn sheet(m: &Maker<'_>, x: &Activity, r: &ActivityResult) -> Vec<Block> {
    let mut head = vec![m.role(x.owner_role_id)];
    if let Some(p) = x.peak.as_deref().filter(|p| !p.is_empty() && *p != "none") {
        head.push(format!("worst: {p}"));
    }
    if let Some(w) = x.reason.as_deref().filter(|w| !w.is_empty()) {
        head.push(w.to_string());
    }
    if x.contested == Some(true) {
        head.push("contested".into());
    }
    let horizons: Vec<Minutes> =
        m.ws.activity_horizons
            .iter()
            .filter(|h| h.activity_id == x.id)
            .map(|h| h.at_min)
            .collect();
    let mut out = vec![quiet(head.join(" \u{b7} "))];
    out.push(Block::Columns {
        share: 0.54,
        left: vec![Block::Grid(grid(m, x, &horizons))],
        right: vec![Block::Fields {
            fields: objectives(r, x),
        }],
    });
    if let Some(c) = curve(m, x, r, &horizons) {
        out.push(Block::Curve(c));
    }
    if let Some(w) = x.workaround.as_deref().filter(|w| !w.is_empty()) {
        let note = x
            .workaround_note
            .as_deref()
            .filter(|n| !n.is_empty())
            .map(|n| format!(", {n}"))
            .unwrap_or_default();
        out.push(Block::Paragraph {
            runs: vec![
                Run::strong("Workaround. "),
                Run::plain(format!("{w}{note}.")),
            ],
        });
    }
    if let Some(reason) = x.accepted_mtpd_reason.as_deref().filter(|t| !t.is_empty()) {
        out.push(Block::Paragraph {
            runs: vec![Run::strong("Accepted MTPD. "), Run::plain(reason)],
        });
    }
    out.extend(proof(m, x, r));
    out
}

fn objectives(r: &ActivityResult, x: &Activity) -> Vec<Field> {
    let show = |d: Option<Minutes>| {
        d.map_or_else(|| Cell::quiet("unknown"), |d| Cell::strong(d.to_string()))
    };
    let field = |label: &str, value: Cell| Field {
        label: label.into(),
        value,
    };
    let proposal = match (r.mtpd.state, r.mtpd.min) {
        (MtpdState::Known, Some(d)) => Cell::strong(d.to_string()),
        (MtpdState::Provisional, Some(d)) => Cell::strong(format!("\u{2264} {d}")),
        (MtpdState::Beyond, _) => {
            Cell::strong(r.mtpd.beyond.map(|b| format!("> {b}")).unwrap_or_default())
        }
        _ => Cell::quiet("unknown"),
    };
    let mut out = vec![field("MTPD, proposed by the grid", proposal)];
    if x.accepted_mtpd_min.is_some() {
        out.push(field("MTPD, accepted", show(x.accepted_mtpd_min)));
    }
    out.push(field("Last tolerable", show(r.mtpd.last_tolerable)));
    out.push(field("RTO", show(r.rto)));
    out.push(field(
        "Work after restore (WRT)",
        Cell::strong(r.wrt.to_string()),
    ));
    out.push(field("Slack", show(r.slack)));
    out.push(field(
        "RPO",
        x.rpo_min
            .map_or_else(|| Cell::quiet("not set"), |d| Cell::strong(d.to_string())),
    ));
    out.push(field(
        "Minimum output (MBCO)",
        x.mbco_pct.map_or_else(
            || Cell::quiet("not set"),
            |p| Cell::strong(format!("{} %", p.0)),
        ),
    ));
    out
}

fn grid(m: &Maker<'_>, x: &Activity, horizons: &[Minutes]) -> Grid {
    let rows = m
        .ws
        .impact_categories
        .iter()
        .map(|c| {
            let threshold = c.threshold.map_or(reference::DEFAULT_THRESHOLD, |l| l.0);
            let level = |h: &Minutes| {
                m.ws.impact_ratings
                    .iter()
                    .find(|r| r.activity_id == x.id && r.category_id == c.id && r.horizon_min == *h)
                    .and_then(|r| r.level)
                    .map(|l| l.0)
            };
            let levels: Vec<Option<i64>> = horizons.iter().map(level).collect();
            GridRow {
                name: reference::category_name(&c.key).into(),
                first_unacceptable: levels
                    .iter()
                    .position(|l| l.is_some_and(|l| l >= threshold)),
                levels,
            }
        })
        .collect();
    Grid {
        horizons: horizons.iter().map(ToString::to_string).collect(),
        rows,
    }
}

fn curve(m: &Maker<'_>, x: &Activity, r: &ActivityResult, horizons: &[Minutes]) -> Option<Curve> {
    let until = horizons.last().map_or(168.0, |h| h.hours());
    let points = LossCurve::of(m.ws, x.id)?.points(until);
    if points.iter().all(|p| p.1 == 0.0) {
        return None;
    }
    let mut markers = Vec::new();
    let mut mark = |d: Option<Minutes>, word: &str, role| {
        if let Some(d) = d.filter(|d| d.0 > 0) {
            markers.push(Marker {
                at: d.hours(),
                label: format!("{word} {d}"),
                role,
            });
        }
    };
    mark(r.effective_mtpd, "MTPD", MarkerRole::Mtpd);
    mark(r.rto, "RTO", MarkerRole::Rto);
    mark(r.ready, "shown", MarkerRole::Ready);
    Some(Curve {
        title: "Cumulative loss".into(),
        currency: m
            .ws
            .organisations
            .first()
            .map(|o| o.currency.0.clone())
            .unwrap_or_default(),
        points,
        markers,
        unacceptable_from: r.effective_mtpd.map(Minutes::hours),
    })
}

/// Why a promise is not kept, as the chain of what waits for what.
fn proof(m: &Maker<'_>, x: &Activity, r: &ActivityResult) -> Option<Block> {
    let (GapState::Gap, Some(ready), Some(rto), Some(gap)) = (r.gap_state?, r.ready, r.rto, r.gap)
    else {
        return None;
    };
    let chain: Vec<String> =
        m.i.analysis
            .blocking_path(&x.code.0)
            .iter()
            .rev()
            .filter(|s| s.code != x.code.0)
            .map(|s| format!("{} ({})", m.name(&s.code), s.finish))
            .collect();
    Some(Block::Paragraph {
        runs: vec![
            Run::strong("Why the gap. "),
            Run::plain(format!("It needs {}.", chain.join(", which waits for "))),
            Run::quiet(format!(
                " Needed: {rto}. Shown: {ready}. To keep it, this chain has to end {gap} sooner."
            )),
        ],
    })
}

/// The terms this document uses.
fn glossary() -> Vec<Block> {
    const TERMS: &[(&str, &str)] = &[
        (
            "Activity",
            "Work the organisation does to deliver something; the unit that a business impact analysis rates.",
        ),
        (
            "BIA",
            "Business impact analysis: consequences of an outage over time, giving priorities and time limits.",
        ),
        (
            "Dependency",
            "Statement that one thing needs another; hard (it stops without it) or soft (it goes on, worse).",
        ),
        (
            "Disruption",
            "Unplanned negative departure from expected delivery; starts the clock unless said otherwise.",
        ),
        (
            "Gap",
            "Achievable time minus required time. Unknown is a state of its own.",
        ),
        (
            "MBCO",
            "Minimum business continuity objective: the lowest output acceptable during a disruption.",
        ),
        (
            "MTPD",
            "Maximum tolerable period of disruption: the outage length at which consequences become unacceptable; set by the business.",
        ),
        (
            "Recovery point objective (RPO)",
            "Largest accepted age of restored data.",
        ),
        (
            "Recovery time objective (RTO)",
            "Planned latest time until usable again.",
        ),
        (
            "Single point of failure",
            "Element whose single failure stops a target.",
        ),
        (
            "Tier",
            "Class by required RTO: 1 up to 4 h, 2 up to 24 h, 3 up to 72 h, 4 later or none.",
        ),
        (
            "Tolerance",
            "How long a dependant can do without a provider, counted from the disruption.",
        ),
        (
            "WRT",
            "Work recovery time: the work between technically usable and business running, such as checks, re-entry, backlog.",
        ),
    ];
    let fields = TERMS
        .iter()
        .map(|(t, w)| vec![Cell::strong(*t), Cell::text(*w)])
        .collect();
    table(
        &[
            ("Term", mm(50.0), Align::Start),
            ("Meaning", share(1.0), Align::Start),
        ],
        fields,
    )
    .into_iter()
    .collect()
}
