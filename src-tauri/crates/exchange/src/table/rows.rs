//! From pasted text to a preview, row by row.

use super::cells::{Known, matches};
use super::codes::{Taken, fold};
use super::columns::{self, Column, NEEDS};
use super::{CellPreview, PlannedRecord, Register, RowAction, RowPreview, RowsPreview};
use mainstay_domain::{Datum, Table, Uuid, Workspace};
use std::collections::{BTreeMap, BTreeSet};

/// Reads tab-separated rows, as a spreadsheet copies them, against a workspace; changes nothing.
///
/// A row changes the record with its code or, where it has none, with its name; else it adds one. An empty cell
/// leaves the value as it is. Services may be needed that are pasted along.
pub fn read_rows(register: Register, text: &str, ws: &Workspace) -> RowsPreview {
    let mut lines = split(text);
    let heading = lines
        .first()
        .and_then(|(_, cells)| columns::from_heading(register, cells));
    if heading.is_some() {
        lines.remove(0);
    }
    let cells: Vec<Vec<String>> = lines.iter().map(|(_, c)| c.clone()).collect();
    let width = cells.iter().map(Vec::len).max().unwrap_or(0);
    let mut columns = heading.unwrap_or_else(|| columns::by_position(register, &cells, width, ws));
    while columns.len() < width {
        columns.push(columns::unnamed(columns.len()));
    }
    let mut paste = Paste {
        register,
        ws,
        columns: &columns,
        known: Known::of(ws),
        taken: Taken::of(ws),
        pairs: ws
            .dependencies
            .iter()
            .map(|d| (d.dependant_id.0, d.provider_id.0))
            .collect(),
    };
    let named: Vec<Named> = lines
        .into_iter()
        .map(|(line, cells)| paste.name(line, cells))
        .collect();
    let named = paste.identify(named);
    let rows: Vec<RowPreview> = named.into_iter().map(|n| paste.row(n)).collect();
    RowsPreview {
        errors: rows
            .iter()
            .flat_map(|r| &r.cells)
            .filter(|c| c.error.is_some())
            .count(),
        columns: columns.iter().map(Column::shown).collect(),
        rows,
    }
}

struct Paste<'a> {
    register: Register,
    ws: &'a Workspace,
    columns: &'a [Column],
    known: Known,
    taken: Taken,
    /// The dependencies there are.
    pairs: BTreeSet<(Uuid, Uuid)>,
}

/// A row of which code and name are read.
struct Named {
    line: usize,
    cells: Vec<CellPreview>,
    code: Option<String>,
    name: Option<String>,
    existing: Option<Uuid>,
    empty: bool,
}

