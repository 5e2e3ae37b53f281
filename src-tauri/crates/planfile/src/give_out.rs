//! Giving out a copy for a breakout room, and telling such a copy from the original.

use crate::history::{self, Link, NewRow};
use crate::transact::Recorded;
use crate::{Access, Key, Operation, PlanFile, PlanFileError, Progress, Stamp, copy, open, signed};
use rusqlite::OptionalExtension;
use std::path::Path;

impl PlanFile {
    /// Gives out a copy of this file: a file of its own with the whole history, which can be worked in elsewhere and brought
    /// back. Both histories say so; `to` names who gets it, such as `Room A`.
    ///
    /// # Errors
    /// There is a file already, this one can only be read, no room, or the progress said to stop; there is no copy then.
    pub fn give_out(
        &mut self,
        target: &Path,
        to: &str,
        stamp: &Stamp,
        progress: Progress<'_>,
    ) -> Result<(), PlanFileError> {
        self.refuse_if_read_only()?;
        if target.symlink_metadata().is_ok() {
            return Err(PlanFileError::AlreadyExists(target.into()));
        }
        let what = format!("{} could not be made", target.display());
        let key = self.key.as_ref();
        copy::touched(&self.path, target, &what, key, progress, |copy| {
            mark(copy, to, stamp, key)
        })?;
        // Only now, so that a copy that did not come to be is not told of.
        let op = Operation::named(format!("give out a copy to {to}"));
        self.note("give_out", &op, stamp)
            .inspect_err(|_| drop(std::fs::remove_file(target)))
    }

    /// For whom this file is a copy; `None` for an original.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn copy_for(&self) -> Result<Option<String>, PlanFileError> {
        let operation: Option<String> = self
            .conn
            .query_row(
                "SELECT operation FROM history WHERE kind = 'copy' ORDER BY seq DESC LIMIT 1",
                [],
                |r| r.get(0),
            )
            .optional()?;
        Ok(operation.map(|o| o.strip_prefix("copy for ").map_or(o.clone(), Into::into)))
    }

    /// Adds a row to the history that changes no data.
    fn note(
        &mut self,
        kind: &'static str,
        op: &Operation,
        stamp: &Stamp,
    ) -> Result<(), PlanFileError> {
        self.conn
            .execute_batch("BEGIN IMMEDIATE")
            .map_err(|e| open::at(&self.path, e.into()))?;
        let recorded = Recorded::of(kind, Vec::new());
        let done = self.commit(op, stamp, recorded, &Default::default());
        if done.is_err() {
            self.roll_back(Default::default());
        }
        done.map(drop)
    }
}

/// Makes a file that was just copied into a copy for somebody.
fn mark(target: &Path, to: &str, stamp: &Stamp, key: Key<'_>) -> Result<(), PlanFileError> {
    let conn = open::connect(target, Access::Write, key)?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.execute_batch("BEGIN IMMEDIATE")?;
    let data_hash: Vec<u8> = conn.query_row(
        "SELECT data_hash FROM history ORDER BY seq DESC LIMIT 1",
        [],
        |r| r.get(0),
    )?;
    let new = NewRow {
        kind: "copy",
        operation: &format!("copy for {to}"),
        merge_key: None,
        step: None,
        changeset: Vec::new(),
        data_hash: data_hash.try_into().map_err(|_| PlanFileError::Damaged {
            path: target.into(),
            what: "a data hash has another length".into(),
        })?,
        other_parent: None,
    };
    history::append(&conn, &Link::after(history::tip(&conn)?, new, stamp))?;
    signed::forget_recording_key(&conn)?;
    conn.flush_prepared_statement_cache();
    conn.execute_batch("COMMIT")?;
    conn.close().map_err(|(_, e)| e.into())
}
