//! Who sent this webhook: the signature over the raw bytes, and the handshake that sets the address up.
//!
//! Source: the platform's page "webhooks/create-webhook-endpoint". The signature covers the bytes as they
//! came; a body that was parsed and written again no longer matches.

use crate::kit::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "x-hub-signature-256";

/// A body that says nothing: signed, it asks whether the signature arrives as it was made, and leaves no trace.
pub const PROBE: &[u8] = br#"{"object":"whatsapp_business_account","entry":[]}"#;

/// Why a body is not the platform's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    /// The header is not there.
    #[error("the request carries no X-Hub-Signature-256 header")]
    Missing,
    /// The header is not `sha256=` and 64 hexadecimal digits.
    #[error("the X-Hub-Signature-256 header is not sha256= and 64 hexadecimal digits")]
    Malformed,
    /// None of the app secrets made this signature.
    #[error("no configured app secret made this signature; check app_secrets of the line")]
    Mismatch,
}

/// Checks `header` (the value of [`SIGNATURE_HEADER`]) over the raw `body` against each secret, and returns
/// the index of the first that matches. Several secrets stand side by side while one is being changed. Each
/// comparison takes the same time wherever the bytes differ.
pub fn verify(
    header: Option<&str>,
    body: &[u8],
    secrets: &[Secret],
) -> Result<usize, SignatureFault> {
    let given = digest_of(header.ok_or(SignatureFault::Missing)?)?;
    secrets
        .iter()
        .position(|secret| mac(secret, body).ct_eq(&given).into())
        .ok_or(SignatureFault::Mismatch)
}

/// The header value that the platform would send for `body`; for tests and for checking one's own set-up.
pub fn sign(body: &[u8], secret: &Secret) -> String {
    let mut header = String::from("sha256=");
    for byte in mac(secret, body) {
        header.push(char::from(HEX[usize::from(byte >> 4)]));
        header.push(char::from(HEX[usize::from(byte & 15)]));
    }
    header
}

/// Answers the verification handshake (a GET): the challenge to send back, exactly as it came, when the
/// request is a subscription and its token is one of `expected`; `None` means 403. The challenge is opaque.
pub fn handshake<'a>(
    mode: Option<&str>,
    token: Option<&str>,
    challenge: Option<&'a str>,
    expected: &[Secret],
) -> Option<&'a str> {
    let given = Sha256::digest(token?.as_bytes());
    // Digests of one length are compared, so that not even the length of the token shows in the time.
    let known = expected
        .iter()
        .fold(false, |known, token| known | same(&given, &Sha256::digest(token.expose())));
    (known && mode == Some("subscribe")).then_some(challenge).flatten()
}

const HEX: &[u8; 16] = b"0123456789abcdef";

fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

fn mac(secret: &Secret, body: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(body);
    mac.finalize().into_bytes().into()
}

fn digest_of(header: &str) -> Result<[u8; 32], SignatureFault> {
    let hex = header.trim().strip_prefix("sha256=").ok_or(SignatureFault::Malformed)?.as_bytes();
    let mut digest = [0; 32];
    if hex.len() != 2 * digest.len() {
        return Err(SignatureFault::Malformed);
    }
    for (byte, pair) in digest.iter_mut().zip(hex.chunks_exact(2)) {
        let nibble = |digit: u8| char::from(digit).to_digit(16).ok_or(SignatureFault::Malformed);
        *byte = (nibble(pair[0])? * 16 + nibble(pair[1])?) as u8;
    }
    Ok(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPACT: &[u8] = br#"{"object":"whatsapp_business_account","entry":[]}"#;
    const SPACED: &[u8] = br#"{"object": "whatsapp_business_account", "entry": []}"#;
    const OF_COMPACT: &str =
        "sha256=dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756";
    const OF_SPACED: &str =
        "sha256=56cbbaf4961c6cfdae48b7f116c047e5eb513d2c931baae63a2bc1afd26f803a";

    fn secrets(texts: &[&str]) -> Vec<Secret> {
        texts.iter().map(|text| Secret::new(*text)).collect()
    }

    #[test]
    fn known_signatures_match() {
        let secret = Secret::new("test_app_secret");
        assert_eq!(sign(COMPACT, &secret), OF_COMPACT);
        assert_eq!(sign(SPACED, &secret), OF_SPACED);
        let both = secrets(&["new_secret", "test_app_secret"]);
        assert_eq!(verify(Some(OF_COMPACT), COMPACT, &both), Ok(1));
        assert_eq!(
            verify(Some(&OF_SPACED.to_uppercase().replace("SHA", "sha")), SPACED, &both),
            Ok(1)
        );
    }

    #[test]
    fn anything_else_is_refused() {
        let known = secrets(&["test_app_secret"]);
        for (header, fault) in [
            (None, SignatureFault::Missing),
            (Some(""), SignatureFault::Malformed),
            (Some("sha1=abc"), SignatureFault::Malformed),
            (Some("sha256=dec6"), SignatureFault::Malformed),
            (Some(&OF_COMPACT.replace('d', "g")[..]), SignatureFault::Malformed),
            (Some(&"é".repeat(40)[..]), SignatureFault::Malformed),
            (Some(OF_SPACED), SignatureFault::Mismatch),
        ] {
            assert_eq!(verify(header, COMPACT, &known), Err(fault), "{header:?}");
        }
        assert_eq!(verify(Some(OF_COMPACT), COMPACT, &[]), Err(SignatureFault::Mismatch));
    }

    #[test]
    fn the_handshake_gives_the_challenge_back_as_it_came() {
        let tokens = secrets(&["one", "two"]);
        let answer = |mode, token| handshake(mode, token, Some("00115 8/+"), &tokens);
        assert_eq!(answer(Some("subscribe"), Some("two")), Some("00115 8/+"));
        assert_eq!(answer(Some("subscribe"), Some("three")), None);
        assert_eq!(answer(Some("subscribe"), None), None);
        assert_eq!(answer(Some("unsubscribe"), Some("one")), None);
        assert_eq!(answer(None, Some("one")), None);
        assert_eq!(handshake(Some("subscribe"), Some("one"), None, &tokens), None);
        assert_eq!(handshake(Some("subscribe"), Some(""), Some("1"), &[]), None);
    }
}
