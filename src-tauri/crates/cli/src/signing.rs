//! Keys to sign with, and verifying what was signed.

use crate::args::KeyCommand;
use crate::{passphrase, print, run};
use mainstay_app::wire::{KeyMade, Verified};
use mainstay_app::{Access, App, Outcome, Problem};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;

/// Makes a key, or takes one of another program.
///
/// # Errors
/// The passphrase is missing, there is a file already, or it is no key.
pub fn key(app: &mut App, command: KeyCommand, passphrase_file: Option<&Path>) -> Outcome<()> {
    let (done, format) = match command {
        KeyCommand::New { key, name, format } => {
            let new = passphrase::of_new_key(&key, passphrase_file)?;
            let args = json!({ "path": key, "name": name, "passphrase": new.as_str() });
            (app.call("new_key", args)?, format)
        }
        KeyCommand::Import {
            input,
            key,
            new_passphrase_file,
            format,
        } => {
            let old = passphrase::of_key(&input, passphrase_file)?;
            let new = match (&new_passphrase_file, passphrase_file) {
                (None, Some(_)) => old.clone(),
                (file, _) => passphrase::of_new_key(&key, file.as_deref())?,
            };
            let args = json!({
                "from": input, "from_passphrase": old.as_str(), "path": key, "passphrase": new.as_str(),
            });
            (app.call("import_key", args)?, format)
        }
    };
    if format.json {
        return print::json(&done);
    }
    let made: KeyMade = answer(done)?;
    println!(
        "Made {}, the key of {}; its certificate has the SHA-256 {}.",
        made.path, made.name, made.fingerprint
    );
    Ok(())
}

/// Says whether a PDF is what it claims to be; the exit status.
///
/// # Errors
/// A file cannot be read.
pub fn verify(app: &mut App, pdf: &Path, against: Option<&Path>, as_json: bool) -> Outcome<u8> {
    if let Some(file) = against {
        app.open_file(file, Access::Read)?;
    }
    let args = json!({ "path": pdf, "against": against.is_some() });
    let done = app.call("verify_pdf", args)?;
    let seen: Verified = answer(done.clone())?;
    match as_json {
        true => print::json(&done)?,
        false => told(&seen).map_err(|e| run::broken_output(&e))?,
    }
    Ok(u8::from(seen.verdict != "genuine"))
}

fn told(v: &Verified) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{}: {}",
        v.verdict.replace('_', " ").to_uppercase(),
        plain(&v.sentence)
    )?;
    for s in &v.signatures {
        let place = match (&s.kind, &s.role) {
            (Some(kind), Some(role)) => format!("{kind} by {}: ", plain(role)),
            _ => String::new(),
        };
        writeln!(out, "\n  {place}{}, {}", plain(&s.name), plain(&s.at))?;
        match &s.wrong {
            None => writeln!(out, "    intact")?,
            Some(wrong) => writeln!(out, "    does not hold: {}", plain(wrong))?,
        }
        let how = match s.recorded {
            true => "recorded by the workspace with",
            false => "signed with",
        };
        writeln!(
            out,
            "    {how} the certificate of {}, SHA-256 {}",
            plain(&s.certificate),
            s.fingerprint
        )?;
        match &s.trusted_by {
            Some(by) => writeln!(out, "    known by {by}")?,
            None => writeln!(out, "    not known")?,
        }
        if let Some(t) = &s.timestamp {
            let (who, at) = (plain(&t.authority), plain(&t.at));
            writeln!(out, "    timestamp of {who} at {at}")?;
            if let Some(remark) = &t.remark {
                writeln!(out, "      {}", plain(remark))?;
            }
        }
    }
    for m in &v.missing {
        writeln!(out, "\n  missing: {}", plain(m))?;
    }
    if !v.seen.is_empty() {
        writeln!(out)?;
    }
    for p in &v.seen {
        let mark = match p.holds {
            Some(true) => "yes",
            Some(false) => "no ",
            None => "?  ",
        };
        writeln!(out, "  {mark}  {}", plain(&p.text))?;
    }
    Ok(())
}

/// What a stranger's file says of itself, without what a terminal would obey or show in another order.
fn plain(text: &str) -> String {
    let odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.replace(odd, "\u{fffd}")
}

fn answer<T: serde::de::DeserializeOwned>(v: Value) -> Outcome<T> {
    serde_json::from_value(v)
        .map_err(|e| Problem::new("internal", format!("The answer could not be read: {e}.")))
}
