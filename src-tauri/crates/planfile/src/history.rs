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
    /// `baseline`, `edit`, `undo`, `redo`, `merge`, `barrier`, `give_out` or `copy`.
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
    /// The format version that its changes were recorded under.
    pub format: i64,
    /// Hash of all data after it, 64 hexadecimal digits.
    pub data_hash: String,
    /// Hash of the row itself, 64 hexadecimal digits.
    pub hash: String,
    /// For a merge, the hash of the last row of the copy that was brought back.
    pub merged: Option<String>,
    /// Hash of the row before it; zeros for the first.
    pub parent: String,
}

/// A whole row, as its hash covers it.
pub(crate) struct Link {
    pub entry: Entry,
    pub changeset: Vec<u8>,
    pub data_hash: Vec<u8>,
    pub parent: Vec<u8>,
    pub other_parent: Option<Vec<u8>>,
    pub hash: Vec<u8>,
}

/// What a new row says beside its place in the chain.
pub(crate) struct NewRow<'a> {
    pub kind: &'a str,
    pub operation: &'a str,
    pub merge_key: Option<&'a str>,
    /// The step it belongs to; its own where there is none.
    pub step: Option<i64>,
    pub changeset: Vec<u8>,
    pub data_hash: [u8; 32],
    pub other_parent: Option<Vec<u8>>,
}

impl Link {
    /// The row that follows the one with this number and hash.
    pub(crate) fn after((last, parent): (i64, Vec<u8>), new: NewRow<'_>, by: &Stamp) -> Link {
        let seq = last + 1;
        let mut link = Link {
            entry: Entry {
                seq,
                step: new.step.unwrap_or(seq),
                kind: new.kind.into(),
                operation: new.operation.into(),
                merge_key: new.merge_key.map(Into::into),
                at: by.at.clone(),
                author: by.author.clone(),
                device: by.device.clone(),
                format: crate::FORMAT_VERSION,
                data_hash: hex(&new.data_hash),
                hash: String::new(),
                merged: new.other_parent.as_deref().map(hex),
                parent: hex(&parent),
            },
            changeset: new.changeset,
            data_hash: new.data_hash.to_vec(),
            parent,
            other_parent: new.other_parent,
            hash: Vec::new(),
        };
        link.hash = link.expected_hash().to_vec();
        link.entry.hash = hex(&link.hash);
        link
    }

