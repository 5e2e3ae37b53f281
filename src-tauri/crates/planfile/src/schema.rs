//! The schema: made once from the domain's descriptions, then kept as a file that never changes.

use crate::{APPLICATION_ID, FORMAT_VERSION, OLDEST_READER, PlanFileError};
use mainstay_domain::{Kind, Table};
use rusqlite::Connection;

/// The schema of format 1.
pub const SCHEMA_SQL: &str = include_str!("schema/0001.sql");

/// The tables of the domain as `CREATE TABLE` statements, in order; a test compares them with [`SCHEMA_SQL`].
pub fn ddl() -> String {
    let mut out = String::new();
    for t in Table::ALL {
        let s = t.spec();
        out.push_str(&format!("CREATE TABLE \"{}\" (\n", s.name));
        out.push_str(
            "  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),\n  pos INTEGER NOT NULL",
        );
        for f in s.fields {
            out.push_str(&format!(",\n  \"{}\" {}", f.column, f.kind.sql_type()));
            if !f.nullable {
                out.push_str(" NOT NULL");
            }
            if let Kind::Ref(to) = f.kind {
                out.push_str(&format!(
                    " REFERENCES \"{}\"(id) DEFERRABLE INITIALLY DEFERRED",
                    to.spec().name
                ));
            }
        }
        out.push_str("\n) STRICT, WITHOUT ROWID;\n");
    }
    out
}

/// Lays the schema into an empty database.
pub(crate) fn create(conn: &Connection) -> Result<(), PlanFileError> {
    conn.execute_batch(SCHEMA_SQL)?;
    conn.pragma_update(None, "application_id", APPLICATION_ID)?;
    conn.pragma_update(None, "user_version", FORMAT_VERSION)?;
    conn.execute(
        "INSERT INTO format (key, value) VALUES ('oldest_reader', ?1)",
        [OLDEST_READER],
    )?;
    Ok(())
}

/// Everything a database holds by way of schema, in a comparable order.
fn objects(conn: &Connection) -> rusqlite::Result<Vec<(String, String, Option<String>)>> {
    conn.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")?
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
        .collect()
}

/// Names the first table, view or trigger that should not be there, is missing or differs.
pub(crate) fn difference(conn: &Connection) -> Result<Option<String>, PlanFileError> {
    let model = Connection::open_in_memory()?;
    model.execute_batch(SCHEMA_SQL)?;
    let (want, have) = (objects(&model)?, objects(conn)?);
    if want == have {
        return Ok(None);
    }
    let stray = have.iter().find(|h| !want.contains(h));
    let missing = want.iter().find(|w| !have.iter().any(|h| h.1 == w.1));
    Ok(Some(match (stray, missing) {
        (_, Some(m)) => format!("the {} {} is missing", m.0, m.1),
        (Some(s), None) => format!("it holds a {} {} that does not belong there", s.0, s.1),
        (None, None) => "its schema differs".into(),
    }))
}
