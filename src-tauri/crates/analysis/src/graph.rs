//! The dependency graph in dense arrays, free of the workspace, so that published examples run on it as they stand.

use crate::path::NONE;

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
    /// Indices of the k edges that inherit the requirement.
    pub inheriting: Vec<u32>,
}

/// Nodes, edges and groups, with the edges of each node at hand.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    pub nodes: usize,
    pub edges: Vec<Edge>,
    pub groups: Vec<Group>,
    /// The rank of each node's code, for ties.
    pub rank: Vec<u32>,
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
                inheriting: Vec::new(),
            })
            .collect();
        for (i, e) in edges.iter().enumerate() {
            if e.hard && e.group != NONE && e.dependant != e.provider {
                g.groups[e.group as usize].members.push(i as u32);
            }
        }
        for (x, first) in g.groups.iter_mut().zip(&preferred) {
            let mut order = x.members.clone();
            order.sort_by_key(|i| {
                let p = edges[*i as usize].provider;
                (!first.contains(&p), g.rank[p as usize])
            });
            x.k = x.k.min(order.len());
            order.truncate(x.k);
            x.inheriting = order;
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
            .filter(|(i, e)| {
                real(e)
                    && (e.group == NONE
                        || g.groups[e.group as usize].inheriting.contains(&(*i as u32)))
            })
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
        self.needs.of(n).iter().filter_map(|i| {
            let e = &self.edges[*i as usize];
            (e.group == NONE || self.groups[e.group as usize].inheriting.contains(i)).then_some(e)
        })
    }

    /// The groups of a dependant.
    pub(crate) fn groups_of(&self, n: u32) -> impl Iterator<Item = &Group> {
        self.groups_of
            .of(n)
            .iter()
            .map(|i| &self.groups[*i as usize])
    }

    /// Strongly connected components of the hard edges, providers before dependants.
    pub(crate) fn components(&self) -> Vec<Vec<u32>> {
        let real = |e: &&Edge| e.hard && e.dependant != e.provider;
        let edges = self.edges.iter().filter(real);
        let pairs: Vec<(u32, u32)> = edges.map(|e| (e.dependant, e.provider)).collect();
        let c = crate::components::components(self.nodes, &Lists::build(self.nodes, &pairs));
        let ranges = c.start.windows(2).map(|w| w[0] as usize..w[1] as usize);
        ranges.map(|r| c.order[r].to_vec()).collect()
    }
}
