//! Finds every record of a file and gives it a key; the values are read afterwards, when every code is known.

use super::faults::{Faults, Named};
use super::raw::{Body, Cell, Given, Raw, Raws};
use crate::problem::FaultCode;
use crate::shape::{lookup, own_fields};
use mainstay_domain::{Datum, Place, Shape, Table, TableSpec, Uuid, Workspace, reference};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};

type Object = Map<String, Value>;

/// The state of a search for records.
pub(super) struct Collect<'a, 'f> {
    pub ids: &'f mut dyn FnMut() -> Uuid,
    pub faults: &'f mut Faults,
    pub raws: Raws<'a>,
    /// The impact categories: number in their list, and key.
    pub categories: HashMap<&'a str, (usize, Uuid)>,
    children: Vec<Vec<&'static TableSpec>>,
}

impl<'a, 'f> Collect<'a, 'f> {
    pub fn new(ids: &'f mut dyn FnMut() -> Uuid, faults: &'f mut Faults) -> Self {
        Collect {
            ids,
            faults,
            raws: Raws::new(),
            categories: HashMap::new(),
            children: Table::ALL
                .iter()
                .map(|t| Workspace::children_of(*t).collect())
                .collect(),
        }
    }

    /// Every record of the file.
    pub fn root(mut self, root: &'a Object) -> Raws<'a> {
        for t in Table::ALL {
            let spec = t.spec();
            match spec.place {
                Place::Single(path) => self.single(spec, path, root),
                Place::List(path) => {
                    let at = || root_at(path);
                    if let Some(list) = self.list(lookup(root, path), at) {
                        for (n, v) in list.iter().enumerate() {
                            self.element(spec, None, n, v, || root_at(&format!("{path}[{n}]")));
                        }
                    }
                }
                Place::FirstThenMore(first, more) => {
                    let mut n = 0;
                    if let Some(v) = present(lookup(root, first)) {
                        self.element(spec, None, 0, v, || root_at(first));
                        n = 1;
                    }
                    if let Some(list) = self.list(lookup(root, more), || root_at(more)) {
                        for (i, v) in list.iter().enumerate() {
                            self.element(spec, None, n + i, v, || root_at(&format!("{more}[{i}]")));
                        }
                    }
                }
                Place::RootMap(path, key, value) => match present(lookup(root, path)) {
                    None if *t == Table::ImpactCategory => self.categories_in_use(root),
                    None => {}
                    Some(Value::Object(o)) => self.pairs_of(spec, None, o, key, value),
                    Some(v) => self.wrong(|| root_at(path), v, "an object"),
                },
                Place::Child { .. } => {}
            }
        }
        self.raws
    }

    fn single(&mut self, spec: &'static TableSpec, path: &str, root: &'a Object) {
        static NOTHING: std::sync::LazyLock<Object> = std::sync::LazyLock::new(Map::new);
        let object: &'a Object = if path.is_empty() {
            root
        } else {
            match present(lookup(root, path)) {
                None => &NOTHING,
                Some(Value::Object(o)) => o,
                Some(v) => {
                    return self.wrong(|| root_at(path), v, "an object");
                }
            }
        };
        // An object that only holds other tables' lists is no record, unless nothing needs to be said about one.
        let stated = own_fields(spec).any(|(_, f)| lookup(object, f.json).is_some());
        let needless = own_fields(spec).all(|(_, f)| (f.absent)().is_some());
        if stated || needless {
            self.object(spec, None, 0, object);
        }
    }

    /// A member of a list of objects.
    fn element(
        &mut self,
        spec: &'static TableSpec,
        parent: Option<usize>,
        ordinal: usize,
        v: &'a Value,
        at: impl FnOnce() -> Named,
    ) {
        match v {
            Value::Object(o) => self.object(spec, parent, ordinal, o),
            v => self.wrong(
                at,
                v,
                &format!("an object that describes one {}", spec.noun),
            ),
        }
    }

    fn object(
        &mut self,
        spec: &'static TableSpec,
        parent: Option<usize>,
        ordinal: usize,
        object: &'a Object,
    ) {
        let i = self.add(spec.table, parent, ordinal, Body::Object(object));
        if let Some(code) = self.raws.code(i)
            && let Some(first) = self.raws.codes.insert(code, i)
        {
            self.raws.codes.insert(code, first);
            if self.faults.room() {
                let what = format!(
                    "the code is taken by {} at {}; every code stands once in a workspace",
                    self.raws.record(first),
                    self.raws.place(first)
                );
                let at = self.raws.named(i);
                let at = Named {
                    record: format!("{} at {}", at.record, at.place),
                    ..at
                };
                self.faults.other(FaultCode::Duplicate, at, "id", &what);
            }
        }
        for k in 0..self.children[spec.table as usize].len() {
            let child = self.children[spec.table as usize][k];
            let Place::Child { path, shape, .. } = child.place else {
                continue;
            };
            if let Some(v) = present(lookup(object, path)) {
                self.child(child, path, shape, i, v);
            }
        }
    }

