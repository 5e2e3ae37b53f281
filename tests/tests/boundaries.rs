//! The invariants of ARCHITECTURE.md that can be read from the sources.
#![allow(clippy::unwrap_used)]

use mainstay_tests::programs::root;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What each package may stand on, among the packages of this workspace.
const ARROWS: [(&str, &[&str]); 10] = [
    ("domain", &[]),
    ("analysis", &["domain"]),
    ("planfile", &["domain"]),
    ("exchange", &["domain"]),
    ("seal", &["domain"]),
    ("documents", &["domain", "analysis"]),
    (
        "app",
        &[
            "domain",
            "analysis",
            "planfile",
            "exchange",
            "seal",
            "documents",
        ],
    ),
    ("cli", &["app"]),
    ("desktop", &["app"]),
    ("xtask", &[]),
];

/// What the pure crates must not reach, however deep.
const IMPURE: [&str; 8] = [
    "rusqlite",
    "libsqlite3-sys",
    "printpdf",
    "tokio",
    "tauri",
    "rand",
    "getrandom",
    "tempfile",
];

/// Libraries of the analysis that bring generators of chance along. Nothing of that is used: the solver's own seed is a
/// constant of its options, and the diagrams draw nothing.
const WITH_CHANCE: [&str; 2] = ["biodivine-lib-bdd", "pumpkin-core"];

struct Packages {
    /// Package name to the names of its normal dependencies, for every package of the lock file.
    needs: BTreeMap<String, BTreeSet<String>>,
}

