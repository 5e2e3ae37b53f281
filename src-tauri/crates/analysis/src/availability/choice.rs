//! Blocks that have a choice: what they cannot do without multiplies, the rest is cut into clusters that share no part.

use super::always::{Always, Least};
use super::diagram::{Cause, Cluster, Solved, solve};
use super::parts::Parts;
use crate::path::NONE;
use crate::weak::run_graph::RunGraph;
use hashbrown::HashMap;
use rayon::prelude::*;
use std::sync::{Mutex, PoisonError};

/// Steps for all clusters of a workspace together, in equal shares within limits: the time has an end, and no answer
/// depends on how fast a machine is.
const STEPS: usize = 50_000_000;
const STEPS_EACH: std::ops::RangeInclusive<usize> = 2_000..=2_000_000;

/// What follows for one block.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    pub low: f64,
    pub high: f64,
    /// Whether low and high are the value itself, unknown parts aside.
    pub exact: bool,
    pub parts: u32,
    pub unknown: u32,
    pub named: Least<{ super::always::NAMED }>,
    /// What contributes: the part or the common cause, how much of the time it is down, and its Birnbaum importance.
    pub weights: Vec<(Part, f64, f64)>,
}

/// What can fail by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Service(u32),
    Event(u32),
}

/// Every cluster of a workspace, solved; many blocks have the same ones.
pub(super) struct Choices<'a> {
    g: &'a RunGraph,
    parts: &'a Parts,
    rank: &'a [u32],
    // Only looked up, never walked through.
    solved: HashMap<Cluster, Solved>,
}

/// Marks of one thread.
pub(super) struct Room {
    /// Whether a block is always needed.
    always: Vec<bool>,
    /// The cluster of a block that is needed only in part, as the place of a group.
    cluster: Vec<u32>,
    counts: Vec<bool>,
}

impl Room {
    pub(super) fn new(g: &RunGraph, parts: &Parts) -> Self {
        Room {
            always: vec![false; g.blocks()],
            cluster: vec![NONE; g.blocks()],
            counts: vec![false; parts.events.len()],
        }
    }
}

/// The clusters before they are solved.
struct Cut {
    clusters: Vec<Cluster>,
    /// The common causes that nobody can do without.
    certain: Vec<u32>,
    /// Every block that is needed only in part.
    region: Vec<u32>,
    /// Every common cause that counts.
    events: Vec<u32>,
}

impl<'a> Choices<'a> {
    pub(super) fn new(g: &'a RunGraph, parts: &'a Parts, rank: &'a [u32], always: &Always) -> Self {
        let mut out = Choices {
            g,
            parts,
            rank,
            solved: HashMap::new(),
        };
        // Only looked up, never walked through: the list keeps them.
        let found: Mutex<(HashMap<Cluster, ()>, Vec<Cluster>)> = Mutex::default();
        (0..g.blocks() as u32).into_par_iter().for_each_init(
            || Room::new(g, parts),
            |room, b| {
                let Some(list) = always.of(b) else { return };
                for c in out.cut(room, &list).clusters {
                    let mut all = found.lock().unwrap_or_else(PoisonError::into_inner);
                    if all.0.insert(c.clone(), ()).is_none() {
                        all.1.push(c);
                    }
                }
            },
        );
        let list = found.into_inner().unwrap_or_else(PoisonError::into_inner).1;
        let budget = (STEPS / list.len().max(1)).clamp(*STEPS_EACH.start(), *STEPS_EACH.end());
        let solved: Vec<Solved> = list
            .par_iter()
            .map(|c| solve(g, parts, c, budget))
            .collect();
        out.solved = list.into_iter().zip(solved).collect();
        out
    }

