//! Scenarios: named on the command line or saved in the plan file, compared, and the order of recovery under them.

use crate::App;
use crate::problem::Outcome;
use crate::wire::Problem;
use mainstay_analysis::recover::{Goal, Options, Patience, RecoveryOrder, WorkUnit, recover};
use mainstay_analysis::what_if::{Compared, compare};
use mainstay_analysis::{Scenario, Staff, at_site, of_supplier};
use mainstay_domain::*;
use mainstay_planfile::Operation;
use serde::Serialize;
use std::time::{Duration, Instant};

/// A scenario as it is named on the command line.
#[derive(Debug, Clone, Default)]
pub struct ScenarioArgs {
    /// The code of a saved scenario to start from.
    pub saved: Option<String>,
    /// The codes of the services, sites and suppliers that are out; every service is down when `None`.
    pub down: Option<Vec<String>>,
    /// When the restore begins, minutes; detection + decision when `None`.
    pub start_min: Option<i64>,
    /// How many people restore: `unlimited`, `full`, `planned`, `half` or `TEAM=N`, each part on its own.
    pub staff: Vec<String>,
}

/// What to search an order of recovery by.
#[derive(Debug, Clone)]
pub struct RecoverArgs {
    /// The outage and the people.
    pub scenario: ScenarioArgs,
    /// What to make small.
    pub goal: Goal,
    /// What is one piece of work.
    pub unit: WorkUnit,
    /// For how long to search, in seconds.
    pub budget_s: f64,
    /// Where chance begins.
    pub seed: u64,
    /// After how many orders to stop; then the same order comes out everywhere.
    pub schedules: Option<u64>,
}

/// A scenario to be saved.
#[derive(Debug, Clone, Default)]
pub struct NewScenario {
    /// Its code.
    pub code: String,
    /// Its name; that of the one with this code when `None`.
    pub name: Option<String>,
    /// What is assumed, in words.
    pub description: Option<String>,
    /// The outage and the people.
    pub scenario: ScenarioArgs,
    /// Other own restore times: `SERVICE=MINUTES`.
    pub own_restore: Vec<(String, String)>,
    /// Other numbers of members that are enough: `GROUP=K`.
    pub redundancy: Vec<(String, String)>,
    /// The codes of strategies that are in place.
    pub strategies: Vec<String>,
}

/// A saved scenario.
#[derive(Debug, Clone, Serialize)]
#[allow(
    missing_docs,
    reason = "the names are those of the fields, with their unit"
)]
pub struct SavedReport {
    pub code: String,
    pub name: String,
    pub description: Option<String>,
    pub services_out: Vec<String>,
    pub sites_out: Vec<String>,
    pub suppliers_out: Vec<String>,
    pub teams_out: Vec<String>,
    pub start_min: Option<i64>,
    pub staff: Option<StaffLevel>,
    pub team_strength: Vec<(String, i64)>,
    pub own_restore_min: Vec<(String, i64)>,
    pub redundancy: Vec<(String, i64)>,
    pub strategies: Vec<String>,
}

impl App {
    /// The order in which to restore under limited people, searched for as long as the budget allows.
    ///
    /// # Errors
    /// Nothing is open, or an argument names what is not there.
    pub fn recovery_order(&self, args: &RecoverArgs) -> Outcome<RecoveryOrder> {
        let ws = self.workspace()?;
        let scenario = args.scenario.resolve(ws)?;
        if !(0.0..=86_400.0).contains(&args.budget_s) {
            return Err(Problem::bad_value(
                "recover",
                "budget",
                &args.budget_s.to_string(),
                "a number of seconds from 0 to 86400, such as 0.5",
            ));
        }
        let budget = Duration::from_secs_f64(args.budget_s);
        let begun = Instant::now();
        // The look at one more person in each team gets as long again.
        let (search, gains) = (budget, budget * 2);
        Ok(recover(
            ws,
            &scenario,
            &Options {
                unit: args.unit,
                goal: args.goal,
                seed: args.seed,
                schedules: args.schedules,
            },
            &Patience {
                search: &|| begun.elapsed() >= search,
                gains: &|| begun.elapsed() >= gains,
            },
        ))
    }

