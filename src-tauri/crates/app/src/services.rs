//! Services: the register and one service's details.

use crate::edit::{changed, next_code};
use crate::problem::Outcome;
use crate::views::{self, gap_state, min};
use crate::wire::*;
use crate::{App, labels, people};
use mainstay_analysis::{Analysis, GapState, ServiceResult};
use mainstay_domain::*;
use mainstay_planfile::Operation;

/// Past this many services the register does not wait for the failure simulation.
const SPOF_AT_ONCE: usize = 2_000;

/// The services.
pub(crate) fn services(app: &mut App, _: Nothing) -> Outcome<Vec<ServiceRow>> {
    let a = app.analysis()?;
    let spof = if app.workspace()?.services.len() <= SPOF_AT_ONCE {
        Some(app.spof()?)
    } else {
        None
    };
    let today = app.config.today();
    let ws = app.workspace()?;
    Ok(ws
        .services
        .iter()
        .zip(&a.services)
        .enumerate()
        .map(|(i, (s, r))| {
            let stops = spof.as_ref().map(|x| x.stops[i].len() as i64);
            row(ws, s, r, stops, today)
        })
        .collect())
}

fn row(
    ws: &Workspace,
    s: &Service,
    r: &ServiceResult,
    stops: Option<i64>,
    today: NaiveDate,
) -> ServiceRow {
    ServiceRow {
        code: s.code.0.clone(),
        name: s.name.clone(),
        kind: s.kind.map(|k| k.word().into()),
        site: s
            .site_id
            .and_then(|i| ws.get::<Site>(i))
            .map(|x| x.name.clone()),
        owner: people::role_name(ws, s.owner_role_id),
        team: s
            .team_id
            .and_then(|i| ws.get::<Team>(i))
            .map(|t| t.name.clone().unwrap_or_else(|| t.code.0.clone())),
        tier: r.tier.map(i64::from),
        enabler: r.enabler,
        required_rto_min: min(r.required_rto),
        required_set_by: r.required_set_by.as_deref().map(Into::into),
        own_restore_min: min(r.own_restore),
        evidence: views::evidence(s),
        tested_on: s.tested_on.map(|d| d.to_string()),
        evidence_stale: views::evidence_stale(s, today),
        achievable_min: min(r.achievable),
        gap_min: min(r.gap),
        gap_state: r.gap_state.map(gap_state),
        declared_rto_min: min(s.declared_rto_min),
        required_rpo_min: min(r.required_rpo),
        stops,
    }
}

/// One service.
pub(crate) fn service_detail(app: &mut App, args: ByCode) -> Outcome<ServiceDetail> {
    let a = app.analysis()?;
    let spof = app.spof()?;
    let today = app.config.today();
    let ws = app.workspace()?;
    let i = ws
        .services
        .iter()
        .position(|s| s.code.0 == args.code)
        .ok_or_else(|| Problem::no_such("service", &args.code))?;
    let (s, r) = (&ws.services[i], &a.services[i]);
    let spof_for: Vec<Named> = spof.stops[i]
        .iter()
        .map(|k| views::node_named(ws, ws.activities[*k].id.0))
        .collect();
    let rpa = |k: usize, field: &str, label: &str, value: Option<Minutes>| RpaRow {
        field: field.into(),
        label: label.into(),
        rpa_min: min(value),
        gap_min: min(r.rpo_gaps()[k]),
    };
    Ok(ServiceDetail {
        row: row(ws, s, r, Some(spof_for.len() as i64), today),
        site_code: s
            .site_id
            .and_then(|i| ws.get::<Site>(i))
            .map(|x| x.code.0.clone()),
        owner_code: people::role_code(ws, s.owner_role_id),
        team_code: s
            .team_id
            .and_then(|i| ws.get::<Team>(i))
            .map(|t| t.code.0.clone()),
        supplier: s
            .supplier_id
            .and_then(|i| ws.get::<Supplier>(i))
            .map(|x| Named {
                code: x.code.0.clone(),
                name: x.name.clone(),
            }),
        note: s.note.clone().filter(|n| !n.is_empty()),
        own_restore_estimate_min: min(s.own_restore_min),
        capability_min: min(s.capability_min),
        latest_finish_min: min(r.latest_finish),
        rpo_target_min: min(s.rpo_target_min),
        rpa: vec![
            rpa(
                0,
                "rpa.component_failure",
                "Component failure",
                s.rpa_component_failure_min,
            ),
            rpa(1, "rpa.site_loss", "Site loss", s.rpa_site_loss_min),
            rpa(
                2,
                "rpa.logical_corruption",
                "Logical corruption",
                s.rpa_logical_corruption_min,
            ),
        ],
        mtbf_h: s.mtbf_h.map(|h| h.0),
        mttr_h: s.mttr_h.map(|h| h.0),
        needs: views::needs(ws, &a, s.id.0),
        needed_by: ws
            .dependencies
            .iter()
            .filter(|d| d.provider_id == s.id)
            .map(|d| {
                let id = d.dependant_id.0;
                let as_activity = ws.get::<Activity>(id);
                DependantRow {
                    dependency: d.code.0.clone(),
                    kind: if as_activity.is_some() {
                        "activity".into()
                    } else {
                        "service".into()
                    },
                    dependant: views::node_named(ws, id),
                    strength: d.strength.word().into(),
                    tolerance_min: d.tolerance_min.0,
                    required_min: match as_activity {
                        Some(x) => min(x.rto_min),
                        None => a
                            .services
                            .iter()
                            .find(|x| x.id.0 == id)
                            .and_then(|x| min(x.required_rto)),
                    },
                }
            })
            .collect(),
        proof: views::service_proof(ws, &a, r),
        consequence: consequence(ws, &a, s, r, &spof_for),
        spof_for,
        findings: views::findings_about(ws, &a, &s.code.0),
        procedures: ws
            .procedures
            .iter()
            .filter(|p| p.service_id == Some(s.id))
            .map(|p| Named {
                code: p.code.0.clone(),
                name: p.title.clone(),
            })
            .collect(),
    })
}

