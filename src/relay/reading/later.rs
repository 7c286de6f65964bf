//! What was done to messages later: reactions, edits, revocations, the ends of calls. Each is an entry of its own
//! in the log; here it is told at the message that it is about, so that every client gets it.
//!
//! An edit gives the message its newest text and keeps the earlier ones. A message that its sender took back says
//! nothing any more: neither here nor where it is quoted. Its words stay sealed in the journal, as the record of
//! what was said, until the person is erased; [`EntryView::earlier`] tells them to clients that ask for the whole
//! thread. Consoles get the earlier texts of what was edited, and none of what was deleted.

use super::Reading;
use super::entry::Said;
use crate::domain::contact::Contact;
use crate::domain::conversation::Conversation;
use crate::domain::event::Event;
use crate::domain::id::MessageKey;
use crate::domain::message::Kind;
use crate::domain::status::Status;
use crate::domain::thread::{Entry, Sort};
use crate::journal::JournalError;
use crate::journal::codec::StreamEvent;
use crate::kit::Timestamp;
use crate::wire::{Direction, EntryView, ReactionView, VersionView};
use std::collections::HashMap;

/// So many entries after a message what is done to it is still told at it. Beyond, it stands for itself alone:
/// how a thread is cut into parts must not change what is told.
pub(super) const FAR: usize = 256;

/// What is about another message and nothing else.
const DEEDS: [Kind; 4] = [Kind::Reaction, Kind::Edit, Kind::Revoke, Kind::CallEnd];

/// Something that was done to a message.
struct Deed {
    at: Timestamp,
    key: MessageKey,
    direction: Direction,
    author: String,
    said: Said,
    /// How manieth entry it is.
    nth: usize,
}

fn is_deed(word: &str) -> bool {
    DEEDS.iter().any(|kind| kind.word() == word)
}

/// Whether one kind can be done to another: anybody reacts; only who has sent a message changes it.
fn belongs(deed: &str, by: Direction, target: &str, of: Direction) -> bool {
    let is = |word: &str, kind: Kind| word == kind.word();
    is_deed(deed)
        && !is_deed(target)
        && (is(deed, Kind::Reaction) || by == of)
        && is(deed, Kind::CallEnd) == is(target, Kind::Call)
}

/// Which way a message went.
pub(super) fn direction(sort: Sort) -> Direction {
    match sort {
        Sort::Asks | Sort::Quiet => Direction::In,
        _ => Direction::Out,
    }
}

/// Whether what is done to `target` at `deed` is told at it.
pub(super) fn folds(state: &Conversation, deed: (&Entry, &str), target: (&Entry, &str)) -> bool {
    let ((deed, word), (target, of)) = (deed, target);
    let near = || {
        let later = state.thread.after(target.at().plus_millis(-1));
        later.take(FAR + 1).any(|entry| entry.place() == deed.place())
    };
    stands(deed) && belongs(word, direction(deed.sort()), of, direction(target.sort())) && near()
}

/// Whether an entry may be something that was done to a message, before it is read.
fn may_be_deed(entry: &Entry) -> bool {
    matches!(entry.sort(), Sort::Quiet | Sort::Elsewhere | Sort::Automatic) && stands(entry)
}

/// Whether it was done: what of ours did not leave, or not yet arrive for sure, was not.
fn stands(deed: &Entry) -> bool {
    let undone = [Status::Failed, Status::Cancelled, Status::Unconfirmed];
    !deed.sort().is_outbox() || !undone.contains(&deed.status())
}

impl Reading {
    /// Tells at each of these entries, which follow one another in the thread, what was done to it later.
    pub(super) fn later(
        &self,
        state: &Conversation,
        contact: &Contact,
        opened: &mut [(Entry, EntryView)],
    ) -> Result<(), JournalError> {
        let (Some((first, _)), Some((last, _))) = (opened.first(), opened.last()) else {
            return Ok(());
        };
        if contact.erased.is_some() {
            return Ok(());
        }
        let mut beyond = None;
        let from = state.thread.after(first.at().plus_millis(-1));
        let range = from.take_while(|entry| {
            beyond = match beyond {
                Some(count) => Some(count + 1),
                None => (entry.place() == last.place()).then_some(0),
            };
            beyond.is_none_or(|count| count <= FAR)
        });
        let range: Vec<_> = range.copied().collect();
        let here: HashMap<_, _> =
            opened.iter().enumerate().map(|(nth, (entry, _))| (entry.place(), nth)).collect();
        let mut deeds = Vec::new();
        let mut targets = HashMap::new();
        let mut instant = (Timestamp(i64::MIN), 0);
        for (nth, entry) in range.iter().enumerate() {
            if entry.at() != instant.0 {
                instant = (entry.at(), nth);
            }
            match here.get(&entry.place()) {
                Some(at) => {
                    let view = &opened[*at].1;
                    if is_deed(&view.kind_word) {
                        deeds.extend(self.deed_here(state, entry, view, nth));
                    } else if entry.key().0 != 0 && entry.sort().is_message() {
                        targets.insert(entry.key(), (*at, instant.1));
                    }
                }
                None => deeds.extend(self.deed_beyond(state, contact, entry, nth)?),
            }
        }
        // The platform's times are whole seconds: within one, what came first counts as first.
        deeds.sort_by_key(|deed| (deed.at, range[deed.nth].place()));
        for deed in deeds {
            let Some((at, begins)) = targets.get(&deed.key) else { continue };
            let view = &mut opened[*at].1;
            let near = (*begins..=begins + FAR).contains(&deed.nth);
            let of = view.direction.unwrap_or(Direction::In);
            if near && belongs(deed.said.word, deed.direction, &view.kind_word, of) {
                apply(view, deed);
            }
        }
        for (_, view) in opened.iter_mut() {
            view.reactions.retain(|reaction| !reaction.emoji.is_empty());
            if view.deleted_at.is_some() {
                take_text(view);
            }
        }
        Ok(())
    }

