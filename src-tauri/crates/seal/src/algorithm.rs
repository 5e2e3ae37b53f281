//! The digests and the kinds of signatures that a signature in a file may use, each with the one spelling of its name.

use der::Encode;
use der::asn1::{Any, ObjectIdentifier};
use rsa::pkcs1::RsaPssParams;
use rsa::pkcs8::DecodePublicKey;
use rsa::signature::hazmat::PrehashVerifier;
use rsa::{RsaPublicKey, pkcs1v15, pss};
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

/// `rsaEncryption`, which stands for a signature whose digest is named beside it.
const RSA: &str = "1.2.840.113549.1.1.1";
const PSS: &str = "1.2.840.113549.1.1.10";

/// How a digest is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(crate) const ALL: [Self; 3] = [Self::Sha256, Self::Sha384, Self::Sha512];

    pub(crate) fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        fn all<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut d = D::new();
            for p in parts {
                d.update(p);
            }
            d.finalize().to_vec()
        }
        match self {
            Self::Sha256 => all::<Sha256>(parts),
            Self::Sha384 => all::<Sha384>(parts),
            Self::Sha512 => all::<Sha512>(parts),
        }
    }

    pub(crate) fn oid(self) -> ObjectIdentifier {
        ObjectIdentifier::new_unwrap(match self {
            Self::Sha256 => "2.16.840.1.101.3.4.2.1",
            Self::Sha384 => "2.16.840.1.101.3.4.2.2",
            Self::Sha512 => "2.16.840.1.101.3.4.2.3",
        })
    }

    pub(crate) fn named(oid: ObjectIdentifier) -> Option<Self> {
        Self::ALL.into_iter().find(|h| h.oid() == oid)
    }

    /// Its name as it is written: without parameters (RFC 5754, 2).
    pub(crate) fn spelled(self) -> AlgorithmIdentifierOwned {
        AlgorithmIdentifierOwned {
            oid: self.oid(),
            parameters: None,
        }
    }
}

/// How a signature is made of a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ecdsa,
    /// RSASSA-PKCS1-v1_5.
    Rsa,
    /// RSASSA-PSS with one digest throughout and a salt as long as that.
    Pss,
}

/// A kind of signature with its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Algorithm {
    pub kind: Kind,
    pub hash: Hash,
}

impl Algorithm {
    /// What a name stands for, whichever way it is spelled; `hash` is the digest that is named beside it.
    pub(crate) fn meant(name: &AlgorithmIdentifierOwned, hash: Hash) -> Result<Self, String> {
        let oid = name.oid.to_string();
        if oid == RSA {
            let kind = Kind::Rsa;
            return Ok(Self { kind, hash });
        }
        let plain = [Kind::Ecdsa, Kind::Rsa].into_iter().flat_map(|kind| {
            let all = Hash::ALL.into_iter();
            all.map(move |hash| Self { kind, hash })
        });
        plain
            .into_iter()
            .find(|a| a.oid() == oid)
            .or_else(|| (oid == PSS).then(|| pss_of(name)).flatten())
            .ok_or_else(|| format!("the signature uses an algorithm that Mainstay does not: {oid}"))
    }

