//! The sum of the long hashes of many rows, several blocks of each at once.
//!
//! The extended output of BLAKE3 is one block function with a counter, so that its blocks do not need each other
//! (O'Connor, Aumasson, Neves, Wilcox-O'Hearn, "BLAKE3: one function, fast everywhere", 2020, section 2.6). The library
//! works them out one after the other on most machines; most of opening a large file went there. The blocks of an input
//! before its last one do need each other, so that these are taken of several rows at once. What comes out is the same,
//! and a test holds the two beside each other.

use super::LANES;
use pulp::bytemuck::{NoUninit, Pod, cast_slice, cast_slice_mut};
use pulp::{Simd, WithSimd};

/// Bytes of input that one chunk of BLAKE3 takes; longer input is left to the library.
const CHUNK: usize = 1024;
const BLOCK: usize = 64;
/// Blocks in the output of a row.
const BLOCKS: usize = 2 * LANES / BLOCK;
/// Words of 32 bits in the output of a row, two lanes in each.
const WORDS: usize = LANES / 2;

const IV: [u32; 8] = [
    0x6A09_E667,
    0xBB67_AE85,
    0x3C6E_F372,
    0xA54F_F53A,
    0x510E_527F,
    0x9B05_688C,
    0x1F83_D9AB,
    0x5BE0_CD19,
];
const CHUNK_START: u32 = 1;
const CHUNK_END: u32 = 1 << 1;
const ROOT: u32 = 1 << 3;
const DERIVE_KEY_MATERIAL: u32 = 1 << 6;

/// Which word of the message is taken when, round by round.
const SCHEDULE: [[usize; 16]; 7] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8],
    [3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1],
    [10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6],
    [12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4],
    [9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7],
    [11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13],
];

/// Inputs of rows, one after the other.
#[derive(Default)]
pub(super) struct Inputs {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Inputs {
    /// Appends what `write` writes as one input.
    pub(super) fn push(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
        self.ends.push(self.bytes.len());
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    fn each(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(a, b)| &self.bytes[a..*b])
    }
}

/// Adds the hashes of some inputs, each 2,048 bytes under the key of a context, lane by lane.
pub(super) fn add(sum: &mut [u16], inputs: &Inputs, context: &'static str) {
    let key = blake3::hazmat::hash_derive_key_context(context);
    let mut words = [0; 8];
    for (w, b) in words.iter_mut().zip(key.chunks_exact(4)) {
        *w = u32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    }
    pulp::Arch::new().dispatch(Add {
        sum,
        inputs,
        context,
        key: words,
    });
}

struct Add<'a> {
    sum: &'a mut [u16],
    inputs: &'a Inputs,
    context: &'static str,
    key: [u32; 8],
}

impl WithSimd for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let zero = simd.splat_u32s(0);
        // Word w of the blocks g * N to g * N + N - 1, where N blocks are worked out at once.
        let mut sums = [[zero; 16]; BLOCKS];
        let groups = BLOCKS / S::U32_LANES;
        let mut short = Vec::with_capacity(self.inputs.ends.len());
        for input in self.inputs.each() {
            if input.len() <= CHUNK {
                short.push(input);
                continue;
            }
            let mut out = [0; 2 * LANES];
            let mut hasher = blake3::Hasher::new_derive_key(self.context);
            hasher.update(input).finalize_xof().fill(&mut out);
            for (lane, x) in self.sum.iter_mut().zip(out.chunks_exact(2)) {
                *lane = lane.wrapping_add(u16::from_le_bytes([x[0], x[1]]));
            }
        }
        // Inputs of equal length in blocks go together, so that few lanes wait for a longer one.
        short.sort_unstable_by_key(|input| blocks_before(input));
        for inputs in short.chunks(S::U32_LANES) {
            let cvs = before_last(simd, &self.key, inputs);
            for (k, input) in inputs.iter().enumerate() {
                let mut cv = [0; 8];
                for (word, lanes) in cv.iter_mut().zip(&cvs) {
                    *word = words(lanes)[k];
                }
                add_output(simd, &mut sums[..groups], &last_block(&cv, input));
            }
        }
        for (g, sum) in sums.iter().take(groups).enumerate() {
            for (w, words) in sum.iter().enumerate() {
                for (k, word) in self::words(words).iter().enumerate() {
                    let at = ((g * S::U32_LANES + k) * 16 + w) % WORDS * 2;
                    for (lane, part) in self.sum[at..at + 2].iter_mut().zip([*word, word >> 16]) {
                        *lane = lane.wrapping_add(part as u16);
                    }
                }
            }
        }
    }
}

