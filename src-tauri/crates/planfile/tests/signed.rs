//! Files that are signed, kept with the plan.

#![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

use mainstay_domain::*;
use mainstay_planfile::*;
use std::path::{Path, PathBuf};

fn stamp(second: u32) -> Stamp {
    Stamp {
        at: format!("2026-11-26T09:00:{second:02}Z"),
        author: "Ada".into(),
        device: "laptop".into(),
    }
}

fn open(path: &Path, key: Key<'_>) -> PlanFile {
    PlanFile::open_with(path, Access::Write, &stamp(1), key).unwrap()
}

/// A plan whose version has a file, signed twice; the hashes of the three.
fn signed(dir: &Path, key: Key<'_>) -> (PathBuf, [String; 3]) {
    let path = dir.join("plan.mainstay");
    let mut ws = Workspace::default();
    let plan = Table::Plan.spec();
    let text = |s: &str| Datum::Text(s.into());
    let id = Uuid::from_u128(7);
    let row = plan.row(id, 1, &[("code", text("PLAN-01")), ("title", text("Plan"))]);
    ws.push(Table::Plan, &row).unwrap();
    PlanFile::create_with(&path, &ws, "make", &stamp(0), key).unwrap();
    let mut file = open(&path, key);
    let mut hashes = Vec::new();
    for (n, bytes) in [&b"base"[..], b"base, one", b"base, one, two"]
        .iter()
        .enumerate()
    {
        let op = Operation::named(format!("sign {n}"));
        let after = hashes.last().cloned();
        let (hash, _) = file
            .transact::<_, PlanFileError>(&op, &stamp(2 + n as u32), |tx| {
                let hash = tx.keep_signed_file(bytes, after.as_deref())?;
                tx.set_recording_key("a key")?;
                let version = Table::PlanVersion.spec();
                let values = [
                    ("plan_id", Datum::Id(id)),
                    ("number", text("1.0")),
                    ("state", text("in_review")),
                    ("document_sha256", text(&hash)),
                ];
                let key = Uuid::from_u128(20 + n as u128);
                tx.put(Table::PlanVersion, &version.row(key, n as i64, &values))?;
                Ok(hash)
            })
            .unwrap();
        hashes.push(hash);
    }
    file.close().unwrap();
    (path, hashes.try_into().unwrap())
}

fn raw(path: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(path).unwrap()
}

#[test]
fn each_is_there_as_it_was_and_never_changes() {
    let dir = tempfile::tempdir().unwrap();
    let (path, [base, one, two]) = signed(dir.path(), None);
    let mut file = open(&path, None);
    let of = |file: &PlanFile, hash: &str| file.signed_file(hash).unwrap();
    assert_eq!(of(&file, &base).unwrap(), b"base");
    assert_eq!(of(&file, &one).unwrap(), b"base, one");
    assert_eq!(of(&file, &two).unwrap(), b"base, one, two");
    for none in ["", "ab", &"0".repeat(64), &"ü".repeat(32)] {
        assert_eq!(of(&file, none), None, "{none}");
    }
    assert_eq!(file.check().unwrap().damage, []);
    // Taking a step back forgets the record, not the file, so that it can be done again.
    file.undo(&stamp(9)).unwrap();
    assert_eq!(file.workspace().plan_versions.len(), 2);
    assert!(of(&file, &two).is_some());
    file.redo(&stamp(10)).unwrap();
    // One that does not begin with the one before is none.
    let e = file
        .transact::<_, PlanFileError>(&Operation::named("x"), &stamp(11), |tx| {
            tx.keep_signed_file(b"another", Some(&two))
        })
        .unwrap_err();
    assert!(e.to_string().contains("must begin with"), "{e}");
    file.close().unwrap();
    for change in [
        "UPDATE signed_file SET bytes = x'00'",
        "DELETE FROM signed_file",
    ] {
        let e = raw(&path).execute_batch(change).unwrap_err();
        assert!(e.to_string().contains("a signed file"), "{e}");
    }
}

