//! Files that are handed in for new templates: a session, then its bytes, then a handle (page resumable upload).

use super::graph::{self, Answer};
use super::media::{self, File};
use super::refusal::Refusal;
use super::setup;
use super::state::State;
use axum::body::Bytes;
use serde_json::json;
use std::collections::HashMap;

/// What an upload may be: of these types only.
const TYPES: [&str; 5] = ["application/pdf", "image/jpeg", "image/png", "video/mp4", "video/3gpp"];

/// Sessions that wait for their bytes, and what was handed in.
#[derive(Debug, Default)]
pub(super) struct Uploads {
    sessions: HashMap<String, (String, usize)>,
    handed: HashMap<String, String>,
}

impl Uploads {
    /// The type of the file under a handle.
    pub(super) fn handed(&self, handle: &str) -> Option<String> {
        self.handed.get(handle).cloned()
    }
}

fn invalid(details: impl Into<String>) -> Refusal {
    Refusal::new(100, details)
}

/// `POST {app}/uploads`.
pub(super) fn begin(
    state: &State,
    app: &str,
    argument: impl Fn(&str) -> Option<String>,
) -> Result<Answer, Refusal> {
    if app != setup::APP {
        return Err(graph::unknown(app));
    }
    let mime = argument("file_type").unwrap_or_default();
    if !TYPES.contains(&mime.as_str()) {
        return Err(invalid(format!("file_type {mime} is not supported")));
    }
    let length = argument("file_length").and_then(|text| text.parse::<usize>().ok());
    let Some(length) = length.filter(|length| (1..=100 << 20).contains(length)) else {
        return Err(invalid("file_length is the number of bytes"));
    };
    let id = state.with_world(|world| {
        let id = format!("upload:{:x}?sig={:x}", world.ids.number(), world.ids.number());
        world.uploads.sessions.insert(id.clone(), (mime, length));
        id
    });
    Ok(graph::json_answer(&json!({ "id": id })))
}

/// `POST upload:...`, with all of the bytes.
pub(super) fn finish(
    state: &State,
    (path, query): (&str, &str),
    offset: Option<&str>,
    bytes: &Bytes,
) -> Result<Answer, Refusal> {
    let id = format!("{path}?{query}");
    let session = state.with_world(|world| world.uploads.sessions.get(&id).cloned());
    let (mime, length) = session.ok_or_else(|| graph::unknown(path))?;
    if offset != Some("0") {
        return Err(invalid("file_offset is 0 at the beginning"));
    }
    if bytes.len() != length {
        let came = bytes.len();
        return Err(invalid(format!("{came} bytes came of {length}")));
    }
    media::judge(&File { mime: mime.clone(), bytes: bytes.clone() })?;
    let handle = state.with_world(|world| {
        world.uploads.sessions.remove(&id);
        let handle = format!("4::{:x}", world.ids.number());
        world.uploads.handed.insert(handle.clone(), mime);
        handle
    });
    state.note(|record| record.requests.uploads += 1);
    Ok(graph::json_answer(&json!({ "h": handle })))
}
