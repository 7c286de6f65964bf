//! Writing.

use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::model::Model;

/// Takes what is asked for, if it is about this; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let _ = (model, asked, effects);
    false
}

/// Takes typed text.
pub fn typed(model: &mut Model, text: &str, effects: &mut Vec<Effect>) {
    let _ = effects;
    model.composer.editor.insert(text);
}

/// Takes pasted text, whole.
pub fn pasted(model: &mut Model, text: &str, effects: &mut Vec<Effect>) {
    typed(model, text, effects);
}

/// Takes what `$EDITOR` left.
pub fn edited(model: &mut Model, answer: Result<String, String>, effects: &mut Vec<Effect>) {
    let _ = (model, answer, effects);
}

/// Looks whether the window has closed, and whether a draft is to be kept.
pub fn tick(model: &mut Model, effects: &mut Vec<Effect>) {
    let _ = (model, effects);
}
