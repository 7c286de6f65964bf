//! Twilio's API over HTTPS.

mod archive;
mod rich;
mod submit;

use super::super::archive::Archive;
use super::super::error::{Class, explain};
use super::super::exchange::{
    self, Answer, ClientError, Server, Timeouts, alive, came, chain, exchange, strange, told,
};
use super::super::listing::{NumberStatus, word};
use super::super::platform::{
    Asked, Fault, FileFault, FilePlace, Incoming, Platform, SendOutcome, Upload,
};
use super::super::provider::Access;
use super::super::send::{Body, Invalid, MarkRead, Recipient, SendRequest, TemplateMessage};
use super::super::template::{New, Submitted, Template};
use super::content::{self, Content};
use super::{OUTBOX, error, is_sid};
use crate::kit::Secret;
use futures_util::StreamExt as _;
use reqwest::{RequestBuilder, StatusCode, Url};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The most pages of contents that are read.
const PAGES_MOST: usize = 100;
/// How long a file may take as a whole.
const WHOLE: Duration = Duration::from_secs(420);
/// A file's address leads on to where it lies, perhaps twice.
const LEADS_MOST: usize = 3;

/// Twilio as seen with one auth token. Cloned freely: clones share their connections and the contents they know.
#[derive(Clone)]
pub(super) struct TwilioClient {
    server: Server,
    /// Where contents are found: a host of its own.
    contents_at: Url,
    account: String,
    number: String,
    token: Secret,
    /// Where statuses are posted.
    webhook: Option<String>,
    /// Approved contents by name and language, as last fetched.
    contents: Arc<Mutex<HashMap<(String, String), Content>>>,
    /// What we made ourselves.
    made: Arc<tokio::sync::Mutex<rich::Made>>,
}

/// What is sent cannot be sent over Twilio. The desk asks before it takes such a message; see `Limits`.
const NOT_CARRIED: &str = "Twilio does not carry this";

impl TwilioClient {
    pub(super) fn new(access: &Access, timeouts: Timeouts) -> Result<Self, ClientError> {
        let server = Server::at(&access.api_url, timeouts)?;
        let mut contents_at = server.base.clone();
        if contents_at.host_str() == Some("api.twilio.com") {
            let _ = contents_at.set_host(Some("content.twilio.com"));
        }
        contents_at.set_path("/v1/ContentAndApprovals");
        Ok(Self {
            server,
            contents_at,
            account: access.account.clone(),
            number: access.number.clone(),
            token: access.token.clone(),
            webhook: access.webhook(),
            contents: Arc::default(),
            made: Arc::default(),
        })
    }

    fn authorised(&self, request: RequestBuilder) -> RequestBuilder {
        request.basic_auth(&self.account, Some(self.token.expose()))
    }

    async fn ask(&self, url: Url) -> Result<String, Fault> {
        let answer = exchange(self.authorised(self.server.http.get(url))).await;
        told(answer, |answer| error::refusal(answer.status, &answer.body))
    }

    async fn account(&self) -> Result<String, Fault> {
        self.ask(self.server.url(&["Accounts", &format!("{}.json", self.account)])).await
    }

    /// All contents; those that can be sent are known from now on.
    async fn fetch(&self) -> Result<Vec<Content>, Fault> {
        let mut found = Vec::new();
        self.each_page(|json| {
            let (contents, next) = content::page(json)?;
            found.extend(contents);
            Some(next)
        })
        .await?;
        let key = |one: &Content| (one.template.name.clone(), one.template.language.clone());
        let known = found.iter().map(|one| (key(one), one.clone())).collect();
        *self.contents.lock().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(found)
    }

    /// Reads the list of contents to its end. `read` takes a page and gives the address of the next one; nothing if
    /// it is no page.
    async fn each_page(
        &self,
        mut read: impl FnMut(&str) -> Option<Option<String>> + Send,
    ) -> Result<(), Fault> {
        let mut next = self.contents_at.clone();
        next.set_query(Some("PageSize=100"));
        for _ in 0..PAGES_MOST {
            let json = self.ask(next.clone()).await?;
            let after = read(&json).ok_or_else(|| strange("it is no page of contents"))?;
            // The token is shown to no other host.
            let after = after.and_then(|after| self.contents_at.join(&after).ok());
            match after.filter(|after| after.origin() == self.contents_at.origin()) {
                None => return Ok(()),
                Some(after) if after == next => break,
                Some(after) => next = after,
            }
        }
        Err(strange("the pages of contents never end"))
    }

