//! Breakout laptops: a copy is given out, worked in elsewhere, looked at, and brought back as one step.

use crate::app::Open;
use crate::differences::changes_between;
use crate::moved::results_moved;
use crate::problem::Outcome;
use crate::telling::{self, Teller};
use crate::wire::*;
use crate::{App, files, versions};
use mainstay_domain::{Datum, NaiveDate, Row, Table, Uuid, Workspace};
use mainstay_planfile::{
    Access, Blame, Choices, Clash, Conflict, Merged, Notice, Operation, PlanFile, Returning, Side,
    Who,
};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// So many conflicts are weighed by what each choice does to the results.
const WEIGHED: usize = 30;
const NAME_MAX: usize = 60;

/// Gives out a copy of the open workspace.
pub(crate) fn give_out(app: &mut App, args: GiveOut) -> Outcome<PathView> {
    app.refuse_in_the_past()?;
    let to = args.to.trim().to_owned();
    if to.is_empty() || to.chars().count() > NAME_MAX || to.chars().any(char::is_control) {
        return Err(Problem::bad_value(
            "copy",
            "to",
            &args.to,
            "a name of 1 to 60 characters, such as Room A",
        ));
    }
    if args.path.trim().is_empty() {
        return Err(Problem::bad_value("copy", "path", "", "the file to make"));
    }
    let path = files::with_extension(Path::new(args.path.trim()));
    let path = std::path::absolute(&path).unwrap_or(path);
    let (stamp, work) = (app.stamp(), app.work());
    let open = app.session_mut()?;
    work.during(format!("making the copy for {to}"), |progress| {
        open.file.give_out(&path, &to, &stamp, progress)
    })?;
    Ok(PathView {
        path: path.display().to_string(),
    })
}

/// A copy that is looked at.
struct Visit {
    path: PathBuf,
    copy: PlanFile,
    back: Returning,
}

impl Visit {
    fn to(app: &App, path: &str) -> Outcome<Visit> {
        app.refuse_in_the_past()?;
        let path = PathBuf::from(path);
        let open = app.session()?;
        let same = |p: &Path| std::fs::canonicalize(p).ok();
        if same(&path).is_some() && same(&path) == same(open.file.path()) {
            return Err(Problem::new(
                "not_a_copy",
                "That is the open workspace itself; choose the copy that was given out.",
            ));
        }
        let copy = app.unlock(|key| PlanFile::open_with(&path, Access::Read, &app.stamp(), key))?;
        let back = open.file.returning(&copy)?;
        Ok(Visit { path, copy, back })
    }

    fn merged(&self, open: &Open, choices: &Choices) -> Merged {
        open.file.plan_merge(&self.back, &self.copy, choices)
    }

    /// The choices in the terms of the merge.
    fn choices(&self, open: &Open, args: &BringBack) -> Outcome<Choices> {
        let mut out = Choices {
            all: args.prefer.map(side),
            ..Choices::default()
        };
        if args.choices.is_empty() {
            return Ok(out);
        }
        let places = Places::of(open, self);
        let mut of_record: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for c in self.merged(open, &Choices::default()).conflicts {
            let record = places.top(c.table, c.record).1.to_string();
            of_record.entry(record).or_default().push(c.id);
        }
        // What is said of one conflict goes before what is said of its record.
        for c in &args.choices {
            for id in of_record.get(&c.target).into_iter().flatten() {
                out.by_conflict.insert(id.clone(), side(c.side));
            }
        }
        for c in &args.choices {
            let known = of_record.values().flatten().any(|id| *id == c.target);
            if known {
                out.by_conflict.insert(c.target.clone(), side(c.side));
            } else if !of_record.contains_key(&c.target) {
                return Err(Problem::new(
                    "no_such_conflict",
                    format!(
                        "There is no conflict “{}”; the preview names those there are.",
                        c.target
                    ),
                ));
            }
        }
        Ok(out)
    }
}

fn side(s: MergeSide) -> Side {
    match s {
        MergeSide::Ours => Side::Ours,
        MergeSide::Theirs => Side::Theirs,
    }
}

