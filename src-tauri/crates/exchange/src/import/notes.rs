//! Remarks on a file that can be imported all the same.

use super::ImportOptions;
use super::faults::{Faults, shorten, shorten_text};
use super::raw::{Body, Raws};
use crate::problem::{FaultCode, Note};
use crate::shape::{Known, derived, lookup};
use mainstay_domain::{Place, Table, Workspace};
use serde_json::{Map, Value};

/// How many unknown fields are named; more of them say no more.
const NAMED: usize = 1_000;

/// Names every field the interchange form does not know, and nested objects that are something else.
pub(super) fn unknown_fields(
    raws: &Raws<'_>,
    root: &Map<String, Value>,
    opts: &ImportOptions,
    faults: &mut Faults,
    notes: &mut Vec<Note>,
) {
    let known: Vec<Known> = Table::ALL.iter().map(|t| Known::of(t.spec())).collect();
    for (i, raw) in raws.list.iter().enumerate() {
        if let Body::Object(object) = raw.body {
            let mut walk = Walk {
                known: &known[raw.table as usize],
                found: vec![],
            };
            walk.object(object, "");
            for (path, what) in walk.found {
                tell(raws, i, &path, what, opts, faults, notes);
            }
        }
    }
    // The objects around single records are records themselves only where they say something.
    for t in Table::ALL.iter().filter(|t| raws.of(**t).is_empty()) {
        if let Place::Single(path) = t.spec().place
            && let Some(Value::Object(object)) = lookup(root, path)
        {
            let mut walk = Walk {
                known: &known[*t as usize],
                found: vec![],
            };
            walk.object(object, "");
            for (field, what) in walk.found {
                let place = path.to_string();
                report(&place.clone(), place, "", &field, what, opts, faults, notes);
            }
        }
    }
}

enum Found<'a> {
    Unknown(&'a Value),
    NoObject(&'a Value),
}

struct Walk<'a, 'k> {
    known: &'k Known,
    found: Vec<(String, Found<'a>)>,
}

impl<'a> Walk<'a, '_> {
    fn object(&mut self, object: &'a Map<String, Value>, prefix: &str) {
        for (key, v) in object {
            let path = format!("{prefix}{key}");
            // A key with a dot in it would look like a path.
            let dotted = key.contains('.');
            if !dotted && self.known.leaves.contains(&path) {
                continue;
            }
            if dotted || !self.known.inner.contains(&path) {
                self.found.push((path, Found::Unknown(v)));
                continue;
            }
            match v {
                Value::Object(inner) => self.object(inner, &format!("{path}.")),
                Value::Null => {}
                v => self.found.push((path, Found::NoObject(v))),
            }
        }
    }
}

fn tell(
    raws: &Raws<'_>,
    i: usize,
    field: &str,
    what: Found<'_>,
    opts: &ImportOptions,
    faults: &mut Faults,
    notes: &mut Vec<Note>,
) {
    let code = raws.code(i).unwrap_or_default();
    report(
        &raws.record(i),
        raws.place(i),
        code,
        field,
        what,
        opts,
        faults,
        notes,
    );
}

#[allow(clippy::too_many_arguments)] // The parts of one sentence.
fn report(
    record: &str,
    place: String,
    code: &str,
    field: &str,
    what: Found<'_>,
    opts: &ImportOptions,
    faults: &mut Faults,
    notes: &mut Vec<Note>,
) {
    let named = || super::faults::Named {
        record: record.to_string(),
        place: place.clone(),
    };
    let v = match what {
        Found::Unknown(v) => v,
        Found::NoObject(v) => {
            if faults.room() {
                faults.structure(named(), field, v, "an object");
            }
            return;
        }
    };
    if opts.strict {
        if faults.room() {
            let what = "the interchange form has no such field";
            faults.other(FaultCode::Unknown, named(), &shorten_text(field), what);
        }
        return;
    }
    if notes.len() >= NAMED {
        return;
    }
    let mut whole = if place.is_empty() {
        "workspace".to_string()
    } else {
        place.clone()
    };
    if !code.is_empty() {
        whole.push_str(&format!(" ({})", shorten_text(code)));
    }
    notes.push(Note {
        code: "unknown_field",
        record: record.to_string(),
        field: shorten_text(field),
        value: shorten(v),
        computed: None,
        text: format!("{whole}: unknown field \"{}\"", shorten_text(field)),
        place,
    });
}

/// Names derived values of the file that are more than half a cent (or half a point) off what follows from the rest.
pub(super) fn derived_values(raws: &Raws<'_>, ws: &Workspace, notes: &mut Vec<Note>) {
    const HALF_A_CENT: f64 = 0.005 + 1e-9;
    for t in [Table::Risk, Table::Strategy] {
        for (n, i) in raws.of(t).iter().enumerate() {
            let Body::Object(object) = raws.list[*i].body else {
                continue;
            };
            for (d, computed) in derived(ws, t, n) {
                let Some(file) = lookup(object, d.path).filter(|v| !v.is_null()) else {
                    continue;
                };
                let same = match (file.as_f64(), computed.as_f64()) {
                    (Some(a), Some(b)) => (a - b).abs() <= HALF_A_CENT,
                    _ => false,
                };
                if same {
                    continue;
                }
                let (record, value) = (raws.record(*i), shorten(file));
                let computed = (!computed.is_null()).then(|| computed.to_string());
                let truth = computed.as_deref().unwrap_or("unknown");
                notes.push(Note {
                    code: "derived_value_differs",
                    place: raws.place(*i),
                    field: d.path.to_string(),
                    text: format!(
                        "{record}, field {}: the file says {value}, calculated is {truth}; the calculated value counts",
                        d.path
                    ),
                    record,
                    value,
                    computed,
                });
            }
        }
    }
}
