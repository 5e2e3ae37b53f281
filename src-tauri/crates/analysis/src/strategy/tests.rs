//! The published example of C12, and what must hold on any.

use super::*;
use crate::risk::SimulationOptions;
use crate::testing::Sketch;
use mainstay_domain::{Minutes, PerYear};
use proptest::prelude::*;

/// The example of domain.md C12 on the curve of C2.
fn c12(required_rto_h: i64) -> Sketch {
    let mut s = Sketch::default();
    s.activity("A1");
    s.c2_curve("A1");
    s.scope("SC", Some(0.5), &["A1"]);
    s.ws.strategy_scopes[0].required_rto_min = Some(Minutes(required_rto_h * 60));
    s.strategy("warm", "SC", 8, 38_000, 1.0);
    s.strategy("cold", "SC", 48, 5000, 1.0);
    s.strategy("hot", "SC", 1, 95_000, 1.0);
    s
}

fn only(s: &Sketch) -> ScopeComparison {
    compare(&s.ws).scopes.remove(0)
}

#[test]
fn c12_the_published_example() {
    let c = only(&c12(8));
    // domain.md C12 and golden.json.
    let totals: Vec<Option<f64>> = c.options.iter().map(|o| o.total).collect();
    assert_eq!(totals, [Some(54_000.0), Some(130_000.0), Some(95_750.0)]);
    assert_eq!(
        (c.best_feasible.as_deref(), c.constraint_price),
        (Some("warm"), Some(0.0))
    );
    let at = |i: usize| c.break_even[i].frequency_per_year.unwrap();
    assert_eq!(
        (&c.break_even[0].below[..], &c.break_even[0].above[..]),
        ("cold", "warm")
    );
    assert!((at(0) - 0.1514).abs() < 5e-5 && (at(1) - 1.8689).abs() < 5e-5);
    let c = only(&c12(4));
    assert_eq!(
        (c.best_feasible.as_deref(), c.cheapest_any.as_deref()),
        (Some("hot"), Some("warm"))
    );
    assert_eq!(c.constraint_price, Some(41_750.0));
    let curve: Vec<&str> = c.cost_curve.iter().map(|p| &p.code[..]).collect();
    assert_eq!(curve, ["hot", "warm", "cold"]);
}

#[test]
fn c12_capital_recovery() {
    let mut s = c12(8);
    let x = &mut s.ws.strategies[0];
    x.capex = Some(mainstay_domain::Money(12_000_000));
    x.life_years = Some(mainstay_domain::Years(5.0));
    x.interest = Some(mainstay_domain::Interest(0.06));
    x.opex_per_year = Some(mainstay_domain::Money(0));
    // golden.json C12: annual_of_120k.
    assert_eq!(only(&s).options[0].annual_cost, Some(28_487.57));
}

#[test]
fn the_loss_line_shows_every_step() {
    let c = only(&c12(8));
    let at = |h: f64| -> Vec<f64> {
        c.loss_line
            .iter()
            .filter(|p| (p.at_h - h).abs() < 1e-12)
            .map(|p| p.expected_loss)
            .collect()
    };
    // L jumps from 22,000 to 32,000 at 8 h and from 96,000 to 146,000 at 24 h; half an event a year.
    assert_eq!(
        (at(8.0), at(24.0)),
        (vec![11_000.0, 16_000.0], vec![48_000.0, 73_000.0])
    );
    assert_eq!(at(4.0), [3000.0]);
    let end = c.loss_line.last().unwrap();
    assert!((end.at_h - 60.0).abs() < 1e-9, "{}", end.at_h);
    assert_eq!(end.expected_loss, 125_000.0);
    assert!(
        c.loss_line
            .windows(2)
            .all(|w| w[0].at_h <= w[1].at_h && w[0].expected_loss <= w[1].expected_loss)
    );
}

