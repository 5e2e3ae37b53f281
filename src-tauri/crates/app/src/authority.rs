//! A timestamp authority at the other end of the network. This is the one place in which the product opens a connection, and
//! it does so only where somebody names an address.

use crate::problem::Outcome;
use crate::wire::Problem;
use crate::work::Work;
use mainstay_planfile::PlanFileError;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;
use ureq::http::Uri;

/// An answer is not waited for any longer.
const LONGEST: Duration = Duration::from_secs(15);
/// No answer is larger, in bytes.
const LARGEST: u64 = 64 << 10;
/// How often is looked whether somebody wants to stop.
const LOOK: Duration = Duration::from_millis(50);

/// Where an authority is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    text: String,
    host: String,
}

impl Address {
    /// Reads an address as typed; `None` where nothing is. `plan` is what is signed.
    pub(crate) fn read(plan: &str, text: Option<&str>) -> Outcome<Option<Self>> {
        let text = text.map(str::trim).unwrap_or_default();
        if text.is_empty() {
            return Ok(None);
        }
        let bad = |allowed| Err(Problem::bad_value(plan, "timestamp", text, allowed));
        let Ok(uri) = text.parse::<Uri>() else {
            return bad("the address of a timestamp authority, such as http://tsa.example/tsr");
        };
        let whole = uri.authority().map_or("", |a| a.as_str());
        match uri.scheme_str() {
            Some("http") if whole.contains('@') => {
                bad("an address without a user and a password, which anybody on the way could read")
            }
            Some("http") if !whole.is_empty() => Ok(Some(Self {
                host: whole.to_owned(),
                text: text.to_owned(),
            })),
            Some("https") => bad(
                "an address that begins with http://, since Mainstay has no encrypted connections; a timestamp is signed, and \
                 only a fingerprint is sent for it",
            ),
            _ => bad("an address that begins with http://, such as http://tsa.example/tsr"),
        }
    }

    /// Sends a request and waits for the answer, as long work that can be stopped.
    pub(crate) fn ask(&self, request: &[u8], work: &Work) -> Outcome<Vec<u8>> {
        let (answered, answer) = channel();
        let (url, request) = (self.text.clone(), request.to_vec());
        // One that is not wanted any more ends by itself.
        std::thread::spawn(move || {
            let _ = answered.send(exchange(&url, &request));
        });
        let what = format!("asking {} for a timestamp", self.host);
        work.during(what, |go_on| {
            loop {
                match answer.recv_timeout(LOOK) {
                    Ok(answer) => return answer.map_err(|why| self.refused(&why)),
                    Err(RecvTimeoutError::Disconnected) => {
                        return Err(self.refused("the connection broke"));
                    }
                    Err(RecvTimeoutError::Timeout) if !go_on(0, 0) => {
                        return Err(PlanFileError::Cancelled.into());
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                }
            }
        })
    }

    /// Why there is no signature.
    pub(crate) fn refused(&self, why: &str) -> Problem {
        Problem::new(
            "no_timestamp",
            format!(
                "Nothing was signed: there is no timestamp from {}; {why}.",
                self.text
            ),
        )
    }
}

/// One request and its answer (RFC 3161, 3.4), without detours.
fn exchange(url: &str, request: &[u8]) -> Result<Vec<u8>, String> {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(LONGEST))
        .proxy(None)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent("Mainstay")
        .build()
        .new_agent();
    let said = |e: ureq::Error| match e {
        ureq::Error::Timeout(_) => format!("it has not answered for {} seconds", LONGEST.as_secs()),
        ureq::Error::HostNotFound => "there is no computer of that name".into(),
        ureq::Error::BodyExceedsLimit(n) => format!("its answer has more than {n} bytes"),
        e => format!("the connection failed ({e})"),
    };
    let mut answer = agent
        .post(url)
        .content_type("application/timestamp-query")
        .send(request)
        .map_err(said)?;
    if answer.status().as_u16() != 200 {
        return Err(format!("it answers with the status {}", answer.status()));
    }
    answer
        .body_mut()
        .with_config()
        .limit(LARGEST)
        .read_to_vec()
        .map_err(said)
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn only_plain_addresses_are_taken() {
        let read = |text| Address::read("PLAN-01", Some(text));
        assert_eq!(Address::read("PLAN-01", None), Ok(None));
        assert_eq!(read("  "), Ok(None));
        for good in [
            "http://tsa.example",
            "http://tsa.example:8080/tsr?x=1",
            "http://[::1]:80/",
            " HTTP://10.0.0.1/ ",
        ] {
            assert!(read(good).is_ok_and(|a| a.is_some()), "{good}");
        }
        for (bad, says) in [
            ("https://tsa.example/tsr", "no encrypted connections"),
            ("http://me:secret@tsa.example/", "without a user"),
            ("ftp://tsa.example/", "begins with http://"),
            ("file:///etc/passwd", "http://"),
            ("tsa.example/tsr", "http://"),
            ("http:///tsr", "http://"),
            ("http://tsa example/", "http://"),
        ] {
            let e = read(bad).map(|_| ()).expect_err(bad);
            assert!(e.code == "bad_value" && e.detail.contains(says), "{e}");
        }
    }
}
