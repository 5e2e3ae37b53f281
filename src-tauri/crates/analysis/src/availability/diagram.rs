//! Exact probability of groups with shared parts, by binary decision diagrams, and bounds where these grow too large.

use super::parts::Parts;
use crate::weak::run_graph::RunGraph;
use biodivine_lib_bdd::{Bdd, BddVariable, BddVariableSet, op_function};
use hashbrown::HashMap;

/// Groups that share parts, given that everything which their owner cannot do without works.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Cluster {
    /// The groups that must hold, ascending.
    pub groups: Vec<u32>,
    /// The blocks on which that still depends, ascending; a member of a group that is not here works.
    pub blocks: Vec<u32>,
    /// The common causes that strike these blocks, with whether each is still open (else it has not happened).
    pub events: Vec<(u32, bool)>,
}

/// What fails by itself in a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    Block(u32),
    Event(u32),
}

/// How likely it is that the groups of a cluster hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Solved {
    pub low: f64,
    pub high: f64,
    /// Birnbaum importance of each cause: P(holds, it works) - P(holds, it has failed). `None` where only bounds are known.
    pub importance: Option<Vec<(Cause, f64)>>,
}

/// The most nodes of one diagram; the library would take more, time would not.
const MOST_NODES: usize = 50_000;
/// How many times the sum of the sizes of two diagrams their product may be before an operation is tried first.
const TRIED_BEYOND: usize = 64;
/// The library counts variables in 16 bits.
const MOST_VARIABLES: usize = 60_000;

/// Solves a cluster exactly within a budget of steps, else gives bounds: groups that hold together are positively
/// associated, so the product of their probabilities is a lower bound and the least of them an upper one (Esary and
/// Proschan 1970).
pub(super) fn solve(g: &RunGraph, parts: &Parts, c: &Cluster, budget: usize) -> Solved {
    let all = Build::new(g, parts, c);
    if let Some(s) = all.exact(&c.groups, budget) {
        return s;
    }
    let mut out = Solved {
        low: 1.0,
        high: 1.0,
        importance: None,
    };
    for x in &c.groups {
        let single = (c.groups.len() > 1)
            .then(|| all.exact(&[*x], budget / c.groups.len()))
            .flatten();
        let (low, high) = single.map_or_else(|| all.rough(*x), |s| (s.low, s.high));
        out.low *= low;
        out.high = out.high.min(high);
    }
    out
}

struct Build<'a> {
    g: &'a RunGraph,
    parts: &'a Parts,
    c: &'a Cluster,
    /// The place of each block of the cluster. Only looked up, never walked through.
    at: HashMap<u32, usize>,
    /// How much of the time each block is up by itself, common causes aside.
    up: Vec<f64>,
    /// Whether blocks of the cluster need each other in a loop.
    looped: bool,
}

impl<'a> Build<'a> {
    fn new(g: &'a RunGraph, parts: &'a Parts, c: &'a Cluster) -> Self {
        let counts = |e: u32| c.events.iter().any(|x| x.0 == e);
        let up = |b: &u32| {
            let nodes = g.nodes(*b).iter();
            nodes.map(|n| 1.0 - parts.own(*n, counts)).product()
        };
        let looped = g.loops.iter().any(|(first, end)| {
            let begin = c.blocks.partition_point(|b| b < first);
            c.blocks[begin..].iter().take_while(|b| *b < end).count() > 1
        });
        Build {
            at: c.blocks.iter().enumerate().map(|(i, b)| (*b, i)).collect(),
            up: c.blocks.iter().map(up).collect(),
            looped,
            g,
            parts,
            c,
        }
    }

    /// How many of the members in the cluster a group still needs, and these members.
    fn rest(&self, group: u32) -> (usize, Vec<usize>) {
        let members = self.g.members(group);
        let rest: Vec<usize> = members
            .iter()
            .filter_map(|m| self.at.get(m).copied())
            .collect();
        let k = self.g.groups[group as usize].k as usize;
        (k.saturating_sub(members.len() - rest.len()), rest)
    }

    /// The common causes that are open and strike a block.
    fn strikes(&self, block: u32) -> Vec<u32> {
        let open = |e: &u32| self.c.events.contains(&(*e, true));
        let nodes = self.g.nodes(block).iter();
        nodes
            .flat_map(|n| self.parts.events_of(*n).iter().copied().filter(open))
            .collect()
    }

