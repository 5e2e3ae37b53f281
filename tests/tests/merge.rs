//! Breakout laptops: copies that worked apart and are brought back, over random work of every kind.
#![allow(clippy::unwrap_used)]

use mainstay_domain::*;
use mainstay_exchange::{EXAMPLE, ImportOptions, export, import};
use mainstay_planfile::{
    Access, Choices, Clash, Conflict, Merged, Notice, Operation, PlanFile, PlanFileError, Settled,
    Side, Stamp, plan_merge,
};
use proptest::prelude::{
    Just, ProptestConfig, Rng as _, Strategy as _, any, prop, prop_assert, prop_assert_eq, proptest,
};
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::Value;
use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

fn example() -> &'static Workspace {
    static WS: OnceLock<Workspace> = OnceLock::new();
    WS.get_or_init(|| {
        let options = ImportOptions { strict: true };
        import(EXAMPLE.as_bytes(), &options, &mut Uuid::now_v7)
            .unwrap()
            .workspace
    })
}

fn stamp(minute: usize, author: &str) -> Stamp {
    Stamp {
        at: format!("2026-11-25T{:02}:{:02}:00Z", 9 + minute / 60, minute % 60),
        author: author.into(),
        device: "laptop".into(),
    }
}

/// One piece of work, in numbers that mean something in any workspace.
#[derive(Debug, Clone)]
struct Work {
    what: u8,
    which: u16,
    value: u16,
}

fn work() -> impl proptest::strategy::Strategy<Value = Vec<Work>> {
    let one = (0..11u8, any::<u16>(), 0..6u16).prop_map(|(what, which, value)| Work {
        what,
        which,
        value,
    });
    prop::collection::vec(one, 1..25)
}

/// The tables that this work touches: each kind of place in the interchange form is among them.
const TABLES: [Table; 16] = [
    Table::Service,
    Table::Activity,
    Table::Role,
    Table::Site,
    Table::Supplier,
    Table::Dependency,
    Table::ImpactRating,
    Table::ImpactCategory,
    Table::RiskControl,
    Table::Risk,
    Table::EscalationLevel,
    Table::CallEdge,
    Table::LossCurve,
    Table::ResourceAmount,
    Table::CommTemplate,
    Table::ReportingDuty,
];

fn pick<T: Clone>(list: &[T], n: u16) -> Option<T> {
    (!list.is_empty()).then(|| list[usize::from(n) % list.len()].clone())
}

thread_local! {
    static KEYS: Cell<u64> = const { Cell::new(0) };
}

/// A key that is the same in every run, so that two runs can be compared whole.
fn fresh_key() -> Uuid {
    let n = KEYS.get() + 1;
    KEYS.set(n);
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&n.to_le_bytes());
    let mut key = [0; 16];
    TestRng::from_seed(RngAlgorithm::ChaCha, &seed).fill_bytes(&mut key);
    Uuid::from_bytes(key)
}

