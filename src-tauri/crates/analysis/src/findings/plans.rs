//! Invariants 6 to 11: risks, procedures, plans and their versions, exercises and actions.

use super::{Sink, missing, says};
use mainstay_domain::*;
use std::collections::{BTreeMap, BTreeSet};

/// Invariant 6.
pub(super) fn risks(ws: &Workspace, today: NaiveDate, out: &mut Sink) {
    let threatened: BTreeSet<RiskId> = ws.risk_threats.iter().map(|t| t.risk_id).collect();
    let striking: BTreeSet<RiskId> = ws.risk_services.iter().map(|t| t.risk_id).collect();
    for r in &ws.risks {
        let code = &r.code.0;
        missing(
            "risk",
            code,
            &[
                ("title", !r.title.trim().is_empty()),
                ("threat", threatened.contains(&r.id)),
                ("affected service", striking.contains(&r.id)),
                ("inherent rating", r.scores()[0].is_some()),
                ("residual rating", r.scores()[1].is_some()),
                ("target rating", r.scores()[2].is_some()),
                ("treatment", r.treatment.is_some()),
                ("owner", r.owner_role_id.is_some()),
            ],
            out,
        );
        if r.residual_likelihood > r.inherent_likelihood && r.inherent_likelihood.is_some()
            || r.residual_impact > r.inherent_impact && r.inherent_impact.is_some()
        {
            out.push(Finding::error("residual_above_inherent", code));
        }
        if let [_, Some(residual), Some(target)] = r.scores()
            && target > residual
        {
            out.push(
                Finding::error("target_above_residual", code)
                    .with("target", target)
                    .with("residual", residual),
            );
        }
        let parts = [r.duration_min_h, r.duration_mode_h, r.duration_max_h];
        let given: Vec<f64> = parts.iter().flatten().map(|h| h.0).collect();
        if given.windows(2).any(|w| w[0] > w[1]) {
            out.push(Finding::error("duration_order", code));
        }
        if r.treatment == Some(Treatment::Accept)
            && (r.acceptance_role_id.is_none() || r.accepted_on.is_none())
        {
            out.push(Finding::error("acceptance_incomplete", code));
        }
        if let Some(until) = r.accepted_until.filter(|d| *d < today) {
            out.push(Finding::warning("acceptance_expired", code).with("until", until.to_string()));
        }
    }
    for s in &ws.strategies {
        if s.selected && !says(s.reason.as_ref()) {
            missing("strategy", &s.code, &[("reason", false)], out);
        }
    }
}

/// Invariants 8 and 11: the steps of procedures, their order and their time.
pub(super) fn procedures(ws: &Workspace, out: &mut Sink) {
    let mut steps_of: BTreeMap<ProcedureId, Vec<&ProcedureStep>> = BTreeMap::new();
    for s in &ws.procedure_steps {
        steps_of.entry(s.procedure_id).or_default().push(s);
    }
    let mut before_of: BTreeMap<ProcedureStepId, Vec<i64>> = BTreeMap::new();
    for a in &ws.step_after {
        before_of.entry(a.step_id).or_default().push(a.no.0);
    }
    for p in &ws.procedures {
        let code = &p.code.0;
        let steps = steps_of.remove(&p.id).unwrap_or_default();
        let unclear: Vec<String> = steps
            .iter()
            .filter(|s| {
                !(says(s.title.as_ref()) || says(s.action.as_ref()))
                    || s.role_id.is_none()
                    || s.duration_min.is_none()
                    || !says(s.verification.as_ref())
                    || !says(s.if_fails.as_ref())
            })
            .map(|s| s.no.0.to_string())
            .collect();
        if !unclear.is_empty() {
            out.push(Finding::error("step_incomplete", code).with("steps", unclear));
        }
        missing(
            "procedure",
            code,
            &[("service", p.service_id.is_some())],
            out,
        );
        let numbers: BTreeSet<i64> = steps.iter().map(|s| s.no.0).collect();
        if numbers.len() < steps.len() {
            out.push(Finding::error("step_number_twice", code));
            continue;
        }
        let after: BTreeMap<i64, Vec<i64>> = steps
            .iter()
            .map(|s| (s.no.0, before_of.remove(&s.id).unwrap_or_default()))
            .collect();
        let lost: BTreeSet<i64> = after
            .values()
            .flatten()
            .filter(|n| !numbers.contains(n))
            .copied()
            .collect();
        if !lost.is_empty() {
            let lost: Vec<String> = lost.iter().map(i64::to_string).collect();
            out.push(Finding::error("step_predecessor_missing", code).with("steps", lost));
        }
        let minutes: Option<BTreeMap<i64, i64>> = steps
            .iter()
            .map(|s| Some((s.no.0, s.duration_min?.0)))
            .collect();
        match critical_path(&after, &minutes.clone().unwrap_or_default()) {
            None => out.push(Finding::error("step_loop", code)),
            Some(total) => {
                let service = p.service_id.and_then(|id| ws.get::<Service>(id));
                if let (Some(_), Some(s)) = (minutes, service)
                    && let Some(restore) = s.own_restore_min.or(s.capability_min)
                    && restore.0 != total
                    && !steps.is_empty()
                {
                    out.push(
                        Finding::warning("procedure_time_differs", code)
                            .with("steps_min", Minutes(total))
                            .with("own_restore_min", restore)
                            .with("service", s.code.0.as_str()),
                    );
                }
            }
        }
    }
}

