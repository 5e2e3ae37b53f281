//! Setting, changing and removing the passphrase of a plan file and of its copies.
//!
//! A file is never encrypted in its place: everything goes into a new file beside it, which is compared and then takes the
//! name, so that at every moment the name stands for the old file or the new one, each whole.

use crate::lock::Lock;
use crate::open::{self, Access};
use crate::{Key, Passphrase, PlanFileError, Progress, Stamp, backup, copy, file, format, migrate};
use rusqlite::Connection;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use std::path::{Path, PathBuf};

/// What SQLite says of a full disk.
const FULL: &str = "database or disk is full";

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rekeyed {
    /// The backups and the copies from before a format that now have the new passphrase too.
    pub copies: Vec<PathBuf>,
}

/// Gives a closed plan file another passphrase, or takes it away: `from` is the one it has, `to` the one it gets, `None` is
/// none. Its automatic backups in `NAME.backups` and in `folder`, and the copies from before a format beside it, follow.
///
/// Everything is made first and only then takes its names, the file itself last. Copies that have the new passphrase
/// already stay, so that it can be done again after it was interrupted.
///
/// # Errors
/// The passphrase is wrong or too short, somebody has the file open, no room, a copy cannot be converted, which is named, or
/// the progress said to stop; nothing is changed then.
pub fn change_passphrase(
    path: &Path,
    folder: Option<&Path>,
    (from, to): (Key<'_>, Key<'_>),
    by: &Stamp,
    progress: Progress<'_>,
) -> Result<Rekeyed, PlanFileError> {
    if let Some(to) = to {
        to.may_be_set()?;
    }
    let path = &file::real(path);
    let refused = |what: String| Err(PlanFileError::PassphraseRefused(what));
    let from = match (format::read_header(path)?, from, to) {
        (None, None, _) => return Err(PlanFileError::PassphraseNeeded { path: path.into() }),
        (None, Some(a), Some(b)) if a == b => {
            return refused("the new passphrase is the one the file has; give another".into());
        }
        (None, from, _) => from,
        (Some(_), _, None) => {
            return refused(format!("{} has no passphrase to remove", path.display()));
        }
        // A file without a passphrase opens whatever is given.
        (Some(_), _, Some(_)) => None,
    };
    let lock = Lock::take(
        path,
        &format!("{} on {}, since {}", by.author, by.device, by.at),
    )?;
    // What a program that was killed left is readable as what it was made of.
    file::sweep(path, |_| true);
    for dir in [Some(backup::folder_beside(path).as_path()), folder]
        .into_iter()
        .flatten()
    {
        file::sweep(&dir.join("backup"), |_| true);
    }
    let copies = copies(path, folder)?;
    let mut made = Made {
        files: Vec::new(),
        meter: Meter::over(path, &copies, progress),
    };
    made.convert(path, from, to)?;
    let mut cannot = Vec::new();
    for copy in copies {
        match made.convert_copy(&copy, from, to) {
            Ok(()) => {}
            Err(e @ (PlanFileError::DiskFull { .. } | PlanFileError::Cancelled)) => return Err(e),
            Err(e) => cannot.push(e.to_string()),
        }
    }
    if !cannot.is_empty() {
        return refused(format!(
            "not every backup of {} can follow, so nothing was changed; move these elsewhere or delete them first: {}",
            path.display(),
            cannot.join("; ")
        ));
    }
    let copies = made.take_names()?;
    drop(lock);
    Ok(Rekeyed { copies })
}

/// The backups and copies of a plan file that belong to it.
fn copies(path: &Path, folder: Option<&Path>) -> Result<Vec<PathBuf>, PlanFileError> {
    let beside = backup::folder_beside(path);
    let mut all: Vec<PathBuf> = Vec::new();
    for dir in [Some(beside.as_path()), folder].into_iter().flatten() {
        all.extend(backup::backups(path, dir)?.into_iter().map(|b| b.path));
    }
    all.extend(migrate::copies_aside(path)?);
    all.sort();
    all.dedup();
    Ok(all)
}

/// How often each file is read or written on the way: before, once more as it is written, and both compared.
const PASSES: u64 = 4;
/// Bytes between two calls of the progress.
const AT_ONCE: u64 = 1 << 20;

