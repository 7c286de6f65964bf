//! From a request to an action of the desk.

use super::{Gate, Signed, no_ticket, refused};
use crate::domain::command::Action;
use crate::domain::content::{Attached, Content};
use crate::domain::field::printed;
use crate::domain::id::{MessageKey, OutboxId, SendId, TagKey, TicketNumber};
use crate::domain::interactive::{File, Header, Interactive};
use crate::domain::message::Kind;
use crate::domain::name::Name;
use crate::domain::refusal::Refusal;
use crate::domain::template::Handed;
use crate::domain::ticket::Tag;
use crate::domain::took::Brought;
use crate::journal::JournalError;
use crate::relay::desk::{CommandId, Reply, Tying};
use crate::relay::receipts::Did;
use crate::relay::rules::tag_key;
use crate::relay::translate::message_key;
use crate::wire::{Acted, ActionRequest, Refused};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Most characters of a tag or a name.
const NAME_MOST: usize = 64;
/// Most characters of a note.
const NOTE_MOST: usize = 16_384;

fn unlike(slot: &str, kind: &str, given: Kind) -> Refused {
    let given = given.word();
    malformed(&format!(
        "the value {slot} must be of the kind {kind}; the file is of the kind {given}"
    ))
}

fn malformed(what: &str) -> Refused {
    refused(&Refusal::Malformed { what: what.to_owned() })
}

fn names(given: Vec<String>) -> Result<Vec<Name>, Refused> {
    given.into_iter().map(name).collect()
}

fn name(given: String) -> Result<Name, Refused> {
    let length = given.chars().count();
    if length == 0 || length > NAME_MOST || given.chars().any(char::is_control) {
        return Err(malformed("a name has 1 to 64 characters, none of them a control character"));
    }
    Ok(Name::from(given))
}

fn noted(text: String) -> Result<String, Refused> {
    match text.chars().count() {
        length if length > NOTE_MOST => Err(refused(&Refusal::TooLong { length, most: NOTE_MOST })),
        _ => Ok(text),
    }
}

/// The same id from two accounts is two commands.
fn command_id(account: &Name, id: Uuid) -> CommandId {
    let mut hash = Sha256::new();
    hash.update(id.as_bytes());
    hash.update(account.as_str().as_bytes());
    let mut short = CommandId::default();
    short.copy_from_slice(&hash.finalize()[..16]);
    short
}

impl Gate {
    /// Carries out what a person asks for; with an `id`, once however often it is asked.
    ///
    /// # Errors
    /// The refusal. Refused rights are in the audit trail.
    pub async fn act(
        &self,
        signed: &Signed,
        ticket: TicketNumber,
        action: ActionRequest,
        id: Option<Uuid>,
    ) -> Result<Acted, Refused> {
        let word = action.word().replace('_', " ");
        let word = word.as_str();
        let (ticket, action) = match action {
            ActionRequest::UnsplitTicket => {
                self.may_see(signed, ticket, word).await?;
                (self.following(ticket)?, ActionRequest::MergeTicket { with: ticket })
            }
            action => (ticket, action),
        };
        let given = self.moved(signed, ticket, &action).await?;
        if given.is_none() {
            self.may_see(signed, ticket, word).await?;
        }
        if let ActionRequest::Link { to }
        | ActionRequest::Unlink { to }
        | ActionRequest::MergeTicket { with: to }
        | ActionRequest::UnmergeTicket { with: to } = &action
        {
            self.may_see(signed, *to, word).await?;
        }
        if let ActionRequest::Shift { from, to } = &action {
            return self.shift(signed, ticket, from, to).await;
        }
        if let ActionRequest::Whisper { text } = action {
            return self.whisper(signed, ticket, text).await;
        }
        let tying = match action {
            ActionRequest::Merge { with } => {
                let customer = self.customer(signed, ticket).await?;
                Some(Tying::Join(customer, self.customer(signed, with).await?))
            }
            ActionRequest::Split => Some(Tying::Part(self.customer(signed, ticket).await?)),
            ActionRequest::UndoMerge => Some(Tying::Undo(self.customer(signed, ticket).await?)),
            _ => None,
        };
        if let Some(tying) = tying {
            return self.tie(signed, tying).await;
        }
        let sent = match &action {
            ActionRequest::Reply { .. }
            | ActionRequest::Send { content: Content::Text { .. }, .. }
            | ActionRequest::Template { .. } => Some(false),
            ActionRequest::Note { .. } => Some(true),
            _ => None,
        };
        let template = match &action {
            ActionRequest::Template { name, language, .. } => {
                Some((name.clone(), language.clone()))
            }
            _ => None,
        };
        let action = self.action(&signed.member.name, ticket, action, given).await?;
        let id = id.map(|id| command_id(&signed.member.name, id));
        let looked = action == Action::MarkRead;
        let answered = self.relay.desk.act(signed.member.clone(), ticket, action, id).await;
        match answered {
            Ok(answered) => {
                if let Some((name, language)) = template {
                    self.relay.floor.catalogues.sent(name, language);
                }
                if looked && let Some(id) = self.relay.store.read().conversation_of(ticket) {
                    self.relay.floor.receipts.did(id, Did::Open);
                }
                if let Some(note) = sent {
                    self.sent(&signed.member.name, ticket, note);
                }
                Ok(Acted {
                    position: answered.position.0,
                    outbox: match answered.reply {
                        Reply::Acted(outbox) => outbox,
                        _ => None,
                    },
                })
            }
            Err(refusal) => {
                if matches!(refusal, Refusal::RoleMissing { .. } | Refusal::QueueForeign { .. }) {
                    let what = format!("ticket {ticket} {word}");
                    let who = signed.member.name.as_str();
                    self.audit.note(who, &what, refusal.code()).await;
                }
                Err(refused(&refusal))
            }
        }
    }

