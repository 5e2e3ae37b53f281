//! The order of recovery under limited people: published examples, properties, and what-ifs on the example organisation.
#![allow(clippy::unwrap_used)]

use mainstay_analysis::recover::{
    Goal, Options, Outcome, Patience, RecoveryOrder, WorkUnit, by_list_rule, recover,
};
use mainstay_analysis::{Scenario, Staff, what_if};
use mainstay_domain::{Minutes, StaffLevel, Workspace};
use mainstay_exchange::{EXAMPLE, ImportOptions, import};
use proptest::prelude::*;
use serde_json::{Value, json};

fn read(text: &str) -> Workspace {
    let mut n = 0;
    let mut ids = || {
        n += 1;
        uuid::Uuid::from_u128(n)
    };
    import(text.as_bytes(), &ImportOptions { strict: true }, &mut ids)
        .unwrap()
        .workspace
}

/// The worked example of C4 and C5, with one team for everything.
fn orders(people: i64) -> Workspace {
    let service = |code: &str, own: i64| json!({"id": code, "name": code, "own_restore_min": own, "team": "it"});
    let needs = [
        ("order", "shop", 0),
        ("order", "erp", 120),
        ("shop", "db", 0),
        ("shop", "ident", 0),
        ("erp", "db", 0),
        ("db", "net", 0),
        ("ident", "net", 0),
    ];
    let v = json!({
        "schema": "mainstay/1",
        "teams": [{"id": "it", "people": people, "planned_available": people}],
        "activities": [{"id": "order", "name": "order", "rto_min": 210, "wrt_min": 30}],
        "services": [service("shop", 60), service("erp", 120), service("db", 90), service("ident", 45), service("net", 30)],
        "dependencies": needs.iter().enumerate().map(|(i, (a, b, t))| json!({
            "id": format!("d{i}"), "dependant_id": a, "provider_id": b, "strength": "hard", "tolerance_min": t, "mode": "both"
        })).collect::<Vec<_>>(),
    });
    read(&v.to_string())
}

fn from_zero(level: Option<StaffLevel>) -> Scenario {
    Scenario {
        start: Some(Minutes(0)),
        staff: Staff {
            level,
            given: Vec::new(),
        },
        ..Scenario::default()
    }
}

fn there(o: &Outcome, code: &str) -> Option<i64> {
    o.services
        .iter()
        .find(|s| s.code == code)
        .unwrap()
        .finish_min
}

fn search(ws: &Workspace, scenario: &Scenario, goal: Goal, schedules: u64) -> RecoveryOrder {
    let options = Options {
        goal,
        schedules: Some(schedules),
        ..Options::default()
    };
    let patience = Patience {
        search: &|| false,
        gains: &|| false,
    };
    recover(ws, scenario, &options, &patience)
}

/// domain reference, C5: one person, two people, as many as needed.
#[test]
fn the_published_example_by_the_list_rule() {
    for (people, level, want, ready) in [
        (1, Some(StaffLevel::Planned), [30, 120, 165, 225, 345], 225),
        (2, Some(StaffLevel::Planned), [30, 120, 75, 180, 240], 180),
        (1, None, [30, 120, 75, 180, 240], 180),
    ] {
        let o = by_list_rule(&orders(people), &from_zero(level), WorkUnit::Services);
        let got = ["net", "db", "ident", "shop", "erp"].map(|c| there(&o, c).unwrap());
        assert_eq!(got, want, "{people} people, {level:?}");
        let a = &o.activities[0];
        assert_eq!(
            (a.ready_min, a.resumed_min),
            (Some(ready), Some(ready + 30))
        );
        assert_eq!(a.rto_missed, Some(ready > 210));
    }
}

#[test]
fn a_search_finds_what_the_list_rule_misses_and_proves_it() {
    // One person: erp may come 120 min later, so shop first is right, and the list rule already has it.
    let o = search(
        &orders(1),
        &from_zero(Some(StaffLevel::Planned)),
        Goal::Breaches,
        500,
    );
    assert_eq!(o.outcome.activities[0].ready_min, Some(225));
    assert!(o.proven, "five pieces of work are few enough for a proof");
    assert_eq!(o.outcome.breaches.rto, 1);
    assert_eq!(o.bottlenecks[0].team, "it");
    let gain = &o.gains[0];
    assert_eq!(
        (gain.team.as_str(), gain.people, gain.rto_fewer),
        ("it", 2, 1)
    );
    // One person cannot be faster than one task after another, and is not slower.
    let f = search(
        &orders(1),
        &from_zero(Some(StaffLevel::Planned)),
        Goal::Finish,
        500,
    );
    assert_eq!(
        (f.outcome.finish_min, f.bound_min, f.proven),
        (Some(345), Some(345), true)
    );
}
