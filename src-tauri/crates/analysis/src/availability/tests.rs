use super::*;
use crate::weak::fixture::{Plan, plans};
use proptest::prelude::*;

fn near(a: f64, b: f64, eps: f64) -> bool {
    (a - b).abs() <= eps
}

/// A part that is up so much of the time.
fn up(a: f64) -> (Option<f64>, Option<f64>) {
    (Some(a * 1000.0), Some((1.0 - a) * 1000.0))
}

/// The example of C8: 0.9995 * 0.999 * (2 of 3 at 0.99) * 0.9999.
fn example() -> Plan {
    Plan {
        services: 6,
        activities: 1,
        needs: vec![(6, 0), (6, 1), (6, 5)],
        groups: vec![(6, 2, vec![2, 3, 4], None)],
        repair: [0.9995, 0.999, 0.99, 0.99, 0.99, 0.9999].map(up).to_vec(),
        ..Plan::default()
    }
}

#[test]
fn published_series_and_two_of_three() {
    let a = availability(&example().workspace());
    let t = &a.activities[0];
    assert!(near(t.availability.unwrap(), 0.998_103, 5e-7), "{t:?}");
    assert!(near(t.downtime_h.unwrap(), 16.617, 5e-4), "{t:?}");
    assert_eq!(t.one_outage_h, t.downtime_h);
    assert_eq!(
        (t.parts, t.parts_unknown, t.state),
        (6, 0, AvailabilityState::Exact)
    );
    // What 0.999 takes away weighs most; 2 of 3 at 0.99: importance 2 * 0.99 * 0.01 of the rest.
    let codes: Vec<&str> = t.contributors.iter().map(|c| c.code.as_str()).collect();
    assert_eq!(codes, ["S01", "S00", "S02", "S03", "S04"]);
    let (rest, value) = (0.9995 * 0.999 * 0.9999, t.availability.unwrap());
    assert!(near(
        t.contributors[2].importance,
        2.0 * 0.99 * 0.01 * rest,
        1e-12
    ));
    assert!(near(t.contributors[0].importance, value / 0.999, 1e-12));
    assert!(near(
        t.contributors[0].gain_h,
        value / 0.999 * 0.001 * 8760.0,
        1e-9
    ));
    assert_eq!(a.caution, ONE_OUTAGE_CAUTION);
}

#[test]
fn published_part_and_downtimes() {
    let mut plan = Plan {
        services: 1,
        repair: vec![(Some(2000.0), Some(4.0))],
        ..Plan::default()
    };
    let of = |plan: &Plan| availability(&plan.workspace()).services[0].clone();
    assert!(near(of(&plan).availability.unwrap(), 0.998_004, 5e-7));
    for (percent, minutes) in [
        (99.0, 5256.0),
        (99.9, 525.6),
        (99.95, 262.8),
        (99.99, 52.56),
        (99.999, 5.256),
    ] {
        plan.repair = vec![up(percent / 100.0)];
        assert!(
            near(of(&plan).downtime_h.unwrap() * 60.0, minutes, 1e-6),
            "{percent}"
        );
    }
    let mut ws = plan.workspace();
    crate::weak::fixture::add(
        &mut ws,
        mainstay_domain::Table::Settings,
        mainstay_domain::Uuid::from_u128(77),
        &[("year_hours", mainstay_domain::Datum::Int(8766))],
    );
    let a = availability(&ws);
    assert_eq!(a.year_h, 8766.0);
    assert!(near(a.services[0].downtime_h.unwrap(), 0.087_66, 1e-9));
}

#[test]
fn published_common_cause() {
    let plan = |beta| Plan {
        services: 2,
        activities: 1,
        groups: vec![(2, 1, vec![0, 1], beta)],
        repair: vec![up(0.99); 2],
        ..Plan::default()
    };
    let of = |beta| availability(&plan(beta).workspace());
    let a = of(Some(0.1));
    let t = &a.activities[0];
    assert!(near(t.availability.unwrap(), 0.998_919, 5e-7), "{t:?}");
    let first = &t.contributors[0];
    assert_eq!((first.code.as_str(), first.common_cause), ("G00", true));
    assert!(near(first.part_availability, 0.999, 1e-12));
    // By themselves the members are what they are.
    assert!(near(a.services[0].availability.unwrap(), 0.99, 1e-12));
    assert!(near(
        of(None).activities[0].availability.unwrap(),
        0.9999,
        1e-12
    ));
    assert!(near(
        of(Some(1.0)).activities[0].availability.unwrap(),
        0.99,
        1e-12
    ));
}

#[test]
fn a_shared_part_is_counted_once() {
    // 1 of {0, 1}, both on 2: the switch once, not twice.
    let plan = Plan {
        services: 3,
        activities: 1,
        needs: vec![(0, 2), (1, 2)],
        groups: vec![(3, 1, vec![0, 1], None)],
        repair: [0.99, 0.99, 0.9].map(up).to_vec(),
        ..Plan::default()
    };
    let a = availability(&plan.workspace());
    assert!(near(
        a.activities[0].availability.unwrap(),
        0.9 * 0.9999,
        1e-12
    ));
    assert!(near(a.services[0].availability.unwrap(), 0.9 * 0.99, 1e-12));
}

