//! What the plan file costs: one edit committed beside what the disk and SQLite alone take, and opening.

use crate::{Outcome, SEED, folder, median, ms};
use mainstay_analysis::synthetic;
use mainstay_domain::{Datum, Record, Table};
use mainstay_planfile::{
    Access, Choices, Key, Operation, Passphrase, PlanFile, PlanFileError, Search, Stamp,
};
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
        "{:>11} {:>16} {:>10} {:>10} {:>10} {:>18} {:>18}",
        "services", "one edit, ms", "x bare", "open, ms", "file, MB", "encrypted: edit x", "open x"
    );
    let passphrase = Passphrase::new("correct horse battery staple")?;
    for n in SIZES {
        let (open, edit, size) = one_size(dir, n, None)?;
        let hidden = one_size(dir, n, Some(&passphrase))?;
        let times = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64();
        println!(
            "{n:>11} {:>16} {:>10.1} {:>10} {size:>10.1} {:>18.1} {:>18.1}",
            fine(edit),
            times(edit, bare),
            ms(open),
            times(hidden.1, edit),
            times(hidden.0, open)
        );
    }
    let changes = 10_000;
    let (whole, planned, records) = merge(dir, changes, None)?;
    let hidden = merge(dir, changes, Some(&passphrase))?.0;
    println!(
        "  bringing back a copy with {changes} changes into {records} records: {} ms, of which planning the merge {} ms; encrypted x {:.1}",
        ms(whole),
        ms(planned),
        hidden.as_secs_f64() / whole.as_secs_f64()
    );
    search(10_000)?;
    Ok(())
}

/// Opening a file of so many services, one edit in it, and its size in MB. The key of an encrypted one is derived anew each
/// time, as when a program is started.
fn one_size(dir: &Path, n: usize, key: Key<'_>) -> Outcome<(Duration, Duration, f64)> {
    let file = dir.join(format!("{n}-{}.mainstay", key.is_some()));
    let ws = synthetic::workspace(n, SEED);
    PlanFile::create_with(&file, &ws, "make", &stamp(0), key)?;
    let open = median(9, |_| {
        let key = match key {
            Some(_) => Some(Passphrase::new("correct horse battery staple")?),
            None => None,
        };
        let begun = Instant::now();
        let f = PlanFile::open_with(&file, Access::Write, &stamp(1), key.as_ref())?;
        let took = begun.elapsed();
        f.close()?;
        Ok(took)
    })?;
    let edit = one_edit(&file, key)?;
    Ok((open, edit, std::fs::metadata(&file)?.len() as f64 / 1e6))
}

/// Bringing back a copy in which so many services were renamed: the whole, what of it is planning, and how many records
/// there are.
fn merge(dir: &Path, changes: usize, key: Key<'_>) -> Outcome<(Duration, Duration, usize)> {
    let file = dir.join(format!("merge-{}.mainstay", key.is_some()));
    let ws = synthetic::workspace(changes, SEED);
    PlanFile::create_with(&file, &ws, "make", &stamp(0), key)?;
    let open = |path: &Path, access, at| PlanFile::open_with(path, access, &stamp(at), key);
    let mut ours = open(&file, Access::Write, 1)?;
    let room = dir.join(format!("room-{}.mainstay", key.is_some()));
    ours.give_out(&room, "Room A", &stamp(2), &mut |_, _| true)?;
    let mut copy = open(&room, Access::Write, 3)?;
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
    let copy = open(&room, Access::Read, 5)?;
    let mut planned = Vec::new();
    let whole = median(5, |i| {
        let begun = Instant::now();
        let back = ours.returning(&copy)?;
        let merged = ours.plan_merge(&back, &copy, &Choices::default());
        planned.push(begun.elapsed());
        let op = Operation::named("bring back");
        ours.bring_back::<PlanFileError>(&back, &copy, &merged, (&op, &stamp(6 + i)), |_| Ok(()))?;
        let took = begun.elapsed();
        if merged.changes.len() != changes {
            return Err("not every change came in".into());
        }
        ours.undo(&stamp(20 + i))?;
        Ok(took)
    })?;
    planned.sort_unstable();
    let records = Table::ALL.iter().map(|t| ours.workspace().count(*t)).sum();
    ours.close()?;
    Ok((whole, planned.get(2).copied().unwrap_or_default(), records))
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
fn one_edit(file: &Path, key: Key<'_>) -> Outcome<Duration> {
    let mut f = PlanFile::open_with(file, Access::Write, &stamp(2), key)?;
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
