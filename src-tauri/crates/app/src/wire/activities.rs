//! Activities: the register and the impact sheet.

use super::{Consequence, FindingView, GapStateView, Named, Proof, wire};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is known of an MTPD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MtpdStateView {
    /// A category reaches its threshold at a rated horizon.
    Known,
    /// No category reaches it within the horizons.
    Beyond,
    /// Holes could bring it forward: an upper bound.
    Provisional,
    /// Nothing is rated.
    Unknown,
}

wire! {
    /// An activity in the register.
    pub struct ActivityRow {
        /// The code.
        pub code: String,
        /// The name.
        pub name: String,
        /// The owner's name.
        pub owner: Option<String>,
        /// The owner's code.
        pub owner_code: Option<String>,
        /// What is known of the proposal.
        pub mtpd_state: MtpdStateView,
        /// The proposed MTPD.
        pub mtpd_min: Option<i64>,
        /// The last horizon before it.
        pub last_tolerable_min: Option<i64>,
        /// The keys of the categories that decide.
        pub binding: Vec<String>,
        /// The accepted MTPD.
        pub accepted_mtpd_min: Option<i64>,
        /// The one that counts: accepted, else proposed.
        pub effective_mtpd_min: Option<i64>,
        /// The RTO.
        pub rto_min: Option<i64>,
        /// The work after restore.
        pub wrt_min: Option<i64>,
        /// The RPO.
        pub rpo_min: Option<i64>,
        /// The least output, percent.
        pub mbco_pct: Option<i64>,
        /// What is left between RTO + WRT and the MTPD.
        pub slack_min: Option<i64>,
        /// When its services can be there.
        pub ready_min: Option<i64>,
        /// When it runs again.
        pub resumed_min: Option<i64>,
        /// How late its services are against the RTO; negative is spare.
        pub gap_min: Option<i64>,
        /// Whether they are in time.
        pub gap_state: Option<GapStateView>,
        /// Whether the participants could not agree.
        pub contested: bool,
        /// How many cells of its grid are empty.
        pub holes: i64,
    }
    /// An activity's impact sheet.
    pub struct ActivitySheet {
        /// The register's row.
        pub row: ActivityRow,
        /// The worst time of the year.
        pub peak: Option<String>,
        /// Why the values are what they are.
        pub reason: Option<String>,
        /// What is done meanwhile.
        pub workaround: Option<String>,
        /// For how long and how much of it.
        pub workaround_note: Option<String>,
        /// Why the accepted MTPD is what it is.
        pub accepted_mtpd_reason: Option<String>,
        /// The site's code.
        pub site: Option<String>,
        /// The longest RTO that keeps the MTPD.
        pub rto_ceiling_min: Option<i64>,
        /// What each rule makes of the grid.
        pub rules: Vec<MtpdRuleView>,
        /// Where the weighted sum of ratings says something else than the thresholds.
        pub rules_differ: Option<String>,
        /// The columns of the grid.
        pub horizons_min: Vec<i64>,
        /// The rows of the grid.
        pub grid: Vec<GridRow>,
        /// What it loses over time.
        pub loss: Option<LossView>,
        /// What it needs.
        pub needs: Vec<NeedRow>,
        /// The proof of each gap, worst first.
        pub proofs: Vec<Proof>,
        /// What follows from it all.
        pub consequence: Vec<Consequence>,
        /// What is wrong or missing here.
        pub findings: Vec<FindingView>,
    }
    /// What one rule makes of an impact grid.
    pub struct MtpdRuleView {
        /// The rule's name.
        pub name: String,
        /// Whether it is the workspace's.
        pub used: bool,
        /// How much is known.
        pub state: MtpdStateView,
        /// The MTPD by this rule.
        pub min: Option<i64>,
        /// What decides, in words.
        pub why: String,
    }
    /// A row of the impact grid.
    pub struct GridRow {
        /// The category's key.
        pub key: String,
        /// Its name.
        pub name: String,
        /// The first unacceptable level.
        pub threshold: i64,
        /// What levels 1 to 5 mean.
        pub words: Vec<String>,
        /// The levels, one for each horizon; `null` is a hole.
        pub levels: Vec<Option<i64>>,
        /// The remarks, one for each horizon.
        pub notes: Vec<Option<String>>,
        /// The index of the first horizon that reaches the threshold.
        pub first_unacceptable: Option<i64>,
    }
    /// What an activity loses over time.
    pub struct LossView {
        /// The currency.
        pub currency: String,
        /// The curve.
        pub points: Vec<LossPoint>,
        /// The rates.
        pub bands: Vec<LossBandView>,
        /// The amounts at once.
        pub steps: Vec<LossStepView>,
        /// The most it can lose.
        pub cap: Option<f64>,
        /// The loss when its services can be there.
        pub at_ready: Option<f64>,
        /// The loss at the MTPD.
        pub at_mtpd: Option<f64>,
        /// What the figures leave out, such as the weekly calendar.
        pub caution: Option<String>,
    }
    /// A point of a loss curve.
    pub struct LossPoint {
        /// When.
        pub at_min: f64,
        /// How much until then.
        pub amount: f64,
    }
    /// From an hour on, a rate.
    pub struct LossBandView {
        /// From when, hours.
        pub from_h: f64,
        /// How much an hour.
        pub rate_per_h: f64,
    }
    /// At an hour, an amount.
    pub struct LossStepView {
        /// When, hours.
        pub at_h: f64,
        /// How much.
        pub amount: f64,
        /// Why.
        pub reason: Option<String>,
    }
    /// Something an activity or a service needs.
    pub struct NeedRow {
        /// The dependency's code.
        pub dependency: String,
        /// The provider.
        pub provider: Named,
        /// `hard` or `soft`.
        pub strength: String,
        /// `run`, `recover` or `both`.
        pub mode: String,
        /// How long it can do without.
        pub tolerance_min: i64,
        /// Whether its data lives there.
        pub data: bool,
        /// A remark.
        pub note: Option<String>,
        /// The redundancy group, if the provider is one of several.
        pub group: Option<GroupView>,
        /// When the provider is needed, by everybody.
        pub required_min: Option<i64>,
        /// When it can be there.
        pub achievable_min: Option<i64>,
        /// How late that is; negative is spare.
        pub gap_min: Option<i64>,
        /// Whether that is in time.
        pub gap_state: Option<GapStateView>,
        /// The evidence for its own restore time.
        pub evidence: Option<String>,
        /// When it was shown.
        pub tested_on: Option<String>,
    }
    /// A redundancy group.
    pub struct GroupView {
        /// The code.
        pub code: String,
        /// What it says in words.
        pub name: Option<String>,
        /// How many are enough.
        pub k: i64,
        /// The codes of its members.
        pub members: Vec<String>,
        /// The codes of the preferred ones.
        pub preferred: Vec<String>,
    }
    /// Rates one cell.
    pub struct RateImpact {
        /// The activity's code.
        pub activity: String,
        /// The category's key.
        pub category: String,
        /// The column.
        pub horizon_min: i64,
        /// The level; `null` empties the cell.
        pub level: Option<i64>,
    }
    /// Notes something on one cell.
    pub struct NoteImpact {
        /// The activity's code.
        pub activity: String,
        /// The category's key.
        pub category: String,
        /// The column.
        pub horizon_min: i64,
        /// The remark; empty removes it.
        pub text: String,
    }
    /// Sets what an activity loses over time; every value as typed.
    pub struct SetLoss {
        /// The activity's code.
        pub activity: String,
        /// From when, and how much an hour.
        pub bands: Vec<LossBandText>,
        /// When, how much, why.
        pub steps: Vec<LossStepText>,
        /// The most it can lose; empty for no limit.
        pub cap: String,
    }
    /// A band as typed.
    pub struct LossBandText {
        /// From when, a duration.
        pub from: String,
        /// How much an hour.
        pub rate_per_h: String,
    }
    /// A step as typed.
    pub struct LossStepText {
        /// When, a duration.
        pub at: String,
        /// How much.
        pub amount: String,
        /// Why.
        pub reason: String,
    }
}
