//! What follows from a plan: impact, recovery, dependencies and gaps.
//!
//! Pure: no clock, no file, no randomness; the day and every seed are arguments. A bad plan is data, not an error:
//! [`analyse`] always answers, with results and findings. The letters C1 to C7 name the formulas of
//! `docs/calculations.md`.

mod analyse;
mod availability;
mod components;
mod findings;
mod graph;
mod index;
pub mod loss;
mod mtpd;
mod path;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod published;
mod recovery;
mod requirement;
mod results;
mod spof;
pub mod synthetic;
mod tier;
mod weak;
pub mod wording;

pub use analyse::analyse;
pub use availability::{
    Availability, AvailabilityState, Contributor, ONE_OUTAGE_CAUTION, TargetAvailability,
    availability,
};
pub use results::{
    ActivityResult, Analysis, GapState, MtpdProposal, MtpdState, OwnRestoreSource, PathStep,
    Scenario, ServiceResult,
};
pub use spof::{Spof, spof};
pub use tier::tier;
pub use weak::{
    FailurePair, FailurePairs, ResourceKind, SharedResource, SinglePoint, SoleHolder, SoleReason,
    WeakPoints, pairs, weak_points,
};
