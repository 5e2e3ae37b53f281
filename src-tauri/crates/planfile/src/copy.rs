//! Copying a whole plan file, page by page, so that the copy is there whole or not at all.

use crate::open::{self, Access};
use crate::{Key, PlanFileError, file, format, history};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::path::Path;

/// Told how many pages of how many are done; says whether to go on.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64) -> bool;

/// Pages that are copied between two calls of the progress: 4 MiB of them.
const PAGES_AT_ONCE: i32 = 1024;

/// Copies a plan file to `to`, which must be free: to a temporary file beside it with the same permissions, synced, opened
/// again and compared, then renamed. What stands in the journal of the source is part of the copy.
///
/// `what` begins the sentence of a failure: "… could not be made". The copy of an encrypted file has the same passphrase.
///
/// # Errors
/// There is a file already, no room, somebody writes the source, or the progress said to stop; nothing is left behind.
pub(crate) fn whole(
    from: &Path,
    to: &Path,
    what: &str,
    key: Key<'_>,
    progress: Progress<'_>,
) -> Result<(), PlanFileError> {
    touched(from, to, what, key, progress, |_| Ok(()))
}

/// As [`whole`], with a last touch to the copy before it gets its name: there is never a copy without it.
pub(crate) fn touched(
    from: &Path,
    to: &Path,
    what: &str,
    key: Key<'_>,
    progress: Progress<'_>,
    touch: impl FnOnce(&Path) -> Result<(), PlanFileError>,
) -> Result<(), PlanFileError> {
    // Held from the start, so that nobody else takes the name meanwhile.
    match std::fs::File::create_new(to) {
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(PlanFileError::AlreadyExists(to.into()));
        }
        other => drop(other.map_err(PlanFileError::io(what))?),
    }
    over(from, to, what, key, progress, touch).inspect_err(|_| drop(std::fs::remove_file(to)))
}

/// As [`touched`], in the place of what stands at `to`, which stays as it is where that does not work.
pub(crate) fn over(
    from: &Path,
    to: &Path,
    what: &str,
    key: Key<'_>,
    progress: Progress<'_>,
    touch: impl FnOnce(&Path) -> Result<(), PlanFileError>,
) -> Result<(), PlanFileError> {
    let tmp = file::temporary(to);
    let done = fill(from, &tmp, key, progress)
        .map_err(|e| match e {
            Failed::Disk(e) => PlanFileError::io(what)(e),
            Failed::File(PlanFileError::DiskFull { .. }) => {
                PlanFileError::DiskFull { what: what.into() }
            }
            Failed::File(e) => e,
        })
        .and_then(|()| touch(&tmp))
        .and_then(|()| {
            std::fs::File::open(&tmp)
                .and_then(|f| f.sync_all())
                .and_then(|()| std::fs::rename(&tmp, to))
                .and_then(|()| file::sync_folder(to))
                .map_err(PlanFileError::io(what))
        });
    // Nothing is left beside the copy either, where the disk refused to take a journal away.
    for left in ["", "-journal", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format::sibling(&tmp, left));
    }
    done
}

enum Failed {
    Disk(std::io::Error),
    File(PlanFileError),
}

impl From<std::io::Error> for Failed {
    fn from(e: std::io::Error) -> Self {
        Self::Disk(e)
    }
}

impl From<rusqlite::Error> for Failed {
    fn from(e: rusqlite::Error) -> Self {
        Self::File(e.into())
    }
}

impl From<PlanFileError> for Failed {
    fn from(e: PlanFileError) -> Self {
        Self::File(e)
    }
}

fn fill(from: &Path, tmp: &Path, key: Key<'_>, progress: Progress<'_>) -> Result<(), Failed> {
    std::fs::File::create_new(tmp)?;
    // Before anything is in it: who may not read the plan may not read the copy either.
    file::allow_as(tmp, from)?;
    // A second connection, because one that writes cannot be copied from.
    let source = open::connect(from, Access::Read, key)?;
    // One view of it from here on, whatever is written meanwhile.
    source.execute_batch("BEGIN")?;
    let expected = marks(&source)?;
    let mut copy = open::connect(tmp, Access::Write, key)?;
    pages(&source, &mut copy, progress)?;
    // One file, whatever the source was open as.
    let mode: String = copy.query_row("PRAGMA journal_mode = DELETE", [], |r| r.get(0))?;
    if mode != "delete" {
        return Err(busy().into());
    }
    let sound: String = copy.query_row("PRAGMA quick_check(1)", [], |r| r.get(0))?;
    if sound != "ok" || marks(&copy)? != expected {
        return Err(std::io::Error::other("the disk gave back other data than was written").into());
    }
    Ok(copy.close().map_err(|(_, e)| e)?)
}

/// What tells one state of a file from another: its data hash and the tip of its history.
fn marks(conn: &Connection) -> Result<(Vec<u8>, i64, Vec<u8>), PlanFileError> {
    let state = conn.query_row("SELECT state FROM head WHERE one = 1", [], |r| r.get(0))?;
    let (seq, hash) = history::tip(conn)?;
    Ok((state, seq, hash))
}

/// Copies every page of one database into another.
pub(crate) fn pages(
    from: &Connection,
    to: &mut Connection,
    progress: Progress<'_>,
) -> Result<(), PlanFileError> {
    let backup = Backup::new(from, to)?;
    loop {
        let step = backup.step(PAGES_AT_ONCE)?;
        let p = backup.progress();
        let total = u64::try_from(p.pagecount).unwrap_or(0);
        let left = u64::try_from(p.remaining).unwrap_or(0);
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More if progress(total.saturating_sub(left), total) => {}
            StepResult::More => return Err(PlanFileError::Cancelled),
            _ => return Err(busy()),
        }
    }
}

pub(crate) fn busy() -> PlanFileError {
    use rusqlite::ffi::{Error, SQLITE_BUSY};
    rusqlite::Error::SqliteFailure(Error::new(SQLITE_BUSY), None).into()
}

/// For work that nobody watches.
pub(crate) fn unwatched() -> impl FnMut(u64, u64) -> bool {
    |_, _| true
}
