//! What the person sees. Draws and changes nothing.
//!
//! Each pane has a file with a `view` that draws into the area which [`layout`] gives it; an empty
//! area means that the pane is not there. What lies over the screen comes last.

pub mod card;
pub mod command_line;
pub mod composer;
pub mod confirm;
pub mod consents;
pub mod finder;
pub mod hints;
pub mod inbox;
pub mod insert;
pub mod login;
pub mod messages;
pub mod offer;
pub mod overlay;
pub mod picker;
pub mod prompt;
pub mod raw;
pub mod thread;
pub mod title;
pub mod toast;
pub mod views;
pub mod wall;
pub mod whichkey;
pub mod window;

#[cfg(test)]
mod tests;

use super::canvas::Canvas;
use super::layout;
use super::model::Model;
use super::theme::Role;
use ratatui::layout::Rect;

type Pane = fn(&Model, &mut Canvas<'_>, Rect);

/// Draws the whole screen.
pub fn view(model: &Model, canvas: &mut Canvas<'_>) {
    let area = canvas.area();
    canvas.fill(area, model.theme.style(Role::Text));
    let panes = model.panes();
    let drawn: [(Pane, Rect); 7] = [
        (title::view, panes.title),
        (views::view, panes.views),
        (inbox::view, panes.inbox),
        (thread::view, panes.thread),
        (composer::view, panes.composer),
        (card::view, panes.card),
        (wall::view, panes.wall),
    ];
    for (pane, at) in drawn {
        if !at.is_empty() {
            pane(model, canvas, at);
        }
    }
    if !panes.hints.is_empty() {
        let rest = offer::view(model, canvas, panes.hints);
        if rest == panes.hints {
            hints::view(model, canvas, rest);
        }
        toast::view(model, canvas, rest);
    }
    if layout::too_small(area) {
        canvas.put(area.x, area.y, area.width, "too small", model.theme.style(Role::Warning));
        return;
    }
    for overlay in &model.overlays {
        overlay::view(model, overlay, canvas, area);
    }
    if !model.chord.is_empty() {
        whichkey::view(model, canvas, area);
    }
}
