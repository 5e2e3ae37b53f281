//! How a plan version is proved: canonical form, hashes and sign-offs.

mod canonical;
mod sign;

pub use canonical::{Frozen, SealError, canonical, freeze, sha256_hex};
pub use sign::{
    Required, SignProblem, check_sign, complete, next_version_number, required_sign_offs,
};
