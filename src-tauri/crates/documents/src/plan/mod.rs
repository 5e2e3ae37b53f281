//! A plan version as a document.

mod appendix;
mod comms;
mod coverage;
mod figures;
mod forms;
mod front;
mod kinds;
mod priorities;
mod raci;
mod recovery;
mod redact;
mod upkeep;

use crate::model::{
    Align, Block, Cell, Column, Document, Meta, Run, Section, Start, Table, Tone, Width,
};
use chrono::{DateTime, SecondsFormat, Utc};
use mainstay_analysis::{Analysis, GapState, Spof};
use mainstay_domain::time::long_date;
use mainstay_domain::*;
use std::ops::Range;

pub use kinds::{Changes, Kind, RecordChanged, ValueChanged, assemble_as};

/// What a plan document is made of.
pub struct PlanInput<'a> {
    /// The frozen content, or the live one of a draft.
    pub workspace: &'a Workspace,
    /// What follows from it.
    pub analysis: &'a Analysis,
    /// Single points of failure.
    pub spof: &'a Spof,
    /// The plan inside `workspace`.
    pub plan: PlanId,
    /// The version's record.
    pub version: &'a PlanVersion,
    /// The live workspace, for the roles that signed.
    pub live: &'a Workspace,
    /// The sign-offs given.
    pub sign_offs: &'a [SignOff],
    /// The accepted findings.
    pub accepted: &'a [AcceptedFinding],
    /// When it is printed; only what is not frozen depends on it.
    pub now: DateTime<Utc>,
    /// Whether phone numbers and mail addresses are left out.
    pub redact: bool,
    /// The sign-offs that must be in it, where it is the file that is signed: then it shows a place for each of them, and
    /// nothing that can change afterwards.
    pub to_sign: Option<&'a [(SignOffKind, RoleId)]>,
}

/// The name of the place in a file where a role signs; no two have the same.
pub fn signature_field(kind: SignOffKind, role: &str) -> String {
    // A point would make it a part of another field (ISO 32000-1, 12.7.3.2).
    format!("{}-{}", kind.word(), role.replace('.', "%2E"))
}

/// The language of the texts of a workspace, a BCP 47 tag; English where it names none that is one.
pub fn language(ws: &Workspace) -> String {
    let named = ws.workspace_info.first().and_then(|i| i.language.clone());
    let named = named.map(|l| l.0).filter(|tag| language_tag(tag).is_some());
    named.unwrap_or_else(|| "en".into())
}

/// How many signatures there must be, in words.
fn all_signatures(n: usize) -> String {
    match n {
        1 => "the signature".into(),
        n => format!("all {n} signatures"),
    }
}

fn be(n: usize) -> &'static str {
    if n == 1 { "is" } else { "are" }
}

/// Assembles the document of a version, in the order of a plan: what to do, what is at stake, what it rests on.
pub fn assemble(input: &PlanInput<'_>) -> Document {
    assemble_as(Kind::Plan, input, None)
}

/// The sections of a plan that have a number, in order: key, number, title.
const OUTLINE: &[(&str, &str, &str)] = &[
    ("control", "1", "Document control and distribution"),
    ("approvals", "2", "Approvals and sign-off"),
    ("purpose", "3", "Purpose, scope and assumptions"),
    ("roles", "4", "Roles and responsibilities"),
    ("activation", "5", "Activation criteria and escalation"),
    ("calltree", "6", "Notification and call tree"),
    ("comms", "7", "Communication plan"),
    ("priorities", "8", "Priorities"),
    ("maps", "9", "Dependencies and single points of failure"),
    ("risks", "10", "Risks"),
    ("strategies", "11", "Continuity strategies"),
    ("procedures", "12", "Recovery procedures"),
    ("resources", "13", "Resource requirements over time"),
    ("site", "14", "Alternate site"),
    ("records", "15", "Vital records and backups"),
    ("vendors", "16", "Suppliers"),
    ("contacts", "", "Contacts"),
    ("return", "17", "Return to normal"),
    ("exercises", "18", "Exercises"),
    ("actions", "19", "Open actions"),
    ("history", "20", "Changes since the last approved version"),
    ("bia", "A", "Impact sheets"),
    ("glossary", "B", "Glossary"),
    ("forms", "C", "Blank forms"),
    ("coverage", "D", "Standards coverage"),
];

