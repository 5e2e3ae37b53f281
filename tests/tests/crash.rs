//! The power goes off: a process that edits, merges, backs up, migrates and changes passphrases is killed at random
//! moments. Whatever it said was committed is there, and every file is whole.
//!
//! So many times as `MAINSTAY_CRASHES` says; a few when it says nothing.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use mainstay_domain::*;
use mainstay_planfile::{
    Access, Choices, Operation, Passphrase, PlanFile, PlanFileError, Stamp, back_up,
    change_passphrase, is_encrypted, thin,
};
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The format that the first program wrote, to be migrated.
const OLD: &[u8] =
    include_bytes!("../../src-tauri/crates/planfile/tests/fixtures/format-1.mainstay");

fn stamp() -> Stamp {
    Stamp {
        at: chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        author: "Grace".into(),
        device: "desk".into(),
    }
}

/// The passphrases that the plan has in turn.
const PASSPHRASES: [&str; 2] = ["correct horse battery", "staple of another horse"];

/// The passphrase that a file has now, whatever a change that was broken off came to.
fn key(path: &Path) -> Option<Passphrase> {
    if !is_encrypted(path).unwrap() {
        return None;
    }
    let fits = |key: &Passphrase| {
        !matches!(
            PlanFile::open_with(path, Access::Read, &stamp(), Some(key)),
            Err(PlanFileError::WrongPassphrase { .. })
        )
    };
    let mut all = PASSPHRASES.map(|p| Passphrase::new(p).unwrap()).into_iter();
    Some(all.find(fits).expect("one of the two"))
}

fn open(path: &Path, access: Access) -> PlanFile {
    PlanFile::open_with(path, access, &stamp(), key(path).as_ref()).unwrap()
}

/// What the worker writes down after each step, so that it survives the worker.
struct Diary(File);

impl Diary {
    fn note(&mut self, line: &str) {
        self.0.write_all(format!("{line}\n").as_bytes()).unwrap();
    }
}

/// Works on the files of a folder until it is killed.
///
/// Not a test of its own: started by the one below, in a process that is killed.
#[test]
#[ignore = "the worker of the test below"]
fn worker() {
    let Some(dir) = std::env::var_os("MAINSTAY_CRASH_FOLDER").map(PathBuf::from) else {
        return;
    };
    let mut rng = random(std::process::id());
    let mut diary = Diary(
        File::options()
            .append(true)
            .create(true)
            .open(dir.join("diary"))
            .unwrap(),
    );
    let plan = dir.join("plan.mainstay");
    for round in 0.. {
        match rng.next_u32() % 6 {
            0 | 1 => edit(&plan, &mut diary),
            2 => {
                let now = chrono::Utc::now();
                let key = key(&plan);
                let folder = dir.join("plan.backups");
                back_up(&plan, &folder, now, key.as_ref(), &mut |_, _| true).unwrap();
                thin(&plan, &folder, now).unwrap();
            }
            3 => merge(&dir, &plan, round, &mut diary),
            4 => change_key(&plan),
            _ => migrate(&dir.join(format!("old-{round}.mainstay"))),
        }
    }
}

/// No passphrase, then the one, then the other, then none again; the backups follow.
fn change_key(plan: &Path) {
    let from = key(plan);
    let to = match &from {
        None => Some(PASSPHRASES[0]),
        Some(k) if *k == Passphrase::new(PASSPHRASES[0]).unwrap() => Some(PASSPHRASES[1]),
        Some(_) => None,
    };
    let to = to.map(|p| Passphrase::new(p).unwrap());
    let keys = (from.as_ref(), to.as_ref());
    change_passphrase(plan, None, keys, &stamp(), &mut |_, _| true).unwrap();
    assert_eq!(key(plan), to);
}

/// Counts a role's name up, one commit each.
fn edit(plan: &Path, diary: &mut Diary) {
    let mut file = open(plan, Access::Write);
    for _ in 0..20 {
        let mut role = file.workspace().roles[0].clone();
        let n: u64 = role.name.parse().unwrap();
        role.name = (n + 1).to_string();
        file.transact::<_, PlanFileError>(&Operation::named("count"), &stamp(), |tx| {
            tx.put_record(&role)
        })
        .unwrap();
        diary.note(&role.name);
    }
    file.close().unwrap();
}

/// Gives out a copy in which a new role is made, works on, and brings it back; both are noted once they are committed.
fn merge(dir: &Path, plan: &Path, round: i32, diary: &mut Diary) {
    let room = dir.join(format!("room-{round}.mainstay"));
    let mut file = open(plan, Access::Write);
    file.give_out(&room, "Room A", &stamp(), &mut |_, _| true)
        .unwrap();
    let mut copy = open(&room, Access::Write);
    let mut role = copy.workspace().roles[0].clone();
    role.authority = Some(format!("round {round} of {}", std::process::id()));
    copy.transact::<_, PlanFileError>(&Operation::named("note"), &stamp(), |tx| {
        tx.put_record(&role)
    })
    .unwrap();
    file.close().unwrap();
    edit(plan, diary);
    let mut file = open(plan, Access::Write);
    let back = file.returning(&copy).unwrap();
    let merged = file.plan_merge(&back, &copy, &Choices::default());
    let op = Operation::named("bring back");
    file.bring_back::<PlanFileError>(&back, &copy, &merged, (&op, &stamp()), |_| Ok(()))
        .unwrap();
    assert_eq!(file.workspace().roles[0].authority, role.authority);
    file.close().unwrap();
    copy.close().unwrap();
    std::fs::remove_file(&room).unwrap();
}

