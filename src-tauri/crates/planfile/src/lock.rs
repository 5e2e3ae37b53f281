//! Who has a plan file open: an operating-system lock on a small file beside it, which dies with its process.

use crate::PlanFileError;
use crate::format::sibling;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// The lock; it ends when this is dropped or the process ends.
#[derive(Debug)]
pub(crate) struct Lock {
    file: Option<File>,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock, and says in its file who has it.
    ///
    /// # Errors
    /// [`PlanFileError::OpenElsewhere`] when another process has it.
    pub(crate) fn take(plan: &Path, who: &str) -> Result<Lock, PlanFileError> {
        let path = sibling(plan, "-lock");
        let what = || format!("the lock beside {} could not be made", plan.display());
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(PlanFileError::io(what()))?;
        match file.try_lock() {
            // The one who had it may have taken the file away between our opening and our locking it.
            Ok(()) if !still_there(&file, &path) => return Self::take(plan, who),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.take(400).read_to_string(&mut holder);
                let who = Some(holder.trim().to_string()).filter(|h| !h.is_empty());
                return Err(PlanFileError::OpenElsewhere {
                    path: plan.into(),
                    who,
                });
            }
            Err(TryLockError::Error(e)) => return Err(PlanFileError::io(what())(e)),
        }
        let written = file
            .set_len(0)
            .and_then(|()| file.write_all(who.as_bytes()));
        // Made first, so that a lock whose holder could not be written down goes away again.
        let lock = Lock {
            file: Some(file),
            path,
        };
        written.map_err(PlanFileError::io(what()))?;
        Ok(lock)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while still held, so that nobody else's lock is taken away.
        #[cfg(unix)]
        let _ = std::fs::remove_file(&self.path);
        drop(self.file.take());
        #[cfg(not(unix))]
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(unix)]
fn still_there(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(a), Ok(b)) => a.ino() == b.ino() && a.dev() == b.dev(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn still_there(_: &File, _: &Path) -> bool {
    true
}
