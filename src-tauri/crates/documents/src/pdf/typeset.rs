//! Glyphs as PDF shows them, each at its place and with the text it stands for.

use super::{Subset, Subsets, paint};
use crate::layout::fonts::SOFT_HYPHEN;
use crate::layout::{Color, Glyph};
use printpdf::{Codepoint, DictItem, Op, PdfFontHandle, Pt, TextItem, TextMatrix};
use std::collections::BTreeMap;

/// Takes note of the text that glyphs stand for, where one stands for it alone; the first text of a glyph is its own.
pub(super) fn note(glyphs: &[Glyph], texts: &mut BTreeMap<(usize, u16), String>) {
    for cluster in clusters(glyphs) {
        for g in cluster {
            let text = texts.entry((g.face, g.id)).or_default();
            if text.is_empty() {
                // A hyphen at the end of a line is the exception.
                *text = spaced(&whole(cluster)).replace(SOFT_HYPHEN, "-");
            }
        }
    }
}

/// The glyphs that stand for one piece of text together.
fn clusters(glyphs: &[Glyph]) -> impl Iterator<Item = &[Glyph]> {
    glyphs.chunk_by(|a, b| a.start == b.start)
}

fn whole(cluster: &[Glyph]) -> String {
    cluster.iter().map(|g| g.text.as_str()).collect()
}

/// Every kind of space is one.
fn spaced(text: &str) -> String {
    text.replace(char::is_whitespace, " ")
}

/// Shows glyphs from a place on. Where several of them stand for one piece of text, or one of them for another text
/// than elsewhere, the text goes along with those that move on, and the others, its marks, say nothing by themselves
/// (ISO 32000-1, 14.9.4).
pub(super) fn text(
    glyphs: &[Glyph],
    (x, y): (f32, f32),
    style: (f32, Color, f32),
    subsets: &Subsets,
    ops: &mut Vec<Op>,
) {
    let own = |c: &[Glyph]| {
        c.len() == 1 && subsets.texts.get(&(c[0].face, c[0].id)) == Some(&spaced(&c[0].text))
    };
    let mut pen = Pen {
        x,
        y,
        style,
        subsets,
    };
    let mut rest = glyphs;
    while !rest.is_empty() {
        let plain: usize = clusters(rest)
            .take_while(|c| own(c))
            .map(<[Glyph]>::len)
            .sum();
        let (now, later) = rest.split_at(plain);
        pen.show(now.iter(), ops);
        let odd = clusters(later).next().map_or(0, <[Glyph]>::len);
        let (now, later) = later.split_at(odd);
        let moves = now.iter().any(|g| g.advance > 0.0);
        let is_mark = |g: &&Glyph| moves && g.advance <= 0.0;
        let before = pen.x;
        pen.say(&whole(now), now.iter().filter(|g| !is_mark(g)), ops);
        // Marks stand where the pen was when their turn came.
        let after = std::mem::replace(&mut pen.x, before);
        for g in now {
            if is_mark(&g) {
                pen.say("", std::iter::once(g), ops);
            } else {
                pen.x += g.advance * style.0;
            }
        }
        pen.x = after;
        rest = later;
    }
}

/// Where the next glyph goes, and how it looks: size, colour, and how far it is turned.
struct Pen<'a> {
    x: f32,
    y: f32,
    style: (f32, Color, f32),
    subsets: &'a Subsets,
}

impl Pen<'_> {
    /// Shows glyphs that stand for a text together.
    fn say<'a>(&mut self, text: &str, glyphs: impl Iterator<Item = &'a Glyph>, ops: &mut Vec<Op>) {
        let mut glyphs = glyphs.peekable();
        if glyphs.peek().is_none() {
            return;
        }
        ops.push(Op::BeginMarkedContentWithProperties {
            tag: "Span".into(),
            properties: actual_text(text),
        });
        self.show(glyphs, ops);
        ops.push(Op::EndMarkedContent);
    }

    /// Shows glyphs, those together that stand in a row.
    fn show<'a>(&mut self, glyphs: impl Iterator<Item = &'a Glyph>, ops: &mut Vec<Op>) {
        let glyphs: Vec<&Glyph> = glyphs.collect();
        let (size, color, turn) = self.style;
        let together = |a: &&Glyph, b: &&Glyph| {
            a.face == b.face && [a.dx, a.dy, b.dx, b.dy].iter().all(|d| *d == 0.0)
        };
        for run in glyphs.chunk_by(together) {
            let Some(s) = self.subsets.faces.get(run[0].face).and_then(Option::as_ref) else {
                continue;
            };
            let (x, y) = (Pt(self.x + run[0].dx * size), Pt(self.y + run[0].dy * size));
            let matrix = if turn == 0.0 {
                TextMatrix::Translate(x, y)
            } else {
                TextMatrix::TranslateRotate(x, y, turn)
            };
            ops.extend([
                Op::StartTextSection,
                Op::SetFont {
                    font: PdfFontHandle::External(s.id.clone()),
                    size: Pt(size),
                },
                Op::SetFillColor { col: paint(color) },
                Op::SetTextMatrix { matrix },
                Op::ShowText {
                    items: vec![TextItem::GlyphIds(codepoints(run, s, self.subsets))],
                },
                Op::EndTextSection,
            ]);
            self.x += run.iter().map(|g| g.advance).sum::<f32>() * size;
        }
    }
}

fn actual_text(text: &str) -> DictItem {
    let utf16 = [0xFE, 0xFF]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_be_bytes));
    let text = DictItem::String {
        data: utf16.collect(),
        literal: false,
    };
    DictItem::Dict {
        map: [("ActualText".to_owned(), text)].into(),
    }
}

/// Glyphs with the small corrections that bring them where the layout wants them.
fn codepoints(run: &[&Glyph], s: &Subset, subsets: &Subsets) -> Vec<Codepoint> {
    let mut error = 0.0_f32;
    run.iter()
        .map(|g| {
            let id = s.remap.get(g.id).unwrap_or(0);
            error += s.widths.get(&id).copied().unwrap_or(0.0) - g.advance * 1000.0;
            let shift = if error.abs() > 2.0 {
                error.round()
            } else {
                0.0
            };
            error -= shift;
            let text = subsets.texts.get(&(g.face, g.id));
            Codepoint::with_cid(id, shift, text.cloned().unwrap_or_default())
        })
        .collect()
}
