//! The simulated loss of a year (C11).

use super::duration::Sampler;
use super::expected::{Event, RiskExpectation, events};
use super::piecewise::Lookup;
use super::random::{Arrivals, Stream};
use super::summary::{YearlyFigures, Years, in_order};
use mainstay_domain::Workspace;
use rayon::prelude::*;
use serde::Serialize;

/// The most years one simulation covers.
pub const MAX_YEARS: u32 = 10_000_000;
/// The most events in a year that are simulated for one risk; above it the analytic figures stand alone.
pub const MAX_EVENTS_PER_YEAR: f64 = 1000.0;
/// So many years are one piece of work with a stream of random numbers of its own for each risk. Part of what a seed means.
const BLOCK: usize = 1024;
/// How many losses of a year are kept at a time, over all risks worked on together: 256 MB.
const KEPT: usize = 1 << 25;

/// What to simulate.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulationOptions {
    /// How many years, 1 to [`MAX_YEARS`]; numbers outside are moved to the next bound.
    pub years: u32,
    /// The seed; the same seed gives the same result on every machine and any number of threads.
    pub seed: u64,
    /// The amounts of the exceedance curves in currency units; `None` takes 0 and round numbers up to the worst year.
    pub thresholds: Option<Vec<f64>>,
}

impl Default for SimulationOptions {
    fn default() -> Self {
        Self {
            years: 100_000,
            seed: 1,
            thresholds: None,
        }
    }
}

/// The simulated loss of a year, for each risk and for all of them together (C11).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Simulation {
    /// How many years were simulated.
    pub years: u32,
    /// The seed.
    pub seed: u64,
    /// One for each risk, in the order of the workspace.
    pub risks: Vec<RiskLoss>,
    /// All risks that could be simulated, added up within each year.
    pub whole: WholeLoss,
}

/// The simulated loss of one risk.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RiskLoss {
    /// What follows without sampling, and why.
    #[serde(flatten)]
    pub expected: RiskExpectation,
    /// Events in a year, as simulated; `None` where that was not possible.
    pub events_per_year: Option<f64>,
    /// The distribution of the yearly loss.
    #[serde(flatten)]
    pub figures: YearlyFigures,
}

/// The simulated loss of all risks together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WholeLoss {
    /// The sum of the annual loss expectancies of the risks that were simulated (C10).
    pub ale: Option<f64>,
    /// Events in a year, as simulated.
    pub events_per_year: Option<f64>,
    /// The distribution of the yearly loss.
    #[serde(flatten)]
    pub figures: YearlyFigures,
    /// The figures are lower bounds: a risk is left out, or is a lower bound itself.
    pub lower_bound: bool,
    /// The codes of the risks that could not be simulated.
    pub left_out: Vec<String>,
    /// Why nothing could be simulated.
    pub unknown: Option<String>,
}

