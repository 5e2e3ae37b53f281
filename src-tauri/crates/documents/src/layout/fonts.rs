//! Fonts: shaping with fallback by coverage.

use std::collections::HashMap;
use std::rc::Rc;
use std::str::FromStr;

/// A face that is shipped with the program.
pub struct Face {
    /// Its PostScript name.
    pub name: &'static str,
    /// The font file.
    pub data: &'static [u8],
    /// Design units in an em.
    pub units: f32,
    shaper: rustybuzz::Face<'static>,
}

/// A glyph as it is placed; lengths in ems.
#[derive(Debug, Clone, PartialEq)]
pub struct Glyph {
    /// The face.
    pub face: usize,
    /// The glyph in that face.
    pub id: u16,
    /// How far it moves on.
    pub advance: f32,
    /// How far it stands off, to the right.
    pub dx: f32,
    /// How far it stands off, upwards.
    pub dy: f32,
    /// The text it stands for; empty where another glyph of the same cluster has it.
    pub text: String,
    /// Where that text begins in the shaped text.
    pub start: usize,
}

/// The faces, in the order of the indices used everywhere.
pub const REGULAR: usize = 0;
/// Inter Medium.
pub const MEDIUM: usize = 1;
/// Inter SemiBold.
pub const SEMIBOLD: usize = 2;
/// JetBrains Mono.
pub const MONO: usize = 3;
const FALLBACK: [usize; 3] = [REGULAR, 4, 5];

/// The shipped faces and what they have shaped so far.
pub struct Fonts {
    /// The faces.
    pub faces: Vec<Face>,
    // Only looked up, never walked through, so its order reaches nothing.
    cache: HashMap<(usize, String), Rc<Vec<Glyph>>>,
    /// The language by whose rules words are broken, where there are any.
    pub(crate) language: Option<hypher::Lang>,
}

/// A hyphen that is there only because a line ends. It is drawn as any other, and stands for itself, so that whoever reads
/// the text of a page gets the word in one piece.
pub const SOFT_HYPHEN: char = '\u{ad}';

impl Fonts {
    /// The faces shipped with the program.
    ///
    /// # Panics
    /// Never: the shipped files are well-formed, which a test shows.
    pub fn shipped() -> Self {
        let files: [(&str, &[u8]); 6] = [
            (
                "Inter-Regular",
                include_bytes!("../../fonts/Inter_400Regular.ttf"),
            ),
            (
                "Inter-Medium",
                include_bytes!("../../fonts/Inter_500Medium.ttf"),
            ),
            (
                "Inter-SemiBold",
                include_bytes!("../../fonts/Inter_600SemiBold.ttf"),
            ),
            (
                "JetBrainsMono-Regular",
                include_bytes!("../../fonts/JetBrainsMono_400Regular.ttf"),
            ),
            (
                "NotoSansHebrew-Regular",
                include_bytes!("../../fonts/NotoSansHebrew_400Regular.ttf"),
            ),
            (
                "NotoSansArabic-Regular",
                include_bytes!("../../fonts/NotoSansArabic_400Regular.ttf"),
            ),
        ];
        let faces = files
            .into_iter()
            .map(|(name, data)| {
                let shaper = rustybuzz::Face::from_slice(data, 0)
                    .expect("BUG: a shipped font is well-formed");
                Face {
                    name,
                    data,
                    units: shaper.units_per_em() as f32,
                    shaper,
                }
            })
            .collect();
        Self {
            faces,
            cache: HashMap::new(),
            language: None,
        }
    }

    /// Breaks words by the rules of a language from now on, a BCP 47 tag; not at all where its rules are not known.
    pub fn hyphenate(&mut self, language: &str) {
        let two = language.get(..2).map(str::to_ascii_lowercase);
        let alone = language.get(2..3).is_none_or(|c| c == "-");
        self.language = match two.as_deref().map(str::as_bytes) {
            Some([a, b]) if alone => hypher::Lang::from_iso([*a, *b]),
            _ => None,
        };
    }

    /// Shapes text in a face, in visual order from left to right; what the face lacks is taken from others, and what all
    /// lack is shown as an empty box.
    pub fn shape(&mut self, face: usize, text: &str) -> Rc<Vec<Glyph>> {
        let key = (face, text.to_string());
        if let Some(g) = self.cache.get(&key) {
            return g.clone();
        }
        let glyphs = Rc::new(self.shape_bidi(face, text));
        // Long texts are seldom met twice.
        if text.len() < 64 {
            self.cache.insert(key, glyphs.clone());
        }
        glyphs
    }

