//! The data as it was: from the present back through the changesets, checked by the data hash of the row.

use crate::change::{self, RowChange};
use crate::lthash::LtHash;
use crate::{PlanFile, PlanFileError, history};
use mainstay_domain::{Table, Workspace};

impl PlanFile {
    /// What a row of the history did, record by record.
    ///
    /// # Errors
    /// The file cannot be read, or holds no such row.
    pub fn changes_of(&self, seq: i64) -> Result<Vec<RowChange>, PlanFileError> {
        let changeset: Vec<u8> =
            self.conn
                .query_row("SELECT changeset FROM history WHERE seq = ?1", [seq], |r| {
                    r.get(0)
                })?;
        change::read(&changeset)
    }

    /// The data as it was after a row of the history.
    ///
    /// # Errors
    /// There is no such row, or the data made so is not the data that stood there then.
    pub fn as_of(&self, seq: i64) -> Result<Workspace, PlanFileError> {
        let entries = history::entries(&self.conn)?;
        let goal = entries
            .iter()
            .find(|e| e.seq == seq)
            .ok_or(PlanFileError::NoSuchPoint(seq))?;
        let mut later = Vec::new();
        history::walk(&self.conn, seq, |link| later.push(link))?;
        let mut ws = self.ws.clone();
        for link in later.iter().rev() {
            for c in change::read(&link.changeset)?.iter().rev() {
                c.apply(&mut ws, true)?;
            }
        }
        if history::hex(&rehash(&ws).digest()) != goal.data_hash {
            return Err(PlanFileError::Damaged {
                path: self.path.clone(),
                what: format!("the data after row {seq} of the history cannot be made again"),
            });
        }
        Ok(ws)
    }
}

/// The hash of all records.
pub(crate) fn rehash(ws: &Workspace) -> LtHash {
    let mut state = LtHash::new();
    for t in Table::ALL {
        for row in ws.rows(*t) {
            state.add(*t, &row);
        }
    }
    state
}
