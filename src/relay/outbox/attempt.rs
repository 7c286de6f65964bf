//! One message is tried, and what became of it is told to the desk.

use super::schedule::Owed;
use super::verdict::{self, Verdict};
use super::{letter, upload};
use crate::domain::command::Outcome;
use crate::domain::id::SendId;
use crate::domain::refusal::Refusal;
use crate::relay::desk::{Answered, Reply};
use crate::relay::{Relay, translate};
use crate::whatsapp::platform::Platform;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Tries one message: durable before the call, settled after it. `None` when it was not tried at all.
pub(super) async fn attempt(
    relay: Relay,
    platform: Arc<dyn Platform>,
    owed: Owed,
) -> Option<Verdict> {
    let files = upload::uploads(&relay, &*platform, &owed).await;
    match relay.desk.attempt(owed.send).await {
        Ok(Answered { reply: Reply::Go, .. }) => {}
        Ok(Answered { reply: Reply::Failed(error), .. }) => {
            let after = verdict::After::Nothing;
            let outcome = Outcome::Refused { error, said: None };
            return Some(Verdict { outcome, after, template: false });
        }
        Ok(_) | Err(_) => return None,
    }
    let ids = files.as_deref().unwrap_or_default();
    let verdict = match letter::letter(&relay, &owed, ids) {
        Ok(request) => {
            let answer = match files {
                Err(outcome) => outcome,
                Ok(_) => {
                    let asked = Instant::now();
                    let answer = platform.send(&request).await;
                    relay.metrics.api.record(asked.elapsed());
                    answer
                }
            };
            verdict::judge(answer, |id| translate::message_key(&relay.vault, &owed.line, id))
        }
        // Nothing has left us; one that could not be read just now waits like one that was not taken.
        Err(outcome @ Outcome::Deferred { .. }) => {
            Verdict { outcome, after: verdict::After::Recipient(None), template: false }
        }
        Err(outcome) => Verdict { outcome, after: verdict::After::Nothing, template: false },
    };
    settle(&relay, owed.send, verdict.outcome.clone()).await;
    Some(verdict)
}

/// Tells the desk how a send ended. If a commit came between, again; a relay that is ending finds the attempt
/// without an end at its next start.
pub(super) async fn settle(relay: &Relay, send: SendId, outcome: Outcome) {
    for _ in 0..10 {
        match relay.desk.settle(send, outcome.clone()).await {
            Ok(_) => return,
            Err(Refusal::Retry) => sleep(Duration::from_millis(20)).await,
            Err(refusal) => {
                tracing::error!(%send, %refusal, "the end of a send could not be recorded");
                return;
            }
        }
    }
    tracing::error!(%send, "the end of a send could not be recorded");
}