    /// The figure of a block that cannot do without `always`.
    pub(super) fn figure(&self, room: &mut Room, always: &[u32]) -> Figure {
        let cut = self.cut(room, always);
        let known = |c: &Cluster| -> &Solved {
            let s = self.solved.get(c);
            s.expect("BUG: every cluster is solved before a figure is asked for")
        };
        let solved: Vec<&Solved> = cut.clusters.iter().map(known).collect();
        let counts = |e: u32| cut.events.binary_search(&e).is_ok();
        let mut product = super::always::Product::EMPTY;
        let mut factors: Vec<(Part, f64)> = Vec::new();
        for n in always.iter().flat_map(|b| self.g.nodes(*b)) {
            factors.push((Part::Service(*n), self.parts.own(*n, counts)));
        }
        for e in &cut.certain {
            factors.push((Part::Event(*e), self.parts.events[*e as usize].down));
        }
        factors.iter().for_each(|f| product.factor(1.0 - f.1));
        let series = product;
        let mut low = series.total();
        let mut high = series.total();
        for s in &solved {
            low *= s.low;
            high *= s.high;
            product.factor(s.low);
        }
        let exact = solved.iter().all(|s| s.importance.is_some());
        let mut out = Figure {
            low,
            high,
            exact,
            parts: 0,
            unknown: 0,
            named: Least::EMPTY,
            weights: Vec::new(),
        };
        self.note_unknown(&mut out, always, &cut);
        if !exact || out.unknown > 0 {
            return out;
        }
        for (part, down) in factors.iter().filter(|f| f.1 > 0.0) {
            out.weights
                .push((*part, *down, product.without(1.0 - down)));
        }
        for (c, s) in cut.clusters.iter().zip(&solved) {
            let others = product.without(s.low);
            for (cause, weight) in s.importance.iter().flatten() {
                self.weights(&mut out.weights, c, *cause, weight * others);
            }
        }
        out
    }

    /// The importance of a block falls on its parts: each counts while the others work.
    fn weights(&self, out: &mut Vec<(Part, f64, f64)>, c: &Cluster, cause: Cause, weight: f64) {
        let counts = |e: u32| c.events.iter().any(|x| x.0 == e);
        match cause {
            Cause::Event(e) => {
                let down = self.parts.events[e as usize].down;
                out.push((Part::Event(e), down, weight));
            }
            Cause::Block(b) => {
                let nodes = self.g.nodes(b);
                let down = |n: u32| self.parts.own(n, counts);
                for n in nodes {
                    let others = nodes.iter().filter(|m| *m != n);
                    let up: f64 = others.map(|m| 1.0 - down(*m)).product();
                    out.push((Part::Service(*n), down(*n), weight * up));
                }
            }
        }
    }

    fn note_unknown(&self, out: &mut Figure, always: &[u32], cut: &Cut) {
        let services = self.parts.down.len();
        let mut lacking: Vec<u32> = Vec::new();
        for b in always.iter().chain(&cut.region) {
            for n in self
                .g
                .nodes(*b)
                .iter()
                .filter(|n| (**n as usize) < services)
            {
                out.parts += 1;
                if self.parts.down[*n as usize].is_none() {
                    lacking.push(*n);
                }
            }
        }
        // How much is common to all members nobody knows while one of them is unknown, needed or not.
        for e in &cut.events {
            let members = self.parts.events[*e as usize].members.iter();
            lacking.extend(members.filter(|m| self.parts.down.get(**m as usize) == Some(&None)));
        }
        lacking.sort_unstable();
        lacking.dedup();
        out.unknown = lacking.len() as u32;
        lacking
            .iter()
            .for_each(|n| out.named.add(self.rank[*n as usize]));
    }

