//! The open thread.

use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::console::model::thread::Thread;
use crate::domain::id::TicketNumber;
use crate::wire::Shown;

/// Takes what is asked for, if it is about this; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let _ = (model, asked, effects);
    false
}

/// Opens a ticket's thread at its end. The screen is changed by [`places`](super::places), which calls this.
pub fn open(model: &mut Model, number: TicketNumber, effects: &mut Vec<Effect>) {
    model.thread = Some(Thread { number, ticket: None, shown: Shown::default() });
    fit(model, effects);
}

/// Asks the relay for what fits on the screen, after that has changed.
pub fn fit(model: &mut Model, effects: &mut Vec<Effect>) {
    let _ = (model, effects);
}

/// Folds in a part of a frame that is about this.
pub fn heard(model: &mut Model, fresh: crate::wire::Fresh, effects: &mut Vec<Effect>) {
    let _ = (model, fresh, effects);
}
