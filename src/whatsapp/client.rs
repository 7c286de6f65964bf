//! The Cloud API over HTTPS: at Meta's own door, or at the door of a provider that speaks the same.

mod example;
mod files;
mod inspect;

use super::error::PlatformError;
use super::exchange::{
    self, Answer, ClientError, Server, Timeouts, alive, came, exchange, strange, told,
};
use super::listing::{self, NUMBER_FIELDS, NumberStatus, TEMPLATE_FIELDS, TemplatePage};
use super::platform::{
    Asked, Fault, FileFault, FilePlace, Incoming, Platform, Posting, SendOutcome, Upload,
};
use super::send::{MarkRead, SendRequest};
use super::template::{New, Submitted, Template};
use crate::kit::Secret;
use reqwest::{RequestBuilder, StatusCode, Url};
use serde_json::Value;

/// The most pages of templates that are read: far beyond the 6,000 templates an account may have.
const PAGES_MOST: usize = 1000;

/// A door to the Cloud API: what is different when it is not Meta's own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Door {
    /// The header that carries the token; without one it is a bearer token.
    pub(super) header: Option<&'static str>,
    /// One token opens one number: no id of a number or an account stands in a path.
    pub(super) without_ids: bool,
    /// What is asked to see that the door opens, where no number can be: where webhooks go.
    pub(super) probe: &'static [&'static str],
    /// The door's own refusals, which are not in the Graph API's shape.
    pub(super) refusal: fn(StatusCode, &[u8]) -> Option<PlatformError>,
}

/// Meta's own.
const META: Door = Door { header: None, without_ids: false, probe: &[], refusal: |_, _| None };

/// The Cloud API as seen with one access token. Cloned freely: clones share their connections.
#[derive(Clone, Debug)]
pub struct GraphClient {
    server: Server,
    token: Secret,
    door: Door,
}

impl GraphClient {
    /// A client for `api_url` (with the version, `https://graph.facebook.com/v25.0`). The process must have
    /// installed its default TLS provider. Proxies of the environment are used, but not for loopback.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn new(api_url: &str, token: Secret, timeouts: Timeouts) -> Result<Self, ClientError> {
        Self::through(META, api_url, token, timeouts)
    }

    /// The same through another door.
    pub(super) fn through(
        door: Door,
        api_url: &str,
        token: Secret,
        timeouts: Timeouts,
    ) -> Result<Self, ClientError> {
        Ok(Self { server: Server::at(api_url, timeouts)?, token, door })
    }

    /// The address of something of a number or an account.
    fn of(&self, id: &str, what: &str) -> Url {
        let ids = if self.door.without_ids { &[][..] } else { &[id][..] };
        self.server.url(&[ids, &[what]].concat())
    }

    fn authorised(&self, request: RequestBuilder) -> RequestBuilder {
        match self.door.header {
            Some(header) => request.header(header, self.token.expose()),
            None => request.bearer_auth(self.token.expose()),
        }
    }

    fn post(&self, number: &str, body: &Value) -> RequestBuilder {
        self.authorised(self.server.http.post(self.of(number, "messages"))).json(body)
    }

    fn get(&self, url: Url, query: &[(&str, &str)]) -> RequestBuilder {
        self.authorised(self.server.http.get(url)).query(query)
    }

    /// The refusal that an answer is.
    fn error(&self, answer: &Answer) -> Option<PlatformError> {
        PlatformError::from_body(&answer.body)
            .or_else(|| (self.door.refusal)(answer.status, &answer.body))
    }

    async fn ask(&self, request: RequestBuilder) -> Result<String, Fault> {
        told(exchange(request).await, |answer| self.error(answer))
    }

    /// Asks for what is there wherever the token is good; the answer is of a number where numbers can be asked
    /// for.
    async fn look(&self, number: &str, fields: &str) -> Result<String, Fault> {
        let request = match self.door.probe {
            [] => self.get(self.server.url(&[number]), &[("fields", fields)]),
            path => self.get(self.server.url(path), &[]),
        };
        self.ask(request).await
    }

    async fn all_templates(&self, account: &str) -> Result<Vec<Template>, Fault> {
        let mut found = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..PAGES_MOST {
            let mut query = vec![("fields", TEMPLATE_FIELDS), ("limit", "100")];
            query.extend(after.as_deref().map(|after| ("after", after)));
            // The platform's own address of the next page would carry the token; the cursor says enough.
            let request = self.get(self.of(account, "message_templates"), &query);
            let json = self.ask(request).await?;
            let page = TemplatePage::from_json(&json)
                .ok_or_else(|| strange("it is no page of templates"))?;
            found.extend(page.templates);
            match page.after {
                None => return Ok(found),
                next if next == after => break,
                next => after = next,
            }
        }
        Err(strange("the pages of templates never end"))
    }

    async fn submit(&self, account: &str, template: &New) -> Result<Submitted, Fault> {
        let post = self.server.http.post(self.of(account, "message_templates"));
        let answer = self.ask(self.authorised(post).json(&template.to_json())).await?;
        let read = serde_json::from_str(&answer).ok().as_ref().and_then(Submitted::from_json);
        read.ok_or_else(|| strange("it is no new template"))
    }

    /// What an answer to a send means.
    fn outcome(&self, answer: &Answer) -> SendOutcome {
        if let Some(refused) = exchange::refusal(answer, self.error(answer)) {
            return refused;
        }
        let accepted = std::str::from_utf8(&answer.body).ok().and_then(listing::accepted);
        match accepted {
            Some((wamid, message_status)) if answer.status.is_success() => {
                SendOutcome::Accepted { wamid, message_status }
            }
            _ => exchange::open(answer),
        }
    }
}

