//! The public URL of the webhooks, tried as the platform uses it: a handshake and a signed body.

use crate::kit::Secret;
use crate::whatsapp::exchange::{chain, is_loopback};
use crate::whatsapp::provider::Probe;
use crate::whatsapp::signature::{self, SIGNATURE_HEADER};
use reqwest::{Client, RequestBuilder, Url};
use std::time::Duration;

/// How long an answer may take; the platform does not wait longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The URL and what is needed to ask it.
#[derive(Debug)]
pub(super) struct Callback {
    pub(super) url: Url,
    http: Client,
}

/// What came of a handshake.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shaken {
    /// The challenge came back.
    Yes,
    /// A relay that expects another token.
    No,
    /// Not the answer of a relay: its HTTP status.
    Strange(u16),
    /// Its certificate is not trusted: why.
    Distrusted(String),
    /// It is not reached: why.
    Unreached(String),
}

impl Callback {
    /// Redirects are not followed, as the platform follows none.
    pub(super) fn new(url: Url) -> Result<Self, String> {
        let mut http = Client::builder()
            .connect_timeout(PATIENCE)
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("guichet-doctor/", env!("CARGO_PKG_VERSION")));
        if is_loopback(&url) {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| chain(&error))?;
        Ok(Self { url, http })
    }

    /// The URL without what might be secret in it.
    pub(super) fn shown(&self) -> String {
        shown(&self.url)
    }

    /// Whether it is in the clear, where the platform never posts.
    pub(super) fn is_plain(&self) -> bool {
        self.url.scheme() != "https"
    }

    /// Whether it lies on this machine, as the sandbox may have it.
    pub(super) fn is_near(&self) -> bool {
        is_loopback(&self.url)
    }

    /// The GET with which the platform makes sure of a URL.
    pub(super) async fn shake(&self, token: &Secret) -> Shaken {
        let challenge = rand::random::<u64>().to_string();
        let query = [
            ("hub.mode", "subscribe"),
            ("hub.challenge", challenge.as_str()),
            ("hub.verify_token", token.expose()),
        ];
        match asked(self.http.get(self.url.clone()).query(&query)).await {
            Ok((200, body)) if body == challenge.as_bytes() => Shaken::Yes,
            Ok((403, _)) => Shaken::No,
            Ok((status, _)) => Shaken::Strange(status),
            Err(why) if why.contains("peer certificate") => Shaken::Distrusted(why),
            Err(why) => Shaken::Unreached(why),
        }
    }

    /// Posts a signed body that says nothing; the HTTP status.
    pub(super) async fn post(&self, secret: &Secret) -> Result<u16, String> {
        let signed = signature::sign(signature::PROBE, secret);
        let json = "application/json".to_owned();
        let headers = vec![("content-type", json), (SIGNATURE_HEADER, signed)];
        self.posted(&Probe { headers, body: signature::PROBE }).await
    }

    /// Posts what a provider would; the HTTP status.
    pub(super) async fn probe(&self, probe: &Probe) -> Result<u16, Shaken> {
        self.posted(probe).await.map_err(|why| match why.contains("peer certificate") {
            true => Shaken::Distrusted(why),
            false => Shaken::Unreached(why),
        })
    }

    async fn posted(&self, probe: &Probe) -> Result<u16, String> {
        let mut request = self.http.post(self.url.clone()).body(probe.body);
        for (name, value) in &probe.headers {
            request = request.header(*name, value);
        }
        asked(request).await.map(|(status, _)| status)
    }
}

/// The status and the first bytes of the answer.
async fn asked(request: RequestBuilder) -> Result<(u16, Vec<u8>), String> {
    const ENOUGH: usize = 4096;
    let told = |error: reqwest::Error| match error.is_timeout() {
        true => format!("no answer within {} s", PATIENCE.as_secs()),
        false => chain(&error.without_url()),
    };
    let mut answer = request.send().await.map_err(told)?;
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(told)? {
        body.extend_from_slice(&piece);
        if body.len() > ENOUGH {
            break;
        }
    }
    Ok((answer.status().as_u16(), body))
}

/// A URL without its query and without a password.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}
