//! Losses from a starting moment, and over all of them (C2).

use super::{Clock, LossCalendar, LossCurve, MAX_HOURS, Resumption};
use crate::loss::limit::tolerance;
use mainstay_domain::{NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use serde::Serialize;

/// The hours of a year: so many starts are looked at.
pub(crate) const YEAR_HOURS: usize = 8760;
/// The hours of a week.
pub(crate) const WEEK_HOURS: usize = 168;

/// What outages of one length cost, over every hour they can start in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StartSpread {
    /// How many starts were looked at: 168 of a week or 8,760 of a year.
    pub starts: usize,
    /// The mean loss.
    pub mean_loss: f64,
    /// The worst start; the first of equal ones.
    pub worst: StartLoss,
    /// The mildest start; the first of equal ones.
    pub best: StartLoss,
}

/// What an outage costs that starts at the full hour.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StartLoss {
    /// The moment; `None` where any week is meant.
    pub at: Option<NaiveDateTime>,
    /// The day of the week, 1 (Monday) to 7 (Sunday).
    pub weekday: u8,
    /// The hour of the day, 0 to 23.
    pub hour: u8,
    /// The loss.
    pub loss: f64,
}

impl LossCurve {
    /// The loss of an outage of so many hours that starts at a moment: C2 with weekly multiplier and seasons.
    ///
    /// Exact for any moment and length, to a millionth of a currency unit; 0 up to 0 h. Steps are not multiplied, the cap holds for the total.
    pub fn from_start(&self, calendar: &LossCalendar, start: NaiveDateTime, hours: f64) -> f64 {
        let never = Resumption {
            at_h: f64::INFINITY,
            capacity: 0.0,
        };
        self.from_start_with_resumption(calendar, start, hours, never)
    }

    /// The same when part of the capacity is back earlier.
    pub fn from_start_with_resumption(
        &self,
        calendar: &LossCalendar,
        start: NaiveDateTime,
        hours: f64,
        resumption: Resumption,
    ) -> f64 {
        if hours.is_nan() || hours <= 0.0 {
            return 0.0;
        }
        let hours = hours.min(MAX_HOURS);
        let offset = f64::from(start.num_seconds_from_midnight()) / 3600.0
            + f64::from(start.nanosecond()) / 3.6e12;
        let clock = Clock::new(calendar, start.date(), offset + hours);
        let begins = resumption.begins(hours);
        let mut flows = [0.0; 2];
        self.flows(&clock, offset, &[begins, hours], |i, flow, _| {
            flows[i] = flow
        });
        let (_, steps) = self.flat(hours);
        tidy(self.capped(flows[0] + resumption.missing() * (flows[1] - flows[0]) + steps))
    }

    /// What outages of so many hours cost, over the 168 starts of a week outside every season.
    pub fn week_spread(&self, calendar: &LossCalendar, hours: f64) -> StartSpread {
        let week = calendar.without_seasons();
        let clock = week_clock(&week);
        let mut all = self.spreads(&clock, WEEK_HOURS, &[hours], &|i| week_start(i));
        all.swap_remove(0)
    }

    /// What outages of so many hours cost, over the 8,760 full hours from midnight of a day, seasons included.
    pub fn year_spread(
        &self,
        calendar: &LossCalendar,
        first: NaiveDate,
        hours: f64,
    ) -> StartSpread {
        let clock = year_clock(calendar, first, hours);
        let mut all = self.spreads(&clock, YEAR_HOURS, &[hours], &|i| year_start(first, i));
        all.swap_remove(0)
    }

