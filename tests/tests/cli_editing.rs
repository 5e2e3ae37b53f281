//! Editing, the history, differences and the search on the command line, each run a new opening of the file.
#![allow(clippy::unwrap_used)]

use mainstay_tests::programs::{Ran, mainstay};
use serde_json::{Value, json};
use std::path::Path;

/// Runs a line, words apart by blanks and `~` for a blank, so many minutes after nine.
#[track_caller]
fn at(dir: &Path, minute: u32, line: &str) -> Ran {
    let mut args: Vec<String> = line.split(' ').map(|a| a.replace('~', " ")).collect();
    args.push(format!("--now=2026-11-23T09:{minute:02}:00Z"));
    mainstay(dir, &args)
}

fn example() -> tempfile::TempDir {
    let d = tempfile::tempdir().unwrap();
    at(d.path(), 0, "example a.mainstay").ends(0);
    d
}

/// What stands at a JSON pointer of the exported record with this code.
fn exported(dir: &Path, list: &str, code: &str) -> Value {
    let all = at(dir, 59, "export a.mainstay").ends(0).json();
    let list = all[list].as_array().unwrap().iter();
    list.into_iter().find(|r| r["id"] == code).unwrap().clone()
}

fn changed(v: &Value) -> Vec<(String, Value, Value)> {
    let fields = v["fields"].as_array().unwrap().iter();
    fields
        .map(|f| {
            (
                f["label"].as_str().unwrap().into(),
                f["old"].clone(),
                f["new"].clone(),
            )
        })
        .collect()
}

#[test]
fn values_are_set_at_any_path_as_people_type_them() {
    let d = example();
    let p = d.path();
    let mut minute = 1;
    let mut set = |line: &str| {
        minute += 2;
        at(p, minute, &format!("set a.mainstay {line} --json"))
            .ends(0)
            .json()
    };
    let done = set("A03 rto_min 3~h~30");
    assert_eq!(done["operation"], "change RTO of Pick and pack, DC North");
    assert_eq!(
        changed(&done["changes"][0]),
        [("RTO".into(), json!("4 h"), json!("3 h 30 min"))]
    );
    let done = set("A03 impact.operations.480 5");
    assert_eq!(
        changed(&done["changes"][0]),
        [("impact: operations at 8 h".into(), json!("4"), json!("5"))]
    );
    set("A03 loss_curve.bands.4.5.rate_per_h 1,250.50");
    set("A03 loss_curve.cap ");
    set("svc-erp capability.component_min 90");
    set("svc-erp supplier_id ");
    set("PLAN-01 scope.sites northgate");
    set("PLAN-01 assumptions [\"one,~two\",\"three\"]");
    set("settings thresholds.safety 2");
    set("settings weights.safety 2.5");
    let a = exported(p, "activities", "A03");
    assert_eq!(a["rto_min"], 210);
    assert_eq!(a["loss_curve"]["cap"], Value::Null);
    let band = json!({"from_h": 4.5, "rate_per_h": 1250.5});
    assert!(
        a["loss_curve"]["bands"].as_array().unwrap().contains(&band),
        "{a}"
    );
    let s = exported(p, "services", "svc-erp");
    assert_eq!(s["capability"]["component_min"], 90);
    assert_eq!(s["supplier_id"], Value::Null);
    let all = at(p, 59, "export a.mainstay").json();
    assert_eq!(all["plan"]["scope"]["sites"], json!(["northgate"]));
    assert_eq!(all["plan"]["assumptions"], json!(["one, two", "three"]));
    assert_eq!(all["settings"]["thresholds"]["safety"], 2);
    assert_eq!(all["settings"]["weights"]["safety"], 2.5);
    let check = at(p, 59, "check a.mainstay --json").json();
    assert_eq!(check["damage"], json!([]));
}

