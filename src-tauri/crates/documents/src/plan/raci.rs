//! Who does what (RACI): worked out of what the plan says elsewhere of who decides, calls, speaks, restores and reports.

use super::*;

/// A task, and the roles in it.
#[derive(Default)]
struct Task {
    what: String,
    /// Who does it.
    responsible: Vec<RoleId>,
    /// The same in words, where it is not a few.
    does: Option<&'static str>,
    /// Who answers for it.
    accountable: Option<RoleId>,
    /// Who is asked before.
    consulted: Vec<RoleId>,
    /// Who is told.
    informed: Vec<String>,
}

/// The table; `None` where the plan says nothing of it.
pub(super) fn section(m: &Maker<'_>, p: &Plan) -> Option<Section> {
    let mut tasks = declared(m, p);
    tasks.extend(told(m, p));
    tasks.extend(restored(m, p));
    tasks.extend(ended(m, p));
    if tasks.is_empty() {
        return None;
    }
    let names = |roles: Vec<RoleId>| {
        let mut all: Vec<String> = Vec::new();
        for name in roles.into_iter().map(|r| m.role(Some(r))) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
        all
    };
    let cell = |all: Vec<String>| match all.is_empty() {
        true => Cell::quiet("\u{2013}"),
        false => Cell::text(all.join("; ")),
    };
    let rows = tasks.into_iter().map(|t| {
        vec![
            Cell::strong(t.what),
            match t.does {
                Some(who) => Cell::text(who),
                None => cell(names(t.responsible)),
            },
            cell(names(t.accountable.into_iter().collect())),
            cell(names(t.consulted)),
            cell(t.informed),
        ]
    });
    let table = table(
        &[
            ("Task", share(1.3), Align::Start),
            ("Does it (R)", share(1.0), Align::Start),
            ("Answers for it (A)", share(1.0), Align::Start),
            ("Is asked (C)", share(0.8), Align::Start),
            ("Is told (I)", share(1.0), Align::Start),
        ],
        rows.collect(),
    )?;
    Some(super::section("raci", "", "Who does what", 2, vec![table]))
}

fn task(what: impl Into<String>, accountable: Option<RoleId>) -> Task {
    Task {
        what: what.into(),
        responsible: accountable.into_iter().collect(),
        accountable,
        ..Task::default()
    }
}

/// The levels of escalation: who decides, and who is told.
fn declared(m: &Maker<'_>, p: &Plan) -> Vec<Task> {
    let levels = m.ws.escalation_levels.iter().filter(|l| l.plan_id == p.id);
    levels
        .map(|l| {
            let name = l.name.as_deref().unwrap_or_default();
            let who = m.ws.escalation_informs.iter();
            let who = who.filter(|i| i.level_id == l.id).map(|i| {
                let role = m.ws.roles.iter().find(|r| r.code.0 == i.who);
                role.map_or_else(|| i.who.clone(), |r| r.name.clone())
            });
            Task {
                informed: who.collect(),
                ..task(
                    format!("Declare level {} {name}", l.level.0).trim_end(),
                    l.decides_role_id,
                )
            }
        })
        .collect()
}

/// Who alerts, speaks and reports.
fn told(m: &Maker<'_>, p: &Plan) -> Vec<Task> {
    let mut out = Vec::new();
    if m.ws.call_edges.iter().any(|c| c.plan_id == p.id) {
        out.push(Task {
            does: Some("each caller of it"),
            ..task("Alert by the call tree", p.call_root_role_id)
        });
    }
    if p.spokesperson_role_id.is_some() {
        out.push(task("Speak to the outside", p.spokesperson_role_id));
    }
    let texts = m.ws.comm_templates.iter().filter(|t| t.plan_id == p.id);
    let texts = texts.map(|t| (t.release_role_id, t.audience.as_deref()));
    out.extend(by_role("Release texts for", texts));
    let duties = m.ws.reporting_duties.iter().filter(|d| d.plan_id == p.id);
    let duties = duties.map(|d| (d.role_id, d.authority.as_deref()));
    out.extend(by_role("Report to", duties));
    out
}

/// One task for each role, with all that it is for.
fn by_role<'a>(
    what: &str,
    all: impl Iterator<Item = (Option<RoleId>, Option<&'a str>)>,
) -> Vec<Task> {
    let mut roles: Vec<(RoleId, Vec<&str>)> = Vec::new();
    for (role, whom) in all {
        let (Some(role), Some(whom)) = (role, whom) else {
            continue;
        };
        match roles.iter_mut().find(|r| r.0 == role) {
            Some((_, known)) if known.contains(&whom) => {}
            Some((_, known)) => known.push(whom),
            None => roles.push((role, vec![whom])),
        }
    }
    let tasks = roles.into_iter();
    tasks
        .map(|(role, whom)| task(format!("{what}: {}", whom.join(", ")), Some(role)))
        .collect()
}

/// The procedures: who does their steps, and who owns the service.
fn restored(m: &Maker<'_>, p: &Plan) -> Vec<Task> {
    let listed = m.ws.plan_procedures.iter().filter(|x| x.plan_id == p.id);
    listed
        .filter_map(|x| m.ws.get::<Procedure>(x.procedure_id))
        .map(|procedure: &Procedure| {
            let steps = m.ws.procedure_steps.iter();
            let steps = steps.filter(|s| s.procedure_id == procedure.id);
            let service = procedure.service_id.and_then(|id| m.ws.get::<Service>(id));
            Task {
                responsible: steps.filter_map(|s| s.role_id).collect(),
                ..task(
                    procedure.title.clone(),
                    service.and_then(|s: &Service| s.owner_role_id),
                )
            }
        })
        .collect()
}

/// The end, and the plan itself.
fn ended(m: &Maker<'_>, p: &Plan) -> Vec<Task> {
    let required = front::required_sign_offs(m, p);
    let signs = |kind: SignOffKind| -> Vec<RoleId> {
        let of_it = required.iter().filter(|(k, _)| *k == kind);
        of_it.map(|(_, role)| *role).collect()
    };
    let mut out = Vec::new();
    if p.return_declared_by_id.is_some() {
        out.push(task("Declare the end", p.return_declared_by_id));
    }
    if p.owner_role_id.is_some() {
        let prepares = signs(SignOffKind::Prepared);
        out.push(Task {
            consulted: signs(SignOffKind::Reviewed),
            responsible: match prepares.is_empty() {
                true => p.owner_role_id.into_iter().collect(),
                false => prepares,
            },
            ..task("Keep this plan current", p.owner_role_id)
        });
    }
    for by in signs(SignOffKind::Approved) {
        out.push(task("Approve this plan", Some(by)));
    }
    out
}
