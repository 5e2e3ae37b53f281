//! Proof that nothing is better: the same project as constraints, solved by lazy clause generation (Pumpkin).
//!
//! Level by level of the cost: is there a schedule with the levels so far as good as known and this one better? A schedule that
//! is found goes back into the search; that there is none is the proof of the level.

use super::generate::Generator;
use super::judge::Judge;
use super::model::{Group, Model};
use super::profile::{Skylines, longest};
use super::project::{Cost, Goal};
use super::search::Found;
use pumpkin_conflict_resolvers::resolvers::ResolutionResolver;
use pumpkin_constraints as constraint;
use pumpkin_core::Solver;
use pumpkin_core::branching::branchers::autonomous_search::AutonomousSearch;
use pumpkin_core::branching::branchers::independent_variable_value_brancher::IndependentVariableValueBrancher;
use pumpkin_core::branching::value_selection::InDomainMin;
use pumpkin_core::branching::variable_selection::Smallest;
use pumpkin_core::options::SolverOptions;
use pumpkin_core::predicate;
use pumpkin_core::predicates::Predicate;
use pumpkin_core::proof::ConstraintTag;
use pumpkin_core::results::{ProblemSolution, SatisfactionResult};
use pumpkin_core::termination::TerminationCondition;
use pumpkin_core::variables::{DomainId, Literal, TransformableVariable};

/// What a proof needs from outside.
pub(super) struct Prover<'a> {
    pub m: &'a Model,
    pub goal: Goal<'a>,
    /// Lower bound of the makespan, in steps.
    pub makespan: i64,
    /// Whether to give up.
    pub over: &'a dyn Fn() -> bool,
    /// The best schedule that anybody has.
    pub best: &'a dyn Fn() -> Found,
    /// Takes a schedule that is better than that.
    pub found: &'a dyn Fn(Found),
    /// Takes a bound that was proven.
    pub proven: &'a dyn Fn(Cost),
}

/// Whether the project is small enough in its numbers for the solver, whose numbers have 32 bits.
pub(super) fn fits(m: &Model, goal: Goal) -> bool {
    let size = i64::from(i32::MAX) / 64;
    let small = |t: i64| t.abs() < size;
    !matches!(goal, Goal::Function(_))
        && small(longest(m))
        && m.capacity.iter().all(|c| small(*c))
        && (0..m.len()).all(|t| m.before.of(t).iter().all(|l| small(l.1)))
        && m.groups.iter().all(|g| g.tasks.iter().all(|l| small(l.1)))
        && m.activities.iter().all(|a| {
            let links = a.tasks.iter().chain(a.groups.iter().flat_map(|g| &g.tasks));
            links.into_iter().all(|l| small(l.1 / m.unit))
                && a.hard
                    .is_none_or(|l| small(l.saturating_sub(m.origin) / m.unit))
                && a.soft
                    .is_none_or(|l| small(l.saturating_sub(m.origin) / m.unit))
        })
}

impl Prover<'_> {
    /// Proves level after level until it is told to give up.
    pub fn run(&self, bound: Cost) {
        // A fault in the solver must cost no more than the proof: every schedule it gave was judged when it came.
        let levels = std::panic::AssertUnwindSafe(|| self.levels(bound));
        let _ = std::panic::catch_unwind(levels);
    }

    fn levels(&self, bound: Cost) {
        let mut bound = bound;
        for level in 0..self.goal.levels() {
            if !self.level(level, &mut bound) {
                return;
            }
        }
    }

    /// Proves one level, all before it being proven; whether it could.
    fn level(&self, level: usize, bound: &mut Cost) -> bool {
        let begin = (self.best)();
        if begin.cost[level] <= bound[level] {
            return true;
        }
        if level >= 2 && !lateness_is_linear(self.m) {
            return false;
        }
        let Some(mut posed) = Posed::new(self, level, &begin) else {
            return false;
        };
        let mut make = Generator::new(self.m, Skylines::new(self.m));
        let mut judge = Judge::new(self.m, self.goal);
        loop {
            let best = (self.best)();
            if best.cost[level] <= bound[level] {
                return true;
            }
            if !posed.ask_for_better(self, level, &best) {
                return false;
            }
            match posed.answer(self, &best, level) {
                Answer::Schedule(start) => {
                    let mut order = Vec::new();
                    make.ordered(&start, &mut order);
                    let mut moved = start.clone();
                    make.forward(&order, &mut moved);
                    let (a, b) = (judge.cost(&start), judge.cost(&moved));
                    let found = if b <= a {
                        Found {
                            cost: b,
                            start: moved,
                        }
                    } else {
                        Found { cost: a, start }
                    };
                    if found.cost >= best.cost {
                        // The two disagree about the cost: then nothing is proven.
                        return false;
                    }
                    (self.found)(found);
                }
                Answer::None => {
                    bound[level] = best.cost[level];
                    (self.proven)(*bound);
                    return true;
                }
                Answer::Changed => {}
                Answer::GivenUp => return false,
            }
        }
    }
}

