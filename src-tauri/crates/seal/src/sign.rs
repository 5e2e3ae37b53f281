//! Who has to sign a version, and when they may.

use crate::sha256_hex;
use mainstay_domain::{
    PlanId, PlanVersion, PlanVersionId, RoleId, SignOff, SignOffKind, VersionState, Workspace,
};

/// A sign-off that a plan must have before a version of it is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Required {
    /// What it says.
    pub kind: SignOffKind,
    /// Who gives it.
    pub role: RoleId,
}

/// Why a sign-off cannot be given now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignProblem {
    /// The version is not one of this plan.
    #[error("the plan has no such version")]
    NoSuchVersion,
    /// The version is a draft, or no longer open.
    #[error("version {number} is {state}; only a version in review can be signed")]
    NotInReview {
        /// The version.
        number: String,
        /// Where it stands, in words.
        state: String,
    },
    /// Nobody has said who must sign.
    #[error("the plan does not say who must sign it; name the required sign-offs first")]
    NoneRequired,
    /// This role is not asked for this.
    #[error("{role} is not asked to sign this version as {kind}")]
    NotRequired {
        /// What was to be said.
        kind: &'static str,
        /// The role's name.
        role: String,
    },
    /// It has been given.
    #[error("{role} has already signed version {number} as {kind}")]
    AlreadyGiven {
        /// What was said.
        kind: &'static str,
        /// The role's name.
        role: String,
        /// The version.
        number: String,
    },
    /// Who approves must not be who prepared (domain reference, invariant 7).
    #[error("{role} prepared this version; somebody else has to approve it")]
    ApproverPrepared {
        /// The role's name.
        role: String,
    },
    /// Approval comes last.
    #[error("approval waits for {}", .missing.join(", "))]
    WaitsFor {
        /// The sign-offs that are missing, such as `reviewed by Head of IT`.
        missing: Vec<String>,
    },
    /// There is nothing frozen to sign.
    #[error("version {number} has no frozen content; send it back and submit it again")]
    NotFrozen {
        /// The version.
        number: String,
    },
    /// The frozen content is not the one that was submitted.
    #[error("the content of version {number} does not match its hash; it must not be signed")]
    HashMismatch {
        /// The version.
        number: String,
    },
}

impl SignProblem {
    /// The stable code, in snake_case.
    pub fn code(&self) -> &'static str {
        match self {
            SignProblem::NoSuchVersion => "no_such_version",
            SignProblem::NotInReview { .. } => "version_not_in_review",
            SignProblem::NoneRequired => "no_sign_offs_required",
            SignProblem::NotRequired { .. } => "sign_off_not_required",
            SignProblem::AlreadyGiven { .. } => "sign_off_already_given",
            SignProblem::ApproverPrepared { .. } => "approver_prepared",
            SignProblem::WaitsFor { .. } => "approval_waits",
            SignProblem::NotFrozen { .. } => "version_not_frozen",
            SignProblem::HashMismatch { .. } => "content_hash_mismatch",
        }
    }
}

/// The sign-offs a plan must have, each once: its own list; where that is empty, those of its latest approved version.
///
/// The latest approved version is the one in force; where none is, the one that was in force last. Empty when nobody
/// has ever said who must sign: then nothing can be approved.
pub fn required_sign_offs(ws: &Workspace, plan: PlanId) -> Vec<Required> {
    let own = ws
        .required_sign_offs
        .iter()
        .filter(|r| r.plan_id == plan)
        .map(|r| Required {
            kind: r.kind,
            role: r.role_id,
        });
    let mut list = each_once(own);
    if list.is_empty()
        && let Some(v) = latest_approved(ws, plan)
    {
        let of_it = ws.sign_offs.iter().filter(|s| s.version_id == v.id);
        list = each_once(of_it.map(|s| Required {
            kind: s.kind,
            role: s.role_id,
        }));
    }
    list
}

