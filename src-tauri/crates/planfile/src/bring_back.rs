//! Bringing a copy back: the common ancestor, the merge as one step, and both histories kept.

use crate::change::{self, What};
use crate::history::{self, Link};
use crate::merge::{self, Choices, Merged, Settled};
use crate::transact::Recorded;
use crate::{Committed, Operation, PlanFile, PlanFileError, Stamp, Tx, told};
use mainstay_domain::{Datum, Row, Table, Uuid, Workspace};
use rusqlite::Connection;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A copy that is looked at to be brought back.
pub struct Returning {
    /// The workspace at the common ancestor.
    pub base: Workspace,
    /// The last row of the common ancestor, by its number there.
    pub since: i64,
    /// The last row of ours that the copy knew of.
    near_since: i64,
    /// For whom the copy was made.
    pub copy_for: Option<String>,
    settled: Settled,
    tip: Vec<u8>,
    tip_seq: i64,
}

/// Who changed something last, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The author.
    pub author: String,
    /// The moment, RFC 3339 in UTC.
    pub at: String,
}

/// Who changed which field last, by table, key and field; without a field for a record that was added or removed.
pub type Blame = HashMap<(Table, Uuid, Option<usize>), Who>;

impl PlanFile {
    /// Looks how a copy hangs together with this file.
    ///
    /// # Errors
    /// They have no common ancestor, or one of them cannot be read.
    pub fn returning(&self, copy: &PlanFile) -> Result<Returning, PlanFileError> {
        let merges = told::merges_in_effect(&self.conn, i64::MAX)?;
        let ours = known_rows(&self.conn, &merges)?;
        let theirs = history::entries(&copy.conn)?;
        let common = theirs.iter().rev().find(|e| ours.contains(&e.hash));
        let Some(common) = common else {
            return Err(PlanFileError::NotACopy {
                path: copy.path.clone(),
                of: self.path.clone(),
            });
        };
        let hashes: HashSet<&str> = theirs.iter().map(|e| e.hash.as_str()).collect();
        let near = history::entries(&self.conn)?;
        let near_since = near
            .iter()
            .rev()
            .find(|e| hashes.contains(e.hash.as_str()))
            .map_or(0, |e| e.seq);
        let (tip_seq, tip) = history::tip(&copy.conn)?;
        Ok(Returning {
            base: copy.as_of(common.seq)?,
            since: common.seq,
            near_since,
            copy_for: copy.copy_for()?,
            settled: Settled {
                aliases: aliases(&self.conn, &merges)?,
                removed: removed(&self.conn, near_since, &merges)?,
            },
            tip,
            tip_seq,
        })
    }

    /// What bringing the copy back would do with these choices; nothing is written.
    pub fn plan_merge(&self, back: &Returning, copy: &PlanFile, choices: &Choices) -> Merged {
        merge::plan(&back.base, &self.ws, &copy.ws, &back.settled, choices)
    }

    /// The workspace as it would be after these changes.
    ///
    /// # Errors
    /// A value is not legal.
    pub fn after(&self, merged: &Merged) -> Result<Workspace, PlanFileError> {
        let mut ws = self.ws.clone();
        merge::rebuilt(&mut ws, &merged.changes)?;
        Ok(ws)
    }

    /// Who changed which field last since the copy was given out, by table, key and field; without a field for a removed
    /// record, and for one that was added. `copy` is the other side, or nothing for this one.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn blame(&self, back: &Returning, copy: Option<&PlanFile>) -> Result<Blame, PlanFileError> {
        let (conn, since) = match copy {
            Some(c) => (&c.conn, back.since),
            None => (&self.conn, back.near_since),
        };
        let mut out = HashMap::new();
        let mut trouble = None;
        history::walk(conn, since, |link| {
            let who = Who {
                author: link.entry.author.clone(),
                at: link.entry.at.clone(),
            };
            match change::read(&link.changeset) {
                Err(e) => trouble = Some(e),
                Ok(changes) => {
                    for c in changes {
                        let id = back.settled.aliases.get(&c.id).copied().unwrap_or(c.id);
                        match c.what {
                            What::Added(_) | What::Removed(_) => {
                                out.insert((c.table, id, None), who.clone());
                            }
                            What::Changed(fields) => {
                                for f in fields {
                                    out.insert((c.table, id, f.field), who.clone());
                                }
                            }
                        }
                    }
                }
            }
        })?;
        trouble.map_or(Ok(out), Err)
    }

    /// Brings the copy back as one step, and keeps its history beside this one. `after` may add to the step.
    ///
    /// # Errors
    /// A conflict waits for a choice, nothing comes in, or the file cannot be written; nothing has changed then.
    pub fn bring_back<E: From<PlanFileError>>(
        &mut self,
        back: &Returning,
        copy: &PlanFile,
        merged: &Merged,
        (op, stamp): (&Operation, &Stamp),
        after: impl FnOnce(&mut Tx<'_>) -> Result<(), E>,
    ) -> Result<Committed, E> {
        self.refuse_if_read_only()?;
        if merged.is_open() {
            return Err(PlanFileError::OpenConflicts.into());
        }
        let far = far_rows(&copy.conn, back.since)?;
        // What was done there and changes nothing here is remembered all the same.
        if merged.changes.is_empty() && far.iter().all(|l| l.changeset.is_empty()) {
            return Err(PlanFileError::NothingComesIn.into());
        }
        let seq = history::tip(&self.conn)?.0 + 1;
        let mut before = BTreeMap::new();
        let done = self.attempt(
            (op, stamp),
            Some(&back.tip),
            |tx| {
                tx.apply_all(&merged.changes)?;
                after(tx)?;
                tx.keep_far(seq, &far, &merged.aliases).map_err(E::from)
            },
            &mut before,
        );
        if done.is_err() {
            self.roll_back(before);
        }
        done.map(|((), committed)| committed)
    }
}

