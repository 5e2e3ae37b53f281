//! Invariants 1, 2 and 5: what an activity's numbers say about each other.

use super::{Sink, missing};
use crate::results::{ActivityResult, Analysis, MtpdState};
use crate::situation::usual_reaction;
use crate::tier::tier;
use mainstay_domain::*;

/// The findings of every activity in scope.
pub(super) fn activities(ws: &Workspace, a: &Analysis, out: &mut Sink) {
    let off = usual_reaction(ws);
    for (act, r) in ws
        .activities
        .iter()
        .zip(&a.activities)
        .filter(|(_, r)| r.in_scope)
    {
        missing(
            "activity",
            &act.code,
            &[
                ("name", !act.name.trim().is_empty()),
                ("owner", act.owner_role_id.is_some()),
                ("RTO", act.rto_min.is_some()),
            ],
            out,
        );
        mtpd(act, r, out);
        limits(act, r, off, out);
        grid(act, r, out);
    }
}

fn mtpd(act: &Activity, r: &ActivityResult, out: &mut Sink) {
    let code = &act.code.0;
    match (r.accepted_mtpd, r.mtpd.min) {
        (None, None) if r.mtpd.state == MtpdState::Unknown => {
            out.push(Finding::error("mtpd_unknown", code));
        }
        (None, proposed) => {
            let mut f = Finding::warning("mtpd_not_accepted", code);
            if let Some(m) = proposed {
                f = f.with("proposed_min", m);
            }
            if let Some(b) = r.mtpd.beyond {
                f = f.with("beyond_min", b);
            }
            out.push(f);
        }
        (Some(accepted), Some(proposed))
            if accepted != proposed && !super::says(act.accepted_mtpd_reason.as_ref()) =>
        {
            out.push(
                Finding::warning("mtpd_off_proposal", code)
                    .with("accepted_min", accepted)
                    .with("proposed_min", proposed),
            );
        }
        _ => {}
    }
    if r.accepted_mtpd == Some(Minutes(0)) {
        out.push(Finding::error("mtpd_zero", code));
    }
}

fn limits(act: &Activity, r: &ActivityResult, off: Minutes, out: &mut Sink) {
    let code = &act.code.0;
    let Some(rto) = act.rto_min else { return };
    if rto.0 == 0 {
        out.push(Finding::error("rto_zero", code));
    }
    if let Some(mtpd) = r.effective_mtpd {
        let needs = rto + r.wrt + off;
        if rto > mtpd {
            out.push(
                Finding::error("rto_above_mtpd", code)
                    .with("rto_min", rto)
                    .with("mtpd_min", mtpd),
            );
        } else if needs > mtpd {
            let mut f = Finding::error("rto_wrt_above_mtpd", code)
                .with("rto_min", rto)
                .with("wrt_min", r.wrt)
                .with("mtpd_min", mtpd)
                .with("over_min", needs - mtpd);
            if off.0 > 0 {
                f = f.with("reaction_min", off);
            }
            out.push(f);
        } else if needs == mtpd {
            out.push(
                Finding::warning("no_slack", code)
                    .with("rto_min", rto)
                    .with("wrt_min", r.wrt)
                    .with("mtpd_min", mtpd),
            );
        }
        if needs <= mtpd
            && let Some(last) = r.mtpd.last_tolerable
            && r.mtpd.min.is_some()
            && rto + r.wrt > last
        {
            out.push(
                Finding::warning("above_last_tolerable", code)
                    .with("rto_min", rto)
                    .with("wrt_min", r.wrt)
                    .with("last_tolerable_min", last),
            );
        }
    }
}

fn grid(act: &Activity, r: &ActivityResult, out: &mut Sink) {
    let code = &act.code.0;
    if r.mtpd.holes > 0 && r.mtpd.state != MtpdState::Unknown {
        let urgent = act.rto_min.is_some_and(|m| tier(m) <= 2);
        let f = if urgent {
            Finding::error("impact_holes", code)
        } else {
            Finding::warning("impact_holes", code)
        };
        out.push(f.with("holes", r.mtpd.holes as i64));
    }
    if !r.mtpd.non_monotone.is_empty() {
        out.push(
            Finding::warning("impact_falls", code).with("categories", r.mtpd.non_monotone.clone()),
        );
    }
}
