//! Backups: made by the program while somebody works, and by hand; chosen folder, restoring.

use crate::app::Open;
use crate::differences::{changes_between, told};
use crate::moved::results_moved;
use crate::problem::Outcome;
use crate::wire::*;
use crate::{App, files, passphrase};
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use mainstay_domain::{NaiveDate, Workspace};
use mainstay_planfile::{
    Access, Entry, PlanFile, PlanFileError, back_up as copy_to, backups as listed, folder_beside,
    restore, thin,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

/// The list of the folders that were chosen.
const CHOSEN: &str = "backups.json";
/// While somebody works, there is a backup at least so often.
const WHILE_WORKING: Duration = Duration::hours(1);
/// Closing makes a backup of what changed since one that is older than this.
const AT_CLOSING: Duration = Duration::minutes(10);

/// The backups that the program makes of the open file by itself.
#[derive(Default)]
pub(crate) struct Automatic {
    newest: Option<DateTime<Utc>>,
    running: Option<JoinHandle<Result<PathBuf, PlanFileError>>>,
    trouble: Option<String>,
}

impl Automatic {
    /// Takes note of a backup that came to its end.
    fn settle(&mut self) {
        if let Some(done) = self.running.take_if(|r| r.is_finished()) {
            self.note(done.join().unwrap_or(Err(PlanFileError::Cancelled)));
        }
    }

    fn note(&mut self, done: Result<PathBuf, PlanFileError>) {
        self.trouble = done.err().map(|e| {
            tracing::warn!("an automatic backup could not be made");
            Problem::from(e).detail
        });
    }
}

impl App {
    /// After opening a file: looks when it was last backed up, and makes up for it when that is too long ago.
    pub(crate) fn backups_after_opening(&mut self) {
        let (now, folder) = (self.config.now(), backup_folder(self));
        let Some(open) = self.open.as_mut() else {
            return;
        };
        let newest = listed(open.file.path(), &folder)
            .ok()
            .and_then(|l| l.first().map(|b| b.at));
        open.automatic.newest = newest;
        if changed_after(open, newest) {
            self.back_up_when_due(now, Duration::days(1));
        }
    }

    /// After a change: makes a backup beside the work when the last one is too old.
    pub(crate) fn backups_after_change(&mut self) {
        self.back_up_when_due(self.config.now(), WHILE_WORKING);
    }

    fn back_up_when_due(&mut self, now: DateTime<Utc>, every: Duration) {
        if !self.config.automatic_backups {
            return;
        }
        let due = |a: &mut Automatic| {
            a.settle();
            a.running.is_none()
                && a.newest
                    .is_none_or(|n| now.signed_duration_since(n) >= every)
        };
        let open = self.open.as_mut();
        if !open.is_some_and(|o| o.file.read_only().is_none() && due(&mut o.automatic)) {
            return;
        }
        // Only now, because this asks the disk, and most changes are followed by no backup.
        let folder = backup_folder(self);
        let Some(open) = self.open.as_mut() else {
            return;
        };
        let a = &mut open.automatic;
        a.newest = Some(now);
        let path = open.file.path().to_path_buf();
        let key = open.file.passphrase().cloned();
        a.running = Some(std::thread::spawn(move || {
            let made = copy_to(&path, &folder, now, key.as_ref(), &mut |_, _| true)?;
            thin(&path, &folder, now)?;
            Ok(made)
        }));
    }

    /// Before closing: waits for one that is being made, and makes one of what changed since.
    pub(crate) fn backups_before_closing(&mut self) {
        let (now, folder) = (self.config.now(), backup_folder(self));
        let automatic = self.config.automatic_backups;
        let Some(open) = self.open.as_mut() else {
            return;
        };
        if let Some(running) = open.automatic.running.take() {
            let done = running.join().unwrap_or(Err(PlanFileError::Cancelled));
            open.automatic.note(done);
        }
        let newest = open.automatic.newest;
        let fresh = newest.is_some_and(|n| now.signed_duration_since(n) < AT_CLOSING);
        if !automatic || fresh || open.file.read_only().is_some() || !changed_after(open, newest) {
            return;
        }
        let path = open.file.path();
        let done = copy_to(path, &folder, now, open.file.passphrase(), &mut |_, _| true)
            .and_then(|made| thin(path, &folder, now).map(|()| made));
        open.automatic.note(done);
    }
}

/// Whether something was done to the file after a moment; making it does not count.
fn changed_after(open: &Open, moment: Option<DateTime<Utc>>) -> bool {
    let Some((rows, at)) = open.file.last_change() else {
        return false;
    };
    let at = DateTime::parse_from_rfc3339(&at).map(|d| d.to_utc());
    rows > 1 && moment.is_none_or(|m| at.is_ok_and(|at| at > m))
}

/// The folder for the backups of the open file.
pub(crate) fn backup_folder(app: &App) -> PathBuf {
    let open = app.open.as_ref();
    open.map_or_else(PathBuf::new, |o| backup_folder_of(app, o.file.path()))
}

fn backup_folder_of(app: &App, path: &Path) -> PathBuf {
    chosen(app)
        .remove(&path.display().to_string())
        .map_or_else(|| folder_beside(path), PathBuf::from)
}

/// The folders that were chosen on this computer, by file.
fn chosen(app: &App) -> BTreeMap<String, String> {
    app.config.kept(CHOSEN)
}

/// The backups of the open workspace.
pub(crate) fn backups(app: &mut App, _: Nothing) -> Outcome<Backups> {
    let folder = backup_folder(app);
    let automatic = app.config.automatic_backups;
    let open = app.session_mut()?;
    open.automatic.settle();
    let mut seen = in_folder(open.file.path(), &folder);
    seen.automatic = automatic && open.file.read_only().is_none();
    seen.trouble = open.automatic.trouble.clone().or(seen.trouble);
    Ok(seen)
}

/// The backups of a file that is not open.
pub(crate) fn backups_of(app: &mut App, args: ByPath) -> Outcome<Backups> {
    let path = std::path::absolute(&args.path).unwrap_or_else(|_| args.path.into());
    Ok(in_folder(&path, &backup_folder_of(app, &path)))
}

fn in_folder(path: &Path, folder: &Path) -> Backups {
    // A folder that is away for the moment, such as a stick, is told and is no reason to show nothing.
    let (list, away) = match listed(path, folder) {
        Ok(list) => (list, None),
        Err(e) => (Vec::new(), Some(Problem::from(e).detail)),
    };
    Backups {
        chosen: folder != folder_beside(path),
        folder: folder.display().to_string(),
        automatic: false,
        trouble: away,
        list: list
            .into_iter()
            .map(|b| BackupEntry {
                path: b.path.display().to_string(),
                at: b.at.to_rfc3339_opts(SecondsFormat::Secs, true),
                bytes: i64::try_from(b.bytes).unwrap_or(i64::MAX),
            })
            .collect(),
    }
}

/// Chooses the folder for the backups of the open workspace, on this computer.
pub(crate) fn set_backup_folder(app: &mut App, args: BackupFolder) -> Outcome<Backups> {
    let path = app.session()?.file.path().display().to_string();
    let mut all = chosen(app);
    match args.folder.filter(|f| !f.trim().is_empty()) {
        Some(f) => {
            let folder = std::path::absolute(f.trim()).unwrap_or_else(|_| f.trim().into());
            if !folder.is_dir() {
                return Err(Problem::bad_value(
                    "backups",
                    "folder",
                    &f,
                    "a folder that is there",
                ));
            }
            all.insert(path, folder.display().to_string());
        }
        None => drop(all.remove(&path)),
    }
    app.config.keep(CHOSEN, &all)?;
    backups(app, Nothing {})
}

/// Makes a backup of the open workspace now.
pub(crate) fn back_up(app: &mut App, args: BackupFolder) -> Outcome<PathView> {
    let folder = match args.folder.filter(|f| !f.trim().is_empty()) {
        Some(f) => PathBuf::from(f.trim()),
        None => backup_folder(app),
    };
    let (now, work) = (app.config.now(), app.work());
    let open = app.session_mut()?;
    let path = open.file.path();
    let made = work.during(format!("backing up {}", short(path)), |progress| {
        copy_to(path, &folder, now, open.file.passphrase(), progress)
    })?;
    open.automatic.newest = Some(now);
    Ok(PathView {
        path: made.display().to_string(),
    })
}

/// What a backup holds; nothing is written.
pub(crate) fn preview_backup(app: &mut App, args: ByPath) -> Outcome<BackupPreview> {
    let path = Path::new(&args.path);
    let file = app.unlock(|key| PlanFile::open_for_check(path, &app.stamp(), key))?;
    let report = file.check()?;
    let ws = file.workspace();
    let mut history = file.history()?;
    let since = match &app.open {
        Some(open) if report.damage.is_empty() && is_kin(open, &history)? => {
            Some(since(ws, open.file.workspace(), app.config.today()))
        }
        _ => None,
    };
    let last = history.pop();
    Ok(BackupPreview {
        since,
        path: args.path,
        name: files::organisation(ws),
        at: last.as_ref().map(|e| e.at.clone()).unwrap_or_default(),
        operation: last
            .as_ref()
            .map(|e| e.operation.clone())
            .unwrap_or_default(),
        author: last.map(|e| e.author).unwrap_or_default(),
        activities: ws.activities.len() as i64,
        services: ws.services.len() as i64,
        history_rows: report.history_rows,
        damage: report.damage.into_iter().map(|d| d.detail).collect(),
    })
}

/// Whether a history begins as that of the open file does.
fn is_kin(open: &Open, history: &[Entry]) -> Outcome<bool> {
    let ours = open.file.history()?;
    let first = |h: &[Entry]| h.first().map(|e| e.hash.clone());
    Ok(first(&ours).is_some() && first(&ours) == first(history))
}

/// What was done since: what is not in the backup.
fn since(backup: &Workspace, now: &Workspace, today: NaiveDate) -> SinceBackup {
    let changes = changes_between(backup, now, true);
    SinceBackup {
        records: told(&changes, backup, now),
        results: results_moved(backup, now, today),
    }
}

/// Makes a new plan file from a backup and opens it.
pub(crate) fn restore_backup(app: &mut App, args: RestoreBackup) -> Outcome<Status> {
    let backup = PathBuf::from(&args.path);
    let out = match args.out.filter(|o| !o.trim().is_empty()) {
        Some(o) => files::with_extension(Path::new(o.trim())),
        None => {
            let of = args.of.map(PathBuf::from);
            let open = app.open.as_ref().map(|o| o.file.path().to_path_buf());
            files::free_name(&of.or(open).unwrap_or_else(|| backup.clone()), "restored")?
        }
    };
    passphrase::given(app, args.passphrase, |app| {
        app.restore_file(&backup, &out)?;
        files::open_path(app, &out, Access::Write)
    })
}

impl App {
    /// Makes a plan file from a backup.
    ///
    /// # Errors
    /// The backup is damaged or none, there is a file already, or it cannot be written.
    pub fn restore_file(&self, backup: &Path, out: &Path) -> Outcome<()> {
        let stamp = self.stamp();
        self.work()
            .during(format!("restoring {}", short(backup)), |progress| {
                self.unlock(|key| restore(backup, out, &stamp, key, progress))
            })
    }
}

fn short(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
