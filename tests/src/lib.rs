//! What the whole-product tests share: the product as the window uses it, workspaces, a disk that fails, the programs under
//! test, and the real window through WebDriver.

pub mod authority;
pub mod desk;
pub mod failing_disk;
pub mod judges;
pub mod plans;
pub mod programs;
pub mod window;
