//! Many failures side by side: one lane for each, as the bits of a row of machine words.

/// Words in a row; eight fill a cache line, and the compiler makes vector instructions of them.
const WORDS: usize = 8;
/// Failures simulated at once.
pub(crate) const LANES: usize = 64 * WORDS;

/// One bit for each of [`LANES`] failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(64))]
pub(crate) struct Row([u64; WORDS]);

impl Row {
    pub(crate) const NONE: Row = Row([0; WORDS]);
    pub(crate) const ALL: Row = Row([u64::MAX; WORDS]);

    #[inline(always)]
    pub(crate) fn set(&mut self, lane: usize) {
        self.0[lane / 64] |= 1 << (lane % 64);
    }

    #[inline(always)]
    pub(crate) fn has(&self, lane: usize) -> bool {
        self.0[lane / 64] >> (lane % 64) & 1 == 1
    }

    #[inline(always)]
    pub(crate) fn is_none(&self) -> bool {
        self.0.iter().fold(0, |a, w| a | w) == 0
    }

    #[inline(always)]
    pub(crate) fn or(mut self, other: &Row) -> Row {
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            *a |= b;
        }
        self
    }

    #[inline(always)]
    pub(crate) fn and(mut self, other: &Row) -> Row {
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            *a &= b;
        }
        self
    }

    #[inline(always)]
    pub(crate) fn xor(mut self, other: &Row) -> Row {
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            *a ^= b;
        }
        self
    }

    #[inline(always)]
    pub(crate) fn and_not(mut self, other: &Row) -> Row {
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            *a &= !b;
        }
        self
    }

    /// The lanes from this one on.
    pub(crate) fn from_lane(lane: usize) -> Row {
        let mut out = Row::NONE;
        for (i, w) in out.0.iter_mut().enumerate() {
            let first = lane.saturating_sub(64 * i);
            *w = if first < 64 { u64::MAX << first } else { 0 };
        }
        out
    }

    /// Calls with every lane that is set, ascending.
    #[inline(always)]
    pub(crate) fn each(&self, mut f: impl FnMut(usize)) {
        for (i, w) in self.0.iter().enumerate() {
            let mut w = *w;
            while w != 0 {
                f(64 * i + w.trailing_zeros() as usize);
                w &= w - 1;
            }
        }
    }
}

/// The lanes in which at least `least` of the rows are set, counted in all lanes at once.
///
/// The count is kept bit by bit in rows of its own, started so that it overflows on reaching `least`.
#[inline(always)]
pub(crate) fn at_least(rows: impl Iterator<Item = Row>, least: usize) -> Row {
    match least {
        0 => Row::ALL,
        1 => rows.fold(Row::NONE, |a, r| a.or(&r)),
        2 => {
            let (mut one, mut two) = (Row::NONE, Row::NONE);
            for r in rows {
                two = two.or(&one.and(&r));
                one = one.or(&r);
            }
            two
        }
        _ => {
            // Needs one plane more than the bits of least - 1, at most 64.
            let bits = (usize::BITS - (least - 1).leading_zeros()) as usize;
            let begin = (1u128 << bits) - least as u128;
            let mut planes = [Row::NONE; usize::BITS as usize];
            for (i, p) in planes.iter_mut().take(bits).enumerate() {
                if begin >> i & 1 == 1 {
                    *p = Row::ALL;
                }
            }
            let mut reached = Row::NONE;
            for r in rows {
                let mut carry = r;
                for p in planes.iter_mut().take(bits) {
                    let next = p.and(&carry);
                    *p = p.xor(&carry);
                    carry = next;
                    if carry.is_none() {
                        break;
                    }
                }
                reached = reached.or(&carry);
            }
            reached
        }
    }
}

/// Counts for every lane in how many rows it is set, in all lanes at once.
#[derive(Debug)]
pub(crate) struct Tally(Vec<Row>);

impl Tally {
    pub(crate) fn new() -> Self {
        Self(Vec::with_capacity(24))
    }

    /// Adds a row so many times.
    pub(crate) fn add(&mut self, row: &Row, times: usize) {
        let mut times = times;
        while times != 0 && !row.is_none() {
            let mut plane = times.trailing_zeros() as usize;
            times &= times - 1;
            let mut carry = *row;
            while !carry.is_none() {
                if self.0.len() <= plane {
                    self.0.resize(plane + 1, Row::NONE);
                }
                let next = self.0[plane].and(&carry);
                self.0[plane] = self.0[plane].xor(&carry);
                carry = next;
                plane += 1;
            }
        }
    }

    /// The count of a lane.
    pub(crate) fn of(&self, lane: usize) -> usize {
        self.0
            .iter()
            .enumerate()
            .filter(|(_, p)| p.has(lane))
            .map(|(i, _)| 1usize << i)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Row number `i` is set in the lanes whose number has bit `i`.
    fn rows(n: usize) -> Vec<Row> {
        let row = |i: usize| {
            let mut r = Row::NONE;
            (0..LANES)
                .filter(|l| ((l * 37 % 509) >> i) & 1 == 1)
                .for_each(|l| r.set(l));
            r
        };
        (0..n).map(row).collect()
    }

    #[test]
    fn counting_in_all_lanes_is_counting_in_each() {
        for n in 0..9 {
            let rows = rows(n);
            let mut tally = Tally::new();
            rows.iter().for_each(|r| tally.add(r, 3));
            for least in 0..12 {
                let got = at_least(rows.iter().copied(), least);
                for lane in 0..LANES {
                    let count = rows.iter().filter(|r| r.has(lane)).count();
                    assert_eq!(got.has(lane), count >= least, "{n} {least} {lane}");
                    assert_eq!(tally.of(lane), 3 * count);
                }
            }
        }
    }

    #[test]
    fn lanes_from_one_on() {
        for first in [0, 1, 63, 64, 65, 511, 512] {
            let r = Row::from_lane(first);
            let mut got = Vec::new();
            r.each(|l| got.push(l));
            assert_eq!(got, (first..LANES).collect::<Vec<_>>());
        }
    }
}
