//! The order of recovery under limited people: published examples, properties, and what-ifs on the example organisation.
#![allow(clippy::unwrap_used)]

use mainstay_analysis::recover::{
    Goal, Options, Outcome, Patience, RecoveryOrder, WorkUnit, by_list_rule, recover,
};
use mainstay_analysis::{Scenario, Staff, what_if};
use mainstay_domain::{Minutes, StaffLevel, Workspace};
use mainstay_exchange::EXAMPLE;
use mainstay_tests::plans::{example, golden, read};
use proptest::prelude::*;
use serde_json::{Value, json};

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
        ("it", 2, Some(1))
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

/// The example's loss of the Northgate server room from minute 30.
fn northgate(ws: &Workspace, staff: Staff) -> Scenario {
    let golden = golden();
    let down = golden["demo"]["scenario"]["down"].as_array().unwrap();
    let is_down = |code: &str| down.iter().any(|d| d == code);
    Scenario {
        down: Some(
            ws.services
                .iter()
                .filter(|s| is_down(&s.code.0))
                .map(|s| s.id)
                .collect(),
        ),
        start: Some(Minutes(30)),
        staff,
        ..Scenario::default()
    }
}

fn key(b: mainstay_analysis::recover::Breaches) -> (usize, usize) {
    (b.mtpd, b.rto)
}

#[test]
fn the_example_is_never_worse_than_the_list_rule_and_the_same_again() {
    let ws = example();
    let scenario = northgate(&ws, Staff::of(StaffLevel::Planned));
    for goal in [Goal::Breaches, Goal::Loss, Goal::Finish] {
        let a = search(&ws, &scenario, goal, 300);
        let b = search(&ws, &scenario, goal, 300);
        assert_eq!(a, b, "{goal:?}: the same seed gives the same order");
        match goal {
            Goal::Breaches => {
                assert!(key(a.outcome.breaches) <= key(a.list_rule.breaches));
                assert!(key(a.unlimited.breaches) <= key(a.outcome.breaches));
            }
            Goal::Loss => assert!(a.outcome.loss.unwrap() <= a.list_rule.loss.unwrap()),
            Goal::Finish => {
                assert!(a.outcome.finish_min.unwrap() <= a.list_rule.finish_min.unwrap());
                assert!(a.bound_min.unwrap() <= a.outcome.finish_min.unwrap());
            }
        }
        assert_kept(&ws, &scenario, &a.outcome);
        // Nobody waits for these teams, so one more person there gains nothing.
        let waited: Vec<&str> = a.bottlenecks.iter().map(|b| b.team.as_str()).collect();
        for g in a
            .gains
            .iter()
            .filter(|g| !waited.contains(&g.team.as_str()))
        {
            assert_eq!(
                (
                    g.mtpd_fewer.unwrap_or(0),
                    g.rto_fewer.unwrap_or(0),
                    g.loss_less.unwrap_or(0.0)
                ),
                (0, 0, 0.0),
                "{goal:?}: {}",
                g.team
            );
        }
    }
}

