use super::*;
use crate::made::Made;
use mainstay_domain::{Datelike, Minutes, NaiveDate, NaiveDateTime, TimeDelta, Timelike};

/// The curve of domain.md C2.
fn published() -> LossCurve {
    LossCurve::new(
        vec![(0.0, 1500.0), (4.0, 4000.0), (24.0, 6000.0)],
        vec![(8.0, 10_000.0), (24.0, 50_000.0)],
        Some(250_000.0),
    )
}

/// The calendar of domain.md C2: 2 on weekdays 08–18, else 0.5.
fn office(seasons: &[SeasonSpan]) -> LossCalendar {
    let weekly: Vec<f64> = (0..168)
        .map(|h| {
            if h / 24 < 5 && (8..18).contains(&(h % 24)) {
                2.0
            } else {
                0.5
            }
        })
        .collect();
    LossCalendar::new("cal", &weekly, seasons)
}

fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap()
}

#[track_caller]
fn close(got: f64, want: f64) {
    assert!(
        (got - want).abs() <= 1e-9 * want.abs().max(1.0),
        "{got} is not {want}"
    );
}

#[test]
fn c2_flat() {
    let c = published();
    for (h, want) in [
        (-1.0, 0.0),
        (0.0, 0.0),
        (2.0, 3000.0),
        (4.0, 6000.0),
        (8.0, 32_000.0),
        (10.0, 40_000.0),
        (24.0, 146_000.0),
        (48.0, 250_000.0),
        (f64::INFINITY, 250_000.0),
        (f64::NAN, 0.0),
    ] {
        assert_eq!(c.at(h), want, "{h} h");
    }
    // Right-continuous: the step at 8 h is in the loss of 8 h, not of anything less.
    close(c.at(8.0 - 1e-9), 22_000.0);
    // golden.json C2: the cap is reached at 41.3333 h.
    close(c.hours_to(250_000.0).unwrap(), 124.0 / 3.0);
    assert_eq!(c.hours_to(250_001.0), None);
    assert_eq!(LossCurve::default().at(5.0), 0.0);
}

#[test]
fn c2_by_the_calendar() {
    let c = published();
    let cal = office(&[]);
    // 17 November 2023 was a Friday.
    close(c.from_start(&cal, at("2023-11-17 16:00:00"), 6.0), 11_500.0);
    let week = c.week_spread(&cal, 6.0);
    close(week.mean_loss, 13_250.0);
    assert_eq!(week.starts, 168);
    assert_eq!((week.worst.weekday, week.worst.hour), (1, 8));
    close(week.worst.loss, 28_000.0);
    // The first of the equal mildest ones: Monday 00:00 is at half rate until 06:00.
    assert_eq!((week.best.weekday, week.best.hour), (1, 0));
    close(week.best.loss, 7000.0);
    // Any moment, not only full hours: from 17:30 half an hour at 2, then at 0.5.
    close(
        c.from_start(&cal, at("2023-11-17 17:30:00"), 1.25),
        1500.0 * (0.5 * 2.0 + 0.75 * 0.5),
    );
    // The cap holds for the total, steps are not multiplied.
    assert_eq!(
        c.from_start(&cal, at("2023-11-20 08:00:00"), 1e9),
        250_000.0
    );
    close(
        c.from_start(&cal, at("2023-11-18 00:00:00"), 8.0),
        0.5 * 22_000.0 + 10_000.0,
    );
}

/// golden.json loss_A03_Mon18_4h_calendar: 900/h, evening multiplier 1.8, outside the season.
#[test]
fn the_evening_wave_of_the_example() {
    let weekly: Vec<f64> = (0..168)
        .map(|h| match h % 24 {
            0..=5 | 22.. => 0.6,
            6..=15 => 1.2,
            _ => 1.8,
        })
        .collect();
    let peak = SeasonSpan {
        from: (11, 20),
        to: (12, 24),
        factor: 1.5,
    };
    let cal = LossCalendar::new("cal-week", &weekly, &[peak]);
    let c = LossCurve::new(
        vec![(0.0, 900.0), (4.0, 4800.0), (24.0, 6500.0)],
        vec![(8.0, 25_000.0)],
        Some(1e6),
    );
    close(c.from_start(&cal, at("2026-11-16 18:00:00"), 4.0), 6480.0);
    close(c.from_start(&cal, at("2026-11-23 18:00:00"), 4.0), 9720.0);
    // Both ends of the season are in it, midnight behind it is not.
    for (day, factor) in [
        ("2026-11-19", 1.0),
        ("2026-11-20", 1.5),
        ("2026-12-24", 1.5),
        ("2026-12-25", 1.0),
    ] {
        close(cal.multiplier(at(&format!("{day} 12:00:00"))), 1.2 * factor);
    }
    close(
        c.from_start(&cal, at("2026-12-24 23:00:00"), 2.0),
        900.0 * 0.6 * 2.5,
    );
}

