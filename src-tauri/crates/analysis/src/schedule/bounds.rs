//! What no schedule can be better than.
//!
//! Energy between a head and a tail: the tasks that cannot begin before `a` and after which at least `b` has still to pass need
//! `Σ duration · units / capacity` between the two. With one machine and units of 1 that is the bound of Jackson's preemptive
//! schedule (Carlier 1982). Demands may be replaced by a dual feasible function of them: what is larger than `capacity − λ` fills
//! the resource, for nothing as large as `λ` runs beside it; what is smaller than `λ` is left out.

use super::judge::Judge;
use super::model::Model;
use super::project::Cost;

/// Lower bounds: of the makespan in steps, and of the cost.
pub(super) struct Bounds {
    pub makespan: i64,
    pub cost: Cost,
}

/// How much work a bound may be.
#[derive(Clone, Copy, PartialEq)]
enum Effort {
    /// All heads and many dual feasible functions: grows with the square of the tasks.
    Thorough,
    /// Only all tasks together.
    Little,
}

impl Effort {
    /// `squares`: tasks squared, over all times that a bound is asked for.
    fn for_squares(squares: usize) -> Self {
        if squares <= 250_000 {
            Self::Thorough
        } else {
            Self::Little
        }
    }
}

pub(super) fn bounds(m: &Model, judge: &Judge) -> Bounds {
    let mut makespan = 0;
    for t in 0..m.len() {
        makespan = makespan.max(m.head[t] + m.duration[t] + m.tail[t]);
    }
    let everything: Vec<usize> = (0..m.len()).collect();
    makespan = makespan.max(
        energy(
            m,
            &everything,
            &m.tail,
            Effort::for_squares(m.len().saturating_pow(2)),
        )
        .unwrap_or(0),
    );
    let ready: Vec<Option<i64>> = (0..m.activities.len()).map(|a| ready(m, a)).collect();
    let cost = judge.of(&ready, makespan.saturating_mul(m.unit));
    Bounds { makespan, cost }
}

/// The largest `a + energy / capacity + b` over resources, heads `a` and tails `b`, in steps.
fn energy(m: &Model, tasks: &[usize], tail: &[i64], effort: Effort) -> Option<i64> {
    let mut best = None;
    for (r, capacity) in m.capacity.iter().enumerate() {
        let mut items: Vec<Item> = Vec::new();
        for t in tasks {
            let units = m.demand[*t].iter().find(|d| d.0 as usize == r);
            if let Some((_, units)) = units
                && m.duration[*t] > 0
            {
                items.push(Item {
                    head: m.head[*t],
                    tail: tail[*t],
                    duration: m.duration[*t],
                    units: *units,
                });
            }
        }
        items.sort_unstable_by_key(|i| (std::cmp::Reverse(i.tail), i.head));
        let mut lambdas: Vec<i64> = items.iter().map(|i| i.units).collect();
        lambdas.retain(|u| *u <= capacity / 2);
        lambdas.push(0);
        // Just above half: only what can run beside nothing else.
        lambdas.push(capacity / 2 + 1);
        lambdas.sort_unstable();
        lambdas.dedup();
        lambdas.truncate(if effort == Effort::Little { 1 } else { 16 });
        for lambda in lambdas {
            best = best.max(between(&items, *capacity, lambda, effort));
        }
    }
    best
}

struct Item {
    head: i64,
    tail: i64,
    duration: i64,
    units: i64,
}

/// `items` by falling tail.
fn between(items: &[Item], capacity: i64, lambda: i64, effort: Effort) -> Option<i64> {
    let weight = |i: &Item| -> i128 {
        let units = if lambda > capacity / 2 {
            // Two that both need more than half exclude each other.
            if i.units > capacity - lambda && 2 * i128::from(i.units) > i128::from(capacity) {
                capacity
            } else {
                0
            }
        } else if i.units > capacity - lambda {
            capacity
        } else if i.units < lambda {
            0
        } else {
            i.units
        };
        i128::from(units) * i128::from(i.duration)
    };
    let items: Vec<(&Item, i128)> = items
        .iter()
        .map(|i| (i, weight(i)))
        .filter(|(_, w)| *w > 0)
        .collect();
    let mut heads: Vec<i64> = items.iter().map(|(i, _)| i.head).collect();
    heads.sort_unstable();
    heads.dedup();
    if effort == Effort::Little {
        heads.truncate(1);
    }
    let mut best: Option<i64> = None;
    for a in heads {
        let mut sum = 0i128;
        for (i, w) in &items {
            if i.head < a {
                continue;
            }
            sum += w;
            let c = i128::from(capacity.max(1));
            let needed = i64::try_from((sum + c - 1) / c).unwrap_or(i64::MAX);
            best = best.max(Some(a.saturating_add(needed).saturating_add(i.tail)));
        }
    }
    best
}

/// The earliest an activity can be ready when everybody works for it alone.
fn ready(m: &Model, activity: usize) -> Option<i64> {
    let a = &m.activities[activity];
    if !a.known {
        return None;
    }
    const OUT: i64 = i64::MIN;
    // From the finish of a task to the activity's being ready, in minutes.
    let mut tail = vec![OUT; m.len()];
    for (t, lag) in &a.tasks {
        tail[*t as usize] = *lag;
    }
    let mut least = a.floor;
    for t in (0..m.len()).rev() {
        for (b, lag) in m.after.of(t) {
            let b = *b as usize;
            if tail[b] != OUT {
                tail[t] = tail[t].max(tail[b] + (m.duration[b] + lag) * m.unit);
            }
        }
    }
    let tasks: Vec<usize> = (0..m.len()).filter(|t| tail[*t] != OUT).collect();
    for t in &tasks {
        let alone = m
            .minutes(m.head[*t] + m.duration[*t])
            .saturating_add(tail[*t]);
        least = least.max(alone);
    }
    for g in &a.groups {
        let mut offers: Vec<i64> = g
            .tasks
            .iter()
            .map(|(t, lag)| {
                let t = *t as usize;
                m.minutes(m.head[t] + m.duration[t]).saturating_add(*lag)
            })
            .chain(g.times.iter().copied())
            .collect();
        offers.sort_unstable();
        least = least.max(offers[g.k - 1]);
    }
    // Tails rounded down to steps keep it a lower bound.
    let steps: Vec<i64> = tail
        .iter()
        .map(|t| if *t == OUT { 0 } else { t.div_euclid(m.unit) })
        .collect();
    let squares = m
        .activities
        .len()
        .saturating_mul(tasks.len().saturating_pow(2));
    if let Some(e) = energy(m, &tasks, &steps, Effort::for_squares(squares)) {
        least = least.max(m.minutes(e));
    }
    // Never interrupted is 0, which is more than a moment after a start before the disruption.
    Some(if least <= m.origin {
        (m.origin + 1).min(0)
    } else {
        least
    })
}