    /// The saved scenarios, in their order.
    ///
    /// # Errors
    /// Nothing is open.
    pub fn saved_scenarios(&self) -> Outcome<Vec<SavedReport>> {
        let ws = self.workspace()?;
        Ok(ws.scenarios.iter().map(|s| saved_report(ws, s)).collect())
    }

    /// Compares saved scenarios with today, all of them when no code is given.
    ///
    /// # Errors
    /// Nothing is open, or there is no scenario with such a code.
    pub fn compare_scenarios(&self, codes: &[String]) -> Outcome<Vec<Compared>> {
        let ws = self.workspace()?;
        let chosen: Vec<&SavedScenario> = if codes.is_empty() {
            ws.scenarios.iter().collect()
        } else {
            codes.iter().map(|c| saved(ws, c)).collect::<Outcome<_>>()?
        };
        Ok(compare(ws, &chosen, &|| false))
    }

    /// Saves a scenario, in the place of the one with its code if there is one.
    ///
    /// # Errors
    /// Nothing is open for writing, the code belongs to another record, or an argument names what is not there.
    pub fn save_scenario(&mut self, new: &NewScenario) -> Outcome<String> {
        let ws = self.workspace()?;
        let old = ws.scenarios.iter().find(|s| s.code.0 == new.code).cloned();
        if old.is_none() && ws.find_code(&new.code).is_some() {
            return Err(Problem::bad_value(
                "scenario",
                "code",
                &new.code,
                "a code that no other record carries",
            ));
        }
        if !is_code(&new.code) {
            let allowed = Kind::Code.allowed();
            return Err(Problem::bad_value("scenario", "code", &new.code, &allowed));
        }
        let rows = rows(ws, new, old.as_ref())?;
        let verb = if old.is_some() { "change" } else { "save" };
        let op = Operation::named(format!("{verb} scenario {}", new.code));
        // A what-if is no part of a plan, so no draft begins with it.
        self.change_as_is(&op, |tx| {
            if let Some(old) = &old {
                let children: Vec<(Table, Uuid)> = children(tx.workspace(), old.id);
                for (t, id) in children {
                    tx.remove(t, id)?;
                }
            }
            for (t, row) in &rows {
                tx.put(*t, row)?;
            }
            Ok(())
        })?;
        Ok(op.name)
    }
}

impl ScenarioArgs {
    /// The scenario that these words describe.
    ///
    /// # Errors
    /// A code that nothing carries, or a value that is not allowed.
    pub(crate) fn resolve(&self, ws: &Workspace) -> Outcome<Scenario> {
        let mut scenario = match &self.saved {
            None => Scenario::default(),
            Some(code) => Scenario::saved(ws, saved(ws, code)?),
        };
        if let Some(codes) = &self.down {
            let mut down: Vec<ServiceId> = Vec::new();
            for code in codes {
                match out_of(ws, code)? {
                    Out::Service(s) => down.push(s),
                    Out::Site(s) => down.extend(at_site(ws, s)),
                    Out::Supplier(s) => down.extend(of_supplier(ws, s)),
                }
            }
            scenario.down = Some(down);
        }
        if let Some(m) = self.start_min {
            scenario.start = Some(minutes("start", &m.to_string())?);
        }
        if !self.staff.is_empty() {
            scenario.staff = staff(ws, &self.staff)?;
        }
        Ok(scenario)
    }
}

fn saved<'a>(ws: &'a Workspace, code: &str) -> Outcome<&'a SavedScenario> {
    let found = ws.scenarios.iter().find(|s| s.code.0 == *code);
    found.ok_or_else(|| Problem::no_such("scenario", code))
}

enum Out {
    Service(ServiceId),
    Site(SiteId),
    Supplier(SupplierId),
}

fn out_of(ws: &Workspace, code: &str) -> Outcome<Out> {
    match ws.find_code(code) {
        Some((Table::Service, id)) => Ok(Out::Service(ServiceId(id))),
        Some((Table::Site, id)) => Ok(Out::Site(SiteId(id))),
        Some((Table::Supplier, id)) => Ok(Out::Supplier(SupplierId(id))),
        _ => Err(Problem::no_such("service, site or supplier", code)),
    }
}

