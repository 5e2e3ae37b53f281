//! Money in whole cents of the workspace's one currency.

use crate::field::{Datum, FieldValue, Kind};
use serde::{Deserialize, Serialize};

/// The largest amount a field may hold, in cents: ten trillion currency units.
pub const MAX_CENTS: u64 = 1_000_000_000_000_000;

/// An amount in cents; fields of this type are not negative.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Money(pub i64);

/// An amount in cents that may be negative, such as an annual result.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Balance(pub i64);

/// A loss rate in cents per hour; not negative.
pub type Rate = Money;

impl Money {
    /// The amount in currency units.
    pub fn units(self) -> f64 {
        self.0 as f64 / 100.0
    }
    /// The nearest cent to an amount in currency units.
    pub fn from_units(x: f64) -> Money {
        Money((x * 100.0).round() as i64)
    }
}

macro_rules! money_field {
    ($t:ident, $signed:literal) => {
        impl FieldValue for $t {
            const KIND: Kind = Kind::Money { signed: $signed };
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
                Some($t(0))
            }
        }
    };
}
money_field!(Money, false);
money_field!(Balance, true);

/// Reads an amount in currency units with at most two decimals; spaces and thousands separators (`1,200.50`) are understood.
pub fn parse_money(text: &str) -> Option<Money> {
    let t: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{2019}' && *c != '\'')
        .collect();
    let t = match (t.rfind(','), t.rfind('.')) {
        (Some(c), Some(p)) if c < p => t.replace(',', ""),
        (Some(_), Some(_)) => t.replace('.', "").replace(',', "."),
        (Some(c), None) if t.len() - c == 4 && t.matches(',').count() >= 1 => t.replace(',', ""),
        _ => t.replace(',', "."),
    };
    let (sign, digits) = t.strip_prefix('-').map_or((1, t.as_str()), |r| (-1, r));
    let (whole, frac) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty()
        || whole.len() > 13
        || frac.len() > 2
        || !whole
            .bytes()
            .chain(frac.bytes())
            .all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let cents: i64 =
        whole.parse::<i64>().ok()? * 100 + format!("{frac:0<2}").parse::<i64>().ok()?;
    Some(Money(sign * cents))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_people_write_them() {
        for (t, c) in [
            ("12", 1200),
            ("1,200.50", 120_050),
            ("1.200,50", 120_050),
            ("0.5", 50),
            ("1 000", 100_000),
            ("1,200", 120_000),
            ("-3", -300),
        ] {
            assert_eq!(parse_money(t), Some(Money(c)), "{t}");
        }
        for t in ["", "x", "1.234", "1e3", "12345678901234567", "."] {
            assert_eq!(parse_money(t), None, "{t}");
        }
    }
}
