//! Sending what is written.

use crate::console::action::Action;
use crate::console::effect::Effect;
use crate::console::language::fill;
use crate::console::model::Model;
use crate::console::model::acts::Asked;
use crate::console::model::attachment::Made;
use crate::console::model::composer::{Quoted, TEXT_MOST};
use crate::console::model::told::Gravity;
use crate::console::update::overlays::{insert, picker};
use crate::console::update::{acts, attach};
use crate::domain::canned;
use crate::domain::content::Content;
use crate::domain::id::TicketNumber;
use crate::domain::mention;
use crate::domain::name::Name;
use crate::domain::refusal::Refusal;
use crate::wire::ActionRequest;

const SENT_KEPT: usize = 50;

crate::words! {
    enum Word {
        Stranger = [
            "nobody is called @{0}: {1} again sends the note as it is",
            "nessuno si chiama @{0}: {1} di nuovo manda la nota così com'è",
            "ninguém se chama @{0}: {1} de novo envia a nota como está",
            "nadie se llama @{0}: {1} otra vez envía la nota tal cual"
        ],
        Quicker = [
            "{0}: {1} again sends it all the same",
            "{0}: {1} di nuovo invia lo stesso",
            "{0}: {1} de novo envia assim mesmo",
            "{0}: {1} otra vez lo envía de todos modos"
        ],
        Nothing = ["nothing is written", "non c'è scritto nulla", "nada foi escrito", "no hay nada escrito"],
        Unfilled = ["write something for {0} first", "prima scrivi qualcosa al posto di {0}", "antes escreva algo no lugar de {0}", "antes escribe algo en lugar de {0}"],
        TooLong = [
            "{0} characters too many: WhatsApp takes {1}",
            "{0} caratteri di troppo: WhatsApp ne accetta {1}",
            "{0} caracteres a mais: o WhatsApp aceita {1}",
            "sobran {0} caracteres: WhatsApp acepta {1}"
        ],
    }
}

/// Sends what is written; and solves.
pub(super) fn send(model: &mut Model, solve: bool, effects: &mut Vec<Effect>) {
    let Some(ticket) = model.composer.ticket else { return };
    let language = model.settings.language;
    let text = model.composer.editor.text().trim_end().to_owned();
    if !model.composer.note
        && let Err(refusal) = super::may_send(model)
    {
        match refusal {
            Refusal::WindowClosed { .. } => super::offer_template(model),
            other => model.told.tell(model.now, Gravity::Warning, other.to_string()),
        }
        return;
    }
    let files = !model.composer.note && !model.composer.files.is_empty();
    if text.trim().is_empty() && !files {
        model.told.tell(model.now, Gravity::Warning, Word::Nothing.say(language));
        return;
    }
    if let Some(conflict) = super::conflict(model)
        && model.composer.warned.replace(conflict.at) != Some(conflict.at)
    {
        let key = model.key_of(Action::Send).unwrap_or_else(|| Action::Send.id().to_owned());
        let came = conflict.say(model.desk_now(), language);
        let told = fill(Word::Quicker.say(language), &[&came, &key]);
        model.told.tell(model.now, Gravity::Warning, told);
        return;
    }
    if model.composer.note
        && let Some(word) = stranger(model, &text)
        && !std::mem::replace(&mut model.composer.strange, true)
    {
        let key = model.key_of(Action::Send).unwrap_or_else(|| Action::Send.id().to_owned());
        let told = fill(Word::Stranger.say(language), &[&word, &key]);
        model.told.tell(model.now, Gravity::Warning, told);
        return;
    }
    if !model.composer.note
        && let Some(variable) = canned::unfilled(&text)
    {
        let told = fill(Word::Unfilled.say(language), &[&format!("{{{{{}}}}}", variable.word())]);
        model.told.tell(model.now, Gravity::Warning, told);
        return;
    }
    let over = text.chars().count().saturating_sub(TEXT_MOST);
    if over > 0 {
        let told = fill(Word::TooLong.say(language), &[&over.to_string(), &TEXT_MOST.to_string()]);
        model.told.tell(model.now, Gravity::Error, told);
        return;
    }
    if files {
        return attach::send(model, text, solve, effects);
    }
    let quote = model.composer.quote.as_ref().map(|quoted| quoted.id.clone());
    let action = match model.composer.note {
        true => ActionRequest::Note { text: text.clone() },
        false if model.composer.bare => {
            let content = Content::Text { body: text.clone(), preview: Some(false) };
            ActionRequest::Send { content, about: quote }
        }
        false => ActionRequest::Reply { text: text.clone(), quote },
    };
    // A ticket whose answer is refused is not solved.
    let mut actions = vec![action];
    actions.extend(solve.then_some(ActionRequest::Solve));
    if acts::commands(model, ticket, actions, effects).is_none() {
        return;
    }
    model.composer.clear();
    if std::mem::take(&mut model.composer.note) {
        // What is typed next in thought of colleagues must not reach the customer; nor may the note by recall.
        super::leave(model, effects);
    } else {
        model.composer.sent.push(text);
        if model.composer.sent.len() > SENT_KEPT {
            model.composer.sent.remove(0);
        }
    }
}

