//! Whether blind estimates agree (C14).

use super::{positions, those};
use hashbrown::HashMap;
use mainstay_domain::*;
use serde::Serialize;

/// Levels agree when their interquartile range is at most this.
const LEVEL_IQR_MAX: f64 = 1.0;
/// Durations agree when the largest is at most so many times the smallest.
const DURATION_RATIO_MAX: i128 = 4;
/// Fewer estimates than this are few.
const FEW: usize = 3;

/// What one question's estimates say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EstimateResult {
    /// The code of the workshop.
    pub workshop: String,
    /// The code of the activity it is about.
    pub activity: Option<String>,
    /// The question.
    pub question: Option<String>,
    /// What was estimated; `None` when nobody said anything.
    pub kind: Option<EstimateKind>,
    /// The first round; `None` when nobody said anything in it.
    pub round1: Option<RoundResult>,
    /// The second round; `None` when nobody said anything in it.
    pub round2: Option<RoundResult>,
    /// Whether the last round with values agrees; `None` when unknown.
    pub consensus: Option<bool>,
    /// What that round proposes: its median, snapped.
    pub proposed: Option<i64>,
    /// The value that was agreed.
    pub agreed: Option<i64>,
    /// Whether that lies between the least and the most that anybody said; `None` when unknown.
    pub agreed_within: Option<bool>,
    /// What is missing, when something is unknown.
    pub reason: Option<String>,
}

/// What sort of value was estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EstimateKind {
    /// Impact levels: every value of both rounds is 1 to 5.
    Level,
    /// Durations in minutes.
    Minutes,
}

/// What one round says; values in levels or minutes, as the kind of the estimate is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoundResult {
    /// How many values.
    pub count: usize,
    /// Whether those are fewer than three.
    pub few: bool,
    /// The values, ascending.
    pub values: Vec<i64>,
    /// The middle value; the mean of the two middle ones of an even count.
    pub median: f64,
    /// The median of the lower half, without the middle value of an odd count.
    pub q1: f64,
    /// The median of the upper half, likewise.
    pub q3: f64,
    /// `q3 - q1`.
    pub iqr: f64,
    /// Most over least; `None` when the least is not above 0.
    pub ratio: Option<f64>,
    /// The geometric mean of durations; `None` for levels and when a value is not above 0.
    pub geometric_mean: Option<f64>,
    /// Levels: IQR at most 1. Durations: most at most four times least. `None` for negative durations.
    pub consensus: Option<bool>,
    /// The median as a level (up) or as a horizon of the activity (down); `None` below the first horizon.
    pub snapped: Option<i64>,
    /// The values to be explained: more than a level, or more than a factor of 2, away from the median.
    pub outliers: Vec<i64>,
}

/// What every estimate of every workshop says, in the order of the workspace.
pub fn consensus(ws: &Workspace) -> Vec<EstimateResult> {
    // The maps are only looked up, never walked through.
    let first = positions(&ws.estimate_round1, |v| v.estimate_id);
    let second = positions(&ws.estimate_round2, |v| v.estimate_id);
    let horizons = positions(&ws.activity_horizons, |h| h.activity_id);
    let workshops: HashMap<WorkshopId, &str> = ws
        .workshops
        .iter()
        .map(|w| (w.id, w.code.0.as_str()))
        .collect();
    let activities: HashMap<ActivityId, &str> = ws
        .activities
        .iter()
        .map(|a| (a.id, a.code.0.as_str()))
        .collect();
    ws.estimates
        .iter()
        .map(|e| {
            let round1: Vec<i64> = those(&ws.estimate_round1, &first, &e.id)
                .map(|v| v.value.0)
                .collect();
            let round2: Vec<i64> = those(&ws.estimate_round2, &second, &e.id)
                .map(|v| v.value.0)
                .collect();
            let own: Vec<i64> = e.activity_id.map_or_else(Vec::new, |id| {
                those(&ws.activity_horizons, &horizons, &id)
                    .map(|h| h.at_min.0)
                    .collect()
            });
            let mut out = estimate(&round1, &round2, &own, e.agreed.map(|v| v.0));
            out.workshop = workshops
                .get(&e.workshop_id)
                .map(|c| (*c).into())
                .unwrap_or_default();
            out.activity = e
                .activity_id
                .and_then(|id| activities.get(&id))
                .map(|c| (*c).into());
            out.question.clone_from(&e.question);
            out
        })
        .collect()
}

