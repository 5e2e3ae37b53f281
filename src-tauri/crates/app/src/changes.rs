//! What lies between a version of a plan and one before it: as documents print it, and as it is frozen with a version.

use crate::differences::told_of_versions;
use crate::moved::results_moved;
use crate::problem::Outcome;
use crate::versions::{in_state, thaw};
use crate::wire::ChangeKind;
use mainstay_documents::plan::{Changes, RecordChanged, ValueChanged};
use mainstay_domain::*;

/// What lies between a version and the latest one before it whose content is there.
pub(crate) fn since_the_one_before(
    ws: &Workspace,
    p: &Plan,
    v: &PlanVersion,
    content: &Workspace,
    day: NaiveDate,
) -> Outcome<Option<Changes>> {
    let before = ws
        .plan_versions
        .iter()
        .take_while(|x| x.id != v.id)
        .filter(|x| x.plan_id == p.id && x.content.is_some())
        .last();
    between(before, &v.number, content, day)
}

/// What lies between the approved version of a plan and what is to be the version of a number; nothing where there is no
/// approved one with its content.
pub(crate) fn since_approved(
    ws: &Workspace,
    p: &Plan,
    number: &str,
    content: &Workspace,
    day: NaiveDate,
) -> Outcome<Option<Changes>> {
    between(
        in_state(ws, p.id, VersionState::Approved),
        number,
        content,
        day,
    )
}

fn between(
    earlier: Option<&PlanVersion>,
    to: &str,
    content: &Workspace,
    day: NaiveDate,
) -> Outcome<Option<Changes>> {
    let Some((earlier, frozen)) = earlier.and_then(|v| Some((v, v.content.as_ref()?))) else {
        return Ok(None);
    };
    let old = thaw(frozen)?;
    let records = told_of_versions(&old, content)
        .into_iter()
        .map(|r| RecordChanged {
            name: match &r.code {
                Some(c) if *c != r.name => format!("{c} {}", r.name),
                _ => r.name,
            },
            noun: r.noun,
            what: match r.what {
                ChangeKind::Added => ChangeSort::Added,
                ChangeKind::Removed => ChangeSort::Removed,
                ChangeKind::Changed => ChangeSort::Changed,
            },
            values: r
                .fields
                .into_iter()
                .map(|f| ValueChanged {
                    label: f.label,
                    old: f.old,
                    new: f.new,
                    reach: f.reach,
                })
                .collect(),
        })
        .collect();
    Ok(Some(Changes {
        from: earlier.number.clone(),
        to: to.into(),
        records,
        moved: results_moved(&old, content, day)
            .into_iter()
            .map(|m| m.text)
            .collect(),
    }))
}

/// Puts what has changed into the content of a version, from where its document takes it.
pub(crate) fn put(content: &mut Workspace, version: PlanVersionId, changes: &Changes) {
    for v in content.plan_versions.iter_mut().filter(|v| v.id == version) {
        v.compared_with = Some(changes.from.clone());
    }
    for (pos, r) in (1..).zip(&changes.records) {
        let id = VersionChangeId(Uuid::now_v7());
        content.version_changes.push(VersionChange {
            id,
            pos,
            version_id: version,
            name: r.name.clone(),
            noun: r.noun.clone(),
            what: r.what,
        });
        for (pos, v) in (1..).zip(&r.values) {
            content.version_change_values.push(VersionChangeValue {
                id: VersionChangeValueId(Uuid::now_v7()),
                pos,
                change_id: id,
                label: v.label.clone(),
                old: v.old.clone(),
                new: v.new.clone(),
                reach: v.reach.then_some(true),
            });
        }
    }
    for (pos, text) in (1..).zip(&changes.moved) {
        content.version_results.push(VersionResult {
            id: VersionResultId(Uuid::now_v7()),
            pos,
            version_id: version,
            text: text.clone(),
        });
    }
}

/// What a workspace that was made of the content of a version holds of its changes, values before what they belong to.
pub(crate) fn kept_with(ws: &Workspace, version: PlanVersionId) -> Vec<(Table, Uuid)> {
    let of: Vec<VersionChangeId> = ws
        .version_changes
        .iter()
        .filter(|c| c.version_id == version)
        .map(|c| c.id)
        .collect();
    let values = ws.version_change_values.iter();
    let values = values.filter(|v| of.contains(&v.change_id));
    let results = ws.version_results.iter();
    let results = results.filter(|r| r.version_id == version);
    values
        .map(|v| (Table::VersionChangeValue, v.id.0))
        .chain(of.iter().map(|c| (Table::VersionChange, c.0)))
        .chain(results.map(|r| (Table::VersionResult, r.id.0)))
        .collect()
}
