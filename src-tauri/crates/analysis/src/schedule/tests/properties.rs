//! Properties that hold for every project.

use super::judge;
use super::*;
use proptest::prelude::*;

fn needs(at: usize, least_lag: i64) -> impl Strategy<Value = Vec<Need>> {
    let offer = move || (0..at.max(1), least_lag..3).prop_map(|(t, lag_min)| (t, lag_min));
    prop::collection::vec((offer(), offer(), 0..8u8), 0..3).prop_map(move |list| {
        list.into_iter()
            .filter(|_| at > 0)
            .map(|((a, la), (b, lb), kind)| {
                let offer = |t, lag_min| Offer {
                    from: Source::Task(t),
                    lag_min,
                };
                match kind {
                    0 => Need {
                        k: 1,
                        offers: vec![offer(a, la), offer(b, lb)],
                    },
                    1 => Need {
                        k: 2,
                        offers: vec![offer(a, la), offer(b, lb)],
                    },
                    _ => Need::task(a, la),
                }
            })
            .collect()
    })
}

/// Up to `most` tasks, short ones; `plain` projects have no groups and no tolerances between tasks.
fn project(most: usize, longest: i64, plain: bool) -> impl Strategy<Value = Project> {
    let one = move |at: usize| {
        let demand = (0..2usize, 0..3i64).prop_map(|(resource, units)| Demand { resource, units });
        let least_lag = if plain { 0 } else { -3 };
        let demands = prop::collection::vec(demand, 0..3);
        (0..=longest, 0..3i64, demands, needs(at, least_lag)).prop_map(
            move |(d, release_min, demands, mut needs)| {
                if plain {
                    needs.retain(|n| n.offers.len() == 1);
                }
                Task {
                    duration_min: d,
                    release_min,
                    demands,
                    needs,
                }
            },
        )
    };
    let limit = || prop::option::of(-2..20i64);
    let activities = move || prop::collection::vec((needs(most, -4), limit(), limit()), 0..4);
    (1..=most).prop_flat_map(move |n| {
        let tasks: Vec<_> = (0..n).map(one).collect();
        (
            -3..4i64,
            prop::collection::vec(4..7i64, 2),
            tasks,
            activities(),
        )
            .prop_map(move |(start_min, capacities, tasks, activities)| Project {
                start_min,
                capacities: capacities.into_iter().map(|c| c - 2).collect(),
                activities: activities
                    .into_iter()
                    .map(|(mut needs, hard_min, soft_min)| {
                        let within =
                            |o: &Offer| !matches!(o.from, Source::Task(t) if t >= tasks.len());
                        needs.retain(|need| need.offers.iter().all(within));
                        Activity {
                            needs,
                            limits: Limits { hard_min, soft_min },
                        }
                    })
                    .collect(),
                tasks,
            })
    })
}

/// With demands of at most what there is, so that everything can be scheduled.
fn possible(mut p: Project) -> Project {
    for t in &mut p.tasks {
        t.demands.truncate(1);
    }
    p
}