    fn oid(self) -> &'static str {
        match (self.kind, self.hash) {
            (Kind::Ecdsa, Hash::Sha256) => "1.2.840.10045.4.3.2",
            (Kind::Ecdsa, Hash::Sha384) => "1.2.840.10045.4.3.3",
            (Kind::Ecdsa, Hash::Sha512) => "1.2.840.10045.4.3.4",
            (Kind::Rsa, Hash::Sha256) => "1.2.840.113549.1.1.11",
            (Kind::Rsa, Hash::Sha384) => "1.2.840.113549.1.1.12",
            (Kind::Rsa, Hash::Sha512) => "1.2.840.113549.1.1.13",
            (Kind::Pss, _) => PSS,
        }
    }

    /// Its name as it is written.
    pub(crate) fn spelled(self) -> der::Result<AlgorithmIdentifierOwned> {
        let parameters = match self.kind {
            Kind::Ecdsa => None,
            Kind::Rsa => Some(Any::null()),
            Kind::Pss => Some(Any::encode_from(&pss_parameters(self.hash))?),
        };
        Ok(AlgorithmIdentifierOwned {
            oid: ObjectIdentifier::new_unwrap(self.oid()),
            parameters,
        })
    }

    /// Whether a signature is one of this message by the holder of this key; of the two values of ECDSA that fit, only the
    /// low one is.
    pub(crate) fn fits(
        self,
        key: &SubjectPublicKeyInfoOwned,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let Ok(key) = key.to_der() else {
            return false;
        };
        let digest = self.hash.of(&[message]);
        match (self.kind, self.hash) {
            (Kind::Ecdsa, _) => {
                p256_fits(&key, &digest, signature) || p384_fits(&key, &digest, signature)
            }
            (kind, Hash::Sha256) => rsa_fits::<Sha256>(&key, kind, &digest, signature),
            (kind, Hash::Sha384) => rsa_fits::<Sha384>(&key, kind, &digest, signature),
            (kind, Hash::Sha512) => rsa_fits::<Sha512>(&key, kind, &digest, signature),
        }
    }
}

fn pss_parameters(hash: Hash) -> RsaPssParams<'static> {
    match hash {
        Hash::Sha256 => RsaPssParams::new::<Sha256>(32),
        Hash::Sha384 => RsaPssParams::new::<Sha384>(48),
        Hash::Sha512 => RsaPssParams::new::<Sha512>(64),
    }
}

fn pss_of(name: &AlgorithmIdentifierOwned) -> Option<Algorithm> {
    let given: RsaPssParams<'_> = name.parameters.as_ref()?.decode_as().ok()?;
    let hash = Hash::named(given.hash.oid)?;
    let own = pss_parameters(hash);
    let same = given.mask_gen.oid == own.mask_gen.oid
        && given.mask_gen.parameters.map(|p| p.oid) == own.mask_gen.parameters.map(|p| p.oid)
        && given.salt_len == own.salt_len;
    let kind = Kind::Pss;
    same.then_some(Algorithm { kind, hash })
}

macro_rules! ecdsa {
    ($fits:ident, $low:ident, $curve:ident) => {
        fn $fits(key: &[u8], digest: &[u8], signature: &[u8]) -> bool {
            let key = $curve::ecdsa::VerifyingKey::from_public_key_der(key);
            let value = $curve::ecdsa::Signature::from_der(signature);
            key.ok().zip(value.ok()).is_some_and(|(key, value)| {
                value.normalize_s().is_none()
                    && value.to_der().as_bytes() == signature
                    && key.verify_prehash(digest, &value).is_ok()
            })
        }

        fn $low(key: &[u8], signature: &[u8]) -> Option<Vec<u8>> {
            $curve::ecdsa::VerifyingKey::from_public_key_der(key).ok()?;
            let value = $curve::ecdsa::Signature::from_der(signature).ok()?;
            Some(
                value
                    .normalize_s()
                    .unwrap_or(value)
                    .to_der()
                    .as_bytes()
                    .to_vec(),
            )
        }
    };
}

ecdsa!(p256_fits, p256_low, p256);
ecdsa!(p384_fits, p384_low, p384);

/// The low one of the two values of a signature of ECDSA that fit.
pub(crate) fn low(key: &SubjectPublicKeyInfoOwned, signature: &[u8]) -> Option<Vec<u8>> {
    let key = key.to_der().ok()?;
    p256_low(&key, signature).or_else(|| p384_low(&key, signature))
}

fn rsa_fits<D>(key: &[u8], kind: Kind, digest: &[u8], signature: &[u8]) -> bool
where
    D: Digest + rsa::pkcs8::AssociatedOid + rsa::signature::digest::FixedOutputReset,
{
    let Ok(key) = RsaPublicKey::from_public_key_der(key) else {
        return false;
    };
    let fits = match kind {
        Kind::Pss => pss::Signature::try_from(signature)
            .and_then(|s| pss::VerifyingKey::<D>::new(key).verify_prehash(digest, &s)),
        _ => pkcs1v15::Signature::try_from(signature)
            .and_then(|s| pkcs1v15::VerifyingKey::<D>::new(key).verify_prehash(digest, &s)),
    };
    fits.is_ok()
}
