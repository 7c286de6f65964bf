//! The committed state in the words of the outer contract: rows, threads, contacts, templates.
//!
//! Everything here reads what is durable, opens what is personal, and judges by the rights of who asks. It may
//! read the disk: from async code it is called in `spawn_blocking`.

mod aside;
mod audit;
mod brought;
mod cache;
mod campaigns;
mod canned;
mod consent;
mod contacts;
mod entry;
mod failure;
mod file;
mod given;
mod inbox;
mod later;
mod raw;
mod row;
mod scope;
mod search;
mod sent;
mod strays;
mod tags;
mod templates;
mod thread;
mod told;
mod why;

pub use file::NoFile;
pub use inbox::{Begin, Page};
pub use raw::NoRaw;
pub use row::Row;
pub(crate) use row::print_of;
pub use search::{Found, MATCHES_MOST, Search};
pub(in crate::relay) use thread::ticket_at;
pub use thread::{Range, ThreadPart, ThreadPlan, entry_key, place_of};

use super::opened::{Closed, Opener};
use super::views::Store;
use crate::domain::contact::Contact;
use crate::domain::conversation::Conversation;
use crate::domain::id::{ContactId, ConversationId, TicketNumber};
use crate::domain::name::Name;
use crate::domain::policy::Policy;
use crate::domain::roster::{Member, Role};
use crate::journal::{JournalError, Position};
use crate::wire::{AlertView, AlertsView, NoticeView};
use cache::Cache;
use std::sync::Arc;

/// Reads for people. Cloned freely: all clones share one cache.
#[derive(Clone)]
pub struct Reading {
    store: Store,
    opener: Opener,
    cache: Arc<Cache>,
}