fn packages() -> Packages {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    // Of this platform alone: the packages of others are not there without a network.
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let rustc = String::from_utf8(rustc.stdout).unwrap();
    let host = rustc
        .lines()
        .find_map(|l| l.strip_prefix("host: "))
        .unwrap();
    let out = Command::new(cargo)
        .args([
            "metadata",
            "--format-version",
            "1",
            "--offline",
            "--locked",
            "--filter-platform",
            host,
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let v: Value = serde_json::from_slice(&out.stdout).unwrap();
    let names: BTreeMap<&str, &str> = v["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (p["id"].as_str().unwrap(), p["name"].as_str().unwrap()))
        .collect();
    let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for node in v["resolve"]["nodes"].as_array().unwrap() {
        let of = needs
            .entry(names[node["id"].as_str().unwrap()].to_owned())
            .or_default();
        for d in node["deps"].as_array().unwrap() {
            // A dependency of the tests alone is none of the program.
            let normal = d["dep_kinds"]
                .as_array()
                .unwrap()
                .iter()
                .any(|k| k["kind"].is_null());
            if normal {
                of.insert(names[d["pkg"].as_str().unwrap()].to_owned());
            }
        }
    }
    Packages { needs }
}

impl Packages {
    fn reach(&self, from: &str) -> BTreeSet<&str> {
        self.reach_past(from, &[])
    }

    /// The same, but not through some packages.
    fn reach_past(&self, from: &str, closed: &[&str]) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut todo = vec![from];
        while let Some(p) = todo.pop() {
            for d in &self.needs[p] {
                if seen.insert(d.as_str()) && !closed.contains(&d.as_str()) {
                    todo.push(d);
                }
            }
        }
        seen
    }
}

#[test]
fn arrows_run_one_way() {
    let p = packages();
    for (name, allowed) in ARROWS {
        let ours: Vec<&str> = p.needs[&format!("mainstay-{name}")]
            .iter()
            .filter_map(|d| d.strip_prefix("mainstay-"))
            .collect();
        for d in &ours {
            assert!(
                allowed.contains(d),
                "{name} stands on {d}, which ARCHITECTURE.md does not allow"
            );
        }
    }
}

#[test]
fn only_the_shell_reaches_tauri_and_only_the_plan_file_sqlite() {
    let p = packages();
    for (name, _) in ARROWS.iter().filter(|(n, _)| *n != "desktop") {
        let all = p.reach(&format!("mainstay-{name}"));
        assert!(
            !all.iter().any(|d| *d == "tauri" || d.starts_with("wry")),
            "{name} reaches Tauri"
        );
    }
    for (name, _) in ARROWS {
        let own = &p.needs[&format!("mainstay-{name}")];
        assert_eq!(
            own.contains("rusqlite"),
            name == "planfile",
            "rusqlite in {name}"
        );
        assert_eq!(
            own.contains("printpdf"),
            name == "documents",
            "printpdf in {name}"
        );
    }
}

#[test]
fn domain_and_analysis_are_pure() {
    let p = packages();
    for name in ["domain", "analysis"] {
        let all = p.reach(&format!("mainstay-{name}"));
        let bad: Vec<_> = IMPURE.iter().filter(|d| all.contains(**d)).collect();
        // uuid brings getrandom along for whoever makes keys; nothing here makes one.
        let bad: Vec<_> = bad.into_iter().filter(|d| **d != "getrandom").collect();
        // Chance comes in through two libraries alone, and nothing here asks for it.
        let elsewhere = p.reach_past(&format!("mainstay-{name}"), &WITH_CHANCE);
        let bad: Vec<_> = bad
            .into_iter()
            .filter(|d| **d != "rand" || elsewhere.contains(**d))
            .collect();
        assert!(bad.is_empty(), "{name} reaches {bad:?}");
        for (file, text) in sources(
            &root().join("src-tauri/crates").join(name).join("src"),
            "rs",
        ) {
            for word in [
                "now_v7",
                "now_v4",
                "new_v4",
                "Utc::now",
                "Local::now",
                "SystemTime",
                "Instant::now",
                "std::fs",
                "std::env",
                "std::net",
                "thread_rng",
                "rand::",
            ] {
                assert!(!text.contains(word), "{} uses {word}", file.display());
            }
        }
    }
}

#[test]
fn rows_are_written_in_one_place() {
    let writes = ["INSERT INTO", "UPDATE ", "DELETE FROM", "REPLACE INTO"];
    for crate_dir in std::fs::read_dir(root().join("src-tauri/crates")).unwrap() {
        let dir = crate_dir.unwrap().path();
        for (file, text) in sources(&dir.join("src"), "rs") {
            let found = writes.iter().any(|w| text.contains(w));
            let allowed = dir.ends_with("planfile");
            assert!(!found || allowed, "{} writes SQL", file.display());
        }
    }
}

#[test]
fn only_the_host_talks_to_the_shell() {
    for ending in ["ts", "svelte"] {
        for (file, text) in sources(&root().join("ui/src"), ending) {
            let host = file.components().any(|c| c.as_os_str() == "host");
            assert!(
                host || !text.contains("@tauri-apps"),
                "{} imports the shell",
                file.display()
            );
            assert!(
                !text.contains("fetch(") && !text.contains("http://") && !text.contains("https://"),
                "{} reaches out",
                file.display()
            );
        }
    }
}

/// The one file that may open a connection, to a timestamp authority that somebody names.
const ASKS: &str = "src-tauri/crates/app/src/authority.rs";

#[test]
fn one_file_opens_a_connection_and_only_to_ask_for_a_timestamp() {
    let mut dirs = vec![root().join("src-tauri/src")];
    for e in std::fs::read_dir(root().join("src-tauri/crates")).unwrap() {
        dirs.push(e.unwrap().path().join("src"));
    }
    let mut asks = 0;
    for dir in dirs {
        for (file, text) in sources(&dir, "rs") {
            for word in ["std::net", "TcpStream", "UdpSocket", "reqwest", "hyper::"] {
                assert!(!text.contains(word), "{} uses {word}", file.display());
            }
            if text.contains("ureq") {
                assert!(file.ends_with(ASKS), "{} uses ureq", file.display());
                asks += 1;
            }
            // Who calls it: signing, where an address is given, and nobody else.
            let calls = text.contains("authority::Address");
            let may = ["signing.rs", "plans.rs"].map(|f| format!("src-tauri/crates/app/src/{f}"));
            assert!(
                !calls || may.iter().any(|f| file.ends_with(f)),
                "{} asks an authority",
                file.display()
            );
        }
    }
    assert_eq!(asks, 1, "{ASKS} asks");
    // Nor does anything of others that the program stands on, as far as that names itself.
    let p = packages();
    for (name, _) in ARROWS.iter().filter(|(n, _)| *n != "desktop") {
        let own = &p.needs[&format!("mainstay-{name}")];
        assert_eq!(own.contains("ureq"), *name == "app", "ureq in {name}");
        let all = p.reach(&format!("mainstay-{name}"));
        for client in [
            "reqwest",
            "hyper",
            "tokio",
            "rustls",
            "native-tls",
            "socket2",
        ] {
            assert!(!all.contains(client), "{name} reaches {client}");
        }
    }
    let config: Value = serde_json::from_str(
        &std::fs::read_to_string(root().join("src-tauri/tauri.conf.json")).unwrap(),
    )
    .unwrap();
    let csp = config["app"]["security"]["csp"].as_str().unwrap();
    assert!(
        csp.contains("default-src 'self'") && !csp.contains("unsafe") && !csp.contains('*'),
        "{csp}"
    );
}

/// What is printed and what is simulated is the same on every system: the functions of the system's mathematics library differ
/// in their last digits from one to the other. Roots are exact everywhere.
#[test]
fn what_is_printed_rests_on_no_mathematics_of_the_system() {
    for name in ["documents", "analysis"] {
        let dir = root().join("src-tauri/crates").join(name).join("src");
        let all = sources(&dir, "rs").into_iter();
        for (file, text) in all.filter(|(file, _)| !file.ends_with("tests.rs")) {
            for function in [
                "ln", "log", "log2", "log10", "exp", "powf", "sin", "cos", "sin_cos", "tan",
                "atan2", "hypot", "cbrt",
            ] {
                let call = format!(".{function}(");
                assert!(!text.contains(&call), "{} calls {call}", file.display());
            }
        }
    }
}

#[test]
fn lock_files_name_no_other_registry() {
    let cargo = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for line in cargo.lines().filter(|l| l.starts_with("source = ")) {
        assert_eq!(
            line,
            "source = \"registry+https://github.com/rust-lang/crates.io-index\""
        );
    }
    let npm = std::fs::read_to_string(root().join("ui/package-lock.json")).unwrap();
    for line in npm.lines().filter(|l| l.contains("\"resolved\"")) {
        assert!(line.contains("https://registry.npmjs.org/"), "{line}");
    }
}

/// Every file below a folder with this ending, and its text, in a stable order.
fn sources(dir: &Path, ending: &str) -> Vec<(PathBuf, String)> {
    let mut out = Vec::new();
    let mut todo = vec![dir.to_path_buf()];
    while let Some(d) = todo.pop() {
        for e in std::fs::read_dir(&d).unwrap() {
            let path = e.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|x| x == ending) {
                out.push((path.clone(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(
        !out.is_empty() || ending == "svelte",
        "no sources under {}",
        dir.display()
    );
    out.sort();
    out
}
