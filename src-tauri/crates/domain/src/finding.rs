//! Findings: what is wrong or missing in a plan, as data.

use crate::time::Minutes;
use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Blocks submission unless it is accepted with a sentence.
    Error,
    /// Should be looked at; blocks nothing.
    Warning,
}

/// A value inside a finding, typed so that it can be shown in the reader's units.
#[derive(Debug, Clone, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Param {
    /// Minutes; serialized as a number, the parameter's name ends in `_min`.
    Minutes(Minutes),
    /// A count or level.
    Int(i64),
    /// A code, a name or a word.
    Text(String),
    /// Several codes, in a meaningful order.
    List(Vec<String>),
}

/// One thing that is wrong or missing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// What sort of thing, in snake_case.
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// The code of the record it is about.
    pub subject: String,
    /// The values its sentence needs, by name.
    pub params: Params,
}

/// Values by name, few and in the order of their names.
///
/// A large workspace has tens of thousands of findings, and most have one value or two.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Params(Vec<(&'static str, Param)>);

impl Params {
    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&Param> {
        self.0.iter().find(|(n, _)| *n == name).map(|(_, v)| v)
    }

    /// Adds a value, in the place of one with this name if there is one.
    pub fn insert(&mut self, name: &'static str, value: Param) {
        match self.0.binary_search_by(|(n, _)| (*n).cmp(name)) {
            Ok(i) => self.0[i].1 = value,
            Err(i) => {
                // Most findings have one value: no room for four.
                if self.0.len() == self.0.capacity() {
                    self.0.reserve_exact(self.0.len().max(1));
                }
                self.0.insert(i, (name, value));
            }
        }
    }
}

impl Serialize for Params {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(n, v)| (n, v)))
    }
}

impl Finding {
    /// A finding of severity error.
    pub fn error(code: &'static str, subject: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            subject: subject.into(),
            params: Params::default(),
        }
    }

    /// A finding of severity warning.
    pub fn warning(code: &'static str, subject: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, subject)
        }
    }

    /// Adds a value that the sentence needs.
    pub fn with(mut self, name: &'static str, value: impl Into<Param>) -> Self {
        self.params.insert(name, value.into());
        self
    }

    /// What names this finding when it is accepted: `code:subject`.
    pub fn id(&self) -> String {
        format!("{}:{}", self.code, self.subject)
    }
}

impl From<Minutes> for Param {
    fn from(m: Minutes) -> Self {
        Param::Minutes(m)
    }
}
impl From<i64> for Param {
    fn from(n: i64) -> Self {
        Param::Int(n)
    }
}
impl From<&str> for Param {
    fn from(s: &str) -> Self {
        Param::Text(s.into())
    }
}
impl From<String> for Param {
    fn from(s: String) -> Self {
        Param::Text(s)
    }
}
impl From<Vec<String>> for Param {
    fn from(v: Vec<String>) -> Self {
        Param::List(v)
    }
}