#[test]
fn the_organisation_limits_shared_losses() {
    let mut s = c12(8);
    s.activity("A2");
    s.flat_curve("A2", 2000);
    let id = s.ws.activities[1].id;
    let mut link = s.ws.scope_activities[0].clone();
    link.activity_id = id;
    s.ws.scope_activities.push(link);
    assert_eq!(only(&s).options[2].loss_per_event, Some(3500.0));
    s.organisation(Some(3000));
    let c = only(&s);
    assert_eq!(c.options[2].loss_per_event, Some(3000.0));
    assert!(c.options[2].capped_by_organisation);
    // 32,000 + 16,000 at 8 h are above 24,000.
    assert_eq!(c.options[0].loss_per_event, Some(24_000.0));
}

#[test]
fn unknown_leaves_feasibility_open() {
    let mut s = c12(8);
    s.ws.strategy_scopes[0].required_rto_min = None;
    let c = only(&s);
    assert_eq!(
        (c.options[0].rto_met, c.options[0].feasible, c.best_feasible),
        (None, None, None)
    );
    assert_eq!(
        c.options[0].unknown.as_deref(),
        Some("SC has no required_rto_min")
    );
    assert_eq!(c.cheapest_any.as_deref(), Some("warm"));
    // An RPO is required and the strategy does not say its own: open when its RTO holds, infeasible when it does not.
    let mut s = c12(8);
    s.ws.strategy_scopes[0].required_rpo_min = Some(Minutes(15));
    let open: Vec<Option<bool>> = only(&s).options.iter().map(|o| o.feasible).collect();
    assert_eq!(open, [None, Some(false), None]);
    s.ws.strategies[2].rpo_min = Some(Minutes(15));
    assert_eq!(only(&s).best_feasible.as_deref(), Some("hot"));

    let mut s = c12(8);
    s.ws.loss_curves.clear();
    let c = only(&s);
    assert_eq!(c.unknown.as_deref(), Some("no loss curve: A1"));
    assert!(
        c.options
            .iter()
            .all(|o| o.total.is_none() && o.feasible.is_some())
    );
    assert!(c.break_even.is_empty() && c.loss_line.is_empty() && c.best_feasible.is_none());
    let mut s = c12(8);
    s.ws.strategy_scopes[0].event_frequency_per_year = None;
    let c = only(&s);
    assert_eq!(
        c.unknown.as_deref(),
        Some("SC has no event_frequency_per_year")
    );
    assert_eq!(
        (c.options[0].loss_per_event, c.options[0].total),
        (Some(32_000.0), None)
    );
    // Break-even asks for no frequency.
    assert_eq!(c.break_even.len(), 2);
    let mut s = c12(8);
    s.ws.strategies[1].scope_id = None;
    s.ws.strategies[2].opex_per_year = None;
    let all = compare(&s.ws);
    assert_eq!(all.without_scope, ["cold"]);
    assert!(
        all.scopes[0].options[1]
            .unknown
            .as_deref()
            .unwrap()
            .starts_with("hot lacks")
    );
}

#[test]
fn equal_totals_take_the_shorter_rto() {
    let mut s = c12(48);
    s.strategy("same", "SC", 4, 51_000, 1.0);
    // 51,000 + 0.5 * 6,000 = 54,000 as well.
    assert_eq!(only(&s).best_feasible.as_deref(), Some("same"));
}

#[test]
fn lines_that_do_not_cross_have_no_break_even() {
    let mut s = c12(48);
    // Dearer and slower than "hot".
    s.strategy("worse", "SC", 2, 99_000, 1.0);
    let c = only(&s);
    assert_eq!(
        (
            &c.break_even[2].above[..],
            c.break_even[2].frequency_per_year
        ),
        ("worse", None)
    );
}

fn options(years: u32, seed: u64) -> SimulationOptions {
    SimulationOptions {
        years,
        seed,
        thresholds: None,
    }
}

