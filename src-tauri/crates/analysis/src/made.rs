//! Workspaces made record by record, for tests.

use mainstay_domain::*;

/// A workspace that is being made.
#[derive(Default)]
pub(crate) struct Made {
    pub ws: Workspace,
    made: u128,
}

pub(crate) fn text(s: &str) -> Datum {
    Datum::Text(s.into())
}

impl Made {
    /// Adds a record at the end of its list; fields that are not named are as absent.
    pub fn add(&mut self, table: Table, values: &[(&str, Datum)]) -> Uuid {
        self.made += 1;
        let id = Uuid::from_u128(self.made);
        let spec = table.spec();
        for (name, _) in values {
            assert!(spec.column(name).is_some(), "{table:?} has no {name}");
        }
        let pos = self.ws.next_pos(table);
        let row = spec.row(id, pos, values);
        self.ws.push(table, &row).unwrap();
        id
    }

    /// An activity with a grid: horizons, and for each category its levels, 0 for a hole.
    pub fn activity(&mut self, code: &str, horizons: &[i64], grid: &[(&str, &[i64])]) -> Uuid {
        let id = self.add(
            Table::Activity,
            &[("code", text(code)), ("name", text(code))],
        );
        for h in horizons {
            self.add(
                Table::ActivityHorizon,
                &[("activity_id", Datum::Id(id)), ("at_min", Datum::Int(*h))],
            );
        }
        for (key, levels) in grid {
            let category = self
                .ws
                .impact_categories
                .iter()
                .find(|c| c.key == *key)
                .unwrap()
                .id;
            for (h, l) in horizons.iter().zip(*levels) {
                let level = if *l == 0 { Datum::Null } else { Datum::Int(*l) };
                self.add(
                    Table::ImpactRating,
                    &[
                        ("activity_id", Datum::Id(id)),
                        ("category_id", Datum::Id(category.0)),
                        ("horizon_min", Datum::Int(*h)),
                        ("level", level),
                    ],
                );
            }
        }
        id
    }

    /// A kind of harm with its first unacceptable level.
    pub fn category(&mut self, key: &str, threshold: i64) {
        self.add(
            Table::ImpactCategory,
            &[("key", text(key)), ("threshold", Datum::Int(threshold))],
        );
    }

    /// The loss curve of an activity: bands, steps and cap in currency units.
    pub fn curve(
        &mut self,
        activity: Uuid,
        bands: &[(f64, i64)],
        steps: &[(f64, i64)],
        cap: Option<i64>,
        calendar: Option<Uuid>,
    ) {
        let curve = self.add(
            Table::LossCurve,
            &[
                ("activity_id", Datum::Id(activity)),
                ("cap", cap.map_or(Datum::Null, |c| Datum::Int(c * 100))),
                ("calendar_id", calendar.map_or(Datum::Null, Datum::Id)),
            ],
        );
        for (h, rate) in bands {
            self.add(
                Table::LossBand,
                &[
                    ("loss_curve_id", Datum::Id(curve)),
                    ("from_h", Datum::Real(*h)),
                    ("rate_per_h", Datum::Int(rate * 100)),
                ],
            );
        }
        for (h, amount) in steps {
            self.add(
                Table::LossStep,
                &[
                    ("loss_curve_id", Datum::Id(curve)),
                    ("at_h", Datum::Real(*h)),
                    ("amount", Datum::Int(amount * 100)),
                ],
            );
        }
    }

    /// A calendar with 168 multipliers and seasons (from, to, factor).
    pub fn calendar(
        &mut self,
        code: &str,
        weekly: impl IntoIterator<Item = f64>,
        seasons: &[(&str, &str, f64)],
    ) -> Uuid {
        let id = self.add(
            Table::Calendar,
            &[("code", text(code)), ("name", text(code))],
        );
        for m in weekly {
            self.add(
                Table::CalendarHour,
                &[("calendar_id", Datum::Id(id)), ("factor", Datum::Real(m))],
            );
        }
        for (from, to, factor) in seasons {
            self.add(
                Table::Season,
                &[
                    ("calendar_id", Datum::Id(id)),
                    ("name", text("season")),
                    ("from_day", text(from)),
                    ("to_day", text(to)),
                    ("factor", Datum::Real(*factor)),
                ],
            );
        }
        id
    }

    /// The settings, all at their first choice but for what is named.
    pub fn settings(&mut self, values: &[(&str, Datum)]) {
        self.add(Table::Settings, values);
    }
}
