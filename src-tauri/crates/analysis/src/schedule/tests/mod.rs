//! Worked examples, and properties against an independent judge.

mod examples;
mod garbage;
mod judge;
mod list_rule;
mod properties;

use super::*;
use list_rule::list_rule;

/// A task that needs others to be finished.
fn task(duration_min: i64, resource: usize, after: &[usize]) -> Task {
    Task {
        duration_min,
        release_min: 0,
        demands: vec![Demand { resource, units: 1 }],
        needs: after.iter().map(|t| Need::task(*t, 0)).collect(),
    }
}

/// The graph of the example of C4 and C5 in docs/calculations.md, with one pool of people: net, ident, db, shop, erp; `order`
/// waits for shop and, with a tolerance of 120, for erp.
fn published(people: i64) -> Project {
    Project {
        start_min: 0,
        capacities: vec![people],
        tasks: vec![
            task(30, 0, &[]),
            task(45, 0, &[0]),
            task(90, 0, &[0]),
            task(60, 0, &[1, 2]),
            task(120, 0, &[2]),
        ],
        activities: vec![Activity {
            needs: vec![Need::task(3, 0), Need::task(4, -120)],
            limits: Limits {
                hard_min: Some(480),
                soft_min: Some(210),
            },
        }],
    }
}

fn counted(schedules: u64) -> Options {
    Options {
        schedules: Some(schedules),
        ..Options::default()
    }
}

fn never() -> bool {
    false
}

fn times(list: &[Option<i64>]) -> Vec<i64> {
    list.iter().map(|t| t.unwrap()).collect()
}