/// Holds an order against the rules it has to keep: people, dependencies, tolerances.
#[track_caller]
fn assert_kept(ws: &Workspace, scenario: &Scenario, o: &Outcome) {
    let start = o.start_min;
    let time = |code: &str| o.services.iter().find(|s| s.code == code).unwrap();
    for team in &ws.teams {
        let Some(people) = scenario.staff.strength(team) else {
            continue;
        };
        let busy: Vec<(i64, i64)> = o
            .services
            .iter()
            .filter(|s| s.team.as_deref() == Some(&*team.code.0))
            .filter_map(|s| Some((s.start_min?, s.finish_min?)))
            .filter(|(a, b)| a < b)
            .collect();
        for (at, _) in &busy {
            let now = busy.iter().filter(|(a, b)| a <= at && at < b).count();
            assert!(
                now as i64 <= people,
                "{now} at work in {} at {at}",
                team.code
            );
        }
    }
    for s in o.services.iter().filter(|s| s.start_min.is_some()) {
        let record = ws.services.iter().find(|x| x.code.0 == s.code).unwrap();
        let begin = s.start_min.unwrap();
        assert!(begin >= start, "{}", s.code);
        let own = record.capability_min.or(record.own_restore_min).unwrap();
        assert_eq!(s.finish_min, Some(begin + own.0), "{}", s.code);
        let hard = ws.dependencies.iter().filter(|d| {
            // What needs itself is a finding and counts for nothing.
            d.dependant_id.0 == record.id.0
                && d.provider_id.0 != record.id.0
                && d.group_id.is_none()
                && d.strength == mainstay_domain::Strength::Hard
        });
        for d in hard {
            let p = ws.get::<mainstay_domain::Service>(d.provider_id).unwrap();
            let there = time(&p.code.0).finish_min.unwrap();
            assert!(
                begin >= there - d.tolerance_min.0,
                "{} begins at {begin}, before {} is there at {there}",
                s.code,
                p.code
            );
        }
    }
}

#[test]
fn step_by_step_a_service_takes_its_critical_path() {
    let ws = example();
    let scenario = northgate(&ws, Staff::default());
    let whole = by_list_rule(&ws, &scenario, WorkUnit::Services);
    let steps = by_list_rule(&ws, &scenario, WorkUnit::Steps);
    assert!(
        steps.steps.len() > 20,
        "four procedures of eight to ten steps"
    );
    // Runbooks whose critical path is the own restore time change nothing with as many people as needed.
    let core = |o: &Outcome| there(o, "svc-corenet");
    assert_eq!(core(&whole), core(&steps));
    for s in &steps.steps {
        assert!(s.start_min.unwrap() >= 30 && s.finish_min >= s.start_min);
    }
    // With one person for everything, steps cannot overlap any more.
    let planned = northgate(&ws, Staff::of(StaffLevel::Planned));
    let alone = by_list_rule(&ws, &planned, WorkUnit::Steps);
    for team in ["network", "dba"] {
        let mut busy: Vec<(i64, i64)> = alone
            .steps
            .iter()
            .filter(|s| s.team.as_deref() == Some(team))
            .filter_map(|s| Some((s.start_min?, s.finish_min?)))
            .filter(|(a, b)| a < b)
            .collect();
        busy.sort_unstable();
        assert!(
            busy.windows(2).all(|w| w[0].1 <= w[1].0),
            "{team}: {busy:?}"
        );
    }
}

#[test]
fn a_team_that_is_out_leaves_its_services_open_with_the_reason() {
    let ws = example();
    let dba = ws.teams.iter().find(|t| t.code.0 == "dba").unwrap().id;
    let mut staff = Staff::of(StaffLevel::Planned);
    staff.given.push((dba, 0));
    let o = search(&ws, &northgate(&ws, staff), Goal::Breaches, 200);
    assert_eq!(there(&o.outcome, "svc-db"), None);
    let why = |code: &str| o.outcome.open.iter().find(|x| x.code == code).unwrap().why;
    assert_eq!(
        (why("svc-db"), why("svc-wms")),
        ("no_staff", "waits_for_open")
    );
    let a02 = o
        .outcome
        .activities
        .iter()
        .find(|a| a.code == "A02")
        .unwrap();
    // Nobody is there to do it: that is late for ever, not merely unknown.
    assert_eq!(
        (a02.ready_min, a02.rto_missed, a02.mtpd_missed, a02.loss),
        (None, Some(true), Some(true), None)
    );
    assert_eq!(a02.waits_for.as_deref(), Some("svc-erp"));
    assert!(o.outcome.loss_is_lower_bound);
    let first = o.gains.iter().find(|g| g.team == "dba").unwrap();
    assert_eq!(first.people, 1);
    assert!(first.now_possible.contains(&"A02".to_string()));
    assert!(o.outcome.finish_min.is_none());
}

