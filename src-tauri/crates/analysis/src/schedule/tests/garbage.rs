//! What no planner means ends with an answer all the same.

use super::*;

fn goals<'a>() -> [Goal<'a>; 2] {
    [Goal::Makespan, Goal::Limits]
}

#[test]
fn nothing_to_do_is_done_at_once() {
    for goal in goals() {
        let plan = solve(&Project::default(), goal, &Options::default(), &never);
        assert_eq!(
            (plan.makespan_min, plan.proven, plan.schedules),
            (0, true, 1)
        );
    }
}

#[test]
fn tasks_in_a_ring_and_behind_it_have_no_time_and_the_others_have() {
    let mut p = published(1);
    p.tasks[1].needs.push(Need::task(3, 0));
    p.tasks.push(task(10, 0, &[5]));
    let plan = solve(&p, Goal::Limits, &counted(50), &never);
    assert_eq!(
        plan.obstacles,
        [
            Obstacle::Cycle { tasks: vec![1, 3] },
            Obstacle::Cycle { tasks: vec![5] }
        ]
    );
    assert_eq!(
        plan.start_min,
        [Some(0), None, Some(30), None, Some(120), None]
    );
    // The activity waits for one of them.
    assert_eq!(plan.ready_min, [None]);
    assert_eq!(plan.cost, [0, 0, 0, 240, 0]);
}

#[test]
fn a_team_of_nobody_is_reported_with_what_waits_for_it() {
    let mut p = published(0);
    assert_eq!(check(&p).len(), 5 + 5);
    let Obstacle::Capacity {
        task: 0,
        resource: 0,
        units: 1,
        capacity: 0,
    } = check(&p)[0]
    else {
        panic!("{:?}", check(&p));
    };
    assert!(check(&p).contains(&Obstacle::Need { task: 4, need: 0 }));
    // A resource that does not exist is one of capacity 0.
    p.capacities = vec![1];
    p.tasks[4].demands[0].resource = 9;
    assert_eq!(
        check(&p),
        [Obstacle::Capacity {
            task: 4,
            resource: 9,
            units: 1,
            capacity: 0
        }]
    );
}

#[test]
fn a_task_that_does_not_exist_is_never_finished() {
    let mut p = published(1);
    p.tasks[0].needs.push(Need::task(77, 0));
    let plan = solve(&p, Goal::Makespan, &counted(20), &never);
    assert_eq!(plan.start_min, [None; 5]);
    assert_eq!(plan.obstacles[0], Obstacle::Need { task: 0, need: 0 });
    // One of a group may fail.
    p.tasks[0].needs[0].offers.push(Offer {
        from: Source::Time(7),
        lag_min: 1,
    });
    let plan = solve(&p, Goal::Makespan, &counted(20), &never);
    assert_eq!((plan.start_min[0], plan.obstacles), (Some(8), Vec::new()));
}

#[test]
fn extreme_numbers_end_without_overflow() {
    let extremes = [i64::MIN, -(1 << 31), -1, 0, 1, 525_600, 1 << 31, i64::MAX];
    for a in extremes {
        for b in extremes {
            let mut p = published(1);
            p.start_min = a;
            for t in &mut p.tasks {
                t.duration_min = b;
                t.release_min = a;
                t.needs.push(Need::time(b));
                t.demands.push(Demand {
                    resource: 0,
                    units: b.min(0),
                });
                for n in &mut t.needs {
                    n.offers[0].lag_min = a;
                }
            }
            p.activities[0].limits = Limits {
                hard_min: Some(a),
                soft_min: Some(b),
            };
            p.activities[0].needs[0].offers[0].lag_min = b;
            p.capacities[0] = b.max(1);
            for goal in goals() {
                let plan = solve(&p, goal, &counted(30), &never);
                assert!(plan.bound <= plan.cost, "{a} {b}: {plan:?}");
                let start: Vec<i64> = plan.start_min.iter().map(|s| s.unwrap_or(b)).collect();
                let again = Options {
                    start: Some(start),
                    ..counted(30)
                };
                assert!(solve(&p, goal, &again, &never).cost <= plan.cost);
                critical_chain(&p, &plan.start_min, Target::Last);
                gains(&p, goal, &plan, &counted(3), &never);
                list_rule(&p, &[]);
                evaluate(&p, goal, &[Some(a), Some(b)]);
                feasible(&p, &[Some(a), Some(b), Some(a), Some(b), Some(a)]);
            }
        }
    }
}

