//! Scope.
use mainstay_domain::{PlanId, Workspace};

/// What a plan's document needs of a workspace.
pub fn scope(ws: &Workspace, _plan: PlanId) -> Workspace {
    ws.clone()
}
