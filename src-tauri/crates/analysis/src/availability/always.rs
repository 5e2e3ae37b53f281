//! What a block can never do without, for all blocks at once.

use super::parts::Parts;
use crate::path::NONE;
use crate::spof::fail;
use crate::weak::lanes::{LANES, Row};
use crate::weak::run_graph::RunGraph;
use rayon::prelude::*;

/// How many parts that lack numbers are named.
pub(super) const NAMED: usize = 20;
/// How many parts are named that contribute most.
pub(super) const CONTRIBUTORS: usize = 5;

/// The few smallest of many numbers, ascending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Least<const N: usize>([u32; N]);

impl<const N: usize> Least<N> {
    pub(super) const EMPTY: Self = Self([NONE; N]);

    #[inline]
    pub(super) fn add(&mut self, x: u32) {
        let mut x = x;
        if x < self.0[N - 1] {
            for kept in &mut self.0 {
                if x < *kept {
                    std::mem::swap(kept, &mut x);
                }
            }
        }
    }

    #[inline]
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter().copied().take_while(|x| *x != NONE)
    }
}

/// The product over the parts that a block cannot do without.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Product {
    /// The product of the availabilities that are not zero; unknown ones are taken as 1.
    pub up: f64,
    /// How many are zero.
    pub zeros: u32,
    /// How many parts there are.
    pub parts: u32,
    /// How many of them are unknown.
    pub unknown: u32,
    /// The first of these, by rank of code.
    pub named: Least<NAMED>,
    /// The parts that contribute most, as places in the order of contribution.
    pub top: Least<CONTRIBUTORS>,
}

impl Product {
    pub(super) const EMPTY: Product = Product {
        up: 1.0,
        zeros: 0,
        parts: 0,
        unknown: 0,
        named: Least::EMPTY,
        top: Least::EMPTY,
    };

    #[inline]
    fn with(&mut self, other: &Product) {
        self.up *= other.up;
        self.zeros += other.zeros;
        self.parts += other.parts;
        self.unknown += other.unknown;
        other.named.iter().for_each(|x| self.named.add(x));
        other.top.iter().for_each(|x| self.top.add(x));
    }

    pub(super) fn total(&self) -> f64 {
        if self.zeros > 0 { 0.0 } else { self.up }
    }

    /// The product of all but one factor.
    pub(super) fn without(&self, factor: f64) -> f64 {
        match (self.zeros, factor == 0.0) {
            (0, _) => self.up / factor,
            (1, true) => self.up,
            _ => 0.0,
        }
    }

    pub(super) fn factor(&mut self, up: f64) {
        if up == 0.0 {
            self.zeros += 1;
        } else {
            self.up *= up;
        }
    }
}

/// Which parts each block cannot do without.
pub(super) struct Always {
    /// The product of each block that owns no group and needs, outside groups, nobody who does.
    pub product: Vec<Product>,
    /// The place of each other block in `rows`, else [`NONE`].
    pub choice: Vec<u32>,
    /// For each batch of starts a row for each block with a choice.
    rows: Vec<Vec<Row>>,
    starts: Vec<u32>,
}

/// The most bits that are kept of what blocks with a choice cannot do without: 256 MiB.
const MOST_BITS: usize = 1 << 31;

impl Always {
    /// Fails every block by itself and notes who stops (C7).
    pub(super) fn new(g: &RunGraph, parts: &Parts, rank: &[u32], order: &[u32]) -> Self {
        let services = parts.down.len();
        let blocks = g.blocks() as u32;
        let starts: Vec<u32> = (0..blocks)
            .filter(|b| g.nodes(*b).iter().any(|n| (*n as usize) < services))
            .collect();
        let own: Vec<Product> = (0..blocks)
            .map(|b| own(g.nodes(b), parts, rank, order))
            .collect();
        let (choice, chosen) = choices(g, parts);
        // Too many to note: they get what is known without, see `Always::of`.
        let noted = chosen.len().saturating_mul(starts.len()) <= MOST_BITS;
        let mut out = Always {
            product: vec![Product::EMPTY; g.blocks()],
            choice,
            rows: Vec::new(),
            starts,
        };
        let batches: Vec<&[u32]> = out.starts.chunks(LANES).collect();
        // A few at a time: each is as large as the graph.
        for few in batches.chunks(8) {
            let found: Vec<(Vec<Product>, Vec<Row>)> = few
                .par_iter()
                .map_init(
                    || vec![Row::NONE; g.blocks()],
                    |rows, batch| {
                        fail(g, rows, batch);
                        let product = |b: usize| {
                            let mut p = Product::EMPTY;
                            if out.choice[b] == NONE || !noted {
                                rows[b].each(|lane| p.with(&own[batch[lane] as usize]));
                            }
                            p
                        };
                        let keep = chosen.iter().filter(|_| noted);
                        (
                            (0..g.blocks()).map(product).collect(),
                            keep.map(|b| rows[*b as usize]).collect(),
                        )
                    },
                )
                .collect();
            for (products, rows) in found {
                for (all, p) in out.product.iter_mut().zip(&products) {
                    all.with(p);
                }
                out.rows.push(rows);
            }
        }
        out
    }

    /// The blocks that a block with a choice cannot do without, ascending; `None` when it has no choice or there are
    /// too many such blocks to note this.
    pub(super) fn of(&self, block: u32) -> Option<Vec<u32>> {
        let at = self.choice[block as usize];
        let mut out = Vec::new();
        for (rows, starts) in self.rows.iter().zip(self.starts.chunks(LANES)) {
            rows.get(at as usize)?.each(|lane| out.push(starts[lane]));
        }
        // An activity is needed by itself, though it does not fail by itself.
        if let Err(i) = out.binary_search(&block) {
            out.insert(i, block);
        }
        (at != NONE).then_some(out)
    }
}

fn own(nodes: &[u32], parts: &Parts, rank: &[u32], order: &[u32]) -> Product {
    let mut p = Product::EMPTY;
    for n in nodes {
        let Some(down) = parts.down.get(*n as usize) else {
            continue;
        };
        p.parts += 1;
        match down {
            Some(u) => {
                p.factor(1.0 - u);
                p.top.add(order[*n as usize]);
            }
            None => {
                p.unknown += 1;
                p.named.add(rank[*n as usize]);
            }
        }
    }
    p
}

/// Which blocks own a group or a common cause, or need somebody outside groups who does; numbered, and the list.
fn choices(g: &RunGraph, parts: &Parts) -> (Vec<u32>, Vec<u32>) {
    let mut has = vec![false; g.blocks()];
    for e in &parts.events {
        has[g.block_of[e.owner as usize] as usize] = true;
    }
    for (first, end) in &g.loops {
        has[*first as usize..*end as usize].fill(true);
    }
    let mut number = vec![NONE; g.blocks()];
    let mut list = Vec::new();
    for b in 0..g.blocks() as u32 {
        let i = b as usize;
        has[i] |= !g.groups_of(b).is_empty() || g.needs(b).iter().any(|p| has[*p as usize]);
        if has[i] {
            number[i] = list.len() as u32;
            list.push(b);
        }
    }
    (number, list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_few() {
        let mut l: Least<3> = Least::EMPTY;
        for x in [5, 9, 1, 7, 3, 8] {
            l.add(x);
        }
        assert_eq!(l.iter().collect::<Vec<_>>(), [1, 3, 5]);
    }
}
