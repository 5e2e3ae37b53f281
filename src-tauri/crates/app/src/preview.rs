//! Documents as they are printed, page by page, for the screen.

use crate::App;
use crate::plans::{AsSigned, as_signed, paper, wanted};
use crate::problem::Outcome;
use crate::signing;
use crate::versions;
use crate::wire::*;
use mainstay_documents::layout::{Fonts, Laid, lay_out};
use mainstay_documents::screen::{self, Signed};

/// The document that was last laid out, so that looking through its pages costs no more.
pub(crate) struct Preview {
    /// What it was made of: what was asked for, and the last change of the workspace.
    of: String,
    laid: Laid,
    /// What it is set in.
    fonts: Fonts,
    sections: Vec<(String, String)>,
    signed: Signed,
}

/// The pages of a document, without what is on them.
pub(crate) fn document_pages(app: &mut App, args: ReadDocument) -> Outcome<DocumentPages> {
    let p = preview(app, &args)?;
    Ok(DocumentPages {
        pages: p
            .laid
            .pages
            .iter()
            .map(|p| PageSize {
                width: p.size.0.into(),
                height: p.size.1.into(),
            })
            .collect(),
        outline: p
            .laid
            .outline
            .iter()
            .map(|e| OutlineRow {
                title: e.title.clone(),
                level: e.level.into(),
                page: e.page,
                y: e.y.into(),
            })
            .collect(),
        sections: p
            .sections
            .iter()
            .map(|(id, title)| SectionChoice {
                id: id.clone(),
                title: title.clone(),
            })
            .collect(),
    })
}

/// One page, as a drawing.
pub(crate) fn document_page(app: &mut App, args: ReadPage) -> Outcome<PageView> {
    preview(app, &args.document)?;
    let Some(p) = &mut app.preview else {
        return Err(no_pages());
    };
    let page = p.laid.pages.get(args.page).ok_or_else(|| {
        Problem::new(
            "no_such_page",
            format!("The document has {} pages.", p.laid.pages.len()),
        )
    })?;
    Ok(PageView {
        svg: screen::svg(page, &mut p.fonts, &p.signed),
    })
}

/// Where a text stands on the pages.
pub(crate) fn find_on_pages(app: &mut App, args: FindOnPages) -> Outcome<Vec<PageHit>> {
    let p = preview(app, &args.document)?;
    let pages = p.laid.pages.iter().enumerate();
    Ok(pages
        .filter_map(|(page, p)| {
            let spots: Vec<Spot> = screen::find(p, &args.text)
                .into_iter()
                .map(|(x, y, width, height)| Spot {
                    x: x.into(),
                    y: y.into(),
                    width: width.into(),
                    height: height.into(),
                })
                .collect();
            (!spots.is_empty()).then_some(PageHit { page, spots })
        })
        .collect())
}

fn preview<'a>(app: &'a mut App, args: &ReadDocument) -> Outcome<&'a Preview> {
    let change = app.session()?.file.last_change();
    let path = app.session()?.file.path().display().to_string();
    let looks_back = app.session()?.past.as_ref().map(|p| p.day);
    let asked =
        serde_json::to_string(args).map_err(|e| Problem::new("internal", format!("{e}.")))?;
    let of = format!(
        "{asked} {change:?} {looks_back:?} {} {path}",
        app.config.today()
    );
    if app.preview.as_ref().is_none_or(|p| p.of != of) {
        let mut wanted = wanted(args)?;
        let as_signed = as_signed(app, &wanted, args.paper.as_deref())?;
        let chosen = wanted.sections.take();
        let asked = paper(&args.plan, args.paper.as_deref())?;
        // What is handed out as it was signed is shown so too.
        let (mut document, signed, paper, mut fonts) = match as_signed {
            Some(AsSigned { version, made, .. }) => {
                let frozen = version.content.as_ref().ok_or_else(|| {
                    Problem::new("internal", "A signed version is without its content.")
                })?;
                let content = versions::thaw(frozen)?;
                (
                    signing::document_to_be_signed(&content, &frozen.0, &args.plan)?,
                    signing::blocks(app, &version)?,
                    made.paper.unwrap_or(asked),
                    // Where a font of it is missing here, another one takes its place on the screen.
                    Fonts::with(&made.fonts).unwrap_or_else(|_| Fonts::with_system()),
                )
            }
            None => (
                versions::document(app, &wanted)?.0,
                Signed::new(),
                asked,
                Fonts::with_system(),
            ),
        };
        let sections = versions::sections(&document);
        if let Some(keys) = chosen {
            versions::keep(&mut document, keys)?;
        }
        let laid = lay_out(&document, &mut fonts, paper);
        app.preview = Some(Preview {
            of,
            laid,
            fonts,
            sections,
            signed,
        });
    }
    app.preview.as_ref().ok_or_else(no_pages)
}

fn no_pages() -> Problem {
    Problem::new("internal", "There are no pages.")
}
