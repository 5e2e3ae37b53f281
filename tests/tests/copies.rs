//! Breakout laptops, as the command line and the window's API use them.
#![allow(clippy::unwrap_used)]

use mainstay_tests::programs::{Ran, mainstay};
use serde_json::Value;
use std::path::Path;

struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let d = Desk(tempfile::tempdir().unwrap());
        d.ok(&["example", "p.mainstay"]);
        d
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, args: &[&str]) -> Ran {
        mainstay(self.path(), args)
    }

    #[track_caller]
    fn ok(&self, args: &[&str]) -> Ran {
        self.run(args).ends(0)
    }

    fn field(&self, file: &str, list: &str, code: &str, field: &str) -> Value {
        let all = self.ok(&["export", file]).json();
        let list = all[list].as_array().unwrap();
        let found = list.iter().find(|r| r["id"] == code);
        found.unwrap_or_else(|| panic!("no {code}"))[field].clone()
    }
}

#[test]
fn a_copy_comes_back_field_by_field_and_conflicts_wait() {
    let d = Desk::new();
    d.ok(&["give-out", "p.mainstay", "a.mainstay", "--to", "Room A"]);
    d.ok(&["set", "a.mainstay", "A03", "rto_min", "90"]);
    d.ok(&["set", "a.mainstay", "A03", "impact.operations.480", "5"]);
    d.ok(&["set", "a.mainstay", "svc-erp", "name", "ERP of the room"]);
    d.ok(&["set", "p.mainstay", "A03", "rto_min", "30"]);
    d.ok(&["set", "p.mainstay", "svc-dir", "name", "Directory"]);
    let state = || {
        (
            d.ok(&["export", "p.mainstay"]).out,
            d.ok(&["history", "p.mainstay"]).out,
        )
    };
    let before = state();
    let seen = d
        .run(&["bring-back", "p.mainstay", "a.mainstay", "--json"])
        .ends(1)
        .json();
    assert!(
        state() == before,
        "a conflict without a choice changes nothing"
    );
    assert_eq!(
        (&seen["open"], &seen["copy_for"]),
        (&1.into(), &"Room A".into())
    );
    let c = &seen["conflicts"][0];
    assert_eq!(
        (&c["label"], &c["code"], &c["ours"], &c["theirs"]),
        (
            &"RTO".into(),
            &"A03".into(),
            &"30 min".into(),
            &"1 h 30 min".into()
        )
    );
    let moved: Vec<&str> = c["moves"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|m| m["text"].as_str())
        .collect();
    assert!(
        moved.iter().any(|m| m.contains("30 min → 1 h 30 min")),
        "what the choice does: {moved:?}"
    );
    let choice = format!("{}=theirs", c["id"].as_str().unwrap());
    let done = d
        .ok(&[
            "bring-back",
            "p.mainstay",
            "a.mainstay",
            "--choose",
            &choice,
            "--json",
        ])
        .json();
    assert_eq!(done["undo"], "bring back the copy for Room A");
    assert_eq!(d.field("p.mainstay", "activities", "A03", "rto_min"), 90);
    assert_eq!(
        d.field("p.mainstay", "services", "svc-erp", "name"),
        "ERP of the room"
    );
    assert_eq!(
        d.field("p.mainstay", "services", "svc-dir", "name"),
        "Directory"
    );
    let grid = d.field("p.mainstay", "activities", "A03", "impact");
    assert!(grid["operations"].as_array().unwrap().contains(&5.into()));
    d.run(&["check", "p.mainstay"]).ends(1);
    // Twice changes nothing, and says so.
    let again = d.run(&["bring-back", "p.mainstay", "a.mainstay"]).ends(2);
    assert!(again.err.contains("Nothing comes in"), "{again:?}");
    // The room works on and comes back with that alone.
    d.ok(&["set", "a.mainstay", "A03", "wrt_min", "15"]);
    d.ok(&["bring-back", "p.mainstay", "a.mainstay"]);
    assert_eq!(d.field("p.mainstay", "activities", "A03", "wrt_min"), 15);
    // One step each, and who did what in the room is still known.
    d.ok(&["undo", "p.mainstay"]);
    d.ok(&["undo", "p.mainstay"]);
    assert_eq!(d.field("p.mainstay", "activities", "A03", "rto_min"), 30);
    let told = d.ok(&["history", "p.mainstay"]);
    assert!(told.out.contains("in the copy"), "{told:?}");
    // What was taken back can be brought back again.
    let seen = d.run(&["bring-back", "p.mainstay", "a.mainstay", "--preview"]);
    assert!(seen.out.contains("ERP of the room"), "{seen:?}");
}

