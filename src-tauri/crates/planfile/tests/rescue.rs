//! Saving what can be read of damaged files.

#![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

use mainstay_domain::*;
use mainstay_planfile::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn stamp(second: u32) -> Stamp {
    Stamp {
        at: format!("2026-11-24T09:{:02}:{:02}Z", second / 60, second % 60),
        author: "Ada".into(),
        device: "laptop".into(),
    }
}

fn row(t: Table, pos: i64, values: &[(&str, Datum)]) -> Row {
    let mut row = Row {
        id: Uuid::now_v7(),
        pos,
        data: vec![Datum::Null; t.spec().fields.len()],
    };
    for (column, value) in values {
        row.data[t.spec().column(column).unwrap()] = value.clone();
    }
    row
}

const SERVICES: i64 = 400;

/// A file of many services over many pages, half of them renamed since.
fn file(key: Key<'_>) -> (tempfile::TempDir, PathBuf, Workspace) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plan.mainstay");
    let mut ws = Workspace::default();
    for i in 0..SERVICES {
        let r = row(
            Table::Service,
            i,
            &[
                ("code", Datum::Text(format!("svc-{i}"))),
                (
                    "name",
                    Datum::Text(format!("The service with the number {i} of all")),
                ),
            ],
        );
        ws.push(Table::Service, &r).unwrap();
    }
    PlanFile::create_with(&path, &ws, "make", &stamp(0), key).unwrap();
    let mut f = PlanFile::open_with(&path, Access::Write, &stamp(1), key).unwrap();
    let rows = f.workspace().rows(Table::Service);
    f.transact::<_, PlanFileError>(&Operation::named("rename"), &stamp(100), |tx| {
        for r in rows.iter().step_by(2) {
            let mut r = r.clone();
            r.data[1] = Datum::Text("Renamed".into());
            tx.put(Table::Service, &r)?;
        }
        Ok(())
    })
    .unwrap();
    let now = f.workspace().clone();
    f.close().unwrap();
    (dir, path, now)
}

/// The first page of a table.
fn root(path: &Path, key: Option<&str>, table: &str) -> usize {
    let raw = rusqlite::Connection::open(path).unwrap();
    if let Some(k) = key {
        raw.pragma_update(None, "key", k).unwrap();
    }
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    let page: i64 = raw.query_row(sql, [table], |r| r.get(0)).unwrap();
    page.try_into().unwrap()
}

/// The pages that hold a text, by number from 1.
fn pages_with(bytes: &[u8], text: &str) -> BTreeSet<usize> {
    bytes
        .windows(text.len())
        .enumerate()
        .filter(|(_, w)| *w == text.as_bytes())
        .map(|(at, _)| at / 4096 + 1)
        .collect()
}

fn trash(path: &Path, page: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[(page - 1) * 4096..page * 4096].fill(0xa5);
    std::fs::write(path, bytes).unwrap();
}

fn saved(path: &Path, key: Key<'_>) -> (RescueReport, Workspace) {
    let before = std::fs::read(path).unwrap();
    let out = path.with_file_name("rescued.mainstay");
    let _ = std::fs::remove_file(&out);
    let report = rescue(path, &out, key, &stamp(200), &mut |_, _| true).unwrap();
    assert!(
        std::fs::read(path).unwrap() == before,
        "the damaged file stays as it is"
    );
    let f = PlanFile::open_with(&out, Access::Write, &stamp(201), key).unwrap();
    assert_eq!(f.check().unwrap().damage, []);
    assert_eq!(f.passphrase().is_some(), key.is_some());
    let ws = f.workspace().clone();
    f.close().unwrap();
    let left: Vec<_> = std::fs::read_dir(path.parent().unwrap())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| n.contains(".part"))
        .collect();
    assert_eq!(left, [] as [String; 0]);
    (report, ws)
}

#[test]
fn a_sound_file_is_saved_whole() {
    let (_dir, path, ws) = file(None);
    let (report, got) = saved(&path, None);
    assert!(got == ws);
    assert!(report.exact && report.lost.is_empty() && report.repaired.is_empty());
    assert_eq!(report.saved["service"], SERVICES as usize);
}

#[test]
fn a_changed_value_is_made_right_again_from_the_history() {
    let (_dir, path, ws) = file(None);
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch("UPDATE service SET name = 'wrong' WHERE code = 'svc-7'")
        .unwrap();
    drop(raw);
    let (report, got) = saved(&path, None);
    assert!(got == ws);
    assert!(report.exact);
    assert_eq!(report.from_history, 1);
}

#[test]
fn records_on_a_damaged_page_come_back_from_the_history() {
    let (_dir, path, ws) = file(None);
    let root = root(&path, None, "service");
    for page in [root, root + 1] {
        let whole = std::fs::read(&path).unwrap();
        trash(&path, page);
        let (report, got) = saved(&path, None);
        assert!(got == ws, "page {page}");
        assert!(report.exact);
        std::fs::write(&path, whole).unwrap();
    }
}

