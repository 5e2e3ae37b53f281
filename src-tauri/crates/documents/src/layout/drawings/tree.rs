//! A tree from left to right.

use super::super::flow::Flow;
use super::super::fonts::SEMIBOLD;
use super::super::look::{INK, LINE, QUIET, SUNKEN};
use super::super::text::Type;
use super::fitted;
use crate::model::Tree;

const SLOT: f32 = 29.0;
const BOX: f32 = 24.0;
const GUTTER: f32 = 20.0;

/// The column of each node, and its row; a parent stands beside the middle of its children.
fn places(t: &Tree) -> Vec<(usize, f32)> {
    let n = t.nodes.len();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); n];
    let mut depth = vec![0; n];
    for (i, node) in t.nodes.iter().enumerate() {
        if let Some(p) = node.parent.filter(|p| *p < i) {
            children[p].push(i);
            depth[i] = depth[p] + 1;
        }
    }
    // Leaves take rows in the order of reading, depth first.
    let mut row = vec![None; n];
    let mut next = 0.0;
    let mut stack: Vec<usize> = (0..n)
        .rev()
        .filter(|i| t.nodes[*i].parent.is_none_or(|p| p >= *i))
        .collect();
    while let Some(i) = stack.pop() {
        if children[i].is_empty() {
            row[i] = Some(next);
            next += 1.0;
        }
        stack.extend(children[i].iter().rev());
    }
    for i in (0..n).rev() {
        let rows: Vec<f32> = children[i].iter().filter_map(|c| row[*c]).collect();
        if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
            row[i] = Some((first + last) / 2.0);
        }
    }
    depth
        .into_iter()
        .zip(row)
        .map(|(d, r)| (d, r.unwrap_or(0.0)))
        .collect()
}

pub(super) fn height(t: &Tree) -> f32 {
    let rows = places(t).iter().map(|p| p.1).fold(0.0, f32::max) + 1.0;
    rows * SLOT
}

pub(super) fn draw(f: &mut Flow<'_>, t: &Tree) {
    let places = places(t);
    let columns = places.iter().map(|p| p.0).max().unwrap_or(0) + 1;
    let w = ((f.width + GUTTER) / columns as f32 - GUTTER).clamp(40.0, 150.0);
    let at = |p: (usize, f32)| (f.x + p.0 as f32 * (w + GUTTER), f.y + p.1 * SLOT);
    let corners: Vec<(f32, f32)> = places.iter().map(|p| at(*p)).collect();
    for (node, (x, y)) in t.nodes.iter().zip(&corners) {
        let Some((px, py)) = node.parent.and_then(|p| corners.get(p)) else {
            continue;
        };
        let (from, to) = ((px + w, py + BOX / 2.0), (*x, y + BOX / 2.0));
        let middle = to.0 - GUTTER / 2.0;
        f.line(vec![from, (middle, from.1), (middle, to.1), to], QUIET, 0.7);
    }
    for (node, (x, y)) in t.nodes.iter().zip(corners) {
        f.rounded(x, y, w, BOX, 3.0, Some(SUNKEN), Some((LINE, 0.6)));
        let strong = Type {
            face: SEMIBOLD,
            color: INK,
            ..Type::LABEL
        };
        for l in fitted(f, &node.name, strong, w - 8.0, 1) {
            f.place(&l, x + 4.0, y + 9.6);
        }
        for l in fitted(f, &node.note, Type::LABEL, w - 8.0, 1) {
            f.place(&l, x + 4.0, y + 19.2);
        }
    }
}
