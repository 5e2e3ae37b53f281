//! Yearly costs, feasibility, break-even frequencies and the cost over recovery time (C12).

use crate::risk::piecewise::{Piecewise, activity_losses};
use crate::tally::organisation_cap;
use hashbrown::{HashMap, HashSet};
use mainstay_domain::{Minutes, Money, Strategy, StrategyScope, Uuid, Workspace};
use serde::Serialize;

/// The strategies of every scope, compared (C12).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StrategyComparison {
    /// One for each scope, in the order of the workspace.
    pub scopes: Vec<ScopeComparison>,
    /// The codes of the strategies that name no scope: nothing says what they protect.
    pub without_scope: Vec<String>,
}

/// The strategies of one scope.
///
/// Money is in currency units, rounded to the cent where it is compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScopeComparison {
    /// The scope's code.
    pub code: String,
    /// How often its disruption happens, before a strategy changes that.
    pub event_frequency_per_year: Option<f64>,
    /// The RTO it owes; `None` leaves open whether a strategy is fast enough.
    pub required_rto_min: Option<Minutes>,
    /// The RPO it owes; `None` is no condition.
    pub required_rpo_min: Option<Minutes>,
    /// The activities it protects, by code, in the order of the workspace; those outside the analysis included.
    pub activities: Vec<String>,
    /// Those of them without a loss curve: what they lose is unknown.
    pub without_loss_curve: Vec<String>,
    /// Losses and totals are lower bounds, because of activities without a loss curve.
    pub lower_bound: bool,
    /// Its strategies, in the order of the workspace.
    pub options: Vec<StrategyCost>,
    /// The code of the cheapest feasible strategy; on equal totals the shorter RTO, then the smaller code.
    pub best_feasible: Option<String>,
    /// The code of the cheapest of all, feasible or not.
    pub cheapest_any: Option<String>,
    /// The code of the selected one, the first where several are.
    pub selected: Option<String>,
    /// What being fast enough costs: the cheapest feasible total minus the cheapest of all.
    pub constraint_price: Option<f64>,
    /// What the selected one costs more than the cheapest feasible; negative when it is cheaper and not feasible.
    pub selected_extra_cost: Option<f64>,
    /// From which frequency on the dearer one of two neighbours by annual cost is worth it.
    pub break_even: Vec<BreakEven>,
    /// The total over recovery time: the strategies with a known total by rising RTO.
    pub cost_curve: Vec<CostPoint>,
    /// The expected loss of a year over the recovery time, at the frequency before any strategy, to draw a line through; a
    /// step is two points at its hour. Empty where it is unknown.
    pub loss_line: Vec<LossPoint>,
    /// Which record lacks what, where no total of this scope can be known.
    pub unknown: Option<String>,
}

/// What one strategy costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StrategyCost {
    /// The strategy's code.
    pub code: String,
    /// The restore time it gives.
    pub rto_min: Option<Minutes>,
    /// The data loss it leaves.
    pub rpo_min: Option<Minutes>,
    /// What it makes of the event's frequency; 1 where nothing is stated.
    pub frequency_factor: f64,
    /// Events to expect in a year with it.
    pub events_per_year: Option<f64>,
    /// Capital cost spread over its life, plus running cost.
    pub annual_cost: Option<f64>,
    /// What one event costs when it lasts as long as the RTO.
    pub loss_per_event: Option<f64>,
    /// The organisation's loss rate limits that loss.
    pub capped_by_organisation: bool,
    /// Events a year times the loss of one.
    pub expected_loss: Option<f64>,
    /// Annual cost plus expected loss.
    pub total: Option<f64>,
    /// Whether it is within the required RTO; `None` where one of the two is unknown.
    pub rto_met: Option<bool>,
    /// Whether it is within the required RPO; true where none is required, `None` where its own is unknown.
    pub rpo_met: Option<bool>,
    /// Both; `None` where neither fails and one is unknown.
    pub feasible: Option<bool>,
    /// Whether it is the chosen one.
    pub selected: bool,
    /// Which record lacks what, where a figure or the feasibility is unknown.
    pub unknown: Option<String>,
}

