//! The simulated yearly cost of each strategy, all of them under the same events (C12 with the draws of C11).

use super::compare::{Scope, StrategyCost, scopes};
use crate::risk::random::{Arrivals, Stream};
use crate::risk::summary::{Years, in_order};
use crate::risk::{MAX_EVENTS_PER_YEAR, MAX_YEARS, SimulationOptions, YearlyFigures};
use mainstay_domain::Workspace;
use rayon::prelude::*;
use serde::Serialize;

/// So many years are one piece of work with a stream of its own for each scope. Part of what a seed means.
const BLOCK: usize = 1024;

/// The simulated yearly cost of the strategies of every scope.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StrategySimulation {
    /// How many years were simulated.
    pub years: u32,
    /// The seed.
    pub seed: u64,
    /// One for each scope, in the order of the workspace.
    pub scopes: Vec<ScopeSimulation>,
}

/// The strategies of one scope under the same events.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScopeSimulation {
    /// The scope's code.
    pub code: String,
    /// The code of the strategy that the others are compared with: the cheapest feasible, else the cheapest of all.
    pub reference: Option<String>,
    /// Losses are lower bounds, because of activities without a loss curve.
    pub lower_bound: bool,
    /// Its strategies, in the order of the workspace.
    pub options: Vec<YearlyCost>,
}

/// The distribution of a strategy's yearly cost: its annual cost plus the losses of the year's events.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct YearlyCost {
    /// The strategy's code.
    pub code: String,
    /// The mean by formula (C12), for comparison.
    pub total: Option<f64>,
    /// Events in a year, as simulated.
    pub events_per_year: Option<f64>,
    /// The distribution of the yearly cost.
    #[serde(flatten)]
    pub figures: YearlyFigures,
    /// Its mean cost minus that of the reference; positive is dearer.
    pub difference: Option<f64>,
    /// The standard error of that difference, from the same years for both.
    pub difference_se: Option<f64>,
    /// The share of years in which it costs less than the reference, 0 to 1.
    pub cheaper_share: Option<f64>,
    /// Which record lacks what, where nothing could be simulated.
    pub unknown: Option<String>,
}

