//! One activity's MTPD with everything that decides it, worked out when somebody looks.

use super::grids::{categories, grid_of, rule};
use super::{Grid, TOP, before, propose, weighted::sums};
use crate::results::{MtpdDifference, MtpdState};
use mainstay_domain::{Minutes, MtpdRule, Workspace, reference};
use serde::Serialize;

/// The three rules of C1 side by side, for one activity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MtpdDetail {
    /// The code of the activity.
    pub activity: String,
    /// The rule of the workspace.
    pub rule: MtpdRule,
    /// The first horizon at which a category reaches its threshold.
    pub first_crossing: RuleMtpd,
    /// The last horizon before that.
    pub last_tolerable: RuleMtpd,
    /// The first horizon at which the weighted sum of ratings exceeds its share.
    pub weighted_sum: RuleMtpd,
    /// The share of its maximum that the weighted sum must exceed, in percent.
    pub share_pct: i64,
    /// The share reached at each horizon.
    pub shares: Vec<HorizonShare>,
    /// The horizon the contributions are of: the deciding one, else the last.
    pub contributions_at_min: Option<Minutes>,
    /// What each category adds there, in the order of the workspace; those without any rating are not among them.
    pub contributions: Vec<CategoryShare>,
    /// The keys of the categories without any rating: they stay out of sum and maximum.
    pub left_out: Vec<String>,
    /// How the rules differ; `None` when they say the same.
    pub difference: Option<MtpdDifference>,
    /// The difference as one sentence.
    pub difference_text: Option<String>,
}

/// What one rule says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleMtpd {
    /// How much is known.
    pub state: MtpdState,
    /// What it proposes; an upper bound when provisional.
    pub mtpd_min: Option<Minutes>,
    /// It cannot be earlier than this, whatever the empty cells hold.
    pub at_least_min: Option<Minutes>,
    /// The last horizon, when nothing is reached within them.
    pub beyond_min: Option<Minutes>,
    /// The categories that decide.
    pub deciding: Vec<DecidingCategory>,
    /// What is missing, when it is not known.
    pub reason: Option<String>,
}

/// A category that decides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecidingCategory {
    /// Its key.
    pub category: String,
    /// The level it has at the deciding horizon, the running maximum.
    pub level: u8,
    /// Its first unacceptable level.
    pub threshold: u8,
}

/// The share that the weighted sum reaches at a horizon.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HorizonShare {
    /// The horizon.
    pub at_min: Minutes,
    /// The share of the maximum, in percent; a lower bound where cells are empty.
    pub share_pct: f64,
    /// The share if every empty cell until then were the highest level.
    pub at_most_pct: f64,
}

/// What one category adds to the weighted sum.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CategoryShare {
    /// Its key.
    pub category: String,
    /// Its weight.
    pub weight: f64,
    /// Its level, the running maximum; the lowest where nothing is rated yet.
    pub level: u8,
    /// Weight times level as a share of the maximum, in percent.
    pub share_pct: f64,
}

