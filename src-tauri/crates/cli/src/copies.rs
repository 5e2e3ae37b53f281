//! Breakout laptops: giving a copy out and bringing it back.

use crate::args::Format;
use crate::run::write;
use crate::{history, print};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use mainstay_app::wire::{BroughtBack, ConflictView, MergePreview};
use mainstay_app::{App, Outcome, Problem};
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum CopyCommand {
    /// Give out a copy for a breakout room, to be worked in there and brought back.
    #[command(
        after_help = "Example:\n  mainstay give-out demo.mainstay room-a.mainstay --to \"Room A\""
    )]
    GiveOut {
        /// The plan file.
        file: PathBuf,
        /// The copy to make.
        copy: PathBuf,
        /// Who gets it.
        #[arg(long, value_name = "NAME")]
        to: String,
        #[command(flatten)]
        format: Format,
    },
    /// Bring a copy back: what was changed there comes in as one step, field by field.
    #[command(
        after_help = "Example:\n  mainstay bring-back demo.mainstay room-a.mainstay --preview\n  mainstay bring-back demo.mainstay room-a.mainstay --prefer theirs\n\nExit status: 0 done, 1 conflicts wait for a choice and nothing was changed, 2 refused."
    )]
    BringBack(BringBackArgs),
}

#[derive(Debug, ClapArgs)]
pub struct BringBackArgs {
    /// The plan file.
    file: PathBuf,
    /// The copy.
    copy: PathBuf,
    /// Only say what would come in, and what conflicts.
    #[arg(long)]
    preview: bool,
    /// The side that is taken where both changed the same.
    #[arg(long, value_enum)]
    prefer: Option<Prefer>,
    /// What is taken in one conflict, or for one record, as the preview names them.
    #[arg(long, value_name = "CONFLICT=SIDE", value_parser = parse_choice)]
    choose: Vec<(String, Prefer)>,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Prefer {
    /// What stands in the plan file.
    Ours,
    /// What stands in the copy.
    Theirs,
}

impl Prefer {
    fn word(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Theirs => "theirs",
        }
    }
}

fn parse_choice(s: &str) -> Result<(String, Prefer), String> {
    let allowed = "allowed is CONFLICT=ours or CONFLICT=theirs, with the conflict or record as the preview names it";
    let (target, side) = s.rsplit_once('=').ok_or(allowed)?;
    let side = Prefer::from_str(side.trim(), true).map_err(|_| allowed)?;
    Ok((target.trim().into(), side))
}

/// Carries one of these commands out; the exit status.
pub fn run(app: &mut App, command: CopyCommand) -> Outcome<u8> {
    match command {
        CopyCommand::GiveOut {
            file,
            copy,
            to,
            format,
        } => {
            write(app, &file)?;
            let done = app.call("give_out", json!({ "path": copy, "to": to }))?;
            if format.json {
                print::json(&done)?;
            } else {
                let path = done["path"].as_str().unwrap_or_default();
                print::text(&format!("Made {path}, the copy for {}.", to.trim()))?;
            }
            Ok(0)
        }
        CopyCommand::BringBack(args) => bring_back(app, &args),
    }
}

fn bring_back(app: &mut App, args: &BringBackArgs) -> Outcome<u8> {
    let choices: Vec<Value> = args
        .choose
        .iter()
        .map(|(t, s)| json!({ "target": t, "side": s.word() }))
        .collect();
    let ask = json!({
        "path": args.copy, "choices": choices, "prefer": args.prefer.map(Prefer::word),
    });
    if args.preview {
        app.open_file(&args.file, mainstay_app::Access::Read)?;
        return look(app, ask, args.format.json);
    }
    write(app, &args.file)?;
    let done = match app.call("bring_back", ask.clone()) {
        Err(p) if p.code == "conflicts" => {
            let status = look(app, ask, args.format.json)?;
            eprintln!("{} (--prefer, --choose)", p.detail);
            return Ok(status);
        }
        other => other?,
    };
    if args.format.json {
        print::json(&done)?;
        return Ok(0);
    }
    let done: BroughtBack = read(done)?;
    print::text(&format!(
        "Done: {}; {} record(s) changed.",
        done.operation, done.records
    ))?;
    for n in &done.notices {
        print::text(&format!("  {n}"))?;
    }
    for m in &done.results {
        print::text(&format!("  {}", m.text))?;
    }
    Ok(0)
}

/// Says what would come in and what conflicts; the exit status.
fn look(app: &mut App, ask: Value, as_json: bool) -> Outcome<u8> {
    let seen = app.call("preview_bring_back", ask)?;
    let view: MergePreview = read(seen.clone())?;
    if as_json {
        print::json(&seen)?;
    } else {
        preview(&view)?;
    }
    Ok(u8::from(view.open > 0))
}

fn preview(v: &MergePreview) -> Outcome<()> {
    let of = v
        .copy_for
        .as_ref()
        .map_or(String::new(), |c| format!(", the copy for {c}"));
    print::text(&format!(
        "{}{of}: {} step(s) since “{}” at {}.",
        v.path, v.steps, v.since, v.since_at
    ))?;
    if v.incoming.is_empty() {
        print::text("Nothing comes in.")?;
    } else {
        print::text("\nComes in:")?;
    }
    for r in &v.incoming {
        history::record(r, "  ")?;
    }
    if !v.conflicts.is_empty() {
        print::text("\nConflicts:")?;
    }
    for c in &v.conflicts {
        conflict(c)?;
    }
    if !v.notices.is_empty() {
        print::text("\nWorth knowing:")?;
    }
    for n in &v.notices {
        print::text(&format!("  {n}"))?;
    }
    if !v.results.is_empty() {
        print::text("\nWhich results would move:")?;
    }
    for m in &v.results {
        print::text(&format!("  {}", m.text))?;
    }
    Ok(())
}

fn conflict(c: &ConflictView) -> Outcome<()> {
    let said = |v: &Option<String>, by: &Option<String>, at: &Option<String>| {
        let who = match (by, at) {
            (Some(b), Some(a)) => format!(" ({b}, {a})"),
            _ => String::new(),
        };
        format!("{}{who}", v.clone().unwrap_or_else(|| "not set".into()))
    };
    let code = c
        .code
        .as_ref()
        .map_or(String::new(), |code| format!(" ({code})"));
    print::text(&format!("  {} of {}{code}", c.label, c.name))?;
    print::text(&format!("    conflict {}, record {}", c.id, c.record))?;
    if let Some(b) = &c.base {
        print::text(&format!("    before: {b}"))?;
    }
    print::text(&format!(
        "    ours:   {}",
        said(&c.ours, &c.ours_by, &c.ours_at)
    ))?;
    print::text(&format!(
        "    theirs: {}",
        said(&c.theirs, &c.theirs_by, &c.theirs_at)
    ))?;
    for m in &c.moves {
        print::text(&format!("    with theirs: {}", m.text))?;
    }
    if let Some(choice) = c.choice {
        print::text(&format!("    taken: {choice:?}").to_lowercase())?;
    }
    Ok(())
}

fn read<T: serde::de::DeserializeOwned>(v: Value) -> Outcome<T> {
    serde_json::from_value(v)
        .map_err(|e| Problem::new("internal", format!("The answer could not be read: {e}.")))
}
