//! What exercises show (C13).

use super::{positions, those};
use hashbrown::HashMap;
use mainstay_domain::*;
use serde::Serialize;

/// What one exercise shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExerciseResult {
    /// The code of the exercise.
    pub code: String,
    /// How many objectives got which rating.
    pub ratings: RatingCounts,
    /// Objectives with a rating other than NA.
    pub evaluated: usize,
    /// Of those the ones rated P or S.
    pub met: usize,
    /// Met over evaluated, 0 to 1; `None` when nothing is evaluated, which is not 0.
    pub met_rate: Option<f64>,
    /// Objectives with a target time and an actual time.
    pub timed: usize,
    /// Of those the ones within their target.
    pub timed_met: usize,
    /// Timed met over timed, 0 to 1; `None` when nothing is timed.
    pub timed_rate: Option<f64>,
    /// Each objective, in the order of the workspace.
    pub objectives: Vec<ObjectiveResult>,
    /// Recovery times as they were talked through; they never demonstrate anything.
    pub estimated_recovery: Vec<EstimatedTime>,
    /// The actions that follow from it and are not cancelled.
    pub actions_total: usize,
    /// Of those the ones that are done or verified.
    pub actions_closed: usize,
    /// Of those the ones that somebody else has seen to work.
    pub actions_verified: usize,
    /// The codes of those that are open past their day.
    pub overdue: Vec<String>,
    /// Every action that follows from it, cancelled ones included.
    pub actions: Vec<ExerciseAction>,
    /// What is missing where a rate is unknown.
    pub reason: Option<String>,
}

/// How many objectives got which rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct RatingCounts {
    /// No problems.
    pub p: usize,
    /// Some problems.
    pub s: usize,
    /// Major problems.
    pub m: usize,
    /// Not achieved.
    pub u: usize,
    /// Not observed.
    pub na: usize,
    /// Without any rating.
    pub unrated: usize,
}

/// What one objective shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ObjectiveResult {
    /// Its code.
    pub code: String,
    /// Its rating.
    pub rating: Option<Rating>,
    /// Whether the rating says met (P, S); `None` for NA and without rating.
    pub met: Option<bool>,
    /// Within which time.
    pub target_min: Option<Minutes>,
    /// The time it took.
    pub actual_min: Option<Minutes>,
    /// Actual over target; `None` when one is unknown or the target is 0.
    pub time_ratio: Option<f64>,
    /// Whether the time was kept: actual at most target; `None` when one is unknown.
    pub time_met: Option<bool>,
}

/// A recovery time as it was talked through, against what the service owes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EstimatedTime {
    /// The code of the service.
    pub service: Option<String>,
    /// What it owes.
    pub required_min: Option<Minutes>,
    /// What the players thought.
    pub discussed_min: Option<Minutes>,
    /// Discussed over required; `None` when one is unknown or nothing is allowed.
    pub time_ratio: Option<f64>,
    /// Whether that would be in time.
    pub time_met: Option<bool>,
}

/// An action that follows from an exercise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExerciseAction {
    /// Its code.
    pub code: String,
    /// Where it stands.
    pub state: ActionState,
    /// Until when.
    pub due: Option<NaiveDate>,
    /// How many days it is open past that; `None` when it is not.
    pub overdue_days: Option<i64>,
}

/// What every exercise shows on a day, in the order of the workspace.
pub fn exercises(ws: &Workspace, today: NaiveDate) -> Vec<ExerciseResult> {
    let objectives = positions(&ws.objectives, |o| o.exercise_id);
    let observations = positions(&ws.observations, |o| o.exercise_id);
    let estimates = positions(&ws.estimated_recoveries, |r| r.exercise_id);
    let actions = positions(&ws.actions, |a| a.source.as_deref().unwrap_or_default());
    let service: HashMap<ServiceId, &str> = ws
        .services
        .iter()
        .map(|s| (s.id, s.code.0.as_str()))
        .collect();
    ws.exercises
        .iter()
        .map(|e| {
            let own: Vec<&Objective> = those(&ws.objectives, &objectives, &e.id).collect();
            // An action may follow from the exercise, or from an objective or observation of it.
            let sources = std::iter::once(e.code.0.as_str())
                .chain(own.iter().map(|o| o.code.0.as_str()))
                .chain(those(&ws.observations, &observations, &e.id).map(|o| o.code.0.as_str()))
                .filter(|s| !s.is_empty());
            let mut follows: Vec<usize> = sources
                .filter_map(|s| actions.get(s))
                .flatten()
                .copied()
                .collect();
            follows.sort_unstable();
            follows.dedup();
            one(
                &e.code.0,
                &own,
                those(&ws.estimated_recoveries, &estimates, &e.id)
                    .map(|r| {
                        let (time_ratio, time_met) = timing(r.discussed_min, r.required_min);
                        EstimatedTime {
                            service: r
                                .service_id
                                .and_then(|s| service.get(&s))
                                .map(|s| (*s).into()),
                            required_min: r.required_min,
                            discussed_min: r.discussed_min,
                            time_ratio,
                            time_met,
                        }
                    })
                    .collect(),
                follows
                    .into_iter()
                    .map(|i| action(&ws.actions[i], today))
                    .collect(),
            )
        })
        .collect()
}

