//! The data as it was: from the present back through the changesets, checked by the data hash of the row.
//!
//! Within an epoch, changesets are taken back in memory. Before one, the data is made again under its old schema by SQLite
//! itself, from the keyframe at the end of the old epoch, and then migrated.

use crate::change::{self, RowChange};
use crate::lthash::{Adding, LtHash};
use crate::schema::{self, SCHEMA, Schema};
use crate::{PlanFile, PlanFileError, history, keyframe, sql};
use mainstay_domain::{Datum, Row, Table, Uuid, Workspace};
use rusqlite::Connection;
use rusqlite::session::{ChangesetItem, ConflictAction, ConflictType, invert_strm};
use rusqlite::types::ValueRef;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

impl PlanFile {
    /// What a row of the history did, record by record.
    ///
    /// # Errors
    /// The file cannot be read, or holds no such row.
    pub fn changes_of(&self, seq: i64) -> Result<Vec<RowChange>, PlanFileError> {
        let changeset: Vec<u8> =
            self.conn
                .query_row("SELECT changeset FROM history WHERE seq = ?1", [seq], |r| {
                    r.get(0)
                })?;
        change::read(&changeset)
    }

    /// The data as it was after a row of the history; one before an epoch is migrated to this program's format.
    ///
    /// # Errors
    /// There is no such row, or the data made so is not the data that stood there then.
    pub fn as_of(&self, seq: i64) -> Result<Workspace, PlanFileError> {
        let goal = self.history_row(seq)?.data_hash;
        if let Some(epoch) = epoch_after(&self.conn, seq)? {
            return before_epoch(&self.conn, &self.path, (seq, &goal), epoch, &SCHEMA);
        }
        let mut replay = Replay::from(&self.ws);
        back(&self.conn, seq, i64::MAX, |changeset| {
            for c in change::read(changeset)?.iter().rev() {
                replay.apply(c, true);
            }
            Ok(())
        })?;
        // What is in memory is what its hash says; so only what was taken back is hashed anew.
        let mut state = self.state.clone();
        replay.moves(&mut state);
        if history::hex(&state.digest()) != goal {
            return Err(lost(&self.path, seq));
        }
        replay.finish()
    }

    /// The present, made from the last keyframe by every change since: what the history says the data is.
    ///
    /// # Errors
    /// There is no keyframe, or the file cannot be read.
    pub fn replayed(&self) -> Result<Workspace, PlanFileError> {
        let (seq, _, content) =
            keyframe::last(&self.conn, i64::MAX)?.ok_or_else(|| PlanFileError::Damaged {
                path: self.path.clone(),
                what: "there is nothing from which its data could be made again".into(),
            })?;
        let nothing = Workspace::default();
        let mut replay = Replay::from(&nothing);
        for c in change::read(&content)? {
            replay.apply(&c, false);
        }
        let mut q = self.conn.prepare_cached(
            "SELECT changeset FROM history WHERE seq > ?1 AND length(changeset) > 0 ORDER BY seq",
        )?;
        let mut rows = q.query([seq])?;
        while let Some(r) = rows.next()? {
            let changeset = r.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
            for c in change::read(changeset)? {
                replay.apply(&c, false);
            }
        }
        replay.finish()
    }
}

fn lost(path: &Path, seq: i64) -> PlanFileError {
    PlanFileError::Damaged {
        path: path.into(),
        what: format!("the data after row {seq} of the history cannot be made again"),
    }
}

/// Calls back with the changesets of the rows after `seq` up to `upto`, latest first.
fn back(
    conn: &Connection,
    seq: i64,
    upto: i64,
    mut each: impl FnMut(&[u8]) -> Result<(), PlanFileError>,
) -> Result<(), PlanFileError> {
    let mut q = conn.prepare_cached(
        "SELECT changeset FROM history WHERE seq > ?1 AND seq <= ?2 AND length(changeset) > 0 ORDER BY seq DESC",
    )?;
    let mut rows = q.query([seq, upto])?;
    while let Some(r) = rows.next()? {
        each(r.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?)?;
    }
    Ok(())
}

/// Records by key, for the tables that changes touch, so that a step costs what it changes.
struct Replay<'a> {
    ws: &'a Workspace,
    tables: BTreeMap<Table, HashMap<Uuid, Row>>,
    /// What stood there at first, where something was changed.
    before: BTreeMap<(Table, Uuid), Option<Row>>,
}

impl<'a> Replay<'a> {
    fn from(ws: &'a Workspace) -> Self {
        Self {
            ws,
            tables: BTreeMap::new(),
            before: BTreeMap::new(),
        }
    }

    /// Brings a hash of what stood there at first to what stands there now.
    fn moves(&self, state: &mut LtHash) {
        let before = self.before.iter();
        let old: Vec<(Table, &Row)> = before
            .filter_map(|(k, row)| Some((k.0, row.as_ref()?)))
            .collect();
        let new: Vec<(Table, &Row)> = self
            .before
            .keys()
            .filter_map(|k| Some((k.0, self.tables.get(&k.0)?.get(&k.1)?)))
            .collect();
        state.leave(&LtHash::of(&old));
        state.join(&LtHash::of(&new));
    }

    fn apply(&mut self, c: &RowChange, back: bool) {
        let ws = self.ws;
        let rows = self
            .tables
            .entry(c.table)
            .or_insert_with(|| ws.rows(c.table).into_iter().map(|r| (r.id, r)).collect());
        self.before
            .entry((c.table, c.id))
            .or_insert_with(|| rows.get(&c.id).cloned());
        c.apply(rows, back);
    }

