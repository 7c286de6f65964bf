//! Rows of the inbox.

use super::{Reading, line_name, or_word};
use crate::domain::alert::AlertTurned;
use crate::domain::calendar::Calendar;
use crate::domain::contact::Contact;
use crate::domain::conversation::{Conversation, Past};
use crate::domain::decide::left_standing;
use crate::domain::id::TicketNumber;
use crate::domain::policy::Policy;
use crate::domain::roster::Member;
use crate::domain::sla::{Clock, Metric};
use crate::domain::thread::Entry;
use crate::domain::ticket::{Priority, State, Ticket};
use crate::journal::JournalError;
use crate::kit::Timestamp;
use crate::kit::text::one_line;
use crate::relay::views::{Heard, Raised, Why};
use crate::wire::{
    AlertView, Clocks, Due, Held, Hours, LastMessage, LineNews, NoticeKind, NoticeView, Span,
    TicketView, Window,
};
use serde_json::value::RawValue;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Characters of a preview.
const PREVIEW: usize = 120;

/// A rendered row, shared by everyone who looks at it.
#[derive(Debug)]
pub struct Row {
    /// The row.
    pub view: TicketView,
    /// The row as JSON.
    pub json: Box<RawValue>,
    /// A fingerprint of [`Row::json`], to tell a change.
    pub print: u64,
    versions: (u64, u64),
    policy: Arc<Policy>,
    made_at: Timestamp,
    /// At this instant the same state reads differently.
    good_until: Timestamp,
}

/// A fingerprint of some JSON. The same within one process only.
pub(crate) fn print_of(json: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    json.hash(&mut hasher);
    hasher.finish()
}

/// News of lines in words.
pub(super) fn news(heard: &Heard, policy: &Policy) -> NoticeView {
    let lines: Vec<_> = heard.lines.iter().map(|line| super::line_name(line, policy)).collect();
    let excerpt = format!("{}: {}", lines.join(", "), heard.told.news.words());
    let line = LineNews { lines, news: heard.told.news.clone() };
    NoticeView {
        id: heard.id,
        at: heard.told.at,
        kind: NoticeKind::Line,
        ticket: TicketNumber(0),
        by: String::new(),
        excerpt,
        excerpt_type: None,
        line: Some(Box::new(line)),
        alert: None,
    }
}

/// What became of an alert.
pub(super) fn turned((id, turned): &(u64, AlertTurned)) -> NoticeView {
    NoticeView {
        id: *id,
        at: turned.at,
        kind: NoticeKind::Alert,
        ticket: TicketNumber(0),
        by: String::new(),
        excerpt: format!("{}: {}", turned.name, turned.words()),
        excerpt_type: None,
        line: None,
        alert: Some(Box::new(AlertView::from(turned))),
    }
}

/// That a changed configuration was refused.
pub(super) fn refused((id, at, why): (u64, Timestamp, String)) -> NoticeView {
    NoticeView {
        id,
        at,
        kind: NoticeKind::Reload,
        ticket: TicketNumber(0),
        by: String::new(),
        excerpt: one_line(&why, 400),
        excerpt_type: None,
        line: None,
        alert: None,
    }
}

/// The open spans of a promise that a row tells; what comes after them it sums up.
const SPANS_MOST: usize = 4;

/// What there is to know of a ticket's clocks beside the next promise.
fn clocks(
    state: &Conversation,
    ticket: &Ticket,
    policy: &Policy,
    next: Option<&Due>,
    now: Timestamp,
) -> Clocks {
    if !ticket.state.is_unsolved() {
        return Clocks::default();
    }
    let rules = policy.sla_for(&ticket.queue);
    let metric = next.and_then(|next| Metric::of(&next.metric).map(|metric| (metric, next.at)));
    let hours = metric.zip(rules).and_then(|((metric, at), rules)| {
        let calendar = rules.rule(metric, ticket.priority).calendar;
        (calendar != Calendar::Always && now <= at).then(|| hours(&calendar, now, at))
    });
    let held = ticket.clocks.iter().filter_map(|clock| {
        let left = left_standing(clock, rules, ticket.priority)?;
        Some(Held { metric: clock.metric.word().to_owned(), left_s: left / 1000 })
    });
    let held = held.min_by_key(|held| held.left_s).filter(|_| next.is_none());
    let dies = state.head.window_until.filter(|_| state.window_open(now));
    let answers = ticket.clocks.iter().filter(|clock| clock.metric.is_answered());
    let answered_by = answers.filter_map(Clock::due).max();
    let window_dies_first = dies.is_some() && dies < answered_by;
    Clocks { hours, held, window_dies_first }
}

