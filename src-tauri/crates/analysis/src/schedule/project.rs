//! What is to be scheduled, and what is to be made small.

use serde::Serialize;

/// Cost of a schedule: compared level by level, the first level first; the less the better.
///
/// What a level means is said at [`Goal`]. Levels that a goal does not use are 0.
pub type Cost = [i64; 5];

/// Tasks that compete for resources, and activities that wait for them.
///
/// Tasks, resources and activities are known by their position. Times are minutes on one clock and may be of any size; beyond
/// [`TIME_LIMIT_MIN`] they count as that. Nothing has to be valid: [`check`](super::check) says what cannot be scheduled.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Project {
    /// No task starts before this; from the disruption.
    pub start_min: i64,
    /// How many units of each resource there are at any time, such as the people of a team. Less than 1: none.
    pub capacities: Vec<i64>,
    /// The work.
    pub tasks: Vec<Task>,
    /// What waits for the work.
    pub activities: Vec<Activity>,
}

/// Times count up to this size, in minutes (two million years), so that sums of them stay in an `i64`.
pub const TIME_LIMIT_MIN: i64 = 1 << 40;

/// A piece of work that is not interrupted once begun.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Task {
    /// How long it takes; less than 0 counts as 0.
    pub duration_min: i64,
    /// Not before this; the project's start when earlier than that.
    pub release_min: i64,
    /// Units of each resource that it holds from start to finish. Several for one resource add up; less than 1 is nothing.
    pub demands: Vec<Demand>,
    /// What has to be there before it starts: all of these.
    pub needs: Vec<Need>,
}

/// Units of one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Demand {
    /// Position in [`Project::capacities`].
    pub resource: usize,
    /// How many.
    pub units: i64,
}

/// The k-th earliest of some offers; one offer and `k = 1` is a plain dependency.
///
/// `k` of 0 or less asks for nothing; `k` above the number of offers can never be met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Need {
    /// How many of the offers have to be there.
    pub k: usize,
    /// What may be waited for.
    pub offers: Vec<Offer>,
}

impl Need {
    /// Waits for the finish of one task; `lag_min` below 0 is a tolerance.
    pub fn task(task: usize, lag_min: i64) -> Self {
        let from = Source::Task(task);
        Self {
            k: 1,
            offers: vec![Offer { from, lag_min }],
        }
    }

    /// Waits for a fixed time.
    pub fn time(time_min: i64) -> Self {
        let from = Source::Time(time_min);
        Self {
            k: 1,
            offers: vec![Offer { from, lag_min: 0 }],
        }
    }
}

/// One thing that may be waited for: there at the time of `from` plus `lag_min`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// Whose time.
    pub from: Source,
    /// Added to that time; below 0 it is a tolerance. Any value.
    pub lag_min: i64,
}

/// Whose time an offer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The finish of the task in this position.
    Task(usize),
    /// A fixed time in minutes.
    Time(i64),
}

/// Something that waits for tasks and needs no work of its own.
///
/// Its ready time is the latest of its needs. When that is not later than [`Project::start_min`] the activity was never
/// interrupted and its ready time is 0 (C5).
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Activity {
    /// What it waits for: all of these.
    pub needs: Vec<Need>,
    /// Used by [`Goal::Limits`].
    pub limits: Limits,
}

/// Times an activity should be ready by.
///
/// For activities with an RTO and an MTPD: `hard_min` = MTPD − WRT, `soft_min` = RTO.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Limits {
    /// Ready later than this is the worse breach; none when there is no such limit.
    pub hard_min: Option<i64>,
    /// Ready later than this is the lesser breach; lateness is measured against it.
    pub soft_min: Option<i64>,
}

