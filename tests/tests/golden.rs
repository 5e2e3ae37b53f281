//! The example organisation against figures from an independent computation (`data/golden.json`).
#![allow(clippy::unwrap_used)]

use mainstay_analysis::recover::{Outcome, WorkUnit, by_list_rule};
use mainstay_analysis::{Analysis, MtpdState, Scenario, Spof, Staff, analyse, spof};
use mainstay_domain::{Minutes, NaiveDate, StaffLevel, Workspace};
use mainstay_tests::plans;
use serde_json::Value;

struct Golden {
    ws: Workspace,
    a: Analysis,
    staffed: Outcome,
    spof: Spof,
    want: Value,
}

/// The example under "loss of the Northgate server room", 23 November 2026.
fn golden() -> Golden {
    let ws = plans::example();
    let want = plans::golden()["demo"].clone();
    let names: Vec<&str> = strings(&want["scenario"]["down"]);
    let down = ws
        .services
        .iter()
        .filter(|s| names.contains(&s.code.0.as_str()))
        .map(|s| s.id)
        .collect();
    let scenario = Scenario {
        down: Some(down),
        start: want["scenario"]["start"].as_i64().map(Minutes),
        ..Scenario::default()
    };
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    Golden {
        staffed: by_list_rule(
            &ws,
            &Scenario {
                staff: Staff::of(StaffLevel::Planned),
                ..scenario.clone()
            },
            WorkUnit::Services,
        ),
        a: analyse(&ws, &scenario, today),
        spof: spof(&ws),
        ws,
        want,
    }
}

fn strings(v: &Value) -> Vec<&str> {
    v.as_array()
        .unwrap()
        .iter()
        .map(|s| s.as_str().unwrap())
        .collect()
}

fn min(m: Option<Minutes>) -> Value {
    m.map_or(Value::Null, |m| m.0.into())
}

#[test]
fn counts() {
    let g = golden();
    let want = &g.want["counts"];
    for (key, got) in [
        ("activities", g.ws.activities.len()),
        ("services", g.ws.services.len()),
        ("dependencies", g.ws.dependencies.len()),
        ("groups", g.ws.groups.len()),
        ("risks", g.ws.risks.len()),
        ("strategies", g.ws.strategies.len()),
    ] {
        assert_eq!(want[key], got, "{key}");
    }
}

#[test]
fn mtpd_of_every_activity() {
    let g = golden();
    let want = g.want["mtpd"].as_object().unwrap();
    assert_eq!(want.len(), g.a.activities.len());
    for (code, w) in want {
        let r = g.a.activity(code).unwrap();
        assert_eq!(r.mtpd.state, MtpdState::Known, "{code}");
        assert_eq!(min(r.mtpd.min), w["mtpd"], "{code}: MTPD");
        assert_eq!(
            min(r.mtpd.last_tolerable),
            w["conservative"],
            "{code}: last tolerable"
        );
        assert_eq!(r.mtpd.binding, strings(&w["binding"]), "{code}: binding");
        assert_eq!(min(r.rto), w["rto"], "{code}: RTO");
        assert_eq!(w["wrt"], r.wrt.0, "{code}: WRT");
        assert_eq!(min(r.slack), w["slack"], "{code}: slack");
    }
}

#[test]
fn requirements_and_times_of_every_service() {
    let g = golden();
    let want = g.want["services"].as_object().unwrap();
    assert_eq!(want.len(), g.a.services.len());
    for (code, w) in want {
        let r = g.a.service(code).unwrap();
        assert_eq!(
            min(r.required_rto),
            w["required_rto"],
            "{code}: required RTO"
        );
        assert_eq!(
            r.required_set_by.as_deref(),
            w["set_by"].as_str(),
            "{code}: set by"
        );
        assert_eq!(
            min(r.latest_finish),
            w["deadline_scheduled"],
            "{code}: latest finish"
        );
        assert_eq!(r.tier.map(u64::from), w["tier"].as_u64(), "{code}: tier");
        assert_eq!(
            min(r.achievable),
            w["restored_parallel"],
            "{code}: achievable"
        );
        assert_eq!(min(r.gap), w["gap_parallel"], "{code}: gap");
    }
}

#[test]
fn readiness_of_every_activity() {
    let g = golden();
    for (code, w) in g.want["activities"].as_object().unwrap() {
        let r = g.a.activity(code).unwrap();
        assert_eq!(min(r.rto), w["rto"], "{code}: RTO");
        assert_eq!(min(r.ready), w["ready_parallel"], "{code}: ready");
    }
    // With unlimited staff A02 is late for its RTO, but resumes before its MTPD; A05 holds.
    let a02 = g.a.activity("A02").unwrap();
    assert_eq!(
        (a02.resumed, a02.mtpd_breached),
        (Some(Minutes(400)), Some(false))
    );
    let a05 = g.a.activity("A05").unwrap();
    assert_eq!(
        (a05.ready, a05.gap),
        (Some(Minutes(95)), Some(Minutes(-25)))
    );
}

