//! Where the nodes of a dependency map stand: in columns, with few crossings (K. Sugiyama, S. Tagawa, M. Toda, Methods for
//! Visual Understanding of Hierarchical System Structures, IEEE Trans. SMC 11, 1981). The same graph always stands the
//! same way, on the screen and on paper.

use serde::Serialize;

/// Where nodes and edges stand.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Placed {
    /// How many columns there are.
    pub columns: usize,
    /// How many rows the highest column needs; rows may be parted.
    pub rows: f64,
    /// The column and the row of each node. Nodes in one column are a row apart, at least.
    pub nodes: Vec<(usize, f64)>,
    /// The columns that each edge passes on its way, and in which row; empty for an edge to the next column, and for one
    /// that leads back because the graph has a loop.
    pub bends: Vec<Vec<(usize, f64)>>,
}

/// How far apart two neighbours in a column stand, at least, in rows: two nodes, a node and a passing edge, two edges.
const APART: [f64; 3] = [1.0, 0.75, 0.35];
const SWEEPS: usize = 24;

/// Places the nodes 0 to `n` of a graph; an edge leads from what needs to what is needed, which stands further right.
pub fn layered(n: usize, edges: &[(usize, usize)]) -> Placed {
    if n == 0 {
        return Placed::default();
    }
    let forward = without_loops(n, edges);
    let columns_of = columns(n, edges, &forward);
    let mut net = Net::new(n, edges, &forward, &columns_of);
    net.order();
    let rows = net.rows();
    let least = rows.iter().copied().fold(f64::INFINITY, f64::min);
    let most = rows.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Placed {
        columns: net.layers.len(),
        rows: most - least + 1.0,
        nodes: (0..n).map(|i| (net.layer[i], rows[i] - least)).collect(),
        bends: net
            .passes
            .iter()
            .map(|p| {
                p.iter()
                    .map(|d| (net.layer[*d], rows[*d] - least))
                    .collect()
            })
            .collect(),
    }
}

/// Which edges lead forward: all but those that close a loop, found depth first in the order of the nodes.
fn without_loops(n: usize, edges: &[(usize, usize)]) -> Vec<bool> {
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); n];
    for (i, (a, _)) in edges.iter().enumerate() {
        out[*a].push(i);
    }
    let mut forward = vec![true; edges.len()];
    let mut state = vec![0_u8; n];
    for root in 0..n {
        let mut stack = vec![(root, 0)];
        while let Some((v, next)) = stack.pop() {
            if next == 0 {
                if state[v] != 0 {
                    continue;
                }
                state[v] = 1;
            }
            match out[v].get(next) {
                Some(e) => {
                    stack.push((v, next + 1));
                    match state[edges[*e].1] {
                        1 => forward[*e] = false,
                        0 => stack.push((edges[*e].1, 0)),
                        _ => {}
                    }
                }
                None => state[v] = 2,
            }
        }
    }
    forward
}

/// The column of each node: one further than the furthest that needs it.
fn columns(n: usize, edges: &[(usize, usize)], forward: &[bool]) -> Vec<usize> {
    let mut waits = vec![0; n];
    let used = || {
        edges
            .iter()
            .zip(forward)
            .filter(|(_, f)| **f)
            .map(|(e, _)| *e)
    };
    for (_, b) in used() {
        waits[b] += 1;
    }
    let mut column = vec![0; n];
    let mut ready: Vec<usize> = (0..n).filter(|i| waits[*i] == 0).collect();
    let mut outgoing: Vec<Vec<usize>> = vec![Vec::new(); n];
    for (a, b) in used() {
        outgoing[a].push(b);
    }
    while let Some(v) = ready.pop() {
        for b in &outgoing[v] {
            column[*b] = column[*b].max(column[v] + 1);
            waits[*b] -= 1;
            if waits[*b] == 0 {
                ready.push(*b);
            }
        }
    }
    column
}

/// The graph with a point wherever an edge passes a column.
struct Net {
    /// The column of each point.
    layer: Vec<usize>,
    /// The points of each column, from top to bottom.
    layers: Vec<Vec<usize>>,
    /// The neighbours of each point in the column before, and in the next one.
    near: [Vec<Vec<usize>>; 2],
    /// The points that each edge passes.
    passes: Vec<Vec<usize>>,
    /// How many points are nodes; they come first.
    nodes: usize,
}

