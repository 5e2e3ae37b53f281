//! How a plan version is proved: canonical form, hashes and sign-offs
