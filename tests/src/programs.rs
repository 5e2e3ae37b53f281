//! The programs under test and where they are.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The command line program: `MAINSTAY_BIN`, else the one that cargo built last.
///
/// # Errors
/// When there is none.
pub fn cli() -> Result<PathBuf> {
    program("MAINSTAY_BIN", "mainstay")
}

/// The desktop program: `MAINSTAY_DESKTOP`, else the one that cargo built last.
///
/// # Errors
/// When there is none.
pub fn desktop() -> Result<PathBuf> {
    program("MAINSTAY_DESKTOP", "mainstay-desktop")
}

/// The top folder of the project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn program(variable: &str, name: &str) -> Result<PathBuf> {
    if let Some(p) = std::env::var_os(variable) {
        return Ok(p.into());
    }
    // A test runs from target/PROFILE/deps.
    let me = std::env::current_exe()?;
    let dir = me
        .parent()
        .and_then(Path::parent)
        .context("the test has no folder")?;
    let file = dir.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    ensure!(
        file.exists(),
        "{} is not built; run `cargo xtask test`, or build it first",
        file.display()
    );
    Ok(file)
}

/// What a run of the command line program gave.
#[derive(Debug)]
pub struct Ran {
    /// The exit status.
    pub status: i32,
    /// What it printed.
    pub out: String,
    /// What it said on standard error.
    pub err: String,
}

impl Ran {
    /// What it printed, as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// The same run, which must have ended with this status.
    ///
    /// # Panics
    /// When it did not.
    #[track_caller]
    pub fn ends(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }
}

impl From<Output> for Ran {
    fn from(o: Output) -> Self {
        Self {
            status: o.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&o.stdout).into_owned(),
            err: String::from_utf8_lossy(&o.stderr).into_owned(),
        }
    }
}

/// Runs the command line program in a folder, with a clock that stands still.
///
/// # Panics
/// When it cannot be started.
#[track_caller]
pub fn mainstay<S: AsRef<OsStr>>(dir: &Path, args: &[S]) -> Ran {
    let bin = cli().unwrap_or_else(|e| panic!("{e}"));
    let mut c = Command::new(bin);
    c.args(args)
        .current_dir(dir)
        .env("HOME", dir)
        .env("XDG_STATE_HOME", dir.join("state"));
    c.output()
        .unwrap_or_else(|e| panic!("mainstay did not start: {e}"))
        .into()
}
