//! What the person sees. Draws and changes nothing.

use super::canvas::Canvas;
use super::layout;
use super::model::Model;
use super::theme::Role;

/// Draws the whole screen.
pub fn view(model: &Model, canvas: &mut Canvas<'_>) {
    let area = canvas.area();
    canvas.fill(area, model.theme.style(Role::Text));
    if layout::too_small(area) {
        canvas.put(area.x, area.y, area.width, "too small", model.theme.style(Role::Warning));
    }
}
