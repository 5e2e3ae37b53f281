//! Adding losses up without counting shared revenue twice.

use mainstay_domain::Workspace;

/// What all activities together can lose in an hour, in currency units (C2); `None` where nobody has said so.
///
/// Activities that serve the same customers would each count the same revenue: what they lose together in one outage is
/// at most this rate times its length.
pub fn organisation_cap(ws: &Workspace) -> Option<f64> {
    ws.organisations
        .first()
        .and_then(|o| o.total_loss_rate_cap_per_h)
        .map(|r| r.units().max(0.0))
}

/// The losses of one outage, added up.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    sum: f64,
    longest: i64,
    known: usize,
    unknown: usize,
}

/// What a [`Tally`] comes to.
pub(crate) struct Total {
    /// In currency units; `None` where everything that is interrupted is unknown.
    pub loss: Option<f64>,
    /// Something that is interrupted is unknown, so that it is more.
    pub at_least: bool,
    /// The organisation's limit has made it less.
    pub capped: bool,
}

impl Tally {
    /// Adds an activity's loss, with how long it was out in minutes; `None` where either is unknown.
    pub(crate) fn add(&mut self, loss: Option<f64>, outage: Option<i64>) {
        match (loss, outage) {
            (_, Some(0)) => {}
            (Some(l), Some(t)) => {
                self.known += 1;
                self.sum += l;
                self.longest = self.longest.max(t);
            }
            _ => self.unknown += 1,
        }
    }

    /// The sum, at most what the organisation can lose an hour times the longest outage.
    pub(crate) fn total(&self, cap_per_h: Option<f64>) -> Total {
        let cap = cap_per_h.map(|rate| rate * self.longest as f64 / 60.0);
        let sum = cap.map_or(self.sum, |c| c.min(self.sum));
        Total {
            loss: (self.known > 0 || self.unknown == 0).then_some(sum),
            at_least: self.unknown > 0,
            capped: sum < self.sum,
        }
    }
}