/// All sections of a plan.
fn sections(m: &Maker<'_>, p: &Plan, changes: Option<&Changes>) -> Vec<Section> {
    let mut out = [
        front::sections(m, p),
        comms::sections(m, p),
        priorities::sections(m, p),
        recovery::sections(m, p),
        upkeep::sections(m, p),
        kinds::summary(m, p, changes),
        appendix::sections(m, p),
        forms::sections(),
    ]
    .concat();
    out.extend(coverage::sections(m, p, &out));
    let said = what_is_missing(m, &out);
    if let Some(control) = out.iter_mut().find(|s| s.id == "control") {
        control.blocks.extend(said);
    }
    out
}

/// Which sections have nothing to say yet in a draft, or were left out of a version because of that.
fn what_is_missing(m: &Maker<'_>, sections: &[Section]) -> Option<Block> {
    let empty = |id: &str| {
        let s = sections.iter().find(|s| s.id == id);
        s.is_none_or(|s| matches!(s.blocks.as_slice(), [Block::Missing { .. }]))
    };
    let missing: Vec<String> = OUTLINE
        .iter()
        .filter(|(id, ..)| empty(id))
        .map(|(_, number, title)| format!("{number} {title}").trim().to_owned())
        .collect();
    let said = match m.is_draft() {
        true => "Nothing is written yet in: ",
        false => "Left out of this version, because nothing is recorded for them: ",
    };
    (!missing.is_empty()).then(|| Block::Paragraph {
        runs: vec![
            Run::strong(said),
            Run::plain(format!("{}.", missing.join("; "))),
        ],
    })
}

/// What stands in a redacted copy where a phone number or mail address is left out.
const WITHHELD: &str = "withheld";

/// The input, with names at hand.
pub(crate) struct Maker<'a> {
    pub i: &'a PlanInput<'a>,
    pub ws: &'a Workspace,
}

