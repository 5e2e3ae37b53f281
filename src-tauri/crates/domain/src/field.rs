//! Fields: what a column may hold, and how a person's text becomes such a value.

use crate::{time, workspace::Table};
use uuid::Uuid;

/// One value of one column, in the form the plan file stores it.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    /// Unknown or not set; never zero.
    Null,
    /// Whole numbers: minutes, cents, counts, levels; flags as 0 and 1.
    Int(i64),
    /// Real numbers: rates, factors, hours.
    Real(f64),
    /// Text, dates (`YYYY-MM-DD`), times, choices.
    Text(String),
    /// The key of another record.
    Id(Uuid),
}

/// What a field holds, with its range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// The short display code of a record, unique in the workspace.
    Code,
    /// Free text of any length up to a million characters.
    Text,
    /// An ISO 4217 currency code, three capital letters.
    Currency,
    /// A language by its tag (BCP 47).
    Language,
    /// Whole minutes, 0 to 2^31; typed ones up to ten years.
    Minutes,
    /// Money in cents of the workspace currency; the flag allows negative amounts.
    Money {
        /// Whether an amount below zero is legal.
        signed: bool,
    },
    /// A whole number within limits, both included.
    Int {
        /// Smallest legal value.
        min: i64,
        /// Largest legal value.
        max: i64,
    },
    /// A real number within limits, both included.
    Real {
        /// Smallest legal value.
        min: f64,
        /// Largest legal value.
        max: f64,
    },
    /// Yes or no.
    Flag,
    /// A calendar date.
    Date,
    /// A day of the year, `MM-DD`.
    MonthDay,
    /// A time of day, `HH:MM`.
    Clock,
    /// A moment in time, RFC 3339 in UTC.
    Instant,
    /// One of a fixed list of words.
    Choice(&'static [&'static str]),
    /// A frozen document in canonical JSON.
    Frozen,
    /// A record of one table.
    Ref(Table),
    /// An activity or a service.
    NodeRef,
}

impl Kind {
    /// Says in words what is allowed, for the end of the sentence "..., allowed is ...".
    pub fn allowed(&self) -> String {
        match self {
            Kind::Code => {
                "a code of 1 to 64 characters without spaces, tabs, commas, colons or equals signs"
                    .into()
            }
            Kind::Text | Kind::Frozen => "text of at most 1,000,000 characters".into(),
            Kind::Currency => "a currency code of three capital letters such as EUR".into(),
            Kind::Language => "a language by its tag (BCP 47), such as de, pt-BR or zh-Hant".into(),
            Kind::Minutes => format!(
                "a whole number of minutes from 0 to {} (ten years), such as 90; where text is typed also 1h30, 1.5 h or 2d",
                time::LONG_MINUTES
            ),
            Kind::Money { signed: false } => {
                "an amount from 0 to 10,000,000,000,000 with at most two decimals".into()
            }
            Kind::Money { signed: true } => "an amount with at most two decimals".into(),
            Kind::Int { min, max } => format!("a whole number from {min} to {max}"),
            Kind::Real { min, max } => format!("a number from {min} to {max}"),
            Kind::Flag => "true or false (yes or no)".into(),
            Kind::Date => "a date such as 2026-11-24".into(),
            Kind::MonthDay => "a day of the year such as 11-20".into(),
            Kind::Clock => "a time of day such as 09:00".into(),
            Kind::Instant => "a moment such as 2026-11-24T09:00:00Z".into(),
            Kind::Choice(words) => format!("one of {}", words.join(", ")),
            Kind::Ref(t) => format!("the code of an existing {}", t.spec().noun),
            Kind::NodeRef => "the code of an existing activity or service".into(),
        }
    }

    /// Whether a stored value is legal for this kind; `Null` is judged by the field, not here.
    pub fn accepts(&self, d: &Datum) -> bool {
        match (self, d) {
            (_, Datum::Null) => true,
            (Kind::Code, Datum::Text(s)) => crate::units::is_code(s),
            // What was kept before tags were looked at is read all the same, frozen versions above all.
            (Kind::Text | Kind::Language | Kind::Frozen, Datum::Text(s)) => {
                (*self == Kind::Frozen || s.len() <= 4_000_000) && !s.contains('\0')
            }
            (Kind::Currency, Datum::Text(s)) => {
                s.len() == 3 && s.bytes().all(|b| b.is_ascii_uppercase())
            }
            (Kind::Minutes, Datum::Int(n)) => (0..=time::MAX_MINUTES).contains(n),
            (Kind::Money { signed }, Datum::Int(n)) => {
                n.unsigned_abs() <= crate::money::MAX_CENTS && (*signed || *n >= 0)
            }
            (Kind::Int { min, max }, Datum::Int(n)) => n >= min && n <= max,
            (Kind::Real { min, max }, Datum::Real(x)) => x.is_finite() && x >= min && x <= max,
            (Kind::Flag, Datum::Int(n)) => *n == 0 || *n == 1,
            (Kind::Date, Datum::Text(s)) => time::parse_date(s).is_some(),
            (Kind::MonthDay, Datum::Text(s)) => time::is_month_day(s),
            (Kind::Clock, Datum::Text(s)) => time::is_clock(s),
            (Kind::Instant, Datum::Text(s)) => chrono::DateTime::parse_from_rfc3339(s).is_ok(),
            (Kind::Choice(words), Datum::Text(s)) => words.contains(&s.as_str()),
            (Kind::Ref(_) | Kind::NodeRef, Datum::Id(_)) => true,
            _ => false,
        }
    }

