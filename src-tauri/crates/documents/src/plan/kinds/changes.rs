//! What lies between two versions, and which results moved because of it: the change report, and section 20 of a plan.

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
    /// What happened to it.
    pub what: ChangeSort,
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
    /// Whether it says how somebody is reached, so that a redacted copy leaves it out.
    pub reach: bool,
}

impl Changes {
    /// What was frozen with a version; nothing where it was compared with none.
    pub fn frozen(content: &Workspace, number: &str) -> Option<Changes> {
        let mut versions = content.plan_versions.iter();
        let version = versions.find(|v| v.number == number && v.compared_with.is_some())?;
        let values = |r: &VersionChange| {
            let of = content.version_change_values.iter();
            of.filter(|v| v.change_id == r.id)
                .map(|v| ValueChanged {
                    label: v.label.clone(),
                    old: v.old.clone(),
                    new: v.new.clone(),
                    reach: v.reach == Some(true),
                })
                .collect()
        };
        let records = content.version_changes.iter();
        let results = content.version_results.iter();
        Some(Changes {
            from: version.compared_with.clone()?,
            to: version.number.clone(),
            records: records
                .filter(|r| r.version_id == version.id)
                .map(|r| RecordChanged {
                    noun: r.noun.clone(),
                    name: r.name.clone(),
                    what: r.what,
                    values: values(r),
                })
                .collect(),
            moved: results
                .filter(|r| r.version_id == version.id)
                .map(|r| r.text.clone())
                .collect(),
        })
    }
}

/// The change report.
pub(super) fn sections(m: &Maker<'_>, changes: Option<&Changes>) -> Vec<Section> {
    let Some(c) = changes else {
        return nothing(
            "There is no earlier version with its content in the workspace to compare with.",
        );
    };
    let mut said = vec![paragraph(format!(
        "From version {} to version {}: {}.",
        c.from,
        c.to,
        counted(c)
    ))];
    said.extend(bullets(c.moved.iter().map(|t| capital(t))));
    let mut out = vec![section("moved", "1", "What follows", 1, said)];
    for (n, (sort, title, blocks)) in parts(m, c).into_iter().enumerate() {
        out.push(section(sort.word(), &(n + 2).to_string(), title, 1, blocks));
    }
    out
}

/// Section 20 of a plan: what is not as it was in the approved version before.
pub(in crate::plan) fn summary(m: &Maker<'_>, p: &Plan, changes: Option<&Changes>) -> Vec<Section> {
    const ID: &str = "history";
    let frozen = match changes {
        Some(_) => None,
        None => Changes::frozen(m.ws, &m.i.version.number),
    };
    let said = match changes.or(frozen.as_ref()) {
        None => vec![paragraph(nothing_to_compare_with(m, p))],
        Some(c) => {
            let when = match m.is_draft() && m.i.version.state == VersionState::Draft {
                true => "This draft, as it was when it was printed,",
                false => "This version, as it was submitted,",
            };
            let mut said = vec![paragraph(format!(
                "{when} against version {}, the approved one before it: {}.",
                c.from,
                counted(c)
            ))];
            if !c.moved.is_empty() {
                said.push(Block::Paragraph {
                    runs: vec![Run::strong("Results that moved because of it")],
                });
            }
            said.extend(bullets(c.moved.iter().map(|t| capital(t))));
            said
        }
    };
    let mut out = vec![section(
        ID,
        "20",
        "Changes since the last approved version",
        1,
        said,
    )];
    let parts = changes.or(frozen.as_ref()).map(|c| parts(m, c));
    for (sort, title, blocks) in parts.into_iter().flatten() {
        out.push(section(
            &format!("{ID}-{}", sort.word()),
            "",
            title,
            2,
            blocks,
        ));
    }
    out
}

fn nothing_to_compare_with(m: &Maker<'_>, p: &Plan) -> String {
    let mut before =
        m.ws.plan_versions.iter().rev().filter(|v| {
            v.plan_id == p.id && v.number != m.i.version.number && v.approved_on.is_some()
        });
    match before.find(|v| v.state == VersionState::Approved) {
        Some(v) => format!(
            "Version {} was approved before this one, but its content was not at hand to be compared with, so that no values \
             can be set side by side. What is new in this version is said in the table of versions.",
            v.number
        ),
        None => "There is no approved version before this one.".into(),
    }
}

fn counted(c: &Changes) -> String {
    let n = |n: usize, one: &str, many: &str| match n {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    };
    format!(
        "{} added, removed or changed; {} moved",
        n(c.records.len(), "record was", "records were"),
        n(c.moved.len(), "result", "results")
    )
}

/// A table for each thing that can happen to a record, where it happened to any.
fn parts(m: &Maker<'_>, c: &Changes) -> Vec<(ChangeSort, &'static str, Vec<Block>)> {
    [
        (ChangeSort::Added, "Added"),
        (ChangeSort::Removed, "Removed"),
        (ChangeSort::Changed, "Changed"),
    ]
    .into_iter()
    .filter_map(|(sort, title)| {
        let of = c.records.iter().filter(|r| r.what == sort);
        let columns: &[(&str, Width, Align)] = &[
            ("", mm(30.0), Align::Start),
            ("Record", share(0.8), Align::Start),
            (
                match sort {
                    ChangeSort::Changed => "Before \u{2192} after",
                    _ => "Values",
                },
                share(1.6),
                Align::Start,
            ),
        ];
        let table = table(columns, of.map(|r| row(m, r)).collect())?;
        Some((sort, title, vec![table]))
    })
    .collect()
}

fn row(m: &Maker<'_>, r: &RecordChanged) -> Vec<Cell> {
    let mut cell = Cell::default();
    for v in &r.values {
        let mut runs = vec![Run::quiet(format!("{}: ", v.label))];
        let said = |t: &Option<String>| match t {
            Some(_) if v.reach && m.i.redact => WITHHELD.into(),
            Some(t) => t.clone(),
            None => "not set".into(),
        };
        match r.what {
            ChangeSort::Added => runs.push(Run::plain(said(&v.new))),
            ChangeSort::Removed => runs.push(Run::plain(said(&v.old))),
            ChangeSort::Changed => {
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
