//! Which column of a paste fills which field.

use super::{ColumnMatch, Register};
use mainstay_domain::{Table, Workspace, is_code};

/// The field of a column that lists what a record needs.
pub(super) const NEEDS: &str = "needs";

/// A column of a paste.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub header: String,
    /// The record's column, or [`NEEDS`].
    pub field: Option<&'static str>,
    /// The unit its heading names, such as `h` in `RTO (h)`; it holds for bare numbers.
    pub unit: Option<&'static str>,
    pub label: String,
}

impl Column {
    pub fn shown(&self) -> ColumnMatch {
        ColumnMatch {
            header: self.header.clone(),
            field: self.field.map(str::to_string),
            label: self.label.clone(),
        }
    }
}

/// A field that can be pasted: its column, its name for people, other names a heading may use.
type Name = (&'static str, &'static str, &'static [&'static str]);

const SERVICE: &[Name] = &[
    ("code", "Code", &["id", "key", "service id", "service code"]),
    ("name", "Name", &["service", "service name", "title"]),
    ("kind", "Kind", &["type", "category", "class"]),
    ("site_id", "Site", &["location", "place"]),
    (
        "owner_role_id",
        "Owner",
        &["owner role", "role", "responsible", "service owner"],
    ),
    ("team_id", "Team", &["support team", "group"]),
    (
        "own_restore_min",
        "Own restore time",
        &[
            "own restore",
            "restore time",
            "restore",
            "recovery time",
            "time to restore",
        ],
    ),
    (
        "declared_rto_min",
        "Declared RTO",
        &["rto", "promised rto", "rto declared"],
    ),
    (
        "rpo_target_min",
        "RPO target",
        &["rpo", "declared rpo", "promised rpo"],
    ),
    (
        "capability_min",
        "Shown restore time",
        &["capability", "tested restore time", "rta", "rtc"],
    ),
    ("evidence", "Evidence", &["proof"]),
    ("tested_on", "Tested on", &["last test", "test date"]),
    ("mtbf_h", "MTBF in hours", &["mtbf"]),
    ("mttr_h", "MTTR in hours", &["mttr"]),
    ("supplier_id", "Supplier", &["vendor", "provider"]),
    (
        "note",
        "Note",
        &[
            "notes",
            "remark",
            "remarks",
            "comment",
            "comments",
            "description",
        ],
    ),
    (
        NEEDS,
        "Depends on",
        &["needs", "depends", "dependencies", "dependency", "requires"],
    ),
];

const ACTIVITY: &[Name] = &[
    (
        "code",
        "Code",
        &["id", "key", "activity id", "activity code"],
    ),
    (
        "name",
        "Name",
        &[
            "activity",
            "activity name",
            "process",
            "business process",
            "title",
        ],
    ),
    (
        "owner_role_id",
        "Owner",
        &["owner role", "role", "responsible", "process owner"],
    ),
    ("in_scope", "In scope", &["scope"]),
    ("site_id", "Site", &["location", "place"]),
    (
        "rto_min",
        "RTO",
        &["recovery time objective", "rto required"],
    ),
    ("wrt_min", "WRT", &["work recovery time"]),
    ("rpo_min", "RPO", &["recovery point objective"]),
    (
        "mbco_pct",
        "MBCO",
        &["mbco %", "minimum output", "minimum level"],
    ),
    (
        "accepted_mtpd_min",
        "Accepted MTPD",
        &[
            "mtpd",
            "mtd",
            "mao",
            "maximum tolerable period of disruption",
        ],
    ),
    (
        "accepted_mtpd_reason",
        "Reason for the MTPD",
        &["mtpd reason"],
    ),
    (
        "workaround",
        "Workaround",
        &["manual workaround", "fallback"],
    ),
    (
        "workaround_note",
        "Workaround note",
        &["workaround capacity", "workaround limits"],
    ),
    ("peak", "Peak", &["peaks", "peak time", "worst time"]),
    (
        "reason",
        "Reason",
        &[
            "note",
            "notes",
            "remark",
            "remarks",
            "comment",
            "comments",
            "description",
        ],
    ),
    ("contested", "Contested", &[]),
    (
        NEEDS,
        "Depends on",
        &[
            "needs",
            "depends",
            "dependencies",
            "dependency",
            "requires",
            "services",
            "it services",
        ],
    ),
];

/// What a paste without a heading holds, after the code and the name.
const SERVICE_ORDER: &[&str] = &[
    "kind",
    "site_id",
    "owner_role_id",
    "team_id",
    "own_restore_min",
    "declared_rto_min",
    "note",
];
const ACTIVITY_ORDER: &[&str] = &[
    "owner_role_id",
    "rto_min",
    "wrt_min",
    "rpo_min",
    "mbco_pct",
    "workaround",
    "reason",
];

