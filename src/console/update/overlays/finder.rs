//! Help and palette: an action is found by typing, and done.

use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::console::model::command_line::CommandLine;
use crate::console::model::finder::{Finder, Row};
use crate::console::model::overlay::Overlay;
use crate::console::model::told::Gravity;
use crate::console::update;

/// Opens the help, or closes it if it is open.
pub fn open_help(model: &mut Model) {
    match model.overlays.last() {
        Some(Overlay::Help(_)) => drop(model.overlays.pop()),
        _ => {
            let finder = Finder::over(model.context());
            model.overlays.push(Overlay::Help(finder));
        }
    }
}

/// Opens the palette, or closes it if it is open.
pub fn open_palette(model: &mut Model) {
    match model.overlays.last() {
        Some(Overlay::Palette(_)) => drop(model.overlays.pop()),
        _ => {
            let finder = Finder::over(model.context());
            model.overlays.push(Overlay::Palette(finder));
        }
    }
}

/// Takes what is asked for while help or palette is the last overlay; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let rows = rows(model);
    let page = usize::from(model.size.1).saturating_sub(8).max(1);
    let last = rows.len().saturating_sub(1);
    let Some(finder) = current(model) else { return false };
    let at = finder.chosen.min(last);
    match asked.action {
        Action::Back => drop(model.overlays.pop()),
        Action::Down => finder.chosen = if at == last { 0 } else { at + 1 },
        Action::Up => finder.chosen = at.checked_sub(1).unwrap_or(last),
        Action::PageDown | Action::HalfDown => finder.chosen = (at + page).min(last),
        Action::PageUp | Action::HalfUp => finder.chosen = at.saturating_sub(page),
        Action::Top => finder.chosen = 0,
        Action::Bottom => finder.chosen = last,
        Action::Complete => {
            if let Some(row) = rows.get(at) {
                let line = CommandLine::of(format!("{} ", row.asked));
                model.overlays.pop();
                model.overlays.push(Overlay::Command(line));
            }
        }
        Action::Accept => {
            if let Some(row) = rows.into_iter().nth(at) {
                accept(model, row, effects);
            }
        }
        _ if finder.editor.perform(asked.action) => finder.chosen = 0,
        _ => return false,
    }
    true
}

fn accept(model: &mut Model, row: Row, effects: &mut Vec<Effect>) {
    match row.why_not {
        // It stays open: the reason stands there, and something else may be looked for.
        Some(why) => model.told.tell(model.now, Gravity::Warning, why),
        None => {
            model.overlays.pop();
            update::perform(model, &row.asked, effects);
        }
    }
}

fn rows(model: &Model) -> Vec<Row> {
    match model.overlays.last() {
        Some(Overlay::Help(finder)) => finder.help(model),
        Some(Overlay::Palette(finder)) => finder.palette(model),
        _ => Vec::new(),
    }
}

fn current(model: &mut Model) -> Option<&mut Finder> {
    match model.overlays.last_mut() {
        Some(Overlay::Help(finder) | Overlay::Palette(finder)) => Some(finder),
        _ => None,
    }
}

/// Takes typed or pasted text.
pub fn typed(model: &mut Model, text: &str) {
    if let Some(finder) = current(model) {
        finder.editor.insert(&text.replace(['\n', '\r', '\t'], " "));
        finder.chosen = 0;
    }
}
