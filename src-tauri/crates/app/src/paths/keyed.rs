//! Children of which there are several, by what names them.

use super::{At, child as child_at, children, next_pos, no_such, own, set, take_out};
use crate::edit::{blank, read};
use crate::problem::Outcome;
use crate::wire::Problem;
use mainstay_domain::natural::key_fields;
use mainstay_domain::{Datum, Place, Row, Shape, TableSpec, Workspace};
use mainstay_planfile::Tx;

/// One of several children, by what names it: `KEY` (empty text takes it out) or `KEY.FIELD`. Where several values name it,
/// they are joined by slashes.
pub(super) fn keyed(
    tx: &mut Tx<'_>,
    at: At<'_>,
    child: &'static TableSpec,
    rest: &str,
    text: &str,
) -> Outcome<()> {
    let keys = key_fields(child);
    let value = match child.place {
        Place::Child {
            shape: Shape::Map(_, v),
            ..
        } => child.column(v),
        _ => None,
    };
    // A key may hold dots, such as 4.5 hours: the longest that is there or could be goes first.
    let cuts = rest.match_indices('.').map(|(i, _)| i);
    let mut ways: Vec<(&str, Option<&str>)> = vec![(rest, None)];
    ways.extend(cuts.map(|i| (&rest[..i], Some(&rest[i + 1..]))));
    ways.sort_by_key(|(k, _)| std::cmp::Reverse(k.len()));
    let siblings = children(tx, child, at.id);
    let mut found = None;
    let leads = |f: &Option<&str>| {
        f.is_none_or(|f| own(child, f).is_some() || child_at(child.table, f).is_some())
    };
    for (key, field) in ways.iter().filter(|(_, f)| leads(f)) {
        if let Ok(values) = key_values(tx.workspace(), child, &keys, key) {
            let same = |r: &&Row| keys.iter().zip(&values).all(|(i, d)| r.data[*i] == *d);
            if let Some(row) = siblings.iter().find(same) {
                found = Some((row.clone(), *field));
                break;
            }
        }
    }
    let (mut row, field) = match found {
        Some((row, field)) => (row, field),
        None => {
            if text.trim().is_empty() {
                return Ok(());
            }
            let fits = |field: &Option<&str>| match field {
                None => value.is_some() || keys.len() + 1 == child.fields.len(),
                Some(_) => leads(field),
            };
            let (key, field) = ways
                .iter()
                .find(|(_, f)| fits(f))
                .ok_or_else(|| no_such(at))?;
            let values =
                key_values(tx.workspace(), child, &keys, key).map_err(|a| at.bad(key, &a))?;
            let mut set = vec![(0, Datum::Id(at.id))];
            set.extend(keys.iter().copied().zip(values));
            let mut row = blank(child, &set);
            row.pos = next_pos(&siblings);
            (row, *field)
        }
    };
    match (field, value) {
        (None, _) if text.trim().is_empty() => take_out(tx, at, child.table, row.id),
        (None, Some(i)) => {
            row.data[i] =
                read(tx.workspace(), child.fields[i].kind, text).map_err(|a| at.bad(text, &a))?;
            Ok(tx.put(child.table, &row)?)
        }
        (None, None) if keys.len() + 1 == child.fields.len() => Ok(tx.put(child.table, &row)?),
        (None, None) => Err(no_such(at)),
        (Some(f), _) => {
            // One that is new has to be whole at once.
            if let Some(i) = own(child, f) {
                row.data[i] = read(tx.workspace(), child.fields[i].kind, text)
                    .map_err(|a| at.bad(text, &a))?;
                if !child.fields[i].nullable && row.data[i] == Datum::Null {
                    return Err(at.bad(text, &child.fields[i].kind.allowed()));
                }
            }
            let lacking = child.fields.iter().zip(&row.data).skip(1);
            let lacking: Vec<&str> = lacking
                .filter(|(f, d)| !f.nullable && **d == Datum::Null)
                .map(|(f, _)| f.json)
                .collect();
            if !lacking.is_empty() {
                return Err(Problem::new(
                    "bad_value",
                    format!(
                        "{}, field {}: a new {} needs {} first.",
                        at.record,
                        at.typed,
                        child.noun,
                        lacking.join(" and ")
                    ),
                ));
            }
            tx.put(child.table, &row)?;
            match own(child, f) {
                Some(_) => Ok(()),
                None => set(tx, at.inside(child.table, row.id), f, text),
            }
        }
    }
}

fn key_values(
    ws: &Workspace,
    spec: &TableSpec,
    keys: &[usize],
    text: &str,
) -> Result<Vec<Datum>, String> {
    let parts: Vec<&str> = if keys.len() > 1 {
        text.splitn(keys.len(), '/').collect()
    } else {
        vec![text]
    };
    let names: Vec<&str> = keys.iter().map(|i| spec.fields[*i].json).collect();
    if parts.len() != keys.len() {
        return Err(format!("{} joined by a slash", names.join(" and ")));
    }
    keys.iter()
        .zip(parts)
        .map(|(i, part)| {
            let kind = spec.fields[*i].kind;
            match read(ws, kind, part)? {
                Datum::Null => Err(kind.allowed()),
                d => Ok(d),
            }
        })
        .collect()
}
