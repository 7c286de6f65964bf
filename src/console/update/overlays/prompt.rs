//! Asking for what an action wants beside it.

use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::console::model::overlay::Overlay;

/// Takes what is asked for while the prompt is the last overlay; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() else { return false };
    let _ = effects;
    prompt.editor.perform(asked.action)
}

/// Takes typed or pasted text.
pub fn typed(model: &mut Model, text: &str) {
    if let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() {
        prompt.editor.insert(text);
    }
}
