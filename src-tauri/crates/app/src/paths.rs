//! Setting whatever stands at a path under a record, by the names of the interchange form.

mod keyed;
mod possible;

use crate::edit::{blank, condemn, read, set_field};
use crate::problem::Outcome;
use crate::wire::{FieldText, Problem};
use keyed::keyed;
use mainstay_domain::natural::key_fields;
use mainstay_domain::{
    Datum, Place, Row, Shape, Table, TableSpec, Uuid, Workspace, time::parse_duration,
};
use mainstay_planfile::Tx;
use possible::possible;

/// Children that have commands of their own.
const GUARDED: &[Table] = Table::OF_VERSIONS;

/// A record that is being set.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    /// What it is called in a sentence: its code, or the name of its part of the workspace.
    pub(crate) record: &'a str,
    pub(crate) table: Table,
    pub(crate) id: Uuid,
    /// The path as it was typed, for sentences.
    pub(crate) typed: &'a str,
}

impl At<'_> {
    fn bad(&self, text: &str, allowed: &str) -> Problem {
        Problem::bad_value(self.record, self.typed, text, allowed)
    }

    fn inside(self, table: Table, id: Uuid) -> Self {
        Self { table, id, ..self }
    }
}

/// Sets what stands at a path inside a record to what was typed; empty is unknown, and takes out what is only there while it
/// says something.
///
/// # Errors
/// There is nothing at the path (told is what there is), or the value is not allowed there.
pub(crate) fn set(tx: &mut Tx<'_>, at: At<'_>, path: &str, text: &str) -> Outcome<()> {
    let spec = at.table.spec();
    if own(spec, path).is_some() {
        let mut row = present(tx, at)?;
        let f = FieldText {
            field: path.into(),
            text: text.into(),
        };
        set_field(tx.workspace(), spec, &mut row, at.record, &f).map_err(|p| {
            if p.code == "bad_value" && path != at.typed {
                let allowed =
                    own(spec, path).map_or(String::new(), |i| spec.fields[i].kind.allowed());
                at.bad(text, &allowed)
            } else {
                p
            }
        })?;
        return Ok(tx.put(at.table, &row)?);
    }
    if let Some((child, shape, rest)) = child(at.table, path) {
        if GUARDED.contains(&child.table) {
            return Err(Problem::new(
                "guarded",
                format!(
                    "{}: the versions of a plan are not set by hand; use plan submit, plan sign and plan reject.",
                    at.record
                ),
            ));
        }
        return match (shape, rest) {
            (Shape::Scalars(_) | Shape::Pairs(..), None) => list(tx, at, child, shape, text),
            (Shape::One, _) => one(tx, at, child, rest, text),
            (Shape::Grid, Some(rest)) => grid(tx, at, child, rest, text),
            (Shape::Map(..) | Shape::Objects, Some(rest)) => keyed(tx, at, child, rest, text),
            (Shape::Scalars(_) | Shape::Pairs(..), Some(_)) => Err(at.bad(
                text,
                "the whole list at once, its values separated by commas",
            )),
            (Shape::Grid | Shape::Map(..) | Shape::Objects, None) => Err(no_such(at)),
        };
    }
    if let Some((table, keys, column)) = root_map(at.table, path) {
        return cell(tx, at, table, &keys, column, text);
    }
    Err(no_such(at))
}

/// The index of a record's own field; a child's parent is none.
fn own(spec: &TableSpec, path: &str) -> Option<usize> {
    let i = spec.json_field(path).or_else(|| spec.column(path))?;
    (i > 0 || spec.parent().is_none()).then_some(i)
}

/// The kind of child that a path leads to, and what is left of the path.
fn child(table: Table, path: &str) -> Option<(&'static TableSpec, Shape, Option<&str>)> {
    Workspace::children_of(table)
        .filter_map(|s| match s.place {
            Place::Child { path: p, shape, .. } if path == p => Some((p, s, shape, None)),
            Place::Child { path: p, shape, .. } => {
                let rest = path.strip_prefix(p)?.strip_prefix('.')?;
                Some((p, s, shape, Some(rest)))
            }
            _ => None,
        })
        .max_by_key(|(p, ..)| p.len())
        .map(|(_, s, shape, rest)| (s, shape, rest))
}

fn present(tx: &Tx<'_>, at: At<'_>) -> Outcome<Row> {
    tx.workspace()
        .row(at.table, at.id)
        .ok_or_else(|| Problem::no_such(at.table.spec().noun, at.record))
}

fn children(tx: &Tx<'_>, child: &TableSpec, parent: Uuid) -> Vec<Row> {
    let rows = tx.workspace().rows(child.table);
    rows.into_iter()
        .filter(|r| r.data[0] == Datum::Id(parent))
        .collect()
}

fn next_pos(rows: &[Row]) -> i64 {
    rows.iter()
        .map(|r| r.pos)
        .max()
        .map_or(1, |p| p.saturating_add(1))
}

