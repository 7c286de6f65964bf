//! Calls of hooks: a POST for each alert, signed.

use super::{Told, Tried, Way};
use crate::domain::name::Name;
use crate::whatsapp::signature::sign;
use reqwest::Client;
use std::time::Duration;

/// How long one call may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Carries the id of an alert: the same as often as it is called.
const ID: &str = "Guichet-Id";
/// Carries `sha256=` and the HMAC of the body.
const SIGNATURE: &str = "Guichet-Signature";

/// Calls one hook for each alert, one after the other; after the first that is not taken the rest waits.
pub(super) async fn deliver(way: &Way, name: Name, told: Vec<Told>) -> Vec<(Told, Tried)> {
    let Some((hook, secret)) = way.hooks.get(&name) else {
        tracing::error!(hook = %name, "calls are owed of a [[webhook]] that is not there any more");
        return told.into_iter().map(|told| (told, Tried::Later)).collect();
    };
    // A redirect might take the words elsewhere.
    let client = Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none());
    let client = client.user_agent(concat!("guichet/", env!("CARGO_PKG_VERSION"))).build();
    let mut down = false;
    let mut all = Vec::new();
    for told in told {
        let tried = match (&client, serde_json::to_vec(&told)) {
            (Ok(client), Ok(body)) if !down => {
                let mut call = client.post(&hook.url).header(ID, &told.id);
                call = call.header("Content-Type", "application/json");
                if let Some(secret) = secret {
                    call = call.header(SIGNATURE, sign(&body, secret));
                }
                match call.body(body).send().await {
                    Ok(answer) if answer.status().is_success() => Tried::Delivered,
                    Ok(answer) => {
                        let status = answer.status().as_u16();
                        tracing::warn!(hook = %name, status, "a hook does not take its call");
                        // It says that it is gone for good.
                        if status == 410 { Tried::Refused } else { Tried::Later }
                    }
                    Err(error) => {
                        let error = error.without_url();
                        tracing::warn!(hook = %name, %error, "a hook cannot be called");
                        Tried::Later
                    }
                }
            }
            _ => Tried::Later,
        };
        down |= tried == Tried::Later;
        all.push((told, tried));
    }
    all
}