#[test]
fn simulated_costs_agree_with_the_formula() {
    let mut s = c12(8);
    s.strategy("rarer", "SC", 8, 40_000, 0.4);
    let r = simulate(&s.ws, &options(40_000, 3), &|| false).unwrap();
    let scope = &r.scopes[0];
    assert_eq!(scope.reference.as_deref(), Some("rarer"));
    for o in &scope.options {
        let f = &o.figures;
        let off = (f.mean.unwrap() - o.total.unwrap()).abs() / f.se.unwrap();
        assert!(off < 4.0, "{}: {off} standard errors", o.code);
        let d = o.difference.unwrap();
        let want = o.total.unwrap() - scope.options[3].total.unwrap();
        assert!(
            (d - want).abs() <= 4.0 * o.difference_se.unwrap(),
            "{}: {d} {want}",
            o.code
        );
    }
    // The same events for both: the difference is known better than independent runs would tell.
    let (a, b) = (&scope.options[0], &scope.options[3]);
    let independent = (a.figures.se.unwrap().powi(2) + b.figures.se.unwrap().powi(2)).sqrt();
    assert!(a.difference_se.unwrap() < 0.8 * independent);
    assert_eq!((b.difference, b.cheaper_share), (Some(0.0), Some(0.0)));
    // "warm" is cheaper exactly in the years in which no event is spared.
    assert!(a.cheaper_share.unwrap() > 0.6);
}

#[test]
fn threads_change_nothing_and_it_can_be_stopped() {
    let s = c12(8);
    let on = |threads| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
            .install(|| simulate(&s.ws, &options(5000, 9), &|| false))
    };
    let one = on(1);
    assert!(one.is_some());
    assert_eq!((&one, &one), (&on(2), &on(3)));
    assert_ne!(one, simulate(&s.ws, &options(5000, 10), &|| false));
    assert_eq!(simulate(&s.ws, &options(5000, 9), &|| true), None);
    let mut s = c12(8);
    s.ws.strategy_scopes[0].event_frequency_per_year = Some(PerYear(1e6));
    let r = simulate(&s.ws, &options(10, 1), &|| false).unwrap();
    assert_eq!(r.scopes[0].options[0].figures.mean, None);
    assert!(
        r.scopes[0].options[0]
            .unknown
            .as_deref()
            .unwrap()
            .contains("too many")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_best_is_the_best(list in prop::collection::vec((0i64..80, 0i64..60_000, 0u32..3), 0..7), f in 0.0f64..4.0, owed in 0i64..80) {
        let mut s = c12(owed);
        s.ws.strategies.clear();
        s.ws.strategy_scopes[0].event_frequency_per_year = Some(PerYear(f));
        for (i, (rto, opex, factor)) in list.iter().enumerate() {
            s.strategy(&format!("s{i}"), "SC", *rto, *opex, f64::from(*factor) / 2.0);
        }
        let c = only(&s);
        let total = |code: &Option<String>| c.options.iter().find(|o| Some(&o.code) == code.as_ref()).and_then(|o| o.total);
        for o in &c.options {
            prop_assert!(total(&c.cheapest_any).unwrap() <= o.total.unwrap());
            if o.feasible == Some(true) {
                prop_assert!(total(&c.best_feasible).unwrap() <= o.total.unwrap());
                prop_assert!(o.rto_min.unwrap() <= Minutes(owed * 60));
            }
        }
        prop_assert!(c.constraint_price.is_none_or(|p| p >= 0.0));
        // At the break-even frequency both totals are the same, and beyond it the dearer one wins.
        for b in &c.break_even {
            let Some(at) = b.frequency_per_year else { continue };
            let mut there = s.clone();
            there.ws.strategy_scopes[0].event_frequency_per_year = Some(PerYear(at));
            let all = only(&there);
            let total = |code: &str| all.options.iter().find(|o| o.code == code).unwrap().total.unwrap();
            prop_assert!((total(&b.below) - total(&b.above)).abs() <= 0.011, "{b:?}");
        }
    }
}
