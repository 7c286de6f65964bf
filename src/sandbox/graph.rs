//! The Graph API over HTTP: what is asked, who may ask, and what goes wrong on purpose.

use super::dialog360;
use super::fault::{Fate, FileFault};
use super::media;
use super::options::Carrier;
use super::refusal::Refusal;
use super::request::Request as Body;
use super::script::Act;
use super::setup;
use super::state::State;
use super::template;
use super::twilio;
use super::upload;
use super::wrong::Wrong;
use crate::kit::Timestamp;
use axum::body::{Body as HttpBody, Bytes};
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, header};
use serde_json::{Value, json};
use std::time::Duration;

/// The largest request that is read: media of 100 MB and their frame.
const LARGEST: usize = 101 * 1024 * 1024;

/// The connection is to be cut without an answer.
#[derive(Debug, thiserror::Error)]
#[error("cut on purpose")]
pub(super) struct Cut;

/// An answer of the Graph API.
pub(super) type Answer = Response<HttpBody>;

/// Answers one request, or has its connection cut.
pub(super) async fn answer(state: &State, request: Request<HttpBody>) -> Result<Answer, Cut> {
    let mut answer = undated(state, request).await?;
    if state.is(Wrong::Clock)
        && let Some(date) = date(state.clock.now())
    {
        answer.headers_mut().insert(header::DATE, date);
    }
    Ok(answer)
}

/// An instant as the header of an answer.
fn date(at: Timestamp) -> Option<HeaderValue> {
    let printer = jiff::fmt::rfc2822::DateTimePrinter::new();
    let text = printer.timestamp_to_rfc9110_string(&at.to_jiff()).ok()?;
    text.parse().ok()
}

/// The same; the date is left to the server.
async fn undated(state: &State, request: Request<HttpBody>) -> Result<Answer, Cut> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let mut segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let carrier = state.line().carrier;
    if carrier == Carrier::Cloud && segments.first().is_some_and(|first| is_version(first)) {
        segments.remove(0);
    }
    let Ok(bytes) = axum::body::to_bytes(body, LARGEST).await else {
        return Ok(refused(state, &Refusal::new(100, "The request is too large or incomplete.")));
    };
    if segments.first() == Some(&"_sandbox") {
        return Ok(own(state, &parts.method, &segments[1..], &bytes));
    }
    if state.is_out() {
        state.note(|record| record.requests.cut += 1);
        return Err(Cut);
    }
    let (fate, late) = state.fate();
    state.note(|record| {
        record.requests.received += 1;
        record.requests.slowed += u64::from(!late.is_zero());
        record.requests.cut += u64::from(matches!(fate, Fate::Cut { .. }));
        record.requests.broken += u64::from(matches!(fate, Fate::Broken { .. }));
    });
    let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = match carrier {
        Carrier::Cloud => header(header::AUTHORIZATION).map(str::to_owned),
        Carrier::Dialog360 => dialog360::bearer(&parts.headers),
        Carrier::Twilio => None,
    };
    if carrier == Carrier::Dialog360 {
        match dialog360::path(state, &segments) {
            Some(path) => segments = path,
            None => return Ok(refused(state, &Refusal::injected(403, None))),
        }
    }
    let ask = Ask {
        method: &parts.method,
        segments: &segments,
        query: parts.uri.query().unwrap_or_default(),
        bearer: bearer.as_deref(),
        content_type: header(header::CONTENT_TYPE).unwrap_or_default(),
        offset: parts.headers.get("file_offset").and_then(|value| value.to_str().ok()),
        bytes: &bytes,
    };
    let done = match fate {
        Fate::Cut { done: false } | Fate::Broken { done: false } => None,
        _ if carrier == Carrier::Twilio => {
            let query = parts.uri.query().unwrap_or_default();
            let (method, headers) = (&parts.method, &parts.headers);
            let ask = twilio::Ask { method, segments: &segments, query, headers, bytes: &bytes };
            Some(ask.handle(state).await)
        }
        _ => Some(ask.handle(state)),
    };
    if late > Duration::ZERO {
        tokio::time::sleep(late).await;
    }
    match (fate, done) {
        (Fate::Cut { .. }, _) => Err(Cut),
        (Fate::Broken { done }, _) => {
            let status = if done {
                StatusCode::INTERNAL_SERVER_ERROR
            } else {
                StatusCode::SERVICE_UNAVAILABLE
            };
            Ok(answered(
                status,
                "text/html",
                "<html><body>Sorry, something went wrong.</body></html>",
            ))
        }
        (Fate::Answer, Some(Ok(answer))) => Ok(answer),
        (Fate::Answer, Some(Err(refusal))) => Ok(refused(state, &refusal)),
        (Fate::Answer, None) => Err(Cut),
    }
}

