//! The change report: what lies between two versions, and which results moved because of it.

use super::*;

/// What lies between two versions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Changes {
    /// The earlier version's number.
    pub from: String,
    /// The later version's number.
    pub to: String,
    /// What was added, removed or changed.
    pub records: Vec<RecordChanged>,
    /// Which results moved, a sentence each.
    pub moved: Vec<String>,
}

/// A record that is in one version and not, or not so, in the other.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordChanged {
    /// What sort of record it is, such as `service`.
    pub noun: String,
    /// Its code and name.
    pub name: String,
    /// `added`, `removed` or `changed`.
    pub what: &'static str,
    /// The values.
    pub values: Vec<ValueChanged>,
}

/// A value that is not the same in both.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueChanged {
    /// What it is called.
    pub label: String,
    /// Before; nothing where it was not set.
    pub old: Option<String>,
    /// After; nothing where it is not set.
    pub new: Option<String>,
}

pub(super) fn sections(changes: Option<&Changes>) -> Vec<Section> {
    let Some(c) = changes else {
        return nothing(
            "There is no earlier version with its content in the workspace to compare with.",
        );
    };
    let mut said = vec![paragraph(format!(
        "From version {} to version {}: {} records were added, removed or changed; {} results moved.",
        c.from,
        c.to,
        c.records.len(),
        c.moved.len()
    ))];
    said.extend(bullets(c.moved.iter().map(|t| capital(t))));
    let mut out = vec![section("moved", "1", "What follows", 1, said)];
    for (n, (what, title)) in [
        ("added", "Added"),
        ("removed", "Removed"),
        ("changed", "Changed"),
    ]
    .into_iter()
    .filter(|(w, _)| c.records.iter().any(|r| r.what == *w))
    .enumerate()
    {
        let rows = c
            .records
            .iter()
            .filter(|r| r.what == what)
            .map(row)
            .collect();
        let columns: &[(&str, Width, Align)] = &[
            ("", mm(30.0), Align::Start),
            ("Record", share(0.8), Align::Start),
            (
                if what == "changed" {
                    "Before \u{2192} after"
                } else {
                    "Values"
                },
                share(1.6),
                Align::Start,
            ),
        ];
        out.push(section(
            what,
            &(n + 2).to_string(),
            title,
            1,
            table(columns, rows).into_iter().collect(),
        ));
    }
    out
}

fn row(r: &RecordChanged) -> Vec<Cell> {
    let mut cell = Cell::default();
    for v in &r.values {
        let mut runs = vec![Run::quiet(format!("{}: ", v.label))];
        let said = |t: &Option<String>| t.clone().unwrap_or_else(|| "not set".into());
        match r.what {
            "added" => runs.push(Run::plain(said(&v.new))),
            "removed" => runs.push(Run::plain(said(&v.old))),
            _ => {
                runs.push(Run::plain(format!("{} \u{2192} ", said(&v.old))));
                runs.push(Run::strong(said(&v.new)));
            }
        }
        cell = cell.and(runs);
    }
    vec![
        Cell::quiet(r.noun.clone()),
        Cell::text(r.name.clone()),
        cell,
    ]
}
