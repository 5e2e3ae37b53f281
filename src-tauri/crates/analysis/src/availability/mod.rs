//! Availability (C8): how much of the time each service and activity works, shared parts counted once.
//!
//! A service by itself is up MTBF / (MTBF + MTTR) of the time. A target works when its own part and what it needs to
//! run works, with k-of-n groups and, in loops, as in the failure simulation (C7). What a target cannot do without
//! multiplies. What it needs only in part is cut into clusters that share nothing, and each cluster is solved by a
//! binary decision diagram; where one grows too large, bounds stand instead.

mod always;
mod choice;
mod diagram;
mod parts;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use crate::index::index;
use crate::path::NONE;
use crate::weak::run_graph::RunGraph;
use always::{Always, CONTRIBUTORS, Product};
use choice::{Choices, Figure, Part, Room};
use mainstay_domain::Workspace;
use parts::Parts;
use rayon::prelude::*;
use serde::Serialize;

/// What must stand beside every yearly figure.
pub const ONE_OUTAGE_CAUTION: &str =
    "A yearly percentage does not limit one outage: all of the year's downtime can come at once.";

/// Hours in a year, unless the settings say otherwise.
const YEAR_H: f64 = 8760.0;

/// The availability of every service and activity of a workspace.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Availability {
    /// The services, in the order of the workspace.
    pub services: Vec<TargetAvailability>,
    /// The activities, in the order of the workspace.
    pub activities: Vec<TargetAvailability>,
    /// The hours of a year that percentages are turned into: those of the settings, else 8,760.
    pub year_h: f64,
    /// [`ONE_OUTAGE_CAUTION`], to be printed beside the figures.
    pub caution: &'static str,
}

/// How sure a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AvailabilityState {
    /// Every part is known and the value exact.
    Exact,
    /// Every part is known, but the redundancy is too entangled to be solved: only bounds.
    Bounded,
    /// Parts lack MTBF or MTTR: only an upper bound, as if these never failed.
    Unknown,
}

/// The availability of one service or activity (C8).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TargetAvailability {
    /// Its code.
    pub code: String,
    /// How sure the figures are.
    pub state: AvailabilityState,
    /// The availability of the service by itself, 0 to 1; `None` for an activity, and when MTBF or MTTR is unknown or
    /// both are 0.
    pub own_availability: Option<f64>,
    /// The probability that it works, 0 to 1; `None` unless exact.
    pub availability: Option<f64>,
    /// A lower bound of that; `None` when parts are unknown or there is none but 0.
    pub availability_at_least: Option<f64>,
    /// An upper bound of that, unknown parts taken as 1.
    pub availability_at_most: f64,
    /// Hours a year that it is down; `None` unless exact.
    pub downtime_h: Option<f64>,
    /// At least so many hours a year, from the upper bound of its availability.
    pub downtime_at_least_h: f64,
    /// At most so many hours a year; `None` where there is no lower bound of its availability.
    pub downtime_at_most_h: Option<f64>,
    /// How long one outage may last without contradicting the figure: all of a year's downtime at once.
    pub one_outage_h: Option<f64>,
    /// On how many services that depends, itself included.
    pub parts: usize,
    /// How many of these lack a usable MTBF or MTTR.
    pub parts_unknown: usize,
    /// The codes of the first 20 of them, by code.
    pub unknown: Vec<String>,
    /// The five parts whose perfection would gain most, most first; empty unless exact.
    pub contributors: Vec<Contributor>,
}

/// A part and what it does to the availability of a target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contributor {
    /// The code of the service, or of the redundancy group whose common cause it is.
    pub code: String,
    /// Whether it is the common cause of a redundancy group rather than a service.
    pub common_cause: bool,
    /// The availability of the part by itself; for a member of a group with a common cause without the common share.
    pub part_availability: f64,
    /// Birnbaum importance: availability of the target with the part working minus that with the part failed, 0 to 1.
    pub importance: f64,
    /// Hours of downtime a year that would be gained if the part never failed.
    pub gain_h: f64,
}

/// Works out the availability of every service and activity (C8); total.
///
/// Exact unless parts lack numbers or the work on a cluster of groups exceeds a fixed number of steps; that number
/// depends on the workspace alone, so the same workspace gives the same answer everywhere.
pub fn availability(ws: &Workspace) -> Availability {
    let ix = index(ws);
    let g = RunGraph::new(&ix.graph);
    let parts = Parts::new(ws, &ix.graph);
    let report = Report::new(ws, &parts, &ix.graph.rank);
    let always = Always::new(&g, &parts, &ix.graph.rank, &report.place);
    let choices = Choices::new(&g, &parts, &ix.graph.rank, &always);
    let figures: Vec<Figure> = (0..g.blocks() as u32)
        .into_par_iter()
        .map_init(
            || Room::new(&g, &parts),
            |room, b| match always.of(b) {
                Some(list) => choices.figure(room, &list),
                None => report.series(&always.product[b as usize], always.choice[b as usize]),
            },
        )
        .collect();
    let target = |n: usize, code: &str| {
        let f = &figures[g.block_of[n] as usize];
        let own = parts.down.get(n).copied().flatten().map(|u| 1.0 - u);
        report.target(code, own, f)
    };
    let n = ws.services.len();
    let services = ws.services.iter().enumerate();
    let activities = ws.activities.iter().enumerate();
    Availability {
        services: services.map(|(i, s)| target(i, &s.code.0)).collect(),
        activities: activities.map(|(i, a)| target(n + i, &a.code.0)).collect(),
        year_h: report.year_h,
        caution: ONE_OUTAGE_CAUTION,
    }
}

