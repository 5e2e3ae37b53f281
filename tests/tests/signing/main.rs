//! From submitting to verifying, as the command line does it: what is signed, what is kept, and what is said of a file years
//! later.
#![allow(clippy::unwrap_used)]

mod timestamps;

use mainstay_app::{Access, App};
use mainstay_tests::desk::config;
use mainstay_tests::judges;
use mainstay_tests::programs::{Ran, mainstay};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

struct Desk(tempfile::TempDir);

impl Desk {
    /// The example, with keys for two people.
    fn new() -> Self {
        let d = Self(tempfile::tempdir().unwrap());
        std::fs::write(d.at("pw"), "a harbour at night\n").unwrap();
        d.run("example a.mainstay").ends(0);
        for who in ["hale", "other"] {
            d.run(&format!(
                "key new {who}.key --name {who} --passphrase-file pw"
            ))
            .ends(0);
        }
        d
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    #[track_caller]
    fn run(&self, line: &str) -> Ran {
        let args: Vec<&str> = line.split(' ').collect();
        mainstay(self.0.path(), &args)
    }

    #[track_caller]
    fn submit(&self) {
        self.run("plan submit a.mainstay PLAN-01 --as role-scm --accept-all known --now 2026-11-26T09:00:00Z")
            .ends(0);
    }

    #[track_caller]
    fn sign(&self, kind: &str, role: &str, more: &str) {
        let line = format!(
            "plan sign a.mainstay PLAN-01 --kind {kind} --as {role} --name {role}-holder --now 2026-11-26T10:00:00Z{more}"
        );
        self.run(&line).ends(0);
    }

    /// Every sign-off but the approval, typed.
    #[track_caller]
    fn review(&self) {
        self.sign("prepared", "role-scm", "");
        self.sign("reviewed", "role-cio", "");
        self.sign("reviewed", "role-ops", "");
    }

    #[track_caller]
    fn export(&self, name: &str) -> Vec<u8> {
        self.run(&format!(
            "pdf a.mainstay PLAN-01 --version 2.2 --out {name}"
        ))
        .ends(0);
        std::fs::read(self.at(name)).unwrap()
    }

    /// What is said of a file, and that the exit status fits.
    #[track_caller]
    fn verdict(&self, line: &str) -> Value {
        let ran = self.run(&format!("verify {line} --json"));
        let said: Value = ran.json();
        ran.ends(i32::from(said["verdict"] != "genuine"));
        said
    }

    #[track_caller]
    fn is(&self, line: &str, verdict: &str) {
        let said = self.verdict(line);
        assert_eq!(said["verdict"], verdict, "{line}: {}", said["sentence"]);
    }
}

const BY_HALE: &str = " --key hale.key --passphrase-file pw";

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn a_version_is_submitted_signed_handed_out_and_verified() {
    let d = Desk::new();
    d.submit();
    let base = d.export("base.pdf");
    d.is("base.pdf", "unsigned");
    d.sign("prepared", "role-scm", "");
    let one = d.export("one.pdf");
    assert!(one.starts_with(&base), "what was submitted stays as it was");
    d.is("one.pdf", "incomplete");
    d.sign("reviewed", "role-cio", "");
    d.sign("reviewed", "role-ops", "");
    let three = d.export("three.pdf");
    assert!(three.starts_with(&one));
    let said = d.verdict("three.pdf --against a.mainstay");
    assert_eq!(said["verdict"], "incomplete");
    assert_eq!(said["missing"], json!(["approved, Managing director"]));

    d.sign("approved", "role-md", BY_HALE);
    let four = d.export("four.pdf");
    assert!(four.starts_with(&three));
    // The key was not in the register when the version was submitted; the workspace knows it since.
    d.is("four.pdf", "signer_unknown");
    let said = d.verdict("four.pdf --against a.mainstay");
    assert_eq!(said["verdict"], "genuine", "{said}");
    assert_eq!(
        (&said["plan"], &said["version"]),
        (&"PLAN-01".into(), &"2.2".into())
    );
    let signatures = said["signatures"].as_array().unwrap();
    let of = |i: usize| {
        let s = &signatures[i];
        (
            s["kind"].as_str().unwrap(),
            s["recorded"].as_bool().unwrap(),
            s["intact"].as_bool().unwrap(),
        )
    };
    assert_eq!(
        [of(0), of(1), of(2), of(3)],
        [
            ("prepared", true, true),
            ("reviewed", true, true),
            ("reviewed", true, true),
            ("approved", false, true)
        ]
    );
    assert_eq!(signatures[3]["at"], "2026-11-26T10:00:00Z");
    for proof in said["seen"].as_array().unwrap() {
        assert_eq!(proof["holds"], true, "{proof}");
    }
    // An older piece is not the whole.
    d.is("three.pdf --against a.mainstay", "incomplete");
    // What is printed carries no state that can change.
    let (_, text) = judges::said(Command::new("pdftotext").arg(d.at("four.pdf")).arg("-"));
    assert!(
        text.contains("approved only when all 4 signatures below are present"),
        "{text}"
    );
    assert!(!text.contains("DRAFT"));

    // Everybody else finds them valid too.
    let (_, said) = judges::said(Command::new("pdfsig").arg("-nocert").arg(d.at("four.pdf")));
    assert_eq!(said.matches("Signature is Valid").count(), 4, "{said}");
    judges::signed(&d.at("four.pdf"), 4);
    judges::sound(&[d.at("base.pdf"), d.at("four.pdf")]);

    // The file is a workspace itself.
    d.run("import four.pdf again.mainstay --strict").ends(0);
    d.run("export again.mainstay --out again.json").ends(0);
    assert_eq!(read(&d.at("again.json"))["plan"]["id"], "PLAN-01");

    // It is handed out as it is, on every day; on other paper it is an extract.
    assert!(d.export("four-again.pdf") == four);
    d.run("pdf a.mainstay PLAN-01 --paper letter --out letter.pdf")
        .ends(0);
    d.is("letter.pdf", "unsigned");
    let (_, text) = judges::said(Command::new("pdftotext").arg(d.at("letter.pdf")).arg("-"));
    assert!(text.contains("Unsigned extract of version 2.2"), "{text}");
    d.run("pdf a.mainstay PLAN-01 --redact --out redacted.pdf")
        .ends(0);
    d.is("redacted.pdf --against a.mainstay", "unsigned");

    d.run("check a.mainstay").ends(1);
}

#[test]
fn a_signer_who_is_registered_before_is_known_by_the_file_alone() {
    let d = Desk::new();
    let key: Value = d
        .run("key new md.key --name MD --passphrase-file pw --json")
        .ends(0)
        .json();
    let print = key["fingerprint"].as_str().unwrap();
    let add = format!(
        "add a.mainstay known_signer key-md name=MD fingerprint={print} role_id=role-md --json"
    );
    d.run(&add).ends(0);
    d.submit();
    d.review();
    d.sign("approved", "role-md", " --key md.key --passphrase-file pw");
    d.export("plan.pdf");
    let said = d.verdict("plan.pdf");
    assert_eq!(said["verdict"], "genuine", "{said}");
    assert!(
        said["sentence"]
            .as_str()
            .unwrap()
            .contains("the register in the file alone")
    );
}

#[test]
fn what_is_no_longer_in_force_and_what_is_foreign_is_said() {
    let d = Desk::new();
    d.submit();
    d.review();
    d.sign("approved", "role-md", BY_HALE);
    d.export("old.pdf");
    d.run("set a.mainstay svc-wms name Warehouse").ends(0);
    d.run("pdf a.mainstay PLAN-01 --version 2.3 --out draft.pdf")
        .ends(0);
    d.is("draft.pdf --against a.mainstay", "unsigned");
    d.submit();
    d.run("pdf a.mainstay PLAN-01 --version 2.3 --out sent-back.pdf")
        .ends(0);
    d.sign("prepared", "role-scm", "");
    d.run("pdf a.mainstay PLAN-01 --version 2.3 --out sent-back.pdf")
        .ends(0);
    d.run("plan reject a.mainstay PLAN-01 --as role-cio --reason wrong")
        .ends(0);
    d.is("sent-back.pdf --against a.mainstay", "incomplete");
    d.submit();
    d.review();
    d.sign("approved", "role-md", " --on-paper");
    d.run("pdf a.mainstay PLAN-01 --version 2.3 --out paper.pdf")
        .ends(0);
    let said = d.verdict("paper.pdf --against a.mainstay");
    assert_eq!(said["verdict"], "incomplete", "{said}");
    assert!(
        said["sentence"]
            .as_str()
            .unwrap()
            .contains("signed on paper"),
        "{said}"
    );
    let said = d.verdict("old.pdf --against a.mainstay");
    assert_eq!(said["verdict"], "superseded", "{said}");
    assert!(said["sentence"].as_str().unwrap().contains("2.3"), "{said}");

    // A workspace that knows nothing of it.
    d.run("import old.pdf other.mainstay").ends(0);
    d.run("example large.mainstay --services 20 --seed 7")
        .ends(0);
    d.is("old.pdf --against large.mainstay", "foreign");
    for (name, bytes) in [
        ("a.txt", &b"hello"[..]),
        ("empty.pdf", b""),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj\n"),
        // Asks for more memory than there is.
        (
            "bomb.pdf",
            b"%PDF-1.7\n1 0 obj\n<</Type/XRef/W [9223372036854775807 1 1]/Size 1/Length 0>>\nstream\n\nendstream\nendobj\nstartxref\n9\n%%EOF",
        ),
    ] {
        std::fs::write(d.at(name), bytes).unwrap();
        d.is(name, "foreign");
    }
    d.run("verify nothing.pdf").ends(2);
}

#[test]
fn another_document_under_good_signatures_is_altered() {
    let d = Desk::new();
    d.submit();
    d.review();
    d.sign("approved", "role-md", BY_HALE);
    let good = d.export("good.pdf");
    d.is("good.pdf --against a.mainstay", "genuine");
    // Single bytes all over the file, in the program itself: starting it for each would take most of the time.
    let mut app = App::new(config(d.0.path(), &Default::default()));
    app.open_file(&d.at("a.mainstay"), Access::Read).unwrap();
    let bad = d.at("bad.pdf");
    for n in 0..300 {
        let mut bytes = good.clone();
        let at = n * (good.len() / 300) + n % 7;
        bytes[at] ^= 1 << (n % 8);
        std::fs::write(&bad, &bytes).unwrap();
        let said = app
            .call("verify_pdf", json!({"path": bad, "against": true}))
            .unwrap();
        assert_ne!(said["verdict"], "genuine", "byte {at}");
    }
    let longer = [&good[..], b"\n%%EOF\n"].concat();
    std::fs::write(d.at("bad.pdf"), longer).unwrap();
    d.is("bad.pdf --against a.mainstay", "altered");
}

#[test]
fn bad_keys_and_wrong_passphrases_are_said_and_change_nothing() {
    let d = Desk::new();
    d.submit();
    let data = || d.run("export a.mainstay").ends(0).out;
    let before = data();
    std::fs::write(d.at("wrong"), "not this\n").unwrap();
    let sign = "plan sign a.mainstay PLAN-01 --kind prepared --as role-scm --name S";
    for (line, expect) in [
        (
            format!("{sign} --key hale.key --passphrase-file wrong"),
            "does not open",
        ),
        (format!("{sign} --key hale.key"), "--passphrase-file"),
        (
            format!("{sign} --key none.key --passphrase-file pw"),
            "none.key cannot be used",
        ),
        (
            format!("{sign} --key pw --passphrase-file pw"),
            "no key file",
        ),
        (
            format!("{sign} --key hale.key --passphrase-file pw --on-paper"),
            "cannot be used with",
        ),
        (
            "key new hale.key --name X --passphrase-file pw".into(),
            "already",
        ),
        (
            "key import pw new.key --passphrase-file pw".into(),
            "cannot be used",
        ),
        ("key new new.key --name X".into(), "--passphrase-file"),
    ] {
        let ran = d.run(&line).ends(2);
        assert!(ran.err.contains(expect), "{line}: {}", ran.err);
    }
    assert!(!d.at("new.key").exists());
    assert!(data() == before);
}

#[test]
fn a_key_brought_along_signs_in_an_encrypted_workspace() {
    let d = Desk::new();
    let at = |name: &str| d.at(name).display().to_string();
    judges::said(Command::new("openssl").args([
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "3650",
        "-subj",
        "/CN=Brought along",
        "-keyout",
        &at("k.pem"),
        "-out",
        &at("c.pem"),
    ]));
    judges::said(Command::new("openssl").args([
        "pkcs12",
        "-export",
        "-inkey",
        &at("k.pem"),
        "-in",
        &at("c.pem"),
        "-out",
        &at("md.p12"),
        "-passout",
        "pass:a harbour at night",
    ]));
    d.run("key import md.p12 md.key --passphrase-file pw")
        .ends(0);
    d.submit();
    d.review();
    std::fs::write(d.at("ws"), "correct horse battery\n").unwrap();
    d.run("passphrase a.mainstay set --new-passphrase-file ws")
        .ends(0);
    let line = "plan sign a.mainstay PLAN-01 --kind approved --as role-md --name M --key md.key --passphrase-file pw";
    let without = d.run(line).ends(2);
    assert!(
        without.err.contains("--workspace-passphrase-file"),
        "{}",
        without.err
    );
    d.run(&format!("{line} --workspace-passphrase-file ws"))
        .ends(0);
    d.run("pdf a.mainstay PLAN-01 --out plan.pdf --passphrase-file ws")
        .ends(0);
    d.is(
        "plan.pdf --against a.mainstay --passphrase-file ws",
        "genuine",
    );
}

#[test]
fn what_is_asked_for_stays_while_it_is_signed_and_codes_may_change() {
    let d = Desk::new();
    d.submit();
    let mut app = App::new(config(d.0.path(), &Default::default()));
    app.open_file(&d.at("a.mainstay"), Access::Write).unwrap();
    let e = app
        .call(
            "set_required_sign_offs",
            json!({"plan": "PLAN-01", "items": []}),
        )
        .unwrap_err();
    assert_eq!(e.code, "wrong_state", "{e}");
    drop(app);
    // Two that change places: each signs where its role is asked, and not where another has its code.
    for (from, to) in [
        ("role-cio", "role-x"),
        ("role-ops", "role-cio"),
        ("role-x", "role-ops"),
        ("role-md", "role-boss"),
        ("role-boss", "role-chief"),
    ] {
        d.run(&format!("set a.mainstay {from} id {to}")).ends(0);
    }
    d.review();
    d.sign("approved", "role-chief", BY_HALE);
    d.export("plan.pdf");
    let said = d.verdict("plan.pdf --against a.mainstay");
    assert_eq!(said["verdict"], "genuine", "{said}");
    let by: Vec<(&str, &str)> = said["signatures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| (s["role"].as_str().unwrap(), s["name"].as_str().unwrap()))
        .collect();
    assert_eq!(
        by[1..],
        [
            ("Head of operations", "role-cio-holder"),
            ("Head of IT", "role-ops-holder"),
            ("Managing director", "role-chief-holder"),
        ]
    );
    d.run("set a.mainstay role-chief id role-ceo").ends(0);
    d.run("set a.mainstay PLAN-01 id PLAN-ONE").ends(0);
    d.is("plan.pdf --against a.mainstay", "genuine");
}
