//! What is printed of recovery orders, scenarios, risks and money.

use crate::print::{align, min, table, text, word};
use mainstay_app::Outcome;
use mainstay_app::headless::{LossReport, SavedReport};
use mainstay_app::loss::{StartLoss, StartSpread};
use mainstay_app::recover::{Breaches, RecoveryOrder, Summary};
use mainstay_app::risk::{Simulation, YearlyFigures};
use mainstay_app::strategy::{StrategyComparison, StrategySimulation};
use mainstay_app::what_if::{Compared, Side};

/// Prints an order of recovery and what it means.
pub fn recovery_order(o: &RecoveryOrder) -> Outcome<()> {
    let mut t = table(&["Service", "Team", "Begins", "There", ""]);
    let mut down: Vec<_> = o.outcome.services.iter().filter(|s| s.down).collect();
    down.sort_by_key(|s| {
        (
            s.start_min.is_none(),
            s.start_min,
            s.finish_min,
            s.code.clone(),
        )
    });
    for s in down {
        t.add_row([
            s.code.clone(),
            s.team.clone().unwrap_or_default(),
            s.start_min.map_or_else(String::new, mainstay_app::duration),
            s.finish_min.map_or_else(
                || {
                    reason(
                        o.outcome
                            .open
                            .iter()
                            .find(|x| x.code == s.code)
                            .map_or("", |x| x.why),
                    )
                },
                mainstay_app::duration,
            ),
            if s.critical { "critical" } else { "" }.into(),
        ]);
    }
    align(&mut t, 2..4);
    text(&t.to_string())?;
    let mut t = table(&[
        "Activity", "RTO", "Ready", "", "MTPD", "Resumed", "", "Loss",
    ]);
    for a in &o.outcome.activities {
        t.add_row([
            a.code.clone(),
            min(a.rto_min),
            min(a.ready_min),
            missed(a.rto_missed, "missed").into(),
            min(a.mtpd_min),
            min(a.resumed_min),
            missed(a.mtpd_missed, "breached").into(),
            money(a.loss),
        ]);
    }
    align(&mut t, 1..3);
    align(&mut t, 4..6);
    align(&mut t, 7..8);
    text(&format!("\n{t}"))?;
    let mut t = table(&[
        "",
        "MTPD breached",
        "RTO missed",
        "Unknown",
        "Loss",
        "All there",
    ]);
    let this = Summary {
        breaches: o.outcome.breaches,
        loss: o.outcome.loss,
        loss_is_lower_bound: o.outcome.loss_is_lower_bound,
        finish_min: o.outcome.finish_min,
    };
    for (name, s) in [
        ("This order", &this),
        ("The list rule", &o.list_rule),
        ("Unlimited staff", &o.unlimited),
    ] {
        let [a, b, c] = breaches(&s.breaches);
        t.add_row([
            name.into(),
            a,
            b,
            c,
            bounded(s.loss, s.loss_is_lower_bound),
            min(s.finish_min),
        ]);
    }
    align(&mut t, 1..6);
    text(&format!("\n{t}"))?;
    text(&match (o.proven, o.bound_min) {
        (true, _) => format!(
            "\nProven: no order is better by the goal {}.",
            word(&o.goal)
        ),
        (false, Some(b)) => format!(
            "\nNot proven best by the goal {}; nothing has everything back before {}.",
            word(&o.goal),
            mainstay_app::duration(b)
        ),
        (false, None) => String::new(),
    })?;
    for b in &o.bottlenecks {
        text(&format!(
            "Work waits {} for team {} ({} people): {}.",
            mainstay_app::duration(b.delay_min),
            b.team,
            b.people,
            b.services.join(", ")
        ))?;
    }
    if !o.critical_chain.is_empty() {
        text("\nWhat it hangs on:")?;
    }
    for l in &o.critical_chain {
        let name = match l.step {
            Some(no) => format!("{} step {no}", l.code),
            None => l.code.clone(),
        };
        let why = match (l.waits_for, &l.after) {
            ("team", Some(after)) => format!("the team was with {after} before"),
            (_, Some(after)) => format!("after {after}"),
            _ => "from the start".into(),
        };
        text(&format!(
            "  {} to {}  {name}, {why}",
            mainstay_app::duration(l.start_min),
            mainstay_app::duration(l.finish_min)
        ))?;
    }
    for g in &o.gains {
        let mut says = Vec::new();
        let fewer =
            |n: Option<i64>, what: &str| n.filter(|n| *n > 0).map(|n| format!("{n} fewer {what}"));
        says.extend(fewer(g.mtpd_fewer, "MTPDs breached"));
        says.extend(fewer(g.rto_fewer, "RTOs missed"));
        if let Some(l) = g.loss_less.filter(|l| *l > 0.0) {
            says.push(format!("{} less lost", money(Some(l))));
        }
        if let Some(m) = g.finish_earlier_min.filter(|m| *m > 0) {
            says.push(format!(
                "everything there {} earlier",
                mainstay_app::duration(m)
            ));
        }
        if !g.now_possible.is_empty() {
            says.push(format!("{} possible at all", g.now_possible.join(", ")));
        }
        if !says.is_empty() {
            text(&format!(
                "One more in team {}: {}.",
                g.team,
                says.join(", ")
            ))?;
        }
    }
    Ok(())
}

