//! Pieces that several screens show: findings, proofs, needs, gap states.

use crate::files::name_of;
use crate::wire::*;
use mainstay_analysis::{Analysis, GapState, PathStep, ServiceResult, wording};
use mainstay_domain::*;

/// A gap state on the wire.
pub(crate) fn gap_state(s: GapState) -> GapStateView {
    match s {
        GapState::MetProven => GapStateView::MetProven,
        GapState::MetClaimed => GapStateView::MetClaimed,
        GapState::Gap => GapStateView::Gap,
        GapState::Unknown => GapStateView::Unknown,
    }
}

/// Minutes on the wire.
pub(crate) fn min(m: Option<Minutes>) -> Option<i64> {
    m.map(|m| m.0)
}

/// A finding, ready to be shown.
pub(crate) fn finding(ws: &Workspace, f: &Finding) -> FindingView {
    FindingView {
        id: f.id(),
        code: f.code.into(),
        severity: match f.severity {
            Severity::Error => FindingSeverity::Error,
            Severity::Warning => FindingSeverity::Warning,
        },
        subject: f.subject.clone(),
        subject_kind: ws
            .find_code(&f.subject)
            .map(|(t, _)| t.spec().name.into())
            .unwrap_or_default(),
        title: wording::title(f.code).into(),
        text: wording::sentence(f, ws),
    }
}

/// The findings about one record.
pub(crate) fn findings_about(ws: &Workspace, a: &Analysis, code: &str) -> Vec<FindingView> {
    a.findings
        .iter()
        .filter(|f| f.subject == code)
        .map(|f| finding(ws, f))
        .collect()
}

/// An activity or a service as it is named elsewhere.
pub(crate) fn node_named(ws: &Workspace, id: Uuid) -> Named {
    if let Some(s) = ws.get::<Service>(id) {
        return Named {
            code: s.code.0.clone(),
            name: s.name.clone(),
        };
    }
    ws.get::<Activity>(id).map_or_else(
        || Named {
            code: String::new(),
            name: "missing record".into(),
        },
        |a| Named {
            code: a.code.0.clone(),
            name: a.name.clone(),
        },
    )
}

/// A service as it is named elsewhere.
pub(crate) fn service_named(ws: &Workspace, id: ServiceId) -> Named {
    node_named(ws, id.0)
}

/// Names for codes.
pub(crate) fn named(ws: &Workspace, codes: &[String]) -> Vec<Named> {
    codes
        .iter()
        .map(|c| Named {
            code: c.clone(),
            name: name_of(ws, c),
        })
        .collect()
}

/// The evidence for a service's own restore time.
pub(crate) fn evidence(s: &Service) -> Option<String> {
    match (s.capability_min, s.evidence, s.own_restore_min) {
        (Some(_), Some(e), _) => Some(e.word().into()),
        (Some(_), None, _) => Some("unknown".into()),
        (None, _, Some(_)) => Some("estimate".into()),
        (None, _, None) => None,
    }
}

/// Whether test or incident evidence is too old to count.
pub(crate) fn evidence_stale(s: &Service, today: NaiveDate) -> bool {
    s.has_shown_evidence() && !s.has_fresh_evidence(today)
}

/// The links of a proof.
pub(crate) fn proof_steps(ws: &Workspace, path: &[PathStep]) -> Vec<ProofStep> {
    path.iter()
        .filter_map(|p| {
            let s = ws.services.iter().find(|s| s.code.0 == p.code)?;
            Some(ProofStep {
                code: p.code.clone(),
                name: s.name.clone(),
                start_min: p.finish.0 - p.own.unwrap_or_default().0,
                own_min: p.own.unwrap_or_default().0,
                finish_min: p.finish.0,
                evidence: evidence(s),
            })
        })
        .collect()
}

/// The proof of one service's time.
pub(crate) fn service_proof(ws: &Workspace, a: &Analysis, r: &ServiceResult) -> Option<Proof> {
    let (achievable, name) = (r.achievable?, name_of(ws, &r.code));
    let steps = proof_steps(ws, &a.blocking_path(&r.code));
    let needed_path = named(ws, &a.requirement_path(&r.code));
    let sentence = proof_sentence(
        &name,
        r.required_rto,
        needed_path.first().map(|n| n.name.as_str()),
        &steps,
        achievable,
    );
    let late = r.gap_state == Some(GapState::Gap);
    Some(Proof {
        title: if late {
            format!("Why {name} is late")
        } else {
            format!("How {name} is back in time")
        },
        sentence,
        subject: r.code.clone(),
        needed_min: min(r.required_rto),
        needed_path,
        steps,
        achievable_min: Some(achievable.0),
        gap_min: min(r.gap),
    })
}

