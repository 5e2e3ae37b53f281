//! The history as a person reads it: pages of steps, each with what changed from what to what.

use crate::app::Open;
use crate::past::{first_moment, last_moment};
use crate::problem::Outcome;
use crate::telling::{self, Teller, fold};
use crate::wire::{HistoryFilter, HistoryPage, HistoryStep, Problem};
use crate::{App, known::Known};
use chrono::{DateTime, SecondsFormat, Utc};
use mainstay_domain::{Activity, Row, Service, Table, Uuid};
use mainstay_planfile::{Entry, PlanFile, RowChange, undone};
use std::cell::Cell;
use std::collections::{BTreeSet, HashMap, VecDeque};

/// How many records of a step a page lists.
const RECORDS_LISTED: usize = 50;
/// How many values of a record a page lists.
const VALUES_LISTED: usize = 60;
/// How many steps of a copy that was brought back a page lists.
const FAR_LISTED: usize = 50;

/// What to show of the history, understood.
struct Wanted {
    person: Option<String>,
    text: Option<String>,
    from: Option<String>,
    to: Option<String>,
    rows: Option<BTreeSet<i64>>,
    /// The merges that brought back what the person did in a copy.
    merges: BTreeSet<i64>,
}

impl Wanted {
    fn fits(&self, e: &Entry) -> bool {
        let holds = |text: &str, part: &Option<String>| {
            part.as_ref()
                .is_none_or(|p| text.to_lowercase().contains(p))
        };
        self.rows.as_ref().is_none_or(|r| r.contains(&e.seq))
            && (holds(&e.author, &self.person) || self.merges.contains(&e.seq))
            && holds(&e.operation, &self.text)
            && self.from.as_ref().is_none_or(|from| e.at >= *from)
            && self.to.as_ref().is_none_or(|to| e.at <= *to)
    }
}

/// Rows of the history that are one step, the last one first.
type Step = Vec<Entry>;

/// A page of the history, latest first.
pub(crate) fn history(app: &mut App, args: HistoryFilter) -> Outcome<HistoryPage> {
    let limit = args.limit.unwrap_or(100);
    if !(1..=1000).contains(&limit) {
        return Err(bad(
            "limit",
            &limit.to_string(),
            "a whole number from 1 to 1000",
        ));
    }
    let limit = usize::try_from(limit).unwrap_or(100);
    let open = app.session_mut()?;
    let wanted = understood(open, &args)?;
    let whole = args.seq.is_some();
    let before = match args.seq {
        Some(seq) => seq.saturating_add(1),
        None => args.before.unwrap_or(i64::MAX),
    };
    let mut steps: Vec<Step> = Vec::new();
    let mut more = false;
    open.file.history_back(before, |e| {
        let joins = steps.last().is_some_and(|s| one_step(s, &e));
        // A step is shown whole, or from its first row that fits.
        if !wanted.fits(&e) {
            return !whole || steps.is_empty() || joins;
        }
        if joins {
            if let Some(s) = steps.last_mut() {
                s.push(e);
            }
            return true;
        }
        if steps.len() == limit || (whole && !steps.is_empty()) {
            more = !whole;
            return false;
        }
        steps.push(vec![e]);
        true
    })?;
    if let Some(seq) = args.seq
        && steps.first().is_none_or(|s| s[0].seq != seq)
    {
        return Err(Problem::new(
            "no_such_point",
            format!("The history has no step that ends with row {seq}."),
        ));
    }
    let undone = open.file.undone_steps()?;
    let before = more
        .then(|| steps.last().and_then(|s| s.last()).map(|e| e.seq))
        .flatten();
    let told = told(open, &steps, &undone, whole)?;
    Ok(HistoryPage {
        steps: told,
        before,
        people: open.file.authors()?,
    })
}

/// Whether a row belongs to the step of the rows after it.
fn one_step(later: &Step, e: &Entry) -> bool {
    later.last().is_some_and(|l| {
        l.step == e.step && l.kind == e.kind && matches!(e.kind.as_str(), "edit" | "merge")
    })
}

fn understood(open: &mut Open, args: &HistoryFilter) -> Outcome<Wanted> {
    let lower = |t: &Option<String>| {
        t.as_deref()
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .map(str::to_lowercase)
    };
    let moment = |field: &str, t: &Option<String>, read: fn(&str) -> Option<DateTime<Utc>>| {
        let Some(t) = t.as_deref().map(str::trim).filter(|t| !t.is_empty()) else {
            return Ok(None);
        };
        let allowed = "a day such as 2026-11-24 or a moment such as 2026-11-24T09:00:00Z";
        read(t)
            .map(|m| Some(m.to_rfc3339_opts(SecondsFormat::Secs, true)))
            .ok_or_else(|| bad(field, t, allowed))
    };
    let rows = match args.record.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(code) => {
            let known = known(open)?;
            let ws = open.file.workspace();
            let (table, id) = known.by_code(ws, code).ok_or_else(|| {
                Problem::new(
                    "no_such_record",
                    format!("No record has or ever had the code “{code}” in this history."),
                )
                .with("code", code)
            })?;
            let rows = known.rows_of(ws, table, id);
            open.known = Some(known);
            Some(rows)
        }
    };
    let person = lower(&args.person);
    let merges = match &person {
        None => BTreeSet::new(),
        Some(p) => {
            let far = open.file.far_authors()?.into_iter();
            far.filter(|(_, who)| who.to_lowercase().contains(p))
                .map(|(merge, _)| merge)
                .collect()
        }
    };
    Ok(Wanted {
        person,
        merges,
        text: lower(&args.text),
        from: moment("from", &args.from, first_moment)?,
        to: moment("to", &args.to, last_moment)?,
        rows,
    })
}