    /// The ticket that goes on in a conversation after one that is past.
    fn following(&self, ticket: TicketNumber) -> Result<TicketNumber, Refused> {
        let views = self.relay.store.read();
        let id = views.conversation_of(ticket).ok_or_else(no_ticket)?;
        let state = views.conversation(id).ok_or_else(no_ticket)?;
        state.head.ticket.as_ref().map(|latest| latest.number).ok_or_else(no_ticket)
    }

    /// The fingerprint of a message's id on the line of the ticket's conversation.
    fn fingerprint(&self, ticket: TicketNumber, id: &str) -> Result<MessageKey, Refused> {
        let views = self.relay.store.read();
        let conversation = views.conversation_of(ticket).ok_or_else(no_ticket)?;
        let state = views.conversation(conversation).ok_or_else(no_ticket)?;
        Ok(message_key(&self.relay.vault, &state.head.line, id))
    }

    /// The queue that the ticket is in because the account moved it there: that may be taken back also by who does
    /// not work that queue.
    async fn moved(
        &self,
        signed: &Signed,
        ticket: TicketNumber,
        action: &ActionRequest,
    ) -> Result<Option<Name>, Refused> {
        match action {
            ActionRequest::Move { .. } | ActionRequest::HandOver { .. } => {
                let account = signed.member.name.clone();
                self.apart(move |reading| reading.moved_by(&account, ticket)).await
            }
            _ => Ok(None),
        }
    }

    /// What was sent is no draft any more.
    fn sent(&self, account: &Name, ticket: TicketNumber, note: bool) {
        let Some(id) = self.relay.store.read().conversation_of(ticket) else { return };
        self.relay.floor.looking.writes(id, account, false);
        let drafts = &self.relay.floor.drafts;
        let whispers = &self.relay.floor.whispers;
        if !note && whispers.of(account, id).is_some() {
            whispers.clear(id);
        }
        if drafts.of(account, id).is_some_and(|draft| draft.note == note) {
            drafts.clear(account, id);
        }
    }

