//! The same content through typst: its own layout, the same fonts, sizes and kinds of blocks.

use crate::content;
use ::typst::diag::{FileError, FileResult};
use ::typst::foundations::{Bytes, Datetime, Duration, Smart};
use ::typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use ::typst::text::{Font, FontBook};
use ::typst::utils::LazyHash;
use ::typst::{Library, LibraryExt, World};
use mainstay_documents::layout::Fonts;
use mainstay_documents::model;
use std::fmt::Write;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

pub fn export(d: &model::Document) -> Vec<u8> {
    let world = Only::new(source(d));
    let laid: PagedDocument = ::typst::compile(&world).output.expect("typst lays it out");
    let date = Datetime::from_ymd_hms(2026, 11, 23, 10, 0, 0).expect("a date");
    let options = PdfOptions {
        ident: Smart::Custom("mainstay-compare".into()),
        timestamp: Some(Timestamp::new_utc(date)),
        standards: PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1])
            .expect("both standards go together"),
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&laid, &options).expect("typst writes it")
}

/// The whole content as a typst source.
fn source(d: &model::Document) -> String {
    let mut out = format!(
        r##"#set document(title: "{title}")
#set page(paper: "a4", margin: (x: 20mm, top: 25mm, bottom: 22mm), header: text(8pt)[{title} #h(1fr) Version {version} · {state}],
  footer: text(8pt)[{class} #h(1fr) Page #context counter(page).display("1 of 1", both: true)])
#set text(font: "Inter", size: 9.5pt, lang: "en", hyphenate: true)
#set par(leading: 4.2pt, spacing: 9pt)
#show heading: set text(17pt)
#set table(stroke: (x: none, y: 0.4pt + luma(200)), inset: (x: 4.5pt, y: 3.6pt))
= {title}
#outline()
#pdf.attach("plan.json", bytes("{{}}"), relationship: "source", mime-type: "application/json", description: "The content of this plan")
"##,
        title = d.meta.title,
        version = d.meta.version,
        state = d.meta.state,
        class = d.meta.classification,
    );
    for s in 0..content::TABLES {
        let _ = writeln!(out, "#pagebreak()\n= {} Services of site {}", s + 1, s + 1);
        for n in 0..content::paragraphs() {
            let _ = writeln!(out, "{}\n", content::paragraph(s, n));
        }
        out.push_str("#table(columns: (12mm, 1fr, 18mm, 26mm, 0.6fr), table.header(");
        for head in content::HEADS {
            let _ = write!(out, "text(8pt)[{head}],");
        }
        out.push_str("),\n");
        for n in 0..content::ROWS {
            for cell in content::row(s, n) {
                let _ = write!(out, "text(9pt)[{cell}],");
            }
            out.push('\n');
        }
        out.push_str(")\n");
        chart(&mut out, s);
        if s % 4 == 0 {
            heat(&mut out, s / 4);
        }
    }
    out
}

fn chart(out: &mut String, s: usize) {
    let points = content::points(s);
    let last = points.last().copied().unwrap_or((1.0, 1.0));
    let at = |(h, v): (f64, f64)| {
        (
            (h / 0.25).ln() / (last.0 / 0.25).ln() * 400.0,
            150.0 - v / last.1 * 140.0,
        )
    };
    out.push_str("#figure(alt: \"Loss over time, from a quarter of an hour to weeks, in EUR\", box(width: 420pt, height: 180pt, {\n");
    for i in 0..6 {
        let y = 10 + i * 28;
        let _ = writeln!(
            out,
            "place(line(start: (30pt, {y}pt), end: (420pt, {y}pt), stroke: 0.4pt + luma(210))); place(dy: {}pt, text(7.6pt)[{}])",
            y - 4,
            (last.1 / 5.0) as i64 * (5 - i)
        );
        let _ = writeln!(
            out,
            "place(dx: {}pt, dy: 165pt, text(7.6pt)[{} h])",
            30 + i * 75,
            1 << (2 * i)
        );
    }
    out.push_str("place(curve(stroke: 1.2pt + rgb(\"#1d5a8a\"),");
    for (n, p) in points.iter().enumerate() {
        let (x, y) = at(*p);
        let kind = if n == 0 { "move" } else { "line" };
        let _ = write!(out, "curve.{kind}(({:.2}pt, {y:.2}pt)),", x + 20.0);
    }
    out.push_str("))\nplace(line(start: (200pt, 0pt), end: (200pt, 150pt), stroke: 0.8pt)); place(dx: 204pt, text(7.6pt)[RTO 8 h])\n}), caption: [Loss over time])\n");
}

fn heat(out: &mut String, map: usize) {
    let ground = ["#dfeee3", "#fbefd2", "#f7d9c4", "#efb8ae"];
    out.push_str("#figure(alt: \"Likelihood and impact of each risk\", grid(columns: (60pt,) * 5, rows: 40pt, gutter: 2pt,\n");
    for l in (1..=5).rev() {
        for i in 1..=5 {
            let risks = content::risks(map, l, i).join(" ");
            let _ = write!(
                out,
                "grid.cell(fill: rgb(\"{}\"), text(7.6pt)[{risks}]),",
                ground[(l + i - 2) / 3]
            );
        }
        out.push('\n');
    }
    out.push_str("), caption: [Risks today])\n");
}

/// A world of one source and the fonts that Mainstay ships.
struct Only {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: Source,
}

impl Only {
    fn new(text: String) -> Self {
        let faces = Fonts::shipped().faces.into_iter();
        let fonts: Vec<Font> = faces
            .filter_map(|f| Font::new(Bytes::new(f.data), 0))
            .collect();
        let path = VirtualPath::new("main.typ").expect("a path");
        let id = FileId::new(RootedPath::new(VirtualRoot::Project, path));
        Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            main: Source::new(id, text),
        }
    }
}

impl World for Only {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }
    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }
    fn main(&self) -> FileId {
        self.main.id()
    }
    fn source(&self, id: FileId) -> FileResult<Source> {
        match id == self.main.id() {
            true => Ok(self.main.clone()),
            false => Err(FileError::AccessDenied),
        }
    }
    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }
    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
