//! What the plan file costs: one edit committed beside what the disk and SQLite alone take, and opening.

use crate::{Outcome, SEED, folder, median, ms};
use mainstay_analysis::synthetic;
use mainstay_planfile::{Access, Operation, PlanFile, PlanFileError, Stamp};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

const SIZES: [usize; 3] = [100, 1_000, 10_000];
const TIMES: usize = 201;

fn stamp(second: usize) -> Stamp {
    Stamp {
        at: format!(
            "2026-11-25T{:02}:{:02}:{:02}Z",
            second / 3600 % 24,
            second / 60 % 60,
            second % 60
        ),
        author: "benchmark".into(),
        device: "benchmark".into(),
    }
}

/// All of it, in the temporary folder, which should be on a real disk.
pub fn run() -> Outcome<()> {
    let dir = folder(&std::env::temp_dir())?;
    let done = measure(&dir);
    let _ = std::fs::remove_dir_all(&dir);
    done
}

fn measure(dir: &Path) -> Outcome<()> {
    let (sync, bare) = (sync_alone(dir)?, bare_commit(dir)?);
    println!("\nThe plan file, on the disk of the temporary folder:");
    println!(
        "  one write synced to the disk {} ms, a bare commit of SQLite (write-ahead journal, full sync) {} ms",
        fine(sync),
        fine(bare)
    );
    println!(
        "{:>11} {:>16} {:>14} {:>10} {:>10}",
        "services", "one edit, ms", "x bare", "open, ms", "file, MB"
    );
    for n in SIZES {
        let file = dir.join(format!("{n}.mainstay"));
        PlanFile::create(&file, &synthetic::workspace(n, SEED), "make", &stamp(0))?;
        let open = median(9, |_| {
            let begun = Instant::now();
            let f = PlanFile::open(&file, Access::Write, &stamp(1))?;
            let took = begun.elapsed();
            f.close()?;
            Ok(took)
        })?;
        let edit = one_edit(&file)?;
        let size = std::fs::metadata(&file)?.len() as f64 / 1e6;
        println!(
            "{n:>11} {:>16} {:>14.1} {:>10} {size:>10.1}",
            fine(edit),
            edit.as_secs_f64() / bare.as_secs_f64(),
            ms(open)
        );
    }
    Ok(())
}

/// Writing a page and syncing it.
fn sync_alone(dir: &Path) -> Outcome<Duration> {
    let mut f = std::fs::File::create(dir.join("sync"))?;
    f.write_all(&[0; 4096])?;
    f.sync_all()?;
    median(TIMES, |i| {
        let begun = Instant::now();
        f.seek(SeekFrom::Start(0))?;
        f.write_all(&[i as u8; 4096])?;
        f.sync_data()?;
        Ok(begun.elapsed())
    })
}

/// The least that SQLite does for a commit that survives a power cut.
fn bare_commit(dir: &Path) -> Outcome<Duration> {
    let conn = rusqlite::Connection::open(dir.join("bare.db"))?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO t VALUES (1, '');",
    )?;
    let mut update = conn.prepare("UPDATE t SET x = ?1 WHERE id = 1")?;
    median(TIMES, |i| {
        let begun = Instant::now();
        update.execute([i.to_string()])?;
        Ok(begun.elapsed())
    })
}

/// Renaming a service, each a step of its own.
fn one_edit(file: &Path) -> Outcome<Duration> {
    let mut f = PlanFile::open(file, Access::Write, &stamp(2))?;
    let middle = f.workspace().services.len() / 2;
    let took = median(TIMES, |i| {
        let mut service = f.workspace().services[middle].clone();
        service.name = format!("Service {i}");
        let op = Operation::named("rename");
        let begun = Instant::now();
        f.transact::<_, PlanFileError>(&op, &stamp(i), |tx| tx.put_record(&service))?;
        Ok(begun.elapsed())
    })?;
    f.close()?;
    Ok(took)
}

fn fine(d: Duration) -> String {
    format!("{:.3}", d.as_secs_f64() * 1e3)
}
