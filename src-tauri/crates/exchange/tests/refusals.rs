//! What a file must not say, and the sentences about it.

#![allow(clippy::unwrap_used)]

mod common;

use common::*;
use mainstay_exchange::{FaultCode, ImportOptions, Problem, import};
use serde_json::{Value, json};

/// The sentences about the example with one value replaced.
fn said(pointer: &str, v: Value) -> Vec<String> {
    let mut file = example();
    set(&mut file, pointer, v);
    match read_value(&file) {
        Ok(_) => vec![],
        Err(p) => p.faults().iter().map(|f| f.text.clone()).collect(),
    }
}

fn set(file: &mut Value, pointer: &str, v: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match file.pointer_mut(parent).unwrap() {
        Value::Object(o) => drop(o.insert(key.into(), v)),
        Value::Array(list) => match key.parse::<usize>() {
            Ok(i) if i < list.len() => list[i] = v,
            _ => list.push(v),
        },
        _ => panic!("{parent} holds nothing"),
    }
}

#[track_caller]
fn check(pointer: &str, v: Value, want: &str) {
    assert_eq!(said(pointer, v), [want]);
}

#[track_caller]
fn taken(pointer: &str, v: Value) {
    assert_eq!(said(pointer, v), [""; 0]);
}

const MINUTES: &str = "a whole number of minutes from 0 to 2147483648";

#[test]
fn times_are_whole_numbers_of_minutes() {
    let at = "/services/15/own_restore_min";
    for (v, shown) in [
        (json!("soon"), "\"soon\""),
        (json!("90"), "\"90\""),
        (json!(-5), "-5"),
        (json!(1.5), "1.5"),
        (json!(90.0), "90.0"),
        (json!(2_147_483_649_i64), "2147483649"),
        (json!(u64::MAX), "18446744073709551615"),
        (json!(true), "true"),
        (json!([90]), "a list"),
    ] {
        let want = format!(
            "service svc-db, field own_restore_min: {shown} is not allowed; allowed is {MINUTES}, or null"
        );
        check(at, v, &want);
    }
    taken(at, json!(0));
    taken(at, json!(2_147_483_648_i64));
    taken(at, Value::Null);
}

#[test]
fn money_has_at_most_two_decimals() {
    let at = "/strategies/0/capex";
    for v in [
        json!(-1),
        json!("12"),
        json!(1.234),
        json!(1e20),
        json!(10_000_000_000_001_i64),
        json!(0.001),
        json!(i64::MAX),
    ] {
        assert_eq!(said(at, v.clone()).len(), 1, "{v}");
    }
    for v in [
        json!(0),
        json!(0.01),
        json!(12.5),
        json!(10_000_000_000_000_i64),
    ] {
        taken(at, v);
    }
    taken("/organisation/annual_operating_result", json!(-5.25));
}

#[test]
fn flags_choices_dates_and_levels() {
    check(
        "/dependencies/0/data",
        json!(1),
        "dependency dep-01, field data: 1 is not allowed; allowed is true or false",
    );
    check(
        "/dependencies/0/strength",
        json!("firm"),
        "dependency dep-01, field strength: \"firm\" is not allowed; allowed is one of hard, soft",
    );
    check(
        "/contacts/0/verified_on",
        json!("2026-02-30"),
        "contact con-01, field verified_on: \"2026-02-30\" is not allowed; allowed is a date such as 2026-11-24, or null",
    );
    check(
        "/risks/0/inherent/likelihood",
        json!(6),
        "risk R01, field inherent.likelihood: 6 is not allowed; allowed is a whole number from 1 to 5, or null",
    );
    check(
        "/plan/alternate_site/site",
        json!("svc-db"),
        "plan PLAN-01, field alternate_site.site: \"svc-db\" (the code of another kind of record) is not allowed; allowed is the code of an existing site, or null",
    );
    check(
        "/plan/call_tree/edges/2/1",
        json!("role-x"),
        "plan PLAN-01, field call_tree.edges[2][1]: \"role-x\" (no record has this code) is not allowed; allowed is the code of an existing role",
    );
    check(
        "/organisation/name",
        json!("a\u{0}b"),
        "organisation org-1, field name: \"a b\" is not allowed; allowed is text of at most 1,000,000 characters",
    );
}

