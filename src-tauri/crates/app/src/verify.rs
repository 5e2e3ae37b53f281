//! Whether a PDF is what it claims to be: its signatures, the data in it, the document made of that data anew, and which
//! version it is. Works without a network, and without the workspace.

use crate::App;
use crate::problem::Outcome;
use crate::signing::to_be_signed;
use crate::versions;
use crate::wire::*;
use mainstay_documents::layout::Fonts;
use mainstay_documents::pdf::{Made, attached, made};
use mainstay_documents::plan::signature_field;
use mainstay_domain::*;
use mainstay_seal::{self as seal, pdf};
use std::path::Path;

/// The largest file that is looked into, in bytes.
const LARGEST: u64 = 256 << 20;
/// Two clocks may differ by that, in minutes, before a timestamp that is earlier than its signature is odd.
const CLOCKS_DIFFER: i64 = 5;
/// A timestamp is asked for when the signature is made; one that is later than that is odd, in minutes.
const AFTERWARDS: i64 = 24 * 60;

/// Says whether a PDF is what it claims to be.
pub(crate) fn verify_pdf(app: &mut App, args: VerifyPdf) -> Outcome<Verified> {
    let path = Path::new(args.path.trim());
    let cannot = |e: std::io::Error| {
        Problem::new("io", format!("{} could not be read: {e}.", path.display()))
    };
    let size = std::fs::metadata(path).map_err(cannot)?;
    if size.len() > LARGEST {
        return Ok(foreign(format!(
            "It has {} MB, more than any plan.",
            size.len() >> 20
        )));
    }
    let bytes = std::fs::read(path).map_err(cannot)?;
    match args.against.unwrap_or(false) {
        true => {
            let kept = |sha256: &str| -> Outcome<bool> {
                Ok(app.session()?.file.signed_file(sha256)?.is_some())
            };
            let is_kept = kept(&seal::sha256_hex(&bytes))?;
            Ok(verify(&bytes, Some((app.workspace()?, is_kept))))
        }
        false => Ok(verify(&bytes, None)),
    }
}

fn foreign(why: String) -> Verified {
    Verified {
        verdict: "foreign".into(),
        sentence: why,
        plan: None,
        version: None,
        content_sha256: None,
        signatures: Vec::new(),
        missing: Vec::new(),
        seen: Vec::new(),
    }
}

/// The workspace that says what is in force, and whether it keeps exactly this file.
type Against<'a> = Option<(&'a Workspace, bool)>;

/// Looks at a file; `against` is the workspace that says what is in force and whose signatures count.
pub(crate) fn verify(bytes: &[u8], against: Against<'_>) -> Verified {
    let read = pdf::open(bytes).and_then(|file| {
        let checked = pdf::check_opened(bytes, &file)?;
        Ok((made(&file), attached(&file), checked))
    });
    let (made, attached, checked) = match read {
        Ok(read) => read,
        Err(why) => return foreign(format!("It is no PDF that can be read: {why}.")),
    };
    if !made.by_mainstay() {
        return foreign("It was not made by Mainstay.".into());
    }
    Look {
        bytes,
        made,
        attached: attached.map_err(|e| e.to_string()),
        checked,
        against,
    }
    .whole()
}

struct Look<'a> {
    bytes: &'a [u8],
    made: Made,
    attached: Result<Vec<u8>, String>,
    checked: pdf::Checked,
    against: Against<'a>,
}

/// What stands in the file, as far as it could be read.
struct Inside {
    frozen: String,
    content: Workspace,
    plan: String,
    number: String,
    sha256: String,
    required: Vec<(String, SignOffKind, Role)>,
}

