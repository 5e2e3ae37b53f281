//! Cover, document control, approvals, purpose and scope, roles, activation, notification.

use super::*;
use crate::model::{Card, Cover, Field, Pen};

pub(super) fn cover(m: &Maker<'_>, p: &Plan) -> Cover {
    let v = m.i.version;
    let field = |label: &str, value: Cell| Field {
        label: label.into(),
        value,
    };
    let tone = match v.state {
        VersionState::Approved => Tone::Met,
        VersionState::Draft | VersionState::InReview => Tone::Warn,
        _ => Tone::Unknown,
    };
    let change = v
        .change_note
        .as_deref()
        .filter(|c| !c.is_empty())
        .map(|c| format!(", {c}"))
        .unwrap_or_default();
    let state = match m.to_sign() {
        Some(n) => Cell::runs(vec![Run::page(
            format!(
                "Approved only when {} {} present: page",
                all_signatures(n),
                be(n)
            ),
            "approvals",
        )]),
        None => Cell::chip(capital(&v.state.word().replace('_', " ")), tone),
    };
    let mut fields = vec![
        field("State", state),
        field("Version", Cell::text(format!("{}{change}", v.number))),
        field("Plan", Cell::text(p.code.0.clone())),
        field("Owner", Cell::text(m.role(p.owner_role_id))),
    ];
    if let Some(d) = v.approved_on {
        let by =
            m.i.sign_offs
                .iter()
                .find(|s| s.kind == SignOffKind::Approved);
        let by = by
            .map(|s| format!(" by {}", m.role(Some(s.role_id))))
            .unwrap_or_default();
        fields.push(field(
            "Approved",
            Cell::text(format!("{}{by}", long_date(d))),
        ));
    }
    if let (Some(_), Some(at)) = (m.to_sign(), &v.submitted_at) {
        let day = DateTime::parse_from_rfc3339(&at.0).ok();
        let day = day.map(|t| Cell::text(long_date(t.date_naive())));
        fields.extend(day.map(|day| field("Submitted", day)));
    }
    if let Some(d) = v.valid_until {
        fields.push(field("Valid until", Cell::text(long_date(d))));
    }
    fields.push(field(
        "Classification",
        Cell::text(m.meta(Some(p)).classification),
    ));
    fields.push(field(
        "Content hash",
        match &v.content_sha256 {
            Some(h) => {
                let groups: Vec<&str> = (0..h.len() / 8)
                    .filter_map(|i| h.get(i * 8..i * 8 + 8))
                    .collect();
                let half = groups.len() / 2;
                Cell::runs(vec![Run::mono(groups[..half].join(" "))])
                    .and(vec![Run::mono(groups[half..].join(" "))])
            }
            None => Cell::quiet("not frozen: this is a working draft"),
        },
    ));
    Cover {
        fields,
        card: card(m, p),
    }
}

/// The first hour: who decides, who calls, what is restored first.
fn card(m: &Maker<'_>, p: &Plan) -> Option<Card> {
    let levels: Vec<&EscalationLevel> =
        m.ws.escalation_levels
            .iter()
            .filter(|l| l.plan_id == p.id)
            .collect();
    let activation = levels
        .iter()
        .find(|l| {
            l.name
                .as_deref()
                .is_some_and(|n| n.to_lowercase().contains("active"))
        })
        .or_else(|| levels.last())?;
    let decide = vec![
        Run::strong("1 Decide. "),
        Run::plain(format!(
            "{}: the plan is active. Decides: {}{}.",
            capital(activation.trigger.as_deref().unwrap_or("By judgement")),
            m.role(activation.decides_role_id),
            activation
                .within_min
                .map(|w| format!(", within {w}"))
                .unwrap_or_default()
        )),
    ];
    let calls =
        m.ws.call_edges
            .iter()
            .filter(|e| e.plan_id == p.id && Some(e.caller_id) == p.call_root_role_id)
            .count();
    let call = vec![
        Run::strong("2 Call. "),
        Run::page(
            format!(
                "{} calls {calls} roles, they call on: page",
                m.role(p.call_root_role_id)
            ),
            "calltree",
        ),
        Run::page(". Phone numbers: page", "contacts"),
        Run::plain("."),
    ];
    let order = restore_order(m, 6);
    let restore = vec![
        Run::strong("3 Restore. "),
        Run::page(
            format!(
                "{}: page",
                if order.is_empty() {
                    "By priority".into()
                } else {
                    capital(&order.join(", "))
                }
            ),
            "priorities",
        ),
        Run::page(". Step by step: page", "procedures"),
        Run::plain("."),
    ];
    Some(Card {
        title: "First hour".into(),
        note: "If you hold this on paper and everything is down, start here.".into(),
        columns: vec![decide, call, restore],
    })
}

