//! The workspace: every record of a plan file in memory.

use crate::record::{BadField, Record, Row, TableSpec};
use std::collections::HashMap;
use uuid::Uuid;

/// Makes [`Table`] and [`Workspace`] from the list of entities.
macro_rules! tables {
    ($($name:ident $list:ident),+) => {
        /// A table of the plan file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Table { $(
            #[doc = concat!("Records of [`", stringify!($name), "`](crate::entities::", stringify!($name), ").")]
            $name ),+ }

        /// Every record of a plan file; each list is in the order of its positions.
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct Workspace { $(
            #[doc = concat!("Every [`", stringify!($name), "`](crate::entities::", stringify!($name), ").")]
            pub $list: Vec<$name> ),+ }

        impl Table {
            /// Every table; parents stand before their children.
            pub const ALL: &'static [Table] = &[ $(Table::$name),+ ];
            /// The table's description.
            pub fn spec(self) -> &'static $crate::record::TableSpec {
                match self { $(Table::$name => <$name as $crate::record::Record>::SPEC),+ }
            }
        }

        impl $crate::workspace::Workspace {
            /// The records of a table in the generic form, in order.
            pub fn rows(&self, table: Table) -> Vec<$crate::record::Row> {
                match table { $(Table::$name => self.$list.iter().map($crate::record::Record::to_row).collect()),+ }
            }
            /// The keys of a table's records in order, each with the record in the generic form, or nothing where
            /// another workspace holds the same.
            pub fn rows_unlike(&self, table: Table, other: &Self) -> Vec<(uuid::Uuid, Option<$crate::record::Row>)> {
                match table { $(Table::$name => $crate::workspace::unlike(&self.$list, &other.$list)),+ }
            }
            /// One record in the generic form.
            pub fn row(&self, table: Table, id: uuid::Uuid) -> Option<$crate::record::Row> {
                match table { $(Table::$name => $crate::workspace::find(&self.$list, id).map($crate::record::Record::to_row)),+ }
            }
            /// How many records a table holds.
            pub fn count(&self, table: Table) -> usize {
                match table { $(Table::$name => self.$list.len()),+ }
            }
            /// The position of the last record of a table.
            pub fn last_pos(&self, table: Table) -> Option<i64> {
                match table { $(Table::$name => self.$list.last().map($crate::record::Record::pos)),+ }
            }
            /// Puts a record in, in the place of one with the same key if there is one.
            ///
            /// # Errors
            /// [`BadField`](crate::record::BadField) when a value is not legal; nothing is changed then.
            pub fn put(&mut self, table: Table, row: &$crate::record::Row) -> Result<(), $crate::record::BadField> {
                match table { $(Table::$name => $crate::workspace::put_in(&mut self.$list, row)),+ }
            }
            /// Puts many records in, and takes those out for which there is nothing, at the cost of one pass over the list.
            ///
            /// # Errors
            /// As [`Workspace::put`].
            pub fn put_all(&mut self, table: Table, changes: &std::collections::HashMap<uuid::Uuid, Option<&$crate::record::Row>>) -> Result<(), $crate::record::BadField> {
                match table { $(Table::$name => $crate::workspace::put_all_in(&mut self.$list, changes)),+ }
            }
            /// Appends a record without looking for its place; for loading in order.
            ///
            /// # Errors
            /// As [`Workspace::put`].
            pub fn push(&mut self, table: Table, row: &$crate::record::Row) -> Result<(), $crate::record::BadField> {
                match table { $(Table::$name => { self.$list.push($crate::record::Record::from_row(row)?); Ok(()) }),+ }
            }
            /// Puts the records of a table in the order of their places, and of their keys where places are alike; after
            /// pushing them in another order.
            pub fn sort(&mut self, table: Table) {
                match table { $(Table::$name => self.$list.sort_unstable_by_key(|r| ($crate::record::Record::pos(r), $crate::record::Record::key(r)))),+ }
            }
            /// Takes over the whole list of a table from another workspace, which is left without.
            pub fn take_table(&mut self, table: Table, from: &mut Self) {
                match table { $(Table::$name => self.$list = std::mem::take(&mut from.$list)),+ }
            }
            /// Takes every record of a table out.
            pub fn clear(&mut self, table: Table) {
                match table { $(Table::$name => self.$list.clear()),+ }
            }
            /// Takes a record out; nothing happens when there is none.
            pub fn remove(&mut self, table: Table, id: uuid::Uuid) {
                match table { $(Table::$name => self.$list.retain(|r| $crate::record::Record::key(r) != id)),+ }
            }
        }
    };
}
pub(crate) use tables;

