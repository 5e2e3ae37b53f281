//! Timestamps from an authority at the other end of a connection: asked for, shown when the file is verified, and without any
//! trace where the authority does not answer as it must.

use super::Desk;
use chrono::{SecondsFormat, TimeDelta, Utc};
use mainstay_tests::authority::{Answer, Authority, serve};
use mainstay_tests::desk;
use serde_json::{Value, json};
use std::time::Duration;

const RSA: [&str; 2] = ["-newkey", "rsa:2048"];

/// A moment some hours before now, as the command line takes it.
fn before(hours: i64) -> String {
    let at = Utc::now() - TimeDelta::hours(hours);
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn good() -> String {
    let authority = Authority::new("Time", &RSA, "sha256", 3);
    serve(move |request| Answer::Good(authority.answer(request)))
}

#[test]
fn a_timestamp_is_asked_for_and_shown() {
    let d = Desk::new();
    let url = good();
    let at = |line: &str, hours| d.run(&format!("{line} --now {}", before(hours))).ends(0);
    let sign = |who: &str, more: &str, hours| {
        at(
            &format!("plan sign a.mainstay PLAN-01 {who} --name X{more}"),
            hours,
        )
    };
    at(
        "plan submit a.mainstay PLAN-01 --as role-scm --accept-all known",
        80,
    );
    let stamp = format!(" --timestamp {url}");
    sign("--kind prepared --as role-scm", &stamp, 0);
    sign("--kind reviewed --as role-cio", &stamp, 72);
    sign("--kind reviewed --as role-ops", "", 0);
    let by_hale = format!("{}{stamp}", super::BY_HALE);
    sign("--kind approved --as role-md", &by_hale, -2);
    d.export("out.pdf");
    let said = d.verdict("out.pdf --against a.mainstay");
    assert_eq!(said["verdict"], "genuine", "{said}");
    let stamps: Vec<&Value> = said["signatures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| &s["timestamp"])
        .collect();
    assert_eq!((stamps.len(), stamps[2]), (4, &Value::Null));
    for (i, odd) in [(0, None), (1, Some("3 d later")), (3, Some("min earlier"))] {
        assert_eq!(stamps[i]["authority"], "Time");
        let remark = stamps[i]["remark"].as_str();
        match odd {
            None => assert_eq!(remark, None),
            Some(odd) => assert!(remark.is_some_and(|r| r.contains(odd)), "{remark:?}"),
        }
    }
    let seen = said["seen"].as_array().unwrap();
    let about = seen.iter().find(|s| s["what"] == "timestamps").unwrap();
    assert_eq!(about["holds"], Value::Null, "no trust is claimed");
    let text = about["text"].as_str().unwrap();
    assert!(
        text.starts_with("3 of 4 signatures have") && text.contains("no list here"),
        "{text}"
    );
    let text = d.run("verify out.pdf --against a.mainstay").ends(0).out;
    assert_eq!(
        text.matches("    timestamp of Time at ").count(),
        3,
        "{text}"
    );
}

#[test]
fn an_authority_that_fails_leaves_no_trace() {
    let d = Desk::new();
    d.submit();
    let state = || {
        d.run("export a.mainstay --out state.json").ends(0);
        let history = d.run("history a.mainstay --json").ends(0).out;
        (std::fs::read(d.at("state.json")).unwrap(), history)
    };
    let before = state();
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/tsr", listener.local_addr().unwrap())
    };
    let raw = |text: String| serve(move |_| Answer::Raw(text.clone().into_bytes()));
    let elsewhere = |status: &str| {
        raw(format!(
            "HTTP/1.1 {status}\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
            good()
        ))
    };
    let mut first: Option<Vec<u8>> = None;
    let authority = Authority::new("Time", &RSA, "sha256", 3);
    let older = serve(move |request| {
        Answer::Good(
            first
                .get_or_insert_with(|| authority.answer(request))
                .clone(),
        )
    });
    d.run(&format!(
        "plan sign a.mainstay PLAN-01 --kind prepared --as role-scm --name X --now 2026-11-26T10:00:00Z --timestamp {older}"
    ))
    .ends(0);
    d.run("plan reject a.mainstay PLAN-01 --as role-cio --reason again")
        .ends(0);
    assert_ne!(state(), before, "a change is seen");
    d.submit();
    let before = state();
    for (url, says) in [
        (closed, "the connection failed"),
        (older, "of another signature"),
        (
            raw("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".into()),
            "status 404",
        ),
        (elsewhere("302 Found"), "status 302"),
        (elsewhere("307 Temporary Redirect"), "status 307"),
        (raw(String::new()), "the connection failed"),
        (raw("hello\r\n\r\n".into()), "the connection failed"),
        (
            serve(|_| Answer::Good(b"hello".to_vec())),
            "no answer to a request",
        ),
        (
            serve(|_| Answer::Good(vec![0x30; 70_000])),
            "more than 65536 bytes",
        ),
        (
            serve(|_| Answer::Good(vec![0x30, 5, 0x30, 3, 2, 1, 2])),
            "status “rejected”",
        ),
        ("https://127.0.0.1/tsr".into(), "no encrypted connections"),
        ("ftp://127.0.0.1/tsr".into(), "begins with http://"),
        ("http://a:b@127.0.0.1/".into(), "without a user"),
    ] {
        let line = format!(
            "plan sign a.mainstay PLAN-01 --kind prepared --as role-scm --name X --now 2026-11-26T11:00:00Z --timestamp {url}"
        );
        let ran = d.run(&line).ends(2);
        assert!(ran.err.contains(says), "{says}: {ran:?}");
        assert_eq!(state(), before, "{says}");
    }
    let by_hand = d.run(
        "plan sign a.mainstay PLAN-01 --kind prepared --as role-scm --name X --on-paper --timestamp http://127.0.0.1/",
    );
    assert!(by_hand.ends(2).err.contains("--on-paper"));
}

#[test]
fn waiting_for_an_authority_can_be_stopped_and_ends_by_itself() {
    let mut d = desk::Desk::new();
    d.ok(
        "submit_plan",
        json!({ "plan": "PLAN-01", "as_role": "role-scm", "accept": [], "accept_all": "known", "change_note": null, "paper": null }),
    );
    let sign = json!({
        "plan": "PLAN-01", "kind": "prepared", "as_role": "role-scm", "name": "Ada", "key": null, "key_passphrase": null,
        "on_paper": false, "timestamp": serve(|_| Answer::Silence),
    });
    let work = d.app.work();
    let watcher = std::thread::spawn(move || {
        loop {
            if let Some(now) = work.now() {
                work.stop();
                return now.what;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    d.refused("sign_plan", sign.clone(), "cancelled");
    let what = watcher.join().unwrap();
    assert!(what.starts_with("asking 127.0.0.1:"), "{what}");
    let p = d.refused("sign_plan", sign, "no_timestamp");
    assert!(p.detail.contains("not answered for 15 seconds"), "{p}");
    let plan = d.ok("plan_detail", json!({ "code": "PLAN-01" }));
    let rows = plan["versions"][0]["sign_offs"].as_array().unwrap();
    assert!(rows.iter().all(|r| r["name"].is_null()), "{rows:?}");
}
