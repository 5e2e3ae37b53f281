//! Saving what can be read of a damaged plan file into a new one.
//!
//! Records come from their tables, read from both ends around pages that are damaged, and from the history, whose keyframes
//! and changes make the same data once more. Where one of the two gives the data that the last row of the history tells of,
//! the rescue is exact.

mod graft;
mod source;

use crate::change::{self, RowChange};
use crate::history::{self, Link};
use crate::signed::{self, Piece};
use crate::{Access, Key, PlanFile, PlanFileError, Progress, Stamp, file, format, open, past};
use mainstay_domain::{Datum, Kind, Row, Table, Uuid, Workspace};
use serde::Serialize;
use source::Source;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// What a rescue saved and what it could not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RescueReport {
    /// The new file.
    pub path: PathBuf,
    /// Whether the data is, by its data hash, exactly that of the last row of the history.
    pub exact: bool,
    /// That row's number and moment; `None` when no row of the history can be read.
    pub last_change: Option<(i64, String)>,
    /// Records that were saved, by kind.
    pub saved: BTreeMap<&'static str, usize>,
    /// How many of them come from the history, because their table gave none or another one.
    pub from_history: usize,
    /// What was lost or could not be read, a sentence each.
    pub lost: Vec<String>,
    /// References that led nowhere and are unknown now, a sentence each.
    pub repaired: Vec<String>,
    /// What was done to the first page to read the file at all.
    pub first_page: Option<String>,
}

/// Everything that one way of reading the file gave.
struct Found {
    tables: BTreeMap<Table, Read>,
    links: BTreeMap<i64, Link>,
    keyframes: Vec<(i64, i64, Vec<u8>)>,
    signed: Vec<Piece>,
    recording_key: Option<String>,
    lost: Vec<String>,
}

/// What a table gave.
#[derive(Default)]
struct Read {
    rows: HashMap<Uuid, Row>,
    whole: bool,
}

impl Found {
    fn records(&self) -> usize {
        self.tables.values().map(|t| t.rows.len()).sum()
    }
}

/// Saves every record of a damaged file that can be read into a new file with the same passphrase; `input` is only read.
///
/// The history of the new file begins with the rescue; what the old one tells stays in the damaged file.
///
/// # Errors
/// There is a file at `out` already, the passphrase is missing or wrong, nothing at all can be read, or the progress said to
/// stop; there is no new file then.
pub fn rescue(
    input: &Path,
    out: &Path,
    key: Key<'_>,
    by: &Stamp,
    progress: Progress<'_>,
) -> Result<RescueReport, PlanFileError> {
    if out.symlink_metadata().is_ok() {
        return Err(PlanFileError::AlreadyExists(out.into()));
    }
    let input = &file::real(input);
    let bytes = std::fs::metadata(input).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => PlanFileError::NotFound(input.into()),
        _ => PlanFileError::io(format!("{} could not be looked at", input.display()))(e),
    })?;
    if !bytes.is_file() || bytes.len() == 0 {
        return Err(PlanFileError::Foreign {
            path: input.into(),
            what: "there is nothing in it".into(),
        });
    }
    // Anything else than what looks encrypted is in plain text, damaged or not.
    let key = key.filter(|_| format::may_be_encrypted(input));
    let copy = Copy::of(input, out)?;
    let (found, first_page) = best(&copy, input, key, progress)?;
    let (signed, recording) = (found.signed.clone(), found.recording_key.clone());
    let (ws, mut report) = put_together(found, out);
    report.first_page = first_page;
    let name = input.file_name().unwrap_or_default().to_string_lossy();
    PlanFile::create_with(out, &ws, &format!("rescue {name}"), by, key)?;
    keep_signed(out, &ws, (&signed, recording.as_deref()), key, &mut report)
        .inspect_err(|_| drop(std::fs::remove_file(out)))?;
    Ok(report)
}

