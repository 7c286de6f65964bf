//! The Cloud API over HTTPS.
//!
//! The one hard part is to know what came of a send. Only a failure before the first byte of the request, a
//! 429 and a body with an error code (other than those that say "unknown") are known not accepted; whatever
//! else is no acceptance is unknown. See the page "messages/send-messages": there is no idempotency key.

mod files;
mod inspect;

use super::error::{Class, PlatformError};
use super::listing::{self, NUMBER_FIELDS, NumberStatus, TEMPLATE_FIELDS, TemplatePage};
use super::platform::{Fault, FileFault, FilePlace, Incoming, Platform, SendOutcome, Upload};
use super::send::{MarkRead, SendRequest};
use super::template::{New, Submitted, Template};
use crate::kit::Secret;
use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use serde_json::Value;
use std::time::Duration;

/// The largest answer that is read, in bytes.
const ANSWER_MOST: usize = 8 << 20;
/// The most pages of templates that are read: far beyond the 6,000 templates an account may have.
const PAGES_MOST: usize = 1000;

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

/// The Cloud API as seen with one access token. Cloned freely: clones share their connections.
#[derive(Clone, Debug)]
pub struct GraphClient {
    base: Url,
    token: Secret,
    http: Client,
}

impl GraphClient {
    /// A client for `api_url` (with the version, `https://graph.facebook.com/v25.0`). The process must have
    /// installed its default TLS provider. Proxies of the environment are used, but not for loopback.
    pub fn new(api_url: &str, token: Secret, timeouts: Timeouts) -> Result<Self, ClientError> {
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
        Ok(Self { base, token, http })
    }

    fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    fn post(&self, phone_number_id: &str, body: &Value) -> RequestBuilder {
        let url = self.url(&[phone_number_id, "messages"]);
        self.http.post(url).bearer_auth(self.token.expose()).json(body)
    }

    fn get(&self, segments: &[&str], query: &[(&str, &str)]) -> RequestBuilder {
        self.http.get(self.url(segments)).bearer_auth(self.token.expose()).query(query)
    }
}

impl Platform for GraphClient {
    async fn send(&self, request: &SendRequest) -> SendOutcome {
        let body = match request.to_json() {
            Ok(body) => body,
            Err(invalid) => {
                return SendOutcome::NotSent { reason: invalid.to_string(), retry: false };
            }
        };
        match exchange(self.post(&request.phone_number_id, &body)).await {
            Ok(answer) => outcome(&answer),
            Err(Broken { reason, at: Stage::Building }) => {
                SendOutcome::NotSent { reason, retry: false }
            }
            Err(Broken { reason, at: Stage::Connecting }) => {
                SendOutcome::NotSent { reason, retry: true }
            }
            Err(Broken { reason, at: Stage::Later }) => SendOutcome::Unknown { reason },
        }
    }

    async fn mark_read(&self, read: &MarkRead) -> Result<(), Fault> {
        ask(self.post(&read.phone_number_id, &read.to_json())).await.map(drop)
    }

    async fn templates(&self, waba_id: &str) -> Result<Vec<Template>, Fault> {
        let mut found = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..PAGES_MOST {
            let mut query = vec![("fields", TEMPLATE_FIELDS), ("limit", "100")];
            query.extend(after.as_deref().map(|after| ("after", after)));
            // The platform's own address of the next page would carry the token; the cursor says enough.
            let json = ask(self.get(&[waba_id, "message_templates"], &query)).await?;
            let page = TemplatePage::from_json(&json).ok_or_else(|| Fault::Strange {
                reason: "it is no page of templates".to_owned(),
            })?;
            found.extend(page.templates);
            match page.after {
                None => return Ok(found),
                next if next == after => break,
                next => after = next,
            }
        }
        Err(Fault::Strange { reason: "the pages of templates never end".to_owned() })
    }

