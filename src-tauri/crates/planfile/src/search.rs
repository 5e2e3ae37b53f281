//! Full-text search over every record: an index in memory, of which nothing ever stands in a plan file.

use crate::PlanFileError;
use mainstay_domain::{Datum, Kind, Row, Table, TableSpec, Uuid, Workspace};
use rusqlite::{Connection, params};
use std::collections::HashMap;

/// Words beyond this many do not narrow a query any more.
const WORDS_MAX: usize = 16;
/// More answers than this are not ranked by how rare the words in them are: they are not rare.
const RANKED_MAX: usize = 2000;
/// How much of a text is shown before and after what was found, in characters.
const AROUND: (usize, usize) = (40, 100);
/// Between the fields of a record in the index; a text that holds it is shown without.
const BETWEEN: char = '\u{1f}';
/// Around what was found.
const MARKS: (char, char) = ('\u{2}', '\u{3}');

/// An index of every text of a workspace, in memory.
pub struct Search {
    conn: Connection,
    numbers: HashMap<Uuid, i64>,
    records: HashMap<i64, Indexed>,
    next: i64,
}

/// A record in the index, with what a query is compared with as a whole.
struct Indexed {
    id: Uuid,
    table: Table,
    code: Box<str>,
    name: Box<str>,
}

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its table.
    pub table: Table,
    /// Its key.
    pub id: Uuid,
    /// The field in which the words stand, by its index in the table's fields: the one that weighs most.
    pub field: usize,
    /// The text around them in parts, with whether each is what was looked for.
    pub snippet: Vec<(String, bool)>,
}

