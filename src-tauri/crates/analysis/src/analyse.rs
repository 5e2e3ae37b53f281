//! The whole analysis of a workspace.

use crate::mtpd;
use crate::path::{Chains, NONE};
use crate::results::{ActivityResult, Analysis, GapState, OwnRestoreSource, ServiceResult};
use crate::situation::{Scenario, Situation, graph_of, reaction, usual_reaction};
use crate::{findings, recovery, requirement, tier};
use mainstay_domain::*;
use rayon::prelude::*;

/// Works out everything that follows from a workspace but the single points of failure; total and fast.
pub fn analyse(ws: &Workspace, scenario: &Scenario, today: NaiveDate) -> Analysis {
    let n = ws.services.len();
    let situation = Situation::of(ws, scenario);
    let Situation {
        start, down, own, ..
    } = &situation;
    let start = *start;
    let in_scope: Vec<bool> = ws
        .activities
        .iter()
        .map(|a| a.in_scope != Some(false))
        .collect();
    let of_activities = |f: &dyn Fn(&Activity) -> Option<Minutes>| {
        let mut v = vec![None; n];
        v.extend(
            ws.activities
                .iter()
                .zip(&in_scope)
                .map(|(a, yes)| f(a).filter(|_| *yes).map(|m| m.0)),
        );
        v
    };
    let rto = of_activities(&|a| a.rto_min);
    let rpo_wanted = of_activities(&|a| a.rpo_min);
    // What needs no graph runs beside the making of it, then two parts that do not need each other.
    let ((grids, findings), (ix, (latest, rpo), (required, times))) = rayon::join(
        || (mtpd::proposals(ws), findings::of_records(ws, today)),
        || {
            let ix = graph_of(ws, scenario);
            let g = &ix.graph;
            let (late, early) = rayon::join(
                || {
                    (
                        requirement::scheduled(g, &rto, own, down),
                        requirement::rpo(g, &rpo_wanted),
                    )
                },
                || {
                    (
                        requirement::simple(g, &rto),
                        recovery::unlimited(g, &situation),
                    )
                },
            );
            (ix, late, early)
        },
    );
    let g = &ix.graph;
    // The clock of the workspace: from the declaration, the start is taken off again.
    let off = reaction(ws, start).0;
    let shown = |t: i64| if t == 0 { 0 } else { t - off };
    let code = |node: u32| {
        let i = node as usize;
        if i < n {
            ws.services[i].code.0.clone()
        } else {
            ws.activities[i - n].code.0.clone()
        }
    };
    let tested: Vec<bool> = ws
        .services
        .iter()
        .map(|s| s.capability_min.is_some() && s.has_fresh_evidence(today))
        .collect();
    let proven = proven_chain(&tested, &times, down);
    let state = |i: usize, need: Option<i64>| -> Option<GapState> {
        let need = need?;
        Some(if shown(times.least[i]) > need {
            GapState::Gap
        } else if !times.known[i] {
            GapState::Unknown
        } else if proven[i] {
            GapState::MetProven
        } else {
            GapState::MetClaimed
        })
    };
    let exact = |i: usize| times.known[i].then(|| Minutes(shown(times.least[i])));
    let tiers: Vec<Option<u8>> = (0..n)
        .map(|i| required.value[i].map(|v| tier(Minutes(v))))
        .collect();
    let enabler = enablers(g, &tiers, n);
    let one = |(i, s): (usize, &Service)| {
        let need = required.value[i];
        let rpa = [
            s.rpa_component_failure_min,
            s.rpa_site_loss_min,
            s.rpa_logical_corruption_min,
        ];
        let required_rpo = rpo.value[i].map(Minutes);
        ServiceResult {
            id: s.id,
            code: s.code.0.clone(),
            required_rto: need.map(Minutes),
            required_set_by: (required.set_by[i] != NONE).then(|| code(required.set_by[i]).into()),
            latest_finish: latest[i].map(Minutes),
            tier: tiers[i],
            enabler: enabler[i],
            down: down[i],
            own_restore: own[i].map(Minutes),
            own_restore_source: match (s.capability_min, s.own_restore_min) {
                (Some(_), _) => OwnRestoreSource::Capability,
                (None, Some(_)) => OwnRestoreSource::Own,
                (None, None) => OwnRestoreSource::Unknown,
            },
            proven: tested[i],
            achievable: exact(i),
            achievable_at_least: Minutes(shown(times.least[i])),
            gap: exact(i).zip(need).map(|(t, v)| Minutes(t.0 - v)),
            gap_state: state(i, need),
            required_rpo,
            required_rpo_set_by: (rpo.set_by[i] != NONE).then(|| code(rpo.set_by[i]).into()),
            rpa,
        }
    };
    drop(ix);
    let services: Vec<ServiceResult> = ws
        .services
        .par_iter()
        .enumerate()
        .with_min_len(256)
        .map(one)
        .collect();
    let activities = ws
        .activities
        .iter()
        .enumerate()
        .zip(grids)
        .map(|((k, a), mtpd)| {
            let i = n + k;
            let wrt = a.wrt_min.unwrap_or_default();
            let effective = a.accepted_mtpd_min.or(mtpd.min);
            // What an RTO leaves does not depend on when the work starts in this scenario.
            let usual = usual_reaction(ws);
            let ready = exact(i);
            let resumed = ready.map(|t| if t.0 == 0 { t } else { t + wrt });
            ActivityResult {
                id: a.id,
                code: a.code.0.clone(),
                in_scope: in_scope[k],
                accepted_mtpd: a.accepted_mtpd_min,
                effective_mtpd: effective,
                rto: a.rto_min,
                wrt,
                rto_ceiling: effective.map(|m| m - wrt - usual),
                slack: effective.zip(a.rto_min).map(|(m, r)| m - r - wrt - usual),
                ready,
                resumed,
                gap: ready.zip(a.rto_min).map(|(t, r)| t - r),
                gap_state: state(i, a.rto_min.map(|m| m.0)),
                mtpd_breached: resumed
                    .zip(effective)
                    .map(|(t, m)| if t.0 == 0 { false } else { t.0 + off > m.0 }),
                mtpd,
            }
        })
        .collect();
    let mut cycles: Vec<Vec<String>> = times
        .loops
        .iter()
        .map(|c| {
            let mut codes: Vec<String> = c.iter().map(|x| code(*x)).collect();
            codes.sort();
            codes
        })
        .collect();
    cycles.sort();
    let chains = Chains {
        set_by: required.set_by,
        came_from: required.came_from,
        waits_for: times.waits_for,
        tolerance: times.tolerance,
        finish: times.least.iter().map(|t| shown(*t)).collect(),
    };
    let mut a = Analysis {
        start,
        activities,
        services,
        cycles,
        findings: Vec::new(),
        chains,
    };
    a.findings = findings::of_results(ws, &a, today).and(findings);
    a
}

