//! The invariants of a plan (section 2 of the domain reference) as findings, errors first.

mod impact;
mod people;
mod plans;
mod recovery;

use crate::results::Analysis;
use mainstay_domain::{Finding, NaiveDate, Severity, Workspace};
use std::collections::BTreeSet;

/// Findings as they come, errors and warnings apart.
#[derive(Default)]
pub(crate) struct Sink {
    errors: Vec<Finding>,
    warnings: Vec<Finding>,
}

impl Sink {
    fn push(&mut self, f: Finding) {
        match f.severity {
            Severity::Error => self.errors.push(f),
            Severity::Warning => self.warnings.push(f),
        }
    }

    /// Takes in what others have, in order.
    fn take_all(&mut self, parts: Vec<Sink>) {
        // Exactly as much room as is needed: there may be hundreds of thousands.
        self.errors
            .reserve_exact(parts.iter().map(|p| p.errors.len()).sum());
        self.warnings
            .reserve_exact(parts.iter().map(|p| p.warnings.len()).sum());
        for p in parts {
            self.errors.extend(p.errors);
            self.warnings.extend(p.warnings);
        }
    }

    /// Errors first, else as they came, those of `more` behind.
    pub(crate) fn and(mut self, more: Sink) -> Vec<Finding> {
        let others = more.errors.len() + self.warnings.len() + more.warnings.len();
        self.errors.reserve_exact(others);
        self.errors.extend(more.errors);
        self.errors.append(&mut self.warnings);
        self.errors.extend(more.warnings);
        self.errors
    }

    /// Each pair of code and subject once, since that pair names a finding when it is accepted.
    fn once_each(mut self) -> Self {
        for list in [&mut self.errors, &mut self.warnings] {
            let mut seen = BTreeSet::new();
            list.retain(|f| seen.insert((f.code, f.subject.clone())));
        }
        self
    }
}

/// What follows from the results: limits, gaps, evidence, loops. No pair of code and subject comes twice.
pub(crate) fn of_results(ws: &Workspace, a: &Analysis, today: NaiveDate) -> Sink {
    let mut out = Sink::default();
    impact::activities(ws, a, &mut out);
    recovery::services(ws, a, today, &mut out);
    recovery::loops(a, &mut out);
    out
}

/// What the records say without any calculation: references, people, risks, procedures, plans, exercises.
pub(crate) fn of_records(ws: &Workspace, today: NaiveDate) -> Sink {
    let mut out = Sink::default();
    recovery::dependencies(ws, &mut out);
    recovery::long_times(ws, &mut out);
    people::people(ws, today, &mut out);
    plans::risks(ws, today, &mut out);
    plans::procedures(ws, &mut out);
    plans::plans(ws, today, &mut out);
    plans::exercises(ws, today, &mut out);
    out.once_each()
}

/// The fields marked `!` in the domain model that a record lacks, as one error.
fn missing(kind: &str, code: &str, fields: &[(&str, bool)], out: &mut Sink) {
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
