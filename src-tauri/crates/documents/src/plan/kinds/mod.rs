//! The other documents of a plan version: reports, minutes, changes, and what is handed out for the day everything is down.

mod bia;
mod break_glass;
mod changes;
mod exercise;
mod minutes;
mod risk;

pub(super) use changes::summary;
pub use changes::{Changes, RecordChanged, ValueChanged};

use super::*;
use crate::model::{Cover, Field};
use crate::plan;

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// The whole plan.
    #[default]
    Plan,
    /// The business impact analysis: a summary, and a sheet for each activity.
    Bia,
    /// The risks, what they can cost and what is done about them.
    Risk,
    /// What exercises were to show and showed.
    Exercise,
    /// What workshops agreed on.
    Minutes,
    /// What lies between two versions.
    Changes,
    /// A card for each role, with the call tree and the runbooks.
    BreakGlass,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 7] = [
        Kind::Plan,
        Kind::Bia,
        Kind::Risk,
        Kind::Exercise,
        Kind::Minutes,
        Kind::Changes,
        Kind::BreakGlass,
    ];

    /// The word for it on the command line and in file names.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Plan => "plan",
            Kind::Bia => "bia",
            Kind::Risk => "risk",
            Kind::Exercise => "exercise",
            Kind::Minutes => "minutes",
            Kind::Changes => "changes",
            Kind::BreakGlass => "break-glass",
        }
    }

    /// The kind with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.word() == word)
    }

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Kind::Plan => "Continuity plan",
            Kind::Bia => "Business impact analysis",
            Kind::Risk => "Risk report",
            Kind::Exercise => "Exercise report",
            Kind::Minutes => "Workshop minutes",
            Kind::Changes => "Change report",
            Kind::BreakGlass => "Break-glass pack",
        }
    }
}

/// Assembles a document of a kind.
///
/// `changes` are for the change report, and for the plan of a draft; what has changed in a version that was submitted is in
/// its content.
pub fn assemble_as(kind: Kind, input: &PlanInput<'_>, changes: Option<&Changes>) -> Document {
    let m = Maker {
        i: input,
        ws: input.workspace,
    };
    let p = m.ws.get::<Plan>(input.plan);
    let mut document = Document {
        meta: m.meta(p),
        cover: Cover {
            fields: Vec::new(),
            card: None,
        },
        sections: Vec::new(),
        source: None,
    };
    let Some(p) = p else {
        return document;
    };
    document.cover = front::cover(&m, p);
    document.sections = match kind {
        Kind::Plan => plan::sections(&m, p, changes),
        Kind::Bia => bia::sections(&m),
        Kind::Risk => risk::sections(&m),
        Kind::Exercise => exercise::sections(&m),
        Kind::Minutes => minutes::sections(&m),
        Kind::Changes => changes::sections(&m, changes),
        Kind::BreakGlass => break_glass::sections(&m, p),
    };
    if kind != Kind::Plan {
        document.meta.title = format!("{}: {}", kind.title(), document.meta.title);
    }
    if !matches!(kind, Kind::Plan | Kind::BreakGlass) {
        document.cover.card = None;
    }
    note(kind, &m, &mut document.cover);
    if input.redact {
        redact::redact(&mut document, input.workspace);
    }
    document
}

/// Says on the cover what this copy is not.
fn note(kind: Kind, m: &Maker<'_>, cover: &mut Cover) {
    let mut say = |label: &str, text: String| {
        cover.fields.push(Field {
            label: label.into(),
            value: Cell::text(text),
        });
    };
    let redacted = m.i.redact;
    if redacted {
        say(
            "Redacted",
            "Phone numbers and mail addresses are left out of this copy, in free text as far as they look like ones.".into(),
        );
    }
    let v = m.i.version;
    // A version that was made to be signed is handed out as the file that was signed; anything else is none.
    let signed = m.to_sign().is_some() || v.document_sha256.is_none();
    if (redacted || kind != Kind::Plan || !signed) && v.content_sha256.is_some() {
        say(
            "Extract",
            format!(
                "Unsigned extract of version {}; the content hash is that of the version.",
                v.number
            ),
        );
    }
}

/// A section that says that there is nothing.
fn nothing(text: &str) -> Vec<Section> {
    vec![section(
        "nothing",
        "",
        "Nothing to report",
        1,
        vec![paragraph(text)],
    )]
}

/// Labels and values; those without a value are left out.
fn fields(pairs: Vec<(&str, Option<String>)>) -> Option<Block> {
    let fields: Vec<Field> = pairs
        .into_iter()
        .filter_map(|(label, value)| {
            Some(Field {
                label: label.into(),
                value: Cell::text(value.filter(|v| !v.trim().is_empty())?),
            })
        })
        .collect();
    (!fields.is_empty()).then_some(Block::Fields { fields })
}

/// The names of roles, one after the other.
fn names(m: &Maker<'_>, roles: impl Iterator<Item = RoleId>) -> Option<String> {
    let all: Vec<String> = roles.map(|r| m.role(Some(r))).collect();
    (!all.is_empty()).then(|| all.join(", "))
}
