//! Asking the relay over HTTP, and why there is no answer.

use crate::wire::Refused;
use reqwest::{RequestBuilder, Response};

/// An answer of the relay, or why there is none, in one line.
pub(super) async fn ask(request: RequestBuilder) -> Result<Response, String> {
    let answer = request.send().await.map_err(|error| deepest(&error))?;
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let refused = answer.json::<Refused>().await;
    Err(refused.map_or_else(|_| status.to_string(), |refused| refused.to_string()))
}

/// The innermost cause of an error: the one that tells something.
pub(super) fn deepest(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
