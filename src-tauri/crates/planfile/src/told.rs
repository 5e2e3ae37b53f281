//! Reading the history row by row: from the latest back, only as far as somebody looks.

use crate::change::{self, RowChange};
use crate::history::{self, Entry};
use crate::{PlanFile, PlanFileError};
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeSet;

impl PlanFile {
    /// Calls back with the rows of the history before row `before`, latest first, until it answers `false`.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn history_back(
        &self,
        before: i64,
        each: impl FnMut(Entry) -> bool,
    ) -> Result<(), PlanFileError> {
        back(
            &self.conn,
            "FROM history WHERE seq < ?1 ORDER BY seq DESC",
            before,
            each,
        )
    }

    /// Calls back with the rows of the copy that row `merge` of the history brought back, latest first, until it answers
    /// `false`. Their numbers are those they had in the copy.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn far_history_back(
        &self,
        merge: i64,
        each: impl FnMut(Entry) -> bool,
    ) -> Result<(), PlanFileError> {
        back(
            &self.conn,
            "FROM far_history WHERE merged_by = ?1 ORDER BY seq DESC",
            merge,
            each,
        )
    }

    /// One row of the history.
    ///
    /// # Errors
    /// There is no such row, or the file cannot be read.
    pub fn history_row(&self, seq: i64) -> Result<Entry, PlanFileError> {
        let mut found = None;
        self.history_back(seq.saturating_add(1), |e| {
            found = Some(e);
            false
        })?;
        found
            .filter(|e| e.seq == seq)
            .ok_or(PlanFileError::NoSuchPoint(seq))
    }

    /// The last row of the history at or before a moment, RFC 3339 in UTC with whole seconds; `None` before the first.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn last_row_until(&self, moment: &str) -> Result<Option<Entry>, PlanFileError> {
        let seq: Option<i64> = self
            .conn
            .query_row(
                "SELECT seq FROM history WHERE at <= ?1 ORDER BY seq DESC LIMIT 1",
                [moment],
                |r| r.get(0),
            )
            .optional()?;
        seq.map(|s| self.history_row(s)).transpose()
    }

    /// The steps that are taken back, by their numbers.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn undone_steps(&self) -> Result<BTreeSet<i64>, PlanFileError> {
        undone_steps(&self.conn, i64::MAX)
    }

    /// Everybody who appears in the history, also in that of copies that were brought back, in the order of names.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn authors(&self) -> Result<Vec<String>, PlanFileError> {
        let mut q = self.conn.prepare_cached(
            "SELECT author FROM history UNION SELECT author FROM far_history ORDER BY 1",
        )?;
        let names = q.query_map([], |r| r.get(0))?;
        Ok(names.collect::<rusqlite::Result<_>>()?)
    }

    /// Who worked in copies that were brought back, each with the number of the merge.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn far_authors(&self) -> Result<Vec<(i64, String)>, PlanFileError> {
        let mut q = self
            .conn
            .prepare_cached("SELECT DISTINCT merged_by, author FROM far_history ORDER BY 1, 2")?;
        let names = q.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?;
        Ok(names.collect::<rusqlite::Result<_>>()?)
    }

    /// What a row of a copy that was brought back did, record by record; the row is named by its hash.
    ///
    /// # Errors
    /// The file cannot be read, or holds no such row.
    pub fn far_changes_of(&self, hash: &str) -> Result<Vec<RowChange>, PlanFileError> {
        let changeset: Vec<u8> = self.conn.query_row(
            "SELECT changeset FROM far_history WHERE hash = ?1",
            [bytes(hash)],
            |r| r.get(0),
        )?;
        change::read(&changeset)
    }

    /// Calls back with every change after row `after`, oldest first, and the number of its row; those of a copy that was
    /// brought back come with the number of the merge.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn each_change(
        &self,
        after: i64,
        mut each: impl FnMut(i64, RowChange),
    ) -> Result<(), PlanFileError> {
        for sql in [
            "SELECT seq, changeset FROM history WHERE seq > ?1 AND length(changeset) > 0 ORDER BY seq",
            "SELECT merged_by, changeset FROM far_history WHERE merged_by > ?1 AND length(changeset) > 0 ORDER BY merged_by, seq",
        ] {
            let mut q = self.conn.prepare_cached(sql)?;
            let mut rows = q.query([after])?;
            while let Some(r) = rows.next()? {
                let seq = r.get(0)?;
                let changeset = r.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
                for c in change::read(changeset)? {
                    each(seq, c);
                }
            }
        }
        Ok(())
    }
}

/// The steps that are taken back after these rows of one chain, oldest first.
pub fn undone<'a>(rows: impl Iterator<Item = &'a Entry>) -> BTreeSet<i64> {
    let mut out = BTreeSet::new();
    for e in rows {
        match e.kind.as_str() {
            "undo" => drop(out.insert(e.step)),
            "redo" => drop(out.remove(&e.step)),
            _ => {}
        }
    }
    out
}

/// The steps that are taken back after row `upto`.
fn undone_steps(conn: &Connection, upto: i64) -> Result<BTreeSet<i64>, PlanFileError> {
    let mut q = conn.prepare_cached(&format!(
        "SELECT {} FROM history WHERE kind IN ('undo', 'redo') AND seq <= ?1 ORDER BY seq",
        history::COLUMNS
    ))?;
    let rows: Vec<Entry> = q
        .query_map([upto], history::entry)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(undone(rows.iter()))
}

/// The numbers of the merges that are in effect after row `upto`, oldest first.
pub(crate) fn merges_in_effect(conn: &Connection, upto: i64) -> Result<Vec<i64>, PlanFileError> {
    let undone = undone_steps(conn, upto)?;
    let mut q = conn.prepare_cached(
        "SELECT seq, step FROM history WHERE kind = 'merge' AND seq <= ?1 ORDER BY seq",
    )?;
    let all = q.query_map([upto], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let all: Vec<(i64, i64)> = all.collect::<rusqlite::Result<_>>()?;
    let in_effect = all.into_iter().filter(|(_, step)| !undone.contains(step));
    Ok(in_effect.map(|(seq, _)| seq).collect())
}

/// The bytes that hexadecimal digits stand for; none where they stand for nothing.
fn bytes(hex: &str) -> Vec<u8> {
    let digit = |c: &u8| {
        char::from(*c)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    hex.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [a, b] => Some(digit(a)? << 4 | digit(b)?),
            _ => None,
        })
        .collect::<Option<_>>()
        .unwrap_or_default()
}

fn back(
    conn: &Connection,
    which: &str,
    number: i64,
    mut each: impl FnMut(Entry) -> bool,
) -> Result<(), PlanFileError> {
    let mut q = conn.prepare_cached(&format!("SELECT {} {which}", history::COLUMNS))?;
    let mut rows = q.query([number])?;
    while let Some(r) = rows.next()? {
        if !each(history::entry(r)?) {
            break;
        }
    }
    Ok(())
}