/// How far it is, in bytes of the files that are converted.
struct Meter<'a> {
    done: u64,
    total: u64,
    progress: Progress<'a>,
}

impl<'a> Meter<'a> {
    fn over(path: &Path, copies: &[PathBuf], progress: Progress<'a>) -> Self {
        let all = copies.iter().map(PathBuf::as_path).chain([path]);
        Self {
            done: 0,
            total: PASSES * all.map(size).sum::<u64>(),
            progress,
        }
    }

    /// So many bytes of a pass are done.
    fn within(&mut self, bytes: u64) -> Result<(), PlanFileError> {
        match (self.progress)((self.done + bytes).min(self.total), self.total) {
            true => Ok(()),
            false => Err(PlanFileError::Cancelled),
        }
    }

    /// A pass over a file of so many bytes is done.
    fn passed(&mut self, bytes: u64) -> Result<(), PlanFileError> {
        self.done += bytes;
        self.within(0)
    }
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |m| m.len())
}

/// Converted files under temporary names, each with the name it will take; taken away again where that does not happen.
struct Made<'a> {
    files: Vec<(PathBuf, PathBuf)>,
    meter: Meter<'a>,
}

impl Made<'_> {
    fn convert_copy(
        &mut self,
        path: &Path,
        from: Key<'_>,
        to: Key<'_>,
    ) -> Result<(), PlanFileError> {
        let encrypted = format::read_header(path)?.is_none();
        match (encrypted, to) {
            (false, None) => return Ok(()),
            (true, Some(to)) if open::connect(path, Access::Read, Some(to)).is_ok() => {
                return Ok(());
            }
            _ => {}
        }
        match (encrypted, from) {
            (true, None) => Err(PlanFileError::PassphraseNeeded { path: path.into() }),
            (true, from) => self.convert(path, from, to),
            (false, _) => self.convert(path, None, to),
        }
    }

    fn convert(&mut self, path: &Path, from: Key<'_>, to: Key<'_>) -> Result<(), PlanFileError> {
        let what = format!("the passphrase of {} could not be changed", path.display());
        let tmp = file::temporary(path);
        self.files.push((tmp.clone(), path.into()));
        let io = || PlanFileError::io(&*what);
        std::fs::File::create_new(&tmp).map_err(io())?;
        // Before anything is in it: who may not read the plan may not read this either.
        file::allow_as(&tmp, path).map_err(io())?;
        write(path, &tmp, (from, to), &mut self.meter).map_err(|e| match e {
            PlanFileError::DiskFull { .. } => PlanFileError::DiskFull { what: what.clone() },
            e => open::at(path, e),
        })?;
        std::fs::File::open(&tmp)
            .and_then(|f| f.sync_all())
            .map_err(io())
    }

    /// The copies first and the file itself last; returns the copies.
    fn take_names(mut self) -> Result<Vec<PathBuf>, PlanFileError> {
        let mut copies = Vec::new();
        while let Some((tmp, path)) = self.files.pop() {
            let what = format!(
                "the passphrase of {} could not be changed; run it again to finish",
                path.display()
            );
            let done = std::fs::rename(&tmp, &path).and_then(|()| file::sync_folder(&path));
            if let Err(e) = done {
                self.files.push((tmp, path));
                return Err(PlanFileError::io(what)(e));
            }
            copies.push(path);
        }
        copies.pop();
        copies.sort();
        Ok(copies)
    }
}

impl Drop for Made<'_> {
    fn drop(&mut self) {
        for (tmp, _) in &self.files {
            for left in ["", "-journal", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format::sibling(tmp, left));
            }
        }
    }
}

