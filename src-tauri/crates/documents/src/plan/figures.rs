//! The figures of a plan, from the numbers that its tables say.

use super::*;
use crate::model::{
    Bar, Drawing, Figure, Gantt, Heat, HeatCell, Map, MapEdge, MapNode, Plot, PlotLine, Stroke,
    Tree, TreeNode,
};
use mainstay_analysis::map::layered;
use mainstay_analysis::people::call_trees;
use mainstay_analysis::risk::{RiskMatrix, SimulationOptions, simulate};
use mainstay_analysis::strategy::{ScopeComparison, compare};
use std::collections::{BTreeMap, BTreeSet};

/// More nodes than that are not read on one page.
const MOST_NODES: usize = 60;
/// A map of more rows is higher than a page that lies.
const MOST_ROWS: f64 = 26.0;
/// A tree of more leaves is higher than a page.
const MOST_LEAVES: usize = 16;
/// More columns of a tree leave no room for the numbers in its boxes.
const MOST_COLUMNS: usize = 5;
/// More bars than that are not read in one figure.
const MOST_BARS: usize = 40;

/// The likelihood and the impact of a risk.
type Pair = fn(&Risk) -> (Option<Level>, Option<Level>);

fn figure(title: impl Into<String>, words: String, drawing: Drawing) -> Block {
    let title = title.into();
    Block::Figure(Figure {
        words: format!("{title}. {words}"),
        title,
        drawing,
    })
}

/// The risks before and after what is done about them, side by side.
pub(super) fn heat_maps(m: &Maker<'_>) -> Option<Block> {
    if m.ws.risks.is_empty() {
        return None;
    }
    let matrix = RiskMatrix::of(m.ws);
    let map = |title: &str, of: Pair| {
        let mut at: BTreeMap<(i64, i64), Vec<String>> = BTreeMap::new();
        let mut unknown = Vec::new();
        for r in &m.ws.risks {
            match of(r) {
                (Some(l), Some(i)) => at.entry((l.0, i.0)).or_default().push(r.code.0.clone()),
                _ => unknown.push(r.code.0.clone()),
            }
        }
        let cells: Vec<HeatCell> = (1..=5)
            .flat_map(|l| (1..=5).map(move |i| (l, i)))
            .filter_map(|(likelihood, impact)| {
                let band = match matrix.rate(likelihood, impact)?.band {
                    RiskBand::Low => 0,
                    RiskBand::Medium => 1,
                    RiskBand::High => 2,
                    RiskBand::Extreme => 3,
                };
                Some(HeatCell {
                    likelihood,
                    impact,
                    band,
                    risks: at.remove(&(likelihood, impact)).unwrap_or_default(),
                })
            })
            .collect();
        let mut words: Vec<String> = cells
            .iter()
            .filter(|c| !c.risks.is_empty())
            .map(|c| {
                format!(
                    "Likelihood {}, impact {}: {}.",
                    c.likelihood,
                    c.impact,
                    c.risks.join(", ")
                )
            })
            .collect();
        if !unknown.is_empty() {
            words.push(format!("Not rated: {}.", unknown.join(", ")));
        }
        figure(title, words.join(" "), Drawing::Heat(Heat { cells }))
    };
    Some(Block::Columns {
        share: 0.5,
        left: vec![map("Before any control (inherent)", |r| {
            (r.inherent_likelihood, r.inherent_impact)
        })],
        right: vec![map("Today (residual)", |r| {
            (r.residual_likelihood, r.residual_impact)
        })],
    })
}

