//! The history: an append-only chain of rows, each with the hash of the data after it and of the row before it.

use crate::PlanFileError;
use rusqlite::Connection;
use serde::Serialize;

/// Who does something, when and where; given from outside, because this crate has no clock.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// The moment, RFC 3339 in UTC.
    pub at: String,
    /// Who.
    pub author: String,
    /// On which device.
    pub device: String,
}

/// A row of the history, without its changeset.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// Its number, rising by one.
    pub seq: i64,
    /// The step it belongs to: the number of the step's first row; for undo and redo the step they move.
    pub step: i64,
    /// `baseline`, `edit`, `undo`, `redo` or `barrier`.
    pub kind: String,
    /// What was done, as the undo button names it.
    pub operation: String,
    /// Edits with the same key within a minute are one step.
    pub merge_key: Option<String>,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// By whom.
    pub author: String,
    /// On which device.
    pub device: String,
    /// Hash of all data after it, 64 hexadecimal digits.
    pub data_hash: String,
}

/// A whole row, as its hash covers it.
pub(crate) struct Link {
    pub entry: Entry,
    pub format: i64,
    pub changeset: Vec<u8>,
    pub data_hash: Vec<u8>,
    pub parent: Vec<u8>,
    pub hash: Vec<u8>,
}

impl Link {
    /// What the row's hash has to be.
    pub(crate) fn expected_hash(&self) -> [u8; 32] {
        let mut h = blake3::Hasher::new_derive_key("mainstay 1 history");
        let e = &self.entry;
        let (seq, step, format) = (
            e.seq.to_le_bytes(),
            e.step.to_le_bytes(),
            self.format.to_le_bytes(),
        );
        let parts: [&[u8]; 12] = [
            &seq,
            &step,
            e.kind.as_bytes(),
            e.operation.as_bytes(),
            if e.merge_key.is_some() { b"1" } else { b"0" },
            e.merge_key.as_deref().unwrap_or_default().as_bytes(),
            e.at.as_bytes(),
            e.author.as_bytes(),
            e.device.as_bytes(),
            &format,
            &self.changeset,
            &self.data_hash,
        ];
        for p in parts {
            h.update(&(p.len() as u64).to_le_bytes()).update(p);
        }
        h.update(&self.parent);
        *h.finalize().as_bytes()
    }
}

pub(crate) fn append(conn: &Connection, link: &Link) -> Result<(), PlanFileError> {
    let e = &link.entry;
    conn.prepare_cached(
        "INSERT INTO history (seq, step, kind, operation, merge_key, at, author, device, format, changeset, data_hash, parent, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?
    .execute(rusqlite::params![
        e.seq, e.step, e.kind, e.operation, e.merge_key, e.at, e.author, e.device, link.format, link.changeset,
        link.data_hash, link.parent, link.hash
    ])?;
    Ok(())
}

/// Every row without its changeset, oldest first.
pub(crate) fn entries(conn: &Connection) -> Result<Vec<Entry>, PlanFileError> {
    select(conn, "")
}

/// Every row that says what the data was or how it changed, oldest first: what undo and redo go by.
///
/// A migration that leaves the data as it is has a row but no changeset; there is nothing of it to take back.
pub(crate) fn changes(conn: &Connection) -> Result<Vec<Entry>, PlanFileError> {
    select(conn, "WHERE kind = 'baseline' OR length(changeset) > 0")
}

fn select(conn: &Connection, which: &str) -> Result<Vec<Entry>, PlanFileError> {
    let mut q = conn.prepare(&format!(
        "SELECT seq, step, kind, operation, merge_key, at, author, device, data_hash FROM history {which} ORDER BY seq",
    ))?;
    let rows = q.query_map([], entry)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn entry(r: &rusqlite::Row<'_>) -> rusqlite::Result<Entry> {
    let hash: Vec<u8> = r.get(8)?;
    Ok(Entry {
        seq: r.get(0)?,
        step: r.get(1)?,
        kind: r.get(2)?,
        operation: r.get(3)?,
        merge_key: r.get(4)?,
        at: r.get(5)?,
        author: r.get(6)?,
        device: r.get(7)?,
        data_hash: hex(&hash),
    })
}

/// Calls back with every whole row, oldest first.
pub(crate) fn walk(conn: &Connection, mut each: impl FnMut(Link)) -> Result<(), PlanFileError> {
    let mut q = conn.prepare(
        "SELECT seq, step, kind, operation, merge_key, at, author, device, data_hash, format, changeset, parent, hash
         FROM history ORDER BY seq",
    )?;
    let mut rows = q.query([])?;
    while let Some(r) = rows.next()? {
        each(Link {
            entry: entry(r)?,
            data_hash: r.get(8)?,
            format: r.get(9)?,
            changeset: r.get(10)?,
            parent: r.get(11)?,
            hash: r.get(12)?,
        });
    }
    Ok(())
}

/// The last row's number and hash; zeros before the first.
pub(crate) fn tip(conn: &Connection) -> Result<(i64, Vec<u8>), PlanFileError> {
    use rusqlite::OptionalExtension;
    let found = conn
        .query_row(
            "SELECT seq, hash FROM history ORDER BY seq DESC LIMIT 1",
            [],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )
        .optional()?;
    Ok(found.unwrap_or((0, vec![0; 32])))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
