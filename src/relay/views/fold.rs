//! Folding what is durable into the views.

use super::{Owing, Sends, Stand, Tally, Views, checkpoint};
use crate::domain::contact::Contact;
use crate::domain::conversation::Conversation;
use crate::domain::desk::DeskEvent;
use crate::domain::event::Event;
use crate::domain::id::{ContactId, ConversationId};
use crate::domain::thread::Place;
use crate::journal::codec::StreamEvent;
use crate::journal::{JournalError, Position, Reader, StreamId};
use std::sync::Arc;

/// The events of one stream in one commit, as decided.
#[derive(Clone, Debug)]
pub struct Change {
    /// The stream.
    pub stream: StreamId,
    /// Its events so far, before these.
    pub expected: u64,
    /// What happened.
    pub events: Vec<StreamEvent>,
}

/// What somebody may want to know of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// A message may be sent now that could not before.
    pub sends: bool,
    /// A file is to be fetched.
    pub files: bool,
    /// Somebody is owed a mail or a call.
    pub alerts: bool,
    /// The next deadline of all has moved.
    pub deadline: bool,
    /// The desk's own state has changed.
    pub desk: bool,
    /// Promises that were broken, by metric.
    pub breached: Vec<&'static str>,
    /// Windows that closed while the customer waited.
    pub windows_lost: u64,
}

impl Views {
    /// Folds one commit in. Events that the state already contains (a replay over a later checkpoint) are
    /// passed over.
    ///
    /// # Errors
    /// When a conversation at rest cannot be loaded.
    pub fn apply(
        &mut self,
        position: Position,
        changes: &[Change],
        reader: &dyn Reader,
        applied: &mut Applied,
    ) -> Result<(), JournalError> {
        self.position = position;
        let mut index = 0usize;
        for change in changes {
            let place =
                |nth: usize| Place::new(position.0, u8::try_from(index + nth).unwrap_or(u8::MAX));
            match change.stream {
                StreamId::Conversation(id) => {
                    self.apply_conversation(ConversationId(id), change, place, reader, applied)?;
                }
                StreamId::Contact(id) => self.apply_contact(ContactId(id), change, place),
                StreamId::Desk => self.apply_desk(change, place, applied),
            }
            index += change.events.len();
            self.dirty.mark(change.stream, position);
        }
        Ok(())
    }

    fn apply_conversation(
        &mut self,
        id: ConversationId,
        change: &Change,
        place: impl Fn(usize) -> Place,
        reader: &dyn Reader,
        applied: &mut Applied,
    ) -> Result<(), JournalError> {
        if let Some(version) = self.unreadable.get_mut(&id) {
            *version = change.expected + change.events.len() as u64;
            return Ok(());
        }
        // One that is at rest on the disk stands in no index.
        let (mut state, before) = match self.conversations.remove(&id) {
            Some(known) => {
                let before = self.indexed(&known);
                (known, Some(before))
            }
            None => {
                self.rested.wake(id);
                let saved = checkpoint::load_conversation(reader, id)?;
                (Arc::new(saved.unwrap_or_else(|| Conversation::new(id))), None)
            }
        };
        let (stood, owed) = (Stand::of(&state), Owing::of(&state));
        let conversation = Arc::make_mut(&mut state);
        let done = conversation.head.version.saturating_sub(change.expected) as usize;
        for (nth, event) in change.events.iter().enumerate().skip(done) {
            let StreamEvent::Conversation(event) = event else { continue };
            conversation.evolve(event, place(nth));
            self.live.see(conversation, event, place(nth), self.desk.accounts.keys());
            self.pulse.see(conversation, event);
            match event {
                Event::ClockBreached { metric, .. } => applied.breached.push(metric.word()),
                Event::WindowClosed { waiting: true, .. } => applied.windows_lost += 1,
                _ => {}
            }
            if let Some(number) = event.begins() {
                self.tickets.insert(number, id);
                self.last_ticket = self.last_ticket.max(number.0);
            }
        }
        let after = self.indexed(&state);
        self.live.touch(id);
        self.owing.moved(owed, Owing::of(&state));
        self.shelves.moved(stood.as_ref(), Stand::of(&state).as_ref());
        let first = self.deadlines.first().copied();
        applied.sends |= after.owes();
        applied.files |= after.files;
        applied.alerts |= after.alerts;
        self.last_conversation = self.last_conversation.max(id.0);
        self.conversations.insert(id, state);
        self.index(id, before, Some(after));
        applied.deadline |= self.deadlines.first().copied() != first;
        Ok(())
    }