/// Takes a record out with everything inside it.
fn take_out(tx: &mut Tx<'_>, at: At<'_>, table: Table, id: Uuid) -> Outcome<()> {
    let (mut doomed, mut places) = (Vec::new(), Vec::new());
    condemn(tx.workspace(), table, id, &mut doomed, &mut places);
    if !places.is_empty() {
        return Err(Problem::new(
            "in_use",
            format!(
                "{}, field {}: it cannot be taken out because it is used as {}.",
                at.record,
                at.typed,
                places.join(", as ")
            ),
        ));
    }
    for (t, id) in doomed {
        tx.remove(t, id)?;
    }
    Ok(())
}

/// A whole list: values separated by commas, or a JSON list of texts where a value holds a comma.
fn list(
    tx: &mut Tx<'_>,
    at: At<'_>,
    child: &'static TableSpec,
    shape: Shape,
    text: &str,
) -> Outcome<()> {
    let typed: Vec<String> = if text.trim_start().starts_with('[') {
        serde_json::from_str::<Vec<serde_json::Value>>(text)
            .map_err(|_| at.bad(text, "values separated by commas, or a JSON list"))?
            .into_iter()
            .map(|v| match v {
                serde_json::Value::String(s) => s,
                other => other.to_string(),
            })
            .collect()
    } else {
        text.split(',').map(Into::into).collect()
    };
    let mut wanted: Vec<Vec<(usize, Datum)>> = Vec::new();
    for v in typed.iter().map(|v| v.trim()).filter(|v| !v.is_empty()) {
        let values: Vec<(&str, &str)> = match shape {
            Shape::Pairs(a, b) => {
                let (x, y) = v
                    .split_once('>')
                    .ok_or_else(|| at.bad(v, "pairs such as role-a>role-b, separated by commas"))?;
                vec![(a, x), (b, y)]
            }
            Shape::Scalars(c) => vec![(c, v)],
            _ => Vec::new(),
        };
        let mut row = Vec::new();
        for (column, v) in values {
            let i = child.column(column).ok_or_else(|| no_such(at))?;
            let d = read(tx.workspace(), child.fields[i].kind, v).map_err(|a| at.bad(v, &a))?;
            row.push((i, d));
        }
        wanted.push(row);
    }
    if child.table == Table::ActivityHorizon {
        rising(at, text, &wanted)?;
    }
    let mut old = children(tx, child, at.id);
    let mut rows = Vec::new();
    for (n, values) in wanted.into_iter().enumerate() {
        let same = |r: &Row| values.iter().all(|(i, d)| r.data[*i] == *d);
        let mut row = match old.iter().position(same) {
            Some(i) => old.remove(i),
            None => {
                let mut set = vec![(0, Datum::Id(at.id))];
                set.extend(values);
                blank(child, &set)
            }
        };
        row.pos = n as i64 + 1;
        rows.push(row);
    }
    for r in &old {
        tx.remove(child.table, r.id)?;
    }
    for r in &rows {
        tx.put(child.table, r)?;
    }
    Ok(())
}

fn rising(at: At<'_>, text: &str, wanted: &[Vec<(usize, Datum)>]) -> Outcome<()> {
    let mut before = 0;
    for d in wanted.iter().flatten().map(|(_, d)| d) {
        match d {
            Datum::Int(n) if *n > before => before = *n,
            _ => {
                return Err(at.bad(
                    text,
                    "horizons that rise strictly from more than 0 minutes on",
                ));
            }
        }
    }
    Ok(())
}

/// The one child there is at most: made when something of it is set, taken out when it is emptied as a whole.
fn one(
    tx: &mut Tx<'_>,
    at: At<'_>,
    child: &'static TableSpec,
    rest: Option<&str>,
    text: &str,
) -> Outcome<()> {
    let found = children(tx, child, at.id).into_iter().next();
    let Some(rest) = rest else {
        if !text.trim().is_empty() {
            return Err(no_such(at));
        }
        return match found {
            Some(row) => take_out(tx, at, child.table, row.id),
            None => Ok(()),
        };
    };
    let row = match found {
        Some(row) => row,
        None => {
            let mut row = blank(child, &[(0, Datum::Id(at.id))]);
            row.pos = tx.workspace().next_pos(child.table);
            if let Some(i) = child.column("currency") {
                row.data[i] = Datum::Text(crate::files::currency(tx.workspace()));
            }
            tx.put(child.table, &row)?;
            row
        }
    };
    set(tx, at.inside(child.table, row.id), rest, text)
}

