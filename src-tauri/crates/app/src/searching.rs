//! The search: an index of what is shown, made in the background and kept up to date, and hits with the record to open.

use crate::problem::Outcome;
use crate::telling::{self, Teller};
use crate::wire::{Find, Hit, Problem, SnippetPart};
use crate::{App, labels};
use mainstay_domain::{Datum, Place, Shape, Table, Uuid, Workspace};
use mainstay_planfile::{Found, PlanFileError, Search};
use std::collections::BTreeSet;
use std::thread::JoinHandle;

/// So many changed records are looked at one by one; more make a new index.
const PENDING_MAX: usize = 20_000;
/// The index of a workspace: none yet, being made, or ready and behind by the changes that are noted.
#[derive(Default)]
pub(crate) struct Index {
    ready: Option<Search>,
    making: Option<JoinHandle<Result<Search, PlanFileError>>>,
    changed: Vec<(Table, Uuid)>,
}

impl Index {
    /// Begins to make it beside whatever else is done.
    pub(crate) fn begin(&mut self, ws: &Workspace) {
        let ws = ws.clone();
        self.making = Some(std::thread::spawn(move || Search::of(&ws)));
    }

    /// Takes note of a change; the index follows when somebody looks for something.
    pub(crate) fn note(&mut self, rows: &[(Table, Uuid)]) {
        if self.ready.is_some() || self.making.is_some() {
            self.changed.extend_from_slice(rows);
        }
    }

    fn find(
        &mut self,
        ws: &Workspace,
        query: &str,
        limit: usize,
    ) -> Result<Vec<Found>, PlanFileError> {
        if let Some(making) = self.making.take() {
            self.ready = making.join().ok().and_then(Result::ok);
        }
        let mut changed = std::mem::take(&mut self.changed);
        if changed.len() > PENDING_MAX {
            self.ready = None;
        }
        changed.sort();
        changed.dedup();
        let mut search = match self.ready.take() {
            Some(s) => s,
            None => {
                changed.clear();
                Search::of(ws)?
            }
        };
        search.update(ws, &changed)?;
        // A record is found at many places; the best of them is enough.
        let mut seen = BTreeSet::new();
        self.ready
            .insert(search)
            .find_where(query, limit, |table, id| {
                coded(ws, table, id).is_some_and(|c| seen.insert(c))
            })
    }
}

/// Finds records by any text in them, best first.
pub(crate) fn find(app: &mut App, args: Find) -> Outcome<Vec<Hit>> {
    let limit = args.limit.unwrap_or(20);
    if !(1..=200).contains(&limit) {
        return Err(Problem::bad_value(
            "search",
            "limit",
            &limit.to_string(),
            "a whole number from 1 to 200",
        ));
    }
    let limit = usize::try_from(limit).unwrap_or(20);
    let open = app.session_mut()?;
    let (ws, index) = match &mut open.past {
        Some(p) => (&p.ws, &mut p.index),
        None => (open.file.workspace(), &mut open.index),
    };
    let found = index.find(ws, &args.query, limit)?;
    let rows = |t: Table, id: Uuid| ws.row(t, id);
    let teller = Teller::new(&rows, telling::currency(ws));
    Ok(found
        .into_iter()
        .filter_map(|f| hit(ws, &teller, f))
        .collect())
}

/// The record with a code in which another stands, itself included; the one it belongs to where there is none, and one for
/// each part of the workspace that has neither.
fn coded(ws: &Workspace, table: Table, id: Uuid) -> Option<(String, Uuid)> {
    let (mut table, mut id) = (table, id);
    while !table.spec().has_code()
        && let Some(parent) = table.spec().parent()
    {
        let Some(Datum::Id(above)) = ws.row(table, id)?.data.first().cloned() else {
            return None;
        };
        (table, id) = (parent, above);
    }
    Some(if table.spec().has_code() {
        (String::new(), id)
    } else {
        (single(table), Uuid::nil())
    })
}

fn hit(ws: &Workspace, teller: &Teller<'_>, found: Found) -> Option<Hit> {
    let spec = found.table.spec();
    let mut chain = vec![(found.table, ws.row(found.table, found.id)?)];
    while let Some((t, row)) = chain.last()
        && let (Some(parent), Some(Datum::Id(id))) = (t.spec().parent(), row.data.first())
    {
        chain.push((parent, ws.row(parent, *id)?));
    }
    // The record that carries a code, and the one on whose page it stands.
    let own = chain.iter().position(|(t, _)| t.spec().has_code());
    let (top, top_row) = chain.last()?;
    let (table, row) = chain.get(own.unwrap_or(chain.len() - 1))?;
    let code = |t: Table, row| labels::text(t.spec(), row, "code").unwrap_or_else(|| single(t));
    let field = &spec.fields[found.field];
    let path: Vec<String> = chain[..own.unwrap_or(0)]
        .iter()
        .rev()
        .map(|(t, row)| teller.child(*t, row))
        .collect();
    let bare = matches!(
        spec.place,
        Place::Child {
            shape: Shape::Scalars(_),
            ..
        }
    );
    let label = match (path.is_empty(), bare) {
        (true, _) => labels::field(field.json),
        (false, true) => path.join(", "),
        (false, false) => format!("{}: {}", path.join(", "), labels::field(field.json)),
    };
    Some(Hit {
        kind: table.spec().name.into(),
        noun: table.spec().noun.into(),
        code: code(*table, row),
        name: labels::of_row(table.spec(), row).unwrap_or_else(|| teller.name(*table, row.id)),
        open_kind: top.spec().name.into(),
        open_code: code(*top, top_row),
        field: label,
        snippet: found
            .snippet
            .into_iter()
            .map(|(text, hit)| SnippetPart { text, hit })
            .collect(),
    })
}

/// What a record without a code is called on the command line: the part of the workspace in which it stands.
fn single(t: Table) -> String {
    match t.spec().place {
        Place::Single("") => "workspace".into(),
        Place::Single(path) | Place::List(path) | Place::RootMap(path, ..) => {
            path.split('.').next().unwrap_or(path).into()
        }
        Place::FirstThenMore(path, _) | Place::Child { path, .. } => path.into(),
    }
}
