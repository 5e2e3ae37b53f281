//! A QR code with what it says beside it.

use super::super::flow::Flow;
use super::super::look::{INK, MM, QUIET, WHITE};
use super::super::text::Type;
use super::fitted;
use crate::model::Code;
use qrcodegen::{QrCode, QrCodeEcc};

const SIDE: f32 = 26.0 * MM;
/// Light modules around the code that readers ask for (ISO/IEC 18004, 5.3.8).
const QUIET_ZONE: i32 = 4;

pub(super) const HEIGHT: f32 = SIDE + 4.0;

pub(super) fn draw(f: &mut Flow<'_>, c: &Code) {
    let (x, y) = (f.x, f.y);
    f.area(x, y, SIDE, SIDE, WHITE);
    if let Ok(qr) = QrCode::encode_text(&c.data, QrCodeEcc::Medium) {
        let n = qr.size();
        let module = SIDE / (n + 2 * QUIET_ZONE) as f32;
        for row in 0..n {
            let mut column = 0;
            while column < n {
                let begin = column;
                while column < n && qr.get_module(column, row) {
                    column += 1;
                }
                if column > begin {
                    let at = |k: i32| (k + QUIET_ZONE) as f32 * module;
                    let wide = (column - begin) as f32 * module;
                    f.area(x + at(begin), y + at(row), wide, module, INK);
                }
                column += 1;
            }
        }
    }
    let t = Type {
        color: QUIET,
        ..Type::CELL
    };
    let left = x + SIDE + 8.0;
    let mut base = y + 18.0;
    for text in &c.lines {
        for l in fitted(f, text, t, f.x + f.width - left, 2) {
            f.place(&l, left, base);
            base += t.lead;
        }
    }
}