/// The columns a heading names; `None` when the line is none.
///
/// It is one when at least half of its cells are names of fields.
pub(super) fn from_heading(register: Register, cells: &[String]) -> Option<Vec<Column>> {
    let full = cells.iter().filter(|c| !c.trim().is_empty()).count();
    let mut columns: Vec<Column> = Vec::new();
    for (i, cell) in cells.iter().enumerate() {
        let (found, unit) = understand(register, cell);
        let taken = |field: &str| columns.iter().any(|c: &Column| c.field == Some(field));
        let (field, label) = match found {
            Some((field, _, _)) if taken(field) => (None, "left out: an earlier column is this"),
            Some((field, label, _)) => (Some(*field), *label),
            None => (None, "left out"),
        };
        let header = cell.split_whitespace().collect::<Vec<_>>().join(" ");
        columns.push(Column {
            header: if header.is_empty() { letter(i) } else { header },
            field,
            unit,
            label: label.to_string(),
        });
    }
    let known = columns.iter().filter(|c| c.field.is_some()).count();
    (known > 0 && known * 2 >= full).then_some(columns)
}

/// The columns of a paste without a heading: the name alone, or a code before it, then the register's own order.
pub(super) fn by_position(
    register: Register,
    rows: &[Vec<String>],
    width: usize,
    ws: &Workspace,
) -> Vec<Column> {
    let first = || rows.iter().filter_map(|r| r.first()).map(|c| c.trim());
    let like_a_code = |c: &str| {
        is_code(c)
            && (c.contains(|x: char| x.is_ascii_digit() || x == '-') || ws.find_code(c).is_some())
    };
    let with_code = width > 1 && first().all(|c| c.is_empty() || like_a_code(c));
    let head: &[&str] = if with_code {
        &["code", "name"]
    } else {
        &["name"]
    };
    let rest = match register {
        Register::Services => SERVICE_ORDER,
        Register::Activities => ACTIVITY_ORDER,
    };
    (0..width)
        .map(|i| {
            let name = head
                .iter()
                .chain(rest)
                .nth(i)
                .and_then(|f| names(register).iter().find(|n| n.0 == *f));
            Column {
                header: letter(i),
                field: name.map(|n| n.0),
                unit: None,
                label: name.map_or("left out", |n| n.1).to_string(),
            }
        })
        .collect()
}

/// A column that no heading stands above.
pub(super) fn unnamed(i: usize) -> Column {
    Column {
        header: letter(i),
        field: None,
        unit: None,
        label: "left out".into(),
    }
}

fn names(register: Register) -> &'static [Name] {
    match register {
        Register::Services => SERVICE,
        Register::Activities => ACTIVITY,
    }
}

fn understand(register: Register, cell: &str) -> (Option<&'static Name>, Option<&'static str>) {
    let (plain, unit) = normal(cell);
    let table: Table = register.table();
    let in_file = |n: &Name| {
        let spec = table.spec();
        spec.column(n.0).is_some_and(|i| {
            [n.0, spec.fields[i].json]
                .iter()
                .any(|x| normal(x).0 == plain)
        })
    };
    let found = names(register)
        .iter()
        .find(|n| n.1.to_lowercase() == plain || n.2.contains(&plain.as_str()) || in_file(n));
    (found, unit)
}

/// A heading in small letters, without its unit and without marks such as `*`.
fn normal(cell: &str) -> (String, Option<&'static str>) {
    let small = cell.to_lowercase().replace(['_', '-', '/', '\u{a0}'], " ");
    let (words, unit) = match small.find(['(', '[']) {
        Some(i) => (&small[..i], unit(&small[i..])),
        None => (small.as_str(), None),
    };
    let mut words: Vec<&str> = words
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | ':' | '#' | '?'))
        .split_whitespace()
        .collect();
    let mut found = unit;
    if let [.., "in", last] = words[..]
        && let Some(u) = self::unit(last)
    {
        found = Some(u);
        words.truncate(words.len() - 2);
    }
    (words.join(" "), found)
}

fn unit(text: &str) -> Option<&'static str> {
    match text.trim_matches(|c: char| !c.is_alphabetic()) {
        "m" | "min" | "mins" | "minutes" => Some("min"),
        "h" | "hr" | "hrs" | "hours" => Some("h"),
        "d" | "day" | "days" => Some("d"),
        "w" | "week" | "weeks" => Some("w"),
        _ => None,
    }
}

/// A column's letter as spreadsheets count: A to Z, AA and so on.
fn letter(i: usize) -> String {
    let last = char::from(b'A' + (i % 26) as u8);
    match i / 26 {
        0 => last.to_string(),
        n => format!("{}{last}", letter(n - 1)),
    }
}
