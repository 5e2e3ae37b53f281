//! Worked examples.

use super::*;

/// Priority of C5: scheduled deadline (net 60, ident 150, db 150, shop 210, erp 330), then the longer tail (db before ident).
const RANK: [usize; 5] = [0, 2, 1, 3, 4];

fn listed(people: i64) -> (Vec<i64>, Option<i64>) {
    let p = published(people);
    let plan = evaluate(&p, Goal::Limits, &list_rule(&p, &RANK));
    (times(&plan.finish_min), plan.ready_min[0])
}

#[test]
fn the_list_rule_gives_the_published_times() {
    // domain.md C5: one person: net 30, db 120, ident 165, shop 225, erp 345, ready 225; two people: 180.
    assert_eq!(listed(1), (vec![30, 165, 120, 225, 345], Some(225)));
    assert_eq!(listed(2).1, Some(180));
}

#[test]
fn unlimited_times_are_the_published_ones() {
    // domain.md C5: net 30, ident 75, db 120, shop 180, erp 240.
    let p = published(1);
    assert_eq!(times(&unlimited(&p)), [0, 30, 30, 120, 120]);
    let many = solve(&published(5), Goal::Makespan, &counted(50), &never);
    assert_eq!(times(&many.finish_min), [30, 75, 120, 180, 240]);
    assert!(many.proven);
}

#[test]
fn one_person_cannot_meet_210_and_that_is_proven() {
    let plan = solve(&published(1), Goal::Limits, &counted(200), &never);
    // One RTO missed by 15 minutes; the whole takes 345.
    assert_eq!(plan.cost, [0, 1, 15, 345, 225]);
    assert_eq!(
        (plan.bound, plan.proven, plan.proven_levels),
        ([0, 1, 15, 345, 225], true, 4)
    );
    let two = solve(&published(2), Goal::Limits, &counted(200), &never);
    assert_eq!(
        (two.cost[1], two.ready_min[0], two.proven),
        (0, Some(180), true)
    );
}

#[test]
fn the_critical_chain_ends_at_the_target_and_says_why() {
    let p = published(1);
    let start = list_rule(&p, &RANK);
    let chain = critical_chain(&p, &start, Target::Activity(0));
    // net, then db, then ident because the one person was with db, then shop.
    let told: Vec<(usize, Cause, i64)> = chain
        .iter()
        .map(|l| (l.task, l.cause.clone(), l.delay_min))
        .collect();
    let person = |task| Cause::Resource { resource: 0, task };
    assert_eq!(
        told,
        [
            (0, Cause::Start, 0),
            (
                2,
                Cause::Need {
                    task: 0,
                    lag_min: 0
                },
                0
            ),
            (1, person(2), 90),
            (
                3,
                Cause::Need {
                    task: 1,
                    lag_min: 0
                },
                0
            ),
        ]
    );
    assert_eq!(
        bottlenecks(&chain),
        [Bottleneck {
            resource: 0,
            delay_min: 90,
            tasks: vec![1]
        }]
    );
    // erp waits for the person from 120 to 225.
    let last = critical_chain(&p, &start, Target::Last);
    assert_eq!(last.last().map(|l| (l.task, l.delay_min)), Some((4, 105)));
    assert_eq!(bottlenecks(&causes(&p, &start))[0].delay_min, 195);
    assert_eq!(critical_chain(&p, &start, Target::Activity(7)), []);
}

#[test]
fn one_more_person_gains_what_two_people_reach() {
    let p = published(1);
    let plan = solve(&p, Goal::Limits, &counted(200), &never);
    let gains = gains(&p, Goal::Limits, &plan, &counted(200), &never);
    assert_eq!(gains.len(), 1);
    assert_eq!(
        (gains[0].capacity, gains[0].gain[1], gains[0].gain[2]),
        (2, 1, 15)
    );
    assert_eq!(gains[0].makespan_gain_min, 105);
}

#[test]
fn a_resource_that_is_never_short_gains_nothing() {
    let mut p = published(1);
    p.capacities.push(3);
    let plan = solve(&p, Goal::Makespan, &counted(200), &never);
    let gains = gains(&p, Goal::Makespan, &plan, &counted(200), &never);
    assert_eq!(gains[1].gain, [0; 5]);
    assert!(gains[0].gain[0] > 0);
}

#[test]
fn somebody_for_a_team_of_nobody_makes_work_possible() {
    let mut p = published(1);
    p.capacities.push(0);
    p.tasks[4].demands[0].resource = 1;
    let plan = solve(&p, Goal::Limits, &counted(50), &never);
    assert_eq!((plan.start_min[4], plan.ready_min[0]), (None, None));
    let gains = gains(&p, Goal::Limits, &plan, &counted(50), &never);
    assert_eq!((gains[1].more_tasks, gains[1].gain), (1, [0; 5]));
    assert_eq!(gains[0].more_tasks, 0);
}

