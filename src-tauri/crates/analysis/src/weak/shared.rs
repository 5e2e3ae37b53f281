//! Resources that many rest on: a count of its own, beside single points (domain reference, 8.10).

use super::lanes::{LANES, Row, Tally};
use super::run_graph::RunGraph;
use crate::graph::Graph;
use crate::index::Index;
use hashbrown::HashMap;
use mainstay_domain::{Uuid, Workspace};
use rayon::prelude::*;
use serde::Serialize;

/// What sort of thing is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceKind {
    /// A service that others need.
    Service,
    /// A place where services run and activities are done.
    Site,
    /// A supplier of services.
    Supplier,
    /// A team that restores services.
    Team,
    /// A role that procedures of services name.
    Role,
}

/// Something on which at least two services or activities rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SharedResource {
    /// What sort of thing it is.
    pub kind: ResourceKind,
    /// Its code.
    pub code: String,
    /// The codes of the services that rest on it directly: dependants of a service; services at a site, of a supplier,
    /// restored by a team, with a procedure that names a role.
    pub direct_services: Vec<String>,
    /// The codes of the activities that rest on it directly: dependants of a service; activities at a site.
    pub direct_activities: Vec<String>,
    /// How many services rest on it, directly or through others.
    pub services: usize,
    /// How many activities rest on it, directly or through others.
    pub activities: usize,
}

/// What rests on what, redundant or not: hard dependencies that are needed to run, all members of groups included.
pub(super) struct Sharing {
    g: RunGraph,
    services: usize,
}

/// A resource and the nodes that rest on it directly.
struct Source<'a> {
    kind: ResourceKind,
    code: &'a str,
    direct: Vec<u32>,
}

impl Sharing {
    pub(super) fn new(ix: &Index) -> Self {
        let g = &ix.graph;
        let mut edges = g.edges.clone();
        edges.iter_mut().for_each(|e| e.group = crate::path::NONE);
        Sharing {
            g: RunGraph::new(&Graph::new(g.rank.clone(), edges, Vec::new())),
            services: ix.services,
        }
    }

    /// Which services an activity rests on, directly or not.
    pub(super) fn needed(&self) -> Vec<bool> {
        let g = &self.g;
        let mut needed = vec![false; g.blocks()];
        for b in (0..g.blocks() as u32).rev() {
            let i = b as usize;
            needed[i] |= g.nodes(b).iter().any(|n| *n as usize >= self.services);
            if needed[i] {
                g.needs(b).iter().for_each(|p| needed[*p as usize] = true);
            }
        }
        let blocks = &g.block_of[..self.services];
        blocks.iter().map(|b| needed[*b as usize]).collect()
    }

    /// Of each kind the first `top`: most activities first, then most services, then by code.
    pub(super) fn shared(&self, ws: &Workspace, ix: &Index, top: usize) -> Vec<SharedResource> {
        let mut sources = self.of_services(ws, ix);
        let own = sources.len();
        sources.extend(self.of_records(ws));
        // A service stands for itself too, so that the count goes on from it; it is taken off again.
        let starts: Vec<Vec<u32>> = sources
            .iter()
            .enumerate()
            .map(|(i, s)| {
                let node = (i < own).then_some(i as u32);
                let nodes = s.direct.iter().copied().chain(node);
                let mut blocks: Vec<u32> = nodes.map(|n| self.g.block_of[n as usize]).collect();
                blocks.sort_unstable();
                blocks
            })
            .collect();
        let mut order: Vec<usize> = (0..sources.len()).collect();
        order.sort_by_key(|i| (starts[*i].first().copied(), *i));
        let counts: Vec<Vec<(usize, usize)>> = order
            .par_chunks(LANES)
            .map_init(
                || vec![Row::NONE; self.g.blocks()],
                |rows, batch| self.count(rows, batch, &starts),
            )
            .collect();
        let mut found: Vec<(usize, usize, usize)> = order
            .iter()
            .zip(counts.into_iter().flatten())
            .map(|(i, (s, a))| (*i, s - usize::from(*i < own), a))
            .filter(|(_, s, a)| s + a >= 2)
            .collect();
        found.sort_by_key(|(i, s, a)| {
            let x = &sources[*i];
            (x.kind, std::cmp::Reverse((*a, *s)), x.code)
        });
        found
            .chunk_by(|a, b| sources[a.0].kind == sources[b.0].kind)
            .flat_map(|same| same.iter().take(top))
            .map(|(i, services, activities)| {
                let x = &sources[*i];
                let (s, a): (Vec<u32>, Vec<u32>) = x
                    .direct
                    .iter()
                    .partition(|n| (**n as usize) < self.services);
                let service = |n: &u32| ws.services[*n as usize].code.0.clone();
                let activity = |n: &u32| ws.activities[*n as usize - self.services].code.0.clone();
                SharedResource {
                    kind: x.kind,
                    code: x.code.into(),
                    direct_services: s.iter().map(service).collect(),
                    direct_activities: a.iter().map(activity).collect(),
                    services: *services,
                    activities: *activities,
                }
            })
            .collect()
    }

