//! Threads: one ticket's part of a conversation, or the whole of it.

use super::contacts::Conversed;
use super::{ReadError, Reading};
use crate::domain::contact::Contact;
use crate::domain::conversation::Conversation;
use crate::domain::id::{ContactId, ConversationId, TicketNumber};
use crate::domain::roster::Member;
use crate::domain::thread::{Entry, Place, Sort};
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
    /// The entry at which it begins, instead of at an end.
    pub anchor: Option<Place>,
    /// Entries before the anchor.
    pub before: usize,
    /// Entries in all.
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
    /// There are entries before these.
    pub earlier: bool,
    /// There are entries after these.
    pub later: bool,
    /// The oldest message of the customer that nobody has looked at.
    pub first_unread: Option<String>,
    /// In which conversation they stand.
    pub conversation: ConversationId,
}

/// The key of an entry.
pub fn entry_key(place: Place) -> String {
    format!("{}.{}", place.position(), place.index())
}

/// The entry that a key names.
pub fn place_of(key: &str) -> Option<Place> {
    let (position, index) = key.split_once('.')?;
    Some(Place::new(position.parse().ok()?, index.parse().ok()?))
}

/// A thread that is read piece by piece: a long one is never opened as a whole.
pub struct ThreadPlan {
    /// The ticket, where there is one.
    pub ticket: Option<TicketView>,
    /// Where it begins.
    pub from: Timestamp,
    states: Vec<Arc<Conversation>>,
    to: Timestamp,
}

/// The instants between which a ticket's part of the conversation lies, the second excluded.
fn bounds(state: &Conversation, number: TicketNumber) -> Option<(Timestamp, Timestamp)> {
    // One that goes on for the one before it has the part of both.
    let took = state.head.took().filter(|took| took.ticket == number);
    let number = match (&state.head.ticket, took) {
        (Some(latest), Some(took)) if took.before.other.is_none() => latest.number,
        _ => number,
    };
    let past = state.head.past().iter().map(|past| (past.number, past.opened_at));
    let latest = state.head.ticket.iter().map(|ticket| (ticket.number, ticket.opened_at));
    let mut from_here = past.chain(latest).skip_while(|(of, _)| *of != number);
    let (_, from) = from_here.next()?;
    Some((from, from_here.next().map_or(Timestamp(i64::MAX), |(_, next)| next)))
}

/// In which ticket's part of the conversation an instant lies.
pub(in crate::relay) fn ticket_at(state: &Conversation, at: Timestamp) -> Option<TicketNumber> {
    let latest = state.head.ticket.as_ref().filter(|ticket| ticket.opened_at <= at);
    let past = || {
        let begun = state.head.past().partition_point(|past| past.opened_at <= at);
        begun.checked_sub(1).map(|nth| state.head.past()[nth].number)
    };
    latest.map(|ticket| ticket.number).or_else(past)
}

/// Where the oldest message of the customer is written that nobody has looked at.
fn first_unread(state: &Conversation, number: TicketNumber) -> Option<Place> {
    let ticket = state.head.ticket.as_ref().filter(|ticket| ticket.number == number)?;
    let back = ticket.unread.checked_sub(1)? as usize;
    let asked = state.thread.iter().rev().filter(|entry| entry.sort() == Sort::Asks);
    asked.take_while(|entry| entry.at() >= ticket.opened_at).take(back + 1).last().map(Entry::place)
}

