//! Blocks: how each is put on the page.

use super::flow::Flow;
use super::look::{QUIET, SUNKEN, WARN};
use super::notes::notes_of;
use super::text::{Type, wrap};
use super::tree::Role;
use super::{drawings, figures};
use crate::model::{Block, Field, Run};

/// The space between two columns.
const COLUMN_GUTTER: f32 = 24.0;

impl Flow<'_> {
    /// Puts a block at the end of the flow.
    pub(crate) fn block(&mut self, b: &Block) {
        match b {
            Block::Paragraph { runs } => {
                self.paragraph(runs, Type::BODY);
                self.y += 5.0;
            }
            Block::Bullets { items } => self.bullets(items),
            Block::Fields { fields } => self.fields(fields),
            Block::Table(t) => self.table(t),
            Block::Grid(g) => {
                self.need(figures::grid_height(g).min(self.full()));
                let words = figures::grid_in_words(g);
                self.within(Role::Figure(words), |f| figures::grid(f, g));
            }
            Block::Curve(c) => {
                self.need(figures::CURVE_HEIGHT);
                let words = figures::curve_in_words(c);
                self.within(Role::Figure(words), |f| figures::curve(f, c));
            }
            Block::Figure(g) => {
                let height = drawings::height(self, g);
                self.need(height.min(self.full()));
                let end = self.y + height;
                self.within(Role::Figure(g.words.clone()), |f| drawings::draw(f, g));
                self.y = end;
            }
            Block::Columns { share, left, right } => self.columns(*share, left, right),
            Block::Missing { text } => self.missing(text),
        }
    }

    /// The least height a block needs to begin on a page; what follows a heading must have it.
    pub(crate) fn least(&mut self, b: &Block) -> f32 {
        match b {
            Block::Paragraph { .. } | Block::Missing { .. } => 2.0 * Type::BODY.lead,
            Block::Bullets { .. } | Block::Fields { .. } => 2.0 * Type::BODY.lead,
            Block::Table(t) => self.table_start(t),
            Block::Grid(g) => figures::grid_height(g),
            Block::Curve(_) => figures::CURVE_HEIGHT,
            Block::Figure(g) => drawings::height(self, g),
            Block::Columns { share, left, right } => self.columns_height(*share, left, right),
        }
    }

    /// What a heading takes along to the next page: what comes first, and a figure with the words that lead to it.
    pub(crate) fn least_of(&mut self, blocks: &[Block]) -> f32 {
        let mut height = 0.0;
        for b in blocks {
            let least = self.least(b);
            let whole = matches!(
                b,
                Block::Columns { .. } | Block::Grid(_) | Block::Curve(_) | Block::Figure(_)
            );
            if height > 0.0 && !whole {
                break;
            }
            if height + least > self.full() {
                break;
            }
            height += least;
        }
        height
    }

    /// The whole height of blocks that do not break across pages.
    fn height_of(&mut self, blocks: &[Block]) -> f32 {
        blocks
            .iter()
            .map(|b| match b {
                Block::Fields { fields } => fields.len() as f32 * (Type::BODY.lead + 2.0) + 4.0,
                other => self.least(other),
            })
            .sum()
    }

    fn bullets(&mut self, items: &[Vec<Run>]) {
        self.within(Role::List, |f| {
            for item in items {
                f.within(Role::Item, |f| f.bullet(item));
            }
        });
        self.y += 4.0;
    }

    fn bullet(&mut self, item: &[Run]) {
        let (x, width) = (self.x, self.width);
        // The point goes where its first two lines go.
        let runs = self.resolve(item);
        let lines = wrap(self.fonts, &runs, Type::BODY, width - 12.0).len();
        self.need(Type::BODY.lead * lines.clamp(1, 2) as f32);
        let base = self.y + Type::BODY.lead * 0.76;
        let point = Type {
            color: QUIET,
            ..Type::BODY
        };
        self.within(Role::Label, |f| f.label("\u{2022}", point, x + 2.0, base));
        self.x = x + 12.0;
        self.width = width - 12.0;
        self.within(Role::Body, |f| f.lines(item, Type::BODY));
        self.x = x;
        self.width = width;
        self.y += 1.5;
    }

    /// Labels on the left, values on the right; in a narrow column the values stand at its right edge.
    pub(crate) fn fields(&mut self, fields: &[Field]) {
        self.within(Role::List, |f| {
            for field in fields {
                f.within(Role::Item, |f| f.field(field));
            }
        });
        self.y += 4.0;
    }

    fn field(&mut self, f: &Field) {
        let narrow = self.width < 260.0;
        let label_width = if narrow { self.width * 0.62 } else { 110.0 };
        let label = wrap(
            self.fonts,
            &[Run::quiet(f.label.clone())],
            Type::BODY,
            label_width - 6.0,
        );
        let runs: Vec<Vec<Run>> = f.value.lines.iter().map(|l| self.resolve(l)).collect();
        let mut value = Vec::new();
        for l in &runs {
            value.extend(wrap(self.fonts, l, Type::BODY, self.width - label_width));
        }
        let lines = label.len().max(value.len()).max(1);
        let notes = notes_of(f.value.lines.iter().flatten());
        let noted = self.notes_height(&notes);
        // Together where that is possible, else line by line over as many pages as it takes.
        if lines as f32 * Type::BODY.lead <= self.full() {
            self.need(lines as f32 * Type::BODY.lead + noted);
        }
        let (name, says) = (self.begin(Role::Label), self.begin(Role::Body));
        self.fill(says, |f| f.note(&notes));
        if let Some(c) = &f.value.chip {
            let x = self.x + label_width;
            self.fill(says, |f| f.chip(c, x, f.y + 1.0));
        }
        for i in 0..lines {
            self.need(Type::BODY.lead);
            let base = self.y + Type::BODY.lead * 0.76;
            if let Some(l) = label.get(i) {
                self.fill(name, |f| f.place(l, f.x, base));
            }
            if let Some(l) = value.get(i) {
                let x = if narrow {
                    self.x + self.width - l.width
                } else {
                    l.start(self.x + label_width, self.width - label_width)
                };
                self.fill(says, |f| f.place(l, x, base));
            }
            self.y += Type::BODY.lead;
        }
        self.y += 2.0;
    }

    /// The widths of two columns.
    fn halves(&self, share: f32) -> (f32, f32) {
        let both = self.width - COLUMN_GUTTER;
        (both * share, both * (1.0 - share))
    }

    fn columns_height(&mut self, share: f32, left: &[Block], right: &[Block]) -> f32 {
        let width = self.width;
        let (a, b) = self.halves(share);
        self.width = a;
        let first = self.height_of(left);
        self.width = b;
        let second = self.height_of(right);
        self.width = width;
        first.max(second)
    }

    fn columns(&mut self, share: f32, left: &[Block], right: &[Block]) {
        let height = self.columns_height(share, left, right);
        self.need(height.min(self.full()));
        let (x, width, top) = (self.x, self.width, self.y);
        let (first, second) = self.halves(share);
        self.width = first;
        for b in left {
            self.block(b);
        }
        let end = self.y;
        self.y = top;
        self.x = x + first + COLUMN_GUTTER;
        self.width = second;
        for b in right {
            self.block(b);
        }
        self.x = x;
        self.width = width;
        self.y = self.y.max(end);
    }

    fn missing(&mut self, text: &str) {
        let lines = wrap(
            self.fonts,
            &[Run::plain(text)],
            Type {
                color: WARN,
                ..Type::BODY
            },
            self.width - 20.0,
        );
        let h = lines.len() as f32 * Type::BODY.lead + 12.0;
        self.need(h);
        self.rounded(self.x, self.y, self.width, h, 3.0, Some(SUNKEN), None);
        self.within(Role::Paragraph, |f| {
            for (i, l) in lines.iter().enumerate() {
                let base = f.y + 6.0 + (i as f32 + 0.76) * Type::BODY.lead;
                f.place(l, l.start(f.x + 10.0, f.width - 20.0), base);
            }
        });
        self.y += h + 8.0;
    }
}
