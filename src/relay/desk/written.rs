//! What stands in the journal of messages of ours. The desk decides ahead of the disk and does not know where things
//! are written; the views do, and what was tried once is durable.

use super::Desk;
use crate::domain::content::Content;
use crate::domain::event::Event;
use crate::domain::id::{ConversationId, OutboxId, SendId};
use crate::domain::message::{Author, Outbound, TemplateUse};
use crate::domain::status::Status;
use crate::domain::thread::Entry;
use crate::journal::codec::StreamEvent;
use crate::kit::Timestamp;
use crate::relay::opened::{self, Found};

/// A clock may be put back by so many seconds between the making of a campaign and its rows.
const BACK: i64 = 86_400;

impl Desk {
    /// Where a message was put into the outbox.
    fn written(&self, id: ConversationId, outbox: OutboxId) -> Option<Found> {
        let durable = self.store.conversation(id).ok()??;
        opened::found(&self.store, durable.thread.outbox(outbox)?.place()).ok()
    }

    /// The template of a message that has been sent; nothing if it had none, or cannot be read any more.
    pub(super) fn template_of(&self, id: ConversationId, outbox: OutboxId) -> Option<TemplateUse> {
        let found = self.written(id, outbox)?;
        let contact = self.store.conversation(id).ok()??.head.contact;
        match opened::body::<Outbound>(&self.vault, contact, &found).ok()?.content {
            Content::Template(used) => Some(used),
            _ => None,
        }
    }

    /// Whether a campaign's message went, or may have gone, to the same person in another conversation: two contacts
    /// became one after its rows were taken.
    pub(super) fn has_twin(&mut self, send: SendId) -> bool {
        let Ok(Some(state)) = self.cache.conversation(send.conversation, &self.store) else {
            return false;
        };
        let Some(one) = state.head.sends.iter().find(|of| of.outbox == send.outbox) else {
            return false;
        };
        let Author::Campaign(name) = one.author.clone() else { return false };
        let (contact, line) = (state.head.contact, state.head.line.clone());
        let others = self.on_line(contact, &line);
        if others.len() < 2 {
            return false;
        }
        let (_, desk, _) = self.cache.desk(&self.store);
        let Some(since) = desk.campaigns.get(&name).map(|campaign| campaign.at) else {
            return false;
        };
        drop(desk);
        let author = Author::Campaign(name);
        let others = others.into_iter().filter(|(_, id)| *id != send.conversation);
        others.map(|(_, id)| id).any(|id| self.has_gone(id, &author, since))
    }

    /// Whether a message of that author, who began then, has gone to the customer of a conversation, or may
    /// have.
    fn has_gone(&mut self, id: ConversationId, author: &Author, since: Timestamp) -> bool {
        let Ok(Some(state)) = self.cache.conversation(id, &self.store) else { return false };
        let ours = state.thread.iter().rev().filter(|entry| entry.sort().is_outbox());
        // A clock may have been put back in between.
        let ours = ours.take_while(|entry| entry.at() >= since.plus_secs(-BACK));
        let gone = ours.filter(|entry| {
            use Status::{Cancelled, Failed, Queued};
            !matches!(entry.status(), Queued | Failed | Cancelled)
        });
        let gone: Vec<_> = gone.map(Entry::outbox).collect();
        // Who wrote it stands where it was queued.
        gone.into_iter().filter_map(|outbox| self.written(id, outbox)).any(|found| {
            match found.event {
                StreamEvent::Conversation(Event::Queued { author: of, .. }) => of == *author,
                _ => false,
            }
        })
    }
}
