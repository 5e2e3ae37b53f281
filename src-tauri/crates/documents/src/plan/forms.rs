//! Blank forms for the day itself, a page each, to be filled in by pen.

use super::*;
use crate::model::Pen;

/// The height of a line of handwriting, in millimetres.
const HAND: f32 = 9.0;

/// Room for so many lines of handwriting.
fn blank(lines: usize) -> Cell {
    Cell::pen(Pen::Room(HAND * lines as f32))
}

type Heading = (&'static str, Width, Align);

const fn wide(title: &'static str, share: f32) -> Heading {
    (title, Width::Share(share), Align::Start)
}

const fn narrow(title: &'static str, mm: f32) -> Heading {
    (title, Width::Fixed(mm), Align::Start)
}

/// Free rows under headings.
fn ruled(columns: &[Heading], rows: usize, lines: usize) -> Option<Block> {
    table(columns, vec![vec![blank(lines); columns.len()]; rows])
}

/// What is asked for on the left, and room for it on the right.
fn asked(rows: &[(&str, usize)]) -> Option<Block> {
    let rows = rows
        .iter()
        .map(|(what, lines)| vec![Cell::strong(*what), blank(*lines)])
        .collect();
    table(&[narrow("", 42.0), wide("", 1.0)], rows)
}

pub(super) fn sections() -> Vec<Section> {
    let mut out = vec![Section {
        start: Start::Page,
        ..numbered(
            "forms",
            vec![quiet(
                "Copy what you need, or tear it out. Times are local times; number the sheets.",
            )],
        )
    }];
    let mut form = |id: &str, title: &str, what: &str, blocks: Vec<Option<Block>>| {
        let mut all = vec![quiet(what)];
        all.extend(blocks.into_iter().flatten());
        out.push(Section {
            // The first stands below the heading of them all.
            start: match out.len() {
                1 => Start::Here,
                _ => Start::Page,
            },
            ..section(id, "", title, 2, all)
        });
    };
    form(
        "form-incident",
        "Incident log",
        "One line for everything that is seen, said or done, when it happens. Nothing is crossed out; corrections get a line of \
         their own.",
        vec![
            ruled(
                &[
                    wide("Incident", 1.4),
                    narrow("Began (date, time)", 40.0),
                    wide("Log kept by", 1.0),
                    narrow("Sheet", 18.0),
                ],
                1,
                1,
            ),
            ruled(
                &[
                    narrow("No", 12.0),
                    narrow("Time", 20.0),
                    wide("What was seen, said or done", 1.0),
                    narrow("By whom, from whom", 40.0),
                    narrow("Initials", 18.0),
                ],
                14,
                1,
            ),
        ],
    );
    form(
        "form-decisions",
        "Decision log",
        "What was decided, what else could have been, and why. Read back before it is carried out.",
        vec![
            ruled(
                &[
                    wide("Incident", 1.4),
                    wide("Log kept by", 1.0),
                    narrow("Sheet", 18.0),
                ],
                1,
                1,
            ),
            ruled(
                &[
                    narrow("No", 12.0),
                    narrow("Time", 20.0),
                    wide("Decision, and who carries it out", 1.2),
                    wide("Options, facts and reasons", 1.0),
                    narrow("Decided by (role)", 32.0),
                    narrow("Initials", 18.0),
                ],
                8,
                2,
            ),
        ],
    );
    form(
        "form-situation",
        "Situation report",
        "For management, in the rhythm of the communication plan. What is not known is said to be unknown.",
        vec![
            ruled(
                &[
                    narrow("Report no", 24.0),
                    narrow("Time", 28.0),
                    wide("From (role)", 1.0),
                    wide("To", 1.0),
                    narrow("Next report at", 32.0),
                ],
                1,
                1,
            ),
            asked(&[
                ("Picture: what is down, what works", 3),
                ("Trend: better, same, worse", 1),
                ("Done since the last report", 3),
                ("Next", 2),
                ("Decisions needed, and until when", 2),
            ]),
            ruled(
                &[
                    wide("Service or activity", 1.2),
                    wide("State", 0.8),
                    narrow("Expected back", 30.0),
                    narrow("Time limit (RTO)", 30.0),
                    wide("Who works on it", 0.9),
                ],
                6,
                1,
            ),
        ],
    );
    form(
        "form-handover",
        "Handover sheet",
        "Filled in before the shift ends and read through together; the log goes along.",
        vec![
            ruled(
                &[
                    wide("Role that is handed over", 1.0),
                    narrow("Date and time", 40.0),
                    wide("Where to be found from now on", 1.0),
                ],
                1,
                1,
            ),
            asked(&[
                ("Situation in one sentence", 2),
                ("Open tasks, who, until when", 3),
                ("Decisions that wait", 2),
                ("Who was told what, and what was promised", 2),
                ("Who is here, who rests until when", 2),
                ("Keys, envelopes, equipment", 1),
            ]),
            table(
                &[
                    wide("Hands over: name and signature", 1.0),
                    wide("Takes over: name and signature", 1.0),
                ],
                vec![vec![Cell::pen(Pen::Signature(Vec::new())); 2]],
            ),
        ],
    );
    out
}