#[test]
fn seasons_wrap_overlap_and_know_leap_years() {
    let s = |from, to, factor| SeasonSpan { from, to, factor };
    let cal = LossCalendar::new(
        "c",
        &[1.0; 168],
        &[
            s((12, 20), (1, 6), 2.0),
            s((1, 1), (1, 31), 3.0),
            s((2, 29), (2, 29), 5.0),
        ],
    );
    for (day, want) in [
        ("2026-12-19", 1.0),
        ("2026-12-20", 2.0),
        ("2026-12-31", 2.0),
        ("2027-01-01", 6.0),
        ("2027-01-06", 6.0),
        ("2027-01-07", 3.0),
        ("2027-02-28", 1.0),
        ("2028-02-29", 5.0),
        ("2027-03-01", 1.0),
    ] {
        assert_eq!(
            cal.multiplier(at(&format!("{day} 00:00:00"))),
            want,
            "{day}"
        );
    }
    // Missing multipliers count 1 and are counted.
    let short = LossCalendar::new("c", &[0.5; 100], &[]);
    assert_eq!(short.hours_missing(), 68);
    assert_eq!(short.multiplier(at("2026-11-29 12:00:00")), 1.0);
}

#[test]
fn a_part_of_the_capacity_back_takes_its_part_off_the_rate() {
    let c = published();
    let half = |at_h| Resumption {
        at_h,
        capacity: 0.5,
    };
    // 4 h in full, then half of 4,000 an hour, and the step in full.
    close(
        c.at_with_resumption(8.0, half(4.0)),
        6000.0 + 8000.0 + 10_000.0,
    );
    close(c.at_with_resumption(8.0, half(0.0)), 11_000.0 + 10_000.0);
    assert_eq!(c.at_with_resumption(8.0, half(9.0)), c.at(8.0));
    assert_eq!(c.at_with_resumption(8.0, half(f64::NAN)), c.at(8.0));
    let all = Resumption {
        at_h: 2.0,
        capacity: 1.0,
    };
    close(c.at_with_resumption(6.0, all), 3000.0);
    let cal = office(&[]);
    // Friday 16:00: two hours at 2 in full, four at 0.5 with half of it back.
    close(
        c.from_start_with_resumption(&cal, at("2023-11-17 16:00:00"), 6.0, half(2.0)),
        6000.0 + (11_500.0 - 6000.0) / 2.0,
    );
}

/// A generator of numbers for the comparisons below (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn curve(&mut self) -> LossCurve {
        let mut bands = vec![(0.0, self.below(200) as f64 * 60.0)];
        for _ in 0..self.below(4) {
            bands.push((
                self.below(40 * 60) as f64 / 60.0,
                self.below(500) as f64 * 60.0,
            ));
        }
        let steps = (0..self.below(3))
            .map(|_| (self.below(40) as f64, self.below(9) as f64 * 1000.0))
            .collect();
        let cap = (self.below(3) == 0).then(|| 50_000.0 + self.below(200_000) as f64);
        LossCurve::new(bands, steps, cap)
    }

    fn calendar(&mut self) -> LossCalendar {
        let weekly: Vec<f64> = (0..168).map(|_| self.below(5) as f64 / 2.0).collect();
        let seasons: Vec<SeasonSpan> = (0..self.below(3))
            .map(|_| SeasonSpan {
                from: (1 + self.below(12) as u32, 1 + self.below(28) as u32),
                to: (1 + self.below(12) as u32, 1 + self.below(28) as u32),
                factor: self.below(4) as f64 / 2.0,
            })
            .collect();
        LossCalendar::new("cal", &weekly, &seasons)
    }

    fn moment(&mut self) -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2026, 1, 1)
            .unwrap()
            .and_hms_opt(0, 0, 0)
            .unwrap()
            + TimeDelta::minutes(self.below(3 * 365 * 1440) as i64)
    }
}

