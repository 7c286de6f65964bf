//! A question before something grave.

use super::window::window;
use crate::console::action::Action;
use crate::console::canvas::Canvas;
use crate::console::context::{Context, Invocation};
use crate::console::key::Key;
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

/// Draws the question, what would happen, and both answers with their keys.
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
    let mut x = inner.x;
    for (action, word) in [(Action::Back, Word::No), (Action::Accept, Word::Yes)] {
        let asked = Invocation::bare(action);
        let chords = model.keymap.chords(Context::Confirm, &asked);
        let keys = chords.first().map(|keys| chord(keys)).unwrap_or_default();
        let most = inner.right().saturating_sub(x);
        let key = ground.patch(model.theme.style(Role::HintKey));
        x = canvas.put(x, inner.bottom() - 1, most, &keys, key) + u16::from(!keys.is_empty());
        let most = inner.right().saturating_sub(x);
        x = canvas.put(x, inner.bottom() - 1, most, word.say(model.settings.language), ground) + 3;
    }
}

fn chord(keys: &[Key]) -> String {
    keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
}
