//! What surrounds the sections: cover, contents, running header and footer, the DRAFT mark.

use super::flow::{Flow, MARGIN, TOP};
use super::fonts::{Fonts, REGULAR, SEMIBOLD};
use super::look::{ACCENT, INK, LINE, MM, QUIET, SUNKEN, WATERMARK};
use super::text::{Type, shortened, single, wrap};
use super::tree::Role;
use super::{Entry, Item, Laid, Placed};
use crate::model::{Card, Document, Run};

/// The first page.
pub(crate) fn cover(f: &mut Flow<'_>, d: &Document) {
    f.y = 56.0 * MM;
    f.paragraph(
        &[Run::plain(shortened(&d.meta.organisation))],
        Type {
            size: 10.5,
            lead: 18.0,
            face: SEMIBOLD,
            color: ACCENT,
        },
    );
    let width = f.width;
    f.width = 140.0 * MM;
    // Long titles get smaller rather than running over the page.
    let size = if d.meta.title.chars().count() > 90 {
        18.0
    } else {
        28.0
    };
    let title: String = d.meta.title.chars().take(400).collect();
    f.paragraph(
        &[Run::plain(title)],
        Type {
            size,
            lead: size * 1.22,
            face: SEMIBOLD,
            color: INK,
        },
    );
    f.width = width;
    f.y += 34.0;
    f.fields(&d.cover.fields);
    if let Some(c) = &d.cover.card {
        card(f, c);
    }
}

fn card(f: &mut Flow<'_>, c: &Card) {
    let gutter = 14.0;
    let n = c.columns.len().max(1) as f32;
    let w = (f.width - 24.0 - gutter * (n - 1.0)) / n;
    let t = Type {
        size: 9.0,
        lead: 12.6,
        face: REGULAR,
        color: INK,
    };
    let columns: Vec<Vec<super::text::Line>> = c
        .columns
        .iter()
        .map(|runs| {
            let mut runs = f.resolve(runs);
            for r in &mut runs {
                r.text = r.text.chars().take(CARD_CHARACTERS).collect();
            }
            let mut lines = wrap(f.fonts, &runs, t, w);
            lines.truncate(CARD_LINES);
            lines
        })
        .collect();
    let lines = columns.iter().map(Vec::len).max().unwrap_or(0);
    let h = lines as f32 * t.lead + 44.0;
    f.need(h + 14.0);
    let y = (f.size.1 - super::flow::BOTTOM - h - 4.0).max(f.y + 10.0);
    f.rounded(f.x, y, f.width, h, 4.0, Some(SUNKEN), None);
    let (strong, quiet) = (
        Type {
            face: SEMIBOLD,
            ..Type::BODY
        },
        Type {
            color: QUIET,
            ..Type::BODY
        },
    );
    f.within(Role::Section, |f| {
        f.within(Role::Paragraph, |f| {
            let wide = f.label(&c.title, strong, f.x + 12.0, y + 19.0);
            f.label(&c.note, quiet, f.x + 12.0 + wide + 8.0, y + 19.0);
        });
        for (i, column) in columns.iter().enumerate() {
            let x = f.x + 12.0 + (w + gutter) * i as f32;
            f.within(Role::Paragraph, |f| {
                for (k, l) in column.iter().enumerate() {
                    f.place(l, x, y + 38.0 + k as f32 * t.lead);
                }
            });
        }
    });
    f.y = y + h;
}

/// A card is read at a glance, or not at all.
const CARD_LINES: usize = 24;
/// No column of a card has room for more.
const CARD_CHARACTERS: usize = 1500;

const ENTRY: f32 = 16.5;

/// The contents, with page numbers and links; as many pages whether the page numbers are known yet or not.
pub(crate) fn contents(f: &mut Flow<'_>, d: &Document, outline: &[Entry]) {
    f.new_page();
    let head = Type {
        size: 17.0,
        lead: 22.0,
        face: SEMIBOLD,
        color: INK,
    };
    f.within(Role::Heading(1), |f| {
        f.label("Contents", head, f.x, f.y + 16.0)
    });
    f.y += 34.0;
    f.within(Role::Contents, |f| entries(f, d, outline));
    f.new_page();
}

