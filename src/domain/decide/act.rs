//! What people do.

use super::passing::{handed_over, moved_to, noted, prioritised};
use super::send;
use super::{aside, field, offer, take_in};
use crate::domain::command::Action;
use crate::domain::content::Content;
use crate::domain::conversation::Conversation;
use crate::domain::event::{Acknowledged, Event, MentionsSeen};
use crate::domain::id::TagKey;
use crate::domain::message::Author;
use crate::domain::name::Name;
use crate::domain::policy::{Ctx, Threading};
use crate::domain::private::Private;
use crate::domain::refusal::Refusal;
use crate::domain::roster::{Actor, Member, Role};
use crate::domain::sla::ACK_SECONDS;
use crate::domain::template::Purpose;
use crate::domain::ticket::{State, Tag, Tags, Ticket};
use crate::kit::Timestamp;

/// What may be told of a ticket without opening anything: enough to say what may be done with it. The console
/// asks the same function, so that what it greys out is what the relay would refuse.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Where the ticket stands.
    pub state: State,
    /// Its queue.
    pub queue: Name,
    /// Whose it is.
    pub assignee: Option<Name>,
    /// When the window closes or closed.
    pub window_until: Option<Timestamp>,
    /// Desk time.
    pub now: Timestamp,
}

impl Facts {
    /// Those of the latest ticket of a conversation.
    pub fn of(state: &Conversation, ticket: &Ticket, now: Timestamp) -> Self {
        Self {
            state: ticket.state,
            queue: ticket.queue.clone(),
            assignee: ticket.assignee.clone(),
            window_until: state.head.window_until,
            now,
        }
    }
}

/// Whether `member` may do this to such a ticket.
///
/// # Errors
/// The [`Refusal`] that the relay would answer.
pub fn can(facts: &Facts, member: &Member, action: &Action) -> Result<(), Refusal> {
    let unsolved = || match facts.state.is_unsolved() {
        true => Ok(()),
        false => Err(Refusal::WrongState { state: facts.state }),
    };
    // Who moved it to a queue that he does not work may take that back.
    if let Action::Move { given, .. } | Action::HandOver { given, .. } = action
        && given.as_ref() == Some(&facts.queue)
    {
        return unsolved();
    }
    if !member.sees(&facts.queue) {
        return Err(Refusal::QueueForeign { queue: facts.queue.clone() });
    }
    // Supervisors may work on anybody's ticket.
    let mine = || match &facts.assignee {
        Some(holder) if *holder != member.name && member.role < Role::Supervisor => {
            Err(Refusal::HeldBy { holder: holder.clone() })
        }
        _ => Ok(()),
    };
    match action {
        Action::Note { .. }
        | Action::MarkRead
        | Action::Follow { .. }
        | Action::Link { .. }
        | Action::SettleTodo { .. } => Ok(()),
        Action::Tag { .. }
        | Action::Prioritise { .. }
        | Action::AddTodo { .. }
        | Action::Accept
        | Action::Decline
        | Action::Acknowledge => unsolved(),
        Action::SetField { .. } if facts.state != State::Closed => Ok(()),
        Action::SetField { .. } => Err(Refusal::WrongState { state: facts.state }),
        Action::Assign { given: Some(given), .. } if facts.assignee.as_ref() == Some(given) => {
            unsolved()
        }
        Action::Assign { to: None, .. } if facts.assignee.is_none() => Err(Refusal::NotAssigned),
        Action::Take | Action::Assign { .. } | Action::Move { .. } | Action::HandOver { .. } => {
            unsolved().and_then(|()| mine())
        }
        Action::Release if facts.assignee.is_none() => Err(Refusal::NotAssigned),
        Action::Reply { .. } | Action::Send { .. } => {
            unsolved()?;
            mine()?;
            match facts.window_until {
                Some(until) if facts.now < until => Ok(()),
                since => Err(Refusal::WindowClosed { since }),
            }
        }
        Action::Reopen { .. } if facts.state == State::Solved => mine(),
        Action::Reopen { .. } => Err(Refusal::WrongState { state: facts.state }),
        Action::Release
        | Action::MergeTicket { .. }
        | Action::UnmergeTicket { .. }
        | Action::SplitTicket { .. }
        | Action::Template { .. }
        | Action::Solve
        | Action::Pend
        | Action::Hold
        | Action::Open
        | Action::Snooze { .. }
        | Action::Resend { .. } => unsolved().and_then(|()| mine()),
        Action::Cancel { .. } | Action::Confirm { .. } => mine(),
    }
}

