//! Reads the values of the records that were found.

use super::faults::{Faults, Named, allowed, allowed_in, shorten, shorten_text};
use super::raw::{Body, Cell, Given, Raw, Raws};
use crate::shape::{lookup, own_fields};
use mainstay_domain::{Datum, FieldSpec, Kind, Place, Row, Table, Workspace, money};
use serde_json::{Number, Value};

/// Every record with its values; where some are wrong the workspace is not whole, and the faults say so.
pub(super) fn workspace(raws: &Raws<'_>, faults: &mut Faults) -> Workspace {
    let mut ws = Workspace::default();
    for t in Table::ALL {
        for (n, i) in raws.of(*t).iter().enumerate() {
            if let Some(data) = values(raws, *i, faults) {
                let row = Row {
                    id: raws.list[*i].id,
                    pos: n as i64 + 1,
                    data,
                };
                if let Err(bad) = ws.push(*t, &row)
                    && faults.room()
                {
                    let at = raws.named(*i);
                    faults.value(at, bad.column, &bad.value, "", &bad.allowed);
                }
            }
        }
    }
    ws
}

fn values(raws: &Raws<'_>, i: usize, faults: &mut Faults) -> Option<Vec<Datum>> {
    let raw = &raws.list[i];
    let spec = raw.table.spec();
    let mut data: Vec<Option<Datum>> = vec![None; spec.fields.len()];
    if let Some(p) = raw.parent {
        data[0] = Some(Datum::Id(raws.list[p].id));
    }
    match &raw.body {
        Body::Object(object) => {
            for (c, f) in own_fields(spec) {
                let given = lookup(object, f.json).filter(|v| !v.is_null());
                data[c] = match given {
                    Some(v) => read(raws, f, v, faults, || (raws.named(i), f.json.to_string())),
                    None => absent(f, faults, || raws.named(i)),
                };
            }
        }
        Body::Cells(cells) => {
            for cell in cells {
                let f = &spec.fields[cell.column];
                let at = || cell_at(raws, raw, cell);
                data[cell.column] = match &cell.given {
                    Given::Datum(d) => Some(d.clone()),
                    Given::Key(key) => read_key(f, key, faults, at),
                    Given::Value(Value::Null) if f.nullable => Some(Datum::Null),
                    Given::Value(v) => read(raws, f, v, faults, at),
                };
            }
        }
    }
    data.into_iter().collect()
}

/// A cell belongs to the record around it: that is the one a reader can find.
fn cell_at(raws: &Raws<'_>, raw: &Raw<'_>, cell: &Cell<'_>) -> (Named, String) {
    let path = match raw.table.spec().place {
        Place::Child { path, .. } | Place::RootMap(path, ..) => path,
        _ => "",
    };
    let field = format!("{path}{}", shorten_text(&cell.sub));
    match raw.parent {
        Some(p) => (raws.named(p), field),
        None => (
            Named {
                record: "workspace".into(),
                place: String::new(),
            },
            field,
        ),
    }
}

fn absent(f: &FieldSpec, faults: &mut Faults, at: impl FnOnce() -> Named) -> Option<Datum> {
    let d = (f.absent)();
    if d.is_none() && faults.room() {
        faults.missing(at(), f.json, &allowed_in(f));
    }
    d
}

fn read(
    raws: &Raws<'_>,
    f: &FieldSpec,
    v: &Value,
    faults: &mut Faults,
    at: impl FnOnce() -> (Named, String),
) -> Option<Datum> {
    let (d, hint) = match f.kind {
        Kind::Ref(_) | Kind::NodeRef => reference(raws, f.kind, v),
        kind => (typed(kind, v), ""),
    };
    let d = d.filter(|d| f.kind.accepts(d));
    if d.is_none() && faults.room() {
        let (at, field) = at();
        faults.value(at, &field, &shorten(v), hint, &allowed_in(f));
    }
    d
}

/// The key of an object from keys to values: text, or a whole number written without a sign or leading zeros.
fn read_key(
    f: &FieldSpec,
    key: &str,
    faults: &mut Faults,
    at: impl FnOnce() -> (Named, String),
) -> Option<Datum> {
    let d = match f.kind {
        Kind::Minutes | Kind::Int { .. } => key
            .parse::<i64>()
            .ok()
            .filter(|n| n.to_string() == key)
            .map(Datum::Int),
        _ => Some(Datum::Text(key.to_string())),
    };
    let d = d.filter(|d| f.kind.accepts(d));
    if d.is_none() && faults.room() {
        let (at, field) = at();
        let shown = format!("the key \"{}\"", shorten_text(key));
        faults.value(at, &field, &shown, "", &allowed(f.kind, false));
    }
    d
}

/// A value of the one JSON type that its kind has; whether it is within the kind's limits is not judged here.
fn typed(kind: Kind, v: &Value) -> Option<Datum> {
    match (kind, v) {
        (Kind::Minutes | Kind::Int { .. }, Value::Number(n)) => n.as_i64().map(Datum::Int),
        (Kind::Money { .. }, Value::Number(n)) => cents(n).map(Datum::Int),
        (Kind::Real { .. }, Value::Number(n)) => n.as_f64().map(Datum::Real),
        (Kind::Flag, Value::Bool(b)) => Some(Datum::Int(i64::from(*b))),
        (
            Kind::Minutes
            | Kind::Int { .. }
            | Kind::Money { .. }
            | Kind::Real { .. }
            | Kind::Flag
            | Kind::Ref(_)
            | Kind::NodeRef,
            _,
        ) => None,
        (_, Value::String(s)) => Some(Datum::Text(s.clone())),
        _ => None,
    }
}

/// Currency units in cents, exactly: an amount with a third decimal is none.
fn cents(n: &Number) -> Option<i64> {
    if let Some(units) = n.as_i64() {
        return units.checked_mul(100);
    }
    let x = n.as_f64().filter(|x| x.abs() < 1e15)?;
    // Rust writes the shortest decimal that reads back as the same number, never with an exponent.
    money::parse_money(&x.to_string()).map(|m| m.0)
}

/// The key behind a code, or what to say about it.
fn reference(raws: &Raws<'_>, kind: Kind, v: &Value) -> (Option<Datum>, &'static str) {
    let Some(found) = v.as_str().and_then(|s| raws.codes.get(s)) else {
        return (
            None,
            if v.is_string() {
                " (no record has this code)"
            } else {
                ""
            },
        );
    };
    let raw = &raws.list[*found];
    let fits = match kind {
        Kind::Ref(t) => raw.table == t,
        _ => matches!(raw.table, Table::Activity | Table::Service),
    };
    if fits {
        (Some(Datum::Id(raw.id)), "")
    } else {
        (None, " (the code of another kind of record)")
    }
}
