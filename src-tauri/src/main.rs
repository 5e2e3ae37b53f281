//! The desktop shell of Mainstay: a window around the product. It adapts, and decides nothing.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod environment;
mod window;

fn main() {
    environment::prepare();
    // Where, and not what: the message of a panic may hold what stands in the plan.
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        eprintln!("a command stopped at {place}, which is a bug");
    }));
    window::run();
}
