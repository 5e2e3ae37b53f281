//! Records that are the same although each side made its own: the same cell of a grid, the same dependency, the same
//! code and name.

use super::codes::stem;
use super::rows::{Key, Rows, States};
use super::versions::{OWN, is_draft};
use super::{Merged, Notice};
use mainstay_domain::{Datum, Row, Table, Uuid, natural};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Finds them, and lets both sides have them under the smaller key, so that the order of merges does not matter.
pub(super) fn take_as_one(s: &mut States, out: &mut Merged) {
    // What a record belongs to is taken as one first; references the other way are rare, and another round finds them.
    let signed = signed(s);
    for _ in 0..4 {
        let mut ids = HashMap::new();
        remade(s, &signed, &mut ids, out);
        let mut codes = Vec::new();
        if ids.is_empty() {
            pairs(s, &signed, &mut ids, &mut codes, out);
        }
        if !codes.is_empty() {
            s.forget();
        }
        for (t, id) in codes {
            for side in [&mut s.ours, &mut s.theirs] {
                if let (Some(row), Some(i)) = (side.get_mut(&(t, id)), t.spec().column("code"))
                    && let Datum::Text(code) = &row.data[i]
                {
                    let first = Datum::Text(stem(code, id).into());
                    Arc::make_mut(row).data[i] = first;
                }
            }
        }
        if ids.is_empty() {
            break;
        }
        s.rename(&ids);
    }
    out.aliases.sort_unstable();
    out.notices.sort_by_key(|n| match n {
        Notice::TakenAsOne(t, id) => Some((*t, *id)),
        _ => None,
    });
}

/// What a side took out and made anew is what it was before.
fn remade(s: &States, signed: &HashSet<Uuid>, ids: &mut HashMap<Uuid, Uuid>, out: &mut Merged) {
    for side in [&s.ours, &s.theirs] {
        let (new, old) = (Alone::of(side, &s.base), Alone::of(&s.base, side));
        for t in Table::ALL.iter().filter(|t| !OWN.contains(t)) {
            for (new, old) in matches(*t, new.rows(*t), old.rows(*t), ids) {
                if !ids.contains_key(&new) && !signed.contains(&new) {
                    ids.insert(new, old);
                    out.aliases.push((new, old));
                }
            }
        }
    }
}

/// What is new on both sides.
///
/// A code that an earlier merge made to keep two records apart counts as the one it was made of, and is that again: who
/// keeps it is asked anew, so that the order of merges does not matter.
fn pairs(
    s: &States,
    signed: &HashSet<Uuid>,
    ids: &mut HashMap<Uuid, Uuid>,
    codes: &mut Vec<(Table, Uuid)>,
    out: &mut Merged,
) {
    let (mut here, mut there) = (Alone::of(&s.ours, &s.theirs), Alone::of(&s.theirs, &s.ours));
    for side in [&mut here, &mut there] {
        // Of what is made in the original alone, only drafts are made on both sides.
        let may = |t: Table, row: &Row| !OWN.contains(&t) || is_draft(t, row);
        side.0
            .retain(|r| !s.base.contains_key(&(r.0, r.1.id)) && may(r.0, r.1));
    }
    for t in Table::ALL {
        for (far, near) in matches(*t, there.rows(*t), here.rows(*t), ids) {
            // What a version or a signature refers to keeps its key, because those never change.
            let keep = if far < near && !signed.contains(&near) {
                far
            } else {
                near
            };
            let other = if keep == far { near } else { far };
            ids.insert(other, keep);
            out.aliases.push((other, keep));
            if t.spec().has_code() {
                codes.extend([(*t, near), (*t, far)]);
                out.notices.push(Notice::TakenAsOne(*t, keep));
            }
        }
    }
}

/// The records that only the first of two sides has, by table and in their order.
struct Alone<'a>(Vec<(Table, &'a Row)>);

impl<'a> Alone<'a> {
    fn of(side: &'a Rows, other: &Rows) -> Self {
        let mut rows: Vec<(Table, &Row)> = side
            .iter()
            .filter(|(k, _)| !other.contains_key(*k))
            .map(|(k, r)| (k.0, &**r))
            .collect();
        rows.sort_by_key(|(t, r)| (*t, r.pos, r.id));
        Self(rows)
    }

    fn rows(&self, t: Table) -> &[(Table, &'a Row)] {
        let from = self.0.partition_point(|r| r.0 < t);
        let to = self.0.partition_point(|r| r.0 <= t);
        &self.0[from..to]
    }
}

/// The records of two lists that are known by the same, each once.
fn matches(
    t: Table,
    first: &[(Table, &Row)],
    second: &[(Table, &Row)],
    ids: &HashMap<Uuid, Uuid>,
) -> Vec<(Uuid, Uuid)> {
    if first.is_empty() || second.is_empty() {
        return Vec::new();
    }
    let names = Names::new(t);
    let mut by_name: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
    for (_, row) in second.iter().rev() {
        by_name.entry(names.of(row, ids)).or_default().push(row.id);
    }
    first
        .iter()
        .filter_map(|(_, row)| Some((row.id, by_name.get_mut(&names.of(row, ids))?.pop()?)))
        .collect()
}

/// What versions, sign-offs and accepted findings refer to.
fn signed(s: &States) -> HashSet<Uuid> {
    s.ours
        .iter()
        .filter(|(k, row)| OWN.contains(&k.0) && !is_draft(k.0, row))
        .flat_map(|(_, row)| &row.data)
        .filter_map(|d| match d {
            Datum::Id(id) => Some(*id),
            _ => None,
        })
        .collect()
}

/// What a record is known by among its siblings.
struct Names {
    table: Table,
    fields: Vec<usize>,
    by_place: bool,
}

impl Names {
    fn new(table: Table) -> Self {
        let spec = table.spec();
        let columns = |names: &[&str]| names.iter().filter_map(|c| spec.column(c)).collect();
        let fields: Vec<usize> = match table {
            Table::Dependency => columns(&["dependant_id", "provider_id"]),
            _ if spec.has_code() => {
                columns(&["code", "name", "title", "display", "text", "description"])
            }
            _ => natural::key_fields(spec),
        };
        Self {
            table,
            fields,
            // Values of which many are the same are told by their place alone.
            by_place: matches!(
                table,
                Table::CalendarHour | Table::EstimateRound1 | Table::EstimateRound2
            ),
        }
    }

    fn of(&self, row: &Row, ids: &HashMap<Uuid, Uuid>) -> String {
        let code = self.table.spec().column("code");
        let shown = |d: &Datum| match d {
            Datum::Id(id) => ids.get(id).unwrap_or(id).to_string(),
            Datum::Text(s) => s.trim().to_lowercase(),
            other => format!("{other:?}"),
        };
        let parent = self.table.spec().parent().map(|_| shown(&row.data[0]));
        let values: Vec<String> = if self.by_place {
            vec![row.pos.to_string()]
        } else {
            let one = |i: &usize| match &row.data[*i] {
                Datum::Text(c) if Some(*i) == code => stem(c, row.id).to_lowercase(),
                d => shown(d),
            };
            self.fields.iter().map(one).collect()
        };
        format!("{parent:?} {values:?}")
    }
}

/// The two sides of a record, where both have it.
pub(super) fn both(s: &States, k: &Key) -> Option<(Row, Row)> {
    Some((Row::clone(s.ours.get(k)?), Row::clone(s.theirs.get(k)?)))
}
