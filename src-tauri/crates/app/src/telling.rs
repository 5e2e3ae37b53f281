//! Changes in the words of people: which record, which value, from what to what.

use crate::labels;
use crate::wire::{ChangeKind, RecordChange, ValueChange};
use mainstay_domain::natural::key_fields;
use mainstay_domain::{
    Datum, FieldSpec, Kind, Minutes, Place, Row, Shape, Table, TableSpec, Uuid, Workspace,
};
use mainstay_planfile::{FieldChange, RowChange, What};
use std::collections::{BTreeMap, HashMap};

/// A text longer than this is cut where it is told.
const TEXT_MAX: usize = 2000;

/// What the place of a record among its siblings is called.
const PLACE: &str = "place in the list";

/// Finds the record with a key, as it is or as it was last.
pub(crate) type Find<'a> = &'a dyn Fn(Table, Uuid) -> Option<Row>;

/// Tells changes in words.
pub(crate) struct Teller<'a> {
    find: Find<'a>,
    currency: String,
}

/// A record that changed, with what happened inside it.
struct Group {
    table: Table,
    row: Option<Row>,
    what: ChangeKind,
    own: Vec<ValueChange>,
    inside: Vec<(Table, i64, bool, ValueChange)>,
}

impl<'a> Teller<'a> {
    /// With a way to find records, also those that are gone, and the workspace's currency.
    pub(crate) fn new(find: Find<'a>, currency: String) -> Self {
        Self { find, currency }
    }

    /// A record's name for people.
    pub(crate) fn name(&self, table: Table, id: Uuid) -> String {
        (self.find)(table, id).map_or_else(
            || format!("{} that is not known any more", article(table.spec().noun)),
            |row| self.name_of(table, &row),
        )
    }

    fn name_of(&self, table: Table, row: &Row) -> String {
        let at = |c: &str| table.spec().column(c).map(|i| &row.data[i]);
        match table {
            Table::Dependency => {
                if let (Some(Datum::Id(a)), Some(Datum::Id(b))) =
                    (at("dependant_id"), at("provider_id"))
                {
                    return format!("{} needs {}", self.node(*a), self.name(Table::Service, *b));
                }
            }
            Table::RedundancyGroup => {
                if let (Some(Datum::Null), Some(Datum::Id(owner))) =
                    (at("name"), at("owner_node_id"))
                {
                    return format!("redundancy group of {}", self.node(*owner));
                }
            }
            _ => {}
        }
        labels::of_row(table.spec(), row).unwrap_or_else(|| self.keyed(table, row))
    }

    /// What a record without a name is called: by what tells it from its siblings.
    fn keyed(&self, table: Table, row: &Row) -> String {
        let spec = table.spec();
        let keys: Vec<String> = key_fields(spec)
            .into_iter()
            .filter_map(|i| self.value(&spec.fields[i], &row.data[i]))
            .map(|v| labels::shorten(&v, 60))
            .collect();
        format!("{} {}", spec.noun, keys.join(", "))
            .trim_end()
            .into()
    }

    fn node(&self, id: Uuid) -> String {
        match (self.find)(Table::Service, id) {
            Some(row) => self.name_of(Table::Service, &row),
            None => self.name(Table::Activity, id),
        }
    }

    /// A value as people read it; nothing where it is not set.
    pub(crate) fn value(&self, f: &FieldSpec, d: &Datum) -> Option<String> {
        Some(match (f.kind, d) {
            (_, Datum::Null) => return None,
            (Kind::Text, Datum::Text(s)) if s.is_empty() => return None,
            (Kind::Minutes, Datum::Int(n)) => Minutes(*n).to_string(),
            (Kind::Money { .. }, Datum::Int(n)) => {
                format!("{} {}", labels::amount(*n), self.currency)
            }
            (Kind::Flag, Datum::Int(n)) => if *n == 0 { "no" } else { "yes" }.into(),
            (Kind::Int { .. }, Datum::Int(n)) if f.column.ends_with("_pct") => format!("{n} %"),
            (Kind::Choice(_), Datum::Text(s)) => s.replace('_', " "),
            (Kind::Frozen, Datum::Text(s)) => format!("frozen, {} bytes", s.len()),
            (Kind::Ref(t), Datum::Id(id)) => self.name(t, *id),
            (Kind::NodeRef, Datum::Id(id)) => self.node(*id),
            (_, Datum::Real(x)) if f.column.ends_with("_h") => format!("{x} h"),
            (_, Datum::Int(n)) => n.to_string(),
            (_, Datum::Real(x)) => x.to_string(),
            (_, Datum::Text(s)) => labels::shorten(s, TEXT_MAX),
            (_, Datum::Id(id)) => id.to_string(),
        })
    }

