//! Files and the session: what is open, what was open before, undo and redo.

use crate::edit::{blank, changed, next_code};
use crate::problem::Outcome;
use crate::wire::*;
use crate::{App, labels, passphrase};
use mainstay_analysis::GapState;
use mainstay_domain::*;
use mainstay_planfile::{Access, Operation, PlanFile};
use std::path::{Path, PathBuf};

const RECENT: &str = "recent.json";
const RECENT_MAX: usize = 12;

/// What the window shows around every section.
pub(crate) fn status(app: &mut App, _: Nothing) -> Outcome<Status> {
    let workspace = if app.open.is_some() {
        Some(workspace_status(app)?)
    } else {
        None
    };
    Ok(Status {
        workspace,
        recent: recent(app),
        today: app.config.today().to_string(),
        version: env!("CARGO_PKG_VERSION").into(),
    })
}

fn workspace_status(app: &mut App) -> Outcome<WorkspaceStatus> {
    let a = app.analysis()?;
    let open = app.session()?;
    let (file, ws) = (&open.file, open.workspace());
    let gap = |s: &Option<GapState>| *s == Some(GapState::Gap);
    let gaps = a.activities.iter().filter(|r| gap(&r.gap_state)).count()
        + a.services.iter().filter(|r| gap(&r.gap_state)).count();
    let plan_label = ws.plans.first().and_then(|p| {
        let versions: Vec<&PlanVersion> = ws
            .plan_versions
            .iter()
            .filter(|v| v.plan_id == p.id)
            .collect();
        let pick = |s| versions.iter().rev().find(|v| v.state == s);
        let v = pick(VersionState::InReview)
            .or(pick(VersionState::Draft))
            .or(pick(VersionState::Approved))?;
        Some(format!("{} {}", v.state.word().replace('_', " "), v.number))
    });
    Ok(WorkspaceStatus {
        path: file.path().display().to_string(),
        bytes: std::fs::metadata(file.path())
            .ok()
            .and_then(|m| i64::try_from(m.len()).ok()),
        name: organisation(ws),
        currency: currency(ws),
        read_only: file.read_only().map(Into::into),
        copy: file.copy_before_raising().map(|c| c.display().to_string()),
        encrypted: file.passphrase().is_some(),
        copy_for: file.copy_for()?,
        undo: file.undo_name().map(Into::into),
        redo: file.redo_name().map(Into::into),
        past: open.past.as_ref().map(|p| p.view.clone()),
        activities: ws.activities.len() as i64,
        services: ws.services.len() as i64,
        gaps: gaps as i64,
        plan_label,
        people: ws.roles.len() as i64,
    })
}

/// The organisation's name.
pub(crate) fn organisation(ws: &Workspace) -> String {
    ws.organisations
        .first()
        .map(|o| o.name.clone())
        .unwrap_or_default()
}

/// The workspace's currency.
pub(crate) fn currency(ws: &Workspace) -> String {
    ws.organisations
        .first()
        .map_or_else(|| "EUR".into(), |o| o.currency.0.clone())
}

/// The choices that fields of the registers offer.
pub(crate) fn lists(app: &mut App, _: Nothing) -> Outcome<Lists> {
    let ws = app.workspace()?;
    let named = |code: &Code, name: &str| Named {
        code: code.0.clone(),
        name: if name.is_empty() {
            code.0.clone()
        } else {
            name.into()
        },
    };
    Ok(Lists {
        roles: ws.roles.iter().map(|r| named(&r.code, &r.name)).collect(),
        sites: ws.sites.iter().map(|r| named(&r.code, &r.name)).collect(),
        teams: ws
            .teams
            .iter()
            .map(|r| named(&r.code, r.name.as_deref().unwrap_or_default()))
            .collect(),
        suppliers: ws
            .suppliers
            .iter()
            .map(|r| named(&r.code, &r.name))
            .collect(),
        services: ws
            .services
            .iter()
            .map(|r| named(&r.code, &r.name))
            .collect(),
        activities: ws
            .activities
            .iter()
            .map(|r| named(&r.code, &r.name))
            .collect(),
        service_kinds: ServiceKind::WORDS.iter().map(|w| (*w).into()).collect(),
        evidence: Evidence::WORDS.iter().map(|w| (*w).into()).collect(),
    })
}

