//! What was told before, to be read again.

use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::model::Model;
use crate::console::model::overlay::Overlay;

/// Opens it, or closes it if it is open.
pub fn open(model: &mut Model) {
    match model.overlays.last() {
        Some(Overlay::Messages(_)) => drop(model.overlays.pop()),
        _ => model.overlays.push(Overlay::Messages(0)),
    }
}

/// Takes what is asked for while it is the last overlay; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation) -> bool {
    let last = model.told.lines().count().saturating_sub(1);
    let page = usize::from(model.size.1).saturating_sub(6).max(1);
    let Some(Overlay::Messages(back)) = model.overlays.last_mut() else { return false };
    match asked.action {
        Action::Back | Action::Accept => drop(model.overlays.pop()),
        Action::Up => *back = (*back + 1).min(last),
        Action::Down => *back = back.saturating_sub(1),
        Action::PageUp | Action::HalfUp => *back = (*back + page).min(last),
        Action::PageDown | Action::HalfDown => *back = back.saturating_sub(page),
        Action::Top => *back = last,
        Action::Bottom => *back = 0,
        _ => return false,
    }
    true
}
