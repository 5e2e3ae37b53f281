//! The signature in a signature: CMS signed data as PAdES asks for it (ETSI EN 319 142-1, baseline B-B, and B-T with a
//! timestamp).

use crate::algorithm::{Algorithm, Hash};
use crate::key::{Key, common_name, fingerprint};
use crate::timestamp::{self, Timestamp};
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode, Encode};
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::attr::Attribute;

/// No signature is larger, in bytes: there is no room for it.
const MOST: usize = crate::pdf::ROOM + crate::pdf::TIMESTAMP_ROOM;
const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
pub(crate) const SIGNED_DATA: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
pub(crate) const CONTENT_TYPE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
pub(crate) const MESSAGE_DIGEST: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
/// The certificate that the signature is of (RFC 5035), so that no other can be put in its place.
const SIGNING_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// A timestamp of the signature's value (RFC 3161, appendix A).
const TIMESTAMP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");

/// A signature whose value is there, to be written with a timestamp of that value or without.
pub(crate) struct Signature {
    chain: Vec<Certificate>,
    algorithm: Algorithm,
    /// The digest of what is signed, which need not be that of the signature.
    hash: Hash,
    attributes: SetOfVec<Attribute>,
    /// What a timestamp is one of.
    pub value: Vec<u8>,
}

/// Signs parts of a file.
pub(crate) fn sign(parts: &[&[u8]], key: &Key) -> der::Result<Signature> {
    let mut attributes = SetOfVec::new();
    let algorithm = key.algorithm();
    let hash = algorithm.hash;
    let digest = OctetString::new(hash.of(parts))?;
    for (oid, value) in [
        (CONTENT_TYPE, Any::from(DATA)),
        (MESSAGE_DIGEST, Any::encode_from(&digest)?),
        (SIGNING_CERTIFICATE, named(key.chain())?),
    ] {
        attributes.insert(attribute(oid, value)?)?;
    }
    let value = key.sign(&attributes.to_der()?);
    Ok(Signature {
        chain: key.chain().to_vec(),
        algorithm,
        hash,
        attributes,
        value,
    })
}

fn attribute(oid: ObjectIdentifier, value: Any) -> der::Result<Attribute> {
    let values = SetOfVec::try_from(vec![value])?;
    Ok(Attribute { oid, values })
}

impl Signature {
    /// As it is written; nothing in it can be put otherwise.
    pub(crate) fn written(&self, timestamp: Option<&[u8]>) -> der::Result<Vec<u8>> {
        let own = self.chain.first().ok_or(der::ErrorKind::Failed)?;
        let unsigned = match timestamp {
            Some(token) => {
                let token = attribute(TIMESTAMP, Any::from_der(token)?)?;
                Some(SetOfVec::try_from(vec![token])?)
            }
            None => None,
        };
        let info = SignerInfo {
            version: CmsVersion::V1,
            sid: by_number(own),
            digest_alg: self.hash.spelled(),
            signed_attrs: Some(self.attributes.clone()),
            signature_algorithm: self.algorithm.spelled()?,
            signature: OctetString::new(&*self.value)?,
            unsigned_attrs: unsigned,
        };
        let certificates: Vec<CertificateChoices> = self
            .chain
            .iter()
            .cloned()
            .map(CertificateChoices::Certificate)
            .collect();
        let data = SignedData {
            version: CmsVersion::V1,
            digest_algorithms: SetOfVec::try_from(vec![self.hash.spelled()])?,
            encap_content_info: EncapsulatedContentInfo {
                econtent_type: DATA,
                econtent: None,
            },
            certificates: Some(CertificateSet::from(SetOfVec::try_from(certificates)?)),
            crls: None,
            signer_infos: SignerInfos::from(SetOfVec::try_from(vec![info])?),
        };
        ContentInfo {
            content_type: SIGNED_DATA,
            content: Any::encode_from(&data)?,
        }
        .to_der()
    }
}

/// A certificate as a signature names it.
pub(crate) fn by_number(c: &Certificate) -> SignerIdentifier {
    SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
        issuer: c.tbs_certificate.issuer.clone(),
        serial_number: c.tbs_certificate.serial_number.clone(),
    })
}

/// The value of an attribute that is there once, with one value.
pub(crate) fn only(attributes: &SetOfVec<Attribute>, oid: ObjectIdentifier) -> Option<&Any> {
    let mut found = attributes.iter().filter(|a| a.oid == oid);
    match (found.next(), found.next()) {
        (Some(a), None) if a.values.len() == 1 => a.values.get(0),
        _ => None,
    }
}

/// `SigningCertificateV2` of certificates, the signer's own first and the others in their order in the signature, each by
/// its SHA-256, which is the algorithm that is meant where none is named.
fn named(chain: &[Certificate]) -> der::Result<Any> {
    let mut all: Vec<Vec<u8>> = chain
        .iter()
        .map(Encode::to_der)
        .collect::<der::Result<_>>()?;
    if let Some((_, others)) = all.split_first_mut() {
        others.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    }
    let mut ids = Vec::new();
    for c in all {
        let hash = OctetString::new(Sha256::digest(c).to_vec())?;
        ids.extend(Any::new(der::Tag::Sequence, hash.to_der()?)?.to_der()?);
    }
    let ids = Any::new(der::Tag::Sequence, ids)?;
    Any::new(der::Tag::Sequence, ids.to_der()?)
}