    fn known(&self, name: &str, language: &str) -> Option<Content> {
        let known = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&(name.to_owned(), language.to_owned())).cloned()
    }

    /// The fields of a template. Nothing of the message has left us when this ends otherwise.
    async fn template(
        &self,
        template: &TemplateMessage,
    ) -> Result<Vec<(&'static str, String)>, SendOutcome> {
        let (name, language) = (&template.name, &template.language);
        if self.known(name, language).is_none()
            && let Err(fault) = self.fetch().await
        {
            return Err(match fault {
                Fault::Refused(error) => refused(error.code, &error.title),
                fault => SendOutcome::NotSent { reason: fault.to_string(), retry: true },
            });
        }
        let content = self.known(name, language);
        let content =
            content.ok_or_else(|| refused(132_001, "there is no content of that name"))?;
        let variables = content.filled(&template.components);
        let variables =
            variables.ok_or_else(|| refused(132_000, "the content has other variables"))?;
        let mut fields = vec![("ContentSid", content.sid)];
        if !variables.is_empty() {
            fields.push(("ContentVariables", Value::from(variables).to_string()));
        }
        Ok(fields)
    }

    /// The form of a message.
    async fn form(
        &self,
        request: &SendRequest,
    ) -> Result<Vec<(&'static str, String)>, SendOutcome> {
        let invalid = |invalid: Invalid| unsent(&invalid.to_string());
        request.validate().map_err(invalid)?;
        if matches!(request.to, Recipient::Group(_)) {
            return Err(unsent(NOT_CARRIED));
        }
        let address = request.to.address().map_err(invalid)?;
        let mut form = vec![
            ("From", format!("whatsapp:+{}", self.number)),
            ("To", format!("whatsapp:{address}")),
        ];
        debug_assert!(matches!(request.to, Recipient::UserId(_)) || address.starts_with('+'));
        if let Some(webhook) = &self.webhook {
            form.push(("StatusCallback", status_callback(webhook, request.callback.as_deref())));
        }
        if request.reply_to.is_some() {
            return Err(unsent(NOT_CARRIED));
        }
        match &request.body {
            Body::Text { text, .. } => form.push(("Body", text.clone())),
            Body::File(file) => {
                form.extend(file.caption.clone().map(|caption| ("Body", caption)));
                form.push(("MediaUrl", file.id.clone()));
            }
            Body::Location(place) => {
                let json = serde_json::json!(place);
                let part = |name: &str| word(&json[name]);
                let label = part("name").or_else(|| part("address"));
                let (latitude, longitude) = (&json["latitude"], &json["longitude"]);
                let label = label.unwrap_or_else(|| format!("{latitude}, {longitude}"));
                form.push(("PersistentAction", format!("geo:{latitude},{longitude}|{label}")));
                form.push(("Body", label));
            }
            Body::Template(template) => form.extend(self.template(template).await?),
            Body::Interactive(said) => form.push(("ContentSid", self.content_of(said).await?)),
            Body::Reaction { .. } | Body::Contacts(_) => return Err(unsent(NOT_CARRIED)),
        }
        Ok(form)
    }

    /// The bytes at an address of Twilio's, which leads on to where they lie.
    async fn open(&self, url: &str) -> Result<Incoming, FileFault> {
        let fault = |reason: &str| FileFault::Silent { reason: reason.to_owned() };
        let mut url = Url::parse(url)
            .ok()
            .filter(|url| self.trusts(url))
            .ok_or_else(|| fault("the address is not the platform's"))?;
        for lead in 0..=LEADS_MOST {
            let mut request = self.server.http.get(url.clone()).timeout(WHOLE);
            // Where it leads to is somebody else's: the token is not for him.
            if lead == 0 {
                request = self.authorised(request);
            }
            let silent =
                |error: reqwest::Error| FileFault::Silent { reason: chain(&error.without_url()) };
            let response = request.send().await.map_err(silent)?;
            match response.status() {
                status if status.is_success() => {
                    let bytes = response.content_length();
                    let pieces = response.bytes_stream().map(move |piece| piece.map_err(silent));
                    return Ok(Incoming { bytes, pieces: pieces.boxed() });
                }
                status if status.is_redirection() => {
                    let to = response.headers().get("location").and_then(|to| to.to_str().ok());
                    let to = to.and_then(|to| url.join(to).ok());
                    let safe = |to: &Url| to.scheme() == "https" || self.server.has(to);
                    url = to.filter(safe).ok_or_else(|| fault("it leads nowhere"))?;
                }
                StatusCode::NOT_FOUND | StatusCode::GONE => return Err(FileFault::Stale),
                status => return Err(fault(&format!("it answered {}", status.as_u16()))),
            }
        }
        Err(fault("it leads on and on"))
    }

    /// Whether an address may be shown the token: the API's own server, and Twilio's others.
    fn trusts(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let theirs = host == "twilio.com" || host.ends_with(".twilio.com");
        self.server.has(url) || url.scheme() == "https" && theirs
    }
}

