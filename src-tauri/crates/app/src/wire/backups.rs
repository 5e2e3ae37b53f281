//! Backups, and work that takes its time.

use super::wire;

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
        /// The file to make; a free name beside the open file when empty.
        pub out: Option<String>,
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
    }
    /// Work that takes its time.
    pub struct WorkView {
        /// What is being done.
        pub what: String,
        /// How much of it is done, 0 to 1, if that is known.
        pub share: Option<f64>,
    }
}
