//! Versions of a plan: which one is meant, what it holds, how it is frozen, and when a new draft begins.

use crate::problem::Outcome;
use crate::wire::Problem;
use crate::{App, changes};
use mainstay_analysis::{Scenario, analyse};
use mainstay_documents::model::{Cell, Document, Field, Source};
use mainstay_documents::plan::{Changes, Kind, PlanInput, assemble_as};
use mainstay_domain::*;
use mainstay_exchange::{ImportOptions, export, import, scope};
use mainstay_planfile::Tx;
use mainstay_seal as seal;
use serde_json::Value;

/// The version a document shows.
pub(crate) struct Chosen {
    pub(crate) number: String,
    pub(crate) state: VersionState,
    /// Whether it was made to be signed.
    pub(crate) to_sign: bool,
}

impl Chosen {
    pub(crate) fn of(v: &PlanVersion) -> Self {
        Self {
            number: v.number.clone(),
            state: v.state,
            to_sign: v.document_sha256.is_some(),
        }
    }
}

/// The version that is wanted.
pub(crate) fn chosen(app: &App, wanted: &Wanted<'_>) -> Outcome<PlanVersion> {
    let ws = app.workspace()?;
    choose(ws, find_plan(ws, wanted.plan)?, wanted.version).cloned()
}

/// The plan with this code.
pub(crate) fn find_plan<'a>(ws: &'a Workspace, code: &str) -> Outcome<&'a Plan> {
    ws.plans
        .iter()
        .find(|p| p.code.0 == code)
        .ok_or_else(|| Problem::no_such("plan", code))
}

/// The latest version of a plan in this state.
pub(crate) fn in_state(ws: &Workspace, plan: PlanId, state: VersionState) -> Option<&PlanVersion> {
    ws.plan_versions
        .iter()
        .rev()
        .find(|v| v.plan_id == plan && v.state == state)
}

/// The version that is being reviewed or written.
pub(crate) fn working(ws: &Workspace, plan: PlanId) -> Option<&PlanVersion> {
    in_state(ws, plan, VersionState::InReview).or_else(|| in_state(ws, plan, VersionState::Draft))
}

/// The version in review.
pub(crate) fn in_review<'a>(ws: &'a Workspace, p: &Plan) -> Outcome<&'a PlanVersion> {
    in_state(ws, p.id, VersionState::InReview).ok_or_else(|| {
        Problem::new(
            "wrong_state",
            format!(
                "No version of {} is in review; submit its draft first.",
                p.code
            ),
        )
    })
}

/// The draft that can be submitted now.
pub(crate) fn draft_to_submit<'a>(ws: &'a Workspace, p: &Plan) -> Outcome<&'a PlanVersion> {
    if let Some(v) = in_state(ws, p.id, VersionState::InReview) {
        return Err(Problem::new(
            "wrong_state",
            format!(
                "Version {} of {} is in review already; sign it off or reject it first.",
                v.number, p.code
            ),
        ));
    }
    let draft = in_state(ws, p.id, VersionState::Draft).ok_or_else(|| {
        Problem::new("wrong_state", match in_state(ws, p.id, VersionState::Approved) {
            Some(v) => format!("Nothing has changed since version {} of {} was approved; there is no draft to submit.", v.number, p.code),
            None => format!("{} has no draft to submit.", p.code),
        })
    })?;
    let required = seal::required_sign_offs(ws, p.id);
    if !required.iter().any(|r| r.kind == SignOffKind::Approved) {
        return Err(Problem::new(
            "no_sign_offs_required",
            format!(
                "{} does not say who approves it; name the required sign-offs first.",
                p.code
            ),
        ));
    }
    Ok(draft)
}

/// What a version is frozen with beside what its plan's scope needs.
pub(crate) struct Beside<'a> {
    pub(crate) accepted: &'a [AcceptedFinding],
    pub(crate) known: Option<&'a KnownSigner>,
    /// What is not as in the approved version before.
    pub(crate) changes: Option<&'a Changes>,
}

/// Freezes what a plan's scope needs, with the version and what belongs to it.
pub(crate) fn freeze(
    ws: &Workspace,
    p: &Plan,
    version: &PlanVersion,
    beside: &Beside<'_>,
) -> Outcome<seal::Frozen> {
    let mut content = scope(ws, p.id);
    content.known_signers.extend(beside.known.cloned());
    content.plan_versions.retain(|v| v.id != version.id);
    content.plan_versions.push(version.clone());
    content
        .accepted_findings
        .extend(beside.accepted.iter().cloned());
    if let Some(c) = beside.changes {
        changes::put(&mut content, version.id, c);
    }
    seal::freeze(&export(&content))
        .map_err(|e| Problem::new("internal", format!("The content could not be frozen: {e}.")))
}

