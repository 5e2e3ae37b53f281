use super::consensus::estimate;
use super::*;
use crate::made::{Made, text};
use mainstay_domain::{Datum, Minutes, NaiveDate, Table, Uuid};

fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

fn or_null(v: Option<i64>) -> Datum {
    v.map_or(Datum::Null, Datum::Int)
}

/// An exercise `EX` with objectives (rating, target, actual).
fn exercise(objectives: &[(Option<&str>, Option<i64>, Option<i64>)]) -> Made {
    let mut m = Made::default();
    let id = m.add(
        Table::Exercise,
        &[("code", text("EX")), ("title", text("try"))],
    );
    for (i, (rating, target, actual)) in objectives.iter().enumerate() {
        m.add(
            Table::Objective,
            &[
                ("exercise_id", Datum::Id(id)),
                ("code", text(&format!("OB-{i}"))),
                ("rating", rating.map_or(Datum::Null, text)),
                ("target_min", or_null(*target)),
                ("actual_min", or_null(*actual)),
            ],
        );
    }
    m
}

/// domain.md C13: P,S,S,M,U,NA gives 0.6; 205/240, 310/240 and 480/480 give 2 of 3.
#[test]
fn c13_rates() {
    let m = exercise(&[
        (Some("P"), Some(240), Some(205)),
        (Some("S"), Some(240), Some(310)),
        (Some("S"), Some(480), Some(480)),
        (Some("M"), Some(60), None),
        (Some("U"), None, Some(5)),
        (Some("NA"), None, None),
        (None, None, None),
    ]);
    let r = &exercises(&m.ws, day(2026, 11, 23))[0];
    assert_eq!((r.met, r.evaluated, r.met_rate), (3, 5, Some(0.6)));
    assert_eq!((r.timed_met, r.timed), (2, 3));
    assert_eq!(r.timed_rate, Some(2.0 / 3.0));
    let ratios: Vec<Option<String>> = r
        .objectives
        .iter()
        .map(|o| o.time_ratio.map(|x| format!("{x:.3}")))
        .collect();
    assert_eq!(
        ratios[..4],
        [
            Some("0.854".into()),
            Some("1.292".into()),
            Some("1.000".into()),
            None
        ]
    );
    assert_eq!(r.objectives[0].time_met, Some(true));
    assert_eq!(r.objectives[1].time_met, Some(false));
    assert_eq!((r.ratings.na, r.ratings.unrated), (1, 1));
    assert_eq!((r.objectives[5].met, &r.reason), (None, &None));
}

#[test]
fn c13_nothing_evaluated_is_none_and_a_target_of_zero_has_no_ratio() {
    let m = exercise(&[(Some("NA"), Some(0), Some(0)), (None, Some(0), Some(1))]);
    let r = &exercises(&m.ws, day(2026, 11, 23))[0];
    assert_eq!((r.met_rate, r.timed_rate), (None, Some(0.5)));
    assert_eq!(
        r.reason.as_deref(),
        Some("No objective of EX is evaluated.")
    );
    assert_eq!(
        (r.objectives[0].time_ratio, r.objectives[0].time_met),
        (None, Some(true))
    );
    assert_eq!(
        (r.objectives[1].time_ratio, r.objectives[1].time_met),
        (None, Some(false))
    );
    let r = &exercises(&exercise(&[]).ws, day(2026, 11, 23))[0];
    assert_eq!((r.met_rate, r.timed_rate, r.actions_total), (None, None, 0));
}

#[test]
fn c13_actions_done_is_not_verified_and_cancelled_is_neither() {
    let mut m = exercise(&[(Some("P"), None, None)]);
    for (code, source, state, due) in [
        ("A1", "EX", "done", "2026-11-01"),
        ("A2", "EX", "verified", "2026-11-01"),
        ("A3", "OB-0", "open", "2026-11-22"),
        ("A4", "EX", "open", "2026-11-23"),
        ("A5", "EX", "cancelled", "2026-11-01"),
        ("A6", "R01", "open", "2026-11-01"),
    ] {
        m.add(
            Table::Action,
            &[
                ("code", text(code)),
                ("text", text("do")),
                ("source", text(source)),
                ("state", text(state)),
                ("due", text(due)),
            ],
        );
    }
    let r = &exercises(&m.ws, day(2026, 11, 23))[0];
    assert_eq!(
        (r.actions_total, r.actions_closed, r.actions_verified),
        (4, 2, 1)
    );
    assert_eq!(r.overdue, ["A3"], "due today is not overdue");
    assert_eq!(r.actions[2].overdue_days, Some(1));
    assert_eq!(r.actions.len(), 5);
}

