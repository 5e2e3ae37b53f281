//! Lines: where text breaks.

use super::fonts::{Fonts, MEDIUM, MONO, REGULAR, SEMIBOLD, SOFT_HYPHEN};
use super::look::{Color, INK, QUIET};
use crate::model::{Run, Style};
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
    pub text: String,
    pub face: usize,
    pub size: f32,
    pub color: Color,
    pub width: f32,
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

/// Breaks runs into lines of at most `width` points, by the rules of Unicode (UAX #14); a word that is too long is
/// broken by the rules of its language, or wherever it has to be. So is a word of running text that would leave much of a line
/// empty.
pub(crate) fn wrap(fonts: &mut Fonts, runs: &[Run], t: Type, width: f32) -> Vec<Line> {
    let mut all = String::new();
    let mut spans = Vec::new();
    for r in runs {
        let start = all.len();
        all.push_str(&clean(&r.text));
        spans.push((start, all.len(), r.style));
    }
    if all.trim().is_empty() {
        return Vec::new();
    }
    let mut lines = Vec::new();
    let mut line: Vec<(String, Style)> = Vec::new();
    let mut used = 0.0;
    let mut from = 0;
    let mut broken = 0;
    let breaks: Vec<(usize, BreakOpportunity)> = linebreaks(&all).collect();
    for (i, (to, kind)) in breaks.iter().copied().enumerate() {
        // A quantity and its unit stay together, where there is room for both.
        if let Some((next, _)) = breaks.get(i + 1)
            && kind == BreakOpportunity::Allowed
            && is_quantity(&all[..to], &all[to..])
            && measure(fonts, &slices(&all, &spans, from, *next), t).1 <= width
        {
            continue;
        }
        let mut chunk = slices(&all, &spans, from, to);
        from = to;
        let (mut wide, mut visible) = measure(fonts, &chunk, t);
        let may_wait = visible <= width;
        let gap = width - used;
        let last = to >= all.len();
        let running = t.face == REGULAR && t.size >= 9.0;
        let worth =
            !may_wait || running && !last && broken < 2 && width >= NARROW && gap > EMPTY * width;
        if used + visible > width
            && worth
            && let Some((head, tail)) = hyphenated(fonts, &chunk, t, gap)
        {
            line.push(head);
            lines.push(finish(fonts, std::mem::take(&mut line), t));
            (broken, used) = (broken + 1, 0.0);
            chunk = vec![tail];
            (wide, visible) = measure(fonts, &chunk, t);
        } else if used > 0.0 && used + visible > width {
            lines.push(finish(fonts, std::mem::take(&mut line), t));
            (broken, used) = (0, 0.0);
        }
        if visible > width {
            chunk = break_anywhere(fonts, chunk, t, width, &mut lines);
            used = measure(fonts, &chunk, t).0;
        } else {
            used += wide;
        }
        line.extend(chunk);
        if kind == BreakOpportunity::Mandatory && to < all.len() {
            lines.push(finish(fonts, std::mem::take(&mut line), t));
            used = 0.0;
        }
    }
    lines.push(finish(fonts, line, t));
    if unicode_bidi::get_base_direction(all.as_str()) == unicode_bidi::Direction::Rtl {
        lines.iter_mut().for_each(|l| l.rtl = true);
    }
    lines
}

/// How much of a line of running text may stay empty before a word is broken.
const EMPTY: f32 = 0.12;
/// In a column narrower than that, in points, lines are uneven anyway, and only a word that has no room in one is broken.
const NARROW: f32 = 160.0;
/// The shortest word that is broken, in letters.
const SHORTEST: usize = 7;

