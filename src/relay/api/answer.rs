//! What HTTP answers look like: JSON, and for everything refused a code, a message and a hint.

use super::document;
use crate::domain::id::TicketNumber;
use crate::kit::text::{nearest, one_line};
use crate::relay::gate::{Gate, LoginRefused, Signed};
use crate::relay::ingress::BODY_TIME;
use crate::relay::token;
use crate::wire::Refused;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{
    FromRef, FromRequest, FromRequestParts, MatchedPath, Path, Query, Request, State,
};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use tokio::time::Instant;

/// A refusal on its way out.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) status: StatusCode,
    pub(super) refused: Refused,
    /// Seconds.
    pub(super) retry_after: Option<u32>,
}

impl Fault {
    pub(super) fn new(
        status: StatusCode,
        code: &str,
        message: impl Into<String>,
        hint: &str,
    ) -> Self {
        Self { status, refused: Refused::new(code, message, hint), retry_after: None }
    }

    pub(super) fn malformed(message: impl Into<String>) -> Self {
        let hint = "see /api/v1/openapi.json";
        Self::new(StatusCode::BAD_REQUEST, "malformed", message, hint)
    }

    fn unauthenticated() -> Self {
        let hint = "log in again, or ask an admin for a token";
        let message = "a valid bearer token is needed";
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", message, hint)
    }
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        let status = match refused.code.as_str() {
            "no_ticket" | "no_message" | "no_campaign" | "no_view" | "no_alert" => {
                StatusCode::NOT_FOUND
            }
            "role_missing" | "queue_foreign" => StatusCode::FORBIDDEN,
            "unavailable" => StatusCode::SERVICE_UNAVAILABLE,
            "malformed"
            | "empty"
            | "too_long"
            | "limit"
            | "not_carried"
            | "not_in_groups"
            | "parameters_wrong"
            | "parameter_malformed"
            | "not_future"
            | "quote_unknown"
            | "agent_unknown"
            | "queue_unknown"
            | "field_unknown"
            | "field_wrong"
            | "template_unknown" => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::CONFLICT,
        };
        Self { status, refused, retry_after: None }
    }
}

impl From<LoginRefused> for Fault {
    fn from(refused: LoginRefused) -> Self {
        match refused {
            LoginRefused::Wrong => Self::new(
                StatusCode::UNAUTHORIZED,
                "wrong_login",
                "the account or the password is wrong",
                "ask an admin if you are not sure",
            ),
            LoginRefused::TooOften(wait) => Self {
                retry_after: u32::try_from(wait.as_millis().div_ceil(1000)).ok(),
                ..Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "too_many_tries",
                    "this account was tried five times in the last minute",
                    "wait a minute",
                )
            },
            LoginRefused::Unavailable => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "the relay cannot write at the moment",
                "try again in a minute; tell the operator",
            ),
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.refused)).into_response();
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Signed
where
    Gate: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let refused = || Fault::unauthenticated().into_response();
        let gate = Gate::from_ref(state);
        let Some(token) = token::bearer(&parts.headers) else {
            // Who shows nothing has not tried anything; who shows what cannot be a token has.
            if parts.headers.contains_key(header::AUTHORIZATION) {
                gate.malformed_token().await;
            }
            return Err(refused());
        };
        gate.signed(&token).await.ok_or_else(refused)
    }
}

/// A JSON body, whatever the content type says. What is wrong with it is told without repeating it.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let bytes = tokio::time::timeout(BODY_TIME, Bytes::from_request(request, state));
        let late =
            |_| Fault::new(StatusCode::REQUEST_TIMEOUT, "body", "the body did not arrive", "");
        let bytes = bytes.await.map_err(late)?.map_err(|rejection| {
            let status = rejection.status();
            Fault::new(status, "body", "the body is too large or was cut off", "")
        })?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            Fault::malformed(format!("the body is not the JSON that is expected, at {place}"))
        })
    }
}

/// A query string.
pub(super) struct Asked<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query.map(|Query(asked)| Self(asked)).map_err(|why| Fault::malformed(why.body_text()))
    }
}

/// A number in a path.
pub(super) struct Number(pub(super) u64);

impl<S: Send + Sync> FromRequestParts<S> for Number {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        let number = Path::<u64>::from_request_parts(parts, state).await;
        let wrong = |_| Fault::malformed("the path needs a whole number");
        number.map(|Path(number)| Self(number)).map_err(wrong)
    }
}

/// A ticket's number and an entry's id in a path.
pub(super) struct Entry(pub(super) TicketNumber, pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Entry {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        let both = Path::<(u64, String)>::from_request_parts(parts, state).await;
        let wrong = |_| Fault::malformed("the path needs a ticket's number and an entry's id");
        both.map(|Path((number, entry))| Self(TicketNumber(number), entry)).map_err(wrong)
    }
}

pub(super) fn no_entry() -> Fault {
    let hint = "see `guichet thread NUMBER --json` for ids";
    Fault::new(StatusCode::NOT_FOUND, "no_entry", "there is no such entry in the thread", hint)
}

pub(super) async fn no_such_path() -> Fault {
    Fault::new(
        StatusCode::NOT_FOUND,
        "no_path",
        "there is nothing here",
        "see /api/v1/openapi.json",
    )
}

pub(super) async fn no_such_method() -> Fault {
    let hint = "see /api/v1/openapi.json";
    Fault::new(StatusCode::METHOD_NOT_ALLOWED, "no_method", "not with this method", hint)
}

/// Times every path of the REST API: from the request to the head of its answer.
pub(super) async fn measured(
    State(gate): State<Gate>,
    path: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let response = next.run(request).await;
    if path.as_str().starts_with("/api/") {
        let took = begun.elapsed().as_secs_f64();
        let (path, status) = (path.as_str(), response.status().as_u16());
        gate.relay.metrics.rest(method.as_str(), path, status, took);
    }
    response
}

/// Refuses a query with a key that the path's description does not name: a filter that was misspelt must not
/// list everything.
pub(super) async fn only_known_keys(
    path: MatchedPath,
    request: Request,
    next: Next,
) -> Result<Response, Fault> {
    if let Some(known) = document::query_keys(path.as_str()) {
        let Query(given) = Query::<Vec<(String, String)>>::try_from_uri(request.uri())
            .map_err(|why| Fault::malformed(why.body_text()))?;
        if let Some((key, _)) = given.iter().find(|(key, _)| !known.contains(&key.as_str())) {
            let message = format!("there is no query key `{}`", one_line(key, 60));
            let hint = nearest(key, &known);
            return Err(Fault::new(StatusCode::BAD_REQUEST, "malformed", message, &hint));
        }
    }
    Ok(next.run(request).await)
}

/// Nothing here is for a cache on the way.
pub(super) async fn not_cached(mut response: Response) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(no_store);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_arrive_is_given_up() {
        let never = futures_util::stream::pending::<Result<Bytes, std::io::Error>>();
        let request = Request::new(axum::body::Body::from_stream(never));
        let read = Body::<serde_json::Value>::from_request(request, &()).await;
        assert_eq!(read.err().map(|fault| fault.status), Some(StatusCode::REQUEST_TIMEOUT));
    }
}
