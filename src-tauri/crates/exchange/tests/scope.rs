//! What is frozen with a plan's version.

#![allow(clippy::unwrap_used)]

mod common;

use common::*;
use mainstay_domain::{
    Datum, Frozen, Kind, PlanId, PlanServiceId, PlanVersionId, Record, Table, Uuid, VersionState,
    Workspace,
};
use mainstay_exchange::{export, scope};
use serde_json::json;
use std::collections::BTreeSet;

fn codes<R: Record>(list: &[R]) -> Vec<String> {
    let i = R::SPEC.column("code").unwrap();
    list.iter()
        .map(|r| match &r.to_row().data[i] {
            Datum::Text(s) => s.clone(),
            d => panic!("{d:?}"),
        })
        .collect()
}

/// The example with a scope of a few services or activities.
fn narrow(services: &[&str], activities: &[&str]) -> (Workspace, PlanId) {
    let mut v = example();
    v["plan"]["scope"]["services"] = json!(services);
    v["plan"]["scope"]["activities"] = json!(activities);
    v["plan"]["procedure_ids"] = json!([]);
    v["plan"]["strategy_ids"] = json!(["st-in-2"]);
    v["plan"]["backups"] = json!([]);
    let ws = read_value(&v).unwrap().workspace;
    let plan = ws.plans[0].id;
    (ws, plan)
}

#[track_caller]
fn closed(ws: &Workspace) {
    for t in Table::ALL {
        for row in ws.rows(*t) {
            for (f, d) in t.spec().fields.iter().zip(&row.data) {
                let Datum::Id(id) = d else { continue };
                let there = match f.kind {
                    Kind::Ref(to) => ws.row(to, *id).is_some(),
                    _ => {
                        ws.row(Table::Service, *id).is_some()
                            || ws.row(Table::Activity, *id).is_some()
                    }
                };
                assert!(there, "{t:?}.{} leads nowhere", f.column);
            }
        }
    }
    let out = export(ws);
    let again = read_value(&out).unwrap();
    assert_eq!(again.notes, []);
    assert_eq!(difference(&export(&again.workspace), &out, ""), None);
}

#[test]
fn the_whole_example_lacks_only_workshops_and_the_draft() {
    let ws = example_workspace();
    let part = scope(&ws, ws.plans[0].id);
    closed(&part);
    let mut want = export(&ws);
    want["workshops"] = json!([]);
    want["plan"]["versions"].as_array_mut().unwrap().pop();
    assert_eq!(difference(&export(&part), &want, ""), None);
}

#[test]
fn a_narrow_scope_takes_what_it_needs_and_nothing_else() {
    let (ws, plan) = narrow(&["svc-print"], &[]);
    let part = scope(&ws, plan);
    closed(&part);
    let services: BTreeSet<String> = codes(&part.services).into_iter().collect();
    assert!(services.contains("svc-print"));
    // Everything that any service in it needs is in it.
    for d in &ws.dependencies {
        let kept = |id: Uuid| part.services.iter().any(|s| s.id.0 == id);
        assert!(
            !kept(d.dependant_id.0) || kept(d.provider_id.0),
            "{}",
            d.code
        );
        assert_eq!(
            part.dependencies.iter().any(|p| p.id == d.id),
            kept(d.dependant_id.0),
            "{}",
            d.code
        );
    }
    assert!(
        services.len() < 28 && !services.contains("svc-mail"),
        "{services:?}"
    );
    assert_eq!(part.activities.len(), 0);
    assert_eq!(part.impact_ratings.len(), 0);
    assert_eq!(part.loss_bands.len(), 0);
    for r in &part.risks {
        assert!(
            part.risk_services.iter().any(|s| s.risk_id == r.id),
            "{}",
            r.code
        );
    }
    assert!(part.risks.len() < ws.risks.len());
    // The alternatives of a chosen strategy belong to the choice.
    assert_eq!(codes(&part.strategies), ["st-in-1", "st-in-2", "st-in-3"]);
    assert_eq!(part.roles.len(), ws.roles.len());
    assert_eq!(part.exercises, ws.exercises);
    assert_eq!(part.actions, ws.actions);
    for p in &part.procedures {
        assert!(p.service_id.is_some(), "{}", p.code);
    }
}

#[test]
fn an_activity_brings_its_services() {
    let (ws, plan) = narrow(&[], &["A05"]);
    let part = scope(&ws, plan);
    closed(&part);
    assert_eq!(codes(&part.activities), ["A05"]);
    assert_eq!(part.impact_ratings.len(), 36);
    assert!(codes(&part.services).contains(&"svc-cold".to_string()));
}

#[test]
fn other_plans_and_versions_in_preparation_stay_out() {
    let (mut ws, plan) = narrow(&["svc-db"], &[]);
    let before = scope(&ws, plan);
    let mut other = ws.plans[0].clone();
    other.id = PlanId(Uuid::from_u128(1 << 100));
    other.code.0 = "PLAN-02".into();
    other.pos = 2;
    let mut covers = ws.plan_services[0].clone();
    covers.id = PlanServiceId(Uuid::from_u128(2 << 100));
    covers.plan_id = other.id;
    ws.plan_services.push(covers);
    ws.plans.push(other);
    let draft: PlanVersionId = ws.plan_versions[3].id;
    assert_eq!(ws.plan_versions[3].state, VersionState::Draft);
    assert!(scope(&ws, plan) == before);
    // Submitting does not change what was submitted.
    let v = ws.plan_versions.iter_mut().find(|v| v.id == draft).unwrap();
    v.state = VersionState::InReview;
    v.content = Some(Frozen("{}".into()));
    v.content_sha256 = Some("0".repeat(64));
    assert!(scope(&ws, plan) == before);
    closed(&scope(&ws, plan));
    let approved = &before.plan_versions[2];
    assert_eq!(approved.number, "2.1");
    assert_eq!(
        before
            .sign_offs
            .iter()
            .filter(|s| s.version_id == approved.id)
            .count(),
        4
    );
}

#[test]
fn a_plan_that_is_not_there_has_an_empty_scope() {
    let ws = example_workspace();
    let part = scope(&ws, PlanId(Uuid::from_u128(u128::MAX)));
    assert_eq!(part.services.len(), 0);
    assert_eq!(part.plans.len(), 0);
    closed(&part);
}

#[test]
fn what_ifs_are_not_frozen_but_what_the_numbers_rest_on_is() {
    let ws = read_value(&with_scenarios()).unwrap().workspace;
    let out = scope(&ws, ws.plans[0].id);
    closed(&out);
    for t in Table::ALL {
        let name = t.spec().name;
        assert!(
            !name.starts_with("scenario") || out.count(*t) == 0,
            "{name}"
        );
    }
    assert_eq!(out.category_weights, ws.category_weights);
    assert_eq!(out.risk_matrix, ws.risk_matrix);
    assert_eq!(out.settings, ws.settings);
    assert_eq!(out.roles[1].team_id, ws.roles[1].team_id);
    assert_eq!(export(&out).get("scenarios"), None);
    // Without anything new, a plan is frozen as it was before there was any.
    let before = example_workspace();
    let frozen = scope(&before, before.plans[0].id);
    assert!(!export(&frozen).to_string().contains("frequency_model"));
}