/// The services with procedures, in the order in which they can be back.
fn restore_order(m: &Maker<'_>, most: usize) -> Vec<String> {
    let mut list: Vec<(i64, String)> =
        m.ws.services
            .iter()
            .zip(&m.i.analysis.services)
            .filter(|(_, r)| r.tier == Some(1) && r.down)
            .map(|(s, r)| (r.latest_finish.map_or(i64::MAX, |l| l.0), s.name.clone()))
            .collect();
    list.sort();
    list.into_iter().map(|x| x.1).take(most).collect()
}

pub(super) fn sections(m: &Maker<'_>, p: &Plan) -> Vec<Section> {
    let mut out = vec![control(m, p), numbered("approvals", approvals(m, p))];
    if let Some(t) = accepted(m) {
        out.push(section("accepted", "", "Accepted gaps and findings", 2, t));
    }
    out.push(numbered("purpose", purpose(m, p)));
    out.extend(or_missing(
        m,
        "roles",
        roles(m, p),
        "No roles are named. Name the roles of the response, their authority and their deputies.",
    ));
    out.extend(raci::section(m, p));
    out.extend(or_missing(m, "activation", activation(m, p), "No escalation levels are stated. Say by which triggers the plan is activated, who decides, and within which time."));
    out.extend(or_missing(
        m,
        "calltree",
        call_tree(m, p),
        "There is no call tree. Say who alerts whom, in which order.",
    ));
    out
}

fn control(m: &Maker<'_>, p: &Plan) -> Section {
    let mut blocks = Vec::new();
    let mut versions: Vec<&PlanVersion> =
        m.ws.plan_versions
            .iter()
            .filter(|v| v.plan_id == p.id && v.number != m.i.version.number)
            .collect();
    versions.push(m.i.version);
    // What is signed prints no state: that of this version is in its signatures, those of others change with it.
    let stateless = m.to_sign().is_some();
    let rows = versions
        .into_iter()
        .map(|v| {
            let own = v.number == m.i.version.number;
            let state = if own { m.i.version.state } else { v.state };
            let approved = match stateless && own {
                true => Cell::runs(vec![Run::page("see page", "approvals")]),
                false => date(v.approved_on),
            };
            let mut row = vec![
                Cell::strong(v.number.clone()),
                Cell::text(state.word().replace('_', " ")),
                approved,
                date(v.valid_until),
                text(&v.change_note),
            ];
            if stateless {
                row.remove(1);
            }
            row
        })
        .collect();
    let mut columns = vec![
        ("Version", mm(18.0), Align::Start),
        ("State", mm(26.0), Align::Start),
        ("Approved", mm(34.0), Align::Start),
        ("Valid until", mm(34.0), Align::Start),
        ("Change", share(1.0), Align::Start),
    ];
    if stateless {
        columns.remove(1);
    }
    blocks.extend(table(&columns, rows));
    let copies =
        m.ws.distributions
            .iter()
            .filter(|d| d.plan_id == p.id)
            .map(|d| {
                vec![
                    Cell::text(d.copy.0.to_string()),
                    text(&d.medium),
                    text(&d.place),
                    date(d.received_on),
                ]
            })
            .collect();
    blocks.extend(table(
        &[
            ("Copy", mm(14.0), Align::Start),
            ("Medium", mm(36.0), Align::Start),
            ("Place", share(1.0), Align::Start),
            ("Received", mm(34.0), Align::Start),
        ],
        copies,
    ));
    let mut upkeep = Vec::new();
    if let Some(d) = p.next_review {
        upkeep.push(format!("Next review: {}.", long_date(d)));
    }
    if let Some(n) = p.review_interval_months {
        upkeep.push(format!(
            "Reviewed every {} months, and after every exercise, activation or substantive change.",
            n.0
        ));
    }
    upkeep.push("Destroy superseded copies when this one arrives.".into());
    blocks.push(paragraph(upkeep.join(" ")));
    blocks.extend(written(
        m,
        "When nothing works.",
        &p.offline_copy,
        "It is not said how to get at a copy of this plan when nothing works.",
    ));
    numbered("control", blocks)
}

