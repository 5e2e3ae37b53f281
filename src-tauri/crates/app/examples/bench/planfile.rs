//! What the plan file costs: one edit committed beside what the disk and SQLite alone take, and opening.

use crate::{Outcome, SEED, folder, median, ms};
use mainstay_analysis::synthetic;
use mainstay_domain::{Datum, Record, Table};
use mainstay_planfile::{Access, Choices, Operation, PlanFile, PlanFileError, Search, Stamp};
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
    merge(dir, 10_000)?;
    search(10_000)?;
    Ok(())
}

/// Bringing back a copy in which so many services were renamed, each a change of its own here and there.
fn merge(dir: &Path, changes: usize) -> Outcome<()> {
    let file = dir.join("merge.mainstay");
    PlanFile::create(
        &file,
        &synthetic::workspace(changes, SEED),
        "make",
        &stamp(0),
    )?;
    let mut ours = PlanFile::open(&file, Access::Write, &stamp(1))?;
    let room = dir.join("room.mainstay");
    ours.give_out(&room, "Room A", &stamp(2), &mut |_, _| true)?;
    let mut copy = PlanFile::open(&room, Access::Write, &stamp(3))?;
    let all: Vec<_> = copy
        .workspace()
        .services
        .iter()
        .map(|s| {
            let mut row = s.to_row();
            let name = row.data.get_mut(1).ok_or("a service has a name")?;
            *name = Datum::Text(format!("{} of the room", s.name));
            Ok((Table::Service, s.id.0, Some(row)))
        })
        .collect::<Outcome<_>>()?;
    copy.transact::<_, PlanFileError>(&Operation::named("rename"), &stamp(4), |tx| {
        tx.apply_all(&all)
    })?;
    copy.close()?;
    let copy = PlanFile::open(&room, Access::Read, &stamp(5))?;
    let mut planned = Duration::ZERO;
    let whole = median(5, |i| {
        let begun = Instant::now();
        let back = ours.returning(&copy)?;
        let merged = ours.plan_merge(&back, &copy, &Choices::default());
        planned = begun.elapsed();
        let op = Operation::named("bring back");
        ours.bring_back::<PlanFileError>(&back, &copy, &merged, (&op, &stamp(6 + i)), |_| Ok(()))?;
        let took = begun.elapsed();
        if merged.changes.len() != changes {
            return Err("not every change came in".into());
        }
        ours.undo(&stamp(20 + i))?;
        Ok(took)
    })?;
    println!(
        "  bringing back a copy with {changes} changes into {} records: {} ms, of which planning the merge {} ms",
        Table::ALL
            .iter()
            .map(|t| ours.workspace().count(*t))
            .sum::<usize>(),
        ms(whole),
        ms(planned)
    );
    ours.close()?;
    Ok(())
}

/// Finding words in a hundred thousand records.
fn search(services: usize) -> Outcome<()> {
    let ws = synthetic::workspace(services, SEED);
    let begun = Instant::now();
    let index = Search::of(&ws)?;
    let built = begun.elapsed();
    let some = ws.services.get(services / 2).ok_or("a service")?;
    let name = some.name.split(' ').next().unwrap_or_default().to_owned();
    let typed: String = name.chars().take(3).collect();
    let queries = [
        some.code.0.clone(),
        name,
        typed,
        "s".into(),
        "nothing like it".into(),
    ];
    let mut all = Vec::new();
    for q in &queries {
        all.push(median(21, |_| {
            let begun = Instant::now();
            std::hint::black_box(index.find(q, 20)?);
            Ok(begun.elapsed())
        })?);
    }
    let shown: Vec<String> = queries
        .iter()
        .zip(&all)
        .map(|(q, d)| format!("“{q}” {}", fine(*d)))
        .collect();
    println!(
        "  search in {} records, built in {} ms: {} ms",
        Table::ALL.iter().map(|t| ws.count(*t)).sum::<usize>(),
        ms(built),
        shown.join(", ")
    );
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