#[test]
fn limits_weights_and_the_risk_matrix() {
    check(
        "/settings/weighted_share_pct",
        json!(101),
        "settings, field weighted_share_pct: 101 is not allowed; allowed is a whole number from 0 to 100, or null",
    );
    check(
        "/settings/loss_limit",
        json!(-1),
        "settings, field loss_limit: -1 is not allowed; allowed is an amount from 0 to 10,000,000,000,000 with at most two decimals, or null",
    );
    check(
        "/settings/weights",
        json!({"safety": "heavy"}),
        "workspace, field settings.weights.safety: \"heavy\" is not allowed; allowed is a number from 0 to 1000000",
    );
    check(
        "/settings/risk_matrix",
        json!([{"likelihood": 6, "impact": 1, "band": "low"}]),
        "risk matrix cell 1, field likelihood: 6 is not allowed; allowed is a whole number from 1 to 5",
    );
    check(
        "/settings/risk_matrix",
        json!([{"likelihood": 5, "impact": 1, "band": "awful"}]),
        "risk matrix cell 1, field band: \"awful\" is not allowed; allowed is one of low, medium, high, extreme",
    );
    check(
        "/groups/0/common_cause_beta",
        json!(1.5),
        "redundancy group grp-links, field common_cause_beta: 1.5 is not allowed; allowed is a number from 0 to 1, or null",
    );
    check(
        "/risks/0/frequency_model",
        json!("often"),
        "risk R01, field frequency_model: \"often\" is not allowed; allowed is one of poisson, bernoulli, or null",
    );
    check(
        "/roles/0/team",
        json!("svc-db"),
        "role role-md, field team: \"svc-db\" (the code of another kind of record) is not allowed; allowed is the code of an existing team, or null",
    );
    taken("/settings/weights", json!({"safety": 0, "nowhere": 1e6}));
    taken("/groups/0/common_cause_beta", json!(0));
    taken("/groups/0/common_cause_beta", json!(1));
}

#[test]
fn scenarios_name_what_there_is() {
    let said =
        |field: &str, v: Value| said("/scenarios", json!([{"id": "s", "name": "S", field: v}]));
    for (field, v, want) in [
        (
            "staff",
            json!("few"),
            "scenario s, field staff: \"few\" is not allowed; allowed is one of full, planned, half, or null",
        ),
        (
            "start_min",
            json!(-1),
            &format!(
                "scenario s, field start_min: -1 is not allowed; allowed is {MINUTES}, or null"
            ),
        ),
        (
            "services_out",
            json!(["A01"]),
            "scenario s, field services_out[0]: \"A01\" (the code of another kind of record) is not allowed; allowed is the code of an existing service",
        ),
        (
            "sites_out",
            json!(["moon"]),
            "scenario s, field sites_out[0]: \"moon\" (no record has this code) is not allowed; allowed is the code of an existing site",
        ),
        (
            "team_strength",
            json!([{"team_id": "team-x", "available": 1}]),
            "team strength 1 of scenario s, field team_id: \"team-x\" (no record has this code) is not allowed; allowed is the code of an existing team",
        ),
        (
            "team_strength",
            json!([{"team_id": "network", "available": -1}]),
            "team strength 1 of scenario s, field available: -1 is not allowed; allowed is a whole number from 0 to 1000000000",
        ),
        (
            "team_strength",
            json!([{"team_id": "network"}]),
            "team strength 1 of scenario s, field available: a value is missing; needed is a whole number from 0 to 1000000000",
        ),
        (
            "own_restore",
            json!([{"service_id": "svc-db"}]),
            &format!(
                "changed restore time 1 of scenario s, field own_restore_min: a value is missing; needed is {MINUTES}"
            ),
        ),
        (
            "redundancy",
            json!([{"group_id": "grp-links", "k": 1.5}]),
            "changed redundancy 1 of scenario s, field k: 1.5 is not allowed; allowed is a whole number from 0 to 1000000000",
        ),
        (
            "redundancy",
            json!([{"group_id": "grp-links", "k": Value::Null}]),
            "changed redundancy 1 of scenario s, field k: a value is missing; needed is a whole number from 0 to 1000000000",
        ),
        (
            "strategies",
            json!({}),
            "scenario s, field strategies: an object is not allowed; allowed is a list",
        ),
    ] {
        assert_eq!(said(field, v), [want]);
    }
    assert_eq!(said("strategies", json!([])), [""; 0]);
    let mut twice = example();
    twice["scenarios"] = json!([{"id": "svc-db", "name": "S"}]);
    let p = read_value(&twice).unwrap_err();
    assert_eq!(p.faults()[0].code, FaultCode::Duplicate);
}

