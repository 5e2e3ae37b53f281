//! What is asked, and what an answer must be.

use super::{Authority, ber, info, token};
use crate::algorithm::Hash;
use cms::content_info::ContentInfo;
use der::asn1::{Any, OctetString, Utf8StringRef};
use der::{Decode, Encode, Sequence, Tag, Tagged};
use rsa::rand_core::{OsRng, RngCore};
use x509_cert::spki::AlgorithmIdentifierOwned;

/// Of what an authority says about a refusal, no more is repeated, in characters.
const MOST_TEXT: usize = 200;

/// `TimeStampReq`.
#[derive(Sequence)]
struct Request {
    version: u8,
    imprint: Imprint,
    nonce: u64,
    cert_req: bool,
}

#[derive(Sequence)]
struct Imprint {
    algorithm: AlgorithmIdentifierOwned,
    hash: OctetString,
}

/// Asks for a timestamp of a signature's value; the token in its one spelling.
pub(crate) fn ask(signature: &[u8], authority: Authority<'_>) -> Result<Vec<u8>, String> {
    let nonce = OsRng.next_u64();
    let request = request(signature, nonce).map_err(|e| e.to_string())?;
    let sent = granted(&authority(&request)?)?;
    let wrong = |e| format!("the timestamp that it sends does not hold: {e}");
    let token = token::brought(&sent).map_err(wrong)?;
    // Looked at in the spelling in which it will stand.
    token::check(&token, signature).map_err(wrong)?;
    match info::nonce(&token::info(&token)?)? {
        Some(n) if n == nonce => Ok(token),
        _ => Err("it answers another request than the one that was made".into()),
    }
}

fn request(signature: &[u8], nonce: u64) -> der::Result<Vec<u8>> {
    let request = Request {
        version: 1,
        imprint: Imprint {
            algorithm: AlgorithmIdentifierOwned {
                oid: Hash::Sha256.oid(),
                parameters: Some(Any::null()),
            },
            hash: OctetString::new(Hash::Sha256.of(&[signature]))?,
        },
        nonce,
        cert_req: true,
    };
    request.to_der()
}

/// The token in an answer (`TimeStampResp`).
pub(super) fn granted(answer: &[u8]) -> Result<Vec<u8>, String> {
    let none = || "what it sends is no answer to a request for a timestamp".to_owned();
    let answer = ber::der(answer)
        .filter(|a| ber::modest(a))
        .ok_or_else(none)?;
    let parts = Vec::<Any>::from_der(&answer).map_err(|_| none())?;
    let (status, token) = match &parts[..] {
        [status] => (status, None),
        [status, token] => (status, Some(token)),
        _ => return Err(none()),
    };
    let about: Vec<Any> = status.decode_as().map_err(|_| none())?;
    let number: u8 = about
        .first()
        .and_then(|n| n.decode_as().ok())
        .ok_or_else(none)?;
    let word = match number {
        0 | 1 => {
            let token = token.ok_or("it grants a timestamp and sends none")?;
            ContentInfo::from_der(&token.to_der().map_err(|_| none())?).map_err(|_| none())?;
            return token.to_der().map_err(|_| none());
        }
        2 => "rejected".to_owned(),
        3 => "waiting".to_owned(),
        4 => "warning of a revocation".to_owned(),
        5 => "revoked".to_owned(),
        n => n.to_string(),
    };
    let text: String = about
        .iter()
        .find(|p| p.tag() == Tag::Sequence)
        .and_then(|p| p.decode_as::<Vec<Any>>().ok())
        .unwrap_or_default()
        .iter()
        .filter_map(|t| t.decode_as::<Utf8StringRef<'_>>().ok())
        .flat_map(|t| t.as_str().chars().chain([' ']))
        .filter(|c| !c.is_control())
        .take(MOST_TEXT)
        .collect();
    Err(match text.trim() {
        "" => format!("it refuses with the status “{word}”"),
        text => format!("it refuses with the status “{word}” and says “{text}”"),
    })
}
