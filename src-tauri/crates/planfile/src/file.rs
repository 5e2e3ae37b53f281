//! Writing a file whole or not at all.

use crate::PlanFileError;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Writes a file so that it is there whole or not at all: to a temporary file beside it, synced, read back and
/// compared, then renamed.
///
/// # Errors
/// Disk full, or whatever the folder answers; a file that was there before is untouched then, and nothing is left behind.
pub fn write_whole_file(path: &Path, bytes: &[u8]) -> Result<(), PlanFileError> {
    let what = format!("{} could not be written", path.display());
    let tmp = temporary(path);
    let done = (|| {
        let mut f = std::fs::File::create_new(&tmp)?;
        f.write_all(bytes)?;
        f.sync_all()?;
        drop(f);
        if std::fs::read(&tmp)? != bytes {
            return Err(std::io::Error::other(
                "the disk gave back other bytes than were written",
            ));
        }
        std::fs::rename(&tmp, path)?;
        sync_folder(path)
    })();
    if done.is_err() {
        let _ = std::fs::remove_file(&tmp);
    }
    done.map_err(PlanFileError::io(what))
}

/// The folder of a file; the present one for a bare name.
fn folder(path: &Path) -> &Path {
    let dir = path.parent().filter(|d| !d.as_os_str().is_empty());
    dir.unwrap_or(Path::new("."))
}

/// The file that a path leads to, where its last part is a symbolic link; so that a file has one lock, one journal and one
/// name to be replaced under.
pub(crate) fn real(path: &Path) -> PathBuf {
    let link = path.symlink_metadata().is_ok_and(|m| m.is_symlink());
    let real = link.then(|| std::fs::canonicalize(path).ok()).flatten();
    real.unwrap_or_else(|| path.into())
}

/// Lets the same people read a file as another one, and its owner write it, also where that one is write-protected.
pub(crate) fn allow_as(path: &Path, other: &Path) -> std::io::Result<()> {
    let mut allowed = std::fs::metadata(other)?.permissions();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        allowed.set_mode(allowed.mode() | 0o200);
    }
    #[cfg(not(unix))]
    #[allow(
        clippy::permissions_set_readonly_false,
        reason = "an attribute of the file alone, where this is built"
    )]
    allowed.set_readonly(false);
    std::fs::set_permissions(path, allowed)
}

/// A name beside `path` that nobody uses.
pub(crate) fn temporary(path: &Path) -> PathBuf {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    path.with_file_name(format!(
        ".{name}.{}.part",
        mainstay_domain::Uuid::now_v7().simple()
    ))
}

/// A file that a program which was killed left under a temporary name stays for so long, because it may be one that is
/// being made.
const LEFT_ALONE: Duration = Duration::from_secs(3600);

/// Takes away what was left under temporary names beside `path` for files of which `mine` says so; that this fails harms
/// nobody.
pub(crate) fn sweep(path: &Path, mine: impl Fn(&str) -> bool) {
    let entries = std::fs::read_dir(folder(path));
    for e in entries.into_iter().flatten().flatten() {
        let name = e.file_name();
        let whose = name.to_str().and_then(made_for);
        let old = || {
            let age = e.metadata().and_then(|m| m.modified()).map(|m| m.elapsed());
            matches!(age, Ok(Ok(age)) if age > LEFT_ALONE)
        };
        if whose.is_some_and(&mine) && old() {
            let _ = std::fs::remove_file(e.path());
        }
    }
}

/// The name of the file that a temporary name was made for; also with a journal's ending.
fn made_for(temporary: &str) -> Option<&str> {
    let (rest, journal) = temporary.strip_prefix('.')?.rsplit_once(".part")?;
    let (name, key) = rest.rsplit_once('.')?;
    let known = ["", "-journal", "-wal", "-shm"].contains(&journal);
    (known && key.len() == 32 && key.chars().all(|c| c.is_ascii_hexdigit())).then_some(name)
}

pub(crate) fn sync_folder(path: &Path) -> std::io::Result<()> {
    // Windows cannot open folders this way, and does not need it.
    #[cfg(unix)]
    std::fs::File::open(folder(path))?.sync_all()?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

    use super::*;

    #[test]
    fn what_a_killed_program_left_is_swept_when_it_is_old() {
        let dir = tempfile::tempdir().unwrap();
        let plan = dir.path().join("plan.mainstay");
        let (old, fresh, other) = (
            temporary(&plan),
            temporary(&plan),
            temporary(&dir.path().join("other.pdf")),
        );
        let journal = crate::format::sibling(&old, "-journal");
        let long_ago = std::time::SystemTime::now() - 2 * LEFT_ALONE;
        for f in [&plan, &old, &journal, &fresh, &other] {
            let made = std::fs::File::create(f).unwrap();
            if f != &fresh {
                made.set_modified(long_ago).unwrap();
            }
        }
        sweep(&plan, |name| name == "plan.mainstay");
        assert!(plan.exists() && fresh.exists() && other.exists());
        assert!(!old.exists() && !journal.exists());
    }
}
