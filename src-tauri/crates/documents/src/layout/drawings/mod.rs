//! Figures drawn from data: heat map, bars over time, lines over two axes, tree, dependency map.

mod code;
mod gantt;
mod heat;
mod map;
mod plot;
mod tree;

use super::flow::Flow;
use super::fonts::SEMIBOLD;
use super::look::{Color, INK};
use super::text::{Line, Type, wrap};
use crate::model::{Drawing, Figure, Run, Stroke};

/// The title's share of the height, and the space below a figure.
const TITLE: f32 = 18.0;
const BELOW: f32 = 12.0;

/// The whole height of a figure in the present column.
pub(crate) fn height(f: &mut Flow<'_>, g: &Figure) -> f32 {
    let title = if g.title.is_empty() { 0.0 } else { TITLE };
    title
        + BELOW
        + match &g.drawing {
            Drawing::Heat(h) => heat::height(f, h),
            Drawing::Gantt(g) => gantt::height(g),
            Drawing::Plot(p) => plot::height(f, p),
            Drawing::Tree(t) => tree::height(t),
            Drawing::Map(m) => map::height(f, m),
            Drawing::Code(_) => code::HEIGHT,
        }
}

/// Draws a figure at the present place.
pub(crate) fn draw(f: &mut Flow<'_>, g: &Figure) {
    if !g.title.is_empty() {
        let t = Type {
            face: SEMIBOLD,
            color: INK,
            ..Type::LABEL
        };
        f.label(&g.title, t, f.x, f.y + 9.0);
        f.y += TITLE;
    }
    match &g.drawing {
        Drawing::Heat(h) => heat::draw(f, h),
        Drawing::Gantt(g) => gantt::draw(f, g),
        Drawing::Plot(p) => plot::draw(f, p),
        Drawing::Tree(t) => tree::draw(f, t),
        Drawing::Map(m) => map::draw(f, m),
        Drawing::Code(c) => code::draw(f, c),
    }
}

/// Text in a box of a width, in so many lines at most; the last one says where something is cut off.
fn fitted(f: &mut Flow<'_>, text: &str, t: Type, width: f32, most: usize) -> Vec<Line> {
    /// More than that no box holds.
    const LONGEST: usize = 400;
    let mut set = |text: &str| wrap(f.fonts, &[Run::plain(text)], t, width);
    let chars: Vec<char> = text.chars().take(LONGEST + 1).collect();
    if chars.len() <= LONGEST {
        let lines = set(text);
        if lines.len() <= most {
            return lines;
        }
    }
    let cut = |n: usize| {
        let kept: String = chars[..n].iter().collect();
        format!("{}\u{2026}", kept.trim_end())
    };
    let (mut fits, mut too_many) = (0, chars.len().min(LONGEST));
    while fits + 1 < too_many {
        let middle = fits.midpoint(too_many);
        match set(&cut(middle)).len() <= most {
            true => fits = middle,
            false => too_many = middle,
        }
    }
    set(&cut(fits))
}

/// A line in the manner of a stroke; dashes go on around corners.
fn stroked(f: &mut Flow<'_>, points: &[(f32, f32)], stroke: Stroke, color: Color, thick: f32) {
    let (on, off) = match stroke {
        Stroke::Solid => return f.line(points.to_vec(), color, thick),
        Stroke::Dashed => (4.0, 2.4),
        Stroke::Dotted => (1.0, 1.8),
    };
    let mut left = on;
    let mut drawing = true;
    let mut piece: Vec<(f32, f32)> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let (mut a, b) = (pair[0], pair[1]);
        loop {
            let (dx, dy) = (b.0 - a.0, b.1 - a.1);
            let length = libm::hypotf(dx, dy);
            if length <= left {
                left -= length;
                piece.push(b);
                break;
            }
            a = (a.0 + dx / length * left, a.1 + dy / length * left);
            piece.push(a);
            let done = std::mem::replace(&mut piece, vec![a]);
            if drawing {
                f.line(done, color, thick);
            }
            drawing = !drawing;
            left = if drawing { on } else { off };
        }
    }
    if drawing && piece.len() > 1 {
        f.line(piece, color, thick);
    }
}

/// A circle, filled.
fn dot(f: &mut Flow<'_>, x: f32, y: f32, r: f32, color: Color) {
    f.rounded(x - r, y - r, 2.0 * r, 2.0 * r, r, Some(color), None);
}