pub use crate::entities::{Table, Workspace};

pub(crate) fn find<R: Record>(list: &[R], id: Uuid) -> Option<&R> {
    list.iter().find(|r| r.key() == id)
}

pub(crate) fn unlike<R: Record + PartialEq>(list: &[R], other: &[R]) -> Vec<(Uuid, Option<Row>)> {
    // Lists that are alike mostly have a record at the same place; the index is only for where they do not.
    let mut by_key = None;
    let mut same = |i: usize, r: &R| match other.get(i) {
        Some(o) if o.key() == r.key() => o == r,
        _ => by_key
            .get_or_insert_with(|| {
                other
                    .iter()
                    .map(|o| (o.key(), o))
                    .collect::<HashMap<_, _>>()
            })
            .get(&r.key())
            .is_some_and(|o| *o == r),
    };
    list.iter()
        .enumerate()
        .map(|(i, r)| (r.key(), (!same(i, r)).then(|| r.to_row())))
        .collect()
}

pub(crate) fn put_in<R: Record>(list: &mut Vec<R>, row: &Row) -> Result<(), BadField> {
    let new = R::from_row(row)?;
    match list.iter().position(|r| r.key() == row.id) {
        Some(i) if list[i].pos() == row.pos => list[i] = new,
        found => {
            if let Some(i) = found {
                list.remove(i);
            }
            let at = list.partition_point(|r| (r.pos(), r.key()) < (row.pos, row.id));
            list.insert(at, new);
        }
    }
    Ok(())
}

pub(crate) fn put_all_in<R: Record>(
    list: &mut Vec<R>,
    changes: &HashMap<Uuid, Option<&Row>>,
) -> Result<(), BadField> {
    let mut new = HashMap::with_capacity(changes.len());
    #[allow(
        clippy::iter_over_hash_type,
        reason = "each record by itself, and sorted in the end"
    )]
    for (id, row) in changes {
        new.insert(*id, row.map(R::from_row).transpose()?);
    }
    list.retain_mut(|r| match new.remove(&r.key()) {
        Some(Some(now)) => {
            *r = now;
            true
        }
        Some(None) => false,
        None => true,
    });
    list.extend(new.into_values().flatten());
    list.sort_by_key(|r| (r.pos(), r.key()));
    Ok(())
}

impl Workspace {
    /// The record with this key.
    pub fn get<R: Record>(&self, id: impl Into<Uuid>) -> Option<&R> {
        find(R::list(self), id.into())
    }

    /// The code of a record, for records that have one.
    pub fn code_of(&self, table: Table, id: Uuid) -> Option<String> {
        let i = table.spec().column("code")?;
        match self.row(table, id)?.data.swap_remove(i) {
            crate::Datum::Text(s) => Some(s),
            _ => None,
        }
    }

    /// The record that carries this code.
    pub fn find_code(&self, code: &str) -> Option<(Table, Uuid)> {
        // The long lists first through their types: this runs on every edit.
        if let Some(s) = self.services.iter().find(|s| s.code.0 == code) {
            return Some((Table::Service, s.id.0));
        }
        if let Some(a) = self.activities.iter().find(|a| a.code.0 == code) {
            return Some((Table::Activity, a.id.0));
        }
        if let Some(d) = self.dependencies.iter().find(|d| d.code.0 == code) {
            return Some((Table::Dependency, d.id.0));
        }
        Table::ALL
            .iter()
            .filter(|t| {
                t.spec().has_code()
                    && !matches!(t, Table::Service | Table::Activity | Table::Dependency)
            })
            .find_map(|t| {
                let i = t.spec().column("code")?;
                self.rows(*t)
                    .into_iter()
                    .find(|r| matches!(&r.data[i], crate::Datum::Text(s) if s == code))
                    .map(|r| (*t, r.id))
            })
    }

    /// The next free position at the end of a table's list.
    pub fn next_pos(&self, table: Table) -> i64 {
        self.last_pos(table).map_or(1, |p| p.saturating_add(1))
    }

    /// The tables whose records live inside records of this one.
    pub fn children_of(table: Table) -> impl Iterator<Item = &'static TableSpec> {
        Table::ALL
            .iter()
            .map(|t| t.spec())
            .filter(move |s| s.parent() == Some(table))
    }
}

impl Table {
    /// The tables that say what a version of a plan is, and nothing of what the plan says.
    pub const OF_VERSIONS: &[Table] = &[
        Table::PlanVersion,
        Table::SignOff,
        Table::AcceptedFinding,
        Table::VersionChange,
        Table::VersionChangeValue,
        Table::VersionResult,
    ];
}
