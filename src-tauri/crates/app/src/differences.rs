//! What lies between two points of the history, or between two versions of a plan.

use crate::moved::results_moved;
use crate::past::{row_at, when};
use crate::problem::Outcome;
use crate::telling::{self, Teller, between};
use crate::wire::{AskDifferences, ChangeKind, Differences, Problem, RecordChange};
use crate::{App, versions};
use mainstay_domain::{Datum, PlanId, Row, Table, Uuid, Workspace, natural};
use mainstay_exchange::scope;
use mainstay_planfile::{RowChange, What};
use std::collections::{BTreeMap, HashMap};

/// One of the two sides.
struct Point {
    ws: Workspace,
    label: String,
    /// The code of the plan whose scope it holds alone.
    plan: Option<String>,
}

/// What lies between two points.
pub(crate) fn differences(app: &mut App, args: AskDifferences) -> Outcome<Differences> {
    let today = app.config.today();
    let to = args.to.as_deref().map(str::trim).filter(|t| !t.is_empty());
    let (mut a, mut b) = (
        point(app, args.from.trim())?,
        point(app, to.unwrap_or("now"))?,
    );
    // A version holds what its plan needs; the rest of the workspace is no difference to it.
    let plans = (a.plan.clone(), b.plan.clone());
    if let Some(plan) = plans.0 {
        narrow(&mut b, &plan)?;
    }
    if let Some(plan) = plans.1 {
        narrow(&mut a, &plan)?;
    }
    let versions = a.plan.is_some();
    let records = match versions {
        true => told_of_versions(&a.ws, &b.ws),
        false => told(&changes_between(&a.ws, &b.ws, false), &a.ws, &b.ws),
    };
    Ok(Differences {
        records,
        results: results_moved(&a.ws, &b.ws, today),
        from: a.label,
        to: b.label,
    })
}

/// What lies between the contents of two versions of a plan, but for what the versions say about themselves and for who is
/// known to sign, which is registered on the way.
pub(crate) fn told_of_versions(old: &Workspace, new: &Workspace) -> Vec<RecordChange> {
    let mut changes = changes_between(old, new, true);
    changes.retain(|c| c.table != Table::KnownSigner && !Table::OF_VERSIONS.contains(&c.table));
    told(&changes, old, new)
}

/// Changes between two states by meaning, record by record.
pub(crate) fn told(changes: &[RowChange], old: &Workspace, new: &Workspace) -> Vec<RecordChange> {
    let mut rows: HashMap<Uuid, (Table, Row)> = HashMap::new();
    for (ws, t) in [old, new]
        .into_iter()
        .flat_map(|ws| Table::ALL.iter().map(move |t| (ws, *t)))
    {
        rows.extend(ws.rows(t).into_iter().map(|r| (r.id, (t, r))));
    }
    let find = |t: Table, id: Uuid| {
        let (found, row) = rows.get(&id)?;
        (*found == t).then(|| row.clone())
    };
    let teller = Teller::new(&find, telling::currency(new));
    let mut records = teller.tell(changes);
    records.retain(|r| r.what != ChangeKind::Changed || !r.fields.is_empty());
    records
}

fn point(app: &App, text: &str) -> Outcome<Point> {
    let file = &app.session()?.file;
    if text == "now" {
        return Ok(Point {
            ws: file.workspace().clone(),
            label: "now".into(),
            plan: None,
        });
    }
    if let Some((plan, number)) = text.split_once('@') {
        let (plan, number) = (plan.trim(), number.trim());
        return Ok(Point {
            ws: versions::content(file.workspace(), plan, number)?,
            label: format!("version {number} of {plan}"),
            plan: Some(plan.into()),
        });
    }
    let row = row_at(file, text).map_err(|p| {
        if p.code != "bad_value" {
            return p;
        }
        Problem::bad_value(
            "differences",
            "point",
            text,
            "the number of a row of the history, a day such as 2026-11-24, a moment such as 2026-11-24T09:00:00Z, now, or a plan version such as PLAN-01@2.0",
        )
    })?;
    Ok(Point {
        ws: file.as_of(row.seq)?,
        label: format!("{} (row {}: {})", when(&row.at), row.seq, row.operation),
        plan: None,
    })
}