/// The same minute by minute: every change of rate and multiplier stands at a whole minute.
fn by_minutes(
    c: &LossCurve,
    cal: Option<&LossCalendar>,
    start: NaiveDateTime,
    minutes: i64,
) -> f64 {
    let LossParts { bands, steps, cap } = c.parts();
    let mut flow = 0.0;
    for m in 0..minutes {
        let h = m as f64 / 60.0;
        let rate = bands
            .iter()
            .rev()
            .find(|b| b.0 <= h + 1e-12)
            .map_or(0.0, |b| b.1);
        let moment = start + TimeDelta::minutes(m);
        flow += rate / 60.0 * cal.map_or(1.0, |k| k.multiplier(moment));
    }
    let t = minutes as f64 / 60.0;
    let at_once: f64 = steps.iter().filter(|s| s.0 <= t).map(|s| s.1).sum();
    let total = if minutes > 0 { flow + at_once } else { 0.0 };
    total.min(cap.unwrap_or(f64::INFINITY))
}

#[test]
fn the_integral_is_the_sum_of_its_minutes() {
    let mut d = Dice(1);
    for _ in 0..60 {
        let (c, cal, start) = (d.curve(), d.calendar(), d.moment());
        let minutes = d.below(60 * 60) as i64;
        let hours = minutes as f64 / 60.0;
        close(c.at(hours), by_minutes(&c, None, start, minutes));
        close(
            c.from_start(&cal, start, hours),
            by_minutes(&c, Some(&cal), start, minutes),
        );
    }
}

#[test]
fn the_time_to_a_loss_is_the_first_minute_that_reaches_it() {
    let mut d = Dice(2);
    let mut reached = 0;
    for _ in 0..60 {
        let (c, cal) = (d.curve(), d.calendar());
        let day = d.moment().date();
        let limit = (1 + d.below(120_000)) as f64;
        let start = d.below(8760);
        let clock = Clock::new(&cal, day, 8760.0 + 87_600.0);
        let got = c.time_to_by(limit, &clock, start as f64);
        let begin = day.and_hms_opt(0, 0, 0).unwrap() + TimeDelta::hours(start as i64);
        if let Some(m) = got.mtpd_min.filter(|m| m.0 < 20_000) {
            reached += 1;
            assert!(by_minutes(&c, Some(&cal), begin, m.0) >= limit - 1e-6);
            assert!(by_minutes(&c, Some(&cal), begin, m.0 - 1) < limit);
        }
        if let Some(m) = c.time_to(limit).mtpd_min {
            assert!(c.at(m.hours()) >= limit - 1e-6);
            assert!(c.at((m.0 - 1) as f64 / 60.0) < limit);
        }
    }
    assert!(reached > 30, "{reached}");
}

#[test]
fn a_limit_on_a_whole_minute_is_reached_there() {
    // 7 an hour for 3 minutes is 0.35; no binary fraction holds that.
    for rate in [7.0, 60.0, 100.0, 700.0, 4800.0, 1e6] {
        let c = LossCurve::new(vec![(0.0, rate)], vec![], None);
        for m in 1..600 {
            let limit = (rate * f64::from(m) / 60.0 * 100.0).round() / 100.0;
            let exact = (rate * f64::from(m) / 60.0 - limit).abs() < 1e-9;
            if exact {
                assert_eq!(
                    c.time_to(limit).mtpd_min,
                    Some(Minutes(i64::from(m))),
                    "{rate} {m}"
                );
            }
        }
    }
    let c = published();
    let check = |limit: f64, m: Option<i64>, state| {
        let got = c.time_to(limit);
        assert_eq!(
            (got.mtpd_min, got.state),
            (m.map(Minutes), state),
            "{limit}"
        );
    };
    check(6000.0, Some(240), LimitState::Reached);
    check(6000.01, Some(241), LimitState::Reached);
    check(32_000.0, Some(480), LimitState::Reached);
    check(250_000.0, Some(2480), LimitState::Reached);
    check(250_000.01, None, LimitState::CapBelow);
    check(0.0, Some(0), LimitState::Reached);
    let once = LossCurve::new(vec![], vec![(0.0, 500.0)], None);
    assert_eq!(
        once.time_to(500.0).mtpd_min,
        Some(Minutes(1)),
        "no outage at all costs nothing"
    );
    assert_eq!(once.time_to(501.0).state, LimitState::StopsRising);
    let slow = LossCurve::new(vec![(0.0, 0.01)], vec![], None);
    assert_eq!(slow.time_to(1e5).mtpd_min, Some(Minutes(600_000_000)));
    assert_eq!(slow.time_to(1e6).state, LimitState::TooFar);
    let still = LossCalendar::new("c", &[0.0; 168], &[]);
    let clock = Clock::new(&still, NaiveDate::default(), 1000.0);
    assert_eq!(
        published().time_to_by(1e5, &clock, 0.0).state,
        LimitState::StopsRising
    );
}

