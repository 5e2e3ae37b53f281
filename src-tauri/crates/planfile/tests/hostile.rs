//! Files that somebody or something changed: never a panic, never a wrong value shown as right.

#![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

use mainstay_domain::*;
use mainstay_planfile::*;
use std::path::{Path, PathBuf};

fn stamp(second: u32) -> Stamp {
    Stamp {
        at: format!("2026-11-24T09:{:02}:{:02}Z", second / 60, second % 60),
        author: "Ada".into(),
        device: "laptop".into(),
    }
}

/// A file of some 150 KB with a history, in small pages.
fn small() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plan.mainstay");
    let mut ws = Workspace::default();
    for i in 0..60 {
        let mut row = Row {
            id: Uuid::now_v7(),
            pos: i,
            data: vec![Datum::Null; Service::SPEC.fields.len()],
        };
        row.data[0] = Datum::Text(format!("svc-{i}"));
        row.data[1] = Datum::Text(format!("Service number {i}"));
        ws.services.push(Service::from_row(&row).unwrap());
    }
    PlanFile::create(&path, &ws, "make", &stamp(0)).unwrap();
    let mut f = PlanFile::open(&path, Access::Write, &stamp(1)).unwrap();
    for i in 0..30u32 {
        let mut row = f.workspace().rows(Table::Service)[i as usize].clone();
        row.data[1] = Datum::Text(format!("Renamed {i}"));
        f.transact::<_, PlanFileError>(&Operation::named("rename"), &stamp(100 + i), |tx| {
            tx.put(Table::Service, &row)
        })
        .unwrap();
    }
    f.close().unwrap();
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch("PRAGMA page_size = 1024; VACUUM")
        .unwrap();
    drop(raw);
    (dir, path)
}

#[test]
fn a_cell_changed_together_with_the_hash_kept_beside_it_is_found_by_the_chain() {
    let (_dir, path) = small();
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch("UPDATE service SET name = 'x'; UPDATE head SET state = zeroblob(2048)")
        .unwrap();
    drop(raw);
    assert!(matches!(
        PlanFile::open(&path, Access::Read, &stamp(2)),
        Err(PlanFileError::Damaged { .. })
    ));
}

fn refused(path: &Path, word: &str) {
    let e = PlanFile::open(path, Access::Write, &stamp(2))
        .err()
        .unwrap()
        .to_string();
    assert!(e.contains(word), "{e}");
    assert!(e.contains(&path.display().to_string()), "{e}");
}

#[test]
fn strange_triggers_and_views_are_refused() {
    for sql in [
        "CREATE TRIGGER t AFTER UPDATE ON service BEGIN DELETE FROM role; END",
        "CREATE VIEW v AS SELECT * FROM service",
    ] {
        let (_dir, path) = small();
        let raw = rusqlite::Connection::open(&path).unwrap();
        raw.execute_batch(sql).unwrap();
        drop(raw);
        refused(&path, "does not belong there");
    }
}

#[test]
fn what_is_no_plan_file_is_told_from_what_is_encrypted() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.mainstay");
    let mut random = Vec::new();
    let mut seed = blake3::Hasher::new();
    seed.update(b"no plan");
    random.resize(8192, 0);
    seed.finalize_xof().fill(&mut random);
    std::fs::write(&path, &random).unwrap();
    refused(
        &path,
        "is encrypted and needs its passphrase, or it is no plan file",
    );
    random[..8].copy_from_slice(b"%PDF-1.7");
    std::fs::write(&path, &random).unwrap();
    refused(&path, "is not a Mainstay plan file");
    std::fs::write(&path, vec![0; 8192]).unwrap();
    refused(&path, "is not a Mainstay plan file");
}
