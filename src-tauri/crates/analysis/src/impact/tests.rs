use super::periods::periods;
use super::*;
use crate::made::{Made, text};
use crate::results::MtpdState;
use mainstay_domain::{Datum, Table, TimeDelta, Uuid};

fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

/// Weekday evenings 16–22 count double, everything else once.
fn evenings() -> Vec<f64> {
    (0..168)
        .map(|h| {
            if h / 24 < 5 && (16..22).contains(&(h % 24)) {
                2.0
            } else {
                1.0
            }
        })
        .collect()
}

/// An activity `A` whose ratings say 8 h, with 1,000 an hour and a calendar with a season of factor 1.5.
fn made(limit: Option<i64>, calendar: bool) -> (Made, Uuid) {
    let mut m = Made::default();
    m.settings(&[(
        "loss_limit",
        limit.map_or(Datum::Null, |l| Datum::Int(l * 100)),
    )]);
    m.category("operations", 4);
    let a = m.activity("A", &[60, 240, 480], &[("operations", &[1, 2, 4])]);
    let cal = calendar.then(|| m.calendar("cal", evenings(), &[("11-20", "12-24", 1.5)]));
    m.curve(a, &[(0.0, 1000)], &[], Some(100_000), cal);
    (m, a)
}

#[test]
fn the_tightest_mtpd_and_when_it_holds() {
    let (m, _) = made(Some(6000), true);
    let s = sheet(&m.ws, "A", day(2026, 10, 5)).unwrap();
    let c = &s.calendar_mtpd;
    // 6,000 at 1,000 · 2 · 1.5 an hour are 2 h; outside everything 6 h, still before the 8 h of the ratings.
    assert_eq!(c.state, CalendarMtpdState::Varies);
    assert_eq!(
        (c.tightest_min, c.widest_min, c.rating_min),
        (Some(Minutes(120)), Some(Minutes(360)), Some(Minutes(480)))
    );
    assert_eq!(c.tightest_when.len(), 1);
    let p = &c.tightest_when[0];
    assert_eq!(
        p.dates,
        [DateRange {
            from: day(2026, 11, 20),
            to: day(2026, 12, 24)
        }]
    );
    assert_eq!(
        p.hours,
        [WeekHours {
            weekdays: vec![1, 2, 3, 4, 5],
            from_hour: 16,
            to_hour: 21
        }]
    );
    assert_eq!(
        p.text,
        "20 Nov\u{2013}24 Dec 2026, Mon\u{2013}Fri 16\u{2013}21 h"
    );
    assert_eq!(c.money_decides_starts, 8760);
    let money = s.money.unwrap();
    assert_eq!(
        (money.limit, money.limit_of, money.flat.mtpd_min),
        (6000.0, LimitSource::Workspace, Some(Minutes(360)))
    );
    let week = money.week.unwrap();
    assert_eq!(
        (week.tightest_min, week.tightest_weekday, week.tightest_hour),
        (Some(Minutes(180)), Some(1), Some(16))
    );
    let year = money.year.unwrap();
    assert_eq!(year.tightest_at, day(2026, 11, 20).and_hms_opt(16, 0, 0));
    assert_eq!((year.starts, year.never), (8760, 0));
}

#[test]
fn where_money_is_slower_the_ratings_hold() {
    // 12,000: 4 h in the season's evenings at best, 12 h outside; the ratings say 8 h.
    let (m, _) = made(Some(12_000), true);
    let c = sheet(&m.ws, "A", day(2026, 10, 5)).unwrap().calendar_mtpd;
    assert_eq!(
        (c.tightest_min, c.widest_min),
        (Some(Minutes(240)), Some(Minutes(480)))
    );
    assert!(c.money_decides_starts > 0 && c.money_decides_starts < 8760);
    let said: Vec<&str> = c
        .money_decides_when
        .iter()
        .map(|p| p.text.as_str())
        .collect();
    // Outside from 13:00 on, 3 · 1,000 and 4.5 h · 2,000; the night before the season and the last one of it differ.
    assert_eq!(
        said,
        [
            "5 Oct\u{2013}18 Nov 2026 and 25 Dec 2026\u{2013}4 Oct 2027, Mon\u{2013}Fri 13\u{2013}18 h",
            "19 Nov 2026, Thu 13\u{2013}20 h",
            "20 Nov\u{2013}23 Dec 2026, Mon\u{2013}Fri 9\u{2013}22 h",
            "24 Dec 2026, Thu 9\u{2013}21 h",
        ]
    );
}

