//! Editing, the history, differences and the search: what the commands do and print.

use crate::args_history::{HistoryArgs, HistoryCommand};
use crate::print;
use crate::run::write;
use mainstay_app::headless::Edited;
use mainstay_app::wire::{
    ChangeKind, Differences, HistoryFilter, HistoryStep, Hit, Moved, MovedKind, RecordChange,
    SinceBackup, ValueChange,
};
use mainstay_app::{Access, App, Outcome, Problem};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Carries one of these commands out.
pub fn run(app: &mut App, command: HistoryCommand) -> Outcome<()> {
    match command {
        HistoryCommand::Set {
            file,
            code,
            field,
            value,
            format,
        } => {
            write(app, &file)?;
            edited("Done", &app.set_value(&code, &field, &value)?, format.json)
        }
        HistoryCommand::Add {
            file,
            kind,
            code,
            fields,
            format,
        } => {
            write(app, &file)?;
            edited("Done", &app.add_value(&kind, &code, &fields)?, format.json)
        }
        HistoryCommand::Remove { file, code, format } => {
            write(app, &file)?;
            edited("Done", &app.remove_value(&code)?, format.json)
        }
        HistoryCommand::Undo { file, format } => {
            write(app, &file)?;
            edited("Taken back", &app.undo_value()?, format.json)
        }
        HistoryCommand::Redo { file, format } => {
            write(app, &file)?;
            edited("Done again", &app.redo_value()?, format.json)
        }
        HistoryCommand::History(args) => history(app, args),
        HistoryCommand::AsOf {
            file,
            date,
            out,
            format,
        } => {
            app.open_file(&file, Access::Read)?;
            let label = app.write_as_of(&date, &out)?;
            if format.json {
                return print::json(&json!({ "path": out, "holds": label }));
            }
            print::text(&format!("Made {}: {label}.", out.display()))
        }
        HistoryCommand::Diff {
            file,
            from,
            to,
            format,
        } => {
            app.open_file(&file, Access::Read)?;
            let found = app.call("differences", json!({ "from": from, "to": to }))?;
            if format.json {
                return print::json(&found);
            }
            differences(&read(found)?)
        }
        HistoryCommand::Search {
            file,
            words,
            limit,
            format,
        } => {
            app.open_file(&file, Access::Read)?;
            let query = words.join(" ");
            let hits = app.call("find", json!({ "query": query, "limit": limit }))?;
            if format.json {
                return print::json(&hits);
            }
            found(&query, &read::<Vec<Hit>>(hits)?)
        }
    }
}

fn read<T: DeserializeOwned>(v: Value) -> Outcome<T> {
    serde_json::from_value(v)
        .map_err(|e| Problem::new("internal", format!("The answer could not be read: {e}.")))
}

fn edited(word: &str, e: &Edited, as_json: bool) -> Outcome<()> {
    if as_json {
        return print::json(e);
    }
    if !e.changed {
        return print::text(&format!(
            "It is so already; nothing changed: {}.",
            e.operation
        ));
    }
    print::text(&format!("{word}: {}.", e.operation))?;
    for r in &e.changes {
        record(r, "  ")?;
    }
    let undo = e.undo.as_ref().map(|n| format!("Next undo: {n}."));
    let redo = e.redo.as_ref().map(|n| format!("Next redo: {n}."));
    match (undo, redo) {
        (None, None) => Ok(()),
        (a, b) => print::text(&[a, b].into_iter().flatten().collect::<Vec<_>>().join(" ")),
    }
}

/// Every step that was asked for, read page by page.
fn history(app: &mut App, args: HistoryArgs) -> Outcome<()> {
    app.open_file(&args.file, Access::Read)?;
    let mut steps: Vec<HistoryStep> = Vec::new();
    let mut filter = HistoryFilter {
        record: args.record,
        person: args.person,
        from: args.from,
        to: args.to,
        text: args.text,
        ..HistoryFilter::default()
    };
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let more = loop {
        let left = limit - steps.len();
        filter.limit = Some(left.min(1000) as i64);
        let page = app.history_page(filter.clone())?;
        steps.extend(page.steps);
        filter.before = page.before;
        if page.before.is_none() || steps.len() >= limit {
            break page.before.is_some();
        }
    };
    if args.format.json {
        return print::json(&steps);
    }
    if steps.is_empty() {
        return print::text("Nothing in the history answers that.");
    }
    for s in &steps {
        step(s, "")?;
    }
    if more {
        print::text(&format!(
            "There is more before that; --limit shows more than {limit} steps."
        ))?;
    }
    Ok(())
}

