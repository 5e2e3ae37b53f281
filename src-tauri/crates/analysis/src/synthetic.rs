//! Workspaces of any size, for measuring and for trying things out.

use mainstay_domain::*;

/// Reaction time, detection and decision alike.
const REACTION_MIN: i64 = 15;
/// Services and activities have so many dependencies, where there are so many services to choose from.
const NEEDS: usize = 5;
/// So many teams restore, each of four people of whom two can be counted on.
const TEAMS: usize = 10;

/// A workspace with so many services, five dependencies each, and a twentieth as many activities; the same seed gives
/// the same workspace. Without loops: a service needs only services made before it.
pub fn workspace(services: usize, seed: u64) -> Workspace {
    let mut m = Maker {
        ws: Workspace::default(),
        rng: SplitMix(seed),
        made: 0,
    };
    m.frame();
    let nodes: Vec<Uuid> = (0..services).map(|i| m.service(i)).collect();
    let activities: Vec<Uuid> = (0..(services / 20).max(1)).map(|i| m.activity(i)).collect();
    for (i, s) in nodes.iter().enumerate() {
        m.needs(*s, &nodes[..i]);
    }
    for a in &activities {
        m.needs(*a, &nodes);
    }
    m.plan(&nodes, &activities);
    m.ws
}

/// SplitMix64 (Steele, Lea and Flood 2014): small, and the same everywhere.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

struct Maker {
    ws: Workspace,
    rng: SplitMix,
    made: u64,
}

fn text(s: impl Into<String>) -> Datum {
    Datum::Text(s.into())
}

impl Maker {
    /// Adds a record at the end of its list; fields that are not named are as absent.
    fn add(&mut self, table: Table, values: &[(&str, Datum)]) -> Uuid {
        self.made += 1;
        // Shaped like a UUIDv7, so that keys sort as they were made.
        let bits = (u128::from(0x0190_0000_0000 + self.made) << 80)
            | (0x7 << 76)
            | (0x2 << 62)
            | u128::from(self.rng.next() >> 2);
        let id = Uuid::from_u128(bits);
        let pos = self.ws.count(table) as i64 + 1;
        let put = self.ws.push(table, &table.spec().row(id, pos, values));
        debug_assert!(put.is_ok(), "{put:?}");
        id
    }

    fn frame(&mut self) {
        self.add(
            Table::Organisation,
            &[
                ("code", text("ORG")),
                ("name", text("Synthetic organisation")),
                ("currency", text("EUR")),
            ],
        );
        self.add(
            Table::Settings,
            &[
                ("clock", text("disruption")),
                ("mtpd_rule", text("first_crossing")),
                ("detection_min", Datum::Int(REACTION_MIN)),
                ("decision_min", Datum::Int(REACTION_MIN)),
            ],
        );
        for (key, _, threshold, _) in reference::IMPACT_CATEGORIES {
            self.add(
                Table::ImpactCategory,
                &[("key", text(*key)), ("threshold", Datum::Int(*threshold))],
            );
        }
        for (code, name) in [
            ("role-plan", "Continuity planner"),
            ("role-ops", "Head of operations"),
            ("role-it", "Head of IT"),
            ("role-md", "Managing director"),
        ] {
            self.add(
                Table::Role,
                &[
                    ("code", text(code)),
                    ("name", text(name)),
                    ("required", Datum::Int(1)),
                ],
            );
        }
        for i in 0..TEAMS {
            self.add(
                Table::Team,
                &[
                    ("code", text(format!("T{:02}", i + 1))),
                    ("people", Datum::Int(4)),
                    ("planned_available", Datum::Int(2)),
                ],
            );
        }
        let roles: Vec<RoleId> = self.ws.roles.iter().map(|r| r.id).collect();
        for (i, r) in self.ws.roles.iter_mut().enumerate() {
            r.deputy_role_id = Some(roles[(i + 1) % roles.len()]);
        }
    }

    fn role(&self, code: &str) -> Datum {
        self.ws
            .roles
            .iter()
            .find(|r| r.code.0 == code)
            .map_or(Datum::Null, |r| Datum::Id(r.id.0))
    }

    fn service(&mut self, i: usize) -> Uuid {
        let kind = ["network", "platform", "application", "application"][self.rng.below(4)];
        let own = 5 * (1 + self.rng.below(18)) as i64;
        let evidence = ["estimate", "component_test", "contract"][self.rng.below(3)];
        let owner = self.role("role-it");
        let mut values = vec![
            ("code", text(format!("S{:05}", i + 1))),
            ("name", text(format!("Service {}", i + 1))),
            ("kind", text(kind)),
            ("owner_role_id", owner),
            ("own_restore_min", Datum::Int(own)),
            ("team_id", Datum::Id(self.ws.teams[i % TEAMS].id.0)),
        ];
        if evidence == "component_test" {
            values.push(("capability_min", Datum::Int(own)));
            values.push(("evidence", text(evidence)));
            values.push(("tested_on", text("2026-06-01")));
        }
        self.add(Table::Service, &values)
    }

