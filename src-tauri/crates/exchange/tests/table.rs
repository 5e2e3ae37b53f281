//! Rows as people copy them out of a spreadsheet.

#![allow(clippy::unwrap_used)]

mod common;

use common::*;
use mainstay_domain::{Datum, Table, Uuid, Workspace};
use mainstay_exchange::table::{Register, RowAction, RowsPreview, plan_rows, read_rows};

fn services(text: &str) -> RowsPreview {
    read_rows(Register::Services, text, &example_workspace())
}

fn activities(text: &str) -> RowsPreview {
    read_rows(Register::Activities, text, &example_workspace())
}

fn fields(p: &RowsPreview) -> Vec<Option<&str>> {
    p.columns.iter().map(|c| c.field.as_deref()).collect()
}

fn errors(p: &RowsPreview) -> Vec<&str> {
    let cells = p.rows.iter().flat_map(|r| &r.cells);
    cells.filter_map(|c| c.error.as_deref()).collect()
}

fn shown(p: &RowsPreview, row: usize) -> Vec<&str> {
    p.rows[row].cells.iter().map(|c| c.shown.as_str()).collect()
}

#[test]
fn names_alone_are_enough() {
    let p = services("Print queue\r\nPayroll (new)\r\n\r\n");
    assert_eq!(fields(&p), [Some("name")]);
    assert_eq!(p.columns[0].header, "A");
    let codes: Vec<&str> = p.rows.iter().map(|r| r.code.as_str()).collect();
    assert_eq!(codes, ["svc-print-queue", "svc-payroll-new"]);
    assert!(p.rows.iter().all(|r| r.action == RowAction::New));
    let planned = plan_rows(&p);
    assert_eq!(planned[1].table, Table::Service);
    assert_eq!(
        planned[1].fields,
        [("name".to_string(), Datum::Text("Payroll (new)".into()))]
    );
    let p = activities("Count stock");
    assert_eq!(p.rows[0].code, "A13");
}

#[test]
fn a_heading_is_understood_in_the_words_of_people_and_of_the_file() {
    let p = services(
        "ID\tService Name\tType\tsite\tOwner\tRestore time (h)\tRTO\tdepends on\tColour\tTeam*\town_restore_min\n\
         svc-pay\tPayroll\tApplication\tnorthgate\tHead of finance\t1.5\t4h\tsvc-db, Warehouse management\tred\tapps\t7",
    );
    assert_eq!(
        fields(&p),
        [
            Some("code"),
            Some("name"),
            Some("kind"),
            Some("site_id"),
            Some("owner_role_id"),
            Some("own_restore_min"),
            Some("declared_rto_min"),
            Some("needs"),
            None,
            Some("team_id"),
            None
        ]
    );
    assert_eq!(p.columns[10].label, "left out: an earlier column is this");
    assert_eq!(p.rows[0].line, 2);
    assert_eq!(shown(&p, 0)[2], "application");
    assert_eq!(shown(&p, 0)[4], "Head of finance");
    assert_eq!(shown(&p, 0)[5], "1 h 30 min");
    let planned = plan_rows(&p);
    assert_eq!(planned.len(), 1, "{:?}", errors(&p));
    assert_eq!(planned[0].needs, ["svc-db", "svc-wms"]);
}

#[test]
fn what_is_needed_is_found_by_code_or_name_even_with_commas() {
    let ws = example_workspace();
    let power = &ws.services[0];
    assert_eq!(power.name, "Power, UPS and cooling, Northgate");
    let text = format!(
        "name\tneeds\nPayroll\tsvc-db, {}; {}\nTax\tpayroll\n",
        power.name, ws.services[1].name
    );
    let p = services(&text);
    assert_eq!(errors(&p), [""; 0]);
    let planned = plan_rows(&p);
    assert_eq!(planned[0].needs, ["svc-db", "svc-power", "svc-corenet"]);
    assert_eq!(planned[1].needs, ["svc-payroll"]);
    let p = services("name\tneeds\nPayroll\tpayroll\nTax\tA01\nBooks\tsvc-nothing");
    assert_eq!(
        errors(&p)[..2],
        [
            "svc-payroll cannot need itself",
            "\"A01\" is an activity; only services can be needed"
        ]
    );
    assert!(
        errors(&p)[2].starts_with("no service has the code or name \"svc-nothing\"; there are: ")
    );
    assert!(
        errors(&p)[2].ends_with("; and 23 more"),
        "{}",
        errors(&p)[2]
    );
}