fn consequence(
    ws: &Workspace,
    a: &Analysis,
    s: &Service,
    r: &ServiceResult,
    spof_for: &[Named],
) -> Vec<Consequence> {
    let mut out = Vec::new();
    let mut say =
        |tone, target: Option<String>, text: String| out.push(Consequence { text, tone, target });
    match (r.required_rto, &r.required_set_by) {
        (Some(m), Some(by)) => {
            let path = a.requirement_path(&s.code);
            let first = path.first().map_or(&**by, String::as_str);
            say(
                Tone::Plain,
                Some(first.into()),
                format!(
                    "Needed in {m}, set by {}.",
                    crate::files::name_of(ws, first)
                ),
            );
        }
        _ => say(
            Tone::Plain,
            None,
            "Nothing in the register requires it by a certain time.".into(),
        ),
    }
    let ready = r.achievable.map(|m| m.to_string()).unwrap_or_default();
    match r.gap_state {
        Some(GapState::Gap) if r.achievable.is_none() => {
            say(
                Tone::Gap,
                None,
                "Not kept: what is known of its chain already takes longer.".into(),
            );
        }
        Some(GapState::Gap) => say(
            Tone::Gap,
            None,
            format!("Back after {ready}: gap {}.", r.gap.unwrap_or_default()),
        ),
        Some(GapState::MetProven) => say(
            Tone::Met,
            None,
            format!("Back after {ready}, shown by tests."),
        ),
        Some(GapState::MetClaimed) => say(
            Tone::Met,
            None,
            format!("Back after {ready}, by estimate or contract only."),
        ),
        Some(GapState::Unknown) => say(
            Tone::Unknown,
            None,
            "Not known when it is back: a restore time is missing.".into(),
        ),
        None if r.achievable.is_some() => say(Tone::Plain, None, format!("Back after {ready}.")),
        None => {}
    }
    if let Some((declared, required)) = s
        .declared_rto_min
        .zip(r.required_rto)
        .filter(|(d, q)| d > q)
    {
        say(
            Tone::Warn,
            None,
            format!(
                "IT has promised {declared}, {} too slow.",
                declared - required
            ),
        );
    }
    match spof_for.len() {
        0 => {}
        1 => say(
            Tone::Warn,
            Some(spof_for[0].code.clone()),
            format!("Its failure alone stops {}.", spof_for[0].name),
        ),
        n => say(
            Tone::Warn,
            None,
            format!("Its failure alone stops {n} activities."),
        ),
    }
    out
}

