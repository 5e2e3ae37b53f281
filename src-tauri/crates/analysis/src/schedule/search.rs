//! The population search: a genetic algorithm on orders of work, each child improved by double justification, in the manner of
//! the hybrid genetic algorithm of Valls, Ballestín and Quintanilla (2008) and of Debels and Vanhoucke (2007).

use super::generate::Generator;
use super::judge::Judge;
use super::model::Model;
use super::profile::Profile;
use super::project::{Cost, Goal};
use super::random::Random;

/// A schedule with its cost.
#[derive(Clone)]
pub(super) struct Found {
    pub cost: Cost,
    /// In steps, by the model's tasks.
    pub start: Vec<i64>,
}

/// What an island is told, and where it tells what it finds.
pub(super) trait Course: Sync {
    /// Whether to stop after so many schedules with this as the best cost.
    fn over(&self, made: u64, best: &Cost) -> bool;
    /// A better schedule than this island had so far.
    fn found(&self, found: &Found);
}

#[derive(Clone)]
struct Member {
    cost: Cost,
    start: Vec<i64>,
    order: Vec<u32>,
}

/// Searches until the course is over; the best of what it found and `begin`, and how many schedules it made.
pub(super) fn island<P: Profile>(
    m: &Model,
    goal: Goal,
    profile: P,
    begin: &Found,
    seed: u64,
    stream: u64,
    course: &dyn Course,
) -> (Found, u64) {
    let mut s = Island {
        m,
        make: Generator::new(m, profile),
        judge: Judge::new(m, goal),
        random: Random::new(seed, stream),
        best: begin.clone(),
        due: Vec::new(),
        spare: Vec::new(),
        mark: vec![false; m.len()],
        course,
    };
    s.run(begin);
    (s.best, s.make.made)
}

struct Island<'a, P> {
    m: &'a Model,
    make: Generator<'a, P>,
    judge: Judge<'a>,
    random: Random,
    best: Found,
    due: Vec<i64>,
    spare: Vec<i64>,
    mark: Vec<bool>,
    course: &'a dyn Course,
}

/// How many schedules live beside each other: the larger the project, the more there is to inherit.
fn members(m: &Model) -> usize {
    m.len().clamp(40, 120)
}

/// After so many children without a better one the search begins anew. Long, for a population that still differs finds more than
/// a new one.
fn patience(m: &Model) -> usize {
    300 * m.len().max(10)
}

