//! The history, the past and the search, as the window asks for them.
#![allow(clippy::unwrap_used)]

use mainstay_tests::desk::Desk;
use serde_json::{Value, json};

#[test]
fn looking_back_shows_the_past_and_refuses_every_change() {
    let mut d = Desk::new();
    let before = d.ok("services", json!({}));
    d.set("svc-erp", "name", "Ledger");
    d.set("svc-erp", "capability.component_min", "2000");
    let now = d.ok("services", json!({}));
    assert_ne!(before, now);
    assert_eq!(
        d.ok("find", json!({"query": "ledger"}))[0]["code"],
        "svc-erp"
    );

    let status = d.ok("look_back", json!({"point": "1"}));
    assert_eq!(
        status["workspace"]["past"]["label"],
        "the plan as it was on 24 November 2026, 09:00 UTC"
    );
    assert_eq!(
        d.ok("services", json!({})),
        before,
        "also what follows from it"
    );
    assert_eq!(d.ok("find", json!({"query": "ledger"})), json!([]));
    for (command, args) in [
        (
            "set_fields",
            json!({"code": "A03", "fields": [{"field": "name", "text": "x"}]}),
        ),
        ("remove_record", json!({"code": "dep-01"})),
        (
            "rate_impact",
            json!({"activity": "A03", "category": "operations", "horizon_min": 480, "level": 1}),
        ),
        ("undo", json!({})),
    ] {
        let p = d.app.call(command, args).expect_err(command);
        assert_eq!(p.code, "looking_back", "{command}: {p}");
        assert!(p.detail.ends_with("go back to today to change it."), "{p}");
    }
    let status = d.ok("look_now", json!({}));
    assert_eq!(status["workspace"]["past"], Value::Null);
    assert_eq!(d.ok("services", json!({})), now);
    assert_eq!(
        d.ok("undo", json!({}))["operation"],
        "change shown restore time of Ledger"
    );
}

#[test]
fn the_history_comes_in_pages_and_by_person_record_and_day() {
    let mut d = Desk::new();
    for n in 0..25 {
        d.set("A03", "rto_min", &format!("{}", 60 + n));
        d.set("svc-erp", "note", &format!("remark {n}"));
    }
    let mut seen = Vec::new();
    let mut before = Value::Null;
    loop {
        let page = d.ok("history", json!({"limit": 20, "before": before}));
        let steps = page["steps"].as_array().unwrap();
        seen.extend(steps.iter().map(|s| s["seq"].as_i64().unwrap()));
        before = page["before"].clone();
        if before.is_null() {
            break;
        }
        assert_eq!(steps.len(), 20);
    }
    assert_eq!(seen, (1..=51).rev().collect::<Vec<_>>());
    let of = |d: &mut Desk, filter: Value| {
        let page = d.ok("history", filter);
        page["steps"].as_array().unwrap().len()
    };
    assert_eq!(of(&mut d, json!({"record": "A03"})), 25);
    assert_eq!(of(&mut d, json!({"record": "A03", "limit": 10})), 10);
    assert_eq!(of(&mut d, json!({"person": "PLAN"})), 51);
    assert_eq!(of(&mut d, json!({"person": "grace"})), 0);
    assert_eq!(of(&mut d, json!({"text": "note of"})), 25);
    assert_eq!(of(&mut d, json!({"from": "2026-11-25"})), 0);
    assert_eq!(of(&mut d, json!({"to": "2026-11-24T09:02:00Z"})), 2);
    let one = d.ok("history", json!({"seq": 2}));
    assert_eq!(
        one["steps"][0]["changes"][0]["fields"],
        json!([{"label": "RTO", "old": "4 h", "new": "1 h", "reach": false}])
    );
    assert_eq!(one["people"], json!(["planner"]));
}
