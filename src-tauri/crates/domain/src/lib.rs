//! What a continuity plan is made of.
//!
//! Pure data: no clock, no file, no randomness. Every entity is described once, by [`record::records!`];
//! its struct, its table in the plan file and its place in the interchange form follow from that description.

pub mod choices;
pub mod entities;
pub mod field;
pub mod finding;
pub mod ids;
pub mod money;
pub mod natural;
pub mod record;
pub mod reference;
pub mod time;
pub mod units;
mod workspace;

pub use choices::*;
pub use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};
pub use entities::*;
pub use field::{Datum, FieldSpec, FieldValue, Kind};
pub use finding::{Finding, Param, Params, Severity};
pub use ids::*;
pub use money::{Money, Rate};
pub use record::{BadField, Place, Record, Row, Shape, TableSpec};
pub use time::Minutes;
pub use units::*;
pub use uuid::Uuid;
pub use workspace::{Table, Workspace};