fn one(
    code: &str,
    objectives: &[&Objective],
    estimated_recovery: Vec<EstimatedTime>,
    actions: Vec<ExerciseAction>,
) -> ExerciseResult {
    let mut ratings = RatingCounts::default();
    for o in objectives {
        *match o.rating {
            Some(Rating::P) => &mut ratings.p,
            Some(Rating::S) => &mut ratings.s,
            Some(Rating::M) => &mut ratings.m,
            Some(Rating::U) => &mut ratings.u,
            Some(Rating::NA) => &mut ratings.na,
            None => &mut ratings.unrated,
        } += 1;
    }
    let met = ratings.p + ratings.s;
    let evaluated = met + ratings.m + ratings.u;
    let objectives: Vec<ObjectiveResult> = objectives.iter().map(|o| objective(o)).collect();
    let timed = objectives.iter().filter(|o| o.time_met.is_some()).count();
    let timed_met = objectives
        .iter()
        .filter(|o| o.time_met == Some(true))
        .count();
    let alive = || actions.iter().filter(|a| a.state != ActionState::Cancelled);
    let mut reasons = Vec::new();
    if evaluated == 0 {
        reasons.push(format!("No objective of {code} is evaluated."));
    }
    if timed == 0 {
        reasons.push(format!(
            "No objective of {code} has both a target and an actual time."
        ));
    }
    ExerciseResult {
        code: code.into(),
        ratings,
        evaluated,
        met,
        met_rate: rate(met, evaluated),
        timed,
        timed_met,
        timed_rate: rate(timed_met, timed),
        objectives,
        estimated_recovery,
        actions_total: alive().count(),
        actions_closed: alive()
            .filter(|a| matches!(a.state, ActionState::Done | ActionState::Verified))
            .count(),
        actions_verified: alive().filter(|a| a.state == ActionState::Verified).count(),
        overdue: actions
            .iter()
            .filter(|a| a.overdue_days.is_some())
            .map(|a| a.code.clone())
            .collect(),
        actions,
        reason: (!reasons.is_empty()).then(|| reasons.join(" ")),
    }
}

fn objective(o: &Objective) -> ObjectiveResult {
    let (time_ratio, time_met) = timing(o.actual_min, o.target_min);
    ObjectiveResult {
        code: o.code.0.clone(),
        rating: o.rating,
        met: match o.rating {
            Some(Rating::P | Rating::S) => Some(true),
            Some(Rating::M | Rating::U) => Some(false),
            Some(Rating::NA) | None => None,
        },
        target_min: o.target_min,
        actual_min: o.actual_min,
        time_ratio,
        time_met,
    }
}

/// C13: actual over target, met if at most 1. A target of 0 is met by 0 alone and has no ratio.
fn timing(actual: Option<Minutes>, target: Option<Minutes>) -> (Option<f64>, Option<bool>) {
    let Some((a, t)) = actual.zip(target) else {
        return (None, None);
    };
    let ratio = (t.0 > 0).then(|| a.0 as f64 / t.0 as f64);
    (ratio, Some(a <= t))
}

fn rate(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn action(a: &Action, today: NaiveDate) -> ExerciseAction {
    ExerciseAction {
        code: a.code.0.clone(),
        state: a.state,
        due: a.due,
        overdue_days: a
            .due
            .filter(|d| a.state == ActionState::Open && *d < today)
            .map(|d| i64::from(today.num_days_from_ce()) - i64::from(d.num_days_from_ce())),
    }
}
