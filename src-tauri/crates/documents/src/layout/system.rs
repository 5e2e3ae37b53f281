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
    const ALL: [Self; 4] = [
        Self::Japanese,
        Self::Korean,
        Self::Simplified,
        Self::Traditional,
    ];

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

/// A face of the system that may be put into a document, and what it is chosen by.
struct Offer {
    id: ID,
    name: String,
    /// The region that its family says at the end of its name.
    says: Option<Region>,
    /// Which letters it is made for (OS/2, ulCodePageRange1).
    code_pages: u32,
    fixed: bool,
    serif: bool,
    weight: u16,
    /// The letters it has, from one to the other.
    letters: Vec<(u32, u32)>,
}

/// The faces of the system that may be put into a document; read once, since each letter that no shipped font has asks all.
fn offers() -> &'static [Offer] {
    static OFFERS: OnceLock<Vec<Offer>> = OnceLock::new();
    OFFERS.get_or_init(|| {
        let all = system();
        let faces: Vec<&FaceInfo> = all.faces().collect();
        let offer = |info: &FaceInfo| {
            let offer = all.with_face_data(info.id, |data, index| {
                Offer::of(info, &ttf_parser::Face::parse(data, index).ok()?)
            });
            offer.flatten()
        };
        faces.into_iter().filter_map(offer).collect()
    })
}

impl Offer {
    /// A face with its outlines, if its makers allow that it is put into a document (OS/2, fsType).
    fn of(info: &FaceInfo, face: &ttf_parser::Face<'_>) -> Option<Self> {
        use ttf_parser::Permissions;
        let tables = face.tables();
        let outlines = tables.glyf.is_some() || tables.cff.is_some();
        let allowed = face.permissions() != Some(Permissions::Restricted)
            && face.is_subsetting_allowed()
            && face.is_outline_embedding_allowed();
        let name = &info.post_script_name;
        if info.style != Style::Normal || !outlines || !allowed || !(1..64).contains(&name.len()) {
            return None;
        }
        let family = info.families.first().map_or("", |(name, _)| name.as_str());
        let family = family.to_lowercase();
        let end = family.rsplit(' ').next().unwrap_or_default();
        let mut says = Region::ALL.into_iter();
        let is_serif = |s: &&str| family.contains(*s) && !family.contains("sans");
        Some(Self {
            id: info.id,
            name: name.clone(),
            says: says.find(|r| r.suffixes().contains(&end)),
            code_pages: code_pages(face),
            fixed: info.monospaced || family.contains("mono"),
            serif: ["serif", "mincho", "song", "ming", "batang"]
                .iter()
                .any(is_serif),
            weight: info.weight.0,
            letters: letters(face),
        })
    }

    fn has(&self, c: char) -> bool {
        let c = u32::from(c);
        let after = self.letters.partition_point(|(from, _)| *from <= c);
        after
            .checked_sub(1)
            .is_some_and(|at| c <= self.letters[at].1)
    }

    /// How well it suits; the least is the best, and no two are the same.
    fn rank(&self, region: Option<Region>, weight: u16) -> impl Ord + '_ {
        // 0 made for the region, 1 with its letters among others, 2 neither.
        let distance = region.map_or(0, |r| match self.says {
            Some(said) if said == r => 0,
            None if self.code_pages & r.code_page() != 0 => 1,
            _ => 2,
        });
        let apart = self.weight.abs_diff(weight);
        (distance, self.fixed, self.serif, apart, &self.name, self.id)
    }
}

/// The letters of a face, from one to the other, in order.
fn letters(face: &ttf_parser::Face<'_>) -> Vec<(u32, u32)> {
    let mut all = Vec::new();
    let tables = face.tables().cmap.iter().flat_map(|cmap| cmap.subtables);
    for table in tables.filter(ttf_parser::cmap::Subtable::is_unicode) {
        table.codepoints(|c| all.push(c));
    }
    all.sort_unstable();
    all.dedup();
    let runs = all.chunk_by(|a, b| a + 1 == *b);
    runs.filter_map(|run| Some((*run.first()?, *run.last()?)))
        .collect()
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
    let may = |o: &&Offer| match offered {
        Offered::All => true,
        Offered::Only(named) => named.iter().any(|n| n.name == o.name),
    };
    let mut suited: Vec<&Offer> = offers().iter().filter(|o| o.has(c)).filter(may).collect();
    suited.sort_by(|a, b| a.rank(region, weight).cmp(&b.rank(region, weight)));
    let mut faces = suited.into_iter().filter_map(|o| load(all.face(o.id)?));
    faces.find(|face| {
        let named = match offered {
            Offered::All => true,
            Offered::Only(named) => named.contains(&name_of(face)),
        };
        named && face.draws(c)
    })
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
