//! Contents of our own: made once, and then known.

use super::super::super::exchange::{self, Answer, Broken, Stage, exchange};
use super::super::super::listing::word;
use super::super::super::platform::{Fault, SendOutcome};
use super::super::super::send::Interactive;
use super::super::{content, error, is_sid, rich};
use super::{NOT_CARRIED, TwilioClient, refused, unsent};
use serde_json::Value;
use std::collections::HashMap;

/// The ids of our own contents.
#[derive(Default)]
pub(super) struct Made {
    /// By name.
    known: HashMap<String, String>,
    /// All that are there are known.
    all: bool,
}

impl TwilioClient {
    /// The content of a message. Nothing of the message has left us when this ends otherwise.
    pub(super) async fn content_of(&self, said: &Interactive) -> Result<String, SendOutcome> {
        let rich = rich::rich(said).ok_or_else(|| unsent(NOT_CARRIED))?;
        self.content_made(rich).await
    }

    /// The id of a content, which is made if it is not there.
    pub(super) async fn content_made(&self, rich: rich::Rich) -> Result<String, SendOutcome> {
        // Held until it is answered: two messages that are alike have one content.
        let mut made = self.made.lock().await;
        if !made.known.contains_key(&rich.name) && !made.all {
            made.known = self.our_contents().await.map_err(|fault| match fault {
                Fault::Refused(error) => refused(error.code, &error.title),
                fault => SendOutcome::NotSent { reason: fault.to_string(), retry: true },
            })?;
            made.all = true;
        }
        if let Some(sid) = made.known.get(&rich.name) {
            return Ok(sid.clone());
        }
        // Until it is answered nobody knows whether it was made: then all are asked for again.
        made.all = false;
        let mut url = self.contents_at.clone();
        url.set_path("/v1/Content");
        let post = self.authorised(self.server.http.post(url)).json(&rich.body);
        let sid = created(exchange(post).await)?;
        made.known.insert(rich.name, sid.clone());
        made.all = true;
        Ok(sid)
    }

    /// Somebody may have deleted one: all are asked for again.
    pub(super) async fn forget_contents(&self) {
        *self.made.lock().await = Made::default();
    }

    async fn our_contents(&self) -> Result<HashMap<String, String>, Fault> {
        let mut known = HashMap::new();
        self.each_page(|json| {
            let (ours, next) = content::ours(json)?;
            known.extend(ours);
            Some(next)
        })
        .await?;
        Ok(known)
    }
}

/// The id of a content that was to be made. It is no message: what is not known of it may be tried again.
fn created(exchanged: Result<Answer, Broken>) -> Result<String, SendOutcome> {
    let unknown = |reason: String| SendOutcome::NotSent { reason, retry: true };
    let answer = exchanged.map_err(|broken| match broken {
        Broken { reason, at: Stage::Building } => unsent(&reason),
        Broken { reason, .. } => unknown(reason),
    })?;
    let refusal = error::refusal(answer.status, &answer.body);
    match exchange::refusal(&answer, refusal) {
        Some(SendOutcome::Unknown { reason }) => return Err(unknown(reason)),
        Some(refused) => return Err(refused),
        None => {}
    }
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let sid = word(&json["sid"]).filter(|sid| answer.status.is_success() && is_sid("HX", sid));
    sid.ok_or_else(|| unknown("the answer names no content".to_owned()))
}
