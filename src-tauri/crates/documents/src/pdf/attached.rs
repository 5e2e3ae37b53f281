//! Reading the data that a PDF was made of back out of it.

use super::archive::{SYSTEM_FONTS, producer};
use crate::layout::{NamedFont, Paper};
use flate2::read::ZlibDecoder;
use lopdf::{Document, Object};
use std::io::Read;

/// The most data that is taken out of one, in bytes: a file from a stranger may hold a small stream that becomes a huge one.
const MOST: u64 = 256 << 20;
/// The most fonts that are looked for; no document has so many.
const MOST_FONTS: usize = 64;

/// Why there is no data in a PDF.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoData {
    /// It holds no data that it was made of.
    #[error(
        "it holds no data of a plan; a redacted or partial copy, and a PDF of another program, have none"
    )]
    None,
    /// The data cannot be taken out.
    #[error("the data in it cannot be read: {0}")]
    Damaged(String),
}

/// The data that a PDF says it was made of: its associated file with the relationship `Source` (ISO 19005-3, annex E).
///
/// # Errors
/// [`NoData`]; whatever the file holds.
pub fn attached(file: &Document) -> Result<Vec<u8>, NoData> {
    let stream = source(file).ok_or(NoData::None)?;
    let filters = match stream.dict.get(b"Filter") {
        Err(_) => Vec::new(),
        Ok(Object::Name(n)) => vec![n.clone()],
        Ok(Object::Array(a)) => a
            .iter()
            .filter_map(|f| f.as_name().ok().map(Into::into))
            .collect(),
        Ok(_) => return Err(NoData::Damaged("its filter is none".into())),
    };
    match filters.as_slice() {
        [] => Ok(stream.content.clone()),
        [one] if one == b"FlateDecode" => {
            let mut out = Vec::new();
            ZlibDecoder::new(&*stream.content)
                .take(MOST + 1)
                .read_to_end(&mut out)
                .map_err(|e| NoData::Damaged(e.to_string()))?;
            match out.len() as u64 > MOST {
                true => Err(NoData::Damaged("it is too much".into())),
                false => Ok(out),
            }
        }
        _ => Err(NoData::Damaged(
            "it is packed in a way that Mainstay does not use".into(),
        )),
    }
}

/// What a PDF says of how it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The program and its renderer, such as `Mainstay 0.3.0, renderer 1`; empty where it does not say.
    pub by: String,
    /// Whether that is the renderer of this program, which gives the same bytes for the same content.
    pub here: bool,
    /// The size of its first page, where it is one that Mainstay sets.
    pub paper: Option<Paper>,
    /// The fonts of a system that it is set in, beside those that are shipped.
    pub fonts: Vec<NamedFont>,
}

impl Made {
    /// Whether it says that Mainstay made it.
    pub fn by_mainstay(&self) -> bool {
        self.by.starts_with("Mainstay ")
    }
}

/// What a PDF says of how it was made.
pub fn made(file: &Document) -> Made {
    let info = (|| {
        let info = file.trailer.get(b"Info").ok()?;
        file.dereference(info).ok()?.1.as_dict().ok()
    })();
    let says = |key: &str| lopdf::decode_text_string(info?.get(key.as_bytes()).ok()?).ok();
    let by = says("Producer").unwrap_or_default();
    let fonts = says(SYSTEM_FONTS).unwrap_or_default();
    let fonts = fonts.lines().take(MOST_FONTS).filter_map(|line| {
        let (name, sha256) = line.rsplit_once(' ')?;
        let (name, sha256) = (name.to_owned(), sha256.to_owned());
        Some(NamedFont { name, sha256 })
    });
    let size = (|| {
        let page = file.page_iter().next()?;
        let sides = file.get_dictionary(page).ok()?.get(b"MediaBox").ok()?;
        let sides: Vec<f32> = sides
            .as_array()
            .ok()?
            .iter()
            .filter_map(|x| x.as_float().ok())
            .collect();
        Some((*sides.get(2)?, *sides.get(3)?))
    })();
    let paper = size.and_then(|(w, h)| {
        Paper::ALL.into_iter().find(|p| {
            let (pw, ph) = p.size();
            (pw - w).abs() < 1.0 && (ph - h).abs() < 1.0
        })
    });
    Made {
        here: by == producer(),
        by,
        paper,
        fonts: fonts.collect(),
    }
}

fn source(file: &Document) -> Option<&lopdf::Stream> {
    let at = |o: &'_ Object| file.dereference(o).ok().map(|(_, o)| o.clone());
    let all = at(file.catalog().ok()?.get(b"AF").ok()?)?;
    for spec in all.as_array().ok()? {
        let (_, spec) = file.dereference(spec).ok()?;
        let spec = spec.as_dict().ok()?;
        let relation = spec.get(b"AFRelationship").and_then(Object::as_name);
        if relation.is_ok_and(|r| r == b"Source") {
            let content = at(spec.get(b"EF").ok()?)?;
            let id = content
                .as_dict()
                .ok()?
                .get(b"F")
                .ok()?
                .as_reference()
                .ok()?;
            return file.get_object(id).ok()?.as_stream().ok();
        }
    }
    None
}