/// When the dearer of two strategies begins to pay.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BreakEven {
    /// The code of the one with the lower annual cost.
    pub below: String,
    /// The code of the one with the higher annual cost.
    pub above: String,
    /// The event frequency of the scope at which both totals are equal; above it the second is cheaper. `None` when the
    /// totals meet at no frequency above 0.
    pub frequency_per_year: Option<f64>,
}

/// A strategy as a point of the cost over recovery time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CostPoint {
    /// The strategy's code.
    pub code: String,
    /// Its restore time.
    pub rto_min: Minutes,
    /// What it costs every year.
    pub annual_cost: f64,
    /// What its events cost in a year.
    pub expected_loss: f64,
    /// Both.
    pub total: f64,
}

/// A point of the loss over recovery time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LossPoint {
    /// How long each event lasts, in hours.
    pub at_h: f64,
    /// The expected loss of a year.
    pub expected_loss: f64,
}

/// Compares the strategies of every scope (C12): `total = annual cost + frequency * factor * L(RTO)`.
///
/// The loss of an event is that of all activities of the scope together, by their flat curves, and never more than the
/// organisation's loss rate allows in that time, so that shared revenue is not counted twice.
pub fn compare(ws: &Workspace) -> StrategyComparison {
    let scopes = scopes(ws);
    StrategyComparison {
        scopes: scopes.iter().map(Scope::compare).collect(),
        without_scope: {
            let known: HashSet<Uuid> = ws.strategy_scopes.iter().map(|s| s.id.0).collect();
            ws.strategies
                .iter()
                .filter(|s| !s.scope_id.is_some_and(|i| known.contains(&i.0)))
                .map(|s| s.code.0.clone())
                .collect()
        },
    }
}

/// A scope with what it takes to cost its strategies.
pub(super) struct Scope<'a> {
    pub scope: &'a StrategyScope,
    strategies: Vec<&'a Strategy>,
    activities: Vec<String>,
    without_loss_curve: Vec<String>,
    /// The loss of an event over its length, and before the organisation's rate limits it.
    loss: Option<(Piecewise, Piecewise)>,
}

/// Every scope, in the order of the workspace.
pub(super) fn scopes(ws: &Workspace) -> Vec<Scope<'_>> {
    if ws.strategy_scopes.is_empty() {
        return Vec::new();
    }
    let curves = activity_losses(ws);
    let rate = organisation_cap(ws);
    let activity_at: HashMap<Uuid, usize> = ws.activities.iter().map(|a| a.id.0).zip(0..).collect();
    let scope_at: HashMap<Uuid, usize> =
        ws.strategy_scopes.iter().map(|s| s.id.0).zip(0..).collect();
    let mut named = vec![Vec::new(); ws.strategy_scopes.len()];
    for link in &ws.scope_activities {
        let to = (
            scope_at.get(&link.scope_id.0),
            activity_at.get(&link.activity_id.0),
        );
        if let (Some(s), Some(a)) = to {
            named[*s].push(*a);
        }
    }
    let mut strategies = vec![Vec::new(); ws.strategy_scopes.len()];
    for s in &ws.strategies {
        if let Some(at) = s.scope_id.and_then(|i| scope_at.get(&i.0)) {
            strategies[*at].push(s);
        }
    }
    ws.strategy_scopes
        .iter()
        .zip(named.iter_mut().zip(strategies))
        .map(|(scope, (activities, strategies))| {
            activities.sort_unstable();
            activities.dedup();
            let code = |a: &usize| ws.activities[*a].code.0.clone();
            let sum = Piecewise::sum(activities.iter().filter_map(|a| curves[*a].as_ref()));
            Scope {
                scope,
                strategies,
                activities: activities.iter().map(code).collect(),
                without_loss_curve: activities
                    .iter()
                    .filter(|a| curves[**a].is_none())
                    .map(code)
                    .collect(),
                loss: sum.map(|sum| match rate {
                    Some(rate) => (sum.below_line(0.0, rate).0, sum),
                    None => (sum.clone(), sum),
                }),
            }
        })
        .collect()
}