/// Whom a note calls although there is no such colleague; nothing as long as they are not known.
fn stranger(model: &Model, text: &str) -> Option<String> {
    let names: Vec<_> =
        model.mirror.roster.iter().map(|colleague| Name::from(colleague.name.as_str())).collect();
    mention::stranger(text, names.iter()).filter(|_| !names.is_empty())
}

/// Puts a message back that was refused or taken back, with what was to follow it.
pub fn restore(model: &mut Model, asked: &Asked) {
    let ticket = asked.ticket;
    // What was to come after it goes below it.
    for after in asked.then.iter().rev() {
        if let ActionRequest::Reply { text, .. } = after {
            put_back(model, ticket, text, false, None);
        }
    }
    match &asked.action {
        ActionRequest::Reply { text, .. } => {
            put_back(model, ticket, text, false, asked.quote.clone());
        }
        ActionRequest::Send { content: Content::Text { body, preview }, .. } => {
            put_back(model, ticket, body, false, asked.quote.clone());
            *model.composer.bare_of(ticket) |= *preview == Some(false);
        }
        ActionRequest::Note { text } => put_back(model, ticket, text, true, None),
        ActionRequest::Send { content: Content::File(sent), .. } => {
            let caption = sent.caption.as_deref().unwrap_or("");
            put_back(model, ticket, caption, false, asked.quote.clone());
        }
        _ => {}
    }
    match asked.made.clone() {
        Some(Made::File(file)) => attach::again(model, ticket, [file]),
        Some(Made::Form(form)) => insert::again(model, ticket, *form),
        Some(Made::Template(picker)) => picker::again(model, *picker),
        None => {}
    }
}

/// Puts a text back that was refused or taken back. What has been written since stays, below it. A note that was
/// begun since stays a note, with what is put back: nothing makes a reply of it but who writes it.
pub fn put_back(
    model: &mut Model,
    ticket: TicketNumber,
    text: &str,
    note: bool,
    quote: Option<Quoted>,
) {
    let now = model.now;
    let composer = &mut model.composer;
    if composer.ticket == Some(ticket) {
        let noting = composer.note && (model.composing || !composer.editor.is_empty());
        let whole = joined(text, composer.editor.text());
        composer.editor.set(&whole);
        composer.note = note || noting;
        (composer.turning, composer.strange) = (false, false);
        composer.quote = composer.quote.take().or(quote);
        composer.unsaid_since.get_or_insert(now);
    } else {
        let other = composer.other(ticket);
        let noting = other.note && !other.editor.is_empty();
        let whole = joined(text, other.editor.text());
        other.editor.set(&whole);
        other.note = note || noting;
        other.quote = other.quote.take().or(quote);
    }
}

/// Takes what has gone in another message out of the composer. What was written since, or is a note, stays.
pub fn take_away(model: &mut Model, ticket: TicketNumber, gone: &str) {
    let composer = &mut model.composer;
    if composer.ticket != Some(ticket) || composer.note || gone.is_empty() {
        return;
    }
    match composer.editor.text().strip_prefix(gone).map(str::to_owned).as_deref() {
        Some("") => composer.clear(),
        Some(since) if since.starts_with('\n') => composer.editor.set(&since[1..]),
        _ => return,
    }
    composer.unsaid_since = Some(model.now);
}

fn joined(back: &str, since: &str) -> String {
    let between = if back.is_empty() || since.is_empty() { "" } else { "\n" };
    format!("{back}{between}{since}")
}