/// What is to be made small.
#[derive(Clone, Copy)]
pub enum Goal<'a> {
    /// Earliest finish of the last task: cost `[minutes from the project's start to it, 0, 0, 0, 0]`.
    Makespan,
    /// Fewest breaches of hard limits, then of soft ones, then the least total lateness against the soft ones, then the
    /// earliest finish of the last task, then the least sum of ready times: cost
    /// `[hard breaches, soft breaches, lateness in minutes, makespan in minutes, sum of ready times in minutes]`.
    ///
    /// Activities whose ready time is unknown (behind a cycle, or without the people) are not counted: no order of work
    /// changes anything about them.
    Limits,
    /// A cost of the caller's, from the ready times (none: unknown, the same in every schedule) and the makespan in minutes.
    ///
    /// It must not fall when a time rises: only then is a bound a bound and may a result be called proven. With a cost that
    /// falls the search still works.
    Function(&'a CostFunction<'a>),
}

/// A cost from `(ready_min of each activity, makespan_min)`.
pub type CostFunction<'a> = dyn Fn(&[Option<i64>], i64) -> Cost + Sync + 'a;

impl std::fmt::Debug for Goal<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Goal::Makespan => "Makespan",
            Goal::Limits => "Limits",
            Goal::Function(_) => "Function",
        })
    }
}

impl Goal<'_> {
    /// How many levels of the cost have to be proven for a plan to be called proven.
    ///
    /// The sum of ready times of [`Goal::Limits`] only chooses between schedules that are equally good.
    pub fn levels(&self) -> usize {
        match self {
            Goal::Makespan => 1,
            Goal::Limits => 4,
            Goal::Function(_) => 5,
        }
    }
}

/// How long and how to search.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The same seed gives the same plan when [`Options::schedules`] is given.
    pub seed: u64,
    /// Searches beside each other, each on a thread of its own; the result depends on this number, not on the machine.
    pub islands: usize,
    /// Stop after that many schedules in all islands together; then nothing depends on time as long as `stop` stays false.
    /// None: until `stop` says so.
    pub schedules: Option<u64>,
    /// Start times of a plan that is already there, one for each task; the result is never worse. One that breaks a rule of
    /// the project is only used as an order of work.
    pub start: Option<Vec<i64>>,
    /// The most tasks with which a proof is tried.
    pub prove_up_to_tasks: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            islands: 2,
            schedules: None,
            start: None,
            prove_up_to_tasks: 64,
        }
    }
}

/// A schedule with what is known about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// When each task starts; none when it can never start (see [`Plan::obstacles`]).
    pub start_min: Vec<Option<i64>>,
    /// When each task is finished.
    pub finish_min: Vec<Option<i64>>,
    /// When each activity is ready; 0 when it was never interrupted; none when it waits for what can never be.
    pub ready_min: Vec<Option<i64>>,
    /// From the project's start to the finish of the last task that can be done.
    pub makespan_min: i64,
    /// No schedule of these tasks is shorter than this.
    pub makespan_bound_min: i64,
    /// Cost by the goal.
    pub cost: Cost,
    /// No schedule costs less than this, level by level in order: the first level in which the two differ is not proven.
    pub bound: Cost,
    /// Whether no schedule is better, in the levels of the goal that count ([`Goal::levels`]).
    pub proven: bool,
    /// How many leading levels of the cost are proven.
    pub proven_levels: usize,
    /// How many schedules were made.
    pub schedules: u64,
    /// Why some tasks cannot be scheduled.
    pub obstacles: Vec<Obstacle>,
}

/// Why a task can never start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// These tasks wait for each other.
    Cycle {
        /// In order of position.
        tasks: Vec<usize>,
    },
    /// It asks for more of a resource than there ever is.
    Capacity {
        /// The task.
        task: usize,
        /// The resource.
        resource: usize,
        /// What it asks for.
        units: i64,
        /// What there is; 0 for a resource that does not exist.
        capacity: i64,
    },
    /// Too few of the offers of one of its needs can ever be there.
    Need {
        /// The task.
        task: usize,
        /// Position in [`Task::needs`].
        need: usize,
    },
}
