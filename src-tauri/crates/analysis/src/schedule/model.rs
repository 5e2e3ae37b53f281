//! The project as the search sees it: only what can be scheduled, in an order that respects the needs, in the coarsest unit of
//! time that is still exact.

use super::check::{Alive, alive};
use super::project::{Activity, Need, Obstacle, Offer, Project, Source, TIME_LIMIT_MIN};

/// A compiled project. Times of tasks are in [`Model::unit`] minutes from [`Model::origin`].
pub(super) struct Model {
    /// Position in the project of each task; tasks stand so that what they need comes before them.
    pub tasks: Vec<usize>,
    /// How many tasks the project has.
    pub all: usize,
    /// The project's start.
    pub origin: i64,
    /// Minutes in a step of time.
    pub unit: i64,
    pub duration: Vec<i64>,
    /// Not before; 0 or more.
    pub release: Vec<i64>,
    /// `start >= finish of the other + lag`.
    pub before: Links,
    /// The same links the other way round.
    pub after: Links,
    /// Needs of which only some offers have to be there.
    pub groups: Vec<Group>,
    /// The groups that a task waits for.
    pub groups_of: Vec<Vec<u32>>,
    /// Whether starting times in rising order always respect the needs.
    pub plain: bool,
    /// Capacity of each resource that can ever be short.
    pub capacity: Vec<i64>,
    /// Position in the project of these resources.
    pub resources: Vec<usize>,
    /// What a task holds of each.
    pub demand: Vec<Vec<(u32, i64)>>,
    /// Earliest start with unlimited resources, or below it.
    pub head: Vec<i64>,
    /// From the finish to the end of everything, at least.
    pub tail: Vec<i64>,
    pub activities: Vec<Waiting>,
    pub obstacles: Vec<Obstacle>,
}

/// Lists of (task, lag), one for each task, in one piece of memory.
#[derive(Default)]
pub(super) struct Links {
    first: Vec<u32>,
    links: Vec<(u32, i64)>,
}

impl Links {
    fn new(lists: &[Vec<(u32, i64)>]) -> Self {
        let mut all = Self::default();
        all.first.push(0);
        for l in lists {
            all.links.extend_from_slice(l);
            all.first
                .push(u32::try_from(all.links.len()).unwrap_or(u32::MAX));
        }
        all
    }

    #[inline]
    pub fn of(&self, task: usize) -> &[(u32, i64)] {
        &self.links[self.first[task] as usize..self.first[task + 1] as usize]
    }
}

/// The k-th earliest of some offers.
pub(super) struct Group {
    /// Who waits; not meant for groups of activities.
    pub task: u32,
    pub k: usize,
    /// (task, lag after its finish).
    pub tasks: Vec<(u32, i64)>,
    /// Times that are there in any case.
    pub times: Vec<i64>,
}

/// An activity: everything in minutes on the project's clock.
pub(super) struct Waiting {
    /// Whether all it waits for can be there.
    pub known: bool,
    /// The latest of the fixed times.
    pub floor: i64,
    pub tasks: Vec<(u32, i64)>,
    pub groups: Vec<Group>,
    pub hard: Option<i64>,
    pub soft: Option<i64>,
}

impl Model {
    /// In the coarsest unit that is exact.
    pub fn new(p: &Project) -> Self {
        Self::compile(p, None)
    }

    /// In minutes, for starting times that may be any.
    pub fn in_minutes(p: &Project) -> Self {
        Self::compile(p, Some(1))
    }