#[test]
fn a_dependency_to_nowhere_is_named() {
    check(
        "/dependencies/3/provider_id",
        json!("svc-gone"),
        "dependency dep-04, field provider_id: \"svc-gone\" (no record has this code) is not allowed; allowed is the code of an existing service",
    );
    check(
        "/dependencies/3/provider_id",
        Value::Null,
        "dependency dep-04, field provider_id: a value is missing; needed is the code of an existing service",
    );
    check(
        "/dependencies/3/dependant_id",
        json!("role-md"),
        "dependency dep-04, field dependant_id: \"role-md\" (the code of another kind of record) is not allowed; allowed is the code of an existing activity or service",
    );
}

#[test]
fn the_grid_fits_its_horizons() {
    check(
        "/activities/3/impact/safety",
        json!([1, 1, 1, 1, 1]),
        "activity A04, field impact.safety: 5 levels for 6 horizons; give one for each horizon, null where nothing is known",
    );
    check(
        "/activities/3/impact/colour",
        json!([1, 1, 1, 1, 1, 1]),
        "activity A04, field impact.colour: there is no such impact category; allowed is one of financial, information, legal, operations, reputation, safety (settings.thresholds)",
    );
    check(
        "/activities/3/impact/safety/2",
        json!(0),
        "activity A04, field impact.safety[2]: 0 is not allowed; allowed is a whole number from 1 to 5, or null",
    );
    check(
        "/activities/3/impact/safety",
        json!("high"),
        "activity A04, field impact.safety: \"high\" is not allowed; allowed is a list of 6 levels from 1 to 5 or null",
    );
    check(
        "/activities/3/horizons_min/1",
        json!(60),
        "activity A04, field horizons_min[1]: 60 after 60 is not allowed; horizons rise strictly",
    );
    check(
        "/activities/3/horizons_min/0",
        json!(0),
        "activity A04, field horizons_min[0]: 0 is not allowed; the first horizon is longer than 0 minutes",
    );
    taken("/activities/3/impact/safety/2", Value::Null);
}

#[test]
fn structure_is_told_with_its_place() {
    check(
        "/workshops",
        json!({"WS-01": {}}),
        "workshops: an object is not allowed; allowed is a list",
    );
    check(
        "/actions/5",
        json!("call me"),
        "actions[5]: \"call me\" is not allowed; allowed is an object that describes one action",
    );
    check(
        "/services/0/capability",
        json!(25),
        "service svc-power, field capability: 25 is not allowed; allowed is an object",
    );
    check(
        "/plan/call_tree/edges/0",
        json!(["role-duty"]),
        "plan PLAN-01, field call_tree.edges[0]: a list is not allowed; allowed is a list of two codes",
    );
    check(
        "/plan/resource_requirements/0/by_horizon",
        json!({"1h": 3}),
        "resource requirement 1 of plan PLAN-01, field by_horizon.1h: the key \"1h\" is not allowed; allowed is a whole number of minutes from 0 to 2147483648",
    );
    check(
        "/plan/assumptions/0",
        Value::Null,
        "plan PLAN-01, field assumptions[0]: null is not allowed; allowed is text of at most 1,000,000 characters",
    );
}