#[test]
fn unknown_owners_are_told_with_those_that_exist() {
    let p = services("Name\tOwner\nPayroll\tThe boss");
    assert_eq!(
        errors(&p),
        [
            "no role has the code or name \"The boss\"; there are: Managing director; Head of operations; Head of IT; Service continuity manager; Duty IT manager; and 13 more"
        ]
    );
    assert_eq!(p.errors, 1);
    assert_eq!(plan_rows(&p), []);
    assert_eq!(p.rows[0].action, RowAction::New);
    let p = read_rows(
        Register::Services,
        "Name\tTeam\nX\tnight shift",
        &Workspace::default(),
    );
    assert_eq!(
        errors(&p),
        ["no team has the code or name \"night shift\"; there is no team yet"]
    );
}

#[test]
fn durations_are_read_as_people_write_them() {
    let p = activities(
        "Name\tRTO\tWRT\tRPO\tMTPD (days)\tMBCO\nCount stock\t4h\t1:30\t15\t2\t50 %\nWeigh\tsoon\t-1\t1.5\t3 d\t120",
    );
    assert_eq!(
        shown(&p, 0)[1..],
        ["4 h", "1 h 30 min", "15 min", "2 d", "50"]
    );
    assert_eq!(errors(&p).len(), 4);
    assert!(
        errors(&p)[0].starts_with("\"soon\" is not allowed; allowed is a whole number of minutes")
    );
    let first = &plan_rows(&p)[0];
    let value = |c: &str| first.fields.iter().find(|f| f.0 == c).map(|f| f.1.clone());
    assert_eq!(value("rto_min"), Some(Datum::Int(240)));
    assert_eq!(value("accepted_mtpd_min"), Some(Datum::Int(2880)));
    assert_eq!(value("mbco_pct"), Some(Datum::Int(50)));
}

#[test]
fn a_row_changes_the_record_with_its_code_or_name() {
    let p =
        services("Code\tName\tRestore time\tNeeds\nsvc-db\t\t2h\tsvc-virt\nSVC-WMS\tWarehouse\t\t");
    assert_eq!(errors(&p), [""; 0]);
    let planned = plan_rows(&p);
    let ws = example_workspace();
    assert_eq!(planned[0].existing, ws.find_code("svc-db").map(|f| f.1));
    // Only what differs, and no dependency that is there already.
    assert_eq!(
        planned[0].fields,
        [("own_restore_min".to_string(), Datum::Int(120))]
    );
    assert_eq!(planned[0].needs, [""; 0]);
    assert_eq!(planned[1].code, "svc-wms");
    assert_eq!(p.rows[1].action, RowAction::Update);

    let p = activities("Name\tPeak\ntake CUSTOMER orders\tnow");
    assert_eq!(p.rows[0].code, "A01");
    assert_eq!(plan_rows(&p)[0].existing, Some(ws.activities[0].id.0));

    let same = activities("Code\tName\nA01\tTake customer orders");
    assert_eq!(same.rows[0].action, RowAction::Skip);
    assert_eq!(plan_rows(&same), []);
}

#[test]
fn what_stands_twice_is_flagged() {
    let p = services(
        "Code\tName\nsvc-x\tOne\nsvc-X\tTwo\nsvc-y\tone\nrole-md\tThree\nsvc-z\t\nsvc bad\tFour",
    );
    assert_eq!(
        errors(&p),
        [
            "the code svc-X stands in line 2 already",
            "\"one\" stands in line 2 already",
            "role-md is the code of a role; a code stands once in a workspace",
            "no service has the code svc-z, and a new one needs a name",
            "\"svc bad\" is not allowed; allowed is a code of 1 to 64 characters without spaces, tabs, commas, colons or equals signs",
        ]
    );
    assert_eq!(p.errors, 5);
    assert_eq!(plan_rows(&p).len(), 1);
}