/// Puts the signed files that could be read into the new file, and says which are lost.
fn keep_signed(
    out: &Path,
    ws: &Workspace,
    (signed, recording): (&[Piece], Option<&str>),
    key: Key<'_>,
    report: &mut RescueReport,
) -> Result<(), PlanFileError> {
    let mut kept = Vec::new();
    if !signed.is_empty() || recording.is_some() {
        let conn = open::connect(out, Access::Write, key)?;
        kept = signed::restore(&conn, signed)?;
        if let Some(pem) = recording {
            signed::keep_recording_key(&conn, pem)?;
        }
        conn.close().map_err(|(_, e)| e)?;
        if !signed.is_empty() {
            report.saved.insert("signed file", kept.len());
        }
    }
    let versions = ws.plan_versions.iter().map(|v| &v.document_sha256);
    let sign_offs = ws.sign_offs.iter().map(|s| &s.document_sha256);
    for told in versions.chain(sign_offs).flatten() {
        if !kept.contains(told) {
            report.exact = false;
            report.lost.push(format!(
                "the signed file with the SHA-256 {told} cannot be read"
            ));
        }
    }
    Ok(())
}

/// A copy to work on, with its journal, beside the new file; taken away at the end.
struct Copy(PathBuf);

impl Copy {
    fn of(input: &Path, out: &Path) -> Result<Copy, PlanFileError> {
        let what = format!("{} could not be copied to be rescued", input.display());
        let copy = Copy(file::temporary(out));
        for journal in ["", "-wal", "-journal"] {
            let from = format::sibling(input, journal);
            if journal.is_empty() || from.exists() {
                let to = format::sibling(&copy.0, journal);
                std::fs::copy(&from, &to)
                    .and_then(|_| file::allow_as(&to, &from))
                    .map_err(PlanFileError::io(&*what))?;
            }
        }
        Ok(copy)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        for left in ["", "-wal", "-journal", "-shm"] {
            let _ = std::fs::remove_file(format::sibling(&self.0, left));
        }
    }
}

/// Reads the file as it is, or where that gives nothing with its first page made anew; what gave the most.
fn best(
    copy: &Copy,
    input: &Path,
    key: Key<'_>,
    progress: Progress<'_>,
) -> Result<(Found, Option<String>), PlanFileError> {
    let mut best = match Source::open(&copy.0, key).and_then(|s| read(s, progress)) {
        Ok(found) => Some((found, None)),
        Err(PlanFileError::Cancelled) => return Err(PlanFileError::Cancelled),
        Err(PlanFileError::WrongPassphrase { .. }) => {
            return Err(PlanFileError::WrongPassphrase { path: input.into() });
        }
        Err(_) => None,
    };
    let something = |(f, _): &(Found, _)| f.records() > 0 || !f.links.is_empty();
    best = best.filter(something);
    if best.is_none() && key.is_none() {
        graft::candidates(&copy.0, |path, what| {
            let found = match Source::open(path, None).and_then(|s| read(s, progress)) {
                Err(PlanFileError::Cancelled) => return Err(PlanFileError::Cancelled),
                found => found.ok(),
            };
            if let Some(found) = found {
                let more = best
                    .as_ref()
                    .is_none_or(|(b, _): &(Found, _)| found.records() > b.records());
                if more {
                    best = Some((found, Some(what.to_owned())));
                }
            }
            Ok(())
        })?;
        best = best.filter(something);
    }
    best.ok_or_else(|| match format::may_be_encrypted(input) {
        true if key.is_none() => PlanFileError::PassphraseNeeded { path: input.into() },
        _ => PlanFileError::Damaged {
            path: input.into(),
            what: "nothing of it can be read, neither records nor history".into(),
        },
    })
}

