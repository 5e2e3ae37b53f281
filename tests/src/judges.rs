//! Programs of others that judge PDFs.

use std::path::PathBuf;
use std::process::Command;

/// Whether a program is content, and everything that it said.
///
/// # Panics
/// When it cannot be started.
#[track_caller]
pub fn said(c: &mut Command) -> (bool, String) {
    let out = c.output().unwrap_or_else(|e| panic!("{c:?}: {e}"));
    let text = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
    (out.status.success(), text)
}

/// Every file is an archival one (PDF/A-3a) that a screen reader can read (PDF/UA-1), as veraPDF judges, and its structure
/// is sound, as qpdf does.
///
/// # Panics
/// When one is not, or a judge is not installed.
#[track_caller]
pub fn sound(files: &[PathBuf]) {
    let judges = std::env::var("MAINSTAY_JUDGES")
        .expect("the judges are installed and named by `cargo xtask test`");
    let mut vera = Command::new("java");
    vera.args(["-Xmx1g", "-cp", &judges, "VeraPdf", "3a,ua1"]);
    let (content, text) = said(vera.args(files));
    assert!(content, "{text}");
    assert_eq!(
        text.matches(", 0 failures").count(),
        2 * files.len(),
        "{text}"
    );
    for file in files {
        let (content, text) = said(Command::new("qpdf").arg("--check").arg(file));
        assert!(content && text.contains("No syntax"), "{text}");
    }
}
