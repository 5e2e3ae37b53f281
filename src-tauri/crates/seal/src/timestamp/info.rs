//! What an authority vouches for (`TSTInfo`).

use crate::algorithm::Hash;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use der::asn1::{Any, OctetString};
use der::{Decode, Tag, Tagged};
use x509_cert::spki::AlgorithmIdentifierOwned;

const BAD: &str = "what it vouches for cannot be read";

/// What stands in it, in its order; the first five are always there.
fn parts(info: &[u8]) -> Result<Vec<Any>, String> {
    let parts = Vec::<Any>::from_der(info).map_err(|_| BAD)?;
    let version = parts.first().and_then(|v| v.decode_as::<u8>().ok());
    match parts.len() >= 5 && version == Some(1) {
        true => Ok(parts),
        false => Err(BAD.into()),
    }
}

/// When; refused where it is of something else than this signature.
pub(crate) fn time(info: &[u8], signature: &[u8]) -> Result<DateTime<Utc>, String> {
    let parts = parts(info)?;
    let imprint: Vec<Any> = parts[2].decode_as().map_err(|_| BAD)?;
    let [algorithm, hash] = &imprint[..] else {
        return Err(BAD.into());
    };
    let algorithm: AlgorithmIdentifierOwned = algorithm.decode_as().map_err(|_| BAD)?;
    let hash: OctetString = hash.decode_as().map_err(|_| BAD)?;
    let by = Hash::named(algorithm.oid).ok_or("it uses a digest that Mainstay does not")?;
    if hash.as_bytes() != by.of(&[signature]) {
        return Err("it is of another signature".into());
    }
    match parts[4].tag() {
        Tag::GeneralizedTime => moment(parts[4].value()).ok_or_else(|| BAD.into()),
        _ => Err(BAD.into()),
    }
}

/// The number that the request gave.
pub(crate) fn nonce(info: &[u8]) -> Result<Option<u64>, String> {
    let parts = parts(info)?;
    let mut all = parts[5..].iter().filter(|p| p.tag() == Tag::Integer);
    Ok(all.next().and_then(|n| n.decode_as().ok()))
}

/// `YYYYMMDDhhmmss[.f…]Z`; what is finer than a nanosecond is passed over.
fn moment(text: &[u8]) -> Option<DateTime<Utc>> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (text, "0"),
    };
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.len() != 14 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let at = |from: usize, to: usize| whole[from..to].parse::<u32>().ok();
    let nanos: u32 = format!("{fraction:0<9.9}").parse().ok()?;
    let day = NaiveDate::from_ymd_opt(at(0, 4)?.try_into().ok()?, at(4, 6)?, at(6, 8)?)?;
    let time = NaiveTime::from_hms_nano_opt(at(8, 10)?, at(10, 12)?, at(12, 14)?, nanos)?;
    Some(day.and_time(time).and_utc())
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn a_moment_is_read_with_its_fractions_and_in_no_other_form() {
        for (text, says) in [
            ("20261124090000Z", "2026-11-24 09:00:00 UTC"),
            ("20261124090000.5Z", "2026-11-24 09:00:00.500 UTC"),
            ("20261124235959.000001Z", "2026-11-24 23:59:59.000001 UTC"),
            (
                "20261124235959.1234567899Z",
                "2026-11-24 23:59:59.123456789 UTC",
            ),
        ] {
            let at = moment(text.as_bytes()).map(|t| t.to_string());
            assert_eq!(at.as_deref(), Some(says), "{text}");
        }
        for bad in [
            "",
            "Z",
            "20261124090000",
            "20261124090000.Z",
            "202611240900Z",
            "20261324090000Z",
            "20261124090060Z",
            "20261124090000,5Z",
            "20261124090000.5.5Z",
            "20261124090000+0100",
            "+0261124090000Z",
            "2026112409000éZ",
        ] {
            assert_eq!(moment(bad.as_bytes()), None, "{bad}");
        }
    }
}
