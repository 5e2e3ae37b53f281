//! Backups: made while somebody works, thinned, restored; as the window and the command line use them.
#![allow(clippy::unwrap_used)]

use mainstay_app::{App, Config, Problem};
use mainstay_tests::desk::config;
use mainstay_tests::programs::mainstay;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

struct Desk {
    app: App,
    seconds: Arc<AtomicI64>,
    dir: tempfile::TempDir,
}

fn desk() -> Desk {
    let dir = tempfile::tempdir().unwrap();
    let seconds = Arc::new(AtomicI64::new(0));
    let mut app = App::new(Config {
        automatic_backups: true,
        ..config(dir.path(), &seconds)
    });
    let path = dir.path().join("plan.mainstay");
    app.call("open_example", json!({ "path": path })).unwrap();
    Desk { app, seconds, dir }
}

impl Desk {
    fn call(&mut self, command: &str, args: Value) -> Result<Value, Problem> {
        self.app.call(command, args)
    }

    #[track_caller]
    fn ok(&mut self, command: &str, args: Value) -> Value {
        self.call(command, args)
            .unwrap_or_else(|p| panic!("{command}: {p}"))
    }

    fn pass(&self, minutes: i64) {
        self.seconds.fetch_add(60 * minutes, Ordering::SeqCst);
    }

    fn rename(&mut self, name: &str) {
        let fields = json!([{ "field": "name", "text": name }]);
        self.ok("set_fields", json!({ "code": "svc-dir", "fields": fields }));
    }

    fn name(&mut self) -> String {
        let s = self.ok("service_detail", json!({ "code": "svc-dir" }));
        s["row"]["name"].as_str().unwrap().to_owned()
    }

