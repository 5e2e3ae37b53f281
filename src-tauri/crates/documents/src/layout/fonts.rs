//! Fonts: shaping with fallback by coverage.

use super::faces::FALLBACK;
pub use super::faces::{Face, MEDIUM, MONO, REGULAR, SEMIBOLD};
pub use super::system::NamedFont;
use super::system::{self, Offered, Region};
use super::text::Lines;
use hashbrown::HashMap;
use rustybuzz::{Direction, Feature, ShapePlan, UnicodeBuffer};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A glyph as it is placed; lengths in ems.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glyph {
    /// The face.
    pub face: u16,
    /// The glyph in that face.
    pub id: u16,
    /// Where the text that it stands for begins in the shaped text, in bytes.
    pub start: u32,
    /// How long that text is, in bytes; 0 where another glyph of the same cluster has it.
    pub length: u16,
    /// How far it moves on.
    pub advance: f32,
    /// How far it stands off, to the right.
    pub dx: f32,
    /// How far it stands off, upwards.
    pub dy: f32,
}

impl Glyph {
    /// The text it stands for, of the text that was shaped.
    pub fn text(self, of: &str) -> &str {
        let start = self.start as usize;
        of.get(start..start + usize::from(self.length))
            .unwrap_or_default()
    }
}

/// How far glyphs move on together, in ems.
pub fn advance(glyphs: &[Glyph]) -> f32 {
    glyphs.iter().map(|g| g.advance).sum()
}

/// A piece of text that is shaped by itself, wherever it stands.
struct Word {
    glyphs: Box<[Glyph]>,
    advance: f32,
}

/// The faces, and what they have shaped so far.
pub struct Fonts {
    /// The faces.
    pub faces: Vec<Face>,
    // These are only looked up, never walked through, so their order reaches nothing.
    /// Of each face.
    words: Vec<HashMap<Box<str>, Arc<Word>>>,
    plans: BTreeMap<(usize, [u8; 4], bool, bool), ShapePlan>,
    /// The lines of paragraphs, while a document is laid out.
    pub(super) lines: Lines,
    /// The language by whose rules words are broken, where there are any.
    pub(crate) language: Option<hypher::Lang>,
    /// Whose letters the document has, by its language.
    region: Option<Region>,
    /// How many faces are shipped; those behind are the system's.
    shipped: usize,
    /// What may be taken of the system.
    offered: Offered,
    /// The faces of the system taken so far, for a region and a weight.
    taken: BTreeMap<(Option<Region>, u16), Vec<usize>>,
    /// What none of them has.
    lacking: BTreeSet<char>,
}

/// A hyphen that is there only because a line ends. It is drawn as any other, and stands for itself, so that whoever reads
/// the text of a page gets the word in one piece.
pub const SOFT_HYPHEN: char = '\u{ad}';

impl Fonts {
    /// The faces shipped with the program.
    pub fn shipped() -> Self {
        let faces = Face::shipped().to_vec();
        Self {
            words: faces.iter().map(|_| HashMap::new()).collect(),
            shipped: faces.len(),
            faces,
            plans: BTreeMap::new(),
            lines: Lines::default(),
            language: None,
            region: None,
            offered: Offered::Only(Vec::new()),
            taken: BTreeMap::new(),
            lacking: BTreeSet::new(),
        }
    }

    /// Those, and for letters that they lack the fonts of this system.
    pub fn with_system() -> Self {
        Self {
            offered: Offered::All,
            ..Self::shipped()
        }
    }

    /// Those, and just these fonts of the system, in their order.
    ///
    /// # Errors
    /// The first one that this system does not have.
    pub fn with(named: &[NamedFont]) -> Result<Self, NamedFont> {
        let mut fonts = Self::shipped();
        for font in named {
            let face = system::find(font).ok_or_else(|| font.clone())?;
            fonts.add(face);
        }
        fonts.offered = Offered::Only(named.to_vec());
        Ok(fonts)
    }

    /// The fonts of the system in use, in the order in which they were taken.
    pub fn named(&self) -> Vec<NamedFont> {
        let taken = self.faces.iter().skip(self.shipped);
        taken.map(system::name_of).collect()
    }

    fn add(&mut self, face: Face) -> usize {
        self.faces.push(face);
        self.words.push(HashMap::new());
        self.faces.len() - 1
    }

