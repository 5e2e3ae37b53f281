//! How good the search for an order of work is: projects in the PSPLIB format, one JSON line for each.
//!
//! `cargo xtask bench recovery DIR [--seconds S] [--limit N] [--seed N] [--schedules N]`: every `.sm` file of the folder, in the
//! order of their names. `makespan` is the best found, `bound` a proven lower bound, `critical_path` the longest chain. With
//! `--schedules` the search is limited by a number of schedules instead of by time.

#![allow(clippy::print_stdout)]

use mainstay_analysis::schedule::{Demand, Goal, Need, Options, Project, Task, solve};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match Wanted::from(&args).and_then(|w| run(&w)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}

struct Wanted {
    dir: PathBuf,
    seconds: f64,
    limit: usize,
    seed: u64,
    schedules: Option<u64>,
}

impl Wanted {
    fn from(args: &[String]) -> Result<Self, String> {
        let mut w = Self {
            dir: PathBuf::new(),
            seconds: 1.0,
            limit: usize::MAX,
            seed: 1,
            schedules: None,
        };
        let mut args = args.iter();
        while let Some(a) = args.next() {
            let mut number = || {
                let n = args
                    .next()
                    .ok_or_else(|| format!("{a} needs a number after it."))?;
                n.parse::<f64>()
                    .ok()
                    .filter(|n| n.is_finite() && *n >= 0.0)
                    .ok_or_else(|| format!("{a} needs a number after it, not {n:?}."))
            };
            match a.as_str() {
                "--seconds" => w.seconds = number()?.min(1e6),
                "--limit" => w.limit = number()? as usize,
                "--seed" => w.seed = number()? as u64,
                "--schedules" => w.schedules = Some(number()? as u64),
                flag if flag.starts_with("--") => {
                    return Err(format!(
                        "{flag} is not known; there are --seconds S, --limit N, --seed N and --schedules N."
                    ));
                }
                dir if w.dir.as_os_str().is_empty() => w.dir = dir.into(),
                more => return Err(format!("One folder at a time: {more:?} is one too many.")),
            }
        }
        if w.dir.as_os_str().is_empty() {
            return Err("Say which folder the .sm files are in: bench recovery DIR.".into());
        }
        Ok(w)
    }
}

/// Whether every file was a project.
fn run(w: &Wanted) -> Result<bool, String> {
    let listed = std::fs::read_dir(&w.dir)
        .map_err(|e| format!("The folder {} cannot be read: {e}.", w.dir.display()))?;
    let mut files: Vec<PathBuf> = listed
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "sm"))
        .collect();
    files.sort_by_key(|p| numbered(p));
    if files.is_empty() {
        return Err(format!("The folder {} holds no .sm file.", w.dir.display()));
    }
    let mut all_good = true;
    for file in files.iter().take(w.limit) {
        let project = std::fs::read(file)
            .map_err(|e| format!("it cannot be read: {e}"))
            .and_then(|bytes| parse(&String::from_utf8_lossy(&bytes)));
        match project {
            Ok(project) => println!("{}", measured(file, &project, w)),
            Err(e) => {
                eprintln!(
                    "{} is not a project in the PSPLIB format: {e}.",
                    file.display()
                );
                all_good = false;
            }
        }
    }
    Ok(all_good)
}

/// A name with its numbers as numbers, so that `j30_2` stands before `j30_10`.
fn numbered(path: &Path) -> Vec<(String, u64)> {
    let name = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut parts = Vec::new();
    let mut rest = name.as_str();
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (text, tail) = rest.split_at(digits);
        let end = tail
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(tail.len());
        let (number, tail) = tail.split_at(end);
        parts.push((text.to_owned(), number.parse().unwrap_or(u64::MAX)));
        rest = tail;
    }
    parts
}

