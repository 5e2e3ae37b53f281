//! The loss curves of all activities at once.

use super::{LossCalendar, LossCurve};
use hashbrown::HashMap;
use mainstay_domain::{ActivityId, CalendarId, LossCurveId, Workspace};

/// The loss curves of a workspace, by the position of their activity in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LossCurves {
    curves: Vec<Option<LossCurve>>,
    calendar: Vec<Option<usize>>,
    calendars: Vec<LossCalendar>,
}

impl LossCurves {
    /// Reads every curve and every calendar of a workspace, each list once.
    ///
    /// Of two curves of the same activity the first counts.
    pub fn of(ws: &Workspace) -> Self {
        // The maps are only looked up, never walked through.
        let activity: HashMap<ActivityId, usize> = ws
            .activities
            .iter()
            .enumerate()
            .map(|(i, a)| (a.id, i))
            .collect();
        let calendar_at: HashMap<CalendarId, usize> = ws
            .calendars
            .iter()
            .enumerate()
            .map(|(i, c)| (c.id, i))
            .collect();
        let mut owner: Vec<Option<usize>> = vec![None; ws.activities.len()];
        let mut at: HashMap<LossCurveId, usize> = HashMap::new();
        for (k, c) in ws.loss_curves.iter().enumerate() {
            if let Some(i) = activity.get(&c.activity_id)
                && owner[*i].is_none()
            {
                owner[*i] = Some(k);
                at.insert(c.id, *i);
            }
        }
        let mut bands = vec![Vec::new(); ws.activities.len()];
        let mut steps = vec![Vec::new(); ws.activities.len()];
        for b in &ws.loss_bands {
            if let Some(i) = at.get(&b.loss_curve_id) {
                bands[*i].push((b.from_h.0, b.rate_per_h.units()));
            }
        }
        for s in &ws.loss_steps {
            if let Some(i) = at.get(&s.loss_curve_id) {
                steps[*i].push((s.at_h.0, s.amount.units()));
            }
        }
        let record = |k: &Option<usize>| k.and_then(|k| ws.loss_curves.get(k));
        let curves = owner
            .iter()
            .zip(bands.into_iter().zip(steps))
            .map(|(k, (bands, steps))| {
                record(k).map(|c| LossCurve::new(bands, steps, c.cap.map(|c| c.units())))
            })
            .collect();
        let calendar = owner
            .iter()
            .map(|k| {
                record(k)
                    .and_then(|c| c.calendar_id)
                    .and_then(|id| calendar_at.get(&id).copied())
            })
            .collect();
        Self {
            curves,
            calendar,
            calendars: ws
                .calendars
                .iter()
                .map(|c| LossCalendar::read(ws, c))
                .collect(),
        }
    }

    /// The curve of the activity at this position; `None` when it has none.
    pub fn get(&self, activity: usize) -> Option<&LossCurve> {
        self.curves.get(activity)?.as_ref()
    }

    /// The same, but for a curve without any band or step: that says nothing about a loss.
    pub fn known(&self, activity: usize) -> Option<&LossCurve> {
        self.get(activity).filter(|c| {
            let parts = c.parts();
            !parts.bands.is_empty() || !parts.steps.is_empty()
        })
    }

    /// The calendar of that curve; `None` when it has none.
    pub fn calendar(&self, activity: usize) -> Option<&LossCalendar> {
        self.calendars.get((*self.calendar.get(activity)?)?)
    }
}
