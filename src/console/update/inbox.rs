//! The list of tickets.

use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::model::Model;

/// Takes what is asked for, if it is about this; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let _ = (model, asked, effects);
    false
}

/// Asks the relay for what fits on the screen, after that has changed.
pub fn fit(model: &mut Model, effects: &mut Vec<Effect>) {
    let _ = (model, effects);
}

/// Folds in a part of a frame that is about this.
pub fn heard(model: &mut Model, fresh: crate::wire::Fresh, effects: &mut Vec<Effect>) {
    let _ = (model, fresh, effects);
}
