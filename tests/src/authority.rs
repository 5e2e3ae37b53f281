//! Timestamp authorities to try things on: OpenSSL's own, and what an address may answer with.
#![allow(clippy::unwrap_used, reason = "a test may stop where it likes")]

use crate::judges::said;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;

/// Purposes of a certificate, as OpenSSL is told them; this is an authority's.
pub const STAMPS: &str = "critical,timeStamping";

/// An authority with a key of its own, whose certificate another one has signed.
pub struct Authority(tempfile::TempDir);

impl Authority {
    /// One that is called `name`, with a new key of that kind (arguments of `openssl req`), which signs with that digest and
    /// tells the time with so many digits of a second.
    ///
    /// # Panics
    /// When OpenSSL is not installed.
    #[track_caller]
    pub fn new(name: &str, kind: &[&str], digest: &str, digits: u8) -> Self {
        let a = Self(tempfile::tempdir().unwrap());
        let roots = ["-newkey", "rsa:2048", "-days", "3650"];
        a.openssl(
            "req -x509 -nodes -keyout ca.key -out ca.crt -subj /CN=Roots",
            &roots,
        );
        a.openssl(
            &format!("req -nodes -keyout tsa.key -out tsa.csr -subj /CN={name}"),
            kind,
        );
        a.certificate("tsa.crt", STAMPS);
        std::fs::write(a.at("serial"), "01\n").unwrap();
        let settings = format!(
            "[tsa]\ndefault_tsa = t\n[t]\nserial = {}\nsigner_cert = {}\nsigner_key = {}\ncerts = {}\n\
             signer_digest = {digest}\ndefault_policy = 1.2.3.4.1\ndigests = sha256\naccuracy = secs:1\n\
             clock_precision_digits = {digits}\ntsa_name = yes\ness_cert_id_alg = {digest}\n",
            a.at("serial").display(),
            a.at("tsa.crt").display(),
            a.at("tsa.key").display(),
            a.at("ca.crt").display(),
        );
        std::fs::write(a.at("tsa.cnf"), settings).unwrap();
        a
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    #[track_caller]
    fn openssl(&self, line: &str, more: &[&str]) {
        let mut c = Command::new("openssl");
        let (content, text) = said(
            c.current_dir(self.0.path())
                .args(line.split(' '))
                .args(more),
        );
        assert!(content, "{line}: {text}");
    }

    /// A certificate of the authority's key for these purposes; `""` for any.
    fn certificate(&self, file: &str, purposes: &str) {
        let mut extensions = "keyUsage = critical, digitalSignature\n".to_owned();
        if !purposes.is_empty() {
            extensions += &format!("extendedKeyUsage = {purposes}\n");
        }
        std::fs::write(self.at("extensions"), extensions).unwrap();
        self.openssl(
            &format!(
                "x509 -req -in tsa.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -extfile extensions -out {file}"
            ),
            &[],
        );
    }

    /// What OpenSSL answers to a request.
    ///
    /// # Panics
    /// When it does not.
    #[track_caller]
    pub fn answer(&self, request: &[u8]) -> Vec<u8> {
        std::fs::write(self.at("request"), request).unwrap();
        self.openssl(
            "ts -reply -config tsa.cnf -queryfile request -out answer",
            &[],
        );
        std::fs::read(self.at("answer")).unwrap()
    }

    /// The same by a signer who does not ask what the certificate, made for these purposes, is for; `more` goes to
    /// `openssl cms`.
    ///
    /// # Panics
    /// When OpenSSL does not answer.
    #[track_caller]
    pub fn answer_of(&self, request: &[u8], purposes: &str, more: &[&str]) -> Vec<u8> {
        // Made before the moment that is told, so that it holds then.
        self.certificate("other.crt", purposes);
        self.answer(request);
        self.openssl("ts -reply -in answer -token_out -out token", &[]);
        self.openssl("cms -verify -noverify -inform DER -in token -out info", &[]);
        self.openssl(
            "cms -sign -cades -binary -nodetach -nosmimecap -in info -signer other.crt -inkey tsa.key -outform DER -out token \
             -econtent_type 1.2.840.113549.1.9.16.1.4",
            more,
        );
        let token = std::fs::read(self.at("token")).unwrap();
        let inside = [&[0x30, 3, 2, 1, 0], &token[..]].concat();
        let length = u16::try_from(inside.len()).unwrap().to_be_bytes();
        [&[0x30, 0x82], &length[..], &inside].concat()
    }
}

/// What an address answers with.
pub enum Answer {
    /// An answer, as it should be sent.
    Good(Vec<u8>),
    /// These bytes and nothing else.
    Raw(Vec<u8>),
    /// Nothing, for as long as somebody waits.
    Silence,
}

/// An address at which every request is answered like this.
///
/// # Panics
/// When the computer has no address of its own.
#[track_caller]
pub fn serve(mut answer: impl FnMut(&[u8]) -> Answer + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/tsr", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut waiting = Vec::new();
        for stream in listener.incoming().flatten() {
            let mut stream = stream;
            let Some(request) = request(&mut stream) else {
                continue;
            };
            match answer(&request) {
                Answer::Good(body) => {
                    let head = format!(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                        body.len()
                    );
                    let _ = stream.write_all(&[head.as_bytes(), &body].concat());
                }
                Answer::Raw(all) => {
                    let _ = stream.write_all(&all);
                }
                Answer::Silence => waiting.push(stream),
            }
        }
    });
    address
}

/// The body of a request; `None` where it is none for a timestamp.
fn request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let head = head.to_lowercase();
    let value = |name: &str| {
        let line = head.lines().find_map(|l| l.strip_prefix(name));
        Some(line?.trim().to_owned())
    };
    let right = head.starts_with("post /tsr http/1.1")
        && value("content-type:")? == "application/timestamp-query";
    let mut body = vec![0; value("content-length:")?.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    right.then_some(body)
}