#[test]
fn least_loss_serves_the_dear_activity_first() {
    // Two hours of work for each of two activities and one person; the second loses ten times as much an hour.
    let waits = |t| Activity {
        needs: vec![Need::task(t, 0)],
        limits: Limits::default(),
    };
    let p = Project {
        start_min: 0,
        capacities: vec![1],
        tasks: vec![task(120, 0, &[]), task(120, 0, &[])],
        activities: vec![waits(0), waits(1)],
    };
    let loss = |ready: &[Option<i64>], makespan: i64| {
        let at = |i: usize| ready[i].unwrap_or(0);
        [at(0) * 100 / 60 + at(1) * 1000 / 60, makespan, 0, 0, 0]
    };
    let plan = solve(&p, Goal::Function(&loss), &counted(100), &never);
    assert_eq!(plan.ready_min, [Some(240), Some(120)]);
    assert_eq!(plan.cost[0], 2400);
    // Each alone would be ready after 120 minutes: 2,200 is a bound, and nothing more is known.
    assert_eq!((plan.bound[0], plan.proven), (2200, false));
}

#[test]
fn a_group_waits_for_its_second_member() {
    // 2 of 3 members of 20, 45 and 60 minutes with enough people: 45; with one person 20 + 45.
    let mut p = Project {
        start_min: 10,
        capacities: vec![3],
        tasks: vec![
            task(60, 0, &[]),
            task(20, 0, &[]),
            task(45, 0, &[]),
            task(5, 0, &[]),
        ],
        activities: Vec::new(),
    };
    let offers = (0..3).map(|t| Offer {
        from: Source::Task(t),
        lag_min: 0,
    });
    p.tasks[3].needs = vec![Need {
        k: 2,
        offers: offers.collect(),
    }];
    let waits = Activity {
        needs: vec![Need::task(3, 0)],
        limits: Limits {
            hard_min: None,
            soft_min: Some(60),
        },
    };
    p.activities.push(waits);
    assert_eq!(
        solve(&p, Goal::Limits, &counted(100), &never).ready_min,
        [Some(60)]
    );
    p.capacities[0] = 1;
    let one = solve(&p, Goal::Limits, &counted(300), &never);
    // Members two and three first, then the waiting task, then the one that nobody needs.
    assert_eq!(one.ready_min, [Some(80)]);
    assert_eq!((one.cost[2], one.proven), (20, true));
    let chain = critical_chain(&p, &one.start_min, Target::Activity(0));
    assert_eq!(chain.last().map(|l| l.task), Some(3));
}

#[test]
fn an_activity_that_no_task_delays_was_never_interrupted() {
    let p = Project {
        start_min: 30,
        capacities: vec![1],
        tasks: vec![task(60, 0, &[])],
        activities: vec![
            Activity {
                needs: vec![Need::task(0, -60)],
                limits: Limits::default(),
            },
            Activity {
                needs: vec![Need::task(0, -59)],
                limits: Limits::default(),
            },
        ],
    };
    let plan = solve(&p, Goal::Limits, &counted(10), &never);
    assert_eq!(plan.ready_min, [Some(0), Some(31)]);
}

/// A small project of the kind of PSPLIB: several resources, several of each.
#[test]
fn a_tangled_project_is_solved_and_proven() {
    let needs = |list: &[(usize, i64)]| {
        list.iter()
            .map(|(resource, units)| Demand {
                resource: *resource,
                units: *units,
            })
            .collect()
    };
    let t = |duration_min, demands: &[(usize, i64)], after: &[usize]| Task {
        duration_min,
        demands: needs(demands),
        needs: after.iter().map(|t| Need::task(*t, 0)).collect(),
        ..Task::default()
    };
    let p = Project {
        start_min: 0,
        capacities: vec![4, 2],
        tasks: vec![
            t(3, &[(0, 2)], &[]),
            t(4, &[(0, 3), (1, 1)], &[]),
            t(2, &[(0, 4)], &[0]),
            t(5, &[(1, 2)], &[0]),
            t(2, &[(0, 2), (1, 1)], &[1]),
            t(3, &[(0, 1)], &[2, 3]),
            t(4, &[(0, 2)], &[4]),
        ],
        activities: Vec::new(),
    };
    let plan = solve(&p, Goal::Makespan, &counted(500), &never);
    assert!(feasible(&p, &plan.start_min));
    assert!(plan.proven);
    assert_eq!(plan.makespan_min, judge::least(&p, Goal::Makespan)[0]);
}
