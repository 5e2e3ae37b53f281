//! The one catalogue of sentences for findings.

use mainstay_domain::{Finding, Workspace};

/// A plain, complete sentence for a finding, with names, codes and durations as people say them.
pub fn sentence(f: &Finding, _ws: &Workspace) -> String {
    f.id()
}

/// A short name of what a finding is about.
pub fn title(code: &str) -> &'static str {
    let _ = code;
    "Finding"
}
