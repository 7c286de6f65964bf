//! Writing.

mod conflict;
mod draft;
mod send;
#[cfg(test)]
mod tests;

pub use conflict::conflict;
pub use draft::{due_at, heard, leave, tick};
pub use send::{put_back, restore, take_away};

use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::console::model::composer::Quoted;
use crate::console::model::told::Gravity;
use crate::domain::command;
use crate::domain::decide::can;
use crate::domain::refusal::Refusal;
use std::ops::Range;

crate::words! {
    enum Word {
        ToCustomer = [
            "this is a note: again makes it a reply, which the customer reads",
            "questa è una nota: di nuovo ne fa una risposta, che il cliente legge",
            "isto é uma nota: de novo faz dela uma resposta, que o cliente lê",
            "esto es una nota: otra vez hace de ella una respuesta, que el cliente lee"
        ],
    }
}

/// Takes what is asked for, if it is about this; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    match asked.action {
        Action::Back => leave(model, effects),
        Action::Send => send::send(model, false, effects),
        Action::SendSolve => send::send(model, true, effects),
        Action::ToggleNote => toggle(model),
        Action::Canned => super::overlays::picker::open(model, "", true),
        Action::LinkPreview => model.composer.bare ^= true,
        Action::Unquote => model.composer.quote = None,
        Action::ExternalEditor => {
            effects.push(Effect::Edit(model.composer.editor.text().to_owned()));
        }
        Action::LineUp if recall(model, true) => {}
        Action::LineDown if recall(model, false) => {}
        Action::CopyText | Action::CutText => {
            if let Some(selected) = model.composer.editor.selected() {
                effects.push(Effect::Copy(selected.to_owned()));
            }
            edit(model, asked.action);
        }
        action => return edit(model, action),
    }
    true
}

/// Begins a note that names somebody, unless something is written already.
pub fn note_to(model: &mut Model, name: Option<&str>) {
    (model.composer.note, model.composer.turning) = (true, false);
    model.composing = true;
    if let Some(name) = name.filter(|_| model.composer.editor.is_empty()) {
        model.composer.editor.set(&format!("@{name} "));
        touched(model);
    }
}

/// Between a reply and a note. In a note it first completes a colleague's name.
fn toggle(model: &mut Model) {
    if !model.composer.note {
        model.composer.note = true;
        touched(model);
    } else if !complete(model) {
        to_reply(model);
    }
}

/// Makes a reply of what is written; says whether it is one. What was written for colleagues becomes one only when
/// that is asked for twice: the customer would read it.
pub fn to_reply(model: &mut Model) -> bool {
    let composer = &mut model.composer;
    let internal = composer.note && !composer.editor.is_empty();
    if internal && !std::mem::replace(&mut composer.turning, true) {
        let word = Word::ToCustomer.say(model.settings.language);
        model.told.tell(model.now, Gravity::Warning, word);
        return false;
    }
    if std::mem::take(&mut composer.note) {
        touched(model);
    }
    true
}

/// What completes the `@name` before the cursor: the rest of the first colleague who begins so. Nothing without one.
pub fn completion(model: &Model) -> Option<&str> {
    let before = &model.composer.editor.text()[..model.composer.editor.cursor()];
    let (ahead, begun) = before.rsplit_once('@')?;
    if ahead.chars().next_back().is_some_and(char::is_alphanumeric) {
        return None;
    }
    let names = model.mirror.roster.iter().map(|colleague| colleague.name.as_str());
    let fitting = names.filter_map(|name| Some((name, after(name, begun)?)));
    fitting.filter(|(_, rest)| !rest.is_empty()).min().map(|(_, rest)| rest)
}

/// Completes the `@name` before the cursor; says whether there is one.
fn complete(model: &mut Model) -> bool {
    let Some(rest) = completion(model).map(|rest| format!("{rest} ")) else { return false };
    model.composer.editor.insert(&rest);
    touched(model);
    true
}

/// What follows in `name` after `begun`, whatever the case; nothing if it does not begin so.
fn after<'a>(name: &'a str, begun: &str) -> Option<&'a str> {
    let begun = begun.to_lowercase();
    let ends = name.char_indices().map(|(at, c)| at + c.len_utf8());
    // A letter may be longer or shorter in lower case.
    let ends = std::iter::once(0).chain(ends);
    let found = ends.map(|end| name.split_at(end)).find(|(head, _)| head.to_lowercase() == begun);
    found.map(|(_, rest)| rest)
}

