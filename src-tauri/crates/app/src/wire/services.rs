//! Services: the register and one service's details.

use super::{Consequence, FindingView, GapStateView, Named, NeedRow, Proof, wire};

wire! {
    /// A service in the register.
    pub struct ServiceRow {
        /// The code.
        pub code: String,
        /// The name.
        pub name: String,
        /// What sort it is.
        pub kind: Option<String>,
        /// The site's name.
        pub site: Option<String>,
        /// The owner's name.
        pub owner: Option<String>,
        /// The team's name.
        pub team: Option<String>,
        /// 1 to 4; `null` where nothing is required.
        pub tier: Option<i64>,
        /// Whether a tier 1 service needs it first.
        pub enabler: bool,
        /// When it must be back.
        pub required_rto_min: Option<i64>,
        /// The code of who sets that.
        pub required_set_by: Option<String>,
        /// Its own restore time.
        pub own_restore_min: Option<i64>,
        /// The evidence for that.
        pub evidence: Option<String>,
        /// When it was shown.
        pub tested_on: Option<String>,
        /// Whether the evidence is too old to count as a test.
        pub evidence_stale: bool,
        /// When it can be back.
        pub achievable_min: Option<i64>,
        /// How late that is; negative is spare.
        pub gap_min: Option<i64>,
        /// Whether that is in time.
        pub gap_state: Option<GapStateView>,
        /// What IT has promised.
        pub declared_rto_min: Option<i64>,
        /// The age its data may have.
        pub required_rpo_min: Option<i64>,
        /// How many activities its failure stops; `null` while that is being worked out.
        pub stops: Option<i64>,
    }
    /// One service.
    pub struct ServiceDetail {
        /// The register's row.
        pub row: ServiceRow,
        /// The site's code.
        pub site_code: Option<String>,
        /// The owner's code.
        pub owner_code: Option<String>,
        /// The team's code.
        pub team_code: Option<String>,
        /// The supplier.
        pub supplier: Option<Named>,
        /// A remark.
        pub note: Option<String>,
        /// The own restore time as estimated.
        pub own_restore_estimate_min: Option<i64>,
        /// The own restore time as shown by evidence.
        pub capability_min: Option<i64>,
        /// The latest finish that still lets its dependants be restored in time.
        pub latest_finish_min: Option<i64>,
        /// The RPO that IT has promised.
        pub rpo_target_min: Option<i64>,
        /// Data loss to expect, by class.
        pub rpa: Vec<RpaRow>,
        /// Mean time between failures, hours.
        pub mtbf_h: Option<f64>,
        /// Mean time to repair, hours.
        pub mttr_h: Option<f64>,
        /// What it needs.
        pub needs: Vec<NeedRow>,
        /// Who needs it.
        pub needed_by: Vec<DependantRow>,
        /// The activities its failure stops.
        pub spof_for: Vec<Named>,
        /// The proof of its gap or of its being in time.
        pub proof: Option<Proof>,
        /// What follows from it all.
        pub consequence: Vec<Consequence>,
        /// What is wrong or missing here.
        pub findings: Vec<FindingView>,
        /// Its procedures.
        pub procedures: Vec<Named>,
    }
    /// Data loss to expect in one class of disruption.
    pub struct RpaRow {
        /// The field's name in the interchange file.
        pub field: String,
        /// The class, for people.
        pub label: String,
        /// What is to be expected.
        pub rpa_min: Option<i64>,
        /// How much more than required; negative is spare.
        pub gap_min: Option<i64>,
    }
    /// Who needs a service.
    pub struct DependantRow {
        /// The dependency's code.
        pub dependency: String,
        /// `activity` or `service`.
        pub kind: String,
        /// Who.
        pub dependant: Named,
        /// `hard` or `soft`.
        pub strength: String,
        /// How long it can do without.
        pub tolerance_min: i64,
        /// What it itself owes or wants.
        pub required_min: Option<i64>,
    }
    /// Makes the listed providers of one dependant a redundancy group, or changes one.
    pub struct SetGroup {
        /// The group's code; a new group when empty.
        pub code: Option<String>,
        /// Who needs them: an activity or a service.
        pub owner: String,
        /// What it says in words.
        pub name: String,
        /// How many are enough.
        pub k: i64,
        /// The members' codes; two or more. An empty list dissolves the group.
        pub members: Vec<String>,
        /// The preferred members' codes.
        pub preferred: Vec<String>,
    }
}
