//! The three states as records by key.

use super::Settled;
use crate::PlanFileError;
use mainstay_domain::{Datum, Kind, Row, Table, Uuid, Workspace};
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

pub(super) type Key = (Table, Uuid);
/// Records by key; the states share those that are the same. No order of it reaches anything; what is told is sorted first.
pub(super) type Rows = hashbrown::HashMap<Key, Arc<Row>>;

/// The common ancestor and the two that were made from it, under the same keys.
pub(super) struct States {
    /// Ours under its own keys.
    untouched: Rows,
    pub base: Rows,
    pub ours: Rows,
    pub theirs: Rows,
    /// What was taken out by itself before.
    pub removed: HashSet<Uuid>,
    /// What changed here and there, once it was asked for.
    changed: OnceCell<[Vec<Key>; 2]>,
}

impl States {
    pub(super) fn of(
        base: &Workspace,
        ours: &Workspace,
        theirs: &Workspace,
        settled: &Settled,
    ) -> Self {
        let nothing = (&Workspace::default(), &Rows::new());
        let before = rows(base, nothing);
        let (here, there) = rayon::join(
            || rows(ours, (base, &before)),
            || rows(theirs, (base, &before)),
        );
        let mut s = Self {
            theirs: there,
            untouched: here.clone(),
            ours: here,
            base: before,
            removed: settled.removed.clone(),
            changed: OnceCell::new(),
        };
        s.rename(&settled.aliases);
        s
    }

    /// Puts other keys in the place of these, everywhere.
    pub(super) fn rename(&mut self, ids: &HashMap<Uuid, Uuid>) {
        if ids.is_empty() {
            return;
        }
        self.forget();
        for side in [&mut self.base, &mut self.ours, &mut self.theirs] {
            let moved: Vec<Key> = side
                .keys()
                .filter(|k| ids.contains_key(&k.1))
                .copied()
                .collect();
            for k in moved {
                if let Some(mut row) = side.remove(&k) {
                    Arc::make_mut(&mut row).id = ids[&k.1];
                    side.insert((k.0, row.id), row);
                }
            }
            #[allow(clippy::iter_over_hash_type, reason = "each row by itself")]
            for row in side.values_mut() {
                let moved = |d: &Datum| matches!(d, Datum::Id(id) if ids.contains_key(id));
                if !row.data.iter().any(moved) {
                    continue;
                }
                for d in &mut Arc::make_mut(row).data {
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
    pub(super) fn changed_there(&self) -> &[Key] {
        &self.changed()[1]
    }

    /// The same for the first side.
    pub(super) fn changed_here(&self) -> &[Key] {
        &self.changed()[0]
    }

    fn changed(&self) -> &[Vec<Key>; 2] {
        self.changed
            .get_or_init(|| [&self.ours, &self.theirs].map(|side| changed(&self.base, side)))
    }

    /// Whoever writes into the states says so.
    pub(super) fn forget(&mut self) {
        self.changed.take();
    }

    /// Whether either side removed something.
    pub(super) fn something_went(&self) -> bool {
        let went = |keys: &[Key], side: &Rows| keys.iter().any(|k| !side.contains_key(k));
        went(self.changed_here(), &self.ours) || went(self.changed_there(), &self.theirs)
    }

    /// What makes the merged records of ours, sorted.
    pub(super) fn changes_to(&self, merged: &Rows) -> Vec<(Table, Uuid, Option<Row>)> {
        changed(&self.untouched, merged)
            .into_iter()
            .map(|k| (k.0, k.1, merged.get(&k).map(|row| Row::clone(row))))
            .collect()
    }
}

fn same(a: &Arc<Row>, b: &Arc<Row>) -> bool {
    Arc::ptr_eq(a, b) || a == b
}

fn changed(base: &Rows, side: &Rows) -> Vec<Key> {
    let mut out: Vec<Key> = side
        .iter()
        .filter(|(k, row)| base.get(*k).is_none_or(|b| !same(b, row)))
        .map(|(k, _)| *k)
        .chain(base.keys().filter(|k| !side.contains_key(*k)).copied())
        .collect();
    out.sort_unstable();
    out
}

/// The records of a workspace; those that are also in another one are its rows.
fn rows(ws: &Workspace, (other, shared): (&Workspace, &Rows)) -> Rows {
    let mut out = Rows::with_capacity(Table::ALL.iter().map(|t| ws.count(*t)).sum());
    for t in Table::ALL {
        for (id, row) in ws.rows_unlike(*t, other) {
            let row = match row {
                Some(row) => Some(Arc::new(row)),
                None => shared.get(&(*t, id)).cloned(),
            };
            out.extend(row.map(|row| ((*t, id), row)));
        }
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

/// A workspace after changes, each list made anew at most once.
pub(crate) fn rebuilt(
    ws: &mut Workspace,
    changes: &[(Table, Uuid, Option<Row>)],
) -> Result<(), PlanFileError> {
    let mut tables: BTreeMap<Table, HashMap<Uuid, Option<&Row>>> = BTreeMap::new();
    for (t, id, row) in changes {
        tables.entry(*t).or_default().insert(*id, row.as_ref());
    }
    for (t, changed) in tables {
        ws.put_all(t, &changed)?;
    }
    Ok(())
}
