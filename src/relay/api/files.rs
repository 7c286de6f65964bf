//! Files of messages over HTTP, piece by piece: a large one is never wholly in memory.

use super::answer::{Fault, no_entry};
use crate::domain::file::Lost;
use crate::domain::id::TicketNumber;
use crate::relay::gate::{Gate, Signed};
use crate::relay::reading::NoFile;
use crate::vault::{FileError, Opened};
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{Stream, StreamExt as _, once, unfold};
use std::io;

/// `GET /api/v1/tickets/{number}/media/{entry}`.
pub(super) async fn file(
    State(gate): State<Gate>,
    signed: Signed,
    path: Result<Path<(u64, String)>, axum::extract::rejection::PathRejection>,
) -> Result<Response, Fault> {
    let Path((number, entry)) =
        path.map_err(|_| Fault::malformed("the path needs a ticket's number and an entry's id"))?;
    let what = || format!("ticket {number} media");
    let read = gate.read(&signed, what, move |reading, member| {
        reading.file(member, TicketNumber(number), &entry)
    });
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
    Ok((headers, Body::from_stream(pieces(opened, first))).into_response())
}

/// The content as it is read. A piece that is not as it was sealed cuts the answer off, which a client sees.
fn pieces(opened: Opened, first: Vec<u8>) -> impl Stream<Item = io::Result<Bytes>> {
    let first = once(async move { Ok(Bytes::from(first)) });
    first.chain(unfold(Some(opened), |opened| async move {
        let mut opened = opened?;
        let read = tokio::task::spawn_blocking(move || {
            let piece = opened.next_piece();
            (piece, opened)
        });
        match read.await {
            Ok((Ok(Some(piece)), opened)) => Some((Ok(Bytes::from(piece)), Some(opened))),
            Ok((Ok(None), _)) => None,
            Ok((Err(error), _)) => {
                if matches!(error, FileError::Broken) {
                    tracing::error!("a file is not as it was sealed: it is not given out");
                }
                Some((Err(io::Error::other(error)), None))
            }
            Err(error) => Some((Err(io::Error::other(error)), None)),
        }
    }))
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
