//! Fonts of the system, for letters that the shipped ones lack: chosen by letter, language and weight.

use super::faces::Face;
use fontdb::{Database, FaceInfo, ID, Source, Style};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

/// A font of the system that a document is set in, named so that it can be found again elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFont {
    /// The face's PostScript name.
    pub name: String,
    /// SHA-256 of the font file, 64 hexadecimal digits.
    pub sha256: String,
}

/// Whose letters these are, where they look different from country to country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Region {
    Japanese,
    Korean,
    Simplified,
    Traditional,
}

impl Region {
    /// That of a language, a BCP 47 tag.
    pub(super) fn of_language(tag: &str) -> Option<Self> {
        let tag = tag.to_ascii_lowercase();
        let mut parts = tag.split('-');
        let language = parts.next()?;
        let rest: Vec<&str> = parts.collect();
        let traditional = ["hant", "tw", "hk", "mo"].iter().any(|p| rest.contains(p));
        match language {
            "ja" => Some(Self::Japanese),
            "ko" => Some(Self::Korean),
            "zh" | "yue" if traditional || language == "yue" => Some(Self::Traditional),
            "zh" => Some(Self::Simplified),
            _ => None,
        }
    }

    /// That of a letter in a document of a language: some letters only one of them has, and ideographs are written as in China
    /// where nothing says otherwise.
    pub(super) fn of_letter(c: char, language: Option<Self>) -> Option<Self> {
        match c {
            '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' => {
                Some(Self::Japanese)
            }
            '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7ff}' => {
                Some(Self::Korean)
            }
            '\u{3100}'..='\u{312f}' => Some(Self::Traditional),
            '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
                language.or(Some(Self::Simplified))
            }
            _ => language,
        }
    }

    /// The bit for its letters in a font (OS/2, ulCodePageRange1).
    fn code_page(self) -> u32 {
        match self {
            Self::Japanese => 1 << 17,
            Self::Simplified => 1 << 18,
            Self::Korean => 1 << 19,
            Self::Traditional => 1 << 20,
        }
    }

    /// What families say at the end of their names that come in several of them.
    fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Japanese => &["jp", "j"],
            Self::Simplified => &["sc", "cn"],
            Self::Korean => &["kr", "k"],
            Self::Traditional => &["tc", "tw", "hk"],
        }
    }
}

/// The fonts of the system; looked for once, at first need.
fn system() -> &'static Database {
    static SYSTEM: OnceLock<Database> = OnceLock::new();
    SYSTEM.get_or_init(|| {
        let mut all = Database::new();
        all.load_system_fonts();
        all
    })
}

/// What may be taken of the system's fonts.
pub(super) enum Offered {
    All,
    Only(Vec<NamedFont>),
}

/// A face of the system that has a letter, the best for a region and a weight; `None` where there is none that may be put into
/// a document.
pub(super) fn choose(
    c: char,
    (region, weight): (Option<Region>, u16),
    offered: &Offered,
) -> Option<Face> {
    if let Offered::Only(named) = offered
        && named.is_empty()
    {
        return None;
    }
    let all = system();
    let offers = |f: &&FaceInfo| match offered {
        Offered::All => true,
        Offered::Only(named) => named.iter().any(|n| n.name == f.post_script_name),
    };
    let mut suited: Vec<(Rank, ID)> = Vec::new();
    for info in all.faces().filter(offers) {
        let rank = all.with_face_data(info.id, |data, index| {
            let face = ttf_parser::Face::parse(data, index).ok()?;
            suits(info, &face, c).then(|| Rank::of(info, &face, region, weight))
        });
        suited.extend(rank.flatten().map(|rank| (rank, info.id)));
    }
    suited.sort();
    let faces = suited.iter().filter_map(|(_, id)| load(all.face(*id)?));
    match offered {
        Offered::All => faces.into_iter().next(),
        Offered::Only(named) => faces.into_iter().find(|f| named.contains(&name_of(f))),
    }
}

