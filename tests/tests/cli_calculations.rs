//! The calculations on the command line: their keys, the figures of the example, and what is refused.
#![allow(clippy::unwrap_used)]

use mainstay_tests::programs::{Ran, mainstay};
use serde_json::{Value, json};
use std::path::Path;

const NOW: &str = "--now=2026-11-23T09:00:00Z";

fn example() -> tempfile::TempDir {
    let d = tempfile::tempdir().unwrap();
    run(d.path(), "example a.mainstay").ends(0);
    d
}

#[track_caller]
fn run(dir: &Path, line: &str) -> Ran {
    let mut args: Vec<String> = line.split(' ').map(|a| a.replace('~', " ")).collect();
    args.push(NOW.into());
    mainstay(dir, &args)
}

#[track_caller]
fn json_of(dir: &Path, line: &str) -> Value {
    run(dir, &format!("{line} --json")).ends(0).json()
}

#[track_caller]
fn row<'a>(list: &'a Value, code: &str) -> &'a Value {
    let mut rows = list.as_array().unwrap().iter();
    rows.find(|r| r["code"] == code)
        .unwrap_or_else(|| panic!("no {code}"))
}

fn golden() -> Value {
    let all: Value = serde_json::from_str(include_str!("../data/golden.json")).unwrap();
    all["demo"].clone()
}

fn northgate() -> String {
    let codes: Vec<String> = golden()["scenario"]["down"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c.as_str().unwrap().to_string())
        .collect();
    format!("--down {} --start 30", codes.join(","))
}

#[track_caller]
fn near(got: &Value, want: &Value, by: f64, what: &str) {
    let (g, w) = (got.as_f64().unwrap(), want.as_f64().unwrap());
    assert!((g - w).abs() <= by, "{what}: {g}, not {w}");
}

#[test]
fn the_order_of_recovery() {
    let d = example();
    let line = format!(
        "recover a.mainstay {} --staff planned --budget 60 --schedules 200",
        northgate()
    );
    let got = json_of(d.path(), &line);
    for s in got["services"].as_array().unwrap() {
        for k in ["code", "team", "start_min", "finish_min", "critical"] {
            assert!(s.get(k).is_some(), "services lack {k}");
        }
    }
    for a in got["activities"].as_array().unwrap() {
        for k in [
            "code",
            "ready_min",
            "resumed_min",
            "rto_missed",
            "mtpd_missed",
            "loss",
        ] {
            assert!(a.get(k).is_some(), "activities lack {k}");
        }
    }
    assert!(got["bound_min"].is_i64() && got["proven"].is_boolean());
    assert_eq!(got["bottlenecks"][0]["team"], "infra");
    // The list rule beside it has the figures of the independent computation, and the search is no worse.
    let want = golden();
    let mut breached = 0;
    for (_, a) in want["activities"].as_object().unwrap() {
        breached += i64::from(a["mtpd_breached"] == true);
    }
    assert_eq!(got["list_rule"]["breaches"]["mtpd"], breached);
    let pair = |v: &Value| (v["mtpd"].as_i64(), v["rto"].as_i64());
    assert!(pair(&got["breaches"]) <= pair(&got["list_rule"]["breaches"]));
    // The same seed and number of orders, the same order.
    assert_eq!(json_of(d.path(), &line), got);
    let steps = json_of(d.path(), &format!("{line} --by steps"));
    assert!(steps["steps"].as_array().unwrap().len() > 20);
    // The example is small enough for a proof, whatever the goal.
    for goal in ["breaches", "loss", "finish"] {
        let best = json_of(
            d.path(),
            &format!(
                "recover a.mainstay {} --goal {goal} --budget 20",
                northgate()
            ),
        );
        assert_eq!(best["proven"], true, "{goal}");
        assert!(best["loss"].as_f64() <= best["list_rule"]["loss"].as_f64() || goal != "loss");
    }
    // For people it is a table.
    let text = run(d.path(), &line).ends(0).out;
    assert!(
        text.contains("svc-db") && text.contains("The list rule"),
        "{text}"
    );
}