    /// What the row's hash has to be.
    pub(crate) fn expected_hash(&self) -> [u8; 32] {
        let mut h = blake3::Hasher::new_derive_key("mainstay 1 history");
        let e = &self.entry;
        let (seq, step, format) = (
            e.seq.to_le_bytes(),
            e.step.to_le_bytes(),
            e.format.to_le_bytes(),
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
        // Rows of the formats before merging have no such part, and keep their hashes.
        if let Some(other) = &self.other_parent {
            h.update(&(other.len() as u64).to_le_bytes()).update(other);
        }
        *h.finalize().as_bytes()
    }
}

pub(crate) fn append(conn: &Connection, link: &Link) -> Result<(), PlanFileError> {
    let e = &link.entry;
    conn.prepare_cached(
        "INSERT INTO history (seq, step, kind, operation, merge_key, at, author, device, format, changeset, data_hash, parent, other_parent, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?
    .execute(rusqlite::params![
        e.seq, e.step, e.kind, e.operation, e.merge_key, e.at, e.author, e.device, e.format, link.changeset,
        link.data_hash, link.parent, link.other_parent, link.hash
    ])?;
    Ok(())
}

/// Keeps a row of a copy beside the row that brings it back; one that is there already stays.
pub(crate) fn append_far(
    conn: &Connection,
    merged_by: i64,
    link: &Link,
) -> Result<(), PlanFileError> {
    let e = &link.entry;
    conn.prepare_cached(
        "INSERT OR IGNORE INTO far_history (merged_by, seq, step, kind, operation, merge_key, at, author, device, format, changeset, data_hash, parent, other_parent, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?
    .execute(rusqlite::params![
        merged_by, e.seq, e.step, e.kind, e.operation, e.merge_key, e.at, e.author, e.device, e.format,
        link.changeset, link.data_hash, link.parent, link.other_parent, link.hash
    ])?;
    Ok(())
}

/// Calls back with every whole row of the copies that row `merged_by` brought back, in the order of their numbers there.
pub(crate) fn walk_far(
    conn: &Connection,
    merged_by: i64,
    mut each: impl FnMut(Link),
) -> Result<(), PlanFileError> {
    let mut q = conn.prepare(&format!(
        "SELECT {COLUMNS}, changeset FROM far_history WHERE merged_by = ?1 ORDER BY seq, hash"
    ))?;
    let mut rows = q.query([merged_by])?;
    while let Some(r) = rows.next()? {
        each(link(r)?);
    }
    Ok(())
}

/// Every row without its changeset, oldest first.
pub(crate) fn entries(conn: &Connection) -> Result<Vec<Entry>, PlanFileError> {
    select(conn, "")
}

/// Every row that undo and redo go by, oldest first.
///
/// A migration that leaves the data as it is has a row but no changeset; there is nothing of it to take back.
pub(crate) fn changes(conn: &Connection) -> Result<Vec<Entry>, PlanFileError> {
    select(
        conn,
        "WHERE kind IN ('baseline', 'barrier', 'copy') OR length(changeset) > 0",
    )
}

pub(crate) const COLUMNS: &str = "seq, step, kind, operation, merge_key, at, author, device, format, data_hash, hash, other_parent, parent";

fn select(conn: &Connection, which: &str) -> Result<Vec<Entry>, PlanFileError> {
    let mut q = conn.prepare(&format!(
        "SELECT {COLUMNS} FROM history {which} ORDER BY seq",
    ))?;
    let rows = q.query_map([], entry)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn entry(r: &rusqlite::Row<'_>) -> rusqlite::Result<Entry> {
    let (data_hash, hash): (Vec<u8>, Vec<u8>) = (r.get(9)?, r.get(10)?);
    let other: Option<Vec<u8>> = r.get(11)?;
    Ok(Entry {
        seq: r.get(0)?,
        step: r.get(1)?,
        kind: r.get(2)?,
        operation: r.get(3)?,
        merge_key: r.get(4)?,
        at: r.get(5)?,
        author: r.get(6)?,
        device: r.get(7)?,
        format: r.get(8)?,
        data_hash: hex(&data_hash),
        hash: hex(&hash),
        merged: other.as_deref().map(hex),
        parent: hex(&r.get::<_, Vec<u8>>(12)?),
    })
}

/// A whole row from a query of [`COLUMNS`] and then changeset.
fn link(r: &rusqlite::Row<'_>) -> rusqlite::Result<Link> {
    Ok(Link {
        entry: entry(r)?,
        data_hash: r.get(9)?,
        hash: r.get(10)?,
        other_parent: r.get(11)?,
        parent: r.get(12)?,
        changeset: r.get(13)?,
    })
}

/// Every whole row up to the first that cannot be read, in an order; whether those are all.
pub(crate) fn readable(
    conn: &Connection,
    order: &str,
    (most, most_bytes): (usize, usize),
) -> (Vec<Link>, bool) {
    let (mut out, mut bytes) = (Vec::new(), 0);
    let done = (|| -> rusqlite::Result<bool> {
        let mut q = conn.prepare(&format!(
            "SELECT {}, changeset FROM history ORDER BY seq{order}",
            columns_of(conn)
        ))?;
        let mut rows = q.query([])?;
        while let Some(r) = rows.next()? {
            // A row that is there but is not as it should be is passed by.
            if let Ok(link) = link(r) {
                bytes += link.changeset.len();
                out.push(link);
            }
            if out.len() >= most || bytes > most_bytes {
                return Ok(false);
            }
        }
        Ok(true)
    })();
    (out, done.unwrap_or(false))
}

/// The columns of a file of whatever format: those before merging have no second parent.
fn columns_of(conn: &Connection) -> String {
    let merges = "SELECT other_parent FROM history LIMIT 0";
    match conn.prepare(merges) {
        Ok(_) => COLUMNS.into(),
        Err(_) => COLUMNS.replace("other_parent", "NULL"),
    }
}

/// One whole row, if it can be read.
pub(crate) fn readable_row(conn: &Connection, seq: i64) -> Option<Link> {
    let columns = columns_of(conn);
    let sql = format!("SELECT {columns}, changeset FROM history WHERE seq = ?1");
    conn.query_row(&sql, [seq], link).ok()
}

/// Calls back with every whole row after `seq`, oldest first.
pub(crate) fn walk(
    conn: &Connection,
    after: i64,
    mut each: impl FnMut(Link),
) -> Result<(), PlanFileError> {
    let mut q = conn.prepare(&format!(
        "SELECT {COLUMNS}, changeset FROM history WHERE seq > ?1 ORDER BY seq"
    ))?;
    let mut rows = q.query([after])?;
    while let Some(r) = rows.next()? {
        each(link(r)?);
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

/// A sum over some parts, for what stands beside the chain.
pub(crate) fn sum(purpose: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut h = blake3::Hasher::new_derive_key(purpose);
    for p in parts {
        h.update(&(p.len() as u64).to_le_bytes()).update(p);
    }
    h.finalize().as_bytes().to_vec()
}

/// A sum over a key that stands for another one since a merge.
pub(crate) fn alias_digest(merged_by: i64, far: &[u8], near: &[u8]) -> Vec<u8> {
    sum("mainstay 1 alias", &[&merged_by.to_le_bytes(), far, near])
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