    fn count(&self, rows: &mut [Row], batch: &[usize], starts: &[Vec<u32>]) -> Vec<(usize, usize)> {
        rows.fill(Row::NONE);
        let mut from = self.g.blocks();
        for (lane, i) in batch.iter().enumerate() {
            for b in &starts[*i] {
                rows[*b as usize].set(lane);
                from = from.min(*b as usize);
            }
        }
        self.g.spread(rows, from);
        let (mut services, mut activities) = (Tally::new(), Tally::new());
        for (b, row) in (0u32..).zip(rows.iter()).skip(from) {
            let nodes = self.g.nodes(b);
            let s = nodes.partition_point(|n| (*n as usize) < self.services);
            services.add(row, s);
            activities.add(row, nodes.len() - s);
        }
        (0..batch.len())
            .map(|lane| (services.of(lane), activities.of(lane)))
            .collect()
    }

    fn of_services<'a>(&self, ws: &'a Workspace, ix: &Index) -> Vec<Source<'a>> {
        let mut out: Vec<Source<'a>> = ws
            .services
            .iter()
            .map(|s| Source {
                kind: ResourceKind::Service,
                code: &s.code.0,
                direct: Vec::new(),
            })
            .collect();
        let counts =
            |e: &&crate::graph::Edge| e.hard && !e.recover_only && e.dependant != e.provider;
        for e in ix.graph.edges.iter().filter(counts) {
            if let Some(s) = out.get_mut(e.provider as usize) {
                s.direct.push(e.dependant);
            }
        }
        for s in &mut out {
            s.direct.sort_unstable();
            s.direct.dedup();
        }
        out
    }

    fn of_records<'a>(&self, ws: &'a Workspace) -> Vec<Source<'a>> {
        let mut out: Vec<Source<'a>> = Vec::new();
        // Only looked up, never walked through.
        let mut at: HashMap<Uuid, usize> = HashMap::new();
        let mut make = |kind, id: Uuid, code: &'a str| {
            at.insert(id, out.len());
            out.push(Source {
                kind,
                code,
                direct: Vec::new(),
            });
        };
        for x in &ws.sites {
            make(ResourceKind::Site, x.id.0, &x.code.0);
        }
        for x in &ws.suppliers {
            make(ResourceKind::Supplier, x.id.0, &x.code.0);
        }
        for x in &ws.teams {
            make(ResourceKind::Team, x.id.0, &x.code.0);
        }
        for x in &ws.roles {
            make(ResourceKind::Role, x.id.0, &x.code.0);
        }
        let mut rests = |resource: Option<Uuid>, node: usize| {
            if let Some(i) = resource.and_then(|r| at.get(&r)) {
                out[*i].direct.push(node as u32);
            }
        };
        let mut services: HashMap<Uuid, usize> = HashMap::with_capacity(ws.services.len());
        for (i, s) in ws.services.iter().enumerate() {
            services.insert(s.id.0, i);
            rests(s.site_id.map(|x| x.0), i);
            rests(s.supplier_id.map(|x| x.0), i);
            rests(s.team_id.map(|x| x.0), i);
        }
        for (i, a) in ws.activities.iter().enumerate() {
            rests(a.site_id.map(|x| x.0), self.services + i);
        }
        for x in &ws.suppliers {
            if let Some(i) = x.service_id.and_then(|s| services.get(&s.0)) {
                rests(Some(x.id.0), *i);
            }
        }
        let procedures: HashMap<Uuid, usize> = ws
            .procedures
            .iter()
            .filter_map(|p| Some((p.id.0, *services.get(&p.service_id?.0)?)))
            .collect();
        for step in &ws.procedure_steps {
            if let Some(i) = procedures.get(&step.procedure_id.0) {
                rests(step.role_id.map(|r| r.0), *i);
            }
        }
        for s in &mut out {
            s.direct.sort_unstable();
            s.direct.dedup();
        }
        out
    }
}
