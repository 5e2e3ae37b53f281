//! The plan file at its border: data in, data back, and nothing lost in between.

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

fn service(code: &str, pos: i64) -> Service {
    let mut row = Row {
        id: Uuid::now_v7(),
        pos,
        data: vec![Datum::Null; Service::SPEC.fields.len()],
    };
    row.data[0] = Datum::Text(code.into());
    row.data[1] = Datum::Text(format!("Service {code}"));
    Service::from_row(&row).unwrap()
}

fn plan(pos: i64) -> (Plan, PlanVersion) {
    let mut row = Row {
        id: Uuid::now_v7(),
        pos,
        data: vec![Datum::Null; Plan::SPEC.fields.len()],
    };
    row.data[0] = Datum::Text("PLAN-01".into());
    row.data[1] = Datum::Text("Plan".into());
    let plan = Plan::from_row(&row).unwrap();
    let version = PlanVersion {
        id: PlanVersionId(Uuid::now_v7()),
        pos: 1,
        plan_id: plan.id,
        number: "1.0".into(),
        state: VersionState::Approved,
        approved_on: None,
        change_note: None,
        valid_until: None,
        submitted_at: None,
        submitted_by_id: None,
        content_sha256: Some("ab".repeat(32)),
        content: Some(Frozen("{}".into())),
        rejected_because: None,
        document_sha256: None,
        compared_with: None,
    };
    (plan, version)
}

struct Fixture {
    _dir: tempfile::TempDir,
    path: PathBuf,
}

fn fixture() -> Fixture {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("plan.mainstay");
    let mut ws = Workspace::default();
    ws.services.push(service("svc-a", 1));
    ws.services.push(service("svc-b", 2));
    let (p, v) = plan(1);
    ws.version_changes.push(VersionChange {
        id: VersionChangeId(Uuid::now_v7()),
        pos: 1,
        version_id: v.id,
        name: "svc-a".into(),
        noun: "service".into(),
        what: ChangeSort::Changed,
    });
    ws.version_change_values.push(VersionChangeValue {
        id: VersionChangeValueId(Uuid::now_v7()),
        pos: 1,
        change_id: ws.version_changes[0].id,
        label: "note".into(),
        old: None,
        new: Some("new".into()),
        reach: None,
    });
    ws.version_results.push(VersionResult {
        id: VersionResultId(Uuid::now_v7()),
        pos: 1,
        version_id: v.id,
        text: "It moved.".into(),
    });
    ws.plans.push(p);
    ws.plan_versions.push(v);
    PlanFile::create(&path, &ws, "make", &stamp(0)).unwrap();
    Fixture { _dir: dir, path }
}

fn open(path: &Path) -> PlanFile {
    PlanFile::open(path, Access::Write, &stamp(0)).unwrap()
}

fn rename(file: &mut PlanFile, name: &str, op: Operation, second: u32) -> Committed {
    let mut s = file.workspace().services[0].clone();
    s.name = name.into();
    file.transact(&op, &stamp(second), |tx| tx.put_record(&s))
        .map(|(_, c)| c)
        .unwrap()
}

fn name(file: &PlanFile) -> &str {
    &file.workspace().services[0].name
}

/// A column: its name, its type, whether it must be there, and the table it refers to.
type Column = (String, String, bool, Option<String>);

fn wanted(spec: &TableSpec) -> Vec<Column> {
    let fixed = [("id", "BLOB"), ("pos", "INTEGER")];
    let fixed = fixed.map(|(name, t)| (name.to_string(), t.to_string(), true, None));
    let own = spec.fields.iter().map(|f| {
        let to = match f.kind {
            Kind::Ref(to) => Some(to.spec().name.to_string()),
            _ => None,
        };
        (f.column.into(), f.kind.sql_type().into(), !f.nullable, to)
    });
    fixed.into_iter().chain(own).collect()
}

