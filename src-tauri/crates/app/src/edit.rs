//! Generic edits: fields as typed, lists, adding and removing records of any kind.

use crate::problem::Outcome;
use crate::wire::{AddRecord, ByCode, Changed, FieldText, Problem, SetFields, SetList};
use crate::{App, labels};
use mainstay_domain::natural::LINKS;
use mainstay_domain::{
    ActivityHorizon, ActivityHorizonId, ActivityId, Datum, FieldSpec, Kind, Minutes, Place, Row,
    Shape, Table, TableSpec, Uuid, Workspace, reference,
};
use mainstay_planfile::{Committed, Operation, Tx};

/// Changes fields of one record, each as typed.
pub(crate) fn set_fields(app: &mut App, args: SetFields) -> Outcome<Changed> {
    let ws = app.workspace()?;
    let (table, id) = located(ws, &args.code)?;
    let mut row = ws
        .row(table, id)
        .ok_or_else(|| Problem::no_such("record", &args.code))?;
    for f in &args.fields {
        set_field(ws, table.spec(), &mut row, &args.code, f)?;
    }
    let name = labels::record(ws, table, id);
    let fields: Vec<String> = args
        .fields
        .iter()
        .map(|f| labels::field(&f.field))
        .collect();
    let op = Operation::merging(
        format!("change {} of {name}", fields.join(", ")),
        format!(
            "{id}.{}",
            args.fields
                .iter()
                .map(|f| f.field.as_str())
                .collect::<Vec<_>>()
                .join(",")
        ),
    );
    let code = new_code(table.spec(), &row).unwrap_or(args.code);
    let ((), done) = app.change(&op, |tx| Ok(tx.put(table, &row)?))?;
    changed(app, op, Some(code), done)
}

/// Changes a list of one record.
pub(crate) fn set_list(app: &mut App, args: SetList) -> Outcome<Changed> {
    let ws = app.workspace()?;
    let (table, id) = located(ws, &args.code)?;
    let (child, column) = scalar_list(table, &args.field).ok_or_else(|| {
        Problem::new(
            "no_such_field",
            format!(
                "{} has no list “{}”.",
                labels::record(ws, table, id),
                args.field
            ),
        )
    })?;
    let kind = child.fields[column].kind;
    let mut wanted = Vec::new();
    for v in args.values.iter().filter(|v| !v.trim().is_empty()) {
        wanted.push(
            read(ws, kind, v).map_err(|a| Problem::bad_value(&args.code, &args.field, v, &a))?,
        );
    }
    let mut old: Vec<Row> = ws
        .rows(child.table)
        .into_iter()
        .filter(|r| r.data[0] == Datum::Id(id))
        .collect();
    let mut rows = Vec::new();
    for (i, value) in wanted.into_iter().enumerate() {
        let mut row = match old.iter().position(|r| r.data[column] == value) {
            Some(at) => old.remove(at),
            None => blank(child, &[(0, Datum::Id(id)), (column, value)]),
        };
        row.pos = i as i64 + 1;
        rows.push(row);
    }
    let op = Operation::merging(
        format!(
            "change {} of {}",
            labels::field(&args.field),
            labels::record(ws, table, id)
        ),
        format!("{id}.{}", args.field),
    );
    let ((), done) = app.change(&op, |tx| {
        for r in &old {
            tx.remove(child.table, r.id)?;
        }
        for r in &rows {
            tx.put(child.table, r)?;
        }
        Ok(())
    })?;
    changed(app, op, Some(args.code), done)
}

/// Adds a record.
pub(crate) fn add_record(app: &mut App, args: AddRecord) -> Outcome<Changed> {
    let ws = app.workspace()?;
    let table = addable(&args.kind)?;
    let (row, code) = new_row(ws, table, args.code.as_deref(), &args.fields)?;
    let name = labels::shorten(
        &title_of(table.spec(), &row).unwrap_or_else(|| code.clone()),
        60,
    );
    let op = Operation::named(format!("add {} {name}", table.spec().noun));
    let ((), done) = app.change(&op, |tx| insert_whole(tx, table, &row))?;
    changed(app, op, Some(code), done)
}

