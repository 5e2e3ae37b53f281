//! Where a plan is kept: one SQLite file with its whole history
