//! What several services failing at once stop (the rule of C7, for the joint failure of a risk).

use crate::graph::{Graph, Group};
use crate::index::Index;

/// For each set of services (indices into `ws.services`), the activities that stop, as ascending indices into
/// `ws.activities`. 64 sets are followed at once, one in each bit of a machine word.
///
/// As in C7, a dependant stops when a hard need to run outside a group has failed, or when fewer than k members of a group
/// are left; tolerances do not count. On loops it is the least set that follows.
pub(crate) fn stopped(ix: &Index, sets: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let g = &ix.graph;
    let activities = g.nodes - ix.services;
    let mut out = vec![Vec::new(); sets.len()];
    if sets.is_empty() {
        return out;
    }
    let order: Vec<u32> = g.components().order;
    let mut failed = vec![0u64; g.nodes];
    for (batch, chunk) in sets.chunks(64).enumerate() {
        failed.fill(0);
        for (bit, set) in chunk.iter().enumerate() {
            for s in set {
                failed[*s] |= 1 << bit;
            }
        }
        while sweep(g, &order, &mut failed) {}
        for a in 0..activities {
            let mut f = failed[ix.services + a];
            while f != 0 {
                out[batch * 64 + f.trailing_zeros() as usize].push(a);
                f &= f - 1;
            }
        }
    }
    out
}

/// Passes failures on once, providers before dependants; whether it has to be done again.
///
/// Outside loops one sweep reaches everything, so the second only finds that nothing moves.
fn sweep(g: &Graph, order: &[u32], failed: &mut [u64]) -> bool {
    let mut moved = false;
    for n in order {
        let mut f = failed[*n as usize];
        for e in g.plain_needs(*n).filter(|e| !e.recover_only) {
            f |= failed[e.provider as usize];
        }
        for group in g.groups_of(*n) {
            f |= too_few(g, group, failed);
        }
        moved |= f != failed[*n as usize];
        failed[*n as usize] = f;
    }
    moved
}

/// The sets that leave a group fewer than k members.
fn too_few(g: &Graph, group: &Group, failed: &[u64]) -> u64 {
    let members = || {
        group
            .members
            .iter()
            .map(|m| &g.edges[*m as usize])
            .filter(|e| !e.recover_only)
            .map(|e| failed[e.provider as usize])
    };
    let count = members().count();
    let need = group.k.min(count);
    let mut any = members().fold(0, |a, m| a | m);
    let mut out = 0;
    while any != 0 {
        let bit = any & any.wrapping_neg();
        if members().filter(|m| m & bit == 0).count() < need {
            out |= bit;
        }
        any &= any - 1;
    }
    out
}
