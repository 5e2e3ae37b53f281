//! The file that is signed: made once when a version is submitted, signed piece by piece, kept with the version, and handed
//! out as it is.

use crate::App;
use crate::authority::Address;
use crate::problem::Outcome;
use crate::versions;
use crate::wire::Problem;
use crate::work::Work;
use chrono::{DateTime, Utc};
use mainstay_analysis::{Scenario, analyse};
use mainstay_documents::layout::{Fonts, Paper};
use mainstay_documents::model::Document;
use mainstay_documents::pdf::{PdfError, render_in, signature_block};
use mainstay_documents::plan::{Kind, PlanInput, assemble_as, signature_field};
use mainstay_domain::*;
use mainstay_planfile::{RowChange, Tx, What};
use mainstay_seal::pdf::{self, Appearance, Facts, SignError};
use mainstay_seal::{self as seal, Key, KeyError};
use std::collections::BTreeMap;
use std::path::Path;

/// The largest key file that is read, in bytes.
const LARGEST_KEY: u64 = 1 << 20;

/// A file that is being signed.
pub(crate) struct Signable {
    /// Its SHA-256.
    pub(crate) sha256: String,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

/// The file of a version with all its signatures so far; `None` where the version has none, or where it is not kept here.
pub(crate) fn current(app: &App, v: &PlanVersion) -> Outcome<Option<Signable>> {
    let ws = app.workspace()?;
    let mut given: Vec<&SignOff> = ws
        .sign_offs
        .iter()
        .filter(|s| s.version_id == v.id)
        .collect();
    given.sort_by_key(|s| s.pos);
    let last = given.iter().rev().find_map(|s| s.document_sha256.as_ref());
    let Some(sha256) = last.or(v.document_sha256.as_ref()) else {
        return Ok(None);
    };
    let kept = app.session()?.file.signed_file(sha256)?;
    Ok(kept.map(|bytes| Signable {
        sha256: sha256.clone(),
        bytes,
    }))
}

/// The file to be signed, made of frozen content and of nothing else, so that anybody who has the content can make it again.
pub(crate) fn to_be_signed(
    content: &Workspace,
    frozen: &str,
    plan: &str,
    paper: Paper,
    fonts: Fonts,
) -> Outcome<Vec<u8>> {
    let document = document_to_be_signed(content, frozen, plan)?;
    render_in(&document, paper, fonts).map_err(|e| not_made(&e))
}

/// The same as a document.
pub(crate) fn document_to_be_signed(
    content: &Workspace,
    frozen: &str,
    plan: &str,
) -> Outcome<Document> {
    let p = versions::find_plan(content, plan)?;
    let submitted = versions::in_review(content, p)?;
    let version = PlanVersion {
        content_sha256: Some(seal::sha256_hex(frozen)),
        ..submitted.clone()
    };
    let moment: DateTime<Utc> = version
        .submitted_at
        .as_ref()
        .and_then(|i| DateTime::parse_from_rfc3339(&i.0).ok())
        .map(|t| t.to_utc())
        .unwrap_or_default();
    let required: Vec<(SignOffKind, RoleId)> = seal::required_sign_offs(content, p.id)
        .into_iter()
        .map(|r| (r.kind, r.role))
        .collect();
    let accepted: Vec<AcceptedFinding> = content
        .accepted_findings
        .iter()
        .filter(|a| a.version_id == version.id)
        .cloned()
        .collect();
    let analysis = analyse(content, &Scenario::default(), moment.date_naive());
    let input = PlanInput {
        workspace: content,
        analysis: &analysis,
        spof: &mainstay_analysis::spof(content),
        plan: p.id,
        version: &version,
        live: content,
        sign_offs: &[],
        accepted: &accepted,
        now: moment,
        redact: false,
        to_sign: Some(&required),
    };
    let mut document = assemble_as(Kind::Plan, &input, None);
    document.source = Some(versions::source(p, &version.number, frozen.to_owned()));
    Ok(document)
}

/// The code that a role had when a version was submitted: the places in the file are called by those.
pub(crate) fn code_as_submitted(app: &App, v: &PlanVersion, role: &Role) -> Outcome<String> {
    let file = &app.session()?.file;
    let code_at = Table::Role.spec().column("code");
    let content_at = Table::PlanVersion.spec().column("content_sha256");
    let submits = |c: &RowChange| match &c.what {
        What::Changed(fields) if c.id == v.id.0 => fields.iter().any(|f| {
            f.field == content_at
                && matches!((&f.new, &v.content_sha256), (Datum::Text(a), Some(b)) if a == b)
        }),
        _ => false,
    };
    let mut code = role.code.0.clone();
    let mut failed = None;
    file.history_back(i64::MAX, |row| match file.changes_of(row.seq) {
        Ok(changes) => {
            if changes.iter().any(submits) {
                return false;
            }
            for c in changes.iter().filter(|c| c.id == role.id.0) {
                if let What::Changed(fields) = &c.what
                    && let Some(f) = fields.iter().find(|f| f.field == code_at)
                    && let Datum::Text(old) = &f.old
                {
                    code.clone_from(old);
                }
            }
            true
        }
        Err(e) => {
            failed = Some(e);
            false
        }
    })?;
    match failed {
        Some(e) => Err(e.into()),
        None => Ok(code),
    }
}

/// What a signature shows in its place.
fn block(
    name: &str,
    role: &str,
    kind: SignOffKind,
    at: &DateTime<Utc>,
    // Whose key it is; nobody's where the workspace records what was typed.
    key: Option<&str>,
    fingerprint: &str,
) -> Vec<String> {
    vec![
        format!("{name}, {role}"),
        format!(
            "{} {}",
            crate::labels::capital(kind.word()),
            at.format("%-d %B %Y, %H:%M:%S UTC")
        ),
        match key {
            None => "Typed; recorded by the workspace on behalf of the role".to_owned(),
            Some(key) => format!("Signed with the key of {key}"),
        },
        format!(
            "Certificate SHA-256 {}",
            fingerprint.get(..16).unwrap_or_default()
        ),
    ]
}

/// What stands in the places of a version's file, by the names of the places.
pub(crate) fn blocks(app: &App, v: &PlanVersion) -> Outcome<BTreeMap<String, Vec<String>>> {
    let ws = app.workspace()?;
    let Some(file) = current(app, v)? else {
        return Ok(BTreeMap::new());
    };
    let seen = pdf::check(&file.bytes).map_err(|e| {
        Problem::new(
            "file_damaged",
            format!(
                "The signed PDF of version {} cannot be read: {e}.",
                v.number
            ),
        )
    })?;
    // Each of them made the file longer by its signature; a role may have got another code since.
    let mut given: Vec<&SignOff> = ws
        .sign_offs
        .iter()
        .filter(|s| s.version_id == v.id && s.document_sha256.is_some())
        .collect();
    given.sort_by_key(|s| s.pos);
    Ok(given
        .into_iter()
        .zip(&seen.signatures)
        .filter_map(|(s, signature)| {
            let role = ws.get::<Role>(s.role_id)?;
            let at = DateTime::parse_from_rfc3339(&s.signed_at.as_ref()?.0).ok()?;
            let own = s.method == Some(SignMethod::Certificate);
            let lines = block(
                &signature.name,
                &role.name,
                s.kind,
                &at.to_utc(),
                own.then_some(&signature.certificate_name),
                &signature.fingerprint,
            );
            Some((signature.field.clone(), lines))
        })
        .collect())
}

pub(crate) fn not_made(e: &PdfError) -> Problem {
    Problem::new("pdf", format!("The PDF could not be made: {e}."))
}

/// Who signs, for which role, and how.
pub(crate) struct Signer<'a> {
    pub(crate) name: &'a str,
    pub(crate) kind: SignOffKind,
    pub(crate) role: &'a Role,
    /// Its code as the file has it.
    pub(crate) place: &'a str,
    pub(crate) key: &'a Key,
    /// Whether the key is that of the workspace, which records what was typed.
    pub(crate) records: bool,
    pub(crate) now: DateTime<Utc>,
}