/// A workspace with what-ifs on the example organisation.
fn with_scenarios(scenarios: Value) -> Workspace {
    let mut v: Value = serde_json::from_str(EXAMPLE).unwrap();
    v["scenarios"] = scenarios;
    v["schema"] = json!("mainstay/1");
    read(&v.to_string())
}

#[test]
fn what_ifs_beside_today() {
    let ws = with_scenarios(json!([
        {"id": "SC-1", "name": "Northgate lost, half the people", "sites_out": ["northgate"], "start_min": 30, "staff": "half"},
        {"id": "SC-2", "name": "Warm standby in place", "sites_out": ["northgate"], "start_min": 30, "strategies": ["st-db-3"]},
        {"id": "SC-3", "name": "Storage restored at once", "services_out": ["svc-storage"], "start_min": 30,
         "own_restore": [{"service_id": "svc-storage", "own_restore_min": 0}]},
        {"id": "SC-4", "name": "One host is enough", "services_out": ["svc-host-1", "svc-host-2"], "start_min": 30,
         "redundancy": [{"group_id": "grp-hosts", "k": 1}]},
    ]));
    let all: Vec<_> = ws.scenarios.iter().collect();
    let c = what_if::compare(&ws, &all, &|| false);
    let by = |code: &str| c.iter().find(|x| x.code == code).unwrap();
    // Half of two people is one, which is what is planned: nothing differs from today.
    assert!(
        by("SC-1").differences.is_empty(),
        "{:?}",
        by("SC-1").differences
    );
    assert!(by("SC-1").today.mtpd_missed.contains(&"A02".to_string()));
    let standby = by("SC-2");
    let wms = |s: &what_if::Side| {
        s.activities
            .iter()
            .find(|a| a.code == "A02")
            .unwrap()
            .ready_min
    };
    assert!(wms(&standby.then) < wms(&standby.today));
    assert!(standby.then.loss < standby.today.loss);
    let storage = by("SC-3");
    assert!(!storage.today.rto_missed.is_empty() || storage.today.loss > Some(0.0));
    assert_eq!(
        storage.then.loss,
        Some(0.0),
        "back at the start is never disrupted for those who wait"
    );
    let hosts = by("SC-4");
    assert!(hosts.differences.iter().all(|d| d.loss[1] <= d.loss[0]));
    assert_eq!(hosts.then.loss, Some(0.0), "the third host carries on");
}

/// Two services that need each other and are not down hand on what they wait for, and else nothing.
#[test]
fn a_loop_that_is_not_down_is_not_open() {
    let v = |outside: &[(&str, &str)]| {
        let needs = [("A", "a"), ("a", "b"), ("b", "a")];
        json!({
            "schema": "mainstay/1",
            "teams": [{"id": "t", "people": 1, "planned_available": 1}],
            "activities": [{"id": "A", "name": "A", "rto_min": 60, "accepted_mtpd_min": 90}],
            "services": (["a", "b", "c"].map(|c| json!({"id": c, "name": c, "own_restore_min": 100, "team": "t"}))),
            "dependencies": needs.iter().chain(outside).enumerate().map(|(i, (a, b))| json!({
                "id": format!("d{i}"), "dependant_id": a, "provider_id": b, "strength": "hard", "mode": "both"
            })).collect::<Vec<_>>(),
        })
    };
    for (outside, ready) in [(&[][..], 0), (&[("b", "c")][..], 130)] {
        let ws = read(&v(outside).to_string());
        let c = ws.services.iter().find(|s| s.code.0 == "c").unwrap().id;
        for level in [None, Some(StaffLevel::Planned)] {
            let scenario = Scenario {
                down: Some(vec![c]),
                start: Some(Minutes(30)),
                staff: Staff {
                    level,
                    given: Vec::new(),
                },
                ..Scenario::default()
            };
            let today = mainstay_domain::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
            let a = mainstay_analysis::analyse(&ws, &scenario, today);
            assert_eq!(a.activity("A").unwrap().ready, Some(Minutes(ready)));
            let listed = by_list_rule(&ws, &scenario, WorkUnit::Services);
            assert_eq!(listed.activities[0].ready_min, Some(ready));
            let o = search(&ws, &scenario, Goal::Breaches, 50);
            assert_eq!(o.outcome.activities[0].ready_min, Some(ready));
            assert_eq!(o.outcome.activities[0].loss, (ready == 0).then_some(0.0));
        }
    }
}

