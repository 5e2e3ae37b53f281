//! Backups: whole copies of a plan file with the moment in their name, fewer the older they get.

use crate::{Key, PlanFile, PlanFileError, Progress, Stamp, copy, file};
use chrono::{DateTime, Datelike, Duration, NaiveDateTime, Utc};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// How the moment stands in a name: without colons, which Windows does not allow.
const MOMENT: &str = "%Y-%m-%dT%H%M%SZ";

/// A backup of a plan file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupFile {
    /// Where it is.
    pub path: PathBuf,
    /// The moment it was made.
    pub at: DateTime<Utc>,
    /// Its size in bytes.
    pub bytes: u64,
}

/// The folder for the backups of a plan file where none was chosen: `NAME.backups` beside it.
pub fn folder_beside(plan: &Path) -> PathBuf {
    let mut name = stem(plan);
    name.push(".backups");
    plan.with_file_name(name)
}

/// The backups of a plan file in a folder, newest first; none when there is no such folder.
///
/// # Errors
/// The folder cannot be read.
pub fn backups(plan: &Path, folder: &Path) -> Result<Vec<BackupFile>, PlanFileError> {
    let cannot = || PlanFileError::io(format!("the folder {} could not be read", folder.display()));
    let entries = match std::fs::read_dir(folder) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(cannot())?,
    };
    let mut out = Vec::new();
    for e in entries {
        let e = e.map_err(cannot())?;
        if let Some(at) = moment(plan, &e.file_name())
            && let Ok(meta) = e.metadata()
            && meta.is_file()
            // One that is being made holds its name first.
            && meta.len() > 0
        {
            out.push(BackupFile {
                path: e.path(),
                at,
                bytes: meta.len(),
            });
        }
    }
    // Of one second, the one with the highest number is the latest.
    out.sort_by_cached_key(|b| std::cmp::Reverse((b.at, number(&b.path))));
    Ok(out)
}

/// The number that tells a backup from others of the same second; the first has none.
fn number(path: &Path) -> u32 {
    let stem = path.file_stem().and_then(|s| s.to_str());
    let last = stem.and_then(|s| s.rsplit('.').next());
    last.and_then(|n| n.parse().ok()).unwrap_or(1)
}

/// Copies a plan file into a folder, which is made where it is not there; also while the file is open; `key` is
/// the passphrase of the file and of the backup. Returns the copy.
///
/// # Errors
/// No room, the folder refuses, the file is damaged, or the progress said to stop; nothing is left behind.
pub fn back_up(
    plan: &Path,
    folder: &Path,
    at: DateTime<Utc>,
    key: Key<'_>,
    progress: Progress<'_>,
) -> Result<PathBuf, PlanFileError> {
    let what = format!("a backup of {} could not be made", plan.display());
    std::fs::create_dir_all(folder).map_err(PlanFileError::io(&*what))?;
    let mut n = 1;
    loop {
        let target = folder.join(name(plan, at, n));
        match copy::whole(plan, &target, &what, key, progress) {
            Err(PlanFileError::AlreadyExists(_)) if n < 1000 => n += 1,
            other => return other.map(|()| target),
        }
    }
}

/// Takes away the backups that are too close together for their age. Of the last day all stay; of the last fortnight the
/// newest of each day, of the last ten weeks the newest of each week, before that the newest of each month. What a program
/// that was killed left of a backup goes too.
///
/// # Errors
/// The folder cannot be read, or refuses.
pub fn thin(plan: &Path, folder: &Path, now: DateTime<Utc>) -> Result<(), PlanFileError> {
    file::sweep(&folder.join("backup"), |name| {
        moment(plan, name.as_ref()).is_some()
    });
    let all = backups(plan, folder)?;
    let moments: Vec<DateTime<Utc>> = all.iter().map(|b| b.at).collect();
    for (b, keep) in all.iter().zip(kept(&moments, now)) {
        if !keep {
            std::fs::remove_file(&b.path).map_err(PlanFileError::io(format!(
                "the old backup {} could not be taken away",
                b.path.display()
            )))?;
        }
    }
    Ok(())
}

/// Makes a plan file from a backup, which is checked whole before and stays where it is.
///
/// # Errors
/// The backup is damaged or no plan file, there is a file at `out` already, or it cannot be written.
pub fn restore(
    backup: &Path,
    out: &Path,
    by: &Stamp,
    key: Key<'_>,
    progress: Progress<'_>,
) -> Result<(), PlanFileError> {
    let file = PlanFile::open_for_check(backup, by, key)?;
    let key = file.passphrase().cloned();
    if let Some(d) = file.check()?.damage.into_iter().next() {
        return Err(PlanFileError::Damaged {
            path: backup.into(),
            what: d.detail,
        });
    }
    drop(file);
    let what = format!("{} could not be made", out.display());
    copy::whole(backup, out, &what, key.as_ref(), progress)
}