    /// The backups there are, when none is being made any more.
    fn backups(&mut self) -> Vec<String> {
        for _ in 0..200 {
            let folder = self.ok("backups", json!({}))["folder"].clone();
            let folder = PathBuf::from(folder.as_str().unwrap());
            let unfinished = std::fs::read_dir(folder).is_ok_and(|d| {
                d.into_iter()
                    .any(|e| e.unwrap().file_name().to_string_lossy().ends_with(".part"))
            });
            if !unfinished {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let seen = self.ok("backups", json!({}));
        assert_eq!(seen["trouble"], Value::Null);
        let list = seen["list"].as_array().unwrap();
        list.iter()
            .map(|b| b["at"].as_str().unwrap().to_owned())
            .collect()
    }

    #[track_caller]
    fn wait_for(&mut self, expected: &[&str]) {
        for _ in 0..500 {
            if self.backups() == expected {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        assert_eq!(self.backups(), expected);
    }
}

#[test]
fn working_leaves_a_backup_an_hour_and_one_at_the_end() {
    let mut d = desk();
    assert!(d.backups().is_empty(), "nothing has been done yet");
    d.pass(1);
    d.rename("One");
    d.wait_for(&["2026-11-24T09:01:00Z"]);
    d.pass(30);
    d.rename("Two");
    assert_eq!(d.backups().len(), 1, "half an hour is too soon");
    d.pass(31);
    d.rename("Three");
    d.wait_for(&["2026-11-24T10:02:00Z", "2026-11-24T09:01:00Z"]);
    d.pass(20);
    d.rename("Four");
    let folder = d.ok("backups", json!({}))["folder"].clone();
    assert!(folder.as_str().unwrap().ends_with("plan.backups"));
    d.ok("close", json!({}));
    let path = d.dir.path().join("plan.mainstay");
    d.ok("open", json!({ "path": path }));
    let all = d.backups();
    assert_eq!(all[0], "2026-11-24T10:22:00Z", "the end of the work");
    assert_eq!(all.len(), 3, "{all:?}");
    // Nothing was done, so nothing new is kept.
    d.pass(60 * 24 * 3);
    d.ok("close", json!({}));
    d.ok("open", json!({ "path": path }));
    assert_eq!(d.backups(), all);
    // Two days on, one of the day is enough.
    d.rename("Five");
    d.wait_for(&["2026-11-27T10:22:00Z", "2026-11-24T10:22:00Z"]);
}

#[test]
fn a_backup_is_looked_at_and_restored_beside_the_file() {
    let mut d = desk();
    d.rename("Before");
    let made = d.ok("back_up", json!({ "folder": null }))["path"].clone();
    d.pass(5);
    d.rename("After");
    let seen = d.ok("preview_backup", json!({ "path": made }));
    assert_eq!(seen["damage"], json!([]));
    assert_eq!(seen["operation"], "change name of Directory and sign-in");
    assert_eq!(
        (&seen["author"], &seen["at"]),
        (&json!("planner"), &json!("2026-11-24T09:00:00Z"))
    );
    assert_eq!(d.name(), "After");
    let since = &seen["since"]["records"];
    assert_eq!(since.as_array().map(Vec::len), Some(1), "{since}");
    assert_eq!(
        (&since[0]["fields"][0]["old"], &since[0]["fields"][0]["new"]),
        (&json!("Before"), &json!("After"))
    );
    let open = d.ok("restore_backup", json!({ "path": made, "out": null }));
    let path = open["workspace"]["path"].as_str().unwrap().to_owned();
    assert!(path.ends_with("plan restored.mainstay"), "{path}");
    assert_eq!(d.name(), "Before");
    let left = d.dir.path().join("plan.mainstay");
    d.ok("open", json!({ "path": left }));
    assert_eq!(d.name(), "After", "what was there before is still there");
    let p = d
        .call("restore_backup", json!({ "path": made, "out": left }))
        .unwrap_err();
    assert_eq!(p.code, "file_exists");
}

#[test]
fn of_a_damaged_file_there_are_its_backups_and_what_can_be_read() {
    let mut d = desk();
    d.rename("Before");
    let made = d.ok("back_up", json!({ "folder": null }))["path"].clone();
    d.ok("close", json!({}));
    let plan = d.dir.path().join("plan.mainstay");
    let mut bytes = std::fs::read(&plan).unwrap();
    // One page that holds services.
    let name = b"Directory and sign-in";
    let at = bytes.windows(name.len()).position(|w| w == name).unwrap();
    let page = at / 4096 * 4096;
    bytes[page..page + 4096].fill(0xa5);
    std::fs::write(&plan, &bytes).unwrap();
    let p = d.call("open", json!({ "path": plan })).unwrap_err();
    assert_eq!(p.code, "file_damaged", "{p}");
    let seen = d.ok("backups_of", json!({ "path": plan }));
    let listed = seen["list"].as_array().unwrap();
    assert!(listed.iter().any(|b| b["path"] == made), "{seen}");
    let open = d.ok(
        "restore_backup",
        json!({ "path": made, "out": null, "of": plan }),
    );
    let path = open["workspace"]["path"].as_str().unwrap().to_owned();
    assert_eq!(
        path,
        d.dir
            .path()
            .join("plan restored.mainstay")
            .to_str()
            .unwrap()
    );
    assert_eq!(d.name(), "Before");
    let saved = d.ok(
        "rescue_damaged",
        json!({ "path": plan, "out": null, "passphrase": null }),
    );
    let out = d.dir.path().join("plan rescued.mainstay");
    assert_eq!(saved["path"].as_str(), out.to_str());
    assert!(!saved["saved"].as_array().unwrap().is_empty(), "{saved}");
    d.ok("open", json!({ "path": out }));
    assert!(std::fs::read(&plan).unwrap() == bytes, "it stays as it is");
}

#[test]
fn an_encrypted_backup_of_a_damaged_file_is_restored_with_its_passphrase() {
    let mut d = desk();
    d.rename("Before");
    d.ok(
        "set_passphrase",
        json!({ "old": null, "new": "a harbour at night" }),
    );
    let made = d.ok("back_up", json!({ "folder": null }))["path"].clone();
    d.ok("close", json!({}));
    let plan = d.dir.path().join("plan.mainstay");
    let restore = json!({ "path": made, "out": null, "of": plan });
    let p = d.call("restore_backup", restore.clone()).unwrap_err();
    assert_eq!(p.code, "passphrase_needed", "{p}");
    let with = |passphrase: &str| {
        let mut args = restore.clone();
        args["passphrase"] = json!(passphrase);
        args
    };
    let p = d
        .call("restore_backup", with("another harbour"))
        .unwrap_err();
    assert_eq!(p.code, "wrong_passphrase", "{p}");
    d.ok("restore_backup", with("a harbour at night"));
    assert_eq!(d.name(), "Before");
}

#[test]
fn the_folder_can_be_chosen_and_a_folder_that_refuses_is_told() {
    let mut d = desk();
    let other = d.dir.path().join("stick");
    let p = d
        .call("set_backup_folder", json!({ "folder": other }))
        .unwrap_err();
    assert_eq!(p.code, "bad_value", "{p}");
    std::fs::create_dir(&other).unwrap();
    let seen = d.ok("set_backup_folder", json!({ "folder": other }));
    assert_eq!(
        (&seen["chosen"], &seen["folder"]),
        (&json!(true), &json!(other))
    );
    d.rename("One");
    d.wait_for(&["2026-11-24T09:00:00Z"]);
    assert_eq!(std::fs::read_dir(&other).unwrap().count(), 1);
    // A stick that was pulled out: a file stands where the folder was.
    std::fs::remove_dir_all(&other).unwrap();
    std::fs::write(&other, "").unwrap();
    d.pass(90);
    d.rename("Two");
    assert_eq!(d.name(), "Two", "the work goes on");
    for _ in 0..500 {
        let seen = d.ok("backups", json!({}));
        if seen["trouble"]
            .as_str()
            .is_some_and(|t| t.starts_with("A backup of"))
        {
            assert_eq!(seen["list"], json!([]));
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("the trouble was never told");
}

#[test]
fn the_command_line_backs_up_and_restores() {
    let dir = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| mainstay(dir.path(), args);
    run(&["example", "a.mainstay"]).ends(0);
    let made = run(&[
        "backup",
        "a.mainstay",
        "kept",
        "--json",
        "--now",
        "2026-11-25T09:00:00Z",
    ])
    .ends(0)
    .json();
    let backup = "kept/a.2026-11-25T090000Z.mainstay";
    assert_eq!(made["path"], backup);
    let seen = run(&["restore", backup, "--preview"]).ends(0);
    assert!(
        seen.out.contains("Last change: make the example"),
        "{seen:?}"
    );
    run(&["restore", backup, "b.mainstay"]).ends(0);
    run(&["check", "b.mainstay"]).ends(1);
    let again = run(&["restore", backup, "b.mainstay"]).ends(2);
    assert!(again.err.contains("nothing was overwritten"), "{again:?}");
    let path = dir.path().join(backup);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let broken = run(&["restore", backup, "c.mainstay"]).ends(2);
    assert!(broken.err.contains("the end is missing"), "{broken:?}");
    assert!(!dir.path().join("c.mainstay").exists());
}