struct Ask<'a> {
    method: &'a Method,
    segments: &'a [&'a str],
    query: &'a str,
    bearer: Option<&'a str>,
    content_type: &'a str,
    offset: Option<&'a str>,
    bytes: &'a Bytes,
}

impl Ask<'_> {
    fn handle(&self, state: &State) -> Result<Answer, Refusal> {
        if let ("GET", [app, "subscriptions"]) = (self.method.as_str(), self.segments) {
            return setup::subscriptions(state, app, self.bearer);
        }
        if let ("POST", [session]) = (self.method.as_str(), self.segments)
            && session.starts_with("upload:")
        {
            let token = self.bearer.and_then(|text| text.strip_prefix("OAuth "));
            state.authorise(token.map(|token| format!("Bearer {token}")).as_deref())?;
            return upload::finish(state, (session, self.query), self.offset, self.bytes);
        }
        state.authorise(self.bearer)?;
        if let ("GET", ["debug_token"]) = (self.method.as_str(), self.segments) {
            return Ok(setup::token(state, &self.argument("input_token").unwrap_or_default()));
        }
        setup::permit(state, self.segments)?;
        match (self.method.as_str(), self.segments) {
            ("POST", [number, "messages"]) => self.messages(state, number),
            ("POST", [number, "media"]) => self.upload(state, number),
            ("POST", [app, "uploads"]) => upload::begin(state, app, |name| self.argument(name)),
            ("GET", [account, "message_templates"]) => self.templates(state, account),
            ("POST", [account, "message_templates"]) => {
                state.check_account(account)?;
                state.submit(self.bytes).map(|made| json_answer(&made))
            }
            ("GET", [account, "subscribed_apps"]) => setup::apps(state, account),
            ("GET", [account, "phone_numbers"]) => setup::numbers(state, account),
            ("GET", ["_media", id]) => Ok(download(state, id, self.query)),
            ("GET", ["v1", "configs", "webhook"]) => Ok(dialog360::webhook(state)),
            ("GET", [id]) => self.object(state, id),
            ("DELETE", [id]) => state.with_world(|world| match world.media.remove(id) {
                true => Ok(json_answer(&json!({ "success": true }))),
                false => Err(unknown(id)),
            }),
            (method, _) => {
                let path = self.segments.join("/");
                Err(Refusal::new(100, format!("Unsupported {method} request for /{path}.")))
            }
        }
    }

    fn messages(&self, state: &State, number: &str) -> Result<Answer, Refusal> {
        state.note(|record| record.requests.messages += 1);
        let judged = state.check_number(number).and_then(|()| {
            if !self.content_type.starts_with("application/json") {
                return Err(Refusal::new(100, "The content type must be application/json."));
            }
            Body::read(self.bytes)
        });
        let answer = match judged {
            Ok(Body::Read { .. }) => {
                state.note(|record| record.requests.receipts += 1);
                Ok(json!({ "success": true }))
            }
            Ok(Body::Send(_)) if state.is(Wrong::AllowList) => {
                Err(Refusal::new(131_030, "Recipient phone number not in allowed list."))
            }
            Ok(Body::Send(send)) => state.send(number, &send).map(|accepted| accepted.body()),
            Err(refusal) => Err(refusal),
        };
        if let Err(refusal) = &answer {
            state.note(|record| *record.rejected.entry(refusal.code).or_default() += 1);
        }
        answer.map(|body| json_answer(&body))
    }

    fn upload(&self, state: &State, number: &str) -> Result<Answer, Refusal> {
        state.check_number(number)?;
        let file = media::upload(self.content_type, self.bytes)
            .ok_or_else(|| Refusal::new(100, "The parameter file is required."))?;
        if !media::is_for_whatsapp(self.bytes) {
            return Err(Refusal::new(100, "The parameter messaging_product is required."));
        }
        media::judge(&file)?;
        if state.file_fault().is_some() {
            return Err(Refusal::new(131_016, "The service for files is not available."));
        }
        state.note(|record| record.requests.uploads += 1);
        Ok(state.with_world(|world| {
            let id = world.ids.number().to_string();
            world.media.keep(id.clone(), file);
            json_answer(&json!({ "id": id }))
        }))
    }

    fn templates(&self, state: &State, account: &str) -> Result<Answer, Refusal> {
        state.check_account(account)?;
        let (name, status) = (self.argument("name"), self.argument("status"));
        let language = self.argument("language");
        let limit = match self.argument("limit") {
            None => template::PAGE,
            Some(text) => text.parse().map_err(|_| Refusal::new(100, "limit is no number"))?,
        };
        let keep = |one: &template::Template| {
            name.as_ref().is_none_or(|name| one.name.contains(name.as_str()))
                && status.as_ref().is_none_or(|status| one.status().eq_ignore_ascii_case(status))
                && language.as_ref().is_none_or(|language| one.language == *language)
        };
        let kept: String = self
            .query
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("after="))
            .flat_map(|pair| [pair, "&"])
            .collect();
        let link = |cursor: &str| {
            format!("{}/v25.0/{account}/message_templates?{kept}after={cursor}", state.base)
        };
        let after = self.argument("after");
        state
            .with_world(|world| world.catalogue.page(keep, after.as_deref(), limit, link))
            .map(|page| json_answer(&page))
    }

    fn object(&self, state: &State, id: &str) -> Result<Answer, Refusal> {
        let file = state.with_world(|world| world.media.get(id).cloned());
        if let Some(file) = file {
            let struck = state.file_fault();
            if struck == Some(FileFault::Gone) {
                return Err(unknown(id));
            }
            let large = struck == Some(FileFault::Large);
            let size = if large { 200 << 20 } else { file.bytes.len() };
            return Ok(json_answer(&json!({
                "messaging_product": "whatsapp",
                "url": media::address(&state.files, id, state.clock.now()),
                "mime_type": file.mime, "sha256": file.sha256_hex(), "file_size": size, "id": id,
            })));
        }
        state.check_number(id)?;
        let whole = setup::number(state, id);
        let Some(fields) = self.argument("fields") else { return Ok(json_answer(&whole)) };
        let mut some = json!({ "id": id });
        for field in fields.split(',').map(str::trim) {
            let value = whole.get(field).ok_or_else(|| {
                Refusal::new(100, format!("Tried accessing nonexisting field ({field})"))
            })?;
            some[field] = value.clone();
        }
        Ok(json_answer(&some))
    }

    fn argument(&self, name: &str) -> Option<String> {
        argument(self.query, name)
    }
}

