//! Pairs of failures that together stop what neither stops alone (C7): cut sets of two.
//!
//! Without a group there is no such pair. For both failures to matter each must take a member of one and the same group
//! whose owner survives either alone: only such pairs are tried, 512 second failures side by side, and only on what
//! stands above the groups that the first one wounds.

use super::lanes::{LANES, Row, at_least};
use super::run_graph::RunGraph;
use crate::graph::Lists;
use crate::index::index;
use crate::spof::fail;
use mainstay_domain::Workspace;
use rayon::prelude::*;
use serde::Serialize;

/// Two services whose failures together stop activities that neither stops alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailurePair {
    /// The code of the one service, the smaller of the two.
    pub first: String,
    /// The code of the other.
    pub second: String,
    /// The codes of the activities that stop only when both fail, in the order of the workspace.
    pub activities: Vec<String>,
}

/// Every pair of failures that matters, as far as there was time and room.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct FailurePairs {
    /// The pairs: most activities first, then by code.
    pub pairs: Vec<FailurePair>,
    /// Whether these are all of them.
    pub complete: bool,
    /// How many services take a member of a group whose owner survives that, and so can be one of a pair.
    pub candidates: usize,
}

/// Works out the pairs of services that together stop an activity which neither stops alone (C7); exact.
///
/// At most `limit` pairs are returned. `stop` is asked between short pieces of work; once it says yes, what has been
/// found is returned as not complete. Without `stop` and below the limit the same workspace gives the same answer.
pub fn pairs(ws: &Workspace, limit: usize, stop: &dyn Fn() -> bool) -> FailurePairs {
    let ix = index(ws);
    let g = RunGraph::new(&ix.graph);
    let up = Above::new(&g, ix.services);
    let wounds = wounds(&up);
    let mut out = FailurePairs {
        candidates: wounds.iter().map(|(b, _)| up.services(*b).count()).sum(),
        complete: true,
        ..FailurePairs::default()
    };
    let mut rows = vec![Row::NONE; g.blocks()];
    let mut wounded = vec![Row::NONE; g.groups.len()];
    let starts: Vec<u32> = wounds.iter().map(|(b, _)| *b).collect();
    // `complete` is taken back as soon as something is left undone.
    'all: for (c, batch) in starts.chunks(LANES).enumerate() {
        let first = c * LANES;
        fail(&g, &mut rows, batch);
        wounded.fill(Row::NONE);
        for (lane, (_, groups)) in wounds[first..first + batch.len()].iter().enumerate() {
            groups.iter().for_each(|x| wounded[*x as usize].set(lane));
        }
        let piece = 64;
        for from in (0..first + batch.len()).step_by(piece) {
            if stop() {
                out.complete = false;
                break 'all;
            }
            let to = (from + piece).min(first + batch.len());
            let alone = &rows;
            let found: Vec<Vec<FailurePair>> = wounds[from..to]
                .par_iter()
                .enumerate()
                .map_init(
                    || Double::new(&g),
                    |d, (i, (x, groups))| {
                        // Each pair once: the second failure stands behind the first.
                        let later = Row::from_lane((from + i + 1).saturating_sub(first));
                        let second = groups
                            .iter()
                            .fold(Row::NONE, |r, x| r.or(&wounded[*x as usize]))
                            .and(&later);
                        if second.is_none() {
                            return Vec::new();
                        }
                        let stopped = d.stopped(&up, alone, *x, groups, &second);
                        up.named(ws, *x, batch, stopped)
                    },
                )
                .collect();
            out.pairs.extend(found.into_iter().flatten());
            if out.pairs.len() > limit {
                out.pairs.truncate(limit);
                out.complete = false;
                break 'all;
            }
        }
    }
    out.pairs.sort_by(|a, b| {
        let most = b.activities.len().cmp(&a.activities.len());
        most.then_with(|| (&a.first, &a.second).cmp(&(&b.first, &b.second)))
    });
    out
}

/// The graph seen from below: who needs whom, and which blocks matter to an activity.
struct Above<'a> {
    g: &'a RunGraph,
    services: usize,
    dependants: Lists,
    memberships: Lists,
    /// Whether an activity rests on the block.
    useful: Vec<bool>,
    /// The blocks that hold activities, with the activity, by block.
    activities: Vec<(u32, usize)>,
}

