//! Bad input: each kind gets its own clear answer, nothing that was there before is lost, no file is half written.
#![allow(clippy::unwrap_used)]

use mainstay_tests::programs::{self, Ran, mainstay};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

fn dir() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn example() -> Value {
    serde_json::from_str(mainstay_exchange::EXAMPLE).unwrap()
}

/// Refused with exit status 2, in one line that says all of this.
#[track_caller]
fn refused(r: Ran, says: &[&str]) {
    let r = r.ends(2);
    for s in says {
        assert!(
            r.err.to_lowercase().contains(&s.to_lowercase()),
            "“{s}” is not said: {}",
            r.err
        );
    }
    assert!(!r.err.contains("panicked") && r.out.is_empty(), "{r:?}");
}

/// Imports this and must be refused; no file is left.
#[track_caller]
fn import_refused(text: &str, says: &[&str]) {
    let d = dir();
    std::fs::write(d.path().join("in.json"), text).unwrap();
    refused(
        mainstay(d.path(), &["import", "in.json", "out.mainstay"]),
        says,
    );
    let left: Vec<String> = std::fs::read_dir(d.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| n != "in.json" && n != "state")
        .collect();
    assert!(left.is_empty(), "left behind: {left:?}");
}

#[test]
fn files_that_are_no_plan_files() {
    let d = dir();
    let p = d.path();
    mainstay(p, &["example", "a.mainstay"]).ends(0);
    let good = std::fs::read(p.join("a.mainstay")).unwrap();
    let mut newer = good.clone();
    newer[60..64].copy_from_slice(&999u32.to_be_bytes()); // user_version
    let reader = format!("oldest_reader{}", mainstay_planfile::OLDEST_READER);
    let at = newer
        .windows(reader.len())
        .position(|w| w == reader.as_bytes());
    newer[at.unwrap() + "oldest_reader".len()] = b'9';
    let mut foreign = good.clone();
    foreign[68..72].copy_from_slice(&[1, 2, 3, 4]); // application_id
    let mut torn = good.clone();
    for b in &mut torn[8192..12_288] {
        *b = 0xa5;
    }
    for (name, bytes, says) in [
        (
            "text.mainstay",
            b"Dear planner,\nthis is a letter.\n".to_vec(),
            &["text.mainstay", "not a mainstay plan file"][..],
        ),
        ("empty.mainstay", Vec::new(), &["empty"]),
        (
            "short.mainstay",
            good[..20_000].to_vec(),
            &["damaged", "20000 bytes"],
        ),
        (
            "newer.mainstay",
            newer,
            &["newer", "install mainstay 9.3.0"],
        ),
        (
            "foreign.mainstay",
            foreign,
            &["foreign.mainstay", "not a mainstay plan file"],
        ),
        ("torn.mainstay", torn, &["damaged"]),
    ] {
        let file = p.join(name);
        std::fs::write(&file, &bytes).unwrap();
        for command in ["analyse", "check", "export", "history"] {
            refused(mainstay(p, &[command, name]), says);
        }
        refused(
            mainstay(
                p,
                &[
                    "plan",
                    "submit",
                    name,
                    "PLAN-01",
                    "--as",
                    "role-scm",
                    "--accept-all",
                    "x",
                ],
            ),
            says,
        );
        assert_eq!(std::fs::read(&file).unwrap(), bytes, "{name} was changed");
    }
}

#[test]
fn a_changed_cell_is_found_by_check() {
    let d = dir();
    mainstay(d.path(), &["example", "a.mainstay"]).ends(0);
    let file = d.path().join("a.mainstay");
    let mut bytes = std::fs::read(&file).unwrap();
    let at = bytes.windows(8).position(|w| w == b"Database").unwrap();
    bytes[at..at + 8].copy_from_slice(b"Databaze");
    std::fs::write(&file, bytes).unwrap();
    let r = mainstay(d.path(), &["check", "a.mainstay"]);
    assert_eq!(r.status, 2, "{r:?}");
}

fn is_root() -> bool {
    // SAFETY: only asks who runs this.
    #[allow(unsafe_code)]
    unsafe {
        libc::geteuid() == 0
    }
}

