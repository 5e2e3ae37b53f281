//! What follows from a plan: impact, recovery, dependencies and gaps.
//!
//! Pure: no clock, no file, no randomness; the day and every seed are arguments. A bad plan is data, not an error:
//! [`analyse`] always answers, with results and findings. The letters C1 to C15 name the formulas of
//! `docs/calculations.md`.

mod analyse;
mod availability;
mod components;
mod findings;
mod graph;
pub mod impact;
mod index;
pub mod loss;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod made;
pub mod map;
mod mtpd;
mod path;
pub mod people;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod published;
pub mod recover;
mod recovery;
mod requirement;
mod results;
pub mod risk;
pub mod schedule;
mod situation;
mod spof;
pub mod strategy;
pub mod synthetic;
mod tally;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod testing;
mod tier;
mod weak;
pub mod what_if;
pub mod wording;

pub use analyse::analyse;
pub use availability::{
    Availability, AvailabilityState, Contributor, ONE_OUTAGE_CAUTION, TargetAvailability,
    availability,
};
pub use mtpd::{
    CategoryShare, DEFAULT_SHARE_PCT, DecidingCategory, HorizonShare, MtpdDetail, RuleMtpd,
    mtpd_detail,
};
pub use results::{
    ActivityResult, Analysis, GapState, MtpdDifference, MtpdDifferenceKind, MtpdProposal,
    MtpdState, OwnRestoreSource, PathStep, Proof, RequirementStep, ServiceResult, WeightedMtpd,
};
pub use situation::{Scenario, Staff, at_site, clock, of_supplier};
pub use spof::{Spof, spof};
pub use tier::tier;
pub use weak::{
    FailurePair, FailurePairs, ResourceKind, SharedResource, SinglePoint, SoleHolder, SoleReason,
    WeakPoints, pairs, weak_points,
};
