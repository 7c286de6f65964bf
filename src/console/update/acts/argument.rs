//! What is written beside an action: a colleague, an instant, a priority, labels.

use super::{deed, todo};
use crate::console::action::Action;
use crate::console::language::{Language, fill};
use crate::console::model::Model;
use crate::console::snooze::{self, Wake};
use crate::domain::id::TicketNumber;
use crate::domain::ticket::Priority;
use crate::wire::ActionRequest;

crate::words! {
    enum Word {
        Nobody = ["nobody", "nessuno", "ninguém", "nadie"],
        Me = ["me", "io", "eu", "yo"],
        Stranger = ["there is no colleague {0}", "non c'è nessun collega {0}", "não há colega {0}", "no hay ningún colega {0}"],
        Priority = [
            "{0}: write low, normal, high or urgent",
            "{0}: scrivi bassa, normale, alta o urgente",
            "{0}: escreva baixa, normal, alta ou urgente",
            "{0}: escribe baja, normal, alta o urgente"
        ],
        NoTag = [
            "write a tag, or -tag to take one away",
            "scrivi un'etichetta, o -nome per toglierla",
            "escreva uma etiqueta, ou -nome para tirar",
            "escribe una etiqueta, o -nombre para quitarla"
        ],
        NoField = ["there is no field {0}", "non c'è nessun campo {0}", "não há campo {0}", "no hay ningún campo {0}"],
        NoQueue = ["there is no queue {0}", "non c'è nessuna coda {0}", "não há fila {0}", "no hay ninguna cola {0}"],
        Neither = [
            "{0} is neither a colleague nor a queue",
            "{0} non è né un collega né una coda",
            "{0} não é nem colega nem fila",
            "{0} no es ni un colega ni una cola"
        ],
        NoNumber = ["{0} is no ticket's number", "{0} non è il numero di un ticket", "{0} não é o número de um ticket", "{0} no es el número de un ticket"],
        LongTag = ["a tag has at most 64 bytes", "un'etichetta ha al massimo 64 byte", "uma etiqueta tem no máximo 64 bytes", "una etiqueta tiene como máximo 64 bytes"],
    }
}

/// The longest tag that the relay takes, in bytes.
const TAG_MOST: usize = 64;

/// "nobody" in the person's language.
pub(crate) fn nobody(language: Language) -> &'static str {
    Word::Nobody.say(language)
}

/// What an action with an argument asks of the relay.
///
/// # Errors
/// What is wrong with the argument, in one line.
pub(crate) fn request(
    model: &Model,
    action: Action,
    argument: &str,
) -> Result<ActionRequest, String> {
    let language = model.settings.language;
    match action {
        Action::Assign => Ok(ActionRequest::Assign { to: colleague(model, argument)? }),
        Action::Move => Ok(ActionRequest::Move { queue: queue(model, argument)? }),
        Action::HandOver => handover(model, argument),
        Action::Field => field(model, argument),
        Action::Todo => todo::add(model, argument),
        Action::TodoDone => todo::settle(model.subject(), argument, language),
        Action::Snooze => {
            let wake = snooze::parse(argument, model.desk_now(), &model.settings.zone);
            match wake.map_err(|fault| fault.say(&model.settings.zone, language))? {
                Wake::At(at) => Ok(ActionRequest::Snooze { until: Some(at) }),
                Wake::NextMessage => Ok(ActionRequest::Snooze { until: None }),
            }
        }
        Action::Priority => match priority(argument) {
            Some(priority) => Ok(ActionRequest::Prioritise { priority }),
            None => Err(fill(Word::Priority.say(language), &[argument])),
        },
        Action::Tag => tags(argument, language),
        Action::Whisper => Ok(ActionRequest::Whisper { text: argument.to_owned() }),
        Action::Link => link(argument).map_err(|word| fill(word.say(language), &[argument])),
        Action::Merge | Action::MergeTicket | Action::UnmergeTicket => {
            let number = argument.trim().trim_start_matches('#').parse();
            let number = number.map_err(|_| fill(Word::NoNumber.say(language), &[argument]))?;
            let with = TicketNumber(number);
            Ok(match action {
                Action::MergeTicket => ActionRequest::MergeTicket { with },
                Action::UnmergeTicket => ActionRequest::UnmergeTicket { with },
                _ => ActionRequest::Merge { with },
            })
        }
        _ => Err(argument.to_owned()),
    }
}

/// `1017`, or `-1017` for no longer.
fn link(written: &str) -> Result<ActionRequest, Word> {
    let written = written.trim();
    let (gone, number) = written.strip_prefix('-').map_or((false, written), |rest| (true, rest));
    let number = number.trim_start_matches('#').parse().map_err(|_| Word::NoNumber)?;
    let to = TicketNumber(number);
    Ok(if gone { ActionRequest::Unlink { to } } else { ActionRequest::Link { to } })
}

