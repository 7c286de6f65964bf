//! A ticket becomes two at the selected message: asked first.

use super::overlays::confirm;
use super::thread::chosen;
use crate::console::language::fill;
use crate::console::model::Model;
use crate::console::model::confirm::{Confirm, Then};
use crate::console::model::told::Gravity;
use crate::console::thread::kind;
use crate::kit::text::one_line;
use crate::wire::{ActionRequest, Direction, EntryKind};

crate::words! {
    enum Word {
        NoMessage = [
            "select the customer's message with which the new ticket begins",
            "scegli il messaggio del cliente con cui comincia il nuovo ticket",
            "escolha a mensagem do cliente com que começa o novo ticket",
            "elige el mensaje del cliente con el que empieza el ticket nuevo"
        ],
        Question = [
            "split #{0} at “{1}”?",
            "dividere #{0} a “{1}”?",
            "dividir #{0} em “{1}”?",
            "¿dividir #{0} en “{1}”?"
        ],
        Effect = [
            "From this message on it is another ticket, which goes on where #{0} stands, with its labels, followers, fields and what is to be done; its clocks count from the message. What is before is past. It can be undone.",
            "Da questo messaggio in poi è un altro ticket, che continua da dove sta #{0}, con etichette, chi segue, campi e cose da fare; i suoi tempi contano dal messaggio. Ciò che sta prima è passato. Si può annullare.",
            "A partir desta mensagem é outro ticket, que continua de onde está #{0}, com etiquetas, seguidores, campos e o que fazer; os seus prazos contam da mensagem. O que vem antes é passado. Dá para desfazer.",
            "Desde este mensaje es otro ticket, que continúa donde está #{0}, con etiquetas, seguidores, campos y lo que hay que hacer; sus plazos cuentan desde el mensaje. Lo anterior queda en el pasado. Se puede deshacer."
        ],
    }
}

/// Characters of the message in the question.
const SHOWN: usize = 40;

/// Asks whether the open ticket is to be split at the selected message.
pub(super) fn ask(model: &mut Model) {
    let language = model.settings.language;
    let at = chosen(model)
        .map(|of| &of.entry)
        .filter(|entry| entry.kind == EntryKind::Message && entry.direction == Some(Direction::In));
    let at = at.map(|entry| {
        let line = one_line(&kind::brief(&entry.kind_word, &entry.text, language), SHOWN);
        (entry.id.clone(), line)
    });
    let number = model.thread.as_ref().map(|thread| thread.number);
    let (Some((at, line)), Some(number)) = (at, number) else {
        let word = Word::NoMessage.say(language);
        return model.told.tell(model.now, Gravity::Warning, word);
    };
    let name = number.to_string();
    let question = fill(Word::Question.say(language), &[&name, &line]);
    let effect = fill(Word::Effect.say(language), &[&name]);
    let then = Then::Act(vec![(number, ActionRequest::SplitTicket { at })]);
    confirm::open(model, Confirm::new(question, effect, then));
}
