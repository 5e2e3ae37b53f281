//! The token: signed data of CMS, of which everything has one spelling.

use super::{Timestamp, info};
use crate::algorithm::{self, Algorithm, Hash, Kind};
use crate::key::{common_name, fingerprint};
use crate::pades::{CONTENT_TYPE, MESSAGE_DIGEST, SIGNED_DATA, by_number, only};
use chrono::{DateTime, Utc};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{EncapsulatedContentInfo, SignerInfo};
use der::asn1::{Any, ContextSpecific, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode, Encode, Sequence, Tag, TagMode, TagNumber, Tagged};
use sha1::Sha1;
use sha2::Digest;
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::ext::pkix::ExtendedKeyUsage;
use x509_cert::spki::AlgorithmIdentifierOwned;

const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
/// The certificate that the token is of, by its SHA-1 (RFC 2634), and by another digest (RFC 5035).
const NAMED: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const NAMED_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
/// The algorithms as the signer spelled them (RFC 6211).
const PROTECTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.52");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");

/// `SignedData` with its certificates as they stand there, since their digests are of that.
#[derive(Sequence)]
struct Data {
    version: CmsVersion,
    digests: SetOfVec<AlgorithmIdentifierOwned>,
    content: EncapsulatedContentInfo,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    certificates: Option<SetOfVec<Any>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    revocations: Option<SetOfVec<Any>>,
    signers: SetOfVec<SignerInfo>,
}

/// What of a token its signature covers, and the signature.
struct Token {
    info: Vec<u8>,
    /// As it stands there.
    certificate: Any,
    signer: Certificate,
    attributes: SetOfVec<Attribute>,
    algorithm: Algorithm,
    value: Vec<u8>,
}

/// Brings a token that an authority sent to its one spelling.
pub(crate) fn brought(token: &[u8]) -> Result<Vec<u8>, String> {
    let mut token = Token::read(token)?;
    if token.algorithm.kind == Kind::Ecdsa {
        let key = &token.signer.tbs_certificate.subject_public_key_info;
        token.value =
            algorithm::low(key, &token.value).ok_or("its signature is none of its key")?;
    }
    token.written().map_err(unreadable)
}

/// Checks that a token is one of this signature; when that was there, or what is wrong.
pub(crate) fn check(token: &[u8], signature: &[u8]) -> Result<Timestamp, String> {
    let read = Token::read(token)?;
    if read.written().map_err(unreadable)? != token {
        return Err("it is not written as it must be".into());
    }
    let message = read.attributes.to_der().map_err(unreadable)?;
    let key = &read.signer.tbs_certificate.subject_public_key_info;
    if !read.algorithm.fits(key, &message, &read.value) {
        return Err("its signature does not fit its certificate".into());
    }
    let at = info::time(&read.info, signature)?;
    may_stamp(&read.signer, &at)?;
    Ok(Timestamp {
        at,
        authority: common_name(&read.signer),
        fingerprint: fingerprint(&read.signer),
    })
}

/// What a token vouches for.
pub(crate) fn info(token: &[u8]) -> Result<Vec<u8>, String> {
    Token::read(token).map(|t| t.info)
}

impl Token {
    fn read(token: &[u8]) -> Result<Self, String> {
        let info = ContentInfo::from_der(token).map_err(unreadable)?;
        if info.content_type != SIGNED_DATA {
            return Err("it is not signed".into());
        }
        let data: Data = info.content.decode_as().map_err(unreadable)?;
        let content = match data.content.econtent {
            Some(c) if data.content.econtent_type == TST_INFO => c,
            _ => return Err("it is no timestamp".into()),
        };
        let content: OctetString = content.decode_as().map_err(unreadable)?;
        let [signer] = data.signers.as_slice() else {
            return Err("there is not exactly one signer in it".into());
        };
        let attributes = signer
            .signed_attrs
            .clone()
            .ok_or("it has no signed attributes")?;
        let all = data.certificates.map(SetOfVec::into_vec);
        let all = all.unwrap_or_default();
        if all.is_empty() {
            return Err("no certificate is in it".into());
        }
        let certificate = the_named(&attributes, all)?;
        let der = certificate.to_der().map_err(unreadable)?;
        let hash = Hash::named(signer.digest_alg.oid).ok_or("it uses an unknown digest")?;
        let algorithm = Algorithm::meant(&signer.signature_algorithm, hash)?;
        if algorithm.hash != hash {
            return Err("it uses two digests at once".into());
        }
        if only(&attributes, CONTENT_TYPE) != Some(&Any::from(TST_INFO)) {
            return Err("its signature is not one of a timestamp".into());
        }
        let digest = only(&attributes, MESSAGE_DIGEST)
            .and_then(|v| v.decode_as::<OctetString>().ok())
            .ok_or("its signature covers nothing")?;
        if digest.as_bytes() != hash.of(&[content.as_bytes()]) {
            return Err("what was signed is not what is in it".into());
        }
        Ok(Self {
            info: content.into_bytes(),
            signer: Certificate::from_der(&der)
                .map_err(|e| format!("its certificate cannot be read ({e})"))?,
            certificate,
            attributes,
            algorithm,
            value: signer.signature.as_bytes().to_vec(),
        })
    }