    /// What a child record is called inside its parent, such as "impact: operations at 8 h".
    pub(crate) fn child(&self, table: Table, row: &Row) -> String {
        let spec = table.spec();
        let at = |c: &str| {
            let i = spec.column(c)?;
            self.value(&spec.fields[i], &row.data[i])
        };
        let shape = match spec.place {
            Place::Child { shape, .. } => shape,
            _ => Shape::One,
        };
        match (table, shape) {
            (Table::ImpactRating, _) => {
                let key = spec
                    .column("category_id")
                    .and_then(|i| match &row.data[i] {
                        Datum::Id(id) => (self.find)(Table::ImpactCategory, *id),
                        _ => None,
                    })
                    .and_then(|c| labels::text(Table::ImpactCategory.spec(), &c, "key"));
                format!(
                    "impact: {} at {}",
                    key.unwrap_or_else(|| "unknown kind of harm".into()),
                    at("horizon_min").unwrap_or_default()
                )
            }
            (Table::ImpactNote, _) => format!(
                "note on impact: {} at {}",
                at("category").unwrap_or_default(),
                at("horizon_min").unwrap_or_default()
            ),
            (Table::CalendarHour, _) => format!("{} {}", spec.noun, row.pos),
            (_, Shape::One | Shape::Scalars(_) | Shape::Pairs(..)) => spec.noun.into(),
            (_, Shape::Map(k, _)) => format!("{} at {}", spec.noun, at(k).unwrap_or_default()),
            _ => self.keyed(table, row),
        }
    }

    /// Everything that happened, record by record, with children under their parents.
    pub(crate) fn tell(&self, changes: &[RowChange]) -> Vec<RecordChange> {
        let local: HashMap<Uuid, (Table, &Row)> = changes
            .iter()
            .filter_map(|c| match &c.what {
                What::Added(r) | What::Removed(r) => Some((c.id, (c.table, r))),
                What::Changed(_) => None,
            })
            .collect();
        let here = |t: Table, id: Uuid| match local.get(&id) {
            Some((_, row)) => Some((*row).clone()),
            None => (self.find)(t, id),
        };
        let me = Teller {
            find: &here,
            currency: self.currency.clone(),
        };
        let mut groups: BTreeMap<(Table, Uuid), Group> = BTreeMap::new();
        for c in changes {
            me.sort_in(c, &mut groups);
        }
        let mut out: Vec<(Table, RecordChange)> = groups
            .into_iter()
            .map(|((table, _), g)| (table, me.record(g)))
            .collect();
        out.sort_by(|(t, a), (u, b)| (t, &a.code, &a.name).cmp(&(u, &b.code, &b.name)));
        out.into_iter().map(|(_, r)| r).collect()
    }

    fn sort_in(&self, c: &RowChange, groups: &mut BTreeMap<(Table, Uuid), Group>) {
        let mut chain = vec![(c.table, c.id, (self.find)(c.table, c.id))];
        while let Some((table, _, row)) = chain.last()
            && !table.spec().has_code()
            && let Some(parent) = table.spec().parent()
            && let Some(Datum::Id(id)) = row.as_ref().map(|r| &r.data[0])
        {
            let id = *id;
            chain.push((parent, id, (self.find)(parent, id)));
        }
        let (table, id, row) = chain.pop().unwrap_or((c.table, c.id, None));
        let g = groups.entry((table, id)).or_insert_with(|| Group {
            table,
            row,
            what: ChangeKind::Changed,
            own: Vec::new(),
            inside: Vec::new(),
        });
        if chain.is_empty() {
            g.what = match &c.what {
                What::Added(_) => ChangeKind::Added,
                What::Removed(_) => ChangeKind::Removed,
                What::Changed(_) => ChangeKind::Changed,
            };
            g.own = self.own(table, &c.what);
            return;
        }
        let path: Vec<String> = chain
            .iter()
            .rev()
            .filter_map(|(t, _, row)| Some(self.child(*t, row.as_ref()?)))
            .collect();
        let pos = chain[0].2.as_ref().map_or(0, |r| r.pos);
        for (pairs, v) in self.inner(c, &path.join(", ")) {
            g.inside.push((c.table, pos, pairs, v));
        }
    }