/// A message that came clearly later than it was written is told as late where something written after it
/// was there before it.
fn overtaken(entries: &mut [(Entry, EntryView)]) {
    let mut first = Place::new(u64::MAX >> 8, 0);
    for (entry, view) in entries.iter_mut().rev() {
        view.late &= first < entry.place();
        if entry.sort().is_message() {
            first = first.min(entry.place());
        }
    }
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
        let entries: Vec<_> = entries.collect();
        self.find_sent(state, contact, entries.iter().copied())?;
        let opened =
            entries.into_iter().map(|entry| Ok((*entry, self.entry(state, contact, entry)?)));
        let mut opened = opened.collect::<Result<Vec<_>, JournalError>>()?;
        self.quotes(state, contact, &mut opened)?;
        self.later(state, contact, &mut opened)?;
        self.strays(state, contact, &mut opened)?;
        overtaken(&mut opened);
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
        let states = if all { self.joined(member, &state)? } else { vec![state] };
        Ok(ThreadPlan { ticket, states, from, to })
    }

    /// A conversation with all those of the same person on the same line that `member` may see.
    fn joined(
        &self,
        member: &Member,
        state: &Arc<Conversation>,
    ) -> Result<Vec<Arc<Conversation>>, JournalError> {
        let mut states = vec![state.clone()];
        for id in self.contact(state.head.contact).ties.same() {
            let Some(other) = self.contact(*id).conversation(&state.head.line) else { continue };
            let other = self.store.conversation(other)?;
            states.extend(other.filter(|other| self.visible(member, other).is_ok()));
        }
        Ok(states)
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
        let conversed = self.conversations_of(&contact)?;
        for state in conversed.read {
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
        if let (Some((_, lost)), true) = (conversed.lost.into_iter().next(), seen.is_empty()) {
            return Err(lost.into());
        }
        let (from, to) = (Timestamp(i64::MIN + 1), Timestamp(i64::MAX));
        Ok(ThreadPlan { ticket: latest, states: seen, from, to })
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
            opened.extend(self.entries(state, &self.contact(state.head.contact), part)?);
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
        let contact = self.contact(state.head.contact);
        let inside = |entry: &Entry| entry.at() >= from && entry.at() < to;
        let anchor = range.anchor.and_then(|anchor| {
            state.thread.iter().position(|entry| entry.place() == anchor && inside(entry))
        });
        let (part, earlier, later) = match anchor {
            Some(anchor) => {
                let start = anchor.saturating_sub(range.before);
                // One more at either side tells whether there is more.
                let around = state.thread.iter().enumerate().skip(start.saturating_sub(1));
                let around = around.take_while(|(nth, _)| *nth <= start + range.rows);
                let around: Vec<_> = around.filter(|(_, entry)| inside(entry)).collect();
                let earlier = around.first().is_some_and(|(nth, _)| *nth < start);
                let later = around.last().is_some_and(|(nth, _)| *nth >= start + range.rows);
                let part =
                    around.into_iter().filter(|(nth, _)| (start..start + range.rows).contains(nth));
                (part.map(|(_, entry)| entry).collect::<Vec<_>>(), earlier, later)
            }
            None => {
                let until = range.until.unwrap_or(Timestamp(i64::MAX)).min(to.plus_millis(-1));
                let back = state.thread.iter().rev().skip_while(|entry| entry.at() > until);
                let back = back.take_while(|entry| entry.at() >= from);
                let mut part: Vec<_> = back.take(range.rows + 1).collect();
                let earlier = part.len() > range.rows;
                part.truncate(range.rows);
                part.reverse();
                let later = state.thread.after(until).next().is_some_and(inside);
                (part, earlier, later)
            }
        };
        let entries = self.entries(&state, &contact, part.into_iter())?;
        let keyed = |(entry, mut view): (Entry, EntryView)| {
            // What was taken back no console shows.
            if view.deleted_at.is_some() {
                view.earlier.clear();
            }
            ThreadEntry { key: entry_key(entry.place()), entry: view }
        };
        Ok(ThreadPart {
            position,
            ticket,
            entries: entries.into_iter().map(keyed).collect(),
            earlier,
            later,
            first_unread: first_unread(&state, number).map(entry_key),
            conversation: state.id,
        })
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
        let Conversed { read: states, lost } = self.conversations_of(&contact)?;
        each(serde_json::json!({ "contact": self.contact_view(&contact, &states)? }));
        for (line, error) in lost {
            each(serde_json::json!({ "unreadable": { "line": line, "why": error.to_string() } }));
        }
        let mut count = 0;
        for state in &states {
            let contact = self.contact(state.head.contact);
            for entry in state.thread.iter() {
                let view = self.entry(state, &contact, entry)?;
                let raw = if view.raw_kept { self.said(&contact, entry)?.raw } else { None };
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
    use crate::domain::conversation::{Past, Rare};
    use crate::domain::id::ConversationId;

    #[test]
    fn a_ticket_reaches_to_the_next() {
        let mut state = Conversation::new(ConversationId(1));
        let past = vec![
            Past { number: TicketNumber(1), opened_at: Timestamp(10), solved_at: Timestamp(15) },
            Past { number: TicketNumber(4), opened_at: Timestamp(20), solved_at: Timestamp(25) },
        ];
        state.head.rare = Some(Box::new(Rare { past, ..Rare::default() }));
        assert_eq!(bounds(&state, TicketNumber(1)), Some((Timestamp(10), Timestamp(20))));
        assert_eq!(bounds(&state, TicketNumber(4)), Some((Timestamp(20), Timestamp(i64::MAX))));
        assert_eq!(bounds(&state, TicketNumber(2)), None);
    }
}
