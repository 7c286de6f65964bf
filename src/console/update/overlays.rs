//! What lies over the screen: help, palette, prompts, the template picker.

pub(crate) mod choices;
pub mod command_line;
pub mod confirm;
pub mod consents;
pub mod finder;
pub mod insert;
pub mod messages;
pub mod picker;
pub mod prompt;
pub mod raw;

use super::{login, search};
#[cfg(test)]
mod tests;

use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::console::model::overlay::Overlay;

/// Takes what is asked for, if it is about this; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    if let Some(Overlay::Confirm(_)) = model.overlays.last() {
        return confirm::perform(model, asked, effects);
    }
    match asked.action {
        Action::Help => finder::open_help(model),
        Action::Palette => finder::open_palette(model),
        Action::CommandLine => command_line::open(model, ""),
        Action::Messages => messages::open(model),
        _ => return focused(model, asked, effects),
    }
    true
}

fn focused(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    match model.overlays.last() {
        Some(Overlay::Help(_) | Overlay::Palette(_)) => finder::perform(model, asked, effects),
        Some(Overlay::Command(_)) => command_line::perform(model, asked, effects),
        Some(Overlay::Messages(_)) => messages::perform(model, asked),
        Some(Overlay::Raw(_)) => raw::perform(model, asked, effects),
        Some(Overlay::Prompt(_)) => prompt::perform(model, asked, effects),
        Some(Overlay::Picker(_)) => picker::perform(model, asked, effects),
        Some(Overlay::Insert(_)) => insert::perform(model, asked, effects),
        Some(Overlay::Consents(_)) => consents::perform(model, asked, effects),
        Some(Overlay::Login(_)) => login::perform(model, asked, effects),
        Some(Overlay::Search(_)) => search::perform(model, asked, effects),
        _ => false,
    }
}

/// Takes typed or pasted text, if an overlay has the focus; says whether one has.
pub fn typed(model: &mut Model, text: &str, effects: &mut Vec<Effect>) -> bool {
    match model.overlays.last() {
        Some(Overlay::Help(_) | Overlay::Palette(_)) => finder::typed(model, text),
        Some(Overlay::Command(_)) => command_line::typed(model, text, effects),
        Some(Overlay::Prompt(_)) => prompt::typed(model, text),
        Some(Overlay::Picker(_)) => {
            // It may have closed with that.
            picker::typed(model, text);
            return true;
        }
        Some(Overlay::Insert(_)) => insert::typed(model, text),
        Some(Overlay::Consents(_)) => consents::typed(model, text),
        Some(Overlay::Login(_)) => login::typed(model, text),
        Some(Overlay::Search(_)) => search::typed(model, text, effects),
        _ => {}
    }
    !model.overlays.is_empty()
}
