//! Tiers (C3).

use mainstay_domain::Minutes;

/// The tier of a required RTO (C3): up to 4 h is tier 1, up to 24 h tier 2, up to 72 h tier 3, else tier 4.
pub fn tier(required: Minutes) -> u8 {
    match required.0 {
        ..=240 => 1,
        241..=1440 => 2,
        1441..=4320 => 3,
        _ => 4,
    }
}
