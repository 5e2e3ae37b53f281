//! Plans: reading, readiness, submission, sign-off, rejection, export.

use crate::authority::Address;
use crate::commands::PlanDocument;
use crate::edit::changed;
use crate::people::{find_role, role_code, role_name, role_named};
use crate::problem::Outcome;
use crate::signing::{self, Signer};
use crate::versions::{self, Chosen, Wanted};
use crate::views;
use crate::wire::*;
use crate::{App, changes, labels};
use mainstay_analysis::{Scenario, analyse};
use mainstay_documents::layout::{Fonts, Paper};
use mainstay_documents::pdf::{Made, made};
use mainstay_documents::plan::Kind;
use mainstay_domain::*;
use mainstay_planfile::{Operation, PlanFileError, write_whole_file};
use mainstay_seal::{self as seal, Key};
use std::path::{Path, PathBuf};

/// The plans.
pub(crate) fn plans(app: &mut App, _: Nothing) -> Outcome<Vec<PlanRow>> {
    let ws = app.workspace()?;
    Ok(ws.plans.iter().map(|p| row(ws, p)).collect())
}

fn row(ws: &Workspace, p: &Plan) -> PlanRow {
    let working = versions::working(ws, p.id);
    PlanRow {
        code: p.code.0.clone(),
        title: p.title.clone(),
        owner: role_name(ws, p.owner_role_id),
        approved: versions::in_state(ws, p.id, VersionState::Approved).map(|v| v.number.clone()),
        working: working.map(|v| v.number.clone()),
        working_state: working.map(|v| v.state.word().into()),
    }
}

/// One plan.
pub(crate) fn plan_detail(app: &mut App, args: ByCode) -> Outcome<PlanDetail> {
    let today = app.config.today();
    let ws = app.workspace()?;
    let p = versions::find_plan(ws, &args.code)?;
    let texts = |list: Vec<&String>| list.into_iter().cloned().collect::<Vec<_>>();
    let mut listed: Vec<&PlanVersion> = ws
        .plan_versions
        .iter()
        .filter(|v| v.plan_id == p.id)
        .collect();
    listed.reverse();
    Ok(PlanDetail {
        row: row(ws, p),
        owner_code: role_code(ws, p.owner_role_id),
        classification: p.classification.clone(),
        purpose: p.purpose.clone(),
        next_review: p.next_review.map(|d| d.to_string()),
        review_interval_months: p.review_interval_months.map(|c| c.0),
        spokesperson_code: role_code(ws, p.spokesperson_role_id),
        release_rule: p.release_rule.clone(),
        handover_rule: p.handover_rule.clone(),
        offline_copy: p.offline_copy.clone(),
        scope_services: ws
            .plan_services
            .iter()
            .filter(|s| s.plan_id == p.id)
            .map(|s| views::service_named(ws, s.service_id))
            .collect(),
        scope_activities: ws
            .plan_activities
            .iter()
            .filter(|s| s.plan_id == p.id)
            .map(|s| views::node_named(ws, s.activity_id.0))
            .collect(),
        scope_sites: ws
            .plan_sites
            .iter()
            .filter(|s| s.plan_id == p.id)
            .filter_map(|s| ws.get::<Site>(s.site_id))
            .map(|s| Named {
                code: s.code.0.clone(),
                name: s.name.clone(),
            })
            .collect(),
        excluded: texts(
            ws.plan_exclusions
                .iter()
                .filter(|x| x.plan_id == p.id)
                .map(|x| &x.text)
                .collect(),
        ),
        assumptions: texts(
            ws.plan_assumptions
                .iter()
                .filter(|x| x.plan_id == p.id)
                .map(|x| &x.text)
                .collect(),
        ),
        scenarios: texts(
            ws.plan_scenarios
                .iter()
                .filter(|x| x.plan_id == p.id)
                .map(|x| &x.text)
                .collect(),
        ),
        required: seal::required_sign_offs(ws, p.id)
            .into_iter()
            .map(|r| SignOffRow {
                kind: r.kind.word().into(),
                role: role_named(ws, r.role),
                name: None,
                at: None,
                open: false,
                waits_for: None,
            })
            .collect(),
        versions: listed.into_iter().map(|v| version_row(ws, v)).collect(),
        readiness: readiness(ws, p, today),
    })
}