    /// The values of a record that stands by itself.
    fn own(&self, table: Table, what: &What) -> Vec<ValueChange> {
        let spec = table.spec();
        let keys = key_fields(spec);
        let named = |i: usize| {
            keys.contains(&i) || matches!(spec.fields[i].column, "code" | "name" | "title")
        };
        match what {
            What::Changed(fields) => self.fields(spec, "", fields),
            What::Added(row) | What::Removed(row) => (0..spec.fields.len())
                .filter(|i| !named(*i))
                .filter_map(|i| {
                    let v = self.value(&spec.fields[i], &row.data[i])?;
                    let label = labels::field(spec.fields[i].json);
                    let told = one_sided(label, v, matches!(what, What::Added(_)));
                    Some(ValueChange {
                        reach: spec.fields[i].reach,
                        ..told
                    })
                })
                .collect(),
        }
    }

    /// The values of a record inside another; with each, whether one that was removed and one that was added under the same
    /// label are one that changed.
    fn inner(&self, c: &RowChange, path: &str) -> Vec<(bool, ValueChange)> {
        let spec = c.table.spec();
        let shape = match spec.place {
            Place::Child { shape, .. } => shape,
            _ => Shape::One,
        };
        let bare = match shape {
            Shape::Scalars(v) | Shape::Map(_, v) => spec.column(v),
            Shape::Grid => spec.column("level"),
            _ => None,
        };
        let listed = matches!(shape, Shape::Scalars(_) | Shape::Pairs(..));
        match &c.what {
            What::Changed(fields) => {
                let mut told = self.fields(spec, path, fields);
                if let Some(i) = bare {
                    for (v, f) in told.iter_mut().zip(fields) {
                        if f.field == Some(i) {
                            v.label = path.into();
                        }
                    }
                }
                told.into_iter().map(|v| (false, v)).collect()
            }
            What::Added(row) | What::Removed(row) => {
                let v = match (bare, shape) {
                    (Some(i), _) => self.value(&spec.fields[i], &row.data[i]),
                    (None, Shape::Pairs(..)) => Some(
                        key_fields(spec)
                            .into_iter()
                            .filter_map(|i| self.value(&spec.fields[i], &row.data[i]))
                            .collect::<Vec<_>>()
                            .join(" → "),
                    ),
                    _ => Some(self.summary(spec, row)),
                };
                v.map(|v| {
                    let told = one_sided(path.into(), v, matches!(c.what, What::Added(_)));
                    let reach = spec.fields.iter().any(|f| f.reach);
                    (!listed, ValueChange { reach, ..told })
                })
                .into_iter()
                .collect()
            }
        }
    }

    /// A record inside another in one line: what it says beside what it is called.
    fn summary(&self, spec: &'static TableSpec, row: &Row) -> String {
        let keys = key_fields(spec);
        let said: Vec<String> = (1..spec.fields.len())
            .filter(|i| !keys.contains(i))
            .filter_map(|i| {
                let v = self.value(&spec.fields[i], &row.data[i])?;
                Some(format!("{} {v}", labels::field(spec.fields[i].json)))
            })
            .collect();
        if said.is_empty() {
            "yes".into()
        } else {
            said.join("; ")
        }
    }

    fn fields(
        &self,
        spec: &'static TableSpec,
        path: &str,
        fields: &[FieldChange],
    ) -> Vec<ValueChange> {
        fields
            .iter()
            .map(|f| {
                let (label, [old, new]) = match f.field {
                    Some(i) => {
                        let field = &spec.fields[i];
                        (
                            labels::field(field.json),
                            [&f.old, &f.new].map(|d| self.value(field, d)),
                        )
                    }
                    None => (
                        PLACE.into(),
                        [&f.old, &f.new].map(|d| match d {
                            Datum::Int(n) => Some(n.to_string()),
                            _ => None,
                        }),
                    ),
                };
                let label = if path.is_empty() {
                    label
                } else {
                    format!("{path}: {label}")
                };
                ValueChange {
                    label,
                    old,
                    new,
                    reach: f.field.is_some_and(|i| spec.fields[i].reach),
                }
            })
            .collect()
    }

