//! Signing keys: made here or brought along, and kept in files that a passphrase encrypts.

use crate::algorithm::{Algorithm, Hash, Kind};
use chrono::{DateTime, Utc};
use der::asn1::{Ia5String, ObjectIdentifier};
use der::{Decode, DecodePem, Encode, EncodePem, Tagged, pem::LineEnding};
use p12_keystore::error::Error;
use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
use pkcs8::{DecodePrivateKey, EncodePrivateKey, EncryptedPrivateKeyInfo};
use rsa::signature::{SignatureEncoding, Signer};
use rsa::traits::PublicKeyParts;
use sha2::{Digest, Sha256};
use std::str::FromStr;
use std::time::Duration;
use x509_cert::Certificate;
use x509_cert::builder::{Builder, CertificateBuilder, Profile};
use x509_cert::ext::pkix::ExtendedKeyUsage;
use x509_cert::name::{DistinguishedName, Name};
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use x509_cert::time::Validity;
use zeroize::Zeroizing;

/// For how long a certificate that is made here says that it holds.
const YEARS: u64 = 10;
/// Keys of RSA with fewer bits are not taken: they are no longer held to be safe (BSI TR-02102-1).
const LEAST_RSA_BITS: usize = 2048;
/// The purpose of signing documents (RFC 9336).
const DOCUMENT_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36");
const PEM_KEY: &str = "ENCRYPTED PRIVATE KEY";

/// Why there is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The passphrase opens it not.
    #[error("the passphrase is wrong, or the key is damaged")]
    WrongPassphrase,
    /// It is no key file.
    #[error("it is no key file: {0}")]
    NotAKey(String),
    /// It is a key that Mainstay cannot sign with.
    #[error(
        "it holds {0}; Mainstay signs with keys of P-256, of P-384, and of RSA with at least 2048 bits"
    )]
    Unfit(String),
    /// The certificate is of another key.
    #[error("its certificate belongs to another key")]
    OtherCertificate,
    /// The name cannot stand in a certificate.
    #[error("the name cannot stand in a certificate; 1 to 64 characters are allowed")]
    Name,
    /// The key could not be made or encrypted.
    #[error("the key could not be made: {0}")]
    Made(String),
}

/// What signs.
#[derive(Clone)]
enum Secret {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    Rsa(Box<rsa::RsaPrivateKey>),
}

/// A key with its certificate, and those above it.
#[derive(Clone)]
pub struct Key {
    secret: Secret,
    chain: Vec<Certificate>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key of {}", self.name())
    }
}

impl Key {
    /// Makes a key of P-256 with a certificate signed by itself, which says `name`.
    ///
    /// # Errors
    /// The name cannot stand in a certificate.
    pub fn new(name: &str, now: DateTime<Utc>) -> Result<Self, KeyError> {
        let secret = p256::ecdsa::SigningKey::random(&mut rsa::rand_core::OsRng);
        let certificate = self_signed(&secret, name, now)?;
        Ok(Self {
            secret: Secret::P256(secret),
            chain: vec![certificate],
        })
    }

