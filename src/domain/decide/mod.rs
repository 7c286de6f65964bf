//! From a state and a command to events, or to a refusal. Pure: time, ids and policy come in.

mod act;
mod aside;
mod clock;
mod escalate;
mod field;
mod file;
mod forget;
mod hand;
mod link;
mod merge;
mod offer;
mod passing;
mod plan;
mod receive;
mod send;
mod split;
mod take_in;
mod tick;

pub use act::{Facts, can};
pub use clock::{is_ruled_by_before, left_standing, rule_anew};
pub use forget::forget;
pub use hand::is_untouched;
pub use link::link;
pub use merge::{goes_on, merge, part, unmerge};
pub use plan::{ClockMove, planned};
pub use take_in::{take_over, taken_back};

use super::command::Command;
use super::conversation::Conversation;
use super::event::{Alerted, Event};
use super::policy::Ctx;
use super::refusal::Refusal;
use super::thread::Place;

/// What a command comes to. No events: nothing changes, as with a repeated webhook.
///
/// # Errors
/// The [`Refusal`] says why the command may not be carried out; the state stays as it is.
pub fn decide(state: &Conversation, command: &Command, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
    // Whatever happens first after a change of the service levels, clocks follow that change before.
    let mut events = rule_anew(state, ctx.policy, ctx.now);
    if events.is_empty() {
        return all_of(state, command, ctx);
    }
    let mut ruled = state.clone();
    events.iter().for_each(|event| ruled.evolve(event, Place::default()));
    events.extend(all_of(&ruled, command, ctx)?);
    Ok(events)
}

fn all_of(state: &Conversation, command: &Command, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
    let events = decided(state, command, ctx)?;
    let events = clock::follow(state, events, ctx.policy, ctx.now);
    Ok(clock::say_version(state, events, ctx.policy))
}

fn decided(state: &Conversation, command: &Command, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Receive(arrival) => Ok(receive::receive(state, arrival, ctx)),
        Command::Track(track) => Ok(receive::track(state, track, ctx)),
        Command::Act(action) => act::act(state, action, ctx),
        Command::Say { author, content, purpose } => {
            send::queue(state, author.clone(), content.clone(), None, *purpose, ctx)
        }
        Command::Withdraw { outbox, by } => {
            send::cancel(state, *outbox, by, ctx.now).map(|cancelled| vec![cancelled])
        }
        Command::Attempt { outbox, twice } => send::attempt(state, *outbox, *twice, ctx),
        Command::Settle { outbox, outcome } => Ok(send::settle(state, *outbox, outcome, ctx)),
        Command::File { of, news } => Ok(file::file(state, *of, *news, ctx)),
        Command::Hand(handing) => hand::hand(state, handing, ctx),
        Command::Alert { of, to, lost } => {
            let owed = state.head.owed_alerts().iter().find(|owed| owed.id == *of);
            let open = owed.is_some_and(|owed| *to < 32 && owed.left & (1 << to) != 0);
            let alerted = Event::Alerted(Alerted { at: ctx.now, of: *of, to: *to, lost: *lost });
            Ok(if open { vec![alerted] } else { Vec::new() })
        }
        Command::Tick => Ok(tick::tick(state, ctx)),
    }
}
