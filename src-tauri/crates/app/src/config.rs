//! What the product needs to know about where it runs.

use crate::problem::Outcome;
use crate::wire::Problem;
use chrono::{DateTime, SecondsFormat, Utc};
use mainstay_domain::NaiveDate;
use mainstay_planfile::write_whole_file;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::PathBuf;

/// Where the product runs, and for whom.
pub struct Config {
    /// The clock.
    pub clock: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// Who works, for the history.
    pub author: String,
    /// On which device, for the history.
    pub device: String,
    /// The folder for the program's own files, such as the list of recent ones; nothing is kept when there is none.
    pub state_dir: Option<PathBuf>,
    /// The folder offered for new plan files.
    pub documents_dir: PathBuf,
    /// Whether backups are made while somebody works, beside the file or in the folder that was chosen.
    pub automatic_backups: bool,
}

impl Config {
    /// The configuration of this computer and its user.
    pub fn of_this_computer() -> Self {
        let var = |names: &[&str]| {
            names
                .iter()
                .find_map(|n| std::env::var(n).ok().filter(|v| !v.is_empty()))
        };
        let home = var(&["HOME", "USERPROFILE"])
            .map(PathBuf::from)
            .unwrap_or_else(std::env::temp_dir);
        let state = if cfg!(windows) {
            var(&["APPDATA"])
                .map(PathBuf::from)
                .unwrap_or_else(|| home.clone())
        } else if cfg!(target_os = "macos") {
            home.join("Library/Application Support")
        } else {
            var(&["XDG_STATE_HOME"])
                .map(PathBuf::from)
                .unwrap_or_else(|| home.join(".local/state"))
        };
        let documents = var(&["XDG_DOCUMENTS_DIR"])
            .map(PathBuf::from)
            .unwrap_or_else(|| home.join("Documents"));
        Self {
            clock: Box::new(Utc::now),
            author: var(&["USER", "USERNAME"]).unwrap_or_else(|| "unknown".into()),
            device: device().unwrap_or_else(|| "unknown".into()),
            state_dir: Some(state.join("mainstay")),
            documents_dir: documents,
            automatic_backups: false,
        }
    }

    /// The same with a fixed clock.
    pub fn at(mut self, now: DateTime<Utc>) -> Self {
        self.clock = Box::new(move || now);
        self
    }

    /// The same with automatic backups.
    pub fn with_automatic_backups(mut self) -> Self {
        self.automatic_backups = true;
        self
    }

    /// What was kept under a name in the program's own folder. What cannot be read is empty: nothing of value is lost with
    /// it.
    pub(crate) fn kept<T: DeserializeOwned + Default>(&self, name: &str) -> T {
        self.state_dir
            .as_ref()
            .and_then(|dir| std::fs::read(dir.join(name)).ok())
            .and_then(|b| serde_json::from_slice(&b).ok())
            .unwrap_or_default()
    }

    /// Keeps something under a name in the program's own folder.
    pub(crate) fn keep<T: Serialize>(&self, name: &str, what: &T) -> Outcome<()> {
        let dir = self.state_dir.as_ref().ok_or_else(|| {
            Problem::new(
                "io",
                "There is no place on this computer to remember this in.",
            )
        })?;
        std::fs::create_dir_all(dir).map_err(|e| {
            Problem::new("io", format!("{} could not be made: {e}.", dir.display()))
        })?;
        let text = serde_json::to_vec_pretty(what)
            .map_err(|e| Problem::new("internal", format!("{name} could not be written: {e}.")))?;
        Ok(write_whole_file(&dir.join(name), &text)?)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    pub(crate) fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }

    pub(crate) fn now_text(&self) -> String {
        self.now().to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}

fn device() -> Option<String> {
    let named = std::env::var("HOSTNAME")
        .or_else(|_| std::env::var("COMPUTERNAME"))
        .ok();
    named
        .or_else(|| std::fs::read_to_string("/etc/hostname").ok())
        .map(|s| s.trim().to_string())
        .filter(|s| !s.is_empty())
}
