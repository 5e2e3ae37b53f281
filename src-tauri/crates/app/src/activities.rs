//! Activities: the register and the impact sheet.

use crate::consequence::{consequence, rules, state_view};
use crate::edit::changed;
use crate::problem::Outcome;
use crate::views::{self, gap_state, min};
use crate::wire::*;
use crate::{App, files, people};
use mainstay_analysis::{ActivityResult, Analysis, GapState, MtpdDifferenceKind, loss};
use mainstay_domain::*;
use mainstay_planfile::Operation;

/// The activities, tightest first.
pub(crate) fn activities(app: &mut App, _: Nothing) -> Outcome<Vec<ActivityRow>> {
    let a = app.analysis()?;
    let ws = app.workspace()?;
    let mut rows: Vec<ActivityRow> = ws
        .activities
        .iter()
        .zip(&a.activities)
        .map(|(x, r)| row(ws, x, r))
        .collect();
    // Unknown comes last: it is not known to be tight.
    rows.sort_by(|a, b| {
        let key = |r: &ActivityRow| {
            (
                r.effective_mtpd_min.unwrap_or(i64::MAX),
                r.rto_min.unwrap_or(i64::MAX),
            )
        };
        key(a).cmp(&key(b)).then_with(|| a.code.cmp(&b.code))
    });
    Ok(rows)
}

/// One activity's impact sheet.
pub(crate) fn activity_sheet(app: &mut App, args: ByCode) -> Outcome<ActivitySheet> {
    let a = app.analysis()?;
    let ws = app.workspace()?;
    let (x, r) = ws
        .activities
        .iter()
        .zip(&a.activities)
        .find(|(x, _)| x.code.0 == args.code)
        .ok_or_else(|| Problem::no_such("activity", &args.code))?;
    let needs = views::needs(ws, &a, x.id.0);
    let mut proofs: Vec<Proof> = own_proof(ws, &a, x, r).into_iter().collect();
    let mut late: Vec<Proof> = a
        .services
        .iter()
        .filter(|s| {
            s.gap_state == Some(GapState::Gap)
                && needs
                    .iter()
                    .any(|n| n.provider.code == s.code && n.strength == "hard")
        })
        .filter_map(|s| views::service_proof(ws, &a, s))
        .collect();
    late.sort_by_key(|p| std::cmp::Reverse(p.gap_min));
    proofs.extend(late);
    let loss = loss_view(ws, x, r);
    Ok(ActivitySheet {
        row: row(ws, x, r),
        peak: text(&x.peak),
        reason: text(&x.reason),
        workaround: text(&x.workaround),
        workaround_note: text(&x.workaround_note),
        accepted_mtpd_reason: text(&x.accepted_mtpd_reason),
        site: x
            .site_id
            .and_then(|s| ws.get::<Site>(s))
            .map(|s| s.code.0.clone()),
        rto_ceiling_min: min(r.rto_ceiling),
        rules: rules(ws, &x.code),
        rules_differ: r
            .mtpd
            .difference
            .filter(|d| d.kind != MtpdDifferenceKind::LastTolerableOnly)
            .map(|d| d.sentence()),
        horizons_min: horizons(ws, x.id).iter().map(|h| h.0).collect(),
        grid: grid(ws, x),
        consequence: consequence(ws, &a, x, r, loss.as_ref()),
        loss,
        needs,
        proofs,
        findings: views::findings_about(ws, &a, &x.code.0),
    })
}

/// Rates one cell of an impact grid.
pub(crate) fn rate_impact(app: &mut App, args: RateImpact) -> Outcome<Changed> {
    let ws = app.workspace()?;
    let (x, category, horizon) = cell(ws, &args.activity, &args.category, args.horizon_min)?;
    let level = match args.level {
        Some(n) => Some(Level::from_datum(&Datum::Int(n)).ok_or_else(|| {
            Problem::bad_value(
                &args.activity,
                &format!("impact.{}", args.category),
                &n.to_string(),
                &Level::KIND.allowed(),
            )
        })?),
        None => None,
    };
    let old = ws.impact_ratings.iter().find(|r| {
        r.activity_id == x.id && r.category_id == category.id && r.horizon_min == horizon
    });
    let rating = match old {
        Some(r) => ImpactRating { level, ..r.clone() },
        None => ImpactRating {
            id: ImpactRatingId(Uuid::now_v7()),
            pos: ws.next_pos(Table::ImpactRating),
            activity_id: x.id,
            category_id: category.id,
            horizon_min: horizon,
            level,
        },
    };
    let op = Operation::merging(
        format!("rate {} of {} at {horizon}", category.key, x.code),
        format!("{}.{}.{}", x.id.0, category.key, horizon.0),
    );
    let code = x.code.0.clone();
    let ((), done) = app.change(&op, |tx| Ok(tx.put_record(&rating)?))?;
    changed(app, op, Some(code), done)
}

