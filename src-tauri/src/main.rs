//! The desktop shell of Mainstay.
fn main() {}