/// Simulates the yearly cost of every strategy; `None` when `stop` said so before the end.
///
/// The strategies of a scope meet the same events (common random numbers): events come at the rate of the strategy with
/// the largest frequency factor, and each other one is spared a share of them by thinning. Each event costs the loss at
/// the strategy's RTO. So a difference between two strategies is known far better than either cost alone.
pub fn simulate(
    ws: &Workspace,
    options: &SimulationOptions,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<StrategySimulation> {
    let years = options.years.clamp(1, MAX_YEARS);
    let scopes = scopes(ws);
    let mut order: Vec<usize> = (0..scopes.len()).collect();
    order.sort_by(|a, b| scopes[*a].scope.code.0.cmp(&scopes[*b].scope.code.0));
    let mut ranks = vec![0; scopes.len()];
    for (rank, i) in order.into_iter().enumerate() {
        ranks[i] = rank as u64;
    }
    let scopes = scopes
        .iter()
        .zip(ranks)
        .map(|(scope, rank)| one(scope, rank, years as usize, options, stop))
        .collect::<Option<_>>()?;
    Some(StrategySimulation {
        years,
        seed: options.seed,
        scopes,
    })
}

/// A strategy that can be simulated.
struct Player {
    /// Its place among the options.
    at: usize,
    annual_cost: f64,
    loss: f64,
    /// The share of all events that it meets.
    share: f64,
}

/// What a block of years gave for one strategy.
struct Tally {
    costs: Vec<f64>,
    events: u64,
}

fn one(
    scope: &Scope<'_>,
    rank: u64,
    years: usize,
    options: &SimulationOptions,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<ScopeSimulation> {
    let c = scope.compare();
    let most = c
        .options
        .iter()
        .filter(|o| o.total.is_some())
        .map(|o| o.frequency_factor)
        .fold(0.0, f64::max);
    let rate = scope.frequency().unwrap_or(0.0) * most;
    let too_many = rate > MAX_EVENTS_PER_YEAR;
    let players: Vec<Player> = c
        .options
        .iter()
        .enumerate()
        .filter(|_| !too_many)
        .filter_map(|(at, o)| {
            o.total?;
            Some(Player {
                at,
                annual_cost: o.annual_cost?,
                loss: o.loss_per_event?,
                share: if most > 0.0 {
                    o.frequency_factor / most
                } else {
                    0.0
                },
            })
        })
        .collect();
    let reference = c.best_feasible.as_ref().or(c.cheapest_any.as_ref());
    let reference_at = players
        .iter()
        .position(|p| Some(&c.options[p.at].code) == reference);
    let mut out: Vec<YearlyCost> = c.options.iter().map(|o| blank(o, too_many)).collect();
    if !players.is_empty() {
        let blocks: Vec<Vec<Tally>> = (0..years.div_ceil(BLOCK))
            .into_par_iter()
            .map(|b| {
                let n = BLOCK.min(years - b * BLOCK);
                let s = Stream::new(options.seed ^ SCOPES, rank, b as u64);
                draw(&players, rate, n, s, stop)
            })
            .collect::<Option<_>>()?;
        let thresholds = options.thresholds.as_deref().map(in_order);
        let done: Vec<YearlyCost> = (0..players.len())
            .into_par_iter()
            .map(|k| {
                let blank = out[players[k].at].clone();
                played(blank, &blocks, k, reference_at, thresholds.as_deref())
            })
            .collect();
        for (p, o) in players.iter().zip(done) {
            out[p.at] = o;
        }
    }
    Some(ScopeSimulation {
        code: c.code,
        reference: reference_at.map(|k| c.options[players[k].at].code.clone()),
        lower_bound: c.lower_bound,
        options: out,
    })
}

/// Fills in what the years gave for the strategy in place `k`.
fn played(
    mut out: YearlyCost,
    blocks: &[Vec<Tally>],
    k: usize,
    reference: Option<usize>,
    thresholds: Option<&[f64]>,
) -> YearlyCost {
    let (mut all, mut apart) = (Years::default(), Years::default());
    let (mut events, mut cheaper) = (0u64, 0u64);
    for b in blocks {
        let costs = &b[k].costs;
        events += b[k].events;
        let some = costs.iter().copied().filter(|x| *x > 0.0).collect();
        all.append(&Years::of(some, costs.len()));
        if let Some(r) = reference {
            let differences: Vec<f64> = costs.iter().zip(&b[r].costs).map(|(x, y)| x - y).collect();
            cheaper += differences.iter().filter(|d| **d < 0.0).count() as u64;
            apart.append(&Years::of(differences, costs.len()));
        }
    }
    let years = all.count as f64;
    out.events_per_year = Some(events as f64 / years);
    if reference.is_some() {
        (out.difference, out.difference_se) = apart.mean_and_se();
        out.cheaper_share = Some(cheaper as f64 / years);
    }
    out.figures = all.figures(thresholds);
    out
}

/// Keeps the streams of scopes apart from those of risks.
const SCOPES: u64 = 0x5c09_e500_0000_0000;

fn blank(o: &StrategyCost, too_many: bool) -> YearlyCost {
    let why = match (&o.total, too_many) {
        (None, _) => o.unknown.clone(),
        (_, true) => Some(format!(
            "the scope has more than {MAX_EVENTS_PER_YEAR} events a year: too many to simulate"
        )),
        _ => None,
    };
    YearlyCost {
        code: o.code.clone(),
        total: o.total,
        events_per_year: None,
        figures: YearlyFigures::default(),
        difference: None,
        difference_se: None,
        cheaper_share: None,
        unknown: why,
    }
}

/// The yearly costs of a block of years for each strategy.
fn draw(
    players: &[Player],
    rate: f64,
    years: usize,
    mut s: Stream,
    stop: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<Tally>> {
    if stop() {
        return None;
    }
    let mut out: Vec<Tally> = players
        .iter()
        .map(|p| Tally {
            costs: vec![p.annual_cost; years],
            events: 0,
        })
        .collect();
    let count = Arrivals::new(rate, years).count(&mut s).unwrap_or(0);
    for i in 0..count {
        let year = (s.unit() * years as f64) as usize;
        // One mark for each event: a strategy meets it when the mark is below its share.
        let mark = s.unit();
        for (p, t) in players.iter().zip(&mut out) {
            if mark < p.share {
                t.costs[year] += p.loss;
                t.events += 1;
            }
        }
        if i % 4096 == 4095 && stop() {
            return None;
        }
    }
    Some(out)
}
