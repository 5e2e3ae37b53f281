//! Signatures in PDF files: given one after the other, found intact by Mainstay and by a reader of others, and never after
//! any byte was changed.
#![allow(clippy::unwrap_used)]

mod timestamps;

use chrono::{DateTime, Utc};
use mainstay_documents::model::*;
use mainstay_documents::pdf::{render, signature_block};
use mainstay_seal::pdf::{Appearance, Checked, Facts, SignError, check, fields, sign};
use mainstay_seal::{Authority, Key, KeyError};
use mainstay_tests::judges;
use std::path::Path;
use std::process::Command;

const FIELDS: [&str; 3] = ["prepared-role-scm", "reviewed-role-cio", "approved-role-md"];

fn now() -> DateTime<Utc> {
    "2026-11-24T09:00:00Z".parse().unwrap()
}

/// A document with a place for each signature.
fn base() -> Vec<u8> {
    with_places(&FIELDS)
}

fn with_places(names: &[&str]) -> Vec<u8> {
    let rows = names
        .iter()
        .map(|f| {
            let field = Pen::Field {
                name: (*f).into(),
                says: format!("Signature for {f}"),
            };
            vec![Cell::text(*f), Cell::pen(field)]
        })
        .collect();
    let column = |title: &str| Column {
        title: title.into(),
        width: Width::Share(1.0),
        align: Align::Start,
        group: None,
        note: None,
    };
    let table = Table {
        columns: vec![column("Sign-off"), column("Signature")],
        rows,
    };
    render(&Document {
        meta: Meta {
            organisation: "Example".into(),
            title: "Plan".into(),
            code: "PLAN-01".into(),
            version: "1.0".into(),
            state: "frozen".into(),
            draft: false,
            classification: "Internal".into(),
            content_sha256: Some("0f".repeat(32)),
            language: "en".into(),
            made_at: "2026-11-24T09:00:00Z".into(),
        },
        cover: Cover {
            fields: Vec::new(),
            card: None,
        },
        sections: vec![Section {
            id: "approvals".into(),
            number: "1".into(),
            title: "Approvals".into(),
            level: 1,
            start: Start::Here,
            blocks: vec![Block::Table(table)],
        }],
        source: None,
    })
    .unwrap()
}

fn signed(pdf: &[u8], field: &str, key: &Key) -> Result<Vec<u8>, SignError> {
    stamped(pdf, field, key, None)
}

fn stamped(
    pdf: &[u8],
    field: &str,
    key: &Key,
    authority: Option<Authority<'_>>,
) -> Result<Vec<u8>, SignError> {
    let size = fields(pdf)?
        .into_iter()
        .find(|f| f.name == field)
        .map_or((100, 40), |f| f.size);
    let lines = [
        key.name(),
        "24 November 2026, 09:00 UTC, Γνωστός".into(),
        format!("SHA-256 {}", &key.fingerprint()[..16]),
    ];
    let block = signature_block(&lines, (size.0 as f32, size.1 as f32)).unwrap();
    let appearance = Appearance {
        root: Some(block.root),
        objects: block.objects,
    };
    let facts = Facts {
        name: key.name(),
        reason: format!("Sign-off {field}"),
        at: now(),
    };
    sign(pdf, field, &appearance, key, &facts, authority)
}

#[track_caller]
fn intact(c: &Checked, n: usize) {
    assert_eq!(c.altered, None);
    assert_eq!(c.signatures.len(), n, "{c:?}");
    for s in &c.signatures {
        assert_eq!(s.wrong, None, "{s:?}");
    }
}

#[test]
fn three_signatures_in_a_row_are_found_intact_here_and_by_others() {
    let base = base();
    let dir = tempfile::tempdir().unwrap();
    let keys = [
        Key::new("Ada Lovelace", now()).unwrap(),
        brought(dir.path(), "rsa", &["-newkey", "rsa:2048"]),
        brought(
            dir.path(),
            "ec",
            &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
        ),
    ];
    let mut pdf = base.clone();
    for (n, (field, key)) in FIELDS.iter().zip(&keys).enumerate() {
        let next = signed(&pdf, field, key).unwrap();
        assert!(next.starts_with(&pdf), "what was there stays as it was");
        pdf = next;
        let c = check(&pdf).unwrap();
        intact(&c, n + 1);
        assert_eq!(c.base, base.len(), "the first revision is found");
        assert_eq!(c.open.len(), 2 - n);
        assert_eq!(c.signatures[n].field, *field);
        assert_eq!(c.signatures[n].fingerprint, key.fingerprint());
        assert_eq!(c.signatures[n].certificate_name, key.name());
        let path = dir.path().join("signed.pdf");
        std::fs::write(&path, &pdf).unwrap();
        let (_, said) = judges::said(Command::new("pdfsig").args(["-nocert"]).arg(&path));
        assert_eq!(said.matches("Signature is Valid").count(), n + 1, "{said}");
        assert_eq!(
            said.matches("Not total document signed").count(),
            n,
            "{said}"
        );
        judges::signed(&path, n + 1);
        judges::sound(&[path]);
    }
    assert_eq!(
        signed(&pdf, FIELDS[0], &keys[0]),
        Err(SignError::Signed(FIELDS[0].into()))
    );
    assert_eq!(
        signed(&pdf, "none", &keys[0]),
        Err(SignError::NoField("none".into()))
    );
}

