//! What decided a schedule: the critical chain, and who was waited for.

use super::model::Model;
use super::profile::{Profile, Skylines};
use super::project::Project;
use serde::Serialize;

/// What a critical chain leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The task that finishes last; of several the first by position.
    Last,
    /// The task in this position.
    Task(usize),
    /// What the activity in this position waits for longest.
    Activity(usize),
}

/// A task in a schedule, with what kept it from starting earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Position in the project.
    pub task: usize,
    /// When it starts.
    pub start_min: i64,
    /// When it is finished.
    pub finish_min: i64,
    /// What decided its start.
    pub cause: Cause,
    /// How long it waited after all it needs was there: 0 unless the cause is a resource, or nothing.
    pub delay_min: i64,
}

/// What decided the start of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The project's start.
    Start,
    /// Its own release, or a fixed time that it needs.
    Release,
    /// The finish of another task.
    Need {
        /// That task.
        task: usize,
        /// The lag after its finish; below 0 a tolerance.
        lag_min: i64,
    },
    /// All that it needs was there, but too little of a resource was free until another task gave it back.
    Resource {
        /// The resource; of several the first by position.
        resource: usize,
        /// The task that gave it back; of several the first by position.
        task: usize,
    },
    /// Nothing: it could have started earlier. Does not happen in a plan of [`solve`](super::solve) for projects in which no
    /// task may start before what it needs has started.
    Nothing,
}

/// The chain of tasks that decided when the target is reached, the first task first.
///
/// From the target back: each task starts when it does because of its [`Cause`], and the chain goes on with the task named there.
/// It ends at the project's start, at a release, or where nothing was waited for. Empty when the target has no task or no time.
pub fn critical_chain(project: &Project, start_min: &[Option<i64>], target: Target) -> Vec<Link> {
    let s = Schedule::new(project, start_min);
    let mut seen = vec![false; s.m.len()];
    let mut chain = Vec::new();
    let mut next = s.last(target);
    while let Some(t) = next {
        if std::mem::replace(&mut seen[t], true) {
            break;
        }
        let (link, cause) = s.link(t);
        chain.push(link);
        next = cause;
    }
    chain.reverse();
    chain
}

/// Every task that can start, in order of position, with what decided its start.
pub fn causes(project: &Project, start_min: &[Option<i64>]) -> Vec<Link> {
    let s = Schedule::new(project, start_min);
    let mut links: Vec<Link> = (0..s.m.len()).map(|t| s.link(t).0).collect();
    links.sort_by_key(|l| l.task);
    links
}

/// A resource that tasks waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bottleneck {
    /// Position in the project.
    pub resource: usize,
    /// How long those tasks waited for it in all.
    pub delay_min: i64,
    /// The tasks that waited, in order of position.
    pub tasks: Vec<usize>,
}

/// The resources that the tasks of a [`critical_chain`] (or of several, or all [`causes`]) waited for: the longest wait first,
/// then by position. A task counts once however often it is named.
pub fn bottlenecks<'a>(links: impl IntoIterator<Item = &'a Link>) -> Vec<Bottleneck> {
    let mut all: Vec<Bottleneck> = Vec::new();
    for l in links {
        let Cause::Resource { resource, .. } = l.cause else {
            continue;
        };
        let at = all
            .iter()
            .position(|b| b.resource == resource)
            .unwrap_or_else(|| {
                all.push(Bottleneck {
                    resource,
                    delay_min: 0,
                    tasks: Vec::new(),
                });
                all.len() - 1
            });
        let b = &mut all[at];
        if !b.tasks.contains(&l.task) {
            b.tasks.push(l.task);
            b.delay_min = b.delay_min.saturating_add(l.delay_min);
        }
    }
    for b in &mut all {
        b.tasks.sort_unstable();
    }
    all.sort_by_key(|b| (std::cmp::Reverse(b.delay_min), b.resource));
    all
}

/// A schedule in minutes, with what is free when.
struct Schedule {
    m: Model,
    /// None for tasks without a start.
    start: Vec<Option<i64>>,
    room: Skylines,
}

impl Schedule {
    fn new(project: &Project, start_min: &[Option<i64>]) -> Self {
        let m = Model::in_minutes(project);
        let mut room = Skylines::new(&m);
        room.clear();
        let start: Vec<Option<i64>> = (0..m.len())
            .map(|t| {
                let s = start_min.get(m.tasks[t]).copied().flatten()?;
                Some(s.saturating_sub(m.origin).clamp(-(1 << 60), 1 << 60))
            })
            .collect();
        for (t, s) in start.iter().enumerate() {
            if let Some(s) = s {
                room.take(t, *s);
            }
        }
        Self { m, start, room }
    }