impl<P: Profile> Island<'_, P> {
    fn over(&self) -> bool {
        self.course.over(self.make.made, &self.best.cost)
    }

    fn run(&mut self, begin: &Found) {
        let mut round = 0;
        while !self.over() {
            let from = if round % 2 == 1 {
                Some(self.best.clone())
            } else {
                (round == 0).then(|| begin.clone())
            };
            let mut members = self.population(from.as_ref(), round % 2 == 1);
            self.evolve(&mut members);
            round += 1;
        }
    }

    /// Members from priorities with noise; those of a round `near` a schedule from its order with noise.
    fn population(&mut self, from: Option<&Found>, near: bool) -> Vec<Member> {
        let mut members: Vec<Member> = Vec::with_capacity(members(self.m));
        let span = self.judge.makespan(&self.best.start);
        let latest = self.judge.latest_starts(span);
        if let Some(f) = from {
            let mut order = Vec::new();
            self.make.ordered(&f.start, &mut order);
            let mut member = Member {
                cost: [0; 5],
                start: vec![0; self.m.len()],
                order,
            };
            self.improve(&mut member);
            self.settle(&mut member);
            members.push(member);
        }
        let mut key = vec![0; self.m.len()];
        while members.len() < self::members(self.m) && !self.over() {
            let noise = self.random.unit() * if near { 0.15 } else { 0.5 };
            // Fine noise even where a step of time is coarse.
            let fine = if span < 1 << 40 { 1 << 10 } else { 1 };
            let width = (noise * (span * fine) as f64) as usize + 1;
            let base: &[i64] = match (near, from) {
                (true, Some(f)) => &f.start,
                _ => &latest,
            };
            for (k, b) in key.iter_mut().zip(base) {
                *k = b
                    .saturating_mul(fine)
                    .saturating_add(self.random.below(width) as i64);
            }
            let mut order = Vec::new();
            self.respected(&mut key, &mut order);
            let mut member = Member {
                cost: [0; 5],
                start: vec![0; self.m.len()],
                order,
            };
            self.improve(&mut member);
            self.settle(&mut member);
            members.push(member);
        }
        members
    }

    /// An order by keys that need not respect the needs.
    fn respected(&mut self, key: &mut [i64], order: &mut Vec<u32>) {
        // In a plain project: no key below that of what is needed.
        for t in 0..self.m.len() {
            for (b, _) in self.m.before.of(t) {
                key[t] = key[t].max(key[*b as usize]);
            }
        }
        self.make.ordered(key, order);
    }

    /// Schedules a member's order, justifies it, and keeps the better.
    fn improve(&mut self, member: &mut Member) {
        self.make.forward(&member.order, &mut member.start);
        member.cost = self.judge.cost(&member.start);
        let ease = self.random.chance(50);
        self.judge.due(&member.start, ease, &mut self.due);
        self.spare.clone_from(&member.start);
        let mut spare = std::mem::take(&mut self.spare);
        self.make.justify(&mut spare, &self.due);
        let cost = self.judge.cost(&spare);
        if cost <= member.cost {
            member.cost = cost;
            std::mem::swap(&mut member.start, &mut spare);
        }
        self.spare = spare;
        if member.cost < self.best.cost {
            self.best = Found {
                cost: member.cost,
                start: member.start.clone(),
            };
            self.course.found(&self.best);
        }
    }

    /// Makes a member's order that of its schedule.
    fn settle(&mut self, member: &mut Member) {
        let Member { start, order, .. } = member;
        self.make.ordered(start, order);
    }

    fn evolve(&mut self, members: &mut [Member]) {
        if members.len() < 4 {
            return;
        }
        let mut child = members[0].clone();
        let mut idle = 0;
        let mut best = members
            .iter()
            .map(|m| m.cost)
            .min()
            .unwrap_or([i64::MAX; 5]);
        while idle < patience(self.m) && !self.over() {
            let father = self.pick(members);
            let mut mother = self.pick(members);
            if mother == father {
                mother = (father + 1) % members.len();
            }
            self.cross(&members[father], &members[mother], &mut child.order);
            self.mutate(&mut child.order);
            self.improve(&mut child);
            let out = father;
            if child.cost <= members[out].cost
                && !members
                    .iter()
                    .any(|m| m.cost == child.cost && m.start == child.start)
            {
                self.settle(&mut child);
                std::mem::swap(&mut members[out], &mut child);
            }
            idle += 1;
            if child.cost < best || members[out].cost < best {
                best = members[out].cost;
                idle = 0;
            }
        }
    }

    /// The better of two.
    fn pick(&mut self, members: &[Member]) -> usize {
        let (a, b) = (
            self.random.below(members.len()),
            self.random.below(members.len()),
        );
        if members[b].cost < members[a].cost {
            b
        } else {
            a
        }
    }

    /// A stretch of the father's order; what he does before and after it in the order of the mother.
    fn cross(&mut self, father: &Member, mother: &Member, child: &mut Vec<u32>) {
        let n = self.m.len();
        let length = n / 4 + self.random.below(n / 2 + 1);
        let from = self.random.below(n - length.min(n) + 1);
        let until = (from + length).min(n);
        child.clear();
        for (stretch, keep) in [(0..from, false), (from..until, true), (until..n, false)] {
            let part = &father.order[stretch];
            if keep {
                child.extend_from_slice(part);
                continue;
            }
            for t in part {
                self.mark[*t as usize] = true;
            }
            child.extend(mother.order.iter().filter(|t| self.mark[**t as usize]));
            for t in part {
                self.mark[*t as usize] = false;
            }
        }
    }

    /// Changes places of neighbours that do not need each other, here and there.
    fn mutate(&mut self, order: &mut Vec<u32>) {
        // One place in twelve or so; drawing the distance to the next is cheaper than drawing for each.
        let mut at = 1 + self.random.below(23);
        while at < order.len() {
            let (a, b) = (order[at - 1], order[at]);
            if !self.m.before.of(b as usize).iter().any(|l| l.0 == a) {
                order.swap(at - 1, at);
            }
            at += 1 + self.random.below(23);
        }
        if !self.m.groups.is_empty() {
            self.make.repair(order);
        }
    }
}
