//! From times to what they mean: which service is there when, which activity misses what, at what loss.

use super::list::Times;
use super::work::{Job, Why, Work};
use crate::loss::LossCurves;
use crate::situation::reaction;
use crate::tally::{Tally, organisation_cap};
use mainstay_domain::*;
use serde::Serialize;

/// What an order of restoring means; times count on the clock of the workspace, like the RTO.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// From when times count.
    pub clock: ClockStart,
    /// From the disruption to the start of the restore work.
    pub start_min: i64,
    /// The services, in the order of the workspace.
    pub services: Vec<ServiceTimes>,
    /// The steps of procedures, where services are restored step by step.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepTimes>,
    /// The activities, in the order of the workspace.
    pub activities: Vec<ActivityOutcome>,
    /// How many activities in scope miss what.
    pub breaches: Breaches,
    /// What the outage costs, capped by what the organisation can lose in an hour; `None` where no activity that is
    /// interrupted has a known loss.
    pub loss: Option<f64>,
    /// Whether the loss is at least that, because some interrupted activity has no loss curve or no known time.
    pub loss_is_lower_bound: bool,
    /// Whether the organisation's limit has made the loss less than the sum of the activities'.
    pub capped_by_organisation: bool,
    /// When the last service is there; `None` where one of them stays open.
    pub finish_min: Option<i64>,
    /// Services whose time stays open, each with its reason.
    pub open: Vec<OpenTime>,
}

/// When one service is restored.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServiceTimes {
    /// The display code.
    pub code: String,
    /// The code of the team that restores it.
    pub team: Option<String>,
    /// Whether it is down itself.
    pub down: bool,
    /// When the work on it begins; `None` where there is none or nobody knows.
    pub start_min: Option<i64>,
    /// When it is there; 0 where it was never disrupted, `None` where it is not restored or nobody knows.
    pub finish_min: Option<i64>,
    /// Whether the end hangs on it: any delay of it delays the goal.
    pub critical: bool,
}

/// When one step is done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepTimes {
    /// The code of the service that is restored.
    pub service: String,
    /// The number of the step in its procedure.
    pub no: i64,
    /// The code of the team that does it.
    pub team: Option<String>,
    /// When it begins.
    pub start_min: Option<i64>,
    /// When it is done.
    pub finish_min: Option<i64>,
    /// Whether the end hangs on it.
    pub critical: bool,
}

/// What an order means for one activity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActivityOutcome {
    /// The display code.
    pub code: String,
    /// Whether the analysis covers it.
    pub in_scope: bool,
    /// Its RTO.
    pub rto_min: Option<i64>,
    /// Its MTPD: the accepted one, else the proposal.
    pub mtpd_min: Option<i64>,
    /// When its services are there; 0 where it is not interrupted, `None` where nobody knows.
    pub ready_min: Option<i64>,
    /// When it runs again: ready + WRT; 0 where it is not interrupted.
    pub resumed_min: Option<i64>,
    /// Whether it is ready only after its RTO; `None` where that is unknown. It is missed also where nobody is there to
    /// restore what it needs.
    pub rto_missed: Option<bool>,
    /// Whether it runs again only after its MTPD, likewise.
    pub mtpd_missed: Option<bool>,
    /// What it loses until it runs again, in currency units (C2 without calendar); `None` where it has no loss curve or
    /// its time is open.
    pub loss: Option<f64>,
    /// The service that it waits for last, or that keeps its time open; `None` where it is not interrupted.
    pub waits_for: Option<String>,
}

/// How many activities in scope miss what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
pub struct Breaches {
    /// Run again only after their MTPD.
    pub mtpd: usize,
    /// Are ready only after their RTO.
    pub rto: usize,
    /// Cannot be judged: the time, the MTPD or the RTO is unknown.
    pub unknown: usize,
}

/// A service whose time stays open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenTime {
    /// The display code.
    pub code: String,
    /// `own_restore_unknown`, `no_staff`, `loop`, `waits_for_open` or `spare`.
    pub why: &'static str,
}

