//! What-ifs side by side: the same outage met with today's means, and with what the scenario changes.

use crate::recover::{
    ActivityOutcome, Breaches, Goal, OpenTime, Options, Outcome, Patience, WorkUnit, by_list_rule,
    recover,
};
use crate::situation::{Scenario, Staff, has_effect};
use mainstay_domain::{SavedScenario, Service, ServiceId, StaffLevel, Strategy, Workspace};
use serde::Serialize;

/// How many orders are tried for each scenario with limited people; enough for plans of usual size, and the same
/// everywhere.
const SCHEDULES: u64 = 1_500;
/// Fewer where a plan is large: so many pieces of work are placed at most, over all orders.
const MOST_WORK: u64 = 3_000_000;

/// One scenario beside today.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// The display code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The codes of the services that are down; `None` means every service.
    pub down: Option<Vec<String>>,
    /// The codes of strategies in place that change nothing, since they do not say for what or by when.
    pub without_effect: Vec<String>,
    /// The same outage, met with today's means: planned staff where the scenario limits people, else as many as needed.
    pub today: Side,
    /// The outage as the scenario has it.
    pub then: Side,
    /// The activities that fare differently.
    pub differences: Vec<Difference>,
}

/// What one side of a comparison comes to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    /// How many activities in scope miss what.
    pub breaches: Breaches,
    /// The codes of the activities that are ready only after their RTO.
    pub rto_missed: Vec<String>,
    /// The codes of the activities that run again only after their MTPD.
    pub mtpd_missed: Vec<String>,
    /// What the outage costs, in currency units; `None` where nobody knows.
    pub loss: Option<f64>,
    /// Whether that is only a bound from below.
    pub loss_is_lower_bound: bool,
    /// When the last service is there.
    pub finish_min: Option<i64>,
    /// Whether the organisation's limit has made the loss less than the sum of the activities'.
    pub capped_by_organisation: bool,
    /// Whether no order of restoring is better; with as many people as needed there is only one.
    pub proven: bool,
    /// Services whose time stays open, each with its reason.
    pub open: Vec<OpenTime>,
    /// Each activity.
    pub activities: Vec<ActivityOutcome>,
}

/// One activity that fares differently.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The display code.
    pub code: String,
    /// When its services are there today, and then.
    pub ready_min: [Option<i64>; 2],
    /// Whether it misses its RTO today, and then.
    pub rto_missed: [Option<bool>; 2],
    /// Whether it breaches its MTPD today, and then.
    pub mtpd_missed: [Option<bool>; 2],
    /// What it loses today, and then.
    pub loss: [Option<f64>; 2],
}

/// Compares saved scenarios with today, each on its own outage.
pub fn compare(
    ws: &Workspace,
    saved: &[&SavedScenario],
    stop: &crate::schedule::Stop<'_>,
) -> Vec<Compared> {
    saved
        .iter()
        .map(|s| {
            let then = Scenario::saved(ws, s);
            let today = Scenario {
                down: then.down.clone(),
                start: then.start,
                staff: if then.limits_staff() {
                    Staff::of(StaffLevel::Planned)
                } else {
                    Staff::default()
                },
                ..Scenario::default()
            };
            let code = |id: &ServiceId| Some(ws.get::<Service>(*id)?.code.0.clone());
            let down = then.down.as_ref();
            let without_effect = then
                .strategies
                .iter()
                .filter_map(|id| ws.get::<Strategy>(*id))
                .filter(|s| !has_effect(s))
                .map(|s| s.code.0.clone());
            let (a, b) = (side(ws, &today, stop), side(ws, &then, stop));
            Compared {
                code: s.code.0.clone(),
                name: s.name.clone(),
                down: down.map(|d| d.iter().filter_map(code).collect()),
                without_effect: without_effect.collect(),
                differences: differences(&a, &b),
                today: a,
                then: b,
            }
        })
        .collect()
}

fn side(ws: &Workspace, scenario: &Scenario, stop: &crate::schedule::Stop<'_>) -> Side {
    let (outcome, proven): (Outcome, bool) = if scenario.limits_staff() {
        let options = Options {
            goal: Goal::Breaches,
            schedules: Some(
                SCHEDULES
                    .min(MOST_WORK / (1 + ws.services.len() as u64))
                    .max(1),
            ),
            ..Options::default()
        };
        let patience = Patience {
            search: stop,
            gains: &|| true,
        };
        let o = recover(ws, scenario, &options, &patience);
        (o.outcome, o.proven)
    } else {
        (by_list_rule(ws, scenario, WorkUnit::Services), true)
    };
    let missed = |f: &dyn Fn(&ActivityOutcome) -> Option<bool>| -> Vec<String> {
        let all = outcome.activities.iter().filter(|a| a.in_scope);
        all.filter(|a| f(a) == Some(true))
            .map(|a| a.code.clone())
            .collect()
    };
    Side {
        breaches: outcome.breaches,
        rto_missed: missed(&|a| a.rto_missed),
        mtpd_missed: missed(&|a| a.mtpd_missed),
        loss: outcome.loss,
        loss_is_lower_bound: outcome.loss_is_lower_bound,
        capped_by_organisation: outcome.capped_by_organisation,
        proven,
        open: outcome.open,
        finish_min: outcome.finish_min,
        activities: outcome.activities,
    }
}

fn differences(today: &Side, then: &Side) -> Vec<Difference> {
    today
        .activities
        .iter()
        .zip(&then.activities)
        .filter(|(a, b)| a != b)
        .map(|(a, b)| Difference {
            code: a.code.clone(),
            ready_min: [a.ready_min, b.ready_min],
            rto_missed: [a.rto_missed, b.rto_missed],
            mtpd_missed: [a.mtpd_missed, b.mtpd_missed],
            loss: [a.loss, b.loss],
        })
        .collect()
}
