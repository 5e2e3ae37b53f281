//! How a plan version is proved: canonical form, hashes, sign-offs, keys, and signatures in PDF files.

mod algorithm;
mod canonical;
mod key;
mod pades;
pub mod pdf;
mod sign;
mod timestamp;

pub use canonical::{Frozen, SealError, canonical, freeze, sha256_hex};
pub use key::{Key, KeyError};
pub use sign::{
    Required, SignProblem, check_sign, complete, next_version_number, required_sign_offs,
};
pub use timestamp::{Authority, Timestamp};
