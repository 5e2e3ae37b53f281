//! What is assumed to have happened and to be there: the outage, the people, and what is changed against today.

use crate::index::{Index, index_with};
use mainstay_domain::*;
use std::collections::BTreeMap;

/// What is assumed to have happened.
///
/// The default is the worst of all days with today's means: every service is down, and as many people restore as the
/// work needs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scenario {
    /// The services that are down; `None` means every service.
    pub down: Option<Vec<ServiceId>>,
    /// From the disruption to the start of the restore work; `None` takes detection + decision of the settings, else
    /// of the first plan, else 0.
    pub start: Option<Minutes>,
    /// How many people restore; without effect on the analysis with unlimited staff.
    pub staff: Staff,
    /// Own restore times that differ from today's.
    pub own_restore: Vec<(ServiceId, Minutes)>,
    /// Numbers of members that are enough, where they differ from today's.
    pub redundancy: Vec<(RedundancyGroupId, Count)>,
    /// Strategies that are in place: the services of their scopes are usable at the
    /// strategy's RTO, by its means and in the place of their own restore, sooner or later than that would be.
    pub strategies: Vec<StrategyId>,
}

/// How many people of each team restore.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Staff {
    /// The level for every team that is not named. `None` means as many as the work needs, or, where some team is named,
    /// those that can be counted on: people are few, and only how few differs.
    pub level: Option<StaffLevel>,
    /// Teams with a strength of their own; 0 is a team that is out.
    pub given: Vec<(TeamId, i64)>,
}

impl Staff {
    /// Everybody of one level.
    pub fn of(level: StaffLevel) -> Self {
        Self {
            level: Some(level),
            given: Vec::new(),
        }
    }

    /// How many people of a team restore; `None` means that nothing limits it.
    ///
    /// A team whose strength nobody has stated (a supplier, say) limits nothing. Half is rounded up, so that a team of
    /// one still is one.
    pub fn strength(&self, team: &Team) -> Option<i64> {
        if let Some((_, n)) = self.given.iter().find(|(t, _)| *t == team.id) {
            return Some((*n).max(0));
        }
        let (all, planned) = (
            team.people.map(|c| c.0),
            team.planned_available.map(|c| c.0),
        );
        let level = self
            .level
            .or((!self.given.is_empty()).then_some(StaffLevel::Planned))?;
        match level {
            StaffLevel::Full => all.or(planned),
            StaffLevel::Planned => planned.or(all),
            StaffLevel::Half => all.map(|n| n.saturating_add(1) / 2).or(planned),
        }
    }
}

impl Scenario {
    /// The scenario that a saved what-if describes.
    pub fn saved(ws: &Workspace, saved: &SavedScenario) -> Self {
        let mine = |id: SavedScenarioId| id == saved.id;
        let mut down: Vec<ServiceId> = Vec::new();
        let mut out = false;
        for x in ws.scenario_services.iter().filter(|x| mine(x.scenario_id)) {
            out = true;
            down.push(x.service_id);
        }
        for x in ws.scenario_sites.iter().filter(|x| mine(x.scenario_id)) {
            out = true;
            down.extend(at_site(ws, x.site_id));
        }
        for x in ws.scenario_suppliers.iter().filter(|x| mine(x.scenario_id)) {
            out = true;
            down.extend(of_supplier(ws, x.supplier_id));
        }
        down.sort_unstable();
        down.dedup();
        let mut given: BTreeMap<TeamId, i64> = ws
            .scenario_staff
            .iter()
            .filter(|x| mine(x.scenario_id))
            .map(|x| (x.team_id, x.available.0))
            .collect();
        let teams_out = ws.scenario_teams.iter().filter(|x| mine(x.scenario_id));
        given.extend(teams_out.map(|x| (x.team_id, 0)));
        Self {
            down: out.then_some(down),
            start: saved.start_min,
            staff: Staff {
                level: saved.staff,
                given: given.into_iter().collect(),
            },
            own_restore: ws
                .scenario_restores
                .iter()
                .filter(|x| mine(x.scenario_id))
                .map(|x| (x.service_id, x.own_restore_min))
                .collect(),
            redundancy: ws
                .scenario_groups
                .iter()
                .filter(|x| mine(x.scenario_id))
                .map(|x| (x.group_id, x.k))
                .collect(),
            strategies: ws
                .scenario_strategies
                .iter()
                .filter(|x| mine(x.scenario_id))
                .map(|x| x.strategy_id)
                .collect(),
        }
    }

    /// Whether any number of people is limited.
    pub fn limits_staff(&self) -> bool {
        self.staff.level.is_some() || !self.staff.given.is_empty()
    }
}

/// The services that run at a site.
pub fn at_site(ws: &Workspace, site: SiteId) -> impl Iterator<Item = ServiceId> {
    let here = ws.services.iter().filter(move |s| s.site_id == Some(site));
    here.map(|s| s.id)
}

/// The services that a supplier supplies, whichever of the two records says so.
pub fn of_supplier(ws: &Workspace, supplier: SupplierId) -> impl Iterator<Item = ServiceId> {
    let named = ws.get::<Supplier>(supplier).and_then(|s| s.service_id);
    let mine = ws
        .services
        .iter()
        .filter(move |s| s.supplier_id == Some(supplier) || Some(s.id) == named);
    mine.map(|s| s.id)
}

