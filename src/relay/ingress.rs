//! Webhooks: the one public door.
//!
//! A notification is measured, its signature checked over the raw bytes, split into facts, and handed to the
//! desk; those of another provider than Meta come for one line, and are first written as Meta's would be. 200 is
//! answered when the last of them is on disk. What is signed but cannot be understood is kept and answered 200
//! too, or the platform would send it for seven days.

use super::Relay;
use super::desk::{Overloaded, UNREADABLE};
use super::fact::{Counts, Fact, What, Who};
use super::files::{offer, pieces};
use super::forgeries::Forgeries;
use super::lines::Line;
use super::metrics::Rejection;
use super::translate::Translator;
use crate::domain::name::Name;
use crate::vault::FileError;
use crate::whatsapp::provider::{self, Post};
use crate::whatsapp::signature::{self, SIGNATURE_HEADER, SignatureFault};
use crate::whatsapp::webhook;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The largest body that is taken. Source: webhooks/overview, "payloads up to 3 MB".
pub const BODY_MOST: usize = 3_145_728;
/// How much of a body over the limit is read before the connection is given up.
const DROPPED_MOST: usize = 4 * BODY_MOST;
/// What all bodies together may hold beyond [`BODY_SMALL`] each, in bytes: so large ones, also unsigned ones,
/// never take the machine's memory.
const BODIES_MOST: usize = 64 << 20;
/// Up to here a body needs no share of [`BODIES_MOST`], so that large ones never keep ordinary webhooks out.
const BODY_SMALL: usize = 16 << 10;
/// How long a body may take to arrive, in real time; the consoles' listener keeps to it too.
pub const BODY_TIME: Duration = Duration::from_secs(30);

/// The routes of the public listener: webhooks, and files for who fetches them.
pub fn router(relay: Relay) -> Router {
    let bodies = Arc::new(Semaphore::new(BODIES_MOST));
    let public = Public { relay, bodies, forgeries: Arc::default() };
    Router::new()
        .route("/webhooks/whatsapp", get(handshake).post(of_app))
        .route("/webhooks/{provider}/{line}", post(of_line))
        .route("/files/{ticket}/{name}", get(offered))
        .with_state(public)
}

/// What the routes need.
#[derive(Clone)]
struct Public {
    relay: Relay,
    bodies: Arc<Semaphore>,
    forgeries: Arc<Forgeries>,
}

/// The verification handshake. Source: webhooks/create-webhook-endpoint.
async fn handshake(
    State(Public { relay, .. }): State<Public>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let word = |name: &str| query.get(name).map(String::as_str);
    let lines = relay.lines.now();
    let tokens: Vec<_> = lines.values().filter_map(|line| line.verify_token.clone()).collect();
    let (mode, token) = (word("hub.mode"), word("hub.verify_token"));
    match signature::handshake(mode, token, word("hub.challenge"), &tokens) {
        Some(challenge) => challenge.to_owned().into_response(),
        None => {
            relay.metrics.rejected(Rejection::VerifyToken);
            (StatusCode::FORBIDDEN, "the verify token is not one of this relay's\n").into_response()
        }
    }
}

/// A webhook of Meta's own app, which may be of any of its lines.
async fn of_app(State(public): State<Public>, headers: HeaderMap, body: Body) -> Response {
    taken(public, &headers, body, |relay, lines, body| {
        let header = headers.get(SIGNATURE_HEADER).and_then(|header| header.to_str().ok());
        let vouched = vouched(lines, header, body).ok()?;
        Some(facts(relay, &vouched, body))
    })
    .await
}