#[test]
fn every_problem_is_told_and_nothing_is_imported() {
    let mut file = example();
    for i in 0..28 {
        file["services"][i]["own_restore_min"] = json!("soon");
        file["services"][i]["kind"] = json!("magic");
    }
    file["roles"][3]["id"] = json!("svc-db");
    let p = read_value(&file).unwrap_err();
    assert_eq!(p.code(), "invalid_values");
    let Problem::Invalid { faults, more } = &p else {
        panic!("{p}")
    };
    assert_eq!(faults.len(), 50);
    assert!(*more > 6, "{more}");
    assert!(p.to_string().ends_with(&format!("\nand {more} more")));
}

#[test]
fn the_same_code_twice_names_both_places() {
    let mut file = example();
    file["activities"][2]["id"] = json!("svc-print");
    let p = read_value(&file).unwrap_err();
    let texts: Vec<&str> = p.faults().iter().map(|f| f.text.as_str()).collect();
    assert_eq!(
        texts[0],
        "service svc-print at services[27], field id: the code is taken by activity svc-print at activities[2]; every code stands once in a workspace"
    );
    assert_eq!(p.faults()[0].code, FaultCode::Duplicate);
}

#[test]
fn a_field_given_twice_is_a_problem() {
    let text = mainstay_exchange::EXAMPLE.replacen(
        "\"rto_min\": 480,",
        "\"rto_min\": 480, \"rto_min\": 60,",
        1,
    );
    let p = read(&text).unwrap_err();
    assert_eq!(
        p.to_string(),
        "activities[0], field rto_min: the field stands twice in one object; keep one of them"
    );
}

#[test]
fn the_schema_says_what_a_file_is() {
    for (v, found) in [
        (json!({}), "missing"),
        (json!({"schema": "other/1"}), "\"other/1\""),
        (json!({"schema": 1}), "1"),
        (json!([]), "missing"),
        (json!("mainstay/1"), "missing"),
    ] {
        assert_eq!(
            read_value(&v).unwrap_err(),
            Problem::WrongSchema {
                found: found.into()
            },
            "{v}"
        );
    }
    assert!(read_value(&json!({"schema": "mainstay/1"})).is_ok());
}

#[test]
fn a_bad_plan_is_data() {
    let mut file = example();
    // A cycle, a self-dependency, an RTO above every MTPD, more needed than there are, detection without end.
    file["dependencies"][0]["provider_id"] = json!("svc-corenet");
    file["dependencies"][1]["dependant_id"] = json!("svc-power");
    file["activities"][0]["rto_min"] = json!(5_000_000);
    file["groups"][0]["k"] = json!(9);
    file["activities"][0]["impact"]["safety"] = json!([null, null, null, null, null, null]);
    file["activities"][1]["impact"] = json!({});
    file["activities"][2]["owner_role_id"] = Value::Null;
    let imported = read_value(&file).unwrap();
    assert_eq!(imported.workspace.groups[0].k.0, 9);
    assert_eq!(imported.notes, []);
}

#[test]
fn missing_values_are_unknown_and_never_zero_where_unknown_is_possible() {
    let file = json!({"schema": "mainstay/1", "services": [{"id": "svc"}],
        "activities": [{"id": "A", "impact": {"safety": [], "legal": []}}],
        "dependencies": [{"id": "d", "dependant_id": "A", "provider_id": "svc"}]});
    let ws = read_value(&file).unwrap().workspace;
    assert_eq!(ws.services[0].own_restore_min, None);
    assert_eq!(ws.activities[0].wrt_min, None);
    assert_eq!(ws.dependencies[0].tolerance_min.0, 0);
    assert_eq!(ws.dependencies[0].strength, mainstay_domain::Strength::Hard);
    assert_eq!(ws.settings.len(), 1);
    // No thresholds in the file: those categories of the shipped list that are in use.
    let categories: Vec<(&str, Option<i64>)> = ws
        .impact_categories
        .iter()
        .map(|c| (c.key.as_str(), c.threshold.map(|t| t.0)))
        .collect();
    assert_eq!(categories, [("safety", Some(3)), ("legal", Some(4))]);
}

