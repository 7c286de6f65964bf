//! The way of a message of ours: into the outbox, to the platform, and what it answered.

use super::receive::OUTSIDE_WINDOW;
use crate::domain::command::Outcome;
use crate::domain::content::Content;
use crate::domain::conversation::Conversation;
use crate::domain::event::Event;
use crate::domain::id::OutboxId;
use crate::domain::message::{Author, Outbound};
use crate::domain::policy::Ctx;
use crate::domain::private::Private;
use crate::domain::refusal::Refusal;
use crate::domain::status::Status;
use crate::domain::template::Purpose;
use crate::domain::thread::Sort;
use crate::kit::Timestamp;

/// The code under which the platform refuses a customer who stopped marketing, and we any who opted out.
const OPTED_OUT: u32 = 131_050;
/// The code for a recipient that cannot be reached; ours for one whose number was erased.
const UNDELIVERABLE: u32 = 131_026;
/// Ours, beyond all codes of the platform: the desk's own cap of marketing was reached while the message waited.
const OVER_CAP: u32 = 900_000_001;
/// Ours: two contacts became one person after a campaign had a message for each.
const TWICE: u32 = 900_000_002;

/// Judges a message by window, consent and size, and puts it into the outbox.
pub(super) fn queue(
    state: &Conversation,
    author: Author,
    content: Content,
    about: Option<String>,
    purpose: Purpose,
    ctx: &Ctx,
) -> Result<Vec<Event>, Refusal> {
    if ctx.contact.erased.is_some() {
        return Err(Refusal::Erased);
    }
    content.check()?;
    if ctx.contact.is_group() && !content.fits_groups() {
        return Err(Refusal::NotInGroups { what: content.kind().word().to_owned() });
    }
    let carries = ctx.policy.lines.get(&state.head.line).and_then(|line| line.carries.as_ref());
    if let Some(carries) = carries {
        carries.check(&content, about.is_some())?;
    }
    if let Content::Template(_) = content {
        let allowed = ctx.contact.consent.allows(purpose);
        allowed.map_err(|since| Refusal::ConsentMissing { purpose, since })?;
        // Who has neither written here nor said anything has agreed to nothing.
        if state.head.window_until.is_none() && ctx.contact.consent.last(purpose).is_none() {
            return Err(Refusal::ConsentMissing { purpose, since: None });
        }
        if purpose == Purpose::Marketing {
            within_cap(state, ctx)?;
        }
    } else if !state.window_open(ctx.now) {
        return Err(Refusal::WindowClosed { since: state.head.window_until });
    }
    if about.is_none() && matches!(content, Content::Reaction { .. }) {
        return Err(Refusal::QuoteUnknown);
    }
    // Undo must not cost the message its window. Templates are sent at once, and so are reactions: another one
    // replaces them.
    let ends = state.head.window_until.unwrap_or(ctx.now);
    let free_text = purpose == Purpose::Service;
    let answers = author.is_human() && content.kind().answers();
    let undo = free_text && answers && ends.since(ctx.now) > ctx.policy.undo_delay_ms;
    let outbox = OutboxId(ctx.now.0.max(state.head.last_outbox.0.saturating_add(1)));
    let answers = answers.then(|| state.asked_until());
    Ok(vec![Event::Queued {
        outbox,
        author,
        kind: content.kind(),
        purpose,
        hold_ms: if undo { ctx.policy.undo_delay_ms } else { 0 },
        again: None,
        answers,
        body: Private::clear(Outbound { content, about }),
    }])
}

/// What waits here to be sent counts with what the platform has taken, wherever.
fn within_cap(state: &Conversation, ctx: &Ctx) -> Result<(), Refusal> {
    let Some(most) = ctx.policy.marketing_per_week else { return Ok(()) };
    let (taken, until) = ctx.contact.consent.marketed_in_week(ctx.now);
    let waits = state.head.sends.iter().filter(|send| send.purpose == Purpose::Marketing);
    let counted = taken + waits.count();
    if counted < most {
        return Ok(());
    }
    // When the oldest no longer counts there is room, if there is one too many only.
    let until = until.filter(|_| counted == most);
    Err(Refusal::MarketingCap { most, until })
}

