//! How a plan comes in and goes out: interchange JSON and pasted tables.
//!
//! The interchange form is described nowhere here: every entity says in `mainstay-domain` where it stands in it, and
//! this crate interprets those descriptions in both directions. Only the impact grid, the first plan beside the
//! others, lists of pairs, maps and derived values have a shape of their own.

mod export;
mod import;
mod parse;
mod problem;
mod scope;
mod shape;
pub mod table;

pub use export::{export, to_string_pretty};
pub use import::{ImportOptions, Imported, import};
pub use problem::{Fault, FaultCode, Note, Problem};
pub use scope::scope;

/// The product's example workspace, a fictional organisation, in the interchange form.
pub const EXAMPLE: &str = include_str!("../data/demo.json");

/// The name of the interchange form that is written.
pub const SCHEMA: &str = "mainstay/1";

/// Every name of the interchange form that is read.
pub const SCHEMAS_READ: [&str; 2] = [SCHEMA, "itscm-demo/1"];
