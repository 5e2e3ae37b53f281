//! Every entity of a plan, in the terms of the field.
//!
//! Unknown is `None`, never zero; zero is a legal value.

use crate::choices::*;
use crate::field::{Datum, FieldValue, Kind};
use crate::ids::NodeId;
use crate::money::{Balance, Money, Rate};
use crate::record::{Place, Shape, records};
use crate::time::Minutes;
use crate::units::*;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const fn child(parent: Table, path: &'static str, shape: Shape) -> Place {
    Place::Child {
        parent,
        path,
        shape,
        omit: false,
    }
}

const fn child_omit(parent: Table, path: &'static str, shape: Shape) -> Place {
    Place::Child {
        parent,
        path,
        shape,
        omit: true,
    }
}

records! {
    /// What the file as a whole says about itself.
    WorkspaceInfo(WorkspaceInfoId) workspace_info "workspace_info" "workspace" @ Place::Single("") => {
        /// A remark about the whole file.
        notice: Option<String> => omit,
        /// The language of the texts, a BCP 47 tag.
        language: Option<Language> => omit,
    }
    /// The organisation whose continuity is planned.
    Organisation(OrganisationId) organisations "organisation" "organisation" @ Place::Single("organisation") => {
        /// The display code.
        code: Code => "id",
        /// Its name.
        name: String,
        /// The one currency of the workspace.
        currency: Currency,
        /// How many people work there.
        staff: Option<Count>,
        /// Revenue in a year.
        annual_revenue: Option<Balance>,
        /// Operating result in a year; may be a loss.
        annual_operating_result: Option<Balance>,
        /// What all activities together can lose in an hour, so that shared revenue is not counted twice.
        total_loss_rate_cap_per_h: Option<Rate>,
    }
    /// Choices that hold for the whole workspace.
    Settings(SettingsId) settings "settings" "settings" @ Place::Single("settings") => {
        /// From when times count.
        clock: ClockStart,
        /// How the MTPD proposal is read off the grid.
        mtpd_rule: MtpdRule,
        /// From the disruption to its detection.
        detection_min: Option<Minutes>,
        /// From the detection to the declaration.
        decision_min: Option<Minutes>,
        /// Hours in a year, 8,760 or 8,766.
        year_hours: Option<Count>,
        /// The share of its maximum that the weighted sum of ratings must exceed, in percent; `None` takes 70.
        weighted_share_pct: Option<Percent> => omit,
        /// The loss from which an outage of any one activity is unacceptable; an activity's own limit goes first.
        loss_limit: Option<Money> => omit,
    }
    /// A kind of harm and the level at which it becomes unacceptable.
    ImpactCategory(ImpactCategoryId) impact_categories "impact_category" "impact category" @ Place::RootMap("settings.thresholds", "key", "threshold") => {
        /// Its key, such as `safety`.
        key: String,
        /// The first unacceptable level; `None` takes 4.
        threshold: Option<Level>,
    }
    /// How much a kind of harm counts in the weighted sum of ratings; one that is not named counts 1.
    CategoryWeight(CategoryWeightId) category_weights "category_weight" "category weight" @ Place::RootMap("settings.weights", "key", "weight") => {
        /// The key of the kind of harm.
        key: String,
        /// Its weight.
        weight: Factor,
    }
    /// One cell of the organisation's own risk matrix; a cell that is not named follows the product rule.
    RiskMatrixCell(RiskMatrixCellId) risk_matrix "risk_matrix_cell" "risk matrix cell" @ Place::List("settings.risk_matrix") => {
        /// The row.
        likelihood: Level,
        /// The column.
        impact: Level,
        /// The band it falls into.
        band: RiskBand,
    }
    /// A place.
    Site(SiteId) sites "site" "site" @ Place::List("organisation.sites") => {
        /// The display code.
        code: Code => "id",
        /// Its name.
        name: String,
        /// Where it is.
        address: Option<String> => omit,
        /// What threatens it.
        hazards: Option<String> => omit,
    }
    /// How activity varies over the week and the year.
    Calendar(CalendarId) calendars "calendar" "calendar" @ Place::List("calendars") => {
        /// The display code.
        code: Code => "id",
        /// Its name.
        name: String,
    }
    /// One of the 168 weekly multipliers of a calendar, Monday 00:00 first.
    CalendarHour(CalendarHourId) calendar_hours "calendar_hour" "weekly multiplier" @ child(Table::Calendar, "weekly", Shape::Scalars("factor")) => {
        /// Its calendar.
        calendar_id: CalendarId,
        /// The multiplier.
        factor: Factor,
    }
    /// A dated season of a calendar.
    Season(SeasonId) seasons "season" "season" @ child(Table::Calendar, "seasons", Shape::Objects) => {
        /// Its calendar.
        calendar_id: CalendarId,
        /// Its name.
        name: String,
        /// First day.
        from_day: MonthDay => "from",
        /// Last day, included.
        to_day: MonthDay => "to",
        /// The multiplier.
        factor: Factor,
    }
    /// A responsibility that a person holds.
    Role(RoleId) roles "role" "role" @ Place::List("roles") => {
        /// The display code.
        code: Code => "id",
        /// Its name.
        name: String,
        /// What it may decide and spend.
        authority: Option<String>,
        /// Who stands in.
        deputy_role_id: Option<RoleId>,
        /// Whether the response cannot do without it.
        required: bool,
        /// The team whose people do this role's work; `None` takes the team of the service that is restored.
        team_id: Option<TeamId> => "team" omit,
    }
    /// A team that restores services.
    Team(TeamId) teams "team" "team" @ Place::List("teams") => {
        /// The display code.
        code: Code => "id",
        /// Its name.
        name: Option<String> => omit,
        /// How many people it has.
        people: Option<Count>,
        /// How many can be counted on in a disruption.
        planned_available: Option<Count>,
    }
    /// A service or work that is bought.
    Supplier(SupplierId) suppliers "supplier" "supplier" @ Place::List("suppliers") => {
        /// The display code.
        code: Code => "id",
        /// Its name.
        name: String,
        /// What it supplies.
        service_id: Option<ServiceId>,
        /// The emergency number.
        hotline: Option<String> => reach,
        /// When it answers.
        hours: Option<String>,
        /// The restore time it promises.
        promised_restore_min: Option<Minutes>,
        /// The contract.
        contract_id: Option<String>,
        /// When the entry was last checked.
        verified_on: Option<NaiveDate>,
        /// How to leave it.
        exit_plan: Option<String> => omit,
    }
    /// How to reach a role or a supplier.
    Contact(ContactId) contacts "contact" "contact" @ Place::List("contacts") => {
        /// The display code.
        code: Code => "id",
        /// Internal, supplier, authority and so on.
        kind: Option<String>,
        /// The role it reaches.
        role_id: Option<RoleId>,
        /// The supplier it reaches.
        supplier_id: Option<SupplierId> => omit,
        /// What to show: a person or "holder on file".
        display: Option<String>,
        /// Phone.
        phone: Option<String> => reach,
        /// Mobile phone.
        mobile: Option<String> => reach,
        /// Mail.
        email: Option<String> => reach,
        /// When it was last checked.
        verified_on: Option<NaiveDate>,
    }
    /// Work the organisation does to deliver something; the unit a BIA rates.
    Activity(ActivityId) activities "activity" "activity" @ Place::List("activities") => {
        /// The display code.
        code: Code => "id",
        /// Its name.
        name: String,
        /// Who answers for it.
        owner_role_id: Option<RoleId>,
        /// Whether the analysis covers it; unknown counts as yes.
        in_scope: Option<bool> => omit,
        /// Where it is done.
        site_id: Option<SiteId> => "site" omit,
        /// Planned latest time until its services are usable again.
        rto_min: Option<Minutes>,
        /// Work between "usable" and "running"; unknown counts as none.
        wrt_min: Option<Minutes>,
        /// Largest accepted age of restored data.
        rpo_min: Option<Minutes>,
        /// Lowest acceptable output during a disruption.
        mbco_pct: Option<Percent>,
        /// What is done meanwhile.
        workaround: Option<String>,
        /// For how long and how much of it.
        workaround_note: Option<String>,
        /// The worst time of the year.
        peak: Option<String>,
        /// Why the values are what they are.
        reason: Option<String>,
        /// The MTPD its owner has accepted; `None` takes the proposal.
        accepted_mtpd_min: Option<Minutes> => omit,
        /// Why the accepted MTPD is what it is.
        accepted_mtpd_reason: Option<String> => omit,
        /// Whether the participants could not agree.
        contested: Option<bool> => omit,
        /// The loss from which an outage is unacceptable; `None` takes the workspace's.
        loss_limit: Option<Money> => omit,
    }
    /// One column of an activity's impact grid: out from 0 until then.
    ActivityHorizon(ActivityHorizonId) activity_horizons "activity_horizon" "horizon" @ child(Table::Activity, "horizons_min", Shape::Scalars("at_min")) => {
        /// Its activity.
        activity_id: ActivityId,
        /// The length of the outage.
        at_min: Minutes,
    }
    /// One cell of an activity's impact grid.
    ImpactRating(ImpactRatingId) impact_ratings "impact_rating" "impact rating" @ child(Table::Activity, "impact", Shape::Grid) => {
        /// Its activity.
        activity_id: ActivityId,
        /// The kind of harm.
        category_id: ImpactCategoryId,
        /// The column.
        horizon_min: Minutes,
        /// The level; `None` is a hole, not a zero.
        level: Option<Level>,
    }
    /// A remark on one cell of an impact grid.
    ImpactNote(ImpactNoteId) impact_notes "impact_note" "impact note" @ child_omit(Table::Activity, "impact_notes", Shape::Objects) => {
        /// Its activity.
        activity_id: ActivityId,
        /// The key of the kind of harm.
        category: String,
        /// The column.
        horizon_min: Minutes,
        /// The remark.
        text: String,
    }
    /// What an activity loses over time.
    LossCurve(LossCurveId) loss_curves "loss_curve" "loss curve" @ child(Table::Activity, "loss_curve", Shape::One) => {
        /// Its activity.
        activity_id: ActivityId,
        /// The currency, that of the workspace.
        currency: Option<Currency>,
        /// The most it can lose at all.
        cap: Option<Money>,
        /// How the rate varies over week and year.
        calendar_id: Option<CalendarId>,
    }
    /// From an hour on, a rate.
    LossBand(LossBandId) loss_bands "loss_band" "loss band" @ child(Table::LossCurve, "bands", Shape::Objects) => {
        /// Its curve.
        loss_curve_id: LossCurveId,
        /// From when.
        from_h: Hours,
        /// How much an hour.
        rate_per_h: Rate,
    }
    /// At an hour, an amount at once.
    LossStep(LossStepId) loss_steps "loss_step" "loss step" @ child(Table::LossCurve, "steps", Shape::Objects) => {
        /// Its curve.
        loss_curve_id: LossCurveId,
        /// When, included.
        at_h: Hours,
        /// How much.
        amount: Money,
        /// Why.
        reason: Option<String>,
    }
    /// What IT provides to activities or to other services.
    Service(ServiceId) services "service" "service" @ Place::List("services") => {
        /// The display code.
        code: Code => "id",
        /// Its name.
        name: String,
        /// What sort it is.
        kind: Option<ServiceKind>,
        /// Where it runs.
        site_id: Option<SiteId> => "site",
        /// Who answers for it.
        owner_role_id: Option<RoleId>,
        /// Restore time of the service alone, everything it needs being there.
        own_restore_min: Option<Minutes>,
        /// Who restores it.
        team_id: Option<TeamId> => "team",
        /// What IT has promised; compared with the requirement, never propagated.
        declared_rto_min: Option<Minutes>,
        /// Restore time of the service alone as shown by evidence; goes before `own_restore_min`.
        capability_min: Option<Minutes> => "capability.component_min",
        /// The evidence for it.
        evidence: Option<Evidence> => "capability.evidence",
        /// When it was shown.
        tested_on: Option<NaiveDate> => "capability.tested_on",
        /// The RPO that IT has promised; compared, never propagated.
        rpo_target_min: Option<Minutes>,
        /// Data loss really to expect when a part fails.
        rpa_component_failure_min: Option<Minutes> => "rpa.component_failure" omit,
        /// Data loss really to expect when the site is lost.
        rpa_site_loss_min: Option<Minutes> => "rpa.site_loss" omit,
        /// Data loss really to expect when data is corrupted.
        rpa_logical_corruption_min: Option<Minutes> => "rpa.logical_corruption" omit,
        /// Mean time between failures.
        mtbf_h: Option<Hours>,
        /// Mean time to repair.
        mttr_h: Option<Hours>,
        /// Who supplies it.
        supplier_id: Option<SupplierId>,
        /// A remark.
        note: Option<String>,
    }
    /// Several providers of which k are enough.
    RedundancyGroup(RedundancyGroupId) groups "redundancy_group" "redundancy group" @ Place::List("groups") => {
        /// The display code.
        code: Code => "id",
        /// Who needs them.
        owner_node_id: NodeId,
        /// How many are enough.
        k: Count,
        /// What the group says in words.
        name: Option<String>,
        /// The share of its members' failures that strike all of them at once (beta factor); `None` means none.
        common_cause_beta: Option<Share> => omit,
    }
    /// A member that inherits the requirement first.
    GroupPreferred(GroupPreferredId) group_preferred "group_preferred" "preferred member" @ child(Table::RedundancyGroup, "preferred_member_ids", Shape::Scalars("service_id")) => {
        /// Its group.
        group_id: RedundancyGroupId,
        /// The member.
        service_id: ServiceId,
    }
    /// A needs B.
    Dependency(DependencyId) dependencies "dependency" "dependency" @ Place::List("dependencies") => {
        /// The display code.
        code: Code => "id",
        /// Who needs.
        dependant_id: NodeId,
        /// What is needed.
        provider_id: ServiceId,
        /// Whether the dependant stops without it.
        strength: Strength,
        /// How long the dependant can do without, from the disruption.
        tolerance_min: Minutes,
        /// The redundancy group, if the provider is one of several.
        group_id: Option<RedundancyGroupId>,
        /// When it is needed.
        mode: Mode,
        /// Whether the dependant's data lives there.
        data: bool,
        /// A remark.
        note: Option<String>,
    }
    /// An uncertain event with effect on objectives.
    Risk(RiskId) risks "risk" "risk" @ Place::List("risks") => {
        /// The display code.
        code: Code => "id",
        /// What can happen.
        title: String,
        /// Likelihood without controls.
        inherent_likelihood: Option<Level> => "inherent.likelihood",
        /// Impact without controls.
        inherent_impact: Option<Level> => "inherent.impact",
        /// Likelihood today.
        residual_likelihood: Option<Level> => "residual.likelihood",
        /// Impact today.
        residual_impact: Option<Level> => "residual.impact",
        /// Likelihood after planned treatment.
        target_likelihood: Option<Level> => "target.likelihood",
        /// Impact after planned treatment.
        target_impact: Option<Level> => "target.impact",
        /// Events to expect in a year.
        frequency_per_year: Option<PerYear>,
        /// How its duration is distributed.
        duration_dist: Option<Distribution> => "duration_h.dist",
        /// Shortest duration.
        duration_min_h: Option<Hours> => "duration_h.min" omit,
        /// Most likely duration.
        duration_mode_h: Option<Hours> => "duration_h.mode" omit,
        /// Longest duration.
        duration_max_h: Option<Hours> => "duration_h.max" omit,
        /// Median duration.
        duration_median_h: Option<Hours> => "duration_h.median" omit,
        /// The duration that nine of ten stay under.
        duration_p90_h: Option<Hours> => "duration_h.p90" omit,
        /// The duration that one of twenty stays under.
        duration_p05_h: Option<Hours> => "duration_h.p05" omit,
        /// The duration that nineteen of twenty stay under.
        duration_p95_h: Option<Hours> => "duration_h.p95" omit,
        /// The one duration there is.
        duration_value_h: Option<Hours> => "duration_h.value" omit,
        /// What is done about it.
        treatment: Option<Treatment>,
        /// How.
        treatment_plan: Option<String>,
        /// Who answers for it.
        owner_role_id: Option<RoleId>,
        /// Open, monitored, closed.
        state: Option<String>,
        /// Who accepted it.
        acceptance_role_id: Option<RoleId> => "acceptance.role_id" omit,
        /// When it was accepted.
        accepted_on: Option<NaiveDate> => "acceptance.date" omit,
        /// Until when the acceptance holds.
        accepted_until: Option<NaiveDate> => "acceptance.until" omit,
        /// How the number of events in a year is distributed; `None` takes Poisson.
        frequency_model: Option<FrequencyModel> => omit,
    }
    /// A threat of the shipped list (or a local one) behind a risk.
    RiskThreat(RiskThreatId) risk_threats "risk_threat" "threat of a risk" @ child(Table::Risk, "threat_ids", Shape::Scalars("threat")) => {
        /// Its risk.
        risk_id: RiskId,
        /// The threat, such as `G 0.39`.
        threat: String,
    }
    /// A service a risk strikes.
    RiskService(RiskServiceId) risk_services "risk_service" "service of a risk" @ child(Table::Risk, "service_ids", Shape::Scalars("service_id")) => {
        /// Its risk.
        risk_id: RiskId,
        /// The service.
        service_id: ServiceId,
    }
    /// Something that makes a risk rarer or milder today.
    RiskControl(RiskControlId) risk_controls "risk_control" "control of a risk" @ child(Table::Risk, "controls", Shape::Scalars("text")) => {
        /// Its risk.
        risk_id: RiskId,
        /// The control.
        text: String,
    }
    /// What a set of strategies is to protect.
    StrategyScope(StrategyScopeId) strategy_scopes "strategy_scope" "strategy scope" @ Place::List("strategy_scopes") => {
        /// The display code.
        code: Code => "id",
        /// Its name.
        name: String,
        /// How often its disruption happens.
        event_frequency_per_year: Option<PerYear>,
        /// The RTO it owes.
        required_rto_min: Option<Minutes>,
        /// The RPO it owes.
        required_rpo_min: Option<Minutes>,
    }
    /// A service a scope protects.
    ScopeService(ScopeServiceId) scope_services "scope_service" "service of a scope" @ child(Table::StrategyScope, "service_ids", Shape::Scalars("service_id")) => {
        /// Its scope.
        scope_id: StrategyScopeId,
        /// The service.
        service_id: ServiceId,
    }
    /// An activity a scope protects.
    ScopeActivity(ScopeActivityId) scope_activities "scope_activity" "activity of a scope" @ child(Table::StrategyScope, "activity_ids", Shape::Scalars("activity_id")) => {
        /// Its scope.
        scope_id: StrategyScopeId,
        /// The activity.
        activity_id: ActivityId,
    }
    /// A way to be back in time.
    Strategy(StrategyId) strategies "strategy" "strategy" @ Place::List("strategies") => {
        /// The display code.
        code: Code => "id",
        /// What it protects.
        scope_id: Option<StrategyScopeId>,
        /// Its name.
        name: String,
        /// What it costs once.
        capex: Option<Money>,
        /// For how long that lasts.
        life_years: Option<Years>,
        /// The interest rate.
        interest: Option<Interest>,
        /// What it costs every year.
        opex_per_year: Option<Money>,
        /// The restore time it gives.
        rto_min: Option<Minutes>,
        /// The data loss it leaves.
        rpo_min: Option<Minutes>,
        /// What it makes of the event's frequency.
        frequency_factor: Option<Factor>,
        /// Whether it is the chosen one.
        selected: bool,
        /// Why, or why not.
        reason: Option<String>,
    }
    /// How one service is restored, step by step.
    Procedure(ProcedureId) procedures "procedure" "procedure" @ Place::List("procedures") => {
        /// The display code.
        code: Code => "id",
        /// The service it restores.
        service_id: Option<ServiceId>,
        /// Its title.
        title: String,
        /// How to get in.
        access: Option<String>,
    }
    /// What must hold before a procedure starts.
    Precondition(PreconditionId) preconditions "precondition" "precondition" @ child(Table::Procedure, "preconditions", Shape::Scalars("text")) => {
        /// Its procedure.
        procedure_id: ProcedureId,
        /// The condition.
        text: String,
    }
    /// One step of a procedure.
    ProcedureStep(ProcedureStepId) procedure_steps "procedure_step" "procedure step" @ child(Table::Procedure, "steps", Shape::Objects) => {
        /// Its procedure.
        procedure_id: ProcedureId,
        /// Its number.
        no: Count,
        /// What it is called.
        title: Option<String>,
        /// What to do.
        action: Option<String>,
        /// Who does it.
        role_id: Option<RoleId>,
        /// How long it takes.
        duration_min: Option<Minutes>,
        /// How to see that it worked.
        verification: Option<String>,
        /// What to do when it did not.
        if_fails: Option<String>,
        /// Whether it decides how to go on.
        is_decision: Option<bool> => omit,
    }
    /// A step that must be done before.
    StepAfter(StepAfterId) step_after "step_after" "predecessor of a step" @ child(Table::ProcedureStep, "after", Shape::Scalars("no")) => {
        /// Its step.
        step_id: ProcedureStepId,
        /// The number of the earlier step.
        no: Count,
    }
    /// A named what-if, to be compared with today.
    ///
    /// Where no service, site and supplier is out, every service is down.
    SavedScenario(SavedScenarioId) scenarios "scenario" "scenario" @ Place::List("scenarios") => {
        /// The display code.
        code: Code => "id",
        /// Its name.
        name: String,
        /// What is assumed, in words.
        description: Option<String> => omit,
        /// From the disruption to the start of the restore work; `None` takes detection + decision.
        start_min: Option<Minutes> => omit,
        /// How many people restore; `None` means as many as the work needs.
        staff: Option<StaffLevel> => omit,
    }
    /// A service that is out.
    ScenarioService(ScenarioServiceId) scenario_services "scenario_service" "service out" @ child_omit(Table::SavedScenario, "services_out", Shape::Scalars("service_id")) => {
        /// Its scenario.
        scenario_id: SavedScenarioId,
        /// The service.
        service_id: ServiceId,
    }
    /// A site that is out, with every service that runs there.
    ScenarioSite(ScenarioSiteId) scenario_sites "scenario_site" "site out" @ child_omit(Table::SavedScenario, "sites_out", Shape::Scalars("site_id")) => {
        /// Its scenario.
        scenario_id: SavedScenarioId,
        /// The site.
        site_id: SiteId,
    }
    /// A supplier that is out, with every service it supplies.
    ScenarioSupplier(ScenarioSupplierId) scenario_suppliers "scenario_supplier" "supplier out" @ child_omit(Table::SavedScenario, "suppliers_out", Shape::Scalars("supplier_id")) => {
        /// Its scenario.
        scenario_id: SavedScenarioId,
        /// The supplier.
        supplier_id: SupplierId,
    }
    /// A team that is out: nobody of it can restore anything.
    ScenarioTeam(ScenarioTeamId) scenario_teams "scenario_team" "team out" @ child_omit(Table::SavedScenario, "teams_out", Shape::Scalars("team_id")) => {
        /// Its scenario.
        scenario_id: SavedScenarioId,
        /// The team.
        team_id: TeamId,
    }
    /// How many people of a team can be counted on.
    ScenarioStaff(ScenarioStaffId) scenario_staff "scenario_staff" "team strength" @ child_omit(Table::SavedScenario, "team_strength", Shape::Objects) => {
        /// Its scenario.
        scenario_id: SavedScenarioId,
        /// The team.
        team_id: TeamId,
        /// How many people.
        available: Count => needed,
    }
    /// Another own restore time of a service.
    ScenarioRestore(ScenarioRestoreId) scenario_restores "scenario_restore" "changed restore time" @ child_omit(Table::SavedScenario, "own_restore", Shape::Objects) => {
        /// Its scenario.
        scenario_id: SavedScenarioId,
        /// The service.
        service_id: ServiceId,
        /// Its own restore time in the scenario.
        own_restore_min: Minutes => needed,
    }
    /// Another number of members that is enough.
    ScenarioGroup(ScenarioGroupId) scenario_groups "scenario_group" "changed redundancy" @ child_omit(Table::SavedScenario, "redundancy", Shape::Objects) => {
        /// Its scenario.
        scenario_id: SavedScenarioId,
        /// The redundancy group.
        group_id: RedundancyGroupId,
        /// How many are enough in the scenario.
        k: Count => needed,
    }
    /// A strategy that is in place.
    ScenarioStrategy(ScenarioStrategyId) scenario_strategies "scenario_strategy" "strategy in place" @ child_omit(Table::SavedScenario, "strategies", Shape::Scalars("strategy_id")) => {
        /// Its scenario.
        scenario_id: SavedScenarioId,
        /// The strategy.
        strategy_id: StrategyId,
    }
    /// The document that says how to respond, continue, recover and return.
    Plan(PlanId) plans "plan" "plan" @ Place::FirstThenMore("plan", "more_plans") => {
        /// The display code.
        code: Code => "id",
        /// Its title.
        title: String,
        /// Who answers for it.
        owner_role_id: Option<RoleId>,
        /// Who may read it.
        classification: Option<String>,
        /// What it is for, in the author's words.
        purpose: Option<String> => omit,
        /// Detection time the plan assumes; the settings go first.
        timing_detection_min: Option<Minutes> => "timing.detection_min",
        /// Decision time the plan assumes; the settings go first.
        timing_decision_min: Option<Minutes> => "timing.decision_min",
        /// Who starts the call tree.
        call_root_role_id: Option<RoleId> => "call_tree.root",
        /// How long a call takes.
        call_min: Option<Minutes> => "call_tree.call_min",
        /// Who declares the end.
        return_declared_by_id: Option<RoleId> => "return_to_normal.declared_by",
        /// Until when the review is held.
        return_review_within_days: Option<Count> => "return_to_normal.review_within_days",
        /// Where work goes on.
        alternate_site_id: Option<SiteId> => "alternate_site.site",
        /// How soon it can.
        alternate_ready_within_min: Option<Minutes> => "alternate_site.ready_within_min",
        /// Who lets people in.
        alternate_access: Option<String> => "alternate_site.access",
        /// How people get there.
        alternate_transport: Option<String> => "alternate_site.transport",
        /// When it is next looked at.
        next_review: Option<NaiveDate>,
        /// How often.
        review_interval_months: Option<Count>,
        /// Who speaks to the outside.
        spokesperson_role_id: Option<RoleId> => "communication.spokesperson_role_id" omit,
        /// What has to happen before a word leaves the house.
        release_rule: Option<String> => "communication.release_rule" omit,
        /// How a role is handed over when an incident lasts longer than a shift.
        handover_rule: Option<String> => omit,
        /// How to get at a copy of the plan when nothing works.
        offline_copy: Option<String> => omit,
    }
    /// A service the plan covers.
    PlanService(PlanServiceId) plan_services "plan_service" "service in scope" @ child(Table::Plan, "scope.services", Shape::Scalars("service_id")) => {
        /// Its plan.
        plan_id: PlanId,
        /// The service.
        service_id: ServiceId,
    }
    /// An activity the plan covers.
    PlanActivity(PlanActivityId) plan_activities "plan_activity" "activity in scope" @ child(Table::Plan, "scope.activities", Shape::Scalars("activity_id")) => {
        /// Its plan.
        plan_id: PlanId,
        /// The activity.
        activity_id: ActivityId,
    }
    /// A site the plan covers.
    PlanSite(PlanSiteId) plan_sites "plan_site" "site in scope" @ child(Table::Plan, "scope.sites", Shape::Scalars("site_id")) => {
        /// Its plan.
        plan_id: PlanId,
        /// The site.
        site_id: SiteId,
    }
    /// Something the plan does not cover.
    PlanExclusion(PlanExclusionId) plan_exclusions "plan_exclusion" "exclusion" @ child(Table::Plan, "scope.excluded", Shape::Scalars("text")) => {
        /// Its plan.
        plan_id: PlanId,
        /// What.
        text: String,
    }
    /// Something the plan takes for granted.
    PlanAssumption(PlanAssumptionId) plan_assumptions "plan_assumption" "assumption" @ child(Table::Plan, "assumptions", Shape::Scalars("text")) => {
        /// Its plan.
        plan_id: PlanId,
        /// What.
        text: String,
    }
    /// A scenario the plan covers.
    PlanScenario(PlanScenarioId) plan_scenarios "plan_scenario" "scenario covered" @ child(Table::Plan, "scenarios_covered", Shape::Scalars("text")) => {
        /// Its plan.
        plan_id: PlanId,
        /// What.
        text: String,
    }
    /// A sign-off the plan must have before it is in force.
    RequiredSignOff(RequiredSignOffId) required_sign_offs "required_sign_off" "required sign-off" @ child_omit(Table::Plan, "required_sign_offs", Shape::Objects) => {
        /// Its plan.
        plan_id: PlanId,
        /// What it says.
        kind: SignOffKind,
        /// Who gives it.
        role_id: RoleId,
    }
    /// A numbered state of a plan; approved ones never change.
    PlanVersion(PlanVersionId) plan_versions "plan_version" "plan version" @ child(Table::Plan, "versions", Shape::Objects) => {
        /// Its plan.
        plan_id: PlanId,
        /// Its number, such as `2.1`.
        number: String => "version",
        /// Where it stands.
        state: VersionState,
        /// When it was approved.
        approved_on: Option<NaiveDate>,
        /// What is new in it.
        change_note: Option<String> => "change",
        /// Until when it holds.
        valid_until: Option<NaiveDate> => omit,
        /// When it was frozen and submitted.
        submitted_at: Option<Instant> => omit,
        /// The role that submitted it.
        submitted_by_id: Option<RoleId> => "submitted_by" omit,
        /// SHA-256 of the frozen content, 64 hexadecimal digits.
        content_sha256: Option<String> => omit,
        /// The frozen content.
        content: Option<Frozen> => omit,
        /// Why it was last sent back.
        rejected_because: Option<String> => omit,
        /// SHA-256 of the PDF that was made of it to be signed, 64 hexadecimal digits.
        document_sha256: Option<String> => omit,
        /// The approved version that it was compared with when it was submitted; `None` where there was none with its content.
        compared_with: Option<String> => "changes.since" omit,
    }
    /// A record that is not as it was in the approved version before, as it was told when a version was submitted.
    VersionChange(VersionChangeId) version_changes "version_change" "change of a version" @ child_omit(Table::PlanVersion, "changes.records", Shape::Objects) => {
        /// Its version.
        version_id: PlanVersionId,
        /// The record's code and name.
        name: String,
        /// What sort of record it is.
        noun: String,
        /// What happened to it.
        what: ChangeSort,
    }
    /// A value that is not as it was in the approved version before.
    VersionChangeValue(VersionChangeValueId) version_change_values "version_change_value" "changed value of a version" @ child_omit(Table::VersionChange, "values", Shape::Objects) => {
        /// The record it belongs to.
        change_id: VersionChangeId,
        /// What it is called.
        label: String,
        /// Before; `None` where it was not set.
        old: Option<String> => omit,
        /// After; `None` where it is not set.
        new: Option<String> => omit,
        /// Whether it says how somebody is reached; unknown counts as no.
        reach: Option<bool> => omit,
    }
    /// A result that moved since the approved version before, as a sentence.
    VersionResult(VersionResultId) version_results "version_result" "moved result of a version" @ child_omit(Table::PlanVersion, "changes.moved", Shape::Scalars("text")) => {
        /// Its version.
        version_id: PlanVersionId,
        /// The sentence.
        text: String,
    }
    /// A recorded approval of one version by a role.
    SignOff(SignOffId) sign_offs "sign_off" "sign-off" @ child_omit(Table::PlanVersion, "sign_offs", Shape::Objects) => {
        /// Its version.
        version_id: PlanVersionId,
        /// What it says.
        kind: SignOffKind,
        /// Who gave it.
        role_id: RoleId,
        /// The day.
        signed_on: Option<NaiveDate> => "on",
        /// Who held the role.
        name: Option<String> => omit,
        /// The moment.
        signed_at: Option<Instant> => "at" omit,
        /// How it was given.
        method: Option<SignMethod> => omit,
        /// The hash of the content that was signed.
        content_sha256: Option<String> => omit,
        /// SHA-256 of the PDF with this signature in it, 64 hexadecimal digits; `None` where it was signed on paper.
        document_sha256: Option<String> => omit,
    }
    /// A finding that was accepted when a version was submitted.
    AcceptedFinding(AcceptedFindingId) accepted_findings "accepted_finding" "accepted finding" @ child_omit(Table::PlanVersion, "accepted_findings", Shape::Objects) => {
        /// Its version.
        version_id: PlanVersionId,
        /// `code:subject`.
        finding: String,
        /// What it said.
        text: String,
        /// Why it is accepted.
        reason: String,
    }
    /// A copy of the plan and where it is.
    DistributionCopy(DistributionId) distributions "distribution" "distribution entry" @ child(Table::Plan, "distribution", Shape::Objects) => {
        /// Its plan.
        plan_id: PlanId,
        /// The copy's number.
        copy: Count,
        /// Paper, PDF, stick.
        medium: Option<String>,
        /// Where it is.
        place: Option<String>,
        /// When it got there.
        received_on: Option<NaiveDate> => omit,
    }
    /// A level of escalation.
    EscalationLevel(EscalationLevelId) escalation_levels "escalation_level" "escalation level" @ child(Table::Plan, "escalation_levels", Shape::Objects) => {
        /// Its plan.
        plan_id: PlanId,
        /// Its number.
        level: Count,
        /// Its name.
        name: Option<String>,
        /// When it is reached.
        trigger: Option<String>,
        /// Who decides.
        decides_role_id: Option<RoleId> => "decides",
        /// Until when.
        within_min: Option<Minutes>,
    }
    /// Whom a level informs: a role's code, or words.
    EscalationInform(EscalationInformId) escalation_informs "escalation_inform" "informed party" @ child(Table::EscalationLevel, "inform", Shape::Scalars("who")) => {
        /// Its level.
        level_id: EscalationLevelId,
        /// A role's code, or words.
        who: String,
    }
    /// Who calls whom.
    CallEdge(CallEdgeId) call_edges "call_edge" "call" @ child(Table::Plan, "call_tree.edges", Shape::Pairs("caller_id", "callee_id")) => {
        /// Its plan.
        plan_id: PlanId,
        /// Who calls.
        caller_id: RoleId,
        /// Who is called.
        callee_id: RoleId,
    }
    /// A text that is ready for an audience; `{{name}}` in it is a blank to be filled in when it is used.
    CommTemplate(CommTemplateId) comm_templates "comm_template" "communication template" @ child_omit(Table::Plan, "communication.templates", Shape::Objects) => {
        /// Its plan.
        plan_id: PlanId,
        /// The display code.
        code: Code => "id",
        /// Who is told.
        audience: Option<String>,
        /// By which channel, or several separated by commas.
        channel: Option<String>,
        /// When it is used.
        when: Option<String>,
        /// How often updates follow.
        rhythm_min: Option<Minutes> => omit,
        /// The text.
        text: Option<String>,
        /// Who lets it out.
        release_role_id: Option<RoleId>,
    }
    /// A report that law or contract asks for.
    ReportingDuty(ReportingDutyId) reporting_duties "reporting_duty" "reporting duty" @ child_omit(Table::Plan, "communication.reporting_duties", Shape::Objects) => {
        /// Its plan.
        plan_id: PlanId,
        /// The display code.
        code: Code => "id",
        /// To whom.
        authority: Option<String>,
        /// The law or contract that asks for it.
        basis: Option<String>,
        /// What starts the clock.
        trigger: Option<String>,
        /// Until when, from the trigger.
        deadline_min: Option<Minutes>,
        /// Who reports.
        role_id: Option<RoleId>,
        /// By which channel, and whom to reach there.
        contact: Option<String> => reach,
        /// A remark.
        note: Option<String> => omit,
    }
    /// What must hold before the end is declared.
    ReturnCriterion(ReturnCriterionId) return_criteria "return_criterion" "return criterion" @ child(Table::Plan, "return_to_normal.criteria", Shape::Scalars("text")) => {
        /// Its plan.
        plan_id: PlanId,
        /// The condition.
        text: String,
    }
    /// What is needed, and how much of it over time.
    ResourceRequirement(ResourceRequirementId) resource_requirements "resource_requirement" "resource requirement" @ child(Table::Plan, "resource_requirements", Shape::Objects) => {
        /// Its plan.
        plan_id: PlanId,
        /// What.
        resource: String,
        /// In what unit.
        unit: Option<String>,
        /// How much there is normally.
        normal: Option<Count>,
        /// How much there is elsewhere.
        available_alternate: Option<Count>,
    }
    /// How much of a resource is needed at a horizon.
    ResourceAmount(ResourceAmountId) resource_amounts "resource_amount" "resource amount" @ child(Table::ResourceRequirement, "by_horizon", Shape::Map("horizon_min", "amount")) => {
        /// Its requirement.
        requirement_id: ResourceRequirementId,
        /// When.
        horizon_min: Minutes,
        /// How much.
        amount: Count,
    }
    /// A way data is kept safe.
    BackupSet(BackupSetId) backup_sets "backup_set" "backup set" @ child(Table::Plan, "backups", Shape::Objects) => {
        /// Its plan.
        plan_id: PlanId,
        /// The display code.
        code: Code => "id",
        /// What it protects.
        service_id: Option<ServiceId>,
        /// What sort of copy.
        kind: Option<String>,
        /// How often.
        interval_min: Option<Minutes>,
        /// How long until the copy is out of harm's way.
        until_safe_min: Option<Minutes>,
        /// For how long copies are kept.
        retention_days: Option<Count>,
        /// Whether a copy is cut off from everything.
        offline: Option<bool>,
        /// Whether nobody can change it.
        immutable: Option<bool>,
        /// Whether other accounts guard it.
        segregated: Option<bool> => omit,
        /// When a restore was last tried.
        last_restore_test: Option<NaiveDate>,
    }
    /// A record that must be at hand without IT.
    VitalRecord(VitalRecordId) vital_records "vital_record" "vital record" @ child(Table::Plan, "vital_records", Shape::Objects) => {
        /// Its plan.
        plan_id: PlanId,
        /// What it is.
        name: String,
        /// Paper, stick.
        form: Option<String>,
        /// Where it is.
        place: Option<String>,
        /// Who keeps it.
        custodian_role_id: Option<RoleId>,
    }
    /// What the alternate site offers.
    AlternateRoom(AlternateRoomId) alternate_rooms "alternate_room" "alternate room" @ child(Table::Plan, "alternate_site.rooms", Shape::Scalars("text")) => {
        /// Its plan.
        plan_id: PlanId,
        /// The room.
        text: String,
    }
    /// A procedure the plan prints.
    PlanProcedure(PlanProcedureId) plan_procedures "plan_procedure" "procedure of the plan" @ child(Table::Plan, "procedure_ids", Shape::Scalars("procedure_id")) => {
        /// Its plan.
        plan_id: PlanId,
        /// The procedure.
        procedure_id: ProcedureId,
    }
    /// A strategy the plan rests on.
    PlanStrategy(PlanStrategyId) plan_strategies "plan_strategy" "strategy of the plan" @ child(Table::Plan, "strategy_ids", Shape::Scalars("strategy_id")) => {
        /// Its plan.
        plan_id: PlanId,
        /// The strategy.
        strategy_id: StrategyId,
    }
    /// A trial of the plan.
    Exercise(ExerciseId) exercises "exercise" "exercise" @ Place::List("exercises") => {
        /// The display code.
        code: Code => "id",
        /// Walkthrough, tabletop, simulation, functional, full scale.
        kind: Option<String> => "type",
        /// Its title.
        title: String,
        /// When it was held.
        date: Option<NaiveDate>,
        /// How long it took.
        duration_min: Option<Minutes>,
        /// The scenario of the shipped list.
        scenario_id: Option<String>,
        /// The plan version it tried.
        plan_version: Option<String>,
        /// Who led it.
        facilitator: Option<String>,
    }
    /// A role that played.
    ExercisePlayer(ExercisePlayerId) exercise_players "exercise_player" "player" @ child(Table::Exercise, "players", Shape::Scalars("role_id")) => {
        /// Its exercise.
        exercise_id: ExerciseId,
        /// The role.
        role_id: RoleId,
    }
    /// A role that evaluated.
    ExerciseEvaluator(ExerciseEvaluatorId) exercise_evaluators "exercise_evaluator" "evaluator" @ child(Table::Exercise, "evaluators", Shape::Scalars("role_id")) => {
        /// Its exercise.
        exercise_id: ExerciseId,
        /// The role.
        role_id: RoleId,
    }
    /// What an exercise was to show.
    Objective(ObjectiveId) objectives "objective" "objective" @ child(Table::Exercise, "objectives", Shape::Objects) => {
        /// Its exercise.
        exercise_id: ExerciseId,
        /// The display code.
        code: Code => "id",
        /// What was to be shown.
        text: Option<String>,
        /// Within which time.
        target_min: Option<Minutes>,
        /// The time it took.
        actual_min: Option<Minutes>,
        /// How well it was met.
        rating: Option<Rating>,
    }
    /// A piece of scenario information given at a time.
    Inject(InjectId) injects "inject" "inject" @ child(Table::Exercise, "injects", Shape::Objects) => {
        /// Its exercise.
        exercise_id: ExerciseId,
        /// Its number.
        no: Count,
        /// When it was to be given.
        planned_min: Option<Minutes>,
        /// When it was given.
        actual_min: Option<Minutes>,
        /// To whom.
        to_role_id: Option<RoleId> => "to",
        /// What sort.
        kind: Option<String>,
        /// What was said.
        text: Option<String>,
        /// What was to follow.
        expected: Option<String>,
        /// What followed.
        observed: Option<String>,
    }
    /// A recovery time as it was talked through; never a demonstrated one.
    EstimatedRecovery(EstimatedRecoveryId) estimated_recoveries "estimated_recovery" "estimated recovery" @ child(Table::Exercise, "estimated_recovery", Shape::Objects) => {
        /// Its exercise.
        exercise_id: ExerciseId,
        /// The service.
        service_id: Option<ServiceId>,
        /// What it owes.
        required_min: Option<Minutes>,
        /// What the players thought.
        discussed_min: Option<Minutes>,
    }
    /// What went well, by the players.
    WentWell(WentWellId) went_well "went_well" "hot wash entry" @ child(Table::Exercise, "hot_wash.went_well", Shape::Scalars("text")) => {
        /// Its exercise.
        exercise_id: ExerciseId,
        /// What.
        text: String,
    }
    /// What should be better, by the players.
    Improvement(ImprovementId) improvements "improvement" "hot wash entry" @ child(Table::Exercise, "hot_wash.improve", Shape::Scalars("text")) => {
        /// Its exercise.
        exercise_id: ExerciseId,
        /// What.
        text: String,
    }
    /// An evaluator's note tied to an objective.
    Observation(ObservationId) observations "observation" "observation" @ child(Table::Exercise, "observations", Shape::Objects) => {
        /// Its exercise.
        exercise_id: ExerciseId,
        /// The display code.
        code: Code => "id",
        /// The objective.
        objective_id: Option<ObjectiveId>,
        /// What was seen.
        text: Option<String>,
        /// The action that follows.
        action_id: Option<ActionId>,
    }
    /// A meeting that produced values.
    Workshop(WorkshopId) workshops "workshop" "workshop" @ Place::List("workshops") => {
        /// The display code.
        code: Code => "id",
        /// BIA, risk, walkthrough, tabletop.
        kind: Option<String> => "type",
        /// When it was held.
        date: Option<NaiveDate>,
        /// From.
        start: Option<Clock>,
        /// Until.
        end: Option<Clock>,
        /// Who led it.
        facilitator_role_id: Option<RoleId>,
        /// Who wrote.
        scribe_role_id: Option<RoleId>,
    }
    /// A role that took part.
    WorkshopParticipant(WorkshopParticipantId) workshop_participants "workshop_participant" "participant" @ child(Table::Workshop, "participants", Shape::Scalars("role_id")) => {
        /// Its workshop.
        workshop_id: WorkshopId,
        /// The role.
        role_id: RoleId,
    }
    /// A role that was missing.
    WorkshopAbsent(WorkshopAbsentId) workshop_absent "workshop_absent" "absentee" @ child(Table::Workshop, "absent", Shape::Scalars("role_id")) => {
        /// Its workshop.
        workshop_id: WorkshopId,
        /// The role.
        role_id: RoleId,
    }
    /// A question that was estimated blind.
    Estimate(EstimateId) estimates "estimate" "estimate" @ child(Table::Workshop, "estimates", Shape::Objects) => {
        /// Its workshop.
        workshop_id: WorkshopId,
        /// The activity it is about.
        activity_id: Option<ActivityId>,
        /// The question.
        question: Option<String>,
        /// The value that was agreed.
        agreed: Option<Whole>,
        /// Why; and the dissent.
        reason: Option<String>,
    }
    /// A value of the first round.
    EstimateRound1(EstimateRound1Id) estimate_round1 "estimate_round1" "first-round value" @ child(Table::Estimate, "round1", Shape::Scalars("value")) => {
        /// Its estimate.
        estimate_id: EstimateId,
        /// The value.
        value: Whole,
    }
    /// A value of the second round.
    EstimateRound2(EstimateRound2Id) estimate_round2 "estimate_round2" "second-round value" @ child(Table::Estimate, "round2", Shape::Scalars("value")) => {
        /// Its estimate.
        estimate_id: EstimateId,
        /// The value.
        value: Whole,
    }
    /// An owned, dated measure.
    Action(ActionId) actions "action" "action" @ Place::List("actions") => {
        /// The display code.
        code: Code => "id",
        /// The code of what it follows from.
        source: Option<String>,
        /// What is to be done.
        text: String,
        /// Who does it.
        owner_role_id: Option<RoleId>,
        /// Until when.
        due: Option<NaiveDate>,
        /// Where it stands.
        state: ActionState,
        /// When it ended.
        closed_on: Option<NaiveDate>,
    }
    /// A certificate that verification trusts for what a role signs.
    KnownSigner(KnownSignerId) known_signers "known_signer" "known signer" @ Place::List("known_signers") => {
        /// The display code.
        code: Code => "id",
        /// The name in the certificate.
        name: String,
        /// SHA-256 of the certificate, 64 hexadecimal digits.
        fingerprint: String,
        /// The role it signs for; `None` is the recording key of a workspace, which records what others have said.
        role_id: Option<RoleId>,
        /// Since when.
        registered_on: Option<NaiveDate>,
    }
}