/// Writes everything of one file into another, which is empty, and compares.
fn write(
    path: &Path,
    tmp: &Path,
    (from, to): (Key<'_>, Key<'_>),
    meter: &mut Meter<'_>,
) -> Result<(), PlanFileError> {
    let bytes = size(path);
    let source = open::connect(path, Access::Write, from)?;
    // What stands in a journal becomes part of the file, so that none is left that belongs to the old one.
    let mode: String = source.query_row("PRAGMA journal_mode = DELETE", [], |r| r.get(0))?;
    if mode != "delete" {
        return Err(copy::busy());
    }
    // Shared by readers only: nobody writes between here and the end.
    let expected = contents(&source, bytes, meter)?;
    source.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
    source.execute(
        "ATTACH DATABASE ?1 AS other KEY ?2",
        [text(tmp)?, to.map_or("", Passphrase::text)],
    )?;
    transfer(&source, "main", "other")?;
    source.execute_batch("DETACH DATABASE other")?;
    meter.passed(bytes)?;
    let back = open::connect(tmp, Access::Read, to)?;
    let sound: String = back.query_row("PRAGMA quick_check(1)", [], |r| r.get(0))?;
    // The source again, because somebody without a lock may have written.
    if sound != "ok"
        || contents(&back, bytes, meter)? != expected
        || contents(&source, bytes, meter)? != expected
    {
        return Err(PlanFileError::io("the new file could not be made")(
            std::io::Error::other("the disk gave back other data than was written"),
        ));
    }
    Ok(())
}

/// Fills a database in memory with an encrypted file.
pub(crate) fn export(
    path: &Path,
    key: &Passphrase,
    memory: &Connection,
) -> Result<(), PlanFileError> {
    memory.execute(
        "ATTACH DATABASE ?1 AS other KEY ?2",
        [text(path)?, key.text()],
    )?;
    transfer(memory, "other", "main")?;
    // Triggers were copied as rows; only a schema that is read again knows them.
    memory.execute_batch("PRAGMA writable_schema = RESET")?;
    Ok(memory.execute_batch("DETACH DATABASE other")?)
}

fn transfer(conn: &Connection, from: &str, to: &str) -> Result<(), PlanFileError> {
    let marks = ["application_id", "user_version"];
    // Names of schemas cannot be bound here; both are words of this module.
    conn.query_row("SELECT sqlcipher_export(?1, ?2)", [to, from], |_| Ok(()))
        .map_err(|e| match &e {
            // A function of SQL passes on the words of an error and not its code.
            rusqlite::Error::SqliteFailure(_, Some(said)) if said == FULL => {
                PlanFileError::DiskFull {
                    what: "the new file could not be written".into(),
                }
            }
            _ => e.into(),
        })?;
    for mark in marks {
        let n: i64 = conn.query_row(&format!("PRAGMA {from}.{mark}"), [], |r| r.get(0))?;
        conn.execute_batch(&format!("PRAGMA {to}.{mark} = {n}"))?;
    }
    Ok(())
}

fn text(path: &Path) -> Result<&str, PlanFileError> {
    path.to_str().ok_or_else(|| {
        PlanFileError::PassphraseRefused(format!(
            "the name of {} holds what is no Unicode text; rename it first",
            path.display()
        ))
    })
}

/// A hash over every row of every table, the schema and the marks of the file.
fn contents(
    conn: &Connection,
    bytes: u64,
    meter: &mut Meter<'_>,
) -> Result<blake3::Hash, PlanFileError> {
    let mut hash = blake3::Hasher::new();
    let mut told = 0;
    let mut tables: Vec<String> = conn
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?
        .query_map([], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    tables.retain(|t| !t.starts_with("sqlite_"));
    let all = tables
        .iter()
        .map(|t| format!("SELECT * FROM \"{}\"", t.replace('"', "\"\"")));
    let marks = [
        "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name",
        "PRAGMA application_id",
        "PRAGMA user_version",
    ];
    for sql in all.chain(marks.map(Into::into)) {
        hash.update(sql.as_bytes());
        let mut q = conn.prepare(&sql)?;
        let n = q.column_count();
        let mut rows = q.query([])?;
        while let Some(r) = rows.next()? {
            for i in 0..n {
                let mut put = |tag: u8, bytes: &[u8]| {
                    hash.update(&[tag]);
                    hash.update(&(bytes.len() as u64).to_le_bytes());
                    hash.update(bytes);
                };
                match r.get_ref(i)? {
                    ValueRef::Null => put(0, &[]),
                    ValueRef::Integer(n) => put(1, &n.to_le_bytes()),
                    ValueRef::Real(x) => put(2, &x.to_bits().to_le_bytes()),
                    ValueRef::Text(t) => put(3, t),
                    ValueRef::Blob(b) => put(4, b),
                }
            }
            if hash.count() - told >= AT_ONCE {
                told = hash.count();
                meter.within(told.min(bytes))?;
            }
        }
    }
    meter.passed(bytes)?;
    Ok(hash.finalize())
}
