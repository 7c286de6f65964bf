//! What people do to tickets: commands to the relay, their answers, and the way back.

pub mod bulk;
pub mod command;

pub use command::command;

use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::model::Model;

/// Takes what is asked for, if it is about this; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let _ = (model, asked, effects);
    false
}
