//! How much of each resource is free when: finding room for a task and taking it.

use super::model::Model;

/// Room in time.
pub(super) trait Profile {
    /// Makes everything free again.
    fn clear(&mut self);
    /// Takes the earliest room for a task that does not begin before `earliest` (0 or more); the time it begins.
    fn place(&mut self, task: usize, earliest: i64) -> i64;
}

/// One word for each step of time: at most four resources in lanes of 16 bits.
///
/// The top bit of each lane is set, so that subtracting a demand from what is free leaves it set exactly where it fits.
pub(super) struct Grid {
    free: Vec<u64>,
    used: usize,
    full: u64,
    duration: Vec<u32>,
    demand: Vec<u64>,
}

const TOPS: u64 = 0x8000_8000_8000_8000;

impl Grid {
    /// Whether the project is of that kind, and not so long that [`Skylines`] is faster.
    pub fn suits(m: &Model) -> bool {
        let sum: i64 = m.duration.iter().sum();
        m.capacity.len() <= 4
            && longest(m) <= 1 << 13
            && sum <= 24 * (m.len() as i64 + 1)
            && m.capacity.iter().all(|c| *c < 1 << 15)
    }

    pub fn new(m: &Model) -> Self {
        let pack = |list: &mut dyn Iterator<Item = (u32, i64)>| {
            list.fold(0, |w, (r, units)| w | (units as u64) << (16 * r))
        };
        let capacities = &mut m.capacity.iter().enumerate().map(|(r, c)| (r as u32, *c));
        let full = pack(capacities) | TOPS;
        Self {
            free: vec![full; 256],
            used: 0,
            full,
            duration: m.duration.iter().map(|d| *d as u32).collect(),
            demand: m
                .demand
                .iter()
                .map(|d| pack(&mut d.iter().copied()))
                .collect(),
        }
    }
}

/// No schedule made by placing one task after another is longer than this.
pub(super) fn longest(m: &Model) -> i64 {
    let mut sum = m.release.iter().copied().max().unwrap_or(0);
    for t in 0..m.len() {
        sum += m.duration[t];
        sum += m
            .before
            .of(t)
            .iter()
            .map(|(_, lag)| *lag)
            .max()
            .unwrap_or(0)
            .max(0);
    }
    for g in &m.groups {
        sum += g
            .tasks
            .iter()
            .map(|(_, lag)| *lag)
            .max()
            .unwrap_or(0)
            .max(0);
        sum += g.times.iter().copied().max().unwrap_or(0).max(0);
    }
    sum
}

impl Profile for Grid {
    fn clear(&mut self) {
        self.free[..self.used].fill(self.full);
        self.used = 0;
    }

    #[inline]
    fn place(&mut self, task: usize, earliest: i64) -> i64 {
        let (duration, demand) = (self.duration[task] as usize, self.demand[task]);
        let mut start = earliest as usize;
        if demand == 0 || duration == 0 {
            return earliest;
        }
        // From the back: the last step without room says how far to jump, and what lies behind it need not be looked at again.
        let mut unseen = start;
        'search: loop {
            let end = start + duration;
            if end > self.free.len() {
                self.free.resize(end.max(2 * self.free.len()), self.full);
            }
            for (at, w) in self.free[unseen..end].iter().enumerate().rev() {
                if w.wrapping_sub(demand) & TOPS != TOPS {
                    start = unseen + at + 1;
                    unseen = end;
                    continue 'search;
                }
            }
            for w in &mut self.free[start..end] {
                *w -= demand;
            }
            self.used = self.used.max(end);
            return start as i64;
        }
    }
}

/// For each resource the times at which what is free changes.
pub(super) struct Skylines {
    /// (from then on, free).
    steps: Vec<Vec<(i64, i64)>>,
    capacity: Vec<i64>,
    duration: Vec<i64>,
    demand: Vec<Vec<(u32, i64)>>,
}

impl Skylines {
    pub fn new(m: &Model) -> Self {
        let mut s = Self {
            steps: vec![Vec::new(); m.capacity.len()],
            capacity: m.capacity.clone(),
            duration: m.duration.clone(),
            demand: m.demand.clone(),
        };
        s.clear();
        s
    }

    /// What is free of a resource at a time.
    pub fn free(&self, resource: usize, time: i64) -> i64 {
        let steps = &self.steps[resource];
        let at = steps.partition_point(|s| s.0 <= time);
        if at == 0 {
            self.capacity[resource]
        } else {
            steps[at - 1].1
        }
    }

    /// The earliest room for a task that does not begin before `earliest`.
    pub fn earliest(&self, task: usize, earliest: i64) -> i64 {
        let (duration, demand) = (self.duration[task], &self.demand[task]);
        let mut start = earliest;
        loop {
            let before = start;
            for (r, units) in demand {
                start = fit(&self.steps[*r as usize], start, duration, *units);
            }
            if start == before || demand.len() == 1 {
                return start;
            }
        }
    }

    /// Takes the room of a task at a given time, whether it is there or not; whether it was there.
    pub fn take(&mut self, task: usize, start: i64) -> bool {
        if self.duration[task] == 0 {
            return true;
        }
        let end = start + self.duration[task];
        let mut fits = true;
        for (r, units) in &self.demand[task] {
            fits &= fit(&self.steps[*r as usize], start, self.duration[task], *units) == start;
            hold(&mut self.steps[*r as usize], start, end, *units);
        }
        fits
    }
}

impl Profile for Skylines {
    fn clear(&mut self) {
        for (s, c) in self.steps.iter_mut().zip(&self.capacity) {
            s.clear();
            s.push((i64::MIN, *c));
        }
    }

    fn place(&mut self, task: usize, earliest: i64) -> i64 {
        let duration = self.duration[task];
        if duration == 0 {
            return earliest;
        }
        let start = self.earliest(task, earliest);
        for (r, units) in &self.demand[task] {
            hold(
                &mut self.steps[*r as usize],
                start,
                start + duration,
                *units,
            );
        }
        start
    }
}

/// The earliest time from `start` on with so many units free for so long. The last step must have them free.
fn fit(steps: &[(i64, i64)], start: i64, duration: i64, units: i64) -> i64 {
    let mut start = start;
    let mut at = steps.partition_point(|s| s.0 <= start).saturating_sub(1);
    while at < steps.len() {
        if steps[at].1 < units {
            match steps.get(at + 1) {
                Some(next) => start = start.max(next.0),
                None => break,
            }
        } else if steps
            .get(at + 1)
            .is_none_or(|next| next.0 >= start + duration)
        {
            break;
        }
        at += 1;
    }
    start
}

fn hold(steps: &mut Vec<(i64, i64)>, start: i64, end: i64, units: i64) {
    let mut from = steps.partition_point(|s| s.0 < start);
    if steps.get(from).is_none_or(|s| s.0 != start) {
        let free = steps[from.saturating_sub(1)].1;
        steps.insert(from, (start, free));
    }
    let mut free = steps[from].1;
    while from < steps.len() && steps[from].0 < end {
        free = steps[from].1;
        steps[from].1 -= units;
        from += 1;
    }
    if steps.get(from).is_none_or(|s| s.0 != end) {
        steps.insert(from, (end, free));
    }
}
