//! Checking a file: pages, references, schema, the chain of the history, and the data against its hash.

use crate::history::{self, Link};
use crate::{FORMAT_VERSION, PlanFile, PlanFileError, keyframe, open, past, schema, told};
use mainstay_domain::{Datum, Kind, Table, Uuid};
use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// One thing that is broken.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Damage {
    /// What sort: `pages`, `schema`, `format`, `reference`, `duplicate_code`, `history`, `data_hash`,
    /// `signed_file`.
    pub code: &'static str,
    /// What, in a sentence.
    pub detail: String,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Everything that is broken; empty for a sound file.
    pub damage: Vec<Damage>,
    /// How many rows the history has.
    pub history_rows: i64,
    /// How many records there are.
    pub records: i64,
    /// The hash of all data, 64 hexadecimal digits.
    pub data_hash: String,
}

impl PlanFile {
    /// Checks everything that can be checked; reads only.
    ///
    /// A file of an older format that was opened for reading is checked as it is in memory, raised to this format; its
    /// pages, its history and its data hash are those of the file.
    ///
    /// # Errors
    /// The file cannot be read at all.
    pub fn check(&self) -> Result<Report, PlanFileError> {
        let mut damage = Vec::new();
        let mut found = |code: &'static str, detail: String| damage.push(Damage { code, detail });
        let pages: Vec<String> = self
            .conn
            .prepare("PRAGMA integrity_check(20)")?
            .query_map([], |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for p in pages.into_iter().filter(|p| p != "ok") {
            found("pages", p);
        }
        // What a newer format brought counts in its data hash, and cannot be counted here.
        let newer = open::format_of(&self.conn)? > FORMAT_VERSION;
        let differs = if newer {
            schema::lacks(&self.conn)?
        } else {
            schema::difference(&self.conn, FORMAT_VERSION)?
        };
        if let Some(d) = differs {
            found("schema", d);
        }
        if let Some(t) = dangling(&self.conn)? {
            found(
                "reference",
                format!("a record of {t} refers to one that is not there"),
            );
        }
        if !newer {
            self.check_keyframes(&mut found)?;
            let reader: Option<String> = self
                .conn
                .query_row(
                    "SELECT value FROM format WHERE key = 'oldest_reader'",
                    [],
                    |r| r.get(0),
                )
                .optional()?;
            if reader.as_deref() != Some(crate::OLDEST_READER) {
                found("format", "it does not say which program may read it".into());
            }
        }
        if !newer {
            for what in self.check_signed_files()? {
                found("signed_file", what);
            }
        }
        for d in self.loose_ends() {
            found(d.0, d.1);
        }
        let rows = self.check_chain(&mut found)?;
        let state = past::rehash(&self.ws);
        let records = Table::ALL.iter().map(|t| self.ws.count(*t) as i64).sum();
        if state != self.state && !newer {
            found(
                "data_hash",
                "the data is not what the last change left: a value was changed from outside"
                    .into(),
            );
        }
        Ok(Report {
            damage,
            history_rows: rows,
            records,
            data_hash: history::hex(&state.digest()),
        })
    }

    fn check_chain(
        &self,
        found: &mut impl FnMut(&'static str, String),
    ) -> Result<i64, PlanFileError> {
        let (mut seq, mut parent, mut last) = (0, vec![0u8; 32], Vec::new());
        let mut merges = Vec::new();
        let mut known: HashSet<Vec<u8>> = HashSet::new();
        history::walk(&self.conn, 0, |link| {
            let n = link.entry.seq;
            known.insert(link.hash.clone());
            merges.extend(link.other_parent.clone().map(|tip| (n, tip)));
            if n != seq + 1 {
                found(
                    "history",
                    format!("row {} of the history is missing", seq + 1),
                );
            } else if link.parent != parent {
                found(
                    "history",
                    format!("row {n} of the history does not follow the one before it"),
                );
            }
            if link.hash != link.expected_hash() {
                found("history", format!("row {n} of the history was changed"));
            }
            seq = n;
            parent = link.hash;
            last = link.data_hash;
        })?;
        self.check_far(merges, known, found)?;
        if last != self.state.digest() {
            found(
                "history",
                "the last row of the history tells of other data".into(),
            );
        }
        Ok(seq)
    }

    /// What stands beside the chain: each keyframe is as it was written and makes the data of its row; so do the keys that
    /// stand for others.
    fn check_keyframes(
        &self,
        found: &mut impl FnMut(&'static str, String),
    ) -> Result<(), PlanFileError> {
        let mut q = self.conn.prepare(
            "SELECT k.seq, k.content, h.data_hash, k.format, k.digest FROM keyframe k LEFT JOIN history h ON h.seq = k.seq ORDER BY k.seq",
        )?;
        let mut rows = q.query([])?;
        while let Some(r) = rows.next()? {
            let (n, content, goal): (i64, Vec<u8>, Option<Vec<u8>>) =
                (r.get(0)?, r.get(1)?, r.get(2)?);
            let (format, digest): (i64, Vec<u8>) = (r.get(3)?, r.get(4)?);
            let mut changed = || {
                found(
                    "history",
                    format!("the whole data that is kept for row {n} of the history was changed"),
                );
            };
            if digest != keyframe::digest(n, format, &content) {
                changed();
                continue;
            }
            // One of a newer format cannot be made here.
            if format > FORMAT_VERSION {
                continue;
            }
            let made = past::keyframe_hash(&self.path, format, &content);
            if made.ok().map(|m| m.digest().to_vec()) != goal || goal.is_none() {
                changed();
            }
        }
        let mut q = self
            .conn
            .prepare("SELECT merged_by, far_id, near_id, digest FROM merge_alias")?;
        let mut rows = q.query([])?;
        while let Some(r) = rows.next()? {
            let (n, far, near): (i64, Vec<u8>, Vec<u8>) = (r.get(0)?, r.get(1)?, r.get(2)?);
            if r.get::<_, Vec<u8>>(3)? != history::alias_digest(n, &far, &near) {
                found(
                    "history",
                    format!("a key that row {n} of the history made stand for another was changed"),
                );
            }
        }
        Ok(())
    }

    /// The histories of copies: each row as it was, and a way from its merge back to a row that is known here.
    fn check_far(
        &self,
        merges: Vec<(i64, Vec<u8>)>,
        mut known: HashSet<Vec<u8>>,
        found: &mut impl FnMut(&'static str, String),
    ) -> Result<(), PlanFileError> {
        let mut all: HashMap<Vec<u8>, Link> = HashMap::new();
        for (n, _) in &merges {
            history::walk_far(&self.conn, *n, |link| {
                if link.hash != link.expected_hash() {
                    found(
                        "history",
                        format!(
                            "row {} of the copy that row {n} brought back was changed",
                            link.entry.seq
                        ),
                    );
                }
                let changeset = Vec::new();
                all.insert(link.hash.clone(), Link { changeset, ..link });
            })?;
        }
        for (n, tip) in merges {
            // The chain of the copy, then those of the copies that were brought back into it.
            let mut open = vec![tip];
            while let Some(mut hash) = open.pop() {
                let mut chain: Vec<&Link> = Vec::new();
                while known.insert(hash.clone()) {
                    let Some(link) = all.get(&hash) else {
                        found(
                            "history",
                            format!("a row of the copy that row {n} brought back is missing"),
                        );
                        break;
                    };
                    hash.clone_from(&link.parent);
                    chain.push(link);
                }
                let undone = told::undone(chain.iter().rev().map(|l| &l.entry));
                // What was taken back there was not brought along.
                let merges = chain.iter().filter(|l| !undone.contains(&l.entry.step));
                open.extend(merges.filter_map(|l| l.other_parent.clone()));
            }
        }
        Ok(())
    }

    /// What foreign keys cannot watch: references to activities or services, and codes that must be unique.
    fn loose_ends(&self) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        let nodes: BTreeSet<Uuid> = self
            .ws
            .activities
            .iter()
            .map(|a| a.id.0)
            .chain(self.ws.services.iter().map(|s| s.id.0))
            .collect();
        let mut codes: BTreeMap<String, &'static str> = BTreeMap::new();
        for t in Table::ALL {
            let s = t.spec();
            let code = s.column("code");
            for row in self.ws.rows(*t) {
                for (f, d) in s.fields.iter().zip(&row.data) {
                    if let (Kind::NodeRef, Datum::Id(u)) = (f.kind, d)
                        && !nodes.contains(u)
                    {
                        out.push((
                            "reference",
                            format!(
                                "a {} refers to an activity or service that is not there",
                                s.noun
                            ),
                        ));
                    }
                }
                if let Some(Datum::Text(c)) = code.map(|i| &row.data[i])
                    && let Some(other) = codes.insert(c.clone(), s.noun)
                {
                    out.push((
                        "duplicate_code",
                        format!("the code {c} is that of a {other} and of a {}", s.noun),
                    ));
                }
            }
        }
        out
    }
}

/// The name of a table with a record whose reference leads nowhere.
pub(crate) fn dangling(conn: &Connection) -> Result<Option<String>, PlanFileError> {
    use rusqlite::OptionalExtension;
    Ok(conn
        .query_row("PRAGMA foreign_key_check", [], |r| r.get(0))
        .optional()?)
}