/// Makes a new workspace with one plan and opens it.
pub(crate) fn new_workspace(app: &mut App, args: NewWorkspace) -> Outcome<Status> {
    let ws = fresh_workspace(&args)?;
    let path = match args
        .path
        .as_deref()
        .map(str::trim)
        .filter(|p| !p.is_empty())
    {
        Some(p) => with_extension(Path::new(p)),
        None => free_path(app, &args.organisation),
    };
    make_folder(&path)?;
    PlanFile::create(&path, &ws, "make the workspace", &app.stamp())?;
    open_path(app, &path, Access::Write)
}

fn fresh_workspace(args: &NewWorkspace) -> Outcome<Workspace> {
    let need = |field: &str, text: &str, what: &str| {
        let t = text.trim();
        if t.is_empty() {
            Err(Problem::bad_value("new workspace", field, text, what))
        } else {
            Ok(t.to_string())
        }
    };
    let organisation = need(
        "organisation",
        &args.organisation,
        "the organisation's name",
    )?;
    let title = need("plan_title", &args.plan_title, "the plan's title")?;
    let prepared = need(
        "prepared_by",
        &args.prepared_by,
        "the role that prepares the plan",
    )?;
    let reviewed = need(
        "reviewed_by",
        &args.reviewed_by,
        "the role that reviews the plan",
    )?;
    let approved = need(
        "approved_by",
        &args.approved_by,
        "the role that approves the plan",
    )?;
    if prepared.to_lowercase() == approved.to_lowercase() {
        return Err(Problem::bad_value(
            "new workspace",
            "approved_by",
            &approved,
            "another role than the one that prepares the plan",
        ));
    }
    let money = args.currency.trim().to_uppercase();
    if !Kind::Currency.accepts(&Datum::Text(money.clone())) {
        return Err(Problem::bad_value(
            "new workspace",
            "currency",
            &args.currency,
            &Kind::Currency.allowed(),
        ));
    }
    let mut ws = Workspace::default();
    fn put(ws: &mut Workspace, t: Table, values: &[(&str, Datum)]) -> Outcome<Uuid> {
        let set: Vec<(usize, Datum)> = values
            .iter()
            .filter_map(|(c, d)| Some((t.spec().column(c)?, d.clone())))
            .collect();
        let mut row = blank(t.spec(), &set);
        row.pos = ws.next_pos(t);
        ws.put(t, &row)
            .map_err(|e| Problem::new("internal", e.to_string()))?;
        Ok(row.id)
    }
    let text = |s: &str| Datum::Text(s.into());
    put(&mut ws, Table::WorkspaceInfo, &[])?;
    put(
        &mut ws,
        Table::Organisation,
        &[
            ("code", text("org-1")),
            ("name", text(&organisation)),
            ("currency", text(&money)),
        ],
    )?;
    put(
        &mut ws,
        Table::Settings,
        &[
            ("clock", text("disruption")),
            ("mtpd_rule", text("first_crossing")),
            ("detection_min", Datum::Int(10)),
            ("decision_min", Datum::Int(20)),
            ("year_hours", Datum::Int(8760)),
        ],
    )?;
    for (key, _, threshold, _) in reference::IMPACT_CATEGORIES.iter().take(6) {
        put(
            &mut ws,
            Table::ImpactCategory,
            &[("key", text(key)), ("threshold", Datum::Int(*threshold))],
        )?;
    }
    let role = |ws: &mut Workspace, name: &str| -> Outcome<Uuid> {
        if let Some(r) = ws
            .roles
            .iter()
            .find(|r| r.name.to_lowercase() == name.to_lowercase())
        {
            return Ok(r.id.0);
        }
        let code = next_code(ws, Table::Role, Some(name));
        put(
            ws,
            Table::Role,
            &[
                ("code", text(&code)),
                ("name", text(name)),
                ("required", Datum::Int(1)),
            ],
        )
    };
    let (prepared, reviewed, approved) = (
        role(&mut ws, &prepared)?,
        role(&mut ws, &reviewed)?,
        role(&mut ws, &approved)?,
    );
    let plan = put(
        &mut ws,
        Table::Plan,
        &[
            ("code", text("PLAN-01")),
            ("title", text(&title)),
            ("owner_role_id", Datum::Id(prepared)),
            ("classification", text("internal")),
            ("review_interval_months", Datum::Int(12)),
        ],
    )?;
    for (kind, who) in [
        ("prepared", prepared),
        ("reviewed", reviewed),
        ("approved", approved),
    ] {
        put(
            &mut ws,
            Table::RequiredSignOff,
            &[
                ("plan_id", Datum::Id(plan)),
                ("kind", text(kind)),
                ("role_id", Datum::Id(who)),
            ],
        )?;
    }
    put(
        &mut ws,
        Table::PlanVersion,
        &[
            ("plan_id", Datum::Id(plan)),
            ("number", text("1.0")),
            ("state", text("draft")),
            ("change_note", text("first issue")),
        ],
    )?;
    Ok(ws)
}

