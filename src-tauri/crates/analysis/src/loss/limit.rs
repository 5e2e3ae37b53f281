//! How long an outage may last until it costs so much (C2): the MTPD by money.

use super::{Clock, LossCurve};
use mainstay_domain::Minutes;
use serde::Serialize;

/// How long an outage lasts until it costs at least an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TimeToLoss {
    /// The least whole minute m with L(m) at least the amount; `None` when never, see the state.
    pub mtpd_min: Option<Minutes>,
    /// Whether it is reached, and why not.
    pub state: LimitState,
}

/// Whether a loss is ever reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitState {
    /// It is.
    Reached,
    /// Never: the cap of the curve is below it.
    CapBelow,
    /// Never: the curve stops rising before.
    StopsRising,
    /// Not within 2^31 minutes, the longest duration there is.
    TooFar,
}

/// The longest duration there is, in minutes: 2^31, some four thousand years.
const LONGEST_MIN: f64 = 2_147_483_648.0;

/// Amounts are whole cents an hour over whole minutes; less than this apart they are equal but for rounding.
pub(super) fn tolerance(amount: f64) -> f64 {
    1e-6 + amount.abs() * 1e-13
}

impl LossCurve {
    /// The outage in hours, a real number, at which the loss is first at least an amount, without calendar.
    ///
    /// 0 for an amount of 0; `None` when never. (The published curve reaches its cap of 250,000 at 41.33 h.)
    pub fn hours_to(&self, amount: f64) -> Option<f64> {
        self.search(amount, 0.0, &Flat, 0.0).ok()
    }

    /// The MTPD by money: the least whole minute whose loss, without calendar, is at least a limit.
    pub fn time_to(&self, limit: f64) -> TimeToLoss {
        self.whole(limit, &Flat, 0.0)
    }

    /// The same by a clock, from an hour of it on.
    pub(crate) fn time_to_by(&self, limit: f64, clock: &Clock<'_>, start: f64) -> TimeToLoss {
        self.whole(limit, clock, start)
    }

    fn whole(&self, limit: f64, pace: &impl Pace, start: f64) -> TimeToLoss {
        let near = tolerance(limit).min(limit / 2.0);
        match self.search(limit, near, pace, start) {
            Ok(hours) => {
                // A minute that is whole but for rounding is whole; an outage of no time costs nothing.
                let m = (hours * 60.0 - 1e-7).ceil();
                let least = if limit > 0.0 { 1 } else { 0 };
                if m > LONGEST_MIN {
                    return TimeToLoss {
                        mtpd_min: None,
                        state: LimitState::TooFar,
                    };
                }
                TimeToLoss {
                    mtpd_min: Some(Minutes((m as i64).max(least))),
                    state: LimitState::Reached,
                }
            }
            Err(state) => TimeToLoss {
                mtpd_min: None,
                state,
            },
        }
    }

    /// The hours until the loss is at least an amount less what is near enough: from knot to knot, within the last stretch
    /// by the inverse.
    fn search(
        &self,
        amount: f64,
        near: f64,
        pace: &impl Pace,
        start: f64,
    ) -> Result<f64, LimitState> {
        if amount.is_nan() {
            return Err(LimitState::StopsRising);
        }
        if amount <= 0.0 {
            return Ok(0.0);
        }
        let amount = amount - near;
        if self.cap.is_some_and(|c| c < amount) {
            return Err(LimitState::CapBelow);
        }
        let mut flow = 0.0;
        for (i, k) in self.knots.iter().enumerate() {
            if flow + k.steps >= amount {
                return Ok(k.at_h);
            }
            let since = pace.until(start + k.at_h);
            let next = self.knots.get(i + 1).map(|n| n.at_h);
            let gain = next.map_or(f64::INFINITY, |n| k.rate * (pace.until(start + n) - since));
            let left = amount - flow - k.steps;
            if k.rate > 0.0 && gain >= left {
                let at = pace.when(since + left / k.rate) - start;
                return if at.is_finite() {
                    Ok(at.clamp(k.at_h, next.unwrap_or(f64::INFINITY)))
                } else if pace.stands_still() {
                    Err(LimitState::StopsRising)
                } else {
                    Err(LimitState::TooFar)
                };
            }
            flow += if gain.is_finite() { gain } else { 0.0 };
        }
        Err(LimitState::StopsRising)
    }
}

/// How fast the clock of a loss goes: flat, or by the multipliers of a calendar.
trait Pace {
    fn until(&self, hours: f64) -> f64;
    fn when(&self, amount: f64) -> f64;
    fn stands_still(&self) -> bool;
}

struct Flat;

impl Pace for Flat {
    fn until(&self, hours: f64) -> f64 {
        hours
    }
    fn when(&self, amount: f64) -> f64 {
        amount
    }
    fn stands_still(&self) -> bool {
        false
    }
}

impl Pace for Clock<'_> {
    fn until(&self, hours: f64) -> f64 {
        Clock::until(self, hours)
    }
    fn when(&self, amount: f64) -> f64 {
        Clock::when(self, amount)
    }
    fn stands_still(&self) -> bool {
        self.total() <= 0.0
    }
}
