//! A first page made anew: the roots of the tables of a file of this program always stand in the same pages.

use crate::schema::{SCHEMA_STEPS, raise};
use crate::{APPLICATION_ID, PlanFileError, file, format};
use rusqlite::Connection;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

/// The page sizes that are tried, the usual one first.
const PAGE_SIZES: [usize; 3] = [4096, 1024, 8192];

/// Calls back with copies of a file whose header or whole first page is that of a fresh file, and what was done to each.
pub(super) fn candidates(
    path: &Path,
    mut each: impl FnMut(&Path, &str) -> Result<(), PlanFileError>,
) -> Result<(), PlanFileError> {
    let what = format!("{} could not be copied to be rescued", path.display());
    let bytes = std::fs::metadata(path)
        .map_err(PlanFileError::io(&*what))?
        .len();
    let tmp = file::temporary(path);
    let done = (|| {
        for size in PAGE_SIZES {
            for upto in (1..=SCHEMA_STEPS.len()).rev() {
                let fresh = first_page(&tmp, size, &SCHEMA_STEPS[..upto], bytes)?;
                for (part, told) in [
                    (100, "the header of the file was made anew"),
                    (size, "the first page of the file was made anew"),
                ] {
                    std::fs::copy(path, &tmp)
                        .and_then(|_| std::fs::OpenOptions::new().write(true).open(&tmp))
                        .and_then(|mut f| {
                            f.seek(SeekFrom::Start(0))?;
                            f.write_all(fresh.get(..part).unwrap_or(&fresh))
                        })
                        .map_err(PlanFileError::io(&*what))?;
                    each(&tmp, told)?;
                    clear(&tmp);
                }
            }
        }
        Ok(())
    })();
    clear(&tmp);
    done
}

fn clear(tmp: &Path) {
    for left in ["", "-wal", "-journal", "-shm"] {
        let _ = std::fs::remove_file(format::sibling(tmp, left));
    }
}

/// The first page of an empty file of a format, with the number of pages of the other.
fn first_page(
    tmp: &Path,
    size: usize,
    steps: &[&str],
    bytes: u64,
) -> Result<Vec<u8>, PlanFileError> {
    let conn = Connection::open(tmp)?;
    conn.pragma_update(None, "page_size", size as i64)?;
    conn.execute_batch("BEGIN")?;
    conn.pragma_update(None, "application_id", APPLICATION_ID)?;
    raise(&conn, 0, steps)?;
    conn.execute_batch("COMMIT")?;
    conn.close().map_err(|(_, e)| e)?;
    let mut page =
        std::fs::read(tmp).map_err(PlanFileError::io("a first page could not be made"))?;
    clear(tmp);
    page.truncate(size);
    let pages = u32::try_from(bytes.div_ceil(size as u64)).unwrap_or(u32::MAX);
    // Number of pages; no list of free ones, which is not read here.
    if page.len() >= 100 {
        page[28..32].copy_from_slice(&pages.to_be_bytes());
        page[32..40].fill(0);
    }
    Ok(page)
}
