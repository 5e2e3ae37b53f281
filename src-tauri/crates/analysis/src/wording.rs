//! The one catalogue of sentences for findings: screen, command line and paper say the same.

use hashbrown::HashMap;
use mainstay_domain::time::{long_date, parse_date};
use mainstay_domain::{Activity, Finding, Param, Service, Table, Workspace, reference};

/// A plain, complete sentence for a finding, with names, codes and durations as people say them.
pub fn sentence(f: &Finding, ws: &Workspace) -> String {
    said(&Words { f, ws, names: None })
}

/// The sentences of many findings, which look each name up once.
pub fn sentences(findings: &[Finding], ws: &Workspace) -> Vec<String> {
    let services = ws.services.iter().map(|s| (&*s.code.0, &*s.name));
    let activities = ws.activities.iter().map(|a| (&*a.code.0, &*a.name));
    // Only looked up, never walked through.
    let names: HashMap<&str, &str> = services.chain(activities).collect();
    let names = Some(&names);
    let all = findings.iter();
    all.map(|f| said(&Words { f, ws, names })).collect()
}

fn said(w: &Words<'_>) -> String {
    let f = w.f;
    let me = || w.name(&f.subject);
    let (min, int, text, list) = (|k| w.min(k), |k| w.int(k), |k| w.text(k), |k| w.list(k));
    match f.code {
        "field_missing" => format!("{} has no {}.", me(), list("fields")),
        "mtpd_unknown" => format!(
            "Nobody has rated how long {} can stand still, so its MTPD is unknown.",
            me()
        ),
        "mtpd_not_accepted" => match (w.has("proposed_min"), w.has("beyond_min")) {
            (true, _) => format!(
                "The owner of {} has not accepted an MTPD yet; the impact grid proposes {}.",
                me(),
                min("proposed_min")
            ),
            (_, true) => format!(
                "The impact of {} stays tolerable up to {}; its owner has to accept an MTPD beyond that.",
                me(),
                min("beyond_min")
            ),
            _ => format!("The owner of {} has not accepted an MTPD yet.", me()),
        },
        "mtpd_off_proposal" => format!(
            "The accepted MTPD of {} is {}, the impact grid proposes {}: the reason for the difference is missing.",
            me(),
            min("accepted_min"),
            min("proposed_min")
        ),
        "mtpd_zero" => format!(
            "{} is given an MTPD of 0: any outage at all would be unacceptable.",
            me()
        ),
        "rto_zero" => format!(
            "{} is given an RTO of 0: nothing can be restored in no time.",
            me()
        ),
        "rto_above_mtpd" => format!(
            "The RTO of {} is {}, longer than its MTPD of {}.",
            me(),
            min("rto_min"),
            min("mtpd_min")
        ),
        "rto_wrt_above_mtpd" if w.has("reaction_min") => format!(
            "Detection and decision ({}), RTO ({}) and WRT ({}) of {} together exceed its MTPD of {} by {}.",
            min("reaction_min"),
            min("rto_min"),
            min("wrt_min"),
            me(),
            min("mtpd_min"),
            min("over_min")
        ),
        "rto_wrt_above_mtpd" => format!(
            "RTO ({}) and WRT ({}) of {} together exceed its MTPD of {} by {}.",
            min("rto_min"),
            min("wrt_min"),
            me(),
            min("mtpd_min"),
            min("over_min")
        ),
        "no_slack" => format!(
            "RTO ({}) and WRT ({}) of {} use up its MTPD of {} wholly: nothing may go wrong.",
            min("rto_min"),
            min("wrt_min"),
            me(),
            min("mtpd_min")
        ),
        "above_last_tolerable" => format!(
            "RTO ({}) and WRT ({}) of {} end after {}, the last horizon rated as tolerable.",
            min("rto_min"),
            min("wrt_min"),
            me(),
            min("last_tolerable_min")
        ),
        "impact_holes" => format!(
            "{} of the impact grid of {} {} not rated.",
            w.count("holes", "cell"),
            me(),
            if w.number("holes") == 1 { "is" } else { "are" }
        ),
        "impact_falls" => {
            let names: Vec<&str> = w
                .items("categories")
                .iter()
                .map(|c| reference::category_name(c))
                .collect();
            format!(
                "The impact of {} on {} falls over time; a longer outage can hardly harm less.",
                me(),
                and(&names)
            )
        }
        "recovery_gap" if w.has("gap_min") => format!(
            "{} must be back within {}{}, but can be back after {}: {} too late.",
            me(),
            min("required_min"),
            w.for_whom(),
            min("achievable_min"),
            min("gap_min")
        ),
        "recovery_gap" => format!(
            "{} must be back within {}{}, but cannot be back before {}; the exact time is unknown.",
            me(),
            min("required_min"),
            w.for_whom(),
            min("at_least_min")
        ),
        "mtpd_breached" => format!(
            "{} runs again only after {}, later than its MTPD of {}.",
            me(),
            min("resumed_min"),
            min("mtpd_min")
        ),
        "recovery_unknown" => format!(
            "Nobody knows when {} can be back: a service it needs has no restore time or stands on a loop.",
            me()
        ),
        "own_restore_unknown" => format!(
            "{} must be back within {}, but nobody has said how long its own restore takes.",
            me(),
            min("required_min")
        ),
        "declared_rto_too_slow" => format!(
            "IT has promised {} within {}, but {} is required{}.",
            me(),
            min("declared_min"),
            min("required_min"),
            w.for_whom()
        ),
        "rpo_target_too_old" => format!(
            "IT has promised data of {} not older than {}, but {} is required.",
            me(),
            min("target_min"),
            min("required_min")
        ),
        "rpo_gap" => format!(
            "Data of {} may be {} old at most, but is to be expected {} old at worst ({}): {} too old.",
            me(),
            min("required_min"),
            min("expected_min"),
            list("classes"),
            min("gap_min")
        ),
        "evidence_undated" => format!(
            "The restore time of {} is shown by a test without a date, so it counts as a claim.",
            me()
        ),
        "evidence_old" => format!(
            "The evidence for {} is of {}, {} days old; after {} days it counts as an estimate.",
            me(),
            w.date("tested_on"),
            int("days"),
            reference::EVIDENCE_MAX_AGE_DAYS
        ),
        "procedure_missing" => format!(
            "{} is in tier {} and has no recovery procedure.",
            me(),
            int("tier")
        ),
        "self_dependency" => format!(
            "{} needs itself; take the dependency out.",
            w.edge(&f.subject)
        ),
        "duplicate_dependency" => format!(
            "{} stands twice, as {} and as {}; keep one.",
            w.edge(&f.subject),
            text("first"),
            f.subject
        ),
        "group_of_another" => format!(
            "{} belongs to a redundancy group of another dependant.",
            w.edge(&f.subject)
        ),
        "group_size" => format!(
            "Redundancy group {} needs {} of {}; k must be at least 1 and less than the number of members.",
            f.subject,
            int("k"),
            w.count("members", "member")
        ),
        "preferred_not_member" => format!(
            "Redundancy group {} prefers {}, which is not one of its members.",
            f.subject,
            w.names("services")
        ),
        "time_beyond_ten_years" => format!(
            "{} of {} {} longer than ten years; that is rather a slip of a digit.",
            w.list("fields"),
            me(),
            if w.items("fields").len() == 1 {
                "is"
            } else {
                "are"
            }
        ),
        "dependency_cycle" => format!(
            "{} need each other in a loop, so none of them can be restored first; make one dependency soft.",
            w.names("members")
        ),
        "deputy_missing" => format!(
            "The response needs {}, but nobody stands in for that role.",
            me()
        ),
        "deputy_is_self" => format!("{} stands in for itself.", me()),
        "team_overcounted" => format!(
            "Team {} counts on {} people of {}.",
            f.subject,
            int("planned"),
            int("people")
        ),
        "contact_unverified" if w.has("days") => format!(
            "{} was last checked on {}, {} days ago.",
            me(),
            w.date("verified_on"),
            int("days")
        ),
        "contact_unverified" => format!("Nobody has checked {} yet.", me()),
        "residual_above_inherent" => format!(
            "Risk {} is rated higher today than without any controls.",
            me()
        ),
        "target_above_residual" => format!(
            "The target score of risk {} ({}) is above today's ({}).",
            me(),
            int("target"),
            int("residual")
        ),
        "duration_order" => format!(
            "The durations of risk {} are not in the order least, most likely, longest.",
            me()
        ),
        "acceptance_incomplete" => format!(
            "Risk {} is accepted, but by which role and on which day is not said.",
            me()
        ),
        "acceptance_expired" => format!(
            "The acceptance of risk {} ended on {}.",
            me(),
            w.date("until")
        ),
        "step_incomplete" => format!(
            "{} of {} lack an action, a role, minutes, a check or what to do if it fails.",
            w.steps(),
            me()
        ),
        "step_number_twice" => format!("{} has two steps with the same number.", me()),
        "step_predecessor_missing" => format!(
            "{} waits for {}, which it does not have.",
            me(),
            w.steps().to_lowercase()
        ),
        "step_loop" => format!("Steps of {} wait for each other.", me()),
        "procedure_time_differs" => format!(
            "The steps of {} take {}, but the own restore time of {} is {}.",
            me(),
            min("steps_min"),
            w.name(&w.text("service")),
            min("own_restore_min")
        ),
        "several_approved" => format!(
            "{} has several approved versions: {}.",
            me(),
            list("versions")
        ),
        "sign_off_of_other_content" => format!(
            "A sign-off on {} of {} was given for other content.",
            w.versions(),
            me()
        ),
        "approver_prepares" => format!(
            "{} is prepared and approved by the same role; approval belongs to another.",
            me()
        ),
        "review_overdue" => format!(
            "The review of {} was due on {}, {} days ago.",
            me(),
            w.date("next_review"),
            int("days")
        ),
        "escalation_incomplete" => format!(
            "Escalation level {} of {} lacks its trigger, who decides, or the time limit.",
            int("level"),
            me()
        ),
        "exercise_version" => format!(
            "Exercise {} does not name a frozen version of the plan that was exercised.",
            me()
        ),
        "discussion_as_evidence" => format!(
            "The restore time of {} counts as tested, but {} was only a discussion.",
            me(),
            text("exercise")
        ),
        "action_overdue" => format!(
            "Action {} was due on {}, {} days ago.",
            me(),
            w.date("due"),
            int("days")
        ),
        other => format!("{}: {}.", me(), other.replace('_', " ")),
    }
}

