//! Loss as an exact piecewise linear function of the length of an outage (C2 compiled).

use crate::loss::LossCurves;
use mainstay_domain::Workspace;

/// One straight piece; it holds from its start, included, up to the start of the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Piece {
    /// Where it starts, in hours.
    pub from: f64,
    /// The loss there.
    pub value: f64,
    /// What every further hour adds.
    pub slope: f64,
}

impl Piece {
    fn at(&self, t: f64) -> f64 {
        // An outage may be endless where the piece is flat: 0 times infinity would not be a number.
        if self.slope == 0.0 {
            self.value
        } else {
            self.value + self.slope * (t - self.from)
        }
    }
}

/// A right-continuous piecewise linear function of hours; 0 up to 0 h. The first piece starts at 0.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piecewise {
    pieces: Vec<Piece>,
}

/// Stretches of hours, each from its start up to its end.
pub(crate) type Stretches = Vec<(f64, f64)>;

impl Piecewise {
    /// A loss curve from its parts (C2): bands as (from hour, rate an hour), steps as (at hour, amount), and a cap.
    ///
    /// Amounts below zero and what is not a finite number count as nothing; of two bands from the same hour the later
    /// in the list holds.
    pub(crate) fn from_parts(bands: &[(f64, f64)], steps: &[(f64, f64)], cap: Option<f64>) -> Self {
        let clean = |list: &[(f64, f64)]| {
            let mut list: Vec<(f64, f64)> = list
                .iter()
                .filter(|(h, x)| h.is_finite() && x.is_finite())
                .map(|(h, x)| (h.max(0.0), x.max(0.0)))
                .collect();
            list.sort_by(|a, b| a.0.total_cmp(&b.0));
            list
        };
        let (bands, steps) = (clean(bands), clean(steps));
        let mut starts: Vec<f64> = bands.iter().chain(&steps).map(|x| x.0).collect();
        starts.push(0.0);
        starts.sort_by(f64::total_cmp);
        starts.dedup();
        let mut out = Self { pieces: Vec::new() };
        let (mut b, mut s) = (0, 0);
        let mut last = Piece {
            from: 0.0,
            value: 0.0,
            slope: 0.0,
        };
        for from in starts {
            let mut next = Piece {
                from,
                value: last.at(from),
                slope: last.slope,
            };
            while b < bands.len() && bands[b].0 <= from {
                next.slope = bands[b].1;
                b += 1;
            }
            while s < steps.len() && steps[s].0 <= from {
                next.value += steps[s].1;
                s += 1;
            }
            out.push(next);
            last = next;
        }
        match cap {
            Some(cap) if cap.is_finite() => out.below_line(cap.max(0.0), 0.0).0,
            _ => out,
        }
    }

