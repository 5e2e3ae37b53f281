//! How long a disruption lasts: the four distributions, read from a risk.

use super::piecewise::Piecewise;
use super::random::Stream;
use super::special::{beta_share, normal_tail};
use super::strips::BetaStrips;
use mainstay_domain::{Distribution, Risk};

/// The standard normal number that nine of ten stay under, as C11 rounds it.
const Z90: f64 = 1.281_55;
/// The one that nineteen of twenty stay under.
const Z95: f64 = 1.644_853_626_951_472_2;
/// The longest a disruption lasts, in hours: a million times the longest a field may hold. It keeps numbers finite when
/// a lognormal distribution is absurdly wide.
const LONGEST_H: f64 = 1e12;

/// The distribution of a duration in hours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Duration {
    /// Always the same.
    Fixed(f64),
    /// Anything between two bounds alike.
    Uniform { min: f64, max: f64 },
    /// A beta distribution over the bounds; alpha and beta are between 1 and 5 and add up to 6.
    Pert {
        min: f64,
        max: f64,
        alpha: f64,
        beta: f64,
    },
    /// The logarithm is normal.
    Lognormal { mu: f64, sigma: f64 },
}

impl Duration {
    /// Reads a risk's duration.
    ///
    /// Bounds that coincide (min = max, median = P90, P05 = P95) make it fixed. The median and P90 go before P05 and P95.
    ///
    /// # Errors
    /// What is missing or out of order, as the end of a sentence that starts with the risk's code.
    pub(crate) fn of(r: &Risk) -> Result<Self, String> {
        let need = |v: Option<mainstay_domain::Hours>, name: &str| match v {
            None => Err(format!("has no duration_h.{name}")),
            Some(h) if !(0.0..=LONGEST_H).contains(&h.0) => {
                Err(format!("has a duration_h.{name} that is no duration"))
            }
            Some(h) => Ok(h.0),
        };
        match r.duration_dist {
            None => Err("has no duration_h.dist".to_string()),
            Some(Distribution::Fixed) => Ok(Self::Fixed(need(r.duration_value_h, "value")?)),
            Some(Distribution::Uniform) => {
                let (min, max) = (
                    need(r.duration_min_h, "min")?,
                    need(r.duration_max_h, "max")?,
                );
                match max {
                    _ if min > max => Err("has a duration_h.min above its max".to_string()),
                    _ if min == max => Ok(Self::Fixed(min)),
                    _ => Ok(Self::Uniform { min, max }),
                }
            }
            Some(Distribution::Pert) => {
                let min = need(r.duration_min_h, "min")?;
                let mode = need(r.duration_mode_h, "mode")?;
                let max = need(r.duration_max_h, "max")?;
                if min > mode || mode > max {
                    return Err("has duration_h.min, mode and max out of order".to_string());
                }
                if min == max {
                    return Ok(Self::Fixed(min));
                }
                let alpha = 1.0 + 4.0 * (mode - min) / (max - min);
                Ok(Self::Pert {
                    min,
                    max,
                    alpha,
                    beta: 6.0 - alpha,
                })
            }
            Some(Distribution::Lognormal) => {
                let (median, p90) = (r.duration_median_h, r.duration_p90_h);
                let (p05, p95) = (r.duration_p05_h, r.duration_p95_h);
                let by_median = median.is_some() && p90.is_some();
                // Half a pair is named as what lacks its other half.
                let by_bounds = !by_median
                    && (p05.is_some() && p95.is_some()
                        || median.or(p90).is_none() && p05.or(p95).is_some());
                if !by_bounds {
                    let median = need(median, "median")?;
                    let p90 = need(p90, "p90")?;
                    lognormal(median, p90, "median", "p90", |m, p| {
                        (libm::log(m), libm::log(p / m) / Z90)
                    })
                } else {
                    let p05 = need(p05, "p05")?;
                    let p95 = need(p95, "p95")?;
                    lognormal(p05, p95, "p05", "p95", |a, b| {
                        (
                            0.5 * (libm::log(a) + libm::log(b)),
                            libm::log(b / a) / (2.0 * Z95),
                        )
                    })
                }
            }
        }
    }

    /// The mean, in hours.
    pub(crate) fn mean(&self) -> f64 {
        match *self {
            Self::Fixed(d) => d,
            Self::Uniform { min, max } => min + 0.5 * (max - min),
            Self::Pert {
                min, max, alpha, ..
            } => min + (max - min) * alpha / 6.0,
            Self::Lognormal { mu, sigma } => libm::exp(mu + 0.5 * sigma * sigma),
        }
    }

