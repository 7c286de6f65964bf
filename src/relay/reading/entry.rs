//! Entries of a thread, opened.

use super::later::{direction, folds};
use super::tags::tagged;
use super::told::in_words;
use super::{Reading, or_word};
use crate::domain::contact::Contact;
use crate::domain::content::Content;
use crate::domain::conversation::Conversation;
use crate::domain::details::Details;
use crate::domain::event::{Event, FieldSet, TodoAdded};
use crate::domain::id::{MessageKey, SendId};
use crate::domain::mention::mentioned;
use crate::domain::message::{Inbound, Kind, Outbound, Source};
use crate::domain::status::Status;
use crate::domain::thread::{Entry, Place, Sort};
use crate::domain::ticket::Tags;
use crate::journal::JournalError;
use crate::journal::codec::StreamEvent;
use crate::kit::text::one_line;
use crate::relay::opened::{Closed, Found};
use crate::wire::{EntryKind, EntryView, MediaView, QuoteView, StatusAt};
use std::collections::HashMap;

/// Entries searched at most for what messages quote.
const QUOTED_MOST: usize = 20_000;
/// Characters of a quote.
const QUOTE: usize = 120;

/// A customer's message that comes this much later than it was written is late, in desk milliseconds.
const LATE_MS: i64 = 60_000;

/// A message opened.
pub(super) struct Said {
    pub(super) word: &'static str,
    pub(super) text: String,
    /// The platform's id, of what we did not send.
    pub(super) id: Option<String>,
    media: Option<MediaView>,
    /// Under which number the file of a message of ours was handed in.
    pub(super) upload: Option<u128>,
    pub(super) details: Details,
    forwarded: bool,
    pub(super) about: Option<String>,
    pub(super) raw: Option<String>,
    pub(super) author: String,
}

impl Said {
    pub(super) fn closed(word: &'static str, text: &str) -> Self {
        Self {
            word,
            text: text.to_owned(),
            id: None,
            media: None,
            upload: None,
            details: Details::default(),
            forwarded: false,
            about: None,
            raw: None,
            author: String::new(),
        }
    }

    fn inbound(kind: Kind, body: Inbound) -> Self {
        let media = body.media.map(|media| MediaView {
            id: media.id,
            mime_type: media.mime_type,
            sha256: media.sha256,
            filename: media.filename,
            ..MediaView::default()
        });
        let text = if body.text.is_empty() && media.is_none() {
            format!("[{}]", kind.word())
        } else {
            body.text
        };
        Self {
            word: kind.word(),
            text,
            id: Some(body.id),
            media,
            upload: None,
            details: body.details.map(|details| *details).unwrap_or_default(),
            forwarded: body.forwarded,
            about: body.about,
            raw: body.raw,
            author: String::new(),
        }
    }

    fn outbound(kind: Kind, Outbound { content, about }: Outbound) -> Self {
        let text = match content.says() {
            "" => format!("[{}]", kind.word()),
            text => text.to_owned(),
        };
        let mut details = Details::default();
        let (mut media, mut upload) = (None, None);
        match content {
            Content::Location(place) => details.location = Some(place),
            Content::Contacts(cards) => details.cards = cards,
            Content::Interactive(interactive) => details.interactive = Some(interactive),
            Content::File(file) => {
                upload = Some(file.upload.as_u128());
                media = Some(MediaView {
                    mime_type: Some(file.mime),
                    filename: file.name,
                    size: Some(file.bytes),
                    ..MediaView::default()
                });
            }
            Content::Text { .. } | Content::Template(_) | Content::Reaction { .. } => {}
        }
        Self { media, upload, details, about, ..Self::closed(kind.word(), &text) }
    }
}

impl Reading {
    pub(super) fn body<T: serde::de::DeserializeOwned>(
        &self,
        contact: &Contact,
        found: &Found,
    ) -> Result<T, Closed> {
        if contact.erased.is_some() {
            return Err(Closed::Erased);
        }
        self.opener.body(contact.id, found)
    }

