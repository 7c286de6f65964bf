//! One request to a platform over HTTPS, how far it came, and what that means for a message.
//!
//! The one hard part is to know what came of a send. Only a failure before the first byte of the request, a
//! 429 and a refusal that says so (see [`PlatformError`]) are known not accepted; whatever else is no
//! acceptance is unknown. No platform has an idempotency key.

use super::error::{Class, PlatformError};
use super::platform::{Fault, SendOutcome};
use crate::kit::Timestamp;
use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use serde_json::Value;
use std::time::Duration;

/// The largest answer that is read, in bytes.
const ANSWER_MOST: usize = 8 << 20;

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For the connection, with name resolution and TLS.
    pub connect: Duration,
    /// For a request as a whole, with its answer.
    pub whole: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), whole: Duration::from_secs(30) }
    }
}

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is none.
    #[error("api_url {url:?} is not an http or https address: {reason}")]
    Url {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// TLS cannot be set up.
    #[error("the HTTPS client cannot be set up: {reason}")]
    Tls {
        /// Why.
        reason: String,
    },
}

/// A platform's web server. Cloned freely: clones share their connections.
#[derive(Clone, Debug)]
pub(super) struct Server {
    pub(super) base: Url,
    pub(super) http: Client,
}

impl Server {
    /// The process must have installed its default TLS provider. Proxies of the environment are used, but not
    /// for loopback.
    pub(super) fn at(api_url: &str, timeouts: Timeouts) -> Result<Self, ClientError> {
        let fault = |reason: String| ClientError::Url { url: api_url.to_owned(), reason };
        let base = Url::parse(api_url).map_err(|error| fault(error.to_string()))?;
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none() {
            return Err(fault("it names no web server".to_owned()));
        }
        // A redirect or a repetition would send the message, or the token, a second time.
        let mut http = Client::builder()
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.whole)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .user_agent(concat!("guichet/", env!("CARGO_PKG_VERSION")));
        if is_loopback(&base) {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| ClientError::Tls { reason: chain(&error) })?;
        Ok(Self { base, http })
    }

    /// An address below the server's own.
    pub(super) fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// Whether an address lies on this server.
    pub(super) fn has(&self, url: &Url) -> bool {
        url.scheme() == self.base.scheme()
            && url.host_str() == self.base.host_str()
            && url.port_or_known_default() == self.base.port_or_known_default()
    }
}

/// An HTTP answer, read to its end.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// An exchange without a whole answer.
pub(super) struct Broken {
    pub(super) reason: String,
    pub(super) at: Stage,
}

/// How far an exchange came.
pub(super) enum Stage {
    /// The request could not even be made, say for a token with odd characters.
    Building,
    /// No connection: the first byte of the request cannot have left.
    Connecting,
    /// Some of the request may have left.
    Later,
}

/// Sends a request and reads the answer to its end.
pub(super) async fn exchange(request: RequestBuilder) -> Result<Answer, Broken> {
    let broken = |error: reqwest::Error| Broken {
        at: match () {
            () if error.is_connect() => Stage::Connecting,
            () if error.is_builder() => Stage::Building,
            () => Stage::Later,
        },
        reason: chain(&error.without_url()),
    };
    let mut response = request.send().await.map_err(broken)?;
    let mut body = Vec::new();
    let after = |reason: String| Broken { reason, at: Stage::Later };
    while let Some(piece) =
        response.chunk().await.map_err(|error| after(chain(&error.without_url())))?
    {
        body.extend_from_slice(&piece);
        if body.len() > ANSWER_MOST {
            return Err(after("the answer is too long".to_owned()));
        }
    }
    Ok(Answer { status: response.status(), headers: response.headers().clone(), body })
}

/// What came of a send: of one that was answered, what `judge` says.
pub(super) fn came(
    exchanged: Result<Answer, Broken>,
    judge: impl FnOnce(&Answer) -> SendOutcome,
) -> SendOutcome {
    match exchanged {
        Ok(answer) => judge(&answer),
        Err(Broken { reason, at: Stage::Building }) => {
            SendOutcome::NotSent { reason, retry: false }
        }
        Err(Broken { reason, at: Stage::Connecting }) => {
            SendOutcome::NotSent { reason, retry: true }
        }
        Err(Broken { reason, at: Stage::Later }) => SendOutcome::Unknown { reason },
    }
}