#[test]
fn the_communication_plan_is_edited_like_anything_else() {
    let d = example();
    let p = d.path();
    let comms = || at(p, 59, "export a.mainstay").json()["plan"]["communication"].clone();
    let before = comms();
    at(
        p,
        1,
        "add a.mainstay comm_template CT-11 audience=Neighbours channel=leaflet when=smell~of~gas rhythm_min=2h \
         text=Stay~inside~until~{{time}} release_role_id=role-fac",
    )
    .ends(0);
    let own = [
        "authority=Fire~brigade",
        "deadline_min=15",
        "role_id=role-fac",
        "contact=112",
    ];
    at(
        p,
        3,
        &format!("add a.mainstay reporting_duty RD-09 {}", own.join(" ")),
    )
    .ends(0);
    at(p, 5, "set a.mainstay CT-01 when activation~of~level~3").ends(0);
    at(
        p,
        7,
        "set a.mainstay PLAN-01 communication.spokesperson_role_id role-md",
    )
    .ends(0);
    let now = comms();
    assert_eq!(
        now["templates"][10],
        json!({"id": "CT-11", "audience": "Neighbours", "channel": "leaflet", "when": "smell of gas", "rhythm_min": 120,
               "text": "Stay inside until {{time}}", "release_role_id": "role-fac"})
    );
    assert_eq!(now["templates"][0]["when"], "activation of level 3");
    assert_eq!(now["reporting_duties"][5]["deadline_min"], 15);
    assert_eq!(now["spokesperson_role_id"], "role-md");
    let found = at(p, 9, "search a.mainstay neighbours").ends(0).out;
    assert!(found.contains("CT-11"), "{found}");
    let kept = at(p, 9, "remove a.mainstay role-fac").ends(2).err;
    assert!(kept.contains("cannot be removed"), "{kept}");
    at(p, 11, "remove a.mainstay CT-11").ends(0);
    for minute in [13, 15, 17, 19, 21] {
        at(p, minute, "undo a.mainstay").ends(0);
    }
    assert_eq!(comms(), before);
    assert_eq!(
        at(p, 59, "check a.mainstay --json").json()["damage"],
        json!([])
    );
}

#[test]
fn what_cannot_be_set_says_what_can() {
    let d = example();
    for (line, part) in [
        ("set a.mainstay A03 bogus 1", "impact.CATEGORY.MINUTES"),
        ("set a.mainstay A03 impact.operations.481 1", "60, 240, 480"),
        ("set a.mainstay A03 impact.fun.480 1", "safety, financial"),
        ("set a.mainstay A03 impact.operations.480 6", "from 1 to 5"),
        ("set a.mainstay A03 rto_min soon", "whole number of minutes"),
        ("set a.mainstay A03 horizons_min 60,30", "rise strictly"),
        (
            "set a.mainstay nobody name x",
            "settings, organisation and workspace",
        ),
        (
            "set a.mainstay PLAN-01 versions.2.0.state approved",
            "plan submit",
        ),
        (
            "set a.mainstay PLAN-01 versions.2.2.changes.moved x",
            "plan submit",
        ),
        ("add a.mainstay thing x", "one of site"),
        ("add a.mainstay service svc-erp name=x", "already that of"),
        (
            "add a.mainstay service svc-new",
            "what the service is called",
        ),
        ("remove a.mainstay role-scm", "cannot be removed"),
        ("redo a.mainstay", "nothing to redo"),
        ("undo a.mainstay", "nothing to undo"),
        (
            "as-of a.mainstay 2020-01-01 b.mainstay",
            "begins on 23 November 2026",
        ),
        ("as-of a.mainstay 7 b.mainstay", "numbered 1 to 1"),
        ("diff a.mainstay soon now", "PLAN-01@2.0"),
        ("diff a.mainstay PLAN-01@9.9 now", "has no version"),
        ("history a.mainstay --from soon", "2026-11-24"),
        ("history a.mainstay --record nix", "ever had the code"),
    ] {
        let ran = at(d.path(), 1, line).ends(2);
        assert!(ran.err.contains(part), "{line}: {}", ran.err);
        assert_eq!(ran.out, "", "{line}");
    }
    // Nothing of that left a trace.
    let history = at(d.path(), 2, "history a.mainstay --json").ends(0).json();
    assert_eq!(history.as_array().unwrap().len(), 1);
}

