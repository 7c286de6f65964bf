//! The same for several tickets.

use super::command;
use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::domain::id::TicketNumber;
use crate::wire::ActionRequest;

/// Asks the relay to act on each of these tickets.
pub fn ask(
    model: &mut Model,
    actions: Vec<(TicketNumber, ActionRequest)>,
    effects: &mut Vec<Effect>,
) {
    for (ticket, action) in actions {
        command(model, ticket, action, effects);
    }
}
