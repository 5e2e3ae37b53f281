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

/// Every signature of a file is intact, and nothing was done to the file since it but signing, as pyHanko judges. What a
/// signer's certificate vouches for is not asked.
///
/// # Panics
/// When it is not so, there is another number of signatures, or the judge is not installed.
#[track_caller]
pub fn signed(file: &std::path::Path, how_many: usize) {
    let text = by_pyhanko(file, how_many);
    let stamps = text.matches(" unstamped accepted").count();
    assert_eq!(stamps, how_many, "{text}");
}

/// The same of a file whose every signature has a timestamp, which holds as well.
///
/// # Panics
/// As [`signed`].
#[track_caller]
pub fn stamped(file: &std::path::Path, how_many: usize) {
    let text = by_pyhanko(file, how_many);
    let stamps = text.matches(" stamped accepted").count();
    assert_eq!(stamps, how_many, "{text}");
}

#[track_caller]
fn by_pyhanko(file: &std::path::Path, how_many: usize) -> String {
    let home = std::env::var("MAINSTAY_PYHANKO")
        .expect("the judges are installed and named by `cargo xtask test`");
    let script = crate::programs::root().join("tests/judges/pyhanko_says.py");
    let mut judge = Command::new("python3");
    let (content, text) = said(judge.env("PYTHONPATH", home).arg(script).arg(file));
    assert!(content, "{text}");
    let accepted: Vec<&str> = text
        .lines()
        .filter(|l| l.contains(" intact valid trusted ") && l.ends_with(" accepted"))
        .collect();
    assert_eq!(accepted.len(), how_many, "{text}");
    assert!(text.lines().count() == how_many, "{text}");
    text
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
