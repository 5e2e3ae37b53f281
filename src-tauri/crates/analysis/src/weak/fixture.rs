//! Workspaces of a few nodes for the tests, and random ones.

use mainstay_domain::{Datum, Table, Uuid, Workspace};
use proptest::prelude::*;

/// Services `S00` on, then activities `A00` on; a node is its number, services first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    pub services: usize,
    pub activities: usize,
    /// Dependant and provider, hard and to run.
    pub needs: Vec<(usize, usize)>,
    /// The same, soft or to restore only.
    pub idle: Vec<(usize, usize, bool)>,
    /// Owner, k, members, beta.
    pub groups: Vec<(usize, i64, Vec<usize>, Option<f64>)>,
    /// MTBF and MTTR of the services, in hours.
    pub repair: Vec<(Option<f64>, Option<f64>)>,
}

fn id(n: usize) -> Uuid {
    Uuid::from_u128(n as u128 + 1)
}

fn text(s: impl Into<String>) -> Datum {
    Datum::Text(s.into())
}

/// Adds a record; fields that are not named are as absent.
pub(crate) fn add(ws: &mut Workspace, table: Table, key: Uuid, values: &[(&str, Datum)]) {
    let pos = ws.count(table) as i64 + 1;
    ws.push(table, &table.spec().row(key, pos, values)).unwrap();
}

impl Plan {
    pub(crate) fn workspace(&self) -> Workspace {
        let mut ws = Workspace::default();
        for i in 0..self.services {
            let code = format!("S{i:02}");
            let real = |x: Option<f64>| x.map_or(Datum::Null, Datum::Real);
            let (mtbf, mttr) = self.repair.get(i).copied().unwrap_or((None, None));
            let values = [
                ("code", text(&code)),
                ("name", text(&code)),
                ("mtbf_h", real(mtbf)),
                ("mttr_h", real(mttr)),
            ];
            add(&mut ws, Table::Service, id(i), &values);
        }
        for i in 0..self.activities {
            let code = format!("A{i:02}");
            let values = [("code", text(&code)), ("name", text(&code))];
            add(&mut ws, Table::Activity, id(self.services + i), &values);
        }
        let group = |i: usize| id(1_000_000 + i);
        for (i, (owner, k, _, beta)) in self.groups.iter().enumerate() {
            let values = [
                ("code", text(format!("G{i:02}"))),
                ("owner_node_id", Datum::Id(id(*owner))),
                ("k", Datum::Int(*k)),
                ("common_cause_beta", beta.map_or(Datum::Null, Datum::Real)),
            ];
            add(&mut ws, Table::RedundancyGroup, group(i), &values);
        }
        let mut edges: Vec<(usize, usize, Datum, &str, &str)> = Vec::new();
        for (a, b) in &self.needs {
            edges.push((*a, *b, Datum::Null, "hard", "both"));
        }
        for (a, b, soft) in &self.idle {
            let how = if *soft {
                ("soft", "run")
            } else {
                ("hard", "recover")
            };
            edges.push((*a, *b, Datum::Null, how.0, how.1));
        }
        for (i, (owner, _, members, _)) in self.groups.iter().enumerate() {
            for m in members {
                edges.push((*owner, *m, Datum::Id(group(i)), "hard", "run"));
            }
        }
        for (i, (a, b, g, strength, mode)) in edges.into_iter().enumerate() {
            let values = [
                ("code", text(format!("D{i:03}"))),
                ("dependant_id", Datum::Id(id(a))),
                ("provider_id", Datum::Id(id(b))),
                ("strength", text(strength)),
                ("tolerance_min", Datum::Int(0)),
                ("mode", text(mode)),
                ("group_id", g),
            ];
            add(&mut ws, Table::Dependency, id(2_000_000 + i), &values);
        }
        ws
    }

    /// Which nodes work when these services have failed by themselves: set by set, until nothing more fails.
    pub(crate) fn works(&self, failed: &[bool]) -> Vec<bool> {
        let mut up = vec![true; self.services + self.activities];
        for (i, f) in failed.iter().enumerate() {
            up[i] = !f;
        }
        loop {
            let before = up.clone();
            for (a, b) in &self.needs {
                up[*a] &= up[*b];
            }
            for (owner, k, members, _) in &self.groups {
                let real: Vec<usize> = members.iter().copied().filter(|m| m != owner).collect();
                let live = real.iter().filter(|m| up[**m]).count();
                up[*owner] &= live >= (*k as usize).min(real.len());
            }
            if up == before {
                return up;
            }
        }
    }

    /// The activities that stop when these services fail.
    pub(crate) fn stopped(&self, down: &[usize]) -> Vec<usize> {
        let mut failed = vec![false; self.services];
        down.iter().for_each(|x| failed[*x] = true);
        let up = self.works(&failed);
        (0..self.activities)
            .filter(|a| !up[self.services + a])
            .collect()
    }
}

/// Random plans with loops, needs of oneself, groups that are empty, named twice and with any k.
pub(crate) fn plans(most_services: usize, loops: bool) -> impl Strategy<Value = Plan> {
    (1..=most_services, 1usize..4).prop_flat_map(move |(services, activities)| {
        let nodes = services + activities;
        let edge = (0..nodes, 0..services).prop_map(move |(a, b)| {
            // Without loops, who needs has the higher number.
            if loops || a > b {
                (a, b)
            } else {
                (nodes - 1, b)
            }
        });
        let group = (
            0..nodes,
            prop_oneof![9 => 0i64..5, 1 => Just(1_000_000_000)],
            proptest::collection::vec(0..services, 0..5),
            proptest::option::weighted(0.3, 0.0..=1.0f64),
        )
            .prop_map(move |(owner, k, members, beta)| {
                let owner = if loops {
                    owner
                } else {
                    owner.max(nodes - activities)
                };
                (owner, k, members, beta)
            });
        let hours = proptest::option::weighted(0.97, prop_oneof![Just(0.0), 1.0..1000.0f64]);
        (
            proptest::collection::vec(edge, 0..nodes * 2),
            proptest::collection::vec((0..nodes, 0..services, any::<bool>()), 0..3),
            proptest::collection::vec(group, 0..5),
            proptest::collection::vec((hours.clone(), hours), services),
        )
            .prop_map(move |(needs, idle, groups, repair)| Plan {
                services,
                activities,
                needs,
                idle,
                groups,
                repair,
            })
    })
}