impl Platform for GraphClient {
    fn send<'a>(&'a self, request: &'a SendRequest) -> Asked<'a, SendOutcome> {
        Box::pin(async move {
            let body = match request.to_json() {
                Ok(body) => body,
                Err(invalid) => {
                    return SendOutcome::NotSent { reason: invalid.to_string(), retry: false };
                }
            };
            let post = self.post(&request.phone_number_id, &body);
            came(exchange(post).await, |answer| self.outcome(answer))
        })
    }

    fn mark_read<'a>(&'a self, read: &'a MarkRead) -> Asked<'a, Result<(), Fault>> {
        Box::pin(async move {
            self.ask(self.post(&read.phone_number_id, &read.to_json())).await.map(drop)
        })
    }

    fn templates<'a>(&'a self, account: &'a str) -> Asked<'a, Result<Vec<Template>, Fault>> {
        Box::pin(self.all_templates(account))
    }

    fn submit_template<'a>(
        &'a self,
        account: &'a str,
        template: &'a New,
    ) -> Asked<'a, Result<Submitted, Fault>> {
        Box::pin(self.submit(account, template))
    }

    fn number_status<'a>(&'a self, number: &'a str) -> Asked<'a, Result<NumberStatus, Fault>> {
        Box::pin(async move {
            let json = self.look(number, NUMBER_FIELDS).await?;
            NumberStatus::from_json(&json).ok_or_else(|| strange("it is no number"))
        })
    }

    fn probe<'a>(&'a self, number: &'a str) -> Asked<'a, Result<(), Fault>> {
        Box::pin(async move { alive(self.look(number, "id").await) })
    }

    fn callback(&self) -> Asked<'_, Result<Option<Posting>, Fault>> {
        Box::pin(async move {
            let path = self.door.probe;
            if path.is_empty() {
                return Ok(None);
            }
            let json = self.ask(self.get(self.server.url(path), &[])).await?;
            Ok(listing::posting(&json))
        })
    }

    fn file_place<'a>(
        &'a self,
        number: &'a str,
        id: &'a str,
    ) -> Asked<'a, Result<FilePlace, Fault>> {
        Box::pin(self.place_of_file(number, id))
    }

    fn file<'a>(&'a self, url: &'a str) -> Asked<'a, Result<Incoming, FileFault>> {
        Box::pin(self.open_file(url))
    }

    fn upload<'a>(&'a self, number: &'a str, upload: Upload) -> Asked<'a, Result<String, Fault>> {
        Box::pin(self.hand_in(number, upload))
    }

    fn example(&self, upload: Upload) -> Asked<'_, Result<String, Fault>> {
        Box::pin(self.hand_in_example(upload))
    }
}

#[cfg(test)]
mod tests;
