//! Fields with a fixed list of words.

use crate::field::{Datum, FieldValue, Kind};
use serde::{Deserialize, Serialize};

macro_rules! choice {
    ($(#[$m:meta])* $t:ident { $($(#[$vm:meta])* $v:ident = $w:literal),+ $(,)? } $absent:expr) => {
        $(#[$m])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $t { $($(#[$vm])* #[serde(rename = $w)] $v),+ }
        impl $t {
            /// Every word, in order.
            pub const WORDS: &'static [&'static str] = &[$($w),+];
            /// The word that stands in files.
            pub fn word(self) -> &'static str { match self { $($t::$v => $w),+ } }
            /// The value of a word.
            pub fn from_word(w: &str) -> Option<Self> { match w { $($w => Some($t::$v),)+ _ => None } }
        }
        impl FieldValue for $t {
            const KIND: Kind = Kind::Choice($t::WORDS);
            fn to_datum(&self) -> Datum { Datum::Text(self.word().into()) }
            fn from_datum(d: &Datum) -> Option<Self> { match d { Datum::Text(s) => $t::from_word(s), _ => None } }
            fn absent() -> Option<Self> { $absent }
        }
    };
}

choice!(
    /// From when times count.
    ClockStart {
        /// From the disruption itself (ISO 22301, ITIL).
        Disruption = "disruption",
        /// From the declaration (BSI 200-4).
        Declaration = "declaration",
    } Some(ClockStart::Disruption));
choice!(
    /// How the MTPD proposal is read off the impact grid.
    MtpdRule {
        /// The first horizon at which a category reaches its threshold.
        FirstCrossing = "first_crossing",
        /// The last horizon before that.
        LastTolerable = "last_tolerable",
        /// The first horizon at which the weighted sum of all ratings exceeds a share of its maximum.
        WeightedSum = "weighted_sum",
    } Some(MtpdRule::FirstCrossing));
choice!(
    /// What sort of IT service it is.
    ServiceKind {
        /// Power, cooling, rooms.
        Facility = "facility",
        /// Networks and lines.
        Network = "network",
        /// Servers, storage, databases, directories.
        Platform = "platform",
        /// What people use.
        Application = "application",
        /// Bought whole from outside.
        External = "external",
        /// People whose knowledge or hands others cannot do without.
        Person = "person",
    } None);
choice!(
    /// How well a restore time is shown; later words weigh more.
    Evidence {
        /// Nobody knows.
        Unknown = "unknown",
        /// Somebody's judgement.
        Estimate = "estimate",
        /// A supplier's promise.
        Contract = "contract",
        /// A test of the part.
        ComponentTest = "component_test",
        /// A test of the whole chain.
        EndToEndTest = "end_to_end_test",
        /// It happened.
        RealIncident = "real_incident",
    } None);
choice!(
    /// Whether the dependant stops without the provider.
    Strength {
        /// It stops.
        Hard = "hard",
        /// It goes on, worse.
        Soft = "soft",
    } Some(Strength::Hard));
choice!(
    /// When the provider is needed.
    Mode {
        /// To run only.
        Run = "run",
        /// To be restored only.
        Recover = "recover",
        /// To run and to be restored.
        Both = "both",
    } Some(Mode::Both));
choice!(
    /// What is done about a risk.
    Treatment {
        /// Stop what causes it.
        Avoid = "avoid",
        /// Make it rarer or milder.
        Reduce = "reduce",
        /// Insure or contract it out.
        Share = "share",
        /// Live with it, by name and date.
        Accept = "accept",
    } None);
choice!(
    /// How a duration is distributed.
    Distribution {
        /// Least, most likely, most.
        Pert = "pert",
        /// Median and P90.
        Lognormal = "lognormal",
        /// Between least and most.
        Uniform = "uniform",
        /// Always the same.
        Fixed = "fixed",
    } None);
choice!(
    /// Where a plan version stands.
    VersionState {
        /// Being written.
        Draft = "draft",
        /// Frozen, waiting for its sign-offs.
        InReview = "in_review",
        /// In force; never changes.
        Approved = "approved",
        /// Replaced by a later approved version.
        Superseded = "superseded",
        /// Taken out of force without a successor.
        Withdrawn = "withdrawn",
    } Some(VersionState::Draft));
choice!(
    /// What a sign-off says.
    SignOffKind {
        /// I wrote it.
        Prepared = "prepared",
        /// I checked it.
        Reviewed = "reviewed",
        /// It is in force.
        Approved = "approved",
    } None);
choice!(
    /// How a sign-off was given.
    SignMethod {
        /// Ink on paper.
        Wet = "wet",
        /// Typed name.
        Typed = "typed",
        /// Certificate.
        Certificate = "certificate",
    } None);
choice!(
    /// Where an action stands; done is not verified.
    ActionState {
        /// To do.
        Open = "open",
        /// Its owner says it is done.
        Done = "done",
        /// Somebody else has seen that it works.
        Verified = "verified",
        /// Dropped.
        Cancelled = "cancelled",
    } Some(ActionState::Open));
choice!(
    /// How well an exercise objective was met.
    Rating {
        /// No problems.
        P = "P",
        /// Some problems.
        S = "S",
        /// Major problems.
        M = "M",
        /// Not achieved.
        U = "U",
        /// Not observed.
        NA = "NA",
    } None);
choice!(
    /// How the number of events in a year is distributed.
    FrequencyModel {
        /// Any number of them, independent of each other.
        Poisson = "poisson",
        /// One at most.
        Bernoulli = "bernoulli",
    } None);
choice!(
    /// What a risk's score asks for; later words weigh more.
    RiskBand {
        /// Accept, watch.
        Low = "low",
        /// Treat when cheap.
        Medium = "medium",
        /// Treat, or management accepts in writing.
        High = "high",
        /// Treat now.
        Extreme = "extreme",
    } None);
choice!(
    /// How many people of each team restore.
    StaffLevel {
        /// Everybody.
        Full = "full",
        /// Those that can be counted on in a disruption.
        Planned = "planned",
        /// Half of everybody, rounded up.
        Half = "half",
    } None);
choice!(
    /// What happened to a record between two versions.
    ChangeSort {
        /// It is new.
        Added = "added",
        /// It is gone.
        Removed = "removed",
        /// Values of it are not the same.
        Changed = "changed",
    } None);