fn version_row(ws: &Workspace, v: &PlanVersion) -> VersionRow {
    VersionRow {
        version: v.number.clone(),
        state: v.state.word().into(),
        change_note: v.change_note.clone(),
        approved_on: v.approved_on.map(|d| d.to_string()),
        valid_until: v.valid_until.map(|d| d.to_string()),
        submitted_at: v.submitted_at.as_ref().map(|i| i.0.clone()),
        content_sha256: v.content_sha256.clone(),
        rejected_because: v.rejected_because.clone(),
        has_content: v.content.is_some() || v.state == VersionState::Draft,
        sign_offs: sign_off_rows(ws, v),
        accepted: ws
            .accepted_findings
            .iter()
            .filter(|a| a.version_id == v.id)
            .map(|a| AcceptedRow {
                finding: a.finding.clone(),
                text: a.text.clone(),
                reason: a.reason.clone(),
            })
            .collect(),
    }
}

fn sign_off_rows(ws: &Workspace, v: &PlanVersion) -> Vec<SignOffRow> {
    let given = |s: &SignOff| SignOffRow {
        kind: s.kind.word().into(),
        role: role_named(ws, s.role_id),
        name: Some(
            s.name
                .clone()
                .unwrap_or_else(|| role_named(ws, s.role_id).name),
        ),
        at: s
            .signed_at
            .as_ref()
            .map(|i| i.0.clone())
            .or_else(|| s.signed_on.map(|d| d.to_string())),
        open: false,
        waits_for: None,
    };
    let mut rows: Vec<SignOffRow> = ws
        .sign_offs
        .iter()
        .filter(|s| s.version_id == v.id)
        .map(given)
        .collect();
    if v.state == VersionState::InReview {
        for r in seal::required_sign_offs(ws, v.plan_id) {
            if ws
                .sign_offs
                .iter()
                .any(|s| s.version_id == v.id && s.kind == r.kind && s.role_id == r.role)
            {
                continue;
            }
            let answer = seal::check_sign(ws, v.plan_id, v.id, r.kind, r.role);
            rows.push(SignOffRow {
                kind: r.kind.word().into(),
                role: role_named(ws, r.role),
                name: None,
                at: None,
                open: answer.is_ok(),
                waits_for: answer.err().map(|e| e.to_string()),
            });
        }
        rows.sort_by_key(|r| SignOffKind::from_word(&r.kind));
    }
    rows
}

fn readiness(ws: &Workspace, p: &Plan, today: NaiveDate) -> Readiness {
    let because = versions::draft_to_submit(ws, p).err().map(|e| e.detail);
    let scoped = mainstay_exchange::scope(ws, p.id);
    let a = analyse(&scoped, &Scenario::default(), today);
    let (errors, warnings): (Vec<&Finding>, Vec<&Finding>) = a
        .findings
        .iter()
        .partition(|f| f.severity == Severity::Error);
    Readiness {
        can_submit: because.is_none(),
        because,
        version: versions::in_state(ws, p.id, VersionState::Draft).map(|v| v.number.clone()),
        blocking: errors.into_iter().map(|f| views::finding(ws, f)).collect(),
        warnings: warnings
            .into_iter()
            .map(|f| views::finding(ws, f))
            .collect(),
    }
}

/// A version as a document, to be read on screen.
pub(crate) fn plan_document(app: &mut App, args: ReadDocument) -> Outcome<PlanDocument> {
    let wanted = wanted(&args)?;
    let document = versions::document(app, &wanted)?.0;
    serde_json::to_value(document)
        .map(PlanDocument)
        .map_err(|e| {
            Problem::new(
                "internal",
                format!("The document could not be written: {e}."),
            )
        })
}