impl Net {
    fn new(n: usize, edges: &[(usize, usize)], forward: &[bool], column: &[usize]) -> Self {
        let mut layer = column.to_vec();
        let mut links = Vec::new();
        let mut passes = Vec::new();
        for ((a, b), forward) in edges.iter().zip(forward) {
            let mut on_the_way = Vec::new();
            if *forward {
                let mut last = *a;
                for c in column[*a] + 1..column[*b] {
                    layer.push(c);
                    on_the_way.push(layer.len() - 1);
                    links.push((last, layer.len() - 1));
                    last = layer.len() - 1;
                }
                links.push((last, *b));
            }
            passes.push(on_the_way);
        }
        let mut near = [vec![Vec::new(); layer.len()], vec![Vec::new(); layer.len()]];
        for (a, b) in links {
            near[0][b].push(a);
            near[1][a].push(b);
        }
        let count = layer.iter().max().map_or(0, |m| m + 1);
        let mut layers = vec![Vec::new(); count];
        for (i, l) in layer.iter().enumerate() {
            layers[*l].push(i);
        }
        Self {
            layer,
            layers,
            near,
            passes,
            nodes: n,
        }
    }

    /// The place of each point in its column.
    fn index(&self) -> Vec<usize> {
        let mut at = vec![0; self.layer.len()];
        for l in &self.layers {
            for (i, v) in l.iter().enumerate() {
                at[*v] = i;
            }
        }
        at
    }

    /// How many pairs of links cross.
    fn crossings(&self) -> usize {
        let at = self.index();
        let mut sum = 0;
        for l in &self.layers {
            let mut ends: Vec<usize> = Vec::new();
            for v in l {
                let mut to: Vec<usize> = self.near[1][*v].iter().map(|b| at[*b]).collect();
                to.sort_unstable();
                for t in &to {
                    sum += ends.len() - ends.partition_point(|e| e <= t);
                }
                for t in to {
                    ends.insert(ends.partition_point(|e| *e <= t), t);
                }
            }
        }
        sum
    }

    /// Brings the points of each column in an order with few crossings: by the mean of their neighbours, column by column,
    /// there and back; the best order that was met stays.
    fn order(&mut self) {
        let mut best = (self.crossings(), self.layers.clone());
        for sweep in 0..SWEEPS {
            let side = sweep % 2;
            let count = self.layers.len();
            for k in 1..count {
                let l = if side == 0 { k } else { count - 1 - k };
                let at = self.index();
                let mean = |v: &usize| {
                    let near = &self.near[side][*v];
                    match near.is_empty() {
                        true => at[*v] as f64,
                        false => {
                            near.iter().map(|x| at[*x] as f64).sum::<f64>() / near.len() as f64
                        }
                    }
                };
                let mut keyed: Vec<(f64, usize)> =
                    self.layers[l].iter().map(|v| (mean(v), *v)).collect();
                keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
                self.layers[l] = keyed.into_iter().map(|x| x.1).collect();
            }
            self.swap_neighbours();
            let now = self.crossings();
            if now < best.0 {
                best = (now, self.layers.clone());
            }
        }
        self.layers = best.1;
    }

    /// Swaps neighbours in a column wherever that takes crossings away.
    fn swap_neighbours(&mut self) {
        let mut at = self.index();
        for l in 0..self.layers.len() {
            for i in 1..self.layers[l].len() {
                let (a, b) = (self.layers[l][i - 1], self.layers[l][i]);
                let cross = |x: usize, y: usize| -> usize {
                    self.near
                        .iter()
                        .map(|near| {
                            near[x]
                                .iter()
                                .map(|p| near[y].iter().filter(|q| at[**q] < at[*p]).count())
                                .sum::<usize>()
                        })
                        .sum()
                };
                if cross(b, a) < cross(a, b) {
                    self.layers[l].swap(i - 1, i);
                    at.swap(a, b);
                }
            }
        }
    }

