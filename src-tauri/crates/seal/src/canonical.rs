//! The canonical form of a document and its hash.

use serde_json::Value;
use sha2::{Digest, Sha256};

/// Why a document has no canonical form.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// It holds a value that RFC 8785 cannot write.
    #[error("the content cannot be written in canonical form: {0}")]
    NotCanonical(#[from] serde_json::Error),
}

/// A document that never changes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// The document in canonical JSON.
    pub content: String,
    /// The SHA-256 of its UTF-8 bytes, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// The one spelling of a JSON document (RFC 8785): no white space, keys in order of their UTF-16 code units, numbers
/// as ECMAScript writes them.
///
/// # Errors
/// [`SealError`] when it has none.
pub fn canonical(value: &Value) -> Result<String, SealError> {
    Ok(serde_json_canonicalizer::to_string(value)?)
}

/// The SHA-256 (FIPS 180-4) of some bytes, 64 lower-case hexadecimal digits.
pub fn sha256_hex(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// Freezes a document: its canonical form and the hash of that.
///
/// # Errors
/// [`SealError`] when it has no canonical form.
pub fn freeze(value: &Value) -> Result<Frozen, SealError> {
    let content = canonical(value)?;
    let sha256 = sha256_hex(&content);
    Ok(Frozen { content, sha256 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_example_of_rfc_8785_section_3_2_2() {
        let v: Value = serde_json::from_str(
            r#"{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
                "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#,
        )
        .unwrap();
        assert_eq!(
            canonical(&v).unwrap(),
            r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
        );
    }

    #[test]
    fn keys_are_ordered_by_utf16_code_units() {
        // RFC 8785, section 3.2.3: an emoji (surrogates from D83D) stands before U+FB33.
        let v = json!({"\u{fb33}": 1, "\u{1f600}": 2, "\u{20ac}": 3, "1": 4, "\r": 5});
        assert_eq!(
            canonical(&v).unwrap(),
            "{\"\\r\":5,\"1\":4,\"\u{20ac}\":3,\"\u{1f600}\":2,\"\u{fb33}\":1}"
        );
    }

    #[test]
    fn the_hash_of_fips_180_4() {
        assert_eq!(
            sha256_hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_frozen_document_does_not_depend_on_how_it_was_written() {
        let a: Value = serde_json::from_str("{\"b\": 1.0, \"a\": [1, 2]}").unwrap();
        let b: Value = serde_json::from_str("{ \"a\":[1,2],\n\"b\":1 }").unwrap();
        assert_eq!(freeze(&a).unwrap(), freeze(&b).unwrap());
        assert_ne!(
            freeze(&a).unwrap().sha256,
            freeze(&json!({"a": [2, 1], "b": 1})).unwrap().sha256
        );
    }
}
