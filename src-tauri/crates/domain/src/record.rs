//! Records: one description gives the struct, the table and the place in the interchange form.

use crate::field::{Datum, FieldSpec};
use crate::workspace::{Table, Workspace};
use uuid::Uuid;

/// The shape in which child records stand inside their parent in the interchange form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A list of objects.
    Objects,
    /// One object, or nothing.
    One,
    /// A list of bare values of the named column.
    Scalars(&'static str),
    /// A list of pairs of the two named columns.
    Pairs(&'static str, &'static str),
    /// An object from the first column (as text) to the second.
    Map(&'static str, &'static str),
    /// The impact grid: an object from category to a list of levels, one for each horizon of the activity.
    Grid,
}

/// Where the records of a table stand in the interchange form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Exactly one record, at this path from the root; the empty path is the root itself.
    Single(&'static str),
    /// A list of objects at this path from the root.
    List(&'static str),
    /// The first record at the first path, the others as a list at the second.
    FirstThenMore(&'static str, &'static str),
    /// An object from the second argument's column to the third's, at this path from the root.
    RootMap(&'static str, &'static str, &'static str),
    /// Inside the record that the first column (the parent) names, at this path.
    Child {
        /// The parent's table.
        parent: Table,
        /// The path inside the parent.
        path: &'static str,
        /// The shape there.
        shape: Shape,
        /// Whether an empty list is left out rather than written as `[]`.
        omit: bool,
    },
}

/// The description of a table.
#[derive(Debug)]
pub struct TableSpec {
    /// Which table.
    pub table: Table,
    /// Its name in the plan file.
    pub name: &'static str,
    /// What one record is called in a sentence.
    pub noun: &'static str,
    /// Where its records stand in the interchange form.
    pub place: Place,
    /// Its fields, in order; a child's first field is its parent's key.
    pub fields: &'static [FieldSpec],
}

impl TableSpec {
    /// The index of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.column == name)
    }

    /// The index of the field with this name in the interchange form.
    pub fn json_field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.json == name)
    }

    /// A row with these values by column; fields that are not named are as absent.
    pub fn row(&self, id: Uuid, pos: i64, values: &[(&str, Datum)]) -> Row {
        let value = |f: &FieldSpec| {
            let given = values.iter().find(|(name, _)| *name == f.column);
            match given {
                Some((_, d)) => d.clone(),
                None if f.nullable => Datum::Null,
                None => (f.absent)().unwrap_or(Datum::Null),
            }
        };
        let data = self.fields.iter().map(value).collect();
        Row { id, pos, data }
    }

    /// Whether its records carry a code of their own.
    pub fn has_code(&self) -> bool {
        self.fields.iter().any(|f| f.column == "code")
    }

    /// The parent's table, for a child.
    pub fn parent(&self) -> Option<Table> {
        match self.place {
            Place::Child { parent, .. } => Some(parent),
            _ => None,
        }
    }
}

/// A record in the generic form: key, place in its list and one value for each field of its table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The key.
    pub id: Uuid,
    /// The place in its list; ties are broken by key.
    pub pos: i64,
    /// The values, in the order of [`TableSpec::fields`].
    pub data: Vec<Datum>,
}

/// A value that its field does not allow.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{table}.{column} holds {value}; allowed is {allowed}")]
pub struct BadField {
    /// The table's name.
    pub table: &'static str,
    /// The column's name.
    pub column: &'static str,
    /// The value as text.
    pub value: String,
    /// What is allowed.
    pub allowed: String,
}

/// A struct that stands for one row of one table.
pub trait Record: Sized + Clone {
    /// Its table.
    const TABLE: Table;
    /// Its table's description.
    const SPEC: &'static TableSpec;
    /// The key.
    fn key(&self) -> Uuid;
    /// The place in its list.
    fn pos(&self) -> i64;
    /// The generic form.
    fn to_row(&self) -> Row;
    /// The struct from the generic form.
    ///
    /// # Errors
    /// [`BadField`] names the first value that its field does not allow.
    fn from_row(row: &Row) -> Result<Self, BadField>;
    /// Its list in a workspace.
    fn list(ws: &Workspace) -> &Vec<Self>;
    /// Its list in a workspace, to change.
    fn list_mut(ws: &mut Workspace) -> &mut Vec<Self>;
}

