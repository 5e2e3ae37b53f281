//! Files, sessions, generic edits.

use super::wire;

wire! {
    /// What the window shows around every section.
    pub struct Status {
        /// The open workspace.
        pub workspace: Option<WorkspaceStatus>,
        /// Files opened before, latest first.
        pub recent: Vec<RecentFile>,
        /// Today, `YYYY-MM-DD`.
        pub today: String,
        /// The program's version.
        pub version: String,
    }
    /// The open workspace.
    pub struct WorkspaceStatus {
        /// Where its file is.
        pub path: String,
        /// Its size in bytes; nothing where the place does not tell.
        pub bytes: Option<i64>,
        /// The organisation's name.
        pub name: String,
        /// Its currency.
        pub currency: String,
        /// Whether it can only be read, and why.
        pub read_only: Option<String>,
        /// Where the file stands as it was, when opening it brought it to a newer format.
        pub copy: Option<String>,
        /// Whether it has a passphrase.
        pub encrypted: bool,
        /// For whom this is a copy that was given out; such a copy can neither submit nor sign.
        pub copy_for: Option<String>,
        /// What undo would take back.
        pub undo: Option<String>,
        /// What redo would do again.
        pub redo: Option<String>,
        /// The past that is shown in the place of today's plan; nothing can be changed then.
        pub past: Option<super::PastView>,
        /// How many activities.
        pub activities: i64,
        /// How many services.
        pub services: i64,
        /// How many services and activities are not back in time.
        pub gaps: i64,
        /// The first plan's working version, such as "draft 2.2".
        pub plan_label: Option<String>,
        /// How many roles.
        pub people: i64,
    }
    /// A file that was open before.
    pub struct RecentFile {
        /// Where it is.
        pub path: String,
        /// The organisation's name when it was last open.
        pub name: String,
        /// When it was last open, RFC 3339.
        pub opened_at: String,
        /// Whether it is still there.
        pub exists: bool,
    }
    /// A new workspace.
    pub struct NewWorkspace {
        /// Where to put the file; the default place when empty.
        pub path: Option<String>,
        /// The organisation's name.
        pub organisation: String,
        /// The currency, three capital letters.
        pub currency: String,
        /// The plan's title.
        pub plan_title: String,
        /// The role that prepares the plan.
        pub prepared_by: String,
        /// The role that reviews it.
        pub reviewed_by: String,
        /// The role that approves it; another than the one that prepares.
        pub approved_by: String,
    }
    /// Names a file.
    pub struct ByPath {
        /// Where it is.
        pub path: String,
    }
    /// Names a plan file to open.
    pub struct OpenFile {
        /// Where it is.
        pub path: String,
        /// Its passphrase, if it has one.
        pub passphrase: Option<String>,
    }
    /// Another passphrase for the open workspace.
    pub struct SetPassphrase {
        /// The present one; empty when there is none.
        pub old: Option<String>,
        /// The new one, of 8 characters at least; empty to have none from now on.
        pub new: Option<String>,
    }
    /// Opens the example.
    pub struct OpenExample {
        /// Where to put it; the default place when empty.
        pub path: Option<String>,
    }
    /// Asks for a default place for a new file.
    pub struct SuggestPath {
        /// The organisation's name.
        pub name: String,
    }
    /// A path.
    pub struct PathView {
        /// Where.
        pub path: String,
    }
    /// One field as a person typed it.
    pub struct FieldText {
        /// The field's name in the interchange file, such as `rto_min` or `capability.component_min`.
        pub field: String,
        /// What was typed; empty means unknown.
        pub text: String,
    }
    /// Changes fields of one record.
    pub struct SetFields {
        /// The record's code.
        pub code: String,
        /// The fields; a reference is given by code.
        pub fields: Vec<FieldText>,
    }
    /// Changes a list of texts or references of one record.
    pub struct SetList {
        /// The record's code.
        pub code: String,
        /// The list's name in the interchange file, such as `assumptions` or `scope.services`.
        pub field: String,
        /// The whole list as it shall be; references are given by code.
        pub values: Vec<String>,
    }
    /// Adds a record.
    pub struct AddRecord {
        /// What: `activity`, `service`, `role`, `contact`, `dependency`, `redundancy_group`, `site`, `team`, `supplier`.
        pub kind: String,
        /// Its code; the next free one when empty.
        pub code: Option<String>,
        /// Its fields.
        pub fields: Vec<FieldText>,
    }
    /// A command the program could not carry out.
    pub struct Problem {
        /// What went wrong, in snake_case; a code exists where a reader acts on it.
        pub code: String,
        /// The values behind it.
        #[ts(type = "Record<string, unknown>")]
        pub params: serde_json::Map<String, serde_json::Value>,
        /// The whole sentence: what is wrong, where, and what would be right.
        pub detail: String,
    }
    /// The choices that fields of the registers offer.
    pub struct Lists {
        /// Every role.
        pub roles: Vec<super::Named>,
        /// Every site.
        pub sites: Vec<super::Named>,
        /// Every team.
        pub teams: Vec<super::Named>,
        /// Every supplier.
        pub suppliers: Vec<super::Named>,
        /// Every service.
        pub services: Vec<super::Named>,
        /// Every activity.
        pub activities: Vec<super::Named>,
        /// Kinds of service.
        pub service_kinds: Vec<String>,
        /// Kinds of evidence, weakest first.
        pub evidence: Vec<String>,
    }
    /// Rows from the clipboard.
    pub struct PastedRows {
        /// `services` or `activities`.
        pub register: String,
        /// Tab-separated text.
        pub text: String,
    }
    /// What pasted rows would do.
    pub struct RowsPreview {
        /// What each column was understood as.
        pub columns: Vec<PreviewColumn>,
        /// The rows.
        pub rows: Vec<PreviewRow>,
        /// How many cells cannot be taken.
        pub errors: i64,
        /// How many records would be added.
        pub added: i64,
        /// How many records would be changed.
        pub updated: i64,
    }
    /// A column of pasted rows.
    pub struct PreviewColumn {
        /// Its heading, or its letter.
        pub header: String,
        /// The field it fills; none when it is left out.
        pub field: Option<String>,
        /// That field's name for people.
        pub label: String,
    }
    /// A pasted row.
    pub struct PreviewRow {
        /// Its line in the text, from 1.
        pub line: i64,
        /// The code it has or will get.
        pub code: String,
        /// `new`, `update` or `skip`.
        pub action: String,
        /// Its cells, one for each column.
        pub cells: Vec<PreviewCell>,
    }
    /// A pasted cell.
    pub struct PreviewCell {
        /// What was pasted.
        pub text: String,
        /// How it was understood.
        pub shown: String,
        /// Why it cannot be taken.
        pub error: Option<String>,
    }
}