/// domain.md C14: 2,3,3,4,5 has IQR 2; 60…1440 has ratio 24 and the geometric mean 226.6.
#[test]
fn c14_published() {
    let r = estimate(&[5, 3, 2, 4, 3], &[], &[], None).round1.unwrap();
    assert_eq!((r.median, r.q1, r.q3, r.iqr), (3.0, 2.5, 4.5, 2.0));
    assert_eq!(
        (r.consensus, r.snapped, r.outliers),
        (Some(false), Some(3), vec![5])
    );
    let e = estimate(
        &[60, 120, 240, 240, 1440],
        &[],
        &[60, 240, 480, 1440],
        Some(240),
    );
    let r = e.round1.unwrap();
    assert_eq!(
        (e.kind, r.ratio, r.consensus),
        (Some(EstimateKind::Minutes), Some(24.0), Some(false))
    );
    assert_eq!(format!("{:.1}", r.geometric_mean.unwrap()), "226.6");
    assert_eq!((r.median, r.snapped), (240.0, Some(240)));
    assert_eq!(r.outliers, [60, 1440]);
    assert_eq!(e.agreed_within, Some(true));
}

#[test]
fn c14_even_counts_snap_levels_up_and_durations_down() {
    let r = estimate(&[3, 4], &[], &[], None).round1.unwrap();
    assert_eq!(
        (r.median, r.snapped, r.consensus),
        (3.5, Some(4), Some(true))
    );
    assert!(r.few);
    let h = [1440, 4320];
    let e = estimate(&[1440, 4320, 4320, 4320], &[1440, 2880], &h, Some(5000));
    let r = e.round2.unwrap();
    assert_eq!((r.median, r.snapped), (2160.0, Some(1440)));
    assert_eq!((e.proposed, e.consensus), (Some(1440), Some(true)));
    assert_eq!(e.agreed_within, Some(false));
    let low = estimate(&[30, 45], &[], &h, None);
    assert_eq!(low.proposed, None);
    assert_eq!(
        low.reason.as_deref(),
        Some("The median lies below the first horizon.")
    );
}

#[test]
fn c14_nothing_one_value_zero_and_less_than_zero() {
    let e = estimate(&[], &[], &[60], Some(3));
    assert_eq!((e.kind, e.consensus, e.agreed_within), (None, None, None));
    assert!(e.round1.is_none() && e.reason.is_some());
    let r = estimate(&[240], &[], &[60, 240], None).round1.unwrap();
    assert_eq!(
        (r.iqr, r.ratio, r.consensus, r.snapped),
        (0.0, Some(1.0), Some(true), Some(240))
    );
    // A 0 has no ratio to anything; it agrees with zeros alone.
    let r = estimate(&[0, 60], &[], &[60], None).round1.unwrap();
    assert_eq!(
        (r.ratio, r.geometric_mean, r.consensus),
        (None, None, Some(false))
    );
    let r = estimate(&[0, 0], &[], &[], None).round1.unwrap();
    assert_eq!((r.ratio, r.consensus), (None, Some(true)));
    let e = estimate(&[-5, 60], &[], &[60], None);
    assert_eq!(e.consensus, None);
    assert!(e.reason.unwrap().contains("below 0"));
    // Exactly four times as long still agrees.
    let c = |v: &[i64]| estimate(v, &[], &[], None).consensus;
    assert_eq!((c(&[60, 240]), c(&[60, 241])), (Some(true), Some(false)));
    let r = estimate(&[i64::MIN, i64::MAX], &[], &[], None);
    assert_eq!(r.consensus, None);
}

/// Roles by code, calls as pairs; the first role is the root.
fn calls(
    roles: &[&str],
    edges: &[(&str, &str)],
    call_min: Option<i64>,
    root: Option<&str>,
) -> Made {
    let mut m = Made::default();
    let ids: Vec<Uuid> = roles
        .iter()
        .map(|r| {
            m.add(
                Table::Role,
                &[
                    ("code", text(r)),
                    ("name", text(r)),
                    ("required", Datum::Int(1)),
                ],
            )
        })
        .collect();
    let id = |code: &str| Datum::Id(ids[roles.iter().position(|r| *r == code).unwrap()]);
    let plan = m.add(
        Table::Plan,
        &[
            ("code", text("P")),
            ("title", text("plan")),
            ("call_root_role_id", root.map_or(Datum::Null, id)),
            ("call_min", or_null(call_min)),
        ],
    );
    for (a, b) in edges {
        m.add(
            Table::CallEdge,
            &[
                ("plan_id", Datum::Id(plan)),
                ("caller_id", id(a)),
                ("callee_id", id(b)),
            ],
        );
    }
    m
}

