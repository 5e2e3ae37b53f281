//! Exact draws from a beta distribution by rejection under a step function.
//!
//! The density is covered by strips of equal width (Devroye 1986, Non-Uniform Random Variate Generation, VIII; strips are
//! chosen by Walker's alias method). Almost every draw is settled by comparing two numbers, without a logarithm or a
//! power: several times as fast as the ratio of two gamma numbers, and just as exact.

use super::random::Stream;

const STRIPS: usize = 256;

/// A beta distribution with both shapes at least 1, ready for drawing.
#[derive(Debug, Clone)]
pub(crate) struct BetaStrips {
    strips: Vec<Strip>,
    /// The powers of the density.
    powers: (f64, f64),
}

#[derive(Debug, Clone, Copy, Default)]
struct Strip {
    /// The share of draws of this strip that stay in it; the others go to `other`.
    keep: f64,
    other: usize,
    /// No value of the density inside is above it.
    top: f64,
    /// The share of the top below which every point is under the density.
    sure: f64,
}

impl BetaStrips {
    /// Shapes below 1 count as 1; a PERT distribution has none.
    pub(crate) fn new(alpha: f64, beta: f64) -> Self {
        let powers = (alpha.max(1.0) - 1.0, beta.max(1.0) - 1.0);
        let n = STRIPS as f64;
        let at: Vec<f64> = (0..=STRIPS)
            .map(|i| density(powers, i as f64 / n))
            .collect();
        let (a, b) = powers;
        let mode = if a + b > 0.0 { a / (a + b) } else { 0.5 };
        let peak = density(powers, mode);
        // The density has one peak: within a strip its bounds stand at the edges, and at the peak. A hair of room
        // covers the rounding of the powers.
        let mut strips: Vec<Strip> = at
            .windows(2)
            .enumerate()
            .map(|(i, edge)| {
                let (from, to) = (i as f64 / n, (i + 1) as f64 / n);
                let mut top = edge[0].max(edge[1]);
                if from <= mode && mode <= to {
                    top = top.max(peak);
                }
                let top = top * (1.0 + 1e-12);
                Strip {
                    keep: 1.0,
                    other: i,
                    top,
                    sure: edge[0].min(edge[1]) * (1.0 - 1e-12) / top.max(f64::MIN_POSITIVE),
                }
            })
            .collect();
        alias(&mut strips);
        Self { strips, powers }
    }

    /// One number between 0 and 1.
    pub(crate) fn draw(&self, s: &mut Stream) -> f64 {
        loop {
            let (i, part) = s.cell_and_part();
            let mut k = i % STRIPS;
            if part >= self.strips[k].keep {
                k = self.strips[k].other;
            }
            let y = (k as f64 + s.unit()) / STRIPS as f64;
            let height = s.unit();
            let strip = &self.strips[k];
            if height < strip.sure || height * strip.top < density(self.powers, y) {
                return y;
            }
        }
    }
}

/// The density without its constant, which rejection does not need; at most 1.
fn density((a, b): (f64, f64), y: f64) -> f64 {
    libm::pow(y, a) * libm::pow(1.0 - y, b)
}

/// Divides the chances of the strips, which follow their tops, into as many equal cells of at most two strips each
/// (Walker 1977; Vose 1991).
fn alias(strips: &mut [Strip]) {
    let mean = strips.iter().map(|s| s.top).sum::<f64>() / strips.len() as f64;
    let mut left: Vec<f64> = strips.iter().map(|s| s.top / mean).collect();
    let (mut small, mut large): (Vec<usize>, Vec<usize>) =
        (0..strips.len()).partition(|i| left[*i] < 1.0);
    while let (Some(s), Some(l)) = (small.pop(), large.last().copied()) {
        strips[s].keep = left[s];
        strips[s].other = l;
        left[l] -= 1.0 - left[s];
        if left[l] < 1.0 {
            large.pop();
            small.push(l);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::special::beta_share;
    use super::*;

    #[test]
    fn draws_follow_the_distribution() {
        // domain.md C11's PERT(1, 4, 24), both ends, and the middle.
        for (k, alpha) in [1.0 + 12.0 / 23.0, 1.0, 5.0, 3.0, 1.001]
            .into_iter()
            .enumerate()
        {
            let beta = 6.0 - alpha;
            let d = BetaStrips::new(alpha, beta);
            let mut s = Stream::new(11, k as u64, 0);
            let n = 20_000;
            let mut y: Vec<f64> = (0..n).map(|_| d.draw(&mut s)).collect();
            y.sort_by(f64::total_cmp);
            // Kolmogorov and Smirnov: 1.95 / sqrt(n) is exceeded once in a thousand times.
            let worst = y
                .iter()
                .enumerate()
                .map(|(i, y)| (beta_share(*y, 1.0 - y, alpha, beta) - i as f64 / n as f64).abs())
                .fold(0.0, f64::max);
            assert!(worst < 1.95 / f64::from(n).sqrt(), "{alpha}: {worst}");
        }
    }
}
