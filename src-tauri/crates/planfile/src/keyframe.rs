//! Keyframes: the whole data as it was after one row of the history, as a changeset that makes it from nothing.
//!
//! A new file starts with one, and one stands before every epoch; from there, changesets lead to every other row. They
//! are not part of the chain: what they make is compared with the data hash of their row.

use crate::{PlanFileError, history};
use rusqlite::Connection;
use rusqlite::session::Session;

/// Keeps the data after row `seq`; one that is there already is of the same data and stays.
pub(crate) fn put(
    conn: &Connection,
    seq: i64,
    format: i64,
    content: &[u8],
) -> Result<(), PlanFileError> {
    conn.execute(
        "INSERT OR IGNORE INTO keyframe (seq, format, content, digest) VALUES (?1, ?2, ?3, ?4)",
        rusqlite::params![seq, format, content, digest(seq, format, content)],
    )?;
    Ok(())
}

/// A sum over a keyframe, by which a byte that changed in it is found.
pub(crate) fn digest(seq: i64, format: i64, content: &[u8]) -> Vec<u8> {
    history::sum(
        "mainstay 1 keyframe",
        &[&seq.to_le_bytes(), &format.to_le_bytes(), content],
    )
}

/// Whether there is one.
pub(crate) fn any(conn: &Connection) -> Result<bool, PlanFileError> {
    Ok(conn.query_row("SELECT EXISTS (SELECT 1 FROM keyframe)", [], |r| r.get(0))?)
}

/// One, with the format of its data: the last before or at a row of the history.
pub(crate) fn last(
    conn: &Connection,
    upto: i64,
) -> Result<Option<(i64, i64, Vec<u8>)>, PlanFileError> {
    use rusqlite::OptionalExtension;
    Ok(conn
        .query_row(
            "SELECT seq, format, content FROM keyframe WHERE seq <= ?1 ORDER BY seq DESC LIMIT 1",
            [upto],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )
        .optional()?)
}

/// What is in a plan file beside records.
const BESIDE: [&str; 8] = [
    "format",
    "history",
    "head",
    "keyframe",
    "far_history",
    "merge_alias",
    "signed_file",
    "recording_key",
];

/// The tables that hold records, whatever the format.
pub(crate) fn tables(conn: &Connection) -> Result<Vec<String>, PlanFileError> {
    let mut q = conn.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
    )?;
    let all: Vec<String> = q
        .query_map([], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(all
        .into_iter()
        .filter(|t| !BESIDE.contains(&t.as_str()))
        .collect())
}

/// All data of a database with the schema that these steps make, as a changeset that makes it from nothing.
pub(crate) fn content(conn: &Connection, steps: &[&str]) -> Result<Vec<u8>, PlanFileError> {
    let copy = Connection::open_in_memory()?;
    for sql in steps {
        copy.execute_batch(sql)?;
    }
    let mut session = Session::new(&copy)?;
    copy.execute_batch("BEGIN")?;
    for name in tables(&copy)? {
        session.attach(Some(name.as_str()))?;
        let mut read = conn.prepare(&format!("SELECT * FROM \"{name}\""))?;
        let columns = read.column_count();
        let marks = vec!["?"; columns].join(", ");
        let mut write = copy.prepare(&format!("INSERT INTO \"{name}\" VALUES ({marks})"))?;
        let mut rows = read.query([])?;
        while let Some(r) = rows.next()? {
            let values = (0..columns)
                .map(|i| r.get::<_, rusqlite::types::Value>(i))
                .collect::<rusqlite::Result<Vec<_>>>()?;
            write.execute(rusqlite::params_from_iter(values))?;
        }
    }
    let mut out = Vec::new();
    session.changeset_strm(&mut out)?;
    Ok(out)
}
