//! What each piece of work still waits for, kept while others come to be there.

use super::work::{Job, Work};
use crate::components::components;
use crate::graph::Lists;
use crate::path::NONE;
use std::collections::{BTreeMap, BinaryHeap};

/// The state of waiting of every node.
pub(crate) struct Waits<'a> {
    work: &'a Work,
    /// Needs and groups that are not met yet; those inside a loop that only hands on do not count.
    missing: Vec<u32>,
    /// The latest of the needs met so far.
    latest: Vec<i64>,
    /// For each provider: who waits for it.
    refs: Lists,
    rows: Vec<Row>,
    groups: Vec<Group>,
    /// Where each node's groups begin.
    first_group: Vec<u32>,
    /// The loop of a node that only hands on, among others of its kind.
    loop_of: Vec<u32>,
    loops: Vec<Loop>,
}

#[derive(Clone, Copy)]
struct Row {
    node: u32,
    /// The group, or [`NONE`] for a plain need.
    group: u32,
    tolerance: i64,
}

/// A group, with the k earliest of its members so far, the latest of them on top.
struct Group {
    k: usize,
    /// How many members stand on the same loop as the one who needs them.
    inside: usize,
    earliest: BinaryHeap<i64>,
}

impl Group {
    fn met(&self) -> bool {
        self.earliest.len() + self.inside >= self.k
    }
}

struct Loop {
    members: Vec<u32>,
    missing: u32,
}

impl<'a> Waits<'a> {
    pub(crate) fn new(work: &'a Work) -> Self {
        let n = work.nodes.len();
        let (loop_of, mut loops) = loops(work);
        let same = |a: usize, b: u32| loop_of[a] != NONE && loop_of[a] == loop_of[b as usize];
        let (mut rows, mut pairs) = (Vec::new(), Vec::new());
        let mut groups = Vec::new();
        let (mut missing, mut first_group) = (vec![0u32; n], Vec::with_capacity(n));
        for (i, node) in work.nodes.iter().enumerate() {
            first_group.push(groups.len() as u32);
            let mut row = |w: &super::work::Wait, group: u32| {
                pairs.push((w.provider, rows.len() as u32));
                rows.push(Row {
                    node: i as u32,
                    group,
                    tolerance: w.tolerance,
                });
            };
            for w in &node.needs {
                row(w, NONE);
                missing[i] += u32::from(!same(i, w.provider));
            }
            for c in &node.choices {
                let inside = c.members.iter().filter(|w| same(i, w.provider)).count();
                for w in &c.members {
                    row(w, groups.len() as u32);
                }
                groups.push(Group {
                    k: c.k,
                    inside,
                    earliest: BinaryHeap::new(),
                });
                missing[i] += u32::from(inside < c.k);
            }
        }
        for l in &mut loops {
            l.missing = l.members.iter().map(|m| missing[*m as usize]).sum();
        }
        Self {
            work,
            missing,
            latest: vec![work.start; n],
            refs: Lists::build(n, &pairs),
            rows,
            groups,
            first_group,
            loop_of,
            loops,
        }
    }

    /// Every node that waits for nothing, with its time; those of loops included.
    pub(crate) fn at_once(&self) -> Vec<(usize, i64)> {
        let alone = (0..self.missing.len())
            .filter(|n| self.loop_of[*n] == NONE && self.missing[*n] == 0)
            .map(|n| (n, self.wait(n)));
        let open = self.loops.iter().filter(|l| l.missing == 0);
        alone.chain(open.flat_map(|l| self.settle(l))).collect()
    }

    /// When a node whose needs are met can begin.
    pub(crate) fn wait(&self, n: usize) -> i64 {
        let groups = self.groups_of(n);
        let kth = |g: &Group| g.earliest.peek().copied().unwrap_or(i64::MIN);
        groups.iter().map(kth).fold(self.latest[n], i64::max)
    }

