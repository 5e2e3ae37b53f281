//! Build, run, test and measure Mainstay: `cargo xtask run`, `cargo xtask test`, `cargo xtask bench`.

mod codegen;
mod judges;
mod packages;
mod run;
mod step;
mod test;
mod ui;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Build, run, test and measure Mainstay")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what is missing, build everything, and open the window on the example workspace.
    Run,
    /// Install what the tests need, and run every check and test.
    Test,
    /// Run only the tests in the real window.
    E2e,
    /// Write the TypeScript side of the wire; with `--check` only compare it.
    Codegen {
        /// Fail when it is not up to date.
        #[arg(long)]
        check: bool,
    },
    /// Measure: recalculation after an edit, opening a file, the PDF; with `recovery DIR` the search for an order of work on the
    /// PSPLIB files of a folder.
    Bench {
        /// Passed on to the benchmark.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Build an installer for this system.
    Dist,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("cargo xtask: {e:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    std::env::set_current_dir(step::root())?;
    match Args::parse().command {
        Command::Run => run::run(),
        Command::Test => test::all(),
        Command::E2e => test::window_only(),
        Command::Codegen { check } => codegen::run(check),
        Command::Bench { args } => run::bench(&args),
        Command::Dist => run::dist(),
    }
}