/// The bytes of a file. An address that is over is answered without an error body, as the real one is.
pub(super) fn download(state: &State, id: &str, query: &str) -> Answer {
    let nothing = || answered(StatusCode::NOT_FOUND, "text/plain", "");
    let struck = state.file_fault();
    let over = media::is_over(argument(query, "at").as_deref(), state.clock.now());
    if over || matches!(struck, Some(FileFault::Gone | FileFault::Stale | FileFault::Large)) {
        return nothing();
    }
    let Some(file) = state.with_world(|world| world.media.get(id).cloned()) else {
        return nothing();
    };
    state.note(|record| record.requests.downloads += 1);
    let mut bytes = file.bytes.to_vec();
    if struck == Some(FileFault::Wrong)
        && let Some(last) = bytes.last_mut()
    {
        *last ^= 1;
    }
    let length = bytes.len();
    let body = if struck == Some(FileFault::Cut) {
        let half = Bytes::from(bytes).slice(..length / 2);
        let pieces = [Ok(half), Err(std::io::Error::other(Cut))];
        HttpBody::from_stream(futures_util::stream::iter(pieces))
    } else {
        HttpBody::from(bytes)
    };
    let mut answer = answered(StatusCode::OK, &file.mime, body);
    answer.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    answer
}

fn argument(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| unescaped(value)).next()
}

