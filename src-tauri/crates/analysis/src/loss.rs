//! Loss curves (C2).

use mainstay_domain::{ActivityId, Workspace};

/// What an activity loses over time, in currency units (C2).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LossCurve {
    bands: Vec<(f64, f64)>,
    steps: Vec<(f64, f64)>,
    cap: Option<f64>,
}

impl LossCurve {
    /// The curve from its parts: bands as (from hour, rate an hour), steps as (at hour, amount), and a cap.
    pub fn new(mut bands: Vec<(f64, f64)>, mut steps: Vec<(f64, f64)>, cap: Option<f64>) -> Self {
        bands.sort_by(|a, b| a.0.total_cmp(&b.0));
        steps.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self { bands, steps, cap }
    }

    /// The curve of an activity; `None` when it has none.
    pub fn of(ws: &Workspace, activity: ActivityId) -> Option<Self> {
        let curve = ws.loss_curves.iter().find(|c| c.activity_id == activity)?;
        let bands = ws.loss_bands.iter().filter(|b| b.loss_curve_id == curve.id);
        let steps = ws.loss_steps.iter().filter(|s| s.loss_curve_id == curve.id);
        Some(Self::new(
            bands.map(|b| (b.from_h.0, b.rate_per_h.units())).collect(),
            steps.map(|s| (s.at_h.0, s.amount.units())).collect(),
            curve.cap.map(|c| c.units()),
        ))
    }

    /// The loss of an outage of so many hours, without calendar: right-continuous, 0 up to 0 h, never above the cap.
    pub fn at(&self, hours: f64) -> f64 {
        if hours.is_nan() || hours <= 0.0 {
            return 0.0;
        }
        let ends = self
            .bands
            .iter()
            .skip(1)
            .map(|b| b.0)
            .chain([f64::INFINITY]);
        let flow: f64 = self
            .bands
            .iter()
            .zip(ends)
            .map(|(b, end)| b.1 * (hours.min(end) - b.0).max(0.0))
            .sum();
        let steps: f64 = self
            .steps
            .iter()
            .filter(|s| s.0 <= hours)
            .map(|s| s.1)
            .sum();
        (flow + steps).min(self.cap.unwrap_or(f64::INFINITY))
    }

    /// The points to draw the curve through, up to so many hours: (hour, loss), a step as two points at its hour.
    pub fn points(&self, until_h: f64) -> Vec<(f64, f64)> {
        let until = if until_h.is_finite() {
            until_h.clamp(0.5, 1e6)
        } else {
            168.0
        };
        let begin = 0.25;
        let mut at: Vec<f64> = (0..=120)
            .map(|i| begin * (until / begin).powf(f64::from(i) / 120.0))
            .collect();
        at.extend(
            self.bands
                .iter()
                .map(|b| b.0)
                .filter(|h| *h > 0.0 && *h <= until),
        );
        at.extend(
            self.steps
                .iter()
                .flat_map(|s| [s.0 * (1.0 - 1e-9), s.0])
                .filter(|h| *h > 0.0 && *h <= until),
        );
        at.sort_by(f64::total_cmp);
        at.dedup();
        at.into_iter().map(|h| (h, self.at(h))).collect()
    }
}
