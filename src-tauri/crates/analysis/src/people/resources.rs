//! What is short over time (C15).

use super::{positions, those};
use hashbrown::HashMap;
use mainstay_domain::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// Whether one resource lasts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResourceResult {
    /// The code of the plan.
    pub plan: String,
    /// What is needed.
    pub resource: String,
    /// In what unit; the amounts below are in it.
    pub unit: Option<String>,
    /// How much there is normally.
    pub normal: Option<i64>,
    /// How much there is elsewhere.
    pub available: Option<i64>,
    /// Need and deficit at each horizon, ascending.
    pub horizons: Vec<ResourceHorizon>,
    /// The first horizon with a deficit; `None` when there is none, or when that is unknown.
    pub first_deficit_min: Option<Minutes>,
    /// The largest deficit; `None` when unknown.
    pub largest_deficit: Option<i64>,
    /// What is missing, when something is unknown.
    pub reason: Option<String>,
}

/// Need and deficit at one horizon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceHorizon {
    /// The horizon.
    pub at_min: Minutes,
    /// How much is needed.
    pub need: i64,
    /// How much of it is not there; `None` when what there is is not known and something is needed.
    pub deficit: Option<i64>,
    /// It cannot be more than this.
    pub deficit_at_most: i64,
}

/// Whether the resources of every plan last, in the order of the workspace.
///
/// C15: deficit = max(0, need(h) − available), available being what there is at the alternate place. Of two amounts for
/// the same horizon the larger counts.
pub fn resources(ws: &Workspace) -> Vec<ResourceResult> {
    let amounts = positions(&ws.resource_amounts, |a| a.requirement_id);
    let plans: HashMap<PlanId, &str> = ws.plans.iter().map(|p| (p.id, p.code.0.as_str())).collect();
    ws.resource_requirements
        .iter()
        .map(|r| {
            let mut need: BTreeMap<Minutes, i64> = BTreeMap::new();
            for a in those(&ws.resource_amounts, &amounts, &r.id) {
                let n = need.entry(a.horizon_min).or_default();
                *n = (*n).max(a.amount.0);
            }
            one(r, plans.get(&r.plan_id).copied().unwrap_or_default(), &need)
        })
        .collect()
}

fn one(r: &ResourceRequirement, plan: &str, need: &BTreeMap<Minutes, i64>) -> ResourceResult {
    let available = r.available_alternate.map(|c| c.0);
    let horizons: Vec<ResourceHorizon> = need
        .iter()
        .map(|(at, need)| {
            let short = need.saturating_sub(available.unwrap_or(0)).max(0);
            ResourceHorizon {
                at_min: *at,
                need: *need,
                // Where nothing is needed nothing is short, whatever there is.
                deficit: (available.is_some() || short == 0).then_some(short),
                deficit_at_most: short,
            }
        })
        .collect();
    let known = horizons.iter().all(|h| h.deficit.is_some());
    let mut reason = None;
    if !known {
        reason = Some(format!(
            "{plan} does not say how much of “{}” there is elsewhere.",
            r.resource
        ));
    } else if horizons.is_empty() {
        reason = Some(format!(
            "{plan} does not say how much of “{}” is needed.",
            r.resource
        ));
    }
    ResourceResult {
        plan: plan.into(),
        resource: r.resource.clone(),
        unit: r.unit.clone(),
        normal: r.normal.map(|c| c.0),
        available,
        first_deficit_min: horizons
            .iter()
            .find(|h| h.deficit.is_some_and(|d| d > 0))
            .map(|h| h.at_min),
        largest_deficit: horizons
            .iter()
            .map(|h| h.deficit)
            .collect::<Option<Vec<i64>>>()
            .and_then(|v| v.into_iter().max()),
        horizons,
        reason,
    }
}
