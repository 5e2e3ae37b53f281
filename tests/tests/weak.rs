//! Weak points and availability of the example organisation against `data/golden.json`.
#![allow(clippy::unwrap_used)]

use mainstay_analysis::{
    Analysis, AvailabilityState, ResourceKind, Scenario, Spof, WeakPoints, analyse, availability,
    pairs, spof, weak_points,
};
use mainstay_domain::{NaiveDate, Workspace};
use mainstay_tests::plans;
use serde_json::Value;

struct Example {
    ws: Workspace,
    analysis: Analysis,
    spof: Spof,
    want: Value,
}

fn example() -> Example {
    let ws = plans::example();
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let all = plans::golden();
    Example {
        analysis: analyse(&ws, &Scenario::default(), today),
        spof: spof(&ws),
        want: all["demo"].clone(),
        ws,
    }
}

fn weak(e: &Example) -> WeakPoints {
    weak_points(&e.ws, &e.analysis, &e.spof, usize::MAX)
}

#[test]
fn availability_of_the_warehouse() {
    let e = example();
    let a = availability(&e.ws);
    let want = &e.want["availability_wms"];
    let wms = a.services.iter().find(|t| t.code == "svc-wms").unwrap();
    assert_eq!(wms.state, AvailabilityState::Exact);
    assert_eq!(want["components"], wms.parts);
    let exact = want["exact"].as_f64().unwrap();
    assert!((wms.availability.unwrap() - exact).abs() < 5e-7, "{wms:?}");
    let down = want["downtime_h"].as_f64().unwrap();
    assert!((wms.downtime_h.unwrap() - down).abs() < 0.05, "{wms:?}");
    assert_eq!(wms.contributors.len(), 5);
    assert!(
        a.services
            .iter()
            .chain(&a.activities)
            .all(|t| t.availability_at_most <= 1.0)
    );
}

#[test]
fn single_points_name_their_activities() {
    let e = example();
    let w = weak(&e);
    let want = e.want["spof"].as_object().unwrap();
    assert_eq!((w.singles.len(), w.singles_total), (want.len(), want.len()));
    for s in &w.singles {
        assert_eq!(serde_json::json!(s.activities), want[&s.code], "{}", s.code);
        assert_eq!(s.activities_hit, s.activities.len());
        assert!(s.loss_24h_at_least > 0.0, "{}", s.code);
    }
    // Both stop all twelve, and the tightest MTPD of all is that of the cold chain.
    let first: Vec<&str> = w.singles[..2].iter().map(|s| s.code.as_str()).collect();
    assert_eq!(first, ["svc-corenet", "svc-power"]);
    assert_eq!(w.singles[0].tightest_mtpd_activity.as_deref(), Some("A05"));
    assert_eq!(w.singles[0].tightest_mtpd_min.map(|m| m.0), Some(240));
}

#[test]
fn pairs_stop_what_neither_stops_alone() {
    let e = example();
    let p = pairs(&e.ws, usize::MAX, &|| false);
    assert!(p.complete);
    let at = |code: &str| e.ws.services.iter().position(|s| s.code.0 == code).unwrap();
    let alone = |code: &str| -> Vec<&str> {
        let stops = e.spof.stops[at(code)].iter();
        stops.map(|a| e.ws.activities[*a].code.0.as_str()).collect()
    };
    // Two of three hosts are needed, one of two lines.
    let codes = |a: &str, b: &str| p.pairs.iter().any(|p| p.first == a && p.second == b);
    assert!(codes("svc-host-1", "svc-host-2") && codes("svc-link-a", "svc-link-b"));
    assert_eq!(p.pairs.len(), 13);
    for pair in &p.pairs {
        for a in &pair.activities {
            assert!(!alone(&pair.first).contains(&a.as_str()), "{pair:?}");
            assert!(!alone(&pair.second).contains(&a.as_str()), "{pair:?}");
        }
    }
}

#[test]
fn what_many_rest_on() {
    let e = example();
    let w = weak(&e);
    let power = w.shared.iter().find(|s| s.code == "svc-power").unwrap();
    assert_eq!((power.kind, power.activities), (ResourceKind::Service, 12));
    let at = w
        .shared
        .iter()
        .find(|s| s.kind == ResourceKind::Site)
        .unwrap();
    assert!(at.services >= at.direct_services.len() && at.direct_services.len() > 1);
}
