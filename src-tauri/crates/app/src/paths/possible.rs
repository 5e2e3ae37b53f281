//! What can be set on a record, for those who asked for something else.

use super::{GUARDED, own};
use mainstay_domain::natural::key_fields;
use mainstay_domain::{Place, Shape, Table, Workspace};

/// Everything that can be set on a record of a table, in the notation of paths.
pub(super) fn possible(table: Table) -> Vec<String> {
    let spec = table.spec();
    let skip = usize::from(spec.parent().is_some());
    let mut out: Vec<String> = spec
        .fields
        .iter()
        .skip(skip)
        .map(|f| f.json.into())
        .collect();
    for c in Workspace::children_of(table).filter(|c| !GUARDED.contains(&c.table)) {
        let Place::Child { path, shape, .. } = c.place else {
            continue;
        };
        let names: Vec<&str> = key_fields(c).iter().map(|i| c.fields[*i].json).collect();
        let key = names.join("/").to_uppercase();
        match shape {
            Shape::Scalars(_) => out.push(format!("{path} (a list)")),
            Shape::Pairs(..) => out.push(format!("{path} (a list of pairs)")),
            Shape::Grid => out.push(format!("{path}.CATEGORY.MINUTES")),
            Shape::Map(..) => out.push(format!("{path}.{key}")),
            Shape::One => out.extend(possible(c.table).iter().map(|p| format!("{path}.{p}"))),
            Shape::Objects => {
                let keys = key_fields(c);
                let inside = possible(c.table);
                let plain = |p: &&String| !own(c, p).is_some_and(|i| keys.contains(&i));
                let fields: Vec<&String> = inside.iter().filter(plain).collect();
                if fields.is_empty() {
                    out.push(format!("{path}.{key}"));
                }
                out.extend(fields.iter().map(|p| format!("{path}.{key}.{p}")));
            }
        }
    }
    if let Place::Single(root) = spec.place {
        for t in Table::ALL {
            let inside = |p: &'static str| p.strip_prefix(root).and_then(|r| r.strip_prefix('.'));
            match t.spec().place {
                Place::RootMap(p, key, _) => {
                    out.extend(inside(p).map(|p| format!("{p}.{}", key.to_uppercase())))
                }
                Place::List(p) if *t == Table::RiskMatrixCell => {
                    out.extend(inside(p).map(|p| format!("{p}.LIKELIHOOD.IMPACT")));
                }
                _ => {}
            }
        }
    }
    out
}
