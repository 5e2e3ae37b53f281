//! What is handed out for the day everything is down: a card for each role, the call tree, the runbooks.

use super::*;
use crate::model::{Code, Drawing, Figure, Pen};

pub(super) fn sections(m: &Maker<'_>, p: &Plan) -> Vec<Section> {
    let mut out: Vec<Section> = m.ws.roles.iter().filter_map(|r| card(m, p, r)).collect();
    if out.is_empty() {
        out = nothing(
            "No role has anything to do in the first hour: no calls, no decisions and no steps are recorded.",
        );
    }
    for (id, title, blocks) in [
        (
            "activation",
            "Activation and escalation",
            front::activation(m, p),
        ),
        ("calltree", "Call tree", front::call_tree(m, p)),
        ("contacts", "Contacts", recovery::contacts(m)),
    ] {
        if !blocks.is_empty() {
            out.push(Section {
                start: Start::Page,
                ..section(id, "", title, 1, blocks)
            });
        }
    }
    let services = priorities::services(m);
    out.extend(services.map(|t| section("priorities", "", "In this order", 1, t)));
    let mut runbooks = recovery::procedures(m, p);
    for (n, s) in runbooks.iter_mut().enumerate() {
        s.number = String::new();
        // The first runbook stands below the heading of them all.
        if n != 1 {
            s.start = Start::Page;
        }
    }
    out.extend(runbooks);
    out
}

/// The card of a role; nothing for a role that has nothing to do.
fn card(m: &Maker<'_>, p: &Plan, r: &Role) -> Option<Section> {
    let first = first_hour(m, p, r);
    let calls = calls(m, p, r);
    let tasks = tasks(m, p, r);
    if first.is_empty() && calls.is_none() && tasks.is_none() {
        return None;
    }
    let mut blocks: Vec<Block> = fields(vec![
        (
            "Deputy",
            r.deputy_role_id
                .map(|d| format!("{}, {}", m.role(Some(d)), m.phone(d))),
        ),
        ("May decide", r.authority.clone()),
        ("Reached at", Some(m.phone(r.id))),
    ])
    .into_iter()
    .collect();
    let mut part = |title: &str, list: Vec<Block>| {
        if !list.is_empty() {
            blocks.push(Block::Paragraph {
                runs: vec![Run::strong(title)],
            });
            blocks.extend(list);
        }
    };
    part("First hour", bullets(first));
    part("Whom to call, in this order", calls.into_iter().collect());
    part("Own steps", tasks.into_iter().collect());
    blocks.push(code(m, p));
    Some(Section {
        start: Start::Page,
        ..section(&format!("card-{}", r.code), "", &r.name, 1, blocks)
    })
}

fn first_hour(m: &Maker<'_>, p: &Plan, r: &Role) -> Vec<String> {
    let mut out = Vec::new();
    if p.call_root_role_id == Some(r.id) {
        out.push("You start the call tree.".to_owned());
    }
    let callers = names(
        m,
        m.ws.call_edges
            .iter()
            .filter(|e| e.plan_id == p.id && e.callee_id == r.id)
            .map(|e| e.caller_id),
    );
    if let Some(c) = callers {
        out.push(format!("You are called by: {c}."));
    }
    for l in
        m.ws.escalation_levels
            .iter()
            .filter(|l| l.plan_id == p.id && l.decides_role_id == Some(r.id))
    {
        let within = l
            .within_min
            .map_or_else(String::new, |w| format!(", within {w}"));
        out.push(format!(
            "You decide level {}{}{within}: {}.",
            l.level.0,
            l.name
                .as_deref()
                .map_or_else(String::new, |n| format!(", {n}")),
            l.trigger.as_deref().unwrap_or("by judgement")
        ));
    }
    for l in m.ws.escalation_levels.iter().filter(|l| l.plan_id == p.id) {
        let told =
            m.ws.escalation_informs
                .iter()
                .any(|i| i.level_id == l.id && i.who == r.code.0);
        if told {
            out.push(format!(
                "You are told of level {}{}.",
                l.level.0,
                l.name
                    .as_deref()
                    .map_or_else(String::new, |n| format!(", {n}"))
            ));
        }
    }
    out
}

fn calls(m: &Maker<'_>, p: &Plan, r: &Role) -> Option<Block> {
    let called: Vec<RoleId> =
        m.ws.call_edges
            .iter()
            .filter(|e| e.plan_id == p.id && e.caller_id == r.id)
            .map(|e| e.callee_id)
            .collect();
    let rows = called
        .iter()
        .enumerate()
        .map(|(i, c)| {
            let deputy = m.ws.get::<Role>(*c).and_then(|x| x.deputy_role_id);
            vec![
                Cell::text((i + 1).to_string()),
                Cell::strong(m.role(Some(*c))),
                Cell::strong(m.phone(*c)),
                deputy.map_or_else(
                    || Cell::quiet("no deputy"),
                    |d| Cell::text(format!("{}, {}", m.role(Some(d)), m.phone(d))),
                ),
                Cell::pen(Pen::Tick),
            ]
        })
        .collect();
    table(
        &[
            ("", mm(8.0), Align::End),
            ("Role", share(1.0), Align::Start),
            ("Phone", mm(36.0), Align::Start),
            ("Else the deputy", share(1.1), Align::Start),
            ("Reached", mm(18.0), Align::Middle),
        ],
        rows,
    )
}

fn tasks(m: &Maker<'_>, p: &Plan, r: &Role) -> Option<Block> {
    let rows = recovery::listed(m, p)
        .into_iter()
        .flat_map(|x| {
            m.ws.procedure_steps
                .iter()
                .filter(|s| s.procedure_id == x.id && s.role_id == Some(r.id))
                .map(|s| {
                    vec![
                        Cell::quiet(x.title.clone()),
                        Cell::text(s.no.0.to_string()),
                        Cell::runs(recovery::what_to_do(s)),
                        duration(s.duration_min),
                        Cell::pen(Pen::Tick),
                    ]
                })
                .collect::<Vec<_>>()
        })
        .collect();
    table(
        &[
            ("Runbook", mm(42.0), Align::Start),
            ("Step", mm(12.0), Align::End),
            ("What", share(1.0), Align::Start),
            ("Takes", mm(18.0), Align::End),
            ("Done", mm(14.0), Align::Middle),
        ],
        rows,
    )
}

/// The version and its hash, for a camera.
fn code(m: &Maker<'_>, p: &Plan) -> Block {
    let v = m.i.version;
    let hash = v.content_sha256.as_deref();
    let data = format!(
        "MAINSTAY {} {} {}",
        p.code,
        v.number,
        hash.map_or_else(|| "draft".to_owned(), |h| format!("sha256:{h}"))
    );
    Block::Figure(Figure {
        title: String::new(),
        words: format!("QR code that says: {data}"),
        drawing: Drawing::Code(Code {
            data,
            lines: vec![
                format!("{}, version {}", p.code, v.number),
                hash.map_or_else(
                    || "Working draft: no content hash".to_owned(),
                    |h| format!("Content {}", h.get(..16).unwrap_or(h)),
                ),
                "Compare with the cover of the plan before relying on this card.".into(),
            ],
        }),
    })
}