impl Returning {
    /// How many rows the copy's history has beyond the common ancestor.
    pub fn steps(&self) -> i64 {
        self.tip_seq - self.since
    }
}

/// Every row of the history that the data of this file holds: its own, and those of copies whose merge is in effect.
fn known_rows(conn: &Connection, merges: &[i64]) -> Result<HashSet<String>, PlanFileError> {
    let hex = |r: &rusqlite::Row<'_>| Ok(history::hex(&r.get::<_, Vec<u8>>(0)?));
    let mut out: HashSet<String> = conn
        .prepare("SELECT hash FROM history")?
        .query_map([], hex)?
        .collect::<rusqlite::Result<_>>()?;
    let mut q = conn.prepare("SELECT hash FROM far_history WHERE merged_by = ?1")?;
    for merge in merges {
        for hash in q.query_map([merge], hex)? {
            out.insert(hash?);
        }
    }
    Ok(out)
}

/// The keys that stand for another one, from merges that are in effect.
fn aliases(conn: &Connection, merges: &[i64]) -> Result<HashMap<Uuid, Uuid>, PlanFileError> {
    let mut out: HashMap<Uuid, Uuid> = HashMap::new();
    let mut q = conn.prepare("SELECT far_id, near_id FROM merge_alias WHERE merged_by = ?1")?;
    for merge in merges {
        let rows = q.query_map([merge], |r| {
            Ok((r.get::<_, Vec<u8>>(0)?, r.get::<_, Vec<u8>>(1)?))
        })?;
        for row in rows {
            let (far, near) = row?;
            if let (Ok(far), Ok(near)) = (Uuid::from_slice(&far), Uuid::from_slice(&near)) {
                // What an earlier merge led to may have got another key since.
                for to in out.values_mut().filter(|to| **to == far) {
                    *to = near;
                }
                out.insert(far, near);
            }
        }
    }
    out.retain(|from, to| from != to);
    Ok(out)
}

/// The records that were taken out by themselves, not along with what they belong to or tie together: here since row
/// `since`, and in copies whose merge is in effect.
fn removed(conn: &Connection, since: i64, merges: &[i64]) -> Result<HashSet<Uuid>, PlanFileError> {
    let mut out = alone(|each| history::walk(conn, since, each))?;
    for merge in merges {
        out.extend(alone(|each| history::walk_far(conn, *merge, each))?);
    }
    Ok(out)
}

/// Of one history.
fn alone(
    walk: impl FnOnce(&mut dyn FnMut(Link)) -> Result<(), PlanFileError>,
) -> Result<HashSet<Uuid>, PlanFileError> {
    let (mut out, mut trouble) = (HashSet::new(), None);
    walk(
        &mut |link| match change::read_added_and_removed(&link.changeset) {
            Err(e) => trouble = Some(e),
            Ok(changes) => {
                let gone: HashMap<Uuid, &Row> = changes
                    .iter()
                    .filter_map(|c| match &c.what {
                        What::Removed(row) => Some((c.id, row)),
                        _ => None,
                    })
                    .collect();
                let along = |d: &Datum| matches!(d, Datum::Id(id) if gone.contains_key(id));
                for c in &changes {
                    match &c.what {
                        What::Removed(row) if !row.data.iter().any(along) => drop(out.insert(c.id)),
                        What::Added(_) => drop(out.remove(&c.id)),
                        _ => {}
                    }
                }
            }
        },
    )?;
    trouble.map_or(Ok(out), Err)
}

/// The rows of a copy after the common ancestor, and those of copies that were brought back into it.
fn far_rows(conn: &Connection, since: i64) -> Result<Vec<Link>, PlanFileError> {
    let mut out = Vec::new();
    history::walk(conn, since, |link| out.push(link))?;
    // One that was taken back at the common ancestor and done again since comes along too.
    let before = told::merges_in_effect(conn, since)?;
    for merge in told::merges_in_effect(conn, i64::MAX)? {
        if before.contains(&merge) {
            continue;
        }
        history::walk_far(conn, merge, |link| out.push(link))?;
    }
    Ok(out)
}

impl Recorded {
    /// Of a merge with the copy whose history ends with this row.
    pub(crate) fn of_merge(changeset: Vec<u8>, tip: &[u8]) -> Self {
        Self {
            other_parent: Some(tip.to_vec()),
            ..Self::of("merge", changeset)
        }
    }
}
