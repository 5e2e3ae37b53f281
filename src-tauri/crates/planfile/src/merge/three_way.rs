//! Field by field: what one side changed is taken, what both changed alike is taken once, the rest is a conflict.

use super::align::both;
use super::rows::{Rows, States};
use super::{Choices, Clash, Conflict, Merged, Side};
use mainstay_domain::{Datum, Row, Table};
use std::sync::Arc;

/// Ours with every record that came or changed there; what was removed on either side is settled afterwards.
pub(super) fn fields(s: &States, choices: &Choices, out: &mut Merged) -> Rows {
    let mut merged = s.ours.clone();
    for k in s.changed_there().iter().copied() {
        match both(s, &k) {
            Some((ours, theirs)) => {
                let row = one(
                    k.0,
                    s.base.get(&k).map(|r| &**r),
                    ours,
                    &theirs,
                    choices,
                    out,
                );
                merged.insert(k, Arc::new(row));
            }
            None => {
                let new = s.theirs.get(&k).filter(|_| !s.base.contains_key(&k));
                if let Some(row) = new {
                    merged.insert(k, row.clone());
                }
            }
        }
    }
    merged
}

fn one(
    table: Table,
    base: Option<&Row>,
    ours: Row,
    theirs: &Row,
    choices: &Choices,
    out: &mut Merged,
) -> Row {
    let spec = table.spec();
    let mut row = ours;
    row.pos = match base.map(|b| b.pos) {
        Some(b) if row.pos == b => theirs.pos,
        Some(b) if theirs.pos == b => row.pos,
        _ => row.pos.min(theirs.pos),
    };
    for (i, f) in spec.fields.iter().enumerate() {
        let (here, there) = (&row.data[i], &theirs.data[i]);
        if here == there {
            continue;
        }
        // A record that is new on both sides: what only one of them knows is taken.
        let before = base.map(|b| &b.data[i]);
        let nothing = Datum::Null;
        let start = before.unwrap_or(&nothing);
        if there == start {
            continue;
        }
        if here == start {
            row.data[i] = there.clone();
            continue;
        }
        let id = format!("{}:{}:{}", spec.name, row.id, f.column);
        let choice = choices.of(&id);
        out.conflicts.push(Conflict {
            id,
            table,
            record: row.id,
            what: Clash::Field {
                field: i,
                base: before.cloned(),
                ours: here.clone(),
                theirs: there.clone(),
            },
            choice,
        });
        if choice == Some(Side::Theirs) {
            row.data[i] = there.clone();
        }
    }
    row
}
