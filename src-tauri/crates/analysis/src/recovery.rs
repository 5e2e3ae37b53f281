//! When everything can be back with unlimited staff (C5).

use crate::graph::Graph;
use crate::path::NONE;

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
pub(crate) fn unlimited(g: &Graph, own: &[Option<i64>], down: &[bool], start: i64) -> Recovery {
    let none = Time {
        least: 0,
        most: Some(0),
        who: NONE,
        tolerance: 0,
    };
    let mut time = vec![none; g.nodes];
    let mut loops = Vec::new();
    for component in g.components() {
        if let [n] = component[..] {
            time[n as usize] = step(g, &time, n, own, down, start);
            continue;
        }
        let dead = component.iter().any(|n| down[*n as usize]);
        // Without a down node the values only pass through, so they settle after as many rounds as there are nodes.
        for _ in 0..if dead { 1 } else { component.len() } {
            let mut moved = false;
            for n in &component {
                let new = step(g, &time, *n, own, down, start);
                let old = &mut time[*n as usize];
                moved |= old.least != new.least || old.most != new.most;
                *old = new;
            }
            if !moved {
                break;
            }
        }
        if dead {
            for n in &component {
                time[*n as usize].most = None;
            }
        }
        loops.push(component);
    }
    Recovery {
        least: time.iter().map(|t| t.least).collect(),
        known: time.iter().map(|t| t.most == Some(t.least)).collect(),
        waits_for: time.iter().map(|t| t.who).collect(),
        tolerance: time.iter().map(|t| t.tolerance).collect(),
        loops,
    }
}

fn step(g: &Graph, time: &[Time], n: u32, own: &[Option<i64>], down: &[bool], start: i64) -> Time {
    let i = n as usize;
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
            least: t.least - tolerance,
            most: t.most.map(|m| m - tolerance),
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
    if down[i] {
        return Time {
            least: wait.least + own[i].unwrap_or(0),
            most: wait.most.zip(own[i]).map(|(w, o)| w + o),
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
