//! Who posted a form: an HMAC over the address that Twilio called, with the names and values of the form.
//!
//! Source: twilio.com/docs/usage/webhooks/webhooks-security, and the client library's own validator. The address
//! is the public one: what a proxy does to scheme, host and port does not show in the request.

use super::super::provider::{Access, Post};
use crate::kit::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use ring::hmac;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use subtle::ConstantTimeEq as _;

/// The header that carries the signature.
pub(super) const HEADER: &str = "x-twilio-signature";
/// The parameter of the address that stands for a body that is no form.
const BODY_HASH: &str = "bodySHA256";

/// The names and values of a form.
pub(super) fn fields(body: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(body).into_owned().collect()
}

/// Whether Twilio posted it: one of the auth tokens signed the address, as it was called, with the form.
pub(super) fn vouches(access: &Access, post: &Post<'_>) -> bool {
    let given = post.headers.get(HEADER).and_then(|value| value.to_str().ok());
    let Some(given) = given.and_then(|given| STANDARD.decode(given.trim()).ok()) else {
        return false;
    };
    let Some(public) = &access.public_url else { return false };
    let urls = spellings(&format!("{public}{}", post.target));
    let hash = urls.iter().find_map(|url| body_hash(url));
    let form = match hash {
        // A body that is no form is not signed itself: the address holds its digest.
        Some(hash) if !hash.is_empty() => {
            let digest: String =
                Sha256::digest(post.body).iter().map(|byte| format!("{byte:02x}")).collect();
            if !bool::from(digest.as_bytes().ct_eq(hash.to_ascii_lowercase().as_bytes())) {
                return false;
            }
            Vec::new()
        }
        _ => fields(post.body),
    };
    let mut known = false;
    for token in &access.secrets {
        for url in &urls {
            known |= bool::from(mac(token, url, &form).as_ref().ct_eq(&given));
        }
    }
    known
}

/// The signature of a form that is posted to an address.
pub(super) fn sign(token: &Secret, url: &str, form: &[(String, String)]) -> String {
    STANDARD.encode(mac(token, url, form))
}

fn mac(token: &Secret, url: &str, form: &[(String, String)]) -> hmac::Tag {
    let mut sorted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, value) in form {
        sorted.entry(name).or_default().insert(value);
    }
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.expose().as_bytes());
    let mut mac = hmac::Context::with_key(&key);
    mac.update(url.as_bytes());
    for (name, values) in sorted {
        for value in values {
            mac.update(name.as_bytes());
            mac.update(value.as_bytes());
        }
    }
    mac.sign()
}

/// An address as Twilio may have signed it: as it is, without its port, and with the port that its scheme means.
fn spellings(url: &str) -> Vec<String> {
    let mut all = vec![url.to_owned()];
    let Ok(parsed) = Url::parse(url) else { return all };
    let (Some(host), Some(port)) = (parsed.host_str(), parsed.port_or_known_default()) else {
        return all;
    };
    let Some((scheme, rest)) = url.split_once("://") else { return all };
    // The rest stays as it was written: only the port is another.
    let tail = rest.find(['/', '?']).map_or("", |at| &rest[at..]);
    all.push(format!("{scheme}://{host}{tail}"));
    all.push(format!("{scheme}://{host}:{port}{tail}"));
    all.dedup();
    all
}

