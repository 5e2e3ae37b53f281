//! `mainstay`: the product without a window.
//!
//! Exit status 0 when the command did its work, 1 when findings or conflicts stopped it, 2 when it was refused, with one
//! sentence on standard error; `check` alone answers 0 clean, 1 findings only, 2 damaged.

mod args;
mod args_history;
mod copies;
mod history;
mod passphrase;
mod print;
mod print_rescue;
mod print_risk;
mod run;
mod signing;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Where, and not what: the message of a panic may hold what stands in the plan.
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        eprintln!(
            "mainstay stopped at {place}, which is a bug; the plan file is as it was after the last change"
        );
    }));
    let args = match args::Args::try_parse() {
        Ok(a) => a,
        // Help and version are answers, not mistakes.
        Err(e) if !e.use_stderr() => {
            let _ = e.print();
            return ExitCode::SUCCESS;
        }
        Err(e) => {
            let text = e.render().to_string();
            eprintln!("{}", text.trim_end());
            return ExitCode::from(2);
        }
    };
    match run::run(args) {
        Ok(code) => ExitCode::from(code),
        Err(p) => {
            eprintln!("{}", p.detail);
            ExitCode::from(p.exit_status())
        }
    }
}
