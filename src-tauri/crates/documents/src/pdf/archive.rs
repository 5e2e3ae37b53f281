//! What makes the file an archival one (PDF/A-3a, ISO 19005-3) that a screen reader can read (PDF/UA-1, ISO 14289-1): facts
//! about it in XMP, what its colours mean, and the data it was made of.

use super::{PdfError, pdf_date, utf16};
use crate::layout::NamedFont;
use crate::model::{Document, Source};
use lopdf::{Object, ObjectId, Stream, dictionary};

/// What red, green and blue mean: sRGB, from the Compact ICC Profiles of Clinton Ingram, which are in the public domain.
const SRGB: &[u8] = include_bytes!("srgb.icc");
const PROGRAM: &str = concat!("Mainstay ", env!("CARGO_PKG_VERSION"));
/// Counts the ways in which the same content came to be set: raised whenever the same content gives other bytes than before,
/// so that nobody takes that for a change of the content.
const RENDERER: u32 = 4;
/// Where a file names the fonts of the system that it is set in: a line for each, its PostScript name and the SHA-256 of its file.
pub(super) const SYSTEM_FONTS: &str = "MainstaySystemFonts";

/// What made a file, as it says itself: the program's name and version, and that of the renderer.
pub(super) fn producer() -> String {
    format!("{PROGRAM}, renderer {RENDERER}")
}

/// Writes all of it into the file.
pub(super) fn write(
    file: &mut lopdf::Document,
    document: &Document,
    fonts: &[NamedFont],
) -> Result<(), PdfError> {
    let facts = Facts::of(document);
    let mut info = dictionary! {
        "Title" => utf16(&facts.title),
        "Author" => utf16(&facts.author),
        "Subject" => utf16(&facts.subject),
        "Creator" => utf16(PROGRAM),
        "Producer" => utf16(&producer()),
        "CreationDate" => Object::string_literal(pdf_date(&facts.at)),
        "ModDate" => Object::string_literal(pdf_date(&facts.at)),
    };
    if !fonts.is_empty() {
        let named = fonts.iter().map(|f| format!("{} {}", f.name, f.sha256));
        info.set(SYSTEM_FONTS, utf16(&named.collect::<Vec<_>>().join("\n")));
    }
    let info = file.add_object(info);
    file.trailer.set("Info", info);
    let mut metadata = Stream::new(
        dictionary! { "Type" => "Metadata", "Subtype" => "XML" },
        facts.xmp().into_bytes(),
    );
    // Whoever looks for it finds it without knowing how to decompress.
    metadata.allows_compression = false;
    let metadata = file.add_object(metadata);
    let profile = file.add_object(Stream::new(dictionary! { "N" => 3 }, SRGB.to_vec()));
    let intent = dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal("sRGB"),
        "Info" => Object::string_literal("sRGB IEC61966-2.1"),
        "RegistryName" => Object::string_literal("http://www.color.org"),
        "DestOutputProfile" => profile,
    };
    let attached = document.source.as_ref().map(|s| attach(file, s, &facts.at));
    let catalog = file.catalog_mut()?;
    catalog.set("Metadata", metadata);
    catalog.set("OutputIntents", vec![Object::Dictionary(intent)]);
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    if let (Some(spec), Some(source)) = (attached, &document.source) {
        catalog.set("AF", vec![Object::Reference(spec)]);
        let names = vec![utf16(&source.name), Object::Reference(spec)];
        catalog.set(
            "Names",
            dictionary! { "EmbeddedFiles" => dictionary! { "Names" => names } },
        );
    }
    Ok(())
}

fn attach(file: &mut lopdf::Document, source: &Source, at: &str) -> ObjectId {
    let content = file.add_object(Stream::new(
        dictionary! {
            "Type" => "EmbeddedFile",
            "Subtype" => Object::Name(b"application/json".to_vec()),
            "Params" => dictionary! {
                "Size" => source.bytes.len() as i64,
                "ModDate" => Object::string_literal(pdf_date(at)),
            },
        },
        source.bytes.clone(),
    ));
    file.add_object(dictionary! {
        "Type" => "Filespec",
        "F" => Object::string_literal(source.name.clone()),
        "UF" => utf16(&source.name),
        "Desc" => utf16(&source.description),
        "AFRelationship" => "Source",
        "EF" => dictionary! { "F" => content, "UF" => content },
    })
}

/// What the file says of itself, twice: for readers old and new.
struct Facts {
    title: String,
    author: String,
    subject: String,
    at: String,
}

impl Facts {
    fn of(d: &Document) -> Self {
        let m = &d.meta;
        Self {
            title: plain(&m.title),
            author: plain(&m.organisation),
            subject: plain(&format!("{}, version {}, {}", m.code, m.version, m.state)),
            at: m.made_at.clone(),
        }
    }

    fn xmp(&self) -> String {
        let [title, author, subject, at] =
            [&self.title, &self.author, &self.subject, &self.at].map(|s| escaped(s));
        format!(
            include_str!("xmp.xml"),
            title = title,
            author = author,
            subject = subject,
            at = at,
            program = PROGRAM,
            producer = producer(),
        )
    }
}

/// Text as XML allows it: no control characters, and something where there is nothing.
fn plain(s: &str) -> String {
    let allowed = |c: &char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
    let kept: String = s.chars().filter(allowed).collect();
    match kept.trim() {
        "" => "\u{2013}".into(),
        kept => kept.into(),
    }
}

fn escaped(s: &str) -> String {
    s.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
