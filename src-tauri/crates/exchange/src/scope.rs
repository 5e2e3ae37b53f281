//! What one plan's document rests on: the part of a workspace that is frozen with a version.

use mainstay_domain::{
    Datum, Kind, NodeId, PlanId, PlanVersionId, RiskId, RoleId, Row, ServiceId, StrategyScopeId,
    SupplierId, Table, Uuid, VersionState, Workspace,
};
use std::collections::{BTreeMap, BTreeSet};

/// The part of a workspace that a plan's document needs, closed: every reference in it leads to a record in it.
///
/// It holds the plan with everything in it; the activities in scope; the services in scope and those of its backups
/// and procedures, with all they need (transitively); dependencies, groups, risks and procedures of these; the scopes
/// of the plan's strategies with all their alternatives; exercises and actions; roles, contacts, suppliers, teams,
/// sites, calendars, impact categories, organisation and settings. It holds no workshop data, no what-if, no other plan, no
/// version in preparation (draft or in review), and of other versions number, state, dates, change note and sign-offs
/// but no content: submitting a version does not change its own content.
pub fn scope(ws: &Workspace, plan: PlanId) -> Workspace {
    let mut out = ws.clone();
    let kept = Kept::of(ws, plan);
    out.plans.retain(|p| p.id == plan);
    versions(&mut out, plan);
    no_workshops(&mut out);
    out.scenarios.clear();
    out.services.retain(|s| kept.nodes.contains(&s.id.0));
    out.activities.retain(|a| kept.nodes.contains(&a.id.0));
    out.risks.retain(|r| kept.risks.contains(&r.id));
    out.strategy_scopes
        .retain(|s| kept.strategy_scopes.contains(&s.id));
    out.strategies.retain(|s| {
        s.scope_id
            .is_some_and(|s| kept.strategy_scopes.contains(&s))
    });
    out.procedures.retain(|p| {
        kept.listed_procedures.contains(&p.id.0)
            || p.service_id.is_some_and(|s| kept.nodes.contains(&s.0))
    });
    out.suppliers.retain(|s| kept.suppliers.contains(&s.id));
    out.contacts
        .retain(|c| c.supplier_id.is_none_or(|s| kept.suppliers.contains(&s)));
    out.estimated_recoveries
        .retain(|e| e.service_id.is_none_or(|s| kept.nodes.contains(&s.0)));
    close(&mut out);
    out
}

/// The records that depend on what is in scope.
struct Kept {
    /// Activities and services.
    nodes: BTreeSet<Uuid>,
    risks: BTreeSet<RiskId>,
    strategy_scopes: BTreeSet<StrategyScopeId>,
    listed_procedures: BTreeSet<Uuid>,
    suppliers: BTreeSet<SupplierId>,
}

impl Kept {
    fn of(ws: &Workspace, plan: PlanId) -> Kept {
        let listed_procedures: BTreeSet<Uuid> = ws
            .plan_procedures
            .iter()
            .filter(|p| p.plan_id == plan)
            .map(|p| p.procedure_id.0)
            .collect();
        let nodes = nodes(ws, plan, &listed_procedures);
        let strategies: BTreeSet<Uuid> = ws
            .plan_strategies
            .iter()
            .filter(|s| s.plan_id == plan)
            .map(|s| s.strategy_id.0)
            .collect();
        let touched = |s: Option<ServiceId>| s.is_none_or(|s| nodes.contains(&s.0));
        let mut suppliers: BTreeSet<SupplierId> = ws
            .suppliers
            .iter()
            .filter(|s| touched(s.service_id))
            .map(|s| s.id)
            .collect();
        let of_services = ws.services.iter().filter(|s| nodes.contains(&s.id.0));
        suppliers.extend(of_services.filter_map(|s| s.supplier_id));
        Kept {
            risks: ws
                .risk_services
                .iter()
                .filter(|r| nodes.contains(&r.service_id.0))
                .map(|r| r.risk_id)
                .collect(),
            strategy_scopes: ws
                .strategies
                .iter()
                .filter(|s| strategies.contains(&s.id.0))
                .filter_map(|s| s.scope_id)
                .collect(),
            listed_procedures,
            suppliers,
            nodes,
        }
    }
}

