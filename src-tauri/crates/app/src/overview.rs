//! The overview: what is known, what is missing, which gaps, and what to do next.

use crate::problem::Outcome;
use crate::views;
use crate::wire::*;
use crate::{App, activities, files};
use mainstay_analysis::{Analysis, GapState, MtpdState};
use mainstay_domain::*;

/// How much of a long list the overview shows.
const LISTED: usize = 200;

/// What is known, what is missing, which gaps, and what to do next.
pub(crate) fn overview(app: &mut App, _: Nothing) -> Outcome<Overview> {
    let a = app.analysis()?;
    let today = app.config.today();
    let tight = activities::activities(app, Nothing {})?;
    let ws = app.workspace()?;
    let progress = progress(ws, &a, today);
    let (gaps, gaps_total) = gaps(ws, &a);
    let mut steps = next_steps(ws, &a, &progress, &gaps);
    let next = if steps.is_empty() {
        None
    } else {
        Some(steps.remove(0))
    };
    steps.truncate(3);
    let blocking = a
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .count();
    Ok(Overview {
        organisation: files::organisation(ws),
        gaps,
        gaps_total: gaps_total as i64,
        findings: a
            .findings
            .iter()
            .take(LISTED)
            .map(|f| views::finding(ws, f))
            .collect(),
        findings_total: a.findings.len() as i64,
        blocking_total: blocking as i64,
        next,
        then: steps,
        progress,
        tightest: tight
            .into_iter()
            .filter(|r| r.effective_mtpd_min.is_some())
            .take(6)
            .map(|r| TightRow {
                code: r.code,
                name: r.name,
                mtpd_min: r.effective_mtpd_min,
                rto_min: r.rto_min,
                ready_min: r.ready_min,
                gap_state: r.gap_state,
            })
            .collect(),
    })
}

/// Everything that is wrong or missing.
pub(crate) fn findings(app: &mut App, _: Nothing) -> Outcome<Vec<FindingView>> {
    let a = app.analysis()?;
    let ws = app.workspace()?;
    Ok(a.findings.iter().map(|f| views::finding(ws, f)).collect())
}

/// The gaps, worst first, as many as a person reads; and how many there are.
fn gaps(ws: &Workspace, a: &Analysis) -> (Vec<GapRow>, usize) {
    let is_gap = |s: Option<GapState>| s == Some(GapState::Gap);
    let activities = ws
        .activities
        .iter()
        .zip(&a.activities)
        .filter_map(|(x, r)| {
            let (gap, need, ready) = (r.gap?, r.rto?, r.ready?);
            is_gap(r.gap_state).then_some(("activity", &x.code.0, &x.name, gap, need, ready))
        });
    let services = ws.services.iter().zip(&a.services).filter_map(|(x, r)| {
        let (gap, need, ready) = (r.gap?, r.required_rto?, r.achievable?);
        is_gap(r.gap_state).then_some(("service", &x.code.0, &x.name, gap, need, ready))
    });
    let mut all: Vec<_> = activities.chain(services).collect();
    all.sort_by_key(|(kind, code, _, gap, ..)| (std::cmp::Reverse(*gap), *kind, *code));
    let total = all.len();
    let rows = all
        .into_iter()
        .take(LISTED)
        .map(|(kind, code, name, gap, need, ready)| {
            let steps = views::proof_steps(ws, &a.blocking_path(code));
            // A service is the last link of its own chain.
            let before = if kind == "service" {
                steps.len().saturating_sub(1)
            } else {
                steps.len()
            };
            GapRow {
                kind: kind.into(),
                code: code.clone(),
                name: name.clone(),
                needed_min: need.0,
                achievable_min: ready.0,
                gap_min: gap.0,
                because: views::chain_in_short(&steps[..before]),
            }
        })
        .collect();
    (rows, total)
}

