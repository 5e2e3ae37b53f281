//! Lines: where text breaks.

use super::Item;
use super::fonts::{Fonts, Glyph, MEDIUM, MONO, REGULAR, SEMIBOLD, SOFT_HYPHEN};
use super::look::{Color, INK, QUIET};
use crate::model::{Run, Style};
use hashbrown::HashMap;
use std::borrow::Cow;
use std::sync::Arc;
use unicode_linebreak::{BreakOpportunity, linebreaks};

/// How a paragraph is set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Type {
    pub size: f32,
    pub lead: f32,
    pub face: usize,
    pub color: Color,
}

impl Type {
    /// Running text: 9.5 on 13.5 points.
    pub(crate) const BODY: Type = Type {
        size: 9.5,
        lead: 13.5,
        face: REGULAR,
        color: INK,
    };
    /// Text in tables.
    pub(crate) const CELL: Type = Type {
        size: 9.0,
        lead: 12.4,
        face: REGULAR,
        color: INK,
    };
    /// Headings of columns.
    pub(crate) const HEAD: Type = Type {
        size: 8.0,
        lead: 11.0,
        face: MEDIUM,
        color: QUIET,
    };
    /// Labels in figures.
    pub(crate) const LABEL: Type = Type {
        size: 7.6,
        lead: 10.0,
        face: REGULAR,
        color: QUIET,
    };

    fn of(self, style: Style) -> (usize, f32, Color) {
        match style {
            Style::Plain => (self.face, self.size, self.color),
            Style::Strong => (SEMIBOLD, self.size, self.color),
            Style::Quiet => (self.face, self.size, QUIET),
            Style::Mono => (MONO, self.size * 0.88, self.color),
        }
    }
}

/// A piece of a line in one style.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    pub text: Arc<str>,
    pub glyphs: Arc<[Glyph]>,
    pub size: f32,
    pub color: Color,
    pub width: f32,
}

impl Piece {
    /// Its left end on a base line.
    pub(crate) fn at(&self, x: f32, y: f32) -> Item {
        Item::Text {
            x,
            y,
            size: self.size,
            color: self.color,
            turn: 0.0,
            text: self.text.clone(),
            glyphs: self.glyphs.clone(),
        }
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Line {
    /// In the order in which they are read.
    pub pieces: Vec<Piece>,
    pub width: f32,
    /// Whether its paragraph is read from the right.
    pub rtl: bool,
}

impl Line {
    /// Its pieces with their left ends, for a line that begins at a place.
    pub(crate) fn places(&self, x: f32) -> impl Iterator<Item = (&Piece, f32)> {
        let mut used = 0.0;
        self.pieces.iter().map(move |p| {
            let at = match self.rtl {
                true => x + self.width - used - p.width,
                false => x + used,
            };
            used += p.width;
            (p, at)
        })
    }

    /// Its left end in a column, which it begins from the side that its paragraph is read from.
    pub(crate) fn start(&self, x: f32, width: f32) -> f32 {
        match self.rtl {
            true => x + width - self.width,
            false => x,
        }
    }
}

/// The lines of paragraphs that were broken before: each is asked for more than once, at the latest when the pages are known.
pub(super) type Lines = HashMap<Vec<u8>, Vec<Line>>;

/// Breaks runs into lines of at most `width` points, by the rules of Unicode (UAX #14); a word that is too long is
/// broken by the rules of its language, or wherever it has to be. So is a word of running text that would leave much of a line
/// empty.
pub(crate) fn wrap(fonts: &mut Fonts, runs: &[Run], t: Type, width: f32) -> Vec<Line> {
    let key = key(runs, t, width);
    if let Some(lines) = fonts.lines.get(&key) {
        return lines.clone();
    }
    let lines = broken(fonts, runs, t, width);
    fonts.lines.insert(key, lines.clone());
    lines
}

/// Everything that lines depend on.
fn key(runs: &[Run], t: Type, width: f32) -> Vec<u8> {
    /// No byte of UTF-8.
    const END: u8 = 0xff;
    let length: usize = runs.iter().map(|r| r.text.len() + 2).sum();
    let mut key = Vec::with_capacity(length + 28);
    for number in [t.size, width].iter().chain(&t.color) {
        key.extend(number.to_bits().to_le_bytes());
    }
    key.push(t.face as u8);
    for r in runs {
        key.extend(r.text.as_bytes());
        key.extend([END, r.style as u8]);
    }
    key
}

fn broken(fonts: &mut Fonts, runs: &[Run], t: Type, width: f32) -> Vec<Line> {
    let mut all = String::new();
    let mut spans = Vec::new();
    for r in runs {
        let start = all.len();
        all.push_str(&clean(&r.text));
        spans.push(Part {
            from: start,
            to: all.len(),
            style: r.style,
            hyphen: false,
        });
    }
    if all.trim().is_empty() {
        return Vec::new();
    }
    let rtl = unicode_bidi::get_base_direction(all.as_str()) == unicode_bidi::Direction::Rtl;
    let mut set = Setting {
        fonts,
        all: &all,
        t,
        width,
        rtl,
        lines: Vec::new(),
        line: Vec::new(),
    };
    let mut used = 0.0;
    let mut from = 0;
    let mut hyphens = 0;
    let running = t.face == REGULAR && t.size >= 9.0;
    let mut breaks = linebreaks(&all).peekable();
    while let Some((to, kind)) = breaks.next() {
        // A quantity and its unit stay together, where there is room for both.
        if let Some((next, _)) = breaks.peek()
            && kind == BreakOpportunity::Allowed
            && is_quantity(&all[..to], &all[to..])
            && set.measure(&set.slices(&spans, from, *next)).1 <= width
        {
            continue;
        }
        let mut chunk = set.slices(&spans, from, to);
        from = to;
        let (mut wide, mut visible) = set.measure(&chunk);
        let last = to >= all.len();
        while used + visible > width {
            let gap = width - used;
            let worth = visible > width
                || running && !last && hyphens < 2 && width >= NARROW && gap > EMPTY * width;
            if worth && let Some((head, tail)) = set.hyphenated(&chunk, gap) {
                set.line.push(head);
                set.finish();
                hyphens += 1;
                chunk = vec![tail];
                (wide, visible) = set.measure(&chunk);
            } else if used > 0.0 {
                set.finish();
                hyphens = 0;
            } else {
                chunk = set.break_anywhere(chunk);
                (wide, visible) = (set.measure(&chunk).0, 0.0);
            }
            used = 0.0;
        }
        used += wide;
        set.line.extend(chunk);
        if kind == BreakOpportunity::Mandatory && !last {
            set.finish();
            used = 0.0;
        }
    }
    set.finish();
    set.lines
}

/// How much of a line of running text may stay empty before a word is broken.
const EMPTY: f32 = 0.12;
/// In a column narrower than that, in points, lines are uneven anyway, and only a word that has no room in one is broken.
const NARROW: f32 = 160.0;
/// The shortest word that is broken, in letters.
const SHORTEST: usize = 7;

/// A part of the text in one style.
#[derive(Clone, Copy)]
struct Part {
    from: usize,
    to: usize,
    style: Style,
    /// Whether a word is broken behind it.
    hyphen: bool,
}

/// A paragraph that is being broken into lines.
struct Setting<'a> {
    fonts: &'a mut Fonts,
    all: &'a str,
    t: Type,
    width: f32,
    rtl: bool,
    lines: Vec<Line>,
    line: Vec<Part>,
}

impl<'a> Setting<'a> {
    fn text(&self, part: Part) -> Cow<'a, str> {
        let text = &self.all[part.from..part.to];
        match part.hyphen {
            true => format!("{text}{SOFT_HYPHEN}").into(),
            false => text.into(),
        }
    }

