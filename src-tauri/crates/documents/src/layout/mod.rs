//! Layout: a document becomes positioned items on pages. Origin top left, lengths in points.

mod blocks;
mod drawings;
mod faces;
mod figures;
mod flow;
pub mod fonts;
mod frame;
pub mod look;
mod notes;
mod system;
mod table;
mod text;
mod tree;

pub use fonts::{Face, Fonts, Glyph, NamedFont, advance};
pub use look::{Color, Paper};
pub use tree::{Node, Role, Scope, Span, Tree};

use crate::model::Document;
use flow::Flow;
use notes::Numbers;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Something at a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A piece of text on its base line.
    Text {
        /// Left end.
        x: f32,
        /// Base line.
        y: f32,
        /// Size in points.
        size: f32,
        /// Colour.
        color: Color,
        /// Turned anticlockwise, degrees.
        turn: f32,
        /// The text as it was written.
        text: Arc<str>,
        /// The glyphs, from left to right.
        glyphs: Arc<[Glyph]>,
    },
    /// A line or an area.
    Path {
        /// Its corners.
        points: Vec<(f32, f32)>,
        /// Whether it ends where it began.
        closed: bool,
        /// The colour inside.
        fill: Option<Color>,
        /// The colour and thickness of the line.
        stroke: Option<(Color, f32)>,
    },
    /// A place for a signature.
    Field {
        /// Left.
        x: f32,
        /// Top.
        y: f32,
        /// Width.
        w: f32,
        /// Height.
        h: f32,
        /// The name of the field.
        name: String,
        /// What it is for.
        says: String,
    },
    /// A place that leads to another one.
    Link {
        /// Left.
        x: f32,
        /// Top.
        y: f32,
        /// Width.
        w: f32,
        /// Height.
        h: f32,
        /// The page it leads to, from 0.
        page: usize,
        /// The height there.
        to_y: f32,
        /// What it says.
        text: String,
    },
}

/// Something at a place, and the part of the document that it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// What it is.
    pub item: Item,
    /// The part; `None` for ornament and for what stands on every page.
    pub part: Option<usize>,
}

/// A page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Width and height.
    pub size: (f32, f32),
    /// What is on it, back to front, and in the order of reading.
    pub items: Vec<Placed>,
}

impl Page {
    /// The text on it, piece by piece.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.items.iter().filter_map(|i| match &i.item {
            Item::Text { text, .. } => Some(&**text),
            _ => None,
        })
    }
}

/// An entry of the outline.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What it says.
    pub title: String,
    /// 1 or 2.
    pub level: u8,
    /// The section's key.
    pub id: String,
    /// The page, from 0.
    pub page: usize,
    /// The height there.
    pub y: f32,
}

/// A document on pages.
#[derive(Debug, Clone, PartialEq)]
pub struct Laid {
    /// The pages.
    pub pages: Vec<Page>,
    /// The outline.
    pub outline: Vec<Entry>,
    /// The parts of the document.
    pub tree: Tree,
}

/// Lays a document out.
pub fn lay_out(document: &Document, fonts: &mut Fonts, paper: Paper) -> Laid {
    fonts.speak(&document.meta.language);
    // Twice: the second time the pages that the first one found are known, and as many figures as they have.
    let numbers = Numbers::of(document);
    let first = once(document, fonts, paper, &BTreeMap::new(), &[], &numbers);
    let pages: BTreeMap<String, usize> = first
        .outline
        .iter()
        .map(|e| (e.id.clone(), e.page))
        .collect();
    let mut laid = once(document, fonts, paper, &pages, &first.outline, &numbers);
    frame::draw(document, fonts, &mut laid);
    fonts.lines = text::Lines::default();
    laid
}

/// Lines in a place of so many points, the first one in weight; what has no room is left out.
pub(crate) fn note(fonts: &mut Fonts, lines: &[String], size: (f32, f32)) -> Vec<Placed> {
    const PAD: f32 = 4.0;
    let mut items = Vec::new();
    let mut y = PAD;
    for (n, text) in lines.iter().enumerate() {
        let mut t = text::Type::LABEL;
        (t.size, t.lead) = (6.8, 8.4);
        if n == 0 {
            (t.face, t.color) = (fonts::SEMIBOLD, look::INK);
        }
        let runs = [crate::model::Run::plain(text.clone())];
        for line in text::wrap(fonts, &runs, t, size.0 - 2.0 * PAD) {
            if y + t.lead > size.1 {
                return frame::ornaments(items).collect();
            }
            frame::put(&mut items, &line, PAD, y + t.lead * 0.76);
            y += t.lead;
        }
    }
    frame::ornaments(items).collect()
}

fn once(
    document: &Document,
    fonts: &mut Fonts,
    paper: Paper,
    pages: &BTreeMap<String, usize>,
    outline: &[Entry],
    numbers: &Numbers,
) -> Laid {
    let mut flow = Flow::new(fonts, paper, pages, numbers);
    frame::cover(&mut flow, document);
    frame::contents(&mut flow, document, outline);
    for (i, s) in document.sections.iter().enumerate() {
        flow.section(s, document.sections.get(i + 1));
    }
    flow.finish()
}
