//! What the calculations cost: each alone, at several sizes, in one process.

use crate::{Outcome, median, memory_kib, ms};
use mainstay_analysis::recover::{Goal, Options, Patience, recover};
use mainstay_analysis::risk::{SimulationOptions, simulate};
use mainstay_analysis::{Scenario, Staff, analyse, availability, spof, strategy, synthetic};
use mainstay_domain::{Minutes, NaiveDate, StaffLevel, Workspace};
use mainstay_exchange::{EXAMPLE, ImportOptions, import};
use std::hint::black_box;
use std::time::Instant;

const SIZES: [usize; 4] = [100, 1_000, 10_000, 100_000];
const YEARS: u32 = 100_000;

/// Everything, printed.
pub fn run() -> Outcome<()> {
    growth()?;
    failures()?;
    years()?;
    order()
}

/// The whole analysis without C7 and sampling: how its time grows, and how much memory an edge takes.
fn growth() -> Outcome<()> {
    println!("\nanalysis without C7, C8 and sampling:");
    let today = NaiveDate::from_ymd_opt(2026, 11, 24).ok_or("a day")?;
    let mut points = Vec::new();
    for n in SIZES {
        let ws = synthetic::workspace(n, crate::SEED);
        let memory = growth_of(|| analyse(&ws, &Scenario::default(), today));
        let took = median(if n > 10_000 { 7 } else { 21 }, |_| {
            let begun = Instant::now();
            let a = analyse(&ws, &Scenario::default(), today);
            let took = begun.elapsed();
            black_box(&a);
            Ok(took)
        })?;
        let edges = ws.dependencies.len();
        points.push(((n as f64).ln(), took.as_secs_f64().ln()));
        println!(
            "{n:>9} services {edges:>9} edges {:>10} ms {:>9} bytes an edge, results included",
            ms(took),
            memory.map_or_else(|| "unknown".into(), |g| (g as usize / edges).to_string()),
        );
    }
    println!(
        "          time grows with services to the power of {:.2}",
        slope(&points)
    );
    Ok(())
}

/// By how many bytes the memory of this process peaks above what it is before; `None` where the system does not say.
fn growth_of<T>(work: impl FnOnce() -> T) -> Option<u64> {
    // Linux forgets the peak so far when asked.
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    let before = memory_kib("VmRSS:")?;
    let kept = black_box(work());
    let peak = memory_kib("VmHWM:")?;
    drop(kept);
    Some(peak.saturating_sub(before) * 1024)
}

/// The exponent of a power law through the points, by least squares of the logarithms.
fn slope(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let (x, y) = points
        .iter()
        .fold((0.0, 0.0), |s, p| (s.0 + p.0 / n, s.1 + p.1 / n));
    let (mut a, mut b) = (0.0, 0.0);
    for p in points {
        a += (p.0 - x) * (p.1 - y);
        b += (p.0 - x) * (p.0 - x);
    }
    a / b
}

/// Single failures (C7) and availability (C8).
fn failures() -> Outcome<()> {
    for n in [1_000, 10_000] {
        let ws = synthetic::workspace(n, crate::SEED);
        let c7 = median(9, |_| {
            let begun = Instant::now();
            black_box(spof(&ws));
            Ok(begun.elapsed())
        })?;
        let c8 = median(3, |_| {
            let begun = Instant::now();
            black_box(availability(&ws));
            Ok(begun.elapsed())
        })?;
        println!(
            "{n:>9} services: all single failures (C7) {} ms, availability (C8) {} ms",
            ms(c7),
            ms(c8)
        );
    }
    Ok(())
}

/// Simulated years of the example's risks (C11) and strategies (C12), by number of threads.
fn years() -> Outcome<()> {
    let ws = example()?;
    let options = SimulationOptions {
        years: YEARS,
        ..SimulationOptions::default()
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    for threads in 1..=cores.min(8) {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()?;
        let c11 = median(15, |_| {
            let begun = Instant::now();
            black_box(pool.install(|| simulate(&ws, &options, &|| false)));
            Ok(begun.elapsed())
        })?;
        let c12 = median(15, |_| {
            let begun = Instant::now();
            black_box(pool.install(|| strategy::simulate(&ws, &options, &|| false)));
            Ok(begun.elapsed())
        })?;
        println!(
            "{YEARS} years of the example's {} risks (C11) on {threads} threads: {} ms; of its {} strategies (C12): {} ms",
            ws.risks.len(),
            ms(c11),
            ws.strategies.len(),
            ms(c12)
        );
    }
    Ok(())
}

/// The recovery order of the example with planned staff, until it is proven best.
fn order() -> Outcome<()> {
    let ws = example()?;
    let scenario = Scenario {
        start: Some(Minutes(30)),
        staff: Staff::of(StaffLevel::Planned),
        ..Scenario::default()
    };
    for goal in [Goal::Breaches, Goal::Loss, Goal::Finish] {
        let begun = Instant::now();
        let half = || begun.elapsed().as_secs_f64() >= 0.5;
        let options = Options {
            goal,
            ..Options::default()
        };
        let patience = Patience {
            search: &half,
            gains: &|| true,
        };
        let o = recover(&ws, &scenario, &options, &patience);
        println!(
            "recovery order of the example, goal {goal:?}: {} ms, {}, {} orders tried",
            ms(begun.elapsed()),
            if o.proven {
                "proven best"
            } else {
                "not proven"
            },
            o.schedules
        );
    }
    Ok(())
}

fn example() -> Outcome<Workspace> {
    let mut n = 0;
    let mut ids = || {
        n += 1;
        mainstay_domain::Uuid::from_u128(n)
    };
    let imported = import(
        EXAMPLE.as_bytes(),
        &ImportOptions { strict: true },
        &mut ids,
    );
    Ok(imported.map_err(|e| e.to_string())?.workspace)
}