    /// The sum of several; `None` of none.
    pub(crate) fn sum<'a>(parts: impl IntoIterator<Item = &'a Piecewise>) -> Option<Self> {
        let mut parts = parts.into_iter();
        let first = parts.next()?;
        let rest: Vec<&Piecewise> = parts.collect();
        if rest.is_empty() {
            return Some(first.clone());
        }
        // Where something changes: by how much the value jumps and the slope turns.
        let mut turns: Vec<(f64, f64, f64)> = Vec::new();
        for f in std::iter::once(first).chain(rest) {
            let mut last = Piece {
                from: 0.0,
                value: 0.0,
                slope: 0.0,
            };
            for p in &f.pieces {
                let jump = p.value - last.at(p.from);
                // Rounding where two pieces meet is no step.
                let jump = if jump.abs() <= 1e-12 * p.value.abs() {
                    0.0
                } else {
                    jump
                };
                turns.push((p.from, jump, p.slope - last.slope));
                last = *p;
            }
        }
        turns.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut out = Self { pieces: Vec::new() };
        let mut now = Piece {
            from: 0.0,
            value: 0.0,
            slope: 0.0,
        };
        let mut i = 0;
        while i < turns.len() {
            let from = turns[i].0;
            now.value = now.at(from);
            now.from = from;
            while i < turns.len() && turns[i].0 == from {
                now.value += turns[i].1;
                now.slope += turns[i].2;
                i += 1;
            }
            out.push(now);
        }
        Some(out)
    }

    /// The lesser of the function and the line `at_zero + slope * t`, and the stretches on which the line is below it.
    pub(crate) fn below_line(&self, at_zero: f64, slope: f64) -> (Self, Stretches) {
        let mut out = Self { pieces: Vec::new() };
        let mut cut: Stretches = Vec::new();
        let line = |from: f64| Piece {
            from,
            value: at_zero + slope * from,
            slope,
        };
        for (i, p) in self.pieces.iter().enumerate() {
            let end = self.pieces.get(i + 1).map_or(f64::INFINITY, |n| n.from);
            let above = p.value - (at_zero + slope * p.from);
            let drift = p.slope - slope;
            let cut_first = above > 0.0 || (above == 0.0 && drift > 0.0);
            out.push(if cut_first { line(p.from) } else { *p });
            // Where the two meet inside the piece, the other one goes on.
            let meet = p.from - above / drift;
            let crosses = drift != 0.0 && meet > p.from && meet < end;
            if crosses {
                out.push(if cut_first {
                    Piece {
                        from: meet,
                        value: p.at(meet),
                        slope: p.slope,
                    }
                } else {
                    line(meet)
                });
            }
            match (cut_first, crosses) {
                (true, true) => cut.push((p.from, meet)),
                (true, false) => cut.push((p.from, end)),
                (false, true) => cut.push((meet, end)),
                (false, false) => {}
            }
        }
        (out, cut)
    }

    /// The loss of an outage of so many hours.
    pub(crate) fn at(&self, hours: f64) -> f64 {
        if hours.is_nan() || hours <= 0.0 {
            return 0.0;
        }
        let i = self.pieces.partition_point(|p| p.from <= hours);
        self.pieces[..i].last().map_or(0.0, |p| p.at(hours))
    }

    /// What the piece that holds at one hour comes to at a later one, before any step there.
    pub(crate) fn just_before(&self, known: f64, hours: f64) -> f64 {
        let i = self.pieces.partition_point(|p| p.from <= known);
        self.pieces[..i].last().map_or(0.0, |p| p.at(hours))
    }

    /// The pieces, in order.
    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Adds a piece unless the last one goes on just so.
    fn push(&mut self, p: Piece) {
        match self.pieces.last() {
            Some(l) if l.slope == p.slope && l.at(p.from) == p.value => {}
            _ => self.pieces.push(p),
        }
    }
}

/// The loss curve of each activity, in the order of the workspace; `None` where there is none, or one that names
/// neither a band nor a step. Of several curves of one activity the first counts.
pub(crate) fn activity_losses(ws: &Workspace) -> Vec<Option<Piecewise>> {
    let curves = LossCurves::of(ws);
    (0..ws.activities.len())
        .map(|i| {
            let p = curves.known(i)?.parts();
            Some(Piecewise::from_parts(p.bands, p.steps, p.cap))
        })
        .collect()
}

/// A function made ready to be read off many times: a grid leads to the piece.
#[derive(Debug, Clone)]
pub(crate) struct Lookup {
    pieces: Vec<Piece>,
    /// Cells in an hour.
    per_hour: f64,
    /// For each cell of the grid, the last piece that starts at or before the cell.
    first: Vec<u32>,
}

impl Lookup {
    const CELLS: usize = 512;

    /// Makes the grid fine up to so many hours, beyond which one seldom reads.
    pub(crate) fn new(f: &Piecewise, until_h: f64) -> Self {
        let pieces = f.pieces.clone();
        let last = pieces.last().map_or(0.0, |p| p.from);
        let until = if until_h > 0.0 {
            last.min(until_h)
        } else {
            last
        };
        let per_hour = if until > 0.0 {
            Self::CELLS as f64 / until
        } else {
            0.0
        };
        let first = (0..=Self::CELLS)
            .map(|c| {
                let edge = c as f64 / per_hour.max(f64::MIN_POSITIVE);
                (pieces.partition_point(|p| p.from <= edge).max(1) - 1) as u32
            })
            .collect();
        Self {
            pieces,
            per_hour,
            first,
        }
    }

