//! Threads: one ticket's part of a conversation, or the whole of it.

use super::{ReadError, Reading};
use crate::domain::contact::Contact;
use crate::domain::conversation::Conversation;
use crate::domain::id::{ContactId, TicketNumber};
use crate::domain::roster::Member;
use crate::domain::thread::Entry;
use crate::journal::{JournalError, Position};
use crate::kit::Timestamp;
use crate::wire::{EntryKind, EntryView, ThreadEntry, TicketView};
use std::sync::Arc;

/// Which part of a thread a console watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The whole conversation.
    pub all: bool,
    /// The end; nothing means the newest entry.
    pub until: Option<Timestamp>,
    /// Entries before the end.
    pub rows: usize,
}

/// A part of a thread as a console shows it.
pub struct ThreadPart {
    /// Everything up to here is in it.
    pub position: Position,
    /// The ticket.
    pub ticket: TicketView,
    /// Oldest first.
    pub entries: Vec<ThreadEntry>,
}

/// A thread that is read piece by piece: a long one is never opened as a whole.
pub struct ThreadPlan {
    /// The ticket, where there is one.
    pub ticket: Option<TicketView>,
    /// Where it begins.
    pub from: Timestamp,
    contact: Arc<Contact>,
    states: Vec<Arc<Conversation>>,
    to: Timestamp,
}

/// The instants between which a ticket's part of the conversation lies, the second excluded.
fn bounds(state: &Conversation, number: TicketNumber) -> Option<(Timestamp, Timestamp)> {
    let past = state.head.past.iter().map(|past| (past.number, past.opened_at));
    let latest = state.head.ticket.iter().map(|ticket| (ticket.number, ticket.opened_at));
    let mut from_here = past.chain(latest).skip_while(|(of, _)| *of != number);
    let (_, from) = from_here.next()?;
    Some((from, from_here.next().map_or(Timestamp(i64::MAX), |(_, next)| next)))
}

/// By time, what happened before what was said, then by the message's id.
fn in_order(entries: &mut [(Entry, EntryView)]) {
    entries.sort_by(|(_, a), (_, b)| {
        let said = |entry: &EntryView| entry.kind == EntryKind::Message;
        let id = |entry: &EntryView| if said(entry) { entry.id.clone() } else { String::new() };
        (a.at, said(a)).cmp(&(b.at, said(b))).then_with(|| id(a).cmp(&id(b)))
    });
}

