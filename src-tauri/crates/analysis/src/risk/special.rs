//! Tails of the beta and the normal distribution, the same on every machine.

/// The regularised incomplete beta function `I_x(a, b)`, given `x` and `y = 1 - x` (both, so that neither end loses
/// digits); a and b above 0. Continued fraction by Lentz's method; NIST Digital Library of Mathematical Functions 8.17.22.
pub(crate) fn beta_share(x: f64, y: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 {
        return 1.0;
    }
    // The fraction converges fast on this side of the mean; on the other the symmetry I_x(a, b) = 1 - I_y(b, a) helps.
    if x > (a + 1.0) / (a + b + 2.0) {
        1.0 - below_mean(y, x, b, a)
    } else {
        below_mean(x, y, a, b)
    }
}

/// The chance that a standard normal number exceeds z.
pub(crate) fn normal_tail(z: f64) -> f64 {
    0.5 * libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2)
}

fn below_mean(x: f64, y: f64, a: f64, b: f64) -> f64 {
    libm::pow(x, a) * libm::pow(y, b) / (a * beta(a, b) * fraction(x, a, b))
}

fn beta(a: f64, b: f64) -> f64 {
    libm::tgamma(a) * libm::tgamma(b) / libm::tgamma(a + b)
}

/// `1 + d1 / (1 + d2 / (1 + ...))`.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let kept = |v: f64| if v.abs() < TINY { TINY } else { v };
    let (mut f, mut c, mut d) = (1.0, 1.0, 0.0);
    for i in 1..400 {
        let m = f64::from(i / 2);
        let part = if i % 2 == 0 {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        } else {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        };
        d = 1.0 / kept(1.0 + part * d);
        c = kept(1.0 + part / c);
        let turn = c * d;
        f *= turn;
        if (turn - 1.0).abs() < 1e-16 {
            break;
        }
    }
    f
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_known_in_closed_form() {
        for i in 0..=20 {
            let x = f64::from(i) / 20.0;
            let y = 1.0 - x;
            // I_x(1, 5) = 1 - (1 - x)^5, I_x(5, 1) = x^5, I_x(3, 3) = x^3 (10 - 15 x + 6 x^2).
            for (got, want) in [
                (beta_share(x, y, 1.0, 5.0), 1.0 - y.powi(5)),
                (beta_share(x, y, 5.0, 1.0), x.powi(5)),
                (
                    beta_share(x, y, 3.0, 3.0),
                    x.powi(3) * (10.0 - 15.0 * x + 6.0 * x * x),
                ),
            ] {
                assert!((got - want).abs() < 1e-13, "{x}: {got} {want}");
            }
        }
        // Abramowitz and Stegun, table 26.1.
        assert!((normal_tail(1.0) - 0.158_655_253_931_457).abs() < 1e-14);
        assert!((normal_tail(-2.0) - 0.977_249_868_051_821).abs() < 1e-14);
    }
}
