//! Codes: unique in the workspace, whoever gave them.

use super::rows::{Key, Rows, States};
use super::{Merged, Notice};
use mainstay_domain::{Datum, Row, Table, TableSpec, Uuid};
use std::collections::{BTreeMap, HashSet};

/// Gives another code to all but one of the records that have the same, and names codes that moved and names that are
/// there twice.
pub(super) fn keep_apart(s: &States, merged: &mut Rows, out: &mut Merged) {
    let mut by_code: BTreeMap<String, Vec<Key>> = BTreeMap::new();
    for (k, row) in merged.iter() {
        if let Some(code) = code(k.0.spec(), row) {
            by_code.entry(code.into()).or_default().push(*k);
        }
    }
    let taken: HashSet<String> = by_code.keys().cloned().collect();
    for (old, mut keys) in by_code.into_iter().filter(|(_, k)| k.len() > 1) {
        // Who had it before keeps it, else who has been there longest; so the order of merges does not matter.
        let had = |k: &Key| s.base.get(k).and_then(|r| code(k.0.spec(), r)) == Some(old.as_str());
        keys.sort_by_key(|k| (!had(k), k.1, k.0));
        let keeps = keys[0];
        for k in keys.into_iter().skip(1) {
            let new = other_code(&old, k.1, &taken);
            let spec = k.0.spec();
            if let (Some(row), Some(i)) = (merged.get_mut(&k), spec.column("code")) {
                row.data[i] = Datum::Text(new.clone());
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
    for k in s.changed_there() {
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
            None if !s.ours.contains_key(&k) => same_name(s, k, row, out),
            _ => {}
        }
    }
}

fn same_name(s: &States, k: Key, row: &Row, out: &mut Merged) {
    let spec = k.0.spec();
    let Some(name) = name(spec, row) else { return };
    let mut others: Vec<Uuid> = s
        .ours
        .iter()
        .filter(|(o, r)| o.0 == k.0 && o.1 != k.1 && self::name(spec, r).is_some_and(|n| n == name))
        .map(|(o, _)| o.1)
        .collect();
    others.sort_unstable();
    if let Some(other) = others.first() {
        out.notices.push(Notice::SameName {
            table: k.0,
            record: k.1,
            other: *other,
        });
    }
}

/// A code made of the old one and the key, which is the same wherever it is made.
fn other_code(old: &str, id: Uuid, taken: &HashSet<String>) -> String {
    let digits = id.simple().to_string();
    let stem: String = old.chars().take(50).collect();
    (4..=12)
        .map(|n| format!("{stem}-{}", &digits[digits.len() - n..]))
        .find(|c| !taken.contains(c))
        .unwrap_or(digits)
}

/// The code that this one was made of to keep the record with this key apart, or itself.
pub(super) fn stem(code: &str, id: Uuid) -> &str {
    let digits = id.simple().to_string();
    match code.rsplit_once('-') {
        Some((stem, end)) if (4..=12).contains(&end.len()) && digits.ends_with(end) => stem,
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
