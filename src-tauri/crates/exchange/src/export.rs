//! From a workspace to the interchange form.

use crate::SCHEMA;
use crate::shape::{
    ALWAYS_WRITTEN, DerivedValues, LEFT_OUT_EMPTY, derived, money, own_fields, real,
};
use mainstay_domain::{
    Datum, FieldSpec, Kind, Place, Row, Shape, Table, TableSpec, Uuid, Workspace,
};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Writes a workspace in the interchange form.
///
/// The same workspace gives the same value, lists in their order, keys in the order of the tables' descriptions. A
/// reference to a record that does not exist is written as `null`; an impact rating at a horizon its activity does
/// not have has no place in the form and is left out.
pub fn export(ws: &Workspace) -> Value {
    let tables = Tables::of(ws);
    let mut root = Map::new();
    root.insert("schema".into(), SCHEMA.into());
    for t in Table::ALL {
        let spec = t.spec();
        if LEFT_OUT_EMPTY.contains(t) && tables.rows(*t).is_empty() {
            continue;
        }
        match spec.place {
            Place::Single(path) => tables.single(spec, path, &mut root),
            Place::List(path) => {
                let list = (0..tables.rows(*t).len()).map(|i| tables.object(spec, i));
                put(&mut root, path, Value::Array(list.collect()));
            }
            Place::FirstThenMore(first, more) => {
                let mut list: Vec<Value> = (0..tables.rows(*t).len())
                    .map(|i| tables.object(spec, i))
                    .collect();
                let rest = list.split_off(list.len().min(1));
                put(&mut root, first, list.pop().unwrap_or(Value::Null));
                if !rest.is_empty() {
                    put(&mut root, more, Value::Array(rest));
                }
            }
            Place::RootMap(path, key, value) => {
                let rows: Vec<&Row> = tables.rows(*t).iter().collect();
                put(&mut root, path, tables.map(spec, &rows, key, value));
            }
            Place::Child { .. } => {}
        }
    }
    Value::Object(root)
}

/// The interchange form as indented text with a newline at its end.
pub fn to_string_pretty(ws: &Workspace) -> String {
    format!("{:#}\n", export(ws))
}

/// Every row of a workspace, with what is needed to find parents' children and records' codes.
struct Tables {
    rows: Vec<Vec<Row>>,
    children: Vec<HashMap<Uuid, Vec<usize>>>,
    codes: HashMap<Uuid, String>,
    derived: Vec<Vec<DerivedValues>>,
}

impl Tables {
    fn of(ws: &Workspace) -> Tables {
        let mut codes = HashMap::new();
        let (mut rows, mut children, mut computed) = (vec![], vec![], vec![]);
        for t in Table::ALL {
            let spec = t.spec();
            let list = ws.rows(*t);
            let mut of_parent: HashMap<Uuid, Vec<usize>> = HashMap::new();
            for (i, row) in list.iter().enumerate() {
                if let Some(Datum::Text(code)) = spec.column("code").map(|c| &row.data[c]) {
                    codes.insert(row.id, code.clone());
                }
                if let (Some(_), Some(Datum::Id(parent))) = (spec.parent(), row.data.first()) {
                    of_parent.entry(*parent).or_default().push(i);
                }
            }
            computed.push((0..list.len()).map(|i| derived(ws, *t, i)).collect());
            rows.push(list);
            children.push(of_parent);
        }
        Tables {
            rows,
            children,
            codes,
            derived: computed,
        }
    }

    fn rows(&self, t: Table) -> &[Row] {
        &self.rows[t as usize]
    }

    fn children(&self, t: Table, parent: Uuid) -> Vec<&Row> {
        self.indices(t, parent)
            .iter()
            .map(|i| &self.rows(t)[*i])
            .collect()
    }

    fn indices(&self, t: Table, parent: Uuid) -> &[usize] {
        self.children[t as usize]
            .get(&parent)
            .map_or(&[], Vec::as_slice)
    }

    fn single(&self, spec: &'static TableSpec, path: &str, root: &mut Map<String, Value>) {
        if !self.rows(spec.table).is_empty() {
            self.fields(spec, 0, &nested(path), root);
            return;
        }
        // None there: written as what an import makes of nothing, where it makes something.
        let absent: Option<Vec<(&FieldSpec, Value)>> = own_fields(spec)
            .map(|(_, f)| Some((f, self.value(f.kind, &(f.absent)()?))))
            .collect();
        for (f, v) in absent.into_iter().flatten() {
            if !(f.omit && v.is_null()) {
                put(root, &join(path, f.json), v);
            }
        }
    }

    fn object(&self, spec: &'static TableSpec, i: usize) -> Value {
        let mut object = Map::new();
        self.fields(spec, i, "", &mut object);
        Value::Object(object)
    }

