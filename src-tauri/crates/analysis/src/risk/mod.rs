//! Risks: the matrix (C9), what they are expected to cost (C10), and the simulated loss of a year (C11).

mod duration;
mod expected;
mod joint;
mod matrix;
pub(crate) mod piecewise;
pub(crate) mod random;
mod simulate;
mod special;
mod strips;
pub(crate) mod summary;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use expected::{ExpectedLosses, RiskExpectation, expected_losses};
pub use matrix::{
    BandCounts, BandRule, DuplicateCell, HeatCell, Rating, RiskMatrix, RiskRating, RiskRatings,
    ratings,
};
pub use simulate::{
    MAX_EVENTS_PER_YEAR, MAX_YEARS, RiskLoss, Simulation, SimulationOptions, WholeLoss, simulate,
};
pub use summary::{Exceedance, YearlyFigures};
