//! A hash of all data that an edit updates at the cost of its own rows.
//!
//! LtHash (Bellare and Micciancio; parameters as in Lewi et al., "Securing Update Propagation with Homomorphic
//! Hashing", 2019): the sum, in 1,024 lanes of 16 bits, of a 2,048-byte hash of every row. Order does not matter, rows
//! can be added and taken away.

mod wide;

use mainstay_domain::{Datum, Row, Table};
use rayon::prelude::*;
use wide::Inputs;

const LANES: usize = 1024;
/// Rows that one thread takes at once.
const AT_ONCE: usize = 512;
/// What the hashes of rows are derived for.
const CONTEXT: &str = "mainstay 1 row";

/// The state: 1,024 lanes.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct LtHash(Vec<u16>);

/// A state to which rows are added one by one; they are hashed some at a time.
pub(crate) struct Adding {
    state: LtHash,
    waiting: Inputs,
    count: usize,
}

impl Adding {
    pub(crate) fn new() -> Self {
        Self {
            state: LtHash::new(),
            waiting: Inputs::default(),
            count: 0,
        }
    }

    pub(crate) fn add(&mut self, table: Table, row: &Row) {
        let spec = table.spec();
        self.add_raw(spec.name, row, spec.fields.iter().map(|f| f.column));
    }

    /// Adds a row of a table that the domain need not have, with the names of its columns after key and place.
    pub(crate) fn add_raw<'a>(
        &mut self,
        table: &str,
        row: &Row,
        columns: impl Iterator<Item = &'a str>,
    ) {
        self.waiting
            .push(|bytes| write_row(bytes, table, row, columns));
        self.count += 1;
        if self.count == AT_ONCE {
            self.hash();
        }
    }

    fn hash(&mut self) {
        wide::add(&mut self.state.0, &self.waiting, CONTEXT);
        self.waiting.clear();
        self.count = 0;
    }

    /// The state of all rows that were added.
    pub(crate) fn state(mut self) -> LtHash {
        self.hash();
        self.state
    }
}

impl LtHash {
    pub(crate) fn new() -> Self {
        Self(vec![0; LANES])
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
        let mut part = Adding::new();
        rows.iter().for_each(|(t, row)| part.add(*t, row));
        part.state()
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

/// What stands for a row before it is hashed.
fn write_row<'a>(
    out: &mut Vec<u8>,
    table: &str,
    row: &Row,
    columns: impl Iterator<Item = &'a str>,
) {
    text(out, table.as_bytes());
    out.extend_from_slice(row.id.as_bytes());
    out.extend_from_slice(&row.pos.to_le_bytes());
    for (column, d) in columns.zip(&row.data) {
        // An unknown value counts as absent, so that a column appended later does not change old hashes.
        if *d == Datum::Null {
            continue;
        }
        text(out, column.as_bytes());
        match d {
            Datum::Null => {}
            Datum::Int(n) => {
                out.push(b'i');
                out.extend_from_slice(&n.to_le_bytes());
            }
            Datum::Real(x) => {
                out.push(b'r');
                out.extend_from_slice(&x.to_bits().to_le_bytes());
            }
            Datum::Text(s) => {
                out.push(b't');
                text(out, s.as_bytes());
            }
            Datum::Id(u) => {
                out.push(b'u');
                out.extend_from_slice(u.as_bytes());
            }
        }
    }
}

fn text(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    out.extend_from_slice(bytes);
}
