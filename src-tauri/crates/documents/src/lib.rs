//! How a plan is printed: document model, layout and PDF
