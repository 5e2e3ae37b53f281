//! Chains of causes, kept as links and walked only when asked.

use crate::results::{Analysis, PathStep, Proof, RequirementStep};
use mainstay_domain::Minutes;

/// The longest chain that is told; of a longer one the links nearest to the service or activity.
const LONGEST_CHAIN: usize = 1_000;

/// "No node" in a link.
pub(crate) const NONE: u32 = u32::MAX;

/// Who sets what, for every node: services first, then activities, both in the order of the workspace.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Chains {
    /// The dependant that sets a node's requirement.
    pub set_by: Vec<u32>,
    /// The dependant from which the requirement came, never in circles.
    pub came_from: Vec<u32>,
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
        self.blocking_steps_of(node, LONGEST_CHAIN)
    }

    fn blocking_steps_of(&self, node: u32, at_most: usize) -> Vec<PathStep> {
        let c = &self.chains;
        let mut steps = Vec::new();
        let mut n = node;
        if c.finish[n as usize] == 0 && c.waits_for[n as usize] == NONE && !self.is_down(n) {
            return steps;
        }
        // On a loop the chain ends where it would come round.
        let mut seen = std::collections::BTreeSet::new();
        while steps.len() < at_most && seen.insert(n) {
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

    /// The chain that sets what a node owes, the activity first, itself last.
    ///
    /// Along those who set it; where they go round in a circle of equal requirements, the way the requirement came.
    pub(crate) fn requirement_steps(&self, node: u32) -> Vec<RequirementStep> {
        self.requirement_along(node, &self.chains.set_by)
            .or_else(|| self.requirement_along(node, &self.chains.came_from))
            .unwrap_or_default()
    }

    /// `None` where the way comes back to itself.
    fn requirement_along(&self, node: u32, way: &[u32]) -> Option<Vec<RequirementStep>> {
        let value = |n: u32| match self.services.get(n as usize) {
            Some(s) => s.required_rto,
            None => self.activities[n as usize - self.services.len()].rto,
        };
        let mut steps: Vec<RequirementStep> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        let mut n = node;
        while let Some(required) = value(n)
            && steps.len() < LONGEST_CHAIN
        {
            if !seen.insert(n) {
                return None;
            }
            let by = way[n as usize];
            let above = (by != NONE).then(|| value(by)).flatten();
            steps.push(RequirementStep {
                code: self.code_of(n).to_owned(),
                required,
                tolerance: above.map_or(Minutes(0), |a| required - a),
            });
            n = by;
            if n == NONE {
                break;
            }
        }
        steps.reverse();
        Some(steps)
    }

    pub(crate) fn requirement_codes(&self, node: u32) -> Vec<String> {
        let steps = self.requirement_steps(node).into_iter();
        steps.map(|s| s.code).collect()
    }

    /// The codes of the chain that proves when the service in this place of the workspace can be back, itself last; of a
    /// longer one the `at_most` nearest.
    pub fn blocking_codes(&self, place: usize, at_most: usize) -> Vec<String> {
        let n = u32::try_from(place).unwrap_or(NONE);
        if place >= self.services.len() {
            return Vec::new();
        }
        let steps = self.blocking_steps_of(n, at_most).into_iter();
        steps.map(|s| s.code).collect()
    }

    /// Proves what the service in this place of the workspace owes and when it can be back.
    pub fn proof_of_service(&self, place: usize) -> Proof {
        self.proof(u32::try_from(place).unwrap_or(NONE))
    }

    /// Proves when the activity in this place of the workspace must and can be ready.
    pub fn proof_of_activity(&self, place: usize) -> Proof {
        self.proof(u32::try_from(self.services.len() + place).unwrap_or(NONE))
    }

    fn proof(&self, node: u32) -> Proof {
        if node as usize >= self.chains.finish.len() {
            return Proof::default();
        }
        Proof {
            requirement: self.requirement_steps(node),
            achievable: self.blocking_steps(node),
        }
    }

    fn is_down(&self, node: u32) -> bool {
        self.services.get(node as usize).is_some_and(|s| s.down)
    }
}
