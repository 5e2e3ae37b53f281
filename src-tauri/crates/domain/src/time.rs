//! Durations and dates: minutes as the one unit of time, read and shown as people say them.

use crate::field::{Datum, FieldValue, Kind};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest duration a field may hold: 2^31 minutes, some four thousand years. What is longer than
/// [`LONG_MINUTES`] is taken from a file and reported, but not taken from a keyboard.
pub const MAX_MINUTES: i64 = 1 << 31;

/// Longer than anybody plans for: ten years of 365 days.
pub const LONG_MINUTES: i64 = 5_256_000;

/// A duration, or a moment counted from the start of the clock, in whole minutes.
///
/// Fields hold 0 to [`MAX_MINUTES`]; results (gaps, slack, latest finishes) may be negative.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Minutes(pub i64);

impl Minutes {
    /// Hours as a real number.
    pub fn hours(self) -> f64 {
        self.0 as f64 / 60.0
    }
}

impl std::ops::Add for Minutes {
    type Output = Minutes;
    fn add(self, o: Minutes) -> Minutes {
        Minutes(self.0.saturating_add(o.0))
    }
}

impl std::ops::Sub for Minutes {
    type Output = Minutes;
    fn sub(self, o: Minutes) -> Minutes {
        Minutes(self.0.saturating_sub(o.0))
    }
}

/// Shows a duration as people say it: `45 min`, `1 h 30 min`, `24 h`, `3 d`; whole days only from two days on.
impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "\u{2212}" } else { "" };
        let m = self.0.unsigned_abs();
        let (h, r) = (m / 60, m % 60);
        match (h, r) {
            _ if m >= 2880 && m.is_multiple_of(1440) => write!(f, "{sign}{} d", m / 1440),
            (0, r) => write!(f, "{sign}{r} min"),
            (h, 0) => write!(f, "{sign}{h} h"),
            (h, r) => write!(f, "{sign}{h} h {r} min"),
        }
    }
}

impl FieldValue for Minutes {
    const KIND: Kind = Kind::Minutes;
    fn to_datum(&self) -> Datum {
        Datum::Int(self.0)
    }
    fn from_datum(d: &Datum) -> Option<Self> {
        match d {
            Datum::Int(n) if Self::KIND.accepts(d) => Some(Minutes(*n)),
            _ => None,
        }
    }
    fn absent() -> Option<Self> {
        Some(Minutes(0))
    }
}

/// Reads a duration as people write it: `90`, `90m`, `1h30`, `1.5 h`, `2d`, `1 h 30 min`, `1:30`.
///
/// A bare number is minutes. `None` for anything else, for negative values, for fractions of a minute and for more
/// than ten years.
pub fn parse_duration(text: &str) -> Option<Minutes> {
    let t = text.trim().to_lowercase().replace(',', ".");
    if let Some((h, m)) = t.split_once(':') {
        let (h, m): (i64, i64) = (h.trim().parse().ok()?, m.trim().parse().ok()?);
        return in_range(
            h.checked_mul(60)?
                .checked_add(m)
                .filter(|_| (0..60).contains(&m) && h >= 0)?,
        );
    }
    let mut total = 0.0;
    let mut last_rank = 5;
    let mut rest = t.as_str();
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        let n = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let value: f64 = rest[..n].parse().ok()?;
        rest = rest[n..].trim_start();
        let u = rest
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(rest.len());
        let (rank, factor) = match &rest[..u] {
            "w" | "wk" | "week" | "weeks" => (4, 10_080.0),
            "d" | "day" | "days" => (3, 1_440.0),
            "h" | "hr" | "hrs" | "hour" | "hours" => (2, 60.0),
            "m" | "min" | "mins" | "minute" | "minutes" => (1, 1.0),
            // `1h30`: a bare number after hours is minutes, and so is a bare number alone.
            "" if last_rank == 2 || last_rank == 5 => (1, 1.0),
            _ => return None,
        };
        if rank >= last_rank {
            return None;
        }
        last_rank = rank;
        total += value * factor;
        rest = &rest[u..];
    }
    if last_rank == 5 || total.fract().abs() > 1e-9 || total > LONG_MINUTES as f64 {
        return None;
    }
    in_range(total.round() as i64)
}

fn in_range(m: i64) -> Option<Minutes> {
    (0..=LONG_MINUTES).contains(&m).then_some(Minutes(m))
}

/// Reads `YYYY-MM-DD`, exactly so.
pub fn parse_date(s: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(s, "%Y-%m-%d")
        .ok()
        .filter(|d| d.format("%Y-%m-%d").to_string() == s)
}

/// Shows a date as it is printed: `23 November 2026`.
pub fn long_date(d: NaiveDate) -> String {
    d.format("%-d %B %Y").to_string()
}

/// Whether the text is a day of the year, `MM-DD` (29 February included).
pub fn is_month_day(s: &str) -> bool {
    s.len() == 5 && parse_date(&format!("2024-{s}")).is_some()
}

/// Whether the text is a time of day, `HH:MM`.
pub fn is_clock(s: &str) -> bool {
    s.len() == 5 && chrono::NaiveTime::parse_from_str(s, "%H:%M").is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: Option<i64>) {
        assert_eq!(parse_duration(text).map(|m| m.0), want, "{text}");
    }

    #[test]
    fn durations_as_people_write_them() {
        for (t, m) in [
            ("90", 90),
            ("90m", 90),
            ("1h30", 90),
            ("1.5 h", 90),
            ("1,5h", 90),
            ("2d", 2880),
            ("0", 0),
            ("1 h 30 min", 90),
            ("1:30", 90),
            ("1 week", 10_080),
            ("2 d 4 h", 3_120),
            ("24 h", 1440),
        ] {
            check(t, Some(m));
        }
        for t in [
            "", "soon", "-5", "1h1h", "30m1h", "1.5", "h", "1e3", "9999999", "1:75", "4 x",
            "5 h 2 d", "..", "1h 30 s",
        ] {
            check(t, None);
        }
    }

    #[test]
    fn durations_as_people_say_them() {
        for (m, t) in [
            (0, "0 min"),
            (45, "45 min"),
            (90, "1 h 30 min"),
            (1440, "24 h"),
            (4320, "3 d"),
            (1505, "25 h 5 min"),
            (-75, "\u{2212}1 h 15 min"),
        ] {
            assert_eq!(Minutes(m).to_string(), t);
        }
    }

    #[test]
    fn shown_durations_read_back() {
        for m in (0..20_000).step_by(7) {
            check(&Minutes(m).to_string(), Some(m));
        }
    }
}
