//! Statuses of messages that were sent elsewhere, by the phone or by the platform's own agent, and of those of ours
//! whose status overtook the platform's answer. Each is an entry of its own in the log, under the message's
//! fingerprint; here it is told at the message.

use super::later::FAR;
use super::{Reading, or_word};
use crate::domain::contact::Contact;
use crate::domain::conversation::Conversation;
use crate::domain::event::Event;
use crate::domain::status::{Seen, Status};
use crate::domain::thread::{Entry, Sort};
use crate::journal::JournalError;
use crate::journal::codec::StreamEvent;
use crate::kit::Timestamp;
use crate::whatsapp::error::explain;
use crate::wire::{EntryView, ErrorView, StatusAt};
use std::collections::HashMap;

/// What was told of a message.
struct News {
    at: Timestamp,
    status: Status,
    error: Option<ErrorView>,
}

/// Whether it is a status that stands for itself.
fn is_stray(entry: &Entry) -> bool {
    entry.sort() == Sort::Event && entry.key().0 != 0
}

/// Whether statuses are told of it.
fn has_status(entry: &Entry) -> bool {
    (entry.sort() == Sort::Elsewhere || entry.sort().is_outbox()) && entry.key().0 != 0
}

impl Reading {
    /// Tells at each of these entries, which follow one another in the thread, the statuses that stand beside it.
    pub(super) fn strays(
        &self,
        state: &Conversation,
        contact: &Contact,
        opened: &mut [(Entry, EntryView)],
    ) -> Result<(), JournalError> {
        if !opened.iter().any(|(entry, _)| is_stray(entry) || has_status(entry)) {
            return Ok(());
        }
        let (Some((first, _)), Some((last, _))) = (opened.first(), opened.last()) else {
            return Ok(());
        };
        let around = around(state, first, last);
        let mut targets = HashMap::new();
        for (nth, entry) in around.iter().enumerate().filter(|(_, entry)| has_status(entry)) {
            targets.insert(entry.key(), (nth, *entry));
        }
        let pairs = around.iter().enumerate().filter(|(_, entry)| is_stray(entry));
        let pairs = pairs.filter_map(|(nth, stray)| {
            let (at, target) = targets.get(&stray.key())?;
            (nth.abs_diff(*at) <= FAR).then_some((*stray, *target))
        });
        let pairs: Vec<_> = pairs.collect();
        let here: HashMap<_, _> =
            opened.iter().enumerate().map(|(nth, (entry, _))| (entry.place(), nth)).collect();
        let mut told: HashMap<usize, Vec<News>> = HashMap::new();
        for (stray, target) in pairs {
            let (stray_here, target_here) = (here.get(&stray.place()), here.get(&target.place()));
            if stray_here.is_none() && target_here.is_none() {
                continue;
            }
            let Some(news) = self.news(contact, &stray)? else { continue };
            if let Some(nth) = stray_here {
                let id = self.platform_id(state, contact, &target)?;
                let view = &mut opened[*nth].1;
                (view.folded, view.reply_to) = (id.is_some(), id);
            }
            if let Some(nth) = target_here {
                told.entry(*nth).or_default().push(news);
            }
        }
        for (nth, news) in told {
            let (entry, view) = &mut opened[nth];
            tell(entry, view, news);
        }
        Ok(())
    }

    /// What a status that stands for itself says.
    fn news(&self, contact: &Contact, stray: &Entry) -> Result<Option<News>, JournalError> {
        let found = or_word(self.opener.found(stray.place()).map(Some), |_| None)?;
        let Some(found) = found else { return Ok(None) };
        let StreamEvent::Conversation(Event::StatusSeen { status, error, .. }) = &found.event
        else {
            return Ok(None);
        };
        let error = match error.filter(|_| *status == Status::Failed) {
            Some(code) => {
                let details = or_word(self.body(contact, &found).map(Some), |_| None)?;
                let explanation = explain(code);
                let (title, hint) = (explanation.title.to_owned(), explanation.hint.to_owned());
                Some(ErrorView { code, title, hint, details, held: false })
            }
            None => None,
        };
        Ok(Some(News { at: stray.at(), status: *status, error }))
    }

    /// The platform's id of a message that it tells statuses of.
    fn platform_id(
        &self,
        state: &Conversation,
        contact: &Contact,
        target: &Entry,
    ) -> Result<Option<String>, JournalError> {
        if target.sort().is_outbox() {
            return self.sent_id(state, contact, target);
        }
        Ok(self.said(contact, target)?.id)
    }
}

/// These entries with [`FAR`] more before and after them.
fn around(state: &Conversation, first: &Entry, last: &Entry) -> Vec<Entry> {
    let is = |entry: &&Entry, other: &Entry| entry.place() == other.place();
    let back = state.thread.until(first.at()).skip_while(|entry| !is(entry, first));
    let mut around: Vec<_> = back.take(FAR + 1).copied().collect();
    around.reverse();
    let from = state.thread.after(first.at().plus_millis(-1));
    let mut beyond = None;
    let rest = from.skip_while(|entry| !is(entry, first)).take_while(|entry| {
        beyond = match beyond {
            Some(count) => Some(count + 1),
            None => is(entry, last).then_some(0),
        };
        beyond.is_none_or(|count| count <= FAR)
    });
    around.extend(rest.skip(1));
    around
}

/// Tells what is known of a message at it. Of one of ours the state knows how far it has come.
fn tell(entry: &Entry, view: &mut EntryView, mut news: Vec<News>) {
    news.sort_by_key(|news| (news.at, news.status));
    if entry.sort() == Sort::Elsewhere {
        let sent = Seen::default().with(Status::Sent);
        let seen = news.iter().fold(sent, |seen, news| seen.with(news.status));
        view.status = Some(seen.status().word().to_owned());
        if seen.status() == Status::Failed {
            view.error = news.iter_mut().find_map(|news| news.error.take());
        }
    }
    for News { at, status, .. } in news {
        let status = status.word();
        if view.statuses.iter().all(|known| known.status != status) {
            view.statuses.push(StatusAt { status: status.to_owned(), at });
        }
    }
    view.statuses.sort_by_key(|status| status.at);
}
