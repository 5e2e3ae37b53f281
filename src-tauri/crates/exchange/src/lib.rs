//! How a plan comes in and goes out: interchange JSON and pasted tables
