//! Files of format 1, as the program of that format wrote them, in this program.
//!
//! `fixtures/format-1.mainstay` was made by importing two activities and three services, submitting and signing the plan
//! off, five edits, and a sixth that was taken back; its pages were then made smaller (`VACUUM`).

#![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

use mainstay_domain::*;
use mainstay_planfile::*;
use std::path::{Path, PathBuf};

const FIXTURE: &[u8] = include_bytes!("fixtures/format-1.mainstay");
/// The hash of the fixture's data, as the program of format 1 printed it.
const DATA_HASH: &str = "515b9f77d5947920925faa3f82a04c6ee92fcb3cdb032df0ad2ec6654924e483";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> (Folder, PathBuf) {
        let dir = Folder(tempfile::tempdir().unwrap());
        let path = dir.with("plan.mainstay", FIXTURE);
        (dir, path)
    }

    fn with(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The names in the folder, but for locks.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn stamp(second: u32) -> Stamp {
    Stamp {
        at: format!("2026-11-24T09:{:02}:{:02}Z", second / 60, second % 60),
        author: "Grace".into(),
        device: "desk".into(),
    }
}

fn open(path: &Path) -> PlanFile {
    PlanFile::open(path, Access::Write, &stamp(0)).unwrap()
}

fn look(path: &Path) -> PlanFile {
    PlanFile::open(path, Access::Read, &stamp(0)).unwrap()
}

fn change<R: Record>(file: &mut PlanFile, name: &str, record: &R, second: u32) {
    file.transact::<_, PlanFileError>(&Operation::named(name), &stamp(second), |tx| {
        tx.put_record(record)
    })
    .unwrap();
}

fn format_in_header(path: &Path) -> u32 {
    let bytes = std::fs::read(path).unwrap();
    u32::from_be_bytes(bytes[60..64].try_into().unwrap())
}

fn codes(ws: &Workspace) -> Vec<&str> {
    ws.services.iter().map(|s| &*s.code.0).collect()
}

#[track_caller]
fn sound(file: &PlanFile) -> String {
    let report = file.check().unwrap();
    assert_eq!(report.damage, []);
    report.data_hash
}

/// What the program of format 1 had in the file.
#[track_caller]
fn holds_the_old_values(ws: &Workspace) {
    assert_eq!(codes(ws), ["svc-a", "svc-b", "svc-c", "svc-d"]);
    assert_eq!(ws.services[0].name, "Patient records");
    assert_eq!(ws.activities[1].rto_min, Some(Minutes(720)));
    assert_eq!(ws.groups[0].name.as_deref(), Some("Database pair"));
    assert_eq!(ws.risks, []);
    assert_eq!(ws.plan_versions[0].state, VersionState::Approved);
    assert_eq!(ws.sign_offs.len(), 2);
    assert_eq!(ws.settings[0].loss_limit, None);
    assert_eq!(ws.settings[0].weighted_share_pct, None);
    assert_eq!(ws.roles[0].team_id, None);
    assert_eq!(ws.scenarios, []);
}

#[test]
fn for_reading_it_opens_and_stays_as_it_is() {
    let (dir, path) = Folder::new();
    let mut file = look(&path);
    holds_the_old_values(file.workspace());
    assert_eq!(sound(&file), DATA_HASH);
    assert_eq!(
        file.history().unwrap().len(),
        11,
        "it shows what is in the file"
    );
    assert_eq!(file.undo_name(), Some("rename grp-1"));
    assert_eq!(file.read_only(), Some("it was opened for reading"));
    assert_eq!(file.copy_before_raising(), None);
    assert!(matches!(
        file.undo(&stamp(1)),
        Err(PlanFileError::ReadOnly { .. })
    ));
    file.close().unwrap();
    assert_eq!(dir.names(), ["plan.mainstay"]);
    assert_eq!(std::fs::read(&path).unwrap(), FIXTURE);
}

#[test]
fn for_writing_it_is_copied_and_raised() {
    let (dir, path) = Folder::new();
    let file = open(&path);
    holds_the_old_values(file.workspace());
    let copy = file.copy_before_raising().unwrap().to_path_buf();
    assert_eq!(copy, path.with_file_name("plan.before-format-5.mainstay"));
    assert_eq!(
        sound(&file),
        DATA_HASH,
        "a new column without a value leaves the hash of the data as it was"
    );
    let history = file.history().unwrap();
    let last = history.last().unwrap();
    assert_eq!(
        (history.len(), last.operation.as_str(), last.kind.as_str()),
        (12, "bring the file to format 5", "edit")
    );
    assert_eq!(
        (last.author.as_str(), last.device.as_str()),
        ("Grace", "desk")
    );
    assert_eq!(last.at, stamp(0).at);
    file.close().unwrap();
    assert_eq!(
        dir.names(),
        ["plan.before-format-5.mainstay", "plan.mainstay"]
    );
    assert_eq!((format_in_header(&path), format_in_header(&copy)), (5, 1));
    let bytes = std::fs::read(&copy).unwrap();
    assert_eq!(
        &bytes[18..20],
        &[1, 1],
        "the copy needs no journal beside it"
    );
    let before = look(&copy);
    holds_the_old_values(before.workspace());
    assert_eq!(sound(&before), DATA_HASH);
    assert_eq!(before.history().unwrap().len(), 11);

    let again = open(&path);
    assert_eq!(again.copy_before_raising(), None, "once is enough");
    assert_eq!(sound(&again), DATA_HASH);
    assert_eq!(again.history().unwrap().len(), 12);
}

#[test]
fn steps_of_format_1_are_taken_back_and_done_again_in_format_2() {
    let (_dir, path) = Folder::new();
    let mut file = open(&path);
    assert_eq!(file.redo_name(), Some("remove svc-c"));
    file.redo(&stamp(1)).unwrap();
    assert_eq!(codes(file.workspace()), ["svc-a", "svc-b", "svc-d"]);
    sound(&file);
    let steps = [
        "remove svc-c",
        "rename grp-1",
        "set the RTO of A02",
        "remove risk R01",
        "add svc-d",
        "rename svc-a",
    ];
    for (i, step) in steps.iter().enumerate() {
        assert_eq!(file.undo(&stamp(2)).unwrap().0, *step);
        sound(&file);
        if i % 2 == 0 {
            file.close().unwrap();
            file = open(&path);
        }
    }
    let ws = file.workspace();
    assert_eq!(codes(ws), ["svc-a", "svc-b", "svc-c"]);
    assert_eq!(ws.services[0].name, "Patient record");
    assert_eq!(ws.risks[0].title, "Fire");
    assert_eq!(ws.risks[0].frequency_model, None);
    let floor = file.undo(&stamp(3)).unwrap_err().to_string();
    assert!(floor.contains("sign PLAN-01 1.0 as approved"), "{floor}");
    for step in steps.iter().rev() {
        assert_eq!(file.redo(&stamp(4)).unwrap().0, *step);
    }
    assert_eq!(codes(file.workspace()), ["svc-a", "svc-b", "svc-d"]);
    sound(&file);
}

#[test]
fn what_is_new_is_kept_taken_back_and_done_again() {
    let (_dir, path) = Folder::new();
    let mut file = open(&path);
    let mut group = file.workspace().groups[0].clone();
    group.common_cause_beta = Some(Share(0.05));
    change(&mut file, "set the common cause of grp-1", &group, 1);
    assert_eq!(
        file.redo_name(),
        None,
        "a new step ends what could be done again"
    );
    let mut role = file.workspace().roles[0].clone();
    role.team_id = Some(file.workspace().teams[0].id);
    change(&mut file, "set the team of role-a", &role, 2);
    let scenario = SavedScenario {
        id: SavedScenarioId(Uuid::now_v7()),
        pos: 1,
        code: Code("night".into()),
        name: "At night".into(),
        description: None,
        start_min: Some(Minutes(60)),
        staff: Some(StaffLevel::Half),
    };
    let out = ScenarioService {
        id: ScenarioServiceId(Uuid::now_v7()),
        pos: 1,
        scenario_id: scenario.id,
        service_id: file.workspace().services[1].id,
    };
    file.transact::<_, PlanFileError>(&Operation::named("add night"), &stamp(3), |tx| {
        tx.put_record(&scenario)?;
        tx.put_record(&out)
    })
    .unwrap();
    let all = file.workspace().clone();
    let hash = sound(&file);
    file.close().unwrap();

    let mut file = open(&path);
    assert!(*file.workspace() == all);
    assert_eq!(sound(&file), hash);
    file.undo(&stamp(4)).unwrap();
    assert_eq!(file.workspace().scenarios, []);
    file.undo(&stamp(5)).unwrap();
    file.undo(&stamp(6)).unwrap();
    assert_eq!(sound(&file), DATA_HASH);
    assert_eq!(
        file.undo(&stamp(7)).unwrap().0,
        "rename grp-1",
        "across the change of format"
    );
    for _ in 0..4 {
        file.redo(&stamp(8)).unwrap();
    }
    assert!(*file.workspace() == all);
    assert_eq!(sound(&file), hash);
    file.close().unwrap();
    assert_eq!(sound(&look(&path)), hash);
}

#[test]
fn a_raised_file_has_the_schema_of_a_new_one() {
    let (dir, path) = Folder::new();
    open(&path).close().unwrap();
    let new = dir.0.path().join("new.mainstay");
    PlanFile::create(&new, &Workspace::default(), "make", &stamp(0)).unwrap();
    let schema = |path: &Path| -> Vec<(String, Option<String>)> {
        let raw = rusqlite::Connection::open(path).unwrap();
        let mut q = raw
            .prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")
            .unwrap();
        let rows = q.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
        let mut all: Vec<_> = rows.map(|r| r.unwrap()).collect();
        let mut q = raw.prepare("SELECT key, value FROM format").unwrap();
        let rows = q.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
        all.extend(rows.map(|r| r.unwrap()));
        all
    };
    assert_eq!(schema(&path), schema(&new));
    assert_eq!(format_in_header(&new), 5);
}

#[test]
fn a_copy_never_replaces_a_file() {
    let (dir, path) = Folder::new();
    let theirs = dir.with("plan.before-format-5.mainstay", b"somebody's notes");
    let file = open(&path);
    let copy = path.with_file_name("plan.before-format-5.2.mainstay");
    assert_eq!(file.copy_before_raising(), Some(copy.as_path()));
    holds_the_old_values(look(&copy).workspace());
    assert_eq!(std::fs::read(theirs).unwrap(), b"somebody's notes");
}

#[cfg(unix)]
#[test]
fn who_may_not_read_the_plan_may_not_read_the_copy() {
    use std::os::unix::fs::PermissionsExt;
    let (_dir, path) = Folder::new();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let file = open(&path);
    let copy = std::fs::metadata(file.copy_before_raising().unwrap()).unwrap();
    assert_eq!(copy.permissions().mode() & 0o777, 0o600);
}

/// Opening for writing is refused so, and everything is as it was.
#[track_caller]
fn refused(dir: &Folder, path: &Path, expect: &str) {
    let (names, bytes) = (dir.names(), std::fs::read(path).unwrap());
    let e = PlanFile::open(path, Access::Write, &stamp(0))
        .map(|_| ())
        .unwrap_err();
    let shown = format!("{e:?}");
    assert!(shown.starts_with(expect), "expected {expect}, got {shown}");
    let file = path.display().to_string();
    assert!(e.to_string().contains(&file), "names the file: {e}");
    assert_eq!(dir.names(), names);
    assert!(
        std::fs::read(path).unwrap() == bytes,
        "the file was changed"
    );
}

#[test]
fn somebody_who_is_reading_puts_it_off() {
    let (dir, path) = Folder::new();
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch("BEGIN; SELECT count(*) FROM service")
        .unwrap();
    // Reads on until the commit wants the file for itself.
    let mut q = raw.prepare("SELECT * FROM history").unwrap();
    let mut rows = q.query([]).unwrap();
    rows.next().unwrap();
    refused(&dir, &path, "OpenElsewhere");
    drop(rows);
    drop(q);
    drop(raw);
    assert_eq!(sound(&open(&path)), DATA_HASH);
}

#[test]
fn without_a_copy_nothing_is_done() {
    let (dir, _) = Folder::new();
    // Names of more than 255 bytes are refused: the lock beside it fits, the copy does not.
    let path = dir.with(&format!("{}.mainstay", "p".repeat(236)), FIXTURE);
    refused(&dir, &path, "Io");
    assert_eq!(sound(&look(&path)), DATA_HASH, "it can still be read");
}

#[test]
fn a_damaged_one_is_refused_before_anything_is_written() {
    for (sql, expect) in [
        (
            "CREATE TRIGGER evil AFTER INSERT ON service BEGIN DELETE FROM site; END",
            "trigger evil",
        ),
        ("CREATE TABLE scenario (a)", "table scenario"),
        ("UPDATE service SET kind = 'castle'", "castle"),
        (
            "PRAGMA foreign_keys = OFF; DELETE FROM team; DELETE FROM site",
            "refers to one that is not there",
        ),
        ("PRAGMA user_version = 0", "format 0"),
    ] {
        let (dir, path) = Folder::new();
        let raw = rusqlite::Connection::open(&path).unwrap();
        raw.execute_batch(sql).unwrap();
        drop(raw);
        refused(&dir, &path, "Damaged");
        let e = PlanFile::open(&path, Access::Read, &stamp(0))
            .map(|_| ())
            .unwrap_err();
        assert!(e.to_string().contains(expect), "{e}");
    }
    let (dir, path) = Folder::new();
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch("UPDATE service SET own_restore_min = 5")
        .unwrap();
    drop(raw);
    let codes = |f: &PlanFile| {
        f.check()
            .unwrap()
            .damage
            .iter()
            .map(|d| d.code)
            .collect::<Vec<_>>()
    };
    let before = std::fs::read(&path).unwrap();
    for access in [Access::Read, Access::Write] {
        assert!(matches!(
            PlanFile::open(&path, access, &stamp(0)),
            Err(PlanFileError::Damaged { .. })
        ));
    }
    assert!(std::fs::read(&path).unwrap() == before, "and not raised");
    assert_eq!(
        codes(&PlanFile::open_for_check(&path, &stamp(0), None).unwrap()),
        ["data_hash"],
        "seen through the copy in memory"
    );
    drop(dir);
}

#[test]
fn a_journal_that_was_left_behind_is_played_back_first() {
    let (dir, path) = Folder::new();
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; UPDATE format SET value = '0.1.1'")
        .unwrap();
    for name in ["plan.mainstay", "plan.mainstay-wal"] {
        std::fs::copy(
            dir.0.path().join(name),
            dir.0.path().join(format!("crashed-{name}")),
        )
        .unwrap();
    }
    drop(raw);
    let path = dir.0.path().join("crashed-plan.mainstay");
    assert!(
        path.with_file_name("crashed-plan.mainstay-wal")
            .metadata()
            .unwrap()
            .len()
            > 0
    );
    let reader = look(&path);
    holds_the_old_values(reader.workspace());
    drop(reader);
    let file = open(&path);
    assert_eq!(sound(&file), DATA_HASH);
    let copy = file.copy_before_raising().unwrap();
    let raw = rusqlite::Connection::open(copy).unwrap();
    let reader: String = raw
        .query_row("SELECT value FROM format", [], |r| r.get(0))
        .unwrap();
    assert_eq!(reader, "0.1.1", "the copy has what stood in the journal");
    file.close().unwrap();
    assert_eq!(format_in_header(&path), 5);
}

/// A rollback journal that puts the first page back, as a power cut in the middle of the commit leaves it behind.
fn hot_journal(page: &[u8], pages: u32) -> Vec<u8> {
    let nonce = 7u32;
    let mut out = vec![0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    for word in [1, nonce, pages, 512, page.len() as u32] {
        out.extend(word.to_be_bytes());
    }
    out.resize(512, 0);
    out.extend(1u32.to_be_bytes());
    out.extend(page);
    let sum = (1..)
        .map(|i| page.len().saturating_sub(200 * i))
        .take_while(|at| *at > 0)
        .fold(nonce, |sum, at| sum.wrapping_add(page[at].into()));
    out.extend(sum.to_be_bytes());
    out
}

#[test]
fn a_power_cut_in_the_middle_of_raising_leaves_format_1() {
    let (dir, path) = Folder::new();
    let mut half = FIXTURE.to_vec();
    half[60..64].copy_from_slice(&2u32.to_be_bytes());
    std::fs::write(&path, &half).unwrap();
    let pages = u32::from_be_bytes(FIXTURE[28..32].try_into().unwrap());
    dir.with(
        "plan.mainstay-journal",
        &hot_journal(&FIXTURE[..1024], pages),
    );
    let file = open(&path);
    holds_the_old_values(file.workspace());
    assert_eq!(sound(&file), DATA_HASH);
    assert_eq!(file.history().unwrap().len(), 12);
    assert!(file.copy_before_raising().is_some());
}

/// `fixtures/format-2.mainstay`: the workspace of the first fixture without its approved version, three renamings, a
/// loss limit, a what-if saved and removed, and the removal taken back.
#[test]
fn a_file_of_format_2_opens_with_its_history() {
    let dir = Folder(tempfile::tempdir().unwrap());
    let path = dir.with(
        "plan.mainstay",
        include_bytes!("fixtures/format-2.mainstay"),
    );
    let mut file = open(&path);
    assert_eq!(
        sound(&file),
        "9b45f88fb7584f39f317abad5e5777f683b4194ff59218c926bbfc3114675d9c"
    );
    assert_eq!(file.workspace().services[0].name, "Portal of orders");
    assert_eq!(file.undo_name(), Some("save what-if SC-1"));
    assert_eq!(file.redo_name(), Some("remove what-if SC-1"));
    file.redo(&stamp(1)).unwrap();
    assert!(file.workspace().scenarios.is_empty());
    for _ in 0..3 {
        file.undo(&stamp(2)).unwrap();
    }
    assert_eq!(file.workspace().settings[0].loss_limit, None);
    let before = file.as_of(2).unwrap();
    assert_eq!(before.services[0].name, "Order portal");
    sound(&file);
}

/// `fixtures/format-3.mainstay`: the workspace of the first fixture, a copy given out and brought back, two renamings, and
/// a second version of the plan in review, signed once.
#[test]
fn a_file_of_format_3_opens_with_its_history() {
    let dir = Folder(tempfile::tempdir().unwrap());
    let path = dir.with(
        "plan.mainstay",
        include_bytes!("fixtures/format-3.mainstay"),
    );
    let file = open(&path);
    assert_eq!(
        sound(&file),
        "f783b82a38b7c56d3596dec0d8951014f475772e2ba45025a5d8556db7fce041"
    );
    let names = |ws: &mainstay_domain::Workspace| -> Vec<String> {
        ws.services.iter().map(|s| s.name.clone()).take(3).collect()
    };
    assert_eq!(
        names(file.workspace()),
        ["Mail and calendar", "Directory of the room", "Storage"]
    );
    assert_eq!(
        names(&file.as_of(1).unwrap()),
        ["Patient records", "Database", "Mail"]
    );
    let version = file.workspace().plan_versions.last().unwrap();
    assert_eq!(
        (version.number.as_str(), &version.document_sha256),
        ("1.1", &None)
    );
    assert_eq!(file.recording_key().unwrap(), None);
}

/// `fixtures/format-4.mainstay`: the workspace of the first fixture, a second version of the plan submitted as a PDF and signed
/// once, a renaming, and another one that was taken back.
#[test]
fn a_file_of_format_4_opens_with_its_history_and_its_signed_file() {
    const HASH: &str = "b6c57d448aad4088ca2d7991916cff287534dff94c36c841e3f9022472452875";
    let dir = Folder(tempfile::tempdir().unwrap());
    let path = dir.with(
        "plan.mainstay",
        include_bytes!("fixtures/format-4.mainstay"),
    );
    assert_eq!(sound(&look(&path)), HASH, "also where it is only looked at");
    let mut file = open(&path);
    assert_eq!(sound(&file), HASH);
    let ws = file.workspace();
    let version = ws.plan_versions.last().unwrap();
    assert_eq!(
        (version.number.as_str(), &version.compared_with),
        ("1.1", &None)
    );
    assert_eq!(
        (&ws.plans[0].spokesperson_role_id, &ws.plans[0].release_rule),
        (&None, &None)
    );
    assert_eq!(
        (&ws.plans[0].handover_rule, &ws.plans[0].offline_copy),
        (&None, &None)
    );
    assert!(ws.comm_templates.is_empty() && ws.reporting_duties.is_empty());
    let signed = ws.sign_offs.iter().find_map(|s| s.document_sha256.clone());
    let bytes = file.signed_file(&signed.unwrap()).unwrap().unwrap();
    assert!(bytes.starts_with(b"%PDF"));
    assert!(file.recording_key().unwrap().is_some());
    assert_eq!(file.undo_name(), Some("change name of Database"));
    assert_eq!(file.redo_name(), Some("change name of Mail"));
    file.redo(&stamp(1)).unwrap();
    let template = CommTemplate {
        id: CommTemplateId(Uuid::now_v7()),
        pos: 1,
        plan_id: file.workspace().plans[0].id,
        code: Code("CT-01".into()),
        audience: Some("Everybody".into()),
        channel: None,
        when: None,
        rhythm_min: Some(Minutes(60)),
        text: Some("{{what}}".into()),
        release_role_id: None,
    };
    change(&mut file, "add CT-01", &template, 2);
    let with_it = sound(&file);
    file.close().unwrap();
    let mut file = open(&path);
    assert_eq!(file.workspace().comm_templates, [template]);
    assert_eq!(sound(&file), with_it);
    for _ in 0..3 {
        file.undo(&stamp(3)).unwrap();
    }
    assert_eq!(file.workspace().comm_templates, []);
    assert_eq!(file.workspace().services[1].name, "Database");
    assert_eq!(file.as_of(13).unwrap().services[0].name, "Patient files");
    sound(&file);
}

/// A file of a format that is newer than this program's, which names the oldest program that may read it.
fn of_the_future(dir: &Folder, oldest_reader: &str) -> PathBuf {
    let path = dir.with("future.mainstay", b"");
    std::fs::remove_file(&path).unwrap();
    let (_old, old_path) = Folder::new();
    PlanFile::create(&path, look(&old_path).workspace(), "make", &stamp(0)).unwrap();
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch(&format!(
        "ALTER TABLE site ADD COLUMN altitude INTEGER; UPDATE site SET altitude = 12;
         CREATE TABLE satellite (id BLOB NOT NULL PRIMARY KEY) STRICT;
         UPDATE format SET value = '{oldest_reader}' WHERE key = 'oldest_reader';
         PRAGMA user_version = {}",
        FORMAT_VERSION + 1
    ))
    .unwrap();
    path
}

#[test]
fn a_newer_format_is_shown_where_the_file_allows_it() {
    let (dir, _) = Folder::new();
    let path = of_the_future(&dir, env!("CARGO_PKG_VERSION"));
    let before = std::fs::read(&path).unwrap();
    let mut file = open(&path);
    holds_the_old_values(file.workspace());
    let why = file.read_only().unwrap();
    assert!(why.contains("a newer Mainstay"), "{why}");
    assert_eq!(file.check().unwrap().damage, []);
    let role = file.workspace().roles[0].clone();
    let e = file
        .transact::<_, PlanFileError>(&Operation::named("x"), &stamp(1), |tx| tx.put_record(&role))
        .unwrap_err();
    assert!(matches!(e, PlanFileError::ReadOnly { .. }), "{e}");
    drop(file);
    assert!(std::fs::read(&path).unwrap() == before, "it was changed");
}

#[test]
fn a_newer_format_that_needs_a_newer_program_is_refused_by_name() {
    let (dir, _) = Folder::new();
    for needs in ["0.3.1", "1.0.0", "0.10.0", "nonsense"] {
        let path = of_the_future(&dir, needs);
        for access in [Access::Read, Access::Write] {
            let e = PlanFile::open(&path, access, &stamp(0)).err().unwrap();
            let text = e.to_string();
            assert!(matches!(e, PlanFileError::TooNew { .. }), "{text}");
            assert!(
                text.contains(&format!("install Mainstay {needs}")),
                "{text}"
            );
        }
        std::fs::remove_file(&path).unwrap();
    }
}

/// A file as a kill leaves it in the middle of writing a commit: its first page is the new one, the end is not there yet, and
/// the journal beside it has all that was there before.
#[test]
fn a_file_that_was_being_written_when_the_power_went_off_is_as_it_was_before() {
    for access in [Access::Write, Access::Read] {
        let (dir, path) = Folder::new();
        let copy = dir.with("copy.mainstay", FIXTURE);
        let conn = rusqlite::Connection::open(&copy).unwrap();
        // So that what is written is there to be looked at before the end.
        conn.execute_batch(
            "PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF; BEGIN;
             CREATE TABLE more (text TEXT) STRICT;
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
             INSERT INTO more SELECT printf('%0500d', i) FROM n;
             UPDATE role SET name = name || 'x';",
        )
        .unwrap();
        let journal = std::fs::read(dir.0.path().join("copy.mainstay-journal")).unwrap();
        conn.execute_batch("COMMIT").unwrap();
        drop(conn);
        let mut half = std::fs::read(&copy).unwrap();
        assert!(half.len() > FIXTURE.len() + 100_000 && journal.len() > 1000);
        half.truncate(FIXTURE.len() + 4096);
        std::fs::remove_file(&copy).unwrap();
        std::fs::write(&path, half).unwrap();
        dir.with("plan.mainstay-journal", &journal);
        let file = PlanFile::open(&path, access, &stamp(0)).unwrap();
        assert_eq!(sound(&file), DATA_HASH, "{access:?}");
    }
}
