//! From an order of work to a schedule, and from a schedule to a shorter one.

use super::model::Model;
use super::profile::Profile;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Makes schedules; keeps what it needs for that from one to the next.
pub(super) struct Generator<'m, P> {
    m: &'m Model,
    profile: P,
    /// How many were made.
    pub made: u64,
    keys: Vec<u64>,
    counts: Vec<u32>,
    key: Vec<i64>,
    order: Vec<u32>,
    mirrored: Vec<i64>,
    /// What waits for a task by a choice among the offers of a group.
    chosen: Vec<Vec<(u32, i64)>>,
    /// The same the other way round.
    chosen_by: Vec<Vec<u32>>,
    offers: Vec<(i64, u32)>,
    place: Vec<u32>,
    missing: Vec<u32>,
    met: Vec<u32>,
    members: Vec<Vec<u32>>,
    heap: BinaryHeap<Reverse<(u64, u32)>>,
}

const UNKNOWN: i64 = i64::MIN;

impl<'m, P: Profile> Generator<'m, P> {
    pub fn new(m: &'m Model, profile: P) -> Self {
        let n = m.len();
        let mut members = vec![Vec::new(); n];
        for (g, group) in m.groups.iter().enumerate() {
            for (t, _) in &group.tasks {
                members[*t as usize].push(g as u32);
            }
        }
        Self {
            m,
            profile,
            made: 0,
            keys: Vec::with_capacity(n),
            counts: Vec::new(),
            key: Vec::with_capacity(n),
            order: Vec::with_capacity(n),
            mirrored: vec![0; n],
            chosen: vec![Vec::new(); if m.groups.is_empty() { 0 } else { n }],
            chosen_by: vec![Vec::new(); if m.groups.is_empty() { 0 } else { n }],
            offers: Vec::new(),
            place: vec![0; n],
            missing: vec![0; n],
            met: vec![0; m.groups.len()],
            members,
            heap: BinaryHeap::new(),
        }
    }

    /// Serial schedule generation: each task in turn takes the earliest room after what it needs (Kelley 1963).
    ///
    /// The order must respect the needs.
    pub fn forward(&mut self, order: &[u32], start: &mut [i64]) {
        self.made += 1;
        self.profile.clear();
        let m = self.m;
        if m.groups.is_empty() {
            for t in order {
                let t = *t as usize;
                let mut earliest = m.release[t];
                for (b, lag) in m.before.of(t) {
                    let b = *b as usize;
                    earliest = earliest.max(start[b] + m.duration[b] + lag);
                }
                start[t] = self.profile.place(t, earliest);
            }
            return;
        }
        start.fill(UNKNOWN);
        for t in order {
            let t = *t as usize;
            let mut earliest = m.release[t];
            for (b, lag) in m.before.of(t) {
                let b = *b as usize;
                earliest = earliest.max(start[b] + m.duration[b] + lag);
            }
            for g in &m.groups_of[t] {
                let g = &m.groups[*g as usize];
                self.offers.clear();
                for (b, lag) in &g.tasks {
                    let s = start[*b as usize];
                    if s != UNKNOWN {
                        self.offers.push((s + m.duration[*b as usize] + lag, *b));
                    }
                }
                self.offers.extend(g.times.iter().map(|t| (*t, u32::MAX)));
                self.offers.sort_unstable();
                if let Some((time, _)) = self.offers.get(g.k - 1) {
                    earliest = earliest.max(*time);
                }
            }
            start[t] = self.profile.place(t, earliest);
        }
    }