fn made(conn: &rusqlite::Connection, table: &str) -> Vec<Column> {
    let sql = "SELECT t.name, t.type, t.\"notnull\", f.\"table\" FROM pragma_table_info(?1) t
        LEFT JOIN pragma_foreign_key_list(?1) f ON f.\"from\" = t.name ORDER BY t.cid";
    let mut q = conn.prepare(sql).unwrap();
    q.query_map([table], |r| {
        Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))
    })
    .unwrap()
    .map(|c| c.unwrap())
    .collect()
}

#[test]
fn the_steps_of_the_schema_make_what_the_domain_describes() {
    let conn = rusqlite::Connection::open_in_memory().unwrap();
    for sql in SCHEMA_STEPS {
        conn.execute_batch(sql).unwrap();
    }
    for t in Table::ALL {
        let spec = t.spec();
        assert_eq!(
            made(&conn, spec.name),
            wanted(spec),
            "table {}: print what it should be with `cargo run -p mainstay-planfile --example ddl` and add a migration",
            spec.name
        );
    }
    let tables = "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut q = conn.prepare(tables).unwrap();
    let have: Vec<(String, String)> = q
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))
        .unwrap()
        .map(|r| r.unwrap())
        .collect();
    let mut want: Vec<&str> = Table::ALL.iter().map(|t| t.spec().name).collect();
    want.extend([
        "far_history",
        "format",
        "head",
        "history",
        "keyframe",
        "merge_alias",
        "recording_key",
        "signed_file",
    ]);
    want.sort_unstable();
    assert_eq!(have.iter().map(|h| h.0.as_str()).collect::<Vec<_>>(), want);
    for (name, sql) in have {
        assert!(sql.contains("STRICT"), "{name} takes any type");
        assert_eq!(
            sql.matches("REFERENCES").count(),
            sql.matches("DEFERRABLE INITIALLY DEFERRED").count(),
            "{name} looks at references too early"
        );
    }
}

#[test]
fn a_closed_file_is_one_file_with_everything_in_it() {
    let f = fixture();
    let mut file = open(&f.path);
    rename(&mut file, "New", Operation::named("rename"), 1);
    let ws = file.workspace().clone();
    assert!(
        f.path.with_file_name("plan.mainstay-wal").exists(),
        "works in a journal while open"
    );
    file.close().unwrap();
    let names: Vec<_> = std::fs::read_dir(f.path.parent().unwrap())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(names, ["plan.mainstay"]);
    let bytes = std::fs::read(&f.path).unwrap();
    assert_eq!(&bytes[18..20], &[1, 1], "journal mode DELETE in the header");
    let again = PlanFile::open(&f.path, Access::Read, &stamp(0)).unwrap();
    assert_eq!(*again.workspace(), ws);
    assert_eq!(again.check().unwrap().damage, []);
}

#[test]
fn undo_and_redo_survive_closing() {
    let f = fixture();
    let mut file = open(&f.path);
    let before = file.workspace().clone();
    rename(&mut file, "One", Operation::named("rename to one"), 1);
    rename(&mut file, "Two", Operation::named("rename to two"), 2);
    file.close().unwrap();
    let mut file = open(&f.path);
    assert_eq!(file.undo_name(), Some("rename to two"));
    assert_eq!(file.undo(&stamp(3)).unwrap().0, "rename to two");
    assert_eq!(name(&file), "One");
    file.close().unwrap();
    let mut file = open(&f.path);
    assert_eq!(
        (file.undo_name(), file.redo_name()),
        (Some("rename to one"), Some("rename to two"))
    );
    file.undo(&stamp(4)).unwrap();
    assert_eq!(*file.workspace(), before);
    assert!(matches!(
        file.undo(&stamp(5)),
        Err(PlanFileError::NothingToUndo(None))
    ));
    file.redo(&stamp(6)).unwrap();
    file.redo(&stamp(7)).unwrap();
    assert_eq!(name(&file), "Two");
    assert!(matches!(
        file.redo(&stamp(8)),
        Err(PlanFileError::NothingToRedo)
    ));
    assert_eq!(file.check().unwrap().damage, []);
    file.undo(&stamp(9)).unwrap();
    rename(&mut file, "Three", Operation::named("rename to three"), 10);
    assert_eq!(
        file.redo_name(),
        None,
        "a new step ends what could be done again"
    );
    let kinds: Vec<String> = file
        .history()
        .unwrap()
        .into_iter()
        .map(|e| e.kind)
        .collect();
    assert_eq!(
        kinds,
        [
            "baseline", "edit", "edit", "undo", "undo", "redo", "redo", "undo", "edit"
        ]
    );
}

