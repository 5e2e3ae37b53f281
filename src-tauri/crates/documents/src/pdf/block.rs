//! What a signature shows in its field.

use super::{PdfError, marked, subset};
use crate::layout::{Fonts, Laid, Page, Tree, note};
use lopdf::{Object, ObjectId, Stream, dictionary};
use printpdf::{Mm, PdfDocument, PdfPage, PdfSaveOptions};
use std::collections::{BTreeMap, BTreeSet};

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
    let mut fonts = Fonts::shipped();
    let laid = Laid {
        pages: vec![Page {
            size,
            items: note(&mut fonts, lines, size),
        }],
        outline: Vec::new(),
        tree: Tree::default(),
    };
    let mut pdf = PdfDocument::new("");
    let subsets = subset(&fonts, &laid, &mut pdf)?;
    let (ops, _) = marked(&laid.pages[0], &laid, &subsets);
    let (w, h) = size;
    pdf.pages
        .push(PdfPage::new(Mm(w * 25.4 / 72.0), Mm(h * 25.4 / 72.0), ops));
    let mut file = pdf.to_lopdf_document(&PdfSaveOptions::default(), &mut Vec::new());
    let id = file
        .page_iter()
        .next()
        .ok_or(lopdf::Error::PageNumberNotFound(1))?;
    let content = file.get_page_content(id);
    let resources = file.get_dictionary(id)?.get(b"Resources")?.clone();
    let mut form = Stream::new(
        dictionary! {
            "Type" => "XObject",
            "Subtype" => "Form",
            "BBox" => vec![0.into(), 0.into(), w.into(), h.into()],
            "Resources" => resources.clone(),
        },
        content,
    );
    // A short one may be smaller as it is.
    let _ = form.compress();
    let root = file.add_object(form);
    file.compress();
    let mut reached = BTreeSet::from([root]);
    let mut next = vec![root];
    while let Some(id) = next.pop() {
        if let Some(object) = file.objects.get(&id) {
            visit(object, &mut |r| {
                if reached.insert(r) {
                    next.push(r);
                }
            });
        }
    }
    let objects = reached
        .into_iter()
        .filter_map(|id| Some((id, file.objects.get(&id)?.clone())))
        .collect();
    Ok(SignatureBlock { root, objects })
}

/// Every reference in an object.
fn visit(object: &Object, f: &mut dyn FnMut(ObjectId)) {
    match object {
        Object::Reference(id) => f(*id),
        Object::Array(all) => all.iter().for_each(|o| visit(o, f)),
        Object::Dictionary(d) => d.iter().for_each(|(_, o)| visit(o, f)),
        Object::Stream(s) => s.dict.iter().for_each(|(_, o)| visit(o, f)),
        _ => {}
    }
}