/// The file with one signature more, and with a timestamp of that where there is somebody to ask.
pub(crate) fn signed(
    file: &[u8],
    signer: &Signer<'_>,
    timestamp: Option<(&Address, &Work)>,
) -> Outcome<Vec<u8>> {
    let field = signature_field(signer.kind, signer.place);
    let cannot = |e: String| Problem::new("not_signed", format!("The PDF was not signed: {e}."));
    let size = pdf::fields(file)
        .map_err(|e| cannot(e.to_string()))?
        .into_iter()
        .find(|f| f.name == field)
        .map(|f| (f.size.0 as f32, f.size.1 as f32))
        .ok_or_else(|| cannot(format!("it has no place for {field}")))?;
    let said = crate::labels::capital(signer.kind.word());
    let of = signer.key.name();
    let lines = block(
        signer.name,
        &signer.role.name,
        signer.kind,
        &signer.now,
        (!signer.records).then_some(&of),
        &signer.key.fingerprint(),
    );
    let block = signature_block(&lines, size).map_err(|e| not_made(&e))?;
    let appearance = Appearance {
        root: Some(block.root),
        objects: block.objects,
    };
    let facts = Facts {
        name: signer.name.into(),
        reason: format!("{said}: {} ({})", signer.role.name, signer.place),
        at: signer.now,
    };
    let key = signer.key;
    let out = match timestamp {
        None => pdf::sign(file, &field, &appearance, key, &facts, None)
            .map_err(|e| cannot(e.to_string()))?,
        Some((address, work)) => {
            let mut silent = None;
            let mut ask = |request: &[u8]| {
                address.ask(request, work).map_err(|p| {
                    let why = p.detail.clone();
                    silent = Some(p);
                    why
                })
            };
            let done = pdf::sign(file, &field, &appearance, key, &facts, Some(&mut ask));
            done.map_err(|e| match (silent, e) {
                (Some(p), _) => p,
                (None, SignError::NoTimestamp(why)) => address.refused(&why),
                (None, e) => cannot(e.to_string()),
            })?
        }
    };
    // Looked at as a stranger would before anybody relies on it.
    let seen = pdf::check(&out).map_err(cannot)?;
    match seen.altered.is_none() && seen.signatures.iter().all(|s| s.wrong.is_none()) {
        true => Ok(out),
        false => Err(cannot(
            "the signature could not be verified afterwards".into(),
        )),
    }
}