pub(super) fn colleague(model: &Model, written: &str) -> Result<Option<String>, String> {
    let written = written.trim().trim_start_matches('@');
    let is = |word: Word| Language::ALL.iter().any(|l| word.say(*l).eq_ignore_ascii_case(written));
    if written == "-" || is(Word::Nobody) {
        return Ok(None);
    }
    let roster = &model.mirror.roster;
    let exact = roster.iter().find(|colleague| colleague.name.eq_ignore_ascii_case(written));
    if let Some(colleague) = exact {
        return Ok(Some(colleague.name.clone()));
    }
    if is(Word::Me) {
        return Ok(model.mirror.me().map(str::to_owned));
    }
    let small = written.to_lowercase();
    let mut begin = roster.iter().filter(|other| other.name.to_lowercase().starts_with(&small));
    match (begin.next(), begin.next()) {
        (Some(colleague), None) if !small.is_empty() => Ok(Some(colleague.name.clone())),
        _ if roster.is_empty() && !small.is_empty() => Ok(Some(written.to_owned())),
        _ => Err(fill(Word::Stranger.say(model.settings.language), &[written])),
    }
}

/// `category refund`: the field of that name, or the only one that begins so, and its value; `-` for none.
fn field(model: &Model, written: &str) -> Result<ActionRequest, String> {
    let (name, value) = written.trim().split_once(' ').unwrap_or((written.trim(), ""));
    let fields = model.mirror.desk.as_ref().map_or(&[][..], |desk| &desk.fields);
    let mut begin = fields.iter().filter(|of| of.name.as_str().starts_with(name));
    let exact = fields.iter().find(|of| of.name.as_str() == name);
    let field = match (exact, begin.next(), begin.next()) {
        (Some(exact), ..) => exact.name.to_string(),
        (None, Some(only), None) if !name.is_empty() => only.name.to_string(),
        _ => return Err(fill(Word::NoField.say(model.settings.language), &[name])),
    };
    let value = Some(value.trim()).filter(|value| !matches!(*value, "" | "-")).map(str::to_owned);
    Ok(ActionRequest::SetField { field, value })
}

/// The queue of that name, or the only one that begins so.
fn queue(model: &Model, written: &str) -> Result<String, String> {
    let written = written.trim();
    let queues = model.mirror.desk.as_ref().map_or(&[][..], |desk| &desk.queues);
    let small = written.to_lowercase();
    let mut begin = queues.iter().filter(|queue| queue.to_lowercase().starts_with(&small));
    match queues.iter().find(|queue| queue.to_lowercase() == small) {
        Some(queue) => Ok(queue.clone()),
        None => match (begin.next(), begin.next()) {
            (Some(queue), None) if !small.is_empty() => Ok(queue.clone()),
            _ => Err(fill(Word::NoQueue.say(model.settings.language), &[written])),
        },
    }
}

/// `bruno the order is lost`, `billing he wants his money back`, `bruno/billing look`: to whom, and the note.
fn handover(model: &Model, written: &str) -> Result<ActionRequest, String> {
    let (who, note) =
        written.trim().split_once(char::is_whitespace).unwrap_or((written.trim(), ""));
    let (mut to, mut into) = (None, None);
    for part in who.split('/') {
        let of_queue = queue(model, part);
        // A queue's whole name is meant before the beginning of a colleague's.
        let person = colleague(model, part).ok().filter(|_| of_queue.as_deref() != Ok(part));
        match (person, of_queue) {
            (Some(Some(name)), _) if to.is_none() => to = Some(name),
            (_, Ok(name)) if into.is_none() => into = Some(name),
            _ => return Err(fill(Word::Neither.say(model.settings.language), &[part])),
        }
    }
    Ok(ActionRequest::HandOver { to, queue: into, note: note.trim().to_owned() })
}

fn priority(written: &str) -> Option<Priority> {
    let written = written.trim().to_lowercase();
    let names = |priority: &Priority| {
        Language::ALL.iter().any(|language| deed::priority(*priority, *language) == written)
    };
    Priority::ALL.into_iter().find(names)
}

/// `vip -old`: labels to give and to take away.
fn tags(written: &str, language: Language) -> Result<ActionRequest, String> {
    let (mut add, mut remove) = (Vec::new(), Vec::new());
    for word in written.split([' ', ',']) {
        let (gone, tag) = match word.strip_prefix('-') {
            Some(tag) => (true, tag),
            None => (false, word.strip_prefix('+').unwrap_or(word)),
        };
        let tag = tag.trim_start_matches('#');
        if tag.len() > TAG_MOST {
            return Err(Word::LongTag.say(language).to_owned());
        }
        if !tag.is_empty() {
            let tags = if gone { &mut remove } else { &mut add };
            tags.push(tag.to_owned());
        }
    }
    if add.is_empty() && remove.is_empty() {
        return Err(Word::NoTag.say(language).to_owned());
    }
    Ok(ActionRequest::Tag { add, remove })
}