pub(crate) fn bad(spec: &'static TableSpec, i: usize, d: &Datum) -> BadField {
    let f = &spec.fields[i];
    BadField {
        table: spec.name,
        column: f.column,
        value: format!("{d:?}"),
        allowed: f.kind.allowed(),
    }
}

/// Describes entities; see `entities` for its use.
///
/// Each field is `column: Type`, then `=> "name"` where the interchange form calls it otherwise, and `=> omit` or
/// `=> "name" omit` where an unknown value is left out there instead of written as `null`. `=> needed` is for a value that
/// must be given although its type has one for where nothing is said, `=> reach` for a phone number or mail address, which
/// a redacted document leaves out.
macro_rules! records {
    ($(
        $(#[$m:meta])*
        $name:ident ($idt:ident) $list:ident $sql:literal $noun:literal @ $place:expr => {
            $( $(#[$fm:meta])* $f:ident : $ft:ty $(=> $($json:literal)? $($omit:ident)? )? ),* $(,)?
        }
    )+) => {
        $(
            $(#[$m])*
            #[derive(Debug, Clone, PartialEq)]
            pub struct $name {
                /// The key.
                pub id: $idt,
                /// The place in its list; ties are broken by key.
                pub pos: i64,
                $( $(#[$fm])* pub $f: $ft, )*
            }
            impl $crate::record::Record for $name {
                const TABLE: $crate::workspace::Table = $crate::workspace::Table::$name;
                const SPEC: &'static $crate::record::TableSpec = &$crate::record::TableSpec {
                    table: $crate::workspace::Table::$name,
                    name: $sql,
                    noun: $noun,
                    place: $place,
                    fields: &[ $( $crate::field::FieldSpec {
                        column: stringify!($f),
                        json: $crate::record::json_name!($f $($($json)?)?),
                        kind: <$ft as $crate::field::FieldValue>::KIND,
                        nullable: <$ft as $crate::field::FieldValue>::NULLABLE,
                        omit: $crate::record::omits!($($($omit)?)?),
                        reach: $crate::record::reaches!($($($omit)?)?),
                        absent: $crate::record::absents!($ft $(, $($omit)?)?),
                    } ),* ],
                };
                fn key(&self) -> uuid::Uuid { self.id.0 }
                fn pos(&self) -> i64 { self.pos }
                fn to_row(&self) -> $crate::record::Row {
                    $crate::record::Row { id: self.id.0, pos: self.pos, data: vec![ $( $crate::field::FieldValue::to_datum(&self.$f) ),* ] }
                }
                #[allow(unused_assignments, unused_mut, unused_variables)]
                fn from_row(row: &$crate::record::Row) -> Result<Self, $crate::record::BadField> {
                    let mut i = 0;
                    $( let $f = {
                        let d = row.data.get(i).unwrap_or(&$crate::field::Datum::Null);
                        let v = <$ft as $crate::field::FieldValue>::from_datum(d).ok_or_else(|| $crate::record::bad(Self::SPEC, i, d))?;
                        i += 1;
                        v
                    }; )*
                    Ok($name { id: $idt(row.id), pos: row.pos, $($f),* })
                }
                fn list(ws: &$crate::workspace::Workspace) -> &Vec<Self> { &ws.$list }
                fn list_mut(ws: &mut $crate::workspace::Workspace) -> &mut Vec<Self> { &mut ws.$list }
            }
        )+
        $crate::ids::ids! { $($idt => $name),+ }
        $crate::workspace::tables! { $($name $list),+ }
    };
}
macro_rules! json_name {
    ($f:ident) => {
        stringify!($f)
    };
    ($f:ident $json:literal) => {
        $json
    };
}
macro_rules! omits {
    () => {
        false
    };
    (omit) => {
        true
    };
    (needed) => {
        false
    };
    (reach) => {
        false
    };
}
macro_rules! reaches {
    (reach) => {
        true
    };
    ($($omit:ident)?) => {
        false
    };
}
macro_rules! absents {
    ($ft:ty, needed) => {
        || None
    };
    ($ft:ty $(, $($omit:ident)?)?) => {
        || {
            <$ft as $crate::field::FieldValue>::absent()
                .map(|v| $crate::field::FieldValue::to_datum(&v))
        }
    };
}
pub(crate) use {absents, json_name, omits, reaches, records};
