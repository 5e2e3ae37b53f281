//! Single points of failure by simulation (C7).

use crate::index::index;
use mainstay_domain::Workspace;

/// Which single failures stop what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spof {
    /// For each service of the workspace, the activities its failure stops, as indices into `ws.activities`, ascending.
    pub stops: Vec<Vec<usize>>,
    /// For each activity, the services whose single failure stops it, as indices into `ws.services`, ascending.
    pub stopped_by: Vec<Vec<usize>>,
}

/// Works out what each single failure stops, by exact simulation (C7), 64 failures in a machine word at a time.
///
/// A failure spreads to whoever needs what failed, hard and to run, and to whoever has fewer than k members of a group
/// left; tolerances do not count. O(V / 64 * (V + E)) without loops.
pub fn spof(ws: &Workspace) -> Spof {
    let ix = index(ws);
    let g = &ix.graph;
    let order: Vec<u32> = g.components().into_iter().flatten().collect();
    let mut out = Spof {
        stops: vec![Vec::new(); ws.services.len()],
        stopped_by: vec![Vec::new(); ws.activities.len()],
    };
    let mut failed = vec![0u64; g.nodes];
    for first in (0..ix.services).step_by(64) {
        failed.fill(0);
        let batch = 64.min(ix.services - first);
        for b in 0..batch {
            failed[first + b] = 1 << b;
        }
        // One sweep in the order of dependence is enough where there is no loop.
        loop {
            let mut moved = false;
            for n in &order {
                let mut f = failed[*n as usize];
                for e in g.plain_needs(*n).filter(|e| !e.recover_only) {
                    f |= failed[e.provider as usize];
                }
                for group in g.groups_of(*n) {
                    f |= too_few(g, group, &failed);
                }
                moved |= f != failed[*n as usize];
                failed[*n as usize] = f;
            }
            if !moved {
                break;
            }
        }
        for (a, by) in out.stopped_by.iter_mut().enumerate() {
            let mut f = failed[ix.services + a];
            while f != 0 {
                let x = first + f.trailing_zeros() as usize;
                out.stops[x].push(a);
                by.push(x);
                f &= f - 1;
            }
        }
    }
    out
}

/// The failures that leave a group fewer than k members.
fn too_few(g: &crate::graph::Graph, group: &crate::graph::Group, failed: &[u64]) -> u64 {
    let members: Vec<u64> = group
        .members
        .iter()
        .map(|m| &g.edges[*m as usize])
        .filter(|e| !e.recover_only)
        .map(|e| failed[e.provider as usize])
        .collect();
    let mut any = members.iter().fold(0, |a, m| a | m);
    let mut out = 0;
    while any != 0 {
        let bit = any & any.wrapping_neg();
        let live = members.iter().filter(|m| **m & bit == 0).count();
        if live < group.k.min(members.len()) {
            out |= bit;
        }
        any &= any - 1;
    }
    out
}
