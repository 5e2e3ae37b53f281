//! Single points of failure by simulation (C7).

use crate::index::{Index, index};
use crate::weak::lanes::{LANES, Row};
use crate::weak::run_graph::RunGraph;
use mainstay_domain::Workspace;
use rayon::prelude::*;

/// Which single failures stop what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spof {
    /// For each service of the workspace, the activities its failure stops, as indices into `ws.activities`, ascending.
    pub stops: Vec<Vec<usize>>,
    /// For each activity, the services whose single failure stops it, as indices into `ws.services`, ascending.
    pub stopped_by: Vec<Vec<usize>>,
}

/// Works out what each single failure stops, by exact simulation (C7), 512 failures side by side.
///
/// A failure spreads to whoever needs what failed, hard and to run, and to whoever has fewer than k members of a group
/// left; tolerances do not count. O(V / 512 * (V + E)) and the size of the result; loops are followed to the end.
pub fn spof(ws: &Workspace) -> Spof {
    let ix = index(ws);
    of_graph(&ix, &RunGraph::new(&ix.graph))
}

/// The same on a graph at hand.
pub(crate) fn of_graph(ix: &Index, g: &RunGraph) -> Spof {
    let services = ix.services;
    let activities = ix.graph.nodes - services;
    // Only what holds services can fail by itself; in the order of the blocks, so that a sweep may begin at the first.
    let starts: Vec<u32> = (0..g.blocks() as u32)
        .filter(|b| g.nodes(*b).iter().any(|n| (*n as usize) < services))
        .collect();
    let hit = |rows: &[Row], a: usize| rows[g.block_of[services + a] as usize];
    let found: Vec<Vec<Vec<usize>>> = starts
        .par_chunks(LANES)
        .map_init(
            || vec![Row::NONE; g.blocks()],
            |rows, batch| {
                fail(g, rows, batch);
                let mut counts = [0usize; LANES];
                for a in 0..activities {
                    hit(rows, a).each(|lane| counts[lane] += 1);
                }
                let mut lists: Vec<Vec<usize>> = counts
                    .iter()
                    .take(batch.len())
                    .map(|n| Vec::with_capacity(*n))
                    .collect();
                for a in 0..activities {
                    hit(rows, a).each(|lane| lists[lane].push(a));
                }
                lists
            },
        )
        .collect();
    let mut stops = vec![Vec::new(); services];
    for (block, list) in starts.iter().zip(found.into_iter().flatten()) {
        let mut of_block = g
            .nodes(*block)
            .iter()
            .map(|n| *n as usize)
            .filter(|n| *n < services);
        if let Some(first) = of_block.next() {
            for other in of_block {
                stops[other].clone_from(&list);
            }
            stops[first] = list;
        }
    }
    Spof {
        stopped_by: turned(&stops, activities),
        stops,
    }
}

/// Fails each of the blocks (ascending) in a lane of its own and spreads that.
pub(crate) fn fail(g: &RunGraph, rows: &mut [Row], batch: &[u32]) {
    rows.fill(Row::NONE);
    for (lane, b) in batch.iter().enumerate() {
        rows[*b as usize].set(lane);
    }
    g.spread(rows, batch.first().map_or(0, |b| *b as usize));
}

fn turned(stops: &[Vec<usize>], activities: usize) -> Vec<Vec<usize>> {
    let mut counts = vec![0usize; activities];
    for a in stops.iter().flatten() {
        counts[*a] += 1;
    }
    let mut out: Vec<Vec<usize>> = counts.into_iter().map(Vec::with_capacity).collect();
    for (x, list) in stops.iter().enumerate() {
        for a in list {
            out[*a].push(x);
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::weak::fixture::{Plan, plans};
    use proptest::prelude::*;

    /// The example of C7: shop needs 1 of {lb1, lb2}, both on switchA; 2 of {app1, app2 on host1, app3 on host2}; db.
    #[test]
    fn published_example() {
        let names = [
            "lb1", "lb2", "switchA", "app1", "app2", "app3", "host1", "host2", "db", "shop",
        ];
        let at = |n: &str| names.iter().position(|x| *x == n).unwrap();
        let needs = [
            ("lb1", "switchA"),
            ("lb2", "switchA"),
            ("app1", "host1"),
            ("app2", "host1"),
            ("app3", "host2"),
            ("shop", "db"),
        ];
        let of = |m: &[&str]| m.iter().map(|x| at(x)).collect::<Vec<_>>();
        let plan = Plan {
            services: 9,
            activities: 1,
            needs: needs.iter().map(|(a, b)| (at(a), at(b))).collect(),
            groups: vec![
                (9, 1, of(&["lb1", "lb2"]), None),
                (9, 2, of(&["app1", "app2", "app3"]), None),
            ],
            ..Plan::default()
        };
        let got: Vec<&str> = spof(&plan.workspace()).stopped_by[0]
            .iter()
            .map(|x| names[*x])
            .collect();
        assert_eq!(got, ["switchA", "host1", "db"]);
    }

    #[test]
    fn a_plan_with_nothing_in_it() {
        assert_eq!(spof(&Workspace::default()), Spof::default());
    }

    #[test]
    fn a_long_chain_and_a_long_loop_through_groups() {
        // Every one needs the next or a spare that does not exist: 1 of {next, next}, around in a loop of 3,000.
        let n = 3000;
        let plan = Plan {
            services: n,
            activities: 1,
            needs: vec![(n, 0)],
            groups: (0..n)
                .map(|i| (i, 1, vec![(i + 1) % n, (i + 1) % n], None))
                .collect(),
            ..Plan::default()
        };
        assert_eq!(spof(&plan.workspace()).stopped_by[0].len(), n);
        let chain = Plan {
            services: n,
            activities: 1,
            needs: (0..n)
                .map(|i| (if i == 0 { n } else { i - 1 }, i))
                .collect(),
            ..Plan::default()
        };
        assert_eq!(spof(&chain.workspace()).stopped_by[0].len(), n);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

        #[test]
        fn lanes_equal_one_failure_at_a_time(plan in plans(14, true)) {
            let got = spof(&plan.workspace());
            for x in 0..plan.services {
                prop_assert_eq!(&got.stops[x], &plan.stopped(&[x]));
            }
            for (a, by) in got.stopped_by.iter().enumerate() {
                let want: Vec<usize> = (0..plan.services).filter(|x| got.stops[*x].contains(&a)).collect();
                prop_assert_eq!(by, &want);
            }
        }

        #[test]
        fn one_more_dependency_never_stops_less(plan in plans(14, true), a in 0usize..17, b in 0usize..14) {
            let before = spof(&plan.workspace());
            let mut more = plan.clone();
            more.needs.push((a % (plan.services + plan.activities), b % plan.services));
            let after = spof(&more.workspace());
            for (x, stops) in before.stops.iter().enumerate() {
                prop_assert!(stops.iter().all(|a| after.stops[x].contains(a)));
            }
        }
    }
}
