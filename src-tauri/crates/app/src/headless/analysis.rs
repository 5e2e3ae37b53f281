//! Everything that follows from a workspace, as one report.

use super::{FindingReport, ScenarioArgs, finding_reports};
use crate::App;
use crate::problem::Outcome;
use mainstay_analysis::impact::{self, ImpactDetail};
use mainstay_analysis::people::{
    self, CallTreeResult, EstimateResult, ExerciseResult, ResourceResult,
};
use mainstay_analysis::recover::{self, WorkUnit, by_list_rule};
use mainstay_analysis::risk::{self, ExpectedLosses, RiskRatings};
use mainstay_analysis::{
    Analysis, Availability, FailurePairs, GapState, Proof, WeakPoints, analyse, availability,
    clock, pairs, weak_points,
};
use mainstay_domain::*;
use serde::Serialize;

/// Everything that follows from a workspace, as `analyse --json` prints it.
#[derive(Debug, Clone, Serialize)]
pub struct AnalysisReport {
    /// From when times count.
    pub clock: ClockStart,
    /// From the disruption to the start of the restore work.
    pub start_min: i64,
    /// The activities, in the order of the file.
    pub activities: Vec<ActivityReport>,
    /// The services, in the order of the file.
    pub services: Vec<ServiceReport>,
    /// The loops of hard dependencies, each as the codes of its members.
    pub cycles: Vec<Vec<String>>,
    /// The same outage with limited people, by the plain list rule; only where people are limited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staffed: Option<recover::Outcome>,
    /// Impact, loss and MTPD over the year of each activity (C1, C2).
    pub impact: Vec<ImpactDetail>,
    /// Single points of failure ranked, shared resources, sole holders of knowledge (C7).
    pub weak_points: WeakPoints,
    /// Pairs of failures that together stop what neither stops alone; only where they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_pairs: Option<FailurePairs>,
    /// How much of the time everything works (C8).
    pub availability: Availability,
    /// Scores, bands and heat map of the risks (C9).
    pub risk_ratings: RiskRatings,
    /// What the risks are expected to cost in a year, without sampling (C10).
    pub expected_losses: ExpectedLosses,
    /// What exercises have shown (C13).
    pub exercises: Vec<ExerciseResult>,
    /// Whether blind estimates agree (C14).
    pub consensus: Vec<EstimateResult>,
    /// How long the call trees take (C15).
    pub call_trees: Vec<CallTreeResult>,
    /// Which resources are short, and when (C15).
    pub resources: Vec<ResourceResult>,
    /// The findings, errors first.
    pub findings: Vec<FindingReport>,
}

/// One activity of a report; `null` where unknown.
#[derive(Debug, Clone, Serialize)]
#[allow(
    missing_docs,
    reason = "the names are those of the results, with their unit"
)]
pub struct ActivityReport {
    pub code: String,
    pub name: String,
    pub mtpd_min: Option<i64>,
    pub mtpd_state: mainstay_analysis::MtpdState,
    pub last_tolerable_min: Option<i64>,
    pub binding: Vec<String>,
    pub first_crossing_min: Option<i64>,
    pub weighted_sum_min: Option<i64>,
    pub weighted_sum_state: mainstay_analysis::MtpdState,
    pub mtpd_difference: Option<mainstay_analysis::MtpdDifferenceKind>,
    pub effective_mtpd_min: Option<i64>,
    pub rto_ceiling_min: Option<i64>,
    pub accepted_mtpd_min: Option<i64>,
    pub rto_min: Option<i64>,
    pub wrt_min: Option<i64>,
    pub slack_min: Option<i64>,
    pub ready_min: Option<i64>,
    pub resumed_min: Option<i64>,
    pub gap_min: Option<i64>,
    pub gap_state: Option<&'static str>,
    pub mtpd_breached: Option<bool>,
    pub proof: Option<ProofReport>,
}

