//! The search for a better order than the list rule's, and what it says beside the order.

use super::list::{Times, list_rule};
use super::outcome::{Breaches, Outcome, outcome};
use super::work::{Choice, Job, Wait, Work};
use super::{Goal, Options, Patience};
use crate::loss::{LossCurve, LossCurves};
use crate::schedule::{
    self, Activity, Cause, Demand, Limits, Need, Offer, Plan, Project, Source, Target, Task,
};
use crate::situation::{Scenario, reaction};
use crate::tally::{Tally, organisation_cap};
use mainstay_domain::{Minutes, Workspace};
use serde::Serialize;

/// The largest product of needs and activities with which a search begins; beyond it the list rule stands alone.
const LARGEST_SEARCH: usize = 100_000_000;

/// A recovery order with what is known about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecoveryOrder {
    /// What was made small.
    pub goal: Goal,
    /// The order and what it means.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// No order has everything restored earlier than this; `None` where nothing is to be restored.
    pub bound_min: Option<i64>,
    /// What no order is better than, by the goal.
    pub goal_bound: GoalBound,
    /// Whether no order is better by the goal.
    pub proven: bool,
    /// How many orders were tried.
    pub schedules: u64,
    /// What the plain list rule gives, for comparison.
    pub list_rule: Summary,
    /// The same services restored by as many people as the work needs: no order is better.
    pub unlimited: Summary,
    /// The chain of work on which the goal hangs, first work first.
    pub critical_chain: Vec<ChainLink>,
    /// The teams that work waits for, the longest wait first.
    pub bottlenecks: Vec<TeamWait>,
    /// What one more person in each team would gain.
    pub gains: Vec<TeamGain>,
}

/// What no order is better than; `None` where the goal does not count it or nothing was searched.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct GoalBound {
    /// So many activities breach their MTPD at least.
    pub mtpd: Option<i64>,
    /// So many miss their RTO at least, of the orders with the fewest MTPDs breached.
    pub rto: Option<i64>,
    /// So much is lost at least, in currency units, where each time is known.
    pub loss: Option<f64>,
}

impl GoalBound {
    fn of(goal: Goal, bound: &schedule::Cost) -> Self {
        match goal {
            Goal::Breaches => Self {
                mtpd: Some(bound[0]),
                rto: Some(bound[1]),
                loss: None,
            },
            Goal::Loss => Self {
                loss: Some(bound[0] as f64 / 100.0),
                ..Self::default()
            },
            Goal::Finish => Self::default(),
        }
    }
}

/// An order in four numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// How many activities miss what.
    pub breaches: Breaches,
    /// What the outage costs, in currency units; `None` where nobody knows.
    pub loss: Option<f64>,
    /// Whether that is only a bound from below.
    pub loss_is_lower_bound: bool,
    /// When the last service is there.
    pub finish_min: Option<i64>,
}

/// One piece of work of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChainLink {
    /// The code of the service.
    pub code: String,
    /// The number of the step, where services are restored step by step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<i64>,
    /// When it begins.
    pub start_min: i64,
    /// When it is done.
    pub finish_min: i64,
    /// What it waited for last: `start` of the restore work, a `provider`, or its `team`.
    pub waits_for: &'static str,
    /// The provider, or the work that its team did before.
    pub after: Option<String>,
    /// How long it waited for its team after everything else was there.
    pub waited_for_team_min: i64,
}

/// How long work waits for a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TeamWait {
    /// The code of the team.
    pub team: String,
    /// How many of its people restore.
    pub people: i64,
    /// How long pieces of work wait for it, added up.
    pub delay_min: i64,
    /// The services whose work waits.
    pub services: Vec<String>,
}

/// What one more person in a team would gain, beyond what a longer search alone would bring.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TeamGain {
    /// The code of the team.
    pub team: String,
    /// With how many people.
    pub people: i64,
    /// How many fewer activities would breach their MTPD; `None` where the goal does not count them.
    pub mtpd_fewer: Option<i64>,
    /// How many fewer activities would miss their RTO, likewise; negative where fewer MTPDs are breached for it.
    pub rto_fewer: Option<i64>,
    /// How much less would be lost, in currency units; `None` where the goal does not count it.
    pub loss_less: Option<f64>,
    /// How much earlier everything would be there; `None` where it never is without that person.
    pub finish_earlier_min: Option<i64>,
    /// The codes of the activities that could be ready only then.
    pub now_possible: Vec<String>,
}

