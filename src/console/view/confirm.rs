//! A question before something grave.

use super::window::window;
use crate::console::canvas::{Canvas, width};
use crate::console::model::Model;
use crate::console::model::confirm::Confirm;
use crate::console::theme::Role;
use crate::console::wrap::wrap;
use ratatui::layout::Rect;

crate::words! {
    enum Word {
        Yes = ["yes", "sì", "sim", "sí"],
        No = ["no", "no", "não", "no"],
    }
}

/// Draws the question, what would happen, and both answers, of which one is marked.
pub fn view(model: &Model, confirm: &Confirm, canvas: &mut Canvas<'_>, area: Rect) {
    let columns = area.width.saturating_sub(6).clamp(10, 56);
    let question = wrap(&confirm.question, columns as usize);
    let effect = wrap(&confirm.effect, columns as usize);
    let rows = (question.len() + effect.len() + 3) as u16;
    let inner = window(model, canvas, area, (columns, rows), "");
    let ground = model.theme.style(Role::Overlay);
    let mut y = inner.y;
    let mut lines = |text: &str, rows: &[std::ops::Range<usize>], style| {
        for row in rows {
            if y + 1 < inner.bottom() {
                canvas.clip(inner.x, y, inner.width, &text[row.clone()], style);
                y += 1;
            }
        }
        y += 1;
    };
    lines(&confirm.question, &question, ground.patch(model.theme.style(Role::Heading)));
    lines(&confirm.effect, &effect, ground);
    if inner.is_empty() {
        return;
    }
    let language = model.settings.language;
    let mut x = inner.x;
    for (answer, word) in [(false, Word::No), (true, Word::Yes)] {
        let chosen = confirm.yes == answer;
        let role = if chosen { Role::OverlayCursor } else { Role::Overlay };
        let [open, close] = if chosen { ["[", "]"] } else { [" ", " "] };
        let text = format!("{open} {} {close}", word.say(language));
        let most = inner.right().saturating_sub(x);
        canvas.put(x, inner.bottom() - 1, most, &text, model.theme.style(role));
        x += width(&text) as u16 + 2;
    }
}