/// Why something cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is not there.
    #[error("there is nothing of that number")]
    Missing,
    /// It is in a queue that the account does not work; told apart only for the audit trail.
    #[error("it is in a queue of others")]
    Foreign {
        /// The queue.
        queue: Name,
    },
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl Reading {
    /// Reads `store`, opening with `opener`.
    pub fn new(store: Store, opener: Opener) -> Self {
        Self { store, opener, cache: Arc::default() }
    }

    /// Drops what was opened of a person who was erased.
    pub fn forget(&self, contact: ContactId) {
        self.cache.forget(contact);
    }

    /// How far the views have come.
    pub fn position(&self) -> Position {
        self.store.read().position
    }

    /// The versions of a ticket's conversation and contact, by which a change is seen.
    pub fn versions(&self, ticket: TicketNumber) -> Option<(u64, u64)> {
        let id = self.store.read().conversation_of(ticket)?;
        let state = self.store.conversation(id).ok()??;
        let contact = self.store.read().contact(state.head.contact)?.version;
        Some((state.head.version, contact))
    }

    /// With whom the conversation of a ticket is.
    pub fn customer(&self, ticket: TicketNumber) -> Option<ContactId> {
        let id = self.conversation_id(ticket)?;
        Some(self.store.conversation(id).ok()??.head.contact)
    }

    /// The conversation of a ticket.
    pub fn conversation_id(&self, ticket: TicketNumber) -> Option<ConversationId> {
        self.store.read().conversation_of(ticket)
    }

    /// The conversation of a ticket that is in memory and that `member` may see, and with whom it is.
    ///
    /// # Errors
    /// [`ReadError::Foreign`].
    pub fn addressed(
        &self,
        member: &Member,
        ticket: TicketNumber,
    ) -> Result<Option<(ConversationId, ContactId)>, ReadError> {
        let known = {
            let views = self.store.read();
            views.conversation_of(ticket).and_then(|id| views.conversation(id).cloned())
        };
        let Some(state) = known else { return Ok(None) };
        self.visible(member, &state)?;
        Ok(Some((state.id, state.head.contact)))
    }

    /// Moves when accounts, templates or rules have changed.
    pub fn desk_version(&self) -> u64 {
        self.store.read().desk().version
    }

    /// What an account should know of, oldest first.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn notices(&self, member: &Member) -> Result<Vec<NoticeView>, JournalError> {
        let raised: Vec<_> = self.store.read().live().notices(&member.name).cloned().collect();
        let notices = raised.iter().map(|raised| self.notice(member, raised));
        let mut notices: Vec<_> =
            notices.filter_map(Result::transpose).collect::<Result<_, _>>()?;
        let turned: Vec<_> = {
            let views = self.store.read();
            let told = views.live().alerts().filter(|(_, of)| of.notify.contains(&member.name));
            told.map(row::turned).collect()
        };
        notices.extend(turned);
        if member.role >= Role::Supervisor {
            let heard: Vec<_> = self.store.read().live().heard().cloned().collect();
            let policy = self.policy();
            notices.extend(heard.iter().map(|heard| row::news(heard, &policy)));
            let refused = self.store.read().live().refused().cloned();
            notices.extend(refused.map(row::refused));
        }
        notices.sort_by_key(|notice| notice.id);
        Ok(notices)
    }

    /// The alerts that are raised, and the latest that are over.
    pub fn alerts(&self) -> AlertsView {
        let views = self.store.read();
        let ended = views.desk().alerts.ended.iter().rev().map(AlertView::from).collect();
        let running = views.desk().alerts.raised().map(AlertView::from).collect();
        AlertsView { running, ended }
    }

    /// The rules in force.
    pub fn policy(&self) -> Arc<Policy> {
        self.store.read().policy().clone()
    }

    fn contact(&self, id: ContactId) -> Arc<Contact> {
        let known = self.store.read().contact(id).cloned();
        known.unwrap_or_else(|| Arc::new(Contact::new(id)))
    }

    /// The conversation of a ticket, if `member` may see it.
    fn conversation_of(
        &self,
        member: &Member,
        ticket: TicketNumber,
    ) -> Result<Arc<Conversation>, ReadError> {
        let id = self.store.read().conversation_of(ticket).ok_or(ReadError::Missing)?;
        let state = self.store.conversation(id)?.ok_or(ReadError::Missing)?;
        self.visible(member, &state)?;
        Ok(state)
    }

    /// Whether `member` may see the ticket at all; the answer holds for its whole conversation.
    ///
    /// # Errors
    /// [`ReadError::Missing`], [`ReadError::Foreign`].
    pub fn may_see(&self, member: &Member, ticket: TicketNumber) -> Result<(), ReadError> {
        self.conversation_of(member, ticket).map(|_| ())
    }

    fn visible(&self, member: &Member, state: &Conversation) -> Result<(), ReadError> {
        let queue = queue_of(state, &self.policy());
        if member.sees(&queue) { Ok(()) } else { Err(ReadError::Foreign { queue }) }
    }

    /// What a message of ours said, to be sent again; nothing if it is not there any more.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn outbound(
        &self,
        conversation: ConversationId,
        outbox: crate::domain::id::OutboxId,
    ) -> Result<Option<crate::domain::message::Outbound>, JournalError> {
        let Some(state) = self.store.conversation(conversation)? else { return Ok(None) };
        let Some(entry) = state.thread.outbox(outbox) else { return Ok(None) };
        let opened = self.opener.found(entry.place()).and_then(|found| {
            self.opener.body::<crate::domain::message::Outbound>(state.head.contact, &found)
        });
        match opened {
            Ok(outbound) => Ok(Some(outbound)),
            Err(Closed::Journal(error)) => Err(error),
            Err(Closed::Erased | Closed::Unreadable) => Ok(None),
        }
    }
}

/// The queue by which a conversation is seen or not.
fn queue_of(state: &Conversation, policy: &Policy) -> Name {
    match &state.head.ticket {
        Some(ticket) => ticket.queue.clone(),
        None => policy.queue_of(&state.head.line),
    }
}

fn line_name(line: &Name, policy: &Policy) -> String {
    policy.lines.get(line).map_or(line, |rules| &rules.name).to_string()
}

/// What was opened, or the word that stands in its place: a broken record makes one text unreadable, not a list.
fn or_word<T>(
    opened: Result<T, Closed>,
    word: impl FnOnce(&'static str) -> T,
) -> Result<T, JournalError> {
    match opened {
        Ok(opened) => Ok(opened),
        Err(Closed::Journal(error)) if !error.is_of_data() => Err(error),
        Err(closed) => Ok(word(closed.word())),
    }
}