/// Searches for the best order by a goal; never worse than the list rule.
pub(super) fn search(
    ws: &Workspace,
    scenario: &Scenario,
    options: &Options,
    patience: &Patience<'_>,
) -> RecoveryOrder {
    let work = Work::of(ws, scenario, options.unit);
    let listed = list_rule(&work);
    let adapter = Adapter::of(ws, &work, &listed);
    let goal = adapter.goal(options.goal);
    let begin: Vec<Option<i64>> = adapter
        .tasks
        .iter()
        .map(|n| Some(listed.begin[*n].or(listed.there[*n])?.max(work.start)))
        .collect();
    let search = schedule::Options {
        seed: options.seed,
        schedules: options.schedules,
        start: Some(begin.iter().map(|t| t.unwrap_or(work.start)).collect()),
        ..schedule::Options::default()
    };
    let free = adapter.times(&work, &schedule::unlimited(&adapter.project));
    let found = adapter.searchable().then(|| {
        let solve = || schedule::solve(&adapter.project, goal.as_goal(), &search, patience.search);
        adapter.all_orders(&goal, patience).unwrap_or_else(solve)
    });
    // Never worse than the list rule, whatever happens in between.
    let plan = found
        .filter(|p| p.cost <= schedule::evaluate(&adapter.project, goal.as_goal(), &begin).cost);
    let times = match &plan {
        Some(p) => adapter.times(&work, &p.start_min),
        None => listed.clone(),
    };
    let mut out = outcome(ws, &work, &times);
    let off = reaction(ws, Minutes(work.start)).0;
    let mut order = RecoveryOrder {
        goal: options.goal,
        bound_min: super::outcome::finish(&work, &free).map(|t| t - off),
        goal_bound: GoalBound::default(),
        proven: false,
        schedules: 0,
        list_rule: summary(&outcome(ws, &work, &listed)),
        unlimited: summary(&outcome(ws, &work, &free)),
        critical_chain: Vec::new(),
        bottlenecks: adapter.bottlenecks(ws, &work, &times),
        gains: possible(ws, scenario, options, &out),
        outcome: out.clone(),
    };
    let Some(plan) = plan else { return order };
    let bound = work.start.saturating_add(plan.makespan_bound_min) - off;
    order.bound_min = (!adapter.project.tasks.is_empty()).then_some(bound);
    // The loss is the goal; the end only chooses between orders that cost the same.
    order.proven = plan.proven || options.goal == Goal::Loss && plan.proven_levels > 0;
    order.goal_bound = GoalBound::of(options.goal, &plan.bound);
    order.schedules = plan.schedules;
    let target = adapter.decisive(options.goal, &plan);
    order.critical_chain = schedule::critical_chain(&adapter.project, &plan.start_min, target)
        .iter()
        .filter_map(|l| adapter.link(ws, &work, l, off, &mut out))
        .collect();
    order.outcome = out;
    if !(patience.gains)() {
        let again = schedule::Options {
            schedules: None,
            start: None,
            ..search
        };
        let found = schedule::gains(
            &adapter.project,
            goal.as_goal(),
            &plan,
            &again,
            patience.gains,
        );
        order.gains.extend(adapter.gains(ws, options.goal, found));
        order
            .gains
            .sort_by_key(|g| ws.teams.iter().position(|t| t.code.0 == g.team));
    }
    order
}

/// What the first person in each team of nobody would make possible.
fn possible(
    ws: &Workspace,
    scenario: &Scenario,
    options: &Options,
    now: &Outcome,
) -> Vec<TeamGain> {
    let stuck: std::collections::BTreeSet<&str> = now
        .open
        .iter()
        .filter(|o| o.why == "no_staff")
        .filter_map(|o| {
            now.services
                .iter()
                .find(|s| s.code == o.code)?
                .team
                .as_deref()
        })
        .collect();
    let of_nobody = ws
        .teams
        .iter()
        .filter(|t| stuck.contains(&*t.code.0) && scenario.staff.strength(t) == Some(0));
    of_nobody
        .map(|t| {
            let mut more = scenario.clone();
            more.staff.given.retain(|(id, _)| *id != t.id);
            more.staff.given.push((t.id, 1));
            let with = super::by_list_rule(ws, &more, options.unit);
            let now_possible = now
                .activities
                .iter()
                .zip(&with.activities)
                .filter(|(a, b)| a.ready_min.is_none() && b.ready_min.is_some())
                .map(|(a, _)| a.code.clone());
            TeamGain {
                team: t.code.0.clone(),
                people: 1,
                mtpd_fewer: Some(now.breaches.mtpd as i64 - with.breaches.mtpd as i64),
                rto_fewer: Some(now.breaches.rto as i64 - with.breaches.rto as i64),
                loss_less: None,
                finish_earlier_min: None,
                now_possible: now_possible.collect(),
            }
        })
        .collect()
}

