//! What the analysis hands back.

use crate::path::Chains;
use mainstay_domain::{ActivityId, Finding, Minutes, ServiceId};
use serde::Serialize;

/// What follows from a workspace under a scenario.
///
/// Times of restore count on the clock of the workspace, like the RTO they are compared with: from the disruption, or
/// from the declaration (then [`Analysis::start`] is already taken off).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Analysis {
    /// From the disruption to the start of the restore work.
    pub start: Minutes,
    /// One for each activity, in the order of the workspace.
    pub activities: Vec<ActivityResult>,
    /// One for each service, in the order of the workspace.
    pub services: Vec<ServiceResult>,
    /// The loops of hard dependencies, each as the sorted codes of its members; loops sorted by their first code.
    pub cycles: Vec<Vec<String>>,
    /// What is wrong or missing, errors first.
    pub findings: Vec<Finding>,
    #[serde(skip)]
    pub(crate) chains: Chains,
}

/// What follows for one activity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActivityResult {
    /// The key.
    pub id: ActivityId,
    /// The display code.
    pub code: String,
    /// Whether the analysis covers it; when not, it demands nothing and has no findings.
    pub in_scope: bool,
    /// What the impact grid proposes (C1).
    pub mtpd: MtpdProposal,
    /// What its owner has accepted.
    pub accepted_mtpd: Option<Minutes>,
    /// The one that counts: accepted, else proposed.
    pub effective_mtpd: Option<Minutes>,
    /// Planned latest time until its services are usable again.
    pub rto: Option<Minutes>,
    /// Work between "usable" and "running"; 0 where none is stated.
    pub wrt: Minutes,
    /// The longest RTO that keeps the effective MTPD (C1).
    pub rto_ceiling: Option<Minutes>,
    /// What is left between RTO + WRT and the effective MTPD; negative is too late.
    pub slack: Option<Minutes>,
    /// When its services can be there (C5); 0 when it is not interrupted, `None` when that is unknown.
    pub ready: Option<Minutes>,
    /// When it runs again: ready + WRT; 0 when it is not interrupted.
    pub resumed: Option<Minutes>,
    /// Ready minus RTO; negative is spare.
    pub gap: Option<Minutes>,
    /// Whether that is in time; `None` where no RTO is stated.
    pub gap_state: Option<GapState>,
    /// Whether it runs again only after its effective MTPD; `None` when that is unknown.
    pub mtpd_breached: Option<bool>,
}

/// What an impact grid says about the MTPD (C1).
///
/// `state`, `min`, `beyond` and `earliest` are those of the workspace's rule; the others say what each rule says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct MtpdProposal {
    /// How much is known.
    pub state: MtpdState,
    /// The proposal by the workspace's rule; an upper bound when provisional.
    pub min: Option<Minutes>,
    /// The last horizon before any category reaches its threshold; 0 when the first one is already too long.
    pub last_tolerable: Option<Minutes>,
    /// The first horizon at which a category reaches its threshold.
    pub first_unacceptable: Option<Minutes>,
    /// The keys of the categories that reach it there, in the order of the workspace.
    pub binding: Vec<String>,
    /// The last horizon, when nothing that is rated reaches a threshold (or the sum its share): the MTPD lies beyond it.
    pub beyond: Option<Minutes>,
    /// The MTPD cannot be earlier than this, whatever the empty cells hold; `None` when nothing is rated or reached.
    pub earliest: Option<Minutes>,
    /// What the weighted sum of ratings says.
    pub weighted: WeightedMtpd,
    /// How the rules differ; `None` when they say the same.
    pub difference: Option<MtpdDifference>,
    /// How many cells of the grid are empty.
    pub holes: usize,
    /// The keys of the categories whose impact falls over time.
    pub non_monotone: Vec<String>,
}

/// What the weighted sum of ratings says (C1): the first horizon at which it exceeds its share of the maximum.
///
/// The shares and what each category adds are in [`crate::mtpd_detail`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct WeightedMtpd {
    /// How much is known; unknown also where no rated category has a weight above 0.
    pub state: MtpdState,
    /// What it proposes; an upper bound when provisional.
    pub mtpd_min: Option<Minutes>,
    /// It cannot be earlier than this, whatever the empty cells hold.
    pub earliest_min: Option<Minutes>,
    /// The last horizon, when the sum does not exceed its share within the horizons.
    pub beyond_min: Option<Minutes>,
    /// The keys of the categories whose rise there carries the sum over its share, in the order of the workspace.
    pub deciding: Vec<String>,
}

/// What the rules of C1 say where they do not say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MtpdDifference {
    /// In what way they differ.
    pub kind: MtpdDifferenceKind,
    /// What first crossing says; `None` when no threshold is reached within the horizons.
    pub first_crossing_min: Option<Minutes>,
    /// What last tolerable says; `None` when no threshold is reached within the horizons.
    pub last_tolerable_min: Option<Minutes>,
    /// What the weighted sum says; `None` when it does not exceed its share within the horizons.
    pub weighted_sum_min: Option<Minutes>,
}

/// In what way the rules of C1 differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MtpdDifferenceKind {
    /// First crossing and weighted sum agree; last tolerable is a horizon earlier, as it always is.
    LastTolerableOnly,
    /// The weighted sum is earlier: many harms together, none of them alone.
    WeightedEarlier,
    /// The weighted sum is later: one harm alone.
    WeightedLater,
    /// A threshold is reached, the share of the sum is not.
    ThresholdOnly,
    /// The share of the sum is exceeded, no threshold is reached.
    WeightedOnly,
}

