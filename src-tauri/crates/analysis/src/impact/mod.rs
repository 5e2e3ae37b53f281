//! The impact of one activity's outage, whole: MTPD by every rule, losses by every start, and the MTPD over the year
//! (C1, C2). Worked out when somebody looks.

mod periods;
#[cfg(test)]
mod tests;
mod year;

pub use periods::{DateRange, Period, WeekHours};
pub use year::{CalendarMtpd, CalendarMtpdState};

use crate::loss::{LossCalendar, LossCurve, StartSpread, TimeToLoss, starts};
use crate::mtpd::{MtpdDetail, mtpd_detail};
use mainstay_domain::{
    Activity, Datelike, Minutes, NaiveDate, NaiveDateTime, Workspace, reference,
};
use serde::Serialize;
use year::{Rating, Year};

/// Everything that follows for one activity's outage.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImpactDetail {
    /// The code of the activity.
    pub activity: String,
    /// The first day of the year ahead.
    pub today: NaiveDate,
    /// The MTPD that the ratings propose, by three rules.
    pub mtpd: MtpdDetail,
    /// The losses over time; `None` when the activity has no loss curve.
    pub loss: Option<LossDetail>,
    /// The MTPD by money; `None` when there is no limit or no curve.
    pub money: Option<MoneyMtpd>,
    /// The tightest MTPD over the year ahead, and when it holds.
    pub calendar_mtpd: CalendarMtpd,
}

/// What an activity loses over time, flat and over every start.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LossDetail {
    /// The most it can lose at all; `None` when nothing limits it.
    pub cap: Option<f64>,
    /// When the cap is reached, without calendar.
    pub cap_reached_h: Option<f64>,
    /// The code of its calendar; without one every start is like every other.
    pub calendar: Option<String>,
    /// How many of the 168 weekly multipliers are not given and count 1.
    pub calendar_hours_missing: usize,
    /// The loss at each horizon.
    pub by_horizon: Vec<HorizonLoss>,
}

/// The loss of an outage as long as a horizon.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HorizonLoss {
    /// The horizon.
    pub at_min: Minutes,
    /// The loss without calendar.
    pub flat_loss: f64,
    /// Over the 168 starts of a week outside every season; `None` without calendar.
    pub week: Option<StartSpread>,
    /// Over the 8,760 full hours of the year ahead, seasons included; `None` without calendar.
    pub year: Option<StartSpread>,
}

/// The MTPD by money: how long an outage may last until its loss reaches the limit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MoneyMtpd {
    /// The loss from which an outage is unacceptable.
    pub limit: f64,
    /// Whose limit that is.
    pub limit_of: LimitSource,
    /// Without calendar.
    pub flat: TimeToLoss,
    /// Over the 168 starts of a week outside every season; `None` without calendar.
    pub week: Option<LimitSpread>,
    /// Over the 8,760 full hours of the year ahead, seasons included; `None` without calendar.
    pub year: Option<LimitSpread>,
}

/// Where a loss limit is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitSource {
    /// With the activity.
    Activity,
    /// With the workspace, for every activity without one of its own.
    Workspace,
}

/// The MTPD by money over every start.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LimitSpread {
    /// How many starts were looked at.
    pub starts: usize,
    /// From how many of them the limit is never reached.
    pub never: usize,
    /// The shortest; `None` when no start reaches the limit.
    pub tightest_min: Option<Minutes>,
    /// The moment of the first start with it; `None` where any week is meant.
    pub tightest_at: Option<NaiveDateTime>,
    /// Its day of the week, 1 (Monday) to 7.
    pub tightest_weekday: Option<u8>,
    /// Its hour of the day, 0 to 23.
    pub tightest_hour: Option<u8>,
    /// The longest; `None` when some start never reaches the limit.
    pub widest_min: Option<Minutes>,
}

/// Everything about the impact of the activity with this code, over the year from `today` on; `None` when there is none.
pub fn sheet(ws: &Workspace, activity_code: &str, today: NaiveDate) -> Option<ImpactDetail> {
    let activity = ws.activities.iter().find(|a| a.code.0 == activity_code)?;
    let mtpd = mtpd_detail(ws, activity_code)?;
    let curve = LossCurve::of(ws, activity.id);
    let calendar = calendar(ws, activity);
    let limit = limit(ws, activity);
    let year = curve
        .as_ref()
        .zip(limit)
        .map(|(c, (l, _))| Year::new(c, calendar.as_ref(), l, today));
    let money = curve
        .as_ref()
        .zip(limit)
        .map(|(c, (amount, limit_of))| MoneyMtpd {
            limit: amount,
            limit_of,
            flat: c.time_to(amount),
            week: calendar.as_ref().map(|k| week_limits(c, k, amount)),
            year: year.as_ref().and_then(|y| y.spread()),
        });
    let rating = Rating::of(&mtpd);
    Some(ImpactDetail {
        activity: activity_code.into(),
        today,
        loss: curve
            .as_ref()
            .map(|c| losses(ws, activity, c, calendar.as_ref(), today)),
        calendar_mtpd: year::over_the_year(activity, &rating, limit.map(|l| l.0), year.as_ref()),
        money,
        mtpd,
    })
}

