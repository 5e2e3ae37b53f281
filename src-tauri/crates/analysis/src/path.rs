//! Chains of causes, kept as links and walked only when asked.

use crate::results::{Analysis, PathStep};
use mainstay_domain::Minutes;

/// "No node" in a link.
pub(crate) const NONE: u32 = u32::MAX;

/// Who sets what, for every node: services first, then activities, both in the order of the workspace.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Chains {
    /// The dependant that sets a node's requirement.
    pub set_by: Vec<u32>,
    /// The provider that a node waits for last.
    pub waits_for: Vec<u32>,
    /// The tolerance of that dependency.
    pub tolerance: Vec<i64>,
    /// When a node is back, at least.
    pub finish: Vec<i64>,
}

impl Analysis {
    pub(crate) fn node(&self, code: &str) -> Option<u32> {
        let s = self.services.iter().position(|s| s.code == code);
        let at = s.or_else(|| {
            let a = self.activities.iter().position(|a| a.code == code)?;
            Some(self.services.len() + a)
        })?;
        u32::try_from(at).ok()
    }

    pub(crate) fn code_of(&self, node: u32) -> &str {
        let i = node as usize;
        match self.services.get(i) {
            Some(s) => &s.code,
            None => &self.activities[i - self.services.len()].code,
        }
    }

    pub(crate) fn blocking_steps(&self, node: u32) -> Vec<PathStep> {
        let c = &self.chains;
        let mut steps = Vec::new();
        let mut n = node;
        if c.finish[n as usize] == 0 && c.waits_for[n as usize] == NONE && !self.is_down(n) {
            return steps;
        }
        // On a loop the chain ends where it would come round.
        let mut seen = std::collections::BTreeSet::new();
        while seen.insert(n) {
            let i = n as usize;
            let own = match self.services.get(i) {
                Some(s) if s.down => s.own_restore,
                _ => Some(Minutes(0)),
            };
            steps.push(PathStep {
                code: self.code_of(n).to_owned(),
                finish: Minutes(c.finish[i]),
                own,
                tolerance: Minutes(c.tolerance[i]),
            });
            n = c.waits_for[i];
            if n == NONE {
                break;
            }
        }
        steps.reverse();
        steps
    }

    pub(crate) fn requirement_codes(&self, node: u32) -> Vec<String> {
        let c = &self.chains;
        let has = match self.services.get(node as usize) {
            Some(s) => s.required_rto.is_some(),
            None => self.activities[node as usize - self.services.len()]
                .rto
                .is_some(),
        };
        let mut codes = Vec::new();
        let mut n = node;
        while has && n != NONE && codes.len() < c.set_by.len() {
            codes.push(self.code_of(n).to_owned());
            n = c.set_by[n as usize];
        }
        codes.reverse();
        codes
    }

    fn is_down(&self, node: u32) -> bool {
        self.services.get(node as usize).is_some_and(|s| s.down)
    }
}
