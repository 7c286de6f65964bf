//! The way back.

use super::command;
use crate::console::action::Action;
use crate::console::effect::Effect;
use crate::console::language::fill;
use crate::console::model::Model;
use crate::console::model::acts::{Group, Why};
use crate::console::model::told::Gravity;
use crate::console::model::undo::Deed;
use crate::wire::ActionRequest;

crate::words! {
    enum Word {
        Hint = ["{0} \u{b7} {1} undoes it", "{0} \u{b7} {1} annulla", "{0} \u{b7} {1} desfaz", "{0} \u{b7} {1} deshace"],
        Nothing = ["nothing to undo", "non c'è nulla da annullare", "nada a desfazer", "nada que deshacer"],
        Note = ["a note stays: it cannot be undone", "una nota resta: non si annulla", "uma nota fica: não dá para desfazer", "una nota se queda: no se deshace"],
        Template = ["the template is on its way: it cannot be taken back", "il modello è partito: non si ritira", "o modelo já foi enviado: não dá para recolher", "la plantilla ya salió: no se puede retirar"],
        Sent = ["the message is on its way: it cannot be taken back", "il messaggio è partito: non si ritira", "a mensagem já foi enviada: não dá para recolher", "el mensaje ya salió: no se puede retirar"],
    }
}

/// A line with the key that undoes what it tells, where there is one.
pub(super) fn hinted(model: &Model, told: String) -> String {
    match model.key_of(Action::Undo) {
        Some(keys) => fill(Word::Hint.say(model.settings.language), &[&told, &keys]),
        None => told,
    }
}

/// Undoes what was done last, or takes the message back that was sent last. What cannot be undone is told, and
/// then forgotten, so that what was done before it comes next.
pub(super) fn undo(model: &mut Model, effects: &mut Vec<Effect>) {
    let deed = if model.link.is_online() { model.undo.pop() } else { model.undo.last().cloned() };
    let cannot = match deed {
        None => Word::Nothing,
        Some(Deed::Note) => Word::Note,
        Some(Deed::Template) => Word::Template,
        Some(Deed::Sent { until, .. }) if until <= model.now => Word::Sent,
        Some(Deed::Sent { asked, outbox, .. }) => {
            let ticket = asked.ticket;
            let group = Group { why: Why::TakeBack(asked), ..Group::default() };
            let cancel = vec![(ticket, vec![ActionRequest::Cancel { outbox }])];
            command::ask(model, group, cancel, effects);
            return;
        }
        Some(Deed::Reversible { told, steps }) => {
            let group = Group { why: Why::Undo(told), ..Group::default() };
            command::ask(model, group, steps, effects);
            return;
        }
    };
    model.told.tell(model.now, Gravity::Plain, cannot.say(model.settings.language));
}
