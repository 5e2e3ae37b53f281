//! Undo and redo: recorded changesets, inverted or applied again, and checked by the hash of the data.

use crate::change;
use crate::history::{Entry, Stamp};
use crate::transact::{Lookup, Recorded};
use crate::{Committed, Operation, PlanFile, PlanFileError, open, sql};
use mainstay_domain::{Row, Table, Uuid};
use rusqlite::session::{ChangesetItem, ConflictAction, ConflictType, Session, invert_strm};
use std::collections::{BTreeMap, BTreeSet};

/// The steps that can be taken back and done again.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    undo: Vec<Step>,
    redo: Vec<Step>,
    /// Why undo stops where it stops.
    floor: Option<String>,
    /// The data hash after the last row.
    data: String,
}

#[derive(Debug, Clone)]
struct Step {
    step: i64,
    operation: String,
    merge_key: Option<String>,
    last_at: String,
    rows: Vec<i64>,
    /// The data hash before it.
    before: String,
}

impl Steps {
    pub(crate) fn from_history(entries: &[Entry]) -> Self {
        let mut s = Self::default();
        for e in entries {
            s.take(e);
        }
        s
    }

    pub(crate) fn take(&mut self, e: &Entry) {
        let before = std::mem::replace(&mut self.data, e.data_hash.clone());
        match e.kind.as_str() {
            // A copy whose work was here already, or came to nothing: nothing to take back.
            "merge" if before == e.data_hash => {}
            "edit" | "merge" => {
                self.redo.clear();
                match self.undo.last_mut().filter(|s| s.step == e.step) {
                    Some(s) => {
                        s.rows.push(e.seq);
                        s.last_at.clone_from(&e.at);
                        // What came back to where it began is nothing to take back.
                        if s.before == e.data_hash {
                            self.undo.pop();
                        }
                    }
                    None => self.undo.push(Step {
                        step: e.step,
                        operation: e.operation.clone(),
                        merge_key: e.merge_key.clone(),
                        last_at: e.at.clone(),
                        rows: vec![e.seq],
                        before,
                    }),
                }
            }
            "undo" => self.redo.extend(self.undo.pop()),
            // A step that was done again does not grow any more.
            "redo" => self.undo.extend(self.redo.pop().map(|s| Step {
                merge_key: None,
                ..s
            })),
            // What was given out stays as it is; the row says so and does nothing.
            "give_out" => {}
            "barrier" => self.stop(format!("“{}” cannot be taken back", e.operation)),
            "copy" => self.stop(format!(
                "this is the {}, and what was done before can only be taken back in the original",
                e.operation
            )),
            _ if e.seq > 1 => self.stop(format!(
                "“{}” began a new epoch; what was done before can be looked at, not taken back",
                e.operation
            )),
            _ => self.forget(None),
        }
    }

    /// Forgets every step, and remembers why.
    fn stop(&mut self, why: String) {
        self.forget(Some(why));
    }

    fn forget(&mut self, floor: Option<String>) {
        *self = Self {
            floor,
            data: std::mem::take(&mut self.data),
            ..Self::default()
        }
    }

    /// The step that an edit joins: the last one, when it has the same key and is less than a minute old.
    pub(crate) fn joins(&self, op: &Operation, stamp: &Stamp) -> Option<i64> {
        let last = self.undo.last().filter(|_| self.redo.is_empty())?;
        let key = op.merge_key.as_ref()?;
        let moment = |s: &str| chrono::DateTime::parse_from_rfc3339(s).ok();
        let age = moment(&stamp.at)?.signed_duration_since(moment(&last.last_at)?);
        (last.merge_key.as_ref() == Some(key) && (0..60).contains(&age.num_seconds()))
            .then_some(last.step)
    }
}

impl PlanFile {
    /// What undo would take back.
    pub fn undo_name(&self) -> Option<&str> {
        self.steps.undo.last().map(|s| s.operation.as_str())
    }

    /// What redo would do again.
    pub fn redo_name(&self) -> Option<&str> {
        self.steps.redo.last().map(|s| s.operation.as_str())
    }

