//! What a plan says: what is there, what is missing, what is different, and what a redacted copy does not say.
#![allow(clippy::unwrap_used)]

use lopdf::Object;
use mainstay_analysis::{Scenario, analyse, spof};
use mainstay_documents::layout::{Fonts, Laid, Page, Paper, lay_out};
use mainstay_documents::model::{Block, Document, Drawing, Section};
use mainstay_documents::pdf::render_in;
use mainstay_documents::plan::{
    Changes, Kind, PlanInput, RecordChanged, ValueChanged, assemble_as,
};
use mainstay_domain::*;
use mainstay_exchange::{EXAMPLE, ImportOptions, import};

fn example() -> Workspace {
    let mut n = 0;
    let mut ids = || {
        n += 1;
        Uuid::from_u128(n)
    };
    let strict = ImportOptions { strict: true };
    import(EXAMPLE.as_bytes(), &strict, &mut ids)
        .unwrap()
        .workspace
}

/// What is asked for beside the workspace.
#[derive(Default)]
struct Asked {
    kind: Kind,
    approved: bool,
    redact: bool,
    changes: Option<Changes>,
}

const APPROVED: Asked = Asked {
    kind: Kind::Plan,
    approved: true,
    redact: false,
    changes: None,
};

fn made(ws: &Workspace, asked: &Asked) -> Document {
    let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    let analysis = analyse(ws, &Scenario::default(), today);
    let mut version = ws.plan_versions.last().unwrap().clone();
    if asked.approved {
        version.state = VersionState::Approved;
        version.content_sha256 = Some("0f".repeat(32));
    }
    let input = PlanInput {
        workspace: ws,
        analysis: &analysis,
        spof: &spof(ws),
        plan: ws.plans[0].id,
        version: &version,
        live: ws,
        sign_offs: &[],
        accepted: &[],
        now: "2026-11-24T09:00:00Z".parse().unwrap(),
        redact: asked.redact,
        to_sign: None,
    };
    assemble_as(asked.kind, &input, asked.changes.as_ref())
}

fn find<'a>(d: &'a Document, id: &str) -> Option<&'a Section> {
    d.sections.iter().find(|s| s.id == id)
}

/// Everything a document or a part of it says.
fn said(part: &impl serde::Serialize) -> String {
    serde_json::to_string(part).unwrap()
}

fn without_comms(mut ws: Workspace) -> Workspace {
    ws.comm_templates.clear();
    ws.reporting_duties.clear();
    ws.plans[0].spokesperson_role_id = None;
    ws.plans[0].release_rule = None;
    ws
}

#[test]
fn the_communication_plan_has_blanks_deadlines_and_who_releases() {
    let d = made(&example(), &APPROVED);
    let rule = said(&find(&d, "comms").unwrap());
    assert!(rule.contains("Communications lead; stands in: Customer service lead"));
    let matrix = &find(&d, "comms-matrix").unwrap().blocks;
    let [Block::Table(first), Block::Table(second)] = matrix.as_slice() else {
        panic!("ten channels in two tables: {matrix:?}");
    };
    assert_eq!((first.columns.len(), second.columns.len()), (6, 6));
    let texts = said(&find(&d, "comms-templates").unwrap());
    assert!(
        texts.contains("[start:__") && !texts.contains("{{"),
        "{texts}"
    );
    let used = said(&find(&d, "comms-rhythm").unwrap());
    for part in [
        "every 4 h",
        "Only after release by ",
        "Managing director",
        "[deadline:__",
    ] {
        assert!(used.contains(part), "{part}: {used}");
    }
    assert!(
        !used.contains("[rhythm") && !used.contains("[spokesperson"),
        "both are known"
    );
    let duties = said(&find(&d, "reporting").unwrap());
    for part in [
        "24 h",
        "72 h",
        "30 d",
        "check with counsel",
        "GDPR, article 33",
    ] {
        assert!(duties.contains(part), "{part}");
    }
}

#[test]
fn a_draft_says_what_is_missing_and_a_version_what_was_left_out() {
    let mut ws = example();
    ws.reporting_duties.clear();
    ws.plans[0].spokesperson_role_id = None;
    ws.comm_templates[3].text = None;
    let draft = made(&ws, &Asked::default());
    let approved = made(&ws, &APPROVED);
    assert!(said(&draft).contains("No spokesperson is named"));
    assert!(said(&draft).contains("No reporting duties are recorded"));
    assert!(said(&find(&draft, "comms-templates").unwrap()).contains("missing"));
    assert!(!said(&approved).contains("No spokesperson"));
    assert!(find(&approved, "reporting").is_none());
    assert!(!said(&find(&approved, "control").unwrap()).contains("Left out of this version"));

    let mut ws = without_comms(example());
    ws.plans[0].alternate_site_id = None;
    let (draft, approved) = (made(&ws, &Asked::default()), made(&ws, &APPROVED));
    let all = "7 Communication plan; 14 Alternate site.";
    for (d, beginning) in [
        (&draft, "Nothing is written yet in: "),
        (
            &approved,
            "Left out of this version, because nothing is recorded for them: ",
        ),
    ] {
        let control = said(&find(d, "control").unwrap());
        assert!(
            control.contains(beginning) && control.contains(all),
            "{control}"
        );
    }
    assert!(said(&find(&draft, "comms").unwrap()).contains("Nothing is said about communication"));
    assert!(find(&approved, "comms").is_none() && find(&approved, "site").is_none());
}

