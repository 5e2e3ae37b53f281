//! What a continuity plan is made of: entities, ids, units and invariants
