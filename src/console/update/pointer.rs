//! The mouse: a click selects, a second click opens, the wheel scrolls what is under it.

use super::{inbox, places, thread, wall};
use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::layout::{self, Breadth, Screen};
use crate::console::model::Model;
use crate::console::model::places::Place;
use crate::console::msg::{Mouse, MouseKind};
use crate::console::view::{views, wall as drawn};
use ratatui::layout::Position;

/// Rows that one turn of the wheel scrolls.
const WHEEL: usize = 3;

/// Takes a click or a turn of the wheel.
pub fn mouse(model: &mut Model, mouse: Mouse, effects: &mut Vec<Effect>) {
    let wheel = match mouse.kind {
        MouseKind::Click => None,
        MouseKind::Up => Some(Action::Up),
        MouseKind::Down => Some(Action::Down),
    };
    if !model.overlays.is_empty() {
        if let Some(action) = wheel {
            super::perform(model, &Invocation::bare(action), effects);
        }
        return;
    }
    let panes = model.panes();
    let at = Position { x: mouse.x, y: mouse.y };
    match wheel {
        Some(action) if panes.inbox.contains(at) => {
            let rows = WHEEL as isize;
            inbox::scroll(model, if action == Action::Up { -rows } else { rows }, effects);
        }
        Some(action) if panes.thread.contains(at) => {
            let rows = WHEEL as isize;
            thread::scroll(model, if action == Action::Up { -rows } else { rows }, effects);
        }
        Some(action) if panes.wall.contains(at) => {
            wall::perform(model, &Invocation::bare(action), effects);
        }
        Some(_) => {}
        None if panes.inbox.contains(at) => click_row(model, at, effects),
        None if panes.views.contains(at) => {
            let wide = layout::breadth(model.size.0) == Breadth::Wide;
            let place = match wide {
                true => usize::from(at.y - panes.views.y).checked_sub(1),
                false => views::tab_at(model, panes.views, at.x),
            };
            if let Some(tab) = place.and_then(|place| model.tabs().into_iter().nth(place)) {
                places::go(model, Place::of_tab(tab), effects);
            }
        }
        None if panes.thread.contains(at) => thread::click(model, at.y),
        // Reply or note, as it stood.
        None if panes.composer.contains(at) => model.composing = true,
        None if panes.wall.contains(at) => {
            let Some(spot) = drawn::spot_at(model, panes.wall, at) else { return };
            if model.wall.cursor.as_ref() == Some(&spot) {
                wall::enter(model, effects);
            } else {
                model.wall.cursor = Some(spot);
            }
        }
        None => {}
    }
}

fn click_row(model: &mut Model, at: Position, effects: &mut Vec<Effect>) {
    let rows = layout::rows(model.panes().inbox);
    if !rows.contains(at) {
        return;
    }
    let place = model.inbox.top + usize::from(at.y - rows.y);
    let Some(number) = model.inbox.at(place).map(|ticket| ticket.number) else { return };
    let again = model.inbox.cursor == Some(number);
    model.inbox.go(place);
    if again || model.screen == Screen::Thread {
        places::open(model, number, effects);
    } else {
        inbox::fit(model, effects);
    }
}
