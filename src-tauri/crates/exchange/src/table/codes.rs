//! Finding records by code or name, and codes for those that have none.

use super::Register;
use mainstay_domain::{Datum, Table, Uuid, Workspace};
use std::collections::{BTreeMap, BTreeSet};

/// A table's records by code and by name, in small letters.
#[derive(Debug, Default)]
pub(super) struct Index {
    noun: &'static str,
    by_code: BTreeMap<String, Uuid>,
    by_name: BTreeMap<String, Vec<Uuid>>,
    shown: BTreeMap<Uuid, String>,
    /// Names in the order of the register.
    names: Vec<String>,
}

impl Index {
    pub fn of(ws: &Workspace, t: Table) -> Index {
        let spec = t.spec();
        let mut index = Index {
            noun: spec.noun,
            ..Index::default()
        };
        let text = |d: Option<&Datum>| match d {
            Some(Datum::Text(s)) => s.trim().to_string(),
            _ => String::new(),
        };
        for row in ws.rows(t) {
            let code = text(spec.column("code").map(|i| &row.data[i]));
            let name = text(spec.column("name").map(|i| &row.data[i]));
            index.by_code.insert(fold(&code), row.id);
            if !name.is_empty() {
                index.by_name.entry(fold(&name)).or_default().push(row.id);
            }
            let shown = if name.is_empty() { code } else { name };
            index.names.push(shown.clone());
            index.shown.insert(row.id, shown);
        }
        index
    }

    /// The record with this code or, if it is the only one, this name.
    ///
    /// # Errors
    /// A sentence that says what there is instead.
    pub fn find(&self, text: &str) -> Result<(Uuid, String), String> {
        let folded = fold(text);
        let id = match (self.by_code.get(&folded), self.by_name.get(&folded)) {
            (Some(id), _) => *id,
            (None, Some(ids)) => match ids[..] {
                [id] => id,
                _ => {
                    return Err(format!(
                        "{} {}s are called \"{text}\"; give the code",
                        ids.len(),
                        self.noun
                    ));
                }
            },
            (None, None) => return Err(self.unknown(text)),
        };
        let shown = self.shown.get(&id).cloned().unwrap_or_default();
        Ok((id, shown))
    }

    pub fn by_code(&self, code: &str) -> Option<Uuid> {
        self.by_code.get(&fold(code)).copied()
    }

    pub fn by_name(&self, name: &str) -> &[Uuid] {
        self.by_name.get(&fold(name)).map_or(&[], Vec::as_slice)
    }

    fn unknown(&self, text: &str) -> String {
        const NAMED: usize = 5;
        let noun = self.noun;
        let there_is = match self.names.len() {
            0 => format!("there is no {noun} yet"),
            n if n <= NAMED => format!("there are: {}", self.names.join("; ")),
            n => format!(
                "there are: {}; and {} more",
                self.names[..NAMED].join("; "),
                n - NAMED
            ),
        };
        format!("no {noun} has the code or name \"{text}\"; {there_is}")
    }
}

/// How names are compared: small letters, single spaces.
pub(super) fn fold(s: &str) -> String {
    s.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

/// Codes that are taken, by records or by rows of the paste, in small letters.
#[derive(Debug, Default)]
pub(super) struct Taken(BTreeSet<String>);

impl Taken {
    pub fn of(ws: &Workspace) -> Taken {
        let mut taken = Taken::default();
        for t in Table::ALL {
            if let Some(i) = t.spec().column("code") {
                for row in ws.rows(*t) {
                    if let Datum::Text(code) = &row.data[i] {
                        taken.add(code);
                    }
                }
            }
        }
        taken
    }

    /// Whether it was free.
    pub fn add(&mut self, code: &str) -> bool {
        self.0.insert(fold(code))
    }

    /// The next free code: `svc-` and the name for a service, `A` and the next number for an activity.
    pub fn next(&mut self, register: Register, name: &str) -> String {
        match register {
            Register::Services => {
                let slug = format!("svc-{}", slug(name));
                let mut n = 1;
                loop {
                    let code = if n == 1 {
                        slug.clone()
                    } else {
                        format!("{slug}-{n}")
                    };
                    if self.add(&code) {
                        return code;
                    }
                    n += 1;
                }
            }
            Register::Activities => {
                let numbers = self.0.iter().filter_map(|c| {
                    let digits = c.strip_prefix('a')?;
                    (digits.len() < 10).then(|| digits.parse::<u64>().ok())?
                });
                let mut n = numbers.max().unwrap_or(0);
                loop {
                    n += 1;
                    let code = format!("A{n:02}");
                    if self.add(&code) {
                        return code;
                    }
                }
            }
        }
    }
}

/// A name as part of a code: letters and digits of any script in small letters, hyphens between them, 40 at most.
fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in name.to_lowercase().chars() {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        if out.chars().count() >= 40 {
            break;
        }
    }
    let out = out.trim_end_matches('-');
    if out.is_empty() {
        "service".into()
    } else {
        out.into()
    }
}
