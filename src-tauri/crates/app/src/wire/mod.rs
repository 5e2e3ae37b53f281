//! Wire types: what goes over the border between the product and its doors (window and command line).
//!
//! Durations are whole minutes (`_min`), money is in currency units, unknown is `null` and never zero.

mod activities;
mod backups;
mod files;
mod history;
mod merging;
mod overview;
mod plans;
mod services;

pub use activities::*;
pub use backups::*;
pub use files::*;
pub use history::*;
pub use merging::*;
pub use overview::*;
pub use plans::*;
pub use services::*;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Derives what every wire type needs.
macro_rules! wire {
    ($($(#[$m:meta])* $vis:vis $kw:ident $name:ident $body:tt)+) => { $(
        $(#[$m])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
        $vis $kw $name $body
    )+ };
}
pub(crate) use wire;

wire! {
    /// No arguments.
    #[derive(Default)]
    pub struct Nothing {}
    /// Names one record by its code.
    pub struct ByCode {
        /// The code.
        pub code: String,
    }
    /// A record as it is named elsewhere.
    pub struct Named {
        /// The code.
        pub code: String,
        /// The name.
        pub name: String,
    }
    /// What a change did.
    pub struct Changed {
        /// What was done, as the undo button names it.
        pub operation: String,
        /// The code of the record that was added or changed, if it is one.
        pub code: Option<String>,
        /// The kinds of record that changed, by their table's name; views that show one of them ask again.
        pub tags: Vec<String>,
        /// What undo would take back now.
        pub undo: Option<String>,
        /// What redo would do again now.
        pub redo: Option<String>,
    }
    /// A finding, ready to be shown.
    pub struct FindingView {
        /// What names it when it is accepted: `code:subject`.
        pub id: String,
        /// What sort of thing.
        pub code: String,
        /// How much it weighs.
        pub severity: FindingSeverity,
        /// The code of the record it is about.
        pub subject: String,
        /// The kind of that record, such as `activity`; empty when it is the workspace.
        pub subject_kind: String,
        /// A short name of the matter.
        pub title: String,
        /// The whole sentence.
        pub text: String,
    }
    /// One part of the consequence strip.
    pub struct Consequence {
        /// What it says.
        pub text: String,
        /// How it is meant.
        pub tone: Tone,
        /// The code of the record that proves it.
        pub target: Option<String>,
    }
    /// The chain of services and numbers behind a gap or a kept promise.
    pub struct Proof {
        /// What it proves, in a few words.
        pub title: String,
        /// The whole thing in one or two sentences.
        pub sentence: String,
        /// The code of the service or activity it is about.
        pub subject: String,
        /// When it is needed.
        pub needed_min: Option<i64>,
        /// Who needs it then, from the activity that sets the requirement down to the subject.
        pub needed_path: Vec<Named>,
        /// What has to be restored, first cause first.
        pub steps: Vec<ProofStep>,
        /// When it can be there.
        pub achievable_min: Option<i64>,
        /// How late that is.
        pub gap_min: Option<i64>,
    }
    /// One link of a proof.
    pub struct ProofStep {
        /// The code.
        pub code: String,
        /// The name.
        pub name: String,
        /// When its own restore can begin.
        pub start_min: i64,
        /// Its own restore time.
        pub own_min: i64,
        /// When it is back.
        pub finish_min: i64,
        /// How well the own restore time is shown.
        pub evidence: Option<String>,
    }
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FindingSeverity {
    /// Blocks submission unless it is accepted with a sentence.
    Error,
    /// Should be looked at.
    Warning,
}

/// How a statement is meant; shown in words and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// A plain fact.
    Plain,
    /// Not kept.
    Gap,
    /// Kept.
    Met,
    /// Worth a look.
    Warn,
    /// Not known.
    Unknown,
}

/// Whether a requirement is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GapStateView {
    /// Met, with tests behind it.
    MetProven,
    /// Met, by estimates or contracts only.
    MetClaimed,
    /// Not met.
    Gap,
    /// Not known.
    Unknown,
}