fn hours(calendar: &Calendar, now: Timestamp, at: Timestamp) -> Hours {
    let spans = calendar.spans(now, at, SPANS_MOST);
    let told_until = spans.last().map_or(now, |(_, to)| *to);
    let open = spans.into_iter().map(|(from, to)| Span { from, to }).collect();
    Hours { open, beyond_s: calendar.elapsed(told_until, at) / 1000 }
}

impl Reading {
    /// The row of a conversation's latest ticket.
    pub(super) fn row(
        &self,
        state: &Conversation,
        policy: &Arc<Policy>,
        now: Timestamp,
    ) -> Result<Option<Arc<Row>>, JournalError> {
        let Some(ticket) = &state.head.ticket else { return Ok(None) };
        let contact = self.contact(state.head.contact);
        let versions = (state.head.version, contact.version);
        if let Some(row) = self.cache.row(state.id)
            && row.versions == versions
            && Arc::ptr_eq(&row.policy, policy)
            && (row.made_at..row.good_until).contains(&now)
        {
            return Ok(Some(row));
        }
        let view = self.view(state, ticket, &contact, policy, now)?;
        let json = serde_json::value::to_raw_value(&view)
            .map_err(|error| JournalError::Fatal { what: format!("a row is no JSON: {error}") })?;
        let turns = view.window.until.into_iter().chain(view.next_due.as_ref().map(|due| due.at));
        let turns = turns.map(|at| at.plus_millis(1)).filter(|at| *at > now);
        let row = Arc::new(Row {
            print: print_of(json.get()),
            json,
            versions,
            policy: policy.clone(),
            made_at: now,
            good_until: turns.min().unwrap_or(Timestamp(i64::MAX)),
            view,
        });
        self.cache.put_row(state.id, row.clone());
        Ok(Some(row))
    }

