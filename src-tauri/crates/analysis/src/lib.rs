//! What follows from a plan: impact, recovery, dependencies and gaps