/// A short name of what a finding is about.
pub fn title(code: &str) -> &'static str {
    match code {
        "field_missing" => "Required field missing",
        "mtpd_unknown" => "MTPD unknown",
        "mtpd_not_accepted" => "MTPD not accepted",
        "mtpd_off_proposal" => "MTPD differs from the proposal",
        "mtpd_zero" => "MTPD of 0",
        "rto_zero" => "RTO of 0",
        "rto_above_mtpd" => "RTO above MTPD",
        "rto_wrt_above_mtpd" => "RTO and WRT above MTPD",
        "no_slack" => "No slack",
        "above_last_tolerable" => "After the last tolerable horizon",
        "impact_holes" => "Impact not fully rated",
        "impact_falls" => "Impact falls over time",
        "recovery_gap" => "Recovery gap",
        "mtpd_breached" => "MTPD breached",
        "recovery_unknown" => "Restore time unknown",
        "own_restore_unknown" => "Own restore time unknown",
        "declared_rto_too_slow" => "Promised RTO too long",
        "rpo_target_too_old" => "Promised RPO too long",
        "rpo_gap" => "Data loss gap",
        "evidence_undated" => "Evidence without a date",
        "evidence_old" => "Evidence too old",
        "procedure_missing" => "No recovery procedure",
        "self_dependency" => "Depends on itself",
        "duplicate_dependency" => "Dependency stands twice",
        "group_of_another" => "Group of another dependant",
        "group_size" => "Redundancy group makes no sense",
        "preferred_not_member" => "Preferred member is none",
        "dependency_cycle" => "Dependency loop",
        "time_beyond_ten_years" => "Time beyond ten years",
        "deputy_missing" => "No deputy",
        "deputy_is_self" => "Own deputy",
        "team_overcounted" => "Team overcounted",
        "contact_unverified" => "Contact not checked",
        "residual_above_inherent" => "Residual above inherent risk",
        "target_above_residual" => "Target above residual risk",
        "duration_order" => "Durations out of order",
        "acceptance_incomplete" => "Risk acceptance incomplete",
        "acceptance_expired" => "Risk acceptance expired",
        "step_incomplete" => "Steps incomplete",
        "step_number_twice" => "Step number twice",
        "step_predecessor_missing" => "Step waits for nothing",
        "step_loop" => "Steps in a loop",
        "procedure_time_differs" => "Procedure time differs",
        "several_approved" => "Several approved versions",
        "sign_off_of_other_content" => "Sign-off of other content",
        "approver_prepares" => "Prepared and approved by one role",
        "review_overdue" => "Review overdue",
        "escalation_incomplete" => "Escalation incomplete",
        "exercise_version" => "Exercise without a version",
        "discussion_as_evidence" => "Discussion counted as a test",
        "action_overdue" => "Action overdue",
        _ => "Finding",
    }
}

