//! The plain list rule (C5): whoever can begin first, then the earlier deadline, the longer tail, the code.

use super::waits::Waits;
use super::work::{Job, Work};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// When each node begins and is there; `None` where that never happens or nobody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Times {
    pub begin: Vec<Option<i64>>,
    pub there: Vec<Option<i64>>,
}

/// Works the list rule out: one person for each piece of work, no interruption; always the piece of work that can begin
/// first, of several the one with the earliest latest finish, then the longest tail, then by code.
///
/// Feasible, not proven best. What waits for an open time stays open, and so does a loop with something down in it.
pub(crate) fn list_rule(work: &Work) -> Times {
    Run::new(work, None).run()
}

/// The times of every node with as many people as the work needs, each service being one piece of work (C5).
pub(crate) fn unlimited(work: &Work) -> Times {
    let there: Vec<Option<i64>> = (0..work.nodes.len())
        .map(|i| work.known[i].then_some(work.least[i]))
        .collect();
    let begin = work.nodes.iter().zip(&there);
    Times {
        begin: begin
            .map(|(x, t)| match x.job {
                Job::Work { minutes, .. } => t.map(|t| t.saturating_sub(minutes)),
                _ => None,
            })
            .collect(),
        there,
    }
}

/// The times of every node when each piece of work begins as given; work that has no beginning stays open.
pub(crate) fn follow(work: &Work, begin: &dyn Fn(usize) -> Option<i64>) -> Times {
    Run::new(work, Some(begin)).run()
}

/// From when on each node has everything it needs, given when everything is there; `None` where something is open.
pub(crate) fn waits_at(work: &Work, times: &Times) -> Vec<Option<i64>> {
    let n = work.nodes.len();
    let mut waits = Waits::new(work);
    let mut out: Vec<Option<i64>> = vec![None; n];
    let mut note = |list: Vec<(usize, i64)>| {
        for (i, at) in list {
            out[i] = Some(at);
        }
    };
    note(waits.at_once());
    for i in 0..n {
        if let Some(there) = times.there[i] {
            note(waits.arrive(i, there));
        }
    }
    out
}

/// The order among those that can begin at the same time.
type Rank = (i64, Reverse<i64>, (u32, u32), usize);

/// What comes next: a node, or whatever a team would take; a team's offer counts only while it is its latest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Node(usize),
    Team(usize, u64),
}

struct Run<'a> {
    work: &'a Work,
    begin: Option<&'a dyn Fn(usize) -> Option<i64>>,
    waits: Waits<'a>,
    times: Times,
    teams: Vec<Team>,
    heap: BinaryHeap<Reverse<(i64, Rank, Next)>>,
}

/// A team's people and the work before them.
#[derive(Default)]
struct Team {
    /// When each person is free.
    free: BinaryHeap<Reverse<i64>>,
    /// Work that can begin only later than somebody is free, the first on top.
    coming: BinaryHeap<Reverse<(i64, Rank)>>,
    /// Work that can begin as soon as somebody is free, the most urgent on top.
    waiting: BinaryHeap<Reverse<Rank>>,
    offers: u64,
}

impl<'a> Run<'a> {
    fn new(work: &'a Work, begin: Option<&'a dyn Fn(usize) -> Option<i64>>) -> Self {
        let n = work.nodes.len();
        let mut jobs = vec![0usize; work.strength.len()];
        for node in &work.nodes {
            if let Job::Work { team: Some(t), .. } = node.job {
                jobs[t] += 1;
            }
        }
        let team = |(strength, jobs): (&Option<i64>, &usize)| {
            // More people than pieces of work change nothing.
            let people = usize::try_from(strength.unwrap_or(0))
                .unwrap_or(0)
                .min(*jobs);
            Team {
                free: std::iter::repeat_n(Reverse(work.start), people).collect(),
                ..Team::default()
            }
        };
        Self {
            work,
            begin,
            waits: Waits::new(work),
            times: Times {
                begin: vec![None; n],
                there: vec![None; n],
            },
            teams: work.strength.iter().zip(&jobs).map(team).collect(),
            heap: BinaryHeap::new(),
        }
    }

