//! Which clauses of standards and laws this plan answers, judged by what is in it.

use super::*;
use serde::Deserialize;

/// Titles of clauses, and the things of a plan that answer them; the text of a standard is not ours to print.
const STANDARDS: &str = include_str!("../../data/standards.json");
const TO_BE_VERIFIED: &str =
    "Title from a preview of the draft, to be verified against the published standard.";

#[derive(Deserialize)]
struct Framework {
    id: String,
    #[serde(default)]
    amendment: Option<String>,
    /// Whether its titles are not from the published text.
    #[serde(default)]
    verify: bool,
    items: Vec<Clause>,
}

#[derive(Deserialize)]
struct Clause {
    #[serde(rename = "ref")]
    no: String,
    title: String,
    /// What answers it, by names of the domain.
    by: Vec<String>,
}

/// What can be said of a clause.
#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Everything that answers it is there.
    Covered,
    /// Some of it is.
    Partly,
    /// None of it is.
    Missing,
    /// It asks for something that no plan shows.
    Outside,
}

impl State {
    const ALL: [State; 4] = [
        State::Covered,
        State::Partly,
        State::Missing,
        State::Outside,
    ];

    fn word(self) -> &'static str {
        match self {
            State::Covered => "covered",
            State::Partly => "partly",
            State::Missing => "missing",
            State::Outside => "outside",
        }
    }

    fn tone(self) -> Tone {
        match self {
            State::Covered => Tone::Met,
            State::Partly => Tone::Warn,
            State::Missing => Tone::Gap,
            State::Outside => Tone::Unknown,
        }
    }
}

/// A clause against a plan.
struct Judged<'a> {
    clause: &'a Clause,
    state: State,
    /// The sections that answer it.
    places: Vec<&'static str>,
    /// What would.
    lacks: Vec<&'static str>,
}

pub(super) fn sections(m: &Maker<'_>, p: &Plan, there: &[Section]) -> Vec<Section> {
    let frameworks: Vec<Framework> =
        serde_json::from_str(STANDARDS).expect("BUG: the list of clauses cannot be read");
    let judged: Vec<Vec<Judged<'_>>> = frameworks
        .iter()
        .map(|f| f.items.iter().map(|c| judge(m, p, there, c)).collect())
        .collect();
    let mut head = vec![quiet(
        "Clauses by number and title alone; the text of a standard or law counts, not its title. A clause is covered where \
         what answers it is in this plan, missing where it is not, and outside where it asks for something that no plan shows.",
    )];
    head.extend(summary(&frameworks, &judged));
    let mut out = vec![Section {
        start: Start::Page,
        ..numbered("coverage", head)
    }];
    for (f, judged) in frameworks.iter().zip(&judged) {
        let key: String = f.id.chars().filter(char::is_ascii_alphanumeric).collect();
        let rows = judged.iter().map(|j| row(f, j, there)).collect();
        let mut blocks: Vec<Block> = f
            .amendment
            .iter()
            .map(|a| quiet(format!("With {a}.")))
            .collect();
        blocks.extend(table(
            &[
                ("Clause", mm(27.0), Align::Start),
                ("Title", share(1.2), Align::Start),
                ("Where in this plan", share(1.0), Align::Start),
                ("State", mm(22.0), Align::Start),
            ],
            rows,
        ));
        let id = format!("coverage-{}", key.to_lowercase());
        out.push(section(&id, "", &f.id, 2, blocks));
    }
    out
}