fn progress(ws: &Workspace, a: &Analysis, today: NaiveDate) -> Vec<Progress> {
    let count = |key: &str, label: &str, section: &str, done: usize, of: usize| Progress {
        key: key.into(),
        label: label.into(),
        done: done as i64,
        of: of as i64,
        section: section.into(),
    };
    let (acts, svcs) = (ws.activities.len(), ws.services.len());
    let important: Vec<&mainstay_analysis::ServiceResult> = a
        .services
        .iter()
        .filter(|r| r.tier.is_some_and(|t| t <= 2))
        .collect();
    let with_procedure = important
        .iter()
        .filter(|r| ws.procedures.iter().any(|p| p.service_id == Some(r.id)))
        .count();
    let fresh = |d: Option<NaiveDate>| {
        d.is_some_and(|d| (today - d).num_days() <= reference::EVIDENCE_MAX_AGE_DAYS)
    };
    let approved = ws
        .plans
        .iter()
        .filter(|p| crate::versions::in_state(ws, p.id, VersionState::Approved).is_some())
        .count();
    let tested = ws
        .services
        .iter()
        .filter(|s| {
            s.evidence >= Some(Evidence::ComponentTest)
                && s.capability_min.is_some()
                && !views::evidence_stale(s, today)
        })
        .count();
    vec![
        count(
            "activities_rated",
            "Activities with a full impact grid",
            "activities",
            a.activities
                .iter()
                .filter(|r| r.mtpd.holes == 0 && r.mtpd.state != MtpdState::Unknown)
                .count(),
            acts,
        ),
        count(
            "activities_rto",
            "Activities with an RTO",
            "activities",
            ws.activities.iter().filter(|x| x.rto_min.is_some()).count(),
            acts,
        ),
        count(
            "services_restore",
            "Services with a restore time",
            "services",
            a.services
                .iter()
                .filter(|r| r.own_restore.is_some())
                .count(),
            svcs,
        ),
        count(
            "services_tested",
            "Services with a test in the last year",
            "services",
            tested,
            svcs,
        ),
        count(
            "procedures",
            "Tier 1 and 2 services with a procedure",
            "services",
            with_procedure,
            important.len(),
        ),
        count(
            "contacts",
            "Contacts checked in the last year",
            "people",
            ws.contacts.iter().filter(|c| fresh(c.verified_on)).count(),
            ws.contacts.len(),
        ),
        count("plans", "Plans in force", "plans", approved, ws.plans.len()),
    ]
}

fn next_steps(
    ws: &Workspace,
    a: &Analysis,
    progress: &[Progress],
    gaps: &[GapRow],
) -> Vec<NextStep> {
    let mut out = Vec::new();
    let mut suggest = |title: String, why: &str, section: &str, code: Option<String>| {
        out.push(NextStep {
            title,
            why: why.into(),
            section: section.into(),
            code,
        });
    };
    if ws.activities.is_empty() {
        suggest(
            "Add the first activity".into(),
            "Only activities say how long something may stand still; every requirement on IT follows from them.",
            "activities",
            None,
        );
    }
    if ws.services.is_empty() {
        suggest(
            "Paste the service list".into(),
            "Copy rows from a spreadsheet and paste them into the register: name, restore time, what it needs.",
            "services",
            None,
        );
    }
    if let Some((x, _)) = ws
        .activities
        .iter()
        .zip(&a.activities)
        .find(|(_, r)| r.mtpd.holes > 0 || r.mtpd.state == MtpdState::Unknown)
    {
        suggest(
            format!("Rate the impact of “{}”", x.name),
            "Empty cells could bring its MTPD forward, so the value cannot be relied on yet.",
            "activities",
            Some(x.code.0.clone()),
        );
    }
    if let Some(x) = ws.activities.iter().find(|x| x.rto_min.is_none()) {
        suggest(
            format!("Set an RTO for “{}”", x.name),
            "Without it nothing is required of the services it needs.",
            "activities",
            Some(x.code.0.clone()),
        );
    }
    if let Some(s) = a
        .services
        .iter()
        .find(|r| r.required_rto.is_some() && r.own_restore.is_none())
    {
        suggest(
            format!(
                "Find out how long “{}” takes to restore",
                files::name_of(ws, &s.code)
            ),
            "Everything that needs it is unknown until then.",
            "services",
            Some(s.code.clone()),
        );
    }
    if let Some(g) = gaps.first() {
        let section = if g.kind == "activity" {
            "activities"
        } else {
            "services"
        };
        suggest(
            format!("Close or accept the gap of “{}”", g.name),
            &format!(
                "Needed in {}, back after {}: {} late.",
                Minutes(g.needed_min),
                Minutes(g.achievable_min),
                Minutes(g.gap_min)
            ),
            section,
            Some(g.code.clone()),
        );
    }
    for p in &ws.plans {
        match crate::versions::working(ws, p.id) {
            Some(v) if v.state == VersionState::InReview => suggest(
                format!("Sign off version {} of {}", v.number, p.code),
                "It waits for its sign-offs; until then the former version stays in force.",
                "plans",
                Some(p.code.0.clone()),
            ),
            Some(v) => suggest(
                format!("Submit version {} of {}", v.number, p.code),
                "A draft binds nobody; review and approval make it the plan.",
                "plans",
                Some(p.code.0.clone()),
            ),
            None => {}
        }
    }
    if let Some(p) = progress
        .iter()
        .find(|p| p.key == "procedures" && p.done < p.of)
    {
        suggest(
            format!(
                "Write procedures: {} of {} services of tier 1 and 2 have one",
                p.done, p.of
            ),
            "Somebody has to restore them at three in the morning.",
            "services",
            None,
        );
    }
    out
}