/// Who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signer {
    /// The name in the certificate.
    pub name: String,
    /// The SHA-256 of the certificate.
    pub fingerprint: String,
    /// The timestamp of the signature, where it has one.
    pub timestamp: Option<Timestamp>,
}

/// Checks that a signature is one of these parts; who signed, or what is wrong.
pub(crate) fn check(der: &[u8], parts: &[&[u8]]) -> Result<Signer, String> {
    let bad = |e: der::Error| format!("the signature cannot be read ({e})");
    // Looked at before anything is read out of it, which could take long in a file of somebody.
    if der.len() > MOST || !timestamp::modest(der) {
        return Err("there is more in the signature than Mainstay puts there".into());
    }
    let info = ContentInfo::from_der(der).map_err(bad)?;
    let data: SignedData = info.content.decode_as().map_err(bad)?;
    let [signer] = data.signer_infos.0.as_slice() else {
        return Err("there is not exactly one signer in the signature".into());
    };
    let SignerIdentifier::IssuerAndSerialNumber(id) = &signer.sid else {
        return Err("the signature does not name its certificate by issuer and number".into());
    };
    let mut chain: Vec<Certificate> = data
        .certificates
        .iter()
        .flat_map(|s| s.0.iter())
        .filter_map(|c| match c {
            CertificateChoices::Certificate(c) => Some(c.clone()),
            CertificateChoices::Other(_) => None,
        })
        .collect();
    let at = chain
        .iter()
        .position(|c| {
            c.tbs_certificate.issuer == id.issuer
                && c.tbs_certificate.serial_number == id.serial_number
        })
        .ok_or("the certificate of the signature is not in it")?;
    chain[..=at].rotate_right(1);
    let own = &chain[0];
    let attributes = signer
        .signed_attrs
        .as_ref()
        .ok_or("the signature has no signed attributes")?;
    let hash = Hash::named(signer.digest_alg.oid).ok_or_else(|| {
        let oid = signer.digest_alg.oid;
        format!("the signature uses a digest that Mainstay does not: {oid}")
    })?;
    if only(attributes, CONTENT_TYPE) != Some(&Any::from(DATA)) {
        return Err("the signature is not one of data".into());
    }
    let digest = only(attributes, MESSAGE_DIGEST).and_then(|v| v.decode_as::<OctetString>().ok());
    if digest.as_ref().map(OctetString::as_bytes) != Some(&hash.of(parts)) {
        return Err("what was signed is not what is there".into());
    }
    if only(attributes, SIGNING_CERTIFICATE) != named(&chain).ok().as_ref() {
        return Err("the signature is of other certificates".into());
    }
    let token = match &signer.unsigned_attrs {
        None => None,
        Some(all) if all.len() == 1 => {
            let token = only(all, TIMESTAMP).ok_or("more stands beside the signature")?;
            Some(token.to_der().map_err(bad)?)
        }
        Some(_) => return Err("more stands beside the signature than a timestamp".into()),
    };
    let own = own.clone();
    let signature = Signature {
        algorithm: Algorithm::meant(&signer.signature_algorithm, hash)?,
        hash,
        attributes: attributes.clone(),
        value: signer.signature.as_bytes().to_vec(),
        chain,
    };
    // What the signature does not cover by itself has one way to be written.
    if signature.written(token.as_deref()).map_err(bad)? != der {
        return Err("the signature is not written as it must be".into());
    }
    let message = attributes.to_der().map_err(bad)?;
    let key = &own.tbs_certificate.subject_public_key_info;
    if !signature.algorithm.fits(key, &message, &signature.value) {
        return Err("the signature does not fit its certificate".into());
    }
    let timestamp = match token {
        Some(token) => {
            let held = timestamp::check(&token, &signature.value);
            Some(held.map_err(|e| format!("its timestamp does not hold: {e}"))?)
        }
        None => None,
    };
    Ok(Signer {
        name: common_name(&own),
        fingerprint: fingerprint(&own),
        timestamp,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

    use super::*;

    #[test]
    fn the_other_value_that_fits_a_key_is_refused() {
        let now = "2026-11-24T09:00:00Z".parse().unwrap();
        let key = Key::new("Ada", now).unwrap();
        let text: [&[u8]; 2] = [b"what is ", b"signed"];
        let der = sign(&text, &key).unwrap().written(None).unwrap();
        assert!(check(&der, &text).is_ok());
        let content = ContentInfo::from_der(&der).unwrap();
        let data: SignedData = content.content.decode_as().unwrap();
        let info = data.signer_infos.0.iter().next().unwrap();
        let low = p256::ecdsa::Signature::from_der(info.signature.as_bytes()).unwrap();
        let (r, s) = low.split_scalars();
        let high = p256::ecdsa::Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).unwrap();
        let attributes = info.signed_attrs.clone().unwrap();
        let again = |value: &[u8]| {
            let mut signature = sign(&text, &key).unwrap();
            signature.attributes = attributes.clone();
            signature.value = value.to_vec();
            signature.written(None).unwrap()
        };
        assert!(again(low.to_der().as_bytes()) == der);
        let e = check(&again(high.to_der().as_bytes()), &text).unwrap_err();
        assert!(e.contains("does not fit"), "{e}");
    }
}
