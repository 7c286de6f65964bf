//! What stands behind each path.

use super::answer::{Asked, Body, Fault, Number};
use super::pieces::{self, PIECE};
use crate::domain::id::{ContactId, TicketNumber};
use crate::journal::JournalError;
use crate::kit::Timestamp;
use crate::kit::text::one_line;
use crate::kit::timestamp::rfc3339;
use crate::relay::desk::Tying;
use crate::relay::gate::{Gate, Signed};
use crate::relay::lines::reports;
use crate::relay::reading::ThreadPlan;
use crate::relay::router::look_at;
use crate::relay::session;
use crate::wire::{
    Act, Acted, CannedView, ConsentEntry, ConsentImport, ConsentImported, ConsentRequest,
    ContactView, LineReport, LoggedIn, Login, MergeRequest, Refused, SpreadRequest, SpreadView,
    TemplateAudit, TemplateSubmitted, TemplateSync, TemplateView, TemplateWish, TicketFilter,
    TicketView, WhyView,
};
use axum::Json;
use axum::extract::{State, WebSocketUpgrade};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;

/// Bytes of a console's message at most: 128 KiB.
const MESSAGE_MOST: usize = 128 << 10;

/// People looked through for one piece of an answer.
const LOOKED_MOST: usize = 5_000;

type Answer<T> = Result<Json<T>, Fault>;

pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

pub(super) async fn readyz(State(gate): State<Gate>) -> Response {
    let relay = &gate.relay;
    let behind = relay.store.read().position < relay.store.reader().head();
    let why = if relay.stopping.is_cancelled() {
        "the relay is stopping\n"
    } else if !relay.disk.has_room() {
        "the disk is nearly full\n"
    } else if behind && gate.caught_up().await.is_err() {
        "the journal has failed\n"
    } else {
        return "ready\n".into_response();
    };
    (StatusCode::SERVICE_UNAVAILABLE, why).into_response()
}

/// Renders and nothing else: the gauges that need a walk are set by the workers, however often this is asked.
pub(super) async fn metrics(State(gate): State<Gate>) -> Response {
    let shown = gate.relay.metrics.render();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], shown).into_response()
}

pub(super) async fn openapi() -> Json<serde_json::Value> {
    Json(super::openapi())
}

pub(super) async fn login(State(gate): State<Gate>, Body(login): Body<Login>) -> Answer<LoggedIn> {
    Ok(Json(gate.login(&login).await?))
}

pub(super) async fn tickets(
    State(gate): State<Gate>,
    signed: Signed,
    Asked(filter): Asked<TicketFilter>,
) -> Result<Response, Fault> {
    let now = gate.relay.clock.now();
    let search = gate.reading.search_of(&filter, usize::MAX)?;
    let filter = Arc::new(filter);
    let asked = filter.clone();
    let read = gate.read(
        &signed,
        || "tickets".into(),
        move |reading, member| Ok(reading.matching(member, &asked, search, now)?),
    );
    let found = read.await?;
    // A queue that was taken out of the configuration may still hold tickets.
    if let (Some(queue), true) = (&filter.queue, found.is_empty()) {
        known_queue(&gate, queue)?;
    }
    if let (Some(line), true) = (&filter.line, found.is_empty()) {
        known_line(&gate, line)?;
    }
    pieces::answer("[".to_owned(), "]", found, move |mut ids: Vec<_>| {
        let left = ids.split_off(PIECE.min(ids.len()));
        let (gate, member, filter) = (gate.clone(), signed.member.clone(), filter.clone());
        async move {
            let rows = gate.apart(move |reading| reading.tickets(&member, &filter, &ids, now));
            let rows = rows.await?.map_err(unreadable)?;
            Ok((rows, Some(left).filter(|left| !left.is_empty())))
        }
    })
    .await
}

