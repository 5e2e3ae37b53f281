CREATE TABLE "workspace_info" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "notice" TEXT,
  "language" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "organisation" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "currency" TEXT NOT NULL,
  "staff" INTEGER,
  "annual_revenue" INTEGER,
  "annual_operating_result" INTEGER,
  "total_loss_rate_cap_per_h" INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE "settings" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "clock" TEXT NOT NULL,
  "mtpd_rule" TEXT NOT NULL,
  "detection_min" INTEGER,
  "decision_min" INTEGER,
  "year_hours" INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE "impact_category" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "key" TEXT NOT NULL,
  "threshold" INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE "site" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "address" TEXT,
  "hazards" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "calendar" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "name" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "calendar_hour" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "calendar_id" BLOB NOT NULL REFERENCES "calendar"(id) DEFERRABLE INITIALLY DEFERRED,
  "factor" REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "season" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "calendar_id" BLOB NOT NULL REFERENCES "calendar"(id) DEFERRABLE INITIALLY DEFERRED,
  "name" TEXT NOT NULL,
  "from_day" TEXT NOT NULL,
  "to_day" TEXT NOT NULL,
  "factor" REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "role" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "authority" TEXT,
  "deputy_role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "required" INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "team" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "name" TEXT,
  "people" INTEGER,
  "planned_available" INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE "supplier" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "service_id" BLOB REFERENCES "service"(id) DEFERRABLE INITIALLY DEFERRED,
  "hotline" TEXT,
  "hours" TEXT,
  "promised_restore_min" INTEGER,
  "contract_id" TEXT,
  "verified_on" TEXT,
  "exit_plan" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "contact" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "kind" TEXT,
  "role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "supplier_id" BLOB REFERENCES "supplier"(id) DEFERRABLE INITIALLY DEFERRED,
  "display" TEXT,
  "phone" TEXT,
  "mobile" TEXT,
  "email" TEXT,
  "verified_on" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "activity" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "owner_role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "in_scope" INTEGER,
  "site_id" BLOB REFERENCES "site"(id) DEFERRABLE INITIALLY DEFERRED,
  "rto_min" INTEGER,
  "wrt_min" INTEGER,
  "rpo_min" INTEGER,
  "mbco_pct" INTEGER,
  "workaround" TEXT,
  "workaround_note" TEXT,
  "peak" TEXT,
  "reason" TEXT,
  "accepted_mtpd_min" INTEGER,
  "accepted_mtpd_reason" TEXT,
  "contested" INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE "activity_horizon" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "activity_id" BLOB NOT NULL REFERENCES "activity"(id) DEFERRABLE INITIALLY DEFERRED,
  "at_min" INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "impact_rating" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "activity_id" BLOB NOT NULL REFERENCES "activity"(id) DEFERRABLE INITIALLY DEFERRED,
  "category_id" BLOB NOT NULL REFERENCES "impact_category"(id) DEFERRABLE INITIALLY DEFERRED,
  "horizon_min" INTEGER NOT NULL,
  "level" INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE "impact_note" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "activity_id" BLOB NOT NULL REFERENCES "activity"(id) DEFERRABLE INITIALLY DEFERRED,
  "category" TEXT NOT NULL,
  "horizon_min" INTEGER NOT NULL,
  "text" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "loss_curve" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "activity_id" BLOB NOT NULL REFERENCES "activity"(id) DEFERRABLE INITIALLY DEFERRED,
  "currency" TEXT,
  "cap" INTEGER,
  "calendar_id" BLOB REFERENCES "calendar"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "loss_band" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "loss_curve_id" BLOB NOT NULL REFERENCES "loss_curve"(id) DEFERRABLE INITIALLY DEFERRED,
  "from_h" REAL NOT NULL,
  "rate_per_h" INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "loss_step" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "loss_curve_id" BLOB NOT NULL REFERENCES "loss_curve"(id) DEFERRABLE INITIALLY DEFERRED,
  "at_h" REAL NOT NULL,
  "amount" INTEGER NOT NULL,
  "reason" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "service" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "kind" TEXT,
  "site_id" BLOB REFERENCES "site"(id) DEFERRABLE INITIALLY DEFERRED,
  "owner_role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "own_restore_min" INTEGER,
  "team_id" BLOB REFERENCES "team"(id) DEFERRABLE INITIALLY DEFERRED,
  "declared_rto_min" INTEGER,
  "capability_min" INTEGER,
  "evidence" TEXT,
  "tested_on" TEXT,
  "rpo_target_min" INTEGER,
  "rpa_component_failure_min" INTEGER,
  "rpa_site_loss_min" INTEGER,
  "rpa_logical_corruption_min" INTEGER,
  "mtbf_h" REAL,
  "mttr_h" REAL,
  "supplier_id" BLOB REFERENCES "supplier"(id) DEFERRABLE INITIALLY DEFERRED,
  "note" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "redundancy_group" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "owner_node_id" BLOB NOT NULL,
  "k" INTEGER NOT NULL,
  "name" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "group_preferred" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "group_id" BLOB NOT NULL REFERENCES "redundancy_group"(id) DEFERRABLE INITIALLY DEFERRED,
  "service_id" BLOB NOT NULL REFERENCES "service"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "dependency" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "dependant_id" BLOB NOT NULL,
  "provider_id" BLOB NOT NULL REFERENCES "service"(id) DEFERRABLE INITIALLY DEFERRED,
  "strength" TEXT NOT NULL,
  "tolerance_min" INTEGER NOT NULL,
  "group_id" BLOB REFERENCES "redundancy_group"(id) DEFERRABLE INITIALLY DEFERRED,
  "mode" TEXT NOT NULL,
  "data" INTEGER NOT NULL,
  "note" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "risk" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "inherent_likelihood" INTEGER,
  "inherent_impact" INTEGER,
  "residual_likelihood" INTEGER,
  "residual_impact" INTEGER,
  "target_likelihood" INTEGER,
  "target_impact" INTEGER,
  "frequency_per_year" REAL,
  "duration_dist" TEXT,
  "duration_min_h" REAL,
  "duration_mode_h" REAL,
  "duration_max_h" REAL,
  "duration_median_h" REAL,
  "duration_p90_h" REAL,
  "duration_p05_h" REAL,
  "duration_p95_h" REAL,
  "duration_value_h" REAL,
  "treatment" TEXT,
  "treatment_plan" TEXT,
  "owner_role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "state" TEXT,
  "acceptance_role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "accepted_on" TEXT,
  "accepted_until" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "risk_threat" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "risk_id" BLOB NOT NULL REFERENCES "risk"(id) DEFERRABLE INITIALLY DEFERRED,
  "threat" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "risk_service" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "risk_id" BLOB NOT NULL REFERENCES "risk"(id) DEFERRABLE INITIALLY DEFERRED,
  "service_id" BLOB NOT NULL REFERENCES "service"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "risk_control" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "risk_id" BLOB NOT NULL REFERENCES "risk"(id) DEFERRABLE INITIALLY DEFERRED,
  "text" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "strategy_scope" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "event_frequency_per_year" REAL,
  "required_rto_min" INTEGER,
  "required_rpo_min" INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE "scope_service" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "scope_id" BLOB NOT NULL REFERENCES "strategy_scope"(id) DEFERRABLE INITIALLY DEFERRED,
  "service_id" BLOB NOT NULL REFERENCES "service"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "scope_activity" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "scope_id" BLOB NOT NULL REFERENCES "strategy_scope"(id) DEFERRABLE INITIALLY DEFERRED,
  "activity_id" BLOB NOT NULL REFERENCES "activity"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "strategy" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "scope_id" BLOB REFERENCES "strategy_scope"(id) DEFERRABLE INITIALLY DEFERRED,
  "name" TEXT NOT NULL,
  "capex" INTEGER,
  "life_years" REAL,
  "interest" REAL,
  "opex_per_year" INTEGER,
  "rto_min" INTEGER,
  "rpo_min" INTEGER,
  "frequency_factor" REAL,
  "selected" INTEGER NOT NULL,
  "reason" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "procedure" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "service_id" BLOB REFERENCES "service"(id) DEFERRABLE INITIALLY DEFERRED,
  "title" TEXT NOT NULL,
  "access" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "precondition" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "procedure_id" BLOB NOT NULL REFERENCES "procedure"(id) DEFERRABLE INITIALLY DEFERRED,
  "text" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "procedure_step" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "procedure_id" BLOB NOT NULL REFERENCES "procedure"(id) DEFERRABLE INITIALLY DEFERRED,
  "no" INTEGER NOT NULL,
  "title" TEXT,
  "action" TEXT,
  "role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "duration_min" INTEGER,
  "verification" TEXT,
  "if_fails" TEXT,
  "is_decision" INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE "step_after" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "step_id" BLOB NOT NULL REFERENCES "procedure_step"(id) DEFERRABLE INITIALLY DEFERRED,
  "no" INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "plan" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "owner_role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "classification" TEXT,
  "purpose" TEXT,
  "timing_detection_min" INTEGER,
  "timing_decision_min" INTEGER,
  "call_root_role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "call_min" INTEGER,
  "return_declared_by_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "return_review_within_days" INTEGER,
  "alternate_site_id" BLOB REFERENCES "site"(id) DEFERRABLE INITIALLY DEFERRED,
  "alternate_ready_within_min" INTEGER,
  "alternate_access" TEXT,
  "alternate_transport" TEXT,
  "next_review" TEXT,
  "review_interval_months" INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE "plan_service" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "service_id" BLOB NOT NULL REFERENCES "service"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "plan_activity" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "activity_id" BLOB NOT NULL REFERENCES "activity"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "plan_site" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "site_id" BLOB NOT NULL REFERENCES "site"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "plan_exclusion" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "text" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "plan_assumption" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "text" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "plan_scenario" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "text" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "required_sign_off" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "kind" TEXT NOT NULL,
  "role_id" BLOB NOT NULL REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "plan_version" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "number" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "approved_on" TEXT,
  "change_note" TEXT,
  "valid_until" TEXT,
  "submitted_at" TEXT,
  "submitted_by_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "content_sha256" TEXT,
  "content" TEXT,
  "rejected_because" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "sign_off" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "version_id" BLOB NOT NULL REFERENCES "plan_version"(id) DEFERRABLE INITIALLY DEFERRED,
  "kind" TEXT NOT NULL,
  "role_id" BLOB NOT NULL REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "signed_on" TEXT,
  "name" TEXT,
  "signed_at" TEXT,
  "method" TEXT,
  "content_sha256" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "accepted_finding" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "version_id" BLOB NOT NULL REFERENCES "plan_version"(id) DEFERRABLE INITIALLY DEFERRED,
  "finding" TEXT NOT NULL,
  "text" TEXT NOT NULL,
  "reason" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "distribution" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "copy" INTEGER NOT NULL,
  "medium" TEXT,
  "place" TEXT,
  "received_on" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "escalation_level" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "level" INTEGER NOT NULL,
  "name" TEXT,
  "trigger" TEXT,
  "decides_role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "within_min" INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE "escalation_inform" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "level_id" BLOB NOT NULL REFERENCES "escalation_level"(id) DEFERRABLE INITIALLY DEFERRED,
  "who" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "call_edge" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "caller_id" BLOB NOT NULL REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "callee_id" BLOB NOT NULL REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "return_criterion" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "text" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "resource_requirement" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "resource" TEXT NOT NULL,
  "unit" TEXT,
  "normal" INTEGER,
  "available_alternate" INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE "resource_amount" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "requirement_id" BLOB NOT NULL REFERENCES "resource_requirement"(id) DEFERRABLE INITIALLY DEFERRED,
  "horizon_min" INTEGER NOT NULL,
  "amount" INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "backup_set" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "code" TEXT NOT NULL,
  "service_id" BLOB REFERENCES "service"(id) DEFERRABLE INITIALLY DEFERRED,
  "kind" TEXT,
  "interval_min" INTEGER,
  "until_safe_min" INTEGER,
  "retention_days" INTEGER,
  "offline" INTEGER,
  "immutable" INTEGER,
  "segregated" INTEGER,
  "last_restore_test" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "vital_record" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "name" TEXT NOT NULL,
  "form" TEXT,
  "place" TEXT,
  "custodian_role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "alternate_room" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "text" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "plan_procedure" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "procedure_id" BLOB NOT NULL REFERENCES "procedure"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "plan_strategy" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "plan_id" BLOB NOT NULL REFERENCES "plan"(id) DEFERRABLE INITIALLY DEFERRED,
  "strategy_id" BLOB NOT NULL REFERENCES "strategy"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "exercise" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "kind" TEXT,
  "title" TEXT NOT NULL,
  "date" TEXT,
  "duration_min" INTEGER,
  "scenario_id" TEXT,
  "plan_version" TEXT,
  "facilitator" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "exercise_player" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "exercise_id" BLOB NOT NULL REFERENCES "exercise"(id) DEFERRABLE INITIALLY DEFERRED,
  "role_id" BLOB NOT NULL REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "exercise_evaluator" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "exercise_id" BLOB NOT NULL REFERENCES "exercise"(id) DEFERRABLE INITIALLY DEFERRED,
  "role_id" BLOB NOT NULL REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "objective" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "exercise_id" BLOB NOT NULL REFERENCES "exercise"(id) DEFERRABLE INITIALLY DEFERRED,
  "code" TEXT NOT NULL,
  "text" TEXT,
  "target_min" INTEGER,
  "actual_min" INTEGER,
  "rating" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "inject" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "exercise_id" BLOB NOT NULL REFERENCES "exercise"(id) DEFERRABLE INITIALLY DEFERRED,
  "no" INTEGER NOT NULL,
  "planned_min" INTEGER,
  "actual_min" INTEGER,
  "to_role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "kind" TEXT,
  "text" TEXT,
  "expected" TEXT,
  "observed" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "estimated_recovery" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "exercise_id" BLOB NOT NULL REFERENCES "exercise"(id) DEFERRABLE INITIALLY DEFERRED,
  "service_id" BLOB REFERENCES "service"(id) DEFERRABLE INITIALLY DEFERRED,
  "required_min" INTEGER,
  "discussed_min" INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE "went_well" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "exercise_id" BLOB NOT NULL REFERENCES "exercise"(id) DEFERRABLE INITIALLY DEFERRED,
  "text" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "improvement" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "exercise_id" BLOB NOT NULL REFERENCES "exercise"(id) DEFERRABLE INITIALLY DEFERRED,
  "text" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "observation" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "exercise_id" BLOB NOT NULL REFERENCES "exercise"(id) DEFERRABLE INITIALLY DEFERRED,
  "code" TEXT NOT NULL,
  "objective_id" BLOB REFERENCES "objective"(id) DEFERRABLE INITIALLY DEFERRED,
  "text" TEXT,
  "action_id" BLOB REFERENCES "action"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "workshop" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "kind" TEXT,
  "date" TEXT,
  "start" TEXT,
  "end" TEXT,
  "facilitator_role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "scribe_role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "workshop_participant" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "workshop_id" BLOB NOT NULL REFERENCES "workshop"(id) DEFERRABLE INITIALLY DEFERRED,
  "role_id" BLOB NOT NULL REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "workshop_absent" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "workshop_id" BLOB NOT NULL REFERENCES "workshop"(id) DEFERRABLE INITIALLY DEFERRED,
  "role_id" BLOB NOT NULL REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TABLE "estimate" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "workshop_id" BLOB NOT NULL REFERENCES "workshop"(id) DEFERRABLE INITIALLY DEFERRED,
  "activity_id" BLOB REFERENCES "activity"(id) DEFERRABLE INITIALLY DEFERRED,
  "question" TEXT,
  "agreed" INTEGER,
  "reason" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE "estimate_round1" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "estimate_id" BLOB NOT NULL REFERENCES "estimate"(id) DEFERRABLE INITIALLY DEFERRED,
  "value" INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "estimate_round2" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "estimate_id" BLOB NOT NULL REFERENCES "estimate"(id) DEFERRABLE INITIALLY DEFERRED,
  "value" INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE "action" (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  pos INTEGER NOT NULL,
  "code" TEXT NOT NULL,
  "source" TEXT,
  "text" TEXT NOT NULL,
  "owner_role_id" BLOB REFERENCES "role"(id) DEFERRABLE INITIALLY DEFERRED,
  "due" TEXT,
  "state" TEXT NOT NULL,
  "closed_on" TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE format (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE history (
  seq INTEGER NOT NULL PRIMARY KEY,
  step INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('baseline', 'edit', 'undo', 'redo', 'barrier')),
  operation TEXT NOT NULL,
  merge_key TEXT,
  at TEXT NOT NULL,
  author TEXT NOT NULL,
  device TEXT NOT NULL,
  format INTEGER NOT NULL,
  changeset BLOB NOT NULL,
  data_hash BLOB NOT NULL CHECK (length(data_hash) = 32),
  parent BLOB NOT NULL CHECK (length(parent) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE TABLE head (
  one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  state BLOB NOT NULL CHECK (length(state) = 2048)
) STRICT;
CREATE TRIGGER history_is_append_only_update BEFORE UPDATE ON history
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER history_is_append_only_delete BEFORE DELETE ON history
BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER approved_version_update BEFORE UPDATE ON plan_version
WHEN OLD.state IN ('approved', 'superseded', 'withdrawn') AND NOT (
  OLD.state = 'approved' AND NEW.state IN ('superseded', 'withdrawn')
  AND NEW.plan_id IS OLD.plan_id AND NEW.number IS OLD.number AND NEW.approved_on IS OLD.approved_on
  AND NEW.change_note IS OLD.change_note AND NEW.submitted_at IS OLD.submitted_at
  AND NEW.submitted_by_id IS OLD.submitted_by_id AND NEW.content_sha256 IS OLD.content_sha256
  AND NEW.content IS OLD.content AND NEW.valid_until IS OLD.valid_until AND NEW.rejected_because IS OLD.rejected_because)
BEGIN SELECT RAISE(ABORT, 'an approved plan version never changes; start a new draft'); END;
CREATE TRIGGER approved_version_delete BEFORE DELETE ON plan_version
WHEN OLD.state IN ('approved', 'superseded', 'withdrawn')
BEGIN SELECT RAISE(ABORT, 'an approved plan version is never deleted'); END;
CREATE TRIGGER submitted_content_update BEFORE UPDATE ON plan_version
WHEN OLD.state = 'in_review' AND NEW.state <> 'draft'
  AND (NEW.content IS NOT OLD.content OR NEW.content_sha256 IS NOT OLD.content_sha256 OR NEW.number IS NOT OLD.number)
BEGIN SELECT RAISE(ABORT, 'the content of a submitted plan version is frozen; reject it to change it'); END;
CREATE TRIGGER approved_sign_off_update BEFORE UPDATE ON sign_off
WHEN (SELECT state FROM plan_version WHERE id = OLD.version_id) IN ('approved', 'superseded', 'withdrawn')
BEGIN SELECT RAISE(ABORT, 'the sign-offs of an approved plan version never change'); END;
CREATE TRIGGER approved_sign_off_delete BEFORE DELETE ON sign_off
WHEN (SELECT state FROM plan_version WHERE id = OLD.version_id) IN ('approved', 'superseded', 'withdrawn')
BEGIN SELECT RAISE(ABORT, 'the sign-offs of an approved plan version are never deleted'); END;
CREATE TRIGGER approved_acceptance_update BEFORE UPDATE ON accepted_finding
WHEN (SELECT state FROM plan_version WHERE id = OLD.version_id) IN ('approved', 'superseded', 'withdrawn')
BEGIN SELECT RAISE(ABORT, 'the accepted findings of an approved plan version never change'); END;
CREATE TRIGGER approved_acceptance_delete BEFORE DELETE ON accepted_finding
WHEN (SELECT state FROM plan_version WHERE id = OLD.version_id) IN ('approved', 'superseded', 'withdrawn')
BEGIN SELECT RAISE(ABORT, 'the accepted findings of an approved plan version are never deleted'); END;
