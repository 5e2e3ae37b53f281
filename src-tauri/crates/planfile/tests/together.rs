//! Copies, links, undo and rescue where several things come together.

#![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

use mainstay_domain::*;
use mainstay_planfile::*;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

fn stamp(second: u32) -> Stamp {
    Stamp {
        at: format!("2026-11-24T09:{:02}:{:02}Z", second / 60, second % 60),
        author: "Ada".into(),
        device: "laptop".into(),
    }
}

fn text(s: &str) -> Datum {
    Datum::Text(s.into())
}

fn key(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn service(n: u128, code: &str, name: &str) -> (Table, Row) {
    let values = [("code", text(code)), ("name", text(name))];
    let row = Table::Service.spec().row(key(n), 1, &values);
    (Table::Service, row)
}

fn risk(title: &str, owner: Option<u128>) -> (Table, Row) {
    let owner = owner.map_or(Datum::Null, |n| Datum::Id(key(n)));
    let values = [
        ("code", text("R13")),
        ("title", text(title)),
        ("owner_role_id", owner),
    ];
    (Table::Risk, Table::Risk.spec().row(key(10), 1, &values))
}

fn control(n: u128) -> (Table, Row) {
    let values = [
        ("risk_id", Datum::Id(key(10))),
        ("text", text(&format!("control {n}"))),
    ];
    let row = Table::RiskControl.spec().row(key(100 + n), 1, &values);
    (Table::RiskControl, row)
}

/// A closed file with these records.
fn file(rows: &[(Table, Row)], key: Key<'_>) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plan.mainstay");
    let mut ws = Workspace::default();
    for (t, r) in rows {
        ws.push(*t, r).unwrap();
    }
    PlanFile::create_with(&path, &ws, "make", &stamp(0), key).unwrap();
    (dir, path)
}

fn open(path: &Path) -> PlanFile {
    PlanFile::open(path, Access::Write, &stamp(1)).unwrap()
}

fn put(f: &mut PlanFile, second: u32, (t, row): (Table, Row)) {
    change(f, second, |tx| tx.put(t, &row));
}

fn change(
    f: &mut PlanFile,
    second: u32,
    work: impl FnOnce(&mut Tx<'_>) -> Result<(), PlanFileError>,
) {
    let op = Operation::named("work");
    f.transact::<_, PlanFileError>(&op, &stamp(second), work)
        .unwrap();
}

/// Works in a copy that is given out and closed again.
fn copy(
    f: &mut PlanFile,
    to: &str,
    work: impl FnOnce(&mut Tx<'_>) -> Result<(), PlanFileError>,
) -> PathBuf {
    let path = f.path().with_file_name(format!("{to}.mainstay"));
    f.give_out(&path, to, &stamp(5), &mut |_, _| true).unwrap();
    let mut c = open(&path);
    change(&mut c, 6, work);
    c.close().unwrap();
    path
}

/// Brings a copy back; where one side removed something, it stays.
fn bring_back(f: &mut PlanFile, copy: &Path) -> Merged {
    let copy = PlanFile::open(copy, Access::Read, &stamp(9)).unwrap();
    let back = f.returning(&copy).unwrap();
    let mut choices = Choices::default();
    for c in f.plan_merge(&back, &copy, &choices).conflicts {
        let keep = match c.what {
            Clash::Removed { by: Side::Ours, .. } => Side::Theirs,
            _ => Side::Ours,
        };
        choices.by_conflict.insert(c.id.clone(), keep);
    }
    let m = f.plan_merge(&back, &copy, &choices);
    let op = Operation::named("bring back");
    f.bring_back::<PlanFileError>(&back, &copy, &m, (&op, &stamp(10)), |_| Ok(()))
        .unwrap();
    assert_eq!(f.check().unwrap().damage, []);
    m
}

fn controls(f: &PlanFile) -> Vec<u128> {
    let rows = f.workspace().rows(Table::RiskControl);
    let mut all: Vec<u128> = rows.iter().map(|r| r.id.as_u128() - 100).collect();
    all.sort_unstable();
    all
}

fn codes(f: &PlanFile) -> Vec<(String, String)> {
    let all = f.workspace().services.iter();
    let mut all: Vec<_> = all.map(|s| (s.name.clone(), s.code.0.clone())).collect();
    all.sort();
    all
}

#[test]
fn what_came_back_to_where_it_began_is_nothing_to_undo() {
    let (_dir, path) = file(&[service(1, "svc-1", "first")], None);
    let mut f = open(&path);
    put(&mut f, 2, service(2, "svc-2", "earlier"));
    let op = Operation::merging("rename", "svc-1 name");
    for (second, name) in [(100, "second"), (110, "first")] {
        let (t, row) = service(1, "svc-1", name);
        f.transact::<_, PlanFileError>(&op, &stamp(second), |tx| tx.put(t, &row))
            .unwrap();
    }
    assert_eq!(f.undo_name(), Some("work"));
    f.close().unwrap();
    let mut f = open(&path);
    assert_eq!(f.undo_name(), Some("work"));
    assert_eq!(f.undo(&stamp(200)).unwrap().1.rows.len(), 1);
    assert_eq!(f.workspace().services.len(), 1);
    f.redo(&stamp(201)).unwrap();
    assert_eq!(f.check().unwrap().damage, []);
}

#[test]
fn what_a_room_took_out_by_itself_stays_out_in_any_order() {
    // One takes the risk out, one a control of it, one renames it.
    for order in [
        [0usize, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let rows = [risk("x", None), control(1), control(2)];
        let (_dir, path) = file(&rows, None);
        let mut f = open(&path);
        let copies = [
            copy(&mut f, "A", |tx| {
                tx.remove(Table::RiskControl, key(101))?;
                tx.remove(Table::RiskControl, key(102))?;
                tx.remove(Table::Risk, key(10))
            }),
            copy(&mut f, "B", |tx| tx.remove(Table::RiskControl, key(102))),
            copy(&mut f, "C", |tx| {
                let (t, row) = risk("renamed", None);
                tx.put(t, &row)
            }),
        ];
        for i in order {
            bring_back(&mut f, &copies[i]);
        }
        assert_eq!(controls(&f), [1], "{order:?}");
        assert_eq!(f.workspace().risks[0].title, "renamed", "{order:?}");
    }
}

#[test]
fn of_a_record_that_stays_only_what_its_keeper_left_stays() {
    let rows = [risk("x", None), control(1), control(2)];
    let (_dir, path) = file(&rows, None);
    let mut f = open(&path);
    let room = copy(&mut f, "A", |tx| {
        let (t, row) = risk("renamed", None);
        tx.put(t, &row)?;
        tx.remove(Table::RiskControl, key(102))
    });
    change(&mut f, 7, |tx| {
        tx.remove(Table::RiskControl, key(101))?;
        tx.remove(Table::RiskControl, key(102))?;
        tx.remove(Table::Risk, key(10))
    });
    bring_back(&mut f, &room);
    assert_eq!(controls(&f), [1]);
}

#[test]
fn what_stays_only_because_it_is_referred_to_is_told() {
    let role = [
        ("code", text("role-sec")),
        ("name", text("Security")),
        ("required", Datum::Int(0)),
    ];
    let role = (Table::Role, Table::Role.spec().row(key(50), 1, &role));
    let (_dir, path) = file(&[role, risk("x", Some(50))], None);
    let mut f = open(&path);
    let room = copy(&mut f, "A", |tx| {
        let (t, row) = control(1);
        tx.put(t, &row)
    });
    change(&mut f, 7, |tx| {
        tx.remove(Table::Risk, key(10))?;
        tx.remove(Table::Role, key(50))
    });
    let m = bring_back(&mut f, &room);
    assert!(
        m.notices.contains(&Notice::AlsoStays(Table::Role, key(50))),
        "{:?}",
        m.notices
    );
    assert_eq!(f.workspace().roles.len(), 1);
}

#[test]
fn a_code_stays_with_who_has_it_when_a_copy_comes_back_again() {
    let (_dir, path) = file(&[service(1, "svc-1", "first")], None);
    let mut f = open(&path);
    let ids = [0x1111_1111_1111, 0x2222_2222_2222];
    let rooms = [("A", ids[0]), ("B", ids[1])].map(|(to, id)| {
        copy(&mut f, to, |tx| {
            let (t, row) = service(id, "svc-new", to);
            tx.put(t, &row)
        })
    });
    for room in &rooms {
        bring_back(&mut f, room);
    }
    let before = codes(&f);
    assert_eq!(before[0], ("A".into(), "svc-new".into()));
    assert_eq!(before[1], ("B".into(), "svc-new-222222".into()));
    let mut c = open(&rooms[1]);
    put(&mut c, 20, service(1, "svc-1", "first, renamed"));
    c.close().unwrap();
    bring_back(&mut f, &rooms[1]);
    assert_eq!(codes(&f)[..2], before[..2]);
}

#[test]
fn a_plan_made_in_two_rooms_has_one_draft() {
    for swapped in [false, true] {
        let (_dir, path) = file(&[service(1, "svc-1", "first")], None);
        let mut f = open(&path);
        let mut rooms = [("A", 1000), ("B", 2000)].map(|(to, n)| {
            copy(&mut f, to, |tx| {
                let plan = [("code", text("PLAN-01")), ("title", text("Crisis plan"))];
                let version = [
                    ("plan_id", Datum::Id(key(n))),
                    ("number", text("1.0")),
                    ("state", text("draft")),
                ];
                tx.put(Table::Plan, &Table::Plan.spec().row(key(n), 1, &plan))?;
                let row = Table::PlanVersion.spec().row(key(n + 1), 1, &version);
                tx.put(Table::PlanVersion, &row)
            })
        });
        if swapped {
            rooms.reverse();
        }
        for room in &rooms {
            bring_back(&mut f, room);
        }
        let ws = f.workspace();
        assert_eq!((ws.plans.len(), ws.plan_versions.len()), (1, 1));
        assert_eq!(ws.plans[0].id.0, key(1000), "in any order");
        assert_eq!(ws.plan_versions[0].plan_id, ws.plans[0].id);
    }
}

#[test]
fn a_merge_that_was_taken_back_in_a_copy_does_not_come_along() {
    let (_dir, path) = file(&[service(1, "svc-1", "first")], None);
    let mut f = open(&path);
    let b = copy(&mut f, "B", |tx| {
        let (t, row) = service(2, "svc-2", "from B");
        tx.put(t, &row)
    });
    let a = f.path().with_file_name("A.mainstay");
    f.give_out(&a, "A", &stamp(7), &mut |_, _| true).unwrap();
    let mut c = open(&a);
    bring_back(&mut c, &b);
    c.undo(&stamp(20)).unwrap();
    put(&mut c, 21, service(3, "svc-3", "from A"));
    c.close().unwrap();
    bring_back(&mut f, &a);
    assert_eq!(f.workspace().services.len(), 2);
    // Done again there, it comes along the next time, and its history with it.
    let mut c = open(&a);
    c.undo(&stamp(22)).unwrap();
    c.redo(&stamp(23)).unwrap();
    c.close().unwrap();
    bring_back(&mut f, &b);
    assert_eq!(f.workspace().services.len(), 3);
}

#[test]
fn a_copy_that_did_not_come_to_be_is_not_told_of() {
    let (_dir, path) = file(&[service(1, "svc-1", "first")], None);
    let mut f = open(&path);
    let room = f.path().with_file_name("A.mainstay");
    let stopped = f.give_out(&room, "A", &stamp(5), &mut |_, _| false);
    if stopped.is_err() {
        assert!(!room.exists());
        assert_eq!(f.history().unwrap().len(), 1);
    }
    let missing = f.path().with_file_name("no such folder").join("A.mainstay");
    f.give_out(&missing, "A", &stamp(6), &mut |_, _| true)
        .unwrap_err();
    assert!(
        f.history()
            .unwrap()
            .iter()
            .all(|e| e.kind != "give_out" || room.exists())
    );
}

#[cfg(unix)]
#[test]
fn a_file_is_one_under_all_its_names() {
    let secret = Passphrase::new("correct horse").unwrap();
    let (dir, path) = file(&[service(1, "svc-1", "first")], None);
    let link = dir.path().join("link.mainstay");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let one = open(&path);
    let other = PlanFile::open(&link, Access::Write, &stamp(2));
    assert!(matches!(other, Err(PlanFileError::OpenElsewhere { .. })));
    drop(other);
    one.close().unwrap();
    let keys = (None, Some(&secret));
    change_passphrase(&link, None, keys, &stamp(3), &mut |_, _| true).unwrap();
    assert!(is_encrypted(&path).unwrap());
    assert!(link.symlink_metadata().unwrap().is_symlink());
}

#[cfg(unix)]
#[test]
fn what_is_write_protected_is_backed_up_restored_and_rescued() {
    use std::os::unix::fs::PermissionsExt;
    let (dir, path) = file(&[service(1, "svc-1", "first")], None);
    let protect = |p: &Path| {
        std::fs::set_permissions(p, std::fs::Permissions::from_mode(0o444)).unwrap();
    };
    protect(&path);
    let at = "2026-11-24T09:00:00Z".parse().unwrap();
    let backup = back_up(&path, dir.path(), at, None, &mut |_, _| true).unwrap();
    let mode = |p: &Path| p.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&backup), 0o644);
    protect(&backup);
    let out = dir.path().join("restored.mainstay");
    restore(&backup, &out, &stamp(2), None, &mut |_, _| true).unwrap();
    assert_eq!(mode(&out), 0o644);
    open(&out).close().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[..100].fill(7);
    let damaged = dir.path().join("damaged.mainstay");
    std::fs::write(&damaged, bytes).unwrap();
    protect(&damaged);
    let out = dir.path().join("rescued.mainstay");
    let report = rescue(&damaged, &out, None, &stamp(3), &mut |_, _| true).unwrap();
    assert!(report.exact);
}

#[test]
fn an_encrypted_file_that_is_cut_off_is_rescued_like_a_plain_one() {
    let secret = Passphrase::new("correct horse").unwrap();
    let rows: Vec<(Table, Row)> = (1..400)
        .map(|n| {
            service(
                n,
                &format!("svc-{n}"),
                "A name of many words to fill the pages",
            )
        })
        .collect();
    for cut in [4096, 100] {
        for key in [None, Some(&secret)] {
            let (dir, path) = file(&rows, key);
            let f = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
            f.set_len(f.metadata().unwrap().len() - cut).unwrap();
            let out = dir.path().join("out.mainstay");
            let report = rescue(&path, &out, key, &stamp(9), &mut |_, _| true).unwrap();
            let saved = report.saved.values().sum::<usize>();
            assert!(saved > 300, "cut {cut}, {}: {report:?}", key.is_some());
            if key.is_some() {
                let wrong = Passphrase::new("wrong horse").unwrap();
                let e = rescue(
                    &path,
                    &dir.path().join("no.mainstay"),
                    Some(&wrong),
                    &stamp(9),
                    &mut |_, _| true,
                );
                assert!(matches!(e, Err(PlanFileError::WrongPassphrase { .. })));
            }
        }
    }
}

/// A hostile file, made with SQL, is rescued within a time that its size explains.
#[track_caller]
fn is_rescued_soon(hostile: &str) {
    let (dir, path) = file(&[service(1, "svc-1", "first")], None);
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch(hostile).unwrap();
    drop(raw);
    let (done, wait) = mpsc::channel();
    std::thread::spawn(move || {
        let out = dir.path().join("out.mainstay");
        let report = rescue(&path, &out, None, &stamp(9), &mut |_, _| true);
        done.send(report.map(|r| r.saved.get("service").copied()))
    });
    let report = wait.recv_timeout(Duration::from_secs(60)).expect("an end");
    assert_eq!(report.unwrap(), Some(1));
}

#[test]
fn a_view_without_end_is_not_followed() {
    is_rescued_soon(
        "DROP TABLE accepted_finding;
         CREATE VIEW accepted_finding AS
           WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT NULL AS id, x AS pos FROM c",
    );
}

#[test]
fn a_history_that_numbers_its_rows_absurdly_is_not_counted_through() {
    let (seq, zero) = (i64::MAX - 1, [0u8; 32]);
    let (n, format) = (seq.to_le_bytes(), FORMAT_VERSION.to_le_bytes());
    // The hash has no key, so anybody can make a right one.
    let mut hash = blake3::Hasher::new_derive_key("mainstay 1 history");
    let parts: [&[u8]; 12] = [
        &n, &n, b"edit", b"x", b"0", b"", b"a", b"b", b"c", &format, b"", &zero,
    ];
    for p in parts {
        hash.update(&(p.len() as u64).to_le_bytes()).update(p);
    }
    hash.update(&zero);
    let (zero, hash) = ("00".repeat(32), hash.finalize().to_hex());
    is_rescued_soon(&format!(
        "INSERT INTO history (seq, step, kind, operation, at, author, device, format, changeset, data_hash, parent, hash)
         VALUES ({seq}, {seq}, 'edit', 'x', 'a', 'b', 'c', {FORMAT_VERSION}, x'', x'{zero}', x'{zero}', x'{hash}')",
    ));
}
