//! The one place where the model changes.
//!
//! A key becomes an [`Invocation`] by the keymap; [`perform`] offers it to whoever has the focus, then to the
//! parts behind it, until one takes it. The palette and the command line end in [`perform`] as well.

pub mod acts;
mod attach;
pub mod composer;
mod file;
pub mod inbox;
pub mod link;
pub mod login;
pub mod notices;
pub mod overlays;
pub mod places;
pub mod pointer;
pub mod presence;
mod preview;
pub mod quit;
mod reaction;
pub mod search;
pub mod settings;
mod splitting;
pub mod spread;
pub mod thread;
pub mod wall;

#[cfg(test)]
mod tests;

use super::action::Action;
use super::context::Invocation;
use super::effect::Effect;
use super::key::{Code, Key};
use super::keymap::Found;
use super::model::Model;
use super::msg::Msg;
use crate::kit::Timestamp;

/// Folds in what happened at a real instant, and says what is to be done outside.
pub fn update(model: &mut Model, msg: Msg, now: Timestamp) -> Vec<Effect> {
    model.now = now;
    model.told.lapse(now);
    let (open, told) = (model.open_ticket(), model.told.count());
    let mut effects = Vec::new();
    if matches!(msg, Msg::Key(_) | Msg::Paste(_) | Msg::Mouse(_)) {
        presence::touched(model, &mut effects);
    }
    match msg {
        Msg::Key(key) => press(model, key, &mut effects),
        Msg::Paste(text) => {
            model.chord.clear();
            if !overlays::typed(model, &text, &mut effects) {
                composer::pasted(model, &text, &mut effects);
            }
        }
        Msg::Mouse(mouse) => places::mouse(model, mouse, &mut effects),
        Msg::Resize(columns, rows) => {
            model.size = (columns, rows);
            inbox::fit(model, &mut effects);
        }
        Msg::Focus(on) => notices::focus(model, on),
        Msg::Tick => {
            composer::tick(model, &mut effects);
            notices::tick(model, &mut effects);
            presence::tick(model, &mut effects);
            acts::command::release(model, &mut effects);
        }
        Msg::Edited(answer) => composer::edited(model, answer, &mut effects),
        Msg::Link(news) => link::news(model, news, &mut effects),
        Msg::Weighed(weighed) => attach::weighed(model, weighed),
        Msg::HandedIn(id, news) => {
            if !overlays::picker::handed_in(model, id, &news, &mut effects)
                && !overlays::insert::handed_in(model, id, &news, &mut effects)
            {
                attach::handed_in(model, id, news, &mut effects);
            }
        }
        Msg::Listed(listing) => overlays::command_line::listed(model, listing),
        Msg::Ledger(ledger) => overlays::consents::heard(model, ledger),
        Msg::Previewed(news) => preview::came(model, news),
        Msg::Raw(ticket, form) => overlays::raw::heard(model, ticket, form),
        Msg::Spread(answer) => spread::heard(model, answer),
        Msg::AlertsTaken(answer) => wall::alerts_taken(model, answer),
        Msg::Why(ticket, answer) => overlays::raw::explained(model, ticket, answer),
        Msg::AllOf(filter, all) => inbox::mark_listed(model, &filter, all),
        Msg::Told(text) => model.told.tell(now, super::model::told::Gravity::Plain, text),
        Msg::Continued => effects.push(Effect::Redraw),
        Msg::Terminate => quit::end(model, &mut effects),
    }
    // Who enters a ticket has done with what was told of another.
    if model.open_ticket().is_some_and(|number| Some(number) != open) {
        model.told.seen(told);
    }
    thread::settle(model, &mut effects);
    quit::settle(model, &mut effects);
    effects
}

fn press(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    let context = model.context();
    if let Some(typed) = key.typed().filter(|_| context.types() && model.chord.is_empty()) {
        let mut text = [0; 4];
        let text = typed.encode_utf8(&mut text);
        if !overlays::typed(model, text, effects) {
            composer::typed(model, text, effects);
        }
        return;
    }
    if !model.chord.is_empty() && key == Key::plain(Code::Esc) {
        return model.chord.clear();
    }
    if !model.chord.is_empty() && key == Key::plain(Code::Backspace) {
        model.chord.pop();
        return;
    }
    model.chord.push(key);
    match model.keymap.find(context, model.flags(), &model.chord) {
        Found::Pending(_) => {}
        Found::Nothing => model.chord.clear(),
        Found::Asked(asked) => {
            model.chord.clear();
            perform(model, &asked, effects);
        }
    }
}

/// Does what was asked for, by whoever takes it first.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) {
    is_taken(model, asked, effects);
}

/// Does what was asked for; says whether anybody took it.
pub fn is_taken(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    overlays::perform(model, asked, effects)
        || model.composing && composer::perform(model, asked, effects)
        || settings::perform(model, asked, effects)
        || presence::perform(model, asked, effects)
        || places::perform(model, asked, effects)
        || wall::perform(model, asked, effects)
        || spread::perform(model, asked, effects)
        || inbox::perform(model, asked, effects)
        || attach::perform(model, asked, effects)
        || thread::perform(model, asked, effects)
        || acts::perform(model, asked, effects)
        || form(model, asked, effects)
}

fn form(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    match asked.action {
        Action::Template => {
            overlays::picker::open(model, &asked.argument, false);
            overlays::picker::ask_consents(model, effects);
        }
        Action::Insert => overlays::insert::open(model, asked),
        Action::Consents => overlays::consents::open(model, effects),
        _ => return false,
    }
    true
}
