//! What the whole-product tests share: workspaces, the programs under test, and the real window through WebDriver.

pub mod failing_disk;
pub mod plans;
pub mod programs;
pub mod window;
