//! What lies over the screen: help, palette, prompts, the template picker.

use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::model::Model;

/// Takes what is asked for, if it is about this; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let _ = (model, asked, effects);
    false
}

/// Takes typed or pasted text, if an overlay has the focus; says whether one has.
pub fn typed(model: &mut Model, text: &str, effects: &mut Vec<Effect>) -> bool {
    let _ = (text, effects);
    !model.overlays.is_empty()
}
