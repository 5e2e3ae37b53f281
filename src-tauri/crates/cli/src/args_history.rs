//! What can be typed to edit, to look into the history and to search.

use crate::args::Format;
use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum HistoryCommand {
    /// Set one value of a record, as typed; an empty value is unknown.
    #[command(
        after_help = "FIELD is the name in the interchange file. Values inside a record have a path:\n  impact.operations.480, loss_curve.cap, loss_curve.bands.4.rate_per_h, capability.component_min, scope.services\n\nExample:\n  mainstay set demo.mainstay A03 rto_min \"4 h\"\n  mainstay set demo.mainstay A03 impact.operations.480 4\n  mainstay set demo.mainstay PLAN-01 scope.services svc-erp,svc-wms\n  mainstay set demo.mainstay settings thresholds.safety 2"
    )]
    Set {
        /// The plan file.
        file: PathBuf,
        /// The record's code; or settings, organisation, workspace.
        code: String,
        /// The field, or the path of a value inside the record.
        field: String,
        /// The value; a reference is given by code, a list by values separated by commas.
        #[arg(allow_hyphen_values = true)]
        value: String,
        #[command(flatten)]
        format: Format,
    },
    /// Add a record of any kind that has a code.
    #[command(
        after_help = "Example:\n  mainstay add demo.mainstay service svc-print name=\"Printing\" team=ops own_restore_min=2h\n  mainstay add demo.mainstay dependency dep-99 dependant_id=A03 provider_id=svc-print tolerance_min=60"
    )]
    Add {
        /// The plan file.
        file: PathBuf,
        /// What: activity, service, role, dependency, risk and so on.
        kind: String,
        /// Its code.
        code: String,
        /// Its fields, by their names or paths in the interchange file.
        #[arg(value_name = "FIELD=VALUE", value_parser = parse_field)]
        fields: Vec<(String, String)>,
        #[command(flatten)]
        format: Format,
    },
    /// Remove a record and what hangs on it; refused, with the places named, while others refer to it.
    #[command(after_help = "Example:\n  mainstay remove demo.mainstay dep-07")]
    Remove {
        /// The plan file.
        file: PathBuf,
        /// The record's code.
        code: String,
        #[command(flatten)]
        format: Format,
    },
    /// Take the last step back.
    #[command(after_help = "Example:\n  mainstay undo demo.mainstay")]
    Undo {
        /// The plan file.
        file: PathBuf,
        #[command(flatten)]
        format: Format,
    },
    /// Do the last undone step again.
    #[command(after_help = "Example:\n  mainstay redo demo.mainstay")]
    Redo {
        /// The plan file.
        file: PathBuf,
        #[command(flatten)]
        format: Format,
    },
    /// Print who changed what, from what to what, and when; latest first.
    #[command(
        after_help = "Example:\n  mainstay history demo.mainstay\n  mainstay history demo.mainstay --record svc-erp --person grace --from 2026-11-01 --to 2026-11-24 --json"
    )]
    History(HistoryArgs),
    /// Make a new plan file that holds the plan as it was.
    #[command(
        name = "as-of",
        after_help = "Example:\n  mainstay as-of demo.mainstay 2026-11-24 then.mainstay\n  mainstay as-of demo.mainstay 2026-11-24T09:00:00Z then.mainstay"
    )]
    AsOf {
        /// The plan file.
        file: PathBuf,
        /// A day (its end, UTC), a moment, or the number of a row of the history.
        date: String,
        /// The plan file to make.
        out: PathBuf,
        #[command(flatten)]
        format: Format,
    },
    /// Tell what lies between two points: records and values, and which results moved because of them.
    #[command(
        after_help = "A point is the number of a row of the history, a day, a moment, now, or a plan version.\n\nExample:\n  mainstay diff demo.mainstay 2026-11-01 now\n  mainstay diff demo.mainstay PLAN-01@2.0 PLAN-01@2.1 --json"
    )]
    Diff {
        /// The plan file.
        file: PathBuf,
        /// The earlier point.
        from: String,
        /// The later point.
        to: String,
        #[command(flatten)]
        format: Format,
    },
    /// Find records by any text in them, best first.
    #[command(after_help = "Example:\n  mainstay search demo.mainstay order portal --limit 5")]
    Search {
        /// The plan file.
        file: PathBuf,
        /// Plain words; records that hold all of them are found, and the last one may be unfinished.
        #[arg(required = true)]
        words: Vec<String>,
        /// How many records at most.
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=200))]
        limit: i64,
        #[command(flatten)]
        format: Format,
    },
}

#[derive(Debug, ClapArgs)]
pub struct HistoryArgs {
    /// The plan file.
    pub file: PathBuf,
    /// Only what was done to the record with this code, and inside it; also one that is gone.
    #[arg(long, value_name = "CODE")]
    pub record: Option<String>,
    /// Only what was done by somebody whose name contains this.
    #[arg(long, value_name = "NAME")]
    pub person: Option<String>,
    /// From this day or moment on, UTC.
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Up to this day, included, or moment.
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// Only steps whose name contains this.
    #[arg(long)]
    pub text: Option<String>,
    /// How many steps at most.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..))]
    pub limit: i64,
    #[command(flatten)]
    pub format: Format,
}

fn parse_field(s: &str) -> Result<(String, String), String> {
    match s.split_once('=') {
        Some((field, value)) if !field.trim().is_empty() => Ok((field.trim().into(), value.into())),
        _ => Err("allowed is FIELD=VALUE, such as name=\"Order portal\"".into()),
    }
}
