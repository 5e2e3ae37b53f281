//! The one way to write.

use crate::history::{self, Link, NewRow, Stamp};
use crate::lthash::LtHash;
use crate::{PlanFile, PlanFileError, open, sql};
use mainstay_domain::{Record, Row, Table, Uuid, Workspace};
use rusqlite::Connection;
use rusqlite::session::Session;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is being done, in the words of the undo button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its name, such as `rate operations at 8 h`.
    pub name: String,
    /// Edits with the same key within a minute are one step.
    pub merge_key: Option<String>,
}

impl Operation {
    /// An operation that is a step of its own.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            merge_key: None,
        }
    }

    /// An operation that joins one with the same key within a minute before it.
    pub fn merging(name: impl Into<String>, key: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            merge_key: Some(key.into()),
        }
    }
}

/// What a change did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Committed {
    /// The tables whose records changed, by name, in the domain's order; empty when nothing changed.
    pub tags: Vec<&'static str>,
    /// The records that were added, changed or removed.
    pub rows: Vec<(Table, Uuid)>,
}

/// An open transaction: reads and writes records, in the file and in memory alike.
pub struct Tx<'a> {
    conn: &'a Connection,
    session: Session<'a>,
    attached: BTreeSet<Table>,
    ws: &'a mut Workspace,
    before: BTreeMap<(Table, Uuid), Option<Row>>,
    barrier: bool,
}

impl Tx<'_> {
    /// Everything, as changed so far.
    pub fn workspace(&self) -> &Workspace {
        self.ws
    }

    /// Puts a record in, in the place of one with the same key.
    ///
    /// # Errors
    /// A value is not legal, a rule of the file protects what is there, or the disk is full.
    pub fn put(&mut self, table: Table, row: &Row) -> Result<(), PlanFileError> {
        let old = self.ws.row(table, row.id);
        if old.as_ref() == Some(row) {
            return Ok(());
        }
        self.touch(table, row.id, &old)?;
        match old {
            Some(old) => sql::update(self.conn, table, &old, row)?,
            None => sql::insert(self.conn, table, row)?,
        }
        self.ws.put(table, row)?;
        Ok(())
    }

    /// Puts a record in, as [`Tx::put`].
    ///
    /// # Errors
    /// As [`Tx::put`].
    pub fn put_record<R: Record>(&mut self, record: &R) -> Result<(), PlanFileError> {
        self.put(R::TABLE, &record.to_row())
    }

    /// Takes a record out; nothing happens when it is not there.
    ///
    /// # Errors
    /// A rule of the file protects it.
    pub fn remove(&mut self, table: Table, id: Uuid) -> Result<(), PlanFileError> {
        let Some(old) = self.ws.row(table, id) else {
            return Ok(());
        };
        self.touch(table, id, &Some(old))?;
        sql::delete(self.conn, table, id)?;
        self.ws.remove(table, id);
        Ok(())
    }

    /// Puts in and takes out many records, each table's list in memory made anew once; `None` takes a record out.
    ///
    /// # Errors
    /// As [`Tx::put`].
    pub fn apply_all(
        &mut self,
        changes: &[(Table, Uuid, Option<Row>)],
    ) -> Result<(), PlanFileError> {
        let tables: BTreeSet<Table> = changes.iter().map(|c| c.0).collect();
        let before = Lookup::of(self.ws, changes.len(), &tables);
        let olds: Vec<Option<Row>> = changes.iter().map(|c| before.row(c.0, c.1)).collect();
        drop(before);
        for ((table, id, new), old) in changes.iter().zip(olds) {
            match (new, &old) {
                (Some(row), Some(was)) if row == was => continue,
                (None, None) => continue,
                _ => self.touch(*table, *id, &old)?,
            }
            match (new, &old) {
                (Some(row), Some(was)) => sql::update(self.conn, *table, was, row)?,
                (Some(row), None) => sql::insert(self.conn, *table, row)?,
                (None, _) => sql::delete(self.conn, *table, *id)?,
            }
        }
        crate::merge::rebuilt(self.ws, changes)
    }

    /// Keeps the history of a copy, and the keys that stand for another one, beside row `seq` that brings it back.
    pub(crate) fn keep_far(
        &mut self,
        seq: i64,
        far: &[Link],
        aliases: &[(Uuid, Uuid)],
    ) -> Result<(), PlanFileError> {
        for link in far {
            history::append_far(self.conn, seq, link)?;
        }
        let mut q = self.conn.prepare_cached(
            "INSERT OR IGNORE INTO merge_alias (merged_by, far_id, near_id, digest) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for (from, to) in aliases {
            q.execute(rusqlite::params![
                seq,
                from.as_bytes().as_slice(),
                to.as_bytes().as_slice(),
                history::alias_digest(seq, from.as_bytes(), to.as_bytes())
            ])?;
        }
        Ok(())
    }

    pub(crate) fn connection(&self) -> &Connection {
        self.conn
    }

    /// Whether anything was written so far.
    pub fn has_changes(&self) -> bool {
        !self.before.is_empty()
    }

    /// Makes this step one that undo does not cross.
    pub fn make_barrier(&mut self) {
        self.barrier = true;
    }

    fn touch(&mut self, table: Table, id: Uuid, old: &Option<Row>) -> Result<(), PlanFileError> {
        if self.attached.insert(table) {
            self.session.attach(Some(table.spec().name))?;
        }
        self.before
            .entry((table, id))
            .or_insert_with(|| old.clone());
        Ok(())
    }
}