    fn compile(p: &Project, given: Option<i64>) -> Self {
        let n = p.tasks.len();
        // Sums over all tasks have to fit.
        let limit = TIME_LIMIT_MIN.min(i64::MAX / 16 / (n as i64 + 2));
        let clamp = |t: i64| t.clamp(-limit, limit);
        let Alive { order, obstacles } = alive(p);
        let mut index = vec![None; n];
        for (at, t) in order.iter().enumerate() {
            index[*t] = u32::try_from(at).ok();
        }
        let origin = clamp(p.start_min);
        let since = |t: i64| clamp(t).saturating_sub(origin).max(0);

        let m = order.len();
        let mut duration = Vec::with_capacity(m);
        let mut release = Vec::with_capacity(m);
        let mut before = vec![Vec::new(); m];
        let mut groups = Vec::new();
        for (at, t) in order.iter().enumerate() {
            let task = &p.tasks[*t];
            duration.push(clamp(task.duration_min).max(0));
            let mut not_before = since(task.release_min);
            for need in &task.needs {
                match sorted_out(need, &index, clamp) {
                    Sorted::Nothing | Sorted::Never => {}
                    Sorted::All { tasks, times } => {
                        before[at].extend(tasks);
                        for t in times {
                            not_before = not_before.max(since(t));
                        }
                    }
                    Sorted::Some { k, tasks, times } => groups.push(Group {
                        task: at as u32,
                        k,
                        tasks,
                        times: times.into_iter().map(since).collect(),
                    }),
                }
            }
            release.push(not_before);
            tidy(&mut before[at]);
        }

        let mut unit = 0;
        for t in duration.iter().chain(&release) {
            unit = gcd(unit, *t);
        }
        for (_, lag) in before.iter().flatten() {
            unit = gcd(unit, *lag);
        }
        for g in &groups {
            for t in g.tasks.iter().map(|t| t.1).chain(g.times.iter().copied()) {
                unit = gcd(unit, t);
            }
        }
        let activities: Vec<Waiting> = p
            .activities
            .iter()
            .map(|a| waiting(a, &index, clamp))
            .collect();
        for a in &activities {
            // Then a limit is a step too.
            for (_, lag) in a.tasks.iter().chain(a.groups.iter().flat_map(|g| &g.tasks)) {
                unit = gcd(unit, *lag);
            }
            for limit in [a.hard, a.soft].into_iter().flatten() {
                unit = gcd(unit, since(limit));
            }
        }
        let unit = given.unwrap_or(unit).max(1);
        for t in duration.iter_mut().chain(&mut release) {
            *t /= unit;
        }
        for (_, lag) in before.iter_mut().flatten() {
            *lag /= unit;
        }
        for g in &mut groups {
            for (_, lag) in &mut g.tasks {
                *lag /= unit;
            }
            for t in &mut g.times {
                *t /= unit;
            }
        }

        let mut after = vec![Vec::new(); m];
        for (at, list) in before.iter().enumerate() {
            for (b, lag) in list {
                after[*b as usize].push((at as u32, *lag));
            }
        }
        let mut groups_of = vec![Vec::new(); m];
        for (at, g) in groups.iter().enumerate() {
            groups_of[g.task as usize].push(at as u32);
        }
        let plain = groups.is_empty()
            && before
                .iter()
                .flatten()
                .all(|(b, lag)| *lag >= -duration[*b as usize]);

        let (resources, capacity, demand) = binding(p, &order);
        let mut model = Self {
            all: n,
            origin,
            unit,
            release,
            before: Links::new(&before),
            after: Links::new(&after),
            groups,
            groups_of,
            plain,
            capacity,
            resources,
            demand,
            head: Vec::new(),
            tail: Vec::new(),
            activities,
            obstacles,
            duration,
            tasks: order,
        };
        model.head = model.heads();
        model.tail = model.tails();
        model
    }

    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Minutes on the project's clock.
    pub fn minutes(&self, t: i64) -> i64 {
        self.origin.saturating_add(t.saturating_mul(self.unit))
    }

    /// Earliest starts with unlimited resources. Where groups feed each other in a ring this may end below them.
    fn heads(&self) -> Vec<i64> {
        let mut head = self.release.clone();
        let mut offers = Vec::new();
        let rounds = if self.groups.is_empty() { 1 } else { 64 };
        for _ in 0..rounds {
            let mut moved = false;
            for t in 0..self.len() {
                let mut start = head[t];
                for (b, lag) in self.before.of(t) {
                    let b = *b as usize;
                    start = start.max(head[b] + self.duration[b] + lag);
                }
                for g in &self.groups_of[t] {
                    let g = &self.groups[*g as usize];
                    offers.clear();
                    offers.extend(g.tasks.iter().map(|(b, lag)| {
                        let b = *b as usize;
                        head[b] + self.duration[b] + lag
                    }));
                    offers.extend(&g.times);
                    offers.sort_unstable();
                    start = start.max(offers[g.k - 1]);
                }
                moved |= start != head[t];
                head[t] = start;
            }
            if !moved {
                break;
            }
        }
        head
    }

