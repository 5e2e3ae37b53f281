//! The product itself: one open workspace at most, and the router of commands.

use crate::backups::Automatic;
use crate::config::Config;
use crate::known::Known;
use crate::passphrase::Ask;
use crate::past::Past;
use crate::preview::Preview;
use crate::problem::Outcome;
use crate::searching::Index;
use crate::wire::Problem;
use crate::work::Work;
use mainstay_analysis::{Analysis, Scenario, Spof};
use mainstay_domain::{NaiveDate, Workspace};
use mainstay_planfile::{Committed, Operation, Passphrase, PlanFile, PlanFileError, Stamp, Tx};
use std::sync::Arc;

/// Mainstay, as every door uses it.
pub struct App {
    pub(crate) config: Config,
    pub(crate) open: Option<Open>,
    /// What encrypted files are opened with; what was typed for the open one is kept by its file.
    pub(crate) passphrase: Option<Passphrase>,
    /// Asks somebody for a passphrase.
    pub(crate) ask: Option<Ask>,
    /// The document that was last laid out for the screen.
    pub(crate) preview: Option<Preview>,
    work: Work,
}

/// An open workspace and what is known to follow from it.
pub(crate) struct Open {
    pub(crate) file: PlanFile,
    pub(crate) automatic: Automatic,
    /// The past that is shown in the place of the present.
    pub(crate) past: Option<Past>,
    /// What the history knows of records; none before somebody asks.
    pub(crate) known: Option<Known>,
    pub(crate) index: Index,
    analysis: Option<(NaiveDate, Arc<Analysis>)>,
    spof: Option<Arc<Spof>>,
}

impl App {
    /// Starts with nothing open.
    pub fn new(config: Config) -> Self {
        Self {
            config,
            open: None,
            passphrase: None,
            ask: None,
            preview: None,
            work: Work::default(),
        }
    }

    /// Carries a command out; arguments and result are JSON as the wire types say.
    ///
    /// # Errors
    /// A [`Problem`] whose `detail` can be shown as it is.
    pub fn call(
        &mut self,
        command: &str,
        args: serde_json::Value,
    ) -> Result<serde_json::Value, Problem> {
        crate::router::call(self, command, args)
    }

    /// What is being done, for whoever watches.
    pub fn work(&self) -> Work {
        self.work.clone()
    }

    pub(crate) fn opened(file: PlanFile) -> Open {
        Open {
            file,
            analysis: None,
            spof: None,
            automatic: Automatic::default(),
            past: None,
            known: None,
            index: Index::default(),
        }
    }

    pub(crate) fn session(&self) -> Outcome<&Open> {
        self.open.as_ref().ok_or_else(not_open)
    }

    pub(crate) fn session_mut(&mut self) -> Outcome<&mut Open> {
        self.open.as_mut().ok_or_else(not_open)
    }

    /// Every record of the open workspace, as it is or as it was at the point that is looked back at.
    ///
    /// # Errors
    /// Nothing is open.
    pub fn workspace(&self) -> Outcome<&Workspace> {
        Ok(self.session()?.workspace())
    }

    /// What follows from the workspace that is shown, for every service down; on its day when it is a past one.
    pub(crate) fn analysis(&mut self) -> Outcome<Arc<Analysis>> {
        let today = self.config.today();
        let open = self.session_mut()?;
        let today = open.past.as_ref().map_or(today, |p| p.day);
        if let Some((on, a)) = &open.analysis
            && *on == today
        {
            return Ok(a.clone());
        }
        let a = Arc::new(mainstay_analysis::analyse(
            open.workspace(),
            &Scenario::default(),
            today,
        ));
        open.analysis = Some((today, a.clone()));
        Ok(a)
    }

    /// Which service stops which activities.
    pub(crate) fn spof(&mut self) -> Outcome<Arc<Spof>> {
        let open = self.session_mut()?;
        if let Some(s) = &open.spof {
            return Ok(s.clone());
        }
        let s = Arc::new(mainstay_analysis::spof(open.workspace()));
        open.spof = Some(s.clone());
        Ok(s)
    }

    pub(crate) fn stamp(&self) -> Stamp {
        Stamp {
            at: self.config.now_text(),
            author: self.config.author.clone(),
            device: self.config.device.clone(),
        }
    }

    /// Changes the open workspace in one step; a plan that was approved gets a new draft by it.
    pub(crate) fn change<T>(
        &mut self,
        op: &Operation,
        f: impl FnOnce(&mut Tx<'_>) -> Outcome<T>,
    ) -> Outcome<(T, Committed)> {
        self.change_as_is(op, |tx| {
            let value = f(tx)?;
            if tx.has_changes() {
                crate::versions::start_drafts(tx)?;
            }
            Ok(value)
        })
    }

    /// Changes the open workspace in one step, and nothing beside it.
    pub(crate) fn change_as_is<T>(
        &mut self,
        op: &Operation,
        f: impl FnOnce(&mut Tx<'_>) -> Outcome<T>,
    ) -> Outcome<(T, Committed)> {
        self.refuse_in_the_past()?;
        let stamp = self.stamp();
        let open = self.session_mut()?;
        let done = open.file.transact(op, &stamp, f)?;
        open.forget_results();
        open.index.note(&done.1.rows);
        self.backups_after_change();
        Ok(done)
    }

    /// Takes the last step back; its name.
    pub(crate) fn undo_step(&mut self) -> Outcome<(String, Committed)> {
        self.step(PlanFile::undo)
    }

    /// Does the last undone step again; its name.
    pub(crate) fn redo_step(&mut self) -> Outcome<(String, Committed)> {
        self.step(PlanFile::redo)
    }

    fn step(
        &mut self,
        f: impl FnOnce(&mut PlanFile, &Stamp) -> Result<(String, Committed), PlanFileError>,
    ) -> Outcome<(String, Committed)> {
        self.refuse_in_the_past()?;
        let stamp = self.stamp();
        let open = self.session_mut()?;
        let done = f(&mut open.file, &stamp)?;
        open.forget_results();
        open.index.note(&done.1.rows);
        Ok(done)
    }
}

impl Open {
    /// What is shown: the present, or the past that is looked back at.
    pub(crate) fn workspace(&self) -> &Workspace {
        self.past
            .as_ref()
            .map_or_else(|| self.file.workspace(), |p| &p.ws)
    }

    pub(crate) fn forget_results(&mut self) {
        // Letting go of tens of thousands of findings takes longer than a thread; nobody has to wait for it.
        if let Some(old) = self.analysis.take() {
            std::thread::spawn(move || drop(old));
        }
        self.spof = None;
    }
}

fn not_open() -> Problem {
    Problem::new(
        "not_open",
        "No workspace is open; open one or make a new one first.",
    )
}
