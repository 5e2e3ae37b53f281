//! Footnotes: marks in the text, and what they stand for at the foot of each page that has them.

use super::flow::{BOTTOM, Flow, MARGIN};
use super::fonts::REGULAR;
use super::look::{LINE, QUIET};
use super::text::{Line, Type, wrap};
use super::tree::Role;
use crate::model::{Block, Cell, Column, Document, Run};
use std::collections::BTreeMap;

const NOTE: Type = Type {
    size: 8.0,
    lead: 11.0,
    face: REGULAR,
    color: QUIET,
};
/// Between the text and the first note, with the rule in it.
const ABOVE: f32 = 12.0;
const RULE: f32 = 56.0;
/// A note is a remark; what is longer belongs into the text.
const LINES: usize = 6;

/// The numbers of the notes of a document, in the order of reading; the same words are the same note.
#[derive(Default)]
pub(crate) struct Numbers(BTreeMap<String, usize>);

impl Numbers {
    pub(crate) fn of(document: &Document) -> Self {
        let mut numbers = Self::default();
        for section in &document.sections {
            numbers.blocks(&section.blocks);
        }
        numbers
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Paragraph { runs } => self.runs(runs),
                Block::Bullets { items } => items.iter().for_each(|runs| self.runs(runs)),
                Block::Fields { fields } => fields.iter().for_each(|f| self.cell(&f.value)),
                Block::Table(t) => {
                    head_notes(&t.columns).into_iter().for_each(|n| self.add(n));
                    t.rows.iter().flatten().for_each(|cell| self.cell(cell));
                }
                Block::Columns { left, right, .. } => {
                    self.blocks(left);
                    self.blocks(right);
                }
                Block::Grid(_) | Block::Curve(_) | Block::Figure(_) | Block::Missing { .. } => {}
            }
        }
    }

    fn cell(&mut self, cell: &Cell) {
        cell.lines.iter().for_each(|runs| self.runs(runs));
    }

    fn runs(&mut self, runs: &[Run]) {
        notes_of(runs).into_iter().for_each(|note| self.add(note));
    }

    fn add(&mut self, note: &str) {
        let next = self.0.len() + 1;
        self.0.entry(note.to_owned()).or_insert(next);
    }

    /// What stands in the text for a note: its number, raised.
    pub(crate) fn mark(&self, note: &str) -> String {
        let number = self.0.get(note).copied().unwrap_or_default();
        let raised = |c: char| match c {
            '1' => '\u{b9}',
            '2' => '\u{b2}',
            '3' => '\u{b3}',
            c => c
                .to_digit(10)
                .and_then(|d| char::from_u32(0x2070 + d))
                .unwrap_or(c),
        };
        number.to_string().chars().map(raised).collect()
    }
}

/// What stands at the foot of a page.
#[derive(Default)]
pub(crate) struct Foot {
    notes: Vec<Note>,
    /// How much of the page they take.
    pub height: f32,
}

impl Foot {
    /// How much higher so many lines of further notes make it.
    fn more(&self, lines: usize) -> f32 {
        let above = match (lines, self.notes.is_empty()) {
            (0, _) | (_, false) => 0.0,
            (_, true) => ABOVE,
        };
        above + lines as f32 * NOTE.lead
    }
}

struct Note {
    text: String,
    /// `None` where it says again what an earlier page said.
    part: Option<usize>,
    lines: Vec<Line>,
}

/// The notes of runs.
pub(crate) fn notes_of<'r>(runs: impl IntoIterator<Item = &'r Run>) -> Vec<&'r str> {
    let notes = runs.into_iter().filter_map(|r| r.note.as_deref());
    notes.collect()
}

/// The notes of heads.
pub(crate) fn head_notes(columns: &[Column]) -> Vec<&str> {
    let notes = columns.iter().filter_map(|c| c.note.as_deref());
    notes.collect()
}

impl Flow<'_> {
    /// How much more of the page these notes need.
    pub(crate) fn notes_height(&mut self, notes: &[&str]) -> f32 {
        let fresh = self.fresh(notes);
        let lines: usize = fresh.iter().map(|note| self.note_lines(note).len()).sum();
        self.foot.more(lines)
    }

    /// How much of a page without any they need.
    pub(crate) fn notes_on_a_page(&mut self, notes: &[&str]) -> f32 {
        let here = std::mem::take(&mut self.foot);
        let height = self.notes_height(notes);
        self.foot = here;
        height
    }

    /// Those that this page does not have yet, each once.
    fn fresh<'n>(&self, notes: &[&'n str]) -> Vec<&'n str> {
        let mut fresh: Vec<&str> = Vec::new();
        for note in notes {
            if !fresh.contains(note) && !self.foot.notes.iter().any(|n| n.text == **note) {
                fresh.push(note);
            }
        }
        fresh
    }

    /// Parts notes into those whose mark stands in these lines, and the others.
    pub(crate) fn marked<'n>(
        &self,
        notes: Vec<&'n str>,
        lines: &[Line],
    ) -> (Vec<&'n str>, Vec<&'n str>) {
        notes.into_iter().partition(|note| {
            let mark = self.numbers.mark(note);
            let mut pieces = lines.iter().flat_map(|l| &l.pieces);
            pieces.any(|p| p.text.contains(&*mark))
        })
    }

    fn note_lines(&mut self, note: &str) -> Vec<Line> {
        let text = format!("{} {note}", self.numbers.mark(note));
        let width = self.size.0 - 2.0 * MARGIN;
        let mut lines = wrap(self.fonts, &[Run::plain(text)], NOTE, width);
        lines.truncate(LINES);
        lines
    }

    /// Puts notes at the foot of this page, as parts of what is being filled.
    pub(crate) fn note(&mut self, notes: &[&str]) {
        for note in self.fresh(notes) {
            let lines = self.note_lines(note);
            let part = (!self.is_ornament()).then(|| self.begin(Role::Note));
            self.foot.height += self.foot.more(lines.len());
            self.foot.notes.push(Note {
                text: note.to_owned(),
                part,
                lines,
            });
        }
    }

    /// Draws what stands at the foot of the page that is being left; the next one may lie or stand otherwise.
    pub(crate) fn draw_foot(&mut self, (width, height): (f32, f32)) {
        let foot = std::mem::take(&mut self.foot);
        if foot.notes.is_empty() {
            return;
        }
        let mut y = height - BOTTOM - foot.height;
        let rule = vec![(MARGIN, y + 6.0), (MARGIN + RULE, y + 6.0)];
        self.as_ornament(|f| f.line(rule, LINE, 0.4));
        y += ABOVE;
        for note in foot.notes {
            let lines = |f: &mut Self| {
                for l in &note.lines {
                    let x = l.start(MARGIN, width - 2.0 * MARGIN);
                    f.place(l, x, y + NOTE.lead * 0.76);
                    y += NOTE.lead;
                }
            };
            match note.part {
                Some(part) => self.fill(part, lines),
                None => self.as_ornament(lines),
            }
        }
    }
}
