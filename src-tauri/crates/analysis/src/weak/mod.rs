//! Weak points (C7): what stops what, alone or in pairs, what many rest on, and who alone knows.

mod components;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod fixture;
pub(crate) mod lanes;
pub(crate) mod pairs;
pub(crate) mod run_graph;
