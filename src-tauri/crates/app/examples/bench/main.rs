//! How long a planner waits: from an edit to its consequence, opening a file, the PDF; and the memory all that takes.
//!
//! `cargo xtask bench [SERVICES ...]`, 100, 1,000 and 10,000 when none are named. Each size runs in a process of its own,
//! so that its memory is its own. Times are medians.

#![allow(clippy::print_stdout)]

mod calculations;
mod planfile;
mod signatures;

use mainstay_app::{App, Config};
use serde_json::{Value, json};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

type Outcome<T> = Result<T, Box<dyn Error>>;

const SIZES: [usize; 3] = [100, 1_000, 10_000];
const SEED: u64 = 1;

fn main() -> Outcome<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, n] = args.as_slice()
        && flag == "--one"
    {
        return one(n.parse()?);
    }
    if args == ["--pdf"] {
        return pdfs();
    }
    if args == ["--calculations"] {
        return calculations::run();
    }
    if args == ["--plan-file"] {
        return planfile::run();
    }
    if args == ["--signatures"] {
        return signatures::run();
    }
    let sizes: Vec<usize> = if args.is_empty() {
        SIZES.to_vec()
    } else {
        args.iter().map(|a| a.parse()).collect::<Result<_, _>>()?
    };
    println!("{}", machine());
    println!(
        "Medians; a synthetic workspace has five dependencies for each service and a twentieth as many activities.\n"
    );
    println!(
        "{:>9} {:>10} {:>12} {:>12} {:>10} {:>10} {:>10}",
        "services", "edit, ms", "+ sync, ms", "analyse, ms", "C7, ms", "open, ms", "peak, MiB"
    );
    for n in sizes {
        let status = Command::new(std::env::current_exe()?)
            .args(["--one", &n.to_string()])
            .status()?;
        if !status.success() {
            return Err(format!("the run with {n} services failed").into());
        }
    }
    println!(
        "\nedit: rating one cell of an impact grid, committed, then everything recalculated and that activity's whole sheet\n\
         read, with the file on a disk in memory; sync: what the same takes longer on the disk of the temporary folder.\n\
         analyse: everything but C7 from scratch. C7, the single points of failure, is worked out when somebody looks.\n"
    );
    for part in ["--plan-file", "--pdf", "--signatures", "--calculations"] {
        let status = Command::new(std::env::current_exe()?).arg(part).status()?;
        if !status.success() {
            return Err(format!("the run of {part} failed").into());
        }
    }
    Ok(())
}

/// Exporting the PDF: the example's plan, and a plan of a hundred services.
fn pdfs() -> Outcome<()> {
    let dir = folder(&std::env::temp_dir())?;
    for (name, synthetic) in [
        ("the example's plan", None),
        ("a plan of 100 services", Some((100, SEED))),
    ] {
        let file = dir.join(format!("{}.mainstay", synthetic.map_or(0, |s| s.0)));
        app(&dir).write_example(&file, synthetic)?;
        let mut a = app(&dir);
        a.call("open", json!({ "path": file }))?;
        let out = dir.join("plan.pdf");
        let took = median(5, |_| {
            let _ = std::fs::remove_file(&out);
            let begun = Instant::now();
            a.call(
                "export_pdf",
                json!({ "plan": "PLAN-01", "version": null, "path": out }),
            )?;
            Ok(begun.elapsed())
        })?;
        a.close_file()?;
        let kb = std::fs::metadata(&out)?.len() / 1024;
        println!(
            "PDF of {name}: {} ms, {kb} kB, peak so far {} MiB",
            ms(took),
            peak_mib()
        );
    }
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}

fn one(services: usize) -> Outcome<()> {
    let slow = folder(&std::env::temp_dir())?;
    let shm = Path::new("/dev/shm");
    let fast = folder(if shm.is_dir() { shm } else { &slow })?;
    let outcome = measure(services, &fast, &slow);
    let _ = std::fs::remove_dir_all(&fast);
    let _ = std::fs::remove_dir_all(&slow);
    outcome
}