impl Reading {
    fn entries<'a>(
        &self,
        state: &Conversation,
        contact: &Contact,
        entries: impl Iterator<Item = &'a Entry>,
    ) -> Result<Vec<(Entry, EntryView)>, JournalError> {
        let opened = entries.map(|entry| Ok((*entry, self.entry(state, contact, entry)?)));
        let mut opened = opened.collect::<Result<Vec<_>, JournalError>>()?;
        in_order(&mut opened);
        Ok(opened)
    }

    /// A ticket's thread, or the whole of its conversation, to be read with [`Self::thread_piece`].
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn thread(
        &self,
        member: &Member,
        number: TicketNumber,
        all: bool,
        now: Timestamp,
    ) -> Result<ThreadPlan, ReadError> {
        let state = self.conversation_of(member, number)?;
        let ticket = self.ticket_in(&state, number, now)?;
        let (from, to) = match bounds(&state, number) {
            Some(bounds) if !all => bounds,
            _ => (Timestamp(i64::MIN + 1), Timestamp(i64::MAX)),
        };
        let contact = self.contact(state.head.contact);
        Ok(ThreadPlan { ticket, contact, states: vec![state], from, to })
    }

    /// All conversations of a contact that `member` may see, in one thread; the ticket is the latest.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn thread_of_contact(
        &self,
        member: &Member,
        id: ContactId,
        now: Timestamp,
    ) -> Result<ThreadPlan, ReadError> {
        let contact = self.known_contact(id)?;
        let mut hidden = None;
        let mut latest: Option<TicketView> = None;
        let mut seen = Vec::new();
        for state in self.conversations_of(&contact)? {
            if let Err(error) = self.visible(member, &state) {
                hidden = Some(error);
                continue;
            }
            if let Some(row) = self.row(&state, &self.policy(), now)?
                && latest.as_ref().is_none_or(|known| known.opened_at < row.view.opened_at)
            {
                latest = Some(row.view.clone());
            }
            seen.push(state);
        }
        let empty = seen.iter().all(|state| state.thread.iter().next().is_none());
        if let (Some(hidden), true, None) = (hidden, empty, &latest) {
            return Err(hidden);
        }
        let (from, to) = (Timestamp(i64::MIN + 1), Timestamp(i64::MAX));
        Ok(ThreadPlan { ticket: latest, contact, states: seen, from, to })
    }

    /// The entries of a thread from `from` on, about `most` of them: those of one instant are never parted, so
    /// that their order is the same however the thread is cut. And where the next piece begins.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn thread_piece(
        &self,
        plan: &ThreadPlan,
        from: Timestamp,
        most: usize,
    ) -> Result<(Vec<EntryView>, Option<Timestamp>), JournalError> {
        let part = |state: &'_ Arc<Conversation>| -> Vec<Entry> {
            let later = state.thread.after(from.plus_millis(-1));
            later.take_while(|entry| entry.at() < plan.to).take(most).copied().collect()
        };
        let mut instants: Vec<_> =
            plan.states.iter().flat_map(part).map(|entry| entry.at()).collect();
        instants.sort_unstable();
        let last = instants.get(most.saturating_sub(1)).copied();
        let mut opened = Vec::new();
        for state in &plan.states {
            let later = state.thread.after(from.plus_millis(-1));
            let part = later.take_while(|entry| {
                entry.at() < plan.to && last.is_none_or(|last| entry.at() <= last)
            });
            opened.extend(self.entries(state, &plan.contact, part)?);
        }
        in_order(&mut opened);
        let entries = opened.into_iter().map(|(_, entry)| entry).collect();
        Ok((entries, last.map(|last| last.plus_millis(1))))
    }

    /// The range of a thread that a console watches.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn thread_part(
        &self,
        member: &Member,
        number: TicketNumber,
        range: Range,
        now: Timestamp,
    ) -> Result<ThreadPart, ReadError> {
        let position = self.store.read().position;
        let state = self.conversation_of(member, number)?;
        let ticket = self.ticket_in(&state, number, now)?.ok_or(ReadError::Missing)?;
        let (from, to) = match bounds(&state, number) {
            Some(bounds) if !range.all => bounds,
            _ => (Timestamp(i64::MIN), Timestamp(i64::MAX)),
        };
        let until = range.until.unwrap_or(Timestamp(i64::MAX));
        let contact = self.contact(state.head.contact);
        let back = state.thread.iter().rev().skip_while(|entry| entry.at() > until.min(to));
        let back = back.skip_while(|entry| entry.at() >= to);
        let part: Vec<_> = back.take_while(|entry| entry.at() >= from).take(range.rows).collect();
        let entries = self.entries(&state, &contact, part.into_iter().rev())?;
        let keyed = |(entry, view): (Entry, EntryView)| {
            let place = entry.place();
            ThreadEntry { key: format!("{}.{}", place.position(), place.index()), entry: view }
        };
        Ok(ThreadPart { position, ticket, entries: entries.into_iter().map(keyed).collect() })
    }

    /// Everything that is kept of a person in one piece each: for the right of access. `each` is given JSON.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn export_contact(
        &self,
        id: ContactId,
        each: &mut dyn FnMut(serde_json::Value),
    ) -> Result<u64, ReadError> {
        let contact = self.known_contact(id)?;
        let states = self.conversations_of(&contact)?;
        each(serde_json::json!({ "contact": self.contact_view(&contact, &states)? }));
        let mut count = 0;
        for state in &states {
            for entry in state.thread.iter() {
                let view = self.entry(state, &contact, entry)?;
                let raw = if view.raw_kept { self.raw(&contact, entry)? } else { None };
                each(serde_json::json!({ "entry": view, "raw": raw }));
                count += 1;
            }
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::conversation::Past;
    use crate::domain::id::ConversationId;

    #[test]
    fn a_ticket_reaches_to_the_next() {
        let mut state = Conversation::new(ConversationId(1));
        state.head.past = vec![
            Past { number: TicketNumber(1), opened_at: Timestamp(10), solved_at: Timestamp(15) },
            Past { number: TicketNumber(4), opened_at: Timestamp(20), solved_at: Timestamp(25) },
        ];
        assert_eq!(bounds(&state, TicketNumber(1)), Some((Timestamp(10), Timestamp(20))));
        assert_eq!(bounds(&state, TicketNumber(4)), Some((Timestamp(20), Timestamp(i64::MAX))));
        assert_eq!(bounds(&state, TicketNumber(2)), None);
    }
}
