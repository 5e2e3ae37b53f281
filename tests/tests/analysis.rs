//! Properties that hold for every workspace, and what must not be confused: unknown, zero, loops, groups.
#![allow(clippy::unwrap_used)]

use mainstay_analysis::{Analysis, GapState, Scenario, analyse, spof, synthetic, wording};
use mainstay_domain::{Minutes, NaiveDate, Severity, Workspace};
use proptest::prelude::*;
use serde_json::{Value, json};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

fn read(v: &Value) -> Workspace {
    mainstay_tests::plans::read(&v.to_string())
}

fn run(ws: &Workspace) -> Analysis {
    analyse(
        ws,
        &Scenario {
            down: None,
            start: Some(Minutes(0)),
            ..Scenario::default()
        },
        today(),
    )
}

/// A workspace of activities `(code, RTO)`, services `(code, own restore time)` and hard dependencies.
fn graph(
    activities: &[(&str, i64)],
    services: &[(&str, Option<i64>)],
    needs: &[(&str, &str)],
) -> Value {
    json!({
        "schema": "mainstay/1",
        "activities": activities.iter().map(|(c, r)| json!({"id": c, "name": c, "rto_min": r})).collect::<Vec<_>>(),
        "services": services.iter().map(|(c, own)| json!({"id": c, "name": c, "own_restore_min": own})).collect::<Vec<_>>(),
        "dependencies": needs.iter().enumerate().map(|(i, (a, b))| json!({
            "id": format!("d{i}"), "dependant_id": a, "provider_id": b, "strength": "hard", "mode": "both"
        })).collect::<Vec<_>>(),
    })
}

fn codes<'a>(a: &'a Analysis, code: &str) -> Vec<&'a str> {
    a.findings
        .iter()
        .filter(|f| f.code == code)
        .map(|f| f.subject.as_str())
        .collect()
}

#[test]
fn a_chain_whose_every_pair_looks_fine_misses_as_a_whole() {
    let ws = read(&graph(
        &[("A", 100)],
        &[("app", Some(40)), ("db", Some(40)), ("net", Some(40))],
        &[("A", "app"), ("app", "db"), ("db", "net")],
    ));
    let a = run(&ws);
    for s in &a.services {
        assert!(
            s.own_restore < s.required_rto,
            "{}: every pair looks fine",
            s.code
        );
    }
    let r = a.activity("A").unwrap();
    assert_eq!(
        (r.ready, r.gap, r.gap_state),
        (Some(Minutes(120)), Some(Minutes(20)), Some(GapState::Gap))
    );
    assert_eq!(codes(&a, "recovery_gap"), ["app", "A"]);
}

#[test]
fn an_unknown_restore_time_is_unknown_up_the_chain_unless_the_rest_is_already_too_late() {
    let ws = read(&graph(
        &[("A", 100), ("B", 30)],
        &[("app", Some(40)), ("db", None)],
        &[("A", "app"), ("app", "db"), ("B", "app")],
    ));
    let a = run(&ws);
    let (x, y) = (a.activity("A").unwrap(), a.activity("B").unwrap());
    assert_eq!((x.ready, x.gap_state), (None, Some(GapState::Unknown)));
    assert_eq!(
        (y.ready, y.gap_state),
        (None, Some(GapState::Gap)),
        "40 min are already more than 30"
    );
    assert_eq!(codes(&a, "own_restore_unknown"), ["db"]);
}

#[test]
fn a_loop_is_named_once_and_everything_else_goes_on() {
    let ws = read(&graph(
        &[("A", 100), ("B", 100)],
        &[
            ("x", Some(10)),
            ("y", Some(10)),
            ("z", Some(10)),
            ("free", Some(10)),
        ],
        &[
            ("A", "x"),
            ("x", "y"),
            ("y", "x"),
            ("y", "z"),
            ("B", "free"),
        ],
    ));
    let a = run(&ws);
    assert_eq!(a.cycles, [["x", "y"]]);
    assert_eq!(codes(&a, "dependency_cycle"), ["x"]);
    assert_eq!(a.activity("A").unwrap().gap_state, Some(GapState::Unknown));
    assert_eq!(
        a.activity("B").unwrap().gap_state,
        Some(GapState::MetClaimed)
    );
    assert_eq!(a.service("z").unwrap().required_rto, Some(Minutes(100)));
    // A failure goes round the loop.
    assert_eq!(spof(&ws).stops[2], [0]);
}