fn changes(phone: (&str, &str)) -> Changes {
    Changes {
        from: "2.1".into(),
        to: "2.2".into(),
        records: vec![
            RecordChanged {
                noun: "contact".into(),
                name: "con-01 Managing director".into(),
                what: ChangeSort::Changed,
                values: vec![ValueChanged {
                    label: "phone".into(),
                    old: Some(phone.0.into()),
                    new: Some(phone.1.into()),
                    reach: true,
                }],
            },
            RecordChanged {
                noun: "procedure".into(),
                name: "proc-1 Restore".into(),
                what: ChangeSort::Added,
                values: vec![ValueChanged {
                    label: "access".into(),
                    old: None,
                    new: Some("call +44 1632 960999 or mail Key@tarnwick.example.".into()),
                    reach: false,
                }],
            },
        ],
        moved: vec!["A05 owes more.".into()],
    }
}

#[test]
fn what_has_changed_is_printed_with_values_before_and_after() {
    let ws = example();
    let history = |d: &Document| {
        let parts = d.sections.iter().filter(|s| s.id.starts_with("history"));
        said(&parts.collect::<Vec<_>>())
    };
    let only_a_record = history(&made(&ws, &APPROVED));
    assert!(only_a_record.contains("Version 2.1 was approved before this one, but"));

    let mut first = ws.clone();
    first.plan_versions.drain(..3);
    assert!(history(&made(&first, &APPROVED)).contains("There is no approved version before"));

    let asked = Asked {
        changes: Some(changes(("ext. 4711", "ext. 4712"))),
        ..Asked::default()
    };
    let draft = history(&made(&ws, &asked));
    for part in [
        "This draft",
        "version 2.1",
        "2 records were",
        "ext. 4711 → ",
        "ext. 4712",
        "A05 owes more.",
    ] {
        assert!(draft.contains(part), "{part}: {draft}");
    }

    // Of a version that was submitted, it is in what was frozen.
    let mut frozen = ws.clone();
    let version = frozen.plan_versions.last_mut().unwrap();
    version.compared_with = Some("2.1".into());
    let version_id = version.id;
    let id = VersionChangeId(Uuid::from_u128(1 << 100));
    frozen.version_changes.push(VersionChange {
        id,
        pos: 1,
        version_id,
        name: "svc-dir Sign-in".into(),
        noun: "service".into(),
        what: ChangeSort::Changed,
    });
    frozen.version_change_values.push(VersionChangeValue {
        id: VersionChangeValueId(Uuid::from_u128(1 << 101)),
        pos: 1,
        change_id: id,
        label: "RTO".into(),
        old: Some("4 h".into()),
        new: None,
        reach: None,
    });
    let printed = history(&made(&frozen, &APPROVED));
    for part in [
        "as it was submitted",
        "1 record was",
        "svc-dir Sign-in",
        "4 h → ",
        "not set",
    ] {
        assert!(printed.contains(part), "{part}: {printed}");
    }
}

#[test]
fn a_redacted_document_of_any_kind_says_no_number_and_no_address() {
    let mut ws = example();
    ws.procedures[0].access =
        Some("key box, code from 01632 960777, or duty@tarnwick.example".into());
    ws.comm_templates[1].text = Some("Dial {{bridge}} or +44 20 7946 0018.".into());
    ws.contacts[0].phone = Some("ext. 4711".into());
    ws.contacts[1].phone = Some("ext. 471200".into());
    ws.actions[1].text = "Ask at Ext. 471200".into();
    ws.reporting_duties[0].contact = Some("reports desk".into());
    for kind in Kind::ALL {
        let mut asked = Asked {
            kind,
            changes: Some(changes(("ext. 4713", "+44 1632 960101"))),
            ..Asked::default()
        };
        let open = said(&made(&ws, &asked));
        asked.redact = true;
        let redacted = said(&made(&ws, &asked));
        for leak in ["+44", "1632 9", "@", "ext. 47", "471200", "reports desk"] {
            assert!(!redacted.contains(leak), "{} prints {leak}", kind.word());
        }
        let personal = matches!(kind, Kind::Plan | Kind::Changes | Kind::BreakGlass);
        assert_eq!(open.contains("+44"), personal, "{}", kind.word());
        assert_eq!(
            redacted.contains("withheld"),
            personal || kind == Kind::Exercise,
            "{}",
            kind.word()
        );
    }
}

