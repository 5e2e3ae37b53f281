//! The worked examples of the published formulas, on the bare graph; the figures come from an independent computation.

use crate::graph::{Edge, Graph};
use crate::path::NONE;
use crate::situation::Situation;
use crate::{recovery, requirement, tier};
use mainstay_domain::Minutes;

/// A little graph by names; edges as `dependant, provider, tolerance`, groups as `dependant, k, members, preferred`.
struct Small<'a> {
    names: &'a [&'a str],
    g: Graph,
}

type GroupOf<'a> = (&'a str, usize, &'a [&'a str], &'a [&'a str]);

fn small<'a>(
    names: &'a [&'a str],
    plain: &[(&str, &str, i64)],
    groups: &[GroupOf<'_>],
) -> Small<'a> {
    let at = |n: &str| names.iter().position(|x| *x == n).unwrap() as u32;
    let edge = |a: &str, b: &str, tolerance, group| Edge {
        dependant: at(a),
        provider: at(b),
        tolerance,
        hard: true,
        recover_only: false,
        data: true,
        group,
    };
    let mut edges: Vec<Edge> = plain.iter().map(|(a, b, t)| edge(a, b, *t, NONE)).collect();
    let mut made = Vec::new();
    for (i, (owner, k, members, preferred)) in groups.iter().enumerate() {
        edges.extend(members.iter().map(|m| edge(owner, m, 0, i as u32)));
        made.push((*k, preferred.iter().map(|p| at(p)).collect()));
    }
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|i| names[*i]);
    let mut rank = vec![0; names.len()];
    for (r, i) in order.into_iter().enumerate() {
        rank[i] = r as u32;
    }
    Small {
        names,
        g: Graph::new(rank, edges, made),
    }
}

fn situation(own: &[Option<i64>], down: &[bool], start: i64) -> Situation {
    Situation {
        start: Minutes(start),
        down: down.to_vec(),
        own: own.to_vec(),
        by_strategy: Vec::new(),
    }
}

impl Small<'_> {
    fn values(&self, pairs: &[(&str, i64)]) -> Vec<Option<i64>> {
        self.names
            .iter()
            .map(|n| pairs.iter().find(|p| p.0 == *n).map(|p| p.1))
            .collect()
    }

    #[track_caller]
    fn check(&self, got: &[Option<i64>], want: &[(&str, Option<i64>)]) {
        for (name, v) in want {
            let i = self.names.iter().position(|n| n == name).unwrap();
            assert_eq!(got[i], *v, "{name}");
        }
    }
}

/// The graph of the examples of C4 and C5.
fn orders() -> Small<'static> {
    small(
        &["order", "report", "shop", "erp", "db", "ident", "net", "bi"],
        &[
            ("order", "shop", 0),
            ("order", "erp", 120),
            ("shop", "db", 0),
            ("shop", "ident", 0),
            ("erp", "db", 0),
            ("db", "net", 0),
            ("ident", "net", 0),
            ("report", "bi", 0),
        ],
        &[],
    )
}

const OWN: [(&str, i64); 8] = [
    ("order", 0),
    ("report", 0),
    ("shop", 60),
    ("erp", 120),
    ("db", 90),
    ("ident", 45),
    ("net", 30),
    ("bi", 60),
];

#[test]
fn c3_tiers() {
    for (m, t) in [
        (0, 1),
        (60, 1),
        (240, 1),
        (241, 2),
        (1440, 2),
        (1441, 3),
        (4320, 3),
        (4321, 4),
    ] {
        assert_eq!(tier(Minutes(m)), t, "{m}");
    }
}

