//! What an alert says.

use super::{Goal, Key};
use crate::domain::alert::{AlertTurned, Owed, Turn, Watched};
use crate::domain::conversation::Conversation;
use crate::domain::event::{Escalated, Event};
use crate::domain::id::{ConversationId, TicketNumber};
use crate::domain::message::Inbound;
use crate::domain::name::Name;
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
    /// When the level was reached, or the alert turned.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// What it is about.
    #[serde(flatten)]
    pub about: About,
    #[serde(skip)]
    pub(super) key: Key,
    #[serde(skip)]
    pub(super) decided: Timestamp,
}

/// What an alert is about.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum About {
    /// A ticket escalates.
    Escalation {
        /// Which ticket.
        ticket: TicketNumber,
        /// Where it waits now.
        queue: String,
        /// How urgent it is now.
        priority: Priority,
        /// Where it stands now.
        state: State,
        /// Whose it is now.
        assignee: Option<String>,
        /// Which clock.
        metric: &'static str,
        /// Which level, from 1.
        level: u16,
        /// When it is due, or was.
        #[serde(with = "rfc3339")]
        due: Timestamp,
        /// What the customer wrote last.
        #[serde(skip)]
        words: Option<String>,
    },
    /// An alert of the operator's rules.
    Alert {
        /// Which.
        name: String,
        /// What became of it.
        turn: Turn,
        /// What it watches.
        watch: Watched,
        /// What that was then.
        measured: i64,
        /// Above what it is raised.
        over: i64,
        /// Of which queue.
        queue: Option<String>,
        /// Of which line.
        line: Option<String>,
        /// In English.
        text: String,
    },
}

/// What is owed and does not wait, at most `most`, the conversations in no order.
pub(super) fn owed(relay: &Relay, waiting: &HashSet<Key>, most: usize) -> Vec<(Goal, Told)> {
    let states: Vec<_> = relay.store.read().alerts().cloned().collect();
    let words = relay.ways.now().smtp.as_ref().is_some_and(|(smtp, _)| smtp.customer_words);
    let mut all = of_desk(relay, waiting);
    for state in states {
        for owed in state.head.owed_alerts() {
            if all.len() >= most {
                return all;
            }
            let left = left(Some(state.id), owed.id, owed.left, waiting);
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
            let about = About::Escalation {
                ticket: number,
                queue: ticket.queue.to_string(),
                priority: ticket.priority,
                state: ticket.state,
                assignee: ticket.assignee.as_ref().map(ToString::to_string),
                metric: metric.word(),
                level: u16::from(*level) + 1,
                due: *due,
                words: words.then(|| said(relay, &state)).flatten(),
            };
            all.extend(left.into_iter().filter_map(|key| {
                let goal = goal(mail, hooks, key.to)?;
                let id = format!("{}.{}.{}", state.id, key.of, key.to);
                let (at, about) = (*at, about.clone());
                Some((goal, Told { id, at, about, key, decided: found.at }))
            }));
        }
    }
    all
}

/// What of one event is not delivered and does not wait.
fn left(
    conversation: Option<ConversationId>,
    of: u64,
    left: u32,
    waiting: &HashSet<Key>,
) -> Vec<Key> {
    let key = |to| Key { conversation, of, to };
    let left = (0..32).filter(|to| left & (1 << to) != 0).map(key);
    left.filter(|key| !waiting.contains(key)).collect()
}

/// Where the one of this number goes: first the mails, then the hooks.
fn goal(mail: &[Name], hooks: &[Name], to: u8) -> Option<Goal> {
    let nth = usize::from(to);
    match mail.get(nth) {
        Some(address) => Some(Goal::Mail(address.clone())),
        None => Some(Goal::Hook(hooks.get(nth - mail.len())?.clone())),
    }
}

/// What is owed for alerts of the operator's rules.
fn of_desk(relay: &Relay, waiting: &HashSet<Key>) -> Vec<(Goal, Told)> {
    let owed = relay.store.read().desk().alerts.owed.clone();
    let one = |owed: &Owed| {
        let AlertTurned { at, name, turn, watch, measured, over, queue, line, .. } = &owed.turned;
        let about = About::Alert {
            name: name.to_string(),
            turn: *turn,
            watch: *watch,
            measured: *measured,
            over: *over,
            queue: queue.as_ref().map(ToString::to_string),
            line: line.as_ref().map(ToString::to_string),
            text: owed.turned.words(),
        };
        let told = |key: Key| {
            let goal = goal(&owed.turned.mail, &owed.turned.hooks, key.to)?;
            let id = format!("desk.{}.{}", key.of, key.to);
            Some((goal, Told { id, at: *at, about: about.clone(), key, decided: *at }))
        };
        let left = left(None, owed.id, owed.left, waiting);
        left.into_iter().filter_map(told).collect::<Vec<_>>()
    };
    owed.iter().flat_map(one).collect()
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
        match &self.about {
            About::Escalation { ticket, queue, metric, level, due, .. } => {
                let metric = metric.replace('_', " ");
                let late = if self.at >= *due { "was due" } else { "is due" };
                format!("ticket {ticket} in {queue}: {metric} {late} {due}, level {level}")
            }
            About::Alert { name, turn, text, .. } => {
                let over = if *turn == Turn::Cleared { "cleared: " } else { "" };
                format!("alert {name}: {over}{text}")
            }
        }
    }

    /// In a few lines.
    pub fn text(&self) -> String {
        let mut text = self.line();
        text.push('\n');
        match &self.about {
            About::Escalation { state, priority, assignee, words, .. } => {
                let holder = assignee.as_deref().unwrap_or("nobody");
                let priority = priority.word();
                text += &format!("now {state}, priority {priority}, given to {holder}\n");
                if let Some(words) = words {
                    text += &format!("the customer's latest message: {words}\n");
                }
            }
            About::Alert { turn, .. } => text += &format!("{} at {}\n", turn.word(), self.at),
        }
        text
    }
}
