//! Making, opening and closing a plan file.

use crate::format::{self, FORMAT_VERSION};
use crate::history::{self, Entry, Link, NewRow, Stamp};
use crate::lock::Lock;
use crate::lthash::{Adding, LtHash};
use crate::undo::Steps;
use crate::{
    Key, Passphrase, PlanFileError, cipher, file, keyframe, load, migrate, past, schema, sql,
};
use mainstay_domain::{Table, Workspace};
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::session::Session;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To work in it; falls back to reading where the place cannot be written.
    Write,
    /// To look at it, also while another program works in it.
    Read,
}

/// An open plan file, with all its records in memory.
pub struct PlanFile {
    pub(crate) conn: Connection,
    pub(crate) path: PathBuf,
    pub(crate) ws: Workspace,
    pub(crate) state: LtHash,
    pub(crate) steps: Steps,
    pub(crate) read_only: Option<String>,
    pub(crate) key: Option<Passphrase>,
    copy: Option<PathBuf>,
    closed: bool,
    // Declared last, so that the lock outlives the connection.
    _lock: Option<Lock>,
}

impl PlanFile {
    /// Makes a new file that holds these records, whole or not at all, and closes it again.
    ///
    /// # Errors
    /// There is a file already, the disk is full, the folder refuses.
    pub fn create(
        path: &Path,
        ws: &Workspace,
        operation: &str,
        stamp: &Stamp,
    ) -> Result<(), PlanFileError> {
        Self::create_with(path, ws, operation, stamp, None)
    }

