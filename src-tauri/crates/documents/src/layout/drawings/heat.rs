//! The risk heat map. Lightness falls with the band, and each cell says its score, so that it can be read without colour.

use super::super::flow::Flow;
use super::super::fonts::SEMIBOLD;
use super::super::look::{INK, QUIET, RAMP, WHITE};
use super::super::text::{Type, single};
use super::fitted;
use crate::model::{Heat, HeatCell};

const AXIS: f32 = 16.0;
const GAP: f32 = 1.6;
const LEAST: f32 = 30.0;
/// Room for the score above the codes.
const SCORE: f32 = 11.0;

const CODES: Type = Type {
    size: 7.2,
    lead: 8.8,
    face: SEMIBOLD,
    color: INK,
};

fn cell_width(f: &Flow<'_>) -> f32 {
    (f.width - AXIS) / 5.0
}

fn codes(f: &mut Flow<'_>, c: &HeatCell, width: f32) -> Vec<super::super::text::Line> {
    let text = c.risks.join(" ");
    if text.is_empty() {
        return Vec::new();
    }
    fitted(f, &text, CODES, width - GAP - 7.0, 6)
}

/// The height of each row, from likelihood 5 down.
fn rows(f: &mut Flow<'_>, h: &Heat) -> Vec<f32> {
    let w = cell_width(f);
    (1..=5)
        .rev()
        .map(|l| {
            let cells: Vec<HeatCell> = h
                .cells
                .iter()
                .filter(|c| c.likelihood == l)
                .cloned()
                .collect();
            let lines = cells.iter().map(|c| codes(f, c, w).len()).max();
            (SCORE + lines.unwrap_or(0) as f32 * CODES.lead + 5.0).max(LEAST)
        })
        .collect()
}

pub(super) fn height(f: &mut Flow<'_>, h: &Heat) -> f32 {
    rows(f, h).iter().sum::<f32>() + 26.0
}

pub(super) fn draw(f: &mut Flow<'_>, h: &Heat) {
    let (w, rows) = (cell_width(f), rows(f, h));
    let top = f.y;
    let mut y = top;
    for (i, height) in rows.iter().enumerate() {
        let likelihood = 5 - i as i64;
        let line = single(f.fonts, &likelihood.to_string(), Type::LABEL);
        f.place(&line, f.x + 2.0, y + height / 2.0 + 2.0);
        for c in h.cells.iter().filter(|c| c.likelihood == likelihood) {
            let x = f.x + AXIS + w * (c.impact - 1) as f32;
            let fill = RAMP[c.band.min(3)];
            let ink = if c.band > 2 { WHITE } else { INK };
            f.rounded(x, y, w - GAP, height - GAP, 2.0, Some(fill), None);
            let mut small = Type {
                size: 6.4,
                color: ink,
                ..Type::LABEL
            };
            let score = format!(
                "{} {}",
                c.likelihood * c.impact,
                ["low", "medium", "high", "extreme"][c.band.min(3)]
            );
            while small.size > 4.8 && single(f.fonts, &score, small).width > w - GAP - 6.0 {
                small.size -= 0.2;
            }
            f.label(&score, small, x + 3.5, y + 8.2);
            for (k, mut l) in codes(f, c, w).into_iter().enumerate() {
                for p in &mut l.pieces {
                    p.color = ink;
                }
                let base = y + SCORE + (k as f32 + 0.76) * CODES.lead;
                f.place(&l, x + 3.5, base);
            }
        }
        y += height;
    }
    for impact in 1..=5 {
        let line = single(f.fonts, &impact.to_string(), Type::LABEL);
        let x = f.x + AXIS + w * (impact as f32 - 0.5) - line.width / 2.0;
        f.place(&line, x, y + 8.0);
    }
    let quiet = Type {
        color: QUIET,
        ..Type::LABEL
    };
    f.label(
        "Upwards: likelihood. To the right: impact.",
        quiet,
        f.x + AXIS,
        y + 19.0,
    );
}
