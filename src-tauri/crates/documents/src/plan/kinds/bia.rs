//! The business impact analysis.

use super::*;
use mainstay_analysis::MtpdState;

pub(super) fn sections(m: &Maker<'_>) -> Vec<Section> {
    if m.ws.activities.is_empty() {
        return nothing("There is no activity in the scope.");
    }
    let mut out = vec![section("summary", "1", "Summary", 1, summary(m))];
    let services = priorities::services(m);
    out.extend(services.map(|t| section("services", "2", "What services owe", 1, t)));
    let bars = figures::recovery_bars(m);
    if !bars.is_empty() {
        out.push(section("recovery", "3", "When what is back", 1, bars));
    }
    out.push(section("scale", "4", "How impact was rated", 1, scale(m)));
    out.extend(appendix::sheets(m, "5"));
    out
}

fn summary(m: &Maker<'_>) -> Vec<Block> {
    let results = &m.i.analysis.activities;
    let count = |f: &dyn Fn(&mainstay_analysis::ActivityResult) -> bool| {
        results.iter().filter(|r| f(r)).count()
    };
    let gaps = count(&|r| r.gap_state == Some(GapState::Gap));
    let open = count(&|r| !matches!(r.mtpd.state, MtpdState::Known | MtpdState::Beyond));
    let contested =
        m.ws.activities
            .iter()
            .filter(|a| a.contested == Some(true))
            .count();
    let mut said = vec![format!(
        "{} activities were rated on {} services. {gaps} of them cannot be back in time.",
        m.ws.activities.len(),
        m.ws.services.len()
    )];
    if open > 0 {
        said.push(format!(
            "The MTPD of {open} is not settled, because ratings are missing."
        ));
    }
    if contested > 0 {
        said.push(format!(
            "{contested} are contested: the people who know them did not agree."
        ));
    }
    let mut out = vec![paragraph(said.join(" "))];
    out.extend(priorities::activities(m));
    out
}

/// The categories, their levels and from which level on something is unacceptable.
fn scale(m: &Maker<'_>) -> Vec<Block> {
    let rows =
        m.ws.impact_categories
            .iter()
            .map(|c| {
                let threshold = c.threshold.map_or(reference::DEFAULT_THRESHOLD, |l| l.0);
                let levels = reference::IMPACT_CATEGORIES.iter().find(|x| x.0 == c.key);
                let mut row = vec![Cell::strong(reference::category_name(&c.key))];
                for n in 1..=5 {
                    let text = levels.map_or("\u{2013}", |l| l.3[n - 1]);
                    row.push(match n as i64 >= threshold {
                        true => Cell::strong(text),
                        false => Cell::text(text),
                    });
                }
                row
            })
            .collect();
    let mut out = vec![quiet(
        "Each category has five levels. In weight: unacceptable, by the decision of top management.",
    )];
    out.extend(table(
        &[
            ("Category", share(1.0), Align::Start),
            ("1", share(1.0), Align::Start),
            ("2", share(1.0), Align::Start),
            ("3", share(1.0), Align::Start),
            ("4", share(1.0), Align::Start),
            ("5", share(1.0), Align::Start),
        ],
        rows,
    ));
    out
}