#[test]
fn limited_people_in_the_analysis() {
    let d = example();
    let got = json_of(
        d.path(),
        &format!("analyse a.mainstay {} --staff planned", northgate()),
    );
    let want = golden();
    for (code, w) in want["services"].as_object().unwrap() {
        let s = row(&got["staffed"]["services"], code);
        assert_eq!(s["finish_min"], w["restored_staffed"], "{code}");
    }
    for (code, w) in want["activities"].as_object().unwrap() {
        let a = row(&got["staffed"]["activities"], code);
        assert_eq!(a["ready_min"], w["ready_staffed"], "{code}");
        assert_eq!(a["mtpd_missed"], w["mtpd_breached"], "{code}");
    }
}

#[test]
fn a_gap_comes_with_the_two_chains_that_prove_it() {
    let d = example();
    let got = json_of(d.path(), &format!("analyse a.mainstay {}", northgate()));
    let wms = row(&got["services"], "svc-wms");
    let proof = &wms["proof"];
    let first = &proof["requirement"][0];
    assert_eq!(
        (&first["code"], &first["required_min"]),
        (&json!("A02"), &json!(240))
    );
    let chain = proof["achievable"].as_array().unwrap();
    assert_eq!(chain.last().unwrap()["finish_min"], wms["achievable_min"]);
    for w in chain.windows(2) {
        let n = |v: &Value| v.as_i64().unwrap();
        assert_eq!(
            n(&w[1]["finish_min"]),
            n(&w[0]["finish_min"]) - n(&w[1]["tolerance_min"]) + n(&w[1]["own_restore_min"])
        );
    }
    assert!(
        row(&got["services"], "svc-power")["proof"].is_null(),
        "where there is no gap nothing is to prove"
    );
}

