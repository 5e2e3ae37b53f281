//! Activity and service priorities, dependencies, single points of failure, risks, strategies.

use super::*;
use mainstay_analysis::risk::{Rating, RiskMatrix};

pub(super) fn sections(m: &Maker<'_>, p: &Plan) -> Vec<Section> {
    let mut out = Vec::new();
    out.extend(or_missing(
        m,
        "priorities",
        activities(m),
        "There is no activity in the scope. Without activities nothing is required of any service.",
    ));
    if let Some(t) = services(m) {
        out.push(section(
            "services",
            "",
            "Services in order of priority",
            2,
            t,
        ));
    }
    let bars = figures::recovery_bars(m);
    if !bars.is_empty() {
        out.push(section("recovery", "", "When what is back", 2, bars));
    }
    out.extend(or_missing(
        m,
        "maps",
        spof(m),
        "No dependencies are recorded. Say what each activity and service needs.",
    ));
    if let Some(t) = dependencies(m) {
        out.push(section("dependencies", "", "What needs what", 2, t));
    }
    if let Some(map) = figures::whole_map(m) {
        out.push(Section {
            start: Start::Lying,
            ..section("map", "", "Dependency map", 2, vec![map])
        });
    }
    let maps = figures::service_maps(m);
    if !maps.is_empty() {
        out.push(Section {
            start: Start::Lying,
            ..section("service-maps", "", "What services of tier 1 need", 2, maps)
        });
    }
    out.extend(or_missing(m, "risks", risks(m), "No risks are recorded."));
    out.extend(or_missing(
        m,
        "strategies",
        strategies(m, p),
        "No strategy is chosen.",
    ));
    let curves = figures::cost_curves(m);
    if !curves.is_empty() {
        out.push(section("costs", "", "Cost over recovery time", 2, curves));
    }
    out
}

pub(super) fn activities(m: &Maker<'_>) -> Vec<Block> {
    let mut list: Vec<(&Activity, &mainstay_analysis::ActivityResult)> =
        m.ws.activities
            .iter()
            .zip(&m.i.analysis.activities)
            .collect();
    list.sort_by_key(|(x, r)| {
        (
            r.effective_mtpd.map_or(i64::MAX, |d| d.0),
            r.rto.map_or(i64::MAX, |d| d.0),
            x.code.clone(),
        )
    });
    let rows = list
        .into_iter()
        .map(|(x, r)| {
            vec![
                Cell::quiet(x.code.0.clone()),
                Cell::text(x.name.clone()),
                mtpd(r),
                duration(r.rto),
                duration(x.wrt_min),
                x.rpo_min
                    .map_or_else(|| Cell::quiet("\u{2013}"), |d| Cell::text(d.to_string())),
                shown(r.ready),
                gap_chip(r.gap_state, r.gap),
            ]
        })
        .collect();
    let Some(t) = table(
        &[
            ("", mm(11.0), Align::Start),
            ("Activity", share(1.0), Align::Start),
            ("MTPD", mm(16.0), Align::End),
            ("RTO", mm(16.0), Align::End),
            ("WRT", mm(16.0), Align::End),
            ("RPO", mm(16.0), Align::End),
            ("Shown", mm(23.0), Align::End),
            ("", mm(29.0), Align::Start),
        ],
        rows,
    ) else {
        return Vec::new();
    };
    let t = noted(
        t,
        6,
        "When the services that the activity needs can be back, every service being down, with full teams. Resumption follows after the work of WRT.",
    );
    vec![quiet("Tightest first."), t]
}

fn mtpd(r: &mainstay_analysis::ActivityResult) -> Cell {
    use mainstay_analysis::MtpdState as S;
    match (r.accepted_mtpd, r.mtpd.state, r.mtpd.min) {
        (Some(a), _, _) => Cell::text(a.to_string()),
        (None, S::Known, Some(d)) => Cell::text(d.to_string()),
        (None, S::Provisional, Some(d)) => Cell::text(format!("\u{2264} {d}")),
        (None, S::Beyond, _) => {
            Cell::text(r.mtpd.beyond.map(|b| format!("> {b}")).unwrap_or_default())
        }
        _ => Cell::quiet("unknown"),
    }
}

fn shown(ready: Option<Minutes>) -> Cell {
    match ready {
        Some(Minutes(0)) => Cell::quiet("not hit"),
        other => duration(other),
    }
}

/// Who sets a requirement: an activity by its code, which the table before this one tells, a service by its name.
fn setter(m: &Maker<'_>, code: &str) -> String {
    match m.ws.activities.iter().any(|a| a.code.0 == code) {
        true => code.to_owned(),
        false => m.name(code),
    }
}