    fn finish(&self, t: usize) -> Option<i64> {
        Some(self.start[t]? + self.m.duration[t])
    }

    /// The later, then the one that comes first by position.
    fn latest(&self, offers: impl Iterator<Item = (usize, i64)>) -> Option<(usize, i64)> {
        offers
            .filter_map(|(t, lag)| {
                Some((
                    self.finish(t)? + lag,
                    std::cmp::Reverse(self.m.tasks[t]),
                    t,
                    lag,
                ))
            })
            .max()
            .map(|(_, _, t, lag)| (t, lag))
    }

    fn last(&self, target: Target) -> Option<usize> {
        match target {
            Target::Last => self.latest((0..self.m.len()).map(|t| (t, 0))).map(|l| l.0),
            Target::Task(task) => {
                let t = self.m.tasks.iter().position(|t| *t == task)?;
                self.start[t].map(|_| t)
            }
            Target::Activity(a) => {
                let a = self.m.activities.get(a).filter(|a| a.known)?;
                let mut offers: Vec<(usize, i64)> =
                    a.tasks.iter().map(|(t, lag)| (*t as usize, *lag)).collect();
                for g in &a.groups {
                    offers.extend(self.kth(&g.tasks, &g.times, g.k, self.m.origin));
                }
                let (t, lag) = self.latest(offers.into_iter())?;
                // A fixed time that is later decides alone; then no task does.
                let ready = self.m.minutes(self.finish(t)? + lag);
                (ready >= a.floor && ready > self.m.origin).then_some(t)
            }
        }
    }

    /// The offer that makes a group complete; none when it is a fixed time.
    fn kth(
        &self,
        tasks: &[(u32, i64)],
        times: &[i64],
        k: usize,
        origin: i64,
    ) -> Option<(usize, i64)> {
        let of_tasks = tasks.iter().filter_map(|(t, lag)| {
            let t = *t as usize;
            Some((self.finish(t)? + lag, self.m.tasks[t], Some((t, *lag))))
        });
        let of_times = times.iter().map(|t| (t.saturating_sub(origin), 0, None));
        let mut offers: Vec<_> = of_tasks.chain(of_times).collect();
        offers.sort_unstable();
        offers.get(k.checked_sub(1)?)?.2
    }

    /// Why a task starts when it does, and the task behind that.
    fn link(&self, t: usize) -> (Link, Option<usize>) {
        let m = &self.m;
        let start = self.start[t].unwrap_or(m.head[t]);
        let mut needs: Vec<(usize, i64)> = m
            .before
            .of(t)
            .iter()
            .map(|(b, lag)| (*b as usize, *lag))
            .collect();
        for g in &m.groups_of[t] {
            let g = &m.groups[*g as usize];
            needs.extend(self.kth(&g.tasks, &g.times, g.k, 0));
        }
        let mut there = m.release[t];
        let mut cause = (
            if there == 0 {
                Cause::Start
            } else {
                Cause::Release
            },
            None,
        );
        if let Some((b, lag)) = self.latest(needs.into_iter()) {
            let time = self.finish(b).unwrap_or(0) + lag;
            // On equal times the task that is waited for says more than a fixed time.
            if time >= there && time > 0 || time == there && there == 0 && start == 0 && lag < 0 {
                there = time;
                let need = Cause::Need {
                    task: m.tasks[b],
                    lag_min: lag,
                };
                cause = (need, Some(b));
            }
        }
        if start > there {
            cause = self.held(t, start);
        }
        let link = Link {
            task: m.tasks[t],
            start_min: m.minutes(start),
            finish_min: m.minutes(start + m.duration[t]),
            cause: cause.0,
            delay_min: (start - there).max(0),
        };
        (link, cause.1)
    }

    /// Which resource was short just before a task started, and who gave it back.
    fn held(&self, t: usize, start: i64) -> (Cause, Option<usize>) {
        let m = &self.m;
        for (r, units) in &m.demand[t] {
            if self.room.free(*r as usize, start - 1) >= *units {
                continue;
            }
            let gave = (0..m.len())
                .filter(|b| *b != t && self.finish(*b) == Some(start) && m.duration[*b] > 0)
                .filter(|b| m.demand[*b].iter().any(|d| d.0 == *r))
                .min_by_key(|b| m.tasks[*b]);
            if let Some(b) = gave {
                let cause = Cause::Resource {
                    resource: m.resources[*r as usize],
                    task: m.tasks[b],
                };
                return (cause, Some(b));
            }
        }
        (Cause::Nothing, None)
    }
}