#[test]
fn scenarios_are_saved_listed_and_compared() {
    let d = example();
    assert_eq!(json_of(d.path(), "scenario list a.mainstay"), json!([]));
    run(
        d.path(),
        "scenario save a.mainstay SC-1 --name Northgate~lost --down northgate --start 30 --staff half,dba=2 --own svc-erp=1h --redundancy grp-hosts=1 --strategies st-db-3",
    )
    .ends(0);
    run(
        d.path(),
        "scenario save a.mainstay SC-2 --down svc-storage --start 30",
    )
    .ends(0);
    let list = json_of(d.path(), "scenario list a.mainstay");
    let one = row(&list, "SC-1");
    assert_eq!(one["name"], "Northgate lost");
    assert_eq!(one["sites_out"], json!(["northgate"]));
    assert_eq!(
        (&one["staff"], &one["team_strength"]),
        (&json!("half"), &json!([["dba", 2]]))
    );
    assert_eq!(one["own_restore_min"], json!([["svc-erp", 60]]));
    assert_eq!(row(&list, "SC-2")["services_out"], json!(["svc-storage"]));
    let compared = json_of(d.path(), "scenario compare a.mainstay");
    assert_eq!(compared.as_array().unwrap().len(), 2);
    let c = row(&compared, "SC-1");
    assert!(
        c["today"]["mtpd_missed"]
            .as_array()
            .unwrap()
            .contains(&json!("A02"))
    );
    assert_eq!(c["then"]["mtpd_missed"], json!([]));
    assert!(c["then"]["loss"].as_f64() < c["today"]["loss"].as_f64());
    // Saving again under the same code changes it, and leaves nothing behind.
    run(d.path(), "scenario save a.mainstay SC-1 --down svc-erp").ends(0);
    let one = json_of(d.path(), "scenario list a.mainstay");
    let one = row(&one, "SC-1");
    assert_eq!(
        (&one["sites_out"], &one["strategies"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(one["name"], "Northgate lost");
    run(d.path(), "check a.mainstay").ends(1);
    // It travels with the workspace.
    run(d.path(), "export a.mainstay --out out.json").ends(0);
    run(d.path(), "import out.json b.mainstay --strict").ends(0);
    assert_eq!(
        json_of(d.path(), "scenario list b.mainstay"),
        json_of(d.path(), "scenario list a.mainstay")
    );
    let text = run(d.path(), "scenario compare a.mainstay SC-2")
        .ends(0)
        .out;
    assert!(text.contains("today") && text.contains("then"), "{text}");
}

#[test]
fn a_year_simulated() {
    let d = example();
    let got = json_of(d.path(), "simulate a.mainstay --years 100000 --seed 1");
    let risks = got["risks"].as_array().unwrap();
    assert_eq!(risks.len(), 15);
    for r in risks.iter().chain([&got["whole"]]) {
        for k in ["mean", "se", "p50", "p90", "p95", "p99"] {
            assert!(r[k].is_number(), "{}: {k} is {}", r["code"], r[k]);
        }
        let (mean, ale, se) = (&r["mean"], &r["ale"], r["se"].as_f64().unwrap());
        near(
            mean,
            ale,
            4.0 * se.max(0.01),
            r["code"].as_str().unwrap_or("whole"),
        );
        let curve = r["exceedance"].as_array().unwrap();
        assert!(
            curve
                .windows(2)
                .all(|w| w[0]["share"].as_f64() >= w[1]["share"].as_f64())
        );
    }
    assert_eq!(
        json_of(d.path(), "simulate a.mainstay --years 100000 --seed 1"),
        got
    );
    assert_ne!(
        json_of(d.path(), "simulate a.mainstay --years 100000 --seed 2"),
        got
    );
    let few = json_of(
        d.path(),
        "simulate a.mainstay --years 500 --thresholds 1000,0",
    );
    assert_eq!(few["whole"]["exceedance"][1]["loss"], 1000.0);
}

#[test]
fn strategies_to_the_cent() {
    let d = example();
    let got = json_of(d.path(), "strategies a.mainstay");
    for (code, want) in golden()["strategy"].as_object().unwrap() {
        let s = row(&got["scopes"], code);
        for o in want["options"].as_array().unwrap() {
            let g = row(&s["options"], o["id"].as_str().unwrap());
            for k in ["annual_cost", "loss_per_event", "expected_loss", "total"] {
                near(&g[k], &o[k], 0.005, &format!("{}: {k}", o["id"]));
            }
            assert_eq!(g["feasible"], o["feasible"], "{}", o["id"]);
        }
        for k in ["best_feasible", "cheapest_any", "selected"] {
            assert_eq!(s[k], want[k], "{code}: {k}");
        }
    }
    let sim = json_of(d.path(), "strategies a.mainstay --simulate --years 20000");
    let db = row(&sim["scopes"], "scope-dbwms");
    assert_eq!(db["reference"], "st-db-3");
    assert_eq!(row(&db["options"], "st-db-3")["difference"], 0.0);
}

#[test]
fn losses_from_any_start() {
    let d = example();
    let got = json_of(
        d.path(),
        "loss a.mainstay A03 --hours 4 --from 2026-10-05T18:00",
    );
    assert_eq!(got[0]["loss"], golden()["loss_A03_Mon18_4h_calendar"]);
    let flat = json_of(d.path(), "loss a.mainstay --hours 24");
    for l in flat.as_array().unwrap() {
        assert_eq!(
            l["loss"],
            golden()["loss_24h"][l["activity"].as_str().unwrap()]
        );
    }
}

#[test]
fn everything_else_stands_in_the_analysis() {
    let d = example();
    let got = json_of(d.path(), "analyse a.mainstay --pairs");
    let want = golden();
    assert_eq!(got["failure_pairs"]["complete"], true);
    assert_eq!(
        got["weak_points"]["singles_total"],
        want["spof"].as_object().unwrap().len()
    );
    near(
        &row(&got["availability"]["services"], "svc-wms")["availability"],
        &want["availability_wms"]["exact"],
        5e-7,
        "availability",
    );
    for (band, n) in want["risk_band_counts"].as_object().unwrap() {
        assert_eq!(&got["risk_ratings"]["bands"][band], n, "{band}");
    }
    assert_eq!(
        got["exercises"][0]["met_rate"],
        want["exercise"]["met_rate"]
    );
    assert_eq!(
        got["call_trees"][0]["total_min"],
        want["call_tree"]["total"]
    );
    let impact = &got["impact"][0];
    for rule in ["first_crossing", "last_tolerable", "weighted_sum"] {
        assert!(impact["mtpd"][rule]["mtpd_min"].is_i64(), "{rule}");
    }
    assert_eq!(impact["calendar_mtpd"]["state"], "no_limit");
    assert!(!got["consensus"].as_array().unwrap().is_empty());
    assert!(!got["resources"].as_array().unwrap().is_empty());
}

#[test]
fn what_cannot_be_meant_is_refused_in_a_sentence() {
    let d = example();
    for (line, says) in [
        (
            "recover a.mainstay --down svc-nowhere",
            "There is no service, site or supplier with the code “svc-nowhere”.",
        ),
        (
            "recover a.mainstay --staff many",
            "“many” is not allowed; allowed is unlimited alone; or full, planned or half; or TEAM=N",
        ),
        (
            "recover a.mainstay --staff nobody=2",
            "There is no team with the code “nobody”.",
        ),
        (
            "recover a.mainstay --staff dba=-1",
            "“dba=-1” is not allowed",
        ),
        (
            "recover a.mainstay --start=-5",
            "“-5” is not allowed; allowed is a whole number of minutes",
        ),
        (
            "recover a.mainstay --budget soon",
            "allowed is a number of seconds from 0 to 86400",
        ),
        ("recover a.mainstay --goal best", "breaches, loss, finish"),
        (
            "scenario compare a.mainstay SC-9",
            "There is no scenario with the code “SC-9”.",
        ),
        (
            "scenario save a.mainstay svc-db",
            "“svc-db” is not allowed; allowed is a code that no other record carries",
        ),
        (
            "scenario save a.mainstay SC-1 --own svc-db=soon",
            "“soon” is not allowed; allowed is a whole number of minutes",
        ),
        (
            "scenario save a.mainstay SC-1 --own svc-db",
            "allowed is CODE=VALUE",
        ),
        (
            "scenario save a.mainstay SC-1 --redundancy grp-x=1",
            "There is no redundancy group with the code “grp-x”.",
        ),
        (
            "scenario save a.mainstay SC-1 --strategies st-x",
            "There is no strategy with the code “st-x”.",
        ),
        (
            "simulate a.mainstay --years 0",
            "“0” is not allowed; allowed is a number of years from 1 to 10000000",
        ),
        (
            "loss a.mainstay A99 --hours 4",
            "There is no activity with the code “A99”.",
        ),
        (
            "loss a.mainstay A01 --hours soon",
            "allowed is a number of hours from 0 to 1000000",
        ),
        (
            "loss a.mainstay A01 --hours 4 --from noon",
            "allowed is a local moment such as 2026-10-05T18:00",
        ),
    ] {
        let ran = run(d.path(), line).ends(2);
        assert!(ran.err.contains(says), "{line}: {}", ran.err);
    }
    // Nothing was saved.
    assert_eq!(json_of(d.path(), "scenario list a.mainstay"), json!([]));
}

/// Loops, self-edges, empty groups, k out of range and times beyond all bounds end with findings.
#[test]
fn plans_that_make_no_sense_end_with_findings() {
    let d = tempfile::tempdir().unwrap();
    let long: i64 = 1 << 31;
    let v = json!({
        "schema": "mainstay/1",
        "teams": [{"id": "t", "people": 0, "planned_available": 0}, {"id": "u", "people": 1, "planned_available": 1}],
        "activities": [
            {"id": "A1", "name": "a", "rto_min": 0, "accepted_mtpd_min": 0},
            {"id": "A2", "name": "b", "rto_min": long, "wrt_min": long, "accepted_mtpd_min": 525_600},
        ],
        "services": [
            {"id": "s1", "name": "s1", "own_restore_min": long, "team": "u", "mtbf_h": 0, "mttr_h": 0},
            {"id": "s2", "name": "s2", "own_restore_min": 0, "team": "t", "mtbf_h": 1e6, "mttr_h": 0},
            {"id": "s3", "name": "s3", "own_restore_min": null, "team": null},
            {"id": "s4", "name": "s4", "own_restore_min": 525_600, "team": "u", "mtbf_h": 10, "mttr_h": 1e6},
        ],
        "groups": [
            {"id": "g1", "owner_node_id": "A1", "k": 0, "preferred_member_ids": ["s4"]},
            {"id": "g2", "owner_node_id": "A2", "k": 1_000_000, "preferred_member_ids": [], "common_cause_beta": 1},
        ],
        "dependencies": [
            {"id": "d1", "dependant_id": "s1", "provider_id": "s1", "strength": "hard", "mode": "both"},
            {"id": "d2", "dependant_id": "s1", "provider_id": "s2", "strength": "hard", "mode": "both", "tolerance_min": long},
            {"id": "d3", "dependant_id": "s2", "provider_id": "s1", "strength": "hard", "mode": "both"},
            {"id": "d4", "dependant_id": "A2", "provider_id": "s1", "strength": "hard", "mode": "both", "group_id": "g2"},
            {"id": "d5", "dependant_id": "A2", "provider_id": "s3", "strength": "hard", "mode": "both", "group_id": "g2"},
            {"id": "d6", "dependant_id": "A1", "provider_id": "s4", "strength": "hard", "mode": "both"},
        ],
        "risks": [
            {"id": "R1", "title": "r", "frequency_per_year": 1e6, "service_ids": ["s1"], "duration_h": {"dist": "pert", "min": 9, "mode": 3, "max": 1}},
            {"id": "R2", "title": "r", "frequency_per_year": null, "service_ids": [], "duration_h": {"dist": "fixed", "value": 1e6}},
        ],
        "strategy_scopes": [{"id": "sc", "name": "sc", "event_frequency_per_year": null, "activity_ids": ["A1"]}],
        "strategies": [{"id": "st", "name": "st", "scope_id": "sc", "capex": 1, "life_years": 0, "interest": 0, "opex_per_year": null, "rto_min": long}],
        "scenarios": [{"id": "w", "name": "w", "teams_out": ["u"], "strategies": ["st"], "redundancy": [{"group_id": "g1", "k": 9}]}],
    });
    std::fs::write(d.path().join("in.json"), v.to_string()).unwrap();
    run(d.path(), "import in.json a.mainstay --strict").ends(0);
    let got = json_of(d.path(), "analyse a.mainstay --pairs --staff planned");
    let found: Vec<&str> = got["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["code"].as_str().unwrap())
        .collect();
    for code in [
        "dependency_cycle",
        "self_dependency",
        "group_size",
        "time_beyond_ten_years",
        "rto_zero",
    ] {
        assert!(found.contains(&code), "{code} is not among {found:?}");
    }
    assert_eq!(got["cycles"], json!([["s1", "s2"]]));
    for goal in ["breaches", "loss", "finish"] {
        for by in ["services", "steps"] {
            let o = json_of(
                d.path(),
                &format!("recover a.mainstay --goal {goal} --by {by} --budget 0.1"),
            );
            assert!(row(&o["services"], "s1")["finish_min"].is_null());
        }
    }
    let years = json_of(d.path(), "simulate a.mainstay --years 1000");
    assert!(years["whole"]["mean"].is_null() && years["whole"]["unknown"].is_string());
    assert!(
        years["risks"]
            .as_array()
            .unwrap()
            .iter()
            .all(|r| r["unknown"].is_string())
    );
    let money = json_of(d.path(), "strategies a.mainstay");
    assert!(money["scopes"][0]["options"][0]["total"].is_null());
    json_of(d.path(), "strategies a.mainstay --simulate --years 10");
    json_of(d.path(), "scenario compare a.mainstay");
    json_of(d.path(), "loss a.mainstay --hours 1000000");
}
