//! The raw form of a message, read from the relay.

use super::request::{ask, deepest};
use crate::kit::Secret;
use crate::wire::TicketFilter;
use reqwest::{Client, RequestBuilder, Url};
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The message at `url` as the platform posted it, or why it cannot be had, in one line.
pub(super) async fn form(client: Client, url: Url, token: &Secret) -> Result<String, String> {
    text(client.get(url), token).await
}

/// The tickets that a filter finds, as JSON, or why they cannot be had, in one line.
pub(super) async fn listed(
    client: Client,
    url: Url,
    filter: &TicketFilter,
    token: &Secret,
) -> Result<String, String> {
    text(client.get(url).query(filter), token).await
}

/// What the relay answers when it is told this, as JSON, or why there is no answer, in one line.
pub(super) async fn said(
    client: Client,
    url: Url,
    told: &impl serde::Serialize,
    token: &Secret,
) -> Result<String, String> {
    text(client.post(url).json(told), token).await
}

async fn text(request: RequestBuilder, token: &Secret) -> Result<String, String> {
    let request = request.bearer_auth(token.expose()).timeout(PATIENCE);
    ask(request).await?.text().await.map_err(|error| deepest(&error))
}
