//! From simulated years to percentiles, their standard errors and the exceedance curve.

use serde::Serialize;

/// The distribution of a yearly amount, in currency units; every figure is `None` where it could not be simulated.
///
/// Percentiles are nearest-rank: the value of rank `ceil(p n)`. Their standard errors are half the distance between the
/// ranks one binomial standard deviation away, which supposes no shape of the distribution.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct YearlyFigures {
    /// The mean of a year.
    pub mean: Option<f64>,
    /// The standard error of the mean; `None` of a single year.
    pub se: Option<f64>,
    /// Half of the years stay at or below it.
    pub p50: Option<f64>,
    /// Nine of ten years stay at or below it.
    pub p90: Option<f64>,
    /// 95 of 100 years stay at or below it.
    pub p95: Option<f64>,
    /// 99 of 100 years stay at or below it.
    pub p99: Option<f64>,
    /// The standard error of the median.
    pub p50_se: Option<f64>,
    /// The standard error of the 90th percentile.
    pub p90_se: Option<f64>,
    /// The standard error of the 95th percentile.
    pub p95_se: Option<f64>,
    /// The standard error of the 99th percentile.
    pub p99_se: Option<f64>,
    /// The worst year simulated.
    pub max: Option<f64>,
    /// The share of years without any loss, 0 to 1.
    pub p_zero: Option<f64>,
    /// How often a year costs more, by rising loss; empty where nothing could be simulated.
    pub exceedance: Vec<Exceedance>,
}

/// One point of the loss exceedance curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Exceedance {
    /// The amount, in currency units.
    pub loss: f64,
    /// The share of years that cost more than it, 0 to 1.
    pub share: f64,
    /// The standard error of that share.
    pub se: f64,
}

/// What is left of simulated years; years without loss are only counted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Years {
    pub count: u64,
    /// The years that cost something.
    pub losses: Vec<f64>,
    mean: f64,
    /// The sum of squared distances from the mean.
    squares: f64,
}

impl Years {
    /// The years of a block; `losses` are those above 0, and `others` cost nothing.
    pub(crate) fn of(losses: Vec<f64>, count: usize) -> Self {
        let n = count.max(1) as f64;
        let others = count - losses.len().min(count);
        let mean = losses.iter().sum::<f64>() / n;
        let squares = losses.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>()
            + others as f64 * mean * mean;
        Self {
            count: count as u64,
            losses,
            mean,
            squares,
        }
    }

    /// Adds later years (Chan, Golub and LeVeque 1979).
    pub(crate) fn append(&mut self, more: &Years) {
        let (a, b) = (self.count as f64, more.count as f64);
        let n = a + b;
        if n > 0.0 {
            let d = more.mean - self.mean;
            self.mean += d * (b / n);
            self.squares += more.squares + d * d * (a * b / n);
        }
        self.count += more.count;
        self.losses.extend_from_slice(&more.losses);
    }

    /// The mean, and its standard error; `None` of nothing, and of a single year.
    pub(crate) fn mean_and_se(&self) -> (Option<f64>, Option<f64>) {
        let n = self.count as f64;
        let se = || (self.squares.max(0.0) / (n - 1.0) / n).sqrt();
        (
            (self.count > 0).then_some(self.mean),
            (self.count > 1).then(se),
        )
    }

    /// The figures; `thresholds` are those of the exceedance curve, else round numbers up to the worst year.
    pub(crate) fn figures(mut self, thresholds: Option<&[f64]>) -> YearlyFigures {
        if self.count == 0 {
            return YearlyFigures::default();
        }
        let n = self.count as f64;
        let zeros = self.count - self.losses.len() as u64;
        let max = self.losses.iter().copied().fold(0.0, f64::max);
        let mut wanted = Vec::with_capacity(12);
        for p in [50u64, 90, 95, 99] {
            let rank = (self.count * p).div_ceil(100).max(1);
            let share = p as f64 / 100.0;
            let off = (n * share * (1.0 - share)).sqrt().ceil() as u64;
            wanted.push([
                rank.saturating_sub(off).max(1),
                rank,
                (rank + off).min(self.count),
            ]);
        }
        // Ranks among the years that cost something, from 0.
        let mut ranks: Vec<usize> = wanted
            .iter()
            .flatten()
            .filter(|r| **r > zeros)
            .map(|r| (*r - zeros - 1) as usize)
            .collect();
        ranks.sort_unstable();
        ranks.dedup();
        select(&mut self.losses, &ranks, 0);
        let at = |rank: u64| match rank > zeros {
            true => self.losses[(rank - zeros - 1) as usize],
            false => 0.0,
        };
        let value = |i: usize| Some(at(wanted[i][1]));
        let spread = |i: usize| Some(0.5 * (at(wanted[i][2]) - at(wanted[i][0])));
        let own;
        let thresholds = match thresholds {
            Some(t) => t,
            None => {
                own = round_numbers(max);
                &own
            }
        };
        let (mean, se) = self.mean_and_se();
        YearlyFigures {
            mean,
            se,
            p50: value(0),
            p90: value(1),
            p95: value(2),
            p99: value(3),
            p50_se: spread(0),
            p90_se: spread(1),
            p95_se: spread(2),
            p99_se: spread(3),
            max: Some(max),
            p_zero: Some(zeros as f64 / n),
            exceedance: exceedance(&self.losses, zeros, thresholds),
        }
    }
}