    /// The width of text in points.
    pub fn width(&mut self, face: usize, size: f32, text: &str) -> f32 {
        self.shape(face, text)
            .iter()
            .map(|g| g.advance)
            .sum::<f32>()
            * size
    }

    fn shape_bidi(&self, face: usize, text: &str) -> Vec<Glyph> {
        if text.is_ascii() || !text.chars().any(is_rtl) {
            return self.shape_run(face, text, 0, false);
        }
        let bidi = unicode_bidi::BidiInfo::new(text, None);
        let mut out = Vec::new();
        for paragraph in &bidi.paragraphs {
            let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
            for run in runs {
                let rtl = levels
                    .get(run.start)
                    .is_some_and(unicode_bidi::Level::is_rtl);
                out.extend(self.shape_run(face, &text[run.clone()], run.start, rtl));
            }
        }
        out
    }

    /// Shapes text of one direction, split where another face is needed.
    fn shape_run(&self, face: usize, text: &str, offset: usize, rtl: bool) -> Vec<Glyph> {
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
        pieces
            .into_iter()
            .flat_map(|(f, a, b)| self.shape_piece(f, &text[a..b], offset + a, rtl))
            .collect()
    }

    fn face_for(&self, face: usize, last: usize, c: char) -> usize {
        let has = |f: usize| self.faces[f].shaper.glyph_index(c).is_some();
        [face, last]
            .into_iter()
            .chain(FALLBACK)
            .find(|f| has(*f))
            .unwrap_or(face)
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

    fn shape_piece(&self, face: usize, text: &str, offset: usize, rtl: bool) -> Vec<Glyph> {
        let f = &self.faces[face];
        let mut buffer = rustybuzz::UnicodeBuffer::new();
        for (i, c) in text.char_indices() {
            buffer.add(shown(c), i as u32);
        }
        buffer.guess_segment_properties();
        buffer.set_direction(if rtl {
            rustybuzz::Direction::RightToLeft
        } else {
            rustybuzz::Direction::LeftToRight
        });
        // Figures of one width; no ligatures, so that a search finds what was written.
        let features: Vec<rustybuzz::Feature> = ["liga=0", "calt=0", "dlig=0"]
            .iter()
            .filter_map(|s| rustybuzz::Feature::from_str(s).ok())
            .chain(figures(text))
            .collect();
        let features = if rtl { Vec::new() } else { features };
        let shaped = rustybuzz::shape(&f.shaper, &features, buffer);
        let infos = shaped.glyph_infos();
        let mut starts: Vec<usize> = infos.iter().map(|i| i.cluster as usize).collect();
        starts.sort_unstable();
        starts.dedup();
        let mut seen = std::collections::BTreeSet::new();
        infos
            .iter()
            .zip(shaped.glyph_positions())
            .map(|(i, p)| {
                let s = i.cluster as usize;
                let e = starts
                    .get(starts.partition_point(|x| *x <= s))
                    .copied()
                    .unwrap_or(text.len());
                let (face, id, advance) = match i.glyph_id {
                    0 => self.instead(),
                    id => (face, id as u16, p.x_advance as f32 / f.units),
                };
                Glyph {
                    face,
                    id,
                    advance,
                    dx: p.x_offset as f32 / f.units,
                    dy: p.y_offset as f32 / f.units,
                    text: if seen.insert(s) {
                        text[s..e].to_string()
                    } else {
                        String::new()
                    },
                    start: offset + s,
                }
            })
            .collect()
    }
}

/// The character that is drawn for one.
fn shown(c: char) -> char {
    match c {
        SOFT_HYPHEN => '-',
        c => c,
    }
}

/// Figures of one width, for the figures alone: hyphens and points keep their own.
fn figures(text: &str) -> Vec<rustybuzz::Feature> {
    let tag = ttf_parser::Tag::from_bytes(b"tnum");
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (i, _) in text.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
        match out.last_mut() {
            Some((_, end)) if *end == i => *end = i + 1,
            _ => out.push((i, i + 1)),
        }
    }
    out.into_iter()
        // The shaper takes one from the end of an exclusive range, and counts the end out all the same.
        .map(|(a, b)| rustybuzz::Feature::new(tag, 1, a..=b))
        .collect()
}

/// Characters that stay in the face of the one before them: marks, joiners, variation selectors, spaces.
fn is_joining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | ' ')
}

fn is_rtl(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{200f}' | '\u{202b}' | '\u{202e}' | '\u{2067}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}