/// The words of a vector, lane by lane.
fn words<V: NoUninit>(vector: &V) -> &[u32] {
    cast_slice(std::slice::from_ref(vector))
}

fn words_mut<V: Pod>(vector: &mut V) -> &mut [u32] {
    cast_slice_mut(std::slice::from_mut(vector))
}

/// What the last block of an input is hashed with.
struct Last {
    /// The chaining value of the blocks before it.
    cv: [u32; 8],
    block: [u32; 16],
    length: u32,
    flags: u32,
}

/// Adds the blocks of output of one input to their sums.
#[inline(always)]
fn add_output<S: Simd>(simd: S, sums: &mut [[S::u32s; 16]], last: &Last) {
    let all = |x: u32| simd.splat_u32s(x);
    let (cv, m) = (last.cv.map(all), last.block.map(all));
    let mut start = [all(0); 16];
    start[..8].copy_from_slice(&cv);
    for i in 0..4 {
        start[i + 8] = all(IV[i]);
    }
    for (k, counter) in words_mut(&mut start[12]).iter_mut().enumerate() {
        *counter = k as u32;
    }
    start[14] = all(last.length);
    start[15] = all(last.flags | ROOT);
    for sum in sums {
        let mut s = start;
        rounds(simd, &mut s, &m);
        for i in 0..8 {
            sum[i] = add_halves(simd, sum[i], simd.xor_u32s(s[i], s[i + 8]));
            sum[i + 8] = add_halves(simd, sum[i + 8], simd.xor_u32s(s[i + 8], cv[i]));
        }
        start[12] = simd.add_u32s(start[12], all(S::U32_LANES as u32));
    }
}

/// Two sums of 16 bits in each of 32: without their highest bits nothing is carried over.
#[inline(always)]
fn add_halves<S: Simd>(simd: S, a: S::u32s, b: S::u32s) -> S::u32s {
    let (low, high) = (simd.splat_u32s(0x7FFF_7FFF), simd.splat_u32s(0x8000_8000));
    let carried = simd.add_u32s(simd.and_u32s(a, low), simd.and_u32s(b, low));
    simd.xor_u32s(carried, simd.and_u32s(simd.xor_u32s(a, b), high))
}

/// How many blocks an input has before its last one.
fn blocks_before(input: &[u8]) -> usize {
    input.len().saturating_sub(1) / BLOCK
}

/// The chaining values before the last block, of one input in each lane, shortest first.
#[inline(always)]
fn before_last<S: Simd>(simd: S, key: &[u32; 8], inputs: &[&[u8]]) -> [S::u32s; 8] {
    let all = |x: u32| simd.splat_u32s(x);
    let mut cv = key.map(all);
    let most = inputs.last().map_or(0, |input| blocks_before(input));
    let mut flags = DERIVE_KEY_MATERIAL | CHUNK_START;
    for b in 0..most {
        let mut m = [all(0); 16];
        // All bits of the lanes that still have this block.
        let mut goes_on = all(0);
        for (k, input) in inputs.iter().enumerate() {
            if blocks_before(input) <= b {
                continue;
            }
            words_mut(&mut goes_on)[k] = u32::MAX;
            for (lanes, word) in m.iter_mut().zip(message(&input[b * BLOCK..][..BLOCK])) {
                words_mut(lanes)[k] = word;
            }
        }
        let mut s = [all(0); 16];
        s[..8].copy_from_slice(&cv);
        for i in 0..4 {
            s[i + 8] = all(IV[i]);
        }
        s[14] = all(BLOCK as u32);
        s[15] = all(flags);
        rounds(simd, &mut s, &m);
        for i in 0..8 {
            let new = simd.xor_u32s(s[i], s[i + 8]);
            let changed = simd.and_u32s(simd.xor_u32s(cv[i], new), goes_on);
            cv[i] = simd.xor_u32s(cv[i], changed);
        }
        flags = DERIVE_KEY_MATERIAL;
    }
    cv
}

/// The last block of an input, after what its blocks before came to.
#[inline(always)]
fn last_block(cv: &[u32; 8], input: &[u8]) -> Last {
    let before = blocks_before(input);
    let block = &input[before * BLOCK..];
    let start = match before {
        0 => CHUNK_START,
        _ => 0,
    };
    Last {
        cv: *cv,
        block: message(block),
        length: block.len() as u32,
        flags: DERIVE_KEY_MATERIAL | start | CHUNK_END,
    }
}

