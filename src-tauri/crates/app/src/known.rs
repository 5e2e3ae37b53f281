//! What the history knows of records: which rows touched which, and what those were that are gone.

use crate::problem::Outcome;
use mainstay_domain::{Datum, Row, Table, Uuid, Workspace};
use mainstay_planfile::{PlanFile, What};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Made when somebody asks for a record that is not there any more or for the history of one, and kept up to date.
#[derive(Default)]
pub(crate) struct Known {
    upto: i64,
    touched: Vec<(i64, Uuid)>,
    last: HashMap<Uuid, (Table, Row)>,
    codes: HashMap<String, (Table, Uuid)>,
}

impl Known {
    /// Reads the rows of the history that came since.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn catch_up(&mut self, file: &PlanFile) -> Outcome<()> {
        let now = file.last_change().map_or(0, |(seq, _)| seq);
        if now == self.upto {
            return Ok(());
        }
        file.each_change(self.upto, |seq, c| {
            self.touched.push((seq, c.id));
            let code = c.table.spec().column("code");
            let mut code_is = |d: &Datum| {
                if let Datum::Text(code) = d {
                    self.codes.insert(code.clone(), (c.table, c.id));
                }
            };
            match c.what {
                What::Added(row) | What::Removed(row) => {
                    if let Some(i) = code {
                        code_is(&row.data[i]);
                    }
                    self.last.insert(c.id, (c.table, row));
                }
                What::Changed(fields) => {
                    for f in fields.iter().filter(|f| code.is_some() && f.field == code) {
                        code_is(&f.old);
                        code_is(&f.new);
                    }
                }
            }
        })?;
        self.upto = now;
        Ok(())
    }

    /// A record that was added or removed at some time, as it was then last.
    pub(crate) fn row(&self, table: Table, id: Uuid) -> Option<Row> {
        let (t, row) = self.last.get(&id)?;
        (*t == table).then(|| row.clone())
    }

    /// The record that carries or once carried a code.
    pub(crate) fn by_code(&self, ws: &Workspace, code: &str) -> Option<(Table, Uuid)> {
        ws.find_code(code).or_else(|| self.codes.get(code).copied())
    }

    /// The rows of the history that touched a record or anything inside it.
    pub(crate) fn rows_of(&self, ws: &Workspace, table: Table, id: Uuid) -> BTreeSet<i64> {
        let mut all = HashSet::from([id]);
        let mut of = HashSet::from([table]);
        // Parents stand before their children.
        for t in Table::ALL {
            if !t.spec().parent().is_some_and(|p| of.contains(&p)) {
                continue;
            }
            of.insert(*t);
            let inside = |r: &Row| matches!(r.data.first(), Some(Datum::Id(p)) if all.contains(p));
            let now = ws.rows(*t).into_iter().filter(inside).map(|r| r.id);
            let then = self
                .last
                .values()
                .filter(|(u, r)| u == t && inside(r))
                .map(|(_, r)| r.id);
            let found: Vec<Uuid> = now.chain(then).collect();
            all.extend(found);
        }
        self.touched
            .iter()
            .filter(|(_, id)| all.contains(id))
            .map(|(seq, _)| *seq)
            .collect()
    }
}