/// Which document is wanted.
pub(crate) struct Wanted<'a> {
    /// The plan's code.
    pub(crate) plan: &'a str,
    /// The version; the approved one, else the one in review, else the draft, where none is named.
    pub(crate) version: Option<&'a str>,
    pub(crate) kind: Kind,
    /// Whether phone numbers and mail addresses are left out.
    pub(crate) redact: bool,
    /// The numbered sections that are wanted, by key; all where none is named.
    pub(crate) sections: Option<&'a [String]>,
    /// The language it is set and read aloud in, where it is not that of the content.
    pub(crate) language: Option<String>,
    /// Whether it goes out with the data it is made of; a redacted one must not carry what it leaves out.
    pub(crate) data: bool,
}

/// A document of a version.
pub(crate) fn document(app: &App, wanted: &Wanted<'_>) -> Outcome<(Document, Chosen)> {
    let ws = app.workspace()?;
    let p = find_plan(ws, wanted.plan)?;
    let v = choose(ws, p, wanted.version)?;
    let content = match (&v.content, v.state) {
        (Some(c), _) => thaw(c)?,
        (None, VersionState::Draft) => scope(ws, p.id),
        (None, _) => return Err(without_content(p, v)),
    };
    let day = v
        .submitted_at
        .as_ref()
        .and_then(|i| chrono::DateTime::parse_from_rfc3339(&i.0).ok())
        .map_or_else(|| app.config.today(), |d| d.date_naive());
    let inside = content
        .plans
        .iter()
        .find(|x| x.code == p.code)
        .ok_or_else(|| {
            Problem::new(
                "internal",
                format!("The frozen content does not hold {}.", p.code),
            )
        })?
        .id;
    let analysis = analyse(&content, &Scenario::default(), day);
    let spof = mainstay_analysis::spof(&content);
    let sign_offs: Vec<SignOff> = ws
        .sign_offs
        .iter()
        .filter(|s| s.version_id == v.id)
        .cloned()
        .collect();
    let accepted: Vec<AcceptedFinding> = ws
        .accepted_findings
        .iter()
        .filter(|a| a.version_id == v.id)
        .cloned()
        .collect();
    let input = PlanInput {
        workspace: &content,
        analysis: &analysis,
        spof: &spof,
        plan: inside,
        version: v,
        live: ws,
        sign_offs: &sign_offs,
        accepted: &accepted,
        now: app.config.now(),
        redact: wanted.redact,
        to_sign: None,
    };
    let changes = match (wanted.kind, v.state) {
        (Kind::Changes, _) => changes::since_the_one_before(ws, p, v, &content, day)?,
        // That of a submitted version is in what was frozen.
        (Kind::Plan, VersionState::Draft) => {
            changes::since_approved(ws, p, &v.number, &content, day)?
        }
        _ => None,
    };
    let mut document = assemble_as(wanted.kind, &input, changes.as_ref());
    if let Some(tag) = &wanted.language {
        document.meta.language.clone_from(tag);
    }
    let partial = match wanted.sections {
        Some(keys) => keep(&mut document, keys)?,
        None => false,
    };
    if wanted.data && !wanted.redact && !partial {
        let data = match &v.content {
            Some(frozen) => frozen.0.clone(),
            None => seal::canonical(&export(&content))
                .map_err(|e| Problem::new("internal", format!("{e}.")))?,
        };
        document.source = Some(source(p, &v.number, data));
    }
    Ok((document, Chosen::of(v)))
}

/// The sections that can be chosen: key and title.
pub(crate) fn sections(document: &Document) -> Vec<(String, String)> {
    let top = document.sections.iter().filter(|s| s.level <= 1);
    top.map(|s| {
        (
            s.id.clone(),
            format!("{} {}", s.number, s.title).trim().to_owned(),
        )
    })
    .collect()
}

/// Leaves the other sections out, and says so on the cover; whether any was.
pub(crate) fn keep(document: &mut Document, keys: &[String]) -> Outcome<bool> {
    let all = sections(document);
    if let Some(unknown) = keys.iter().find(|k| !all.iter().any(|(id, _)| id == *k)) {
        let names: Vec<&str> = all.iter().map(|s| s.0.as_str()).collect();
        return Err(Problem::bad_value(
            "The document",
            "sections",
            unknown,
            &names.join(", "),
        ));
    }
    let out: Vec<&str> = all
        .iter()
        .filter(|(id, _)| !keys.contains(id))
        .map(|s| s.1.as_str())
        .collect();
    if out.is_empty() {
        return Ok(false);
    }
    // What stands under a section goes with it.
    let mut kept = true;
    document.sections.retain(|s| {
        if s.level <= 1 {
            kept = keys.contains(&s.id);
        }
        kept
    });
    document.cover.fields.push(Field {
        label: "Partial copy".into(),
        value: Cell::text(format!(
            "An unsigned extract. Left out: {}.",
            out.join("; ")
        )),
    });
    Ok(true)
}

/// The data that goes along in a PDF: what was frozen, or for a draft what would be.
pub(crate) fn source(p: &Plan, number: &str, data: String) -> Source {
    Source {
        name: format!("{}-{number}.json", p.code),
        description: "The data that this document was made of, in the interchange form of Mainstay"
            .into(),
        bytes: data.into_bytes(),
    }
}

