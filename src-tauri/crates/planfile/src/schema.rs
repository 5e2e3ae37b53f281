//! The schema: one file of SQL for each format, written once from the domain's descriptions and never changed again.

use crate::{APPLICATION_ID, FORMAT_VERSION, OLDEST_READER, PlanFileError};
use mainstay_domain::{Kind, Table};
use rusqlite::Connection;
use std::sync::OnceLock;

/// The SQL of each format: the first makes an empty file of format 1, every further one raises a file by one.
///
/// A new file runs all of them too, so that its schema has the same text as that of a file that was raised.
pub const SCHEMA_STEPS: [&str; FORMAT_VERSION as usize] = [
    include_str!("schema/0001.sql"),
    include_str!("schema/0002.sql"),
    include_str!("schema/0003.sql"),
    include_str!("schema/0004.sql"),
    include_str!("schema/0005.sql"),
];

/// How a file comes to a format.
#[derive(Clone, Copy)]
pub(crate) struct Schema<'a> {
    /// The SQL of each format, as [`SCHEMA_STEPS`].
    pub steps: &'a [&'a str],
    /// The formats whose step does more than append columns and tables: changesets from before do not apply after it, so
    /// that it begins a new epoch of the history.
    pub epochs: &'a [i64],
    /// The steps that make the schema which a raised file must have.
    pub model: &'a [&'a str],
}

/// That of this program.
pub(crate) const SCHEMA: Schema<'static> = Schema {
    steps: &SCHEMA_STEPS,
    epochs: &[],
    model: &SCHEMA_STEPS,
};

impl Schema<'_> {
    /// The format to which it leads.
    pub(crate) fn format(&self) -> i64 {
        self.steps.len() as i64
    }

    /// The first format after `from` that begins a new epoch.
    pub(crate) fn epoch_after(&self, from: i64) -> Option<i64> {
        (from + 1..=self.format()).find(|f| self.epochs.contains(f))
    }

    /// The steps up to a format.
    pub(crate) fn upto(&self, format: i64) -> &[&str] {
        &self.steps[..count(format).min(self.steps.len())]
    }
}

/// The tables of the domain as `CREATE TABLE` statements, in order; a test compares their columns with what
/// [`SCHEMA_STEPS`] make.
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
    conn.pragma_update(None, "application_id", APPLICATION_ID)?;
    raise(conn, 0, &SCHEMA_STEPS)
}

/// Runs the steps that come after format `from`, and marks the database as one of the format of the last.
///
/// The caller has a transaction open.
pub(crate) fn raise(conn: &Connection, from: i64, steps: &[&str]) -> Result<(), PlanFileError> {
    for sql in steps.iter().skip(count(from)) {
        conn.execute_batch(sql)?;
    }
    conn.pragma_update(None, "user_version", steps.len() as i64)?;
    conn.execute(
        "INSERT INTO format (key, value) VALUES ('oldest_reader', ?1)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [OLDEST_READER],
    )?;
    Ok(())
}

/// How many steps lead to a format.
fn count(format: i64) -> usize {
    usize::try_from(format).unwrap_or(0)
}

/// Kind, name and text of something in a schema.
type Object = (String, String, Option<String>);

/// Everything a database holds by way of schema, in a comparable order.
fn objects(conn: &Connection) -> rusqlite::Result<Vec<Object>> {
    conn.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")?
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
        .collect()
}

/// What steps make of an empty database.
fn made_by(steps: &[&str]) -> rusqlite::Result<Vec<Object>> {
    static OURS: OnceLock<Vec<Object>> = OnceLock::new();
    let make = || {
        let model = Connection::open_in_memory()?;
        model.execute_batch("BEGIN")?;
        for sql in steps {
            model.execute_batch(sql)?;
        }
        objects(&model)
    };
    if steps != SCHEMA_STEPS {
        return make();
    }
    if let Some(known) = OURS.get() {
        return Ok(known.clone());
    }
    let made = make()?;
    Ok(OURS.get_or_init(|| made).clone())
}

/// Names the first table or column of this program's format that a database of a newer format lacks, or a trigger of it
/// that is gone; what a newer format brought is passed by.
pub(crate) fn lacks(conn: &Connection) -> Result<Option<String>, PlanFileError> {
    let model = Connection::open_in_memory()?;
    for sql in SCHEMA_STEPS {
        model.execute_batch(sql)?;
    }
    let have = objects(conn)?;
    for (kind, name, _) in objects(&model)? {
        let there = have.iter().any(|h| h.0 == kind && h.1 == name);
        let columns = |conn: &Connection| -> rusqlite::Result<Vec<(String, String)>> {
            conn.prepare("SELECT name, type FROM pragma_table_info(?1) ORDER BY cid")?
                .query_map([&name], |r| Ok((r.get(0)?, r.get(1)?)))?
                .collect()
        };
        if !there && kind != "index" {
            return Ok(Some(format!("the {kind} {name} is missing")));
        }
        if kind == "table" {
            let have = columns(conn)?;
            if let Some((c, _)) = columns(&model)?.iter().find(|c| !have.contains(c)) {
                return Ok(Some(format!(
                    "the column {c} of {name} is missing or of another type"
                )));
            }
        }
    }
    Ok(None)
}

/// Names the first table, view or trigger that should not be there in a file of a format, is missing or differs.
pub(crate) fn difference(conn: &Connection, format: i64) -> Result<Option<String>, PlanFileError> {
    difference_to(conn, SCHEMA.upto(format))
}

/// The same against what other steps make.
pub(crate) fn difference_to(
    conn: &Connection,
    steps: &[&str],
) -> Result<Option<String>, PlanFileError> {
    let (want, have) = (made_by(steps)?, objects(conn)?);
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