#[test]
fn a_new_code_is_one_that_nobody_has() {
    let p = services("Name\tCode\nDb\t\nDB!\t\nNew\tsvc-db-2\n\u{2603}\t");
    let codes: Vec<&str> = p.rows.iter().map(|r| r.code.as_str()).collect();
    assert_eq!(codes, ["svc-db-3", "svc-db-4", "svc-db-2", "svc-service"]);
    let p = activities("Name\tCode\nOne\t\nTwo\tA14\nThree\t");
    let codes: Vec<&str> = p.rows.iter().map(|r| r.code.as_str()).collect();
    assert_eq!(codes, ["A15", "A14", "A16"]);
}

#[test]
fn quoted_cells_hold_tabs_and_line_breaks() {
    let p = services("Name\tNote\n\"Payroll\nnew\"\t\"one\ttwo\n\"\"three\"\"\"\nTax\tplain");
    assert_eq!(errors(&p), [""; 0]);
    assert_eq!(shown(&p, 0), ["Payroll new", "one\ttwo\n\"three\""]);
    assert_eq!((p.rows[0].line, p.rows[1].line), (2, 5));
}

#[test]
fn without_a_heading_the_order_of_columns_counts() {
    let p = services("svc-pay\tPayroll\tapplication\tnorthgate\nsvc-tax\tTax\texternal\tcloud");
    assert_eq!(
        fields(&p),
        [Some("code"), Some("name"), Some("kind"), Some("site_id")]
    );
    assert_eq!(p.rows.len(), 2);
    let p = activities("Count stock\trole-ops\t4h\nWeigh goods\trole-ops\t8h");
    assert_eq!(
        fields(&p),
        [Some("name"), Some("owner_role_id"), Some("rto_min")]
    );
    assert_eq!(errors(&p), [""; 0]);
}

#[test]
fn odd_pastes_do_no_harm() {
    for text in [
        "",
        "\n\n",
        "\t\t\t",
        "\"",
        "\"\t\n",
        "Name",
        "Name\tCode\n",
        "\u{feff}Name\nX",
    ] {
        for r in [Register::Services, Register::Activities] {
            let p = read_rows(r, text, &example_workspace());
            assert_eq!(
                p.errors,
                p.rows
                    .iter()
                    .flat_map(|r| &r.cells)
                    .filter(|c| c.error.is_some())
                    .count()
            );
            assert!(
                p.rows.iter().all(|r| r.cells.len() == p.columns.len()),
                "{text:?}"
            );
        }
    }
    let p = services("\u{feff}Name\nX\ty\tz");
    assert_eq!(fields(&p), [Some("name"), None, None]);
    assert_eq!(p.rows[0].code, "svc-x");
    let p = services("\t\nPayroll\t");
    assert_eq!(p.rows[0].action, RowAction::Skip);
}

#[test]
fn a_planned_record_becomes_a_row_that_the_workspace_takes() {
    let mut ws = example_workspace();
    let p = read_rows(
        Register::Activities,
        "Code\tName\tOwner\tRTO\nA01\t\thead of it\t1h\n\tCount stock\t\t",
        &ws,
    );
    for (n, planned) in plan_rows(&p).iter().enumerate() {
        let row = planned.row(&ws, Uuid::from_u128(1 << 90 | n as u128), 99);
        ws.put(planned.table, &row).unwrap();
    }
    assert_eq!(ws.activities.len(), 13);
    assert_eq!(ws.activities[0].rto_min.map(|m| m.0), Some(60));
    assert_eq!(ws.activities[0].name, "Take customer orders");
    assert_eq!(ws.activities[12].code.0, "A13");
    assert_eq!(ws.activities[12].rto_min, None);
}

#[test]
fn a_thousand_rows_are_read_quickly() {
    let rows: String = (0..1_000)
        .map(|i| format!("Service {i}\trole-cio\t90\tService {}\n", (i + 1) % 1_000))
        .collect();
    let start = std::time::Instant::now();
    let p = services(&format!("Name\tOwner\tRestore\tNeeds\n{rows}"));
    assert_eq!(p.errors, 0, "{:?}", errors(&p).first());
    assert_eq!(plan_rows(&p)[999].needs, ["svc-service-0"]);
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}
