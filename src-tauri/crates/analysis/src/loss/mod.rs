//! Loss curves (C2): what an outage costs, flat or by the calendar, and how long it takes to cost so much.

mod calendar;
mod curves;
mod limit;
pub(crate) mod starts;
#[cfg(test)]
mod tests;

pub(crate) use calendar::Clock;
pub use calendar::{LossCalendar, SeasonSpan};
pub use curves::LossCurves;
pub use limit::{LimitState, TimeToLoss};
pub use starts::{StartLoss, StartSpread};

use mainstay_domain::{ActivityId, Workspace};

/// Longer outages count as this long, in hours: beyond it no clock and no curve has anything to say.
const MAX_HOURS: f64 = 1e12;

/// What an activity loses over time, in currency units (C2).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LossCurve {
    bands: Vec<(f64, f64)>,
    steps: Vec<(f64, f64)>,
    cap: Option<f64>,
    knots: Vec<Knot>,
}

/// A place where the curve changes: what is lost until there, and how it goes on.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Knot {
    at_h: f64,
    /// Currency units an hour from here on.
    rate: f64,
    /// What the rates have cost until here, without calendar.
    flow: f64,
    /// What the steps have cost until here, those at this hour included.
    steps: f64,
}

/// What a curve is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossParts<'a> {
    /// (from hour, currency units an hour), by hour; of equal hours the later counts.
    pub bands: &'a [(f64, f64)],
    /// (at hour, currency units), by hour.
    pub steps: &'a [(f64, f64)],
    /// The most that can be lost.
    pub cap: Option<f64>,
}

/// From an hour of the outage on, part of the capacity is back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resumption {
    /// When, in hours from the start of the outage.
    pub at_h: f64,
    /// How much, 0 (nothing) to 1 (everything); the rate is multiplied by what is missing.
    pub capacity: f64,
}

impl LossCurve {
    /// The curve from its parts: bands as (from hour, rate an hour), steps as (at hour, amount), and a cap.
    ///
    /// Of two bands from the same hour the later counts. What is no finite number is left out, what is negative is 0.
    pub fn new(bands: Vec<(f64, f64)>, steps: Vec<(f64, f64)>, cap: Option<f64>) -> Self {
        let tidy = |list: Vec<(f64, f64)>| {
            let mut list: Vec<(f64, f64)> = list
                .into_iter()
                .filter(|p| p.0.is_finite() && p.1.is_finite())
                .map(|p| (p.0.max(0.0), p.1.max(0.0)))
                .collect();
            list.sort_by(|a, b| a.0.total_cmp(&b.0));
            list
        };
        let (bands, steps) = (tidy(bands), tidy(steps));
        Self {
            knots: knots(&bands, &steps),
            bands,
            steps,
            cap: cap.filter(|c| !c.is_nan()),
        }
    }

    /// The curve of an activity; `None` when it has none. For many activities [`LossCurves::of`] looks only once.
    pub fn of(ws: &Workspace, activity: ActivityId) -> Option<Self> {
        let curve = ws.loss_curves.iter().find(|c| c.activity_id == activity)?;
        let bands = ws.loss_bands.iter().filter(|b| b.loss_curve_id == curve.id);
        let steps = ws.loss_steps.iter().filter(|s| s.loss_curve_id == curve.id);
        Some(Self::new(
            bands.map(|b| (b.from_h.0, b.rate_per_h.units())).collect(),
            steps.map(|s| (s.at_h.0, s.amount.units())).collect(),
            curve.cap.map(|c| c.units()),
        ))
    }

    /// What the curve is made of.
    pub fn parts(&self) -> LossParts<'_> {
        LossParts {
            bands: &self.bands,
            steps: &self.steps,
            cap: self.cap,
        }
    }

    /// The loss of an outage of so many hours, without calendar: right-continuous, 0 up to 0 h, never above the cap.
    pub fn at(&self, hours: f64) -> f64 {
        let (flow, steps) = self.flat(hours);
        self.capped(flow + steps)
    }

    /// The same when part of the capacity is back earlier: from then on the rate is multiplied by what is missing.
    ///
    /// Steps are not multiplied; they come as they would.
    pub fn at_with_resumption(&self, hours: f64, resumption: Resumption) -> f64 {
        let (flow, steps) = self.flat(hours);
        let (full, _) = self.flat(resumption.begins(hours));
        self.capped(full + resumption.missing() * (flow - full) + steps)
    }

    /// The points to draw the curve through, up to so many hours: (hour, loss), a step as two points at its hour.
    pub fn points(&self, until_h: f64) -> Vec<(f64, f64)> {
        let until = if until_h.is_finite() {
            until_h.clamp(0.5, 1e6)
        } else {
            168.0
        };
        let begin = 0.25;
        let mut at: Vec<f64> = (0..=120)
            .map(|i| begin * libm::pow(until / begin, f64::from(i) / 120.0))
            .collect();
        at.extend(
            self.bands
                .iter()
                .map(|b| b.0)
                .filter(|h| *h > 0.0 && *h <= until),
        );
        at.extend(
            self.steps
                .iter()
                .flat_map(|s| [s.0 * (1.0 - 1e-9), s.0])
                .filter(|h| *h > 0.0 && *h <= until),
        );
        at.sort_by(f64::total_cmp);
        at.dedup();
        at.into_iter().map(|h| (h, self.at(h))).collect()
    }

    /// What rates and steps cost until an hour, apart and without the cap.
    fn flat(&self, hours: f64) -> (f64, f64) {
        if hours.is_nan() || hours <= 0.0 {
            return (0.0, 0.0);
        }
        let hours = hours.min(MAX_HOURS);
        let i = self.knots.partition_point(|k| k.at_h <= hours);
        match i.checked_sub(1).and_then(|i| self.knots.get(i)) {
            Some(k) => (k.flow + k.rate * (hours - k.at_h), k.steps),
            None => (0.0, 0.0),
        }
    }

    fn capped(&self, loss: f64) -> f64 {
        self.cap.map_or(loss, |c| loss.min(c))
    }
}

impl Resumption {
    /// When it begins in an outage of so many hours; one that never begins counts from the end.
    fn begins(self, hours: f64) -> f64 {
        if self.at_h.is_nan() {
            hours
        } else {
            self.at_h.max(0.0).min(hours)
        }
    }

    fn missing(self) -> f64 {
        if self.capacity.is_nan() {
            1.0
        } else {
            1.0 - self.capacity.clamp(0.0, 1.0)
        }
    }
}

/// Bands and steps as one list of changes, each hour once.
fn knots(bands: &[(f64, f64)], steps: &[(f64, f64)]) -> Vec<Knot> {
    let mut out: Vec<Knot> = Vec::with_capacity(bands.len() + steps.len());
    let (mut b, mut s) = (0, 0);
    let mut k = Knot {
        at_h: 0.0,
        rate: 0.0,
        flow: 0.0,
        steps: 0.0,
    };
    while let Some(at_h) = match (bands.get(b), steps.get(s)) {
        (Some(x), Some(y)) => Some(x.0.min(y.0)),
        (x, y) => x.or(y).map(|p| p.0),
    } {
        k.flow += k.rate * (at_h - k.at_h);
        k.at_h = at_h;
        while let Some(x) = bands.get(b).filter(|x| x.0 <= at_h) {
            k.rate = x.1;
            b += 1;
        }
        while let Some(y) = steps.get(s).filter(|y| y.0 <= at_h) {
            k.steps += y.1;
            s += 1;
        }
        out.push(k);
    }
    out
}