/// What some times mean.
pub(crate) fn outcome(ws: &Workspace, work: &Work, times: &Times) -> Outcome {
    let off = reaction(ws, Minutes(work.start)).0;
    let shown = |t: i64| if t == 0 { 0 } else { t - off };
    let team = |i: usize| ws.teams.get(i).map(|t| t.code.0.clone());
    let mut open = Vec::new();
    let services = ws
        .services
        .iter()
        .enumerate()
        .map(|(i, s)| {
            let node = &work.nodes[i];
            let down = work.down[i];
            if times.there[i].is_none() {
                open.push(OpenTime {
                    code: s.code.0.clone(),
                    why: match of_steps(work, i).unwrap_or(node.job) {
                        Job::Open(Why::NoTime) => "own_restore_unknown",
                        Job::Open(Why::NoStaff) => "no_staff",
                        Job::Open(Why::Loop) => "loop",
                        Job::Spare => "spare",
                        _ => "waits_for_open",
                    },
                });
            }
            ServiceTimes {
                code: s.code.0.clone(),
                team: s
                    .team_id
                    .and_then(|t| ws.get::<Team>(t))
                    .map(|t| t.code.0.clone()),
                down,
                start_min: times.begin[i].map(shown),
                finish_min: times.there[i].map(shown),
                critical: false,
            }
        })
        .collect();
    let first = work.services + work.activities;
    let steps = work
        .steps
        .iter()
        .enumerate()
        .map(|(k, s)| StepTimes {
            service: ws.services[s.service].code.0.clone(),
            no: s.no,
            team: s.team.and_then(team),
            start_min: times.begin[first + k].map(shown),
            finish_min: times.there[first + k].map(shown),
            critical: false,
        })
        .collect();
    let mut out = Outcome {
        clock: crate::situation::clock(ws),
        start_min: work.start,
        services,
        steps,
        activities: Vec::with_capacity(ws.activities.len()),
        breaches: Breaches::default(),
        loss: None,
        loss_is_lower_bound: false,
        capped_by_organisation: false,
        finish_min: finish(work, times).map(shown),
        open,
    };
    activities(ws, work, times, off, &mut out);
    out
}

/// The first step of a service that stays open by itself.
fn of_steps(work: &Work, service: usize) -> Option<Job> {
    let first = work.services + work.activities;
    let steps = work.steps.iter().enumerate();
    steps
        .filter(|(_, s)| s.service == service)
        .map(|(k, _)| work.nodes[first + k].job)
        .find(|j| matches!(j, Job::Open(_)))
}

/// When the last service that is restored is there; `None` where one of them stays open.
pub(crate) fn finish(work: &Work, times: &Times) -> Option<i64> {
    (0..work.services)
        .filter(|i| !matches!(work.nodes[*i].job, Job::Spare | Job::HandOn))
        .try_fold(0, |end, i| Some(times.there[i]?.max(end)))
}

fn activities(ws: &Workspace, work: &Work, times: &Times, off: i64, out: &mut Outcome) {
    let proposals = crate::mtpd::proposals(ws);
    let curves = LossCurves::of(ws);
    let never = work.never();
    let mut sum = Tally::default();
    for (k, a) in ws.activities.iter().enumerate() {
        let n = work.services + k;
        let there = times.there[n];
        let ready = there.map(|t| if t == 0 { 0 } else { t - off });
        let wrt = a.wrt_min.unwrap_or_default().0;
        let resumed = ready.map(|t| if t == 0 { 0 } else { t.saturating_add(wrt) });
        let mtpd = a.accepted_mtpd_min.or(proposals[k].min).map(|m| m.0);
        // An outage lasts from the disruption until the activity runs again.
        let outage = there.map(|t| if t == 0 { 0 } else { t.saturating_add(wrt) });
        // What is known of it where the time itself is open: it is late for ever, or at least so late.
        let late = |at: Option<i64>, least: i64, limit: Option<i64>| match (at, limit) {
            (Some(0), _) => Some(false),
            (Some(t), Some(limit)) => Some(t > limit),
            (None, Some(limit)) => (never[n] || least > limit).then_some(true),
            (_, None) => None,
        };
        let least = work.least[n];
        let o = ActivityOutcome {
            code: a.code.0.clone(),
            in_scope: a.in_scope != Some(false),
            rto_min: a.rto_min.map(|m| m.0),
            mtpd_min: mtpd,
            ready_min: ready,
            resumed_min: resumed,
            rto_missed: late(ready, least.saturating_sub(off), a.rto_min.map(|m| m.0)),
            mtpd_missed: late(outage, least.saturating_add(wrt), mtpd),
            loss: match outage {
                Some(0) => Some(0.0),
                Some(t) => curves.known(k).map(|c| c.at(t as f64 / 60.0)),
                None => None,
            },
            waits_for: deciding(work, times, n).map(|p| ws.services[p].code.0.clone()),
        };
        if o.in_scope {
            out.breaches.mtpd += usize::from(o.mtpd_missed == Some(true));
            out.breaches.rto += usize::from(o.rto_missed == Some(true));
            out.breaches.unknown += usize::from(o.mtpd_missed.is_none() || o.rto_missed.is_none());
            sum.add(o.loss, outage);
        }
        out.activities.push(o);
    }
    let total = sum.total(organisation_cap(ws));
    out.loss = total.loss;
    out.loss_is_lower_bound = total.at_least;
    out.capped_by_organisation = total.capped;
}

/// The service that a node waits for last; where its time is open, one that is open, too. `None` when it waits for none.
fn deciding(work: &Work, times: &Times, n: usize) -> Option<usize> {
    let at = times.there[n];
    if at == Some(0) {
        return None;
    }
    let due = |w: &super::work::Wait| {
        let there = times.there[w.provider as usize];
        there.map(|t| t.saturating_sub(w.tolerance))
    };
    let found = work.waits(n).filter(|w| due(w) == at);
    let found = found.filter(|w| (w.provider as usize) < work.services);
    found
        .min_by_key(|w| work.rank[w.provider as usize])
        .map(|w| w.provider as usize)
}
