//! Plans: versions, readiness, sign-offs, export.

use super::{FindingView, Named, wire};

wire! {
    /// A plan in the list.
    pub struct PlanRow {
        /// The code.
        pub code: String,
        /// The title.
        pub title: String,
        /// The owner's name.
        pub owner: Option<String>,
        /// The version in force.
        pub approved: Option<String>,
        /// The version being prepared or reviewed.
        pub working: Option<String>,
        /// Its state.
        pub working_state: Option<String>,
    }
    /// One plan.
    pub struct PlanDetail {
        /// The list's row.
        pub row: PlanRow,
        /// The owner's code.
        pub owner_code: Option<String>,
        /// Who may read it.
        pub classification: Option<String>,
        /// What it is for.
        pub purpose: Option<String>,
        /// When it is next looked at.
        pub next_review: Option<String>,
        /// How often, months.
        pub review_interval_months: Option<i64>,
        /// The code of the role that speaks to the outside.
        pub spokesperson_code: Option<String>,
        /// What has to happen before a word leaves the house.
        pub release_rule: Option<String>,
        /// How a role is handed over when an incident lasts longer than a shift.
        pub handover_rule: Option<String>,
        /// How to get at a copy of the plan when nothing works.
        pub offline_copy: Option<String>,
        /// The services in scope.
        pub scope_services: Vec<Named>,
        /// The activities in scope.
        pub scope_activities: Vec<Named>,
        /// The sites in scope.
        pub scope_sites: Vec<Named>,
        /// What is left out.
        pub excluded: Vec<String>,
        /// What is taken for granted.
        pub assumptions: Vec<String>,
        /// The scenarios covered.
        pub scenarios: Vec<String>,
        /// The sign-offs it must have.
        pub required: Vec<SignOffRow>,
        /// Every version, latest first.
        pub versions: Vec<VersionRow>,
        /// What stands between the draft and its submission.
        pub readiness: Readiness,
    }
    /// A version.
    pub struct VersionRow {
        /// Its number.
        pub version: String,
        /// `draft`, `in_review`, `approved`, `superseded` or `withdrawn`.
        pub state: String,
        /// What is new in it.
        pub change_note: Option<String>,
        /// When it was approved.
        pub approved_on: Option<String>,
        /// Until when it holds.
        pub valid_until: Option<String>,
        /// When it was submitted, RFC 3339.
        pub submitted_at: Option<String>,
        /// The content's hash, 64 hexadecimal digits.
        pub content_sha256: Option<String>,
        /// Why it was last sent back.
        pub rejected_because: Option<String>,
        /// Whether its content is here, so that it can be read and printed.
        pub has_content: bool,
        /// Its sign-offs, given and missing.
        pub sign_offs: Vec<SignOffRow>,
        /// The findings that were accepted with it.
        pub accepted: Vec<AcceptedRow>,
    }
    /// A sign-off that is required or given.
    pub struct SignOffRow {
        /// `prepared`, `reviewed` or `approved`.
        pub kind: String,
        /// The role.
        pub role: Named,
        /// Who signed; `null` while it is missing.
        pub name: Option<String>,
        /// When, RFC 3339 or a date.
        pub at: Option<String>,
        /// Whether it can be given now.
        pub open: bool,
        /// Why it cannot be given now.
        pub waits_for: Option<String>,
    }
    /// An accepted finding.
    pub struct AcceptedRow {
        /// `code:subject`.
        pub finding: String,
        /// What it said.
        pub text: String,
        /// Why it is accepted.
        pub reason: String,
    }
    /// What stands between the draft and its submission.
    pub struct Readiness {
        /// Whether it can be submitted at all now (there is a draft, sign-offs are named).
        pub can_submit: bool,
        /// Why not.
        pub because: Option<String>,
        /// The version that would be submitted.
        pub version: Option<String>,
        /// Findings that must be mended or accepted.
        pub blocking: Vec<FindingView>,
        /// Findings worth a look.
        pub warnings: Vec<FindingView>,
    }
    /// A sign-off a plan must have.
    pub struct RequiredItem {
        /// `prepared`, `reviewed` or `approved`.
        pub kind: String,
        /// The role's code.
        pub role: String,
    }
    /// Sets the sign-offs a plan must have.
    pub struct SetRequired {
        /// The plan's code.
        pub plan: String,
        /// All of them.
        pub items: Vec<RequiredItem>,
    }
    /// Accepts a finding.
    pub struct Accept {
        /// `code:subject`.
        pub finding: String,
        /// Why.
        pub reason: String,
    }
    /// Submits a plan's draft for review.
    pub struct SubmitPlan {
        /// The plan's code.
        pub plan: String,
        /// The role that submits.
        pub as_role: String,
        /// Findings accepted one by one.
        pub accept: Vec<Accept>,
        /// A reason for accepting all the others.
        pub accept_all: Option<String>,
        /// What is new in this version.
        pub change_note: Option<String>,
        /// The size of the paper of the PDF that is signed: `a4` (when empty) or `letter`.
        pub paper: Option<String>,
    }
    /// Signs a version off.
    pub struct SignPlan {
        /// The plan's code.
        pub plan: String,
        /// `prepared`, `reviewed` or `approved`.
        pub kind: String,
        /// The role.
        pub as_role: String,
        /// Who holds it.
        pub name: String,
        /// The file of the signer's key; when empty, the workspace records what is typed with its own.
        pub key: Option<String>,
        /// What opens it.
        pub key_passphrase: Option<String>,
        /// Whether it was signed by hand, on paper.
        pub on_paper: Option<bool>,
        /// The http address of a timestamp authority that is asked once the signature is there; nobody is when empty.
        pub timestamp: Option<String>,
    }
    /// Sends a version back to draft.
    pub struct RejectPlan {
        /// The plan's code.
        pub plan: String,
        /// The role that rejects: one that has to sign.
        pub as_role: String,
        /// Why.
        pub reason: String,
    }
    /// A document to be read on screen.
    pub struct ReadDocument {
        /// The plan's code.
        pub plan: String,
        /// The version; the approved one, else the one in review, else the draft, when empty.
        pub version: Option<String>,
        /// `plan` (when empty), `bia`, `risk`, `exercise`, `minutes`, `changes` or `break-glass`.
        pub kind: Option<String>,
        /// Whether phone numbers and mail addresses are left out; not, when empty.
        pub redact: Option<bool>,
        /// `a4` (when empty) or `letter`; for pages alone.
        pub paper: Option<String>,
        /// The numbered sections that are wanted, by key; all, when empty.
        pub sections: Option<Vec<String>>,
        /// The language it is set and read aloud in, a BCP 47 tag; that of the workspace, when empty.
        pub language: Option<String>,
    }
    /// A page of such a document.
    pub struct ReadPage {
        /// The document.
        pub document: ReadDocument,
        /// The page, from 0.
        pub page: usize,
    }
    /// A text that is looked for on the pages of a document.
    pub struct FindOnPages {
        /// The document.
        pub document: ReadDocument,
        /// The text.
        pub text: String,
    }
    /// The pages of a document.
    pub struct DocumentPages {
        /// Width and height of each, points.
        pub pages: Vec<PageSize>,
        /// Where the sections begin.
        pub outline: Vec<OutlineRow>,
        /// All sections that can be chosen.
        pub sections: Vec<SectionChoice>,
    }
    /// How large a page is, points.
    pub struct PageSize {
        /// Width.
        pub width: f64,
        /// Height.
        pub height: f64,
    }
    /// Where a section begins.
    pub struct OutlineRow {
        /// What it is called, with its number.
        pub title: String,
        /// 1 or 2.
        pub level: i64,
        /// The page, from 0.
        pub page: usize,
        /// How far down on it, points.
        pub y: f64,
    }
    /// A section that can be chosen.
    pub struct SectionChoice {
        /// Its key.
        pub id: String,
        /// What it is called, with its number.
        pub title: String,
    }
    /// A page as a drawing.
    pub struct PageView {
        /// SVG.
        pub svg: String,
    }
    /// Where a text stands on a page.
    pub struct PageHit {
        /// The page, from 0.
        pub page: usize,
        /// Left, top, width and height of each place, points.
        pub spots: Vec<Spot>,
    }
    /// A place on a page, points.
    pub struct Spot {
        /// Left.
        pub x: f64,
        /// Top.
        pub y: f64,
        /// Width.
        pub width: f64,
        /// Height.
        pub height: f64,
    }
    /// Exports a document of a version as PDF.
    pub struct ExportPdf {
        /// The plan's code.
        pub plan: String,
        /// The version; the approved one, else the one in review, else the draft, when empty.
        pub version: Option<String>,
        /// `plan` (when empty), `bia`, `risk`, `exercise`, `minutes`, `changes` or `break-glass`.
        pub kind: Option<String>,
        /// `a4` or `letter`; when empty, that of the PDF that was signed, or A4.
        pub paper: Option<String>,
        /// Whether phone numbers and mail addresses are left out; not, when empty.
        pub redact: Option<bool>,
        /// The numbered sections that are wanted, by key; all, when empty.
        pub sections: Option<Vec<String>>,
        /// The language it is set and read aloud in, a BCP 47 tag; that of the PDF that was signed, or of the workspace, when
        /// empty.
        pub language: Option<String>,
        /// Where to; beside the workspace when empty.
        pub path: Option<String>,
    }
    /// Asks whether a PDF is what it claims to be.
    pub struct VerifyPdf {
        /// The file.
        pub path: String,
        /// Whether the open workspace says which version is in force and whose signatures count; else the file itself does.
        pub against: Option<bool>,
    }
    /// What a PDF is, with the proof.
    pub struct Verified {
        /// `genuine`, `superseded`, `incomplete`, `signer_unknown`, `altered`, `unsigned` or `foreign`.
        pub verdict: String,
        /// The same in a sentence.
        pub sentence: String,
        /// The plan's code, as the file says.
        pub plan: Option<String>,
        /// The version, as the file says.
        pub version: Option<String>,
        /// SHA-256 of the data in the file.
        pub content_sha256: Option<String>,
        /// The signatures, in the order in which they were given.
        pub signatures: Vec<VerifiedSignature>,
        /// The signatures that are missing, such as `approved, Managing director`.
        pub missing: Vec<String>,
        /// What else was looked at.
        pub seen: Vec<Seen>,
    }
    /// A signature in a PDF.
    pub struct VerifiedSignature {
        /// `prepared`, `reviewed` or `approved`; nothing where the place is unknown.
        pub kind: Option<String>,
        /// The role.
        pub role: Option<String>,
        /// Who signed.
        pub name: String,
        /// When, as the signer's clock said, RFC 3339.
        pub at: String,
        /// The name in the certificate.
        pub certificate: String,
        /// SHA-256 of the certificate.
        pub fingerprint: String,
        /// Whether what it covers is unchanged.
        pub intact: bool,
        /// What is wrong with it, if something is.
        pub wrong: Option<String>,
        /// By which register the certificate is known for the role; nothing where it is not.
        pub trusted_by: Option<String>,
        /// Whether the workspace recorded it on behalf of the role.
        pub recorded: bool,
        /// Its timestamp, where it has one.
        pub timestamp: Option<VerifiedTimestamp>,
    }
    /// When a signature was there already, as a timestamp authority says; whom to trust with that nothing here knows.
    pub struct VerifiedTimestamp {
        /// The name in the authority's certificate.
        pub authority: String,
        /// SHA-256 of that certificate.
        pub fingerprint: String,
        /// When, RFC 3339.
        pub at: String,
        /// What is odd about that time beside the one that the signer's clock said, in a sentence.
        pub remark: Option<String>,
    }
    /// Something that was looked at.
    pub struct Seen {
        /// What: `data`, `rendering`, `timestamps`, `version` or `kept`.
        pub what: String,
        /// Whether it holds; nothing where it cannot be told here, or not yet.
        pub holds: Option<bool>,
        /// What was found, in a sentence.
        pub text: String,
    }
    /// Makes a key to sign with.
    pub struct NewKey {
        /// The file to make.
        pub path: String,
        /// Whose it is.
        pub name: String,
        /// What encrypts it.
        pub passphrase: String,
    }
    /// Takes a key of another program.
    pub struct ImportKey {
        /// The PKCS#12 file.
        pub from: String,
        /// What opens that.
        pub from_passphrase: String,
        /// The file to make.
        pub path: String,
        /// What encrypts it.
        pub passphrase: String,
    }
    /// A key file that was made.
    pub struct KeyMade {
        /// Where.
        pub path: String,
        /// The name in the certificate.
        pub name: String,
        /// SHA-256 of the certificate.
        pub fingerprint: String,
    }
    /// A file that was written.
    pub struct Exported {
        /// Where.
        pub path: String,
        /// How large, bytes.
        pub bytes: i64,
        /// The version it shows.
        pub version: String,
        /// That version's state.
        pub state: String,
    }
}
