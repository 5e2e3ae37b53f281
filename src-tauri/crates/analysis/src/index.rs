//! From the workspace to dense arrays: services first, then activities, both in the order of the workspace.

use crate::graph::{Edge, Graph};
use crate::path::NONE;
use hashbrown::HashMap;
use mainstay_domain::{Count, Mode, RedundancyGroupId, Strength, Uuid, Workspace};

/// The graph of a workspace.
pub(crate) struct Index {
    pub graph: Graph,
    pub services: usize,
}

/// Indexes a workspace once; references that lead nowhere are left out.
pub(crate) fn index(ws: &Workspace) -> Index {
    index_with(ws, &[])
}

/// The same with other numbers of members that are enough.
pub(crate) fn index_with(ws: &Workspace, redundancy: &[(RedundancyGroupId, Count)]) -> Index {
    let services = ws.services.len();
    let total = services + ws.activities.len();
    // Only looked up, never walked through.
    let mut at: HashMap<Uuid, u32> = HashMap::with_capacity(total);
    let mut codes: Vec<&str> = Vec::with_capacity(total);
    for (i, s) in ws.services.iter().enumerate() {
        at.insert(s.id.0, i as u32);
        codes.push(&s.code.0);
    }
    for (i, a) in ws.activities.iter().enumerate() {
        at.insert(a.id.0, (services + i) as u32);
        codes.push(&a.code.0);
    }
    let mut order: Vec<u32> = (0..total as u32).collect();
    order.sort_by(|a, b| codes[*a as usize].cmp(codes[*b as usize]));
    let mut rank = vec![0; total];
    for (r, n) in order.into_iter().enumerate() {
        rank[n as usize] = r as u32;
    }
    let mut group_at = HashMap::new();
    let mut groups = Vec::new();
    let mut owners = Vec::new();
    let changed: HashMap<RedundancyGroupId, Count> = redundancy.iter().copied().collect();
    let mut preferred: HashMap<Uuid, Vec<u32>> = HashMap::new();
    for p in &ws.group_preferred {
        if let Some(n) = at.get(&p.service_id.0) {
            preferred.entry(p.group_id.0).or_default().push(*n);
        }
    }
    for g in &ws.groups {
        let preferred = preferred.remove(&g.id.0).unwrap_or_default();
        group_at.insert(g.id.0, groups.len() as u32);
        let k = changed.get(&g.id).copied().unwrap_or(g.k);
        groups.push((usize::try_from(k.0).unwrap_or(0), preferred));
        owners.push(at.get(&g.owner_node_id.0).copied());
    }
    let edges = ws
        .dependencies
        .iter()
        .filter_map(|d| {
            let dependant = *at.get(&d.dependant_id.0)?;
            // A member that belongs to another dependant is a need of its own; the findings say so.
            let group = d
                .group_id
                .and_then(|g| group_at.get(&g.0).copied())
                .filter(|g| owners[*g as usize] == Some(dependant));
            Some(Edge {
                dependant,
                provider: *at.get(&d.provider_id.0)?,
                tolerance: d.tolerance_min.0,
                hard: d.strength == Strength::Hard,
                recover_only: d.mode == Mode::Recover,
                data: d.data,
                group: group.unwrap_or(NONE),
            })
        })
        .collect();
    Index {
        graph: Graph::new(rank, edges, groups),
        services,
    }
}
