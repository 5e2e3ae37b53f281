//! The communication plan: who is told by which channel and by whose leave, the texts, and the reports that are owed.

use super::*;

/// More columns than that are not read side by side.
const MOST_CHANNELS: usize = 6;

pub(super) fn sections(m: &Maker<'_>, p: &Plan) -> Vec<Section> {
    let templates: Vec<&CommTemplate> =
        m.ws.comm_templates
            .iter()
            .filter(|t| t.plan_id == p.id)
            .collect();
    let duties: Vec<&ReportingDuty> =
        m.ws.reporting_duties
            .iter()
            .filter(|d| d.plan_id == p.id)
            .collect();
    let rule = said(&p.release_rule).is_some();
    let nothing = templates.is_empty() && duties.is_empty();
    if nothing && p.spokesperson_role_id.is_none() && !rule {
        return or_missing(
            m,
            "comms",
            Vec::new(),
            "Nothing is said about communication. Name a spokesperson, the rule by which words are released, whom to tell by \
             which channel, and the reports that law or contract ask for.",
        )
        .into_iter()
        .collect();
    }
    let mut out = vec![numbered("comms", release(m, p))];
    let mut part = |id: &str, title: &str, blocks: Vec<Block>, missing: &str| {
        let blocks = match blocks.is_empty() {
            true if m.is_draft() && !missing.is_empty() => vec![gap(missing)],
            _ => blocks,
        };
        if !blocks.is_empty() {
            out.push(section(id, "", title, 2, blocks));
        }
    };
    part(
        "comms-matrix",
        "Who is told by which channel",
        matrix(&templates),
        "No text is ready for any audience. Write down who is told what, and by which channel.",
    );
    part(
        "comms-rhythm",
        "Use, updates and release",
        rhythm(m, p, &templates),
        "",
    );
    part("comms-templates", "Texts", texts(m, &templates), "");
    part(
        "reporting",
        "Reports that are owed",
        reports(m, &duties),
        "No reporting duties are recorded. Ask counsel which authorities and customers must be told, and within which time.",
    );
    out
}

/// Who speaks, and what has to happen before.
fn release(m: &Maker<'_>, p: &Plan) -> Vec<Block> {
    let mut out = Vec::new();
    match p.spokesperson_role_id {
        Some(id) => {
            let deputy = m.ws.get::<Role>(id).and_then(|r| r.deputy_role_id);
            let deputy = deputy
                .map(|d| format!("; stands in: {}", m.role(Some(d))))
                .unwrap_or_default();
            out.push(Block::Paragraph {
                runs: vec![
                    Run::strong("Spokesperson. "),
                    Run::plain(format!("{}{deputy}. ", m.role(Some(id)))),
                    Run::page("Phone numbers: page", "contacts"),
                    Run::plain("."),
                ],
            });
        }
        None if m.is_draft() => out.push(gap("No spokesperson is named.")),
        None => {}
    }
    out.extend(written(
        m,
        "Release.",
        &p.release_rule,
        "There is no rule for the release. Say who approves a text before it leaves the house.",
    ));
    out
}

/// The channels of a template.
fn channels(t: &CommTemplate) -> Vec<&str> {
    let all = t.channel.as_deref().unwrap_or_default().split([',', ';']);
    all.map(str::trim).filter(|c| !c.is_empty()).collect()
}

fn audience(t: &CommTemplate) -> String {
    let said = t.audience.as_deref().map(str::trim);
    said.filter(|a| !a.is_empty())
        .map_or_else(|| "not named".into(), ToOwned::to_owned)
}

/// Audiences by channels, with the texts in the cells; in several tables where there are many channels.
fn matrix(templates: &[&CommTemplate]) -> Vec<Block> {
    let mut across: Vec<&str> = Vec::new();
    for c in templates.iter().flat_map(|t| channels(t)) {
        if !across.iter().any(|x| x.eq_ignore_ascii_case(c)) {
            across.push(c);
        }
    }
    let parts = across.len().div_ceil(MOST_CHANNELS).max(1);
    let each = across.len().div_ceil(parts).max(1);
    let mut out = Vec::new();
    for part in across.chunks(each) {
        let uses =
            |t: &CommTemplate, c: &str| channels(t).iter().any(|x| x.eq_ignore_ascii_case(c));
        let mut down: Vec<String> = Vec::new();
        for t in templates.iter().filter(|t| part.iter().any(|c| uses(t, c))) {
            if !down.contains(&audience(t)) {
                down.push(audience(t));
            }
        }
        let rows = down
            .into_iter()
            .map(|who| {
                let codes = |c: &&str| {
                    let of = templates
                        .iter()
                        .filter(|t| audience(t) == who && uses(t, c));
                    Cell::text(of.map(|t| t.code.0.as_str()).collect::<Vec<_>>().join(", "))
                };
                let cells: Vec<Cell> = part.iter().map(codes).collect();
                [vec![Cell::strong(capital(&who))], cells].concat()
            })
            .collect();
        let titles: Vec<String> = part.iter().map(|c| capital(c)).collect();
        let mut columns = vec![("Audience", mm(42.0), Align::Start)];
        columns.extend(
            titles
                .iter()
                .map(|c| (c.as_str(), share(1.0), Align::Start)),
        );
        out.extend(table(&columns, rows));
    }
    out
}

