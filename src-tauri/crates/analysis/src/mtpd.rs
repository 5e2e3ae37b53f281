//! The MTPD that an impact grid proposes (C1).

use crate::results::{MtpdProposal, MtpdState};
use mainstay_domain::{Minutes, MtpdRule};

/// One row of a grid.
pub(crate) struct GridRow<'a> {
    pub key: &'a str,
    pub threshold: i64,
    pub levels: Vec<Option<i64>>,
}

/// C1: with the running maximum `s*` of the ratings, the first horizon at which a category reaches its threshold; the last
/// tolerable horizon is the one before, 0 if there is none. Empty cells before it make the value an upper bound.
pub(crate) fn propose(horizons: &[Minutes], rows: &[GridRow<'_>], rule: MtpdRule) -> MtpdProposal {
    let holes = rows
        .iter()
        .map(|r| r.levels.iter().filter(|l| l.is_none()).count())
        .sum();
    let rated = rows.iter().any(|r| r.levels.iter().any(Option::is_some));
    let non_monotone = rows
        .iter()
        .filter(|r| {
            let given: Vec<i64> = r.levels.iter().filter_map(|l| *l).collect();
            given.windows(2).any(|w| w[1] < w[0])
        })
        .map(|r| r.key.to_string())
        .collect();
    let mut out = MtpdProposal {
        holes,
        non_monotone,
        ..MtpdProposal::default()
    };
    if !rated || horizons.is_empty() {
        return out;
    }
    let reach = |r: &GridRow<'_>| {
        r.levels
            .iter()
            .position(|l| l.is_some_and(|l| l >= r.threshold))
    };
    let first = rows.iter().filter_map(reach).min();
    let open = rows.iter().any(|r| {
        r.levels
            .iter()
            .take(first.unwrap_or(usize::MAX))
            .any(Option::is_none)
    });
    match first {
        Some(i) => {
            out.first_unacceptable = Some(horizons[i]);
            out.last_tolerable = Some(if i == 0 { Minutes(0) } else { horizons[i - 1] });
            out.binding = rows
                .iter()
                .filter(|r| reach(r) == Some(i))
                .map(|r| r.key.to_string())
                .collect();
            out.min = match rule {
                MtpdRule::FirstCrossing => out.first_unacceptable,
                MtpdRule::LastTolerable => out.last_tolerable,
                MtpdRule::WeightedSum => out.first_unacceptable,
            };
            out.state = if open {
                MtpdState::Provisional
            } else {
                MtpdState::Known
            };
        }
        None => {
            out.beyond = horizons.last().copied();
            out.last_tolerable = out.beyond;
            out.state = if open {
                MtpdState::Provisional
            } else {
                MtpdState::Beyond
            };
        }
    }
    out
}
