//! What one more of each resource would bring.

use super::project::{Cost, Goal, Options, Plan, Project};
use super::solve::{Stop, solve};
use rayon::prelude::*;
use serde::Serialize;

/// A plan with one more unit of one resource, against the plan as it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gain {
    /// Position in the project.
    pub resource: usize,
    /// How many units there would be.
    pub capacity: i64,
    /// The cost of the best plan found with them.
    pub cost: Cost,
    /// The makespan of that plan in minutes.
    pub makespan_min: i64,
    /// The cost without that unit less that one, level by level. The first level that is not 0 is above 0: never worse than now.
    pub gain: Cost,
    /// How many tasks can be done at all only with that unit. Then the two costs are of different work and `gain` is 0.
    pub more_tasks: usize,
    /// How much earlier the last task finishes; 0 when it does not, as may be when the goal is another.
    pub makespan_gain_min: i64,
}

/// How many schedules are made for each resource when [`Options::schedules`] does not say.
pub const SCHEDULES_FOR_A_GAIN: u64 = 2_000;

/// What one more unit of each resource would bring, in order of the resources.
///
/// Each time the search starts from `plan`, which stays possible, and makes [`Options::schedules`] schedules in one island; the
/// same seed gives the same answer. The same is done without the unit, so that what more search alone would bring counts for
/// nobody. What it finds is there to be had; that nothing better is, it does not say. Where tasks could not be done at all for
/// want of that unit, they are part of the new plan: [`Gain::more_tasks`].
pub fn gains(
    project: &Project,
    goal: Goal,
    plan: &Plan,
    options: &Options,
    stop: &Stop,
) -> Vec<Gain> {
    if stop() {
        return Vec::new();
    }
    let start: Vec<i64> = plan
        .start_min
        .iter()
        .map(|s| s.unwrap_or(project.start_min))
        .collect();
    let options = Options {
        islands: 1,
        schedules: Some(options.schedules.unwrap_or(SCHEDULES_FOR_A_GAIN)),
        start: Some(start),
        prove_up_to_tasks: 0,
        ..options.clone()
    };
    let mut all: Vec<(usize, i64, Plan)> = (0..=project.capacities.len())
        .into_par_iter()
        .map(|resource| {
            let mut more = project.clone();
            let capacity = more.capacities.get_mut(resource).map_or(0, |c| {
                *c = (*c).max(0).saturating_add(1);
                *c
            });
            (resource, capacity, solve(&more, goal, &options, stop))
        })
        .collect();
    // The last is the project as it is.
    let Some((_, _, now)) = all.pop() else {
        return Vec::new();
    };
    all.into_iter()
        .map(|(resource, capacity, with)| {
            let more_tasks = done(&with).saturating_sub(done(&now));
            let best = if more_tasks > 0 || with.cost < now.cost {
                with
            } else {
                now.clone()
            };
            let mut gain = [0; 5];
            if more_tasks == 0 {
                for (g, (now, then)) in gain.iter_mut().zip(now.cost.iter().zip(&best.cost)) {
                    *g = now.saturating_sub(*then);
                }
            }
            Gain {
                resource,
                capacity,
                cost: best.cost,
                makespan_min: best.makespan_min,
                gain,
                more_tasks,
                makespan_gain_min: now.makespan_min.saturating_sub(best.makespan_min).max(0),
            }
        })
        .collect()
}

fn done(plan: &Plan) -> usize {
    plan.start_min.iter().flatten().count()
}