/// Prints the saved scenarios.
pub fn scenarios(list: &[SavedReport]) -> Outcome<()> {
    if list.is_empty() {
        return text("No scenario is saved.");
    }
    let mut t = table(&["Scenario", "", "Out", "Staff", "Changed"]);
    for s in list {
        let out = [&s.services_out, &s.sites_out, &s.suppliers_out].map(|v| v.join(", "));
        let out: Vec<String> = out.into_iter().filter(|x| !x.is_empty()).collect();
        let mut staff: Vec<String> = s.staff.iter().map(word).collect();
        staff.extend(s.teams_out.iter().map(|t| format!("{t} out")));
        staff.extend(s.team_strength.iter().map(|(t, n)| format!("{t} {n}")));
        let mut changed: Vec<String> = s
            .own_restore_min
            .iter()
            .map(|(c, m)| format!("{c} {}", mainstay_app::duration(*m)))
            .collect();
        changed.extend(s.redundancy.iter().map(|(g, k)| format!("{g} k = {k}")));
        changed.extend(s.strategies.iter().cloned());
        t.add_row([
            s.code.clone(),
            s.name.clone(),
            if out.is_empty() {
                "every service".into()
            } else {
                out.join(", ")
            },
            if staff.is_empty() {
                "unlimited".into()
            } else {
                staff.join(", ")
            },
            changed.join(", "),
        ]);
    }
    text(&t.to_string())
}

/// Prints scenarios beside today.
pub fn compared(list: &[Compared]) -> Outcome<()> {
    if list.is_empty() {
        return text("No scenario is saved; `mainstay scenario save` makes one.");
    }
    let mut t = table(&[
        "Scenario",
        "",
        "MTPD breached",
        "RTO missed",
        "Unknown",
        "Loss",
        "All there",
    ]);
    for c in list {
        for (name, side) in [("today", &c.today), ("then", &c.then)] {
            let [a, b, u] = breaches(&side.breaches);
            let label = if name == "today" {
                c.name.clone()
            } else {
                String::new()
            };
            t.add_row([
                label,
                name.into(),
                a,
                b,
                u,
                loss(side),
                min(side.finish_min),
            ]);
        }
    }
    align(&mut t, 2..7);
    text(&t.to_string())?;
    for c in list {
        text(&format!("\n{} ({})", c.name, c.code))?;
        if c.differences.is_empty() {
            text("  Every activity fares as today.")?;
        }
        for d in &c.differences {
            text(&format!(
                "  {}: ready {} today, {} then{}{}",
                d.code,
                min(d.ready_min[0]),
                min(d.ready_min[1]),
                turned("RTO missed", d.rto_missed),
                turned("MTPD breached", d.mtpd_missed),
            ))?;
        }
    }
    Ok(())
}

