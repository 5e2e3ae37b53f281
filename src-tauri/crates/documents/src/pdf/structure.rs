//! The structure tree: what a screen reader goes through, tied to the content of the pages.

use super::save::{Written, object, reference};
use super::{fields, utf16};
use crate::layout::{Item, Laid, Page, Role, Scope, Tree, advance};
use lopdf::{Dictionary, Object, ObjectId, dictionary};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The marks in the content of the pages: of each page, the part that each mark belongs to.
pub(super) type Marks = Vec<Vec<usize>>;

/// The name of a part in the file.
pub(super) fn tag(role: &Role) -> Cow<'static, str> {
    match role {
        Role::Document => "Document",
        Role::Section => "Sect",
        Role::Heading(level) => return format!("H{level}").into(),
        Role::Paragraph => "P",
        Role::List => "L",
        Role::Item => "LI",
        Role::Label => "Lbl",
        Role::Body => "LBody",
        Role::Table => "Table",
        Role::Row => "TR",
        Role::Head(..) => "TH",
        Role::Cell => "TD",
        Role::Contents => "TOC",
        Role::ContentsItem => "TOCI",
        Role::Reference => "Reference",
        Role::Link => "Link",
        Role::Figure(_) => "Figure",
        Role::Form => "Form",
        Role::Note => "Note",
    }
    .into()
}

/// Writes the tree and ties pages, links and fields to it; the tree, its parts, and the fields.
pub(super) fn write(
    file: &mut lopdf::Document,
    laid: &Laid,
    pages: &[ObjectId],
    marks: &Marks,
) -> Result<(ObjectId, Written, Vec<Object>), lopdf::Error> {
    let root = file.new_object_id();
    let nodes = &laid.tree.nodes;
    let mut content: Vec<Vec<Content>> = vec![Vec::new(); nodes.len()];
    let mut forms = Vec::new();
    // Of each annotation in the tree, in the order of their numbers there.
    let mut tied = Vec::new();
    for (n, (id, parts)) in pages.iter().zip(marks).enumerate() {
        for (mark, part) in parts.iter().enumerate() {
            content[*part].push(Content::Mark(n, mark));
        }
        let page = file.get_dictionary_mut(*id)?;
        page.set("StructParents", n as i64);
        page.set("Tabs", "S");
        let mut annotations = links(file, *id, &laid.pages[n])?;
        let fields = fields::write(file, *id, &laid.pages[n])?;
        forms.extend(fields.iter().map(|(_, field)| Object::Reference(*field)));
        annotations.extend(fields);
        for (part, annotation) in annotations {
            let number = (pages.len() + tied.len()) as i64;
            file.get_dictionary_mut(annotation)?
                .set("StructParent", number);
            content[part].push(Content::Annotation(n, annotation));
            tied.push(part);
        }
    }
    let first = file.max_id + 1;
    let id = |part: usize| (first + part as u32, 0);
    let boxes = boxes(laid);
    let mut kids: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (i, node) in nodes.iter().enumerate() {
        if let Some(p) = node.parent {
            kids[p].push(i);
        }
    }
    let mut written = Written::from(first);
    for (i, node) in nodes.iter().enumerate() {
        written.add(|out| {
            out.extend(b"<</S/");
            out.extend(tag(&node.role).as_bytes());
            out.extend(b"/P");
            reference(out, node.parent.map_or(root, id));
            let on = boxes.get(&i).map(|(page, _)| *page);
            let on = on.or_else(|| content[i].first().map(Content::page));
            if let Some(page) = on {
                out.extend(b"/Pg");
                reference(out, pages[page]);
            }
            if !content[i].is_empty() || !kids[i].is_empty() {
                // A field alone stands for itself: readers that judge what a signature allows look for it right there.
                let alone = node.role == Role::Form && content[i].len() == 1;
                out.extend(if alone { &b"/K"[..] } else { b"/K[" });
                content[i].iter().for_each(|c| c.write(out, on, pages));
                kids[i].iter().for_each(|k| reference(out, id(*k)));
                if !alone {
                    out.push(b']');
                }
            }
            for (key, value) in more(i, &node.role, &boxes) {
                out.extend(key.as_bytes());
                object(out, &value);
            }
            out.extend(b">>");
        });
    }
    // The parents of all marks, page by page, and of what is tied.
    written.add(|out| {
        out.extend(b"<</Nums[");
        for (n, parts) in marks.iter().enumerate() {
            object(out, &(n as i64).into());
            out.push(b'[');
            parts.iter().for_each(|p| reference(out, id(*p)));
            out.push(b']');
        }
        for (n, part) in (pages.len()..).zip(&tied) {
            object(out, &(n as i64).into());
            reference(out, id(*part));
        }
        out.extend(b"]>>");
    });
    let parents = id(nodes.len());
    file.max_id = parents.0;
    let mut tree = dictionary! {
        "Type" => "StructTreeRoot",
        "K" => vec![Object::Reference(id(Tree::ROOT))],
        "ParentTree" => parents,
        "ParentTreeNextKey" => (pages.len() + tied.len()) as i64,
    };
    let notes = (0..nodes.len()).filter(|i| nodes[*i].role == Role::Note);
    let mut names: Vec<(String, usize)> = notes.map(|i| (note_name(i), i)).collect();
    names.sort();
    if !names.is_empty() {
        let names = names
            .into_iter()
            .flat_map(|(name, i)| [Object::string_literal(name), Object::Reference(id(i))]);
        tree.set(
            "IDTree",
            dictionary! { "Names" => names.collect::<Vec<_>>() },
        );
    }
    file.set_object(root, tree);
    Ok((root, written, forms))
}