    /// Reads what a person typed. Empty text is `Null`; references are not read here, because that needs the workspace.
    ///
    /// # Errors
    /// The sentence of [`Kind::allowed`] when the text is not legal.
    pub fn read(&self, text: &str) -> Result<Datum, String> {
        let t = text.trim();
        if t.is_empty() {
            return Ok(Datum::Null);
        }
        let d = match self {
            Kind::Minutes => time::parse_duration(t).map(|m| Datum::Int(m.0)),
            Kind::Money { .. } => crate::money::parse_money(t).map(|m| Datum::Int(m.0)),
            Kind::Int { .. } => t.parse().ok().map(Datum::Int),
            Kind::Real { .. } => t.replace(',', ".").parse().ok().map(Datum::Real),
            Kind::Flag => match t.to_lowercase().as_str() {
                "true" | "yes" | "y" | "1" | "x" => Some(Datum::Int(1)),
                "false" | "no" | "n" | "0" => Some(Datum::Int(0)),
                _ => None,
            },
            Kind::Choice(_) => Some(Datum::Text(t.to_lowercase().replace([' ', '-'], "_")))
                .filter(|d| self.accepts(d))
                .or_else(|| Some(Datum::Text(t.to_string()))),
            Kind::Ref(_) | Kind::NodeRef => None,
            Kind::Language => crate::units::language_tag(t).map(Datum::Text),
            Kind::Text => Some(Datum::Text(text.to_string())),
            _ => Some(Datum::Text(t.to_string())),
        };
        d.filter(|d| self.accepts(d)).ok_or_else(|| self.allowed())
    }

    /// The SQLite column type that stores it.
    pub fn sql_type(&self) -> &'static str {
        match self {
            Kind::Minutes | Kind::Money { .. } | Kind::Int { .. } | Kind::Flag => "INTEGER",
            Kind::Real { .. } => "REAL",
            Kind::Ref(_) | Kind::NodeRef => "BLOB",
            _ => "TEXT",
        }
    }
}

/// The description of one field of a record.
#[derive(Debug, Clone, Copy)]
pub struct FieldSpec {
    /// Column in the plan file and name in Rust.
    pub column: &'static str,
    /// Name in the interchange file, relative to the record; dots lead into nested objects.
    pub json: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it may be unknown.
    pub nullable: bool,
    /// Whether an unknown value is left out of the interchange file rather than written as `null`.
    pub omit: bool,
    /// Whether it says how somebody is reached (a phone number, a mail address), which a redacted document leaves out.
    pub reach: bool,
    /// The value a record has where none was given; `None` when one must be given.
    pub absent: fn() -> Option<Datum>,
}

/// A Rust type that can stand in a field.
pub trait FieldValue: Sized {
    /// What it holds.
    const KIND: Kind;
    /// Whether it may be unknown.
    const NULLABLE: bool = false;
    /// The value as the plan file stores it.
    fn to_datum(&self) -> Datum;
    /// The value back from the plan file; `None` when it is not legal.
    fn from_datum(d: &Datum) -> Option<Self>;
    /// The value a record has where none was given; `None` when one must be given.
    fn absent() -> Option<Self>;
}

impl<T: FieldValue> FieldValue for Option<T> {
    const KIND: Kind = T::KIND;
    const NULLABLE: bool = true;
    fn to_datum(&self) -> Datum {
        self.as_ref().map_or(Datum::Null, FieldValue::to_datum)
    }
    fn from_datum(d: &Datum) -> Option<Self> {
        match d {
            Datum::Null => Some(None),
            d => T::from_datum(d).map(Some),
        }
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl FieldValue for String {
    const KIND: Kind = Kind::Text;
    fn to_datum(&self) -> Datum {
        Datum::Text(self.clone())
    }
    fn from_datum(d: &Datum) -> Option<Self> {
        match d {
            Datum::Text(s) if Self::KIND.accepts(d) => Some(s.clone()),
            _ => None,
        }
    }
    fn absent() -> Option<Self> {
        Some(String::new())
    }
}

impl FieldValue for bool {
    const KIND: Kind = Kind::Flag;
    fn to_datum(&self) -> Datum {
        Datum::Int(i64::from(*self))
    }
    fn from_datum(d: &Datum) -> Option<Self> {
        match d {
            Datum::Int(0) => Some(false),
            Datum::Int(1) => Some(true),
            _ => None,
        }
    }
    fn absent() -> Option<Self> {
        Some(false)
    }
}

impl FieldValue for chrono::NaiveDate {
    const KIND: Kind = Kind::Date;
    fn to_datum(&self) -> Datum {
        Datum::Text(self.format("%Y-%m-%d").to_string())
    }
    fn from_datum(d: &Datum) -> Option<Self> {
        match d {
            Datum::Text(s) => time::parse_date(s),
            _ => None,
        }
    }
    fn absent() -> Option<Self> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_a_tag_and_is_kept_as_it_is_written() {
        let text = |t: &str| Datum::Text(t.into());
        assert_eq!(Kind::Language.read(" DE-at "), Ok(text("de-AT")));
        assert_eq!(Kind::Language.read(""), Ok(Datum::Null));
        assert!(Kind::Language.read("not a tag!").is_err());
        let old = text("not a tag!");
        assert!(
            Kind::Language.accepts(&old),
            "what is frozen with one is still read"
        );
        let old = crate::Language::from_datum(&old);
        assert!(old.is_some(), "a file that holds one still opens");
    }
}
