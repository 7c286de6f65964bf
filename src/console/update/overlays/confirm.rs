//! A question before something grave: `accept` means yes, `back` no.

use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::console::model::confirm::{Confirm, Then};
use crate::console::model::overlay::Overlay;
use crate::console::update::{acts, attach, quit};

/// Asks a question over whatever is on the screen.
pub fn open(model: &mut Model, confirm: Confirm) {
    model.overlays.push(Overlay::Confirm(confirm));
}

/// Takes what is asked for while the question is the last overlay. It takes everything: nothing else may happen
/// before the answer.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let Some(Overlay::Confirm(confirm)) = model.overlays.last() else { return false };
    match asked.action {
        // `n` is bound to `accept no`.
        Action::Accept if asked.argument == "no" => drop(model.overlays.pop()),
        Action::Accept => {
            let then = confirm.then.clone();
            model.overlays.pop();
            carry_out(model, then, effects);
        }
        Action::Back => drop(model.overlays.pop()),
        Action::Suspend | Action::Redraw => return false,
        _ => {}
    }
    true
}

fn carry_out(model: &mut Model, then: Then, effects: &mut Vec<Effect>) {
    match then {
        Then::Quit => quit::end(model, effects),
        Then::Attach { ticket, files, pasted } => attach::accepted(model, ticket, files, &pasted),
        Then::Act(actions) => acts::bulk::ask(model, actions, effects),
    }
}
