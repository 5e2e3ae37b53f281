//! Rows pasted from a spreadsheet into a register.

use crate::App;
use crate::edit::{blank, changed, insert_whole, next_code};
use crate::problem::Outcome;
use crate::wire::*;
use mainstay_domain::{Datum, Table, Uuid};
use mainstay_exchange::table::{PlannedRecord, Register, RowAction, plan_rows, read_rows};
use mainstay_planfile::{Operation, Tx};

/// What pasted rows would do.
pub(crate) fn preview_rows(app: &mut App, args: PastedRows) -> Outcome<RowsPreview> {
    let p = read_rows(register(&args.register)?, &args.text, app.workspace()?);
    let count = |a: RowAction| p.rows.iter().filter(|r| r.action == a).count() as i64;
    Ok(RowsPreview {
        errors: p.errors as i64,
        added: count(RowAction::New),
        updated: count(RowAction::Update),
        columns: p
            .columns
            .iter()
            .map(|c| PreviewColumn {
                header: c.header.clone(),
                field: c.field.clone(),
                label: c.label.clone(),
            })
            .collect(),
        rows: p
            .rows
            .iter()
            .map(|r| PreviewRow {
                line: r.line as i64,
                code: r.code.clone(),
                action: match r.action {
                    RowAction::New => "new".into(),
                    RowAction::Update => "update".into(),
                    RowAction::Skip => "skip".into(),
                },
                cells: r
                    .cells
                    .iter()
                    .map(|c| PreviewCell {
                        text: c.text.clone(),
                        shown: c.shown.clone(),
                        error: c.error.clone(),
                    })
                    .collect(),
            })
            .collect(),
    })
}

/// Takes pasted rows in, all or none.
pub(crate) fn import_rows(app: &mut App, args: PastedRows) -> Outcome<Changed> {
    let register = register(&args.register)?;
    let preview = read_rows(register, &args.text, app.workspace()?);
    if preview.errors > 0 {
        let first = preview
            .rows
            .iter()
            .find_map(|r| {
                r.cells
                    .iter()
                    .find_map(|c| c.error.as_ref().map(|e| format!("Line {}: {e}", r.line)))
            })
            .unwrap_or_default();
        return Err(Problem::new(
            "bad_rows",
            format!(
                "{} cell(s) cannot be taken, so nothing was. {first}",
                preview.errors
            ),
        )
        .with("errors", preview.errors));
    }
    let planned = plan_rows(&preview);
    if planned.is_empty() {
        return Err(Problem::new(
            "bad_rows",
            "There is no row that adds or changes anything.",
        ));
    }
    let noun = if register == Register::Services {
        "service"
    } else {
        "activity"
    };
    let plural = if register == Register::Services {
        "services"
    } else {
        "activities"
    };
    let op = Operation::named(match planned.len() {
        1 => format!("paste one {noun}"),
        n => format!("paste {n} {plural}"),
    });
    let ((), done) = app.change(&op, |tx| write(tx, &planned))?;
    changed(app, op, planned.first().map(|p| p.code.clone()), done)
}

fn register(word: &str) -> Outcome<Register> {
    match word {
        "services" => Ok(Register::Services),
        "activities" => Ok(Register::Activities),
        _ => Err(Problem::bad_value(
            "paste",
            "register",
            word,
            "services or activities",
        )),
    }
}

fn write(tx: &mut Tx<'_>, planned: &[PlannedRecord]) -> Outcome<()> {
    let mut ids: Vec<Uuid> = Vec::new();
    for p in planned {
        let spec = p.table.spec();
        let set: Vec<(usize, Datum)> = p
            .fields
            .iter()
            .filter_map(|(c, d)| Some((spec.column(c)?, d.clone())))
            .collect();
        match p.existing {
            Some(id) => {
                let mut row = tx
                    .workspace()
                    .row(p.table, id)
                    .ok_or_else(|| Problem::no_such(spec.noun, &p.code))?;
                for (i, d) in set {
                    row.data[i] = d;
                }
                tx.put(p.table, &row)?;
                ids.push(id);
            }
            None => {
                let mut row = blank(spec, &set);
                if let Some(i) = spec.column("code") {
                    row.data[i] = Datum::Text(p.code.clone());
                }
                insert_whole(tx, p.table, &row)?;
                ids.push(row.id);
            }
        }
    }
    // Only now, because a row can need one that stands below it.
    for (p, id) in planned.iter().zip(ids) {
        for need in &p.needs {
            let ws = tx.workspace();
            let provider = ws
                .find_code(need)
                .filter(|(t, _)| *t == Table::Service)
                .ok_or_else(|| Problem::no_such("service", need))?
                .1;
            if ws
                .dependencies
                .iter()
                .any(|d| d.dependant_id.0 == id && d.provider_id.0 == provider)
            {
                continue;
            }
            let spec = Table::Dependency.spec();
            let set = [
                ("dependant_id", Datum::Id(id)),
                ("provider_id", Datum::Id(provider)),
            ];
            let mut set: Vec<(usize, Datum)> = set
                .into_iter()
                .filter_map(|(c, d)| Some((spec.column(c)?, d)))
                .collect();
            set.push((0, Datum::Text(next_code(ws, Table::Dependency, None))));
            insert_whole(tx, Table::Dependency, &blank(spec, &set))?;
        }
    }
    Ok(())
}
