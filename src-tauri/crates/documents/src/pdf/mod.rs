//! PDF: positioned items translated for printpdf; nothing is decided here.

mod archive;
mod attached;
mod block;
mod fields;
mod structure;
mod typeset;

pub use attached::{Made, NoData, attached, made};
pub use block::{SignatureBlock, signature_block};

use crate::layout::{Fonts, Item, Laid, Page, Paper, lay_out};
use crate::model::Document;
use lopdf::{Dictionary, Object, ObjectId, dictionary};
use printpdf::{
    Actions, BorderArray, Color, ColorArray, Destination, DictItem, FontId, Line, LinePoint,
    LinkAnnotation, Mm, Op, PaintMode, ParsedFont, PdfDocument, PdfFont, PdfPage, PdfSaveOptions,
    Point, Polygon, PolygonRing, Pt, Rect, Rgb, WindingOrder,
};
use std::collections::BTreeMap;

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

/// Renders a document on A4; the same document gives the same bytes.
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
    let mut fonts = Fonts::shipped();
    let laid = lay_out(document, &mut fonts, paper);
    write(document, &fonts, &laid)
}

/// A face cut down to the glyphs in use.
struct Subset {
    remap: subsetter::GlyphRemapper,
    widths: BTreeMap<u16, f32>,
    id: FontId,
}

/// The faces in use, and the text that each of their glyphs stands for.
struct Subsets {
    faces: Vec<Option<Subset>>,
    texts: BTreeMap<(usize, u16), String>,
}

fn write(document: &Document, fonts: &Fonts, laid: &Laid) -> Result<Vec<u8>, PdfError> {
    let (mut file, marks) = paged(&document.meta.title, fonts, laid)?;
    finish(&mut file, document, laid, &marks)?;
    file.compress();
    let mut bytes = Vec::new();
    file.save_modern(&mut bytes)?;
    Ok(bytes)
}

/// A file of the pages alone, and the parts that their marks belong to.
fn paged(
    title: &str,
    fonts: &Fonts,
    laid: &Laid,
) -> Result<(lopdf::Document, structure::Marks), PdfError> {
    let mut pdf = PdfDocument::new(title);
    let subsets = subset(fonts, laid, &mut pdf)?;
    let mut marks = Vec::new();
    for page in &laid.pages {
        let (ops, parts) = marked(page, laid, &subsets);
        marks.push(parts);
        let (w, h) = page.size;
        pdf.pages
            .push(PdfPage::new(Mm(w * 25.4 / 72.0), Mm(h * 25.4 / 72.0), ops));
    }
    let file = pdf.to_lopdf_document(&PdfSaveOptions::default(), &mut Vec::new());
    Ok((file, marks))
}

fn subset(fonts: &Fonts, laid: &Laid, pdf: &mut PdfDocument) -> Result<Subsets, PdfError> {
    let mut remaps: Vec<Option<subsetter::GlyphRemapper>> =
        fonts.faces.iter().map(|_| None).collect();
    let mut texts = BTreeMap::new();
    for item in laid.pages.iter().flat_map(|p| &p.items) {
        if let Item::Text { glyphs, .. } = &item.item {
            for g in glyphs {
                remaps[g.face]
                    .get_or_insert_with(subsetter::GlyphRemapper::new)
                    .remap(g.id);
            }
            typeset::note(glyphs, &mut texts);
        }
    }
    let mut out = Vec::new();
    for (i, (face, remap)) in fonts.faces.iter().zip(remaps).enumerate() {
        let Some(remap) = remap else {
            out.push(None);
            continue;
        };
        let bytes =
            subsetter::subset(face.data, 0, &remap).map_err(|_| PdfError::Font(face.name))?;
        let mut parsed =
            ParsedFont::from_bytes(&bytes, 0, &mut Vec::new()).ok_or(PdfError::Font(face.name))?;
        let tag = char::from(b'A' + i as u8);
        parsed.font_name = Some(format!("MNSTA{tag}+{}", face.name));
        // As printpdf writes them: whole thousandths of an em, cut off.
        let widths = parsed
            .glyph_widths
            .iter()
            .map(|(g, w)| (*g, (f32::from(*w) * 1000.0 / face.units).trunc()))
            .collect();
        let id = FontId(format!("T{i}"));
        pdf.resources
            .fonts
            .map
            .insert(id.clone(), PdfFont::new(parsed));
        out.push(Some(Subset { remap, widths, id }));
    }
    Ok(Subsets { faces: out, texts })
}