/// Every string of a PDF file and its metadata; pages hold numbers of glyphs, and what they say is in the document model.
fn strings(pdf: &[u8]) -> String {
    fn walk(o: &Object, out: &mut String) {
        match o {
            Object::String(bytes, _) => match bytes.strip_prefix(&[0xfe, 0xff]) {
                Some(wide) => {
                    let units = wide.chunks(2).map(|c| u16::from_be_bytes([c[0], c[1]]));
                    out.push_str(&String::from_utf16_lossy(&units.collect::<Vec<_>>()));
                }
                None => out.push_str(&String::from_utf8_lossy(bytes)),
            },
            Object::Array(all) => all.iter().for_each(|o| walk(o, out)),
            Object::Dictionary(d) => d.iter().for_each(|(_, o)| walk(o, out)),
            Object::Stream(s) => {
                s.dict.iter().for_each(|(_, o)| walk(o, out));
                if s.dict
                    .get(b"Type")
                    .is_ok_and(|t| t.as_name().is_ok_and(|n| n == b"Metadata"))
                {
                    let bytes = s.decompressed_content();
                    let bytes = bytes.unwrap_or_else(|_| s.content.clone());
                    out.push_str(&String::from_utf8_lossy(&bytes));
                }
            }
            _ => {}
        }
        out.push('\n');
    }
    let file = lopdf::Document::load_mem(pdf).unwrap();
    let mut out = String::new();
    walk(&Object::Dictionary(file.trailer.clone()), &mut out);
    file.objects.values().for_each(|o| walk(o, &mut out));
    out
}

#[test]
fn no_text_of_a_redacted_document_says_a_number_whatever_field_it_was_written_in() {
    let mut ws = example();
    let mut n = 0;
    for table in Table::ALL {
        for mut row in ws.rows(*table) {
            for (datum, field) in row.data.iter_mut().zip(table.spec().fields) {
                let hash = field.column.ends_with("sha256");
                if field.kind == mainstay_domain::Kind::Text && !hash {
                    n += 1;
                    *datum = Datum::Text(match n % 3 {
                        0 => format!("+44 1632 {:06}", 111_000 + n),
                        1 => format!("Tel:01632 {:06}x23", 111_000 + n),
                        _ => format!("desk.1632{n}@tarnwick.example"),
                    });
                }
            }
            ws.put(*table, &row).unwrap();
        }
    }
    for info in &mut ws.workspace_info {
        info.language = Some(Language("+441632111001".into()));
    }
    for kind in Kind::ALL {
        let mut asked = Asked {
            kind,
            changes: Some(changes(("+44 1632 960100", "01632/960101"))),
            ..Asked::default()
        };
        assert!(
            said(&made(&ws, &asked)).contains(" 1632"),
            "{}",
            kind.word()
        );
        asked.redact = true;
        let document = made(&ws, &asked);
        let pdf = render_in(&document, Paper::A4, Fonts::shipped()).unwrap();
        let laid = laid(&document, Paper::A4);
        let bookmarks: Vec<&str> = laid.outline.iter().map(|e| e.title.as_str()).collect();
        for (what, text) in [
            ("the document", said(&document)),
            ("the file", strings(&pdf)),
            ("the bookmarks", bookmarks.join("\n")),
        ] {
            let starts = [" 1632", ":01632", "desk.1632", "01632/"];
            let leak = starts.iter().find_map(|l| text.find(l));
            let leak = leak.map(|at| text[..at].chars().rev().take(80).collect::<Vec<_>>());
            let leak = leak.map(|c| c.into_iter().rev().collect::<String>());
            assert_eq!(leak, None, "{} of {}", what, kind.word());
        }
        assert!(strings(&pdf).contains("withheld"), "{}", kind.word());
    }
}

fn laid(d: &Document, paper: Paper) -> Laid {
    lay_out(d, &mut Fonts::shipped(), paper)
}

#[test]
fn every_blank_form_is_a_page() {
    let d = made(&example(), &Asked::default());
    for paper in Paper::ALL {
        let l = laid(&d, paper);
        let page = |title: &str| {
            let entry = l.outline.iter().find(|e| e.title.ends_with(title));
            entry.unwrap_or_else(|| panic!("{title} is not there")).page
        };
        let first = page("Blank forms");
        let pages = [
            "Incident log",
            "Decision log",
            "Situation report",
            "Handover sheet",
            "Standards coverage",
        ]
        .map(page);
        assert_eq!(
            pages,
            [0, 1, 2, 3, 4].map(|n| first + n),
            "{}",
            paper.word()
        );
    }
}

