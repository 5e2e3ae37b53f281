//! Empty fields for signatures.

use super::utf16;
use crate::layout::{Item, Page};
use lopdf::{Object, ObjectId, Stream, dictionary};

/// Adds the fields of a page to it; each with its part.
pub(super) fn write(
    file: &mut lopdf::Document,
    page: ObjectId,
    laid: &Page,
) -> Result<Vec<(usize, ObjectId)>, lopdf::Error> {
    let mut out = Vec::new();
    for placed in &laid.items {
        let (
            Item::Field {
                x,
                y,
                w,
                h,
                name,
                says,
            },
            Some(part),
        ) = (&placed.item, placed.part)
        else {
            continue;
        };
        // An archival file shows every field, also an empty one (ISO 19005-3, 6.3.3).
        let nothing = file.add_object(Stream::new(
            dictionary! {
                "Type" => "XObject", "Subtype" => "Form",
                "BBox" => vec![0.into(), 0.into(), (*w).into(), (*h).into()],
            },
            Vec::new(),
        ));
        let bottom = laid.size.1 - y - h;
        let field = file.add_object(dictionary! {
            "Type" => "Annot",
            "Subtype" => "Widget",
            "FT" => "Sig",
            "T" => utf16(name),
            "TU" => utf16(says),
            "F" => 4,
            "P" => page,
            "Rect" => vec![(*x).into(), bottom.into(), (x + w).into(), (bottom + h).into()],
            "AP" => dictionary! { "N" => nothing },
        });
        out.push((part, field));
    }
    if !out.is_empty() {
        let page = file.get_dictionary_mut(page)?;
        let mut all = match page.get(b"Annots") {
            Ok(a) => a.as_array()?.clone(),
            Err(_) => Vec::new(),
        };
        all.extend(out.iter().map(|(_, id)| Object::Reference(*id)));
        page.set("Annots", all);
    }
    Ok(out)
}
