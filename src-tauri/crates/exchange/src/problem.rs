//! What can be wrong with a file, and what is worth a remark.

use std::fmt;

/// Why a file was not imported; nothing of it was.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Problem {
    /// The text is longer than an import takes.
    #[error("the file has {size} bytes; at most {limit} are read")]
    TooLarge {
        /// Its length in bytes.
        size: usize,
        /// The most that is read.
        limit: usize,
    },
    /// The text is not UTF-8.
    #[error("the file is not UTF-8 text: byte {at} cannot be read; save it as UTF-8 and try again")]
    NotUtf8 {
        /// The offset of the first wrong byte.
        at: usize,
    },
    /// The text is not JSON.
    #[error("the file is not JSON: line {line}, column {column}: {detail}")]
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What the parser says.
        detail: String,
    },
    /// Objects and lists stand too deep inside each other.
    #[error("the file nests objects and lists more than {limit} deep; a workspace needs fewer")]
    TooDeep {
        /// The most that is read.
        limit: usize,
    },
    /// There are more values than an import takes.
    #[error("the file holds more than {limit} values; that is more than a workspace can have")]
    TooMany {
        /// The most that is read.
        limit: usize,
    },
    /// The file does not say that it is a workspace in the interchange form.
    #[error("the file's schema is {found}; allowed is mainstay/1 or itscm-demo/1")]
    WrongSchema {
        /// What it says instead.
        found: String,
    },
    /// Values that are not allowed; every one that was found, up to a limit.
    #[error("{}", Faults(.faults, .more))]
    Invalid {
        /// What is wrong, in the order of the file's tables.
        faults: Vec<Fault>,
        /// How many more there are than are listed.
        more: usize,
    },
}

impl Problem {
    /// The stable code, in snake_case.
    pub fn code(&self) -> &'static str {
        match self {
            Problem::TooLarge { .. } => "file_too_large",
            Problem::NotUtf8 { .. } => "not_utf8",
            Problem::NotJson { .. } => "not_json",
            Problem::TooDeep { .. } => "too_deep",
            Problem::TooMany { .. } => "too_many_values",
            Problem::WrongSchema { .. } => "wrong_schema",
            Problem::Invalid { .. } => "invalid_values",
        }
    }

    /// The wrong values; empty when the file could not be read so far.
    pub fn faults(&self) -> &[Fault] {
        match self {
            Problem::Invalid { faults, .. } => faults,
            _ => &[],
        }
    }
}

struct Faults<'a>(&'a [Fault], &'a usize);

impl fmt::Display for Faults<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            write!(f, "{}{}", if i == 0 { "" } else { "\n" }, fault.text)?;
        }
        match *self.1 {
            0 => Ok(()),
            n => write!(f, "\nand {n} more"),
        }
    }
}

/// What sort of thing is wrong with one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultCode {
    /// A value its field does not allow, or a reference to nowhere.
    Value,
    /// A value that must be given is missing.
    Missing,
    /// An object, a list or a pair was expected.
    Structure,
    /// A code or a key that is taken already.
    Duplicate,
    /// A row of the impact grid that does not fit its horizons.
    Grid,
    /// A field the interchange form does not know; only in strict reading.
    Unknown,
}

/// One thing that is wrong with a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What sort of thing.
    pub code: FaultCode,
    /// The record, such as `service svc-db`.
    pub record: String,
    /// Where that stands, such as `services[15]`.
    pub place: String,
    /// The field as the file calls it; empty when it is the record as a whole.
    pub field: String,
    /// The whole sentence.
    pub text: String,
}

/// One thing worth a remark about a file that was imported.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// What sort of thing: `unknown_field` or `derived_value_differs`.
    pub code: &'static str,
    /// The record, such as `service svc-db`.
    pub record: String,
    /// Where that stands, such as `services[15]`.
    pub place: String,
    /// The field as the file calls it.
    pub field: String,
    /// What the file says there, shortened.
    pub value: String,
    /// For a derived value, what it is by calculation; `None` when it is unknown.
    pub computed: Option<String>,
    /// The whole sentence.
    pub text: String,
}
