//! The same positioned items through krilla, tagged in the same way.

use ::krilla::annotation::{Annotation, LinkAnnotation, Target};
use ::krilla::color::rgb;
use ::krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use ::krilla::destination::{Destination, XyzDestination};
use ::krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use ::krilla::geom::{PathBuilder, Point, Rect, Transform};

use ::krilla::metadata::{DateTime, Metadata};
use ::krilla::outline::{Outline, OutlineNode};
use ::krilla::page::PageSettings;
use ::krilla::paint::{Fill, FillRule, Stroke};
use ::krilla::surface::Surface;
use ::krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node, TableHeaderScope, Tag,
    TagGroup, TagId, TagKind, TagTree,
};
use ::krilla::text::{Font, GlyphId, KrillaGlyph};
use ::krilla::{Document, SerializeSettings};
use mainstay_documents::layout::{Fonts, Item, Laid, Paper, Role, Scope, advance, lay_out};
use mainstay_documents::model;
use std::collections::BTreeMap;
use std::num::{NonZeroU16, NonZeroU32};

pub fn export(d: &model::Document) -> Vec<u8> {
    let mut fonts = Fonts::shipped();
    let laid = lay_out(d, &mut fonts, Paper::A4);
    let faces: Vec<Font> = fonts
        .faces
        .iter()
        .map(|f| Font::new(f.data.into(), 0).expect("a shipped font is well-formed"))
        .collect();
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .expect("both standards go together");
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let mut content: Vec<Vec<Identifier>> = vec![Vec::new(); laid.tree.nodes.len()];
    let mut titles: BTreeMap<usize, String> = BTreeMap::new();
    for page in &laid.pages {
        let settings = PageSettings::from_wh(page.size.0, page.size.1).expect("pages have a size");
        let mut to = document.start_page_with(settings);
        let mut surface = to.surface();
        let mut open: Option<Option<usize>> = None;
        for placed in &page.items {
            if let Item::Link { .. } = placed.item {
                continue;
            }
            if open != Some(placed.part) {
                if open.is_some() {
                    surface.end_tagged();
                }
                let id = match placed.part {
                    Some(_) => surface.start_tagged(ContentTag::Other),
                    None => surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(
                        ArtifactType::Other,
                    ))),
                };
                if let Some(part) = placed.part {
                    content[part].push(id);
                }
                open = Some(placed.part);
            }
            if let (Some(part), Item::Text { text, .. }) = (placed.part, &placed.item)
                && let Role::Heading(_) = laid.tree.nodes[part].role
            {
                titles.entry(part).or_default().push_str(text);
            }
            draw(&mut surface, &placed.item, &faces);
        }
        if open.is_some() {
            surface.end_tagged();
        }
        surface.finish();
        for placed in &page.items {
            let Item::Link {
                x,
                y,
                w,
                h,
                page,
                to_y,
                text,
            } = &placed.item
            else {
                continue;
            };
            let rect = Rect::from_xywh(*x, *y, *w, *h).expect("links have a size");
            let goal = Destination::Xyz(XyzDestination::new(*page, Point::from_xy(0.0, *to_y)));
            let link = LinkAnnotation::new(rect, Target::Destination(goal));
            let id = to.add_tagged_annotation(Annotation::new_link(link, Some(text.clone())));
            content[placed.part.unwrap_or(0)].push(id);
        }
        to.finish();
    }
    let mut outline = Outline::new();
    for e in &laid.outline {
        outline.push_child(OutlineNode::new(
            e.title.clone(),
            XyzDestination::new(e.page, Point::from_xy(0.0, e.y)),
        ));
    }
    document.set_outline(outline);
    let mut tree = TagTree::new().with_lang(Some(d.meta.language.clone()));
    let kids = children(&laid);
    let mut parts = Parts {
        laid: &laid,
        kids: &kids,
        content,
        titles,
    };
    for kid in &kids[0] {
        tree.push(group(&mut parts, *kid));
    }
    document.set_tag_tree(tree);
    let date = DateTime::new(2026)
        .month(11)
        .day(23)
        .hour(10)
        .minute(0)
        .second(0)
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    document.set_metadata(
        Metadata::new()
            .title(d.meta.title.clone())
            .language(d.meta.language.clone())
            .creation_date(date),
    );
    if let Some(s) = &d.source {
        document.embed_file(EmbeddedFile {
            path: s.name.clone(),
            mime_type: MimeType::new("application/json"),
            description: Some(s.description.clone()),
            association_kind: AssociationKind::Source,
            data: s.bytes.clone().into(),
            modification_date: Some(date),
            compress: Some(true),
            location: None,
        });
    }
    document.finish().expect("krilla writes what it is given")
}

