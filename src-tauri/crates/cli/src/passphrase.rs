//! Passphrases from a file or a terminal, never from an argument, which others can see.

use crate::args::{PassphraseAction, PassphraseCommand};
use crate::print;
use mainstay_app::{App, FORGOTTEN_IS_FINAL, Outcome, Passphrase, Problem};
use serde_json::json;
use std::io::IsTerminal;
use std::path::Path;

/// Says where passphrases of encrypted files come from.
///
/// # Errors
/// The file with the passphrase cannot be read.
pub fn prepare(app: &mut App, file: Option<&Path>, option: &'static str) -> Outcome<()> {
    if let Some(file) = file {
        app.use_passphrase(from_file(file)?);
    }
    app.ask_for_passphrases(move |path| {
        prompt(
            &format!("Passphrase of {}: ", path.display()),
            &format!(
                "{} is encrypted and needs its passphrase, or it is no plan file at all; there is no terminal to ask on, so give it with {option}.",
                path.display()
            ),
        )
    });
    Ok(())
}

/// Sets, changes or removes one.
///
/// # Errors
/// It does not fit, or nothing says what the new one is; nothing is changed.
pub fn run(app: &mut App, command: PassphraseCommand) -> Outcome<()> {
    let new = match command.action {
        PassphraseAction::Remove => None,
        _ => Some(new_one(command.new_passphrase_file.as_deref())?),
    };
    // Opened first, so that what a file is and has is told before anything else.
    let encrypted = app.is_encrypted(&command.file)?;
    let refused = match (command.action, encrypted) {
        (PassphraseAction::Set, true) => Some("has a passphrase; use “change” or “remove”"),
        (PassphraseAction::Change, false) => Some("has no passphrase to change; use “set”"),
        (PassphraseAction::Remove, false) => Some("has no passphrase to remove"),
        _ => None,
    };
    if let Some(why) = refused {
        return Err(Problem::new(
            "bad_passphrase",
            format!("{} {why}.", command.file.display()),
        ));
    }
    let done = app.change_passphrase_of(&command.file, command.backups.as_deref(), new.as_ref())?;
    if command.format.json {
        return print::json(&json!({
            "path": command.file, "encrypted": new.is_some(), "backups": done.copies,
        }));
    }
    println!(
        "{} {}; so {}.",
        command.file.display(),
        match new {
            Some(_) => "has the new passphrase",
            None => "has no passphrase any more",
        },
        match done.copies.len() {
            0 => "far it has no backups or copies".to_owned(),
            1 => "does 1 backup or copy".to_owned(),
            n => format!("do {n} backups and copies"),
        }
    );
    if command.backups.is_none() {
        println!(
            "Backups in another folder than the one beside the file, such as one chosen in the window, stay as they were; --backups DIR takes them along."
        );
    }
    Ok(())
}

/// What opens a key file.
///
/// # Errors
/// The file with the passphrase cannot be read, or there is none and no terminal to ask on.
pub fn of_key(key: &Path, file: Option<&Path>) -> Outcome<Passphrase> {
    match file {
        Some(file) => from_file(file),
        None => prompt(
            &format!("Passphrase of {}: ", key.display()),
            &format!(
                "{} needs its passphrase; there is no terminal to ask on, so give it with --passphrase-file.",
                key.display()
            ),
        ),
    }
}

/// The passphrase of a key file that is made.
///
/// # Errors
/// As [`of_key`]; the two that were typed are not the same.
pub fn of_new_key(key: &Path, file: Option<&Path>) -> Outcome<Passphrase> {
    let first = of_key(key, file)?;
    if file.is_none() && prompt("Once more: ", "")? != first {
        return Err(Problem::new(
            "bad_passphrase",
            "The two are not the same; no key was made.",
        ));
    }
    Ok(first)
}

fn new_one(file: Option<&Path>) -> Outcome<Passphrase> {
    eprintln!("{FORGOTTEN_IS_FINAL}.");
    if let Some(file) = file {
        return from_file(file);
    }
    let none = "The new passphrase is missing; there is no terminal to ask on, so give it with --new-passphrase-file.";
    let first = prompt("New passphrase: ", none)?;
    if prompt("Once more: ", none)? != first {
        return Err(Problem::new(
            "bad_passphrase",
            "The two are not the same; nothing was changed.",
        ));
    }
    Ok(first)
}

fn prompt(question: &str, without_terminal: &str) -> Outcome<Passphrase> {
    if !std::io::stdin().is_terminal() {
        return Err(Problem::new("passphrase_needed", without_terminal));
    }
    let text = rpassword::prompt_password(question)
        .map_err(|e| Problem::new("io", format!("The passphrase could not be read: {e}.")))?;
    Ok(Passphrase::new(text)?)
}

/// The first line of a file, without its end.
fn from_file(path: &Path) -> Outcome<Passphrase> {
    let cannot = |e: String| {
        Problem::new(
            "io",
            format!(
                "The passphrase cannot be read from {}: {e}.",
                path.display()
            ),
        )
    };
    let text = std::fs::read(path).map_err(|e| cannot(e.to_string()))?;
    let text = String::from_utf8(text).map_err(|_| cannot("it is no UTF-8 text".into()))?;
    let line = text.lines().next().unwrap_or_default();
    Ok(Passphrase::new(line)?)
}