impl Service {
    /// Whether its evidence is a test or a real incident at all, however old.
    pub fn has_shown_evidence(&self) -> bool {
        self.evidence >= Some(Evidence::ComponentTest)
    }

    /// The same, dated at most 365 days before `today`; older evidence counts as an estimate.
    pub fn has_fresh_evidence(&self, today: NaiveDate) -> bool {
        let fresh =
            |d: NaiveDate| (today - d).num_days() <= crate::reference::EVIDENCE_MAX_AGE_DAYS;
        self.has_shown_evidence() && self.tested_on.is_some_and(fresh)
    }
}

impl Strategy {
    /// Yearly cost: `capex * CRF(interest, life) + opex` (domain reference, C12), rounded to the cent.
    ///
    /// `None` when a part of it is unknown, or the life is zero while there is something to spread.
    pub fn annual_cost(&self) -> Option<Money> {
        let (capex, opex) = (self.capex?.0 as f64, self.opex_per_year?.0 as f64);
        if capex == 0.0 {
            return Some(Money(opex as i64));
        }
        let (i, n) = (self.interest?.0, self.life_years?.0);
        if n <= 0.0 {
            return None;
        }
        let crf = if i == 0.0 {
            1.0 / n
        } else {
            i / (1.0 - (1.0 + i).powf(-n))
        };
        Some(Money((capex * crf + opex).round() as i64))
    }
}

impl Risk {
    /// Likelihood times impact of the three pairs (inherent, residual, target); `None` where one is unknown (C9).
    pub fn scores(&self) -> [Option<i64>; 3] {
        [
            (self.inherent_likelihood, self.inherent_impact),
            (self.residual_likelihood, self.residual_impact),
            (self.target_likelihood, self.target_impact),
        ]
        .map(|(l, i)| Some(l?.0 * i?.0))
    }
}
