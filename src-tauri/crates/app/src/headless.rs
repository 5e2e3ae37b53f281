//! What only the command line needs: whole files in and out, and the reports it prints.

use crate::problem::Outcome;
use crate::wire::{Nothing, Problem};
use crate::{App, files};
use mainstay_analysis::{Analysis, Scenario, analyse, synthetic, wording};
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

/// Everything that follows from a workspace, as `analyse --json` prints it.
#[derive(Debug, Clone, Serialize)]
pub struct AnalysisReport {
    /// From the disruption to the start of the restore work.
    pub start_min: i64,
    /// The activities, in the order of the file.
    pub activities: Vec<ActivityReport>,
    /// The services, in the order of the file.
    pub services: Vec<ServiceReport>,
    /// The findings, errors first.
    pub findings: Vec<FindingReport>,
}

/// One activity of a report; `null` where unknown.
#[derive(Debug, Clone, Serialize)]
#[allow(
    missing_docs,
    reason = "the names are those of the results, with their unit"
)]
pub struct ActivityReport {
    pub code: String,
    pub name: String,
    pub mtpd_min: Option<i64>,
    pub mtpd_state: mainstay_analysis::MtpdState,
    pub last_tolerable_min: Option<i64>,
    pub binding: Vec<String>,
    pub accepted_mtpd_min: Option<i64>,
    pub rto_min: Option<i64>,
    pub wrt_min: Option<i64>,
    pub slack_min: Option<i64>,
    pub ready_min: Option<i64>,
    pub resumed_min: Option<i64>,
    pub gap_min: Option<i64>,
    pub gap_state: Option<&'static str>,
}

/// One service of a report; `null` where unknown.
#[derive(Debug, Clone, Serialize)]
#[allow(
    missing_docs,
    reason = "the names are those of the results, with their unit"
)]
pub struct ServiceReport {
    pub code: String,
    pub name: String,
    pub required_rto_min: Option<i64>,
    pub required_set_by: Option<String>,
    pub latest_finish_min: Option<i64>,
    pub tier: Option<u8>,
    pub own_restore_min: Option<i64>,
    pub achievable_min: Option<i64>,
    pub gap_min: Option<i64>,
    pub gap_state: Option<&'static str>,
    pub blocking_path: Vec<String>,
    pub required_rpo_min: Option<i64>,
    pub rpa_min: RpaReport,
    pub spof_for: Vec<String>,
}

/// Data loss to expect in one service, by class of disruption.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the names are those of the classes")]
pub struct RpaReport {
    pub component_failure: Option<i64>,
    pub site_loss: Option<i64>,
    pub logical_corruption: Option<i64>,
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

/// A scenario as it is named on the command line.
#[derive(Debug, Clone, Default)]
pub struct ScenarioArgs {
    /// The codes of the services that are down; all when `None`.
    pub down: Option<Vec<String>>,
    /// When the restore begins, minutes; detection + decision when `None`.
    pub start_min: Option<i64>,
}

impl App {
    /// Opens a file, to work in it or only to look.
    ///
    /// # Errors
    /// Every way in which a file can be unfit.
    pub fn open_file(&mut self, path: &Path, access: Access) -> Outcome<()> {
        let file = PlanFile::open(path, access, &self.stamp())?;
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

    /// Everything that follows from the open workspace under a scenario.
    ///
    /// # Errors
    /// Nothing is open, or the scenario names a service that is not there.
    pub fn analysis_report(&mut self, args: &ScenarioArgs) -> Outcome<AnalysisReport> {
        let today = self.config.today();
        let spof = self.spof()?;
        let ws = self.workspace()?;
        let mut down = None;
        for code in args.down.iter().flatten() {
            let s = ws
                .services
                .iter()
                .find(|s| s.code.0 == *code)
                .ok_or_else(|| Problem::no_such("service", code))?;
            down.get_or_insert_with(Vec::new).push(s.id);
        }
        let start = match args.start_min {
            Some(m) => Some(Minutes::from_datum(&Datum::Int(m)).ok_or_else(|| {
                Problem::bad_value(
                    "scenario",
                    "start",
                    &m.to_string(),
                    &Kind::Minutes.allowed(),
                )
            })?),
            None => None,
        };
        let a = analyse(ws, &Scenario { down, start }, today);
        Ok(AnalysisReport {
            start_min: a.start.0,
            activities: ws
                .activities
                .iter()
                .zip(&a.activities)
                .map(|(x, r)| activity_report(x, r))
                .collect(),
            services: ws
                .services
                .iter()
                .enumerate()
                .map(|(i, s)| {
                    let stops = spof.stops[i]
                        .iter()
                        .map(|k| ws.activities[*k].code.0.clone())
                        .collect();
                    service_report(s, &a, i, stops)
                })
                .collect(),
            findings: a.findings.iter().map(|f| finding_report(ws, f)).collect(),
        })
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
            findings: a
                .findings
                .iter()
                .map(|f| finding_report(file.workspace(), f))
                .collect(),
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

fn activity_report(x: &Activity, r: &mainstay_analysis::ActivityResult) -> ActivityReport {
    let min = crate::views::min;
    ActivityReport {
        code: x.code.0.clone(),
        name: x.name.clone(),
        mtpd_min: min(r.mtpd.min),
        mtpd_state: r.mtpd.state,
        last_tolerable_min: min(r.mtpd.last_tolerable),
        binding: r.mtpd.binding.clone(),
        accepted_mtpd_min: min(r.accepted_mtpd),
        rto_min: min(r.rto),
        wrt_min: min(x.wrt_min),
        slack_min: min(r.slack),
        ready_min: min(r.ready),
        resumed_min: min(r.resumed),
        gap_min: min(r.gap),
        gap_state: r.gap_state.map(mainstay_analysis::GapState::word),
    }
}

fn service_report(s: &Service, a: &Analysis, i: usize, spof_for: Vec<String>) -> ServiceReport {
    let min = crate::views::min;
    let r = &a.services[i];
    ServiceReport {
        code: s.code.0.clone(),
        name: s.name.clone(),
        required_rto_min: min(r.required_rto),
        required_set_by: r.required_set_by.clone(),
        latest_finish_min: min(r.latest_finish),
        tier: r.tier,
        own_restore_min: min(r.own_restore),
        achievable_min: min(r.achievable),
        gap_min: min(r.gap),
        gap_state: r.gap_state.map(mainstay_analysis::GapState::word),
        blocking_path: a
            .blocking_path(&s.code)
            .into_iter()
            .map(|p| p.code)
            .collect(),
        required_rpo_min: min(r.required_rpo),
        rpa_min: RpaReport {
            component_failure: min(r.rpa[0]),
            site_loss: min(r.rpa[1]),
            logical_corruption: min(r.rpa[2]),
        },
        spof_for,
    }
}

fn finding_report(ws: &Workspace, f: &Finding) -> FindingReport {
    FindingReport {
        id: f.id(),
        code: f.code.into(),
        severity: f.severity,
        subject: f.subject.clone(),
        params: f.params.clone(),
        text: wording::sentence(f, ws),
    }
}