/// The face of the system that a document names; `None` where this system has no such one, or another one of that name.
pub(super) fn find(wanted: &NamedFont) -> Option<Face> {
    let all = system();
    let named = all.faces().filter(|f| f.post_script_name == wanted.name);
    named.filter_map(load).find(|face| name_of(face) == *wanted)
}

/// How a face is named in a document.
pub(super) fn name_of(face: &Face) -> NamedFont {
    static KNOWN: Mutex<BTreeMap<usize, String>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    // Font files stay where they were read, so that their places tell them apart.
    let sha256 = known.entry(face.data.as_ptr() as usize).or_insert_with(|| {
        let hash = Sha256::digest(face.data);
        hash.iter().map(|b| format!("{b:02x}")).collect()
    });
    NamedFont {
        name: face.name.to_owned(),
        sha256: sha256.clone(),
    }
}

/// Whether a face may be put into a document, and has an outline for a letter.
fn suits(info: &FaceInfo, face: &ttf_parser::Face<'_>, c: char) -> bool {
    use ttf_parser::Permissions;
    let tables = face.tables();
    let outlines = tables.glyf.is_some() || tables.cff.is_some();
    // What the makers of a font say of its use (OS/2, fsType).
    let allowed = face.permissions() != Some(Permissions::Restricted)
        && face.is_subsetting_allowed()
        && face.is_outline_embedding_allowed();
    let drawn = |id| face.glyph_bounding_box(id).is_some() || c.is_whitespace();
    let named = !info.post_script_name.is_empty() && info.post_script_name.len() < 64;
    info.style == Style::Normal
        && named
        && outlines
        && allowed
        && face.glyph_index(c).is_some_and(drawn)
}

/// How well a face suits; the least is the best, and no two are the same.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// 0 made for it, 1 with its letters among others, 2 neither.
    region: u8,
    fixed: bool,
    serif: bool,
    weight: u16,
    name: String,
}

impl Rank {
    fn of(
        info: &FaceInfo,
        face: &ttf_parser::Face<'_>,
        region: Option<Region>,
        weight: u16,
    ) -> Self {
        let family = info.families.first().map_or("", |(name, _)| name.as_str());
        let family = family.to_lowercase();
        let end = family.rsplit(' ').next().unwrap_or_default();
        let says = |r: Region| r.suffixes().contains(&end);
        let any = [
            Region::Japanese,
            Region::Korean,
            Region::Simplified,
            Region::Traditional,
        ];
        let distance = |r: Region| match any.into_iter().find(|r| says(*r)) {
            Some(said) if said == r => 0,
            None if code_pages(face) & r.code_page() != 0 => 1,
            _ => 2,
        };
        Self {
            region: region.map_or(0, distance),
            fixed: info.monospaced || family.contains("mono"),
            serif: ["serif", "mincho", "song", "ming", "batang"]
                .iter()
                .any(|s| family.contains(s) && !family.contains("sans")),
            weight: info.weight.0.abs_diff(weight),
            name: info.post_script_name.clone(),
        }
    }
}

/// Which letters a face is made for (OS/2, ulCodePageRange1).
fn code_pages(face: &ttf_parser::Face<'_>) -> u32 {
    const AT: usize = 78;
    let table = face.raw_face().table(ttf_parser::Tag::from_bytes(b"OS/2"));
    table
        .and_then(|t| t.get(AT..AT + 4)?.try_into().ok())
        .map_or(0, u32::from_be_bytes)
}

/// Reads a face; font files are read once and kept.
fn load(info: &FaceInfo) -> Option<Face> {
    static FILES: Mutex<BTreeMap<PathBuf, &'static [u8]>> = Mutex::new(BTreeMap::new());
    let path: &Path = match &info.source {
        Source::File(path) | Source::SharedFile(path, _) => path,
        Source::Binary(_) => return None,
    };
    let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
    let data = match files.get(path) {
        Some(data) => data,
        None => {
            let data: &'static [u8] = std::fs::read(path).ok()?.leak();
            files.insert(path.to_owned(), data);
            data
        }
    };
    let name: &'static str = info.post_script_name.clone().leak();
    Face::read(name, data, info.index)
}
