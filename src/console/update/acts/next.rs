//! Taking the most urgent ticket that is nobody's.

use super::command;
use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::console::model::acts::{After, Group};
use crate::console::model::told::Gravity;
use crate::domain::ticket::State;
use crate::wire::ActionRequest;

/// How many are tried when colleagues are faster.
const TRIED: usize = 5;

crate::words! {
    enum Word {
        None = ["no ticket is nobody's", "nessun ticket è libero", "nenhum ticket está livre", "ningún ticket está libre"],
    }
}

/// Takes the most urgent ticket that is nobody's, and opens it; if a colleague was faster, the one after it.
pub(super) fn take(model: &mut Model, effects: &mut Vec<Effect>) {
    let free = model.mirror.unassigned.iter().filter(|ticket| {
        ticket.assignee.is_none() && ticket.state.is_unsolved() && ticket.state != State::Snoozed
    });
    let mut free = free.map(|ticket| ticket.number).take(TRIED);
    let Some(first) = free.next() else {
        model.told.tell(model.now, Gravity::Plain, Word::None.say(model.settings.language));
        return;
    };
    let instead = free.collect();
    let group = Group { after: Some(After::Open), instead, ..Group::default() };
    command::ask(model, group, vec![(first, vec![ActionRequest::Take])], effects);
}