/// Removes a record and what hangs on it.
pub(crate) fn remove_record(app: &mut App, args: ByCode) -> Outcome<Changed> {
    let ws = app.workspace()?;
    let (table, id) = located(ws, &args.code)?;
    let mut doomed = Vec::new();
    let mut places = Vec::new();
    condemn(ws, table, id, &mut doomed, &mut places);
    if !places.is_empty() {
        places.truncate(8);
        return Err(Problem::new(
            "in_use",
            format!(
                "{} cannot be removed because it is used as {}; change that first.",
                labels::record(ws, table, id),
                places.join(", as ")
            ),
        )
        .with("places", places));
    }
    let op = Operation::named(format!(
        "remove {} {}",
        table.spec().noun,
        labels::record(ws, table, id)
    ));
    let ((), done) = app.change(&op, |tx| {
        for (t, i) in &doomed {
            tx.remove(*t, *i)?;
        }
        Ok(())
    })?;
    changed(app, op, None, done)
}

/// The answer to every change.
pub(crate) fn changed(
    app: &App,
    op: Operation,
    code: Option<String>,
    done: Committed,
) -> Outcome<Changed> {
    let file = &app.session()?.file;
    Ok(Changed {
        operation: op.name,
        code,
        tags: done.tags.into_iter().map(Into::into).collect(),
        undo: file.undo_name().map(Into::into),
        redo: file.redo_name().map(Into::into),
    })
}

/// Where the record with this code is.
pub(crate) fn located(ws: &Workspace, code: &str) -> Outcome<(Table, Uuid)> {
    ws.find_code(code)
        .ok_or_else(|| Problem::no_such("record", code))
}

/// Reads what was typed into a field of any kind; references are given by code or, failing that, by name.
pub(crate) fn read(ws: &Workspace, kind: Kind, text: &str) -> Result<Datum, String> {
    let t = text.trim();
    let fits = |table: Table| match kind {
        Kind::Ref(want) => table == want,
        _ => matches!(table, Table::Activity | Table::Service),
    };
    match kind {
        Kind::Ref(_) | Kind::NodeRef if t.is_empty() => Ok(Datum::Null),
        Kind::Ref(_) | Kind::NodeRef => ws
            .find_code(t)
            .filter(|(table, _)| fits(*table))
            .map(|(_, id)| Datum::Id(id))
            .ok_or_else(|| kind.allowed()),
        _ => kind.read(text),
    }
}

/// A record of a table with these columns set and every other at its default.
pub(crate) fn blank(spec: &TableSpec, set: &[(usize, Datum)]) -> Row {
    let mut data: Vec<Datum> = spec.fields.iter().map(default).collect();
    for (i, d) in set {
        data[*i] = d.clone();
    }
    Row {
        id: Uuid::now_v7(),
        pos: 0,
        data,
    }
}

/// Puts a new record at the end of its list, with what belongs to it from the start.
pub(crate) fn insert_whole(tx: &mut Tx<'_>, table: Table, row: &Row) -> Outcome<()> {
    let mut row = row.clone();
    row.pos = tx.workspace().next_pos(table);
    tx.put(table, &row)?;
    if table == Table::Activity {
        let ws = tx.workspace();
        let like: Vec<i64> = match ws.activities.iter().rev().find(|a| a.id.0 != row.id) {
            Some(a) => ws
                .activity_horizons
                .iter()
                .filter(|h| h.activity_id == a.id)
                .map(|h| h.at_min.0)
                .collect(),
            None => Vec::new(),
        };
        let horizons = if like.is_empty() {
            reference::HORIZONS_MIN.to_vec()
        } else {
            like
        };
        for (i, at) in horizons.into_iter().enumerate() {
            tx.put_record(&ActivityHorizon {
                id: ActivityHorizonId(Uuid::now_v7()),
                pos: i as i64 + 1,
                activity_id: ActivityId(row.id),
                at_min: Minutes(at),
            })?;
        }
    }
    // With one plan there is no question which plan covers a new activity or service.
    let scope = match table {
        Table::Activity => Some(Table::PlanActivity),
        Table::Service => Some(Table::PlanService),
        _ => None,
    };
    if let (Some(scope), [plan]) = (scope, tx.workspace().plans.as_slice()) {
        let mut link = blank(
            scope.spec(),
            &[(0, Datum::Id(plan.id.0)), (1, Datum::Id(row.id))],
        );
        link.pos = tx.workspace().next_pos(scope);
        tx.put(scope, &link)?;
    }
    Ok(())
}