/// A thread, piece by piece.
async fn threaded(gate: Gate, plan: ThreadPlan) -> Result<Response, Fault> {
    let ticket = serde_json::to_string(&plan.ticket).map_err(unreadable)?;
    let head = format!("{{\"ticket\":{ticket},\"entries\":[");
    let (from, plan) = (plan.from, Arc::new(plan));
    pieces::answer(head, "]}", from, move |from| {
        let (gate, plan) = (gate.clone(), plan.clone());
        async move {
            let piece = gate.apart(move |reading| reading.thread_piece(&plan, from, PIECE));
            piece.await?.map_err(unreadable)
        }
    })
    .await
}

/// A read that failed under way.
fn unreadable(error: impl std::fmt::Display) -> Refused {
    tracing::error!(%error, "a read failed");
    Refused::new("unavailable", "the journal cannot be read", "tell the operator")
}

/// Whether there is such a queue.
fn known_queue(gate: &Gate, queue: &str) -> Result<(), Fault> {
    let queues = gate.reading.desk().queues;
    if queues.iter().any(|known| known == queue) {
        return Ok(());
    }
    let message = format!("there is no queue {}", one_line(queue, 64));
    let hint = format!("there are: {}", queues.join(", "));
    Err(Fault::new(StatusCode::NOT_FOUND, "no_queue", message, &hint))
}

/// Whether there is such a line.
fn known_line(gate: &Gate, line: &str) -> Result<(), Fault> {
    let lines = gate.reading.desk().lines;
    if lines.iter().any(|known| known == line) {
        return Ok(());
    }
    let message = format!("there is no line {}", one_line(line, 64));
    let hint = format!("there are: {}", lines.join(", "));
    Err(Fault::new(StatusCode::NOT_FOUND, "no_line", message, &hint))
}

pub(super) async fn ticket(
    State(gate): State<Gate>,
    signed: Signed,
    Number(number): Number,
) -> Answer<TicketView> {
    let now = gate.relay.clock.now();
    let read = gate.read(
        &signed,
        || format!("ticket {number}"),
        move |reading, member| reading.ticket(member, TicketNumber(number), now),
    );
    Ok(Json(read.await?))
}

/// What would even out who has how much.
pub(super) async fn spread(State(gate): State<Gate>, signed: Signed) -> Answer<SpreadView> {
    Ok(Json(gate.spread(&signed).await?))
}

/// Makes moves that were proposed, or takes them back.
pub(super) async fn spread_out(
    State(gate): State<Gate>,
    signed: Signed,
    Body(request): Body<SpreadRequest>,
) -> Answer<SpreadView> {
    Ok(Json(gate.spread_out(&signed, request.moves).await?))
}

/// Why it is where it is and whose it is: as it was decided, or of one that waits as it stands now.
pub(super) async fn why(
    State(gate): State<Gate>,
    signed: Signed,
    Number(number): Number,
) -> Answer<WhyView> {
    let (number, relay) = (TicketNumber(number), gate.relay.clone());
    let read = gate.read(
        &signed,
        || format!("ticket {number} why"),
        move |reading, member| {
            let mut why = reading.why(member, number)?;
            // Who is being asked was chosen by what was seen then.
            if why.waits && why.table.is_none() {
                why.table = look_at(&relay, number).map(|(_, table)| table);
            }
            Ok(why)
        },
    );
    Ok(Json(read.await?))
}

#[derive(Deserialize)]
pub(super) struct ThreadAsked {
    #[serde(default)]
    all: bool,
}

pub(super) async fn thread(
    State(gate): State<Gate>,
    signed: Signed,
    Number(number): Number,
    Asked(asked): Asked<ThreadAsked>,
) -> Result<Response, Fault> {
    let now = gate.relay.clock.now();
    let what = || format!("ticket {number} thread");
    let read = gate.read(&signed, what, move |reading, member| {
        reading.thread(member, TicketNumber(number), asked.all, now)
    });
    let plan = read.await?;
    threaded(gate, plan).await
}

pub(super) async fn act(
    State(gate): State<Gate>,
    signed: Signed,
    Number(number): Number,
    Body(act): Body<Act>,
) -> Answer<Acted> {
    Ok(Json(gate.act(&signed, TicketNumber(number), act.action, act.id).await?))
}