    fn child(
        &mut self,
        spec: &'static TableSpec,
        path: &'static str,
        shape: Shape,
        parent: usize,
        v: &'a Value,
    ) {
        match (shape, v) {
            (Shape::Objects, Value::Array(list)) => {
                for (n, v) in list.iter().enumerate() {
                    match v {
                        Value::Object(o) => self.object(spec, Some(parent), n, o),
                        v => {
                            let want = format!("an object that describes one {}", spec.noun);
                            self.wrong_in(parent, &format!("{path}[{n}]"), v, &want);
                        }
                    }
                }
            }
            (Shape::One, Value::Object(o)) => self.object(spec, Some(parent), 0, o),
            (Shape::Scalars(column), Value::Array(list)) => {
                for (n, v) in list.iter().enumerate() {
                    let cells = vec![cell(spec, column, Given::Value(v), format!("[{n}]"))];
                    self.add(spec.table, Some(parent), n, Body::Cells(cells));
                }
                if spec.table == Table::ActivityHorizon {
                    self.horizons(path, parent, list);
                }
            }
            (Shape::Pairs(a, b), Value::Array(list)) => {
                for (n, v) in list.iter().enumerate() {
                    let Some([x, y]) = v.as_array().map(Vec::as_slice) else {
                        self.wrong_in(parent, &format!("{path}[{n}]"), v, "a list of two codes");
                        continue;
                    };
                    let cells = vec![
                        cell(spec, a, Given::Value(x), format!("[{n}][0]")),
                        cell(spec, b, Given::Value(y), format!("[{n}][1]")),
                    ];
                    self.add(spec.table, Some(parent), n, Body::Cells(cells));
                }
            }
            (Shape::Map(k, v_col), Value::Object(o)) => {
                self.pairs_of(spec, Some(parent), o, k, v_col);
            }
            (Shape::Grid, Value::Object(o)) => self.grid(spec, path, parent, o),
            (shape, v) => {
                let want = match shape {
                    Shape::One | Shape::Map(..) | Shape::Grid => "an object",
                    _ => "a list",
                };
                self.wrong_in(parent, path, v, want);
            }
        }
    }

    /// An object from keys to values. Nothing is known about a key whose value is null: no record, unless the value
    /// may be unknown. Inside a record the order of keys says nothing, and numbers are put in theirs: a frozen
    /// document, whose keys are sorted as text, gives the same records.
    fn pairs_of(
        &mut self,
        spec: &'static TableSpec,
        parent: Option<usize>,
        object: &'a Object,
        key: &str,
        value: &str,
    ) {
        let nullable = spec.column(value).is_some_and(|i| spec.fields[i].nullable);
        let mut pairs: Vec<(&'a String, &'a Value)> = object.iter().collect();
        if parent.is_some() {
            pairs.sort_by_key(|(k, _)| (k.parse().unwrap_or(i64::MAX), *k));
        } else if spec.table == Table::ImpactCategory && pairs.is_sorted_by_key(|(k, _)| *k) {
            // Sorted as text, as they are in a frozen document: their order is that of the shipped list.
            let shipped = |k: &str| reference::IMPACT_CATEGORIES.iter().position(|c| c.0 == k);
            pairs.sort_by_key(|(k, _)| shipped(k).unwrap_or(usize::MAX));
        }
        for (n, (k, v)) in pairs.into_iter().enumerate() {
            if v.is_null() && !nullable {
                continue;
            }
            let cells = vec![
                cell(spec, key, Given::Key(k), format!(".{k}")),
                cell(spec, value, Given::Value(v), format!(".{k}")),
            ];
            let i = self.add(spec.table, parent, n, Body::Cells(cells));
            if spec.table == Table::ImpactCategory {
                self.categories.insert(k, (n, self.raws.list[i].id));
            }
        }
    }

    /// The categories of a file that lists none: those of the shipped list that its grids use.
    fn categories_in_use(&mut self, root: &'a Object) {
        let Some(activities) = lookup(root, "activities").and_then(Value::as_array) else {
            return;
        };
        let used: BTreeSet<&str> = activities
            .iter()
            .filter_map(|a| a.get("impact")?.as_object())
            .flat_map(|grid| grid.keys().map(String::as_str))
            .collect();
        let spec = Table::ImpactCategory.spec();
        let list = reference::IMPACT_CATEGORIES.iter();
        for (n, (key, _, threshold, _)) in list.filter(|c| used.contains(c.0)).enumerate() {
            let cells = vec![
                cell(spec, "key", Given::Key(key), String::new()),
                cell(
                    spec,
                    "threshold",
                    Given::Datum(Datum::Int(*threshold)),
                    String::new(),
                ),
            ];
            let i = self.add(spec.table, None, n, Body::Cells(cells));
            self.categories.insert(key, (n, self.raws.list[i].id));
        }
    }

    pub fn add(
        &mut self,
        table: Table,
        parent: Option<usize>,
        ordinal: usize,
        body: Body<'a>,
    ) -> usize {
        self.raws.push(Raw {
            id: (self.ids)(),
            table,
            parent,
            ordinal,
            body,
        })
    }

    fn list(&mut self, v: Option<&'a Value>, at: impl FnOnce() -> Named) -> Option<&'a Vec<Value>> {
        match present(v)? {
            Value::Array(list) => Some(list),
            v => {
                self.wrong(at, v, "a list");
                None
            }
        }
    }

    fn wrong(&mut self, at: impl FnOnce() -> Named, v: &Value, want: &str) {
        if self.faults.room() {
            self.faults.structure(at(), "", v, want);
        }
    }

    fn wrong_in(&mut self, parent: usize, field: &str, v: &Value, want: &str) {
        if self.faults.room() {
            let at = self.raws.named(parent);
            self.faults.structure(at, field, v, want);
        }
    }
}

/// A value that is there; null says as much as nothing.
fn present(v: Option<&Value>) -> Option<&Value> {
    v.filter(|v| !v.is_null())
}

fn root_at(place: &str) -> Named {
    Named {
        record: place.to_string(),
        place: place.to_string(),
    }
}

/// A cell of a named column, which the table's description must have.
pub(super) fn cell<'a>(
    spec: &'static TableSpec,
    column: &str,
    given: Given<'a>,
    sub: String,
) -> Cell<'a> {
    let column = spec
        .column(column)
        .expect("BUG: a shape names a column its table does not have");
    Cell { column, given, sub }
}
