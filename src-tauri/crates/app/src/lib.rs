//! What a user can do with Mainstay: one API, to which the window and the command line are two doors.
//!
//! The window speaks through [`App::call`], which takes a command of the one list in [`commands`] with its arguments as
//! JSON. The command line uses the same commands, and beside them what [`headless`] offers for whole files.

mod activities;
mod app;
mod authority;
mod backups;
mod changes;
pub mod commands;
mod config;
mod consequence;
mod differences;
mod edit;
mod files;
pub mod headless;
mod history;
mod keys;
mod known;
mod labels;
mod merging;
mod moved;
mod overview;
mod passphrase;
mod past;
mod paths;
mod people;
mod plans;
mod preview;
mod problem;
mod rescuing;
mod router;
mod rows;
mod searching;
mod services;
mod signing;
mod telling;
pub mod typescript;
mod verify;
mod versions;
mod views;
pub mod wire;
mod work;

pub use app::App;
pub use config::Config;
pub use mainstay_analysis::{loss, recover, risk, strategy, what_if};
pub use mainstay_planfile::{Access, FORGOTTEN_IS_FINAL, Passphrase, RescueReport};
pub use problem::Outcome;
pub use typescript::typescript;
pub use wire::Problem;
pub use work::Work;

/// A duration as people say it.
pub fn duration(minutes: i64) -> String {
    mainstay_domain::Minutes(minutes).to_string()
}