#[test]
fn zero_is_a_number_and_not_unset() {
    let mut v = graph(&[("A", 0)], &[("s", Some(0))], &[("A", "s")]);
    v["activities"][0]["accepted_mtpd_min"] = json!(0);
    v["activities"][0]["accepted_mtpd_reason"] = json!("nobody waits");
    let a = run(&read(&v));
    let r = a.activity("A").unwrap();
    assert_eq!(
        (r.rto, r.effective_mtpd, r.slack),
        (Some(Minutes(0)), Some(Minutes(0)), Some(Minutes(0)))
    );
    assert_eq!(
        (codes(&a, "rto_zero"), codes(&a, "mtpd_zero")),
        (vec!["A"], vec!["A"])
    );
    assert!(
        codes(&a, "field_missing").contains(&"A"),
        "the owner is missing, the RTO is not"
    );
    let f = a
        .findings
        .iter()
        .find(|f| f.code == "field_missing" && f.subject == "A")
        .unwrap();
    assert_eq!(wording::sentence(f, &read(&v)), "A (A) has no owner.");
    let s = a.service("s").unwrap();
    assert_eq!(
        (s.achievable, s.gap, s.gap_state),
        (
            Some(Minutes(0)),
            Some(Minutes(0)),
            Some(GapState::MetClaimed)
        )
    );
}

#[test]
fn an_rto_above_the_mtpd_and_holes_are_findings() {
    let mut v = graph(&[("A", 480)], &[], &[]);
    v["settings"] = json!({"thresholds": {"operations": 4, "safety": 3}});
    v["activities"][0]["horizons_min"] = json!([60, 240, 480]);
    v["activities"][0]["impact"] = json!({"operations": [1, 4, 4], "safety": [null, 1, null]});
    let a = run(&read(&v));
    let r = a.activity("A").unwrap();
    assert_eq!((r.mtpd.min, r.mtpd.holes), (Some(Minutes(240)), 2));
    assert_eq!(codes(&a, "rto_above_mtpd"), ["A"]);
    assert_eq!(codes(&a, "impact_holes"), ["A"]);
}

/// The example of C7: needs 1 of {lb1, lb2}, both on switchA; 2 of {app1, app2 on host1, app3 on host2}; db.
#[test]
fn single_points_of_failure_through_groups() {
    let mut v = graph(
        &[("shop", 60)],
        &[
            ("lb1", Some(1)),
            ("lb2", Some(1)),
            ("switchA", Some(1)),
            ("app1", Some(1)),
            ("app2", Some(1)),
            ("app3", Some(1)),
            ("host1", Some(1)),
            ("host2", Some(1)),
            ("db", Some(1)),
        ],
        &[
            ("shop", "lb1"),
            ("shop", "lb2"),
            ("lb1", "switchA"),
            ("lb2", "switchA"),
            ("shop", "app1"),
            ("shop", "app2"),
            ("shop", "app3"),
            ("app1", "host1"),
            ("app2", "host1"),
            ("app3", "host2"),
            ("shop", "db"),
        ],
    );
    v["groups"] = json!([
        {"id": "g1", "owner_node_id": "shop", "k": 1, "preferred_member_ids": []},
        {"id": "g2", "owner_node_id": "shop", "k": 2, "preferred_member_ids": []},
    ]);
    for (i, g) in [(0, "g1"), (1, "g1"), (4, "g2"), (5, "g2"), (6, "g2")] {
        v["dependencies"][i]["group_id"] = json!(g);
    }
    let ws = read(&v);
    let found: Vec<&str> = spof(&ws).stopped_by[0]
        .iter()
        .map(|s| ws.services[*s].code.0.as_str())
        .collect();
    assert_eq!(found, ["switchA", "host1", "db"]);
}