/// The longest chain of steps in minutes; `None` when steps wait for each other.
fn critical_path(after: &BTreeMap<i64, Vec<i64>>, minutes: &BTreeMap<i64, i64>) -> Option<i64> {
    let mut finish: BTreeMap<i64, i64> = BTreeMap::new();
    while finish.len() < after.len() {
        let before = finish.len();
        for (no, needs) in after {
            let ready = needs
                .iter()
                .filter(|n| after.contains_key(n))
                .try_fold(0, |t, n| finish.get(n).map(|f| t.max(*f)));
            if let Some(t) = ready
                && !finish.contains_key(no)
            {
                finish.insert(*no, t + minutes.get(no).copied().unwrap_or(0));
            }
        }
        if finish.len() == before {
            return None;
        }
    }
    Some(finish.values().copied().max().unwrap_or(0))
}

/// Invariants 7, 8 and 11: plans, their versions and sign-offs.
pub(super) fn plans(ws: &Workspace, today: NaiveDate, out: &mut Sink) {
    for p in &ws.plans {
        let code = &p.code.0;
        missing(
            "plan",
            code,
            &[
                ("title", !p.title.trim().is_empty()),
                ("owner", p.owner_role_id.is_some()),
                ("classification", says(p.classification.as_ref())),
                (
                    "scope",
                    ws.plan_services.iter().any(|s| s.plan_id == p.id)
                        || ws.plan_activities.iter().any(|s| s.plan_id == p.id),
                ),
            ],
            out,
        );
        let versions = || ws.plan_versions.iter().filter(|v| v.plan_id == p.id);
        let approved: Vec<String> = versions()
            .filter(|v| v.state == VersionState::Approved)
            .map(|v| v.number.clone())
            .collect();
        if approved.len() > 1 {
            out.push(Finding::error("several_approved", code).with("versions", approved));
        }
        let broken: Vec<String> = versions()
            .filter(|v| {
                v.content_sha256.is_some()
                    && ws.sign_offs.iter().any(|s| {
                        s.version_id == v.id
                            && s.content_sha256.is_some()
                            && s.content_sha256 != v.content_sha256
                    })
            })
            .map(|v| v.number.clone())
            .collect();
        if !broken.is_empty() {
            out.push(Finding::error("sign_off_of_other_content", code).with("versions", broken));
        }
        sign_off_roles(ws, p, out);
        if let Some(d) = p.next_review.filter(|d| *d < today) {
            out.push(
                Finding::warning("review_overdue", code)
                    .with("next_review", d.to_string())
                    .with("days", (today - d).num_days()),
            );
        }
        for level in ws.escalation_levels.iter().filter(|l| l.plan_id == p.id) {
            if !says(level.trigger.as_ref())
                || level.decides_role_id.is_none()
                || level.within_min.is_none()
            {
                out.push(
                    Finding::error("escalation_incomplete", code).with("level", level.level.0),
                );
            }
        }
    }
}

/// The roles that prepare must not approve, and somebody must.
fn sign_off_roles(ws: &Workspace, p: &Plan, out: &mut Sink) {
    let of = |kind: SignOffKind| -> Vec<RoleId> {
        ws.required_sign_offs
            .iter()
            .filter(|r| r.plan_id == p.id && r.kind == kind)
            .map(|r| r.role_id)
            .collect()
    };
    let prepares = of(SignOffKind::Prepared);
    if of(SignOffKind::Approved)
        .iter()
        .any(|r| prepares.contains(r))
    {
        out.push(Finding::error("approver_prepares", &p.code.0));
    }
}

/// Invariants 9 and 10: what exercises show, and what became of their actions.
pub(super) fn exercises(ws: &Workspace, today: NaiveDate, out: &mut Sink) {
    for e in &ws.exercises {
        let frozen = e.plan_version.as_ref().is_some_and(|n| {
            ws.plan_versions
                .iter()
                .any(|v| v.number == *n && v.state != VersionState::Draft)
        });
        if !frozen {
            out.push(Finding::error("exercise_version", &e.code.0));
        }
        let discussion = e
            .kind
            .as_deref()
            .is_some_and(|k| matches!(k, "walkthrough" | "tabletop"));
        if !discussion {
            continue;
        }
        for r in ws
            .estimated_recoveries
            .iter()
            .filter(|r| r.exercise_id == e.id)
        {
            let service = r.service_id.and_then(|id| ws.get::<Service>(id));
            if let Some(s) = service
                && s.evidence >= Some(Evidence::ComponentTest)
                && s.tested_on.is_some()
                && s.tested_on == e.date
            {
                out.push(
                    Finding::error("discussion_as_evidence", &s.code.0)
                        .with("exercise", e.code.0.as_str()),
                );
            }
        }
    }
    for a in &ws.actions {
        missing(
            "action",
            &a.code,
            &[
                ("owner", a.owner_role_id.is_some()),
                ("due date", a.due.is_some()),
            ],
            out,
        );
        if let Some(due) = a.due
            && a.state == ActionState::Open
            && due < today
        {
            out.push(
                Finding::warning("action_overdue", &a.code.0)
                    .with("due", due.to_string())
                    .with("days", (today - due).num_days()),
            );
        }
    }
}