/// Sets the sign-offs a plan must have.
pub(crate) fn set_required_sign_offs(app: &mut App, args: SetRequired) -> Outcome<Changed> {
    let ws = app.workspace()?;
    let p = versions::find_plan(ws, &args.plan)?;
    // The PDF that is being signed has a place for each of those that were asked for when it was submitted.
    if let Some(v) = versions::in_state(ws, p.id, VersionState::InReview) {
        return Err(Problem::new(
            "wrong_state",
            format!(
                "Version {} of {} is in review; sign it off or send it back before other sign-offs are asked for.",
                v.number, p.code
            ),
        ));
    }
    let mut wanted = Vec::new();
    for (i, item) in args.items.iter().enumerate() {
        let kind = SignOffKind::from_word(&item.kind).ok_or_else(|| {
            Problem::bad_value(
                &args.plan,
                "required_sign_offs.kind",
                &item.kind,
                &SignOffKind::KIND.allowed(),
            )
        })?;
        let role = find_role(ws, &item.role)?.id;
        wanted.push(RequiredSignOff {
            id: RequiredSignOffId(Uuid::now_v7()),
            pos: i as i64 + 1,
            plan_id: p.id,
            kind,
            role_id: role,
        });
    }
    let of = |k| {
        wanted
            .iter()
            .filter(move |w: &&RequiredSignOff| w.kind == k)
            .map(|w| w.role_id)
    };
    if let Some(both) =
        of(SignOffKind::Approved).find(|r| of(SignOffKind::Prepared).any(|q| q == *r))
    {
        let name = role_named(ws, both).name;
        return Err(Problem::bad_value(
            &args.plan,
            "required_sign_offs.role",
            &name,
            "for approval another role than the one that prepares",
        ));
    }
    let gone: Vec<Uuid> = ws
        .required_sign_offs
        .iter()
        .filter(|r| r.plan_id == p.id)
        .map(|r| r.id.0)
        .collect();
    let op = Operation::named(format!("change the required sign-offs of {}", p.code));
    let ((), done) = app.change(&op, |tx| {
        for id in &gone {
            tx.remove(Table::RequiredSignOff, *id)?;
        }
        for w in &wanted {
            tx.put_record(w)?;
        }
        Ok(())
    })?;
    changed(app, op, Some(args.plan), done)
}

/// Freezes a plan's draft and submits it for review.
pub(crate) fn submit_plan(app: &mut App, args: SubmitPlan) -> Outcome<Changed> {
    app.refuse_in_a_copy()?;
    let (now, today) = (app.config.now_text(), app.config.today());
    let ws = app.workspace()?;
    let p = versions::find_plan(ws, &args.plan)?;
    let role = find_role(ws, &args.as_role)?;
    let draft = versions::draft_to_submit(ws, p)?.clone();
    let required = seal::required_sign_offs(ws, p.id);
    let may: Vec<RoleId> = required
        .iter()
        .filter(|r| r.kind == SignOffKind::Prepared)
        .map(|r| r.role)
        .chain(p.owner_role_id)
        .collect();
    if !may.contains(&role.id) {
        let names: Vec<String> = may.iter().map(|r| role_named(ws, *r).name).collect();
        return Err(Problem::new(
            "wrong_role",
            format!(
                "{} cannot submit {}; that is for {}.",
                role.name,
                p.code,
                mainstay_analysis::wording::and(&names)
            ),
        ));
    }
    let paper = paper(&args.plan, args.paper.as_deref())?;
    let scoped = mainstay_exchange::scope(ws, p.id);
    let findings = analyse(&scoped, &Scenario::default(), today).findings;
    let accepted = accept(ws, &draft, &findings, &args)?;
    // Made before the content is frozen, so that whoever has the file alone knows which key records sign-offs here.
    let (key, made) = signing::recording_key(app)?;
    let known = signing::registration(ws, &key, None, today);
    let version = PlanVersion {
        state: VersionState::InReview,
        submitted_at: Some(Instant(now)),
        submitted_by_id: Some(role.id),
        rejected_because: None,
        change_note: args
            .change_note
            .clone()
            .filter(|n| !n.trim().is_empty())
            .or(draft.change_note.clone()),
        ..draft
    };
    let changes = changes::since_approved(ws, p, &version.number, &scoped, today)?;
    let beside = versions::Beside {
        accepted: &accepted,
        known: known.as_ref(),
        changes: changes.as_ref(),
    };
    let frozen = versions::freeze(ws, p, &version, &beside)?;
    let content = versions::thaw(&Frozen(frozen.content.clone()))?;
    let file = signing::to_be_signed(
        &content,
        &frozen.content,
        &args.plan,
        paper,
        Fonts::with_system(),
    )?;
    let version = PlanVersion {
        content: Some(Frozen(frozen.content)),
        content_sha256: Some(frozen.sha256),
        ..version
    };
    let op = Operation::named(format!("submit {} {}", p.code, version.number));
    let ((), done) = app.change_as_is(&op, |tx| {
        let version = PlanVersion {
            document_sha256: Some(tx.keep_signed_file(&file, None)?),
            ..version
        };
        tx.put_record(&version)?;
        for a in &accepted {
            tx.put_record(a)?;
        }
        signing::keep_key(tx, made.then_some(&key), known.as_ref())
    })?;
    changed(app, op, Some(args.plan), done)
}

