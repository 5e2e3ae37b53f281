//! Layout without PDF: what stands on which page, and what never happens; then the PDF itself, read back.
#![allow(clippy::unwrap_used)]

use mainstay_analysis::{Scenario, analyse, spof};
use mainstay_documents::layout::{
    Fonts, Glyph, Item, Laid, Page, Paper, Role, Scope, advance, lay_out,
};
use mainstay_documents::model::*;
use mainstay_documents::pdf::{made, render, render_in};
use mainstay_documents::plan::{PlanInput, assemble};
use mainstay_domain::{NaiveDate, RoleId, SignOffKind, VersionState, Workspace};
use mainstay_exchange::{EXAMPLE, ImportOptions, import};
use sha2::{Digest, Sha256};
use std::process::Command;

fn example() -> Workspace {
    let mut n = 0;
    let mut ids = || {
        n += 1;
        uuid::Uuid::from_u128(n)
    };
    import(
        EXAMPLE.as_bytes(),
        &ImportOptions { strict: true },
        &mut ids,
    )
    .unwrap()
    .workspace
}

fn plan(ws: &Workspace, state: VersionState) -> Document {
    plan_to_sign(ws, state, None)
}

fn plan_to_sign(
    ws: &Workspace,
    state: VersionState,
    to_sign: Option<&[(SignOffKind, RoleId)]>,
) -> Document {
    let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    let analysis = analyse(ws, &Scenario::default(), today);
    let mut version = ws
        .plan_versions
        .iter()
        .find(|v| v.number == "2.2")
        .unwrap()
        .clone();
    version.state = state;
    version.content_sha256 = Some("0f".repeat(32));
    assemble(&PlanInput {
        workspace: ws,
        analysis: &analysis,
        spof: &spof(ws),
        plan: ws.plans[0].id,
        version: &version,
        live: ws,
        sign_offs: &[],
        accepted: &[],
        now: "2026-11-24T09:00:00Z".parse().unwrap(),
        redact: false,
        to_sign,
    })
}

fn laid(d: &Document) -> Laid {
    lay_out(d, &mut Fonts::shipped(), Paper::A4)
}

/// What was signed is proved by making it again: whoever changes what a document looks like raises `RENDERER` in
/// `pdf/archive.rs`, so that older files are not called altered, and puts the new hash here.
#[test]
fn the_renderer_has_a_new_number_when_the_same_content_gives_other_bytes() {
    let ws = example();
    let required: Vec<(SignOffKind, RoleId)> = ws
        .required_sign_offs
        .iter()
        .map(|r| (r.kind, r.role_id))
        .collect();
    let d = plan_to_sign(&ws, VersionState::InReview, Some(&required));
    assert!(!d.meta.draft);
    let pdf = render(&d).unwrap();
    assert!(pdf.starts_with(b"%PDF"));
    let by = mainstay_documents::pdf::made(&lopdf::Document::load_mem(&pdf).unwrap());
    assert!(by.here && by.by.ends_with("renderer 4"), "{by:?}");
    let hash: String = Sha256::digest(&pdf)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    assert_eq!(
        hash,
        "1e665e586ff8ec7cf535bc35b7ace54e757509ae6112eb820a0840c4a0e2b7d7"
    );
}

/// A document of one section.
fn of_blocks(blocks: Vec<Block>) -> Document {
    let mut d = plan(&example(), VersionState::Draft);
    d.sections = vec![Section {
        id: "one".into(),
        number: "1".into(),
        title: "One".into(),
        level: 1,
        start: Start::Here,
        blocks,
    }];
    d
}

/// Every text lies on its page; `name` says of what.
#[track_caller]
fn inside(laid: &Laid, name: &str) {
    for (n, page) in laid.pages.iter().enumerate() {
        let (w, h) = page.size;
        for item in &page.items {
            if let Item::Text {
                x,
                y,
                size,
                glyphs,
                turn,
                text,
                ..
            } = &item.item
                && *turn == 0.0
            {
                let end = x + size * advance(glyphs);
                assert!(
                    *x >= 0.0 && end <= w + 0.5,
                    "{name}, page {}: “{text}” ends at {end} of {w}",
                    n + 1
                );
                assert!(
                    *y > 0.0 && *y < h,
                    "{name}, page {}: “{text}” at {y} of {h}",
                    n + 1
                );
            }
        }
    }
}

