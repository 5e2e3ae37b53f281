//! A tree from left to right.

use super::super::flow::Flow;
use super::super::fonts::SEMIBOLD;
use super::super::look::{INK, LINE, QUIET, SUNKEN};
use super::super::text::{Type, single};
use super::fitted;
use crate::model::{Tree, TreeNode};

/// Between two boxes, one below the other.
const BETWEEN: f32 = 5.0;
/// What a box has above and below its lines, and beside them.
const PAD: (f32, f32) = (4.0, 4.0);
const LEAD: f32 = 9.6;
const GUTTER: f32 = 16.0;
/// Smaller than that nobody reads it by emergency light.
const SMALLEST: f32 = 5.6;

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

/// How high a box is: as its fullest node needs.
fn box_height(t: &Tree) -> f32 {
    let lines = t.nodes.iter().map(|n| 1 + notes(n).count());
    lines.max().unwrap_or(1) as f32 * LEAD + PAD.1
}

/// What stands below the name of a node, a line each.
fn notes(node: &TreeNode) -> impl Iterator<Item = &str> {
    node.note.lines().filter(|l| !l.trim().is_empty())
}

pub(super) fn height(t: &Tree) -> f32 {
    let rows = places(t).iter().map(|p| p.1).fold(0.0, f32::max) + 1.0;
    rows * (box_height(t) + BETWEEN)
}

/// A type that is small enough for all texts to stand on one line.
fn small_enough<'t>(
    f: &mut Flow<'_>,
    texts: impl Iterator<Item = &'t str>,
    t: Type,
    width: f32,
) -> Type {
    let widest = texts
        .map(|text| single(f.fonts, text, t).width)
        .fold(0.0, f32::max);
    let size = match widest > width {
        true => (t.size * width / widest - 0.05).max(SMALLEST),
        false => t.size,
    };
    Type { size, ..t }
}

pub(super) fn draw(f: &mut Flow<'_>, t: &Tree) {
    let places = places(t);
    let columns = places.iter().map(|p| p.0).max().unwrap_or(0) + 1;
    let w = ((f.width + GUTTER) / columns as f32 - GUTTER).clamp(40.0, 150.0);
    let h = box_height(t);
    let at = |p: (usize, f32)| (f.x + p.0 as f32 * (w + GUTTER), f.y + p.1 * (h + BETWEEN));
    let corners: Vec<(f32, f32)> = places.iter().map(|p| at(*p)).collect();
    for (node, (x, y)) in t.nodes.iter().zip(&corners) {
        let Some((px, py)) = node.parent.and_then(|p| corners.get(p)) else {
            continue;
        };
        let (from, to) = ((px + w, py + h / 2.0), (*x, y + h / 2.0));
        let middle = to.0 - GUTTER / 2.0;
        f.line(vec![from, (middle, from.1), (middle, to.1), to], QUIET, 0.7);
    }
    let strong = Type {
        face: SEMIBOLD,
        color: INK,
        ..Type::LABEL
    };
    let room = w - 2.0 * PAD.0;
    let strong = small_enough(f, t.nodes.iter().map(|n| n.name.as_str()), strong, room);
    let label = small_enough(f, t.nodes.iter().flat_map(notes), Type::LABEL, room);
    for (node, (x, y)) in t.nodes.iter().zip(corners) {
        f.rounded(x, y, w, h, 3.0, Some(SUNKEN), Some((LINE, 0.6)));
        let mut base = y + PAD.1 / 2.0 + 7.4;
        let texts = std::iter::once((node.name.as_str(), strong));
        for (text, t) in texts.chain(notes(node).map(|n| (n, label))) {
            for l in fitted(f, text, t, room + 0.1, 1) {
                f.place(&l, x + PAD.0, base);
            }
            base += LEAD;
        }
    }
}
