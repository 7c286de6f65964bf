//! What a state owes the world, and when it must be looked at again. Derived from the state alone, so that a
//! restart forgets nothing.

use super::aside::Aside;
use super::conversation::{Conversation, Send};
use super::file::Fetch;
use super::policy::Policy;
use super::sla::Clock;
use super::ticket::State;
use crate::kit::Timestamp;

/// The next message of the conversation that the platform must be told of. Nothing passes an earlier one that
/// is being tried or waits to be tried again; an unconfirmed one holds the rest until it is decided. What a
/// campaign says comes last and holds nothing: an answer never waits for it, nor does what another campaign says.
pub fn pending(state: &Conversation) -> Option<&Send> {
    let sends = &state.head.sends;
    if sends.iter().any(|send| send.attempting) {
        return None;
    }
    match sends.iter().find(|send| !send.author.is_campaign()) {
        Some(own) => own.unconfirmed_at.is_none().then_some(own),
        None => sends.iter().find(|send| send.unconfirmed_at.is_none()),
    }
}

/// The files that are to be fetched from the platform.
pub fn files(state: &Conversation) -> &[Fetch] {
    state.head.files()
}

/// The instant at which time alone changes something in the conversation: a warning, a breach, a level of
/// escalation, the end of the window, of a sleep, of an offer, of the threading interval.
pub fn next_deadline(state: &Conversation, policy: &Policy) -> Option<Timestamp> {
    let ticket = state.head.ticket.as_ref()?;
    let todo = state.head.aside().and_then(Aside::next_due);
    if !ticket.state.is_unsolved() {
        let close = ticket.close_at.filter(|_| ticket.state == State::Solved);
        return close.into_iter().chain(todo).min();
    }
    let clocks = ticket.clocks.iter().filter_map(Clock::next_deadline);
    let window = state.head.window_until.filter(|_| !state.head.window_closed);
    let warning = window.filter(|_| ticket.waiting_since.is_some()).and_then(|until| {
        let given = u32::from(ticket.window_warned).trailing_ones() as usize;
        policy.window_warnings.iter().take(8).nth(given).map(|before| until.plus_secs(-before))
    });
    let level = state.next_level(policy).map(|reached| reached.at);
    let offer = state.head.offer().map(|offer| offer.until);
    let all = clocks.chain(window).chain(warning).chain(ticket.snoozed_until).chain(level);
    all.chain(todo).chain(offer).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::Event;
    use crate::domain::id::{ConversationId, MessageKey, OutboxId};
    use crate::domain::message::{Author, Kind};
    use crate::domain::private::Private;
    use crate::domain::template::Purpose;
    use crate::domain::thread::Place;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    fn fold(state: &mut Conversation, event: Event) {
        state.evolve(&event, Place::default());
    }

    fn queue(state: &mut Conversation, secs: i64, author: Author) -> OutboxId {
        let outbox = OutboxId(at(secs).0);
        let body = Private::default();
        let (kind, purpose, answers) = (Kind::Template, Purpose::Marketing, None);
        let queued =
            Event::Queued { outbox, author, kind, purpose, hold_ms: 0, again: None, answers, body };
        fold(state, queued);
        outbox
    }

    #[test]
    fn an_answer_waits_for_nothing_that_a_campaign_says() {
        let (spring, anna) = (Author::Campaign("spring".into()), Author::Agent("anna".into()));
        let mut state = Conversation::new(ConversationId(1));
        let next = |state: &Conversation| pending(state).map(|send| send.outbox);
        let campaign = queue(&mut state, 1, spring);
        assert_eq!(next(&state), Some(campaign));
        let answer = queue(&mut state, 2, anna.clone());
        assert_eq!(next(&state), Some(answer));
        fold(&mut state, Event::Attempted { outbox: campaign, at: at(3), n: 1 });
        assert_eq!(next(&state), None, "one at a time");
        fold(&mut state, Event::Unconfirmed { outbox: campaign, at: at(4) });
        assert_eq!(next(&state), Some(answer));
        let later = queue(&mut state, 5, anna);
        fold(&mut state, Event::Unconfirmed { outbox: answer, at: at(6) });
        assert_eq!(next(&state), None, "an answer that is unconfirmed holds the next");
        fold(&mut state, Event::Cancelled { outbox: answer, at: at(7), by: "anna".into() });
        assert_eq!(next(&state), Some(later));
    }

    #[test]
    fn of_campaigns_an_unconfirmed_message_holds_no_other() {
        let mut state = Conversation::new(ConversationId(1));
        let next = |state: &Conversation| pending(state).map(|send| send.outbox);
        let spring = queue(&mut state, 1, Author::Campaign("spring".into()));
        let summer = queue(&mut state, 2, Author::Campaign("summer".into()));
        fold(&mut state, Event::Attempted { outbox: spring, at: at(3), n: 1 });
        assert_eq!(next(&state), None, "one at a time");
        fold(&mut state, Event::Unconfirmed { outbox: spring, at: at(4) });
        assert_eq!(next(&state), Some(summer));
        fold(&mut state, Event::Unconfirmed { outbox: summer, at: at(5) });
        assert_eq!(next(&state), None);
    }

    #[test]
    fn what_was_held_for_long_keeps_where_it_was_taken() {
        let of = |secs, position| {
            let mut state = Conversation::new(ConversationId(1));
            let queued = Place::new(1, 0);
            let outbox = OutboxId(at(1).0);
            let (author, body) = (Author::Campaign("spring".into()), Private::default());
            let (kind, purpose, answers) = (Kind::Template, Purpose::Marketing, None);
            let event = Event::Queued {
                outbox,
                author,
                kind,
                purpose,
                hold_ms: 0,
                again: None,
                answers,
                body,
            };
            state.evolve(&event, queued);
            let body = Private::default();
            let accepted =
                Event::Accepted { outbox, at: at(secs), key: MessageKey(7), held: None, body };
            state.evolve(&accepted, Place::new(position, 0));
            state.head.late().to_vec()
        };
        let kept = |position| vec![(OutboxId(at(1).0), Place::new(position, 0))];
        assert_eq!(of(2, 2), [], "it is found near by");
        assert_eq!(of(3_000, 4_000), []);
        assert_eq!(of(3_000, 5_000), kept(5_000));
        assert_eq!(of(400_000, 9), kept(9), "little happened in four days");
    }

    #[test]
    fn what_is_tried_outside_a_window_is_known_by_the_time_of_the_try() {
        let mut state = Conversation::new(ConversationId(1));
        let outbox = queue(&mut state, 1, Author::Campaign("spring".into()));
        assert_eq!(state.head.opened(), None);
        fold(&mut state, Event::Attempted { outbox, at: at(500_000), n: 1 });
        assert_eq!(state.head.opened(), Some(at(500_000)));
        state.head.window_until = Some(at(700_000));
        fold(&mut state, Event::Attempted { outbox, at: at(600_000), n: 2 });
        assert_eq!(state.head.opened(), Some(at(500_000)), "a window is open");
    }
}