enum Answer {
    Schedule(Vec<i64>),
    None,
    /// Somebody else has a better schedule, so the question is old.
    Changed,
    GivenUp,
}

/// The question, as the solver knows it.
struct Posed {
    solver: Solver,
    tag: ConstraintTag,
    start: Vec<DomainId>,
    /// What the level adds up; none for the makespan.
    sum: Option<Vec<DomainId>>,
    /// Part of the level that no order of work changes.
    fixed: i64,
    brancher: Brancher,
    resolver: ResolutionResolver,
}

type Brancher = AutonomousSearch<
    IndependentVariableValueBrancher<DomainId, Smallest<DomainId, Ties>, InDomainMin>,
>;
type Ties = pumpkin_core::branching::tie_breaking::InOrderTieBreaker<DomainId, i32>;

struct Until<'a> {
    over: &'a dyn Fn() -> bool,
    changed: &'a dyn Fn() -> bool,
    polls: u32,
}

impl TerminationCondition for Until<'_> {
    fn should_stop(&mut self) -> bool {
        self.polls = self.polls.wrapping_add(1);
        self.polls.is_multiple_of(16) && ((self.over)() || (self.changed)())
    }
}

impl Posed {
    fn new(p: &Prover, level: usize, begin: &Found) -> Option<Self> {
        let m = p.m;
        let by_makespan = matches!(p.goal, Goal::Makespan) || level == 3;
        let mut solver = Solver::with_options(SolverOptions {
            memory_preallocated: 4,
            ..SolverOptions::default()
        });
        let tag = solver.new_constraint_tag();
        let span = if by_makespan {
            begin
                .start
                .iter()
                .zip(&m.duration)
                .map(|(s, d)| s + d)
                .max()
                .unwrap_or(0)
        } else {
            longest(m).max(p.makespan)
        };
        let mut start = Vec::with_capacity(m.len());
        for t in 0..m.len() {
            let latest = span - m.tail[t] - m.duration[t];
            if latest < m.head[t] {
                return None;
            }
            start.push(solver.new_bounded_integer(narrow(m.head[t])?, narrow(latest)?));
        }
        let mut posed = Self {
            brancher: brancher(&[]),
            solver,
            tag,
            start,
            sum: None,
            fixed: 0,
            resolver: ResolutionResolver::default(),
        };
        let mut other = Vec::new();
        posed.needs(m, &mut other)?;
        posed.resources(m)?;
        if !matches!(p.goal, Goal::Makespan) {
            for l in 0..=level.min(2) {
                let (terms, fixed) = posed.terms(m, l, &mut other)?;
                if l < level {
                    posed.at_most(&terms, begin.cost[l] / step(m, l) - fixed)?;
                } else {
                    (posed.sum, posed.fixed) = (Some(terms), fixed);
                }
            }
        }
        other.extend(&posed.start);
        posed.brancher = brancher(&other);
        Some(posed)
    }

    fn needs(&mut self, m: &Model, other: &mut Vec<DomainId>) -> Option<()> {
        for t in 0..m.len() {
            for (b, lag) in m.before.of(t) {
                let c = narrow(m.duration[*b as usize] + lag)?;
                let terms = [self.start[*b as usize].scaled(1), self.start[t].scaled(-1)];
                let c = constraint::less_than_or_equals(terms, -c, self.tag);
                self.solver.add_constraint(c).post();
            }
        }
        for g in &m.groups {
            let mut left_out = Vec::new();
            for (b, lag) in &g.tasks {
                let out = self.flag(other);
                let c = narrow(m.duration[*b as usize] + lag)?;
                let s = self.start[g.task as usize];
                let terms = [self.start[*b as usize].scaled(1), s.scaled(-1)];
                let c = constraint::less_than_or_equals(terms, -c, self.tag);
                self.solver.add_constraint(c).implied_by(!Literal::new(out));
                left_out.push(out);
            }
            for time in &g.times {
                let out = self.flag(other);
                let (s, time) = (self.start[g.task as usize], narrow(*time)?);
                self.clause([predicate![out >= 1], predicate![s >= time]]);
                left_out.push(out);
            }
            self.at_most(&left_out, (left_out.len() - g.k) as i64)?;
        }
        Some(())
    }

