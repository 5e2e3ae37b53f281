//! Exercises and open actions.

use super::*;

pub(super) fn sections(m: &Maker<'_>, _: &Plan) -> Vec<Section> {
    let mut out = Vec::new();
    out.extend(or_missing(
        m,
        "exercises",
        exercises(m),
        "No exercise is recorded. A plan that was never tried is a guess.",
    ));
    out.extend(or_missing(
        m,
        "actions",
        actions(m),
        "No actions are recorded.",
    ));
    out
}

fn exercises(m: &Maker<'_>) -> Vec<Block> {
    let mut out = Vec::new();
    for e in &m.ws.exercises {
        let kind = e.kind.as_deref().unwrap_or("exercise").replace('_', " ");
        let when = e
            .date
            .map(long_date)
            .unwrap_or_else(|| "date unknown".into());
        let version = e
            .plan_version
            .as_deref()
            .map(|v| format!(", on version {v}"))
            .unwrap_or_default();
        out.push(Block::Paragraph {
            runs: vec![
                Run::strong(e.title.clone()),
                Run::quiet(format!("  {} on {when}{version}", capital(&kind))),
            ],
        });
        out.extend(objectives(m, e));
    }
    out
}

/// What an exercise was to show, and how well it did.
pub(super) fn objectives(m: &Maker<'_>, e: &Exercise) -> Option<Block> {
    let rows =
        m.ws.objectives
            .iter()
            .filter(|o| o.exercise_id == e.id)
            .map(|o| {
                let rating = match o.rating {
                    Some(Rating::P) => Cell::chip("no problems", Tone::Met),
                    Some(Rating::S) => Cell::chip("some problems", Tone::Met),
                    Some(Rating::M) => Cell::chip("major problems", Tone::Gap),
                    Some(Rating::U) => Cell::chip("not achieved", Tone::Gap),
                    Some(Rating::NA) => Cell::chip("not observed", Tone::Unknown),
                    None => Cell::chip("not rated", Tone::Unknown),
                };
                let none = || Cell::quiet("\u{2013}");
                vec![
                    text(&o.text),
                    o.target_min
                        .map_or_else(none, |d| Cell::text(d.to_string())),
                    o.actual_min
                        .map_or_else(none, |d| Cell::text(d.to_string())),
                    rating,
                ]
            })
            .collect();
    table(
        &[
            ("Objective", share(1.0), Align::Start),
            ("Target", mm(24.0), Align::End),
            ("Actual", mm(24.0), Align::End),
            ("Result", mm(32.0), Align::Start),
        ],
        rows,
    )
}

fn actions(m: &Maker<'_>) -> Vec<Block> {
    actions_from(m, None)
}

/// The actions that follow from something, closed ones too; those that are not closed where nothing is named.
pub(super) fn actions_from(m: &Maker<'_>, source: Option<&str>) -> Vec<Block> {
    let today = m.today();
    let rows: Vec<Vec<Cell>> =
        m.ws.actions
            .iter()
            .filter(|a| match source {
                Some(s) => a.source.as_deref() == Some(s),
                None => matches!(a.state, ActionState::Open | ActionState::Done),
            })
            .map(|a| {
                let late = a.state == ActionState::Open && a.due.is_some_and(|d| d < today);
                let state = match (a.state, late) {
                    (_, true) => Cell::chip("overdue", Tone::Gap),
                    (ActionState::Done, _) => Cell::chip("done, not verified", Tone::Warn),
                    (state, _) => Cell::text(state.word().replace('_', " ")),
                };
                vec![
                    Cell::quiet(a.code.0.clone()),
                    Cell::text(a.text.clone()),
                    text(&a.source),
                    Cell::text(m.role(a.owner_role_id)),
                    date(a.due),
                    state,
                ]
            })
            .collect();
    table(
        &[
            ("", mm(17.0), Align::Start),
            ("Action", share(1.0), Align::Start),
            ("From", mm(17.0), Align::Start),
            ("Owner", mm(34.0), Align::Start),
            ("Due", mm(31.0), Align::Start),
            ("", mm(31.0), Align::Start),
        ],
        rows,
    )
    .into_iter()
    .collect()
}