#[test]
fn one_that_was_changed_from_outside_is_found_and_not_handed_out() {
    let dir = tempfile::tempdir().unwrap();
    let (path, [base, one, two]) = signed(dir.path(), None);
    let trigger: String = raw(&path)
        .query_row(
            "SELECT sql FROM sqlite_schema WHERE name = 'signed_file_is_append_only_update'",
            [],
            |r| r.get(0),
        )
        .unwrap();
    raw(&path)
        .execute_batch(&format!(
            "DROP TRIGGER signed_file_is_append_only_update;
             UPDATE signed_file SET bytes = cast(', 0ne' AS BLOB) WHERE length(bytes) = 5 AND bytes = cast(', one' AS BLOB);
             {trigger}"
        ))
        .unwrap();
    let file = open(&path, None);
    assert!(file.signed_file(&base).unwrap().is_some());
    for changed in [&one, &two] {
        let e = file.signed_file(changed).unwrap_err().to_string();
        assert!(
            e.contains(changed.as_str()) && e.contains("was changed"),
            "{e}"
        );
    }
    let damage = file.check().unwrap().damage;
    assert_eq!(damage.len(), 2, "{damage:?}");
    assert!(damage.iter().all(|d| d.code == "signed_file"));
}

#[test]
fn a_copy_that_is_given_out_has_them_and_no_key_to_record_with() {
    let dir = tempfile::tempdir().unwrap();
    let (path, [_, _, two]) = signed(dir.path(), None);
    let mut file = open(&path, None);
    assert_eq!(file.recording_key().unwrap().as_deref(), Some("a key"));
    let copy = dir.path().join("room.mainstay");
    file.give_out(&copy, "Room A", &stamp(20), &mut |_, _| true)
        .unwrap();
    let room = open(&copy, None);
    assert_eq!(room.recording_key().unwrap(), None);
    assert!(room.signed_file(&two).unwrap().is_some());
    assert_eq!(room.check().unwrap().damage, []);
    assert!(file.recording_key().unwrap().is_some());
    let bytes = std::fs::read(&copy).unwrap();
    assert!(!bytes.windows(5).any(|w| w == b"a key"), "it is wiped");
}

#[test]
fn they_are_rescued_and_follow_a_passphrase() {
    for key in [None, Some(Passphrase::new("correct horse").unwrap())] {
        let dir = tempfile::tempdir().unwrap();
        let (path, [_, one, two]) = signed(dir.path(), key.as_ref());
        let out = dir.path().join("rescued.mainstay");
        let report = rescue(&path, &out, key.as_ref(), &stamp(30), &mut |_, _| true).unwrap();
        assert!(report.exact, "{report:?}");
        assert_eq!(report.saved["signed file"], 3);
        let file = open(&out, key.as_ref());
        assert_eq!(file.signed_file(&two).unwrap().unwrap(), b"base, one, two");
        assert_eq!(file.signed_file(&one).unwrap().unwrap(), b"base, one");
        assert_eq!(file.recording_key().unwrap().as_deref(), Some("a key"));
        file.close().unwrap();
        let to = Passphrase::new("battery staple").unwrap();
        let to = key.is_none().then_some(&to);
        change_passphrase(&out, None, (key.as_ref(), to), &stamp(31), &mut |_, _| true).unwrap();
        let file = open(&out, to);
        assert_eq!(file.signed_file(&two).unwrap().unwrap(), b"base, one, two");
        assert_eq!(file.check().unwrap().damage, []);
    }
    // Without it, the rescue is not exact.
    let dir = tempfile::tempdir().unwrap();
    let (path, [base, ..]) = signed(dir.path(), None);
    raw(&path)
        .execute_batch(
            "PRAGMA foreign_keys = OFF; DROP TRIGGER signed_file_is_append_only_delete;
             DELETE FROM signed_file WHERE after IS NULL",
        )
        .unwrap();
    let out = dir.path().join("rescued.mainstay");
    let report = rescue(&path, &out, None, &stamp(30), &mut |_, _| true).unwrap();
    assert!(!report.exact);
    assert!(report.lost.iter().any(|l| l.contains(&base)), "{report:?}");
}