/// The three rules for the activity with this code; `None` when there is none.
pub fn mtpd_detail(ws: &Workspace, activity_code: &str) -> Option<MtpdDetail> {
    let activity = ws.activities.iter().find(|a| a.code.0 == activity_code)?;
    let (horizons, cells) = grid_of(ws, activity.id);
    let categories = categories(ws);
    let (rule, share_pct) = rule(ws);
    let grid = Grid {
        categories: &categories,
        horizons: &horizons,
        cells: &cells,
    };
    // By its own rule, so that the state is that of the thresholds.
    let p = propose(&grid, MtpdRule::FirstCrossing, share_pct);
    let index = |m: Option<Minutes>| m.and_then(|m| horizons.iter().position(|h| *h == m));
    let first = index(p.first_unacceptable);
    let sum_at = index(p.weighted.mtpd_min);
    let deciding = |keys: &[String], at: Option<usize>| -> Vec<DecidingCategory> {
        grid.rows()
            .filter(|(c, _)| keys.iter().any(|k| k == c.key))
            .map(|(c, row)| DecidingCategory {
                category: c.key.into(),
                level: top(row, at),
                threshold: c.threshold,
            })
            .collect()
    };
    let binding = deciding(&p.binding, first);
    let crossing = RuleMtpd {
        state: p.state,
        mtpd_min: p.first_unacceptable,
        at_least_min: p.earliest,
        beyond_min: p.beyond,
        deciding: binding.clone(),
        reason: reason(&grid, activity_code, p.state, first),
    };
    let last = RuleMtpd {
        mtpd_min: p.first_unacceptable.and(p.last_tolerable),
        at_least_min: index(p.earliest).map(|i| before(&horizons, i)),
        ..crossing.clone()
    };
    let (sums, most) = sums(&grid);
    let pct = |x: i128| {
        if most == 0 {
            0.0
        } else {
            x as f64 * 100.0 / most as f64
        }
    };
    let rated = |row: &[u8]| row.iter().any(|l| *l != 0);
    let weighted_reason = if p.weighted.state == MtpdState::Unknown && p.state != MtpdState::Unknown
    {
        Some(format!(
            "No rated category of {activity_code} has a weight above 0."
        ))
    } else {
        reason(&grid, activity_code, p.weighted.state, sum_at)
    };
    let at = sum_at.or(horizons.len().checked_sub(1));
    Some(MtpdDetail {
        activity: activity_code.into(),
        rule,
        weighted_sum: RuleMtpd {
            state: p.weighted.state,
            mtpd_min: p.weighted.mtpd_min,
            at_least_min: p.weighted.earliest_min,
            beyond_min: p.weighted.beyond_min,
            deciding: deciding(&p.weighted.deciding, sum_at),
            reason: weighted_reason,
        },
        first_crossing: crossing,
        last_tolerable: last,
        share_pct,
        shares: if most == 0 {
            Vec::new()
        } else {
            horizons
                .iter()
                .zip(&sums)
                .map(|(h, s)| HorizonShare {
                    at_min: *h,
                    share_pct: pct(s[0]),
                    at_most_pct: pct(s[1]),
                })
                .collect()
        },
        contributions_at_min: at.map(|i| horizons[i]),
        contributions: grid
            .rows()
            .filter(|(_, row)| rated(row))
            .map(|(c, row)| {
                let level = top(row, at);
                CategoryShare {
                    category: c.key.into(),
                    weight: c.weight as f64 / 1e9,
                    level,
                    share_pct: pct(c.weight * i128::from(level)),
                }
            })
            .collect(),
        left_out: grid
            .rows()
            .filter(|(_, row)| !rated(row))
            .map(|(c, _)| c.key.into())
            .collect(),
        difference_text: p.difference.map(|d| d.sentence()),
        difference: p.difference,
    })
}

/// The running maximum until a horizon, the lowest level where nothing is rated until then.
fn top(row: &[u8], at: Option<usize>) -> u8 {
    row.iter()
        .take(at.map_or(0, |i| i + 1))
        .fold(1, |a, b| a.max(*b))
}

/// What is missing where a rule does not know, or knows only a bound.
fn reason(grid: &Grid<'_>, code: &str, state: MtpdState, at: Option<usize>) -> Option<String> {
    match state {
        MtpdState::Known | MtpdState::Beyond => None,
        MtpdState::Unknown if grid.horizons.is_empty() => {
            Some(format!("The impact grid of {code} has no horizons."))
        }
        MtpdState::Unknown => Some(format!("No cell of the impact grid of {code} is rated.")),
        MtpdState::Provisional => {
            let until = at.unwrap_or(grid.horizons.len());
            let names: Vec<&str> = grid
                .rows()
                .filter(|(_, row)| {
                    row.iter()
                        .take(until)
                        .position(|l| *l == 0)
                        .is_some_and(|hole| top(row, Some(hole)) < TOP)
                })
                .map(|(c, _)| reference::category_name(c.key))
                .collect();
            Some(format!(
                "Empty cells of the impact grid of {code} could bring it forward: {}.",
                names.join("; ")
            ))
        }
    }
}
