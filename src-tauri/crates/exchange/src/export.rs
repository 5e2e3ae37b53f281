//! Export.
use mainstay_domain::Workspace;
use serde_json::Value;

/// Writes a workspace.
pub fn export(_ws: &Workspace) -> Value {
    Value::Null
}

/// The interchange form as text.
pub fn to_string_pretty(ws: &Workspace) -> String {
    export(ws).to_string()
}