#[test]
fn unknown_parts_give_an_upper_bound_and_their_codes() {
    let mut plan = example();
    plan.repair[3] = (None, Some(4.0));
    plan.repair[0] = (Some(0.0), Some(0.0));
    let t = availability(&plan.workspace()).activities[0].clone();
    assert_eq!(t.state, AvailabilityState::Unknown);
    assert_eq!(
        (t.availability, t.availability_at_least, t.downtime_h),
        (None, None, None)
    );
    assert_eq!(
        (t.parts_unknown, t.unknown.as_slice()),
        (2, &["S00".to_string(), "S03".into()][..])
    );
    // 0.999 * (1 of 2 at 0.99 beside one that never fails) * 0.9999.
    assert!(near(t.availability_at_most, 0.999 * 0.9999 * 0.9999, 1e-12));
    assert!(t.contributors.is_empty());
}

#[test]
fn a_part_that_never_works_and_one_that_always_does() {
    let plan = Plan {
        services: 3,
        activities: 1,
        needs: vec![(3, 0), (3, 1), (3, 2)],
        repair: vec![(Some(0.0), Some(4.0)), (Some(9.0), Some(0.0)), up(0.5)],
        ..Plan::default()
    };
    let a = availability(&plan.workspace());
    let t = &a.activities[0];
    assert_eq!((t.availability, t.downtime_h), (Some(0.0), Some(8760.0)));
    // Were the dead part perfect, the half would be left; the half alone changes nothing.
    assert_eq!(t.contributors.len(), 1);
    assert!(near(t.contributors[0].gain_h, 4380.0, 1e-9));
    assert_eq!(a.services[1].availability, Some(1.0));
}

#[test]
fn what_is_too_entangled_gets_bounds() {
    // 24 owners of random pairs out of 120 hosts, all under one group: no diagram of modest size.
    let n = 160;
    let mut seed = 7u64;
    let mut next = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let mut groups = vec![(n, 20, (120..n).collect(), None)];
    for x in 120..n {
        groups.push((x, 3, (0..9).map(|_| next(120)).collect(), None));
    }
    let plan = Plan {
        services: n,
        activities: 1,
        groups,
        repair: vec![up(0.99); n],
        ..Plan::default()
    };
    let t = availability(&plan.workspace()).activities[0].clone();
    assert_eq!(t.state, AvailabilityState::Bounded);
    assert_eq!(
        (t.availability, t.one_outage_h, t.contributors.len()),
        (None, None, 0)
    );
    let low = t.availability_at_least.unwrap();
    assert!(
        0.0 < low && low < t.availability_at_most && t.availability_at_most <= 1.0,
        "{t:?}"
    );
}

#[test]
fn a_plan_with_nothing_in_it() {
    let a = availability(&Workspace::default());
    assert_eq!(
        (a.services.len(), a.activities.len(), a.year_h),
        (0, 0, 8760.0)
    );
}

/// The judge: adds up the probabilities of all states in which the target works.
struct Judge<'a> {
    plan: &'a Plan,
    target: usize,
    /// Group, how much of the time its common cause holds, its members.
    events: Vec<(usize, f64, Vec<usize>)>,
    down: Vec<f64>,
}

impl<'a> Judge<'a> {
    fn new(plan: &'a Plan, target: usize) -> Self {
        let single: Vec<f64> = plan.repair.iter().map(|r| own(*r).unwrap_or(0.0)).collect();
        let nodes = plan.services + plan.activities;
        let needed = |x: usize| {
            let mut failed = vec![false; plan.services];
            failed[x] = true;
            x == target || !plan.works(&failed)[target]
        };
        let mut always: Vec<bool> = (0..nodes).map(|x| x < plan.services && needed(x)).collect();
        always[target] = true;
        // Who matters: from what is always needed downwards, without groups whose members that are always needed are enough.
        let mut matters = always.clone();
        loop {
            let before = matters.clone();
            for (a, b) in &plan.needs {
                matters[*b] |= matters[*a];
            }
            for (owner, k, members, _) in &plan.groups {
                let real: Vec<usize> = members.iter().copied().filter(|m| m != owner).collect();
                let k = (*k as usize).min(real.len());
                let sure = real.iter().filter(|m| always[**m]).count();
                if matters[*owner] && k > sure {
                    real.iter().for_each(|m| matters[*m] = true);
                }
            }
            if matters == before {
                break;
            }
        }
        let mut events = Vec::new();
        let mut down = single.clone();
        for (i, (owner, k, members, beta)) in plan.groups.iter().enumerate() {
            let mut real: Vec<usize> = members.iter().copied().filter(|m| m != owner).collect();
            real.sort_unstable();
            real.dedup();
            let count = real.iter().filter(|m| matters[**m]).count();
            if *k > 0 && matters[*owner] && count > 1 {
                let least = real
                    .iter()
                    .map(|m| single[*m])
                    .fold(f64::INFINITY, f64::min);
                let share = beta.unwrap_or(0.0) * least;
                real.iter().for_each(|m| down[*m] -= share);
                events.push((i, share, real));
            }
        }
        down.iter_mut().for_each(|d| *d = d.max(0.0));
        Judge {
            plan,
            target,
            events,
            down,
        }
    }

