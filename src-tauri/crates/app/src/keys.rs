//! Keys to sign with, each in a file of its own that a passphrase encrypts.

use crate::App;
use crate::problem::Outcome;
use crate::signing::{about, key_problem, read_key, wrong_passphrase};
use crate::wire::*;
use mainstay_planfile::{Passphrase, PlanFileError, write_whole_file};
use mainstay_seal::{Key, KeyError};
use std::path::Path;

/// Makes a key.
pub(crate) fn new_key(app: &mut App, args: NewKey) -> Outcome<KeyMade> {
    let path = Path::new(args.path.trim());
    free(path)?;
    let key = Key::new(&args.name, app.config.now()).map_err(|e| match e {
        KeyError::Name => Problem::bad_value(
            "The key",
            "name",
            &args.name,
            "a name of 1 to 64 characters, as it shall stand in the certificate",
        ),
        e => key_problem(&e),
    })?;
    written(path, &key, &args.passphrase)
}

/// Takes a key out of a PKCS#12 file.
pub(crate) fn import_key(_: &mut App, args: ImportKey) -> Outcome<KeyMade> {
    let (from, path) = (Path::new(args.from.trim()), Path::new(args.path.trim()));
    free(path)?;
    let key = Key::from_p12(&read_key(from)?, &args.from_passphrase).map_err(|e| match e {
        KeyError::WrongPassphrase => wrong_passphrase(from),
        e => about(from, &e.to_string()),
    })?;
    written(path, &key, &args.passphrase)
}

/// Nothing that was there before is lost, least of all a key.
fn free(path: &Path) -> Outcome<()> {
    match path.symlink_metadata() {
        Ok(_) => Err(PlanFileError::AlreadyExists(path.into()).into()),
        Err(_) => Ok(()),
    }
}

fn written(path: &Path, key: &Key, passphrase: &str) -> Outcome<KeyMade> {
    Passphrase::new(passphrase)?;
    let text = key.to_pem(passphrase).map_err(|e| key_problem(&e))?;
    // Read back as it will be, so that nobody signs up for a key that does not open.
    let again = Key::from_pem(&text, passphrase).map_err(|e| key_problem(&e))?;
    write_whole_file(path, text.as_bytes())?;
    Ok(KeyMade {
        path: std::path::absolute(path)
            .unwrap_or_else(|_| path.into())
            .display()
            .to_string(),
        name: again.name(),
        fingerprint: again.fingerprint(),
    })
}
