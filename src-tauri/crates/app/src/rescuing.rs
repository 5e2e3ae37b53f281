//! Saving what can be read of a damaged plan file.

use crate::problem::Outcome;
use crate::wire::*;
use crate::{App, files, passphrase};
use mainstay_planfile::{RescueReport, rescue};
use std::path::Path;

impl App {
    /// Saves what can be read of a damaged file into a new one with the same passphrase.
    ///
    /// # Errors
    /// There is a file already, the passphrase is missing or wrong, or nothing can be read.
    pub fn rescue_file(&self, input: &Path, out: &Path) -> Outcome<RescueReport> {
        let stamp = self.stamp();
        self.work().during("rescuing a damaged file", |progress| {
            self.unlock(|key| rescue(input, out, key, &stamp, progress))
        })
    }
}

/// Saves what can be read of a damaged file into a new one.
pub(crate) fn rescue_damaged(app: &mut App, args: RescueFile) -> Outcome<Rescued> {
    let input = Path::new(&args.path);
    let out = match args.out.filter(|o| !o.trim().is_empty()) {
        Some(o) => files::with_extension(Path::new(o.trim())),
        None => files::free_name(input, "rescued")?,
    };
    let report = passphrase::given(app, args.passphrase, |app| app.rescue_file(input, &out))?;
    Ok(Rescued {
        path: out.display().to_string(),
        exact: report.exact,
        last_change: report.last_change.as_ref().map(|c| c.0),
        last_change_at: report.last_change.map(|c| c.1),
        saved: report
            .saved
            .into_iter()
            .map(|(noun, n)| SavedKind {
                noun: noun.into(),
                count: i64::try_from(n).unwrap_or(i64::MAX),
            })
            .collect(),
        from_history: i64::try_from(report.from_history).unwrap_or(i64::MAX),
        lost: report.lost,
        repaired: report.repaired,
    })
}