#[test]
fn every_page_says_what_it_is() {
    let ws = example();
    for (state, draft) in [
        (VersionState::Draft, true),
        (VersionState::InReview, true),
        (VersionState::Approved, false),
        (VersionState::Superseded, false),
    ] {
        let l = laid(&plan(&ws, state));
        let pages = l.pages.len();
        for (n, p) in l.pages.iter().enumerate() {
            let texts: Vec<&str> = p.texts().collect();
            assert_eq!(texts.contains(&"DRAFT"), draft, "{state:?}, page {}", n + 1);
            let number = format!("Page {} of {pages}", n + 1);
            assert!(texts.contains(&number.as_str()), "{number} is missing");
        }
        inside(&l, "the example");
    }
}

#[test]
fn contents_name_the_pages_where_sections_begin() {
    let l = laid(&plan(&example(), VersionState::Approved));
    assert!(l.outline.len() > 15);
    for e in &l.outline {
        let begins = l.pages[e.page].texts().collect::<Vec<_>>().join(" ");
        let first = e.title.split_whitespace().last().unwrap();
        assert!(
            begins.contains(first),
            "{} is not on page {}",
            e.title,
            e.page + 1
        );
    }
    let links = l.pages[1]
        .items
        .iter()
        .filter(|i| matches!(i.item, Item::Link { .. }))
        .count();
    assert!(links > 15, "the contents are links");
}

#[test]
fn a_long_table_repeats_its_head_on_every_page() {
    let column = |title: &str| column(title, Width::Share(1.0), Align::Start);
    let rows: Vec<Vec<Cell>> = (0..300)
        .map(|i| vec![Cell::text(format!("row {i}")), Cell::text("x")])
        .collect();
    let l = laid(&of_blocks(vec![Block::Table(Table {
        columns: vec![column("Heading"), column("Other")],
        rows,
    })]));
    let with_rows: Vec<usize> = (0..l.pages.len())
        .filter(|p| l.pages[*p].texts().any(|t| t.starts_with("row")))
        .collect();
    assert!(with_rows.len() > 5);
    for p in with_rows {
        assert_eq!(
            l.pages[p].texts().filter(|t| *t == "Heading").count(),
            1,
            "page {}",
            p + 1
        );
    }
    let all: Vec<&str> = l.pages.iter().flat_map(|p| p.texts()).collect();
    assert_eq!(
        all.iter().filter(|t| **t == "row").count()
            + all.iter().filter(|t| t.starts_with("row ")).count(),
        300
    );
}

