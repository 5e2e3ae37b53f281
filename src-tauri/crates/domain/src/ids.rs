//! Keys: UUIDv7, one type for each table, so that a role cannot stand where a service belongs.

use crate::field::{Datum, FieldValue, Kind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($t:ident => $table:ident),+ $(,)?) => { $(
        /// The key of one record of its table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $t(pub Uuid);
        impl From<Uuid> for $t { fn from(u: Uuid) -> Self { $t(u) } }
        impl From<$t> for Uuid { fn from(i: $t) -> Uuid { i.0 } }
        impl FieldValue for $t {
            const KIND: Kind = Kind::Ref(Table::$table);
            fn to_datum(&self) -> Datum { Datum::Id(self.0) }
            fn from_datum(d: &Datum) -> Option<Self> { match d { Datum::Id(u) => Some($t(*u)), _ => None } }
            fn absent() -> Option<Self> { None }
        }
    )+ };
}
pub(crate) use ids;

/// The key of an activity or of a service: what a dependency starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub Uuid);

impl FieldValue for NodeId {
    const KIND: Kind = Kind::NodeRef;
    fn to_datum(&self) -> Datum {
        Datum::Id(self.0)
    }
    fn from_datum(d: &Datum) -> Option<Self> {
        match d {
            Datum::Id(u) => Some(NodeId(*u)),
            _ => None,
        }
    }
    fn absent() -> Option<Self> {
        None
    }
}

impl From<NodeId> for Uuid {
    fn from(i: NodeId) -> Uuid {
        i.0
    }
}