fn summary(o: &Outcome) -> Summary {
    Summary {
        breaches: o.breaches,
        loss: o.loss,
        loss_is_lower_bound: o.loss_is_lower_bound,
        finish_min: o.finish_min,
    }
}

/// Between the nodes of the restore work and the tasks of the scheduling core.
struct Adapter {
    project: Project,
    /// The node of each task.
    tasks: Vec<usize>,
    /// The team of each resource.
    teams: Vec<usize>,
    /// The activity, by its place in the workspace, of each activity of the project.
    activities: Vec<usize>,
    curves: Vec<(Option<LossCurve>, i64)>,
    cap_per_h: Option<f64>,
}

impl Adapter {
    fn of(ws: &Workspace, work: &Work, listed: &Times) -> Self {
        let moving = moving(work, listed);
        let mut place = vec![None; work.nodes.len()];
        let mut tasks = Vec::new();
        let is_activity = |n: usize| (work.services..work.services + work.activities).contains(&n);
        for n in 0..work.nodes.len() {
            if moving[n] && !is_activity(n) {
                place[n] = Some(tasks.len());
                tasks.push(n);
            }
        }
        let teams: Vec<usize> = (0..work.strength.len())
            .filter(|t| work.strength[*t].is_some_and(|n| n > 0))
            .collect();
        let mut place_of_team = vec![None; work.strength.len()];
        for (i, t) in teams.iter().enumerate() {
            place_of_team[*t] = Some(i);
        }
        let resource = |team: usize| place_of_team[team];
        let offer = |w: &Wait| -> Option<Offer> {
            let p = w.provider as usize;
            Some(Offer {
                from: match place[p] {
                    Some(t) => Source::Task(t),
                    None => Source::Time(listed.there[p]?),
                },
                lag_min: w.tolerance.saturating_neg(),
            })
        };
        let needs = |n: usize| -> Vec<Need> {
            let node = &work.nodes[n];
            let plain = node.needs.iter().filter_map(|w| {
                Some(Need {
                    k: 1,
                    offers: vec![offer(w)?],
                })
            });
            let chosen = node.choices.iter().map(|c: &Choice| Need {
                k: c.k,
                offers: c.members.iter().filter_map(offer).collect(),
            });
            plain.chain(chosen).collect()
        };
        let project = Project {
            start_min: work.start,
            capacities: teams
                .iter()
                .map(|t| work.strength[*t].unwrap_or(0))
                .collect(),
            tasks: tasks
                .iter()
                .map(|n| {
                    let (duration_min, team) = match work.nodes[*n].job {
                        Job::Work { minutes, team } => (minutes, team),
                        _ => (0, None),
                    };
                    Task {
                        duration_min,
                        release_min: work.start,
                        demands: team
                            .and_then(resource)
                            .map(|resource| Demand { resource, units: 1 })
                            .into_iter()
                            .collect(),
                        needs: needs(*n),
                    }
                })
                .collect(),
            activities: Vec::new(),
        };
        let mut a = Adapter {
            project,
            tasks,
            teams,
            activities: Vec::new(),
            curves: Vec::new(),
            cap_per_h: organisation_cap(ws),
        };
        let off = reaction(ws, Minutes(work.start)).0;
        let proposals = crate::mtpd::proposals(ws);
        let curves = LossCurves::of(ws);
        for (k, act) in ws.activities.iter().enumerate() {
            let n = work.services + k;
            if act.in_scope == Some(false) || listed.there[n].is_none() {
                continue;
            }
            let wrt = act.wrt_min.unwrap_or_default().0;
            let mtpd = act.accepted_mtpd_min.or(proposals[k].min);
            a.activities.push(k);
            a.curves.push((curves.known(k).cloned(), wrt));
            a.project.activities.push(Activity {
                needs: needs(n),
                limits: Limits {
                    hard_min: mtpd.map(|m| m.0.saturating_sub(wrt).max(0)),
                    soft_min: act.rto_min.map(|m| m.0.saturating_add(off)),
                },
            });
        }
        a
    }

