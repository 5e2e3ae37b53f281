//! Times without limits.

use super::model::Model;
use super::project::Project;

/// The earliest start of each task with as much of every resource as is wanted, in minutes.
///
/// No schedule starts a task earlier. None for tasks that can never start.
pub fn unlimited(project: &Project) -> Vec<Option<i64>> {
    let m = Model::in_minutes(project);
    let mut all = vec![None; m.all];
    for (t, s) in m.head.iter().enumerate() {
        all[m.tasks[t]] = Some(m.minutes(*s));
    }
    all
}