fn step(s: &HistoryStep, indent: &str) -> Outcome<()> {
    let mark = if s.undone { " (undone)" } else { "" };
    print::text(&format!(
        "{indent}{}  {}  {} on {}: {}{mark}",
        s.seq, s.at, s.author, s.device, s.operation
    ))?;
    for r in &s.changes {
        record(r, &format!("{indent}    "))?;
    }
    let left = s.changes_total - s.changes.len() as i64;
    if left > 0 {
        print::text(&format!("{indent}    and {left} more records"))?;
    }
    for f in &s.far {
        step(f, &format!("{indent}    in the copy: "))?;
    }
    let left = s.far_total - s.far.len() as i64;
    if left > 0 {
        print::text(&format!("{indent}    and {left} more steps in the copy"))?;
    }
    Ok(())
}

pub fn record(r: &RecordChange, indent: &str) -> Outcome<()> {
    let code = match &r.code {
        Some(c) if *c != r.name => format!(" ({c})"),
        _ => String::new(),
    };
    let what = match r.what {
        ChangeKind::Added => "added ",
        ChangeKind::Removed => "removed ",
        ChangeKind::Changed => "",
    };
    let colon = if r.fields.is_empty() { "" } else { ":" };
    let noun = if r.name.starts_with(&r.noun) {
        String::new()
    } else {
        format!("{} ", r.noun)
    };
    print::text(&format!("{indent}{what}{noun}{}{code}{colon}", r.name))?;
    for v in &r.fields {
        print::text(&format!("{indent}  {}", value(v, r.what)))?;
    }
    Ok(())
}

fn value(v: &ValueChange, what: ChangeKind) -> String {
    let said = |t: &Option<String>| t.clone().unwrap_or_else(|| "not set".into());
    match (what, &v.old, &v.new) {
        (_, None, None) => v.label.clone(),
        (ChangeKind::Added, None, Some(x)) | (ChangeKind::Removed, Some(x), None) => {
            format!("{}: {x}", v.label)
        }
        _ => format!("{}: {} → {}", v.label, said(&v.old), said(&v.new)),
    }
}

fn differences(d: &Differences) -> Outcome<()> {
    print::text(&format!("From {} to {}:", d.from, d.to))?;
    if d.records.is_empty() {
        print::text("  no differences")?;
    }
    for r in &d.records {
        record(r, "  ")?;
    }
    moved(&d.results)
}

fn moved(results: &[Moved]) -> Outcome<()> {
    if results.is_empty() {
        return print::text("\nNo results moved.");
    }
    print::text("\nWhich results moved:")?;
    for m in results.iter().filter(|m| m.what != MovedKind::Finding) {
        print::text(&format!("  {}", m.text))?;
    }
    for m in results.iter().filter(|m| m.what == MovedKind::Finding) {
        print::text(&format!("  {}", m.text))?;
    }
    Ok(())
}

/// What was done since a backup.
pub fn since(s: &SinceBackup) -> Outcome<()> {
    if s.records.is_empty() {
        return print::text("Nothing was changed since.");
    }
    print::text("\nWhat was changed since, and is not in it:")?;
    for r in &s.records {
        record(r, "  ")?;
    }
    moved(&s.results)
}

fn found(query: &str, hits: &[Hit]) -> Outcome<()> {
    if hits.is_empty() {
        return print::text(&format!("Nothing holds “{query}”."));
    }
    let mut t = print::table(&["Code", "", "Name", "Where", "Text"]);
    for h in hits {
        let text: String = h
            .snippet
            .iter()
            .map(|p| {
                if p.hit {
                    format!("[{}]", p.text)
                } else {
                    p.text.clone()
                }
            })
            .collect();
        t.add_row([&h.code, &h.noun, &h.name, &h.field, &text]);
    }
    print::text(&t.to_string())
}