#[derive(Deserialize)]
pub(super) struct ContactsAsked {
    search: Option<String>,
    limit: Option<usize>,
}

pub(super) async fn contacts(
    State(gate): State<Gate>,
    signed: Signed,
    Asked(asked): Asked<ContactsAsked>,
) -> Result<Response, Fault> {
    let search = asked.search.map(Arc::new);
    let limit = match asked.limit.unwrap_or(100) {
        0 => usize::MAX,
        limit => limit,
    };
    let wanted = search.clone();
    let read = gate.read(
        &signed,
        || "contacts".into(),
        move |reading, _| Ok(reading.contact_ids(wanted.as_deref().map(String::as_str))),
    );
    let ids: Arc<[_]> = read.await?.into();
    pieces::answer("[".to_owned(), "]", (0, limit), move |(from, left)| {
        let (gate, member) = (gate.clone(), signed.member.clone());
        let (ids, search) = (ids.clone(), search.clone());
        async move {
            let read = gate.apart(move |reading| {
                let search = search.as_deref().map(String::as_str);
                let part = &ids[from..ids.len().min(from + LOOKED_MOST)];
                let (found, looked) = reading.contacts(&member, search, part, PIECE.min(left))?;
                let next = (from + looked, left - found.len());
                Ok::<_, JournalError>((
                    found,
                    Some(next).filter(|(from, left)| *from < ids.len() && *left > 0),
                ))
            });
            read.await?.map_err(unreadable)
        }
    })
    .await
}

/// What is told of a contact that is not there or not for this account.
fn no_contact(fault: Fault) -> Fault {
    if fault.refused.code != "no_ticket" {
        return fault;
    }
    let hint = "see `guichet contacts`";
    Fault::new(StatusCode::NOT_FOUND, "no_contact", "there is no such contact", hint)
}

pub(super) async fn contact(
    State(gate): State<Gate>,
    signed: Signed,
    Number(id): Number,
) -> Answer<ContactView> {
    let read = gate.read(
        &signed,
        || format!("contact {id}"),
        move |reading, member| reading.contact_for(member, ContactId(id)),
    );
    Ok(Json(read.await.map_err(|refused| no_contact(refused.into()))?))
}

pub(super) async fn contact_thread(
    State(gate): State<Gate>,
    signed: Signed,
    Number(id): Number,
) -> Result<Response, Fault> {
    let now = gate.relay.clock.now();
    let read = gate.read(
        &signed,
        || format!("contact {id} thread"),
        move |reading, member| reading.thread_of_contact(member, ContactId(id), now),
    );
    let plan = read.await.map_err(|refused| no_contact(refused.into()))?;
    threaded(gate, plan).await
}

pub(super) async fn merge(
    State(gate): State<Gate>,
    signed: Signed,
    Number(id): Number,
    Body(request): Body<MergeRequest>,
) -> Answer<Acted> {
    tied(&gate, &signed, Tying::Join(ContactId(id), request.with)).await
}

pub(super) async fn split(
    State(gate): State<Gate>,
    signed: Signed,
    Number(id): Number,
) -> Answer<Acted> {
    tied(&gate, &signed, Tying::Part(ContactId(id))).await
}

pub(super) async fn undo_merge(
    State(gate): State<Gate>,
    signed: Signed,
    Number(id): Number,
) -> Answer<Acted> {
    tied(&gate, &signed, Tying::Undo(ContactId(id))).await
}

async fn tied(gate: &Gate, signed: &Signed, tying: Tying) -> Answer<Acted> {
    let tied = gate.tie(signed, tying).await;
    Ok(Json(tied.map_err(|refused| no_contact(refused.into()))?))
}

pub(super) async fn consents(
    State(gate): State<Gate>,
    signed: Signed,
    Number(id): Number,
) -> Answer<Vec<ConsentEntry>> {
    let read = gate.read(
        &signed,
        || format!("contact {id} consents"),
        move |reading, member| reading.ledger(member, ContactId(id)),
    );
    Ok(Json(read.await.map_err(|refused| no_contact(refused.into()))?))
}

