//! What goes out comes in again, and the other way round.

#![allow(clippy::unwrap_used)]

mod common;

use common::*;
use mainstay_domain::{
    ChangeSort, Count, FrequencyModel, Minutes, Money, MtpdRule, Percent, Record, RiskBand, RiskId,
    ServiceKind, Share, StaffLevel, Table,
};
use mainstay_exchange::{SCHEMA, export, to_string_pretty};
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn the_example_comes_back_as_it_is() {
    let imported = read(mainstay_exchange::EXAMPLE).unwrap();
    assert_eq!(imported.notes, []);
    let mut want = example();
    want["schema"] = SCHEMA.into();
    assert_eq!(difference(&export(&imported.workspace), &want, ""), None);
}

#[test]
fn the_example_has_what_the_domain_reference_says() {
    let ws = example_workspace();
    let counts = [
        Table::Activity,
        Table::Service,
        Table::Dependency,
        Table::RedundancyGroup,
        Table::Risk,
        Table::Strategy,
        Table::StrategyScope,
        Table::Procedure,
        Table::Inject,
        Table::Action,
        Table::CommTemplate,
        Table::ReportingDuty,
    ]
    .map(|t| ws.count(t));
    assert_eq!(counts, [12, 28, 65, 4, 15, 10, 3, 4, 6, 5, 10, 5]);
    assert_eq!(ws.impact_ratings.len(), 12 * 6 * 6);
    assert_eq!(ws.calendar_hours.len(), 168);
    assert_eq!(
        ws.organisations[0].annual_revenue.map(|m| m.0),
        Some(21_000_000_000)
    );
}

#[test]
fn positions_and_order_are_those_of_the_file() {
    let ws = example_workspace();
    for t in Table::ALL {
        let rows = ws.rows(*t);
        assert!(rows.windows(2).all(|w| w[0].pos < w[1].pos), "{t:?}");
    }
    assert_eq!(ws.activities[3].code.0, "A04");
}

#[test]
fn an_export_comes_in_as_the_same_workspace_up_to_keys() {
    let ws = example_workspace();
    let again = read(&to_string_pretty(&ws)).unwrap().workspace;
    // Keys are given in the order of the file's tables, and that is the same.
    assert!(again == ws, "differs after one way out and in");
}

#[test]
fn every_new_field_and_table_goes_out_and_comes_in() {
    let v = with_scenarios();
    let imported = read_value(&v).unwrap();
    assert_eq!(imported.notes, []);
    let ws = imported.workspace;
    let new = [
        (Table::CategoryWeight, 3),
        (Table::RiskMatrixCell, 4),
        (Table::SavedScenario, 2),
        (Table::ScenarioService, 2),
        (Table::ScenarioSite, 1),
        (Table::ScenarioSupplier, 1),
        (Table::ScenarioTeam, 1),
        (Table::ScenarioStaff, 1),
        (Table::ScenarioRestore, 1),
        (Table::ScenarioGroup, 1),
        (Table::ScenarioStrategy, 1),
    ];
    for (table, n) in new {
        assert_eq!(ws.count(table), n, "{table:?}");
    }
    let settings = &ws.settings[0];
    assert_eq!(settings.mtpd_rule, MtpdRule::WeightedSum);
    assert_eq!(settings.weighted_share_pct, Some(Percent(65)));
    assert_eq!(settings.loss_limit, Some(Money(25_000_050)));
    let weights: Vec<(&str, f64)> = ws
        .category_weights
        .iter()
        .map(|w| (w.key.as_str(), w.weight.0))
        .collect();
    assert_eq!(
        weights,
        [("safety", 3.0), ("financial", 0.5), ("colour", 2.0)]
    );
    assert_eq!(ws.risk_matrix[1].band, RiskBand::Extreme);
    assert_eq!(ws.roles[1].team_id, Some(ws.teams[0].id));
    assert_eq!(ws.roles[0].team_id, None);
    assert_eq!(ws.activities[3].loss_limit, Some(Money(0)), "not unknown");
    assert_eq!(ws.activities[0].loss_limit, None);
    assert_eq!(ws.groups[0].common_cause_beta, Some(Share(0.1)));
    assert_eq!(ws.risks[0].frequency_model, Some(FrequencyModel::Bernoulli));
    assert_eq!(ws.risks[2].frequency_model, None);
    assert_eq!(ws.services[0].kind, Some(ServiceKind::Person));
    let night = &ws.scenarios[0];
    assert_eq!(night.staff, Some(StaffLevel::Half));
    assert_eq!(night.start_min, Some(Minutes(90)));
    assert_eq!(ws.scenario_staff[0].available, Count(0));
    assert_eq!(ws.scenario_groups[0].group_id, ws.groups[0].id);

    let out = export(&ws);
    let mut want = v;
    want["schema"] = SCHEMA.into();
    assert_eq!(difference(&out, &want, ""), None);
    assert!(read_value(&out).unwrap().workspace == ws);
}

