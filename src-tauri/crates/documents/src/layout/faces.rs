//! Faces: those that are shipped with the program.

use std::sync::OnceLock;

/// A face that text is set in.
#[derive(Clone)]
pub struct Face {
    /// Its PostScript name.
    pub name: &'static str,
    /// The font file.
    pub data: &'static [u8],
    /// Which face of the file it is, where that holds several.
    pub index: u32,
    /// Design units in an em.
    pub units: f32,
    /// How heavy it is (OS/2, usWeightClass): 400 is regular, 600 semibold.
    pub weight: u16,
    pub(super) shaper: rustybuzz::Face<'static>,
}

/// The faces, in the order of the indices used everywhere.
pub const REGULAR: usize = 0;
/// Inter Medium.
pub const MEDIUM: usize = 1;
/// Inter SemiBold.
pub const SEMIBOLD: usize = 2;
/// JetBrains Mono.
pub const MONO: usize = 3;
/// Those that have what the others lack.
pub(super) const FALLBACK: [usize; 3] = [REGULAR, 4, 5];

const FILES: [(&str, &[u8]); 6] = [
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

impl Face {
    /// The shipped ones; read once.
    ///
    /// # Panics
    /// Never: the shipped files are well-formed, which a test shows.
    pub(super) fn shipped() -> &'static [Face] {
        static SHIPPED: OnceLock<Vec<Face>> = OnceLock::new();
        SHIPPED.get_or_init(|| {
            FILES
                .into_iter()
                .map(|(name, data)| {
                    Face::read(name, data, 0).expect("BUG: a shipped font is well-formed")
                })
                .collect()
        })
    }

    /// Whether it is the same as another one.
    pub(super) fn is(&self, other: &Face) -> bool {
        std::ptr::eq(self.data, other.data) && self.index == other.index
    }

    /// Whether it has a glyph for a letter, with an outline where the letter is more than a space.
    pub(super) fn draws(&self, c: char) -> bool {
        let id = self.shaper.glyph_index(c);
        id.is_some_and(|id| c.is_whitespace() || self.shaper.glyph_bounding_box(id).is_some())
    }

    /// How many glyphs it has.
    pub fn glyphs(&self) -> u16 {
        self.shaper.number_of_glyphs()
    }

    /// A face of a font file; `None` where it is not one.
    pub(super) fn read(name: &'static str, data: &'static [u8], index: u32) -> Option<Face> {
        let shaper = rustybuzz::Face::from_slice(data, index)?;
        Some(Face {
            name,
            data,
            index,
            units: shaper.units_per_em() as f32,
            weight: shaper.weight().to_number(),
            shaper,
        })
    }
}
