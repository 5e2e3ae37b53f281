//! Lines over two axes.

use super::super::flow::Flow;
use super::super::fonts::SEMIBOLD;
use super::super::look::{ACCENT, Color, GAP, INK, LINE, QUIET, WHITE};
use super::super::text::{Line, Type, single};
use super::{dot, fitted, stroked};
use crate::model::{Plot, PlotLine};

const HEIGHT: f32 = 166.0;
const LEFT: f32 = 52.0;
const RIGHT: f32 = 10.0;
/// The names of the points stand below, so many lines at most.
const NAME_LINES: usize = 3;

/// The names of the points of the first line that has any, by their numbers.
fn names(f: &mut Flow<'_>, p: &Plot) -> Vec<Line> {
    let named = |l: &PlotLine| l.points.iter().any(|q| q.2.is_some());
    let Some(line) = p.lines.iter().find(|l| named(l)) else {
        return Vec::new();
    };
    let all: Vec<String> = line
        .points
        .iter()
        .filter_map(|q| q.2.as_deref())
        .enumerate()
        .map(|(i, name)| format!("{}: {name}", i + 1))
        .collect();
    let t = Type {
        color: INK,
        ..Type::LABEL
    };
    let width = f.width - LEFT - RIGHT;
    fitted(f, &all.join("   "), t, width, NAME_LINES)
}

pub(super) fn height(f: &mut Flow<'_>, p: &Plot) -> f32 {
    HEIGHT + names(f, p).len() as f32 * Type::LABEL.lead
}

pub(super) fn draw(f: &mut Flow<'_>, p: &Plot) {
    let (top, floor) = (f.y + 24.0, f.y + HEIGHT - 44.0);
    let (left, right) = (f.x + LEFT, f.x + f.width - RIGHT);
    let all = || p.lines.iter().flat_map(|l| &l.points);
    let across = all().map(|q| q.0).chain(p.marks.iter().map(|m| m.0));
    let (mut least, mut most) =
        across.fold((f64::INFINITY, 0.0_f64), |(a, b), x| (a.min(x), b.max(x)));
    if !p.logarithmic || !least.is_finite() {
        least = 0.0;
    }
    least = if p.logarithmic {
        least.max(1e-9)
    } else {
        least
    };
    if most <= least {
        most = least + 1.0;
    }
    let highest = all()
        .map(|q| q.1)
        .chain(p.ticks_up.iter().map(|t| t.0))
        .fold(0.0_f64, f64::max);
    let highest = if highest > 0.0 { highest } else { 1.0 };
    let x_of = |x: f64| {
        let share = if p.logarithmic {
            libm::log(x.max(least) / least) / libm::log(most / least)
        } else {
            (x - least) / (most - least)
        };
        left + (right - left) * share.clamp(0.0, 1.0) as f32
    };
    let y_of = |y: f64| floor - (floor - top) * (y / highest).clamp(0.0, 1.0) as f32;
    for (v, label) in &p.ticks_up {
        f.line(vec![(left, y_of(*v)), (right, y_of(*v))], LINE, 0.3);
        f.label_end(label, Type::LABEL, left - 6.0, y_of(*v) + 2.6);
    }
    let mut end = f32::MIN;
    for (v, label) in &p.ticks_across {
        if *v < least || *v > most {
            continue;
        }
        let line = single(f.fonts, label, Type::LABEL);
        let at = (x_of(*v) - line.width / 2.0).min(right - line.width + 8.0);
        if at > end + 6.0 {
            f.line(vec![(x_of(*v), floor), (x_of(*v), floor + 3.0)], QUIET, 0.5);
            f.place(&line, at, floor + 12.0);
            end = at + line.width;
        }
    }
    f.line(vec![(left, floor), (right, floor)], QUIET, 0.5);
    for (at, text) in &p.marks {
        let x = x_of(*at);
        f.line(vec![(x, top - 6.0), (x, floor)], INK, 0.8);
        let t = Type {
            face: SEMIBOLD,
            color: INK,
            ..Type::LABEL
        };
        let line = single(f.fonts, text, t);
        let begin = if x + line.width + 4.0 > right {
            x - line.width - 3.0
        } else {
            x + 3.0
        };
        f.place(&line, begin, top - 1.0);
    }
    for (i, l) in p.lines.iter().enumerate() {
        let color = color(i);
        let points: Vec<(f32, f32)> = l.points.iter().map(|q| (x_of(q.0), y_of(q.1))).collect();
        if points.len() > 1 {
            stroked(f, &points, l.stroke, color, 1.2);
        }
        let mut number = 0;
        for ((x, y), (.., name)) in points.iter().zip(&l.points) {
            if name.is_none() {
                continue;
            }
            number += 1;
            let t = Type {
                face: SEMIBOLD,
                color: WHITE,
                size: 6.6,
                ..Type::LABEL
            };
            dot(f, *x, *y, 4.4, color);
            let digit = single(f.fonts, &number.to_string(), t);
            f.place(&digit, x - digit.width / 2.0, y + 2.4);
        }
    }
    f.label_end(&p.across, Type::LABEL, right, floor + 26.0);
    let taken = single(f.fonts, &p.across, Type::LABEL).width + 12.0;
    legend(f, p, left, floor + 26.0, right - taken);
    f.label(&p.up, Type::LABEL, f.x, f.y + 9.0);
    for (k, l) in names(f, p).iter().enumerate() {
        f.place(l, left, floor + 39.0 + k as f32 * Type::LABEL.lead);
    }
}

/// Which line is which.
fn legend(f: &mut Flow<'_>, p: &Plot, left: f32, y: f32, right: f32) {
    let mut x = left;
    for (i, l) in p.lines.iter().enumerate() {
        let t = Type {
            color: INK,
            ..Type::LABEL
        };
        let line = single(f.fonts, &l.name, t);
        if x + line.width + 24.0 > right {
            break;
        }
        stroked(
            f,
            &[(x, y - 2.5), (x + 18.0, y - 2.5)],
            l.stroke,
            color(i),
            1.2,
        );
        f.place(&line, x + 22.0, y);
        x += line.width + 36.0;
    }
}

fn color(i: usize) -> Color {
    [INK, GAP, ACCENT][i % 3]
}
