//! Answers of OpenSSL's timestamp authority to requests for this value: one that signs with RSA and SHA-256, and one with
//! P-256 and SHA-384 whose signature has the high one of the two values that fit.
#![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

use super::ask::granted;
use super::token::{self, brought, check};
use super::{Timestamp, ask};

const VALUE: &[u8] = b"the value of a signature";
const RSA: &[u8] = include_bytes!("fixtures/rsa.tsr");
const EC: &[u8] = include_bytes!("fixtures/ec.tsr");

fn stamp(answer: &[u8]) -> (Vec<u8>, Timestamp) {
    let token = brought(&granted(answer).unwrap()).unwrap();
    let seen = check(&token, VALUE).unwrap();
    (token, seen)
}

#[test]
fn a_token_is_brought_to_one_spelling_and_read() {
    for (answer, name, at) in [
        (RSA, "Time of rsa", "2026-11-30 19:45:32 UTC"),
        (EC, "Time of ec", "2026-11-30 19:45:33.118620 UTC"),
    ] {
        let (token, seen) = stamp(answer);
        assert_eq!((&*seen.authority, &*seen.at.to_string()), (name, at));
        assert_eq!(brought(&token).unwrap(), token);
        let sent = granted(answer).unwrap();
        assert!(token.len() < sent.len(), "the authority's own is left out");
        let e = check(&sent, VALUE).unwrap_err();
        assert!(e.contains("not written as it must be"), "{e}");
        let e = check(&token, b"another value").unwrap_err();
        assert!(e.contains("of another signature"), "{e}");
    }
}

/// No signature covers a token: each of its hexadecimal digits has to be what it is.
fn holds_in_no_other_digit(answer: &[u8]) {
    let (token, _) = stamp(answer);
    for at in 0..token.len() {
        let mut other = token.clone();
        for change in (1..16).flat_map(|c| [c, c << 4]) {
            other[at] = token[at] ^ change;
            assert!(check(&other, VALUE).is_err(), "byte {at}, {change:02x}");
        }
    }
    for more in [&b"\0"[..], &token] {
        assert!(check(&[&token, more].concat(), VALUE).is_err());
    }
}

#[test]
fn a_token_of_rsa_holds_in_no_other_digit() {
    holds_in_no_other_digit(RSA);
}

#[test]
fn a_token_of_ecdsa_holds_in_no_other_digit() {
    holds_in_no_other_digit(EC);
}

#[test]
fn the_high_value_of_a_signature_is_refused() {
    let e = token::as_sent(&granted(EC).unwrap(), VALUE).unwrap_err();
    assert!(e.contains("does not fit"), "{e}");
}

#[test]
fn an_answer_to_another_request_is_refused() {
    for answer in [RSA, EC] {
        let e = ask(VALUE, &mut |_| Ok(answer.to_vec())).unwrap_err();
        assert!(e.contains("another request"), "{e}");
    }
}