    /// The one spelling: with the certificate that the signature names, and nothing else that it does not cover.
    fn written(&self) -> der::Result<Vec<u8>> {
        let (digest, signature) = self.algorithms()?;
        let content = OctetString::new(&*self.info)?;
        let signer = SignerInfo {
            version: CmsVersion::V1,
            sid: by_number(&self.signer),
            digest_alg: digest.clone(),
            signed_attrs: Some(self.attributes.clone()),
            signature_algorithm: signature,
            signature: OctetString::new(&*self.value)?,
            unsigned_attrs: None,
        };
        let data = Data {
            version: CmsVersion::V3,
            digests: SetOfVec::try_from(vec![digest])?,
            content: EncapsulatedContentInfo {
                econtent_type: TST_INFO,
                econtent: Some(Any::encode_from(&content)?),
            },
            certificates: Some(SetOfVec::try_from(vec![self.certificate.clone()])?),
            revocations: None,
            signers: SetOfVec::try_from(vec![signer])?,
        };
        ContentInfo {
            content_type: SIGNED_DATA,
            content: Any::encode_from(&data)?,
        }
        .to_der()
    }

    /// The names of its algorithms: as its signature covers them, where it does, else as they are written everywhere.
    fn algorithms(&self) -> der::Result<(AlgorithmIdentifierOwned, AlgorithmIdentifierOwned)> {
        let hash = self.algorithm.hash;
        let covered = only(&self.attributes, PROTECTION)
            .and_then(protection)
            .filter(|(digest, signature)| {
                digest.oid == hash.oid()
                    && Algorithm::meant(signature, hash).as_ref() == Ok(&self.algorithm)
            });
        match covered {
            Some(covered) => Ok(covered),
            None => Ok((hash.spelled(), self.algorithm.spelled()?)),
        }
    }
}

/// `CMSAlgorithmProtection` of a signature.
fn protection(value: &Any) -> Option<(AlgorithmIdentifierOwned, AlgorithmIdentifierOwned)> {
    let parts: Vec<Any> = value.decode_as().ok()?;
    let [digest, signature] = &parts[..] else {
        return None;
    };
    let der = signature.to_der().ok()?;
    let mut reader = der::SliceReader::new(&der).ok()?;
    let signature = ContextSpecific::decode_implicit(&mut reader, TagNumber::N1).ok()??;
    debug_assert_eq!(signature.tag_mode, TagMode::Implicit);
    Some((digest.decode_as().ok()?, signature.value))
}

/// The one of these certificates that the signature names.
fn the_named(attributes: &SetOfVec<Attribute>, all: Vec<Any>) -> Result<Any, String> {
    let first = |oid| -> Option<Vec<Any>> {
        let of: Vec<Any> = only(attributes, oid)?.decode_as().ok()?;
        let ids: Vec<Any> = of.first()?.decode_as().ok()?;
        ids.first()?.decode_as().ok()
    };
    let (v1, v2) = (first(NAMED), first(NAMED_V2));
    if v1.is_none() && v2.is_none() {
        return Err("its signature names no certificate".into());
    }
    let fits = |der: &[u8]| {
        let is = |id: &Any, digest: &[u8]| id.tag() == Tag::OctetString && id.value() == digest;
        let by_sha1 = match v1.as_deref() {
            Some([id, ..]) => is(id, &Sha1::digest(der)),
            Some([]) => false,
            None => true,
        };
        let by_another = match v2.as_deref() {
            Some([id, ..]) if id.tag() == Tag::OctetString => is(id, &Hash::Sha256.of(&[der])),
            Some([name, id, ..]) => name
                .decode_as::<AlgorithmIdentifierOwned>()
                .ok()
                .and_then(|name| Hash::named(name.oid))
                .is_some_and(|h| is(id, &h.of(&[der]))),
            Some(_) => false,
            None => true,
        };
        by_sha1 && by_another
    };
    all.into_iter()
        .find(|c| c.to_der().is_ok_and(|der| fits(&der)))
        .ok_or_else(|| "the certificate that its signature names is not in it".into())
}

/// Whether a certificate is one of a timestamp authority (RFC 3161, 2.3), at that moment.
fn may_stamp(c: &Certificate, at: &DateTime<Utc>) -> Result<(), String> {
    let extensions = c.tbs_certificate.extensions.iter().flatten();
    let usages: Vec<_> = extensions.filter(|e| e.extn_id == KEY_USAGE).collect();
    let [usage] = usages[..] else {
        return Err("its certificate is not one of a timestamp authority".into());
    };
    let purposes = ExtendedKeyUsage::from_der(usage.extn_value.as_bytes()).map(|u| u.0);
    if !usage.critical || purposes.as_deref() != Ok(&[TIME_STAMPING]) {
        return Err("its certificate is not one for timestamps alone, which a critical extension has to say".into());
    }
    let validity = &c.tbs_certificate.validity;
    let second = u64::try_from(at.timestamp()).unwrap_or_default();
    let from = validity.not_before.to_unix_duration().as_secs();
    let until = validity.not_after.to_unix_duration().as_secs();
    match (from..=until).contains(&second) {
        true => Ok(()),
        false => Err("its certificate did not hold at that time".into()),
    }
}

fn unreadable(e: der::Error) -> String {
    format!("it cannot be read ({e})")
}

/// Checks a token in its one spelling but for the value of its signature, which stays as it was sent.
#[cfg(test)]
pub(super) fn as_sent(token: &[u8], signature: &[u8]) -> Result<Timestamp, String> {
    let token = Token::read(token)?.written().map_err(unreadable)?;
    check(&token, signature)
}
