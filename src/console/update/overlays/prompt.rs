//! Asking for what an action wants beside it.

use super::choices::{self, choices};
use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::editor::Editor;
use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::console::model::composer::Quoted;
use crate::console::model::overlay::Overlay;
use crate::console::model::prompt::Prompt;
use crate::console::model::told::Gravity;
use crate::console::update::acts::{self, argument, bulk};
use crate::console::update::{places, presence, reaction};
use crate::domain::id::TicketNumber;
use crate::wire::Presence;

/// How many choices a page holds.
const PAGE: usize = 8;

/// Asks for what an action wants beside it, unless it cannot be done anyway: then that is told.
pub fn open(model: &mut Model, action: Action, about: Vec<TicketNumber>) {
    // Whether he gave the ticket away before this console was started only the relay knows.
    if action != Action::Assign
        && let Some(why) = acts::why_not(model, action)
    {
        model.told.tell(model.now, Gravity::Warning, why);
        return;
    }
    push(model, action, about, None);
}

/// Asks for what an action wants beside it that is about a message of the open thread.
pub fn open_at(model: &mut Model, action: Action, on: Quoted) {
    if let Some(why) = acts::why_not(model, action) {
        model.told.tell(model.now, Gravity::Warning, why);
        return;
    }
    let about = model.open_ticket().into_iter().collect();
    push(model, action, about, Some(on));
}

/// Asks for what an action wants beside it, whether it can be done or not.
pub fn push(model: &mut Model, action: Action, about: Vec<TicketNumber>, on: Option<Quoted>) {
    let prompt = Prompt { action, about, on, editor: Editor::default(), fault: None, chosen: None };
    model.overlays.push(Overlay::Prompt(prompt));
}

/// Takes what is asked for while the prompt is the last overlay; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let Some(Overlay::Prompt(prompt)) = model.overlays.last() else { return false };
    let count = || choices(model, prompt).len();
    match asked.action {
        Action::Back => drop(model.overlays.pop()),
        Action::Accept => accept(model, effects),
        Action::Complete => complete(model),
        Action::Down => step(model, count(), 1),
        Action::Up => step(model, count(), -1),
        Action::PageDown | Action::HalfDown => step(model, count(), PAGE as isize),
        Action::PageUp | Action::HalfUp => step(model, count(), -(PAGE as isize)),
        Action::Top => step(model, count(), isize::MIN / 2),
        Action::Bottom => step(model, count(), isize::MAX / 2),
        Action::Newline => {}
        action => return edit(model, |editor| editor.perform(action)),
    }
    true
}

/// Takes typed or pasted text; line ends become blanks.
pub fn typed(model: &mut Model, text: &str) {
    let line = text.replace(['\r', '\n', '\t'], " ");
    edit(model, |editor| editor.insert(&line));
}

fn edit<T>(model: &mut Model, change: impl FnOnce(&mut Editor) -> T) -> T
where
    T: Default,
{
    let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() else { return T::default() };
    let before = prompt.editor.text().to_owned();
    let done = change(&mut prompt.editor);
    if prompt.editor.text() != before {
        prompt.fault = None;
        prompt.chosen = None;
    }
    done
}

fn step(model: &mut Model, count: usize, by: isize) {
    let Some(Overlay::Prompt(prompt)) = model.overlays.last_mut() else { return };
    let Some(last) = count.checked_sub(1) else { return };
    let from = match (prompt.chosen, choices::first_is_marked(prompt)) {
        (Some(at), _) => at as isize,
        (None, true) => 0,
        // The first step goes to the first choice.
        (None, false) => -1,
    };
    prompt.chosen = Some(from.saturating_add(by).clamp(0, last as isize) as usize);
}

/// Puts the marked choice, or the first one, into the line.
fn complete(model: &mut Model) {
    let Some(Overlay::Prompt(prompt)) = model.overlays.last() else { return };
    let list = choices(model, prompt);
    let Some(choice) = list.get(prompt.chosen.unwrap_or(0)) else { return };
    let value = match prompt.action {
        Action::Tag => choices::with_word(prompt.editor.text(), &choice.value),
        _ => choice.value.clone(),
    };
    edit(model, |editor| editor.set(&value));
}

fn accept(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(Overlay::Prompt(prompt)) = model.overlays.last() else { return };
    let (action, about) = (prompt.action, prompt.about.clone());
    let list = choices(model, prompt);
    let choice = match prompt.chosen {
        Some(at) => list.get(at),
        None if choices::first_is_marked(prompt) => list.first(),
        None => None,
    };
    let typed = prompt.editor.text().trim();
    let value = match choice {
        Some(choice) if action == Action::Tag => choices::with_word(typed, &choice.value),
        Some(choice) => choice.value.clone(),
        None => typed.to_owned(),
    };
    let refused = choice.and_then(|choice| choice.why_not.clone());
    let on = prompt.on.clone();
    let done = match (refused, on) {
        (Some(why), _) => Err(why),
        (None, Some(on)) => reaction::send(model, &on, &value, effects),
        (None, None) if action == Action::Linked => {
            model.overlays.pop();
            return places::linked(model, &value, effects);
        }
        (None, None) if action == Action::Break => {
            presence::stand(model, Presence::Break, &value, effects);
            Ok(())
        }
        (None, None) => argument::request(model, action, &value)
            .map(|request| bulk::act(model, &about, action, &request, None, effects)),
    };
    let Some(at) = model.overlays.iter().rposition(|over| matches!(over, Overlay::Prompt(_)))
    else {
        return;
    };
    match (done, &mut model.overlays[at]) {
        (Err(fault), Overlay::Prompt(prompt)) => prompt.fault = Some(fault),
        _ => drop(model.overlays.remove(at)),
    }
}