    /// Sets text of a language from now on, a BCP 47 tag: words are broken by its rules, not at all where these are not known,
    /// and letters look as there.
    pub fn speak(&mut self, language: &str) {
        self.region = Region::of_language(language);
        let two = language.get(..2).map(str::to_ascii_lowercase);
        let alone = language.get(2..3).is_none_or(|c| c == "-");
        self.language = match two.as_deref().map(str::as_bytes) {
            Some([a, b]) if alone => hypher::Lang::from_iso([*a, *b]),
            _ => None,
        };
        self.lines = Lines::default();
    }

    /// Shapes text in a face, in visual order from left to right, as a part of a paragraph that is read from the right or not;
    /// what the face lacks is taken from others, and what all lack is shown as an empty box.
    pub fn shape(&mut self, face: usize, text: &str, rtl: bool) -> Arc<[Glyph]> {
        let mut out = Vec::with_capacity(text.len());
        if !goes_left(text, rtl) {
            self.shape_words(face, text, 0, &mut out);
            return out.into();
        }
        let base = rtl.then(unicode_bidi::Level::rtl);
        let bidi = unicode_bidi::BidiInfo::new(text, base);
        for paragraph in &bidi.paragraphs {
            let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
            for run in runs {
                let rtl = levels
                    .get(run.start)
                    .is_some_and(unicode_bidi::Level::is_rtl);
                match rtl {
                    true => self.shape_run(face, &text[run.clone()], run.start, rtl, &mut out),
                    false => self.shape_words(face, &text[run.clone()], run.start, &mut out),
                }
            }
        }
        out.into()
    }

    /// The width of text in points.
    pub fn width(&mut self, face: usize, size: f32, text: &str, rtl: bool) -> f32 {
        if goes_left(text, rtl) {
            return advance(&self.shape(face, text, rtl)) * size;
        }
        let mut sum = 0.0;
        for word in words(text) {
            sum += self.word(face, word).advance;
        }
        sum * size
    }

    fn shape_words(&mut self, face: usize, text: &str, offset: usize, out: &mut Vec<Glyph>) {
        let mut at = offset as u32;
        for word in words(text) {
            let shaped = self.word(face, word);
            out.extend(shaped.glyphs.iter().map(|g| Glyph {
                start: g.start + at,
                ..*g
            }));
            at += word.len() as u32;
        }
    }

    fn word(&mut self, face: usize, word: &str) -> Arc<Word> {
        if let Some(known) = self.words[face].get(word) {
            return known.clone();
        }
        let mut glyphs = Vec::new();
        self.shape_run(face, word, 0, false, &mut glyphs);
        let shaped = Arc::new(Word {
            advance: advance(&glyphs),
            glyphs: glyphs.into(),
        });
        self.words[face].insert(word.into(), shaped.clone());
        shaped
    }

    /// Shapes text of one direction, split where another face is needed.
    fn shape_run(
        &mut self,
        face: usize,
        text: &str,
        offset: usize,
        rtl: bool,
        out: &mut Vec<Glyph>,
    ) {
        let mut pieces: Vec<(usize, usize, usize)> = Vec::new();
        for (i, written) in text.char_indices() {
            let c = shown(written);
            let last = pieces.last().map_or(face, |p| p.0);
            let f = if is_joining(c) {
                last
            } else {
                self.face_for(face, last, c)
            };
            let end = i + written.len_utf8();
            match pieces.last_mut() {
                Some(p) if p.0 == f => p.2 = end,
                _ => pieces.push((f, i, end)),
            }
        }
        if rtl {
            pieces.reverse();
        }
        for (f, a, b) in pieces {
            self.shape_piece(f, &text[a..b], offset + a, rtl, out);
        }
    }

    fn face_for(&mut self, face: usize, last: usize, c: char) -> usize {
        let has = |f: usize| self.faces[f].shaper.glyph_index(c).is_some();
        let known = [face, last].into_iter().chain(FALLBACK).find(|f| has(*f));
        known.or_else(|| self.of_system(face, c)).unwrap_or(face)
    }

    /// The face of the system for a letter that none of the others has, in the weight of a face.
    fn of_system(&mut self, face: usize, c: char) -> Option<usize> {
        if self.lacking.contains(&c) {
            return None;
        }
        let region = Region::of_letter(c, self.region);
        let key = (region, self.faces[face].weight);
        let has = |f: &usize| self.faces[*f].shaper.glyph_index(c).is_some();
        if let Some(known) = self
            .taken
            .get(&key)
            .and_then(|t| t.iter().copied().find(has))
        {
            return Some(known);
        }
        let Some(chosen) = system::choose(c, key, &self.offered) else {
            self.lacking.insert(c);
            return None;
        };
        let known = self.faces.iter().position(|f| f.is(&chosen));
        let at = known.unwrap_or_else(|| self.add(chosen));
        self.taken.entry(key).or_default().push(at);
        Some(at)
    }

