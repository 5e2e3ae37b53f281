//! The impact grid: an object from category to levels, one for each horizon of the activity.

use super::collect::{Collect, cell};
use super::faults::shorten;
use super::raw::{Body, Given};
use crate::problem::FaultCode;
use crate::shape::lookup;
use mainstay_domain::{Datum, TableSpec};
use serde_json::{Map, Value};

impl<'a> Collect<'a, '_> {
    /// Horizons rise strictly and start above zero; what is no whole number at all is told when it is read.
    pub(super) fn horizons(&mut self, path: &str, activity: usize, list: &[Value]) {
        let mut before = 0;
        for (n, v) in list.iter().enumerate() {
            let Some(h) = v.as_i64() else { continue };
            if h <= before && h >= 0 && self.faults.room() {
                let what = if n == 0 {
                    format!("{h} is not allowed; the first horizon is longer than 0 minutes")
                } else {
                    format!("{h} after {before} is not allowed; horizons rise strictly")
                };
                let at = self.raws.named(activity);
                let field = format!("{path}[{n}]");
                self.faults.other(FaultCode::Grid, at, &field, &what);
            }
            before = h;
        }
    }

    /// A rating for every cell, holes included.
    pub(super) fn grid(
        &mut self,
        spec: &'static TableSpec,
        path: &str,
        activity: usize,
        grid: &'a Map<String, Value>,
    ) {
        let Body::Object(object) = self.raws.list[activity].body else {
            return;
        };
        let horizons: &[Value] = lookup(object, "horizons_min")
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice);
        // The order of the categories is that of their own list.
        let mut rows: Vec<_> = grid
            .iter()
            .map(|(key, row)| (self.categories.get(key.as_str()).copied(), key, row))
            .collect();
        rows.sort_by_key(|(category, ..)| category.map(|c| c.0));
        let mut ordinal = 0;
        for (category, key, row) in rows {
            let field = format!("{path}.{key}");
            let Some((_, category)) = category else {
                let known = self.known_categories();
                let what = format!("there is no such impact category; allowed is {known}");
                self.grid_fault(activity, &field, &what);
                continue;
            };
            let levels = match row {
                Value::Null => continue,
                Value::Array(levels) => levels,
                v => {
                    let what = format!(
                        "{} is not allowed; allowed is a list of {} levels from 1 to 5 or null",
                        shorten(v),
                        horizons.len()
                    );
                    self.grid_fault(activity, &field, &what);
                    continue;
                }
            };
            if levels.len() != horizons.len() {
                let what = format!(
                    "{} levels for {} horizons; give one for each horizon, null where nothing is known",
                    levels.len(),
                    horizons.len()
                );
                self.grid_fault(activity, &field, &what);
                continue;
            }
            for (n, (level, horizon)) in levels.iter().zip(horizons).enumerate() {
                // A wrong horizon is told where it stands; here it only must not be told once for every category.
                let horizon = Datum::Int(horizon.as_i64().unwrap_or(0).max(0));
                let sub = format!(".{key}[{n}]");
                let cells = vec![
                    cell(
                        spec,
                        "category_id",
                        Given::Datum(Datum::Id(category)),
                        sub.clone(),
                    ),
                    cell(spec, "horizon_min", Given::Datum(horizon), sub.clone()),
                    cell(spec, "level", Given::Value(level), sub),
                ];
                self.add(spec.table, Some(activity), ordinal, Body::Cells(cells));
                ordinal += 1;
            }
        }
    }

    fn known_categories(&self) -> String {
        let mut keys: Vec<&str> = self.categories.keys().copied().collect();
        keys.sort_unstable();
        if keys.is_empty() {
            return "none, since settings.thresholds lists none".into();
        }
        format!("one of {} (settings.thresholds)", keys.join(", "))
    }

    fn grid_fault(&mut self, activity: usize, field: &str, what: &str) {
        if self.faults.room() {
            let at = self.raws.named(activity);
            self.faults.other(FaultCode::Grid, at, field, what);
        }
    }
}