#[test]
fn undo_and_redo_reach_across_openings_and_name_what_comes_next() {
    let d = example();
    let p = d.path();
    let added = at(
        p,
        1,
        "add a.mainstay risk R99 title=Flood inherent.likelihood=3 service_ids=svc-erp,svc-wms --json",
    );
    assert_eq!(added.ends(0).json()["operation"], "add risk Flood");
    let plan = at(
        p,
        2,
        "add a.mainstay plan PLAN-02 title=Second owner_role_id=role-scm",
    );
    plan.ends(0);
    at(p, 3, "set a.mainstay R99 title River").ends(0);
    // Within the minute it is the same step.
    at(p, 3, "set a.mainstay R99 title Lake").ends(0);
    let undone = at(p, 5, "undo a.mainstay --json").ends(0).json();
    assert_eq!(undone["operation"], "change title of Flood");
    assert_eq!(undone["undo"], "add plan Second");
    assert_eq!(undone["redo"], "change title of Flood");
    assert_eq!(
        changed(&undone["changes"][0]),
        [("title".into(), json!("Lake"), json!("Flood"))]
    );
    let ran = at(p, 6, "redo a.mainstay").ends(0);
    assert!(ran.out.contains("title: Flood → Lake"), "{}", ran.out);
    assert!(
        ran.out.contains("Next undo: change title of Flood."),
        "{}",
        ran.out
    );
    at(p, 7, "remove a.mainstay R99").ends(0);
    // The history of a record that is gone, by its code; an edit of two rows is one step from the first to the last.
    let of = at(p, 8, "history a.mainstay --record R99 --json")
        .ends(0)
        .json();
    let told: Vec<&str> = of
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["operation"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "remove risk Lake",
            "redo: change title of Flood",
            "undo: change title of Flood",
            "change title of Flood",
            "add risk Flood"
        ]
    );
    assert_eq!(
        changed(&of[3]["changes"][0]),
        [("title".into(), json!("Flood"), json!("Lake"))]
    );
    let removed = &of[0]["changes"][0];
    assert_eq!(
        (&removed["code"], &removed["what"]),
        (&json!("R99"), &json!("removed"))
    );
    let services: Vec<Value> = changed(removed)
        .into_iter()
        .filter(|c| c.0 == "service of a risk")
        .map(|c| c.1)
        .collect();
    assert_eq!(services, ["ERP", "Warehouse management"]);
    let none = at(p, 8, "history a.mainstay --to 2026-11-22 --json")
        .ends(0)
        .json();
    assert_eq!(none, json!([]));
    let two = at(p, 8, "history a.mainstay --limit 2 --json")
        .ends(0)
        .json();
    assert_eq!(two.as_array().unwrap().len(), 2);
}