/// A new record from typed fields, and its code.
pub(crate) fn new_row(
    ws: &Workspace,
    table: Table,
    code: Option<&str>,
    fields: &[FieldText],
) -> Outcome<(Row, String)> {
    let spec = table.spec();
    let mut row = blank(spec, &[]);
    for f in fields {
        set_field(ws, spec, &mut row, spec.noun, f)?;
    }
    let code = match code.map(str::trim).filter(|c| !c.is_empty()) {
        Some(c) => c.to_string(),
        None => next_code(ws, table, title_of(spec, &row).as_deref()),
    };
    if let Some(i) = spec.column("code") {
        set_code(ws, spec, &mut row, i, &code)?;
    }
    for (f, d) in spec.fields.iter().zip(&row.data) {
        if !f.nullable && *d == Datum::Null {
            return Err(Problem::bad_value(spec.noun, f.json, "", &f.kind.allowed()));
        }
    }
    Ok((row, code))
}

/// The next free code for a record of this table.
pub(crate) fn next_code(ws: &Workspace, table: Table, name: Option<&str>) -> String {
    let free = |c: &String| ws.find_code(c).is_none();
    let numbered = |prefix: &str, width: usize| {
        (ws.count(table) + 1..)
            .map(|n| format!("{prefix}{n:0width$}"))
            .find(free)
            .unwrap_or_default()
    };
    let prefix = match table {
        Table::Activity => return numbered("A", 2),
        Table::Dependency => return numbered("dep-", 2),
        Table::Contact => return numbered("con-", 2),
        Table::Service => "svc-",
        Table::Role => "role-",
        Table::RedundancyGroup => "grp-",
        Table::Supplier => "sup-",
        Table::Site | Table::Team => "",
        _ => return numbered(&format!("{}-", table.spec().name), 2),
    };
    let slug = slug(name.unwrap_or_default());
    let base = format!(
        "{prefix}{}",
        if slug.is_empty() {
            format!("{}", ws.count(table) + 1)
        } else {
            slug
        }
    );
    std::iter::once(base.clone())
        .chain((2..).map(|n| format!("{base}-{n}")))
        .find(free)
        .unwrap_or(base)
}

fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in name.to_lowercase().chars() {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
        if out.chars().count() >= 24 {
            break;
        }
    }
    out.trim_end_matches('-').to_string()
}

/// Puts what was typed into a field of a row; empty is unknown, or the field's default where it needs a value.
pub(crate) fn set_field(
    ws: &Workspace,
    spec: &TableSpec,
    row: &mut Row,
    record: &str,
    f: &FieldText,
) -> Outcome<()> {
    let i = spec
        .json_field(&f.field)
        .or_else(|| spec.column(&f.field))
        .ok_or_else(|| {
            Problem::new(
                "no_such_field",
                format!("A {} has no field “{}”.", spec.noun, f.field),
            )
            .with("field", &*f.field)
        })?;
    let field = &spec.fields[i];
    if field.column == "code" {
        return set_code(ws, spec, row, i, f.text.trim());
    }
    let bad = |allowed: String| Problem::bad_value(record, &f.field, &f.text, &allowed);
    row.data[i] = match read(ws, field.kind, &f.text).map_err(bad)? {
        Datum::Null => Some(default(field))
            .filter(|d| field.nullable || *d != Datum::Null)
            .ok_or_else(|| Problem::bad_value(record, &f.field, &f.text, &field.kind.allowed()))?,
        d => d,
    };
    Ok(())
}

fn set_code(ws: &Workspace, spec: &TableSpec, row: &mut Row, i: usize, code: &str) -> Outcome<()> {
    let d = Datum::Text(code.into());
    if !Kind::Code.accepts(&d) {
        return Err(Problem::bad_value(
            spec.noun,
            "id",
            code,
            &Kind::Code.allowed(),
        ));
    }
    if let Some((t, other)) = ws.find_code(code).filter(|(_, id)| *id != row.id) {
        return Err(Problem::new(
            "code_taken",
            format!(
                "The code “{code}” is already that of the {} {}; choose another.",
                t.spec().noun,
                labels::record(ws, t, other)
            ),
        )
        .with("code", code));
    }
    row.data[i] = d;
    Ok(())
}

