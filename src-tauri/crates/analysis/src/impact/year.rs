//! The MTPD over the year: the ratings say one number, money says one for each start.

use super::{LimitSpread, Period, limit_spread, periods::periods};
use crate::loss::{LimitState, LossCalendar, LossCurve, TimeToLoss, starts};
use crate::mtpd::MtpdDetail;
use crate::results::MtpdState;
use mainstay_domain::{Activity, Minutes, MtpdRule, NaiveDate};
use serde::Serialize;

/// The tightest MTPD over the year ahead, and when it holds.
///
/// For an outage that starts at a full hour, the shorter of what the ratings say and of how long it takes until its loss
/// reaches the limit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CalendarMtpd {
    /// Whether it varies, and why not.
    pub state: CalendarMtpdState,
    /// What the ratings say by the workspace's rule; an upper bound where they are provisional.
    pub rating_min: Option<Minutes>,
    /// How much is known of that.
    pub rating_state: MtpdState,
    /// The tightest of the year; an upper bound where only some of it is known. `None` when unknown, or nothing is
    /// ever reached: then the reason says so.
    pub tightest_min: Option<Minutes>,
    /// When an outage must start for it to hold; empty when it holds all year.
    pub tightest_when: Vec<Period>,
    /// The widest of the year; `None` when some start has none.
    pub widest_min: Option<Minutes>,
    /// When money is tighter than the ratings.
    pub money_decides_when: Vec<Period>,
    /// From how many of the 8,760 starts that is.
    pub money_decides_starts: usize,
    /// What the activity's owner has accepted.
    pub accepted_min: Option<Minutes>,
    /// Whether that is longer than the tightest; `None` when one of them is unknown.
    pub accepted_too_long: Option<bool>,
    /// What is missing or why it does not vary.
    pub reason: Option<String>,
}

/// Whether an MTPD depends on the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarMtpdState {
    /// It depends on when the outage starts.
    Varies,
    /// There is limit and calendar, and still it is the same all year.
    SameAllYear,
    /// No limit is set: the ratings alone decide, all year.
    NoLimit,
    /// There is no loss curve: the ratings alone decide, all year.
    NoLossCurve,
    /// The loss curve has no calendar: all year the same.
    NoCalendar,
    /// Neither the ratings nor money say anything.
    Unknown,
}

/// What the ratings say by the workspace's rule.
pub(super) struct Rating {
    pub mtpd: Option<i64>,
    pub state: MtpdState,
    pub reason: Option<String>,
}

impl Rating {
    pub fn of(d: &MtpdDetail) -> Self {
        let r = match d.rule {
            MtpdRule::FirstCrossing => &d.first_crossing,
            MtpdRule::LastTolerable => &d.last_tolerable,
            MtpdRule::WeightedSum => &d.weighted_sum,
        };
        Rating {
            mtpd: r.mtpd_min.map(|m| m.0),
            state: r.state,
            reason: r.reason.clone().or_else(|| {
                r.beyond_min
                    .map(|b| format!("By the ratings it lies beyond {b}."))
            }),
        }
    }
}

const TEN_YEARS_H: f64 = 87_600.0;

/// The time until the limit from every start of the year ahead; one alone without calendar.
pub(super) struct Year {
    first: NaiveDate,
    flat: TimeToLoss,
    starts: Option<Vec<Option<i64>>>,
}

impl Year {
    pub fn new(
        curve: &LossCurve,
        calendar: Option<&LossCalendar>,
        limit: f64,
        first: NaiveDate,
    ) -> Self {
        let starts = calendar.map(|c| {
            // Ten years of the calendar are enough nearly always; where they are not, its whole period is.
            let short = from_each(curve, c, limit, first, TEN_YEARS_H);
            let ends =
                |t: &TimeToLoss| matches!(t.state, LimitState::Reached | LimitState::CapBelow);
            let all = if short.iter().all(ends) {
                short
            } else {
                from_each(curve, c, limit, first, f64::INFINITY)
            };
            all.into_iter().map(|t| t.mtpd_min.map(|m| m.0)).collect()
        });
        Year {
            first,
            flat: curve.time_to(limit),
            starts,
        }
    }

