//! Going from place to place: screens, jumps, the mouse, and what concerns the whole console.

use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::model::Model;

/// Takes what is asked for, if it is about this; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let _ = (model, asked, effects);
    false
}

/// Takes a click or a turn of the wheel.
pub fn mouse(model: &mut Model, mouse: crate::console::msg::Mouse, effects: &mut Vec<Effect>) {
    let _ = (model, mouse, effects);
}