fn edit(model: &mut Model, action: Action) -> bool {
    let version = model.composer.editor.version();
    let known = model.composer.editor.perform(action);
    if version != model.composer.editor.version() {
        touched(model);
    }
    known
}

/// Goes through the texts that were sent, from an empty composer.
fn recall(model: &mut Model, back: bool) -> bool {
    let composer = &mut model.composer;
    if composer.recalled.is_none() && !composer.editor.is_empty() {
        return false;
    }
    let place = match (composer.recalled, back) {
        (None, true) => composer.sent.len().checked_sub(1),
        (Some(place), true) => Some(place.saturating_sub(1)),
        (Some(place), false) => Some(place + 1).filter(|place| *place < composer.sent.len()),
        (None, false) => return false,
    };
    let text = place.map_or("", |place| composer.sent[place].as_str()).to_owned();
    composer.recalled = place;
    composer.editor.set(&text);
    touched(model);
    model.composer.recalled = place;
    true
}

/// Takes typed text. A `/` in an empty reply opens the library, if there is one.
pub fn typed(model: &mut Model, text: &str, _effects: &mut Vec<Effect>) {
    let empty = !model.composer.note && model.composer.editor.is_empty();
    if text == "/" && model.composing && empty && model.mirror.canned.iter().next().is_some() {
        return super::overlays::picker::open(model, "", true);
    }
    if model.composing {
        take_in(model, text, None);
    }
}

/// Puts a text where the cursor stands; what is `missing` in it is selected, so that typing replaces it.
pub fn take_in(model: &mut Model, text: &str, missing: Option<Range<usize>>) {
    let editor = &mut model.composer.editor;
    let from = editor.selection().map_or(editor.cursor(), |range| range.start);
    editor.insert(text);
    if let Some(range) = missing {
        editor.select(from + range.start..from + range.end);
    }
    touched(model);
}

/// Takes pasted text, whole.
pub fn pasted(model: &mut Model, text: &str, effects: &mut Vec<Effect>) {
    if model.composing {
        take_in(model, text, None);
        super::attach::pasted(model, text, effects);
    }
}

/// Takes what `$EDITOR` left.
pub fn edited(model: &mut Model, answer: Result<String, String>, effects: &mut Vec<Effect>) {
    effects.push(Effect::Redraw);
    match answer {
        Ok(text) => {
            model.composer.editor.set(text.trim_end_matches('\n'));
            touched(model);
        }
        Err(why) => model.told.tell(model.now, Gravity::Error, why),
    }
}

/// Answers a message, quoting it.
pub fn quote(model: &mut Model, quoted: Quoted) {
    if to_reply(model) {
        model.composer.quote = Some(quoted);
        model.composing = true;
    }
}

/// What is written has changed.
pub(in crate::console::update) fn touched(model: &mut Model) {
    let (now, desk) = (model.now, model.desk_now());
    let begun = model.composer.begun.unwrap_or(desk);
    model.composer.begun = Some(begun).filter(|_| !model.composer.editor.is_empty());
    model.composer.touched_at = Some(now);
    model.composer.unsaid_since.get_or_insert(now);
    model.composer.taken_over = None;
    model.composer.recalled = None;
    model.composer.turning = false;
    model.composer.strange = false;
}

/// Offers templates, with what is written as the first value.
fn offer_template(model: &mut Model) {
    super::overlays::picker::open(model, "", false);
}

/// Whether what is written could be sent now.
///
/// # Errors
/// Why not, as the relay would say it.
pub fn may_send(model: &Model) -> Result<(), Refusal> {
    may(model, model.composer.note)
}

/// Whether free text could be sent to the customer now.
///
/// # Errors
/// Why not, as the relay would say it.
pub fn may_reply(model: &Model) -> Result<(), Refusal> {
    may(model, false)
}

fn may(model: &Model, note: bool) -> Result<(), Refusal> {
    let (Some(ticket), Some(you)) = (model.subject(), &model.mirror.you) else {
        return Err(Refusal::NoTicket);
    };
    let action = match note {
        true => command::Action::Note { text: String::new() },
        false => command::Action::Reply { text: String::new(), quote: None },
    };
    can(&ticket.facts(model.desk_now()), &you.member(), &action)
}