fn rhythm(m: &Maker<'_>, p: &Plan, templates: &[&CommTemplate]) -> Vec<Block> {
    let known = |t: &CommTemplate| {
        let mut out = Vec::new();
        out.extend(t.rhythm_min.map(|d| ("rhythm", d.to_string())));
        let role = p
            .spokesperson_role_id
            .map(|_| m.role(p.spokesperson_role_id));
        out.extend(role.map(|r| ("spokesperson_role", r)));
        out
    };
    let rows = templates
        .iter()
        .map(|t| {
            vec![
                Cell::quiet(t.code.0.clone()),
                Cell::strong(audience(t)),
                match &t.when {
                    Some(w) if !w.trim().is_empty() => {
                        Cell::runs(with_blanks(&capital(w), &known(t)))
                    }
                    _ => Cell::quiet("\u{2013}"),
                },
                t.rhythm_min
                    .map_or_else(|| Cell::quiet("once"), |d| Cell::text(format!("every {d}"))),
                match t.release_role_id {
                    Some(_) => Cell::text(m.role(t.release_role_id)),
                    None if m.is_draft() => Cell::chip("missing", Tone::Warn),
                    None => Cell::quiet("not named"),
                },
            ]
        })
        .collect();
    table(
        &[
            ("", mm(15.0), Align::Start),
            ("Audience", mm(40.0), Align::Start),
            ("Used", share(1.0), Align::Start),
            ("Updates", mm(24.0), Align::Start),
            ("Released by", mm(42.0), Align::Start),
        ],
        rows,
    )
    .into_iter()
    .collect()
}

fn texts(m: &Maker<'_>, templates: &[&CommTemplate]) -> Vec<Block> {
    let rows: Vec<Vec<Cell>> = templates
        .iter()
        .map(|t| {
            let by = channels(t).join(", ");
            let mut head = Cell::strong(audience(t));
            if !by.is_empty() {
                head = head.and(vec![Run::quiet(by)]);
            }
            let said = t.text.as_deref().filter(|x| !x.trim().is_empty());
            vec![
                Cell::quiet(t.code.0.clone()),
                head,
                match said {
                    Some(text) => {
                        let mut lines = text.lines().filter(|l| !l.trim().is_empty());
                        let first = Cell::runs(with_blanks(lines.next().unwrap_or_default(), &[]));
                        lines.fold(first, |cell, l| cell.and(with_blanks(l, &[])))
                    }
                    None if m.is_draft() => Cell::chip("missing", Tone::Warn),
                    None => Cell::quiet("\u{2013}"),
                },
            ]
        })
        .collect();
    let all = table(
        &[
            ("", mm(15.0), Align::Start),
            ("For", mm(40.0), Align::Start),
            ("Text", share(1.0), Align::Start),
        ],
        rows,
    );
    let note = "What stands in brackets is a blank, to be filled in when the text is used.";
    all.map(|t| noted(t, 2, note)).into_iter().collect()
}

/// The text with a blank to be filled in by pen for each `{{name}}` that nothing is known for.
fn with_blanks(text: &str, known: &[(&str, String)]) -> Vec<Run> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, behind)) = after.split_once("}}") else {
            break;
        };
        let name = name.trim();
        if !before.is_empty() {
            out.push(Run::plain(before));
        }
        match known.iter().find(|(k, _)| *k == name) {
            Some((_, value)) => out.push(Run::plain(value.clone())),
            // The line stays together with what it asks for.
            None => out.push(Run::quiet(format!(
                "[{}:{}]",
                name.replace('_', " "),
                "_".repeat(BLANK)
            ))),
        }
        rest = behind;
    }
    if !rest.is_empty() || out.is_empty() {
        out.push(Run::plain(rest));
    }
    out
}

/// How long the line of a blank is, in strokes.
const BLANK: usize = 14;

fn reports(m: &Maker<'_>, duties: &[&ReportingDuty]) -> Vec<Block> {
    let rows = duties
        .iter()
        .map(|d| {
            let mut to = Cell::strong(
                d.authority
                    .clone()
                    .filter(|a| !a.trim().is_empty())
                    .unwrap_or_else(|| "not named".into()),
            );
            for (said, label) in [(&d.basis, ""), (&d.note, "Note: ")] {
                if let Some(t) = said.as_deref().filter(|t| !t.trim().is_empty()) {
                    to = to.and(vec![Run::quiet(format!("{label}{t}"))]);
                }
            }
            vec![
                Cell::quiet(d.code.0.clone()),
                to,
                text(&d.trigger),
                match d.deadline_min {
                    Some(d) => Cell::strong(deadline(d)),
                    None if m.is_draft() => Cell::chip("missing", Tone::Warn),
                    None => Cell::quiet("not stated"),
                },
                match d.role_id {
                    Some(_) => Cell::text(m.role(d.role_id)),
                    None if m.is_draft() => Cell::chip("missing", Tone::Warn),
                    None => Cell::quiet("not named"),
                },
                m.personal(&d.contact),
            ]
        })
        .collect();
    table(
        &[
            ("", mm(15.0), Align::Start),
            ("To whom, and why", share(1.3), Align::Start),
            ("Counts from", share(0.9), Align::Start),
            ("Within", mm(18.0), Align::End),
            ("Reports", mm(32.0), Align::Start),
            ("By", share(0.8), Align::Start),
        ],
        rows,
    )
    .into_iter()
    .collect()
}

/// A deadline as laws say it: in hours up to three days.
fn deadline(d: Minutes) -> String {
    match d.0 % 60 == 0 && d.0 <= 4320 {
        true => format!("{} h", d.0 / 60),
        false => d.to_string(),
    }
}