/// How much a year of disruptions can cost, simulated.
pub(super) fn exceedance(m: &Maker<'_>) -> Vec<Block> {
    let options = SimulationOptions {
        years: 20_000,
        ..SimulationOptions::default()
    };
    let Some(simulated) = simulate(m.ws, &options, &|| false) else {
        return Vec::new();
    };
    let whole = &simulated.whole;
    let figures = &whole.figures;
    let (Some(p50), Some(p90), Some(p99)) = (figures.p50, figures.p90, figures.p99) else {
        return Vec::new();
    };
    let currency = m.currency();
    let amount = |x: f64| format!("{} {currency}", grouped(x));
    // Beyond the worst of a thousand years there is nothing to read.
    let points: Vec<(f64, f64, Option<String>)> = figures
        .exceedance
        .iter()
        .filter(|e| e.share >= 0.001)
        .map(|e| (e.loss, e.share * 100.0, None))
        .collect();
    let mut said = vec![format!(
        "Simulated over {} years: half of all years cost at most {}, nine of ten at most {}, 99 of 100 at most {}.",
        grouped(f64::from(simulated.years)),
        amount(p50),
        amount(p90),
        amount(p99)
    )];
    if whole.lower_bound {
        said.push("These are lower bounds".into());
        if !whole.left_out.is_empty() {
            said.push(format!(
                ": {} could not be simulated",
                whole.left_out.join(", ")
            ));
        }
        said.push(".".into());
    }
    let text = match said.as_slice() {
        [one] => one.clone(),
        [one, rest @ ..] => format!("{one} {}", rest.concat()),
        [] => String::new(),
    };
    let mut out = vec![paragraph(text)];
    if points.len() > 1 {
        let most = points.iter().map(|p| p.0).fold(0.0, f64::max);
        let up = points.iter().map(|p| p.1).fold(0.0, f64::max);
        let words: Vec<String> = points
            .iter()
            .step_by(points.len().div_ceil(12))
            .map(|(x, y, _)| format!("more than {}: {y:.1} % of years", amount(*x)))
            .collect();
        out.push(figure(
            "Loss exceedance: how often a year costs more",
            format!("{}.", words.join("; ")),
            Drawing::Plot(Plot {
                across: format!("Loss of a year, {currency}"),
                up: "Share of years that cost more".into(),
                ticks_across: round_values(most, 6)
                    .into_iter()
                    .map(|v| (v, grouped(v)))
                    .collect(),
                ticks_up: round_values(up, 5)
                    .into_iter()
                    .map(|v| (v, format!("{} %", grouped(v))))
                    .collect(),
                logarithmic: false,
                lines: vec![PlotLine {
                    name: "all risks together".into(),
                    stroke: Stroke::Solid,
                    points,
                }],
                marks: vec![(p90.min(most), format!("9 of 10 years: {}", grouped(p90)))],
            }),
        ));
    }
    out
}

/// What the strategies of each scope cost, over the time they take.
pub(super) fn cost_curves(m: &Maker<'_>) -> Vec<Block> {
    compare(m.ws)
        .scopes
        .iter()
        .filter(|s| s.cost_curve.len() > 1)
        .map(|s| cost_curve(m, s))
        .collect()
}

fn cost_curve(m: &Maker<'_>, s: &ScopeComparison) -> Block {
    let name = |code: &str| {
        m.ws.strategies
            .iter()
            .find(|x| x.code.0 == code)
            .map_or_else(|| code.to_owned(), |x| x.name.clone())
    };
    let scope =
        m.ws.strategy_scopes
            .iter()
            .find(|x| x.code.0 == s.code)
            .map_or_else(|| s.code.clone(), |x| x.name.clone());
    let currency = m.currency();
    let line = |title: &str,
                stroke,
                of: &dyn Fn(&mainstay_analysis::strategy::CostPoint) -> f64,
                named: bool| {
        PlotLine {
            name: title.into(),
            stroke,
            points: s
                .cost_curve
                .iter()
                .map(|p| {
                    (
                        p.rto_min.hours().max(0.25),
                        of(p),
                        named.then(|| name(&p.code)),
                    )
                })
                .collect(),
        }
    };
    let most = s.cost_curve.iter().map(|p| p.total).fold(0.0, f64::max);
    let mut words: Vec<String> = s
        .cost_curve
        .iter()
        .map(|p| {
            format!(
                "{}, back in {}: {} {currency} a year, of which {} strategy and {} expected loss",
                name(&p.code),
                p.rto_min,
                grouped(p.total),
                grouped(p.annual_cost),
                grouped(p.expected_loss)
            )
        })
        .collect();
    if let Some(best) = &s.best_feasible {
        words.push(format!(
            "the cheapest that is fast enough is {}",
            name(best)
        ));
    }
    let hours = [
        0.25, 1.0, 2.0, 4.0, 8.0, 24.0, 48.0, 72.0, 168.0, 336.0, 720.0,
    ];
    figure(
        format!("{scope}: cost over recovery time"),
        format!("{}.", words.join("; ")),
        Drawing::Plot(Plot {
            across: "Time until it is back, logarithmic".into(),
            up: format!("{currency} a year"),
            ticks_across: hours
                .into_iter()
                .map(|h| (h, Minutes((h * 60.0) as i64).to_string()))
                .collect(),
            ticks_up: round_values(most, 5)
                .into_iter()
                .map(|v| (v, grouped(v)))
                .collect(),
            logarithmic: true,
            lines: vec![
                line("total", Stroke::Solid, &|p| p.total, true),
                line("expected loss", Stroke::Dashed, &|p| p.expected_loss, false),
                line("strategy", Stroke::Dotted, &|p| p.annual_cost, false),
            ],
            marks: s
                .required_rto_min
                .map(|r| (r.hours().max(0.25), format!("required {r}")))
                .into_iter()
                .collect(),
        }),
    )
}

