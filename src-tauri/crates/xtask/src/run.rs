//! Running, measuring and packing the program.

use crate::step::{command, quietly, root, show, target};
use crate::{packages, ui};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Installs, builds, and opens the window on the example workspace; without a display does the same job headless.
pub fn run() -> Result<()> {
    packages::for_running()?;
    if !has_display() {
        eprintln!("There is no display, so the same is done without a window.");
        quietly(
            "building the command line",
            command("cargo", &["build", "--package", "mainstay-cli"]),
        )?;
        return headless();
    }
    ui::packages()?;
    ui::build()?;
    quietly(
        "building the program",
        command("cargo", &["build", "--package", "mainstay-desktop"]),
    )?;
    let mut c = Command::new(binary("mainstay-desktop"));
    c.arg("--example");
    show("Mainstay", c)
}

fn has_display() -> bool {
    let set = |n: &str| std::env::var_os(n).is_some_and(|v| !v.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// The built program.
pub fn binary(name: &str) -> PathBuf {
    target()
        .join("debug")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Example workspace, impact and gap table, signed-off plan PDF.
fn headless() -> Result<()> {
    let dir = target().join("example");
    std::fs::create_dir_all(&dir)?;
    let (file, pdf) = (
        dir.join("Mainstay example.mainstay"),
        dir.join("PLAN-01 signed off.pdf"),
    );
    for old in [&file, &pdf] {
        if old.exists() {
            std::fs::remove_file(old)
                .with_context(|| format!("{} is in the way", old.display()))?;
        }
    }
    let path = |p: &Path| p.display().to_string();
    let (file, pdf) = (path(&file), path(&pdf));
    mainstay(&["example", &file])?;
    mainstay(&["analyse", &file])?;
    let reason = "accepted for the example: it shows the gaps that the plan is to close";
    mainstay(&[
        "plan",
        "submit",
        &file,
        "PLAN-01",
        "--as",
        "role-scm",
        "--accept-all",
        reason,
    ])?;
    for (kind, role, name) in [
        ("prepared", "role-scm", "S. Marlow"),
        ("reviewed", "role-cio", "C. Idowu"),
        ("reviewed", "role-ops", "O. Prentice"),
        ("approved", "role-md", "M. Dahl"),
    ] {
        mainstay(&[
            "plan", "sign", &file, "PLAN-01", "--kind", kind, "--as", role, "--name", name,
        ])?;
    }
    mainstay(&["pdf", &file, "PLAN-01", "--out", &pdf])?;
    println!("\nExample workspace: {file}\nSigned-off plan:   {pdf}");
    Ok(())
}

fn mainstay(args: &[&str]) -> Result<()> {
    let status = Command::new(binary("mainstay"))
        .args(args)
        .current_dir(root())
        .status()
        .context("mainstay could not be started")?;
    if !status.success() {
        bail!("mainstay {} failed", args.join(" "));
    }
    Ok(())
}

/// Runs a benchmark in a release build: that of the product, with `recovery` first that of the order of work, or with
/// `compare` that of the same pages through other writers of PDF, which are built apart from the product.
pub fn bench(args: &[String]) -> Result<()> {
    packages::for_running()?;
    if args.first().is_some_and(|first| first == "compare") {
        let build = target().join("compare");
        let mut c = command("cargo", &["build", "--release", "--locked"]);
        c.current_dir(root().join("tests/compare"));
        c.env("CARGO_TARGET_DIR", &build);
        quietly("building the other writers", c)?;
        let name = format!("mainstay-compare{}", std::env::consts::EXE_SUFFIX);
        return show("benchmark", Command::new(build.join("release").join(name)));
    }
    let (package, example, args) = match args {
        [first, rest @ ..] if first == "recovery" => ("mainstay-analysis", "recovery", rest),
        _ => ("mainstay-app", "bench", args),
    };
    let build = [
        "build",
        "--release",
        "--package",
        package,
        "--example",
        example,
    ];
    quietly("building the benchmark", command("cargo", &build))?;
    let program = target()
        .join("release/examples")
        .join(format!("{example}{}", std::env::consts::EXE_SUFFIX));
    let mut c = Command::new(program);
    c.args(args);
    show("benchmark", c)
}

/// Builds an installer for this system.
pub fn dist() -> Result<()> {
    packages::for_running()?;
    ui::packages()?;
    ui::build()?;
    quietly(
        "building the release",
        command(
            "cargo",
            &[
                "build",
                "--release",
                "--package",
                "mainstay-desktop",
                "--package",
                "mainstay-cli",
            ],
        ),
    )?;
    eprintln!(
        "The programs are in {}. For an installer run `npx @tauri-apps/cli@2 build --bundles deb,rpm` in src-tauri.",
        target().join("release").display()
    );
    Ok(())
}
