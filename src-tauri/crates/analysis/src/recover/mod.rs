//! Recovery order under limited people (C5): who restores what, and when.

mod list;
mod outcome;
mod steps;
mod work;

pub use outcome::{ActivityOutcome, Breaches, OpenTime, Outcome, ServiceTimes, StepTimes};

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
/// longer tail, the code. A feasible order, not proven best.
pub fn by_list_rule(ws: &Workspace, scenario: &Scenario, unit: WorkUnit) -> Outcome {
    let work = work::Work::of(ws, scenario, unit);
    let times = list::list_rule(&work);
    outcome::outcome(ws, &work, &times)
}
