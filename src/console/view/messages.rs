//! What was told before.

use super::window::window;
use crate::console::canvas::Canvas;
use crate::console::model::Model;
use crate::console::model::told::Gravity;
use crate::console::theme::Role;
use crate::console::wrap::wrap;
use ratatui::layout::Rect;

/// Columns of the time before each message.
const TIME: u16 = 9;

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
    let most = inner.width.saturating_sub(TIME);
    let newest_first = model.told.lines().rev().skip(back).flat_map(|line| {
        let rows = wrap(&line.text, most.into()).into_iter().enumerate().rev();
        rows.map(move |(nth, row)| (line, nth, row))
    });
    let mut rows: Vec<_> = newest_first.take(inner.height.into()).collect();
    rows.reverse();
    if rows.is_empty() && !inner.is_empty() {
        canvas.clip(inner.x, inner.y, inner.width, Word::None.say(language), ground);
    }
    for (y, (line, nth, row)) in (inner.y..).zip(rows) {
        if nth == 0 {
            let time = line.at.to_jiff().to_zoned(model.settings.zone.clone());
            let time = time.strftime("%H:%M:%S").to_string();
            let dim = ground.patch(model.theme.style(Role::Dim));
            canvas.put(inner.x, y, inner.width, &time, dim);
        }
        let role = match line.gravity {
            Gravity::Good => Role::Success,
            Gravity::Plain => Role::Overlay,
            Gravity::Warning => Role::Warning,
            Gravity::Error => Role::Error,
        };
        let style = ground.patch(model.theme.style(role));
        canvas.put(inner.x + TIME, y, most, &line.text[row], style);
    }
}
