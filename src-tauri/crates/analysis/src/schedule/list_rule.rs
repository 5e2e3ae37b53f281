//! The plain rule of C5, and times without limits.

use super::model::Model;
use super::profile::{Profile, Skylines};
use super::project::Project;

/// List scheduling (C5): of the tasks whose needs are met, always the one that can start earliest with what is free; of several
/// the one with the smallest rank, then by position.
///
/// `rank[task]` says what comes first, such as the place in an order by scheduled deadline, longest tail and code; tasks without
/// a rank come last. The result is the start of each task in minutes: a feasible schedule that nothing says is the best. None for
/// tasks that can never start.
pub fn list_rule(project: &Project, rank: &[usize]) -> Vec<Option<i64>> {
    let m = Model::in_minutes(project);
    let mut room = Skylines::new(&m);
    room.clear();
    let n = m.len();
    let mut start: Vec<Option<i64>> = vec![None; n];
    let rank_of = |t: usize| {
        (
            rank.get(m.tasks[t]).copied().unwrap_or(usize::MAX),
            m.tasks[t],
        )
    };
    // Each open task with the time from which all it needs is there.
    let mut open: Vec<usize> = Vec::new();
    let mut waiting: Vec<usize> = (0..n).collect();
    for _ in 0..n {
        waiting.retain(|t| {
            let ready = there(&m, &start, *t).is_some();
            if ready {
                open.push(*t);
            }
            !ready
        });
        let next = open.iter().enumerate().min_by_key(|(_, t)| {
            let from = there(&m, &start, **t).unwrap_or(i64::MAX);
            (room.earliest(**t, from), rank_of(**t))
        });
        let Some((at, _)) = next else { break };
        let t = open.swap_remove(at);
        let from = there(&m, &start, t).unwrap_or(m.release[t]);
        start[t] = Some(room.place(t, from));
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
        let mut offers: Vec<i64> = g
            .tasks
            .iter()
            .filter_map(|(b, lag)| finish(*b, *lag))
            .chain(g.times.iter().copied())
            .collect();
        offers.sort_unstable();
        from = from.max(*offers.get(g.k - 1)?);
    }
    Some(from)
}

/// The earliest start of each task with as much of every resource as is wanted, in minutes.
///
/// No schedule starts a task earlier. None for tasks that can never start.
pub fn unlimited(project: &Project) -> Vec<Option<i64>> {
    let m = Model::in_minutes(project);
    let mut all = vec![None; m.all];
    for (t, s) in m.head.iter().enumerate() {
        all[m.tasks[t]] = Some(m.minutes(*s));
    }
    all
}