    /// Takes the last step back; returns its name.
    ///
    /// # Errors
    /// Nothing to undo (with the reason, at an approval), or the file cannot be written.
    pub fn undo(&mut self, stamp: &Stamp) -> Result<(String, Committed), PlanFileError> {
        self.refuse_if_read_only()?;
        let step = self.steps.undo.last().cloned();
        let step = step.ok_or_else(|| PlanFileError::NothingToUndo(self.steps.floor.clone()))?;
        let mut changesets = Vec::new();
        for seq in step.rows.iter().rev() {
            let (forward, _) = self.changeset(*seq)?;
            let mut back = Vec::new();
            invert_strm(&mut forward.as_slice(), &mut back)?;
            changesets.push(back);
        }
        let (_, goal) = self.changeset(step.rows[0] - 1)?;
        self.replay("undo", &step, changesets, &goal, stamp)
    }

    /// Does the last undone step again; returns its name.
    ///
    /// # Errors
    /// Nothing to redo, or the file cannot be written.
    pub fn redo(&mut self, stamp: &Stamp) -> Result<(String, Committed), PlanFileError> {
        self.refuse_if_read_only()?;
        let step = self
            .steps
            .redo
            .last()
            .cloned()
            .ok_or(PlanFileError::NothingToRedo)?;
        let mut changesets = Vec::new();
        let mut goal = Vec::new();
        for seq in &step.rows {
            let (forward, hash) = self.changeset(*seq)?;
            changesets.push(forward);
            goal = hash;
        }
        self.replay("redo", &step, changesets, &goal, stamp)
    }

    fn changeset(&self, seq: i64) -> Result<(Vec<u8>, Vec<u8>), PlanFileError> {
        Ok(self.conn.query_row(
            "SELECT changeset, data_hash FROM history WHERE seq = ?1",
            [seq],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )?)
    }

    fn replay(
        &mut self,
        kind: &'static str,
        step: &Step,
        changesets: Vec<Vec<u8>>,
        goal: &[u8],
        stamp: &Stamp,
    ) -> Result<(String, Committed), PlanFileError> {
        let mut before = BTreeMap::new();
        let done = self.try_replay(kind, step, changesets, goal, stamp, &mut before);
        if done.is_err() {
            self.roll_back(before);
        }
        Ok((step.operation.clone(), done?))
    }

    fn try_replay(
        &mut self,
        kind: &'static str,
        step: &Step,
        changesets: Vec<Vec<u8>>,
        goal: &[u8],
        stamp: &Stamp,
        before: &mut BTreeMap<(Table, Uuid), Option<Row>>,
    ) -> Result<Committed, PlanFileError> {
        let inexact = || PlanFileError::Inexact(step.operation.clone());
        self.conn
            .execute_batch("BEGIN IMMEDIATE")
            .map_err(|e| open::at(&self.path, e.into()))?;
        let mut touched = BTreeSet::new();
        for c in &changesets {
            touched.extend(change::read(c)?.into_iter().map(|c| (c.table, c.id)));
        }
        let recorded = {
            let mut session = Session::new(&self.conn)?;
            session.attach(None::<&str>)?;
            for c in &changesets {
                self.conn
                    .apply_strm(
                        &mut c.as_slice(),
                        None::<fn(&str) -> bool>,
                        |_: ConflictType, _: &ChangesetItem| ConflictAction::SQLITE_CHANGESET_ABORT,
                    )
                    .map_err(|_| inexact())?;
            }
            let mut out = Vec::new();
            session.changeset_strm(&mut out)?;
            out
        };
        let tables = touched.iter().map(|k| k.0).collect();
        let was = Lookup::of(&self.ws, touched.len(), &tables);
        let mut changes = Vec::with_capacity(touched.len());
        for (table, id) in touched {
            before.insert((table, id), was.row(table, id));
            changes.push((table, id, sql::read(&self.conn, table, id)?));
        }
        drop(was);
        self.put_in_memory(changes)?;
        if self.state_after(before).digest() != goal {
            return Err(inexact());
        }
        let op = Operation {
            name: step.operation.clone(),
            merge_key: None,
        };
        let recorded = Recorded {
            step: Some(step.step),
            ..Recorded::of(kind, recorded)
        };
        self.commit(&op, stamp, recorded, before)
    }
}
