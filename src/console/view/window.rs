//! The frame of what lies over the screen.

use crate::console::canvas::Canvas;
use crate::console::model::Model;
use crate::console::theme::Role;
use ratatui::layout::Rect;

/// Draws a frame with a title in the middle of `area`, for `columns` by `rows` cells inside it, or as many as
/// there are; gives back the inside.
pub fn window(
    model: &Model,
    canvas: &mut Canvas<'_>,
    area: Rect,
    (columns, rows): (u16, u16),
    title: &str,
) -> Rect {
    let width = columns.saturating_add(4).min(area.width);
    let height = rows.saturating_add(2).min(area.height);
    let frame = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 3,
        width,
        height,
    };
    if width < 6 || height < 3 {
        return Rect { width: 0, height: 0, ..frame };
    }
    canvas.fill(frame, model.theme.style(Role::Overlay));
    let style = model.theme.style(Role::Overlay).patch(model.theme.style(Role::BorderFocus));
    let [level, side, corners @ ..] = match model.settings.unicode {
        true => ["─", "│", "╭", "╮", "╰", "╯"],
        false => ["-", "|", "+", "+", "+", "+"],
    };
    let (right, low) = (frame.right() - 1, frame.bottom() - 1);
    for y in [frame.y, low] {
        canvas.rule(frame.x + 1, y, width - 2, level, style);
    }
    for y in frame.y + 1..low {
        canvas.put(frame.x, y, 1, side, style);
        canvas.put(right, y, 1, side, style);
    }
    let places = [(frame.x, frame.y), (right, frame.y), (frame.x, low), (right, low)];
    for ((x, y), glyph) in places.into_iter().zip(corners) {
        canvas.put(x, y, 1, glyph, style);
    }
    if !title.is_empty() {
        canvas.clip(frame.x + 2, frame.y, width - 4, &format!(" {title} "), style);
    }
    Rect { x: frame.x + 2, y: frame.y + 1, width: width - 4, height: height - 2 }
}