    async fn submit_template(&self, waba_id: &str, template: &New) -> Result<Submitted, Fault> {
        let url = self.url(&[waba_id, "message_templates"]);
        let request = self.http.post(url).bearer_auth(self.token.expose());
        let answer = ask(request.json(&template.to_json())).await?;
        let read = serde_json::from_str(&answer).ok().as_ref().and_then(Submitted::from_json);
        read.ok_or_else(|| Fault::Strange { reason: "it is no new template".to_owned() })
    }

    async fn number_status(&self, phone_number_id: &str) -> Result<NumberStatus, Fault> {
        let json = ask(self.get(&[phone_number_id], &[("fields", NUMBER_FIELDS)])).await?;
        NumberStatus::from_json(&json)
            .ok_or_else(|| Fault::Strange { reason: "it is no number".to_owned() })
    }

    async fn probe(&self, phone_number_id: &str) -> Result<(), Fault> {
        match ask(self.get(&[phone_number_id], &[("fields", "id")])).await {
            Err(Fault::Refused(error))
                if !matches!(error.explain().class, Class::Wait | Class::Unknown) =>
            {
                Ok(())
            }
            other => other.map(drop),
        }
    }

    async fn file_place(&self, phone_number_id: &str, id: &str) -> Result<FilePlace, Fault> {
        self.place_of_file(phone_number_id, id).await
    }

    async fn file(&self, url: &str) -> Result<Incoming, FileFault> {
        self.open_file(url).await
    }

    async fn upload(&self, phone_number_id: &str, upload: Upload) -> Result<String, Fault> {
        self.hand_in(phone_number_id, upload).await
    }
}

/// An HTTP answer, read to its end.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// An exchange without a whole answer.
struct Broken {
    reason: String,
    at: Stage,
}

/// How far an exchange came.
enum Stage {
    /// The request could not even be made, say for a token with odd characters.
    Building,
    /// No connection: the first byte of the request cannot have left.
    Connecting,
    /// Some of the request may have left.
    Later,
}

async fn exchange(request: RequestBuilder) -> Result<Answer, Broken> {
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

/// What an answer to a send means.
fn outcome(answer: &Answer) -> SendOutcome {
    if let Some(error) = PlatformError::from_body(&answer.body) {
        let class = error.explain().class;
        if class == Class::Unknown {
            let reason =
                format!("the platform answered with code {}, which leaves it open", error.code);
            return SendOutcome::Unknown { reason };
        }
        return SendOutcome::Rejected {
            code: Some(error.code),
            class,
            title: error.title,
            details: error.details,
            retry_after: retry_after(&answer.headers),
        };
    }
    if answer.status == StatusCode::TOO_MANY_REQUESTS {
        return SendOutcome::Rejected {
            code: None,
            class: Class::Wait,
            title: "Too many requests".to_owned(),
            details: None,
            retry_after: retry_after(&answer.headers),
        };
    }
    let accepted = std::str::from_utf8(&answer.body).ok().and_then(listing::accepted);
    match accepted {
        Some((wamid, message_status)) if answer.status.is_success() => {
            SendOutcome::Accepted { wamid, message_status }
        }
        _ => SendOutcome::Unknown {
            reason: format!(
                "the platform answered {} without an id or an error code",
                answer.status.as_u16()
            ),
        },
    }
}

/// Asks something that changes nothing, or nothing that matters; the body of a successful answer.
async fn ask(request: RequestBuilder) -> Result<String, Fault> {
    let answer =
        exchange(request).await.map_err(|broken| Fault::Silent { reason: broken.reason })?;
    if let Some(error) = PlatformError::from_body(&answer.body) {
        return Err(Fault::Refused(error));
    }
    if !answer.status.is_success() {
        let status = answer.status.as_u16();
        return Err(Fault::Silent {
            reason: format!("it answered {status} without an error code"),
        });
    }
    String::from_utf8(answer.body)
        .map_err(|_| Fault::Strange { reason: "it is no text".to_owned() })
}

/// How long the platform asks to wait: the larger of `Retry-After` and the account's
/// `estimated_time_to_regain_access` (minutes, page "about-the-platform"); at most a day.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
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

#[cfg(test)]
mod tests;
