//! Twilio's API before the same world: forms instead of JSON, contents instead of templates, files fetched where
//! the business says that they are, and numbers of its own for what is wrong. Read strictly: an unknown field, a
//! sender without its beginning or a content with other variables is refused
//! (twilio.com/docs: messages resource, content API, api/errors).

mod approve;
mod content;
mod hook;
mod log;
mod message;
mod rich;

pub(super) use hook::{Letter, letter};
pub(super) use log::{Log, note};

use super::fault::FileFault;
use super::graph::{Answer, answered, json_answer};
use super::media;
use super::refusal::Refusal;
use super::state::State;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, header};
use base64::Engine as _;
use serde_json::json;

/// Where the version of its API begins.
pub(super) const VERSION: &str = "2010-04-01";

/// What was asked.
pub(super) struct Ask<'a> {
    pub(super) method: &'a Method,
    pub(super) segments: &'a [&'a str],
    pub(super) query: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) bytes: &'a Bytes,
}

/// The account that the sandbox plays it for.
pub(super) fn account(state: &State) -> &str {
    state.line().account()
}

/// The number, digits only.
pub(super) fn number(state: &State) -> &str {
    state.line().number()
}

impl Ask<'_> {
    /// Answers.
    pub(super) async fn handle(&self, state: &State) -> Result<Answer, Refusal> {
        if let ("GET", ["_cdn", id]) = (self.method.as_str(), self.segments) {
            // Where files lie nobody asks for a token; whoever shows one shows it to a stranger.
            if self.headers.contains_key(header::AUTHORIZATION) {
                return Ok(answered(StatusCode::BAD_REQUEST, "text/xml", ""));
            }
            return Ok(super::graph::download(state, id, self.query));
        }
        self.authorise(state)?;
        let ours = account(state);
        match (self.method.as_str(), self.segments) {
            ("POST", [VERSION, "Accounts", account, "Messages.json"]) if *account == ours => {
                self.message(state).await
            }
            ("GET", [VERSION, "Accounts", account])
                if account.strip_suffix(".json") == Some(ours) =>
            {
                Ok(json_answer(&json!({
                    "sid": ours, "friendly_name": "Bottega Guichet", "status": "active", "type": "Full",
                })))
            }
            ("GET", [VERSION, "Accounts", account, "Messages", _, "Media", id])
                if *account == ours =>
            {
                self.file(state, id)
            }
            ("GET", [VERSION, "Accounts", account, "Messages.json"]) if *account == ours => {
                log::list(state, self.query)
            }
            ("GET", [VERSION, "Accounts", account, "Messages", id, "Media.json"])
                if *account == ours =>
            {
                log::files(state, id)
            }
            ("POST", ["v1", "Content"]) => self.make(state),
            ("POST", ["v1", "Content", sid, "ApprovalRequests", "whatsapp"]) => {
                self.approve(state, sid)
            }
            ("GET", ["v1", "ContentAndApprovals"]) => Ok(content::list(state, self.query)),
            _ => Err(Refusal::new(20_404, "The requested resource was not found")),
        }
    }

    /// Refuses with 20003 unless the account and its token are there.
    fn authorise(&self, state: &State) -> Result<(), Refusal> {
        let given = self.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let pair = given.and_then(|given| given.strip_prefix("Basic "));
        let pair =
            pair.and_then(|pair| base64::engine::general_purpose::STANDARD.decode(pair).ok());
        let pair = pair.and_then(|pair| String::from_utf8(pair).ok()).unwrap_or_default();
        let (user, token) = pair.split_once(':').unwrap_or_default();
        let known = state.authorise(Some(&format!("Bearer {token}"))).is_ok();
        if user == account(state) && known {
            return Ok(());
        }
        Err(Refusal::new(20_003, "Authenticate"))
    }

    /// A file of a customer: the address leads on to where it lies.
    fn file(&self, state: &State, id: &str) -> Result<Answer, Refusal> {
        let there = state.with_world(|world| world.media.get(id).is_some());
        if !there || state.file_fault() == Some(FileFault::Gone) {
            return Err(Refusal::new(20_404, "The requested resource was not found"));
        }
        let at = media::address(&format!("{}/_cdn", state.base), id, state.clock.now());
        let to = at.replace("/_media/", "/");
        let mut answer = answered(StatusCode::TEMPORARY_REDIRECT, "text/xml", "");
        if let Ok(to) = to.parse() {
            answer.headers_mut().insert(header::LOCATION, to);
        }
        Ok(answer)
    }

    /// `POST /v1/Content`.
    fn make(&self, state: &State) -> Result<Answer, Refusal> {
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if kind != Some("application/json") {
            return Err(Refusal::new(20_001, "The body must be JSON"));
        }
        let sid = format!("HX{:032}", state.with_world(|world| world.ids.number()));
        let made = rich::Made::read(self.bytes, sid);
        if let Err(refusal) = &made {
            state.note(|record| *record.rejected.entry(refusal.code).or_default() += 1);
        }
        let made = made?;
        let body = made.listed(account(state)).to_string();
        state.note(|record| record.requests.contents += 1);
        state.with_log(|log| log.made.push(made));
        Ok(answered(StatusCode::CREATED, "application/json", body))
    }

    /// `POST /v1/Content/{sid}/ApprovalRequests/whatsapp`: WhatsApp gets a template, and judges it.
    fn approve(&self, state: &State, sid: &str) -> Result<Answer, Refusal> {
        let asked: approve::Approval = serde_json::from_slice(self.bytes)
            .map_err(|fault| Refusal::new(20_001, fault.to_string()))?;
        let template = state.with_log(|log| {
            let made = log.made.iter().find(|made| made.sid == sid)?;
            made.template(&asked)
        });
        let none = || Refusal::new(20_404, "The requested resource was not found");
        let (kind, template) = template.ok_or_else(none)?;
        let id =
            sid.trim_start_matches("HX").trim_start_matches('0').parse().map_err(|_| none())?;
        let refused = |refusal: Refusal| Refusal::new(20_001, refusal.details);
        state.submit_as(template.to_string().as_bytes(), Some(id)).map_err(refused)?;
        state.with_log(|log| log.made.retain(|made| made.sid != sid));
        let body = json!({
            "name": asked.name, "category": asked.category, "content_type": kind,
            "status": "received", "rejection_reason": "", "allow_category_change": true,
        });
        Ok(answered(StatusCode::CREATED, "application/json", body.to_string()))
    }

    /// `POST Messages.json`.
    async fn message(&self, state: &State) -> Result<Answer, Refusal> {
        state.note(|record| record.requests.messages += 1);
        let sent = self.send(state).await;
        if let Err(refusal) = &sent {
            state.note(|record| *record.rejected.entry(refusal.code).or_default() += 1);
        }
        let sid = sent?;
        let body = json!({
            "sid": sid, "account_sid": account(state), "status": "queued", "error_code": null,
            "error_message": null, "direction": "outbound-api", "num_media": "0", "price": null,
        });
        Ok(answered(StatusCode::CREATED, "application/json", body.to_string()))
    }

    async fn send(&self, state: &State) -> Result<String, Refusal> {
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if kind != Some("application/x-www-form-urlencoded") {
            return Err(Refusal::new(20_001, "The body must be a form"));
        }
        let asked = message::read(self.bytes, number(state))?;
        let (send, later) = asked.into_send(state).await?;
        state.send_or_fail(number(state), &send, later).map(|accepted| accepted.id)
    }
}

/// A refusal in Twilio's shape; the codes of the world are told as Twilio's.
pub(super) fn refused(refusal: &Refusal) -> Answer {
    let code = hook::number(refusal.code);
    let status = match code {
        20_003 => 401,
        20_004 | 20_006 => 403,
        20_404 => 404,
        20_429 | 63_018 | 63_038 => 429,
        20_500 => 500,
        _ => 400,
    };
    let body = json!({
        "code": code, "message": refusal.details, "status": status,
        "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
    });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    answered(status, "application/json", body.to_string())
}
