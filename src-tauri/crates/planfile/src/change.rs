//! Changesets in the terms of the domain: which record, which fields, from what to what.

use crate::{PlanFileError, sql};
use mainstay_domain::{Datum, Row, Table, Uuid};
use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator;
use rusqlite::hooks::Action;
use rusqlite::session::{ChangesetItem, ChangesetIter};
use std::collections::HashMap;

/// What one step of the history did to one record.
#[derive(Debug, Clone, PartialEq)]
pub struct RowChange {
    /// Its table.
    pub table: Table,
    /// Its key.
    pub id: Uuid,
    /// What was done.
    pub what: What,
}

/// What was done to a record.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// It was added, with these values.
    Added(Row),
    /// It was removed; these were its values.
    Removed(Row),
    /// Fields of it changed.
    Changed(Vec<FieldChange>),
}

/// A field that changed.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// Its index in the table's fields; `None` for the place in the list.
    pub field: Option<usize>,
    /// The value before.
    pub old: Datum,
    /// The value after.
    pub new: Datum,
}

/// What a changeset does, record by record; tables that the domain does not have are passed by.
pub(crate) fn read(changeset: &[u8]) -> Result<Vec<RowChange>, PlanFileError> {
    read_some(changeset, |_| true)
}

/// The same of records that came or went alone.
pub(crate) fn read_added_and_removed(changeset: &[u8]) -> Result<Vec<RowChange>, PlanFileError> {
    read_some(changeset, |code| code != Action::SQLITE_UPDATE)
}

fn read_some(
    changeset: &[u8],
    wanted: impl Fn(Action) -> bool,
) -> Result<Vec<RowChange>, PlanFileError> {
    let mut input: &[u8] = changeset;
    let input: &mut dyn std::io::Read = &mut input;
    let mut iter = ChangesetIter::start_strm(&input)?;
    let mut out = Vec::new();
    while let Some(item) = iter.next()? {
        if wanted(item.op()?.code()) {
            out.extend(one(item)?);
        }
    }
    Ok(out)
}

fn one(item: &ChangesetItem) -> Result<Option<RowChange>, PlanFileError> {
    let op = item.op()?;
    let Some(table) = sql::table(op.table_name()) else {
        return Ok(None);
    };
    let columns = usize::try_from(op.number_of_columns()).unwrap_or(0);
    let code = op.code();
    let key = if code == Action::SQLITE_INSERT {
        item.new_value(0)?
    } else {
        item.old_value(0)?
    };
    let id = sql::key(table.spec(), key)?;
    let what = match code {
        Action::SQLITE_INSERT => What::Added(whole(table, id, columns, |i| item.new_value(i))?),
        Action::SQLITE_DELETE => What::Removed(whole(table, id, columns, |i| item.old_value(i))?),
        _ => What::Changed(fields(table, columns, item)?),
    };
    Ok(Some(RowChange { table, id, what }))
}

/// A record from all its columns; those that were appended later are as unknown.
fn whole<'a>(
    table: Table,
    id: Uuid,
    columns: usize,
    value: impl Fn(usize) -> rusqlite::Result<rusqlite::types::ValueRef<'a>>,
) -> Result<Row, PlanFileError> {
    let spec = table.spec();
    let mut data = Vec::with_capacity(spec.fields.len());
    for i in 0..spec.fields.len() {
        data.push(if i + 2 < columns {
            sql::datum(spec, i, value(i + 2)?)?
        } else {
            Datum::Null
        });
    }
    Ok(Row {
        id,
        pos: value(1)?.as_i64().unwrap_or(0),
        data,
    })
}

fn fields(
    table: Table,
    columns: usize,
    item: &ChangesetItem,
) -> Result<Vec<FieldChange>, PlanFileError> {
    let spec = table.spec();
    let mut out = Vec::new();
    for c in 1..columns.min(spec.fields.len() + 2) {
        // A column that did not change has no value here.
        let (Ok(old), Ok(new)) = (item.old_value(c), item.new_value(c)) else {
            continue;
        };
        let read = |v: rusqlite::types::ValueRef<'_>| match c {
            1 => Ok(Datum::Int(v.as_i64().unwrap_or(0))),
            _ => sql::datum(spec, c - 2, v),
        };
        out.push(FieldChange {
            field: c.checked_sub(2),
            old: read(old)?,
            new: read(new)?,
        });
    }
    Ok(out)
}

impl RowChange {
    /// Does this to the records of its table, or takes it back.
    pub(crate) fn apply(&self, rows: &mut HashMap<Uuid, Row>, back: bool) {
        match (&self.what, back) {
            (What::Added(row), false) | (What::Removed(row), true) => {
                rows.insert(self.id, row.clone());
            }
            (What::Added(_), true) | (What::Removed(_), false) => drop(rows.remove(&self.id)),
            (What::Changed(fields), _) => {
                let Some(row) = rows.get_mut(&self.id) else {
                    return;
                };
                for f in fields {
                    let value = if back { &f.old } else { &f.new };
                    match (f.field, value) {
                        (Some(i), v) => row.data[i] = v.clone(),
                        (None, Datum::Int(pos)) => row.pos = *pos,
                        (None, _) => {}
                    }
                }
            }
        }
    }
}
