//! Single points of failure in three orders: by activities hit, by loss, by the tightest MTPD.

use crate::loss::LossCurve;
use crate::results::Analysis;
use crate::spof::Spof;
use mainstay_domain::{Minutes, Workspace};
use serde::Serialize;

/// The outage for which the loss of a single point is stated.
const LOSS_AFTER_H: f64 = 24.0;

/// A service whose failure alone stops activities (C7), with what that means.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SinglePoint {
    /// The code of the service.
    pub code: String,
    /// How many activities it stops.
    pub activities_hit: usize,
    /// The codes of these activities, in the order of the workspace.
    pub activities: Vec<String>,
    /// What these activities lose in 24 hours (C2, without calendar), in currency units, at most 24 times what the
    /// organisation can lose in an hour; `None` when a curve is missing and that limit is not reached without it.
    pub loss_24h: Option<f64>,
    /// The same for the activities whose curves are known: at least so much is lost.
    pub loss_24h_at_least: f64,
    /// Whether the organisation's limit made it less than the sum over the activities.
    pub loss_capped: bool,
    /// The codes of the activities without a loss curve.
    pub loss_unknown: Vec<String>,
    /// The tightest effective MTPD (accepted, else proposed; C1) among the activities hit whose MTPD is known; `None`
    /// when none of them is.
    pub tightest_mtpd_min: Option<Minutes>,
    /// The code of the activity that has it, the first by code.
    pub tightest_mtpd_activity: Option<String>,
    /// The codes of the activities hit whose MTPD is not known; any of them could be tighter.
    pub mtpd_unknown: Vec<String>,
    /// Its place by the number of activities hit, from 1; the code decides between equals, here and below.
    pub rank_by_activities: usize,
    /// Its place by the loss that is known.
    pub rank_by_loss: usize,
    /// Its place by the tightest MTPD; unknown ones come last.
    pub rank_by_mtpd: usize,
}

/// What is known of one activity.
struct Hit<'a> {
    code: &'a str,
    loss: Option<f64>,
    mtpd: Option<Minutes>,
}

/// The single points that are among the first `top` of any of the three orders, most activities first, and how many
/// there are in all.
pub(super) fn singles(
    ws: &Workspace,
    analysis: &Analysis,
    spof: &Spof,
    top: usize,
) -> (Vec<SinglePoint>, usize) {
    let hits: Vec<Hit<'_>> = ws
        .activities
        .iter()
        .enumerate()
        .map(|(i, a)| Hit {
            code: &a.code.0,
            loss: LossCurve::of(ws, a.id)
                .map(|c| c.at(LOSS_AFTER_H))
                .filter(|l| l.is_finite()),
            mtpd: analysis.activities.get(i).and_then(|r| r.effective_mtpd),
        })
        .collect();
    let organisation = ws.organisations.first();
    let most = organisation
        .and_then(|o| o.total_loss_rate_cap_per_h)
        .map(|r| r.units() * LOSS_AFTER_H);
    let mut all: Vec<Sums<'_>> = ws
        .services
        .iter()
        .zip(&spof.stops)
        .filter(|(_, stops)| !stops.is_empty())
        .map(|(s, stops)| Sums::of(&s.code.0, stops, &hits))
        .collect();
    let total = all.len();
    let known = |s: &Sums<'_>| s.loss.min(most.unwrap_or(f64::INFINITY));
    all.sort_by(|a, b| known(b).total_cmp(&known(a)).then(a.code.cmp(b.code)));
    place(&mut all, 1);
    all.sort_by_key(|s| (s.mtpd.is_none(), s.mtpd, s.code));
    place(&mut all, 2);
    all.sort_by_key(|s| (std::cmp::Reverse(s.stops.len()), s.code));
    place(&mut all, 0);
    let shown = all
        .iter()
        .filter(|s| s.ranks.iter().any(|r| *r <= top))
        .map(|s| s.point(&hits, most))
        .collect();
    (shown, total)
}

fn place(all: &mut [Sums<'_>], order: usize) {
    for (i, s) in all.iter_mut().enumerate() {
        s.ranks[order] = i + 1;
    }
}

/// What decides the three places of a service.
struct Sums<'a> {
    code: &'a str,
    stops: &'a [usize],
    loss: f64,
    mtpd: Option<Minutes>,
    ranks: [usize; 3],
}

impl<'a> Sums<'a> {
    fn of(code: &'a str, stops: &'a [usize], hits: &[Hit<'_>]) -> Self {
        let of = || stops.iter().filter_map(|a| hits.get(*a));
        Sums {
            code,
            stops,
            loss: of().filter_map(|h| h.loss).sum(),
            mtpd: of().filter_map(|h| h.mtpd).min(),
            ranks: [0; 3],
        }
    }

    fn point(&self, hits: &[Hit<'_>], most: Option<f64>) -> SinglePoint {
        let of = || self.stops.iter().filter_map(|a| hits.get(*a));
        let codes =
            |f: &dyn Fn(&Hit<'_>) -> bool| of().filter(|h| f(h)).map(|h| h.code.into()).collect();
        let loss_unknown: Vec<String> = codes(&|h| h.loss.is_none());
        let capped = most.is_some_and(|m| self.loss > m);
        let known = most.map_or(self.loss, |m| self.loss.min(m));
        // Whatever the missing curves say, more than the limit it cannot be.
        let full = most.is_some_and(|m| self.loss >= m);
        let tightest = of()
            .filter(|h| h.mtpd.is_some() && h.mtpd == self.mtpd)
            .map(|h| h.code)
            .min();
        SinglePoint {
            code: self.code.into(),
            activities_hit: self.stops.len(),
            activities: codes(&|_| true),
            loss_24h: (loss_unknown.is_empty() || full).then_some(known),
            loss_24h_at_least: known,
            loss_capped: capped,
            loss_unknown,
            tightest_mtpd_min: self.mtpd,
            tightest_mtpd_activity: tightest.map(Into::into),
            mtpd_unknown: codes(&|h| h.mtpd.is_none()),
            rank_by_activities: self.ranks[0],
            rank_by_loss: self.ranks[1],
            rank_by_mtpd: self.ranks[2],
        }
    }
}