    fn goal(&self, goal: Goal) -> OwnedGoal<'_> {
        match goal {
            Goal::Breaches => OwnedGoal::Limits,
            Goal::Finish => OwnedGoal::Makespan,
            Goal::Loss => OwnedGoal::Loss(Box::new(|ready, makespan| {
                [self.loss_cents(ready), makespan, 0, 0, 0]
            })),
        }
    }

    /// What the activities lose together, in cents; those whose time is open lose the same in every order.
    fn loss_cents(&self, ready: &[Option<i64>]) -> i64 {
        let mut tally = Tally::default();
        for (t, (curve, wrt)) in ready.iter().zip(&self.curves) {
            if let (Some(t), Some(c)) = (t.filter(|t| *t > 0), curve) {
                let outage = t.saturating_add(*wrt);
                tally.add(Some(c.at(outage as f64 / 60.0)), Some(outage));
            }
        }
        let sum = tally.total(self.cap_per_h).loss.unwrap_or(0.0);
        // Saturates where a sum is beyond all bounds.
        (sum * 100.0).round() as i64
    }

    /// The best of all orders by a goal that the solver does not know, where there are few.
    fn all_orders(&self, goal: &OwnedGoal<'_>, patience: &Patience<'_>) -> Option<Plan> {
        let OwnedGoal::Loss(cost) = goal else {
            return None;
        };
        let (start, cost) = schedule::exhaust(&self.project, cost.as_ref(), patience.search)?;
        let plan = schedule::evaluate(&self.project, goal.as_goal(), &start);
        Some(Plan {
            bound: cost,
            proven: true,
            proven_levels: cost.len(),
            ..plan
        })
    }

    /// The times of every node when the tasks begin as given.
    fn times(&self, work: &Work, begin: &[Option<i64>]) -> Times {
        super::list::follow(work, &|n| {
            let t = self.tasks.binary_search(&n).ok()?;
            begin[t]
        })
    }

    /// What the goal hangs on: the activity that is latest against its MTPD, then against its RTO, or the one that loses
    /// most; else the last piece of work.
    fn decisive(&self, goal: Goal, plan: &Plan) -> Target {
        let late =
            |limit: Option<i64>, ready: i64| limit.map_or(0, |l| ready.saturating_sub(l).max(0));
        let key = |i: usize| -> Option<(i64, i64)> {
            let ready = plan.ready_min[i].filter(|t| *t > 0)?;
            let a = &self.project.activities[i];
            Some(match goal {
                Goal::Breaches => (
                    late(a.limits.hard_min, ready),
                    late(a.limits.soft_min, ready),
                ),
                Goal::Loss => {
                    let (curve, wrt) = &self.curves[i];
                    let hours = ready.saturating_add(*wrt) as f64 / 60.0;
                    let cents = curve.as_ref().map_or(0.0, |c| c.at(hours) * 100.0);
                    (cents as i64, ready)
                }
                Goal::Finish => (0, 0),
            })
        };
        (0..self.project.activities.len())
            .filter_map(|i| Some((key(i)?, i)))
            .filter(|(k, _)| *k > (0, 0))
            .max_by_key(|(k, i)| (*k, std::cmp::Reverse(*i)))
            .map_or(Target::Last, |(_, i)| Target::Activity(i))
    }

    /// Whether a search is worth beginning: not where the preparations alone would take longer than anybody waits, and
    /// not where services that are not down wait for each other in a loop, which the scheduling core does not know.
    fn searchable(&self) -> bool {
        let needs = self.project.tasks.iter().map(|t| 1 + t.needs.len());
        let size: usize = needs.sum();
        let width = 1 + self.project.activities.len() + self.teams.len();
        size.saturating_mul(width) <= LARGEST_SEARCH && schedule::check(&self.project).is_empty()
    }

    fn link(
        &self,
        ws: &Workspace,
        work: &Work,
        l: &schedule::Link,
        off: i64,
        out: &mut Outcome,
    ) -> Option<ChainLink> {
        let n = self.tasks[l.task];
        let (service, step) = self.named(work, n);
        out.services[service].critical = true;
        if let Some(k) = n.checked_sub(work.services + work.activities) {
            out.steps[k].critical = true;
        }
        if !matches!(work.nodes[n].job, Job::Work { .. } | Job::Standby(_)) {
            return None;
        }
        let name = |task: usize| {
            let (s, no) = self.named(work, self.tasks[task]);
            let code = &ws.services[s].code.0;
            no.map_or_else(|| code.clone(), |no| format!("{code} step {no}"))
        };
        let (waits_for, after) = match l.cause {
            Cause::Need { task, .. } => ("provider", Some(name(task))),
            Cause::Resource { task, .. } => ("team", Some(name(task))),
            _ => ("start", None),
        };
        Some(ChainLink {
            code: ws.services[service].code.0.clone(),
            step,
            start_min: l.start_min - off,
            finish_min: l.finish_min - off,
            waits_for,
            after,
            waited_for_team_min: l.delay_min,
        })
    }

    /// The service of a node, and the number of the step if it is one.
    fn named(&self, work: &Work, n: usize) -> (usize, Option<i64>) {
        match n.checked_sub(work.services + work.activities) {
            Some(k) => (work.steps[k].service, Some(work.steps[k].no)),
            None => (n, None),
        }
    }

    /// How long work waits for each team after all it needs is there, the longest wait first.
    fn bottlenecks(&self, ws: &Workspace, work: &Work, times: &Times) -> Vec<TeamWait> {
        let waits = super::list::waits_at(work, times);
        let mut delay = vec![(0i64, std::collections::BTreeSet::new()); work.strength.len()];
        for n in &self.tasks {
            let Job::Work { team: Some(t), .. } = work.nodes[*n].job else {
                continue;
            };
            if let (Some(begin), Some(wait)) = (times.begin[*n], waits[*n])
                && begin > wait
            {
                delay[t].0 = delay[t].0.saturating_add(begin - wait);
                delay[t]
                    .1
                    .insert(ws.services[self.named(work, *n).0].code.0.clone());
            }
        }
        let mut out: Vec<TeamWait> = delay
            .into_iter()
            .enumerate()
            .filter(|(_, (d, _))| *d > 0)
            .map(|(t, (delay_min, services))| TeamWait {
                team: ws.teams[t].code.0.clone(),
                people: work.strength[t].unwrap_or(0),
                delay_min,
                services: services.into_iter().collect(),
            })
            .collect();
        out.sort_by_key(|w| std::cmp::Reverse(w.delay_min));
        out
    }

    fn gains(&self, ws: &Workspace, goal: Goal, found: Vec<schedule::Gain>) -> Vec<TeamGain> {
        let of = |wanted: Goal, value: i64| (goal == wanted).then_some(value);
        found
            .into_iter()
            .map(|g| TeamGain {
                team: ws.teams[self.teams[g.resource]].code.0.clone(),
                people: g.capacity,
                mtpd_fewer: of(Goal::Breaches, g.gain[0]),
                rto_fewer: of(Goal::Breaches, g.gain[1]),
                loss_less: of(Goal::Loss, g.gain[0]).map(|cents| cents as f64 / 100.0),
                finish_earlier_min: Some(g.makespan_gain_min),
                now_possible: Vec::new(),
            })
            .collect()
    }
}

