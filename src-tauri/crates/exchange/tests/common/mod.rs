//! What the tests share.
#![allow(dead_code)] // Each test file uses its own part.

use mainstay_domain::{Uuid, Workspace};
use mainstay_exchange::{EXAMPLE, ImportOptions, Imported, Problem, import};
use serde_json::Value;

/// Keys that count upwards, so that the same text gives the same workspace.
pub fn keys() -> impl FnMut() -> Uuid {
    let mut n = 0;
    move || {
        n += 1;
        Uuid::from_u128(n)
    }
}

pub fn read(text: &str) -> Result<Imported, Problem> {
    import(text.as_bytes(), &ImportOptions::default(), &mut keys())
}

pub fn read_value(v: &Value) -> Result<Imported, Problem> {
    read(&v.to_string())
}

pub fn read_strictly(v: &Value) -> Result<Imported, Problem> {
    import(
        v.to_string().as_bytes(),
        &ImportOptions { strict: true },
        &mut keys(),
    )
}

pub fn example() -> Value {
    serde_json::from_str(EXAMPLE).unwrap()
}

pub fn example_workspace() -> Workspace {
    read(EXAMPLE).unwrap().workspace
}

/// Numbers by value: `1.0` is `1`.
pub fn by_value(v: &Value) -> Value {
    match v {
        Value::Number(n) => serde_json::json!(n.as_f64()),
        Value::Array(list) => list.iter().map(by_value).collect(),
        Value::Object(o) => o.iter().map(|(k, v)| (k.clone(), by_value(v))).collect(),
        v => v.clone(),
    }
}

/// The first difference of two values, with its place.
pub fn difference(a: &Value, b: &Value, place: &str) -> Option<String> {
    match (a, b) {
        (Value::Object(x), Value::Object(y)) => {
            let keys = x.keys().chain(y.keys().filter(|k| !x.contains_key(*k)));
            keys.into_iter().find_map(|k| {
                let null = Value::String("(missing)".into());
                let (p, q) = (x.get(k).unwrap_or(&null), y.get(k).unwrap_or(&null));
                difference(p, q, &format!("{place}.{k}"))
            })
        }
        (Value::Array(x), Value::Array(y)) if x.len() == y.len() => x
            .iter()
            .zip(y)
            .enumerate()
            .find_map(|(i, (p, q))| difference(p, q, &format!("{place}[{i}]"))),
        _ if by_value(a) == by_value(b) => None,
        _ => Some(format!("{place}: {a} is not {b}")),
    }
}
