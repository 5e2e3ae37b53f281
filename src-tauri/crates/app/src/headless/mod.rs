//! What only the command line needs: whole files in and out, and the reports it prints.

mod analysis;
mod editing;
mod money;
mod scenarios;

pub use analysis::{
    AchievableLink, ActivityReport, AnalysisReport, ProofReport, RequirementLink, RpaReport,
    ServiceReport,
};
pub use editing::Edited;
pub use money::{LossReport, SimulateArgs};
pub use scenarios::{NewScenario, RecoverArgs, SavedReport, ScenarioArgs};

use crate::problem::Outcome;
use crate::wire::{Nothing, Problem};
use crate::{App, files};
use mainstay_analysis::{synthetic, wording};
use mainstay_domain::*;
use mainstay_exchange::{EXAMPLE, ImportOptions};
use mainstay_planfile::{Access, PlanFile, write_whole_file};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What an import says beside "done".
#[derive(Debug, Clone, Serialize)]
pub struct ImportReport {
    /// The file that was made.
    pub path: PathBuf,
    /// How many records it holds.
    pub records: usize,
    /// What is worth a remark, a sentence each.
    pub notes: Vec<String>,
}

/// One finding of a report.
#[derive(Debug, Clone, Serialize)]
pub struct FindingReport {
    /// What names it when it is accepted: `code:subject`.
    pub id: String,
    /// What sort of thing.
    pub code: String,
    /// How much it weighs.
    pub severity: Severity,
    /// The code of the record it is about.
    pub subject: String,
    /// The values behind it.
    pub params: Params,
    /// The whole sentence.
    pub text: String,
}

/// What `check` found.
#[derive(Debug, Clone, Serialize)]
pub struct CheckReport {
    /// Whether the file is sound.
    pub sound: bool,
    /// Everything that is broken.
    pub damage: Vec<mainstay_planfile::Damage>,
    /// How many rows the history has.
    pub history_rows: i64,
    /// How many records there are.
    pub records: i64,
    /// The hash of all data.
    pub data_hash: String,
    /// What is wrong or missing in the plan.
    pub findings: Vec<FindingReport>,
}

impl App {
    /// Opens a file, to work in it or only to look.
    ///
    /// # Errors
    /// Every way in which a file can be unfit.
    pub fn open_file(&mut self, path: &Path, access: Access) -> Outcome<()> {
        let file = self.open_plan(path, access)?;
        self.open = Some(App::opened(file));
        Ok(())
    }

    /// Where the open file stands as it was, when opening it brought it to a newer format.
    pub fn copy_before_raising(&self) -> Option<&Path> {
        self.open.as_ref()?.file.copy_before_raising()
    }

    /// Closes what is open.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn close_file(&mut self) -> Outcome<()> {
        files::close(self, Nothing {}).map(|_| ())
    }

    /// Writes the example workspace, or a synthetic one of so many services, as a new file.
    ///
    /// # Errors
    /// There is a file already, or it cannot be written.
    pub fn write_example(&mut self, out: &Path, synthetic: Option<(usize, u64)>) -> Outcome<()> {
        match synthetic {
            Some((n, seed)) => self.create(
                out,
                &synthetic::workspace(n, seed),
                "make a synthetic workspace",
            ),
            None => write_example(self, out),
        }
    }

    fn create(&self, out: &Path, ws: &Workspace, operation: &str) -> Outcome<()> {
        Ok(PlanFile::create(out, ws, operation, &self.stamp())?)
    }

    /// Makes a new file from an interchange file; nothing is left when that does not work.
    ///
    /// # Errors
    /// The input cannot be read, or names everything in it that is not allowed.
    pub fn import_file(&mut self, input: &Path, out: &Path, strict: bool) -> Outcome<ImportReport> {
        let text = std::fs::read(input).map_err(|e| {
            let code = if e.kind() == std::io::ErrorKind::NotFound {
                "file_not_found"
            } else {
                "io"
            };
            Problem::new(code, format!("{} cannot be read: {e}.", input.display()))
        })?;
        let text = match text.starts_with(b"%PDF-") {
            true => mainstay_seal::pdf::open(&text)
                .map_err(|e| format!("it cannot be read as a PDF: {e}"))
                .and_then(|pdf| mainstay_documents::pdf::attached(&pdf).map_err(|e| e.to_string()))
                .map_err(|e| Problem::new("file_foreign", format!("{}: {e}.", input.display())))?,
            false => text,
        };
        let imported =
            mainstay_exchange::import(&text, &ImportOptions { strict }, &mut Uuid::now_v7)
                .map_err(|e| import_problem(input, &e))?;
        self.create(out, &imported.workspace, "import")?;
        Ok(ImportReport {
            path: out.into(),
            records: Table::ALL
                .iter()
                .map(|t| imported.workspace.count(*t))
                .sum(),
            notes: imported.notes.iter().map(|n| n.text.clone()).collect(),
        })
    }

    /// The open workspace as interchange JSON.
    ///
    /// # Errors
    /// Nothing is open.
    pub fn export_text(&self) -> Outcome<String> {
        Ok(mainstay_exchange::to_string_pretty(self.workspace()?))
    }

    /// Writes the open workspace as interchange JSON.
    ///
    /// # Errors
    /// Nothing is open, or the file cannot be written.
    pub fn export_file(&self, out: &Path) -> Outcome<()> {
        Ok(write_whole_file(out, self.export_text()?.as_bytes())?)
    }

    /// Checks the open file and its plan; reads only.
    ///
    /// # Errors
    /// Nothing is open, or the file cannot be read at all.
    pub fn check_report(&mut self) -> Outcome<CheckReport> {
        let a = self.analysis()?;
        let file = &self.session()?.file;
        let r = file.check()?;
        Ok(CheckReport {
            sound: r.damage.is_empty(),
            damage: r.damage,
            history_rows: r.history_rows,
            records: r.records,
            data_hash: r.data_hash,
            findings: finding_reports(file.workspace(), &a.findings),
        })
    }
}

/// Writes the example workspace as a new file.
pub(crate) fn write_example(app: &App, out: &Path) -> Outcome<()> {
    let imported = mainstay_exchange::import(
        EXAMPLE.as_bytes(),
        &ImportOptions { strict: true },
        &mut Uuid::now_v7,
    )
    .map_err(|e| import_problem(Path::new("the example"), &e))?;
    app.create(out, &imported.workspace, "make the example")
}

fn import_problem(input: &Path, e: &mainstay_exchange::Problem) -> Problem {
    let faults: Vec<String> = e.faults().iter().map(|f| f.text.clone()).collect();
    let mut text = e.to_string();
    if !text.ends_with('.') {
        text.push('.');
    }
    Problem::new(
        e.code(),
        format!("{} was not imported: {text}", input.display()),
    )
    .with("faults", faults)
}

/// The findings with their sentences.
pub(crate) fn finding_reports(ws: &Workspace, findings: &[Finding]) -> Vec<FindingReport> {
    findings
        .iter()
        .zip(wording::sentences(findings, ws))
        .map(|(f, text)| FindingReport {
            id: f.id(),
            code: f.code.into(),
            severity: f.severity,
            subject: f.subject.clone(),
            params: f.params.clone(),
            text,
        })
        .collect()
}
