//! A working session on a disk that fails or runs full at the n-th write, for every n: whatever was committed is there,
//! nothing is half there, and the file is sound.
#![allow(clippy::unwrap_used)]

use mainstay_domain::*;
use mainstay_planfile::{Access, Operation, PlanFile, PlanFileError, Stamp, back_up};
use mainstay_tests::failing_disk::{self, Failure};
use std::path::Path;

fn stamp(second: i64) -> Stamp {
    Stamp {
        at: format!("2026-11-25T09:{:02}:{:02}Z", second / 60, second % 60),
        author: "Grace".into(),
        device: "desk".into(),
    }
}

fn rename(file: &mut PlanFile, to: &str, second: i64) -> Result<(), PlanFileError> {
    let mut role = file.workspace().roles[0].clone();
    role.name = to.into();
    file.transact(&Operation::named("rename"), &stamp(second), |tx| {
        tx.put_record(&role)
    })
    .map(drop)
}

/// The states that the file may be in after a session that broke off: the last that was committed, and the one that was
/// on its way.
struct Known {
    committed: String,
    on_the_way: String,
}

/// An hour's work in a small file; tells as it goes what is committed.
fn session(path: &Path, known: &mut Known) -> Result<(), PlanFileError> {
    let mut file = PlanFile::open(path, Access::Write, &stamp(0))?;
    for n in 0..5 {
        known.on_the_way = format!("name {n}");
        let done = rename(&mut file, &known.on_the_way, 60 * n + 60);
        shows(&file, known, done.is_ok());
        done?;
        known.committed.clone_from(&known.on_the_way);
    }
    for undo in [true, false, true] {
        known.on_the_way = if undo { "name 3" } else { "name 4" }.into();
        let done = if undo {
            file.undo(&stamp(600))
        } else {
            file.redo(&stamp(600))
        };
        shows(&file, known, done.is_ok());
        done?;
        known.committed.clone_from(&known.on_the_way);
    }
    let at = "2026-11-25T10:00:00Z".parse().unwrap();
    back_up(
        path,
        &path.with_extension("backups"),
        at,
        None,
        &mut |_, _| true,
    )?;
    known.on_the_way = "the end".into();
    let done = rename(&mut file, "the end", 900);
    shows(&file, known, done.is_ok());
    done?;
    known.committed = "the end".into();
    file.close()
}

/// What is in memory is what was committed, also after a change that could not be.
#[track_caller]
fn shows(file: &PlanFile, known: &Known, done: bool) {
    let expected = if done {
        &known.on_the_way
    } else {
        &known.committed
    };
    assert_eq!(&file.workspace().roles[0].name, expected);
}

fn workspace() -> Workspace {
    let mut ws = Workspace::default();
    let spec = Table::Role.spec();
    let values = [
        ("code", Datum::Text("role-a".into())),
        ("name", Datum::Text("before".into())),
        ("required", Datum::Int(1)),
    ];
    let row = spec.row(Uuid::now_v7(), 1, &values);
    ws.put(Table::Role, &row).unwrap();
    ws
}

fn every_write(how: Failure) {
    failing_disk::install();
    let mut n = 0;
    loop {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("plan.mainstay");
        PlanFile::create(&path, &workspace(), "make", &stamp(0)).unwrap();
        let mut known = Known {
            committed: "before".into(),
            on_the_way: "before".into(),
        };
        failing_disk::fail_at(n, how);
        let done = session(&path, &mut known);
        let writes = failing_disk::mend();
        if let Err(e) = &done {
            let text = e.to_string();
            assert!(text.len() > 20, "write {n}: {text}");
        }
        let file = PlanFile::open(&path, Access::Write, &stamp(3000))
            .unwrap_or_else(|e| panic!("write {n} of {writes}, {done:?}: {e}"));
        let name = &file.workspace().roles[0].name;
        assert!(
            *name == known.committed || *name == known.on_the_way,
            "write {n}: “{name}”, where “{}” was committed",
            known.committed
        );
        assert_eq!(file.check().unwrap().damage, [], "write {n}, {done:?}");
        file.close().unwrap();
        for e in std::fs::read_dir(dir.path()).unwrap() {
            let name = e.unwrap().file_name().into_string().unwrap();
            assert!(
                ["plan.mainstay", "plan.backups"].contains(&&*name),
                "write {n} left {name} behind"
            );
        }
        for e in std::fs::read_dir(path.with_extension("backups"))
            .into_iter()
            .flatten()
        {
            let backup = e.unwrap().path();
            let file = PlanFile::open(&backup, Access::Read, &stamp(3000)).unwrap();
            assert_eq!(file.check().unwrap().damage, [], "write {n}");
        }
        if writes <= n {
            done.unwrap();
            break;
        }
        n += 1;
    }
    assert!(n > 60, "a session has many writes, and here are {n}");
}

// One test, because the disk is one for the whole process.
#[test]
fn a_disk_that_fails_at_any_write_loses_nothing() {
    for how in [Failure::Full, Failure::Once, Failure::Broken] {
        every_write(how);
    }
}
