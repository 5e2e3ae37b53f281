//! What is needed to run, in compact arrays: the graph on which failures spread.
//!
//! Hard dependencies that are needed to run count; soft ones and those needed to restore only do not. Services that
//! need each other in a loop outside groups fail together, so they are one block here. Blocks are numbered so that what
//! is needed stands before who needs it; only loops through groups remain, as ranges of blocks.

use super::lanes::{Row, at_least};
use crate::components::components;
use crate::graph::{Graph, Lists};
use crate::path::NONE;

/// Several blocks of which k are enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunGroup {
    /// At least 1 and less than the number of members: other groups need nobody, or everybody as if they were none.
    pub k: u32,
    /// Who needs it.
    pub owner: u32,
    /// Where its members begin and end in [`RunGraph::members`].
    members: (u32, u32),
}

/// Blocks, what each needs, and groups.
#[derive(Debug)]
pub(crate) struct RunGraph {
    /// The block of each node: services first, then activities.
    pub block_of: Vec<u32>,
    /// The nodes of each block.
    nodes: Lists,
    needs: Lists,
    groups_of: Lists,
    /// Every group with a choice.
    pub groups: Vec<RunGroup>,
    members: Vec<u32>,
    /// From which block to which (excluded) blocks need each other through groups.
    pub loops: Vec<(u32, u32)>,
    blocks: usize,
}

impl RunGraph {
    /// Reads it off the graph of a workspace.
    ///
    /// A group's k is held within 0 and its number of members; one that needs nobody is left out.
    pub(crate) fn new(g: &Graph) -> Self {
        let mut plain: Vec<(u32, u32)> = g
            .edges
            .iter()
            .filter(|e| e.hard && !e.recover_only && e.group == NONE && e.dependant != e.provider)
            .map(|e| (e.dependant, e.provider))
            .collect();
        let mut choices: Vec<(usize, u32, Vec<u32>)> = Vec::new();
        for x in &g.groups {
            let run = || {
                let edges = x.members.iter().map(|m| &g.edges[*m as usize]);
                edges.filter(|e| !e.recover_only)
            };
            let Some(owner) = run().next().map(|e| e.dependant) else {
                continue;
            };
            let members: Vec<u32> = run().map(|e| e.provider).collect();
            match x.k.min(members.len()) {
                0 => {}
                k if k == members.len() => plain.extend(members.iter().map(|m| (owner, *m))),
                k => choices.push((k, owner, members)),
            }
        }
        let together = components(g.nodes, &Lists::build(g.nodes, &plain));
        let at = |n: u32| together.of[n as usize];
        // A member that fails only together with the owner is there as long as it matters.
        choices.retain_mut(|(k, owner, members)| {
            let all = members.len();
            *owner = at(*owner);
            members.iter_mut().for_each(|m| *m = at(*m));
            members.retain(|m| m != owner);
            *k = k.saturating_sub(all - members.len());
            *k > 0
        });
        plain.iter_mut().for_each(|e| *e = (at(e.0), at(e.1)));
        plain.retain(|e| e.0 != e.1);
        let count = together.count();
        // Without groups the first order is good already.
        let (position, loops) = if choices.is_empty() {
            ((0..count as u32).collect(), Vec::new())
        } else {
            let mut all = plain.clone();
            for (_, owner, members) in &choices {
                all.extend(members.iter().map(|m| (*owner, *m)));
            }
            let c = components(count, &Lists::build(count, &all));
            let mut position = vec![0u32; count];
            for (i, b) in c.order.iter().enumerate() {
                position[*b as usize] = i as u32;
            }
            let ranges = c.start.windows(2).map(|w| (w[0], w[1]));
            (position, ranges.filter(|(a, b)| b - a > 1).collect())
        };
        let place = |b: u32| position[b as usize];
        plain.iter_mut().for_each(|e| *e = (place(e.0), place(e.1)));
        let block_of: Vec<u32> = together.of.iter().map(|b| place(*b)).collect();
        let nodes: Vec<(u32, u32)> = (0u32..)
            .zip(&block_of)
            .map(|(node, block)| (*block, node))
            .collect();
        let mut out = RunGraph {
            nodes: Lists::build(count, &nodes),
            block_of,
            needs: Lists::build(count, &plain),
            groups_of: Lists::build(count, &[]),
            groups: Vec::with_capacity(choices.len()),
            members: Vec::new(),
            loops,
            blocks: count,
        };
        let mut owners = Vec::with_capacity(choices.len());
        for (k, owner, members) in choices {
            let begin = out.members.len() as u32;
            out.members.extend(members.iter().map(|m| place(*m)));
            owners.push((place(owner), out.groups.len() as u32));
            out.groups.push(RunGroup {
                k: k as u32,
                owner: place(owner),
                members: (begin, out.members.len() as u32),
            });
        }
        out.groups_of = Lists::build(count, &owners);
        out
    }

    /// How many blocks there are.
    pub(crate) fn blocks(&self) -> usize {
        self.blocks
    }

    /// The nodes of a block, ascending.
    pub(crate) fn nodes(&self, block: u32) -> &[u32] {
        self.nodes.of(block)
    }

    /// The blocks that a block cannot run without.
    pub(crate) fn needs(&self, block: u32) -> &[u32] {
        self.needs.of(block)
    }

    /// The groups of a block, as indices of [`RunGraph::groups`].
    pub(crate) fn groups_of(&self, block: u32) -> &[u32] {
        self.groups_of.of(block)
    }

    /// The members of a group; one that is named twice stands twice.
    pub(crate) fn members(&self, group: u32) -> &[u32] {
        let (a, b) = self.groups[group as usize].members;
        &self.members[a as usize..b as usize]
    }

    /// How many failed members stop a group's owner.
    pub(crate) fn deadly(&self, group: u32) -> usize {
        self.members(group).len() - self.groups[group as usize].k as usize + 1
    }

    /// Spreads failures (C7): a block fails when something it needs failed or a group has fewer than k members left.
    ///
    /// `rows` holds for each block what failed at first; blocks before `from` are left as they are. Loops are followed
    /// until nothing more fails.
    pub(crate) fn spread(&self, rows: &mut [Row], from: usize) {
        let one = |b: u32, rows: &mut [Row]| {
            let mut r = rows[b as usize];
            for p in self.needs(b) {
                r = r.or(&rows[*p as usize]);
            }
            for g in self.groups_of(b) {
                let members = self.members(*g).iter();
                r = r.or(&at_least(
                    members.map(|m| rows[*m as usize]),
                    self.deadly(*g),
                ));
            }
            let moved = r != rows[b as usize];
            rows[b as usize] = r;
            moved
        };
        let mut b = from as u32;
        let mut next = self.loops.partition_point(|l| l.1 <= b);
        while (b as usize) < self.blocks {
            match self.loops.get(next) {
                Some((first, end)) if *first <= b => {
                    next += 1;
                    // There and back, so that no direction of a loop is a bad one.
                    loop {
                        let mut moved = false;
                        for n in *first..*end {
                            moved |= one(n, rows);
                        }
                        if moved {
                            moved = false;
                            for n in (*first..*end).rev() {
                                moved |= one(n, rows);
                            }
                        }
                        if !moved {
                            break;
                        }
                    }
                    b = *end;
                }
                _ => {
                    one(b, rows);
                    b += 1;
                }
            }
        }
    }
}