    /// Longest chains to the end; groups are no part of them, for nobody has to be waited for.
    fn tails(&self) -> Vec<i64> {
        let mut tail = vec![0; self.len()];
        for t in (0..self.len()).rev() {
            for (a, lag) in self.after.of(t) {
                let a = *a as usize;
                tail[t] = tail[t].max(lag + self.duration[a] + tail[a]);
            }
        }
        tail
    }
}

/// A need with what can never be there left out.
enum Sorted {
    Nothing,
    Never,
    All {
        tasks: Vec<(u32, i64)>,
        times: Vec<i64>,
    },
    Some {
        k: usize,
        tasks: Vec<(u32, i64)>,
        times: Vec<i64>,
    },
}

fn sorted_out(need: &Need, index: &[Option<u32>], clamp: impl Fn(i64) -> i64) -> Sorted {
    if need.k == 0 {
        return Sorted::Nothing;
    }
    let (mut tasks, mut times) = (Vec::new(), Vec::new());
    for Offer { from, lag_min } in &need.offers {
        match from {
            Source::Task(t) => {
                if let Some(Some(at)) = index.get(*t) {
                    tasks.push((*at, clamp(*lag_min)));
                }
            }
            Source::Time(t) => times.push(clamp(t.saturating_add(*lag_min))),
        }
    }
    let k = need.k;
    match (tasks.len() + times.len()).cmp(&k) {
        std::cmp::Ordering::Less => Sorted::Never,
        std::cmp::Ordering::Equal => Sorted::All { tasks, times },
        std::cmp::Ordering::Greater => Sorted::Some { k, tasks, times },
    }
}

fn waiting(a: &Activity, index: &[Option<u32>], clamp: impl Fn(i64) -> i64 + Copy) -> Waiting {
    let mut w = Waiting {
        known: true,
        floor: i64::MIN,
        tasks: Vec::new(),
        groups: Vec::new(),
        hard: a.limits.hard_min,
        soft: a.limits.soft_min,
    };
    for need in &a.needs {
        match sorted_out(need, index, clamp) {
            Sorted::Nothing => {}
            Sorted::Never => w.known = false,
            Sorted::All { tasks, times } => {
                w.tasks.extend(tasks);
                w.floor = times.into_iter().fold(w.floor, i64::max);
            }
            Sorted::Some { k, tasks, times } => w.groups.push(Group {
                task: u32::MAX,
                k,
                tasks,
                times,
            }),
        }
    }
    tidy(&mut w.tasks);
    w
}

/// One link to each task, the longest.
fn tidy(links: &mut Vec<(u32, i64)>) {
    links.sort_unstable_by_key(|(t, lag)| (*t, -lag));
    links.dedup_by_key(|l| l.0);
}

/// The resources that can be short, with their capacities and the demands on them.
#[allow(clippy::type_complexity)]
fn binding(p: &Project, order: &[usize]) -> (Vec<usize>, Vec<i64>, Vec<Vec<(u32, i64)>>) {
    let demands: Vec<Vec<(usize, i64)>> = order
        .iter()
        .map(|t| {
            if p.tasks[*t].duration_min > 0 {
                added_up(p, *t)
            } else {
                Vec::new()
            }
        })
        .collect();
    let mut asked = vec![0i128; p.capacities.len()];
    for (r, units) in demands.iter().flatten() {
        asked[*r] += i128::from(*units);
    }
    let mut place = vec![None; p.capacities.len()];
    let (mut resources, mut capacity) = (Vec::new(), Vec::new());
    for (r, c) in p.capacities.iter().enumerate() {
        if asked[r] > i128::from(*c) {
            place[r] = u32::try_from(resources.len()).ok();
            resources.push(r);
            capacity.push(*c);
        }
    }
    let demand = demands
        .into_iter()
        .map(|list| {
            list.into_iter()
                .filter_map(|(r, units)| Some((place[r]?, units)))
                .collect()
        })
        .collect();
    (resources, capacity, demand)
}

/// What a task asks for, each resource once, in order; also of resources that do not exist.
pub(super) fn added_up(p: &Project, task: usize) -> Vec<(usize, i64)> {
    let mut list: Vec<(usize, i64)> = Vec::new();
    for d in p.tasks[task].demands.iter().filter(|d| d.units > 0) {
        match list.iter_mut().find(|(r, _)| *r == d.resource) {
            Some((_, units)) => *units = units.saturating_add(d.units),
            None => list.push((d.resource, d.units)),
        }
    }
    list.sort_unstable();
    list
}

fn gcd(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
