//! Sole holders: people, teams and roles whose knowledge or hands nobody else has.

use crate::results::Analysis;
use crate::spof::Spof;
use hashbrown::HashMap;
use mainstay_domain::{ServiceKind, Uuid, Workspace};
use serde::Serialize;

/// Why somebody is a sole holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SoleReason {
    /// A service of kind person whose failure alone stops activities (C7).
    PersonIsSinglePoint,
    /// A team of exactly one person restores services on which activities rest.
    TeamOfOne,
    /// Procedures of tier 1 or 2 services name a role that has no deputy other than itself.
    RoleWithoutDeputy,
}

/// A person, team or role that nobody can stand in for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SoleHolder {
    /// Why it is listed.
    pub reason: SoleReason,
    /// The code of the service, team or role.
    pub code: String,
    /// The codes of the services concerned: itself for a person, those that a team restores, those whose procedures
    /// name a role.
    pub services: Vec<String>,
    /// The codes of the activities that stop with a person; empty for teams and roles.
    pub activities: Vec<String>,
}

/// All of them: persons, teams, roles, each in the order of the workspace. Teams whose size is unknown are left out.
pub(super) fn sole_holders(
    ws: &Workspace,
    analysis: &Analysis,
    spof: &Spof,
    needed: &[bool],
) -> Vec<SoleHolder> {
    let mut out: Vec<SoleHolder> = ws
        .services
        .iter()
        .zip(&spof.stops)
        .filter(|(s, stops)| s.kind == Some(ServiceKind::Person) && !stops.is_empty())
        .map(|(s, stops)| SoleHolder {
            reason: SoleReason::PersonIsSinglePoint,
            code: s.code.0.clone(),
            services: vec![s.code.0.clone()],
            activities: stops
                .iter()
                .filter_map(|a| ws.activities.get(*a))
                .map(|a| a.code.0.clone())
                .collect(),
        })
        .collect();
    let concern = |reason, code: &str, services: &[usize]| SoleHolder {
        reason,
        code: code.into(),
        services: services
            .iter()
            .map(|i| ws.services[*i].code.0.clone())
            .collect(),
        activities: Vec::new(),
    };
    // Only looked up, never walked through.
    let mut of_team: HashMap<Uuid, Vec<usize>> = HashMap::new();
    let mut at: HashMap<Uuid, usize> = HashMap::with_capacity(ws.services.len());
    for (i, s) in ws.services.iter().enumerate() {
        at.insert(s.id.0, i);
        if let Some(t) = s.team_id.filter(|_| needed.get(i) == Some(&true)) {
            of_team.entry(t.0).or_default().push(i);
        }
    }
    for t in ws
        .teams
        .iter()
        .filter(|t| t.people.is_some_and(|p| p.0 == 1))
    {
        if let Some(services) = of_team.get(&t.id.0) {
            out.push(concern(SoleReason::TeamOfOne, &t.code.0, services));
        }
    }
    let urgent = |i: &usize| {
        let tier = analysis.services.get(*i).and_then(|s| s.tier);
        tier.is_some_and(|t| t <= 2)
    };
    let procedures: HashMap<Uuid, usize> = ws
        .procedures
        .iter()
        .filter_map(|p| Some((p.id.0, at.get(&p.service_id?.0).copied().filter(urgent)?)))
        .collect();
    let mut of_role: HashMap<Uuid, Vec<usize>> = HashMap::new();
    for step in &ws.procedure_steps {
        if let (Some(r), Some(i)) = (step.role_id, procedures.get(&step.procedure_id.0)) {
            of_role.entry(r.0).or_default().push(*i);
        }
    }
    for r in &ws.roles {
        let alone = r.deputy_role_id.is_none_or(|d| d == r.id);
        if let Some(services) = of_role.get_mut(&r.id.0).filter(|_| alone) {
            services.sort_unstable();
            services.dedup();
            out.push(concern(SoleReason::RoleWithoutDeputy, &r.code.0, services));
        }
    }
    out
}