#[test]
fn every_finding_of_the_example_has_a_title_and_a_sentence() {
    let ws = mainstay_tests::plans::example();
    let a = run(&ws);
    assert!(
        a.findings
            .windows(2)
            .all(|w| w[0].severity <= w[1].severity),
        "errors first"
    );
    assert!(a.findings.iter().any(|f| f.severity == Severity::Error));
    for f in &a.findings {
        assert_ne!(wording::title(f.code), "Finding", "{}", f.code);
        let s = wording::sentence(f, &ws);
        assert!(
            s.ends_with('.') && !s.contains("unknown time") && !s.contains("  "),
            "{s}"
        );
        assert!(
            ws.find_code(&f.subject).is_some(),
            "{} is about nothing",
            f.id()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// What C4 and C5 promise, on workspaces without loops.
    #[test]
    fn requirements_and_times_keep_their_word(services in 1usize..120, seed in any::<u64>()) {
        let ws = synthetic::workspace(services, seed);
        prop_assert_eq!(&ws, &synthetic::workspace(services, seed));
        let a = run(&ws);
        prop_assert!(a.cycles.is_empty());
        let at = |id: uuid::Uuid| ws.services.iter().position(|s| s.id.0 == id);
        for d in &ws.dependencies {
            if d.strength != mainstay_domain::Strength::Hard { continue }
            let p = &a.services[at(d.provider_id.0).unwrap()];
            let (need, back) = match at(d.dependant_id.0) {
                Some(i) => (a.services[i].required_rto, a.services[i].achievable),
                None => {
                    let r = a.activities.iter().find(|r| r.id.0 == d.dependant_id.0).unwrap();
                    (r.rto, r.ready)
                }
            };
            if let Some(need) = need {
                prop_assert!(p.required_rto.unwrap() <= need + d.tolerance_min);
            }
            prop_assert!(p.achievable.unwrap() - d.tolerance_min <= back.unwrap());
        }
        for s in &a.services {
            // The latest finish never comes after the requirement.
            if let (Some(l), Some(r)) = (s.latest_finish, s.required_rto) {
                prop_assert!(l <= r);
            }
            let path = a.blocking_path(&s.code);
            prop_assert_eq!(path.last().map(|p| p.finish), s.achievable);
        }
    }

    /// Failing services 64 at a time is the same as failing them one at a time.
    #[test]
    fn single_points_are_exact(services in 1usize..150, seed in any::<u64>()) {
        let ws = synthetic::workspace(services, seed);
        let fast = spof(&ws);
        for (x, s) in ws.services.iter().enumerate() {
            let mut failed: Vec<uuid::Uuid> = vec![s.id.0];
            let mut i = 0;
            while i < failed.len() {
                let f = failed[i];
                for d in &ws.dependencies {
                    let spreads = d.provider_id.0 == f
                        && d.strength == mainstay_domain::Strength::Hard
                        && d.mode != mainstay_domain::Mode::Recover;
                    if spreads && !failed.contains(&d.dependant_id.0) {
                        failed.push(d.dependant_id.0);
                    }
                }
                i += 1;
            }
            let slow: Vec<usize> =
                ws.activities.iter().enumerate().filter(|(_, a)| failed.contains(&a.id.0)).map(|(i, _)| i).collect();
            prop_assert_eq!(&fast.stops[x], &slow);
        }
    }
}

/// The example of C1: horizons 1 to 168 h, operations decide at 24 h; WRT 4 h, detection and decision 1 h.
#[test]
fn the_longest_rto_depends_on_the_clock() {
    let mut v = graph(&[("A", 60)], &[], &[]);
    v["settings"] = json!({"clock": "disruption", "detection_min": 45, "decision_min": 15, "thresholds": {"operations": 4, "safety": 3}});
    v["activities"][0]["wrt_min"] = json!(240);
    v["activities"][0]["horizons_min"] = json!([60, 240, 480, 1440, 4320, 10080]);
    v["activities"][0]["impact"] =
        json!({"operations": [1, 2, 3, 4, 4, 5], "safety": [1, 1, 1, 2, 3, 3]});
    for (clock, ceiling) in [("disruption", 1200), ("declaration", 1140)] {
        v["settings"]["clock"] = json!(clock);
        let ws = read(&v);
        let a = analyse(&ws, &Scenario::default(), today());
        let r = a.activity("A").unwrap();
        assert_eq!(
            (r.mtpd.min, r.mtpd.last_tolerable),
            (Some(Minutes(1440)), Some(Minutes(480))),
            "{clock}"
        );
        assert_eq!(r.rto_ceiling, Some(Minutes(ceiling)), "{clock}");
        assert_eq!(a.start, Minutes(60));
    }
}

/// The example of C5 as a workspace: order is ready after 180, resumes at 210 and has 30 to spare against 210.
#[test]
fn the_published_graph_as_a_workspace() {
    let mut v = graph(
        &[("order", 210), ("report", 1440)],
        &[
            ("shop", Some(60)),
            ("erp", Some(120)),
            ("db", Some(90)),
            ("ident", Some(45)),
            ("net", Some(30)),
            ("bi", Some(60)),
        ],
        &[
            ("order", "shop"),
            ("order", "erp"),
            ("shop", "db"),
            ("shop", "ident"),
            ("erp", "db"),
            ("db", "net"),
            ("ident", "net"),
            ("report", "bi"),
        ],
    );
    v["dependencies"][1]["tolerance_min"] = json!(120);
    v["activities"][0]["wrt_min"] = json!(30);
    let a = run(&read(&v));
    let r = a.activity("order").unwrap();
    assert_eq!(
        (r.ready, r.resumed, r.gap),
        (Some(Minutes(180)), Some(Minutes(210)), Some(Minutes(-30)))
    );
    let path: Vec<String> = a
        .blocking_path("order")
        .into_iter()
        .map(|s| s.code)
        .collect();
    assert_eq!(path, ["net", "db", "shop", "order"]);
    for (code, required, latest, achievable) in [
        ("shop", 210, 210, 180),
        ("erp", 330, 330, 240),
        ("db", 210, 150, 120),
        ("ident", 210, 150, 75),
        ("net", 210, 60, 30),
        ("bi", 1440, 1440, 60),
    ] {
        let s = a.service(code).unwrap();
        let got = (s.required_rto, s.latest_finish, s.achievable);
        assert_eq!(
            got,
            (
                Some(Minutes(required)),
                Some(Minutes(latest)),
                Some(Minutes(achievable))
            ),
            "{code}"
        );
    }
}

/// The example of C6: needs of 15, 60 and 1,440 minutes; log copies give 18, the daily vault copy 1,560.
#[test]
fn data_loss_is_held_against_the_tightest_need() {
    let mut v = graph(
        &[("A", 60), ("B", 60), ("C", 60)],
        &[("db", Some(10))],
        &[("A", "db"), ("B", "db"), ("C", "db")],
    );
    for (i, rpo) in [15, 60, 1440].into_iter().enumerate() {
        v["activities"][i]["rpo_min"] = json!(rpo);
        v["dependencies"][i]["data"] = json!(true);
    }
    // A soft dependency carries data all the same.
    v["dependencies"][0]["strength"] = json!("soft");
    v["services"][0]["rpa"] = json!({"site_loss": 18, "logical_corruption": 1560});
    let a = run(&read(&v));
    let s = a.service("db").unwrap();
    assert_eq!(
        (s.required_rpo, s.required_rpo_set_by.as_deref()),
        (Some(Minutes(15)), Some("A"))
    );
    assert_eq!(s.rpo_gaps(), [None, Some(Minutes(3)), Some(Minutes(1545))]);
    assert_eq!(codes(&a, "rpo_gap"), ["db"]);
}

#[test]
fn evidence_counts_for_a_year() {
    let mut v = graph(&[("A", 60)], &[("s", Some(10))], &[("A", "s")]);
    for (tested, state, finding) in [
        ("2025-11-23", GapState::MetProven, None),
        ("2025-11-22", GapState::MetClaimed, Some("evidence_old")),
        ("", GapState::MetClaimed, Some("evidence_undated")),
    ] {
        let on = if tested.is_empty() {
            Value::Null
        } else {
            json!(tested)
        };
        v["services"][0]["capability"] =
            json!({"component_min": 20, "evidence": "component_test", "tested_on": on});
        let a = run(&read(&v));
        let s = a.service("s").unwrap();
        assert_eq!(
            (s.own_restore, s.gap_state),
            (Some(Minutes(20)), Some(state)),
            "{tested}"
        );
        for code in ["evidence_old", "evidence_undated"] {
            assert_eq!(
                codes(&a, code).len(),
                usize::from(finding == Some(code)),
                "{tested}: {code}"
            );
        }
    }
}