impl Search {
    /// The index of a workspace; a second or two for a hundred thousand records.
    ///
    /// # Errors
    /// There is no memory for it.
    pub fn of(ws: &Workspace) -> Result<Search, PlanFileError> {
        let conn = Connection::open_in_memory()?;
        conn.execute_batch(
            "PRAGMA temp_store = MEMORY;
             CREATE VIRTUAL TABLE texts USING fts5(code, name, body,
               tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3');
             CREATE VIRTUAL TABLE shown USING fts5(code, name, body,
               tokenize = 'unicode61 remove_diacritics 2');
             BEGIN",
        )?;
        let mut search = Search {
            conn,
            numbers: HashMap::new(),
            records: HashMap::new(),
            next: 1,
        };
        for t in Table::ALL {
            for row in ws.rows(*t) {
                search.add(*t, &row)?;
            }
        }
        search.conn.execute_batch(
            "COMMIT;
             INSERT INTO texts (texts) VALUES ('optimize')",
        )?;
        Ok(search)
    }

    /// Brings the index to what these records are now.
    ///
    /// # Errors
    /// There is no memory for it; the index is to be made anew then.
    pub fn update(
        &mut self,
        ws: &Workspace,
        changed: &[(Table, Uuid)],
    ) -> Result<(), PlanFileError> {
        self.conn.execute_batch("BEGIN")?;
        let done = changed.iter().try_for_each(|(table, id)| {
            if let Some(n) = self.numbers.remove(id) {
                self.records.remove(&n);
                self.conn
                    .prepare_cached("DELETE FROM texts WHERE rowid = ?1")?
                    .execute([n])?;
            }
            match ws.row(*table, *id) {
                Some(row) => self.add(*table, &row),
                None => Ok(()),
            }
        });
        self.conn.execute_batch("COMMIT")?;
        done
    }

    fn add(&mut self, table: Table, row: &Row) -> Result<(), PlanFileError> {
        let spec = table.spec();
        let [code, name, body] = texts(spec, row);
        if code.is_empty() && name.is_empty() && body.is_empty() {
            return Ok(());
        }
        self.conn
            .prepare_cached("INSERT INTO texts (rowid, code, name, body) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![self.next, code, name, body])?;
        self.numbers.insert(row.id, self.next);
        let record = Indexed {
            id: row.id,
            table,
            code: code.to_lowercase().into(),
            name: name.to_lowercase().into(),
        };
        self.records.insert(self.next, record);
        self.next += 1;
        Ok(())
    }

    /// The records that hold all words of a query, best first; the last word may be unfinished. Codes and names weigh
    /// more than other texts; marks over and under letters make no difference.
    ///
    /// # Errors
    /// There is no memory for it.
    pub fn find(&self, query: &str, limit: usize) -> Result<Vec<Found>, PlanFileError> {
        self.find_where(query, limit, |_, _| true)
    }

    /// The same, of those that `fits` takes; it is asked for one after the other, best first.
    ///
    /// # Errors
    /// As [`Search::find`].
    pub fn find_where(
        &self,
        query: &str,
        limit: usize,
        mut fits: impl FnMut(Table, Uuid) -> bool,
    ) -> Result<Vec<Found>, PlanFileError> {
        let Some(expression) = expression(query) else {
            return Ok(Vec::new());
        };
        let wanted = query.trim().to_lowercase();
        let mut all = self.candidates(&expression)?;
        // Somebody who types a whole code or name, or its beginning, means that record.
        all.sort_by_cached_key(|n| match self.records.get(n) {
            Some(r) if *r.code == wanted || *r.name == wanted => 0,
            Some(r) if r.code.starts_with(&wanted) || r.name.starts_with(&wanted) => 1,
            _ => 2,
        });
        let mut chosen = Vec::new();
        for n in all {
            if chosen.len() == limit {
                break;
            }
            if let Some(r) = self.records.get(&n)
                && fits(r.table, r.id)
            {
                chosen.push((n, r.table, r.id));
            }
        }
        self.shown(&expression, &chosen)
    }

    /// The numbers of the records that match, as many as are looked at. The index is asked for these alone: a text would be read
    /// out of the record for each.
    fn candidates(&self, expression: &str) -> Result<Vec<i64>, PlanFileError> {
        let few = RANKED_MAX as i64;
        let counted: i64 = self
            .conn
            .prepare_cached(
                "SELECT count(*) FROM (SELECT 1 FROM texts WHERE texts MATCH ?1 LIMIT ?2)",
            )?
            .query_row(params![expression, few + 1], |r| r.get(0))?;
        if counted <= few {
            return self.select(
                "SELECT rowid FROM texts WHERE texts MATCH ?1 ORDER BY bm25(texts, 10.0, 5.0, 1.0), rowid LIMIT ?2",
                expression,
            );
        }
        let plain = "SELECT rowid FROM texts WHERE texts MATCH ?1 LIMIT ?2";
        let named = self.select(plain, &format!("{{code name}} : ({expression})"))?;
        if named.is_empty() {
            return self.select(plain, expression);
        }
        Ok(named)
    }

    fn select(&self, sql: &str, expression: &str) -> Result<Vec<i64>, PlanFileError> {
        let mut q = self.conn.prepare_cached(sql)?;
        let rows = q.query_map(params![expression, RANKED_MAX as i64], |r| r.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What is shown of records that were found. A small index of them alone marks the words: in the large one, each record
    /// would cost what the whole query costs.
    fn shown(
        &self,
        expression: &str,
        chosen: &[(i64, Table, Uuid)],
    ) -> Result<Vec<Found>, PlanFileError> {
        self.conn.execute_batch("BEGIN; DELETE FROM shown")?;
        for (i, (n, ..)) in chosen.iter().enumerate() {
            self.conn
                .prepare_cached(
                    "INSERT INTO shown (rowid, code, name, body) SELECT ?1, code, name, body FROM texts WHERE rowid = ?2",
                )?
                .execute(params![i as i64, n])?;
        }
        let mut q = self.conn.prepare_cached(
            "SELECT rowid, highlight(shown, 0, ?2, ?3), highlight(shown, 1, ?2, ?3), highlight(shown, 2, ?2, ?3)
             FROM shown WHERE shown MATCH ?1 ORDER BY rowid",
        )?;
        let marks = (MARKS.0.to_string(), MARKS.1.to_string());
        let rows = q.query_map(params![expression, marks.0, marks.1], |r| {
            let marked: [String; 3] = [r.get(1)?, r.get(2)?, r.get(3)?];
            Ok((r.get::<_, u32>(0)?, marked))
        })?;
        let marked: Vec<(u32, [String; 3])> = rows.collect::<rusqlite::Result<_>>()?;
        drop(q);
        self.conn.execute_batch("COMMIT")?;
        Ok(marked
            .into_iter()
            .filter_map(|(i, marked)| {
                let (_, table, id) = *chosen.get(i as usize)?;
                let (at, text) = marked
                    .iter()
                    .flat_map(|m| m.split(BETWEEN))
                    .enumerate()
                    .find(|(_, text)| text.contains(MARKS.0))?;
                Some(Found {
                    table,
                    id,
                    field: order(table.spec()).get(at).copied().flatten()?,
                    snippet: snippet(text),
                })
            })
            .collect())
    }
}

/// The query as the index understands it: plain words, all of them, the last one as a beginning. `None` where nothing is
/// left to look for.
fn expression(query: &str) -> Option<String> {
    let words: Vec<String> = query
        .split_whitespace()
        .filter(|w| w.chars().any(char::is_alphanumeric))
        .take(WORDS_MAX)
        .map(|w| format!("\"{}\"", w.replace(['"', '\0'], " ").trim()))
        .collect();
    (!words.is_empty()).then(|| format!("{} *", words.join(" AND ")))
}

/// The fields of a table in the order of their texts in the index; `None` where there is no code or name.
fn order(spec: &TableSpec) -> Vec<Option<usize>> {
    let (code, name) = (spec.column("code"), title(spec));
    let body = (0..spec.fields.len()).filter(|i| is_body(spec, *i, code, name));
    [code, name].into_iter().chain(body.map(Some)).collect()
}

fn is_body(spec: &TableSpec, i: usize, code: Option<usize>, name: Option<usize>) -> bool {
    Some(i) != code
        && Some(i) != name
        && matches!(
            spec.fields[i].kind,
            Kind::Code
                | Kind::Text
                | Kind::Currency
                | Kind::Language
                | Kind::Date
                | Kind::Choice(_)
        )
}

fn title(spec: &TableSpec) -> Option<usize> {
    ["name", "title", "display"]
        .iter()
        .find_map(|c| spec.column(c))
}

fn texts(spec: &TableSpec, row: &Row) -> [String; 3] {
    let text = |i: usize| match &row.data[i] {
        Datum::Text(s) => s.replace([BETWEEN, MARKS.0, MARKS.1], " "),
        _ => String::new(),
    };
    let (code, name) = (spec.column("code"), title(spec));
    let mut body = Vec::new();
    for i in (0..spec.fields.len()).filter(|i| is_body(spec, *i, code, name)) {
        let mut t = text(i);
        if matches!(spec.fields[i].kind, Kind::Choice(_)) {
            t = t.replace('_', " ");
        }
        body.push(t);
    }
    let body = if body.iter().all(String::is_empty) {
        String::new()
    } else {
        body.join(&BETWEEN.to_string())
    };
    [
        code.map(text).unwrap_or_default(),
        name.map(text).unwrap_or_default(),
        body,
    ]
}

/// A marked text, cut to what stands around the first mark.
fn snippet(marked: &str) -> Vec<(String, bool)> {
    let begin = marked.find(MARKS.0).unwrap_or(0);
    let before = marked[..begin].chars().count();
    let skip = before.saturating_sub(AROUND.0);
    let mut out: Vec<(String, bool)> = Vec::new();
    let mut hit = false;
    let mut part = String::new();
    if skip > 0 {
        part.push('…');
    }
    let mut shown = 0;
    for c in marked.chars().skip(skip) {
        if c == MARKS.0 || c == MARKS.1 {
            if !part.is_empty() {
                out.push((std::mem::take(&mut part), hit));
            }
            hit = c == MARKS.0;
            continue;
        }
        if shown >= AROUND.0 + AROUND.1 && !hit {
            part.push('…');
            break;
        }
        shown += 1;
        part.push(if c.is_whitespace() { ' ' } else { c });
    }
    if !part.is_empty() {
        out.push((part, hit));
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

    use super::*;

    fn row(t: Table, pos: i64, values: &[(&str, &str)]) -> Row {
        let values: Vec<(&str, Datum)> = values
            .iter()
            .map(|(c, v)| (*c, Datum::Text((*v).into())))
            .collect();
        t.spec().row(Uuid::now_v7(), pos, &values)
    }

    fn sites() -> (Workspace, Search) {
        let mut ws = Workspace::default();
        for (i, (code, name, address)) in [
            ("hq", "Hauptsitz Zürich", "Bahnhofstrasse 1"),
            ("depot", "Depot North", "near the Zurich ring road"),
            ("zurich", "Old office", "closed \"for good\""),
        ]
        .iter()
        .enumerate()
        {
            let r = row(
                Table::Site,
                i as i64,
                &[("code", code), ("name", name), ("address", address)],
            );
            ws.put(Table::Site, &r).unwrap();
        }
        let s = Search::of(&ws).unwrap();
        (ws, s)
    }

    #[track_caller]
    fn check(s: &Search, ws: &Workspace, query: &str, want: &[&str]) {
        let found = s.find(query, 20).unwrap();
        let codes: Vec<String> = found
            .iter()
            .map(|f| ws.code_of(f.table, f.id).unwrap())
            .collect();
        assert_eq!(codes, want, "{query}");
    }

    #[test]
    fn codes_and_names_go_first_and_marks_on_letters_do_not_count() {
        let (ws, s) = sites();
        check(&s, &ws, "zurich", &["zurich", "hq", "depot"]);
        check(&s, &ws, "ZÜRICH", &["zurich", "hq", "depot"]);
        check(&s, &ws, "zur", &["zurich", "hq", "depot"]);
        check(&s, &ws, "ring zur", &["depot"]);
        check(&s, &ws, "zurich ring nowhere", &[]);
    }

    #[test]
    fn no_query_is_a_mistake() {
        let (ws, s) = sites();
        for q in [
            "",
            " ",
            "\"",
            "*",
            "(",
            "AND",
            "a OR",
            "NEAR(a b)",
            "code:hq",
            "{name}",
            "^x",
            "-",
            "a\0b",
            "'; DROP",
            "+ +",
        ] {
            s.find(q, 20).unwrap();
        }
        check(&s, &ws, "\"for good\"", &["zurich"]);
        check(&s, &ws, "depot - north", &["depot"]);
    }

    #[test]
    fn what_was_found_is_marked_in_its_field() {
        let (_, s) = sites();
        let found = &s.find("ring ro", 20).unwrap()[0];
        assert_eq!(Table::Site.spec().fields[found.field].column, "address");
        let parts: Vec<(&str, bool)> = found.snippet.iter().map(|(t, h)| (&**t, *h)).collect();
        assert_eq!(
            parts,
            [
                ("near the Zurich ", false),
                ("ring", true),
                (" ", false),
                ("road", true)
            ]
        );
        let long = format!("{}needle{}", "straw ".repeat(40), " straw".repeat(60));
        let cut: String = snippet(&long.replace("needle", "\u{2}needle\u{3}"))
            .into_iter()
            .map(|p| p.0)
            .collect();
        assert!(cut.starts_with('…') && cut.ends_with('…') && cut.contains("needle"));
        assert!(cut.chars().count() < 150, "{cut}");
    }

    #[test]
    fn the_index_follows_changes() {
        let (mut ws, mut s) = sites();
        let id = ws.sites[1].id.0;
        ws.sites[1].name = "Lager Süd".into();
        s.update(&ws, &[(Table::Site, id)]).unwrap();
        check(&s, &ws, "lager sud", &["depot"]);
        check(&s, &ws, "north", &[]);
        ws.remove(Table::Site, id);
        s.update(&ws, &[(Table::Site, id)]).unwrap();
        check(&s, &ws, "lager", &[]);
        let mut again = sites().0;
        again.sites.truncate(1);
        s.update(&again, &[(Table::Site, again.sites[0].id.0)])
            .unwrap();
        assert_eq!(s.find("hauptsitz", 20).unwrap().len(), 2);
    }

    #[test]
    fn a_word_that_thousands_hold_is_answered_too() {
        let mut ws = Workspace::default();
        for i in 0..2500 {
            let (code, name) = (format!("s{i}"), format!("server {i}"));
            let r = row(Table::Site, i, &[("code", &*code), ("name", &*name)]);
            ws.put(Table::Site, &r).unwrap();
        }
        let s = Search::of(&ws).unwrap();
        check(
            &s,
            &ws,
            "server 77",
            &[
                "s77", "s770", "s771", "s772", "s773", "s774", "s775", "s776", "s777", "s778",
                "s779",
            ],
        );
        assert_eq!(s.find("ser", 20).unwrap().len(), 20);
    }
}
