use super::fixture::{Plan, add, plans};
use super::*;
use crate::{Scenario, analyse, spof};
use mainstay_domain::{Datum, Money, NaiveDate, ServiceKind, Table, TeamId, Uuid};
use proptest::prelude::*;

fn weak(ws: &Workspace, top: usize) -> WeakPoints {
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let analysis = analyse(ws, &Scenario::default(), today);
    weak_points(ws, &analysis, &spof(ws), top)
}

/// Three activities: A00 and A01 on S00, A02 on S01; S02 under both services; 1 of {S03, S04} for A00.
fn plan() -> Plan {
    Plan {
        services: 5,
        activities: 3,
        needs: vec![(5, 0), (6, 0), (7, 1), (0, 2), (1, 2)],
        groups: vec![(5, 1, vec![3, 4], None)],
        ..Plan::default()
    }
}

/// A rate an hour for the activities that have one.
fn with_rates(ws: &mut Workspace, rates: &[(usize, i64)]) {
    for (a, cents) in rates {
        let (curve, band) = (
            Uuid::from_u128(9000 + *a as u128),
            Uuid::from_u128(9500 + *a as u128),
        );
        let activity = ws.activities[*a].id.0;
        add(
            ws,
            Table::LossCurve,
            curve,
            &[("activity_id", Datum::Id(activity))],
        );
        let values = [
            ("loss_curve_id", Datum::Id(curve)),
            ("from_h", Datum::Real(0.0)),
            ("rate_per_h", Datum::Int(*cents)),
        ];
        add(ws, Table::LossBand, band, &values);
    }
}

#[test]
fn singles_in_three_orders() {
    let mut ws = plan().workspace();
    with_rates(&mut ws, &[(0, 100), (1, 200), (2, 1000)]);
    ws.activities[0].accepted_mtpd_min = Some(mainstay_domain::Minutes(480));
    ws.activities[2].accepted_mtpd_min = Some(mainstay_domain::Minutes(240));
    let w = weak(&ws, usize::MAX);
    let got: Vec<(&str, usize, Option<f64>, [usize; 3])> = w
        .singles
        .iter()
        .map(|s| {
            let ranks = [s.rank_by_activities, s.rank_by_loss, s.rank_by_mtpd];
            (s.code.as_str(), s.activities_hit, s.loss_24h, ranks)
        })
        .collect();
    let want = [
        ("S02", 3, Some(24.0 * 13.0), [1, 1, 2]),
        ("S00", 2, Some(24.0 * 3.0), [2, 3, 3]),
        ("S01", 1, Some(24.0 * 10.0), [3, 2, 1]),
    ];
    assert_eq!(got, want);
    assert_eq!(w.singles[1].activities, ["A00", "A01"]);
    assert_eq!(w.singles[1].tightest_mtpd_activity.as_deref(), Some("A00"));
    assert_eq!(w.singles[1].mtpd_unknown, ["A01"]);
    // Only the first of each order.
    let first = weak(&ws, 1);
    let codes: Vec<&str> = first.singles.iter().map(|s| s.code.as_str()).collect();
    assert_eq!((codes, first.singles_total), (vec!["S02", "S01"], 3));
}

#[test]
fn an_unknown_loss_is_a_lower_bound_unless_the_organisation_can_lose_no_more() {
    let mut ws = plan().workspace();
    with_rates(&mut ws, &[(0, 100), (2, 1000)]);
    let of = |ws: &Workspace, i: usize| weak(ws, usize::MAX).singles[i].clone();
    let s = of(&ws, 0);
    assert_eq!(
        (s.loss_24h, s.loss_24h_at_least, s.loss_unknown.as_slice()),
        (None, 264.0, &["A01".to_string()][..])
    );
    add(
        &mut ws,
        Table::Organisation,
        Uuid::from_u128(8000),
        &[
            ("code", Datum::Text("ORG".into())),
            ("name", Datum::Text("Org".into())),
        ],
    );
    ws.organisations[0].total_loss_rate_cap_per_h = Some(Money(500));
    let s = of(&ws, 0);
    assert_eq!(
        (s.loss_24h, s.loss_24h_at_least, s.loss_capped),
        (Some(120.0), 120.0, true)
    );
    let s = of(&ws, 1);
    assert_eq!(
        (s.loss_24h, s.loss_24h_at_least, s.loss_capped),
        (None, 24.0, false)
    );
}

