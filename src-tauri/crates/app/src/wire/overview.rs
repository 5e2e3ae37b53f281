//! The overview, people and registers at a glance.

use super::{FindingView, GapStateView, wire};

wire! {
    /// What is known, what is missing, which gaps, and what to do next.
    pub struct Overview {
        /// The organisation's name.
        pub organisation: String,
        /// What is known, as counts of done and all.
        pub progress: Vec<Progress>,
        /// The gaps, worst first; the first 200.
        pub gaps: Vec<GapRow>,
        /// How many gaps there are.
        pub gaps_total: i64,
        /// The findings, errors first; the first 200.
        pub findings: Vec<FindingView>,
        /// How many findings there are.
        pub findings_total: i64,
        /// How many of them block submission.
        pub blocking_total: i64,
        /// The best next step.
        pub next: Option<NextStep>,
        /// Further steps, in order.
        pub then: Vec<NextStep>,
        /// The tightest activities, MTPD ascending, at most six.
        pub tightest: Vec<TightRow>,
    }
    /// How far one part of the work is.
    pub struct Progress {
        /// A stable key, such as `activities_rated`.
        pub key: String,
        /// What it counts, for people.
        pub label: String,
        /// How many are done.
        pub done: i64,
        /// How many there are.
        pub of: i64,
        /// The section where it is worked on.
        pub section: String,
    }
    /// A promise that is not kept.
    pub struct GapRow {
        /// `activity` or `service`.
        pub kind: String,
        /// The code.
        pub code: String,
        /// The name.
        pub name: String,
        /// When it is needed.
        pub needed_min: i64,
        /// When it can be there.
        pub achievable_min: i64,
        /// How late that is.
        pub gap_min: i64,
        /// Why, in a sentence.
        pub because: String,
    }
    /// A suggestion.
    pub struct NextStep {
        /// What to do, as a request.
        pub title: String,
        /// Why it matters.
        pub why: String,
        /// The section to go to.
        pub section: String,
        /// The record to open there.
        pub code: Option<String>,
    }
    /// An activity and its limits.
    pub struct TightRow {
        /// The code.
        pub code: String,
        /// The name.
        pub name: String,
        /// The MTPD that counts.
        pub mtpd_min: Option<i64>,
        /// The RTO.
        pub rto_min: Option<i64>,
        /// When its services can be there.
        pub ready_min: Option<i64>,
        /// Whether that is in time.
        pub gap_state: Option<GapStateView>,
    }
    /// Roles and how to reach them.
    pub struct People {
        /// The roles.
        pub roles: Vec<RoleRow>,
        /// The contacts.
        pub contacts: Vec<ContactRow>,
    }
    /// A role.
    pub struct RoleRow {
        /// The code.
        pub code: String,
        /// The name.
        pub name: String,
        /// What it may decide.
        pub authority: Option<String>,
        /// The deputy's code.
        pub deputy: Option<String>,
        /// The deputy's name.
        pub deputy_name: Option<String>,
        /// Whether the response cannot do without it.
        pub required: bool,
    }
    /// A contact.
    pub struct ContactRow {
        /// The code.
        pub code: String,
        /// The role's code.
        pub role: Option<String>,
        /// The role's name.
        pub role_name: Option<String>,
        /// What to show.
        pub display: Option<String>,
        /// Phone.
        pub phone: Option<String>,
        /// Mobile phone.
        pub mobile: Option<String>,
        /// Mail.
        pub email: Option<String>,
        /// When it was last checked.
        pub verified_on: Option<String>,
    }
}
