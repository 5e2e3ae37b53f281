//! The file's own marks: what it is, which format, and who may read it.

use crate::PlanFileError;
use std::io::Read;
use std::path::Path;

/// `application_id` in the SQLite header: "MSTY".
pub const APPLICATION_ID: i64 = 0x4D53_5459;
/// `user_version` in the SQLite header: the format this program writes.
pub const FORMAT_VERSION: i64 = 3;
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

/// Looks at the first hundred bytes, before SQLite touches the file; reads only.
///
/// Returns the format version.
///
/// # Errors
/// Not found, foreign, truncated, or unreadable.
pub(crate) fn read_header(path: &Path) -> Result<i64, PlanFileError> {
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
    if got < 16 || &head[..16] != b"SQLite format 3\0" {
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
    let wal = sibling(path, "-wal").exists();
    let want = page * word(28).unsigned_abs();
    if !wal && meta.len() < want {
        return Err(damaged(format!(
            "it has {} bytes of {want}; the end is missing",
            meta.len()
        )));
    }
    Ok(word(60))
}

/// A file beside the plan file, named after it.
pub(crate) fn sibling(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
