//! Every PDF is an archival one (PDF/A-3a) that a screen reader can read (PDF/UA-1), as veraPDF judges, and its structure is
//! sound, as qpdf does.
#![allow(clippy::unwrap_used)]

use mainstay_tests::judges;
use mainstay_tests::programs::{Ran, mainstay};
use serde_json::json;
use std::path::PathBuf;
use std::process::Command;

struct Shelf {
    dir: tempfile::TempDir,
    files: Vec<PathBuf>,
}

impl Shelf {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            files: Vec::new(),
        }
    }

    #[track_caller]
    fn run(&self, args: &[&str]) -> Ran {
        mainstay(self.dir.path(), args)
    }

    /// A copy of the example.
    fn example(&self, name: &str) -> String {
        let file = format!("{name}.mainstay");
        self.run(&["example", &file]).ends(0);
        file
    }

    /// A workspace with a plan and nothing else.
    fn empty(&self) -> String {
        let text = json!({
            "schema": "mainstay/1",
            "organisation": { "id": "org", "name": "Nothing yet", "currency": "EUR" },
            "plan": { "id": "PLAN-01", "title": "Nothing yet",
                "versions": [{ "version": "0.1", "state": "draft" }] },
        });
        std::fs::write(self.dir.path().join("empty.json"), text.to_string()).unwrap();
        self.run(&["import", "empty.json", "empty.mainstay"])
            .ends(0);
        "empty.mainstay".into()
    }

    /// The text of a PDF.
    fn text(&self, pdf: &str) -> String {
        let out = Command::new("pdftotext")
            .args([pdf, "-"])
            .current_dir(self.dir.path())
            .output()
            .unwrap();
        String::from_utf8(out.stdout).unwrap()
    }

    fn set(&self, file: &str, values: &[(&str, &str, &str)]) {
        for (code, field, value) in values {
            self.run(&["set", file, code, field, value]).ends(0);
        }
    }

    fn submit(&self, file: &str) {
        let accepted = ["--as", "role-scm", "--accept-all", "known"];
        self.run(&[&["plan", "submit", file, "PLAN-01"], &accepted[..]].concat())
            .ends(0);
    }

    fn print(&mut self, file: &str, args: &[&str]) {
        let n = self.files.len();
        let out = self.dir.path().join(format!("{n}.pdf"));
        let all = [&["pdf", file], args, &["--out", out.to_str().unwrap()]].concat();
        self.run(&all).ends(0);
        self.files.push(out);
    }
}

/// The kinds of documents beside the plan itself.
const KINDS: [&str; 6] = [
    "bia",
    "risk",
    "exercise",
    "minutes",
    "changes",
    "break-glass",
];

#[test]
fn every_document_is_archival_and_accessible() {
    let mut shelf = Shelf::new();
    let demo = shelf.example("demo");
    shelf.print(&demo, &["PLAN-01"]);
    shelf.submit(&demo);
    shelf.print(&demo, &["PLAN-01", "--version", "2.2"]);
    let empty = shelf.empty();
    for kind in KINDS {
        shelf.print(&demo, &["PLAN-01", "--kind", kind]);
        shelf.print(&empty, &["PLAN-01", "--kind", kind]);
    }
    shelf.print(&empty, &["PLAN-01"]);
    shelf.print(&demo, &["PLAN-01", "--language", "de-AT"]);
    let greek = shelf.example("greek");
    shelf.set(
        &greek,
        &[
            ("svc-dir", "name", "Υπηρεσία καταλόγου και σύνδεσης"),
            ("svc-db", "name", "Платформа баз данных: восстановление"),
            ("PLAN-01", "title", "Σχέδιο συνέχειας — План восстановления"),
        ],
    );
    shelf.print(&greek, &["PLAN-01"]);
    shelf.print(
        &greek,
        &["PLAN-01", "--kind", "break-glass", "--paper", "letter"],
    );
    let arabic = shelf.example("arabic");
    shelf.set(
        &arabic,
        &[
            ("svc-dir", "name", "خدمة الدليل وتسجيل الدخول 24/7"),
            ("svc-db", "name", "שירות מסד הנתונים 🚚 (A&B <1>)"),
            ("PLAN-01", "title", "خطة استمرارية خدمات تقنية المعلومات"),
        ],
    );
    shelf.print(&arabic, &["PLAN-01"]);
    shelf.print(&arabic, &["PLAN-01", "--kind", "bia"]);
    judges::sound(&shelf.files);
}

