//! The desktop shell of Mainstay: a window around the product. It adapts, and decides nothing.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod environment;
mod window;

fn main() {
    environment::prepare();
    window::run();
}
