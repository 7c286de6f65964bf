//! Files of messages over HTTP, piece by piece: a large one is never wholly in memory.

use super::answer::{Asked, Entry, Fault, Number, no_entry};
use crate::domain::content::Attached;
use crate::domain::file::Lost;
use crate::domain::id::TicketNumber;
use crate::domain::message::Kind;
use crate::domain::refusal::Refusal;
use crate::domain::ticket::State::Closed;
use crate::kit::text::one_line;
use crate::relay::files::{For, hand_in as hand_in_to, pieces};
use crate::relay::gate::{Gate, Signed, refused as refusal};
use crate::relay::reading::NoFile;
use crate::wire::TemplateFile;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use futures_util::stream::{StreamExt as _, once};
use serde::Deserialize;

/// The longest name of a file, in characters.
const NAME_MOST: usize = 240;

/// `GET /api/v1/tickets/{number}/media/{entry}`.
pub(super) async fn file(
    State(gate): State<Gate>,
    signed: Signed,
    Entry(number, entry): Entry,
) -> Result<Response, Fault> {
    let what = || format!("ticket {number} media");
    let read =
        gate.read(&signed, what, move |reading, member| reading.file(member, number, &entry));
    let (opened, first) = read.await?.map_err(refused)?;
    let about = &opened.about;
    let plain = HeaderValue::from_static("application/octet-stream");
    let mime = about.mime.as_deref().and_then(|mime| mime.parse().ok()).unwrap_or(plain);
    let headers: [(HeaderName, HeaderValue); 4] = [
        (header::CONTENT_TYPE, mime),
        (header::CONTENT_LENGTH, HeaderValue::from(about.bytes)),
        // Whoever opens it in a browser saves it, and runs nothing of it.
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((
        headers,
        Body::from_stream(once(async move { Ok(Bytes::from(first)) }).chain(pieces(opened))),
    )
        .into_response())
}

/// How a file is handed in.
#[derive(Deserialize)]
struct HandIn {
    kind: Option<Kind>,
    name: Option<String>,
}

/// The way in for files: as long as a kind may be, which is looked at while they come.
pub(super) fn handing_in() -> MethodRouter<Gate> {
    post(hand_in).layer(DefaultBodyLimit::disable())
}

/// `POST /api/v1/tickets/{number}/media`.
async fn hand_in(
    State(gate): State<Gate>,
    signed: Signed,
    Number(number): Number,
    Asked(asked): Asked<HandIn>,
    body: Body,
) -> Result<Json<Attached>, Fault> {
    let what = || format!("ticket {number} media");
    let read = gate.read(&signed, what, move |reading, member| {
        reading.addressed(member, TicketNumber(number))
    });
    let addressed = read.await?;
    let wrong = |state| Fault::from(refusal(&Refusal::WrongState { state }));
    let (conversation, contact) = addressed.ok_or_else(|| wrong(Closed))?;
    let name = asked.name.map(|name| one_line(&name, NAME_MOST)).filter(|name| !name.is_empty());
    let whom = For { conversation, contact, kind: asked.kind, name };
    let taken = hand_in_to(&gate.relay, whom, body.into_data_stream()).await;
    Ok(Json(taken.map_err(|refused| refusal(&refused))?))
}

/// How an example is handed in.
#[derive(Deserialize)]
struct Example {
    kind: Kind,
    name: String,
    line: Option<String>,
}

/// The way in for examples of new templates' files.
pub(super) fn example() -> MethodRouter<Gate> {
    post(hand_in_example).layer(DefaultBodyLimit::disable())
}

/// `POST /api/v1/templates/files`.
async fn hand_in_example(
    State(gate): State<Gate>,
    signed: Signed,
    Asked(Example { kind, name, line }): Asked<Example>,
    body: Body,
) -> Result<Json<TemplateFile>, Fault> {
    let (name, pieces) = (one_line(&name, NAME_MOST), body.into_data_stream());
    let taken = gate.hand_in_example(&signed, line.as_deref(), kind, &name, pieces).await;
    Ok(Json(taken?))
}

fn refused(no: NoFile) -> Fault {
    let (gone, conflict) = (StatusCode::GONE, StatusCode::CONFLICT);
    let later = "ask the customer to send it again";
    let fault = |status, code, message, hint| Fault::new(status, code, message, hint);
    match no {
        NoFile::NoEntry => no_entry(),
        NoFile::None => fault(StatusCode::NOT_FOUND, "no_media", "the message has no file", ""),
        NoFile::Waiting => fault(
            conflict,
            "media_waiting",
            "the file is still to be fetched from the platform",
            "try again in a minute",
        ),
        NoFile::Lost(why) => fault(gone, "media_failed", lost(why), later),
        NoFile::Expired => {
            fault(gone, "media_expired", "the file was kept as long as its kind is", later)
        }
        NoFile::Deleted => fault(gone, "deleted", "the customer has taken the message back", ""),
        NoFile::Erased => fault(gone, "erased", "the contact was erased", ""),
        NoFile::Missing => fault(
            gone,
            "media_missing",
            "the file is not on the relay's disk",
            "tell the operator: the folder media is not what the journal knows of",
        ),
        NoFile::Broken => fault(
            conflict,
            "media_broken",
            "the file on the relay's disk is not as it was sealed",
            "tell the operator",
        ),
        NoFile::Unreadable => fault(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "the file cannot be read",
            "tell the operator",
        ),
    }
}

/// Why a file could not be had, in a sentence.
fn lost(why: Lost) -> &'static str {
    match why {
        Lost::Gone => "the platform has the file no longer",
        Lost::Unreachable => "the platform could not be asked for the file as long as it kept it",
        Lost::TooLarge => "the file is larger than 100 MB",
        Lost::Damaged => "the file came damaged each time",
        Lost::WrongType => "the file is of another kind than was announced",
        Lost::Erased => "the contact was erased",
    }
}
