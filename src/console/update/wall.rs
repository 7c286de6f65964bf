//! The wall: moving over it, and from it to the tickets behind a row.

use super::places;
use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::layout::Screen;
use crate::console::model::Model;
use crate::console::model::inbox::Which;
use crate::console::model::places::Place;
use crate::console::model::told::Gravity;
use crate::console::model::wall::Spot;
use crate::wire::WallView;

/// Takes what is asked for, if it is about this; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    if model.screen != Screen::Wall {
        return false;
    }
    let page = isize::try_from(model.panes().wall.height / 2).unwrap_or(1).max(1);
    match asked.action {
        Action::Down => model.wall.step(1),
        Action::Up => model.wall.step(-1),
        Action::PageDown | Action::HalfDown => model.wall.step(page),
        Action::PageUp | Action::HalfUp => model.wall.step(-page),
        Action::Top => model.wall.step(isize::MIN),
        Action::Bottom => model.wall.step(isize::MAX),
        Action::Accept | Action::Open => enter(model, effects),
        _ => return false,
    }
    true
}

/// Folds in a new state.
pub fn heard(model: &mut Model, view: WallView) {
    model.wall.take(view);
}

/// Goes to what stands behind the row under the cursor: the tickets of a queue or of a colleague. Of a line it
/// tells what is the matter.
pub fn enter(model: &mut Model, effects: &mut Vec<Effect>) {
    let which = match model.wall.cursor.clone() {
        Some(Spot::Queue(queue)) => Which { queue: Some(queue), ..Which::default() },
        Some(Spot::Agent(agent)) => Which { assignee: Some(agent), ..Which::default() },
        Some(Spot::Line(name)) => {
            let lines = model.wall.view.iter().flat_map(|view| &view.lines);
            let reason =
                lines.filter(|line| line.name == name).find_map(|line| line.reason.clone());
            if let Some(reason) = reason {
                model.told.tell(model.now, Gravity::Plain, format!("{name}: {reason}"));
            }
            return;
        }
        None => return,
    };
    places::go(model, Place::Inbox { which, cursor: None }, effects);
}
