//! What the person is told about although he does not look at it.

use crate::console::effect::Effect;
use crate::console::model::Model;

/// The terminal's window has the focus, or has it no longer.
pub fn focus(model: &mut Model, on: bool) {
    let _ = (model, on);
}

/// Looks what has come near its end.
pub fn tick(model: &mut Model, effects: &mut Vec<Effect>) {
    let _ = (model, effects);
}

/// Folds in the account's own tickets, of which some may have changed.
pub fn heard(model: &mut Model, fresh: crate::wire::Fresh, effects: &mut Vec<Effect>) {
    let _ = (model, fresh, effects);
}

/// Looks at what the account should know of, after that has changed.
pub fn noticed(model: &mut Model, effects: &mut Vec<Effect>) {
    let _ = (model, effects);
}
