//! What one side removed: it goes where the other side left it alone, and is a conflict where that one changed it or
//! made something refer to it.

use super::rows::{Key, Rows, States, target};
use super::{Choices, Clash, Conflict, Merged, Notice, Side};
use mainstay_domain::natural::LINKS;
use mainstay_domain::{Datum, Row, Table, Uuid};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Takes out what is to go, and puts back what stays after all.
pub(super) fn settle(s: &States, merged: &mut Rows, choices: &Choices, out: &mut Merged) {
    if !s.something_went() {
        return;
    }
    let mut stayed = HashSet::new();
    for by in [Side::Ours, Side::Theirs] {
        stayed.extend(one_side(s, by, merged, choices, out));
    }
    between(s, merged, &stayed);
    clean(merged, out);
}

/// Puts back what went on both sides with one of its ends each, where both ends are there after all.
fn between(s: &States, merged: &mut Rows, stayed: &HashSet<Key>) {
    if stayed.is_empty() {
        return;
    }
    let back: Vec<(Key, Arc<Row>)> = s
        .base
        .iter()
        .filter(|(k, _)| !s.ours.contains_key(*k) && !s.theirs.contains_key(*k) && goes_along(k.0))
        .filter(|(k, row)| {
            let ends = references(&s.base, k.0, row);
            let went_along = |side: &Rows| ends.iter().any(|(_, to)| !side.contains_key(to));
            ends.iter().any(|(_, to)| stayed.contains(to))
                && ends.iter().all(|(_, to)| merged.contains_key(to))
                && went_along(&s.ours)
                && went_along(&s.theirs)
                && !s.removed.contains(&k.1)
        })
        .map(|(k, row)| (*k, row.clone()))
        .collect();
    merged.extend(back);
}

/// Whether records of a table come and go with what they refer to.
fn goes_along(t: Table) -> bool {
    LINKS.contains(&t) || t.spec().parent().is_some()
}

/// What one side removed; what of it stays.
fn one_side(
    s: &States,
    by: Side,
    merged: &mut Rows,
    choices: &Choices,
    out: &mut Merged,
) -> HashSet<Key> {
    // The side that kept what the other one removed.
    let (kept, lost, touched) = match by {
        Side::Ours => (&s.theirs, &s.ours, s.changed_there()),
        Side::Theirs => (&s.ours, &s.theirs, s.changed_here()),
    };
    let gone: HashSet<Key> = s
        .base
        .keys()
        .filter(|k| kept.contains_key(*k) && !lost.contains_key(*k))
        .copied()
        .collect();
    if gone.is_empty() {
        return HashSet::new();
    }
    let roots: HashMap<Key, Key> = gone
        .iter()
        .map(|k| (*k, root(&s.base, &gone, *k)))
        .collect();
    let mut needed: BTreeMap<Key, BTreeSet<Key>> = BTreeMap::new();
    for k in touched.iter().copied() {
        let Some(row) = kept.get(&k) else { continue };
        let before = s.base.get(&k);
        if let Some(root) = roots.get(&k)
            && before.is_some_and(|b| b.data != row.data)
        {
            needed.entry(*root).or_default().insert(k);
        }
        for (i, to) in references(kept, k.0, row) {
            let new = before.is_none_or(|b| b.data[i] != row.data[i]);
            if let Some(root) = roots.get(&to)
                && new
            {
                needed.entry(*root).or_default().insert(k);
            }
        }
    }
    let mut stays: BTreeSet<Key> = BTreeSet::new();
    let wanted: HashSet<Key> = needed.values().flatten().copied().collect();
    for (root, needed_by) in needed {
        let id = format!("{}:{}:removed", root.0.spec().name, root.1);
        let choice = choices.of(&id);
        out.conflicts.push(Conflict {
            id,
            table: root.0,
            record: root.1,
            what: Clash::Removed {
                by,
                needed_by: needed_by.into_iter().collect(),
            },
            choice,
        });
        // Without a choice, it is as it is here.
        if choice.unwrap_or(Side::Ours) != by {
            stays.insert(root);
        }
    }
    let mut staying = with_all_of_it(kept, &gone, &roots, &stays);
    // What somebody took out by itself does not come back with the rest.
    let comes_back = |k: &Key| roots[k] == *k || !s.removed.contains(&k.1) || wanted.contains(k);
    staying.retain(|k| by == Side::Theirs || comes_back(k));
    let mut along: Vec<Key> = staying.iter().map(|k| roots[k]).collect();
    along.sort_unstable();
    along.dedup();
    along.retain(|root| !stays.contains(root) && !goes_along(root.0));
    let told = along.into_iter().map(|k| Notice::AlsoStays(k.0, k.1));
    out.notices.extend(told);
    #[allow(
        clippy::iter_over_hash_type,
        reason = "each is put in or taken out by itself"
    )]
    for k in &gone {
        match (staying.contains(k), kept.get(k)) {
            (true, Some(row)) => drop(merged.insert(*k, row.clone())),
            _ => drop(merged.remove(k)),
        }
    }
    staying
}