    /// As [`PlanFile::create`]; a file with a passphrase is encrypted from its first byte on.
    ///
    /// # Errors
    /// There is a file already, the disk is full, the folder refuses.
    pub fn create_with(
        path: &Path,
        ws: &Workspace,
        operation: &str,
        stamp: &Stamp,
        key: Key<'_>,
    ) -> Result<(), PlanFileError> {
        if path.symlink_metadata().is_ok() {
            return Err(PlanFileError::AlreadyExists(path.into()));
        }
        let tmp = file::temporary(path);
        let done = (|| {
            // Fails with the folder's own answer before SQLite gives its less telling one.
            std::fs::File::create_new(&tmp).map_err(PlanFileError::io(format!(
                "{} could not be made",
                path.display()
            )))?;
            fill(&tmp, ws, operation, stamp, key).map_err(|e| at(path, e))?;
            let back = connect(&tmp, Access::Read, key).map_err(|e| at(path, e))?;
            if sql::load(&back)? != *ws {
                return Err(PlanFileError::Damaged {
                    path: path.into(),
                    what: "the disk gave back other data than was written".into(),
                });
            }
            drop(back);
            let what = format!("{} could not be made", path.display());
            std::fs::File::open(&tmp)
                .and_then(|f| f.sync_all())
                .map_err(PlanFileError::io(&*what))?;
            if path.symlink_metadata().is_ok() {
                return Err(PlanFileError::AlreadyExists(path.into()));
            }
            std::fs::rename(&tmp, path)
                .and_then(|()| file::sync_folder(path))
                .map_err(PlanFileError::io(&*what))
        })();
        if done.is_err() {
            for suffix in ["", "-journal", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format::sibling(&tmp, suffix));
            }
        }
        done
    }

    /// Opens a file; `by` says to others who has it open, and in the history who raised it to this format.
    ///
    /// A file of an older format is copied beside itself and raised before anything is done with it; opened for
    /// reading, it stays as it is and is raised in memory.
    ///
    /// # Errors
    /// Every way in which a file can be unfit has its own variant; the file is not changed then.
    pub fn open(path: &Path, access: Access, by: &Stamp) -> Result<PlanFile, PlanFileError> {
        Self::open_with(path, access, by, None)
    }

    /// As [`PlanFile::open`], with the passphrase of the file, which is remembered for its backups and copies. A file
    /// without a passphrase opens whatever is given.
    ///
    /// # Errors
    /// Also: it is encrypted and there is no passphrase, or the passphrase is wrong.
    pub fn open_with(
        path: &Path,
        access: Access,
        by: &Stamp,
        key: Key<'_>,
    ) -> Result<PlanFile, PlanFileError> {
        Self::open_as(path, access, by, key, Trust::Compared)
    }

    /// Opens it for reading to be checked, also where its data is not what its data hash tells: what it shows may be
    /// wrong, and [`PlanFile::check`] says so.
    ///
    /// # Errors
    /// As [`PlanFile::open_with`], but for that.
    pub fn open_for_check(
        path: &Path,
        by: &Stamp,
        key: Key<'_>,
    ) -> Result<PlanFile, PlanFileError> {
        Self::open_as(path, Access::Read, by, key, Trust::ToBeChecked)
    }

    fn open_as(
        path: &Path,
        access: Access,
        by: &Stamp,
        key: Key<'_>,
        trust: Trust,
    ) -> Result<PlanFile, PlanFileError> {
        let path = &file::real(path);
        let told = format::read_header(path)?;
        refuse_too_big(path)?;
        play_back(path, key);
        let (told, key) = match (told, key) {
            (Some(told), _) => (told, None),
            (None, None) => return Err(PlanFileError::PassphraseNeeded { path: path.into() }),
            (None, key) => {
                let conn = connect(path, Access::Read, key).map_err(|e| at(path, e))?;
                (format_of(&conn).map_err(|e| at(path, e.into()))?, key)
            }
        };
        let newer = newer(path, told, key)?;
        let access = if newer.is_some() {
            Access::Read
        } else {
            access
        };
        let (access, lock, read_only) = match access {
            Access::Read => (
                Access::Read,
                None,
                Some(newer.map_or("it was opened for reading".into(), |found| {
                    format!("it has format {found} of a newer Mainstay, which this program shows but does not write")
                })),
            ),
            Access::Write => match writable(path, by) {
                Ok(lock) => (Access::Write, Some(lock), None),
                Err(PlanFileError::ReadOnly { why, .. }) => (Access::Read, None, Some(why)),
                Err(e) => return Err(e),
            },
        };
        let loaded = (|| {
            let conn = connect(path, access, key)?;
            // Asked again, because a journal that is only now played back may take back what the header told.
            let found = format_of(&conn)?;
            self::newer(path, found, key)?;
            let (conn, copy) = current(conn, path, access, found, (by, key))?;
            let state = state(&conn, path)?;
            let (ws, is) = if found == FORMAT_VERSION {
                // Looked at beside the reading; nothing that was read is used before.
                load::all(&conn, path, || {
                    let conn = connect(path, Access::Read, key)?;
                    is_sound(&conn, path, found)?;
                    Ok(conn)
                })?
            } else {
                let ws = sql::load(&conn)?;
                let is = past::rehash(&ws);
                (ws, is)
            };
            if trust == Trust::Compared && found <= FORMAT_VERSION {
                compare(&conn, path, &is, &state)?;
            }
            let steps = Steps::from_history(&history::changes(&conn)?);
            if access == Access::Write {
                conn.pragma_update(None, "journal_mode", "WAL")?;
                conn.pragma_update(None, "synchronous", "FULL")?;
                conn.pragma_update(None, "foreign_keys", true)?;
                let name = path.file_name().and_then(|n| n.to_str());
                file::sweep(path, |n| Some(n) == name);
            }
            Ok((conn, copy, ws, state, steps))
        })();
        let (conn, copy, ws, state, steps) = loaded.map_err(|e| at(path, e))?;
        Ok(PlanFile {
            conn,
            path: path.clone(),
            ws,
            state,
            steps,
            read_only,
            key: key.cloned(),
            copy,
            closed: false,
            _lock: lock,
        })
    }

    /// Everything in the file.
    pub fn workspace(&self) -> &Workspace {
        &self.ws
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The passphrase it was opened with; `None` for a file that has none.
    pub fn passphrase(&self) -> Key<'_> {
        self.key.as_ref()
    }

    /// Why it can only be read, if so.
    pub fn read_only(&self) -> Option<&str> {
        self.read_only.as_deref()
    }

    /// Where the copy is that was made of the file before opening it raised its format, if it did.
    pub fn copy_before_raising(&self) -> Option<&Path> {
        self.copy.as_deref()
    }

    /// The number of the last row of the history and its moment.
    pub fn last_change(&self) -> Option<(i64, String)> {
        self.conn
            .query_row(
                "SELECT seq, at FROM history ORDER BY seq DESC LIMIT 1",
                [],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )
            .ok()
    }

    /// Every row of the history, oldest first.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn history(&self) -> Result<Vec<Entry>, PlanFileError> {
        history::entries(&self.conn)
    }

    /// Closes it, so that one file is left that can be copied and opened from a read-only place.
    ///
    /// # Errors
    /// The disk refuses; the data is safe all the same, in the file and the journal beside it.
    pub fn close(mut self) -> Result<(), PlanFileError> {
        self.shut()
    }

    fn shut(&mut self) -> Result<(), PlanFileError> {
        if std::mem::replace(&mut self.closed, true) || self.read_only.is_some() {
            return Ok(());
        }
        self.conn.flush_prepared_statement_cache();
        // Plays the journal into the file and removes it; somebody who is reading meanwhile only postpones that.
        match self
            .conn
            .query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))
        {
            Err(rusqlite::Error::SqliteFailure(f, _))
                if matches!(f.code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {}
            other => other?,
        }
        Ok(())
    }
}

