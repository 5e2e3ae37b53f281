//! The dependency graph in dense arrays, free of the workspace, so that published examples run on it as they stand.

use crate::components::{Components, components};
use crate::path::NONE;
use std::collections::BTreeSet;

/// One statement that a node needs another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge {
    pub dependant: u32,
    pub provider: u32,
    pub tolerance: i64,
    pub hard: bool,
    /// Needed to restore only.
    pub recover_only: bool,
    pub data: bool,
    pub group: u32,
}

/// Several providers of one dependant, of which k are enough.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub k: usize,
    /// Indices of edges.
    pub members: Vec<u32>,
}

/// Nodes, edges and groups, with the edges of each node at hand.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    pub nodes: usize,
    pub edges: Vec<Edge>,
    pub groups: Vec<Group>,
    /// The rank of each node's code, for ties.
    pub rank: Vec<u32>,
    /// For each edge, whether a requirement passes along it.
    inherits: Vec<bool>,
    /// Hard edges of each dependant, plain ones and members alike.
    needs: Lists,
    /// Hard edges of each provider through which it inherits a requirement.
    heirs: Lists,
    /// The groups of each node.
    groups_of: Lists,
}

#[derive(Debug, Default)]
pub(crate) struct Lists {
    start: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    pub(crate) fn build(nodes: usize, pairs: &[(u32, u32)]) -> Self {
        let mut start = vec![0u32; nodes + 1];
        for (n, _) in pairs {
            start[*n as usize + 1] += 1;
        }
        for i in 0..nodes {
            start[i + 1] += start[i];
        }
        let mut at = start.clone();
        let mut items = vec![0u32; pairs.len()];
        for (n, x) in pairs {
            items[at[*n as usize] as usize] = *x;
            at[*n as usize] += 1;
        }
        Self { start, items }
    }

    pub(crate) fn of(&self, n: u32) -> &[u32] {
        &self.items[self.start[n as usize] as usize..self.start[n as usize + 1] as usize]
    }
}

impl Graph {
    /// Builds the lists; a node that needs itself is left to the findings.
    pub(crate) fn new(rank: Vec<u32>, edges: Vec<Edge>, groups: Vec<(usize, Vec<u32>)>) -> Self {
        let nodes = rank.len();
        let mut g = Graph {
            nodes,
            rank,
            ..Graph::default()
        };
        // Preferred members first, then by code.
        let mut preferred = vec![Vec::new(); groups.len()];
        for (i, (_, p)) in groups.iter().enumerate() {
            preferred[i].clone_from(p);
        }
        g.groups = groups
            .into_iter()
            .map(|(k, _)| Group {
                k,
                members: Vec::new(),
            })
            .collect();
        for (i, e) in edges.iter().enumerate() {
            if e.hard && e.group != NONE && e.dependant != e.provider {
                g.groups[e.group as usize].members.push(i as u32);
            }
        }
        // Plain needs inherit, of groups only the first k.
        let mut inherits: Vec<bool> = edges.iter().map(|e| e.group == NONE).collect();
        for (x, first) in g.groups.iter_mut().zip(&preferred) {
            let first: BTreeSet<u32> = first.iter().copied().collect();
            let mut order = x.members.clone();
            order.sort_by_key(|i| {
                let p = edges[*i as usize].provider;
                (!first.contains(&p), g.rank[p as usize])
            });
            x.k = x.k.min(order.len());
            order.truncate(x.k);
            for i in order {
                inherits[i as usize] = true;
            }
        }
        let real = |e: &Edge| e.hard && e.dependant != e.provider;
        let needs: Vec<(u32, u32)> = edges
            .iter()
            .enumerate()
            .filter(|(_, e)| real(e))
            .map(|(i, e)| (e.dependant, i as u32))
            .collect();
        let heirs: Vec<(u32, u32)> = edges
            .iter()
            .enumerate()
            .filter(|(i, e)| real(e) && inherits[*i])
            .map(|(i, e)| (e.provider, i as u32))
            .collect();
        let groups_of: Vec<(u32, u32)> = g
            .groups
            .iter()
            .enumerate()
            .filter_map(|(i, x)| Some((edges[*x.members.first()? as usize].dependant, i as u32)))
            .collect();
        g.needs = Lists::build(nodes, &needs);
        g.heirs = Lists::build(nodes, &heirs);
        g.groups_of = Lists::build(nodes, &groups_of);
        g.edges = edges;
        g.inherits = inherits;
        g
    }

    /// The hard edges of a dependant outside groups.
    pub(crate) fn plain_needs(&self, n: u32) -> impl Iterator<Item = &Edge> {
        self.needs
            .of(n)
            .iter()
            .map(|i| &self.edges[*i as usize])
            .filter(|e| e.group == NONE)
    }

    /// The hard edges through which a provider inherits.
    pub(crate) fn heirs(&self, n: u32) -> impl Iterator<Item = &Edge> {
        self.heirs.of(n).iter().map(|i| &self.edges[*i as usize])
    }

    /// The hard edges through which a dependant passes its requirement on.
    pub(crate) fn passes_on(&self, n: u32) -> impl Iterator<Item = &Edge> {
        self.needs
            .of(n)
            .iter()
            .filter(|i| self.inherits[**i as usize])
            .map(|i| &self.edges[*i as usize])
    }

    /// The groups of a dependant.
    pub(crate) fn groups_of(&self, n: u32) -> impl Iterator<Item = &Group> {
        self.groups_of
            .of(n)
            .iter()
            .map(|i| &self.groups[*i as usize])
    }

    /// The hard edges that a provider holds up, members of groups included, whether they inherit or not.
    pub(crate) fn held_up(&self) -> Lists {
        let pairs: Vec<(u32, u32)> = self
            .edges
            .iter()
            .enumerate()
            .filter(|(_, e)| e.hard && e.dependant != e.provider)
            .map(|(i, e)| (e.provider, i as u32))
            .collect();
        Lists::build(self.nodes, &pairs)
    }

    /// Strongly connected components of the hard edges of those nodes that need anything, providers before dependants,
    /// the members of each by code.
    pub(crate) fn components(&self, needs: impl Fn(u32) -> bool) -> Components {
        let mut pairs = Vec::with_capacity(self.edges.len());
        for n in (0..self.nodes as u32).filter(|n| needs(*n)) {
            let providers = self.needs.of(n).iter();
            pairs.extend(providers.map(|i| (n, self.edges[*i as usize].provider)));
        }
        let mut c = components(self.nodes, &Lists::build(self.nodes, &pairs));
        for w in c.start.windows(2).filter(|w| w[1] - w[0] > 1) {
            c.order[w[0] as usize..w[1] as usize].sort_unstable_by_key(|n| self.rank[*n as usize]);
        }
        c
    }
}