fn color(c: mainstay_documents::layout::Color) -> rgb::Color {
    let [r, g, b] = crate::rgb(c);
    rgb::Color::new(r, g, b)
}

fn draw(surface: &mut Surface<'_>, item: &Item, faces: &[Font]) {
    match item {
        Item::Text {
            x,
            y,
            size,
            color: c,
            turn,
            text,
            glyphs,
        } => {
            surface.set_stroke(None);
            surface.set_fill(Some(Fill {
                paint: color(*c).into(),
                rule: FillRule::NonZero,
                ..Fill::default()
            }));
            if *turn != 0.0 {
                surface.push_transform(&Transform::from_rotate_at(-*turn, *x, *y));
            }
            let mut at = *x;
            for run in glyphs.chunk_by(|a, b| a.face == b.face) {
                let all: Vec<KrillaGlyph> = run
                    .iter()
                    .map(|g| {
                        let start = (g.start as usize).min(text.len());
                        let range = start..(start + usize::from(g.length)).min(text.len());
                        KrillaGlyph::new(
                            GlyphId::new(u32::from(g.id)),
                            g.advance,
                            g.dx,
                            g.dy,
                            0.0,
                            range,
                            None,
                        )
                    })
                    .collect();
                surface.draw_glyphs(
                    Point::from_xy(at, *y),
                    &all,
                    faces[usize::from(run[0].face)].clone(),
                    text,
                    *size,
                    false,
                );
                at += advance(run) * size;
            }
            if *turn != 0.0 {
                surface.pop();
            }
        }
        Item::Path {
            points,
            closed,
            fill,
            stroke,
        } => {
            let mut path = PathBuilder::new();
            for (n, (x, y)) in points.iter().enumerate() {
                match n {
                    0 => path.move_to(*x, *y),
                    _ => path.line_to(*x, *y),
                }
            }
            if *closed {
                path.close();
            }
            surface.set_fill(fill.map(|c| Fill {
                paint: color(c).into(),
                ..Fill::default()
            }));
            surface.set_stroke(stroke.map(|(c, width)| Stroke {
                paint: color(c).into(),
                width,
                ..Stroke::default()
            }));
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
        Item::Link { .. } | Item::Field { .. } => {}
    }
}

fn children(laid: &Laid) -> Vec<Vec<usize>> {
    let mut kids = vec![Vec::new(); laid.tree.nodes.len()];
    for (i, n) in laid.tree.nodes.iter().enumerate() {
        if let Some(p) = n.parent {
            kids[p].push(i);
        }
    }
    kids
}

/// The parts of the document, and what was written for each.
struct Parts<'a> {
    laid: &'a Laid,
    kids: &'a [Vec<usize>],
    content: Vec<Vec<Identifier>>,
    /// What headings say.
    titles: BTreeMap<usize, String>,
}

fn group(parts: &mut Parts<'_>, part: usize) -> TagGroup {
    let mut out = TagGroup::new(tag(parts, part));
    for id in std::mem::take(&mut parts.content[part]) {
        out.push(Node::from(id));
    }
    for kid in &parts.kids[part] {
        out.push(group(parts, *kid));
    }
    out
}

fn tag(parts: &mut Parts<'_>, part: usize) -> TagKind {
    let many = |n: usize| NonZeroU32::new(n as u32).filter(|n| n.get() > 1);
    match &parts.laid.tree.nodes[part].role {
        Role::Document | Role::Section => Tag::Section.into(),
        Role::Heading(level) => Tag::Hn(
            NonZeroU16::new(u16::from(*level)).unwrap_or(NonZeroU16::MIN),
            parts.titles.remove(&part),
        )
        .into(),
        Role::Paragraph => Tag::P.into(),
        Role::List => Tag::L(ListNumbering::None).into(),
        Role::Item => Tag::LI.into(),
        Role::Label => Tag::Lbl.into(),
        Role::Body => Tag::LBody.into(),
        Role::Table => Tag::Table.into(),
        Role::Row => Tag::TR.into(),
        Role::Head(scope, span) => {
            let scope = match scope {
                Scope::Column => TableHeaderScope::Column,
                Scope::Row => TableHeaderScope::Row,
            };
            Tag::TH(scope)
                .with_col_span(many(span.columns))
                .with_row_span(many(span.rows))
                .into()
        }
        Role::Cell => Tag::TD.into(),
        Role::Contents => Tag::TOC.into(),
        Role::ContentsItem => Tag::TOCI.into(),
        Role::Reference => Tag::Reference.into(),
        Role::Link => Tag::Link.into(),
        Role::Figure(words) => Tag::Figure(Some(words.clone())).into(),
        Role::Form => Tag::Form.into(),
        Role::Note => Tag::Note
            .with_id(Some(TagId::from(format!("note-{part}").into_bytes())))
            .into(),
    }
}