/// Narrows a point to what a plan needs, unless it is a version already.
fn narrow(p: &mut Point, plan: &str) -> Outcome<()> {
    if p.plan.is_none() {
        let id: PlanId = versions::find_plan(&p.ws, plan)
            .map_err(|_| {
                Problem::new(
                    "no_such_record",
                    format!("There is no plan {plan} at the other point: {}.", p.label),
                )
            })?
            .id;
        p.ws = scope(&p.ws, id);
        p.plan = Some(plan.into());
    }
    Ok(())
}

/// What makes the second state of the first, record by record. Records are the same where their keys are, else where their
/// codes, or what stands for a code, are; the keys are those of the second state then.
pub(crate) fn changes_between(
    old: &Workspace,
    new: &Workspace,
    without_places: bool,
) -> Vec<RowChange> {
    let mut ids: HashMap<Uuid, Uuid> = HashMap::new();
    let mut out = Vec::new();
    for t in Table::ALL {
        let mut after: BTreeMap<usize, Row> = new.rows(*t).into_iter().enumerate().collect();
        let index: HashMap<Uuid, usize> = after.iter().map(|(i, r)| (r.id, *i)).collect();
        let mut left = Vec::new();
        let mut pairs = Vec::new();
        for row in old.rows(*t) {
            match index.get(&row.id).and_then(|i| after.remove(i)) {
                Some(same) => pairs.push((row, same)),
                None => left.push(row),
            }
        }
        let mut by_key = Keys::new(*t);
        let mut named: HashMap<String, usize> =
            after.iter().map(|(i, r)| (by_key.of(r), *i)).collect();
        let mut by_key = Keys::new(*t);
        for mut row in left {
            translate(&mut row, &ids);
            match named
                .remove(&by_key.of(&row))
                .and_then(|i| after.remove(&i))
            {
                Some(same) => {
                    ids.insert(row.id, same.id);
                    row.id = same.id;
                    row.pos = same.pos;
                    pairs.push((row, same));
                }
                None => out.push(RowChange {
                    table: *t,
                    id: row.id,
                    what: What::Removed(row),
                }),
            }
        }
        for (old, new) in pairs {
            out.push(RowChange {
                table: *t,
                id: new.id,
                what: What::Removed(old),
            });
            out.push(RowChange {
                table: *t,
                id: new.id,
                what: What::Added(new),
            });
        }
        out.extend(after.into_values().map(|row| RowChange {
            table: *t,
            id: row.id,
            what: What::Added(row),
        }));
    }
    // Only now are all references known by their new keys.
    let mut done = Vec::new();
    let mut before: Option<Row> = None;
    let mut it = out.into_iter().peekable();
    while let Some(mut c) = it.next() {
        if let What::Removed(row) = &mut c.what {
            translate(row, &ids);
            if it.peek().is_some_and(|n| n.id == c.id) {
                before = Some(row.clone());
                continue;
            }
        }
        if let (Some(mut old), What::Added(new)) = (before.take(), &c.what) {
            if without_places {
                old.pos = new.pos;
            }
            if let Some(fields) = between(&old, new) {
                done.push(RowChange {
                    what: What::Changed(fields),
                    ..c
                });
            }
            continue;
        }
        done.push(c);
    }
    done
}

fn translate(row: &mut Row, ids: &HashMap<Uuid, Uuid>) {
    for d in &mut row.data {
        if let Datum::Id(id) = d
            && let Some(new) = ids.get(id)
        {
            *id = *new;
        }
    }
}

/// What names a record where keys do not: its parent and its natural key, counted where several have the same.
struct Keys {
    table: Table,
    fields: Vec<usize>,
    seen: HashMap<String, usize>,
}

impl Keys {
    fn new(table: Table) -> Self {
        let spec = table.spec();
        let fields = match table {
            // Values of which many are the same are told by their place alone.
            Table::CalendarHour | Table::EstimateRound1 | Table::EstimateRound2 => Vec::new(),
            _ => natural::key_fields(spec),
        };
        Self {
            table,
            fields,
            seen: HashMap::new(),
        }
    }

    fn of(&mut self, row: &Row) -> String {
        let parent = self.table.spec().parent().map(|_| &row.data[0]);
        let values: Vec<&Datum> = self.fields.iter().map(|i| &row.data[*i]).collect();
        let key = format!("{parent:?} {values:?}");
        let n = self.seen.entry(key.clone()).or_default();
        *n += 1;
        format!("{key} {n}")
    }
}
