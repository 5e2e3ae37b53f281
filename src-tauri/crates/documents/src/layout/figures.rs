//! Figures: the impact grid and the loss curve.

use super::Item;
use super::flow::Flow;
use super::fonts::SEMIBOLD;
use super::look::{ACCENT, GAP, GAP_AREA, INK, LINE, QUIET, RAMP, SUNKEN, WHITE, magnitude};
use super::text::{Type, single};
use crate::model::{Curve, Grid, MarkerRole};

const CELL_HEIGHT: f32 = 16.0;
/// The height a curve takes.
pub(crate) const CURVE_HEIGHT: f32 = 158.0;

/// The height of an impact grid.
pub(crate) fn grid_height(g: &Grid) -> f32 {
    14.0 + g.rows.len() as f32 * (CELL_HEIGHT + 2.4) + 6.0
}

/// An impact grid as it is read out.
pub(crate) fn grid_in_words(g: &Grid) -> String {
    let rows = g.rows.iter().map(|row| {
        let cells = g.horizons.iter().zip(&row.levels).enumerate();
        let cells: Vec<String> = cells
            .map(|(i, (h, level))| {
                let level = level.map_or_else(|| "not rated".into(), |l| l.to_string());
                let first = row.first_unacceptable == Some(i);
                format!("{h}: {level}{}", if first { " (unacceptable)" } else { "" })
            })
            .collect();
        format!("{}: {}.", row.name, cells.join(", "))
    });
    let rows: Vec<String> = rows.collect();
    format!("Impact levels over time. {}", rows.join(" "))
}

/// A loss curve as it is read out.
pub(crate) fn curve_in_words(c: &Curve) -> String {
    let points: Vec<String> = c
        .points
        .iter()
        .map(|(h, v)| format!("{} h: {}", trim(*h), amount(*v, &c.currency)))
        .collect();
    let markers: Vec<String> = c.markers.iter().map(|m| m.label.clone()).collect();
    let unacceptable = c.unacceptable_from.map_or_else(String::new, |h| {
        format!(" Unacceptable from {} h.", trim(h))
    });
    let lines = match markers.is_empty() {
        true => String::new(),
        false => format!(" Marked: {}.", markers.join("; ")),
    };
    format!("{}. {}.{lines}{unacceptable}", c.title, points.join(", "))
}

/// Draws an impact grid: the digit is always in the cell, holes are hatched, the first unacceptable cell is outlined.
pub(crate) fn grid(f: &mut Flow<'_>, g: &Grid) {
    let label = f.width * 0.36;
    let n = g.horizons.len().max(1) as f32;
    let w = ((f.width - label) / n).min(34.0);
    let head = Type {
        size: 7.6,
        ..Type::LABEL
    };
    for (i, h) in g.horizons.iter().enumerate() {
        let line = single(f.fonts, h, head);
        let x = f.x + label + w * i as f32 + (w - line.width) / 2.0;
        f.place(&line, x, f.y + 8.0);
    }
    f.y += 13.0;
    for row in &g.rows {
        f.need(CELL_HEIGHT);
        let mut t = Type {
            size: 8.6,
            ..Type::CELL
        };
        while single(f.fonts, &row.name, t).width > label - 6.0 && t.size > 6.0 {
            t.size -= 0.4;
        }
        f.label(&row.name, t, f.x, f.y + 11.0);
        for (i, level) in row.levels.iter().enumerate() {
            let x = f.x + label + w * i as f32 + 1.2;
            let outline = (row.first_unacceptable == Some(i)).then_some((INK, 1.2));
            let (fill, ink, text) = match level {
                Some(l) => {
                    let at = (*l).clamp(1, 5) as usize;
                    (
                        RAMP[at - 1],
                        if at > 3 { WHITE } else { INK },
                        l.to_string(),
                    )
                }
                None => (SUNKEN, QUIET, "\u{2013}".into()),
            };
            f.rounded(x, f.y, w - 2.4, CELL_HEIGHT, 2.0, Some(fill), outline);
            if level.is_none() {
                for k in 1..4 {
                    let dx = (w - 2.4) * k as f32 / 4.0;
                    f.line(
                        vec![
                            (x + dx - 4.0, f.y + CELL_HEIGHT - 2.0),
                            (x + dx + 4.0, f.y + 2.0),
                        ],
                        LINE,
                        0.6,
                    );
                }
            }
            let digit = single(
                f.fonts,
                &text,
                Type {
                    size: 8.6,
                    face: SEMIBOLD,
                    color: ink,
                    ..Type::CELL
                },
            );
            f.place(&digit, x + (w - 2.4 - digit.width) / 2.0, f.y + 11.2);
        }
        f.y += CELL_HEIGHT + 2.4;
    }
    f.y += 6.0;
}

