//! The command line, as a person or a script uses it.
#![allow(clippy::unwrap_used)]

use mainstay_tests::programs::{Ran, mainstay};
use serde_json::{Value, json};
use std::path::Path;

const NOW: &str = "--now=2026-11-23T09:00:00Z";

fn dir() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[track_caller]
fn run(dir: &Path, line: &str) -> Ran {
    let mut args: Vec<String> = line.split(' ').map(|a| a.replace('~', " ")).collect();
    args.push(NOW.into());
    mainstay(dir, &args)
}

fn row<'a>(v: &'a Value, list: &str, code: &str) -> &'a Value {
    v[list]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["code"] == code)
        .unwrap()
}

/// The same with every number as a real one: 1 and 1.0 are the same data.
fn as_data(v: &Value) -> Value {
    match v {
        Value::Number(n) => json!(n.as_f64()),
        Value::Array(a) => a.iter().map(as_data).collect(),
        Value::Object(o) => Value::Object(o.iter().map(|(k, v)| (k.clone(), as_data(v))).collect()),
        other => other.clone(),
    }
}

#[test]
fn the_example_goes_in_and_out_without_loss() {
    let d = dir();
    let given: Value = serde_json::from_str(mainstay_exchange::EXAMPLE).unwrap();
    std::fs::write(d.path().join("in.json"), mainstay_exchange::EXAMPLE).unwrap();
    run(d.path(), "import in.json a.mainstay --strict").ends(0);
    let mut out = run(d.path(), "export a.mainstay").ends(0).json();
    out["schema"] = given["schema"].clone();
    assert_eq!(as_data(&out), as_data(&given));
    run(d.path(), "export a.mainstay --out out.json").ends(0);
    run(d.path(), "import out.json b.mainstay --strict").ends(0);
    let again = run(d.path(), "export b.mainstay").ends(0).json();
    out["schema"] = again["schema"].clone();
    assert_eq!(as_data(&again), as_data(&out));
    // A closed plan is one file.
    let mut names: Vec<String> = std::fs::read_dir(d.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names.retain(|n| n.contains("mainstay"));
    assert_eq!(names, ["a.mainstay", "b.mainstay"]);
}

#[test]
fn analyse_has_stable_keys_and_the_figures_of_the_example() {
    let d = dir();
    run(d.path(), "example a.mainstay").ends(0);
    let golden: Value = serde_json::from_str(include_str!("../data/golden.json")).unwrap();
    let want = &golden["demo"];
    let down: Vec<&str> = want["scenario"]["down"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c.as_str().unwrap())
        .collect();
    let got = run(
        d.path(),
        &format!(
            "analyse a.mainstay --down {} --start 30 --json",
            down.join(",")
        ),
    )
    .ends(0)
    .json();
    let keys = |v: &Value| v.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for k in [
        "code",
        "mtpd_min",
        "mtpd_state",
        "last_tolerable_min",
        "binding",
        "accepted_mtpd_min",
        "rto_min",
        "wrt_min",
        "slack_min",
        "ready_min",
        "resumed_min",
        "gap_min",
        "gap_state",
    ] {
        assert!(
            keys(&got["activities"][0]).contains(&k.to_string()),
            "activities lack {k}"
        );
    }
    for k in [
        "code",
        "required_rto_min",
        "required_set_by",
        "latest_finish_min",
        "tier",
        "own_restore_min",
        "achievable_min",
        "gap_min",
        "gap_state",
        "blocking_path",
        "required_rpo_min",
        "rpa_min",
        "spof_for",
    ] {
        assert!(
            keys(&got["services"][0]).contains(&k.to_string()),
            "services lack {k}"
        );
    }
    for (code, w) in want["services"].as_object().unwrap() {
        let g = row(&got, "services", code);
        assert_eq!(g["required_rto_min"], w["required_rto"], "{code}");
        assert_eq!(g["latest_finish_min"], w["deadline_scheduled"], "{code}");
        assert_eq!(g["achievable_min"], w["restored_parallel"], "{code}");
        assert_eq!(g["gap_min"], w["gap_parallel"], "{code}");
    }
    for (code, w) in want["activities"].as_object().unwrap() {
        assert_eq!(
            row(&got, "activities", code)["ready_min"],
            w["ready_parallel"],
            "{code}"
        );
    }
    for (code, w) in want["spof"].as_object().unwrap() {
        assert_eq!(&row(&got, "services", code)["spof_for"], w, "{code}");
    }
    assert_eq!(
        row(&got, "services", "svc-link-a")["gap_state"],
        Value::Null,
        "nobody demands it"
    );
    let db = row(&got, "services", "svc-db");
    assert_eq!(
        db["rpa_min"],
        json!({"component_failure": 0, "site_loss": 18, "logical_corruption": 1560})
    );
    let f = &got["findings"][0];
    assert_eq!(
        f["id"],
        format!(
            "{}:{}",
            f["code"].as_str().unwrap(),
            f["subject"].as_str().unwrap()
        )
    );
    // Without --start, detection and decision of the settings; without --down, everything.
    let all = run(d.path(), "analyse a.mainstay --json").ends(0).json();
    assert_eq!(row(&all, "services", "svc-power")["achievable_min"], 55);
}

#[test]
fn from_draft_to_approved_and_on() {
    let d = dir();
    let p = d.path();
    run(p, "example a.mainstay").ends(0);
    let blocked = run(p, "plan submit a.mainstay PLAN-01 --as role-scm").ends(1);
    assert!(blocked.err.contains("stand in the way"), "{blocked:?}");
    let stranger = run(
        p,
        "plan submit a.mainstay PLAN-01 --as role-fin --accept-all known",
    )
    .ends(2);
    assert_eq!(
        stranger.err.trim().lines().count(),
        1,
        "one sentence: {stranger:?}"
    );
    run(p, "plan submit a.mainstay PLAN-01 --as role-scm --accept recovery_gap:svc-db=new~array --accept-all known").ends(0);
    run(
        p,
        "plan submit a.mainstay PLAN-01 --as role-scm --accept-all known",
    )
    .ends(2);
    // Approval is last, and by another role than the preparer.
    run(
        p,
        "plan sign a.mainstay PLAN-01 --kind approved --as role-md --name D",
    )
    .ends(2);
    run(
        p,
        "plan sign a.mainstay PLAN-01 --kind approved --as role-scm --name A",
    )
    .ends(2);
    // Sent back with a reason it is a draft again, and its sign-offs lapse.
    run(
        p,
        "plan sign a.mainstay PLAN-01 --kind prepared --as role-scm --name A",
    )
    .ends(0);
    run(
        p,
        "plan reject a.mainstay PLAN-01 --as role-cio --reason numbers~missing",
    )
    .ends(0);
    let list = run(p, "plan list a.mainstay --json").ends(0).json();
    let draft = &list[0]["versions"][0];
    assert_eq!(
        (&draft["version"], &draft["state"]),
        (&json!("2.2"), &json!("draft"))
    );
    assert_eq!(draft["rejected_because"], "Head of IT: numbers missing");
    run(
        p,
        "plan submit a.mainstay PLAN-01 --as role-scm --accept-all known",
    )
    .ends(0);
    for (kind, role) in [
        ("prepared", "role-scm"),
        ("reviewed", "role-cio"),
        ("reviewed", "role-ops"),
        ("approved", "role-md"),
    ] {
        run(
            p,
            &format!("plan sign a.mainstay PLAN-01 --kind {kind} --as {role} --name N~{role}"),
        )
        .ends(0);
    }
    let list = run(p, "plan list a.mainstay --json").ends(0).json();
    let states: Vec<(&str, &str)> = list[0]["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| (v["version"].as_str().unwrap(), v["state"].as_str().unwrap()))
        .collect();
    assert_eq!(
        states,
        [
            ("2.2", "approved"),
            ("2.1", "superseded"),
            ("2.0", "superseded"),
            ("1.0", "superseded")
        ]
    );
    run(
        p,
        "plan submit a.mainstay PLAN-01 --as role-scm --accept-all known",
    )
    .ends(2);
    // The same version gives the same bytes, and the draft that stands beside it later changes nothing.
    run(p, "pdf a.mainstay PLAN-01 --out one.pdf").ends(0);
    run(p, "pdf a.mainstay PLAN-01 --version 2.2 --out two.pdf").ends(0);
    assert_eq!(
        std::fs::read(p.join("one.pdf")).unwrap(),
        std::fs::read(p.join("two.pdf")).unwrap()
    );
    let history = run(p, "history a.mainstay --json").ends(0).json();
    assert_eq!(history.as_array().unwrap().len(), 9, "{history}");
    run(p, "check a.mainstay").ends(1);
    // The database itself refuses to change an approved version.
    let export = run(p, "export a.mainstay").ends(0).json();
    let v = export["plan"]["versions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|v| v["version"] == "2.2")
        .unwrap();
    assert_eq!(v["sign_offs"].as_array().unwrap().len(), 4);
    assert_eq!(v["content_sha256"].as_str().unwrap().len(), 64);
    assert!(
        v["accepted_findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|f| f["finding"] == "recovery_gap:svc-db")
    );
}

#[test]
fn synthetic_workspaces_are_the_same_for_the_same_seed() {
    let d = dir();
    for (out, seed) in [("a", 3), ("b", 3), ("c", 4)] {
        run(
            d.path(),
            &format!("example {out}.mainstay --services 200 --seed {seed}"),
        )
        .ends(0);
    }
    let [a, b, c] =
        ["a", "b", "c"].map(|f| run(d.path(), &format!("export {f}.mainstay")).ends(0).out);
    assert!(a == b && a != c);
    let v: Value = serde_json::from_str(&a).unwrap();
    assert_eq!(v["services"].as_array().unwrap().len(), 200);
}

#[test]
fn bad_use_is_refused_in_a_sentence() {
    let d = dir();
    run(d.path(), "example a.mainstay").ends(0);
    for line in [
        "example a.mainstay",
        "analyse none.mainstay",
        "analyse a.mainstay --down svc-none",
        "analyse a.mainstay --start=-5",
        "plan submit a.mainstay PLAN-09 --as role-scm",
        "plan submit a.mainstay PLAN-01 --as role-none --accept-all x",
        "plan sign a.mainstay PLAN-01 --kind prepared --as role-scm --name A",
        "plan reject a.mainstay PLAN-01 --as role-scm --reason x",
        "pdf a.mainstay PLAN-01 --version 9.9 --out x.pdf",
        "pdf a.mainstay PLAN-01 --version 2.1 --out x.pdf",
        "pdf a.mainstay PLAN-01 --out none/x.pdf",
        "export a.mainstay --out none/x.json",
        "import none.json b.mainstay",
        "fly",
    ] {
        let r = run(d.path(), line).ends(2);
        assert!(
            !r.err.trim().is_empty() && !r.err.contains("panicked") && r.out.is_empty(),
            "{line}: {r:?}"
        );
    }
    assert!(!d.path().join("x.pdf").exists());
    for command in [
        "example",
        "import",
        "export",
        "analyse",
        "plan submit",
        "plan sign",
        "plan reject",
        "plan list",
        "pdf",
        "check",
        "history",
    ] {
        let r = run(d.path(), &format!("{command} --help")).ends(0);
        assert!(
            r.out.contains("Example:"),
            "{command} --help shows no example"
        );
    }
}