fn read(mut source: Source, progress: Progress<'_>) -> Result<Found, PlanFileError> {
    // The history is about as much as all tables together.
    let total = 2 * Table::ALL.len() as u64;
    let mut go_on = |done: usize| match progress(done as u64, total) {
        true => Ok(()),
        false => Err(PlanFileError::Cancelled),
    };
    go_on(0)?;
    let mut lost = Vec::new();
    let (links, mut history_lost) = source.history();
    let keyframes = source.keyframes();
    let signed = source.signed_files();
    let recording_key = source.recording_key();
    // Keys that the history knows, to reach records between two damaged pages.
    let mut known: BTreeMap<Table, BTreeSet<Uuid>> = BTreeMap::new();
    let changesets = links.values().map(|l| &l.changeset);
    for c in changesets
        .chain(keyframes.iter().map(|k| &k.2))
        .flat_map(|c| change::read(c).unwrap_or_default())
    {
        known.entry(c.table).or_default().insert(c.id);
    }
    let mut tables = BTreeMap::new();
    for (i, t) in Table::ALL.iter().enumerate() {
        go_on(Table::ALL.len() + i)?;
        let (rows, whole, mut trouble) = source.records(*t, known.get(t));
        lost.append(&mut trouble);
        tables.insert(*t, Read { rows, whole });
    }
    lost.append(&mut history_lost);
    Ok(Found {
        tables,
        links,
        keyframes,
        signed,
        recording_key,
        lost,
    })
}

/// Chooses for every record where it comes from, and mends references.
fn put_together(found: Found, out: &Path) -> (Workspace, RescueReport) {
    let last = found.links.values().next_back();
    let goal = last.map(|l| history::hex(&l.data_hash));
    let is_exact = |ws: &Workspace| goal == Some(history::hex(&past::rehash(ws).digest()));
    let mut report = RescueReport {
        path: out.into(),
        exact: false,
        last_change: last.map(|l| (l.entry.seq, l.entry.at.clone())),
        saved: BTreeMap::new(),
        from_history: 0,
        lost: Vec::new(),
        repaired: Vec::new(),
        first_page: None,
    };
    let mut rows: BTreeMap<Table, HashMap<Uuid, Row>> = found
        .tables
        .iter()
        .map(|(t, r)| (*t, r.rows.clone()))
        .collect();
    let replayed = replay(&found);
    let (from_tables, illegal) = workspace(&rows);
    let complete = illegal.is_empty() && found.tables.values().all(|t| t.whole);
    let told = replayed.as_ref().map(workspace);
    let ws = if complete && is_exact(&from_tables) {
        report.exact = true;
        from_tables
    } else if let Some((ws, _)) = told.filter(|(ws, bad)| bad.is_empty() && is_exact(ws)) {
        report.exact = true;
        for (t, replayed) in replayed.iter().flatten() {
            let here = rows.get(t);
            report.from_history += replayed
                .iter()
                .filter(|(id, r)| here.and_then(|h| h.get(*id)) != Some(*r))
                .count();
        }
        ws
    } else {
        report.lost.extend(found.lost.iter().cloned());
        report.lost.extend(illegal);
        // A record that its table should hold but cannot be read there; a whole table lacks only what was removed.
        for (t, replayed) in replayed.into_iter().flatten() {
            let legal = |r: &Row| Workspace::default().push(t, r).is_ok();
            let whole = found.tables.get(&t).is_some_and(|f| f.whole);
            let here = rows.entry(t).or_default();
            here.retain(|_, r| legal(r));
            let mut replayed: Vec<(Uuid, Row)> = replayed.into_iter().collect();
            replayed.sort_by_key(|r| r.0);
            for (id, row) in replayed {
                if !whole && !here.contains_key(&id) && legal(&row) {
                    here.insert(id, row);
                    report.from_history += 1;
                }
            }
        }
        for (t, here) in &mut rows {
            here.retain(|_, r| Workspace::default().push(*t, r).is_ok());
        }
        mend(&mut rows, &mut report);
        let (ws, _) = workspace(&rows);
        report.exact = is_exact(&ws);
        ws
    };
    for t in Table::ALL {
        if ws.count(*t) > 0 {
            report.saved.insert(t.spec().noun, ws.count(*t));
        }
    }
    (ws, report)
}

