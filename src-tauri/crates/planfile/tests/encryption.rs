//! Files with a passphrase: what is in them can be read with it and by nobody else, at every moment.

#![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

use mainstay_domain::*;
use mainstay_planfile::*;
use std::path::{Path, PathBuf};

/// Stands in a record, in the history and nowhere else.
const SECRET: &str = "Quetzalcoatl payroll ledger";

fn stamp() -> Stamp {
    Stamp {
        at: "2026-11-24T09:00:00Z".into(),
        author: "Ada".into(),
        device: "laptop".into(),
    }
}

fn pass(text: &str) -> Passphrase {
    Passphrase::new(text).unwrap()
}

fn service(code: &str, name: &str, pos: i64) -> Service {
    let mut row = Row {
        id: Uuid::now_v7(),
        pos,
        data: vec![Datum::Null; Service::SPEC.fields.len()],
    };
    row.data[0] = Datum::Text(code.into());
    row.data[1] = Datum::Text(name.into());
    Service::from_row(&row).unwrap()
}

fn workspace() -> Workspace {
    let mut ws = Workspace::default();
    for i in 0..40 {
        ws.services
            .push(service(&format!("svc-{i}"), &format!("{SECRET} {i}"), i));
    }
    ws
}

fn plain() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plan.mainstay");
    PlanFile::create(&path, &workspace(), "make", &stamp()).unwrap();
    (dir, path)
}

fn edit(file: &mut PlanFile, name: &str) {
    let mut row = file.workspace().rows(Table::Service)[0].clone();
    row.data[1] = Datum::Text(name.into());
    file.transact(&Operation::named("rename"), &stamp(), |tx| {
        tx.put(Table::Service, &row)
    })
    .unwrap();
}

/// The files under a folder that hold the secret.
fn readable(dir: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for e in std::fs::read_dir(dir).unwrap() {
        let p = e.unwrap().path();
        if p.is_dir() {
            out.extend(readable(&p));
        } else if std::fs::read(&p)
            .unwrap()
            .windows(12)
            .any(|w| w == &SECRET.as_bytes()[..12])
        {
            out.push(p);
        }
    }
    out
}

fn set(path: &Path, from: Key<'_>, to: Key<'_>) -> Result<Rekeyed, PlanFileError> {
    change_passphrase(path, None, (from, to), &stamp(), &mut |_, _| true)
}

fn opened(path: &Path, key: Key<'_>) -> Result<PlanFile, PlanFileError> {
    PlanFile::open_with(path, Access::Write, &stamp(), key)
}

#[test]
fn a_passphrase_is_set_changed_and_removed_and_the_backups_follow() {
    let (dir, path) = plain();
    let at = "2026-11-24T09:00:00Z".parse().unwrap();
    let backup = back_up(&path, &folder_beside(&path), at, None, &mut |_, _| true).unwrap();
    assert_eq!(
        readable(dir.path()).len(),
        2,
        "plain before, so that the search can fail"
    );

    let (a, b) = (pass("correct horse"), pass("it's \"another\" one"));
    let done = set(&path, None, Some(&a)).unwrap();
    assert_eq!(done.copies, [backup.as_path()]);
    assert_eq!(readable(dir.path()), [] as [PathBuf; 0]);
    for p in [&path, &backup] {
        let f = opened(p, Some(&a)).unwrap();
        assert_eq!(f.workspace().services.len(), 40);
        assert_eq!(f.check().unwrap().damage, []);
    }

    set(&path, Some(&a), Some(&b)).unwrap();
    for p in [&path, &backup] {
        assert!(matches!(
            opened(p, Some(&a)),
            Err(PlanFileError::WrongPassphrase { .. })
        ));
        assert!(opened(p, Some(&b)).is_ok());
    }
    assert_eq!(readable(dir.path()), [] as [PathBuf; 0]);

    set(&path, Some(&b), None).unwrap();
    for p in [&path, &backup] {
        let f = opened(p, None).unwrap();
        assert_eq!(f.history().unwrap().len(), 1);
        assert_eq!(f.check().unwrap().damage, []);
    }
    assert_eq!(readable(dir.path()).len(), 2);
}

#[test]
fn nothing_is_readable_while_it_is_worked_in() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plan.mainstay");
    let key = pass("correct horse");
    PlanFile::create_with(&path, &workspace(), "make", &stamp(), Some(&key)).unwrap();
    let mut f = opened(&path, Some(&key)).unwrap();
    for i in 0..20 {
        edit(&mut f, &format!("{SECRET} edited {i}"));
        if i % 5 == 0 {
            assert_eq!(readable(dir.path()), [] as [PathBuf; 0], "edit {i}");
        }
    }
    let wal = dir.path().join("plan.mainstay-wal");
    assert!(
        wal.metadata().unwrap().len() > 0,
        "the journal was looked at"
    );
    let room = dir.path().join("room.mainstay");
    f.give_out(&room, "Room A", &stamp(), &mut |_, _| true)
        .unwrap();
    let at = "2026-11-24T09:00:00Z".parse().unwrap();
    let backup = back_up(
        &path,
        &folder_beside(&path),
        at,
        f.passphrase(),
        &mut |_, _| true,
    )
    .unwrap();
    assert_eq!(readable(dir.path()), [] as [PathBuf; 0]);
    f.close().unwrap();
    let out = dir.path().join("out.mainstay");
    restore(&backup, &out, &stamp(), Some(&key), &mut |_, _| true).unwrap();
    for p in [&room, &out, &path] {
        assert!(matches!(
            opened(p, None),
            Err(PlanFileError::PassphraseNeeded { .. })
        ));
        let f = opened(p, Some(&key)).unwrap();
        assert_eq!(
            f.workspace().services[0].name,
            format!("{SECRET} edited 19")
        );
        assert_eq!(f.check().unwrap().damage, []);
    }
    assert_eq!(readable(dir.path()), [] as [PathBuf; 0]);
}

