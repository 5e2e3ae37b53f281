//! Who may sign what, and when.
#![allow(clippy::unwrap_used)]

use SignOffKind::{Approved, Prepared, Reviewed};
use mainstay_domain::{
    Code, Frozen, NaiveDate, Plan, PlanId, PlanVersion, PlanVersionId, Record, RequiredSignOff,
    RequiredSignOffId, Role, RoleId, SignOff, SignOffId, SignOffKind, Uuid, VersionState,
    Workspace,
};
use mainstay_seal::{
    Required, SignProblem, check_sign, complete, next_version_number, required_sign_offs,
    sha256_hex,
};

const PLAN: PlanId = PlanId(Uuid::from_u128(1));
const SCM: RoleId = RoleId(Uuid::from_u128(11));
const CIO: RoleId = RoleId(Uuid::from_u128(12));
const OPS: RoleId = RoleId(Uuid::from_u128(13));
const MD: RoleId = RoleId(Uuid::from_u128(14));
const V1: PlanVersionId = PlanVersionId(Uuid::from_u128(21));
const V2: PlanVersionId = PlanVersionId(Uuid::from_u128(22));

/// A record of which only key and code are known.
fn blank<R: Record>(id: Uuid, code: &str) -> R {
    let data = R::SPEC
        .fields
        .iter()
        .map(|f| match f.column {
            "code" => mainstay_domain::Datum::Text(code.into()),
            "plan_id" => mainstay_domain::Datum::Id(PLAN.0),
            _ => (f.absent)().unwrap_or(mainstay_domain::Datum::Null),
        })
        .collect();
    let pos = (id.as_u128() % 1000) as i64;
    R::from_row(&mainstay_domain::Row { id, pos, data }).unwrap()
}

/// PLAN-01 of the example: 2.1 approved by records alone, 2.2 in review with frozen content.
fn plan_01() -> Workspace {
    let mut ws = Workspace::default();
    for (id, name) in [
        (SCM, "Manager"),
        (CIO, "Head of IT"),
        (OPS, "Operations"),
        (MD, "Director"),
    ] {
        let mut role: Role = blank(id.0, &format!("role-{}", id.0.as_u128()));
        role.name = name.into();
        ws.roles.push(role);
    }
    ws.plans.push(blank::<Plan>(PLAN.0, "PLAN-01"));
    let mut v1: PlanVersion = blank(V1.0, "");
    v1.number = "2.1".into();
    v1.state = VersionState::Approved;
    v1.approved_on = NaiveDate::from_ymd_opt(2026, 6, 15);
    let mut v2: PlanVersion = blank(V2.0, "");
    v2.number = "2.2".into();
    v2.state = VersionState::InReview;
    v2.content = Some(Frozen("{\"a\":1}".into()));
    v2.content_sha256 = Some(sha256_hex("{\"a\":1}"));
    ws.plan_versions = vec![v1, v2];
    for (kind, role) in [
        (Prepared, SCM),
        (Reviewed, CIO),
        (Reviewed, OPS),
        (Approved, MD),
    ] {
        give(&mut ws, V1, kind, role);
    }
    ws
}

/// Records a sign-off with the hash of its version.
fn give(ws: &mut Workspace, v: PlanVersionId, kind: SignOffKind, role: RoleId) {
    let content_sha256 = ws.get::<PlanVersion>(v).unwrap().content_sha256.clone();
    ws.sign_offs.push(SignOff {
        id: SignOffId(Uuid::from_u128(100 + ws.sign_offs.len() as u128)),
        pos: ws.sign_offs.len() as i64 + 1,
        version_id: v,
        kind,
        role_id: role,
        signed_on: None,
        name: None,
        signed_at: None,
        method: None,
        content_sha256,
        document_sha256: None,
    });
}

