//! The restore work of a scenario: what has to be done, by whom, and what waits for what.
//!
//! Nodes are those of the graph (services, then activities), and after them the steps of procedures where a service is
//! restored step by step. A service that is not down is no work; it only hands on what it waits for.

use crate::graph::{Graph, Lists};
use crate::recover::WorkUnit;
use crate::situation::{Scenario, Situation, graph_of};
use crate::{recovery, requirement};
use mainstay_domain::*;
use std::collections::BTreeMap;

/// One thing that is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wait {
    /// Who has to be there.
    pub provider: u32,
    /// How much earlier than that one can begin.
    pub tolerance: i64,
}

/// The k-th earliest of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub k: usize,
    pub members: Vec<Wait>,
}

/// A step of a procedure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// The service that is restored, by its place in the workspace.
    pub service: usize,
    /// Its number in the procedure.
    pub no: i64,
    /// The team that does it, as an index into `ws.teams`.
    pub team: Option<usize>,
}

/// What has to be done for one node.
#[derive(Debug, Clone, Default)]
pub(crate) struct Node {
    /// Everything it waits for.
    pub needs: Vec<Wait>,
    /// Groups of which it needs k members.
    pub choices: Vec<Choice>,
    /// What is to be done.
    pub job: Job,
    /// The latest finish that still keeps the requirement above (C4, scheduled).
    pub deadline: Option<i64>,
    /// The longest chain of work that follows, in minutes.
    pub tail: i64,
}

/// What is to be done for a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Job {
    /// Nothing: it is there as soon as what it needs is.
    #[default]
    HandOn,
    /// Work of so many minutes by one person of a team; `None` for work that needs none of ours.
    Work {
        /// How long it takes.
        minutes: i64,
        /// The team, as an index into `ws.teams`.
        team: Option<usize>,
    },
    /// It is down, and there when its steps are done.
    Join,
    /// A strategy in place makes it usable at this time, whatever it needs.
    Standby(i64),
    /// Nobody restores it: a spare member of a group.
    Spare,
    /// Nobody knows how long it takes, or nobody is there to do it.
    Open(Why),
}

/// Why a time stays open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Its own restore time is unknown.
    NoTime,
    /// Its team has nobody.
    NoStaff,
    /// It stands on a loop with something down in it.
    Loop,
}

/// The whole restore work.
#[derive(Debug, Default)]
pub(crate) struct Work {
    pub start: i64,
    pub nodes: Vec<Node>,
    pub services: usize,
    pub activities: usize,
    /// People of each team of the workspace; `None` where nothing limits it.
    pub strength: Vec<Option<i64>>,
    /// The rank of each node's code, steps behind the service they restore.
    pub rank: Vec<(u32, u32)>,
    /// The steps, in the order of their nodes.
    pub steps: Vec<Step>,
    /// Whether each node of the graph is down itself.
    pub down: Vec<bool>,
    /// Each node of the graph cannot be there earlier than this, however many people restore.
    pub least: Vec<i64>,
    /// Whether that is exactly when, with as many people as the work needs.
    pub known: Vec<bool>,
    /// Who waits for each node, whatever the way.
    pub followers: Lists,
}

impl Work {
    pub(crate) fn of(ws: &Workspace, scenario: &Scenario, unit: WorkUnit) -> Work {
        let ix = graph_of(ws, scenario);
        let g = &ix.graph;
        let situation = Situation::of(ws, scenario);
        let teams: BTreeMap<TeamId, usize> = ws
            .teams
            .iter()
            .enumerate()
            .map(|(i, t)| (t.id, i))
            .collect();
        let strength: Vec<Option<i64>> = ws
            .teams
            .iter()
            .map(|t| scenario.staff.strength(t))
            .collect();
        let mut jobs: Vec<Job> = ws
            .services
            .iter()
            .enumerate()
            .map(|(i, s)| {
                let team = s.team_id.and_then(|t| teams.get(&t).copied());
                if !situation.down[i] {
                    Job::HandOn
                } else if let Some(t) = situation.standby(i) {
                    Job::Standby(t)
                } else {
                    job(situation.own[i], team, &strength)
                }
            })
            .collect();
        jobs.resize(g.nodes, Job::HandOn);
        let free = recovery::unlimited(g, &situation);
        // A loop with nothing down in it only hands on; the others are open, as they are with unlimited people.
        let is_down = |n: &u32| situation.down[*n as usize];
        for l in free.loops.iter().filter(|l| l.iter().any(is_down)) {
            for n in l {
                jobs[*n as usize] = Job::Open(Why::Loop);
            }
        }
        // With as many people as the work needs there is no reason to leave a spare member down.
        if scenario.limits_staff() {
            spares(g, &mut jobs);
        }
        let spare = |n: u32| jobs[n as usize] == Job::Spare;
        let mut nodes: Vec<Node> = (0..g.nodes)
            .map(|i| {
                let n = i as u32;
                let wait = |e: &crate::graph::Edge| Wait {
                    provider: e.provider,
                    tolerance: e.tolerance,
                };
                Node {
                    needs: g.plain_needs(n).map(wait).collect(),
                    choices: g
                        .groups_of(n)
                        .filter(|x| x.k > 0)
                        .map(|x| Choice {
                            k: x.k,
                            members: x
                                .members
                                .iter()
                                .map(|m| wait(&g.edges[*m as usize]))
                                .filter(|w| !spare(w.provider))
                                .collect(),
                        })
                        .collect(),
                    job: jobs[i],
                    deadline: None,
                    tail: 0,
                }
            })
            .collect();
        for (i, d) in deadlines(ws, g, &situation).into_iter().enumerate() {
            nodes[i].deadline = d;
        }
        let mut work = Work {
            start: situation.start.0,
            services: ws.services.len(),
            activities: ws.activities.len(),
            rank: g.rank.iter().map(|r| (*r, 0)).collect(),
            nodes,
            strength,
            least: free.least,
            down: situation.down,
            known: free.known,
            ..Work::default()
        };
        if unit == WorkUnit::Steps {
            super::steps::unfold(ws, &teams, &mut work);
        }
        work.followers = work.followers();
        work.tails();
        work
    }

