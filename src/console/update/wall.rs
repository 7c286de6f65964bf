//! The wall: moving over it, and from it to the tickets behind a row.

use super::places;
use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::language::Language;
use crate::console::layout::Screen;
use crate::console::model::Model;
use crate::console::model::inbox::Which;
use crate::console::model::places::Place;
use crate::console::model::told::Gravity;
use crate::console::model::wall::Spot;
use crate::wire::{Health, LineView, WallView};

crate::words! {
    enum Word {
        Ok = ["messages go out", "i messaggi partono", "as mensagens saem", "los mensajes salen"],
        Throttled = ["messages go out more slowly", "i messaggi partono più lentamente", "as mensagens saem mais devagar", "los mensajes salen más despacio"],
        Probing = ["it is tried whether messages go out again", "si prova se i messaggi partono di nuovo", "testa-se se as mensagens voltam a sair", "se prueba si los mensajes vuelven a salir"],
        Held = ["nothing goes out", "non parte nulla", "nada sai", "no sale nada"],
        Unknown = ["not known whether messages go out", "non si sa se i messaggi partono", "não se sabe se as mensagens saem", "no se sabe si los mensajes salen"],
    }
}

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

/// How sending on a line goes, in one line, with all that the platform says of it.
fn state(line: &LineView, language: Language) -> (Gravity, String) {
    let (gravity, word) = match line.health {
        Health::Ok => (Gravity::Good, Word::Ok),
        Health::Throttled => (Gravity::Warning, Word::Throttled),
        Health::Probing => (Gravity::Warning, Word::Probing),
        Health::Held => (Gravity::Error, Word::Held),
        Health::Unknown => (Gravity::Plain, Word::Unknown),
    };
    let more = [&line.reason, &line.quality, &line.phone].into_iter().flatten();
    let parts: Vec<_> = [word.say(language)].into_iter().chain(more.map(String::as_str)).collect();
    (gravity, format!("{}: {}", line.name, parts.join(" \u{b7} ")))
}

/// Goes to what stands behind the row under the cursor: the tickets of a queue, of a colleague or of a line. Of a line
/// it is told besides how it goes.
pub fn enter(model: &mut Model, effects: &mut Vec<Effect>) {
    let which = match model.wall.cursor.clone() {
        Some(Spot::Queue(queue)) => Which { queue: Some(queue), ..Which::default() },
        Some(Spot::Agent(agent)) => Which { assignee: Some(agent), ..Which::default() },
        Some(Spot::Line(name)) => {
            let mut lines = model.wall.view.iter().flat_map(|view| &view.lines);
            if let Some(line) = lines.find(|line| line.name == name) {
                let (gravity, told) = state(line, model.settings.language);
                model.told.tell(model.now, gravity, told);
            }
            Which { line: Some(name), ..Which::default() }
        }
        None => return,
    };
    places::go(model, Place::Inbox { which, cursor: None }, effects);
}
