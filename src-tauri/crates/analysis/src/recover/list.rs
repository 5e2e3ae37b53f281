//! The plain list rule (C5): whoever can begin first, then the earlier deadline, the longer tail, the code.

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
/// Feasible, not proven best. What waits for an open time stays open, and so does a loop.
pub(crate) fn list_rule(work: &Work) -> Times {
    let n = work.nodes.len();
    let mut t = Times {
        begin: vec![None; n],
        there: vec![None; n],
    };
    let mut free: Vec<Option<BinaryHeap<Reverse<i64>>>> = work
        .strength
        .iter()
        .map(|s| {
            // More people than pieces of work change nothing.
            let people = usize::try_from((*s)?).unwrap_or(0).min(n);
            Some(std::iter::repeat_n(Reverse(work.start), people).collect())
        })
        .collect();
    let mut heap = BinaryHeap::new();
    let key = |work: &Work, i: usize, at: i64| {
        let x = &work.nodes[i];
        Reverse((
            at,
            x.deadline.unwrap_or(i64::MAX),
            Reverse(x.tail),
            work.rank[i],
            i,
        ))
    };
    let ready = |work: &Work, t: &Times, free: &[Option<BinaryHeap<Reverse<i64>>>], i: usize| {
        let wait = work.wait(i, &t.there)?;
        Some(match work.nodes[i].job {
            Job::Work { team: Some(x), .. } => {
                let person = free[x].as_ref().and_then(|f| f.peek()).map(|p| p.0);
                wait.max(person.unwrap_or(wait))
            }
            _ => wait,
        })
    };
    for i in 0..n {
        match work.nodes[i].job {
            Job::Standby(at) => heap.push(key(work, i, at)),
            Job::Spare | Job::Open(_) => {}
            _ => {
                if let Some(at) = ready(work, &t, &free, i) {
                    heap.push(key(work, i, at));
                }
            }
        }
    }
    while let Some(Reverse((at, _, _, _, i))) = heap.pop() {
        if t.there[i].is_some() {
            continue;
        }
        let standby = matches!(work.nodes[i].job, Job::Standby(_));
        let now = if standby {
            at
        } else {
            let Some(now) = ready(work, &t, &free, i) else {
                continue;
            };
            now
        };
        if now > at {
            heap.push(key(work, i, now));
            continue;
        }
        t.there[i] = Some(match work.nodes[i].job {
            Job::Work { minutes, team } => {
                t.begin[i] = Some(now);
                let end = now.saturating_add(minutes);
                if let Some(f) = team.and_then(|x| free[x].as_mut()) {
                    f.pop();
                    f.push(Reverse(end));
                }
                end
            }
            // Who is not down waits only past the start; else he was never disrupted.
            Job::HandOn if now <= work.start && i < work.services + work.activities => 0,
            _ => now,
        });
        for d in work.followers.of(i as u32) {
            let d = *d as usize;
            if t.there[d].is_none()
                && !matches!(
                    work.nodes[d].job,
                    Job::Spare | Job::Open(_) | Job::Standby(_)
                )
                && let Some(at) = ready(work, &t, &free, d)
            {
                heap.push(key(work, d, at));
            }
        }
    }
    t
}

/// The times of every node when each piece of work begins as given; work that has no beginning stays open.
pub(crate) fn follow(work: &Work, begin: impl Fn(usize) -> Option<i64>) -> Times {
    let n = work.nodes.len();
    let mut t = Times {
        begin: vec![None; n],
        there: vec![None; n],
    };
    for i in 0..n {
        match work.nodes[i].job {
            Job::Work { minutes, .. } => {
                t.begin[i] = begin(i);
                t.there[i] = t.begin[i].map(|b| b.saturating_add(minutes));
            }
            Job::Standby(at) => t.there[i] = Some(at),
            _ => {}
        }
    }
    // The others hand on what they wait for; a time only moves forward as more of a group's members are known, so each
    // node is looked at again when one of them is.
    let hands_on = |i: usize| matches!(work.nodes[i].job, Job::HandOn | Job::Join);
    let mut todo: Vec<usize> = (0..n).filter(|i| hands_on(*i)).collect();
    todo.reverse();
    while let Some(i) = todo.pop() {
        let Some(wait) = work.wait(i, &t.there) else {
            continue;
        };
        let now = match work.nodes[i].job {
            Job::HandOn if wait <= work.start => 0,
            _ => wait,
        };
        if t.there[i].is_none_or(|old| now < old) {
            t.there[i] = Some(now);
            todo.extend(
                work.followers
                    .of(i as u32)
                    .iter()
                    .map(|d| *d as usize)
                    .filter(|d| hands_on(*d)),
            );
        }
    }
    t
}
