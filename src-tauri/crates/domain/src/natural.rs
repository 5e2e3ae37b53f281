//! What tells a record from its siblings where keys do not help: its code, or the values that a person would name it by;
//! and which records stand for nothing but a tie between others.

use crate::{Place, Shape, Table, TableSpec};

/// Records that only say that two others belong together, and go with either of them.
pub const LINKS: &[Table] = &[
    Table::Dependency,
    Table::RedundancyGroup,
    Table::GroupPreferred,
    Table::RiskService,
    Table::ScopeService,
    Table::ScopeActivity,
    Table::PlanService,
    Table::PlanActivity,
    Table::PlanSite,
    Table::PlanProcedure,
    Table::PlanStrategy,
    Table::CallEdge,
];

/// The fields, by index, that name a record among those of its table, or among its parent's children; empty where there is
/// only one.
pub fn key_fields(spec: &TableSpec) -> Vec<usize> {
    let columns: &[&str] = match (spec.table, spec.place) {
        _ if spec.has_code() => &["code"],
        (Table::ImpactNote, _) => &["category", "horizon_min"],
        (Table::ImpactRating, _) => &["category_id", "horizon_min"],
        (Table::RequiredSignOff | Table::SignOff, _) => &["kind", "role_id"],
        (Table::Estimate, _) => &["activity_id", "question"],
        (Table::VersionChange, _) => &["noun", "name"],
        (Table::RiskMatrixCell, _) => &["likelihood", "impact"],
        (_, Place::RootMap(_, key, _)) => return spec.column(key).into_iter().collect(),
        (_, Place::Child { shape, .. }) => {
            return match shape {
                Shape::One => Vec::new(),
                Shape::Scalars(c) | Shape::Map(c, _) => spec.column(c).into_iter().collect(),
                Shape::Pairs(a, b) => [a, b].iter().filter_map(|c| spec.column(c)).collect(),
                // The first field after the parent's key.
                Shape::Objects | Shape::Grid => vec![1],
            };
        }
        _ => &[],
    };
    columns.iter().filter_map(|c| spec.column(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Workspace;

    #[test]
    fn every_list_has_something_to_tell_its_records_apart() {
        for t in Table::ALL {
            let spec = t.spec();
            let single = matches!(
                spec.place,
                Place::Single(_)
                    | Place::Child {
                        shape: Shape::One,
                        ..
                    }
            );
            let keys = key_fields(spec);
            assert!(single || !keys.is_empty(), "{}", spec.name);
            assert!(
                spec.parent().is_none() || !keys.contains(&0),
                "{}",
                spec.name
            );
        }
        assert!(Workspace::children_of(Table::Plan).count() > 5);
    }
}