impl Scope<'_> {
    /// The event frequency, where it is one.
    pub(super) fn frequency(&self) -> Option<f64> {
        self.scope
            .event_frequency_per_year
            .map(|f| f.0)
            .filter(|f| f.is_finite() && *f >= 0.0)
    }

    pub(super) fn compare(&self) -> ScopeComparison {
        let options: Vec<StrategyCost> = self.strategies.iter().map(|s| self.cost(s)).collect();
        let cheapest = |only_feasible: bool| {
            options
                .iter()
                .filter(|o| !only_feasible || o.feasible == Some(true))
                .filter_map(|o| Some((cents(o.total?), o.rto_min?, o.code.as_str(), o)))
                .min_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)))
                .map(|x| x.3)
        };
        let (best, any) = (cheapest(true), cheapest(false));
        let selected = options.iter().find(|o| o.selected);
        let difference = |a: Option<&StrategyCost>, b: Option<&StrategyCost>| {
            Some(to_cent(a?.total? - b?.total?))
        };
        ScopeComparison {
            code: self.scope.code.0.clone(),
            event_frequency_per_year: self.scope.event_frequency_per_year.map(|f| f.0),
            required_rto_min: self.scope.required_rto_min,
            required_rpo_min: self.scope.required_rpo_min,
            activities: self.activities.clone(),
            without_loss_curve: self.without_loss_curve.clone(),
            lower_bound: self.loss.is_some() && !self.without_loss_curve.is_empty(),
            best_feasible: best.map(|o| o.code.clone()),
            cheapest_any: any.map(|o| o.code.clone()),
            selected: selected.map(|o| o.code.clone()),
            constraint_price: difference(best, any),
            selected_extra_cost: difference(selected, best),
            break_even: break_even(&options),
            cost_curve: cost_curve(&options),
            loss_line: self.loss_line(),
            unknown: self.unknown(),
            options,
        }
    }

    /// What keeps every total of the scope unknown.
    fn unknown(&self) -> Option<String> {
        let code = &self.scope.code.0;
        let mut reasons = Vec::new();
        if self.frequency().is_none() {
            reasons.push(format!("{code} has no event_frequency_per_year"));
        }
        if self.activities.is_empty() {
            reasons.push(format!("{code} names no activity"));
        } else if self.loss.is_none() {
            reasons.push(format!(
                "no loss curve: {}",
                self.without_loss_curve.join(", ")
            ));
        }
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }

    fn cost(&self, s: &Strategy) -> StrategyCost {
        let code = &s.code.0;
        let mut reasons: Vec<String> = self.unknown().into_iter().collect();
        let factor = s
            .frequency_factor
            .map(|f| f.0)
            .filter(|f| f.is_finite() && *f >= 0.0)
            .unwrap_or(1.0);
        let events_per_year = self.frequency().map(|f| f * factor);
        let annual_cost = s.annual_cost().map(Money::units);
        if annual_cost.is_none() {
            reasons.push(format!(
                "{code} lacks a part of its cost (capex, life_years, interest, opex_per_year)"
            ));
        }
        let rto = s.rto_min;
        if rto.is_none() {
            reasons.push(format!("{code} has no rto_min"));
        }
        let losses = self.loss.as_ref().zip(rto);
        let loss = losses.map(|((l, _), t)| l.at(t.hours()));
        let expected = loss.and_then(|l| Some(to_cent(events_per_year? * l)));
        let rto_met = match (rto, self.scope.required_rto_min) {
            (Some(is), Some(owed)) => Some(is <= owed),
            (_, None) => {
                reasons.push(format!("{} has no required_rto_min", self.scope.code.0));
                None
            }
            _ => None,
        };
        let rpo_met = match (s.rpo_min, self.scope.required_rpo_min) {
            (_, None) => Some(true),
            (Some(is), Some(owed)) => Some(is <= owed),
            (None, Some(_)) => {
                reasons.push(format!("{code} has no rpo_min"));
                None
            }
        };
        StrategyCost {
            code: code.clone(),
            rto_min: rto,
            rpo_min: s.rpo_min,
            frequency_factor: factor,
            events_per_year,
            annual_cost,
            loss_per_event: loss.map(to_cent),
            capped_by_organisation: losses.is_some_and(|((l, free), t)| {
                let (l, free) = (l.at(t.hours()), free.at(t.hours()));
                // A difference of rounding is no cap.
                free - l > 0.005
            }),
            expected_loss: expected,
            total: annual_cost.zip(expected).map(|(a, e)| to_cent(a + e)),
            rto_met,
            rpo_met,
            feasible: match (rto_met, rpo_met) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            selected: s.selected,
            unknown: (!reasons.is_empty()).then(|| reasons.join("; ")),
        }
    }

    /// Every kink of the loss up to a quarter beyond the longest RTO, and enough points between for a logarithmic axis.
    fn loss_line(&self) -> Vec<LossPoint> {
        let (Some((loss, _)), Some(frequency)) = (&self.loss, self.frequency()) else {
            return Vec::new();
        };
        let longest = self.strategies.iter().filter_map(|s| s.rto_min).max();
        let until = longest.map_or(24.0, Minutes::hours).clamp(1.0, 1e6) * 1.25;
        let mut at: Vec<f64> = (0..=60)
            .map(|i| 0.25 * libm::pow(until / 0.25, f64::from(i) / 60.0))
            .chain([0.0])
            .chain(loss.pieces().iter().map(|p| p.from))
            .filter(|h| *h <= until)
            .collect();
        at.sort_by(f64::total_cmp);
        at.dedup();
        let mut out = Vec::with_capacity(at.len());
        let mut before = 0.0;
        for (i, h) in at.iter().enumerate() {
            // Just before a step the line still runs on from the last point's piece.
            let lead = i
                .checked_sub(1)
                .map_or(before, |p| loss.just_before(at[p], *h));
            let here = loss.at(*h);
            if here - lead > 0.005 {
                out.push(LossPoint {
                    at_h: *h,
                    expected_loss: frequency * lead,
                });
            }
            out.push(LossPoint {
                at_h: *h,
                expected_loss: frequency * here,
            });
            before = here;
        }
        out
    }
}