/// What is accepted, or the problem that names what is not.
fn accept(
    ws: &Workspace,
    draft: &PlanVersion,
    findings: &[Finding],
    args: &SubmitPlan,
) -> Outcome<Vec<AcceptedFinding>> {
    let mut out: Vec<AcceptedFinding> = Vec::new();
    let mut blocking = Vec::new();
    for a in &args.accept {
        if a.reason.trim().is_empty() {
            return Err(Problem::bad_value(
                &args.plan,
                "accept",
                &a.finding,
                "a finding together with the reason for accepting it",
            ));
        }
        if !findings.iter().any(|f| f.id() == a.finding) {
            return Err(Problem::new(
                "no_such_finding",
                format!(
                    "There is no finding “{}” to accept; they are named code:subject.",
                    a.finding
                ),
            ));
        }
    }
    for f in findings.iter().filter(|f| f.severity == Severity::Error) {
        let own = args
            .accept
            .iter()
            .find(|a| a.finding == f.id())
            .map(|a| a.reason.as_str());
        match own
            .or(args.accept_all.as_deref())
            .map(str::trim)
            .filter(|r| !r.is_empty())
        {
            Some(reason) => out.push(AcceptedFinding {
                id: AcceptedFindingId(Uuid::now_v7()),
                pos: out.len() as i64 + 1,
                version_id: draft.id,
                finding: f.id(),
                text: mainstay_analysis::wording::sentence(f, ws),
                reason: reason.into(),
            }),
            None => blocking.push(f),
        }
    }
    if blocking.is_empty() {
        return Ok(out);
    }
    let n = blocking.len();
    let first = mainstay_analysis::wording::sentence(blocking[0], ws);
    let rest = if n > 1 {
        format!(" And {} more.", n - 1)
    } else {
        String::new()
    };
    Err(Problem::new(
        "findings_block",
        format!("{n} finding(s) of severity error stand in the way of submitting; mend them or accept each with a reason. {first}{rest}"),
    )
    .with("findings", blocking.iter().map(|f| f.id()).collect::<Vec<_>>()))
}

