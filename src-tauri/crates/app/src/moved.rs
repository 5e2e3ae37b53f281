//! Which results moved between two states of a workspace.

use crate::wire::{Moved, MovedKind};
use mainstay_analysis::{
    ActivityResult, Analysis, GapState, Scenario, ServiceResult, analyse, wording,
};
use mainstay_domain::{Finding, Minutes, NaiveDate, Uuid, Workspace};
use std::collections::{BTreeSet, HashMap};

/// What follows from one workspace and not, or not so, from the other: what services owe and when they can be back, MTPDs,
/// gaps and findings. Both are judged as of `today`. Records are the same where their keys are, else where their codes are.
pub(crate) fn results_moved(old: &Workspace, new: &Workspace, today: NaiveDate) -> Vec<Moved> {
    let scenario = Scenario::default();
    let (a, b) = (
        analyse(old, &scenario, today),
        analyse(new, &scenario, today),
    );
    let mut out = Vec::new();
    activities((old, &a), (new, &b), &mut out);
    services((old, &a), (new, &b), &mut out);
    findings((old, &a), (new, &b), &mut out);
    out
}

type Side<'a> = (&'a Workspace, &'a Analysis);

/// Things of the one side and of the other, those that are the same together, in the order of the second.
fn paired<'a, T>(
    old: &'a [T],
    new: &'a [T],
    key: impl Fn(&T) -> (Uuid, &str),
) -> Vec<(Option<usize>, Option<usize>)> {
    let mut by_id = HashMap::new();
    let mut by_code = HashMap::new();
    for (i, x) in old.iter().enumerate() {
        let (id, code) = key(x);
        by_id.insert(id, i);
        by_code.insert(code, i);
    }
    let mut left: BTreeSet<usize> = (0..old.len()).collect();
    let mut out: Vec<_> = new
        .iter()
        .enumerate()
        .map(|(j, y)| {
            let (id, code) = key(y);
            let i = by_id.get(&id).or_else(|| by_code.get(code)).copied();
            (i.filter(|i| left.remove(i)), Some(j))
        })
        .collect();
    out.extend(left.into_iter().map(|i| (Some(i), None)));
    out
}

fn activities((ow, oa): Side<'_>, (nw, na): Side<'_>, out: &mut Vec<Moved>) {
    for (i, j) in paired(&oa.activities, &na.activities, |r| (r.id.0, &r.code)) {
        let (a, b) = (i.map(|i| &oa.activities[i]), j.map(|j| &na.activities[j]));
        let name = match (i, j) {
            (_, Some(j)) => &nw.activities[j].name,
            (Some(i), None) => &ow.activities[i].name,
            (None, None) => continue,
        };
        let code = b.or(a).map_or("", |r| &r.code);
        let mut say = Say { out, code, name };
        if let (Some(a), Some(b)) = (a, b) {
            say.time(MovedKind::Mtpd, "MTPD", a.effective_mtpd, b.effective_mtpd);
            say.time(MovedKind::Achievable, "recovery", a.ready, b.ready);
        }
        let state = |r: &ActivityResult| (r.gap_state, r.gap);
        say.gap(a.map(state), b.map(state));
    }
}

fn services((ow, oa): Side<'_>, (nw, na): Side<'_>, out: &mut Vec<Moved>) {
    for (i, j) in paired(&oa.services, &na.services, |r| (r.id.0, &r.code)) {
        let (a, b) = (i.map(|i| &oa.services[i]), j.map(|j| &na.services[j]));
        let name = match (i, j) {
            (_, Some(j)) => &nw.services[j].name,
            (Some(i), None) => &ow.services[i].name,
            (None, None) => continue,
        };
        let code = b.or(a).map_or("", |r| &r.code);
        let mut say = Say { out, code, name };
        if let (Some(a), Some(b)) = (a, b) {
            say.required(MovedKind::Rto, "RTO", a.required_rto, b.required_rto);
            say.required(MovedKind::Rpo, "RPO", a.required_rpo, b.required_rpo);
            say.time(
                MovedKind::Achievable,
                "recovery",
                a.achievable,
                b.achievable,
            );
        }
        let state = |r: &ServiceResult| (r.gap_state, r.gap);
        say.gap(a.map(state), b.map(state));
    }
}