pub(super) fn services(m: &Maker<'_>) -> Option<Vec<Block>> {
    let mut list: Vec<(&Service, &mainstay_analysis::ServiceResult)> =
        m.ws.services.iter().zip(&m.i.analysis.services).collect();
    // Enablers first inside a tier: a tier 1 service needs them before anything else.
    list.sort_by_key(|(s, r)| {
        (
            r.tier.unwrap_or(5),
            !r.enabler,
            r.latest_finish.map_or(i64::MAX, |d| d.0),
            r.required_rto.map_or(i64::MAX, |d| d.0),
            s.code.clone(),
        )
    });
    let rows = list
        .into_iter()
        .map(|(s, r)| {
            let tier = r
                .tier
                .map_or_else(|| Cell::quiet("\u{2013}"), |t| Cell::strong(t.to_string()));
            let none = || Cell::quiet("\u{2013}");
            let mut name = Cell::text(s.name.clone());
            let evidence = match (s.capability_min, s.evidence, s.tested_on) {
                (Some(_), Some(e), Some(d)) => {
                    format!("{}, {}", e.word().replace('_', " "), d.format("%b %Y"))
                }
                (Some(_), Some(e), None) => e.word().replace('_', " "),
                _ if r.own_restore.is_some() => "estimate".into(),
                _ => "no restore time known".into(),
            };
            name = name.and(vec![Run::quiet(evidence)]);
            vec![
                tier,
                name,
                if r.required_rto.is_some() {
                    duration(r.required_rto)
                } else {
                    none()
                },
                r.required_set_by
                    .as_ref()
                    .map_or_else(none, |c| Cell::quiet(setter(m, c))),
                duration(r.own_restore),
                shown(r.achievable),
                if r.required_rpo.is_some() {
                    duration(r.required_rpo)
                } else {
                    none()
                },
                gap_chip(r.gap_state, r.gap),
            ]
        })
        .collect();
    let t = table(
        &[
            ("Tier", mm(11.0), Align::Start),
            ("Service and evidence", share(1.0), Align::Start),
            ("Needed", mm(19.0), Align::End),
            ("Set by", mm(28.0), Align::Start),
            ("Own", mm(23.0), Align::End),
            ("Shown", mm(23.0), Align::End),
            ("RPO", mm(16.0), Align::End),
            ("", mm(29.0), Align::Start),
        ],
        rows,
    )?;
    let t = grouped(t, 2..6, "Recovery time");
    let t = noted(t, 4, "Restore time of the service alone.");
    let t = noted(t, 5, "With everything that the service waits for.");
    Some(vec![t])
}

pub(super) fn spof(m: &Maker<'_>) -> Vec<Block> {
    if m.ws.dependencies.is_empty() {
        return Vec::new();
    }
    let mut hit: Vec<(usize, &Service, &Vec<usize>)> =
        m.ws.services
            .iter()
            .zip(&m.i.spof.stops)
            .filter(|(_, s)| !s.is_empty())
            .map(|(x, s)| (s.len(), x, s))
            .collect();
    hit.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.code.cmp(&b.1.code)));
    let all = m.ws.activities.len();
    let rows = hit
        .into_iter()
        .map(|(n, s, which)| {
            let codes: Vec<&str> = which
                .iter()
                .filter_map(|i| m.ws.activities.get(*i))
                .map(|a| a.code.0.as_str())
                .collect();
            vec![
                Cell::strong(s.name.clone()),
                Cell::text(n.to_string()),
                Cell::text(if n == all {
                    "every activity".into()
                } else {
                    codes.join(", ")
                }),
            ]
        })
        .collect();
    match table(
        &[
            ("Single point of failure", share(1.0), Align::Start),
            ("Stops", mm(14.0), Align::End),
            ("Activities", share(1.2), Align::Start),
        ],
        rows,
    ) {
        Some(t) => vec![
            quiet(
                "The failure of each of these services alone stops the activities named, redundancy taken into account.",
            ),
            t,
        ],
        None => vec![paragraph("No single service stops an activity.")],
    }
}

fn dependencies(m: &Maker<'_>) -> Option<Vec<Block>> {
    let rows =
        m.ws.dependencies
            .iter()
            .map(|d| {
                let group = d.group_id.and_then(|g| m.ws.get::<RedundancyGroup>(g));
                let members = |g: &RedundancyGroup| {
                    m.ws.dependencies
                        .iter()
                        .filter(|x| x.group_id == Some(g.id))
                        .count()
                };
                let mut notes = Vec::new();
                if let Some(g) = group {
                    notes.push(format!("{} of {} needed", g.k.0, members(g)));
                }
                match d.mode {
                    Mode::Recover => notes.push("to restore only".into()),
                    Mode::Run => notes.push("to run only".into()),
                    Mode::Both => {}
                }
                if d.data {
                    notes.push("data".into());
                }
                if let Some(n) = d.note.as_deref().filter(|n| !n.is_empty()) {
                    notes.push(n.into());
                }
                vec![
                    Cell::text(m.node(d.dependant_id)),
                    Cell::text(m.service(d.provider_id)),
                    Cell::text(d.strength.word()),
                    if d.tolerance_min.0 == 0 {
                        Cell::quiet("none")
                    } else {
                        Cell::text(d.tolerance_min.to_string())
                    },
                    Cell::quiet(notes.join("; ")),
                ]
            })
            .collect();
    let t = table(
        &[
            ("Needs", share(1.1), Align::Start),
            ("This service", share(1.0), Align::Start),
            ("Strength", mm(17.0), Align::Start),
            ("Tolerance", mm(20.0), Align::End),
            ("Remarks", share(0.8), Align::Start),
        ],
        rows,
    )?;
    Some(vec![t])
}

