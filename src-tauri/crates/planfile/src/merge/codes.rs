//! Codes: unique in the workspace, whoever gave them.

use super::rows::{Key, Rows, States};
use super::{Merged, Notice};
use mainstay_domain::{Datum, Row, Table, TableSpec, Uuid};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Gives another code to all but one of the records that have the same, and names codes that moved and names that are
/// there twice.
pub(super) fn keep_apart(s: &States, merged: &mut Rows, out: &mut Merged) {
    // A code that was made by an earlier merge counts as the one it was made of: who keeps that is asked anew, so that
    // the order of merges does not matter.
    let mut first: hashbrown::HashMap<&str, Key> =
        hashbrown::HashMap::with_capacity(merged.len() / 2);
    let mut shared: BTreeMap<String, Vec<Key>> = BTreeMap::new();
    #[allow(clippy::iter_over_hash_type, reason = "what is found is sorted")]
    for (k, row) in merged.iter() {
        let Some(code) = code(k.0.spec(), row) else {
            continue;
        };
        let stem = stem(code, k.1);
        match first.get(stem) {
            None => drop(first.insert(stem, *k)),
            Some(other) => shared
                .entry(stem.into())
                .or_insert_with(|| vec![*other])
                .push(*k),
        }
        // One that was made may be what it was made of again.
        if stem != code {
            shared.entry(stem.into()).or_insert_with(|| vec![*k]);
        }
    }
    drop(first);
    let taken: HashSet<String> = match shared.is_empty() {
        true => HashSet::new(),
        false => merged
            .iter()
            .filter_map(|(k, row)| code(k.0.spec(), row).map(Into::into))
            .collect(),
    };
    for (old, mut keys) in shared {
        // Who had it before keeps it, else who has been there longest; so the order of merges does not matter.
        // A copy that comes back again had the code it has here, whatever it is called there.
        let of = |rows: &Rows, k: &Key| {
            rows.get(k)
                .map(|r| code(k.0.spec(), r) == Some(old.as_str()))
        };
        let had = |k: &Key| of(&s.base, k) == Some(true) && of(&s.ours, k).unwrap_or(true);
        keys.sort_by_key(|k| (!had(k), k.1, k.0));
        let keeps = keys[0];
        for (n, k) in keys.into_iter().enumerate() {
            let spec = k.0.spec();
            let (Some(row), Some(i)) = (merged.get_mut(&k), spec.column("code")) else {
                continue;
            };
            let is = code(spec, row).unwrap_or_default().to_owned();
            let new = match n {
                0 => old.clone(),
                _ if is != old => is.clone(),
                _ => other_code(&old, k.1, &taken),
            };
            if is == new {
                continue;
            }
            Arc::make_mut(row).data[i] = Datum::Text(new.clone());
            if n == 0 {
                out.notices.push(Notice::CodeAgain {
                    table: k.0,
                    record: k.1,
                    old: is,
                    new,
                });
                continue;
            }
            out.notices.push(Notice::Recoded {
                table: k.0,
                record: k.1,
                old: old.clone(),
                new,
                keeps,
            });
        }
    }
    let mut names = None;
    for k in s.changed_there().iter().copied() {
        let Some(row) = s.theirs.get(&k) else {
            continue;
        };
        let spec = k.0.spec();
        let Some(new) = code(spec, row) else { continue };
        match s.base.get(&k).and_then(|b| code(spec, b)) {
            Some(old) if old != new => out.notices.push(Notice::MovedCode {
                table: k.0,
                record: k.1,
                old: old.into(),
                new: new.into(),
            }),
            None if !s.ours.contains_key(&k) => {
                let names = names.get_or_insert_with(|| by_name(s));
                let same = name(spec, row).and_then(|n| names.get(&(k.0, n)).copied());
                out.notices.extend(same.map(|other| Notice::SameName {
                    table: k.0,
                    record: k.1,
                    other,
                }));
            }
            _ => {}
        }
    }
}

/// The records of ours by table and name, the first by key of each.
fn by_name(s: &States) -> HashMap<(Table, String), Uuid> {
    let mut out: HashMap<(Table, String), Uuid> = HashMap::new();
    #[allow(clippy::iter_over_hash_type, reason = "the smallest key is kept")]
    for (k, row) in &s.ours {
        if let Some(name) = name(k.0.spec(), row) {
            let first = out.entry((k.0, name)).or_insert(k.1);
            *first = (*first).min(k.1);
        }
    }
    out
}

/// A code made of the old one and the key, which is the same wherever it is made.
fn other_code(old: &str, id: Uuid, taken: &HashSet<String>) -> String {
    let digits = id.simple().to_string();
    let stem: String = old.chars().take(50).collect();
    MADE.map(|n| format!("{stem}-{}", &digits[digits.len() - n..]))
        .find(|c| !taken.contains(c))
        .unwrap_or(digits)
}

/// How many digits of its key a code ends with that was made of another one: so many that no code has them by chance.
const MADE: std::ops::RangeInclusive<usize> = 6..=12;

/// The code that this one was made of to keep the record with this key apart, or itself.
pub(super) fn stem(code: &str, id: Uuid) -> &str {
    let made = |end: &str| MADE.contains(&end.len()) && id.simple().to_string().ends_with(end);
    match code.rsplit_once('-') {
        Some((stem, end)) if made(end) => stem,
        _ => code,
    }
}

fn code<'a>(spec: &TableSpec, row: &'a Row) -> Option<&'a str> {
    match &row.data[spec.column("code")?] {
        Datum::Text(s) => Some(s),
        _ => None,
    }
}

fn name(spec: &TableSpec, row: &Row) -> Option<String> {
    if !spec.has_code() || spec.table == Table::Dependency {
        return None;
    }
    ["name", "title", "display"]
        .iter()
        .filter_map(|c| spec.column(c))
        .find_map(|i| match &row.data[i] {
            Datum::Text(s) if !s.trim().is_empty() => Some(s.trim().to_lowercase()),
            _ => None,
        })
}