fn require(ws: &mut Workspace, list: &[(SignOffKind, RoleId)]) {
    ws.required_sign_offs = list
        .iter()
        .enumerate()
        .map(|(n, (kind, role))| RequiredSignOff {
            id: RequiredSignOffId(Uuid::from_u128(200 + n as u128)),
            pos: n as i64,
            plan_id: PLAN,
            kind: *kind,
            role_id: *role,
        })
        .collect();
}

#[track_caller]
fn check(ws: &Workspace, kind: SignOffKind, role: RoleId, want: Result<(), &str>) {
    let got = check_sign(ws, PLAN, V2, kind, role);
    assert_eq!(got.map_err(|e| e.code()), want);
}

#[test]
fn without_a_list_the_latest_approved_version_says_who_signs() {
    let mut ws = plan_01();
    let want = [
        (Prepared, SCM),
        (Reviewed, CIO),
        (Reviewed, OPS),
        (Approved, MD),
    ]
    .map(|(kind, role)| Required { kind, role });
    assert_eq!(required_sign_offs(&ws, PLAN), want);
    // One that was in force once counts only while none is in force.
    let mut older = ws.plan_versions[0].clone();
    older.id = PlanVersionId(Uuid::from_u128(20));
    older.state = VersionState::Superseded;
    older.approved_on = NaiveDate::from_ymd_opt(2027, 1, 1);
    ws.plan_versions.push(older.clone());
    give(&mut ws, older.id, Approved, OPS);
    assert_eq!(required_sign_offs(&ws, PLAN), want);
    ws.plan_versions[0].state = VersionState::Withdrawn;
    assert_eq!(
        required_sign_offs(&ws, PLAN),
        [Required {
            kind: Approved,
            role: OPS
        }]
    );
}

#[test]
fn the_plans_own_list_goes_first_and_each_entry_counts_once() {
    let mut ws = plan_01();
    require(&mut ws, &[(Prepared, CIO), (Approved, MD), (Approved, MD)]);
    let want = [(Prepared, CIO), (Approved, MD)].map(|(kind, role)| Required { kind, role });
    assert_eq!(required_sign_offs(&ws, PLAN), want);
    assert_eq!(required_sign_offs(&ws, PlanId(Uuid::from_u128(9))), []);
}

#[test]
fn approval_waits_for_all_the_others() {
    let mut ws = plan_01();
    check(&ws, Approved, MD, Err("approval_waits"));
    let said = check_sign(&ws, PLAN, V2, Approved, MD)
        .unwrap_err()
        .to_string();
    assert_eq!(
        said,
        "approval waits for prepared by Manager, reviewed by Head of IT, reviewed by Operations"
    );
    for (kind, role) in [(Prepared, SCM), (Reviewed, OPS), (Reviewed, CIO)] {
        check(&ws, kind, role, Ok(()));
        check(&ws, Approved, MD, Err("approval_waits"));
        give(&mut ws, V2, kind, role);
        check(&ws, kind, role, Err("sign_off_already_given"));
        assert!(!complete(&ws, V2));
    }
    check(&ws, Approved, MD, Ok(()));
    give(&mut ws, V2, Approved, MD);
    assert!(complete(&ws, V2));
    assert!(complete(&ws, V1));
}

#[test]
fn of_several_approvals_none_waits_for_another() {
    let mut ws = plan_01();
    require(&mut ws, &[(Approved, MD), (Approved, OPS)]);
    check(&ws, Approved, MD, Ok(()));
    give(&mut ws, V2, Approved, MD);
    check(&ws, Approved, OPS, Ok(()));
    assert!(!complete(&ws, V2));
}

#[test]
fn only_those_who_are_asked_sign_what_they_are_asked_for() {
    let ws = plan_01();
    check(&ws, Reviewed, SCM, Err("sign_off_not_required"));
    check(&ws, Prepared, CIO, Err("sign_off_not_required"));
    let nobody = RoleId(Uuid::from_u128(99));
    check(&ws, Approved, nobody, Err("sign_off_not_required"));
}