    /// What is shown for a character that no face has. The glyph that fonts have for that stands for nothing, which an
    /// archival file must not use.
    fn instead(&self) -> (usize, u16, f32) {
        let f = &self.faces[REGULAR];
        let id = ['\u{fffd}', '\u{25a1}', '?']
            .into_iter()
            .find_map(|c| f.shaper.glyph_index(c));
        let id = id.unwrap_or_default();
        let wide = f.shaper.glyph_hor_advance(id).unwrap_or_default();
        (REGULAR, id.0, f32::from(wide) / f.units)
    }

    fn shape_piece(
        &mut self,
        face: usize,
        text: &str,
        offset: usize,
        rtl: bool,
        out: &mut Vec<Glyph>,
    ) {
        let mut buffer = UnicodeBuffer::new();
        for (i, c) in text.char_indices() {
            buffer.add(shown(c), i as u32);
        }
        buffer.guess_segment_properties();
        buffer.set_direction(match rtl {
            true => Direction::RightToLeft,
            false => Direction::LeftToRight,
        });
        let digits = text.starts_with(|c: char| c.is_ascii_digit());
        let script = buffer.script();
        let f = &self.faces[face];
        let plan = self
            .plans
            .entry((face, script.tag().to_bytes(), rtl, digits))
            .or_insert_with(|| {
                let features = features(rtl, digits);
                ShapePlan::new(&f.shaper, buffer.direction(), Some(script), None, &features)
            });
        let shaped = rustybuzz::shape_with_plan(&f.shaper, plan, buffer);
        let infos = shaped.glyph_infos();
        let mut starts: Vec<u32> = infos.iter().map(|i| i.cluster).collect();
        starts.sort_unstable();
        starts.dedup();
        let mut seen = vec![false; starts.len()];
        for (i, p) in infos.iter().zip(shaped.glyph_positions()) {
            let cluster = starts.partition_point(|x| *x < i.cluster);
            let end = starts.get(cluster + 1).map_or(text.len(), |e| *e as usize);
            let first = !std::mem::replace(&mut seen[cluster], true);
            let (face, id, advance) = match i.glyph_id {
                0 => self.instead(),
                id => (face, id as u16, p.x_advance as f32 / f.units),
            };
            out.push(Glyph {
                face: face as u16,
                id,
                start: offset as u32 + i.cluster,
                length: match first {
                    true => u16::try_from(end - i.cluster as usize).unwrap_or(u16::MAX),
                    false => 0,
                },
                advance,
                dx: p.x_offset as f32 / f.units,
                dy: p.y_offset as f32 / f.units,
            });
        }
    }
}

/// Figures of one width, and no ligatures, so that a search finds what was written; what is read from the right is as its face
/// wants it.
fn features(rtl: bool, digits: bool) -> Vec<Feature> {
    if rtl {
        return Vec::new();
    }
    let off = [b"liga", b"calt", b"dlig"].map(|tag| (tag, 0));
    let on = digits.then_some((b"tnum", 1));
    off.into_iter()
        .chain(on)
        .map(|(tag, value)| Feature::new(ttf_parser::Tag::from_bytes(tag), value, ..))
        .collect()
}

/// The pieces of a text that is read from the left which are shaped each by itself: words with the spaces behind them, and
/// figures one by one, since all have one width.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let digit = rest.chars().next()?.is_ascii_digit();
        let ends = |(i, c): (usize, char)| {
            let next = rest[i + c.len_utf8()..].chars().next();
            let joined = next.is_some_and(is_joining);
            let parts = digit || c == ' ' || next.is_some_and(|c| c.is_ascii_digit());
            (parts && !joined).then_some(i + c.len_utf8())
        };
        let end = rest.char_indices().find_map(ends).unwrap_or(rest.len());
        let (word, more) = rest.split_at(end);
        rest = more;
        Some(word)
    })
}

/// The character that is drawn for one.
fn shown(c: char) -> char {
    match c {
        SOFT_HYPHEN => '-',
        c => c,
    }
}

/// Characters that stay in the face of the one before them: marks, joiners, variation selectors, spaces.
fn is_joining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | ' ')
}

/// Whether any of a text is read from the right.
fn goes_left(text: &str, rtl: bool) -> bool {
    rtl || !text.is_ascii() && text.chars().any(is_rtl)
}

fn is_rtl(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{200f}' | '\u{202b}' | '\u{202e}' | '\u{2067}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}
