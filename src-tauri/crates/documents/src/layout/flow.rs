//! The flow of blocks down a page and on to the next.

use super::fonts::{Fonts, SEMIBOLD};
use super::look::{Color, INK, MM, Paper};
use super::notes::{Foot, Numbers, notes_of};
use super::text::{Line, Type, shortened, single, wrap};
use super::tree::{Role, Tree};
use super::{Entry, Item, Laid, Page, Placed};
use crate::model::{Block, Run, Section, Start};
use std::collections::BTreeMap;

/// Where the next block goes, and everything placed so far.
pub(crate) struct Flow<'a> {
    pub fonts: &'a mut Fonts,
    /// Width and height of the present page.
    pub size: (f32, f32),
    pub y: f32,
    /// Left edge and width of the column that is being filled.
    pub x: f32,
    pub width: f32,
    known: &'a BTreeMap<String, usize>,
    pages: Vec<Page>,
    outline: Vec<Entry>,
    tree: Tree,
    /// The part that is being filled.
    part: usize,
    /// Whether what is placed now is ornament.
    ornament: bool,
    /// The section of level 1 that is being filled.
    top: usize,
    pub(super) numbers: &'a Numbers,
    pub(super) foot: Foot,
}

pub(crate) const MARGIN: f32 = 20.0 * MM;
pub(crate) const TOP: f32 = 25.0 * MM;
pub(crate) const BOTTOM: f32 = 22.0 * MM;

impl<'a> Flow<'a> {
    pub(crate) fn new(
        fonts: &'a mut Fonts,
        paper: Paper,
        known: &'a BTreeMap<String, usize>,
        numbers: &'a Numbers,
    ) -> Self {
        let size = paper.size();
        Self {
            fonts,
            size,
            y: TOP,
            x: MARGIN,
            width: size.0 - 2.0 * MARGIN,
            known,
            pages: vec![Page {
                size,
                items: Vec::new(),
            }],
            outline: Vec::new(),
            tree: Tree::default(),
            part: Tree::ROOT,
            ornament: false,
            top: Tree::ROOT,
            numbers,
            foot: Foot::default(),
        }
    }

    /// Begins a part in the present one; its number, for [`Flow::fill`].
    pub(crate) fn begin(&mut self, role: Role) -> usize {
        self.tree.add(role, self.part)
    }

    /// Places something into a part that was begun.
    pub(crate) fn fill<R>(&mut self, part: usize, f: impl FnOnce(&mut Self) -> R) -> R {
        let before = std::mem::replace(&mut self.part, part);
        let done = f(self);
        self.part = before;
        done
    }

    /// Places something as a part of the present one.
    pub(crate) fn within<R>(&mut self, role: Role, f: impl FnOnce(&mut Self) -> R) -> R {
        let part = self.begin(role);
        self.fill(part, f)
    }

    /// The part that is being filled.
    pub(crate) fn part(&self) -> usize {
        self.part
    }

    /// Whether what is placed now is ornament.
    pub(crate) fn is_ornament(&self) -> bool {
        self.ornament
    }

    /// Places something that says nothing new, such as the head of a table come again.
    pub(crate) fn as_ornament<R>(&mut self, f: impl FnOnce(&mut Self) -> R) -> R {
        let before = std::mem::replace(&mut self.ornament, true);
        let done = f(self);
        self.ornament = before;
        done
    }

    pub(crate) fn finish(mut self) -> Laid {
        self.draw_foot(self.size);
        Laid {
            pages: self.pages,
            outline: self.outline,
            tree: self.tree,
        }
    }

    pub(crate) fn new_page(&mut self) {
        let left = self.pages.last().map_or(self.size, |p| p.size);
        self.draw_foot(left);
        self.pages.push(Page {
            size: self.size,
            items: Vec::new(),
        });
        self.y = TOP;
    }

    /// Goes where a section begins; pages lie only for sections that say so.
    fn start(&mut self, start: Start) {
        let lying = self.size.0 > self.size.1;
        if lying != (start == Start::Lying) {
            self.size = (self.size.1, self.size.0);
            self.width = self.size.0 - 2.0 * MARGIN;
            self.new_page();
        } else if start != Start::Here && self.y > TOP + 1.0 {
            self.new_page();
        }
    }

    pub(crate) fn page(&self) -> usize {
        self.pages.len() - 1
    }

    /// How much is left on this page.
    pub(crate) fn room(&self) -> f32 {
        self.size.1 - BOTTOM - self.foot.height - self.y
    }

    /// How much a whole page holds.
    pub(crate) fn full(&self) -> f32 {
        self.size.1 - BOTTOM - TOP
    }

    /// Goes to the next page when less than this is left, unless this one is still empty.
    pub(crate) fn need(&mut self, height: f32) {
        if height > self.room() && self.y > TOP + 1.0 {
            self.new_page();
        }
    }

    pub(crate) fn push(&mut self, item: Item) {
        let drawn = self.tree.nodes[self.part].role.is_drawn();
        let says = drawn || !matches!(item, Item::Path { .. });
        let part = (says && !self.ornament).then_some(self.part);
        if let Some(p) = self.pages.last_mut() {
            p.items.push(Placed { item, part });
        }
    }

    /// The page number of a section, as printed.
    pub(crate) fn page_number(&self, id: &str) -> String {
        match self.known.get(id) {
            Some(p) => (p + 1).to_string(),
            // As wide as most will be, until they are known; later only of what is left out.
            None if self.known.is_empty() => "00".into(),
            None => "\u{2013}".into(),
        }
    }

