//! Editing by a script: one value, one record, one step of the history each.

use crate::edit::{changed, insert_whole, located, new_row, title_of};
use crate::history::history;
use crate::paths::{self, At};
use crate::problem::Outcome;
use crate::wire::{
    ByCode, Changed, FieldText, HistoryFilter, HistoryPage, Nothing, Problem, RecordChange,
};
use crate::{App, edit, files, labels, past, versions};
use mainstay_domain::{Datum, Place, Table, TableSpec, Uuid, Workspace};
use mainstay_planfile::{Operation, PlanFile};
use serde::Serialize;
use std::path::Path;

/// What an edit did, and what comes next.
#[derive(Debug, Clone, Serialize)]
pub struct Edited {
    /// What was done, as the undo button names it.
    pub operation: String,
    /// Whether anything is different now.
    pub changed: bool,
    /// The code of the record that was added or changed.
    pub code: Option<String>,
    /// What changed, from what to what.
    pub changes: Vec<RecordChange>,
    /// What undo would take back now.
    pub undo: Option<String>,
    /// What redo would do again now.
    pub redo: Option<String>,
}

/// Parts of the workspace that are set under their own name.
const SINGLES: [(&str, Table); 3] = [
    ("settings", Table::Settings),
    ("organisation", Table::Organisation),
    ("workspace", Table::WorkspaceInfo),
];

impl App {
    /// Sets what stands at a path under a record, as typed; empty is unknown.
    ///
    /// # Errors
    /// There is no such record or path, or the value is not allowed there.
    pub fn set_value(&mut self, code: &str, path: &str, text: &str) -> Outcome<Edited> {
        let before = self.rows();
        let ws = self.workspace()?;
        let (table, id) = record(ws, code)?;
        let name = match SINGLES.iter().find(|s| s.1 == table) {
            Some((part, _)) => format!("the {part}"),
            None => labels::record(ws, table, id),
        };
        let op = Operation::merging(
            format!("change {} of {name}", paths::label(table, path)),
            format!("{id}.{path}"),
        );
        let at = At {
            record: code,
            table,
            id,
            typed: path,
        };
        let ((), done) = self.change(&op, |tx| paths::set(tx, at, path, text))?;
        let code = self.workspace()?.code_of(table, id);
        let done = changed(self, op, code, done)?;
        self.edited(done, before)
    }

    /// Adds a record of any kind that has a code, with these fields, as typed.
    ///
    /// # Errors
    /// There is no such kind or field, the code is taken, or a value is not allowed.
    pub fn add_value(
        &mut self,
        kind: &str,
        code: &str,
        fields: &[(String, String)],
    ) -> Outcome<Edited> {
        let before = self.rows();
        let ws = self.workspace()?;
        let table = kind_of(kind)?;
        let spec = table.spec();
        let text = |(field, text): &(String, String)| FieldText {
            field: field.clone(),
            text: text.clone(),
        };
        let plain = |f: &&(String, String)| {
            spec.json_field(&f.0)
                .or_else(|| spec.column(&f.0))
                .is_some()
        };
        let mut own: Vec<FieldText> = fields.iter().filter(plain).map(text).collect();
        if let Some(parent) = lacking_parent(ws, spec, &own)? {
            own.push(parent);
        }
        let (row, code) = new_row(ws, table, Some(code), &own)?;
        let named = ["name", "title"].iter().find_map(|c| spec.column(c));
        if let Some(i) = named.filter(|i| row.data[*i] == Datum::Text(String::new())) {
            return Err(Problem::bad_value(
                &code,
                spec.fields[i].json,
                "",
                &format!("what the {} is called", spec.noun),
            ));
        }
        let name = title_of(spec, &row).unwrap_or_else(|| code.clone());
        let op = Operation::named(format!("add {} {}", spec.noun, labels::shorten(&name, 60)));
        let deeper: Vec<&(String, String)> = fields.iter().filter(|f| !plain(f)).collect();
        let ((), done) = self.change(&op, |tx| {
            insert_whole(tx, table, &row)?;
            if table == Table::Plan {
                versions::start_draft(tx, mainstay_domain::PlanId(row.id))?;
            }
            for (path, text) in deeper {
                let at = At {
                    record: &code,
                    table,
                    id: row.id,
                    typed: path,
                };
                paths::set(tx, at, path, text)?;
            }
            Ok(())
        })?;
        let done = changed(self, op, Some(code), done)?;
        self.edited(done, before)
    }