/// A word broken so that its beginning and a hyphen have room; only what is plainly a word: not a name, code or address.
fn hyphenated(
    fonts: &mut Fonts,
    chunk: &[(String, Style)],
    t: Type,
    room: f32,
) -> Option<((String, Style), (String, Style))> {
    let lang = fonts.language?;
    let [(text, style)] = chunk else {
        return None;
    };
    let begins = text.find(char::is_alphabetic)?;
    let word = text[begins..].trim_end_matches(|c: char| !c.is_alphabetic());
    let nouns = lang == hypher::Lang::German;
    let capital = |(i, c): (usize, char)| c.is_uppercase() && (i > 0 || !nouns);
    if *style == Style::Mono
        || word.chars().count() < SHORTEST
        || !word.chars().all(char::is_alphabetic)
        || word.chars().enumerate().any(capital)
    {
        return None;
    }
    let (face, size, _) = t.of(*style);
    let mut end = begins;
    let mut best = None;
    // The last syllable ends the word.
    let syllables = hypher::hyphenate(word, lang);
    let more = syllables.len().saturating_sub(1);
    for syllable in syllables.take(more) {
        end += syllable.len();
        let head = format!("{}{SOFT_HYPHEN}", &text[..end]);
        let long = [&text[begins..end], &text[end..]].map(|p| p.chars().count() > 2);
        if long == [true, true] && fonts.width(face, size, &head) <= room {
            best = Some(((head, *style), (text[end..].to_owned(), *style)));
        }
    }
    best
}

/// Whether a break here would part a number from its unit, the hours of a duration from its minutes, or a telephone number.
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

fn slices(
    all: &str,
    spans: &[(usize, usize, Style)],
    from: usize,
    to: usize,
) -> Vec<(String, Style)> {
    spans
        .iter()
        .filter(|(a, b, _)| *a < to && *b > from)
        .map(|(a, b, s)| (all[from.max(*a)..to.min(*b)].replace('\n', ""), *s))
        .filter(|(s, _)| !s.is_empty())
        .collect()
}

/// The width with and without the spaces at the end.
fn measure(fonts: &mut Fonts, chunk: &[(String, Style)], t: Type) -> (f32, f32) {
    let (mut wide, mut visible) = (0.0, 0.0);
    for (i, (s, style)) in chunk.iter().enumerate() {
        let (face, size, _) = t.of(*style);
        let w = fonts.width(face, size, s);
        let shown = s.trim_end();
        visible = if i + 1 == chunk.len() && shown.len() < s.len() {
            wide + fonts.width(face, size, shown)
        } else {
            wide + w
        };
        wide += w;
    }
    (wide, visible)
}

/// Fills whole lines with the beginning of a word that is too long, and returns the rest.
fn break_anywhere(
    fonts: &mut Fonts,
    chunk: Vec<(String, Style)>,
    t: Type,
    width: f32,
    lines: &mut Vec<Line>,
) -> Vec<(String, Style)> {
    let mut line: Vec<(String, Style)> = Vec::new();
    let mut used = 0.0;
    for (text, style) in chunk {
        let (face, size, _) = t.of(style);
        let mut starts: Vec<(usize, f32)> = Vec::new();
        for g in fonts.shape(face, &text).iter() {
            starts.push((g.start, g.advance * size));
        }
        starts.sort_by_key(|s| s.0);
        // The glyphs of one cluster stay together.
        starts.dedup_by(|b, a| {
            let same = a.0 == b.0;
            if same {
                a.1 += b.1;
            }
            same
        });
        let mut from = 0;
        for (at, w) in starts {
            if used + w > width && used > 0.0 && at > from {
                line.push((text[from..at].to_string(), style));
                lines.push(finish(fonts, std::mem::take(&mut line), t));
                from = at;
                used = 0.0;
            }
            used += w;
        }
        line.push((text[from..].to_string(), style));
    }
    line
}

fn finish(fonts: &mut Fonts, parts: Vec<(String, Style)>, t: Type) -> Line {
    let mut merged: Vec<(String, Style)> = Vec::new();
    for (s, style) in parts {
        match merged.last_mut() {
            Some(m) if m.1 == style => m.0.push_str(&s),
            _ => merged.push((s, style)),
        }
    }
    if let Some(last) = merged.last_mut() {
        last.0.truncate(last.0.trim_end().len());
    }
    let mut line = Line::default();
    for (text, style) in merged.into_iter().filter(|m| !m.0.is_empty()) {
        let (face, size, color) = t.of(style);
        let width = fonts.width(face, size, &text);
        line.width += width;
        line.pieces.push(Piece {
            text,
            face,
            size,
            color,
            width,
        });
    }
    line
}

/// One line of one style, unbroken.
pub(crate) fn single(fonts: &mut Fonts, text: &str, t: Type) -> Line {
    let mut line = finish(
        fonts,
        vec![(clean(text).replace('\n', " "), Style::Plain)],
        t,
    );
    line.width = line.pieces.iter().map(|p| p.width).sum();
    line
}
