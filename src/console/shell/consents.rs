//! A contact's ledger: read from the relay, and written in.

use super::request::{ask, deepest};
use crate::console::msg::Ledger;
use crate::domain::id::ContactId;
use crate::kit::Secret;
use crate::wire::{ConsentEntry, ConsentRequest};
use reqwest::{Client, RequestBuilder, Url};
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Writes an entry, if there is one to be written, and reads the ledger at `url`.
pub(super) async fn ledger(
    contact: ContactId,
    write: Option<ConsentRequest>,
    client: Client,
    url: Url,
    token: &Secret,
) -> Ledger {
    let signed = |request: RequestBuilder| request.bearer_auth(token.expose()).timeout(PATIENCE);
    let written = match write {
        Some(entry) => Some(ask(signed(client.post(url.clone()).json(&entry))).await.map(drop)),
        None => None,
    };
    if matches!(written, Some(Err(_))) {
        return Ledger { contact, written, entries: None };
    }
    let entries = match ask(signed(client.get(url))).await {
        Ok(answer) => answer.json::<Vec<ConsentEntry>>().await.map_err(|error| deepest(&error)),
        Err(why) => Err(why),
    };
    Ledger { contact, written, entries: Some(entries) }
}