/// Draws a loss curve: time logarithmic, money by its square root, labels beside what they name.
pub(crate) fn curve(f: &mut Flow<'_>, c: &Curve) {
    let top = f.y;
    let (left, right) = (f.x + 50.0, f.x + f.width - 6.0);
    let (ceiling, floor) = (top + 34.0, top + CURVE_HEIGHT - 42.0);
    let until = c.points.last().map_or(168.0, |p| p.0).max(1.0);
    let most = c.points.iter().map(|p| p.1).fold(0.0, f64::max).max(1.0);
    let begin = 0.5_f64.min(until / 4.0);
    let x_of = |h: f64| {
        left + (right - left)
            * (libm::log(h.max(begin) / begin) / libm::log(until / begin)).min(1.0) as f32
    };
    let y_of = |v: f64| floor - (floor - ceiling) * (v / most).sqrt() as f32;
    if let Some(from) = c.unacceptable_from.filter(|h| *h < until) {
        f.area(
            x_of(from),
            ceiling - 8.0,
            right - x_of(from),
            floor - ceiling + 8.0,
            GAP_AREA,
        );
    }
    for v in ticks(most) {
        f.line(vec![(left, y_of(v)), (right, y_of(v))], LINE, 0.3);
        f.label_end(
            &amount(v, &c.currency),
            Type::LABEL,
            left - 6.0,
            y_of(v) + 2.6,
        );
    }
    let mut last_end = f32::MIN;
    for (h, name) in [
        (1.0, "1 h"),
        (2.0, "2 h"),
        (4.0, "4 h"),
        (8.0, "8 h"),
        (24.0, "24 h"),
        (72.0, "3 d"),
        (168.0, "7 d"),
        (720.0, "30 d"),
    ] {
        if h < begin || h > until * 1.001 {
            continue;
        }
        let line = single(f.fonts, name, Type::LABEL);
        let at = x_of(h) - line.width / 2.0;
        if at > last_end + 4.0 {
            f.line(vec![(x_of(h), floor), (x_of(h), floor + 3.0)], QUIET, 0.5);
            last_end = at + line.width;
            f.place(&line, at, floor + 12.0);
        }
    }
    let points: Vec<(f32, f32)> = c
        .points
        .iter()
        .filter(|p| p.0 >= begin)
        .map(|p| (x_of(p.0), y_of(p.1)))
        .collect();
    if points.len() > 1 {
        f.push(Item::Path {
            points,
            closed: false,
            fill: None,
            stroke: Some((INK, 1.1)),
        });
    }
    markers(f, c, until, &x_of, top, floor, right);
    f.label(
        &c.title,
        Type {
            face: SEMIBOLD,
            color: INK,
            ..Type::LABEL
        },
        f.x,
        top + 8.0,
    );
    f.label(
        "Time since the disruption, logarithmic; amounts by their square root",
        Type::LABEL,
        left,
        floor + 25.0,
    );
    f.y = top + CURVE_HEIGHT;
}

/// Vertical lines with their labels, each on a row of its own where they would touch.
fn markers(
    f: &mut Flow<'_>,
    c: &Curve,
    until: f64,
    x_of: &dyn Fn(f64) -> f32,
    top: f32,
    floor: f32,
    right: f32,
) {
    let mut taken: Vec<(f32, f32, usize)> = Vec::new();
    for m in c.markers.iter().filter(|m| m.at <= until) {
        let color = match m.role {
            MarkerRole::Rto => ACCENT,
            MarkerRole::Ready => GAP,
            MarkerRole::Mtpd => INK,
        };
        let t = Type {
            face: SEMIBOLD,
            color,
            ..Type::LABEL
        };
        let line = single(f.fonts, &m.label, t);
        let x = x_of(m.at);
        let before = m.role != MarkerRole::Mtpd && x - line.width - 4.0 > f.x + 50.0;
        let at = if before {
            x - line.width - 3.0
        } else {
            (x + 3.0).min(right - line.width)
        };
        let row = (0..4)
            .find(|r| {
                !taken
                    .iter()
                    .any(|(a, b, k)| k == r && at < b + 6.0 && at + line.width > a - 6.0)
            })
            .unwrap_or(3);
        taken.push((at.min(x), (at + line.width).max(x), row));
        let y = top + 20.0 + row as f32 * 10.0;
        f.line(vec![(x, y - 6.0), (x, floor)], color, 1.0);
        f.place(&line, at, y);
    }
}

/// Round amounts, at most five, 0 among them.
fn ticks(most: f64) -> Vec<f64> {
    let step = magnitude(most / 2.0);
    let unit = [1.0, 2.0, 5.0, 10.0]
        .iter()
        .map(|k| k * step)
        .find(|u| most / u <= 4.0)
        .unwrap_or(step * 10.0);
    // Near the floor the square root spreads small amounts out, so one of them is worth a line.
    let mut out = vec![0.0, unit / 4.0];
    out.extend((1..=4).map(|i| unit * f64::from(i)).filter(|v| *v <= most));
    out
}

fn amount(v: f64, currency: &str) -> String {
    let sign = match currency {
        "EUR" => "\u{20ac}",
        "GBP" => "\u{a3}",
        "USD" => "$",
        other => other,
    };
    if v == 0.0 {
        "0".into()
    } else if v >= 1e6 {
        format!("{} M{sign}", trim(v / 1e6))
    } else if v >= 1e3 {
        format!("{} k{sign}", trim(v / 1e3))
    } else {
        format!("{} {sign}", trim(v))
    }
}

fn trim(v: f64) -> String {
    let s = format!("{v:.1}");
    s.strip_suffix(".0").map_or(s.clone(), Into::into)
}
