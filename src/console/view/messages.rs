//! What was told before.

use super::window::window;
use crate::console::canvas::Canvas;
use crate::console::model::Model;
use crate::console::model::told::Gravity;
use crate::console::theme::Role;
use ratatui::layout::Rect;

crate::words! {
    enum Word {
        Title = ["Messages", "Messaggi", "Avisos", "Avisos"],
        None = ["nothing was told yet", "ancora nessun messaggio", "nenhum aviso ainda", "ningún aviso todavía"],
    }
}

/// Draws it, the newest at the end; `back` lines of the newest are passed over.
pub fn view(model: &Model, back: usize, canvas: &mut Canvas<'_>, area: Rect) {
    let language = model.settings.language;
    let tall = area.height.saturating_sub(4);
    let inner = window(model, canvas, area, (100, tall), Word::Title.say(language));
    let ground = model.theme.style(Role::Overlay);
    let lines: Vec<_> = model.told.lines().rev().skip(back).take(inner.height.into()).collect();
    if lines.is_empty() && !inner.is_empty() {
        canvas.clip(inner.x, inner.y, inner.width, Word::None.say(language), ground);
    }
    for (place, line) in lines.into_iter().rev().enumerate() {
        let y = inner.y + place as u16;
        let time = line.at.to_jiff().to_zoned(model.settings.zone.clone());
        let time = time.strftime("%H:%M:%S").to_string();
        let x =
            canvas.put(inner.x, y, inner.width, &time, ground.patch(model.theme.style(Role::Dim)));
        let role = match line.gravity {
            Gravity::Good => Role::Success,
            Gravity::Plain => Role::Overlay,
            Gravity::Warning => Role::Warning,
            Gravity::Error => Role::Error,
        };
        let most = inner.right().saturating_sub(x + 1);
        canvas.clip(x + 1, y, most, &line.text, ground.patch(model.theme.style(role)));
    }
}