#[test]
fn coverage_follows_from_what_is_there() {
    let state = |ws: &Workspace, clause: &str| {
        let d = made(ws, &APPROVED);
        let Some(Block::Table(t)) = find(&d, "coverage-iso223012019").unwrap().blocks.last() else {
            panic!("no table");
        };
        let row = t.rows.iter().find(|r| r[0].lines[0][0].text == clause);
        let row = row.unwrap();
        (row[3].chip.as_ref().unwrap().text.clone(), said(&row[2]))
    };
    let ws = example();
    let (word, place) = state(&ws, "7.4");
    assert_eq!(word, "covered");
    assert!(place.contains("\"page_of\":\"comms\"") && place.contains("7 Communication plan"));
    assert_eq!(state(&ws, "4.4").0, "outside");
    assert_eq!(state(&ws, "9.2").0, "missing");
    let mut less = without_comms(ws);
    assert_eq!(state(&less, "7.4").0, "partly");
    less.call_edges.clear();
    let (word, place) = state(&less, "7.4");
    assert_eq!(word, "missing");
    assert!(
        place.contains("Not there: communication templates, a call tree"),
        "{place}"
    );
    let d = made(&less, &APPROVED);
    let unverified = find(&d, "coverage-isoiec270312025").unwrap();
    let Some(Block::Table(t)) = unverified.blocks.last() else {
        panic!("no table");
    };
    assert!(t.rows.iter().all(|r| {
        r[1].lines[0][0]
            .note
            .as_ref()
            .is_some_and(|n| n.contains("to be verified"))
    }));
}

/// The example with one more role for each caller, who calls on so many others.
fn calling(more: usize, each: usize) -> Workspace {
    let mut ws = example();
    let root = ws.plans[0].call_root_role_id.unwrap();
    let add = |ws: &mut Workspace, caller: RoleId, n: usize| {
        let mut role = ws.roles[0].clone();
        role.id = RoleId(Uuid::from_u128((7 << 90) + n as u128));
        role.pos += 1000 + n as i64;
        role.code = Code(format!("role-{n}"));
        role.name = format!("Role number {n}");
        let mut edge = ws.call_edges[0].clone();
        edge.id = CallEdgeId(Uuid::from_u128((8 << 90) + n as u128));
        edge.pos += 1000 + n as i64;
        (edge.caller_id, edge.callee_id) = (caller, role.id);
        let mut contact = ws.contacts[0].clone();
        contact.id = ContactId(Uuid::from_u128((9 << 90) + n as u128));
        contact.code = Code(format!("con-x{n}"));
        contact.role_id = Some(role.id);
        contact.mobile = Some(format!("+44 7700 91{n:04}"));
        let id = role.id;
        ws.roles.push(role);
        ws.call_edges.push(edge);
        ws.contacts.push(contact);
        id
    };
    let mut n = 0;
    for _ in 0..more {
        n += 1;
        let caller = add(&mut ws, root, n);
        for _ in 0..each {
            n += 1;
            add(&mut ws, caller, n);
        }
    }
    ws
}

#[test]
fn a_call_tree_of_any_size_shows_every_number_whole() {
    for (more, each, figures) in [(0, 0, 1), (3, 9, 4), (20, 1, 2), (1, 40, 4)] {
        let ws = calling(more, each);
        let d = made(&ws, &APPROVED);
        let trees: Vec<_> = find(&d, "calltree")
            .unwrap()
            .blocks
            .iter()
            .filter_map(|b| match b {
                Block::Figure(f) => match &f.drawing {
                    Drawing::Tree(t) => Some((f, t)),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        assert_eq!(trees.len(), figures, "{more} by {each}");
        for contact in &ws.contacts {
            let number = contact.mobile.as_deref().unwrap();
            assert!(
                trees
                    .iter()
                    .any(|(_, t)| t.nodes.iter().any(|n| n.note.contains(number))),
                "{number}"
            );
        }
        let calls = ws.call_edges.len();
        let told: usize = trees
            .iter()
            .map(|(f, _)| f.words.matches(" calls ").count())
            .sum();
        assert_eq!(told, calls, "every call in words, once");
        for paper in Paper::ALL {
            let l = laid(&d, paper);
            let texts: Vec<&str> = l.pages.iter().flat_map(Page::texts).collect();
            for (_, t) in &trees {
                for line in t.nodes.iter().flat_map(|n| n.note.lines()) {
                    assert!(texts.contains(&line), "{line} is cut off");
                }
            }
        }
    }
}