    /// Whether its sender has taken a message back.
    pub(super) fn taken_back(
        &self,
        state: &Conversation,
        contact: &Contact,
        target: &Entry,
        word: &str,
    ) -> Result<bool, JournalError> {
        let of = direction(target.sort());
        let later = state.thread.after(target.at().plus_millis(-1)).take(FAR + 1);
        for entry in later.filter(|entry| may_be_deed(entry)) {
            if belongs(Kind::Revoke.word(), direction(entry.sort()), word, of)
                && self.takes_back(state, contact, entry)? == Some(target.key())
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The message that an entry takes back, if it does so. What was written does not change, so each is read
    /// once, however many messages before it are quoted.
    fn takes_back(
        &self,
        state: &Conversation,
        contact: &Contact,
        entry: &Entry,
    ) -> Result<Option<MessageKey>, JournalError> {
        if let Some(known) = self.cache.revoked(entry.place()) {
            return Ok(known);
        }
        let deed = self.deed_beyond(state, contact, entry, 0)?;
        let deed = deed.filter(|deed| deed.said.word == Kind::Revoke.word());
        let key = deed.map(|deed| deed.key);
        self.cache.put_revoked(entry.place(), key);
        Ok(key)
    }

    fn deed_here(
        &self,
        state: &Conversation,
        entry: &Entry,
        view: &EntryView,
        nth: usize,
    ) -> Option<Deed> {
        if !stands(entry) {
            return None;
        }
        let key = self.opener.message_key(&state.head.line, view.reply_to.as_deref()?);
        let word = DEEDS.iter().map(|kind| kind.word()).find(|word| *word == view.kind_word)?;
        let mut said = Said::closed(word, &view.text);
        said.details = view.details.clone();
        let author = view.author.clone();
        Some(Deed { at: entry.at(), key, direction: direction(entry.sort()), author, said, nth })
    }

    fn deed_beyond(
        &self,
        state: &Conversation,
        contact: &Contact,
        entry: &Entry,
        nth: usize,
    ) -> Result<Option<Deed>, JournalError> {
        if !may_be_deed(entry) {
            return Ok(None);
        }
        let Some(found) = super::or_word(self.opener.found(entry.place()).map(Some), |_| None)?
        else {
            return Ok(None);
        };
        let StreamEvent::Conversation(
            Event::Received { kind, .. } | Event::Echoed { kind, .. } | Event::Queued { kind, .. },
        ) = &found.event
        else {
            return Ok(None);
        };
        if !is_deed(kind.word()) {
            return Ok(None);
        }
        let mut said = self.said_in(contact, &found)?;
        let author = std::mem::take(&mut said.author);
        let Some(about) = &said.about else { return Ok(None) };
        let key = self.opener.message_key(&state.head.line, about);
        let direction = direction(entry.sort());
        Ok(Some(Deed { at: entry.at(), key, direction, author, said, nth }))
    }
}

fn apply(view: &mut EntryView, deed: Deed) {
    let Deed { at, direction, author, said, .. } = deed;
    // Where there are no words, the kind stands for them.
    let text = if said.text == format!("[{}]", said.word) { String::new() } else { said.text };
    if said.word == Kind::Reaction.word() {
        // Of each side the latest counts; the customer's name is `customer` and no one's else.
        let same = |of: &ReactionView| (of.author == "customer") == (direction == Direction::In);
        view.reactions.retain(|of| !same(of));
        view.reactions.push(ReactionView { author, emoji: text, at });
    } else if said.word == Kind::Edit.word() {
        // New content that has no words, and is no caption, is of a kind that cannot be shown.
        if !text.is_empty() || view.media.is_some() {
            take_text(view);
            view.text = text;
        }
        view.edited_at = Some(at);
    } else if said.word == Kind::Revoke.word() {
        view.deleted_at = view.deleted_at.or(Some(at));
    } else {
        view.details.call = said.details.call;
    }
}

/// Moves what a message says to what it said earlier.
fn take_text(view: &mut EntryView) {
    let at = view.edited_at.unwrap_or(view.at);
    let text = std::mem::take(&mut view.text);
    if !text.is_empty() {
        view.earlier.push(VersionView { at, text });
    }
}