    /// The spreads of several lengths in one walk over the starts; lengths ascending.
    pub(crate) fn spreads(
        &self,
        clock: &Clock<'_>,
        starts: usize,
        hours: &[f64],
        name: &dyn Fn(usize) -> StartLoss,
    ) -> Vec<StartSpread> {
        let fixed: Vec<(f64, f64)> = hours
            .iter()
            .map(|h| (self.flat(*h).1, if h.is_nan() { 0.0 } else { *h }))
            .collect();
        let times: Vec<f64> = fixed.iter().map(|f| f.1.clamp(0.0, MAX_HOURS)).collect();
        // For each length: the sum, then index and loss of the worst and of the best start.
        let mut found = vec![
            (
                0.0_f64,
                (0_usize, f64::NEG_INFINITY),
                (0_usize, f64::INFINITY)
            );
            hours.len()
        ];
        for s in 0..starts {
            self.flows(clock, s as f64, &times, |i, flow, _| {
                let loss = self.capped(flow + fixed[i].0);
                let (sum, worst, best) = &mut found[i];
                *sum += loss;
                // Equal but for the last digits is equal: the first start counts.
                let near = tolerance(loss);
                if loss > worst.1 + near {
                    *worst = (s, loss);
                }
                if loss < best.1 - near {
                    *best = (s, loss);
                }
            });
        }
        let named = |(i, loss): (usize, f64)| StartLoss {
            loss: tidy(loss),
            ..name(i)
        };
        found
            .into_iter()
            .map(|(sum, worst, best)| StartSpread {
                starts,
                mean_loss: tidy(sum / starts.max(1) as f64),
                worst: named(worst),
                best: named(best),
            })
            .collect()
    }

    /// Calls back with what the rates cost until each length (ascending), by a clock, from an hour of it on.
    ///
    /// The numbers are the index of the length, the cost, and the integral of the multipliers until there.
    pub(super) fn flows(
        &self,
        clock: &Clock<'_>,
        start: f64,
        hours: &[f64],
        mut each: impl FnMut(usize, f64, f64),
    ) {
        let mut flow = 0.0;
        let mut rate = 0.0;
        let mut since = clock.until(start);
        let mut knots = self.knots.iter().peekable();
        for (i, h) in hours.iter().enumerate() {
            while let Some(k) = knots.next_if(|k| k.at_h <= *h) {
                let now = clock.until(start + k.at_h);
                flow += rate * (now - since);
                (rate, since) = (k.rate, now);
            }
            let now = clock.until(start + h.max(0.0));
            flow += rate * (now - since);
            since = now;
            each(i, flow, now);
        }
    }
}

/// Takes the rounding of long sums away: to a millionth, where a number still has millionths.
fn tidy(loss: f64) -> f64 {
    if loss.abs() < 1e9 {
        (loss * 1e6).round() / 1e6
    } else {
        loss
    }
}

/// The clock of a week, Monday 00:00 first; the calendar has no seasons.
pub(crate) fn week_clock(week: &LossCalendar) -> Clock<'_> {
    // Any Monday: the first day of the common era was one.
    Clock::new(
        week,
        NaiveDate::from_num_days_from_ce_opt(1).unwrap_or_default(),
        168.0,
    )
}

/// The clock of a year of starts and outages of so many hours.
pub(crate) fn year_clock(calendar: &LossCalendar, first: NaiveDate, hours: f64) -> Clock<'_> {
    let hours = if hours.is_nan() { 0.0 } else { hours.max(0.0) };
    Clock::new(calendar, first, YEAR_HOURS as f64 + hours)
}

/// The start that stands at an hour of any week.
pub(crate) fn week_start(i: usize) -> StartLoss {
    StartLoss {
        at: None,
        weekday: (i / 24 % 7) as u8 + 1,
        hour: (i % 24) as u8,
        loss: 0.0,
    }
}

/// The start that stands at an hour of the year from a day on.
pub(crate) fn year_start(first: NaiveDate, i: usize) -> StartLoss {
    use mainstay_domain::Datelike;
    let at = first
        .and_time(Default::default())
        .checked_add_signed(TimeDelta::hours(i as i64));
    StartLoss {
        at,
        weekday: ((i64::from(first.num_days_from_ce()) - 1 + (i / 24) as i64).rem_euclid(7)) as u8
            + 1,
        hour: (i % 24) as u8,
        loss: 0.0,
    }
}