#[test]
fn communication_and_changes_of_a_version_go_out_and_come_in() {
    let mut v = example();
    let plan = &mut v["plan"];
    plan["communication"]["templates"][0]["release_role_id"] = Value::Null;
    plan["versions"][3]["changes"] = json!({
        "since": "2.1",
        "records": [
            { "name": "A01 Ordering", "noun": "activity", "what": "changed", "values": [
                { "label": "RTO", "old": "4 h", "new": "3 h" },
                { "label": "peak", "new": "Monday" }
            ]},
            { "name": "con-01", "noun": "contact", "what": "removed", "values": [
                { "label": "phone", "old": "1", "reach": true }
            ]}
        ],
        "moved": ["A01 owes more."]
    });
    let imported = read_value(&v).unwrap();
    assert_eq!(imported.notes, []);
    let ws = imported.workspace;
    let p = &ws.plans[0];
    assert_eq!(p.spokesperson_role_id, Some(ws.roles[12].id));
    assert!(
        p.release_rule
            .as_ref()
            .is_some_and(|r| r.contains("released"))
    );
    let t = &ws.comm_templates[2];
    assert_eq!(
        (t.code.0.as_str(), t.rhythm_min),
        ("CT-03", Some(Minutes(240)))
    );
    assert_eq!(ws.comm_templates[0].release_role_id, None);
    assert_eq!(ws.reporting_duties[0].deadline_min, Some(Minutes(1440)));
    assert_eq!(ws.plan_versions[3].compared_with.as_deref(), Some("2.1"));
    assert_eq!(ws.version_changes[1].what, ChangeSort::Removed);
    let reach: Vec<_> = ws.version_change_values.iter().map(|v| v.reach).collect();
    assert_eq!(reach, [None, None, Some(true)]);
    assert_eq!(ws.version_results.len(), 1);
    let mut want = v;
    want["schema"] = SCHEMA.into();
    let out = export(&ws);
    assert_eq!(difference(&out, &want, ""), None);
    assert!(read_value(&out).unwrap().workspace == ws);
}

#[test]
fn what_is_new_is_left_out_where_nothing_is_there() {
    let mut ws = example_workspace();
    ws.comm_templates.clear();
    ws.reporting_duties.clear();
    ws.plans[0].spokesperson_role_id = None;
    ws.plans[0].release_rule = None;
    assert_eq!(ws.settings[0].loss_limit, None);
    assert_eq!(ws.category_weights, []);
    assert_eq!(ws.risk_matrix, []);
    assert_eq!(ws.scenarios, []);
    let out = to_string_pretty(&ws);
    for key in [
        "weighted_share_pct",
        "loss_limit",
        "weights",
        "risk_matrix",
        "common_cause_beta",
        "frequency_model",
        "scenarios",
        "services_out",
        "communication",
        "changes",
    ] {
        assert!(!out.contains(&format!("\"{key}\"")), "{key} is written");
    }
    assert!(
        export(&ws)["roles"]
            .as_array()
            .unwrap()
            .iter()
            .all(|r| r.get("team").is_none())
    );
}

