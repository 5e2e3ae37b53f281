//! The TypeScript side of the wire.

use crate::step::{command, root};
use anyhow::{Context, Result, bail};

/// Writes the generated types, or only compares them.
pub fn run(check: bool) -> Result<()> {
    let out = command(
        "cargo",
        &[
            "run",
            "--quiet",
            "--package",
            "mainstay-app",
            "--example",
            "typescript",
        ],
    )
    .stderr(std::process::Stdio::inherit())
    .output()
    .context("cargo could not be started")?;
    if !out.status.success() {
        bail!("the wire types could not be generated");
    }
    let path = root().join("ui/src/lib/api/generated.ts");
    let there = std::fs::read(&path).unwrap_or_default();
    if there == out.stdout {
        eprintln!("   the generated types are up to date");
        return Ok(());
    }
    if check {
        bail!(
            "{} is not what the wire types say; run `cargo xtask codegen`",
            path.display()
        );
    }
    std::fs::write(&path, &out.stdout)?;
    eprintln!("   wrote {}", path.display());
    Ok(())
}