/// Simulates years of disruptions (C11); `None` when `stop` said so before the end.
///
/// In each year every risk has a Poisson number of events (or one at most), each with a duration of its own and the loss
/// that follows from it, see [`RiskExpectation`]; losses of several events in a year add up. `stop` is asked every few
/// thousand events, from several threads.
pub fn simulate(
    ws: &Workspace,
    options: &SimulationOptions,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Simulation> {
    let years = options.years.clamp(1, MAX_YEARS);
    let thresholds = options.thresholds.as_deref().map(in_order);
    let mut known: Vec<(RiskExpectation, Option<Event>)> = events(ws);
    for (result, event) in &mut known {
        if event
            .as_ref()
            .is_some_and(|e| e.frequency > MAX_EVENTS_PER_YEAR)
        {
            *event = None;
            result.unknown = Some(format!(
                "{} has a frequency_per_year above {MAX_EVENTS_PER_YEAR}: too many events to simulate",
                result.code
            ));
        }
    }
    let ranks = ranks(&known);
    let models: Vec<(usize, Model)> = known
        .par_iter()
        .enumerate()
        .filter_map(|(i, (_, e))| Some((i, Model::new(e.as_ref()?, ranks[i]))))
        .collect();

    let mut whole = vec![0.0f64; if models.is_empty() { 0 } else { years as usize }];
    let mut done: Vec<Option<(f64, YearlyFigures)>> = vec![None; known.len()];
    let at_once = (KEPT / years as usize).clamp(1, 64);
    for some in models.chunks(at_once) {
        let blocks: Vec<Vec<Tally>> = whole
            .par_chunks_mut(BLOCK)
            .enumerate()
            .map(|(b, sums)| {
                some.iter()
                    .map(|(_, m)| m.run(options.seed, b as u64, sums, stop))
                    .collect::<Option<Vec<Tally>>>()
            })
            .collect::<Option<_>>()?;
        let figures: Vec<(f64, YearlyFigures)> = (0..some.len())
            .into_par_iter()
            .map(|k| {
                let mut all = Years::default();
                let total: usize = blocks.iter().map(|b| b[k].years.losses.len()).sum();
                all.losses.reserve_exact(total);
                let mut events = 0;
                for b in &blocks {
                    all.append(&b[k].years);
                    events += b[k].events;
                }
                let rate = events as f64 / f64::from(years);
                (rate, all.figures(thresholds.as_deref()))
            })
            .collect();
        for ((i, _), f) in some.iter().zip(figures) {
            done[*i] = Some(f);
        }
    }
    let whole = together(&known, &done, whole, thresholds.as_deref());
    let risks = known
        .into_iter()
        .zip(done)
        .map(|((expected, _), f)| {
            let (rate, figures) = f.map_or_else(Default::default, |(r, f)| (Some(r), f));
            RiskLoss {
                expected,
                events_per_year: rate,
                figures,
            }
        })
        .collect();
    Some(Simulation {
        years,
        seed: options.seed,
        risks,
        whole,
    })
}

fn together(
    known: &[(RiskExpectation, Option<Event>)],
    done: &[Option<(f64, YearlyFigures)>],
    sums: Vec<f64>,
    thresholds: Option<&[f64]>,
) -> WholeLoss {
    let simulated = || known.iter().zip(done).filter(|(_, d)| d.is_some());
    let left_out: Vec<String> = known
        .iter()
        .zip(done)
        .filter(|(_, d)| d.is_none())
        .map(|((r, _), _)| r.code.clone())
        .collect();
    let any = simulated().next().is_some();
    let mut all = Years::default();
    let blocks: Vec<Years> = sums
        .par_chunks(BLOCK)
        .map(|b| Years::of(b.iter().copied().filter(|x| *x > 0.0).collect(), b.len()))
        .collect();
    for b in &blocks {
        all.append(b);
    }
    WholeLoss {
        ale: any.then(|| simulated().filter_map(|((r, _), _)| r.ale).sum()),
        events_per_year: any.then(|| done.iter().flatten().map(|d| d.0).sum()),
        figures: all.figures(thresholds),
        lower_bound: any
            && known
                .iter()
                .zip(done)
                .any(|((r, _), d)| d.is_none() || r.lower_bound),
        unknown: match (known.is_empty(), any) {
            (true, _) => Some("there is no risk".to_string()),
            (_, false) => Some("no risk could be simulated".to_string()),
            _ => None,
        },
        left_out,
    }
}

/// The rank of each risk's code: streams follow it, so that neither the order of the list nor a renaming that keeps the
/// order of codes changes a figure.
fn ranks(known: &[(RiskExpectation, Option<Event>)]) -> Vec<u64> {
    let mut order: Vec<usize> = (0..known.len()).collect();
    order.sort_by(|a, b| known[*a].0.code.cmp(&known[*b].0.code));
    let mut out = vec![0; known.len()];
    for (rank, i) in order.into_iter().enumerate() {
        out[i] = rank as u64;
    }
    out
}

/// A risk made ready for drawing.
struct Model {
    rank: u64,
    arrivals: Arrivals,
    once: bool,
    sampler: Sampler,
    loss: Lookup,
}

/// What one block of years gave for one risk.
struct Tally {
    years: Years,
    events: u64,
}

impl Model {
    fn new(e: &Event, rank: u64) -> Self {
        // One event at most with chance p: a year has one when a process with rate -ln(1 - p) arrives in it at all.
        let rate = match e.once {
            true => -libm::log1p(-e.frequency),
            false => e.frequency,
        };
        Self {
            rank,
            arrivals: Arrivals::new(rate, BLOCK),
            once: e.once,
            sampler: e.duration.sampler(),
            loss: Lookup::new(&e.loss, e.duration.seldom_beyond()),
        }
    }

    /// Draws the events of a block of years and adds each year's loss to `sums`; `None` when told to stop.
    fn run(
        &self,
        seed: u64,
        block: u64,
        sums: &mut [f64],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Option<Tally> {
        if stop() {
            return None;
        }
        let mut s = Stream::new(seed, self.rank, block);
        let mut loss_of = [0.0f64; BLOCK];
        // The years with an event, one in each bit.
        let mut struck = [0u64; BLOCK / 64];
        let mut events = 0u64;
        let mut strike = |year: usize, s: &mut Stream| {
            let bit = 1 << (year % 64);
            // The last block may be short of years; what falls behind its end never happens.
            if year >= sums.len() || self.once && struck[year / 64] & bit != 0 {
                return;
            }
            struck[year / 64] |= bit;
            loss_of[year] += self.loss.at(self.sampler.draw(s));
            events += 1;
        };
        match self.arrivals.count(&mut s) {
            None => (0..BLOCK).for_each(|year| strike(year, &mut s)),
            Some(n) => {
                for i in 0..n {
                    strike((s.unit() * BLOCK as f64) as usize, &mut s);
                    if i % 4096 == 4095 && stop() {
                        return None;
                    }
                }
            }
        }
        let mut losses = Vec::with_capacity(struck.iter().map(|w| w.count_ones() as usize).sum());
        for (w, word) in struck.iter().enumerate() {
            let mut left = *word;
            while left != 0 {
                let year = w * 64 + left.trailing_zeros() as usize;
                if loss_of[year] > 0.0 {
                    losses.push(loss_of[year]);
                    sums[year] += loss_of[year];
                }
                left &= left - 1;
            }
        }
        Some(Tally {
            years: Years::of(losses, sums.len()),
            events,
        })
    }
}