/// A goal of the scheduling core with what it stands on.
enum OwnedGoal<'a> {
    Limits,
    Makespan,
    Loss(Box<schedule::CostFunction<'a>>),
}

impl OwnedGoal<'_> {
    fn as_goal(&self) -> schedule::Goal<'_> {
        match self {
            OwnedGoal::Limits => schedule::Goal::Limits,
            OwnedGoal::Makespan => schedule::Goal::Makespan,
            OwnedGoal::Loss(f) => schedule::Goal::Function(f.as_ref()),
        }
    }
}

/// The nodes whose time another order may change: work, and what waits for it. What stays open in one order stays open
/// in all.
fn moving(work: &Work, listed: &Times) -> Vec<bool> {
    let mut moving = vec![false; work.nodes.len()];
    let mut todo: Vec<usize> = (0..work.nodes.len())
        .filter(|n| listed.there[*n].is_some() && matches!(work.nodes[*n].job, Job::Work { .. }))
        .collect();
    while let Some(n) = todo.pop() {
        if std::mem::replace(&mut moving[n], true) {
            continue;
        }
        for d in work.followers.of(n as u32) {
            let d = *d as usize;
            if !moving[d]
                && listed.there[d].is_some()
                && !matches!(work.nodes[d].job, Job::Standby(_))
            {
                todo.push(d);
            }
        }
    }
    moving
}
