//! Recovery order under limited people (C5): who restores what, and when.

mod list;
mod outcome;
mod search;
mod steps;
mod waits;
mod work;

pub use outcome::{ActivityOutcome, Breaches, OpenTime, Outcome, ServiceTimes, StepTimes};
pub use search::{ChainLink, GoalBound, RecoveryOrder, Summary, TeamGain, TeamWait};

use crate::schedule::Stop;
use crate::situation::Scenario;
use mainstay_domain::Workspace;
use serde::Serialize;

/// What is planned as one piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkUnit {
    /// A whole service, by one person of its team in its own restore time.
    #[default]
    Services,
    /// The steps of its procedure where it has a complete one, each by one person of its role's team.
    Steps,
}

/// The recovery order that the plain list rule gives (C5): whoever can begin first, then the earlier latest finish, the
/// longer tail, the code. A feasible order, not proven best. With as many people as the work needs there is nothing to
/// choose.
pub fn by_list_rule(ws: &Workspace, scenario: &Scenario, unit: WorkUnit) -> Outcome {
    let work = work::Work::of(ws, scenario, unit);
    let times = if scenario.limits_staff() || unit == WorkUnit::Steps {
        list::list_rule(&work)
    } else {
        list::unlimited(&work)
    };
    outcome::outcome(ws, &work, &times)
}

/// What a recovery order is to make small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// Breached MTPDs, then missed RTOs, then the minutes by which they are missed, then the end of all work.
    #[default]
    Breaches,
    /// What the outage costs, then the end of all work.
    Loss,
    /// The end of all work.
    Finish,
}

/// How to search for an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What is one piece of work.
    pub unit: WorkUnit,
    /// What to make small.
    pub goal: Goal,
    /// Where chance begins: the same seed and number of schedules give the same order.
    pub seed: u64,
    /// After how many schedules to stop; `None` searches until told to stop.
    pub schedules: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            unit: WorkUnit::Services,
            goal: Goal::Breaches,
            seed: 1,
            schedules: None,
        }
    }
}

/// When to give up; asked often, from several threads. The best order found so far is kept.
#[derive(Clone, Copy)]
pub struct Patience<'a> {
    /// Whether the search for the order ends.
    pub search: &'a Stop<'a>,
    /// Whether the look at one more person in each team ends.
    pub gains: &'a Stop<'a>,
}

/// Searches for the best recovery order under limited people (C5): never worse than the list rule, any-time, and proven
/// best where the work is small enough.
pub fn recover(
    ws: &Workspace,
    scenario: &Scenario,
    options: &Options,
    patience: &Patience<'_>,
) -> RecoveryOrder {
    search::search(ws, scenario, options, patience)
}
