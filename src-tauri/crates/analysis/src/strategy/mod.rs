//! Continuity strategies: what each costs in all, and which is the cheapest that is fast enough (C12).

mod compare;
mod simulate;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use compare::{
    BreakEven, CostPoint, LossPoint, ScopeComparison, StrategyComparison, StrategyCost, compare,
};
pub use simulate::{ScopeSimulation, StrategySimulation, YearlyCost, simulate};
