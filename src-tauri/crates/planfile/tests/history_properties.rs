//! The history holds for every sequence of operations.
#![allow(clippy::unwrap_used)]

use mainstay_domain::{Datum, Table, Uuid, Workspace};
use mainstay_planfile::{Access, Operation, PlanFile, PlanFileError, Stamp};
use proptest::prelude::*;

/// What somebody does.
#[derive(Debug, Clone)]
enum Deed {
    /// Gives a site a name, after so many seconds; one that is not there is added.
    Name(u8, u8, u16),
    /// Changes one field of a site; within a minute it is one step.
    Note(u8, u8, u16),
    Move(u8, u8),
    Remove(u8),
    Undo,
    Redo,
    Reopen,
}

fn deed() -> impl Strategy<Value = Deed> {
    let site = || 0..6u8;
    prop_oneof![
        3 => (site(), any::<u8>(), 0..120u16).prop_map(|(s, n, t)| Deed::Name(s, n, t)),
        4 => (site(), any::<u8>(), 0..90u16).prop_map(|(s, n, t)| Deed::Note(s, n, t)),
        1 => (site(), any::<u8>()).prop_map(|(s, p)| Deed::Move(s, p)),
        2 => site().prop_map(Deed::Remove),
        4 => Just(Deed::Undo),
        3 => Just(Deed::Redo),
        // Rare, because it takes longer than everything else.
        1 => prop_oneof![19 => Just(Deed::Undo), 1 => Just(Deed::Reopen)],
    ]
}

struct Desk {
    dir: tempfile::TempDir,
    file: Option<PlanFile>,
    seconds: i64,
    /// The states between steps that undo goes back through, and those that redo goes on to.
    before: Vec<Workspace>,
    after: Vec<Workspace>,
    /// The key and moment of the last step, while it can still grow.
    grows: Option<(String, i64)>,
    /// The data after each row of the history.
    states: Vec<Workspace>,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.mainstay");
        let mut d = Desk {
            dir,
            file: None,
            seconds: 0,
            before: Vec::new(),
            after: Vec::new(),
            grows: None,
            states: vec![Workspace::default()],
        };
        PlanFile::create(&path, &d.states[0], "make it", &d.stamp()).unwrap();
        d.open();
        d
    }

    fn open(&mut self) {
        if let Some(f) = self.file.take() {
            f.close().unwrap();
        }
        let path = self.dir.path().join("a.mainstay");
        self.file = Some(PlanFile::open(&path, Access::Write, &self.stamp()).unwrap());
    }

    fn stamp(&self) -> Stamp {
        let begin: chrono::DateTime<chrono::Utc> = "2026-11-24T09:00:00Z".parse().unwrap();
        let at = begin + chrono::TimeDelta::seconds(self.seconds);
        Stamp {
            at: at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            author: "Grace".into(),
            device: "desk".into(),
        }
    }

    fn now(&self) -> Workspace {
        self.file.as_ref().unwrap().workspace().clone()
    }

    fn change(
        &mut self,
        site: u8,
        key: Option<String>,
        edit: impl FnOnce(&mut Option<mainstay_domain::Row>),
    ) {
        let id = Uuid::from_u128(u128::from(site) + 1);
        let stamp = self.stamp();
        let then = self.now();
        let op = match &key {
            Some(k) => Operation::merging("note it", k.clone()),
            None => Operation::named("change it"),
        };
        let file = self.file.as_mut().unwrap();
        file.transact::<_, PlanFileError>(&op, &stamp, |tx| {
            let mut row = tx.workspace().row(Table::Site, id);
            edit(&mut row);
            match row {
                Some(r) => tx.put(Table::Site, &r),
                None => tx.remove(Table::Site, id),
            }
        })
        .unwrap();
        if self.now() == then {
            return;
        }
        self.states.push(self.now());
        let joins = self.after.is_empty()
            && matches!((&self.grows, &key), (Some((k, at)), Some(key)) if k == key && self.seconds - at < 60);
        if !joins {
            self.before.push(then);
        }
        self.after.clear();
        self.grows = key.map(|k| (k, self.seconds));
    }

    fn undo(&mut self) {
        let (then, stamp) = (self.now(), self.stamp());
        let done = self.file.as_mut().unwrap().undo(&stamp);
        match self.before.pop() {
            None => assert!(matches!(done, Err(PlanFileError::NothingToUndo(None)))),
            Some(want) => {
                done.unwrap();
                assert_eq!(self.now(), want, "undo after do is nothing");
                self.states.push(want);
                self.after.push(then);
                self.grows = None;
            }
        }
    }

    fn redo(&mut self) {
        let (then, stamp) = (self.now(), self.stamp());
        let done = self.file.as_mut().unwrap().redo(&stamp);
        match self.after.pop() {
            None => assert!(matches!(done, Err(PlanFileError::NothingToRedo))),
            Some(want) => {
                done.unwrap();
                assert_eq!(self.now(), want, "redo after undo is nothing");
                self.states.push(want);
                self.before.push(then);
                self.grows = None;
            }
        }
    }

    fn carry_out(&mut self, deed: &Deed) {
        let text = |n: &u8| Datum::Text(format!("n{n}"));
        let at = |c: &str| Table::Site.spec().column(c).unwrap();
        match deed {
            Deed::Name(site, name, seconds) => {
                self.seconds += i64::from(*seconds);
                let (id, pos) = (Uuid::from_u128(u128::from(*site) + 1), i64::from(*site));
                let values = [("code", text(site)), ("name", text(name))];
                self.change(*site, None, |row| match row {
                    Some(r) => r.data[at("name")] = text(name),
                    None => *row = Some(Table::Site.spec().row(id, pos, &values)),
                });
            }
            Deed::Note(site, note, seconds) => {
                self.seconds += i64::from(*seconds);
                self.change(*site, Some(format!("{site}.address")), |row| {
                    if let Some(r) = row {
                        r.data[at("address")] = text(note);
                    }
                });
            }
            Deed::Move(site, pos) => self.change(*site, None, |row| {
                if let Some(r) = row {
                    r.pos = i64::from(*pos);
                }
            }),
            Deed::Remove(site) => self.change(*site, None, |row| *row = None),
            Deed::Undo => self.undo(),
            Deed::Redo => self.redo(),
            Deed::Reopen => self.open(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn undo_redo_and_replay_hold_for_a_thousand_operations(deeds in proptest::collection::vec(deed(), 1000)) {
        let mut d = Desk::new();
        for deed in &deeds {
            d.carry_out(deed);
        }
        d.open();
        let file = d.file.as_ref().unwrap();
        prop_assert_eq!(file.check().unwrap().damage, []);
        prop_assert_eq!(&file.replayed().unwrap(), file.workspace(), "history replayed from empty gives the present");
        // "As it was" after any row is what stood there.
        prop_assert_eq!(file.last_change().unwrap().0, d.states.len() as i64);
        for (i, want) in d.states.iter().enumerate().step_by(37) {
            prop_assert_eq!(&file.as_of(i as i64 + 1).unwrap(), want);
        }
    }
}