/// What was recorded of a change, for its row in the history.
pub(crate) struct Recorded {
    pub kind: &'static str,
    /// The step it belongs to, where that is not its own.
    pub step: Option<i64>,
    pub changeset: Vec<u8>,
    /// For a merge, the last row of the copy.
    pub other_parent: Option<Vec<u8>>,
}

impl Recorded {
    pub(crate) fn of(kind: &'static str, changeset: Vec<u8>) -> Self {
        Self {
            kind,
            step: None,
            changeset,
            other_parent: None,
        }
    }
}

/// From so many records on, an index and lists made anew cost less than a search for each.
const MANY: usize = 32;

/// The records of a workspace by key: looked for one by one where they are few, by an index where they are many.
pub(crate) enum Lookup<'a> {
    Few(&'a Workspace),
    Many(HashMap<(Table, Uuid), Row>),
}

impl<'a> Lookup<'a> {
    pub(crate) fn of(ws: &'a Workspace, how_many: usize, tables: &BTreeSet<Table>) -> Self {
        if how_many < MANY {
            return Self::Few(ws);
        }
        let rows = tables
            .iter()
            .flat_map(|t| ws.rows(*t).into_iter().map(|r| ((*t, r.id), r)));
        Self::Many(rows.collect())
    }

    pub(crate) fn row(&self, table: Table, id: Uuid) -> Option<Row> {
        match self {
            Self::Few(ws) => ws.row(table, id),
            Self::Many(rows) => rows.get(&(table, id)).cloned(),
        }
    }
}