/// Does it.
fn act(ws: &mut Workspace, w: &Work) {
    match w.what {
        // Changes a field of a record.
        0..=3 => {
            let t = TABLES[usize::from(w.which) % TABLES.len()];
            let Some(mut row) = pick(&ws.rows(t), w.which / 14) else {
                return;
            };
            let fields: Vec<usize> = (0..t.spec().fields.len())
                .filter(|i| changed(&row, t, *i, w.value).is_some())
                .collect();
            if let Some(i) = pick(&fields, w.which / 3) {
                row.data[i] = changed(&row, t, i, w.value).unwrap();
                ws.put(t, &row).unwrap();
            }
        }
        // Adds a record with a code, often the one that another room takes.
        4 | 5 => {
            let (t, code) = match w.what {
                4 => (Table::Service, format!("svc-new-{}", w.value)),
                _ => (Table::Role, format!("role-new-{}", w.value)),
            };
            if ws.find_code(&code).is_none() {
                let name = format!("New {}", w.which % 3);
                let values = [
                    ("code", Datum::Text(code)),
                    ("name", Datum::Text(name)),
                    ("kind", Datum::Text("application".into())),
                    ("required", Datum::Int(0)),
                    ("evidence", Datum::Text("estimate".into())),
                ];
                let values: Vec<(&str, Datum)> = values
                    .into_iter()
                    .filter(|(c, _)| t.spec().column(c).is_some())
                    .collect();
                add(ws, t, &values);
            }
        }
        // A dependency, often the one that another room sees too.
        6 => {
            let a = &ws.activities[usize::from(w.which) % ws.activities.len()];
            let s = &ws.services[usize::from(w.value) % ws.services.len()];
            let (a, s) = (a.id.0, s.id.0);
            if !ws
                .dependencies
                .iter()
                .any(|d| d.dependant_id.0 == a && d.provider_id.0 == s)
            {
                let n = (1..).find(|n| ws.find_code(&format!("dep-x{n}")).is_none());
                let values = [
                    ("code", Datum::Text(format!("dep-x{}", n.unwrap()))),
                    ("dependant_id", Datum::Id(a)),
                    ("provider_id", Datum::Id(s)),
                    ("strength", Datum::Text("hard".into())),
                ];
                add(ws, Table::Dependency, &values);
            }
        }
        // Takes a rating out, or rates an empty cell.
        7 => {
            if let Some(r) = pick(&ws.rows(Table::ImpactRating), w.which % 40) {
                if w.value.is_multiple_of(2) {
                    ws.remove(Table::ImpactRating, r.id);
                } else {
                    let mut fresh = r.clone();
                    fresh.id = fresh_key();
                    ws.remove(Table::ImpactRating, r.id);
                    ws.put(Table::ImpactRating, &fresh).unwrap();
                }
            }
        }
        // Removes a record and what hangs on it.
        8 => {
            let t = [
                Table::Service,
                Table::Role,
                Table::Site,
                Table::Risk,
                Table::Supplier,
            ][usize::from(w.which) % 5];
            if let Some(row) = pick(&ws.rows(t), w.which / 5) {
                remove(ws, t, row.id);
            }
        }
        // A line of a list of texts goes.
        10 => {
            if let Some(r) = pick(&ws.rows(Table::RiskControl), w.which) {
                ws.remove(Table::RiskControl, r.id);
            }
        }
        // A line in a list of texts.
        _ => {
            if let Some(risk) = pick(&ws.rows(Table::Risk), w.which) {
                let values = [
                    ("risk_id", Datum::Id(risk.id)),
                    ("text", Datum::Text(format!("control {}", w.value))),
                ];
                add(ws, Table::RiskControl, &values);
            }
        }
    }
}

/// Another legal value for a field, where this work changes it.
fn changed(row: &Row, t: Table, i: usize, value: u16) -> Option<Datum> {
    let f = &t.spec().fields[i];
    let n = i64::from(value);
    let new = match f.kind {
        Kind::Text if f.column == "key" => return None,
        Kind::Text => Datum::Text(format!("text {n}")),
        Kind::Minutes => Datum::Int(60 * n),
        Kind::Int { min, max } => Datum::Int(n.clamp(min, max)),
        Kind::Money { .. } => Datum::Int(n * 1000),
        Kind::Choice(words) => Datum::Text(words[usize::from(value) % words.len()].into()),
        _ => return None,
    };
    (row.data[i] != new && !(f.column == "horizon_min" || f.column == "strength")).then_some(new)
}

fn add(ws: &mut Workspace, t: Table, values: &[(&str, Datum)]) {
    let row = t.spec().row(fresh_key(), ws.next_pos(t), values);
    ws.put(t, &row).unwrap_or_else(|e| panic!("{e}"));
}

/// Takes a record out: what belongs to it goes along, what refers to it lets go.
fn remove(ws: &mut Workspace, t: Table, id: Uuid) {
    if signed(ws, id) {
        return;
    }
    ws.remove(t, id);
    for other in Table::ALL {
        let spec = other.spec();
        for mut row in ws.rows(*other) {
            for (i, f) in spec.fields.iter().enumerate() {
                let leads = matches!(f.kind, Kind::Ref(to) if to == t)
                    || (f.kind == Kind::NodeRef && matches!(t, Table::Service | Table::Activity));
                if !leads || row.data[i] != Datum::Id(id) {
                    continue;
                }
                if f.nullable && !(i == 0 && spec.parent().is_some()) {
                    row.data[i] = Datum::Null;
                    ws.put(*other, &row).unwrap();
                } else {
                    remove(ws, *other, row.id);
                    break;
                }
            }
        }
    }
}

fn signed(ws: &Workspace, id: Uuid) -> bool {
    [
        Table::PlanVersion,
        Table::SignOff,
        Table::AcceptedFinding,
        Table::VersionChange,
        Table::VersionChangeValue,
        Table::VersionResult,
    ]
    .iter()
    .any(|t| {
        ws.rows(*t)
            .iter()
            .any(|r| r.data.contains(&Datum::Id(id)) || r.id == id)
    })
}