/// Every record of ours, theirs and the common ancestor, to name them by.
struct Places {
    rows: HashMap<(Table, Uuid), Row>,
    currency: String,
}

impl Places {
    fn of(open: &Open, visit: &Visit) -> Self {
        let ours = open.file.workspace();
        let mut rows = HashMap::new();
        for ws in [&visit.back.base, visit.copy.workspace(), ours] {
            for t in Table::ALL {
                rows.extend(ws.rows(*t).into_iter().map(|r| ((*t, r.id), r)));
            }
        }
        Self {
            rows,
            currency: telling::currency(ours),
        }
    }

    fn find(&self, t: Table, id: Uuid) -> Option<Row> {
        self.rows.get(&(t, id)).cloned()
    }

    /// The record that this one belongs to, at the top.
    fn top(&self, table: Table, id: Uuid) -> (Table, Uuid) {
        let (mut t, mut at) = (table, id);
        while let Some(parent) = t.spec().parent() {
            let Some(Datum::Id(up)) = self.rows.get(&(t, at)).and_then(|r| r.data.first()) else {
                break;
            };
            (t, at) = (parent, *up);
        }
        (t, at)
    }

    fn code(&self, table: Table, id: Uuid) -> Option<String> {
        let row = self.rows.get(&(table, id))?;
        match &row.data[table.spec().column("code")?] {
            Datum::Text(s) => Some(s.clone()),
            _ => None,
        }
    }
}

/// What bringing a copy back would do.
pub(crate) fn preview_bring_back(app: &mut App, args: BringBack) -> Outcome<MergePreview> {
    let today = app.config.today();
    let work = app.work();
    let visit = Visit::to(app, &args.path)?;
    let open = app.session()?;
    work.during("comparing the copy", |progress| {
        let choices = visit.choices(open, &args)?;
        let merged = visit.merged(open, &choices);
        preview(open, &visit, &merged, &choices, today, progress)
    })
}

fn preview(
    open: &Open,
    visit: &Visit,
    merged: &Merged,
    choices: &Choices,
    today: NaiveDate,
    progress: &mut dyn FnMut(u64, u64) -> bool,
) -> Outcome<MergePreview> {
    let ours = open.file.workspace();
    let after = open.file.after(merged)?;
    let places = Places::of(open, visit);
    let find = |t: Table, id: Uuid| places.find(t, id);
    let teller = Teller::new(&find, places.currency.clone());
    let mut incoming = teller.tell(&changes_between(ours, &after, true));
    incoming.retain(|r| r.what != ChangeKind::Changed || !r.fields.is_empty());
    let blames = (
        open.file.blame(&visit.back, None)?,
        open.file.blame(&visit.back, Some(&visit.copy))?,
    );
    let mut conflicts = Vec::new();
    for (i, c) in merged.conflicts.iter().enumerate() {
        let mut view = conflict(&places, &teller, c, &blames);
        if i < WEIGHED {
            if !progress(i as u64, merged.conflicts.len().min(WEIGHED) as u64) {
                return Err(mainstay_planfile::PlanFileError::Cancelled.into());
            }
            let with = |s: Side| -> Outcome<Workspace> {
                let mut choices = choices.clone();
                choices.by_conflict.insert(c.id.clone(), s);
                Ok(open.file.after(&visit.merged(open, &choices))?)
            };
            view.moves = results_moved(&with(Side::Ours)?, &with(Side::Theirs)?, today);
        }
        conflicts.push(view);
    }
    let since = visit.copy.history_row(visit.back.since)?;
    Ok(MergePreview {
        path: visit.path.display().to_string(),
        copy_for: visit.back.copy_for.clone(),
        since: since.operation,
        since_at: since.at,
        steps: visit.back.steps(),
        open: conflicts.iter().filter(|c| c.choice.is_none()).count() as i64,
        conflicts,
        incoming,
        notices: notices(&places, &teller, &merged.notices),
        results: results_moved(ours, &after, today),
    })
}

