//! What fields and records are called in sentences and on the undo button.

use mainstay_domain::{Datum, Table, Uuid, Workspace};

/// A field's name for people.
pub(crate) fn field(json: &str) -> String {
    let known = match json {
        "id" => "code",
        "rto_min" => "RTO",
        "wrt_min" => "WRT",
        "rpo_min" => "RPO",
        "mbco_pct" => "MBCO",
        "accepted_mtpd_min" => "accepted MTPD",
        "accepted_mtpd_reason" => "reason for the accepted MTPD",
        "owner_role_id" => "owner",
        "deputy_role_id" => "deputy",
        "own_restore_min" => "own restore time",
        "capability.component_min" => "shown restore time",
        "capability.evidence" => "evidence",
        "capability.tested_on" => "date of the evidence",
        "declared_rto_min" => "declared RTO",
        "rpo_target_min" => "RPO target",
        "rpa.component_failure" => "data loss on component failure",
        "rpa.site_loss" => "data loss on site loss",
        "rpa.logical_corruption" => "data loss on corruption",
        "mtbf_h" => "MTBF",
        "mttr_h" => "MTTR",
        "supplier_id" => "supplier",
        "tolerance_min" => "tolerance",
        "dependant_id" => "dependant",
        "provider_id" => "provider",
        "group_id" => "redundancy group",
        "scope.services" => "services in scope",
        "scope.activities" => "activities in scope",
        "scope.sites" => "sites in scope",
        "scope.excluded" => "exclusions",
        "scenarios_covered" => "scenarios covered",
        "review_interval_months" => "review interval",
        "role_id" => "role",
        "service_id" => "service",
        "team_id" => "team",
        "weighted_share_pct" => "share of the weighted sum",
        "common_cause_beta" => "share of common causes",
        "email" => "mail",
        "verified_on" => "date of verification",
        "workaround_note" => "limits of the workaround",
        other => return other.rsplit('.').next().unwrap_or(other).replace('_', " "),
    };
    known.into()
}

/// A record's name for people: its name, title or text, else its code, else what it is.
pub(crate) fn record(ws: &Workspace, table: Table, id: Uuid) -> String {
    let spec = table.spec();
    let Some(row) = ws.row(table, id) else {
        return spec.noun.into();
    };
    ["name", "title", "display", "text", "code"]
        .iter()
        .filter_map(|c| spec.column(c))
        .find_map(|i| match &row.data[i] {
            Datum::Text(s) if !s.is_empty() => Some(shorten(s, 60)),
            _ => None,
        })
        .unwrap_or_else(|| spec.noun.into())
}

/// At most so many characters, with an ellipsis where something was cut.
pub(crate) fn shorten(s: &str, max: usize) -> String {
    if s.chars().count() <= max {
        return s.into();
    }
    let mut out: String = s.chars().take(max - 1).collect();
    out.push('…');
    out
}