    /// Takes in that a node is there, and hands back whoever has everything now or can begin earlier than before.
    pub(crate) fn arrive(&mut self, provider: usize, at: i64) -> Vec<(usize, i64)> {
        let mut out = Vec::new();
        for r in self.refs.of(provider as u32) {
            let Row {
                node,
                group,
                tolerance,
            } = self.rows[*r as usize];
            let i = node as usize;
            let inside = self.loop_of[i] != NONE && self.loop_of[i] == self.loop_of[provider];
            if inside {
                continue;
            }
            let time = at.saturating_sub(tolerance);
            let (met, better) = if group == NONE {
                self.latest[i] = self.latest[i].max(time);
                (true, false)
            } else {
                let g = &mut self.groups[group as usize];
                let before = g.met();
                g.earliest.push(time);
                let better = g.earliest.len() > g.k && g.earliest.pop() != Some(time);
                (!before && g.met(), better)
            };
            if met {
                self.missing[i] -= 1;
            }
            match self.loop_of[i] {
                NONE if self.missing[i] == 0 && (met || better) => out.push((i, self.wait(i))),
                NONE => {}
                l if met => {
                    let l = &mut self.loops[l as usize];
                    l.missing -= 1;
                    if l.missing == 0 {
                        out.extend(self.settle(&self.loops[self.loop_of[i] as usize]));
                    }
                }
                _ => {}
            }
        }
        out
    }

    fn groups_of(&self, n: usize) -> &[Group] {
        let begin = self.first_group[n] as usize;
        &self.groups[begin..begin + self.work.nodes[n].choices.len()]
    }

    /// The times of a loop that only hands on: the least that fit together, reached from below.
    fn settle(&self, l: &Loop) -> Vec<(usize, i64)> {
        let mut time: BTreeMap<u32, i64> = l.members.iter().map(|m| (*m, 0)).collect();
        let mut todo: Vec<u32> = l.members.clone();
        while let Some(m) = todo.pop() {
            let n = m as usize;
            let inside =
                |w: &super::work::Wait| Some(time.get(&w.provider)?.saturating_sub(w.tolerance));
            let mut wait = self.latest[n];
            for w in &self.work.nodes[n].needs {
                wait = wait.max(inside(w).unwrap_or(i64::MIN));
            }
            for (c, g) in self.work.nodes[n].choices.iter().zip(self.groups_of(n)) {
                let mut known: Vec<i64> = c.members.iter().filter_map(inside).collect();
                known.extend(g.earliest.iter());
                known.sort_unstable();
                wait = wait.max(known.get(c.k - 1).copied().unwrap_or(i64::MIN));
            }
            let now = self.work.handed_on(n, wait);
            if let Some(old) = time.get_mut(&m)
                && now > *old
            {
                *old = now;
                let followers = self.work.followers.of(m).iter();
                todo.extend(followers.filter(|f| time.contains_key(f)));
            }
        }
        time.into_iter().map(|(m, t)| (m as usize, t)).collect()
    }
}

/// The loops of nodes that are not down themselves.
fn loops(work: &Work) -> (Vec<u32>, Vec<Loop>) {
    let n = work.nodes.len();
    let hands_on = |i: usize| work.nodes[i].job == Job::HandOn;
    let mut pairs = Vec::new();
    for i in (0..n).filter(|i| hands_on(*i)) {
        let waits = work.waits(i).filter(|w| hands_on(w.provider as usize));
        pairs.extend(waits.map(|w| (i as u32, w.provider)));
    }
    let mut of = vec![NONE; n];
    let mut loops = Vec::new();
    for c in components(n, &Lists::build(n, &pairs))
        .iter()
        .filter(|c| c.len() > 1)
    {
        for m in c {
            of[*m as usize] = loops.len() as u32;
        }
        loops.push(Loop {
            members: c.to_vec(),
            missing: 0,
        });
    }
    (of, loops)
}