/// Notes something on one cell of an impact grid.
pub(crate) fn note_impact(app: &mut App, args: NoteImpact) -> Outcome<Changed> {
    let ws = app.workspace()?;
    let (x, category, horizon) = cell(ws, &args.activity, &args.category, args.horizon_min)?;
    let old = ws
        .impact_notes
        .iter()
        .find(|n| n.activity_id == x.id && n.category == category.key && n.horizon_min == horizon)
        .cloned();
    let note = ImpactNote {
        id: old
            .as_ref()
            .map_or_else(|| ImpactNoteId(Uuid::now_v7()), |n| n.id),
        pos: old
            .as_ref()
            .map_or_else(|| ws.next_pos(Table::ImpactNote), |n| n.pos),
        activity_id: x.id,
        category: category.key.clone(),
        horizon_min: horizon,
        text: args.text.trim().into(),
    };
    let op = Operation::named(format!(
        "note on {} of {} at {horizon}",
        category.key, x.code
    ));
    let code = x.code.0.clone();
    let ((), done) = app.change(&op, |tx| {
        if note.text.is_empty() {
            Ok(tx.remove(Table::ImpactNote, note.id.0)?)
        } else {
            Ok(tx.put_record(&note)?)
        }
    })?;
    changed(app, op, Some(code), done)
}

/// Sets what an activity loses over time.
pub(crate) fn set_loss(app: &mut App, args: SetLoss) -> Outcome<Changed> {
    let ws = app.workspace()?;
    let x = find(ws, &args.activity)?;
    let hours = |field: &str, t: &str| match Kind::Minutes.read(t) {
        Ok(Datum::Int(m)) => Ok(Hours(m as f64 / 60.0)),
        _ => Err(Problem::bad_value(
            &args.activity,
            field,
            t,
            &Kind::Minutes.allowed(),
        )),
    };
    let money = |field: &str, t: &str| match Money::KIND.read(t) {
        Ok(Datum::Int(c)) => Ok(Money(c)),
        _ => Err(Problem::bad_value(
            &args.activity,
            field,
            t,
            &Money::KIND.allowed(),
        )),
    };
    let old = ws
        .loss_curves
        .iter()
        .find(|c| c.activity_id == x.id)
        .cloned();
    let curve = LossCurve {
        id: old
            .as_ref()
            .map_or_else(|| LossCurveId(Uuid::now_v7()), |c| c.id),
        pos: old
            .as_ref()
            .map_or_else(|| ws.next_pos(Table::LossCurve), |c| c.pos),
        activity_id: x.id,
        currency: Some(Currency(files::currency(ws))),
        cap: if args.cap.trim().is_empty() {
            None
        } else {
            Some(money("loss_curve.cap", &args.cap)?)
        },
        calendar_id: old.as_ref().and_then(|c| c.calendar_id),
    };
    let mut bands = Vec::new();
    for (i, b) in args.bands.iter().enumerate() {
        bands.push(LossBand {
            id: LossBandId(Uuid::now_v7()),
            pos: i as i64 + 1,
            loss_curve_id: curve.id,
            from_h: hours("loss_curve.bands.from_h", &b.from)?,
            rate_per_h: money("loss_curve.bands.rate_per_h", &b.rate_per_h)?,
        });
    }
    if let Some(w) = bands.windows(2).find(|w| w[0].from_h >= w[1].from_h) {
        return Err(Problem::bad_value(
            &args.activity,
            "loss_curve.bands.from_h",
            &format!("{} h", w[1].from_h.0),
            "a later hour than that of the band before it",
        ));
    }
    let mut steps = Vec::new();
    for (i, s) in args.steps.iter().enumerate() {
        steps.push(LossStep {
            id: LossStepId(Uuid::now_v7()),
            pos: i as i64 + 1,
            loss_curve_id: curve.id,
            at_h: hours("loss_curve.steps.at_h", &s.at)?,
            amount: money("loss_curve.steps.amount", &s.amount)?,
            reason: Some(s.reason.trim().to_string()).filter(|r| !r.is_empty()),
        });
    }
    let gone: Vec<(Table, Uuid)> = ws
        .loss_bands
        .iter()
        .filter(|b| b.loss_curve_id == curve.id)
        .map(|b| (Table::LossBand, b.id.0))
        .chain(
            ws.loss_steps
                .iter()
                .filter(|s| s.loss_curve_id == curve.id)
                .map(|s| (Table::LossStep, s.id.0)),
        )
        .collect();
    let op = Operation::named(format!("change loss over time of {}", x.code));
    let code = x.code.0.clone();
    let ((), done) = app.change(&op, |tx| {
        for (t, id) in &gone {
            tx.remove(*t, *id)?;
        }
        tx.put_record(&curve)?;
        for b in &bands {
            tx.put_record(b)?;
        }
        for s in &steps {
            tx.put_record(s)?;
        }
        Ok(())
    })?;
    changed(app, op, Some(code), done)
}

