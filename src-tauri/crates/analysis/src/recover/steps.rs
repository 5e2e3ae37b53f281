//! Restoring step by step: a service with a complete procedure becomes its steps.

use super::work::{Job, Node, Step, Wait, Work, job};
use mainstay_domain::*;
use std::collections::BTreeMap;

/// More needs than this, over all first steps of a procedure, leave the service one piece of work.
const MOST_FIRST_NEEDS: usize = 100_000;

/// Puts the steps of its procedure in the place of each service that is restored, where the procedure is complete.
///
/// The first steps wait for what the service needs, the others for the steps before them; the service is there when
/// every step is done. A step is done by one person of its role's team, else of the service's. A procedure without
/// steps, with a step without minutes, with two steps of one number or with steps that wait for each other leaves the
/// service one piece of work of its own restore time.
pub(super) fn unfold(ws: &Workspace, teams: &BTreeMap<TeamId, usize>, work: &mut Work) {
    let mut of_procedure: BTreeMap<ProcedureId, Vec<&ProcedureStep>> = BTreeMap::new();
    for s in &ws.procedure_steps {
        of_procedure.entry(s.procedure_id).or_default().push(s);
    }
    let mut before: BTreeMap<ProcedureStepId, Vec<i64>> = BTreeMap::new();
    for a in &ws.step_after {
        before.entry(a.step_id).or_default().push(a.no.0);
    }
    let roles: BTreeMap<RoleId, Option<usize>> = ws
        .roles
        .iter()
        .map(|r| (r.id, r.team_id.and_then(|t| teams.get(&t).copied())))
        .collect();
    let mut procedures: BTreeMap<ServiceId, &[&ProcedureStep]> = BTreeMap::new();
    for p in &ws.procedures {
        if let (Some(s), Some(steps)) = (p.service_id, of_procedure.get(&p.id)) {
            procedures.entry(s).or_insert(steps);
        }
    }
    for (i, s) in ws.services.iter().enumerate() {
        let restored = matches!(work.nodes[i].job, Job::Work { .. } | Job::Open(_));
        let Some(steps) = procedures.get(&s.id).filter(|_| restored) else {
            continue;
        };
        let Some(order) = in_order(steps, &before) else {
            continue;
        };
        // Each first step waits for whatever the service needs; a huge product of the two is no procedure.
        let begins = steps.iter().filter(|s| !before.contains_key(&s.id)).count();
        if begins.saturating_mul(work.waits(i).count()) > MOST_FIRST_NEEDS {
            continue;
        }
        let own_team = s.team_id.and_then(|t| teams.get(&t).copied());
        let first = work.nodes.len();
        let (needs, choices) = {
            let n = &mut work.nodes[i];
            n.job = Job::Join;
            (std::mem::take(&mut n.needs), std::mem::take(&mut n.choices))
        };
        let at: BTreeMap<i64, u32> = steps
            .iter()
            .enumerate()
            .map(|(k, s)| (s.no.0, (first + k) as u32))
            .collect();
        for s in steps.iter() {
            let after: Vec<Wait> = before
                .get(&s.id)
                .into_iter()
                .flatten()
                .filter_map(|no| at.get(no))
                .map(|p| Wait {
                    provider: *p,
                    tolerance: 0,
                })
                .collect();
            let team = s.role_id.and_then(|r| *roles.get(&r)?).or(own_team);
            let begins = after.is_empty();
            work.nodes.push(Node {
                needs: if begins { needs.clone() } else { after },
                choices: if begins { choices.clone() } else { Vec::new() },
                job: job(s.duration_min.map(|m| m.0.max(0)), team, &work.strength),
                deadline: None,
                tail: 0,
            });
            work.steps.push(Step {
                service: i,
                no: s.no.0,
                team,
            });
            let rank = (
                work.rank[i].0,
                1 + u32::try_from(s.no.0).unwrap_or(u32::MAX - 1),
            );
            work.rank.push(rank);
        }
        work.nodes[i].needs = at
            .values()
            .map(|p| Wait {
                provider: *p,
                tolerance: 0,
            })
            .collect();
        latest(work, i, first, &order);
    }
}

/// The steps in an order in which each comes after those it waits for; `None` where the procedure cannot be followed.
fn in_order(
    steps: &[&ProcedureStep],
    before: &BTreeMap<ProcedureStepId, Vec<i64>>,
) -> Option<Vec<usize>> {
    let at: BTreeMap<i64, usize> = steps.iter().enumerate().map(|(k, s)| (s.no.0, k)).collect();
    if at.len() < steps.len() || steps.iter().any(|s| s.duration_min.is_none()) {
        return None;
    }
    let mut g = petgraph::graph::DiGraph::<(), (), u32>::new();
    for _ in steps {
        g.add_node(());
    }
    for (k, s) in steps.iter().enumerate() {
        for p in before
            .get(&s.id)
            .into_iter()
            .flatten()
            .filter_map(|no| at.get(no))
        {
            g.add_edge((*p as u32).into(), (k as u32).into(), ());
        }
    }
    let order = petgraph::algo::toposort(&g, None).ok()?;
    Some(order.into_iter().map(|n| n.index()).collect())
}

/// The latest finish of each step: that of the service, less what has to follow.
fn latest(work: &mut Work, service: usize, first: usize, order: &[usize]) {
    let Some(end) = work.nodes[service].deadline else {
        return;
    };
    for k in order {
        work.nodes[first + k].deadline = Some(end);
    }
    for k in order.iter().rev() {
        let n = &work.nodes[first + k];
        let Job::Work { minutes, .. } = n.job else {
            continue;
        };
        let before = n.deadline.unwrap_or(end).saturating_sub(minutes);
        let waits: Vec<u32> = n.needs.iter().map(|w| w.provider).collect();
        for p in waits {
            if (p as usize) >= first {
                let d = &mut work.nodes[p as usize].deadline;
                *d = Some(d.map_or(before, |x| x.min(before)));
            }
        }
    }
}
