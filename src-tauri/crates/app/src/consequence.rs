//! What follows from an activity's sheet, in sentences.

use crate::activities::money;
use crate::files;
use crate::views::min;
use crate::wire::*;
use mainstay_analysis::{
    ActivityResult, Analysis, GapState, MtpdDifferenceKind, MtpdState, RuleMtpd, mtpd_detail,
    wording,
};
use mainstay_domain::*;

/// What follows from the numbers of one activity, most important first.
pub(crate) fn consequence(
    ws: &Workspace,
    a: &Analysis,
    x: &Activity,
    r: &ActivityResult,
    loss: Option<&LossView>,
) -> Vec<Consequence> {
    let mut out = Vec::new();
    let mut say =
        |tone, target: Option<String>, text: String| out.push(Consequence { text, tone, target });
    let rule = ws
        .settings
        .first()
        .map_or(MtpdRule::FirstCrossing, |s| s.mtpd_rule);
    let deciding = match rule {
        MtpdRule::WeightedSum => &r.mtpd.weighted.deciding,
        MtpdRule::FirstCrossing | MtpdRule::LastTolerable => &r.mtpd.binding,
    };
    let names: Vec<String> = deciding
        .iter()
        .map(|k| format!("“{}”", reference::category_name(k)))
        .collect();
    let names = wording::and(&names);
    let reach = match deciding.len() {
        1 => "reaches its limit",
        _ => "reach their limits",
    };
    let why = |m: Minutes| match (rule, r.mtpd.first_unacceptable) {
        (MtpdRule::WeightedSum, _) => {
            format!(
                "the ratings together exceed their share of the maximum there, raised by {names}"
            )
        }
        (MtpdRule::LastTolerable, Some(first)) => {
            format!("the last tolerable horizon; {names} {reach} at {first}")
        }
        _ => format!("{names} {reach} at {m}"),
    };
    match (r.mtpd.state, r.mtpd.min) {
        (MtpdState::Known, Some(m)) => {
            say(Tone::Plain, None, format!("MTPD {m}: {}.", why(m)));
        }
        (MtpdState::Provisional, Some(m)) => say(
            Tone::Unknown,
            None,
            format!(
                "MTPD at most {m}: {}, but empty cells could bring it forward.",
                why(m)
            ),
        ),
        (MtpdState::Beyond, _) => say(
            Tone::Plain,
            None,
            format!(
                "MTPD beyond {}: nothing becomes unacceptable within the horizons.",
                r.mtpd.beyond.unwrap_or_default()
            ),
        ),
        _ => say(
            Tone::Unknown,
            None,
            "MTPD not assessed: rate the grid.".into(),
        ),
    }
    // Many harms together can be too much before any one of them is.
    if rule != MtpdRule::WeightedSum
        && let Some(d) = r.mtpd.difference
        && matches!(
            d.kind,
            MtpdDifferenceKind::WeightedEarlier | MtpdDifferenceKind::WeightedOnly
        )
    {
        say(Tone::Warn, None, d.sentence());
    }
    if let Some(a) = x.accepted_mtpd_min.filter(|a| Some(*a) != r.mtpd.min) {
        say(
            Tone::Warn,
            None,
            format!("Accepted MTPD {a} counts instead."),
        );
    }
    match (r.rto, r.slack) {
        (Some(rto), Some(s)) if s.0 < 0 => say(
            Tone::Gap,
            None,
            format!(
                "RTO {rto} and the work after it end {} after the MTPD.",
                Minutes(-s.0)
            ),
        ),
        (Some(rto), Some(s)) if s.0 == 0 => {
            say(Tone::Warn, None, format!("RTO {rto} leaves no slack."))
        }
        (Some(rto), Some(s)) => say(Tone::Plain, None, format!("RTO {rto} leaves {s}.")),
        (Some(rto), None) => say(Tone::Plain, None, format!("RTO {rto}.")),
        (None, _) => say(Tone::Unknown, None, "RTO not set.".into()),
    }
    let chain = a.blocking_path(&x.code);
    let last = chain
        .iter()
        .rev()
        .find(|p| p.code != x.code.0)
        .map(|p| p.code.clone());
    let cause = last.as_ref().map(|c| files::name_of(ws, c));
    match (r.gap_state, r.ready) {
        (Some(GapState::Gap), Some(ready)) => say(
            Tone::Gap,
            last,
            format!(
                "Not kept: {} back after {ready}, {} late.",
                cause.map_or("services are".into(), |c| format!("{c} is")),
                r.gap.unwrap_or_default()
            ),
        ),
        (Some(GapState::Gap), None) => say(
            Tone::Gap,
            last,
            "Not kept: a part of the chain alone takes longer.".into(),
        ),
        (Some(GapState::MetProven), Some(ready)) => say(
            Tone::Met,
            last,
            format!("Kept, by tests: services are back after {ready}."),
        ),
        (Some(GapState::MetClaimed), Some(ready)) => say(
            Tone::Met,
            last,
            format!("Kept, by estimate or contract: services are back after {ready}."),
        ),
        (Some(GapState::Unknown), _) => say(
            Tone::Unknown,
            last,
            "Not known whether it is kept: a restore time is missing.".into(),
        ),
        _ => {}
    }
    if let Some((l, amount)) = loss.and_then(|l| Some((l, l.at_ready?))) {
        say(
            Tone::Plain,
            None,
            format!("Loss by then {} {}.", money(amount), l.currency),
        );
    }
    out
}

pub(crate) fn state_view(s: MtpdState) -> MtpdStateView {
    match s {
        MtpdState::Known => MtpdStateView::Known,
        MtpdState::Beyond => MtpdStateView::Beyond,
        MtpdState::Provisional => MtpdStateView::Provisional,
        MtpdState::Unknown => MtpdStateView::Unknown,
    }
}

/// The three rules of C1 side by side.
pub(crate) fn rules(ws: &Workspace, code: &str) -> Vec<MtpdRuleView> {
    let Some(d) = mtpd_detail(ws, code) else {
        return Vec::new();
    };
    let view = |name: &str, rule: MtpdRule, r: &RuleMtpd| {
        let names: Vec<&str> = r
            .deciding
            .iter()
            .map(|c| reference::category_name(&c.category))
            .collect();
        let share = d.shares.iter().find(|s| Some(s.at_min) == r.mtpd_min);
        MtpdRuleView {
            name: name.into(),
            used: d.rule == rule,
            state: state_view(r.state),
            min: min(r.mtpd_min.or(r.beyond_min)),
            why: match (rule, share) {
                (MtpdRule::WeightedSum, Some(s)) => format!(
                    "{:.0} % of the maximum, above {} %; raised by {}",
                    s.share_pct,
                    d.share_pct,
                    wording::and(&names)
                ),
                (MtpdRule::WeightedSum, None) => {
                    format!("the share of {} % is not exceeded", d.share_pct)
                }
                (_, _) if names.is_empty() => "no limit is reached".into(),
                (MtpdRule::LastTolerable, _) => "the horizon before".into(),
                _ => wording::and(&names),
            },
        }
    };
    vec![
        view("First crossing", MtpdRule::FirstCrossing, &d.first_crossing),
        view("Last tolerable", MtpdRule::LastTolerable, &d.last_tolerable),
        view("Weighted sum", MtpdRule::WeightedSum, &d.weighted_sum),
    ]
}