    fn run(mut self) -> Times {
        for (i, node) in self.work.nodes.iter().enumerate() {
            let begin = self.begin.and_then(|b| b(i));
            match node.job {
                Job::Standby(at) => self.push(at, i),
                Job::Work { .. } if let Some(b) = begin => self.push(b, i),
                _ => {}
            }
        }
        for (i, at) in self.waits.at_once() {
            self.ready(i, at);
        }
        while let Some(Reverse((at, _, next))) = self.heap.pop() {
            match next {
                Next::Node(i) => self.take(i, at),
                Next::Team(t, offer) if self.teams[t].offers == offer => {
                    let Some((_, rank)) = self.teams[t].first(&self.times) else {
                        continue;
                    };
                    self.take(rank.3, at);
                    self.offer(t);
                }
                Next::Team(..) => {}
            }
        }
        self.times
    }

    fn rank(&self, i: usize) -> Rank {
        let x = &self.work.nodes[i];
        (
            x.deadline.unwrap_or(i64::MAX),
            Reverse(x.tail),
            self.work.rank[i],
            i,
        )
    }

    fn push(&mut self, at: i64, i: usize) {
        self.heap.push(Reverse((at, self.rank(i), Next::Node(i))));
    }

    /// A node has everything it needs from this time on.
    fn ready(&mut self, i: usize, at: i64) {
        if let Some(known) = self.times.there[i] {
            // A member of a group that was known later may be tolerated for so long that it counts as earlier.
            let better = self.work.handed_on(i, at) < known;
            let last = self.work.followers.of(i as u32).is_empty();
            if better && last && self.work.nodes[i].job == Job::HandOn {
                self.times.there[i] = Some(self.work.handed_on(i, at));
            }
            return;
        }
        match self.work.nodes[i].job {
            Job::HandOn | Job::Join => self.push(at, i),
            Job::Work { team, .. } if self.begin.is_none() => match team {
                Some(t) => {
                    let rank = self.rank(i);
                    self.teams[t].coming.push(Reverse((at, rank)));
                    self.offer(t);
                }
                None => self.push(at, i),
            },
            _ => {}
        }
    }

    /// Lets a team say what it would do next, and when.
    fn offer(&mut self, t: usize) {
        let team = &mut self.teams[t];
        team.offers += 1;
        let offers = team.offers;
        if let Some((at, rank)) = team.first(&self.times) {
            self.heap.push(Reverse((at, rank, Next::Team(t, offers))));
        }
    }

    fn take(&mut self, i: usize, at: i64) {
        if self.times.there[i].is_some() {
            return;
        }
        let there = match self.work.nodes[i].job {
            Job::Work { minutes, team } => {
                self.times.begin[i] = Some(at);
                let end = at.saturating_add(minutes);
                if let (Some(t), None) = (team, self.begin)
                    && self.teams[t].free.pop().is_some()
                {
                    self.teams[t].free.push(Reverse(end));
                }
                end
            }
            _ => self.work.handed_on(i, at),
        };
        self.times.there[i] = Some(there);
        for (d, at) in self.waits.arrive(i, there) {
            self.ready(d, at);
        }
    }
}

impl Team {
    /// What it would do next, and when; `None` when there is nothing, or nobody.
    fn first(&mut self, times: &Times) -> Option<(i64, Rank)> {
        let free = self.free.peek()?.0;
        let done = |r: &Rank| times.there[r.3].is_some();
        while let Some(Reverse((at, rank))) = self.coming.peek() {
            if done(rank) {
                self.coming.pop();
            } else if *at <= free {
                self.waiting.push(Reverse(*rank));
                self.coming.pop();
            } else {
                break;
            }
        }
        while self.waiting.peek().is_some_and(|r| done(&r.0)) {
            self.waiting.pop();
        }
        match self.waiting.peek() {
            Some(r) => Some((free, r.0)),
            None => self.coming.peek().map(|c| c.0),
        }
    }
}