fn folder(under: &Path) -> Outcome<PathBuf> {
    let dir = under.join(format!("mainstay-bench-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    Ok(dir)
}

fn measure(services: usize, fast: &Path, slow: &Path) -> Outcome<()> {
    let file = fast.join("a.mainstay");
    app(fast).write_example(&file, Some((services, SEED)))?;
    let on_disk = slow.join("b.mainstay");
    std::fs::copy(&file, &on_disk)?;

    let open = median(5, |_| {
        let mut a = app(fast);
        let begun = Instant::now();
        a.call("open", json!({ "path": file }))?;
        a.call("status", json!({}))?;
        let took = begun.elapsed();
        a.close_file()?;
        Ok(took)
    })?;
    let edit = edits(&file, fast)?;
    let with_sync = edits(&on_disk, slow)?;

    let ws = mainstay_analysis::synthetic::workspace(services, SEED);
    let today = mainstay_domain::NaiveDate::from_ymd_opt(2026, 11, 24).ok_or("a day")?;
    let analyse = median(9, |_| {
        let begun = Instant::now();
        std::hint::black_box(mainstay_analysis::analyse(
            &ws,
            &mainstay_analysis::Scenario::default(),
            today,
        ));
        Ok(begun.elapsed())
    })?;
    let c7 = median(if services > 5000 { 3 } else { 9 }, |_| {
        let begun = Instant::now();
        std::hint::black_box(mainstay_analysis::spof(&ws));
        Ok(begun.elapsed())
    })?;
    let peak = peak_mib();

    println!(
        "{services:>9} {:>10} {:>12} {:>12} {:>10} {:>10} {peak:>10}",
        ms(edit),
        ms(with_sync.saturating_sub(edit)),
        ms(analyse),
        ms(c7),
        ms(open),
    );
    Ok(())
}

/// From the key press to the consequence.
fn edits(file: &Path, dir: &Path) -> Outcome<Duration> {
    let mut a = app(dir);
    a.call("open", json!({ "path": file }))?;
    let rows = a.call("activities", json!({}))?;
    let code = rows[0]["code"].as_str().ok_or("no activity")?.to_owned();
    let sheet = a.call("activity_sheet", json!({ "code": code }))?;
    let (category, horizon) = (
        sheet["grid"][0]["key"].clone(),
        sheet["horizons_min"][0].clone(),
    );
    let took = median(21, |i| {
        let begun = Instant::now();
        a.call(
            "rate_impact",
            json!({ "activity": code, "category": category, "horizon_min": horizon, "level": 1 + i % 2 }),
        )?;
        let sheet: Value = a.call("activity_sheet", json!({ "code": code }))?;
        let took = begun.elapsed();
        if sheet["grid"][0]["levels"][0] != json!(1 + i % 2) {
            return Err("the edit does not show".into());
        }
        Ok(took)
    })?;
    a.close_file()?;
    Ok(took)
}

fn app(dir: &Path) -> App {
    App::new(Config {
        clock: Box::new(chrono::Utc::now),
        author: "benchmark".into(),
        device: "benchmark".into(),
        state_dir: None,
        documents_dir: dir.into(),
        automatic_backups: false,
    })
}

fn median(times: usize, mut work: impl FnMut(usize) -> Outcome<Duration>) -> Outcome<Duration> {
    let mut all = (0..times).map(&mut work).collect::<Outcome<Vec<_>>>()?;
    all.sort();
    Ok(all[all.len() / 2])
}

fn ms(d: Duration) -> String {
    format!("{:.1}", d.as_secs_f64() * 1e3)
}

/// The most memory this process has had so far, in MiB.
fn peak_mib() -> String {
    memory_kib("VmHWM:").map_or_else(|| "unknown".into(), |k| (k / 1024).to_string())
}

/// What the system says of this process's memory, in KiB: `VmHWM:` is the peak, `VmRSS:` now.
fn memory_kib(what: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status
        .lines()
        .find_map(|l| l.strip_prefix(what))
        .and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok())
}

fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|l| l.strip_prefix("model name"))
        .map_or("a processor that does not say its name", |l| {
            l.trim_start_matches([' ', '\t', ':'])
        });
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "{model}, {cores} cores, {} {}",
        std::env::consts::OS,
        std::env::consts::ARCH
    )
}
