//! The list of what is wrong with a file, and the words for it.

use crate::parse::Twice;
use crate::problem::{Fault, FaultCode, Problem};
use mainstay_domain::{FieldSpec, Kind, time};
use serde_json::Value;

/// How many faults are listed; the rest are counted.
const LISTED: usize = 50;

/// The faults found so far.
#[derive(Debug, Default)]
pub(super) struct Faults {
    list: Vec<Fault>,
    more: usize,
}

/// A record as a sentence names it.
pub(super) struct Named {
    /// Such as `service svc-db`.
    pub record: String,
    /// Such as `services[15]`.
    pub place: String,
}

impl Faults {
    pub fn into_result(self) -> Result<(), Problem> {
        if self.list.is_empty() {
            return Ok(());
        }
        Err(Problem::Invalid {
            faults: self.list,
            more: self.more,
        })
    }

    /// Whether there is room for another one; where there is none, a fault is only counted and needs no words.
    pub fn room(&mut self) -> bool {
        let room = self.list.len() < LISTED;
        self.more += usize::from(!room);
        room
    }

    /// A value its field does not allow; `hint` may say more about it.
    pub fn value(&mut self, at: Named, field: &str, shown: &str, hint: &str, allowed: &str) {
        let text = format!(
            "{}, field {field}: {shown}{hint} is not allowed; allowed is {allowed}",
            at.record
        );
        self.push(FaultCode::Value, at, field, text);
    }

    /// A value that must be given.
    pub fn missing(&mut self, at: Named, field: &str, allowed: &str) {
        let text = format!(
            "{}, field {field}: a value is missing; needed is {allowed}",
            at.record
        );
        self.push(FaultCode::Missing, at, field, text);
    }

    /// An object, list or pair that is something else.
    pub fn structure(&mut self, at: Named, field: &str, v: &Value, allowed: &str) {
        let text = format!(
            "{}: {} is not allowed; allowed is {allowed}",
            within(&at.record, field),
            shorten(v)
        );
        self.push(FaultCode::Structure, at, field, text);
    }

    /// Anything else, in words of its own.
    pub fn other(&mut self, code: FaultCode, at: Named, field: &str, what: &str) {
        let text = format!("{}: {what}", within(&at.record, field));
        self.push(code, at, field, text);
    }

    pub fn twice(&mut self, t: &Twice) {
        let record = if t.place.is_empty() {
            "workspace".to_string()
        } else {
            t.place.clone()
        };
        let at = Named {
            record,
            place: t.place.clone(),
        };
        let field = shorten_text(&t.key);
        if self.room() {
            self.other(
                FaultCode::Duplicate,
                at,
                &field,
                "the field stands twice in one object; keep one of them",
            );
        }
    }

    fn push(&mut self, code: FaultCode, at: Named, field: &str, text: String) {
        self.list.push(Fault {
            code,
            record: at.record,
            place: at.place,
            field: field.to_string(),
            text,
        });
    }
}

fn within(record: &str, field: &str) -> String {
    if field.is_empty() {
        record.to_string()
    } else {
        format!("{record}, field {field}")
    }
}

/// What a field allows in a file, where types are strict: no durations in words, no `yes` for `true`.
pub(super) fn allowed(kind: Kind, nullable: bool) -> String {
    let words = match kind {
        Kind::Minutes => format!("a whole number of minutes from 0 to {}", time::MAX_MINUTES),
        Kind::Flag => "true or false".into(),
        kind => kind.allowed(),
    };
    if nullable {
        format!("{words}, or null")
    } else {
        words
    }
}

pub(super) fn allowed_in(f: &FieldSpec) -> String {
    allowed(f.kind, f.nullable)
}

/// A value for a sentence: as JSON, cut after 60 characters.
pub(super) fn shorten(v: &Value) -> String {
    match v {
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "an object".into(),
        Value::String(s) => format!("\"{}\"", shorten_text(s)),
        v => v.to_string(),
    }
}

/// A text for a sentence: cut after 60 characters, without line breaks and other control characters.
pub(super) fn shorten_text(s: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let mut chars = s.chars();
    let mut out: String = chars.by_ref().take(60).map(plain).collect();
    if chars.next().is_some() {
        out.push('\u{2026}');
    }
    out
}
