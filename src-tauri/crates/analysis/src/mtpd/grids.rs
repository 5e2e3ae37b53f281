//! From the records of a workspace to grids.

use super::{Category, DEFAULT_SHARE_PCT, Grid, TOP, propose};
use crate::results::MtpdProposal;
use hashbrown::HashMap;
use mainstay_domain::*;

/// The proposal of every activity's grid, in the order of the workspace.
pub(crate) fn proposals(ws: &Workspace) -> Vec<MtpdProposal> {
    // Only looked up, never walked through.
    let at: HashMap<ActivityId, usize> = ws
        .activities
        .iter()
        .enumerate()
        .map(|(i, a)| (a.id, i))
        .collect();
    let column = columns(ws);
    let mut horizons: Vec<Vec<Minutes>> = vec![Vec::new(); ws.activities.len()];
    for h in &ws.activity_horizons {
        if let Some(i) = at.get(&h.activity_id) {
            horizons[*i].push(h.at_min);
        }
    }
    for h in &mut horizons {
        h.sort_unstable();
        h.dedup();
    }
    let width = ws.impact_categories.len();
    let mut cells: Vec<Vec<u8>> = horizons.iter().map(|h| vec![0; h.len() * width]).collect();
    for r in &ws.impact_ratings {
        if let (Some(i), Some(c)) = (at.get(&r.activity_id), column.get(&r.category_id)) {
            fill(&mut cells[*i], &horizons[*i], *c, r);
        }
    }
    let (categories, (rule, share)) = (categories(ws), rule(ws));
    horizons
        .iter()
        .zip(&cells)
        .map(|(h, cells)| {
            let grid = Grid {
                categories: &categories,
                horizons: h,
                cells,
            };
            propose(&grid, rule, share)
        })
        .collect()
}

/// The horizons and cells of one activity.
pub(super) fn grid_of(ws: &Workspace, activity: ActivityId) -> (Vec<Minutes>, Vec<u8>) {
    let column = columns(ws);
    let mut horizons: Vec<Minutes> = ws
        .activity_horizons
        .iter()
        .filter(|h| h.activity_id == activity)
        .map(|h| h.at_min)
        .collect();
    horizons.sort_unstable();
    horizons.dedup();
    let mut cells = vec![0; horizons.len() * ws.impact_categories.len()];
    for r in ws
        .impact_ratings
        .iter()
        .filter(|r| r.activity_id == activity)
    {
        if let Some(c) = column.get(&r.category_id) {
            fill(&mut cells, &horizons, *c, r);
        }
    }
    (horizons, cells)
}

/// The categories with threshold and weight; one that no weight names counts 1, the first of two weights counts.
pub(super) fn categories(ws: &Workspace) -> Vec<Category<'_>> {
    let level = |l: i64| u8::try_from(l.clamp(1, i64::from(u8::MAX))).unwrap_or(u8::MAX);
    ws.impact_categories
        .iter()
        .map(|c| Category {
            key: &c.key,
            threshold: level(c.threshold.map_or(reference::DEFAULT_THRESHOLD, |l| l.0)),
            weight: ws
                .category_weights
                .iter()
                .find(|w| w.key == c.key)
                .map_or(billionths(1.0), |w| billionths(w.weight.0)),
        })
        .collect()
}

/// The workspace's rule and share in percent.
pub(super) fn rule(ws: &Workspace) -> (MtpdRule, i64) {
    ws.settings
        .first()
        .map_or((MtpdRule::FirstCrossing, DEFAULT_SHARE_PCT), |s| {
            (
                s.mtpd_rule,
                s.weighted_share_pct.map_or(DEFAULT_SHARE_PCT, |p| p.0),
            )
        })
}

/// A weight in billionths; the bounds are those of the field.
fn billionths(weight: f64) -> i128 {
    (weight.clamp(0.0, 1e6) * 1e9).round() as i128
}

fn columns(ws: &Workspace) -> HashMap<ImpactCategoryId, usize> {
    ws.impact_categories
        .iter()
        .enumerate()
        .map(|(i, c)| (c.id, i))
        .collect()
}

fn fill(cells: &mut [u8], horizons: &[Minutes], column: usize, r: &ImpactRating) {
    if let Ok(k) = horizons.binary_search(&r.horizon_min) {
        cells[column * horizons.len() + k] = r.level.map_or(0, |l| {
            u8::try_from(l.0.clamp(1, i64::from(TOP))).unwrap_or(TOP)
        });
    }
}