    /// The parts between two places, without the end of a line.
    fn slices(&self, spans: &[Part], from: usize, to: usize) -> Vec<Part> {
        let to = from + self.all[from..to].trim_end_matches('\n').len();
        let cut = |s: &Part| Part {
            from: from.max(s.from),
            to: to.min(s.to),
            ..*s
        };
        spans.iter().map(cut).filter(|s| s.from < s.to).collect()
    }

    fn part_width(&mut self, part: Part) -> f32 {
        let (face, size, _) = self.t.of(part.style);
        let text = self.text(part);
        self.fonts.width(face, size, &text, self.rtl)
    }

    /// The width with and without the spaces at the end.
    fn measure(&mut self, chunk: &[Part]) -> (f32, f32) {
        let (mut wide, mut visible) = (0.0, 0.0);
        for (i, part) in chunk.iter().enumerate() {
            let w = self.part_width(*part);
            let shown = part.from + self.all[part.from..part.to].trim_end().len();
            visible = if i + 1 == chunk.len() && shown < part.to {
                wide + self.part_width(Part { to: shown, ..*part })
            } else {
                wide + w
            };
            wide += w;
        }
        (wide, visible)
    }

    /// A word broken so that its beginning and a hyphen have room; only what is plainly a word: not a name, code or address.
    fn hyphenated(&mut self, chunk: &[Part], room: f32) -> Option<(Part, Part)> {
        let lang = self.fonts.language?;
        let [part] = *chunk else {
            return None;
        };
        let text = &self.all[part.from..part.to];
        let begins = text.find(char::is_alphabetic)?;
        let word = text[begins..].trim_end_matches(|c: char| !c.is_alphabetic());
        let nouns = lang == hypher::Lang::German;
        let capital = |(i, c): (usize, char)| c.is_uppercase() && (i > 0 || !nouns);
        if part.style == Style::Mono
            || word.chars().count() < SHORTEST
            || !word.chars().all(char::is_alphabetic)
            || word.chars().enumerate().any(capital)
        {
            return None;
        }
        let mut end = begins;
        let mut best = None;
        // The last syllable ends the word.
        let syllables = hypher::hyphenate(word, lang);
        let more = syllables.len().saturating_sub(1);
        for syllable in syllables.take(more) {
            end += syllable.len();
            let (at, hyphen) = (part.from + end, true);
            let head = Part {
                to: at,
                hyphen,
                ..part
            };
            let long = [&text[begins..end], &text[end..]].map(|p| p.chars().count() > 2);
            if long == [true, true] && self.part_width(head) <= room {
                best = Some((head, Part { from: at, ..part }));
            }
        }
        best
    }

