//! The raw form of a message, read from the relay.

use super::request::{ask, deepest};
use crate::kit::Secret;
use reqwest::{Client, Url};
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The message at `url` as the platform posted it, or why it cannot be had, in one line.
pub(super) async fn form(client: Client, url: Url, token: &Secret) -> Result<String, String> {
    let request = client.get(url).bearer_auth(token.expose()).timeout(PATIENCE);
    ask(request).await?.text().await.map_err(|error| deepest(&error))
}