impl Maker<'_> {
    fn meta(&self, p: Option<&Plan>) -> Meta {
        let v = self.i.version;
        let draft = self.is_draft();
        // What is frozen shows its own moment, so that printing it again gives the same bytes.
        let signed = self
            .i
            .sign_offs
            .iter()
            .filter_map(|s| s.signed_at.as_ref().map(|i| i.0.clone()))
            .max();
        let made_at = signed
            .or_else(|| v.submitted_at.as_ref().map(|i| i.0.clone()))
            .unwrap_or_else(|| self.i.now.to_rfc3339_opts(SecondsFormat::Secs, true));
        Meta {
            organisation: self
                .ws
                .organisations
                .first()
                .map(|o| o.name.clone())
                .unwrap_or_default(),
            title: p
                .map(|p| p.title.clone())
                .filter(|t| !t.is_empty())
                .unwrap_or_else(|| "Continuity plan".into()),
            code: p.map(|p| p.code.0.clone()).unwrap_or_default(),
            version: v.number.clone(),
            state: self.state_words(),
            draft,
            classification: p
                .and_then(|p| p.classification.clone())
                .map(|c| capital(&c))
                .unwrap_or_else(|| "Not classified".into()),
            content_sha256: v.content_sha256.clone(),
            language: language(self.ws),
            made_at,
        }
    }

    /// The state, and since when.
    pub(crate) fn state_words(&self) -> String {
        let v = self.i.version;
        if let Some(n) = self.to_sign() {
            return format!("approved only with {}", all_signatures(n));
        }
        match (v.state, v.approved_on) {
            (VersionState::Approved, Some(d)) => format!("approved {}", long_date(d)),
            (VersionState::Superseded, Some(d)) => format!("superseded, approved {}", long_date(d)),
            (s, _) => s.word().replace('_', " "),
        }
    }

    pub(crate) fn is_draft(&self) -> bool {
        self.to_sign().is_none()
            && matches!(
                self.i.version.state,
                VersionState::Draft | VersionState::InReview
            )
    }

    /// How many signatures it must have, where it is the file that is signed.
    pub(crate) fn to_sign(&self) -> Option<usize> {
        self.i.to_sign.map(<[_]>::len)
    }

    pub(crate) fn role(&self, id: Option<RoleId>) -> String {
        let known = |ws: &Workspace, id| ws.get::<Role>(id).map(|r: &Role| r.name.clone());
        match id {
            Some(r) => known(self.ws, r)
                .or_else(|| known(self.i.live, r))
                .unwrap_or_else(|| "unknown role".into()),
            None => "not named".into(),
        }
    }

    pub(crate) fn service(&self, id: ServiceId) -> String {
        self.ws
            .get::<Service>(id)
            .map_or_else(|| "unknown service".into(), |s| s.name.clone())
    }

    pub(crate) fn node(&self, id: NodeId) -> String {
        match self.ws.get::<Activity>(id) {
            Some(a) => format!("{} {}", a.code, a.name),
            None => self.service(ServiceId(id.0)),
        }
    }

    /// The day that the document shows.
    pub(crate) fn today(&self) -> NaiveDate {
        DateTime::parse_from_rfc3339(&self.meta(None).made_at)
            .map(|d| d.date_naive())
            .unwrap_or_else(|_| self.i.now.date_naive())
    }

    /// The currency of the workspace.
    pub(crate) fn currency(&self) -> String {
        let o = self.ws.organisations.first();
        o.map(|o| o.currency.0.clone()).unwrap_or_default()
    }

    /// A phone number or mail address, or what stands in its place in a redacted copy.
    pub(crate) fn personal(&self, text: &Option<String>) -> Cell {
        match text.as_deref().is_some_and(|t| !t.trim().is_empty()) {
            true if self.i.redact => Cell::quiet(WITHHELD),
            _ => crate::plan::text(text),
        }
    }

    /// How a role is called.
    pub(crate) fn phone(&self, role: RoleId) -> String {
        let contact = self.ws.contacts.iter().find(|c| c.role_id == Some(role));
        match contact.and_then(|c| c.mobile.clone().or(c.phone.clone())) {
            Some(_) if self.i.redact => WITHHELD.into(),
            Some(number) => number,
            None => "no number".into(),
        }
    }

    /// The name behind a code.
    pub(crate) fn name(&self, code: &str) -> String {
        let service = self
            .ws
            .services
            .iter()
            .find(|s| s.code.0 == code)
            .map(|s| s.name.clone());
        service
            .or_else(|| {
                self.ws
                    .activities
                    .iter()
                    .find(|a| a.code.0 == code)
                    .map(|a| a.name.clone())
            })
            .unwrap_or_else(|| code.into())
    }
}

pub(crate) fn section(
    id: &str,
    number: &str,
    title: &str,
    level: u8,
    blocks: Vec<Block>,
) -> Section {
    Section {
        id: id.into(),
        number: number.into(),
        title: title.into(),
        level,
        start: Start::Here,
        blocks,
    }
}

/// A numbered section.
pub(crate) fn numbered(id: &str, blocks: Vec<Block>) -> Section {
    let known = OUTLINE.iter().find(|(key, ..)| *key == id);
    let (_, number, title) = known.expect("BUG: a section that is not in the outline");
    section(id, number, title, 1, blocks)
}

/// A numbered section, or what is missing in it, or nothing: a draft says what is missing, an approved version leaves it out
/// and says so under document control.
pub(crate) fn or_missing(
    m: &Maker<'_>,
    id: &str,
    blocks: Vec<Block>,
    missing: &str,
) -> Option<Section> {
    match blocks.is_empty() {
        false => Some(numbered(id, blocks)),
        true => m.is_draft().then(|| numbered(id, vec![gap(missing)])),
    }
}

/// What is missing, said in a draft.
pub(crate) fn gap(text: impl Into<String>) -> Block {
    Block::Missing { text: text.into() }
}