/// Several things in a row: `a`, `a and b`, `a, b and c`.
pub fn and<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().into(),
        [all @ .., last] => {
            let all: Vec<&str> = all.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", all.join(", "), last.as_ref())
        }
    }
}

/// Looks values and names up for one sentence.
struct Words<'a> {
    f: &'a Finding,
    ws: &'a Workspace,
    /// The names of services and activities by their codes, where many sentences are made.
    names: Option<&'a HashMap<&'a str, &'a str>>,
}

impl Words<'_> {
    fn has(&self, key: &str) -> bool {
        self.f.params.get(key).is_some()
    }

    fn min(&self, key: &str) -> String {
        match self.f.params.get(key) {
            Some(Param::Minutes(m)) => m.to_string(),
            _ => "an unknown time".into(),
        }
    }

    fn number(&self, key: &str) -> i64 {
        match self.f.params.get(key) {
            Some(Param::Int(n)) => *n,
            _ => 0,
        }
    }

    fn int(&self, key: &str) -> String {
        self.number(key).to_string()
    }

    fn count(&self, key: &str, noun: &str) -> String {
        let n = self.number(key);
        format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
    }

    fn text(&self, key: &str) -> String {
        match self.f.params.get(key) {
            Some(Param::Text(t)) => t.clone(),
            _ => String::new(),
        }
    }

    fn items(&self, key: &str) -> &[String] {
        match self.f.params.get(key) {
            Some(Param::List(l)) => l,
            _ => &[],
        }
    }

    fn list(&self, key: &str) -> String {
        and(self.items(key))
    }

    fn names(&self, key: &str) -> String {
        let names: Vec<String> = self.items(key).iter().map(|c| self.name(c)).collect();
        and(&names)
    }

    fn steps(&self) -> String {
        let items = self.items("steps");
        format!(
            "{} {}",
            if items.len() == 1 { "Step" } else { "Steps" },
            and(items)
        )
    }

    fn versions(&self) -> String {
        format!("version {}", self.list("versions"))
    }

    fn date(&self, key: &str) -> String {
        let text = self.text(key);
        parse_date(&text).map_or(text, long_date)
    }

    fn for_whom(&self) -> String {
        match self.f.params.get("set_by") {
            Some(Param::Text(code)) => format!(" for {}", self.name(code)),
            _ => String::new(),
        }
    }

    /// A record by its name, with the code behind it.
    fn name(&self, code: &str) -> String {
        let known = self
            .names
            .and_then(|n| n.get(code))
            .map(|n| (*n).to_owned());
        let found = || {
            self.ws.find_code(code).and_then(|(table, id)| match table {
                Table::Service => self.ws.get::<Service>(id).map(|s| s.name.clone()),
                Table::Activity => self.ws.get::<Activity>(id).map(|a| a.name.clone()),
                _ => {
                    let column = ["name", "title", "display"]
                        .iter()
                        .find_map(|c| table.spec().column(c))?;
                    match self.ws.row(table, id)?.data.swap_remove(column) {
                        mainstay_domain::Datum::Text(t) => Some(t),
                        _ => None,
                    }
                }
            })
        };
        match known.or_else(found).filter(|n| !n.trim().is_empty()) {
            Some(n) => format!("{n} ({code})"),
            None => code.into(),
        }
    }

    /// A dependency by its ends.
    fn edge(&self, code: &str) -> String {
        let Some(d) = self.ws.dependencies.iter().find(|d| d.code.0 == code) else {
            return code.into();
        };
        let of = |table| self.ws.code_of(table, d.dependant_id.0);
        let from = of(Table::Activity).or_else(|| of(Table::Service));
        let to = self.ws.code_of(Table::Service, d.provider_id.0);
        format!(
            "The dependency of {} on {}",
            from.map_or("?".into(), |c| self.name(&c)),
            to.map_or("?".into(), |c| self.name(&c))
        )
    }
}
