//! Passphrases, as the command line and the window use them.
#![allow(clippy::unwrap_used)]

use mainstay_app::{App, Config};
use mainstay_tests::desk::config;
use mainstay_tests::programs::{Ran, mainstay};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

#[track_caller]
fn run(dir: &Path, line: &str) -> Ran {
    let args: Vec<&str> = line.split(' ').collect();
    mainstay(dir, &args)
}

fn plan() -> tempfile::TempDir {
    let d = tempfile::tempdir().unwrap();
    run(d.path(), "example a.mainstay").ends(0);
    std::fs::write(d.path().join("one.txt"), "correct horse\n").unwrap();
    std::fs::write(d.path().join("two.txt"), "battery staple\r\nnot this").unwrap();
    std::fs::write(d.path().join("short.txt"), "short").unwrap();
    d
}

fn encrypted(d: &Path) -> bool {
    !std::fs::read(d.join("a.mainstay"))
        .unwrap()
        .starts_with(b"SQLite format 3")
}

#[test]
fn the_command_line_sets_changes_and_removes_a_passphrase() {
    let d = plan();
    let d = d.path();
    run(d, "backup a.mainstay a.backups").ends(0);
    let set = run(
        d,
        "passphrase a.mainstay set --new-passphrase-file one.txt --json",
    )
    .ends(0);
    assert!(
        set.err.contains("forgotten passphrase is final"),
        "{}",
        set.err
    );
    assert_eq!(set.json()["backups"].as_array().unwrap().len(), 1);
    assert!(encrypted(d));

    let without = run(d, "analyse a.mainstay").ends(2);
    assert!(
        without.err.contains("needs its passphrase"),
        "{}",
        without.err
    );
    assert!(without.err.contains("--passphrase-file"), "{}", without.err);
    let wrong = run(d, "analyse a.mainstay --passphrase-file two.txt").ends(2);
    assert!(
        wrong.err.contains("the passphrase is wrong"),
        "{}",
        wrong.err
    );
    run(d, "analyse a.mainstay --passphrase-file one.txt").ends(0);
    run(
        d,
        "set a.mainstay svc-erp name Orders --passphrase-file one.txt",
    )
    .ends(0);
    run(d, "backup a.mainstay more --passphrase-file one.txt").ends(0);
    let backup = std::fs::read_dir(d.join("more"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    run(
        d,
        &format!(
            "restore {} r.mainstay --passphrase-file one.txt",
            backup.path().display()
        ),
    )
    .ends(0);
    run(d, "analyse r.mainstay").ends(2);
    run(
        d,
        "as-of a.mainstay 1 then.mainstay --passphrase-file one.txt",
    )
    .ends(0);
    run(d, "analyse then.mainstay").ends(2);
    run(
        d,
        "give-out a.mainstay room.mainstay --to Room --passphrase-file one.txt",
    )
    .ends(0);
    run(d, "analyse room.mainstay").ends(2);
    run(
        d,
        "bring-back a.mainstay room.mainstay --preview --passphrase-file one.txt",
    )
    .ends(0);

    run(d, "passphrase a.mainstay change --passphrase-file one.txt --new-passphrase-file two.txt --backups more").ends(0);
    run(d, "analyse a.mainstay --passphrase-file one.txt").ends(2);
    run(d, "analyse a.mainstay --passphrase-file two.txt").ends(0);
    run(
        d,
        &format!(
            "restore {} s.mainstay --passphrase-file two.txt",
            backup.path().display()
        ),
    )
    .ends(0);
    run(d, "passphrase a.mainstay remove --passphrase-file two.txt").ends(0);
    assert!(!encrypted(d));
    run(d, "analyse a.mainstay").ends(0);
}

#[test]
fn what_does_not_fit_is_refused_in_a_sentence() {
    let d = plan();
    let d = d.path();
    for (line, says) in [
        (
            "passphrase a.mainstay set --new-passphrase-file short.txt",
            "at least 8",
        ),
        ("passphrase a.mainstay set", "--new-passphrase-file"),
        (
            "passphrase a.mainstay set --new-passphrase-file none.txt",
            "none.txt",
        ),
        (
            "passphrase a.mainstay change --new-passphrase-file one.txt",
            "no passphrase to change",
        ),
        ("passphrase a.mainstay remove", "no passphrase to remove"),
        (
            "passphrase none.mainstay set --new-passphrase-file one.txt",
            "no file at none.mainstay",
        ),
    ] {
        let ran = run(d, line).ends(2);
        assert!(ran.err.contains(says), "{line}: {}", ran.err);
    }
    assert!(!encrypted(d));
}

#[test]
fn check_reports_a_changed_value_that_opening_refuses() {
    let d = plan();
    let d = d.path();
    let raw = rusqlite::Connection::open(d.join("a.mainstay")).unwrap();
    raw.execute_batch("UPDATE service SET name = 'x' WHERE code = 'svc-erp'")
        .unwrap();
    drop(raw);
    run(d, "analyse a.mainstay").ends(2);
    let report = run(d, "check a.mainstay --json").ends(2).json();
    assert_eq!(report["damage"][0]["code"], "data_hash");
}

#[test]
fn the_window_sets_a_passphrase_and_opens_with_it() {
    let d = tempfile::tempdir().unwrap();
    let mut app = App::new(Config {
        automatic_backups: true,
        ..config(d.path(), &Arc::default())
    });
    let path = d.path().join("a.mainstay");
    let status = app.call("open_example", json!({ "path": path })).unwrap();
    assert_eq!(status["workspace"]["encrypted"], false);
    app.call("back_up", json!({ "folder": null })).unwrap();
    let status = app
        .call(
            "set_passphrase",
            json!({ "old": null, "new": "correct horse" }),
        )
        .unwrap();
    assert_eq!(status["workspace"]["encrypted"], true);
    let e = app
        .call("set_passphrase", json!({ "old": "wrong", "new": null }))
        .unwrap_err();
    assert_eq!(e.code, "wrong_passphrase");
    let e = app
        .call(
            "set_passphrase",
            json!({ "old": "correct horse", "new": "short" }),
        )
        .unwrap_err();
    assert_eq!(e.code, "bad_passphrase");
    let still = app.call("status", json!({})).unwrap();
    assert_eq!(still["workspace"]["encrypted"], true, "open as before");
    let backups = app.call("backups", json!({})).unwrap();
    app.call(
        "preview_backup",
        json!({ "path": backups["list"][0]["path"] }),
    )
    .unwrap();
    app.call("close", json!({})).unwrap();
    let code = |app: &mut App, passphrase: Option<&str>| {
        app.call("open", json!({ "path": path, "passphrase": passphrase }))
            .map(|_| String::new())
            .unwrap_or_else(|e| e.code)
    };
    assert_eq!(code(&mut app, None), "passphrase_needed");
    assert_eq!(code(&mut app, Some("wrong horse")), "wrong_passphrase");
    assert_eq!(code(&mut app, Some("correct horse")), "");
}

#[test]
fn rescue_saves_a_damaged_file_and_says_what_it_did() {
    let d = plan();
    let d = d.path();
    let raw = rusqlite::Connection::open(d.join("a.mainstay")).unwrap();
    raw.execute_batch("UPDATE service SET name = 'x'").unwrap();
    drop(raw);
    run(d, "analyse a.mainstay").ends(2);
    let report = run(d, "rescue a.mainstay b.mainstay --json").ends(0).json();
    assert_eq!(report["exact"], true);
    assert_eq!(report["from_history"], report["saved"]["service"]);
    run(d, "check b.mainstay --json").ends(1);
    let text = run(d, "rescue a.mainstay c.mainstay").ends(0).out;
    assert!(text.contains("exactly that of the last change"), "{text}");
    let refused = run(d, "rescue a.mainstay c.mainstay").ends(2);
    assert!(
        refused.err.contains("c.mainstay already"),
        "{}",
        refused.err
    );
    run(d, "example e.mainstay").ends(0);
    run(d, "passphrase e.mainstay set --new-passphrase-file one.txt").ends(0);
    run(d, "rescue e.mainstay f.mainstay").ends(2);
    run(d, "rescue e.mainstay f.mainstay --passphrase-file one.txt").ends(0);
    run(d, "analyse f.mainstay").ends(2);
}