/// Whether every down service on the chain that a node waits for is proven.
fn proven_chain(tested: &[bool], t: &recovery::Recovery, down: &[bool]) -> Vec<bool> {
    let fine = |i: usize| !down[i] || tested.get(i).copied().unwrap_or(true);
    // 0 not yet looked at, 1 being looked at, 2 proven, 3 not.
    let mut seen = vec![0u8; down.len()];
    for first in 0..down.len() {
        let mut chain = Vec::new();
        let mut i = first;
        let verdict = loop {
            match seen[i] {
                2 => break true,
                // A chain that comes back to itself proves nothing.
                1 | 3 => break false,
                _ => {}
            }
            seen[i] = 1;
            chain.push(i);
            if t.waits_for[i] == NONE {
                break true;
            }
            i = t.waits_for[i] as usize;
        };
        let mut so_far = verdict;
        for i in chain.into_iter().rev() {
            so_far = so_far && fine(i);
            seen[i] = if so_far { 2 } else { 3 };
        }
    }
    seen.into_iter().map(|s| s == 2).collect()
}

/// Every service that a tier 1 service needs, directly or through others.
fn enablers(g: &crate::graph::Graph, tiers: &[Option<u8>], services: usize) -> Vec<bool> {
    let mut out = vec![false; services];
    let mut todo: Vec<u32> = (0..services as u32)
        .filter(|i| tiers[*i as usize] == Some(1))
        .collect();
    while let Some(n) = todo.pop() {
        for e in g.passes_on(n) {
            let p = e.provider as usize;
            if p < services && !std::mem::replace(&mut out[p], true) {
                todo.push(e.provider);
            }
        }
    }
    out
}
