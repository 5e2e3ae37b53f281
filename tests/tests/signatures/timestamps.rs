//! Timestamps of signatures: of authorities of every kind found to hold here and by others, and refused where anything is
//! wrong with an answer.

use super::{base, intact, now, stamped, with_places};
use chrono::Utc;
use mainstay_seal::pdf::{SignError, check};
use mainstay_seal::{Key, Timestamp};
use mainstay_tests::authority::{Authority, STAMPS};
use mainstay_tests::judges;
use std::process::Command;

const RSA: [&str; 2] = ["-newkey", "rsa:2048"];

/// What is answered to a request.
type Answers<'a> = &'a dyn Fn(&[u8]) -> Vec<u8>;

fn ec(curve: &str) -> [String; 4] {
    let curve = format!("ec_paramgen_curve:{curve}");
    ["-newkey", "ec", "-pkeyopt", &curve].map(str::to_owned)
}

fn stamps_of(pdf: &[u8]) -> Vec<Timestamp> {
    let c = check(pdf).unwrap();
    intact(&c, c.signatures.len());
    c.signatures
        .into_iter()
        .filter_map(|s| s.timestamp)
        .collect()
}

#[test]
fn a_timestamp_of_every_kind_of_authority_holds_here_and_for_others() {
    let (p256, p384) = (ec("P-256"), ec("P-384"));
    let (p256, p384) = (p256.each_ref().map(|s| &**s), p384.each_ref().map(|s| &**s));
    let kinds: [(&str, &[&str], &str, u8); 5] = [
        ("RSA", &RSA, "sha256", 0),
        ("RSA-512", &["-newkey", "rsa:3072"], "sha512", 3),
        ("P-256", &p256, "sha256", 6),
        ("P-384", &p384, "sha384", 0),
        ("PSS", &RSA, "sha256", 2),
    ];
    let names = kinds.map(|k| k.0);
    let key = Key::new("Ada", now()).unwrap();
    let mut pdf = with_places(&names);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("stamped.pdf");
    for (n, (name, kind, digest, digits)) in kinds.into_iter().enumerate() {
        let authority = Authority::new(name, kind, digest, digits);
        let pss = [
            "-keyopt",
            "rsa_padding_mode:pss",
            "-keyopt",
            "rsa_pss_saltlen:digest",
        ];
        let mut ask = |request: &[u8]| {
            Ok(match name {
                "PSS" => authority.answer_of(request, STAMPS, &pss),
                _ => authority.answer(request),
            })
        };
        pdf = stamped(&pdf, name, &key, Some(&mut ask)).unwrap();
        let stamps = stamps_of(&pdf);
        let last = stamps.last().unwrap();
        assert_eq!((stamps.len(), &*last.authority), (n + 1, name));
        let since = Utc::now() - last.at;
        assert!(since.num_seconds().abs() < 60, "{since}");
        if digits == 0 {
            assert_eq!(last.at.timestamp_subsec_nanos(), 0);
        }
        if name == "P-256" {
            assert_ne!(last.at.timestamp_subsec_nanos(), 0, "one time in a million");
        }
        std::fs::write(&path, &pdf).unwrap();
        judges::stamped(&path, n + 1);
    }
    let (_, said) = judges::said(Command::new("pdfsig").arg("-nocert").arg(&path));
    assert_eq!(said.matches("Signature is Valid").count(), 5, "{said}");
    judges::sound(&[path]);
}

#[test]
fn a_wrong_answer_leaves_no_signature() {
    let authority = Authority::new("Wrong", &RSA, "sha256", 0);
    let key = Key::new("Ada", now()).unwrap();
    let base = base();
    let answered = |answer: Answers<'_>| {
        let mut ask = |request: &[u8]| Ok(answer(request));
        stamped(&base, super::FIELDS[0], &key, Some(&mut ask))
    };
    let changed = |request: &[u8], at: usize| {
        let mut other = request.to_vec();
        other[at] ^= 1;
        authority.answer(&other)
    };
    let imprint = |request: &[u8]| request.windows(2).position(|w| w == [4, 32]).unwrap() + 2;
    let by = |purposes: &'static str, more: &'static [&'static str]| {
        let authority = &authority;
        move |request: &[u8]| authority.answer_of(request, purposes, more)
    };
    let pdf = answered(&by(STAMPS, &[])).unwrap();
    assert_eq!(stamps_of(&pdf).len(), 1, "what follows is wrong by itself");
    let wrong: [(&str, Answers<'_>); 13] = [
        ("no answer to a request", &|_| b"<html>".to_vec()),
        ("no answer to a request", &|_| Vec::new()),
        ("no answer to a request", &|r| {
            let whole = authority.answer(r);
            whole[..whole.len() - 1].to_vec()
        }),
        ("status “rejected”", &|_| {
            vec![0x30, 5, 0x30, 3, 2, 1, 2]
        }),
        ("says “Bad request format", &|_| {
            authority.answer(&[0x30, 0])
        }),
        ("grants a timestamp and sends none", &|_| {
            vec![0x30, 5, 0x30, 3, 2, 1, 0]
        }),
        ("of another signature", &|r| changed(r, imprint(r))),
        ("another request", &|r| changed(r, r.len() - 4)),
        ("does not fit its certificate", &|r| {
            let mut other = authority.answer(r);
            *other.last_mut().unwrap() ^= 1;
            other
        }),
        ("no certificate is in it", &by(STAMPS, &["-nocerts"])),
        ("not one of a timestamp authority", &by("", &[])),
        ("for timestamps alone", &by("timeStamping", &[])),
        (
            "for timestamps alone",
            &by("critical,timeStamping,emailProtection", &[]),
        ),
    ];
    for (says, answer) in wrong {
        match answered(answer) {
            Err(SignError::NoTimestamp(why)) => assert!(why.contains(says), "{says}: {why}"),
            other => panic!("{says}: {other:?}"),
        }
    }
    let mut silent = |_: &[u8]| Err("nobody is there".to_owned());
    assert_eq!(
        stamped(&base, super::FIELDS[0], &key, Some(&mut silent)),
        Err(SignError::NoTimestamp("nobody is there".into()))
    );
}

/// The value of a signature with its timestamp is what no signature covers.
#[test]
fn a_timestamp_that_was_changed_in_any_digit_holds_no_more() {
    let authority = Authority::new("Time", &RSA, "sha256", 0);
    let key = Key::new("Ada", now()).unwrap();
    let mut ask = |request: &[u8]| Ok(authority.answer(request));
    let pdf = stamped(&base(), super::FIELDS[0], &key, Some(&mut ask)).unwrap();
    assert_eq!(stamps_of(&pdf).len(), 1);
    let value = pdf.windows(2).rposition(|w| w == b"<3").unwrap() + 1;
    let length = pdf[value..]
        .windows(64)
        .position(|w| w == [b'0'; 64])
        .unwrap();
    assert!(length > 4000, "{length}");
    for at in (value..value + length + 40).step_by(9) {
        let digits = b"0123456789ABCDEFabcdef";
        let other = digits[at % digits.len()];
        if pdf[at] == other {
            continue;
        }
        let mut bytes = pdf.clone();
        bytes[at] = other;
        let whole = check(&bytes).is_ok_and(|c| {
            c.altered.is_none() && c.signatures.len() == 1 && c.signatures[0].wrong.is_none()
        });
        assert!(!whole, "digit {} of {length}", at - value);
    }
}