#[test]
fn edits_of_one_field_within_a_minute_are_one_step() {
    let f = fixture();
    let mut file = open(&f.path);
    let original = name(&file).to_string();
    for (text, second) in [("A", 1), ("AB", 20), ("ABC", 70)] {
        rename(
            &mut file,
            text,
            Operation::merging("rename", "svc-a.name"),
            second,
        );
    }
    rename(
        &mut file,
        "later",
        Operation::merging("rename again", "svc-a.name"),
        200,
    );
    file.undo(&stamp(201)).unwrap();
    assert_eq!(name(&file), "ABC");
    file.undo(&stamp(202)).unwrap();
    assert_eq!(name(&file), original);
    file.redo(&stamp(203)).unwrap();
    assert_eq!(name(&file), "ABC");
    rename(
        &mut file,
        "D",
        Operation::merging("rename", "svc-a.name"),
        204,
    );
    file.undo(&stamp(205)).unwrap();
    assert_eq!(
        name(&file),
        "ABC",
        "a step that was done again does not grow"
    );
    assert_eq!(file.check().unwrap().damage, []);
}

#[test]
fn a_failed_transaction_changes_nothing() {
    let f = fixture();
    let mut file = open(&f.path);
    let before = file.workspace().clone();
    let r: Result<((), _), _> = file.transact(&Operation::named("fail"), &stamp(1), |tx| {
        let mut s = tx.workspace().services[0].clone();
        s.name = "half".into();
        tx.put_record(&s)?;
        tx.put_record(&service("svc-c", 3))?;
        tx.remove(Table::Service, s.id.0)?;
        Err(PlanFileError::Guarded("no".into()))
    });
    assert!(r.is_err());
    assert_eq!(*file.workspace(), before);
    let c = rename(
        &mut file,
        &before.services[0].name,
        Operation::named("nothing"),
        2,
    );
    assert_eq!(
        c,
        Committed::default(),
        "a change that changes nothing is not recorded"
    );
    assert_eq!(file.history().unwrap().len(), 1);
    assert_eq!(file.check().unwrap().damage, []);
}

#[test]
fn a_record_that_is_referred_to_cannot_go() {
    let f = fixture();
    let mut file = open(&f.path);
    let (a, b) = (
        file.workspace().services[0].id,
        file.workspace().services[1].id,
    );
    let supplier = Supplier {
        id: SupplierId(Uuid::now_v7()),
        pos: 1,
        code: Code("sup".into()),
        name: "S".into(),
        service_id: Some(a),
        hotline: None,
        hours: None,
        promised_restore_min: None,
        contract_id: None,
        verified_on: None,
        exit_plan: None,
    };
    file.transact::<_, PlanFileError>(&Operation::named("add"), &stamp(1), |tx| {
        tx.put_record(&supplier)
    })
    .unwrap();
    let before = file.workspace().clone();
    let gone = file.transact::<_, PlanFileError>(&Operation::named("remove"), &stamp(2), |tx| {
        tx.remove(Table::Service, a.0)
    });
    assert!(matches!(gone, Err(PlanFileError::Guarded(_))), "{gone:?}");
    assert_eq!(*file.workspace(), before);
    file.transact::<_, PlanFileError>(&Operation::named("remove"), &stamp(3), |tx| {
        tx.remove(Table::Service, b.0)
    })
    .unwrap();
    assert_eq!(file.check().unwrap().damage, []);
}