impl<'a> Above<'a> {
    fn new(g: &'a RunGraph, services: usize) -> Self {
        let blocks = g.blocks() as u32;
        let plain: Vec<(u32, u32)> = (0..blocks)
            .flat_map(|b| g.needs(b).iter().map(move |p| (*p, b)))
            .collect();
        let groups: Vec<(u32, u32)> = (0..g.groups.len() as u32)
            .flat_map(|x| g.members(x).iter().map(move |m| (*m, x)))
            .collect();
        let mut activities: Vec<(u32, usize)> = (0..blocks)
            .flat_map(|b| g.nodes(b).iter().map(move |n| (b, *n as usize)))
            .filter(|(_, n)| *n >= services)
            .map(|(b, n)| (b, n - services))
            .collect();
        activities.sort_unstable();
        let mut useful = vec![false; g.blocks()];
        let mut open: Vec<u32> = activities.iter().map(|a| a.0).collect();
        while let Some(b) = open.pop() {
            if !std::mem::replace(&mut useful[b as usize], true) {
                open.extend(g.needs(b));
                g.groups_of(b)
                    .iter()
                    .for_each(|x| open.extend(g.members(*x)));
            }
        }
        Above {
            g,
            services,
            dependants: Lists::build(g.blocks(), &plain),
            memberships: Lists::build(g.blocks(), &groups),
            useful,
            activities,
        }
    }

    fn services(&self, block: u32) -> impl Iterator<Item = usize> {
        let nodes = self.g.nodes(block).iter().map(|n| *n as usize);
        nodes.filter(|n| *n < self.services)
    }

    fn activities(&self, block: u32) -> impl Iterator<Item = usize> {
        let begin = self.activities.partition_point(|a| a.0 < block);
        let of_block = self.activities[begin..].iter();
        of_block.take_while(move |a| a.0 == block).map(|a| a.1)
    }

    /// One pair for every two services of the two blocks.
    fn named(
        &self,
        ws: &Workspace,
        x: u32,
        batch: &[u32],
        stopped: Vec<(usize, u32)>,
    ) -> Vec<FailurePair> {
        let mut out = Vec::new();
        for same in stopped.chunk_by(|a, b| a.0 == b.0) {
            let mut activities: Vec<usize> = same
                .iter()
                .flat_map(|(_, block)| self.activities(*block))
                .collect();
            activities.sort_unstable();
            let codes = || activities.iter().map(|a| ws.activities[*a].code.0.clone());
            for s in self.services(x) {
                for t in self.services(batch[same[0].0]) {
                    let mut two = [&ws.services[s].code.0, &ws.services[t].code.0];
                    two.sort();
                    out.push(FailurePair {
                        first: two[0].clone(),
                        second: two[1].clone(),
                        activities: codes().collect(),
                    });
                }
            }
        }
        out
    }
}

/// The blocks that take a member of a group whose owner, on which an activity rests, survives that, with these groups.
fn wounds(up: &Above<'_>) -> Vec<(u32, Vec<u32>)> {
    let g = up.g;
    let starts: Vec<u32> = match g.groups.is_empty() {
        true => Vec::new(),
        false => (0..g.blocks() as u32)
            .filter(|b| up.services(*b).next().is_some())
            .collect(),
    };
    starts
        .par_chunks(LANES)
        .map_init(
            || vec![Row::NONE; g.blocks()],
            |rows, batch| {
                fail(g, rows, batch);
                let mut out: Vec<(u32, Vec<u32>)> =
                    batch.iter().map(|b| (*b, Vec::new())).collect();
                for (x, group) in (0u32..).zip(&g.groups) {
                    if up.useful[group.owner as usize] {
                        let members = g.members(x).iter().map(|m| rows[*m as usize]);
                        let hurt = at_least(members, 1).and_not(&rows[group.owner as usize]);
                        hurt.each(|lane| out[lane].1.push(x));
                    }
                }
                out
            },
        )
        .flatten_iter()
        .filter(|(_, groups)| !groups.is_empty())
        .collect()
}