/// The data as keyframe and history make it, as far as the history can be read.
fn replay(found: &Found) -> Option<BTreeMap<Table, HashMap<Uuid, Row>>> {
    for (seq, format, content) in found.keyframes.iter().rev() {
        let told = found.links.get(seq).map(|l| l.data_hash.clone());
        let sound = past::keyframe_hash(Path::new(""), *format, content)
            .is_ok_and(|h| told.is_none_or(|t| t == h.digest()));
        let Some(start) = change::read(content).ok().filter(|_| sound) else {
            continue;
        };
        let mut rows = BTreeMap::new();
        let mut apply = |changes: &[RowChange]| {
            for c in changes {
                c.apply(rows.entry(c.table).or_default(), false);
            }
        };
        apply(&start);
        for link in found.links.range(seq + 1..).map(|l| l.1) {
            // A later epoch starts from data that changes do not lead to.
            if link.entry.kind == "baseline" {
                break;
            }
            if let Ok(changes) = change::read(&link.changeset) {
                apply(&changes);
            }
        }
        return Some(rows);
    }
    None
}

/// The workspace of these records, and a sentence on each that is not legal.
fn workspace(rows: &BTreeMap<Table, HashMap<Uuid, Row>>) -> (Workspace, Vec<String>) {
    let (mut ws, mut illegal) = (Workspace::default(), Vec::new());
    for (t, rows) in rows {
        let mut rows: Vec<&Row> = rows.values().collect();
        rows.sort_by_key(|r| (r.pos, r.id));
        for row in rows {
            if let Err(e) = ws.push(*t, row) {
                illegal.push(format!("{}: {e}", name(*t, row)));
            }
        }
    }
    (ws, illegal)
}

/// How a record is called: its code where it has one.
fn name(t: Table, row: &Row) -> String {
    let s = t.spec();
    let code = s.column("code").or_else(|| s.column("name"));
    match code.and_then(|i| row.data.get(i)) {
        Some(Datum::Text(c)) => format!("the {} {c}", s.noun),
        _ => format!("the {} with the key {}", s.noun, row.id),
    }
}

/// References that lead nowhere become unknown, or where there has to be one the record goes, until all lead somewhere.
fn mend(rows: &mut BTreeMap<Table, HashMap<Uuid, Row>>, report: &mut RescueReport) {
    loop {
        let keys: BTreeMap<Table, BTreeSet<Uuid>> = rows
            .iter()
            .map(|(t, r)| (*t, r.keys().copied().collect()))
            .collect();
        let there = |t: Table, id: &Uuid| keys.get(&t).is_some_and(|k| k.contains(id));
        let mut again = false;
        for (t, table) in rows.iter_mut() {
            let s = t.spec();
            let mut gone: Vec<(String, Uuid)> = Vec::new();
            let mut all: Vec<&mut Row> = table.values_mut().collect();
            all.sort_by_key(|r| r.id);
            for row in all {
                for (i, f) in s.fields.iter().enumerate() {
                    let leads = match (&f.kind, &row.data[i]) {
                        (Kind::Ref(to), Datum::Id(id)) => there(*to, id),
                        (Kind::NodeRef, Datum::Id(id)) => {
                            there(Table::Activity, id) || there(Table::Service, id)
                        }
                        _ => true,
                    };
                    if leads {
                        continue;
                    }
                    let called = name(*t, row);
                    if f.nullable {
                        row.data[i] = Datum::Null;
                        report.repaired.push(format!(
                            "{called}: what its field {} refers to is lost; it is unknown now",
                            f.column
                        ));
                    } else {
                        let why = format!(
                            "{called}: what its field {} refers to is lost, and it cannot be without",
                            f.column
                        );
                        gone.push((why, row.id));
                        break;
                    }
                }
            }
            gone.sort();
            for (why, id) in gone {
                table.remove(&id);
                report.lost.push(why);
                again = true;
            }
        }
        if !again {
            report.repaired.sort();
            return;
        }
    }
}
