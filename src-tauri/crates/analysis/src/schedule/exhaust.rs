//! Every order of few tasks, for goals of which the solver knows nothing.

use super::project::{Cost, CostFunction, Need, Project, Source};
use super::solve::Stop;

/// The most combinations of orders that are looked at.
const MOST_ORDERS: usize = 20_000;

/// The best of all schedules by a cost that does not fall when a time rises: the start of each task, and the cost.
///
/// What the people of each resource begin one after another decides everything: given these orders every task starts as
/// early as it can, and no schedule with the same orders is better. So all of them are looked at. `None` where there are
/// too many, where a task asks for more than one unit of one resource, where some task can never start, or when `stop`
/// says so.
pub fn exhaust(
    project: &Project,
    cost: &CostFunction<'_>,
    stop: &Stop<'_>,
) -> Option<(Vec<Option<i64>>, Cost)> {
    let teams = orders(project)?;
    let mut chosen = vec![0usize; teams.len()];
    let mut best: Option<(Vec<i64>, Cost)> = None;
    let mut tried = 0u32;
    loop {
        if tried.is_multiple_of(64) && stop() {
            return None;
        }
        tried += 1;
        let order: Vec<&[usize]> = teams.iter().zip(&chosen).map(|(t, i)| &*t[*i]).collect();
        if let Some(start) = earliest(project, &order)? {
            let c = judge(project, cost, &start)?;
            if best.as_ref().is_none_or(|(_, b)| c < *b) {
                best = Some((start, c));
            }
        }
        // The next combination.
        let Some(t) = (0..teams.len()).find(|t| chosen[*t] + 1 < teams[*t].len()) else {
            break;
        };
        chosen[t] += 1;
        chosen[..t].fill(0);
    }
    best.map(|(start, c)| (start.into_iter().map(Some).collect(), c))
}

/// The orders in which the tasks of each resource can begin; a task that another one needs finished comes before it.
fn orders(project: &Project) -> Option<Vec<Vec<Vec<usize>>>> {
    let n = project.tasks.len();
    let before = before(project);
    let mut of: Vec<Vec<usize>> = vec![Vec::new(); project.capacities.len()];
    for (i, t) in project.tasks.iter().enumerate() {
        match t.demands.as_slice() {
            [] => {}
            [d] if d.units == 1 => of.get_mut(d.resource)?.push(i),
            _ => return None,
        }
    }
    let mut all = Vec::new();
    let mut product = 1usize;
    for tasks in of.iter().filter(|t| !t.is_empty()) {
        let mut found = Vec::new();
        let mut used = vec![false; n];
        permute(tasks, &before, &mut Vec::new(), &mut used, &mut found)?;
        product = product
            .checked_mul(found.len())
            .filter(|p| *p <= MOST_ORDERS)?;
        all.push(found);
    }
    Some(all)
}

/// Collects every order of some tasks; `None` when there are too many.
fn permute(
    tasks: &[usize],
    before: &[Vec<bool>],
    so_far: &mut Vec<usize>,
    used: &mut [bool],
    found: &mut Vec<Vec<usize>>,
) -> Option<()> {
    if so_far.len() == tasks.len() {
        found.push(so_far.clone());
        return (found.len() <= MOST_ORDERS).then_some(());
    }
    for t in tasks {
        let waits = |o: &usize| *o != *t && !used[*o] && before[*o][*t];
        if used[*t] || tasks.iter().any(waits) {
            continue;
        }
        used[*t] = true;
        so_far.push(*t);
        permute(tasks, before, so_far, used, found)?;
        so_far.pop();
        used[*t] = false;
    }
    Some(())
}