    /// What fails by itself, in the order in which it is met from the groups downwards: related causes stand together.
    fn causes(&self, groups: &[u32]) -> Vec<Cause> {
        let mut out = Vec::new();
        let mut seen = vec![false; self.c.blocks.len()];
        let mut struck: Vec<u32> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        for x in groups {
            open.extend(self.rest(*x).1.iter().rev());
            while let Some(i) = open.pop() {
                if std::mem::replace(&mut seen[i], true) {
                    continue;
                }
                let b = self.c.blocks[i];
                for e in self.strikes(b) {
                    if !struck.contains(&e) {
                        struck.push(e);
                        out.push(Cause::Event(e));
                    }
                }
                if self.up[i] < 1.0 {
                    out.push(Cause::Block(b));
                }
                for inner in self.g.groups_of(b) {
                    let (k, rest) = self.rest(*inner);
                    if k > 0 {
                        open.extend(rest.iter().rev());
                    }
                }
                let needs = self.g.needs(b).iter();
                open.extend(needs.filter_map(|p| self.at.get(p)));
            }
        }
        out
    }

    fn exact(&self, groups: &[u32], budget: usize) -> Option<Solved> {
        let causes = self.causes(groups);
        if causes.len() > MOST_VARIABLES {
            return None;
        }
        let set = BddVariableSet::new_anonymous(causes.len() as u16);
        let mut own: Vec<Bdd> = vec![set.mk_true(); self.c.blocks.len()];
        let mut work = Work { left: budget };
        let variable = |i: usize| set.mk_var(BddVariable::from_index(i));
        for (i, cause) in causes.iter().enumerate() {
            match cause {
                Cause::Block(b) => {
                    if let Some(x) = self.at.get(b) {
                        own[*x] = work.and(&own[*x], &variable(i))?;
                    }
                }
                Cause::Event(e) => {
                    for (x, b) in self.c.blocks.iter().enumerate() {
                        if self.strikes(*b).contains(e) {
                            own[x] = work.and(&own[x], &variable(i))?;
                        }
                    }
                }
            }
        }
        // In a loop everything works until something fails: from true downwards to the greatest fixed point.
        let mut works: Vec<Bdd> = vec![set.mk_true(); self.c.blocks.len()];
        loop {
            let mut moved = false;
            for (i, b) in self.c.blocks.iter().enumerate() {
                let mut f = own[i].clone();
                for p in self.g.needs(*b).iter().filter_map(|p| self.at.get(p)) {
                    f = work.and(&f, &works[*p])?;
                }
                for x in self.g.groups_of(*b) {
                    let holds = self.holds(*x, &works, &set, &mut work)?;
                    f = work.and(&f, &holds)?;
                }
                moved |= f != works[i];
                works[i] = f;
            }
            if !moved || !self.looped {
                break;
            }
        }
        let mut root = set.mk_true();
        for x in groups {
            let holds = self.holds(*x, &works, &set, &mut work)?;
            root = work.and(&root, &holds)?;
        }
        let down: Vec<f64> = causes.iter().map(|c| self.down(*c)).collect();
        Some(weigh(root, &causes, &down))
    }

    fn down(&self, cause: Cause) -> f64 {
        match cause {
            Cause::Block(b) => self.at.get(&b).map_or(0.0, |i| 1.0 - self.up[*i]),
            Cause::Event(e) => self.parts.events[e as usize].down,
        }
    }

    /// The diagram of "at least k of the members work", built up member by member.
    fn holds(
        &self,
        group: u32,
        works: &[Bdd],
        set: &BddVariableSet,
        work: &mut Work,
    ) -> Option<Bdd> {
        let (k, rest) = self.rest(group);
        if k == 0 {
            return Some(set.mk_true());
        }
        // at_least[j]: at least j + 1 of the members so far work.
        let mut at_least = vec![set.mk_false(); k];
        for (seen, m) in rest.iter().enumerate() {
            for j in (0..k.min(seen + 1)).rev() {
                let more = match j {
                    0 => works[*m].clone(),
                    _ => work.and(&works[*m], &at_least[j - 1])?,
                };
                at_least[j] = work.or(&at_least[j], &more)?;
            }
        }
        at_least.pop()
    }

    /// Bounds of one group: the k members that need least work, with everything below them; and not all of the weakest.
    fn rough(&self, group: u32) -> (f64, f64) {
        let (k, rest) = self.rest(group);
        let mut sets: Vec<(f64, Vec<usize>)> = rest
            .iter()
            .map(|m| {
                let below = self.below(*m);
                (self.together(&below), below)
            })
            .collect();
        sets.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut union: Vec<usize> = sets.into_iter().take(k).flat_map(|s| s.1).collect();
        union.sort_unstable();
        union.dedup();
        let mut up: Vec<f64> = rest.iter().map(|m| self.up[*m]).collect();
        up.sort_by(f64::total_cmp);
        let cut = rest.len() + 1 - k.clamp(1, rest.len().max(1));
        let all_down: f64 = up.iter().take(cut).map(|a| 1.0 - a).product();
        (self.together(&union), 1.0 - all_down)
    }

