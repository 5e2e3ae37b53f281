//! What each risk is expected to cost, without sampling (C10), and the compiled event behind it.

use super::duration::Duration;
use super::joint::stopped;
use super::piecewise::{Piecewise, activity_losses};
use crate::index::index;
use crate::tally::organisation_cap;
use hashbrown::HashMap;
use mainstay_domain::{Distribution, FrequencyModel, Risk, Uuid, Workspace};
use serde::Serialize;

/// What follows for one risk without sampling (C10).
///
/// One event stops every service of the risk at once; the activities hit are those which that joint failure stops by the
/// rule of C7. Each is out for the event's duration D and loses by its own curve, flat, without calendar; an event never
/// costs more than the organisation's loss rate allows in D, so that shared revenue is not counted twice.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RiskExpectation {
    /// The risk's code.
    pub code: String,
    /// How the number of events in a year is distributed; Poisson unless stated.
    pub frequency_model: FrequencyModel,
    /// The frequency as stated.
    pub frequency_per_year: Option<f64>,
    /// A frequency above 1 with "one event a year at most": it counts as 1.
    pub frequency_above_one: bool,
    /// Events to expect in a year: the frequency, at most 1 with "one at most".
    pub expected_events_per_year: Option<f64>,
    /// How the duration is distributed, as stated.
    pub distribution: Option<Distribution>,
    /// The mean duration of an event, in hours.
    pub mean_duration_h: Option<f64>,
    /// `L(E[D])`: what an event of mean duration costs. Shown for comparison; it is not what an event costs on average.
    pub loss_of_mean_duration: Option<f64>,
    /// `E[L(D)]`: what an event costs on average.
    pub expected_loss_per_event: Option<f64>,
    /// Annual loss expectancy: events a year times `E[L(D)]` (C10).
    pub ale: Option<f64>,
    /// The services that fail at once, by code, in the order of the workspace.
    pub services: Vec<String>,
    /// The activities in scope that this stops, by code, in the order of the workspace.
    pub activities: Vec<String>,
    /// Those of them without a loss curve: what they lose is unknown.
    pub without_loss_curve: Vec<String>,
    /// The figures are lower bounds, because of activities without a loss curve.
    pub lower_bound: bool,
    /// The organisation's loss rate binds for some duration that can happen.
    pub capped_by_organisation: bool,
    /// Which record lacks what, where a figure is unknown.
    pub unknown: Option<String>,
}

/// What all risks are expected to cost, without sampling.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExpectedLosses {
    /// One for each risk, in the order of the workspace.
    pub risks: Vec<RiskExpectation>,
    /// The sum of the annual loss expectancies that are known; `None` when none is.
    pub ale: Option<f64>,
    /// The sum is a lower bound: a risk is left out, or has a lower bound itself.
    pub lower_bound: bool,
    /// The codes of the risks without a known annual loss expectancy.
    pub left_out: Vec<String>,
}

/// The annual loss expectancy of every risk (C10), analytically: frequency times `E[L(D)]`, never times `L(E[D])`.
pub fn expected_losses(ws: &Workspace) -> ExpectedLosses {
    let risks: Vec<RiskExpectation> = events(ws).into_iter().map(|(r, _)| r).collect();
    let known: Vec<f64> = risks.iter().filter_map(|r| r.ale).collect();
    ExpectedLosses {
        ale: (!known.is_empty()).then(|| known.iter().sum()),
        lower_bound: risks.iter().any(|r| r.ale.is_none() || r.lower_bound),
        left_out: risks
            .iter()
            .filter(|r| r.ale.is_none())
            .map(|r| r.code.clone())
            .collect(),
        risks,
    }
}

/// What it takes to draw the events of a risk.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// Events in a year: the rate of a Poisson process, or with `once` the chance of one.
    pub frequency: f64,
    /// One event a year at most.
    pub once: bool,
    pub duration: Duration,
    pub loss: Piecewise,
}

/// Every risk with what is expected of it and, where everything is known, its events.
pub(crate) fn events(ws: &Workspace) -> Vec<(RiskExpectation, Option<Event>)> {
    if ws.risks.is_empty() {
        return Vec::new();
    }
    let struck = struck_services(ws);
    let hit = stopped(&index(ws), &struck);
    let curves = activity_losses(ws);
    let rate = organisation_cap(ws);
    ws.risks
        .iter()
        .zip(struck.iter().zip(&hit))
        .map(|(r, (services, activities))| one(ws, r, services, activities, &curves, rate))
        .collect()
}