#[test]
fn nights_without_loss_do_not_move_a_limit_reached_before_them() {
    // 08–18 counts, nothing else; 10 hours at 600 are reached at 18:00 and not the next morning.
    let weekly: Vec<f64> = (0..168)
        .map(|h| f64::from(u8::from((8..18).contains(&(h % 24)))))
        .collect();
    let cal = LossCalendar::new("c", &weekly, &[]);
    let c = LossCurve::new(vec![(0.0, 600.0)], vec![], None);
    let clock = Clock::new(&cal, NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), 9000.0);
    assert_eq!(
        c.time_to_by(6000.0, &clock, 8.0).mtpd_min,
        Some(Minutes(600))
    );
    assert_eq!(
        c.time_to_by(6000.1, &clock, 8.0).mtpd_min,
        Some(Minutes(24 * 60 + 1))
    );
}

#[test]
fn extremes_end_with_numbers() {
    let cal = office(&[SeasonSpan {
        from: (12, 1),
        to: (1, 31),
        factor: 1.5,
    }]);
    let c = LossCurve::new(
        vec![
            (f64::NAN, 1.0),
            (0.0, f64::INFINITY),
            (-5.0, 10.0),
            (1e6, 1.0),
        ],
        vec![(2.0, -7.0)],
        Some(f64::NAN),
    );
    for start in [
        NaiveDateTime::MIN,
        NaiveDateTime::MAX,
        at("2026-02-28 23:59:59"),
    ] {
        for h in [
            -1.0,
            0.0,
            1e-300,
            1.0,
            2_147_483_648.0,
            f64::MAX,
            f64::INFINITY,
            f64::NAN,
        ] {
            let x = c.from_start(&cal, start, h);
            assert!(x >= 0.0, "{x} from {start} for {h} h");
        }
        let spread = c.year_spread(&cal, start.date(), 1e9);
        assert!(spread.worst.loss >= spread.best.loss);
    }
    // 400 years are the period of the calendar: twice as long is twice the loss.
    let c = LossCurve::new(vec![(0.0, 1.0)], vec![], None);
    let (once, twice) = (
        c.from_start(&cal, at("2026-03-01 00:00:00"), 3_506_328.0),
        c.from_start(&cal, at("2026-03-01 00:00:00"), 7_012_656.0),
    );
    close(twice, 2.0 * once);
    assert_eq!(
        at("2026-03-01 00:00:00").weekday().num_days_from_monday(),
        6
    );
    assert_eq!(at("2026-03-01 00:00:00").hour(), 0);
}

#[test]
fn thousands_of_bands_are_walked_once() {
    let bands: Vec<(f64, f64)> = (0..20_000)
        .map(|i| (f64::from(i), f64::from(i % 7)))
        .collect();
    let c = LossCurve::new(bands, vec![], None);
    // Quadratic work would be 10^8 steps for each of these.
    let mut sum = 0.0;
    for i in 0..20_000 {
        sum += c.at(f64::from(i) + 0.5);
    }
    assert!(sum > 0.0);
    close(c.at(7.0), 21.0);
    close(c.at(19_999.0), 59_997.0);
}

#[test]
fn all_curves_at_once_are_the_curves_one_by_one() {
    let mut m = Made::default();
    let cal = m.calendar("cal", [2.0; 168], &[("06-01", "06-30", 3.0)]);
    let a = m.activity("A", &[], &[]);
    m.activity("B", &[], &[]);
    let c = m.activity("C", &[], &[]);
    m.curve(
        c,
        &[(0.0, 100), (4.0, 50)],
        &[(2.0, 7)],
        Some(1000),
        Some(cal),
    );
    m.curve(a, &[(0.0, 5)], &[], None, None);
    m.curve(a, &[(0.0, 999)], &[], None, Some(cal));
    let all = LossCurves::of(&m.ws);
    for (i, x) in m.ws.activities.iter().enumerate() {
        assert_eq!(
            all.get(i),
            LossCurve::of(&m.ws, x.id).as_ref(),
            "{}",
            x.code
        );
    }
    assert_eq!(all.get(0).unwrap().at(2.0), 10.0, "the first of two counts");
    assert_eq!(all.get(1), None);
    assert_eq!((all.calendar(0), all.get(9)), (None, None));
    assert_eq!(all.calendar(2).unwrap().code(), "cal");
    assert_eq!(
        all.calendar(2)
            .unwrap()
            .multiplier(at("2026-06-30 23:00:00")),
        6.0
    );
}
