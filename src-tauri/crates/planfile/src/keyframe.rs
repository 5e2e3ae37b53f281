//! Keyframes: the whole data as it was after one row of the history, as a changeset that makes it from nothing.
//!
//! A new file starts with one, and one stands before every epoch; from there, changesets lead to every other row. They
//! are not part of the chain: what they make is compared with the data hash of their row.

use crate::{PlanFileError, schema};
use mainstay_domain::Table;
use rusqlite::Connection;
use rusqlite::session::Session;

/// Keeps the data after row `seq`.
pub(crate) fn put(
    conn: &Connection,
    seq: i64,
    format: i64,
    content: &[u8],
) -> Result<(), PlanFileError> {
    conn.execute(
        "INSERT INTO keyframe (seq, format, content) VALUES (?1, ?2, ?3)",
        rusqlite::params![seq, format, content],
    )?;
    Ok(())
}

/// Whether there is one.
pub(crate) fn any(conn: &Connection) -> Result<bool, PlanFileError> {
    Ok(conn.query_row("SELECT EXISTS (SELECT 1 FROM keyframe)", [], |r| r.get(0))?)
}

/// All data of a database of this program's format, as a changeset that makes it from nothing.
pub(crate) fn content(conn: &Connection) -> Result<Vec<u8>, PlanFileError> {
    let copy = Connection::open_in_memory()?;
    schema::create(&copy)?;
    let mut session = Session::new(&copy)?;
    copy.execute_batch("BEGIN")?;
    for t in Table::ALL {
        let name = t.spec().name;
        session.attach(Some(name))?;
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
