//! Problems: what could not be done, in a sentence that says what would be right.

use crate::wire::Problem;
use mainstay_planfile::PlanFileError;
use serde_json::{Map, Value};
use std::fmt;

/// A result, or the problem to show.
pub type Outcome<T> = Result<T, Problem>;

impl Problem {
    /// A problem without parameters.
    pub fn new(code: &str, detail: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            params: Map::new(),
            detail: detail.into(),
        }
    }

    /// Adds a value that a reader acts on.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }

    /// A typed value that its field does not allow.
    pub(crate) fn bad_value(record: &str, field: &str, text: &str, allowed: &str) -> Self {
        let shown: String = text.chars().take(80).collect();
        Self::new(
            "bad_value",
            format!("{record}, field {field}: “{shown}” is not allowed; allowed is {allowed}."),
        )
        .with("record", record)
        .with("field", field)
        .with("value", shown)
        .with("allowed", allowed)
    }

    /// A code that no record carries.
    pub(crate) fn no_such(what: &str, code: &str) -> Self {
        Self::new(
            "no_such_record",
            format!("There is no {what} with the code “{code}”."),
        )
        .with("code", code)
    }

    /// The exit status of the command line: 1 when findings or conflicts stopped it, else 2.
    pub fn exit_status(&self) -> u8 {
        match self.code.as_str() {
            "findings_block" | "conflicts" | "not_verified" => 1,
            _ => 2,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Problem {}

impl From<PlanFileError> for Problem {
    fn from(e: PlanFileError) -> Self {
        use PlanFileError as E;
        let code = match &e {
            E::NotFound(_) => "file_not_found",
            E::AlreadyExists(_) => "file_exists",
            E::Foreign { .. } => "file_foreign",
            E::Damaged { .. } => "file_damaged",
            E::PassphraseNeeded { .. } => "passphrase_needed",
            E::WrongPassphrase { .. } => "wrong_passphrase",
            E::BadPassphrase(_) | E::PassphraseRefused(_) => "bad_passphrase",
            E::TooManyRecords => "file_foreign",
            E::TooNew { .. } => "file_too_new",
            E::ReadOnly { .. } => "read_only",
            E::OpenElsewhere { .. } => "open_elsewhere",
            E::DiskFull { .. } => "disk_full",
            E::Io { .. } => "io",
            E::Guarded(_) => "guarded",
            E::BadField(_) => "bad_value",
            E::NothingToUndo(_) => "nothing_to_undo",
            E::NothingToRedo => "nothing_to_redo",
            E::Inexact(_) => "inexact",
            E::NoSuchPoint(_) => "no_such_point",
            E::Cancelled => "cancelled",
            E::NotACopy { .. } => "not_a_copy",
            E::OpenConflicts => "conflicts",
            E::NothingComesIn => "nothing_comes_in",
            _ => "sqlite",
        };
        let mut text = e.to_string();
        // A sentence begins with a capital, unless it begins with the name of a file.
        let word = text.split(' ').next().unwrap_or_default();
        if word.chars().all(char::is_alphabetic)
            && let Some(first) = text.chars().next()
        {
            text.replace_range(..first.len_utf8(), &first.to_uppercase().to_string());
        }
        let p = Self::new(code, format!("{text}."));
        match e {
            E::OpenElsewhere { path, who } => {
                p.with("path", path.display().to_string()).with("who", who)
            }
            E::TooNew { path, needs, .. } => p
                .with("path", path.display().to_string())
                .with("needs", needs),
            _ => p,
        }
    }
}
