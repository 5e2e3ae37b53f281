//! From the interchange form to a workspace: all of it, or a list of what is wrong.

mod collect;
mod faults;
mod fill;
mod grid;
mod notes;
mod raw;

use crate::problem::{Note, Problem};
use crate::{SCHEMAS_READ, parse};
use collect::Collect;
use faults::{Faults, shorten};
use mainstay_domain::{Uuid, Workspace};
use serde_json::Value;

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportOptions {
    /// Whether a field the interchange form does not know is a problem rather than a note.
    pub strict: bool,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// Every record, with new keys; positions count from 1 over each table.
    pub workspace: Workspace,
    /// Unknown fields, and derived values that differ from what follows from the others.
    pub notes: Vec<Note>,
}

/// Reads a workspace in the interchange form.
///
/// A missing value is what its field is without one; a bad plan (cycles, an RTO above the MTPD, holes) is imported as
/// it is. `ids` gives the keys of the new records.
///
/// # Errors
/// [`Problem`] when the text cannot be read, or names every value that is not allowed; nothing is imported then.
pub fn import(
    text: &[u8],
    opts: &ImportOptions,
    ids: &mut dyn FnMut() -> Uuid,
) -> Result<Imported, Problem> {
    let (value, twice) = parse::parse(text)?;
    let schema = value.get("schema");
    if !schema.is_some_and(|s| SCHEMAS_READ.iter().any(|known| s == known)) {
        return Err(Problem::WrongSchema {
            found: match schema {
                Some(v) => shorten(v),
                None => "missing".into(),
            },
        });
    }
    let Value::Object(root) = &value else {
        return Err(Problem::WrongSchema {
            found: "missing".into(),
        });
    };
    let mut faults = Faults::default();
    for t in &twice {
        faults.twice(t);
    }
    let raws = Collect::new(ids, &mut faults).root(root);
    let mut notes = Vec::new();
    notes::unknown_fields(&raws, root, opts, &mut faults, &mut notes);
    let workspace = fill::workspace(&raws, &mut faults);
    faults.into_result()?;
    notes::derived_values(&raws, &workspace, &mut notes);
    Ok(Imported { workspace, notes })
}