    fn record(&self, g: Group) -> RecordChange {
        let spec = g.table.spec();
        let mut fields = g.own;
        let mut inside = g.inside;
        inside.sort_by_key(|(t, pos, ..)| (*t, *pos));
        let mut at: HashMap<String, usize> = HashMap::new();
        for (_, _, pairs, v) in inside {
            match at.get(&v.label).filter(|_| pairs) {
                Some(i) if fields[*i].old.is_none() != v.old.is_none() => {
                    let other = &mut fields[*i];
                    other.old = other.old.take().or(v.old);
                    other.new = other.new.take().or(v.new);
                }
                _ => {
                    if pairs {
                        at.insert(v.label.clone(), fields.len());
                    }
                    fields.push(v);
                }
            }
        }
        fields.retain(|v| v.old != v.new);
        // Where something came or went, the others move; that says nothing by itself.
        let moves = |v: &ValueChange| v.label.ends_with(PLACE);
        if !fields.iter().all(moves) {
            fields.retain(|v| !moves(v));
        }
        RecordChange {
            kind: spec.name.into(),
            noun: spec.noun.into(),
            code: g.row.as_ref().and_then(|r| labels::text(spec, r, "code")),
            name: g
                .row
                .as_ref()
                .map_or_else(|| spec.noun.into(), |r| self.name_of(g.table, r)),
            what: g.what,
            fields,
        }
    }
}

fn one_sided(label: String, value: String, added: bool) -> ValueChange {
    let (old, new) = if added {
        (None, Some(value))
    } else {
        (Some(value), None)
    };
    ValueChange {
        label,
        old,
        new,
        reach: false,
    }
}

fn article(noun: &str) -> String {
    match noun.chars().next() {
        Some('a' | 'e' | 'i' | 'o' | 'u') => format!("an {noun}"),
        _ => format!("a {noun}"),
    }
}

/// Changes one after the other as one: the old value of the first, the new one of the last.
pub(crate) fn fold(changes: impl IntoIterator<Item = RowChange>) -> Vec<RowChange> {
    let mut order: Vec<Uuid> = Vec::new();
    let mut by_id: HashMap<Uuid, Option<RowChange>> = HashMap::new();
    for c in changes {
        let slot = by_id.entry(c.id).or_insert_with(|| {
            order.push(c.id);
            None
        });
        *slot = match slot.take() {
            None => Some(c),
            Some(first) => joined(first, c),
        };
    }
    order
        .into_iter()
        .filter_map(|id| by_id.remove(&id).flatten())
        .collect()
}

fn joined(first: RowChange, then: RowChange) -> Option<RowChange> {
    let (table, id) = (then.table, then.id);
    let what = match (first.what, then.what) {
        (What::Added(row), What::Changed(fields)) => What::Added(with(row, &fields, false)),
        (What::Added(_), What::Removed(_)) => return None,
        (What::Changed(fields), What::Removed(row)) => What::Removed(with(row, &fields, true)),
        (What::Changed(mut all), What::Changed(more)) => {
            for f in more {
                match all.iter_mut().find(|a| a.field == f.field) {
                    Some(a) => a.new = f.new,
                    None => all.push(f),
                }
            }
            all.retain(|f| f.old != f.new);
            if all.is_empty() {
                return None;
            }
            What::Changed(all)
        }
        (What::Removed(old), What::Added(new)) => What::Changed(between(&old, &new)?),
        // Nothing else follows from anything.
        (_, last) => last,
    };
    Some(RowChange { table, id, what })
}

fn with(mut row: Row, fields: &[FieldChange], back: bool) -> Row {
    for f in fields {
        let v = if back { &f.old } else { &f.new };
        match (f.field, v) {
            (Some(i), v) => row.data[i] = v.clone(),
            (None, Datum::Int(pos)) => row.pos = *pos,
            (None, _) => {}
        }
    }
    row
}

/// The fields in which two states of a record differ; `None` where there are none.
pub(crate) fn between(old: &Row, new: &Row) -> Option<Vec<FieldChange>> {
    let mut out: Vec<FieldChange> = old
        .data
        .iter()
        .zip(&new.data)
        .enumerate()
        .filter(|(_, (a, b))| a != b)
        .map(|(i, (a, b))| FieldChange {
            field: Some(i),
            old: a.clone(),
            new: b.clone(),
        })
        .collect();
    if old.pos != new.pos {
        out.push(FieldChange {
            field: None,
            old: Datum::Int(old.pos),
            new: Datum::Int(new.pos),
        });
    }
    (!out.is_empty()).then_some(out)
}

/// The currency a workspace counts in.
pub(crate) fn currency(ws: &Workspace) -> String {
    crate::files::currency(ws)
}
