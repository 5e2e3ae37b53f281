//! PDF files that were made to be signed, kept with the plan: the file as it was before any signature, and for each signature
//! what it added behind. Each is known by the SHA-256 of the whole file up to there, which the record of the version or of the
//! sign-off tells and so the history covers.

use crate::{PlanFile, PlanFileError, Tx, history};
use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

/// More signatures than that no version has.
const MOST_PIECES: usize = 64;
/// The largest file that is put together, in bytes.
const LARGEST: usize = 256 << 20;

/// A piece: the hash of the file that ends with it, that of the file it stands behind, and its bytes.
pub(crate) type Piece = (Vec<u8>, Option<Vec<u8>>, Vec<u8>);

impl PlanFile {
    /// The file with this SHA-256 (64 hexadecimal digits); `None` where it is not kept here, as in a workspace that was made
    /// of an interchange file.
    ///
    /// # Errors
    /// What is kept is not what the hash tells, or the file cannot be read.
    pub fn signed_file(&self, sha256: &str) -> Result<Option<Vec<u8>>, PlanFileError> {
        whole(&self.conn, sha256).map_err(|e| self.about(e))
    }

    /// The key with which the workspace records sign-offs that are typed, as PEM; `None` before the first one and in a copy
    /// that was given out.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn recording_key(&self) -> Result<Option<String>, PlanFileError> {
        Ok(self
            .conn
            .query_row("SELECT pem FROM recording_key", [], |r| r.get(0))
            .optional()?)
    }

    fn about(&self, e: PlanFileError) -> PlanFileError {
        match e {
            PlanFileError::Damaged { what, .. } => PlanFileError::Damaged {
                path: self.path.clone(),
                what,
            },
            e => e,
        }
    }

    /// A sentence on every signed file that is not what its hash tells.
    pub(crate) fn check_signed_files(&self) -> Result<Vec<String>, PlanFileError> {
        let all: Vec<Vec<u8>> = self
            .conn
            .prepare("SELECT sha256 FROM signed_file ORDER BY sha256")?
            .query_map([], |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let mut out = Vec::new();
        for hash in all {
            match whole(&self.conn, &history::hex(&hash)) {
                Ok(_) => {}
                Err(PlanFileError::Damaged { what, .. }) => out.push(what),
                Err(e) => return Err(e),
            }
        }
        Ok(out)
    }
}

impl Tx<'_> {
    /// Keeps a file to be signed, or one that was signed: then `after` is the hash of the file without the new signature,
    /// with which it begins. Returns its SHA-256, 64 hexadecimal digits.
    ///
    /// # Errors
    /// It does not begin with that file, or the disk is full.
    pub fn keep_signed_file(
        &mut self,
        file: &[u8],
        after: Option<&str>,
    ) -> Result<String, PlanFileError> {
        let hash = Sha256::digest(file).to_vec();
        let sha256 = history::hex(&hash);
        let begins = match after {
            Some(before) => whole(self.connection(), before)?.unwrap_or_default(),
            None => Vec::new(),
        };
        let begins_so = after.is_none() || !begins.is_empty();
        let Some(more) = file.strip_prefix(&*begins).filter(|_| begins_so) else {
            return Err(PlanFileError::Guarded(
                "a signed file must begin with the file that was signed".into(),
            ));
        };
        let after = after.and_then(bytes_of);
        self.connection()
            .prepare_cached(
                "INSERT INTO signed_file (sha256, after, bytes) VALUES (?1, ?2, ?3) ON CONFLICT (sha256) DO NOTHING",
            )?
            .execute(rusqlite::params![hash, after, more])?;
        Ok(sha256)
    }

    /// Keeps the key with which the workspace records sign-offs.
    ///
    /// # Errors
    /// The disk is full.
    pub fn set_recording_key(&mut self, pem: &str) -> Result<(), PlanFileError> {
        Ok(keep_recording_key(self.connection(), pem)?)
    }
}

pub(crate) fn keep_recording_key(conn: &Connection, pem: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO recording_key (one, pem) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET pem = excluded.pem";
    conn.execute(sql, [pem]).map(drop)
}

/// A copy records nothing.
pub(crate) fn forget_recording_key(conn: &Connection) -> rusqlite::Result<()> {
    conn.pragma_update(None, "secure_delete", true)?;
    conn.execute("DELETE FROM recording_key", []).map(drop)
}

/// Puts a file together from its pieces.
fn whole(conn: &Connection, sha256: &str) -> Result<Option<Vec<u8>>, PlanFileError> {
    let damaged = || PlanFileError::Damaged {
        path: Default::default(),
        what: format!("the signed file with the SHA-256 {sha256} was changed"),
    };
    let Some(goal) = bytes_of(sha256) else {
        return Ok(None);
    };
    let mut q = conn.prepare_cached("SELECT after, bytes FROM signed_file WHERE sha256 = ?1")?;
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    let (mut next, mut size) = (Some(goal.clone()), 0);
    while let Some(hash) = next {
        let found: Option<(Option<Vec<u8>>, Vec<u8>)> = q
            .query_row([&hash], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        let Some((after, bytes)) = found else {
            match pieces.is_empty() {
                true => return Ok(None),
                false => return Err(damaged()),
            }
        };
        size += bytes.len();
        pieces.push(bytes);
        if pieces.len() > MOST_PIECES || size > LARGEST {
            return Err(damaged());
        }
        next = after;
    }
    pieces.reverse();
    let file = pieces.concat();
    match Sha256::digest(&file)[..] == goal[..] {
        true => Ok(Some(file)),
        false => Err(damaged()),
    }
}

/// The bytes that 64 hexadecimal digits stand for.
fn bytes_of(sha256: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = sha256.chars().map_while(|c| c.to_digit(16)).collect();
    (digits.len() == 64 && sha256.len() == 64).then(|| {
        digits
            .chunks_exact(2)
            .map(|d| (d[0] * 16 + d[1]) as u8)
            .collect()
    })
}

/// Puts pieces that were saved from a damaged file into a new one, as far as they make files with the hashes they tell;
/// returns these hashes.
pub(crate) fn restore(conn: &Connection, pieces: &[Piece]) -> Result<Vec<String>, PlanFileError> {
    conn.execute_batch("BEGIN IMMEDIATE")?;
    let mut kept: Vec<String> = Vec::new();
    // A piece may be told of before the one it stands behind.
    loop {
        let before = kept.len();
        for (hash, after, bytes) in pieces {
            let sha256 = history::hex(hash);
            let begins = match after {
                None => Some(Vec::new()),
                Some(after) => whole(conn, &history::hex(after))?,
            };
            let Some(mut file) = begins.filter(|_| !kept.contains(&sha256)) else {
                continue;
            };
            file.extend_from_slice(bytes);
            if Sha256::digest(&file)[..] == hash[..] {
                conn.execute(
                    "INSERT OR IGNORE INTO signed_file (sha256, after, bytes) VALUES (?1, ?2, ?3)",
                    rusqlite::params![hash, after, bytes],
                )?;
                kept.push(sha256);
            }
        }
        if kept.len() == before {
            break;
        }
    }
    conn.execute_batch("COMMIT")?;
    Ok(kept)
}
