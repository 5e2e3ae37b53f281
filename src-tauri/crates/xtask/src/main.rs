//! Build, run, test and measure Mainstay.
fn main() {}