/// Prints what an outage costs.
pub fn losses(list: &[LossReport]) -> Outcome<()> {
    let mut t = table(&[
        "Activity",
        "Hours",
        "From",
        "Loss",
        "Flat",
        "Mean start",
        "Worst start of the week",
        "Worst of the year",
    ]);
    for l in list {
        let worst = |s: &Option<StartSpread>| {
            s.as_ref().map_or_else(String::new, |s| {
                format!("{} ({})", money(Some(s.worst.loss)), start(&s.worst))
            })
        };
        t.add_row([
            l.activity.clone(),
            l.hours.to_string(),
            l.from.map_or_else(
                || "any time".into(),
                |f| f.format("%a %Y-%m-%d %H:%M").to_string(),
            ),
            money(l.loss),
            money(l.flat_loss),
            l.week
                .as_ref()
                .map_or_else(String::new, |w| money(Some(w.mean_loss))),
            worst(&l.week),
            worst(&l.year),
        ]);
    }
    align(&mut t, 1..2);
    align(&mut t, 3..8);
    text(&t.to_string())
}

/// A start as people say it: `Mon 16 h`, or the moment.
fn start(s: &StartLoss) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    match s.at {
        Some(at) => at.format("%a %Y-%m-%d %H h").to_string(),
        None => format!(
            "{} {} h",
            DAYS.get(usize::from(s.weekday).wrapping_sub(1))
                .unwrap_or(&""),
            s.hour
        ),
    }
}

/// Prints the simulated loss of a year.
pub fn simulation(s: &Simulation) -> Outcome<()> {
    let mut t = table(&[
        "Risk", "A year", "Expected", "Mean", "± se", "P50", "P90", "P95", "P99", "No loss", "",
    ]);
    let row =
        |name: &str, a_year: Option<f64>, ale: Option<f64>, f: &YearlyFigures, note: String| {
            vec![
                name.to_string(),
                a_year.map_or_else(|| "unknown".into(), |x| format!("{x:.2}")),
                money(ale),
                money(f.mean),
                money(f.se),
                money(f.p50),
                money(f.p90),
                money(f.p95),
                money(f.p99),
                f.p_zero
                    .map_or_else(|| "unknown".into(), |p| format!("{:.1} %", p * 100.0)),
                note,
            ]
        };
    for r in &s.risks {
        let note = match (&r.expected.unknown, r.expected.lower_bound) {
            (Some(why), _) => why.clone(),
            (None, true) => "at least".into(),
            _ => String::new(),
        };
        t.add_row(row(
            &r.expected.code,
            r.events_per_year,
            r.expected.ale,
            &r.figures,
            note,
        ));
    }
    let w = &s.whole;
    let note = match (&w.unknown, w.left_out.is_empty(), w.lower_bound) {
        (Some(why), _, _) => why.clone(),
        (None, false, _) => format!("without {}", w.left_out.join(", ")),
        (None, true, true) => "at least".into(),
        _ => String::new(),
    };
    t.add_row(row("All", w.events_per_year, w.ale, &w.figures, note));
    align(&mut t, 1..10);
    text(&t.to_string())?;
    text(&format!(
        "\n{} years, seed {}. A year costs more than",
        s.years, s.seed
    ))?;
    for e in &w.figures.exceedance {
        text(&format!(
            "  {:>14}  in {:6.2} % of years",
            money(Some(e.loss)),
            e.share * 100.0
        ))?;
    }
    Ok(())
}