fn entries(f: &mut Flow<'_>, d: &Document, outline: &[Entry]) {
    for (i, s) in d.sections.iter().enumerate() {
        f.need(ENTRY);
        let known = outline.get(i);
        let (indent, t) = if s.level == 1 {
            (
                0.0,
                Type {
                    face: SEMIBOLD,
                    ..Type::BODY
                },
            )
        } else {
            (16.0, Type::BODY)
        };
        let number = known.map_or_else(String::new, |e| (e.page + 1).to_string());
        let title = if s.number.is_empty() {
            s.title.clone()
        } else {
            format!("{}  {}", s.number, s.title)
        };
        let room = f.width - indent - 40.0;
        let mut line = wrap(f.fonts, &[Run::plain(title)], t, room)
            .into_iter()
            .next()
            .unwrap_or_default();
        let base = f.y + 11.0;
        let entry = f.begin(Role::ContentsItem);
        let reference = f.fill(entry, |f| f.begin(Role::Reference));
        let link = f.fill(reference, |f| f.begin(Role::Link));
        let end = single(f.fonts, &number, t);
        f.fill(link, |f| {
            f.place(&line, f.x + indent, base);
            f.place(&end, f.x + f.width - end.width, base);
        });
        let dots_from = f.x + indent + std::mem::take(&mut line.width) + 6.0;
        let dots_to = f.x + f.width - end.width - 6.0;
        if dots_to > dots_from {
            f.line(vec![(dots_from, base), (dots_to, base)], LINE, 0.4);
        }
        if let Some(e) = known {
            let (x, y, w) = (f.x, f.y, f.width);
            let item = Item::Link {
                x,
                y,
                w,
                h: ENTRY,
                page: e.page,
                to_y: e.y,
                text: format!("{}, page {number}", e.title),
            };
            f.fill(link, |f| f.push(item));
        }
        f.y += ENTRY;
    }
}

/// Running header, footer and DRAFT on every page.
pub(crate) fn draw(d: &Document, fonts: &mut Fonts, laid: &mut Laid) {
    let total = laid.pages.len();
    let t = Type {
        size: 8.0,
        lead: 11.0,
        face: REGULAR,
        color: QUIET,
    };
    let hash = d.meta.content_sha256.as_deref().map_or_else(
        || "Content not frozen".to_string(),
        |x| {
            format!(
                "Content {}",
                x.get(..12)
                    .unwrap_or(x)
                    .as_bytes()
                    .chunks(4)
                    .map(String::from_utf8_lossy)
                    .collect::<Vec<_>>()
                    .join(" ")
            )
        },
    );
    let fit = |fonts: &mut Fonts, s: &str, width: f32| {
        let lines = wrap(fonts, &[Run::plain(s)], t, width);
        match lines.as_slice() {
            [] => super::text::Line::default(),
            [one] => one.clone(),
            [first, ..] => {
                let text: String = first.pieces.iter().map(|p| &*p.text).collect();
                single(fonts, &format!("{}\u{2026}", text.trim_end()), t)
            }
        }
    };
    // As wide as a standing page allows, so that lying ones say the same.
    let (w, h) = laid.pages.first().map_or((0.0, 0.0), |p| p.size);
    let narrow = w.min(h) - 2.0 * MARGIN;
    let title = fit(fonts, &d.meta.title, narrow * 0.55);
    let state = fit(
        fonts,
        &format!("Version {} \u{b7} {}", d.meta.version, d.meta.state),
        narrow * 0.4,
    );
    let class = fit(fonts, &d.meta.classification, narrow * 0.3);
    let middle = single(fonts, &hash, t);
    let draft = single(
        fonts,
        "DRAFT",
        Type {
            size: 150.0,
            lead: 150.0,
            face: SEMIBOLD,
            color: WATERMARK,
        },
    );
    for (i, page) in laid.pages.iter_mut().enumerate() {
        let (w, h) = page.size;
        let mut over = Vec::new();
        if i > 0 {
            put(&mut over, &title, MARGIN, TOP - 24.0);
            put(&mut over, &state, w - MARGIN - state.width, TOP - 24.0);
            let y = TOP - 17.0;
            over.push(Item::Path {
                points: vec![(MARGIN, y), (w - MARGIN, y)],
                closed: false,
                fill: None,
                stroke: Some((LINE, 0.4)),
            });
        }
        let base = h - 12.0 * MM;
        let number = single(fonts, &format!("Page {} of {total}", i + 1), t);
        put(&mut over, &class, MARGIN, base);
        put(&mut over, &middle, (w - middle.width) / 2.0, base);
        put(&mut over, &number, w - MARGIN - number.width, base);
        if d.meta.draft {
            // Behind everything, along the diagonal.
            let angle: f32 = if w < h { 52.0 } else { 33.0 };
            let angle = angle.to_radians();
            let (dx, dy) = (
                draft.width / 2.0 * libm::cosf(angle),
                draft.width / 2.0 * libm::sinf(angle),
            );
            let mut under = Vec::new();
            put(&mut under, &draft, w / 2.0 - dx + 36.0, h / 2.0 + dy + 20.0);
            for item in &mut under {
                if let Item::Text { turn, .. } = item {
                    *turn = angle.to_degrees();
                }
            }
            page.items.splice(0..0, ornaments(under));
        }
        page.items.extend(ornaments(over));
    }
}

pub(super) fn ornaments(items: Vec<Item>) -> impl Iterator<Item = Placed> {
    items.into_iter().map(|item| Placed { item, part: None })
}

pub(super) fn put(items: &mut Vec<Item>, line: &super::text::Line, x: f32, y: f32) {
    items.extend(line.places(x).map(|(p, at)| p.at(at, y)));
}
