//! What can be typed.

use crate::args_history::HistoryCommand;
use crate::copies::CopyCommand;
use chrono::{DateTime, NaiveDateTime, Utc};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// IT service continuity planning: registers, impact analysis, plans and their sign-off, in one file.
#[derive(Debug, Parser)]
#[command(
    name = "mainstay",
    version,
    arg_required_else_help = true,
    after_help = "Example:\n  mainstay example demo.mainstay && mainstay analyse demo.mainstay"
)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
    /// Take this moment as now, such as 2026-11-24T09:00:00Z or 2026-11-24.
    #[arg(long, global = true, value_name = "TIME", value_parser = parse_now)]
    pub now: Option<DateTime<Utc>>,
    /// Take the passphrase of an encrypted plan file from the first line of this file, instead of asking for it.
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// Keys to sign with: make one, or bring one along.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a key (P-256) with a certificate of its own, in a file that a passphrase encrypts.
    #[command(
        after_help = "Example:\n  mainstay key new hale.key --name \"M. Hale\" --passphrase-file hale.txt"
    )]
    New {
        /// The file to make.
        key: PathBuf,
        /// Whose it is, as it shall stand in the certificate.
        #[arg(long)]
        name: String,
        #[command(flatten)]
        format: Format,
    },
    /// Take a key of another program (PKCS#12, with RSA or EC) into a file that a passphrase encrypts.
    #[command(
        after_help = "Example:\n  mainstay key import hale.p12 hale.key --passphrase-file p12.txt --new-passphrase-file hale.txt"
    )]
    Import {
        /// The PKCS#12 file.
        input: PathBuf,
        /// The file to make.
        key: PathBuf,
        /// Take the passphrase of the new file from the first line of this file; that of the PKCS#12 file when left out.
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
        #[command(flatten)]
        format: Format,
    },
}

/// Set, change or remove the passphrase of a plan file and of its backups.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  mainstay passphrase demo.mainstay set\n  mainstay passphrase demo.mainstay change --passphrase-file old.txt --new-passphrase-file new.txt"
)]
pub struct PassphraseCommand {
    /// The plan file, which nobody may have open.
    pub file: PathBuf,
    /// What to do.
    #[arg(value_enum)]
    pub action: PassphraseAction,
    /// Take the new passphrase from the first line of this file, instead of asking for it twice.
    #[arg(long, value_name = "FILE")]
    pub new_passphrase_file: Option<PathBuf>,
    /// A folder with backups of it, beside NAME.backups.
    #[arg(long, value_name = "DIR")]
    pub backups: Option<PathBuf>,
    #[command(flatten)]
    pub format: Format,
}