/// The services of each risk, as ascending indices; a service named twice is one.
fn struck_services(ws: &Workspace) -> Vec<Vec<usize>> {
    let at: HashMap<Uuid, usize> = ws.services.iter().map(|s| s.id.0).zip(0..).collect();
    let risk_at: HashMap<Uuid, usize> = ws.risks.iter().map(|r| r.id.0).zip(0..).collect();
    let mut out = vec![Vec::new(); ws.risks.len()];
    for link in &ws.risk_services {
        if let (Some(r), Some(s)) = (risk_at.get(&link.risk_id.0), at.get(&link.service_id.0)) {
            out[*r].push(*s);
        }
    }
    for list in &mut out {
        list.sort_unstable();
        list.dedup();
    }
    out
}

fn one(
    ws: &Workspace,
    r: &Risk,
    services: &[usize],
    activities: &[usize],
    curves: &[Option<Piecewise>],
    rate: Option<f64>,
) -> (RiskExpectation, Option<Event>) {
    let mut reasons: Vec<String> = Vec::new();
    let code = r.code.0.clone();
    let in_scope: Vec<usize> = activities
        .iter()
        .copied()
        .filter(|a| ws.activities[*a].in_scope != Some(false))
        .collect();
    let codes = |list: &[usize]| -> Vec<String> {
        list.iter()
            .map(|a| ws.activities[*a].code.0.clone())
            .collect()
    };
    let bare: Vec<usize> = in_scope
        .iter()
        .copied()
        .filter(|a| curves[*a].is_none())
        .collect();

    let once = r.frequency_model == Some(FrequencyModel::Bernoulli);
    let frequency = match r.frequency_per_year {
        None => Err("has no frequency_per_year".to_string()),
        Some(f) if !f.0.is_finite() || f.0 < 0.0 => {
            Err("has a frequency_per_year that is no frequency".to_string())
        }
        Some(f) => Ok(f.0),
    };
    let events_per_year = frequency
        .as_ref()
        .ok()
        .map(|f| if once { f.min(1.0) } else { *f });
    let duration = Duration::of(r);
    for reason in [frequency.as_ref().err(), duration.as_ref().err()] {
        reasons.extend(reason.map(|e| format!("{code} {e}")));
    }
    let mut cut = Vec::new();
    let loss = if services.is_empty() {
        reasons.push(format!("{code} names no service"));
        None
    } else if !in_scope.is_empty() && bare.len() == in_scope.len() {
        reasons.push(format!("no loss curve: {}", codes(&bare).join(", ")));
        None
    } else {
        let known = in_scope.iter().filter_map(|a| curves[*a].as_ref());
        // A joint failure that stops nothing in scope costs nothing; that is known, not missing.
        let sum = Piecewise::sum(known).unwrap_or_else(|| Piecewise::from_parts(&[], &[], None));
        Some(match rate {
            Some(rate) => {
                let (capped, stretches) = sum.below_line(0.0, rate);
                cut = stretches;
                capped
            }
            None => sum,
        })
    };
    let duration = duration.ok();
    let (lo, hi) = duration.map_or((0.0, f64::INFINITY), |d| d.bounds());
    let per_event = match (&duration, &loss) {
        (Some(d), Some(l)) => Some(d.expected(l)).filter(|x| x.is_finite()),
        _ => None,
    };
    let ale = per_event.zip(events_per_year).map(|(l, f)| l * f);
    if ale.is_some_and(|x| !x.is_finite()) {
        reasons.push(format!(
            "{code} comes to more in a year than can be counted"
        ));
    }
    let result = RiskExpectation {
        code,
        frequency_model: r.frequency_model.unwrap_or(FrequencyModel::Poisson),
        frequency_per_year: r.frequency_per_year.map(|f| f.0),
        frequency_above_one: once && frequency.is_ok_and(|f| f > 1.0),
        expected_events_per_year: events_per_year,
        distribution: r.duration_dist,
        mean_duration_h: duration.map(|d| d.mean()),
        loss_of_mean_duration: duration.and_then(|d| Some(loss.as_ref()?.at(d.mean()))),
        expected_loss_per_event: per_event,
        ale: ale.filter(|x| x.is_finite()),
        services: services
            .iter()
            .map(|s| ws.services[*s].code.0.clone())
            .collect(),
        activities: codes(&in_scope),
        without_loss_curve: codes(&bare),
        lower_bound: loss.is_some() && !bare.is_empty(),
        // A duration of exactly the start of a stretch is inside it, one of its end is not.
        capped_by_organisation: cut
            .iter()
            .any(|(from, to)| *from <= hi && lo < *to && hi > 0.0),
        unknown: (!reasons.is_empty()).then(|| reasons.join("; ")),
    };
    let event = match (result.ale, events_per_year, duration, loss) {
        (Some(_), Some(frequency), Some(duration), Some(loss)) => Some(Event {
            frequency,
            once,
            duration,
            loss,
        }),
        _ => None,
    };
    (result, event)
}
