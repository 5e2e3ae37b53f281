//! The exercise report: objectives, injects, what was seen, and what follows.

use super::*;
use mainstay_analysis::people::exercises;

pub(super) fn sections(m: &Maker<'_>) -> Vec<Section> {
    if m.ws.exercises.is_empty() {
        return nothing("No exercise is recorded.");
    }
    let results = exercises(m.ws, m.today());
    let mut out = Vec::new();
    for (n, (e, r)) in m.ws.exercises.iter().zip(&results).enumerate() {
        let id = |part: &str| format!("exercise-{}-{part}", e.code);
        let mut head = vec![];
        head.extend(fields(vec![
            (
                "Kind",
                e.kind.as_deref().map(|k| capital(&k.replace('_', " "))),
            ),
            ("Date", e.date.map(long_date)),
            ("Duration", e.duration_min.map(|d| d.to_string())),
            ("Plan version", e.plan_version.clone()),
            ("Led by", e.facilitator.clone()),
            (
                "Players",
                names(
                    m,
                    m.ws.exercise_players
                        .iter()
                        .filter(|x| x.exercise_id == e.id)
                        .map(|x| x.role_id),
                ),
            ),
            (
                "Evaluators",
                names(
                    m,
                    m.ws.exercise_evaluators
                        .iter()
                        .filter(|x| x.exercise_id == e.id)
                        .map(|x| x.role_id),
                ),
            ),
        ]));
        let rate = match r.met_rate {
            Some(x) => format!(
                "{} of {} evaluated objectives were met ({:.0} %).",
                r.met,
                r.evaluated,
                x * 100.0
            ),
            None => "No objective was evaluated, so nothing is shown either way.".into(),
        };
        let times = match r.timed {
            0 => String::new(),
            n => format!(" {} of {n} were reached within their time.", r.timed_met),
        };
        head.push(paragraph(format!("{rate}{times}")));
        head.extend(upkeep::objectives(m, e));
        out.push(Section {
            start: if n == 0 { Start::Here } else { Start::Page },
            ..section(&id("head"), &(n + 1).to_string(), &e.title, 1, head)
        });
        let mut part = |key: &str, title: &str, blocks: Vec<Block>| {
            if !blocks.is_empty() {
                out.push(section(&id(key), "", title, 2, blocks));
            }
        };
        part("injects", "Injects", injects(m, e));
        part(
            "recovery",
            "Recovery as it was talked through",
            recovery(m, e),
        );
        part("seen", "Observations", observations(m, e));
        part(
            "well",
            "What went well",
            bullets(
                m.ws.went_well
                    .iter()
                    .filter(|x| x.exercise_id == e.id)
                    .map(|x| capital(&x.text)),
            ),
        );
        part(
            "better",
            "What should be better",
            bullets(
                m.ws.improvements
                    .iter()
                    .filter(|x| x.exercise_id == e.id)
                    .map(|x| capital(&x.text)),
            ),
        );
        part(
            "actions",
            "Actions",
            upkeep::actions_from(m, Some(&e.code.0)),
        );
    }
    out
}

fn injects(m: &Maker<'_>, e: &Exercise) -> Vec<Block> {
    let rows =
        m.ws.injects
            .iter()
            .filter(|i| i.exercise_id == e.id)
            .map(|i| {
                let at = match (i.planned_min, i.actual_min) {
                    (Some(p), Some(a)) if a != p => {
                        Cell::text(a.to_string()).and(vec![Run::quiet(format!("planned {p}"))])
                    }
                    (p, a) => a
                        .or(p)
                        .map_or_else(|| Cell::quiet("?"), |t| Cell::text(t.to_string())),
                };
                vec![
                    Cell::text(i.no.0.to_string()),
                    at,
                    Cell::text(
                        i.to_role_id
                            .map_or_else(|| "all".into(), |r| m.role(Some(r))),
                    ),
                    text(&i.text),
                    text(&i.expected),
                    text(&i.observed),
                ]
            })
            .collect();
    table(
        &[
            ("", mm(8.0), Align::End),
            ("At", mm(23.0), Align::Start),
            ("To", mm(31.0), Align::Start),
            ("What was said", share(1.0), Align::Start),
            ("Expected", share(0.9), Align::Start),
            ("Seen", share(0.9), Align::Start),
        ],
        rows,
    )
    .into_iter()
    .collect()
}

fn recovery(m: &Maker<'_>, e: &Exercise) -> Vec<Block> {
    let rows =
        m.ws.estimated_recoveries
            .iter()
            .filter(|x| x.exercise_id == e.id)
            .map(|x| {
                let late = x.required_min.zip(x.discussed_min).map(|(r, d)| d > r);
                vec![
                    Cell::text(
                        x.service_id
                            .map_or_else(|| "not named".into(), |s| m.service(s)),
                    ),
                    duration(x.required_min),
                    duration(x.discussed_min),
                    match late {
                        Some(true) => Cell::chip("too late", Tone::Gap),
                        Some(false) => Cell::chip("in time", Tone::Met),
                        None => Cell::chip("unknown", Tone::Unknown),
                    },
                ]
            })
            .collect();
    let Some(t) = table(
        &[
            ("Service", share(1.0), Align::Start),
            ("Owed", mm(28.0), Align::End),
            ("Thought", mm(28.0), Align::End),
            ("", mm(30.0), Align::Start),
        ],
        rows,
    ) else {
        return Vec::new();
    };
    vec![
        quiet("What players thought is an estimate; it demonstrates nothing."),
        t,
    ]
}

fn observations(m: &Maker<'_>, e: &Exercise) -> Vec<Block> {
    let rows =
        m.ws.observations
            .iter()
            .filter(|o| o.exercise_id == e.id)
            .map(|o| {
                let objective = o.objective_id.and_then(|i| m.ws.get::<Objective>(i));
                let action = o.action_id.and_then(|i| m.ws.get::<Action>(i));
                vec![
                    text(&o.text),
                    objective.map_or_else(
                        || Cell::quiet("\u{2013}"),
                        |x| Cell::text(x.text.clone().unwrap_or_default()),
                    ),
                    action.map_or_else(|| Cell::quiet("none"), |a| Cell::text(a.code.0.clone())),
                ]
            })
            .collect();
    table(
        &[
            ("What was seen", share(1.2), Align::Start),
            ("Objective", share(1.0), Align::Start),
            ("Action", mm(22.0), Align::Start),
        ],
        rows,
    )
    .into_iter()
    .collect()
}
