//! Records as they were found in a file, before their values are read.

use super::faults::{Named, shorten_text};
use mainstay_domain::{Datum, Place, Shape, Table, Uuid};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// A record as it was found.
pub(super) struct Raw<'a> {
    pub id: Uuid,
    pub table: Table,
    pub parent: Option<usize>,
    /// Its number in its list, from 0.
    pub ordinal: usize,
    pub body: Body<'a>,
}

/// What a record was made from.
pub(super) enum Body<'a> {
    /// An object with fields.
    Object(&'a Map<String, Value>),
    /// Values for some columns; each with where it stands, relative to the parent.
    Cells(Vec<Cell<'a>>),
}

/// One value of a record that is no object.
pub(super) struct Cell<'a> {
    pub column: usize,
    pub given: Given<'a>,
    /// Where it stands in the list, such as `[2]`.
    pub sub: String,
}

/// Where a value comes from.
pub(super) enum Given<'a> {
    Value(&'a Value),
    Key(&'a str),
    Datum(Datum),
}

/// Every record of a file, parents before their children.
#[derive(Default)]
pub(super) struct Raws<'a> {
    pub list: Vec<Raw<'a>>,
    /// The records of each table, in order.
    pub of_table: Vec<Vec<usize>>,
    /// Who carries a code.
    pub codes: HashMap<&'a str, usize>,
}

impl<'a> Raws<'a> {
    pub fn new() -> Self {
        Raws {
            of_table: Table::ALL.iter().map(|_| Vec::new()).collect(),
            ..Raws::default()
        }
    }

    pub fn push(&mut self, raw: Raw<'a>) -> usize {
        let i = self.list.len();
        self.of_table[raw.table as usize].push(i);
        self.list.push(raw);
        i
    }

    pub fn of(&self, t: Table) -> &[usize] {
        &self.of_table[t as usize]
    }

    /// A record as a sentence names it.
    pub fn named(&self, i: usize) -> Named {
        Named {
            record: self.record(i),
            place: self.place(i),
        }
    }

    /// Such as `service svc-db`, `season 1 of calendar cal-week`.
    pub fn record(&self, i: usize) -> String {
        let raw = &self.list[i];
        let spec = raw.table.spec();
        if let Some(code) = self.code(i) {
            return format!("{} {}", spec.noun, shorten_text(code));
        }
        let number = match spec.place {
            Place::Single(_)
            | Place::Child {
                shape: Shape::One, ..
            } => String::new(),
            _ => format!(" {}", raw.ordinal + 1),
        };
        match raw.parent {
            Some(p) => format!("{}{number} of {}", spec.noun, self.record(p)),
            None => format!("{}{number}", spec.noun),
        }
    }

    /// Such as `activities[3]`, `calendars[0].seasons[0]`.
    pub fn place(&self, i: usize) -> String {
        let raw = &self.list[i];
        let n = raw.ordinal;
        let own = match raw.table.spec().place {
            Place::Single(path) | Place::RootMap(path, ..) => path.to_string(),
            Place::List(path) => format!("{path}[{n}]"),
            Place::FirstThenMore(first, _) if n == 0 => first.to_string(),
            Place::FirstThenMore(_, more) => format!("{more}[{}]", n - 1),
            Place::Child {
                path,
                shape: Shape::Objects,
                ..
            } => format!("{path}[{n}]"),
            Place::Child { path, .. } => path.to_string(),
        };
        match raw.parent {
            Some(p) => format!("{}.{own}", self.place(p)),
            None => own,
        }
    }

    /// The code a record was given, right or wrong.
    pub fn code(&self, i: usize) -> Option<&'a str> {
        let raw = &self.list[i];
        let spec = raw.table.spec();
        match (spec.column("code"), &raw.body) {
            (Some(c), Body::Object(o)) => o.get(spec.fields[c].json)?.as_str(),
            _ => None,
        }
    }
}
