//! Invariants 8 (deputies) and 11 (contacts): who can be reached and who stands in.

use super::{Sink, missing, says};
use mainstay_domain::*;

/// How long a contact counts as checked, in days, where no plan names an interval.
const CONTACT_INTERVAL_DAYS: i64 = 180;

/// The findings of roles, teams and contacts.
pub(super) fn people(ws: &Workspace, today: NaiveDate, out: &mut Sink) {
    for r in &ws.roles {
        missing("role", &r.code, &[("name", !r.name.trim().is_empty())], out);
        match r.deputy_role_id {
            Some(d) if d == r.id => out.push(Finding::error("deputy_is_self", &r.code.0)),
            None if r.required => out.push(Finding::error("deputy_missing", &r.code.0)),
            _ => {}
        }
    }
    for t in &ws.teams {
        if let (Some(all), Some(there)) = (t.people, t.planned_available)
            && there > all
        {
            out.push(
                Finding::warning("team_overcounted", &t.code.0)
                    .with("people", all.0)
                    .with("planned", there.0),
            );
        }
    }
    for c in &ws.contacts {
        missing(
            "contact",
            &c.code,
            &[
                ("phone", says(c.phone.as_ref()) || says(c.mobile.as_ref())),
                (
                    "role or supplier",
                    c.role_id.is_some() || c.supplier_id.is_some(),
                ),
            ],
            out,
        );
        match c.verified_on {
            None => out.push(Finding::warning("contact_unverified", &c.code.0)),
            Some(d) => {
                let days = (today - d).num_days();
                if days > CONTACT_INTERVAL_DAYS {
                    out.push(
                        Finding::warning("contact_unverified", &c.code.0)
                            .with("verified_on", d.to_string())
                            .with("days", days),
                    );
                }
            }
        }
    }
}