#[test]
fn whole_numbers_are_written_as_integers_and_cents_as_decimals() {
    let mut ws = example_workspace();
    ws.strategies[0].capex = Some(mainstay_domain::Money(1_234_567));
    ws.strategies[1].capex = Some(mainstay_domain::Money(100_000_000_000_000_099));
    let v = export(&ws);
    assert_eq!(v["strategies"][0]["capex"].to_string(), "12345.67");
    assert_eq!(v["strategies"][0]["frequency_factor"].to_string(), "1");
    assert_eq!(v["calendars"][0]["weekly"][0].to_string(), "0.6");
    assert_eq!(v["activities"][0]["rto_min"].to_string(), "480");
}

#[test]
fn every_amount_comes_back_to_the_cent() {
    let mut ws = example_workspace();
    for cents in (0..2_000_000_i64)
        .step_by(997)
        .chain([999_999_999_999_999, 1, 99, 10])
    {
        ws.strategies[0].opex_per_year = Some(mainstay_domain::Money(cents));
        let v = export(&ws);
        let text = v["strategies"][0]["opex_per_year"].to_string();
        let back: Value = serde_json::from_str(&text).unwrap();
        let mut file = json!({"schema": SCHEMA, "strategies": [{"id": "s", "name": ""}]});
        file["strategies"][0]["opex_per_year"] = back;
        let got = read_value(&file).unwrap().workspace.strategies[0].opex_per_year;
        assert_eq!(got.map(|m| m.0), Some(cents), "{text}");
    }
}

#[test]
fn an_empty_workspace_goes_out_and_comes_in() {
    let v = export(&Default::default());
    let ws = read_value(&v).unwrap().workspace;
    assert_eq!(export(&ws), v);
    assert_eq!(ws.organisations.len(), 0);
    assert_eq!(ws.settings.len(), 1);
    let least = read_value(&json!({"schema": SCHEMA})).unwrap().workspace;
    assert_eq!(export(&least), v);
}

#[test]
fn further_plans_stand_beside_the_first() {
    let mut v = example();
    let mut more = json!({"id": "PLAN-02", "title": "Second", "versions": [{"version": "1.0", "state": "draft"}]});
    more["scope"] = json!({"services": ["svc-db"]});
    v["more_plans"] = json!([more, {"id": "PLAN-03", "title": "Third"}]);
    let ws = read_value(&v).unwrap().workspace;
    let codes: Vec<&str> = ws.plans.iter().map(|p| p.code.0.as_str()).collect();
    assert_eq!(codes, ["PLAN-01", "PLAN-02", "PLAN-03"]);
    let out = export(&ws);
    assert_eq!(out["plan"]["id"], "PLAN-01");
    assert_eq!(out["more_plans"][0]["scope"]["services"], json!(["svc-db"]));
    assert!(read_value(&out).unwrap().workspace == ws);
}

#[test]
fn nested_objects_are_written_unless_all_in_them_is_left_out() {
    let v = json!({"schema": SCHEMA,
        "services": [{"id": "s", "name": "S", "capability": null}],
        "risks": [{"id": "r", "title": "R"}]});
    let out = export(&read_value(&v).unwrap().workspace);
    assert_eq!(
        out["services"][0]["capability"],
        json!({"component_min": null, "evidence": null, "tested_on": null})
    );
    assert_eq!(out["services"][0]["rpa"], json!({}));
    assert_eq!(out["risks"][0]["duration_h"], json!({"dist": null}));
    assert_eq!(
        out["risks"][0]["inherent"],
        json!({"likelihood": null, "impact": null, "score": null})
    );
    assert_eq!(out["risks"][0].get("acceptance"), None);
    assert_eq!(out["plan"], Value::Null);
}

#[test]
fn a_record_keeps_its_place_when_its_key_changes() {
    let mut ws = example_workspace();
    let before = export(&ws);
    let old = ws.risks[0].id;
    let new = RiskId(mainstay_domain::Uuid::from_u128(u128::MAX));
    ws.risks[0].id = new;
    for s in ws.risk_services.iter_mut().filter(|s| s.risk_id == old) {
        s.risk_id = new;
    }
    for s in ws.risk_threats.iter_mut().filter(|s| s.risk_id == old) {
        s.risk_id = new;
    }
    for s in ws.risk_controls.iter_mut().filter(|s| s.risk_id == old) {
        s.risk_id = new;
    }
    assert_eq!(export(&ws), before);
    assert_eq!(ws.risks[0].key(), new.0);
}

