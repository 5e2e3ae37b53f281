//! Merging a copy that worked apart: three states (the common ancestor, ours, theirs) become one, field by field.
//!
//! Nothing here writes. [`plan`] says what comes in, what conflicts and what is worth a remark; choices resolve the
//! conflicts; the result is a list of changes to ours.

mod align;
mod codes;
mod removal;
mod rows;
mod three_way;
mod versions;

use mainstay_domain::{Datum, Row, Table, Uuid, Workspace};
use std::collections::{HashMap, HashSet};

pub(crate) use rows::rebuilt;

/// Whose value is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// That of the file that is merged into.
    Ours,
    /// That of the copy.
    Theirs,
}

/// Who decides each conflict: the choice for it, else that for all.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// For one conflict, by its name.
    pub by_conflict: HashMap<String, Side>,
    /// For every conflict.
    pub all: Option<Side>,
}

impl Choices {
    /// The same choice everywhere.
    pub fn all(side: Side) -> Self {
        Self {
            all: Some(side),
            ..Self::default()
        }
    }

    fn of(&self, id: &str) -> Option<Side> {
        self.by_conflict.get(id).copied().or(self.all)
    }
}

/// Two changes that cannot both be had.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// Its name, the same at every look: table, key and field.
    pub id: String,
    /// The record's table.
    pub table: Table,
    /// The record's key.
    pub record: Uuid,
    /// What is at odds.
    pub what: Clash,
    /// What was chosen.
    pub choice: Option<Side>,
}

/// What is at odds.
#[derive(Debug, Clone, PartialEq)]
pub enum Clash {
    /// Both sides changed a field, to different values.
    Field {
        /// The field's index.
        field: usize,
        /// The value of the common ancestor; `None` where the record is new on both sides.
        base: Option<Datum>,
        /// Our value.
        ours: Datum,
        /// Their value.
        theirs: Datum,
    },
    /// One side removed the record, the other changed it or needs it.
    Removed {
        /// Who removed it.
        by: Side,
        /// What the other side changed in it, or made refer to it.
        needed_by: Vec<(Table, Uuid)>,
    },
}

/// Something worth a remark: what a person would want to know of what comes in.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// A record that is new on both sides is taken as one.
    TakenAsOne(Table, Uuid),
    /// A record got another code because its own is that of another one.
    Recoded {
        /// Its table.
        table: Table,
        /// Its key.
        record: Uuid,
        /// The code both had.
        old: String,
        /// The code it has now.
        new: String,
        /// The record that keeps the code.
        keeps: (Table, Uuid),
    },
    /// A record has its own code again, which an earlier merge had made into another one.
    CodeAgain {
        /// Its table.
        table: Table,
        /// Its key.
        record: Uuid,
        /// The code it had.
        old: String,
        /// The code it has now.
        new: String,
    },
    /// The copy gave a record another code.
    MovedCode {
        /// Its table.
        table: Table,
        /// Its key.
        record: Uuid,
        /// The code before.
        old: String,
        /// The code there.
        new: String,
    },
    /// A new record of the copy has the name of another one.
    SameName {
        /// Their table.
        table: Table,
        /// The one that comes in.
        record: Uuid,
        /// The one that is here.
        other: Uuid,
    },
    /// A record goes because what it belongs to is removed.
    AlsoRemoved(Table, Row),
    /// A record that was removed stays, because another one that stays refers to it.
    AlsoStays(Table, Uuid),
    /// A reference goes because what it leads to is removed.
    Cleared {
        /// The record's table.
        table: Table,
        /// The record's key.
        record: Uuid,
        /// The field's index.
        field: usize,
    },
    /// Versions of plans and what belongs to them are made here alone; this one of the copy is not taken.
    VersionNotTaken(Row),
}

/// What merging comes to.
#[derive(Debug, Clone, Default)]
pub struct Merged {
    /// What changes in ours: the records as they shall be, `None` for those that go.
    pub changes: Vec<(Table, Uuid, Option<Row>)>,
    /// Every conflict, with what was chosen; where nothing was, the changes hold our value.
    pub conflicts: Vec<Conflict>,
    /// What is worth a remark.
    pub notices: Vec<Notice>,
    /// Keys that stand for another one from now on.
    pub aliases: Vec<(Uuid, Uuid)>,
}

impl Merged {
    /// Whether a conflict waits for a choice.
    pub fn is_open(&self) -> bool {
        self.conflicts.iter().any(|c| c.choice.is_none())
    }
}

/// What earlier merges have settled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// Keys of theirs that stand for another one of ours.
    pub aliases: HashMap<Uuid, Uuid>,
    /// Records that were taken out by themselves, here or in a copy that was brought back, and not along with what they
    /// belong to.
    pub removed: HashSet<Uuid>,
}

/// Plans the merge of theirs into ours, both made from base.
///
/// The order in which copies are merged does not matter where the choices agree.
pub fn plan(
    base: &Workspace,
    ours: &Workspace,
    theirs: &Workspace,
    settled: &Settled,
    choices: &Choices,
) -> Merged {
    let mut s = rows::States::of(base, ours, theirs, settled);
    let mut out = Merged::default();
    versions::keep_ours(&mut s, &mut out);
    if s.changed_there().is_empty() {
        return out;
    }
    align::take_as_one(&mut s, &mut out);
    let mut merged = three_way::fields(&s, choices, &mut out);
    removal::settle(&s, &mut merged, choices, &mut out);
    codes::keep_apart(&s, &mut merged, &mut out);
    out.changes = s.changes_to(&merged);
    // Letting go of three times all records takes its time, and nobody waits for it.
    rayon::spawn(move || drop((s, merged)));
    out
}
