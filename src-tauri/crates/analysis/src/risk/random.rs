//! Streams of random numbers that are the same on every machine.
//!
//! SplitMix64 (Steele, Lea and Flood 2014) and Marsaglia's polar method on the logarithm and exponential of `libm`: no
//! platform's own mathematics takes part.

/// One stream; each of (seed, record, block of years) has its own, so that work can be split without changing a draw.
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    state: u64,
    spare: Option<f64>,
}

impl Stream {
    /// The stream of a record (by its rank) and a block of years.
    pub(crate) fn new(seed: u64, record: u64, block: u64) -> Self {
        let mut state = seed;
        for part in [record, block] {
            state = mix(state.wrapping_add(STEP)) ^ part.wrapping_mul(STEP);
        }
        Self {
            state: mix(state),
            spare: None,
        }
    }

    /// Between 0 and 1, neither included.
    pub(crate) fn unit(&mut self) -> f64 {
        const FINE: f64 = 1.0 / (1u64 << 52) as f64;
        ((self.next() >> 12) as f64 + 0.5) * FINE
    }

    /// A cell from 0 to 255, and how far into it, from 0 up to but not 1.
    pub(crate) fn cell_and_part(&mut self) -> (usize, f64) {
        const FINE: f64 = 1.0 / (1u64 << 52) as f64;
        let r = self.next();
        ((r >> 56) as usize, ((r << 8) >> 12) as f64 * FINE)
    }

    /// A standard normal number (polar method).
    pub(crate) fn normal(&mut self) -> f64 {
        if let Some(z) = self.spare.take() {
            return z;
        }
        loop {
            let (u, v) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            let s = u * u + v * v;
            if s > 0.0 && s < 1.0 {
                // The square root is exactly rounded on every machine.
                let m = (-2.0 * libm::log(s) / s).sqrt();
                self.spare = Some(v * m);
                return u * m;
            }
        }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state)
    }
}

/// How many events of a Poisson process fall into a span of years; where they fall is uniform.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrivals {
    /// `None` of a rate without end: something happens all the time.
    parts: Option<(u32, f64)>,
}

impl Arrivals {
    /// A process with so many events a year over so many years.
    pub(crate) fn new(rate: f64, years: usize) -> Self {
        let mean = rate * years as f64;
        // The sum of Poisson numbers is one; each part is small enough for its e^-mean to be far from 0.
        let parts = (mean / 64.0).ceil().max(1.0);
        Self {
            parts: (parts < f64::from(u32::MAX)).then(|| (parts as u32, libm::exp(-mean / parts))),
        }
    }

    /// How many; products of uniform numbers until they fall below e^-mean (Knuth, The Art of Computer Programming 3.4.1).
    pub(crate) fn count(&self, s: &mut Stream) -> Option<u64> {
        let (parts, least) = self.parts?;
        let mut n = 0;
        for _ in 0..parts {
            let mut left = s.unit();
            while left > least {
                left *= s.unit();
                n += 1;
            }
        }
        Some(n)
    }
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_numbers_of_splitmix64() {
        // From the published generator with state 1234567 (Rosetta Code, "Pseudo-random numbers/Splitmix64").
        let mut s = Stream {
            state: 1_234_567,
            spare: None,
        };
        assert_eq!(
            [s.next(), s.next()],
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]
        );
    }

    #[test]
    fn moments() {
        let mut s = Stream::new(7, 1, 0);
        let n = 40_000;
        let near = |sum: f64, mean: f64, sd: f64| {
            let off = (sum / f64::from(n) - mean).abs() / (sd / f64::from(n).sqrt());
            assert!(off < 4.0, "{off} standard errors from {mean}");
        };
        near((0..n).map(|_| s.unit()).sum(), 0.5, (1.0f64 / 12.0).sqrt());
        near(
            (0..n).map(|_| s.cell_and_part().0 as f64).sum(),
            127.5,
            73.9,
        );
        near(
            (0..n).map(|_| s.cell_and_part().1).sum(),
            0.5,
            (1.0f64 / 12.0).sqrt(),
        );
        near((0..n).map(|_| s.normal()).sum(), 0.0, 1.0);
        near((0..n).map(|_| s.normal().powi(2)).sum(), 1.0, 2.0f64.sqrt());
    }

    #[test]
    fn arrivals_are_poisson() {
        let mut s = Stream::new(3, 0, 0);
        for rate in [0.0, 0.01, 1.0, 150.0] {
            let a = Arrivals::new(rate, 2);
            let n = 4000;
            let counts: Vec<f64> = (0..n).map(|_| a.count(&mut s).unwrap() as f64).collect();
            let mean = counts.iter().sum::<f64>() / f64::from(n);
            let var =
                counts.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / f64::from(n - 1);
            let want = 2.0 * rate;
            let se = (want / f64::from(n)).sqrt();
            assert!((mean - want).abs() <= 4.0 * se, "{rate}: {mean}");
            // The variance equals the mean; its standard error is near var * sqrt(2 / n).
            let se = want * (2.0 / f64::from(n)).sqrt() + se;
            assert!((var - want).abs() <= 4.0 * se, "{rate}: {var}");
        }
        assert_eq!(Arrivals::new(f64::INFINITY, 2).count(&mut s), None);
    }

    #[test]
    fn streams_differ() {
        let first = |seed, record, block| Stream::new(seed, record, block).next();
        let mut seen = vec![];
        for seed in 0..4 {
            for record in 0..8 {
                for block in 0..8 {
                    seen.push(first(seed, record, block));
                }
            }
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 256);
    }
}
