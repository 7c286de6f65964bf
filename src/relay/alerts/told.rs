//! What an alert says.

use super::{Goal, Key};
use crate::domain::conversation::Conversation;
use crate::domain::event::{Escalated, Event};
use crate::domain::id::TicketNumber;
use crate::domain::message::Inbound;
use crate::domain::thread::{Entry, Sort};
use crate::domain::ticket::{Priority, State};
use crate::journal::codec::StreamEvent;
use crate::kit::Timestamp;
use crate::kit::text::one_line;
use crate::kit::timestamp::rfc3339;
use crate::relay::Relay;
use crate::relay::reading::ticket_at;
use serde::Serialize;
use std::collections::HashSet;

/// Characters of what the customer wrote.
const WORDS_MOST: usize = 300;
/// Entries looked through for it.
const LOOKED_MOST: usize = 64;

/// One alert, as hooks get it and mails tell it. No word of the customer is in it unless that is asked for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Told {
    /// The same as often as it is delivered, and of no other.
    pub id: String,
    /// What it is about.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// When the level was reached.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// Which ticket.
    pub ticket: TicketNumber,
    /// Where it waits now.
    pub queue: String,
    /// How urgent it is now.
    pub priority: Priority,
    /// Where it stands now.
    pub state: State,
    /// Whose it is now.
    pub assignee: Option<String>,
    /// Which clock.
    pub metric: &'static str,
    /// Which level, from 1.
    pub level: u16,
    /// When it is due, or was.
    #[serde(with = "rfc3339")]
    pub due: Timestamp,
    /// What the customer wrote last.
    #[serde(skip)]
    pub words: Option<String>,
    #[serde(skip)]
    pub(super) key: Key,
    #[serde(skip)]
    pub(super) decided: Timestamp,
}

/// What is owed and does not wait, at most `most`, the conversations in no order.
pub(super) fn owed(relay: &Relay, waiting: &HashSet<Key>, most: usize) -> Vec<(Goal, Told)> {
    let states: Vec<_> = relay.store.read().alerts().cloned().collect();
    let words = relay.ways.now().smtp.as_ref().is_some_and(|(smtp, _)| smtp.customer_words);
    let mut all = Vec::new();
    for state in states {
        for owed in state.head.owed_alerts() {
            if all.len() >= most {
                return all;
            }
            let key = |to| Key { conversation: state.id, of: owed.id, to };
            let left = (0..32).filter(|to| owed.left & (1 << to) != 0).map(key);
            let left: Vec<_> = left.filter(|key| !waiting.contains(key)).collect();
            if left.is_empty() {
                continue;
            }
            let Ok(found) = relay.opener.found(owed.place) else { continue };
            let StreamEvent::Conversation(Event::Escalated(level)) = &found.event else {
                continue;
            };
            let Escalated { at, metric, level, due, mail, hooks, .. } = &**level;
            let Some(ticket) = &state.head.ticket else { continue };
            let number = ticket_at(&state, found.at).unwrap_or(ticket.number);
            let told = Told {
                id: String::new(),
                kind: "escalation",
                at: *at,
                ticket: number,
                queue: ticket.queue.to_string(),
                priority: ticket.priority,
                state: ticket.state,
                assignee: ticket.assignee.as_ref().map(ToString::to_string),
                metric: metric.word(),
                level: u16::from(*level) + 1,
                due: *due,
                words: words.then(|| said(relay, &state)).flatten(),
                key: key(0),
                decided: found.at,
            };
            for key in left {
                let nth = usize::from(key.to);
                let goal = match mail.get(nth) {
                    Some(address) => Goal::Mail(address.clone()),
                    None => match hooks.get(nth - mail.len()) {
                        Some(name) => Goal::Hook(name.clone()),
                        None => continue,
                    },
                };
                let id = format!("{}.{}.{}", key.conversation, key.of, key.to);
                all.push((goal, Told { id, key, ..told.clone() }));
            }
        }
    }
    all
}

/// What the customer wrote last, in one line.
fn said(relay: &Relay, state: &Conversation) -> Option<String> {
    let asks = |entry: &&Entry| matches!(entry.sort(), Sort::Asks | Sort::Quiet);
    let last = state.thread.iter().rev().take(LOOKED_MOST).find(asks)?;
    let found = relay.opener.found(last.place()).ok()?;
    let said: Inbound = relay.opener.body(state.head.contact, &found).ok()?;
    Some(one_line(&said.text, WORDS_MOST)).filter(|text| !text.is_empty())
}

impl Told {
    /// In a line.
    pub fn line(&self) -> String {
        let Self { ticket, queue, metric, level, due, .. } = self;
        let metric = metric.replace('_', " ");
        let late = if self.at >= *due { "was due" } else { "is due" };
        format!("ticket {ticket} in {queue}: {metric} {late} {due}, level {level}")
    }

    /// In a few lines.
    pub fn text(&self) -> String {
        let holder = self.assignee.as_deref().unwrap_or("nobody");
        let (state, priority) = (self.state, self.priority.word());
        let mut text =
            format!("{}\nnow {state}, priority {priority}, given to {holder}\n", self.line());
        if let Some(words) = &self.words {
            text.push_str(&format!("the customer's latest message: {words}\n"));
        }
        text
    }
}
