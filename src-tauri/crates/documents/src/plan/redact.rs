//! What a redacted copy leaves out wherever it stands: the numbers and addresses that the workspace knows, and what looks
//! like one in the texts of authors.

use super::WITHHELD;
use crate::model::{Block, Cell, Document, Drawing, Figure, Run, Style};
use mainstay_domain::{Datum, Table, Workspace};

/// A number has so many digits at least, one that begins with a zero more, for there are other such figures.
const DIGITS: usize = 7;
const LOCAL_DIGITS: usize = 8;
/// What is shorter says too little to be looked for in other texts.
const SHORTEST: usize = 4;

/// Leaves them out of every text of a document.
pub(super) fn redact(document: &mut Document, ws: &Workspace) {
    let scrub = Scrub { known: known(ws) };
    scrub.text(&mut document.meta.title);
    for f in &mut document.cover.fields {
        scrub.cell(&mut f.value);
    }
    if let Some(card) = &mut document.cover.card {
        card.columns.iter_mut().for_each(|runs| scrub.runs(runs));
    }
    for s in &mut document.sections {
        scrub.text(&mut s.title);
        scrub.blocks(&mut s.blocks);
    }
}

/// Everything by which the workspace says that somebody is reached, the longest first.
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
                match &row.data[*i] {
                    Datum::Text(s) if s.trim().chars().count() >= SHORTEST => {
                        out.push(s.trim().to_owned());
                    }
                    _ => {}
                }
            }
        }
    }
    out.sort_by_key(|s| std::cmp::Reverse(s.len()));
    out.dedup();
    out
}

struct Scrub {
    known: Vec<String>,
}

impl Scrub {
    fn blocks(&self, blocks: &mut [Block]) {
        for block in blocks {
            match block {
                Block::Paragraph { runs } => self.runs(runs),
                Block::Bullets { items } => items.iter_mut().for_each(|runs| self.runs(runs)),
                Block::Fields { fields } => {
                    fields.iter_mut().for_each(|f| self.cell(&mut f.value));
                }
                Block::Table(t) => t.rows.iter_mut().flatten().for_each(|c| self.cell(c)),
                Block::Columns { left, right, .. } => {
                    self.blocks(left);
                    self.blocks(right);
                }
                Block::Figure(f) => self.figure(f),
                Block::Missing { text } => self.text(text),
                Block::Grid(_) | Block::Curve(_) => {}
            }
        }
    }

    fn figure(&self, f: &mut Figure) {
        self.text(&mut f.title);
        self.text(&mut f.words);
        match &mut f.drawing {
            Drawing::Tree(t) => {
                for n in &mut t.nodes {
                    self.text(&mut n.name);
                    self.text(&mut n.note);
                }
            }
            Drawing::Map(m) => m.nodes.iter_mut().for_each(|n| self.text(&mut n.name)),
            Drawing::Gantt(g) => g.bars.iter_mut().for_each(|b| self.text(&mut b.name)),
            Drawing::Plot(p) => {
                let points = p.lines.iter_mut().flat_map(|l| &mut l.points);
                for said in points.filter_map(|p| p.2.as_mut()) {
                    self.text(said);
                }
            }
            Drawing::Code(c) => {
                self.text(&mut c.data);
                c.lines.iter_mut().for_each(|l| self.text(l));
            }
            Drawing::Heat(_) => {}
        }
    }

    fn cell(&self, cell: &mut Cell) {
        cell.lines.iter_mut().for_each(|runs| self.runs(runs));
        if let Some(chip) = &mut cell.chip {
            self.text(&mut chip.text);
        }
    }

    fn runs(&self, runs: &mut [Run]) {
        // Hashes and codes are no numbers that can be called.
        for r in runs.iter_mut().filter(|r| r.style != Style::Mono) {
            self.text(&mut r.text);
            if let Some(note) = &mut r.note {
                self.text(note);
            }
        }
    }