fn migrate(old: &Path) {
    std::fs::write(old, OLD).unwrap();
    PlanFile::open(old, Access::Write, &stamp())
        .unwrap()
        .close()
        .unwrap();
    for name in [
        old.to_path_buf(),
        old.with_extension("before-format-5.mainstay"),
    ] {
        std::fs::remove_file(name).unwrap();
    }
}

fn random(seed: u32) -> TestRng {
    let mut bytes = [7u8; 32];
    bytes[..4].copy_from_slice(&seed.to_le_bytes());
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

/// Everything that is in the folder after a kill is whole, and what the diary says is there.
#[track_caller]
fn verify(dir: &Path) {
    let said: u64 = std::fs::read_to_string(dir.join("diary"))
        .unwrap_or_default()
        .lines()
        .last()
        .map_or(0, |l| l.parse().unwrap());
    let file = open(&dir.join("plan.mainstay"), Access::Write);
    let is: u64 = file.workspace().roles[0].name.parse().unwrap();
    assert!(
        is == said || is == said + 1,
        "{said} was committed, {is} is there"
    );
    assert_eq!(file.check().unwrap().damage, []);
    file.close().unwrap();
    std::fs::write(dir.join("diary"), format!("{is}\n")).unwrap();
    for e in std::fs::read_dir(dir.join("plan.backups"))
        .into_iter()
        .flatten()
    {
        let path = e.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::metadata(&path).unwrap().len();
        // A name that was taken for a backup that did not come to be, or its beginning under a hidden name.
        if name.starts_with('.') || bytes == 0 {
            std::fs::remove_file(&path).unwrap();
            continue;
        }
        let file = open(&path, Access::Read);
        assert_eq!(file.check().unwrap().damage, [], "{name}");
        drop(file);
        std::fs::remove_file(&path).unwrap();
    }
    for e in std::fs::read_dir(dir).unwrap() {
        let path = e.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("room-") && name.ends_with(".mainstay") {
            // A name that was only taken for the copy is empty; one that is there is whole.
            if std::fs::metadata(&path).is_ok_and(|m| m.len() > 0) {
                let file = open(&path, Access::Write);
                assert_eq!(file.check().unwrap().damage, [], "{name}");
            }
            continue;
        }
        if !name.starts_with("old-") || !path.exists() || name.contains("-lock") {
            continue;
        }
        // Half written by the test itself, or reserved for a copy.
        let whole = std::fs::metadata(&path).unwrap().len() >= OLD.len() as u64;
        if name.ends_with(".mainstay") && whole {
            let file = open(&path, Access::Write);
            assert_eq!(file.check().unwrap().damage, [], "{name}");
            assert_eq!(file.workspace().services.len(), 4, "{name}");
            file.close().unwrap();
        }
    }
    for e in std::fs::read_dir(dir).unwrap() {
        let path = e.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if ["old-", ".old-", "room-", ".room-", ".plan."]
            .iter()
            .any(|n| name.starts_with(n))
        {
            std::fs::remove_file(&path).unwrap();
        }
    }
}

#[test]
fn whatever_was_committed_survives_a_kill_at_any_moment() {
    let rounds: u32 = std::env::var("MAINSTAY_CRASHES")
        .ok()
        .map_or(25, |n| n.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let mut ws = Workspace::default();
    let values = [
        ("code", Datum::Text("role-a".into())),
        ("name", Datum::Text("0".into())),
        ("required", Datum::Int(1)),
    ];
    let row = Table::Role.spec().row(Uuid::now_v7(), 1, &values);
    ws.put(Table::Role, &row).unwrap();
    PlanFile::create(&dir.path().join("plan.mainstay"), &ws, "make", &stamp()).unwrap();
    let mut rng = random(rounds);
    for round in 0..rounds {
        let mut worker = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "worker"])
            .env("MAINSTAY_CRASH_FOLDER", dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Where a key is derived first, it takes longer until something is done.
        let longest = match key(&dir.path().join("plan.mainstay")) {
            Some(_) => 1600,
            None => 400,
        };
        let while_it_works = Duration::from_millis(5 + u64::from(rng.next_u32() % longest));
        std::thread::sleep(while_it_works);
        assert!(
            worker.try_wait().unwrap().is_none(),
            "round {round}: the worker stopped by itself: {:?}",
            worker.wait_with_output()
        );
        worker.kill().unwrap();
        worker.wait().unwrap();
        verify(dir.path());
    }
    let done = std::fs::read_to_string(dir.path().join("diary")).unwrap();
    let done: u32 = done.lines().last().unwrap().parse().unwrap();
    assert!(done > rounds, "the worker hardly worked: {done} commits");
}