pub(super) async fn consent(
    State(gate): State<Gate>,
    signed: Signed,
    Number(id): Number,
    Body(request): Body<ConsentRequest>,
) -> Answer<Acted> {
    let entered = gate.consent(&signed, ContactId(id), request).await;
    Ok(Json(entered.map_err(|refused| no_contact(refused.into()))?))
}

pub(super) async fn import_consents(
    State(gate): State<Gate>,
    signed: Signed,
    Body(import): Body<ConsentImport>,
) -> Answer<ConsentImported> {
    Ok(Json(gate.import_consents(&signed, import).await?))
}

pub(super) async fn templates(
    State(gate): State<Gate>,
    signed: Signed,
) -> Answer<Vec<TemplateView>> {
    let (lines, floor) = (gate.relay.lines.clone(), gate.relay.floor.clone());
    let read = gate.read(
        &signed,
        || "templates".into(),
        move |reading, _| {
            let mut all = reading.templates(&lines, &floor.catalogues);
            // They may have been found unchanged since they were written down.
            let checked = floor.catalogues.oldest(lines.now().values().map(|line| &line.account));
            if let Some(checked) = checked {
                all.iter_mut().for_each(|one| one.fetched_at = one.fetched_at.max(checked));
            }
            Ok(all)
        },
    );
    Ok(Json(read.await?))
}

pub(super) async fn submit_template(
    State(gate): State<Gate>,
    signed: Signed,
    Body(wish): Body<TemplateWish>,
) -> Answer<TemplateSubmitted> {
    Ok(Json(gate.submit_template(&signed, wish).await?))
}

/// The span of an audit.
#[derive(Deserialize)]
pub(super) struct Span {
    #[serde(default, with = "rfc3339::option")]
    since: Option<Timestamp>,
    #[serde(default, with = "rfc3339::option")]
    until: Option<Timestamp>,
}

pub(super) async fn template_audit(
    State(gate): State<Gate>,
    signed: Signed,
    Asked(Span { since, until }): Asked<Span>,
) -> Answer<Vec<TemplateAudit>> {
    Ok(Json(gate.template_audit(&signed, since, until).await?))
}

pub(super) async fn sync_templates(
    State(gate): State<Gate>,
    _signed: Signed,
) -> Answer<Vec<TemplateSync>> {
    Ok(Json(gate.sync_templates().await))
}

pub(super) async fn canned(State(gate): State<Gate>, signed: Signed) -> Answer<Vec<CannedView>> {
    let read = gate.read(&signed, || "canned".into(), |reading, _| Ok(reading.canned()));
    Ok(Json(read.await?))
}

pub(super) async fn lines(State(gate): State<Gate>, signed: Signed) -> Answer<Vec<LineReport>> {
    let (relay, now) = (gate.relay.clone(), gate.relay.clock.now());
    let read = gate.read(&signed, || "lines".into(), move |_, _| Ok(reports(&relay, now)));
    Ok(Json(read.await?))
}

pub(super) async fn ws(
    State(gate): State<Gate>,
    signed: Signed,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Result<Response, Fault> {
    let Ok(upgrade) = upgrade else {
        return Err(Fault::malformed("this path speaks WebSocket"));
    };
    // A silent console must not cost more than a few of these buffers.
    let upgrade = upgrade
        .protocols([session::PROTOCOL])
        .read_buffer_size(8 * 1024)
        .write_buffer_size(0)
        .max_write_buffer_size(session::WRITE_MOST)
        .max_message_size(MESSAGE_MOST)
        .max_frame_size(MESSAGE_MOST);
    if upgrade.selected_protocol().is_none() {
        let protocol = session::PROTOCOL;
        return Err(Fault::malformed(format!("ask for the subprotocol {protocol}")));
    }
    Ok(upgrade.on_upgrade(move |socket| session::serve(gate, signed, socket)))
}