    /// Takes a key and its certificates out of a PKCS#12 file.
    ///
    /// # Errors
    /// The passphrase is wrong, it is no such file, or the key is unfit.
    pub fn from_p12(bytes: &[u8], passphrase: &str) -> Result<Self, KeyError> {
        let store =
            KeyStore::from_pkcs12(bytes, passphrase, Pkcs12ImportPolicy::Relaxed).map_err(|e| {
                match e {
                    Error::MacError(_) | Error::UnpadError | Error::Pkcs5Error(_) => {
                        KeyError::WrongPassphrase
                    }
                    e => KeyError::NotAKey(e.to_string()),
                }
            })?;
        let (_, found) = store
            .private_key_chain()
            .ok_or_else(|| KeyError::NotAKey("it holds no private key".into()))?;
        let chain = found
            .certs()
            .iter()
            .map(|c| Certificate::from_der(c.as_der()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| KeyError::NotAKey(e.to_string()))?;
        Self::of(found.key().as_der(), chain)
    }

    /// Opens a key file: an encrypted private key (PKCS#8) and its certificates, in PEM.
    ///
    /// # Errors
    /// The passphrase is wrong, it is no key file, or the key is unfit.
    pub fn from_pem(text: &str, passphrase: &str) -> Result<Self, KeyError> {
        let blocks = pem_blocks(text);
        let no = |e: &dyn std::fmt::Display| KeyError::NotAKey(e.to_string());
        let key = blocks
            .iter()
            .find(|b| b.starts_with(&format!("-----BEGIN {PEM_KEY}-----")))
            .ok_or_else(|| no(&"it holds no encrypted private key"))?;
        let (_, der) = der::SecretDocument::from_pem(key).map_err(|e| no(&e))?;
        let sealed = EncryptedPrivateKeyInfo::from_der(der.as_bytes()).map_err(|e| no(&e))?;
        let open = sealed
            .decrypt(passphrase)
            .map_err(|_| KeyError::WrongPassphrase)?;
        Self::of(open.as_bytes(), certificates(&blocks)?)
    }

    /// The key file, encrypted with a passphrase (PBES2 with scrypt and AES-256).
    ///
    /// # Errors
    /// It could not be encrypted.
    pub fn to_pem(&self, passphrase: &str) -> Result<String, KeyError> {
        let bad = |e: &dyn std::fmt::Display| KeyError::Made(e.to_string());
        let rng = rsa::rand_core::OsRng;
        let (end, pass) = (LineEnding::LF, passphrase.as_bytes());
        let sealed: Zeroizing<String> = match &self.secret {
            Secret::P256(k) => k.to_pkcs8_encrypted_pem(rng, pass, end),
            Secret::P384(k) => k.to_pkcs8_encrypted_pem(rng, pass, end),
            Secret::Rsa(k) => k.to_pkcs8_encrypted_pem(rng, pass, end),
        }
        .map_err(|e| bad(&e))?;
        let mut out = sealed.to_string();
        for c in &self.chain {
            out.push_str(&c.to_pem(LineEnding::LF).map_err(|e| bad(&e))?);
        }
        Ok(out)
    }

    /// The key and its certificates in PEM, not encrypted: for the recording key of a workspace, which lies in the plan file
    /// and is as safe as that is.
    ///
    /// # Errors
    /// It could not be written.
    pub fn to_plain_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        let bad = |e: &dyn std::fmt::Display| KeyError::Made(e.to_string());
        let key = match &self.secret {
            Secret::P256(k) => k.to_pkcs8_pem(LineEnding::LF),
            Secret::P384(k) => k.to_pkcs8_pem(LineEnding::LF),
            Secret::Rsa(k) => k.to_pkcs8_pem(LineEnding::LF),
        };
        let mut out = key.map_err(|e| bad(&e))?;
        for c in &self.chain {
            out.push_str(&c.to_pem(LineEnding::LF).map_err(|e| bad(&e))?);
        }
        Ok(out)
    }

    /// Reads what [`Key::to_plain_pem`] has written.
    ///
    /// # Errors
    /// It is no key, or an unfit one.
    pub fn from_plain_pem(text: &str) -> Result<Self, KeyError> {
        let blocks = pem_blocks(text);
        let no = |e: &dyn std::fmt::Display| KeyError::NotAKey(e.to_string());
        let key = blocks
            .iter()
            .find(|b| b.starts_with("-----BEGIN PRIVATE KEY-----"))
            .ok_or_else(|| no(&"it holds no private key"))?;
        let (_, der) = der::SecretDocument::from_pem(key).map_err(|e| no(&e))?;
        Self::of(der.as_bytes(), certificates(&blocks)?)
    }

    fn of(pkcs8: &[u8], mut chain: Vec<Certificate>) -> Result<Self, KeyError> {
        let secret = if let Ok(k) = p256::ecdsa::SigningKey::from_pkcs8_der(pkcs8) {
            Secret::P256(k)
        } else if let Ok(k) = p384::ecdsa::SigningKey::from_pkcs8_der(pkcs8) {
            Secret::P384(k)
        } else if let Ok(k) = rsa::RsaPrivateKey::from_pkcs8_der(pkcs8) {
            let bits = k.size() * 8;
            if bits < LEAST_RSA_BITS {
                return Err(KeyError::Unfit(format!("a key of RSA with {bits} bits")));
            }
            Secret::Rsa(Box::new(k))
        } else {
            return Err(KeyError::Unfit("a key of another kind".into()));
        };
        let public = secret.public()?;
        let own = chain
            .iter()
            .position(|c| c.tbs_certificate.subject_public_key_info == public)
            .ok_or(KeyError::OtherCertificate)?;
        chain.swap(0, own);
        Ok(Self { secret, chain })
    }

    /// The name in its certificate.
    pub fn name(&self) -> String {
        self.certificate().map(common_name).unwrap_or_default()
    }

    /// The SHA-256 of its certificate, 64 lower-case hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        self.certificate().map(fingerprint).unwrap_or_default()
    }

    /// The certificate in DER.
    pub fn certificate_der(&self) -> Vec<u8> {
        self.certificate()
            .and_then(|c| c.to_der().ok())
            .unwrap_or_default()
    }

    fn certificate(&self) -> Option<&Certificate> {
        self.chain.first()
    }

    pub(crate) fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    /// The algorithm of its signatures.
    pub(crate) fn algorithm(&self) -> Algorithm {
        let (kind, hash) = match self.secret {
            Secret::P256(_) => (Kind::Ecdsa, Hash::Sha256),
            Secret::P384(_) => (Kind::Ecdsa, Hash::Sha384),
            Secret::Rsa(_) => (Kind::Rsa, Hash::Sha256),
        };
        Algorithm { kind, hash }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.secret {
            // Of the two values that fit, the low one alone is taken: what is signed has one spelling.
            Secret::P256(k) => {
                let s: p256::ecdsa::Signature = k.sign(message);
                s.normalize_s().unwrap_or(s).to_der().to_vec()
            }
            Secret::P384(k) => {
                let s: p384::ecdsa::Signature = k.sign(message);
                s.normalize_s().unwrap_or(s).to_der().to_vec()
            }
            Secret::Rsa(k) => rsa::pkcs1v15::SigningKey::<Sha256>::new((**k).clone())
                .sign(message)
                .to_vec(),
        }
    }
}

