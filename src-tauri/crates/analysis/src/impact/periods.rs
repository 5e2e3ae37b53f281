//! Hours of a year in the way people say them: ranges of days, then days of the week and hours of the day.

use super::day_number;
use mainstay_domain::{Datelike, NaiveDate};
use serde::Serialize;

/// Ranges of days over which the same hours of the week hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Period {
    /// The ranges, in order.
    pub dates: Vec<DateRange>,
    /// The hours within them.
    pub hours: Vec<WeekHours>,
    /// The same in words, such as `20 Nov 2026–24 Dec 2026, Mon–Fri 16–22 h`.
    pub text: String,
}

/// A range of days, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DateRange {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

/// Hours of some days of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WeekHours {
    /// The days, 1 (Monday) to 7 (Sunday), ascending.
    pub weekdays: Vec<u8>,
    /// The first full hour, 0 to 23.
    pub from_hour: u8,
    /// The hour after the last one, 1 to 24.
    pub to_hour: u8,
}

/// The first and the last day of a range, counted from the first day there is.
type Days = (usize, usize);

/// The hours that hold, from midnight of a day on, as few periods; those with the same hours together.
///
/// Exact: a period never covers an hour that does not hold.
pub(super) fn periods(first: NaiveDate, hours: &[bool]) -> Vec<Period> {
    let masks: Vec<u32> = hours
        .chunks(24)
        .map(|day| {
            day.iter()
                .enumerate()
                .fold(0, |m, (h, on)| m | (u32::from(*on) << h))
        })
        .collect();
    let begin = day_number(first);
    let mut out: Vec<(Vec<WeekHours>, Vec<Days>)> = Vec::new();
    for (from, to) in ranges(begin, &masks) {
        let mut week = Week::default();
        for (d, mask) in masks.iter().enumerate().take(to + 1).skip(from) {
            week[weekday(begin, d)] = Some(*mask);
        }
        let hours = week_hours(&week);
        match out.iter_mut().find(|(h, _)| *h == hours) {
            Some((_, ranges)) => ranges.push((from, to)),
            None => out.push((hours, vec![(from, to)])),
        }
    }
    let day = |i: usize| {
        i32::try_from(begin + i as i64)
            .ok()
            .and_then(NaiveDate::from_num_days_from_ce_opt)
            .unwrap_or(NaiveDate::MAX)
    };
    out.into_iter()
        .map(|(hours, ranges)| {
            let dates: Vec<DateRange> = ranges
                .into_iter()
                .map(|(a, b)| DateRange {
                    from: day(a),
                    to: day(b),
                })
                .collect();
            Period {
                text: text(&dates, &hours),
                dates,
                hours,
            }
        })
        .collect()
}

/// The ranges of days that say it shortest: within each the same weekday always has the same hours.
///
/// A range costs one and one for each run of hours in it, days without any cost nothing; of equal ones the longest ranges.
fn ranges(begin: i64, masks: &[u32]) -> Vec<Days> {
    let mut best: Vec<(usize, usize)> = vec![(0, 0)];
    for end in 0..masks.len() {
        let mut week = Week::default();
        let mut cost = 0;
        let mut found = (usize::MAX, end);
        for from in (0..=end).rev() {
            let day = &mut week[weekday(begin, from)];
            match *day {
                Some(m) if m != masks[from] => break,
                Some(_) => {}
                None => {
                    *day = Some(masks[from]);
                    let runs = week_hours(&week).len();
                    cost = runs + usize::from(runs > 0);
                }
            }
            let total = best[from].0 + cost;
            if total <= found.0 {
                found = (total, from);
            }
        }
        best.push(found);
    }
    let mut out = Vec::new();
    let mut end = masks.len();
    while end > 0 {
        let from = best[end].1;
        let days = || (from..end).filter(|d| masks[*d] != 0);
        if let (Some(a), Some(b)) = (days().next(), days().next_back()) {
            out.push((a, b));
        }
        end = from;
    }
    out.reverse();
    out
}

/// The hours of each day of the week, Monday first, as bits; `None` where the range has no such day.
type Week = [Option<u32>; 7];

fn weekday(begin: i64, day: usize) -> usize {
    (begin - 1 + day as i64).rem_euclid(7) as usize
}

/// The runs of hours of a week; days with the same run together.
fn week_hours(week: &Week) -> Vec<WeekHours> {
    let mut out: Vec<WeekHours> = Vec::new();
    for (d, mask) in week.iter().enumerate() {
        let mask = mask.unwrap_or(0);
        let mut h = 0_u8;
        while h < 24 {
            if mask >> h & 1 == 0 {
                h += 1;
                continue;
            }
            let from = h;
            while h < 24 && mask >> h & 1 == 1 {
                h += 1;
            }
            let day = d as u8 + 1;
            match out
                .iter_mut()
                .find(|w| (w.from_hour, w.to_hour) == (from, h))
            {
                Some(w) => w.weekdays.push(day),
                None => out.push(WeekHours {
                    weekdays: vec![day],
                    from_hour: from,
                    to_hour: h,
                }),
            }
        }
    }
    out
}

fn text(dates: &[DateRange], hours: &[WeekHours]) -> String {
    let day = |d: NaiveDate| d.format("%-d %b %Y").to_string();
    let range = |r: &DateRange| {
        if r.from == r.to {
            day(r.from)
        } else if r.from.year() == r.to.year() {
            format!("{}\u{2013}{}", r.from.format("%-d %b"), day(r.to))
        } else {
            format!("{}\u{2013}{}", day(r.from), day(r.to))
        }
    };
    let dates: Vec<String> = dates.iter().map(range).collect();
    let hours: Vec<String> = hours
        .iter()
        .map(|w| {
            let days = weekdays(&w.weekdays);
            if (w.from_hour, w.to_hour) == (0, 24) {
                format!("{days} all day")
            } else {
                format!("{days} {}\u{2013}{} h", w.from_hour, w.to_hour)
            }
        })
        .collect();
    format!("{}, {}", dates.join(" and "), hours.join(" and "))
}

/// `Mon–Fri`, `Mon, Wed`, `every day`.
fn weekdays(days: &[u8]) -> String {
    const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    if days.len() == 7 {
        return "every day".into();
    }
    let name = |d: u8| NAMES[usize::from(d.clamp(1, 7)) - 1];
    let mut parts: Vec<String> = Vec::new();
    let mut i = 0;
    while i < days.len() {
        let mut j = i;
        while j + 1 < days.len() && days[j + 1] == days[j] + 1 {
            j += 1;
        }
        match j - i {
            0 => parts.push(name(days[i]).into()),
            1 => parts.push(format!("{}, {}", name(days[i]), name(days[j]))),
            _ => parts.push(format!("{}\u{2013}{}", name(days[i]), name(days[j]))),
        }
        i = j + 1;
    }
    parts.join(", ")
}
