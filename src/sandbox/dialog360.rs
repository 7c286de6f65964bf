//! 360dialog's door to the Graph API: a key in a header of its own, paths without ids, files at the platform's
//! addresses that only this door gives out, and refusals in a shape of its own
//! (docs.360dialog.com, "the basics", "error messages").

use super::graph::{self, Answer};
use super::refusal::Refusal;
use super::state::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::json;

/// Where the platform says that files are: nobody gets them there with a key of 360dialog's.
pub(super) const FILES: &str = "https://lookaside.fbsbx.com";

/// The key of a request, as the Graph API would have it: `Bearer` and the token.
pub(super) fn bearer(headers: &HeaderMap) -> Option<String> {
    // Whoever sends the key as a bearer token has mistaken the door.
    if headers.contains_key("authorization") {
        return None;
    }
    let key = headers.get("d360-api-key")?.to_str().ok()?;
    Some(format!("Bearer {key}"))
}

/// The same path as the Graph API has it; nothing for a path that is closed.
pub(super) fn path<'a>(state: &'a State, segments: &[&'a str]) -> Option<Vec<&'a str>> {
    let (number, account) = (state.line().number(), state.line().account());
    Some(match segments {
        [what @ ("messages" | "media")] => vec![number, what],
        ["message_templates"] => vec![account, "message_templates"],
        ["_media", _] | ["v1", "configs", "webhook"] => segments.to_vec(),
        // A file: a number has no id here.
        [id] if *id != number && *id != account => segments.to_vec(),
        _ => return None,
    })
}

/// `GET /v1/configs/webhook`.
pub(super) fn webhook(state: &State) -> Answer {
    let secret = state.line().app_secret.as_ref().map_or("", |secret| secret.expose());
    graph::json_answer(&json!({
        "url": state.callback().unwrap_or_default(),
        "headers": { "Authorization": format!("Bearer {secret}") },
    }))
}

/// What the door refuses itself: the codes below 600, by HTTP status. The others are the platform's.
pub(super) fn refused(refusal: &Refusal) -> Option<Answer> {
    let (status, told) = match refusal.code {
        190 | 401 => (401, "Invalid api_key"),
        403 => (403, "The endpoint is blocked"),
        400 => (400, "You have exceeded the endpoint rate limit."),
        402 => (400, "Could not send message due to lack of payment."),
        500 => (500, "Internal server error"),
        502 => (502, "WhatsApp for Business API not available"),
        _ => return None,
    };
    let body = json!({
        "meta": { "success": false, "http_code": status, "developer_message": told },
    });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    Some(graph::answered(status, "application/json", body.to_string()))
}