    /// The page of a section and the runs that name it, filled in.
    pub(crate) fn resolve(&self, runs: &[Run]) -> Vec<Run> {
        runs.iter()
            .map(|r| {
                let mut text = r.text.clone();
                if let Some(id) = &r.page_of {
                    text = format!("{text} {}", self.page_number(id));
                }
                if let Some(note) = &r.note {
                    text.push_str(&self.numbers.mark(note));
                }
                Run {
                    text,
                    page_of: None,
                    note: None,
                    ..*r
                }
            })
            .collect()
    }

    /// Places a line with its base line at `y`.
    pub(crate) fn place(&mut self, line: &Line, x: f32, y: f32) {
        for (p, at) in line.places(x) {
            self.push(p.at(at, y));
        }
    }

    /// Places one unbroken line; returns its width.
    pub(crate) fn label(&mut self, text: &str, t: Type, x: f32, y: f32) -> f32 {
        let line = single(self.fonts, text, t);
        self.place(&line, x, y);
        line.width
    }

    /// Places one unbroken line that ends at `x`.
    pub(crate) fn label_end(&mut self, text: &str, t: Type, x: f32, y: f32) {
        let line = single(self.fonts, text, t);
        self.place(&line, x - line.width, y);
    }

    pub(crate) fn area(&mut self, x: f32, y: f32, w: f32, h: f32, fill: Color) {
        let points = vec![(x, y), (x + w, y), (x + w, y + h), (x, y + h)];
        self.push(Item::Path {
            points,
            closed: true,
            fill: Some(fill),
            stroke: None,
        });
    }

    pub(crate) fn line(&mut self, points: Vec<(f32, f32)>, color: Color, thick: f32) {
        self.push(Item::Path {
            points,
            closed: false,
            fill: None,
            stroke: Some((color, thick)),
        });
    }

    /// A rectangle with round corners.
    #[allow(
        clippy::too_many_arguments,
        reason = "a place, a size, a radius and two colours"
    )]
    pub(crate) fn rounded(
        &mut self,
        x: f32,
        y: f32,
        w: f32,
        h: f32,
        r: f32,
        fill: Option<Color>,
        stroke: Option<(Color, f32)>,
    ) {
        let r = r.min(w / 2.0).min(h / 2.0);
        let corners = [
            (x + w - r, y + r, -90.0),
            (x + w - r, y + h - r, 0.0),
            (x + r, y + h - r, 90.0),
            (x + r, y + r, 180.0),
        ];
        let mut points = Vec::new();
        for (cx, cy, from) in corners {
            for i in 0..=6 {
                let a = (from + 15.0 * i as f32).to_radians();
                points.push((cx + r * libm::cosf(a), cy + r * libm::sinf(a)));
            }
        }
        self.push(Item::Path {
            points,
            closed: true,
            fill,
            stroke,
        });
    }

    /// A paragraph; two lines at least stay together at either end of a page.
    pub(crate) fn paragraph(&mut self, runs: &[Run], t: Type) {
        self.within(Role::Paragraph, |f| f.lines(runs, t));
    }

    /// The lines of a paragraph, into the part that is being filled.
    pub(crate) fn lines(&mut self, runs: &[Run], t: Type) {
        let mut notes = notes_of(runs);
        let runs = self.resolve(runs);
        let lines = wrap(self.fonts, &runs, t, self.width);
        let n = lines.len();
        for (i, l) in lines.iter().enumerate() {
            let together = if (i == 0 && n > 1) || (i + 2 == n && n > 2) {
                2.0
            } else {
                1.0
            };
            let here;
            (here, notes) = self.marked(notes, std::slice::from_ref(l));
            let noted = self.notes_height(&here);
            self.need(t.lead * together + noted);
            self.note(&here);
            let base = self.y + t.lead * 0.76;
            self.place(l, l.start(self.x, self.width), base);
            self.y += t.lead;
        }
    }

    /// A heading and what follows it; one with only a few words below it takes the heading after it along.
    pub(crate) fn section(&mut self, s: &Section, next: Option<&Section>) {
        let (size, before, after) = if s.level == 1 {
            (17.0, 22.0, 8.0)
        } else {
            (11.5, 15.0, 4.0)
        };
        self.start(s.start);
        let t = Type {
            size,
            lead: size * 1.3,
            face: SEMIBOLD,
            color: INK,
        };
        let title = if s.number.is_empty() {
            s.title.clone()
        } else {
            format!("{}  {}", s.number, s.title)
        };
        let title = shortened(&title);
        let lines = wrap(self.fonts, &[Run::plain(title.clone())], t, self.width);
        let height = t.lead * lines.len() as f32 + after;
        let mut follows = self.least_of(&s.blocks);
        if let Some(n) = next
            && s.blocks.len() == 1
            && matches!(s.blocks[0], Block::Paragraph { .. })
            && n.level > s.level
        {
            follows += 40.0 + self.least_of(&n.blocks);
        }
        if self.y > TOP + 1.0 {
            self.y += before;
        }
        self.need((height + follows).min(self.full()));
        self.outline.push(Entry {
            title,
            level: s.level,
            id: s.id.clone(),
            page: self.page(),
            y: (self.y - 6.0).max(0.0),
        });
        self.part = if s.level == 1 { Tree::ROOT } else { self.top };
        self.part = self.begin(Role::Section);
        if s.level == 1 {
            self.top = self.part;
        }
        self.within(Role::Heading(s.level), |f| {
            for l in &lines {
                let base = f.y + t.lead * 0.76;
                f.place(l, f.x, base);
                f.y += t.lead;
            }
        });
        self.y += after;
        for b in &s.blocks {
            self.block(b);
        }
    }
}