    /// What the message in an event says.
    pub(super) fn said_in(&self, contact: &Contact, found: &Found) -> Result<Said, JournalError> {
        let StreamEvent::Conversation(event) = &found.event else {
            return Ok(Said::closed("unknown", "unreadable"));
        };
        let (kind, author) = match event {
            Event::FileCame { kind, outgoing, .. } => {
                (*kind, if *outgoing { "phone" } else { "customer" })
            }
            Event::Received {
                kind: kind @ (Kind::HandedOver | Kind::TakenOver | Kind::Group),
                ..
            } => (*kind, "platform"),
            Event::Received { kind, .. } => (*kind, "customer"),
            Event::Echoed { kind, source: Source::Standby, .. } => (*kind, "platform"),
            Event::Echoed { kind, .. } => (*kind, "phone"),
            Event::Queued { kind, author, .. } => (*kind, author.name()),
            _ => return Ok(Said::closed("unknown", "unreadable")),
        };
        let said = match event {
            Event::Queued { .. } => {
                self.body(contact, found).map(|outbound| Said::outbound(kind, outbound))
            }
            _ => self.body(contact, found).map(|inbound| Said::inbound(kind, inbound)),
        };
        let said = or_word(said, |word| Said::closed(kind.word(), word))?;
        Ok(Said { author: author.to_owned(), ..said })
    }

    /// One entry of a thread.
    pub(super) fn entry(
        &self,
        state: &Conversation,
        contact: &Contact,
        entry: &Entry,
    ) -> Result<EntryView, JournalError> {
        let found = or_word(self.opener.found(entry.place()).map(Some), |_| None)?;
        let place = entry.place();
        let view = |kind, id: String| EntryView {
            kind,
            id,
            at: entry.at(),
            direction: None,
            author: String::new(),
            source: None,
            kind_word: "unknown".to_owned(),
            text: "unreadable".to_owned(),
            media: None,
            details: Details::default(),
            forwarded: false,
            reply_to: None,
            status: None,
            error: None,
            raw_kept: false,
            outbox: None,
            late: false,
            quote: None,
            statuses: Vec::new(),
            hold_ms: 0,
            mentions: Vec::new(),
            ticket: super::thread::ticket_at(state, entry.at()),
            reactions: Vec::new(),
            earlier: Vec::new(),
            edited_at: None,
            deleted_at: None,
            folded: false,
            cut: None,
        };
        let own_id = |word: &str| format!("{word}-{}.{}", place.position(), place.index());
        match entry.sort() {
            Sort::Note => {
                let mut note = view(EntryKind::Note, own_id("note"));
                note.kind_word = "note".to_owned();
                if let Some(found) = found {
                    if let StreamEvent::Conversation(Event::Noted { by, .. }) = &found.event {
                        note.author = by.to_string();
                    }
                    note.text = or_word(self.body(contact, &found), str::to_owned)?;
                    note.mentions = self.mentions(&note.text);
                }
                Ok(note)
            }
            Sort::Event | Sort::Opened => {
                let mut told = view(EntryKind::Event, own_id("event"));
                if let Some(found) = found
                    && let StreamEvent::Conversation(event) = &found.event
                {
                    told.kind_word = event.word().to_owned();
                    let actor = found.actor.strip_prefix('-').unwrap_or(&found.actor);
                    told.text = match event {
                        Event::Tagged { body, .. } => {
                            let tags = self.tags_in(contact, &found, body);
                            or_word(tags, |_| Tags::default()).map(|tags| tagged(&tags, actor))?
                        }
                        Event::TodoAdded(TodoAdded { id, owner, due, .. }) => {
                            let what = or_word(self.body(contact, &found), str::to_owned)?;
                            let owner = owner.as_ref().map(|owner| format!(" for {owner}"));
                            let owner = owner.unwrap_or_default();
                            let due = due.map(|at| format!(", until {at}")).unwrap_or_default();
                            let what = one_line(&what, QUOTE);
                            format!("to do {id}{owner}, by {actor}{due}: {what}")
                        }
                        Event::FieldSet(FieldSet { field, key: Some(_), .. }) => {
                            let value = or_word(self.body(contact, &found), str::to_owned)?;
                            format!("{field}: {}, by {actor}", one_line(&value, QUOTE))
                        }
                        Event::FieldSet(FieldSet { field, .. }) => {
                            format!("{field} emptied by {actor}")
                        }
                        event => in_words(event, actor),
                    };
                    told.author = actor.to_owned();
                }
                Ok(told)
            }
            sort => {
                let said = match &found {
                    Some(found) => self.said_in(contact, found)?,
                    None => Said::closed("unknown", "unreadable"),
                };
                let mut message = view(EntryKind::Message, said.id.unwrap_or_default());
                message.author = said.author;
                let delay = found.as_ref().map(|found| found.at.since(entry.at()));
                message.late = sort == Sort::Asks && delay.is_some_and(|delay| delay >= LATE_MS);
                message.kind_word = said.word.to_owned();
                message.text = said.text;
                message.media = said.media;
                if let Some(media) = &mut message.media {
                    self.tell_file(state, entry, said.upload, media);
                }
                message.details = said.details;
                message.forwarded = said.forwarded;
                message.reply_to = said.about;
                message.raw_kept = said.raw.is_some();
                message.direction = Some(direction(sort));
                message.source = source(entry).map(str::to_owned);
                if sort == Sort::Elsewhere {
                    message.status = Some(Status::Sent.word().to_owned());
                }
                if sort.is_outbox() {
                    self.outgoing(state, contact, entry, &mut message)?;
                }
                if message.id.is_empty() {
                    message.id = own_id("message");
                }
                Ok(message)
            }
        }
    }

