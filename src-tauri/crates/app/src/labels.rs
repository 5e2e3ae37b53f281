//! What fields and records are called in sentences and on the undo button.

use mainstay_domain::{Datum, Row, Table, TableSpec, Uuid, Workspace};

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
        "duration_h.dist" => "distribution of the duration",
        "duration_h.min" => "shortest duration",
        "duration_h.mode" => "most likely duration",
        "duration_h.max" => "longest duration",
        "duration_h.median" => "median duration",
        "duration_h.p90" => "duration (90 of 100 are shorter)",
        "duration_h.p05" => "duration (5 of 100 are shorter)",
        "duration_h.p95" => "duration (95 of 100 are shorter)",
        "duration_h.value" => "duration",
        "acceptance.role_id" => "accepted by",
        "acceptance.date" => "date of acceptance",
        "acceptance.until" => "accepted until",
        "call_tree.root" => "start of the call tree",
        "alternate_site.site" => "alternate site",
        "release_role_id" => "released by",
        "rhythm_min" => "update rhythm",
        "k" => "number that is enough",
        other => {
            return match other.split_once('.') {
                Some((of @ ("inherent" | "residual" | "target" | "alternate_site"), what)) => {
                    format!("{} {}", words(of), words(what))
                }
                Some((_, what)) => words(what),
                None => words(other),
            };
        }
    };
    known.into()
}

/// A name of the interchange form in words: without what only says its unit or that it names a record.
fn words(json: &str) -> String {
    let last = json.rsplit('.').next().unwrap_or(json);
    let bare = ["_role_id", "_id", "_min", "_pct"]
        .iter()
        .find_map(|end| last.strip_suffix(end))
        .unwrap_or(last);
    bare.replace('_', " ")
}

/// A text of a record, where it has one there.
pub(crate) fn text(spec: &TableSpec, row: &Row, column: &str) -> Option<String> {
    match &row.data[spec.column(column)?] {
        Datum::Text(s) if !s.is_empty() => Some(s.clone()),
        _ => None,
    }
}

/// A record's name for people, where it has one: its name, title or text, else its code.
pub(crate) fn of_row(spec: &TableSpec, row: &Row) -> Option<String> {
    ["name", "title", "display", "text", "code"]
        .iter()
        .find_map(|c| text(spec, row, c))
        .map(|s| shorten(&s, 60))
}

/// Cents as people read an amount: `1,250` or `12.50`.
pub(crate) fn amount(cents: i64) -> String {
    let (units, rest) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    let digits = units.to_string();
    let mut out = String::new();
    if cents < 0 {
        out.push('\u{2212}');
    }
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    if rest > 0 {
        out.push_str(&format!(".{rest:02}"));
    }
    out
}

/// A record's name for people: its name, title or text, else its code, else what it is.
pub(crate) fn record(ws: &Workspace, table: Table, id: Uuid) -> String {
    let spec = table.spec();
    let Some(row) = ws.row(table, id) else {
        return spec.noun.into();
    };
    of_row(spec, &row).unwrap_or_else(|| spec.noun.into())
}

/// With a capital at its beginning.
pub(crate) fn capital(s: &str) -> String {
    let mut chars = s.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    format!("{}{}", first.unwrap_or_default(), chars.as_str())
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