    fn activity(&mut self, i: usize) -> Uuid {
        let owner = self.role("role-ops");
        // MTPD at one of the four later horizons, RTO at the horizon before it.
        let crossing = 2 + self.rng.below(reference::HORIZONS_MIN.len() - 2);
        let rto = reference::HORIZONS_MIN[crossing - 1];
        let id = self.add(
            Table::Activity,
            &[
                ("code", text(format!("A{:05}", i + 1))),
                ("name", text(format!("Activity {}", i + 1))),
                ("owner_role_id", owner),
                ("rto_min", Datum::Int(rto)),
                ("wrt_min", Datum::Int(60)),
                ("rpo_min", Datum::Int(60)),
                ("mbco_pct", Datum::Int(50)),
            ],
        );
        let categories: Vec<(Uuid, i64)> = self
            .ws
            .impact_categories
            .iter()
            .map(|c| {
                (
                    c.id.0,
                    c.threshold.map_or(reference::DEFAULT_THRESHOLD, |l| l.0),
                )
            })
            .collect();
        let decisive = self.rng.below(categories.len());
        for h in reference::HORIZONS_MIN {
            self.add(
                Table::ActivityHorizon,
                &[("activity_id", Datum::Id(id)), ("at_min", Datum::Int(h))],
            );
        }
        for (c, (category, threshold)) in categories.into_iter().enumerate() {
            for (k, h) in reference::HORIZONS_MIN.into_iter().enumerate() {
                let level = match (c == decisive, k >= crossing) {
                    (true, true) => threshold,
                    (true, false) => (threshold - 1).min(1 + k as i64),
                    (false, _) => (1 + k as i64 / 3).min(threshold - 1),
                };
                self.add(
                    Table::ImpactRating,
                    &[
                        ("activity_id", Datum::Id(id)),
                        ("category_id", Datum::Id(category)),
                        ("horizon_min", Datum::Int(h)),
                        ("level", Datum::Int(level)),
                    ],
                );
            }
        }
        id
    }

    fn needs(&mut self, dependant: Uuid, among: &[Uuid]) {
        let mut chosen: Vec<usize> = Vec::new();
        while chosen.len() < NEEDS.min(among.len()) {
            let i = self.rng.below(among.len());
            if !chosen.contains(&i) {
                chosen.push(i);
            }
        }
        for i in chosen {
            let n = self.ws.dependencies.len() + 1;
            let soft = self.rng.below(10) == 0;
            let tolerance = [0, 0, 0, 30, 60][self.rng.below(5)];
            let data = self.rng.below(4) == 0;
            self.add(
                Table::Dependency,
                &[
                    ("code", text(format!("D{n:06}"))),
                    ("dependant_id", Datum::Id(dependant)),
                    ("provider_id", Datum::Id(among[i])),
                    ("strength", text(if soft { "soft" } else { "hard" })),
                    ("tolerance_min", Datum::Int(tolerance)),
                    ("mode", text("both")),
                    ("data", Datum::Int(i64::from(data))),
                ],
            );
        }
    }

    fn plan(&mut self, services: &[Uuid], activities: &[Uuid]) {
        let owner = self.role("role-plan");
        let plan = self.add(
            Table::Plan,
            &[
                ("code", text("PLAN-01")),
                ("title", text("Continuity plan")),
                ("owner_role_id", owner.clone()),
                ("classification", text("internal")),
            ],
        );
        for s in services {
            self.add(
                Table::PlanService,
                &[("plan_id", Datum::Id(plan)), ("service_id", Datum::Id(*s))],
            );
        }
        for a in activities {
            self.add(
                Table::PlanActivity,
                &[("plan_id", Datum::Id(plan)), ("activity_id", Datum::Id(*a))],
            );
        }
        for (kind, role) in [
            ("prepared", "role-plan"),
            ("reviewed", "role-it"),
            ("approved", "role-md"),
        ] {
            let role = self.role(role);
            self.add(
                Table::RequiredSignOff,
                &[
                    ("plan_id", Datum::Id(plan)),
                    ("kind", text(kind)),
                    ("role_id", role),
                ],
            );
        }
        self.add(
            Table::PlanVersion,
            &[
                ("plan_id", Datum::Id(plan)),
                ("number", text("0.1")),
                ("state", text("draft")),
            ],
        );
    }
}
