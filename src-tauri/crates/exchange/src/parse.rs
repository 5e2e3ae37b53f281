//! From bytes to a JSON value, with limits that hold before anything is built.

use crate::problem::Problem;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// The longest text that is read, in bytes.
pub(crate) const MAX_BYTES: usize = 256 * 1024 * 1024;
/// How deep objects and lists may stand inside each other; serde_json itself stops at 128.
pub(crate) const MAX_DEPTH: usize = 64;
/// How many values a file may hold: each costs memory far beyond its length in the text.
pub(crate) const MAX_VALUES: usize = 4_000_000;

/// A field that stands twice in one object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Twice {
    /// The object, such as `activities[3]`; empty for the root.
    pub place: String,
    /// The field.
    pub key: String,
}

/// Reads JSON; of a field that stands twice the first one is kept, and it is named.
pub(crate) fn parse(bytes: &[u8]) -> Result<(Value, Vec<Twice>), Problem> {
    if bytes.len() > MAX_BYTES {
        return Err(Problem::TooLarge {
            size: bytes.len(),
            limit: MAX_BYTES,
        });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|e| Problem::NotUtf8 {
        at: e.valid_up_to(),
    })?;
    let mut state = State::default();
    let mut de = serde_json::Deserializer::from_str(text);
    let read = Node(&mut state)
        .deserialize(&mut de)
        .and_then(|v| de.end().map(|()| v));
    match (read, state.refused) {
        (_, Some(p)) => Err(p),
        (Ok(v), None) => Ok((v, state.twice)),
        (Err(e), None) => Err(not_json(&e)),
    }
}

fn not_json(e: &serde_json::Error) -> Problem {
    let (line, column) = (e.line(), e.column());
    let said = e.to_string();
    let detail = said
        .strip_suffix(&format!(" at line {line} column {column}"))
        .unwrap_or(&said);
    Problem::NotJson {
        line,
        column,
        detail: detail.to_string(),
    }
}

#[derive(Default)]
struct State {
    path: Vec<Step>,
    values: usize,
    twice: Vec<Twice>,
    refused: Option<Problem>,
}

enum Step {
    Key(String),
    Index(usize),
}

impl State {
    fn place(&self) -> String {
        let mut s = String::new();
        for step in &self.path {
            match step {
                Step::Index(i) => s.push_str(&format!("[{i}]")),
                Step::Key(k) if s.is_empty() => s.push_str(k),
                Step::Key(k) => {
                    s.push('.');
                    s.push_str(k);
                }
            }
        }
        s
    }

    fn refuse<E: Error>(&mut self, p: Problem) -> E {
        self.refused = Some(p);
        E::custom("refused")
    }

    fn enter<E: Error>(&mut self) -> Result<(), E> {
        if self.path.len() >= MAX_DEPTH {
            return Err(self.refuse(Problem::TooDeep { limit: MAX_DEPTH }));
        }
        Ok(())
    }

    fn count<E: Error>(&mut self) -> Result<(), E> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(self.refuse(Problem::TooMany { limit: MAX_VALUES }));
        }
        Ok(())
    }
}

struct Node<'s>(&'s mut State);

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Value, D::Error> {
        self.0.count()?;
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_bool<E>(self, b: bool) -> Result<Value, E> {
        Ok(Value::Bool(b))
    }
    fn visit_i64<E>(self, n: i64) -> Result<Value, E> {
        Ok(Value::Number(n.into()))
    }
    fn visit_u64<E>(self, n: u64) -> Result<Value, E> {
        Ok(Value::Number(n.into()))
    }
    fn visit_f64<E>(self, x: f64) -> Result<Value, E> {
        Ok(Number::from_f64(x).map_or(Value::Null, Value::Number))
    }
    fn visit_str<E>(self, s: &str) -> Result<Value, E> {
        Ok(Value::String(s.to_owned()))
    }
    fn visit_string<E>(self, s: String) -> Result<Value, E> {
        Ok(Value::String(s))
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        self.0.enter()?;
        let mut list = Vec::new();
        loop {
            self.0.path.push(Step::Index(list.len()));
            let item = seq.next_element_seed(Node(self.0))?;
            self.0.path.pop();
            match item {
                Some(v) => list.push(v),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        self.0.enter()?;
        let mut object = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if object.contains_key(&key) {
                self.0.twice.push(Twice {
                    place: self.0.place(),
                    key: key.clone(),
                });
            }
            self.0.path.push(Step::Key(key));
            let v = map.next_value_seed(Node(self.0))?;
            if let Some(Step::Key(key)) = self.0.path.pop() {
                object.entry(key).or_insert(v);
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &[u8]) -> Problem {
        parse(text).unwrap_err()
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(
            parse(b"\xef\xbb\xbf{}").unwrap().0,
            Value::Object(Map::new())
        );
    }

    #[test]
    fn wrong_bytes_and_wrong_json_are_named_with_their_place() {
        assert_eq!(refused(b"{\"a\": \"\xff\"}"), Problem::NotUtf8 { at: 7 });
        let Problem::NotJson { line, detail, .. } = refused(b"{\n\"a\": }") else {
            panic!("not JSON")
        };
        assert_eq!((line, detail.as_str()), (2, "expected value"));
        assert!(matches!(refused(b""), Problem::NotJson { .. }));
        assert!(matches!(refused(b"{} {}"), Problem::NotJson { .. }));
        assert!(matches!(refused(b"[1e999]"), Problem::NotJson { .. }));
        assert!(matches!(refused(b"[NaN]"), Problem::NotJson { .. }));
    }

    #[test]
    fn depth_is_limited_exactly() {
        let nest = |n: usize| [vec![b'['; n], vec![b']'; n]].concat();
        assert!(parse(&nest(MAX_DEPTH)).is_ok());
        assert_eq!(
            refused(&nest(MAX_DEPTH + 1)),
            Problem::TooDeep { limit: MAX_DEPTH }
        );
    }

    #[test]
    fn two_hundred_megabytes_of_brackets_are_refused_at_once() {
        let start = std::time::Instant::now();
        assert!(matches!(
            refused(&vec![b'['; 200_000_000]),
            Problem::TooDeep { .. }
        ));
        let flat = [b"[".as_slice(), &b"[],".repeat(MAX_VALUES + 1)].concat();
        assert!(matches!(refused(&flat), Problem::TooMany { .. }));
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }

    #[test]
    fn fields_given_twice_are_named() {
        let (v, twice) = parse(br#"{"a": [{"x": 1, "x": 2}], "a": 3}"#).unwrap();
        assert_eq!(v, serde_json::json!({"a": [{"x": 1}]}));
        assert_eq!(
            twice
                .iter()
                .map(|t| format!("{}/{}", t.place, t.key))
                .collect::<Vec<_>>(),
            ["a[0]/x", "/a"]
        );
    }
}