/// domain.md C15: 3 calls of 3 min at two levels are 18 min; golden.json C15 names everybody.
#[test]
fn c15_call_tree() {
    let roles = ["lead", "a", "a1", "a2", "b", "b1", "c", "c1", "c2", "c3"];
    let edges = [
        ("lead", "a"),
        ("lead", "b"),
        ("lead", "c"),
        ("a", "a1"),
        ("a", "a2"),
        ("b", "b1"),
        ("c", "c1"),
        ("c", "c2"),
        ("c", "c3"),
    ];
    let r = call_trees(&calls(&roles, &edges, Some(3), Some("lead")).ws).remove(0);
    let want = [
        ("lead", 0),
        ("a", 3),
        ("a1", 6),
        ("b", 6),
        ("a2", 9),
        ("b1", 9),
        ("c", 9),
        ("c1", 12),
        ("c2", 15),
        ("c3", 18),
    ];
    let got: Vec<(&str, i64)> = r
        .reached
        .iter()
        .map(|x| (x.role.as_str(), x.at_min.unwrap().0))
        .collect();
    assert_eq!(got, want);
    assert_eq!(
        (r.total_min, &r.last),
        (Some(Minutes(18)), &vec!["c3".to_string()])
    );
    assert_eq!(
        (r.reached[9].caller.as_deref(), r.reached[9].call_no),
        (Some("c"), 3)
    );
    assert!(r.not_reached.is_empty() && r.loops.is_empty() && r.reason.is_none());
}

#[test]
fn c15_loops_double_calls_and_those_nobody_calls() {
    let roles = ["a", "b", "c", "d", "e", "f"];
    let edges = [
        ("a", "b"),
        ("a", "c"),
        ("b", "c"),
        ("c", "a"),
        ("d", "e"),
        ("e", "e"),
    ];
    let r = call_trees(&calls(&roles, &edges, Some(5), Some("a")).ws).remove(0);
    assert_eq!(r.total_min, Some(Minutes(10)), "the earliest call counts");
    assert_eq!(r.last, ["c"]);
    assert_eq!(r.not_reached, ["d", "e"]);
    assert_eq!(r.required_missing, ["f"]);
    assert_eq!(r.loops, [vec!["a", "b", "c"], vec!["e"]]);
    assert_eq!(r.called_twice, ["c", "e"]);
    // Without the length of a call the order is known and no time is.
    let r = call_trees(&calls(&roles, &edges, None, Some("a")).ws).remove(0);
    assert_eq!((r.total_min, r.reached.len()), (None, 3));
    assert_eq!(r.reached[2].at_min, None);
    assert_eq!(
        r.reason.as_deref(),
        Some("P does not say how long a call takes.")
    );
    let r = call_trees(&calls(&roles, &edges, Some(5), None).ws).remove(0);
    assert_eq!((r.total_min, r.reached.len(), r.root), (None, 0, None));
    let huge = call_trees(&calls(&roles, &edges, Some(5_256_000), Some("a")).ws).remove(0);
    assert_eq!(huge.total_min, Some(Minutes(10_512_000)));
    let none = calls(&roles, &[], Some(5), None);
    assert!(call_trees(&none.ws).is_empty(), "a plan without a tree");
}

#[test]
fn c15_resources() {
    let mut m = Made::default();
    let plan = m.add(Table::Plan, &[("code", text("P")), ("title", text("plan"))]);
    for (name, there, need) in [
        (
            "seats",
            Some(12),
            vec![(60, 0), (1440, 14), (240, 6), (4320, 20)],
        ),
        ("pens", None, vec![(60, 0), (240, 5)]),
        ("keys", None, vec![(60, 0)]),
        ("none", Some(1), vec![]),
    ] {
        let id = m.add(
            Table::ResourceRequirement,
            &[
                ("plan_id", Datum::Id(plan)),
                ("resource", text(name)),
                ("available_alternate", or_null(there)),
            ],
        );
        for (h, n) in need {
            m.add(
                Table::ResourceAmount,
                &[
                    ("requirement_id", Datum::Id(id)),
                    ("horizon_min", Datum::Int(h)),
                    ("amount", Datum::Int(n)),
                ],
            );
        }
    }
    let all = resources(&m.ws);
    let deficits = |i: usize| -> Vec<(i64, Option<i64>)> {
        all[i]
            .horizons
            .iter()
            .map(|h| (h.at_min.0, h.deficit))
            .collect()
    };
    assert_eq!(
        deficits(0),
        [
            (60, Some(0)),
            (240, Some(0)),
            (1440, Some(2)),
            (4320, Some(8))
        ]
    );
    assert_eq!(
        (all[0].first_deficit_min, all[0].largest_deficit),
        (Some(Minutes(1440)), Some(8))
    );
    // Unknown is not zero: only where nothing is needed nothing is short.
    assert_eq!(deficits(1), [(60, Some(0)), (240, None)]);
    assert_eq!(
        (all[1].largest_deficit, all[1].horizons[1].deficit_at_most),
        (None, 5)
    );
    assert_eq!(
        all[1].reason.as_deref(),
        Some("P does not say how much of “pens” there is elsewhere.")
    );
    assert_eq!((deficits(2), &all[2].reason), (vec![(60, Some(0))], &None));
    assert_eq!(
        (all[3].largest_deficit, all[3].reason.is_some()),
        (None, true)
    );
}