impl Drop for PlanFile {
    fn drop(&mut self) {
        if let Err(e) = self.shut() {
            tracing::warn!(error = %e, "closing the plan file");
        }
    }
}

fn fill(
    tmp: &Path,
    ws: &Workspace,
    operation: &str,
    stamp: &Stamp,
    key: Key<'_>,
) -> Result<(), PlanFileError> {
    let conn = Connection::open(tmp)?;
    cipher::unlock(&conn, tmp, key)?;
    conn.pragma_update(None, "page_size", 4096)?;
    conn.execute_batch("BEGIN IMMEDIATE")?;
    schema::create(&conn)?;
    let mut state = Adding::new();
    let content = {
        let mut session = Session::new(&conn)?;
        for t in Table::ALL {
            session.attach(Some(t.spec().name))?;
        }
        for t in Table::ALL {
            for row in ws.rows(*t) {
                sql::insert(&conn, *t, &row)?;
                state.add(*t, &row);
            }
        }
        let mut content = Vec::new();
        session.changeset_strm(&mut content)?;
        content
    };
    let state = state.state();
    conn.execute(
        "INSERT INTO head (one, state) VALUES (1, ?1)",
        [state.bytes()],
    )?;
    let first = NewRow {
        kind: "baseline",
        operation,
        merge_key: None,
        step: None,
        changeset: Vec::new(),
        data_hash: state.digest(),
        other_parent: None,
    };
    history::append(&conn, &Link::after((0, vec![0; 32]), first, stamp))?;
    keyframe::put(&conn, 1, FORMAT_VERSION, &content)?;
    conn.flush_prepared_statement_cache();
    conn.execute_batch("COMMIT")?;
    conn.close().map_err(|(_, e)| e.into())
}

fn writable(path: &Path, by: &Stamp) -> Result<Lock, PlanFileError> {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    let read_only = |why: &str| PlanFileError::ReadOnly {
        path: path.into(),
        why: why.into(),
    };
    match std::fs::OpenOptions::new().write(true).open(path) {
        Err(e) if matches!(e.kind(), PermissionDenied | ReadOnlyFilesystem) => {
            return Err(read_only("the file is write-protected"));
        }
        other => drop(other.map_err(PlanFileError::io(format!(
            "{} could not be opened",
            path.display()
        )))?),
    }
    let who = format!("{} on {}, since {}", by.author, by.device, by.at);
    match Lock::take(path, &who) {
        Err(PlanFileError::Io { source, .. })
            if matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem) =>
        {
            Err(read_only("its folder is write-protected"))
        }
        other => other,
    }
}

