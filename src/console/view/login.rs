//! Who is at the console.

use crate::console::canvas::Canvas;
use crate::console::model::Model;
use crate::console::model::login::LoginForm;
use ratatui::layout::Rect;

/// Draws it over the whole screen.
pub fn view(model: &Model, form: &LoginForm, canvas: &mut Canvas<'_>, area: Rect) {
    let _ = (model, form, canvas, area);
}