/// Thresholds as a caller gives them, in order, each once, without what is not a number.
pub(crate) fn in_order(thresholds: &[f64]) -> Vec<f64> {
    let mut out: Vec<f64> = thresholds
        .iter()
        .copied()
        .filter(|x| x.is_finite())
        .collect();
    out.sort_by(f64::total_cmp);
    out.dedup();
    out
}

/// 0 and then some twenty to thirty round numbers, the last of them not below `max`.
fn round_numbers(max: f64) -> Vec<f64> {
    const PARTS: f64 = 28.0;
    if max.is_nan() || max <= 0.0 || !max.is_finite() {
        return vec![0.0];
    }
    let mut unit = 1.0;
    // Powers of ten by multiplication: the same on every machine.
    while unit * PARTS < max {
        unit *= 10.0;
    }
    while unit > 0.01 && unit * PARTS * 0.1 >= max {
        unit *= 0.1;
    }
    let step = [0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0]
        .into_iter()
        .map(|m| m * unit)
        .find(|s| s * PARTS >= max)
        .unwrap_or(unit);
    // Whole cents, so that no digit of the conversion shows.
    let mut out: Vec<f64> = (0..=PARTS as u32)
        .map(|i| (f64::from(i) * step * 100.0).round() / 100.0)
        .collect();
    out.dedup();
    let end = out.partition_point(|x| *x < max);
    out.truncate(end + 1);
    out
}

fn exceedance(losses: &[f64], zeros: u64, thresholds: &[f64]) -> Vec<Exceedance> {
    // above[i]: losses that exceed exactly the first i thresholds.
    let mut above = vec![0u64; thresholds.len() + 1];
    for x in losses {
        above[thresholds.partition_point(|t| t < x)] += 1;
    }
    above[thresholds.partition_point(|t| *t < 0.0)] += zeros;
    let n = (losses.len() as u64 + zeros) as f64;
    let mut left = losses.len() as u64 + zeros;
    thresholds
        .iter()
        .zip(above)
        .map(|(t, below)| {
            left -= below;
            let share = left as f64 / n;
            Exceedance {
                loss: *t,
                share,
                se: (share * (1.0 - share) / n).sqrt(),
            }
        })
        .collect()
}

/// Puts the values of these ranks (ascending, counted from `first`) into their places, without sorting the rest.
fn select(values: &mut [f64], ranks: &[usize], first: usize) {
    if ranks.is_empty() || values.len() < 2 {
        return;
    }
    let mid = ranks.len() / 2;
    let at = ranks[mid] - first;
    let (left, _, right) = values.select_nth_unstable_by(at, f64::total_cmp);
    select(left, &ranks[..mid], first);
    select(right, &ranks[mid + 1..], ranks[mid] + 1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_ranks_of_a_hundred_years() {
        let losses: Vec<f64> = (1..=60).rev().map(f64::from).collect();
        let f = Years::of(losses, 100).figures(None);
        // 40 years of 0, then 1 to 60: rank 50 holds 10, rank 90 holds 50.
        assert_eq!(
            (f.p50, f.p90, f.p95, f.p99),
            (Some(10.0), Some(50.0), Some(55.0), Some(59.0))
        );
        assert_eq!(
            (f.p_zero, f.max, f.mean),
            (Some(0.4), Some(60.0), Some(18.3))
        );
        // The ranks 45 and 55 are one binomial standard deviation (5) away.
        assert_eq!(f.p50_se, Some(5.0));
        let shares: Vec<(f64, f64)> = f.exceedance.iter().map(|e| (e.loss, e.share)).collect();
        assert_eq!(shares[0], (0.0, 0.6));
        assert_eq!(shares.last().unwrap().1, 0.0);
        assert!(shares.contains(&(30.0, 0.3)), "{shares:?}");
    }

    #[test]
    fn blocks_add_up_to_the_whole() {
        let all: Vec<f64> = (0..57).map(|i| f64::from(i * i % 23 + 1)).collect();
        let whole = Years::of(all.clone(), 80).figures(None);
        let mut parts = Years::default();
        for (chunk, n) in all.chunks(20).zip([30, 30, 20]) {
            parts.append(&Years::of(chunk.to_vec(), n));
        }
        let parts = parts.figures(None);
        assert!((whole.mean.unwrap() - parts.mean.unwrap()).abs() < 1e-12);
        assert!((whole.se.unwrap() - parts.se.unwrap()).abs() < 1e-12);
        assert_eq!(
            (whole.p50, whole.p99, whole.exceedance),
            (parts.p50, parts.p99, parts.exceedance)
        );
    }

    #[test]
    fn thresholds_are_round_and_few() {
        for max in [0.02, 0.5, 7.0, 104_341.8, 1e6, 2.9e6, 3.3e13] {
            let t = round_numbers(max);
            assert_eq!(t[0], 0.0);
            assert!((3..=30).contains(&t.len()), "{max}: {t:?}");
            assert!(max < 1.0 || t.len() >= 19, "{max}: {t:?}");
            assert!(
                *t.last().unwrap() >= max && t[t.len() - 2] < max,
                "{max}: {t:?}"
            );
        }
        assert_eq!(round_numbers(0.0), [0.0]);
        let given = in_order(&[5.0, f64::NAN, 1.0, 5.0, f64::INFINITY]);
        assert_eq!(given, [1.0, 5.0]);
    }

    #[test]
    fn one_year_has_no_standard_error() {
        let f = Years::of(vec![3.0], 1).figures(Some(&[]));
        assert_eq!((f.mean, f.se, f.p99), (Some(3.0), None, Some(3.0)));
        assert_eq!(Years::default().figures(None), YearlyFigures::default());
    }
}