    fn finish(self) -> Result<Workspace, PlanFileError> {
        let mut ws = self.ws.clone();
        for (t, rows) in self.tables {
            let mut rows: Vec<Row> = rows.into_values().collect();
            rows.sort_by_key(|r| (r.pos, r.id));
            ws.clear(t);
            for row in rows {
                ws.push(t, &row)?;
            }
        }
        Ok(ws)
    }
}

/// The row that begins the first epoch after a row of the history.
pub(crate) fn epoch_after(conn: &Connection, seq: i64) -> Result<Option<i64>, PlanFileError> {
    Ok(conn.query_row(
        "SELECT min(seq) FROM history WHERE kind = 'baseline' AND seq > max(?1, 1)",
        [seq],
        |r| r.get(0),
    )?)
}

/// The data after a row, with its data hash, that stands before the epoch which begins with row `epoch`.
pub(crate) fn before_epoch(
    conn: &Connection,
    path: &Path,
    (seq, goal): (i64, &str),
    epoch: i64,
    schema: &Schema<'_>,
) -> Result<Workspace, PlanFileError> {
    let frame = keyframe::last(conn, epoch - 1)?.filter(|f| f.0 == epoch - 1);
    let Some((_, format, content)) = frame else {
        return Err(PlanFileError::Damaged {
            path: path.into(),
            what: format!("the data before the epoch that begins with row {epoch} is missing"),
        });
    };
    let db = Connection::open_in_memory()?;
    for sql in schema.upto(format) {
        db.execute_batch(sql)?;
    }
    // The rules of the file watch over edits; here what was allowed then is only taken back.
    let rules: Vec<(String, String)> = db
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")?
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (name, _) in &rules {
        db.execute_batch(&format!("DROP TRIGGER \"{name}\""))?;
    }
    let apply = |changeset: &[u8]| {
        let mut input = changeset;
        db.apply_strm(
            &mut input,
            None::<fn(&str) -> bool>,
            |_: ConflictType, _: &ChangesetItem| ConflictAction::SQLITE_CHANGESET_ABORT,
        )
        .map_err(|_| lost(path, seq))
    };
    apply(&content)?;
    back(conn, seq, epoch - 1, |changeset| {
        let mut input = changeset;
        let mut inverted = Vec::new();
        invert_strm(&mut input, &mut inverted)?;
        apply(&inverted)
    })?;
    if history::hex(&raw_hash(&db, path)?.digest()) != goal {
        return Err(lost(path, seq));
    }
    for (_, sql) in &rules {
        db.execute_batch(sql)?;
    }
    schema::raise(&db, format, schema.steps)?;
    sql::load(&db)
}

/// The hash of the data that a keyframe of a format makes from nothing.
pub(crate) fn keyframe_hash(
    path: &Path,
    format: i64,
    content: &[u8],
) -> Result<LtHash, PlanFileError> {
    let db = Connection::open_in_memory()?;
    for sql in SCHEMA.upto(format) {
        db.execute_batch(sql)?;
    }
    let mut input = content;
    db.apply_strm(
        &mut input,
        None::<fn(&str) -> bool>,
        |_: ConflictType, _: &ChangesetItem| ConflictAction::SQLITE_CHANGESET_ABORT,
    )?;
    raw_hash(&db, path)
}

/// The hash of all records of a database of any format.
pub(crate) fn raw_hash(db: &Connection, path: &Path) -> Result<LtHash, PlanFileError> {
    let mut state = Adding::new();
    for table in keyframe::tables(db)? {
        let mut q = db.prepare(&format!("SELECT * FROM \"{table}\""))?;
        let columns: Vec<String> = q.column_names().skip(2).map(Into::into).collect();
        let mut rows = q.query([])?;
        while let Some(r) = rows.next()? {
            let datum = |v: ValueRef<'_>| -> Option<Datum> {
                Some(match v {
                    ValueRef::Null => Datum::Null,
                    ValueRef::Integer(n) => Datum::Int(n),
                    ValueRef::Real(x) => Datum::Real(x),
                    ValueRef::Text(t) => Datum::Text(std::str::from_utf8(t).ok()?.into()),
                    ValueRef::Blob(b) => Datum::Id(Uuid::from_slice(b).ok()?),
                })
            };
            let all: Option<Vec<Datum>> = (0..columns.len() + 2)
                .map(|i| r.get_ref(i).ok().and_then(datum))
                .collect();
            let mut all = all.unwrap_or_default().into_iter();
            let (Some(Datum::Id(id)), Some(Datum::Int(pos))) = (all.next(), all.next()) else {
                return Err(PlanFileError::Damaged {
                    path: path.into(),
                    what: format!("a record of {table} has a key or a value of another kind"),
                });
            };
            let row = Row {
                id,
                pos,
                data: all.collect(),
            };
            state.add_raw(&table, &row, columns.iter().map(String::as_str));
        }
    }
    Ok(state.state())
}

/// The hash of all records.
pub(crate) fn rehash(ws: &Workspace) -> LtHash {
    let mut state = LtHash::new();
    for t in Table::ALL {
        let rows = ws.rows(*t);
        let rows: Vec<(Table, &Row)> = rows.iter().map(|r| (*t, r)).collect();
        state.join(&LtHash::of(&rows));
    }
    state
}