/// What two people who know no sides would agree on: the smaller value, and nothing is removed.
fn agreed(conflicts: &[Conflict]) -> Choices {
    let mut out = Choices::default();
    for c in conflicts {
        let side = match &c.what {
            Clash::Field { ours, theirs, .. } => {
                if format!("{ours:?}") <= format!("{theirs:?}") {
                    Side::Ours
                } else {
                    Side::Theirs
                }
            }
            Clash::Removed { by: Side::Ours, .. } => Side::Theirs,
            Clash::Removed { .. } => Side::Ours,
        };
        out.by_conflict.insert(c.id.clone(), side);
    }
    out
}

/// The merge with those choices: choosing may bring up further conflicts.
fn decided(base: &Workspace, ours: &Workspace, theirs: &Workspace, settled: &Settled) -> Merged {
    let mut choices = Choices::default();
    for _ in 0..5 {
        let m = plan_merge(base, ours, theirs, settled, &choices);
        if !m.is_open() {
            return m;
        }
        choices.by_conflict.extend(agreed(&m.conflicts).by_conflict);
    }
    panic!("conflicts without end");
}

/// The rooms are brought back in this order; what each merge does is sound and loses nothing.
fn in_order(here: &Workspace, rooms: &[&Workspace], order: &[usize]) -> Workspace {
    let base = example();
    let (mut ws, mut settled) = (here.clone(), Settled::default());
    settled.removed = removed_alone(base, here);
    for i in order {
        let m = decided(base, &ws, rooms[*i], &settled);
        ws = merged(&ws, &m);
        sound(&ws);
        nothing_is_lost(base, rooms[*i], &ws, &m);
        for (far, near) in &m.aliases {
            let known = settled.aliases.values_mut();
            known.filter(|to| *to == far).for_each(|to| *to = *near);
            settled.aliases.insert(*far, *near);
        }
        settled.aliases.retain(|a, b| a != b);
        settled.removed.extend(removed_alone(base, rooms[*i]));
    }
    ws
}

/// What one side took out by itself, while everything that it refers to stayed.
fn removed_alone(base: &Workspace, side: &Workspace) -> HashSet<Uuid> {
    let ids = |ws: &Workspace| -> HashSet<Uuid> {
        let all = Table::ALL.iter().flat_map(|t| ws.rows(*t));
        all.map(|r| r.id).collect()
    };
    let left = ids(side);
    let gone = |id: &Uuid| !left.contains(id);
    let along = |r: &Row| {
        r.data
            .iter()
            .any(|d| matches!(d, Datum::Id(id) if gone(id)))
    };
    let all = Table::ALL.iter().flat_map(|t| base.rows(*t));
    all.filter(|r| gone(&r.id) && !along(r))
        .map(|r| r.id)
        .collect()
}

fn merged(ours: &Workspace, m: &Merged) -> Workspace {
    let mut ws = ours.clone();
    for (t, id, row) in &m.changes {
        match row {
            Some(row) => ws.put(*t, row).unwrap(),
            None => ws.remove(*t, *id),
        }
    }
    ws
}

/// The whole workspace as people would compare it: lists without their order, which ties leave to keys.
fn content(ws: &Workspace) -> Value {
    fn sorted(v: Value) -> Value {
        match v {
            Value::Array(a) => {
                let mut a: Vec<Value> = a.into_iter().map(sorted).collect();
                a.sort_by_key(|v| v.to_string());
                Value::Array(a)
            }
            Value::Object(o) => o.into_iter().map(|(k, v)| (k, sorted(v))).collect(),
            v => v,
        }
    }
    sorted(export(ws))
}

/// Nothing leads nowhere, and every code is there once.
#[track_caller]
fn sound(ws: &Workspace) {
    let ids: HashSet<(Table, Uuid)> = Table::ALL
        .iter()
        .flat_map(|t| ws.rows(*t).into_iter().map(|r| (*t, r.id)))
        .collect();
    let mut codes = HashSet::new();
    for t in Table::ALL {
        let spec = t.spec();
        for row in ws.rows(*t) {
            for (f, d) in spec.fields.iter().zip(&row.data) {
                let Datum::Id(id) = d else { continue };
                let there = match f.kind {
                    Kind::Ref(to) => ids.contains(&(to, *id)),
                    _ => [Table::Activity, Table::Service]
                        .iter()
                        .any(|t| ids.contains(&(*t, *id))),
                };
                assert!(there, "{}.{} leads nowhere", spec.name, f.column);
            }
            if let Some(Datum::Text(code)) = spec.column("code").map(|i| &row.data[i]) {
                assert!(codes.insert(code.clone()), "{code} is there twice");
            }
        }
    }
}

