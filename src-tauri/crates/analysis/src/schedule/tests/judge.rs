//! A judge that tries every schedule, from the words of the project alone.

use super::*;

/// The k-th smallest time that a need waits for; none when too little is there.
fn met(need: &Need, finish: &dyn Fn(usize) -> Option<i64>) -> Option<i64> {
    let mut offers: Vec<i64> = need
        .offers
        .iter()
        .filter_map(|o| {
            let from = match o.from {
                Source::Task(t) => finish(t)?,
                Source::Time(t) => t,
            };
            Some(from + o.lag_min)
        })
        .collect();
    offers.sort_unstable();
    if need.k == 0 {
        Some(i64::MIN)
    } else {
        offers.get(need.k - 1).copied()
    }
}

/// Whether a whole schedule keeps the rules.
pub fn keeps_the_rules(p: &Project, start: &[i64]) -> bool {
    let finish = |t: usize| Some(start[t] + p.tasks[t].duration_min);
    for (t, task) in p.tasks.iter().enumerate() {
        if start[t] < p.start_min.max(task.release_min) {
            return false;
        }
        if task
            .needs
            .iter()
            .any(|n| met(n, &finish).is_none_or(|m| start[t] < m))
        {
            return false;
        }
    }
    (0..p.tasks.len()).all(|at| {
        p.capacities.iter().enumerate().all(|(r, capacity)| {
            let held: i64 = (0..p.tasks.len())
                .filter(|t| {
                    start[*t] <= start[at] && start[at] < start[*t] + p.tasks[*t].duration_min
                })
                .flat_map(|t| &p.tasks[t].demands)
                .filter(|d| d.resource == r)
                .map(|d| d.units)
                .sum();
            held <= *capacity
        })
    })
}

pub fn cost(p: &Project, goal: Goal, start: &[i64]) -> Cost {
    let finish = |t: usize| Some(start[t] + p.tasks[t].duration_min);
    let makespan = (0..start.len())
        .filter_map(finish)
        .max()
        .map_or(0, |f| f - p.start_min);
    let ready: Vec<i64> = p
        .activities
        .iter()
        .map(|a| {
            a.needs
                .iter()
                .filter_map(|n| met(n, &finish))
                .max()
                .unwrap_or(i64::MIN)
        })
        .map(|r| if r <= p.start_min { 0 } else { r })
        .collect();
    let over = |pick: &dyn Fn(&Limits) -> Option<i64>| -> Vec<i64> {
        let late = p.activities.iter().zip(&ready);
        late.filter_map(|(a, r)| pick(&a.limits).map(|l| (r - l).max(0)))
            .collect()
    };
    let count = |late: &[i64]| late.iter().filter(|l| **l > 0).count() as i64;
    match goal {
        Goal::Makespan => [makespan, 0, 0, 0, 0],
        Goal::Limits => {
            let (hard, soft) = (over(&|l| l.hard_min), over(&|l| l.soft_min));
            [
                count(&hard),
                count(&soft),
                soft.iter().sum(),
                makespan,
                ready.iter().sum(),
            ]
        }
        Goal::Function(f) => f(&ready.into_iter().map(Some).collect::<Vec<_>>(), makespan),
    }
}

/// The least cost of all schedules; for projects of very few and short tasks.
pub fn least(p: &Project, goal: Goal) -> Cost {
    let first = p
        .tasks
        .iter()
        .map(|t| t.release_min)
        .fold(p.start_min, i64::max);
    let offers = p
        .tasks
        .iter()
        .flat_map(|t| &t.needs)
        .flat_map(|n| &n.offers);
    let last = first
        + p.tasks.iter().map(|t| t.duration_min).sum::<i64>()
        + offers.map(|o| o.lag_min.max(0)).sum::<i64>();
    let mut best = [i64::MAX; 5];
    let mut start = vec![p.start_min; p.tasks.len()];
    every(p, goal, 0, last, &mut start, &mut best);
    best
}

fn every(p: &Project, goal: Goal, at: usize, last: i64, start: &mut [i64], best: &mut Cost) {
    if at == start.len() {
        if keeps_the_rules(p, start) {
            *best = (*best).min(cost(p, goal, start));
        }
        return;
    }
    for s in p.start_min..=last {
        start[at] = s;
        // Plain needs of what is already placed.
        let broken = p.tasks[at].needs.iter().any(|n| match n.offers.as_slice() {
            [
                Offer {
                    from: Source::Task(b),
                    lag_min,
                },
            ] if n.k == 1 && *b < at => s < start[*b] + p.tasks[*b].duration_min + lag_min,
            _ => false,
        });
        let too_long =
            matches!(goal, Goal::Makespan) && s + p.tasks[at].duration_min - p.start_min >= best[0];
        if !broken && !too_long {
            every(p, goal, at + 1, last, start, best);
        }
    }
}