/// Whether a task has to be finished before another begins, directly or through others.
fn before(project: &Project) -> Vec<Vec<bool>> {
    let n = project.tasks.len();
    let mut reach = vec![vec![false; n]; n];
    for (j, t) in project.tasks.iter().enumerate() {
        for need in t.needs.iter().filter(|x| x.k >= x.offers.len()) {
            for o in &need.offers {
                if let Source::Task(i) = o.from
                    && o.lag_min >= 0
                    && i < n
                {
                    reach[i][j] = true;
                }
            }
        }
    }
    for k in 0..n {
        let through = reach[k].clone();
        for row in &mut reach {
            if row[k] {
                for (x, y) in row.iter_mut().zip(&through) {
                    *x |= y;
                }
            }
        }
    }
    reach
}

/// The earliest starts when the tasks of each resource begin in these orders: `Some(None)` where they contradict what is
/// needed, `None` where that could not be found out.
fn earliest(project: &Project, order: &[&[usize]]) -> Option<Option<Vec<i64>>> {
    let n = project.tasks.len();
    let mut start: Vec<i64> = project
        .tasks
        .iter()
        .map(|t| t.release_min.max(project.start_min))
        .collect();
    let last = start.iter().copied().max().unwrap_or(0);
    let work: i64 = project.tasks.iter().map(|t| t.duration_min.max(0)).sum();
    let lags = project
        .tasks
        .iter()
        .flat_map(|t| &t.needs)
        .flat_map(|x| &x.offers);
    let late: i64 = lags.map(|o| o.lag_min.max(0)).sum();
    let horizon = last.saturating_add(work).saturating_add(late);
    let mut recent: Vec<i64> = Vec::new();
    for _ in 0..4 * n + 10 {
        let mut moved = false;
        for j in 0..n {
            for need in &project.tasks[j].needs {
                let at = met(project, need, &start)?;
                moved |= at > start[j];
                start[j] = start[j].max(at);
            }
        }
        for tasks in order {
            let resource = project.tasks[tasks[0]].demands[0].resource;
            let people = usize::try_from(project.capacities[resource])
                .ok()
                .filter(|c| *c > 0)?;
            // The latest finishes of those who began before, the earliest of them first: as many as there are people.
            recent.clear();
            let mut previous = i64::MIN;
            for j in *tasks {
                let free = if recent.len() < people {
                    i64::MIN
                } else {
                    recent[0]
                };
                let at = previous.max(free);
                moved |= at > start[*j];
                start[*j] = start[*j].max(at);
                previous = start[*j];
                let end = start[*j].saturating_add(project.tasks[*j].duration_min.max(0));
                if recent.len() == people {
                    recent.remove(0);
                }
                let place = recent.partition_point(|e| *e <= end);
                recent.insert(place, end);
            }
        }
        if !moved {
            return Some(Some(start));
        }
        if start.iter().any(|s| *s > horizon) {
            return Some(None);
        }
    }
    None
}

/// When a need is met; `None` when it never is.
fn met(project: &Project, need: &Need, start: &[i64]) -> Option<i64> {
    if need.k == 0 {
        return Some(i64::MIN);
    }
    let mut at: Vec<i64> = need
        .offers
        .iter()
        .filter_map(|o| {
            let base = match o.from {
                Source::Time(t) => t,
                Source::Task(i) => {
                    let t = project.tasks.get(i)?;
                    start.get(i)?.saturating_add(t.duration_min.max(0))
                }
            };
            Some(base.saturating_add(o.lag_min))
        })
        .collect();
    at.sort_unstable();
    at.get(need.k - 1).copied()
}

fn judge(project: &Project, cost: &CostFunction<'_>, start: &[i64]) -> Option<Cost> {
    let ready = |a: &super::project::Activity| -> Option<i64> {
        let mut at = i64::MIN;
        for need in &a.needs {
            at = at.max(met(project, need, start)?);
        }
        Some(if at <= project.start_min { 0 } else { at })
    };
    let ready: Vec<Option<i64>> = project.activities.iter().map(ready).collect();
    let ends = project.tasks.iter().zip(start);
    let end = ends
        .map(|(t, s)| s.saturating_add(t.duration_min.max(0)))
        .max();
    let makespan = end
        .unwrap_or(project.start_min)
        .saturating_sub(project.start_min);
    Some(cost(&ready, makespan))
}