/// Opens a plan file.
pub(crate) fn open(app: &mut App, args: OpenFile) -> Outcome<Status> {
    passphrase::given(app, args.passphrase, |app| {
        open_path(app, Path::new(&args.path), Access::Write)
    })
}

/// Opens a plan file for reading only.
pub(crate) fn open_read_only(app: &mut App, args: OpenFile) -> Outcome<Status> {
    passphrase::given(app, args.passphrase, |app| {
        open_path(app, Path::new(&args.path), Access::Read)
    })
}

/// Opens the example workspace, made anew when it is not there.
pub(crate) fn open_example(app: &mut App, args: OpenExample) -> Outcome<Status> {
    let path = match args.path.filter(|p| !p.trim().is_empty()) {
        Some(p) => with_extension(Path::new(p.trim())),
        None => app.config.documents_dir.join("Mainstay example.mainstay"),
    };
    let is_open = app.open.as_ref().is_some_and(|o| o.file.path() == path);
    if !is_open && !path.exists() {
        make_folder(&path)?;
        crate::headless::write_example(app, &path)?;
    }
    open_path(app, &path, Access::Write)
}

/// Opens a file and closes the one before, which stays open when the new one is not fit.
pub(crate) fn open_path(app: &mut App, path: &Path, access: Access) -> Outcome<Status> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.into());
    if !app
        .open
        .as_ref()
        .is_some_and(|o| o.file.path() == path && o.file.read_only().is_none())
    {
        let file = app.open_plan(&path, access)?;
        close_file(app)?;
        let mut open = App::opened(file);
        open.index.begin(open.file.workspace());
        app.open = Some(open);
        app.backups_after_opening();
    }
    remember(app, &path);
    status(app, Nothing {})
}

fn close_file(app: &mut App) -> Outcome<()> {
    app.backups_before_closing();
    if let Some(open) = app.open.take() {
        open.file.close()?;
    }
    Ok(())
}

/// Closes the open workspace.
pub(crate) fn close(app: &mut App, _: Nothing) -> Outcome<Status> {
    close_file(app)?;
    status(app, Nothing {})
}

/// Takes the last step back.
pub(crate) fn undo(app: &mut App, _: Nothing) -> Outcome<Changed> {
    let (name, done) = app.undo_step()?;
    changed(app, Operation::named(name), None, done)
}

/// Does the last undone step again.
pub(crate) fn redo(app: &mut App, _: Nothing) -> Outcome<Changed> {
    let (name, done) = app.redo_step()?;
    changed(app, Operation::named(name), None, done)
}