/// What an author wrote, where that is something.
pub(crate) fn said(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|t| !t.is_empty())
}

/// What an author wrote, under a label; a draft says what is missing where there is nothing.
pub(crate) fn written(
    m: &Maker<'_>,
    label: &str,
    text: &Option<String>,
    missing: &str,
) -> Option<Block> {
    match said(text) {
        Some(text) => Some(Block::Paragraph {
            runs: vec![Run::strong(format!("{label} ")), Run::plain(text)],
        }),
        None => m.is_draft().then(|| gap(missing)),
    }
}

pub(crate) fn paragraph(text: impl Into<String>) -> Block {
    Block::Paragraph {
        runs: vec![Run::plain(text)],
    }
}

pub(crate) fn quiet(text: impl Into<String>) -> Block {
    Block::Paragraph {
        runs: vec![Run::quiet(text)],
    }
}

pub(crate) fn bullets(items: impl IntoIterator<Item = String>) -> Vec<Block> {
    let items: Vec<Vec<Run>> = items.into_iter().map(|t| vec![Run::plain(t)]).collect();
    if items.is_empty() {
        Vec::new()
    } else {
        vec![Block::Bullets { items }]
    }
}

/// A table from headings with widths; `None` where it has no rows.
pub(crate) fn table(columns: &[(&str, Width, Align)], rows: Vec<Vec<Cell>>) -> Option<Block> {
    if rows.is_empty() {
        return None;
    }
    let columns = columns
        .iter()
        .map(|(t, w, a)| Column {
            title: (*t).into(),
            width: *w,
            align: *a,
            group: None,
            note: None,
        })
        .collect();
    Some(Block::Table(Table { columns, rows }))
}

/// A table with a heading over some of its columns.
pub(crate) fn grouped(mut table: Block, columns: Range<usize>, title: &str) -> Block {
    if let Block::Table(t) = &mut table {
        for c in &mut t.columns[columns] {
            c.group = Some(title.into());
        }
    }
    table
}

/// A table with a footnote to the heading of a column.
pub(crate) fn noted(mut table: Block, column: usize, note: &str) -> Block {
    if let Block::Table(t) = &mut table {
        t.columns[column].note = Some(note.into());
    }
    table
}

pub(crate) fn mm(x: f32) -> Width {
    Width::Fixed(x)
}

pub(crate) fn share(x: f32) -> Width {
    Width::Share(x)
}

/// A duration, or `unknown`, quietly.
pub(crate) fn duration(d: Option<Minutes>) -> Cell {
    match d {
        Some(m) => Cell::text(m.to_string()),
        None => Cell::quiet("unknown"),
    }
}

/// A text, or a dash.
pub(crate) fn text(t: &Option<String>) -> Cell {
    match t.as_deref().filter(|s| !s.trim().is_empty()) {
        Some(s) => Cell::text(s),
        None => Cell::quiet("\u{2013}"),
    }
}

/// A date, or a dash.
pub(crate) fn date(d: Option<NaiveDate>) -> Cell {
    d.map_or_else(|| Cell::quiet("\u{2013}"), |d| Cell::text(long_date(d)))
}

/// Whether a requirement is kept, in words on coloured ground.
pub(crate) fn gap_chip(state: Option<GapState>, gap: Option<Minutes>) -> Cell {
    match (state, gap) {
        (Some(GapState::Gap), Some(g)) => Cell::chip(format!("gap {g}"), Tone::Gap),
        (Some(GapState::Gap), None) => Cell::chip("gap", Tone::Gap),
        (Some(GapState::MetProven), _) => Cell::chip("kept, tested", Tone::Met),
        (Some(GapState::MetClaimed), _) => Cell::chip("kept, claimed", Tone::Met),
        (Some(GapState::Unknown), _) => Cell::chip("unknown", Tone::Unknown),
        (None, _) => Cell::quiet("\u{2013}"),
    }
}

pub(crate) fn capital(s: &str) -> String {
    let mut c = s.chars();
    c.next()
        .map(|f| f.to_uppercase().chain(c).collect())
        .unwrap_or_default()
}