    fn cut(&self, room: &mut Room, always: &[u32]) -> Cut {
        always.iter().for_each(|b| room.always[*b as usize] = true);
        // A group of which the members that are always needed are enough asks for nobody else.
        let open = |x: u32, room: &Room| {
            let members = self.g.members(x).iter();
            let sure = members.filter(|m| room.always[**m as usize]).count();
            (self.g.groups[x as usize].k as usize) > sure
        };
        let groups: Vec<u32> = always
            .iter()
            .flat_map(|b| self.g.groups_of(*b))
            .copied()
            .filter(|x| open(*x, room))
            .collect();
        let mut joined: Vec<u32> = (0..groups.len() as u32).collect();
        let mut region: Vec<u32> = Vec::new();
        let mut todo: Vec<u32> = Vec::new();
        for (i, x) in (0u32..).zip(&groups) {
            todo.extend(self.g.members(*x));
            while let Some(b) = todo.pop() {
                let at = b as usize;
                if room.always[at] {
                    continue;
                }
                if room.cluster[at] != NONE {
                    join(&mut joined, room.cluster[at], i);
                    continue;
                }
                room.cluster[at] = i;
                region.push(b);
                todo.extend(self.g.needs(b));
                for inner in self.g.groups_of(b) {
                    if open(*inner, room) {
                        todo.extend(self.g.members(*inner));
                    }
                }
            }
        }
        region.sort_unstable();
        let events = self.events(room);
        let certain: Vec<u32> = events
            .iter()
            .copied()
            .filter(|e| {
                let e = &self.parts.events[*e as usize];
                let nodes = e.members.iter().chain([&e.owner]);
                nodes
                    .map(|n| self.g.block_of[*n as usize])
                    .any(|b| room.always[b as usize])
            })
            .collect();
        for e in events.iter().filter(|e| certain.binary_search(e).is_err()) {
            let struck = self.parts.events[*e as usize].members.iter();
            let mut at = struck
                .map(|n| room.cluster[self.g.block_of[*n as usize] as usize])
                .filter(|c| *c != NONE);
            if let Some(first) = at.next() {
                at.for_each(|c| join(&mut joined, first, c));
            }
        }
        let mut clusters: Vec<Cluster> = Vec::new();
        let mut number = vec![NONE; groups.len()];
        for (i, x) in (0u32..).zip(&groups) {
            let root = find(&mut joined, i) as usize;
            if number[root] == NONE {
                number[root] = clusters.len() as u32;
                clusters.push(Cluster {
                    groups: Vec::new(),
                    blocks: Vec::new(),
                    events: Vec::new(),
                });
            }
            clusters[number[root] as usize].groups.push(*x);
        }
        for b in &region {
            let root = find(&mut joined, room.cluster[*b as usize]) as usize;
            clusters[number[root] as usize].blocks.push(*b);
        }
        for c in &mut clusters {
            c.groups.sort_unstable();
            if events.is_empty() {
                continue;
            }
            let nodes = c.blocks.iter().flat_map(|b| self.g.nodes(*b));
            let mut struck: Vec<u32> = nodes
                .flat_map(|n| self.parts.events_of(*n))
                .copied()
                .filter(|e| room.counts[*e as usize])
                .collect();
            struck.sort_unstable();
            struck.dedup();
            let open = |e: u32| (e, certain.binary_search(&e).is_err());
            c.events = struck.into_iter().map(open).collect();
        }
        always.iter().for_each(|b| room.always[*b as usize] = false);
        region.iter().for_each(|b| room.cluster[*b as usize] = NONE);
        events.iter().for_each(|e| room.counts[*e as usize] = false);
        Cut {
            clusters,
            certain,
            region,
            events,
        }
    }

    /// The common causes that count here: their owner and at least two of their members matter.
    fn events(&self, room: &mut Room) -> Vec<u32> {
        let matters = |n: &u32| {
            let b = self.g.block_of[*n as usize] as usize;
            room.always[b] || room.cluster[b] != NONE
        };
        let all = (0u32..).zip(&self.parts.events);
        let out: Vec<u32> = all
            .filter(|(_, e)| matters(&e.owner))
            .filter(|(_, e)| e.members.iter().filter(|m| matters(m)).count() > 1)
            .map(|(i, _)| i)
            .collect();
        out.iter().for_each(|e| room.counts[*e as usize] = true);
        out
    }
}

fn find(joined: &mut [u32], i: u32) -> u32 {
    let mut i = i;
    while joined[i as usize] != i {
        // Half the way is forgotten on every walk.
        joined[i as usize] = joined[joined[i as usize] as usize];
        i = joined[i as usize];
    }
    i
}

/// The smaller number stands for both.
fn join(joined: &mut [u32], a: u32, b: u32) {
    let (a, b) = (find(joined, a), find(joined, b));
    joined[a.max(b) as usize] = a.min(b);
}