/// From figures to what is shown.
struct Report<'a> {
    ws: &'a Workspace,
    parts: &'a Parts,
    year_h: f64,
    rank: &'a [u32],
    /// The node of each rank.
    of_rank: Vec<u32>,
    /// The place of each service in the order of contribution where it is always needed, and the service of each place.
    place: Vec<u32>,
    of_place: Vec<u32>,
}

impl<'a> Report<'a> {
    fn new(ws: &'a Workspace, parts: &'a Parts, rank: &'a [u32]) -> Self {
        // Where a part multiplies, what its perfection gains goes with U / (1 - U).
        let odds = |n: &u32| parts.down[*n as usize].map_or(0.0, |u| u / (1.0 - u));
        let mut of_place: Vec<u32> = (0..ws.services.len() as u32).collect();
        of_place.sort_by(|a, b| {
            let most = odds(b).total_cmp(&odds(a));
            most.then(rank[*a as usize].cmp(&rank[*b as usize]))
        });
        let mut place = vec![0; of_place.len()];
        for (p, n) in (0u32..).zip(&of_place) {
            place[*n as usize] = p;
        }
        let mut of_rank = vec![0; rank.len()];
        for (n, r) in (0u32..).zip(rank) {
            of_rank[*r as usize] = n;
        }
        let stated = ws.settings.first().and_then(|s| s.year_hours);
        Report {
            ws,
            parts,
            year_h: stated.filter(|h| h.0 > 0).map_or(YEAR_H, |h| h.0 as f64),
            rank,
            of_rank,
            place,
            of_place,
        }
    }

    /// A block without a choice: the product is all there is. Where there are too many blocks with one, `choice` says
    /// that this block is one of them, and the product is an upper bound only.
    fn series(&self, p: &Product, choice: u32) -> Figure {
        let exact = choice == NONE;
        let service = |place: u32| self.of_place[place as usize];
        let weight = |n: u32| {
            let down = self.parts.own(n, |_| false);
            (Part::Service(n), down, p.without(1.0 - down))
        };
        Figure {
            low: if exact { p.total() } else { 0.0 },
            high: p.total(),
            exact,
            parts: p.parts,
            unknown: p.unknown,
            named: p.named,
            weights: if exact && p.unknown == 0 {
                p.top.iter().map(|x| weight(service(x))).collect()
            } else {
                Vec::new()
            },
        }
    }

    fn target(&self, code: &str, own: Option<f64>, f: &Figure) -> TargetAvailability {
        let state = match (f.unknown > 0, f.exact) {
            (true, _) => AvailabilityState::Unknown,
            (_, true) => AvailabilityState::Exact,
            _ => AvailabilityState::Bounded,
        };
        let share = |x: f64| x.clamp(0.0, 1.0);
        let hours = |a: f64| (1.0 - a) * self.year_h;
        let (low, high) = (share(f.low), share(f.high));
        let value = (state == AvailabilityState::Exact).then_some(low);
        let at_least =
            (state != AvailabilityState::Unknown && (f.exact || low > 0.0)).then_some(low);
        TargetAvailability {
            code: code.into(),
            state,
            own_availability: own,
            availability: value,
            availability_at_least: at_least,
            availability_at_most: high,
            downtime_h: value.map(hours),
            downtime_at_least_h: hours(high),
            downtime_at_most_h: at_least.map(hours),
            one_outage_h: value.map(hours),
            parts: f.parts as usize,
            parts_unknown: f.unknown as usize,
            unknown: f
                .named
                .iter()
                .map(|r| self.code(self.of_rank[r as usize]))
                .collect(),
            contributors: self.contributors(f),
        }
    }

    fn contributors(&self, f: &Figure) -> Vec<Contributor> {
        let mut all: Vec<&(Part, f64, f64)> =
            f.weights.iter().filter(|w| w.1 * w.2 > 0.0).collect();
        let tie = |p: &Part| match p {
            Part::Service(n) => (0, self.rank[*n as usize]),
            Part::Event(e) => (1, *e),
        };
        all.sort_by(|a, b| {
            (b.1 * b.2)
                .total_cmp(&(a.1 * a.2))
                .then(tie(&a.0).cmp(&tie(&b.0)))
        });
        all.truncate(CONTRIBUTORS);
        let one = |(part, down, weight): &(Part, f64, f64)| Contributor {
            code: match part {
                Part::Service(n) => self.code(*n),
                Part::Event(e) => {
                    let group = self.ws.groups.get(self.parts.events[*e as usize].group);
                    group.map_or_else(String::new, |g| g.code.0.clone())
                }
            },
            common_cause: matches!(part, Part::Event(_)),
            part_availability: 1.0 - down,
            importance: weight.clamp(0.0, 1.0),
            gain_h: weight * down * self.year_h,
        };
        all.into_iter().map(one).collect()
    }

    fn code(&self, node: u32) -> String {
        let service = self.ws.services.get(node as usize);
        service.map_or_else(String::new, |s| s.code.0.clone())
    }
}
