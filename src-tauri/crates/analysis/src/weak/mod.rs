//! Weak points (C7): what stops what, alone or in pairs, what many rest on, and who alone knows.

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod fixture;
pub(crate) mod lanes;
mod pairs;
mod ranking;
pub(crate) mod run_graph;
mod shared;
mod sole;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use crate::index::index;
use crate::results::Analysis;
use crate::spof::Spof;
use mainstay_domain::Workspace;
use serde::Serialize;

pub use pairs::{FailurePair, FailurePairs, pairs};
pub use ranking::SinglePoint;
pub use shared::{ResourceKind, SharedResource};
pub use sole::{SoleHolder, SoleReason};

/// Where a plan is weak: single points ranked, resources shared by many, sole holders of knowledge.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WeakPoints {
    /// Services that stop activities alone, most activities first.
    pub singles: Vec<SinglePoint>,
    /// How many such services there are, shown or not.
    pub singles_total: usize,
    /// Resources on which at least two services or activities rest: by kind, most activities first.
    pub shared: Vec<SharedResource>,
    /// People, teams and roles that nobody can stand in for.
    pub sole: Vec<SoleHolder>,
}

/// Ranks the single points of failure (C7) and counts what is shared and who is alone.
///
/// `analysis` (for MTPD and tiers; its scenario does not matter) and `spof` are those of the same workspace. Single
/// points are listed that are among the first `top` by activities, by loss or by MTPD; shared resources are the first
/// `top` of each kind; `usize::MAX` lists all, which at 100,000 services is a great many codes.
pub fn weak_points(ws: &Workspace, analysis: &Analysis, spof: &Spof, top: usize) -> WeakPoints {
    let ix = index(ws);
    let sharing = shared::Sharing::new(&ix);
    let (singles, singles_total) = ranking::singles(ws, analysis, spof, top);
    WeakPoints {
        singles,
        singles_total,
        shared: sharing.shared(ws, &ix, top),
        sole: sole::sole_holders(ws, analysis, spof, &sharing.needed()),
    }
}
