//! Invariants 3, 4, 8 (procedures of urgent services) and 9: requirements, gaps, evidence and the graph.

use super::{Sink, missing};
use crate::results::{Analysis, GapState, OwnRestoreSource, ServiceResult};
use hashbrown::{HashMap, HashSet};
use mainstay_domain::*;
use rayon::prelude::*;

/// The gaps and the evidence of every service, and the gaps of the activities in scope.
pub(super) fn services(ws: &Workspace, a: &Analysis, today: NaiveDate, out: &mut Sink) {
    // Only looked up, never walked through.
    let with_steps: HashSet<ProcedureId> =
        ws.procedure_steps.iter().map(|s| s.procedure_id).collect();
    let with_procedure: HashSet<ServiceId> = ws
        .procedures
        .iter()
        .filter(|p| with_steps.contains(&p.id))
        .filter_map(|p| p.service_id)
        .collect();
    let parts: Vec<Sink> = ws
        .services
        .par_chunks(1024)
        .zip(a.services.par_chunks(1024))
        .map(|(services, results)| {
            let mut out = Sink::default();
            for (s, r) in services.iter().zip(results) {
                service(s, r, with_procedure.contains(&s.id), today, &mut out);
            }
            out
        })
        .collect();
    out.take_all(parts);
    for r in a.activities.iter().filter(|r| r.in_scope) {
        if let (Some(GapState::Gap), Some(rto)) = (r.gap_state, r.rto) {
            let mut f = Finding::error("recovery_gap", &r.code).with("required_min", rto);
            if let Some(t) = r.ready {
                f = f.with("achievable_min", t).with("gap_min", t - rto);
            }
            out.push(f);
        }
        if let (Some(true), Some(resumed), Some(mtpd)) =
            (r.mtpd_breached, r.resumed, r.effective_mtpd)
        {
            out.push(
                Finding::error("mtpd_breached", &r.code)
                    .with("resumed_min", resumed)
                    .with("mtpd_min", mtpd),
            );
        }
        if r.gap_state == Some(GapState::Unknown) {
            out.push(Finding::warning("recovery_unknown", &r.code));
        }
    }
}

fn service(s: &Service, r: &ServiceResult, has_procedure: bool, today: NaiveDate, out: &mut Sink) {
    missing(
        "service",
        &s.code,
        &[
            ("name", !s.name.trim().is_empty()),
            ("owner", s.owner_role_id.is_some()),
            ("kind", s.kind.is_some()),
        ],
        out,
    );
    recovery_gap(s, r, out);
    promises(s, r, out);
    data_loss(s, r, out);
    evidence(s, today, out);
    if let Some(t @ 1..=2) = r.tier
        && !has_procedure
    {
        out.push(Finding::error("procedure_missing", &s.code.0).with("tier", i64::from(t)));
    }
}

fn recovery_gap(s: &Service, r: &ServiceResult, out: &mut Sink) {
    let code = &s.code.0;
    let Some(required) = r.required_rto else {
        return;
    };
    match r.gap_state {
        Some(GapState::Gap) => {
            let mut f = Finding::error("recovery_gap", code).with("required_min", required);
            f = match (r.achievable, r.gap) {
                (Some(t), Some(g)) => f.with("achievable_min", t).with("gap_min", g),
                _ => f.with("at_least_min", r.achievable_at_least),
            };
            if let Some(by) = &r.required_set_by {
                f = f.with("set_by", &**by);
            }
            out.push(f);
        }
        Some(GapState::Unknown) if r.own_restore_source != OwnRestoreSource::Unknown => {
            out.push(Finding::warning("recovery_unknown", code));
        }
        _ => {}
    }
    if r.own_restore_source == OwnRestoreSource::Unknown {
        out.push(Finding::error("own_restore_unknown", code).with("required_min", required));
    }
}

fn promises(s: &Service, r: &ServiceResult, out: &mut Sink) {
    if let (Some(declared), Some(required)) = (s.declared_rto_min, r.required_rto)
        && declared > required
    {
        let mut f = Finding::warning("declared_rto_too_slow", &s.code.0)
            .with("declared_min", declared)
            .with("required_min", required);
        if let Some(by) = &r.required_set_by {
            f = f.with("set_by", &**by);
        }
        out.push(f);
    }
    if let (Some(target), Some(required)) = (s.rpo_target_min, r.required_rpo)
        && target > required
    {
        out.push(
            Finding::warning("rpo_target_too_old", &s.code.0)
                .with("target_min", target)
                .with("required_min", required),
        );
    }
}

/// The names of the scenario classes of data loss, in the order of [`ServiceResult::rpa`].
const LOSS_CLASSES: [&str; 3] = ["component failure", "site loss", "logical corruption"];