/// What a part has on a page: of which page, its mark or an annotation.
#[derive(Clone, Copy)]
enum Content {
    Mark(usize, usize),
    Annotation(usize, ObjectId),
}

impl Content {
    fn page(&self) -> usize {
        match self {
            Self::Mark(page, _) | Self::Annotation(page, _) => *page,
        }
    }

    /// Written as the part's kid; its page only where that is not the part's.
    fn write(&self, out: &mut Vec<u8>, on: Option<usize>, pages: &[ObjectId]) {
        let elsewhere = on != Some(self.page());
        match self {
            Self::Mark(_, mark) if !elsewhere => return object(out, &(*mark as i64).into()),
            Self::Mark(_, mark) => out.extend(format!("<</Type/MCR/MCID {mark}").as_bytes()),
            Self::Annotation(_, id) => {
                out.extend(b"<</Type/OBJR/Obj");
                reference(out, *id);
            }
        }
        if elsewhere {
            out.extend(b"/Pg");
            reference(out, pages[self.page()]);
        }
        out.extend(b">>");
    }
}

/// Notes have names of their own in an accessible file.
fn note_name(part: usize) -> String {
    format!("note-{part}")
}

/// What else is said of a part.
fn more(
    part: usize,
    role: &Role,
    boxes: &BTreeMap<usize, (usize, [f32; 4])>,
) -> Vec<(&'static str, Object)> {
    match role {
        Role::Head(scope, span) => {
            let scope = match scope {
                Scope::Column => "Column",
                Scope::Row => "Row",
            };
            let mut table = dictionary! { "O" => "Table", "Scope" => scope };
            for (name, n) in [("ColSpan", span.columns), ("RowSpan", span.rows)] {
                if n > 1 {
                    table.set(name, n as i64);
                }
            }
            vec![("/A", table.into())]
        }
        Role::Note => vec![("/ID", Object::string_literal(note_name(part)))],
        Role::Figure(words) => {
            let mut all = vec![("/Alt", utf16(words))];
            if let Some((_, corners)) = boxes.get(&part) {
                let corners: Vec<Object> = corners.iter().map(|c| (*c).into()).collect();
                let layout =
                    dictionary! { "O" => "Layout", "Placement" => "Block", "BBox" => corners };
                all.push(("/A", layout.into()));
            }
            all
        }
        _ => Vec::new(),
    }
}

/// Makes the links of a page objects of their own that say what they are; each with its part.
fn links(
    file: &mut lopdf::Document,
    page: ObjectId,
    laid: &Page,
) -> Result<Vec<(usize, ObjectId)>, lopdf::Error> {
    let texts: Vec<(&str, Option<usize>)> = laid
        .items
        .iter()
        .filter_map(|i| match &i.item {
            Item::Link { text, .. } => Some((text.as_str(), i.part)),
            _ => None,
        })
        .collect();
    let annotations = match file.get_dictionary(page)?.get(b"Annots") {
        Ok(a) if !texts.is_empty() => a.as_array()?.clone(),
        _ => {
            file.get_dictionary_mut(page)?.remove(b"Annots");
            return Ok(Vec::new());
        }
    };
    let (mut refs, mut out) = (Vec::new(), Vec::new());
    for (a, (text, part)) in annotations.into_iter().zip(texts) {
        let mut a: Dictionary = a.as_dict()?.clone();
        a.set("F", 4);
        a.set("Contents", utf16(text));
        a.remove(b"C");
        let id = file.add_object(a);
        refs.push(Object::Reference(id));
        out.push((part.unwrap_or(Tree::ROOT), id));
    }
    file.get_dictionary_mut(page)?.set("Annots", refs);
    Ok(out)
}

/// The page and the corners of each figure, from what is drawn in it.
fn boxes(laid: &Laid) -> BTreeMap<usize, (usize, [f32; 4])> {
    let mut out: BTreeMap<usize, (usize, [f32; 4])> = BTreeMap::new();
    for (n, page) in laid.pages.iter().enumerate() {
        for placed in &page.items {
            let Some(part) = placed.part else { continue };
            if !matches!(laid.tree.nodes[part].role, Role::Figure(_)) {
                continue;
            }
            let points: Vec<(f32, f32)> = match &placed.item {
                Item::Text {
                    x, y, size, glyphs, ..
                } => {
                    let wide = advance(glyphs) * size;
                    vec![(*x, y - size), (x + wide, y + size * 0.3)]
                }
                Item::Path { points, .. } => points.clone(),
                Item::Link { .. } | Item::Field { .. } => continue,
            };
            let (first, corners) = out.entry(part).or_insert((
                n,
                [
                    f32::INFINITY,
                    f32::INFINITY,
                    f32::NEG_INFINITY,
                    f32::NEG_INFINITY,
                ],
            ));
            if *first != n {
                continue;
            }
            for (x, y) in points {
                let y = page.size.1 - y;
                corners[0] = corners[0].min(x);
                corners[1] = corners[1].min(y);
                corners[2] = corners[2].max(x);
                corners[3] = corners[3].max(y);
            }
        }
    }
    out
}