    /// Everything a node waits for, groups included.
    pub(crate) fn waits(&self, n: usize) -> impl Iterator<Item = &Wait> {
        let node = &self.nodes[n];
        let members = node.choices.iter().flat_map(|c| &c.members);
        node.needs.iter().chain(members)
    }

    /// When a node that needs no work is there, given when everything it needs is.
    ///
    /// Who is not down waits only past the start; else it was never disrupted, and the time is 0.
    pub(crate) fn handed_on(&self, n: usize, wait: i64) -> i64 {
        match self.nodes[n].job {
            Job::HandOn if wait <= self.start => 0,
            _ => wait,
        }
    }

    /// The nodes that are never there, since nobody is there to restore them or something they need.
    pub(crate) fn never(&self) -> Vec<bool> {
        let n = self.nodes.len();
        let mut never = vec![false; n];
        let mut todo: Vec<usize> = (0..n)
            .filter(|i| self.nodes[*i].job == Job::Open(Why::NoStaff))
            .collect();
        while let Some(i) = todo.pop() {
            if std::mem::replace(&mut never[i], true) {
                continue;
            }
            for f in self.followers.of(i as u32) {
                let f = *f as usize;
                if never[f] || matches!(self.nodes[f].job, Job::Standby(_) | Job::Spare) {
                    continue;
                }
                let gone = |w: &Wait| never[w.provider as usize];
                let stuck = self.nodes[f].needs.iter().any(gone)
                    || self.nodes[f]
                        .choices
                        .iter()
                        .any(|c| c.members.iter().filter(|w| !gone(w)).count() < c.k);
                if stuck {
                    todo.push(f);
                }
            }
        }
        never
    }

    fn followers(&self) -> Lists {
        let mut pairs = Vec::new();
        for n in 0..self.nodes.len() {
            pairs.extend(self.waits(n).map(|w| (w.provider, n as u32)));
        }
        Lists::build(self.nodes.len(), &pairs)
    }

    /// The longest chain of work that follows each node; 0 on and before loops that never end.
    fn tails(&mut self) {
        let n = self.nodes.len();
        let mut open: Vec<u32> = (0..n as u32)
            .map(|i| self.followers.of(i).len() as u32)
            .collect();
        let mut ready: Vec<usize> = (0..n).filter(|i| open[*i] == 0).collect();
        while let Some(i) = ready.pop() {
            let minutes = match self.nodes[i].job {
                Job::Work { minutes, .. } => minutes,
                _ => 0,
            };
            let through = self.nodes[i].tail.saturating_add(minutes);
            let waits: Vec<Wait> = self.waits(i).copied().collect();
            for w in waits {
                let p = &mut self.nodes[w.provider as usize];
                p.tail = p.tail.max(through);
                let left = &mut open[w.provider as usize];
                *left -= 1;
                if *left == 0 {
                    ready.push(w.provider as usize);
                }
            }
        }
    }
}

/// What is to be done for a service or a step that is down.
pub(crate) fn job(minutes: Option<i64>, team: Option<usize>, strength: &[Option<i64>]) -> Job {
    match (minutes, team) {
        (None, _) => Job::Open(Why::NoTime),
        (Some(m), Some(t)) => match strength[t] {
            Some(0) if m > 0 => Job::Open(Why::NoStaff),
            Some(n) if n > 0 => Job::Work { minutes: m, team },
            _ => Job::Work {
                minutes: m,
                team: None,
            },
        },
        (Some(m), None) => Job::Work { minutes: m, team },
    }
}

/// Leaves members of groups alone that are to be restored and that nobody needs: no group counts on them first, nobody
/// needs them outside, and those that are counted on can be restored.
fn spares(g: &Graph, jobs: &mut [Job]) {
    let inherits = |e: &crate::graph::Edge| g.heirs(e.provider).next().is_some();
    let mut spare = Vec::new();
    let mut kept = std::collections::BTreeSet::new();
    for x in &g.groups {
        let members = || x.members.iter().map(|m| &g.edges[*m as usize]);
        let sure = members()
            .filter(|e| inherits(e) && !matches!(jobs[e.provider as usize], Job::Open(_)))
            .count();
        for e in members().filter(|e| !inherits(e)) {
            if sure >= x.k {
                spare.push(e.provider as usize);
            } else {
                kept.insert(e.provider as usize);
            }
        }
    }
    for p in spare {
        if !kept.contains(&p) && matches!(jobs[p], Job::Work { .. } | Job::Open(_)) {
            jobs[p] = Job::Spare;
        }
    }
}

/// The latest finish of each node that still keeps every RTO above (C4, scheduled), from the disruption.
fn deadlines(ws: &Workspace, g: &Graph, situation: &Situation) -> Vec<Option<i64>> {
    let off = crate::situation::reaction(ws, situation.start).0;
    let mut rto = vec![None; ws.services.len()];
    rto.extend(ws.activities.iter().map(|a| {
        a.rto_min
            .filter(|_| a.in_scope != Some(false))
            .map(|m| m.0.saturating_add(off))
    }));
    requirement::scheduled(g, &rto, &situation.own, &situation.down)
}
