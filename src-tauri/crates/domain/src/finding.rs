//! Findings: what is wrong or missing in a plan, as data.

use crate::time::Minutes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What sort of thing, in snake_case.
    pub code: String,
    /// How much it weighs.
    pub severity: Severity,
    /// The code of the record it is about.
    pub subject: String,
    /// The values its sentence needs, by name.
    pub params: BTreeMap<String, Param>,
}

impl Finding {
    /// A finding of severity error.
    pub fn error(code: &str, subject: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            severity: Severity::Error,
            subject: subject.into(),
            params: BTreeMap::new(),
        }
    }

    /// A finding of severity warning.
    pub fn warning(code: &str, subject: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, subject)
        }
    }

    /// Adds a value that the sentence needs.
    pub fn with(mut self, name: &str, value: impl Into<Param>) -> Self {
        self.params.insert(name.into(), value.into());
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
