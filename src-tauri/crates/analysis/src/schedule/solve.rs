//! From a project to a plan.

use super::bounds::{Bounds, bounds};
use super::generate::Generator;
use super::judge::Judge;
use super::model::Model;
use super::profile::{Grid, Profile, Skylines};
use super::project::{Cost, Goal, Options, Plan, Project};
use super::prove::{Prover, fits};
use super::search::{Course, Found, island};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Asked again and again, by several threads; true when the search is to end.
pub type Stop<'a> = dyn Fn() -> bool + Sync + 'a;

/// Finds a good order of work, and proves it the best where it can.
///
/// It always answers, with the best that was found until `stop` said true; before that it ends when the plan is proven or the
/// schedules of [`Options::schedules`] are made. The cost is never worse than that of [`Options::start`].
pub fn solve(project: &Project, goal: Goal, options: &Options, stop: &Stop) -> Plan {
    let m = Model::new(project);
    let plan = if Grid::suits(&m) {
        search(&m, goal, options, stop, || Grid::new(&m))
    } else {
        search(&m, goal, options, stop, || Skylines::new(&m))
    };
    let Some(start) = given(project, options) else {
        return plan;
    };
    // Where a task may start before what it needs, the order of a plan need not give the plan again.
    let given = evaluate(project, goal, &start);
    if given.cost >= plan.cost
        || given
            .start_min
            .iter()
            .zip(&plan.start_min)
            .any(|(a, b)| a.is_some() != b.is_some())
    {
        return plan;
    }
    Plan {
        makespan_bound_min: plan.makespan_bound_min,
        bound: plan.bound,
        schedules: plan.schedules,
        obstacles: plan.obstacles,
        ..given
    }
    .judged(goal)
}

/// A schedule that is given, with its cost and the bounds.
///
/// Whether it keeps the rules of the project is not looked at ([`feasible`] does). Tasks without a start, or that can never
/// start, are left out as they are in [`solve`].
pub fn evaluate(project: &Project, goal: Goal, start_min: &[Option<i64>]) -> Plan {
    let m = Model::in_minutes(project);
    let judge = Judge::new(&m, goal);
    let known = bounds(&m, &judge);
    let start: Vec<i64> = (0..m.len())
        .map(|t| match start_min.get(m.tasks[t]) {
            Some(Some(s)) => s.saturating_sub(m.origin).clamp(-(1 << 60), 1 << 60),
            _ => m.head[t],
        })
        .collect();
    plan(&m, goal, &start, &known, known.cost, 0)
}

/// Whether a schedule keeps all rules of the project: needs, releases and capacities.
///
/// Only tasks that can ever start count; each of them needs a start.
pub fn feasible(project: &Project, start_min: &[Option<i64>]) -> bool {
    let m = Model::in_minutes(project);
    let mut start = Vec::with_capacity(m.len());
    for t in &m.tasks {
        match start_min.get(*t) {
            Some(Some(s)) if s.unsigned_abs() < 1 << 60 => start.push(s - m.origin),
            _ => return false,
        }
    }
    let finish = |t: u32| start[t as usize] + m.duration[t as usize];
    let mut room = Skylines::new(&m);
    room.clear();
    (0..m.len()).all(|t| {
        start[t] >= m.release[t]
            && m.before
                .of(t)
                .iter()
                .all(|(b, lag)| start[t] >= finish(*b) + lag)
            && m.groups_of[t].iter().all(|g| {
                let g = &m.groups[*g as usize];
                let tasks = g
                    .tasks
                    .iter()
                    .filter(|(b, lag)| start[t] >= finish(*b) + lag)
                    .count();
                let times = g.times.iter().filter(|time| start[t] >= **time).count();
                tasks + times >= g.k
            })
            && room.take(t, start[t])
    })
}

/// The given start, if it is one.
fn given(project: &Project, options: &Options) -> Option<Vec<Option<i64>>> {
    let start: Vec<Option<i64>> = options.start.as_ref()?.iter().copied().map(Some).collect();
    feasible(project, &start).then_some(start)
}

