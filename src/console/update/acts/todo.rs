//! What is to be done inside a ticket, as it is written: `@bruno call him back / tomorrow 9`.

use super::argument::colleague;
use crate::console::language::{Language, fill};
use crate::console::model::Model;
use crate::console::snooze::{self, Wake};
use crate::wire::{ActionRequest, TicketView};

crate::words! {
    enum Word {
        NoTodo = ["{0}: write its number, as it stands in the ticket", "{0}: scrivi il suo numero, come sta nel ticket", "{0}: escreva o número, como está no ticket", "{0}: escribe su número, como está en el ticket"],
        NoTime = ["give a time, such as tomorrow 9", "indica un'ora, come domani 9", "indique uma hora, como amanhã 9", "indica una hora, como mañana 9"],
    }
}

/// Something to be done: perhaps with whose it is before it, and by when behind the last ` / `.
pub(super) fn add(model: &Model, written: &str) -> Result<ActionRequest, String> {
    let (mut text, mut due) = (written.trim(), None);
    if let Some((before, when)) = text.rsplit_once(" / ") {
        let (zone, language) = (&model.settings.zone, model.settings.language);
        let wake = snooze::parse(when, model.desk_now(), zone);
        match wake.map_err(|fault| fault.say(zone, language))? {
            Wake::At(at) => (text, due) = (before, Some(at)),
            Wake::NextMessage => return Err(Word::NoTime.say(language).to_owned()),
        }
    }
    let mut owner = None;
    if let Some((name, rest)) = text.strip_prefix('@').and_then(|of| of.split_once(' ')) {
        (owner, text) = (colleague(model, name)?, rest);
    }
    Ok(ActionRequest::Todo { text: text.trim().to_owned(), owner, due })
}

/// The one with that number is done, or is to be done again: the contrary of what it is.
pub(super) fn settle(
    ticket: Option<&TicketView>,
    written: &str,
    language: Language,
) -> Result<ActionRequest, String> {
    let number = written.trim().trim_start_matches('#').parse();
    let id = number.map_err(|_| fill(Word::NoTodo.say(language), &[written]))?;
    let todos = ticket.and_then(|ticket| ticket.aside.as_deref()).map(|aside| &aside.todos);
    let known = todos.and_then(|todos| todos.iter().find(|todo| todo.id == id));
    Ok(ActionRequest::TodoDone { id, done: known.is_none_or(|todo| !todo.done) })
}
