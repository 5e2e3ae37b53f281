//! Small workspaces for tests, by codes.

use mainstay_domain::{Datum, FieldValue, Level, Table, Uuid, Workspace};

/// A workspace to which records are added by code.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sketch {
    pub ws: Workspace,
    made: u128,
}

pub(crate) fn real(x: f64) -> Datum {
    Datum::Real(x)
}

fn text(s: &str) -> Datum {
    Datum::Text(s.into())
}

impl Sketch {
    /// Adds a record; fields that are not named are as absent.
    pub(crate) fn add(&mut self, table: Table, values: &[(&str, Datum)]) -> Uuid {
        self.made += 1;
        let id = Uuid::from_u128(self.made);
        let pos = self.ws.count(table) as i64 + 1;
        let row = table.spec().row(id, pos, values);
        self.ws.push(table, &row).unwrap();
        id
    }

    fn key(&self, code: &str) -> Datum {
        Datum::Id(self.ws.find_code(code).unwrap().1)
    }

    pub(crate) fn organisation(&mut self, rate: Option<i64>) {
        let rate = rate.map_or(Datum::Null, |r| Datum::Int(r * 100));
        self.add(
            Table::Organisation,
            &[
                ("code", text("ORG")),
                ("name", text("Sketch")),
                ("total_loss_rate_cap_per_h", rate),
            ],
        );
    }

    pub(crate) fn service(&mut self, code: &str) {
        self.add(
            Table::Service,
            &[("code", text(code)), ("name", text(code))],
        );
    }

    pub(crate) fn activity(&mut self, code: &str) {
        self.add(
            Table::Activity,
            &[("code", text(code)), ("name", text(code))],
        );
    }

    pub(crate) fn need(&mut self, dependant: &str, provider: &str) {
        self.edge(dependant, provider, Datum::Null);
    }

    pub(crate) fn group(&mut self, owner: &str, k: i64, members: &[&str]) {
        let code = format!("g{}", self.made);
        let id = self.add(
            Table::RedundancyGroup,
            &[
                ("code", text(&code)),
                ("owner_node_id", self.key(owner)),
                ("k", Datum::Int(k)),
            ],
        );
        for m in members {
            self.edge(owner, m, Datum::Id(id));
        }
    }

    fn edge(&mut self, dependant: &str, provider: &str, group: Datum) {
        let code = format!("d{}", self.made);
        self.add(
            Table::Dependency,
            &[
                ("code", text(&code)),
                ("dependant_id", self.key(dependant)),
                ("provider_id", self.key(provider)),
                ("group_id", group),
            ],
        );
    }

    /// The curve of the example of domain.md C2.
    pub(crate) fn c2_curve(&mut self, activity: &str) {
        let curve = self.curve(activity, Some(250_000));
        for (from, rate) in [(0.0, 1500), (4.0, 4000), (24.0, 6000)] {
            self.band(curve, from, rate);
        }
        for (at, amount) in [(8.0, 10_000), (24.0, 50_000)] {
            self.add(
                Table::LossStep,
                &[
                    ("loss_curve_id", Datum::Id(curve)),
                    ("at_h", real(at)),
                    ("amount", Datum::Int(amount * 100)),
                ],
            );
        }
    }

    /// One rate, without an end.
    pub(crate) fn flat_curve(&mut self, activity: &str, rate: i64) {
        let curve = self.curve(activity, None);
        self.band(curve, 0.0, rate);
    }

    fn curve(&mut self, activity: &str, cap: Option<i64>) -> Uuid {
        let cap = cap.map_or(Datum::Null, |c| Datum::Int(c * 100));
        let activity = self.key(activity);
        self.add(Table::LossCurve, &[("activity_id", activity), ("cap", cap)])
    }

    fn band(&mut self, curve: Uuid, from: f64, rate: i64) {
        self.add(
            Table::LossBand,
            &[
                ("loss_curve_id", Datum::Id(curve)),
                ("from_h", real(from)),
                ("rate_per_h", Datum::Int(rate * 100)),
            ],
        );
    }

    pub(crate) fn risk(
        &mut self,
        code: &str,
        frequency: Option<f64>,
        duration: &[(&str, Datum)],
        services: &[&str],
    ) {
        let mut values = vec![
            ("code", text(code)),
            ("title", text(code)),
            ("frequency_per_year", frequency.map_or(Datum::Null, real)),
        ];
        values.extend(duration.iter().map(|(n, d)| (*n, d.clone())));
        let id = self.add(Table::Risk, &values);
        for s in services {
            let service = self.key(s);
            self.add(
                Table::RiskService,
                &[("risk_id", Datum::Id(id)), ("service_id", service)],
            );
        }
    }

    pub(crate) fn scope(&mut self, code: &str, frequency: Option<f64>, activities: &[&str]) {
        let id = self.add(
            Table::StrategyScope,
            &[
                ("code", text(code)),
                ("name", text(code)),
                (
                    "event_frequency_per_year",
                    frequency.map_or(Datum::Null, real),
                ),
            ],
        );
        for a in activities {
            let activity = self.key(a);
            self.add(
                Table::ScopeActivity,
                &[("scope_id", Datum::Id(id)), ("activity_id", activity)],
            );
        }
    }

    /// A strategy without capital cost.
    pub(crate) fn strategy(&mut self, code: &str, scope: &str, rto_h: i64, opex: i64, factor: f64) {
        let scope = self.key(scope);
        self.add(
            Table::Strategy,
            &[
                ("code", text(code)),
                ("name", text(code)),
                ("scope_id", scope),
                ("capex", Datum::Int(0)),
                ("opex_per_year", Datum::Int(opex * 100)),
                ("rto_min", Datum::Int(rto_h * 60)),
                ("frequency_factor", real(factor)),
            ],
        );
    }

    /// A cell of the organisation's own risk matrix.
    pub(crate) fn cell(&mut self, likelihood: i64, impact: i64, band: &str) {
        self.add(
            Table::RiskMatrixCell,
            &[
                ("likelihood", Level(likelihood).to_datum()),
                ("impact", Level(impact).to_datum()),
                ("band", text(band)),
            ],
        );
    }
}