impl PlanFile {
    /// Does something in one transaction: all of it, recorded as one row of the history, or nothing.
    ///
    /// # Errors
    /// What `f` returns, or why the file could not take it; nothing has changed then, in the file or in memory.
    pub fn transact<T, E: From<PlanFileError>>(
        &mut self,
        op: &Operation,
        stamp: &Stamp,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<(T, Committed), E> {
        self.refuse_if_read_only()?;
        let mut before = BTreeMap::new();
        let done = self.attempt((op, stamp), None, f, &mut before);
        if done.is_err() {
            self.roll_back(before);
        }
        done
    }

    /// As [`PlanFile::transact`], but for rolling back what is in memory; `merged` is the last row of a copy that is
    /// brought back by it.
    pub(crate) fn attempt<T, E: From<PlanFileError>>(
        &mut self,
        (op, stamp): (&Operation, &Stamp),
        merged: Option<&[u8]>,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
        before: &mut BTreeMap<(Table, Uuid), Option<Row>>,
    ) -> Result<(T, Committed), E> {
        let path = &self.path;
        let fail = |e: rusqlite::Error| E::from(open::at(path, e.into()));
        self.conn.execute_batch("BEGIN IMMEDIATE").map_err(fail)?;
        let (value, barrier, changeset) = {
            let session = Session::new(&self.conn).map_err(fail)?;
            let mut tx = Tx {
                conn: &self.conn,
                session,
                attached: BTreeSet::new(),
                ws: &mut self.ws,
                before: BTreeMap::new(),
                barrier: false,
            };
            let result = f(&mut tx);
            *before = std::mem::take(&mut tx.before);
            let mut changeset = Vec::new();
            tx.session.changeset_strm(&mut changeset).map_err(fail)?;
            (result?, tx.barrier, changeset)
        };
        let recorded = match merged {
            Some(tip) => Recorded::of_merge(changeset, tip),
            None if barrier => Recorded::of("barrier", changeset),
            None => Recorded::of("edit", changeset),
        };
        let committed = self.commit(op, stamp, recorded, before)?;
        Ok((value, committed))
    }

    /// Writes the history row and the data hash, commits, and remembers the step.
    pub(crate) fn commit(
        &mut self,
        op: &Operation,
        stamp: &Stamp,
        recorded: Recorded,
        before: &BTreeMap<(Table, Uuid), Option<Row>>,
    ) -> Result<Committed, PlanFileError> {
        // Giving out a copy changes nothing, bringing one back may not, and both are remembered all the same.
        let remembered = matches!(recorded.kind, "give_out" | "merge");
        if recorded.changeset.is_empty() && !remembered {
            self.conn.execute_batch("ROLLBACK")?;
            return Ok(Committed::default());
        }
        let state = self.state_after(before);
        let tags: BTreeSet<Table> = before.keys().map(|k| k.0).collect();
        let joined = (recorded.kind == "edit")
            .then(|| self.steps.joins(op, stamp))
            .flatten();
        let new = NewRow {
            kind: recorded.kind,
            operation: &op.name,
            merge_key: op.merge_key.as_deref(),
            step: recorded.step.or(joined),
            changeset: recorded.changeset,
            data_hash: state.digest(),
            other_parent: recorded.other_parent,
        };
        let link = Link::after(history::tip(&self.conn)?, new, stamp);
        history::append(&self.conn, &link)?;
        self.conn
            .prepare_cached("UPDATE head SET state = ?1 WHERE one = 1")?
            .execute([state.bytes()])?;
        self.conn.execute_batch("COMMIT").map_err(|e| match &e {
            rusqlite::Error::SqliteFailure(f, _)
                if f.code == rusqlite::ErrorCode::ConstraintViolation =>
            {
                PlanFileError::Guarded(
                    "another record still refers to what was to be removed".into(),
                )
            }
            _ => open::at(&self.path, e.into()),
        })?;
        self.state = state;
        self.steps.take(&link.entry);
        Ok(Committed {
            tags: tags.into_iter().map(|t| t.spec().name).collect(),
            rows: before.keys().copied().collect(),
        })
    }

    pub(crate) fn roll_back(&mut self, before: BTreeMap<(Table, Uuid), Option<Row>>) {
        if !self.conn.is_autocommit() {
            let _ = self.conn.execute_batch("ROLLBACK");
        }
        let changes = before.into_iter().map(|((t, id), old)| (t, id, old));
        // It was legal before, so it is legal again.
        let _ = self.put_in_memory(changes.collect());
    }

    /// Puts records in and out in memory: one by one where they are few, else each table's list made anew once.
    pub(crate) fn put_in_memory(
        &mut self,
        changes: Vec<(Table, Uuid, Option<Row>)>,
    ) -> Result<(), PlanFileError> {
        if changes.len() >= MANY {
            return crate::merge::rebuilt(&mut self.ws, &changes);
        }
        for (table, id, row) in changes {
            match row {
                Some(row) => self.ws.put(table, &row)?,
                None => self.ws.remove(table, id),
            }
        }
        Ok(())
    }

    /// The data hash of what is in memory, of which these records were so when it was reckoned last.
    pub(crate) fn state_after(&self, before: &BTreeMap<(Table, Uuid), Option<Row>>) -> LtHash {
        let mut state = self.state.clone();
        let tables = before.keys().map(|k| k.0).collect();
        let now = Lookup::of(&self.ws, before.len(), &tables);
        let rows: Vec<(Table, Row)> = before
            .keys()
            .filter_map(|k| Some((k.0, now.row(k.0, k.1)?)))
            .collect();
        let old = before.iter();
        let old: Vec<(Table, &Row)> = old.filter_map(|(k, r)| Some((k.0, r.as_ref()?))).collect();
        let new: Vec<(Table, &Row)> = rows.iter().map(|(t, r)| (*t, r)).collect();
        state.leave(&LtHash::of(&old));
        state.join(&LtHash::of(&new));
        state
    }

    pub(crate) fn refuse_if_read_only(&self) -> Result<(), PlanFileError> {
        match &self.read_only {
            Some(why) => Err(PlanFileError::ReadOnly {
                path: self.path.clone(),
                why: why.clone(),
            }),
            None => Ok(()),
        }
    }
}