#[test]
fn c4_simple_and_scheduled() {
    let s = orders();
    let declared = s.values(&[("order", 210), ("report", 1440)]);
    let got = requirement::simple(&s.g, &declared);
    s.check(
        &got.value,
        &[
            ("shop", Some(210)),
            ("erp", Some(330)),
            ("db", Some(210)),
            ("ident", Some(210)),
            ("net", Some(210)),
            ("bi", Some(1440)),
        ],
    );
    let set_by: Vec<Option<&str>> = got
        .set_by
        .iter()
        .map(|n| (*n != NONE).then(|| s.names[*n as usize]))
        .collect();
    assert_eq!(
        set_by,
        [
            None,
            None,
            Some("order"),
            Some("order"),
            Some("shop"),
            Some("shop"),
            Some("db"),
            Some("report")
        ]
    );
    let got = requirement::scheduled(&s.g, &declared, &s.values(&OWN), &[true; 8]);
    s.check(
        &got,
        &[
            ("shop", Some(210)),
            ("erp", Some(330)),
            ("db", Some(150)),
            ("ident", Some(150)),
            ("net", Some(60)),
            ("bi", Some(1440)),
        ],
    );
}

#[test]
fn c4_loop_and_group() {
    let s = small(
        &["x", "y", "z"],
        &[("x", "y", 0), ("y", "x", 0), ("y", "z", 0)],
        &[],
    );
    let declared = s.values(&[("x", 100), ("y", 300), ("z", 50)]);
    let got = requirement::simple(&s.g, &declared);
    s.check(
        &got.value,
        &[("x", Some(100)), ("y", Some(100)), ("z", Some(50))],
    );
    let own = s.values(&[("x", 10), ("y", 10), ("z", 10)]);
    let late = requirement::scheduled(&s.g, &declared, &own, &[true; 3]);
    s.check(&late, &[("x", None), ("y", None), ("z", None)]);
    let times = recovery::unlimited(&s.g, &situation(&own, &[true; 3], 0));
    assert_eq!(
        (times.known, times.loops.len()),
        (vec![false, false, true], 1)
    );

    let s = small(
        &["app", "a", "b", "c"],
        &[],
        &[("app", 2, &["a", "b", "c"], &["b", "c"])],
    );
    let got = requirement::simple(&s.g, &s.values(&[("app", 120)]));
    s.check(
        &got.value,
        &[
            ("app", Some(120)),
            ("a", None),
            ("b", Some(120)),
            ("c", Some(120)),
        ],
    );
}

#[test]
fn c5_unlimited_staff() {
    let s = orders();
    let mut down = [true; 8];
    down[0] = false;
    down[1] = false;
    let t = recovery::unlimited(&s.g, &situation(&s.values(&OWN), &down, 0));
    let got: Vec<Option<i64>> = t.least.iter().map(|v| Some(*v)).collect();
    s.check(
        &got,
        &[
            ("net", Some(30)),
            ("ident", Some(75)),
            ("db", Some(120)),
            ("shop", Some(180)),
            ("erp", Some(240)),
            ("order", Some(180)),
        ],
    );
    let mut chain = vec!["order"];
    let mut n = 0;
    while t.waits_for[n] != NONE {
        n = t.waits_for[n] as usize;
        chain.push(s.names[n]);
    }
    assert_eq!(chain, ["order", "shop", "db", "net"]);
}

#[test]
fn c5_what_is_not_down_waits_only_past_the_start() {
    let s = small(&["a", "b"], &[("a", "b", 60)], &[]);
    let own = s.values(&[("a", 0), ("b", 40)]);
    let t = recovery::unlimited(&s.g, &situation(&own, &[false, true], 30));
    assert_eq!(
        t.least,
        [0, 70],
        "70 less the tolerance of 60 is before the start"
    );
    let own = s.values(&[("a", 0), ("b", 90)]);
    let t = recovery::unlimited(&s.g, &situation(&own, &[false, true], 30));
    assert_eq!(t.least, [60, 120]);
    // Unknown is not zero: what needs it is unknown, with a lower bound.
    let t = recovery::unlimited(&s.g, &situation(&[Some(0), None], &[false, true], 30));
    assert_eq!((t.known[0], t.known[1]), (false, false));
}

#[test]
fn c6_required_rpo() {
    let s = small(
        &["p", "q", "r", "db"],
        &[("p", "db", 0), ("q", "db", 0), ("r", "db", 0)],
        &[],
    );
    let got = requirement::rpo(&s.g, &s.values(&[("p", 15), ("q", 60), ("r", 1440)]));
    s.check(&got.value, &[("db", Some(15))]);
}
