use super::grids::{categories, grid_of, rule};
use super::*;
use crate::made::{Made, text};
use mainstay_domain::{Datum, Table, Workspace};

const HORIZONS: [i64; 6] = [60, 240, 480, 1440, 4320, 10_080];

/// One activity `A` with this grid; categories with their thresholds.
fn made(thresholds: &[(&str, i64)], grid: &[(&str, &[i64])], settings: &[(&str, Datum)]) -> Made {
    let mut m = Made::default();
    m.settings(settings);
    for (key, t) in thresholds {
        m.category(key, *t);
    }
    m.activity("A", &HORIZONS, grid);
    m
}

fn proposal(ws: &Workspace) -> MtpdProposal {
    let all = proposals(ws);
    // The one of a single activity is the one of all.
    let (horizons, cells) = grid_of(ws, ws.activities[0].id);
    let grid = Grid {
        categories: &categories(ws),
        horizons: &horizons,
        cells: &cells,
    };
    let (rule, share) = rule(ws);
    assert_eq!(all[0], propose(&grid, rule, share));
    all[0].clone()
}

const PUBLISHED: [(&str, i64); 2] = [("operations", 4), ("safety", 3)];
const OPERATIONS: &[i64] = &[1, 2, 3, 4, 4, 5];
const SAFETY: &[i64] = &[1, 1, 1, 2, 3, 3];

/// domain.md C1: MTPD 24 h, last tolerable 8 h, binding operations.
#[test]
fn the_published_grid_by_every_rule() {
    let grid: &[(&str, &[i64])] = &[("operations", OPERATIONS), ("safety", SAFETY)];
    let p = proposal(&made(&PUBLISHED, grid, &[]).ws);
    assert_eq!(
        (p.min, p.last_tolerable, p.first_unacceptable),
        (Some(Minutes(1440)), Some(Minutes(480)), Some(Minutes(1440)))
    );
    assert_eq!(
        (p.binding, p.state, p.earliest),
        (
            vec!["operations".to_string()],
            MtpdState::Known,
            Some(Minutes(1440))
        )
    );
    // The sums are 2, 3, 4, 6, 7 and 8 of 10: more than 7 only at the last horizon, where operations rises.
    assert_eq!(
        (p.weighted.mtpd_min, p.weighted.state, p.weighted.deciding),
        (
            Some(Minutes(10_080)),
            MtpdState::Known,
            vec!["operations".to_string()]
        )
    );
    let d = p.difference.unwrap();
    assert_eq!(d.kind, MtpdDifferenceKind::WeightedLater);
    assert_eq!(
        d.sentence(),
        "First crossing says 24 h, last tolerable 8 h; the weighted sum says 7 d: until then all ratings together stay within its share."
    );
    for (rule, want) in [
        ("first_crossing", 1440),
        ("last_tolerable", 480),
        ("weighted_sum", 10_080),
    ] {
        let p = proposal(&made(&PUBLISHED, grid, &[("mtpd_rule", text(rule))]).ws);
        assert_eq!(
            (p.min, p.state),
            (Some(Minutes(want)), MtpdState::Known),
            "{rule}"
        );
        // What the rules say does not depend on which of them counts.
        assert_eq!(p.first_unacceptable, Some(Minutes(1440)));
        assert_eq!(p.weighted.mtpd_min, Some(Minutes(10_080)));
    }
}

#[test]
fn holes_make_a_bound_where_they_could_bring_it_forward() {
    let holed = |safety: &'static [i64]| {
        proposal(
            &made(
                &PUBLISHED,
                &[("operations", OPERATIONS), ("safety", safety)],
                &[],
            )
            .ws,
        )
    };
    // A hole before the crossing makes it an upper bound, one behind it does not.
    let p = holed(&[1, 1, 0, 2, 3, 3]);
    assert_eq!(
        (p.state, p.min, p.earliest, p.holes),
        (
            MtpdState::Provisional,
            Some(Minutes(1440)),
            Some(Minutes(480)),
            1
        )
    );
    let last = made(
        &PUBLISHED,
        &[("operations", OPERATIONS), ("safety", &[1, 1, 0, 2, 3, 3])],
        &[("mtpd_rule", text("last_tolerable"))],
    );
    let last = proposal(&last.ws);
    assert_eq!(
        (last.min, last.earliest),
        (Some(Minutes(480)), Some(Minutes(240)))
    );
    // A 5 in the hole gives the sum 8 of 10 at once.
    assert_eq!(
        (
            p.weighted.state,
            p.weighted.mtpd_min,
            p.weighted.earliest_min
        ),
        (
            MtpdState::Provisional,
            Some(Minutes(10_080)),
            Some(Minutes(480))
        )
    );
    let p = holed(&[1, 1, 1, 2, 3, 0]);
    assert_eq!(p.state, MtpdState::Known);
    // It counts as the level before it, and even the highest would not be earlier.
    assert_eq!(
        (p.weighted.state, p.weighted.mtpd_min),
        (MtpdState::Known, Some(Minutes(10_080)))
    );
    // Without any rating a category makes the first crossing a bound and stays out of the sum.
    let p = holed(&[0, 0, 0, 0, 0, 0]);
    assert_eq!(
        (p.state, p.earliest),
        (MtpdState::Provisional, Some(Minutes(60)))
    );
    assert_eq!(
        (p.weighted.state, p.weighted.mtpd_min),
        (MtpdState::Known, Some(Minutes(1440))),
        "4 of 5 is more than 70 %"
    );
}