    pub fn spread(&self) -> Option<LimitSpread> {
        let first = self.first;
        self.starts
            .as_ref()
            .map(|each| limit_spread(each, &|i| starts::year_start(first, i)))
    }
}

fn from_each(
    curve: &LossCurve,
    calendar: &LossCalendar,
    limit: f64,
    first: NaiveDate,
    hours: f64,
) -> Vec<TimeToLoss> {
    let clock = starts::year_clock(calendar, first, hours);
    (0..starts::YEAR_HOURS)
        .map(|s| curve.time_to_by(limit, &clock, s as f64))
        .collect()
}

/// The tightest and the widest MTPD of an activity over the year.
pub(super) fn over_the_year(
    activity: &Activity,
    rating: &Rating,
    limit: Option<f64>,
    year: Option<&Year>,
) -> CalendarMtpd {
    let code = &activity.code.0;
    let shorter = |money: Option<i64>| match (rating.mtpd, money) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    let mut out = CalendarMtpd {
        state: CalendarMtpdState::Unknown,
        rating_min: rating.mtpd.map(Minutes),
        rating_state: rating.state,
        tightest_min: None,
        tightest_when: Vec::new(),
        widest_min: None,
        money_decides_when: Vec::new(),
        money_decides_starts: 0,
        accepted_min: activity.accepted_mtpd_min,
        accepted_too_long: None,
        reason: None,
    };
    let mut reasons: Vec<String> = rating.reason.iter().cloned().collect();
    match year {
        Some(Year {
            first,
            starts: Some(each),
            ..
        }) => {
            let all: Vec<Option<i64>> = each.iter().map(|m| shorter(*m)).collect();
            let tightest = all.iter().flatten().min().copied();
            let money: Vec<bool> = each
                .iter()
                .map(|m| m.is_some_and(|m| rating.mtpd.is_none_or(|r| m < r)))
                .collect();
            out.tightest_min = tightest.map(Minutes);
            out.widest_min = all
                .iter()
                .copied()
                .collect::<Option<Vec<i64>>>()
                .and_then(|v| v.into_iter().max())
                .map(Minutes);
            let varies = out.tightest_min != out.widest_min;
            if varies {
                let holds: Vec<bool> = all.iter().map(|m| *m == tightest).collect();
                out.tightest_when = periods(*first, &holds);
            }
            out.money_decides_starts = money.iter().filter(|m| **m).count();
            out.money_decides_when = periods(*first, &money);
            out.state = match tightest {
                None => CalendarMtpdState::Unknown,
                Some(_) if varies => CalendarMtpdState::Varies,
                Some(_) => CalendarMtpdState::SameAllYear,
            };
            let never = each.iter().filter(|m| m.is_none()).count();
            if never > 0 {
                reasons.push(format!(
                    "From {never} of {} starts the loss of {code} never reaches the limit.",
                    each.len()
                ));
            }
        }
        Some(y) => {
            let money = y.flat.mtpd_min.map(|m| m.0);
            out.tightest_min = shorter(money).map(Minutes);
            out.widest_min = out.tightest_min;
            out.state = CalendarMtpdState::NoCalendar;
            if money.is_some_and(|m| rating.mtpd.is_none_or(|r| m < r)) {
                out.money_decides_starts = starts::YEAR_HOURS;
            }
            reasons.push(format!(
                "The loss curve of {code} has no calendar: every start is like every other."
            ));
            if money.is_none() {
                reasons.push(format!("The loss of {code} never reaches the limit."));
            }
        }
        None => {
            out.tightest_min = shorter(None).map(Minutes);
            out.widest_min = out.tightest_min;
            let (state, why) = if limit.is_none() {
                (
                    CalendarMtpdState::NoLimit,
                    format!("No loss limit is set for {code} or for the workspace."),
                )
            } else {
                (
                    CalendarMtpdState::NoLossCurve,
                    format!("{code} has no loss curve."),
                )
            };
            out.state = state;
            reasons.push(why);
        }
    }
    if out.tightest_min.is_none() {
        out.state = CalendarMtpdState::Unknown;
    }
    out.accepted_too_long = out.accepted_min.zip(out.tightest_min).map(|(a, t)| a > t);
    out.reason = (!reasons.is_empty()).then(|| reasons.join(" "));
    out
}
