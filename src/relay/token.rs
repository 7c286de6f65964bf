//! Bearer tokens of accounts: shown once, stored only as a hash.

use crate::kit::Secret;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// What a token begins with, so that one that leaked is recognised by a scanner.
pub const PREFIX: &str = "gui_";

/// A token as it is stored and looked up: the SHA-256 of its text. The token has 256 random bits, so a plain
/// hash cannot be turned back, and looking one up tells nothing by its time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TokenHash([u8; 32]);

/// Text that is no token hash: 64 hexadecimal digits are.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a token hash has 64 hexadecimal digits")]
pub struct TokenHashError;

/// A new token of 32 random bytes, and what to store of it.
pub fn generate() -> (Secret, TokenHash) {
    let token =
        Secret::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())));
    let hash = TokenHash::of(&token);
    (token, hash)
}

/// The token of an `Authorization: Bearer` header; `None` if there is none, more than one, or one that cannot
/// be ours.
pub fn bearer(headers: &HeaderMap) -> Option<Secret> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (first, None) = (values.next()?, values.next()) else { return None };
    let (scheme, token) = first.to_str().ok()?.split_once(' ')?;
    let token = token.trim_matches(' ');
    (scheme.eq_ignore_ascii_case("bearer") && is_token(token)).then(|| Secret::new(token))
}

fn is_token(text: &str) -> bool {
    let Some(bytes) = text.strip_prefix(PREFIX) else { return false };
    bytes.len() == 43
        && bytes.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

impl TokenHash {
    /// The hash of `token`.
    pub fn of(token: &Secret) -> Self {
        Self(Sha256::digest(token.expose().as_bytes()).into())
    }
}

/// 64 hexadecimal digits.
impl fmt::Display for TokenHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

/// The first 8 digits: enough to tell two apart in a log.
impl fmt::Debug for TokenHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("TokenHash(")?;
        self.0[..4].iter().try_for_each(|byte| write!(out, "{byte:02x}"))?;
        out.write_str("..)")
    }
}

impl FromStr for TokenHash {
    type Err = TokenHashError;
    fn from_str(text: &str) -> Result<Self, TokenHashError> {
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(TokenHashError);
        }
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digit = |d: u8| (d as char).to_digit(16).unwrap_or(0) as u8;
            *byte = digit(pair[0]) << 4 | digit(pair[1]);
        }
        Ok(Self(hash))
    }
}

impl TryFrom<String> for TokenHash {
    type Error = TokenHashError;
    fn try_from(text: String) -> Result<Self, TokenHashError> {
        text.parse()
    }
}

impl From<TokenHash> for String {
    fn from(hash: TokenHash) -> Self {
        hash.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_is_another_and_reads_back_by_its_hash() {
        let ((one, hash), (two, _)) = (generate(), generate());
        assert!(is_token(one.expose()) && one != two);
        assert_eq!(hash, TokenHash::of(&one));
        assert_eq!(hash.to_string().parse(), Ok(hash));
        let json = serde_json::to_string(&hash).expect("text");
        assert_eq!(serde_json::from_str::<TokenHash>(&json).expect("read"), hash);
        assert!(!format!("{hash:?}{one:?}").contains(one.expose()));
        assert_eq!("é".repeat(32).parse::<TokenHash>(), Err(TokenHashError));
    }

    #[test]
    fn a_known_hash() {
        let hash = TokenHash::of(&Secret::new("abc"));
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash.to_string(), known);
    }

    #[test]
    fn only_one_well_formed_bearer_header_counts() {
        let token = format!("gui_{}", "aB3_-".repeat(9))[..47].to_owned();
        let table = [
            (vec![format!("Bearer {token}")], true),
            (vec![format!("bearer  {token}")], true),
            (vec![format!("Basic {token}")], false),
            (vec![token.clone()], false),
            (vec![format!("Bearer {token}x")], false),
            (vec![format!("Bearer {}", token.replace('3', "+"))], false),
            (vec!["Bearer ".into()], false),
            (vec![format!("Bearer {token}"), format!("Bearer {token}")], false),
            (vec![], false),
        ];
        for (values, good) in table {
            let mut headers = HeaderMap::new();
            for value in &values {
                headers.append(AUTHORIZATION, value.parse().expect("a value"));
            }
            let read = bearer(&headers);
            assert_eq!(read.as_ref().map(Secret::expose), good.then_some(&*token), "{values:?}");
        }
    }
}