/// What is known of an MTPD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MtpdState {
    /// A category reaches its threshold, and no empty cell could bring that forward.
    Known,
    /// The grid is full and no category reaches its threshold within it.
    Beyond,
    /// Empty cells could bring it forward.
    Provisional,
    /// Nothing is rated.
    #[default]
    Unknown,
}

/// What follows for one service.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServiceResult {
    /// The key.
    pub id: ServiceId,
    /// The display code.
    pub code: String,
    /// When it must be back (C4); `None` when nobody demands it.
    pub required_rto: Option<Minutes>,
    /// The code of the dependant that sets that.
    pub required_set_by: Option<Box<str>>,
    /// The latest finish that still lets its dependants be restored in time (C4 scheduled); may be negative. `None` when
    /// nobody demands it, on or behind a loop, and where a dependant's own restore time is unknown.
    pub latest_finish: Option<Minutes>,
    /// The tier of the requirement, 1 to 4 (C3); `None` when nobody demands it.
    pub tier: Option<u8>,
    /// Whether a tier 1 service needs it first.
    pub enabler: bool,
    /// Whether it is down in the scenario.
    pub down: bool,
    /// Its own restore time, everything it needs being there.
    pub own_restore: Option<Minutes>,
    /// Where that is taken from.
    pub own_restore_source: OwnRestoreSource,
    /// Whether its own restore time is shown by a test or an incident at most 365 days ago.
    pub proven: bool,
    /// When it can be back (C5); 0 when it is not disrupted, `None` when that is unknown.
    pub achievable: Option<Minutes>,
    /// It cannot be back earlier than this, even where the exact time is unknown.
    pub achievable_at_least: Minutes,
    /// Achievable minus required; negative is spare.
    pub gap: Option<Minutes>,
    /// Whether that is in time; `None` when nobody demands it.
    pub gap_state: Option<GapState>,
    /// The age its data may have (C6); `None` when no activity says so.
    pub required_rpo: Option<Minutes>,
    /// The code of the dependant that sets that.
    pub required_rpo_set_by: Option<Box<str>>,
    /// Data loss to expect: component failure, site loss, logical corruption.
    pub rpa: [Option<Minutes>; 3],
}

impl ServiceResult {
    /// Data loss to expect minus what is required, in the order of [`ServiceResult::rpa`]; negative is spare.
    pub fn rpo_gaps(&self) -> [Option<Minutes>; 3] {
        self.rpa
            .map(|r| r.zip(self.required_rpo).map(|(a, q)| a - q))
    }
}

/// Where a service's own restore time is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnRestoreSource {
    /// From its stated capability, with evidence.
    Capability,
    /// From the estimate of its own restore time.
    Own,
    /// Nobody knows.
    Unknown,
}

/// Whether a requirement is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GapState {
    /// Kept, and every service on the way has fresh test or incident evidence.
    MetProven,
    /// Kept on paper.
    MetClaimed,
    /// Not kept.
    Gap,
    /// Not known.
    Unknown,
}

impl GapState {
    /// The word that stands in files.
    pub fn word(self) -> &'static str {
        match self {
            GapState::MetProven => "met_proven",
            GapState::MetClaimed => "met_claimed",
            GapState::Gap => "gap",
            GapState::Unknown => "unknown",
        }
    }
}

/// One link of the chain of numbers that proves a restore time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PathStep {
    /// The code of the service or, at the end, of the activity.
    pub code: String,
    /// When it is back; "at least" from the first step on whose own restore time is unknown.
    pub finish: Minutes,
    /// Its own restore time; 0 when it is not down, `None` when unknown.
    pub own: Option<Minutes>,
    /// How long it can do without the step before, from the disruption; 0 on the first step.
    pub tolerance: Minutes,
}

/// One link of the chain of numbers that sets a requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequirementStep {
    /// The code of the activity or service.
    pub code: String,
    /// When it must be there.
    pub required: Minutes,
    /// How much longer the step before can do without it; 0 on the first step.
    pub tolerance: Minutes,
}

/// The two chains of numbers behind a gap: what sets the requirement, and what sets the achievable time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Proof {
    /// From the activity whose RTO is passed on down to the service itself; empty when nobody demands it.
    pub requirement: Vec<RequirementStep>,
    /// From the first cause to the service or activity itself; empty when it is not disrupted.
    pub achievable: Vec<PathStep>,
}

impl Analysis {
    /// The result of the service with this code.
    pub fn service(&self, code: &str) -> Option<&ServiceResult> {
        self.services.iter().find(|s| s.code == code)
    }

    /// The result of the activity with this code.
    pub fn activity(&self, code: &str) -> Option<&ActivityResult> {
        self.activities.iter().find(|a| a.code == code)
    }

    /// The chain of numbers that proves when a service or an activity can be back (C5), first cause first, itself last.
    ///
    /// Empty when it is not disrupted or the code is unknown. Where the time is unknown, the chain leads from a service
    /// whose own restore time is unknown or which stands on a loop. Worked out when asked: chains can be as long as the
    /// graph is deep.
    pub fn blocking_path(&self, code: &str) -> Vec<PathStep> {
        self.node(code)
            .map_or_else(Vec::new, |n| self.blocking_steps(n))
    }

    /// The codes from the activity that sets a service's requirement (C4) down to the service itself.
    ///
    /// Empty when nobody demands it. For an activity with an RTO it is the activity alone.
    pub fn requirement_path(&self, code: &str) -> Vec<String> {
        self.node(code)
            .map_or_else(Vec::new, |n| self.requirement_codes(n))
    }
}