#[test]
fn who_prepared_does_not_approve() {
    let mut ws = plan_01();
    require(&mut ws, &[(Prepared, SCM), (Approved, SCM)]);
    check(&ws, Approved, SCM, Err("approver_prepared"));
    check(&ws, Prepared, SCM, Ok(()));
    // Reviewing and approving may be one role.
    require(&mut ws, &[(Reviewed, MD), (Approved, MD)]);
    give(&mut ws, V2, Reviewed, MD);
    check(&ws, Approved, MD, Ok(()));
    // Who has prepared it although nobody asked for that does not approve it either.
    give(&mut ws, V2, Prepared, MD);
    check(&ws, Approved, MD, Err("approver_prepared"));
}

#[test]
fn only_a_version_in_review_is_signed() {
    let mut ws = plan_01();
    for state in [
        VersionState::Draft,
        VersionState::Approved,
        VersionState::Superseded,
        VersionState::Withdrawn,
    ] {
        ws.plan_versions[1].state = state;
        check(&ws, Prepared, SCM, Err("version_not_in_review"));
    }
    let other = PlanId(Uuid::from_u128(9));
    assert_eq!(
        check_sign(&ws, other, V2, Prepared, SCM),
        Err(SignProblem::NoSuchVersion)
    );
    let gone = PlanVersionId(Uuid::from_u128(9));
    assert_eq!(
        check_sign(&ws, PLAN, gone, Prepared, SCM),
        Err(SignProblem::NoSuchVersion)
    );
    assert!(!complete(&ws, gone));
}

#[test]
fn content_and_hash_belong_together() {
    let mut ws = plan_01();
    ws.plan_versions[1].content = Some(Frozen("{\"a\":2}".into()));
    check(&ws, Prepared, SCM, Err("content_hash_mismatch"));
    ws.plan_versions[1].content = None;
    check(&ws, Prepared, SCM, Err("version_not_frozen"));
}

#[test]
fn sign_offs_of_other_content_have_lapsed() {
    let mut ws = plan_01();
    for (kind, role) in [(Prepared, SCM), (Reviewed, OPS), (Reviewed, CIO)] {
        give(&mut ws, V2, kind, role);
    }
    check(&ws, Approved, MD, Ok(()));
    ws.plan_versions[1].content = Some(Frozen("{\"a\":2}".into()));
    ws.plan_versions[1].content_sha256 = Some(sha256_hex("{\"a\":2}"));
    check(&ws, Approved, MD, Err("approval_waits"));
    check(&ws, Prepared, SCM, Ok(()));
    give(&mut ws, V2, Approved, MD);
    assert!(!complete(&ws, V2));
}

#[test]
fn a_plan_that_asks_nobody_is_never_complete() {
    let mut ws = plan_01();
    ws.plan_versions.remove(0);
    ws.sign_offs.clear();
    check(&ws, Approved, MD, Err("no_sign_offs_required"));
    assert!(!complete(&ws, V2));
    // Nor one that asks for no approval.
    require(&mut ws, &[(Prepared, SCM)]);
    give(&mut ws, V2, Prepared, SCM);
    assert!(!complete(&ws, V2));
}

#[test]
fn a_role_without_a_name_goes_by_its_code() {
    let mut ws = plan_01();
    ws.roles[0].name = String::new();
    ws.roles[0].code = Code("role-scm".into());
    let p = check_sign(&ws, PLAN, V2, Approved, SCM).unwrap_err();
    assert_eq!(
        p.to_string(),
        "role-scm is not asked to sign this version as approved"
    );
}

#[test]
fn versions_count_on() {
    for (existing, next) in [
        (&["1.0", "2.0", "2.1"][..], "2.2"),
        (&[], "1.0"),
        (&["draft"], "1.0"),
        (&["2.9", "2.10"], "2.11"),
        (&["3"], "3.1"),
        (&["1.2.3"], "1.2.4"),
        (&["v2.1", "1.7", "x"], "2.2"),
    ] {
        let existing: Vec<String> = existing.iter().map(|s| s.to_string()).collect();
        assert_eq!(next_version_number(&existing), next, "{existing:?}");
    }
}
