//! Takes what campaigns that were given up have not sent out of the outbox, a piece at a time, so that nobody
//! waits for it. It goes on after a restart, and comes back for what was being tried.

use super::Relay;
use super::desk::{Answered, Campaigning, Reply};
use crate::domain::campaign::Stage;
use crate::domain::message::Author;
use crate::domain::name::Name;
use std::collections::BTreeSet;
use std::time::Duration;

/// How often is looked whether something was left, in real time.
const EVERY: Duration = Duration::from_secs(30);

/// Runs until the relay is stopping.
pub async fn run(relay: Relay) {
    loop {
        for name in given_up(&relay) {
            let withdraw = || relay.desk.campaign("-relay", &name, Campaigning::Withdraw);
            while let Ok(Answered { reply: Reply::Withdrawn(1..), .. }) = withdraw().await {}
        }
        tokio::select! {
            () = relay.stopping.cancelled() => return,
            () = relay.wake.campaigns.notified() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// The campaigns that were given up and have messages in the outbox.
fn given_up(relay: &Relay) -> BTreeSet<Name> {
    let views = relay.store.read();
    let campaigns = &views.desk().campaigns;
    let cancelled = |name: &&Name| {
        campaigns.get(*name).is_some_and(|campaign| campaign.stage == Stage::Cancelled)
    };
    let waiting = views.unsettled().flat_map(|state| &state.head.sends);
    let names = waiting.filter_map(|send| match &send.author {
        Author::Campaign(name) => Some(name),
        _ => None,
    });
    names.filter(cancelled).cloned().collect()
}
