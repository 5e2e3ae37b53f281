//! The structure tree: what a screen reader goes through, tied to the content of the pages.

use super::{fields, utf16};
use crate::layout::{Item, Laid, Page, Role, Scope, Tree};
use lopdf::{Dictionary, Object, ObjectId, dictionary};
use std::collections::BTreeMap;

/// The marks in the content of the pages: of each page, the part that each mark belongs to.
pub(super) type Marks = Vec<Vec<usize>>;

/// The name of a part in the file.
pub(super) fn tag(role: &Role) -> String {
    match role {
        Role::Document => "Document",
        Role::Section => "Sect",
        Role::Heading(level) => return format!("H{level}"),
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

/// Writes the tree and ties pages, links and fields to it; the tree, and the fields.
pub(super) fn write(
    file: &mut lopdf::Document,
    laid: &Laid,
    pages: &[ObjectId],
    marks: &Marks,
) -> Result<(ObjectId, Vec<Object>), lopdf::Error> {
    let root = file.new_object_id();
    let ids: Vec<ObjectId> = laid
        .tree
        .nodes
        .iter()
        .map(|_| file.new_object_id())
        .collect();
    let mut content: Vec<Vec<Object>> = vec![Vec::new(); ids.len()];
    let mut numbers: Vec<Object> = Vec::new();
    for (n, (page, parts)) in pages.iter().zip(marks).enumerate() {
        for (mark, part) in parts.iter().enumerate() {
            content[*part].push(Object::Dictionary(dictionary! {
                "Type" => "MCR", "Pg" => *page, "MCID" => mark as i64,
            }));
        }
        let all = parts.iter().map(|p| Object::Reference(ids[*p])).collect();
        numbers.extend([Object::from(n as i64), Object::Array(all)]);
        let page = file.get_dictionary_mut(*page)?;
        page.set("StructParents", n as i64);
        page.set("Tabs", "S");
    }
    let mut next = pages.len() as i64;
    let mut forms = Vec::new();
    for (page, id) in laid.pages.iter().zip(pages) {
        let mut tied = links(file, *id, page)?;
        let fields = fields::write(file, *id, page)?;
        forms.extend(fields.iter().map(|(_, field)| Object::Reference(*field)));
        tied.extend(fields);
        for (part, annotation) in tied {
            file.get_dictionary_mut(annotation)?
                .set("StructParent", next);
            numbers.extend([next.into(), Object::Reference(ids[part])]);
            next += 1;
            content[part].push(Object::Dictionary(dictionary! {
                "Type" => "OBJR", "Obj" => annotation, "Pg" => *id,
            }));
        }
    }
    let boxes = boxes(laid);
    let mut kids: Vec<Vec<usize>> = vec![Vec::new(); ids.len()];
    for (i, node) in laid.tree.nodes.iter().enumerate() {
        if let Some(p) = node.parent {
            kids[p].push(i);
        }
    }
    for (i, node) in laid.tree.nodes.iter().enumerate() {
        let mut all = std::mem::take(&mut content[i]);
        all.extend(kids[i].iter().map(|k| Object::Reference(ids[*k])));
        let mut element = dictionary! {
            "Type" => "StructElem",
            "S" => Object::Name(tag(&node.role).into()),
            "P" => node.parent.map_or(root, |p| ids[p]),
        };
        // A field alone stands for itself: readers that judge what a signature allows look for it right there.
        match (all.as_slice(), &node.role) {
            ([], _) => {}
            ([field], Role::Form) => element.set("K", field.clone()),
            _ => element.set("K", all),
        }
        match &node.role {
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
                element.set("A", table);
            }
            // Notes have names of their own in an accessible file.
            Role::Note => element.set("ID", Object::string_literal(format!("note-{i}"))),
            Role::Figure(words) => {
                element.set("Alt", utf16(words));
                if let Some((page, corners)) = boxes.get(&i) {
                    let corners: Vec<Object> = corners.iter().map(|c| (*c).into()).collect();
                    element.set("Pg", pages[*page]);
                    element.set(
                        "A",
                        dictionary! { "O" => "Layout", "Placement" => "Block", "BBox" => corners },
                    );
                }
            }
            _ => {}
        }
        file.set_object(ids[i], element);
    }
    let parents = file.add_object(dictionary! { "Nums" => numbers });
    file.set_object(
        root,
        dictionary! {
            "Type" => "StructTreeRoot",
            "K" => vec![Object::Reference(ids[Tree::ROOT])],
            "ParentTree" => parents,
            "ParentTreeNextKey" => next,
        },
    );
    Ok((root, forms))
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
                    let wide: f32 = glyphs.iter().map(|g| g.advance).sum();
                    vec![(*x, y - size), (x + wide * size, y + size * 0.3)]
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