/// What an answer to a send means, if it is a refusal: with an error, or a 429 without one.
pub(super) fn refusal(answer: &Answer, error: Option<PlatformError>) -> Option<SendOutcome> {
    if let Some(error) = error {
        let class = error.explain().class;
        if class == Class::Unknown {
            let reason =
                format!("the platform answered with code {}, which leaves it open", error.code);
            return Some(SendOutcome::Unknown { reason });
        }
        return Some(SendOutcome::Rejected {
            code: Some(error.code),
            class,
            title: error.title,
            details: error.details.or(error.message),
            retry_after: retry_after(&answer.headers),
        });
    }
    (answer.status == StatusCode::TOO_MANY_REQUESTS).then(|| SendOutcome::Rejected {
        code: None,
        class: Class::Wait,
        title: "Too many requests".to_owned(),
        details: None,
        retry_after: retry_after(&answer.headers),
    })
}

/// What an answer to a send means that neither refuses nor names the message.
pub(super) fn open(answer: &Answer) -> SendOutcome {
    let status = answer.status.as_u16();
    let reason = format!("the platform answered {status} without an id or an error code");
    SendOutcome::Unknown { reason }
}

/// The body of a successful answer to a question, which changes nothing, or nothing that matters. `error`
/// reads the platform's refusal.
pub(super) fn told(
    exchanged: Result<Answer, Broken>,
    error: impl FnOnce(&Answer) -> Option<PlatformError>,
) -> Result<String, Fault> {
    let answer = exchanged.map_err(|broken| Fault::Silent { reason: broken.reason })?;
    if let Some(error) = error(&answer) {
        return Err(Fault::Refused(error));
    }
    if !answer.status.is_success() {
        let status = answer.status.as_u16();
        return Err(Fault::Silent {
            reason: format!("it answered {status} without an error code"),
        });
    }
    String::from_utf8(answer.body).map_err(|_| strange("it is no text"))
}

/// Whether what was told shows that the platform is there.
pub(super) fn alive(told: Result<String, Fault>) -> Result<(), Fault> {
    match told {
        Err(Fault::Refused(error))
            if !matches!(error.explain().class, Class::Wait | Class::Unknown) =>
        {
            Ok(())
        }
        other => other.map(drop),
    }
}

/// A platform's clock, in whole seconds, from whatever it answers.
///
/// # Errors
/// If it does not answer, or does not say.
pub async fn date(api_url: &str, timeouts: Timeouts) -> Result<Timestamp, Fault> {
    let silent = |reason: String| Fault::Silent { reason };
    let server = Server::at(api_url, timeouts).map_err(|error| silent(error.to_string()))?;
    let asked = exchange(server.http.get(server.base.clone())).await;
    let answer = asked.map_err(|broken| silent(broken.reason))?;
    let date = answer.headers.get("date").and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
    let date = date.ok_or_else(|| strange("it carries no date"))?;
    Ok(date.timestamp().into())
}

/// An answer that is not what was asked for.
pub(super) fn strange(reason: &str) -> Fault {
    Fault::Strange { reason: reason.to_owned() }
}

/// How long the platform asks to wait: the larger of `Retry-After` and the account's
/// `estimated_time_to_regain_access` (minutes, page "about-the-platform"); at most a day.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    const MOST: u64 = 24 * 3600;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let seconds = header("retry-after").and_then(|value| value.trim().parse::<u64>().ok());
    let usage =
        header("x-business-use-case-usage").and_then(|json| serde_json::from_str(json).ok());
    let regained = usage.as_ref().and_then(Value::as_object).and_then(|accounts| {
        let uses = accounts.values().filter_map(Value::as_array).flatten();
        uses.filter_map(|usage| usage["estimated_time_to_regain_access"].as_u64()).max()
    });
    let regained =
        regained.filter(|minutes| *minutes > 0).map(|minutes| minutes.saturating_mul(60));
    seconds.max(regained).map(|seconds| Duration::from_secs(seconds.min(MOST)))
}

/// An error with its causes. Addresses are taken out before; headers and bodies are never in it.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Whether an address is on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
