//! The dependency map: what needs on the left, what is needed on the right.

use super::super::Item;
use super::super::flow::Flow;
use super::super::fonts::{REGULAR, SEMIBOLD};
use super::super::look::{ACCENT, INK, LINE, QUIET, SUNKEN, WHITE};
use super::super::text::{Line, Type};
use super::{fitted, stroked};
use crate::model::{Map, Stroke};

const NAME: Type = Type {
    size: 6.6,
    lead: 8.0,
    face: REGULAR,
    color: INK,
};
const GUTTER: f32 = 22.0;
/// The least distance of two boxes, one above the other.
const BETWEEN: f32 = 5.0;
/// What a box has above and below its text together.
const PAD: f32 = 5.0;
const LEGEND: f32 = 16.0;
/// Room for the headings above a map that has a page for itself.
const ABOVE: f32 = 54.0;
const MOST_LINES: usize = 3;

struct Boxes {
    width: f32,
    slot: f32,
    rows: f32,
    lines: Vec<Vec<Line>>,
}

fn boxes(f: &mut Flow<'_>, m: &Map) -> Boxes {
    let placed = &m.placed;
    let columns = placed.columns.max(1) as f32;
    let width = ((f.width + GUTTER) / columns - GUTTER).clamp(34.0, 110.0);
    // So many lines as the height of a page allows.
    let rows = (placed.rows as f32).max(1.0);
    let room = (f.full() - ABOVE - LEGEND - super::BELOW) / rows;
    let fits = ((room - PAD - BETWEEN) / NAME.lead).floor().max(1.0) as usize;
    let lines: Vec<Vec<Line>> = m
        .nodes
        .iter()
        .map(|n| {
            let face = if n.heavy { SEMIBOLD } else { REGULAR };
            let t = Type { face, ..NAME };
            fitted(f, &n.name, t, width - 8.0, fits.min(MOST_LINES))
        })
        .collect();
    let most = lines.iter().map(Vec::len).max().unwrap_or(1).max(1);
    let slot = (most as f32 * NAME.lead + PAD + BETWEEN).min(room);
    Boxes {
        width,
        slot,
        rows,
        lines,
    }
}

pub(super) fn height(f: &mut Flow<'_>, m: &Map) -> f32 {
    let b = boxes(f, m);
    b.rows * b.slot + LEGEND
}

pub(super) fn draw(f: &mut Flow<'_>, m: &Map) {
    let b = boxes(f, m);
    let step = b.width + GUTTER;
    let (left, top) = (f.x, f.y);
    let middle = |row: f64| top + (row as f32 + 0.5) * b.slot;
    for (e, bends) in m.edges.iter().zip(&m.placed.bends) {
        let (from, to) = (m.placed.nodes[e.from], m.placed.nodes[e.to]);
        let back = to.0 <= from.0;
        let mut points = vec![(left + from.0 as f32 * step + b.width, middle(from.1))];
        for (column, row) in bends {
            let x = left + *column as f32 * step;
            points.push((x, middle(*row)));
            points.push((x + b.width, middle(*row)));
        }
        let end = (left + to.0 as f32 * step, middle(to.1));
        if back {
            // Against the direction: around the right of both.
            points = vec![
                points[0],
                (points[0].0 + 8.0, points[0].1),
                (points[0].0 + 8.0, end.1),
                (end.0 + b.width, end.1),
            ];
            stroked(f, &points, e.stroke, QUIET, 0.7);
            continue;
        }
        points.push(end);
        stroked(f, &points, e.stroke, QUIET, 0.7);
        head(f, points[points.len() - 2], end);
    }
    for (i, n) in m.nodes.iter().enumerate() {
        let (column, row) = m.placed.nodes[i];
        let x = left + column as f32 * step;
        let lines = &b.lines[i];
        let h = (lines.len() as f32 * NAME.lead + PAD).min(b.slot - 1.0);
        let y = middle(row) - h / 2.0;
        let (fill, line, r) = match (n.activity, n.heavy) {
            (true, _) => (WHITE, (ACCENT, 1.0), h / 2.0),
            (false, true) => (SUNKEN, (INK, 1.4), 1.5),
            (false, false) => (SUNKEN, (LINE, 0.7), 1.5),
        };
        f.rounded(x, y, b.width, h, r, Some(fill), Some(line));
        for (k, l) in lines.iter().enumerate() {
            f.place(l, x + 4.0, y + PAD / 2.0 + (k as f32 + 0.76) * NAME.lead);
        }
    }
    legend(f, m, top + b.rows * b.slot + 10.0);
}

/// An arrow's head.
fn head(f: &mut Flow<'_>, from: (f32, f32), to: (f32, f32)) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = libm::hypotf(dx, dy).max(0.001);
    let (ux, uy) = (dx / length, dy / length);
    let back = (to.0 - 4.0 * ux, to.1 - 4.0 * uy);
    f.push(Item::Path {
        points: vec![
            to,
            (back.0 - 1.8 * uy, back.1 + 1.8 * ux),
            (back.0 + 1.8 * uy, back.1 - 1.8 * ux),
        ],
        closed: true,
        fill: Some(QUIET),
        stroke: None,
    });
}

fn legend(f: &mut Flow<'_>, m: &Map, y: f32) {
    let mut x = f.x;
    for (stroke, text) in [
        (Stroke::Solid, "needs, hard"),
        (Stroke::Dashed, "needs, soft"),
        (Stroke::Dotted, "needs to be restored only"),
    ] {
        if m.edges.iter().any(|e| e.stroke == stroke) {
            stroked(f, &[(x, y - 2.5), (x + 18.0, y - 2.5)], stroke, QUIET, 0.8);
            x += 22.0;
            x += f.label(text, Type::LABEL, x, y) + 14.0;
        }
    }
    for (shown, text) in [
        (m.nodes.iter().any(|n| n.activity), "Round: activity."),
        (
            m.nodes.iter().any(|n| n.heavy),
            "Heavy frame: single point of failure.",
        ),
    ] {
        if shown {
            x += f.label(text, Type::LABEL, x, y) + 8.0;
        }
    }
}
