//! 360dialog: the Cloud API behind a door of its own.
//!
//! One key opens one number, so paths carry no ids; files are given out at its own host; webhooks are not signed
//! but carry headers that we chose. Source: docs.360dialog.com, "the basics", "webhook url", "error messages".

use super::client::{Door, GraphClient};
use super::error::PlatformError;
use super::provider::{Access, Hook, Key, Keys, PLAIN_ID, Post, Probe, Provider, plain_id};
use super::signature::PROBE;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::StatusCode;
use reqwest::header::AUTHORIZATION;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

/// See the module.
pub(super) static PROVIDER: Provider = Provider {
    name: "360dialog",
    api_url: "https://waba-v2.360dialog.io",
    keys: Keys {
        number: Key {
            name: "phone_number_id",
            what: "the number's id in the 360dialog Hub",
            shape: PLAIN_ID,
            read: plain_id,
        },
        account: Key {
            name: "waba_id",
            what: "the WhatsApp Business account's id in the 360dialog Hub",
            shape: PLAIN_ID,
            read: plain_id,
        },
        token: Some("api_key"),
        secrets: "webhook_secrets",
        verify: None,
        public: None,
    },
    hook: Some(Hook {
        proof: "authorization",
        vouches,
        envelope: |_, post, _| Cow::Borrowed(post.body),
        dated: true,
        probe: |access, _| {
            let secret = access.secrets.first().map_or("", |secret| secret.expose());
            let bearer = format!("Bearer {secret}");
            let json = "application/json".to_owned();
            Probe { headers: vec![("content-type", json), ("authorization", bearer)], body: PROBE }
        },
    }),
    limits: None,
    connect: |access, timeouts| {
        let token = access.token.clone();
        Ok(Arc::new(GraphClient::through(DOOR, &access.api_url, token, timeouts)?))
    },
};

/// Its door to the Cloud API.
pub(super) const DOOR: Door = Door {
    header: Some("D360-API-KEY"),
    without_ids: true,
    probe: &["v1", "configs", "webhook"],
    refusal,
};

/// Whether the post carries one of our secrets: as a bearer token in the header that was set at 360dialog, or as
/// the password of a URL such as `https://guichet:SECRET@desk.example/...`.
fn vouches(access: &Access, post: &Post<'_>) -> bool {
    let given = post.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some((scheme, rest)) = given.and_then(|given| given.split_once(' ')) else { return false };
    let given = match scheme.to_ascii_lowercase().as_str() {
        "bearer" => rest.trim().as_bytes().to_vec(),
        "basic" => {
            let pair = STANDARD.decode(rest.trim()).unwrap_or_default();
            let colon = pair.iter().position(|byte| *byte == b':').map_or(pair.len(), |at| at + 1);
            pair[colon..].to_vec()
        }
        _ => return false,
    };
    // Digests of one length are compared, so that not even the length of the secret shows in the time.
    let given = Sha256::digest(given);
    access.secrets.iter().fold(false, |known, secret| {
        known | bool::from(Sha256::digest(secret.expose()).ct_eq(&given))
    })
}

/// What 360dialog refuses itself, before the Cloud API is asked, under the Cloud API's code for the same. It says
/// so in words only; a 5xx may have gone through.
fn refusal(status: StatusCode, body: &[u8]) -> Option<PlatformError> {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let meta = &json["meta"];
    let told = [&meta["developer_message"], &meta["developerMessage"], &json["detail"]];
    let told = told.iter().find_map(|text| text.as_str()).unwrap_or_default();
    let says = |word: &str| told.to_lowercase().contains(word);
    let code = match status.as_u16() {
        // The key is not taken.
        401 => 190,
        // This path is closed to us.
        403 => 10,
        400 if says("rate limit") || says("exceeded") => 80_007,
        // An unpaid invoice.
        400 if says("payment") || says("invoice") => 131_042,
        400 if says("disabled") => 131_031,
        400 if meta.is_object() => 100,
        _ => return None,
    };
    Some(PlatformError { code, title: told.to_owned(), ..PlatformError::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Secret;
    use crate::whatsapp::error::Class;
    use reqwest::header::HeaderMap;

    fn access(secrets: &[&str]) -> Access {
        Access {
            number: "1".into(),
            account: "2".into(),
            api_url: "https://waba-v2.360dialog.io".into(),
            token: Secret::new("key"),
            secrets: secrets.iter().map(|secret| Secret::new(*secret)).collect(),
            public_url: None,
            path: "/webhooks/360dialog/support".into(),
        }
    }

    #[test]
    fn a_webhook_is_known_by_the_secret_that_was_set() {
        let access = access(&["new secret", "old"]);
        let basic = |pair: &str| format!("Basic {}", STANDARD.encode(pair));
        for (header, vouched) in [
            (Some("Bearer new secret".to_owned()), true),
            (Some("bearer old".to_owned()), true),
            (Some(basic("guichet:old")), true),
            (Some(basic(":new secret")), true),
            (Some("Bearer new".to_owned()), false),
            (Some("Bearer ".to_owned()), false),
            (Some("old".to_owned()), false),
            (Some(basic("old")), false),
            (Some(basic("old:guichet")), false),
            (Some("Basic %%%".to_owned()), false),
            (None, false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(header) = &header {
                headers.insert(AUTHORIZATION, header.parse().expect("a header"));
            }
            let post = Post { target: "/webhooks/360dialog/support", headers: &headers, body: b"" };
            assert_eq!(vouches(&access, &post), vouched, "{header:?}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, "Bearer ".parse().expect("a header"));
        let post = Post { target: "/", headers: &headers, body: b"" };
        assert!(!vouches(&self::access(&[]), &post), "without a secret nobody is known");
    }

    #[test]
    fn its_own_refusals_have_their_class() {
        let meta =
            |told: &str| format!(r#"{{"meta":{{"http_code":400,"developer_message":"{told}"}}}}"#);
        for (status, body, class) in [
            (401, meta("Invalid api_key"), Some((190, Class::Account))),
            (401, "nope".to_owned(), Some((190, Class::Account))),
            (403, meta("The endpoint is blocked"), Some((10, Class::Account))),
            (400, meta("You have exceeded the endpoint rate limit."), Some((80_007, Class::Wait))),
            (
                400,
                meta("Could not send message due to lack of payment."),
                Some((131_042, Class::Account)),
            ),
            (
                400,
                r#"{"meta":{"developerMessage":"Your WhatsApp for Business API has been disabled"}}"#
                    .to_owned(),
                Some((131_031, Class::Account)),
            ),
            (400, meta("Something else"), Some((100, Class::Never))),
            (400, "<html>".to_owned(), None),
            (500, meta("Internal server error"), None),
            (502, meta("WhatsApp for Business API not available"), None),
            (200, meta("fine"), None),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            let told = refusal(status, body.as_bytes());
            let told = told.map(|error| (error.code, error.explain().class));
            assert_eq!(told, class, "{status} {body}");
        }
    }
}