/// Prints what strategies cost.
pub fn strategies(c: &StrategyComparison) -> Outcome<()> {
    for s in &c.scopes {
        text(&format!(
            "{}: required RTO {}, RPO {}, {} events a year",
            s.code,
            min(s.required_rto_min.map(|m| m.0)),
            s.required_rpo_min
                .map_or_else(|| "none".into(), |m| mainstay_app::duration(m.0)),
            s.event_frequency_per_year
                .map_or_else(|| "an unknown number of".into(), |x| x.to_string()),
        ))?;
        let mut t = table(&[
            "Strategy",
            "RTO",
            "RPO",
            "Annual cost",
            "Loss an event",
            "Expected loss",
            "Total",
            "Feasible",
            "",
        ]);
        for o in &s.options {
            let mut marks = Vec::new();
            if s.best_feasible.as_ref() == Some(&o.code) {
                marks.push("cheapest feasible".to_string());
            }
            if o.selected {
                marks.push("selected".into());
            }
            marks.extend(o.unknown.clone());
            t.add_row([
                o.code.clone(),
                min(o.rto_min.map(|m| m.0)),
                min(o.rpo_min.map(|m| m.0)),
                money(o.annual_cost),
                money(o.loss_per_event),
                money(o.expected_loss),
                money(o.total),
                yes_no(o.feasible).into(),
                marks.join("; "),
            ]);
        }
        align(&mut t, 1..7);
        text(&t.to_string())?;
        if let Some(p) = s.constraint_price.filter(|p| *p > 0.0) {
            text(&format!(
                "Being fast enough costs {} a year more.",
                money(Some(p))
            ))?;
        }
        for b in &s.break_even {
            if let Some(f) = b.frequency_per_year {
                text(&format!(
                    "{} pays against {} from {f:.4} events a year on.",
                    b.above, b.below
                ))?;
            }
        }
        text("")?;
    }
    Ok(())
}

/// Prints the simulated yearly cost of strategies.
pub fn strategy_simulation(s: &StrategySimulation) -> Outcome<()> {
    for scope in &s.scopes {
        text(&format!(
            "{}, compared with {}",
            scope.code,
            scope.reference.as_deref().unwrap_or("none")
        ))?;
        let mut t = table(&[
            "Strategy",
            "Total",
            "Mean",
            "± se",
            "P95",
            "P99",
            "Dearer by",
            "± se",
            "",
        ]);
        for o in &scope.options {
            t.add_row([
                o.code.clone(),
                money(o.total),
                money(o.figures.mean),
                money(o.figures.se),
                money(o.figures.p95),
                money(o.figures.p99),
                money(o.difference),
                money(o.difference_se),
                o.unknown.clone().unwrap_or_default(),
            ]);
        }
        align(&mut t, 1..8);
        text(&format!("{t}\n"))?;
    }
    text(&format!("{} years, seed {}.", s.years, s.seed))
}

fn yes_no(v: Option<bool>) -> &'static str {
    match v {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}

fn turned(what: &str, v: [Option<bool>; 2]) -> String {
    if v[0] == v[1] {
        String::new()
    } else {
        format!("; {what}: {} -> {}", yes_no(v[0]), yes_no(v[1]))
    }
}

fn loss(side: &Side) -> String {
    bounded(side.loss, side.loss_is_lower_bound)
}

/// An amount that may be a bound from below.
fn bounded(loss: Option<f64>, at_least: bool) -> String {
    match loss {
        None => "unknown".into(),
        Some(_) if at_least => format!("≥ {}", money(loss)),
        Some(_) => money(loss),
    }
}

fn breaches(b: &Breaches) -> [String; 3] {
    [b.mtpd, b.rto, b.unknown].map(|n| n.to_string())
}

fn missed(m: Option<bool>, word: &'static str) -> &'static str {
    match m {
        Some(true) => word,
        Some(false) => "",
        None => "unknown",
    }
}

fn reason(why: &str) -> String {
    match why {
        "spare" => "not needed".into(),
        "" => "unknown".into(),
        other => other.replace('_', " "),
    }
}

/// An amount in whole currency units with thousands apart.
pub(crate) fn money(amount: Option<f64>) -> String {
    let Some(x) = amount else {
        return "unknown".into();
    };
    let digits = format!("{:.0}", x.abs());
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    if x < 0.0 && digits != "0" {
        format!("-{out}")
    } else {
        out
    }
}