/// A webhook of another provider, for one line.
async fn of_line(
    State(public): State<Public>,
    Path((provider, name)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let target = uri.path_and_query().map_or("", |target| target.as_str());
    let missed = public.relay.wake.missed.clone();
    let answer = taken(public, &headers, body, |relay, lines, body| {
        // Of a line that is not there nothing more is told than of a wrong secret.
        let mut lines = lines.values();
        let line = lines.find(|line| line.name == *name && line.provider.name == provider)?;
        let hook = line.provider.hook.as_ref()?;
        let post = Post { target, headers: &headers, body };
        if !(hook.vouches)(&line.access, &post) {
            return None;
        }
        let envelope = (hook.envelope)(&line.access, &post, relay.clock.now());
        Some(facts(relay, &[line], &envelope))
    })
    .await;
    // Who posts once does not post it again.
    if matches!(answer.status(), StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT) {
        missed.notify_one();
    }
    answer
}

/// Takes what a provider's list tells, in the form of a webhook of the Cloud API's, for the line whose list it is.
///
/// # Errors
/// When too much waits: nothing was taken.
pub(super) async fn told(relay: &Relay, line: &Line, body: &[u8]) -> Result<Counts, Overloaded> {
    relay.desk.facts(facts(relay, &[line], body)).await
}

/// Takes a webhook. `read` gives what it tells, or nothing if nobody vouches for it.
async fn taken(
    Public { relay, bodies, forgeries }: Public,
    headers: &HeaderMap,
    body: Body,
    read: impl FnOnce(&Relay, &BTreeMap<Name, Line>, &Bytes) -> Option<Vec<Fact>>,
) -> Response {
    let started = tokio::time::Instant::now();
    relay.metrics.webhooks_received.increment(1);
    let refuse = |why, status: StatusCode, text: &'static str| {
        relay.metrics.rejected(why);
        (status, text).into_response()
    };
    // Its share of the memory is held until it is answered.
    let (body, _share) = match tokio::time::timeout(BODY_TIME, collect(body, bodies)).await {
        Ok(Ok(collected)) => collected,
        Ok(Err(Cut::Crowded)) => {
            return refuse(
                Rejection::Overload,
                StatusCode::SERVICE_UNAVAILABLE,
                "too much waits; send it again\n",
            );
        }
        Ok(Err(Cut::Over)) => {
            return refuse(
                Rejection::TooLarge,
                StatusCode::PAYLOAD_TOO_LARGE,
                "the body is over 3145728 bytes\n",
            );
        }
        Ok(Err(Cut::Short)) | Err(_) => {
            let text = "the body did not arrive\n";
            return refuse(Rejection::Malformed, StatusCode::REQUEST_TIMEOUT, text);
        }
    };
    let Some(facts) = read(&relay, &relay.lines.now(), &body) else {
        if let Some(count) = forgeries.note(started) {
            let hooks = provider::ALL.iter().filter_map(|one| one.hook.as_ref());
            let mut proofs = hooks.map(|hook| hook.proof).chain([SIGNATURE_HEADER]);
            let signed = proofs.any(|header| headers.contains_key(header));
            tracing::warn!(
                count,
                signed,
                "webhooks refused: the signature is missing or not made with a configured secret"
            );
        }
        return refuse(
            Rejection::Signature,
            StatusCode::UNAUTHORIZED,
            "the signature is missing or not made with a configured app secret\n",
        );
    };
    if !relay.disk.has_room() {
        return refuse(
            Rejection::Disk,
            StatusCode::SERVICE_UNAVAILABLE,
            "there is too little room on the relay's disk\n",
        );
    }
    let updates = facts.len() as u64;
    match relay.desk.facts(facts).await {
        Ok(counts) => {
            relay.metrics.updates.increment(updates);
            relay.metrics.duplicates.increment(counts.duplicates as u64);
            relay.metrics.dead_letters.increment(counts.dead as u64);
            relay.metrics.ingest.record(started.elapsed().as_secs_f64());
            StatusCode::OK.into_response()
        }
        Err(_) => refuse(
            Rejection::Overload,
            StatusCode::SERVICE_UNAVAILABLE,
            "too much waits; send it again\n",
        ),
    }
}

/// A file that an agent sends, for a provider that fetches it with an address that the relay gave to him alone.
async fn offered(
    State(Public { relay, .. }): State<Public>,
    Path((ticket, _)): Path<(String, String)>,
) -> Response {
    let opening = tokio::task::spawn_blocking(move || offer::open(&relay, &ticket));
    match opening.await {
        Ok(Ok(opened)) => {
            let mime = opened.about.mime.clone().unwrap_or_else(|| BYTES.to_owned());
            let length = opened.about.bytes.to_string();
            let headers = [
                (CONTENT_TYPE, mime),
                (CONTENT_LENGTH, length),
                (CACHE_CONTROL, "no-store".into()),
            ];
            (headers, Body::from_stream(pieces(opened))).into_response()
        }
        Ok(Err(FileError::Io(_))) | Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Ok(Err(_)) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The type of a file of which nothing else is known.
const BYTES: &str = "application/octet-stream";

/// Why a body is not taken.
enum Cut {
    Over,
    Short,
    /// There is no memory for it now.
    Crowded,
}

/// The body, if it is not too large. What is over the limit is read and dropped up to a bound, so that the
/// sender has written all of it and reads the answer.
async fn collect(
    body: Body,
    bodies: Arc<Semaphore>,
) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Cut> {
    use futures_util::StreamExt;
    let mut pieces = body.into_data_stream();
    let mut first = Bytes::new();
    let mut rest = Vec::new();
    let mut length = 0;
    let mut share: Option<OwnedSemaphorePermit> = None;
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Cut::Short)?;
        length += piece.len();
        if length > DROPPED_MOST {
            break;
        }
        let held = share.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let more = length.saturating_sub(BODY_SMALL).saturating_sub(held);
        if length > BODY_MOST {
            (first, rest, share) = (Bytes::new(), Vec::new(), None);
            continue;
        }
        if let Ok(more @ 1..) = u32::try_from(more) {
            let more = bodies.clone().try_acquire_many_owned(more).map_err(|_| Cut::Crowded)?;
            match &mut share {
                Some(share) => share.merge(more),
                None => share = Some(more),
            }
        }
        if first.is_empty() {
            first = piece;
        } else {
            rest.extend_from_slice(&piece);
        }
    }
    if length > BODY_MOST {
        return Err(Cut::Over);
    }
    // Most webhooks arrive in one piece and are not copied.
    let whole = if rest.is_empty() { first } else { [&first[..], &rest].concat().into() };
    Ok((whole, share))
}