/// What only tests and scripts ask: `GET record`, and `POST say` with `{"from", "text"}`, which makes a customer
/// write (a name of the script, a phone, a user id; an unknown phone is a new customer; in a group with `"group"`, its id), and `POST template`, which
/// changes a template and tells of it.
fn own(state: &State, method: &Method, segments: &[&str], bytes: &Bytes) -> Answer {
    match (method.as_str(), segments) {
        ("GET", ["record"]) => match serde_json::to_value(state.record()) {
            Ok(record) => json_answer(&record),
            Err(_) => answered(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", ""),
        },
        ("POST", ["say"]) => {
            let asked: Value = serde_json::from_slice(bytes).unwrap_or_default();
            let act = match asked["text"].as_str() {
                Some(text) => Some(Act::say(text)),
                None => Act::read(step(&asked)),
            };
            let group = asked["group"].as_str();
            let said = asked["from"].as_str().zip(act);
            let said = said.and_then(|(from, act)| state.say(from, group, act));
            match said {
                Some(id) => json_answer(&json!({ "id": id })),
                None => answered(
                    StatusCode::BAD_REQUEST,
                    "text/plain",
                    "say takes {\"from\": customer or phone, \"text\": what}\n",
                ),
            }
        }
        ("POST", ["template"]) => {
            match serde_json::from_slice(bytes).map(|change| state.alter(change)) {
                Ok(true) => json_answer(&json!({ "success": true })),
                Ok(false) | Err(_) => answered(
                    StatusCode::BAD_REQUEST,
                    "text/plain",
                    "template takes {\"name\", \"language\"} of one that is there, and \"status\", \"quality\" or \"category\"\n",
                ),
            }
        }
        ("POST", ["tell"]) => match serde_json::from_slice(bytes).map(|tell| state.tell(tell)) {
            Ok(true) => json_answer(&json!({ "success": true })),
            Ok(false) => {
                answered(StatusCode::BAD_REQUEST, "text/plain", "there is no such customer\n")
            }
            Err(error) => answered(
                StatusCode::BAD_REQUEST,
                "text/plain",
                format!("tell takes \"agent\", \"group\", \"history\" or \"book\": {error}\n"),
            ),
        },
        _ => answered(
            StatusCode::NOT_FOUND,
            "text/plain",
            "there is GET record, POST say, POST template and POST tell\n",
        ),
    }
}

/// A step of a script, without who does it.
fn step(asked: &Value) -> Value {
    let mut step = asked.clone();
    if let Some(members) = step.as_object_mut() {
        members.remove("from");
        members.remove("group");
    }
    step
}

/// The refusal of an id that nobody has.
pub(super) fn unknown(id: &str) -> Refusal {
    let details = format!("Unsupported request. Object with ID '{id}' does not exist.");
    Refusal::new(100, details).subcode(33)
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

/// Undoes percent escapes and `+`.
fn unescaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (bytes[at], escaped) {
            (b'%', Some(byte)) => {
                plain.push(byte);
                at += 2;
            }
            (b'+', _) => plain.push(b' '),
            (byte, _) => plain.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&plain).into_owned()
}

fn refused(state: &State, refusal: &Refusal) -> Answer {
    if state.line().carrier == Carrier::Twilio {
        return twilio::refused(refusal);
    }
    if state.line().carrier == Carrier::Dialog360
        && let Some(answer) = dialog360::refused(refusal)
    {
        return answer;
    }
    let trace = state.with_world(|world| format!("A{:x}", world.ids.number()));
    let status = StatusCode::from_u16(refusal.http()).unwrap_or(StatusCode::BAD_REQUEST);
    answered(status, "application/json", refusal.body(&trace).to_string())
}

/// A body that is answered with 200.
pub(super) fn json_answer(body: &Value) -> Answer {
    answered(StatusCode::OK, "application/json", body.to_string())
}

pub(super) fn answered(status: StatusCode, mime: &str, body: impl Into<HttpBody>) -> Answer {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = status;
    if let Ok(mime) = mime.parse() {
        answer.headers_mut().insert(header::CONTENT_TYPE, mime);
    }
    answer
}