/// A place for each signature that there must be.
fn to_sign(m: &Maker<'_>, required: &[(SignOffKind, RoleId)]) -> Vec<Block> {
    let mut required = required.to_vec();
    required.sort_by_key(|r| r.0);
    let rows = required
        .iter()
        .map(|(kind, role)| {
            let name = m.role(Some(*role));
            let code = m.ws.get::<Role>(*role).map(|r| r.code.0.clone());
            let field = Pen::Field {
                name: signature_field(*kind, &code.unwrap_or_default()),
                says: format!("Signature of {name}: {}", kind.word()),
            };
            vec![
                Cell::strong(capital(kind.word())),
                Cell::text(name),
                Cell::pen(field),
            ]
        })
        .collect();
    let n = required.len();
    let mut out = vec![paragraph(format!(
        "This version is approved only when {} below {} present. A signature names who gave it, for which role, when and by \
         which method, and covers the whole document and the data attached to it; Mainstay verifies it without the workspace. \
         What is signed by hand is signed in the same place.",
        all_signatures(n),
        be(n)
    ))];
    out.extend(table(
        &[
            ("Kind", mm(24.0), Align::Start),
            ("Role", mm(52.0), Align::Start),
            ("Signature", share(1.0), Align::Start),
        ],
        rows,
    ));
    out
}

/// Who has to sign: what the plan lists, else as many as signed the version that was approved last.
pub(super) fn required_sign_offs(m: &Maker<'_>, p: &Plan) -> Vec<(SignOffKind, RoleId)> {
    if let Some(required) = m.i.to_sign {
        return required.to_vec();
    }
    let mut required: Vec<(SignOffKind, RoleId)> =
        m.i.live
            .required_sign_offs
            .iter()
            .filter(|r| {
                m.i.live
                    .get::<Plan>(r.plan_id)
                    .is_some_and(|x| x.code == p.code)
            })
            .map(|r| (r.kind, r.role_id))
            .collect();
    if required.is_empty() {
        let live_plan =
            m.i.live
                .plans
                .iter()
                .find(|x| x.code == p.code)
                .map(|x| x.id);
        let former = m.i.live.plan_versions.iter().rev().find(|v| {
            Some(v.plan_id) == live_plan && v.id != m.i.version.id && v.approved_on.is_some()
        });
        if let Some(f) = former {
            required =
                m.i.live
                    .sign_offs
                    .iter()
                    .filter(|s| s.version_id == f.id)
                    .map(|s| (s.kind, s.role_id))
                    .collect();
        }
    }
    required
}

fn approvals(m: &Maker<'_>, p: &Plan) -> Vec<Block> {
    if let Some(required) = m.i.to_sign {
        return to_sign(m, required);
    }
    let given: Vec<&SignOff> = m.i.sign_offs.iter().collect();
    let required = required_sign_offs(m, p);
    let missing = required
        .iter()
        .filter(|r| !given.iter().any(|s| s.kind == r.0 && s.role_id == r.1));
    let mut rows: Vec<(SignOffKind, Vec<Cell>)> = given
        .iter()
        .map(|s| {
            let role = m.role(Some(s.role_id));
            let mut who = Cell::text(role.clone());
            if let Some(n) = s.name.as_deref().filter(|n| !n.is_empty()) {
                who = who.and(vec![Run::quiet(n)]);
            }
            let when = s
                .signed_at
                .as_ref()
                .and_then(|i| DateTime::parse_from_rfc3339(&i.0).ok())
                .map_or_else(
                    || date(s.signed_on),
                    |t| {
                        Cell::text(t.format("%-d %b %Y").to_string())
                            .and(vec![Run::plain(t.format("%H:%M UTC").to_string())])
                    },
                );
            let block = match s.method {
                Some(SignMethod::Wet) => vec![],
                Some(SignMethod::Certificate) => vec!["Signed with a certificate".to_string()],
                _ => vec![
                    "Recorded by the workspace on behalf of the role".to_string(),
                    s.content_sha256
                        .as_deref()
                        .and_then(|h| h.get(..12))
                        .map(|h| format!("Content {h}"))
                        .unwrap_or_default(),
                ],
            };
            let method = s.method.map_or_else(
                || Cell::quiet("\u{2013}"),
                |x| Cell::text(capital(x.word())),
            );
            (
                s.kind,
                vec![
                    Cell::strong(capital(s.kind.word())),
                    who,
                    when,
                    method,
                    Cell::pen(Pen::Signature(block)),
                ],
            )
        })
        .chain(missing.map(|(k, r)| {
            (
                *k,
                vec![
                    Cell::strong(capital(k.word())),
                    Cell::text(m.role(Some(*r))),
                    Cell::quiet("not yet"),
                    Cell::quiet("\u{2013}"),
                    Cell::pen(Pen::Signature(Vec::new())),
                ],
            )
        }))
        .collect();
    rows.sort_by_key(|r| r.0);
    let t = table(
        &[
            ("Kind", mm(22.0), Align::Start),
            ("Role and name", mm(46.0), Align::Start),
            ("Time", mm(26.0), Align::Start),
            ("Method", mm(22.0), Align::Start),
            ("Signature", share(1.0), Align::Start),
        ],
        rows.into_iter().map(|r| r.1).collect(),
    );
    match t {
        Some(t) => vec![t],
        None => vec![Block::Missing {
            text: "Nobody is named who prepares, reviews and approves this plan.".into(),
        }],
    }
}

