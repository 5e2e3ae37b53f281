//! Writing a file whole or not at all.

use crate::PlanFileError;
use std::io::Write;
use std::path::{Path, PathBuf};

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

pub(crate) fn sync_folder(path: &Path) -> std::io::Result<()> {
    // Windows cannot open folders this way, and does not need it.
    #[cfg(unix)]
    if let Some(dir) = path.parent().filter(|d| !d.as_os_str().is_empty()) {
        std::fs::File::open(dir)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