/// Room for one failure at a time.
struct Single {
    down: Vec<bool>,
    fell: Vec<u32>,
    lost: Vec<u32>,
    hurt: Vec<u32>,
}

impl Single {
    fn new(g: &RunGraph) -> Self {
        Single {
            down: vec![false; g.blocks()],
            fell: Vec::new(),
            lost: vec![0; g.groups.len()],
            hurt: Vec::new(),
        }
    }

    /// Spreads one failure; `fell` and `down` say who failed, `hurt` and `lost` which groups lost how many.
    fn spread(&mut self, up: &Above<'_>, block: u32) {
        self.clear();
        self.down[block as usize] = true;
        self.fell.push(block);
        let mut at = 0;
        while let Some(b) = self.fell.get(at).copied() {
            at += 1;
            for d in up.dependants.of(b) {
                self.fall(*d);
            }
            for x in up.memberships.of(b) {
                let lost = &mut self.lost[*x as usize];
                if *lost == 0 {
                    self.hurt.push(*x);
                }
                *lost += 1;
                if *lost as usize >= up.g.deadly(*x) {
                    self.fall(up.g.groups[*x as usize].owner);
                }
            }
        }
    }

    fn fall(&mut self, b: u32) {
        if !std::mem::replace(&mut self.down[b as usize], true) {
            self.fell.push(b);
        }
    }

    fn clear(&mut self) {
        for b in self.fell.drain(..) {
            self.down[b as usize] = false;
        }
        for x in self.hurt.drain(..) {
            self.lost[x as usize] = 0;
        }
    }
}

/// Room for two failures at a time.
struct Double {
    first: Single,
    rows: Vec<Row>,
    above: Vec<bool>,
    touched: Vec<u32>,
}

impl Double {
    fn new(g: &RunGraph) -> Self {
        Double {
            first: Single::new(g),
            rows: vec![Row::NONE; g.blocks()],
            above: vec![false; g.blocks()],
            touched: Vec::new(),
        }
    }