#[test]
fn beyond_unknown_at_once_and_falling() {
    let one = |threshold, levels: &'static [i64]| {
        proposal(&made(&[("operations", threshold)], &[("operations", levels)], &[]).ws)
    };
    let p = one(4, &[1, 1, 1, 1, 2, 3]);
    assert_eq!(
        (p.min, p.beyond, p.state, p.last_tolerable),
        (
            None,
            Some(Minutes(10_080)),
            MtpdState::Beyond,
            Some(Minutes(10_080))
        )
    );
    assert_eq!(
        (p.weighted.state, p.weighted.beyond_min, p.difference),
        (MtpdState::Beyond, Some(Minutes(10_080)), None)
    );
    let p = one(3, &[3, 3, 3, 3, 3, 3]);
    assert_eq!(
        (p.min, p.last_tolerable),
        (Some(Minutes(60)), Some(Minutes(0)))
    );
    assert_eq!(
        p.difference.unwrap().kind,
        MtpdDifferenceKind::ThresholdOnly
    );
    let p = one(3, &[2, 1, 3, 3, 2, 3]);
    assert_eq!(
        (p.non_monotone, p.min),
        (vec!["operations".to_string()], Some(Minutes(480)))
    );
    let p = one(3, &[0; 6]);
    assert_eq!(
        (p.state, p.min, p.weighted.state, p.earliest),
        (MtpdState::Unknown, None, MtpdState::Unknown, None)
    );
    let p = proposal(&made(&[], &[], &[]).ws);
    assert_eq!((p.state, p.holes), (MtpdState::Unknown, 0));
    let detail = mtpd_detail(&made(&[("operations", 3)], &[], &[]).ws, "A").unwrap();
    assert_eq!(
        detail.first_crossing.reason.as_deref(),
        Some("No cell of the impact grid of A is rated.")
    );
    assert_eq!(mtpd_detail(&made(&[], &[], &[]).ws, "B"), None);
}

#[test]
fn exactly_at_the_share_is_not_exceeded_whatever_the_weights() {
    // Weights that no binary fraction holds.
    let with = |pct: i64, weights: &[(&str, f64)], a: &'static [i64], b: &'static [i64]| {
        let mut m = made(
            &[("a", 5), ("b", 5)],
            &[("a", a), ("b", b)],
            &[("weighted_share_pct", Datum::Int(pct))],
        );
        for (k, w) in weights {
            m.add(
                Table::CategoryWeight,
                &[("key", text(k)), ("weight", Datum::Real(*w))],
            );
        }
        proposal(&m.ws).weighted
    };
    let (low, five) = (&[1; 6][..], &[1, 1, 5, 5, 5, 5][..]);
    // 0.3 · 5 + 0.7 · 1 = 2.2 of 5 is 44 %.
    let w = [("a", 0.3), ("b", 0.7)];
    assert_eq!(with(44, &w, five, low).mtpd_min, None);
    assert_eq!(with(43, &w, five, low).mtpd_min, Some(Minutes(480)));
    // All that is exceeded at the first horizon, by nothing that has risen: all decide.
    let first = with(19, &w, low, low);
    assert_eq!(
        (first.mtpd_min, first.deciding),
        (Some(Minutes(60)), vec!["a".to_string(), "b".to_string()])
    );
    assert_eq!(with(20, &w, low, low).mtpd_min, None);
    // Nothing exceeds 100 %; without weight nothing can be said.
    assert_eq!(with(100, &w, five, five).state, MtpdState::Beyond);
    let none = with(70, &[("a", 0.0), ("b", 0.0)], five, five);
    assert_eq!((none.state, none.mtpd_min), (MtpdState::Unknown, None));
    // A weight of 0 takes a category out: only a counts.
    let only = with(70, &[("b", 0.0)], five, &[5; 6]);
    assert_eq!(
        (only.mtpd_min, only.deciding),
        (Some(Minutes(480)), vec!["a".to_string()])
    );
}

#[test]
fn the_detail_names_levels_and_shares() {
    let mut m = made(
        &[("operations", 4), ("safety", 3), ("legal", 4)],
        &[("operations", OPERATIONS), ("safety", SAFETY)],
        &[("weighted_share_pct", Datum::Int(60))],
    );
    m.add(
        Table::CategoryWeight,
        &[("key", text("operations")), ("weight", Datum::Real(3.0))],
    );
    let d = mtpd_detail(&m.ws, "A").unwrap();
    // 3 · 4 + 1 · 2 = 14 of 20.
    assert_eq!(d.weighted_sum.mtpd_min, Some(Minutes(1440)));
    assert_eq!(d.contributions_at_min, Some(Minutes(1440)));
    let parts: Vec<(&str, f64, u8, f64)> = d
        .contributions
        .iter()
        .map(|c| (c.category.as_str(), c.weight, c.level, c.share_pct))
        .collect();
    assert_eq!(
        parts,
        [("operations", 3.0, 4, 60.0), ("safety", 1.0, 2, 10.0)]
    );
    assert_eq!(d.shares[3].share_pct, 70.0);
    assert_eq!(d.left_out, ["legal"]);
    // The category without rating could cross anywhere: a bound, and the reason names it.
    assert_eq!(d.first_crossing.state, MtpdState::Provisional);
    assert_eq!(
        d.first_crossing.reason.as_deref(),
        Some(
            "Empty cells of the impact grid of A could bring it forward: Legal, regulatory and contractual."
        )
    );
    assert_eq!(
        (d.last_tolerable.mtpd_min, d.last_tolerable.at_least_min),
        (Some(Minutes(480)), Some(Minutes(0)))
    );
    let who = &d.first_crossing.deciding[0];
    assert_eq!(
        (who.category.as_str(), who.level, who.threshold),
        ("operations", 4, 4)
    );
    assert_eq!(
        d.difference_text.as_deref(),
        Some("First crossing and weighted sum both say 24 h; the last tolerable horizon is 8 h.")
    );
}
