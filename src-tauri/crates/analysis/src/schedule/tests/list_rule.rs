//! The plain rule of C5 on bare projects, to start from and to hold the search against.

use super::super::model::Model;
use super::super::profile::{Profile, Skylines};
use super::super::project::Project;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// List scheduling (C5): of the tasks whose needs are met, always the one that can start earliest with what is free; of several
/// the one with the smallest rank, then by position.
///
/// `rank[task]` says what comes first, such as the place in an order by scheduled deadline, longest tail and code; tasks without
/// a rank come last. The result is the start of each task in minutes: a feasible schedule that nothing says is the best. None for
/// tasks that can never start.
pub(super) fn list_rule(project: &Project, rank: &[usize]) -> Vec<Option<i64>> {
    let m = Model::in_minutes(project);
    let mut room = Skylines::new(&m);
    let mut start: Vec<Option<i64>> = vec![None; m.len()];
    let rank_of = |t: usize| {
        (
            rank.get(m.tasks[t]).copied().unwrap_or(usize::MAX),
            m.tasks[t],
            t,
        )
    };
    let mut waiters: Vec<Vec<usize>> = vec![Vec::new(); m.len()];
    for g in &m.groups {
        for (b, _) in &g.tasks {
            waiters[*b as usize].push(g.task as usize);
        }
    }

    // By the start that was possible when the entry was made. Others only take room away, so an entry that still holds when it
    // comes up is the earliest of all.
    let mut open = BinaryHeap::new();
    for t in 0..m.len() {
        if let Some(from) = there(&m, &start, t) {
            open.push(Reverse((room.earliest(t, from), rank_of(t))));
        }
    }
    while let Some(Reverse((then, (_, _, t)))) = open.pop() {
        let Some(from) = there(&m, &start, t).filter(|_| start[t].is_none()) else {
            continue;
        };
        let now = room.earliest(t, from);
        if now > then {
            open.push(Reverse((now, rank_of(t))));
            continue;
        }
        start[t] = Some(room.place(t, from));
        let after = m.after.of(t).iter().map(|(a, _)| *a as usize);
        for a in after.chain(waiters[t].iter().copied()) {
            if start[a].is_none()
                && let Some(from) = there(&m, &start, a)
            {
                open.push(Reverse((room.earliest(a, from), rank_of(a))));
            }
        }
    }
    let mut all = vec![None; m.all];
    for (t, s) in start.iter().enumerate() {
        all[m.tasks[t]] = s.map(|s| m.minutes(s));
    }
    all
}

/// When all that a task needs is there, as far as it is scheduled; none when too little is.
fn there(m: &Model, start: &[Option<i64>], t: usize) -> Option<i64> {
    let finish = |b: u32, lag: i64| Some(start[b as usize]? + m.duration[b as usize] + lag);
    let mut from = m.release[t];
    for (b, lag) in m.before.of(t) {
        from = from.max(finish(*b, *lag)?);
    }
    for g in &m.groups_of[t] {
        let g = &m.groups[*g as usize];
        let tasks = g.tasks.iter().filter_map(|(b, lag)| finish(*b, *lag));
        let mut offers: Vec<i64> = tasks.chain(g.times.iter().copied()).collect();
        offers.sort_unstable();
        from = from.max(*offers.get(g.k - 1)?);
    }
    Some(from)
}