#[test]
fn unknown_fields_are_notes_or_with_strict_reading_problems() {
    let mut file = example();
    file["activities"][3]["colour"] = json!("red");
    file["services"][0]["capability"]["by"] = json!("me");
    file["extra"] = json!([1, 2]);
    file["organisation"]["motto"] = json!("\u{2603}".repeat(100));
    let imported = read_value(&file).unwrap();
    let mut texts: Vec<&str> = imported.notes.iter().map(|n| n.text.as_str()).collect();
    texts.sort_unstable();
    assert_eq!(
        texts,
        [
            "activities[3] (A04): unknown field \"colour\"",
            "organisation (org-1): unknown field \"motto\"",
            "services[0] (svc-power): unknown field \"capability.by\"",
            "workspace: unknown field \"extra\"",
        ]
    );
    assert!(imported.notes.iter().all(|n| n.value.chars().count() < 70));
    let p = read_strictly(&file).unwrap_err();
    assert_eq!(p.faults().len(), 4);
    assert!(p.faults().iter().all(|f| f.code == FaultCode::Unknown));
    assert!(read_strictly(&example()).is_ok());
}

#[test]
fn derived_values_are_calculated_again() {
    let mut file = example();
    file["strategies"][2]["annual_cost"] = json!(66_336.474);
    file["strategies"][1]["annual_cost"] = json!(56_619.51);
    file["risks"][0]["target"]["score"] = json!(9);
    file["risks"][1]["inherent"]["likelihood"] = Value::Null;
    let imported = read_value(&file).unwrap();
    let texts: Vec<&str> = imported.notes.iter().map(|n| n.text.as_str()).collect();
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert_eq!(
        texts[0],
        "risk R01, field target.score: the file says 9, calculated is 8; the calculated value counts"
    );
    assert!(texts[1].ends_with("calculated is unknown; the calculated value counts"));
    assert_eq!(imported.notes[2].computed.as_deref(), Some("56619.5"));
    assert_eq!(imported.notes[2].code, "derived_value_differs");
}

#[test]
fn a_flood_of_unknown_fields_or_faults_stays_small() {
    let many: serde_json::Map<String, Value> =
        (0..100_000).map(|i| (format!("f{i}"), json!(1))).collect();
    let mut file = json!({"schema": "mainstay/1", "settings": many});
    assert_eq!(read_value(&file).unwrap().notes.len(), 1_000);
    file["actions"] = (0..100_000).map(|_| json!({})).collect();
    let p = read_value(&file).unwrap_err();
    assert_eq!(p.faults().len(), 50);
}

#[test]
fn text_that_is_no_json_is_told_apart() {
    let options = ImportOptions::default();
    for (text, code) in [
        (&b"\xff\xfe{\x00}\x00"[..], "not_utf8"),
        (b"schema: mainstay/1", "not_json"),
        (b"{\"schema\": \"mainstay/1\"", "not_json"),
        (b"{\"schema\": \"mainstay/1\"} x", "not_json"),
        (&[b'['; 100_000], "too_deep"),
    ] {
        let p = import(text, &options, &mut keys()).unwrap_err();
        assert_eq!(p.code(), code, "{p}");
    }
    let with_mark = [
        b"\xef\xbb\xbf".as_slice(),
        mainstay_exchange::EXAMPLE.as_bytes(),
    ]
    .concat();
    assert!(import(&with_mark, &options, &mut keys()).is_ok());
}