/// Reads how many people restore; teams that are not named follow the level, and without one are as planned.
fn staff(ws: &Workspace, parts: &[String]) -> Outcome<Staff> {
    let mut out = Staff::default();
    for part in parts {
        let bad = || {
            Problem::bad_value(
                "scenario",
                "staff",
                part,
                "unlimited alone; or full, planned or half; or TEAM=N with the code of a team and a number of people",
            )
        };
        match part.split_once('=') {
            Some((code, n)) => {
                let team = team(ws, code)?;
                let n = n
                    .trim()
                    .parse()
                    .ok()
                    .filter(|n| (0..=1_000_000_000).contains(n));
                if out.given.iter().any(|(t, _)| *t == team) {
                    return Err(twice("staff", code));
                }
                out.given.push((team, n.ok_or_else(bad)?));
            }
            None if part == "unlimited" && parts.len() == 1 => {}
            None => {
                let level = StaffLevel::from_datum(&Datum::Text(part.clone()));
                out.level = Some(level.ok_or_else(bad)?);
            }
        }
    }
    Ok(out)
}

fn team(ws: &Workspace, code: &str) -> Outcome<TeamId> {
    let found = ws.teams.iter().find(|t| t.code.0 == code.trim());
    Ok(found.ok_or_else(|| Problem::no_such("team", code))?.id)
}

fn twice(field: &str, code: &str) -> Problem {
    Problem::bad_value("scenario", field, code, "each code once")
}

/// Sees that no code is named twice.
fn once_each(field: &str, pairs: &[(String, String)]) -> Outcome<()> {
    let mut seen = std::collections::BTreeSet::new();
    match pairs.iter().find(|(code, _)| !seen.insert(code)) {
        Some((code, _)) => Err(twice(field, code)),
        None => Ok(()),
    }
}

fn minutes(field: &str, text: &str) -> Outcome<Minutes> {
    let d = Kind::Minutes.read(text);
    d.ok()
        .and_then(|d| Minutes::from_datum(&d))
        .ok_or_else(|| Problem::bad_value("scenario", field, text, &Kind::Minutes.allowed()))
}

/// Every row of a scenario to be saved.
fn rows(
    ws: &Workspace,
    new: &NewScenario,
    old: Option<&SavedScenario>,
) -> Outcome<Vec<(Table, Row)>> {
    let id = old.map_or_else(|| SavedScenarioId(Uuid::now_v7()), |s| s.id);
    let staff = staff(ws, &new.scenario.staff)?;
    once_each("own restore time", &new.own_restore)?;
    once_each("redundancy", &new.redundancy)?;
    let mut out = vec![(
        Table::SavedScenario,
        SavedScenario {
            id,
            pos: old.map_or_else(|| ws.next_pos(Table::SavedScenario), |s| s.pos),
            code: Code(new.code.clone()),
            name: new
                .name
                .clone()
                .or_else(|| old.map(|s| s.name.clone()))
                .unwrap_or_else(|| new.code.clone()),
            description: new
                .description
                .clone()
                .or_else(|| old.and_then(|s| s.description.clone())),
            start_min: match new.scenario.start_min {
                Some(m) => Some(minutes("start", &m.to_string())?),
                None => None,
            },
            staff: staff.level,
        }
        .to_row(),
    )];
    let mut add = |table: Table, values: Vec<Datum>| {
        let pos = out.len() as i64;
        let mut data = vec![Datum::Id(id.0)];
        data.extend(values);
        let id = Uuid::now_v7();
        out.push((table, Row { id, pos, data }));
    };
    for code in new.scenario.down.iter().flatten() {
        match out_of(ws, code)? {
            Out::Service(s) => add(Table::ScenarioService, vec![Datum::Id(s.0)]),
            Out::Site(s) => add(Table::ScenarioSite, vec![Datum::Id(s.0)]),
            Out::Supplier(s) => add(Table::ScenarioSupplier, vec![Datum::Id(s.0)]),
        }
    }
    for (team, n) in staff.given {
        match n {
            0 => add(Table::ScenarioTeam, vec![Datum::Id(team.0)]),
            n => add(Table::ScenarioStaff, vec![Datum::Id(team.0), Datum::Int(n)]),
        }
    }
    for (code, text) in &new.own_restore {
        let s = ws.services.iter().find(|s| s.code.0 == *code);
        let s = s.ok_or_else(|| Problem::no_such("service", code))?;
        let m = minutes("own restore time", text)?;
        add(
            Table::ScenarioRestore,
            vec![Datum::Id(s.id.0), Datum::Int(m.0)],
        );
    }
    for (code, text) in &new.redundancy {
        let g = ws.groups.iter().find(|g| g.code.0 == *code);
        let g = g.ok_or_else(|| Problem::no_such("redundancy group", code))?;
        let k = text
            .trim()
            .parse()
            .ok()
            .filter(|k| (1..=1_000_000_000).contains(k));
        let k: i64 = k.ok_or_else(|| {
            Problem::bad_value(
                "scenario",
                "redundancy",
                text,
                "a number of members, 1 or more",
            )
        })?;
        add(Table::ScenarioGroup, vec![Datum::Id(g.id.0), Datum::Int(k)]);
    }
    for code in &new.strategies {
        let s = ws.strategies.iter().find(|s| s.code.0 == *code);
        let s = s.ok_or_else(|| Problem::no_such("strategy", code))?;
        add(Table::ScenarioStrategy, vec![Datum::Id(s.id.0)]);
    }
    Ok(out)
}

