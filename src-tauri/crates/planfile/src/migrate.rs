//! Raising a file of an older format to the one this program writes: a copy beside it first, then all or nothing.

use crate::history::{self, Link, NewRow, Stamp};
use crate::open;
use crate::schema::{self, SCHEMA, Schema};
use crate::{FORMAT_VERSION, Key, PlanFileError, copy, keyframe, past, rekey, sql};
use rusqlite::Connection;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Raises the file in its place; returns where the copy of it is.
///
/// The file was verified as one of format `from`. Where the steps only append, the data stays as it is, and the history gets
/// a row without a changeset, which undo passes by. A step that does more begins a new epoch: the data before it is kept
/// under the old schema, the history gets a baseline, and undo stops there.
///
/// # Errors
/// No room for the copy, somebody reads the file, a record is not legal; the file is as it was before, and no copy is left.
pub(crate) fn in_place(
    conn: &Connection,
    path: &Path,
    from: i64,
    by: &Stamp,
    key: Key<'_>,
) -> Result<PathBuf, PlanFileError> {
    in_place_by(conn, path, from, (by, key), &SCHEMA)
}

fn in_place_by(
    conn: &Connection,
    path: &Path,
    from: i64,
    (by, key): (&Stamp, Key<'_>),
    schema: &Schema<'_>,
) -> Result<PathBuf, PlanFileError> {
    // Out of the write-ahead journal: with it, the header would tell the old format until the journal is played back.
    let mode: String = conn.query_row("PRAGMA journal_mode = DELETE", [], |r| r.get(0))?;
    if mode != "delete" {
        return Err(copy::busy());
    }
    conn.pragma_update(None, "synchronous", "FULL")?;
    // Taken before the copy, so that nobody writes between the two.
    conn.execute_batch("BEGIN IMMEDIATE")?;
    let mut made = None;
    let done = (|| {
        let copy = made.insert(copy_aside(path, key)?).clone();
        raise(conn, path, from, by, schema)?;
        conn.execute_batch("COMMIT")?;
        Ok(copy)
    })();
    if done.is_err() {
        if !conn.is_autocommit() {
            let _ = conn.execute_batch("ROLLBACK");
        }
        // Where it cannot be told how the file is now, the copy stays.
        if let Some(copy) = made.filter(|_| open::format_of(conn).is_ok_and(|f| f == from)) {
            let _ = std::fs::remove_file(copy);
        }
    }
    done
}

/// A copy of the file in memory, raised there; nothing is written on the disk.
///
/// # Errors
/// The file cannot be read or is damaged.
pub(crate) fn in_memory(
    file: &Connection,
    path: &Path,
    from: i64,
    key: Key<'_>,
) -> Result<Connection, PlanFileError> {
    let mut conn = Connection::open_in_memory()?;
    match key {
        // What is in memory has no key, and pages are not copied between the two kinds.
        Some(key) => rekey::export(path, key, &conn)?,
        None => copy::pages(file, &mut conn, &mut copy::unwatched())?,
    }
    open::configure(&conn)?;
    open::verify(&conn, path, from)?;
    conn.execute_batch("BEGIN")?;
    schema::raise(&conn, from, &schema::SCHEMA_STEPS)?;
    conn.execute_batch("COMMIT")?;
    Ok(conn)
}

fn raise(
    conn: &Connection,
    path: &Path,
    from: i64,
    by: &Stamp,
    schema: &Schema<'_>,
) -> Result<(), PlanFileError> {
    // What was changed from outside must not become what the program itself has written.
    if past::raw_hash(conn, path)? != open::state(conn, path)? {
        return Err(open::changed_from_outside(path));
    }
    let (tip, to) = (history::tip(conn)?, schema.format());
    let epoch = schema.epoch_after(from);
    if let Some(first) = epoch {
        // As it is under the old schema, to which the changesets of the old epoch fit.
        let old = schema.upto(first - 1);
        schema::raise(conn, from, old)?;
        keyframe::put(conn, tip.0, first - 1, &keyframe::content(conn, old)?)?;
        schema::raise(conn, first - 1, schema.steps)?;
    } else {
        schema::raise(conn, from, schema.steps)?;
    }
    if let Some(what) = schema::difference_to(conn, schema.model)? {
        return Err(PlanFileError::Damaged {
            path: path.into(),
            what,
        });
    }
    // Read before it is committed, so that a file that cannot be opened afterwards stays what it was.
    let ws = sql::load(conn)?;
    let state = match epoch {
        Some(_) => past::rehash(&ws),
        None => open::state(conn, path)?,
    };
    if epoch.is_some() {
        conn.execute("UPDATE head SET state = ?1 WHERE one = 1", [state.bytes()])?;
    }
    let new = NewRow {
        kind: if epoch.is_some() { "baseline" } else { "edit" },
        operation: &format!("bring the file to format {to}"),
        merge_key: None,
        step: None,
        changeset: Vec::new(),
        data_hash: state.digest(),
        other_parent: None,
    };
    let link = Link::after(tip, new, by);
    history::append(conn, &link)?;
    // Files of the first formats kept nothing from which the data could be made anew, and a new epoch starts with it.
    if epoch.is_some() || !keyframe::any(conn)? {
        let content = keyframe::content(conn, schema.steps)?;
        keyframe::put(conn, link.entry.seq, to, &content)?;
    }
    conn.flush_prepared_statement_cache();
    Ok(())
}

/// Copies the file beside itself under a name that was free, synced and read back.
fn copy_aside(path: &Path, key: Key<'_>) -> Result<PathBuf, PlanFileError> {
    let what = format!(
        "{} could not be copied before it is brought to format {FORMAT_VERSION}",
        path.display()
    );
    let target = reserve(path, &what)?;
    copy::over(
        path,
        &target,
        &what,
        key,
        &mut copy::unwatched(),
        |_| Ok(()),
    )
    .inspect_err(|_| drop(std::fs::remove_file(&target)))
    .map(|()| target)
}

/// Makes an empty file under a name that says what it will be; a second copy of the same name gets a number.
fn reserve(path: &Path, what: &str) -> Result<PathBuf, PlanFileError> {
    let mut n = 1;
    loop {
        let target = path.with_file_name(copy_name(path, n));
        match std::fs::File::create_new(&target) {
            Ok(_) => return Ok(target),
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists && n < 1000 => n += 1,
            Err(e) => return Err(PlanFileError::io(what)(e)),
        }
    }
}

/// The copies that were put aside of a file, of whatever format.
pub(crate) fn copies_aside(path: &Path) -> Result<Vec<PathBuf>, PlanFileError> {
    let dir = match path.parent() {
        Some(d) if !d.as_os_str().is_empty() => d,
        _ => Path::new("."),
    };
    let cannot = || PlanFileError::io(format!("the folder {} could not be read", dir.display()));
    let mut start = stem(path).to_owned();
    start.push(".before-format-");
    let mut out = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(cannot())? {
        let name = entry.map_err(cannot())?.file_name();
        let aside = name
            .as_encoded_bytes()
            .strip_prefix(start.as_encoded_bytes())
            .is_some_and(|rest| rest.ends_with(b".mainstay"));
        if aside {
            out.push(path.with_file_name(name));
        }
    }
    Ok(out)
}

/// The name of a plan file without its ending.
fn stem(path: &Path) -> &OsStr {
    let ending = path.extension().filter(|e| *e == "mainstay");
    let whole = path.file_name().unwrap_or_default();
    ending.and(path.file_stem()).unwrap_or(whole)
}

/// `plan.before-format-5.mainstay`, then `plan.before-format-5.2.mainstay` and so on.
fn copy_name(path: &Path, n: u32) -> OsString {
    let mut name = stem(path).to_owned();
    name.push(format!(".before-format-{FORMAT_VERSION}"));
    if n > 1 {
        name.push(format!(".{n}"));
    }
    name.push(".mainstay");
    name
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

    use super::*;
    use crate::{Access, Operation, PlanFile};
    use mainstay_domain::{Datum, Row, Table, Uuid, Workspace};

    const FIXTURE: &[u8] = include_bytes!("../tests/fixtures/format-1.mainstay");

    fn stamp() -> Stamp {
        Stamp {
            at: "2026-11-24T09:00:00Z".into(),
            author: "Grace".into(),
            device: "desk".into(),
        }
    }

    /// Raising it so fails with this, and everything is as it was.
    #[track_caller]
    fn check(prepare: &str, steps: &[&str], expect: &str) {
        let schema = Schema { steps, ..SCHEMA };
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("plan.mainstay");
        std::fs::write(&path, FIXTURE).unwrap();
        let conn = open::connect(&path, Access::Write, None).unwrap();
        conn.execute_batch(prepare).unwrap();
        let e = in_place_by(&conn, &path, 1, (&stamp(), None), &schema).unwrap_err();
        assert!(format!("{e:?}").contains(expect), "{e:?}");
        drop(conn);
        assert!(
            std::fs::read(&path).unwrap() == FIXTURE,
            "the file was changed"
        );
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        let file = PlanFile::open(&path, Access::Write, &stamp()).unwrap();
        assert_eq!(file.check().unwrap().damage, []);
    }

    #[test]
    fn a_step_that_fails_leaves_everything_as_it_was() {
        let (last, before) = schema::SCHEMA_STEPS.split_last().unwrap();
        let ending = |more: &str, expect: &str| {
            let broken = format!("{last} {more}");
            check("", &[before, &[&broken]].concat(), expect);
        };
        ending("CREATE TABLE scenario (again);", "already exists");
        ending(
            "CREATE TABLE stray (x); UPDATE site SET name = 'gone';",
            "stray",
        );
        ending("DROP TABLE site;", "is missing");
    }

    #[test]
    fn a_full_disk_leaves_everything_as_it_was() {
        check("PRAGMA max_page_count = 140", SCHEMA.steps, "DiskFull");
    }

    /// A step that does more than append: a table is made anew, and what it holds is changed.
    const EPOCH: &str = "CREATE TABLE site_anew (id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16), pos INTEGER NOT NULL,
           code TEXT NOT NULL, name TEXT NOT NULL, address TEXT, hazards TEXT) STRICT, WITHOUT ROWID;
         INSERT INTO site_anew SELECT id, pos, code, upper(name), address, hazards FROM site;
         DROP TABLE site;
         ALTER TABLE site_anew RENAME TO site;";

    #[test]
    fn before_an_epoch_the_data_is_made_again_under_its_old_schema() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("plan.mainstay");
        let site = |name: &str| {
            let text = |s: &str| Datum::Text(s.into());
            let values = [("code", text("hq")), ("name", text(name))];
            Table::Site.spec().row(Uuid::from_u128(1), 1, &values)
        };
        let mut ws = Workspace::default();
        ws.put(Table::Site, &site("first")).unwrap();
        PlanFile::create(&path, &ws, "make it", &stamp()).unwrap();
        let mut file = PlanFile::open(&path, Access::Write, &stamp()).unwrap();
        let op = Operation::named("change it");
        let put = |file: &mut PlanFile, row: Option<Row>| {
            file.transact(&op, &stamp(), |tx| match &row {
                Some(row) => tx.put(Table::Site, row),
                None => tx.remove(Table::Site, Uuid::from_u128(1)),
            })
            .unwrap();
        };
        put(&mut file, Some(site("second")));
        put(&mut file, None);
        put(&mut file, Some(site("fourth")));
        file.close().unwrap();

        let steps: Vec<&str> = SCHEMA.steps.iter().copied().chain([EPOCH]).collect();
        let schema = Schema {
            steps: &steps,
            epochs: &[FORMAT_VERSION + 1],
            model: &steps,
        };
        let conn = open::connect(&path, Access::Write, None).unwrap();
        in_place_by(&conn, &path, FORMAT_VERSION, (&stamp(), None), &schema).unwrap();
        let rows = history::entries(&conn).unwrap();
        assert_eq!(rows.len(), 5);
        assert_eq!(rows[4].kind, "baseline");
        assert_eq!(sql::load(&conn).unwrap().sites[0].name, "FOURTH");
        // The hash of all data is that of the data as it is now.
        let state = open::state(&conn, &path).unwrap();
        assert!(state == past::rehash(&sql::load(&conn).unwrap()));
        assert_eq!(rows[4].data_hash, history::hex(&state.digest()));

        let then = |seq: usize| {
            let epoch = past::epoch_after(&conn, seq as i64).unwrap();
            let goal = (seq as i64, &*rows[seq - 1].data_hash);
            past::before_epoch(&conn, &path, goal, epoch.unwrap(), &schema)
        };
        for (seq, name) in [(1, "FIRST"), (2, "SECOND"), (4, "FOURTH")] {
            assert_eq!(then(seq).unwrap().sites[0].name, name);
        }
        assert_eq!(then(3).unwrap().sites, []);
        assert_eq!(past::epoch_after(&conn, 5).unwrap(), None);
        let steps = crate::undo::Steps::from_history(&history::changes(&conn).unwrap());
        assert!(
            format!("{steps:?}").contains("began a new epoch"),
            "{steps:?}"
        );

        // What was changed from outside is found.
        conn.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)
            .unwrap();
        conn.execute_batch(
            "DROP TRIGGER keyframe_is_append_only_update;
             UPDATE keyframe SET content = (SELECT content FROM keyframe WHERE seq = 1) WHERE seq = 4;",
        )
        .unwrap();
        for seq in 1..=4 {
            let e = then(seq).unwrap_err();
            assert!(e.to_string().contains("cannot be made again"), "{e}");
        }
    }

    #[test]
    fn copies_are_named_after_the_file() {
        let name = |path: &str, n| copy_name(Path::new(path), n).into_string().unwrap();
        assert_eq!(name("a/plan.mainstay", 1), "plan.before-format-5.mainstay");
        assert_eq!(name("plan.mainstay", 3), "plan.before-format-5.3.mainstay");
        assert_eq!(
            name("a.b/plan v1.2", 1),
            "plan v1.2.before-format-5.mainstay"
        );
    }
}
