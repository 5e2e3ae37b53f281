//! Records that are the same although each side made its own: the same cell of a grid, the same dependency, the same
//! code and name.

use super::codes::stem;
use super::rows::{Key, Rows, States};
use super::versions::OWN;
use super::{Merged, Notice};
use mainstay_domain::{Datum, Row, Table, Uuid, natural};
use std::collections::{BTreeMap, HashMap};

/// Finds them, and lets both sides have them under the smaller key, so that the order of merges does not matter.
pub(super) fn take_as_one(s: &mut States, out: &mut Merged) {
    // What a record belongs to is taken as one first; references the other way are rare, and another round finds them.
    for _ in 0..4 {
        let mut ids = HashMap::new();
        for t in Table::ALL.iter().filter(|t| !OWN.contains(t)) {
            remade(s, *t, &mut ids, out);
        }
        let mut codes = Vec::new();
        if ids.is_empty() {
            for t in Table::ALL.iter().filter(|t| !OWN.contains(t)) {
                pairs(s, *t, &mut ids, &mut codes, out);
            }
        }
        for (t, id) in codes {
            for side in [&mut s.ours, &mut s.theirs] {
                if let (Some(row), Some(i)) = (side.get_mut(&(t, id)), t.spec().column("code"))
                    && let Datum::Text(code) = &row.data[i]
                {
                    row.data[i] = Datum::Text(stem(code, id).into());
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
fn remade(s: &States, t: Table, ids: &mut HashMap<Uuid, Uuid>, out: &mut Merged) {
    for side in [&s.ours, &s.theirs] {
        for (new, old) in matches(t, &alone(t, side, &s.base), &alone(t, &s.base, side), ids) {
            if !ids.contains_key(&new) && !is_signed(s, new) {
                ids.insert(new, old);
                out.aliases.push((new, old));
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
    t: Table,
    ids: &mut HashMap<Uuid, Uuid>,
    codes: &mut Vec<(Table, Uuid)>,
    out: &mut Merged,
) {
    let (here, there) = (alone(t, &s.ours, &s.theirs), alone(t, &s.theirs, &s.ours));
    let new = |rows: Vec<&Row>| -> Vec<Row> {
        let mut rows = rows;
        rows.retain(|r| !s.base.contains_key(&(t, r.id)));
        rows.into_iter().cloned().collect()
    };
    let (here, there) = (new(here), new(there));
    let (here, there): (Vec<&Row>, Vec<&Row>) = (here.iter().collect(), there.iter().collect());
    for (far, near) in matches(t, &there, &here, ids) {
        // What a version or a signature refers to keeps its key, because those never change.
        let keep = if far < near && !is_signed(s, near) {
            far
        } else {
            near
        };
        let other = if keep == far { near } else { far };
        ids.insert(other, keep);
        out.aliases.push((other, keep));
        if t.spec().has_code() {
            codes.extend([(t, near), (t, far)]);
            out.notices.push(Notice::TakenAsOne(t, keep));
        }
    }
}

/// The records of a table that only the first of two has, in their order.
fn alone<'a>(t: Table, side: &'a Rows, other: &Rows) -> Vec<&'a Row> {
    let mut rows: Vec<&Row> = side
        .iter()
        .filter(|(k, _)| k.0 == t && !other.contains_key(k))
        .map(|(_, r)| r)
        .collect();
    rows.sort_by_key(|r| (r.pos, r.id));
    rows
}

/// The records of two lists that are known by the same, each once.
fn matches(
    t: Table,
    first: &[&Row],
    second: &[&Row],
    ids: &HashMap<Uuid, Uuid>,
) -> Vec<(Uuid, Uuid)> {
    if first.is_empty() || second.is_empty() {
        return Vec::new();
    }
    let names = Names::new(t);
    let mut by_name: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
    for row in second.iter().rev() {
        by_name.entry(names.of(row, ids)).or_default().push(row.id);
    }
    first
        .iter()
        .filter_map(|row| Some((row.id, by_name.get_mut(&names.of(row, ids))?.pop()?)))
        .collect()
}

fn is_signed(s: &States, id: Uuid) -> bool {
    s.ours
        .iter()
        .any(|((t, _), row)| OWN.contains(t) && row.data.contains(&Datum::Id(id)))
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
    Some((s.ours.get(k)?.clone(), s.theirs.get(k)?.clone()))
}