/// The format of a file that is newer than what this program writes; refused where the file says that this program must
/// not read it.
fn newer(path: &Path, found: i64, key: Key<'_>) -> Result<Option<i64>, PlanFileError> {
    if found <= FORMAT_VERSION {
        return Ok(None);
    }
    let needs = oldest_reader(path, key);
    if format::is_version_from(format::PROGRAM, &needs) {
        return Ok(Some(found));
    }
    Err(PlanFileError::TooNew {
        path: path.into(),
        found,
        needs,
    })
}

/// The connection to go on with, verified and in this program's format, and where a copy of the file was put.
fn current(
    conn: Connection,
    path: &Path,
    access: Access,
    found: i64,
    (by, key): (&Stamp, Key<'_>),
) -> Result<(Connection, Option<PathBuf>), PlanFileError> {
    if found == FORMAT_VERSION {
        return Ok((conn, None));
    }
    if found > FORMAT_VERSION {
        verify(&conn, path, found)?;
        return Ok((conn, None));
    }
    if access == Access::Read {
        return Ok((migrate::in_memory(&conn, path, found, key)?, None));
    }
    verify(&conn, path, found)?;
    let copy = migrate::in_place(&conn, path, found, by, key)?;
    tracing::info!(
        from = found,
        to = FORMAT_VERSION,
        "raised the format of the plan file"
    );
    Ok((conn, Some(copy)))
}

pub(crate) fn changed_from_outside(path: &Path) -> PlanFileError {
    PlanFileError::Damaged {
        path: path.into(),
        what: "its data is not what the last change left: a value was changed from outside".into(),
    }
}

/// The format a database says it has.
pub(crate) fn format_of(conn: &Connection) -> rusqlite::Result<i64> {
    conn.query_row("PRAGMA user_version", [], |r| r.get(0))
}

/// The data hash as it is kept.
pub(crate) fn state(conn: &Connection, path: &Path) -> Result<LtHash, PlanFileError> {
    let bytes: Vec<u8> =
        conn.query_row("SELECT state FROM head WHERE one = 1", [], |r| r.get(0))?;
    LtHash::from_bytes(&bytes).ok_or_else(|| PlanFileError::Damaged {
        path: path.into(),
        what: "its data hash has another length".into(),
    })
}

/// Whether the data is compared with its hash before it is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    Compared,
    ToBeChecked,
}

/// Refuses a file whose records are not those that its data hash and the last row of its history tell.
fn compare(
    conn: &Connection,
    path: &Path,
    is: &LtHash,
    state: &LtHash,
) -> Result<(), PlanFileError> {
    let told: Vec<u8> = conn.query_row(
        "SELECT data_hash FROM history ORDER BY seq DESC LIMIT 1",
        [],
        |r| r.get(0),
    )?;
    if told == state.digest() && is == state {
        return Ok(());
    }
    Err(changed_from_outside(path))
}

/// The largest file that is opened, in bytes: 4 GiB, a thousand times what years of work take.
const LARGEST: u64 = 4 << 30;

fn refuse_too_big(path: &Path) -> Result<(), PlanFileError> {
    let bytes = std::fs::metadata(path).map_or(0, |m| m.len());
    if bytes <= LARGEST {
        return Ok(());
    }
    Err(PlanFileError::Foreign {
        path: path.into(),
        what: format!("it has {bytes} bytes, and a plan file has {LARGEST} at most"),
    })
}

/// Takes back what was half written when the power went off: a connection that only reads cannot. Where that fails, reading
/// says why; where somebody is writing at this moment, SQLite leaves the journal alone.
fn play_back(path: &Path, key: Key<'_>) {
    if format::sibling(path, "-journal").exists()
        && let Ok(conn) = connect(path, Access::Write, key)
    {
        let _ = format_of(&conn);
    }
}

/// A connection to a file, unlocked and set up so that nothing in it is trusted.
pub(crate) fn connect(
    path: &Path,
    access: Access,
    key: Key<'_>,
) -> Result<Connection, PlanFileError> {
    let flags = match access {
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(Duration::from_millis(1500))?;
    cipher::unlock(&conn, path, key)?;
    configure(&conn)?;
    Ok(conn)
}

/// What a statement or a value of a hostile file may ask for at most; each is far above what the program needs itself.
const LIMITS: [(Limit, i32); 9] = [
    // Bytes of a value: the largest is the frozen content of a version or the changeset of a large import.
    (Limit::SQLITE_LIMIT_LENGTH, 512 << 20),
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
    (Limit::SQLITE_LIMIT_COLUMN, 200),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 20),
    (Limit::SQLITE_LIMIT_FUNCTION_ARG, 32),
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 8),
];

