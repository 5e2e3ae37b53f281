//! Small quantities with their ranges in the type.

use crate::field::{Datum, FieldValue, Kind};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The short display code of a record, unique in the workspace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Code(pub String);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::ops::Deref for Code {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

/// Whether a text can be a code: 1 to 64 characters, none of them white space, control, comma, colon or equals sign.
pub fn is_code(s: &str) -> bool {
    (1..=64).contains(&s.chars().count())
        && !s
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, ',' | ':' | '='))
}

macro_rules! text_unit {
    ($(#[$m:meta])* $t:ident, $kind:expr, $absent:expr) => {
        $(#[$m])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $t(pub String);
        text_field!($t, $kind, $absent);
    };
}

macro_rules! text_field {
    ($t:ident, $kind:expr, $absent:expr) => {
        impl FieldValue for $t {
            const KIND: Kind = $kind;
            fn to_datum(&self) -> Datum {
                Datum::Text(self.0.clone())
            }
            fn from_datum(d: &Datum) -> Option<Self> {
                match d {
                    Datum::Text(s) if Self::KIND.accepts(d) => Some($t(s.clone())),
                    _ => None,
                }
            }
            fn absent() -> Option<Self> {
                $absent
            }
        }
    };
}

text_field!(Code, Kind::Code, None);
text_unit!(
    /// An ISO 4217 currency code.
    Currency, Kind::Currency, Some(Currency("EUR".into())));

/// A language by its tag (BCP 47).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Language(pub String);

impl FieldValue for Language {
    const KIND: Kind = Kind::Language;
    fn to_datum(&self) -> Datum {
        Datum::Text(self.0.clone())
    }
    /// Any text: a file from before tags were looked at opens all the same.
    fn from_datum(d: &Datum) -> Option<Self> {
        String::from_datum(d).map(Language)
    }
    fn absent() -> Option<Self> {
        None
    }
}

/// A tag as it is written, `de-AT` for `DE-at`; `None` for what is none.
pub fn language_tag(text: &str) -> Option<String> {
    oxilangtag::LanguageTag::parse_and_normalize(text.trim())
        .ok()
        .map(oxilangtag::LanguageTag::into_inner)
}

text_unit!(
    /// A day of the year, `MM-DD`.
    MonthDay, Kind::MonthDay, None);
text_unit!(
    /// A time of day, `HH:MM`.
    Clock, Kind::Clock, None);
text_unit!(
    /// A moment, RFC 3339 in UTC.
    Instant, Kind::Instant, None);
text_unit!(
    /// A frozen document in canonical JSON (RFC 8785).
    Frozen, Kind::Frozen, None);

macro_rules! int_unit {
    ($(#[$m:meta])* $t:ident, $min:expr, $max:expr, $absent:expr) => {
        $(#[$m])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $t(pub i64);
        impl FieldValue for $t {
            const KIND: Kind = Kind::Int { min: $min, max: $max };
            fn to_datum(&self) -> Datum {
                Datum::Int(self.0)
            }
            fn from_datum(d: &Datum) -> Option<Self> {
                match d {
                    Datum::Int(n) if Self::KIND.accepts(d) => Some($t(*n)),
                    _ => None,
                }
            }
            fn absent() -> Option<Self> {
                $absent
            }
        }
    };
}

int_unit!(
    /// An impact or likelihood level, 1 (least) to 5 (worst).
    Level, 1, 5, None);
int_unit!(
    /// A percentage, 0 to 100.
    Percent, 0, 100, None);
int_unit!(
    /// A count of things or people, 0 to a billion.
    Count, 0, 1_000_000_000, Some(Count(0)));
int_unit!(
    /// A plain whole number, such as an estimate in a unit its question names.
    Whole, -1_000_000_000_000, 1_000_000_000_000, None);

macro_rules! real_unit {
    ($(#[$m:meta])* $t:ident, $min:expr, $max:expr, $absent:expr) => {
        $(#[$m])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $t(pub f64);
        impl FieldValue for $t {
            const KIND: Kind = Kind::Real { min: $min, max: $max };
            fn to_datum(&self) -> Datum {
                Datum::Real(self.0)
            }
            fn from_datum(d: &Datum) -> Option<Self> {
                match d {
                    Datum::Real(x) if Self::KIND.accepts(d) => Some($t(*x)),
                    _ => None,
                }
            }
            fn absent() -> Option<Self> {
                $absent
            }
        }
    };
}

real_unit!(
    /// A duration in hours with fractions, 0 to a million.
    Hours, 0.0, 1e6, None);
real_unit!(
    /// Events per year, 0 to a million.
    PerYear, 0.0, 1e6, None);
real_unit!(
    /// A multiplier, 0 to a million; 1 changes nothing.
    Factor, 0.0, 1e6, Some(Factor(1.0)));
real_unit!(
    /// A span in years, 0 to 1,000.
    Years, 0.0, 1000.0, None);
real_unit!(
    /// A yearly interest rate as a share, 0 to 1.
    Interest, 0.0, 1.0, None);
real_unit!(
    /// A share of a whole, 0 to 1.
    Share, 0.0, 1.0, None);
