//! The interchange form of one record, read off its table's description.

use mainstay_domain::{FieldSpec, Money, Place, Table, TableSpec, Workspace};
use serde_json::{Map, Number, Value};
use std::collections::BTreeSet;

/// Objects that are written even when every field in them is left out.
///
/// Any other nested object is written when it holds a field that is not left out while unknown; that covers
/// `capability`, `timing` and so on, and leaves `acceptance` away where nothing was accepted.
pub(crate) const ALWAYS_WRITTEN: [(Table, &str); 1] = [(Table::Service, "rpa")];

/// Lists at the root that are left out while empty.
pub(crate) const LEFT_OUT_EMPTY: [Table; 4] = [
    Table::CategoryWeight,
    Table::RiskMatrixCell,
    Table::SavedScenario,
    Table::KnownSigner,
];

/// The value at a path inside an object; dots lead into nested objects, a missing or null one on the way holds nothing.
pub(crate) fn lookup<'a>(object: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    match path.split_once('.') {
        None => object.get(path),
        Some((head, rest)) => lookup(object.get(head)?.as_object()?, rest),
    }
}

/// A table's own fields with their indices: for a child all but the first, which is its parent's key.
pub(crate) fn own_fields(
    spec: &'static TableSpec,
) -> impl Iterator<Item = (usize, &'static FieldSpec)> {
    let skip = usize::from(spec.parent().is_some());
    spec.fields.iter().enumerate().skip(skip)
}

/// What a record's object may hold: paths of values, and paths of the objects around them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub leaves: BTreeSet<String>,
    pub inner: BTreeSet<String>,
}

impl Known {
    /// What the object of a table's record may hold.
    pub fn of(spec: &'static TableSpec) -> Known {
        let mut known = Known::default();
        for (_, f) in own_fields(spec) {
            known.add(f.json);
        }
        for c in Workspace::children_of(spec.table) {
            if let Place::Child { path, .. } = c.place {
                known.add(path);
            }
        }
        for d in DERIVED.iter().filter(|d| d.table == spec.table) {
            known.add(d.path);
        }
        if let Place::Single(at) = spec.place {
            known.add_root(at);
        }
        known
    }

    /// Adds what other tables keep inside the one object at a path from the root.
    fn add_root(&mut self, at: &str) {
        if at.is_empty() {
            self.add("schema");
        }
        let all = Table::ALL.iter().map(|t| t.spec().place);
        let paths = all.flat_map(|p| match p {
            Place::Single(p) | Place::List(p) | Place::RootMap(p, ..) => vec![p],
            Place::FirstThenMore(first, more) => vec![first, more],
            Place::Child { .. } => vec![],
        });
        for p in paths.filter(|p| !p.is_empty()) {
            if at.is_empty() {
                // Nested ones belong to the object that the first step names, which knows them itself.
                self.add(p.split('.').next().unwrap_or(p));
            } else if let Some(rest) = p.strip_prefix(at).and_then(|r| r.strip_prefix('.')) {
                self.add(rest);
            }
        }
    }

    fn add(&mut self, path: &str) {
        self.leaves.insert(path.to_string());
        for (i, _) in path.match_indices('.') {
            self.inner.insert(path[..i].to_string());
        }
    }
}

/// A value that a file may repeat although it follows from others.
#[derive(Debug)]
pub(crate) struct Derived {
    pub table: Table,
    pub path: &'static str,
    /// The column after which it is written.
    pub after: &'static str,
}

/// Every derived value of the interchange form.
pub(crate) const DERIVED: [Derived; 4] = [
    Derived {
        table: Table::Risk,
        path: "inherent.score",
        after: "inherent_impact",
    },
    Derived {
        table: Table::Risk,
        path: "residual.score",
        after: "residual_impact",
    },
    Derived {
        table: Table::Risk,
        path: "target.score",
        after: "target_impact",
    },
    Derived {
        table: Table::Strategy,
        path: "annual_cost",
        after: "opex_per_year",
    },
];

/// The derived values of one record, each with where it stands.
pub(crate) type DerivedValues = Vec<(&'static Derived, Value)>;

/// The derived values of the n-th record of a table, in the order of [`DERIVED`]; `Null` where one is unknown.
pub(crate) fn derived(ws: &Workspace, table: Table, n: usize) -> DerivedValues {
    let values: Vec<Value> = match table {
        Table::Risk => ws.risks.get(n).map_or(vec![], |r| {
            r.scores()
                .map(|s| s.map_or(Value::Null, Value::from))
                .to_vec()
        }),
        Table::Strategy => ws.strategies.get(n).map_or(vec![], |s| {
            vec![s.annual_cost().map_or(Value::Null, |Money(c)| money(c))]
        }),
        _ => vec![],
    };
    DERIVED
        .iter()
        .filter(|d| d.table == table)
        .zip(values)
        .collect()
}

/// Cents as a number of currency units.
pub(crate) fn money(cents: i64) -> Value {
    if cents % 100 == 0 {
        Value::from(cents / 100)
    } else {
        real(cents as f64 / 100.0)
    }
}

/// A number, written as a whole one where it is one.
pub(crate) fn real(x: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
    if x.fract() == 0.0 && x.abs() < EXACT {
        Value::from(x as i64)
    } else {
        Number::from_f64(x).map_or(Value::Null, Value::Number)
    }
}