    /// Everything in the cluster below a block, itself included, groups and all.
    fn below(&self, block: usize) -> Vec<usize> {
        let mut seen = vec![false; self.c.blocks.len()];
        let mut open = vec![block];
        let mut out = Vec::new();
        while let Some(i) = open.pop() {
            if std::mem::replace(&mut seen[i], true) {
                continue;
            }
            out.push(i);
            let b = self.c.blocks[i];
            let inner = self.g.groups_of(b).iter();
            let members = inner.flat_map(|x| self.g.members(*x));
            let needs = self.g.needs(b).iter().chain(members);
            open.extend(needs.filter_map(|p| self.at.get(p)));
        }
        out
    }

    /// How likely it is that all of these blocks are up by themselves and no common cause strikes one.
    fn together(&self, blocks: &[usize]) -> f64 {
        let mut events: Vec<u32> = blocks
            .iter()
            .flat_map(|i| self.strikes(self.c.blocks[*i]))
            .collect();
        events.sort_unstable();
        events.dedup();
        let up: f64 = blocks.iter().map(|i| self.up[*i]).product();
        let calm = |e: &u32| 1.0 - self.parts.events[*e as usize].down;
        up * events.iter().map(calm).product::<f64>()
    }
}

/// Steps that may still be taken.
struct Work {
    left: usize,
}

impl Work {
    fn and(&mut self, a: &Bdd, b: &Bdd) -> Option<Bdd> {
        self.apply(a, b, op_function::and)
    }

    fn or(&mut self, a: &Bdd, b: &Bdd) -> Option<Bdd> {
        self.apply(a, b, op_function::or)
    }

    fn apply(
        &mut self,
        a: &Bdd,
        b: &Bdd,
        op: fn(Option<bool>, Option<bool>) -> Option<bool>,
    ) -> Option<Bdd> {
        // An operation takes about the sum of the sizes and at most their product. Where the two lie far apart it is
        // tried without building anything, so that a budget is never overdrawn by more than that factor.
        let sum = a.size() + b.size();
        let mut cost = sum;
        if a.size().saturating_mul(b.size()) > sum.saturating_mul(TRIED_BEYOND) {
            cost = sum.max(Bdd::check_binary_op(self.left, a, b, op)?.1);
        }
        let out = Bdd::binary_op_with_limit(MOST_NODES, a, b, op)?;
        self.left = self.left.checked_sub(cost + out.size())?;
        Some(out)
    }
}

/// Walks a diagram up for the probability that it holds and down for the importance of each cause.
///
/// The probability of failure is carried, not that of working: it is the small one.
fn weigh(root: Bdd, causes: &[Cause], down: &[f64]) -> Solved {
    if root.is_true() || root.is_false() {
        let p = if root.is_true() { 1.0 } else { 0.0 };
        return Solved {
            low: p,
            high: p,
            importance: Some(Vec::new()),
        };
    }
    // Nodes stand behind those that they point at, the ends first.
    let nodes = root.to_nodes();
    let mut fails = vec![0.0; nodes.len()];
    fails[0] = 1.0;
    for (i, n) in nodes.iter().enumerate().skip(2) {
        let u = down[n.var.to_index()];
        fails[i] = u * fails[n.low_link.to_index()] + (1.0 - u) * fails[n.high_link.to_index()];
    }
    let mut reached = vec![0.0; nodes.len()];
    let mut importance = vec![0.0; causes.len()];
    if let Some(last) = reached.last_mut() {
        *last = 1.0;
    }
    for (i, n) in nodes.iter().enumerate().skip(2).rev() {
        let (low, high) = (n.low_link.to_index(), n.high_link.to_index());
        let u = down[n.var.to_index()];
        importance[n.var.to_index()] += reached[i] * (fails[low] - fails[high]);
        reached[low] += reached[i] * u;
        reached[high] += reached[i] * (1.0 - u);
    }
    let p = 1.0 - fails.last().copied().unwrap_or(0.0);
    Solved {
        low: p,
        high: p,
        importance: Some(causes.iter().copied().zip(importance).collect()),
    }
}