/// Signs the version in review off; the last sign-off puts it in force.
pub(crate) fn sign_plan(app: &mut App, args: SignPlan) -> Outcome<Changed> {
    app.refuse_in_a_copy()?;
    let (now, today) = (app.config.now_text(), app.config.today());
    let ws = app.workspace()?;
    let p = versions::find_plan(ws, &args.plan)?;
    let role = find_role(ws, &args.as_role)?;
    let kind = SignOffKind::from_word(&args.kind).ok_or_else(|| {
        Problem::bad_value(&args.plan, "kind", &args.kind, &SignOffKind::KIND.allowed())
    })?;
    let name = args.name.trim().to_string();
    if name.is_empty() {
        return Err(Problem::bad_value(
            &args.plan,
            "name",
            &args.name,
            "the name of the person who signs",
        ));
    }
    let timestamp = Address::read(&args.plan, args.timestamp.as_deref())?;
    let version = versions::in_review(ws, p)?.clone();
    seal::check_sign(ws, p.id, version.id, kind, role.id)
        .map_err(|e| Problem::new(e.code(), sentence(&e.to_string())))?;
    let file = signing::current(app, &version)?;
    if file.is_none() && version.document_sha256.is_some() {
        return Err(Problem::new(
            "signed_file_missing",
            format!(
                "The PDF of version {} that is to be signed is not in this workspace; send the version back and submit it again.",
                version.number
            ),
        ));
    }
    let with = How::of(app, &args, file.is_some())?;
    if timestamp.is_some() && !matches!(with, How::Key { .. }) {
        return Err(Problem::bad_value(
            &args.plan,
            "timestamp",
            args.timestamp.as_deref().unwrap_or_default(),
            "none where the PDF itself is not signed",
        ));
    }
    let work = app.work();
    let ws = app.workspace()?;
    let file = match (file, &with) {
        (Some(file), How::Key { key, records, .. }) => {
            let signer = Signer {
                name: &name,
                kind,
                role,
                place: &signing::code_as_submitted(app, &version, role)?,
                key,
                records: *records,
                now: app.config.now(),
            };
            let bytes =
                signing::signed(&file.bytes, &signer, timestamp.as_ref().map(|a| (a, &work)))?;
            Some((file.sha256, bytes))
        }
        _ => None,
    };
    let known = match &with {
        How::Key { key, records, .. } => {
            let signs_for = (!records).then_some(role.id);
            signing::registration(ws, key, signs_for, today)
        }
        _ => None,
    };
    let sign_off = SignOff {
        id: SignOffId(Uuid::now_v7()),
        pos: ws.next_pos(Table::SignOff),
        version_id: version.id,
        kind,
        role_id: role.id,
        signed_on: Some(today),
        name: Some(name),
        signed_at: Some(Instant(now)),
        method: Some(with.method()),
        content_sha256: version.content_sha256.clone(),
        document_sha256: None,
    };
    let former: Vec<PlanVersion> = ws
        .plan_versions
        .iter()
        .filter(|v| v.plan_id == p.id && v.state == VersionState::Approved)
        .map(|v| PlanVersion {
            state: VersionState::Superseded,
            ..v.clone()
        })
        .collect();
    let op = Operation::named(format!(
        "sign {} {} as {}",
        p.code,
        version.number,
        kind.word()
    ));
    let ((), done) = app.change_as_is(&op, |tx| {
        tx.make_barrier();
        let document_sha256 = match &file {
            Some((after, bytes)) => Some(tx.keep_signed_file(bytes, Some(after))?),
            None => None,
        };
        tx.put_record(&SignOff {
            document_sha256,
            ..sign_off
        })?;
        let made = match &with {
            How::Key {
                key, made: true, ..
            } => Some(&**key),
            _ => None,
        };
        signing::keep_key(tx, made, known.as_ref())?;
        if seal::complete(tx.workspace(), version.id) {
            for v in &former {
                tx.put_record(v)?;
            }
            let approved = PlanVersion {
                state: VersionState::Approved,
                approved_on: Some(today),
                valid_until: today.checked_add_months(chrono::Months::new(12)),
                ..version.clone()
            };
            tx.put_record(&approved)?;
            versions::draft_where_content_moved_on(tx, &approved)?;
        }
        Ok(())
    })?;
    changed(app, op, Some(args.plan), done)
}

/// How a sign-off is given.
enum How {
    /// With a key: the signer's own, or that of the workspace, which records what was typed.
    Key {
        key: Box<Key>,
        records: bool,
        /// Whether it was made just now.
        made: bool,
    },
    /// By hand, on paper.
    Paper,
    /// Typed, for a version that was submitted before there were files to be signed.
    Typed,
}

