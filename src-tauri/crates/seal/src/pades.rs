//! The signature in a signature: CMS signed data as PAdES asks for it (ETSI EN 319 142-1, baseline B-B).

use crate::key::{Hash, Key, common_name, fingerprint};
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode, Encode};
use rsa::pkcs8::DecodePublicKey;
use rsa::signature::Verifier;
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::spki::AlgorithmIdentifierOwned;

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
/// The certificate that the signature is of (RFC 5035), so that no other can be put in its place.
const SIGNING_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// Signs parts of a file.
pub(crate) fn sign(parts: &[&[u8]], key: &Key) -> der::Result<Vec<u8>> {
    let mut attributes = SetOfVec::new();
    let digest = OctetString::new(key.hash().of(parts))?;
    for (oid, value) in [
        (CONTENT_TYPE, Any::from(DATA)),
        (MESSAGE_DIGEST, Any::encode_from(&digest)?),
        (SIGNING_CERTIFICATE, named(key.chain())?),
    ] {
        attributes.insert(Attribute {
            oid,
            values: SetOfVec::try_from(vec![value])?,
        })?;
    }
    let signature = key.sign(&attributes.to_der()?);
    written(
        key.chain(),
        key.hash(),
        key.algorithm(),
        attributes,
        &signature,
    )
}

/// A signature as it is written; nothing in it can be put otherwise.
fn written(
    chain: &[Certificate],
    hash: Hash,
    algorithm: ObjectIdentifier,
    attributes: SetOfVec<Attribute>,
    signature: &[u8],
) -> der::Result<Vec<u8>> {
    let own = chain.first().ok_or(der::ErrorKind::Failed)?;
    let digest_algorithm = AlgorithmIdentifierOwned {
        oid: hash.oid(),
        parameters: None,
    };
    let rsa = algorithm.to_string().starts_with("1.2.840.113549.1.1.");
    let info = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: own.tbs_certificate.issuer.clone(),
            serial_number: own.tbs_certificate.serial_number.clone(),
        }),
        digest_alg: digest_algorithm.clone(),
        signed_attrs: Some(attributes),
        signature_algorithm: AlgorithmIdentifierOwned {
            oid: algorithm,
            parameters: rsa.then(Any::null),
        },
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    };
    let certificates: Vec<CertificateChoices> = chain
        .iter()
        .cloned()
        .map(CertificateChoices::Certificate)
        .collect();
    let data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![digest_algorithm])?,
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
    /// The certificate in DER.
    pub certificate: Vec<u8>,
}

/// Checks that a signature is one of these parts; who signed, or what is wrong.
pub(crate) fn check(der: &[u8], parts: &[&[u8]]) -> Result<Signer, String> {
    let bad = |e: der::Error| format!("the signature cannot be read ({e})");
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
    let value = |oid| {
        let mut found = attributes.iter().filter(move |a: &&Attribute| a.oid == oid);
        match (found.next(), found.next()) {
            (Some(a), None) if a.values.len() == 1 => a.values.get(0).cloned(),
            _ => None,
        }
    };
    let hash = match signer.digest_alg.oid {
        oid if oid == Hash::Sha256.oid() => Hash::Sha256,
        oid if oid == Hash::Sha384.oid() => Hash::Sha384,
        oid => {
            return Err(format!(
                "the signature uses a digest that Mainstay does not: {oid}"
            ));
        }
    };
    if value(CONTENT_TYPE) != Some(Any::from(DATA)) {
        return Err("the signature is not one of data".into());
    }
    let digest = value(MESSAGE_DIGEST).and_then(|v| v.decode_as::<OctetString>().ok());
    if digest.as_ref().map(OctetString::as_bytes) != Some(&hash.of(parts)) {
        return Err("what was signed is not what is there".into());
    }
    if value(SIGNING_CERTIFICATE) != named(&chain).ok() {
        return Err("the signature is of other certificates".into());
    }
    // What the signature does not cover by itself has one way to be written.
    let again = written(
        &chain,
        hash,
        signer.signature_algorithm.oid,
        attributes.clone(),
        signer.signature.as_bytes(),
    );
    if again.map_err(bad)? != der {
        return Err("the signature is not written as it must be".into());
    }
    let message = attributes.to_der().map_err(bad)?;
    verified(own, signer, &message)?;
    Ok(Signer {
        name: common_name(own),
        fingerprint: fingerprint(own),
        certificate: own.to_der().map_err(bad)?,
    })
}

/// Checks the signature itself against the key in the certificate.
fn verified(c: &Certificate, signer: &SignerInfo, message: &[u8]) -> Result<(), String> {
    let public = c
        .tbs_certificate
        .subject_public_key_info
        .to_der()
        .map_err(|e| e.to_string())?;
    let bytes = signer.signature.as_bytes();
    let right = match signer.signature_algorithm.oid.to_string().as_str() {
        "1.2.840.10045.4.3.2" => p256::ecdsa::VerifyingKey::from_public_key_der(&public)
            .ok()
            .zip(p256::ecdsa::Signature::from_der(bytes).ok())
            .is_some_and(|(k, s)| s.normalize_s().is_none() && k.verify(message, &s).is_ok()),
        "1.2.840.10045.4.3.3" => p384::ecdsa::VerifyingKey::from_public_key_der(&public)
            .ok()
            .zip(p384::ecdsa::Signature::from_der(bytes).ok())
            .is_some_and(|(k, s)| s.normalize_s().is_none() && k.verify(message, &s).is_ok()),
        "1.2.840.113549.1.1.11" => rsa_verified::<Sha256>(&public, message, bytes),
        "1.2.840.113549.1.1.12" => rsa_verified::<Sha384>(&public, message, bytes),
        "1.2.840.113549.1.1.13" => rsa_verified::<Sha512>(&public, message, bytes),
        other => {
            return Err(format!(
                "the signature uses an algorithm that Mainstay does not: {other}"
            ));
        }
    };
    match right {
        true => Ok(()),
        false => Err("the signature does not fit its certificate".into()),
    }
}

fn rsa_verified<D>(public: &[u8], message: &[u8], signature: &[u8]) -> bool
where
    D: Digest + rsa::pkcs8::AssociatedOid,
{
    let Ok(key) = rsa::RsaPublicKey::from_public_key_der(public) else {
        return false;
    };
    rsa::pkcs1v15::Signature::try_from(signature).is_ok_and(|s| {
        rsa::pkcs1v15::VerifyingKey::<D>::new(key)
            .verify(message, &s)
            .is_ok()
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
        let der = sign(&text, &key).unwrap();
        assert!(check(&der, &text).is_ok());
        let content = ContentInfo::from_der(&der).unwrap();
        let data: SignedData = content.content.decode_as().unwrap();
        let info = data.signer_infos.0.iter().next().unwrap();
        let low = p256::ecdsa::Signature::from_der(info.signature.as_bytes()).unwrap();
        let (r, s) = low.split_scalars();
        let high = p256::ecdsa::Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).unwrap();
        let attributes = info.signed_attrs.clone().unwrap();
        let again = |value: &[u8]| {
            written(
                key.chain(),
                key.hash(),
                key.algorithm(),
                attributes.clone(),
                value,
            )
            .unwrap()
        };
        assert!(again(low.to_der().as_bytes()) == der);
        let e = check(&again(high.to_der().as_bytes()), &text).unwrap_err();
        assert!(e.contains("does not fit"), "{e}");
    }
}
