//! What a redacted copy leaves out wherever it stands: the numbers and addresses that the workspace knows, and what looks
//! like one in the texts of authors.
//!
//! Every type of the model is taken apart field by field, so that a text which is added to it is not forgotten here.

mod numbers;

use super::WITHHELD;
use crate::model::{
    Bar, Block, Card, Cell, Chip, Code, Column, Cover, Curve, Document, Drawing, Field, Figure,
    Gantt, Grid, GridRow, Heat, HeatCell, Map, MapNode, Marker, Meta, Pen, Plot, PlotLine, Run,
    Section, Style, Table as Rows, Tree, TreeNode,
};
use aho_corasick::AhoCorasick;
use mainstay_domain::{Datum, Table, Workspace};
use numbers::Numbers;
use std::ops::Range;

/// A value without an `@` is looked for in other texts only where it has so many digits: `none` and `2026` are words.
const DIGITS: usize = 6;

/// Leaves them out of every text of a document.
pub(super) fn redact(document: &mut Document, ws: &Workspace) {
    let scrub = Scrub::new(&known(ws));
    let Document {
        meta,
        cover,
        sections,
        // No data goes along in a redacted copy.
        source: _,
    } = document;
    scrub.meta(meta);
    let Cover { fields, card } = cover;
    fields.iter_mut().for_each(|f| scrub.field(f));
    if let Some(Card {
        title,
        note,
        columns,
    }) = card
    {
        scrub.text(title);
        scrub.text(note);
        columns.iter_mut().for_each(|runs| scrub.runs(runs));
    }
    for s in sections {
        let Section {
            id: _,
            number,
            title,
            level: _,
            start: _,
            blocks,
        } = s;
        scrub.text(number);
        scrub.text(title);
        scrub.blocks(blocks);
    }
}

/// Everything by which the workspace says that somebody is reached, where it says enough to be looked for elsewhere.
fn known(ws: &Workspace) -> Vec<String> {
    let mut out = Vec::new();
    for t in Table::ALL {
        let fields = t.spec().fields;
        let reach: Vec<usize> = (0..fields.len()).filter(|i| fields[*i].reach).collect();
        if reach.is_empty() {
            continue;
        }
        for row in ws.rows(*t) {
            for i in &reach {
                if let Datum::Text(s) = &row.data[*i]
                    && (s.contains('@') || s.chars().filter(|c| c.is_numeric()).count() >= DIGITS)
                {
                    out.push(s.trim().to_owned());
                }
            }
        }
    }
    out
}

struct Scrub {
    /// The values that are known; nothing where there are too many of them to be looked for.
    known: Option<AhoCorasick>,
    numbers: Numbers,
}

impl Scrub {
    fn new(known: &[String]) -> Self {
        Self {
            known: AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .build(known)
                .ok(),
            numbers: Numbers::new(),
        }
    }

    fn meta(&self, meta: &mut Meta) {
        let Meta {
            organisation,
            title,
            code,
            version,
            state,
            draft: _,
            classification,
            content_sha256: _,
            language,
            made_at: _,
        } = meta;
        for text in [organisation, title, code, version, state, classification] {
            self.text(text);
        }
        // A tag has no place for a word in its stead.
        let mut tag = language.clone();
        self.text(&mut tag);
        if tag != *language {
            *language = "en".into();
        }
    }

    fn blocks(&self, blocks: &mut [Block]) {
        for block in blocks {
            match block {
                Block::Paragraph { runs } => self.runs(runs),
                Block::Bullets { items } => items.iter_mut().for_each(|runs| self.runs(runs)),
                Block::Fields { fields } => fields.iter_mut().for_each(|f| self.field(f)),
                Block::Table(Rows { columns, rows }) => {
                    columns.iter_mut().for_each(|c| self.column(c));
                    rows.iter_mut().flatten().for_each(|c| self.cell(c));
                }
                Block::Columns {
                    share: _,
                    left,
                    right,
                } => {
                    self.blocks(left);
                    self.blocks(right);
                }
                Block::Grid(Grid { horizons, rows }) => {
                    self.texts(horizons);
                    for row in rows {
                        let GridRow {
                            name,
                            levels: _,
                            first_unacceptable: _,
                        } = row;
                        self.text(name);
                    }
                }
                Block::Curve(c) => self.curve(c),
                Block::Figure(f) => self.figure(f),
                Block::Missing { text } => self.text(text),
            }
        }
    }

    fn field(&self, field: &mut Field) {
        let Field { label, value } = field;
        self.text(label);
        self.cell(value);
    }

    fn column(&self, column: &mut Column) {
        let Column {
            title,
            width: _,
            align: _,
            group,
            note,
        } = column;
        self.text(title);
        self.texts(group);
        self.texts(note);
    }

    fn curve(&self, curve: &mut Curve) {
        let Curve {
            title,
            currency,
            points: _,
            markers,
            unacceptable_from: _,
        } = curve;
        self.text(title);
        self.text(currency);
        for marker in markers {
            let Marker {
                at: _,
                label,
                role: _,
            } = marker;
            self.text(label);
        }
    }

