//! How losses vary over the week and the year (C2): weekly multiplier times season.

use mainstay_domain::{
    Calendar, CalendarId, Datelike, MonthDay, NaiveDate, NaiveDateTime, Timelike, Workspace,
};

/// The days after which the Gregorian calendar repeats itself, weekdays included.
const CYCLE_DAYS: i64 = 146_097;

/// How losses vary over the week and the year.
#[derive(Debug, Clone, PartialEq)]
pub struct LossCalendar {
    code: String,
    weekly: Vec<f64>,
    hours_given: usize,
    seasons: Vec<SeasonSpan>,
    /// For each weekday the integral of the multipliers from its midnight to each full hour.
    until: Vec<[f64; 25]>,
}

/// A season: days of the year, both included, and what losses are multiplied by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeasonSpan {
    /// The first day as (month, day).
    pub from: (u32, u32),
    /// The last day; before the first one when the season goes over new year.
    pub to: (u32, u32),
    /// The multiplier.
    pub factor: f64,
}

impl SeasonSpan {
    fn holds(&self, day: (u32, u32)) -> bool {
        if self.from <= self.to {
            self.from <= day && day <= self.to
        } else {
            day >= self.from || day <= self.to
        }
    }
}

impl LossCalendar {
    /// A calendar from its multipliers, Monday 00:00 first, and its seasons.
    ///
    /// An hour without multiplier counts 1, so does one that is no finite number; negative ones are 0; what goes beyond
    /// 168 is left out. Seasons that overlap multiply.
    pub fn new(code: &str, weekly: &[f64], seasons: &[SeasonSpan]) -> Self {
        let fine = |x: f64| {
            if x.is_finite() {
                x.clamp(0.0, 1e6)
            } else {
                1.0
            }
        };
        let hours: Vec<f64> = weekly
            .iter()
            .map(|x| fine(*x))
            .chain(std::iter::repeat(1.0))
            .take(168)
            .collect();
        let until = hours
            .chunks(24)
            .map(|day| {
                let mut out = [0.0; 25];
                for (h, m) in day.iter().enumerate() {
                    out[h + 1] = out[h] + m;
                }
                out
            })
            .collect();
        Self {
            code: code.into(),
            weekly: hours,
            hours_given: weekly.len(),
            seasons: seasons
                .iter()
                .map(|s| SeasonSpan {
                    factor: fine(s.factor),
                    ..*s
                })
                .collect(),
            until,
        }
    }

    /// The calendar with this key; `None` when there is none.
    pub fn of(ws: &Workspace, id: CalendarId) -> Option<Self> {
        ws.calendars
            .iter()
            .find(|c| c.id == id)
            .map(|c| Self::read(ws, c))
    }

    pub(super) fn read(ws: &Workspace, c: &Calendar) -> Self {
        let weekly: Vec<f64> = ws
            .calendar_hours
            .iter()
            .filter(|h| h.calendar_id == c.id)
            .map(|h| h.factor.0)
            .collect();
        let seasons: Vec<SeasonSpan> = ws
            .seasons
            .iter()
            .filter(|s| s.calendar_id == c.id)
            .filter_map(|s| {
                Some(SeasonSpan {
                    from: month_day(&s.from_day)?,
                    to: month_day(&s.to_day)?,
                    factor: s.factor.0,
                })
            })
            .collect();
        Self::new(&c.code.0, &weekly, &seasons)
    }

    /// Its display code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// How many of the 168 weekly multipliers are not given and count 1.
    pub fn hours_missing(&self) -> usize {
        168_usize.saturating_sub(self.hours_given)
    }

    /// Whether it has seasons.
    pub fn has_seasons(&self) -> bool {
        !self.seasons.is_empty()
    }

    /// The same week without seasons.
    #[must_use]
    pub fn without_seasons(&self) -> Self {
        Self {
            seasons: Vec::new(),
            ..self.clone()
        }
    }

    /// What losses are multiplied by at a moment: weekly multiplier times every season that holds that day.
    pub fn multiplier(&self, at: NaiveDateTime) -> f64 {
        let weekday = at.weekday().num_days_from_monday() as usize;
        let hour = weekday * 24 + at.hour() as usize;
        self.weekly.get(hour).copied().unwrap_or(1.0) * self.factor(at.date())
    }