#[test]
fn the_list_rule_with_planned_staff() {
    let g = golden();
    for s in &g.staffed.services {
        let w = &g.want["services"][&s.code];
        assert_eq!(
            s.finish_min.map_or(Value::Null, Value::from),
            w["restored_staffed"],
            "{}: restored",
            s.code
        );
        let required = g.a.service(&s.code).unwrap().required_rto;
        let gap = s.finish_min.zip(required).map(|(t, r)| t - r.0);
        assert_eq!(
            gap.map_or(Value::Null, Value::from),
            w["gap_staffed"],
            "{}: gap",
            s.code
        );
    }
    for a in &g.staffed.activities {
        let w = &g.want["activities"][&a.code];
        let (ready, resumed) = (a.ready_min.unwrap(), a.resumed_min.unwrap());
        assert_eq!(w["ready_staffed"], ready, "{}: ready", a.code);
        assert_eq!(w["resumed_staffed"], resumed, "{}: resumed", a.code);
        assert_eq!(
            w["gap_staffed"],
            ready - a.rto_min.unwrap(),
            "{}: gap",
            a.code
        );
        assert_eq!(
            w["mtpd_breached"],
            a.mtpd_missed.unwrap(),
            "{}: MTPD",
            a.code
        );
    }
}

#[test]
fn single_points_of_failure() {
    let g = golden();
    let want = g.want["spof"].as_object().unwrap();
    for (i, s) in g.ws.services.iter().enumerate() {
        let stops: Vec<&str> = g.spof.stops[i]
            .iter()
            .map(|a| g.ws.activities[*a].code.0.as_str())
            .collect();
        let expected = want.get(&s.code.0).map(strings).unwrap_or_default();
        assert_eq!(stops, expected, "{}", s.code);
        if stops.is_empty() {
            assert!(
                strings(&g.want["not_spof"]).contains(&s.code.0.as_str()),
                "{}",
                s.code
            );
        }
    }
}

#[test]
fn data_loss() {
    let g = golden();
    for (code, w) in g.want["rpo_required"].as_object().unwrap() {
        assert_eq!(min(g.a.service(code).unwrap().required_rpo), *w, "{code}");
    }
    let w = &g.want["rpo_gap_db"];
    let got = g.a.service("svc-db").unwrap().rpo_gaps();
    assert_eq!(
        got.map(min),
        [
            &w["component_failure"],
            &w["site_loss"],
            &w["logical_corruption"]
        ]
        .map(Value::clone)
    );
}

#[test]
fn loss_after_a_day() {
    let g = golden();
    let at = |code: &str, h: f64| {
        let id =
            g.ws.activities
                .iter()
                .find(|a| a.code.0 == code)
                .unwrap()
                .id;
        mainstay_analysis::loss::LossCurve::of(&g.ws, id)
            .unwrap()
            .at(h)
    };
    for (code, w) in g.want["loss_24h"].as_object().unwrap() {
        assert_eq!(at(code, 24.0), w.as_f64().unwrap(), "{code}");
    }
    for (h, w) in g.want["loss_A02"].as_object().unwrap() {
        assert_eq!(at("A02", h.parse().unwrap()), w.as_f64().unwrap(), "{h} h");
    }
}

#[test]
fn a_gap_is_proved_by_its_chain() {
    let g = golden();
    let path: Vec<(String, i64)> =
        g.a.blocking_path("A02")
            .into_iter()
            .map(|s| (s.code, s.finish.0))
            .collect();
    assert_eq!(path.last().unwrap(), &("A02".to_string(), 340));
    assert!(path.windows(2).all(|w| w[0].1 <= w[1].1), "{path:?}");
    let codes: Vec<&str> = path.iter().map(|p| p.0.as_str()).collect();
    assert!(
        codes.contains(&"svc-db") && codes.contains(&"svc-wms"),
        "{codes:?}"
    );
    // Each link is the one before, plus the own restore time, less the tolerance.
    for w in g.a.blocking_path("svc-wms").windows(2) {
        assert_eq!(
            w[1].finish,
            w[0].finish - w[1].tolerance + w[1].own.unwrap()
        );
    }
    assert_eq!(g.a.requirement_path("svc-db"), ["A02", "svc-wms", "svc-db"]);
}

#[test]
fn the_overdue_action_is_a_finding() {
    let g = golden();
    let overdue: Vec<&str> =
        g.a.findings
            .iter()
            .filter(|f| f.code == "action_overdue")
            .map(|f| f.subject.as_str())
            .collect();
    assert_eq!(
        overdue,
        strings(&g.want["exercise"]["overdue_on_2026_11_23"])
    );
}
