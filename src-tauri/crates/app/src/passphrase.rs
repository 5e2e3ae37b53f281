//! Passphrases: opening what is encrypted; setting, changing and removing them.

use crate::problem::Outcome;
use crate::wire::*;
use crate::{App, backups, files};
use mainstay_planfile::{
    Access, Key, Passphrase, PlanFile, PlanFileError, Rekeyed, change_passphrase,
};
use std::path::Path;

/// Asks somebody for the passphrase of a file.
pub(crate) type Ask = Box<dyn Fn(&Path) -> Outcome<Passphrase> + Send + Sync>;

impl App {
    /// Takes this passphrase for encrypted files from now on; one without a passphrase opens all the same.
    pub fn use_passphrase(&mut self, passphrase: Passphrase) {
        self.passphrase = Some(passphrase);
    }

    /// Asks with `ask`, which is given the file, where a passphrase is needed and none was given.
    pub fn ask_for_passphrases(
        &mut self,
        ask: impl Fn(&Path) -> Outcome<Passphrase> + Send + Sync + 'static,
    ) {
        self.ask = Some(Box::new(ask));
    }

    /// Does something that may need a passphrase: with the one that was given, then with that of the open file, whose
    /// backups and copies share it, then with what somebody is asked for.
    pub(crate) fn unlock<T>(
        &self,
        mut f: impl FnMut(Key<'_>) -> Result<T, PlanFileError>,
    ) -> Outcome<T> {
        use PlanFileError::{PassphraseNeeded, WrongPassphrase};
        let own = self.open.as_ref().and_then(|o| o.file.passphrase());
        let mut done = f(self.passphrase.as_ref());
        if own.is_some() && matches!(done, Err(PassphraseNeeded { .. } | WrongPassphrase { .. })) {
            done = f(own);
        }
        if let (Err(PassphraseNeeded { path }), Some(ask)) = (&done, &self.ask) {
            done = f(Some(&ask(path)?));
        }
        Ok(done?)
    }

    pub(crate) fn open_plan(&self, path: &Path, access: Access) -> Outcome<PlanFile> {
        self.unlock(|key| PlanFile::open_with(path, access, &self.stamp(), key))
    }

    /// Opens a file only to check it, also where its data is not what its data hash tells.
    ///
    /// # Errors
    /// Every other way in which a file can be unfit.
    pub fn open_for_check(&mut self, path: &Path) -> Outcome<()> {
        let file = self.unlock(|key| PlanFile::open_for_check(path, &self.stamp(), key))?;
        self.open = Some(App::opened(file));
        Ok(())
    }

    /// Whether a file is encrypted, as far as can be told without its passphrase.
    ///
    /// # Errors
    /// There is no such file, or it is none.
    pub fn is_encrypted(&self, path: &Path) -> Outcome<bool> {
        Ok(mainstay_planfile::is_encrypted(path)?)
    }

    /// Gives a file that is not open the passphrase `to`, or none, and its backups too, also those in `folder`; which ones
    /// followed.
    ///
    /// # Errors
    /// The passphrase is wrong or too short, somebody has the file open, or a backup cannot follow; nothing is changed.
    pub fn change_passphrase_of(
        &self,
        path: &Path,
        folder: Option<&Path>,
        to: Key<'_>,
    ) -> Outcome<Rekeyed> {
        let stamp = self.stamp();
        self.work().during("changing the passphrase", |progress| {
            self.unlock(|from| change_passphrase(path, folder, (from, to), &stamp, progress))
        })
    }
}

/// Takes what somebody typed, or nothing.
fn typed(text: Option<String>) -> Outcome<Option<Passphrase>> {
    Ok(text
        .filter(|t| !t.is_empty())
        .map(Passphrase::new)
        .transpose()?)
}

/// Does something with the passphrase that was typed for it alone.
pub(crate) fn given<T>(
    app: &mut App,
    text: Option<String>,
    f: impl FnOnce(&mut App) -> Outcome<T>,
) -> Outcome<T> {
    let Some(passphrase) = typed(text)? else {
        return f(app);
    };
    let before = app.passphrase.replace(passphrase);
    let done = f(app);
    app.passphrase = before;
    done
}

/// Sets, changes or removes the passphrase of the open workspace and of its backups.
pub(crate) fn set_passphrase(app: &mut App, args: SetPassphrase) -> Outcome<Status> {
    app.refuse_in_the_past()?;
    let (old, new) = (typed(args.old)?, typed(args.new)?);
    let folder = backups::backup_folder(app);
    let file = &app.session()?.file;
    let path = file.path().to_path_buf();
    if let Some(why) = file.read_only() {
        let why = why.to_owned();
        return Err(PlanFileError::ReadOnly { path, why }.into());
    }
    let has = file.passphrase().cloned();
    if old != has && has.is_some() {
        return Err(Problem::new(
            "wrong_passphrase",
            "The present passphrase is not this one; nothing was changed.",
        ));
    }
    files::close(app, Nothing {})?;
    let stamp = app.stamp();
    let keys = (has.as_ref(), new.as_ref());
    let done = app.work().during("changing the passphrase", |progress| {
        change_passphrase(&path, Some(&folder), keys, &stamp, progress)
    });
    let now = if done.is_ok() { new } else { has };
    // Open again whatever came of it.
    let before = std::mem::replace(&mut app.passphrase, now);
    let opened = files::open_path(app, &path, Access::Write);
    app.passphrase = before;
    done?;
    opened
}
