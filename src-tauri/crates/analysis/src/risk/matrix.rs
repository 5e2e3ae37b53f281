//! The risk matrix (C9).

use mainstay_domain::{Level, Risk, RiskBand, Workspace};
use serde::Serialize;

/// The band of each pair of likelihood and impact, by the product rule or by the organisation's own cells (C9).
///
/// Scores are ordinal: they sort and classify, and are never added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskMatrix {
    own: [[Option<RiskBand>; 5]; 5],
    duplicates: Vec<(i64, i64)>,
}

/// Which rule decided a band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BandRule {
    /// Likelihood times impact: up to 4 low, up to 9 medium, up to 14 high, above that extreme.
    Product,
    /// Impact 5 is at least high, although the product alone is lower.
    ImpactFive,
    /// The organisation's own matrix names the cell.
    OwnMatrix,
}

/// Likelihood and impact of a risk at one point, and what follows (C9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rating {
    /// 1 (least) to 5.
    pub likelihood: i64,
    /// 1 (least) to 5.
    pub impact: i64,
    /// Likelihood times impact, 1 to 25; also where the band comes from the organisation's own matrix.
    pub score: i64,
    /// What the score asks for.
    pub band: RiskBand,
    /// Which rule decided the band.
    pub rule: BandRule,
}

/// The three ratings of one risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RiskRating {
    /// The risk's code.
    pub code: String,
    /// Without controls; `None` where a level is unknown.
    pub inherent: Option<Rating>,
    /// Today; `None` where a level is unknown.
    pub residual: Option<Rating>,
    /// After planned treatment; `None` where a level is unknown.
    pub target: Option<Rating>,
    /// The fields that are missing, or outside 1 to 5, such as `residual.impact`.
    pub unknown: Vec<String>,
}

/// One cell of the heat map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeatCell {
    /// The row, 1 to 5.
    pub likelihood: i64,
    /// The column, 1 to 5.
    pub impact: i64,
    /// The band of the cell.
    pub band: RiskBand,
    /// Which rule decided the band.
    pub rule: BandRule,
    /// The risks whose residual rating falls here, in the order of the workspace.
    pub risks: Vec<String>,
}

/// How many risks have which residual band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct BandCounts {
    /// Accept, watch.
    pub low: usize,
    /// Treat when cheap.
    pub medium: usize,
    /// Treat, or management accepts in writing.
    pub high: usize,
    /// Treat now.
    pub extreme: usize,
    /// Not rated.
    pub unknown: usize,
}

/// A cell that the organisation's own matrix names more than once; its first band counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DuplicateCell {
    /// The row.
    pub likelihood: i64,
    /// The column.
    pub impact: i64,
}

/// What the risk matrix says about every risk (C9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RiskRatings {
    /// One for each risk, in the order of the workspace.
    pub risks: Vec<RiskRating>,
    /// All 25 cells, by likelihood, then impact, both ascending.
    pub heat_map: Vec<HeatCell>,
    /// The residual bands.
    pub bands: BandCounts,
    /// Cells that the organisation's own matrix names more than once, in the order of its list.
    pub duplicate_cells: Vec<DuplicateCell>,
}

/// Rates every risk by the workspace's matrix (C9).
pub fn ratings(ws: &Workspace) -> RiskRatings {
    let matrix = RiskMatrix::of(ws);
    let risks: Vec<RiskRating> = ws.risks.iter().map(|r| matrix.rate_risk(r)).collect();
    let mut heat_map = Vec::with_capacity(25);
    for likelihood in 1..=5 {
        for impact in 1..=5 {
            // Every pair from 1 to 5 has a band.
            let Some(cell) = matrix.rate(likelihood, impact) else {
                continue;
            };
            let here = |r: &&RiskRating| {
                r.residual
                    .is_some_and(|x| (x.likelihood, x.impact) == (likelihood, impact))
            };
            heat_map.push(HeatCell {
                likelihood,
                impact,
                band: cell.band,
                rule: cell.rule,
                risks: risks.iter().filter(here).map(|r| r.code.clone()).collect(),
            });
        }
    }
    let mut bands = BandCounts::default();
    for r in &risks {
        *match r.residual.map(|x| x.band) {
            Some(RiskBand::Low) => &mut bands.low,
            Some(RiskBand::Medium) => &mut bands.medium,
            Some(RiskBand::High) => &mut bands.high,
            Some(RiskBand::Extreme) => &mut bands.extreme,
            None => &mut bands.unknown,
        } += 1;
    }
    RiskRatings {
        risks,
        heat_map,
        bands,
        duplicate_cells: matrix
            .duplicates
            .iter()
            .map(|(likelihood, impact)| DuplicateCell {
                likelihood: *likelihood,
                impact: *impact,
            })
            .collect(),
    }
}

impl RiskMatrix {
    /// The matrix of a workspace: its own cells, the first where one is named twice, and the product rule elsewhere.
    ///
    /// Cells outside 1 to 5 are left out.
    pub fn of(ws: &Workspace) -> Self {
        let mut m = Self::product();
        for c in &ws.risk_matrix {
            let (Some(l), Some(i)) = (level(c.likelihood), level(c.impact)) else {
                continue;
            };
            match &mut m.own[l][i] {
                Some(_) => {
                    let cell = (c.likelihood.0, c.impact.0);
                    if !m.duplicates.contains(&cell) {
                        m.duplicates.push(cell);
                    }
                }
                empty => *empty = Some(c.band),
            }
        }
        m
    }

    /// The matrix that follows the product rule everywhere.
    pub fn product() -> Self {
        Self {
            own: [[None; 5]; 5],
            duplicates: Vec::new(),
        }
    }

    /// The score and band of a pair; `None` when a level is not from 1 to 5.
    pub fn rate(&self, likelihood: i64, impact: i64) -> Option<Rating> {
        let (l, i) = (level(Level(likelihood))?, level(Level(impact))?);
        let score = likelihood * impact;
        let (band, rule) = match (self.own[l][i], score) {
            (Some(band), _) => (band, BandRule::OwnMatrix),
            (None, 15..) => (RiskBand::Extreme, BandRule::Product),
            (None, 10..) => (RiskBand::High, BandRule::Product),
            (None, _) if impact == 5 => (RiskBand::High, BandRule::ImpactFive),
            (None, 5..) => (RiskBand::Medium, BandRule::Product),
            (None, _) => (RiskBand::Low, BandRule::Product),
        };
        Some(Rating {
            likelihood,
            impact,
            score,
            band,
            rule,
        })
    }

    /// The three ratings of a risk.
    pub fn rate_risk(&self, r: &Risk) -> RiskRating {
        let mut unknown = Vec::new();
        let mut pair = |name: &str, l: Option<Level>, i: Option<Level>| {
            for (part, v) in [("likelihood", l), ("impact", i)] {
                if v.and_then(level).is_none() {
                    unknown.push(format!("{name}.{part}"));
                }
            }
            self.rate(l?.0, i?.0)
        };
        let inherent = pair("inherent", r.inherent_likelihood, r.inherent_impact);
        let residual = pair("residual", r.residual_likelihood, r.residual_impact);
        let target = pair("target", r.target_likelihood, r.target_impact);
        RiskRating {
            code: r.code.0.clone(),
            inherent,
            residual,
            target,
            unknown,
        }
    }
}

/// The place of a level in the matrix.
fn level(l: Level) -> Option<usize> {
    (1..=5).contains(&l.0).then(|| (l.0 - 1) as usize)
}