#[test]
fn a_pdf_opens_as_the_workspace_it_was_made_of() {
    let mut shelf = Shelf::new();
    let demo = shelf.example("demo");
    shelf.print(&demo, &["PLAN-01"]);
    let pdf = shelf.files[0].to_str().unwrap();
    shelf.run(&["import", pdf, "again.mainstay"]).ends(0);
    // Everything but what comes of workshops, which stay where they are.
    let results = |file: &str| {
        let mut all = shelf.run(&["analyse", file, "--json"]).ends(0).json();
        let workshops = all.as_object_mut().unwrap().remove("consensus").unwrap();
        (all, workshops)
    };
    let (again, before) = (results("again.mainstay"), results(&demo));
    assert!(again.0 == before.0, "the results are others");
    assert_eq!(again.1, json!([]));
    assert_ne!(before.1, json!([]));
    let bytes = std::fs::read(pdf).unwrap();
    std::fs::write(shelf.dir.path().join("cut.pdf"), &bytes[..bytes.len() / 2]).unwrap();
    shelf.run(&["import", "cut.pdf", "new.mainstay"]).ends(2);
    assert!(!shelf.dir.path().join("new.mainstay").exists());
}

#[test]
fn a_redacted_copy_says_so_and_holds_no_number_and_no_data() {
    let shelf = Shelf::new();
    let demo = shelf.example("demo");
    let kinds = KINDS.iter().copied().chain(["plan"]);
    for kind in kinds {
        let print = |out: &str, more: &[&str]| {
            let args = ["pdf", &demo, "PLAN-01", "--kind", kind, "--out", out];
            shelf.run(&[&args[..], more].concat()).ends(0);
            shelf.text(out)
        };
        if ["plan", "break-glass"].contains(&kind) {
            assert!(print("open.pdf", &[]).contains("+44 7700"), "{kind}");
        }
        let text = print("redacted.pdf", &["--redact"]);
        assert!(!text.contains("+44"), "{kind}");
        assert!(!text.contains('@'), "{kind}");
        assert!(text.contains("left out of this copy"), "{kind}");
        let bytes = std::fs::read(shelf.dir.path().join("redacted.pdf")).unwrap();
        assert!(!bytes.windows(12).any(|w| w == b"EmbeddedFile"), "{kind}");
        let refused = shelf
            .run(&["import", "redacted.pdf", "again.mainstay"])
            .ends(2);
        assert!(refused.err.contains("holds no data"), "{}", refused.err);
    }
}

#[test]
fn a_change_report_tells_what_changed_and_what_moved() {
    let shelf = Shelf::new();
    let demo = shelf.example("demo");
    let report = |version: &str| {
        let args = [
            "pdf",
            &demo,
            "PLAN-01",
            "--kind",
            "changes",
            "--version",
            version,
        ];
        shelf
            .run(&[&args[..], &["--out", "c.pdf"]].concat())
            .ends(0);
        shelf.text("c.pdf")
    };
    assert!(report("2.2").contains("no earlier version"));
    shelf.submit(&demo);
    for (kind, role) in [
        ("prepared", "role-scm"),
        ("reviewed", "role-cio"),
        ("reviewed", "role-ops"),
        ("approved", "role-md"),
    ] {
        let args = [
            "plan", "sign", &demo, "PLAN-01", "--kind", kind, "--as", role,
        ];
        shelf
            .run(&[&args[..], &["--name", "Somebody"]].concat())
            .ends(0);
    }
    shelf.set(
        &demo,
        &[
            ("A05", "rto_min", "1 h"),
            ("svc-dir", "name", "Sign-in"),
            ("con-01", "phone", "+44 1632 960901"),
            ("con-02", "email", "new@tarnwick.example"),
            ("CT-01", "text", "Call +44 1632 960902"),
        ],
    );
    let told = [
        "From version 2.2 to version 2.3",
        "Sign-in",
        "Directory and sign-in",
        "RTO",
        "+44 1632 960101",
        "+44 1632 960901",
        "new@tarnwick.example",
    ];
    let text = report("2.3");
    for part in told {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(
        !text.contains("known signer") && !text.contains("sign-off"),
        "{text}"
    );
    let plan = |version: &str, more: &[&str]| {
        let args = [
            "pdf",
            &demo,
            "PLAN-01",
            "--version",
            version,
            "--out",
            "p.pdf",
        ];
        shelf.run(&[&args[..], more].concat()).ends(0);
        shelf.text("p.pdf")
    };
    assert!(plan("2.2", &[]).contains("Version 2.1 was approved before this one, but"));
    let draft = plan("2.3", &["--sections", "history"]);
    assert!(draft.contains("This draft"), "{draft}");
    shelf.submit(&demo);
    // The file that is signed says it, made of its own data alone; later changes are none of its business.
    shelf.set(
        &demo,
        &[("A06", "rto_min", "1 h"), ("con-01", "phone", "1")],
    );
    let signed = plan("2.3", &[]);
    for part in &told[1..] {
        assert!(signed.contains(part), "{part} is not in section 20");
    }
    assert!(signed.contains("This version, as it was submitted, against version 2.2"));
    let proof = shelf.run(&["verify", "p.pdf"]).out;
    assert!(
        proof.contains("yes  The document made of its data anew is the same"),
        "{proof}"
    );
    for kind in ["changes", "plan"] {
        let redacted = plan("2.3", &["--kind", kind, "--redact"]);
        assert!(redacted.contains("Sign-in"));
        for leak in ["+44", "9609", "@"] {
            assert!(!redacted.contains(leak), "{kind} prints {leak}");
        }
    }
}