/// Every value that one side alone changed is in the result, or what became of it is told.
#[track_caller]
fn nothing_is_lost(base: &Workspace, side: &Workspace, result: &Workspace, m: &Merged) {
    let alias: HashMap<Uuid, Uuid> = m.aliases.iter().copied().collect();
    let now = |id: &Uuid| alias.get(id).copied().unwrap_or(*id);
    let told: HashSet<Uuid> = m
        .conflicts
        .iter()
        .map(|c| c.record)
        .chain(m.conflicts.iter().flat_map(|c| match &c.what {
            Clash::Removed { needed_by, .. } => needed_by.iter().map(|n| n.1).collect(),
            Clash::Field { .. } => Vec::new(),
        }))
        .chain(m.notices.iter().map(|n| match n {
            Notice::TakenAsOne(_, id) => *id,
            Notice::AlsoStays(_, id) => *id,
            Notice::Recoded { record, .. }
            | Notice::CodeAgain { record, .. }
            | Notice::MovedCode { record, .. }
            | Notice::SameName { record, .. }
            | Notice::Cleared { record, .. } => *record,
            Notice::AlsoRemoved(_, row) | Notice::VersionNotTaken(row) => row.id,
        }))
        .collect();
    for t in Table::ALL {
        for row in side.rows(*t) {
            let before = base.row(*t, row.id).or_else(|| base.row(*t, now(&row.id)));
            if before.as_ref().is_some_and(|b| b.data == row.data) || told.contains(&now(&row.id)) {
                continue;
            }
            let Some(after) = result.row(*t, now(&row.id)) else {
                panic!(
                    "a {} that was changed is gone and nobody was told: {row:?}",
                    t.spec().noun
                );
            };
            for (i, value) in row.data.iter().enumerate() {
                let same = before.as_ref().is_some_and(|b| b.data[i] == *value);
                let value = match value {
                    Datum::Id(id) => Datum::Id(now(id)),
                    other => other.clone(),
                };
                // Another record with the same natural key may know more.
                let filled = value == Datum::Null && before.is_none();
                assert!(
                    same || filled || after.data[i] == value,
                    "{}.{}: {:?} was lost",
                    t.spec().name,
                    t.spec().fields[i].column,
                    value
                );
            }
        }
    }
}

/// Where two contents differ.
fn differing(at: &str, x: &Value, y: &Value) -> String {
    match (x, y) {
        _ if x == y => String::new(),
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => a
            .iter()
            .map(|(k, v)| differing(&format!("{at}.{k}"), v, &b[k]))
            .collect(),
        (Value::Array(a), Value::Array(b)) => {
            let only = |a: &[Value], b: &[Value]| -> Vec<String> {
                let alone = a.iter().filter(|v| !b.contains(v));
                alone.map(ToString::to_string).collect()
            };
            format!("{at}: {:?} against {:?}\n", only(a, b), only(b, a))
        }
        _ => format!("{at}: {x} against {y}\n"),
    }
}

/// What work makes of a workspace; each room makes keys of its own.
fn room(number: u64, base: &Workspace, work: &[Work]) -> Workspace {
    KEYS.set(number << 32);
    let mut ws = base.clone();
    for w in work {
        act(&mut ws, w);
    }
    ws
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, max_shrink_iters: 300, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_bringing_back_does_not_matter(
        here in work(), a in work(), b in work(), c in work()
    ) {
        let base = example();
        let here = room(1, base, &here);
        let rooms = [room(2, base, &a), room(3, base, &b), room(4, base, &c)];
        let rooms: Vec<&Workspace> = rooms.iter().collect();
        let x = content(&in_order(&here, &rooms, &[0, 1]));
        let y = content(&in_order(&here, &rooms, &[1, 0]));
        prop_assert!(x == y, "{}", differing("", &x, &y));
        let x = content(&in_order(&here, &rooms, &[0, 1, 2]));
        let y = content(&in_order(&here, &rooms, &[2, 1, 0]));
        prop_assert!(x == y, "{}", differing("", &x, &y));
    }

    #[test]
    fn bringing_back_twice_changes_nothing(here in work(), a in work()) {
        let base = example();
        let (here, a) = (room(1, base, &here), room(2, base, &a));
        let m = decided(base, &here, &a, &Settled::default());
        let once = merged(&here, &m);
        // The copy is the common ancestor now.
        let settled = Settled {
            aliases: m.aliases.iter().copied().collect(),
            removed: removed_alone(base, &a),
        };
        let again = plan_merge(&a, &once, &a, &settled, &Choices::default());
        prop_assert_eq!(again.changes, Vec::new());
        prop_assert_eq!(again.conflicts, Vec::new());
    }

    #[test]
    fn with_either_preference_the_result_is_sound(here in work(), a in work()) {
        let base = example();
        let (here, a) = (room(1, base, &here), room(2, base, &a));
        for side in [Side::Ours, Side::Theirs] {
            let m = plan_merge(base, &here, &a, &Settled::default(), &Choices::all(side));
            prop_assert!(!m.is_open());
            let ws = merged(&here, &m);
            sound(&ws);
            nothing_is_lost(base, &here, &ws, &m);
            nothing_is_lost(base, &a, &ws, &m);
        }
    }
}

