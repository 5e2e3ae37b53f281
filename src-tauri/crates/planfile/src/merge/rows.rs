//! The three states as records by key.

use crate::PlanFileError;
use mainstay_domain::{Datum, Kind, Row, Table, Uuid, Workspace};
use std::collections::{BTreeMap, HashMap};

pub(super) type Key = (Table, Uuid);
/// Records by key. No order of it reaches anything; what is told is sorted first.
pub(super) type Rows = hashbrown::HashMap<Key, Row>;

/// The common ancestor and the two that were made from it, under the same keys.
pub(super) struct States {
    pub base: Rows,
    pub ours: Rows,
    pub theirs: Rows,
}

impl States {
    pub(super) fn of(
        base: &Workspace,
        ours: &Workspace,
        theirs: &Workspace,
        known: &HashMap<Uuid, Uuid>,
    ) -> Self {
        let mut s = Self {
            base: rows(base),
            ours: rows(ours),
            theirs: rows(theirs),
        };
        s.rename(known);
        s
    }

    /// Puts other keys in the place of these, everywhere.
    pub(super) fn rename(&mut self, ids: &HashMap<Uuid, Uuid>) {
        if ids.is_empty() {
            return;
        }
        for side in [&mut self.base, &mut self.ours, &mut self.theirs] {
            let moved: Vec<Key> = side
                .keys()
                .filter(|k| ids.contains_key(&k.1))
                .copied()
                .collect();
            for k in moved {
                if let Some(mut row) = side.remove(&k) {
                    row.id = ids[&k.1];
                    side.insert((k.0, row.id), row);
                }
            }
            #[allow(clippy::iter_over_hash_type, reason = "each row by itself")]
            for row in side.values_mut() {
                for d in &mut row.data {
                    if let Datum::Id(id) = d
                        && let Some(new) = ids.get(id)
                    {
                        *id = *new;
                    }
                }
            }
        }
    }

    /// The keys that the second side has added, changed or removed against the ancestor, sorted.
    pub(super) fn changed_there(&self) -> Vec<Key> {
        changed(&self.base, &self.theirs)
    }

    /// The same for the first side.
    pub(super) fn changed_here(&self) -> Vec<Key> {
        changed(&self.base, &self.ours)
    }
}

fn changed(base: &Rows, side: &Rows) -> Vec<Key> {
    let mut out: Vec<Key> = side
        .iter()
        .filter(|(k, row)| base.get(*k) != Some(row))
        .map(|(k, _)| *k)
        .chain(base.keys().filter(|k| !side.contains_key(*k)).copied())
        .collect();
    out.sort_unstable();
    out
}

fn rows(ws: &Workspace) -> Rows {
    let mut out = Rows::with_capacity(Table::ALL.iter().map(|t| ws.count(*t)).sum());
    for t in Table::ALL {
        out.extend(ws.rows(*t).into_iter().map(|r| ((*t, r.id), r)));
    }
    out
}

/// The record that a field leads to, where it is there.
pub(super) fn target(rows: &Rows, kind: Kind, id: Uuid) -> Option<Key> {
    let tables: &[Table] = match &kind {
        Kind::Ref(t) => std::slice::from_ref(t),
        Kind::NodeRef => &[Table::Activity, Table::Service],
        _ => &[],
    };
    tables
        .iter()
        .map(|t| (*t, id))
        .find(|k| rows.contains_key(k))
}

/// What makes the merged records of ours, sorted.
pub(super) fn changes(ours: &Workspace, merged: Rows) -> Vec<(Table, Uuid, Option<Row>)> {
    let mut merged = merged;
    let mut out = Vec::new();
    for t in Table::ALL {
        for row in ours.rows(*t) {
            match merged.remove(&(*t, row.id)) {
                Some(new) if new == row => {}
                new => out.push((*t, row.id, new)),
            }
        }
    }
    out.extend(merged.into_iter().map(|((t, id), row)| (t, id, Some(row))));
    out.sort_by_key(|c| (c.0, c.1));
    out
}

/// A workspace after changes, each list made anew at most once.
pub(crate) fn rebuilt(
    ws: &mut Workspace,
    changes: &[(Table, Uuid, Option<Row>)],
) -> Result<(), PlanFileError> {
    let mut tables: BTreeMap<Table, HashMap<Uuid, Option<&Row>>> = BTreeMap::new();
    for (t, id, row) in changes {
        tables.entry(*t).or_default().insert(*id, row.as_ref());
    }
    for (t, mut changed) in tables {
        let mut rows: Vec<Row> = ws
            .rows(t)
            .into_iter()
            .filter_map(|r| match changed.remove(&r.id) {
                Some(new) => new.cloned(),
                None => Some(r),
            })
            .collect();
        rows.extend(changed.into_values().flatten().cloned());
        rows.sort_by_key(|r| (r.pos, r.id));
        ws.clear(t);
        for row in rows {
            ws.push(t, &row)?;
        }
    }
    Ok(())
}
