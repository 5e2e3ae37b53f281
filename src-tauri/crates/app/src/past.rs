//! Points of the history, and looking back at the plan as it was.

use crate::problem::Outcome;
use crate::searching::Index;
use crate::wire::{LookBack, Nothing, PastView, Problem, Status};
use crate::{App, files};
use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use mainstay_domain::{Workspace, time};
use mainstay_planfile::{Entry, PlanFile};

/// A past that is shown in the place of the present.
pub(crate) struct Past {
    /// Everything as it was.
    pub(crate) ws: Workspace,
    /// The day it is judged by: that of its row.
    pub(crate) day: NaiveDate,
    pub(crate) view: PastView,
    pub(crate) index: Index,
}

/// Shows the workspace as it was.
pub(crate) fn look_back(app: &mut App, args: LookBack) -> Outcome<Status> {
    let open = app.session_mut()?;
    let row = row_at(&open.file, &args.point)?;
    let past = Past {
        ws: open.file.as_of(row.seq)?,
        day: moment(&row.at).map_or_else(NaiveDate::default, |m| m.date_naive()),
        view: PastView {
            seq: row.seq,
            label: format!("the plan as it was on {}", when(&row.at)),
            at: row.at,
            operation: row.operation,
            author: row.author,
        },
        index: Index::default(),
    };
    open.past = Some(past);
    open.forget_results();
    files::status(app, Nothing {})
}

/// Goes back to today.
pub(crate) fn look_now(app: &mut App, _: Nothing) -> Outcome<Status> {
    let open = app.session_mut()?;
    if open.past.take().is_some() {
        open.forget_results();
    }
    files::status(app, Nothing {})
}

impl App {
    /// Refuses a change while a past is shown.
    pub(crate) fn refuse_in_the_past(&self) -> Outcome<()> {
        match &self.session()?.past {
            None => Ok(()),
            Some(p) => Err(Problem::new(
                "looking_back",
                format!(
                    "You are looking at {}; go back to today to change it.",
                    p.view.label
                ),
            )),
        }
    }
}

/// The row of the history after which the plan stood at a point: a row's number, a day (its end, UTC) or a moment.
pub(crate) fn row_at(file: &PlanFile, point: &str) -> Outcome<Entry> {
    let point = point.trim();
    let Some(upto) = last_moment(point) else {
        return row_numbered(file, point);
    };
    let text = upto.to_rfc3339_opts(SecondsFormat::Secs, true);
    match file.last_row_until(&text)? {
        Some(row) => Ok(row),
        None => {
            let first = file.history_row(1)?;
            Err(Problem::new(
                "no_such_point",
                format!(
                    "The history begins on {}, with “{}” by {}; there is nothing before that.",
                    when(&first.at),
                    first.operation,
                    first.author
                ),
            ))
        }
    }
}

fn row_numbered(file: &PlanFile, point: &str) -> Outcome<Entry> {
    let allowed = "a day such as 2026-11-24, a moment such as 2026-11-24T09:00:00Z, or the number of a row of the history";
    let seq: i64 = point
        .parse()
        .map_err(|_| Problem::bad_value("history", "point", point, allowed))?;
    let last = file.last_change().map_or(0, |(n, _)| n);
    if !(1..=last).contains(&seq) {
        return Err(Problem::new(
            "no_such_point",
            format!("The history has no row {seq}; its rows are numbered 1 to {last}."),
        ));
    }
    Ok(file.history_row(seq)?)
}

/// The last moment that a day or a moment covers; `None` for anything else.
pub(crate) fn last_moment(text: &str) -> Option<DateTime<Utc>> {
    if let Some(day) = time::parse_date(text) {
        return Some(day.and_hms_opt(23, 59, 59)?.and_utc());
    }
    moment(text)
}

/// The first moment that a day or a moment covers; `None` for anything else.
pub(crate) fn first_moment(text: &str) -> Option<DateTime<Utc>> {
    match time::parse_date(text) {
        Some(day) => Some(day.and_hms_opt(0, 0, 0)?.and_utc()),
        None => moment(text),
    }
}

fn moment(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(d) = DateTime::parse_from_rfc3339(text) {
        return Some(d.to_utc());
    }
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|f| NaiveDateTime::parse_from_str(text, f).ok())
        .map(|d| d.and_utc())
}

/// A moment as people read it: `24 November 2026, 09:00 UTC`.
pub(crate) fn when(at: &str) -> String {
    moment(at).map_or_else(
        || at.into(),
        |m| {
            format!(
                "{}, {} UTC",
                time::long_date(m.date_naive()),
                m.format("%H:%M")
            )
        },
    )
}