fn default(f: &FieldSpec) -> Datum {
    match f.kind {
        _ if f.nullable => Datum::Null,
        Kind::Text => Datum::Text(String::new()),
        Kind::Minutes | Kind::Flag | Kind::Money { .. } => Datum::Int(0),
        Kind::Choice(words) if matches!(f.column, "strength" | "state") => {
            Datum::Text(words[0].into())
        }
        Kind::Choice(words) if f.column == "mode" => Datum::Text(words[2].into()),
        _ => Datum::Null,
    }
}

fn addable(kind: &str) -> Outcome<Table> {
    const ADDABLE: &[Table] = &[
        Table::Activity,
        Table::Service,
        Table::Role,
        Table::Contact,
        Table::Dependency,
        Table::RedundancyGroup,
        Table::Site,
        Table::Team,
        Table::Supplier,
    ];
    ADDABLE
        .iter()
        .copied()
        .find(|t| t.spec().name == kind)
        .ok_or_else(|| {
            let words: Vec<&str> = ADDABLE.iter().map(|t| t.spec().name).collect();
            Problem::new(
                "bad_value",
                format!(
                    "A “{kind}” cannot be added here; allowed is one of {}.",
                    words.join(", ")
                ),
            )
        })
}

fn scalar_list(table: Table, path: &str) -> Option<(&'static TableSpec, usize)> {
    Workspace::children_of(table).find_map(|s| match s.place {
        Place::Child {
            path: p,
            shape: Shape::Scalars(c),
            ..
        } if p == path => Some((s, s.column(c)?)),
        _ => None,
    })
}

/// A record's name or title, where it has one.
pub(crate) fn title_of(spec: &TableSpec, row: &Row) -> Option<String> {
    ["name", "title", "display"]
        .iter()
        .filter_map(|c| spec.column(c))
        .find_map(|i| match &row.data[i] {
            Datum::Text(s) if !s.is_empty() => Some(s.clone()),
            _ => None,
        })
}

fn new_code(spec: &TableSpec, row: &Row) -> Option<String> {
    match &row.data[spec.column("code")?] {
        Datum::Text(s) => Some(s.clone()),
        _ => None,
    }
}

/// Collects a record and everything that goes with it; names what stands in the way.
pub(crate) fn condemn(
    ws: &Workspace,
    table: Table,
    id: Uuid,
    doomed: &mut Vec<(Table, Uuid)>,
    places: &mut Vec<String>,
) {
    if doomed.contains(&(table, id)) {
        return;
    }
    doomed.push((table, id));
    for t in Table::ALL {
        let spec = t.spec();
        let pointing: Vec<usize> = (0..spec.fields.len())
            .filter(|i| match spec.fields[*i].kind {
                Kind::Ref(to) => to == table,
                Kind::NodeRef => matches!(table, Table::Activity | Table::Service),
                _ => false,
            })
            .collect();
        if pointing.is_empty() {
            continue;
        }
        for row in ws.rows(*t) {
            for i in pointing
                .iter()
                .copied()
                .filter(|i| row.data[*i] == Datum::Id(id))
            {
                if (i == 0 && spec.parent() == Some(table)) || LINKS.contains(t) {
                    condemn(ws, *t, row.id, doomed, places);
                } else if !doomed.contains(&(*t, row.id)) {
                    places.push(place(ws, *t, &row, i));
                }
            }
        }
    }
}

/// How a record's reference is told: `owner of Invoicing`, or `service out of Night` inside another record.
fn place(ws: &Workspace, table: Table, row: &Row, i: usize) -> String {
    let spec = table.spec();
    let field = labels::field(spec.fields[i].json);
    let name = labels::record(ws, table, row.id);
    // Where it has no name of its own, its place is that of the record it belongs to.
    let parent = spec
        .parent()
        .filter(|_| name == spec.noun)
        .zip(row.data.first())
        .and_then(|(parent, d)| match d {
            Datum::Id(id) => Some(labels::record(ws, parent, *id)),
            _ => None,
        });
    match (parent, spec.place) {
        (None, _) => format!("{field} of {name}"),
        (
            Some(of),
            Place::Child {
                shape: Shape::Scalars(_),
                ..
            },
        ) => format!("{name} of {of}"),
        (Some(of), _) => format!("{field} of {name} of {of}"),
    }
}
