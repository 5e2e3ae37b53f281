//! What a schedule costs, and how late each task may finish without its costing more.

use super::model::{Group, Model, Waiting};
use super::project::{Cost, Goal};

/// Costs of schedules of one project.
pub(super) struct Judge<'a> {
    m: &'a Model,
    goal: Goal<'a>,
    ready: Vec<Option<i64>>,
}

impl<'a> Judge<'a> {
    pub fn new(m: &'a Model, goal: Goal<'a>) -> Self {
        Self {
            m,
            goal,
            ready: Vec::with_capacity(m.activities.len()),
        }
    }

    /// The finish of the last task, in steps.
    pub fn makespan(&self, start: &[i64]) -> i64 {
        start
            .iter()
            .zip(&self.m.duration)
            .map(|(s, d)| s + d)
            .max()
            .unwrap_or(0)
    }

    pub fn cost(&mut self, start: &[i64]) -> Cost {
        let makespan = self.makespan(start).saturating_mul(self.m.unit);
        if matches!(self.goal, Goal::Makespan) {
            return [makespan, 0, 0, 0, 0];
        }
        let mut ready = std::mem::take(&mut self.ready);
        self.ready(start, &mut ready);
        let cost = self.of(&ready, makespan);
        self.ready = ready;
        cost
    }

    /// The cost of ready times and a makespan, in minutes.
    pub fn of(&self, ready: &[Option<i64>], makespan: i64) -> Cost {
        match self.goal {
            Goal::Makespan => [makespan, 0, 0, 0, 0],
            Goal::Function(f) => f(ready, makespan),
            Goal::Limits => {
                let (mut hard, mut soft, mut late, mut sum) = (0, 0, 0i64, 0i64);
                for (a, ready) in self.m.activities.iter().zip(ready) {
                    let Some(r) = ready else { continue };
                    hard += i64::from(a.hard.is_some_and(|l| *r > l));
                    soft += i64::from(a.soft.is_some_and(|l| *r > l));
                    late = late.saturating_add(a.soft.map_or(0, |l| r.saturating_sub(l).max(0)));
                    sum = sum.saturating_add(*r);
                }
                [hard, soft, late, makespan, sum]
            }
        }
    }

    /// When each activity is ready, in minutes on the project's clock.
    pub fn ready(&self, start: &[i64], ready: &mut Vec<Option<i64>>) {
        ready.clear();
        ready.extend(
            self.m
                .activities
                .iter()
                .map(|a| a.known.then(|| self.ready_of(a, start))),
        );
    }

    fn ready_of(&self, a: &Waiting, start: &[i64]) -> i64 {
        let mut ready = a.floor;
        for (t, lag) in &a.tasks {
            ready = ready.max(self.finish(*t, start).saturating_add(*lag));
        }
        for g in &a.groups {
            let mut offers = self.offers(g, start);
            offers.sort_unstable();
            ready = ready.max(offers[g.k - 1].0);
        }
        if ready <= self.m.origin { 0 } else { ready }
    }

    fn offers(&self, g: &Group, start: &[i64]) -> Vec<(i64, u32)> {
        let tasks = g.tasks.iter().enumerate();
        let tasks =
            tasks.map(|(i, (t, lag))| (self.finish(*t, start).saturating_add(*lag), i as u32));
        tasks
            .chain(g.times.iter().map(|t| (*t, u32::MAX)))
            .collect()
    }

    #[inline]
    fn finish(&self, task: u32, start: &[i64]) -> i64 {
        let t = task as usize;
        self.m.minutes(start[t] + self.m.duration[t])
    }

    /// The latest finish of each task with which no activity is ready later than now, nor the last task finished later.
    ///
    /// With `ease`, activities may be ready as late as their next limit.
    pub fn due(&self, start: &[i64], ease: bool, due: &mut Vec<i64>) {
        let makespan = self.makespan(start);
        due.clear();
        due.resize(start.len(), makespan);
        if matches!(self.goal, Goal::Makespan) {
            return;
        }
        for a in self.m.activities.iter().filter(|a| a.known) {
            let ready = self.ready_of(a, start).max(self.m.origin);
            let mut until = ready;
            if ease && matches!(self.goal, Goal::Limits) {
                match (a.soft, a.hard) {
                    (Some(s), _) if ready <= s => until = s,
                    (None, Some(h)) if ready <= h => until = h,
                    _ => {}
                }
            }
            let mut not_after = |t: u32, lag: i64| {
                let by = until.saturating_sub(lag).saturating_sub(self.m.origin);
                let d = &mut due[t as usize];
                *d = (*d).min(by.div_euclid(self.m.unit));
            };
            for (t, lag) in &a.tasks {
                not_after(*t, *lag);
            }
            for g in &a.groups {
                let mut offers = self.offers(g, start);
                offers.sort_unstable();
                for (_, i) in offers.iter().take(g.k) {
                    if let Some((t, lag)) = g.tasks.get(*i as usize) {
                        not_after(*t, *lag);
                    }
                }
            }
        }
    }

    /// A first guess at how late each task may start, for the order in which a search begins.
    pub fn latest_starts(&self, span: i64) -> Vec<i64> {
        let m = self.m;
        let mut finish: Vec<i64> = vec![span; m.len()];
        if matches!(self.goal, Goal::Limits) {
            for a in m.activities.iter().filter(|a| a.known) {
                let Some(limit) = a.soft.or(a.hard) else {
                    continue;
                };
                let links = a.tasks.iter().chain(a.groups.iter().flat_map(|g| &g.tasks));
                for (t, lag) in links {
                    let by = limit
                        .saturating_sub(*lag)
                        .saturating_sub(m.origin)
                        .div_euclid(m.unit);
                    let by = by.clamp(-(1 << 60), 1 << 60);
                    let f = &mut finish[*t as usize];
                    *f = (*f).min(by);
                }
            }
        }
        for t in (0..m.len()).rev() {
            for (a, lag) in m.after.of(t) {
                let by = finish[*a as usize] - m.duration[*a as usize] - lag;
                finish[t] = finish[t].min(by);
            }
        }
        (0..m.len())
            .map(|t| finish[t].saturating_sub(m.duration[t]))
            .collect()
    }
}