    /// The row of each point: as near as can be to the mean of its neighbours, in the order that was found.
    fn rows(&self) -> Vec<f64> {
        let mut row: Vec<f64> = self.index().iter().map(|i| *i as f64).collect();
        for sweep in 0..SWEEPS {
            let count = self.layers.len();
            for k in 0..count {
                let l = if sweep % 2 == 0 { k } else { count - 1 - k };
                let wish = |v: &usize| {
                    let near: Vec<f64> = match sweep + 4 < SWEEPS {
                        true => &self.near[sweep % 2..=sweep % 2],
                        false => &self.near[..],
                    }
                    .iter()
                    .flat_map(|side| &side[*v])
                    .map(|x| row[*x])
                    .collect();
                    match near.is_empty() {
                        true => row[*v],
                        false => near.iter().sum::<f64>() / near.len() as f64,
                    }
                };
                let wishes: Vec<f64> = self.layers[l].iter().map(wish).collect();
                for (v, r) in self.layers[l]
                    .iter()
                    .zip(self.apart(&self.layers[l], &wishes))
                {
                    row[*v] = r;
                }
            }
        }
        row
    }

    /// The rows nearest to the wishes, by the sum of squares, that keep the order and the distances: isotonic regression by
    /// pooling neighbours that are too close (R. E. Barlow et al., Statistical Inference under Order Restrictions, 1972).
    fn apart(&self, points: &[usize], wishes: &[f64]) -> Vec<f64> {
        let mut offset = 0.0;
        let mut offsets = Vec::new();
        for (i, v) in points.iter().enumerate() {
            if i > 0 {
                let passing = [points[i - 1], *v]
                    .iter()
                    .filter(|x| **x >= self.nodes)
                    .count();
                offset += APART[passing];
            }
            offsets.push(offset);
        }
        // Pools: the sum of what they want, and how many they are.
        let mut pools: Vec<(f64, usize)> = Vec::new();
        for (w, o) in wishes.iter().zip(&offsets) {
            let mut pool = (w - o, 1);
            while let Some(last) = pools.pop() {
                if last.0 / last.1 as f64 <= pool.0 / pool.1 as f64 {
                    pools.push(last);
                    break;
                }
                pool = (pool.0 + last.0, pool.1 + last.1);
            }
            pools.push(pool);
        }
        let level = pools
            .iter()
            .flat_map(|p| std::iter::repeat_n(p.0 / p.1 as f64, p.1));
        level.zip(offsets).map(|(l, o)| l + o).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(p: &Placed) {
        for (i, a) in p.nodes.iter().enumerate() {
            for b in &p.nodes[i + 1..] {
                assert!(
                    a.0 != b.0 || (a.1 - b.1).abs() >= 1.0 - 1e-9,
                    "{a:?} and {b:?} touch"
                );
            }
        }
    }

    #[test]
    fn a_chain_is_a_straight_line() {
        let p = layered(4, &[(0, 1), (1, 2), (2, 3)]);
        assert_eq!((p.columns, p.rows), (4, 1.0));
        assert!(p.nodes.iter().all(|n| n.1 == 0.0));
    }

    #[test]
    fn what_is_needed_stands_further_right_and_edges_keep_clear_of_nodes() {
        let edges = [(0, 1), (1, 2), (0, 2), (0, 3), (3, 2), (4, 2)];
        let p = layered(5, &edges);
        apart(&p);
        for ((a, b), bends) in edges.iter().zip(&p.bends) {
            assert!(p.nodes[*a].0 < p.nodes[*b].0);
            assert_eq!(bends.len(), p.nodes[*b].0 - p.nodes[*a].0 - 1);
            for bend in bends {
                for node in p.nodes.iter().filter(|n| n.0 == bend.0) {
                    assert!((node.1 - bend.1).abs() >= APART[1] - 1e-9);
                }
            }
        }
    }

    #[test]
    fn crossings_that_need_not_be_are_taken_away() {
        // Each of four needs the one on the other side.
        let edges = [(0, 7), (1, 6), (2, 5), (3, 4)];
        let p = layered(8, &edges);
        apart(&p);
        for (a, b) in edges {
            for (c, d) in edges {
                let before = p.nodes[a].1 < p.nodes[c].1;
                assert!(a == c || before == (p.nodes[b].1 < p.nodes[d].1));
            }
        }
    }

    #[test]
    fn loops_and_single_nodes_have_their_places() {
        let p = layered(4, &[(0, 1), (1, 0), (1, 1)]);
        apart(&p);
        assert_eq!(p.nodes.len(), 4);
        assert_eq!(p.bends, vec![Vec::new(); 3]);
        assert_eq!(layered(0, &[]), Placed::default());
        assert_eq!(p, layered(4, &[(0, 1), (1, 0), (1, 1)]));
    }
}