    /// Fills whole lines with the beginning of a word that is too long, and returns the rest.
    fn break_anywhere(&mut self, chunk: Vec<Part>) -> Vec<Part> {
        let mut rest: Vec<Part> = Vec::new();
        let mut used = 0.0;
        for mut part in chunk {
            let (face, size, _) = self.t.of(part.style);
            let text = self.text(part);
            let glyphs = self.fonts.shape(face, &text, self.rtl);
            let mut starts: Vec<(usize, f32)> = glyphs
                .iter()
                .map(|g| (g.start as usize, g.advance * size))
                .collect();
            starts.sort_by_key(|s| s.0);
            // The glyphs of one cluster stay together.
            starts.dedup_by(|b, a| {
                let same = a.0 == b.0;
                if same {
                    a.1 += b.1;
                }
                same
            });
            let begin = part.from;
            for (at, w) in starts {
                let at = begin + at;
                if used + w > self.width && used > 0.0 {
                    self.line.append(&mut rest);
                    if at > part.from {
                        self.line.push(Part { to: at, ..part });
                    }
                    self.finish();
                    part.from = at;
                    used = 0.0;
                }
                used += w;
            }
            rest.push(part);
        }
        rest
    }

    /// Ends the line.
    fn finish(&mut self) {
        let parts = std::mem::take(&mut self.line);
        let mut texts: Vec<(Cow<'_, str>, Style)> = Vec::new();
        let mut end = None;
        for part in parts {
            match texts.last_mut() {
                Some((Cow::Borrowed(text), style))
                    if *style == part.style && end == Some(part.from) && !part.hyphen =>
                {
                    *text = &self.all[part.from - text.len()..part.to];
                }
                Some((text, style)) if *style == part.style => {
                    text.to_mut().push_str(&self.text(part));
                }
                _ => texts.push((self.text(part), part.style)),
            }
            end = Some(part.to);
        }
        if let Some((last, _)) = texts.last_mut() {
            *last = last.trim_end().to_owned().into();
        }
        let mut line = Line {
            rtl: self.rtl,
            ..Line::default()
        };
        for (text, style) in texts.into_iter().filter(|(text, _)| !text.is_empty()) {
            let (face, size, color) = self.t.of(style);
            let piece = piece(self.fonts, (face, size, color), &text, self.rtl);
            line.width += piece.width;
            line.pieces.push(piece);
        }
        self.lines.push(line);
    }
}

fn piece(
    fonts: &mut Fonts,
    (face, size, color): (usize, f32, Color),
    text: &str,
    rtl: bool,
) -> Piece {
    let glyphs = fonts.shape(face, text, rtl);
    Piece {
        width: super::fonts::advance(&glyphs) * size,
        text: text.into(),
        glyphs,
        size,
        color,
    }
}

/// Whether a break here would part a number from its unit, the hours of a duration from its minutes, a page from its number, or
/// a telephone number.
fn is_quantity(before: &str, after: &str) -> bool {
    let Some(head) = before.strip_suffix(' ') else {
        return false;
    };
    let last = head.rsplit(' ').next().unwrap_or_default();
    let next = after
        .split(' ')
        .next()
        .unwrap_or_default()
        .trim_end_matches(['.', ',', ';', ':', ')']);
    let begins = |s: &str| s.starts_with(|c: char| c.is_ascii_digit());
    let ends = |s: &str| s.ends_with(|c: char| c.is_ascii_digit());
    ends(last) && (begins(next) || matches!(next, "h" | "min" | "d" | "%"))
        || last == "h" && head.len() > 2 && begins(next) && ends(next)
        || last == "page" && begins(next)
}

/// A text for a place that has room for a few lines only; whoever needs all of it finds it in the tables.
pub(crate) fn shortened(text: &str) -> String {
    const MOST: usize = 160;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let head: String = text.chars().take(MOST).collect();
    format!("{}\u{2026}", head.trim_end())
}

/// What a font cannot show is not asked of it: controls vanish, tabs and odd spaces are spaces.
fn clean(s: &str) -> String {
    s.chars()
        .filter_map(|c| match c {
            SOFT_HYPHEN | '\u{feff}' => None,
            '\n' => Some('\n'),
            '\r' => None,
            '\t' | '\u{a0}' | '\u{202f}' | '\u{2007}' => Some(' '),
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

/// One line of one style, unbroken.
pub(crate) fn single(fonts: &mut Fonts, text: &str, t: Type) -> Line {
    let text = clean(text).replace('\n', " ");
    let rtl = unicode_bidi::get_base_direction(text.as_str()) == unicode_bidi::Direction::Rtl;
    let mut line = Line {
        rtl,
        ..Line::default()
    };
    let text = text.trim_end();
    if !text.is_empty() {
        let piece = piece(fonts, t.of(Style::Plain), text, rtl);
        line.width = piece.width;
        line.pieces.push(piece);
    }
    line
}