/// One service of a report; `null` where unknown.
#[derive(Debug, Clone, Serialize)]
#[allow(
    missing_docs,
    reason = "the names are those of the results, with their unit"
)]
pub struct ServiceReport {
    pub code: String,
    pub name: String,
    pub required_rto_min: Option<i64>,
    pub required_set_by: Option<String>,
    pub latest_finish_min: Option<i64>,
    pub tier: Option<u8>,
    pub own_restore_min: Option<i64>,
    pub down: bool,
    pub enabler: bool,
    pub own_restore_source: mainstay_analysis::OwnRestoreSource,
    pub achievable_min: Option<i64>,
    pub achievable_at_least_min: i64,
    pub gap_min: Option<i64>,
    pub gap_state: Option<&'static str>,
    pub blocking_path: Vec<String>,
    pub required_rpo_min: Option<i64>,
    pub required_rpo_set_by: Option<String>,
    pub rpa_min: RpaReport,
    pub rpo_gap_min: RpaReport,
    pub spof_for: Vec<String>,
    pub proof: Option<ProofReport>,
}

/// The two chains behind a gap, each from its first cause on.
#[derive(Debug, Clone, Serialize)]
pub struct ProofReport {
    /// What sets the requirement.
    pub requirement: Vec<RequirementLink>,
    /// What sets the achievable time.
    pub achievable: Vec<AchievableLink>,
    /// Whether the times are exact; else each is a bound: it is not earlier than that.
    pub exact: bool,
}

/// One link of what sets a requirement.
#[derive(Debug, Clone, Serialize)]
#[allow(
    missing_docs,
    reason = "the names are those of the results, with their unit"
)]
pub struct RequirementLink {
    pub code: String,
    pub required_min: i64,
    pub tolerance_min: i64,
}

/// One link of what sets an achievable time.
#[derive(Debug, Clone, Serialize)]
#[allow(
    missing_docs,
    reason = "the names are those of the results, with their unit"
)]
pub struct AchievableLink {
    pub code: String,
    pub finish_min: i64,
    pub own_restore_min: Option<i64>,
    pub tolerance_min: i64,
}

/// Data loss to expect in one service, by class of disruption.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the names are those of the classes")]
pub struct RpaReport {
    pub component_failure: Option<i64>,
    pub site_loss: Option<i64>,
    pub logical_corruption: Option<i64>,
}

impl App {
    /// Everything that follows from the open workspace under a scenario. Pairs of failures are looked for where a number
    /// of them is given.
    ///
    /// # Errors
    /// Nothing is open, or the scenario names what is not there.
    pub fn analysis_report(
        &mut self,
        args: &ScenarioArgs,
        pairs_at_most: Option<usize>,
    ) -> Outcome<AnalysisReport> {
        let today = self.config.today();
        let spof = self.spof()?;
        let ws = self.workspace()?;
        let scenario = args.resolve(ws)?;
        let a = analyse(ws, &scenario, today);
        let staffed = scenario
            .limits_staff()
            .then(|| by_list_rule(ws, &scenario, WorkUnit::Services));
        Ok(AnalysisReport {
            clock: clock(ws),
            start_min: a.start.0,
            activities: ws
                .activities
                .iter()
                .zip(&a.activities)
                .enumerate()
                .map(|(i, (x, r))| activity_report(x, r, &a, i, links(ws)))
                .collect(),
            services: ws
                .services
                .iter()
                .enumerate()
                .map(|(i, s)| {
                    let stops = spof.stops[i]
                        .iter()
                        .map(|k| ws.activities[*k].code.0.clone())
                        .collect();
                    service_report(s, &a, i, stops, links(ws))
                })
                .collect(),
            cycles: a.cycles.clone(),
            staffed,
            impact: ws
                .activities
                .iter()
                .filter_map(|x| impact::sheet(ws, &x.code, today))
                .collect(),
            weak_points: weak_points(ws, &a, &spof, top(ws)),
            failure_pairs: pairs_at_most.map(|n| pairs(ws, n, &|| false)),
            availability: availability(ws),
            risk_ratings: risk::ratings(ws),
            expected_losses: risk::expected_losses(ws),
            exercises: people::exercises(ws, today),
            consensus: people::consensus(ws),
            call_trees: people::call_trees(ws),
            resources: people::resources(ws),
            findings: finding_reports(ws, &a.findings),
        })
    }
}

