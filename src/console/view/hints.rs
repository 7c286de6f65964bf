//! The last row: the keys that help here.

use crate::console::canvas::Canvas;
use crate::console::model::Model;
use ratatui::layout::Rect;

/// Draws it into its pane.
pub fn view(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let _ = (model, canvas, area);
}