/// Says a proof in words: the chain of causes, the requirement, and what would keep it.
pub(crate) fn proof_sentence(
    name: &str,
    needed: Option<Minutes>,
    set_by: Option<&str>,
    steps: &[ProofStep],
    achievable: Minutes,
) -> String {
    let chain: Vec<String> = steps
        .iter()
        .rev()
        .map(|s| format!("{} ({})", s.name, Minutes(s.finish_min)))
        .collect();
    let mut out = match chain.split_first() {
        Some((first, rest)) if first.starts_with(name) && !rest.is_empty() => {
            format!("{first} waits for {}.", rest.join(", which waits for "))
        }
        Some((only, [])) if only.starts_with(name) => format!("{only} waits for nothing else."),
        Some(_) => format!(
            "{name} is ready after {achievable}: it waits for {}.",
            chain.join(", which waits for ")
        ),
        None => format!("{name} is not interrupted."),
    };
    if let Some(n) = needed {
        out.push_str(&format!(" Needed in {n}"));
        if let Some(by) = set_by.filter(|b| *b != name) {
            out.push_str(&format!(", set by {by}"));
        }
        out.push('.');
        let late = achievable - n;
        if late.0 > 0
            && let Some(last) = steps.last()
        {
            out.push_str(&format!(
                " To keep it, {} has to be back by {} instead of {}, or the chain before it {} sooner.",
                last.name,
                Minutes((last.finish_min - late.0).max(0)),
                Minutes(last.finish_min),
                late
            ));
        }
    }
    out
}

/// A chain of causes in one line, the last cause first: what it waits for, and what that waits for.
pub(crate) fn chain_in_short(steps: &[ProofStep]) -> String {
    const FEW: usize = 3;
    let links: Vec<String> = steps
        .iter()
        .rev()
        .take(FEW)
        .map(|s| format!("{} ({})", s.name, Minutes(s.finish_min)))
        .collect();
    match (links.is_empty(), steps.len().saturating_sub(FEW)) {
        (true, _) => "Its own restore takes that long.".into(),
        (_, 0) => format!("Waits for {}.", links.join(" \u{2190} ")),
        (_, more) => format!(
            "Waits for {} \u{2190} {more} more.",
            links.join(" \u{2190} ")
        ),
    }
}

/// What an activity or a service needs.
pub(crate) fn needs(ws: &Workspace, a: &Analysis, node: Uuid) -> Vec<NeedRow> {
    ws.dependencies
        .iter()
        .filter(|d| d.dependant_id.0 == node)
        .map(|d| {
            let provider = ws.get::<Service>(d.provider_id);
            let r = a.services.iter().find(|r| r.id == d.provider_id);
            NeedRow {
                dependency: d.code.0.clone(),
                provider: service_named(ws, d.provider_id),
                strength: d.strength.word().into(),
                mode: d.mode.word().into(),
                tolerance_min: d.tolerance_min.0,
                data: d.data,
                note: d.note.clone().filter(|n| !n.is_empty()),
                group: d.group_id.and_then(|g| group(ws, g)),
                required_min: r.and_then(|r| min(r.required_rto)),
                achievable_min: r.and_then(|r| min(r.achievable)),
                gap_min: r.and_then(|r| min(r.gap)),
                gap_state: r.and_then(|r| r.gap_state).map(gap_state),
                evidence: provider.and_then(evidence),
                tested_on: provider.and_then(|p| p.tested_on).map(|d| d.to_string()),
            }
        })
        .collect()
}

fn group(ws: &Workspace, id: RedundancyGroupId) -> Option<GroupView> {
    let g = ws.get::<RedundancyGroup>(id)?;
    let code = |s: ServiceId| service_named(ws, s).code;
    Some(GroupView {
        code: g.code.0.clone(),
        name: g.name.clone(),
        k: g.k.0,
        members: ws
            .dependencies
            .iter()
            .filter(|d| d.group_id == Some(id))
            .map(|d| code(d.provider_id))
            .collect(),
        preferred: ws
            .group_preferred
            .iter()
            .filter(|p| p.group_id == id)
            .map(|p| code(p.service_id))
            .collect(),
    })
}