impl How {
    fn of(app: &App, args: &SignPlan, has_file: bool) -> Outcome<How> {
        let path = args.key.as_deref().map(str::trim).unwrap_or_default();
        match (path, args.on_paper.unwrap_or(false), has_file) {
            ("", true, _) => Ok(How::Paper),
            (_, true, _) => Err(Problem::bad_value(
                &args.plan,
                "on_paper",
                "true",
                "a key or a signature on paper, not both",
            )),
            ("", false, false) => Ok(How::Typed),
            ("", false, true) => {
                let (key, made) = signing::recording_key(app)?;
                Ok(How::Key {
                    key: Box::new(key),
                    records: true,
                    made,
                })
            }
            (_, _, false) => Err(Problem::new(
                "signed_file_missing",
                "This version was submitted before there were files to be signed with a key; send it back and submit it again.",
            )),
            (path, _, true) => {
                let passphrase = args.key_passphrase.as_deref().unwrap_or_default();
                let key = signing::key_file(Path::new(path), passphrase)?;
                Ok(How::Key {
                    key: Box::new(key),
                    records: false,
                    made: false,
                })
            }
        }
    }

    fn method(&self) -> SignMethod {
        match self {
            How::Key { records: false, .. } => SignMethod::Certificate,
            How::Key { .. } | How::Typed => SignMethod::Typed,
            How::Paper => SignMethod::Wet,
        }
    }
}

/// Sends the version in review back to draft.
pub(crate) fn reject_plan(app: &mut App, args: RejectPlan) -> Outcome<Changed> {
    app.refuse_in_a_copy()?;
    let ws = app.workspace()?;
    let p = versions::find_plan(ws, &args.plan)?;
    let role = find_role(ws, &args.as_role)?;
    let reason = args.reason.trim().to_string();
    if reason.is_empty() {
        return Err(Problem::bad_value(
            &args.plan,
            "reason",
            &args.reason,
            "a sentence that says why",
        ));
    }
    let version = versions::in_review(ws, p)?.clone();
    if !seal::required_sign_offs(ws, p.id)
        .iter()
        .any(|r| r.role == role.id)
    {
        return Err(Problem::new(
            "wrong_role",
            format!(
                "{} has no sign-off to give on {} and so cannot reject it.",
                role.name, p.code
            ),
        ));
    }
    let gone: Vec<(Table, Uuid)> = ws
        .sign_offs
        .iter()
        .filter(|s| s.version_id == version.id)
        .map(|s| (Table::SignOff, s.id.0))
        .chain(
            ws.accepted_findings
                .iter()
                .filter(|a| a.version_id == version.id)
                .map(|a| (Table::AcceptedFinding, a.id.0)),
        )
        .chain(changes::kept_with(ws, version.id))
        .collect();
    let draft = PlanVersion {
        state: VersionState::Draft,
        content: None,
        content_sha256: None,
        document_sha256: None,
        compared_with: None,
        submitted_at: None,
        submitted_by_id: None,
        rejected_because: Some(format!("{}: {reason}", role.name)),
        ..version
    };
    let op = Operation::named(format!(
        "reject {} {}: {}",
        p.code,
        draft.number,
        labels::shorten(&reason, 60)
    ));
    let ((), done) = app.change_as_is(&op, |tx| {
        tx.make_barrier();
        tx.put_record(&draft)?;
        for (t, id) in &gone {
            tx.remove(*t, *id)?;
        }
        Ok(())
    })?;
    changed(app, op, Some(args.plan), done)
}

/// The kind of document with this word; the plan itself where none is named.
pub(crate) fn kind(plan: &str, word: Option<&str>) -> Outcome<Kind> {
    match word.map(str::trim).filter(|k| !k.is_empty()) {
        None => Ok(Kind::Plan),
        Some(k) => Kind::from_word(k).ok_or_else(|| {
            let all = Kind::ALL.map(Kind::word).join(", ");
            Problem::bad_value(plan, "kind", k, &all)
        }),
    }
}