/// Sets a connection up so that nothing in its database is trusted.
pub(crate) fn configure(conn: &Connection) -> Result<(), rusqlite::Error> {
    conn.set_prepared_statement_cache_capacity(256);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    limit(conn)
}

/// Sets limits to what a database may ask for, and lets it run nothing of its own.
pub(crate) fn limit(conn: &Connection) -> Result<(), rusqlite::Error> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    for (limit, most) in LIMITS {
        conn.set_limit(limit, most)?;
    }
    conn.pragma_update(None, "cell_size_check", true)?;
    conn.pragma_update(None, "mmap_size", 0)
}

/// Everything that is looked at before the first record of a file of a format is believed.
pub(crate) fn verify(conn: &Connection, path: &Path, format: i64) -> Result<(), PlanFileError> {
    is_sound(conn, path, format)?;
    match crate::check::dangling(conn)? {
        Some(table) => Err(dangling(path, &table)),
        None => Ok(()),
    }
}

pub(crate) fn dangling(path: &Path, table: &str) -> PlanFileError {
    PlanFileError::Damaged {
        path: path.into(),
        what: format!("a record of {table} refers to one that is not there"),
    }
}

/// Pages and schema alone.
fn is_sound(conn: &Connection, path: &Path, format: i64) -> Result<(), PlanFileError> {
    let damaged = |what: String| PlanFileError::Damaged {
        path: path.into(),
        what,
    };
    if format < 1 {
        return Err(damaged(format!("it says that it has format {format}")));
    }
    let quick: String = conn.query_row("PRAGMA quick_check(1)", [], |r| r.get(0))?;
    if quick != "ok" {
        let said = quick.replace("*** in database main ***", "");
        let said: Vec<&str> = said.split_whitespace().collect();
        return Err(damaged(format!(
            "its pages do not fit together (SQLite says: {})",
            said.join(" ")
        )));
    }
    let differs = if format > FORMAT_VERSION {
        schema::lacks(conn)?
    } else {
        schema::difference(conn, format)?
    };
    if let Some(d) = differs {
        return Err(damaged(d));
    }
    Ok(())
}

fn oldest_reader(path: &Path, key: Key<'_>) -> String {
    let ask = || -> Result<String, PlanFileError> {
        Ok(connect(path, Access::Read, key)?.query_row(
            "SELECT value FROM format WHERE key = 'oldest_reader'",
            [],
            |r| r.get(0),
        )?)
    };
    ask()
        .ok()
        .filter(|v| v.len() < 40)
        .unwrap_or_else(|| "of a later version".into())
}

/// Puts the file's name to what SQLite says about it.
pub(crate) fn at(path: &Path, e: PlanFileError) -> PlanFileError {
    let path: PathBuf = path.into();
    match &e {
        PlanFileError::Sqlite(rusqlite::Error::SqliteFailure(f, m)) => match f.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => PlanFileError::OpenElsewhere { path, who: None },
            ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => {
                PlanFileError::Damaged { path, what: m.clone().unwrap_or_else(|| "its pages do not fit together".into()) }
            }
            ErrorCode::CannotOpen | ErrorCode::ReadOnly => PlanFileError::ReadOnly {
                path,
                why: "it was not closed properly and has to be opened once in a place that can be written".into(),
            },
            ErrorCode::SystemIoFailure => PlanFileError::Damaged { path, what: "it cannot be read to its end".into() },
            _ => e,
        },
        PlanFileError::Sqlite(_) => PlanFileError::Damaged { path, what: e.to_string() },
        PlanFileError::BadField(b) => PlanFileError::Damaged { path, what: b.to_string() },
        _ => e,
    }
}