fn conflict(
    places: &Places,
    teller: &Teller<'_>,
    c: &Conflict,
    (here, there): &(Blame, Blame),
) -> ConflictView {
    let top = places.top(c.table, c.record);
    let child = (top.1 != c.record)
        .then(|| places.find(c.table, c.record))
        .flatten()
        .map(|row| teller.child(c.table, &row));
    let who = |b: &Blame, field: Option<usize>| -> Option<Who> {
        b.get(&(c.table, c.record, field))
            .or_else(|| b.get(&(c.table, c.record, None)))
            .cloned()
    };
    let (label, base, ours, theirs, by) = match &c.what {
        Clash::Field {
            field,
            base,
            ours,
            theirs,
        } => {
            let f = &c.table.spec().fields[*field];
            let own = crate::labels::field(f.json);
            let label = match child {
                Some(child) if is_value(c.table, f.column) => child,
                Some(child) => format!("{child}, {own}"),
                None => own,
            };
            let say = |d: &Datum| teller.value(f, d);
            (
                label,
                base.as_ref().and_then(say),
                say(ours),
                say(theirs),
                (who(here, Some(*field)), who(there, Some(*field))),
            )
        }
        Clash::Removed { by, needed_by } => {
            let needs: Vec<String> = needed_by
                .iter()
                .take(5)
                .map(|(t, id)| teller.name(*t, *id))
                .collect();
            let kept = if needed_by.iter().any(|n| n.1 != c.record) {
                format!("kept; changed or needed by {}", needs.join(", "))
            } else {
                "kept and changed".to_owned()
            };
            let removed = "removed".to_owned();
            let any = |b: &Blame| {
                needed_by.iter().find_map(|(t, id)| {
                    b.iter()
                        .filter(|(k, _)| k.0 == *t && k.1 == *id)
                        .map(|(_, w)| w.clone())
                        .max_by(|a, b| a.at.cmp(&b.at))
                })
            };
            let (ours, theirs, by) = match by {
                Side::Ours => (removed, kept, (who(here, None), any(there))),
                Side::Theirs => (kept, removed, (any(here), who(there, None))),
            };
            let label = child.map_or("removed".into(), |c| format!("{c}: removed"));
            (label, None, Some(ours), Some(theirs), by)
        }
    };
    let (ours_by, ours_at) = by.0.map(|w| (w.author, w.at)).unzip();
    let (theirs_by, theirs_at) = by.1.map(|w| (w.author, w.at)).unzip();
    ConflictView {
        id: c.id.clone(),
        record: top.1.to_string(),
        kind: top.0.spec().name.into(),
        code: places.code(top.0, top.1),
        name: teller.name(top.0, top.1),
        label,
        base,
        ours,
        theirs,
        ours_by,
        ours_at,
        theirs_by,
        theirs_at,
        choice: c.choice.map(|s| match s {
            Side::Ours => MergeSide::Ours,
            Side::Theirs => MergeSide::Theirs,
        }),
        moves: Vec::new(),
    }
}

/// Whether a field is all that its record holds beside what names it.
fn is_value(table: Table, column: &str) -> bool {
    matches!(
        (table, column),
        (Table::ImpactRating, "level") | (Table::CalendarHour, "factor")
    )
}

