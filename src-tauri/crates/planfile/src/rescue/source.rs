//! Reading a damaged database: what a page refuses is passed by.

use crate::history::{self, Link};
use crate::{Key, Passphrase, PlanFileError, cipher, open, sql};
use mainstay_domain::{Datum, Row, Table, Uuid};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OpenFlags, Params};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// How often an encrypted file is opened again after a damaged page; each time the key is derived anew.
const MOST_REOPENED: u32 = 100;

/// A damaged database that is read.
pub(super) struct Source {
    path: PathBuf,
    key: Option<Passphrase>,
    conn: Connection,
    reopened: u32,
    /// The most that one question can be answered with, in rows and in bytes, where nothing is read twice over.
    most: (usize, usize),
}

/// The rows that a query gave before it failed, if it did.
struct Rows {
    rows: Vec<Vec<Value>>,
    whole: bool,
}

impl Source {
    /// Opens a copy that may be written to, so that its journal can be played back.
    ///
    /// # Errors
    /// Its schema cannot be read.
    pub(super) fn open(path: &Path, key: Key<'_>) -> Result<Source, PlanFileError> {
        Ok(Source {
            path: path.into(),
            key: key.cloned(),
            conn: connect(path, key)?,
            reopened: 0,
            most: most(path),
        })
    }

    /// The records of a table by key, whether all could be read, and what could not.
    pub(super) fn records(
        &mut self,
        t: Table,
        known: Option<&BTreeSet<Uuid>>,
    ) -> (HashMap<Uuid, Row>, bool, Vec<String>) {
        let s = t.spec();
        let (mut rows, mut lost) = (HashMap::new(), Vec::new());
        let columns = self.query(
            "SELECT name FROM pragma_table_info(?1) ORDER BY cid",
            [s.name],
        );
        let columns: Vec<String> = columns
            .rows
            .into_iter()
            .filter_map(|r| match r.into_iter().next() {
                Some(Value::Text(t)) => Some(t),
                _ => None,
            })
            .collect();
        if !columns.iter().any(|c| c == "id") {
            // Formats before this one lack some tables; nothing of them is lost.
            return (rows, false, lost);
        }
        // Of a file of an older format, some columns are not there yet.
        let has = |c: &str| columns.iter().any(|h| h == c);
        let list: Vec<String> = s
            .fields
            .iter()
            .map(|f| match has(f.column) {
                true => format!("\"{}\"", f.column),
                false => "NULL".into(),
            })
            .collect();
        let select = format!("SELECT id, pos, {} FROM \"{}\"", list.join(", "), s.name);
        let mut bad = BTreeSet::new();
        let mut take = |rows: &mut HashMap<Uuid, Row>, values: &[Value]| match decode(t, values) {
            Ok(row) => drop(rows.insert(row.id, row)),
            Err(e) => drop(bad.insert(format!("a {} cannot be read: {e}", s.noun))),
        };
        let up = self.query(&format!("{select} ORDER BY id"), []);
        let whole = up.whole;
        up.rows.iter().for_each(|r| take(&mut rows, r));
        if !whole {
            let down = self.query(&format!("{select} ORDER BY id DESC"), []);
            down.rows.iter().for_each(|r| take(&mut rows, r));
            let one = format!("{select} WHERE id = ?1");
            let mut unread = 0;
            for id in known.into_iter().flatten() {
                if rows.contains_key(id) {
                    continue;
                }
                let found = self.query(&one, [id.as_bytes().as_slice()]);
                found.rows.iter().for_each(|r| take(&mut rows, r));
                unread += usize::from(!found.whole);
            }
            lost.push(format!(
                "the table of every {} is damaged; of those that the history knows, {unread} cannot be read in it",
                s.noun
            ));
        }
        lost.extend(bad);
        let sound = whole && lost.is_empty();
        (rows, sound, lost)
    }

    /// The rows of the history that are as they were written, and what could not be read of it.
    pub(super) fn history(&mut self) -> (BTreeMap<i64, Link>, Vec<String>) {
        let mut links = BTreeMap::new();
        let mut keep = |found: Vec<Link>| {
            for l in found {
                if l.hash == l.expected_hash() {
                    links.insert(l.entry.seq, l);
                }
            }
        };
        for order in ["", " DESC"] {
            let (found, whole) = history::readable(&self.conn, order, self.most);
            keep(found);
            if whole {
                break;
            }
            self.reopen();
        }
        let highest = links.keys().next_back().copied().unwrap_or(0);
        let mut between = Vec::new();
        // No more than could stand there, whatever the numbers say.
        let gaps = (1..=highest).filter(|n| !links.contains_key(n));
        for seq in gaps.take(self.most.0) {
            match history::readable_row(&self.conn, seq) {
                Some(l) if l.hash == l.expected_hash() => between.push(l),
                Some(_) => {}
                None => self.reopen(),
            }
        }
        links.extend(between.into_iter().map(|l| (l.entry.seq, l)));
        let missing = highest - i64::try_from(links.len()).unwrap_or(i64::MAX);
        let mut lost = Vec::new();
        if missing > 0 {
            lost.push(format!(
                "{missing} of {highest} rows of the history cannot be read"
            ));
        }
        (links, lost)
    }