/// Neighbours by annual cost; on equal cost the shorter RTO first, then the smaller code.
fn break_even(options: &[StrategyCost]) -> Vec<BreakEven> {
    let mut list: Vec<(i64, Minutes, &str, f64, f64)> = options
        .iter()
        .filter_map(|o| {
            let cost = o.annual_cost?;
            let per_event = o.frequency_factor * o.loss_per_event?;
            Some((cents(cost), o.rto_min?, o.code.as_str(), cost, per_event))
        })
        .collect();
    list.sort_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)));
    list.windows(2)
        .map(|w| {
            let (more_cost, less_loss) = (w[1].3 - w[0].3, w[0].4 - w[1].4);
            let at = more_cost / less_loss;
            BreakEven {
                below: w[0].2.to_string(),
                above: w[1].2.to_string(),
                frequency_per_year: (less_loss > 0.0 && at > 0.0 && at.is_finite()).then_some(at),
            }
        })
        .collect()
}

fn cost_curve(options: &[StrategyCost]) -> Vec<CostPoint> {
    let mut out: Vec<CostPoint> = options
        .iter()
        .filter_map(|o| {
            Some(CostPoint {
                code: o.code.clone(),
                rto_min: o.rto_min?,
                annual_cost: o.annual_cost?,
                expected_loss: o.expected_loss?,
                total: o.total?,
            })
        })
        .collect();
    out.sort_by(|a, b| (a.rto_min, &a.code).cmp(&(b.rto_min, &b.code)));
    out
}

/// Whole cents; conversions from real numbers stop at the ends of the integers.
fn cents(x: f64) -> i64 {
    (x * 100.0).round() as i64
}

/// The nearest cent; amounts too large to have cents stay as they are.
fn to_cent(x: f64) -> f64 {
    let c = (x * 100.0).round() / 100.0;
    if c.is_finite() { c } else { x }
}