/// The default place for a new file.
pub(crate) fn suggest_path(app: &mut App, args: SuggestPath) -> Outcome<PathView> {
    Ok(PathView {
        path: free_path(app, &args.name).display().to_string(),
    })
}

/// Takes a file off the list of recent ones.
pub(crate) fn forget_recent(app: &mut App, args: ByPath) -> Outcome<Status> {
    let mut list = recent(app);
    list.retain(|r| r.path != args.path);
    store_recent(app, &list);
    status(app, Nothing {})
}

fn free_path(app: &App, name: &str) -> PathBuf {
    let stem: String = name
        .trim()
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || " -_.&()".contains(c) {
                c
            } else {
                '_'
            }
        })
        .take(60)
        .collect();
    let stem = if stem.trim_matches([' ', '.']).is_empty() {
        "Continuity plan".into()
    } else {
        stem
    };
    let at = |n: usize| {
        let suffix = if n == 1 {
            String::new()
        } else {
            format!(" {n}")
        };
        app.config
            .documents_dir
            .join(format!("{}{suffix}.mainstay", stem.trim()))
    };
    (1..1000)
        .map(at)
        .find(|p| !p.exists())
        .unwrap_or_else(|| at(1))
}

pub(crate) fn with_extension(path: &Path) -> PathBuf {
    if path.extension().is_some() {
        path.into()
    } else {
        path.with_extension("mainstay")
    }
}

fn make_folder(path: &Path) -> Outcome<()> {
    match path.parent().filter(|d| !d.as_os_str().is_empty()) {
        Some(dir) => std::fs::create_dir_all(dir).map_err(|e| {
            Problem::new(
                "io",
                format!("The folder {} could not be made: {e}.", dir.display()),
            )
        }),
        None => Ok(()),
    }
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Remembered {
    path: String,
    name: String,
    opened_at: String,
}

fn recent(app: &App) -> Vec<RecentFile> {
    let list: Vec<Remembered> = app.config.kept(RECENT);
    list.into_iter()
        .map(|r| RecentFile {
            exists: Path::new(&r.path).exists(),
            path: r.path,
            name: r.name,
            opened_at: r.opened_at,
        })
        .collect()
}

fn remember(app: &App, path: &Path) {
    let Ok(ws) = app.workspace() else { return };
    let mut list = recent(app);
    let path = path.display().to_string();
    list.retain(|r| r.path != path);
    list.insert(
        0,
        RecentFile {
            path,
            name: organisation(ws),
            opened_at: app.config.now_text(),
            exists: true,
        },
    );
    list.truncate(RECENT_MAX);
    store_recent(app, &list);
}

fn store_recent(app: &App, list: &[RecentFile]) {
    if app.config.state_dir.is_none() {
        return;
    }
    let kept: Vec<Remembered> = list
        .iter()
        .map(|r| Remembered {
            path: r.path.clone(),
            name: r.name.clone(),
            opened_at: r.opened_at.clone(),
        })
        .collect();
    if app.config.keep(RECENT, &kept).is_err() {
        tracing::warn!("the list of recent files could not be kept");
    }
}

/// Used in sentences of other modules.
pub(crate) fn name_of(ws: &Workspace, code: &str) -> String {
    ws.find_code(code)
        .map_or_else(|| code.into(), |(t, id)| labels::record(ws, t, id))
}

/// A free name beside a file: `plan restored.mainstay`.
pub(crate) fn free_name(near: &Path, word: &str) -> Outcome<PathBuf> {
    let stem = near.file_stem().unwrap_or_default().to_string_lossy();
    (1..1000)
        .map(|n| match n {
            1 => format!("{stem} {word}.mainstay"),
            n => format!("{stem} {word} {n}.mainstay"),
        })
        .map(|name| near.with_file_name(name))
        .find(|p| !p.exists())
        .ok_or_else(|| Problem::new("file_exists", "Name the file to make."))
}