/// The loss of an outage of so many hours from a moment, by the activity's calendar; without a moment flat.
///
/// `None` when there is no such activity or it has no loss curve: that is unknown, not 0.
pub fn loss_at(
    ws: &Workspace,
    activity_code: &str,
    start: Option<NaiveDateTime>,
    hours: f64,
) -> Option<f64> {
    let activity = ws.activities.iter().find(|a| a.code.0 == activity_code)?;
    let curve = LossCurve::of(ws, activity.id)?;
    Some(match (start, calendar(ws, activity)) {
        (Some(start), Some(calendar)) => curve.from_start(&calendar, start, hours),
        _ => curve.at(hours),
    })
}

/// The calendar of an activity's loss curve.
fn calendar(ws: &Workspace, activity: &Activity) -> Option<LossCalendar> {
    let curve = ws
        .loss_curves
        .iter()
        .find(|c| c.activity_id == activity.id)?;
    LossCalendar::of(ws, curve.calendar_id?)
}

/// The limit of an activity: its own, else the workspace's.
fn limit(ws: &Workspace, activity: &Activity) -> Option<(f64, LimitSource)> {
    let of_all = || ws.settings.first().and_then(|s| s.loss_limit);
    activity
        .loss_limit
        .map(|l| (l.units(), LimitSource::Activity))
        .or_else(|| of_all().map(|l| (l.units(), LimitSource::Workspace)))
}

fn losses(
    ws: &Workspace,
    activity: &Activity,
    curve: &LossCurve,
    calendar: Option<&LossCalendar>,
    today: NaiveDate,
) -> LossDetail {
    let mut horizons: Vec<Minutes> = ws
        .activity_horizons
        .iter()
        .filter(|h| h.activity_id == activity.id)
        .map(|h| h.at_min)
        .filter(|h| h.0 >= 0)
        .collect();
    if horizons.is_empty() {
        horizons.extend(reference::HORIZONS_MIN.map(Minutes));
    }
    horizons.sort_unstable();
    horizons.dedup();
    let hours: Vec<f64> = horizons.iter().map(|h| h.hours()).collect();
    let longest = hours.last().copied().unwrap_or_default();
    let spreads = calendar.map(|c| {
        let week = c.without_seasons();
        let clock = starts::week_clock(&week);
        let in_week = curve.spreads(&clock, starts::WEEK_HOURS, &hours, &|i| {
            starts::week_start(i)
        });
        let clock = starts::year_clock(c, today, longest);
        let in_year = curve.spreads(&clock, starts::YEAR_HOURS, &hours, &|i| {
            starts::year_start(today, i)
        });
        (in_week, in_year)
    });
    let (mut weeks, mut years) = spreads.map_or((None, None), |(w, y)| {
        (Some(w.into_iter()), Some(y.into_iter()))
    });
    let cap = curve.parts().cap;
    LossDetail {
        cap,
        cap_reached_h: cap.and_then(|c| curve.hours_to(c)),
        calendar: calendar.map(|c| c.code().into()),
        calendar_hours_missing: calendar.map_or(0, LossCalendar::hours_missing),
        by_horizon: horizons
            .iter()
            .map(|h| HorizonLoss {
                at_min: *h,
                flat_loss: curve.at(h.hours()),
                week: weeks.as_mut().and_then(Iterator::next),
                year: years.as_mut().and_then(Iterator::next),
            })
            .collect(),
    }
}

fn week_limits(curve: &LossCurve, calendar: &LossCalendar, limit: f64) -> LimitSpread {
    let week = calendar.without_seasons();
    let clock = starts::week_clock(&week);
    let each: Vec<Option<i64>> = (0..starts::WEEK_HOURS)
        .map(|s| {
            curve
                .time_to_by(limit, &clock, s as f64)
                .mtpd_min
                .map(|m| m.0)
        })
        .collect();
    limit_spread(&each, &starts::week_start)
}

/// The shortest and the longest of the times from every start.
fn limit_spread(
    each: &[Option<i64>],
    name: &dyn Fn(usize) -> crate::loss::StartLoss,
) -> LimitSpread {
    let tightest = each
        .iter()
        .enumerate()
        .filter_map(|(i, m)| Some((*m.as_ref()?, i)))
        .min();
    let never = each.iter().filter(|m| m.is_none()).count();
    let start = tightest.map(|t| name(t.1));
    LimitSpread {
        starts: each.len(),
        never,
        tightest_min: tightest.map(|t| Minutes(t.0)),
        tightest_at: start.as_ref().and_then(|s| s.at),
        tightest_weekday: start.as_ref().map(|s| s.weekday),
        tightest_hour: start.as_ref().map(|s| s.hour),
        widest_min: (never == 0)
            .then(|| each.iter().flatten().max().copied().map(Minutes))
            .flatten(),
    }
}

/// The day's number in the common era, for counting days without leaving the calendar.
fn day_number(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce())
}
