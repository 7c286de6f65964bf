//! What lies over the screen: help, palette, prompts, the template picker.

pub(crate) mod choices;
pub mod confirm;
pub mod picker;
pub mod prompt;

use super::{login, search};
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::console::model::overlay::Overlay;

/// Takes what is asked for, if it is about this; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    match model.overlays.last() {
        Some(Overlay::Confirm(_)) => confirm::perform(model, asked, effects),
        Some(Overlay::Prompt(_)) => prompt::perform(model, asked, effects),
        Some(Overlay::Picker(_)) => picker::perform(model, asked, effects),
        Some(Overlay::Login(_)) => login::perform(model, asked, effects),
        Some(Overlay::Search(_)) => search::perform(model, asked, effects),
        _ => false,
    }
}

/// Takes typed or pasted text, if an overlay has the focus; says whether one has.
pub fn typed(model: &mut Model, text: &str, effects: &mut Vec<Effect>) -> bool {
    match model.overlays.last() {
        Some(Overlay::Prompt(_)) => prompt::typed(model, text),
        Some(Overlay::Picker(_)) => picker::typed(model, text),
        Some(Overlay::Login(_)) => login::typed(model, text),
        Some(Overlay::Search(_)) => search::typed(model, text, effects),
        _ => {}
    }
    !model.overlays.is_empty()
}
