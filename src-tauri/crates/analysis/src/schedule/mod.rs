//! The order of work when people are few: schedules of tasks that compete for resources.
//!
//! Knows nothing of a workspace. [`Project`] says what is to be done, [`Goal`] what is to be made small, [`solve`] finds a
//! [`Plan`] and says how far it is from the best one, [`critical_chain`] and [`bottlenecks`] say what decided it, [`gains`]
//! what one more of each resource would bring.

mod bounds;
mod check;
mod exhaust;
mod explain;
mod gains;
mod generate;
mod judge;
mod model;
mod profile;
mod project;
mod prove;
mod random;
mod search;
mod solve;
mod unlimited;

pub use check::check;
pub use exhaust::exhaust;
pub use explain::{Bottleneck, Cause, Link, Target, bottlenecks, causes, critical_chain};
pub use gains::{Gain, SCHEDULES_FOR_A_GAIN, gains};
pub use project::{
    Activity, Cost, CostFunction, Demand, Goal, Limits, Need, Obstacle, Offer, Options, Plan,
    Project, Source, TIME_LIMIT_MIN, Task,
};
pub use solve::{Stop, evaluate, feasible, solve};
pub use unlimited::unlimited;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