    /// Removes a record and what hangs on it.
    ///
    /// # Errors
    /// There is no such record, or others refer to it, which are named.
    pub fn remove_value(&mut self, code: &str) -> Outcome<Edited> {
        let before = self.rows();
        let done = edit::remove_record(self, ByCode { code: code.into() })?;
        self.edited(done, before)
    }

    /// Takes the last step back.
    ///
    /// # Errors
    /// There is nothing to undo, with the reason where undo stops.
    pub fn undo_value(&mut self) -> Outcome<Edited> {
        let before = self.rows();
        let done = files::undo(self, Nothing {})?;
        self.edited(done, before)
    }

    /// Does the last undone step again.
    ///
    /// # Errors
    /// There is nothing to redo.
    pub fn redo_value(&mut self) -> Outcome<Edited> {
        let before = self.rows();
        let done = files::redo(self, Nothing {})?;
        self.edited(done, before)
    }

    /// Makes a new plan file that holds the open one as it was at a point; what it is called in words.
    ///
    /// # Errors
    /// There is no such point, there is a file already, or it cannot be written.
    pub fn write_as_of(&self, point: &str, out: &Path) -> Outcome<String> {
        let file = &self.session()?.file;
        let row = past::row_at(file, point)?;
        let label = format!("the plan as it was on {}", past::when(&row.at));
        let ws = file.as_of(row.seq)?;
        // As secret as the file it comes from.
        let what = format!("make {label}");
        PlanFile::create_with(out, &ws, &what, &self.stamp(), file.passphrase())?;
        Ok(label)
    }

    /// A page of the history.
    ///
    /// # Errors
    /// A filter cannot be understood.
    pub fn history_page(&mut self, filter: HistoryFilter) -> Outcome<HistoryPage> {
        history(self, filter)
    }

    fn rows(&self) -> i64 {
        let open = self.open.as_ref();
        open.and_then(|o| o.file.last_change())
            .map_or(0, |(seq, _)| seq)
    }

    fn edited(&mut self, done: Changed, before: i64) -> Outcome<Edited> {
        let now = self.rows();
        let mut changes = Vec::new();
        if now > before {
            let filter = HistoryFilter {
                seq: Some(now),
                ..HistoryFilter::default()
            };
            let steps = history(self, filter)?.steps;
            changes = steps.into_iter().next().map_or(changes, |s| s.changes);
        }
        Ok(Edited {
            operation: done.operation,
            changed: now > before,
            code: done.code,
            changes,
            undo: done.undo,
            redo: done.redo,
        })
    }
}

fn record(ws: &Workspace, code: &str) -> Outcome<(Table, Uuid)> {
    if let Ok(found) = located(ws, code) {
        return Ok(found);
    }
    SINGLES
        .iter()
        .find(|(part, _)| *part == code)
        .and_then(|(_, t)| Some((*t, ws.rows(*t).first()?.id)))
        .ok_or_else(|| {
            Problem::new(
                "no_such_record",
                format!(
                    "There is no record with the code “{code}”; beside codes there are settings, organisation and workspace."
                ),
            )
            .with("code", code)
        })
}

fn kind_of(kind: &str) -> Outcome<Table> {
    let addable = |t: &&Table| t.spec().has_code() && !matches!(t.spec().place, Place::Single(_));
    Table::ALL
        .iter()
        .filter(addable)
        .copied()
        .find(|t| t.spec().name == kind || t.spec().noun == kind)
        .ok_or_else(|| {
            let all: Vec<&str> = Table::ALL
                .iter()
                .filter(addable)
                .map(|t| t.spec().name)
                .collect();
            Problem::bad_value("add", "kind", kind, &format!("one of {}", all.join(", ")))
        })
}

/// The parent of a record that stands inside another, where it was not named and there is only one.
fn lacking_parent(
    ws: &Workspace,
    spec: &TableSpec,
    given: &[FieldText],
) -> Outcome<Option<FieldText>> {
    let Some(parent) = spec.parent() else {
        return Ok(None);
    };
    let column = spec.fields[0].column;
    if given.iter().any(|f| f.field == column) {
        return Ok(None);
    }
    let all: Vec<String> = ws
        .rows(parent)
        .iter()
        .filter_map(|r| labels::text(parent.spec(), r, "code"))
        .collect();
    match all.as_slice() {
        [only] => Ok(Some(FieldText {
            field: column.into(),
            text: only.clone(),
        })),
        _ => Err(Problem::bad_value(
            spec.noun,
            column,
            "",
            &format!(
                "the {} it belongs to: one of {}",
                parent.spec().noun,
                all.join(", ")
            ),
        )),
    }
}