/// The operations of a page, each run of items in the mark of its part; and the part of each mark.
fn marked(page: &Page, laid: &Laid, subsets: &Subsets) -> (Vec<Op>, Vec<usize>) {
    let (mut ops, mut parts) = (Vec::new(), Vec::new());
    for run in page.items.chunk_by(|a, b| a.part == b.part) {
        let items = || run.iter().map(|p| &p.item);
        // Links and fields are no content; they are tied to their parts by themselves.
        let content = items().any(|i| !matches!(i, Item::Link { .. } | Item::Field { .. }));
        match run[0].part {
            Some(part) if content => {
                let tag = structure::tag(&laid.tree.nodes[part].role);
                let mark = DictItem::Int(parts.len() as i64);
                parts.push(part);
                ops.push(Op::BeginMarkedContentWithProperties {
                    tag,
                    properties: DictItem::Dict {
                        map: [("MCID".to_owned(), mark)].into(),
                    },
                });
            }
            None if content => ops.push(Op::BeginMarkedContent {
                tag: "Artifact".into(),
            }),
            _ => {}
        }
        operations(items(), page.size.1, laid, subsets, &mut ops);
        if content {
            ops.push(Op::EndMarkedContent);
        }
    }
    (ops, parts)
}

fn operations<'a>(
    items: impl Iterator<Item = &'a Item>,
    height: f32,
    laid: &Laid,
    subsets: &Subsets,
    ops: &mut Vec<Op>,
) {
    for item in items {
        match item {
            Item::Text {
                x,
                y,
                size,
                color,
                turn,
                glyphs,
                ..
            } => {
                let style = (*size, *color, *turn);
                typeset::text(glyphs, (*x, height - y), style, subsets, ops);
            }
            Item::Path {
                points,
                closed,
                fill,
                stroke,
            } => {
                let points: Vec<LinePoint> = points
                    .iter()
                    .map(|p| LinePoint {
                        p: Point {
                            x: Pt(p.0),
                            y: Pt(height - p.1),
                        },
                        bezier: false,
                    })
                    .collect();
                if let Some(c) = fill {
                    ops.push(Op::SetFillColor { col: paint(*c) });
                    ops.push(Op::DrawPolygon {
                        polygon: Polygon {
                            rings: vec![PolygonRing {
                                points: points.clone(),
                            }],
                            mode: PaintMode::Fill,
                            winding_order: WindingOrder::NonZero,
                        },
                    });
                }
                if let Some((c, thick)) = stroke {
                    ops.push(Op::SetOutlineColor { col: paint(*c) });
                    ops.push(Op::SetOutlineThickness { pt: Pt(*thick) });
                    ops.push(Op::DrawLine {
                        line: Line {
                            points,
                            is_closed: *closed,
                        },
                    });
                }
            }
            // Written with the structure.
            Item::Field { .. } => {}
            Item::Link {
                x,
                y,
                w,
                h,
                page,
                to_y,
                ..
            } => {
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
        }
    }
}

fn paint(c: [f32; 3]) -> Color {
    Color::Rgb(Rgb::new(c[0], c[1], c[2], None))
}

/// Outline, links and facts about the file, which printpdf writes otherwise than a reader needs them.
fn finish(
    file: &mut lopdf::Document,
    document: &Document,
    laid: &Laid,
    marks: &structure::Marks,
) -> Result<(), PdfError> {
    file.version = "1.7".into();
    let pages: Vec<ObjectId> = file.get_pages().values().copied().collect();
    let (tree, fields) = structure::write(file, laid, &pages, marks)?;
    let outline = outline(file, laid, &pages);
    archive::write(file, document)?;
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
    Ok(())
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
