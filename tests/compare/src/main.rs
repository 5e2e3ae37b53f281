//! The time, memory and size of the same pages, some 280, archival and accessible, through Mainstay, krilla and typst.
//!
//! Each runs in a process of its own, so that none warms another's caches: without arguments all of them do, in turn.

mod content;
mod krilla;
mod typst;

use mainstay_documents::layout::Color;
use std::process::Command;
use std::time::Instant;

const WRITERS: [&str; 3] = ["mainstay", "krilla", "typst"];
const TURNS: usize = 7;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    match args.as_slice() {
        [_, writer, out] => once(writer, out),
        _ => all(&args[0]),
    }
}

/// Writes one file, and prints milliseconds, MB of memory at most, and bytes.
fn once(writer: &str, out: &str) {
    let document = content::document();
    let begin = Instant::now();
    let pdf = match writer {
        "krilla" => krilla::export(&document),
        "typst" => typst::export(&document),
        _ => mainstay_documents::pdf::render(&document).expect("Mainstay writes it"),
    };
    let took = begin.elapsed().as_secs_f64() * 1e3;
    std::fs::write(out, &pdf).expect("the file can be written");
    println!("{took} {} {}", peak(), pdf.len());
}

fn all(this: &str) {
    let mut rows: Vec<Vec<(f64, f64, f64)>> = vec![Vec::new(); WRITERS.len()];
    let folder = std::env::temp_dir();
    for _ in 0..TURNS {
        for (writer, row) in WRITERS.iter().zip(&mut rows) {
            let out = folder.join(format!("mainstay-compare-{writer}.pdf"));
            let done = Command::new(this)
                .arg(writer)
                .arg(&out)
                .output()
                .expect("it runs");
            let said = String::from_utf8_lossy(&done.stdout).into_owned();
            let numbers: Vec<f64> = said
                .split_whitespace()
                .filter_map(|n| n.parse().ok())
                .collect();
            let [ms, mb, bytes] = numbers[..] else {
                panic!("{writer}: {said}{}", String::from_utf8_lossy(&done.stderr));
            };
            row.push((ms, mb, bytes / 1e6));
        }
    }
    println!("PDF/A-3a with PDF/UA-1, median of {TURNS} processes each:");
    println!("             time, ms   memory, MB   file, MB");
    for (writer, row) in WRITERS.iter().zip(&rows) {
        let middle = |f: fn(&(f64, f64, f64)) -> f64| {
            let mut all: Vec<f64> = row.iter().map(f).collect();
            all.sort_by(f64::total_cmp);
            all[all.len() / 2]
        };
        println!(
            "  {writer:<9} {:>9.0} {:>12.0} {:>10.2}",
            middle(|r| r.0),
            middle(|r| r.1),
            middle(|r| r.2)
        );
    }
}

/// The most memory that this process had, in MB; 0 where the system does not tell.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok())
        .map_or(0.0, |kb| kb / 1024.0)
}

/// A colour in bytes.
fn rgb(c: Color) -> [u8; 3] {
    c.map(|part| (part * 255.0).round() as u8)
}
