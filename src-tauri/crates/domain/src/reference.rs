//! Shipped reference lists: what a new workspace starts from.

/// The impact categories of a new workspace: key, name, first unacceptable level, and the words for levels 1 to 5.
pub const IMPACT_CATEGORIES: &[(&str, &str, i64, [&str; 5])] = &[
    (
        "safety",
        "Life, health and safety",
        3,
        [
            "Nobody affected beyond inconvenience",
            "First-aid case or discomfort, no lasting effect",
            "Treatment by a doctor needed, full recovery expected",
            "Serious or lasting injury to one or a few people",
            "Death, or serious harm to many people",
        ],
    ),
    (
        "financial",
        "Financial",
        4,
        [
            "Absorbed within a team budget (below 0.1 % of the annual result)",
            "Absorbed within a department budget (0.1 to 0.5 %)",
            "Visible in the monthly result (0.5 to 2 %)",
            "Endangers the annual result (2 to 10 %)",
            "Endangers liquidity or existence (above 10 %)",
        ],
    ),
    (
        "operations",
        "Delivery and operations",
        4,
        [
            "Work continues, slight detour",
            "Delays caught up within the same day",
            "Backlog needs overtime for several days",
            "Main deliverables stop or quality falls below the agreed minimum",
            "Delivery stops and the backlog cannot be worked off",
        ],
    ),
    (
        "legal",
        "Legal, regulatory and contractual",
        4,
        [
            "No duty touched",
            "Internal rule missed, no outside party concerned",
            "Reportable deviation or small contract penalty",
            "Formal proceeding, large penalty or loss of a contract",
            "Loss of licence, criminal liability or ruinous penalty",
        ],
    ),
    (
        "reputation",
        "Customers and reputation",
        4,
        [
            "Not noticed outside",
            "Single complaints",
            "Many complaints, local coverage",
            "Key customers leave or national coverage",
            "Lasting loss of trust in the market or public",
        ],
    ),
    (
        "information",
        "Information and data",
        4,
        [
            "Nothing lost",
            "Lost entries re-keyed within the hour",
            "Lost entries rebuilt from paper within days",
            "Part of the records cannot be rebuilt",
            "Authoritative records permanently lost or untrustworthy",
        ],
    ),
    (
        "environment",
        "Environment",
        4,
        [
            "None",
            "Contained on site",
            "Limited outside effect, reversible",
            "Considerable damage, long clean-up",
            "Irreversible damage",
        ],
    ),
];

/// The horizons of a new activity, in minutes.
pub const HORIZONS_MIN: [i64; 6] = [60, 240, 480, 1440, 4320, 10_080];

/// Names of the impact levels 1 to 5.
pub const IMPACT_LEVELS: [&str; 5] = ["Negligible", "Minor", "Moderate", "Major", "Severe"];

/// The first unacceptable level where a category names none.
pub const DEFAULT_THRESHOLD: i64 = 4;

/// Evidence older than this many days counts as an estimate.
pub const EVIDENCE_MAX_AGE_DAYS: i64 = 365;

/// The name of an impact category; its key where the list does not know it.
pub fn category_name(key: &str) -> &str {
    IMPACT_CATEGORIES
        .iter()
        .find(|c| c.0 == key)
        .map_or(key, |c| c.1)
}