fn activity_report(
    x: &Activity,
    r: &mainstay_analysis::ActivityResult,
    a: &Analysis,
    place: usize,
    links: usize,
) -> ActivityReport {
    let min = crate::views::min;
    ActivityReport {
        code: x.code.0.clone(),
        name: x.name.clone(),
        mtpd_min: min(r.mtpd.min),
        mtpd_state: r.mtpd.state,
        last_tolerable_min: min(r.mtpd.last_tolerable),
        binding: r.mtpd.binding.clone(),
        first_crossing_min: min(r.mtpd.first_unacceptable),
        weighted_sum_min: min(r.mtpd.weighted.mtpd_min),
        weighted_sum_state: r.mtpd.weighted.state,
        mtpd_difference: r.mtpd.difference.map(|d| d.kind),
        effective_mtpd_min: min(r.effective_mtpd),
        rto_ceiling_min: min(r.rto_ceiling),
        accepted_mtpd_min: min(r.accepted_mtpd),
        rto_min: min(r.rto),
        wrt_min: min(x.wrt_min),
        slack_min: min(r.slack),
        ready_min: min(r.ready),
        resumed_min: min(r.resumed),
        gap_min: min(r.gap),
        gap_state: r.gap_state.map(GapState::word),
        mtpd_breached: r.mtpd_breached,
        proof: proof_report(
            r.gap_state,
            r.mtpd_breached,
            links,
            r.ready.is_some(),
            || a.proof_of_activity(place),
        ),
    }
}

fn service_report(
    s: &Service,
    a: &Analysis,
    i: usize,
    spof_for: Vec<String>,
    links: usize,
) -> ServiceReport {
    let min = crate::views::min;
    let r = &a.services[i];
    ServiceReport {
        code: s.code.0.clone(),
        name: s.name.clone(),
        required_rto_min: min(r.required_rto),
        required_set_by: r.required_set_by.as_deref().map(Into::into),
        latest_finish_min: min(r.latest_finish),
        tier: r.tier,
        own_restore_min: min(r.own_restore),
        down: r.down,
        enabler: r.enabler,
        own_restore_source: r.own_restore_source,
        achievable_min: min(r.achievable),
        achievable_at_least_min: r.achievable_at_least.0,
        gap_min: min(r.gap),
        gap_state: r.gap_state.map(GapState::word),
        blocking_path: a.blocking_codes(i, links),
        proof: proof_report(r.gap_state, None, links, r.achievable.is_some(), || {
            a.proof_of_service(i)
        }),
        required_rpo_min: min(r.required_rpo),
        required_rpo_set_by: r.required_rpo_set_by.as_deref().map(Into::into),
        rpa_min: by_class(r.rpa),
        rpo_gap_min: by_class(r.rpo_gaps()),
        spof_for,
    }
}

fn by_class([component_failure, site_loss, logical_corruption]: [Option<Minutes>; 3]) -> RpaReport {
    let min = crate::views::min;
    RpaReport {
        component_failure: min(component_failure),
        site_loss: min(site_loss),
        logical_corruption: min(logical_corruption),
    }
}

/// How many links of a chain are listed for each service: fewer in a workspace of thousands.
fn links(ws: &Workspace) -> usize {
    match ws.services.len() {
        ..=200 => 200,
        201..=2_000 => 50,
        _ => 20,
    }
}

/// How many weak points are listed: all of them but where that would be a great many codes.
fn top(ws: &Workspace) -> usize {
    if ws.services.len() > 2_000 {
        100
    } else {
        usize::MAX
    }
}

/// The end of a chain, the links nearest to the service or activity.
fn nearest<T>(chain: &[T], at_most: usize) -> &[T] {
    &chain[chain.len().saturating_sub(at_most)..]
}

/// The proof of a gap, of a breach, or of what is unknown; nothing where all is well.
fn proof_report(
    state: Option<GapState>,
    breached: Option<bool>,
    links: usize,
    exact: bool,
    proof: impl FnOnce() -> Proof,
) -> Option<ProofReport> {
    let wanted = matches!(state, Some(GapState::Gap | GapState::Unknown));
    if !wanted && breached != Some(true) {
        return None;
    }
    let p = proof();
    Some(ProofReport {
        requirement: nearest(&p.requirement, links)
            .iter()
            .map(|s| RequirementLink {
                code: s.code.clone(),
                required_min: s.required.0,
                tolerance_min: s.tolerance.0,
            })
            .collect(),
        achievable: nearest(&p.achievable, links)
            .iter()
            .map(|s| AchievableLink {
                code: s.code.clone(),
                finish_min: s.finish.0,
                own_restore_min: s.own.map(|m| m.0),
                tolerance_min: s.tolerance.0,
            })
            .collect(),
        exact,
    })
}
