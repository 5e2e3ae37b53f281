//! What follows from a plan: impact, recovery, dependencies and gaps.
//!
//! Pure: no clock, no file, no randomness; the day and every seed are arguments. A bad plan is data, not an error:
//! [`analyse`] always answers, with results and findings. The letters C1 to C7 name the formulas of
//! `docs/calculations.md`.

mod analyse;
mod findings;
mod graph;
pub mod impact;
mod index;
pub mod loss;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod made;
mod mtpd;
mod path;
pub mod people;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod published;
mod recovery;
mod requirement;
mod results;
mod spof;
pub mod synthetic;
mod tier;
pub mod wording;

pub use analyse::analyse;
pub use mtpd::{
    CategoryShare, DEFAULT_SHARE_PCT, DecidingCategory, HorizonShare, MtpdDetail, RuleMtpd,
    mtpd_detail,
};
pub use results::{
    ActivityResult, Analysis, GapState, MtpdDifference, MtpdDifferenceKind, MtpdProposal,
    MtpdState, OwnRestoreSource, PathStep, Scenario, ServiceResult, WeightedMtpd,
};
pub use spof::{Spof, spof};
pub use tier::tier;