    fn view(
        &self,
        state: &Conversation,
        ticket: &Ticket,
        contact: &Contact,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<TicketView, JournalError> {
        let running = ticket.clocks.iter().filter_map(|clock| clock.due().map(|due| (due, clock)));
        let next_due = running.min_by_key(|(due, _)| *due).map(|(at, clock)| Due {
            metric: clock.metric.word().to_owned(),
            at,
            breached: clock.breached().is_some() || at < now,
        });
        let clocks = clocks(state, ticket, policy, next_due.as_ref(), now);
        let last_message = match state.last_message() {
            Some(entry) => Some(self.last_message(contact, entry)?),
            None => None,
        };
        Ok(TicketView {
            number: ticket.number,
            line: line_name(&state.head.line, policy),
            queue: ticket.queue.to_string(),
            state: ticket.state,
            priority: ticket.priority,
            assignee: ticket.assignee.as_ref().map(ToString::to_string),
            tags: self.tags(contact, state, ticket)?,
            contact: self.person(contact)?.brief(contact.id),
            unread: ticket.unread,
            last_message,
            window: Window { until: state.head.window_until, open: state.window_open(now) },
            next_due,
            clocks,
            opened_at: ticket.opened_at,
            waiting_since: ticket.waiting_since,
            snoozed_until: ticket.snoozed_until,
            solved_at: ticket.solved_at,
            aside: self.aside(contact, state, ticket.number)?,
        })
    }

    /// An earlier ticket, as far as it is still known: it was solved and can never be taken up again.
    pub(super) fn past_view(
        &self,
        state: &Conversation,
        past: &Past,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<TicketView, JournalError> {
        let contact = self.contact(state.head.contact);
        Ok(TicketView {
            number: past.number,
            line: line_name(&state.head.line, policy),
            queue: super::queue_of(state, policy).to_string(),
            state: State::Closed,
            priority: Priority::Normal,
            assignee: None,
            tags: Vec::new(),
            contact: self.person(&contact)?.brief(contact.id),
            unread: 0,
            last_message: None,
            window: Window { until: state.head.window_until, open: state.window_open(now) },
            next_due: None,
            clocks: Clocks::default(),
            opened_at: past.opened_at,
            waiting_since: None,
            snoozed_until: None,
            solved_at: Some(past.solved_at),
            aside: self.linked_only(state, past.number)?,
        })
    }

    /// A ticket, also a past one.
    ///
    /// # Errors
    /// [`super::ReadError`].
    pub fn ticket(
        &self,
        member: &Member,
        number: TicketNumber,
        now: Timestamp,
    ) -> Result<TicketView, super::ReadError> {
        let state = self.conversation_of(member, number)?;
        self.ticket_in(&state, number, now)?.ok_or(super::ReadError::Missing)
    }

    pub(super) fn ticket_in(
        &self,
        state: &Conversation,
        number: TicketNumber,
        now: Timestamp,
    ) -> Result<Option<TicketView>, JournalError> {
        let policy = self.policy();
        if state.head.ticket.as_ref().is_some_and(|ticket| ticket.number == number) {
            return Ok(self.row(state, &policy, now)?.map(|row| row.view.clone()));
        }
        let past = state.head.past().iter().find(|past| past.number == number);
        past.map(|past| self.past_view(state, past, &policy, now)).transpose()
    }

    pub(super) fn last_message(
        &self,
        contact: &Contact,
        entry: &Entry,
    ) -> Result<LastMessage, JournalError> {
        let direction = super::later::direction(entry.sort());
        let cached = self.cache.preview(entry.place()).filter(|_| contact.erased.is_none());
        let (kind, preview) = match cached {
            Some(preview) => preview,
            None => {
                let said = self.said(contact, entry)?;
                let text = if said.text.trim().is_empty() {
                    format!("[{}]", said.word)
                } else {
                    one_line(&said.text, PREVIEW)
                };
                let preview = (said.word, text);
                if contact.erased.is_none() {
                    self.cache.put_preview(entry.place(), contact.id, preview.clone());
                }
                preview
            }
        };
        Ok(LastMessage { at: entry.at(), direction, kind_word: kind.to_owned(), preview })
    }

    /// A notice in words; nothing if `member` may not see what it is about.
    pub fn notice(
        &self,
        member: &Member,
        raised: &Raised,
    ) -> Result<Option<NoticeView>, JournalError> {
        let Some(state) = self.store.conversation(raised.conversation)? else { return Ok(None) };
        if self.visible(member, &state).is_err() {
            return Ok(None);
        }
        let contact = self.contact(state.head.contact);
        let (excerpt, excerpt_type) = match raised.note {
            Some(place) => (self.noted(&contact, place)?, None),
            None => match state.last_message() {
                Some(entry) => {
                    let last = self.last_message(&contact, entry)?;
                    (last.preview, Some(last.kind_word))
                }
                None => (String::new(), None),
            },
        };
        Ok(Some(NoticeView {
            id: raised.id,
            at: raised.at,
            kind: match raised.why {
                Why::Mentioned => NoticeKind::Mentioned,
                Why::Assigned => NoticeKind::Assigned,
                Why::Offered => NoticeKind::Offered,
                Why::Missed => NoticeKind::Missed,
                Why::Escalated(_) => NoticeKind::Escalated,
                Why::Followed => NoticeKind::Followed,
                Why::Todo => NoticeKind::Todo,
                Why::TodoDue => NoticeKind::TodoDue,
            },
            ticket: raised.ticket,
            by: match raised.why {
                Why::Escalated(metric) => metric.word().to_owned(),
                _ => raised.by.to_string(),
            },
            excerpt,
            excerpt_type,
            line: None,
            alert: None,
        }))
    }

    /// What a message says; of a person who was erased, that word.
    pub(super) fn said(
        &self,
        contact: &Contact,
        entry: &Entry,
    ) -> Result<super::entry::Said, JournalError> {
        let opened = self.opener.found(entry.place());
        let opened = or_word(opened.map(Some), |_| None)?;
        match opened {
            Some(found) => self.said_in(contact, &found),
            None => Ok(super::entry::Said::closed("unknown", "unreadable")),
        }
    }
}
