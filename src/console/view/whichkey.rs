//! What may follow the keys of a chord.

use crate::console::canvas::{Canvas, width};
use crate::console::keymap::{Continuation, Found, spelled};
use crate::console::model::Model;
use crate::console::theme::Role;
use ratatui::layout::Rect;

/// Draws it above the last row, in as many columns as fit.
pub fn view(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let found = model.keymap.find(model.context(), model.flags(), &model.chord);
    let Found::Pending(follow) = found else { return };
    let language = model.settings.language;
    let cells: Vec<_> = follow
        .iter()
        .map(|(key, what)| {
            let text = match what {
                Continuation::Longer(ends) => format!("+{ends}"),
                Continuation::Asks(asked) if asked.argument.is_empty() => {
                    asked.action.about(language).to_owned()
                }
                Continuation::Asks(asked) => asked.to_string(),
            };
            (key.to_string(), text)
        })
        .collect();
    let keys = cells.iter().map(|(key, _)| width(key)).max().unwrap_or(0) as u16;
    let texts = cells.iter().map(|(_, text)| width(text)).max().unwrap_or(0) as u16;
    let column = (keys + texts + 3).clamp(12, area.width.saturating_sub(1).max(12));
    let columns = (area.width.saturating_sub(1) / column).max(1);
    let rows = (cells.len() as u16).div_ceil(columns).min(area.height.saturating_sub(2));
    let style = |role| model.theme.style(Role::Overlay).patch(model.theme.style(role));
    let at = Rect { y: area.bottom().saturating_sub(rows + 2), height: rows + 2, ..area };
    canvas.fill(at, style(Role::Overlay));
    let glyph = if model.settings.unicode { "─" } else { "-" };
    canvas.rule(at.x, at.y, at.width, glyph, style(Role::BorderFocus));
    let title = format!(" {} ", spelled(&model.chord));
    canvas.put(at.x + 2, at.y, at.width.saturating_sub(2), &title, style(Role::HintKey));
    let hidden = cells.len().saturating_sub(usize::from(rows * columns));
    if hidden > 0 {
        let more = format!(" +{hidden} … ");
        canvas.put_right(at.right().saturating_sub(1), at.y, 10, &more, style(Role::Warning));
    }
    for (place, (key, text)) in cells.iter().enumerate() {
        let (row, nth) = (place as u16 % rows.max(1), place as u16 / rows.max(1));
        if nth >= columns {
            break;
        }
        let x = at.x + 1 + nth * column;
        let most = at.right().saturating_sub(x);
        canvas.put(x, at.y + 1 + row, keys.min(most), key, style(Role::HintKey));
        let most = (column.saturating_sub(keys + 2)).min(most.saturating_sub(keys + 1));
        canvas.clip(x + keys + 1, at.y + 1 + row, most, text, style(Role::Overlay));
    }
    crate::console::view::hints::cancel(
        model,
        canvas,
        Rect { y: at.bottom() - 1, height: 1, ..at },
    );
}