/// What is asked for, to be looked at on the screen.
pub(crate) fn wanted(args: &ReadDocument) -> Outcome<Wanted<'_>> {
    Ok(Wanted {
        plan: &args.plan,
        version: args.version.as_deref(),
        kind: kind(&args.plan, args.kind.as_deref())?,
        redact: args.redact.unwrap_or(false),
        sections: args.sections.as_deref(),
        language: language(&args.plan, args.language.as_deref())?,
        data: false,
    })
}

/// Writes a document of a version as PDF.
pub(crate) fn export_pdf(app: &mut App, args: ExportPdf) -> Outcome<Exported> {
    let wanted = Wanted {
        plan: &args.plan,
        version: args.version.as_deref(),
        kind: kind(&args.plan, args.kind.as_deref())?,
        redact: args.redact.unwrap_or(false),
        sections: args.sections.as_deref(),
        language: language(&args.plan, args.language.as_deref())?,
        data: true,
    };
    let paper = paper(&args.plan, args.paper.as_deref())?;
    let work = app.work();
    let (path, bytes, chosen) = work.during("writing the PDF", |progress| {
        let mut step = |done: u64| match progress(done, 4) {
            true => Ok(()),
            false => Err(PlanFileError::Cancelled),
        };
        step(0)?;
        let (bytes, data, chosen) = match as_signed(app, &wanted, args.paper.as_deref())? {
            Some(signed) => (signed.bytes, None, Chosen::of(&signed.version)),
            None => {
                let (document, chosen) = versions::document(app, &wanted)?;
                step(1)?;
                let bytes = mainstay_documents::pdf::render_on(&document, paper)
                    .map_err(|e| signing::not_made(&e))?;
                (bytes, document.source.map(|s| s.bytes), chosen)
            }
        };
        step(2)?;
        let path = match args
            .path
            .as_deref()
            .map(str::trim)
            .filter(|p| !p.is_empty())
        {
            Some(p) => PathBuf::from(p),
            None => default_pdf(app, &wanted, &chosen)?,
        };
        // The last moment to stop it: from here on there is a file.
        step(3)?;
        write_whole_file(&path, &bytes)?;
        as_it_should_be(&path, data.as_deref())?;
        Ok::<_, Problem>((path, bytes, chosen))
    })?;
    Ok(Exported {
        path: std::path::absolute(&path)
            .unwrap_or(path)
            .display()
            .to_string(),
        bytes: bytes.len() as i64,
        version: chosen.number,
        state: chosen.state.word().into(),
    })
}

/// Opens a PDF that was just written and looks at it as whoever gets it would.
fn as_it_should_be(path: &Path, data: Option<&[u8]>) -> Outcome<()> {
    let wrong = |why: String| {
        Problem::new(
            "pdf",
            format!(
                "{} was written, but it is not as it should be: {why}.",
                path.display()
            ),
        )
    };
    let bytes = std::fs::read(path).map_err(|e| wrong(e.to_string()))?;
    let file = seal::pdf::open(&bytes).map_err(wrong)?;
    let seen = seal::pdf::check_opened(&bytes, &file).map_err(wrong)?;
    if let Some(altered) = seen.altered {
        return Err(wrong(altered));
    }
    match data {
        Some(data) => {
            let inside =
                mainstay_documents::pdf::attached(&file).map_err(|e| wrong(e.to_string()))?;
            match inside == data {
                true => Ok(()),
                false => Err(wrong("the data in it is another".into())),
            }
        }
        None => Ok(()),
    }
}

/// The file of a version that was made to be signed.
pub(crate) struct AsSigned {
    pub bytes: Vec<u8>,
    pub version: PlanVersion,
    /// How it was made.
    pub made: Made,
}