#[test]
fn approved_versions_and_history_are_guarded_by_the_database_itself() {
    let f = fixture();
    let mut file = open(&f.path);
    let v = file.workspace().plan_versions[0].clone();
    let mut changed = v.clone();
    changed.content = Some(Frozen("{\"x\":1}".into()));
    let r = file.transact::<_, PlanFileError>(&Operation::named("edit"), &stamp(1), |tx| {
        tx.put_record(&changed)
    });
    assert!(matches!(r, Err(PlanFileError::Guarded(m)) if m.contains("never changes")));
    let r = file.transact::<_, PlanFileError>(&Operation::named("del"), &stamp(1), |tx| {
        tx.remove(Table::PlanVersion, v.id.0)
    });
    assert!(matches!(r, Err(PlanFileError::Guarded(_))));
    let superseded = PlanVersion {
        state: VersionState::Superseded,
        ..v
    };
    file.transact::<_, PlanFileError>(&Operation::named("supersede"), &stamp(2), |tx| {
        tx.put_record(&superseded)
    })
    .unwrap();
    file.close().unwrap();
    let raw = rusqlite::Connection::open(&f.path).unwrap();
    for sql in [
        "UPDATE plan_version SET content = 'x'",
        "UPDATE plan_version SET compared_with = 'x'",
        "DELETE FROM plan_version",
        "UPDATE version_change SET what = 'added'",
        "DELETE FROM version_change",
        "UPDATE version_change_value SET new = 'x'",
        "DELETE FROM version_change_value",
        "UPDATE version_result SET text = 'x'",
        "DELETE FROM version_result",
        "UPDATE history SET author = 'x'",
        "DELETE FROM history",
    ] {
        let e = raw.execute(sql, []).unwrap_err().to_string();
        assert!(
            e.contains("never") || e.contains("append-only"),
            "{sql}: {e}"
        );
    }
}

#[test]
fn undo_stops_at_a_barrier_and_says_why() {
    let f = fixture();
    let mut file = open(&f.path);
    rename(&mut file, "One", Operation::named("rename"), 1);
    let s = service("svc-c", 3);
    file.transact::<_, PlanFileError>(&Operation::named("approve PLAN-01 1.1"), &stamp(2), |tx| {
        tx.make_barrier();
        tx.put_record(&s)
    })
    .unwrap();
    let e = file.undo(&stamp(3)).unwrap_err();
    assert!(e.to_string().contains("approve PLAN-01 1.1"), "{e}");
}

#[test]
fn a_changed_cell_is_found_where_sqlite_sees_nothing() {
    let f = fixture();
    let raw = rusqlite::Connection::open(&f.path).unwrap();
    raw.execute(
        "UPDATE service SET own_restore_min = 5 WHERE code = 'svc-a'",
        [],
    )
    .unwrap();
    drop(raw);
    for access in [Access::Read, Access::Write] {
        assert!(
            matches!(
                PlanFile::open(&f.path, access, &stamp(0)),
                Err(PlanFileError::Damaged { .. })
            ),
            "a wrong value is never shown as right"
        );
    }
    let found = PlanFile::open_for_check(&f.path, &stamp(0), None)
        .unwrap()
        .check()
        .unwrap();
    assert_eq!(
        found.damage.iter().map(|d| d.code).collect::<Vec<_>>(),
        ["data_hash"]
    );
}

fn unfit(path: &Path, expect: &str) {
    let bytes = std::fs::read(path).unwrap();
    let e = PlanFile::open(path, Access::Write, &stamp(0))
        .map(|_| ())
        .unwrap_err();
    let shown = format!("{e:?}");
    assert!(shown.starts_with(expect), "expected {expect}, got {shown}");
    assert!(
        e.to_string().contains(&path.display().to_string()),
        "names the file: {e}"
    );
    assert_eq!(std::fs::read(path).unwrap(), bytes, "the file was changed");
}

