//! Passphrases, and connections to files that have one.
//!
//! An encrypted plan file is one of SQLCipher 4 with its own defaults: AES-256 in CBC mode page by page, an HMAC-SHA-512
//! for each page, and the key derived by PBKDF2-HMAC-SHA-512 in 256,000 rounds from the passphrase and a salt of the file,
//! its first 16 bytes. The derivation is slow by intention; here it is done once for each salt, and SQLCipher is given the
//! key itself.

use crate::PlanFileError;
use rusqlite::{Connection, ErrorCode};
use sha2::Sha512;
use std::collections::HashMap;
use std::fmt::{self, Write};
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use zeroize::Zeroizing;

const ROUNDS: u32 = 256_000;

/// The bytes by which the keys of two files with the same passphrase differ.
type Salt = [u8; 16];

/// Keys by the salt they were derived with.
type Derived = HashMap<Salt, Zeroizing<[u8; 32]>>;

/// The fewest characters that a passphrase may have when it is set.
pub const SHORTEST_PASSPHRASE: usize = 8;

/// What somebody has to hear before a passphrase is set.
pub const FORGOTTEN_IS_FINAL: &str = "A forgotten passphrase is final: without it nobody can open the file or its backups again, the makers of Mainstay included";

/// A passphrase; its text is shown nowhere and wiped from memory when it is let go.
#[derive(Clone)]
pub struct Passphrase {
    text: Zeroizing<String>,
    derived: Arc<Mutex<Derived>>,
}

/// For what may or may not be encrypted: the passphrase, if there is one.
pub type Key<'a> = Option<&'a Passphrase>;

impl Passphrase {
    /// Takes what somebody typed.
    ///
    /// # Errors
    /// It is empty, or holds a NUL character, which SQLite does not take.
    pub fn new(text: impl Into<String>) -> Result<Self, PlanFileError> {
        let text = Zeroizing::new(text.into());
        if text.is_empty() {
            return Err(PlanFileError::BadPassphrase("it is empty".into()));
        }
        if text.contains('\0') {
            return Err(PlanFileError::BadPassphrase(
                "it holds a NUL character, which cannot be typed".into(),
            ));
        }
        Ok(Self {
            text,
            derived: Arc::default(),
        })
    }

    /// What was typed, for what it opens beside plan files.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it may be set for a file.
    ///
    /// # Errors
    /// It is shorter than [`SHORTEST_PASSPHRASE`], or would be taken for a raw key.
    pub(crate) fn may_be_set(&self) -> Result<(), PlanFileError> {
        let n = self.text.chars().count();
        if n < SHORTEST_PASSPHRASE {
            return Err(PlanFileError::BadPassphrase(format!(
                "it has {n} characters; at least {SHORTEST_PASSPHRASE} are needed"
            )));
        }
        // SQLCipher reads x'…' as the key itself, which then is not derived.
        if self.text.starts_with("x'") {
            return Err(PlanFileError::BadPassphrase(
                "it begins with x', which stands for something else; begin it otherwise".into(),
            ));
        }
        Ok(())
    }

    /// Its text, for SQLite alone.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What SQLCipher takes as the key itself and the salt, for a file that begins with this salt.
    fn raw(&self, salt: Salt) -> Zeroizing<String> {
        // Held meanwhile, so that two threads do not derive the same.
        let mut derived = self.derived.lock().unwrap_or_else(PoisonError::into_inner);
        let key = derived.entry(salt).or_insert_with(|| {
            let mut key = Zeroizing::new([0; 32]);
            pbkdf2::pbkdf2_hmac::<Sha512>(self.text.as_bytes(), &salt, ROUNDS, &mut *key);
            key
        });
        let mut out = Zeroizing::new(String::with_capacity(100));
        out.push_str("x'");
        for byte in key.iter().chain(&salt) {
            let _ = write!(out, "{byte:02x}");
        }
        out.push('\'');
        out
    }
}

impl PartialEq for Passphrase {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Passphrase {}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase")
    }
}

/// Gives a fresh connection its key, and sees that it fits where there is something to read.
pub(crate) fn unlock(conn: &Connection, path: &Path, key: Key<'_>) -> Result<(), PlanFileError> {
    give(conn, path, key)?;
    if key.is_none() {
        return Ok(());
    }
    match conn.query_row("SELECT count(*) FROM sqlite_schema", [], |r| {
        r.get::<_, i64>(0)
    }) {
        Err(e) if is_wrong(&e) => Err(PlanFileError::WrongPassphrase { path: path.into() }),
        other => Ok(other.map(drop)?),
    }
}

/// Whether SQLite says that a passphrase does not fit.
pub(crate) fn is_wrong(e: &rusqlite::Error) -> bool {
    matches!(e, rusqlite::Error::SqliteFailure(f, _) if f.code == ErrorCode::NotADatabase)
}

/// Gives a fresh connection its key, and reads nothing yet.
pub(crate) fn give(conn: &Connection, path: &Path, key: Key<'_>) -> Result<(), PlanFileError> {
    // The cipher's own log goes to standard error and tells of pages; what is wrong is told by the error.
    conn.pragma_update(None, "cipher_log_level", "NONE")?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    let Some(key) = key else {
        return Ok(());
    };
    match salt(path) {
        Some(salt) => conn.pragma_update(None, "key", key.raw(salt).as_str())?,
        // A file that is only now made gets its salt from SQLCipher.
        None => conn.pragma_update(None, "key", key.text())?,
    }
    Ok(())
}

fn salt(path: &Path) -> Option<Salt> {
    let mut salt = Salt::default();
    std::fs::File::open(path)
        .and_then(|mut f| f.read_exact(&mut salt))
        .ok()
        .map(|()| salt)
}