impl Secret {
    fn public(&self) -> Result<SubjectPublicKeyInfoOwned, KeyError> {
        match self {
            Self::P256(k) => SubjectPublicKeyInfoOwned::from_key(*k.verifying_key()),
            Self::P384(k) => SubjectPublicKeyInfoOwned::from_key(*k.verifying_key()),
            Self::Rsa(k) => SubjectPublicKeyInfoOwned::from_key(k.to_public_key()),
        }
        .map_err(|e| KeyError::NotAKey(e.to_string()))
    }
}

fn self_signed(
    secret: &p256::ecdsa::SigningKey,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Certificate, KeyError> {
    let made = |e: &dyn std::fmt::Display| KeyError::Made(e.to_string());
    let subject = distinguished(name)?;
    let from = Duration::from_secs(u64::try_from(now.timestamp()).unwrap_or_default());
    let until = from + Duration::from_secs(YEARS * 365 * 24 * 3600);
    let time = |d: Duration| {
        der::asn1::UtcTime::from_unix_duration(d)
            .map(x509_cert::time::Time::UtcTime)
            .or_else(|_| {
                der::asn1::GeneralizedTime::from_unix_duration(d)
                    .map(x509_cert::time::Time::GeneralTime)
            })
            .map_err(|e| made(&e))
    };
    let validity = Validity {
        not_before: time(from)?,
        not_after: time(until)?,
    };
    let public =
        SubjectPublicKeyInfoOwned::from_key(*secret.verifying_key()).map_err(|e| made(&e))?;
    let serial = Sha256::digest(public.to_der().map_err(|e| made(&e))?);
    // Positive, and at most 20 bytes (RFC 5280, 4.1.2.2).
    let mut serial: Vec<u8> = serial[..16].to_vec();
    serial[0] = serial[0] & 0x7f | 0x40;
    let serial = SerialNumber::new(&serial).map_err(|e| made(&e))?;
    let profile = Profile::Leaf {
        issuer: subject.clone(),
        enable_key_agreement: false,
        enable_key_encipherment: false,
    };
    let mut builder = CertificateBuilder::new(profile, serial, validity, subject, public, secret)
        .map_err(|e| made(&e))?;
    builder
        .add_extension(&ExtendedKeyUsage(vec![DOCUMENT_SIGNING]))
        .map_err(|e| made(&e))?;
    builder
        .build::<p256::ecdsa::DerSignature>()
        .map_err(|e| made(&e))
}

/// A name as certificates hold it.
fn distinguished(name: &str) -> Result<Name, KeyError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 64 || name.chars().any(char::is_control) {
        return Err(KeyError::Name);
    }
    let escaped: String = name
        .chars()
        .flat_map(|c| match c {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' | '#' => vec!['\\', c],
            c => vec![c],
        })
        .collect();
    DistinguishedName::from_str(&format!("CN={escaped}")).map_err(|_| KeyError::Name)
}

/// The common name in a certificate; the whole name where it has none.
pub(crate) fn common_name(c: &Certificate) -> String {
    const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
    let subject = &c.tbs_certificate.subject;
    subject
        .0
        .iter()
        .flat_map(|r| r.0.iter())
        .find(|a| a.oid == COMMON_NAME)
        .and_then(|a| {
            let text = |t: &[u8]| String::from_utf8(t.to_vec()).ok();
            match a.value.tag() {
                der::Tag::Utf8String | der::Tag::PrintableString => text(a.value.value()),
                der::Tag::Ia5String => a.value.decode_as::<Ia5String>().ok().map(|s| s.to_string()),
                _ => None,
            }
        })
        .unwrap_or_else(|| subject.to_string())
}

/// The SHA-256 of a certificate in DER.
pub(crate) fn fingerprint(c: &Certificate) -> String {
    crate::sha256_hex(c.to_der().unwrap_or_default())
}

/// The certificates among the blocks of a PEM file.
fn certificates(blocks: &[String]) -> Result<Vec<Certificate>, KeyError> {
    blocks
        .iter()
        .filter(|b| b.starts_with("-----BEGIN CERTIFICATE-----"))
        .map(Certificate::from_pem)
        .collect::<Result<_, _>>()
        .map_err(|e| KeyError::NotAKey(e.to_string()))
}

/// The blocks of a PEM file, from their beginning to their end.
fn pem_blocks(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("-----BEGIN ") {
            inside = true;
            out.push(String::new());
        }
        if inside && let Some(block) = out.last_mut() {
            block.push_str(line.trim_end());
            block.push('\n');
        }
        if line.starts_with("-----END ") {
            inside = false;
        }
    }
    out
}
