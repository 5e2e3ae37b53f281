//! The statements of each table, and the way between rows and values.

use crate::PlanFileError;
use mainstay_domain::{Datum, Kind, Row, Table, TableSpec, Uuid, Workspace};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ToSql};
use std::sync::atomic::{AtomicU64, Ordering};

/// The most records of a file that is opened; the largest organisations have a tenth of it.
const MOST_RECORDS: u64 = 5_000_000;

/// Every record of the file, in the order of positions.
pub(crate) fn load(conn: &Connection) -> Result<Workspace, PlanFileError> {
    let mut ws = Workspace::default();
    let records = AtomicU64::new(0);
    for t in Table::ALL {
        load_table(conn, *t, &mut ws, &records, |_| {})?;
    }
    Ok(ws)
}

/// The records of one table, put into the workspace in the order of positions; `each` sees every one as it is stored, in the
/// order of keys. `records` counts all records of the file.
pub(crate) fn load_table(
    conn: &Connection,
    t: Table,
    ws: &mut Workspace,
    records: &AtomicU64,
    mut each: impl FnMut(&Row),
) -> Result<(), PlanFileError> {
    let s = t.spec();
    // In the order in which they are stored, and sorted here: SQLite takes several times as long for that.
    let mut q = conn.prepare(&format!("SELECT {} FROM \"{}\"", columns(s), s.name))?;
    let mut rows = q.query([])?;
    while let Some(r) = rows.next()? {
        if records.fetch_add(1, Ordering::Relaxed) >= MOST_RECORDS {
            return Err(PlanFileError::TooManyRecords);
        }
        let row = row_from(s, r)?;
        each(&row);
        ws.push(t, &row)?;
    }
    ws.sort(t);
    Ok(())
}

/// One record, if it is there.
pub(crate) fn read(conn: &Connection, t: Table, id: Uuid) -> Result<Option<Row>, PlanFileError> {
    let s = t.spec();
    let mut q = conn.prepare_cached(&format!(
        "SELECT {} FROM \"{}\" WHERE id = ?1",
        columns(s),
        s.name
    ))?;
    let mut rows = q.query([id.as_bytes().as_slice()])?;
    match rows.next()? {
        Some(r) => Ok(Some(row_from(s, r)?)),
        None => Ok(None),
    }
}

pub(crate) fn insert(conn: &Connection, t: Table, row: &Row) -> Result<(), PlanFileError> {
    let s = t.spec();
    let marks: Vec<String> = (1..=s.fields.len() + 2).map(|i| format!("?{i}")).collect();
    let sql = format!(
        "INSERT INTO \"{}\" ({}) VALUES ({})",
        s.name,
        columns(s),
        marks.join(", ")
    );
    conn.prepare_cached(&sql)?
        .execute(rusqlite::params_from_iter(values(row)))?;
    Ok(())
}

/// Writes what is new in a record that is there; nothing happens where nothing is.
pub(crate) fn update(
    conn: &Connection,
    t: Table,
    old: &Row,
    new: &Row,
) -> Result<(), PlanFileError> {
    let s = t.spec();
    let mut sql = format!("UPDATE \"{}\" SET ", s.name);
    let mut values: Vec<Bound<'_>> = Vec::new();
    // What stays is not named: SQLite would look up every reference and index of it again.
    let (was, is) = (Datum::Int(old.pos), Datum::Int(new.pos));
    let columns = std::iter::once("pos").chain(s.fields.iter().map(|f| f.column));
    let both = std::iter::once((&was, &is)).chain(old.data.iter().zip(&new.data));
    for (column, (was, is)) in columns.zip(both) {
        if same(was, is) {
            continue;
        }
        let comma = if values.is_empty() { "" } else { ", " };
        values.push(Bound(is));
        sql.push_str(&format!("{comma}\"{column}\" = ?{}", values.len()));
    }
    if values.is_empty() {
        return Ok(());
    }
    let id = Datum::Id(new.id);
    values.push(Bound(&id));
    sql.push_str(&format!(" WHERE id = ?{}", values.len()));
    conn.prepare_cached(&sql)?
        .execute(rusqlite::params_from_iter(values))?;
    Ok(())
}

