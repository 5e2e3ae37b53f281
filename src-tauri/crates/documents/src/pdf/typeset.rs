//! Glyphs as PDF shows them, each at its place and with the text it stands for.

use super::ink::Ink;
use super::typefaces::{Texts, Typefaces};
use crate::layout::fonts::SOFT_HYPHEN;
use crate::layout::{Color, Glyph, advance};
use std::borrow::Cow;

/// Takes note of the text that glyphs stand for, where one stands for it alone; the first text of a glyph is its own.
pub(super) fn note(glyphs: &[Glyph], of: &str, texts: &mut Texts) {
    for cluster in clusters(glyphs) {
        for g in cluster {
            let text = &mut texts[usize::from(g.face)][usize::from(g.id)];
            if text.is_empty() {
                // A hyphen at the end of a line is the exception.
                *text = spaced(&whole(cluster, of)).replace(SOFT_HYPHEN, "-").into();
            }
        }
    }
}

/// The glyphs that stand for one piece of text together.
fn clusters(glyphs: &[Glyph]) -> impl Iterator<Item = &[Glyph]> {
    glyphs.chunk_by(|a, b| a.start == b.start)
}

fn whole<'t>(cluster: &[Glyph], of: &'t str) -> Cow<'t, str> {
    match cluster {
        [one] => one.text(of).into(),
        many => many.iter().map(|g| g.text(of)).collect::<String>().into(),
    }
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Every kind of space is one.
fn spaced(text: &str) -> Cow<'_, str> {
    match text.contains(|c: char| c.is_whitespace() && c != ' ') {
        true => text.replace(char::is_whitespace, " ").into(),
        false => text.into(),
    }
}

/// Shows glyphs of a text from a place on. Where several of them stand for one piece of text, or one of them for another text
/// than elsewhere, the text goes along with those that move on, and the others, its marks, say nothing by themselves
/// (ISO 32000-1, 14.9.4).
pub(super) fn text(
    (glyphs, of): (&[Glyph], &str),
    (x, y): (f32, f32),
    style: (f32, Color, f32),
    typefaces: &Typefaces,
    ink: &mut Ink,
) {
    // What letters for private use mean, only the text that they stand for can say (ISO 19005-3, 6.2.11.7.3).
    let own = |c: &[Glyph]| {
        let text = c[0].text(of);
        c.len() == 1 && typefaces.text(c[0]) == spaced(text) && !text.contains(is_private)
    };
    let mut pen = Pen {
        x,
        y,
        style,
        typefaces,
        ink,
    };
    pen.ink.fill_color(style.1);
    pen.ink.begin_text();
    let mut rest = glyphs;
    while !rest.is_empty() {
        let plain: usize = clusters(rest)
            .take_while(|c| own(c))
            .map(<[Glyph]>::len)
            .sum();
        let (now, later) = rest.split_at(plain);
        pen.show(now);
        let odd = clusters(later).next().map_or(0, <[Glyph]>::len);
        let (now, later) = later.split_at(odd);
        let moves = now.iter().any(|g| g.advance > 0.0);
        let is_mark = |g: &Glyph| moves && g.advance <= 0.0;
        let before = pen.x;
        let moving: Vec<Glyph> = now.iter().filter(|g| !is_mark(g)).copied().collect();
        pen.say(&whole(now, of), &moving);
        // Marks stand where the pen was when their turn came.
        let after = std::mem::replace(&mut pen.x, before);
        for g in now {
            if is_mark(g) {
                pen.say("", std::slice::from_ref(g));
            } else {
                pen.x += g.advance * style.0;
            }
        }
        pen.x = after;
        rest = later;
    }
    ink.end_text();
}

/// Where the next glyph goes, and how it looks: size, colour, and how far it is turned.
struct Pen<'a> {
    x: f32,
    y: f32,
    style: (f32, Color, f32),
    typefaces: &'a Typefaces,
    ink: &'a mut Ink,
}

impl Pen<'_> {
    /// Shows glyphs that stand for a text together.
    fn say(&mut self, text: &str, glyphs: &[Glyph]) {
        if glyphs.is_empty() {
            return;
        }
        self.ink.begin_text_for(text);
        self.show(glyphs);
        self.ink.end_mark();
    }

    /// Shows glyphs, those together that stand in a row.
    fn show(&mut self, glyphs: &[Glyph]) {
        let (size, _, turn) = self.style;
        let together = |a: &Glyph, b: &Glyph| {
            a.face == b.face && [a.dx, a.dy, b.dx, b.dy].iter().all(|d| *d == 0.0)
        };
        for run in glyphs.chunk_by(together) {
            let face = usize::from(run[0].face);
            self.ink.font(face, size);
            let (x, y) = (self.x + run[0].dx * size, self.y + run[0].dy * size);
            self.ink.text_at(x, y, turn);
            let typefaces = self.typefaces;
            let mut error = 0.0_f32;
            // Small corrections bring glyphs where the layout wants them.
            self.ink.show(run.iter().map(|g| {
                let (id, width) = typefaces.placed(*g);
                error += width - g.advance * 1000.0;
                let shift = if error.abs() > 2.0 {
                    error.round()
                } else {
                    0.0
                };
                error -= shift;
                (id, shift as i64)
            }));
            self.x += advance(run) * size;
        }
    }
}
