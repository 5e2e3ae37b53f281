//! The MTPD that an impact grid proposes, by three rules side by side (C1).

mod detail;
mod grids;
#[cfg(test)]
mod tests;
mod weighted;

pub use detail::{
    CategoryShare, DecidingCategory, HorizonShare, MtpdDetail, RuleMtpd, mtpd_detail,
};
pub(crate) use grids::proposals;

use crate::results::{MtpdDifference, MtpdDifferenceKind, MtpdProposal, MtpdState, WeightedMtpd};
use mainstay_domain::{Minutes, MtpdRule};
use weighted::weighted;

/// The share of its maximum that the weighted sum must exceed where the settings name none, in percent.
pub const DEFAULT_SHARE_PCT: i64 = 70;

/// The highest level a cell can have.
const TOP: u8 = 5;

/// A kind of harm, as the rules see it.
pub(crate) struct Category<'a> {
    pub key: &'a str,
    /// The first unacceptable level.
    pub threshold: u8,
    /// Its weight in billionths: whole numbers, so that "exactly at the share" is no matter of rounding.
    pub weight: i128,
}

/// The grid of one activity: one row of cells for each category, one cell for each horizon, 0 for an empty one.
pub(crate) struct Grid<'a> {
    pub categories: &'a [Category<'a>],
    /// Ascending, each once.
    pub horizons: &'a [Minutes],
    pub cells: &'a [u8],
}

impl<'a> Grid<'a> {
    fn rows(&self) -> impl Iterator<Item = (&'a Category<'a>, &'a [u8])> + '_ {
        let n = self.horizons.len();
        let cells = self.cells;
        self.categories
            .iter()
            .enumerate()
            .map(move |(c, x)| (x, cells.get(c * n..(c + 1) * n).unwrap_or(&[])))
    }
}

/// C1: with the running maximum `s*` of the ratings, the first horizon at which a category reaches its threshold; the last
/// tolerable horizon is the one before, 0 if there is none. Empty cells before it make the value an upper bound.
pub(crate) fn propose(grid: &Grid<'_>, rule: MtpdRule, share_pct: i64) -> MtpdProposal {
    let horizons = grid.horizons;
    let rated = grid.cells.iter().any(|l| *l != 0);
    let mut out = MtpdProposal {
        holes: grid.cells.iter().filter(|l| **l == 0).count(),
        ..MtpdProposal::default()
    };
    if !rated || horizons.is_empty() {
        return out;
    }
    let (mut first, mut hole) = (None::<usize>, None::<usize>);
    for (c, row) in grid.rows() {
        first = earlier(first, reach(c, row));
        hole = earlier(hole, row.iter().position(|l| *l == 0));
        let mut top = 0;
        if row.iter().any(|l| {
            let falls = *l != 0 && *l < top;
            top = if *l == 0 { top } else { *l };
            falls
        }) {
            out.non_monotone.push(c.key.to_string());
        }
    }
    let open = hole.is_some_and(|h| first.is_none_or(|f| h < f));
    match first {
        Some(i) => {
            out.first_unacceptable = Some(horizons[i]);
            out.last_tolerable = Some(before(horizons, i));
            out.binding = grid
                .rows()
                .filter(|(c, row)| reach(c, row) == Some(i))
                .map(|(c, _)| c.key.to_string())
                .collect();
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
    let earliest = hole.filter(|_| open).or(first);
    out.earliest = earliest.map(|i| horizons[i]);
    let w = weighted(grid, share_pct);
    out.weighted = WeightedMtpd {
        state: w.state,
        mtpd_min: w.at.map(|i| horizons[i]),
        earliest_min: w.earliest.map(|i| horizons[i]),
        beyond_min: (w.at.is_none() && w.state != MtpdState::Unknown)
            .then(|| horizons.last().copied())
            .flatten(),
        deciding: w.deciding(grid),
    };
    out.difference = difference(&out);
    match rule {
        MtpdRule::FirstCrossing => out.min = out.first_unacceptable,
        MtpdRule::LastTolerable => {
            out.min = out.first_unacceptable.and(out.last_tolerable);
            out.earliest = earliest.map(|i| before(horizons, i));
        }
        MtpdRule::WeightedSum => {
            out.min = out.weighted.mtpd_min;
            out.state = out.weighted.state;
            out.beyond = out.weighted.beyond_min;
            out.earliest = out.weighted.earliest_min;
        }
    }
    out
}

/// The first cell of a row that reaches the threshold; with the running maximum it is the same cell.
fn reach(c: &Category<'_>, row: &[u8]) -> Option<usize> {
    row.iter().position(|l| *l != 0 && *l >= c.threshold)
}

fn earlier(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    match (a, b) {
        (Some(x), Some(y)) => Some(x.min(y)),
        _ => a.or(b),
    }
}

/// The horizon before the one with this index; 0 if there is none.
fn before(horizons: &[Minutes], i: usize) -> Minutes {
    i.checked_sub(1)
        .and_then(|k| horizons.get(k).copied())
        .unwrap_or_default()
}

/// What the rules say where they do not say the same.
fn difference(p: &MtpdProposal) -> Option<MtpdDifference> {
    let kind = match (p.first_unacceptable, p.weighted.mtpd_min) {
        (None, None) => return None,
        (Some(_), None) => MtpdDifferenceKind::ThresholdOnly,
        (None, Some(_)) => MtpdDifferenceKind::WeightedOnly,
        (Some(a), Some(b)) if b < a => MtpdDifferenceKind::WeightedEarlier,
        (Some(a), Some(b)) if b > a => MtpdDifferenceKind::WeightedLater,
        _ => MtpdDifferenceKind::LastTolerableOnly,
    };
    Some(MtpdDifference {
        kind,
        first_crossing_min: p.first_unacceptable,
        last_tolerable_min: p.first_unacceptable.and(p.last_tolerable),
        weighted_sum_min: p.weighted.mtpd_min,
    })
}

impl MtpdDifference {
    /// The difference as one sentence to print.
    pub fn sentence(&self) -> String {
        let show = |m: Option<Minutes>| m.map(|m| m.to_string()).unwrap_or_default();
        let (first, last, sum) = (
            show(self.first_crossing_min),
            show(self.last_tolerable_min),
            show(self.weighted_sum_min),
        );
        match self.kind {
            MtpdDifferenceKind::LastTolerableOnly => format!(
                "First crossing and weighted sum both say {first}; the last tolerable horizon is {last}."
            ),
            MtpdDifferenceKind::WeightedEarlier => format!(
                "The weighted sum says {sum}, before any single category reaches its threshold: first crossing says {first}, last tolerable {last}."
            ),
            MtpdDifferenceKind::WeightedLater => format!(
                "First crossing says {first}, last tolerable {last}; the weighted sum says {sum}: until then all ratings together stay within its share."
            ),
            MtpdDifferenceKind::ThresholdOnly => format!(
                "First crossing says {first}, last tolerable {last}; the weighted sum does not exceed its share within the horizons."
            ),
            MtpdDifferenceKind::WeightedOnly => format!(
                "The weighted sum says {sum}, although no category reaches its threshold within the horizons."
            ),
        }
    }
}