impl Look<'_> {
    fn whole(self) -> Verified {
        let mut out = foreign(String::new());
        let broken = self.checked.signatures.iter().any(|s| s.wrong.is_some());
        // What an altered file says of itself is nothing to go by.
        let inside = match self.checked.altered.is_some() || broken {
            true => Err("it was altered".into()),
            false => self.inside(),
        };
        if let Ok(inside) = &inside {
            out.plan = Some(inside.plan.clone());
            out.version = Some(inside.number.clone());
            out.content_sha256 = Some(inside.sha256.clone());
        }
        let named = match (&out.plan, &out.version) {
            (Some(p), Some(v)) => format!("version {v} of {p}"),
            _ => "the document".into(),
        };
        out.signatures = self.signatures(inside.as_ref().ok());
        let (verdict, sentence) = self.verdict(inside, &named, &mut out);
        out.verdict = verdict.into();
        out.sentence = sentence;
        out
    }

    fn verdict(
        &self,
        inside: Result<Inside, String>,
        named: &str,
        out: &mut Verified,
    ) -> (&'static str, String) {
        if let Some(altered) = &self.checked.altered {
            return (
                "altered",
                format!("It was changed after it was signed: {altered}."),
            );
        }
        if let Some(s) = out.signatures.iter().find(|s| !s.intact) {
            let wrong = s.wrong.clone().unwrap_or_default();
            let text = format!("The signature of {} does not hold: {wrong}.", s.name);
            return ("altered", text);
        }
        if self.checked.signatures.is_empty() {
            return self.unsigned(inside.ok().as_ref(), named, out);
        }
        let inside = match inside {
            Ok(inside) => inside,
            Err(why) => return ("altered", format!("It is signed, but {why}.")),
        };
        out.seen.push(Seen {
            what: "data".into(),
            holds: Some(true),
            text: format!(
                "The data in it is covered by every signature; its SHA-256 is {}.",
                inside.sha256
            ),
        });
        let rendering = self.rendering(&inside);
        let differs = rendering.holds == Some(false);
        out.seen.push(rendering);
        if differs {
            return (
                "altered",
                "What it shows is not what its data says.".to_owned(),
            );
        }
        out.seen.extend(self.stamped());
        // One for one: the same place twice is not two places.
        let mut fields: Vec<&String> = inside.required.iter().map(|r| &r.0).collect();
        let mut places: Vec<&String> = self.checked.open.iter().collect();
        places.extend(self.checked.signatures.iter().map(|s| &s.field));
        fields.sort_unstable();
        places.sort_unstable();
        if places != fields {
            return (
                "altered",
                "Its places for signatures are not those that its data asks for.".to_owned(),
            );
        }
        out.missing = inside
            .required
            .iter()
            .filter(|(field, ..)| self.checked.open.contains(field))
            .map(|(_, kind, role)| format!("{}, {}", kind.word(), role.name))
            .collect();
        if let Some(kept) = self
            .against
            .and_then(|(ws, _)| of_content(ws, &inside.sha256)?.document_sha256.clone())
        {
            let base = self.bytes.get(..self.checked.base).unwrap_or_default();
            if seal::sha256_hex(base) != kept {
                return (
                    "altered",
                    format!(
                        "It is not the file that was submitted as {named}: that one has the SHA-256 {kept}."
                    ),
                );
            }
        }
        let standing = self.against.map(|(ws, kept)| {
            let standing = Standing::of(ws, &inside);
            out.seen.push(standing.proof(named));
            out.seen.push(Seen {
                what: "kept".into(),
                holds: Some(kept),
                text: match kept {
                    true => "The workspace keeps this very file, byte for byte.".into(),
                    false => "The workspace does not keep this very file.".into(),
                },
            });
            standing
        });
        if let Some(Standing::Unknown) = standing {
            return (
                "foreign",
                format!("It is {named}, of which this workspace knows nothing."),
            );
        }
        if let Some(s) = out.signatures.iter().find(|s| s.trusted_by.is_none()) {
            let by = match self.against {
                Some(_) => "the workspace",
                None => "the register in the file",
            };
            let text = format!(
                "It is unchanged since it was signed, but {by} does not know the certificate of {} for {}.",
                s.name,
                s.role.as_deref().unwrap_or("this role")
            );
            return ("signer_unknown", text);
        }
        if !out.missing.is_empty() {
            let on_paper = self
                .against
                .map(|(ws, _)| on_paper(ws, &inside))
                .unwrap_or_default();
            let paper = match on_paper.is_empty() {
                true => String::new(),
                false => format!(
                    " The workspace says that {} was signed on paper.",
                    mainstay_analysis::wording::and(&on_paper)
                ),
            };
            let text = format!(
                "It is {named}, unchanged, but not approved by this file alone: {} missing.{paper}",
                match out.missing.as_slice() {
                    [one] => format!("the signature “{one}” is"),
                    all => format!("{} signatures are", all.len()),
                }
            );
            return ("incomplete", text);
        }
        match standing {
            None => (
                "genuine",
                format!(
                    "It is {named}, unchanged and signed by all who must; who they are, the register in the file alone says, and \
                     whether it is still in force it cannot say."
                ),
            ),
            Some(Standing::Current) => (
                "genuine",
                format!("It is {named}, unchanged, signed by all who must, and in force."),
            ),
            Some(s) => (
                "superseded",
                format!("It is {named}, unchanged. {}", s.why()),
            ),
        }
    }

    /// A file without any signature: what it says of itself is looked at all the same.
    fn unsigned(
        &self,
        inside: Option<&Inside>,
        named: &str,
        out: &mut Verified,
    ) -> (&'static str, String) {
        let n = self.checked.open.len();
        let Some(inside) = inside.filter(|_| n > 0) else {
            let text = "It carries no signature: it is a draft, an extract, a redacted copy, or none of these.";
            return ("unsigned", text.into());
        };
        let rendering = self.rendering(inside);
        let holds = rendering.holds;
        out.seen.push(rendering);
        match holds {
            Some(true) => (
                "unsigned",
                format!(
                    "It is {named} as it was submitted, and none of its {n} signatures is there yet."
                ),
            ),
            Some(false) => (
                "altered",
                "It carries no signature, and what it shows is not what its data says.".into(),
            ),
            None => (
                "unsigned",
                format!("It says that it is {named}, and none of its {n} signatures is there."),
            ),
        }
    }

    /// The data in the file, read as what it must be.
    fn inside(&self) -> Result<Inside, String> {
        let frozen = String::from_utf8(self.attached.clone()?)
            .map_err(|_| "the data in it is no text".to_owned())?;
        let content = versions::thaw(&Frozen(frozen.clone()))
            .map_err(|_| "the data in it cannot be read".to_owned())?;
        let [plan] = content.plans.as_slice() else {
            return Err("the data in it is not that of one plan".into());
        };
        let version = versions::in_review(&content, plan)
            .map_err(|_| "the data in it holds no version that was submitted".to_owned())?;
        let required = seal::required_sign_offs(&content, plan.id)
            .into_iter()
            .filter_map(|r| {
                let role = content.get::<Role>(r.role)?.clone();
                Some((signature_field(r.kind, &role.code.0), r.kind, role))
            })
            .collect();
        Ok(Inside {
            plan: plan.code.0.clone(),
            number: version.number.clone(),
            sha256: seal::sha256_hex(&frozen),
            required,
            frozen,
            content,
        })
    }

    /// The document made of the data anew beside the first revision of the file.
    fn rendering(&self, inside: &Inside) -> Seen {
        let proof = |holds, text: String| Seen {
            what: "rendering".into(),
            holds,
            text,
        };
        let paper = match (self.made.here, self.made.paper) {
            (true, Some(paper)) => paper,
            (true, None) => {
                return proof(
                    Some(false),
                    "Its pages have a size that Mainstay does not set.".into(),
                );
            }
            _ => {
                return proof(
                    None,
                    format!(
                        "{} made it; this program sets the same data otherwise, so that it cannot be compared here. Signatures and data decide.",
                        self.made.by
                    ),
                );
            }
        };
        let fonts = match Fonts::with(&self.made.fonts) {
            Ok(fonts) => fonts,
            Err(missing) => {
                return proof(
                    None,
                    format!(
                        "It is set in the font {} too, which this system does not have in that form (SHA-256 {}), so that it cannot be compared here. Signatures and data decide.",
                        missing.name, missing.sha256
                    ),
                );
            }
        };
        match to_be_signed(&inside.content, &inside.frozen, &inside.plan, paper, fonts) {
            Ok(again) if Some(&again[..]) == self.bytes.get(..self.checked.base) => proof(
                Some(true),
                "The document made of its data anew is the same, byte for byte.".into(),
            ),
            Ok(_) => proof(
                Some(false),
                "The document made of its data anew is another one.".into(),
            ),
            Err(e) => proof(
                Some(false),
                format!("No document can be made of its data: {}", e.detail),
            ),
        }
    }

    /// What timestamps prove, and what not.
    fn stamped(&self) -> Option<Seen> {
        let all = &self.checked.signatures;
        let n = all.iter().filter(|s| s.timestamp.is_some()).count();
        (n > 0).then(|| Seen {
            what: "timestamps".into(),
            holds: None,
            text: format!(
                "{n} of {} signatures {} a timestamp that fits; who gave it, the name in its certificate alone says: no list here \
                 says whom to trust with timestamps.",
                all.len(),
                if n == 1 { "has" } else { "have" },
            ),
        })
    }

    fn signatures(&self, inside: Option<&Inside>) -> Vec<VerifiedSignature> {
        let (register, by) = match (self.against, inside) {
            (Some((ws, _)), _) => (Some(ws), "the register of the workspace"),
            (None, Some(inside)) => (Some(&inside.content), "the register in the file"),
            (None, None) => (None, ""),
        };
        self.checked
            .signatures
            .iter()
            .map(|s| {
                let place = inside.and_then(|i| i.required.iter().find(|r| r.0 == s.field));
                let known = register.and_then(|ws| {
                    let code = &place?.2.code;
                    let version = of_content(ws, &inside?.sha256);
                    ws.known_signers.iter().find(|k| {
                        let role = k.role_id.and_then(|r| ws.get::<Role>(r));
                        // A role may have got another code since; who signed for it then is on record.
                        let recorded = ws.sign_offs.iter().any(|o| {
                            version.is_some_and(|v| v.id == o.version_id)
                                && Some(o.role_id) == k.role_id
                                && Some(o.kind) == place.map(|p| p.1)
                                && o.name.as_deref() == Some(&s.name)
                        });
                        k.fingerprint == s.fingerprint
                            && (k.role_id.is_none()
                                || role.is_some_and(|r| r.code == *code)
                                || recorded)
                    })
                });
                VerifiedSignature {
                    kind: place.map(|p| p.1.word().into()),
                    role: place.map(|p| p.2.name.clone()),
                    name: s.name.clone(),
                    at: moment(&s.at),
                    certificate: s.certificate_name.clone(),
                    fingerprint: s.fingerprint.clone(),
                    intact: s.wrong.is_none(),
                    wrong: s.wrong.clone(),
                    trusted_by: known.map(|_| by.into()),
                    recorded: known.is_some_and(|k| k.role_id.is_none()),
                    timestamp: s.timestamp.as_ref().map(|t| stamp(t, &moment(&s.at))),
                }
            })
            .collect()
    }
}