    fn apply_contact(&mut self, id: ContactId, change: &Change, place: impl Fn(usize) -> Place) {
        let state = self.contacts.entry(id).or_insert_with(|| Arc::new(Contact::new(id)));
        let contact = Arc::make_mut(state);
        let done = contact.version.saturating_sub(change.expected) as usize;
        for (nth, event) in change.events.iter().enumerate().skip(done) {
            if let StreamEvent::Contact(event) = event {
                contact.evolve(event, place(nth));
            }
        }
        self.last_contact = self.last_contact.max(id.0);
        for (_, conversation) in &contact.conversations {
            self.live.touch(*conversation);
        }
    }

    fn apply_desk(
        &mut self,
        change: &Change,
        place: impl Fn(usize) -> Place,
        applied: &mut Applied,
    ) {
        applied.desk = true;
        let desk = Arc::make_mut(&mut self.desk);
        let done = desk.version.saturating_sub(change.expected) as usize;
        let mut new_policy = false;
        for (nth, event) in change.events.iter().enumerate().skip(done) {
            if let StreamEvent::Desk(event) = event {
                desk.evolve(event, place(nth));
                match event {
                    // Whoever waits for the outbox's budgets, or for a campaign, may go on.
                    DeskEvent::CampaignShifted { .. } => applied.sends = true,
                    DeskEvent::AlertTurned(turned) => {
                        applied.alerts |= !(turned.mail.is_empty() && turned.hooks.is_empty());
                        self.live.turned(turned);
                    }
                    DeskEvent::ReloadRefused { at, why } => self.live.reloaded(*at, why.as_ref()),
                    DeskEvent::LinesTold { lines, told, first } => {
                        applied.sends = true;
                        if !first {
                            self.live.told(lines, told);
                        }
                    }
                    _ => {}
                }
                new_policy |= matches!(event, DeskEvent::PolicyChanged { .. });
            }
        }
        if new_policy {
            self.policy = Arc::new(desk.policy.clone().unwrap_or_default());
            self.reindex();
            applied.deadline = true;
        }
    }

    /// Derives every index anew: after a start, and when the policy has changed what is due when. Returns which
    /// conversations are at rest.
    pub(super) fn reindex(&mut self) -> Vec<ConversationId> {
        let indexed = self.conversations.values().map(|state| (state.id, self.indexed(state)));
        let indexed: Vec<_> = indexed.collect();
        // A tree made of a sorted list is built twice as fast as one by one, and is denser.
        self.deadlines = indexed.iter().filter_map(|(id, of)| Some((of.deadline?, *id))).collect();
        self.sends = Sends::default();
        indexed.iter().for_each(|(id, of)| self.sends.insert(*id, &of.sends));
        self.files = indexed.iter().filter(|(_, of)| of.files).map(|(id, _)| *id).collect();
        self.alerts = indexed.iter().filter(|(_, of)| of.alerts).map(|(id, _)| *id).collect();
        self.unsettled = indexed.iter().filter(|(_, of)| of.unsettled).map(|(id, _)| *id).collect();
        self.tally = Tally::default();
        let mut rests = Vec::new();
        for (id, of) in indexed {
            if of.at_rest() {
                rests.push(id);
            }
            self.tally.add(of.ticket);
        }
        self.tickets.reserve(self.conversations.len());
        for state in self.conversations.values() {
            let latest = state.head.ticket.iter().map(|ticket| ticket.number);
            for number in latest.chain(state.head.past().iter().map(|past| past.number)) {
                self.tickets.insert(number, state.id);
                self.last_ticket = self.last_ticket.max(number.0);
            }
        }
        rests
    }
}