/// Naming one team leaves the others as planned; it does not set them free.
#[test]
fn a_what_if_without_one_team_is_never_better_than_today() {
    let ws = with_scenarios(json!([
        {"id": "SC-1", "name": "No database people", "sites_out": ["northgate"], "start_min": 30, "teams_out": ["dba"]},
        {"id": "SC-2", "name": "Empty strategy", "sites_out": ["northgate"], "start_min": 30, "strategies": ["st-db-3"]},
    ]));
    let all: Vec<_> = ws.scenarios.iter().collect();
    let c = what_if::compare(&ws, &all, &|| false);
    assert!(key(c[0].then.breaches) >= key(c[0].today.breaches));
    assert_eq!(
        c[0].then
            .open
            .iter()
            .filter(|o| o.why == "no_staff")
            .count(),
        1
    );
    let planned = by_list_rule(
        &ws,
        &northgate(&ws, Staff::of(StaffLevel::Planned)),
        WorkUnit::Services,
    );
    assert!(key(c[0].today.breaches) <= key(planned.breaches));
    assert!(c[1].without_effect.is_empty() && c[1].then.proven);
}

#[test]
fn half_the_people_is_half_rounded_up() {
    let ws = orders(3);
    let half = Staff::of(StaffLevel::Half);
    assert_eq!(half.strength(&ws.teams[0]), Some(2));
    assert_eq!(Staff::default().strength(&ws.teams[0]), None);
    let named = Staff {
        level: None,
        given: vec![(mainstay_domain::TeamId(uuid::Uuid::from_u128(7777)), 1)],
    };
    assert_eq!(named.strength(&ws.teams[0]), Some(3), "as planned");
}

/// Of two that could set a requirement in a circle, the proof takes the way that leads to the activity.
#[test]
fn the_proof_of_a_requirement_does_not_go_round() {
    let needs = [("A", "p"), ("p", "a"), ("a", "b"), ("b", "a")];
    let v = json!({
        "schema": "mainstay/1",
        "activities": [{"id": "A", "name": "A", "rto_min": 60}],
        "services": (["a", "b", "p"].map(|c| json!({"id": c, "name": c, "own_restore_min": 10}))),
        "dependencies": needs.iter().enumerate().map(|(i, (a, b))| json!({
            "id": format!("d{i}"), "dependant_id": a, "provider_id": b, "strength": "hard", "mode": "both"
        })).collect::<Vec<_>>(),
    });
    let ws = read(&v.to_string());
    let today = mainstay_domain::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let a = mainstay_analysis::analyse(&ws, &Scenario::default(), today);
    assert_eq!(a.requirement_path("a"), ["A", "p", "a"]);
    assert_eq!(a.requirement_path("b"), ["A", "p", "a", "b"]);
}