    /// With one part held up or down, if any: services first, then the common causes.
    fn probability(&self, held: Option<(usize, bool)>) -> f64 {
        let parts = self.plan.services + self.events.len();
        let mut sum = 0.0;
        for state in 0u32..1 << parts {
            let bad = |i: usize| state >> i & 1 == 1;
            let mut p = 1.0;
            for i in 0..parts {
                let u = match held {
                    Some((h, up)) if h == i => f64::from(!up),
                    _ if i < self.plan.services => self.down[i],
                    _ => self.events[i - self.plan.services].1,
                };
                p *= if bad(i) { u } else { 1.0 - u };
            }
            if p > 0.0 {
                let mut failed: Vec<bool> = (0..self.plan.services).map(bad).collect();
                for (e, (_, _, members)) in self.events.iter().enumerate() {
                    if bad(self.plan.services + e) {
                        members.iter().for_each(|m| failed[*m] = true);
                    }
                }
                if self.plan.works(&failed)[self.target] {
                    sum += p;
                }
            }
        }
        sum
    }
}

fn own((up, repair): (Option<f64>, Option<f64>)) -> Option<f64> {
    let (up, repair) = (up?, repair?);
    (up + repair > 0.0).then(|| repair / (up + repair))
}

/// Every value and every importance against the judge.
#[track_caller]
fn check(plan: &Plan) {
    let a = availability(&plan.workspace());
    for (n, t) in a.services.iter().chain(&a.activities).enumerate() {
        let judge = Judge::new(plan, n);
        let want = judge.probability(None);
        assert!((0.0..=1.0).contains(&t.availability_at_most));
        assert_ne!(t.state, AvailabilityState::Bounded);
        if let Some(got) = t.availability {
            assert!(near(got, want, 1e-12), "{} {got} {want}", t.code);
        }
        for c in &t.contributors {
            let number = c.code[1..].parse::<usize>().unwrap();
            let event = || judge.events.iter().position(|e| e.0 == number).unwrap();
            let part = if c.common_cause {
                plan.services + event()
            } else {
                number
            };
            let held = |up| judge.probability(Some((part, up)));
            let (up, down) = (held(true), held(false));
            assert!(
                near(c.importance, up - down, 1e-12),
                "{} {c:?} {}",
                t.code,
                up - down
            );
            assert!(
                near(c.gain_h, (up - want) * 8760.0, 1e-8),
                "{} {c:?} {}",
                t.code,
                up - want
            );
        }
    }
}

#[test]
fn two_that_keep_each_other_up_through_groups() {
    // 0: 1 of {1, 2}; 1: 1 of {0, 3}; the activities: 1 of {0, 4} and 1 of {1, 4}.
    check(&Plan {
        services: 5,
        activities: 2,
        groups: vec![
            (0, 1, vec![1, 2], None),
            (1, 1, vec![0, 3], None),
            (5, 1, vec![0, 4], None),
            (6, 1, vec![1, 4], None),
        ],
        repair: [0.9, 0.8, 0.7, 0.6, 0.5].map(up).to_vec(),
        ..Plan::default()
    });
}

#[test]
fn a_common_cause_ties_groups_together_that_share_no_part() {
    // 0 and 2 need each other; 0 also has 1 of {2, 1}, whose common cause strikes 1 in the other group.
    check(&Plan {
        services: 5,
        activities: 1,
        needs: vec![(0, 2), (2, 0)],
        groups: vec![
            (0, 1, vec![2, 1], Some(0.5)),
            (5, 1, vec![0, 3], None),
            (5, 1, vec![1, 4], None),
        ],
        repair: [0.9, 0.8, 0.7, 0.6, 0.5].map(up).to_vec(),
        ..Plan::default()
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn equals_adding_up_all_states(plan in plans(7, true)) {
        check(&plan);
    }

    /// Whatever the missing numbers are, the upper bound holds.
    #[test]
    fn the_upper_bound_holds(plan in plans(6, true), guess in 0.0..=1.0f64) {
        let a = availability(&plan.workspace());
        let mut known = plan.clone();
        for r in &mut known.repair {
            if own(*r).is_none() {
                *r = up(guess);
            }
        }
        let b = availability(&known.workspace());
        for (x, y) in a.services.iter().chain(&a.activities).zip(b.services.iter().chain(&b.activities)) {
            prop_assert!(y.availability.unwrap() <= x.availability_at_most + 1e-12, "{} {x:?} {y:?}", x.code);
        }
    }
}
