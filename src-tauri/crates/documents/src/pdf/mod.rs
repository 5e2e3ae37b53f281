//! PDF: positioned items translated for printpdf; nothing is decided here.

mod archive;
mod attached;
mod block;
mod fields;
mod ink;
mod save;
mod structure;
mod typefaces;
mod typeset;

pub use attached::{Made, NoData, attached, made};
pub use block::{SignatureBlock, signature_block};

use crate::layout::{Fonts, Item, Laid, Page, Paper, lay_out};
use crate::model::Document;
use ink::Ink;
use lopdf::{Dictionary, Object, ObjectId, Stream, dictionary};
use printpdf::{
    Actions, BorderArray, ColorArray, Destination, LinkAnnotation, Mm, Op, PdfDocument, PdfPage,
    PdfSaveOptions, Pt, Rect,
};
use rayon::prelude::*;
use save::Written;
use typefaces::Typefaces;

/// Why a document could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// A font could not be cut down to the glyphs in use.
    #[error("the font {0} could not be prepared")]
    Font(&'static str),
    /// The file's structure could not be finished.
    #[error("the PDF could not be finished: {0}")]
    Structure(#[from] lopdf::Error),
    /// The bytes could not be written.
    #[error("the PDF could not be written: {0}")]
    Write(#[from] std::io::Error),
}

/// Renders a document on A4, in the shipped fonts and, for letters that they lack, those of this system.
///
/// # Errors
/// A font or the file's structure could not be written.
pub fn render(document: &Document) -> Result<Vec<u8>, PdfError> {
    render_on(document, Paper::A4)
}

/// Renders a document on a size of paper.
///
/// # Errors
/// As [`render`].
pub fn render_on(document: &Document, paper: Paper) -> Result<Vec<u8>, PdfError> {
    render_in(document, paper, Fonts::with_system())
}

/// Renders a document in fonts; the same document in the same fonts gives the same bytes everywhere.
///
/// # Errors
/// As [`render`].
pub fn render_in(document: &Document, paper: Paper, mut fonts: Fonts) -> Result<Vec<u8>, PdfError> {
    let laid = lay_out(document, &mut fonts, paper);
    write(document, &fonts, &laid)
}

fn write(document: &Document, fonts: &Fonts, laid: &Laid) -> Result<Vec<u8>, PdfError> {
    let (mut file, marks) = paged(&document.meta.title, fonts, laid)?;
    let tree = finish(&mut file, document, (fonts, laid), &marks)?;
    Ok(save::bytes(file, &tree)?)
}

/// A file of the pages alone, and the parts that their marks belong to.
fn paged(
    title: &str,
    fonts: &Fonts,
    laid: &Laid,
) -> Result<(lopdf::Document, structure::Marks), PdfError> {
    let mut pdf = PdfDocument::new(title);
    let (typefaces, glyphs) = Typefaces::of(fonts, laid, &mut pdf)?;
    for page in &laid.pages {
        let (w, h) = page.size;
        let (w, h) = (Mm(w * 25.4 / 72.0), Mm(h * 25.4 / 72.0));
        pdf.pages.push(PdfPage::new(w, h, links(page, laid)));
    }
    // What glyphs there are, printpdf reads off a page.
    if let Some(first) = pdf.pages.first_mut() {
        first.ops.extend(glyphs);
    }
    let mut file = pdf.to_lopdf_document(&PdfSaveOptions::default(), &mut Vec::new());
    let (contents, marks): (Vec<Vec<u8>>, structure::Marks) = laid
        .pages
        .par_iter()
        .map(|page| content(page, laid, &typefaces))
        .unzip();
    let pages: Vec<ObjectId> = file.page_iter().collect();
    for (page, content) in pages.into_iter().zip(contents) {
        let stream = file.get_page_contents(page);
        let stream = stream.first().ok_or(lopdf::Error::PageNumberNotFound(1))?;
        file.set_object(*stream, Stream::new(Dictionary::new(), content));
    }
    Ok((file, marks))
}

/// The content of a page, each run of items in the mark of its part; and the part of each mark.
fn content(page: &Page, laid: &Laid, typefaces: &Typefaces) -> (Vec<u8>, Vec<usize>) {
    let (mut ink, mut parts) = (Ink::default(), Vec::new());
    for run in page.items.chunk_by(|a, b| a.part == b.part) {
        // Links and fields are no content; they are tied to their parts by themselves.
        if !run
            .iter()
            .any(|i| matches!(i.item, Item::Text { .. } | Item::Path { .. }))
        {
            continue;
        }
        match run[0].part {
            Some(part) => {
                let tag = structure::tag(&laid.tree.nodes[part].role);
                ink.begin_mark(&tag, parts.len());
                parts.push(part);
            }
            None => ink.begin_artifact(),
        }
        for placed in run {
            draw(&placed.item, page.size.1, typefaces, &mut ink);
        }
        ink.end_mark();
    }
    (ink.finish(), parts)
}

fn draw(item: &Item, height: f32, typefaces: &Typefaces, ink: &mut Ink) {
    match item {
        Item::Text {
            x,
            y,
            size,
            color,
            turn,
            text,
            glyphs,
        } => {
            let style = (*size, *color, *turn);
            typeset::text((glyphs, text), (*x, height - y), style, typefaces, ink);
        }
        Item::Path {
            points,
            closed,
            fill,
            stroke,
        } => {
            let points = points.iter().map(|(x, y)| (*x, height - y));
            ink.path(points, *closed, *fill, *stroke);
        }
        // Written with the structure.
        Item::Field { .. } | Item::Link { .. } => {}
    }
}

/// The links of a page.
fn links(page: &Page, laid: &Laid) -> Vec<Op> {
    let height = page.size.1;
    let mut ops = Vec::new();
    for placed in &page.items {
        let Item::Link {
            x,
            y,
            w,
            h,
            page,
            to_y,
            ..
        } = &placed.item
        else {
            continue;
        };
        let rect = Rect {
            x: Pt(*x),
            y: Pt(height - y - h),
            width: Pt(*w),
            height: Pt(*h),
            mode: None,
            winding_order: None,
        };
        let to = Destination::Xyz {
            page: page + 1,
            left: None,
            top: laid.pages.get(*page).map(|p| p.size.1 - to_y),
            zoom: None,
        };
        ops.push(Op::LinkAnnotation {
            link: LinkAnnotation::new(
                rect,
                Actions::Goto(to),
                Some(BorderArray::Solid([0.0; 3])),
                Some(ColorArray::Transparent),
                None,
            ),
        });
    }
    ops
}

/// Outline, links and facts about the file, which printpdf writes otherwise than a reader needs them.
fn finish(
    file: &mut lopdf::Document,
    document: &Document,
    (fonts, laid): (&Fonts, &Laid),
    marks: &structure::Marks,
) -> Result<Written, PdfError> {
    file.version = "1.7".into();
    let pages: Vec<ObjectId> = file.get_pages().values().copied().collect();
    let (tree, parts, fields) = structure::write(file, laid, &pages, marks)?;
    let outline = outline(file, laid, &pages);
    archive::write(file, document, &fonts.named())?;
    let id = Object::String(identity(document), lopdf::StringFormat::Hexadecimal);
    file.trailer.set("ID", vec![id.clone(), id]);
    let language = document.meta.language.clone();
    let catalog = file.catalog_mut()?;
    if !fields.is_empty() {
        // There are signatures, and only what is added behind keeps them valid.
        let form = dictionary! { "Fields" => fields, "SigFlags" => 3 };
        catalog.set("AcroForm", form);
    }
    catalog.set("StructTreeRoot", tree);
    // The numbers that are printed.
    let numbers = vec![0.into(), dictionary! { "S" => "D" }.into()];
    catalog.set("PageLabels", dictionary! { "Nums" => numbers });
    catalog.set("Outlines", outline);
    catalog.set("PageMode", "UseOutlines");
    catalog.set("Lang", Object::string_literal(language));
    catalog.set(
        "ViewerPreferences",
        dictionary! { "DisplayDocTitle" => true },
    );
    file.prune_objects();
    Ok(parts)
}

/// The sixteen bytes that name the document: the content's hash where there is one, else made from what it is.
fn identity(d: &Document) -> Vec<u8> {
    let hash = d.meta.content_sha256.as_deref().unwrap_or_default();
    let hex: Vec<u8> = hash
        .as_bytes()
        .chunks_exact(2)
        .filter_map(|c| u8::from_str_radix(std::str::from_utf8(c).ok()?, 16).ok())
        .collect();
    if hex.len() >= 16 {
        return hex[..16].to_vec();
    }
    let mut h: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for b in format!(
        "{}|{}|{}|{}",
        d.meta.organisation, d.meta.code, d.meta.version, d.meta.made_at
    )
    .bytes()
    {
        h = (h ^ u128::from(b)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    h.to_be_bytes().to_vec()
}

fn outline(file: &mut lopdf::Document, laid: &Laid, pages: &[ObjectId]) -> ObjectId {
    let root = file.new_object_id();
    let ids: Vec<ObjectId> = laid.outline.iter().map(|_| file.new_object_id()).collect();
    let mut dicts: Vec<Dictionary> = laid
        .outline
        .iter()
        .map(|e| {
            let dest = vec![
                pages[e.page].into(),
                "XYZ".into(),
                Object::Null,
                (laid.pages[e.page].size.1 - e.y).into(),
                Object::Null,
            ];
            dictionary! { "Title" => utf16(&e.title), "Dest" => dest }
        })
        .collect();
    let mut parents: Vec<Option<usize>> = Vec::new();
    let mut top = None;
    for (i, e) in laid.outline.iter().enumerate() {
        parents.push(if e.level > 1 { top } else { None });
        if e.level <= 1 {
            top = Some(i);
        }
    }
    let kids =
        |p: Option<usize>| -> Vec<usize> { (0..ids.len()).filter(|i| parents[*i] == p).collect() };
    for p in std::iter::once(None).chain((0..ids.len()).map(Some)) {
        let list = kids(p);
        for (k, i) in list.iter().enumerate() {
            dicts[*i].set("Parent", p.map_or(root, |p| ids[p]));
            if k > 0 {
                dicts[*i].set("Prev", ids[list[k - 1]]);
            }
            if let Some(next) = list.get(k + 1) {
                dicts[*i].set("Next", ids[*next]);
            }
        }
        if let (Some(p), Some(first), Some(last)) = (p, list.first(), list.last()) {
            dicts[p].set("First", ids[*first]);
            dicts[p].set("Last", ids[*last]);
            dicts[p].set("Count", -(list.len() as i64));
        }
    }
    let tops = kids(None);
    let mut r = dictionary! { "Type" => "Outlines", "Count" => tops.len() as i64 };
    if let (Some(first), Some(last)) = (tops.first(), tops.last()) {
        r.set("First", ids[*first]);
        r.set("Last", ids[*last]);
    }
    for (id, d) in ids.iter().zip(dicts) {
        file.set_object(*id, d);
    }
    file.set_object(root, r);
    root
}

fn utf16(text: &str) -> Object {
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, lopdf::StringFormat::Hexadecimal)
}

/// `2026-11-24T09:00:00Z` as `D:20261124090000Z`.
fn pdf_date(rfc3339: &str) -> String {
    let digits: String = rfc3339
        .chars()
        .take(19)
        .filter(char::is_ascii_digit)
        .collect();
    format!("D:{digits}Z")
}
