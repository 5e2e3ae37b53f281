//! When everything can be back with unlimited staff (C5).

use crate::graph::{Graph, Lists};
use crate::path::NONE;
use crate::situation::Situation;
use hashbrown::HashSet;
use std::collections::VecDeque;

/// Times of restore, from the disruption.
pub(crate) struct Recovery {
    /// Not earlier than this; exact where [`Recovery::known`].
    pub least: Vec<i64>,
    /// Whether the time is exact.
    pub known: Vec<bool>,
    /// The provider that is waited for last.
    pub waits_for: Vec<u32>,
    /// The tolerance of that dependency.
    pub tolerance: Vec<i64>,
    /// The loops of hard dependencies.
    pub loops: Vec<Vec<u32>>,
}

/// A time as far as it is known.
#[derive(Clone, Copy)]
struct Time {
    least: i64,
    most: Option<i64>,
    who: u32,
    tolerance: i64,
}

/// Works the times out (C5): `start = detection + decision`;
/// `F(n) = max(start, max(F(provider) - tolerance)) + own(n)` if down; of a group the k-th earliest member counts.
///
/// A node that is not down waits only when that is later than the start; else it was never disrupted and F is 0. An own
/// restore time that is unknown leaves a lower bound. A loop with a down node in it, and all behind it, is unknown.
pub(crate) fn unlimited(g: &Graph, situation: &Situation) -> Recovery {
    let down = &situation.down;
    let none = Time {
        least: 0,
        most: Some(0),
        who: NONE,
        tolerance: 0,
    };
    let mut time = vec![none; g.nodes];
    let mut loops = Vec::new();
    let mut held_up = None;
    // What a strategy makes usable needs nothing, so no loop goes through it.
    let components = g.components(|n| situation.standby(n as usize).is_none());
    for component in components.iter() {
        if let [n] = component {
            time[*n as usize] = step(g, &time, *n, situation);
            continue;
        }
        if component.iter().any(|n| down[*n as usize]) {
            // What the members have to wait for outside is a bound for each; of each other they know nothing.
            let outside: Vec<Time> = component
                .iter()
                .map(|n| Time {
                    most: None,
                    ..step(g, &time, *n, situation)
                })
                .collect();
            for (n, t) in component.iter().zip(outside) {
                time[*n as usize] = t;
            }
        } else {
            let held_up = held_up.get_or_insert_with(|| g.held_up());
            pass_through(g, held_up, &mut time, component, situation);
        }
        loops.push(component.to_vec());
    }
    Recovery {
        least: time.iter().map(|t| t.least).collect(),
        known: time.iter().map(|t| t.most == Some(t.least)).collect(),
        waits_for: time.iter().map(|t| t.who).collect(),
        tolerance: time.iter().map(|t| t.tolerance).collect(),
        loops,
    }
}

/// The times of a loop of which nothing is down itself: it only hands on what some of its members wait for outside.
///
/// The least times that fit together, reached from below; whoever stands behind a time that has moved is looked at again.
fn pass_through(
    g: &Graph,
    held_up: &Lists,
    time: &mut [Time],
    component: &[u32],
    situation: &Situation,
) {
    let inside: HashSet<u32> = component.iter().copied().collect();
    let mut waiting: VecDeque<u32> = component.iter().copied().collect();
    let mut queued = inside.clone();
    while let Some(n) = waiting.pop_front() {
        queued.remove(&n);
        let new = step(g, time, n, situation);
        let old = &mut time[n as usize];
        let moved = old.least != new.least || old.most != new.most;
        *old = new;
        if moved {
            for i in held_up.of(n) {
                let d = g.edges[*i as usize].dependant;
                if inside.contains(&d) && queued.insert(d) {
                    waiting.push_back(d);
                }
            }
        }
    }
}

fn step(g: &Graph, time: &[Time], n: u32, situation: &Situation) -> Time {
    let i = n as usize;
    let start = situation.start.0;
    if let Some(t) = situation.standby(i) {
        return Time {
            least: t,
            most: Some(t),
            who: NONE,
            tolerance: 0,
        };
    }
    let mut wait = Time {
        least: start,
        most: Some(start),
        who: NONE,
        tolerance: 0,
    };
    let mut later = |t: Time| {
        // Somebody whose time is open is waited for longest; then the later, then the smaller code.
        let key = |t: &Time| (t.most.is_none(), t.least, t.who == NONE);
        let ahead = key(&t) > key(&wait)
            || key(&t) == key(&wait)
                && t.who != NONE
                && wait.who != NONE
                && g.rank[t.who as usize] < g.rank[wait.who as usize];
        let (who, tolerance) = if ahead && (t.least > start || t.most.is_none()) {
            (t.who, t.tolerance)
        } else {
            (wait.who, wait.tolerance)
        };
        wait = Time {
            least: wait.least.max(t.least),
            most: wait.most.zip(t.most).map(|(a, b)| a.max(b)),
            who,
            tolerance,
        };
    };
    let seen = |provider: u32, tolerance: i64| {
        let t = time[provider as usize];
        Time {
            least: t.least.saturating_sub(tolerance),
            most: t.most.map(|m| m.saturating_sub(tolerance)),
            who: provider,
            tolerance,
        }
    };
    for e in g.plain_needs(n) {
        later(seen(e.provider, e.tolerance));
    }
    for group in g.groups_of(n) {
        if group.k == 0 {
            continue;
        }
        let mut members: Vec<Time> = group
            .members
            .iter()
            .map(|m| &g.edges[*m as usize])
            .map(|e| seen(e.provider, e.tolerance))
            .collect();
        members.sort_by_key(|t| {
            (
                t.most.is_none(),
                t.most.unwrap_or(t.least),
                g.rank[t.who as usize],
            )
        });
        let kth = members[group.k - 1];
        let mut least: Vec<i64> = members.iter().map(|t| t.least).collect();
        least.sort_unstable();
        later(Time {
            least: least[group.k - 1],
            ..kth
        });
    }
    if situation.down[i] {
        let own = situation.own[i];
        return Time {
            least: wait.least.saturating_add(own.unwrap_or(0)),
            most: wait.most.zip(own).map(|(w, o)| w.saturating_add(o)),
            ..wait
        };
    }
    let undisturbed = |w: i64| if w > start { w } else { 0 };
    let t = Time {
        least: undisturbed(wait.least),
        most: wait.most.map(undisturbed),
        ..wait
    };
    if t.most == Some(0) {
        Time {
            who: NONE,
            tolerance: 0,
            ..t
        }
    } else {
        t
    }
}
