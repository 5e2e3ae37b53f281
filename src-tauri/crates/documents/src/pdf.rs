//! PDF: positioned items translated for printpdf; nothing is decided here.

use crate::layout::{Fonts, Glyph, Item, Laid, Paper, lay_out};
use crate::model::Document;
use lopdf::{Dictionary, Object, ObjectId, dictionary};
use printpdf::{
    Actions, BorderArray, Codepoint, Color, ColorArray, Destination, FontId, Line, LinePoint,
    LinkAnnotation, Mm, Op, PaintMode, ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfPage,
    PdfSaveOptions, Point, Polygon, PolygonRing, Pt, Rect, Rgb, TextItem, TextMatrix, WindingOrder,
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

fn write(document: &Document, fonts: &Fonts, laid: &Laid) -> Result<Vec<u8>, PdfError> {
    let mut pdf = PdfDocument::new(&document.meta.title);
    let subsets = subset(fonts, laid, &mut pdf)?;
    for page in &laid.pages {
        let ops = operations(&page.items, laid.size.1, &subsets);
        let (w, h) = laid.size;
        pdf.pages
            .push(PdfPage::new(Mm(w * 25.4 / 72.0), Mm(h * 25.4 / 72.0), ops));
    }
    let mut file = pdf.to_lopdf_document(&PdfSaveOptions::default(), &mut Vec::new());
    finish(&mut file, document, laid)?;
    file.compress();
    let mut bytes = Vec::new();
    file.save_modern(&mut bytes)?;
    Ok(bytes)
}

fn subset(
    fonts: &Fonts,
    laid: &Laid,
    pdf: &mut PdfDocument,
) -> Result<Vec<Option<Subset>>, PdfError> {
    let mut remaps: Vec<Option<subsetter::GlyphRemapper>> =
        fonts.faces.iter().map(|_| None).collect();
    for item in laid.pages.iter().flat_map(|p| &p.items) {
        if let Item::Text { glyphs, .. } = item {
            for g in glyphs {
                remaps[g.face]
                    .get_or_insert_with(subsetter::GlyphRemapper::new)
                    .remap(g.id);
            }
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
    Ok(out)
}

fn operations(items: &[Item], height: f32, subsets: &[Option<Subset>]) -> Vec<Op> {
    let mut ops = Vec::new();
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
                let mut at = *x;
                for run in glyphs.chunk_by(|a, b| a.face == b.face) {
                    let Some(s) = subsets.get(run[0].face).and_then(Option::as_ref) else {
                        continue;
                    };
                    let matrix = if *turn == 0.0 {
                        TextMatrix::Translate(Pt(at), Pt(height - y))
                    } else {
                        TextMatrix::TranslateRotate(Pt(at), Pt(height - y), *turn)
                    };
                    ops.push(Op::StartTextSection);
                    ops.push(Op::SetFont {
                        font: PdfFontHandle::External(s.id.clone()),
                        size: Pt(*size),
                    });
                    ops.push(Op::SetFillColor { col: paint(*color) });
                    ops.push(Op::SetTextMatrix { matrix });
                    ops.push(Op::ShowText {
                        items: vec![TextItem::GlyphIds(codepoints(run, s))],
                    });
                    ops.push(Op::EndTextSection);
                    at += run.iter().map(|g| g.advance).sum::<f32>() * size;
                }
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
                    top: Some(height - to_y),
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
    ops
}

/// Glyphs with the small corrections that bring them where the layout wants them.
fn codepoints(run: &[Glyph], s: &Subset) -> Vec<Codepoint> {
    let mut error = 0.0_f32;
    run.iter()
        .map(|g| {
            let id = s.remap.get(g.id).unwrap_or(0);
            error += s.widths.get(&id).copied().unwrap_or(0.0) - g.advance * 1000.0;
            let shift = if error.abs() > 2.0 {
                error.round()
            } else {
                0.0
            };
            error -= shift;
            Codepoint::with_cid(id, shift, g.text.clone())
        })
        .collect()
}

fn paint(c: [f32; 3]) -> Color {
    Color::Rgb(Rgb::new(c[0], c[1], c[2], None))
}

/// Outline, links and facts about the file, which printpdf writes otherwise than a reader needs them.
fn finish(file: &mut lopdf::Document, document: &Document, laid: &Laid) -> Result<(), PdfError> {
    file.version = "1.7".into();
    let pages: Vec<ObjectId> = file.get_pages().values().copied().collect();
    for (page, id) in laid.pages.iter().zip(&pages) {
        link_texts(file, *id, page)?;
    }
    let outline = outline(file, laid, &pages);
    let date = pdf_date(&document.meta.made_at);
    let info = dictionary! {
        "Title" => utf16(&document.meta.title),
        "Author" => utf16(&document.meta.organisation),
        "Subject" => utf16(&format!("{}, version {}, {}", document.meta.code, document.meta.version, document.meta.state)),
        "Creator" => utf16("Mainstay"),
        "Producer" => utf16("Mainstay"),
        "CreationDate" => Object::string_literal(date.clone()),
        "ModDate" => Object::string_literal(date),
    };
    let info = file.add_object(info);
    file.trailer.set("Info", info);
    let id = Object::String(identity(document), lopdf::StringFormat::Hexadecimal);
    file.trailer.set("ID", vec![id.clone(), id]);
    let language = document.meta.language.clone();
    let catalog = file.catalog_mut()?;
    catalog.remove(b"Metadata");
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

fn link_texts(
    file: &mut lopdf::Document,
    page: ObjectId,
    laid: &crate::layout::Page,
) -> Result<(), PdfError> {
    let texts: Vec<&String> = laid
        .items
        .iter()
        .filter_map(|i| {
            if let Item::Link { text, .. } = i {
                Some(text)
            } else {
                None
            }
        })
        .collect();
    if texts.is_empty() {
        return Ok(());
    }
    let annotations = file
        .get_dictionary(page)?
        .get(b"Annots")
        .and_then(Object::as_array)
        .cloned()
        .unwrap_or_default();
    let mut refs = Vec::new();
    for (a, text) in annotations.into_iter().zip(texts) {
        let Ok(mut a) = a.as_dict().cloned() else {
            continue;
        };
        a.set("F", 4);
        a.set("Contents", utf16(text));
        a.remove(b"C");
        refs.push(Object::Reference(file.add_object(a)));
    }
    file.get_dictionary_mut(page)?.set("Annots", refs);
    Ok(())
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
                (laid.size.1 - e.y).into(),
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
