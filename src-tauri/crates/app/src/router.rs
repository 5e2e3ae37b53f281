//! From a command's name and JSON to its handler and back.

use crate::App;
use crate::commands::PlanDocument;
use crate::problem::Outcome;
use crate::wire::*;
use serde_json::Value;

macro_rules! route {
    ($($(#[$m:meta])* $name:ident($args:ty) -> $result:ty;)+) => {
        pub(crate) fn call(app: &mut App, command: &str, args: Value) -> Outcome<Value> {
            match command {
                $( stringify!($name) => {
                    let args: $args = serde_json::from_value(args).map_err(|e| bad_arguments(command, &e))?;
                    let result: $result = handle::$name(app, args)?;
                    serde_json::to_value(result).map_err(|e| Problem::new("internal", format!("The answer could not be written: {e}.")))
                } )+
                other => Err(Problem::new("unknown_command", format!("There is no command “{other}”."))),
            }
        }
    };
}
crate::for_each_command!(route);

/// The handler of each command, under the command's name.
mod handle {
    pub(super) use crate::activities::{
        activities, activity_sheet, note_impact, rate_impact, set_loss,
    };
    pub(super) use crate::backups::{
        back_up, backups, backups_of, preview_backup, restore_backup, set_backup_folder,
    };
    pub(super) use crate::differences::differences;
    pub(super) use crate::edit::{add_record, remove_record, set_fields, set_list};
    pub(super) use crate::files::{
        close, forget_recent, lists, new_workspace, open, open_example, open_read_only, redo,
        status, suggest_path, undo,
    };
    pub(super) use crate::history::history;
    pub(super) use crate::keys::{import_key, new_key};
    pub(super) use crate::merging::{bring_back, give_out, preview_bring_back};
    pub(super) use crate::overview::{findings, overview};
    pub(super) use crate::passphrase::set_passphrase;
    pub(super) use crate::past::{look_back, look_now};
    pub(super) use crate::people::people;
    pub(super) use crate::plans::{
        export_pdf, plan_detail, plan_document, plans, reject_plan, set_required_sign_offs,
        sign_plan, submit_plan,
    };
    pub(super) use crate::preview::{document_page, document_pages, find_on_pages};
    pub(super) use crate::rescuing::rescue_damaged;
    pub(super) use crate::rows::{import_rows, preview_rows};
    pub(super) use crate::searching::find;
    pub(super) use crate::services::{service_detail, services, set_group};
    pub(super) use crate::verify::verify_pdf;
}

fn bad_arguments(command: &str, e: &serde_json::Error) -> Problem {
    Problem::new(
        "bad_arguments",
        format!("The arguments of “{command}” are not as they should be: {e}."),
    )
}
