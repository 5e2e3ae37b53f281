//! The whole analysis of a workspace.

use crate::results::{Analysis, Scenario};
use mainstay_domain::{Minutes, NaiveDate, Workspace};

/// Works out everything that follows from a workspace but the single points of failure; total and fast.
pub fn analyse(_ws: &Workspace, scenario: &Scenario, _today: NaiveDate) -> Analysis {
    Analysis {
        start: scenario.start.unwrap_or(Minutes(0)),
        activities: Vec::new(),
        services: Vec::new(),
        cycles: Vec::new(),
        findings: Vec::new(),
        chains: Default::default(),
    }
}
