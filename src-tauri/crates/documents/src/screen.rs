//! Pages for the screen: the same positioned items as vector drawings (SVG), so that what is seen is what is printed.

use crate::layout::fonts::SOFT_HYPHEN;
use crate::layout::{Color, Fonts, Glyph, Item, Page, Placed, advance, note};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// Where a word stands: left, top, width and height in points.
pub type Spot = (f32, f32, f32, f32);

/// What stands in places for signatures: lines by the name of the place.
pub type Signed = BTreeMap<String, Vec<String>>;

/// A page as a vector drawing; glyphs are drawn by their outlines, so that no font of the screen takes their place.
pub fn svg(page: &Page, fonts: &mut Fonts, signed: &Signed) -> String {
    let (w, h) = page.size;
    let blocks: Vec<(f32, f32, Vec<Placed>)> = page
        .items
        .iter()
        .filter_map(|p| match &p.item {
            Item::Field {
                x, y, w, h, name, ..
            } => Some((*x, *y, note(fonts, signed.get(name)?, (*w, *h)))),
            _ => None,
        })
        .collect();
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" aria-hidden=\"true\"><rect width=\"{w}\" height=\"{h}\" fill=\"#fff\"/>"
    );
    let mut outlines = Outlines::of(fonts);
    items(&mut out, &page.items, &mut outlines);
    for (x, y, block) in &blocks {
        let _ = write!(out, "<g transform=\"translate({x} {y})\">");
        items(&mut out, block, &mut outlines);
        out.push_str("</g>");
    }
    out.push_str("</svg>");
    out
}

fn items(out: &mut String, items: &[Placed], outlines: &mut Outlines<'_>) {
    for placed in items {
        match &placed.item {
            Item::Text {
                x,
                y,
                size,
                color,
                turn,
                glyphs,
                ..
            } => {
                let turned = match *turn == 0.0 {
                    true => String::new(),
                    // Anticlockwise there, clockwise here.
                    false => format!(" transform=\"rotate({} {x} {y})\"", -turn),
                };
                let _ = write!(out, "<path fill=\"{}\"{turned} d=\"", hex(*color));
                outlines.write(out, glyphs, (*x, *y), *size);
                out.push_str("\"/>");
            }
            Item::Path {
                points,
                closed,
                fill,
                stroke,
            } => {
                out.push_str("<path d=\"");
                for (i, (x, y)) in points.iter().enumerate() {
                    let _ = write!(out, "{}{x:.2} {y:.2}", if i == 0 { 'M' } else { 'L' });
                }
                if *closed {
                    out.push('Z');
                }
                let fill = fill.map_or("none".into(), hex);
                let _ = write!(out, "\" fill=\"{fill}\"");
                if let Some((color, width)) = stroke {
                    let _ = write!(out, " stroke=\"{}\" stroke-width=\"{width}\"", hex(*color));
                }
                out.push_str("/>");
            }
            // What stands in it comes last, over the frame.
            Item::Field { .. } => {}
            Item::Link {
                x, y, w, h, page, ..
            } => {
                let _ = write!(
                    out,
                    "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"transparent\" data-page=\"{page}\"/>"
                );
            }
        }
    }
}

/// Where a text stands on a page, whatever the case of its letters; it may run over pieces and lines.
pub fn find(page: &Page, text: &str) -> Vec<Spot> {
    let wanted = text.trim().to_lowercase();
    if wanted.is_empty() {
        return Vec::new();
    }
    // All texts in a row, with the piece that each byte belongs to.
    let (mut all, mut of) = (String::new(), Vec::new());
    for (i, placed) in page.items.iter().enumerate() {
        if let Item::Text { text, .. } = &placed.item {
            if all.ends_with(SOFT_HYPHEN) {
                all.pop();
                of.truncate(all.len());
            } else if !all.is_empty() && !all.ends_with(' ') {
                all.push(' ');
                of.push(i);
            }
            all.push_str(&text.to_lowercase());
            of.resize(all.len(), i);
        }
    }
    let mut pieces: Vec<usize> = all
        .match_indices(&wanted)
        .flat_map(|(at, found)| of.get(at..at + found.len()).unwrap_or_default())
        .copied()
        .collect();
    pieces.dedup();
    pieces
        .into_iter()
        .filter_map(|i| match &page.items.get(i)?.item {
            Item::Text {
                x,
                y,
                size,
                glyphs,
                turn: 0.0,
                ..
            } => {
                let width = advance(glyphs) * size;
                Some((*x, y - size, width, size * 1.3))
            }
            _ => None,
        })
        .collect()
}

fn hex(c: Color) -> String {
    let byte = |x: f32| (x.clamp(0.0, 1.0) * 255.0).round() as u8;
    format!("#{:02x}{:02x}{:02x}", byte(c[0]), byte(c[1]), byte(c[2]))
}

/// The outlines of glyphs, in ems, as far as they were asked for.
struct Outlines<'a> {
    fonts: &'a Fonts,
    faces: Vec<Option<ttf_parser::Face<'static>>>,
    known: HashMap<(u16, u16), Vec<Piece>>,
}

/// A piece of an outline: its letter in a path, and its points.
type Piece = (char, [(f32, f32); 3]);

impl<'a> Outlines<'a> {
    fn of(fonts: &'a Fonts) -> Self {
        let faces = fonts.faces.iter();
        Self {
            faces: faces
                .map(|f| ttf_parser::Face::parse(f.data, f.index).ok())
                .collect(),
            fonts,
            known: HashMap::new(),
        }
    }

    fn write(&mut self, out: &mut String, glyphs: &[Glyph], (x, y): (f32, f32), size: f32) {
        let mut pen = x;
        for g in glyphs {
            let pieces = self.known.entry((g.face, g.id)).or_insert_with(|| {
                let mut drawn = Drawn {
                    scale: self
                        .fonts
                        .faces
                        .get(usize::from(g.face))
                        .map_or(1.0, |f| 1.0 / f.units),
                    pieces: Vec::new(),
                };
                if let Some(face) = self.faces.get(usize::from(g.face)).and_then(Option::as_ref) {
                    face.outline_glyph(ttf_parser::GlyphId(g.id), &mut drawn);
                }
                drawn.pieces
            });
            let (left, base) = (pen + g.dx * size, y - g.dy * size);
            for (letter, points) in pieces {
                out.push(*letter);
                let n = match letter {
                    'M' | 'L' => 1,
                    'Q' => 2,
                    'C' => 3,
                    _ => 0,
                };
                for (px, py) in points.iter().take(n) {
                    let _ = write!(out, "{:.2} {:.2} ", left + px * size, base - py * size);
                }
            }
            pen += g.advance * size;
        }
    }
}

struct Drawn {
    scale: f32,
    pieces: Vec<Piece>,
}

impl Drawn {
    fn put(&mut self, letter: char, points: [(f32, f32); 3]) {
        let scaled = points.map(|(x, y)| (x * self.scale, y * self.scale));
        self.pieces.push((letter, scaled));
    }
}

impl ttf_parser::OutlineBuilder for Drawn {
    fn move_to(&mut self, x: f32, y: f32) {
        self.put('M', [(x, y), (0.0, 0.0), (0.0, 0.0)]);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.put('L', [(x, y), (0.0, 0.0), (0.0, 0.0)]);
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.put('Q', [(x1, y1), (x, y), (0.0, 0.0)]);
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.put('C', [(x1, y1), (x2, y2), (x, y)]);
    }
    fn close(&mut self) {
        self.put('Z', [(0.0, 0.0); 3]);
    }
}
