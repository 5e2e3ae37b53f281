//! The parts that fail by themselves: services with their availability, and common causes of groups.

use crate::graph::{Graph, Lists};
use mainstay_domain::{Service, Workspace};

/// What strikes all members of a redundancy group at once.
#[derive(Debug, Clone)]
pub(super) struct Event {
    /// The position of the group in the workspace.
    pub group: usize,
    /// The node that needs the group.
    pub owner: u32,
    /// The members, as nodes, each once.
    pub members: Vec<u32>,
    /// How much of the time it holds; 0 when a member's unavailability is unknown.
    pub down: f64,
    /// The beta factor, where it could not be applied because a member's unavailability is unknown.
    pub open_beta: f64,
}

/// Availability of each part by itself.
#[derive(Debug)]
pub(super) struct Parts {
    /// For each service the share of time it is down by itself; `None` when unknown.
    pub down: Vec<Option<f64>>,
    pub events: Vec<Event>,
    /// The events that strike a service.
    events_of: Lists,
}

impl Parts {
    pub(super) fn new(ws: &Workspace, g: &Graph) -> Self {
        let down: Vec<Option<f64>> = ws.services.iter().map(own_down).collect();
        let mut events = Vec::new();
        for (i, (group, record)) in g.groups.iter().zip(&ws.groups).enumerate() {
            let beta = record.common_cause_beta.map_or(0.0, |b| b.0);
            let run = || {
                let edges = group.members.iter().map(|m| &g.edges[*m as usize]);
                edges.filter(|e| !e.recover_only)
            };
            let mut members: Vec<u32> = run().map(|e| e.provider).collect();
            members.sort_unstable();
            members.dedup();
            // One alone has nothing in common with anybody, and nobody misses a group of which none is needed.
            let counts = beta > 0.0 && group.k > 0 && members.len() > 1;
            let Some(owner) = run().next().map(|e| e.dependant).filter(|_| counts) else {
                continue;
            };
            let of = |m: &u32| down.get(*m as usize).copied().unwrap_or(Some(0.0));
            let least = members
                .iter()
                .try_fold(f64::INFINITY, |least, m| Some(of(m)?.min(least)));
            let beta = beta.min(1.0);
            let event = Event {
                group: i,
                owner,
                members,
                down: least.map_or(0.0, |u| beta * u),
                open_beta: if least.is_none() { beta } else { 0.0 },
            };
            if event.down > 0.0 || event.open_beta > 0.0 {
                events.push(event);
            }
        }
        let pairs: Vec<(u32, u32)> = (0u32..)
            .zip(&events)
            .flat_map(|(i, e)| e.members.iter().map(move |m| (*m, i)))
            .collect();
        Parts {
            events_of: Lists::build(g.nodes, &pairs),
            down,
            events,
        }
    }

    /// The events that strike a node.
    pub(super) fn events_of(&self, node: u32) -> &[u32] {
        self.events_of.of(node)
    }

    /// How much of the time a node is down by itself, without the share of the common causes that count.
    ///
    /// Unknown is taken as never, and an activity does not fail by itself: an upper bound of what it is good for.
    pub(super) fn own(&self, node: u32, counts: impl Fn(u32) -> bool) -> f64 {
        let Some(down) = self.down.get(node as usize).copied().flatten() else {
            return 0.0;
        };
        let shared: f64 = self
            .events_of(node)
            .iter()
            .filter(|e| counts(**e))
            .map(|e| &self.events[*e as usize])
            .map(|e| e.down + e.open_beta * down)
            .sum();
        (down - shared).max(0.0)
    }
}

/// C8: MTTR / (MTBF + MTTR).
fn own_down(s: &Service) -> Option<f64> {
    let (up, repair) = (s.mtbf_h?.0, s.mttr_h?.0);
    let down = repair / (up + repair);
    // 0 of 0 says nothing.
    (up >= 0.0 && repair >= 0.0 && down.is_finite()).then_some(down)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::index;
    use crate::weak::fixture::Plan;

    fn parts(plan: &Plan) -> Parts {
        let ws = plan.workspace();
        Parts::new(&ws, &index(&ws).graph)
    }

    #[test]
    fn a_part_by_itself() {
        let cases = [
            ((Some(2000.0), Some(4.0)), Some(4.0 / 2004.0)),
            ((Some(2000.0), Some(0.0)), Some(0.0)),
            ((Some(0.0), Some(4.0)), Some(1.0)),
            ((Some(0.0), Some(0.0)), None),
            ((None, Some(4.0)), None),
            ((Some(2000.0), None), None),
        ];
        let plan = Plan {
            services: cases.len(),
            repair: cases.map(|c| c.0).to_vec(),
            ..Plan::default()
        };
        assert_eq!(parts(&plan).down, cases.map(|c| c.1));
    }

    #[test]
    fn shares_of_two_common_causes_are_both_taken_off_and_never_too_much() {
        let plan = Plan {
            services: 4,
            activities: 2,
            groups: vec![
                (4, 1, vec![0, 1], Some(0.75)),
                (5, 1, vec![1, 2], Some(0.5)),
                (5, 1, vec![1, 3], Some(0.5)),
            ],
            repair: vec![
                (Some(99.0), Some(1.0)),
                (Some(99.0), Some(1.0)),
                (Some(98.0), Some(2.0)),
                (None, None),
            ],
            ..Plan::default()
        };
        let p = parts(&plan);
        let down: Vec<f64> = p.events.iter().map(|e| e.down).collect();
        assert_eq!(down, [0.0075, 0.005, 0.0]);
        assert_eq!(p.own(1, |_| false), 0.01);
        assert_eq!(p.own(1, |e| e == 0), 0.01 - 0.0075);
        assert_eq!(p.own(1, |_| true), 0.0);
        // Where the other member is unknown, at most beta of what is known can be shared.
        assert_eq!(p.own(1, |e| e == 2), 0.005);
    }
}