// ---- in files ----

struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> (Self, PlanFile) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("plan.mainstay");
        PlanFile::create(&path, example(), "make", &stamp(0, "Ada")).unwrap();
        let file = PlanFile::open(&path, Access::Write, &stamp(0, "Ada")).unwrap();
        (Self { dir }, file)
    }

    fn give_out(&self, file: &mut PlanFile, to: &str) -> PathBuf {
        let path = self.dir.path().join(format!("{to}.mainstay"));
        file.give_out(&path, to, &stamp(1, "Ada"), &mut |_, _| true)
            .unwrap();
        path
    }
}

/// Makes the file hold this.
fn become_(file: &mut PlanFile, to: &Workspace, minute: usize, author: &str) {
    let mut changes = Vec::new();
    for t in Table::ALL {
        let mut new: HashMap<Uuid, Row> = to.rows(*t).into_iter().map(|r| (r.id, r)).collect();
        for old in file.workspace().rows(*t) {
            match new.remove(&old.id) {
                Some(r) if r == old => {}
                r => changes.push((*t, old.id, r)),
            }
        }
        changes.extend(new.into_values().map(|r| (*t, r.id, Some(r))));
    }
    file.transact::<_, PlanFileError>(&Operation::named("work"), &stamp(minute, author), |tx| {
        tx.apply_all(&changes)
    })
    .unwrap();
}

fn bring_back(file: &mut PlanFile, copy: &Path, minute: usize) -> Result<Merged, PlanFileError> {
    let copy = PlanFile::open(copy, Access::Read, &stamp(minute, "Ada")).unwrap();
    let back = file.returning(&copy)?;
    let mut choices = Choices::default();
    let m = loop {
        let m = file.plan_merge(&back, &copy, &choices);
        if !m.is_open() {
            break m;
        }
        choices.by_conflict.extend(agreed(&m.conflicts).by_conflict);
    };
    let op = Operation::named("bring back");
    file.bring_back::<PlanFileError>(&back, &copy, &m, (&op, &stamp(minute, "Ada")), |_| Ok(()))?;
    Ok(m)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2, failure_persistence: None, max_shrink_iters: 30, ..ProptestConfig::default() })]

    /// Five copies in a row, in any order; each is brought back twice, and one works on in between.
    #[test]
    fn five_copies_in_any_order(
        rooms in prop::collection::vec(work(), 5),
        here in work(),
        order in Just((0..5usize).collect::<Vec<_>>()).prop_shuffle(),
        later in work(),
    ) {
        let mut results = Vec::new();
        for order in [order, (0..5).collect()] {
            let (desk, mut file) = Desk::new();
            let copies: Vec<PathBuf> =
                (0..5).map(|i| desk.give_out(&mut file, &format!("Room {i}"))).collect();
            for (n, (copy, work)) in (10..).zip(copies.iter().zip(&rooms)) {
                let mut copy = PlanFile::open(copy, Access::Write, &stamp(2, "Bo")).unwrap();
                let ws = room(n, copy.workspace(), work);
                become_(&mut copy, &ws, 3, "Bo");
                copy.close().unwrap();
            }
            let ws = room(1, file.workspace(), &here);
            become_(&mut file, &ws, 4, "Ada");
            for i in order {
                let before = file.workspace().clone();
                let came = match bring_back(&mut file, &copies[i], 5 + i) {
                    Err(PlanFileError::NothingComesIn) => continue,
                    other => other.unwrap().changes.len(),
                };
                prop_assert_eq!(file.check().unwrap().damage, vec![]);
                let after = file.workspace().clone();
                prop_assert!(matches!(
                    bring_back(&mut file, &copies[i], 6 + i),
                    Err(PlanFileError::NothingComesIn)
                ));
                if came > 0 {
                    file.undo(&stamp(7 + i, "Ada")).unwrap();
                    prop_assert_eq!(file.workspace(), &before);
                    file.redo(&stamp(8 + i, "Ada")).unwrap();
                }
                prop_assert_eq!(file.workspace(), &after);
                prop_assert_eq!(file.check().unwrap().damage, vec![]);
            }
            results.push(content(file.workspace()));
            // One room works on and comes back once more.
            let mut copy = PlanFile::open(&copies[2], Access::Write, &stamp(20, "Bo")).unwrap();
            let ws = room(20, copy.workspace(), &later);
            become_(&mut copy, &ws, 21, "Bo");
            copy.close().unwrap();
            let base = file.workspace().clone();
            match bring_back(&mut file, &copies[2], 22) {
                Err(PlanFileError::NothingComesIn) => {}
                other => {
                    let came = !other.unwrap().changes.is_empty();
                    prop_assert_eq!(came, file.workspace() != &base);
                }
            }
            prop_assert_eq!(file.check().unwrap().damage, vec![]);
            file.close().unwrap();
        }
        prop_assert!(results[0] == results[1], "{}", differing("", &results[0], &results[1]));
    }
}

