//! The sum of the long hashes of many rows, several blocks of each at once.
//!
//! The extended output of BLAKE3 is one block function with a counter, so that its blocks do not need each other
//! (O'Connor, Aumasson, Neves, Wilcox-O'Hearn, "BLAKE3: one function, fast everywhere", 2020, section 2.6). The library
//! works them out one after the other on most machines; most of opening a large file went there. What comes out is the
//! same, and a test holds the two beside each other.

use super::LANES;
use pulp::{Simd, WithSimd, bytemuck::cast_slice};

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
        for input in self.inputs.each() {
            if input.len() > CHUNK {
                let mut out = [0; 2 * LANES];
                let mut hasher = blake3::Hasher::new_derive_key(self.context);
                hasher.update(input).finalize_xof().fill(&mut out);
                for (lane, x) in self.sum.iter_mut().zip(out.chunks_exact(2)) {
                    *lane = lane.wrapping_add(u16::from_le_bytes([x[0], x[1]]));
                }
                continue;
            }
            let (cv, block, length, flags) = last_block(&self.key, input);
            for (g, sum) in sums.iter_mut().take(groups).enumerate() {
                add_blocks(simd, sum, g * S::U32_LANES, (&cv, &block, length, flags));
            }
        }
        for (g, sum) in sums.iter().take(groups).enumerate() {
            for (w, words) in sum.iter().enumerate() {
                let words: &[u32] = cast_slice(std::slice::from_ref(words));
                for (k, word) in words.iter().enumerate() {
                    let at = ((g * S::U32_LANES + k) * 16 + w) % WORDS * 2;
                    for (lane, part) in self.sum[at..at + 2].iter_mut().zip([*word, word >> 16]) {
                        *lane = lane.wrapping_add(part as u16);
                    }
                }
            }
        }
    }
}

/// Adds the blocks of output from a counter on to their sums.
#[inline(always)]
fn add_blocks<S: Simd>(
    simd: S,
    sum: &mut [S::u32s; 16],
    first: usize,
    (cv, block, length, flags): (&[u32; 8], &[u32; 16], u32, u32),
) {
    let all = |x: u32| simd.splat_u32s(x);
    let mut counter = all(0);
    for (k, c) in pulp::bytemuck::cast_slice_mut::<_, u32>(std::slice::from_mut(&mut counter))
        .iter_mut()
        .enumerate()
    {
        *c = (first + k) as u32;
    }
    let mut s = [all(0); 16];
    for i in 0..8 {
        s[i] = all(cv[i]);
    }
    for i in 0..4 {
        s[i + 8] = all(IV[i]);
    }
    s[12] = counter;
    s[14] = all(length);
    s[15] = all(flags | ROOT);
    let mut m = [all(0); 16];
    for i in 0..16 {
        m[i] = all(block[i]);
    }
    rounds(Wide(simd), &mut s, &m);
    let (low, high) = (all(0x7FFF_7FFF), all(0x8000_8000));
    for i in 0..16 {
        let word = match i {
            0..8 => simd.xor_u32s(s[i], s[i + 8]),
            _ => simd.xor_u32s(s[i], all(cv[i - 8])),
        };
        // Two sums of 16 bits in one of 32: without their highest bits nothing is carried over.
        let carried = simd.add_u32s(simd.and_u32s(sum[i], low), simd.and_u32s(word, low));
        let top = simd.and_u32s(simd.xor_u32s(sum[i], word), high);
        sum[i] = simd.xor_u32s(carried, top);
    }
}

