//! The history as a person reads it, the past, differences and the search.

use super::wire;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

wire! {
    /// Which part of the history to show; what is left out does not narrow it.
    #[derive(Default)]
    pub struct HistoryFilter {
        /// Only what was done to the record with this code, and inside it; a record that is gone keeps its codes.
        pub record: Option<String>,
        /// Only what was done by somebody whose name contains this, also in a copy that was brought back.
        pub person: Option<String>,
        /// From this day (`YYYY-MM-DD`) or moment (RFC 3339) on, in UTC.
        pub from: Option<String>,
        /// Up to this day, included, or moment.
        pub to: Option<String>,
        /// Only steps whose name contains this.
        pub text: Option<String>,
        /// Only this step, with all its changes; the number of its last row.
        pub seq: Option<i64>,
        /// Only what stands before this row: the `before` of the page that was read last.
        pub before: Option<i64>,
        /// How many steps at most; 100 when left out, 1000 at most.
        pub limit: Option<i64>,
    }
    /// A page of the history, latest first.
    pub struct HistoryPage {
        /// The steps.
        pub steps: Vec<HistoryStep>,
        /// What to ask for to go on; none at the end.
        pub before: Option<i64>,
        /// Everybody who appears in the whole history.
        pub people: Vec<String>,
    }
    /// One step: what somebody did in one go, or to one field within a minute.
    pub struct HistoryStep {
        /// The number of its last row: what "as it was after this" and differences take as a point.
        pub seq: i64,
        /// The number of its first row; for undo and redo that of the step they move.
        pub step: i64,
        /// When it was done last, RFC 3339.
        pub at: String,
        /// By whom.
        pub author: String,
        /// On which device.
        pub device: String,
        /// `baseline`, `edit`, `undo`, `redo`, `merge`, `barrier`, `give_out` or `copy`.
        pub kind: String,
        /// What was done, as the undo button names it; for undo and redo with that word before it.
        pub operation: String,
        /// Whether it was taken back.
        pub undone: bool,
        /// What changed, record by record.
        pub changes: Vec<RecordChange>,
        /// How many records changed; more than are listed when there are many.
        pub changes_total: i64,
        /// For a copy that was brought back: what was done in it, latest first.
        pub far: Vec<HistoryStep>,
        /// How many steps were done in it; more than are listed when there are many.
        pub far_total: i64,
    }
    /// What happened to one record.
    pub struct RecordChange {
        /// The kind of record, by its table's name.
        pub kind: String,
        /// What a record of this kind is called.
        pub noun: String,
        /// Its code, if it has one.
        pub code: Option<String>,
        /// Its name.
        pub name: String,
        /// What happened.
        pub what: ChangeKind,
        /// The values, also those inside the record, such as the cells of an impact grid.
        pub fields: Vec<ValueChange>,
    }
    /// A value that changed.
    pub struct ValueChange {
        /// What it is called, such as "RTO" or "impact: operations at 8 h".
        pub label: String,
        /// Before, as people read it; nothing where it was not set.
        pub old: Option<String>,
        /// After, as people read it; nothing where it is not set.
        pub new: Option<String>,
        /// Whether it says how somebody is reached, so that a redacted document leaves it out.
        pub reach: bool,
    }
    /// A point in time to look back at: a day, a moment or the number of a row of the history.
    pub struct LookBack {
        /// `2026-11-24` (the end of that day, UTC), `2026-11-24T09:00:00Z`, or a row's number.
        pub point: String,
    }
    /// The past that is shown.
    pub struct PastView {
        /// The number of the history's row after which it stood so.
        pub seq: i64,
        /// That row's moment, RFC 3339.
        pub at: String,
        /// What was done then.
        pub operation: String,
        /// By whom.
        pub author: String,
        /// In words: "the plan as it was on 24 November 2026, 09:00 UTC".
        pub label: String,
    }
    /// Asks what lies between two points.
    pub struct AskDifferences {
        /// A row's number, a day, a moment, `now`, or a plan version such as `PLAN-01@2.0`.
        pub from: String,
        /// The same; `now` when empty.
        pub to: Option<String>,
    }
    /// What lies between two points.
    pub struct Differences {
        /// The first point in words.
        pub from: String,
        /// The second point in words.
        pub to: String,
        /// The records that were added, removed or changed.
        pub records: Vec<RecordChange>,
        /// Which results moved.
        pub results: Vec<Moved>,
    }
    /// A result that moved.
    pub struct Moved {
        /// The code of the activity, service or other record it is about.
        pub subject: String,
        /// Its name.
        pub name: String,
        /// What moved.
        pub what: MovedKind,
        /// Before; nothing where it was unknown or not there.
        pub old: Option<String>,
        /// After; nothing where it is unknown or not there.
        pub new: Option<String>,
        /// The whole thing in a sentence, such as "RTO of Order portal 8 h → 4 h".
        pub text: String,
    }
    /// A search.
    pub struct Find {
        /// Plain words; records that hold all of them are found, and the last one may be unfinished.
        pub query: String,
        /// How many hits at most; 20 when left out, 200 at most.
        pub limit: Option<i64>,
    }
    /// One hit of the search: a record with the place in it where the words stand.
    pub struct Hit {
        /// The kind of record.
        pub kind: String,
        /// What a record of this kind is called.
        pub noun: String,
        /// Its code.
        pub code: String,
        /// Its name.
        pub name: String,
        /// The kind of the record on whose page it stands: itself, or what it belongs to.
        pub open_kind: String,
        /// The code of that record.
        pub open_code: String,
        /// Where in it the words stand, such as "name" or "procedure step 3: action".
        pub field: String,
        /// The text around them, in parts, those that were looked for marked.
        pub snippet: Vec<SnippetPart>,
    }
    /// A part of a snippet.
    pub struct SnippetPart {
        /// The text.
        pub text: String,
        /// Whether it is what was looked for.
        pub hit: bool,
    }
}

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It was added.
    Added,
    /// It was removed.
    Removed,
    /// It was changed.
    Changed,
}

/// Which result moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MovedKind {
    /// The MTPD of an activity that counts.
    Mtpd,
    /// The RTO that a service owes.
    Rto,
    /// The RPO that a service owes.
    Rpo,
    /// When a service or an activity can be back.
    Achievable,
    /// How late a service or an activity is.
    Gap,
    /// A finding.
    Finding,
}