#[test]
fn a_wrong_passphrase_and_a_damaged_first_page_get_one_answer_that_names_both() {
    let (_dir, path) = plain();
    let key = pass("correct horse");
    set(&path, None, Some(&key)).unwrap();
    let wrong = opened(&path, Some(&pass("wrong horse"))).err().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[2000] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let damaged = opened(&path, Some(&key)).err().unwrap();
    assert_eq!(wrong.to_string(), damaged.to_string());
    assert!(wrong.to_string().contains("the passphrase is wrong"));
    assert!(
        wrong
            .to_string()
            .contains("first page of the file is damaged")
    );
    bytes[2000] ^= 1;
    bytes[2 * 4096 + 100] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    assert!(matches!(
        opened(&path, Some(&key)),
        Err(PlanFileError::Damaged { .. })
    ));
}

#[test]
fn what_cannot_be_done_changes_nothing() {
    let (dir, path) = plain();
    let bytes = |p: &Path| std::fs::read(p).unwrap();
    let (a, b) = (pass("correct horse"), pass("another horse"));
    assert!(Passphrase::new("").is_err());
    let untouched = bytes(&path);
    let refusals = [
        set(&path, None, Some(&pass("7 chars"))),
        set(&path, None, None),
    ];
    for r in refusals {
        assert!(r.is_err(), "{r:?}");
    }
    assert!(bytes(&path) == untouched);
    let open = opened(&path, None).unwrap();
    assert!(matches!(
        set(&path, None, Some(&a)),
        Err(PlanFileError::OpenElsewhere { .. })
    ));
    open.close().unwrap();
    let before = bytes(&path);
    // A backup with a passphrase that nobody gave.
    let at = "2026-11-24T09:00:00Z".parse().unwrap();
    let backup = back_up(&path, &folder_beside(&path), at, None, &mut |_, _| true).unwrap();
    set(&backup, None, Some(&b)).unwrap();
    let e = set(&path, None, Some(&a)).unwrap_err().to_string();
    assert!(e.contains(&backup.display().to_string()), "{e}");
    assert!(bytes(&path) == before);
    assert!(opened(&backup, Some(&b)).is_ok());
    assert!(matches!(
        set(&backup, None, Some(&a)),
        Err(PlanFileError::PassphraseNeeded { .. })
    ));
    assert!(matches!(
        set(&backup, Some(&a), None),
        Err(PlanFileError::WrongPassphrase { .. })
    ));
    let left: Vec<_> = std::fs::read_dir(dir.path())
        .unwrap()
        .chain(std::fs::read_dir(folder_beside(&path)).unwrap())
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| n.contains(".part"))
        .collect();
    assert_eq!(left, [] as [String; 0]);
}

#[test]
fn a_passphrase_for_a_file_that_has_none_is_not_needed() {
    let (_dir, path) = plain();
    let f = opened(&path, Some(&pass("correct horse"))).unwrap();
    assert!(f.passphrase().is_none());
}

#[test]
fn a_second_opening_of_an_encrypted_file_is_told_who_has_it_and_may_read() {
    let (_dir, path) = plain();
    let key = pass("correct horse");
    set(&path, None, Some(&key)).unwrap();
    let _first = opened(&path, Some(&key)).unwrap();
    match opened(&path, Some(&key)) {
        Err(PlanFileError::OpenElsewhere { who, .. }) => {
            assert!(who.unwrap().contains("Ada on laptop"));
        }
        other => panic!("{:?}", other.err()),
    }
    let second = PlanFile::open_with(&path, Access::Read, &stamp(), Some(&key)).unwrap();
    assert_eq!(second.workspace().services.len(), 40);
}

#[test]
fn copies_of_an_older_format_follow_and_open() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plan.mainstay");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/format-2.mainstay");
    std::fs::copy(fixture, &path).unwrap();
    let f = opened(&path, None).unwrap();
    let aside = f.copy_before_raising().unwrap().to_path_buf();
    f.close().unwrap();
    let key = pass("correct horse");
    let done = set(&path, None, Some(&key)).unwrap();
    assert_eq!(done.copies, [aside.as_path()]);
    let looked = PlanFile::open_with(&aside, Access::Read, &stamp(), Some(&key)).unwrap();
    assert_eq!(looked.check().unwrap().damage, []);
    drop(looked);
    let worked = opened(&aside, Some(&key)).unwrap();
    assert_eq!(worked.check().unwrap().damage, []);
    assert!(worked.copy_before_raising().is_some());
}