    fn fields(
        &self,
        spec: &'static TableSpec,
        i: usize,
        prefix: &str,
        out: &mut Map<String, Value>,
    ) {
        let row = &self.rows(spec.table)[i];
        let derived = &self.derived[spec.table as usize][i];
        for (c, f) in own_fields(spec) {
            let v = self.value(f.kind, &row.data[c]);
            if !(f.omit && v.is_null()) {
                put(out, &format!("{prefix}{}", f.json), v);
            } else if let Some((inner, _)) = f.json.rsplit_once('.')
                && ALWAYS_WRITTEN.contains(&(spec.table, inner))
            {
                out.entry(inner).or_insert_with(|| Map::new().into());
            }
            for (d, v) in derived.iter().filter(|(d, _)| d.after == f.column) {
                put(out, &format!("{prefix}{}", d.path), v.clone());
            }
        }
        for child in Workspace::children_of(spec.table) {
            if let Place::Child {
                path, shape, omit, ..
            } = child.place
            {
                let rows = self.children(child.table, row.id);
                if !(omit && rows.is_empty()) {
                    let v = self.child(child, shape, row.id, &rows);
                    put(out, &format!("{prefix}{path}"), v);
                }
            }
        }
    }

    fn child(&self, spec: &'static TableSpec, shape: Shape, parent: Uuid, rows: &[&Row]) -> Value {
        let mut objects = self
            .indices(spec.table, parent)
            .iter()
            .map(|i| self.object(spec, *i));
        match shape {
            Shape::Objects => Value::Array(objects.collect()),
            Shape::One => objects.next().unwrap_or(Value::Null),
            Shape::Scalars(c) => Value::Array(rows.iter().map(|r| self.cell(spec, r, c)).collect()),
            Shape::Pairs(a, b) => rows
                .iter()
                .map(|r| Value::Array(vec![self.cell(spec, r, a), self.cell(spec, r, b)]))
                .collect(),
            Shape::Map(k, v) => self.map(spec, rows, k, v),
            Shape::Grid => self.grid(parent, rows),
        }
    }

    fn map(&self, spec: &'static TableSpec, rows: &[&Row], key: &str, value: &str) -> Value {
        let mut object = Map::new();
        for r in rows {
            let key = match self.cell(spec, r, key) {
                Value::String(s) => s,
                v => v.to_string(),
            };
            object.insert(key, self.cell(spec, r, value));
        }
        Value::Object(object)
    }

    /// The impact grid of an activity: categories in their order, a level for each horizon.
    fn grid(&self, activity: Uuid, ratings: &[&Row]) -> Value {
        let horizons: Vec<&Datum> = self
            .children(Table::ActivityHorizon, activity)
            .iter()
            .map(|r| column(Table::ActivityHorizon, r, "at_min"))
            .collect();
        let t = Table::ImpactRating;
        let mut grid = Map::new();
        for category in self.rows(Table::ImpactCategory) {
            let id = Datum::Id(category.id);
            let mine: Vec<&&Row> = ratings
                .iter()
                .filter(|r| *column(t, r, "category_id") == id)
                .collect();
            if mine.is_empty() {
                continue;
            }
            let levels = horizons.iter().map(|h| {
                mine.iter()
                    .find(|r| column(t, r, "horizon_min") == *h)
                    .map_or(Value::Null, |r| self.cell(t.spec(), r, "level"))
            });
            if let Datum::Text(key) = column(Table::ImpactCategory, category, "key") {
                grid.insert(key.clone(), Value::Array(levels.collect()));
            }
        }
        Value::Object(grid)
    }

    fn cell(&self, spec: &'static TableSpec, row: &Row, column: &str) -> Value {
        spec.column(column).map_or(Value::Null, |i| {
            self.value(spec.fields[i].kind, &row.data[i])
        })
    }

    fn value(&self, kind: Kind, d: &Datum) -> Value {
        match (kind, d) {
            (_, Datum::Null) => Value::Null,
            (Kind::Flag, Datum::Int(n)) => Value::Bool(*n != 0),
            (Kind::Money { .. }, Datum::Int(cents)) => money(*cents),
            (_, Datum::Int(n)) => Value::from(*n),
            (_, Datum::Real(x)) => real(*x),
            (_, Datum::Text(s)) => Value::from(s.as_str()),
            (_, Datum::Id(id)) => self
                .codes
                .get(id)
                .map_or(Value::Null, |c| c.as_str().into()),
        }
    }
}

fn column<'a>(t: Table, row: &'a Row, name: &str) -> &'a Datum {
    t.spec().column(name).map_or(&Datum::Null, |i| &row.data[i])
}

fn nested(path: &str) -> String {
    if path.is_empty() {
        String::new()
    } else {
        format!("{path}.")
    }
}

fn join(path: &str, field: &str) -> String {
    format!("{}{field}", nested(path))
}

/// Puts a value at a path, making the objects on the way.
fn put(object: &mut Map<String, Value>, path: &str, v: Value) {
    match path.split_once('.') {
        None => {
            object.insert(path.to_string(), v);
        }
        Some((head, rest)) => {
            let inner = object.entry(head).or_insert_with(|| Map::new().into());
            if !inner.is_object() {
                *inner = Map::new().into();
            }
            if let Value::Object(inner) = inner {
                put(inner, rest, v);
            }
        }
    }
}
