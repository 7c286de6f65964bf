//! What the platform posted, as it posted it.

use super::answer::{Entry, Fault, no_entry};
use crate::relay::gate::{Gate, Signed};
use crate::relay::reading::NoRaw;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// `GET /api/v1/tickets/{number}/raw/{entry}`.
pub(super) async fn raw(
    State(gate): State<Gate>,
    signed: Signed,
    Entry(number, entry): Entry,
) -> Result<Response, Fault> {
    let what = || format!("ticket {number} raw");
    let read =
        gate.read(&signed, what, move |reading, member| reading.raw_form(member, number, &entry));
    let json = read.await?.map_err(refused)?;
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, json).into_response())
}

fn refused(no: NoRaw) -> Fault {
    let gone = StatusCode::GONE;
    match no {
        NoRaw::NoEntry => no_entry(),
        NoRaw::NotKept => Fault::new(
            StatusCode::NOT_FOUND,
            "no_raw",
            "no raw form of this entry is kept",
            "it is kept of the customer's messages that are more than plain text; `raw_kept` in the thread tells",
        ),
        NoRaw::Deleted => {
            Fault::new(gone, "deleted", "the customer has taken the message back", "")
        }
        NoRaw::Erased => Fault::new(gone, "erased", "the contact was erased", ""),
    }
}
