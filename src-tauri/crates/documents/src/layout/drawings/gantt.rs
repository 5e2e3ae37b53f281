//! Bars over time, against when they must have ended.

use super::super::Item;
use super::super::flow::Flow;
use super::super::fonts::SEMIBOLD;
use super::super::look::{ACCENT, Color, GAP, INK, LINE, QUIET};
use super::super::text::{Type, single};
use super::fitted;
use crate::model::Gantt;
use mainstay_domain::Minutes;

const ROW: f32 = 14.0;
const HEAD: f32 = 14.0;
const LEGEND: f32 = 16.0;

pub(super) fn height(g: &Gantt) -> f32 {
    HEAD + g.bars.len() as f32 * ROW + LEGEND
}

pub(super) fn draw(f: &mut Flow<'_>, g: &Gantt) {
    let left = f.x + (f.width * 0.34).min(190.0);
    let right = f.x + f.width - 62.0;
    let last = g
        .bars
        .iter()
        .map(|b| b.to.max(b.due.unwrap_or(0)).max(b.limit.unwrap_or(0)))
        .max()
        .unwrap_or(0)
        .max(60);
    // What is due much later than everything ends would press the bars together.
    let ends = g.bars.iter().map(|b| b.to).max().unwrap_or(0).max(60);
    let until = last.min(ends * 2);
    let x_of = |m: i64| left + (right - left) * (m as f32 / until as f32).clamp(0.0, 1.0);
    let (top, floor) = (f.y + HEAD, f.y + HEAD + g.bars.len() as f32 * ROW);
    for m in ticks(until) {
        let x = x_of(m);
        f.line(vec![(x, top - 2.0), (x, floor)], LINE, 0.3);
        let line = single(f.fonts, &Minutes(m).to_string(), Type::LABEL);
        f.place(&line, x - line.width / 2.0, top - 5.0);
    }
    for (i, b) in g.bars.iter().enumerate() {
        let y = top + i as f32 * ROW;
        let name = Type {
            size: 8.0,
            lead: 10.0,
            ..Type::CELL
        };
        for l in fitted(f, &b.name, name, left - f.x - 6.0, 1) {
            f.place(&l, f.x, y + 9.6);
        }
        let late = b.due.is_some_and(|d| b.to > d);
        let color = if late { GAP } else { ACCENT };
        let (from, to) = (x_of(b.from), x_of(b.to));
        f.rounded(
            from,
            y + 3.0,
            (to - from).max(1.2),
            ROW - 6.0,
            1.2,
            Some(color),
            None,
        );
        let (mut beside, mut note) = (to + 3.0, Minutes(b.to).to_string());
        if late {
            note.push_str(" late");
        }
        for (at, mark) in [(b.due, due as Mark), (b.limit, limit as Mark)] {
            let Some(at) = at else { continue };
            if at > until {
                continue;
            }
            mark(f, x_of(at), y);
            // The end's label moves out of the way.
            if (beside - 2.0..beside + 34.0).contains(&x_of(at)) {
                beside = x_of(at) + 4.5;
            }
        }
        let t = Type {
            face: SEMIBOLD,
            color: if late { GAP } else { QUIET },
            size: 7.0,
            ..Type::LABEL
        };
        f.label(&note, t, beside, y + 9.4);
    }
    let y = floor + 6.0;
    let mut x = f.x;
    for (mark, text) in [
        (due as Mark, "must be there (RTO)"),
        (limit as Mark, "tolerable until then (MTPD)"),
    ] {
        mark(f, x + 4.0, y - 4.0);
        x += 12.0 + f.label(text, Type::LABEL, x + 11.0, y + 6.0) + 12.0;
    }
    let outside = g
        .bars
        .iter()
        .filter(|b| b.due.is_some_and(|d| d > until))
        .count();
    if outside > 0 {
        let text = format!("{outside} are due after {}", Minutes(until));
        f.label(&text, Type::LABEL, x, y + 6.0);
    }
}

type Mark = fn(&mut Flow<'_>, f32, f32);

/// A post with a head, for when something is due.
fn due(f: &mut Flow<'_>, x: f32, y: f32) {
    f.line(vec![(x, y + 2.0), (x, y + ROW - 2.0)], INK, 1.1);
    triangle(f, x, y + 1.2, INK);
}

/// Two posts, for when it is too late.
fn limit(f: &mut Flow<'_>, x: f32, y: f32) {
    for d in [-1.1, 1.1] {
        f.line(vec![(x + d, y + 1.5), (x + d, y + ROW - 1.5)], INK, 0.7);
    }
}

fn triangle(f: &mut Flow<'_>, x: f32, y: f32, color: Color) {
    f.push(Item::Path {
        points: vec![(x - 2.6, y), (x + 2.6, y), (x, y + 3.8)],
        closed: true,
        fill: Some(color),
        stroke: None,
    });
}

/// Round times up to `until`, eight at most.
fn ticks(until: i64) -> Vec<i64> {
    let steps = [15, 30, 60, 120, 240, 480, 720, 1440, 2880, 4320, 10080];
    let step = steps
        .into_iter()
        .find(|s| until / s <= 8)
        .unwrap_or(until / 8 + 1);
    (0..=until / step).map(|n| n * step).collect()
}