/// The lines whose app secret signed the body, by their phone number ids.
fn vouched<'a>(
    lines: &'a BTreeMap<Name, Line>,
    header: Option<&str>,
    body: &Bytes,
) -> Result<Vec<&'a Line>, SignatureFault> {
    // Lines mostly share one app: each secret is tried once.
    let mut secrets = Vec::new();
    let of_apps = || lines.values().filter(|line| line.provider.hook.is_none());
    for line in of_apps() {
        for secret in &line.access.secrets {
            if !secrets.contains(secret) {
                secrets.push(secret.clone());
            }
        }
    }
    let secret = &secrets[signature::verify(header, body, &secrets)?];
    Ok(of_apps().filter(|line| line.access.secrets.contains(secret)).collect())
}

/// A signed body as facts; one that is no webhook at all is a dead letter as a whole.
pub(super) fn facts(relay: &Relay, vouched: &[&Line], body: &[u8]) -> Vec<Fact> {
    let policy = relay.store.read().policy().clone();
    let lines: BTreeSet<_> = vouched.iter().map(|line| line.phone_number_id.clone()).collect();
    let accounts: BTreeSet<_> = vouched.iter().map(|line| line.account.clone()).collect();
    let translator = Translator {
        vault: &relay.vault,
        policy: &policy,
        lines: &lines,
        accounts: &accounts,
        now: relay.clock.now(),
    };
    match webhook::parse(body) {
        Ok(items) => {
            for item in &items {
                if matches!(
                    item.fact,
                    webhook::Fact::TemplateStatus(_)
                        | webhook::Fact::TemplateQuality(_)
                        | webhook::Fact::TemplateCategory(_)
                        | webhook::Fact::TemplateComponents(_)
                ) {
                    relay.wake.templates.notify_one();
                }
                if let webhook::Fact::Message(message) = &item.fact {
                    let lag = relay.clock.now().since(message.timestamp).max(0);
                    relay.metrics.lag.record(lag as f64 / 1000.0);
                }
            }
            let mut facts = translator.facts(&items);
            undated(vouched, &mut facts);
            if facts.is_empty() && body != signature::PROBE {
                facts.push(whole(body, "empty: a webhook without any item"));
            }
            facts
        }
        Err(error) => vec![whole(body, &format!("malformed: {error}"))],
    }
}

/// Who carries some lines does not tell when things happened: the same message may come again at another instant.
fn undated(vouched: &[&Line], facts: &mut [Fact]) {
    let undated = |line: &&&Line| line.provider.hook.as_ref().is_some_and(|hook| !hook.dated);
    for line in vouched.iter().filter(undated) {
        for fact in facts.iter_mut().filter(|fact| fact.line == line.phone_number_id) {
            if let What::Message(arrival) = &mut fact.what {
                arrival.undated = true;
            }
        }
    }
}

fn whole(body: &[u8], reason: &str) -> Fact {
    Fact {
        line: Name::from(""),
        who: Who::default(),
        what: What::Dead {
            reason: reason.to_owned(),
            raw: String::from_utf8_lossy(body).into_owned(),
        },
    }
}

/// Handles a dead letter once more, as if it arrived now. `raw` is a webhook with all that was not understood,
/// or what was understood and could not be decided, as `reason` tells; who vouched for it was looked at when it
/// came.
///
/// # Errors
/// Says why it is still not understood; nothing has changed then.
pub async fn retry(relay: &Relay, reason: &str, raw: &str) -> Result<(), String> {
    let lines = relay.lines.now();
    let all: Vec<_> = lines.values().collect();
    let facts = if reason.starts_with(UNREADABLE) {
        vec![serde_json::from_str(raw).map_err(|error| format!("malformed: {error}"))?]
    } else {
        facts(relay, &all, raw.as_bytes())
    };
    let why = facts.iter().find_map(|fact| match &fact.what {
        What::Dead { reason, .. } => Some(reason.as_str()),
        _ => None,
    });
    match why {
        Some(why) if why.starts_with("line:") => {
            Err("line: its number is not configured; configure it first".to_owned())
        }
        Some(why) if why.starts_with("account:") => {
            Err("account: its account is not configured; configure a line of it first".to_owned())
        }
        Some(why) => Err(why.to_owned()),
        None => relay.desk.facts_again(facts).await.map(|_| ()).map_err(|error| error.to_string()),
    }
}
