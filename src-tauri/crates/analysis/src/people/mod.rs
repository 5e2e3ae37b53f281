//! What people's work shows: exercises (C13), blind estimates (C14), call trees and resources over time (C15).

mod calls;
mod consensus;
mod exercises;
mod resources;
#[cfg(test)]
mod tests;

pub use calls::{CallTreeResult, Reached, call_trees};
pub use consensus::{EstimateKind, EstimateResult, RoundResult, consensus};
pub use exercises::{
    EstimatedTime, ExerciseAction, ExerciseResult, ObjectiveResult, RatingCounts, exercises,
};
pub use resources::{ResourceHorizon, ResourceResult, resources};

use hashbrown::HashMap;
use std::hash::Hash;

/// The positions of records by what they belong to, each list in the order of the records.
///
/// Only looked up, never walked through, so that the order of the map reaches nobody.
fn positions<'a, T, K: Eq + Hash>(
    list: &'a [T],
    key: impl Fn(&'a T) -> K,
) -> HashMap<K, Vec<usize>> {
    let mut out: HashMap<K, Vec<usize>> = HashMap::new();
    for (i, x) in list.iter().enumerate() {
        out.entry(key(x)).or_default().push(i);
    }
    out
}

/// The records at the positions that belong to a key, in order.
fn those<'a, T, K: Eq + Hash>(
    list: &'a [T],
    at: &'a HashMap<K, Vec<usize>>,
    key: &K,
) -> impl Iterator<Item = &'a T> + 'a {
    at.get(key)
        .into_iter()
        .flatten()
        .filter_map(move |i| list.get(*i))
}
