//! Reading all records of a file on two threads, hashed and with their references looked up on the way.

use crate::lthash::{Adding, LtHash};
use crate::{PlanFileError, open, sql};
use hashbrown::{HashMap, HashSet};
use mainstay_domain::{Datum, Kind, Table, Uuid, Workspace};
use rusqlite::Connection;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The tables that are largest in most files; a thread that begins with one of them last would be waited for.
const LARGE: [Table; 5] = [
    Table::Dependency,
    Table::ImpactRating,
    Table::Service,
    Table::PlanService,
    Table::ActivityHorizon,
];

/// All records, and the hash of what is stored of them.
///
/// The second connection is made on a thread of its own by `other`, which looks at the file first; what that finds wrong
/// goes before anything that is wrong with a record.
///
/// # Errors
/// A value is of another kind than its field, a reference leads nowhere, there are too many records.
pub(crate) fn all(
    conn: &Connection,
    path: &Path,
    other: impl FnOnce() -> Result<Connection, PlanFileError> + Send,
) -> Result<(Workspace, LtHash), PlanFileError> {
    let rest = Table::ALL.iter().filter(|t| !LARGE.contains(t));
    let order: Vec<Table> = LARGE.iter().chain(rest).copied().collect();
    let (next, records) = (AtomicUsize::new(0), AtomicU64::new(0));
    let work = |conn: &Connection| {
        let mut part = Part::default();
        while let Some(t) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            part.read(conn, *t, &records)?;
        }
        Ok::<_, PlanFileError>(part)
    };
    let (ours, theirs) = std::thread::scope(|s| {
        let theirs = s.spawn(|| {
            let conn = other().map_err(|e| (true, e))?;
            work(&conn).map_err(|e| (false, e))
        });
        (work(conn), theirs.join())
    });
    let theirs = theirs.unwrap_or(Err((true, PlanFileError::Cancelled)));
    let theirs = match theirs {
        Err((true, e)) => return Err(e),
        other => other.map_err(|(_, e)| e),
    };
    let (mut all, mut more) = (ours?, theirs?);
    for t in more.tables {
        all.ws.take_table(t, &mut more.ws);
    }
    all.state.join(&more.state);
    all.keys.extend(more.keys);
    all.references.extend(more.references);
    match all.dangling() {
        Some(table) => Err(open::dangling(path, table)),
        None => Ok((all.ws, all.state)),
    }
}

/// What one thread has read.
struct Part {
    ws: Workspace,
    state: LtHash,
    tables: Vec<Table>,
    keys: HashMap<Table, HashSet<Uuid>>,
    /// From which table to which, and the key there.
    references: Vec<(Table, Table, Uuid)>,
}

impl Default for Part {
    fn default() -> Self {
        Self {
            ws: Workspace::default(),
            state: LtHash::new(),
            tables: Vec::new(),
            keys: HashMap::new(),
            references: Vec::new(),
        }
    }
}

impl Part {
    fn read(
        &mut self,
        conn: &Connection,
        t: Table,
        records: &AtomicU64,
    ) -> Result<(), PlanFileError> {
        let fields = t.spec().fields.iter().enumerate();
        let to: Vec<(usize, Table)> = fields
            .filter_map(|(i, f)| match f.kind {
                Kind::Ref(to) => Some((i, to)),
                _ => None,
            })
            .collect();
        let is_referred_to = Table::ALL.iter().any(|from| {
            let mut fields = from.spec().fields.iter();
            fields.any(|f| matches!(f.kind, Kind::Ref(to) if to == t))
        });
        let mut state = Adding::new();
        let mut keys = HashSet::new();
        sql::load_table(conn, t, &mut self.ws, records, |row| {
            state.add(t, row);
            if is_referred_to {
                keys.insert(row.id);
            }
            for (i, to) in &to {
                if let Some(Datum::Id(id)) = row.data.get(*i) {
                    self.references.push((t, *to, *id));
                }
            }
        })?;
        self.state.join(&state.state());
        self.keys.insert(t, keys);
        self.tables.push(t);
        Ok(())
    }

    /// A table of which a record refers to one that is not there.
    fn dangling(&self) -> Option<&'static str> {
        let lost = self.references.iter().find(|(_, to, id)| {
            let keys = self.keys.get(to);
            !keys.is_some_and(|keys| keys.contains(id))
        });
        lost.map(|(from, ..)| from.spec().name)
    }
}