    /// Double justification (Valls, Ballestín and Quintanilla 2005): every task as late as what waits for it and its `due` time
    /// allow, the last to finish first; then every task as early as possible in that order.
    ///
    /// Where starting times in rising order respect the needs, no task that has a `due` time then finishes after it.
    pub fn justify(&mut self, start: &mut [i64], due: &[i64]) {
        self.made += 1;
        let m = self.m;
        let horizon = due.iter().copied().max().unwrap_or(0);
        self.choose(start);
        self.key.clear();
        self.key
            .extend((0..m.len()).map(|t| horizon - (start[t] + m.duration[t])));
        self.sort::<true>();
        self.profile.clear();
        for t in &self.order {
            let t = *t as usize;
            let mut earliest = (horizon - due[t]).max(0);
            for (a, lag) in m.after.of(t) {
                let a = *a as usize;
                earliest = earliest.max(self.mirrored[a] + m.duration[a] + lag);
            }
            if !self.chosen.is_empty() {
                for (a, lag) in &self.chosen[t] {
                    let a = *a as usize;
                    earliest = earliest.max(self.mirrored[a] + m.duration[a] + lag);
                }
            }
            self.mirrored[t] = self.profile.place(t, earliest);
        }
        self.key.clear();
        self.key
            .extend((0..m.len()).map(|t| horizon - (self.mirrored[t] + m.duration[t])));
        self.sort::<false>();
        let order = std::mem::take(&mut self.order);
        self.forward(&order, start);
        self.order = order;
    }

    /// Order of work by rising key, respecting the needs.
    pub fn ordered(&mut self, key: &[i64], order: &mut Vec<u32>) {
        self.key.clear();
        self.key.extend_from_slice(key);
        self.sort::<false>();
        order.clone_from(&self.order);
    }

    /// Makes an order respect the needs, changing as little as that takes.
    pub fn repair(&mut self, order: &mut Vec<u32>) {
        self.key.clear();
        self.key.resize(order.len(), 0);
        for (at, t) in order.iter().enumerate() {
            self.key[*t as usize] = at as i64;
        }
        self.respecting::<false>();
        order.clone_from(&self.order);
    }

    /// Fills `order` by rising key; of equal ones the one that is needed first.
    fn sort<const BACKWARD: bool>(&mut self) {
        if !self.m.plain {
            return self.respecting::<BACKWARD>();
        }
        let least = self.key.iter().copied().min().unwrap_or(0);
        let most = self.key.iter().copied().max().unwrap_or(0);
        self.order.clear();
        if most.saturating_sub(least) >= 1 << 40 {
            self.order.extend(0..self.m.len() as u32);
            let key = &self.key;
            self.order.sort_unstable_by_key(|t| {
                let tie = if BACKWARD { u32::MAX - t } else { *t };
                (key[*t as usize], tie)
            });
            return;
        }
        if most - least < 8 * self.m.len() as i64 + 1024 {
            return self.count::<BACKWARD>(least, most);
        }
        self.keys.clear();
        self.keys.extend(self.key.iter().enumerate().map(|(t, k)| {
            let t = t as u64;
            ((k - least) as u64) << 24 | if BACKWARD { 0xff_ffff - t } else { t }
        }));
        self.keys.sort_unstable();
        self.order.extend(self.keys.iter().map(|k| {
            let t = (k & 0xff_ffff) as u32;
            if BACKWARD { 0xff_ffff - t } else { t }
        }));
    }

    /// Sorts by counting, for keys that lie close together.
    fn count<const BACKWARD: bool>(&mut self, least: i64, most: i64) {
        let n = self.m.len();
        self.counts.clear();
        self.counts.resize((most - least) as usize + 2, 0);
        for k in &self.key {
            self.counts[(k - least) as usize + 1] += 1;
        }
        let mut sum = 0;
        for c in &mut self.counts {
            sum += *c;
            *c = sum;
        }
        self.order.resize(n, 0);
        let mut put = |t: usize| {
            let at = &mut self.counts[(self.key[t] - least) as usize];
            self.order[*at as usize] = t as u32;
            *at += 1;
        };
        if BACKWARD {
            (0..n).rev().for_each(&mut put);
        } else {
            (0..n).for_each(&mut put);
        }
    }