pub(super) fn attempt(
    state: &Conversation,
    outbox: OutboxId,
    twice: bool,
    ctx: &Ctx,
) -> Result<Vec<Event>, Refusal> {
    let send = crate::domain::effect::pending(state).filter(|send| send.outbox == outbox);
    let Some(send) = send else {
        let status = state.thread.outbox(outbox).map(|entry| entry.status());
        return Err(match status {
            Some(status) => Refusal::MessageIs { status },
            None => Refusal::NoMessage,
        });
    };
    let at = ctx.now;
    let refused = if ctx.contact.erased.is_some() {
        Some(UNDELIVERABLE)
    } else if twice {
        Some(TWICE)
    } else if send.purpose == Purpose::Service {
        (!state.window_open(at)).then_some(OUTSIDE_WINDOW)
    } else if ctx.contact.consent.allows(send.purpose).is_err() {
        Some(OPTED_OUT)
    } else {
        // What waited elsewhere, or in another campaign, may have gone meanwhile.
        let most = ctx.policy.marketing_per_week.filter(|_| send.purpose == Purpose::Marketing);
        let taken = ctx.contact.consent.marketed_in_week(at).0;
        most.is_some_and(|most| taken >= most).then_some(OVER_CAP)
    };
    Ok(vec![match refused {
        Some(error) => Event::Failed { outbox, at, error, body: Private::default() },
        None => Event::Attempted { outbox, at, n: send.attempts + 1 },
    }])
}

pub(super) fn settle(
    state: &Conversation,
    outbox: OutboxId,
    outcome: &Outcome,
    ctx: &Ctx,
) -> Vec<Event> {
    let Some(entry) = state.thread.outbox(outbox) else { return Vec::new() };
    let at = ctx.now;
    let attempting = state.head.sends.iter().any(|send| send.outbox == outbox && send.attempting);
    let unsettled =
        state.head.sends.iter().any(|send| send.outbox == outbox && send.unconfirmed_at.is_none());
    let mut events = Vec::with_capacity(2);
    match outcome {
        Outcome::Accepted { key, id, held } => {
            if entry.seen().has(Status::Accepted) && entry.key() == *key {
                return events;
            }
            if entry.sort() == Sort::Reply && !entry.seen().holds() {
                super::tick::breaches_by(state, outbox, at, &mut events);
            }
            let body = Private::clear(id.clone());
            events.push(Event::Accepted { outbox, at, key: *key, held: *held, body });
        }
        // A restored relay cannot know what was sent after the backup: there also what stood queued is unknown.
        Outcome::Unknown if unsettled => events.push(Event::Unconfirmed { outbox, at }),
        _ if !attempting => {}
        Outcome::Deferred { error, said } => {
            let body = Private::perhaps(said.clone());
            events.push(Event::Deferred { outbox, at, error: *error, body });
        }
        Outcome::Refused { error, said } => {
            let body = Private::perhaps(said.clone());
            events.push(Event::Failed { outbox, at, error: *error, body });
            if *error == OUTSIDE_WINDOW && state.window_open(at) {
                let waiting = state.waits();
                events.push(Event::WindowClosed { at, waiting, refused: true });
            }
        }
        Outcome::Unknown => {}
    }
    events
}

/// Takes back what was not tried yet, or gives up what is retrying or unconfirmed.
pub(super) fn cancel(
    state: &Conversation,
    outbox: OutboxId,
    by: &crate::domain::name::Name,
    at: Timestamp,
) -> Result<Event, Refusal> {
    let send = state.head.sends.iter().find(|send| send.outbox == outbox);
    match send {
        Some(send) if !send.attempting => Ok(Event::Cancelled { outbox, at, by: by.clone() }),
        _ => Err(too_late(state, outbox)),
    }
}

pub(super) fn too_late(state: &Conversation, outbox: OutboxId) -> Refusal {
    match state.thread.outbox(outbox) {
        Some(entry) => Refusal::MessageIs { status: entry.status() },
        None => Refusal::NoMessage,
    }
}