/// Says what moved of one record.
struct Say<'a> {
    out: &'a mut Vec<Moved>,
    code: &'a str,
    name: &'a str,
}

impl Say<'_> {
    fn push(
        &mut self,
        what: MovedKind,
        old: Option<Minutes>,
        new: Option<Minutes>,
        text: impl FnOnce(&str) -> String,
    ) {
        self.out.push(Moved {
            subject: self.code.into(),
            name: self.name.into(),
            what,
            old: old.map(|m| m.to_string()),
            new: new.map(|m| m.to_string()),
            text: text(self.name),
        });
    }

    fn shift(
        &mut self,
        what: MovedKind,
        word: &str,
        none: &str,
        old: Option<Minutes>,
        new: Option<Minutes>,
    ) {
        if old != new {
            let say = |m: Option<Minutes>| m.map_or_else(|| none.into(), |m| m.to_string());
            self.push(what, old, new, |name| {
                format!("{word} of {name} {} → {}", say(old), say(new))
            });
        }
    }

    fn time(&mut self, what: MovedKind, word: &str, old: Option<Minutes>, new: Option<Minutes>) {
        self.shift(what, word, "not known", old, new);
    }

    fn required(
        &mut self,
        what: MovedKind,
        word: &str,
        old: Option<Minutes>,
        new: Option<Minutes>,
    ) {
        self.shift(what, word, "not required", old, new);
    }

    fn gap(
        &mut self,
        old: Option<(Option<GapState>, Option<Minutes>)>,
        new: Option<(Option<GapState>, Option<Minutes>)>,
    ) {
        let late = |side: Option<(Option<GapState>, Option<Minutes>)>| {
            side.filter(|s| s.0 == Some(GapState::Gap)).map(|s| s.1)
        };
        let known = new.is_none_or(|n| n.0 != Some(GapState::Unknown));
        match (late(old), late(new)) {
            (None, Some(gap)) => self.push(MovedKind::Gap, None, gap, |name| {
                let how = gap.map_or_else(String::new, |g| format!(" ({g} late)"));
                format!("gap of {name} appears{how}")
            }),
            (Some(gap), None) if known => self.push(MovedKind::Gap, gap, None, |name| {
                format!("gap of {name} disappears")
            }),
            (Some(gap), None) => self.push(MovedKind::Gap, gap, None, |name| {
                format!("gap of {name} is not known any more")
            }),
            (Some(a), Some(b)) => self.shift(MovedKind::Gap, "gap", "of unknown length", a, b),
            (None, None) => {}
        }
    }
}

fn findings((ow, oa): Side<'_>, (nw, na): Side<'_>, out: &mut Vec<Moved>) {
    let ids = |a: &Analysis| a.findings.iter().map(Finding::id).collect::<BTreeSet<_>>();
    let (before, after) = (ids(oa), ids(na));
    let only = |a: &Analysis, other: &BTreeSet<String>| -> Vec<Finding> {
        let mine = a.findings.iter();
        mine.filter(|f| !other.contains(&f.id())).cloned().collect()
    };
    let (gone, come) = (only(oa, &after), only(na, &before));
    let mut say = |ws: &Workspace, list: &[Finding], word: &str, come: bool| {
        for (f, text) in list.iter().zip(wording::sentences(list, ws)) {
            let text_of = |here: bool| here.then(|| text.clone());
            out.push(Moved {
                subject: f.subject.clone(),
                name: crate::files::name_of(ws, &f.subject),
                what: MovedKind::Finding,
                old: text_of(!come),
                new: text_of(come),
                text: format!("{word}: {text}"),
            });
        }
    };
    say(nw, &come, "finding appears", true);
    say(ow, &gone, "finding disappears", false);
}