    fn factor(&self, day: NaiveDate) -> f64 {
        let day = (day.month(), day.day());
        self.seasons
            .iter()
            .filter(|s| s.holds(day))
            .map(|s| s.factor)
            .product()
    }
}

fn month_day(m: &MonthDay) -> Option<(u32, u32)> {
    let (month, day) = m.0.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((month, day))
}

/// The multipliers of a stretch of days added up, so that any integral over them is one difference.
///
/// It holds as many days as asked for, at most one period of the calendar (a week without seasons, else 400 years), and
/// then repeats itself.
pub(crate) struct Clock<'a> {
    calendar: &'a LossCalendar,
    days: Vec<Day>,
    total: f64,
    repeats: bool,
}

struct Day {
    /// The integral until its midnight.
    before: f64,
    factor: f64,
    weekday: usize,
}

impl<'a> Clock<'a> {
    /// A clock that starts at midnight of a day and is good for so many hours.
    pub fn new(calendar: &'a LossCalendar, first: NaiveDate, hours: f64) -> Self {
        let period = if calendar.has_seasons() {
            CYCLE_DAYS
        } else {
            7
        };
        let wanted = (hours.clamp(0.0, 1e9) / 24.0).ceil() as i64 + 1;
        let first = i64::from(first.num_days_from_ce());
        let mut days = Vec::with_capacity(wanted.min(period) as usize);
        // Compensated summation: the sums grow, what is read off them are small differences.
        let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
        for d in first..first + wanted.min(period) {
            // A day of the same kind that any calendar can name.
            let alike = d.rem_euclid(CYCLE_DAYS) + CYCLE_DAYS;
            let date = i32::try_from(alike)
                .ok()
                .and_then(NaiveDate::from_num_days_from_ce_opt);
            let factor = date.map_or(1.0, |date| calendar.factor(date));
            let weekday = (d - 1).rem_euclid(7) as usize;
            days.push(Day {
                before: sum + lost,
                factor,
                weekday,
            });
            let add = factor * calendar.until[weekday][24];
            let next = sum + add;
            lost += if sum >= add {
                (sum - next) + add
            } else {
                (add - next) + sum
            };
            sum = next;
        }
        Self {
            calendar,
            days,
            total: sum + lost,
            repeats: wanted >= period,
        }
    }

    /// The integral over every day it holds.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// The integral of the multipliers from the clock's start to so many hours later.
    pub fn until(&self, hours: f64) -> f64 {
        let span = self.days.len() as f64 * 24.0;
        if hours < span {
            return self.within(hours.max(0.0));
        }
        if !self.repeats {
            return self.total;
        }
        let times = (hours / span).floor();
        times * self.total + self.within((hours - times * span).clamp(0.0, span))
    }

    fn within(&self, hours: f64) -> f64 {
        let i = hours as usize;
        let Some(day) = self.days.get(i / 24) else {
            return self.total;
        };
        let h = i % 24;
        let part = (hours - i as f64) * self.calendar.weekly[day.weekday * 24 + h];
        day.before + day.factor * (self.calendar.until[day.weekday][h] + part)
    }

    /// The least number of hours at which [`Clock::until`] is at least this; infinite when never within the clock.
    pub fn when(&self, amount: f64) -> f64 {
        if amount <= 0.0 {
            return 0.0;
        }
        let span = self.days.len() as f64 * 24.0;
        let mut amount = amount;
        let mut passed = 0.0;
        if amount > self.total {
            if !self.repeats || self.total <= 0.0 {
                return f64::INFINITY;
            }
            let times = ((amount / self.total).ceil() - 1.0).max(0.0);
            amount = (amount - times * self.total).clamp(0.0, self.total);
            passed = times * span;
        }
        let i = self
            .days
            .partition_point(|d| d.before < amount)
            .saturating_sub(1);
        let Some(day) = self.days.get(i) else {
            return f64::INFINITY;
        };
        let left = amount - day.before;
        let until = &self.calendar.until[day.weekday];
        let begins = passed + i as f64 * 24.0;
        for h in 0..24 {
            let m = self.calendar.weekly[day.weekday * 24 + h];
            if day.factor * until[h + 1] >= left && m * day.factor > 0.0 {
                let part = (left - day.factor * until[h]) / (m * day.factor);
                return begins + h as f64 + part.clamp(0.0, 1.0);
            }
        }
        // Rounding: the day's own sum falls short of the next midnight by the last digit.
        begins + 24.0
    }
}
