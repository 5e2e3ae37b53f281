//! Timestamps of signatures (RFC 3161): what an authority is asked, and the token that it answers with.
//!
//! A token stands in the part of a file that no signature covers. Therefore it has one spelling: what its own signature does
//! not cover is made anew from what it covers, and compared.

mod ask;
mod ber;
mod info;
#[cfg(test)]
mod tests;
mod token;

pub(crate) use ask::ask;
pub(crate) use ber::modest;
pub(crate) use token::check;

use chrono::{DateTime, Utc};

/// Carries a request to a timestamp authority and brings its answer, or says why there is none.
pub type Authority<'a> = &'a mut dyn FnMut(&[u8]) -> Result<Vec<u8>, String>;

/// When a signature was there already, as an authority says; whom to trust with that nothing here knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timestamp {
    /// When.
    pub at: DateTime<Utc>,
    /// The name in the authority's certificate.
    pub authority: String,
    /// The SHA-256 of that certificate.
    pub fingerprint: String,
}
