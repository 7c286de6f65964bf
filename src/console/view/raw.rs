//! A message as the platform posted it, or as it was before it was edited.

use super::window::window;
use crate::console::canvas::Canvas;
use crate::console::model::Model;
use crate::console::model::raw::{Raw, Sort, WIDE};
use crate::console::theme::Role;
use ratatui::layout::Rect;

crate::words! {
    enum Word {
        Why = ["Why it is here, and whose", "Perché è qui, e di chi", "Por que está aqui, e de quem", "Por qué está aquí, y de quién"],
        Line = ["How the line goes; Enter lists its tickets", "Come va la linea; Invio elenca i suoi ticket", "Como vai a linha; Enter lista os tickets", "Cómo va la línea; Intro lista sus tickets"],
        Versions = ["What it said, and when", "Cosa diceva, e quando", "O que dizia, e quando", "Qué decía, y cuándo"],
        Title = ["As WhatsApp sent it", "Come l'ha inviato WhatsApp", "Como o WhatsApp enviou", "Como lo envió WhatsApp"],
    }
}

/// Draws the part of it that is being read.
pub fn view(model: &Model, raw: &Raw, canvas: &mut Canvas<'_>, area: Rect) {
    let tall = area.height.saturating_sub(4);
    let title = match raw.sort {
        Sort::Raw => Word::Title,
        Sort::Why => Word::Why,
        Sort::Line => Word::Line,
        Sort::Versions(_) => Word::Versions,
    };
    let title = title.say(model.settings.language);
    let inner = window(model, canvas, area, (WIDE, tall), title);
    let ground = model.theme.style(Role::Overlay);
    let (rows, top) = (raw.rows(model.size), raw.top.min(raw.last_top(model.size)));
    for (y, row) in (inner.y..inner.bottom()).zip(rows.into_iter().skip(top)) {
        canvas.put(inner.x, y, inner.width, &raw.text[row], ground);
    }
}