    fn resources(&mut self, m: &Model) -> Option<()> {
        for (r, capacity) in m.capacity.iter().enumerate() {
            let (mut starts, mut durations, mut units) = (Vec::new(), Vec::new(), Vec::new());
            for t in 0..m.len() {
                for (_, u) in m.demand[t].iter().filter(|d| d.0 as usize == r) {
                    starts.push(self.start[t]);
                    durations.push(narrow(m.duration[t])?);
                    units.push(narrow(*u)?);
                }
            }
            let c = constraint::cumulative(starts, durations, units, narrow(*capacity)?, self.tag);
            self.solver.add_constraint(c).post();
        }
        Some(())
    }

    /// The variables that a level of [`Goal::Limits`] adds up, and what is added to them.
    fn terms(
        &mut self,
        m: &Model,
        level: usize,
        other: &mut Vec<DomainId>,
    ) -> Option<(Vec<DomainId>, i64)> {
        let (mut terms, mut fixed) = (Vec::new(), 0);
        for a in m.activities.iter().filter(|a| a.known) {
            let limit = if level == 0 { a.hard } else { a.soft };
            let Some(limit) = limit else { continue };
            if level < 2 {
                if limit < 0 && m.origin < limit {
                    // Never interrupted would be the breach, and late would not.
                    return None;
                }
                if limit < 0 || (a.floor > limit && a.floor > m.origin) {
                    fixed += 1;
                    continue;
                }
                // Up to the start of the project it was never interrupted.
                let by = limit.max(m.origin);
                let late = self.flag(other);
                for (t, lag) in &a.tasks {
                    let p = self.ready_by(m, *t, *lag, by)?;
                    self.clause([predicate![late >= 1], p]);
                }
                for g in &a.groups {
                    self.group_by(m, g, late, by, other)?;
                }
                terms.push(late);
                continue;
            }
            // Lateness in steps: at least what each of its needs makes it.
            let limit = limit.saturating_sub(m.origin) / m.unit;
            let most = longest(m)
                .saturating_mul(2)
                .max(a.floor.saturating_sub(m.origin) / m.unit);
            let floor = ceil(a.floor.saturating_sub(m.origin), m.unit)
                .saturating_sub(limit)
                .max(0);
            let late = self
                .solver
                .new_bounded_integer(narrow(floor)?, narrow(most.max(floor))?);
            other.push(late);
            for (t, lag) in &a.tasks {
                let c = narrow(limit - m.duration[*t as usize] - lag / m.unit)?;
                let terms = [self.start[*t as usize].scaled(1), late.scaled(-1)];
                let c = constraint::less_than_or_equals(terms, c, self.tag);
                self.solver.add_constraint(c).post();
            }
            for g in &a.groups {
                let mut left_out = Vec::new();
                for (t, lag) in &g.tasks {
                    let out = self.flag(other);
                    let c = narrow(limit - m.duration[*t as usize] - lag / m.unit)?;
                    let terms = [self.start[*t as usize].scaled(1), late.scaled(-1)];
                    let c = constraint::less_than_or_equals(terms, c, self.tag);
                    self.solver.add_constraint(c).implied_by(!Literal::new(out));
                    left_out.push(out);
                }
                for time in &g.times {
                    let out = self.flag(other);
                    let least = ceil(time.saturating_sub(m.origin), m.unit).saturating_sub(limit);
                    let least = narrow(least.max(0))?;
                    self.clause([predicate![out >= 1], predicate![late >= least]]);
                    left_out.push(out);
                }
                self.at_most(&left_out, (left_out.len() - g.k) as i64)?;
            }
            terms.push(late);
        }
        Some((terms, fixed))
    }

    /// That an activity is not kept by a task beyond a time, in minutes.
    fn ready_by(&self, m: &Model, task: u32, lag: i64, by: i64) -> Option<Predicate> {
        let t = task as usize;
        let latest = by
            .saturating_sub(lag)
            .saturating_sub(m.origin)
            .div_euclid(m.unit)
            - m.duration[t];
        let (s, latest) = (self.start[t], narrow(latest)?);
        Some(predicate![s <= latest])
    }

