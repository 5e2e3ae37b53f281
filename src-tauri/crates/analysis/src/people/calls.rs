//! How long it takes until everybody is called (C15).

use super::{positions, those};
use hashbrown::HashMap;
use mainstay_domain::*;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How the call tree of one plan works.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallTreeResult {
    /// The code of the plan.
    pub plan: String,
    /// The code of the role that starts.
    pub root: Option<String>,
    /// How long a call takes.
    pub call_min: Option<Minutes>,
    /// Everybody who is reached, the root first, then by time, then by code.
    pub reached: Vec<Reached>,
    /// When the last one is reached; `None` when that is unknown.
    pub total_min: Option<Minutes>,
    /// The codes of those who are reached last.
    pub last: Vec<String>,
    /// The codes of those who stand in the tree and are never called from the root.
    pub not_reached: Vec<String>,
    /// The codes of roles that the response cannot do without and that do not stand in the tree.
    pub required_missing: Vec<String>,
    /// Those who call each other in a circle, each circle as sorted codes; harmless, the earliest call counts.
    pub loops: Vec<Vec<String>>,
    /// The codes of those who are called more than once; harmless, the earliest call counts.
    pub called_twice: Vec<String>,
    /// What is missing, when the times are unknown.
    pub reason: Option<String>,
}

/// When a role is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reached {
    /// The code of the role.
    pub role: String,
    /// When, from the start of the first call; `None` when the length of a call is unknown.
    pub at_min: Option<Minutes>,
    /// The code of the role whose call is the earliest; `None` for the root.
    pub caller: Option<String>,
    /// Which of that caller's calls it is, from 1; 0 for the root.
    pub call_no: usize,
}

/// The call tree of every plan that has one, in the order of the workspace.
pub fn call_trees(ws: &Workspace) -> Vec<CallTreeResult> {
    let edges = positions(&ws.call_edges, |e| e.plan_id);
    ws.plans
        .iter()
        .filter(|p| edges.contains_key(&p.id) || p.call_root_role_id.is_some())
        .map(|p| {
            let calls = those(&ws.call_edges, &edges, &p.id)
                .map(|e| (e.caller_id, e.callee_id))
                .collect();
            tree(ws, p, calls)
        })
        .collect()
}

fn tree(ws: &Workspace, plan: &Plan, calls: Vec<(RoleId, RoleId)>) -> CallTreeResult {
    // Only looked up, never walked through.
    let at: HashMap<RoleId, usize> = ws
        .roles
        .iter()
        .enumerate()
        .map(|(i, r)| (r.id, i))
        .collect();
    let code = |i: usize| ws.roles[i].code.0.clone();
    let mut by_caller: Vec<Vec<usize>> = vec![Vec::new(); ws.roles.len()];
    let mut called = vec![0_usize; ws.roles.len()];
    let mut in_tree = vec![false; ws.roles.len()];
    for (a, b) in &calls {
        if let (Some(a), Some(b)) = (at.get(a), at.get(b)) {
            by_caller[*a].push(*b);
            called[*b] += 1;
            (in_tree[*a], in_tree[*b]) = (true, true);
        }
    }
    let root = plan.call_root_role_id.and_then(|r| at.get(&r).copied());
    if let Some(r) = root {
        in_tree[r] = true;
    }
    // With calls of one unit the order of times is the same, whatever a call takes.
    let unit = root.map_or_else(Vec::new, |r| earliest(&by_caller, r));
    let seen = |i: usize| unit.get(i).is_some_and(Option::is_some);
    let call_min = plan.call_min.map(|m| Minutes(m.0.max(0)));
    let mut order: Vec<(i64, String, usize)> = unit
        .iter()
        .enumerate()
        .filter_map(|(i, u)| Some((u.as_ref()?.calls, code(i), i)))
        .collect();
    order.sort();
    let time = |calls: i64| call_min.map(|m| Minutes(m.0.saturating_mul(calls)));
    let most = order.last().map(|o| o.0);
    let codes = |pick: &dyn Fn(usize) -> bool| -> Vec<String> {
        (0..ws.roles.len()).filter(|i| pick(*i)).map(code).collect()
    };
    let mut reasons = Vec::new();
    if root.is_none() {
        reasons.push(format!("{} names nobody who starts the calls.", plan.code));
    }
    if call_min.is_none() {
        reasons.push(format!("{} does not say how long a call takes.", plan.code));
    }
    CallTreeResult {
        plan: plan.code.0.clone(),
        root: root.map(code),
        call_min,
        total_min: most.and_then(time),
        last: order
            .iter()
            .filter(|o| Some(o.0) == most)
            .map(|o| o.1.clone())
            .collect(),
        reached: order
            .into_iter()
            .filter_map(|(calls, role, i)| {
                let by = unit.get(i)?.as_ref()?;
                Some(Reached {
                    role,
                    at_min: time(calls),
                    caller: by.caller.map(code),
                    call_no: by.no,
                })
            })
            .collect(),
        not_reached: codes(&|i| in_tree[i] && !seen(i)),
        required_missing: codes(&|i| ws.roles[i].required && !in_tree[i]),
        loops: loops(&by_caller, &code),
        called_twice: codes(&|i| called[i] > 1),
        reason: (!reasons.is_empty()).then(|| reasons.join(" ")),
    }
}

#[derive(Debug, Clone, Copy)]
struct Call {
    /// How many calls' time after the start.
    calls: i64,
    caller: Option<usize>,
    no: usize,
}

/// C15: t(child i) = t(parent) + i · call, the earliest call counts (Dijkstra).
fn earliest(by_caller: &[Vec<usize>], root: usize) -> Vec<Option<Call>> {
    let mut best: Vec<Option<Call>> = vec![None; by_caller.len()];
    let mut done = vec![false; by_caller.len()];
    best[root] = Some(Call {
        calls: 0,
        caller: None,
        no: 0,
    });
    let mut todo = BinaryHeap::from([Reverse((0_i64, root))]);
    while let Some(Reverse((calls, i))) = todo.pop() {
        if std::mem::replace(&mut done[i], true) {
            continue;
        }
        for (k, child) in by_caller[i].iter().enumerate() {
            let then = calls.saturating_add(k as i64 + 1);
            if best[*child].is_none_or(|b| then < b.calls) {
                best[*child] = Some(Call {
                    calls: then,
                    caller: Some(i),
                    no: k + 1,
                });
                todo.push(Reverse((then, *child)));
            }
        }
    }
    best
}

/// Those who call each other in a circle, and those who call themselves.
fn loops(by_caller: &[Vec<usize>], code: &dyn Fn(usize) -> String) -> Vec<Vec<String>> {
    let mut g = DiGraph::<(), ()>::with_capacity(by_caller.len(), 0);
    let nodes: Vec<_> = by_caller.iter().map(|_| g.add_node(())).collect();
    for (a, list) in by_caller.iter().enumerate() {
        for b in list {
            g.add_edge(nodes[a], nodes[*b], ());
        }
    }
    let mut out: Vec<Vec<String>> = kosaraju_scc(&g)
        .into_iter()
        .filter(|c| c.len() > 1 || c.iter().any(|n| by_caller[n.index()].contains(&n.index())))
        .map(|c| {
            let mut codes: Vec<String> = c.iter().map(|n| code(n.index())).collect();
            codes.sort();
            codes
        })
        .collect();
    out.sort();
    out
}