/// Where the version stands in a workspace.
enum Standing {
    Current,
    InReview,
    SupersededBy(Option<String>),
    Withdrawn,
    /// Another content was submitted under this number, or none is now.
    SentBack,
    Unknown,
}

impl Standing {
    fn of(ws: &Workspace, inside: &Inside) -> Self {
        // By its content first: codes may have changed since.
        let Some(v) = of_content(ws, &inside.sha256) else {
            let plan = ws.plans.iter().find(|p| p.code.0 == inside.plan);
            let known = ws
                .plan_versions
                .iter()
                .any(|v| plan.is_some_and(|p| p.id == v.plan_id) && v.number == inside.number);
            return if known { Self::SentBack } else { Self::Unknown };
        };
        let of_plan = ws.plan_versions.iter().filter(|x| x.plan_id == v.plan_id);
        match v.state {
            VersionState::Approved => Self::Current,
            VersionState::InReview => Self::InReview,
            VersionState::Superseded => Self::SupersededBy(
                of_plan
                    .filter(|v| v.state == VersionState::Approved)
                    .map(|v| v.number.clone())
                    .next_back(),
            ),
            VersionState::Withdrawn => Self::Withdrawn,
            VersionState::Draft => Self::SentBack,
        }
    }

    fn why(&self) -> String {
        match self {
            Self::Current => "It is in force.".into(),
            Self::InReview => "The workspace has it still in review.".into(),
            Self::SupersededBy(Some(by)) => format!("Version {by} has taken its place."),
            Self::SupersededBy(None) => "It is no longer in force.".into(),
            Self::Withdrawn => "It was withdrawn.".into(),
            Self::SentBack => {
                "It was sent back: the workspace has another content under that number, or none that was submitted.".into()
            }
            Self::Unknown => "The workspace knows no such version.".into(),
        }
    }