impl Paste<'_> {
    fn at(&self, field: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.field == Some(field))
    }

    /// Reads code and name.
    fn name(&self, line: usize, cells: Vec<String>) -> Named {
        let mut row = Named {
            line,
            empty: cells.iter().all(|c| c.trim().is_empty()),
            cells: (0..self.columns.len())
                .map(|i| CellPreview {
                    text: cells.get(i).cloned().unwrap_or_default(),
                    shown: String::new(),
                    error: None,
                })
                .collect(),
            code: None,
            name: None,
            existing: None,
        };
        row.code = self.text(&mut row, "code");
        row.name = self.text(&mut row, "name");
        row
    }

    fn text(&self, row: &mut Named, field: &str) -> Option<String> {
        let i = self.at(field)?;
        let spec = self.register.table().spec();
        let f = &spec.fields[spec.column(field)?];
        let cell = &mut row.cells[i];
        if cell.text.trim().is_empty() {
            return None;
        }
        match self.known.cell(f, &self.columns[i], &cell.text) {
            Ok(read) => {
                cell.shown = read.shown.clone();
                Some(read.shown)
            }
            Err(sentence) => {
                cell.error = Some(sentence);
                None
            }
        }
    }

    /// Finds the record each row changes, gives the others codes, and flags what stands twice.
    fn identify(&mut self, mut rows: Vec<Named>) -> Vec<Named> {
        let mut codes: BTreeMap<String, usize> = BTreeMap::new();
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        let mut records: BTreeMap<Uuid, usize> = BTreeMap::new();
        for row in rows.iter_mut().filter(|r| !r.empty) {
            let (at_code, at_name) = (self.at("code"), self.at("name"));
            let stands = |line: usize, what: &str| format!("{what} stands in line {line} already");
            if let (Some(code), Some(i)) = (&row.code, at_code)
                && let Some(line) = codes.insert(fold(code), row.line)
            {
                row.cells[i].error = Some(stands(line, &format!("the code {code}")));
            }
            if let (Some(name), Some(i)) = (&row.name, at_name)
                && let Some(line) = names.insert(fold(name), row.line)
            {
                row.cells[i].error = Some(stands(line, &format!("\"{name}\"")));
            }
            let found = matches(
                &self.known,
                self.register,
                row.code.as_deref(),
                row.name.as_deref(),
            );
            let first = at_code.or(at_name).unwrap_or(0);
            match found[..] {
                [id] => {
                    row.existing = Some(id);
                    if let Some(line) = records.insert(id, row.line) {
                        let what = "a row for the same record";
                        fault(row, first, || stands(line, what));
                    }
                    row.code = self.ws.code_of(self.register.table(), id);
                }
                [] => self.new_row(row, first),
                _ => fault(row, at_name.unwrap_or(0), || {
                    format!(
                        "{} records have this name; add a column with codes",
                        found.len()
                    )
                }),
            }
        }
        for row in rows.iter_mut().filter(|r| !r.empty) {
            if row.existing.is_none() && row.code.is_none() {
                let name = row.name.clone().unwrap_or_default();
                row.code = Some(self.taken.next(self.register, &name));
            }
            if self.register == Register::Services
                && let Some(code) = &row.code
            {
                self.known
                    .add_needed(code, row.name.as_deref().unwrap_or_default());
            }
        }
        rows
    }

    fn new_row(&mut self, row: &mut Named, first: usize) {
        if let Some(code) = &row.code
            && !self.taken.add(code)
            && let Some((t, _)) = self.ws.find_code(code)
        {
            let sentence = format!(
                "{code} is the code of a {}; a code stands once in a workspace",
                t.spec().noun
            );
            fault(row, first, || sentence);
        }
        let name_is_wrong = self
            .at("name")
            .is_some_and(|i| row.cells[i].error.is_some());
        if row.name.is_none() && !name_is_wrong {
            let noun = self.register.table().spec().noun;
            let at = self.at("name").unwrap_or(first);
            let sentence = match &row.code {
                Some(code) => format!("no {noun} has the code {code}, and a new one needs a name"),
                None => format!("a new {noun} needs a name"),
            };
            fault(row, at, || sentence);
        }
    }

    /// Reads everything else.
    fn row(&self, mut row: Named) -> RowPreview {
        let table = self.register.table();
        let spec = table.spec();
        let code = row.code.clone().unwrap_or_default();
        let mut fields: Vec<(String, Datum)> = Vec::new();
        let mut needs: Vec<String> = Vec::new();
        let now = row.existing.and_then(|id| self.ws.row(table, id));
        for (i, column) in self.columns.iter().enumerate() {
            let cell = &mut row.cells[i];
            let text = cell.text.clone();
            let (Some(field), false) = (column.field, text.trim().is_empty()) else {
                continue;
            };
            let read = match spec.column(field) {
                _ if field == "code" => continue,
                Some(c) => self.known.cell(&spec.fields[c], column, &text).map(|r| {
                    cell.shown = r.shown;
                    if now.as_ref().is_none_or(|n| n.data[c] != r.value) {
                        fields.push((field.to_string(), r.value));
                    }
                }),
                None if field == NEEDS => self.needs(&text, &code, row.existing).map(|list| {
                    cell.shown = list.0.join(", ");
                    needs = list.1;
                }),
                None => Ok(()),
            };
            if let Err(sentence) = read {
                cell.error.get_or_insert(sentence);
            }
        }
        let wrong = row.cells.iter().any(|c| c.error.is_some());
        let nothing = row.empty || (now.is_some() && fields.is_empty() && needs.is_empty());
        let action = match row.existing {
            _ if nothing && !wrong => RowAction::Skip,
            Some(_) => RowAction::Update,
            None => RowAction::New,
        };
        RowPreview {
            line: row.line,
            planned: (!wrong && !nothing).then(|| PlannedRecord {
                table,
                code: code.clone(),
                existing: row.existing,
                fields,
                needs,
            }),
            code,
            action,
            cells: row.cells,
        }
    }

    /// All that a row needs, and that of it which it does not have yet.
    fn needs(
        &self,
        text: &str,
        own: &str,
        existing: Option<Uuid>,
    ) -> Result<(Vec<String>, Vec<String>), String> {
        let all = self.known.needs(text)?;
        if self.register == Register::Services && all.iter().any(|c| c == own) {
            return Err(format!("{own} cannot need itself"));
        }
        let has = |code: &String| {
            let provider = self.known.index(Table::Service).by_code(code);
            existing
                .zip(provider)
                .is_some_and(|pair| self.pairs.contains(&pair))
        };
        let new = all.iter().filter(|c| !has(c)).cloned().collect();
        Ok((all, new))
    }
}

fn fault(row: &mut Named, i: usize, sentence: impl FnOnce() -> String) {
    if let Some(cell) = row.cells.get_mut(i) {
        cell.error.get_or_insert_with(sentence);
    }
}

/// The lines of a paste with their numbers; a cell in double quotes may hold tabs and line breaks.
fn split(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .has_headers(false)
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let records = reader.records().map_while(Result::ok);
    records
        .map(|r| {
            let line = r.position().map_or(0, csv::Position::line) as usize;
            (line, r.iter().map(str::to_string).collect::<Vec<String>>())
        })
        .collect()
}
