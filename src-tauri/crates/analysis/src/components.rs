//! Strongly connected components of any graph, however deep.

use crate::graph::Lists;
use crate::path::NONE;

/// The components of a graph: what is pointed at stands before what points.
#[derive(Debug)]
pub(crate) struct Components {
    /// The component of each node.
    pub of: Vec<u32>,
    /// The nodes, component by component.
    pub order: Vec<u32>,
    /// Where each component begins in `order`, and its end.
    pub start: Vec<u32>,
}

impl Components {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.start.len() - 1
    }

    /// The nodes of each component, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let ranges = self.start.windows(2);
        ranges.map(|w| &self.order[w[0] as usize..w[1] as usize])
    }

    fn close(&mut self, members: &[u32]) {
        let component = self.count() as u32;
        for n in members {
            self.of[*n as usize] = component;
        }
        self.order.extend(members);
        self.start.push(self.order.len() as u32);
    }
}

/// The strongly connected components; the members of each in ascending order.
///
/// What stands on no loop and behind none is taken off first, which is all there is in most plans; only the rest is
/// handed to Kosaraju's algorithm (by petgraph; of its two algorithms this one does not recurse, so that a chain may be
/// as long as it likes).
pub(crate) fn components(nodes: usize, points_at: &Lists) -> Components {
    let mut back = Vec::new();
    for n in 0..nodes as u32 {
        back.extend(points_at.of(n).iter().filter(|m| **m != n).map(|m| (*m, n)));
    }
    let pointed_by = Lists::build(nodes, &back);
    let mut open = vec![0u32; nodes];
    for (_, n) in &back {
        open[*n as usize] += 1;
    }
    let mut out = Components {
        of: vec![NONE; nodes],
        order: Vec::with_capacity(nodes),
        start: Vec::with_capacity(nodes + 1),
    };
    out.start.push(0);
    let mut ready: Vec<u32> = (0..nodes as u32)
        .filter(|n| open[*n as usize] == 0)
        .collect();
    while let Some(n) = ready.pop() {
        out.close(&[n]);
        for d in pointed_by.of(n) {
            open[*d as usize] -= 1;
            if open[*d as usize] == 0 {
                ready.push(*d);
            }
        }
    }
    if out.order.len() < nodes {
        loops(points_at, &mut out);
    }
    out
}

/// The components of what is left.
fn loops(points_at: &Lists, out: &mut Components) {
    let left: Vec<u32> = (0..out.of.len() as u32)
        .filter(|n| out.of[*n as usize] == NONE)
        .collect();
    let mut place = vec![NONE; out.of.len()];
    let mut g = petgraph::graph::DiGraph::<(), (), u32>::with_capacity(left.len(), 0);
    for (i, n) in left.iter().enumerate() {
        place[*n as usize] = i as u32;
        g.add_node(());
    }
    for n in &left {
        for m in points_at.of(*n) {
            let to = place[*m as usize];
            if to != NONE {
                g.add_edge(place[*n as usize].into(), to.into(), ());
            }
        }
    }
    for c in petgraph::algo::kosaraju_scc(&g) {
        let mut members: Vec<u32> = c.into_iter().map(|n| left[n.index()]).collect();
        members.sort_unstable();
        out.close(&members);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_stands_first_and_a_loop_is_one() {
        let g = Lists::build(5, &[(0, 1), (1, 2), (2, 1), (2, 3), (4, 4)]);
        let c = components(5, &g);
        assert_eq!(c.count(), 4);
        let groups: Vec<&[u32]> = c.iter().collect();
        assert_eq!(groups, [&[4][..], &[3], &[1, 2], &[0]]);
        assert_eq!(c.of, [3, 2, 2, 1, 0]);
    }

    #[test]
    fn a_chain_of_a_million_does_not_exhaust_the_stack() {
        let n = 1_000_000u32;
        let pairs: Vec<(u32, u32)> = (1..n).map(|i| (i - 1, i)).collect();
        let c = components(n as usize, &Lists::build(n as usize, &pairs));
        assert_eq!((c.count(), c.of[0]), (n as usize, n - 1));
    }
}