/// Both ways of bringing two rooms back give the same.
#[track_caller]
fn either_way(here: &[Work], a: &[Work], b: &[Work]) {
    let base = example();
    let (here, a, b) = (room(1, base, here), room(2, base, a), room(3, base, b));
    let (x, y) = (
        content(&in_order(&here, &[&a, &b], &[0, 1])),
        content(&in_order(&here, &[&a, &b], &[1, 0])),
    );
    assert!(x == y, "{}", differing("", &x, &y));
}

fn w(what: u8, which: u16, value: u16) -> Work {
    Work { what, which, value }
}

/// Here the quality lead is removed, in one room the warehouse lead, whom the other room renames; calls go between the two.
#[test]
fn what_is_kept_brings_nothing_back_that_only_calls_it() {
    either_way(
        &[w(5, 0, 0), w(8, 36916, 0)],
        &[w(0, 7436, 0)],
        &[w(5, 0, 0), w(8, 36621, 0)],
    );
}

/// Here the database platform is removed, in one room a risk of it; both are needed elsewhere and stay, and so does what
/// lies between them.
#[test]
fn what_went_with_both_its_ends_comes_back_with_both() {
    either_way(
        &[w(4, 0, 0), w(8, 22115, 0)],
        &[w(8, 10878, 0), w(9, 31127, 0)],
        &[w(8, 42516, 0), w(8, 52983, 0)],
    );
}

/// A copy that is brought back, taken back and brought back again keeps its history under the merge that counts, also when
/// the file goes on into another one.
#[test]
fn bringing_back_again_after_taking_back_keeps_the_copys_history() {
    let (desk, mut main) = Desk::new();
    let middle = desk.give_out(&mut main, "Middle");
    let mut middle = PlanFile::open(&middle, Access::Write, &stamp(2, "Bo")).unwrap();
    let room = desk.give_out(&mut middle, "Room");
    let mut copy = PlanFile::open(&room, Access::Write, &stamp(3, "Cy")).unwrap();
    let mut ws = copy.workspace().clone();
    act(&mut ws, &w(0, 7436, 0));
    become_(&mut copy, &ws, 4, "Cy");
    copy.close().unwrap();
    bring_back(&mut middle, &room, 5).unwrap();
    middle.undo(&stamp(6, "Bo")).unwrap();
    bring_back(&mut middle, &room, 7).unwrap();
    let merge = middle.history().unwrap().pop().unwrap();
    let mut authors = Vec::new();
    let seen = |e: mainstay_planfile::Entry| {
        authors.push(e.author);
        true
    };
    middle.far_history_back(merge.seq, seen).unwrap();
    assert_eq!(authors, ["Cy", "Ada"], "the work and the giving out");
    let path = middle.path().to_path_buf();
    middle.close().unwrap();
    bring_back(&mut main, &path, 8).unwrap();
    assert_eq!(main.check().unwrap().damage, []);
    // What the room did came along, so nothing of it comes in again.
    assert!(matches!(
        bring_back(&mut main, &room, 9),
        Err(PlanFileError::NothingComesIn)
    ));
}