#[test]
fn without_limit_curve_or_calendar_it_says_so() {
    let (m, _) = made(None, true);
    let c = sheet(&m.ws, "A", day(2026, 10, 5)).unwrap().calendar_mtpd;
    assert_eq!(
        (c.state, c.tightest_min, c.tightest_when.len()),
        (CalendarMtpdState::NoLimit, Some(Minutes(480)), 0)
    );
    assert_eq!(
        c.reason.as_deref(),
        Some("No loss limit is set for A or for the workspace.")
    );
    let (m, _) = made(Some(6000), false);
    let s = sheet(&m.ws, "A", day(2026, 10, 5)).unwrap();
    assert_eq!(
        (s.calendar_mtpd.state, s.calendar_mtpd.tightest_min),
        (CalendarMtpdState::NoCalendar, Some(Minutes(360)))
    );
    assert!(s.money.unwrap().year.is_none());
    assert_eq!(s.loss.unwrap().by_horizon[0].week, None);
    let mut m = Made::default();
    m.settings(&[("loss_limit", Datum::Int(100))]);
    m.activity("A", &[60], &[]);
    let s = sheet(&m.ws, "A", day(2026, 10, 5)).unwrap();
    assert_eq!(s.calendar_mtpd.state, CalendarMtpdState::Unknown);
    assert_eq!((s.calendar_mtpd.tightest_min, s.loss), (None, None));
    assert_eq!(
        s.calendar_mtpd.reason.as_deref(),
        Some("No cell of the impact grid of A is rated. A has no loss curve.")
    );
    assert_eq!(sheet(&m.ws, "B", day(2026, 10, 5)), None);
}

#[test]
fn a_limit_above_the_cap_is_never_reached() {
    let (mut m, _) = made(Some(6000), true);
    m.ws.activities[0].loss_limit = Some(mainstay_domain::Money(20_000_000));
    let s = sheet(&m.ws, "A", day(2026, 10, 5)).unwrap();
    let money = s.money.unwrap();
    assert_eq!(money.limit_of, LimitSource::Activity);
    assert_eq!(money.flat.state, crate::loss::LimitState::CapBelow);
    assert_eq!(money.year.unwrap().never, 8760);
    assert_eq!(
        (s.calendar_mtpd.state, s.calendar_mtpd.tightest_min),
        (CalendarMtpdState::SameAllYear, Some(Minutes(480)))
    );
    assert!(s.calendar_mtpd.reason.unwrap().contains("never reaches"));
    // And without ratings nothing is known.
    m.ws.impact_ratings.clear();
    let c = sheet(&m.ws, "A", day(2026, 10, 5)).unwrap().calendar_mtpd;
    assert_eq!(
        (c.state, c.tightest_min, c.rating_state),
        (CalendarMtpdState::Unknown, None, MtpdState::Unknown)
    );
}

#[test]
fn an_accepted_mtpd_longer_than_the_tightest_is_named() {
    let (mut m, _) = made(Some(6000), true);
    m.ws.activities[0].accepted_mtpd_min = Some(Minutes(240));
    let c = sheet(&m.ws, "A", day(2026, 10, 5)).unwrap().calendar_mtpd;
    assert_eq!(c.accepted_too_long, Some(true));
    m.ws.activities[0].accepted_mtpd_min = Some(Minutes(120));
    let c = sheet(&m.ws, "A", day(2026, 10, 5)).unwrap().calendar_mtpd;
    assert_eq!(c.accepted_too_long, Some(false));
}

#[test]
fn losses_by_start_agree_with_the_loss_from_that_start() {
    let (m, _) = made(None, true);
    let today = day(2026, 10, 5);
    let loss = sheet(&m.ws, "A", today).unwrap().loss.unwrap();
    assert_eq!(loss.calendar.as_deref(), Some("cal"));
    assert_eq!(loss.cap_reached_h, Some(100.0));
    for h in &loss.by_horizon {
        let year = h.year.as_ref().unwrap();
        let hours = h.at_min.hours();
        let again = loss_at(&m.ws, "A", year.worst.at, hours).unwrap();
        assert!((again - year.worst.loss).abs() < 1e-6);
        let mean: f64 = (0..8760)
            .step_by(24)
            .map(|i| {
                let at = today.and_hms_opt(0, 0, 0).unwrap() + TimeDelta::hours(i);
                let x = loss_at(&m.ws, "A", Some(at), hours).unwrap();
                assert!(x <= year.worst.loss + 1e-6 && x >= year.best.loss - 1e-6);
                x
            })
            .sum();
        assert!(mean > 0.0 && year.mean_loss > year.best.loss);
    }
    assert_eq!(loss_at(&m.ws, "A", None, 2.0), Some(2000.0));
    assert_eq!(loss_at(&m.ws, "B", None, 2.0), None);
}