fn bad(field: &str, text: &str, allowed: &str) -> Problem {
    Problem::bad_value("history", field, text, allowed)
}

/// What the history knows of records, up to now; the caller puts it back.
fn known(open: &mut Open) -> Outcome<Known> {
    let mut known = open.known.take().unwrap_or_default();
    known.catch_up(&open.file)?;
    Ok(known)
}

/// The steps in words. Reads the whole history once when a record appears that is not there any more.
fn told(
    open: &mut Open,
    steps: &[Step],
    undone: &BTreeSet<i64>,
    whole: bool,
) -> Outcome<Vec<HistoryStep>> {
    let missing = Cell::new(false);
    let first = in_words(&open.file, steps, undone, whole, &|t, id| {
        let row = open
            .file
            .workspace()
            .row(t, id)
            .or_else(|| open.known.as_ref()?.row(t, id));
        // What may be an activity or a service is asked for as both.
        let ws = open.file.workspace();
        let other = match t {
            Table::Service => ws.get::<Activity>(id).is_some(),
            Table::Activity => ws.get::<Service>(id).is_some(),
            _ => false,
        };
        missing.set(missing.get() || (row.is_none() && !other));
        row
    })?;
    if !missing.get() {
        return Ok(first);
    }
    let known = known(open)?;
    let again = in_words(&open.file, steps, undone, whole, &|t, id| {
        open.file
            .workspace()
            .row(t, id)
            .or_else(|| known.row(t, id))
    });
    open.known = Some(known);
    again
}

fn in_words(
    file: &PlanFile,
    steps: &[Step],
    undone: &BTreeSet<i64>,
    whole: bool,
    find: &dyn Fn(Table, Uuid) -> Option<Row>,
) -> Outcome<Vec<HistoryStep>> {
    let teller = Teller::new(find, telling::currency(file.workspace()));
    let mut out = Vec::new();
    for s in steps {
        let mut changes: Vec<RowChange> = Vec::new();
        for e in s.iter().rev() {
            changes.extend(file.changes_of(e.seq)?);
        }
        let mut step = step(&teller, s, undone, changes, whole);
        if s[0].kind == "merge" {
            (step.far, step.far_total) = far(file, &teller, s[0].seq, whole)?;
        }
        out.push(step);
    }
    Ok(out)
}

/// What was done in the copy that a merge brought back.
fn far(
    file: &PlanFile,
    teller: &Teller<'_>,
    merge: i64,
    whole: bool,
) -> Outcome<(Vec<HistoryStep>, i64)> {
    let mut all: HashMap<String, Entry> = HashMap::new();
    file.far_history_back(merge, |e| {
        all.insert(e.hash.clone(), e);
        true
    })?;
    let mut steps: Vec<(Step, bool)> = Vec::new();
    // The chain of the copy, then those of the copies that were brought back into it; numbers count in one chain alone.
    let mut tips: VecDeque<String> = file.history_row(merge)?.merged.into_iter().collect();
    while let Some(mut at) = tips.pop_front() {
        let mut chain: Vec<Entry> = Vec::new();
        while let Some(e) = all.remove(&at) {
            at.clone_from(&e.parent);
            chain.push(e);
        }
        let undone = undone(chain.iter().rev());
        let mut of_chain: Vec<Step> = Vec::new();
        for e in chain {
            tips.extend(e.merged.clone());
            match of_chain.last_mut().filter(|s| one_step(s, &e)) {
                Some(s) => s.push(e),
                None => of_chain.push(vec![e]),
            }
        }
        for s in of_chain {
            let back = undone.contains(&s[0].step);
            steps.push((s, back));
        }
    }
    let total = steps.len() as i64;
    if !whole {
        steps.truncate(FAR_LISTED);
    }
    let mut out = Vec::new();
    for (s, undone) in &steps {
        let mut changes = Vec::new();
        for e in s.iter().rev() {
            changes.extend(file.far_changes_of(&e.hash)?);
        }
        let undone = undone.then_some(s[0].step).into_iter().collect();
        out.push(step(teller, s, &undone, changes, whole));
    }
    Ok((out, total))
}

fn step(
    teller: &Teller<'_>,
    rows: &Step,
    undone: &BTreeSet<i64>,
    changes: Vec<RowChange>,
    whole: bool,
) -> HistoryStep {
    let last = &rows[0];
    let first = rows.last().unwrap_or(last);
    let mut changes = teller.tell(&fold(changes));
    let total = changes.len() as i64;
    if !whole {
        changes.truncate(RECORDS_LISTED);
        for c in &mut changes {
            let left = c.fields.len().saturating_sub(VALUES_LISTED);
            if left > 1 {
                c.fields.truncate(VALUES_LISTED);
                c.fields.push(crate::wire::ValueChange {
                    label: format!("and {left} more"),
                    old: None,
                    new: None,
                    reach: false,
                });
            }
        }
    }
    HistoryStep {
        seq: last.seq,
        step: if matches!(last.kind.as_str(), "undo" | "redo") {
            last.step
        } else {
            first.seq
        },
        at: last.at.clone(),
        author: last.author.clone(),
        device: last.device.clone(),
        kind: last.kind.clone(),
        operation: match last.kind.as_str() {
            "undo" => format!("undo: {}", last.operation),
            "redo" => format!("redo: {}", last.operation),
            // A step is called what its first row is called, as the undo button says.
            _ => first.operation.clone(),
        },
        undone: matches!(last.kind.as_str(), "edit" | "merge") && undone.contains(&last.step),
        changes,
        changes_total: total,
        far: Vec::new(),
        far_total: 0,
    }
}
