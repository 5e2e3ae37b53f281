//! Versions of plans, their sign-offs, accepted findings and change summaries: made in the original alone.

use super::rows::{Key, States};
use super::{Merged, Notice};
use mainstay_domain::{Datum, Row, Table};

/// Made in the original alone.
pub(super) const OWN: &[Table] = Table::OF_VERSIONS;

/// Lets the copy have changed nothing in what is made in the original alone, but for the note on a draft that is one on
/// both sides, and the draft of a plan that is new there.
pub(super) fn keep_ours(s: &mut States, out: &mut Merged) {
    let there: Vec<Key> = s
        .changed_there()
        .iter()
        .filter(|k| OWN.contains(&k.0))
        .copied()
        .collect();
    if !there.is_empty() {
        s.forget();
    }
    for k in there {
        let theirs = s.theirs.get(&k);
        if theirs.is_some_and(|row| takes(s, k, row)) {
            continue;
        }
        // A plan that was removed there goes with its drafts.
        let gone = s
            .base
            .get(&k)
            .is_some_and(|row| !plan_is_there(s, k.0, row));
        if theirs.is_none() && gone {
            continue;
        }
        if let Some(row) = theirs.filter(|_| k.0 == Table::PlanVersion && says_something(s, k)) {
            out.notices.push(Notice::VersionNotTaken(Row::clone(row)));
        }
        match s.base.get(&k).cloned() {
            Some(row) => s.theirs.insert(k, row),
            None => s.theirs.remove(&k),
        };
    }
}

/// Whether a record is a version that is worked on.
pub(super) fn is_draft(t: Table, row: &Row) -> bool {
    t == Table::PlanVersion && state(row) == Some("draft")
}

fn takes(s: &States, k: Key, row: &Row) -> bool {
    if !is_draft(k.0, row) {
        return false;
    }
    match (s.base.get(&k), s.ours.get(&k)) {
        (Some(base), Some(ours)) => {
            state(base) == Some("draft")
                && state(ours) == Some("draft")
                && value(base, "number") == value(row, "number")
        }
        (None, None) => match row.data.first() {
            Some(Datum::Id(plan)) => {
                let plan = (Table::Plan, *plan);
                !s.base.contains_key(&plan) && !s.ours.contains_key(&plan)
            }
            _ => false,
        },
        _ => false,
    }
}

/// A draft that begins by itself with the first change says nothing that would be lost.
fn says_something(s: &States, k: Key) -> bool {
    s.theirs.get(&k).is_some_and(|row| {
        state(row) != Some("draft")
            || (value(row, "change_note").is_some_and(|d| *d != Datum::Null)
                && s.base.get(&k).map(|b| value(b, "change_note"))
                    != Some(value(row, "change_note")))
    })
}

fn plan_is_there(s: &States, table: Table, row: &Row) -> bool {
    match (table, row.data.first()) {
        (Table::PlanVersion, Some(Datum::Id(plan))) => s.theirs.contains_key(&(Table::Plan, *plan)),
        (_, Some(Datum::Id(version))) => s
            .base
            .get(&(Table::PlanVersion, *version))
            .is_some_and(|v| plan_is_there(s, Table::PlanVersion, v)),
        _ => true,
    }
}

fn value<'a>(row: &'a Row, column: &str) -> Option<&'a Datum> {
    row.data.get(Table::PlanVersion.spec().column(column)?)
}

fn state(row: &Row) -> Option<&str> {
    match value(row, "state") {
        Some(Datum::Text(s)) => Some(s),
        _ => None,
    }
}
