//! What a state owes the world, and when it must be looked at again. Derived from the state alone, so that a
//! restart forgets nothing.

use super::conversation::{Conversation, Send};
use super::file::Fetch;
use super::policy::Policy;
use super::ticket::State;
use crate::kit::Timestamp;

/// The next message of the conversation that the platform must be told of. Nothing passes an earlier one that
/// is being tried or waits to be tried again; an unconfirmed one holds the rest until it is decided.
pub fn pending(state: &Conversation) -> Option<&Send> {
    let send = state.head.sends.first()?;
    (!send.attempting && send.unconfirmed_at.is_none()).then_some(send)
}

/// The files that are to be fetched from the platform.
pub fn files(state: &Conversation) -> &[Fetch] {
    state.head.files()
}

/// The instant at which time alone changes something in the conversation: a warning, a breach, the end of the
/// window, of a sleep, of the threading interval.
pub fn next_deadline(state: &Conversation, policy: &Policy) -> Option<Timestamp> {
    let ticket = state.head.ticket.as_ref()?;
    if !ticket.state.is_unsolved() {
        return ticket.close_at.filter(|_| ticket.state == State::Solved);
    }
    let clocks = ticket.clocks.iter().filter_map(|clock| clock.next_deadline());
    let window = state.head.window_until.filter(|_| !state.head.window_closed);
    let warning = window.filter(|_| ticket.waiting_since.is_some()).and_then(|until| {
        let given = u32::from(ticket.window_warned).trailing_ones() as usize;
        policy.window_warnings.iter().take(8).nth(given).map(|before| until.plus_secs(-before))
    });
    clocks.chain(window).chain(warning).chain(ticket.snoozed_until).min()
}
