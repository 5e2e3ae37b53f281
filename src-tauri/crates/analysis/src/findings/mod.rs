//! The invariants of a plan (section 2 of the domain reference) as findings, errors first.

mod impact;
mod people;
mod plans;
mod recovery;

use crate::results::Analysis;
use mainstay_domain::{Finding, NaiveDate, Workspace};
use std::collections::BTreeSet;

/// Everything that is wrong or missing; errors before warnings, else in the order of the work.
pub(crate) fn all(ws: &Workspace, a: &Analysis, today: NaiveDate) -> Vec<Finding> {
    let mut out = Vec::new();
    impact::activities(ws, a, &mut out);
    recovery::services(ws, a, today, &mut out);
    recovery::dependencies(ws, a, &mut out);
    people::people(ws, today, &mut out);
    plans::risks(ws, today, &mut out);
    plans::procedures(ws, &mut out);
    plans::plans(ws, today, &mut out);
    plans::exercises(ws, today, &mut out);
    out.sort_by_key(|f| f.severity);
    // An accepted finding is named by code and subject, so that pair stands once.
    let mut seen = BTreeSet::new();
    out.retain(|f| seen.insert((f.code.clone(), f.subject.clone())));
    out
}

/// The fields marked `!` in the domain model that a record lacks, as one error.
fn missing(kind: &str, code: &str, fields: &[(&str, bool)], out: &mut Vec<Finding>) {
    let names: Vec<String> = fields
        .iter()
        .filter(|(_, there)| !there)
        .map(|(name, _)| (*name).into())
        .collect();
    if !names.is_empty() {
        out.push(
            Finding::error("field_missing", code)
                .with("kind", kind)
                .with("fields", names),
        );
    }
}

/// Whether a text says something.
fn says(text: Option<&String>) -> bool {
    text.is_some_and(|t| !t.trim().is_empty())
}
