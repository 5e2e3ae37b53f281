//! A plan file in which one byte has another value: never a panic, never a wrong value shown as right, and `check` finds
//! it wherever it means something.
//!
//! Every 211th byte, or every single one with `MAINSTAY_FLIPS=all`; `MAINSTAY_FLIPS=0/2` and `1/2` are the two halves of that.

#![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

use mainstay_planfile::*;
use rusqlite::types::Value;
use std::path::Path;

fn stamp(second: u32) -> Stamp {
    Stamp {
        at: format!("2026-11-25T09:{:02}:{:02}Z", second / 60, second % 60),
        author: "Grace".into(),
        device: "desk".into(),
    }
}

/// A small file with data, edits, a keyframe and the history of a copy.
fn made(dir: &Path) -> Vec<u8> {
    let old = dir.join("old.mainstay");
    std::fs::write(&old, include_bytes!("fixtures/format-2.mainstay")).unwrap();
    let mut file = PlanFile::open(&old, Access::Write, &stamp(0)).unwrap();
    let room = dir.join("room.mainstay");
    file.give_out(&room, "Room A", &stamp(1), &mut |_, _| true)
        .unwrap();
    let mut copy = PlanFile::open(&room, Access::Write, &stamp(2)).unwrap();
    rename(&mut copy, "From the room", 3);
    let back = file.returning(&copy).unwrap();
    let merged = file.plan_merge(&back, &copy, &Choices::default());
    let op = Operation::named("bring back");
    file.bring_back::<PlanFileError>(&back, &copy, &merged, (&op, &stamp(4)), |_| Ok(()))
        .unwrap();
    rename(&mut file, "And on", 200);
    file.close().unwrap();
    rusqlite::Connection::open(&old)
        .unwrap()
        .execute_batch("PRAGMA page_size = 1024; VACUUM")
        .unwrap();
    std::fs::read(&old).unwrap()
}

fn rename(file: &mut PlanFile, to: &str, second: u32) {
    let mut s = file.workspace().services[1].clone();
    s.name = to.into();
    file.transact::<_, PlanFileError>(&Operation::named("rename"), &stamp(second), |tx| {
        tx.put_record(&s)
    })
    .unwrap();
}

/// Everything that is in a database, by table.
fn everything(path: &Path) -> rusqlite::Result<Vec<Vec<Value>>> {
    let c = rusqlite::Connection::open(path)?;
    let mut all = Vec::new();
    let tables: Vec<String> = c
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?
        .query_map([], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for t in tables {
        let mut q = c.prepare(&format!("SELECT * FROM \"{t}\""))?;
        let n = q.column_count();
        let mut rows = q.query([])?;
        while let Some(r) = rows.next()? {
            all.push((0..n).map(|i| r.get(i)).collect::<rusqlite::Result<_>>()?);
        }
    }
    Ok(all)
}

#[test]
fn no_flipped_byte_is_shown_as_right() {
    let dir = tempfile::tempdir().unwrap();
    let good = made(dir.path());
    let path = dir.path().join("plan.mainstay");
    std::fs::write(&path, &good).unwrap();
    let original = PlanFile::open(&path, Access::Read, &stamp(0)).unwrap();
    assert_eq!(original.check().unwrap().damage, []);
    let ws = original.workspace().clone();
    let rows = everything(&path).unwrap();
    drop(original);
    let asked = std::env::var("MAINSTAY_FLIPS").unwrap_or_default();
    let (first, step) = match asked.split_once('/') {
        Some((first, step)) => (first.parse().unwrap(), step.parse().unwrap()),
        None if asked == "all" => (0, 1),
        None => (0, 211),
    };
    let (mut refused, mut found, mut harmless) = (0, 0, 0);
    for at in (first..good.len()).step_by(step) {
        let mut bytes = good.clone();
        bytes[at] ^= 1 << (at % 8);
        std::fs::write(&path, &bytes).unwrap();
        match PlanFile::open(&path, Access::Read, &stamp(0)) {
            Err(e) => {
                assert!(e.to_string().len() > 20, "byte {at}: {e}");
                refused += 1;
            }
            Ok(file) => {
                assert!(*file.workspace() == ws, "byte {at} changed what is shown");
                // What cannot be read to its end is found, too.
                if file.check().map_or(true, |r| !r.damage.is_empty()) {
                    found += 1;
                } else {
                    drop(file);
                    let now = everything(&path).unwrap_or_default();
                    let differs = now.iter().find(|r| !rows.contains(r));
                    assert!(
                        now == rows,
                        "byte {at} changed what is there, and nobody was told: {differs:?}"
                    );
                    harmless += 1;
                }
            }
        }
        for left in ["-journal", "-wal", "-shm"] {
            let mut name = path.clone().into_os_string();
            name.push(left);
            let _ = std::fs::remove_file(name);
        }
    }
    assert!(
        refused > 50 && found > 20,
        "{refused} refused, {found} found by check, {harmless} without meaning"
    );
}