#[test]
fn unfit_files_get_their_own_answer_and_are_not_changed() {
    let f = fixture();
    let dir = f.path.parent().unwrap();
    let with = |name: &str, bytes: &[u8]| {
        let p = dir.join(name);
        std::fs::write(&p, bytes).unwrap();
        p
    };
    let good = std::fs::read(&f.path).unwrap();
    unfit(
        &with(
            "text.mainstay",
            b"Dear auditor,\nplease find the plan attached.\n",
        ),
        "Foreign",
    );
    unfit(&with("empty.mainstay", b""), "Foreign");
    unfit(&with("short.mainstay", &good[..60]), "Damaged");
    unfit(
        &with("truncated.mainstay", &good[..good.len() / 2]),
        "Damaged",
    );
    let newer = with("newer.mainstay", &good);
    rusqlite::Connection::open(&newer)
        .unwrap()
        .execute_batch("UPDATE format SET value = '7.0.0'; PRAGMA user_version = 7;")
        .unwrap();
    unfit(&newer, "TooNew");
    let mut broken = good.clone();
    let end = broken.len();
    broken[8192..end].fill(0x5a);
    unfit(&with("broken.mainstay", &broken), "Damaged");
    let other = dir.join("other.db");
    rusqlite::Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE t (a)")
        .unwrap();
    unfit(&other, "Foreign");
    let tampered = with("tampered.mainstay", &good);
    rusqlite::Connection::open(&tampered)
        .unwrap()
        .execute_batch("CREATE TRIGGER evil AFTER INSERT ON service BEGIN DELETE FROM site; END;")
        .unwrap();
    unfit(&tampered, "Damaged");
    let missing = PlanFile::open(&dir.join("none.mainstay"), Access::Write, &stamp(0))
        .map(|_| ())
        .unwrap_err();
    assert!(matches!(missing, PlanFileError::NotFound(_)));
    assert!(matches!(
        PlanFile::open(dir, Access::Write, &stamp(0)).map(|_| ()),
        Err(PlanFileError::Foreign { .. })
    ));
    let again = PlanFile::create(&f.path, &Workspace::default(), "make", &stamp(1));
    assert!(matches!(again, Err(PlanFileError::AlreadyExists(_))));
    assert_eq!(std::fs::read(&f.path).unwrap(), good);
}

#[test]
fn a_file_open_elsewhere_says_by_whom_and_can_be_read() {
    let f = fixture();
    let mut file = PlanFile::open(&f.path, Access::Write, &stamp(0)).unwrap();
    rename(&mut file, "New", Operation::named("rename"), 1);
    match PlanFile::open(&f.path, Access::Write, &stamp(0))
        .map(|_| ())
        .unwrap_err()
    {
        PlanFileError::OpenElsewhere { who, .. } => {
            assert_eq!(
                who.as_deref(),
                Some("Ada on laptop, since 2026-11-24T09:00:00Z")
            )
        }
        e => panic!("{e}"),
    }
    let mut reader = PlanFile::open(&f.path, Access::Read, &stamp(0)).unwrap();
    assert_eq!(name(&reader), "New");
    assert!(matches!(
        reader.undo(&stamp(2)),
        Err(PlanFileError::ReadOnly { .. })
    ));
    drop(reader);
    drop(file);
    open(&f.path).close().unwrap();
}

#[test]
fn a_file_that_another_program_locks_is_open_elsewhere() {
    let f = fixture();
    let raw = rusqlite::Connection::open(&f.path).unwrap();
    raw.execute_batch("BEGIN EXCLUSIVE").unwrap();
    unfit(&f.path, "OpenElsewhere");
}

#[test]
fn a_file_that_was_only_looked_at_is_closed_properly() {
    let f = fixture();
    open(&f.path).close().unwrap();
    let bytes = std::fs::read(&f.path).unwrap();
    assert_eq!(&bytes[18..20], &[1, 1], "journal mode DELETE in the header");
    assert!(!f.path.with_file_name("plan.mainstay-wal").exists());
}
