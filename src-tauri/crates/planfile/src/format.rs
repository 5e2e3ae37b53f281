//! The file's own marks: what it is, which format, and who may read it.

use crate::PlanFileError;
use std::io::Read;
use std::path::Path;

/// `application_id` in the SQLite header: "MSTY".
pub const APPLICATION_ID: i64 = 0x4D53_5459;
/// `user_version` in the SQLite header: the format this program writes.
pub const FORMAT_VERSION: i64 = 5;
/// The oldest program that may read what this program writes: those before it know neither merges nor encryption.
pub const OLDEST_READER: &str = "0.3.0";

/// The version of this program.
pub(crate) const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// Whether a version (`1.2.3`) is at least another; one that cannot be read is not.
pub(crate) fn is_version_from(version: &str, oldest: &str) -> bool {
    let parts = |v: &str| {
        let numbers: Option<Vec<u64>> = v.trim().split('.').map(|n| n.parse().ok()).collect();
        numbers.filter(|n| n.len() == 3)
    };
    matches!((parts(version), parts(oldest)), (Some(v), Some(o)) if v >= o)
}

/// Whether a file seems to be encrypted; reads its first bytes only.
///
/// # Errors
/// It is not there, cannot be read, or is something else.
pub fn is_encrypted(path: &Path) -> Result<bool, PlanFileError> {
    Ok(read_header(path)?.is_none())
}

/// Looks at the first hundred bytes, before SQLite touches the file; reads only.
///
/// Returns the format version; `None` where the file seems to be encrypted.
///
/// # Errors
/// Not found, foreign, truncated, or unreadable.
pub(crate) fn read_header(path: &Path) -> Result<Option<i64>, PlanFileError> {
    let meta = match std::fs::metadata(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(PlanFileError::NotFound(path.into()));
        }
        other => other.map_err(PlanFileError::io(format!(
            "{} could not be looked at",
            path.display()
        )))?,
    };
    let foreign = |what: &str| PlanFileError::Foreign {
        path: path.into(),
        what: what.into(),
    };
    let damaged = |what: String| PlanFileError::Damaged {
        path: path.into(),
        what,
    };
    if meta.is_dir() {
        return Err(foreign("it is a folder"));
    }
    let mut head = [0u8; 100];
    let mut file = std::fs::File::open(path).map_err(PlanFileError::io(format!(
        "{} could not be opened",
        path.display()
    )))?;
    let mut got = 0;
    while got < head.len() {
        match file
            .read(&mut head[got..])
            .map_err(PlanFileError::io(format!(
                "{} could not be read",
                path.display()
            )))? {
            0 => break,
            n => got += n,
        }
    }
    if got == 0 {
        return Err(foreign("the file is empty"));
    }
    if got < 16 || &head[..16] != MAGIC {
        if got >= 16 && almost_magic(&head[..16]) {
            return Err(damaged(
                "its first bytes, which say what it is, were changed".into(),
            ));
        }
        if got == head.len() && may_be_cipher(&head) {
            if meta.len().is_multiple_of(512) {
                return Ok(None);
            }
            return Err(foreign(
                "its first bytes are of another kind of file, or it is an encrypted plan file whose end is missing",
            ));
        }
        let text = head[..got]
            .iter()
            .all(|b| b.is_ascii_graphic() || b.is_ascii_whitespace() || *b >= 0x80);
        return Err(foreign(if text {
            "it is a text file"
        } else {
            "its first bytes are of another kind of file"
        }));
    }
    if got < head.len() {
        return Err(damaged(format!("it ends after {got} bytes")));
    }
    let word = |at: usize| {
        i64::from(u32::from_be_bytes([
            head[at],
            head[at + 1],
            head[at + 2],
            head[at + 3],
        ]))
    };
    if word(68) != APPLICATION_ID {
        return Err(foreign("it is a database of another program"));
    }
    let page = match u16::from_be_bytes([head[16], head[17]]) {
        1 => 65_536,
        n => u64::from(n),
    };
    if page < 512 || !page.is_power_of_two() {
        return Err(damaged("its header names an impossible page size".into()));
    }
    // Where the power went off, a journal beside the file still has what makes it whole.
    let journal = ["-wal", "-journal"]
        .iter()
        .any(|j| sibling(path, j).exists());
    let want = page * word(28).unsigned_abs();
    if !journal && meta.len() < want {
        return Err(damaged(format!(
            "it has {} bytes of {want}; the end is missing",
            meta.len()
        )));
    }
    Ok(Some(word(60)))
}

/// Whether the first bytes of a file could be those of an encrypted one, whole or not.
pub(crate) fn may_be_encrypted(path: &Path) -> bool {
    let mut head = [0u8; 100];
    let read = std::fs::File::open(path).and_then(|mut f| f.read_exact(&mut head));
    read.is_ok() && !almost_magic(&head[..16]) && may_be_cipher(&head)
}

const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Whether most of the first bytes still are those of a database.
fn almost_magic(head: &[u8]) -> bool {
    head.iter().zip(MAGIC).filter(|(a, b)| a == b).count() >= 10
}

/// Whether bytes could come out of a cipher: no text, no marks of a common kind of file, and hardly one byte twice.
fn may_be_cipher(head: &[u8; 100]) -> bool {
    const KNOWN: [&[u8]; 10] = [
        b"%PDF",
        b"PK\x03\x04",
        b"\x1f\x8b",
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"\xd0\xcf\x11\xe0",
        b"\x7fELF",
        b"MZ\x90",
        b"7z\xbc\xaf",
    ];
    let different: std::collections::BTreeSet<u8> = head.iter().copied().collect();
    // Of a hundred random bytes, 83 values are different on average; fewer than 60 never occur in practice.
    different.len() >= 60 && !KNOWN.iter().any(|k| head.starts_with(k))
}

/// A file beside the plan file, named after it.
pub(crate) fn sibling(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
