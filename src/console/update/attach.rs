//! Files that go with what is written: named, looked at, handed in to the relay, sent one after the other.

use super::acts::{command, commands};
use super::composer;
use super::overlays::{command_line, confirm};
use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::{Effect, HandIn, Weigh};
use crate::console::language::fill;
use crate::console::model::Model;
use crate::console::model::attachment::{Attachment, Made, Parcel, captioned};
use crate::console::model::confirm::{Confirm, Then};
use crate::console::model::dropped;
use crate::console::model::told::Gravity;
use crate::console::msg::{HandedIn, Unfit, Weighed};
use crate::console::thread::kind;
use crate::domain::content::{Attached, Content};
use crate::domain::id::TicketNumber;
use crate::kit::text::one_line;
use crate::wire::{ActionRequest, ClientFrame};
use uuid::Uuid;

/// So many files at most wait to be sent with one text.
const MOST: usize = 30;

crate::words! {
    enum Word {
        Offer = ["attach {0}?", "allegare {0}?", "anexar {0}?", "¿adjuntar {0}?"],
        Files = ["{0} files", "{0} file", "{0} arquivos", "{0} archivos"],
        OfferEffect = [
            "{0}: it goes as a file with what you write; no leaves the path in the text.",
            "{0}: parte come file con quel che scrivi; no lascia il percorso nel testo.",
            "{0}: vai como arquivo com o que você escreve; não deixa o caminho no texto.",
            "{0}: sale como archivo con lo que escribes; no deja la ruta en el texto."
        ],
        TooMany = ["at most {0} files at once", "al massimo {0} file alla volta", "no máximo {0} arquivos de uma vez", "como mucho {0} archivos a la vez"],
        Note = ["a note carries no files", "una nota non porta file", "uma nota não leva arquivos", "una nota no lleva archivos"],
        NotUp = ["{0} was not sent: {1}", "{0} non è stato inviato: {1}", "{0} não foi enviado: {1}", "{0} no se envió: {1}"],
        Stopped = ["{0} is not sent", "{0} non viene inviato", "{0} não é enviado", "{0} no se envía"],
        NoFile = ["no file is attached", "nessun file allegato", "nenhum arquivo anexado", "ningún archivo adjunto"],
    }
}

fn say(model: &mut Model, gravity: Gravity, word: Word, parts: &[&str]) {
    let text = fill(word.say(model.settings.language), parts);
    model.told.tell(model.now, gravity, text);
}

/// Takes what is asked for, if it is about this; says whether it did.
pub(super) fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let Some(ticket) = model.open_ticket() else { return false };
    match asked.action {
        Action::Attach if model.composing && model.composer.note => {
            say(model, Gravity::Warning, Word::Note, &[]);
        }
        Action::Attach if asked.argument.is_empty() => {
            command_line::open(model, format!("{} ", Action::Attach.id()));
            command_line::look(model, effects);
        }
        Action::Attach => {
            let paths = dropped::typed(&asked.argument);
            effects.push(Effect::Weigh(Weigh { ticket, paths, pasted: None }));
        }
        Action::Detach => detach(model),
        _ => return false,
    }
    true
}

/// A text was pasted into the composer: where it consists of paths, they are looked at.
pub(super) fn pasted(model: &Model, text: &str, effects: &mut Vec<Effect>) {
    let Some(ticket) = model.composer.ticket.filter(|_| !model.composer.note) else { return };
    let paths = dropped::dropped(text);
    if !paths.is_empty() {
        effects.push(Effect::Weigh(Weigh { ticket, paths, pasted: Some(text.to_owned()) }));
    }
}