fn notices(places: &Places, teller: &Teller<'_>, all: &[Notice]) -> Vec<String> {
    let named = |t: Table, id: Uuid| {
        let code = places
            .code(t, id)
            .map_or(String::new(), |c| format!(" ({c})"));
        format!("the {} {}{code}", t.spec().noun, teller.name(t, id))
    };
    all.iter()
        .map(|n| {
            let text = match n {
                Notice::TakenAsOne(t, id) => {
                    format!("{} is new on both sides and is taken as one.", named(*t, *id))
                }
                Notice::Recoded { table, record, old, new, keeps } => format!(
                    "{} gets the code {new}, because {old} is also that of {}.",
                    named(*table, *record),
                    named(keeps.0, keeps.1)
                ),
                Notice::CodeAgain { table, record, old, new } => format!(
                    "{} has its own code {new} again, where an earlier merge had made it {old}.",
                    named(*table, *record)
                ),
                Notice::AlsoStays(t, id) => format!(
                    "{} stays too, because what stays refers to it.",
                    named(*t, *id)
                ),
                Notice::MovedCode { table, record, old, new } => format!(
                    "{} has the code {new} in the copy, where it was {old}.",
                    named(*table, *record)
                ),
                Notice::SameName { table, record, other } => format!(
                    "{} comes in beside {}, which has the same name; both are kept.",
                    named(*table, *record),
                    named(*table, *other)
                ),
                Notice::AlsoRemoved(t, row) => format!(
                    "{} goes too, because what it belongs to is removed.",
                    named(*t, row.id)
                ),
                Notice::Cleared { table, record, field } => format!(
                    "{} loses its {}, because that is removed.",
                    named(*table, *record),
                    crate::labels::field(table.spec().fields[*field].json)
                ),
                Notice::VersionNotTaken(row) => format!(
                    "{} of the copy is not taken: versions of plans are made in the original alone.",
                    named(Table::PlanVersion, row.id)
                ),
            };
            let mut c = text.chars();
            c.next()
                .map(|first| first.to_uppercase().chain(c).collect())
                .unwrap_or_default()
        })
        .collect()
}

/// Brings a copy back as one step.
pub(crate) fn bring_back(app: &mut App, args: BringBack) -> Outcome<BroughtBack> {
    let (today, stamp, work) = (app.config.today(), app.stamp(), app.work());
    let visit = Visit::to(app, &args.path)?;
    let open = app.session()?;
    let choices = visit.choices(open, &args)?;
    let merged = work.during("bringing the copy back", |_| visit.merged(open, &choices));
    let waiting = merged
        .conflicts
        .iter()
        .filter(|c| c.choice.is_none())
        .count();
    if waiting > 0 {
        let places = Places::of(open, &visit);
        let find = |t: Table, id: Uuid| places.find(t, id);
        let teller = Teller::new(&find, places.currency.clone());
        let list: Vec<String> = merged
            .conflicts
            .iter()
            .filter(|c| c.choice.is_none())
            .map(|c| {
                let v = conflict(&places, &teller, c, &Default::default());
                format!(
                    "{}: {} of {}: ours {}, theirs {}",
                    v.id,
                    v.label,
                    v.name,
                    v.ours.unwrap_or("not set".into()),
                    v.theirs.unwrap_or("not set".into())
                )
            })
            .collect();
        let text = match waiting {
            1 => "A conflict waits for a choice, so nothing was brought back.".to_owned(),
            n => format!("{n} conflicts wait for a choice, so nothing was brought back."),
        };
        return Err(Problem::new("conflicts", text).with("conflicts", list));
    }
    let before = open.file.workspace().clone();
    let from = visit.back.copy_for.clone().unwrap_or_else(|| {
        let name = visit.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    });
    let op = Operation::named(format!("bring back the copy for {from}"));
    let open = app.session_mut()?;
    let committed = work.during("bringing the copy back", |_| {
        open.file
            .bring_back(&visit.back, &visit.copy, &merged, (&op, &stamp), |tx| {
                versions::start_drafts(tx)
            })
    })?;
    open.forget_results();
    open.index.note(&committed.rows);
    let places = Places::of(open, &visit);
    let find = |t: Table, id: Uuid| places.find(t, id);
    let teller = Teller::new(&find, places.currency.clone());
    let out = BroughtBack {
        operation: op.name,
        tags: committed.tags.into_iter().map(Into::into).collect(),
        records: merged.changes.len() as i64,
        notices: notices(&places, &teller, &merged.notices),
        results: results_moved(&before, open.file.workspace(), today),
        undo: open.file.undo_name().map(Into::into),
        redo: open.file.redo_name().map(Into::into),
    };
    app.backups_after_change();
    Ok(out)
}

impl App {
    /// Refuses what only the original may do.
    pub(crate) fn refuse_in_a_copy(&self) -> Outcome<()> {
        match self.session()?.file.copy_for()? {
            Some(to) => Err(Problem::new(
                "in_a_copy",
                format!(
                    "This is the copy for {to}; it can neither submit nor sign. Bring it back into the original and do it there."
                ),
            )),
            None => Ok(()),
        }
    }
}