fn measured(file: &Path, project: &Project, w: &Wanted) -> serde_json::Value {
    let begun = Instant::now();
    let budget = Duration::from_secs_f64(w.seconds);
    let options = Options {
        seed: w.seed,
        schedules: w.schedules,
        ..Options::default()
    };
    let by_time = w.schedules.is_none();
    let plan = solve(project, Goal::Makespan, &options, &|| {
        by_time && begun.elapsed() >= budget
    });
    json!({
        "file": file.file_name().unwrap_or_default().to_string_lossy(),
        "makespan": plan.makespan_min,
        "bound": plan.makespan_bound_min,
        "proven": plan.proven,
        "seconds": (begun.elapsed().as_secs_f64() * 1e4).round() / 1e4,
        "critical_path": critical_path(project),
        "schedules": plan.schedules,
    })
}

fn critical_path(p: &Project) -> i64 {
    let plenty = Project {
        capacities: vec![i64::MAX; p.capacities.len()],
        ..p.clone()
    };
    solve(&plenty, Goal::Makespan, &Options::default(), &|| true).makespan_min
}

/// Reads a single-mode project. The two jobs that only mark start and end are left out.
fn parse(text: &str) -> Result<Project, String> {
    let jobs = named(text, "jobs (incl. supersource/sink )")?;
    let resources = named(text, "- renewable")?;
    if !(2..=100_000).contains(&jobs) || resources > 1000 {
        return Err(format!(
            "{jobs} jobs and {resources} resources are not possible"
        ));
    }
    let precedence = rows(text, "PRECEDENCE RELATIONS:", jobs)?;
    let requests = rows(text, "REQUESTS/DURATIONS:", jobs)?;
    let capacities = rows(text, "RESOURCEAVAILABILITIES:", 1)?.remove(0);
    if capacities.len() < resources {
        return Err("there are fewer capacities than resources".into());
    }
    let mut tasks = vec![Task::default(); jobs];
    for (at, row) in requests.iter().enumerate() {
        let [_, mode, duration, units @ ..] = row.as_slice() else {
            return Err(format!("the durations of job {} are cut off", at + 1));
        };
        if *mode != 1 {
            return Err(format!("job {} has several modes", at + 1));
        }
        if units.len() < resources {
            return Err(format!("the requests of job {} are cut off", at + 1));
        }
        tasks[at].duration_min = *duration;
        tasks[at].demands = units[..resources]
            .iter()
            .enumerate()
            .filter(|(_, u)| **u > 0)
            .map(|(resource, units)| Demand {
                resource,
                units: *units,
            })
            .collect();
    }
    for (at, row) in precedence.iter().enumerate() {
        let [_, _, count, successors @ ..] = row.as_slice() else {
            return Err(format!("the successors of job {} are cut off", at + 1));
        };
        if *count != successors.len() as i64 {
            return Err(format!(
                "job {} does not have as many successors as it says",
                at + 1
            ));
        }
        for s in successors {
            let after = usize::try_from(*s).ok().filter(|s| (1..=jobs).contains(s));
            let after = after.ok_or_else(|| format!("there is no job {s}"))?;
            if at > 0 && after < jobs {
                tasks[after - 1].needs.push(Need::task(at - 1, 0));
            }
        }
    }
    // Without the first and the last; then task i is job i + 2.
    let tasks = tasks[1..jobs - 1].to_vec();
    Ok(Project {
        start_min: 0,
        capacities: capacities[..resources].to_vec(),
        tasks,
        activities: Vec::new(),
    })
}

/// The number in the line that begins like this.
fn named(text: &str, name: &str) -> Result<usize, String> {
    text.lines()
        .find_map(|l| l.trim().strip_prefix(name)?.trim().strip_prefix(':'))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .ok_or_else(|| format!("the line {name:?} is missing"))
}

/// So many rows of numbers after a heading, whatever other lines stand between.
fn rows(text: &str, heading: &str, count: usize) -> Result<Vec<Vec<i64>>, String> {
    let rows: Vec<Vec<i64>> = text
        .lines()
        .skip_while(|l| !l.trim().starts_with(heading))
        .skip(1)
        .take_while(|l| !l.starts_with("***"))
        .filter_map(|l| l.split_whitespace().map(|w| w.parse().ok()).collect())
        .filter(|row: &Vec<i64>| !row.is_empty())
        .take(count)
        .collect();
    if rows.len() < count {
        return Err(format!("the section {heading:?} is missing or cut off"));
    }
    Ok(rows)
}
