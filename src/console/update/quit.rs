//! Leaving.

use super::composer;
use super::overlays::confirm;
use crate::console::effect::Effect;
use crate::console::language::fill;
use crate::console::model::Model;
use crate::console::model::confirm::{Confirm, Then};
use crate::words;

words! {
    enum Word {
        Leave = ["leave Guichet?", "uscire da Guichet?", "sair do Guichet?", "¿salir de Guichet?"],
        Unsent = ["not sent yet: what you wrote on ticket {0}", "non ancora inviato: quello che hai scritto nel ticket {0}", "ainda não enviado: o que você escreveu no ticket {0}", "aún no enviado: lo que escribiste en el ticket {0}"],
    }
}

/// Ends the console. What was written is kept by the relay as far as it is there.
pub fn end(model: &mut Model, effects: &mut Vec<Effect>) {
    composer::leave(model, effects);
    effects.push(Effect::Quit);
}

/// Ends the console; asks first if something was written and not sent.
pub fn quit(model: &mut Model, effects: &mut Vec<Effect>) {
    let unsent: Vec<_> = model.composer.unsent().map(|number| number.to_string()).collect();
    if unsent.is_empty() {
        return end(model, effects);
    }
    let language = model.settings.language;
    let about = fill(Word::Unsent.say(language), &[&unsent.join(", ")]);
    confirm::open(model, Confirm::new(Word::Leave.say(language), about, Then::Quit));
}
