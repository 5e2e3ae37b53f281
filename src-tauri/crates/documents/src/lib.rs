//! How a plan is printed: document model, layout and PDF.

/// The document model.
pub mod model {
    /// A document.
    #[derive(Debug, Clone, PartialEq, serde::Serialize)]
    pub struct Document {}
}
/// A plan as a document.
pub mod plan {
    use crate::model::Document;
    use mainstay_analysis::{Analysis, Spof};
    use mainstay_domain::*;
    /// What a plan document is made of.
    pub struct PlanInput<'a> {
        /// The frozen content, or the live one of a draft.
        pub workspace: &'a Workspace,
        /// What follows from it.
        pub analysis: &'a Analysis,
        /// Single points of failure.
        pub spof: &'a Spof,
        /// The plan inside `workspace`.
        pub plan: PlanId,
        /// The version's record.
        pub version: &'a PlanVersion,
        /// The live workspace, for the names of roles that signed.
        pub live: &'a Workspace,
        /// The sign-offs given.
        pub sign_offs: &'a [SignOff],
        /// The accepted findings.
        pub accepted: &'a [AcceptedFinding],
        /// When it is printed.
        pub now: chrono::DateTime<chrono::Utc>,
    }
    /// Assembles it.
    pub fn assemble(_: &PlanInput<'_>) -> Document {
        Document {}
    }
}
/// PDF.
pub mod pdf {
    /// Renders.
    pub fn render(_: &crate::model::Document) -> Result<Vec<u8>, std::io::Error> {
        Ok(vec![])
    }
}