fn search<P: Profile>(
    m: &Model,
    goal: Goal,
    options: &Options,
    stop: &Stop,
    profile: impl Fn() -> P + Sync,
) -> Plan {
    let mut judge = Judge::new(m, goal);
    let known = bounds(m, &judge);
    let (begin, made) = begin(m, &mut judge, options, profile());
    let shared = Shared {
        goal,
        stop,
        best: Mutex::new(begin.clone()),
        bound: Mutex::new(known.cost),
        done: AtomicBool::new(false),
        made: AtomicU64::new(made),
    };
    shared.look(&begin.cost);
    let islands = options.islands.clamp(1, 64);
    let small = m.len() <= options.prove_up_to_tasks && fits(m, goal);
    match options.schedules {
        None => {
            let provers = usize::from(small);
            std::thread::scope(|scope| {
                for stream in 1..islands {
                    let (shared, begin, profile) = (&shared, &begin, &profile);
                    scope.spawn(move || {
                        if stream <= provers {
                            shared.prove(m, known.makespan, u64::MAX);
                        }
                        shared.explore(m, profile(), begin, options.seed, stream as u64);
                    });
                }
                if islands == 1 && small {
                    shared.take_turns(m, &profile, &begin, options.seed, known.makespan);
                }
                shared.explore(m, profile(), &begin, options.seed, 0);
            });
        }
        Some(schedules) => {
            shared.count_out(m, &profile, &begin, options, islands, schedules);
            if small {
                shared.prove(
                    m,
                    known.makespan,
                    schedules.saturating_mul(POLLS_FOR_A_SCHEDULE),
                );
            }
        }
    }
    let best = lock(&shared.best).clone();
    let bound = *lock(&shared.bound);
    plan(
        m,
        goal,
        &best.start,
        &known,
        bound,
        shared.made.load(Ordering::Relaxed),
    )
}

/// How long a proof may take when time is counted in schedules, so that it does not depend on the machine.
const POLLS_FOR_A_SCHEDULE: u64 = 2;

/// How many schedules an island makes of a project whose plan is proven from the start.
const TIDYING: u64 = 3_000;

/// The schedule to begin with: the given one, or one by the latest starts.
fn begin<P: Profile>(m: &Model, judge: &mut Judge, options: &Options, profile: P) -> (Found, u64) {
    let mut make = Generator::new(m, profile);
    let mut best: Option<Found> = None;
    let span: i64 = m
        .head
        .iter()
        .zip(&m.duration)
        .zip(&m.tail)
        .map(|((h, d), t)| h + d + t)
        .max()
        .unwrap_or(0);
    let mut keys = vec![judge.latest_starts(span)];
    if let Some(start) = &options.start
        && start.len() == m.all
    {
        keys.insert(
            0,
            m.tasks
                .iter()
                .map(|t| start[*t].clamp(-(1 << 60), 1 << 60))
                .collect(),
        );
    }
    for mut key in keys {
        for t in 0..m.len() {
            for (b, _) in m.before.of(t) {
                key[t] = key[t].max(key[*b as usize]);
            }
        }
        let (mut order, mut start) = (Vec::new(), vec![0; m.len()]);
        make.ordered(&key, &mut order);
        make.forward(&order, &mut start);
        let cost = judge.cost(&start);
        if best.as_ref().is_none_or(|b| cost < b.cost) {
            best = Some(Found { cost, start });
        }
    }
    let best = best.unwrap_or(Found {
        cost: [0; 5],
        start: Vec::new(),
    });
    (best, make.made)
}

/// What the searches know together.
struct Shared<'a> {
    goal: Goal<'a>,
    stop: &'a Stop<'a>,
    best: Mutex<Found>,
    bound: Mutex<Cost>,
    done: AtomicBool,
    made: AtomicU64,
}

