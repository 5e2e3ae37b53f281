//! What a rescue saved, for a person.

use crate::print;
use mainstay_app::{Outcome, RescueReport};
use std::path::Path;

/// Prints what was saved and what was lost.
///
/// # Errors
/// The output cannot be written.
pub fn report(r: &RescueReport, input: &Path) -> Outcome<()> {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!(
        "Made {} from {}.",
        r.path.display(),
        input.display()
    ));
    if let Some(what) = &r.first_page {
        line(format!("To read it, {what}."));
    }
    line(match (&r.last_change, r.exact) {
        (Some((seq, at)), true) => {
            format!("The data is exactly that of the last change, number {seq} of {at}.")
        }
        (Some((seq, at)), false) => format!(
            "The data is not proven to be that of the last change that can be read, number {seq} of {at}: compare it with what you know."
        ),
        (None, _) => "No row of the history can be read, so nothing proves the data: compare it with what you know.".into(),
    });
    for (kind, n) in &r.saved {
        line(format!("Saved: {n} × {kind}."));
    }
    if r.from_history > 0 {
        line(format!(
            "Of these, {} come from the history.",
            r.from_history
        ));
    }
    for l in &r.repaired {
        line(format!("Repaired: {l}."));
    }
    for l in &r.lost {
        line(format!("Lost: {l}."));
    }
    print::text(out.trim_end())
}