    /// Between which hours it lies; the second is infinite for the lognormal distribution.
    pub(crate) fn bounds(&self) -> (f64, f64) {
        match *self {
            Self::Fixed(d) => (d, d),
            Self::Uniform { min, max } | Self::Pert { min, max, .. } => (min, max),
            Self::Lognormal { .. } => (0.0, f64::INFINITY),
        }
    }

    /// An hour that it seldom exceeds.
    pub(crate) fn seldom_beyond(&self) -> f64 {
        match *self {
            Self::Lognormal { mu, sigma } => libm::exp(mu + 3.0 * sigma),
            _ => self.bounds().1,
        }
    }

    /// The expected loss of an event, `E[L(D)]` (C10), without sampling.
    ///
    /// For a right-continuous piecewise linear loss it is the sum of each step times the chance of lasting until it and
    /// of each slope times the mean time spent on it; all terms are positive, so no digits cancel.
    pub(crate) fn expected(&self, loss: &Piecewise) -> f64 {
        if let Self::Fixed(d) = *self {
            return loss.at(d);
        }
        let mut sum = 0.0;
        let mut before = 0.0;
        let pieces = loss.pieces();
        for (i, p) in pieces.iter().enumerate() {
            let jump = p.value - before;
            if jump != 0.0 {
                sum += jump * self.tail(p.from);
            }
            match pieces.get(i + 1) {
                Some(next) => {
                    before = p.value + p.slope * (next.from - p.from);
                    if p.slope != 0.0 {
                        sum += p.slope * (self.excess(p.from) - self.excess(next.from));
                    }
                }
                None if p.slope != 0.0 => sum += p.slope * self.excess(p.from),
                None => {}
            }
        }
        sum.max(0.0)
    }

    /// The chance to last so many hours or longer.
    fn tail(&self, t: f64) -> f64 {
        match *self {
            Self::Fixed(d) => f64::from(u8::from(d >= t)),
            Self::Uniform { min, max } => ((max - t) / (max - min)).clamp(0.0, 1.0),
            Self::Pert {
                min,
                max,
                alpha,
                beta,
            } => {
                let (done, left) = ((t - min) / (max - min), (max - t) / (max - min));
                beta_share(left, done, beta, alpha)
            }
            Self::Lognormal { mu, sigma } => {
                if t <= 0.0 {
                    1.0
                } else {
                    normal_tail((libm::log(t) - mu) / sigma)
                }
            }
        }
    }

    /// How many hours it lasts beyond t on average: `E[max(0, D - t)]`.
    fn excess(&self, t: f64) -> f64 {
        match *self {
            Self::Fixed(d) => (d - t).max(0.0),
            Self::Uniform { min, max } => {
                if t <= min {
                    self.mean() - t
                } else {
                    let left = (max - t).max(0.0);
                    0.5 * left * left / (max - min)
                }
            }
            Self::Pert {
                min,
                max,
                alpha,
                beta,
            } => {
                if t <= min {
                    return self.mean() - t;
                }
                let (done, left) = ((t - min) / (max - min), (max - t) / (max - min));
                let more = alpha / 6.0 * beta_share(left, done, beta, alpha + 1.0)
                    - done * beta_share(left, done, beta, alpha);
                (max - min) * more.max(0.0)
            }
            Self::Lognormal { mu, sigma } => {
                if t <= 0.0 {
                    return self.mean() - t;
                }
                let z = (libm::log(t) - mu) / sigma;
                (self.mean() * normal_tail(z - sigma) - t * normal_tail(z)).max(0.0)
            }
        }
    }

    /// The sampler.
    pub(crate) fn sampler(&self) -> Sampler {
        match *self {
            Self::Fixed(d) => Sampler::Fixed(d),
            Self::Uniform { min, max } => Sampler::Uniform {
                min,
                width: max - min,
            },
            Self::Pert {
                min,
                max,
                alpha,
                beta,
            } => Sampler::Pert {
                min,
                width: max - min,
                share: BetaStrips::new(alpha, beta),
            },
            Self::Lognormal { mu, sigma } => Sampler::Lognormal { mu, sigma },
        }
    }
}

/// Draws durations.
#[derive(Debug, Clone)]
pub(crate) enum Sampler {
    Fixed(f64),
    Uniform {
        min: f64,
        width: f64,
    },
    Pert {
        min: f64,
        width: f64,
        share: BetaStrips,
    },
    Lognormal {
        mu: f64,
        sigma: f64,
    },
}