/// The chaining value before the last block of a chunk, that block, its length and its flags.
#[inline(always)]
fn last_block(key: &[u32; 8], input: &[u8]) -> ([u32; 8], [u32; 16], u32, u32) {
    let mut cv = *key;
    let mut flags = DERIVE_KEY_MATERIAL | CHUNK_START;
    let mut rest = input;
    while rest.len() > BLOCK {
        let (block, more) = rest.split_at(BLOCK);
        let m = message(block);
        let mut s = [0; 16];
        s[..8].copy_from_slice(&cv);
        s[8..12].copy_from_slice(&IV[..4]);
        s[14] = BLOCK as u32;
        s[15] = flags;
        rounds(Plain, &mut s, &m);
        for i in 0..8 {
            cv[i] = s[i] ^ s[i + 8];
        }
        flags = DERIVE_KEY_MATERIAL;
        rest = more;
    }
    (cv, message(rest), rest.len() as u32, flags | CHUNK_END)
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

/// The two things that the block function does with words.
trait Words: Copy {
    type Word: Copy;
    fn add(self, a: Self::Word, b: Self::Word) -> Self::Word;
    fn xor_right(self, a: Self::Word, b: Self::Word, by: u32) -> Self::Word;
}

#[derive(Clone, Copy)]
struct Plain;

impl Words for Plain {
    type Word = u32;
    #[inline(always)]
    fn add(self, a: u32, b: u32) -> u32 {
        a.wrapping_add(b)
    }
    #[inline(always)]
    fn xor_right(self, a: u32, b: u32, by: u32) -> u32 {
        (a ^ b).rotate_right(by)
    }
}

#[derive(Clone, Copy)]
struct Wide<S>(S);

impl<S: Simd> Words for Wide<S> {
    type Word = S::u32s;
    #[inline(always)]
    fn add(self, a: S::u32s, b: S::u32s) -> S::u32s {
        self.0.add_u32s(a, b)
    }
    #[inline(always)]
    fn xor_right(self, a: S::u32s, b: S::u32s, by: u32) -> S::u32s {
        let (simd, x) = (self.0, self.0.xor_u32s(a, b));
        // What the library calls rotating moves whole words between lanes.
        simd.or_u32s(
            simd.wrapping_dyn_shr_u32s(x, simd.splat_u32s(by)),
            simd.wrapping_dyn_shl_u32s(x, simd.splat_u32s(32 - by)),
        )
    }
}

/// Written out, so that the state stays in registers.
#[inline(always)]
fn rounds<W: Words>(w: W, s: &mut [W::Word; 16], m: &[W::Word; 16]) {
    round::<W, 0>(w, s, m);
    round::<W, 1>(w, s, m);
    round::<W, 2>(w, s, m);
    round::<W, 3>(w, s, m);
    round::<W, 4>(w, s, m);
    round::<W, 5>(w, s, m);
    round::<W, 6>(w, s, m);
}

#[inline(always)]
fn round<W: Words, const R: usize>(w: W, s: &mut [W::Word; 16], m: &[W::Word; 16]) {
    let x = |i: usize| m[SCHEDULE[R][i]];
    mix::<W, 0, 4, 8, 12>(w, s, x(0), x(1));
    mix::<W, 1, 5, 9, 13>(w, s, x(2), x(3));
    mix::<W, 2, 6, 10, 14>(w, s, x(4), x(5));
    mix::<W, 3, 7, 11, 15>(w, s, x(6), x(7));
    mix::<W, 0, 5, 10, 15>(w, s, x(8), x(9));
    mix::<W, 1, 6, 11, 12>(w, s, x(10), x(11));
    mix::<W, 2, 7, 8, 13>(w, s, x(12), x(13));
    mix::<W, 3, 4, 9, 14>(w, s, x(14), x(15));
}

#[inline(always)]
fn mix<W: Words, const A: usize, const B: usize, const C: usize, const D: usize>(
    w: W,
    s: &mut [W::Word; 16],
    x: W::Word,
    y: W::Word,
) {
    s[A] = w.add(w.add(s[A], s[B]), x);
    s[D] = w.xor_right(s[D], s[A], 16);
    s[C] = w.add(s[C], s[D]);
    s[B] = w.xor_right(s[B], s[C], 12);
    s[A] = w.add(w.add(s[A], s[B]), y);
    s[D] = w.xor_right(s[D], s[A], 8);
    s[C] = w.add(s[C], s[D]);
    s[B] = w.xor_right(s[B], s[C], 7);
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