/// What to do with a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PassphraseAction {
    /// Encrypt a file that has no passphrase.
    Set,
    /// Give an encrypted file another passphrase.
    Change,
    /// Decrypt it.
    Remove,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Passphrase(PassphraseCommand),
    /// Save every record of a damaged plan file that can be read into a new one.
    #[command(
        after_help = "Example:\n  mainstay rescue damaged.mainstay rescued.mainstay --json\n\nExit status: 0 the data is proven to be that of the last change, 1 something is lost or nothing proves that nothing is, 2 refused."
    )]
    Rescue {
        /// The damaged plan file, which stays as it is.
        input: PathBuf,
        /// The file to make.
        out: PathBuf,
        #[command(flatten)]
        format: Format,
    },
    /// Write the example workspace, or a synthetic one, as a new plan file.
    #[command(
        after_help = "Example:\n  mainstay example demo.mainstay\n  mainstay example large.mainstay --services 1000 --seed 7"
    )]
    Example {
        /// The file to make.
        out: PathBuf,
        /// Make a synthetic workspace of so many services instead.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=200_000))]
        services: Option<u32>,
        /// The seed of the synthetic workspace.
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
    },
    /// Make a plan file from an interchange file (JSON).
    #[command(after_help = "Example:\n  mainstay import demo.json demo.mainstay --strict")]
    Import {
        /// The interchange file.
        input: PathBuf,
        /// The plan file to make.
        out: PathBuf,
        /// Refuse fields that the interchange form does not know.
        #[arg(long)]
        strict: bool,
        #[command(flatten)]
        format: Format,
    },
    /// Write a plan file as interchange JSON.
    #[command(after_help = "Example:\n  mainstay export demo.mainstay --out demo.json")]
    Export {
        /// The plan file.
        file: PathBuf,
        /// Where to; standard output when left out.
        #[arg(long)]
        out: Option<PathBuf>,
        #[command(flatten)]
        format: Format,
    },
    /// Work out impact, requirements, achievable times and gaps.
    #[command(
        after_help = "Example:\n  mainstay analyse demo.mainstay --down svc-power,svc-corenet --start 30 --json"
    )]
    Analyse {
        /// The plan file.
        file: PathBuf,
        #[command(flatten)]
        outage: Outage,
        /// How many people restore: unlimited, full, planned, half, or TEAM=N; parts are separated by commas, teams that are
        /// not named are as planned. Unlimited when left out.
        #[arg(long, value_name = "STAFF", value_delimiter = ',')]
        staff: Vec<String>,
        /// Look for pairs of failures that together stop what neither stops alone, so many at most.
        #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "1000")]
        pairs: Option<usize>,
        #[command(flatten)]
        format: Format,
    },
    /// Work out what an outage costs, from any start.
    #[command(
        after_help = "Example:\n  mainstay loss demo.mainstay A03 --hours 4 --from 2026-10-05T18:00 --json"
    )]
    Loss {
        /// The plan file.
        file: PathBuf,
        /// The activity's code; every activity when left out.
        activity: Option<String>,
        /// How long the outage lasts, in hours.
        #[arg(long, value_name = "H", value_parser = parse_hours)]
        hours: f64,
        /// When it starts, such as 2026-10-05T18:00; without it the calendar does not count.
        #[arg(long, value_name = "TIME", value_parser = parse_moment)]
        from: Option<NaiveDateTime>,
        #[command(flatten)]
        format: Format,
    },
    /// Simulate the loss of a year, for each risk and the whole.
    #[command(
        after_help = "Example:\n  mainstay simulate demo.mainstay --years 100000 --seed 1 --json"
    )]
    Simulate {
        /// The plan file.
        file: PathBuf,
        #[command(flatten)]
        chance: Chance,
        /// The amounts of the exceedance curve; round numbers up to the worst year when left out.
        #[arg(long, value_name = "AMOUNT", value_delimiter = ',')]
        thresholds: Vec<f64>,
        #[command(flatten)]
        format: Format,
    },
    /// Compare strategies: what each costs in all, and which is the cheapest that is fast enough.
    #[command(
        after_help = "Example:\n  mainstay strategies demo.mainstay --json\n  mainstay strategies demo.mainstay --simulate --years 100000 --seed 1"
    )]
    Strategies {
        /// The plan file.
        file: PathBuf,
        /// Simulate the yearly cost of each under the same events instead.
        #[arg(long)]
        simulate: bool,
        #[command(flatten)]
        chance: Chance,
        #[command(flatten)]
        format: Format,
    },
    /// Find the order in which to restore with limited people.
    #[command(
        after_help = "Example:\n  mainstay recover demo.mainstay --down northgate --start 30 --staff half,dba=2 --goal loss --budget 2 --json"
    )]
    Recover {
        /// The plan file.
        file: PathBuf,
        #[command(flatten)]
        outage: Outage,
        /// How many people restore: unlimited, full, planned, half, or TEAM=N; parts are separated by commas, teams that are
        /// not named are as planned. Planned when left out.
        #[arg(long, value_name = "STAFF", value_delimiter = ',')]
        staff: Vec<String>,
        /// What to make small.
        #[arg(long, value_enum, default_value_t = Goal::Breaches)]
        goal: Goal,
        /// What is one piece of work.
        #[arg(long, value_enum, default_value_t = Unit::Services)]
        by: Unit,
        /// For how long to search, in seconds; the look at one more person in each team may take as long again.
        #[arg(long, value_name = "SECONDS", default_value_t = 0.5, value_parser = parse_budget)]
        budget: f64,
        /// Where chance begins.
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
        /// Stop after so many orders; with a budget that is long enough the same order comes out everywhere.
        #[arg(long, value_name = "N")]
        schedules: Option<u64>,
        #[command(flatten)]
        format: Format,
    },
    /// What-ifs: list, save, compare with today.
    #[command(subcommand)]
    Scenario(ScenarioCommand),
    /// Plans: list, submit, sign, reject.
    #[command(subcommand)]
    Plan(PlanCommand),
    /// Write a plan version as PDF: the whole plan, or a report or pack made of it.
    #[command(
        after_help = "Example:\n  mainstay pdf demo.mainstay PLAN-01 --out plan.pdf\n  mainstay pdf demo.mainstay PLAN-01 --kind break-glass --paper letter --redact --out cards.pdf"
    )]
    Pdf {
        /// The plan file.
        file: PathBuf,
        /// The plan's code.
        plan: String,
        /// The version; the approved one, else the one in review, else the draft, when left out.
        #[arg(long)]
        version: Option<String>,
        /// What: plan, bia, risk, exercise, minutes, changes or break-glass.
        #[arg(long, default_value = "plan")]
        kind: String,
        /// The size of the paper: a4 or letter; that of the PDF that was signed, or A4, when left out.
        #[arg(long)]
        paper: Option<String>,
        /// Leave phone numbers and mail addresses out, and the data it is made of.
        #[arg(long)]
        redact: bool,
        /// Only these sections, by their keys, such as priorities,procedures; what is left out is said on the cover.
        #[arg(long, value_name = "KEY", value_delimiter = ',')]
        sections: Option<Vec<String>>,
        /// The language it is set and read aloud in, by its tag (BCP 47), such as de or pt-BR; that of the workspace when left out.
        #[arg(long, value_name = "TAG")]
        language: Option<String>,
        /// Where to.
        #[arg(long)]
        out: PathBuf,
        #[command(flatten)]
        format: Format,
    },
    /// Keys to sign with: new, import.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Say whether a PDF is what it claims to be: its signatures, its data, and the document made of that data anew.
    #[command(
        after_help = "Example:\n  mainstay verify plan.pdf --against demo.mainstay\n\nExit status: 0 genuine, 1 anything else, 2 refused."
    )]
    Verify {
        /// The PDF.
        pdf: PathBuf,
        /// The plan file that says which version is in force and whose signatures count; else the PDF itself does.
        #[arg(long, value_name = "FILE")]
        against: Option<PathBuf>,
        #[command(flatten)]
        format: Format,
    },
    /// Check a plan file: its pages, references, history, data hash, and the plan's invariants.
    #[command(
        after_help = "Example:\n  mainstay check demo.mainstay\n\nExit status: 0 clean, 1 findings only, 2 damaged."
    )]
    Check {
        /// The plan file.
        file: PathBuf,
        #[command(flatten)]
        format: Format,
    },
    /// Copy a plan file into a folder, with the moment in its name; also while it is open elsewhere.
    #[command(after_help = "Example:\n  mainstay backup demo.mainstay /media/stick")]
    Backup {
        /// The plan file.
        file: PathBuf,
        /// The folder, which is made where it is not there.
        dir: PathBuf,
        #[command(flatten)]
        format: Format,
    },
    /// Make a plan file from a backup, checked whole before.
    #[command(
        after_help = "Example:\n  mainstay restore demo.2026-11-25T090000Z.mainstay restored.mainstay\n  mainstay restore demo.2026-11-25T090000Z.mainstay --preview --against demo.mainstay"
    )]
    Restore {
        /// The backup.
        backup: PathBuf,
        /// The plan file to make.
        #[arg(required_unless_present = "preview")]
        out: Option<PathBuf>,
        /// Only say what the backup holds.
        #[arg(long)]
        preview: bool,
        /// With --preview, also say what was done in this plan file since the backup.
        #[arg(long, value_name = "FILE", requires = "preview")]
        against: Option<PathBuf>,
        #[command(flatten)]
        format: Format,
    },
    #[command(flatten)]
    History(HistoryCommand),
    #[command(flatten)]
    Copies(CopyCommand),
}

