//! Rows from the clipboard: what a spreadsheet copies, read into services or activities.

mod cells;
mod codes;
mod columns;
mod rows;

use mainstay_domain::{Datum, Row, Table, Uuid, Workspace};

pub use rows::read_rows;

/// The register that rows are pasted into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Register {
    /// The services.
    Services,
    /// The activities.
    Activities,
}

/// What pasted rows would do.
#[derive(Debug, Clone, PartialEq)]
pub struct RowsPreview {
    /// What each column was understood as.
    pub columns: Vec<ColumnMatch>,
    /// The rows, without the heading.
    pub rows: Vec<RowPreview>,
    /// How many cells cannot be taken.
    pub errors: usize,
}

/// What a column was understood as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnMatch {
    /// Its heading; its letter where there is none.
    pub header: String,
    /// The column of the record it fills, or `needs`; `None` when it is left out.
    pub field: Option<String>,
    /// That field's name for people.
    pub label: String,
}

/// What one pasted row would do.
#[derive(Debug, Clone, PartialEq)]
pub struct RowPreview {
    /// Its line in the text, from 1.
    pub line: usize,
    /// The code it has or will get.
    pub code: String,
    /// What would happen.
    pub action: RowAction,
    /// Its cells, one for each column.
    pub cells: Vec<CellPreview>,
    /// What would be written; `None` when a cell cannot be taken or there is nothing to write.
    pub planned: Option<PlannedRecord>,
}

/// What would happen with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowAction {
    /// A record is added.
    New,
    /// A record is changed.
    Update,
    /// Nothing: the row is empty or changes nothing.
    Skip,
}

/// One pasted cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellPreview {
    /// What was pasted.
    pub text: String,
    /// How it was understood.
    pub shown: String,
    /// Why it cannot be taken, a sentence.
    pub error: Option<String>,
}

/// A record to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedRecord {
    /// Its table.
    pub table: Table,
    /// Its code.
    pub code: String,
    /// The record it changes; `None` for a new one.
    pub existing: Option<Uuid>,
    /// The columns it fills and their values; the code is not among them.
    pub fields: Vec<(String, Datum)>,
    /// The codes of the services it needs, some of them perhaps pasted along with it; those it has already are left out.
    pub needs: Vec<String>,
}

/// The records to write, in the order of the rows; rows with an error are not among them.
pub fn plan_rows(preview: &RowsPreview) -> Vec<PlannedRecord> {
    preview
        .rows
        .iter()
        .filter_map(|r| r.planned.clone())
        .collect()
}

impl Register {
    /// Its table.
    pub fn table(self) -> Table {
        match self {
            Register::Services => Table::Service,
            Register::Activities => Table::Activity,
        }
    }
}

impl PlannedRecord {
    /// The whole record: the one it changes with its new values, or a new one with this key and position.
    pub fn row(&self, ws: &Workspace, id: Uuid, pos: i64) -> Row {
        let spec = self.table.spec();
        let mut row = self
            .existing
            .and_then(|id| ws.row(self.table, id))
            .unwrap_or_else(|| Row {
                id,
                pos,
                data: spec
                    .fields
                    .iter()
                    .map(|f| (f.absent)().unwrap_or(Datum::Null))
                    .collect(),
            });
        let code = ("code".to_string(), Datum::Text(self.code.clone()));
        for (column, d) in self.fields.iter().chain([&code]) {
            if let Some(i) = spec.column(column) {
                row.data[i] = d.clone();
            }
        }
        row
    }
}