/// Every hour is in a period exactly when it holds.
#[test]
fn periods_cover_what_holds_and_nothing_else() {
    let first = day(2026, 11, 23);
    let patterns: [&dyn Fn(usize) -> bool; 6] = [
        &|_| true,
        &|_| false,
        &|i| i % 24 == 5,
        &|i| i / 24 % 7 == 2 && i % 24 > 20,
        &|i| (i * 2_654_435_761) >> 7 & 3 == 0,
        &|i| (300..5000).contains(&i) && i % 24 < 12,
    ];
    for (k, f) in patterns.iter().enumerate() {
        let hours: Vec<bool> = (0..8760).map(f).collect();
        let found = periods(first, &hours);
        let mut covered = vec![false; 8760];
        for p in &found {
            for r in &p.dates {
                let (a, b) = ((r.from - first).num_days(), (r.to - first).num_days());
                for d in a..=b {
                    let weekday = (d % 7) as u8 + 1;
                    for w in p.hours.iter().filter(|w| w.weekdays.contains(&weekday)) {
                        for h in w.from_hour..w.to_hour {
                            covered[d as usize * 24 + usize::from(h)] = true;
                        }
                    }
                }
            }
        }
        assert!(covered == hours, "pattern {k}");
    }
    assert_eq!(
        periods(first, &[true; 48])[0].text,
        "23 Nov\u{2013}24 Nov 2026, Mon, Tue all day"
    );
    let all = periods(first, &[true; 8760]);
    assert_eq!(
        (all.len(), all[0].text.as_str()),
        (1, "23 Nov 2026\u{2013}22 Nov 2027, every day all day")
    );
}

/// Numbers that no file would take, and days at both ends of the calendar: results, no panic.
#[test]
fn extremes_end_with_results() {
    use mainstay_domain::{Count, Factor, Level, Money, MonthDay, Percent, Whole};
    let wild = [i64::MIN, -1, 0, 1, 1 << 31, i64::MAX];
    for (k, x) in wild.into_iter().enumerate() {
        let (mut m, a) = made(Some(6000), true);
        let plan = m.add(Table::Plan, &[("code", text("P")), ("title", text("plan"))]);
        let need = m.add(
            Table::ResourceRequirement,
            &[("plan_id", Datum::Id(plan)), ("resource", text("seats"))],
        );
        m.add(
            Table::ResourceAmount,
            &[
                ("requirement_id", Datum::Id(need)),
                ("horizon_min", Datum::Int(60)),
                ("amount", Datum::Int(1)),
            ],
        );
        let shop = m.add(Table::Workshop, &[("code", text("W"))]);
        let question = m.add(
            Table::Estimate,
            &[
                ("workshop_id", Datum::Id(shop)),
                ("activity_id", Datum::Id(a)),
            ],
        );
        m.add(
            Table::EstimateRound1,
            &[
                ("estimate_id", Datum::Id(question)),
                ("value", Datum::Int(1)),
            ],
        );
        m.add(
            Table::CategoryWeight,
            &[("key", text("operations")), ("weight", Datum::Real(1.0))],
        );
        let ws = &mut m.ws;
        ws.activity_horizons[k % 3].at_min = Minutes(x);
        ws.impact_ratings[k % 3].horizon_min = Minutes(x);
        ws.impact_ratings[(k + 1) % 3].level = Some(Level(x));
        ws.impact_categories[0].threshold = Some(Level(x));
        ws.category_weights[0].weight = Factor(if x > 0 { f64::NAN } else { -1e300 });
        ws.settings[0].weighted_share_pct = Some(Percent(x));
        ws.activities[0].loss_limit = Some(Money(x));
        ws.activities[0].accepted_mtpd_min = Some(Minutes(x));
        ws.loss_bands[0].rate_per_h = Money(x);
        ws.loss_bands[0].from_h.0 = x as f64;
        ws.seasons[0].from_day = MonthDay("never".into());
        ws.calendar_hours[7].factor = Factor(f64::INFINITY);
        ws.plans[0].call_min = Some(Minutes(x));
        ws.resource_requirements[0].available_alternate = Some(Count(x));
        ws.resource_amounts[0].amount = Count(x);
        ws.estimate_round1[0].value = Whole(x);
        for today in [NaiveDate::MIN, NaiveDate::MAX, day(2028, 2, 29)] {
            let s = sheet(ws, "A", today).unwrap();
            assert_eq!(s.activity, "A");
            assert_eq!(crate::people::exercises(ws, today).len(), 0);
        }
        assert_eq!(
            crate::people::consensus(ws)[0]
                .round1
                .as_ref()
                .unwrap()
                .count,
            1
        );
        assert_eq!(crate::people::resources(ws)[0].horizons.len(), 1);
        assert!(crate::people::call_trees(ws).is_empty());
    }
}
