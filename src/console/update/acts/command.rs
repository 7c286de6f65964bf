//! Commands to the relay and their answers.

use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::console::model::acts::Asked;
use crate::console::model::told::Gravity;
use crate::domain::id::{SendId, TicketNumber};
use crate::wire::{ActionRequest, ClientFrame};
use uuid::Uuid;

crate::words! {
    enum Word {
        Offline = [
            "not connected: nothing was done; what you typed is kept",
            "non connesso: non è stato fatto nulla; quel che hai scritto resta",
            "sem conexão: nada foi feito; o que você escreveu fica guardado",
            "sin conexión: no se hizo nada; lo que escribiste se conserva"
        ],
    }
}

/// Asks the relay to act on a ticket. Without a connection nothing is asked, which is told, and there is no id.
pub fn command(
    model: &mut Model,
    ticket: TicketNumber,
    action: ActionRequest,
    effects: &mut Vec<Effect>,
) -> Option<Uuid> {
    if !model.link.is_online() {
        let why = Word::Offline.say(model.settings.language);
        model.told.tell(model.now, Gravity::Warning, why);
        return None;
    }
    let id = model.fresh_id();
    let asked = Asked { id, ticket, action };
    effects.push(said(&asked));
    model.in_flight.ask(asked);
    Some(id)
}

fn said(asked: &Asked) -> Effect {
    let Asked { id, ticket, action } = asked.clone();
    Effect::Say(ClientFrame::Command { id, ticket, action })
}

/// Says again, after a reconnect, what has no answer: under the same ids, so it is done once.
pub fn ask_again(model: &Model, effects: &mut Vec<Effect>) {
    effects.extend(model.in_flight.waiting().iter().map(said));
}

/// A command was carried out; `outbox` is what it put there.
pub fn done(model: &mut Model, id: Uuid, outbox: Option<SendId>, effects: &mut Vec<Effect>) {
    let _ = (model.in_flight.answered(id), outbox, effects);
}

/// A command was refused.
pub fn refused(
    model: &mut Model,
    id: Uuid,
    refusal: crate::wire::Refused,
    effects: &mut Vec<Effect>,
) {
    if model.in_flight.answered(id).is_some() {
        model.told.tell(model.now, Gravity::Error, refusal.to_string());
    }
    let _ = effects;
}