#[test]
fn without_the_history_what_the_other_pages_hold_is_saved_and_the_loss_is_told() {
    let (_dir, path, ws) = file(None);
    // Nothing of the past is left to make anything from.
    let raw = rusqlite::Connection::open(&path).unwrap();
    for t in ["history", "keyframe"] {
        let triggers: Vec<String> = raw
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1")
            .unwrap()
            .query_map([t], |r| r.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        for trigger in triggers {
            raw.execute_batch(&format!("DROP TRIGGER {trigger}"))
                .unwrap();
        }
        raw.execute_batch(&format!("DELETE FROM {t}")).unwrap();
    }
    raw.execute_batch("VACUUM").unwrap();
    drop(raw);
    let bytes = std::fs::read(&path).unwrap();
    let leaf = pages_with(&bytes, "svc-211").into_iter().next().unwrap();
    trash(&path, leaf);
    let (report, got) = saved(&path, None);
    assert!(!report.exact);
    assert!(
        report.lost.iter().any(|l| l.contains("service")),
        "{:?}",
        report.lost
    );
    let n = got.services.len();
    assert!(n > 300 && n < 400, "{n} of 400: one page of many is lost");
    for s in &got.services {
        assert!(ws.services.contains(s), "what is saved is as it was");
    }
    assert!(got.services.iter().any(|s| s.code.0 == "svc-0"));
    assert!(
        got.services.iter().any(|s| s.code.0 == "svc-399"),
        "both ends"
    );
}

#[test]
fn a_damaged_header_and_first_page_are_made_anew() {
    let (_dir, path, ws) = file(None);
    let whole = std::fs::read(&path).unwrap();
    for upto in [16, 100, 4096] {
        let mut bytes = whole.clone();
        for (i, b) in bytes[..upto].iter_mut().enumerate() {
            *b = (i * 7 + 3) as u8;
        }
        std::fs::write(&path, bytes).unwrap();
        let (report, got) = saved(&path, None);
        assert!(got == ws, "{upto} bytes");
        assert!(report.first_page.is_some());
    }
}

#[test]
fn a_truncated_file_gives_what_is_left() {
    let (_dir, path, ws) = file(None);
    let bytes = std::fs::read(&path).unwrap();
    // In the middle of the table; codes alone also stand in an index, and further in front.
    let last = pages_with(&bytes, "number 211 of all")
        .into_iter()
        .next()
        .unwrap();
    std::fs::write(&path, &bytes[..last * 4096]).unwrap();
    let (report, got) = saved(&path, None);
    assert!(got.services.len() > 100, "{report:?}");
    for s in &got.services {
        assert!(
            ws.services.iter().any(|o| o.id == s.id),
            "nothing is made up"
        );
    }
    assert!(!report.exact && got.services.len() < ws.services.len());
}

#[test]
fn an_encrypted_file_is_saved_with_its_passphrase() {
    let key = Passphrase::new("correct horse").unwrap();
    let (dir, path, ws) = file(Some(&key));
    let root = root(&path, Some("correct horse"), "service");
    trash(&path, root);
    let (report, got) = saved(&path, Some(&key));
    assert!(got == ws);
    assert!(report.exact);
    let out = dir.path().join("other.mainstay");
    for wrong in [None, Some(Passphrase::new("wrong horse").unwrap())] {
        let e = rescue(&path, &out, wrong.as_ref(), &stamp(3), &mut |_, _| true).unwrap_err();
        assert!(
            matches!(
                e,
                PlanFileError::PassphraseNeeded { .. } | PlanFileError::WrongPassphrase { .. }
            ),
            "{e}"
        );
        assert!(!out.exists());
    }
}

#[test]
fn what_a_lost_record_was_referred_to_by_is_repaired_or_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plan.mainstay");
    let team = row(Table::Team, 1, &[("code", Datum::Text("team-1".into()))]);
    let mut role = row(
        Table::Role,
        1,
        &[
            ("code", Datum::Text("role-1".into())),
            ("name", Datum::Text("Operator".into())),
            ("required", Datum::Int(1)),
        ],
    );
    role.data[Table::Role.spec().column("team_id").unwrap()] = Datum::Id(team.id);
    let mut ws = Workspace::default();
    ws.push(Table::Team, &team).unwrap();
    ws.push(Table::Role, &role).unwrap();
    PlanFile::create(&path, &ws, "make", &stamp(0)).unwrap();
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM team")
        .unwrap();
    // Without a keyframe, the history cannot make the team again.
    let triggers: Vec<String> = raw
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'keyframe'")
        .unwrap()
        .query_map([], |r| r.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for t in triggers {
        raw.execute_batch(&format!("DROP TRIGGER {t}")).unwrap();
    }
    raw.execute_batch("DELETE FROM keyframe").unwrap();
    drop(raw);
    let (report, got) = saved(&path, None);
    assert!(!report.exact);
    assert_eq!(got.roles[0].team_id, None);
    assert_eq!(report.repaired.len(), 1);
    assert!(report.repaired[0].contains("role-1") && report.repaired[0].contains("team_id"));
}

#[test]
fn what_cannot_be_done_leaves_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let (input, out) = (dir.path().join("in"), dir.path().join("out.mainstay"));
    assert!(matches!(
        rescue(&input, &out, None, &stamp(0), &mut |_, _| true),
        Err(PlanFileError::NotFound(_))
    ));
    std::fs::write(&input, "a text file\n".repeat(1000)).unwrap();
    assert!(matches!(
        rescue(&input, &out, None, &stamp(0), &mut |_, _| true),
        Err(PlanFileError::Damaged { .. })
    ));
    std::fs::write(&input, "").unwrap();
    assert!(rescue(&input, &out, None, &stamp(0), &mut |_, _| true).is_err());
    assert!(!out.exists());
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}