    /// The beginning of a note.
    pub(super) fn noted(&self, contact: &Contact, place: Place) -> Result<String, JournalError> {
        let found = or_word(self.opener.found(place).map(Some), |_| None)?;
        let Some(found) = found else { return Ok(String::new()) };
        let text = or_word(self.body::<String>(contact, &found), str::to_owned)?;
        Ok(one_line(&text, QUOTE))
    }

    fn mentions(&self, text: &str) -> Vec<String> {
        if !text.contains('@') {
            return Vec::new();
        }
        let views = self.store.read();
        let called = mentioned(text, views.desk().accounts.keys());
        called.iter().map(ToString::to_string).collect()
    }

    /// Fills in what messages quote, where that stands at most [`QUOTED_MOST`] entries before the newest of
    /// them.
    pub(super) fn quotes(
        &self,
        state: &Conversation,
        contact: &Contact,
        opened: &mut [(Entry, EntryView)],
    ) -> Result<(), JournalError> {
        let wanted: HashMap<MessageKey, Option<Entry>> = opened
            .iter()
            .filter_map(|(_, view)| view.reply_to.as_deref())
            .map(|id| (self.opener.message_key(&state.head.line, id), None))
            .collect();
        let Some(last) = opened.iter().map(|(entry, _)| entry.at()).max() else { return Ok(()) };
        if wanted.is_empty() || contact.erased.is_some() {
            return Ok(());
        }
        let (mut wanted, mut left) = (wanted.clone(), wanted.len());
        let back = state.thread.iter().rev().skip_while(|entry| entry.at() > last);
        for entry in back.take(QUOTED_MOST).filter(|entry| entry.sort().is_message()) {
            if let Some(found @ None) = wanted.get_mut(&entry.key()) {
                *found = Some(*entry);
                left -= 1;
                if left == 0 {
                    break;
                }
            }
        }
        for (of, view) in opened {
            let Some(id) = view.reply_to.as_deref() else { continue };
            let key = self.opener.message_key(&state.head.line, id);
            let Some(Some(entry)) = wanted.get(&key) else { continue };
            let said = self.said(contact, entry)?;
            view.folded = folds(state, (&*of, view.kind_word.as_str()), (entry, said.word));
            // What was taken back is not said again.
            let taken_back = view.kind_word == Kind::Revoke.word()
                || self.taken_back(state, contact, entry, said.word)?;
            view.quote = Some(QuoteView {
                key: super::thread::entry_key(entry.place()),
                author: said.author,
                kind_word: if taken_back { Kind::Text.word() } else { said.word }.to_owned(),
                text: if taken_back { String::new() } else { one_line(&said.text, QUOTE) },
            });
        }
        Ok(())
    }

    fn outgoing(
        &self,
        state: &Conversation,
        contact: &Contact,
        entry: &Entry,
        message: &mut EntryView,
    ) -> Result<(), JournalError> {
        let outbox = entry.outbox();
        let send = SendId { conversation: state.id, outbox };
        let status = entry.status();
        message.outbox = Some(send);
        let unsent = state.head.sends.iter().find(|of| of.outbox == outbox && of.attempts == 0);
        message.hold_ms = unsent.map_or(0, |unsent| unsent.hold_ms);
        let trail = self.store.read().live().trail(send).cloned().unwrap_or_default();
        message.statuses = trail
            .states
            .iter()
            .map(|(status, at)| StatusAt { status: status.word().to_owned(), at: *at })
            .collect();
        let word = if entry.is_held() { "held" } else { status.word() };
        message.status = Some(word.to_owned());
        message.id = match self.sent_id(state, contact, entry)? {
            Some(id) => id,
            None => send.to_string(),
        };
        message.error = self.trouble(state, contact, entry)?;
        Ok(())
    }
}

/// How a message came, where that is not the ordinary way. That the platform's agent held the conversation stays
/// true of a message that came to us as well.
fn source(entry: &Entry) -> Option<&'static str> {
    let came = |source| !entry.sort().is_outbox() && entry.came_by(source);
    match () {
        () if came(Source::Standby) => Some("standby"),
        () if came(Source::Messages) || came(Source::Echo) => None,
        () if came(Source::History) => Some("history"),
        () => None,
    }
}