/// One cell of an impact grid, `CATEGORY.MINUTES`, or a category's whole row of levels.
fn grid(
    tx: &mut Tx<'_>,
    at: At<'_>,
    child: &'static TableSpec,
    rest: &str,
    text: &str,
) -> Outcome<()> {
    let ws = tx.workspace();
    let (key, horizon) = rest
        .split_once('.')
        .map_or((rest, None), |(k, h)| (k, Some(h)));
    let Some(category) = ws.impact_categories.iter().find(|c| c.key == key) else {
        let keys: Vec<&str> = ws.impact_categories.iter().map(|c| &*c.key).collect();
        return Err(at.bad(
            key,
            &format!("an impact category: one of {}", keys.join(", ")),
        ));
    };
    let category = Datum::Id(category.id.0);
    let all: Vec<i64> = ws
        .activity_horizons
        .iter()
        .filter(|h| h.activity_id.0 == at.id)
        .map(|h| h.at_min.0)
        .collect();
    let cells: Vec<(i64, &str)> = match horizon {
        Some(h) => {
            let m = parse_duration(h).map(|m| m.0).filter(|m| all.contains(m));
            let m = m.ok_or_else(|| {
                let words: Vec<String> = all.iter().map(ToString::to_string).collect();
                at.bad(
                    h,
                    &format!("one of its horizons in minutes: {}", words.join(", ")),
                )
            })?;
            vec![(m, text)]
        }
        None => {
            let levels: Vec<&str> = text.split(',').collect();
            if levels.len() != all.len() {
                return Err(at.bad(
                    text,
                    &format!(
                        "{} levels separated by commas, one for each horizon",
                        all.len()
                    ),
                ));
            }
            all.iter().copied().zip(levels).collect()
        }
    };
    let column = |c: &str| child.column(c).ok_or_else(|| no_such(at));
    let (ci, hi, li) = (
        column("category_id")?,
        column("horizon_min")?,
        column("level")?,
    );
    for (horizon, text) in cells {
        let level = child.fields[li]
            .kind
            .read(text)
            .map_err(|a| at.bad(text, &a))?;
        let rows = children(tx, child, at.id);
        let found = rows
            .iter()
            .find(|r| r.data[ci] == category && r.data[hi] == Datum::Int(horizon));
        let mut row = match found {
            Some(r) => r.clone(),
            None if level == Datum::Null => continue,
            None => {
                let mut row = blank(
                    child,
                    &[
                        (0, Datum::Id(at.id)),
                        (ci, category.clone()),
                        (hi, Datum::Int(horizon)),
                    ],
                );
                row.pos = tx.workspace().next_pos(child.table);
                row
            }
        };
        row.data[li] = level;
        tx.put(child.table, &row)?;
    }
    Ok(())
}

/// A value kept under a key inside the one record of its kind, such as `thresholds.safety` of the settings.
fn root_map(table: Table, path: &str) -> Option<(Table, Vec<String>, &'static str)> {
    let Place::Single(root) = table.spec().place else {
        return None;
    };
    Table::ALL.iter().find_map(|t| {
        let (at, columns, value): (_, usize, _) = match t.spec().place {
            Place::RootMap(p, _, value) => (p, 1, value),
            Place::List(p) if *t == Table::RiskMatrixCell => (p, 2, "band"),
            _ => return None,
        };
        let inside = at.strip_prefix(root)?.strip_prefix('.')?;
        let rest = path.strip_prefix(inside)?.strip_prefix('.')?;
        let keys: Vec<String> = rest.splitn(columns, '.').map(Into::into).collect();
        (keys.len() == columns).then_some((*t, keys, value))
    })
}

fn cell(
    tx: &mut Tx<'_>,
    at: At<'_>,
    table: Table,
    keys: &[String],
    column: &str,
    text: &str,
) -> Outcome<()> {
    let spec = table.spec();
    let mut set = Vec::new();
    for (i, key) in key_fields(spec).into_iter().zip(keys) {
        let d = read(tx.workspace(), spec.fields[i].kind, key).map_err(|a| at.bad(key, &a))?;
        set.push((i, d));
    }
    let value = spec.column(column).ok_or_else(|| no_such(at))?;
    let field = &spec.fields[value];
    let d = read(tx.workspace(), field.kind, text).map_err(|a| at.bad(text, &a))?;
    let rows = tx.workspace().rows(table);
    let found = rows
        .iter()
        .find(|r| set.iter().all(|(i, d)| r.data[*i] == *d));
    if d == Datum::Null && !field.nullable {
        return match found {
            Some(row) => Ok(tx.remove(table, row.id)?),
            None => Ok(()),
        };
    }
    let mut row = found.cloned().unwrap_or_else(|| {
        let mut row = blank(spec, &set);
        row.pos = next_pos(&rows);
        row
    });
    row.data[value] = d;
    Ok(tx.put(table, &row)?)
}

fn no_such(at: At<'_>) -> Problem {
    let spec = at.table.spec();
    Problem::new(
        "no_such_field",
        format!(
            "{}: there is no field “{}” that can be set. On {} {} there is {}.",
            at.record,
            at.typed,
            if spec.noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
                "an"
            } else {
                "a"
            },
            spec.noun,
            possible(at.table).join(", ")
        ),
    )
    .with("field", at.typed)
}

/// What a path is called on the undo button.
pub(crate) fn label(table: Table, path: &str) -> String {
    let spec = table.spec();
    if own(spec, path).is_some() {
        return crate::labels::field(path);
    }
    match child(table, path) {
        Some((_, Shape::Grid, Some(rest))) => match rest.split_once('.') {
            Some((key, h)) => format!(
                "impact: {key} at {}",
                parse_duration(h).map_or_else(|| h.to_string(), |m| m.to_string())
            ),
            None => format!("impact: {rest}"),
        },
        Some((_, _, None)) => crate::labels::field(path),
        _ => path.replace(['.', '_'], " "),
    }
}
