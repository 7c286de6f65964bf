//! A message as the platform posted it.

use super::window::window;
use crate::console::canvas::Canvas;
use crate::console::model::Model;
use crate::console::model::raw::{Raw, WIDE};
use crate::console::theme::Role;
use ratatui::layout::Rect;

crate::words! {
    enum Word {
        Title = ["As WhatsApp sent it", "Come l'ha inviato WhatsApp", "Como o WhatsApp enviou", "Como lo envió WhatsApp"],
    }
}

/// Draws the part of it that is being read.
pub fn view(model: &Model, raw: &Raw, canvas: &mut Canvas<'_>, area: Rect) {
    let tall = area.height.saturating_sub(4);
    let title = Word::Title.say(model.settings.language);
    let inner = window(model, canvas, area, (WIDE, tall), title);
    let ground = model.theme.style(Role::Overlay);
    let (rows, top) = (raw.rows(model.size), raw.top.min(raw.last_top(model.size)));
    for (y, row) in (inner.y..inner.bottom()).zip(rows.into_iter().skip(top)) {
        canvas.put(inner.x, y, inner.width, &raw.text[row], ground);
    }
}
