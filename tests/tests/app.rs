//! The one API, as the window uses it: data in, data out.
#![allow(clippy::unwrap_used)]

use mainstay_app::App;
use mainstay_tests::desk::{Desk, config};
use serde_json::{Value, json};

/// What these tests do with the example's plan.
trait Signing {
    fn approve(&mut self);
    fn versions(&mut self) -> Vec<(String, String, Value)>;
}

impl Signing for Desk {
    fn approve(&mut self) {
        self.ok(
            "submit_plan",
            json!({"plan": "PLAN-01", "as_role": "role-scm", "accept": [], "accept_all": "known", "change_note": null}),
        );
        for (kind, role) in [
            ("prepared", "role-scm"),
            ("reviewed", "role-cio"),
            ("reviewed", "role-ops"),
            ("approved", "role-md"),
        ] {
            self.ok(
                "sign_plan",
                json!({"plan": "PLAN-01", "kind": kind, "as_role": role, "name": "N"}),
            );
        }
    }

    fn versions(&mut self) -> Vec<(String, String, Value)> {
        let d = self.ok("plan_detail", json!({"code": "PLAN-01"}));
        let of = |v: &Value, k: &str| v[k].as_str().unwrap().to_owned();
        d["versions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|v| {
                (
                    of(v, "version"),
                    of(v, "state"),
                    v["content_sha256"].clone(),
                )
            })
            .collect()
    }
}

#[test]
fn whatever_changes_after_approval_starts_a_draft_and_leaves_the_version_as_it_was() {
    let mut d = Desk::new();
    d.approve();
    let before = d.versions();
    assert_eq!(
        (before[0].0.as_str(), before[0].1.as_str()),
        ("2.2", "approved")
    );
    let read = |d: &mut Desk| {
        d.ok(
            "plan_document",
            json!({"plan": "PLAN-01", "version": "2.2"}),
        )
    };
    let document = read(&mut d);
    d.set("svc-db", "name", "Renamed");
    let after = d.versions();
    assert_eq!((after[0].0.as_str(), after[0].1.as_str()), ("2.3", "draft"));
    assert_eq!(after[1], before[0], "the approved version stays");
    assert_eq!(read(&mut d), document, "and reads as it did");
    assert!(!document.to_string().contains("Renamed"));
    // Undo takes the change back, and stops at the approval with the reason.
    d.ok("undo", json!({}));
    let p = d.refused("undo", json!({}), "nothing_to_undo");
    assert!(p.detail.contains("2.2"), "{p}");
}

#[test]
fn undo_goes_on_after_closing_and_edits_within_a_minute_are_one_step() {
    let mut d = Desk::new();
    let path = d.dir.path().join("a.mainstay");
    let rto =
        |d: &mut Desk| d.ok("activity_sheet", json!({"code": "A01"}))["row"]["rto_min"].clone();
    // Three edits of one field within a minute, then another field.
    for text in ["1 h", "2 h", "3 h"] {
        d.app
            .call(
                "set_fields",
                json!({"code": "A01", "fields": [{"field": "rto_min", "text": text}]}),
            )
            .unwrap();
    }
    d.set("A01", "wrt_min", "45");
    d.ok("close", json!({}));
    d.app = App::new(config(d.dir.path(), &d.seconds));
    let status = d.ok("open", json!({ "path": path }));
    assert_eq!(
        status["workspace"]["undo"],
        "change WRT of Take customer orders"
    );
    d.ok("undo", json!({}));
    assert_eq!(rto(&mut d), 180);
    d.ok("undo", json!({}));
    assert_eq!(rto(&mut d), 480, "one step for the three edits");
    d.ok("redo", json!({}));
    assert_eq!(rto(&mut d), 180);
    // A new change ends what could be done again.
    d.set("A01", "rto_min", "90");
    d.refused("redo", json!({}), "nothing_to_redo");
}

#[test]
fn durations_are_read_as_people_say_them_and_others_refused_with_what_is_allowed() {
    let mut d = Desk::new();
    for (text, min) in [
        ("90", 90),
        ("90m", 90),
        ("1h30", 90),
        ("1.5 h", 90),
        ("2d", 2880),
        ("0", 0),
    ] {
        d.set("A01", "rto_min", text);
        assert_eq!(
            d.ok("activity_sheet", json!({"code": "A01"}))["row"]["rto_min"],
            min,
            "{text}"
        );
    }
    for text in ["soon", "-5", "1e9", "1h1h"] {
        let p = d.refused(
            "set_fields",
            json!({"code": "A01", "fields": [{"field": "rto_min", "text": text}]}),
            "bad_value",
        );
        assert!(
            p.params["allowed"].as_str().unwrap().contains("1h30"),
            "{p}"
        );
    }
    d.set("A01", "rto_min", "");
    assert_eq!(
        d.ok("activity_sheet", json!({"code": "A01"}))["row"]["rto_min"],
        Value::Null,
        "empty is unknown"
    );
}

