//! Roles and contacts.

use crate::App;
use crate::problem::Outcome;
use crate::wire::*;
use mainstay_domain::{Role, RoleId, Workspace};

/// Roles and contacts.
pub(crate) fn people(app: &mut App, _: Nothing) -> Outcome<People> {
    let ws = app.workspace()?;
    Ok(People {
        roles: ws
            .roles
            .iter()
            .map(|r| {
                let deputy = r.deputy_role_id.and_then(|d| ws.get::<Role>(d));
                RoleRow {
                    code: r.code.0.clone(),
                    name: r.name.clone(),
                    authority: r.authority.clone(),
                    deputy: deputy.map(|d| d.code.0.clone()),
                    deputy_name: deputy.map(|d| d.name.clone()),
                    required: r.required,
                }
            })
            .collect(),
        contacts: ws
            .contacts
            .iter()
            .map(|c| {
                let role = c.role_id.and_then(|r| ws.get::<Role>(r));
                ContactRow {
                    code: c.code.0.clone(),
                    role: role.map(|r| r.code.0.clone()),
                    role_name: role.map(|r| r.name.clone()),
                    display: c.display.clone(),
                    phone: c.phone.clone(),
                    mobile: c.mobile.clone(),
                    email: c.email.clone(),
                    verified_on: c.verified_on.map(|d| d.to_string()),
                }
            })
            .collect(),
    })
}

/// A role as it is named elsewhere.
pub(crate) fn role_named(ws: &Workspace, id: RoleId) -> Named {
    ws.get::<Role>(id).map_or_else(
        || Named {
            code: String::new(),
            name: "unknown role".into(),
        },
        |r| Named {
            code: r.code.0.clone(),
            name: r.name.clone(),
        },
    )
}

/// A role's name, where one is set.
pub(crate) fn role_name(ws: &Workspace, id: Option<RoleId>) -> Option<String> {
    id.map(|r| role_named(ws, r).name)
}

/// A role's code, where one is set.
pub(crate) fn role_code(ws: &Workspace, id: Option<RoleId>) -> Option<String> {
    id.map(|r| role_named(ws, r).code)
}

/// The role that carries this code, or failing that this name.
pub(crate) fn find_role<'a>(ws: &'a Workspace, code: &str) -> Outcome<&'a Role> {
    let c = code.trim();
    ws.roles
        .iter()
        .find(|r| r.code.0 == c)
        .or_else(|| {
            ws.roles
                .iter()
                .find(|r| r.name.to_lowercase() == c.to_lowercase())
        })
        .ok_or_else(|| Problem::no_such("role", code))
}