    fn group_by(
        &mut self,
        m: &Model,
        g: &Group,
        late: DomainId,
        by: i64,
        other: &mut Vec<DomainId>,
    ) -> Option<()> {
        let mut left_out = Vec::new();
        for (t, lag) in &g.tasks {
            let out = self.flag(other);
            let p = self.ready_by(m, *t, *lag, by)?;
            self.clause([predicate![out >= 1], predicate![late >= 1], p]);
            left_out.push(out);
        }
        let too_late = g.times.iter().filter(|t| **t > by).count();
        // Fixed times that are too late are left out in any case, unless the activity is late.
        let allowed = g.tasks.len() as i64 + g.times.len() as i64 - g.k as i64 - too_late as i64;
        if allowed < 0 {
            self.clause([predicate![late >= 1]]);
            return Some(());
        }
        self.at_most(&left_out, allowed)
    }

    /// A variable that is 0 or 1; a search begins with 0.
    fn flag(&mut self, other: &mut Vec<DomainId>) -> DomainId {
        let flag = self.solver.new_bounded_integer(0, 1);
        other.push(flag);
        flag
    }

    fn clause<const N: usize>(&mut self, any: [Predicate; N]) {
        self.solver.add_clause(any, self.tag);
    }

    fn at_most(&mut self, terms: &[DomainId], most: i64) -> Option<()> {
        let terms: Vec<_> = terms.iter().map(|t| t.scaled(1)).collect();
        if terms.is_empty() {
            return (most >= 0).then_some(());
        }
        let c = constraint::less_than_or_equals(terms, narrow(most)?, self.tag);
        self.solver.add_constraint(c).post();
        Some(())
    }

    /// Leaves only what is better than `best` in this level; whether that can be asked at all.
    fn ask_for_better(&mut self, p: &Prover, level: usize, best: &Found) -> bool {
        let m = p.m;
        let Some(sum) = self.sum.clone() else {
            let span = best
                .start
                .iter()
                .zip(&m.duration)
                .map(|(s, d)| s + d)
                .max()
                .unwrap_or(0);
            for t in 0..m.len() {
                let latest = narrow(span - 1 - m.tail[t] - m.duration[t]).unwrap_or(i32::MAX);
                let s = self.start[t];
                self.clause([predicate![s <= latest]]);
            }
            return true;
        };
        let most = best.cost[level] / step(m, level) - 1 - self.fixed;
        self.at_most(&sum, most).is_some()
    }

    fn answer(&mut self, p: &Prover, best: &Found, level: usize) -> Answer {
        let changed = || (p.best)().cost[..=level] < best.cost[..=level];
        let mut until = Until {
            over: p.over,
            changed: &changed,
            polls: 0,
        };
        let result = self
            .solver
            .satisfy(&mut self.brancher, &mut until, &mut self.resolver);
        match result {
            SatisfactionResult::Satisfiable(s) => {
                let s = s.solution();
                Answer::Schedule(
                    self.start
                        .iter()
                        .map(|v| i64::from(s.get_integer_value(*v)))
                        .collect(),
                )
            }
            SatisfactionResult::Unsatisfiable(..) => Answer::None,
            SatisfactionResult::Unknown(..) if changed() && !(p.over)() => Answer::Changed,
            SatisfactionResult::Unknown(..) => Answer::GivenUp,
        }
    }
}

fn brancher(variables: &[DomainId]) -> Brancher {
    AutonomousSearch::new(IndependentVariableValueBrancher::new(
        Smallest::new(variables),
        InDomainMin,
    ))
}

/// Whether lateness counts from the limit alone: an activity that was never interrupted must not look late.
fn lateness_is_linear(m: &Model) -> bool {
    m.activities
        .iter()
        .filter(|a| a.known)
        .all(|a| a.soft.is_none_or(|l| l >= m.origin.max(0)))
}

/// Minutes in one unit of a level.
fn step(m: &Model, level: usize) -> i64 {
    if level == 2 { m.unit } else { 1 }
}

fn ceil(a: i64, b: i64) -> i64 {
    a.div_euclid(b) + i64::from(a.rem_euclid(b) != 0)
}

fn narrow(t: i64) -> Option<i32> {
    i32::try_from(t).ok()
}
