//! What a user can do: commands, queries, wire types and problem codes
