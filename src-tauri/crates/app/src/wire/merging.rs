//! Breakout laptops: giving out a copy and bringing it back.

use super::{Moved, RecordChange, wire};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

wire! {
    /// Gives out a copy of the open workspace.
    pub struct GiveOut {
        /// The file to make.
        pub path: String,
        /// Who gets it, such as "Room A".
        pub to: String,
    }
    /// A copy to be brought back, with what was chosen.
    pub struct BringBack {
        /// Where the copy is.
        pub path: String,
        /// What was chosen where both sides are at odds.
        pub choices: Vec<ConflictChoice>,
        /// The side that is taken where nothing was chosen.
        pub prefer: Option<MergeSide>,
    }
    /// A choice.
    pub struct ConflictChoice {
        /// A conflict, or a record for all its conflicts, as the preview names them.
        pub target: String,
        /// Whose value is taken.
        pub side: MergeSide,
    }
    /// What bringing a copy back would do.
    pub struct MergePreview {
        /// Where the copy is.
        pub path: String,
        /// For whom it was made; nothing for a file that was copied by other means.
        pub copy_for: Option<String>,
        /// The last step that both have in common, and its moment, RFC 3339.
        pub since: String,
        /// That moment.
        pub since_at: String,
        /// How many rows the history of the copy has beyond it.
        pub steps: i64,
        /// What comes in with these choices; where nothing was chosen, ours stays.
        pub incoming: Vec<RecordChange>,
        /// Where both sides are at odds.
        pub conflicts: Vec<ConflictView>,
        /// How many of them wait for a choice.
        pub open: i64,
        /// What else is worth knowing, a sentence each.
        pub notices: Vec<String>,
        /// Which results move with what comes in.
        pub results: Vec<Moved>,
    }
    /// Two changes that cannot both be had.
    pub struct ConflictView {
        /// Its name.
        pub id: String,
        /// The name of the record for a choice that holds for all its conflicts.
        pub record: String,
        /// The kind of that record, by its table's name.
        pub kind: String,
        /// Its code, if it has one.
        pub code: Option<String>,
        /// Its name for people.
        pub name: String,
        /// What is at odds, such as "RTO", "impact: operations at 8 h" or "removed".
        pub label: String,
        /// The value both started from; nothing where it was not set or the record is new.
        pub base: Option<String>,
        /// Our value; nothing where it is not set.
        pub ours: Option<String>,
        /// Their value; nothing where it is not set.
        pub theirs: Option<String>,
        /// Who made ours what it is.
        pub ours_by: Option<String>,
        /// When, RFC 3339.
        pub ours_at: Option<String>,
        /// Who made theirs what it is.
        pub theirs_by: Option<String>,
        /// When, RFC 3339.
        pub theirs_at: Option<String>,
        /// What was chosen.
        pub choice: Option<MergeSide>,
        /// Which results move when theirs is taken and not ours; nothing is worked out past the first thirty conflicts.
        pub moves: Vec<Moved>,
    }
    /// What came in.
    pub struct BroughtBack {
        /// What was done, as the undo button names it.
        pub operation: String,
        /// The kinds of record that changed; views that show one of them ask again.
        pub tags: Vec<String>,
        /// How many records changed.
        pub records: i64,
        /// What is worth knowing, a sentence each.
        pub notices: Vec<String>,
        /// Which results moved.
        pub results: Vec<Moved>,
        /// What undo would take back now.
        pub undo: Option<String>,
        /// What redo would do again now.
        pub redo: Option<String>,
    }
}

/// Whose value is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MergeSide {
    /// That of the open workspace.
    Ours,
    /// That of the copy.
    Theirs,
}