/// Runs the program as a user without rights of an administrator.
fn unprivileged(dir: &Path, args: &[&str]) -> Ran {
    let bin = programs::cli().unwrap();
    let root = is_root();
    let mut c = if root {
        // Where this program is built, nobody else may look; so nobody gets a copy.
        let copy = dir.parent().unwrap().join("mainstay-of-nobody");
        std::fs::copy(bin, &copy).unwrap();
        std::fs::set_permissions(&copy, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut c = Command::new("setpriv");
        c.args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(copy);
        c
    } else {
        Command::new(bin)
    };
    c.args(args)
        .current_dir(dir)
        .env("HOME", dir)
        .output()
        .unwrap()
        .into()
}

#[test]
fn a_read_only_folder_is_read_and_never_written() {
    let top = dir();
    std::fs::set_permissions(top.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let d = top.path().join("shelf");
    std::fs::create_dir(&d).unwrap();
    mainstay(&d, &["example", "a.mainstay"]).ends(0);
    std::fs::set_permissions(d.join("a.mainstay"), std::fs::Permissions::from_mode(0o444)).unwrap();
    std::fs::set_permissions(&d, std::fs::Permissions::from_mode(0o555)).unwrap();
    let before = std::fs::read(d.join("a.mainstay")).unwrap();
    unprivileged(&d, &["analyse", "a.mainstay", "--json"]).ends(0);
    unprivileged(&d, &["export", "a.mainstay"]).ends(0);
    unprivileged(&d, &["check", "a.mainstay"]).ends(1);
    let submit = [
        "plan",
        "submit",
        "a.mainstay",
        "PLAN-01",
        "--as",
        "role-scm",
        "--accept-all",
        "x",
    ];
    refused(unprivileged(&d, &submit), &["only be read"]);
    refused(
        unprivileged(&d, &["example", "b.mainstay"]),
        &["b.mainstay"],
    );
    refused(
        unprivileged(&d, &["pdf", "a.mainstay", "PLAN-01", "--out", "p.pdf"]),
        &["p.pdf"],
    );
    assert_eq!(std::fs::read(d.join("a.mainstay")).unwrap(), before);
    std::fs::set_permissions(&d, std::fs::Permissions::from_mode(0o755)).unwrap();
    let left = std::fs::read_dir(&d).unwrap().count();
    assert_eq!(left, 1, "something was left in the folder");
}

#[test]
fn a_full_disk_loses_nothing() {
    let d = dir();
    let disk = d.path().join("disk");
    std::fs::create_dir(&disk).unwrap();
    mainstay(d.path(), &["example", "a.mainstay"]).ends(0);
    mainstay(
        d.path(),
        &[
            "plan",
            "submit",
            "a.mainstay",
            "PLAN-01",
            "--as",
            "role-scm",
            "--accept-all",
            "x",
        ],
    )
    .ends(0);
    let bin = programs::cli().unwrap();
    // A small disk of our own, seen by this script alone; each line of its output is `name status sentence`.
    let script = r#"
        set -u
        mount -t tmpfs -o size=1500k tmpfs disk && cp a.mainstay disk/ && cd disk || exit 99
        try() { name=$1; shift; said=$("$BIN" "$@" 2>&1 >/dev/null); echo "$name $? $said"; }
        dd if=/dev/zero of=fill bs=1k count=4000 2>/dev/null
        before=$(sha256sum < a.mainstay)
        try reject plan reject a.mainstay PLAN-01 --as role-md --reason no
        try pdf pdf a.mainstay PLAN-01 --out p.pdf
        try export export a.mainstay --out e.json
        try example example b.mainstay
        [ "$before" = "$(sha256sum < a.mainstay)" ] && echo "same 0" || echo "same 1"
        echo "left 0 $(ls | tr '\n' ' ')"
        rm fill
        try again plan reject a.mainstay PLAN-01 --as role-md --reason no
    "#;
    let root = is_root();
    let spaces: &[&str] = if root { &["-m"] } else { &["-r", "-m"] };
    let out: Ran = Command::new("unshare")
        .args(spaces)
        .args(["sh", "-c", script])
        .current_dir(d.path())
        .env("BIN", bin)
        .env("HOME", d.path())
        .output()
        .unwrap()
        .into();
    let line = |name: &str| {
        let l = out
            .out
            .lines()
            .find(|l| l.starts_with(name))
            .unwrap_or_else(|| panic!("{name}: {out:?}"));
        l.splitn(3, ' ').map(str::to_owned).collect::<Vec<_>>()
    };
    for name in ["reject", "pdf", "export", "example"] {
        let l = line(name);
        assert_eq!(l[1], "2", "{l:?}");
        assert!(l[2].contains("disk is full"), "{l:?}");
    }
    assert_eq!(line("same")[1], "0", "the plan file was changed");
    assert_eq!(
        line("left")[2].trim(),
        "a.mainstay fill",
        "something half written was left"
    );
    assert_eq!(line("again")[1], "0", "it goes on once there is room");
}

#[test]
fn a_file_open_elsewhere_is_named_and_left_alone() {
    let d = dir();
    mainstay(d.path(), &["example", "a.mainstay"]).ends(0);
    let file = d.path().join("a.mainstay");
    let held = mainstay_app::App::new(mainstay_app::Config {
        clock: Box::new(chrono::Utc::now),
        author: "Room 4".into(),
        device: "laptop".into(),
        state_dir: None,
        documents_dir: d.path().into(),
        automatic_backups: false,
    });
    let mut held = held;
    held.call("open", json!({ "path": file })).unwrap();
    let submit = [
        "plan",
        "submit",
        "a.mainstay",
        "PLAN-01",
        "--as",
        "role-scm",
        "--accept-all",
        "x",
    ];
    refused(mainstay(d.path(), &submit), &["Room 4"]);
    // Reading goes on beside it.
    mainstay(d.path(), &["analyse", "a.mainstay", "--json"]).ends(0);
    drop(held);
    mainstay(d.path(), &submit).ends(0);
}

#[test]
fn interchange_files_that_cannot_be_right() {
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut v = example();
        change(&mut v);
        v.to_string()
    };
    import_refused(
        &changed(&|v| v["dependencies"][0]["provider_id"] = json!("svc-none")),
        &["provider_id", "svc-none"],
    );
    import_refused(
        &changed(&|v| v["activities"][0]["rto_min"] = json!(-5)),
        &["A01", "rto_min", "-5"],
    );
    import_refused(
        &changed(&|v| v["services"][1]["id"] = json!("svc-power")),
        &["svc-power"],
    );
    import_refused(
        &changed(&|v| v["activities"][0]["rto_min"] = json!("two hours")),
        &["A01", "rto_min", "two hours"],
    );
    import_refused("{\"schema\": \"mainstay/1\", ", &["line 1"]);
    import_refused("[1, 2]", &["schema"]);
    import_refused(&"[".repeat(200_000_000), &["nest"]);
    import_refused(
        &format!(
            "{{\"schema\": \"mainstay/1\", \"x\": {}",
            "{\"a\":".repeat(40_000_000)
        ),
        &["nest"],
    );
}

#[test]
fn what_is_merely_a_bad_plan_is_taken_in_and_found() {
    let d = dir();
    let mut v = example();
    let n = v["dependencies"].as_array().unwrap().len();
    // svc-wms needs svc-db already: now each needs the other.
    v["dependencies"].as_array_mut().unwrap().push(json!({
        "id": "loop", "dependant_id": "svc-db", "provider_id": "svc-wms", "strength": "hard", "tolerance_min": 0,
        "group_id": null, "mode": "both", "data": false, "note": null
    }));
    v["activities"][0]["rto_min"] = json!(0);
    v["activities"][1]["rto_min"] = json!(100_000);
    v["activities"][2]["impact"]["safety"][0] = Value::Null;
    v["activities"][3]["accepted_mtpd_min"] = json!(0);
    std::fs::write(d.path().join("in.json"), v.to_string()).unwrap();
    mainstay(d.path(), &["import", "in.json", "a.mainstay", "--strict"]).ends(0);
    let got = mainstay(d.path(), &["analyse", "a.mainstay", "--json"])
        .ends(0)
        .json();
    let ids: Vec<&str> = got["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["id"].as_str().unwrap())
        .collect();
    for id in [
        "dependency_cycle:svc-db",
        "rto_zero:A01",
        "rto_above_mtpd:A02",
        "impact_holes:A03",
        "mtpd_zero:A04",
    ] {
        assert!(ids.contains(&id), "{id} is not among {ids:?}");
    }
    let activity = |c: &str| {
        got["activities"]
            .as_array()
            .unwrap()
            .iter()
            .find(|a| a["code"] == c)
            .unwrap()
            .clone()
    };
    assert_eq!(
        (
            &activity("A01")["rto_min"],
            &activity("A04")["accepted_mtpd_min"]
        ),
        (&json!(0), &json!(0))
    );
    let service = |c: &str| {
        got["services"]
            .as_array()
            .unwrap()
            .iter()
            .find(|a| a["code"] == c)
            .unwrap()
            .clone()
    };
    assert_eq!(
        (
            &service("svc-wms")["achievable_min"],
            &service("svc-wms")["latest_finish_min"]
        ),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        service("svc-power")["achievable_min"],
        55,
        "what does not hang on the loop is known"
    );
    let back = mainstay(d.path(), &["export", "a.mainstay"]).ends(0).json();
    assert_eq!(back["dependencies"].as_array().unwrap().len(), n + 1);
    mainstay(d.path(), &["check", "a.mainstay"]).ends(1);
    mainstay(
        d.path(),
        &["pdf", "a.mainstay", "PLAN-01", "--out", "p.pdf"],
    )
    .ends(0);
}

#[test]
fn unknown_fields_are_told_and_refused_when_strict() {
    let d = dir();
    let mut v = example();
    v["services"][0]["colour"] = json!("red");
    std::fs::write(d.path().join("in.json"), v.to_string()).unwrap();
    refused(
        mainstay(d.path(), &["import", "in.json", "a.mainstay", "--strict"]),
        &["colour", "svc-power"],
    );
    assert!(!d.path().join("a.mainstay").exists());
    let r = mainstay(d.path(), &["import", "in.json", "a.mainstay"]).ends(0);
    let said = format!("{}{}", r.out, r.err);
    assert!(
        said.contains("colour") && said.contains("svc-power"),
        "{r:?}"
    );
}

#[test]
fn odd_names_go_through_everything() {
    let d = dir();
    let odd = [
        "Quotes \" ' ` and \\ back".to_string(),
        "<script>alert(1)</script> & <b>bold</b>".into(),
        "מערכת הזמנות שלום / نظام الطلبات".into(),
        "🚚 Lieferung 👩‍👩‍👧 Ωμέγα Служба".into(),
        "long ".repeat(2000),
        format!("unbroken{}", "x".repeat(10_000)),
    ];
    let mut v = example();
    for (i, name) in odd.iter().enumerate() {
        v["services"][i]["name"] = json!(name);
        v["activities"][i]["name"] = json!(name);
    }
    std::fs::write(d.path().join("in.json"), v.to_string()).unwrap();
    mainstay(d.path(), &["import", "in.json", "a.mainstay", "--strict"]).ends(0);
    let back = mainstay(d.path(), &["export", "a.mainstay"]).ends(0).json();
    for (i, name) in odd.iter().enumerate() {
        assert_eq!(&back["services"][i]["name"], name);
    }
    mainstay(d.path(), &["analyse", "a.mainstay"]).ends(0);
    mainstay(
        d.path(),
        &["pdf", "a.mainstay", "PLAN-01", "--out", "p.pdf"],
    )
    .ends(0);
    let text = Command::new("pdftotext")
        .args(["-layout", "p.pdf", "-"])
        .current_dir(d.path())
        .output()
        .unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    for part in [
        "Quotes \" ' ` and \\ back",
        "<script>alert(1)</script>",
        "Ωμέγα Служба",
    ] {
        assert!(text.contains(part), "the PDF lacks {part}");
    }
}