    /// The keyframes that can be read: the row of each, its format and content.
    /// The key with which the workspace records sign-offs, where there is one that can be read.
    pub(super) fn recording_key(&mut self) -> Option<String> {
        let found = self.query("SELECT pem FROM recording_key", []);
        match found.rows.into_iter().next()?.into_iter().next()? {
            Value::Text(pem) => Some(pem),
            _ => None,
        }
    }

    /// The pieces of signed files.
    pub(super) fn signed_files(&mut self) -> Vec<crate::signed::Piece> {
        let mut out = BTreeMap::new();
        for order in ["", " DESC"] {
            let found = self.query(
                &format!("SELECT sha256, after, bytes FROM signed_file ORDER BY rowid{order}"),
                [],
            );
            for r in found.rows {
                let mut r = r.into_iter();
                if let (Some(Value::Blob(hash)), Some(after), Some(Value::Blob(bytes))) =
                    (r.next(), r.next(), r.next())
                {
                    let after = match after {
                        Value::Blob(after) => Some(after),
                        _ => None,
                    };
                    out.insert(hash.clone(), (hash, after, bytes));
                }
            }
            if found.whole {
                break;
            }
        }
        out.into_values().collect()
    }

    pub(super) fn keyframes(&mut self) -> Vec<(i64, i64, Vec<u8>)> {
        let mut out = BTreeMap::new();
        for order in ["", " DESC"] {
            let found = self.query(
                &format!("SELECT seq, format, content FROM keyframe ORDER BY seq{order}"),
                [],
            );
            for r in found.rows {
                if let [
                    Value::Integer(seq),
                    Value::Integer(format),
                    Value::Blob(content),
                ] = &*r
                {
                    out.insert(*seq, (*seq, *format, content.clone()));
                }
            }
            if found.whole {
                break;
            }
        }
        out.into_values().collect()
    }

    fn query(&mut self, sql: &str, params: impl Params) -> Rows {
        let mut rows = Vec::new();
        let done = (|| -> rusqlite::Result<bool> {
            let mut q = self.conn.prepare_cached(sql)?;
            let n = q.column_count();
            let mut found = q.query(params)?;
            let mut bytes = 0;
            while let Some(r) = found.next()? {
                let row: Vec<Value> = (0..n).map(|i| r.get(i)).collect::<rusqlite::Result<_>>()?;
                bytes += row.iter().map(held).sum::<usize>();
                if rows.len() >= self.most.0 || bytes > self.most.1 {
                    return Ok(false);
                }
                rows.push(row);
            }
            Ok(true)
        })();
        if done.is_err() {
            self.reopen();
        }
        Rows {
            rows,
            whole: done.unwrap_or(false),
        }
    }

    /// A connection that met a page with a wrong HMAC reads nothing more.
    fn reopen(&mut self) {
        if self.key.is_none() || self.reopened >= MOST_REOPENED {
            return;
        }
        self.reopened += 1;
        if let Ok(conn) = connect(&self.path, self.key.as_ref()) {
            self.conn = conn;
        }
    }
}

/// How much a file can hold: a record takes sixteen bytes at least, and pages are read once.
fn most(path: &Path) -> (usize, usize) {
    let bytes = std::fs::metadata(path).map_or(0, |m| usize::try_from(m.len()).unwrap_or(0));
    (bytes / 16, 4 * bytes)
}

fn held(v: &Value) -> usize {
    match v {
        Value::Text(t) => t.len(),
        Value::Blob(b) => b.len(),
        _ => 8,
    }
}

fn connect(path: &Path, key: Key<'_>) -> Result<Connection, PlanFileError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    cipher::give(&conn, path, key)?;
    open::limit(&conn)?;
    // So that a file that is shorter than it says, or has a part of its schema damaged, is read all the same.
    conn.pragma_update(None, "writable_schema", true)?;
    conn.pragma_update(None, "cell_size_check", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.query_row("SELECT count(*) FROM history WHERE seq = 1", [], |r| {
        r.get::<_, i64>(0)
    })
    .or_else(|_| conn.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0)))
    .map_err(|e| match key {
        Some(_) if cipher::is_wrong(&e) => PlanFileError::WrongPassphrase { path: path.into() },
        _ => e.into(),
    })?;
    Ok(conn)
}

fn decode(t: Table, values: &[Value]) -> Result<Row, PlanFileError> {
    let s = t.spec();
    let value = |i: usize| values.get(i).map_or(ValueRef::Null, ValueRef::from);
    let id = sql::key(s, value(0))?;
    let data = (0..s.fields.len())
        .map(|i| sql::datum(s, i, value(i + 2)))
        .collect::<Result<Vec<Datum>, _>>()?;
    Ok(Row {
        id,
        pos: value(1).as_i64().unwrap_or(0),
        data,
    })
}
