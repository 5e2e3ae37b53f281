//! Every check and test, the cheap ones first; the tests in the real window come last.

use crate::run::binary;
use crate::step::{command, has, last, quietly, show};
use crate::{codegen, judges, packages, ui};
use anyhow::Result;
use std::process::Command;

/// Everything.
pub fn all() -> Result<()> {
    packages::for_tests()?;
    judges::install()?;
    if !has("cargo", "nextest") && !has("cargo-nextest", "--version") {
        quietly(
            "installing cargo-nextest",
            command("cargo", &["install", "cargo-nextest", "--locked"]),
        )?;
    }
    show("cargo fmt", command("cargo", &["fmt", "--all", "--check"]))?;
    ui::packages()?;
    for (title, script) in [
        ("svelte-check", "check"),
        ("eslint", "lint"),
        ("prettier", "format:check"),
        ("vitest", "test"),
    ] {
        show(title, ui::npm(&["run", "--silent", script]))?;
    }
    ui::build()?;
    quietly(
        "clippy",
        command(
            "cargo",
            &[
                "clippy",
                "--workspace",
                "--all-targets",
                "--quiet",
                "--",
                "-D",
                "warnings",
            ],
        ),
    )?;
    codegen::run(true)?;
    quietly(
        "doc tests",
        command("cargo", &["test", "--doc", "--workspace", "--quiet"]),
    )?;
    build_programs()?;
    // The runner's own summary is the last that is said.
    last("tests", nextest(&[]))
}

/// Only the tests in the real window.
pub fn window_only() -> Result<()> {
    packages::for_tests()?;
    ui::packages()?;
    ui::build()?;
    build_programs()?;
    last(
        "tests in the window",
        nextest(&["--package", "mainstay-tests", "-E", "binary(window)"]),
    )
}

fn build_programs() -> Result<()> {
    quietly(
        "building the programs",
        command(
            "cargo",
            &[
                "build",
                "--package",
                "mainstay-desktop",
                "--package",
                "mainstay-cli",
            ],
        ),
    )
}

/// One run of the test runner for everything, so that its own summary comes last. The window tests find a display of
/// their own, and the built programs by their paths.
fn nextest(more: &[&str]) -> Command {
    let base = [
        "-a",
        "-s",
        "-screen 0 1920x1080x24",
        "cargo",
        "nextest",
        "run",
        "--no-fail-fast",
    ];
    let scope: &[&str] = if more.is_empty() {
        &["--workspace"]
    } else {
        more
    };
    let mut c = if cfg!(target_os = "linux") {
        command("xvfb-run", &[&base, scope].concat())
    } else {
        command("cargo", &[&base[4..], scope].concat())
    };
    c.env("MAINSTAY_BIN", binary("mainstay"))
        .env("MAINSTAY_JUDGES", judges::class_path())
        .env("MAINSTAY_PYHANKO", judges::python_path())
        .env("MAINSTAY_DESKTOP", binary("mainstay-desktop"));
    c
}