#[derive(Debug, ClapArgs)]
pub struct Outage {
    /// Start from this saved scenario; the other options change it.
    #[arg(long, value_name = "CODE")]
    pub scenario: Option<String>,
    /// The services, sites and suppliers that are out; every service is down when left out.
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub down: Option<Vec<String>>,
    /// When the restore begins, in minutes; detection + decision of the settings when left out.
    #[arg(long, value_name = "MIN")]
    pub start: Option<i64>,
}

#[derive(Debug, ClapArgs)]
pub struct Chance {
    /// How many years to simulate.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    pub years: u32,
    /// Where chance begins; the same seed gives the same result everywhere.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
}

#[derive(Debug, Subcommand)]
pub enum ScenarioCommand {
    /// List the saved scenarios.
    #[command(after_help = "Example:\n  mainstay scenario list demo.mainstay --json")]
    List {
        /// The plan file.
        file: PathBuf,
        #[command(flatten)]
        format: Format,
    },
    /// Save a scenario, in the place of the one with this code if there is one.
    #[command(
        after_help = "Example:\n  mainstay scenario save demo.mainstay SC-NG --name \"Northgate lost, warm standby in place\" --down northgate --staff half --strategies st-db-3 --own svc-erp=60 --redundancy grp-hosts=1"
    )]
    Save(Box<SaveScenario>),
    /// Compare saved scenarios with today, side by side: who misses RTO or MTPD, at what loss.
    #[command(after_help = "Example:\n  mainstay scenario compare demo.mainstay SC-NG --json")]
    Compare {
        /// The plan file.
        file: PathBuf,
        /// The scenarios' codes; all when left out.
        codes: Vec<String>,
        #[command(flatten)]
        format: Format,
    },
}