/// Everything that stays with what stays: what belongs to it, what links it to others that are there, and what it refers to.
fn with_all_of_it(
    kept: &Rows,
    gone: &HashSet<Key>,
    roots: &HashMap<Key, Key>,
    stays: &BTreeSet<Key>,
) -> HashSet<Key> {
    let group = |root: &Key| -> Vec<Key> {
        let members = roots.iter().filter(|(_, r)| *r == root);
        members.map(|(k, _)| *k).collect()
    };
    let mut staying: HashSet<Key> = stays.iter().flat_map(group).collect();
    if staying.is_empty() {
        return staying;
    }
    loop {
        let mut more: BTreeSet<Key> = BTreeSet::new();
        #[allow(clippy::iter_over_hash_type, reason = "what is found is sorted")]
        for k in gone {
            let Some(row) = kept.get(k) else { continue };
            let mut to: Vec<Key> = references(kept, k.0, row)
                .into_iter()
                .map(|r| r.1)
                .collect();
            to.retain(|t| gone.contains(t));
            let link = LINKS.contains(&k.0);
            if staying.contains(k) && !link {
                // What it cannot be without.
                let missing = to.iter().filter(|t| !staying.contains(*t));
                more.extend(missing.flat_map(|t| group(&roots[t])));
            } else if goes_along(k.0)
                && !staying.contains(k)
                && !to.is_empty()
                // A link whose other end goes does not bring that one back; it goes with it.
                && to.iter().all(|t| staying.contains(t))
            {
                more.insert(*k);
            }
        }
        if more.is_empty() {
            return staying;
        }
        staying.extend(more);
    }
}

/// The outermost removed record that this one belongs to.
fn root(base: &Rows, gone: &HashSet<Key>, k: Key) -> Key {
    let mut at = k;
    for _ in 0..8 {
        let Some(row) = base.get(&at) else { break };
        let child = at.0.spec().parent().is_some();
        let up = references(base, at.0, row)
            .into_iter()
            .find(|(i, to)| gone.contains(to) && ((child && *i == 0) || LINKS.contains(&at.0)));
        match up {
            Some((_, to)) if to != at => at = to,
            _ => break,
        }
    }
    at
}

/// The records that a record refers to, with the index of the field.
fn references(rows: &Rows, table: Table, row: &Row) -> Vec<(usize, Key)> {
    let fields = table.spec().fields;
    fields
        .iter()
        .zip(&row.data)
        .enumerate()
        .filter_map(|(i, (f, d))| match d {
            Datum::Id(id) => Some((i, target(rows, f.kind, *id)?)),
            _ => None,
        })
        .collect()
}

/// Lets no reference lead nowhere: one that may be empty is emptied, else the record goes; both are told.
fn clean(merged: &mut Rows, out: &mut Merged) {
    loop {
        let mut loose: Vec<(Key, usize)> = Vec::new();
        #[allow(clippy::iter_over_hash_type, reason = "what is found is sorted")]
        for (k, row) in merged.iter() {
            let fields = k.0.spec().fields;
            for (i, (f, d)) in fields.iter().zip(&row.data).enumerate() {
                if let Datum::Id(id) = d
                    && target(merged, f.kind, *id).is_none()
                {
                    loose.push((*k, i));
                }
            }
        }
        if loose.is_empty() {
            return;
        }
        loose.sort_unstable_by_key(|(k, i)| (*k, *i));
        let mut removed: Option<(Table, Uuid)> = None;
        for (k, i) in loose {
            if removed == Some(k) {
                continue;
            }
            let spec = k.0.spec();
            let may_be_empty = spec.fields[i].nullable && !(i == 0 && spec.parent().is_some());
            if may_be_empty {
                if let Some(row) = merged.get_mut(&k) {
                    Arc::make_mut(row).data[i] = Datum::Null;
                }
                out.notices.push(Notice::Cleared {
                    table: k.0,
                    record: k.1,
                    field: i,
                });
            } else if let Some(row) = merged.remove(&k) {
                removed = Some(k);
                out.notices
                    .push(Notice::AlsoRemoved(k.0, Arc::unwrap_or_clone(row)));
            }
        }
    }
}