pub(super) fn risks(m: &Maker<'_>) -> Vec<Block> {
    let mut list: Vec<&Risk> = m.ws.risks.iter().collect();
    list.sort_by_key(|r| (std::cmp::Reverse(r.scores()[1]), r.code.clone()));
    let matrix = RiskMatrix::of(m.ws);
    let band = |r: Option<Rating>| match r {
        None => Cell::quiet("unknown"),
        Some(r) => {
            let tone = match r.band {
                RiskBand::Extreme | RiskBand::High => Tone::Gap,
                RiskBand::Medium => Tone::Warn,
                RiskBand::Low => Tone::Met,
            };
            Cell::chip(format!("{} {}", r.score, r.band.word()), tone)
        }
    };
    let rows = list
        .into_iter()
        .map(|r| {
            let services: Vec<String> =
                m.ws.risk_services
                    .iter()
                    .filter(|s| s.risk_id == r.id)
                    .map(|s| m.service(s.service_id))
                    .collect();
            let rated = matrix.rate_risk(r);
            let mut title = Cell::text(r.title.clone());
            if !services.is_empty() {
                title = title.and(vec![Run::quiet(services.join(", "))]);
            }
            let mut how = Cell::text(
                r.treatment
                    .map(|t| capital(t.word()))
                    .unwrap_or_else(|| "not decided".into()),
            );
            if let Some(t) = r.treatment_plan.as_deref().filter(|t| !t.is_empty()) {
                how = how.and(vec![Run::quiet(t)]);
            }
            vec![
                Cell::quiet(r.code.0.clone()),
                title,
                band(rated.residual),
                band(rated.target),
                how,
                Cell::text(m.role(r.owner_role_id)),
            ]
        })
        .collect();
    let Some(t) = table(
        &[
            ("", mm(11.0), Align::Start),
            ("Risk", share(1.3), Align::Start),
            ("Today", mm(23.0), Align::Start),
            ("Target", mm(23.0), Align::Start),
            ("Treatment", share(1.0), Align::Start),
            ("Owner", mm(30.0), Align::Start),
        ],
        rows,
    ) else {
        return Vec::new();
    };
    let mut out = vec![
        quiet(if m.ws.risk_matrix.is_empty() {
            "Score: likelihood times impact, 1 to 25; 5 and more is medium, 10 high, 15 extreme. Highest residual score first."
        } else {
            "Score: likelihood times impact, 1 to 25; bands by the organisation's own matrix, elsewhere 5 and more is medium, 10 high, 15 extreme. Highest residual score first."
        }),
        t,
    ];
    out.splice(0..0, figures::heat_maps(m));
    out.extend(figures::exceedance(m));
    out
}

fn strategies(m: &Maker<'_>, p: &Plan) -> Vec<Block> {
    let currency =
        m.ws.organisations
            .first()
            .map(|o| o.currency.0.clone())
            .unwrap_or_default();
    let chosen: Vec<StrategyId> =
        m.ws.plan_strategies
            .iter()
            .filter(|s| s.plan_id == p.id)
            .map(|s| s.strategy_id)
            .collect();
    let rows =
        m.ws.strategies
            .iter()
            .map(|s| {
                let scope = s
                    .scope_id
                    .and_then(|i| m.ws.get::<StrategyScope>(i))
                    .map(|x| x.name.clone())
                    .unwrap_or_default();
                let selected = s.selected || chosen.contains(&s.id);
                vec![
                    Cell::quiet(scope),
                    if selected {
                        Cell::strong(s.name.clone())
                    } else {
                        Cell::text(s.name.clone())
                    },
                    duration(s.rto_min),
                    s.rpo_min
                        .map_or_else(|| Cell::quiet("\u{2013}"), |d| Cell::text(d.to_string())),
                    s.annual_cost()
                        .map_or_else(|| Cell::quiet("unknown"), |c| Cell::text(thousands(c))),
                    if selected {
                        Cell::chip("chosen", Tone::Met)
                    } else {
                        Cell::quiet("")
                    },
                    text(&s.reason),
                ]
            })
            .collect();
    table(
        &[
            ("Protects", mm(27.0), Align::Start),
            ("Strategy", share(1.0), Align::Start),
            ("RTO", mm(21.0), Align::End),
            ("RPO", mm(18.0), Align::End),
            (&format!("{currency} a year"), mm(21.0), Align::End),
            ("", mm(19.0), Align::Start),
            ("Because", share(0.8), Align::Start),
        ],
        rows,
    )
    .into_iter()
    .collect()
}

/// Whole currency units with thousands separators.
pub(super) fn thousands(m: Money) -> String {
    let digits = ((m.0 + 50) / 100).to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}
