//! The operators of a page's content (ISO 32000-1, annex A), as bytes. What stands in force already is not said again.

use crate::layout::Color;

/// The content of a page, as far as it is written.
#[derive(Default)]
pub(super) struct Ink {
    out: Vec<u8>,
    fill: Option<Color>,
    stroke: Option<Color>,
    thick: Option<f32>,
    font: Option<(usize, f32)>,
}

/// Digits behind the point: hundredths of a point are finer than any printer.
const PLACES: u32 = 2;
/// Colours and directions need more.
const FINE: u32 = 5;

impl Ink {
    pub(super) fn finish(self) -> Vec<u8> {
        self.out
    }

    fn number(&mut self, value: f32, places: u32) {
        number(&mut self.out, value, places);
        self.out.push(b' ');
    }

    fn numbers(&mut self, values: &[f32], places: u32) {
        for v in values {
            self.number(*v, places);
        }
    }

    fn operator(&mut self, name: &str) {
        self.out.extend(name.as_bytes());
        self.out.push(b'\n');
    }

    /// Begins what belongs to a mark of a tag.
    pub(super) fn begin_mark(&mut self, tag: &str, mark: usize) {
        self.out
            .extend(format!("/{tag}<</MCID {mark}>>BDC\n").as_bytes());
    }

    /// Begins what says nothing.
    pub(super) fn begin_artifact(&mut self) {
        self.operator("/Artifact BMC");
    }

    /// Begins what stands for a text.
    pub(super) fn begin_text_for(&mut self, text: &str) {
        self.out.extend(b"/Span<</ActualText<FEFF");
        for unit in text.encode_utf16() {
            self.out.extend(format!("{unit:04X}").as_bytes());
        }
        self.out.extend(b">>>BDC\n");
    }

    pub(super) fn end_mark(&mut self) {
        self.operator("EMC");
    }

    pub(super) fn begin_text(&mut self) {
        self.operator("BT");
    }

    pub(super) fn end_text(&mut self) {
        self.operator("ET");
    }

    pub(super) fn fill_color(&mut self, color: Color) {
        if self.fill.replace(color) != Some(color) {
            self.numbers(&color, FINE);
            self.operator("rg");
        }
    }

    fn stroke_color(&mut self, color: Color) {
        if self.stroke.replace(color) != Some(color) {
            self.numbers(&color, FINE);
            self.operator("RG");
        }
    }

    fn thickness(&mut self, thick: f32) {
        if self.thick.replace(thick) != Some(thick) {
            self.number(thick, PLACES);
            self.operator("w");
        }
    }

    pub(super) fn font(&mut self, font: usize, size: f32) {
        if self.font.replace((font, size)) != Some((font, size)) {
            self.out.extend(format!("/{} ", name(font)).as_bytes());
            self.number(size, PLACES);
            self.operator("Tf");
        }
    }

    /// Where the next glyph stands, and how far its line is turned, anticlockwise in degrees.
    pub(super) fn text_at(&mut self, x: f32, y: f32, turn: f32) {
        let (sin, cos) = libm::sincosf(turn.to_radians());
        match turn == 0.0 {
            true => self.out.extend(b"1 0 0 1 "),
            false => self.numbers(&[cos, sin, -sin, cos], FINE),
        }
        self.numbers(&[x, y], PLACES);
        self.operator("Tm");
    }

    /// Shows glyphs, each moved on by so many thousandths of an em less than it is wide.
    pub(super) fn show(&mut self, glyphs: impl Iterator<Item = (u16, i64)>) {
        self.out.extend(b"[(");
        for (id, shift) in glyphs {
            for byte in id.to_be_bytes() {
                match byte {
                    b'(' | b')' | b'\\' => self.out.extend([b'\\', byte]),
                    b'\r' => self.out.extend(b"\\r"),
                    byte => self.out.push(byte),
                }
            }
            if shift != 0 {
                self.out.push(b')');
                integer(&mut self.out, shift);
                self.out.push(b'(');
            }
        }
        self.operator(")]TJ");
    }

    /// A line or an area.
    pub(super) fn path(
        &mut self,
        points: impl Iterator<Item = (f32, f32)>,
        closed: bool,
        fill: Option<Color>,
        stroke: Option<(Color, f32)>,
    ) {
        if let Some(color) = fill {
            self.fill_color(color);
        }
        if let Some((color, thick)) = stroke {
            self.stroke_color(color);
            self.thickness(thick);
        }
        for (n, (x, y)) in points.enumerate() {
            self.numbers(&[x, y], PLACES);
            self.operator(if n == 0 { "m" } else { "l" });
        }
        self.operator(match (fill.is_some(), stroke.is_some(), closed) {
            (true, true, true) => "b",
            (true, true, false) => "B",
            (true, false, _) => "f",
            (false, true, true) => "s",
            (false, true, false) => "S",
            (false, false, _) => "n",
        });
    }
}

/// The name of a face among the resources of a page.
pub(super) fn name(font: usize) -> String {
    format!("T{font}")
}

/// A number with so many digits behind the point at most.
fn number(out: &mut Vec<u8>, value: f32, places: u32) {
    let scale = 10_i64.pow(places);
    let scaled = (f64::from(value) * scale as f64).round() as i64;
    if scaled < 0 {
        out.push(b'-');
    }
    let scaled = scaled.unsigned_abs();
    let (whole, mut rest) = (scaled / scale as u64, scaled % scale as u64);
    integer(out, whole as i64);
    if rest > 0 {
        out.push(b'.');
        let mut unit = scale as u64 / 10;
        while rest > 0 {
            out.push(b'0' + (rest / unit) as u8);
            rest %= unit;
            unit /= 10;
        }
    }
}

fn integer(out: &mut Vec<u8>, value: i64) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push(b'-');
    }
    out.extend(&digits[at..]);
}
