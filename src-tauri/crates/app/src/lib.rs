//! What a user can do with Mainstay: one API, to which the window and the command line are two doors.

pub mod commands;
pub mod typescript;
pub mod wire;

pub use typescript::typescript;