    async fn action(
        &self,
        account: &Name,
        ticket: TicketNumber,
        request: ActionRequest,
        moved: Option<Name>,
    ) -> Result<Action, Refused> {
        Ok(match request {
            ActionRequest::Take => Action::Take,
            ActionRequest::Accept => Action::Accept,
            ActionRequest::Decline => Action::Decline,
            ActionRequest::Assign { to } => {
                let account = account.clone();
                let given = self.apart(move |reading| reading.given_by(&account, ticket)).await?;
                Action::Assign { to: to.map(name).transpose()?, given }
            }
            ActionRequest::Release => Action::Release,
            ActionRequest::Move { queue } => Action::Move { queue: name(queue)?, given: moved },
            ActionRequest::HandOver { to, queue, note } => Action::HandOver {
                to: to.map(name).transpose()?,
                queue: queue.map(name).transpose()?,
                note: noted(note)?,
                given: moved,
            },
            ActionRequest::Reply { text, quote } => {
                if let Some(quote) = &quote {
                    self.was_said(ticket, quote).await?;
                }
                Action::Reply { text, quote }
            }
            ActionRequest::Send { content, about } => {
                if let Some(about) = &about {
                    self.was_said(ticket, about).await?;
                }
                let content = match content {
                    Content::File(file) => {
                        let found = self.attached(ticket, file.upload).await?;
                        Content::File(Attached { caption: file.caption, ..found })
                    }
                    Content::Interactive(mut interactive) => {
                        self.headed(ticket, &mut interactive).await?;
                        Content::Interactive(interactive)
                    }
                    other => other,
                };
                Action::Send { content, about }
            }
            ActionRequest::Template { name, language, mut parameters } => {
                self.handed(ticket, &name, &language, &mut parameters).await?;
                Action::Template { name, language, parameters: parameters.into_iter().collect() }
            }
            ActionRequest::Note { text } => Action::Note { text: noted(text)? },
            ActionRequest::Follow => Action::Follow { on: true },
            ActionRequest::Unfollow => Action::Follow { on: false },
            ActionRequest::Link { to } => Action::Link { to, on: true },
            ActionRequest::Unlink { to } => Action::Link { to, on: false },
            ActionRequest::MergeTicket { with } => {
                Action::MergeTicket { with, brought: Box::new(self.brought(with).await?) }
            }
            ActionRequest::UnmergeTicket { with } => Action::UnmergeTicket { with },
            ActionRequest::SplitTicket { at } => {
                Action::SplitTicket { message: self.fingerprint(ticket, &at)? }
            }
            ActionRequest::Todo { text, owner, due } => {
                Action::AddTodo { text, owner: owner.map(name).transpose()?, due }
            }
            ActionRequest::TodoDone { id, done } => Action::SettleTodo { id, done },
            ActionRequest::SetField { field, value } => {
                let field = name(field)?;
                let key = value.as_deref().and_then(|value| self.field_key(&field, value));
                Action::SetField { field, value, key }
            }
            ActionRequest::Solve => Action::Solve,
            ActionRequest::Reopen { state, keep } => Action::Reopen { state, keep },
            ActionRequest::Pend => Action::Pend,
            ActionRequest::Hold => Action::Hold,
            ActionRequest::Open => Action::Open,
            ActionRequest::Snooze { until } => Action::Snooze { until },
            ActionRequest::Prioritise { priority } => Action::Prioritise { priority },
            ActionRequest::Tag { add, remove } => {
                Action::Tag { add: self.tags(add)?, remove: self.tags(remove)? }
            }
            ActionRequest::Acknowledge => Action::Acknowledge,
            ActionRequest::MarkRead => Action::MarkRead,
            ActionRequest::Cancel { outbox } => Action::Cancel { outbox: self.of(ticket, outbox)? },
            ActionRequest::Confirm { outbox } => {
                Action::Confirm { outbox: self.of(ticket, outbox)? }
            }
            ActionRequest::Merge { .. }
            | ActionRequest::Split
            | ActionRequest::UndoMerge
            | ActionRequest::UnsplitTicket
            | ActionRequest::Shift { .. }
            | ActionRequest::Whisper { .. } => {
                return Err(malformed("nothing of the ticket itself is changed by that"));
            }
            ActionRequest::Resend { outbox: send } => {
                let outbox = self.of(ticket, send)?;
                let said = self.apart(move |reading| reading.outbound(send.conversation, outbox));
                let Ok(Ok(said)) = said.await else {
                    return Err(refused(&Refusal::Unavailable {
                        reason: "the journal cannot be read".into(),
                    }));
                };
                Action::Resend { outbox, said }
            }
        })
    }

    /// What comes along from a ticket that is merged into another.
    async fn brought(&self, with: TicketNumber) -> Result<Brought, Refused> {
        let read = self.apart(move |reading| reading.brought(with)).await?;
        let (tags, aside) = read.map_err(|error| {
            tracing::error!(%error, "a read failed");
            refused(&Refusal::Unavailable { reason: "the journal cannot be read".into() })
        })?;
        let todos = aside.todos.into_iter().filter(|todo| !todo.done);
        let field = |(name, value): (String, String)| {
            let name = Name::from(name);
            let key = self.field_key(&name, &value)?;
            Some((name, value, key))
        };
        Ok(Brought {
            tags: self.tags(tags)?,
            todos: todos.map(|of| (of.text, of.owner.map(Name::from), of.due)).collect(),
            fields: aside.fields.into_iter().filter_map(field).collect(),
            followers: aside.followers.into_iter().map(Name::from).collect(),
        })
    }

    /// A file that was handed in for this ticket's conversation, as the relay found it to be.
    async fn attached(&self, ticket: TicketNumber, upload: Uuid) -> Result<Attached, Refused> {
        let known = {
            let views = self.relay.store.read();
            let id = views.conversation_of(ticket).ok_or_else(no_ticket)?;
            views.conversation(id).map(|state| (id, state.head.contact))
        };
        let (conversation, contact) = known.ok_or_else(no_ticket)?;
        let files = self.relay.files.clone();
        let name = files.handed_in(conversation, upload.as_u128());
        let about = tokio::task::spawn_blocking(move || files.about(contact, name)).await;
        let Ok(Ok(about)) = about else {
            return Err(malformed("there is no such file: hand it in again"));
        };
        let mime = about.mime.unwrap_or_default();
        let (kind, bytes, name) = (about.kind, about.bytes, about.name);
        Ok(Attached { upload, kind, mime, bytes, name, caption: None })
    }

