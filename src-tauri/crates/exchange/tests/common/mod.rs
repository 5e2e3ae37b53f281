//! What the tests share.
#![allow(dead_code)] // Each test file uses its own part.

use mainstay_domain::{Uuid, Workspace};
use mainstay_exchange::{EXAMPLE, ImportOptions, Imported, Problem, import};
use serde_json::{Value, json};

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
        Value::Number(n) => json!(n.as_f64()),
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

/// The example with every field and every table that format 2 of the plan file brought.
pub fn with_scenarios() -> Value {
    let mut v = example();
    v["settings"]["weighted_share_pct"] = json!(65);
    v["settings"]["loss_limit"] = json!(250_000.5);
    v["settings"]["mtpd_rule"] = json!("weighted_sum");
    v["settings"]["weights"] = json!({"safety": 3, "financial": 0.5, "colour": 2});
    v["settings"]["risk_matrix"] = json!([
        {"likelihood": 1, "impact": 5, "band": "high"},
        {"likelihood": 5, "impact": 5, "band": "extreme"},
        {"likelihood": 2, "impact": 1, "band": "medium"},
        {"likelihood": 1, "impact": 1, "band": "low"},
    ]);
    let team = v["teams"][0]["id"].clone();
    v["roles"][1]["team"] = team.clone();
    v["activities"][3]["loss_limit"] = json!(0);
    v["groups"][0]["common_cause_beta"] = json!(0.1);
    v["risks"][0]["frequency_model"] = json!("bernoulli");
    v["risks"][1]["frequency_model"] = json!("poisson");
    v["services"][0]["kind"] = json!("person");
    let code = |list: &str| v[list][0]["id"].clone();
    let scenario = json!({
        "id": "night", "name": "A night without the hall", "description": "Both feeds are lost.",
        "start_min": 90, "staff": "half",
        "services_out": ["svc-power", "svc-db"],
        "sites_out": [v["organisation"]["sites"][0]["id"]],
        "suppliers_out": [code("suppliers")],
        "teams_out": [team],
        "team_strength": [{"team_id": v["teams"][1]["id"], "available": 0}],
        "own_restore": [{"service_id": "svc-db", "own_restore_min": 15}],
        "redundancy": [{"group_id": code("groups"), "k": 2}],
        "strategies": [code("strategies")],
    });
    v["scenarios"] = json!([scenario, {"id": "today", "name": "As it is"}]);
    v
}
