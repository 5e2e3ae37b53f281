//! Times the weak points on synthetic workspaces: `weak SERVICES [GROUPS]`.
#![allow(clippy::unwrap_used)]
use std::time::Instant;

fn main() {
    let n: usize = std::env::args()
        .nth(1)
        .map_or(10_000, |a| a.parse().unwrap());
    let ws = mainstay_analysis::synthetic::workspace(n, 1);
    let mut times: Vec<f64> = (0..9)
        .map(|_| {
            let t = Instant::now();
            std::hint::black_box(mainstay_analysis::spof(&ws));
            t.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let s = mainstay_analysis::spof(&ws);
    println!(
        "{n} services: spof {:.2} ms (median), {:.2} (max), {} pairs",
        times[4],
        times[8],
        s.stops.iter().map(Vec::len).sum::<usize>()
    );
}
