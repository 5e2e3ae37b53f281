//! What the whole-product tests share: the programs under test, and the real window through WebDriver.

pub mod programs;
pub mod window;