pub(super) fn act(state: &Conversation, action: &Action, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
    let Actor::Agent(member) = ctx.actor else {
        return Err(Refusal::RoleMissing { needed: Role::Agent });
    };
    let ticket = state.head.ticket.as_ref().ok_or(Refusal::NoTicket)?;
    can(&Facts::of(state, ticket, ctx.now), member, action)?;
    let (at, me) = (ctx.now, &member.name);
    let moved = |to: State| {
        if ticket.state == to { Vec::new() } else { vec![Event::StateChanged { at, state: to }] }
    };
    let assigned = |to: Option<&Name>| {
        if ticket.assignee.as_ref() == to {
            return Vec::new();
        }
        vec![Event::Assigned { at, to: to.cloned(), by: me.clone(), table: None }]
    };
    // Who writes to the customer of an unassigned ticket takes it in the same decision.
    let taken = || if ticket.assignee.is_none() { assigned(Some(me)) } else { Vec::new() };
    // It goes on where it stood; what was answered is new no longer.
    let awake = || match (ticket.state, ticket.asleep_from) {
        (State::Snoozed, Some(state @ (State::Pending | State::OnHold))) => moved(state),
        (State::Snoozed, _) => moved(State::Open),
        _ => Vec::new(),
    };
    let say = |content, about, purpose| -> Result<Vec<Event>, Refusal> {
        let answers = Content::kind(&content).answers();
        let queued = send::queue(state, Author::Agent(me.clone()), content, about, purpose, ctx)?;
        Ok(if answers { [taken(), awake(), queued].concat() } else { queued })
    };
    match action {
        Action::Take => Ok(assigned(Some(me))),
        Action::Accept => offer::accept(state, ticket, me, at),
        Action::Decline => offer::decline(state, me, at),
        Action::Assign { to: None, .. } => Ok(assigned(None)),
        Action::Assign { to: Some(to), .. } => {
            let colleague = ctx.members.iter().find(|member| member.name == *to);
            let colleague = colleague.ok_or_else(|| Refusal::AgentUnknown { name: to.clone() })?;
            if !colleague.sees(&ticket.queue) {
                return Err(Refusal::QueueForeign { queue: ticket.queue.clone() });
            }
            Ok(assigned(Some(to)))
        }
        Action::Release => Ok(assigned(None)),
        Action::Move { queue, .. } => moved_to(state, ticket, queue, ctx),
        Action::HandOver { to, queue, note, .. } => {
            handed_over(state, ticket, (to.as_ref(), queue.as_ref()), note, ctx)
        }
        Action::Reply { text, quote } => {
            say(Content::text(text.clone()), quote.clone(), Purpose::Service)
        }
        Action::Send { content: Content::Template(_), .. } => {
            let what = "a template is sent by its name and its values".to_owned();
            Err(Refusal::Malformed { what })
        }
        Action::Send { content, about } => say(content.clone(), about.clone(), Purpose::Service),
        Action::Template { name, language, parameters } => {
            let (filled, purpose) = ctx.templates.fill(name, language, parameters)?;
            say(Content::Template(filled), None, purpose)
        }
        Action::Note { text } => {
            if text.trim().is_empty() {
                return Err(Refusal::Empty);
            }
            Ok(vec![noted(text, ctx)])
        }
        Action::Follow { on } => aside::follow(state, me, *on, at),
        Action::MergeTicket { with, brought } => {
            take_in::take_in(state, ticket, *with, brought, ctx)
        }
        Action::UnmergeTicket { with } => take_in::give_back(state, ticket, *with, ctx),
        Action::SplitTicket { message } => super::split::split(state, ticket, *message, me, ctx),
        Action::Link { to, on } => super::link(state, (ticket.number, *to), *on, me, at),
        Action::AddTodo { text, owner, due } => {
            aside::add(state, ticket, text, (owner.as_ref(), *due), ctx)
        }
        Action::SettleTodo { id, done } => aside::settle(state, *id, *done, ctx),
        Action::SetField { field, value, key } => {
            field::set(state, ticket, field, (value.as_deref(), *key), ctx)
        }
        Action::Solve => {
            field::all_there(state, ticket, ctx)?;
            let close_at = match ctx.policy.threading(&ticket.queue) {
                Threading::Any => None,
                Threading::Seconds(seconds) => Some(at.plus_secs(seconds)),
            };
            let mut events = Vec::new();
            super::tick::breaches(state, at, &mut events);
            events.push(Event::Solved { at, close_at, by: me.clone() });
            Ok(events)
        }
        Action::Reopen { state: to, keep } => {
            let to = to.unwrap_or(State::Open);
            if !matches!(to, State::Open | State::Pending | State::OnHold) {
                let what = "a ticket is taken up again as open, pending or on_hold".to_owned();
                return Err(Refusal::Malformed { what });
            }
            let active = |name: &Name| ctx.members.iter().any(|member| member.name == *name);
            let holder = ticket.assignee.clone().filter(active);
            let assignee = if *keep { holder } else { holder.or_else(|| Some(me.clone())) };
            let mut events =
                vec![Event::TicketReopened { at, since: None, assignee, undone: *keep }];
            if to != State::Open {
                events.push(Event::StateChanged { at, state: to });
            }
            Ok(events)
        }
        Action::Pend => Ok(moved(State::Pending)),
        Action::Hold => Ok(moved(State::OnHold)),
        Action::Open => Ok(moved(State::Open)),
        Action::Snooze { until } => match until {
            Some(until) if *until <= at => Err(Refusal::NotFuture { at: *until }),
            until => Ok(vec![Event::Snoozed { at, until: *until }]),
        },
        Action::Prioritise { priority } => Ok(prioritised(state, ticket, *priority, None, ctx)),
        Action::Tag { add, remove } => {
            // What the first form of the journal wrote has a fingerprint of another sort.
            let known = |tag: &Tag| {
                let mut keys = ticket.tags.iter().map(|label| label.key);
                keys.find(|key| *key == tag.key || *key == TagKey::of_clear(tag.name.as_str()))
            };
            let mut add: Vec<_> = add.iter().filter(|tag| known(tag).is_none()).collect();
            add.sort();
            add.dedup();
            let mut remove: Vec<_> =
                remove.iter().filter_map(|tag| Some((&tag.name, known(tag)?))).collect();
            remove.sort();
            remove.dedup();
            let wrong =
                |tag: &&Tag| tag.name.as_str().trim().is_empty() || tag.name.as_str().len() > 64;
            if add.iter().any(wrong) {
                let what = "a tag has 1 to 64 bytes".to_owned();
                return Err(Refusal::Malformed { what });
            }
            if add.is_empty() && remove.is_empty() {
                return Ok(Vec::new());
            }
            let body = Tags {
                add: add.iter().map(|tag| tag.name.clone()).collect(),
                remove: remove.iter().map(|(name, _)| (*name).clone()).collect(),
            };
            let add = add.iter().map(|tag| tag.key).collect();
            let remove = remove.iter().map(|(_, key)| *key).collect();
            Ok(vec![Event::Tagged { at, add, remove, body: Private::clear(body) }])
        }
        Action::Acknowledge => {
            if state.escalated().is_empty() {
                return Err(Refusal::NotEscalated);
            }
            let sla = ctx.policy.sla_for(&ticket.queue);
            let seconds = sla.and_then(|sla| sla.ack).unwrap_or(ACK_SECONDS);
            let (by, until) = (me.clone(), at.plus_secs(seconds));
            Ok(vec![Event::Acknowledged(Acknowledged { at, by, until })])
        }
        Action::MarkRead => {
            let called = state.head.aside().is_some_and(|aside| aside.calls(me));
            let seen = called.then(|| Event::MentionsSeen(MentionsSeen { at, who: me.clone() }));
            let read = (ticket.unread > 0).then_some(Event::MarkedRead { at });
            Ok(read.into_iter().chain(seen).collect())
        }
        Action::Cancel { outbox } => Ok(vec![send::cancel(state, *outbox, me, at)?]),
        Action::Confirm { outbox } => {
            let send = state.head.sends.iter().find(|send| send.outbox == *outbox);
            if send.is_none_or(|send| send.unconfirmed_at.is_none()) {
                return Err(send::too_late(state, *outbox));
            }
            Ok(vec![Event::Confirmed { outbox: *outbox, at, by: me.clone() }])
        }
        Action::Resend { outbox, said } => {
            use crate::domain::status::Status::{Cancelled, Failed, Unconfirmed};
            let entry = state.thread.outbox(*outbox);
            if entry.is_some_and(|entry| entry.seen().is_resent()) {
                let what = "the message was sent once more already".to_owned();
                return Err(Refusal::Malformed { what });
            }
            let status = entry.map(|entry| entry.status());
            let (Some(Failed | Cancelled | Unconfirmed), Some(said)) = (status, said) else {
                return Err(send::too_late(state, *outbox));
            };
            let purpose = match &said.content {
                Content::Template(used) => {
                    ctx.templates.fill(&used.name, &used.language, &used.parameters)?.1
                }
                _ => Purpose::Service,
            };
            let mut events = say(said.content.clone(), said.about.clone(), purpose)?;
            for event in &mut events {
                if let Event::Queued { again, .. } = event {
                    *again = Some(*outbox);
                }
            }
            // An unconfirmed one is thereby given up, or it would hold the new one for ever.
            let given_up = send::cancel(state, *outbox, me, at).ok();
            Ok(given_up.into_iter().chain(events).collect())
        }
    }
}