#[test]
fn the_past_is_made_again_and_differences_say_which_results_moved() {
    let d = example();
    let p = d.path();
    let before = at(p, 0, "export a.mainstay").ends(0).out;
    at(p, 10, "set a.mainstay settings thresholds.safety 2").ends(0);
    at(p, 20, "set a.mainstay svc-erp own_restore_min 3000").ends(0);
    at(
        p,
        20,
        "set a.mainstay svc-erp capability.component_min 3000",
    )
    .ends(0);
    at(p, 30, "add a.mainstay site depot name=Depot").ends(0);
    for point in ["1", "2026-11-23T09:05:00Z"] {
        at(
            p,
            40,
            &format!("as-of a.mainstay {point} then-{}.mainstay", point.len()),
        )
        .ends(0);
        let then = at(p, 40, &format!("export then-{}.mainstay", point.len())).ends(0);
        assert_eq!(then.out, before);
    }
    at(p, 40, "as-of a.mainstay 2026-11-23 today.mainstay").ends(0);
    assert_eq!(
        at(p, 40, "export today.mainstay").out,
        at(p, 40, "export a.mainstay").out
    );
    let diff = at(p, 40, "diff a.mainstay 1 now --json").ends(0).json();
    let records: Vec<(&str, &str)> = diff["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["what"].as_str().unwrap(), r["name"].as_str().unwrap()))
        .collect();
    assert_eq!(
        records,
        [
            ("changed", "impact category safety"),
            ("added", "Depot"),
            ("changed", "ERP")
        ]
    );
    let results: Vec<&str> = diff["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["text"].as_str().unwrap())
        .collect();
    for want in [
        "MTPD of Monitor cold chain of medicines 4 h → 1 h",
        "gap of ERP ",
        "finding appears: ",
    ] {
        assert!(
            results.iter().any(|r| r.starts_with(want)),
            "{want}: {results:#?}"
        );
    }
    // The other way round everything is the other way round.
    let back = at(p, 40, "diff a.mainstay now 1 --json").ends(0).json();
    assert_eq!(back["records"][1]["what"], "removed");
    assert_eq!(back["results"].as_array().unwrap().len(), results.len());
    let same = at(p, 40, "diff a.mainstay now now --json").ends(0).json();
    assert_eq!(
        (&same["records"], &same["results"]),
        (&json!([]), &json!([]))
    );
}

#[test]
fn versions_of_a_plan_are_compared_by_meaning() {
    let d = example();
    let p = d.path();
    at(
        p,
        1,
        "plan submit a.mainstay PLAN-01 --as role-scm --accept-all known",
    )
    .ends(0);
    let list = at(p, 1, "plan list a.mainstay --json").ends(0).json();
    let version = list[0]["working"].as_str().unwrap().to_string();
    // Frozen content has keys of its own; what is the same is no difference.
    let same = at(
        p,
        2,
        &format!("diff a.mainstay PLAN-01@{version} now --json"),
    )
    .ends(0)
    .json();
    assert_eq!(
        (&same["records"], &same["results"]),
        (&json!([]), &json!([])),
        "{same}"
    );
    at(p, 3, "set a.mainstay A03 rto_min 2h").ends(0);
    let diff = at(
        p,
        4,
        &format!("diff a.mainstay PLAN-01@{version} now --json"),
    )
    .ends(0)
    .json();
    assert_eq!(diff["records"].as_array().unwrap().len(), 1, "{diff}");
    assert_eq!(
        changed(&diff["records"][0]),
        [("RTO".into(), json!("4 h"), json!("2 h"))]
    );
    let text = diff["results"].to_string();
    assert!(
        text.contains("RTO of ") && text.contains(" → 2 h"),
        "{text}"
    );
}

#[test]
fn the_search_finds_any_text_and_names_the_record_to_open() {
    let d = example();
    let p = d.path();
    at(p, 1, "set a.mainstay svc-erp note Prüfung~im~Café").ends(0);
    let hits = at(p, 2, "search a.mainstay prufung cafe --json")
        .ends(0)
        .json();
    assert_eq!(hits.as_array().unwrap().len(), 1);
    assert_eq!(
        (&hits[0]["code"], &hits[0]["field"], &hits[0]["open_kind"]),
        (&json!("svc-erp"), &json!("note"), &json!("service"))
    );
    let inside = at(p, 2, "search a.mainstay test~alarm --json")
        .ends(0)
        .json();
    assert_eq!(inside[0]["code"], "pr-cold");
    assert_eq!(inside[0]["field"], "procedure step 6: title");
    let marked: Vec<&Value> = inside[0]["snippet"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|s| s["hit"] == true)
        .map(|s| &s["text"])
        .collect();
    assert_eq!(marked, ["Test", "alarm"]);
    for odd in ["\"", "AND", "code:x", "(", "*"] {
        at(p, 2, &format!("search a.mainstay {odd}")).ends(0);
    }
}