    /// The loss of an outage of so many hours; exactly that of [`Piecewise::at`].
    pub(crate) fn at(&self, hours: f64) -> f64 {
        if hours.is_nan() || hours <= 0.0 || self.pieces.is_empty() {
            return 0.0;
        }
        // A conversion from a real number stops at the ends of the integers.
        let cell = ((hours * self.per_hour) as usize).min(Self::CELLS);
        let mut i = self.first[cell] as usize;
        // The cell's edge is rounded, so the piece before may still hold.
        while i > 0 && self.pieces[i].from > hours {
            i -= 1;
        }
        if cell == Self::CELLS {
            i += self.pieces[i..].partition_point(|p| p.from <= hours).max(1) - 1;
        } else {
            while self.pieces.get(i + 1).is_some_and(|p| p.from <= hours) {
                i += 1;
            }
        }
        self.pieces[i].at(hours)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::loss::LossCurve;
    use proptest::prelude::*;

    /// The curve of the example of domain.md C2.
    pub(crate) fn c2() -> Piecewise {
        Piecewise::from_parts(
            &[(0.0, 1500.0), (4.0, 4000.0), (24.0, 6000.0)],
            &[(8.0, 10_000.0), (24.0, 50_000.0)],
            Some(250_000.0),
        )
    }

    #[test]
    fn the_published_curve() {
        let f = c2();
        // domain.md C2.
        for (t, l) in [
            (-1.0, 0.0),
            (0.0, 0.0),
            (2.0, 3000.0),
            (4.0, 6000.0),
            (8.0, 32_000.0),
            (24.0, 146_000.0),
            (1e9, 250_000.0),
            (f64::INFINITY, 250_000.0),
            (f64::NAN, 0.0),
        ] {
            assert_eq!(f.at(t), l, "{t}");
        }
        let reached = f.pieces().last().unwrap().from;
        assert!((reached - 41.333_333_333).abs() < 1e-8, "{reached}");
    }

    #[test]
    fn a_line_cuts_what_is_above_it_and_says_where() {
        let f = Piecewise::from_parts(&[(0.0, 10.0)], &[(2.0, 100.0)], None);
        let (g, cut) = f.below_line(0.0, 30.0);
        // 10 t + 100 from 2 h on meets 30 t at 5 h.
        assert_eq!(cut, [(2.0, 5.0)]);
        for (t, l) in [
            (1.0, 10.0),
            (2.0, 60.0),
            (4.0, 120.0),
            (5.0, 150.0),
            (6.0, 160.0),
        ] {
            assert_eq!(g.at(t), l, "{t}");
        }
        assert_eq!(f.below_line(0.0, 0.0).0.at(9.0), 0.0);
    }

    type Parts = (Vec<(f64, f64)>, Vec<(f64, f64)>, Option<f64>);

    fn curves() -> impl Strategy<Value = Vec<Parts>> {
        let pairs = || prop::collection::vec((0u32..200, 0u32..9000), 0..5);
        let tidy = |v: Vec<(u32, u32)>| -> Vec<(f64, f64)> {
            let mut v: Vec<_> = v
                .into_iter()
                .map(|(h, x)| (f64::from(h) / 4.0, f64::from(x)))
                .collect();
            v.sort_by(|a, b| a.0.total_cmp(&b.0));
            v.dedup_by_key(|p| p.0);
            v
        };
        let one = (pairs(), pairs(), prop::option::of(0u32..90_000))
            .prop_map(move |(b, s, c)| (tidy(b), tidy(s), c.map(f64::from)));
        prop::collection::vec(one, 1..6)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn sums_agree_with_the_curves_themselves(parts in curves(), rate in 0u32..9000, at in prop::collection::vec(0.0f64..80.0, 8)) {
            let compiled: Vec<Piecewise> = parts.iter().map(|(b, s, c)| Piecewise::from_parts(b, s, *c)).collect();
            let (total, cut) = Piecewise::sum(&compiled).unwrap().below_line(0.0, f64::from(rate));
            let quick = Lookup::new(&total, 30.0);
            for t in at.into_iter().chain((0..320).map(|q| f64::from(q) / 4.0)) {
                let whole: f64 = parts.iter().map(|(b, s, c)| LossCurve::new(b.clone(), s.clone(), *c).at(t)).sum();
                let want = whole.min(f64::from(rate) * t);
                prop_assert!((total.at(t) - want).abs() <= 1e-9 * (1.0 + want), "{t}: {} {want}", total.at(t));
                prop_assert_eq!(total.at(t), quick.at(t));
                let inside = cut.iter().any(|(a, b)| *a + 1e-9 < t && t < *b - 1e-9);
                prop_assert!(!inside || whole >= want);
            }
        }
    }
}