#[derive(Debug, ClapArgs)]
pub struct SaveScenario {
    /// The plan file.
    pub file: PathBuf,
    /// The scenario's code.
    pub code: String,
    /// Its name.
    #[arg(long)]
    pub name: Option<String>,
    /// What is assumed, in words.
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    #[command(flatten)]
    pub outage: Outage,
    /// How many people restore: unlimited, full, planned, half, or TEAM=N (0 is a team that is out).
    #[arg(long, value_name = "STAFF", value_delimiter = ',')]
    pub staff: Vec<String>,
    /// Own restore times that differ from today's.
    #[arg(long, value_name = "SERVICE=MIN", value_delimiter = ',', value_parser = parse_pair)]
    pub own: Vec<(String, String)>,
    /// Numbers of members of redundancy groups that are enough, where they differ from today's.
    #[arg(long, value_name = "GROUP=K", value_delimiter = ',', value_parser = parse_pair)]
    pub redundancy: Vec<(String, String)>,
    /// Strategies that are in place.
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub strategies: Vec<String>,
    #[command(flatten)]
    pub format: Format,
}

#[derive(Debug, Subcommand)]
pub enum PlanCommand {
    /// List the plans and their versions.
    #[command(after_help = "Example:\n  mainstay plan list demo.mainstay --json")]
    List {
        /// The plan file.
        file: PathBuf,
        #[command(flatten)]
        format: Format,
    },
    /// Freeze a plan's draft and submit it for review.
    #[command(
        after_help = "Example:\n  mainstay plan submit demo.mainstay PLAN-01 --as role-scm --accept recovery_gap:svc-wms=\"array ordered\""
    )]
    Submit {
        /// The plan file.
        file: PathBuf,
        /// The plan's code.
        plan: String,
        /// The role that submits, by code.
        #[arg(long = "as", value_name = "ROLE")]
        role: String,
        /// Accept one finding, with the reason.
        #[arg(long, value_name = "FINDING=REASON", value_parser = parse_accept)]
        accept: Vec<(String, String)>,
        /// Accept every other finding of severity error, with this reason.
        #[arg(long, value_name = "REASON")]
        accept_all: Option<String>,
        /// The size of the paper of the PDF that is signed: a4 or letter.
        #[arg(long, default_value = "a4")]
        paper: String,
    },
    /// Sign the version in review off; the last sign-off puts it in force.
    #[command(
        after_help = "Example:\n  mainstay plan sign demo.mainstay PLAN-01 --kind approved --as role-md --name \"M. Hale\"\n  mainstay plan sign demo.mainstay PLAN-01 --kind approved --as role-md --name \"M. Hale\" --key hale.key --passphrase-file hale.txt --timestamp http://tsa.example/tsr"
    )]
    Sign {
        /// The plan file.
        file: PathBuf,
        /// The plan's code.
        plan: String,
        /// What the sign-off says.
        #[arg(long, value_enum)]
        kind: Kind,
        /// The role that signs, by code.
        #[arg(long = "as", value_name = "ROLE")]
        role: String,
        /// Who holds the role.
        #[arg(long)]
        name: String,
        /// Sign with this key, which --passphrase-file opens; without one, the workspace records what is typed with its own.
        #[arg(long, value_name = "KEY", conflicts_with = "on_paper")]
        key: Option<PathBuf>,
        /// With --key, take the passphrase of an encrypted plan file from the first line of this file.
        #[arg(long, value_name = "FILE", requires = "key")]
        workspace_passphrase_file: Option<PathBuf>,
        /// It was signed by hand, on paper.
        #[arg(long)]
        on_paper: bool,
        /// Ask this timestamp authority, by HTTP, once the signature is there; it is sent a fingerprint of that, and without its
        /// answer nothing is signed.
        #[arg(long, value_name = "URL", conflicts_with = "on_paper")]
        timestamp: Option<String>,
    },
    /// Send the version in review back to draft.
    #[command(
        after_help = "Example:\n  mainstay plan reject demo.mainstay PLAN-01 --as role-cio --reason \"contacts are out of date\""
    )]
    Reject {
        /// The plan file.
        file: PathBuf,
        /// The plan's code.
        plan: String,
        /// The role that rejects, by code; one that has to sign.
        #[arg(long = "as", value_name = "ROLE")]
        role: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

#[derive(Debug, Clone, Copy, ClapArgs)]
pub struct Format {
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Goal {
    /// Fewest breached MTPDs, then fewest missed RTOs.
    Breaches,
    /// Least loss.
    Loss,
    /// Earliest end of all work.
    Finish,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Unit {
    /// A whole service in its own restore time.
    Services,
    /// The steps of its procedure, where it has a complete one.
    Steps,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// I wrote it.
    Prepared,
    /// I checked it.
    Reviewed,
    /// It is in force.
    Approved,
}

impl Kind {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Prepared => "prepared",
            Kind::Reviewed => "reviewed",
            Kind::Approved => "approved",
        }
    }
}

fn parse_accept(s: &str) -> Result<(String, String), String> {
    match s.split_once('=') {
        Some((f, r)) if !f.trim().is_empty() && !r.trim().is_empty() => {
            Ok((f.trim().into(), r.trim().into()))
        }
        _ => {
            Err("allowed is FINDING=REASON, such as recovery_gap:svc-wms=\"array ordered\"".into())
        }
    }
}

fn parse_hours(s: &str) -> Result<f64, String> {
    let hours = s.parse().ok().filter(|x| (0.0..=1e6).contains(x));
    hours.ok_or_else(|| "allowed is a number of hours from 0 to 1000000, such as 4.5".into())
}

fn parse_moment(s: &str) -> Result<NaiveDateTime, String> {
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|f| NaiveDateTime::parse_from_str(s, f).ok())
        .ok_or_else(|| "allowed is a local moment such as 2026-10-05T18:00".into())
}

