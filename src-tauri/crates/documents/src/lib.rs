//! How a plan is printed: document model -> layout -> PDF.
//!
//! [`model`] says what is in a document and knows no coordinates; [`layout`] puts it on pages as positioned items;
//! [`pdf`] and [`screen`] translate these and decide nothing. [`plan`] makes a document of a plan version.

pub mod layout;
pub mod model;
pub mod pdf;
pub mod plan;
pub mod screen;
