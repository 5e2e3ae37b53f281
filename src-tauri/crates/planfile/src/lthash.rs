//! A hash of all data that an edit updates at the cost of its own rows.
//!
//! LtHash (Bellare and Micciancio; parameters as in Lewi et al., "Securing Update Propagation with Homomorphic
//! Hashing", 2019): the sum, in 1,024 lanes of 16 bits, of a 2,048-byte hash of every row. Order does not matter, rows
//! can be added and taken away.

use mainstay_domain::{Datum, Row, Table};
use rayon::prelude::*;

const LANES: usize = 1024;
/// Rows that one thread takes at once.
const AT_ONCE: usize = 512;

/// The state: 1,024 lanes.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct LtHash(Vec<u16>);

impl LtHash {
    pub(crate) fn new() -> Self {
        Self(vec![0; LANES])
    }

    pub(crate) fn add(&mut self, table: Table, row: &Row) {
        let lanes = lanes(table, row);
        for (lane, x) in self.0.iter_mut().zip(lanes.chunks_exact(2)) {
            *lane = lane.wrapping_add(u16::from_le_bytes([x[0], x[1]]));
        }
    }

    /// Adds a row of a table of another format, with the names of its columns after key and place.
    pub(crate) fn add_raw(&mut self, table: &str, row: &Row, columns: &[String]) {
        let lanes = raw_lanes(table, row, columns.iter().map(String::as_str));
        for (lane, x) in self.0.iter_mut().zip(lanes.chunks_exact(2)) {
            *lane = lane.wrapping_add(u16::from_le_bytes([x[0], x[1]]));
        }
    }

    /// The sum of two states: that of the rows of both.
    pub(crate) fn join(&mut self, other: &LtHash) {
        for (lane, x) in self.0.iter_mut().zip(&other.0) {
            *lane = lane.wrapping_add(*x);
        }
    }

    /// The difference of two states: that of the rows of this one without those of the other.
    pub(crate) fn leave(&mut self, other: &LtHash) {
        for (lane, x) in self.0.iter_mut().zip(&other.0) {
            *lane = lane.wrapping_sub(*x);
        }
    }

    /// The state of some rows; worked out on all threads where they are many.
    pub(crate) fn of(rows: &[(Table, &Row)]) -> Self {
        if rows.len() < AT_ONCE {
            return Self::of_chunk(rows);
        }
        let mut state = Self::new();
        let parts: Vec<Self> = rows.par_chunks(AT_ONCE).map(Self::of_chunk).collect();
        parts.iter().for_each(|part| state.join(part));
        state
    }

    fn of_chunk(rows: &[(Table, &Row)]) -> Self {
        let mut part = Self::new();
        rows.iter().for_each(|(t, row)| part.add(*t, row));
        part
    }

    /// The state as it is stored, 2,048 bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|x| x.to_le_bytes()).collect()
    }

    pub(crate) fn from_bytes(b: &[u8]) -> Option<Self> {
        (b.len() == 2 * LANES).then(|| {
            Self(
                b.chunks_exact(2)
                    .map(|c| u16::from_le_bytes([c[0], c[1]]))
                    .collect(),
            )
        })
    }

    /// 32 bytes that stand for the state.
    pub(crate) fn digest(&self) -> [u8; 32] {
        *blake3::hash(&self.bytes()).as_bytes()
    }
}

fn lanes(table: Table, row: &Row) -> [u8; 2 * LANES] {
    let spec = table.spec();
    let columns = spec.fields.iter().map(|f| f.column);
    raw_lanes(spec.name, row, columns)
}

/// The same for a table that the domain need not have, with the names of its columns.
fn raw_lanes<'a>(
    table: &str,
    row: &Row,
    columns: impl Iterator<Item = &'a str>,
) -> [u8; 2 * LANES] {
    let mut h = blake3::Hasher::new_derive_key("mainstay 1 row");
    text(&mut h, table.as_bytes());
    h.update(row.id.as_bytes());
    h.update(&row.pos.to_le_bytes());
    for (column, d) in columns.zip(&row.data) {
        // An unknown value counts as absent, so that a column appended later does not change old hashes.
        match d {
            Datum::Null => continue,
            Datum::Int(n) => {
                text(&mut h, column.as_bytes());
                h.update(b"i").update(&n.to_le_bytes());
            }
            Datum::Real(x) => {
                text(&mut h, column.as_bytes());
                h.update(b"r").update(&x.to_bits().to_le_bytes());
            }
            Datum::Text(s) => {
                text(&mut h, column.as_bytes());
                h.update(b"t");
                text(&mut h, s.as_bytes());
            }
            Datum::Id(u) => {
                text(&mut h, column.as_bytes());
                h.update(b"u").update(u.as_bytes());
            }
        }
    }
    let mut out = [0u8; 2 * LANES];
    h.finalize_xof().fill(&mut out);
    out
}

fn text(h: &mut blake3::Hasher, bytes: &[u8]) {
    h.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
}