    fn text(&self, text: &mut String) {
        for known in &self.known {
            if text.contains(known.as_str()) {
                *text = text.replace(known.as_str(), WITHHELD);
            }
        }
        if let Some(scrubbed) = without_addresses(text) {
            *text = scrubbed;
        }
        if let Some(scrubbed) = without_numbers(text) {
            *text = scrubbed;
        }
    }
}

/// The text without mail addresses; nothing where there are none.
fn without_addresses(text: &str) -> Option<String> {
    if !text.contains('@') {
        return None;
    }
    let ends = |c: char| c.is_whitespace() || ",;:()<>[]\"'\u{201c}\u{201d}".contains(c);
    let mut out = String::new();
    let mut found = false;
    for piece in text.split_inclusive(ends) {
        let word = piece.trim_end_matches(ends);
        let address = word.split_once('@').is_some_and(|(who, at)| {
            !who.is_empty() && at.trim_end_matches('.').contains('.') && !at.starts_with('.')
        });
        match address {
            true => {
                found = true;
                out.push_str(WITHHELD);
                out.push_str(&piece[word.len()..]);
            }
            false => out.push_str(piece),
        }
    }
    found.then_some(out)
}

/// The text without phone numbers: those with a country code, and those that begin with a zero; nothing where there are none.
fn without_numbers(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut found = false;
    let mut i = 0;
    while i < chars.len() {
        match number_at(&chars, i) {
            Some(end) => {
                found = true;
                out.push_str(WITHHELD);
                i = end;
            }
            None => {
                out.push(chars[i]);
                i += 1;
            }
        }
    }
    found.then_some(out)
}

/// Where a phone number that begins at a place ends.
fn number_at(chars: &[char], start: usize) -> Option<usize> {
    let before = start.checked_sub(1).map(|i| chars[i]);
    if before.is_some_and(|c| c.is_alphanumeric() || ".,:+-\u{2212}".contains(c)) {
        return None;
    }
    let open = usize::from(chars[start] == '(');
    let needed = match chars.get(start + open)? {
        '+' => DIGITS,
        '0' => LOCAL_DIGITS,
        _ => return None,
    };
    let (mut digits, mut end, mut between) = (0, start, 0);
    for (i, c) in chars.iter().enumerate().skip(start + open) {
        match c {
            '0'..='9' => {
                digits += 1;
                between = 0;
                end = i + 1;
            }
            '+' if i == start + open => {}
            ' ' | '\u{a0}' | '-' | '\u{2011}' | '/' | '(' | ')' if between < 2 => between += 1,
            _ => break,
        }
    }
    // What goes on as a word or with decimals was something else.
    let goes_on = chars.get(end).is_some_and(|c| c.is_alphabetic())
        || (chars.get(end).is_some_and(|c| ".,:".contains(*c))
            && chars.get(end + 1).is_some_and(char::is_ascii_digit));
    (digits >= needed && !goes_on).then_some(end)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

    use super::*;

    #[track_caller]
    fn check(text: &str, left: Option<&str>) {
        let scrub = Scrub {
            known: vec!["ext. 4711".into()],
        };
        let mut scrubbed = text.to_owned();
        scrub.text(&mut scrubbed);
        assert_eq!(scrubbed, left.unwrap_or(text));
    }

    #[test]
    fn numbers_and_addresses_go_and_other_figures_stay() {
        check("Call +44 1632 960101 now", Some("Call withheld now"));
        check("(+49) 30-901820, then wait", Some("withheld, then wait"));
        check("01632 960101", Some("withheld"));
        check(
            "Mail duty@tarnwick.example; or ext. 4711.",
            Some("Mail withheld; or withheld."),
        );
        for stays in [
            "2026-11-24T09:00:00Z",
            "0.998471 = 13.4 h/a",
            "70,336 a year",
            "04:00-08:00 and 16:00",
            "within 1440 min, 4320 min",
            "a @ b, and user@host",
            "R-0123456789abc",
        ] {
            check(stays, None);
        }
    }
}