/// When services and activities are back, against when they must be.
pub(super) fn recovery_bars(m: &Maker<'_>) -> Vec<Block> {
    let mut services: Vec<Bar> =
        m.ws.services
            .iter()
            .zip(&m.i.analysis.services)
            .filter(|(_, r)| r.down)
            .filter_map(|(s, r)| {
                let to = r.achievable?.0;
                Some(Bar {
                    name: s.name.clone(),
                    from: to - r.own_restore?.0,
                    to,
                    due: r.required_rto.map(|d| d.0),
                    limit: None,
                })
            })
            .collect();
    services.sort_by(|a, b| (a.from, a.to, &a.name).cmp(&(b.from, b.to, &b.name)));
    let mut activities: Vec<Bar> =
        m.ws.activities
            .iter()
            .zip(&m.i.analysis.activities)
            .filter_map(|(a, r)| {
                let to = r.ready.filter(|d| d.0 > 0)?.0;
                Some(Bar {
                    name: format!("{} {}", a.code, a.name),
                    from: 0,
                    to,
                    due: r.rto.map(|d| d.0),
                    limit: r.effective_mtpd.map(|d| d.0),
                })
            })
            .collect();
    activities.sort_by(|a, b| (a.to, &a.name).cmp(&(b.to, &b.name)));
    let mut out = Vec::new();
    for (title, bars) in [
        (
            "Services: when each is restored, everything being down",
            services,
        ),
        ("Activities: when what they need is back", activities),
    ] {
        let parts = bars.len().div_ceil(MOST_BARS);
        for (n, part) in bars.chunks(MOST_BARS).enumerate() {
            let words: Vec<String> = part
                .iter()
                .map(|b| {
                    let at = |d: Option<i64>, word: &str| {
                        d.map_or_else(String::new, |d| format!(", {word} {}", Minutes(d)))
                    };
                    format!(
                        "{}: from {} to {}{}{}",
                        b.name,
                        Minutes(b.from),
                        Minutes(b.to),
                        at(b.due, "RTO"),
                        at(b.limit, "MTPD")
                    )
                })
                .collect();
            let title = match parts {
                1 => title.to_owned(),
                _ => format!("{title} ({} of {parts})", n + 1),
            };
            let bars = part.to_vec();
            out.push(figure(
                title,
                format!("{}.", words.join("; ")),
                Drawing::Gantt(Gantt { bars }),
            ));
        }
    }
    out
}

/// Who calls whom; in several figures where one would not fit on a page.
pub(super) fn call_tree(m: &Maker<'_>, p: &Plan) -> Vec<Block> {
    let Some(tree) = call_trees(m.ws).into_iter().find(|t| t.plan == p.code.0) else {
        return Vec::new();
    };
    let Some(root) = tree.root.as_deref().filter(|_| tree.reached.len() > 1) else {
        return Vec::new();
    };
    let calls = Calls::of(&tree);
    let parts = calls.parts(root);
    let n = parts.len();
    let title = |i: usize| match n {
        1 => "Call tree".to_owned(),
        _ => format!("Call tree ({} of {n})", i + 1),
    };
    parts
        .iter()
        .enumerate()
        .map(|(i, part)| part_of_tree(m, &calls, part, title(i)))
        .collect()
}

/// Who is called by whom, and when.
struct Calls<'a> {
    reached: BTreeMap<&'a str, &'a mainstay_analysis::people::Reached>,
    called: BTreeMap<&'a str, Vec<&'a str>>,
}

/// A part of a call tree: who is in it, in the order of reading.
type Part<'a> = Vec<&'a str>;

impl<'a> Calls<'a> {
    fn of(tree: &'a mainstay_analysis::people::CallTreeResult) -> Self {
        let mut called: BTreeMap<&str, Vec<&mainstay_analysis::people::Reached>> = BTreeMap::new();
        for r in &tree.reached {
            if let Some(caller) = r.caller.as_deref() {
                called.entry(caller).or_default().push(r);
            }
        }
        Self {
            reached: tree.reached.iter().map(|r| (r.role.as_str(), r)).collect(),
            called: called
                .into_iter()
                .map(|(caller, mut of)| {
                    of.sort_by_key(|r| r.call_no);
                    (caller, of.into_iter().map(|r| r.role.as_str()).collect())
                })
                .collect(),
        }
    }

