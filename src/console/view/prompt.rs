//! Asking for what an action wants beside it.

use crate::console::canvas::Canvas;
use crate::console::model::Model;
use crate::console::model::prompt::Prompt;
use ratatui::layout::Rect;

/// Draws the line that is typed, and the choices below it.
pub fn view(model: &Model, prompt: &Prompt, canvas: &mut Canvas<'_>, area: Rect) {
    let _ = (model, prompt, canvas, area);
}