fn goal() -> impl Strategy<Value = Goal<'static>> {
    prop_oneof![Just(Goal::Makespan), Just(Goal::Limits)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn proven_plans_are_as_good_as_trying_everything(p in project(4, 3, false), goal in goal()) {
        let p = possible(p);
        let plan = solve(&p, goal, &counted(300), &never);
        let least = judge::least(&p, goal);
        let start: Vec<i64> = times(&plan.start_min);
        prop_assert!(judge::keeps_the_rules(&p, &start), "{plan:?}");
        prop_assert_eq!(judge::cost(&p, goal, &start), plan.cost);
        prop_assert!(plan.bound <= least, "bound {:?} above {least:?}", plan.bound);
        prop_assert!(plan.cost >= least);
        let levels = plan.proven_levels;
        prop_assert_eq!(&plan.cost[..levels], &least[..levels]);
    }

    /// For a cost of one's own, which grows faster and faster with some of the ready times.
    #[test]
    fn every_order_of_few_tasks_finds_the_least(p in project(4, 3, false)) {
        let mut p = possible(p);
        for t in &mut p.tasks {
            t.demands.truncate(1);
            for d in &mut t.demands {
                d.units = 1;
            }
        }
        let dear = |ready: &[Option<i64>], makespan: i64| {
            let loss = ready.iter().zip(1..).map(|(t, w)| t.map_or(0, |t| w * t.max(0) * t.max(0)));
            [loss.sum(), makespan, 0, 0, 0]
        };
        if check(&p).is_empty() {
            let (start, cost) = exhaust(&p, &dear, &never).unwrap();
            prop_assert!(judge::keeps_the_rules(&p, &times(&start)), "{start:?}");
            prop_assert_eq!(cost, judge::least(&p, Goal::Function(&dear)));
            prop_assert!(exhaust(&p, &dear, &|| true).is_none(), "told to stop");
        }
    }

    #[test]
    fn plans_keep_the_rules_and_lie_between_the_limits(p in project(14, 9, false), goal in goal()) {
        let p = possible(p);
        let list = list_rule(&p, &[]);
        prop_assert!(judge::keeps_the_rules(&p, &times(&list)));
        let before = evaluate(&p, goal, &list);
        let options = Options { start: Some(times(&list)), prove_up_to_tasks: 6, ..counted(200) };
        let plan = solve(&p, goal, &options, &never);
        let start = times(&plan.start_min);
        prop_assert!(judge::keeps_the_rules(&p, &start));
        prop_assert!(feasible(&p, &plan.start_min));
        prop_assert_eq!(judge::cost(&p, goal, &start), plan.cost);
        prop_assert!(plan.cost <= before.cost);
        prop_assert!(plan.bound <= plan.cost);
        prop_assert!(plan.makespan_bound_min <= plan.makespan_min);
        let alone: Vec<i64> = times(&unlimited(&p));
        for (t, s) in start.iter().enumerate() {
            prop_assert!(alone[t] <= *s);
        }
        let again = solve(&p, goal, &options, &never);
        prop_assert_eq!(again, plan);
    }

    #[test]
    fn one_after_another_is_never_faster(p in project(12, 9, true), goal in goal()) {
        let p = possible(p);
        let plan = solve(&p, goal, &counted(100), &never);
        let after: i64 = p.tasks.iter().map(|t| t.duration_min).sum();
        let latest = p.tasks.iter().map(|t| t.release_min).max().unwrap_or(0) - p.start_min;
        let lags: i64 = p.tasks.iter().map(|t| {
            t.needs.iter().flat_map(|n| &n.offers).map(|o| o.lag_min).max().unwrap_or(0)
        }).sum();
        if matches!(goal, Goal::Makespan) {
            prop_assert!(plan.makespan_min <= after + lags + latest.max(0));
        }
        // Every start has a cause: in a project of this kind nothing waits for nothing.
        for l in causes(&p, &plan.start_min) {
            prop_assert_ne!(l.cause, Cause::Nothing);
        }
        let chain = critical_chain(&p, &plan.start_min, Target::Last);
        let end = chain.last().map(|l| l.finish_min - p.start_min);
        prop_assert_eq!(end, Some(plan.makespan_min));
        prop_assert!(matches!(chain[0].cause, Cause::Start | Cause::Release));
    }

    #[test]
    fn one_more_never_costs_more(p in project(8, 6, false), goal in goal()) {
        let p = possible(p);
        let plan = solve(&p, goal, &counted(60), &never);
        let found = gains(&p, goal, &plan, &counted(60), &never);
        prop_assert_eq!(found.len(), p.capacities.len());
        for g in found {
            let first = g.gain.iter().find(|g| **g != 0);
            prop_assert!(first.is_none_or(|g| *g > 0), "{g:?}");
        }
    }

    #[test]
    fn any_demand_and_any_need_ends(p in project(8, 9, false), links in prop::collection::vec((0..9usize, 0..9usize), 0..6)) {
        let mut p = p;
        for (from, to) in links {
            if let Some(t) = p.tasks.get_mut(to) {
                t.needs.push(Need::task(from, 0));
            }
        }
        let plan = solve(&p, Goal::Limits, &counted(60), &never);
        let blocked = plan.start_min.iter().filter(|s| s.is_none()).count();
        prop_assert_eq!(blocked == 0, plan.obstacles.is_empty());
        prop_assert!(feasible(&p, &plan.start_min));
        prop_assert_eq!(check(&p), plan.obstacles);
    }
}