    /// Like [`Generator::sort`], for projects in which a task may start before what it needs.
    fn respecting<const BACKWARD: bool>(&mut self) {
        let m = self.m;
        let least = self.key.iter().copied().min().unwrap_or(0);
        for t in 0..m.len() {
            self.missing[t] = if BACKWARD {
                let chosen = if self.chosen.is_empty() {
                    0
                } else {
                    self.chosen[t].len()
                };
                (m.after.of(t).len() + chosen) as u32
            } else {
                (m.before.of(t).len() + m.groups_of[t].len()) as u32
            };
        }
        self.met.fill(0);
        if !BACKWARD {
            for (g, group) in m.groups.iter().enumerate() {
                self.met[g] = group.times.len() as u32;
                if group.times.len() >= group.k {
                    self.missing[group.task as usize] -= 1;
                }
            }
        }
        let entry = |key: &[i64], t: u32| {
            let tie = if BACKWARD { u32::MAX - t } else { t };
            Reverse((key[t as usize].wrapping_sub(least) as u64, tie))
        };
        self.heap.clear();
        for t in 0..m.len() {
            if self.missing[t] == 0 {
                self.heap.push(entry(&self.key, t as u32));
            }
        }
        self.order.clear();
        while let Some(Reverse((_, tie))) = self.heap.pop() {
            let t = if BACKWARD { u32::MAX - tie } else { tie };
            self.order.push(t);
            let t = t as usize;
            let less = |w: u32, missing: &mut [u32], heap: &mut BinaryHeap<_>| {
                missing[w as usize] -= 1;
                if missing[w as usize] == 0 {
                    heap.push(entry(&self.key, w));
                }
            };
            if BACKWARD {
                for (b, _) in m.before.of(t) {
                    less(*b, &mut self.missing, &mut self.heap);
                }
                if !self.chosen_by.is_empty() {
                    for b in &self.chosen_by[t] {
                        less(*b, &mut self.missing, &mut self.heap);
                    }
                }
            } else {
                for (a, _) in m.after.of(t) {
                    less(*a, &mut self.missing, &mut self.heap);
                }
                for g in &self.members[t] {
                    self.met[*g as usize] += 1;
                    let group = &m.groups[*g as usize];
                    if self.met[*g as usize] as usize == group.k {
                        less(group.task, &mut self.missing, &mut self.heap);
                    }
                }
            }
        }
    }

    /// For each group the offers that the schedule rests on, so that it can be read backwards.
    fn choose(&mut self, start: &[i64]) {
        if self.m.groups.is_empty() {
            return;
        }
        let m = self.m;
        // Only offers that come earlier in some order that made this schedule: nothing then waits in a ring.
        self.key.clear();
        self.key.extend_from_slice(start);
        self.respecting::<false>();
        for (at, t) in self.order.iter().enumerate() {
            self.place[*t as usize] = at as u32;
        }
        self.chosen.iter_mut().for_each(Vec::clear);
        self.chosen_by.iter_mut().for_each(Vec::clear);
        for g in &m.groups {
            self.offers.clear();
            for (i, (b, lag)) in g.tasks.iter().enumerate() {
                let b = *b as usize;
                if self.place[b] < self.place[g.task as usize] {
                    self.offers.push((start[b] + m.duration[b] + lag, i as u32));
                }
            }
            self.offers.extend(g.times.iter().map(|t| (*t, u32::MAX)));
            self.offers.sort_unstable();
            for (_, i) in self.offers.iter().take(g.k) {
                if let Some((b, lag)) = g.tasks.get(*i as usize) {
                    let links = &mut self.chosen[*b as usize];
                    // One link to each: two groups of a task may share an offer.
                    match links.iter_mut().find(|l| l.0 == g.task) {
                        Some(l) => l.1 = l.1.max(*lag),
                        None => {
                            links.push((g.task, *lag));
                            self.chosen_by[g.task as usize].push(*b);
                        }
                    }
                }
            }
        }
    }
}
