//! Strongly connected components without recursion, so that no depth of a graph exhausts the stack.

use crate::graph::Lists;

/// The components of a graph in the order in which they are complete: what is pointed at stands before what points.
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
    pub(crate) fn count(&self) -> usize {
        self.start.len() - 1
    }
}

const UNSEEN: u32 = u32::MAX;

/// Tarjan's algorithm (1972) with a stack of its own.
pub(crate) fn components(nodes: usize, points_at: &Lists) -> Components {
    let mut out = Components {
        of: vec![UNSEEN; nodes],
        order: Vec::with_capacity(nodes),
        start: vec![0],
    };
    let mut seen = vec![UNSEEN; nodes];
    let mut low = vec![0u32; nodes];
    let mut open: Vec<u32> = Vec::new();
    // The node and how many of its neighbours have been looked at.
    let mut path: Vec<(u32, u32)> = Vec::new();
    let mut next = 0u32;
    for root in 0..nodes as u32 {
        if seen[root as usize] != UNSEEN {
            continue;
        }
        path.push((root, 0));
        while let Some((n, at)) = path.last_mut() {
            let n = *n;
            let i = n as usize;
            if *at == 0 {
                seen[i] = next;
                low[i] = next;
                next += 1;
                open.push(n);
            }
            let mut deeper = None;
            let neighbours = points_at.of(n);
            while let Some(m) = neighbours.get(*at as usize) {
                *at += 1;
                let j = *m as usize;
                if seen[j] == UNSEEN {
                    deeper = Some(*m);
                    break;
                }
                if out.of[j] == UNSEEN {
                    low[i] = low[i].min(seen[j]);
                }
            }
            if let Some(m) = deeper {
                path.push((m, 0));
                continue;
            }
            path.pop();
            if let Some((up, _)) = path.last() {
                low[*up as usize] = low[*up as usize].min(low[i]);
            }
            if low[i] == seen[i] {
                let component = out.start.len() as u32 - 1;
                while let Some(m) = open.pop() {
                    out.of[m as usize] = component;
                    out.order.push(m);
                    if m == n {
                        break;
                    }
                }
                out.start.push(out.order.len() as u32);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_stands_first_and_a_loop_is_one() {
        let g = Lists::build(5, &[(0, 1), (1, 2), (2, 1), (2, 3), (4, 4)]);
        let c = components(5, &g);
        assert_eq!(c.count(), 4);
        let nodes = |i: usize| c.order[c.start[i] as usize..c.start[i + 1] as usize].to_vec();
        let mut groups: Vec<Vec<u32>> = (0..4).map(nodes).collect();
        groups[1].sort_unstable();
        assert_eq!(groups, [vec![3], vec![1, 2], vec![0], vec![4]]);
        assert_eq!(c.of, [2, 1, 1, 0, 3]);
    }

    #[test]
    fn a_chain_of_a_million_does_not_exhaust_the_stack() {
        let n = 1_000_000u32;
        let pairs: Vec<(u32, u32)> = (1..n).map(|i| (i - 1, i)).collect();
        let c = components(n as usize, &Lists::build(n as usize, &pairs));
        assert_eq!((c.count(), c.of[0]), (n as usize, n - 1));
    }
}
