//! What was told last, for a while: in the row of the hints, so that it covers nothing that is read or written.

use crate::console::canvas::Canvas;
use crate::console::model::Model;
use crate::console::model::told::Gravity;
use crate::console::theme::Role;
use ratatui::layout::Rect;

/// Draws it over the hints; nothing when there is nothing to tell, or no room.
pub fn view(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(line) = model.told.current(model.now).filter(|_| area.width > 8) else { return };
    let unicode = model.settings.unicode;
    let (role, glyph) = match line.gravity {
        Gravity::Good => (Role::Success, if unicode { "✓" } else { "+" }),
        Gravity::Plain => (Role::Text, if unicode { "·" } else { "." }),
        Gravity::Warning => (Role::Warning, if unicode { "▲" } else { "!" }),
        Gravity::Error => (Role::Error, if unicode { "■" } else { "X" }),
    };
    let style = model.theme.style(role);
    canvas.fill(area, style);
    let x = canvas.put(area.x + 1, area.y, area.width.saturating_sub(1), glyph, style) + 1;
    canvas.clip(x, area.y, area.right().saturating_sub(x + 1), &line.text, style);
}