#[test]
fn odd_text_stays_on_its_page() {
    let odd = [
        "x".repeat(10_000),
        "wort ".repeat(2_000),
        "מערכת הזמנות: שלום 123 עולם".into(),
        "نظام الطلبات 45 دقيقة".into(),
        "🚚👩‍👩‍👧 emoji that no shipped font has".into(),
        "<script>alert('&amp;')</script> \u{0} \u{7} \u{202e}backwards\u{202c}".into(),
        String::new(),
        "\n\n\t".into(),
    ];
    for o in &odd {
        let mut ws = example();
        ws.services[0].name = o.clone();
        ws.activities[0].name = o.clone();
        ws.activities[0].workaround = Some(o.clone());
        ws.roles[0].name = o.clone();
        ws.plans[0].title = o.clone();
        ws.organisations[0].name = o.clone();
        let d = plan(&ws, VersionState::Draft);
        let short: String = o.chars().take(20).collect();
        inside(&laid(&d), &short);
        assert!(
            render(&d).is_ok_and(|pdf| pdf.starts_with(b"%PDF-")),
            "{short}"
        );
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let d = plan(&example(), VersionState::Approved);
    assert_eq!(render(&d).unwrap(), render(&d).unwrap());
}

#[test]
fn every_shipped_script_reads_back() {
    let text = "Zürich façade Łódź — Ωμέγα αποκατάσταση — Служба восстановления Її — خطة استمرارية خدمات — שחזור שירות";
    let paragraph = |t: &str| Block::Paragraph {
        runs: vec![Run::plain(t)],
    };
    let d = of_blocks(text.split(" — ").map(paragraph).collect());
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.pdf");
    std::fs::write(&path, render(&d).unwrap()).unwrap();
    let out = Command::new("pdftotext")
        .args(["-layout"])
        .arg(&path)
        .arg("-")
        .output()
        .unwrap();
    let got = String::from_utf8(out.stdout).unwrap();
    for word in text.split(" — ") {
        assert!(got.contains(word), "“{word}” is not in the PDF's text");
    }
}

#[test]
fn notes_stand_at_the_foot_of_every_page_that_has_their_mark() {
    let mut heads = vec![
        column("Service", Width::Share(1.0), Align::Start),
        column("Shown", Width::Fixed(30.0), Align::End),
    ];
    heads[1].note = Some("With everything it waits for.".into());
    let rows = (0..150).map(|i| row(&[&format!("row {i}"), "4 h"]));
    let noted = |n: usize| {
        vec![
            Run::plain(LONG),
            Run::plain("here").noted(format!("Remark {n}.")),
        ]
    };
    let mut blocks: Vec<Block> = (0..30)
        .map(|n| Block::Paragraph { runs: noted(n / 2) })
        .collect();
    blocks.push(Block::Table(Table {
        columns: heads,
        rows: rows.collect(),
    }));
    let l = laid(&of_blocks(blocks));
    let mut pages = [0, 0];
    for page in &l.pages[2..] {
        let texts: Vec<(f32, &str)> = page
            .items
            .iter()
            .filter_map(|i| match &i.item {
                Item::Text { y, text, .. } if *y > 72.0 && *y < page.size.1 - 50.0 => {
                    Some((*y, &**text))
                }
                _ => None,
            })
            .collect();
        let is_note = |t: &str| t.contains("Remark") || t.contains("waits for");
        let foot = texts
            .iter()
            .filter(|t| is_note(t.1))
            .map(|t| t.0)
            .fold(f32::INFINITY, f32::min);
        for (y, text) in &texts {
            assert_eq!(
                *y >= foot,
                is_note(text),
                "“{text}” and the notes of its page"
            );
        }
        for n in 0..15 {
            let mark = raised(n + 1);
            let marked = texts.iter().any(|t| t.1.ends_with(&format!("here{mark}")));
            let said = texts
                .iter()
                .filter(|t| t.1 == format!("{mark} Remark {n}."))
                .count();
            assert_eq!(said, usize::from(marked), "note {n}");
            pages[0] += said;
        }
        let headed = texts.iter().any(|t| t.1 == format!("Shown{}", raised(16)));
        let said = texts.iter().filter(|t| t.1.ends_with("waits for.")).count();
        assert_eq!(said, usize::from(headed));
        pages[1] += said;
    }
    assert!(pages[0] >= 15 && pages[1] > 2, "{pages:?}");
    // What comes again with the head of the table is not read out again.
    let notes = l.tree.nodes.iter().filter(|n| n.role == Role::Note).count();
    assert_eq!(notes, pages[0] + 1);
}

#[test]
fn a_note_is_kept_in_a_row_that_no_page_holds_and_stays_clear_of_one_that_fills_it() {
    let heads = || {
        let mut heads = ["What", "Why"].map(|t| column(t, Width::Share(1.0), Align::Start));
        for c in &mut heads {
            c.group = Some("Both".into());
        }
        heads.to_vec()
    };
    let noted = |lines: usize| {
        let text = vec![LONG; lines].join(" ");
        vec![Run::plain(text), Run::plain("here").noted("Remark.")]
    };
    for lines in (1..60).chain([120]) {
        let rows = vec![
            row(&["a", "b"]),
            vec![Cell::runs(noted(lines)), Cell::text("b")],
        ];
        let columns = heads();
        let l = laid(&of_blocks(vec![Block::Table(Table { columns, rows })]));
        let on = |page: &Page, end: &str| page.texts().any(|t| t.ends_with(end));
        let pages: Vec<usize> = (0..l.pages.len())
            .filter(|p| on(&l.pages[*p], "here¹"))
            .collect();
        let foot: Vec<usize> = (0..l.pages.len())
            .filter(|p| on(&l.pages[*p], "¹ Remark."))
            .collect();
        assert_eq!((pages.len(), &foot), (1, &pages), "{lines} times");
        for page in &l.pages[2..] {
            let texts = page.items.iter().filter_map(|i| match &i.item {
                Item::Text { y, text, .. } if *y > 72.0 && *y < page.size.1 - 40.0 => {
                    Some((*y, &**text))
                }
                _ => None,
            });
            let (notes, text): (Vec<_>, Vec<_>) = texts.partition(|t| t.1 == "¹ Remark.");
            let end = notes
                .first()
                .map_or(page.size.1 - 22.0 * 72.0 / 25.4, |n| n.0 - 8.0);
            for (y, t) in text {
                assert!(y < end, "{lines} times: “{t}” at {y}, which ends at {end}");
            }
        }
    }
}

/// A number as it stands in the text.
fn raised(n: usize) -> String {
    let digits = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    n.to_string()
        .chars()
        .filter_map(|c| digits.get(c.to_digit(10)? as usize))
        .collect()
}

#[test]
fn a_head_over_several_columns_is_theirs() {
    let mut heads: Vec<Column> = ["Tier", "Needed", "Shown", "RPO"]
        .map(|t| column(t, Width::Share(1.0), Align::End))
        .into();
    for c in &mut heads[1..3] {
        c.group = Some("Recovery time".into());
    }
    let rows = vec![row(&["1", "4 h", "6 h", "1 h"])];
    let l = laid(&of_blocks(vec![Block::Table(Table {
        columns: heads,
        rows,
    })]));
    let table = l.tree.nodes.iter().position(|n| n.role == Role::Table);
    let rows = l.tree.children(table.unwrap());
    let heads = |row: usize| -> Vec<(String, usize, usize)> {
        let cells = l.tree.children(rows[row]).into_iter();
        cells
            .map(|c| match l.tree.nodes[c].role {
                Role::Head(Scope::Column, span) => (text_of(&l, c), span.columns, span.rows),
                ref other => panic!("{other:?}"),
            })
            .collect()
    };
    let head = |t: &str, columns, rows| (t.to_owned(), columns, rows);
    assert_eq!(
        heads(0),
        [
            head("Tier", 1, 2),
            head("Recovery time", 2, 1),
            head("RPO", 1, 2)
        ]
    );
    assert_eq!(heads(1), [head("Needed", 1, 1), head("Shown", 1, 1)]);
    assert_eq!(rows.len(), 3);
}

/// What stands in a part.
fn text_of(l: &Laid, part: usize) -> String {
    let items = l
        .pages
        .iter()
        .flat_map(|p| &p.items)
        .filter(|i| i.part == Some(part));
    let texts = items.filter_map(|i| match &i.item {
        Item::Text { text, .. } => Some(&**text),
        _ => None,
    });
    texts.collect()
}

#[test]
fn a_quantity_and_its_unit_stay_on_one_line() {
    let column = |mm: f32| column("", Width::Fixed(mm), Align::Start);
    let rows = vec![vec![
        Cell::text("must be back within 1 h 30 min of it"),
        Cell::text("a"),
    ]];
    let t = Table {
        columns: vec![column(62.0), column(200.0)],
        rows,
    };
    let l = laid(&of_blocks(vec![Block::Table(t)]));
    let mut lines: std::collections::BTreeMap<i64, String> = std::collections::BTreeMap::new();
    for p in &l.pages[2..] {
        for i in &p.items {
            if let Item::Text { y, text, .. } = &i.item {
                lines.entry((*y * 10.0) as i64).or_default().push_str(text);
            }
        }
    }
    assert!(
        lines.values().any(|l| l.contains("1 h 30 min")),
        "{lines:?}"
    );
}

#[test]
fn figures_have_one_width_and_hyphens_their_own() {
    let mut f = Fonts::shipped();
    let mut width = |t: &str| f.width(0, 10.0, t, false);
    let (ones, zeros) = (width("1111"), width("0000"));
    assert!((ones - zeros).abs() < 0.01, "{ones} and {zeros}");
    assert!((width("a1111b 11") - width("a0000b 00")).abs() < 0.01);
    assert!(width("-") < width("0") * 0.8, "a hyphen is no figure");
}

const LONG: &str = "The dispatchers must be told immediately which warehouses continue operating independently, because transportation \
    arrangements deteriorate considerably whenever responsibilities are misunderstood or communications are interrupted.";

fn row(cells: &[&str]) -> Vec<Cell> {
    cells.iter().map(|c| Cell::text(*c)).collect()
}

fn column(title: &str, width: Width, align: Align) -> Column {
    Column {
        title: title.into(),
        width,
        align,
        group: None,
        note: None,
    }
}

/// The positions of everything on the pages of a section, in lines that a person can compare.
fn positions(l: &Laid) -> String {
    let mut out = String::new();
    for e in &l.outline {
        for (n, page) in l.pages.iter().enumerate().skip(e.page) {
            out.push_str(&format!("page {} of {:?}\n", n + 1, page.size));
            for item in page.items.iter().filter(|i| i.part.is_some()) {
                out.push_str(&match &item.item {
                    Item::Text {
                        x, y, size, text, ..
                    } => format!("{x:7.1} {y:7.1} {size:5.1}  {}\n", text.escape_debug()),
                    Item::Path { points, .. } => {
                        let (x, y) = points[0];
                        format!("{x:7.1} {y:7.1}  a path of {} points\n", points.len())
                    }
                    Item::Field { x, y, name, .. } => {
                        format!("{x:7.1} {y:7.1}  the place {name}\n")
                    }
                    Item::Link { x, y, page, .. } => {
                        format!("{x:7.1} {y:7.1}  to page {}\n", page + 1)
                    }
                });
            }
        }
    }
    out
}

#[test]
fn everything_stands_where_it_stood() {
    let d = of_blocks(vec![
        Block::Paragraph {
            runs: vec![Run::plain(LONG), Run::strong(" At once.")],
        },
        Block::Bullets {
            items: vec![vec![Run::plain("First.")], vec![Run::plain(LONG)]],
        },
        Block::Fields {
            fields: vec![Field {
                label: "Place".into(),
                value: Cell::text("Hall 2"),
            }],
        },
        Block::Table(Table {
            columns: vec![
                column("Service", Width::Fixed(30.0), Align::Start),
                column("RTO", Width::Fixed(20.0), Align::End),
                column("What it is for", Width::Share(1.0), Align::Start),
            ],
            rows: vec![
                row(&["Order portal", "4 h", LONG]),
                row(&["Directory", "1 h", ""]),
            ],
        }),
        Block::Columns {
            share: 0.3,
            left: vec![Block::Paragraph {
                runs: vec![Run::plain("Left of the other.")],
            }],
            right: vec![Block::Missing {
                text: "Nobody is named.".into(),
            }],
        },
        Block::Paragraph {
            runs: vec![Run::plain("يجب إبلاغ المستودعات فورا ")],
        },
    ]);
    insta::assert_snapshot!(positions(&laid(&d)));
}

#[test]
fn a_word_that_would_leave_a_line_empty_is_broken_by_the_rules_of_its_language() {
    let within = |mm: f32, language: &str, text: &str| {
        let mut d = of_blocks(vec![Block::Table(Table {
            columns: vec![
                column("What", Width::Fixed(mm), Align::Start),
                column("", Width::Share(1.0), Align::Start),
            ],
            rows: vec![row(&[text, ""])],
        })]);
        d.meta.language = language.into();
        laid(&d)
    };
    let broken = |l: &Laid| -> Vec<String> {
        let texts = l.pages[l.outline[0].page..].iter().flat_map(Page::texts);
        texts
            .filter(|t| t.ends_with('\u{ad}'))
            .map(ToOwned::to_owned)
            .collect()
    };
    let narrow = |language: &str, text: &str| within(62.0, language, text);
    let l = narrow("en-GB", LONG);
    let found = broken(&l);
    // Where lines are uneven anyway, words are left alone.
    assert_eq!(broken(&within(34.0, "en-GB", LONG)), [""; 0]);
    assert!(
        found.contains(&"The dispatchers must be told immedi\u{ad}".to_owned()),
        "{found:?}"
    );
    inside(&l, "a narrow column");
    // It is found as it was written, at both of its places.
    let page = l.pages.last().unwrap();
    for word in ["responsibilities", "transportation", "independently"] {
        let spots = mainstay_documents::screen::find(page, word);
        assert!(!spots.is_empty(), "{word}");
    }
    // Names, codes and addresses stay whole, and so does every word of a language whose rules are not known.
    let names = "Warehousemanagement Constantinopolis SVC-TRANSPORTATION transportation@example.org x1234567890123456789";
    assert_eq!(broken(&narrow("en", names)), [""; 0]);
    assert_eq!(broken(&narrow("eng", LONG)), [""; 0]);
    assert_eq!(broken(&narrow("", LONG)), [""; 0]);
    let german = "Die Wiederanlaufzeiten der Warenwirtschaftssysteme";
    assert_ne!(broken(&within(34.0, "de", german)), [""; 0]);
}

#[test]
fn what_is_read_from_the_right_begins_there() {
    let text = "يجب إبلاغ المستودعات";
    let l = laid(&of_blocks(vec![Block::Paragraph {
        runs: vec![Run::plain(text), Run::strong(" (A)")],
    }]));
    let items = l.pages.iter().flat_map(|p| &p.items);
    let ends: Vec<(f32, f32)> = items
        .filter_map(|i| match &i.item {
            Item::Text {
                x,
                size,
                glyphs,
                text: t,
                ..
            } if t.contains(text) || t.ends_with("(A)") => Some((*x, x + size * advance(glyphs))),
            _ => None,
        })
        .collect();
    let [first, second] = ends.as_slice() else {
        panic!("{ends:?}");
    };
    let right = Paper::A4.size().0 - 20.0 * 72.0 / 25.4;
    assert!((first.1 - right).abs() < 0.1, "{ends:?}, {right}");
    assert!((second.1 - first.0).abs() < 0.1, "{ends:?}");
}

#[test]
fn a_piece_in_a_paragraph_that_is_read_from_the_right_is_set_from_there() {
    let (first, second) = ("يجب إبلاغ ", "ERP يجب");
    let l = laid(&of_blocks(vec![Block::Paragraph {
        runs: vec![Run::plain(first), Run::strong(second)],
    }]));
    let items = l.pages.iter().flat_map(|p| &p.items);
    let glyphs = items.filter_map(|i| match &i.item {
        Item::Text { text, glyphs, .. } if text.contains("ERP") => Some(glyphs.clone()),
        _ => None,
    });
    let glyphs = glyphs.into_iter().next().expect("it is on a page");
    let text = |g: &Glyph| g.text(second).to_owned();
    // It begins at its right end.
    let right: String = glyphs.iter().rev().take(3).map(text).collect();
    assert_eq!(right, "PRE", "{glyphs:?}");
}

#[test]
fn a_word_that_no_line_holds_is_broken_by_its_language_also_behind_another() {
    let mut d = of_blocks(vec![Block::Table(Table {
        columns: vec![
            column("What", Width::Fixed(24.0), Align::Start),
            column("", Width::Share(1.0), Align::Start),
        ],
        rows: vec![row(&[
            "of misunderstandings and counterrevolutionaries",
            "",
        ])],
    })]);
    d.meta.language = "en".into();
    let l = laid(&d);
    let texts = l.pages[l.outline[0].page..].iter().flat_map(Page::texts);
    let lines: Vec<&str> = texts.take_while(|t| !t.starts_with("Page")).collect();
    let whole: String = lines.join("");
    assert!(whole.contains('\u{ad}'), "{lines:?}");
    let words = ["of", "misunderstandings", "and", "counterrevolutionaries"];
    for line in lines.iter().filter(|l| !l.ends_with('\u{ad}')) {
        let last = line.rsplit([' ', '\u{ad}']).next().unwrap();
        assert!(
            !"misunderstandings counterrevolutionaries".contains(last)
                || words.iter().any(|w| w.ends_with(last)),
            "{lines:?}"
        );
    }
}

/// Letters of China, Japan and Korea, which are taken from fonts of the system; the tests install one.
#[test]
fn what_the_shipped_fonts_lack_is_taken_from_the_system_and_named() {
    let mut d = of_blocks(vec![Block::Paragraph {
        runs: vec![
            Run::plain("事業継続計画 ソフトウェア 业务连续性"),
            Run::strong(" 復旧"),
        ],
    }]);
    d.meta.language = "ja".into();
    let mut fonts = Fonts::with_system();
    let l = lay_out(&d, &mut fonts, Paper::A4);
    let named = fonts.named();
    assert!(!named.is_empty(), "this system has no font for them");
    inside(&l, "East Asian letters");
    for i in l.pages.iter().flat_map(|p| &p.items) {
        let Item::Text { text, glyphs, .. } = &i.item else {
            continue;
        };
        let of_system = |g: &Glyph| usize::from(g.face) >= fonts.faces.len() - named.len();
        let lacks = glyphs.iter().find(|g| {
            let text = g.text(text);
            text.chars().any(|c| c > '\u{2e80}') && !of_system(g)
        });
        assert_eq!(lacks, None, "{text}");
    }
    // Just the fonts that it names give the same file.
    let bytes = render(&d).unwrap();
    let again = Fonts::with(&named).map_err(|f| f.name).unwrap();
    assert!(render_in(&d, Paper::A4, again).unwrap() == bytes);
    let file = lopdf::Document::load_mem(&bytes).unwrap();
    assert_eq!(made(&file).fonts, named);
    // A font of that name with other bytes is another one.
    let mut other = named;
    other[0].sha256 = "0".repeat(64);
    assert_eq!(Fonts::with(&other).err(), Some(other[0].clone()));
}
