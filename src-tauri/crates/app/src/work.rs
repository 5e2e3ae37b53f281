//! Long work as somebody watches it: how far it is, and a way to stop it.

use crate::wire::WorkView;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What is being done now; shared with whoever watches, who need not wait for it.
#[derive(Clone, Default)]
pub struct Work(Arc<Shared>);

#[derive(Default)]
struct Shared {
    what: Mutex<Option<String>>,
    done: AtomicU64,
    total: AtomicU64,
    stop: AtomicBool,
}

impl Work {
    /// What is being done, and how far it is; nothing when nothing takes long.
    pub fn now(&self) -> Option<WorkView> {
        let what = self.what().clone()?;
        let (done, total) = (
            self.0.done.load(Ordering::Relaxed),
            self.0.total.load(Ordering::Relaxed),
        );
        Some(WorkView {
            what,
            share: (total > 0).then(|| (done as f64 / total as f64).clamp(0.0, 1.0)),
        })
    }

    /// Asks what is being done to stop; it leaves everything as it was before.
    pub fn stop(&self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }

    /// Does something that somebody may watch and stop; `what` names it, such as `restoring plan.mainstay`.
    pub(crate) fn during<T>(
        &self,
        what: impl Into<String>,
        f: impl FnOnce(&mut dyn FnMut(u64, u64) -> bool) -> T,
    ) -> T {
        self.0.stop.store(false, Ordering::Relaxed);
        self.0.total.store(0, Ordering::Relaxed);
        *self.what() = Some(what.into());
        // Also when what is done panics.
        let _end = End(self);
        f(&mut |done, total| {
            self.0.done.store(done, Ordering::Relaxed);
            self.0.total.store(total, Ordering::Relaxed);
            !self.0.stop.load(Ordering::Relaxed)
        })
    }

    fn what(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.0.what.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct End<'a>(&'a Work);

impl Drop for End<'_> {
    fn drop(&mut self) {
        *self.0.what() = None;
    }
}