#[test]
fn what_a_what_if_assumes_is_not_removed_behind_its_back() {
    let mut d = Desk::new();
    let mut v: Value = serde_json::from_str(mainstay_exchange::EXAMPLE).unwrap();
    v["services"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": "svc-x", "name": "X"}));
    // Without its only service, it would be about every service being out.
    v["scenarios"] = json!([{"id": "night", "name": "At night", "services_out": ["svc-x"],
        "own_restore": [{"service_id": "svc-x", "own_restore_min": 5}]}]);
    let (from, to) = (d.dir.path().join("v.json"), d.dir.path().join("v.mainstay"));
    std::fs::write(&from, v.to_string()).unwrap();
    d.app.import_file(&from, &to, true).unwrap();
    d.ok("open", json!({ "path": to }));
    let p = d.refused("remove_record", json!({"code": "svc-x"}), "in_use");
    assert!(
        p.detail.contains(
            "service out of At night, as service of changed restore time of At night; change"
        ),
        "{p}"
    );
    d.ok("remove_record", json!({"code": "night"}));
    d.ok("remove_record", json!({"code": "svc-x"}));
    d.ok("undo", json!({}));
    d.ok("undo", json!({}));
    assert!(d.app.check_report().unwrap().sound);
}

#[test]
fn a_file_of_an_older_format_opens_and_says_where_its_copy_is() {
    let mut d = Desk::new();
    let old = include_bytes!("../../src-tauri/crates/planfile/tests/fixtures/format-1.mainstay");
    let path = d.dir.path().join("old.mainstay");
    std::fs::write(&path, old).unwrap();
    let read = d.ok("open_read_only", json!({ "path": path }));
    assert_eq!(read["workspace"]["services"], 4);
    assert_eq!(read["workspace"]["copy"], Value::Null);
    assert!(std::fs::read(&path).unwrap() == old, "reading changed it");
    let status = d.ok("open", json!({ "path": path }));
    let copy = d.dir.path().join("old.before-format-5.mainstay");
    assert_eq!(status["workspace"]["copy"], json!(copy));
    assert_eq!(status["workspace"]["read_only"], Value::Null);
    assert_eq!(status["workspace"]["undo"], "rename grp-1");
    let history = d.ok("history", json!({}));
    assert_eq!(
        history["steps"][0]["operation"],
        "bring the file to format 5"
    );
    assert_eq!(history["steps"][0]["author"], "planner");
    assert_eq!(history["steps"][0]["undone"], false);
    d.set("svc-a", "name", "Records");
    d.ok("undo", json!({}));
    d.ok("undo", json!({}));
    d.ok("close", json!({}));
    let again = d.ok("open", json!({ "path": path }));
    assert_eq!(again["workspace"]["copy"], Value::Null);
    assert_eq!(again["workspace"]["redo"], "rename grp-1");
}

#[test]
fn what_is_used_cannot_be_removed_and_says_where_it_is_used() {
    let mut d = Desk::new();
    let p = d.refused("remove_record", json!({"code": "role-scm"}), "in_use");
    assert!(p.detail.contains("owner"), "{p}");
    // A service goes with what hangs on it once nobody needs it.
    d.ok(
        "add_record",
        json!({"kind": "service", "code": "svc-x", "fields": [{"field": "name", "text": "X"}]}),
    );
    d.ok(
        "add_record",
        json!({"kind": "dependency", "code": null, "fields": [
            {"field": "dependant_id", "text": "svc-x"}, {"field": "provider_id", "text": "svc-db"}, {"field": "strength", "text": "hard"}]}),
    );
    d.ok("remove_record", json!({"code": "svc-x"}));
    d.refused("service_detail", json!({"code": "svc-x"}), "no_such_record");
    d.ok("undo", json!({}));
    assert_eq!(
        d.ok("service_detail", json!({"code": "svc-x"}))["needs"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn pasted_rows_come_in_all_or_none() {
    let mut d = Desk::new();
    let good = "Code\tName\tKind\tOwn restore time\nsvc-new\tNew one\tapplication\t2 h\nsvc-db\tDatabase platform 2\tplatform\t1h30";
    let bad = good.replace("2 h", "two");
    let preview = d.ok("preview_rows", json!({"register": "services", "text": bad}));
    assert_eq!(
        (&preview["errors"], &preview["added"], &preview["updated"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let before = d.ok("services", json!({})).as_array().unwrap().len();
    assert!(
        d.app
            .call("import_rows", json!({"register": "services", "text": bad}))
            .is_err()
    );
    assert_eq!(
        d.ok("services", json!({})).as_array().unwrap().len(),
        before
    );
    d.ok("import_rows", json!({"register": "services", "text": good}));
    assert_eq!(
        d.ok("services", json!({})).as_array().unwrap().len(),
        before + 1
    );
    assert_eq!(
        d.ok("service_detail", json!({"code": "svc-db"}))["row"]["name"],
        "Database platform 2"
    );
    d.ok("undo", json!({}));
    assert_eq!(
        d.ok("services", json!({})).as_array().unwrap().len(),
        before,
        "one step"
    );
}

#[test]
fn accepting_a_finding_needs_a_sentence_and_only_blocking_ones_are_accepted() {
    let mut d = Desk::new();
    let submit = |accept: Value, all: Value| json!({"plan": "PLAN-01", "as_role": "role-scm", "accept": accept, "accept_all": all, "change_note": null});
    let p = d.refused(
        "submit_plan",
        submit(json!([]), json!(null)),
        "findings_block",
    );
    assert!(p.detail.contains("33"), "{p}");
    assert!(
        d.app
            .call(
                "submit_plan",
                submit(
                    json!([{"finding": "recovery_gap:svc-db", "reason": " "}]),
                    json!("known")
                )
            )
            .is_err()
    );
    assert!(
        d.app
            .call(
                "submit_plan",
                submit(
                    json!([{"finding": "recovery_gap:nobody", "reason": "x"}]),
                    json!("known")
                )
            )
            .is_err()
    );
    d.ok(
        "submit_plan",
        submit(
            json!([{"finding": "recovery_gap:svc-db", "reason": "new array in May"}]),
            json!("known"),
        ),
    );
    let detail = d.ok("plan_detail", json!({"code": "PLAN-01"}));
    let accepted = detail["versions"][0]["accepted"].as_array().unwrap();
    assert_eq!(accepted.len(), 33);
    assert!(
        accepted
            .iter()
            .any(|a| a["finding"] == "recovery_gap:svc-db" && a["reason"] == "new array in May")
    );
    // What is in review is frozen: an edit goes on in the workspace and does not reach it.
    d.set("svc-db", "name", "Renamed");
    assert!(
        !d.ok(
            "plan_document",
            json!({"plan": "PLAN-01", "version": "2.2"})
        )
        .to_string()
        .contains("Renamed")
    );
}

#[test]
fn every_command_refuses_arguments_it_does_not_know_and_none_panics() {
    let mut d = Desk::new();
    let list = mainstay_app::typescript();
    let commands: Vec<&str> = list
        .split("export interface Commands {")
        .nth(1)
        .unwrap()
        .lines()
        .filter_map(|l| l.trim().split_once(": { args:").map(|(name, _)| name))
        .collect();
    assert!(commands.len() > 30, "{commands:?}");
    for c in commands {
        for args in [
            json!(null),
            json!({"code": 5}),
            json!({"path": "/nowhere/at/all.mainstay"}),
            json!([]),
        ] {
            // Some of these are fine for some commands; what counts is that each answers.
            let _ = d.app.call(c, args);
        }
        if d.app.call("status", json!({})).unwrap()["workspace"].is_null() {
            d.app
                .call(
                    "open_example",
                    json!({ "path": d.dir.path().join("a.mainstay") }),
                )
                .unwrap();
        }
    }
    assert_eq!(
        d.app.call("fly", json!({})).unwrap_err().code,
        "unknown_command"
    );
}

#[test]
fn what_is_read_on_screen_is_the_document_that_was_chosen() {
    let mut d = Desk::new();
    let mut read = |kind: &str, redact: bool| {
        let args = json!({"plan": "PLAN-01", "kind": kind, "redact": redact});
        d.ok("plan_document", args)
    };
    let plan = read("", false);
    let cards = read("break-glass", true);
    let title = |x: &serde_json::Value| x["meta"]["title"].as_str().unwrap().to_owned();
    assert_eq!(title(&cards), format!("Break-glass pack: {}", title(&plan)));
    assert!(plan.to_string().contains("+44 7700"));
    assert!(!cards.to_string().contains("+44"));
}

#[test]
fn a_document_is_set_in_the_language_that_is_asked_for() {
    let mut d = Desk::new();
    let ask = |tag: &str| json!({"plan": "PLAN-01", "language": tag});
    let mut set = |tag: &str| d.ok("plan_document", ask(tag))["meta"]["language"].clone();
    assert_eq!(set("DE-at"), "de-AT");
    assert_eq!(set("zh-hant"), "zh-Hant");
    assert_eq!(set(" "), "en");
    let refused = d.app.call("document_pages", ask("German!")).unwrap_err();
    assert_eq!(refused.code, "bad_value");
    for part in ["German!", "BCP 47", "pt-BR"] {
        assert!(refused.detail.contains(part), "{}", refused.detail);
    }
    // That of the workspace is held against the same rule.
    let refused = d
        .app
        .set_value("workspace", "language", "not a tag!")
        .unwrap_err();
    for part in ["not a tag!", "BCP 47", "pt-BR"] {
        assert!(refused.detail.contains(part), "{}", refused.detail);
    }
    d.app.set_value("workspace", "language", "de-at").unwrap();
    let document = d.ok("plan_document", json!({"plan": "PLAN-01"}));
    assert_eq!(document["meta"]["language"], "de-AT");
}

#[test]
fn the_pages_on_screen_are_those_that_are_printed_and_sections_can_be_left_out() {
    let mut d = Desk::new();
    let read = |sections: Value| {
        json!({
            "plan": "PLAN-01", "version": null, "kind": "", "redact": false, "paper": "letter",
            "sections": sections,
        })
    };
    let all = d.ok("document_pages", read(json!(null)));
    let pages = all["pages"].as_array().unwrap();
    assert_eq!(
        (&pages[0]["width"], &pages[0]["height"]),
        (&json!(612.0), &json!(792.0))
    );
    let path = d.dir.path().join("plan.pdf");
    let export = |sections: Value, path: &std::path::Path| {
        json!({
            "plan": "PLAN-01", "version": null, "kind": "", "redact": false, "paper": "letter",
            "sections": sections, "path": path,
        })
    };
    d.ok("export_pdf", export(json!(null), &path));
    let printed = |path: &std::path::Path| {
        let out = std::process::Command::new("pdfinfo")
            .arg(path)
            .output()
            .unwrap();
        let text = String::from_utf8(out.stdout).unwrap();
        let pages = text.lines().find_map(|l| l.strip_prefix("Pages:")).unwrap();
        pages.trim().parse::<usize>().unwrap()
    };
    assert_eq!(printed(&path), pages.len());
    let page = |n: usize| json!({"document": read(json!(null)), "page": n});
    let svg = d.ok("document_page", page(3))["svg"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>") && !svg.contains("NaN"));
    assert_eq!(
        d.app.call("document_page", page(999)).unwrap_err().code,
        "no_such_page"
    );
    let find = |text: &str| json!({"document": read(json!(null)), "text": text});
    let hits = d.ok("find_on_pages", find("database PLATFORM"));
    let hits = hits.as_array().unwrap();
    assert!(hits.len() > 3, "{hits:?}");
    for spot in hits[0]["spots"].as_array().unwrap() {
        assert!(spot["x"].as_f64().unwrap() > 0.0 && spot["width"].as_f64().unwrap() > 5.0);
    }
    assert_eq!(
        d.ok("find_on_pages", find("no such text on any page")),
        json!([])
    );

    let outline = all["outline"].as_array().unwrap();
    assert!(
        outline
            .iter()
            .any(|e| e["title"] == "12  Recovery procedures"),
        "{outline:?}"
    );
    let some = json!(["activation", "procedures"]);
    let few = d.ok("document_pages", read(some.clone()));
    assert!(few["pages"].as_array().unwrap().len() < pages.len() / 2);
    assert_eq!(few["sections"], all["sections"], "all can be chosen again");
    let e = d
        .app
        .call("document_pages", read(json!(["nothing"])))
        .unwrap_err();
    assert!(e.detail.contains("allowed is control, "), "{e}");
    let partial = d.dir.path().join("partial.pdf");
    d.ok("export_pdf", export(some, &partial));
    let out = std::process::Command::new("pdftotext")
        .arg(&partial)
        .arg("-")
        .output()
        .unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(
        text.contains("An unsigned extract. Left out: 1 Document control"),
        "{text}"
    );
    assert!(text.contains("Restore the core network") && !text.contains("Risks\n"));
    let seen = d.ok("verify_pdf", json!({"path": partial, "against": true}));
    assert_eq!(seen["verdict"], "unsigned");
}