/// A key of another program, in a PKCS#12 file.
fn brought(dir: &Path, name: &str, kind: &[&str]) -> Key {
    let at = |end: &str| dir.join(format!("{name}.{end}")).display().to_string();
    let subject = format!("/CN=Brought along {name}");
    let mut make = Command::new("openssl");
    make.args(["req", "-x509", "-nodes", "-days", "3650", "-subj", &subject]);
    make.args(kind);
    make.args(["-keyout", &at("key"), "-out", &at("crt")]);
    judges::said(&mut make);
    judges::said(Command::new("openssl").args([
        "pkcs12",
        "-export",
        "-inkey",
        &at("key"),
        "-in",
        &at("crt"),
        "-out",
        &at("p12"),
        "-passout",
        "pass:a harbour",
    ]));
    let bytes = std::fs::read(at("p12")).unwrap();
    assert_eq!(
        Key::from_p12(&bytes, "another").unwrap_err(),
        KeyError::WrongPassphrase
    );
    Key::from_p12(&bytes, "a harbour").unwrap()
}

#[test]
fn a_key_file_opens_with_its_passphrase_alone() {
    let key = Key::new("Zoë Ωμέγα, Ltd.", now()).unwrap();
    assert_eq!(key.name(), "Zoë Ωμέγα, Ltd.");
    let file = key.to_pem("a harbour at night").unwrap();
    let again = Key::from_pem(&file, "a harbour at night").unwrap();
    assert_eq!(again.fingerprint(), key.fingerprint());
    assert_eq!(
        Key::from_pem(&file, "another").unwrap_err(),
        KeyError::WrongPassphrase
    );
    let other = Key::new("Another", now()).unwrap().to_pem("x").unwrap();
    let (own, _) = file.split_once("-----BEGIN CERT").unwrap();
    let (_, foreign) = other.split_once("-----BEGIN CERT").unwrap();
    let mixed = format!("{own}-----BEGIN CERT{foreign}");
    assert_eq!(
        Key::from_pem(&mixed, "a harbour at night").unwrap_err(),
        KeyError::OtherCertificate
    );
    for bad in ["", "\n", "hello", "   "] {
        assert!(
            matches!(Key::from_pem(bad, "x"), Err(KeyError::NotAKey(_))),
            "{bad}"
        );
    }
    for name in ["", " ", "a\nb", &"x".repeat(65)] {
        assert_eq!(Key::new(name, now()).unwrap_err(), KeyError::Name, "{name}");
    }
}

/// Who makes a file of their own with one place twice would have one signature count for two.
#[test]
fn one_place_that_is_there_twice_is_found() {
    let forged = with_places(&[FIELDS[0], FIELDS[0], FIELDS[1]]);
    let c = check(&forged).unwrap();
    let altered = c.altered.unwrap();
    assert!(altered.contains(FIELDS[0]), "{altered}");
    let key = Key::new("Ada", now()).unwrap();
    for field in [FIELDS[0], FIELDS[1]] {
        if let Ok(pdf) = signed(&forged, field, &key) {
            assert!(check(&pdf).is_ok_and(|c| c.altered.is_some()), "{field}");
        }
    }
}

#[test]
fn after_any_change_of_a_byte_it_is_not_intact() {
    let (ada, ben) = (
        Key::new("Ada", now()).unwrap(),
        Key::new("Ben", now()).unwrap(),
    );
    let once = signed(&base(), FIELDS[0], &ada).unwrap();
    let pdf = signed(&once, FIELDS[1], &ben).unwrap();
    intact(&check(&pdf).unwrap(), 2);
    // Places spread over the whole file, and places in the value of the last signature, which no signature covers.
    let spread = (0..300).map(|n| n * (pdf.len() / 300) + n % 7);
    let value = once.len()
        + pdf[once.len()..]
            .windows(2)
            .position(|w| w == b"<3")
            .unwrap();
    let inside = (0..300).map(|n| value + n * 5 + n % 5);
    for (n, at) in spread.chain(inside).enumerate() {
        let mut bytes = pdf.clone();
        bytes[at] ^= 1 << (n % 8);
        if let Ok(c) = check(&bytes) {
            let whole = c.altered.is_none()
                && c.signatures.len() == 2
                && c.signatures.iter().all(|s| s.wrong.is_none());
            let near =
                String::from_utf8_lossy(&bytes[at.saturating_sub(9)..(at + 40).min(pdf.len())])
                    .into_owned();
            assert!(!whole, "byte {at} of {}: {near:?}", pdf.len());
        }
    }
    // More behind it, and less of it.
    let longer = [&pdf[..], b"\n% more\n"].concat();
    assert!(check(&longer).is_ok_and(|c| c.altered.is_some()));
    let c = check(&pdf[..once.len()]).unwrap();
    intact(&c, 1);
    assert_eq!(c.open.len(), 2);
}
