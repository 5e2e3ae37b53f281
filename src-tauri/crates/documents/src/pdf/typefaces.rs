//! The faces of a file: each cut down to the glyphs in use, with the text that each of these stands for.

use super::{PdfError, ink, typeset};
use crate::layout::{Fonts, Glyph, Item, Laid};
use printpdf::{
    Codepoint, FontId, Op, ParsedFont, PdfDocument, PdfFont, PdfFontHandle, Pt, TextItem,
};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

/// Of each face, of each of its glyphs, the text it stands for; empty where the glyph is not used.
pub(super) type Texts = Vec<Vec<Box<str>>>;

/// The faces in use.
pub(super) struct Typefaces {
    /// Of each face, of each of its glyphs, which one it is in the file and how wide that says it is, in thousandths of an em.
    placed: Vec<Vec<(u16, f32)>>,
    texts: Texts,
}

/// A face cut down, and the glyphs that are left with the number each has now.
struct Subset {
    font: ParsedFont,
    remap: subsetter::GlyphRemapper,
}

impl Typefaces {
    /// Puts the faces that pages use into a file; and the operations that tell it of each glyph, once.
    pub(super) fn of(
        fonts: &Fonts,
        laid: &Laid,
        pdf: &mut PdfDocument,
    ) -> Result<(Self, Vec<Op>), PdfError> {
        let mut texts: Texts = fonts
            .faces
            .iter()
            .map(|f| vec![Box::default(); usize::from(f.glyphs())])
            .collect();
        for item in laid.pages.iter().flat_map(|p| &p.items) {
            if let Item::Text { text, glyphs, .. } = &item.item {
                typeset::note(glyphs, text, &mut texts);
            }
        }
        let subsets: Vec<Option<Subset>> = (0..texts.len())
            .into_par_iter()
            .map(|face| cut(fonts, face, &texts[face]))
            .collect::<Result<_, _>>()?;
        let (mut placed, mut ops) = (Vec::new(), Vec::new());
        for (face, subset) in subsets.into_iter().enumerate() {
            let Some(Subset { font, remap }) = subset else {
                placed.push(Vec::new());
                continue;
            };
            let units = fonts.faces[face].units;
            let mut glyphs = vec![(0, 0.0); texts[face].len()];
            let mut told = Vec::new();
            for old in remap.remapped_gids() {
                let new = remap.get(old).unwrap_or_default();
                let wide = font.get_glyph_width(new).unwrap_or_default();
                // As printpdf writes them: whole thousandths, cut off.
                let wide = (f32::from(wide) * 1000.0 / units).trunc();
                glyphs[usize::from(old)] = (new, wide);
                let text = &texts[face][usize::from(old)];
                if !text.is_empty() {
                    told.push(Codepoint::with_cid(new, 0.0, text.to_string()));
                }
            }
            placed.push(glyphs);
            let id = FontId(ink::name(face));
            ops.extend([
                Op::StartTextSection,
                Op::SetFont {
                    font: PdfFontHandle::External(id.clone()),
                    size: Pt(1.0),
                },
                Op::ShowText {
                    items: vec![TextItem::GlyphIds(told)],
                },
                Op::EndTextSection,
            ]);
            pdf.resources.fonts.map.insert(id, PdfFont::new(font));
        }
        Ok((Self { placed, texts }, ops))
    }

    /// The text that a glyph stands for by itself.
    pub(super) fn text(&self, g: Glyph) -> &str {
        &self.texts[usize::from(g.face)][usize::from(g.id)]
    }

    /// A glyph's number and width in the file.
    pub(super) fn placed(&self, g: Glyph) -> (u16, f32) {
        self.placed[usize::from(g.face)][usize::from(g.id)]
    }
}

/// The six letters that tell a subset from others of the same face (ISO 32000-1, 9.6.4), made of what is in it.
fn tag(subset: &[u8]) -> String {
    let hash = Sha256::digest(subset);
    let letters = hash.iter().take(6);
    letters.map(|b| char::from(b'A' + b % 26)).collect()
}

/// Cuts a face down to the glyphs that have a text; `None` where none has.
fn cut(fonts: &Fonts, face: usize, texts: &[Box<str>]) -> Result<Option<Subset>, PdfError> {
    let glyphs = texts.iter().enumerate();
    let used: Vec<u16> = glyphs
        .filter(|(_, text)| !text.is_empty())
        .map(|(id, _)| id as u16)
        .collect();
    if used.is_empty() {
        return Ok(None);
    }
    let remap = subsetter::GlyphRemapper::new_from_glyphs_sorted(&used);
    let from = &fonts.faces[face];
    let bytes =
        subsetter::subset(from.data, from.index, &remap).map_err(|_| PdfError::Font(from.name))?;
    let mut font =
        ParsedFont::from_bytes(&bytes, 0, &mut Vec::new()).ok_or(PdfError::Font(from.name))?;
    font.font_name = Some(format!("{}+{}", tag(&bytes), from.name));
    Ok(Some(Subset { font, remap }))
}