#[test]
fn new_records_deletions_and_codes_of_two_rooms() {
    let d = Desk::new();
    for room in ["a", "b"] {
        let copy = format!("{room}.mainstay");
        d.ok(&["give-out", "p.mainstay", &copy, "--to", room]);
    }
    d.ok(&[
        "add",
        "a.mainstay",
        "service",
        "svc-crm",
        "name=CRM",
        "kind=application",
    ]);
    d.ok(&[
        "add",
        "b.mainstay",
        "service",
        "svc-crm",
        "name=crm",
        "kind=application",
        "own_restore_min=60",
    ]);
    d.ok(&["add", "a.mainstay", "role", "role-x", "name=Press officer"]);
    d.ok(&["add", "b.mainstay", "role", "role-x", "name=Night porter"]);
    d.ok(&["add", "b.mainstay", "site", "annex", "name=Annex"]);
    d.ok(&["add", "a.mainstay", "site", "shed", "name=annex"]);
    d.ok(&["remove", "b.mainstay", "dep-01"]);
    d.ok(&["set", "a.mainstay", "dep-01", "tolerance_min", "45"]);
    d.ok(&["bring-back", "p.mainstay", "a.mainstay"]);
    let seen = d
        .run(&["bring-back", "p.mainstay", "b.mainstay", "--json"])
        .ends(1)
        .json();
    let labels: Vec<&str> = seen["conflicts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["label"].as_str().unwrap())
        .collect();
    assert!(labels.contains(&"removed"), "{labels:?}");
    let notices = seen["notices"].to_string();
    for said in [
        "new on both sides and is taken as one",
        "gets the code role-x-",
        "has the same name",
    ] {
        assert!(notices.contains(said), "{said}: {notices}");
    }
    d.ok(&["bring-back", "p.mainstay", "b.mainstay", "--prefer", "ours"]);
    assert_eq!(
        d.field("p.mainstay", "services", "svc-crm", "own_restore_min"),
        60
    );
    assert_eq!(
        d.field("p.mainstay", "dependencies", "dep-01", "tolerance_min"),
        45
    );
    let roles = d.ok(&["export", "p.mainstay"]).json()["roles"].to_string();
    assert!(roles.contains("Press officer") && roles.contains("Night porter"));
    d.run(&["check", "p.mainstay"]).ends(1);
}

#[test]
fn a_copy_neither_submits_nor_signs() {
    let d = Desk::new();
    d.ok(&["give-out", "p.mainstay", "a.mainstay", "--to", "Room A"]);
    for args in [
        &[
            "plan",
            "submit",
            "a.mainstay",
            "PLAN-01",
            "--as",
            "role-scm",
            "--accept-all",
            "x",
        ][..],
        &[
            "plan",
            "sign",
            "a.mainstay",
            "PLAN-01",
            "--kind",
            "prepared",
            "--as",
            "role-scm",
            "--name",
            "S",
        ],
        &[
            "plan",
            "reject",
            "a.mainstay",
            "PLAN-01",
            "--as",
            "role-cio",
            "--reason",
            "x",
        ],
    ] {
        let r = d.run(args).ends(2);
        assert!(r.err.contains("copy for Room A"), "{r:?}");
    }
    // What was done before it was given out is taken back in the original alone.
    let r = d.run(&["undo", "a.mainstay"]).ends(2);
    assert!(r.err.contains("in the original"), "{r:?}");
    d.ok(&[
        "plan",
        "submit",
        "p.mainstay",
        "PLAN-01",
        "--as",
        "role-scm",
        "--accept-all",
        "x",
    ]);
    // The original moves on; what the room did comes in beside it and starts no second draft.
    d.ok(&["set", "a.mainstay", "A03", "wrt_min", "15"]);
    d.ok(&["bring-back", "p.mainstay", "a.mainstay"]);
    d.run(&["check", "p.mainstay"]).ends(1);
}

#[test]
fn what_is_no_copy_is_refused() {
    let d = Desk::new();
    d.ok(&["example", "other.mainstay"]);
    std::fs::write(d.path().join("letter.mainstay"), "Dear planner,\n").unwrap();
    for (copy, says) in [
        ("other.mainstay", "is not a copy of"),
        ("p.mainstay", "the open workspace itself"),
        ("letter.mainstay", "not a Mainstay plan file"),
        ("nothing.mainstay", "no file"),
    ] {
        let r = d.run(&["bring-back", "p.mainstay", copy]).ends(2);
        assert!(r.err.contains(says), "{copy}: {r:?}");
    }
    let r = d
        .run(&["give-out", "p.mainstay", "other.mainstay", "--to", "Room A"])
        .ends(2);
    assert!(r.err.contains("nothing was overwritten"), "{r:?}");
    let r = d
        .run(&["give-out", "p.mainstay", "a.mainstay", "--to", " "])
        .ends(2);
    assert!(r.err.contains("such as Room A"), "{r:?}");
    let r = d
        .run(&[
            "give-out",
            "p.mainstay",
            "no/such/folder/a.mainstay",
            "--to",
            "Room A",
        ])
        .ends(2);
    assert!(r.err.contains("could not be made"), "{r:?}");
    d.ok(&["give-out", "p.mainstay", "a.mainstay", "--to", "Room A"]);
    d.ok(&["set", "a.mainstay", "A03", "wrt_min", "15"]);
    let r = d
        .run(&[
            "bring-back",
            "p.mainstay",
            "a.mainstay",
            "--choose",
            "nonsense=ours",
        ])
        .ends(2);
    assert!(r.err.contains("no conflict “nonsense”"), "{r:?}");
}