/// To the bit, as it is hashed: the two zeros of real numbers are alike and not the same.
fn same(a: &Datum, b: &Datum) -> bool {
    match (a, b) {
        (Datum::Real(a), Datum::Real(b)) => a.to_bits() == b.to_bits(),
        _ => a == b,
    }
}

pub(crate) fn delete(conn: &Connection, t: Table, id: Uuid) -> Result<(), PlanFileError> {
    conn.prepare_cached(&format!("DELETE FROM \"{}\" WHERE id = ?1", t.spec().name))?
        .execute([id.as_bytes().as_slice()])?;
    Ok(())
}

/// The table of a name, if the domain has it.
pub(crate) fn table(name: &str) -> Option<Table> {
    Table::ALL.iter().copied().find(|t| t.spec().name == name)
}

fn columns(s: &TableSpec) -> String {
    let mut out = String::from("id, pos");
    for f in s.fields {
        out.push_str(&format!(", \"{}\"", f.column));
    }
    out
}

struct Bound<'a>(&'a Datum);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Datum::Null => ToSqlOutput::Owned(Value::Null),
            Datum::Int(n) => ToSqlOutput::Owned(Value::Integer(*n)),
            Datum::Real(x) => ToSqlOutput::Owned(Value::Real(*x)),
            Datum::Text(s) => ToSqlOutput::Borrowed(ValueRef::Text(s.as_bytes())),
            Datum::Id(u) => ToSqlOutput::Borrowed(ValueRef::Blob(u.as_bytes())),
        })
    }
}

fn values(row: &Row) -> impl Iterator<Item = Box<dyn ToSql + '_>> {
    let head: [Box<dyn ToSql>; 2] = [Box::new(row.id.as_bytes().to_vec()), Box::new(row.pos)];
    head.into_iter().chain(
        row.data
            .iter()
            .map(|d| Box::new(Bound(d)) as Box<dyn ToSql>),
    )
}

fn row_from(s: &'static TableSpec, r: &rusqlite::Row<'_>) -> Result<Row, PlanFileError> {
    let id = key(s, r.get_ref(0)?)?;
    let mut data = Vec::with_capacity(s.fields.len());
    for i in 0..s.fields.len() {
        data.push(datum(s, i, r.get_ref(i + 2)?)?);
    }
    Ok(Row {
        id,
        pos: r.get(1)?,
        data,
    })
}

/// A record's key.
pub(crate) fn key(s: &'static TableSpec, v: ValueRef<'_>) -> Result<Uuid, PlanFileError> {
    v.as_blob()
        .ok()
        .and_then(|b| Uuid::from_slice(b).ok())
        .ok_or_else(|| bad(s, "id", "a key of another kind"))
}

/// The value of a field as it is stored; whether it is legal there is judged by the record.
pub(crate) fn datum(
    s: &'static TableSpec,
    field: usize,
    v: ValueRef<'_>,
) -> Result<Datum, PlanFileError> {
    let f = &s.fields[field];
    Ok(match (v, f.kind) {
        (ValueRef::Null, _) => Datum::Null,
        (ValueRef::Integer(n), _) => Datum::Int(n),
        (ValueRef::Real(x), _) => Datum::Real(x),
        (ValueRef::Text(t), _) => Datum::Text(
            std::str::from_utf8(t)
                .map_err(|_| bad(s, f.column, "text that is not UTF-8"))?
                .to_string(),
        ),
        (ValueRef::Blob(b), Kind::Ref(_) | Kind::NodeRef) => {
            Datum::Id(Uuid::from_slice(b).map_err(|_| bad(s, f.column, "a key of another length"))?)
        }
        (ValueRef::Blob(_), _) => return Err(bad(s, f.column, "bytes")),
    })
}

fn bad(s: &'static TableSpec, column: &'static str, value: &str) -> PlanFileError {
    let allowed = s
        .fields
        .iter()
        .find(|f| f.column == column)
        .map_or("a key of 16 bytes".into(), |f| f.kind.allowed());
    PlanFileError::BadField(mainstay_domain::BadField {
        table: s.name,
        column,
        value: value.into(),
        allowed,
    })
}