#[test]
fn demands_as_large_as_numbers_go_do_not_wrap() {
    let mut p = published(i64::MAX);
    for t in &mut p.tasks {
        t.demands = vec![
            Demand {
                resource: 0,
                units: i64::MAX
            };
            2
        ];
    }
    let plan = solve(&p, Goal::Makespan, &counted(50), &never);
    assert_eq!((plan.makespan_min, plan.proven), (345, true));
    p.tasks[0].needs = vec![Need {
        k: usize::MAX,
        offers: Vec::new(),
    }];
    assert_eq!(
        solve(&p, Goal::Makespan, &counted(50), &never).start_min,
        [None; 5]
    );
}

#[test]
fn a_search_that_is_stopped_at_once_still_gives_a_schedule() {
    let p = published(1);
    let plan = solve(&p, Goal::Limits, &Options::default(), &|| true);
    assert!(feasible(&p, &plan.start_min));
}

#[test]
fn a_search_by_time_shares_what_it_finds_and_ends_when_told() {
    // Twelve tasks of one person in the worst order; too many for a proof to be tried.
    let mut p = Project {
        capacities: vec![1],
        tasks: (0..12).map(|i| task(10 + i, 0, &[])).collect(),
        ..Project::default()
    };
    for (t, soft) in (0..12).zip([12, 200, 30, 180, 50, 170, 60, 150, 80, 130, 100, 120]) {
        p.activities.push(Activity {
            needs: vec![Need::task(t, 0)],
            limits: Limits {
                hard_min: Some(soft + 20),
                soft_min: Some(soft),
            },
        });
    }
    let list = list_rule(&p, &[]);
    for islands in [0, 1, 3] {
        let polls = std::sync::atomic::AtomicU64::new(0);
        let options = Options {
            islands,
            start: Some(times(&list)),
            prove_up_to_tasks: 5,
            ..Options::default()
        };
        let stop = || polls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 400;
        let plan = solve(&p, Goal::Limits, &options, &stop);
        assert!(feasible(&p, &plan.start_min));
        assert!(plan.cost < evaluate(&p, Goal::Limits, &list).cost);
        assert!(plan.schedules > 100);
    }
}

#[test]
fn a_start_of_the_wrong_length_is_passed_by() {
    let p = published(1);
    for start in [vec![], vec![0; 5], vec![i64::MAX; 9], vec![i64::MIN; 5]] {
        let options = Options {
            start: Some(start),
            ..counted(100)
        };
        assert_eq!(
            solve(&p, Goal::Makespan, &options, &never).makespan_min,
            345
        );
    }
}

#[test]
fn ten_thousand_tasks_take_bounded_time() {
    // Every hundredth task heads a chain; ten teams of two.
    let p = Project {
        start_min: 0,
        capacities: vec![2; 10],
        tasks: (0..10_000)
            .map(|i| {
                let after = [i.max(1) - 1];
                task(
                    5 + (i as i64 * 7) % 60,
                    i % 10,
                    if i % 100 == 0 { &[] } else { &after },
                )
            })
            .collect(),
        activities: Vec::new(),
    };
    let plan = solve(&p, Goal::Makespan, &counted(0), &never);
    assert!(feasible(&p, &plan.start_min));
    assert!(plan.makespan_bound_min <= plan.makespan_min);
    assert!(feasible(&p, &list_rule(&p, &[])));
}