#[test]
fn sharing_is_counted_apart_from_stopping() {
    let mut ws = plan().workspace();
    let site = Uuid::from_u128(7000);
    let name = |s: &str| Datum::Text(s.into());
    add(
        &mut ws,
        Table::Site,
        site,
        &[("code", name("site-n")), ("name", name("North"))],
    );
    ws.services[3].site_id = Some(site.into());
    ws.services[1].site_id = Some(site.into());
    let w = weak(&ws, usize::MAX);
    let got: Vec<(ResourceKind, &str, usize, usize)> = w
        .shared
        .iter()
        .map(|s| (s.kind, s.code.as_str(), s.services, s.activities))
        .collect();
    // S03 serves one activity only, S04 too; the site carries A00 through S03 and A02 through S01.
    let want = [
        (ResourceKind::Service, "S02", 2, 3),
        (ResourceKind::Service, "S00", 0, 2),
        (ResourceKind::Site, "site-n", 2, 2),
    ];
    assert_eq!(got, want);
    assert_eq!(w.shared[1].direct_activities, ["A00", "A01"]);
    assert_eq!(w.shared[2].direct_services, ["S01", "S03"]);
}

#[test]
fn sole_holders_say_why() {
    let mut ws = plan().workspace();
    let text = |s: &str| Datum::Text(s.into());
    ws.services[0].kind = Some(ServiceKind::Person);
    ws.services[3].kind = Some(ServiceKind::Person);
    for (i, people) in [(1u128, Some(1)), (2, Some(2)), (3, None)] {
        let people = people.map_or(Datum::Null, Datum::Int);
        let code = format!("team-{i}");
        add(
            &mut ws,
            Table::Team,
            Uuid::from_u128(6000 + i),
            &[("code", text(&code)), ("people", people)],
        );
        ws.services[i as usize].team_id = Some(TeamId(Uuid::from_u128(6000 + i)));
    }
    ws.activities[0].rto_min = Some(mainstay_domain::Minutes(240));
    let (role, procedure) = (Uuid::from_u128(5000), Uuid::from_u128(5001));
    add(
        &mut ws,
        Table::Role,
        role,
        &[
            ("code", text("role-dba")),
            ("name", text("DBA")),
            ("required", Datum::Int(1)),
        ],
    );
    let service = ws.services[2].id.0;
    add(
        &mut ws,
        Table::Procedure,
        procedure,
        &[
            ("code", text("P1")),
            ("title", text("Restore")),
            ("service_id", Datum::Id(service)),
        ],
    );
    for no in [1, 2] {
        let values = [
            ("procedure_id", Datum::Id(procedure)),
            ("no", Datum::Int(no)),
            ("role_id", Datum::Id(role)),
        ];
        add(
            &mut ws,
            Table::ProcedureStep,
            Uuid::from_u128(5010 + no as u128),
            &values,
        );
    }
    let got: Vec<(SoleReason, String, Vec<String>)> = weak(&ws, 9)
        .sole
        .into_iter()
        .map(|s| (s.reason, s.code, s.services))
        .collect();
    let entry = |reason, code: &str, service: &str| (reason, code.into(), vec![service.into()]);
    let want = [
        entry(SoleReason::PersonIsSinglePoint, "S00", "S00"),
        entry(SoleReason::TeamOfOne, "team-1", "S01"),
        entry(SoleReason::RoleWithoutDeputy, "role-dba", "S02"),
    ];
    assert_eq!(got, want);
    // A deputy, and the role is not alone; itself does not count as one.
    ws.roles[0].deputy_role_id = Some(ws.roles[0].id);
    assert_eq!(weak(&ws, 9).sole.len(), 3);
    ws.roles[0].deputy_role_id = Some(Uuid::from_u128(1).into());
    assert_eq!(weak(&ws, 9).sole.len(), 2);
}

#[test]
fn an_empty_plan_has_no_weak_points() {
    let w = weak(&Workspace::default(), 9);
    assert_eq!((w.singles.len(), w.shared.len(), w.sole.len()), (0, 0, 0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    /// What rests on a service: whoever is reached through hard dependencies, members of groups included.
    #[test]
    fn sharing_equals_walking_up(plan in plans(12, true)) {
        let ws = plan.workspace();
        let mut edges = plan.needs.clone();
        for (owner, _, members, _) in &plan.groups {
            edges.extend(members.iter().map(|m| (*owner, *m)));
        }
        let w = weak(&ws, usize::MAX);
        for x in 0..plan.services {
            let mut reached = vec![x];
            let mut i = 0;
            while i < reached.len() {
                for (a, b) in &edges {
                    if *b == reached[i] && !reached.contains(a) {
                        reached.push(*a);
                    }
                }
                i += 1;
            }
            let services = reached.iter().filter(|n| **n < plan.services).count() - 1;
            let activities = reached.len() - 1 - services;
            let code = format!("S{x:02}");
            let found = w.shared.iter().find(|s| s.code == code).map(|s| (s.services, s.activities));
            prop_assert_eq!(found, (services + activities >= 2).then_some((services, activities)));
        }
    }
}
