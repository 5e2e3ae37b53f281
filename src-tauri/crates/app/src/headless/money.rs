//! Losses, the simulated loss of a year, and what strategies cost.

use crate::App;
use crate::problem::Outcome;
use crate::wire::Problem;
use chrono::NaiveDateTime;
use mainstay_analysis::loss::{LossCurves, StartSpread};
use mainstay_analysis::risk::{self, MAX_YEARS, Simulation, SimulationOptions};
use mainstay_analysis::strategy::{self, StrategyComparison, StrategySimulation};
use serde::Serialize;

/// How many years to simulate, and from where chance begins.
#[derive(Debug, Clone)]
pub struct SimulateArgs {
    /// How many years.
    pub years: u32,
    /// The seed.
    pub seed: u64,
    /// The amounts of the exceedance curve; round numbers up to the worst year when empty.
    pub thresholds: Vec<f64>,
}

/// What one outage of an activity costs (C2).
#[derive(Debug, Clone, Serialize)]
pub struct LossReport {
    /// The code of the activity.
    pub activity: String,
    /// How long the outage lasts.
    pub hours: f64,
    /// When it starts; without a moment the loss is flat, without calendar.
    pub from: Option<NaiveDateTime>,
    /// What it costs, in currency units; `None` where the activity has no loss curve.
    pub loss: Option<f64>,
    /// The same without calendar.
    pub flat_loss: Option<f64>,
    /// Over the 168 starts of a week outside every season; `None` without calendar.
    pub week: Option<StartSpread>,
    /// Over every full hour of the year ahead, seasons included; `None` without calendar.
    pub year: Option<StartSpread>,
}

impl App {
    /// What an outage of so many hours costs: each activity, or the one with this code.
    ///
    /// # Errors
    /// Nothing is open, or there is no activity with this code.
    pub fn losses(
        &self,
        activity: Option<&str>,
        hours: f64,
        from: Option<NaiveDateTime>,
    ) -> Outcome<Vec<LossReport>> {
        let today = self.config.today();
        let ws = self.workspace()?;
        if let Some(code) = activity
            && !ws.activities.iter().any(|a| a.code.0 == code)
        {
            return Err(Problem::no_such("activity", code));
        }
        let curves = LossCurves::of(ws);
        let one = |(i, a): (usize, &mainstay_domain::Activity)| {
            let (curve, calendar) = (curves.known(i), curves.calendar(i));
            let spread = curve.zip(calendar);
            LossReport {
                activity: a.code.0.clone(),
                hours,
                from,
                loss: curve.map(|c| match (from, calendar) {
                    (Some(from), Some(calendar)) => c.from_start(calendar, from, hours),
                    _ => c.at(hours),
                }),
                flat_loss: curve.map(|c| c.at(hours)),
                week: spread.map(|(c, k)| c.week_spread(k, hours)),
                year: spread.map(|(c, k)| c.year_spread(k, today, hours)),
            }
        };
        Ok(ws
            .activities
            .iter()
            .enumerate()
            .filter(|(_, a)| activity.is_none_or(|code| a.code.0 == code))
            .map(one)
            .collect())
    }

    /// The simulated loss of a year, for each risk and the whole (C11).
    ///
    /// # Errors
    /// Nothing is open, or the number of years is not allowed.
    pub fn simulation(&self, args: &SimulateArgs) -> Outcome<Simulation> {
        let done = risk::simulate(self.workspace()?, &args.options()?, &|| false);
        done.ok_or_else(stopped)
    }

    /// What the strategies of every scope cost (C12).
    ///
    /// # Errors
    /// Nothing is open.
    pub fn strategies(&self) -> Outcome<StrategyComparison> {
        Ok(strategy::compare(self.workspace()?))
    }

    /// The simulated yearly cost of every strategy, all under the same events (C12).
    ///
    /// # Errors
    /// Nothing is open, or the number of years is not allowed.
    pub fn strategy_simulation(&self, args: &SimulateArgs) -> Outcome<StrategySimulation> {
        let done = strategy::simulate(self.workspace()?, &args.options()?, &|| false);
        done.ok_or_else(stopped)
    }
}

impl SimulateArgs {
    fn options(&self) -> Outcome<SimulationOptions> {
        if !(1..=MAX_YEARS).contains(&self.years) {
            return Err(Problem::bad_value(
                "simulation",
                "years",
                &self.years.to_string(),
                &format!("a number of years from 1 to {MAX_YEARS}"),
            ));
        }
        if let Some(x) = self.thresholds.iter().find(|x| !x.is_finite()) {
            let allowed = "amounts in currency units, such as 50000";
            return Err(Problem::bad_value(
                "simulation",
                "thresholds",
                &x.to_string(),
                allowed,
            ));
        }
        Ok(SimulationOptions {
            years: self.years,
            seed: self.seed,
            thresholds: (!self.thresholds.is_empty()).then(|| self.thresholds.clone()),
        })
    }
}

fn stopped() -> Problem {
    Problem::new("stopped", "The simulation was stopped before its end.")
}
