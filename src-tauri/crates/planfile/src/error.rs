//! What can go wrong with a plan file.

use std::path::PathBuf;

/// Why the plan file could not do what was asked; the file is as it was before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanFileError {
    /// There is no such file.
    #[error("there is no file at {}", .0.display())]
    NotFound(PathBuf),
    /// There is one already.
    #[error("there is a file at {} already; choose another name, nothing was overwritten", .0.display())]
    AlreadyExists(PathBuf),
    /// It is something else.
    #[error("{} is not a Mainstay plan file: {what}", .path.display())]
    Foreign {
        /// Which file.
        path: PathBuf,
        /// What it seems to be.
        what: String,
    },
    /// It is or was one, but is broken.
    #[error("{} is damaged: {what}. Nothing was changed; open a backup copy of it", .path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is broken.
        what: String,
    },
    /// It is encrypted, and no passphrase was given.
    #[error(
        "{} is encrypted and needs its passphrase, or it is no plan file at all", .path.display()
    )]
    PassphraseNeeded {
        /// Which file.
        path: PathBuf,
    },
    /// The passphrase does not open it.
    #[error(
        "{} cannot be opened: the passphrase is wrong, or the first page of the file is damaged. Nothing was changed", .path.display()
    )]
    WrongPassphrase {
        /// Which file.
        path: PathBuf,
    },
    /// It holds more records than any plan has.
    #[error("the file holds more than five million records, which no plan does; it was not opened")]
    TooManyRecords,
    /// A passphrase that cannot be one.
    #[error("the passphrase cannot be used: {0}")]
    BadPassphrase(String),
    /// Setting, changing or removing a passphrase does not fit the file.
    #[error("{0}")]
    PassphraseRefused(String),
    /// A newer program wrote it.
    #[error(
        "{} was written in format {found} by a newer Mainstay; this program reads up to format {}. It was not changed; install Mainstay {needs} or later",
        .path.display(), crate::FORMAT_VERSION
    )]
    TooNew {
        /// Which file.
        path: PathBuf,
        /// Its format version.
        found: i64,
        /// The oldest program that may read it.
        needs: String,
    },
    /// It cannot be written.
    #[error("{} can only be read: {why}", .path.display())]
    ReadOnly {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// Somebody has it open.
    #[error("{} is open elsewhere{}; close it there, or open it for reading only", .path.display(), .who.as_deref().map(|w| format!(" ({w})")).unwrap_or_default())]
    OpenElsewhere {
        /// Which file.
        path: PathBuf,
        /// Who, if that is known.
        who: Option<String>,
    },
    /// There is no room.
    #[error("the disk is full: {what}; everything is as it was before, make room and try again")]
    DiskFull {
        /// What was being written.
        what: String,
    },
    /// The folder or the disk refused.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The database refused because a rule protects what is there.
    #[error("{0}")]
    Guarded(String),
    /// A value that its field does not allow.
    #[error(transparent)]
    BadField(#[from] mainstay_domain::BadField),
    /// There is no step to take back.
    #[error("there is nothing to undo{}", .0.as_deref().map(|r| format!(": {r}")).unwrap_or_default())]
    NothingToUndo(Option<String>),
    /// The history has no such row.
    #[error("the history has no row {0}")]
    NoSuchPoint(i64),
    /// There is no step to do again.
    #[error("there is nothing to redo")]
    NothingToRedo,
    /// Undo or redo would not have given the data that stood there before.
    #[error("“{0}” cannot be taken back or done again exactly, so nothing was changed")]
    Inexact(String),
    /// A file that is no copy of the other.
    #[error("{} is not a copy of {}: their histories have nothing in common", .path.display(), .of.display())]
    NotACopy {
        /// The file that was to be brought back.
        path: PathBuf,
        /// The file it was to be brought back into.
        of: PathBuf,
    },
    /// A merge with conflicts that nobody has decided.
    #[error("there are conflicts that wait for a choice; nothing was brought back")]
    OpenConflicts,
    /// A merge that would change nothing.
    #[error("nothing comes in: everything in the copy is here already, or was decided otherwise")]
    NothingComesIn,
    /// Whoever asked for it said to stop.
    #[error("stopped; nothing was changed")]
    Cancelled,
    /// SQLite answered otherwise.
    #[error("the plan file could not be used: {0}")]
    Sqlite(rusqlite::Error),
}

impl PlanFileError {
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { what }
            }
            _ => Self::Io { what, source },
        }
    }
}

impl From<rusqlite::Error> for PlanFileError {
    fn from(e: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as C;
        match &e {
            rusqlite::Error::SqliteFailure(f, m) => match f.code {
                C::DiskFull => Self::DiskFull {
                    what: "the plan file could not be written".into(),
                },
                C::ConstraintViolation
                    if f.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_TRIGGER =>
                {
                    Self::Guarded(
                        m.clone()
                            .unwrap_or_else(|| "a rule of the plan file refuses this".into()),
                    )
                }
                _ => Self::Sqlite(e),
            },
            _ => Self::Sqlite(e),
        }
    }
}