/// Texts that programs stumble over.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("\"quoted\" \\ 'single' \u{2028} \u{7f} \r\n\t".to_string()),
        Just("<script>alert(1)</script>&amp;".to_string()),
        Just(
            "\u{202e}\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{627}\u{644}\u{62e}\u{62f}\u{645}\u{629}"
                .to_string()
        ),
        Just("\u{1f9ca}\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{feff}".to_string()),
        Just("\u{e4}\u{df}".repeat(5_000)),
        "[^\u{0}]{0,20}",
    ]
}

/// One change to a file: which of its optional values, and what becomes of it.
#[derive(Debug, Clone)]
enum Change {
    Null(usize),
    Delete(usize),
    Text(usize, String),
    Swap(usize),
    Drop(usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<usize>().prop_map(Change::Null),
        any::<usize>().prop_map(Change::Delete),
        (any::<usize>(), text()).prop_map(|(n, t)| Change::Text(n, t)),
        any::<usize>().prop_map(Change::Swap),
        any::<usize>().prop_map(Change::Drop),
    ]
}

/// Every field of every object, and every list, as JSON pointers.
fn places(v: &Value, at: &str, fields: &mut Vec<String>, lists: &mut Vec<String>) {
    match v {
        Value::Object(o) => {
            for (k, v) in o {
                let at = format!("{at}/{k}");
                fields.push(at.clone());
                places(v, &at, fields, lists);
            }
        }
        Value::Array(list) => {
            lists.push(at.to_string());
            for (i, v) in list.iter().enumerate() {
                places(v, &format!("{at}/{i}"), fields, lists);
            }
        }
        _ => {}
    }
}

fn apply(v: &mut Value, c: &Change) {
    let (mut fields, mut lists) = (vec![], vec![]);
    places(v, "", &mut fields, &mut lists);
    let (Change::Null(n)
    | Change::Delete(n)
    | Change::Text(n, _)
    | Change::Swap(n)
    | Change::Drop(n)) = c;
    if let Change::Swap(_) | Change::Drop(_) = c {
        let at = &lists[n % lists.len()];
        if let Some(Value::Array(list)) = v.pointer_mut(at)
            && !list.is_empty()
        {
            match c {
                Change::Swap(_) => list.reverse(),
                _ => drop(list.pop()),
            }
        }
        return;
    }
    let at = fields[n % fields.len()].clone();
    let (parent, key) = at.rsplit_once('/').unwrap();
    let Some(Value::Object(object)) = v.pointer_mut(parent) else {
        return;
    };
    match c {
        Change::Delete(_) => drop(object.remove(key)),
        Change::Null(_) => drop(object.insert(key.into(), Value::Null)),
        Change::Text(_, t) if object[key].is_string() => {
            drop(object.insert(key.into(), t.clone().into()));
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever comes in goes out in a form that comes in as the same and goes out as the same; and whatever does
    /// not come in is refused with a sentence.
    #[test]
    fn export_is_a_fixpoint(changes in prop::collection::vec(change(), 1..12), new in any::<bool>()) {
        let mut v = if new { with_scenarios() } else { example() };
        for c in &changes {
            let before = v.clone();
            apply(&mut v, c);
            match read_value(&v) {
                Ok(_) => {}
                Err(p) => {
                    prop_assert!(!p.to_string().is_empty());
                    v = before;
                }
            }
        }
        let ws = read_value(&v).unwrap().workspace;
        let once = export(&ws);
        let again = read_value(&once).unwrap();
        prop_assert_eq!(&again.notes, &vec![]);
        prop_assert_eq!(difference(&export(&again.workspace), &once, ""), None);
        prop_assert!(again.workspace == read_value(&export(&again.workspace)).unwrap().workspace);
    }
}