fn find<'a>(ws: &'a Workspace, code: &str) -> Outcome<&'a Activity> {
    ws.activities
        .iter()
        .find(|a| a.code.0 == code)
        .ok_or_else(|| Problem::no_such("activity", code))
}

fn cell<'a>(
    ws: &'a Workspace,
    activity: &str,
    category: &str,
    horizon: i64,
) -> Outcome<(&'a Activity, &'a ImpactCategory, Minutes)> {
    let x = find(ws, activity)?;
    let keys = || {
        ws.impact_categories
            .iter()
            .map(|c| c.key.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let c = ws
        .impact_categories
        .iter()
        .find(|c| c.key == category)
        .ok_or_else(|| {
            Problem::bad_value(activity, "impact", category, &format!("one of {}", keys()))
        })?;
    let h = Minutes(horizon);
    let all = horizons(ws, x.id);
    if !all.contains(&h) {
        let words: Vec<String> = all.iter().map(ToString::to_string).collect();
        return Err(Problem::bad_value(
            activity,
            "horizons_min",
            &h.to_string(),
            &format!("one of {}", words.join(", ")),
        ));
    }
    Ok((x, c, h))
}

fn horizons(ws: &Workspace, id: ActivityId) -> Vec<Minutes> {
    ws.activity_horizons
        .iter()
        .filter(|h| h.activity_id == id)
        .map(|h| h.at_min)
        .collect()
}

fn text(s: &Option<String>) -> Option<String> {
    s.clone().filter(|s| !s.is_empty())
}

pub(crate) fn row(ws: &Workspace, x: &Activity, r: &ActivityResult) -> ActivityRow {
    ActivityRow {
        code: x.code.0.clone(),
        name: x.name.clone(),
        owner: people::role_name(ws, x.owner_role_id),
        owner_code: people::role_code(ws, x.owner_role_id),
        mtpd_state: state_view(r.mtpd.state),
        mtpd_min: min(r.mtpd.min),
        last_tolerable_min: min(r.mtpd.last_tolerable),
        binding: r.mtpd.binding.clone(),
        accepted_mtpd_min: min(x.accepted_mtpd_min),
        effective_mtpd_min: min(r.effective_mtpd),
        rto_min: min(x.rto_min),
        wrt_min: min(x.wrt_min),
        rpo_min: min(x.rpo_min),
        mbco_pct: x.mbco_pct.map(|p| p.0),
        slack_min: min(r.slack),
        ready_min: min(r.ready),
        resumed_min: min(r.resumed),
        gap_min: min(r.gap),
        gap_state: r.gap_state.map(gap_state),
        contested: x.contested == Some(true),
        holes: r.mtpd.holes as i64,
    }
}

fn grid(ws: &Workspace, x: &Activity) -> Vec<GridRow> {
    let hs = horizons(ws, x.id);
    let ratings: Vec<&ImpactRating> = ws
        .impact_ratings
        .iter()
        .filter(|r| r.activity_id == x.id)
        .collect();
    ws.impact_categories
        .iter()
        .map(|c| {
            let threshold = c.threshold.map_or(reference::DEFAULT_THRESHOLD, |l| l.0);
            let levels: Vec<Option<i64>> = hs
                .iter()
                .map(|h| {
                    ratings
                        .iter()
                        .find(|r| r.category_id == c.id && r.horizon_min == *h)
                        .and_then(|r| r.level)
                        .map(|l| l.0)
                })
                .collect();
            let note = |h: &Minutes| {
                ws.impact_notes
                    .iter()
                    .find(|n| n.activity_id == x.id && n.category == c.key && n.horizon_min == *h)
                    .map(|n| n.text.clone())
            };
            let words = reference::IMPACT_CATEGORIES
                .iter()
                .find(|k| k.0 == c.key)
                .map(|k| k.3);
            GridRow {
                key: c.key.clone(),
                name: reference::category_name(&c.key).into(),
                threshold,
                words: words
                    .unwrap_or(reference::IMPACT_LEVELS)
                    .iter()
                    .map(|w| (*w).into())
                    .collect(),
                first_unacceptable: levels
                    .iter()
                    .position(|l| l.is_some_and(|l| l >= threshold))
                    .map(|i| i as i64),
                levels,
                notes: hs.iter().map(note).collect(),
            }
        })
        .collect()
}

fn loss_view(ws: &Workspace, x: &Activity, r: &ActivityResult) -> Option<LossView> {
    let stored = ws.loss_curves.iter().find(|c| c.activity_id == x.id)?;
    let curve = loss::LossCurve::of(ws, x.id)?;
    let at = |m: Option<Minutes>| m.map(|m| curve.at(m.hours()));
    let end = horizons(ws, x.id).last().map_or(168.0, |h| h.hours());
    Some(LossView {
        currency: files::currency(ws),
        points: curve
            .points(end)
            .into_iter()
            .map(|(h, amount)| LossPoint {
                at_min: h * 60.0,
                amount,
            })
            .collect(),
        bands: ws
            .loss_bands
            .iter()
            .filter(|b| b.loss_curve_id == stored.id)
            .map(|b| LossBandView {
                from_h: b.from_h.0,
                rate_per_h: b.rate_per_h.units(),
            })
            .collect(),
        steps: ws
            .loss_steps
            .iter()
            .filter(|s| s.loss_curve_id == stored.id)
            .map(|s| LossStepView {
                at_h: s.at_h.0,
                amount: s.amount.units(),
                reason: s.reason.clone(),
            })
            .collect(),
        cap: stored.cap.map(Money::units),
        at_ready: at(r.ready),
        at_mtpd: at(r.effective_mtpd),
        caution: stored
            .calendar_id
            .map(|_| "Flat rates, without the weekly calendar and its seasons.".into()),
    })
}

/// Why an activity's own services are late, as one chain.
fn own_proof(ws: &Workspace, a: &Analysis, x: &Activity, r: &ActivityResult) -> Option<Proof> {
    let ready = r.ready?;
    if r.gap_state != Some(GapState::Gap) {
        return None;
    }
    let steps = views::proof_steps(ws, &a.blocking_path(&x.code));
    Some(Proof {
        title: format!("Why {} is late", x.name),
        sentence: views::proof_sentence(&x.name, r.rto, None, &steps, ready),
        subject: x.code.0.clone(),
        needed_min: min(r.rto),
        needed_path: vec![Named {
            code: x.code.0.clone(),
            name: x.name.clone(),
        }],
        steps,
        achievable_min: Some(ready.0),
        gap_min: min(r.gap),
    })
}

/// An amount with thousands separators, whole units.
pub(crate) fn money(x: f64) -> String {
    let digits = format!("{:.0}", x.abs());
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    if x < 0.0 {
        format!("\u{2212}{out}")
    } else {
        out
    }
}
