//! What is written: forty tables of 45 rows, forty charts and ten heat maps, in as much text as makes some 280 pages.

use mainstay_documents::model::*;

pub const TABLES: usize = 40;
pub const ROWS: usize = 45;
pub const HEADS: [&str; 5] = [
    "No",
    "Service and what it is for",
    "Needed",
    "Shown",
    "Evidence",
];
const WORDS: &str = "the dispatchers of every site are told which services are restored first and how long each activity can stand \
    still before its customers notice whoever decides writes the time and the reason into the log and hands over in person \
    at the end of a shift nobody restores a service whose own needs are not met and nobody reports one as restored before \
    its owner has looked at it suppliers are called in the order of the list with the number of the contract at hand";
/// Paragraphs before each table, and sentences in each.
const PARAGRAPHS: (usize, usize) = (23, 9);

/// A sentence that no other is like.
pub fn sentence(n: usize) -> String {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let some: Vec<&str> = (0..14)
        .map(|k| words[(n * 17 + k * (n % 5 + 1)) % words.len()])
        .collect();
    let text = some.join(" ");
    format!("{}{}, number {n}.", text[..1].to_uppercase(), &text[1..])
}

pub fn paragraph(section: usize, n: usize) -> String {
    let first = (section * PARAGRAPHS.0 + n) * PARAGRAPHS.1;
    let all: Vec<String> = (first..first + PARAGRAPHS.1).map(sentence).collect();
    all.join(" ")
}

pub fn paragraphs() -> usize {
    PARAGRAPHS.0
}

pub fn row(section: usize, n: usize) -> [String; 5] {
    let k = section * ROWS + n;
    [
        format!("{}", n + 1),
        format!("Service S{k:04}, {}", &sentence(k)[..40]),
        format!("{} h", k % 23 + 1),
        format!("{} h {} min", k % 19 + 1, k % 60),
        [
            "component test, May 2026",
            "estimate",
            "exercise, March 2026",
        ][k % 3]
            .into(),
    ]
}

/// Hours and amounts.
pub fn points(section: usize) -> Vec<(f64, f64)> {
    (0..60)
        .map(|k| {
            let hours = 0.25 * 1.12_f64.powi(k);
            (hours, hours.powf(1.2) * (900.0 + 13.0 * section as f64))
        })
        .collect()
}

/// Codes of the risks in a cell of a heat map.
pub fn risks(map: usize, likelihood: usize, impact: usize) -> Vec<String> {
    let n = (map + likelihood * 2 + impact * 3) % 4;
    (0..n)
        .map(|k| format!("R{}", map * 60 + likelihood * 10 + impact * 2 + k))
        .collect()
}

pub fn document() -> Document {
    let sections = (0..TABLES).map(|s| Section {
        id: format!("s{s}"),
        number: (s + 1).to_string(),
        title: format!("Services of site {}", s + 1),
        level: 1,
        start: Start::Page,
        blocks: blocks(s),
    });
    Document {
        meta: Meta {
            organisation: "Nordhafen Logistics".into(),
            title: "IT service continuity plan".into(),
            code: "PLAN-01".into(),
            version: "1.0".into(),
            state: "approved 23 November 2026".into(),
            draft: false,
            classification: "Internal".into(),
            content_sha256: Some("0".repeat(64)),
            language: "en-GB".into(),
            made_at: "2026-11-23T10:00:00Z".into(),
        },
        cover: Cover {
            fields: vec![Field {
                label: "Owner".into(),
                value: Cell::text("Service continuity manager"),
            }],
            card: None,
        },
        sections: sections.collect(),
        source: Some(Source {
            name: "plan.json".into(),
            description: "The content of this plan".into(),
            bytes: b"{}".to_vec(),
        }),
    }
}

fn blocks(s: usize) -> Vec<Block> {
    let mut out: Vec<Block> = (0..PARAGRAPHS.0)
        .map(|n| Block::Paragraph {
            runs: vec![Run::plain(paragraph(s, n))],
        })
        .collect();
    let widths = [
        Width::Fixed(12.0),
        Width::Share(1.0),
        Width::Fixed(18.0),
        Width::Fixed(26.0),
        Width::Share(0.6),
    ];
    let columns = HEADS.iter().zip(widths).map(|(title, width)| Column {
        title: (*title).into(),
        width,
        align: Align::Start,
        group: None,
        note: None,
    });
    out.push(Block::Table(Table {
        columns: columns.collect(),
        rows: (0..ROWS)
            .map(|n| row(s, n).map(Cell::text).into())
            .collect(),
    }));
    out.push(Block::Curve(Curve {
        title: "Loss over time".into(),
        currency: "EUR".into(),
        points: points(s),
        markers: vec![Marker {
            at: 8.0,
            label: "RTO 8 h".into(),
            role: MarkerRole::Rto,
        }],
        unacceptable_from: Some(24.0),
    }));
    if s % 4 == 0 {
        let cells = (1..=5).flat_map(|l| (1..=5).map(move |i| (l, i)));
        let cells = cells.map(|(l, i)| HeatCell {
            likelihood: l as i64,
            impact: i as i64,
            band: (l + i - 2) / 3,
            risks: risks(s / 4, l, i),
        });
        out.push(Block::Figure(Figure {
            title: "Risks today".into(),
            words: "Likelihood and impact of each risk.".into(),
            drawing: Drawing::Heat(Heat {
                cells: cells.collect(),
            }),
        }));
    }
    out
}