/// Which of these moments, newest first, stay.
fn kept(moments: &[DateTime<Utc>], now: DateTime<Utc>) -> Vec<bool> {
    let mut seen = BTreeSet::new();
    let mut keep = |at: &DateTime<Utc>| {
        let age = now.signed_duration_since(*at);
        let week = at.iso_week();
        let slot = if age <= Duration::days(1) {
            return true;
        } else if age <= Duration::days(14) {
            ('d', at.year(), at.ordinal())
        } else if age <= Duration::weeks(10) {
            ('w', week.year(), week.week())
        } else {
            ('m', at.year(), at.month())
        };
        seen.insert(slot)
    };
    moments.iter().map(&mut keep).collect()
}

/// The file's name without its ending.
fn stem(plan: &Path) -> OsString {
    let ending = plan.extension().filter(|e| *e == "mainstay");
    let whole = plan.file_name().unwrap_or_default();
    ending.and(plan.file_stem()).unwrap_or(whole).to_owned()
}

/// `plan.2026-11-25T090000Z.mainstay`, then `plan.2026-11-25T090000Z.2.mainstay` and so on.
fn name(plan: &Path, at: DateTime<Utc>, n: u32) -> OsString {
    let mut name = stem(plan);
    name.push(format!(".{}", at.format(MOMENT)));
    if n > 1 {
        name.push(format!(".{n}"));
    }
    name.push(".mainstay");
    name
}

/// The moment in a name, if it is that of a backup of this plan file.
fn moment(plan: &Path, name: &std::ffi::OsStr) -> Option<DateTime<Utc>> {
    let rest = name.to_str()?.strip_prefix(stem(plan).to_str()?)?;
    let middle = rest.strip_prefix('.')?.strip_suffix(".mainstay")?;
    let moment = match middle.split_once('.') {
        Some((m, n)) if n.parse::<u32>().is_ok() => m,
        Some(_) => return None,
        None => middle,
    };
    Some(
        NaiveDateTime::parse_from_str(moment, MOMENT)
            .ok()?
            .and_utc(),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M")
            .unwrap()
            .and_utc()
    }

    #[test]
    fn backups_get_fewer_with_age() {
        let now = at("2026-11-25 12:00");
        let hours = |n: i64| now - Duration::hours(n);
        // One in each hour of two years, newest first.
        let all: Vec<_> = (0..24 * 730).map(hours).collect();
        let keep = kept(&all, now);
        let left: Vec<_> = all.iter().zip(keep).filter(|k| k.1).map(|k| *k.0).collect();
        let between = |from: i64, to: i64| {
            let aged = |d: &&DateTime<Utc>| (from..to).contains(&(now - **d).num_days());
            left.iter().filter(aged).count()
        };
        assert_eq!(left.iter().filter(|d| **d >= hours(24)).count(), 25);
        assert_eq!(
            left[25],
            at("2026-11-24 11:00"),
            "the newest of the day before"
        );
        assert!((12..=15).contains(&between(2, 15)), "{}", between(2, 15));
        assert!((7..=9).contains(&between(15, 70)), "{}", between(15, 70));
        assert!(
            (20..=23).contains(&between(71, 730)),
            "{}",
            between(71, 730)
        );
        assert_eq!(
            kept(&left, now),
            vec![true; left.len()],
            "thinning twice takes nothing more"
        );
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        let plan = Path::new("a/Plan v1.2.mainstay");
        let now = at("2026-11-25 09:30");
        assert_eq!(name(plan, now, 1), "Plan v1.2.2026-11-25T093000Z.mainstay");
        for n in [1, 2, 12] {
            assert_eq!(moment(plan, &name(plan, now, n)), Some(now));
        }
        for other in [
            "Plan v1.2.mainstay",
            "Plan v1.2026-11-25T093000Z.mainstay",
            "Plan v1.2.2026-11-25T093000Z.pdf",
            "Plan v1.2.before-format-4.mainstay",
            "Plan v1.2.2026-11-25T093000Z.notes.mainstay",
        ] {
            assert_eq!(moment(plan, other.as_ref()), None, "{other}");
        }
        assert_eq!(folder_beside(plan), Path::new("a/Plan v1.2.backups"));
    }
}