/// Files were looked at. Those that were pasted are offered, if all of them are files; else the text was a text.
pub(super) fn weighed(model: &mut Model, weighed: Weighed) {
    let Weighed { ticket, files, unfit, pasted } = weighed;
    let strange = pasted.is_some() && unfit.iter().any(|(_, why)| matches!(why, Unfit::NoFile(_)));
    for (path, why) in unfit.iter().filter(|_| !strange) {
        let (Unfit::NoFile(why) | Unfit::Refused(why)) = why;
        let text = format!("{}: {why}", one_line(&path.display().to_string(), 200));
        model.told.tell(model.now, Gravity::Error, text);
    }
    let whole = unfit.is_empty() && !files.is_empty();
    match pasted {
        Some(pasted) if whole && model.composer.ticket == Some(ticket) => {
            offer(model, ticket, files, pasted);
        }
        Some(_) => {}
        None => add(model, ticket, files),
    }
}

fn offer(model: &mut Model, ticket: TicketNumber, files: Vec<Attachment>, pasted: String) {
    let language = model.settings.language;
    let what = match &files[..] {
        [one] => one_line(&one.name, 60),
        several => fill(Word::Files.say(language), &[&several.len().to_string()]),
    };
    let each = |file: &Attachment| {
        format!("{} {}", kind::named(file.kind, language), kind::size(file.bytes))
    };
    let about = files.iter().take(3).map(each).collect::<Vec<_>>().join(", ");
    let question = fill(Word::Offer.say(language), &[&what]);
    let effect = fill(Word::OfferEffect.say(language), &[&about]);
    confirm::open(model, Confirm::new(question, effect, Then::Attach { ticket, files, pasted }));
}

/// Files that were pasted as paths are to go with the text instead of them.
pub(super) fn accepted(
    model: &mut Model,
    ticket: TicketNumber,
    files: Vec<Attachment>,
    pasted: &str,
) {
    if model.composer.ticket == Some(ticket) {
        let text = model.composer.editor.text();
        let pasted = pasted.replace("\r\n", "\n").replace('\r', "\n");
        if let Some(at) = text.rfind(&pasted) {
            let rest = format!("{}{}", &text[..at], &text[at + pasted.len()..]);
            model.composer.editor.set(&rest);
            composer::touched(model);
        }
    }
    add(model, ticket, files);
}

fn add(model: &mut Model, ticket: TicketNumber, files: Vec<Attachment>) {
    let waiting = model.composer.files_of(ticket);
    let room = MOST.saturating_sub(waiting.len());
    let over = files.len() > room;
    waiting.extend(files.into_iter().take(room));
    if over {
        say(model, Gravity::Warning, Word::TooMany, &[&MOST.to_string()]);
    }
    model.composing |= model.open_ticket() == Some(ticket) && model.overlays.is_empty();
}

/// The last file that waits is not sent; where none waits, those that are on their way are stopped.
fn detach(model: &mut Model) {
    if let Some(file) = model.composer.files.pop() {
        return say(model, Gravity::Plain, Word::Stopped, &[&one_line(&file.name, 60)]);
    }
    let ticket = model.composer.ticket;
    match model.composer.parcels.iter().rposition(|of| Some(of.ticket) == ticket) {
        Some(at) => {
            let parcel = model.composer.parcels.remove(at);
            let name = parcel.files.front().map_or(String::new(), |file| one_line(&file.name, 60));
            say(model, Gravity::Plain, Word::Stopped, &[&name]);
            put_back(model, parcel);
        }
        None => say(model, Gravity::Warning, Word::NoFile, &[]),
    }
}

/// Sends the files that wait with what is written.
pub(super) fn send(model: &mut Model, text: String, solve: bool, effects: &mut Vec<Effect>) {
    let Some(ticket) = model.composer.ticket else { return };
    if !command::is_online(model) {
        return;
    }
    let files = std::mem::take(&mut model.composer.files);
    let parcel = Parcel {
        id: None,
        ticket,
        captioned: captioned(&files, &text),
        files: files.into(),
        gone: 0,
        up: 0,
        text,
        quote: model.composer.quote.take(),
        solve,
    };
    model.composer.clear();
    model.composer.parcels.push(parcel);
    begin(model, ticket, effects);
}