    fn called_by(&self, role: &str) -> &[&'a str] {
        self.called.get(role).map_or(&[], Vec::as_slice)
    }

    /// Everybody below a role and itself, those who are called by the same one in their order; those whose own calls stand
    /// in another part are not gone through.
    fn below(&self, root: &'a str, elsewhere: &BTreeSet<&str>) -> Vec<(&'a str, usize)> {
        let mut out = Vec::new();
        let mut next = vec![(root, 0)];
        while let Some((role, depth)) = next.pop() {
            out.push((role, depth));
            if !elsewhere.contains(role) {
                let called = self.called_by(role).iter().rev();
                next.extend(called.map(|c| (*c, depth + 1)));
            }
        }
        out
    }

    /// How many boxes stand one below the other for these.
    fn leaves(&self, shown: &[(&str, usize)], elsewhere: &BTreeSet<&str>) -> usize {
        let is_leaf = |r: &str| elsewhere.contains(r) || self.called_by(r).is_empty();
        shown.iter().filter(|(r, _)| is_leaf(r)).count()
    }

    /// The tree in parts that fit on a page each: those who are called by the first one, with all who follow, as many as there
    /// is room for; who is too deep, or has too many below, calls in parts of their own.
    fn parts(&self, root: &'a str) -> Vec<Part<'a>> {
        let mut elsewhere: BTreeSet<&str> = BTreeSet::new();
        for (role, depth) in self.below(root, &elsewhere) {
            if depth + 1 == MOST_COLUMNS && !self.called_by(role).is_empty() {
                elsewhere.insert(role);
            }
        }
        let mut out: Vec<Part<'a>> = Vec::new();
        let mut room = 0;
        for called in self.called_by(root) {
            let mut shown = self.below(called, &elsewhere);
            if self.leaves(&shown, &elsewhere) > MOST_LEAVES {
                elsewhere.insert(called);
                shown.truncate(1);
            }
            let takes = self.leaves(&shown, &elsewhere);
            let part = match out.last_mut().filter(|_| takes <= room) {
                Some(part) => part,
                None => {
                    room = MOST_LEAVES;
                    out.push(vec![root]);
                    let last = out.len() - 1;
                    &mut out[last]
                }
            };
            room -= takes;
            part.extend(shown.iter().map(|s| s.0));
        }
        let own: Vec<&str> = out
            .iter()
            .flatten()
            .copied()
            .filter(|r| elsewhere.contains(r))
            .collect();
        for role in own {
            out.extend(self.parts(role));
        }
        out
    }
}

fn part_of_tree(m: &Maker<'_>, calls: &Calls<'_>, part: &[&str], title: String) -> Block {
    let role = |code: &str| m.ws.roles.iter().find(|r| r.code.0 == code);
    let name = |code: &str| role(code).map_or_else(|| code.to_owned(), |r| r.name.clone());
    let number: BTreeMap<&str, usize> = part.iter().enumerate().map(|(i, c)| (*c, i)).collect();
    let mut words = Vec::new();
    let mut nodes = Vec::new();
    for (i, code) in part.iter().enumerate() {
        let Some(r) = calls.reached.get(code) else {
            continue;
        };
        // Who begins a part is called in another one.
        let caller = r.caller.as_deref().filter(|_| i > 0);
        let after = r.at_min.filter(|d| d.0 > 0).map(|d| format!("after {d}"));
        if let Some(c) = caller {
            let after = after.as_deref().unwrap_or_default();
            words.push(
                format!("{} calls {} {after}", name(c), name(code))
                    .trim_end()
                    .to_owned(),
            );
        }
        let goes_on = !calls.called_by(code).is_empty()
            && !calls.called_by(code).iter().any(|c| number.contains_key(c));
        let mut note = role(code).map_or_else(String::new, |r| m.phone(r.id));
        let when = [after, goes_on.then(|| "calls on: see below".to_owned())];
        let when: Vec<String> = when.into_iter().flatten().collect();
        if !when.is_empty() {
            note.push_str(&format!("\n{}", when.join("; ")));
        }
        nodes.push(TreeNode {
            name: name(code),
            note,
            parent: caller.and_then(|c| number.get(c).copied()),
        });
    }
    figure(
        title,
        format!("{}.", words.join("; ")),
        Drawing::Tree(Tree { nodes }),
    )
}

/// All that is in the scope, as a map; nothing where it would not be readable.
pub(super) fn whole_map(m: &Maker<'_>) -> Option<Block> {
    let all: BTreeSet<NodeId> =
        m.ws.dependencies
            .iter()
            .flat_map(|d| [d.dependant_id, NodeId(d.provider_id.0)])
            .collect();
    if all.is_empty() || all.len() > MOST_NODES {
        return None;
    }
    map(m, "Everything that is needed", &all)
}

/// A map for each service of tier 1: what it needs, directly or not, and what needs it.
pub(super) fn service_maps(m: &Maker<'_>) -> Vec<Block> {
    let mut out = Vec::new();
    for (s, r) in m.ws.services.iter().zip(&m.i.analysis.services) {
        if r.tier != Some(1) {
            continue;
        }
        let me = NodeId(s.id.0);
        let mut shown = BTreeSet::from([me]);
        let mut next = vec![me];
        while let Some(n) = next.pop() {
            for d in m.ws.dependencies.iter().filter(|d| d.dependant_id == n) {
                let provider = NodeId(d.provider_id.0);
                if shown.insert(provider) {
                    next.push(provider);
                }
            }
        }
        let needs = shown.len();
        let users = m.ws.dependencies.iter().filter(|d| d.provider_id == s.id);
        shown.extend(users.map(|d| d.dependant_id));
        // What needs nothing is seen in the map of what needs it.
        if needs > 2 && shown.len() <= MOST_NODES {
            out.extend(map(m, &s.name, &shown));
        }
    }
    out
}

/// A map; nothing where it would not be readable.
fn map(m: &Maker<'_>, title: &str, shown: &BTreeSet<NodeId>) -> Option<Block> {
    let stops: BTreeMap<ServiceId, bool> =
        m.ws.services
            .iter()
            .zip(&m.i.spof.stops)
            .map(|(s, stops)| (s.id, !stops.is_empty()))
            .collect();
    // Activities first, each in the order of the workspace.
    let order: Vec<NodeId> =
        m.ws.activities
            .iter()
            .map(|a| NodeId(a.id.0))
            .chain(m.ws.services.iter().map(|s| NodeId(s.id.0)))
            .filter(|n| shown.contains(n))
            .collect();
    let number: BTreeMap<NodeId, usize> = order.iter().enumerate().map(|(i, n)| (*n, i)).collect();
    let nodes: Vec<MapNode> = order
        .iter()
        .map(|n| MapNode {
            name: m.node(*n),
            activity: m.ws.get::<Activity>(*n).is_some(),
            heavy: stops.get(&ServiceId(n.0)).copied().unwrap_or(false),
        })
        .collect();
    let edges: Vec<MapEdge> =
        m.ws.dependencies
            .iter()
            .filter_map(|d| {
                Some(MapEdge {
                    from: *number.get(&d.dependant_id)?,
                    to: *number.get(&NodeId(d.provider_id.0))?,
                    stroke: match (d.strength, d.mode) {
                        (_, Mode::Recover) => Stroke::Dotted,
                        (Strength::Soft, _) => Stroke::Dashed,
                        (Strength::Hard, _) => Stroke::Solid,
                    },
                })
            })
            .collect();
    let ends: Vec<(usize, usize)> = edges.iter().map(|e| (e.from, e.to)).collect();
    let placed = layered(nodes.len(), &ends);
    if placed.rows > MOST_ROWS {
        return None;
    }
    let words: Vec<String> = nodes
        .iter()
        .enumerate()
        .filter_map(|(i, n)| {
            let needs: Vec<&str> = edges
                .iter()
                .filter(|e| e.from == i)
                .map(|e| nodes[e.to].name.as_str())
                .collect();
            (!needs.is_empty()).then(|| format!("{} needs {}", n.name, needs.join(", ")))
        })
        .collect();
    Some(figure(
        title,
        format!("{}.", words.join("; ")),
        Drawing::Map(Map {
            nodes,
            edges,
            placed,
        }),
    ))
}

/// Round values from 0 up to `most`, about so many.
fn round_values(most: f64, about: usize) -> Vec<f64> {
    if !(most > 0.0 && most.is_finite()) {
        return vec![0.0];
    }
    let rough = most / about as f64;
    let power = crate::layout::look::magnitude(rough);
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|f| f * power)
        .find(|s| *s >= rough)
        .unwrap_or(10.0 * power);
    (0..)
        .map(|n| f64::from(n) * step)
        .take_while(|v| *v <= most + step * 0.01)
        .collect()
}

/// A whole number with thousands separators; a small one with its decimals.
pub(super) fn grouped(x: f64) -> String {
    if x.abs() < 10.0 && x.fract() != 0.0 {
        return format!("{x}");
    }
    super::priorities::thousands(Money((x * 100.0).round() as i64))
}