    fn figure(&self, figure: &mut Figure) {
        let Figure {
            title,
            words,
            drawing,
        } = figure;
        self.text(title);
        self.text(words);
        match drawing {
            Drawing::Tree(Tree { nodes }) => {
                for node in nodes {
                    let TreeNode {
                        name,
                        note,
                        parent: _,
                    } = node;
                    self.text(name);
                    self.text(note);
                }
            }
            Drawing::Map(Map {
                nodes,
                edges: _,
                placed: _,
            }) => {
                for node in nodes {
                    let MapNode {
                        name,
                        activity: _,
                        heavy: _,
                    } = node;
                    self.text(name);
                }
            }
            Drawing::Gantt(Gantt { bars }) => {
                for bar in bars {
                    let Bar {
                        name,
                        from: _,
                        to: _,
                        due: _,
                        limit: _,
                    } = bar;
                    self.text(name);
                }
            }
            Drawing::Plot(p) => self.plot(p),
            Drawing::Code(Code { data, lines }) => {
                self.text(data);
                self.texts(lines);
            }
            Drawing::Heat(Heat { cells }) => {
                for cell in cells {
                    let HeatCell {
                        likelihood: _,
                        impact: _,
                        band: _,
                        risks,
                    } = cell;
                    self.texts(risks);
                }
            }
        }
    }

    fn plot(&self, plot: &mut Plot) {
        let Plot {
            across,
            up,
            ticks_across,
            ticks_up,
            logarithmic: _,
            lines,
            marks,
        } = plot;
        self.text(across);
        self.text(up);
        for (_, said) in [ticks_across, ticks_up, marks].into_iter().flatten() {
            self.text(said);
        }
        for line in lines {
            let PlotLine {
                name,
                stroke: _,
                points,
            } = line;
            self.text(name);
            self.texts(points.iter_mut().filter_map(|p| p.2.as_mut()));
        }
    }

    fn cell(&self, cell: &mut Cell) {
        let Cell { lines, chip, pen } = cell;
        lines.iter_mut().for_each(|runs| self.runs(runs));
        if let Some(Chip { text, tone: _ }) = chip {
            self.text(text);
        }
        match pen {
            Some(Pen::Signature(lines)) => self.texts(lines),
            // The name is a key, and no file that is signed is redacted.
            Some(Pen::Field { name: _, says }) => self.text(says),
            Some(Pen::Tick | Pen::Room(_)) | None => {}
        }
    }

    fn runs(&self, runs: &mut [Run]) {
        for run in runs {
            let Run {
                text,
                style,
                page_of: _,
                note,
            } = run;
            // Hashes and codes are no numbers that can be called.
            if *style != Style::Mono {
                self.text(text);
            }
            self.texts(note);
        }
    }

    fn texts<'a>(&self, texts: impl IntoIterator<Item = &'a mut String>) {
        texts.into_iter().for_each(|t| self.text(t));
    }

    fn text(&self, text: &mut String) {
        // Most texts hold nothing of the kind.
        if !text.contains(|c: char| c.is_numeric() || is_at(c)) {
            return;
        }
        let known = self.known(text);
        replace(text, &known);
        let addresses = addresses(text);
        replace(text, &addresses);
        let numbers = self.numbers.find(text);
        replace(text, &numbers);
    }

    /// Where a known value stands, from a border of words to another; in order, apart from each other.
    fn known(&self, text: &str) -> Vec<Range<usize>> {
        let mut out: Vec<Range<usize>> = Vec::new();
        let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let found = self
            .known
            .iter()
            .flat_map(|k| k.find_overlapping_iter(text));
        for m in found {
            let (mut start, end) = (m.start(), m.end());
            let cut =
                |at: usize| word(text[..at].chars().next_back()) && word(text[at..].chars().next());
            if cut(start) || cut(end) {
                continue;
            }
            // They come by where they end.
            while let Some(last) = out.pop_if(|last| last.end > start) {
                start = start.min(last.start);
            }
            out.push(start..end);
        }
        out
    }
}

/// Puts the word in place of parts of a text, which are in order.
fn replace(text: &mut String, parts: &[Range<usize>]) {
    if parts.is_empty() {
        return;
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for part in parts {
        out.push_str(&text[from..part.start]);
        out.push_str(WITHHELD);
        from = part.end;
    }
    out.push_str(&text[from..]);
    *text = out;
}

/// An `@`, also a wide or a small one.
fn is_at(c: char) -> bool {
    matches!(c, '@' | '\u{ff20}' | '\u{fe6b}')
}

/// Where mail addresses stand.
fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    if !text.contains(is_at) {
        return out;
    }
    let ends = |c: char| c.is_whitespace() || ",;:()<>[]\"'\u{201c}\u{201d}".contains(c);
    let mut start = 0;
    for piece in text.split_inclusive(ends) {
        let word = piece.trim_end_matches(ends);
        let address = word.split_once(is_at).is_some_and(|(who, at)| {
            !who.is_empty() && at.trim_end_matches('.').contains('.') && !at.starts_with('.')
        });
        if address {
            out.push(start..start + word.trim_end_matches('.').len());
        }
        start += piece.len();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrubbed(known: &[&str], text: &str) -> String {
        let known: Vec<String> = known.iter().map(|k| (*k).to_owned()).collect();
        let mut text = text.to_owned();
        Scrub::new(&known).text(&mut text);
        text
    }

    #[test]
    fn known_values_go_as_words_and_addresses_go() {
        let known = ["ext. 471100", "desk@hall", "4711001"];
        for (text, left) in [
            ("Ask at Ext. 471100.", "Ask at withheld."),
            ("next. 471100", "next. 471100"),
            ("ext. 4711001, desk@hallway", "ext. withheld, desk@hallway"),
            ("desk@hall/4711001", "withheld/withheld"),
            (
                "Mail duty@tarnwick.example; or <x@y.example>.",
                "Mail withheld; or <withheld>.",
            ),
            ("Mail duty@tarnwick.example.", "Mail withheld."),
            ("a @ b, and user@host", "a @ b, and user@host"),
        ] {
            assert_eq!(scrubbed(&known, text), left);
        }
    }
}