fn summary(frameworks: &[Framework], judged: &[Vec<Judged<'_>>]) -> Option<Block> {
    let rows = frameworks
        .iter()
        .zip(judged)
        .map(|(f, judged)| {
            let count = |s: State| match judged.iter().filter(|j| j.state == s).count() {
                0 => Cell::quiet("\u{2013}"),
                n => Cell::text(n.to_string()),
            };
            let counts = State::ALL.map(count).to_vec();
            [vec![Cell::strong(f.id.clone())], counts].concat()
        })
        .collect();
    table(
        &[
            ("Standard or law", share(1.0), Align::Start),
            ("Covered", mm(22.0), Align::End),
            ("Partly", mm(22.0), Align::End),
            ("Missing", mm(22.0), Align::End),
            ("Outside", mm(22.0), Align::End),
        ],
        rows,
    )
}

fn row(f: &Framework, j: &Judged<'_>, there: &[Section]) -> Vec<Cell> {
    let title = match f.verify {
        true => Run::plain(j.clause.title.clone()).noted(TO_BE_VERIFIED),
        false => Run::plain(j.clause.title.clone()),
    };
    let named = |id: &str| {
        let s = there.iter().find(|s| s.id == id);
        s.map(|s| format!("{} {}", s.number, s.title).trim().to_owned())
    };
    let mut place = Cell::default();
    for id in &j.places {
        let title = named(id).unwrap_or_default();
        place = place.and(vec![Run::page(format!("{title}, page"), id)]);
    }
    if !j.lacks.is_empty() {
        place = place.and(vec![Run::quiet(format!(
            "Not there: {}",
            j.lacks.join(", ")
        ))]);
    }
    if place.lines.is_empty() {
        place = Cell::quiet("\u{2013}");
    }
    vec![
        Cell::text(j.clause.no.clone()),
        Cell::runs(vec![title]),
        place,
        Cell::chip(j.state.word(), j.state.tone()),
    ]
}

fn judge<'a>(m: &Maker<'_>, p: &Plan, there: &[Section], clause: &'a Clause) -> Judged<'a> {
    let mut places: Vec<&'static str> = Vec::new();
    let mut lacks = Vec::new();
    let names = clause.by.iter().map(String::as_str);
    for name in names.filter(|n| !OUTSIDE.contains(n)) {
        let Some((section, what, is_there)) = answer(m, p, there, name) else {
            continue;
        };
        let full = there
            .iter()
            .any(|s| s.id == section && !matches!(s.blocks.as_slice(), [Block::Missing { .. }]));
        match is_there && full {
            true if !places.contains(&section) => places.push(section),
            true => {}
            false => lacks.push(what),
        }
    }
    let state = match (places.is_empty(), lacks.is_empty()) {
        (false, true) => State::Covered,
        (false, false) => State::Partly,
        (true, false) => State::Missing,
        (true, true) => State::Outside,
    };
    Judged {
        clause,
        state,
        places,
        lacks,
    }
}

/// The section in which something of a plan stands, what it is called, and whether it is there; nothing for what no plan
/// shows, such as minutes of management.
fn answer(
    m: &Maker<'_>,
    p: &Plan,
    there: &[Section],
    name: &str,
) -> Option<(&'static str, &'static str, bool)> {
    let ws = m.ws;
    let backups = || ws.backup_sets.iter().filter(|b| b.plan_id == p.id);
    Some(match name {
        "Action" => ("actions", "open actions", true),
        "Action source audit" => {
            let audit = |a: &Action| {
                a.source
                    .as_deref()
                    .is_some_and(|s| s.to_lowercase().contains("audit"))
            };
            (
                "actions",
                "an action from an audit",
                ws.actions.iter().any(audit),
            )
        }
        "Activity" => ("priorities", "activities", !ws.activities.is_empty()),
        "Activity objectives" => {
            let any = ws.activities.iter().any(|a| a.rto_min.is_some());
            ("priorities", "RTOs of activities", any)
        }
        "Activity.in_scope" => {
            let any = ws.plan_activities.iter().any(|a| a.plan_id == p.id);
            ("purpose", "activities in scope", any)
        }
        "Activity.mbco_pct" => {
            let any = ws.activities.iter().any(|a| a.mbco_pct.is_some());
            ("bia", "MBCO of activities", any)
        }
        "BackupSet" => ("records", "backups", backups().next().is_some()),
        "BackupSet.segregated" => {
            let any = backups().any(|b| b.segregated == Some(true));
            ("records", "a segregated backup", any)
        }
        "CallTree" => ("calltree", "a call tree", true),
        "CommTemplate" => {
            let any = ws.comm_templates.iter().any(|t| t.plan_id == p.id);
            ("comms", "communication templates", any)
        }
        "Dependency" => ("maps", "dependencies", !ws.dependencies.is_empty()),
        "Distribution" => {
            let any = ws.distributions.iter().any(|d| d.plan_id == p.id);
            ("control", "a distribution list", any)
        }
        "EscalationLevel" => ("activation", "escalation levels", true),
        "Exercise" | "Exercise programme" => ("exercises", "exercises", true),
        "Gap" | "Service objectives" => ("services", "required times of services", true),
        "Service" => ("services", "services", !ws.services.is_empty()),
        "Service capability" => {
            let any = ws.services.iter().any(|s| s.capability_min.is_some());
            ("services", "shown restore times", any)
        }
        "ImpactRating" => ("bia", "impact ratings", !ws.impact_ratings.is_empty()),
        "IncidentLog" => ("form-incident", "an incident log", true),
        "LossCurve" => ("bia", "loss curves", !ws.loss_curves.is_empty()),
        "Plan return-to-normal section" => ("return", "the return to normal", true),
        "Plan.scope" => {
            let any = ws.plan_services.iter().any(|s| s.plan_id == p.id)
                || ws.plan_activities.iter().any(|a| a.plan_id == p.id);
            ("purpose", "a scope", any)
        }
        "PlanVersion" => ("control", "a version", true),
        "Procedure" => ("procedures", "procedures", true),
        "ProcedureStep.verification" => {
            let any = ws.procedure_steps.iter().any(|s| s.verification.is_some());
            ("procedures", "checks after steps", any)
        }
        "RedundancyGroup" => ("maps", "redundancy groups", !ws.groups.is_empty()),
        "ResourceRequirement" => ("resources", "resource requirements", true),
        "Review" => (
            "control",
            "a date of the next review",
            p.next_review.is_some(),
        ),
        "Risk" => ("risks", "risks", true),
        "Risk.controls" => ("risks", "controls", !ws.risk_controls.is_empty()),
        "RiskQuant" => {
            let any = ws.risks.iter().any(|r| r.frequency_per_year.is_some());
            ("risks", "frequencies of risks", any)
        }
        "Role" => ("roles", "roles", true),
        "SignOff" => ("approvals", "sign-offs", true),
        "Strategy" => ("strategies", "strategies", true),
        "Strategy.selected" => {
            let any = ws.strategies.iter().any(|s| s.selected);
            ("strategies", "a selected strategy", any)
        }
        "Supplier" => ("vendors", "suppliers", true),
        "all" => {
            let mut all = OUTLINE.iter().filter(|(id, ..)| *id != "coverage");
            let full = |id: &str| {
                let s = there.iter().find(|s| s.id == id);
                s.is_some_and(|s| !matches!(s.blocks.as_slice(), [Block::Missing { .. }]))
            };
            ("control", "some sections", all.all(|(id, ..)| full(id)))
        }
        _ => return None,
    })
}

/// What no plan shows.
const OUTSIDE: [&str; 11] = [
    "outside",
    "Attachment policy",
    "Dashboard",
    "Programme",
    "Programme.context",
    "Programme.interested_parties",
    "Report",
    "Review kind management",
    "RoleAssignment",
    "RoleAssignment.training",
    "Workshop attendance",
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

    use super::*;
    use mainstay_analysis::{Scenario, analyse, spof};
    use mainstay_exchange::{EXAMPLE, ImportOptions, import};

    #[test]
    fn every_name_in_the_list_is_known_and_every_unverified_title_is_marked() {
        let strict = ImportOptions { strict: true };
        let mut n = 0;
        let mut ids = || {
            n += 1;
            Uuid::from_u128(n)
        };
        let ws = import(EXAMPLE.as_bytes(), &strict, &mut ids)
            .unwrap()
            .workspace;
        let now = "2026-11-24T09:00:00Z".parse().unwrap();
        let input = PlanInput {
            workspace: &ws,
            analysis: &analyse(&ws, &Scenario::default(), NaiveDate::MIN),
            spof: &spof(&ws),
            plan: ws.plans[0].id,
            version: &ws.plan_versions[0],
            live: &ws,
            sign_offs: &[],
            accepted: &[],
            now,
            redact: false,
            to_sign: None,
        };
        let m = Maker { i: &input, ws: &ws };
        let frameworks: Vec<Framework> = serde_json::from_str(STANDARDS).unwrap();
        assert_eq!(frameworks.len(), 8);
        for c in frameworks.iter().flat_map(|f| &f.items) {
            assert!(!c.by.is_empty(), "{}", c.no);
            for name in &c.by {
                let known = answer(&m, &ws.plans[0], &[], name).is_some();
                assert_ne!(
                    known,
                    OUTSIDE.contains(&name.as_str()),
                    "{} names {name}",
                    c.no
                );
            }
        }
        let marked = frameworks.iter().filter(|f| f.verify);
        let marked: Vec<&str> = marked.map(|f| f.id.as_str()).collect();
        assert_eq!(marked, ["ISO/IEC 27031:2025"]);
    }
}