fn choose<'a>(ws: &'a Workspace, p: &Plan, number: Option<&str>) -> Outcome<&'a PlanVersion> {
    if let Some(n) = number.map(str::trim).filter(|n| !n.is_empty()) {
        return ws
            .plan_versions
            .iter()
            .rev()
            .find(|v| v.plan_id == p.id && v.number == n)
            .ok_or_else(|| {
                let all: Vec<&str> = ws
                    .plan_versions
                    .iter()
                    .filter(|v| v.plan_id == p.id)
                    .map(|v| v.number.as_str())
                    .collect();
                Problem::new(
                    "no_such_version",
                    format!("{} has no version {n}; it has {}.", p.code, all.join(", ")),
                )
            });
    }
    // An approved version that came without content is a record only and cannot be shown.
    in_state(ws, p.id, VersionState::Approved)
        .filter(|v| v.content.is_some())
        .or_else(|| working(ws, p.id))
        .or_else(|| in_state(ws, p.id, VersionState::Approved))
        .ok_or_else(|| Problem::new("no_such_version", format!("{} has no version yet.", p.code)))
}

/// What a version of a plan holds: its frozen content, or what the plan's scope needs now while it is a draft.
pub(crate) fn content(ws: &Workspace, plan: &str, number: &str) -> Outcome<Workspace> {
    let p = find_plan(ws, plan)?;
    let v = choose(ws, p, Some(number))?;
    match (&v.content, v.state) {
        (Some(c), _) => thaw(c),
        (None, VersionState::Draft) => Ok(scope(ws, p.id)),
        (None, _) => Err(without_content(p, v)),
    }
}

fn without_content(p: &Plan, v: &PlanVersion) -> Problem {
    Problem::new(
        "version_without_content",
        format!(
            "Version {} of {} is only a record: its content is not in this workspace, so it cannot be shown.",
            v.number, p.code
        ),
    )
}

pub(crate) fn thaw(content: &Frozen) -> Outcome<Workspace> {
    import(
        content.0.as_bytes(),
        &ImportOptions { strict: false },
        &mut Uuid::now_v7,
    )
    .map(|i| i.workspace)
    .map_err(|e| {
        Problem::new(
            "file_damaged",
            format!("The frozen content cannot be read: {e}."),
        )
    })
}

/// Starts a new draft of every plan that has none, because something has changed since its approval.
pub(crate) fn start_drafts(tx: &mut Tx<'_>) -> Outcome<()> {
    let ws = tx.workspace();
    let idle: Vec<PlanId> = ws
        .plans
        .iter()
        .map(|p| p.id)
        .filter(|p| working(ws, *p).is_none() && in_state(ws, *p, VersionState::Approved).is_some())
        .collect();
    for p in idle {
        start_draft(tx, p)?;
    }
    Ok(())
}

/// Starts a draft of a plan: 1.0, or the number after the last.
pub(crate) fn start_draft(tx: &mut Tx<'_>, plan: PlanId) -> Outcome<()> {
    let ws = tx.workspace();
    let numbers: Vec<String> = ws
        .plan_versions
        .iter()
        .filter(|v| v.plan_id == plan)
        .map(|v| v.number.clone())
        .collect();
    let draft = PlanVersion {
        id: PlanVersionId(Uuid::now_v7()),
        pos: ws.next_pos(Table::PlanVersion),
        plan_id: plan,
        number: seal::next_version_number(&numbers),
        state: VersionState::Draft,
        approved_on: None,
        change_note: None,
        valid_until: None,
        submitted_at: None,
        submitted_by_id: None,
        content_sha256: None,
        content: None,
        rejected_because: None,
        document_sha256: None,
        compared_with: None,
    };
    Ok(tx.put_record(&draft)?)
}

/// Starts a draft at once when the workspace has moved on while the version was being signed.
pub(crate) fn draft_where_content_moved_on(tx: &mut Tx<'_>, approved: &PlanVersion) -> Outcome<()> {
    let Some(frozen) = &approved.content else {
        return Ok(());
    };
    let now = without_versions(export(&scope(tx.workspace(), approved.plan_id)));
    let then: Value = serde_json::from_str(&frozen.0).unwrap_or_default();
    let same = seal::canonical(&now).ok() == seal::canonical(&without_versions(then)).ok();
    if !same && working(tx.workspace(), approved.plan_id).is_none() {
        start_draft(tx, approved.plan_id)?;
    }
    Ok(())
}

fn without_versions(mut v: Value) -> Value {
    // Who signs is registered on the way, and is nothing that was signed.
    if let Some(all) = v.as_object_mut() {
        all.remove("known_signers");
    }
    if let Some(plan) = v.get_mut("plan").and_then(Value::as_object_mut) {
        plan.remove("versions");
    }
    v
}