impl Shared<'_> {
    fn over(&self) -> bool {
        self.done.load(Ordering::Relaxed) || (self.stop)()
    }

    /// Ends everything when nothing can be better.
    fn look(&self, best: &Cost) {
        if leading(best, &lock(&self.bound)) >= self.goal.levels() {
            self.done.store(true, Ordering::Relaxed);
        }
    }

    /// Whether an island may end although it was not told to: what is proven is only to be made tidy, in the level that nobody
    /// proves.
    fn tidy(&self, made: u64, best: &Cost, bound: &Cost) -> bool {
        !matches!(self.goal, Goal::Limits) || made >= TIDYING || leading(best, bound) == best.len()
    }

    fn take(&self, found: &Found) {
        let mut best = lock(&self.best);
        if found.cost < best.cost {
            *best = found.clone();
        }
        let cost = best.cost;
        drop(best);
        self.look(&cost);
    }

    fn explore<P: Profile>(&self, m: &Model, profile: P, begin: &Found, seed: u64, stream: u64) {
        self.explore_some(m, profile, begin, (seed, stream), u64::MAX);
    }

    fn explore_some<P: Profile>(
        &self,
        m: &Model,
        profile: P,
        begin: &Found,
        (seed, stream): (u64, u64),
        most: u64,
    ) {
        if m.len() < 2 {
            return;
        }
        let course = Together { shared: self, most };
        let (_, made) = island(m, self.goal, profile, begin, seed, stream, &course);
        self.made.fetch_add(made, Ordering::Relaxed);
    }

    /// A single island searches and proves by turns, each longer than the one before.
    fn take_turns<P: Profile>(
        &self,
        m: &Model,
        profile: &(impl Fn() -> P + Sync),
        begin: &Found,
        seed: u64,
        makespan: i64,
    ) {
        for turn in 0..40u32 {
            if self.over() {
                return;
            }
            let most = 4_000u64 << turn;
            let begin = if turn == 0 {
                begin.clone()
            } else {
                lock(&self.best).clone()
            };
            self.explore_some(m, profile(), &begin, (seed, u64::from(turn) << 8), most);
            self.prove(m, makespan, most.saturating_mul(POLLS_FOR_A_SCHEDULE));
        }
    }

    /// A number of schedules, the islands knowing nothing of each other.
    fn count_out<P: Profile>(
        &self,
        m: &Model,
        profile: &(impl Fn() -> P + Sync),
        begin: &Found,
        options: &Options,
        islands: usize,
        schedules: u64,
    ) {
        if m.len() < 2 {
            return;
        }
        let each = schedules / islands as u64;
        let bound = *lock(&self.bound);
        let run = |stream: usize| {
            let more = if stream == 0 {
                schedules % islands as u64
            } else {
                0
            };
            let course = Alone {
                shared: self,
                most: each + more,
                bound,
            };
            island(
                m,
                self.goal,
                profile(),
                begin,
                options.seed,
                stream as u64,
                &course,
            )
        };
        let results: Vec<(Found, u64)> = std::thread::scope(|scope| {
            let run = &run;
            let others: Vec<_> = (1..islands).map(|i| scope.spawn(move || run(i))).collect();
            let first = run(0);
            let others = others.into_iter().filter_map(|t| t.join().ok());
            std::iter::once(first).chain(others).collect()
        });
        for (found, made) in results {
            self.made.fetch_add(made, Ordering::Relaxed);
            self.take(&found);
        }
    }

    fn prove(&self, m: &Model, makespan: i64, most_polls: u64) {
        let polls = AtomicU64::new(0);
        let over = || polls.fetch_add(16, Ordering::Relaxed) >= most_polls || self.over();
        let prover = Prover {
            m,
            goal: self.goal,
            makespan,
            over: &over,
            best: &|| lock(&self.best).clone(),
            found: &|f| self.take(&f),
            proven: &|b| {
                *lock(&self.bound) = b;
                let best = lock(&self.best).cost;
                self.look(&best);
            },
        };
        let bound = *lock(&self.bound);
        prover.run(bound);
    }
}

/// An island that shares what it finds and ends with the others.
struct Together<'a> {
    shared: &'a Shared<'a>,
    most: u64,
}

impl Course for Together<'_> {
    fn over(&self, made: u64, best: &Cost) -> bool {
        made >= self.most
            || (self.shared.stop)()
            || self.shared.done.load(Ordering::Relaxed)
                && self.shared.tidy(made, best, &lock(&self.shared.bound))
    }

    fn found(&self, found: &Found) {
        self.shared.take(found);
    }
}

/// An island that counts for itself, so that nothing depends on which is faster.
struct Alone<'a> {
    shared: &'a Shared<'a>,
    most: u64,
    bound: Cost,
}

impl Course for Alone<'_> {
    fn over(&self, made: u64, best: &Cost) -> bool {
        made >= self.most
            || (self.shared.stop)()
            || leading(best, &self.bound) >= self.shared.goal.levels()
                && self.shared.tidy(made, best, &self.bound)
    }

    fn found(&self, _: &Found) {}
}

/// How many leading levels are as good as the bound.
fn leading(cost: &Cost, bound: &Cost) -> usize {
    cost.iter().zip(bound).take_while(|(c, b)| c <= b).count()
}

fn plan(m: &Model, goal: Goal, start: &[i64], known: &Bounds, bound: Cost, schedules: u64) -> Plan {
    let mut judge = Judge::new(m, goal);
    let mut ready = Vec::new();
    judge.ready(start, &mut ready);
    let mut start_min = vec![None; m.all];
    let mut finish_min = vec![None; m.all];
    for (t, s) in start.iter().enumerate() {
        start_min[m.tasks[t]] = Some(m.minutes(*s));
        finish_min[m.tasks[t]] = Some(m.minutes(s + m.duration[t]));
    }
    let cost = judge.cost(start);
    let mut makespan_bound = known.makespan.saturating_mul(m.unit);
    if matches!(goal, Goal::Makespan) {
        makespan_bound = makespan_bound.max(bound[0]);
    }
    Plan {
        start_min,
        finish_min,
        ready_min: ready,
        makespan_min: judge.makespan(start).saturating_mul(m.unit),
        makespan_bound_min: makespan_bound,
        cost,
        bound,
        proven: false,
        proven_levels: 0,
        schedules,
        obstacles: m.obstacles.clone(),
    }
    .judged(goal)
}

impl Plan {
    /// With what follows from cost and bound.
    fn judged(self, goal: Goal) -> Self {
        let proven_levels = leading(&self.cost, &self.bound);
        Self {
            proven: proven_levels >= goal.levels(),
            proven_levels: proven_levels.min(goal.levels()),
            ..self
        }
    }
}

/// A thread that panicked cannot have left a schedule half written.
fn lock<T>(m: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    m.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