fn parse_pair(s: &str) -> Result<(String, String), String> {
    match s.split_once('=') {
        Some((code, value)) if !code.trim().is_empty() => {
            Ok((code.trim().into(), value.trim().into()))
        }
        _ => Err("allowed is CODE=VALUE, such as svc-erp=60".into()),
    }
}

fn parse_budget(s: &str) -> Result<f64, String> {
    let seconds = s.parse().ok().filter(|x| (0.0..=86_400.0).contains(x));
    seconds.ok_or_else(|| "allowed is a number of seconds from 0 to 86400, such as 0.5".into())
}

fn parse_now(s: &str) -> Result<DateTime<Utc>, String> {
    let allowed = || "allowed is a moment such as 2026-11-24T09:00:00Z, or a date".to_string();
    if let Ok(d) = chrono::NaiveDate::parse_from_str(s, "%Y-%m-%d") {
        return d
            .and_hms_opt(12, 0, 0)
            .map(|d| d.and_utc())
            .ok_or_else(allowed);
    }
    if let Ok(t) = DateTime::parse_from_rfc3339(s) {
        return Ok(t.to_utc());
    }
    chrono::NaiveDateTime::parse_from_str(s, "%Y-%m-%dT%H:%M:%S")
        .map(|t| t.and_utc())
        .map_err(|_| allowed())
}