/// C14 for the values of one question.
pub(super) fn estimate(
    round1: &[i64],
    round2: &[i64],
    horizons: &[i64],
    agreed: Option<i64>,
) -> EstimateResult {
    let said = || round1.iter().chain(round2).copied();
    let kind = said().next().map(|_| {
        if said().all(|v| (1..=5).contains(&v)) {
            EstimateKind::Level
        } else {
            EstimateKind::Minutes
        }
    });
    let first = kind.and_then(|k| round(round1, k, horizons));
    let second = kind.and_then(|k| round(round2, k, horizons));
    let last = second.as_ref().or(first.as_ref());
    let mut reasons = Vec::new();
    match last {
        None => reasons.push("No values in either round.".to_string()),
        Some(r) => {
            if r.consensus.is_none() {
                reasons.push("A duration below 0 stands among the values.".into());
            }
            if r.snapped.is_none() {
                reasons.push(if horizons.is_empty() {
                    "No horizons to snap the median to.".into()
                } else {
                    "The median lies below the first horizon.".into()
                });
            }
        }
    }
    EstimateResult {
        workshop: String::new(),
        activity: None,
        question: None,
        kind,
        consensus: last.and_then(|r| r.consensus),
        proposed: last.and_then(|r| r.snapped),
        agreed,
        agreed_within: agreed
            .zip(said().min().zip(said().max()))
            .map(|(a, (least, most))| least <= a && a <= most),
        reason: (!reasons.is_empty()).then(|| reasons.join(" ")),
        round1: first,
        round2: second,
    }
}

fn round(values: &[i64], kind: EstimateKind, horizons: &[i64]) -> Option<RoundResult> {
    let mut v = values.to_vec();
    v.sort_unstable();
    let (least, most) = (*v.first()?, *v.last()?);
    let half = v.len() / 2;
    let median = middle(&v)?;
    // One value alone is its own quartiles.
    let q1 = middle(&v[..half]).unwrap_or(median);
    let q3 = middle(&v[v.len() - half..]).unwrap_or(median);
    let (consensus, snapped) = match kind {
        EstimateKind::Level => (Some(q3 - q1 <= LEVEL_IQR_MAX), Some(median.ceil() as i64)),
        EstimateKind::Minutes => (
            (least >= 0).then(|| i128::from(most) <= DURATION_RATIO_MAX * i128::from(least)),
            horizons
                .iter()
                .filter(|h| **h as f64 <= median)
                .max()
                .copied(),
        ),
    };
    let far = |x: &i64| {
        let x = *x as f64;
        match kind {
            EstimateKind::Level => (x - median).abs() > 1.0,
            EstimateKind::Minutes => x > 2.0 * median || 2.0 * x < median,
        }
    };
    Some(RoundResult {
        count: v.len(),
        few: v.len() < FEW,
        median,
        q1,
        q3,
        iqr: q3 - q1,
        ratio: (least > 0).then(|| most as f64 / least as f64),
        geometric_mean: (kind == EstimateKind::Minutes && least > 0).then(|| {
            let sum: f64 = v.iter().map(|x| libm::log(*x as f64)).sum();
            libm::exp(sum / v.len() as f64)
        }),
        consensus,
        snapped,
        outliers: v.iter().filter(|x| far(x)).copied().collect(),
        values: v,
    })
}

/// The middle of ascending values, the mean of the two middle ones of an even count.
fn middle(v: &[i64]) -> Option<f64> {
    let upper = *v.get(v.len() / 2)?;
    let lower = *v.get((v.len() - 1) / 2)?;
    Some((i128::from(lower) + i128::from(upper)) as f64 / 2.0)
}