/// Lets the first file of a ticket go up, unless one is on its way.
fn begin(model: &mut Model, ticket: TicketNumber, effects: &mut Vec<Effect>) {
    let id = model.fresh_id();
    let first = model.composer.parcels.iter_mut().find(|of| of.ticket == ticket);
    let Some(parcel) = first.filter(|of| of.id.is_none()) else { return };
    if let Some(Attachment { path, name, kind, .. }) = parcel.files.front().cloned() {
        parcel.id = Some(id);
        effects.push(Effect::HandIn(HandIn { id, ticket, path, name, kind }));
    }
}

/// News of a file on its way up.
pub(super) fn handed_in(model: &mut Model, id: Uuid, news: HandedIn, effects: &mut Vec<Effect>) {
    let Some(at) = model.composer.parcels.iter().position(|of| of.id == Some(id)) else { return };
    match news {
        HandedIn::Up(bytes) => model.composer.parcels[at].up = bytes,
        HandedIn::Done(attached) => up(model, at, attached, effects),
        HandedIn::Failed(why) => {
            let parcel = model.composer.parcels.remove(at);
            let name = parcel.files.front().map_or(String::new(), |file| one_line(&file.name, 60));
            say(model, Gravity::Error, Word::NotUp, &[&name, &why]);
            let ticket = parcel.ticket;
            put_back(model, parcel);
            begin(model, ticket, effects);
        }
    }
}

/// The relay has a file: it is sent, and the next one goes up.
fn up(model: &mut Model, at: usize, attached: Attached, effects: &mut Vec<Effect>) {
    let parcel = &mut model.composer.parcels[at];
    let ticket = parcel.ticket;
    let before = parcel.clone();
    let caption = (parcel.captioned == Some(0)).then(|| std::mem::take(&mut parcel.text));
    let Some(file) = parcel.files.pop_front() else { return };
    parcel.captioned = parcel.captioned.and_then(|at| at.checked_sub(1));
    (parcel.gone, parcel.up, parcel.id) = (parcel.gone + 1, 0, None);
    let quote = parcel.quote.take();
    let about = quote.as_ref().map(|quoted| quoted.id.clone());
    let last = parcel.files.is_empty();
    let content = Content::File(Attached { caption, ..attached });
    let mut actions = vec![ActionRequest::Send { content, about }];
    if last {
        let parcel = model.composer.parcels.remove(at);
        let after = Some(parcel.text).filter(|text| !text.is_empty());
        actions.extend(after.map(|text| ActionRequest::Reply { text, quote: None }));
        actions.extend(parcel.solve.then_some(ActionRequest::Solve));
    }
    match commands(model, ticket, actions, effects) {
        Some(id) => model.in_flight.made(id, Made::File(file), quote),
        None => {
            if !last {
                model.composer.parcels.remove(at);
            }
            put_back(model, before);
        }
    }
    if last {
        told(model, ticket, effects);
    }
    begin(model, ticket, effects);
}

/// The relay keeps a draft of what was written; it has gone, and what is written now counts.
fn told(model: &mut Model, ticket: TicketNumber, effects: &mut Vec<Effect>) {
    let (now, console) = (model.now, model.console());
    if model.composer.ticket == Some(ticket) {
        model.composer.unsaid_since.get_or_insert(now);
    } else {
        let written = model.composer.other(ticket);
        let (text, note) = (written.editor.text().to_owned(), written.note);
        effects.push(Effect::Say(ClientFrame::Draft { ticket, text, note, console }));
    }
}

/// What has not gone is in the composer again.
fn put_back(model: &mut Model, parcel: Parcel) {
    let Parcel { ticket, files, text, quote, .. } = parcel;
    if !text.is_empty() || quote.is_some() {
        composer::put_back(model, ticket, &text, false, quote);
    }
    again(model, ticket, files);
}

/// Files that were not sent wait again, before those that were added since.
pub(super) fn again(
    model: &mut Model,
    ticket: TicketNumber,
    files: impl IntoIterator<Item = Attachment>,
) {
    let waiting = model.composer.files_of(ticket);
    let since = std::mem::take(waiting);
    waiting.extend(files.into_iter().chain(since));
}

#[cfg(test)]
mod tests;
