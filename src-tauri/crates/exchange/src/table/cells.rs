//! What one cell says.

use super::Register;
use super::codes::{Index, fold};
use super::columns::Column;
use mainstay_domain::{Datum, FieldSpec, Kind, Minutes, Table, Uuid, Workspace};
use std::collections::BTreeMap;

/// What cells are read against.
pub(super) struct Known {
    indices: BTreeMap<Table, Index>,
    /// Codes of services by code or name, in small letters: those of the workspace and those of the paste.
    needed: BTreeMap<String, Vec<String>>,
}

/// A cell as it was understood.
pub(super) struct Read {
    pub value: Datum,
    pub shown: String,
}

impl Known {
    pub fn of(ws: &Workspace) -> Known {
        let referred = [
            Table::Site,
            Table::Role,
            Table::Team,
            Table::Supplier,
            Table::Service,
            Table::Activity,
        ];
        let mut known = Known {
            indices: referred
                .map(|t| (t, Index::of(ws, t)))
                .into_iter()
                .collect(),
            needed: BTreeMap::new(),
        };
        for s in &ws.services {
            known.add_needed(&s.code, &s.name);
        }
        known
    }

    pub fn index(&self, t: Table) -> &Index {
        static NONE: std::sync::LazyLock<Index> = std::sync::LazyLock::new(Index::default);
        self.indices.get(&t).unwrap_or(&NONE)
    }

    /// Lets a service be named in a list of what a record needs.
    pub fn add_needed(&mut self, code: &str, name: &str) {
        for text in [code, name] {
            if text.trim().is_empty() {
                continue;
            }
            let codes = self.needed.entry(fold(text)).or_default();
            if !codes.iter().any(|c| c == code) {
                codes.push(code.to_string());
            }
        }
    }

    /// Reads a cell that is not empty.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what would be right.
    pub fn cell(&self, f: &FieldSpec, column: &Column, text: &str) -> Result<Read, String> {
        let text = text.trim();
        if let Kind::Ref(t) = f.kind {
            let (id, shown) = self.index(t).find(text)?;
            return Ok(Read {
                value: Datum::Id(id),
                shown,
            });
        }
        let plain = match f.kind {
            Kind::Minutes => with_unit(text, column.unit),
            Kind::Int { .. } => text.trim_end_matches('%').trim().to_string(),
            // A line break has no place in a name; anywhere else it is text.
            Kind::Text if f.column == "name" => {
                text.split_whitespace().collect::<Vec<_>>().join(" ")
            }
            _ => text.to_string(),
        };
        let value = f
            .kind
            .read(&plain)
            .map_err(|allowed| format!("\"{text}\" is not allowed; allowed is {allowed}"))?;
        let shown = match (&f.kind, &value) {
            (Kind::Minutes, Datum::Int(n)) => Minutes(*n).to_string(),
            (Kind::Flag, Datum::Int(n)) => if *n == 1 { "yes" } else { "no" }.into(),
            (_, Datum::Int(n)) => n.to_string(),
            (_, Datum::Real(x)) => x.to_string(),
            (_, Datum::Text(s)) => s.clone(),
            _ => String::new(),
        };
        Ok(Read { value, shown })
    }

    /// Reads a list of services by code or name, parted by commas, semicolons or line breaks.
    ///
    /// A name may hold a comma itself: the longest stretch that is a name counts.
    ///
    /// # Errors
    /// A sentence about the first entry that is no service.
    pub fn needs(&self, text: &str) -> Result<Vec<String>, String> {
        let mut ends: Vec<usize> = text
            .match_indices([',', ';', '\n', '\r'])
            .map(|(i, _)| i)
            .collect();
        ends.push(text.len());
        let mut codes: Vec<String> = Vec::new();
        let (mut start, mut first) = (0, 0);
        while first < ends.len() {
            let longest = (first..ends.len().min(first + 8))
                .rev()
                .find(|i| self.needed.contains_key(&fold(&text[start..ends[*i]])));
            let last = longest.unwrap_or(first);
            let entry = text[start..ends[last]].trim();
            start = ends[last] + 1;
            first = last + 1;
            if entry.is_empty() {
                continue;
            }
            match self.needed.get(&fold(entry)).map(Vec::as_slice) {
                Some([code]) => {
                    if !codes.contains(code) {
                        codes.push(code.clone());
                    }
                }
                Some(several) => {
                    return Err(format!(
                        "{} services are called \"{entry}\"; give the code",
                        several.len()
                    ));
                }
                None if self.index(Table::Activity).find(entry).is_ok() => {
                    return Err(format!(
                        "\"{entry}\" is an activity; only services can be needed"
                    ));
                }
                None => {
                    return Err(match self.index(Table::Service).find(entry) {
                        Err(sentence) => sentence,
                        Ok(_) => format!("\"{entry}\" is not a service"),
                    });
                }
            }
        }
        Ok(codes)
    }
}

/// The records a cell's row may be: the one with this code, or those with this name.
pub(super) fn matches(
    known: &Known,
    register: Register,
    code: Option<&str>,
    name: Option<&str>,
) -> Vec<Uuid> {
    let index = known.index(register.table());
    match (code, name) {
        (Some(code), _) => index.by_code(code).into_iter().collect(),
        (None, Some(name)) => index.by_name(name).to_vec(),
        (None, None) => vec![],
    }
}

/// A bare number in the unit its heading names; anything else as it is.
fn with_unit(text: &str, unit: Option<&str>) -> String {
    let bare = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    match unit {
        Some(unit) if bare => format!("{text} {unit}"),
        _ => text.to_string(),
    }
}