fn data_loss(s: &Service, r: &ServiceResult, out: &mut Sink) {
    let Some(required) = r.required_rpo else {
        return;
    };
    let gaps = r.rpo_gaps();
    let worst = (0..3)
        .filter_map(|i| Some((gaps[i]?, i)))
        .max_by_key(|(g, i)| (*g, std::cmp::Reverse(*i)));
    if let Some((gap, i)) = worst.filter(|(g, _)| g.0 > 0) {
        let classes: Vec<String> = (0..3)
            .filter(|k| gaps[*k].is_some_and(|g| g.0 > 0))
            .map(|k| LOSS_CLASSES[k].into())
            .collect();
        out.push(
            Finding::error("rpo_gap", &s.code.0)
                .with("required_min", required)
                .with("expected_min", r.rpa[i].unwrap_or_default())
                .with("gap_min", gap)
                .with("classes", classes),
        );
    }
}

/// Invariant 9, second half: tests and incidents older than a year count as estimates.
fn evidence(s: &Service, today: NaiveDate, out: &mut Sink) {
    if s.capability_min.is_none() || !s.has_shown_evidence() || s.has_fresh_evidence(today) {
        return;
    }
    match s.tested_on {
        None => out.push(Finding::warning("evidence_undated", &s.code.0)),
        Some(d) => out.push(
            Finding::warning("evidence_old", &s.code.0)
                .with("tested_on", d.to_string())
                .with("days", (today - d).num_days()),
        ),
    }
}

/// Times that nobody plans for, so that a slip of a digit is seen.
pub(super) fn long_times(ws: &Workspace, out: &mut Sink) {
    let mut look = |code: &Code, times: &[(&str, Option<Minutes>)]| {
        let long = times
            .iter()
            .filter(|(_, m)| m.is_some_and(|m| m.0 > time::LONG_MINUTES))
            .map(|(name, _)| (*name).to_string())
            .collect::<Vec<_>>();
        if !long.is_empty() {
            out.push(Finding::warning("time_beyond_ten_years", &code.0).with("fields", long));
        }
    };
    for s in &ws.services {
        look(
            &s.code,
            &[
                ("own restore time", s.own_restore_min),
                ("restore time shown", s.capability_min),
                ("promised RTO", s.declared_rto_min),
                ("promised RPO", s.rpo_target_min),
            ],
        );
    }
    for a in &ws.activities {
        look(
            &a.code,
            &[
                ("RTO", a.rto_min),
                ("WRT", a.wrt_min),
                ("RPO", a.rpo_min),
                ("MTPD", a.accepted_mtpd_min),
            ],
        );
    }
    for d in &ws.dependencies {
        look(&d.code, &[("tolerance", Some(d.tolerance_min))]);
    }
}

/// Invariant 4: edges and groups.
pub(super) fn dependencies(ws: &Workspace, out: &mut Sink) {
    // Only looked up, never walked through.
    let mut first: HashMap<(Uuid, Uuid), &str> = HashMap::with_capacity(ws.dependencies.len());
    let group_owner: HashMap<RedundancyGroupId, Uuid> = ws
        .groups
        .iter()
        .map(|g| (g.id, g.owner_node_id.0))
        .collect();
    let mut members: HashMap<RedundancyGroupId, Vec<ServiceId>> = HashMap::new();
    for d in &ws.dependencies {
        let code = &d.code.0;
        if d.dependant_id.0 == d.provider_id.0 {
            out.push(Finding::error("self_dependency", code));
        }
        match first.entry((d.dependant_id.0, d.provider_id.0)) {
            hashbrown::hash_map::Entry::Occupied(e) => {
                out.push(Finding::error("duplicate_dependency", code).with("first", *e.get()));
            }
            hashbrown::hash_map::Entry::Vacant(e) => {
                e.insert(code);
            }
        }
        if let Some(g) = d.group_id {
            if group_owner.get(&g) == Some(&d.dependant_id.0) {
                members.entry(g).or_default().push(d.provider_id);
            } else {
                out.push(Finding::error("group_of_another", code));
            }
        }
    }
    let mut preferred: HashMap<RedundancyGroupId, Vec<ServiceId>> = HashMap::new();
    for p in &ws.group_preferred {
        preferred.entry(p.group_id).or_default().push(p.service_id);
    }
    for g in &ws.groups {
        let of = members.get(&g.id).map_or(&[][..], Vec::as_slice);
        if g.k.0 < 1 || g.k.0 >= of.len() as i64 {
            out.push(
                Finding::error("group_size", &g.code.0)
                    .with("k", g.k.0)
                    .with("members", of.len() as i64),
            );
        }
        let mine: HashSet<&ServiceId> = of.iter().collect();
        let strangers = preferred
            .get(&g.id)
            .into_iter()
            .flatten()
            .filter(|s| !mine.contains(s))
            .filter_map(|s| ws.code_of(Table::Service, s.0))
            .collect::<Vec<_>>();
        if !strangers.is_empty() {
            out.push(
                Finding::warning("preferred_not_member", &g.code.0).with("services", strangers),
            );
        }
    }
}

/// Invariant 4: loops of hard dependencies.
pub(super) fn loops(a: &Analysis, out: &mut Sink) {
    for c in &a.cycles {
        if let Some(f) = c.first() {
            out.push(Finding::error("dependency_cycle", f).with("members", c.clone()));
        }
    }
}
