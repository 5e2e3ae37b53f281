//! What several services failing at once stop (the rule of C7, for the joint failure of a risk).

use crate::index::Index;
use crate::weak::lanes::{LANES, Row};
use crate::weak::run_graph::RunGraph;

/// For each set of services (indices into `ws.services`), the activities that stop, as ascending indices into
/// `ws.activities`; many sets side by side, each in a lane of its own.
pub(crate) fn stopped(ix: &Index, sets: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut out = vec![Vec::new(); sets.len()];
    if sets.is_empty() {
        return out;
    }
    let g = RunGraph::new(&ix.graph);
    let mut rows = vec![Row::NONE; g.blocks()];
    for (batch, chunk) in sets.chunks(LANES).enumerate() {
        rows.fill(Row::NONE);
        for (lane, set) in chunk.iter().enumerate() {
            for s in set {
                rows[g.block_of[*s] as usize].set(lane);
            }
        }
        g.spread(&mut rows, 0);
        for (a, block) in g.block_of[ix.services..].iter().enumerate() {
            rows[*block as usize].each(|lane| out[batch * LANES + lane].push(a));
        }
    }
    out
}