    fn proof(&self, named: &str) -> Seen {
        Seen {
            what: "version".into(),
            holds: match self {
                Self::Current => Some(true),
                Self::InReview => None,
                _ => Some(false),
            },
            text: format!("{}: {}", crate::labels::capital(named), self.why()),
        }
    }
}

/// The version that holds this content.
fn of_content<'a>(ws: &'a Workspace, sha256: &str) -> Option<&'a PlanVersion> {
    let mut all = ws.plan_versions.iter();
    all.find(|v| v.content_sha256.as_deref() == Some(sha256))
}

/// What the workspace says was signed on paper, of what the file lacks.
fn on_paper(ws: &Workspace, inside: &Inside) -> Vec<String> {
    let version = of_content(ws, &inside.sha256);
    ws.sign_offs
        .iter()
        .filter(|s| version.is_some_and(|v| v.id == s.version_id))
        .filter(|s| s.method == Some(SignMethod::Wet))
        .filter_map(|s| {
            let role = ws.get::<Role>(s.role_id)?;
            Some(format!("“{}, {}”", s.kind.word(), role.name))
        })
        .collect()
}

/// A timestamp, beside the time that the signer's clock said.
fn stamp(t: &seal::Timestamp, claimed: &str) -> VerifiedTimestamp {
    let apart = chrono::DateTime::parse_from_rfc3339(claimed)
        .map(|claimed| (t.at - claimed.to_utc()).num_minutes())
        .unwrap_or_default();
    let odd = |how: &str| {
        let long = crate::duration(apart.abs());
        format!("It is {long} {how} than the time that the signer's clock said.")
    };
    VerifiedTimestamp {
        authority: t.authority.clone(),
        fingerprint: t.fingerprint.clone(),
        at: t.at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        remark: match apart {
            a if a < -CLOCKS_DIFFER => Some(odd("earlier")),
            a if a > AFTERWARDS => Some(odd("later")),
            _ => None,
        },
    }
}

/// `D:20261124090000Z` as `2026-11-24T09:00:00Z`; as it stands where it is written otherwise.
fn moment(pdf: &str) -> String {
    let digits = pdf.strip_prefix("D:").and_then(|d| d.strip_suffix('Z'));
    digits
        .and_then(|d| chrono::NaiveDateTime::parse_from_str(d, "%Y%m%d%H%M%S").ok())
        .map_or_else(
            || pdf.into(),
            |t| t.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        )
}