/// What an answer to a send means.
fn outcome(answer: &Answer) -> SendOutcome {
    let refused_so = error::refusal(answer.status, &answer.body);
    if let Some(refused) = exchange::refusal(answer, refused_so) {
        return refused;
    }
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let sid = word(&json["sid"]).filter(|sid| is_sid("SM", sid) || is_sid("MM", sid));
    let failed = json["error_code"].as_u64().and_then(|number| u32::try_from(number).ok());
    match (sid, failed) {
        _ if !answer.status.is_success() => exchange::open(answer),
        (Some(_), Some(number))
            if matches!(json["status"].as_str(), Some("failed" | "undelivered")) =>
        {
            refused(error::code(number), json["error_message"].as_str().unwrap_or_default())
        }
        (Some(wamid), _) => SendOutcome::Accepted { wamid, message_status: None },
        (None, _) => exchange::open(answer),
    }
}

/// Where the statuses of a message are posted: the address names the message.
fn status_callback(webhook: &str, outbox: Option<&str>) -> String {
    match outbox {
        Some(outbox) => {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair(OUTBOX, outbox)
                .finish();
            format!("{webhook}?{query}")
        }
        None => webhook.to_owned(),
    }
}

fn unsent(reason: &str) -> SendOutcome {
    SendOutcome::NotSent { reason: reason.to_owned(), retry: false }
}

fn refused(code: u32, title: &str) -> SendOutcome {
    SendOutcome::Rejected {
        code: Some(code),
        class: explain(code).class,
        title: title.to_owned(),
        details: None,
        retry_after: None,
    }
}

impl Platform for TwilioClient {
    fn send<'a>(&'a self, request: &'a SendRequest) -> Asked<'a, SendOutcome> {
        Box::pin(async move {
            let form = match self.form(request).await {
                Ok(form) => form,
                Err(outcome) => return outcome,
            };
            let url = self.server.url(&["Accounts", &self.account, "Messages.json"]);
            let post = self.authorised(self.server.http.post(url)).form(&form);
            let came = came(exchange(post).await, outcome);
            if matches!(came, SendOutcome::Rejected { class: Class::Template, .. }) {
                // The content under that id may be another by now.
                self.contents.lock().unwrap_or_else(PoisonError::into_inner).clear();
                self.forget_contents().await;
            }
            came
        })
    }

    /// There is nothing to tell: Twilio marks no message as read.
    fn mark_read<'a>(&'a self, _: &'a MarkRead) -> Asked<'a, Result<(), Fault>> {
        Box::pin(async { Ok(()) })
    }

    fn templates<'a>(&'a self, _: &'a str) -> Asked<'a, Result<Vec<Template>, Fault>> {
        Box::pin(async move {
            Ok(self.fetch().await?.into_iter().map(|content| content.template).collect())
        })
    }

    fn submit_template<'a>(
        &'a self,
        _: &'a str,
        template: &'a New,
    ) -> Asked<'a, Result<Submitted, Fault>> {
        Box::pin(self.submit(template))
    }

    fn number_status<'a>(&'a self, _: &'a str) -> Asked<'a, Result<NumberStatus, Fault>> {
        Box::pin(async move {
            let json: Value = serde_json::from_str(&self.account().await?).unwrap_or_default();
            let status = word(&json["status"]).ok_or_else(|| strange("it is no account"))?;
            let status = if status == "active" { "CONNECTED".to_owned() } else { status };
            let display_phone_number = Some(format!("+{}", self.number));
            Ok(NumberStatus { display_phone_number, status: Some(status), ..Default::default() })
        })
    }

    fn archive(&self) -> Option<&dyn Archive> {
        Some(self)
    }

    fn probe<'a>(&'a self, _: &'a str) -> Asked<'a, Result<(), Fault>> {
        Box::pin(async move { alive(self.account().await) })
    }

    /// Its webhooks name addresses and no ids.
    fn file_place<'a>(&'a self, _: &'a str, _: &'a str) -> Asked<'a, Result<FilePlace, Fault>> {
        Box::pin(async { Err(strange("Twilio's files have no ids")) })
    }

    fn file<'a>(&'a self, url: &'a str) -> Asked<'a, Result<Incoming, FileFault>> {
        Box::pin(self.open(url))
    }

    /// Twilio fetches a file where we say that it is.
    fn upload<'a>(&'a self, _: &'a str, upload: Upload) -> Asked<'a, Result<String, Fault>> {
        Box::pin(async move { upload.address.ok_or_else(|| strange("the file has no address")) })
    }
}

#[cfg(test)]
mod tests;