    /// The lanes of second failures with the blocks of activities that only both failures stop, by lane.
    fn stopped(
        &mut self,
        up: &Above<'_>,
        alone: &[Row],
        x: u32,
        groups: &[u32],
        second: &Row,
    ) -> Vec<(usize, u32)> {
        self.first.spread(up, x);
        // Everybody above the wounded groups, without those that the first failure stops anyway.
        for b in self.touched.drain(..) {
            self.above[b as usize] = false;
        }
        let owners = groups.iter().map(|x| up.g.groups[*x as usize].owner);
        let mut open: Vec<u32> = owners.collect();
        while let Some(b) = open.pop() {
            let i = b as usize;
            if self.above[i] || self.first.down[i] || !up.useful[i] {
                continue;
            }
            self.above[i] = true;
            self.touched.push(b);
            self.rows[i] = alone[i];
            open.extend(up.dependants.of(b));
            let memberships = up.memberships.of(b).iter();
            open.extend(memberships.map(|x| up.g.groups[*x as usize].owner));
        }
        self.touched.sort_unstable();
        loop {
            let mut moved = false;
            for b in &self.touched {
                let now = |p: u32| {
                    let i = p as usize;
                    match (self.above[i], self.first.down[i]) {
                        (true, _) => self.rows[i],
                        (_, true) => Row::ALL,
                        _ => alone[i],
                    }
                };
                let mut r = self.rows[*b as usize];
                for p in up.g.needs(*b) {
                    r = r.or(&now(*p));
                }
                for x in up.g.groups_of(*b) {
                    let members = up.g.members(*x).iter();
                    r = r.or(&at_least(members.map(|m| now(*m)), up.g.deadly(*x)));
                }
                moved |= r != self.rows[*b as usize];
                self.rows[*b as usize] = r;
            }
            // In the order of need one sweep is enough where there is no loop.
            if !moved || up.g.loops.is_empty() {
                break;
            }
        }
        let mut out = Vec::new();
        for b in &self.touched {
            if up.activities(*b).next().is_some() {
                let i = *b as usize;
                let new = self.rows[i].and_not(&alone[i]).and(second);
                new.each(|lane| out.push((lane, *b)));
            }
        }
        out.sort_unstable();
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weak::fixture::{Plan, plans};
    use proptest::prelude::*;

    /// Every pair of services, one at a time.
    fn one_by_one(plan: &Plan) -> Vec<FailurePair> {
        let mut out = Vec::new();
        for x in 0..plan.services {
            for y in x + 1..plan.services {
                let (a, b) = (plan.stopped(&[x]), plan.stopped(&[y]));
                let both = plan.stopped(&[x, y]);
                let new = both.iter().filter(|t| !a.contains(t) && !b.contains(t));
                let activities: Vec<String> = new.map(|t| format!("A{t:02}")).collect();
                if !activities.is_empty() {
                    out.push(FailurePair {
                        first: format!("S{x:02}"),
                        second: format!("S{y:02}"),
                        activities,
                    });
                }
            }
        }
        out.sort_by_key(|p| std::cmp::Reverse(p.activities.len()));
        out
    }

    #[test]
    fn two_of_three_and_their_hosts() {
        // The applications of C7's example: 2 of {0 on 3, 1 on 3, 2 on 4}.
        let plan = Plan {
            services: 5,
            activities: 1,
            needs: vec![(0, 3), (1, 3), (2, 4)],
            groups: vec![(5, 2, vec![0, 1, 2], None)],
            ..Plan::default()
        };
        let got = pairs(&plan.workspace(), usize::MAX, &|| false);
        let codes: Vec<(&str, &str)> = got
            .pairs
            .iter()
            .map(|p| (p.first.as_str(), p.second.as_str()))
            .collect();
        // Host 3 stops the activity alone.
        let want = [
            ("S00", "S01"),
            ("S00", "S02"),
            ("S00", "S04"),
            ("S01", "S02"),
            ("S01", "S04"),
        ];
        assert_eq!(codes, want);
        assert!(got.complete);
        assert_eq!(got.candidates, 4);
    }

    #[test]
    fn a_ring_with_one_spare() {
        // Each of six needs the next or the spare: with the spare gone, one stops all.
        let plan = Plan {
            services: 7,
            activities: 6,
            needs: (0..6).map(|i| (7 + i, i)).collect(),
            groups: (0..6).map(|i| (i, 1, vec![(i + 1) % 6, 6], None)).collect(),
            ..Plan::default()
        };
        let got = pairs(&plan.workspace(), usize::MAX, &|| false);
        assert_eq!(got.pairs, one_by_one(&plan));
        assert_eq!(got.pairs.len(), 6);
        assert!(got.pairs.iter().all(|p| p.activities.len() == 5));
    }

    #[test]
    fn a_limit_and_a_stop_leave_it_incomplete() {
        let members = (0..4).collect();
        let plan = Plan {
            services: 4,
            activities: 1,
            groups: vec![(4, 3, members, None)],
            ..Plan::default()
        };
        let ws = plan.workspace();
        let all = pairs(&ws, 6, &|| false);
        assert_eq!((all.pairs.len(), all.complete), (6, true));
        let some = pairs(&ws, 5, &|| false);
        assert_eq!((some.pairs.len(), some.complete), (5, false));
        let none = pairs(&ws, 6, &|| true);
        assert_eq!((none.pairs.len(), none.complete), (0, false));
    }

    #[test]
    fn more_than_one_batch() {
        // 300 groups of two, each behind a need of its own of the one activity.
        let n = 1200;
        let plan = Plan {
            services: n,
            activities: 1,
            groups: (0..n / 2)
                .map(|i| (n, 1, vec![i, n - 1 - i], None))
                .collect(),
            ..Plan::default()
        };
        let got = pairs(&plan.workspace(), usize::MAX, &|| false);
        assert_eq!((got.pairs.len(), got.complete), (n / 2, true));
        assert!(got.pairs.iter().all(|p| p.activities == ["A00"]));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

        #[test]
        fn pairs_equal_one_pair_at_a_time(plan in plans(12, true)) {
            let got = pairs(&plan.workspace(), usize::MAX, &|| false);
            prop_assert!(got.complete);
            prop_assert_eq!(got.pairs, one_by_one(&plan));
        }
    }
}