fn accepted(m: &Maker<'_>) -> Option<Vec<Block>> {
    let rows =
        m.i.accepted
            .iter()
            .map(|a| vec![Cell::text(a.text.clone()), Cell::text(a.reason.clone())])
            .collect();
    let t = table(
        &[
            ("Finding", share(1.3), Align::Start),
            ("Accepted because", share(1.0), Align::Start),
        ],
        rows,
    )?;
    Some(vec![t])
}

fn purpose(m: &Maker<'_>, p: &Plan) -> Vec<Block> {
    let mut out = vec![paragraph(p.purpose.clone().filter(|t| !t.trim().is_empty()).unwrap_or_else(|| {
        "This plan says how the services in its scope are restored after a disruption, in which order and by whom, so that \
         the activities that depend on them run again before their outage becomes unacceptable."
            .into()
    }))];
    let clock = match m.ws.settings.first().map(|s| s.clock) {
        Some(ClockStart::Declaration) => "Times count from the declaration that the plan applies.",
        _ => "Times count from the disruption.",
    };
    out.push(paragraph(format!(
        "{clock} Restore work is taken to begin after {}.",
        m.i.analysis.start
    )));
    let part = |title: &str| Block::Paragraph {
        runs: vec![Run::strong(title)],
    };
    let services =
        m.ws.plan_services
            .iter()
            .filter(|s| s.plan_id == p.id)
            .count();
    let activities: Vec<String> =
        m.ws.plan_activities
            .iter()
            .filter(|a| a.plan_id == p.id)
            .map(|a| m.node(NodeId(a.activity_id.0)))
            .collect();
    let sites: Vec<String> =
        m.ws.plan_sites
            .iter()
            .filter(|s| s.plan_id == p.id)
            .filter_map(|s| m.ws.get::<Site>(s.site_id))
            .map(|s| s.name.clone())
            .collect();
    out.push(part("In scope"));
    let mut scope = Vec::new();
    if services > 0 {
        scope.push(format!("{services} services, listed with their priorities"));
    }
    if !activities.is_empty() {
        scope.push(format!(
            "{} activities: {}",
            activities.len(),
            activities.join("; ")
        ));
    }
    if !sites.is_empty() {
        scope.push(format!("Sites: {}", sites.join("; ")));
    }
    if scope.is_empty() && m.is_draft() {
        out.push(Block::Missing { text: "The scope is empty. Choose the services, activities and sites that this plan covers.".into() });
    }
    out.extend(bullets(scope));
    for (title, items) in [
        (
            "Not in scope",
            m.ws.plan_exclusions
                .iter()
                .filter(|x| x.plan_id == p.id)
                .map(|x| x.text.clone())
                .collect::<Vec<_>>(),
        ),
        (
            "Scenarios covered",
            m.ws.plan_scenarios
                .iter()
                .filter(|x| x.plan_id == p.id)
                .map(|x| x.text.clone())
                .collect(),
        ),
        (
            "Assumptions",
            m.ws.plan_assumptions
                .iter()
                .filter(|x| x.plan_id == p.id)
                .map(|x| x.text.clone())
                .collect(),
        ),
    ] {
        if !items.is_empty() {
            out.push(part(title));
            out.extend(bullets(items.into_iter().map(|t| capital(&t))));
        }
    }
    out
}