/// A scenario worked out on a workspace: one value for each node, services first, then activities.
pub(crate) struct Situation {
    /// From the disruption to the start of the restore work.
    pub start: Minutes,
    /// Whether a node is down itself.
    pub down: Vec<bool>,
    /// Own restore times; 0 for activities, `None` where nobody knows.
    pub own: Vec<Option<i64>>,
    /// When a strategy in place makes a service usable, from the disruption.
    pub by_strategy: Vec<Option<i64>>,
}

impl Situation {
    pub(crate) fn of(ws: &Workspace, scenario: &Scenario) -> Self {
        let n = ws.services.len();
        let nodes = n + ws.activities.len();
        let start = scenario.start.unwrap_or_else(|| default_start(ws));
        let mut down = vec![false; nodes];
        match &scenario.down {
            None => down[..n].fill(true),
            Some(list) => {
                let list: std::collections::BTreeSet<ServiceId> = list.iter().copied().collect();
                for (i, s) in ws.services.iter().enumerate() {
                    down[i] = list.contains(&s.id);
                }
            }
        }
        let mut own: Vec<Option<i64>> = ws
            .services
            .iter()
            .map(|s| s.capability_min.or(s.own_restore_min).map(|m| m.0.max(0)))
            .collect();
        own.resize(nodes, Some(0));
        let place: BTreeMap<ServiceId, usize> =
            if scenario.own_restore.is_empty() && scenario.strategies.is_empty() {
                BTreeMap::new()
            } else {
                ws.services
                    .iter()
                    .enumerate()
                    .map(|(i, s)| (s.id, i))
                    .collect()
            };
        for (id, m) in &scenario.own_restore {
            if let Some(i) = place.get(id) {
                own[*i] = Some(m.0.max(0));
            }
        }
        let mut by_strategy = vec![
            None;
            if scenario.strategies.is_empty() {
                0
            } else {
                nodes
            }
        ];
        let off = reaction(ws, start).0;
        for (i, t) in strategy_times(ws, &scenario.strategies, &place) {
            // The RTO counts on the clock of the workspace, times of restore from the disruption.
            let t = t.0.saturating_add(off).max(start.0);
            by_strategy[i] = Some(by_strategy[i].map_or(t, |old: i64| old.min(t)));
        }
        Self {
            start,
            down,
            own,
            by_strategy,
        }
    }

    /// When a strategy in place makes this node usable; `None` where none does or the node is not down.
    pub(crate) fn standby(&self, node: usize) -> Option<i64> {
        (*self.by_strategy.get(node)?).filter(|_| self.down[node])
    }
}

/// The services that strategies in place make usable, by their place in the workspace, and when.
fn strategy_times(
    ws: &Workspace,
    strategies: &[StrategyId],
    place: &BTreeMap<ServiceId, usize>,
) -> Vec<(usize, Minutes)> {
    let mut out = Vec::new();
    for id in strategies {
        let Some(s) = ws.get::<Strategy>(*id) else {
            continue;
        };
        let (Some(scope), Some(rto)) = (s.scope_id, s.rto_min) else {
            continue;
        };
        let scoped = ws.scope_services.iter().filter(|x| x.scope_id == scope);
        out.extend(scoped.filter_map(|x| Some((*place.get(&x.service_id)?, rto))));
    }
    out
}

/// Whether a strategy in place changes anything: it has to say for what and by when.
pub(crate) fn has_effect(s: &Strategy) -> bool {
    s.scope_id.is_some() && s.rto_min.is_some()
}

/// The graph of a workspace under a scenario.
pub(crate) fn graph_of(ws: &Workspace, scenario: &Scenario) -> Index {
    index_with(ws, &scenario.redundancy)
}

/// From when the times of a workspace count.
pub fn clock(ws: &Workspace) -> ClockStart {
    ws.settings
        .first()
        .map_or(ClockStart::Disruption, |s| s.clock)
}

/// What usually passes before the clock of RTOs starts: detection and decision, where it starts at the declaration.
pub(crate) fn usual_reaction(ws: &Workspace) -> Minutes {
    reaction(ws, default_start(ws))
}

/// What passes before the clock of RTOs starts: nothing on the disruption clock, the start on the declaration clock.
pub(crate) fn reaction(ws: &Workspace, start: Minutes) -> Minutes {
    match clock(ws) {
        ClockStart::Declaration => start,
        ClockStart::Disruption => Minutes(0),
    }
}

/// Detection + decision of the settings, else of the first plan, else 0.
fn default_start(ws: &Workspace) -> Minutes {
    let sum = |a: Option<Minutes>, b: Option<Minutes>| {
        (a.is_some() || b.is_some()).then(|| a.unwrap_or_default() + b.unwrap_or_default())
    };
    ws.settings
        .first()
        .and_then(|s| sum(s.detection_min, s.decision_min))
        .or_else(|| {
            ws.plans
                .first()
                .and_then(|p| sum(p.timing_detection_min, p.timing_decision_min))
        })
        .unwrap_or_default()
}