    /// A file that was handed in to stand above a text must be of the kind that is said there.
    async fn headed(&self, ticket: TicketNumber, of: &mut Interactive) -> Result<(), Refused> {
        let header = of.header.as_mut().and_then(Header::file);
        let Some((kind, file)) = header else { return Ok(()) };
        let Some(given) = file.handed() else { return Ok(()) };
        let found = self.attached(ticket, given.upload).await?;
        if found.kind != kind {
            return Err(unlike("header", kind.word(), found.kind));
        }
        *file = File::Id(Handed::from(&found).to_string());
        Ok(())
    }

    /// The files that were handed in for a template must be of the kinds that it asks for; they get the names that
    /// the relay knows.
    async fn handed(
        &self,
        ticket: TicketNumber,
        name: &str,
        language: &str,
        parameters: &mut BTreeMap<String, String>,
    ) -> Result<(), Refused> {
        let kinds = self.file_slots(ticket, name, language);
        for (slot, value) in parameters {
            let Some(kind) = kinds.get(slot) else { continue };
            let Some(given) = Handed::read(value) else { continue };
            let file = self.attached(ticket, given.upload).await?;
            if file.kind.word() != *kind {
                return Err(unlike(slot, kind, file.kind));
            }
            *value = Handed::from(&file).to_string();
        }
        Ok(())
    }

    /// The slots of a template that take files, and of which kinds.
    fn file_slots(
        &self,
        ticket: TicketNumber,
        name: &str,
        language: &str,
    ) -> BTreeMap<String, &'static str> {
        let views = self.relay.store.read();
        let id = views.conversation_of(ticket);
        let line = id.and_then(|id| views.conversation(id)).map(|state| &state.head.line);
        let rules = line.and_then(|line| views.policy().lines.get(line));
        let all = rules.and_then(|rules| views.desk().templates.get(&rules.account));
        let template = all.and_then(|(_, all)| all.find(name, language));
        let slots = template.into_iter().flat_map(|template| &template.slots);
        slots.filter_map(|slot| Some((slot.name.clone(), slot.kind.file()?))).collect()
    }

    /// Only what the platform knows in the ticket's own conversation can be quoted.
    async fn was_said(&self, ticket: TicketNumber, id: &str) -> Result<(), Refused> {
        let conversation = self.relay.store.read().conversation_of(ticket);
        let conversation = conversation.ok_or_else(no_ticket)?;
        let (store, vault) = (self.relay.store.clone(), self.relay.vault.clone());
        let id = id.to_owned();
        let found = tokio::task::spawn_blocking(move || {
            let Some(state) = store.conversation(conversation)? else { return Ok(false) };
            let key = message_key(&vault, &state.head.line, &id);
            let mut said = state.thread.iter().rev().filter(|entry| entry.sort().is_message());
            Ok::<_, JournalError>(said.any(|entry| entry.key() == key))
        });
        match found.await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(refused(&Refusal::QuoteUnknown)),
            _ => {
                Err(refused(&Refusal::Unavailable { reason: "the journal cannot be read".into() }))
            }
        }
    }

    /// The fingerprint of a field's value as it is kept; nothing if it cannot stand there.
    fn field_key(&self, field: &Name, value: &str) -> Option<TagKey> {
        let policy = self.relay.store.read().policy().clone();
        let rules = policy.fields.iter().find(|rules| rules.name == *field)?;
        let kept = rules.kind.read(value).ok()?;
        Some(tag_key(&self.relay.vault, &Name::from(printed(field, &kept))))
    }

    fn tags(&self, given: Vec<String>) -> Result<Vec<Tag>, Refused> {
        let key = |name: &Name| tag_key(&self.relay.vault, name);
        Ok(names(given)?.into_iter().map(|name| Tag { key: key(&name), name }).collect())
    }

    /// A message of ours, which must belong to the ticket's conversation.
    fn of(&self, ticket: TicketNumber, send: SendId) -> Result<OutboxId, Refused> {
        match self.relay.store.read().conversation_of(ticket) {
            None => Err(no_ticket()),
            Some(id) if id == send.conversation => Ok(send.outbox),
            Some(_) => Err(refused(&Refusal::NoMessage)),
        }
    }
}
