//! Colours and measures of the printed page; the colours are those of the window.

/// Red, green and blue, 0 to 1.
pub type Color = [f32; 3];

const fn rgb(hex: u32) -> Color {
    [
        ((hex >> 16) & 0xff) as f32 / 255.0,
        ((hex >> 8) & 0xff) as f32 / 255.0,
        (hex & 0xff) as f32 / 255.0,
    ]
}

pub(crate) const INK: Color = rgb(0x1d2320);
pub(crate) const QUIET: Color = rgb(0x5a625c);
pub(crate) const LINE: Color = rgb(0xd8d3c8);
pub(crate) const SUNKEN: Color = rgb(0xf3f1ec);
pub(crate) const ACCENT: Color = rgb(0x0f5e57);
pub(crate) const GAP: Color = rgb(0xa3301c);
pub(crate) const GAP_SOFT: Color = rgb(0xf8e5de);
pub(crate) const GAP_AREA: Color = rgb(0xf5e9e6);
pub(crate) const MET: Color = rgb(0x2c6a3b);
pub(crate) const MET_SOFT: Color = rgb(0xe2eee2);
pub(crate) const WARN: Color = rgb(0x8a5a00);
pub(crate) const WARN_SOFT: Color = rgb(0xf8edd6);
pub(crate) const WATERMARK: Color = rgb(0xf4f1ea);
pub(crate) const WHITE: Color = [1.0; 3];
/// Impact levels 1 to 5: lightness falls evenly, so the order survives grey print.
pub(crate) const RAMP: [Color; 5] = [
    rgb(0xf9f3e0),
    rgb(0xf1d795),
    rgb(0xf09a45),
    rgb(0xc44224),
    rgb(0x6d1424),
];

/// Points in a millimetre.
pub(crate) const MM: f32 = 72.0 / 25.4;

/// The power of ten that is not above a number above zero: by multiplication alone, so that it is the same on every system.
pub(crate) fn magnitude(x: f64) -> f64 {
    let mut power = 1.0;
    while power * 10.0 <= x && power < 1e300 {
        power *= 10.0;
    }
    while power > x && power > 1e-300 {
        power /= 10.0;
    }
    power
}

/// A size of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// 210 by 297 mm.
    #[default]
    A4,
    /// 8.5 by 11 inches.
    Letter,
}

impl Paper {
    /// All sizes.
    pub const ALL: [Paper; 2] = [Paper::A4, Paper::Letter];

    /// The word for it on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Paper::A4 => "a4",
            Paper::Letter => "letter",
        }
    }

    /// Width and height in points.
    pub fn size(self) -> (f32, f32) {
        match self {
            Paper::A4 => (210.0 * MM, 297.0 * MM),
            Paper::Letter => (612.0, 792.0),
        }
    }
}