fn nodes(ws: &Workspace, plan: PlanId, procedures: &BTreeSet<Uuid>) -> BTreeSet<Uuid> {
    let mut open: Vec<Uuid> = Vec::new();
    let in_plan = |p: PlanId| p == plan;
    open.extend(
        ws.plan_services
            .iter()
            .filter(|s| in_plan(s.plan_id))
            .map(|s| s.service_id.0),
    );
    open.extend(
        ws.plan_activities
            .iter()
            .filter(|a| in_plan(a.plan_id))
            .map(|a| a.activity_id.0),
    );
    open.extend(
        ws.backup_sets
            .iter()
            .filter(|b| in_plan(b.plan_id))
            .filter_map(|b| b.service_id.map(|s| s.0)),
    );
    open.extend(
        ws.procedures
            .iter()
            .filter(|p| procedures.contains(&p.id.0))
            .filter_map(|p| p.service_id.map(|s| s.0)),
    );
    let mut providers: BTreeMap<NodeId, Vec<ServiceId>> = BTreeMap::new();
    for d in &ws.dependencies {
        providers
            .entry(d.dependant_id)
            .or_default()
            .push(d.provider_id);
    }
    let mut found = BTreeSet::new();
    while let Some(n) = open.pop() {
        if found.insert(n)
            && let Some(list) = providers.get(&NodeId(n))
        {
            open.extend(list.iter().map(|s| s.0));
        }
    }
    found
}

fn versions(out: &mut Workspace, plan: PlanId) {
    out.plan_versions.retain(|v| {
        v.plan_id == plan && !matches!(v.state, VersionState::Draft | VersionState::InReview)
    });
    for v in &mut out.plan_versions {
        v.content = None;
        v.content_sha256 = None;
        v.document_sha256 = None;
        v.submitted_at = None;
        v.submitted_by_id = None;
        v.rejected_because = None;
        v.compared_with = None;
    }
    out.accepted_findings.clear();
    out.version_changes.clear();
    out.version_change_values.clear();
    out.version_results.clear();
    for s in &mut out.sign_offs {
        s.document_sha256 = None;
    }
    // Who signs for other plans is nobody's business who reads this one.
    let required = out
        .required_sign_offs
        .iter()
        .filter(|r| r.plan_id == plan)
        .map(|r| r.role_id);
    let versions: BTreeSet<PlanVersionId> = out.plan_versions.iter().map(|v| v.id).collect();
    let given = out
        .sign_offs
        .iter()
        .filter(|s| versions.contains(&s.version_id))
        .map(|s| s.role_id);
    let sign: BTreeSet<RoleId> = required.chain(given).collect();
    out.known_signers
        .retain(|s| s.role_id.is_none_or(|r| sign.contains(&r)));
}

fn no_workshops(out: &mut Workspace) {
    out.workshops.clear();
    out.workshop_participants.clear();
    out.workshop_absent.clear();
    out.estimates.clear();
    out.estimate_round1.clear();
    out.estimate_round2.clear();
}

/// Forgets references to records that are not there; a record that cannot do without its reference goes with it.
fn close(ws: &mut Workspace) {
    loop {
        let mut here: BTreeSet<(Table, Uuid)> = BTreeSet::new();
        for t in Table::ALL {
            here.extend(ws.rows(*t).iter().map(|r| (*t, r.id)));
        }
        let mut next = Workspace::default();
        let mut changed = false;
        for t in Table::ALL {
            for mut row in ws.rows(*t) {
                match keep(*t, &mut row, &here) {
                    Keep::Whole => {}
                    Keep::Less => changed = true,
                    Keep::No => {
                        changed = true;
                        continue;
                    }
                }
                next.push(*t, &row)
                    .expect("BUG: a record is not legal any more with a value made unknown");
            }
        }
        *ws = next;
        if !changed {
            return;
        }
    }
}

enum Keep {
    Whole,
    Less,
    No,
}

fn keep(t: Table, row: &mut Row, here: &BTreeSet<(Table, Uuid)>) -> Keep {
    let mut keep = Keep::Whole;
    for (f, d) in t.spec().fields.iter().zip(&mut row.data) {
        let Datum::Id(id) = *d else { continue };
        let there = match f.kind {
            Kind::Ref(to) => here.contains(&(to, id)),
            _ => [Table::Activity, Table::Service]
                .iter()
                .any(|to| here.contains(&(*to, id))),
        };
        if !there && !f.nullable {
            return Keep::No;
        } else if !there {
            *d = Datum::Null;
            keep = Keep::Less;
        }
    }
    keep
}