#[inline(always)]
fn message(block: &[u8]) -> [u32; 16] {
    let mut bytes = [0; BLOCK];
    bytes[..block.len()].copy_from_slice(block);
    let mut m = [0; 16];
    for (w, b) in m.iter_mut().zip(bytes.chunks_exact(4)) {
        *w = u32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    }
    m
}

/// Written out, so that the state stays in registers.
#[inline(always)]
fn rounds<S: Simd>(simd: S, s: &mut [S::u32s; 16], m: &[S::u32s; 16]) {
    round::<S, 0>(simd, s, m);
    round::<S, 1>(simd, s, m);
    round::<S, 2>(simd, s, m);
    round::<S, 3>(simd, s, m);
    round::<S, 4>(simd, s, m);
    round::<S, 5>(simd, s, m);
    round::<S, 6>(simd, s, m);
}

#[inline(always)]
fn round<S: Simd, const R: usize>(simd: S, s: &mut [S::u32s; 16], m: &[S::u32s; 16]) {
    let x = |i: usize| m[SCHEDULE[R][i]];
    mix::<S, 0, 4, 8, 12>(simd, s, x(0), x(1));
    mix::<S, 1, 5, 9, 13>(simd, s, x(2), x(3));
    mix::<S, 2, 6, 10, 14>(simd, s, x(4), x(5));
    mix::<S, 3, 7, 11, 15>(simd, s, x(6), x(7));
    mix::<S, 0, 5, 10, 15>(simd, s, x(8), x(9));
    mix::<S, 1, 6, 11, 12>(simd, s, x(10), x(11));
    mix::<S, 2, 7, 8, 13>(simd, s, x(12), x(13));
    mix::<S, 3, 4, 9, 14>(simd, s, x(14), x(15));
}

#[inline(always)]
fn mix<S: Simd, const A: usize, const B: usize, const C: usize, const D: usize>(
    simd: S,
    s: &mut [S::u32s; 16],
    x: S::u32s,
    y: S::u32s,
) {
    let add = |a, b| simd.add_u32s(a, b);
    s[A] = add(add(s[A], s[B]), x);
    s[D] = xor_right(simd, s[D], s[A], 16);
    s[C] = add(s[C], s[D]);
    s[B] = xor_right(simd, s[B], s[C], 12);
    s[A] = add(add(s[A], s[B]), y);
    s[D] = xor_right(simd, s[D], s[A], 8);
    s[C] = add(s[C], s[D]);
    s[B] = xor_right(simd, s[B], s[C], 7);
}

#[inline(always)]
fn xor_right<S: Simd>(simd: S, a: S::u32s, b: S::u32s, by: u32) -> S::u32s {
    let x = simd.xor_u32s(a, b);
    // What the library calls rotating moves whole words between lanes.
    simd.or_u32s(
        simd.wrapping_dyn_shr_u32s(x, simd.splat_u32s(by)),
        simd.wrapping_dyn_shl_u32s(x, simd.splat_u32s(32 - by)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same sum by the library alone.
    fn plainly(inputs: &[Vec<u8>], context: &'static str) -> Vec<u16> {
        let mut sum = vec![0u16; LANES];
        for input in inputs {
            let mut out = [0; 2 * LANES];
            let mut hasher = blake3::Hasher::new_derive_key(context);
            hasher.update(input).finalize_xof().fill(&mut out);
            for (lane, x) in sum.iter_mut().zip(out.chunks_exact(2)) {
                *lane = lane.wrapping_add(u16::from_le_bytes([x[0], x[1]]));
            }
        }
        sum
    }

    #[test]
    fn it_is_the_sum_that_the_library_gives() {
        let context = "mainstay 1 row";
        // Around every edge of a block and of a chunk, and some hundred rows so that lanes run over.
        let lengths = (0..200).chain([255, 256, 257, 1023, 1024, 1025, 5000]);
        let inputs: Vec<Vec<u8>> = lengths
            .map(|n| (0..n).map(|i| (i * 7 + n) as u8).collect())
            .collect();
        let mut all = Inputs::default();
        for one in &inputs {
            let mut single = Inputs::default();
            single.push(|b| b.extend_from_slice(one));
            let mut sum = vec![0; LANES];
            add(&mut sum, &single, context);
            assert!(
                sum == plainly(std::slice::from_ref(one), context),
                "{} bytes",
                one.len()
            );
            all.push(|b| b.extend_from_slice(one));
        }
        let mut sum = vec![0; LANES];
        add(&mut sum, &all, context);
        assert!(sum == plainly(&inputs, context));
        all.clear();
        add(&mut sum, &all, context);
        assert!(sum == plainly(&inputs, context));
    }
}
