//! The weighted sum of ratings (C1, third rule).

use super::{Grid, TOP};
use crate::results::MtpdState;

/// What the weighted sum says, as indices of horizons.
pub(super) struct Weighted {
    pub state: MtpdState,
    /// The first horizon at which the sum exceeds its share.
    pub at: Option<usize>,
    /// The same if every empty cell were the highest level: it cannot be earlier.
    pub earliest: Option<usize>,
}

/// The weighted sum over the horizons: for each what is known of it and what it could be at most, then the maximum.
///
/// A category without any rating stays out of the sum and of the maximum. An empty cell counts as the last rated level
/// before it, else as the lowest level.
pub(super) fn sums(grid: &Grid<'_>) -> (Vec<[i128; 2]>, i128) {
    let mut sums = vec![[0_i128; 2]; grid.horizons.len()];
    let mut top = 0;
    for (c, row) in grid.rows().filter(|(_, row)| row.iter().any(|l| *l != 0)) {
        let (mut low, mut high) = (1, 1);
        for (sum, l) in sums.iter_mut().zip(row) {
            low = low.max(*l);
            high = high.max(if *l == 0 { TOP } else { *l });
            sum[0] += c.weight * i128::from(low);
            sum[1] += c.weight * i128::from(high);
        }
        top += c.weight * i128::from(TOP);
    }
    (sums, top)
}

/// C1: the first horizon h with `Σ w·s*(c,h) > share · Σ w·5`; exactly at the share is not exceeded.
pub(super) fn weighted(grid: &Grid<'_>, share_pct: i64) -> Weighted {
    let (sums, top) = sums(grid);
    if top == 0 {
        return Weighted {
            state: MtpdState::Unknown,
            at: None,
            earliest: None,
        };
    }
    let share = top * i128::from(share_pct.clamp(0, 100));
    let over = |which: usize| sums.iter().position(|s| s[which] * 100 > share);
    let (at, earliest) = (over(0), over(1));
    Weighted {
        state: match (at, earliest) {
            (None, None) => MtpdState::Beyond,
            (a, b) if a == b => MtpdState::Known,
            _ => MtpdState::Provisional,
        },
        at,
        earliest,
    }
}

impl Weighted {
    /// The keys of the categories whose rise at the deciding horizon carries the sum over its share.
    ///
    /// At the first horizon those above the lowest level; all that count if none is.
    pub fn deciding(&self, grid: &Grid<'_>) -> Vec<String> {
        let Some(i) = self.at else {
            return Vec::new();
        };
        let level = |row: &[u8], until: usize| row[..until].iter().fold(1, |a, b| a.max(*b));
        let counts = |row: &[u8]| row.iter().any(|l| *l != 0);
        let keys = |pick: &dyn Fn(&[u8]) -> bool| -> Vec<String> {
            grid.rows()
                .filter(|(c, row)| c.weight > 0 && counts(row) && pick(row))
                .map(|(c, _)| c.key.to_string())
                .collect()
        };
        let rising = keys(&|row| level(row, i + 1) > level(row, i));
        if rising.is_empty() {
            keys(&|_| true)
        } else {
            rising
        }
    }
}