/// The file of a version that was made to be signed, with the signatures it has, as it is kept; `None` where another
/// document, a redacted one, another size of paper or another language is wanted, or where it is not kept here.
pub(crate) fn as_signed(
    app: &App,
    wanted: &Wanted<'_>,
    paper: Option<&str>,
) -> Outcome<Option<AsSigned>> {
    if wanted.kind != Kind::Plan || wanted.redact || wanted.sections.is_some() {
        return Ok(None);
    }
    let v = versions::chosen(app, wanted)?;
    let Some(file) = signing::current(app, &v)? else {
        return Ok(None);
    };
    if let (Some(asked), Some(content)) = (&wanted.language, &v.content)
        && !same_language(
            asked,
            &mainstay_documents::plan::language(&versions::thaw(content)?),
        )
    {
        return Ok(None);
    }
    let unreadable = |e: String| {
        Problem::new(
            "file_damaged",
            format!(
                "The signed PDF of version {} cannot be used: {e}.",
                v.number
            ),
        )
    };
    let pdf = seal::pdf::open(&file.bytes).map_err(unreadable)?;
    let made = made(&pdf);
    let asked = paper.map(str::trim).filter(|p| !p.is_empty());
    if asked.is_some_and(|a| made.paper.is_some_and(|p| p.word() != a)) {
        return Ok(None);
    }
    let seen = seal::pdf::check_opened(&file.bytes, &pdf).map_err(unreadable)?;
    match seen.signatures.into_iter().find_map(|s| s.wrong) {
        Some(wrong) => Err(unreadable(wrong)),
        None => Ok(Some(AsSigned {
            bytes: file.bytes,
            version: v,
            made,
        })),
    }
}

pub(crate) fn paper(plan: &str, word: Option<&str>) -> Outcome<Paper> {
    match word.map(str::trim).unwrap_or_default() {
        "" => Ok(Paper::A4),
        word => Paper::ALL
            .into_iter()
            .find(|p| p.word() == word)
            .ok_or_else(|| Problem::bad_value(plan, "paper", word, "a4, letter")),
    }
}

/// The language that is asked for, as it is written: `de-AT` for `DE-at`.
pub(crate) fn language(plan: &str, tag: Option<&str>) -> Outcome<Option<String>> {
    match tag.map(str::trim).unwrap_or_default() {
        "" => Ok(None),
        tag => match language_tag(tag) {
            Some(tag) => Ok(Some(tag)),
            None => {
                let allowed = mainstay_domain::Kind::Language.allowed();
                Err(Problem::bad_value(plan, "language", tag, &allowed))
            }
        },
    }
}

/// Whether two tags name the same language, however they are written.
fn same_language(a: &str, b: &str) -> bool {
    a == b || language_tag(a).is_some_and(|a| Some(a) == language_tag(b))
}

fn default_pdf(app: &App, wanted: &Wanted<'_>, chosen: &Chosen) -> Outcome<PathBuf> {
    let mut what = match wanted.kind {
        Kind::Plan => String::new(),
        k => format!(" {}", k.word()),
    };
    if wanted.redact {
        what.push_str(" redacted");
    }
    if wanted.sections.is_some() {
        what.push_str(" partial");
    }
    if let Some(tag) = &wanted.language {
        what.push_str(&format!(" {tag}"));
    }
    let mark = match chosen.state {
        VersionState::Approved => String::new(),
        VersionState::InReview if chosen.to_sign => " in review".into(),
        VersionState::Draft | VersionState::InReview => " DRAFT".into(),
        s => format!(" {}", s.word()),
    };
    let clean = |s: &str| {
        s.chars()
            .map(|c| {
                if c.is_alphanumeric() || "-_.".contains(c) {
                    c
                } else {
                    '_'
                }
            })
            .collect::<String>()
    };
    let name = format!(
        "{} {}{what}{mark}.pdf",
        clean(wanted.plan),
        clean(&chosen.number)
    );
    Ok(app.session()?.file.path().with_file_name(name))
}

fn sentence(s: &str) -> String {
    format!("{}.", labels::capital(s))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_the_same_however_its_tag_is_written() {
        assert!(same_language("de-AT", "de-at"));
        assert!(same_language("en", "en"));
        assert!(!same_language("de-AT", "de"));
        assert!(!same_language("de", "not a tag!"));
    }
}
