//! What each service owes: RTO propagation, simple and scheduled (C4), and RPO (C6).

use crate::graph::{Graph, Lists};
use crate::path::NONE;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A requirement for every node, and who sets it.
#[derive(Debug, PartialEq)]
pub(crate) struct Requirement {
    /// In minutes; `None` where nobody demands anything.
    pub value: Vec<Option<i64>>,
    /// The dependant that sets it; [`NONE`] where the node declares it itself.
    pub set_by: Vec<u32>,
    /// The dependant from which the value came; never in circles, where several dependants set the same.
    pub came_from: Vec<u32>,
}

/// Simple propagation (C4): `req(b) = min(declared(b), min over hard a->b of req(a) + tolerance)`.
///
/// The least fixed point, by Dijkstra's algorithm: tolerances are not negative, so loops are harmless. On equal values the
/// dependant with the smaller requirement sets it, then the one with the smaller code; a node's own word goes first.
pub(crate) fn simple(g: &Graph, declared: &[Option<i64>]) -> Requirement {
    let passes = |n: u32| g.passes_on(n).map(|e| (e.provider, e.tolerance));
    let (value, came_from) = spread(g.nodes, declared, passes);
    let mut set_by = vec![NONE; g.nodes];
    for n in 0..g.nodes as u32 {
        let Some(v) = value[n as usize] else { continue };
        if declared[n as usize] == Some(v) {
            continue;
        }
        set_by[n as usize] = g
            .heirs(n)
            .filter_map(|e| Some((value[e.dependant as usize]?, e)))
            .filter(|(r, e)| r.saturating_add(e.tolerance) == v)
            .min_by_key(|(r, e)| (*r, g.rank[e.dependant as usize]))
            .map_or(NONE, |(_, e)| e.dependant);
    }
    Requirement {
        value,
        set_by,
        came_from,
    }
}

/// Required RPO (C6): the minimum over all data dependants, along every edge that carries data.
pub(crate) fn rpo(g: &Graph, declared: &[Option<i64>]) -> Requirement {
    let pairs: Vec<(u32, u32)> = g
        .edges
        .iter()
        .filter(|e| e.data && e.dependant != e.provider)
        .map(|e| (e.dependant, e.provider))
        .collect();
    let data = Lists::build(g.nodes, &pairs);
    let (value, came_from) = spread(g.nodes, declared, |n| data.of(n).iter().map(|p| (*p, 0)));
    let mut set_by = vec![NONE; g.nodes];
    for e in g
        .edges
        .iter()
        .filter(|e| e.data && e.dependant != e.provider)
    {
        let (d, p) = (e.dependant as usize, e.provider as usize);
        if value[p].is_none() || value[d] != value[p] || declared[p] == value[p] {
            continue;
        }
        let better = set_by[p] == NONE || g.rank[d] < g.rank[set_by[p] as usize];
        if better {
            set_by[p] = e.dependant;
        }
    }
    Requirement {
        value,
        set_by,
        came_from,
    }
}

fn spread<I: Iterator<Item = (u32, i64)>>(
    nodes: usize,
    declared: &[Option<i64>],
    passes: impl Fn(u32) -> I,
) -> (Vec<Option<i64>>, Vec<u32>) {
    let mut value = declared.to_vec();
    let mut came_from = vec![NONE; nodes];
    let mut heap: BinaryHeap<Reverse<(i64, u32)>> = BinaryHeap::with_capacity(nodes);
    for (n, v) in declared.iter().enumerate() {
        if let Some(v) = v {
            heap.push(Reverse((*v, n as u32)));
        }
    }
    while let Some(Reverse((v, n))) = heap.pop() {
        if value[n as usize] != Some(v) {
            continue;
        }
        for (p, add) in passes(n) {
            let new = v.saturating_add(add);
            if value[p as usize].is_none_or(|old| new < old) {
                value[p as usize] = Some(new);
                came_from[p as usize] = n;
                heap.push(Reverse((new, p)));
            }
        }
    }
    (value, came_from)
}

/// Scheduled propagation (C4): the latest finish that still lets everything above be restored in time, own restore times of
/// dependants that are down taken off.
///
/// `None` where nobody demands anything, on and behind loops, and behind an own restore time that is unknown.
pub(crate) fn scheduled(
    g: &Graph,
    declared: &[Option<i64>],
    own: &[Option<i64>],
    down: &[bool],
) -> Vec<Option<i64>> {
    let mut open: Vec<u32> = (0..g.nodes as u32)
        .map(|n| g.heirs(n).count() as u32)
        .collect();
    let mut value: Vec<Option<i64>> = declared.to_vec();
    let mut unknown = vec![false; g.nodes];
    let mut ready: Vec<u32> = (0..g.nodes as u32)
        .filter(|n| open[*n as usize] == 0)
        .collect();
    let mut seen = vec![false; g.nodes];
    while let Some(n) = ready.pop() {
        let i = n as usize;
        seen[i] = true;
        // What is left for the provider: `None` when nothing is demanded of this node.
        let left = match (value[i], down[i]) {
            (Some(v), true) => own[i].map(|o| Some(v.saturating_sub(o))),
            (v, _) => Some(v),
        };
        for e in g.passes_on(n) {
            let p = e.provider as usize;
            match left {
                Some(Some(l)) => {
                    let l = l.saturating_add(e.tolerance);
                    value[p] = Some(value[p].map_or(l, |old| old.min(l)));
                }
                Some(None) => {}
                None => unknown[p] = true,
            }
            unknown[p] |= unknown[i];
            open[p] -= 1;
            if open[p] == 0 {
                ready.push(e.provider);
            }
        }
    }
    (0..g.nodes)
        .map(|i| {
            if seen[i] && !unknown[i] {
                value[i]
            } else {
                None
            }
        })
        .collect()
}
