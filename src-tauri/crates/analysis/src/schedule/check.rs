//! What can never be scheduled, and why.

use super::model::added_up;
use super::project::{Obstacle, Project, Source};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

/// Says why some tasks can never start; nothing when all can.
///
/// Cycles come first, then demands above the capacity, then needs that can never be met because of those (or because an offer
/// names a task that does not exist), each in the order of the tasks.
pub fn check(project: &Project) -> Vec<Obstacle> {
    alive(project).obstacles
}

/// What can be scheduled.
pub(super) struct Alive {
    /// In an order in which enough of what a task needs comes before it; by position where that leaves a choice.
    pub order: Vec<usize>,
    pub obstacles: Vec<Obstacle>,
}

pub(super) fn alive(p: &Project) -> Alive {
    let n = p.tasks.len();
    let mut obstacles = Vec::new();
    let mut able = vec![true; n];
    for (t, able) in able.iter_mut().enumerate() {
        for (resource, units) in added_up(p, t) {
            let capacity = p.capacities.get(resource).copied().unwrap_or(0).max(0);
            if units > capacity {
                *able = false;
                obstacles.push(Obstacle::Capacity {
                    task: t,
                    resource,
                    units,
                    capacity,
                });
            }
        }
    }

    // missing[t][i]: how many offers of its need i are still to come.
    let mut missing: Vec<Vec<usize>> = Vec::with_capacity(n);
    let mut open: Vec<usize> = Vec::with_capacity(n);
    let mut waiters: Vec<Vec<(usize, usize)>> = vec![Vec::new(); n];
    for (t, task) in p.tasks.iter().enumerate() {
        let mut list = Vec::with_capacity(task.needs.len());
        for (i, need) in task.needs.iter().enumerate() {
            let mut k = need.k;
            for o in &need.offers {
                match o.from {
                    Source::Time(_) => k = k.saturating_sub(1),
                    Source::Task(b) if b < n => waiters[b].push((t, i)),
                    Source::Task(_) => {}
                }
            }
            list.push(k);
        }
        open.push(list.iter().filter(|k| **k > 0).count());
        missing.push(list);
    }

    let mut ready: std::collections::BinaryHeap<std::cmp::Reverse<usize>> = (0..n)
        .filter(|t| open[*t] == 0 && able[*t])
        .map(std::cmp::Reverse)
        .collect();
    let mut order = Vec::with_capacity(n);
    let mut done = vec![false; n];
    while let Some(std::cmp::Reverse(t)) = ready.pop() {
        order.push(t);
        done[t] = true;
        for (w, need) in &waiters[t] {
            let k = &mut missing[*w][*need];
            if *k > 0 {
                *k -= 1;
                if *k == 0 {
                    open[*w] -= 1;
                    if open[*w] == 0 && able[*w] {
                        ready.push(std::cmp::Reverse(*w));
                    }
                }
            }
        }
    }
    if order.len() == n {
        return Alive { order, obstacles };
    }

    let in_cycle = cycles(p, &done, &missing);
    let mut member = vec![false; n];
    for t in in_cycle.iter().flatten() {
        member[*t] = true;
    }
    for t in 0..n {
        if done[t] || member[t] {
            continue;
        }
        for (need, k) in missing[t].iter().enumerate() {
            if *k > 0 {
                obstacles.push(Obstacle::Need { task: t, need });
            }
        }
    }
    let cycles = in_cycle.into_iter().map(|tasks| Obstacle::Cycle { tasks });
    let obstacles = cycles.chain(obstacles).collect();
    Alive { order, obstacles }
}

/// Rings among the tasks that are left, through needs that are not met.
fn cycles(p: &Project, done: &[bool], missing: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut graph = DiGraph::<usize, ()>::new();
    let mut node: Vec<Option<NodeIndex>> = vec![None; done.len()];
    for t in 0..done.len() {
        if !done[t] {
            node[t] = Some(graph.add_node(t));
        }
    }
    let mut own = vec![false; done.len()];
    for (t, task) in p.tasks.iter().enumerate() {
        let Some(to) = node[t] else { continue };
        for (i, need) in task.needs.iter().enumerate() {
            if missing[t][i] == 0 {
                continue;
            }
            for o in &need.offers {
                if let Source::Task(b) = o.from
                    && let Some(Some(from)) = node.get(b)
                {
                    own[t] |= b == t;
                    graph.add_edge(*from, to, ());
                }
            }
        }
    }
    let mut all: Vec<Vec<usize>> = kosaraju_scc(&graph)
        .into_iter()
        .map(|c| {
            let mut tasks: Vec<usize> = c.into_iter().map(|i| graph[i]).collect();
            tasks.sort_unstable();
            tasks
        })
        .filter(|c| c.len() > 1 || own[c[0]])
        .collect();
    all.sort_unstable();
    all
}
