//! Backups, and work that takes its time.

use super::{Moved, RecordChange, wire};

wire! {
    /// The backups of the open workspace.
    pub struct Backups {
        /// The folder they are kept in.
        pub folder: String,
        /// Whether somebody chose it; else it is the one beside the file.
        pub chosen: bool,
        /// Whether the program makes backups by itself.
        pub automatic: bool,
        /// Why the last automatic one could not be made.
        pub trouble: Option<String>,
        /// The backups, newest first.
        pub list: Vec<BackupEntry>,
    }
    /// One backup.
    pub struct BackupEntry {
        /// Where it is.
        pub path: String,
        /// The moment it was made, RFC 3339.
        pub at: String,
        /// Its size in bytes.
        pub bytes: i64,
    }
    /// Chooses the folder for backups.
    pub struct BackupFolder {
        /// The folder; empty for the one beside the file.
        pub folder: Option<String>,
    }
    /// Makes a new plan file from a backup and opens it.
    pub struct RestoreBackup {
        /// Where the backup is.
        pub path: String,
        /// The file to make; a free name beside the file that it is a backup of when empty.
        pub out: Option<String>,
        /// The file that it is a backup of; the open one when empty.
        pub of: Option<String>,
        /// Its passphrase, if it has one that is not that of the open file.
        pub passphrase: Option<String>,
    }
    /// A damaged file of which is saved what can be read.
    pub struct RescueFile {
        /// The damaged file.
        pub path: String,
        /// The file to make; a free name beside the damaged one when empty.
        pub out: Option<String>,
        /// Its passphrase, if it has one.
        pub passphrase: Option<String>,
    }
    /// What was saved of a damaged file.
    pub struct Rescued {
        /// The new file.
        pub path: String,
        /// Whether the data is proven to be that of the last change.
        pub exact: bool,
        /// The number of that change; nothing where no row of the history can be read.
        pub last_change: Option<i64>,
        /// Its moment, RFC 3339.
        pub last_change_at: Option<String>,
        /// What was saved, by kind.
        pub saved: Vec<SavedKind>,
        /// How many of these records come from the history.
        pub from_history: i64,
        /// What was lost, a sentence each.
        pub lost: Vec<String>,
        /// References that led nowhere and are unknown now, a sentence each.
        pub repaired: Vec<String>,
    }
    /// So many records of a kind.
    pub struct SavedKind {
        /// What one is called.
        pub noun: String,
        /// How many.
        pub count: i64,
    }
    /// What a backup holds.
    pub struct BackupPreview {
        /// Where it is.
        pub path: String,
        /// The organisation's name.
        pub name: String,
        /// The moment of the last change in it, RFC 3339.
        pub at: String,
        /// What that change was.
        pub operation: String,
        /// Who made it.
        pub author: String,
        /// How many activities.
        pub activities: i64,
        /// How many services.
        pub services: i64,
        /// How many steps its history has.
        pub history_rows: i64,
        /// What is broken in it, a sentence each; empty for a whole one.
        pub damage: Vec<String>,
        /// What was done since in the open workspace; nothing when that is another one, or the backup is broken.
        pub since: Option<SinceBackup>,
    }
    /// What was done since a backup, and is not in it.
    pub struct SinceBackup {
        /// The records that were added, removed or changed.
        pub records: Vec<RecordChange>,
        /// Which results moved.
        pub results: Vec<Moved>,
    }
    /// Work that takes its time.
    pub struct WorkView {
        /// What is being done.
        pub what: String,
        /// How much of it is done, 0 to 1, if that is known.
        pub share: Option<f64>,
    }
}