/// Keeps the workspace's key where it was only now made, and what the register of known signers is to hold of a key.
pub(crate) fn keep_key(
    tx: &mut Tx<'_>,
    made: Option<&Key>,
    known: Option<&KnownSigner>,
) -> Outcome<()> {
    if let Some(key) = made {
        tx.set_recording_key(&key.to_plain_pem().map_err(|e| key_problem(&e))?)?;
    }
    if let Some(known) = known {
        tx.put_record(known)?;
    }
    Ok(())
}

/// A record for the register of known signers; `None` where the certificate is known for the role already.
pub(crate) fn registration(
    ws: &Workspace,
    key: &Key,
    role: Option<RoleId>,
    today: NaiveDate,
) -> Option<KnownSigner> {
    let fingerprint = key.fingerprint();
    let mut of_it = ws
        .known_signers
        .iter()
        .filter(|s| s.fingerprint == fingerprint);
    if of_it.any(|s| s.role_id == role) {
        return None;
    }
    let stem = format!("key-{}", fingerprint.get(..8).unwrap_or_default());
    let mut code = stem.clone();
    let mut n = 1;
    while ws.find_code(&code).is_some() {
        n += 1;
        code = format!("{stem}-{n}");
    }
    Some(KnownSigner {
        id: KnownSignerId(Uuid::now_v7()),
        pos: ws.next_pos(Table::KnownSigner),
        code: Code(code),
        name: key.name(),
        fingerprint,
        role_id: role,
        registered_on: Some(today),
    })
}

/// The key with which the workspace records what is typed, and whether it was made just now.
pub(crate) fn recording_key(app: &App) -> Outcome<(Key, bool)> {
    if let Some(pem) = app.session()?.file.recording_key()? {
        let key = Key::from_plain_pem(&pem).map_err(|e| {
            Problem::new(
                "file_damaged",
                format!("The recording key of this workspace cannot be used: {e}."),
            )
        })?;
        return Ok((key, false));
    }
    let ws = app.workspace()?;
    let of = ws.organisations.first().map_or("", |o| o.name.as_str());
    let name: String = format!("Recording key of {of}")
        .chars()
        .filter(|c| !c.is_control())
        .take(64)
        .collect();
    let key = Key::new(&name, app.config.now()).map_err(|e| key_problem(&e))?;
    Ok((key, true))
}

/// A key file, opened.
pub(crate) fn key_file(path: &Path, passphrase: &str) -> Outcome<Key> {
    let text = read_key(path)?;
    let text = String::from_utf8(text).map_err(|_| about(path, "it is no key file"))?;
    Key::from_pem(&text, passphrase).map_err(|e| match e {
        KeyError::WrongPassphrase => wrong_passphrase(path),
        e => about(path, &e.to_string()),
    })
}

/// The bytes of a key file.
pub(crate) fn read_key(path: &Path) -> Outcome<Vec<u8>> {
    let size = std::fs::metadata(path).map_err(|e| about(path, &e.to_string()))?;
    if size.len() > LARGEST_KEY {
        return Err(about(path, "it is too big to be a key file"));
    }
    std::fs::read(path).map_err(|e| about(path, &e.to_string()))
}

pub(crate) fn wrong_passphrase(path: &Path) -> Problem {
    Problem::new(
        "wrong_passphrase",
        format!(
            "The passphrase does not open {}, or that file is damaged.",
            path.display()
        ),
    )
}

pub(crate) fn about(path: &Path, what: &str) -> Problem {
    Problem::new(
        "key_unusable",
        format!("The key {} cannot be used: {what}.", path.display()),
    )
}

pub(crate) fn key_problem(e: &KeyError) -> Problem {
    Problem::new(
        "key_unusable",
        format!("There is no key to sign with: {e}."),
    )
}
