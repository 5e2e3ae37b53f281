//! Adding losses up without counting shared revenue twice.

use mainstay_domain::Workspace;

/// What all activities together can lose in an hour, in currency units (C2); `None` where nobody has said so.
///
/// Activities that serve the same customers would each count the same revenue: what they lose together in one outage is
/// at most this rate times its length.
pub fn organisation_cap(ws: &Workspace) -> Option<f64> {
    ws.organisations
        .first()
        .and_then(|o| o.total_loss_rate_cap_per_h)
        .map(|r| r.units().max(0.0))
}