fn roles(m: &Maker<'_>, p: &Plan) -> Vec<Block> {
    let rows: Vec<Vec<Cell>> =
        m.ws.roles
            .iter()
            .map(|r| {
                vec![
                    Cell::strong(r.name.clone()),
                    text(&r.authority),
                    r.deputy_role_id
                        .map_or_else(|| Cell::quiet("none"), |d| Cell::text(m.role(Some(d)))),
                    if r.required {
                        Cell::text("yes")
                    } else {
                        Cell::quiet("no")
                    },
                ]
            })
            .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let mut blocks: Vec<Block> = table(
        &[
            ("Role", mm(46.0), Align::Start),
            ("Authority", share(1.0), Align::Start),
            ("Deputy", mm(42.0), Align::Start),
            ("Required", mm(18.0), Align::Start),
        ],
        rows,
    )
    .into_iter()
    .collect();
    blocks.extend(written(
        m,
        "Handover.",
        &p.handover_rule,
        "There is no rule for handing a role over when an incident lasts longer than a shift.",
    ));
    blocks
}

pub(super) fn activation(m: &Maker<'_>, p: &Plan) -> Vec<Block> {
    let who = |w: &str| {
        m.ws.roles
            .iter()
            .find(|r| r.code.0 == w)
            .map_or_else(|| w.to_string(), |r| r.name.clone())
    };
    let rows =
        m.ws.escalation_levels
            .iter()
            .filter(|l| l.plan_id == p.id)
            .map(|l| {
                let informed: Vec<String> =
                    m.ws.escalation_informs
                        .iter()
                        .filter(|i| i.level_id == l.id)
                        .map(|i| who(&i.who))
                        .collect();
                vec![
                    Cell::strong(l.level.0.to_string()),
                    text(&l.name),
                    text(&l.trigger),
                    Cell::text(m.role(l.decides_role_id)),
                    duration(l.within_min),
                    Cell::text(informed.join(", ")),
                ]
            })
            .collect();
    table(
        &[
            ("", mm(8.0), Align::Start),
            ("Level", mm(28.0), Align::Start),
            ("Reached when", share(1.2), Align::Start),
            ("Decides", mm(32.0), Align::Start),
            ("Within", mm(17.0), Align::End),
            ("Informs", share(0.8), Align::Start),
        ],
        rows,
    )
    .into_iter()
    .collect()
}

pub(super) fn call_tree(m: &Maker<'_>, p: &Plan) -> Vec<Block> {
    let edges: Vec<&CallEdge> =
        m.ws.call_edges
            .iter()
            .filter(|e| e.plan_id == p.id)
            .collect();
    let Some(root) = p.call_root_role_id.filter(|_| !edges.is_empty()) else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    let mut seen = vec![root];
    let mut next = 0;
    while let Some(caller) = seen.get(next).copied() {
        next += 1;
        let called: Vec<RoleId> = edges
            .iter()
            .filter(|e| e.caller_id == caller)
            .map(|e| e.callee_id)
            .collect();
        if called.is_empty() {
            continue;
        }
        let mut cell = Cell::default();
        for (i, r) in called.iter().enumerate() {
            cell = cell.and(vec![
                Run::plain(format!("{} {}  ", i + 1, m.role(Some(*r)))),
                Run::quiet(m.phone(*r)),
            ]);
            if !seen.contains(r) {
                seen.push(*r);
            }
        }
        rows.push(vec![Cell::strong(m.role(Some(caller))), cell]);
    }
    let mut out: Vec<Block> = table(
        &[
            ("Calls", mm(52.0), Align::Start),
            ("In this order", share(1.0), Align::Start),
        ],
        rows,
    )
    .into_iter()
    .collect();
    out.extend(super::figures::call_tree(m, p));
    if let Some(call) = p.call_min {
        out.insert(0, quiet(format!("{} starts. A call is taken to last {call}; whoever cannot be reached is replaced by the deputy.", m.role(Some(root)))));
    }
    out
}