/// Whether a role may give a sign-off now.
///
/// # Errors
/// [`SignProblem`] says why not.
pub fn check_sign(
    ws: &Workspace,
    plan: PlanId,
    version: PlanVersionId,
    kind: SignOffKind,
    role: RoleId,
) -> Result<(), SignProblem> {
    let v: &PlanVersion = ws
        .get(version)
        .filter(|v: &&PlanVersion| v.plan_id == plan)
        .ok_or(SignProblem::NoSuchVersion)?;
    let number = v.number.clone();
    if v.state != VersionState::InReview {
        let state = state_words(v.state).to_string();
        return Err(SignProblem::NotInReview { number, state });
    }
    let required = required_sign_offs(ws, plan);
    if required.is_empty() {
        return Err(SignProblem::NoneRequired);
    }
    let (word, name) = (kind.word(), role_name(ws, role));
    if !required.contains(&Required { kind, role }) {
        return Err(SignProblem::NotRequired {
            kind: word,
            role: name,
        });
    }
    if given(ws, v).any(|s| s.kind == kind && s.role_id == role) {
        return Err(SignProblem::AlreadyGiven {
            kind: word,
            role: name,
            number,
        });
    }
    let prepared = |r: RoleId| {
        given(ws, v).any(|s| s.kind == SignOffKind::Prepared && s.role_id == r)
            || required.contains(&Required {
                kind: SignOffKind::Prepared,
                role: r,
            })
    };
    if kind == SignOffKind::Approved && prepared(role) {
        return Err(SignProblem::ApproverPrepared { role: name });
    }
    match (&v.content, &v.content_sha256) {
        (Some(c), Some(h)) if sha256_hex(&c.0) == *h => {}
        (Some(_), Some(_)) => return Err(SignProblem::HashMismatch { number }),
        _ => return Err(SignProblem::NotFrozen { number }),
    }
    if kind == SignOffKind::Approved {
        let missing: Vec<String> = required
            .iter()
            .filter(|r| r.kind != SignOffKind::Approved && !is_given(ws, v, r))
            .map(|r| format!("{} by {}", r.kind.word(), role_name(ws, r.role)))
            .collect();
        if !missing.is_empty() {
            return Err(SignProblem::WaitsFor { missing });
        }
    }
    Ok(())
}

/// Whether a version has every sign-off its plan must have, an approval among them.
pub fn complete(ws: &Workspace, version: PlanVersionId) -> bool {
    let Some(v) = ws.get::<PlanVersion>(version) else {
        return false;
    };
    let required = required_sign_offs(ws, v.plan_id);
    required.iter().any(|r| r.kind == SignOffKind::Approved)
        && required.iter().all(|r| is_given(ws, v, r))
}

/// The number of the version after the given ones: the highest with its last part raised by one, `2.1` to `2.2`;
/// `1.0` for the first.
///
/// Texts that are not numbers with dots are passed over. A draft is reused rather than numbered anew.
pub fn next_version_number(existing: &[String]) -> String {
    let parts = |s: &String| -> Option<Vec<u64>> {
        let s = s.trim();
        s.strip_prefix(['v', 'V'])
            .unwrap_or(s)
            .split('.')
            .map(|p| p.parse().ok())
            .collect()
    };
    let Some(mut top) = existing.iter().filter_map(parts).max() else {
        return "1.0".into();
    };
    if top.len() == 1 {
        top.push(0);
    }
    if let Some(last) = top.last_mut() {
        *last = last.saturating_add(1);
    }
    let words: Vec<String> = top.iter().map(u64::to_string).collect();
    words.join(".")
}

/// The sign-offs that count: those that carry the hash of the version's content; others have lapsed.
fn given<'a>(ws: &'a Workspace, v: &'a PlanVersion) -> impl Iterator<Item = &'a SignOff> {
    ws.sign_offs
        .iter()
        .filter(|s| s.version_id == v.id && s.content_sha256 == v.content_sha256)
}

fn is_given(ws: &Workspace, v: &PlanVersion, r: &Required) -> bool {
    given(ws, v).any(|s| s.kind == r.kind && s.role_id == r.role)
}

fn latest_approved(ws: &Workspace, plan: PlanId) -> Option<&PlanVersion> {
    let of = |state: fn(VersionState) -> bool| {
        ws.plan_versions
            .iter()
            .filter(|v| v.plan_id == plan && state(v.state))
            .max_by_key(|v| (v.approved_on, v.pos))
    };
    of(|s| s == VersionState::Approved)
        .or_else(|| of(|s| matches!(s, VersionState::Superseded | VersionState::Withdrawn)))
}

fn each_once(list: impl Iterator<Item = Required>) -> Vec<Required> {
    let mut out: Vec<Required> = Vec::new();
    for r in list {
        if !out.contains(&r) {
            out.push(r);
        }
    }
    out
}

fn role_name(ws: &Workspace, role: RoleId) -> String {
    match ws.get::<mainstay_domain::Role>(role) {
        Some(r) if !r.name.trim().is_empty() => r.name.clone(),
        Some(r) => r.code.0.clone(),
        None => "a role that does not exist".into(),
    }
}

fn state_words(s: VersionState) -> &'static str {
    match s {
        VersionState::Draft => "a draft",
        VersionState::InReview => "in review",
        VersionState::Approved => "approved",
        VersionState::Superseded => "superseded",
        VersionState::Withdrawn => "withdrawn",
    }
}
