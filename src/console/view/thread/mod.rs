//! The open thread with its heading.

mod heading;
mod rows;
#[cfg(test)]
mod tests;

use crate::console::canvas::Canvas;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::thread::parts;
use crate::console::thread::words::Word;
use ratatui::layout::Rect;

pub(super) use heading::{clocks, dies_first, known, tags};

/// Draws it into its pane.
pub fn view(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(thread) = &model.thread else { return };
    let card = !model.panes().card.is_empty();
    let (heading, body) = parts(area, card);
    heading::view(model, thread, canvas, heading, card);
    if !thread.lines().is_empty() {
        rows::view(model, thread, canvas, body);
        return;
    }
    let word = match (thread.missing, &thread.ticket) {
        (true, _) => Word::Gone,
        (false, None) => Word::Loading,
        (false, Some(_)) => Word::Empty,
    };
    if !body.is_empty() {
        let style = model.theme.style(Role::Dim);
        canvas.put(
            body.x + 2,
            body.y,
            body.width.saturating_sub(2),
            word.say(model.settings.language),
            style,
        );
    }
}