impl Sampler {
    /// One duration in hours.
    pub(crate) fn draw(&self, s: &mut Stream) -> f64 {
        match self {
            Self::Fixed(d) => *d,
            Self::Uniform { min, width } => min + width * s.unit(),
            Self::Pert { min, width, share } => min + width * share.draw(s),
            Self::Lognormal { mu, sigma } => libm::exp(mu + sigma * s.normal()).min(LONGEST_H),
        }
    }
}

/// A lognormal distribution from two of its quantiles, the lower first.
fn lognormal(
    low: f64,
    high: f64,
    low_name: &str,
    high_name: &str,
    parts: impl Fn(f64, f64) -> (f64, f64),
) -> Result<Duration, String> {
    if low > high {
        return Err(format!("has a duration_h.{low_name} above its {high_name}"));
    }
    if low == high {
        return Ok(Duration::Fixed(low));
    }
    if low == 0.0 {
        return Err(format!(
            "has a duration_h.{low_name} of 0, which no lognormal distribution has"
        ));
    }
    let (mu, sigma) = parts(low, high);
    let d = Duration::Lognormal { mu, sigma };
    if !mu.is_finite() || sigma.is_nan() || sigma <= 0.0 || d.mean() > LONGEST_H {
        return Err(format!(
            "has a duration_h.{low_name} and {high_name} that no lognormal distribution fits"
        ));
    }
    Ok(d)
}

#[cfg(test)]
mod tests {
    use super::super::piecewise::tests::c2;
    use super::*;

    fn pert(min: f64, mode: f64, max: f64) -> Duration {
        let alpha = 1.0 + 4.0 * (mode - min) / (max - min);
        Duration::Pert {
            min,
            max,
            alpha,
            beta: 6.0 - alpha,
        }
    }

    #[test]
    fn the_published_expectation() {
        let (d, f) = (pert(1.0, 4.0, 24.0), c2());
        // golden.json C11: 21,574.3 and 17,259.4, themselves rounded from a quadrature.
        assert!((d.mean() - 6.8333).abs() < 5e-5);
        assert!((f.at(d.mean()) - 17_333.33).abs() < 0.005);
        assert!(
            (d.expected(&f) - 21_574.3).abs() < 0.1,
            "{}",
            d.expected(&f)
        );
        assert!((0.8 * d.expected(&f) - 17_259.4).abs() < 0.1);
    }

    #[test]
    fn expectations_to_twelve_digits() {
        // The curve of C2 under each distribution, in thirty digits by mpmath's incomplete beta and error functions.
        for (d, want) in [
            (pert(1.0, 4.0, 24.0), 21_574.349_895_271_58),
            (pert(0.0, 0.0, 30.0), 14_934.385_953_360_768),
            (pert(2.0, 60.0, 60.0), 244_022.979_056_672_1),
            (
                Duration::Lognormal {
                    mu: 2.0,
                    sigma: 0.7,
                },
                35_526.443_016_200_64,
            ),
        ] {
            let got = d.expected(&c2());
            assert!((got / want - 1.0).abs() < 1e-12, "{got} {want}");
        }
        // Uniform from 2 to 10 h: 1,500/h to 4 h, 4,000/h after it, 10,000 at 8 h; by hand
        // (9,000 + (6,000 + 22,000) / 2 * 4 + (32,000 + 40,000) / 2 * 2) / 8.
        let u = Duration::Uniform {
            min: 2.0,
            max: 10.0,
        };
        assert!(
            (u.expected(&c2()) - 17_125.0).abs() < 1e-9,
            "{}",
            u.expected(&c2())
        );
    }

    #[test]
    fn without_kinks_the_expectation_is_the_mean() {
        let line = Piecewise::from_parts(&[(0.0, 100.0)], &[], None);
        for d in [
            pert(1.0, 4.0, 24.0),
            Duration::Uniform { min: 1.0, max: 9.0 },
            Duration::Fixed(7.0),
            Duration::Lognormal {
                mu: 1.0,
                sigma: 0.5,
            },
        ] {
            assert!((d.expected(&line) / (100.0 * d.mean()) - 1.0).abs() < 1e-13);
        }
        // domain.md C10: 4 or 16 h equally likely would give (L(4) + L(16)) / 2; a fixed one gives L itself, steps included.
        assert_eq!(Duration::Fixed(8.0).expected(&c2()), 32_000.0);
    }
}
