//! What a signature shows in its field.

use super::{PdfError, paged};
use crate::layout::{Fonts, Laid, Page, Tree, note};
use lopdf::{Object, ObjectId, Stream, dictionary};
use std::collections::BTreeMap;

/// A form with everything it refers to, to be taken into another file.
#[derive(Debug, Clone)]
pub struct SignatureBlock {
    /// The form.
    pub root: ObjectId,
    /// It, and what it refers to.
    pub objects: BTreeMap<ObjectId, Object>,
}

/// Sets the lines of a signature block, the first one in weight, into a place of so many points.
///
/// # Errors
/// A font could not be prepared.
pub fn signature_block(lines: &[String], size: (f32, f32)) -> Result<SignatureBlock, PdfError> {
    let mut fonts = Fonts::with_system();
    let laid = Laid {
        pages: vec![Page {
            size,
            items: note(&mut fonts, lines, size),
        }],
        outline: Vec::new(),
        tree: Tree::default(),
    };
    let (mut file, _) = paged("", &fonts, &laid)?;
    let id = file
        .page_iter()
        .next()
        .ok_or(lopdf::Error::PageNumberNotFound(1))?;
    let content = file.get_page_content(id);
    let resources = file.get_dictionary(id)?.get(b"Resources")?.clone();
    let (w, h) = size;
    let root = file.add_object(Stream::new(
        dictionary! {
            "Type" => "XObject",
            "Subtype" => "Form",
            "BBox" => vec![0.into(), 0.into(), w.into(), h.into()],
            "Resources" => resources,
        },
        content,
    ));
    file.compress();
    // What the form does not refer to falls away.
    file.trailer = dictionary! { "Root" => root };
    file.prune_objects();
    Ok(SignatureBlock {
        root,
        objects: file.objects,
    })
}