/// Makes, changes or dissolves a redundancy group.
pub(crate) fn set_group(app: &mut App, args: SetGroup) -> Outcome<Changed> {
    let ws = app.workspace()?;
    let (table, owner) = crate::edit::located(ws, &args.owner)?;
    if !matches!(table, Table::Activity | Table::Service) {
        return Err(Problem::no_such("activity or service", &args.owner));
    }
    let old = match args.code.as_deref().filter(|c| !c.is_empty()) {
        Some(c) => Some(
            ws.groups
                .iter()
                .find(|g| g.code.0 == c)
                .cloned()
                .ok_or_else(|| Problem::no_such("redundancy group", c))?,
        ),
        None => None,
    };
    let edges: Vec<&Dependency> = ws
        .dependencies
        .iter()
        .filter(|d| d.dependant_id.0 == owner)
        .collect();
    let mut members = Vec::new();
    for m in &args.members {
        let edge = edges
            .iter()
            .find(|d| views::service_named(ws, d.provider_id).code == *m)
            .ok_or_else(|| {
                Problem::bad_value(
                    &args.owner,
                    "group members",
                    m,
                    "a service that it needs; add the dependency first",
                )
            })?;
        members.push((*edge).clone());
    }
    if members.len() == 1 {
        return Err(Problem::bad_value(
            &args.owner,
            "group members",
            &args.members[0],
            "at least two members, or none to dissolve the group",
        ));
    }
    if !members.is_empty() && !(1..members.len() as i64).contains(&args.k) {
        let allowed = format!(
            "a whole number from 1 to {}, fewer than there are members",
            members.len() - 1
        );
        return Err(Problem::bad_value(
            &args.owner,
            "k",
            &args.k.to_string(),
            &allowed,
        ));
    }
    let mut preferred = Vec::new();
    for p in &args.preferred {
        let edge = members
            .iter()
            .find(|d| views::service_named(ws, d.provider_id).code == *p)
            .ok_or_else(|| {
                Problem::bad_value(&args.owner, "preferred members", p, "a member of the group")
            })?;
        preferred.push(edge.provider_id);
    }
    let group = RedundancyGroup {
        id: old
            .as_ref()
            .map_or_else(|| RedundancyGroupId(Uuid::now_v7()), |g| g.id),
        pos: old
            .as_ref()
            .map_or_else(|| ws.next_pos(Table::RedundancyGroup), |g| g.pos),
        code: old.as_ref().map_or_else(
            || Code(next_code(ws, Table::RedundancyGroup, Some(&args.name))),
            |g| g.code.clone(),
        ),
        owner_node_id: NodeId(owner),
        k: Count(args.k.max(1)),
        name: Some(args.name.trim().to_string()).filter(|n| !n.is_empty()),
        common_cause_beta: old.as_ref().and_then(|g| g.common_cause_beta),
    };
    let released: Vec<Dependency> = ws
        .dependencies
        .iter()
        .filter(|d| d.group_id == Some(group.id) && !members.iter().any(|m| m.id == d.id))
        .map(|d| Dependency {
            group_id: None,
            ..d.clone()
        })
        .collect();
    let gone: Vec<Uuid> = ws
        .group_preferred
        .iter()
        .filter(|p| p.group_id == group.id)
        .map(|p| p.id.0)
        .collect();
    let name = labels::record(ws, table, owner);
    let op = Operation::named(match (members.is_empty(), old.is_some()) {
        (true, _) => format!("dissolve a redundancy group of {name}"),
        (false, true) => format!("change a redundancy group of {name}"),
        (false, false) => format!("make a redundancy group of {name}"),
    });
    let code = group.code.0.clone();
    let ((), done) = app.change(&op, |tx| {
        for id in &gone {
            tx.remove(Table::GroupPreferred, *id)?;
        }
        for d in &released {
            tx.put_record(d)?;
        }
        if members.is_empty() {
            return Ok(tx.remove(Table::RedundancyGroup, group.id.0)?);
        }
        tx.put_record(&group)?;
        for m in &members {
            tx.put_record(&Dependency {
                group_id: Some(group.id),
                ..m.clone()
            })?;
        }
        for (i, p) in preferred.iter().enumerate() {
            tx.put_record(&GroupPreferred {
                id: GroupPreferredId(Uuid::now_v7()),
                pos: i as i64 + 1,
                group_id: group.id,
                service_id: *p,
            })?;
        }
        Ok(())
    })?;
    changed(app, op, Some(code), done)
}