/// A random plan of up to eight services and two teams; loops and unknown times included.
fn plans() -> impl Strategy<Value = Workspace> {
    let service = (prop::option::weighted(0.9, 0i64..90), 0usize..3);
    let services = prop::collection::vec(service, 1..9);
    let edges = prop::collection::vec((0usize..11, 0usize..9, 0i64..60, any::<bool>()), 0..14);
    (services, edges, 0i64..3, prop::collection::vec(30i64..400, 3), 1i64..3).prop_map(
        |(services, edges, people, rtos, k)| {
            let n = services.len();
            let code = |i: usize| if i < n { format!("s{i}") } else { format!("A{}", (i - n) % 3) };
            let mut seen = std::collections::BTreeSet::new();
            let mut owners = std::collections::BTreeSet::new();
            let edges: Vec<Value> = edges
                .iter()
                .map(|(a, b, t, g)| (a % (n + 3), b % n, *t, *g))
                .filter(|(a, b, _, _)| seen.insert((*a, *b)))
                .enumerate()
                .map(|(i, (a, b, t, grouped))| {
                    let group = grouped.then(|| format!("g-{}", code(a)));
                    owners.extend(group.clone().map(|g| (g, code(a))));
                    json!({
                        "id": format!("d{i}"), "dependant_id": code(a), "provider_id": code(b), "strength": "hard",
                        "tolerance_min": t, "mode": "both", "group_id": group
                    })
                })
                .collect();
            let v = json!({
                "groups": owners.iter().map(|(g, o)| json!({"id": g, "owner_node_id": o, "k": k})).collect::<Vec<_>>(),
                "schema": "mainstay/1",
                "teams": [{"id": "t0", "people": people, "planned_available": people}, {"id": "t1", "people": 1, "planned_available": 1}],
                "activities": (0..3).map(|i| json!({"id": format!("A{i}"), "name": "a", "rto_min": rtos[i], "accepted_mtpd_min": rtos[i] + 60})).collect::<Vec<_>>(),
                "services": services.iter().enumerate().map(|(i, (own, team))| json!({
                    "id": format!("s{i}"), "name": "s", "own_restore_min": own,
                    "team": if *team < 2 { json!(format!("t{team}")) } else { Value::Null }
                })).collect::<Vec<_>>(),
                "dependencies": edges,
            });
            read(&v.to_string())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Between as many people as needed and one task after another, and every rule kept.
    #[test]
    fn limited_people_take_longer_but_never_longer_than_one_after_another(ws in plans()) {
        let limited = from_zero(Some(StaffLevel::Planned));
        let free = by_list_rule(&ws, &from_zero(None), WorkUnit::Services);
        let listed = by_list_rule(&ws, &limited, WorkUnit::Services);
        let o = search(&ws, &limited, Goal::Finish, 60);
        let sum: i64 = ws.services.iter().filter_map(|s| s.own_restore_min).map(|m| m.0).sum();
        for (f, l) in free.services.iter().zip(&o.outcome.services) {
            if let (Some(f), Some(l)) = (f.finish_min, l.finish_min) {
                prop_assert!(f <= l && l <= sum, "{f} <= {l} <= {sum}");
            }
        }
        if let (Some(a), Some(b)) = (o.outcome.finish_min, listed.finish_min) {
            prop_assert!(a <= b);
            prop_assert!(o.bound_min.unwrap_or(0) <= a);
        }
        if o.outcome.open.is_empty() {
            assert_kept(&ws, &limited, &o.outcome);
        }
    }

    /// The whole analysis agrees with the list rule where nobody is limited, whatever is down and whenever it starts.
    #[test]
    fn unlimited_people_give_the_times_of_the_analysis(ws in plans(), out in 0u32..256, start in 0i64..60) {
        let down = ws.services.iter().enumerate().filter(|(i, _)| out & (1 << i) != 0).map(|(_, s)| s.id);
        let scenario = Scenario { down: Some(down.collect()), start: Some(Minutes(start)), ..from_zero(None) };
        let today = mainstay_domain::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let a = mainstay_analysis::analyse(&ws, &scenario, today);
        let o = by_list_rule(&ws, &scenario, WorkUnit::Services);
        for (r, s) in a.services.iter().zip(&o.services) {
            prop_assert_eq!(r.achievable.map(|m| m.0), s.finish_min, "{}", s.code);
        }
        for (r, s) in a.activities.iter().zip(&o.activities) {
            prop_assert_eq!(r.ready.map(|m| m.0), s.ready_min, "{}", s.code);
        }
    }

    /// More needs make nothing earlier, more members nothing later, a larger k nothing earlier, and new codes in the same
    /// order change no number.
    #[test]
    fn times_move_the_way_they_must(ws in plans(), from in 0usize..11, to in 0usize..9, tolerance in 0i64..60) {
        let n = ws.services.len();
        let node = |i: usize| match ws.services.get(i % (n + 3)) {
            Some(s) => mainstay_domain::NodeId(s.id.0),
            None => mainstay_domain::NodeId(ws.activities[i % 3].id.0),
        };
        let edge = mainstay_domain::Dependency {
            id: mainstay_domain::DependencyId(uuid::Uuid::from_u128(99_999)),
            pos: 99_999,
            code: mainstay_domain::Code("zz".into()),
            dependant_id: node(from),
            provider_id: ws.services[to % n].id,
            strength: mainstay_domain::Strength::Hard,
            tolerance_min: Minutes(tolerance),
            group_id: None,
            mode: mainstay_domain::Mode::Both,
            data: false,
            note: None,
        };
        let before = times(&ws);
        let mut needier = ws.clone();
        needier.dependencies.push(edge.clone());
        for (a, b) in before.iter().zip(times(&needier)) {
            if let (Some(a), Some(b)) = (a, b) {
                prop_assert!(b >= *a, "a need more: {b} before {a}");
            }
        }
        if let Some(g) = ws.groups.first() {
            let mut wider = ws.clone();
            let taken = |d: &mainstay_domain::Dependency| d.dependant_id == g.owner_node_id && d.provider_id == edge.provider_id;
            // A group that asks for more than it has takes all of it: there a member more is a need more.
            let members = ws.dependencies.iter().filter(|d| {
                d.group_id == Some(g.id) && d.provider_id.0 != g.owner_node_id.0
            });
            if members.count() as i64 >= g.k.0
                && !ws.dependencies.iter().any(taken) && edge.provider_id.0 != g.owner_node_id.0 && before.iter().all(Option::is_some) {
                wider.dependencies.push(mainstay_domain::Dependency {
                    dependant_id: g.owner_node_id,
                    group_id: Some(g.id),
                    ..edge.clone()
                });
                for (a, b) in before.iter().zip(times(&wider)) {
                    if let (Some(a), Some(b)) = (a, b) {
                        prop_assert!(b <= *a, "a member more: {b} after {a}");
                    }
                }
            }
            let mut stricter = ws.clone();
            for g in &mut stricter.groups {
                g.k.0 += 1;
            }
            for (a, b) in before.iter().zip(times(&stricter)) {
                if let (Some(a), Some(b)) = (a, b) {
                    prop_assert!(b >= *a, "a larger k: {b} before {a}");
                }
            }
        }
        let mut renamed = ws.clone();
        for s in &mut renamed.services {
            s.code.0 = format!("other-{}", s.code.0);
        }
        prop_assert_eq!(before, times(&renamed));
    }
}

/// When everything can be there with as many people as needed: services, then activities.
fn times(ws: &Workspace) -> Vec<Option<i64>> {
    let today = mainstay_domain::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let a = mainstay_analysis::analyse(ws, &from_zero(None), today);
    let services = a.services.iter().map(|s| s.achievable);
    let activities = a.activities.iter().map(|a| a.ready);
    services.chain(activities).map(|t| t.map(|m| m.0)).collect()
}

/// What an RTO leaves follows from detection and decision, not from when the work starts in a scenario.
#[test]
fn the_room_of_an_rto_does_not_depend_on_the_start_of_a_scenario() {
    let v = json!({
        "schema": "mainstay/1",
        "settings": {"clock": "declaration", "detection_min": 20, "decision_min": 0},
        "activities": [{"id": "A", "name": "A", "rto_min": 60, "accepted_mtpd_min": 240}],
        "services": [], "dependencies": [],
    });
    let ws = read(&v.to_string());
    let today = mainstay_domain::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    for start in [None, Some(0), Some(5), Some(120)] {
        let scenario = Scenario {
            start: start.map(Minutes),
            ..Scenario::default()
        };
        let a = mainstay_analysis::analyse(&ws, &scenario, today);
        let r = a.activity("A").unwrap();
        assert_eq!(
            (r.rto_ceiling, r.slack),
            (Some(Minutes(220)), Some(Minutes(160))),
            "{start:?}"
        );
    }
}