fn body_hash(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    url.query_pairs().find(|(name, _)| name == BODY_HASH).map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderMap;

    const FORM: &[u8] = b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212";
    const TARGET: &str = "/myapp.php?foo=1&bar=2";
    const SIGNED: &str = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
    const WITH_PORT: &str = "kvajT1Ptam85bY51eRf/AJRuM3w=";
    const TWICE: &str = "dley3bg59EHlWDhYHQYawOK5esI=";
    const JSON: &[u8] = br#"{"property": "value", "boolean": true}"#;
    const OF_JSON: &str = "a9nBmqA0ju/hNViExpshrM61xv4=";
    const HASH: &str = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";

    fn vouched(public: &str, tokens: &[&str], target: &str, signed: &str, body: &[u8]) -> bool {
        let access = Access {
            public_url: Some(public.to_owned()),
            secrets: tokens.iter().map(|token| Secret::new(*token)).collect(),
            ..super::super::access()
        };
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, signed.parse().expect("a header"));
        vouches(&access, &Post { target, headers: &headers, body })
    }

    #[test]
    fn the_vectors_of_the_reference_are_taken() {
        let ours = "https://mycompany.com";
        assert!(vouched(ours, &["12345"], TARGET, SIGNED, FORM));
        assert!(vouched(ours, &["new", "12345"], TARGET, SIGNED, FORM), "while one is replaced");
        // Whichever way the port is written, here or there.
        assert!(vouched(ours, &["12345"], TARGET, WITH_PORT, FORM));
        assert!(vouched("https://mycompany.com:443", &["12345"], TARGET, SIGNED, FORM));
        // A name that comes several times counts with each of its values once, in their order.
        let twice = [FORM, b"&MediaUrl=https://b&MediaUrl=https://a&MediaUrl=https://a"].concat();
        assert!(vouched(ours, &["12345"], TARGET, TWICE, &twice));
        // The order in which a form is written does not count.
        let turned = b"To=%2B18005551212&From=%2B14158675309&Digits=1234&Caller=%2B14158675309&CallSid=CA1234567890ABCDE";
        assert!(vouched(ours, &["12345"], TARGET, SIGNED, turned));
        let target = format!("{TARGET}&bodySHA256={HASH}");
        assert!(vouched(ours, &["12345"], &target, OF_JSON, JSON));
    }

    #[test]
    fn whatever_differs_is_refused() {
        let ours = "https://mycompany.com";
        let with_hash = format!("{TARGET}&bodySHA256={HASH}");
        for (public, token, target, signed, body) in [
            (ours, "54321", TARGET, SIGNED, FORM),
            ("http://mycompany.com", "12345", TARGET, SIGNED, FORM),
            ("https://mycompany.com.evil.org", "12345", TARGET, SIGNED, FORM),
            (ours, "12345", "/myapp.php?foo=1&bar=3", SIGNED, FORM),
            (ours, "12345", "/myapp.php?foo=1", SIGNED, FORM),
            (ours, "12345", "/myapp.php?bar=2&foo=1", SIGNED, FORM),
            (ours, "12345", TARGET, SIGNED, &FORM[..FORM.len() - 1]),
            (ours, "12345", TARGET, SIGNED, &b"CallSid=CA1234567890ABCDE"[..]),
            (ours, "12345", TARGET, "", FORM),
            (ours, "12345", TARGET, "RSOYDt4T1cUTdK1PDd93/VVr8B9=", FORM),
            (ours, "12345", TARGET, "RSOYDt4T1cUTdK1PDd93", FORM),
            (ours, "12345", TARGET, "%", FORM),
            (ours, "12345", &with_hash, OF_JSON, &JSON[1..]),
            (ours, "12345", &with_hash, SIGNED, JSON),
            (ours, "12345", TARGET, OF_JSON, JSON),
        ] {
            assert!(!vouched(public, &[token], target, signed, body), "{public}{target} {signed}");
        }
        assert!(!vouched(ours, &[], TARGET, SIGNED, FORM), "without a token nobody is known");
        let nowhere = Access { public_url: None, ..super::super::access() };
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, SIGNED.parse().expect("a header"));
        assert!(!vouches(&nowhere, &Post { target: TARGET, headers: &headers, body: FORM }));
        let none = HeaderMap::new();
        let access = super::super::access();
        assert!(!vouches(&access, &Post { target: TARGET, headers: &none, body: FORM }));
    }

    #[test]
    fn we_sign_as_they_do() {
        let url = format!("https://mycompany.com{TARGET}");
        assert_eq!(sign(&Secret::new("12345"), &url, &fields(FORM)), SIGNED);
    }
}