/// Everything that hangs on a scenario.
fn children(ws: &Workspace, id: SavedScenarioId) -> Vec<(Table, Uuid)> {
    Workspace::children_of(Table::SavedScenario)
        .flat_map(|spec| {
            let rows = ws.rows(spec.table).into_iter();
            rows.filter(|r| r.data.first() == Some(&Datum::Id(id.0)))
                .map(|r| (spec.table, r.id))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn saved_report(ws: &Workspace, s: &SavedScenario) -> SavedReport {
    let code = |t: Table, id: Uuid| ws.code_of(t, id).unwrap_or_default();
    let mine = |id: SavedScenarioId| id == s.id;
    SavedReport {
        code: s.code.0.clone(),
        name: s.name.clone(),
        description: s.description.clone(),
        services_out: ws
            .scenario_services
            .iter()
            .filter(|x| mine(x.scenario_id))
            .map(|x| code(Table::Service, x.service_id.0))
            .collect(),
        sites_out: ws
            .scenario_sites
            .iter()
            .filter(|x| mine(x.scenario_id))
            .map(|x| code(Table::Site, x.site_id.0))
            .collect(),
        suppliers_out: ws
            .scenario_suppliers
            .iter()
            .filter(|x| mine(x.scenario_id))
            .map(|x| code(Table::Supplier, x.supplier_id.0))
            .collect(),
        teams_out: ws
            .scenario_teams
            .iter()
            .filter(|x| mine(x.scenario_id))
            .map(|x| code(Table::Team, x.team_id.0))
            .collect(),
        start_min: s.start_min.map(|m| m.0),
        staff: s.staff,
        team_strength: ws
            .scenario_staff
            .iter()
            .filter(|x| mine(x.scenario_id))
            .map(|x| (code(Table::Team, x.team_id.0), x.available.0))
            .collect(),
        own_restore_min: ws
            .scenario_restores
            .iter()
            .filter(|x| mine(x.scenario_id))
            .map(|x| (code(Table::Service, x.service_id.0), x.own_restore_min.0))
            .collect(),
        redundancy: ws
            .scenario_groups
            .iter()
            .filter(|x| mine(x.scenario_id))
            .map(|x| (code(Table::RedundancyGroup, x.group_id.0), x.k.0))
            .collect(),
        strategies: ws
            .scenario_strategies
            .iter()
            .filter(|x| mine(x.scenario_id))
            .map(|x| code(Table::Strategy, x.strategy_id.0))
            .collect(),
    }
}
