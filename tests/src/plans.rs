//! Workspaces to try things on, and the figures that the example has to have.

use mainstay_domain::{Uuid, Workspace};
use mainstay_exchange::{EXAMPLE, ImportOptions, import};
use serde_json::Value;

/// A workspace from its interchange form, with keys that are the same each time.
///
/// # Panics
/// The text is no workspace.
pub fn read(text: &str) -> Workspace {
    let mut n = 0;
    let mut ids = || {
        n += 1;
        Uuid::from_u128(n)
    };
    match import(text.as_bytes(), &ImportOptions { strict: true }, &mut ids) {
        Ok(imported) => imported.workspace,
        Err(e) => panic!("{e}"),
    }
}

/// The example organisation.
pub fn example() -> Workspace {
    read(EXAMPLE)
}

/// What an independent computation says of the published examples (`examples`) and of the example organisation (`demo`).
///
/// # Panics
/// The file is no JSON.
pub fn golden() -> Value {
    serde_json::from_str(include_str!("../data/golden.json")).expect("BUG: golden.json is no JSON")
}
