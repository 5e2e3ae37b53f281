//! The window's page: its packages and its build.

use crate::step::{command, quietly, root, when_changed};
use anyhow::Result;
use std::process::Command;

/// Installs the npm packages of the lock file, when that has changed.
pub fn packages() -> Result<()> {
    let ui = root().join("ui");
    let inputs = [ui.join("package.json"), ui.join("package-lock.json")];
    when_changed("npm-ci", &inputs, &ui.join("node_modules"), || {
        quietly("npm ci", npm(&["ci", "--no-audit", "--no-fund"]))
    })
}

/// Builds the page, when it has changed.
pub fn build() -> Result<()> {
    let ui = root().join("ui");
    let inputs = [
        "src",
        "index.html",
        "package-lock.json",
        "vite.config.ts",
        "svelte.config.js",
        "tsconfig.json",
    ]
    .map(|p| ui.join(p));
    when_changed("ui-build", &inputs, &ui.join("dist/assets"), || {
        quietly("building the window's page", npm(&["run", "build"]))
    })
}

/// An npm command in the page's folder.
pub fn npm(args: &[&str]) -> Command {
    let mut c = command("npm", args);
    c.current_dir(root().join("ui"));
    c
}
