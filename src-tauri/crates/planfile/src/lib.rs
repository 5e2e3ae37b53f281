//! Where a plan is kept: one SQLite file that holds the data and its whole history.
//!
//! There is one way to write, [`PlanFile::transact`]: it owns the SQLite transaction, the recorded changeset, the
//! history row and the list of what changed. Undo and redo apply inverted changesets and check the hash of the data.

mod backup;
mod bring_back;
mod change;
mod check;
mod cipher;
mod copy;
mod error;
mod file;
mod format;
mod give_out;
mod history;
mod keyframe;
mod load;
mod lock;
mod lthash;
mod merge;
mod migrate;
mod open;
mod past;
mod rekey;
mod rescue;
mod schema;
mod search;
mod signed;
mod sql;
mod told;
mod transact;
mod undo;

pub use backup::{BackupFile, back_up, backups, folder_beside, restore, thin};
pub use bring_back::{Blame, Returning, Who};
pub use change::{FieldChange, RowChange, What};
pub use check::{Damage, Report};
pub use cipher::{FORGOTTEN_IS_FINAL, Key, Passphrase, SHORTEST_PASSPHRASE};
pub use copy::Progress;
pub use error::PlanFileError;
pub use file::write_whole_file;
pub use format::{APPLICATION_ID, FORMAT_VERSION, OLDEST_READER, is_encrypted};
pub use history::{Entry, Stamp};
pub use merge::{Choices, Clash, Conflict, Merged, Notice, Settled, Side, plan as plan_merge};
pub use open::{Access, PlanFile};
pub use rekey::{Rekeyed, change_passphrase};
pub use rescue::{RescueReport, rescue};
pub use schema::{SCHEMA_STEPS, ddl};
pub use search::{Found, Search};
pub use told::undone;
pub use transact::{Committed, Operation, Tx};
